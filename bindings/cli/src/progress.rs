//! A sign of life on standard error while work takes more than a second.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::screen::Screen;

/// How much of the work is done, in hundredths; nothing where nobody knows.
#[derive(Default)]
pub(crate) struct Share(AtomicU64);

impl Share {
    /// Takes note of how much is done of how much there is.
    pub(crate) fn tell(&self, n_done: u64, n_all: u64) {
        let share = n_done.saturating_mul(100).checked_div(n_all).unwrap_or(0);
        self.0.store(share, Ordering::Relaxed);
    }

    /// Returns the share while there is something left to tell of.
    fn told(&self) -> Option<u64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|share| 0 < *share && *share < 100)
    }
}

/// Does the work; where it takes long and somebody watches, tells that it goes on.
pub(crate) fn during<R>(what: &str, screen: &Screen, work: impl FnOnce() -> R) -> R {
    during_share(what, screen, |_| work())
}

/// Like [`during`], for work that can tell how much of it is done.
pub(crate) fn during_share<R>(what: &str, screen: &Screen, work: impl FnOnce(&Share) -> R) -> R {
    let share = Share::default();
    if !screen.is_watched {
        return work(&share);
    }
    let seen = &share;
    let width = screen.err_width.unwrap_or(80);
    let (done, is_done) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let start = Instant::now();
            let mut step = 0_usize;
            let mut pause = PATIENCE;
            while is_done.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                let n_seconds = start.elapsed().as_secs();
                match seen.told() {
                    Some(share) => draw(&filled(what, share, n_seconds, width)),
                    None => draw(&bar(what, step, n_seconds, width)),
                }
                step = step.wrapping_add(1);
                pause = TICK;
            }
            if 0 < step {
                draw("");
            }
        });
        let result = work(&share);
        drop(done);
        result
    })
}

/// Returns a bar on which a block runs to and fro, since nobody knows how much is left.
fn bar(what: &str, step: usize, n_seconds: u64, width: usize) -> String {
    let last = BAR.saturating_sub(BLOCK);
    let turn = step.checked_rem(last.saturating_mul(2)).unwrap_or(0);
    let start = turn.min(last.saturating_mul(2).saturating_sub(turn));
    let end = start.saturating_add(BLOCK);
    let bar: String = (0..BAR).map(|at| if start <= at && at < end { '#' } else { '.' }).collect();
    format!("[{bar}] {what}, {n_seconds} s").chars().take(width.saturating_sub(1)).collect()
}

/// Returns a bar of which as much is filled as is done.
fn filled(what: &str, share: u64, n_seconds: u64, width: usize) -> String {
    let n_filled = usize::try_from(share).unwrap_or(0).saturating_mul(BAR) / 100;
    let bar: String = (0..BAR).map(|at| if at < n_filled { '#' } else { '.' }).collect();
    format!("[{bar}] {what}, {share} %, {n_seconds} s").chars().take(width.saturating_sub(1)).collect()
}

/// Replaces the line.
fn draw(line: &str) {
    let mut err = std::io::stderr().lock();
    let _ = write!(err, "\r\u{1b}[K{line}").and_then(|()| err.flush());
}

const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(100);
const BAR: usize = 20;
const BLOCK: usize = 4;

#[cfg(test)]
mod tests {
    use super::{Share, bar, filled};

    #[test]
    fn the_block_runs_to_and_fro() {
        assert_eq!(bar("reading", 0, 1, 80), "[####................] reading, 1 s");
        assert_eq!(bar("reading", 16, 2, 80), "[................####] reading, 2 s");
        assert_eq!(bar("reading", 31, 4, 80), "[.####...............] reading, 4 s");
    }

    #[test]
    fn the_bar_fills_while_something_is_left() {
        let share = Share::default();
        assert_eq!(share.told(), None);
        share.tell(9, 20);
        assert_eq!(share.told(), Some(45));
        assert_eq!(filled("reading", 45, 2, 80), "[#########...........] reading, 45 %, 2 s");
        share.tell(20, 20);
        assert_eq!(share.told(), None);
        share.tell(1, 0);
        assert_eq!(share.told(), None);
    }

    #[test]
    fn the_line_fits_the_terminal() {
        assert_eq!(bar("reading", 0, 1, 11).len(), 10);
    }
}
