//! What to decide, and how much work it may take.

use crate::rules::Finding;

/// What to decide in a network, and how much work it may take.
#[derive(Clone, Copy, Default)]
pub struct FillRequest<'a> {
    /// A stage to plan anew, by index: all its dilations that may change.
    pub stage: Option<usize>,
    /// Largest dilation.
    pub max_dilation: Option<i64>,
    /// Most networks to look at.
    pub nodes: u64,
    /// Findings that are allowed in their places, where the policy does not say so.
    pub allowed: Option<&'a dyn Fn(&Finding) -> bool>,
}

impl FillRequest<'_> {
    /// Networks that are looked at most, where nobody says otherwise.
    pub const NODES: u64 = 2_000;
}
