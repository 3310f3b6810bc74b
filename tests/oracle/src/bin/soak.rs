//! The engine against the reference: `soak [triples] [seed]`.

#![expect(clippy::print_stdout, reason = "the figures are the result")]

use std::env;
use std::process::ExitCode;

use bailiwick_oracle::{soak, soak_from};

fn main() -> ExitCode {
    let number = |index: usize| env::args().nth(index).and_then(|it| it.parse::<u64>().ok());
    let n_triples = number(1).unwrap_or(100_000_000);
    let report = number(2).map_or_else(|| soak(n_triples), |seed| soak_from(seed, n_triples));
    println!("{report}");
    if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
