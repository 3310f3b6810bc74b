//! Changes by the engine against changes by the reference: `changes [sequences] [seed] [rehearse]`.

#![expect(clippy::print_stdout, reason = "the figures are the result")]

use std::env;
use std::process::ExitCode;

use bailiwick_oracle::{ChangeFault, ChangePlan, rehearse_changes, soak_changes};

fn main() -> ExitCode {
    let number = |index: usize| env::args().nth(index).and_then(|it| it.parse::<u64>().ok());
    let n_sequences = number(1).unwrap_or(1_000_000);
    if env::args().nth(3).is_some() {
        let seed = number(2).unwrap_or(1);
        let mut plan = ChangePlan { seed, n_sequences, n_threads: 2, fault: None };
        let report = rehearse_changes(&plan);
        println!("{report}");
        for fault in ChangeFault::ALL {
            plan.fault = Some(fault);
            let r = rehearse_changes(&plan);
            println!("{fault:?}: {:?}", r.first_at);
        }
        return ExitCode::SUCCESS;
    }
    let report = soak_changes(n_sequences, number(2));
    println!("{report}");
    if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
