//! Names to numbers, and back: a hash table whose slots hold numbers, a key for each number, and the text of long names.

use std::fmt;
use std::hash::{BuildHasher, Hasher};
use std::hint::black_box;
use std::mem;
use std::ops::Range;

use foldhash::quality::RandomState;

use crate::snapshot::key::{Key, Lies};

/// Distinct names, numbered in the order in which they were given.
///
/// A look-up reads one slot, then the key of the name; the text only of a long one. The hash is seeded at random: whoever chooses
/// names does not know it.
#[derive(Clone, Default)]
pub(crate) struct NameTable {
    seed: RandomState,
    /// As many as a power of two, at most three quarters full, in a small table less: the upper half of the hash above the number
    /// plus one; 0 is free.
    slots: Box<[u64]>,
    /// The name of each number, or where it lies.
    keys: Box<[Key]>,
    /// The names that are not in their keys.
    text: Box<[u8]>,
}

/// The first slot of a look-up: what was asked for is likely there.
#[derive(Clone, Copy)]
pub(crate) struct FirstSlot(u64);

impl NameTable {
    /// Builds a table; of a name that is given twice the first number counts.
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Self {
        let (keys, text) = (Vec::new(), Vec::new());
        let mut table = Self::default().holding(keys, text, names);
        table.slots = vec![0; n_slots(table.len())].into_boxed_slice();
        table.fill(0..table.len());
        for _ in 0..SEEDS_MAX {
            if !table.is_small() || table.n_displaced() == 0 {
                break;
            }
            table.seed = RandomState::default();
            table.slots.fill(FREE);
            table.fill(0..table.len());
        }
        table
    }

    /// Returns the table with more names behind those that it has; one that it has already keeps its number. They are
    /// distinct.
    pub(crate) fn with_more<'a>(mut self, names: impl Iterator<Item = &'a str>) -> Self {
        let new: Vec<&str> = names.filter(|name| self.find(name).is_none()).collect();
        if new.is_empty() {
            return self;
        }
        let n_before = self.len();
        let (keys, text) = (mem::take(&mut self.keys).into_vec(), mem::take(&mut self.text).into_vec());
        let mut table = self.holding(keys, text, new.iter().copied());
        let n_slots = n_slots(table.len());
        let is_large_enough = n_slots <= table.slots.len();
        if !is_large_enough {
            table.slots = vec![0; n_slots].into_boxed_slice();
        }
        table.fill(if is_large_enough { n_before } else { 0 }..table.len());
        table
    }

    /// Returns a table that holds more names, which have no slots yet. What is kept is as long as it must be from the first.
    fn holding<'a>(self, mut keys: Vec<Key>, mut text: Vec<u8>, names: impl Iterator<Item = &'a str> + Clone) -> Self {
        let (n_names, n_bytes) = names.clone().fold((0_usize, 0_usize), |(n, n_bytes), name| {
            let n_far = if Key::short(name.as_bytes()).is_some() { 0 } else { name.len() };
            (n.saturating_add(1), n_bytes.saturating_add(n_far))
        });
        keys.reserve_exact(n_names);
        text.reserve_exact(n_bytes);
        for name in names {
            let key = Key::short(name.as_bytes()).unwrap_or_else(|| {
                let start = text.len();
                text.extend_from_slice(name.as_bytes());
                Key::long(start..text.len())
            });
            keys.push(key);
        }
        Self { keys: keys.into_boxed_slice(), text: text.into_boxed_slice(), ..self }
    }

    /// Returns how many names there are.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Returns the name of a number.
    pub(crate) fn name(&self, number: usize) -> Option<&str> {
        self.bytes(self.keys.get(number)?).and_then(|bytes| str::from_utf8(bytes).ok())
    }

    fn bytes<'a>(&'a self, key: &'a Key) -> Option<&'a [u8]> {
        match key.lies() {
            Lies::Here(name) => Some(name),
            Lies::At(range) => self.text.get(range),
        }
    }

    /// Returns every name, by number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|number| self.name(number))
    }

    /// Returns the number of a name.
    #[inline]
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let key = Key::short(name.as_bytes());
        let hash = self.hash(key, name.as_bytes());
        let slot = self.slot(hash);
        if tag(slot) == tag(hash) && self.is(number(slot), key, name) {
            Some(number(slot))
        } else {
            self.search(hash, slot, name)
        }
    }

    /// Reads the slot where a name is looked for first, and waits for nothing.
    #[inline]
    pub(crate) fn first_slot(&self, name: &str) -> FirstSlot {
        FirstSlot(self.slot(self.hash(Key::short(name.as_bytes()), name.as_bytes())))
    }

    /// Returns what a look-up seems to come to, from its first slot alone: for reading ahead, not for answers.
    #[inline]
    pub(crate) fn likely(&self, FirstSlot(slot): FirstSlot) -> Option<usize> {
        (slot != FREE).then(|| number(slot))
    }

    /// Reads a key, to have it near, and returns where the text of a long name begins: see [`NameTable::read_text_ahead`].
    #[inline]
    pub(crate) fn read_ahead(&self, number: usize) -> Option<usize> {
        match black_box(self.keys.get(number)?).lies() {
            Lies::Here(_) => None,
            Lies::At(range) => Some(range.start),
        }
    }

    /// Reads the first piece of a long name, to have it near.
    #[inline]
    pub(crate) fn read_text_ahead(&self, start: usize) {
        black_box(self.text.get(start).copied());
    }

    /// Looks further for a name of which the first slot holds another, or none.
    #[inline(never)]
    fn search(&self, hash: u64, mut slot: u64, name: &str) -> Option<usize> {
        let key = Key::short(name.as_bytes());
        let mut at = hash;
        while slot != FREE {
            if tag(slot) == tag(hash) && self.is(number(slot), key, name) {
                return Some(number(slot));
            }
            at = at.wrapping_add(1);
            slot = self.slot(at);
        }
        None
    }

    /// Returns whether a name, whose key is given if it is short, has a number.
    #[inline]
    fn is(&self, number: usize, short: Option<Key>, name: &str) -> bool {
        let Some(key) = self.keys.get(number) else { return false };
        match short {
            Some(short) => *key == short,
            None => self.is_long(key, name),
        }
    }

    /// Returns whether a key is that of a name that is not short.
    #[inline]
    fn is_long(&self, key: &Key, name: &str) -> bool {
        self.bytes(key).is_some_and(|bytes| is_same(bytes, name.as_bytes()))
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
            let names = some.clone().map(|number| self.name(number).unwrap_or("").as_bytes());
            hashes.extend(names.map(|name| self.hash(Key::short(name), name)));
            // Nothing but the reading matters.
            black_box(hashes.iter().fold(0, |seen, hash| seen ^ self.slot(*hash)));
            some.zip(&hashes).for_each(|(number, hash)| self.insert(number, *hash));
        }
    }

    #[inline]
    fn hash(&self, short: Option<Key>, name: &[u8]) -> u64 {
        let mut hasher = self.seed.build_hasher();
        match short {
            Some(key) => hasher.write_u128(key.bits()),
            None => hasher.write(name),
        }
        hasher.finish()
    }

    /// Returns whether the table is one of the small ones, for which seeds are tried.
    fn is_small(&self) -> bool {
        self.len() <= SMALL
    }

    /// Returns how many names are not in the slot where they are looked for first.
    fn n_displaced(&self) -> usize {
        let is_displaced = |(number, name): &(usize, &str)| self.likely(self.first_slot(name)) != Some(*number);
        self.iter().enumerate().filter(is_displaced).count()
    }

    fn insert(&mut self, number: usize, hash: u64) {
        let mut at = hash;
        loop {
            let slot = self.slot(at);
            if slot == FREE {
                break;
            }
            if tag(slot) == tag(hash) && self.name(self::number(slot)) == self.name(number) {
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

/// Returns whether two texts that are not short are the same; most are compared in two pieces.
#[inline]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    match one.len() {
        n if n != other.len() => false,
        16..=32 => pieces(one) == pieces(other),
        _ => one == other,
    }
}

/// Returns the first and the last bytes of a text.
#[inline]
fn pieces(text: &[u8]) -> Option<([u8; 16], [u8; 16])> {
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
/// Up to how many names a table is small.
const SMALL: usize = 64;
/// How many seeds are tried, at most, for one that has every name of a small table in the slot where it is looked for first: the
/// kinds and the actions of a policy usually find one.
const SEEDS_MAX: usize = 32;
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
