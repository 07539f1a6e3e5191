//! Maps, kernels and sizes as they are written in a line of text.

use ndarray::{ArrayD, IxDyn};

use crate::network::{MAX_SIZE, PerAxis};

/// Why a text is no map or size, and where. Rows (over all planes) and entries count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Not a finite number.
    #[error("row {row}, entry {entry}: `{text}` is not a finite number")]
    Number {
        /// Row.
        row: usize,
        /// Entry of the row.
        entry: usize,
        /// What stands there.
        text: String,
    },
    /// A row without a number.
    #[error("row {row} has no number")]
    EmptyRow {
        /// Row.
        row: usize,
    },
    /// A row of another length than row 1.
    #[error("row {row} has {found} numbers, row 1 has {expected}")]
    RowLength {
        /// Row.
        row: usize,
        /// Its entries.
        found: usize,
        /// The entries of row 1.
        expected: usize,
    },
    /// A plane with another number of rows than plane 1.
    #[error("plane {plane} has {found} rows, plane 1 has {expected}")]
    PlaneHeight {
        /// Plane, from 1.
        plane: usize,
        /// Its rows.
        found: usize,
        /// The rows of plane 1.
        expected: usize,
    },
    /// More axes than were asked for, or more than 3, or none.
    #[error("the text has {found} axes, possible here are 1 to {expected}")]
    Axes {
        /// Axes of the text.
        found: usize,
        /// Most that are possible here.
        expected: usize,
    },
    /// Part of a size that is not a whole number in range.
    #[error("axis {axis}: `{text}` is not a number of positions, 1 to {}", MAX_SIZE - 1)]
    Size {
        /// Axis, from 0.
        axis: usize,
        /// What stands there.
        text: String,
    },
}

/// A map or kernel of `dims` axes (1 to 3) from text: numbers between spaces or commas, rows between `;`, planes between `|`.
///
/// The result has exactly `dims` axes; outer ones that the text does not use have one position.
///
/// # Errors
/// [`TextError`], which says where.
///
/// ```
/// use degrid::footprint::{TextError, parse_map};
/// assert_eq!(parse_map("1 4 1; 1 4 3; 3 3 1", 2)?.shape(), [3, 3]);
/// assert_eq!(parse_map("1, 2, 1", 1)?.shape(), [3]);
/// assert_eq!(parse_map("1 2; 3 4 | 5 6; 7 8", 3)?.shape(), [2, 2, 2]);
///
/// let error = parse_map("1 4 1; 1 x 3", 2).unwrap_err();
/// assert_eq!(error.to_string(), "row 2, entry 2: `x` is not a finite number");
/// let error = parse_map("1 4 1; 1 4", 2).unwrap_err();
/// assert_eq!(error.to_string(), "row 2 has 2 numbers, row 1 has 3");
/// # Ok::<(), TextError>(())
/// ```
pub fn parse_map(text: &str, dims: usize) -> Result<ArrayD<f64>, TextError> {
    let planes = text.split('|').map(|plane| plane.split(';').collect());
    let planes: Vec<Vec<&str>> = planes.collect();
    let (depth, height) = (planes.len(), planes[0].len());
    let used = match (depth, height) {
        (1, 1) => 1,
        (1, _) => 2,
        _ => 3,
    };
    if !(1..=3).contains(&dims) || used > dims {
        return Err(TextError::Axes {
            found: used,
            expected: dims.min(3),
        });
    }
    let (mut values, mut width, mut row) = (Vec::new(), 0, 0);
    for (plane, rows) in (1..).zip(&planes) {
        for line in rows {
            row += 1;
            let found = parse_row(line, row, &mut values)?;
            if row == 1 {
                width = found;
            } else if found != width {
                return Err(TextError::RowLength {
                    row,
                    found,
                    expected: width,
                });
            }
        }
        if rows.len() != height {
            return Err(TextError::PlaneHeight {
                plane,
                found: rows.len(),
                expected: height,
            });
        }
    }
    let shape = [depth, height, width];
    let map = ArrayD::from_shape_vec(IxDyn(&shape[3 - dims..]), values);
    Ok(map.expect("every row was just found to have the same length"))
}

/// Adds the numbers of a row, and says how many there are.
fn parse_row(line: &str, row: usize, values: &mut Vec<f64>) -> Result<usize, TextError> {
    let mut entry = 0;
    for part in line.split(',') {
        // Commas separate, spaces too: only two commas with nothing between them are a fault.
        if part.trim().is_empty() && line.contains(',') {
            return Err(TextError::Number {
                row,
                entry: entry + 1,
                text: String::new(),
            });
        }
        for number in part.split_whitespace() {
            entry += 1;
            let value = number.parse::<f64>().ok().filter(|value| value.is_finite());
            values.push(value.ok_or_else(|| TextError::Number {
                row,
                entry,
                text: number.into(),
            })?);
        }
    }
    match entry {
        0 => Err(TextError::EmptyRow { row }),
        found => Ok(found),
    }
}

/// Positions per axis from text: `9`, `4x4`, `8×16×16`.
///
/// # Errors
/// [`TextError::Axes`] for more than three, [`TextError::Size`] for what is no whole number from 1 to 2^31 − 1.
///
/// ```
/// use degrid::footprint::parse_size;
/// assert_eq!(parse_size("4x6").unwrap()[..], [4, 6]);
/// assert!(parse_size("4x0").is_err());
/// ```
pub fn parse_size(text: &str) -> Result<PerAxis<i64>, TextError> {
    let parts: Vec<&str> = text.split(['x', 'X', '×']).map(str::trim).collect();
    if parts.len() > 3 {
        return Err(TextError::Axes {
            found: parts.len(),
            expected: 3,
        });
    }
    let mut size = PerAxis::splat(parts.len(), 0);
    for (axis, part) in parts.into_iter().enumerate() {
        let number = part
            .parse::<i64>()
            .ok()
            .filter(|number| (1..MAX_SIZE).contains(number));
        size[axis] = number.ok_or_else(|| TextError::Size {
            axis,
            text: part.into(),
        })?;
    }
    Ok(size)
}
