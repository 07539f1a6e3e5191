//! Levels of rules from several places, put together.

use super::rule::{LevelSetting, PUBLISHED, Profile};

/// What one place says of the levels of rules: a network file, a project, a command.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Levels {
    /// Its profile, if it names one.
    pub profile: Option<Profile>,
    /// Its settings; of two for one rule the first goes before the second.
    pub settings: Vec<LevelSetting>,
}

impl Levels {
    /// Several places as one, the place that wins first.
    ///
    /// A place that names a profile has said which level the published rules have: what later places say of these levels does not hold.
    /// Numbers do: a place may set a level and leave the numbers to another.
    ///
    /// ```
    /// use degrid::rules::{Level, LevelSetting, Levels, Profile};
    /// let file = Levels { profile: Some(Profile::Published), settings: Vec::new() };
    /// let mild = |rule| LevelSetting { rule, level: Some(Level::Note), numbers: Vec::new() };
    /// let project = Levels { profile: None, settings: vec![mild("max-distance"), mild("gridding")] };
    /// let all = Levels::merged([file, project]);
    /// assert_eq!(all.settings[0].level, None);
    /// assert_eq!(all.settings[1].level, Some(Level::Note));
    /// ```
    #[must_use]
    pub fn merged(places: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::default();
        for place in places {
            let is_decided = all.profile.is_some();
            all.settings.extend(place.settings.into_iter().map(|s| {
                let level = s
                    .level
                    .filter(|_| !(is_decided && PUBLISHED.contains(&s.rule)));
                LevelSetting { level, ..s }
            }));
            all.profile = all.profile.or(place.profile);
        }
        all
    }
}
