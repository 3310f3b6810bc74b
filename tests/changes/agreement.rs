//! Random sequences of changes, made by the engine and by the reference; and the changes are good enough to tell.

use std::sync::LazyLock;

use bailiwick_oracle::{ChangeFault, ChangePlan, ChangeReport, rehearse_safety, run_changes, run_safety};

const SEED: u64 = 20_260_301;

/// One run serves two tests.
static REPORT: LazyLock<ChangeReport> =
    LazyLock::new(|| run_changes(&ChangePlan { seed: SEED, n_sequences: 1_000_000, n_threads: 2, fault: None }));

#[test]
fn the_engine_changes_as_the_reference_does() {
    assert!(1_000_000 <= REPORT.n_sequences);
    assert_eq!(REPORT.n_disagreements, 0, "{}", *REPORT);
}

#[test]
fn the_generator_of_changes_is_good_enough() {
    println!("{}", *REPORT);
    assert!(REPORT.quality.misses().is_empty(), "{}", REPORT.quality.misses().join("\n"));
}

#[test]
fn every_planted_fault_of_changes_is_caught() {
    let mut missed = Vec::new();
    for fault in ChangeFault::ALL {
        let plan = ChangePlan { seed: SEED, n_sequences: 100_000, n_threads: 1, fault: Some(fault) };
        match run_changes(&plan).first_at {
            Some(n) => println!("{fault:?}: {n} sequences"),
            None => missed.push(fault),
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
}

#[test]
fn nobody_comes_to_hold_more_than_delegation_allows() {
    let report = run_safety(&ChangePlan { seed: SEED, n_sequences: 20_000, n_threads: 2, fault: None });
    println!("{report}");
    assert!(report.is_good(), "{report}");
}

/// Each of these gives somebody more.
const UNSAFE: [ChangeFault; 9] = [
    ChangeFault::QualifierRolesIgnored,
    ChangeFault::QualifierKindsIgnored,
    ChangeFault::RoleRightOfSibling,
    ChangeFault::AnyClusterSuffices,
    ChangeFault::UnlimitedRuleFromLimitedRight,
    ChangeFault::EmptyListIsEvery,
    ChangeFault::StrictIgnored,
    ChangeFault::ForceSkipsRights,
    ChangeFault::BulkAsksFirstOnly,
];

#[test]
fn every_unsafe_fault_is_caught_at_the_fixpoint() {
    let mut missed = Vec::new();
    for fault in UNSAFE {
        let report =
            rehearse_safety(&ChangePlan { seed: SEED, n_sequences: 100_000, n_threads: 1, fault: Some(fault) });
        match report.n_breaches {
            0 => missed.push(fault),
            _ => println!("{fault:?}: {} sequences", report.n_sequences),
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
}
