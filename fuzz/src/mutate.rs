//! Mutations of trees, so that what a model says changes and its bytes stay a model.

use serde_json::Value;

/// Numbers that follow from a seed.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u32) -> Self {
        Self(u64::from(seed) * 2 + 1)
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % end.max(1)
    }
}

/// Numbers at limits, and plain ones.
const NUMBERS: [i64; 14] = [
    0,
    1,
    2,
    3,
    5,
    16,
    64,
    -1,
    -2,
    1 << 20,
    1 << 31,
    1 << 40,
    i64::MAX,
    i64::MIN,
];

fn number(old: i64, random: &mut Random) -> i64 {
    match random.below(4) {
        0 => old.wrapping_add(1),
        1 => old.wrapping_sub(1),
        2 => old.wrapping_mul(2),
        _ => NUMBERS[random.below(NUMBERS.len())],
    }
}

/// A list that loses, repeats or swaps an entry.
fn list<T: Clone>(items: &mut Vec<T>, random: &mut Random) {
    if items.is_empty() {
        return;
    }
    let (one, other) = (random.below(items.len()), random.below(items.len()));
    match random.below(3) {
        0 => drop(items.remove(one)),
        1 => items.insert(other, items[one].clone()),
        _ => items.swap(one, other),
    }
}

pub trait Tree: Clone {
    fn children(&mut self) -> Vec<&mut Self>;
    /// Changes the node itself.
    fn change(&mut self, random: &mut Random);
}

fn count<T: Tree>(tree: &mut T) -> usize {
    1 + tree.children().into_iter().map(count).sum::<usize>()
}

/// A node by its number, the root first.
fn node<'t, T: Tree>(tree: &'t mut T, number: &mut usize) -> Option<&'t mut T> {
    if *number == 0 {
        return Some(tree);
    }
    *number -= 1;
    tree.children()
        .into_iter()
        .find_map(|child| node(child, number))
}

/// Changes a few nodes: each itself, or to what another node is.
pub fn mutate<T: Tree>(tree: &mut T, random: &mut Random) {
    for _ in 0..=random.below(3) {
        let all = count(tree);
        let (mut one, mut other) = (random.below(all), random.below(all));
        let taken = (random.below(3) == 0)
            .then(|| node(tree, &mut other).cloned())
            .flatten();
        let Some(node) = node(tree, &mut one) else {
            continue;
        };
        match taken {
            Some(taken) => *node = taken,
            None => node.change(random),
        }
    }
}

impl Tree for Value {
    fn children(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Array(items) => items.iter_mut().collect(),
            Self::Object(map) => map.values_mut().collect(),
            _ => Vec::new(),
        }
    }

    fn change(&mut self, random: &mut Random) {
        match self {
            Self::Null => *self = 1.into(),
            Self::Bool(is_so) => *is_so = !*is_so,
            Self::Number(old) => *self = number(old.as_i64().unwrap_or(0), random).into(),
            Self::String(text) => drop(text.pop()),
            Self::Array(items) => list(items, random),
            Self::Object(map) => {
                let key = map.keys().nth(random.below(map.len())).cloned();
                key.and_then(|key| map.remove(&key));
            }
        }
    }
}

/// A value of Protocol Buffers as its bytes tell: what may be a message is one.
#[derive(Clone, Debug)]
pub enum Wire {
    Message(Vec<(u64, Wire)>),
    Varint(u64),
    Fixed([u8; 8]),
    Short([u8; 4]),
    Bytes(Vec<u8>),
}

impl Wire {
    /// A message; `None` of bytes that are none.
    pub fn read(mut bytes: &[u8]) -> Option<Self> {
        let mut fields = Vec::new();
        while !bytes.is_empty() {
            let tag = varint(&mut bytes)?;
            let value = match tag & 7 {
                0 => Self::Varint(varint(&mut bytes)?),
                1 => Self::Fixed(*bytes.split_off(..8)?.as_array()?),
                2 => {
                    let length = usize::try_from(varint(&mut bytes)?).ok()?;
                    let own = bytes.split_off(..length)?;
                    let is_text = own.iter().all(|byte| byte.is_ascii_graphic());
                    let message = (!is_text).then(|| Self::read(own)).flatten();
                    message.unwrap_or_else(|| Self::Bytes(own.to_vec()))
                }
                5 => Self::Short(*bytes.split_off(..4)?.as_array()?),
                _ => return None,
            };
            fields.push((tag >> 3, value));
        }
        Some(Self::Message(fields))
    }

    /// Its bytes, without tag and length.
    pub fn write(&self) -> Vec<u8> {
        match self {
            Self::Varint(number) => written(*number),
            Self::Fixed(bytes) => bytes.to_vec(),
            Self::Short(bytes) => bytes.to_vec(),
            Self::Bytes(bytes) => bytes.clone(),
            Self::Message(fields) => {
                let mut out = Vec::new();
                for (field, value) in fields {
                    let (kind, is_long) = match value {
                        Self::Varint(_) => (0, false),
                        Self::Fixed(_) => (1, false),
                        Self::Bytes(_) | Self::Message(_) => (2, true),
                        Self::Short(_) => (5, false),
                    };
                    let bytes = value.write();
                    out.extend(written(field << 3 | kind));
                    if is_long {
                        out.extend(written(bytes.len() as u64));
                    }
                    out.extend(bytes);
                }
                out
            }
        }
    }
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..70).step_by(7) {
        let byte = *bytes.split_off_first()?;
        number |= u64::from(byte & 127).checked_shl(shift).unwrap_or(0);
        if byte < 128 {
            return Some(number);
        }
    }
    None
}

fn written(mut number: u64) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let low = number.to_le_bytes()[0] & 127;
        number >>= 7;
        if number == 0 {
            out.push(low);
            return out;
        }
        out.push(low | 128);
    }
}

impl Tree for Wire {
    fn children(&mut self) -> Vec<&mut Self> {
        match self {
            Self::Message(fields) => fields.iter_mut().map(|(_, value)| value).collect(),
            _ => Vec::new(),
        }
    }

    fn change(&mut self, random: &mut Random) {
        match self {
            Self::Message(fields) => list(fields, random),
            Self::Varint(old) => *old = number(old.cast_signed(), random).cast_unsigned(),
            Self::Fixed(bytes) => bytes[random.below(8)] ^= 1 << random.below(8),
            Self::Short(bytes) => bytes[random.below(4)] ^= 1 << random.below(8),
            Self::Bytes(bytes) => {
                let at = random.below(bytes.len());
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
        }
    }
}

/// Puts new bytes in the place of old ones where they fit; their length then.
pub fn replace(data: &mut [u8], most: usize, new: &[u8]) -> Option<usize> {
    let length = new.len();
    (length <= most && length <= data.len()).then(|| {
        data[..length].copy_from_slice(new);
        length
    })
}
