//! Deny, default, wildcard, conditions: section 2D of the published failures.

use std::fmt::Write;

use bailiwick::{Code, Groups, Request, Value};

use crate::support::{ACME, NOW, POLICY, acme, ask, compile, findings, reason, refusals};

const DELETE: (&str, &str, &str) = ("delete", "job", "acme/vision/detector");

#[test]
fn an_error_never_turns_a_deny_into_an_allow() {
    let faults = [
        "{ equals: { context.network: home } }",
        "{ not: { equals: { context.network: home } } }",
        "{ in: { context.network: [home] } }",
        "{ between: { context.age: { min: 3 } } }",
        "{ contains: { context.tags: frozen } }",
        "{ same: [subject, resource.owner] }",
        "subject_is_owner",
        "{ all: [{ equals: { context.network: home } }, { present: resource.id }] }",
        "{ any: [{ equals: { context.network: home } }, { present: context.network }] }",
    ];
    let (action, kind, scope) = DELETE;
    let resource = [("id", Value::Text("job-1"))];
    let request = Request { resource: &resource, ..ask("user:ana", action, kind, scope) };
    let rule = "access_rules: [{ subject: user:ana, role: root, scope: acme }]";
    assert_eq!(reason(&acme(rule), &request), "granted");
    for fault in faults {
        let deny = format!(
            "{rule}\ndeny_rules: [{{ subject: user:ana, permissions: {{ job: D }}, scope: acme, when: {fault} }}]"
        );
        assert_eq!(reason(&acme(&deny), &request), "deny_error", "{fault}");
        for test in ["when", "unless"] {
            let restriction =
                format!("{POLICY}restrictions: {{ gate: {{ kinds: [job], actions: D, {test}: {fault} }} }}\n");
            let snapshot = compile(&[&restriction, ACME, &format!("tenant: acme\n{rule}")]);
            assert_eq!(reason(&snapshot, &request), "restriction_error", "{test}: {fault}");
        }
    }
}

#[test]
fn an_error_in_an_allow_or_a_gate_gives_nothing() {
    let (action, kind, scope) = DELETE;
    let request = ask("user:ana", action, kind, scope);
    let conditional =
        "access_rules: [{ subject: user:ana, role: root, scope: acme, when: { equals: { context.network: home } } }]";
    assert_eq!(reason(&acme(conditional), &request), "allow_error");
    let gated = format!("{POLICY}  gated: {{ requires: {{ version: '2.10' }}, permissions: {{ job: D }} }}\n");
    let rule = "tenant: acme\naccess_rules: [{ subject: user:ana, role: gated, scope: acme }]";
    assert_eq!(reason(&compile(&[&gated, ACME, rule]), &request), "not_granted");
    let kind = POLICY.replace("concerns_cluster: true", "concerns_cluster: true, requires: { version: '2.10' }");
    let rule = "tenant: acme\naccess_rules: [{ subject: user:ana, role: root, scope: acme }]";
    assert_eq!(reason(&compile(&[&kind, ACME, rule]), &request), "restriction_error");
}

#[test]
fn a_deny_wins_in_every_order() {
    // A rule is an allow or a deny, and its condition is true, false or in error.
    let kinds = [
        ("access", "true"),
        ("access", "false"),
        ("access", "error"),
        ("deny", "true"),
        ("deny", "false"),
        ("deny", "error"),
    ];
    let sequences: Vec<Vec<usize>> =
        (1..=4_u32).flat_map(|length| (0..6_usize.pow(length)).map(move |code| digits(code, length))).collect();
    let (mut users, mut access, mut deny) = (String::new(), String::new(), String::new());
    for (at, sequence) in sequences.iter().enumerate() {
        write!(users, "u{at}, ").unwrap();
        for (place, kind) in sequence.iter().enumerate() {
            let (effect, truth) = kinds[*kind];
            let when = match truth {
                "true" => "{ equals: { context.network: corporate } }",
                "false" => "{ equals: { context.network: home } }",
                _ => "{ equals: { context.age: 1 } }",
            };
            // Ends of their own keep rules of one kind apart.
            let until = NOW + 1 + i64::try_from(place).unwrap();
            let rule = format!("  - {{ subject: user:u{at}, scope: acme, until: {until}, when: {when}");
            match effect {
                "access" => writeln!(access, "{rule}, role: researcher }}").unwrap(),
                _ => writeln!(deny, "{rule}, permissions: {{ job: D }} }}").unwrap(),
            }
        }
    }
    // One text would be larger than a text may be.
    let lines = |key: &str, rules: &str| -> Vec<String> {
        let rules: Vec<&str> = rules.lines().collect();
        rules.chunks(2_000).map(|part| format!("tenant: acme\n{key}:\n{}", part.join("\n"))).collect()
    };
    let users = format!("tenant: acme\nusers: [{users}]");
    let parts = [lines("access_rules", &access), lines("deny_rules", &deny)].concat();
    let texts: Vec<&str> = [POLICY, ACME, &users].into_iter().chain(parts.iter().map(String::as_str)).collect();
    let snapshot = compile(&texts);
    let context = [("network", Value::Text("corporate"))];
    for (at, sequence) in sequences.iter().enumerate() {
        let has = |effect, truth| sequence.iter().any(|kind| kinds[*kind] == (effect, truth));
        let expected = match () {
            () if has("deny", "true") => "denied_by_rule",
            () if has("deny", "error") => "deny_error",
            () if has("access", "true") => "granted",
            () if has("access", "error") => "allow_error",
            () => "not_granted",
        };
        let subject = format!("user:u{at}");
        let (action, kind, scope) = DELETE;
        assert_eq!(
            reason(&snapshot, &Request { context: &context, ..ask(&subject, action, kind, scope) }),
            expected,
            "{sequence:?}"
        );
    }
}

#[test]
fn nothing_is_allowed_from_the_start() {
    let snapshot = acme("users: [{ name: operator, internal: true }]\napps: [ci]\ngroups: [team]");
    for subject in ["user:ana", "user:operator", "app:ci", "group:team", "group:everyone"] {
        for action in ["create", "read", "update", "delete"] {
            for (kind, scope) in [("volume", "acme"), ("department", "acme/vision"), ("job", "acme/vision/detector")] {
                assert!(!snapshot.check(&ask(subject, action, kind, scope)).is_allow(), "{subject} {action} {kind}");
            }
        }
    }
}

#[test]
fn a_deny_covers_everybody_it_names() {
    let snapshot = acme(
        "users: [{ name: operator, internal: true }]\napps: [ci]\n\
         access_rules: [{ subject: group:everyone, role: root, scope: acme }, { subject: user:operator, role: root, scope: acme }]\n\
         deny_rules: [{ subject: group:everyone, permissions: { '*': '*' }, scope: acme/vision }]",
    );
    for subject in ["user:ana", "user:operator", "user:unlisted", "app:ci"] {
        assert_eq!(
            reason(&snapshot, &ask(subject, "read", "job", "acme/vision/detector")),
            "denied_by_rule",
            "{subject}"
        );
        assert_eq!(reason(&snapshot, &ask(subject, "read", "job", "acme/language/speech")), "granted", "{subject}");
    }
}

#[test]
fn a_deny_above_beats_an_allow_below() {
    let levels = ["acme", "acme/vision", "acme/vision/detector"];
    for deny in levels {
        for allow in levels {
            let snapshot = acme(&format!(
                "access_rules: [{{ subject: user:ana, role: root, scope: {allow} }}]\n\
                 deny_rules: [{{ subject: user:ana, permissions: {{ job: '*' }}, scope: {deny} }}]"
            ));
            assert_eq!(reason(&snapshot, &ask("user:ana", "read", "job", "acme/vision/detector")), "denied_by_rule");
        }
    }
}

#[test]
fn empty_is_never_everything() {
    let rule = |field: &str| format!("access_rules: [{{ subject: user:ana, role: viewer, scope: acme{field} }}]");
    assert!(refusals(&rule("")).is_empty());
    for condition in ["{ all: [] }", "{ any: [] }", "{ in: { context.network: [] } }", "{}", "{ equals: {} }", "''"] {
        assert!(!refusals(&rule(&format!(", when: {condition}"))).is_empty(), "{condition}");
    }
    assert_eq!(refusals(&rule(", clusters: []")), [Code::EmptyClusterList]);
    for list in ["['']", "{}", "''"] {
        assert!(!refusals(&rule(&format!(", clusters: {list}"))).is_empty(), "{list}");
    }
    for text in ["{ subject: '', role: viewer, scope: acme }", "{ subject: 'user:', role: viewer, scope: acme }"] {
        assert!(!refusals(&format!("access_rules: [{text}]")).is_empty(), "{text}");
    }
    for text in ["{ subject: user:ana, role: '', scope: acme }", "{ subject: user:ana, role: viewer, scope: '' }", "{}"]
    {
        assert!(!refusals(&format!("access_rules: [{text}]")).is_empty(), "{text}");
    }
    for permissions in ["{}", "{ job: . }", "{ job: [] }"] {
        let policy = format!("{POLICY}  empty: {{ permissions: {permissions} }}\n");
        let found = findings(&[&policy]);
        if found.iter().all(|finding| finding.severity() == bailiwick::Severity::Warning) {
            let rule = "tenant: acme\naccess_rules: [{ subject: user:ana, role: empty, scope: acme }]";
            let (action, kind, scope) = DELETE;
            assert_eq!(reason(&compile(&[&policy, ACME, rule]), &ask("user:ana", action, kind, scope)), "not_granted");
        }
    }
}

#[test]
fn a_missing_attribute_gives_nothing() {
    let snapshot = acme(
        "access_rules: [{ subject: user:ana, role: viewer, scope: acme, when: { equals: { context.network: corporate } } }]",
    );
    let answer = |context: &[(&str, Value<'_>)]| {
        reason(&snapshot, &Request { context, ..ask("user:ana", "read", "volume", "acme") })
    };
    assert_eq!(answer(&[("network", Value::Text("corporate"))]), "granted");
    assert_eq!(answer(&[("network", Value::Text(""))]), "not_granted");
    for missing in [
        &[][..],
        &[("network", Value::Null)],
        &[("Network", Value::Text("corporate"))],
        &[("context.network", Value::Text("corporate"))],
    ] {
        assert_eq!(answer(missing), "allow_error", "{missing:?}");
    }
}

#[test]
fn an_empty_question_is_denied() {
    let snapshot = acme("access_rules: [{ subject: group:everyone, role: root, scope: acme }]");
    let base = ask("user:ana", "read", "job", "acme/vision/detector");
    assert_eq!(reason(&snapshot, &base), "granted");
    let empty = [
        Request::at(NOW),
        Request { subject: "", ..base },
        Request { subject: "user:", ..base },
        Request { subject: ":", ..base },
        Request { tenant: Some(""), ..base },
        Request { action: "", ..base },
        Request { kind: "", ..base },
        Request { scope: "", ..base },
        Request { cluster: Some(""), ..base },
    ];
    for request in empty {
        assert!(!snapshot.check(&request).is_allow(), "{request:?}");
    }
}

#[test]
fn wildcards_stand_only_where_the_format_says() {
    let misplaced = [
        "access_rules: [{ subject: user:ana, role: '*', scope: acme }]",
        "access_rules: [{ subject: user:ana, role: viewer, scope: '*' }]",
        "access_rules: [{ subject: '*', role: viewer, scope: acme }]",
        "access_rules: [{ subject: user:ana, role: viewer, scope: acme, clusters: ['*'] }]",
        "access_rules: [{ subject: user:ana, role: viewer, scope: 'acme/*' }]",
    ];
    for text in misplaced {
        assert!(!refusals(text).is_empty(), "{text}");
    }
    let snapshot = acme("access_rules: [{ subject: 'user:*', role: root, scope: acme }]");
    assert_eq!(reason(&snapshot, &ask("user:*", "read", "volume", "acme")), "granted");
    assert_eq!(reason(&snapshot, &ask("user:ana", "read", "volume", "acme")), "not_granted");
    assert_eq!(reason(&snapshot, &ask("user:eve", "read", "volume", "acme")), "unknown_subject");
}

#[test]
fn conditions_hold_on_wildcards_too() {
    let snapshot = acme(
        "access_rules: [{ subject: group:everyone, role: root, scope: acme, when: { equals: { context.network: corporate } } }]",
    );
    for (network, expected) in [("corporate", "granted"), ("home", "not_granted")] {
        let context = [("network", Value::Text(network))];
        for (action, kind, scope) in [DELETE, ("read", "volume", "acme"), ("update", "department", "acme/vision")] {
            assert_eq!(
                reason(&snapshot, &Request { context: &context, ..ask("user:ana", action, kind, scope) }),
                expected
            );
        }
    }
}

#[test]
fn the_order_of_rules_and_documents_changes_nothing() {
    let mut parts = [
        "tenant: acme\naccess_rules: [{ id: a, subject: user:ana, role: researcher, scope: acme/vision }]".to_owned(),
        "tenant: acme\naccess_rules: [{ id: z, subject: user:ana, role: viewer, scope: acme }]".to_owned(),
        "tenant: acme\ndeny_rules: [{ id: m, subject: user:ana, permissions: { job: D }, scope: acme/vision/tracker }]"
            .to_owned(),
        ACME.to_owned(),
        POLICY.to_owned(),
    ];
    let mut answers: Vec<Vec<&str>> = Vec::new();
    for turn in 0..parts.len() * 2 {
        parts.rotate_left(1);
        if turn == parts.len() {
            parts.reverse();
        }
        let bodies: Vec<&str> = parts.iter().map(String::as_str).collect();
        let snapshot = compile(&bodies);
        let scopes = ["acme/vision/detector", "acme/vision/tracker", "acme/language/speech"];
        let ask = |scope| ["read", "delete"].map(|action| reason(&snapshot, &ask("user:ana", action, "job", scope)));
        answers.push(scopes.into_iter().flat_map(ask).collect());
    }
    assert_eq!(answers[0], ["granted", "granted", "granted", "denied_by_rule", "granted", "not_granted"]);
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

#[test]
fn branches_are_tried_to_the_end() {
    let conditions = [
        "{ equals: { context.network: home } }",
        "{ equals: { context.age: 1 } }",
        "{ equals: { context.network: corporate } }",
    ];
    let context = [("network", Value::Text("corporate"))];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let rules: Vec<String> = order
            .into_iter()
            .enumerate()
            .map(|(at, index)| {
                format!("{{ subject: group:g{at}, role: viewer, scope: acme, when: {} }}", conditions[index])
            })
            .collect();
        let snapshot = acme(&format!("access_rules: [{}]", rules.join(", ")));
        let groups = Groups::Listed(&["g0", "g1", "g2"]);
        assert_eq!(
            reason(&snapshot, &Request { groups, context: &context, ..ask("user:ana", "read", "volume", "acme") }),
            "granted"
        );
    }
}

#[test]
fn a_deny_takes_only_what_it_names() {
    let snapshot = acme(
        "access_rules: [{ subject: user:ana, role: root, scope: acme }, { subject: user:ben, role: root, scope: acme }]\n\
         deny_rules: [{ subject: user:ana, permissions: { job: D }, scope: acme/vision/detector, clusters: [west] }]",
    );
    let denied = Request { cluster: Some("west"), ..ask("user:ana", "delete", "job", "acme/vision/detector") };
    assert_eq!(reason(&snapshot, &denied), "denied_by_rule");
    let others = [
        Request { subject: "user:ben", ..denied },
        Request { action: "read", ..denied },
        Request { kind: "volume", ..denied },
        Request { scope: "acme/vision/tracker", ..denied },
        Request { cluster: Some("east"), ..denied },
    ];
    for request in others {
        assert_eq!(reason(&snapshot, &request), "granted", "{request:?}");
    }
}

#[test]
fn what_is_disabled_is_denied() {
    let rules = "access_rules: [{ subject: group:everyone, role: root, scope: acme }, { subject: user:eve, role: root, scope: acme }]\n";
    let snapshot =
        acme(&format!("users: [{{ name: eve, disabled: true }}]\napps: [{{ name: bot, disabled: true }}]\n{rules}"));
    let groups = Groups::Listed(&["team"]);
    for subject in ["user:eve", "app:bot"] {
        let request = Request { groups, ..ask(subject, "read", "volume", "acme") };
        assert_eq!(reason(&snapshot, &request), "subject_disabled", "{subject}");
    }
    let including = "custom_roles: { lent: { includes: [viewer] } }\ndisabled_roles: [viewer]\n\
         access_rules: [{ subject: user:ana, role: lent, scope: acme }, { subject: user:ana, role: viewer, scope: acme }]\n";
    assert_eq!(reason(&acme(including), &ask("user:ana", "read", "volume", "acme")), "not_granted");
    let denying = "disabled_roles: [viewer]\naccess_rules: [{ subject: user:ana, role: researcher, scope: acme }]\n\
         deny_rules: [{ subject: user:ana, role: viewer, scope: acme }]";
    assert_eq!(reason(&acme(denying), &ask("user:ana", "read", "volume", "acme")), "denied_by_rule");
}

/// Returns the digits of a number in base six, so many of them.
fn digits(code: usize, length: u32) -> Vec<usize> {
    (0..length).map(|place| code / 6_usize.pow(place) % 6).collect()
}
