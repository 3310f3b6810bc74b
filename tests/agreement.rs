//! The engine agrees with the naive reference on random worlds, and the worlds are good enough to tell.

use std::sync::LazyLock;

use bailiwick_oracle::{Fault, Plan, Report, decide_by_engine, run, run_against};

const SEED: u64 = 20_260_101;
const MILLION: u64 = 1_000_000;
const PER_WORLD: usize = 64;

/// One run serves two tests.
static REPORT: LazyLock<Report> = LazyLock::new(|| {
    let plan = Plan { seed: SEED, n_triples: MILLION, per_world: PER_WORLD, n_threads: 2, fault: None };
    run_against(&plan, decide_by_engine)
});

#[test]
fn the_engine_agrees_with_the_reference_on_a_million_triples() {
    assert!(MILLION <= REPORT.n_triples);
    assert_eq!(REPORT.n_disagreements, 0, "{}", *REPORT);
}

#[test]
fn the_generator_is_good_enough() {
    println!("{}", *REPORT);
    assert!(REPORT.quality.misses().is_empty(), "{}", REPORT.quality.misses().join("\n"));
}

#[test]
fn every_planted_fault_is_caught() {
    let mut missed = Vec::new();
    for fault in Fault::ALL {
        match run(SEED, MILLION, PER_WORLD, Some(fault)).first_at {
            Some(n) => println!("{fault:?}: {n} triples"),
            None => missed.push(fault),
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
}
