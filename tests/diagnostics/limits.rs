//! Findings without end are counted, and not kept.

use bailiwick::{Code, Diagnostic, Policy, Severity, Text};

fn findings(text: String) -> Vec<Diagnostic> {
    match Policy::parse([Text::yaml("hostile.yaml", text)]) {
        Ok(policy) => policy.findings().to_vec(),
        Err(error) => error.findings().to_vec(),
    }
}

#[test]
fn forty_five_thousand_errors_are_a_thousand_and_one_findings() {
    let n = 45_000;
    let found = findings(format!("actions: [{}]", "*a,".repeat(n)));
    assert_eq!(found.len(), 1_001);
    let last = found.last().unwrap();
    assert_eq!(last.code, Code::Limit);
    assert_eq!(last.message, format!("{} more errors were found and are left out", n - 1_000));
    assert_eq!(last.place, None);
}

#[test]
fn warnings_without_end_refuse_nothing() {
    let declared: String = (0..5_000).map(|at| format!("  context.a{at}: text\n")).collect();
    let policy = Policy::parse([Text::yaml("policy.yaml", format!("attributes:\n{declared}"))]).unwrap();
    assert!(policy.is_complete());
    assert_eq!(policy.findings().len(), 1_000);
    assert!(policy.findings().iter().all(|finding| finding.severity() == Severity::Warning));
}

#[test]
fn errors_that_are_not_kept_refuse_all_the_same() {
    // The good deny stands after more errors than are kept; so does the good allow.
    let bad = r#"{"tenant": "acme", "access_rule": {"subject": "nobody", "role": "r", "scope": "acme"}}"#;
    let deny = r#"{"tenant": "acme", "deny_rule": {"subject": "nobody", "role": "r", "scope": "acme"}}"#;
    let policy = "kinds: { job: { lives_in: [tenant] } }\nroles: { r: { permissions: { job: R } } }";
    let load =
        |lines: String| Policy::parse([Text::yaml("policy.yaml", policy), Text::lines("feed.jsonl", lines)]).unwrap();
    assert!(load(format!("{bad}\n").repeat(2_000)).closed_tenants().is_empty());
    let closed = load(format!("{}{deny}\n", format!("{bad}\n").repeat(2_000)));
    assert_eq!(closed.closed_tenants(), ["acme"]);
    assert_eq!(closed.findings().len(), 1_001);
}
