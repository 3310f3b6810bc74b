//! Caches and keys: section 2C of the published failures. There is no decision cache, and no key is ever joined from
//! names; these tests would see either.

use std::thread;

use bailiwick::{Code, Decision, Groups, Request, Value};

use crate::support::{ACME, NOW, POLICY, acme, ask, compile, findings, reason};

#[test]
fn names_with_every_separator_stay_apart() {
    let separators = [",", ":", ";", "|", "#", "@", "&", "=", "-", "_", ".", "\u{1f}", "\\", "\"", "'"];
    for separator in separators.into_iter().filter(|separator| *separator != "\u{1f}") {
        let quoted = |name: &str| format!("{name:?}");
        let first = [format!("a{separator}b"), "c".to_owned()];
        let second = ["a".to_owned(), format!("b{separator}c")];
        let holder = quoted(&format!("group:{}", first[0]));
        let snapshot = acme(&format!(
            "clusters: [{}, {}]\naccess_rules: [{{ subject: {holder}, role: viewer, scope: acme, clusters: [{}] }}]",
            quoted(&first[1]),
            quoted(&second[1]),
            quoted(&first[1]),
        ));
        let answer = |[group, cluster]: &[String; 2]| {
            let groups = [group.as_str()];
            let groups = Groups::Listed(&groups);
            reason(
                &snapshot,
                &Request { groups, cluster: Some(cluster), ..ask("user:ana", "read", "job", "acme/vision/detector") },
            )
        };
        assert_eq!([answer(&first), answer(&second)], ["granted", "not_granted"], "{separator}");
    }
}

#[test]
fn two_groups_are_not_one_with_a_comma() {
    let snapshot = acme("access_rules: [{ subject: 'group:a,b', role: viewer, scope: acme }]");
    let answer = |groups: &[&str]| {
        reason(&snapshot, &Request { groups: Groups::Listed(groups), ..ask("user:ana", "read", "volume", "acme") })
    };
    assert_eq!(answer(&["a,b"]), "granted");
    assert_eq!(answer(&["a", "b"]), "not_granted");
    assert_eq!(answer(&["a", "b", "a,b"]), "granted");
    assert_eq!(answer(&["a,", "b"]), "not_granted");
}

#[test]
fn a_batch_answers_as_its_questions_do_one_by_one() {
    let snapshot = conditional();
    let networks = contexts();
    let mut requests: Vec<Request<'_>> = networks.iter().flat_map(|context| questions(context)).collect();
    for turn in 0..requests.len() {
        requests.rotate_left(turn % 5);
        let mut decisions = vec![Decision::default(); requests.len()];
        snapshot.check_batch(&requests, &mut decisions);
        let single: Vec<Decision> = requests.iter().map(|request| snapshot.check(request)).collect();
        assert_eq!(decisions, single);
    }
}

#[test]
fn every_field_of_a_request_matters() {
    let twin = ACME.replace("acme", "globex");
    let rules = "tenant: acme
access_rules:
  - subject: group:ml
    role: researcher
    scope: acme/vision
    clusters: [west]
    from: 1767225600
    until: 1767225601
    when: { all: [{ equals: { context.network: corporate } }, { equals: { resource.id: job-1 } }, { equals: { subject.id: ana } }] }
";
    let snapshot = compile(&[POLICY, ACME, &twin, rules]);
    let (context, resource) = ([("network", Value::Text("corporate"))], [("id", Value::Text("job-1"))]);
    let base = Request {
        tenant: Some("acme"),
        groups: Groups::Listed(&["ml"]),
        cluster: Some("west"),
        context: &context,
        resource: &resource,
        ..ask("user:ana", "create", "job", "acme/vision/detector")
    };
    assert_eq!(reason(&snapshot, &base), "granted");
    let home = [("network", Value::Text("home"))];
    let second = [("id", Value::Text("job-2"))];
    let flipped = [
        (Request { tenant: Some("globex"), ..base }, "other_tenant"),
        (Request { subject: "user:ben", ..base }, "not_granted"),
        (Request { subject: "app:ana", ..base }, "unknown_subject"),
        (Request { groups: Groups::Listed(&["ops"]), ..base }, "not_granted"),
        (Request { groups: Groups::NotKnown, ..base }, "not_granted"),
        (Request { kind: "department", scope: "acme/vision", action: "update", ..base }, "not_granted"),
        (Request { scope: "acme/language/speech", ..base }, "not_granted"),
        (Request { cluster: Some("east"), ..base }, "not_granted"),
        (Request { cluster: None, ..base }, "not_granted"),
        (Request { context: &home, ..base }, "not_granted"),
        (Request { context: &[], ..base }, "allow_error"),
        (Request { resource: &second, ..base }, "not_granted"),
        (Request { now: NOW - 1, ..base }, "not_granted"),
        (Request { now: NOW + 1, ..base }, "not_granted"),
    ];
    for (request, expected) in flipped {
        assert_eq!(reason(&snapshot, &request), expected, "{request:?}");
        assert_eq!(reason(&snapshot, &base), "granted");
    }
}

#[test]
fn circles_are_refused() {
    for n_roles in 1..=8 {
        let mut policy = String::from("roles:\n");
        for role in 0..n_roles {
            policy.push_str(&format!("  r{role}: {{ includes: [r{}] }}\n", (role + 1) % n_roles));
        }
        let found = findings(&[&policy]);
        assert!(found.iter().any(|finding| finding.code == Code::Cycle), "{n_roles}: {found:?}");
    }
    let scopes = "scope_kinds: { root: , a: { parent: b }, b: { parent: a } }";
    let found = findings(&[scopes]);
    assert!(found.iter().any(|finding| [Code::Cycle, Code::Topology].contains(&finding.code)), "{found:?}");
}

#[test]
fn threads_get_the_answers_of_one_thread() {
    let snapshot = conditional();
    let networks = contexts();
    let requests: Vec<Request<'_>> = networks.iter().flat_map(|context| questions(context)).collect();
    let alone: Vec<Decision> = requests.iter().map(|request| snapshot.check(request)).collect();
    thread::scope(|scope| {
        for start in 0..4 {
            let (snapshot, requests, alone) = (&snapshot, &requests, &alone);
            scope.spawn(move || {
                for round in 0..200 {
                    for at in 0..requests.len() {
                        let at = (at * 7 + start + round) % requests.len();
                        assert_eq!(snapshot.check(&requests[at]), alone[at]);
                    }
                }
            });
        }
    });
}

#[test]
fn values_inside_lists_matter() {
    let snapshot = acme(
        "access_rules: [{ subject: user:ana, role: viewer, scope: acme, when: { contains: { context.tags: a } } }]",
    );
    let answer = |tags: &[Value<'_>]| {
        let context = [("tags", Value::List(tags))];
        reason(&snapshot, &Request { context: &context, ..ask("user:ana", "read", "volume", "acme") })
    };
    assert_eq!(answer(&[Value::Text("a")]), "granted");
    assert_eq!(answer(&[Value::Text("a,")]), "not_granted");
    assert_eq!(answer(&[Value::Text("b"), Value::Text("a")]), "granted");
    let inner = [Value::Text("a")];
    for wrong in [Value::List(&inner), Value::Integer(1), Value::Null] {
        assert_eq!(answer(&[wrong]), "allow_error", "{wrong:?}");
    }
}

/// Returns a world in which the answer hangs on the context.
fn conditional() -> bailiwick::Snapshot {
    acme(
        "access_rules: [{ subject: user:ana, role: researcher, scope: acme, when: { equals: { context.network: corporate } } }, \
         { subject: user:ben, role: researcher, scope: acme, when: { between: { context.age: { min: 1, max: 8 } } } }]\n\
         deny_rules: [{ subject: group:everyone, permissions: { job: D }, scope: acme, when: { equals: { context.network: home } } }]",
    )
}

fn contexts() -> [Vec<(&'static str, Value<'static>)>; 5] {
    [
        vec![],
        vec![("network", Value::Text("corporate"))],
        vec![("network", Value::Text("home")), ("age", Value::Integer(3))],
        vec![("age", Value::Decimal(3.0)), ("network", Value::Text("corporate,home"))],
        vec![("network", Value::Integer(1)), ("age", Value::Text("3"))],
    ]
}

fn questions<'a>(context: &'a [(&'a str, Value<'a>)]) -> impl Iterator<Item = Request<'a>> {
    let subjects = ["user:ana", "user:ben", "user:eve"].into_iter();
    subjects.flat_map(move |subject| {
        ["create", "delete"].map(|action| Request { context, ..ask(subject, action, "job", "acme/vision/detector") })
    })
}
