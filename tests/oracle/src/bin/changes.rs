//! Changes by the engine against changes by the reference: `changes [sequences] [seed]`.

#![expect(clippy::print_stdout, reason = "the figures are the result")]

use std::env;
use std::process::ExitCode;

use bailiwick_oracle::{ChangePlan, run_safety, soak_changes};

fn main() -> ExitCode {
    let number = |index: usize| env::args().nth(index).and_then(|it| it.parse::<u64>().ok());
    let n_sequences = number(1).unwrap_or(1_000_000);
    let report = soak_changes(n_sequences, number(2));
    println!("{report}");
    let plan = ChangePlan { seed: report.seed, n_sequences, n_threads: 2, fault: None };
    let safety = run_safety(&plan);
    println!("{safety}");
    if report.is_good() && safety.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
