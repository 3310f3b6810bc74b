//! Names of one kind, each once, in one stretch of memory: a large directory names the same things again and again.

use std::fmt;
use std::hash::BuildHasher as _;
use std::hint::black_box;

use foldhash::fast::RandomState;

/// Names by number, and numbers by name.
///
/// A name takes its bytes, 4 bytes for its end, and some 24 in the table, which [`Names::forget_numbers`] drops. To find one
/// takes two reads that wait for memory: its slot, and its bytes.
#[derive(Clone, Default)]
pub(crate) struct Names {
    text: String,
    /// Where each name ends in the text; it begins where the one before ends.
    ends: Vec<u32>,
    /// Invariant: a power of two of them, and a quarter is free; or none.
    slots: Vec<Slot>,
    /// Seeded anew for each table, so that nobody can choose names that collide.
    hasher: RandomState,
}

/// Where a name is, and enough of its hash that others are seldom looked at.
#[derive(Clone, Copy)]
struct Slot {
    number: u32,
    start: u32,
    length: u16,
    mark: u16,
}

/// Names that wait to be numbered together.
///
/// Where each is found waits for memory, twice; of names that are looked at side by side the waits overlap.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiting {
    text: String,
    ends: Vec<usize>,
    hashes: Vec<u64>,
    starts: Vec<u32>,
}

impl Names {
    /// Adds a name to those that wait; returns whether it is time to number them.
    pub(crate) fn wait(&self, name: &str, waiting: &mut Waiting) -> bool {
        waiting.text.push_str(name);
        waiting.ends.push(waiting.text.len());
        waiting.hashes.push(self.hasher.hash_one(name));
        WAITING_MAX <= waiting.ends.len()
    }

    /// Numbers the names that wait, in their order.
    pub(crate) fn number_all(&mut self, waiting: &mut Waiting, mut take: impl FnMut(Option<u32>)) {
        let Waiting { text, ends, hashes, starts } = waiting;
        let slot = |hash: &u64| self.slots.get(self.first(*hash)).map_or(0, |slot| slot.start);
        starts.extend(hashes.iter().map(slot));
        let bytes = self.text.as_bytes();
        let byte = |start: u32| usize::try_from(start).ok().and_then(|start| bytes.get(start)).copied().unwrap_or(0);
        // Nothing but the reading matters.
        black_box(starts.drain(..).fold(0, |seen, start| seen ^ byte(start)));
        let mut start = 0;
        for (end, hash) in ends.drain(..).zip(hashes.drain(..)) {
            let name = text.get(start..end).unwrap_or_default();
            start = end;
            take(self.number_of(name, hash));
        }
        text.clear();
    }

    /// Returns the number of a name, which is new or known; nothing where it is too long, or there are too many.
    pub(crate) fn number(&mut self, name: &str) -> Option<u32> {
        self.number_of(name, self.hasher.hash_one(name))
    }

    fn number_of(&mut self, name: &str, hash: u64) -> Option<u32> {
        match self.look(name, hash) {
            Ok(number) => Some(number),
            Err(_) => self.add(name, hash),
        }
    }

    /// Returns the number of a name that is known.
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        self.look(name, self.hasher.hash_one(name)).ok()
    }

    /// Returns the name of a number; of a number that has none, the empty text.
    pub(crate) fn at(&self, number: u32) -> &str {
        let Ok(at) = usize::try_from(number) else { return "" };
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        start.zip(self.ends.get(at)).map_or("", |(start, end)| part(&self.text, start, *end))
    }

    /// Returns how many names there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the names in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| part(&self.text, start, *end))
    }

    /// Drops the numbers by name: from here on names are only read.
    pub(crate) fn forget_numbers(&mut self) {
        self.slots = Vec::new();
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// Returns the number of a name, or the free slot where it belongs.
    fn look(&self, name: &str, hash: u64) -> Result<u32, usize> {
        let mark = mark(hash);
        let mut at = self.first(hash);
        while let Some(slot) = self.slots.get(at).filter(|slot| slot.number != FREE) {
            if slot.mark == mark
                && usize::from(slot.length) == name.len()
                && is_same(self.bytes(*slot), name.as_bytes())
            {
                return Ok(slot.number);
            }
            at = self.after(at);
        }
        Err(at)
    }

    #[cold]
    fn add(&mut self, name: &str, hash: u64) -> Option<u32> {
        let number = u32::try_from(self.ends.len()).ok().filter(|number| *number < FREE)?;
        let length = u16::try_from(name.len()).ok()?;
        let start = u32::try_from(self.text.len()).ok()?;
        let end = start.checked_add(u32::from(length))?;
        if self.slots.len().saturating_mul(3) <= self.ends.len().saturating_mul(4) {
            self.grow();
        }
        self.text.push_str(name);
        self.ends.push(end);
        self.put(Slot { number, start, length, mark: mark(hash) }, hash);
        Some(number)
    }

    /// Doubles the slots.
    fn grow(&mut self) {
        let n_slots = self.slots.len().saturating_mul(2).max(SLOTS_MIN);
        let old =
            std::mem::replace(&mut self.slots, vec![Slot { number: FREE, start: 0, length: 0, mark: 0 }; n_slots]);
        for slot in old.into_iter().filter(|slot| slot.number != FREE) {
            let start = slot.start;
            let hash = self.hasher.hash_one(part(&self.text, start, start.saturating_add(u32::from(slot.length))));
            self.put(slot, hash);
        }
    }

    /// Puts a new name into the first free slot that it finds.
    fn put(&mut self, slot: Slot, hash: u64) {
        let mut at = self.first(hash);
        while self.slots.get(at).is_some_and(|slot| slot.number != FREE) {
            at = self.after(at);
        }
        self.slots.get_mut(at).into_iter().for_each(|free| *free = slot);
    }

    /// Returns the slot where the search for a hash begins.
    fn first(&self, hash: u64) -> usize {
        usize::try_from(hash & u64::from(u32::MAX)).unwrap_or(0) & self.slots.len().saturating_sub(1)
    }

    fn after(&self, at: usize) -> usize {
        at.wrapping_add(1) & self.slots.len().saturating_sub(1)
    }

    fn bytes(&self, slot: Slot) -> &[u8] {
        let start = usize::try_from(slot.start).unwrap_or(usize::MAX);
        self.text.as_bytes().get(start..start.saturating_add(usize::from(slot.length))).unwrap_or_default()
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Returns whether two texts are the same; most are short, and compared in two pieces that may overlap.
#[inline]
pub(super) fn is_same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    match one.len() {
        4..=8 => ends::<4>(one) == ends::<4>(other),
        9..=16 => ends::<8>(one) == ends::<8>(other),
        17..=32 => ends::<16>(one) == ends::<16>(other),
        _ => one == other,
    }
}

/// Returns the first and the last bytes of a text.
#[inline]
fn ends<const N: usize>(text: &[u8]) -> Option<([u8; N], [u8; N])> {
    Some((*text.first_chunk()?, *text.last_chunk()?))
}

/// Returns the part of a hash that slots keep: none of the bits that choose the slot.
fn mark(hash: u64) -> u16 {
    u16::try_from(hash >> 48).unwrap_or(0)
}

fn part(text: &str, start: u32, end: u32) -> &str {
    let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    text.get(place(start)..place(end)).unwrap_or_default()
}

/// The number of no name.
const FREE: u32 = u32::MAX;

const SLOTS_MIN: usize = 16;

/// How many names wait at most.
const WAITING_MAX: usize = 64;

/// The longest name, in bytes: more than any that is one.
pub(crate) const NAME_BYTES_MAX: usize = 65_535;

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::{Names, WAITING_MAX, Waiting};

    #[test]
    fn names_are_numbered_in_their_order_and_found_again() {
        let mut names = Names::default();
        let all: Vec<String> = (0..5_000).map(|at| format!("name-{at}")).collect();
        for round in 0..2 {
            for (at, name) in all.iter().enumerate() {
                assert_eq!(names.number(name), Some(u32::try_from(at).unwrap()), "{round}");
            }
        }
        assert_eq!(names.len(), all.len());
        assert!(names.iter().eq(all.iter().map(String::as_str)));
        assert_eq!((names.at(17), names.at(5_000)), ("name-17", ""));
        assert_eq!((names.find("name-18"), names.find("name")), (Some(18), None));
    }

    #[test]
    fn the_empty_name_is_one_and_a_name_too_long_is_none() {
        let mut names = Names::default();
        assert_eq!((names.find(""), names.number(""), names.find("")), (None, Some(0), Some(0)));
        assert_eq!((names.number(&"x".repeat(65_535)), names.number(&"x".repeat(65_536))), (Some(1), None));
        names.forget_numbers();
        assert_eq!((names.at(0), names.at(1).len()), ("", 65_535));
    }

    #[test]
    fn names_that_wait_are_numbered_in_their_order() {
        let (mut names, mut waiting) = (Names::default(), Waiting::default());
        let mut numbers = Vec::new();
        for round in 0..3 {
            for at in 0..WAITING_MAX {
                let is_time = names.wait(&format!("name-{}", at % 40 + round), &mut waiting);
                assert_eq!(is_time, at + 1 == WAITING_MAX);
            }
            names.number_all(&mut waiting, |number| numbers.extend(number));
        }
        let name = |at: usize| format!("name-{}", at % WAITING_MAX % 40 + at / WAITING_MAX);
        assert!(numbers.iter().enumerate().all(|(at, number)| names.at(*number) == name(at)));
        assert_eq!((numbers.len(), names.len()), (3 * WAITING_MAX, 42));
    }
}
