//! Modules and what they import, from their sources alone.

use std::collections::{BTreeMap, BTreeSet};

/// Names of modules to their sources.
pub type Sources = BTreeMap<String, String>;
/// Modules to the modules whose items they use.
pub type Graph = BTreeMap<String, BTreeSet<String>>;

/// What a module defines and names.
#[derive(Default)]
struct Module<'a> {
    /// Items that stand in its file.
    items: BTreeSet<&'a str>,
    /// Imported paths with the name that they have here, and whether the import is a re-export.
    imports: Vec<(Vec<&'a str>, &'a str, bool)>,
    /// Paths in its code.
    paths: Vec<Vec<&'a str>>,
}

/// The modules that each module uses.
pub fn graph(sources: &Sources) -> Graph {
    let read = |(name, text): (&String, &String)| (name.clone(), (tokens(text)));
    let tokens: BTreeMap<String, Vec<String>> = sources.iter().map(read).collect();
    let modules: BTreeMap<&str, Module<'_>> = tokens
        .iter()
        .map(|(name, tokens)| (name.as_str(), Module::read(tokens)))
        .collect();
    let edges = |(&name, module): (&&str, &Module<'_>)| {
        let mut edges = BTreeSet::new();
        let imports = module
            .imports
            .iter()
            .map(|(path, _, public)| (path, *public));
        for (path, public) in imports.chain(module.paths.iter().map(|path| (path, false))) {
            let Some(path) = absolute(&modules, name, path) else {
                continue;
            };
            let (target, is_item) = resolve(&modules, &path, 0);
            let is_child = name.is_empty() || target.starts_with(&format!("{name}::"));
            if is_item && target != name && !(public && is_child) {
                edges.insert(target);
            }
        }
        (name.to_owned(), edges)
    };
    modules.iter().map(edges).collect()
}

impl<'a> Module<'a> {
    fn read(tokens: &'a [String]) -> Self {
        const ITEMS: [&str; 9] = [
            "struct", "enum", "fn", "const", "static", "type", "trait", "union", "mod",
        ];
        let mut this = Self::default();
        let (mut at, mut depth, mut is_public) = (0, 0_usize, false);
        let word = |at: usize| tokens.get(at).map_or("", String::as_str);
        while at < tokens.len() {
            match word(at) {
                "{" => depth += 1,
                "}" => (depth, is_public) = (depth.saturating_sub(1), false),
                ";" => is_public = false,
                "pub" => is_public = true,
                "use" => {
                    at = this.import(tokens, at + 1, &mut Vec::new(), is_public);
                    is_public = false;
                    continue;
                }
                "macro_rules" => {
                    this.items.insert(word(at + 2));
                }
                item if ITEMS.contains(&item) => {
                    if depth == 0 && item != "mod" {
                        this.items.insert(word(at + 1));
                    }
                    is_public = false;
                }
                name if is_name(name) && word(at + 1) == "::" => {
                    let mut path = vec![name];
                    while word(at + 1) == "::" && is_name(word(at + 2)) {
                        at += 2;
                        path.push(word(at));
                    }
                    this.paths.push(path);
                }
                _ => {}
            }
            at += 1;
        }
        this
    }

    /// Reads the tree of an import from `at`, behind `path`; the end of what was read.
    fn import(
        &mut self,
        tokens: &'a [String],
        mut at: usize,
        path: &mut Vec<&'a str>,
        public: bool,
    ) -> usize {
        let length = path.len();
        loop {
            match tokens[at].as_str() {
                "::" => {}
                "{" => {
                    while tokens[at] != "}" {
                        at = self.import(tokens, at + 1, path, public);
                    }
                    path.truncate(length);
                    return at + 1;
                }
                "as" => {
                    at += 1;
                    self.imports.push((path.clone(), &tokens[at], public));
                    path.truncate(length);
                    return at + 1;
                }
                "," | "}" | ";" => {
                    // A tree in braces has put in its paths already.
                    if path.len() > length {
                        if path.last() == Some(&"self") {
                            path.pop();
                        }
                        self.imports
                            .push((path.clone(), path.last().unwrap(), public));
                    }
                    path.truncate(length);
                    return at;
                }
                name => path.push(name),
            }
            at += 1;
        }
    }
}

/// A path from the root of the crate; `None` for one into another crate.
fn absolute<'a>(
    modules: &BTreeMap<&str, Module<'a>>,
    module: &'a str,
    path: &[&'a str],
) -> Option<Vec<&'a str>> {
    let here: Vec<&str> = module.split("::").filter(|name| !name.is_empty()).collect();
    let (first, rest) = path.split_first()?;
    let child = || [&here[..], &[*first]].concat();
    match *first {
        "crate" => Some(rest.to_vec()),
        "self" => Some([&here[..], rest].concat()),
        "super" => {
            let ups = path.iter().take_while(|name| **name == "super").count();
            let kept = here.len().checked_sub(ups)?;
            Some([&here[..kept], &path[ups..]].concat())
        }
        _ if modules.contains_key(child().join("::").as_str()) => Some([&here[..], path].concat()),
        // The name of an imported module.
        _ => {
            let is_it =
                |name: &str, import: &[&str]| name == *first && import.first() != Some(first);
            let imports = &modules[module].imports;
            let (import, ..) = imports
                .iter()
                .find(|(import, name, _)| is_it(name, import))?;
            let import = absolute(modules, module, import)?;
            let is_module = modules.contains_key(import.join("::").as_str());
            is_module.then(|| [&import[..], rest].concat())
        }
    }
}

/// The module in which an item is defined, and whether the path leads to an item rather than to a module.
fn resolve(modules: &BTreeMap<&str, Module<'_>>, path: &[&str], depth: usize) -> (String, bool) {
    let is_module = |n: &usize| modules.contains_key(path[..*n].join("::").as_str());
    let length = (0..=path.len()).rev().find(is_module).unwrap_or(0);
    let (name, rest) = (path[..length].join("::"), &path[length..]);
    let [item, more @ ..] = rest else {
        return (name, false);
    };
    let module = modules.get(name.as_str());
    let imports = module.filter(|m| depth < 8 && !m.items.contains(item));
    for (import, called, _) in imports.into_iter().flat_map(|m| &m.imports) {
        let is_glob = *called == "*";
        let Some(mut import) =
            absolute(modules, &name, import).filter(|_| is_glob || called == item)
        else {
            continue;
        };
        if is_glob {
            import.pop();
            let source = import.join("::");
            if !modules
                .get(source.as_str())
                .is_some_and(|m| m.items.contains(item))
            {
                continue;
            }
            import.push(item);
        }
        return resolve(modules, &[&import[..], more].concat(), depth + 1);
    }
    (name, *item != "*")
}

/// Sets of modules that reach each other, each sorted.
pub fn circles(graph: &Graph) -> BTreeSet<Vec<&str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = graph
        .keys()
        .map(|start| {
            let mut reached = BTreeSet::new();
            let mut open = vec![start.as_str()];
            while let Some(module) = open.pop() {
                let next = graph.get(module).into_iter().flatten();
                open.extend(
                    next.map(String::as_str)
                        .filter(|next| reached.insert(*next)),
                );
            }
            (start.as_str(), reached)
        })
        .collect();
    let on_circle = reached
        .iter()
        .filter(|(module, reached)| reached.contains(*module));
    on_circle
        .map(|(module, from)| {
            from.iter()
                .copied()
                .filter(|other| reached.get(other).is_some_and(|r| r.contains(module)))
                .collect()
        })
        .collect()
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// The words and signs of a file, without comments, texts and tests.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = |ends: &dyn Fn(char) -> bool| rest.find(ends).unwrap_or(rest.len());
        let taken = if rest.starts_with("//") {
            length(&|c| c == '\n')
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            raw.find("\"#").map_or(rest.len(), |end| end + 5)
        } else if first == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let is_end = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                is_end
            });
            end.map_or(rest.len(), |end| end + 2)
        } else if first == '\'' {
            // A character or a lifetime.
            let mut inner = rest[1..].char_indices();
            let is_escape = inner.next().is_some_and(|(_, c)| c == '\\');
            match inner.find(|(_, c)| *c == '\'') {
                Some((end, _)) if is_escape || rest[1..=end].chars().count() == 1 => end + 2,
                _ => {
                    let name = rest[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                    name.map_or(rest.len(), |end| end + 1)
                }
            }
        } else {
            let length = match first {
                _ if is_name(rest) => length(&|c: char| !c.is_ascii_alphanumeric() && c != '_'),
                ':' if rest.starts_with("::") => 2,
                _ => first.len_utf8(),
            };
            if !first.is_whitespace() {
                tokens.push(rest[..length].to_owned());
            }
            length
        };
        rest = &rest[taken..];
    }
    // The tests of a module are the last of its file.
    let tests = tokens.windows(3).position(|w| w == ["mod", "tests", "{"]);
    tokens.truncate(tests.unwrap_or(tokens.len()));
    tokens
}
