//! Small tensors that do not depend on the network's input, computed: shapes, paddings, scales.

use ndarray::{ArrayD, Axis, IxDyn, Slice};

use crate::trace::{Fixed, Value, broadcast, index};

use super::model::{self, MAX_ELEMENTS, Node, as_float};
use super::shapes::{clamped, new_shape, order, reduced_axes, slice_ranges, split_sizes};

/// What a node makes of tensors whose elements are known, and of shapes; `None` where they are not, or where the operator is no arithmetic of
/// sizes.
pub(super) fn fold(node: &Node, inputs: &[Option<&Value>]) -> Option<Vec<Fixed>> {
    let one = |array: ArrayD<f64>, is_whole: bool| Some(vec![fixed(&array, is_whole)?]);
    match node.op.as_str() {
        "Constant" => return Some(vec![constant(node)?]),
        "Shape" | "Size" => {
            let shape = inputs.first().copied().flatten()?.shape()?;
            let shape: Vec<f64> = shape.into_iter().map(as_float).collect();
            if node.op == "Size" {
                let count: f64 = shape.iter().product();
                return one(ArrayD::from_elem(IxDyn(&[]), count), true);
            }
            let start = clamped(node.int("start").unwrap_or(0), shape.len());
            let end = clamped(node.int("end").unwrap_or(i64::MAX), shape.len());
            let part = shape.get(start..end.max(start))?.to_vec();
            return one(
                ArrayD::from_shape_vec(IxDyn(&[part.len()]), part).ok()?,
                true,
            );
        }
        _ => {}
    }
    let known = |at: usize| inputs.get(at).copied().flatten().and_then(Value::fixed);
    arithmetic_of(node, inputs.len(), &known)
        .or_else(|| made(node, &known))
        .or_else(|| arranged(node, inputs, &known))
}

/// Tensors by index, where they do not depend on the network's input.
type Known<'a> = dyn Fn(usize) -> Option<&'a Fixed> + 'a;

/// Operators element by element.
fn arithmetic_of(node: &Node, count: usize, known: &Known) -> Option<Vec<Fixed>> {
    let one = |array: ArrayD<f64>, is_whole: bool| Some(vec![fixed(&array, is_whole)?]);
    let array = |at: usize| known(at).and_then(array);
    let is_whole = known(0).is_some_and(|f| f.is_whole);
    match node.op.as_str() {
        "Identity" => one(array(0)?, is_whole),
        "Cast" => {
            let to = node.int("to")?;
            let whole = !matches!(to, 1 | 10 | 11 | 16);
            let x = array(0)?;
            match to {
                9 => one(x.mapv(|v| f64::from(v != 0.0)), true),
                _ if whole => one(x.mapv(f64::trunc), true),
                _ => one(x, false),
            }
        }
        "Neg" => one(array(0)?.mapv(|v| -v), is_whole),
        "Abs" => one(array(0)?.mapv(f64::abs), is_whole),
        "Floor" => one(array(0)?.mapv(f64::floor), is_whole),
        "Ceil" => one(array(0)?.mapv(f64::ceil), is_whole),
        "Round" => one(array(0)?.mapv(f64::round_ties_even), is_whole),
        "Sqrt" => one(array(0)?.mapv(f64::sqrt), is_whole),
        "Not" => one(array(0)?.mapv(|v| f64::from(v == 0.0)), true),
        "Clip" => {
            let is_given = |at: usize| node.inputs.get(at).is_some_and(|name| !name.is_empty());
            let limit = |at: usize, name: &str, open: f64| match node.attribute(name) {
                _ if is_given(at) => known(at)?.data.as_ref()?.first().copied(),
                Some(model::Value::Float(value)) => Some(*value),
                _ => Some(open),
            };
            let low = limit(1, "min", f64::NEG_INFINITY)?;
            let high = limit(2, "max", f64::INFINITY)?;
            one(array(0)?.mapv(|v| v.max(low).min(high)), is_whole)
        }
        "Add" | "Sub" | "Mul" | "Div" | "Mod" | "Pow" | "Min" | "Max" | "Equal" | "Less"
        | "Greater" | "LessOrEqual" | "GreaterOrEqual" | "And" | "Or" => {
            let is_test = matches!(
                node.op.as_str(),
                "Equal" | "Less" | "Greater" | "LessOrEqual" | "GreaterOrEqual" | "And" | "Or"
            );
            let operation = arithmetic(&node.op, is_whole, node.int("fmod") == Some(1))?;
            let mut result = array(0)?;
            for at in 1..count {
                result = pairwise(&result, &array(at)?, operation)?;
            }
            one(result, is_whole || is_test)
        }
        "Where" => {
            let (test, a, b) = (array(0)?, array(1)?, array(2)?);
            let whole = known(1).is_some_and(|f| f.is_whole);
            let shapes = [&test, &a, &b].map(sizes);
            let shape = limited(&broadcast(shapes.iter().map(Vec::as_slice))?)?;
            let (test, a, b) = (
                test.broadcast(&shape[..])?,
                a.broadcast(&shape[..])?,
                b.broadcast(&shape[..])?,
            );
            let chosen = test.iter().zip(a.iter().zip(b.iter()));
            let chosen = chosen.map(|(t, (a, b))| if *t == 0.0 { *b } else { *a });
            one(
                ArrayD::from_shape_vec(IxDyn(&shape), chosen.collect()).ok()?,
                whole,
            )
        }
        _ => None,
    }
}

/// Tensors made from numbers.
fn made(node: &Node, known: &Known) -> Option<Vec<Fixed>> {
    let one = |array: ArrayD<f64>, is_whole: bool| Some(vec![fixed(&array, is_whole)?]);
    let array = |at: usize| known(at).and_then(array);
    let whole = |at: usize| known(at).and_then(Fixed::whole);
    let is_whole = known(0).is_some_and(|f| f.is_whole);
    match node.op.as_str() {
        "ConstantOfShape" => {
            let sizes = whole(0)?;
            let (value, is_whole) = match node.attribute("value") {
                Some(model::Value::Tensor(tensor)) => {
                    (tensor.data.as_ref()?.first().copied()?, tensor.is_whole)
                }
                _ => (0.0, false),
            };
            let Some(shape) = limited(&sizes) else {
                return sizes
                    .iter()
                    .all(|&n| n >= 0)
                    .then(|| vec![Fixed::of_shape(sizes)]);
            };
            one(ArrayD::from_elem(IxDyn(&shape), value), is_whole)
        }
        "Range" => {
            let value = |at: usize| array(at)?.first().copied();
            let (start, limit, step) = (value(0)?, value(1)?, value(2)?);
            let count = ((limit - start) / step).ceil().max(0.0);
            // Of no step at all the count is without end, or 0.
            if count > as_float(1 << 40) {
                return None;
            }
            #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^40")]
            let count = count as i64;
            let Some(shape) = limited(&[count]) else {
                return Some(vec![Fixed::of_shape(vec![count])]);
            };
            let values = (0..count).map(|i| start + as_float(i) * step);
            one(
                ArrayD::from_shape_vec(IxDyn(&shape), values.collect()).ok()?,
                is_whole,
            )
        }
        _ => None,
    }
}

/// Operators that pick, join and turn.
fn arranged(node: &Node, inputs: &[Option<&Value>], known: &Known) -> Option<Vec<Fixed>> {
    let one = |array: ArrayD<f64>, is_whole: bool| Some(vec![fixed(&array, is_whole)?]);
    let array = |at: usize| known(at).and_then(array);
    let whole = |at: usize| known(at).and_then(Fixed::whole);
    let is_whole = known(0).is_some_and(|f| f.is_whole);
    let axis_of = |rank: usize, default: i64| index(node.int("axis").unwrap_or(default), rank);
    match node.op.as_str() {
        "Concat" => {
            let arrays: Vec<ArrayD<f64>> = (0..inputs.len()).map(array).collect::<Option<_>>()?;
            let axis = axis_of(arrays.first()?.ndim(), 0)?;
            let views: Vec<_> = arrays.iter().map(|array| array.view()).collect();
            let total: usize = arrays.iter().map(ArrayD::len).sum();
            if total > MAX_ELEMENTS {
                return None;
            }
            one(ndarray::concatenate(Axis(axis), &views).ok()?, is_whole)
        }
        "Gather" => {
            let (data, indices) = (array(0)?, whole(1)?);
            let axis = axis_of(data.ndim(), 0)?;
            let length = data.len_of(Axis(axis));
            let places: Vec<usize> = indices
                .iter()
                .map(|&i| index(i, length))
                .collect::<Option<_>>()?;
            if data.len() / length.max(1) * places.len() > MAX_ELEMENTS {
                return None;
            }
            let picked = data.select(Axis(axis), &places);
            let mut shape = sizes(&data);
            shape.splice(axis..=axis, known(1)?.shape.clone()?);
            let shape = limited(&shape)?;
            let picked: Vec<f64> = picked.iter().copied().collect();
            one(
                ArrayD::from_shape_vec(IxDyn(&shape), picked).ok()?,
                is_whole,
            )
        }
        "Slice" => sliced(node, inputs, array(0)?, is_whole),
        "Reshape" | "Flatten" | "Squeeze" | "Unsqueeze" => {
            let data = array(0)?;
            let shape = limited(&new_shape(node, inputs, &sizes(&data))?)?;
            let elements: Vec<f64> = data.iter().copied().collect();
            one(
                ArrayD::from_shape_vec(IxDyn(&shape), elements).ok()?,
                is_whole,
            )
        }
        "Transpose" => {
            let data = array(0)?;
            let order = order(node, data.ndim())?;
            one(data.permuted_axes(IxDyn(&order)), is_whole)
        }
        "Expand" => {
            let data = array(0)?;
            let shape = whole(1)?;
            let shape = broadcast([&sizes(&data)[..], &shape[..]])?;
            let Some(few) = limited(&shape) else {
                return Some(vec![Fixed::of_shape(shape)]);
            };
            one(data.broadcast(&few[..])?.to_owned(), is_whole)
        }
        "Split" => parts(node, inputs, &array(0)?, is_whole),
        "ReduceProd" | "ReduceSum" | "ReduceMax" | "ReduceMin" => {
            let mut data = array(0)?;
            let axes = reduced_axes(node, inputs, data.ndim())?;
            for axis in axes.into_iter().rev() {
                let reduced = match node.op.as_str() {
                    "ReduceProd" => data.product_axis(Axis(axis)),
                    "ReduceSum" => data.sum_axis(Axis(axis)),
                    "ReduceMax" => data.fold_axis(Axis(axis), f64::NEG_INFINITY, |a, b| a.max(*b)),
                    _ => data.fold_axis(Axis(axis), f64::INFINITY, |a, b| a.min(*b)),
                };
                data = reduced;
                if node.int("keepdims") != Some(0) {
                    data = data.insert_axis(Axis(axis));
                }
            }
            one(data, is_whole)
        }
        _ => None,
    }
}

fn sliced(
    node: &Node,
    inputs: &[Option<&Value>],
    mut data: ArrayD<f64>,
    is_whole: bool,
) -> Option<Vec<Fixed>> {
    let ranges = slice_ranges(node, inputs, &sizes(&data))?;
    for (axis, (start, step, n)) in ranges.into_iter().enumerate() {
        let places: Vec<usize> = (0..n)
            .map(|i| usize::try_from(start + i * step).ok())
            .collect::<Option<_>>()?;
        if places.len() != data.len_of(Axis(axis)) || step != 1 {
            data = data.select(Axis(axis), &places);
        }
    }
    Some(vec![fixed(&data, is_whole)?])
}

fn parts(
    node: &Node,
    inputs: &[Option<&Value>],
    data: &ArrayD<f64>,
    is_whole: bool,
) -> Option<Vec<Fixed>> {
    let axis = index(node.int("axis").unwrap_or(0), data.ndim())?;
    let parts = split_sizes(node, inputs, data.len_of(Axis(axis)))?;
    let mut start = 0;
    let mut found = Vec::new();
    for part in parts {
        let slice = Slice::new(start, Some(start.checked_add_unsigned(part)?), 1);
        if start.checked_add_unsigned(part)?.unsigned_abs() > data.len_of(Axis(axis)) {
            return None;
        }
        found.push(fixed(
            &data.slice_axis(Axis(axis), slice).to_owned(),
            is_whole,
        )?);
        start = start.checked_add_unsigned(part)?;
    }
    Some(found)
}

fn constant(node: &Node) -> Option<Fixed> {
    let list = |values: Vec<f64>, shape: Vec<i64>, is_whole| Fixed {
        shape: Some(shape),
        data: Some(values).filter(|v| v.len() <= MAX_ELEMENTS),
        is_whole,
    };
    let length = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let attribute = node.attributes.iter().find_map(|a| a.value.as_ref())?;
    Some(match attribute {
        model::Value::Tensor(tensor) => tensor.clone(),
        model::Value::Int(value) => list(vec![as_float(*value)], Vec::new(), true),
        model::Value::Float(value) => list(vec![*value], Vec::new(), false),
        model::Value::Ints(values) => {
            let shape = vec![length(values.len())];
            list(values.iter().map(|&v| as_float(v)).collect(), shape, true)
        }
        model::Value::Floats(values) => list(values.clone(), vec![length(values.len())], false),
        model::Value::Text(_) => return None,
    })
}

fn array(fixed: &Fixed) -> Option<ArrayD<f64>> {
    let shape = limited(fixed.shape.as_ref()?)?;
    ArrayD::from_shape_vec(IxDyn(&shape), fixed.data.clone()?).ok()
}

fn fixed(array: &ArrayD<f64>, is_whole: bool) -> Option<Fixed> {
    if array.len() > MAX_ELEMENTS {
        return None;
    }
    Some(Fixed {
        shape: Some(sizes(array)),
        data: Some(array.iter().copied().collect()),
        is_whole,
    })
}

fn sizes(array: &ArrayD<f64>) -> Vec<i64> {
    let sizes = array.shape().iter();
    sizes
        .map(|&n| i64::try_from(n).unwrap_or(i64::MAX))
        .collect()
}

/// A shape of few elements.
fn limited(shape: &[i64]) -> Option<Vec<usize>> {
    let shape: Vec<usize> = shape
        .iter()
        .map(|&n| usize::try_from(n).ok())
        .collect::<Option<_>>()?;
    let count = shape
        .iter()
        .try_fold(1_usize, |n, &size| n.checked_mul(size))?;
    (count <= MAX_ELEMENTS && shape.len() <= 32).then_some(shape)
}

fn pairwise(a: &ArrayD<f64>, b: &ArrayD<f64>, f: impl Fn(f64, f64) -> f64) -> Option<ArrayD<f64>> {
    let shape = limited(&broadcast([&sizes(a)[..], &sizes(b)[..]])?)?;
    let (a, b) = (a.broadcast(&shape[..])?, b.broadcast(&shape[..])?);
    let values = a.iter().zip(b.iter()).map(|(a, b)| f(*a, *b));
    ArrayD::from_shape_vec(IxDyn(&shape), values.collect()).ok()
}

fn arithmetic(op: &str, is_whole: bool, truncates: bool) -> Option<fn(f64, f64) -> f64> {
    #[expect(clippy::float_cmp, reason = "whole numbers and truth values")]
    Some(match op {
        "Add" => |a, b| a + b,
        "Sub" => |a, b| a - b,
        "Mul" => |a, b| a * b,
        "Div" if is_whole => |a, b| if b == 0.0 { 0.0 } else { (a / b).trunc() },
        "Div" => |a, b| a / b,
        "Mod" if truncates => |a, b| if b == 0.0 { 0.0 } else { a % b },
        "Mod" => |a, b| {
            if b == 0.0 {
                0.0
            } else {
                a - b * (a / b).floor()
            }
        },
        "Pow" => f64::powf,
        "Min" => f64::min,
        "Max" => f64::max,
        "Equal" => |a, b| f64::from(a == b),
        "Less" => |a, b| f64::from(a < b),
        "Greater" => |a, b| f64::from(a > b),
        "LessOrEqual" => |a, b| f64::from(a <= b),
        "GreaterOrEqual" => |a, b| f64::from(a >= b),
        "And" => |a, b| f64::from(a != 0.0 && b != 0.0),
        "Or" => |a, b| f64::from(a != 0.0 || b != 0.0),
        _ => return None,
    })
}
