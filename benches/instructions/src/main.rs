//! Goes through every door of the engine once, each between two ends of [`counted_door`], where valgrind counts.
//!
//! `cargo xtask budget` runs it. It prints the doors in the order in which it goes through them, and how many things
//! were done behind each: decisions, rules, changes.
//!
//! Names are hashed with seeds that are drawn anew for each table. Nothing is done about that: enough tables and
//! questions are asked that the seeds are lost in the mean.

#![expect(clippy::print_stdout, reason = "what a program finds out is printed")]
#![expect(clippy::arithmetic_side_effects, reason = "counts of things that lie in memory")]
#![expect(clippy::panic, reason = "a figure of a wrong answer is no figure")]

mod doors;
mod subject;

use std::hint::black_box;
use std::process::ExitCode;

use bailiwick_worlds::Sizes;

use subject::Measured;

/// How much is done at a size.
#[derive(Clone, Copy)]
pub(crate) struct Amount {
    sizes: Sizes,
    /// How often the world is loaded; each time with other seeds.
    n_loads: usize,
    /// Questions to each load.
    n_asks: u32,
    /// Changes and explanations to each load.
    n_slow: usize,
}

fn main() -> ExitCode {
    let letter = std::env::args().nth(1).unwrap_or_default();
    let amount = match letter.as_str() {
        "S" => Amount { sizes: Sizes::S, n_loads: 48, n_asks: 1_000, n_slow: 120 },
        "M" => Amount { sizes: Sizes::M, n_loads: 3, n_asks: 10_000, n_slow: 300 },
        other => {
            eprintln!("no size `{other}`: S or M");
            return ExitCode::FAILURE;
        }
    };
    doors::run(&Measured::new(amount));
    ExitCode::SUCCESS
}

/// Does something under the counter, and says what it was and how many things it did.
pub(crate) fn count<R>(name: &str, n: usize, door: impl FnOnce() -> R) -> R {
    println!("{name} {n}");
    // Whatever came before is told apart from what comes now.
    counted_door(|| ());
    black_box(counted_door(door))
}

/// Each time that this is left, what was counted since the last time is written out. The name is what valgrind is told.
#[inline(never)]
fn counted_door<R>(door: impl FnOnce() -> R) -> R {
    black_box(door())
}
