//! Names that look like two names joined, or like one name cut: they never collide.

use bailiwick::{Groups, Policy, Request, Text};

/// Names that a joined key, a path or a list could take apart.
const NAMES: [&str; 14] =
    ["a", "b", "a,b", "a|b", "a:b", "a;b", "a b", "a  b", "a.b", "a\\b", "a\"b", "a%2Cb", "[a]", "{a: b}"];

#[test]
fn subjects_never_collide() {
    for granted in NAMES.iter().chain(&["a/b", "user:a"]) {
        let snapshot = world(&format!("user:{granted}"), "reader", "job", "acme/p");
        for asked in NAMES.iter().chain(&["a/b", "user:a"]) {
            let subject = format!("user:{asked}");
            let request = Request { subject: &subject, ..request() };
            assert_eq!(snapshot.check(&request).is_allow(), granted == asked, "{granted} {asked}");
        }
    }
}

#[test]
fn groups_never_collide() {
    for granted in NAMES {
        let snapshot = world(&format!("group:{granted}"), "reader", "job", "acme/p");
        for asked in NAMES {
            let lists: [&[&str]; 3] = [&[asked], &["x", asked], &[asked, "x"]];
            for groups in lists {
                let request = Request { subject: "user:z", groups: Groups::Listed(groups), ..request() };
                assert_eq!(snapshot.check(&request).is_allow(), granted == asked, "{granted} {asked}");
            }
        }
        let split: [&[&str]; 2] = [&["a", "b"], &["b", "a"]];
        for groups in split {
            let request = Request { subject: "user:z", groups: Groups::Listed(groups), ..request() };
            assert_eq!(snapshot.check(&request).is_allow(), groups.contains(&granted), "{granted}");
        }
    }
}

#[test]
fn kinds_roles_scopes_and_clusters_never_collide() {
    for granted in NAMES {
        let by_kind = world("user:u", "reader", granted, "acme/p");
        let by_role = world("user:u", granted, "job", "acme/p");
        let by_scope = world("user:u", "reader", "job", &format!("acme/{granted}"));
        for asked in NAMES {
            let scope = format!("acme/{asked}");
            let cases = [
                (&by_kind, Request { kind: asked, ..request() }),
                (&by_scope, Request { scope: &scope, ..request() }),
                (&by_role, Request { cluster: Some(asked), ..request() }),
            ];
            for (at, (snapshot, request)) in cases.into_iter().enumerate() {
                let expected = if at == 2 { asked == "west" } else { granted == asked };
                assert_eq!(snapshot.check(&request).is_allow(), expected, "{granted} {asked} {at}");
            }
        }
        assert!(by_role.check(&request()).is_allow(), "{granted}");
    }
}

#[test]
fn a_name_that_is_none_is_never_a_wildcard() {
    let snapshot = world("user:u", "reader", "job", "acme/p");
    for odd in ["", "*", "%", "?", ".*", "user:*", "user:", "group:everyone", "group:*", " ", "user: u", "USER:u"] {
        assert!(!snapshot.check(&Request { subject: odd, ..request() }).is_allow(), "{odd}");
        assert!(!snapshot.check(&Request { kind: odd, ..request() }).is_allow(), "{odd}");
        assert!(!snapshot.check(&Request { action: odd, ..request() }).is_allow(), "{odd}");
        assert!(!snapshot.check(&Request { scope: odd, ..request() }).is_allow(), "{odd}");
        assert!(!snapshot.check(&Request { tenant: Some(odd), ..request() }).is_allow(), "{odd}");
        assert!(!snapshot.check(&Request { cluster: Some(odd), ..request() }).is_allow(), "{odd}");
    }
}

/// A world of one rule, on the cluster `west`.
fn world(subject: &str, role: &str, kind: &str, scope: &str) -> bailiwick::Snapshot {
    let text = serde_json::json!({
        "scope_kinds": { "tenant": {}, "project": { "parent": "tenant" } },
        "kinds": { kind: { "lives_in": ["project"], "concerns_cluster": true } },
        "roles": { role: { "permissions": { kind: "R" } } },
        "tenant": "acme",
        "clusters": ["west"],
        "scopes": [scope],
        "access_rules": [{ "subject": subject, "role": role, "scope": scope, "clusters": ["west"] }],
    });
    Policy::parse([Text::yaml("world.yaml", text.to_string())]).unwrap().compile()
}

/// A request that the world of `user:u`, `job` and `acme/p` grants.
fn request() -> Request<'static> {
    Request {
        tenant: Some("acme"),
        subject: "user:u",
        groups: Groups::Listed(&[]),
        action: "read",
        kind: "job",
        scope: "acme/p",
        cluster: Some("west"),
        ..Request::at(0)
    }
}
