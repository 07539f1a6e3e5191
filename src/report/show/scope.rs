//! Which output position is shown, and on which map.

use crate::footprint::{Runs, View};
use crate::network::{MapId, Network, PerAxis, Stage, times};

/// What a user picks.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// A stage by name, alone.
    pub stage: Option<String>,
    /// The stage back to where its run begins.
    pub in_context: bool,
    /// An output by the name of its stage.
    pub output: Option<String>,
    /// The output position, per axis.
    pub unit: Option<Vec<i64>>,
}

/// An output position to show.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// The output position and the map that is read.
    pub view: View<'a>,
    /// The output that the report names.
    pub output: MapId,
    /// The part that is shown; none for all of the network.
    pub part: Option<String>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Why a selection does not work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScopeError {
    /// No stage has this name; the names that there are.
    #[error("no stage `{0}`; there are {names}", names = quoted(.1))]
    NoStage(String, Vec<String>),
    /// The stage's map is no output; the names of outputs.
    #[error("`{0}` is no output; outputs are {names}", names = quoted(.1))]
    NoOutput(String, Vec<String>),
    /// Not one number an axis.
    #[error(
        "an output position of this network is {dims} number{}, {given} given",
        if *dims == 1 { "" } else { "s" }
    )]
    Axes {
        /// Numbers given.
        given: usize,
        /// Axes of the network.
        dims: usize,
    },
    /// Outside of the map.
    #[error("output position {0} is outside of a map of {1} positions, counted from 0")]
    Outside(String, String),
}

fn quoted(names: &[String]) -> String {
    itertools::join(names.iter().map(|n| format!("`{n}`")), ", ")
}

/// The stage of a name.
///
/// # Errors
/// [`ScopeError::NoStage`] where there is none.
pub fn stage_named<'a>(network: &'a Network, name: &str) -> Result<&'a Stage, ScopeError> {
    let stage = network.stages.iter().find(|s| s.name == name);
    stage.ok_or_else(|| {
        let names = network.stages.iter().map(|s| s.name.clone());
        ScopeError::NoStage(name.to_owned(), names.collect())
    })
}

/// The output position that a selection names: of the first output if nothing is picked, in the middle where the size is known.
///
/// # Errors
/// [`ScopeError`] where the names or numbers do not fit the network.
pub fn scope<'a>(network: &'a Network, selection: &Selection) -> Result<Scope<'a>, ScopeError> {
    let output = output(network, selection)?;
    let mut scope = Scope {
        view: View::middle(network, output, MapId::INPUT),
        output,
        part: None,
        notes: Vec::new(),
    };
    if let Some(name) = &selection.stage {
        let stage = stage_named(network, name)?;
        if selection.in_context {
            in_context(&mut scope, network, stage);
        } else {
            scope.view = View::middle(network, stage.output, stage.input);
            scope.part = Some(format!("stage {name}, on its own input"));
        }
    } else if let Some(name) = &selection.output {
        scope.part = Some(format!("output {name}"));
    } else if network.outputs.len() > 1 {
        let shown = name_of(network, output);
        scope.notes.push(format!(
            "of {} outputs, {shown} is shown; `--output` picks another",
            network.outputs.len()
        ));
    }
    if let Some(unit) = &selection.unit {
        scope.view.position = checked(network, scope.view.to, unit)?;
    }
    Ok(scope)
}

fn output(network: &Network, selection: &Selection) -> Result<MapId, ScopeError> {
    let first = network.outputs.first().copied().unwrap_or(MapId::INPUT);
    let Some(name) = &selection.output else {
        return Ok(first);
    };
    let stage = stage_named(network, name)?;
    if network.outputs.contains(&stage.output) {
        Ok(stage.output)
    } else {
        let outputs = network.outputs.iter().map(|&map| name_of(network, map));
        Err(ScopeError::NoOutput(name.clone(), outputs.collect()))
    }
}

/// The last stage that ends at a map.
fn name_of(network: &Network, map: MapId) -> String {
    let stage = network.stages.iter().rfind(|s| s.output == map);
    stage.map_or_else(|| "input".to_owned(), |s| s.name.clone())
}

fn checked(network: &Network, map: MapId, unit: &[i64]) -> Result<PerAxis<i64>, ScopeError> {
    let dims = network.dims;
    if unit.len() != dims {
        return Err(ScopeError::Axes {
            given: unit.len(),
            dims,
        });
    }
    if let Some(size) = network.facts(map).size
        && unit
            .iter()
            .zip(size.iter())
            .any(|(u, n)| !(0..*n).contains(u))
    {
        return Err(ScopeError::Outside(
            itertools::join(unit, ","),
            times(&size),
        ));
    }
    Ok(PerAxis::from_fn(dims, |axis| unit[axis]))
}

/// Looks at a stage back to where its run begins; of several beginnings, the one that it sees most of.
fn in_context(scope: &mut Scope<'_>, network: &Network, stage: &Stage) {
    let begins = Runs::new(network).beginnings(stage.output);
    let view = |from: MapId| View {
        ends: begins.iter().copied().filter(|&m| m != from).collect(),
        ..View::middle(scope.view.network, stage.output, from)
    };
    let count = |from: &MapId| {
        let seen = view(*from).seen(false);
        seen.and_then(|region| region.count()).unwrap_or(0)
    };
    let from = begins.iter().copied().max_by_key(count);
    let from = from.unwrap_or(MapId::INPUT);
    let begin = match from {
        MapId::INPUT => "the input".to_owned(),
        map => {
            let layer = &network.layers[map.0 - 1];
            format!(
                "the map of the {} layer of stage {}",
                layer.op.kind.name(),
                network.stages[layer.stage].name
            )
        }
    };
    if begins.len() > 1 {
        scope.notes.push(format!(
            "the run begins on {} maps; shown is {begin}",
            begins.len()
        ));
    }
    scope.part = Some(format!("stage {} in context, on {begin}", stage.name));
    scope.view = view(from);
}
