//! Deciding allocates nothing: allowed or denied, known or unknown, by strings, in batches or by handles.

use std::hint::black_box;

use allocation_counter::measure;
use bailiwick::{Decision, Groups, Policy, Reason, Request, Situation, Snapshot, Text, Value};

const WORLD: &str = "
kinds:
  department: { read_from_below: true }
  job: { lives_in: [project], concerns_cluster: true }
  farm: { lives_in: [project], requires: { module: missing } }
attributes: { context.network: text, context.tags: list of text, resource.size: number }
roles:
  researcher: { permissions: { job: CRUD, farm: CRUD, department: R } }
  gated: { requires: { version: '2.10' }, permissions: { job: CRUD } }
restrictions:
  network: { kinds: [job], actions: D, unless: { equals: { context.network: corporate } } }
tenant: acme
clusters: [west, east]
facts: { version: '2.9' }
scopes: [acme/a, acme/a/x, acme/b, acme/b/x]
users: [{ name: off, disabled: true }]
groups: [{ name: ops, members: [user:ops] }]
access_rules:
  - { subject: user:ana, role: researcher, scope: acme/a, clusters: [west], from: 0, until: 100 }
  - { subject: user:ana, role: gated, scope: acme }
  - { subject: user:own, role: researcher, scope: acme, when: { all: [{ present: context.network },
      { any: [{ contains: { context.tags: gpu } }, { between: { resource.size: { min: 1, max: 8 } } }, subject_is_owner] }] } }
  - { subject: group:ml, role: researcher, scope: acme }
  - { subject: group:ops, role: researcher, scope: acme/b }
deny_rules:
  - { subject: group:banned, permissions: { '*': '*' }, scope: acme, until: 90 }
  - { subject: user:ana, permissions: { job: U }, scope: acme/a/x, when: { equals: { context.network: home } } }
  - { subject: group:everyone, role: researcher, scope: acme/b/x, from: 500 }
";

fn snapshot() -> Snapshot {
    Policy::parse([Text::yaml("world.yaml", WORLD)]).unwrap().compile()
}

/// A request that is allowed.
fn allowed() -> Request<'static> {
    Request {
        subject: "user:ana",
        groups: Groups::Listed(&["ml", "none", "everyone"]),
        action: "create",
        kind: "job",
        scope: "acme/a/x",
        cluster: Some("west"),
        resource: &[("owner", Value::Text("user:own")), ("size", Value::Integer(3))],
        context: &[("network", Value::Text("corporate")), ("tags", Value::List(&[Value::Text("gpu")]))],
        ..Request::at(50)
    }
}

/// Requests of every reason that one tenant can give.
fn requests() -> Vec<Request<'static>> {
    let none = Groups::Listed(&[]);
    vec![
        allowed(),
        Request { groups: none, ..allowed() },
        Request { subject: "user:own", groups: none, ..allowed() },
        Request { subject: "user:own", groups: none, context: &[], ..allowed() },
        Request { subject: "user:ops", groups: none, scope: "acme/b/x", ..allowed() },
        Request { subject: "user:ops", groups: none, scope: "acme/b/x", now: 500, ..allowed() },
        Request { groups: Groups::Listed(&["banned"]), ..allowed() },
        Request { groups: Groups::NotKnown, ..allowed() },
        Request { action: "update", context: &[("network", Value::Text("home"))], ..allowed() },
        Request { action: "update", context: &[("network", Value::Integer(1))], ..allowed() },
        Request { action: "delete", context: &[("network", Value::Text("home"))], ..allowed() },
        Request { action: "delete", context: &[], ..allowed() },
        Request { action: "read", kind: "department", scope: "acme/a", ..allowed() },
        Request { kind: "farm", ..allowed() },
        Request { groups: none, now: 100, ..allowed() },
        Request { groups: none, now: -1, ..allowed() },
        Request { groups: none, cluster: None, ..allowed() },
        Request { subject: "user:off", ..allowed() },
        Request { subject: "user:nobody", groups: none, ..allowed() },
        Request { subject: "app:nobody", groups: none, ..allowed() },
        Request { subject: "nonsense", ..allowed() },
        Request { subject: "user:a\u{202e}b", ..allowed() },
        Request { tenant: Some("beta"), ..allowed() },
        Request { action: "submit", ..allowed() },
        Request { kind: "jobs", ..allowed() },
        Request { scope: "acme/c", ..allowed() },
        Request { scope: "beta/c", ..allowed() },
        Request { scope: "acme/a", ..allowed() },
        Request { cluster: Some("north"), ..allowed() },
    ]
}

#[test]
fn the_requests_meet_most_reasons() {
    let snapshot = snapshot();
    let mut met: Vec<Reason> = requests().iter().map(|request| snapshot.check(request).reason()).collect();
    met.sort_unstable();
    met.dedup();
    // One tenant alone is never another one, is not closed, and has no nested clusters; no kind here lives in clusters.
    let never = [Reason::OtherTenant, Reason::TenantClosed, Reason::ClusterMismatch, Reason::ClusterRequired];
    let missing: Vec<Reason> =
        Reason::ALL.into_iter().filter(|reason| !met.contains(reason) && !never.contains(reason)).collect();
    assert!(missing.len() <= 2, "{missing:?}");
    assert!(met.contains(&Reason::Granted) && met.contains(&Reason::DeniedByRule));
}

#[test]
fn a_check_allocates_nothing() {
    let snapshot = snapshot();
    for request in requests() {
        let mut decision = Decision::default();
        let cost = measure(|| decision = snapshot.check(&request));
        assert_eq!(cost.count_total, 0, "{request:?}: {decision:?}");
    }
}

#[test]
fn a_batch_allocates_nothing() {
    let (snapshot, requests) = (snapshot(), requests());
    let mut decisions = vec![Decision::default(); requests.len() + 8];
    let cost = measure(|| {
        snapshot.check_batch(&requests, &mut decisions);
    });
    assert_eq!(cost.count_total, 0);
    assert!(decisions.iter().any(Decision::is_allow));
}

#[test]
fn a_check_by_handles_allocates_nothing() {
    let snapshot = snapshot();
    let mut n_asked = 0;
    for request in requests() {
        let subject = snapshot.subject(request.tenant, request.subject, request.groups);
        let permission = snapshot.permission(request.action, request.kind);
        let scope = snapshot.scope(request.scope);
        let cluster = request.cluster.map(|name| snapshot.cluster("acme", name)).transpose();
        let (Ok(subject), Ok(permission), Ok(scope), Ok(cluster)) = (subject, permission, scope, cluster) else {
            continue;
        };
        let situation = Situation { cluster, resource: request.resource, context: request.context, now: request.now };
        let mut decision = Decision::default();
        let cost = measure(|| decision = subject.check(permission, scope, &situation));
        assert_eq!(cost.count_total, 0, "{request:?}: {decision:?}");
        n_asked += 1;
    }
    assert!(15 < n_asked, "{n_asked}");
}

#[test]
fn the_counter_counts() {
    let cost = measure(|| drop(black_box(vec![0_u8; 1_000])));
    assert_eq!((cost.count_total, cost.bytes_max), (1, 1_000));
}
