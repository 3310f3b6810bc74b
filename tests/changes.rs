//! The engine changes random worlds as the naive reference does, and the changes are good enough to tell.

use bailiwick_oracle::{ChangeFault, ChangePlan, rehearse_changes};

const SEED: u64 = 20_260_301;

#[test]
fn the_generator_of_changes_is_good_enough() {
    let plan = ChangePlan { seed: SEED, n_sequences: 20_000, n_threads: 2, fault: None };
    let report = rehearse_changes(&plan);
    println!("{report}");
    assert!(report.is_good(), "{report}");
}

#[test]
fn every_planted_fault_of_changes_is_caught() {
    let mut missed = Vec::new();
    for fault in ChangeFault::ALL {
        let plan = ChangePlan { seed: SEED, n_sequences: 100_000, n_threads: 1, fault: Some(fault) };
        match rehearse_changes(&plan).first_at {
            Some(n) => println!("{fault:?}: {n} sequences"),
            None => missed.push(fault),
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
}
