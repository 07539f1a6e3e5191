//! A network described in code: stages by name, layers by what they are.

use super::builder::{Builder, Pushed};
use super::graph::{Layer, MapId};
use super::op::{Op, OpKind};
use super::quantity::{MAX_LAYERS, MAX_SIZE};
use super::shape::{BuildError, BuildFault};
use super::spec::{LayerSpec, Sizes};
use super::{Network, Stage};

/// Describes a network stage by stage; [`build`](Self::build) checks it.
///
/// A method on layers speaks of the stage begun last; before any [`stage`](Self::stage) it begins one.
///
/// ```
/// use degrid::network::{LayerSpec, Network, Padding};
///
/// let network = Network::builder(2)
///     .input([65, 65])
///     .stage("stem").layer(LayerSpec::conv(3).stride(2).padding(Padding::Sides(1, 1)))
///     .stage("body").dilations(3, [1, 2, 5]).repeat(2).residual()
///     .stage("head").from(["body", "stem"]).layer(LayerSpec::conv(1))
///     .build()
///     .expect("the network fits together");
/// assert_eq!(&network.facts(network.outputs[0]).size.unwrap()[..], [33, 33]);
/// ```
#[derive(Clone, Debug)]
pub struct NetworkBuilder {
    name: Option<String>,
    dims: usize,
    input: Option<Sizes>,
    outputs: Vec<String>,
    stages: Vec<StageSpec>,
}

#[derive(Clone, Debug)]
struct StageSpec {
    name: String,
    from: Vec<String>,
    layers: Vec<LayerSpec>,
    repeat: usize,
    residual: bool,
}

impl Network {
    /// Describes a network of `dims` axes (1 to 3) in code.
    #[must_use]
    pub fn builder(dims: usize) -> NetworkBuilder {
        NetworkBuilder::new(dims)
    }
}

impl NetworkBuilder {
    fn new(dims: usize) -> Self {
        Self {
            name: None,
            dims,
            input: None,
            outputs: Vec::new(),
            stages: Vec::new(),
        }
    }

    /// Names the network, for reports.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The input's size, in positions per axis; channels are no axis. Without it a network is judged for inputs of any size.
    #[must_use]
    pub fn input(mut self, size: impl Into<Sizes>) -> Self {
        self.input = Some(size.into());
        self
    }

    /// The stages whose maps leave the network; the last one where none is named.
    #[must_use]
    pub fn outputs<S: Into<String>>(mut self, stages: impl IntoIterator<Item = S>) -> Self {
        self.outputs = stages.into_iter().map(Into::into).collect();
        self
    }

    /// Begins a stage, which reads the one before.
    #[must_use]
    pub fn stage(mut self, name: impl Into<String>) -> Self {
        self.stages.push(StageSpec {
            name: name.into(),
            from: Vec::new(),
            layers: Vec::new(),
            repeat: 1,
            residual: false,
        });
        self
    }

    /// The earlier stages that the stage reads, side by side; `input` is the network's input.
    #[must_use]
    pub fn from<S: Into<String>>(mut self, stages: impl IntoIterator<Item = S>) -> Self {
        self.last().from = stages.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a layer to the stage.
    #[must_use]
    pub fn layer(mut self, layer: LayerSpec) -> Self {
        self.last().layers.push(layer);
        self
    }

    /// Adds a convolution for each dilation, input side first, all of one kernel size.
    #[must_use]
    pub fn dilations(
        mut self,
        kernel: impl Into<Sizes>,
        dilations: impl IntoIterator<Item = i64>,
    ) -> Self {
        let kernel = kernel.into();
        let convs = dilations.into_iter();
        let convs = convs.map(|d| LayerSpec::conv(kernel.clone()).dilation(d));
        self.last().layers.extend(convs);
        self
    }

    /// How often the stage's layers stand one after the other, at least once.
    #[must_use]
    pub fn repeat(mut self, times: usize) -> Self {
        self.last().repeat = times.max(1);
        self
    }

    /// Adds an identity around each repetition of the stage.
    #[must_use]
    pub fn residual(mut self) -> Self {
        self.last().residual = true;
        self
    }

    fn last(&mut self) -> &mut StageSpec {
        if self.stages.is_empty() {
            *self = std::mem::replace(self, Self::new(self.dims)).stage("stage 1");
        }
        let last = self.stages.len() - 1;
        &mut self.stages[last]
    }

    /// The network, checked.
    ///
    /// # Errors
    /// Everything that is wrong with it, in order.
    pub fn build(self) -> Result<Network, Vec<BuildError>> {
        let at_network = |fault| BuildError {
            stage: None,
            layer: None,
            fault,
        };
        if !(1..=3).contains(&self.dims) {
            return Err(vec![at_network(BuildFault::Dims(self.dims))]);
        }
        let size = |size: i64| Ok((1..MAX_SIZE).contains(&size).then_some(size).ok_or(size));
        let input = self.input.as_ref().map(|n| n.per_axis(self.dims, size));
        let input = match input.transpose() {
            Ok(None) => None,
            Ok(Some(sizes)) => match sizes.iter().find_map(|size| size.err()) {
                Some(size) => return Err(vec![at_network(BuildFault::Input(size))]),
                None => Some(sizes.map(|size| size.unwrap_or(1))),
            },
            Err(error) => return Err(vec![at_network(BuildFault::Layer(error))]),
        };
        if self.stages.is_empty() {
            return Err(vec![at_network(BuildFault::Empty)]);
        }
        let mut parts = Parts {
            builder: Builder::new(self.dims, input),
            stages: Vec::new(),
            errors: Vec::new(),
            repetition: 0,
            begin: 0,
            first: 0,
        };
        for stage in &self.stages {
            parts.stage(stage);
        }
        let mut outputs: Vec<MapId> = Vec::new();
        for name in &self.outputs {
            match parts.find(name) {
                Some(map) if outputs.contains(&map) => {}
                Some(map) => outputs.push(map),
                None => parts
                    .errors
                    .push(at_network(BuildFault::UnknownStage(name.clone()))),
            }
        }
        if !parts.errors.is_empty() {
            return Err(parts.errors);
        }
        if outputs.is_empty() {
            outputs.extend(parts.stages.last().map(|stage| stage.output));
        }
        let (layers, maps) = parts.builder.finish();
        Ok(Network {
            name: self.name,
            dims: self.dims,
            input,
            layers,
            maps,
            stages: parts.stages,
            outputs,
            cut: Vec::new(),
        })
    }
}

/// A network as far as it is built.
struct Parts {
    builder: Builder,
    stages: Vec<Stage>,
    errors: Vec<BuildError>,
    /// The repetition that is added, its first layer, and the layer that this one repeats.
    repetition: usize,
    begin: usize,
    first: usize,
}

impl Parts {
    fn find(&self, name: &str) -> Option<MapId> {
        if name == "input" {
            return Some(MapId::INPUT);
        }
        let mut stages = self.stages.iter();
        stages.find(|s| s.name == name).map(|s| s.output)
    }

    fn stage(&mut self, spec: &StageSpec) {
        if self.find(&spec.name).is_some() {
            self.fault(spec, None, BuildFault::NameTaken);
        }
        if spec.layers.is_empty() {
            self.fault(spec, None, BuildFault::Empty);
        }
        let mut sources = Vec::new();
        for name in &spec.from {
            match self.find(name) {
                Some(map) => sources.push(map),
                None => self.fault(spec, None, BuildFault::UnknownStage(name.clone())),
            }
        }
        if sources.is_empty() {
            sources.push(self.stages.last().map_or(MapId::INPUT, |s| s.output));
        }
        let start = self.builder.len();
        (self.repetition, self.begin, self.first) = (0, start, start);
        let input = self.merge(spec, OpKind::Concat, &sources, None);
        self.first = self.builder.len();
        let mut output = input;
        for repetition in 0..spec.repeat {
            // More than a network may have: said once, and no more is added.
            if self.builder.len() > MAX_LAYERS {
                break;
            }
            let before = output;
            (self.repetition, self.begin) = (repetition, self.builder.len());
            for (index, layer) in spec.layers.iter().enumerate() {
                output = self.layer(spec, layer, output, index);
            }
            if spec.residual {
                output = self.merge(spec, OpKind::Add, &[output, before], None);
            }
        }
        self.stages.push(Stage {
            name: spec.name.clone(),
            sources,
            input,
            output,
            layers: (start..self.builder.len()).collect(),
            repeat: spec.repeat,
        });
    }

    fn layer(&mut self, stage: &StageSpec, spec: &LayerSpec, input: MapId, index: usize) -> MapId {
        if !spec.branches.is_empty() {
            let mut end = |branch: &Vec<LayerSpec>| {
                let layers = branch.iter();
                layers.fold(input, |map, layer| self.layer(stage, layer, map, index))
            };
            let ends: Vec<MapId> = spec.branches.iter().map(&mut end).collect();
            return self.merge(stage, spec.kind, &ends, Some(index));
        }
        let size = self.builder.facts(input).size;
        match spec.axes(self.builder.dims(), size, self.repetition) {
            Ok(axes) => {
                let kind = spec.kind;
                let turns = spec.dilations.len();
                self.push(stage, Op { kind, axes }, vec![input], Some(index), turns)
            }
            Err(error) => {
                self.fault(stage, Some(index), BuildFault::Layer(error));
                self.builder.push_unread(input, self.stages.len())
            }
        }
    }

    fn merge(
        &mut self,
        stage: &StageSpec,
        kind: OpKind,
        maps: &[MapId],
        index: Option<usize>,
    ) -> MapId {
        if let [one] = maps {
            return *one;
        }
        let op = Op::same(kind, self.builder.dims());
        self.push(stage, op, maps.to_vec(), index, 1)
    }

    /// Adds a layer; `index` in the stage's list, `None` for what the stage adds itself. Of layers whose dilation differs from one repetition
    /// to the next, those are equal that it comes round to after so many `turns`.
    fn push(
        &mut self,
        stage: &StageSpec,
        op: Op,
        inputs: Vec<MapId>,
        index: Option<usize>,
        turns: usize,
    ) -> MapId {
        let length = (self.begin - self.first) / self.repetition.max(1);
        let original =
            self.first + (self.builder.len() - self.begin) + self.repetition % turns * length;
        let layer = Layer::new(op, inputs, self.stages.len(), original);
        let Pushed { map, fault } = self.builder.push(Layer {
            index,
            repetition: self.repetition,
            ..layer
        });
        if let Some(error) = fault {
            self.fault(stage, index, BuildFault::Shape(error));
        }
        map
    }

    fn fault(&mut self, stage: &StageSpec, layer: Option<usize>, fault: BuildFault) {
        let error = BuildError {
            stage: Some(stage.name.clone()),
            layer,
            fault,
        };
        // Repetitions repeat their faults.
        if !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }
}
