//! Feeds: what a bad entry does to the decisions.

use bailiwick::{Groups, Policy, Request, Text};

const POLICY: &str = "
kinds: { job: { lives_in: [tenant] } }
roles: { viewer: { permissions: { job: R } } }
";

/// The entries that are good in every feed.
const GOOD: [&str; 2] = [
    r#"{"tenant": "acme", "access_rule": {"subject": "user:ana", "role": "viewer", "scope": "acme"}}"#,
    r#"{"tenant": "beta", "access_rule": {"subject": "user:ana", "role": "viewer", "scope": "beta"}}"#,
];

/// Returns what a user may expect in acme and in beta from a feed with one more entry, wherever the entry stands.
fn reasons(entry: &str) -> [&'static str; 2] {
    let orders = [[entry, GOOD[0], GOOD[1]], [GOOD[0], entry, GOOD[1]], [GOOD[1], GOOD[0], entry]];
    let answers = orders.map(|lines| {
        let texts = [Text::yaml("policy.yaml", POLICY), Text::lines("feed.jsonl", lines.join("\n"))];
        let snapshot = Policy::parse(texts).unwrap().compile();
        ["acme", "beta"].map(|tenant| {
            let request = Request {
                tenant: Some(tenant),
                subject: "user:ana",
                groups: Groups::Listed(&[]),
                action: "read",
                kind: "job",
                scope: tenant,
                ..Request::at(0)
            };
            snapshot.check(&request).reason().code()
        })
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{entry}: {answers:?}");
    answers[0]
}

#[test]
fn a_bad_allow_is_left_out() {
    for entry in [
        r#"{"tenant": "acme", "access_rule": {"subject": "user:ben", "role": "vewer", "scope": "acme"}}"#,
        r#"{"tenant": "acme", "access_rule": {"subject": "user:ben", "role": "viewer", "scope": "acme", "clusters": []}}"#,
        r#"{"tenant": "acme", "access_rule": null}"#,
        r#"{"tenant": "acme", "access_rule": [1]}"#,
    ] {
        assert_eq!(reasons(entry), ["granted", "granted"], "{entry}");
    }
}

#[test]
fn a_bad_deny_closes_its_tenant() {
    for rule in [
        r#"{"subject": "user:ben", "role": "vewer", "scope": "acme"}"#,
        r#"{"subject": "user:ben", "role": "viewer", "scope": "acme/gone"}"#,
        r#"{"subject": "user:ben", "role": "viewer"}"#,
        r#"{"subject": "", "role": "viewer", "scope": "acme"}"#,
        r#"{"subject": "user:ben", "role": "viewer", "scope": "acme", "clusters": []}"#,
        r#"{"subject": "user:ben", "role": "viewer", "scope": "acme", "clusters": null}"#,
        r#"{"subject": "user:ben", "role": "viewer", "scope": "acme", "until": "soon"}"#,
        r#"{"subject": "user:ben", "role": "viewer", "scope": "acme", "when": {}}"#,
        r#"{"subject": "user:ben", "role": "viewer", "scope": "acme", "whn": {}}"#,
        r#"{"subject": "user:ben", "permissions": {}, "scope": "acme"}"#,
        r#"{"subject": "user:ben", "permissions": {"job": ""}, "scope": "acme"}"#,
        "null",
        "7",
    ] {
        let entry = format!("{{\"tenant\": \"acme\", \"deny_rule\": {rule}}}");
        assert_eq!(reasons(&entry), ["tenant_closed", "granted"], "{entry}");
    }
}

#[test]
fn a_malformed_disabled_disables() {
    for value in ["\"yes\"", "null", "1", "[true]", "\"\""] {
        let entry = format!("{{\"tenant\": \"acme\", \"user\": {{\"name\": \"ana\", \"disabled\": {value}}}}}");
        assert_eq!(reasons(&entry), ["subject_disabled", "granted"], "{entry}");
    }
    let typo = r#"{"tenant": "acme", "user": {"name": "ana", "disabld": true}}"#;
    assert_eq!(reasons(typo), ["subject_disabled", "granted"]);
}

#[test]
fn what_may_be_a_deny_closes_its_tenant() {
    for entry in [
        r#"{"tenant": "acme"}"#,
        r#"{"tenant": "acme", "dny_rule": {}}"#,
        r#"{"tenant": "acme", "": {}}"#,
        r#"{"tenant": "acme", "disabled_role": null}"#,
        r#"{"tenant": "acme", "user": {"disabled": true}}"#,
        r#"{"tenant": "acme", "user": {"name": "b"}, "scope": {"path": "acme"}}"#,
        r#"{"tenant": "acme", "user": {"name": "ben ", "disabled": true}}"#,
        r#"{"tenant": "acme", "app": {"name": "", "disabled": true}}"#,
    ] {
        assert_eq!(reasons(entry), ["tenant_closed", "granted"], "{entry}");
    }
}

#[test]
fn what_may_be_a_deny_of_nobody_knows_whom_closes_every_tenant_of_the_feed() {
    for entry in [
        r#"{"deny_rule": {"subject": "user:ben", "role": "viewer", "scope": "acme"}}"#,
        r#"{"tenant": null, "deny_rule": {}}"#,
        r#"{"tenant": "acme ", "deny_rule": {"subject": "user:ana", "role": "viewer", "scope": "acme"}}"#,
        r#"{"tenant": "", "deny_rule": {"subject": "user:ana", "role": "viewer", "scope": "acme"}}"#,
        r#"{"tenant": "acme/a", "deny_rule": {"subject": "user:ana", "role": "viewer", "scope": "acme"}}"#,
        r#"{"tenant": "acme ", "dny_rule": {}}"#,
        r#"{"tenant": ["acme"], "x": {}}"#,
        r#"{"tenant": "acme", "tenant": "beta", "deny_rule": {}}"#,
        r#"{"tenant": "acme", "deny_rule": "#,
        "nonsense",
        "[]",
        "7",
    ] {
        assert_eq!(reasons(entry), ["tenant_closed", "tenant_closed"], "{entry}");
    }
}

#[test]
fn a_bad_allow_of_nobody_knows_whom_is_left_out() {
    for tenant in ["null", "\"acme \"", "\"\""] {
        let rule = r#"{"subject": "user:ben", "role": "viewer", "scope": "acme"}"#;
        let entry = format!("{{\"tenant\": {tenant}, \"access_rule\": {rule}}}");
        assert_eq!(reasons(&entry), ["granted", "granted"], "{entry}");
    }
}

#[test]
fn of_two_scopes_with_one_id_neither_is_meant_whatever_their_names() {
    let policy = "
kinds: { asset: { lives_in: [department] } }
roles: { viewer: { permissions: { asset: R } } }
";
    let rule = r#"{"tenant": "acme", "access_rule": {"subject": "user:ana", "role": "viewer", "scope_id": "d-1"}}"#;
    for (one, other) in [("audio", "vision"), ("vision", "audio")] {
        let scope = |name| format!(r#"{{"tenant": "acme", "scope": {{"path": "acme/{name}", "id": "d-1"}}}}"#);
        let lines = [scope(one), scope(other), rule.to_owned()].join("\n");
        let texts = [Text::yaml("policy.yaml", policy), Text::lines("feed.jsonl", lines)];
        let snapshot = Policy::parse(texts).unwrap().compile();
        for scope in ["acme/audio", "acme/vision"] {
            let request = Request { subject: "user:ana", action: "read", kind: "asset", scope, ..Request::at(0) };
            assert_eq!(snapshot.check(&request).reason().code(), "unknown_scope");
        }
    }
}

#[test]
fn a_bad_entry_about_the_tenant_as_a_scope_leaves_its_rules_alone() {
    let id = r#"{"tenant": "acme", "scope": {"path": "acme", "id": " "}}"#;
    assert_eq!(reasons(id), ["granted", "granted"]);
}

#[test]
fn a_feed_of_another_format_is_closed() {
    for version in ["2", "\"1\"", "null", "1.0"] {
        let lines = [&format!("{{\"bailiwick\": {version}}}"), GOOD[0], GOOD[1]].join("\n");
        let texts = [Text::yaml("policy.yaml", POLICY), Text::lines("feed.jsonl", lines)];
        assert_eq!(Policy::parse(texts).unwrap().closed_tenants(), ["acme", "beta"], "{version}");
    }
}

#[test]
fn of_two_rules_that_say_the_same_one_is_kept_whatever_their_order() {
    let rule = |id: &str| {
        format!(
            r#"{{"tenant": "acme", "access_rule": {{"id": "{id}", "subject": "user:ben", "role": "viewer", "scope": "acme"}}}}"#
        )
    };
    for lines in [[rule("b"), rule("a")], [rule("a"), rule("b")]] {
        let texts = [Text::yaml("policy.yaml", POLICY), Text::lines("feed.jsonl", lines.join("\n"))];
        let snapshot = Policy::parse(texts).unwrap().compile();
        let request = Request { subject: "user:ben", action: "read", kind: "job", scope: "acme", ..Request::at(0) };
        let source = format!("{:?}", snapshot.source(&snapshot.check(&request)));
        assert!(source.contains("id: Some(\"a\")"), "{source}");
    }
}

/// Returns a deny rule of acme.
fn deny(id: &str, role: &str) -> String {
    format!(
        r#"{{"tenant": "acme", "deny_rule": {{"id": {id}, "subject": "user:ben", "role": "{role}", "scope": "acme"}}}}"#
    )
}

/// Returns which tenants are closed by entries, whatever their order.
fn closed(entries: &[&str]) -> Vec<String> {
    let closed = |lines: Vec<&str>| -> Vec<String> {
        let texts = [Text::yaml("policy.yaml", POLICY), Text::lines("feed.jsonl", lines.join("\n"))];
        Policy::parse(texts).unwrap().closed_tenants().into_iter().map(str::to_owned).collect()
    };
    let forwards: Vec<&str> = entries.iter().copied().chain(GOOD).collect();
    let backwards: Vec<&str> = forwards.iter().rev().copied().collect();
    let found = closed(forwards);
    assert_eq!(found, closed(backwards), "{entries:?}");
    found
}

#[test]
fn a_bad_deny_is_mended_by_a_good_entry_of_its_id() {
    let none: [&str; 0] = [];
    let (bad, good) = (deny("\"d\"", "vewer"), deny("\"d\"", "viewer"));
    assert_eq!(closed(&[&bad]), ["acme"]);
    assert_eq!(closed(&[&bad, &good]), none);
    assert_eq!(closed(&[&bad, &bad, &good]), none);
    let allow =
        r#"{"tenant": "acme", "access_rule": {"id": "d", "subject": "user:ben", "role": "viewer", "scope": "acme"}}"#;
    assert_eq!(closed(&[&bad, allow]), none);
    // Another id, another tenant, an id that cannot be read or trusted.
    assert_eq!(closed(&[&bad, &deny("\"e\"", "viewer")]), ["acme"]);
    assert_eq!(closed(&[&bad, &good.replace("acme", "beta")]), ["acme"]);
    assert_eq!(closed(&[&deny("7", "vewer"), &good]), ["acme"]);
    assert_eq!(closed(&[&deny("\" d\"", "vewer"), &good]), ["acme"]);
    assert_eq!(closed(&[&deny("\"d\", \"id\": \"d\"", "viewer"), &good]), ["acme"]);
    assert_eq!(closed(&[&bad.replace("\"deny_rule\"", "\"x\": 1, \"deny_rule\""), &good]), ["acme"]);
    // Of good ones that differ nobody knows which is meant; those that are alike are one.
    let other = good.replace("user:ben", "user:eve");
    assert_eq!(closed(&[&good, &other]), ["acme"]);
    assert_eq!(closed(&[&bad, &good, &other]), ["acme"]);
    assert_eq!(closed(&[&bad, &good, &good]), none);
    // Who mends by a rule that says the same as another mends all the same.
    assert_eq!(closed(&[&bad, &good, &deny("\"a\"", "viewer")]), none);
}

#[test]
fn a_bad_deny_is_mended_by_another_feed() {
    let texts = |feeds: [&str; 2]| {
        let feeds = feeds.map(|line| Text::lines("feed.jsonl", line));
        [Text::yaml("policy.yaml", POLICY)].into_iter().chain(feeds)
    };
    let (bad, good) = (deny("\"d\"", "vewer"), deny("\"d\"", "viewer"));
    for feeds in [[&*bad, &*good], [&*good, &*bad]] {
        let policy = Policy::parse(texts(feeds)).unwrap();
        assert!(policy.closed_tenants().is_empty());
        assert!(policy.feed_report().is_complete());
    }
}

#[test]
fn what_is_withdrawn_gives_and_denies_nothing() {
    let (bad, good) = (deny("\"d\"", "vewer"), deny("\"d\"", "viewer"));
    let withdrawn = r#"{"tenant": "acme", "withdrawn": "d"}"#;
    let none: [&str; 0] = [];
    for entries in [vec![withdrawn], vec![&*bad, withdrawn], vec![&*bad, &*good, withdrawn], vec![withdrawn, withdrawn]]
    {
        assert_eq!(closed(&entries), none, "{entries:?}");
    }
    assert_eq!(closed(&[&bad, &withdrawn.replace("\"d\"", "\"e\"")]), ["acme"]);
    assert_eq!(closed(&[&bad, &withdrawn.replace("acme", "beta")]), ["acme"]);
    for spoilt in ["7", "null", "\"\"", "[\"d\"]"] {
        assert_eq!(closed(&[&withdrawn.replace("\"d\"", spoilt)]), ["acme"], "{spoilt}");
    }
    let deny_ana = good.replace("user:ben", "user:ana");
    assert_eq!(reasons(&deny_ana), ["denied_by_rule", "granted"]);
    let texts =
        [Text::yaml("policy.yaml", POLICY), Text::lines("feed.jsonl", [GOOD[0], &deny_ana, withdrawn].join("\n"))];
    let snapshot = Policy::parse(texts).unwrap().compile();
    let request = Request { subject: "user:ana", action: "read", kind: "job", scope: "acme", ..Request::at(0) };
    assert!(snapshot.check(&request).is_allow());
}

#[test]
fn what_takes_away_from_nobody_knows_whom_closes_every_tenant_of_the_feed() {
    for entry in [
        r#""user": {"name": "ana", "disabled": true}"#,
        r#""user": {"name": "ana", "disabled": "no"}"#,
        r#""user": {"name": "ana", "dis": true}"#,
        r#""app": {"name": "ci", "disabled": true}"#,
        r#""disabled_role": "viewer""#,
        r#""disabled_role": null"#,
        r#""withdrawn": "r-1""#,
        r#""deleted_subject": "user:ana""#,
    ] {
        for tenant in ["", r#""tenant": null, "#, r#""tenant": "acme ", "#] {
            let entry = format!("{{{tenant}{entry}}}");
            assert_eq!(reasons(&entry), ["tenant_closed", "tenant_closed"], "{entry}");
        }
    }
    for entry in [
        r#""user": "ana""#,
        r#""user": {"name": "ana", "disabled": false}"#,
        r#""user": {"name": "ana", "roles": [7]}"#,
        r#""group": "ml""#,
        r#""scope": "acme/a""#,
    ] {
        assert_eq!(reasons(&format!("{{{entry}}}")), ["granted", "granted"], "{entry}");
    }
}

#[test]
fn a_role_that_nobody_knows_can_be_disabled_without_harm() {
    assert_eq!(reasons(r#"{"tenant": "acme", "disabled_role": "vewer"}"#), ["granted", "granted"]);
    assert_eq!(reasons(r#"{"tenant": "acme", "disabled_role": "viewer"}"#), ["not_granted", "granted"]);
    for spoilt in ["null", "7", "[\"viewer\"]"] {
        let entry = format!(r#"{{"tenant": "acme", "disabled_role": {spoilt}}}"#);
        assert_eq!(reasons(&entry), ["tenant_closed", "granted"], "{entry}");
    }
}

#[test]
fn bad_roles_take_nothing_but_roles_along() {
    let user = r#"{"tenant": "acme", "user": {"name": "ana", "roles": ["vewer"]}}"#;
    assert_eq!(reasons(user), ["granted", "granted"]);
    let spoilt = r#"{"tenant": "acme", "user": {"name": "ana", "roles": "viewer"}}"#;
    assert_eq!(reasons(spoilt), ["granted", "granted"]);
    let disabled = r#"{"tenant": "acme", "user": {"name": "ana", "roles": "viewer", "disabled": "yes"}}"#;
    assert_eq!(reasons(disabled), ["subject_disabled", "granted"]);
}
