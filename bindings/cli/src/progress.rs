//! A sign of life on standard error while work takes more than a second.

use std::io::Write as _;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::screen::Screen;

/// Does the work; where it takes long and somebody watches, tells that it goes on.
pub(crate) fn during<R>(what: &str, screen: &Screen, work: impl FnOnce() -> R) -> R {
    if !screen.is_watched {
        return work();
    }
    let width = screen.err_width.unwrap_or(80);
    let (done, is_done) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let start = Instant::now();
            let mut step = 0_usize;
            let mut pause = PATIENCE;
            while is_done.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                draw(&bar(what, step, start.elapsed().as_secs(), width));
                step = step.wrapping_add(1);
                pause = TICK;
            }
            if 0 < step {
                draw("");
            }
        });
        let result = work();
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
    use super::bar;

    #[test]
    fn the_block_runs_to_and_fro() {
        assert_eq!(bar("reading", 0, 1, 80), "[####................] reading, 1 s");
        assert_eq!(bar("reading", 16, 2, 80), "[................####] reading, 2 s");
        assert_eq!(bar("reading", 31, 4, 80), "[.####...............] reading, 4 s");
    }

    #[test]
    fn the_line_fits_the_terminal() {
        assert_eq!(bar("reading", 0, 1, 11).len(), 10);
    }
}
