//! Names of one kind, each once, in one stretch of memory: a large directory names the same things again and again.

use std::fmt;
use std::hash::BuildHasher as _;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Names by number, and numbers by name.
///
/// A name takes its bytes, 4 bytes for its end and some 7 in the table, which [`Names::forget_numbers`] drops.
#[derive(Clone, Default)]
pub(crate) struct Names {
    text: String,
    /// Where each name ends in the text; it begins where the one before ends.
    ends: Vec<u32>,
    numbers: HashTable<u32>,
    /// Seeded anew for each table, so that nobody can choose names that collide.
    hasher: DefaultHashBuilder,
}

impl Names {
    /// Returns the number of a name, which is new or known; nothing where the table is full.
    pub(crate) fn number(&mut self, name: &str) -> Option<u32> {
        let Self { text, ends, numbers, hasher } = self;
        let hash = hasher.hash_one(name);
        if let Some(number) = numbers.find(hash, |number| at(text, ends, *number) == name) {
            return Some(*number);
        }
        let number = u32::try_from(ends.len()).ok().filter(|number| *number < u32::MAX)?;
        let end = u32::try_from(text.len().checked_add(name.len())?).ok()?;
        text.push_str(name);
        ends.push(end);
        numbers.insert_unique(hash, number, |number| hasher.hash_one(at(text, ends, *number)));
        Some(number)
    }

    /// Returns the number of a name that is known.
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(name);
        self.numbers.find(hash, |number| self.at(*number) == name).copied()
    }

    /// Returns the name of a number; of a number that has none, the empty text.
    pub(crate) fn at(&self, number: u32) -> &str {
        at(&self.text, &self.ends, number)
    }

    /// Returns how many names there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the names in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| part(&self.text, start, *end))
    }

    /// Drops the numbers by name: from here on names are only read.
    pub(crate) fn forget_numbers(&mut self) {
        self.numbers = HashTable::new();
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

fn at<'t>(text: &'t str, ends: &[u32], number: u32) -> &'t str {
    let Ok(idx) = usize::try_from(number) else { return "" };
    let start = idx.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied());
    start.zip(ends.get(idx)).map_or("", |(start, end)| part(text, start, *end))
}

fn part(text: &str, start: u32, end: u32) -> &str {
    let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
    text.get(place(start)..place(end)).unwrap_or_default()
}
