//! Normalization at the border: section 2B of the published failures.

use bailiwick::{Code, Groups, Request, Value};

use crate::support::{ACME, POLICY, acme, ask, compile, reason, refusals};

/// Somebody may do everything everywhere, so that only the question can be at fault.
const ROOT: &str = "access_rules: [{ subject: user:ana, role: root, scope: acme }]";

#[test]
fn paths_are_never_mended() {
    let snapshot = acme(ROOT);
    assert_eq!(reason(&snapshot, &ask("user:ana", "read", "job", "acme/vision/detector")), "granted");
    let malformed = [
        "acme//vision/detector",
        "/acme/vision/detector",
        "acme/vision/detector/",
        "acme/./vision/detector",
        "acme/language/../vision/detector",
        "acme/vision/detector/.",
        "acme%2Fvision%2Fdetector",
        "acme\\vision\\detector",
        "acme/vision%2Fdetector",
        " acme/vision/detector",
        "acme/vision/detector ",
        "acme/vision/detector\n",
        "vision/detector",
        "/",
        "//",
        "",
    ];
    for scope in malformed {
        assert!(!snapshot.check(&ask("user:ana", "read", "job", scope)).is_allow(), "{scope:?}");
    }
}

#[test]
fn malformed_paths_are_refused_at_load() {
    for path in ["acme//x", "acme/x/", "/acme/x", "acme/ x", "acme/x ", ""] {
        assert_eq!(refusals(&format!("scopes: [\"{path}\"]")), [Code::InvalidName], "{path:?}");
    }
}

#[test]
fn what_is_unknown_is_denied_whatever_is_allowed() {
    let snapshot = acme(ROOT);
    let base = Request { cluster: Some("west"), ..ask("user:ana", "read", "job", "acme/vision/detector") };
    assert_eq!(reason(&snapshot, &base), "granted");
    let unknown = [
        (Request { tenant: Some("globex"), ..base }, "unknown_tenant"),
        (Request { action: "reboot", ..base }, "unknown_action"),
        (Request { kind: "jobs", ..base }, "unknown_kind"),
        (Request { scope: "acme/vision/nowhere", ..base }, "unknown_scope"),
        (Request { cluster: Some("north"), ..base }, "unknown_cluster"),
        (Request { subject: "user:eve", ..base }, "unknown_subject"),
        (Request { subject: "app:ana", ..base }, "unknown_subject"),
        (Request { subject: "ana", ..base }, "invalid_request"),
        (Request { subject: "robot:ana", ..base }, "invalid_request"),
    ];
    for (request, expected) in unknown {
        assert_eq!(reason(&snapshot, &request), expected, "{request:?}");
    }
}

#[test]
fn a_zero_byte_ends_no_name() {
    let snapshot = acme(ROOT);
    let base = Request { cluster: Some("west"), ..ask("user:ana", "read", "job", "acme/vision/detector") };
    let cut = [
        Request { subject: "user:ana\0", ..base },
        Request { subject: "user:ana\0.example", ..base },
        Request { action: "read\0", ..base },
        Request { kind: "job\0x", ..base },
        Request { scope: "acme/vision/detector\0", ..base },
        Request { cluster: Some("west\0"), ..base },
    ];
    for request in cut {
        assert!(!snapshot.check(&request).is_allow(), "{request:?}");
    }
    assert!(refusals("users: [\"ana\\0\"]").contains(&Code::InvalidName));
}

#[test]
fn every_value_of_a_list_is_looked_at() {
    let snapshot = acme(
        "access_rules: [{ subject: user:ana, role: researcher, scope: acme }]\n\
         deny_rules: [{ subject: user:ana, permissions: { job: [delete] }, scope: acme, when: { contains: { context.tags: frozen } } }]",
    );
    let answer = |tags: &[Value<'_>]| {
        let context = [("tags", Value::List(tags))];
        reason(&snapshot, &Request { context: &context, ..ask("user:ana", "delete", "job", "acme/vision/detector") })
    };
    let (frozen, other) = (Value::Text("frozen"), Value::Text("other"));
    for tags in [[frozen, other, other], [other, frozen, other], [other, other, frozen]] {
        assert_eq!(answer(&tags), "denied_by_rule");
    }
    assert_eq!(answer(&[other, other]), "granted");
    assert_eq!(answer(&[]), "granted");
    let equals =
        "access_rules: [{ subject: user:ana, role: viewer, scope: acme, when: { equals: { context.tags: frozen } } }]";
    assert_eq!(refusals(equals), [Code::InvalidCondition]);
}

#[test]
fn values_nested_without_end_are_of_no_type_even_where_they_are_given_twice() {
    let snapshot = acme(
        "access_rules: [{ subject: user:ana, role: viewer, scope: acme, when: { contains: { context.tags: gpu } } }]",
    );
    let nested = || {
        let wrap = |value, _| Value::List(Box::leak(Box::new([value])));
        ("tags", (0..200_000).fold(Value::Null, wrap))
    };
    for context in [vec![nested()], vec![nested(), nested()]] {
        let request = Request { context: &context, ..ask("user:ana", "read", "job", "acme/vision/detector") };
        assert_eq!(reason(&snapshot, &request), "allow_error");
        assert_eq!(snapshot.explain(&request).decision, snapshot.check(&request));
    }
}

#[test]
fn a_list_given_twice_counts_where_it_says_the_same() {
    let snapshot = acme(
        "access_rules: [{ subject: user:ana, role: viewer, scope: acme, when: { contains: { context.tags: gpu } } }]",
    );
    let (gpu, cpu) = (&[Value::Text("gpu")][..], &[Value::Text("cpu")][..]);
    for (one, other, expected) in [(gpu, gpu, "granted"), (gpu, cpu, "allow_error"), (gpu, &[], "allow_error")] {
        let context = [("tags", Value::List(one)), ("tags", Value::List(other))];
        let request = Request { context: &context, ..ask("user:ana", "read", "job", "acme/vision/detector") };
        assert_eq!(reason(&snapshot, &request), expected);
    }
}

#[test]
fn a_value_given_twice_is_an_error_unless_both_are_the_same() {
    let snapshot = acme(
        "access_rules: [{ subject: user:ana, role: researcher, scope: acme }]\n\
         deny_rules: [{ subject: user:ana, permissions: { job: D }, scope: acme, when: { equals: { context.network: home } } }]",
    );
    let answer = |first, second| {
        let context = [("network", Value::Text(first)), ("network", Value::Text(second))];
        reason(&snapshot, &Request { context: &context, ..ask("user:ana", "delete", "job", "acme/vision/detector") })
    };
    assert_eq!(answer("corporate", "home"), "deny_error");
    assert_eq!(answer("home", "corporate"), "deny_error");
    assert_eq!(answer("home", "home"), "denied_by_rule");
    assert_eq!(answer("corporate", "corporate"), "granted");
}

#[test]
fn text_is_never_read_as_policy() {
    let corpus = [
        "user:ana\", role: root, scope: acme }",
        "user:ana' or '1'='1",
        "user:ana\naccess_rules: [{ subject: user:eve }]",
        "user:{{ana}}",
        "user:${ana}",
        "user:*",
        "user:&a ana",
        "user:!!str ana",
        "user:ana # root",
        "user:<<: *a",
    ];
    let snapshot = acme(
        "access_rules: [{ subject: user:ana, role: root, scope: acme, when: { equals: { context.network: corporate } } }]",
    );
    let corporate = [("network", Value::Text("corporate"))];
    let base = Request { context: &corporate, ..ask("user:ana", "read", "job", "acme/vision/detector") };
    assert_eq!(reason(&snapshot, &base), "granted");
    for text in corpus {
        let groups = [text];
        let network = [("network", Value::Text(text))];
        let requests = [
            Request { subject: text, ..base },
            Request { action: text, ..base },
            Request { kind: text, ..base },
            Request { scope: text, ..base },
            Request { cluster: Some(text), ..base },
            Request { tenant: Some(text), ..base },
            Request { context: &network, ..base },
            Request { subject: "user:eve", groups: Groups::Listed(&groups), ..base },
        ];
        for request in requests {
            assert!(!snapshot.check(&request).is_allow(), "{request:?}");
        }
    }
}

#[test]
fn twins_in_two_tenants_never_mix() {
    let twin = ACME.replace("acme", "globex");
    let rules = |tenant: &str, subject: &str, role: &str| {
        format!(
            "tenant: {tenant}\ngroups: [team]\naccess_rules: [{{ subject: {subject}, role: {role}, scope: {tenant}/vision }}]"
        )
    };
    let snapshot = compile(&[
        POLICY,
        ACME,
        &twin,
        &rules("acme", "user:ana", "researcher"),
        &rules("globex", "group:team", "viewer"),
    ]);
    let tenants = ["acme", "globex"];
    for (home, other) in tenants.into_iter().zip(tenants.into_iter().rev()) {
        for subject in ["user:ana", "user:ben", "group:team"] {
            for action in ["create", "read"] {
                let foreign = format!("{other}/vision/detector");
                let own = format!("{home}/vision/detector");
                let groups = Groups::Listed(&["team"]);
                let request = Request { tenant: Some(home), groups, ..ask(subject, action, "job", &foreign) };
                assert_eq!(reason(&snapshot, &request), "other_tenant");
                let is_given = match (home, subject) {
                    ("acme", "user:ana") => true,
                    ("globex", _) => action == "read",
                    _ => false,
                };
                let request = Request { scope: &own, ..request };
                assert_eq!(snapshot.check(&request).is_allow(), is_given, "{request:?}");
            }
        }
    }
    let homeless = ask("user:ana", "read", "job", "acme/vision/detector");
    assert_eq!(reason(&snapshot, &homeless), "invalid_request");
}
