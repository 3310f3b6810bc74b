//! Handles that are a number of the current snapshot: names, and the number that they had when they were looked up
//! last.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bailiwick::{NumberedSubject, Snapshot};

use crate::shared::Shared;

/// Names that have a number in a snapshot.
pub(crate) trait Named {
    /// What they name.
    type Handle<'s>;

    /// Looks the names up; nothing where they mean nothing.
    fn look_up<'s>(&self, snapshot: &'s Snapshot) -> Option<Self::Handle<'s>>;

    /// Returns the number of what was looked up, if it has one of `NUMBER_BITS`.
    fn number(handle: &Self::Handle<'_>) -> Option<u32>;

    /// Returns what a number names in the snapshot of a subject.
    fn of<'s>(subject: &NumberedSubject<'s>, number: u32) -> Option<Self::Handle<'s>>;
}

/// Names of one engine, looked up again whenever another snapshot is asked. It holds no snapshot.
pub(crate) struct Numbered<N> {
    shared: Arc<Shared>,
    names: N,
    /// The revision and, in the lower bits, the number there: one word, so that both are of one look-up.
    // Invariant: 0 until they were looked up, and 0 is no revision.
    last: AtomicU64,
}

impl<N: Named> Numbered<N> {
    pub(crate) fn new(shared: &Arc<Shared>, names: N) -> Self {
        Self { shared: Arc::clone(shared), names, last: AtomicU64::new(0) }
    }

    /// Returns the names.
    pub(crate) fn names(&self) -> &N {
        &self.names
    }

    /// Returns whether the handle is of an engine.
    #[inline]
    pub(crate) fn is_of(&self, shared: &Arc<Shared>) -> bool {
        Arc::ptr_eq(&self.shared, shared)
    }

    /// Returns what the names mean to a subject in its snapshot.
    #[inline]
    pub(crate) fn meant<'s>(&self, snapshot: &'s Snapshot, subject: &NumberedSubject<'s>) -> Option<N::Handle<'s>> {
        let last = self.last.load(Ordering::Relaxed);
        if last >> NUMBER_BITS == snapshot.revision() {
            return N::of(subject, u32::try_from(last & NUMBER_MASK).ok()?);
        }
        self.again(snapshot)
    }

    #[cold]
    fn again<'s>(&self, snapshot: &'s Snapshot) -> Option<N::Handle<'s>> {
        let found = self.names.look_up(snapshot)?;
        let (revision, number) = (snapshot.revision(), N::number(&found).map(u64::from));
        // What does not fit is looked up each time.
        if let Some(number) = number.filter(|number| *number <= NUMBER_MASK && revision <= REVISION_MAX) {
            self.last.store(revision << NUMBER_BITS | number, Ordering::Relaxed);
        }
        Some(found)
    }
}

/// How many bits a number has; the others are the revision's.
pub(crate) const NUMBER_BITS: u32 = 28;
const NUMBER_MASK: u64 = (1 << NUMBER_BITS) - 1;
const REVISION_MAX: u64 = u64::MAX >> NUMBER_BITS;
