//! Where operators of the graph move the axes of the input, as far as it takes to find its positions.

use std::collections::HashMap;

use crate::trace::{Motion, Step, index};

use super::file::{Argument, Attribute, Graph, Node};

/// A node, and whether it lays the rows of a tensor, its last axis, out as a matrix.
pub(super) struct Moved<'g> {
    node: &'g Node,
    is_matrix: bool,
}

/// The nodes of a graph for the search.
pub(super) fn moves(graph: &Graph) -> Vec<Moved<'_>> {
    let mut rows: HashMap<u64, i64> = HashMap::new();
    let tensors = graph
        .inputs
        .iter()
        .map(|tensor| (tensor.value, &tensor.shape));
    let written = graph.nodes.iter().flat_map(|node| &node.outputs);
    for (value, shape) in tensors.chain(written.map(|output| (output.value, &output.shape))) {
        rows.extend(shape.last().map(|&n| (value, n)));
    }
    let moved = |node| {
        let moved = Moved {
            node,
            is_matrix: false,
        };
        let row = moved.read().first().and_then(|value| rows.get(value));
        let is_matrix = moved
            .node
            .outputs
            .first()
            .is_some_and(|output| output.shape.len() == 2 && row == output.shape.last());
        Moved { node, is_matrix }
    };
    graph.nodes.iter().map(moved).collect()
}

impl Step for Moved<'_> {
    type Key = u64;

    fn read(&self) -> Vec<u64> {
        let main = ["input", "self", "mat1", "batch1", "tensors"];
        let first = main.iter().find_map(|name| self.node.input(name));
        let first = first.into_iter().flat_map(Argument::values);
        first.chain(self.node.read()).collect()
    }

    fn written(&self) -> Option<u64> {
        self.node.outputs.first().map(|output| output.value)
    }

    fn motion(&self, rank: usize) -> Motion {
        let operator = self.node.operator();
        let attributes = &self.node.attributes;
        let int = |name: &str| match attributes.get(name) {
            Some(Attribute::Whole(n)) => Some(*n),
            _ => None,
        };
        match operator {
            "convolution" | "_convolution" | "im2col" => Motion::Window,
            "mm" | "bmm" | "addmm" | "baddbmm" | "linear" => Motion::Product,
            "permute" => match attributes.get("dims") {
                Some(Attribute::List(dims)) => {
                    Motion::Axes(dims.iter().map(|&at| index(at, rank)).collect())
                }
                _ => Motion::Lost,
            },
            "transpose" => {
                let ends = int("dim0").zip(int("dim1"));
                let ends = ends.and_then(|(a, b)| Some((index(a, rank)?, index(b, rank)?)));
                let Some((a, b)) = ends else {
                    return Motion::Lost;
                };
                let mut order: Vec<_> = (0..rank).map(Some).collect();
                order.swap(a, b);
                Motion::Axes(order)
            }
            "unsqueeze" => {
                let Some(at) = int("dim").and_then(|at| index(at, rank + 1)) else {
                    return Motion::Lost;
                };
                let old = |axis: usize| match axis.cmp(&at) {
                    std::cmp::Ordering::Less => Some(axis),
                    std::cmp::Ordering::Equal => None,
                    std::cmp::Ordering::Greater => Some(axis - 1),
                };
                Motion::Axes((0..=rank).map(old).collect())
            }
            "view" | "_unsafe_view" if self.is_matrix => {
                Motion::Axes(vec![None, rank.checked_sub(1)])
            }
            "view" | "_unsafe_view" | "select" | "slice" | "squeeze" | "index" | "embedding" => {
                Motion::Lost
            }
            name if name.contains("pool") => Motion::Window,
            _ => Motion::Same,
        }
    }
}
