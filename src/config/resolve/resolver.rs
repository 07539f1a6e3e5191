//! What is known while a file becomes a network.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::config::read::Reader;
use crate::config::spans::{EntryId, Spans};
use crate::network::{Builder, MapId, OpKind, Stage};

/// A dilation written `"?"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// Index of its stage.
    pub stage: usize,
    /// Index in the stage's list.
    pub layer: usize,
    /// The axis it is for; `None` for all.
    pub axis: Option<usize>,
    /// Where it stands.
    pub span: Range<usize>,
}

/// Where in its stage a layer stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub stage: usize,
    /// Index in the stage's list; `None` for what the stage adds itself.
    pub index: Option<usize>,
    pub repetition: usize,
}

pub(super) struct Resolver<'a> {
    pub reader: &'a mut Reader,
    pub builder: Builder,
    pub spans: Spans,
    pub stages: Vec<Stage>,
    /// Stages so far, by name.
    pub names: HashMap<String, usize>,
    /// Where each name of the file stands, so that a stage that comes later is not called unknown.
    pub all_names: HashMap<String, Range<usize>>,
    /// The name of the stage that is being read.
    pub current: Option<String>,
    pub undecided: Vec<Undecided>,
    /// Maps whose sizes depend on undecided dilations.
    pub open: HashSet<MapId>,
    /// Entries by their bytes: all repetitions of an entry are the same entry.
    pub entries: HashMap<(usize, usize), EntryId>,
    /// The first layer of each entry. Those that a stage adds itself share its entry: its sources merged, its sums.
    pub originals: HashMap<(EntryId, OpKind), usize>,
    pub layers_left: usize,
    /// Whether the file gives no input size.
    pub input_missing: bool,
    /// Whether a stage's name may be unreadable or misspelt, so that it is no fault of others not to find it.
    pub names_missing: bool,
}
