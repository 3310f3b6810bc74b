//! Whether anybody ever holds more than delegation allows: `safety [sequences] [seed]`.

#![expect(clippy::print_stdout, reason = "the figures are the result")]

use std::env;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use bailiwick_oracle::{ChangePlan, run_safety};

fn main() -> ExitCode {
    let number = |index: usize| env::args().nth(index).and_then(|it| it.parse::<u64>().ok());
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let seed = number(2).unwrap_or_else(clock);
    let report =
        run_safety(&ChangePlan { seed, n_sequences: number(1).unwrap_or(1_000_000), n_threads: 2, fault: None });
    println!("{report}");
    if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
