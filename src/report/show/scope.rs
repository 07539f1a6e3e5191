//! Which output position is shown, and on which map.

use crate::footprint::{Runs, View};
use crate::network::{MapId, Network, PerAxis, Stage, counted, times};
use crate::report::answer::GlobalPools;

/// What a user picks.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// A stage by name, on its own input.
    pub stage: Option<String>,
    /// The map of the output position, by name; the first output if none is picked.
    pub at: Option<String>,
    /// The map on which it is shown, by name; the input if none is picked.
    pub on: Option<String>,
    /// The output position, per axis.
    pub unit: Option<Vec<i64>>,
    /// Whether global pools are followed.
    pub pools: GlobalPools,
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
    /// No map has this name; the names of stages.
    #[error(
        "no map `{0}`; there are `input` and those after the stages {names}; `STAGE/2` is the one after the second layer of a stage",
        names = quoted(.1)
    )]
    NoMap(String, Vec<String>),
    /// The first map is not computed from the second.
    #[error("{0} is not computed from {1}")]
    NotBefore(String, String),
    /// Global pools are to be followed, and the size of the input is not known.
    #[error("a global pool can only be kept where the file gives `input`: it reads all of a map")]
    NoSize,
    /// Not one number an axis.
    #[error(
        "an output position of this network is {}, {given} given",
        counted(dims, "number")
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
    let first = network.outputs.first().copied().unwrap_or(MapId::INPUT);
    let mut scope = Scope {
        view: View::middle(network, first, MapId::INPUT),
        output: first,
        part: None,
        notes: Vec::new(),
    };
    if let Some(name) = &selection.stage {
        let stage = stage_named(network, name)?;
        scope.view = View::middle(network, stage.output, stage.input);
        scope.part = Some(format!("stage {name}, on its own input"));
    } else if selection.at.is_some() || selection.on.is_some() {
        between(&mut scope, network, selection)?;
    } else if network.outputs.len() > 1 {
        scope.notes.push(format!(
            "of {} outputs, {} is shown; `--at` picks another",
            network.outputs.len(),
            network.map_name(first)
        ));
    }
    // What comes through a pool only would be nothing without it.
    let view = &mut scope.view;
    view.pools = selection.pools == GlobalPools::Kept || !network.has_position(view.to);
    if selection.pools == GlobalPools::Kept
        && network.input.is_none()
        && network.passes_global_pool(view.from, view.to)
    {
        return Err(ScopeError::NoSize);
    }
    if let Some(unit) = &selection.unit {
        scope.view.position = checked(network, scope.view.to, unit)?;
    }
    Ok(scope)
}

/// Looks from one map at another. Where a run begins on it and on others, ways through the others are left out, as the run ends there.
fn between<'a>(
    scope: &mut Scope<'a>,
    network: &'a Network,
    selection: &Selection,
) -> Result<(), ScopeError> {
    let named = |name: &String| {
        let names = || network.stages.iter().map(|s| s.name.clone()).collect();
        let map = network.map_named(name);
        map.ok_or_else(|| ScopeError::NoMap(name.clone(), names()))
    };
    let to = selection.at.as_ref().map_or(Ok(scope.output), named)?;
    let from = selection.on.as_ref().map_or(Ok(MapId::INPUT), named)?;
    if network.slice(from, to, |_, _| true).is_empty() {
        let words = |map| network.map_words(map);
        return Err(ScopeError::NotBefore(words(to), words(from)));
    }
    let runs = Runs::new(network);
    let ending = to.layer().filter(|&layer| !runs.continues(layer));
    let ends = ending.map_or_else(|| vec![to], |layer| network.layers[layer].inputs.clone());
    let begins: Vec<MapId> = ends
        .into_iter()
        .flat_map(|map| runs.beginnings(map))
        .collect();
    let others = begins.iter().copied().filter(|&map| map != from);
    let ends = if begins.contains(&from) {
        others.collect()
    } else {
        Vec::new()
    };
    scope.output = to;
    scope.view = View {
        ends,
        ..View::middle(network, to, from)
    };
    let is_whole = from == MapId::INPUT && network.outputs[..] == [to];
    scope.part = (!is_whole).then(|| {
        let at = network.map_words(to);
        format!("one position of {at}, on {}", network.map_words(from))
    });
    Ok(())
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
