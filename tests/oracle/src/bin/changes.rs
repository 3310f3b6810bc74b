//! Changes by the engine against changes by the reference: `changes [sequences] [seed]`.

#![expect(clippy::print_stdout, reason = "the figures are the result")]

use std::env;
use std::process::ExitCode;

use bailiwick_oracle::soak_changes;

fn main() -> ExitCode {
    let number = |index: usize| env::args().nth(index).and_then(|it| it.parse::<u64>().ok());
    let report = soak_changes(number(1).unwrap_or(1_000_000), number(2));
    println!("{report}");
    if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
