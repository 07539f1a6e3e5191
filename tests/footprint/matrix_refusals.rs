//! What a convolution matrix and the texts it is made of refuse, and what is said of it.

use degrid::footprint::{ConvMatrix, MatrixError, Placement, parse_map, parse_size};
use ndarray::{ArrayD, IxDyn};

#[test]
fn large_matrices_are_refused_with_their_size_and_read_row_by_row() {
    let kernel = parse_map("1 4 1; 1 4 3; 3 3 1", 2).unwrap();
    let same = Placement {
        low: 1,
        high: 1,
        ..Placement::PLAIN
    };
    let matrix = ConvMatrix::new(&kernel, &[4_096, 4_096], &[same; 2]).unwrap();
    let error = matrix.dense().unwrap_err();
    assert_eq!(
        error,
        MatrixError::TooLarge {
            rows: 1 << 24,
            columns: 1 << 24
        }
    );
    assert_eq!(
        error.to_string(),
        "a matrix of 16777216×16777216 (281474976710656 cells) is past the limit of 268435456 cells"
    );
    assert_eq!(
        matrix.row(0).collect::<Vec<_>>(),
        [(0, 4.0), (1, 3.0), (4_096, 3.0), (4_097, 1.0)]
    );
    assert_eq!(matrix.row(1 << 24).count() + matrix.row(-1).count(), 0);
    assert_eq!(matrix.entries(), 9 * (1 << 24) - 6 * 4_096 - 6 * 4_096 + 4);
}

#[test]
fn refusals() {
    let kernel = parse_map("1 1 1", 1).unwrap();
    let new = |input: &[i64], how: &[Placement]| {
        ConvMatrix::new(&kernel, input, how)
            .unwrap_err()
            .to_string()
    };
    let plain = Placement::PLAIN;
    assert_eq!(
        new(&[4, 4], &[plain; 2]),
        "the kernel has 1 axes, the map 2, the settings 2: all three need the same number, 1 to 3"
    );
    assert!(new(&[2], &[plain]).contains("needs at least 3"));
    assert!(new(&[0], &[plain]).contains("0 positions"));
    assert!(new(&[1 << 31], &[plain]).contains("1 to 2147483647"));
    assert!(new(&[9], &[Placement { low: -1, ..plain }]).contains("padding on axis 0 is -1"));
    assert!(
        new(
            &[2_000_000_000],
            &[Placement {
                low: 2_000_000_000,
                ..plain
            }]
        )
        .contains("past the limit")
    );
    let cube = parse_map("1", 3).unwrap();
    let error = ConvMatrix::new(&cube, &[2_000_000_000; 3], &[plain; 3]).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("2000000000×2000000000×2000000000"),
        "{error}"
    );
    let empty = ArrayD::zeros(IxDyn(&[0]));
    assert!(matches!(
        ConvMatrix::new(&empty, &[4], &[plain]),
        Err(MatrixError::Kernel { axis: 0, .. })
    ));
    let matrix = ConvMatrix::new(&kernel, &[4], &[plain]).unwrap();
    assert!(
        matrix
            .apply(&parse_map("1 2 3", 1).unwrap())
            .unwrap_err()
            .to_string()
            .contains("is 3")
    );
    assert!(matrix.apply(&parse_map("1 2 3 4", 2).unwrap()).is_err());
    assert_eq!(
        matrix.apply(&parse_map("1e308 1e308 1e308 0", 1).unwrap()),
        Err(MatrixError::NotFinite)
    );
    let large = ConvMatrix::new(&cube, &[1_000; 3], &[plain; 3]).unwrap();
    assert!(large.entries() == 1_000_000_000 && large.dense().is_err());
}

#[test]
fn texts_say_where_they_are_wrong() {
    let wrong = |text: &str, dims| parse_map(text, dims).unwrap_err().to_string();
    assert_eq!(
        wrong("1 2; 3 inf", 2),
        "row 2, entry 2: `inf` is not a finite number"
    );
    assert_eq!(wrong("1 2; ; 3 4", 2), "row 2 has no number");
    assert_eq!(wrong("", 1), "row 1 has no number");
    assert_eq!(
        wrong("1,,2", 1),
        "row 1, entry 2: `` is not a finite number"
    );
    assert_eq!(
        wrong("1; 2", 1),
        "the text has 2 axes, possible here are 1 to 1"
    );
    assert_eq!(wrong("1; 2 | 3", 3), "plane 2 has 1 rows, plane 1 has 2");
    assert_eq!(wrong("1 2 | 3", 3), "row 2 has 1 numbers, row 1 has 2");
    assert_eq!(parse_map("1 2 3", 2).unwrap().shape(), [1, 3]);
    let wrong = |text: &str| parse_size(text).unwrap_err().to_string();
    assert_eq!(
        wrong("4x-1"),
        "axis 1: `-1` is not a number of positions, 1 to 2147483647"
    );
    assert!(wrong("4x").contains("axis 1"));
    assert!(wrong("2x2x2x2").contains("4 axes"));
    assert_eq!(parse_size(" 4 × 5 ").unwrap()[..], [4, 5]);
}
