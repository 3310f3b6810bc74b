//! The one lock of this door, taken where handles are made, freed or made stale; never by a check.
//!
//! A lock of the standard library cannot be let go by a child for a thread that stayed behind in its parent; this one
//! is taken before a fork and let go on both sides, so that a child finds the table whole.

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, Ordering};

/// A value behind a lock.
pub(crate) struct Locked<T> {
    is_taken: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: the value is reached only while the lock is held, by one thread at a time.
unsafe impl<T: Send> Sync for Locked<T> {}

impl<T> Locked<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self { is_taken: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    /// Works on the value while nobody else does. The work must not come back here.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        let _held = Held::new(&self.is_taken);
        // SAFETY: the lock is held until the end of this function, and the reference does not outlive `work`.
        work(unsafe { &mut *self.value.get() })
    }

    /// Takes the lock, for [`Self::let_go`] to give back.
    pub(crate) fn take(&self) {
        take(&self.is_taken);
    }

    /// Gives back a lock that was taken by [`Self::take`].
    pub(crate) fn let_go(&self) {
        self.is_taken.store(false, Ordering::Release);
    }
}

/// Gives the lock back, also when the work panics.
struct Held<'l>(&'l AtomicBool);

impl<'l> Held<'l> {
    fn new(is_taken: &'l AtomicBool) -> Self {
        take(is_taken);
        Self(is_taken)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

fn take(is_taken: &AtomicBool) {
    while is_taken.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_err() {
        // Held for microseconds; whoever holds it may need our processor.
        std::thread::yield_now();
    }
}
