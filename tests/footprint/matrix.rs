//! Convolution matrices: cases recorded with PyTorch (see `tests/oracle/README.md`), and random ones against loops that follow the definition.

use degrid::footprint::{ConvMatrix, MatrixError, Placement, parse_map, parse_size};
use degrid::network::{Dilation, Kernel, Stride, Transposed};
use ndarray::{ArrayD, IxDyn};
use proptest::prelude::*;
use serde_json::Value;

#[derive(serde::Deserialize)]
struct Case {
    dims: usize,
    kernel: Value,
    input: Value,
    stride: Vec<i64>,
    padding: Vec<i64>,
    dilation: Vec<i64>,
    conv: Value,
    transposed: Value,
    transposed_of_conv: Value,
    transposed_of_conv_output_padding: Vec<i64>,
}

/// A nested list as an array.
fn array(value: &Value) -> ArrayD<f64> {
    let (mut shape, mut values) = (Vec::new(), Vec::new());
    let mut inner = value;
    while let Value::Array(list) = inner {
        shape.push(list.len());
        inner = &list[0];
    }
    flatten(value, &mut values);
    ArrayD::from_shape_vec(IxDyn(&shape), values).unwrap()
}

fn flatten(value: &Value, values: &mut Vec<f64>) {
    match value {
        Value::Array(list) => list.iter().for_each(|inner| flatten(inner, values)),
        number => values.push(number.as_f64().unwrap()),
    }
}

fn placement(stride: i64, dilation: i64, low: i64, high: i64) -> Placement {
    Placement {
        stride: Stride::new(stride.into()).unwrap(),
        dilation: Dilation::new(dilation.into()).unwrap(),
        low,
        high,
    }
}

fn size(map: &ArrayD<f64>) -> Vec<i64> {
    map.shape().iter().map(|&n| n as i64).collect()
}

/// C·x and Cᵀ·y by the dense matrix, to hold the sparse products against.
fn dense_product(matrix: &ConvMatrix, x: &ArrayD<f64>, transposed: bool) -> Vec<f64> {
    let mut dense = matrix.dense().unwrap();
    if transposed {
        dense = dense.reversed_axes();
    }
    let x: Vec<f64> = x.iter().copied().collect();
    dense
        .rows()
        .into_iter()
        .map(|row| row.iter().zip(&x).map(|(a, b)| a * b).sum())
        .collect()
}

#[test]
fn recorded_cases() {
    let text = std::fs::read_to_string(format!(
        "{}/tests/data/matrix.json",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap();
    let cases: Vec<Case> = serde_json::from_str(&text).unwrap();
    assert!(cases.len() >= 20);
    for case in &cases {
        let (kernel, input) = (array(&case.kernel), array(&case.input));
        let placements: Vec<Placement> = (0..case.dims)
            .map(|a| {
                placement(
                    case.stride[a],
                    case.dilation[a],
                    case.padding[a],
                    case.padding[a],
                )
            })
            .collect();
        let matrix = ConvMatrix::new(&kernel, &size(&input), &placements).unwrap();
        let y = matrix.apply(&input).unwrap();
        assert_eq!(y, array(&case.conv));
        let back = matrix.apply_transpose(&y).unwrap();
        assert_eq!(back, array(&case.transposed_of_conv));
        for (axis, place) in placements.iter().enumerate() {
            let layer = Transposed {
                kernel: Kernel::new(kernel.shape()[axis] as i128).unwrap(),
                stride: place.stride,
                dilation: place.dilation,
                low: place.low,
                high: place.high,
                output_padding: case.transposed_of_conv_output_padding[axis],
            };
            let written = layer.output_size(y.shape()[axis] as i64);
            assert_eq!(written, Some(input.shape()[axis] as i64));
        }
        assert_eq!(
            dense_product(&matrix, &input, false),
            y.iter().copied().collect::<Vec<_>>()
        );
        assert_eq!(
            dense_product(&matrix, &y, true),
            back.iter().copied().collect::<Vec<_>>()
        );

        // The layer itself: the transpose of the convolution that reads what it writes.
        let written = array(&case.transposed);
        let layer = ConvMatrix::new(&kernel, &size(&written), &placements).unwrap();
        assert_eq!(layer.apply_transpose(&input).unwrap(), written);
    }
}

#[test]
fn worked_example_with_both_products() {
    let kernel = parse_map("1 4 1; 1 4 3; 3 3 1", 2).unwrap();
    let x = parse_map("4 5 8 7; 1 8 8 8; 3 6 6 4; 6 5 7 8", 2).unwrap();
    let input = parse_size("4x4").unwrap();
    let matrix = ConvMatrix::new(&kernel, &input, &[Placement::PLAIN; 2]).unwrap();
    assert_eq!(matrix.output(), [2, 2]);
    assert_eq!(
        matrix.dense().unwrap().into_dyn(),
        parse_map(
            "1 4 1 0 1 4 3 0 3 3 1 0 0 0 0 0; 0 1 4 1 0 1 4 3 0 3 3 1 0 0 0 0; \
             0 0 0 0 1 4 1 0 1 4 3 0 3 3 1 0; 0 0 0 0 0 1 4 1 0 1 4 3 0 3 3 1",
            2
        )
        .unwrap()
    );
    let y = matrix.apply(&x).unwrap();
    assert_eq!(y, parse_map("122 148; 126 134", 2).unwrap());
    assert_eq!(
        matrix.apply_transpose(&y).unwrap(),
        parse_map(
            "122 636 714 148; 248 1274 1620 578; 492 1448 1480 550; 378 780 528 134",
            2
        )
        .unwrap()
    );
    assert_eq!(
        matrix
            .apply_transpose(&parse_map("2 1; 4 4", 2).unwrap())
            .unwrap(),
        parse_map("2 9 6 1; 6 29 30 7; 10 29 33 13; 12 24 16 4", 2).unwrap()
    );
}

#[derive(Clone, Debug)]
struct Random {
    kernel: ArrayD<f64>,
    x: ArrayD<f64>,
    how: Vec<Placement>,
}

fn values(shape: Vec<usize>) -> impl Strategy<Value = ArrayD<f64>> {
    let cells: usize = shape.iter().product();
    prop::collection::vec(-9..=9_i32, cells).prop_map(move |v| {
        ArrayD::from_shape_vec(IxDyn(&shape), v.into_iter().map(f64::from).collect()).unwrap()
    })
}

fn random() -> impl Strategy<Value = Random> {
    // Per axis: kernel, map, (stride, dilation), padding (each side its own).
    let axis = (
        1..=4_usize,
        1..=7_usize,
        (1..=4_i64, 1..=4_i64),
        (0..=4_i64, 0..=4_i64),
    );
    prop::collection::vec(axis, 1..=3).prop_flat_map(|axes| {
        let how = axes
            .iter()
            .map(|a| placement(a.2.0, a.2.1, a.3.0, a.3.1))
            .collect::<Vec<_>>();
        let kernel = values(axes.iter().map(|a| a.0).collect());
        let x = values(axes.iter().map(|a| a.1).collect());
        (kernel, x).prop_map(move |(kernel, x)| Random {
            kernel,
            x,
            how: how.clone(),
        })
    })
}

/// Where tap `tap` of the placement at `at` lies on the map, per axis; `None` where it is on the padding.
fn place(how: &[Placement], at: &[usize], tap: &[usize], size: &[usize]) -> Option<Vec<usize>> {
    let axis = |a: usize| {
        let Placement {
            stride,
            dilation,
            low,
            ..
        } = how[a];
        let position = at[a] as i64 * i64::from(stride) + tap[a] as i64 * i64::from(dilation) - low;
        usize::try_from(position).ok().filter(|&p| p < size[a])
    };
    (0..how.len()).map(axis).collect()
}

fn at(place: &ndarray::IxDyn) -> Vec<usize> {
    ndarray::Dimension::slice(place).to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn product_is_the_convolution(case in random()) {
        let Random { kernel, x, how } = case;
        let sizes: Vec<i64> = (0..x.ndim())
            .map(|a| {
                let extent = (kernel.shape()[a] as i64 - 1) * i64::from(how[a].dilation) + 1;
                (x.shape()[a] as i64 + how[a].low + how[a].high - extent).div_euclid(how[a].stride.into()) + 1
            })
            .collect();
        let matrix = ConvMatrix::new(&kernel, &size(&x), &how);
        if sizes.iter().any(|&n| n < 1) {
            prop_assert!(matches!(matrix, Err(MatrixError::Shape(_))));
            return Ok(());
        }
        let matrix = matrix.unwrap();
        let mut y = ArrayD::<f64>::zeros(IxDyn(&sizes.iter().map(|&n| n as usize).collect::<Vec<_>>()));
        for (o, sum) in y.indexed_iter_mut() {
            for (tap, weight) in kernel.indexed_iter() {
                if let Some(i) = place(&how, &at(&o), &at(&tap), x.shape()) {
                    *sum += weight * x[&i[..]];
                }
            }
        }
        prop_assert_eq!(&matrix.apply(&x).unwrap(), &y);
        prop_assert_eq!(dense_product(&matrix, &x, false), y.iter().copied().collect::<Vec<_>>());
        let rows: Vec<(i64, f64)> = (0..matrix.rows()).flat_map(|row| matrix.row(row)).collect();
        prop_assert_eq!(matrix.entries(), rows.len() as i128);
        prop_assert_eq!(matrix.dense().unwrap().iter().filter(|w| **w != 0.0).count(), rows.len());
        prop_assert!((0..matrix.rows()).all(|row| matrix.row(row).is_sorted_by(|a, b| a.0 < b.0)));
        // ⟨C·x, y⟩ = ⟨x, Cᵀ·y⟩, which no other matrix's transpose fulfils.
        let back = matrix.apply_transpose(&y).unwrap();
        prop_assert_eq!((&y * &y).sum(), (&back * &x).sum());
    }

    /// A transposed convolution is the transpose of the convolution that reads what it writes, padding at the end included (fewer positions
    /// than the stride or the dilation, as PyTorch has it). Where that is a stride or more, the convolution has more outputs than the
    /// layer has inputs: those behind the last are zeros.
    #[test]
    fn transposed_product_is_the_transposed_convolution(case in random(), extra in prop::array::uniform3(0..=11_i64)) {
        let Random { kernel, x, how } = case;
        let layers: Vec<Transposed> = (0..x.ndim())
            .map(|a| Transposed {
                kernel: Kernel::new(kernel.shape()[a] as i128).unwrap(),
                stride: how[a].stride,
                dilation: how[a].dilation,
                low: how[a].low,
                high: how[a].high,
                output_padding: extra[a] % i64::from(how[a].stride).max(how[a].dilation.into()),
            })
            .collect();
        let sizes: Option<Vec<i64>> = layers.iter().zip(x.shape()).map(|(layer, &n)| layer.output_size(n as i64)).collect();
        let Some(sizes) = sizes.filter(|sizes| sizes.iter().all(|&n| n >= 1)) else {
            return Ok(());
        };
        // Forward: every input position adds the kernel, scaled, to what it writes.
        let mut y = ArrayD::<f64>::zeros(IxDyn(&sizes.iter().map(|&n| n as usize).collect::<Vec<_>>()));
        let shape = y.shape().to_vec();
        for (i, value) in x.indexed_iter() {
            for (tap, weight) in kernel.indexed_iter() {
                if let Some(o) = place(&how, &at(&i), &at(&tap), &shape) {
                    y[&o[..]] += weight * value;
                }
            }
        }
        let matrix = ConvMatrix::new(&kernel, &sizes, &how).unwrap();
        let more: Vec<i64> = layers.iter().map(|layer| layer.output_padding / i64::from(layer.stride)).collect();
        let rows: Vec<i64> = size(&x).iter().zip(&more).map(|(n, more)| n + more).collect();
        prop_assert_eq!(matrix.output(), &rows[..]);
        let shape: Vec<usize> = rows.iter().map(|&n| n as usize).collect();
        let mut padded = ArrayD::zeros(IxDyn(&shape));
        for (i, value) in x.indexed_iter() {
            padded[&at(&i)[..]] = *value;
        }
        prop_assert_eq!(&matrix.apply_transpose(&padded).unwrap(), &y);
        prop_assert_eq!(dense_product(&matrix, &padded, true), y.iter().copied().collect::<Vec<_>>());
    }
}
