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
            "Attention" => {
                let Some(v) = self.value(2).filter(|_| (rank_a, rank_b) == (4, 4)) else {
                    return stop("Attention of other than four axes");
                };
                let scores = tracer.product(
                    (a, &vec![0, 1, 2, 9]),
                    (b, &vec![0, 1, 3, 9]),
                    &vec![0, 1, 2, 3],
                )?;
                tracer.product(
                    (&scores, &vec![0, 1, 2, 3]),
                    (v, &vec![0, 1, 3, 4]),
                    &vec![0, 1, 2, 4],
                )
            }
            _ => {
                let Some((left, right, out)) = matmul(rank_a, rank_b) else {
                    return stop(format!("{op} of a tensor without axes"));
                };
                tracer.product((a, &left), (b, &right), &out)
            }
        }
    }
}

/// Labels of the axes of a matrix product and of its result.
fn matmul(a: usize, b: usize) -> Option<(Labels, Labels, Labels)> {
    if a == 0 || b == 0 {
        return None;
    }
    let (row, inner, column) = (1_000, 1_001, 1_002);
    let batch = |rank: usize| {
        let count = u32::try_from(rank.saturating_sub(2)).unwrap_or(0);
        (0..count).rev().collect::<Labels>()
    };
    let mut left = batch(a);
    let mut right = batch(b);
    let mut out = if a >= b { left.clone() } else { right.clone() };
    if a > 1 {
        left.push(row);
        out.push(row);
    }
    left.push(inner);
    right.push(inner);
    if b > 1 {
        right.push(column);
        out.push(column);
    }
    Some((left, right, out))
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
