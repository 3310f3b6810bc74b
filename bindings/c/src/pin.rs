//! Who is reading: nothing is given back to the allocator while somebody may still look at it.
//!
//! A reader marks one of a fixed number of places with the epoch that it saw, and clears it when it is done: one
//! locked instruction, no thread-local storage, nothing to register and nothing to take down. What is taken out of
//! the table carries the epoch at which that was done, and is freed when every reader came later.

use std::sync::atomic::{AtomicU64, Ordering};

/// A reader's mark. While it stands, what was found in the table stays.
pub(crate) struct Pin {
    place: &'static AtomicU64,
}

/// A mark alone on its line of memory, so that readers on different processors do not meet.
#[repr(align(64))]
struct Place(AtomicU64);

impl Pin {
    /// Marks that the calling thread reads.
    #[inline]
    pub(crate) fn new() -> Self {
        let epoch = EPOCH.load(Ordering::SeqCst);
        let start = here();
        match PLACES.get(start).map(|place| (&place.0, mark(&place.0, epoch))) {
            Some((place, true)) => Self { place },
            _ => Self::elsewhere(start, epoch),
        }
    }

    /// Marks the next place that is free; where none is, counts the reader, and nothing is freed while it reads.
    #[cold]
    fn elsewhere(start: usize, epoch: u64) -> Self {
        let places = PLACES.iter().cycle().skip(start).take(N_PLACES);
        match places.map(|place| &place.0).find(|place| mark(place, epoch)) {
            Some(place) => Self { place },
            None => {
                CROWD.fetch_add(1, Ordering::SeqCst);
                Self { place: &CROWD }
            }
        }
    }
}

impl Drop for Pin {
    #[inline]
    fn drop(&mut self) {
        if std::ptr::eq(self.place, &CROWD) {
            self.place.fetch_sub(1, Ordering::SeqCst);
        } else {
            self.place.store(0, Ordering::Release);
        }
    }
}

/// Ends an epoch, and returns it: readers of later ones do not find what was taken out before.
pub(crate) fn end_epoch() -> u64 {
    EPOCH.fetch_add(1, Ordering::SeqCst)
}

/// Returns the epoch of the reader that began first; what was taken out in earlier ones is seen by nobody.
pub(crate) fn oldest() -> u64 {
    let marks = PLACES.iter().map(|place| place.0.load(Ordering::SeqCst)).filter(|mark| *mark != 0);
    let oldest = marks.min().unwrap_or(u64::MAX);
    if CROWD.load(Ordering::SeqCst) == 0 { oldest } else { 0 }
}

/// Forgets every mark: in a forked child, where nobody else runs who could have made one.
pub(crate) fn forget_all() {
    PLACES.iter().for_each(|place| place.0.store(0, Ordering::SeqCst));
    CROWD.store(0, Ordering::SeqCst);
}

/// Marks a place if it is free.
///
/// Sequentially consistent, as are the loads that follow in the table and the scan in [`oldest`]: either the scan
/// sees the mark, or the reader sees that the handle is gone.
#[inline]
fn mark(place: &AtomicU64, epoch: u64) -> bool {
    place.compare_exchange(0, epoch, Ordering::SeqCst, Ordering::Relaxed).is_ok()
}

/// Returns the place at which the calling thread tries first: threads have stacks of their own, far from each other.
#[inline]
fn here() -> usize {
    let local = 0_u8;
    let block = (&raw const local).addr() >> 16;
    block.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> HERE_SHIFT
}

/// How many readers are told apart; those past them are counted.
const N_PLACES: usize = 128;
/// Leaves as many bits as number the places.
const HERE_SHIFT: u32 = usize::BITS - N_PLACES.ilog2();

static PLACES: [Place; N_PLACES] = [const { Place(AtomicU64::new(0)) }; N_PLACES];
static CROWD: AtomicU64 = AtomicU64::new(0);
static EPOCH: AtomicU64 = AtomicU64::new(1);
