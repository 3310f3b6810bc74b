//! Directories that are asked, and requests of every reason.

use bailiwick::{Actor, Change, Edit, Feed, Groups, Loader, Policy, Request, Rules, Snapshot, Text, Value};

/// A policy and the small directory.
pub(crate) const WORLD: &str = "
kinds:
  department: { read_from_below: true }
  job: { lives_in: [project], concerns_cluster: true }
  farm: { lives_in: [project], requires: { module: missing } }
  node: { lives_in: [cluster] }
attributes: { context.network: text, context.tags: list of text, resource.size: number }
roles:
  researcher: { permissions: { job: CRUD, farm: CRUD, department: R, node: R } }
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
  - { subject: user:err, role: researcher, scope: acme, when: { equals: { context.network: corporate } } }
  - { subject: group:ml, role: researcher, scope: acme }
  - { subject: group:ops, role: researcher, scope: acme/b }
deny_rules:
  - { subject: group:banned, permissions: { '*': '*' }, scope: acme, until: 90 }
  - { subject: user:ana, permissions: { job: U }, scope: acme/a/x, when: { equals: { context.network: home } } }
  - { subject: group:everyone, role: researcher, scope: acme/b/x, from: 500 }
";

const NESTED: &str = "
scope_kinds: { tenant: {}, cluster: { parent: tenant }, project: { parent: cluster } }
kinds: { job: { lives_in: [project], concerns_cluster: true } }
roles: { researcher: { permissions: { job: CRUD } } }
tenant: acme
scopes: [acme/west, acme/east, acme/west/x]
access_rules: [{ subject: user:ana, role: researcher, scope: acme }]
";

/// A small directory of one tenant.
pub(crate) fn small() -> Snapshot {
    Policy::parse([Text::yaml("world.yaml", WORLD)]).unwrap().compile()
}

/// The small directory with so many more rules that batches read ahead; those who are asked hold some of them.
pub(crate) fn large() -> Snapshot {
    let mut feed = Feed::new("acme");
    for project in 0..1_000 {
        feed.scope(&format!("acme/a/p{project}"));
    }
    let who = |n: usize| {
        ["user:ana", "group:ml", "user:own"].get(n).map_or(format!("user:u{}", n % 5_000), |it| (*it).to_owned())
    };
    for n in 0..N_MORE {
        feed.rule(&who(n % 5_003), "researcher", &format!("acme/a/p{}", n * 7 % 1_000));
    }
    let policy = Loader::new().text(Text::yaml("world.yaml", WORLD)).feed(feed).load().unwrap();
    assert!(policy.is_complete(), "{:?}", policy.findings());
    policy.compile()
}

/// From 65,536 rules on a directory is large.
const N_MORE: usize = 70_000;

/// A directory in which who is asked and where was changed since the load.
pub(crate) fn edited(snapshot: Snapshot) -> Snapshot {
    let more = |subjects| Rules { subjects, roles: &["researcher"], scopes: &["acme/a/x"], ..Rules::default() };
    let edits = [
        Edit::AddRules(more(&["user:ana", "group:ml", "user:new"])),
        Edit::RemoveRules(more(&["user:new"])),
        Edit::CreateScope { path: "acme/c", id: None, kind: None },
        Edit::CreateScope { path: "acme/c/y", id: None, kind: None },
        Edit::AddMember { group: "ops", member: "user:own" },
        Edit::Disable(&["user:err"]),
        Edit::MoveScope { scope: "acme/b/x", to: "acme/c" },
    ];
    edits.into_iter().fold(snapshot, |snapshot, edit| {
        let approved = snapshot.approve(&Actor::Host, &Change::at(0, edit));
        assert!(approved.is_complete(), "{edit:?}: {:?}", approved.answers());
        snapshot.apply(&approved).unwrap()
    })
}

/// A directory of two tenants, of which one is closed: a deny of its feed says nothing.
pub(crate) fn closed() -> Snapshot {
    let feed = r#"{"tenant":"beta","scope":"beta/x"}
{"tenant":"beta","deny_rule":{"subject":"user:ana"}}
"#;
    let policy = Policy::parse([Text::yaml("world.yaml", WORLD), Text::lines("beta.jsonl", feed)]).unwrap();
    assert_eq!(policy.closed_tenants(), ["beta"]);
    policy.compile()
}

/// A directory in which clusters are scopes.
pub(crate) fn nested() -> Snapshot {
    Policy::parse([Text::yaml("nested.yaml", NESTED)]).unwrap().compile()
}

/// A request that is allowed in the small directory.
pub(crate) fn allowed() -> Request<'static> {
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

/// Requests of nearly every reason that one tenant can give; with groups and without.
pub(crate) fn requests() -> Vec<Request<'static>> {
    let none = Groups::Listed(&[]);
    vec![
        allowed(),
        Request { groups: none, ..allowed() },
        Request { subject: "user:own", groups: none, ..allowed() },
        Request { subject: "user:own", groups: none, context: &[], ..allowed() },
        Request { subject: "user:err", groups: none, context: &[], ..allowed() },
        Request { subject: "user:ops", groups: none, scope: "acme/b/x", ..allowed() },
        Request { subject: "user:ops", groups: none, scope: "acme/b/x", now: 500, ..allowed() },
        Request { groups: Groups::Listed(&["banned"]), ..allowed() },
        Request { groups: Groups::Listed(&["ml", "ops", "n1", "n2", "n3", "n4", "n5", "n6", "n7"]), ..allowed() },
        Request { groups: Groups::NotKnown, ..allowed() },
        Request { action: "update", context: &[("network", Value::Text("home"))], ..allowed() },
        Request { action: "update", context: &[("network", Value::Integer(1))], ..allowed() },
        Request { action: "delete", context: &[("network", Value::Text("home"))], ..allowed() },
        Request { action: "delete", context: &[], ..allowed() },
        Request { action: "read", kind: "department", scope: "acme/a", ..allowed() },
        Request { action: "read", kind: "node", scope: "acme", cluster: None, ..allowed() },
        Request { kind: "farm", ..allowed() },
        Request { groups: none, now: 100, ..allowed() },
        Request { groups: none, now: -1, ..allowed() },
        Request { groups: none, cluster: None, ..allowed() },
        Request { subject: "user:off", ..allowed() },
        Request { subject: "user:nobody", groups: none, ..allowed() },
        Request { subject: "app:nobody", groups: none, ..allowed() },
        Request { subject: "group:ml", groups: none, ..allowed() },
        Request { subject: "nonsense", ..allowed() },
        Request { subject: "user:a\u{202e}b", ..allowed() },
        Request { tenant: Some("beta"), ..allowed() },
        Request { action: "submit", ..allowed() },
        Request { kind: "jobs", ..allowed() },
        Request { scope: "acme/c", ..allowed() },
        Request { scope: "acme/c/y", ..allowed() },
        Request { scope: "beta/c", ..allowed() },
        Request { scope: "acme/a", ..allowed() },
        Request { cluster: Some("north"), ..allowed() },
    ]
}

/// The reasons that take two tenants.
pub(crate) fn requests_of_two() -> Vec<Request<'static>> {
    let acme = Request { tenant: Some("acme"), ..allowed() };
    vec![
        allowed(),
        acme,
        Request { scope: "beta/x", ..acme },
        Request { tenant: Some("beta"), scope: "beta/x", cluster: None, ..acme },
    ]
}

/// The reasons that take clusters among the scopes.
pub(crate) fn requests_of_nested() -> Vec<Request<'static>> {
    let own = Request { scope: "acme/west/x", resource: &[], context: &[], ..allowed() };
    vec![own, Request { cluster: Some("east"), ..own }, Request { cluster: None, ..own }]
}
