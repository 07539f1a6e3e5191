//! What holds for the networks of a project: `degrid.toml`, or `[tool.degrid]` of `pyproject.toml`.

mod raw;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::around::Settings;
use super::limits::{DIMS, RECEPTIVE_FIELD};
use super::parse::in_order;
use super::problem::Problem;
use super::raw::RawTarget;
use super::read::{At, Axes, Int, Reader};
use super::settings::levels;
use super::syntax::syntax_problems;
use super::values::ranged;

pub use raw::{RawOverride, RawProject};

/// The settings of a project. Paths and patterns are as written, relative to the folder of the file.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// What is checked where no path is named.
    pub paths: Vec<At<String>>,
    /// Patterns of files that are passed over in folders.
    pub exclude: Vec<At<String>>,
    /// The file of known findings.
    pub baseline: Option<At<String>>,
    /// Settings for some of the networks, the last that applies before the others.
    pub overrides: Vec<Override>,
    settings: Settings,
}

/// Settings for some of the networks of a project.
#[derive(Clone, Debug, Default)]
pub struct Override {
    /// Patterns of the network files.
    pub include: Vec<At<String>>,
    settings: Settings,
}

impl Project {
    /// Reads a `degrid.toml`.
    ///
    /// ```
    /// use degrid::config::Project;
    /// let project = Project::parse("exclude = [\"old\"]\n[rules]\ngrating-lobe = \"allow\"\n").unwrap();
    /// assert_eq!(project.exclude[0].value, "old");
    ///
    /// let problems = Project::parse("excludes = [\"old\"]\n").unwrap_err();
    /// assert_eq!(problems[0].help.as_deref(), Some("did you mean `exclude`?"));
    /// ```
    ///
    /// # Errors
    /// Every [`Problem`] of the file, in the order of their places.
    pub fn parse(source: &str) -> Result<Self, Vec<Problem>> {
        let (table, errors) = DeTable::parse_recoverable(source);
        if !errors.is_empty() {
            return Err(syntax_problems(source, &errors));
        }
        Self::read(table.get_ref())
    }

    /// Reads the table `[tool.degrid]` of a `pyproject.toml`; `None` where it has none.
    ///
    /// # Errors
    /// Every [`Problem`] of the table, in the order of their places; where the file is no TOML, those of its syntax.
    pub fn parse_pyproject(source: &str) -> Result<Option<Self>, Vec<Problem>> {
        let (table, errors) = DeTable::parse_recoverable(source);
        let tools = table.get_ref().get("tool").map(Spanned::get_ref);
        let own = match tools {
            Some(DeValue::Table(tools)) => tools.get("degrid"),
            _ => None,
        };
        let Some(own) = own else {
            return Ok(None);
        };
        if !errors.is_empty() {
            return Err(syntax_problems(source, &errors));
        }
        if let DeValue::Table(table) = own.get_ref() {
            return Self::read(table).map(Some);
        }
        let mut reader = Reader::default();
        reader.wrong_type("a table (`[tool.degrid]`)", own);
        Err(reader.problems)
    }

    fn read(table: &DeTable<'_>) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::default();
        let raw = RawProject::read(table, &mut reader);
        let project = Self {
            paths: raw.paths.map(|paths| paths.value).unwrap_or_default(),
            exclude: raw.exclude.map(|globs| globs.value).unwrap_or_default(),
            baseline: raw.baseline,
            settings: Settings {
                levels: levels(raw.rules.as_ref(), &mut reader),
                target: target(raw.target, &mut reader),
            },
            overrides: raw
                .overrides
                .into_iter()
                .flat_map(|list| list.value)
                .map(|one| read_override(one, &mut reader))
                .collect(),
        };
        if reader.problems.is_empty() {
            Ok(project)
        } else {
            Err(in_order(reader.problems))
        }
    }

    /// What it says of a network to which some of its overrides apply.
    #[must_use]
    pub fn settings(&self, applies: impl Fn(usize) -> bool) -> Settings {
        let chosen = (0..self.overrides.len()).rev().filter(|&at| applies(at));
        let own = chosen.map(|at| &self.overrides[at].settings);
        Settings::merged(own.chain([&self.settings]).cloned())
    }
}

fn read_override(raw: At<RawOverride>, reader: &mut Reader) -> Override {
    let At { value, span } = raw;
    let is_empty = value.include.as_ref().is_some_and(|i| i.value.is_empty());
    if is_empty || !(value.has("include") || value.has_unknown) {
        let problem = Problem::new("this override names no files", span);
        let help = "add `include`, patterns of network files: `include = [\"old/**\"]`";
        reader.report(problem.help(help));
    }
    Override {
        include: value.include.map(|globs| globs.value).unwrap_or_default(),
        settings: Settings {
            levels: levels(value.rules.as_ref(), reader),
            target: target(value.target, reader),
        },
    }
}

/// A target whose values are in range; how many axes the networks have is not known here.
fn target(raw: Option<At<RawTarget>>, reader: &mut Reader) -> RawTarget {
    let target = raw.map(|target| target.value).unwrap_or_default();
    let mut check = |what: &str, value: &Option<At<Axes<Int>>>| {
        let Some(value) = value else { return };
        for (_, at) in value.value.parts() {
            if let Err(message) = ranged(at.value.0, RECEPTIVE_FIELD) {
                reader.report(at.problem(format!("{what} {message}")));
            }
        }
        if let Axes::Each(each) = &value.value
            && !i64::try_from(each.len()).is_ok_and(|n| DIMS.contains(&n))
        {
            let message = format!("a network has 1, 2 or 3 axes, not {}", each.len());
            reader.report(value.problem(message));
        }
    };
    check("receptive_field", &target.receptive_field);
    check("smallest_object", &target.smallest_object);
    target
}
