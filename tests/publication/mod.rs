//! Some ask an engine while another changes it: every decision is that of the one revision that it names.

mod turns;
mod worlds;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

/// What the threads share beside the engine.
#[derive(Default)]
struct Stage {
    is_over: AtomicBool,
    /// How often each reader has asked everything.
    rounds: [AtomicU64; 2],
}

impl Stage {
    /// Runs rounds until it is over.
    fn read(&self, reader: usize, mut round: impl FnMut()) {
        while !self.is_over.load(Ordering::Relaxed) {
            round();
            self.rounds[reader].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until every reader that is still there has begun and ended a round.
    fn wait(&self, is_gone: impl Fn(usize) -> bool) {
        for (reader, rounds) in self.rounds.iter().enumerate() {
            let enough = rounds.load(Ordering::Relaxed) + 2;
            while rounds.load(Ordering::Relaxed) < enough && !is_gone(reader) {
                thread::yield_now();
            }
        }
    }
}

/// Ends the play when it falls, though the thread that changes has failed.
struct Curtain<'s>(&'s AtomicBool);

impl Drop for Curtain<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
