//! The bytes of a protobuf message, field by field, from any source that can seek: payloads are passed over, not read.

use std::io::{BufReader, Read, Seek, SeekFrom};

use crate::trace::Error;

/// Longest text that is read, in bytes; longer ones are no names.
const MAX_TEXT: u64 = 1 << 16;

/// What stands behind a field's number.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wire {
    /// A number.
    Varint(u64),
    /// Four bytes.
    Fixed32(u32),
    /// Eight bytes.
    Fixed64(u64),
    /// Text, packed numbers or a message: the offset at which it ends. The reader stands at its first byte.
    Bytes(u64),
}

/// A reader of messages that knows where it stands.
pub(super) struct Reader<R> {
    source: BufReader<R>,
    at: u64,
    end: u64,
}

impl<R: Read + Seek> Reader<R> {
    pub(super) fn new(mut source: R) -> Result<Self, Error> {
        let failed = |at| move |error: std::io::Error| Error::Read(at, error.to_string());
        let end = source.seek(SeekFrom::End(0)).map_err(failed(0))?;
        source.rewind().map_err(failed(0))?;
        Ok(Self {
            source: BufReader::with_capacity(1 << 14, source),
            at: 0,
            end,
        })
    }

    /// The offset of the next byte.
    pub(super) fn at(&self) -> u64 {
        self.at
    }

    /// The offset after the last byte of the file.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// The next field of a message that ends at `end`; `None` there.
    pub(super) fn field(&mut self, end: u64) -> Result<Option<(u64, Wire)>, Error> {
        if self.at >= end {
            return Ok(None);
        }
        let start = self.at;
        let tag = self.varint(end)?;
        let wire = match tag & 7 {
            0 => Wire::Varint(self.varint(end)?),
            1 => Wire::Fixed64(u64::from_le_bytes(self.exact(end)?)),
            2 => {
                let length = self.varint(end)?;
                let left = end.saturating_sub(self.at);
                if length > left {
                    let what = format!("a field of {length} bytes where {left} are left");
                    return Err(Error::Malformed(start, what));
                }
                Wire::Bytes(self.at + length)
            }
            5 => Wire::Fixed32(u32::from_le_bytes(self.exact(end)?)),
            other => {
                let what = format!("a field of wire type {other}, which protobuf has not");
                return Err(Error::Malformed(start, what));
            }
        };
        if tag >> 3 == 0 {
            return Err(Error::Malformed(start, "a field numbered 0".to_owned()));
        }
        Ok(Some((tag >> 3, wire)))
    }

    pub(super) fn varint(&mut self, end: u64) -> Result<u64, Error> {
        let start = self.at;
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.exact(end)?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Error::Malformed(
            start,
            "a number of more than ten bytes".to_owned(),
        ))
    }

    pub(super) fn exact<const N: usize>(&mut self, end: u64) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        self.fill(&mut bytes, end)?;
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8], end: u64) -> Result<(), Error> {
        let length = bytes.len() as u64;
        if end.saturating_sub(self.at) < length {
            let what = "a message that ends inside of a field".to_owned();
            return Err(Error::Malformed(self.at, what));
        }
        let read = self.source.read_exact(bytes);
        read.map_err(|error| Error::Read(self.at, error.to_string()))?;
        self.at += length;
        Ok(())
    }

    /// Passes over what is left before `end`.
    pub(super) fn skip(&mut self, end: u64) -> Result<(), Error> {
        let Ok(ahead) = i64::try_from(end.saturating_sub(self.at)) else {
            let what = "a field of more than 2^63 bytes".to_owned();
            return Err(Error::Malformed(self.at, what));
        };
        let moved = self.source.seek_relative(ahead);
        moved.map_err(|error| Error::Read(self.at, error.to_string()))?;
        self.at = self.at.max(end);
        Ok(())
    }

    /// The bytes up to `end`, of which the caller knows that they are few.
    pub(super) fn bytes(&mut self, end: u64) -> Result<Vec<u8>, Error> {
        let length = usize::try_from(end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; length];
        self.fill(&mut bytes, end)?;
        Ok(bytes)
    }

    /// A text. What a terminal would not show as it is, is escaped, so that names can be printed anywhere.
    pub(super) fn text(&mut self, end: u64) -> Result<String, Error> {
        let length = end.saturating_sub(self.at);
        if length > MAX_TEXT {
            let what = format!("a name of {length} bytes, past the limit of {MAX_TEXT}");
            return Err(Error::Malformed(self.at, what));
        }
        let bytes = self.bytes(end)?;
        let text = String::from_utf8_lossy(&bytes);
        // Directional marks turn text around without being control characters.
        let is_hidden = |c: char| {
            c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        };
        if !text.contains(is_hidden) {
            return Ok(text.into_owned());
        }
        let mut shown = String::new();
        for c in text.chars() {
            if is_hidden(c) {
                shown.extend(c.escape_unicode());
            } else {
                shown.push(c);
            }
        }
        Ok(shown)
    }
}
