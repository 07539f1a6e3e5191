//! What holds for a network beside its file.

use crate::rules::{LevelSetting, Levels, Profile};

use super::raw::RawTarget;

/// Settings that a network has from elsewhere: from its project, and from the command that reads it.
#[derive(Clone, Debug, Default)]
pub struct Around {
    /// Levels that go before those of the file and of its stages.
    pub command: Vec<LevelSetting>,
    /// A profile that goes before that of the file.
    pub profile: Option<Profile>,
    /// What holds where the file says nothing.
    pub project: Settings,
}

/// What a project says of a network.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Levels of rules.
    pub levels: Levels,
    /// What the network must achieve, as written; its values are in range.
    pub target: RawTarget,
}

impl Settings {
    /// Several settings as one, those that win first.
    pub(crate) fn merged(settings: impl IntoIterator<Item = Self>) -> Self {
        let (mut levels, mut target) = (Vec::new(), RawTarget::default());
        for one in settings {
            levels.push(one.levels);
            target.receptive_field = target.receptive_field.or(one.target.receptive_field);
            target.smallest_object = target.smallest_object.or(one.target.smallest_object);
        }
        Self {
            levels: Levels::merged(levels),
            target,
        }
    }
}
