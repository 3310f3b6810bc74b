//! What became of the entries of feeds: how many of each kind were taken, and which were not.

use crate::diagnostic::Place;

/// What became of an entry of a feed.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Fate {
    /// Taken.
    Taken,
    /// It says what another entry says, which is taken.
    Repeated,
    /// A bad rule of whose id a good one is there, which counts.
    Mended,
    /// A rule that an entry withdraws.
    Withdrawn,
    /// Left out, whole or in part, and reported.
    LeftOut,
    /// Something that denies, or may, and could not be taken: it closes its tenant.
    Closing,
}

impl Fate {
    /// Every fate, from the best to the worst.
    pub const ALL: [Self; 6] =
        [Self::Taken, Self::Repeated, Self::Mended, Self::Withdrawn, Self::LeftOut, Self::Closing];

    /// Returns the word for it: `left_out`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Taken => "taken",
            Self::Repeated => "repeated",
            Self::Mended => "mended",
            Self::Withdrawn => "withdrawn",
            Self::LeftOut => "left_out",
            Self::Closing => "closing",
        }
    }
}

/// An entry that was not simply taken.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FeedEntry {
    /// What it is: the key of the entry, such as `deny_rule`, or `unreadable`.
    pub kind: &'static str,
    /// Its tenant, where that could be read.
    pub tenant: Option<String>,
    /// The id of the rule, where it has one that can be trusted.
    pub id: Option<String>,
    /// What became of it.
    pub fate: Fate,
    /// The line.
    pub place: Place,
    /// The entry that counts instead, or that withdraws it.
    pub by: Option<Place>,
}

/// How many entries of one kind had each fate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct FeedCount {
    /// What they are: the key of the entry, such as `deny_rule`, or `unreadable`.
    pub kind: &'static str,
    n_by_fate: [usize; Fate::ALL.len()],
}

impl FeedCount {
    /// Returns a count of no entry.
    pub(crate) fn of(kind: &'static str) -> Self {
        Self { kind, n_by_fate: [0; Fate::ALL.len()] }
    }

    /// Counts entries.
    pub(crate) fn add(&mut self, fate: Fate, n_entries: u32) {
        let slots = self.n_by_fate.iter_mut().zip(Fate::ALL);
        for (slot, _) in slots.filter(|(_, other)| *other == fate) {
            *slot = slot.saturating_add(usize::try_from(n_entries).unwrap_or(usize::MAX));
        }
    }

    /// Returns how many entries had a fate.
    #[must_use]
    pub fn n(&self, fate: Fate) -> usize {
        let counts = Fate::ALL.iter().zip(self.n_by_fate);
        counts.filter(|(other, _)| **other == fate).map(|(_, n)| n).sum()
    }
}

/// A tenant in which everything is denied, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClosedTenant {
    /// Its name.
    pub tenant: String,
    /// The entries that closed it, in the order of the texts; no more than the first hundred.
    pub by: Vec<Place>,
}

/// What became of the feeds that were read.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct FeedReport {
    pub(crate) counts: Vec<FeedCount>,
    pub(crate) entries: Vec<FeedEntry>,
    pub(crate) closed: Vec<ClosedTenant>,
}

impl FeedReport {
    /// Returns how many entries of each kind there were, sorted by kind.
    #[must_use]
    pub fn counts(&self) -> &[FeedCount] {
        &self.counts
    }

    /// Returns the entries that were not simply taken, in the order of the texts; no more than the first thousand.
    #[must_use]
    pub fn entries(&self) -> &[FeedEntry] {
        &self.entries
    }

    /// Returns the tenants that are closed, sorted, with the entries that closed them.
    #[must_use]
    pub fn closed(&self) -> &[ClosedTenant] {
        &self.closed
    }

    /// Returns whether nothing was left out and nothing closed.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let is_bad = |count: &FeedCount| 0 < count.n(Fate::LeftOut) || 0 < count.n(Fate::Closing);
        self.closed.is_empty() && !self.counts.iter().any(is_bad)
    }

    /// Keeps an entry that was not simply taken, while there is room.
    pub(crate) fn keep(&mut self, entry: impl FnOnce() -> Option<FeedEntry>) {
        if self.entries.len() < ENTRIES_KEPT_MAX {
            self.entries.extend(entry());
        }
    }

    /// Adds what was counted.
    pub(crate) fn add(&mut self, counted: &FeedCount) {
        let kind = counted.kind;
        let at = self.counts.partition_point(|count| count.kind < kind);
        if self.counts.get(at).is_none_or(|count| count.kind != kind) {
            self.counts.insert(at, FeedCount::of(kind));
        }
        let counts = self.counts.get_mut(at).map(|count| &mut count.n_by_fate);
        for (slot, n_entries) in counts.into_iter().flatten().zip(counted.n_by_fate) {
            *slot = slot.saturating_add(n_entries);
        }
    }
}

/// The most entries that are kept.
const ENTRIES_KEPT_MAX: usize = 1_000;
