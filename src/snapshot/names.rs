//! Names to numbers, and back: one arena of text, and one hash table whose slots hold all that a look-up needs at first.

use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::hint::black_box;
use std::ops::Range;

use foldhash::quality::RandomState;

/// Distinct names, numbered in the order in which they were given.
///
/// A look-up reads one slot, then the name to be sure. The reads of several look-ups do not wait for each other where
/// all are begun first: see [`NameTable::begin`]. The hash is seeded at random: whoever chooses names does not know it.
#[derive(Clone, Default)]
pub(crate) struct NameTable {
    seed: RandomState,
    /// As many as a power of two, at most three quarters full, in a small table less: the upper half of the hash above the number
    /// plus one; 0 is free.
    slots: Box<[u64]>,
    text: Box<[u8]>,
    /// Where each name ends in the text.
    ends: Box<[usize]>,
}

/// A look-up that has begun: the first slot is read.
#[derive(Clone, Copy, Default)]
pub(crate) struct Probe {
    hash: u64,
    slot: u64,
}

impl NameTable {
    /// Builds a table; of a name that is given twice the first number counts.
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Self {
        // What is kept is as long as it must be from the first.
        let grown =
            |(n, n_bytes): (usize, usize), name: &str| (n.saturating_add(1), n_bytes.saturating_add(name.len()));
        let (n_names, n_bytes) = names.clone().fold((0, 0), grown);
        let mut text = String::with_capacity(n_bytes);
        let mut ends = Vec::with_capacity(n_names);
        for name in names {
            text.push_str(name);
            ends.push(text.len());
        }
        let n_slots = n_slots(ends.len());
        let mut table = Self {
            seed: RandomState::default(),
            slots: vec![0; n_slots].into_boxed_slice(),
            text: text.into_bytes().into_boxed_slice(),
            ends: ends.into_boxed_slice(),
        };
        table.fill(0..table.ends.len());
        table
    }

    /// Returns the table with more names behind those that it has; one that it has already keeps its number. They are
    /// distinct.
    pub(crate) fn with_more<'a>(self, names: impl Iterator<Item = &'a str>) -> Self {
        let new: Vec<&str> = names.filter(|name| self.find(name).is_none()).collect();
        if new.is_empty() {
            return self;
        }
        let n_before = self.len();
        let (mut text, mut ends) = (self.text.into_vec(), self.ends.into_vec());
        text.reserve_exact(new.iter().map(|name| name.len()).sum());
        ends.reserve_exact(new.len());
        for name in new {
            text.extend_from_slice(name.as_bytes());
            ends.push(text.len());
        }
        let n_slots = n_slots(ends.len());
        let is_large_enough = n_slots <= self.slots.len();
        let slots = if is_large_enough { self.slots } else { vec![0; n_slots].into_boxed_slice() };
        let (text, ends) = (text.into_boxed_slice(), ends.into_boxed_slice());
        let mut table = Self { seed: self.seed, slots, text, ends };
        table.fill(if is_large_enough { n_before } else { 0 }..table.ends.len());
        table
    }

    /// Returns how many names there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the name of a number.
    pub(crate) fn name(&self, number: usize) -> Option<&str> {
        self.bytes(number).and_then(|bytes| str::from_utf8(bytes).ok())
    }

    fn bytes(&self, number: usize) -> Option<&[u8]> {
        let end = *self.ends.get(number)?;
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end);
        self.text.get(start..end)
    }

    /// Returns every name, by number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|number| self.name(number))
    }

    /// Returns the number of a name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.end(self.begin(name), name)
    }

    /// Begins a look-up: reads the first slot and waits for nothing.
    #[inline]
    pub(crate) fn begin(&self, name: &str) -> Probe {
        let mut hasher = self.seed.build_hasher();
        hasher.write(name.as_bytes());
        let hash = hasher.finish();
        Probe { hash, slot: self.slot(hash) }
    }

    /// Returns what a look-up seems to come to, from the first slot alone: for reading ahead, not for answers.
    pub(crate) fn likely(&self, probe: Probe) -> Option<usize> {
        (probe.slot != FREE).then(|| number(probe.slot))
    }

    /// Reads where a name lies, to have it near, and returns that: see [`NameTable::read_text_ahead`].
    #[inline]
    pub(crate) fn read_ahead(&self, number: usize) -> usize {
        let [start, end] = [number.saturating_sub(1), number].map(|at| self.ends.get(at).copied().unwrap_or(0));
        black_box(end);
        start
    }

    /// Reads the first piece of a name, to have it near.
    #[inline]
    pub(crate) fn read_text_ahead(&self, start: usize) {
        black_box(self.text.get(start).copied());
    }

    /// Ends a look-up that was begun with the same name.
    #[inline]
    pub(crate) fn end(&self, probe: Probe, name: &str) -> Option<usize> {
        let Probe { hash, slot } = probe;
        if tag(slot) == tag(hash) && self.is(number(slot), name) {
            Some(number(slot))
        } else {
            self.search(probe, name)
        }
    }

    /// Ends a look-up whose first slot holds another name, or none.
    #[inline(never)]
    fn search(&self, Probe { hash, mut slot }: Probe, name: &str) -> Option<usize> {
        let mut at = hash;
        while slot != FREE {
            if tag(slot) == tag(hash) && self.is(number(slot), name) {
                return Some(number(slot));
            }
            at = at.wrapping_add(1);
            slot = self.slot(at);
        }
        None
    }

    #[inline]
    fn is(&self, number: usize, name: &str) -> bool {
        self.bytes(number).is_some_and(|bytes| is_same(bytes, name.as_bytes()))
    }

    /// Returns a slot; past the end it is the first again. A table without slots has none but a free one.
    fn slot(&self, at: u64) -> u64 {
        self.position(at).and_then(|at| self.slots.get(at)).copied().unwrap_or(FREE)
    }

    fn position(&self, at: u64) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        usize::try_from(at & MAX_POSITION).ok().map(|at| at & mask)
    }

    /// Gives numbers their slots. Each waits for memory: those of a few numbers are read side by side, and filled then.
    fn fill(&mut self, numbers: Range<usize>) {
        let mut hashes = Vec::with_capacity(FILLED_TOGETHER);
        for first in numbers.clone().step_by(FILLED_TOGETHER) {
            let some = first..first.saturating_add(FILLED_TOGETHER).min(numbers.end);
            hashes.clear();
            hashes.extend(some.clone().map(|number| self.hash(self.bytes(number).unwrap_or_default())));
            // Nothing but the reading matters.
            black_box(hashes.iter().fold(0, |seen, hash| seen ^ self.slot(*hash)));
            some.zip(&hashes).for_each(|(number, hash)| self.insert(number, *hash));
        }
    }

    fn hash(&self, name: &[u8]) -> u64 {
        let mut hasher = self.seed.build_hasher();
        hasher.write(name);
        hasher.finish()
    }

    fn insert(&mut self, number: usize, hash: u64) {
        let mut at = hash;
        loop {
            let slot = self.slot(at);
            if slot == FREE {
                break;
            }
            if tag(slot) == tag(hash) && self.bytes(self::number(slot)) == self.bytes(number) {
                return;
            }
            at = at.wrapping_add(1);
        }
        let filled = hash & TAG | u64::try_from(number).unwrap_or(MAX_POSITION).saturating_add(1) & MAX_POSITION;
        if let Some(slot) = self.position(at).and_then(|at| self.slots.get_mut(at)) {
            *slot = filled;
        }
    }
}

impl fmt::Debug for NameTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Returns whether two texts are the same; most are short, and compared in two pieces.
#[inline]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    match one.len() {
        8..=16 => pieces::<8>(one) == pieces::<8>(other),
        17..=32 => pieces::<16>(one) == pieces::<16>(other),
        _ => one == other,
    }
}

/// Returns the first and the last bytes of a text.
#[inline]
fn pieces<const N: usize>(text: &[u8]) -> Option<([u8; N], [u8; N])> {
    Some((*text.first_chunk()?, *text.last_chunk()?))
}

/// Returns for how many slots some names want: the fewer they are, the more of them stay free, so that the first look is nearly
/// always the last.
fn n_slots(n_names: usize) -> usize {
    let n_slots = match n_names {
        ..0x1000 => n_names.saturating_mul(4),
        0x1000..0x1_0000 => n_names.saturating_mul(2),
        0x1_0000.. => n_names.saturating_mul(4).div_ceil(3),
    };
    n_slots.saturating_add(1).next_power_of_two()
}

/// Returns the part of a hash that a slot keeps.
fn tag(bits: u64) -> u64 {
    bits & TAG
}

/// Returns the number in a slot that is not free.
fn number(slot: u64) -> usize {
    usize::try_from((slot & MAX_POSITION).saturating_sub(1)).unwrap_or(usize::MAX)
}

const FREE: u64 = 0;
/// How many names are given their slots side by side.
const FILLED_TOGETHER: usize = 64;
const TAG: u64 = 0xFFFF_FFFF_0000_0000;
const MAX_POSITION: u64 = 0xFFFF_FFFF;

#[cfg(test)]
mod tests {
    use super::NameTable;

    #[test]
    fn every_name_is_found_under_its_number_and_no_other_is() {
        let names: Vec<String> = (0..5_000).map(|n| format!("user{n}")).collect();
        let table = NameTable::new(names.iter().map(String::as_str));
        for (number, name) in names.iter().enumerate() {
            assert_eq!(table.find(name), Some(number));
            assert_eq!(table.name(number), Some(name.as_str()));
        }
        let strangers = (5_000..10_000).map(|n| format!("user{n}"));
        assert_eq!(strangers.filter(|name| table.find(name).is_some()).count(), 0);
        assert_eq!(table.find(""), None);
        assert_eq!(table.name(5_000), None);
    }

    #[test]
    fn an_empty_table_knows_nobody() {
        assert_eq!(NameTable::default().find("ana"), None);
        assert_eq!(NameTable::new(std::iter::empty()).find("ana"), None);
    }

    #[test]
    fn of_a_name_given_twice_the_first_number_counts() {
        let table = NameTable::new(["ana", "ben", "ana"].into_iter());
        assert_eq!(table.find("ana"), Some(0));
        assert_eq!(table.len(), 3);
    }

    #[test]
    fn more_names_come_behind_those_that_are_there() {
        let names: Vec<String> = (0..3_000).map(|n| format!("user{n}")).collect();
        let names = || names.iter().map(String::as_str);
        for n_first in [0, 1, 2, 500, 1_535, 1_536, 2_999, 3_000] {
            let table = NameTable::new(names().take(n_first)).with_more(names());
            assert_eq!(table.len(), 3_000);
            assert!(names().enumerate().all(|(number, name)| table.find(name) == Some(number)));
            assert_eq!(table.find("user3000"), None);
        }
    }
}
