//! A name in sixteen bytes: all of it if it is short, else where it lies.

use std::ops::Range;

/// A name of a table, or where in the text of the table it lies.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(align(16))]
pub(crate) struct Key([u8; SIZE]);

/// What a key says of its name.
pub(crate) enum Lies<'a> {
    /// It is this.
    Here(&'a [u8]),
    /// It lies there.
    At(Range<usize>),
}

impl Key {
    /// Returns the key of a short name: its bytes, nought, and last its length. It is put together from two pieces, which overlap
    /// where the name is not exactly as long as both.
    #[inline]
    pub(crate) fn short(name: &[u8]) -> Option<Self> {
        let n = name.len();
        let (low, high) = match n {
            0 => (0, 0),
            1..4 => {
                let [first, middle, last] =
                    [name.first()?, name.get(n / 2)?, name.last()?].map(|byte| u64::from(*byte));
                (first | left(middle, n / 2) | left(last, n.wrapping_sub(1)), 0)
            }
            4..8 => {
                let [first, last] =
                    [name.first_chunk()?, name.last_chunk()?].map(|four| u64::from(u32::from_le_bytes(*four)));
                (first | left(last, n.wrapping_sub(4)), 0)
            }
            8..SIZE => {
                let [first, last] = [name.first_chunk()?, name.last_chunk()?].map(|eight| u64::from_le_bytes(*eight));
                // Those of the last eight bytes that are not among the first.
                (first, right(right(last, 1), SIZE.wrapping_sub(n).wrapping_sub(1)))
            }
            _ => return None,
        };
        Some(Self::of(low, high | left(n as u64, 7)))
    }

    /// Returns the key of a name that is not short.
    pub(crate) fn long(lies: Range<usize>) -> Self {
        Self::of(lies.start as u64, lies.end as u64 & END | !END)
    }

    #[inline]
    fn of(low: u64, high: u64) -> Self {
        Self((u128::from(high) << u64::BITS | u128::from(low)).to_le_bytes())
    }

    /// Returns its bits.
    #[inline]
    pub(crate) fn bits(self) -> u128 {
        u128::from_le_bytes(self.0)
    }

    /// Returns where its name lies.
    pub(crate) fn lies(&self) -> Lies<'_> {
        let [.., n] = self.0;
        match self.0.get(..usize::from(n)) {
            Some(name) => Lies::Here(name),
            None => {
                let [start, end] = [self.bits(), self.bits() >> u64::BITS].map(|bits| bits as u64 & END);
                Lies::At(start as usize..end as usize)
            }
        }
    }
}

/// Returns a number with its bytes moved up by `n`, at most seven.
#[inline]
fn left(number: u64, n: usize) -> u64 {
    number.wrapping_shl(8_u32.wrapping_mul(n as u32))
}

/// Returns a number with its bytes moved down by `n`, at most seven.
#[inline]
fn right(number: u64, n: usize) -> u64 {
    number.wrapping_shr(8_u32.wrapping_mul(n as u32))
}

/// The bytes of a key; a short name is shorter.
const SIZE: usize = 16;
/// The bits of where a long name ends; above them a key is all ones, which is the length of no short name.
const END: u64 = u64::MAX >> 8;

#[cfg(test)]
mod tests {
    use super::{Key, Lies};

    #[test]
    fn a_short_name_is_in_its_key() {
        let text = b"a longer text than a key has room for";
        for (start, n) in (0..8).flat_map(|start| (0..16).map(move |n| (start, n))) {
            let name: Vec<u8> = text.iter().skip(start).take(n).copied().collect();
            let mut expected = [0; 16];
            expected.iter_mut().zip(&name).for_each(|(byte, written)| *byte = *written);
            expected[15] = u8::try_from(n).unwrap_or(u8::MAX);
            let key = Key::short(&name);
            assert_eq!(key.map(Key::bits), Some(u128::from_le_bytes(expected)));
            assert!(key.is_some_and(|key| matches!(key.lies(), Lies::Here(bytes) if bytes == name)));
        }
    }

    #[test]
    fn names_with_noughts_have_keys_of_their_own() {
        let names: Vec<Vec<u8>> = (0..16).map(|n| vec![0; n]).collect();
        for (one, other) in names.iter().flat_map(|one| names.iter().map(move |other| (one, other))) {
            assert_eq!(Key::short(one) == Key::short(other), one == other);
        }
    }

    #[test]
    fn a_long_name_lies_in_the_text() {
        assert_eq!(Key::short(&[b'a'; 16]), None);
        for lies in [0..16, 7..1 << 33, 0..(1 << 56) - 1] {
            let key = Key::long(lies.clone());
            assert!(matches!(key.lies(), Lies::At(found) if found == lies));
        }
    }
}
