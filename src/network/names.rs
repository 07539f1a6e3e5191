//! Names of maps: what a report calls them, and what a user writes to pick one.

use super::{MapId, Network, Stage};

impl Network {
    /// The name of a map: `input`, a stage for the map after it, or `stage/2` for the map after its second layer (merges aside, layers of
    /// branches and repetitions counted as they stand).
    #[must_use]
    pub fn map_name(&self, map: MapId) -> String {
        match self.place(map) {
            None => "input".to_owned(),
            Some((stage, None)) => stage.name.clone(),
            Some((stage, Some(number))) => format!("{}/{number}", stage.name),
        }
    }

    /// The map in words: `the input`, `the map after "stem"`, `the map after layer 2 of "stem"`.
    #[must_use]
    pub fn map_words(&self, map: MapId) -> String {
        match self.place(map) {
            None => "the input".to_owned(),
            Some((stage, None)) => format!("the map after \"{}\"", stage.name),
            Some((stage, Some(number))) => {
                format!("the map after layer {number} of \"{}\"", stage.name)
            }
        }
    }

    /// The map of a name that [`Network::map_name`] gives; `None` where no map has it.
    ///
    /// ```
    /// use degrid::network::{MapId, Network};
    /// let network = Network::builder(1).dilations(3, [1, 2]).build().unwrap();
    /// let stage = network.stages[0].name.clone();
    /// assert_eq!(network.map_named(&stage), Some(MapId(2)));
    /// assert_eq!(network.map_named(&format!("{stage}/1")), Some(MapId(1)));
    /// assert_eq!(network.map_named("input"), Some(MapId::INPUT));
    /// ```
    #[must_use]
    pub fn map_named(&self, name: &str) -> Option<MapId> {
        let named = |name: &str| self.stages.iter().find(|stage| stage.name == name);
        if let Some(stage) = named(name) {
            return Some(stage.output);
        }
        if name == "input" {
            return Some(MapId::INPUT);
        }
        let (stage, number) = name.rsplit_once('/')?;
        let index = number.parse::<usize>().ok()?.checked_sub(1)?;
        self.numbered(named(stage)?).nth(index)
    }

    /// The stage of a map, and the number of the layer that writes it where the stage goes on after it.
    fn place(&self, map: MapId) -> Option<(&Stage, Option<usize>)> {
        let stage = &self.stages[self.writer(map)?.stage];
        if stage.output == map {
            return Some((stage, None));
        }
        let number = self.numbered(stage).position(|other| other == map);
        Some((stage, number.map(|number| number + 1)))
    }

    /// The maps that the layers of a stage write, merges left out.
    fn numbered<'a>(&'a self, stage: &'a Stage) -> impl Iterator<Item = MapId> + 'a {
        let layers = stage.layers.iter().copied();
        let layers = layers.filter(|&layer| !self.layers[layer].op.kind.is_merge());
        layers.map(|layer| MapId(layer + 1))
    }
}
