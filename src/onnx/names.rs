//! The modules of a model, from what exporters leave of them in names.

use std::collections::HashMap;

use super::model::Node;

/// Names modules, and counts the calls of those that are called again.
#[derive(Default)]
pub(super) struct Modules {
    /// How often a weight was read so far.
    calls: HashMap<String, usize>,
}

impl Modules {
    /// Path of the module that a node stands in: by the name of its weight, else the scopes that the exporter wrote down, else the node's name.
    ///
    /// Weights come first since an exporter that folds a normalisation into a convolution leaves it the scope of the former.
    pub(super) fn module(&mut self, node: &Node, weight: Option<&str>) -> String {
        if let Some(weight) = weight
            && let Some(module) = of_weight(weight)
        {
            let calls = self.calls.entry(weight.to_owned()).or_default();
            *calls += 1;
            return match *calls {
                1 => module.to_owned(),
                n => format!("{module}#{n}"),
            };
        }
        let scopes = node.scopes.as_deref().and_then(of_scopes);
        scopes.unwrap_or_else(|| of_path(&node.name))
    }
}

/// `layer4.2.conv2` of `layer4.2.conv2.weight`; `None` where the name is not one of a parameter.
fn of_weight(name: &str) -> Option<&str> {
    let (module, _) = name.rsplit_once('.')?;
    let is_path = !name.contains(['/', ':', ' ']) && !module.is_empty();
    is_path.then_some(module)
}

/// `layer4.2.relu` of `['', 'layer4', 'layer4.2', 'layer4.2.relu', 'relu_5']`.
fn of_scopes(text: &str) -> Option<String> {
    let scopes: Vec<&str> = text
        .trim_matches(['[', ']'])
        .split(", ")
        .map(|scope| scope.trim_matches(['\'', '"']))
        .collect();
    let (_, modules) = scopes.split_last()?;
    modules.last().map(|module| (*module).to_owned())
}

/// `layer1.0.conv1` of `/layer1/layer1.0/conv1/Conv`: a part that the next begins with is left out.
fn of_path(name: &str) -> String {
    let Some((path, _)) = name.rsplit_once('/') else {
        return String::new();
    };
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let mut module = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let next = parts.get(at + 1).and_then(|next| next.strip_prefix(part));
        if !next.is_some_and(|rest| rest.starts_with('.')) {
            module.push(*part);
        }
    }
    module.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_both_exporters() {
        let node = |name: &str, scopes: Option<&str>| Node {
            name: name.to_owned(),
            scopes: scopes.map(str::to_owned),
            ..Node::default()
        };
        let mut modules = Modules::default();
        let legacy = node("/model/model.1/submodule/submodule.0/conv/Conv", None);
        assert_eq!(
            modules.module(&legacy, Some("onnx::Conv_193")),
            "model.1.submodule.0.conv"
        );
        let fused = node(
            "node_Conv_7",
            Some("['', 'layer1', 'layer1.bn1', 'batch_norm']"),
        );
        assert_eq!(
            modules.module(&fused, Some("layer1.conv1.weight")),
            "layer1.conv1"
        );
        assert_eq!(
            modules.module(&fused, Some("layer1.conv1.weight")),
            "layer1.conv1#2"
        );
        assert_eq!(modules.module(&fused, None), "layer1.bn1");
        assert_eq!(modules.module(&node("/Add_3", None), None), "");
        assert_eq!(modules.module(&node("add", None), None), "");
    }
}
