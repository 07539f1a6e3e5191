//! Tensors: their sizes, and the elements of those that are few.

use std::io::{Read, Seek};

use crate::network::volume;
use crate::onnx::model::{MAX_ELEMENTS, Tensor, as_float};
use crate::onnx::wire::Wire;
use crate::trace::Error;
use crate::trace::Fixed;

use super::Parser;

impl<R: Read + Seek> Parser<R> {
    pub(super) fn tensor(&mut self, end: u64) -> Result<Tensor, Error> {
        let mut name = String::new();
        let (mut dims, mut data, mut raw) = (Vec::new(), None, None);
        let (mut kind, mut is_external) = (0, false);
        let start = self.reader.at();
        message!(self, end, {
            1 Wire::Varint(size) => dims.push(size.cast_signed()),
            1 Wire::Bytes(end) => {
                match self.varints(end)? {
                    Some(sizes) => dims.extend(sizes),
                    None => return Err(Error::Malformed(start, "a tensor of too many axes".to_owned())),
                }
            },
            2 Wire::Varint(value) => kind = value,
            4 Wire::Bytes(end) => data = self.floats(end)?,
            4 Wire::Fixed32(bits) => push(&mut data, f64::from(f32::from_bits(bits))),
            5 Wire::Bytes(end) => data = self.varints(end)?.map(as_floats),
            5 Wire::Varint(value) => push(&mut data, as_float(value.cast_signed())),
            7 Wire::Bytes(end) => data = self.varints(end)?.map(as_floats),
            7 Wire::Varint(value) => push(&mut data, as_float(value.cast_signed())),
            8 Wire::Bytes(end) => name = self.reader.text(end)?,
            9 Wire::Bytes(end) => {
                if end - self.reader.at() <= 8 * MAX_ELEMENTS as u64 {
                    raw = Some(self.reader.bytes(end)?);
                } else {
                    self.reader.skip(end)?;
                }
            },
            10 Wire::Bytes(end) => {
                if end - self.reader.at() <= 8 * MAX_ELEMENTS as u64 {
                    data = elements(11, &self.reader.bytes(end)?);
                } else {
                    self.reader.skip(end)?;
                }
            },
            10 Wire::Fixed64(bits) => push(&mut data, f64::from_bits(bits)),
            14 Wire::Varint(value) => is_external = value == 1,
        });
        if dims.len() > 32 {
            return Err(Error::Malformed(
                start,
                "a tensor of too many axes".to_owned(),
            ));
        }
        if let Some(size) = dims.iter().find(|size| **size < 0) {
            let what = format!("tensor \"{name}\" has an axis of {size} elements");
            return Err(Error::Malformed(start, what));
        }
        if let Some(raw) = raw {
            data = elements(kind, &raw);
        }
        let count = volume(dims.iter().copied());
        let fits = |data: &Vec<f64>| i64::try_from(data.len()).ok() == count && !is_external;
        let value = Fixed {
            data: data.filter(fits),
            is_whole: !matches!(kind, 1 | 10 | 11 | 16),
            shape: Some(dims),
        };
        Ok(Tensor { name, value })
    }

    /// Packed varints; `None` where there are too many to be kept.
    pub(super) fn varints(&mut self, end: u64) -> Result<Option<Vec<i64>>, Error> {
        let mut values = Vec::new();
        while self.reader.at() < end {
            if values.len() >= MAX_ELEMENTS {
                self.reader.skip(end)?;
                return Ok(None);
            }
            values.push(self.reader.varint(end)?.cast_signed());
        }
        Ok(Some(values))
    }

    /// Packed floats; `None` where there are too many to be kept.
    pub(super) fn floats(&mut self, end: u64) -> Result<Option<Vec<f64>>, Error> {
        if end - self.reader.at() > 4 * MAX_ELEMENTS as u64 {
            self.reader.skip(end)?;
            return Ok(None);
        }
        Ok(elements(1, &self.reader.bytes(end)?))
    }
}

fn push(data: &mut Option<Vec<f64>>, value: f64) {
    let data = data.get_or_insert_default();
    if data.len() < MAX_ELEMENTS {
        data.push(value);
    }
}

fn as_floats(values: Vec<i64>) -> Vec<f64> {
    values.into_iter().map(as_float).collect()
}

/// The elements of a tensor's raw bytes, for the types that shapes, scales and masks have.
fn elements(kind: u64, raw: &[u8]) -> Option<Vec<f64>> {
    let of = |size: usize, one: &dyn Fn(&[u8]) -> f64| {
        let whole = raw.len().is_multiple_of(size);
        whole.then(|| raw.chunks_exact(size).map(one).collect())
    };
    let eight = |b: &[u8]| b.try_into().unwrap_or([0; 8]);
    let four = |b: &[u8]| b.try_into().unwrap_or([0; 4]);
    match kind {
        1 => of(4, &|b| f64::from(f32::from_le_bytes(four(b)))),
        2 | 9 => of(1, &|b| f64::from(b[0])),
        3 => of(1, &|b| f64::from(b[0].cast_signed())),
        6 => of(4, &|b| f64::from(i32::from_le_bytes(four(b)))),
        7 => of(8, &|b| as_float(i64::from_le_bytes(eight(b)))),
        11 => of(8, &|b| f64::from_le_bytes(eight(b))),
        12 => of(4, &|b| f64::from(u32::from_le_bytes(four(b)))),
        _ => None,
    }
}
