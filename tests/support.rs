//! A small world in YAML, and questions about it.

use bailiwick::{Code, Diagnostic, Groups, Policy, Request, Severity, Snapshot, Text};

/// A policy of four kinds and three roles.
pub(crate) const POLICY: &str = "
kinds:
  department: { read_from_below: true }
  project: {}
  job: { lives_in: [project], concerns_cluster: true }
  volume: { lives_in: [tenant, department, project], read_from_below: true }
attributes: { context.network: text, context.age: number, context.tags: list of text }
roles:
  researcher: { permissions: { job: CRUD, volume: CRUD } }
  viewer: { permissions: { job: R, volume: R, department: R, project: R } }
  root: { permissions: { '*': '*' } }
";

/// A directory of two departments, three projects, two clusters and two users; no rules.
pub(crate) const ACME: &str = "
tenant: acme
clusters: [west, east]
scopes: [acme/vision, acme/vision/detector, acme/vision/tracker, acme/language, acme/language/speech]
users: [ana, ben]
";

/// When every question is asked.
pub(crate) const NOW: i64 = 1_767_225_600;

/// Compiles documents in which nothing is wrong.
pub(crate) fn compile(bodies: &[&str]) -> Snapshot {
    let policy = Policy::parse(texts(bodies)).unwrap();
    let wrong: Vec<&Diagnostic> = errors(policy.findings()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    policy.compile()
}

/// Compiles [`POLICY`] and [`ACME`] with more about acme.
pub(crate) fn acme(more: &str) -> Snapshot {
    compile(&[POLICY, ACME, &format!("tenant: acme\n{more}")])
}

/// Returns every finding, warnings included.
pub(crate) fn findings(bodies: &[&str]) -> Vec<Diagnostic> {
    match Policy::parse(texts(bodies)) {
        Ok(policy) => policy.findings().to_vec(),
        Err(error) => error.findings().to_vec(),
    }
}

/// Returns the codes of what is refused in [`POLICY`] and [`ACME`] with more about acme.
pub(crate) fn refusals(more: &str) -> Vec<Code> {
    let found = findings(&[POLICY, ACME, &format!("tenant: acme\n{more}")]);
    errors(&found).map(|finding| finding.code).collect()
}

/// Returns a question of a subject that is in no group.
pub(crate) fn ask<'a>(subject: &'a str, action: &'a str, kind: &'a str, scope: &'a str) -> Request<'a> {
    Request { subject, groups: Groups::Listed(&[]), action, kind, scope, ..Request::at(NOW) }
}

/// Returns the code of the reason.
pub(crate) fn reason(snapshot: &Snapshot, request: &Request<'_>) -> &'static str {
    let decision = snapshot.check(request);
    let code = decision.reason().code();
    assert_eq!(decision.is_allow(), code == "granted");
    code
}

fn texts(bodies: &[&str]) -> Vec<Text> {
    let text = |(at, body): (usize, &&str)| Text::yaml(&format!("{at}.yaml"), *body);
    bodies.iter().enumerate().map(text).collect()
}

fn errors(findings: &[Diagnostic]) -> impl Iterator<Item = &Diagnostic> {
    findings.iter().filter(|finding| finding.severity() == Severity::Error)
}
