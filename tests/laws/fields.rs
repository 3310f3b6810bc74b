//! Every field of a request matters: changed alone, it turns an answer somewhere.

use bailiwick::{Groups, Policy, Request, Snapshot, Text, Value};

const WORLD: &str = "
kinds: { job: { lives_in: [project], concerns_cluster: true }, volume: { lives_in: [tenant, project] } }
attributes: { context.network: text, resource.team: text }
roles: { reader: { permissions: { job: R, volume: CRUD } } }
restrictions: { away: { kinds: [job], actions: R, when: { all: [{ present: context.network }, { equals: { context.network: away } }] } } }
tenant: acme
clusters: [west, east]
scopes: [acme/a, acme/a/x, acme/b, acme/b/x]
access_rules:
  - { subject: user:ana, role: reader, scope: acme/a, clusters: [west], until: 100 }
  - { subject: group:ml, role: reader, scope: acme/b }
  - { subject: user:eva, role: reader, scope: acme, when: { equals: { resource.team: ours } } }
deny_rules:
  - { subject: group:banned, permissions: { job: R }, scope: acme }
";

fn snapshot() -> Snapshot {
    let beta = "tenant: beta\nscopes: [beta/a, beta/a/x]\nclusters: [west]";
    Policy::parse([Text::yaml("world.yaml", WORLD), Text::yaml("beta.yaml", beta)]).unwrap().compile()
}

/// A request that is allowed.
fn allowed() -> Request<'static> {
    Request {
        tenant: Some("acme"),
        subject: "user:ana",
        groups: Groups::Listed(&[]),
        action: "read",
        kind: "job",
        scope: "acme/a/x",
        cluster: Some("west"),
        ..Request::at(50)
    }
}

#[test]
fn every_request_field_matters() {
    let snapshot = snapshot();
    let code = |request: &Request<'_>| snapshot.check(request).reason().code();
    assert_eq!(code(&allowed()), "granted");
    let changed = [
        (Request { tenant: Some("beta"), ..allowed() }, "other_tenant"),
        (Request { tenant: None, ..allowed() }, "invalid_request"),
        (Request { tenant: Some("gamma"), ..allowed() }, "unknown_tenant"),
        (Request { subject: "user:ben", ..allowed() }, "unknown_subject"),
        (Request { subject: "app:ana", ..allowed() }, "unknown_subject"),
        (Request { groups: Groups::NotKnown, ..allowed() }, "deny_error"),
        (Request { groups: Groups::Listed(&["banned"]), ..allowed() }, "denied_by_rule"),
        (Request { action: "update", ..allowed() }, "not_granted"),
        (Request { action: "submit", ..allowed() }, "unknown_action"),
        (Request { kind: "node", ..allowed() }, "unknown_kind"),
        (Request { scope: "acme/b/x", ..allowed() }, "not_granted"),
        (Request { scope: "acme/a", ..allowed() }, "wrong_place"),
        (Request { scope: "acme/c", ..allowed() }, "unknown_scope"),
        (Request { cluster: Some("east"), ..allowed() }, "not_granted"),
        (Request { cluster: None, ..allowed() }, "not_granted"),
        (Request { cluster: Some("north"), ..allowed() }, "unknown_cluster"),
        (Request { context: &[("network", Value::Text("away"))], ..allowed() }, "restricted"),
        (Request { now: 100, ..allowed() }, "not_granted"),
        (Request { now: 99, ..allowed() }, "granted"),
    ];
    for (request, expected) in changed {
        assert_eq!(code(&request), expected, "{request:?}");
    }
    let eva = Request { subject: "user:eva", ..allowed() };
    assert_eq!(code(&Request { resource: &[("team", Value::Text("ours"))], ..eva }), "granted");
    assert_eq!(code(&Request { resource: &[("team", Value::Text("theirs"))], ..eva }), "not_granted");
}
