//! Products of matrices, and what is made of them.

use crate::network::OpKind;
use crate::trace::{Labels, Stop, Tracer, Value};

use super::{Call, stop};

impl Call<'_> {
    pub(super) fn products(&self, tracer: &mut Tracer) -> Result<Value, Stop> {
        let op = self.node.op.as_str();
        let (a, b) = (
            self.value(0),
            self.value(if op == "QLinearMatMul" { 3 } else { 1 }),
        );
        let (Some(a), Some(b)) = (a, b) else {
            return stop(format!("{op} of one tensor"));
        };
        let rank = |value: &Value| {
            value
                .shape()
                .map(|s| s.len())
                .ok_or_else(|| Stop(format!("{op} with a tensor of unknown size")))
        };
        let (rank_a, rank_b) = (rank(a)?, rank(b)?);
        match op {
            "Gemm" => {
                let side = |name: &str, plain: [u32; 2]| {
                    let [i, j] = plain;
                    if self.node.int(name) == Some(1) {
                        vec![j, i]
                    } else {
                        vec![i, j]
                    }
                };
                if (rank_a, rank_b) != (2, 2) {
                    return stop("Gemm of other than two axes");
                }
                let (left, right) = (side("transA", [0, 1]), side("transB", [1, 2]));
                let product = tracer.product((a, &left), (b, &right), &vec![0, 2])?;
                match self.value(2) {
                    Some(bias) => tracer.merged(OpKind::Add, &[product, bias.clone()]),
                    None => Ok(product),
                }
            }
            "Einsum" => {
                let equation = self.node.text("equation").unwrap_or_default();
                let Some((left, right, out)) = einsum(equation, rank_a, rank_b) else {
                    return stop(format!("Einsum {equation}"));
                };
                if self.inputs.len() != 2 {
                    return stop("Einsum of other than two tensors");
                }
                tracer.product((a, &left), (b, &right), &out)
            }
            "Attention" => match self.value(2) {
                Some(v) => tracer.attention(a, b, v),
                None => stop("Attention of two tensors"),
            },
            _ => tracer.matmul(a, b),
        }
    }
}

/// Labels of an `Einsum` of two tensors; `None` where the equation has other terms.
fn einsum(equation: &str, rank_a: usize, rank_b: usize) -> Option<(Labels, Labels, Labels)> {
    let equation: String = equation.chars().filter(|c| !c.is_whitespace()).collect();
    let (terms, out) = equation.split_once("->")?;
    let (a, b) = terms.split_once(',')?;
    let labels = |term: &str, rank: Option<usize>| -> Option<Labels> {
        let letters = term.chars().filter(|c| c.is_alphabetic()).count();
        let Some((before, after)) = term.split_once("...") else {
            return term
                .chars()
                .all(char::is_alphabetic)
                .then(|| term.chars().map(u32::from).collect());
        };
        // The axes that the dots stand for, counted from the last.
        let dots = u32::try_from(rank?.checked_sub(letters)?).ok()?;
        let mut all: Labels = before.chars().map(u32::from).collect();
        all.extend((0..dots).rev().map(|n| 0x11_0000 + n));
        all.extend(after.chars().map(u32::from));
        Some(all)
    };
    let (left, right) = (labels(a, Some(rank_a))?, labels(b, Some(rank_b))?);
    let dots = rank_a.saturating_sub(a.chars().filter(|c| c.is_alphabetic()).count());
    let dots = dots.max(rank_b.saturating_sub(b.chars().filter(|c| c.is_alphabetic()).count()));
    let out_letters = out.chars().filter(|c| c.is_alphabetic()).count();
    let out = labels(out, Some(out_letters + dots))?;
    (left.len() == rank_a && right.len() == rank_b).then_some((left, right, out))
}
