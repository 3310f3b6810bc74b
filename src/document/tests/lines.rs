//! Feeds: every entry is taken or left by itself.

use super::worded;
use crate::diagnostic::Sink;
use crate::document::entries::push;
use crate::document::lines::read_lines;
use crate::document::{Document, Field, Lines, Part};

/// Reads a feed; returns the documents and the findings.
fn feed(text: &str) -> (Vec<Document>, Vec<String>) {
    let mut sink = Sink::default();
    let documents = written_out(read_lines(text, 0, &mut sink));
    (documents, worded(sink))
}

/// Returns the documents of a feed, with the plain entries as what the careful reader makes of them.
pub(super) fn written_out(lines: Lines) -> Vec<Document> {
    lines.parts.into_iter().map(document).collect()
}

fn document(Part { mut document, plain }: Part) -> Document {
    for (row, rule, id) in plain.rules_with_ids() {
        let rule = plain.rule(row, rule, plain.subjects.at(rule.subject), id.map(|id| (id, plain.ids.at(id.id))));
        push(&mut document.access_rules, rule);
    }
    for account in plain.accounts.iter() {
        let who = plain.subjects.at(account.subject);
        plain.user(account, who).into_iter().for_each(|user| push(&mut document.users, user));
        plain.app(account, who).into_iter().for_each(|app| push(&mut document.apps, app));
    }
    sort(&mut document.access_rules);
    sort(&mut document.users);
    sort(&mut document.apps);
    document
}

/// Sorts entries by their lines; the list stands where the first of them does.
fn sort<T>(list: &mut Field<Vec<Field<T>>>) {
    let Some(entries) = list.value_mut() else { return };
    entries.sort_by_key(|entry| entry.span().line);
    let span = entries[0].span();
    *list = Field::at(std::mem::take(entries), span);
}

/// Reads one line, which has findings; returns its document and the findings.
fn bad(line: &str) -> (Document, Vec<String>) {
    let (mut documents, found) = feed(line);
    assert_eq!(documents.len(), 1);
    assert!(!found.is_empty(), "accepted: {line}");
    (documents.remove(0), found)
}

#[test]
fn entries_are_grouped_by_tenant() {
    let text = r#"{"bailiwick": 1}

{"tenant": "acme", "scope": {"path": "acme/vision"}}
{"tenant": "acme", "scope": "acme/sound"}
{"tenant": "zeta", "user": "ana"}
{"tenant": "acme", "access_rule": {"subject": "user:\ud83d\ude00", "role": "r", "scope": "acme/vision", "from": 17}}
{"tenant": "acme", "facts": {"version": "2.13"}}
{"tenant": "acme", "cluster": {"name": "west"}}
{"tenant": "acme", "app": {"name": "ci", "disabled": true}}
{"tenant": "acme", "group": {"name": "g", "members": ["user:a"]}}
{"tenant": "acme", "custom_role": {"name": "reader", "permissions": {"job": "R"}}}
{"tenant": "acme", "disabled_role": "viewer"}
{"tenant": "acme", "withdrawn": "r-1"}
{"tenant": "acme", "deleted_subject": "user:b"}
{"tenant": "acme", "deny_rule": {"subject": "user:a", "role": "r", "scope_id": "p"}}
"#;
    let (documents, found) = feed(text);
    assert_eq!(found, Vec::<String>::new());
    let written: Vec<_> = documents.iter().map(|document| serde_json::to_string(document).unwrap()).collect();
    assert_eq!(
        written,
        [
            r#"{"bailiwick":1,"tenant":"acme","facts":{"version":"2.13"},"clusters":[{"name":"west"}],"scopes":[{"path":"acme/vision"},{"path":"acme/sound"}],"apps":[{"name":"ci","disabled":true}],"groups":[{"name":"g","members":["user:a"]}],"deleted_subjects":["user:b"],"custom_roles":{"reader":{"permissions":{"job":"R"}}},"disabled_roles":["viewer"],"access_rules":[{"subject":"user:😀","role":"r","scope":"acme/vision","from":17}],"deny_rules":[{"subject":"user:a","role":"r","scope_id":"p"}]}"#,
            r#"{"bailiwick":1,"tenant":"zeta","users":[{"name":"ana"}]}"#,
        ]
    );
    assert!(documents.iter().all(|document| document.is_feed && document.unreadable.is_empty()));
    let rule = &documents[0].access_rules.value().unwrap()[0];
    assert_eq!((rule.span().line, rule.span().column), (6, 35));
}

#[test]
fn a_bad_rule_is_left_out_alone() {
    let text = "{\"tenant\": \"a\", \"access_rule\": {\"subject\": 1, \"untill\": 2}}\r\n{\"tenant\": \"a\", \"access_rule\": {\"role\": \"r\"}}\r\n";
    let (documents, found) = feed(text);
    assert_eq!(
        found,
        [
            "P0006 1:44+1 expected text, found the number `1` | write it in quotes: \"1\"",
            "P0005 1:47+8 key `untill` is not known here | did you mean `until`?",
        ]
    );
    let rules = documents[0].access_rules.value().unwrap();
    assert!(rules[0].is_malformed() && rules[1].value().is_some());
    assert!(documents[0].unreadable.is_empty());
}

#[test]
fn a_bad_deny_is_malformed() {
    let (document, _) = bad(r#"{"tenant": "a", "deny_rule": {"subjct": "user:a"}}"#);
    assert!(document.deny_rules.value().unwrap()[0].is_malformed());
}

#[test]
fn a_bad_user_is_disabled_and_keeps_its_name() {
    for user in [
        r#"{"name": "eve", "disabled": "yes"}"#,
        r#"{"name": "eve", "disable": true}"#,
        r#"{"disabled": false, "name": "eve", "disabled": true}"#,
    ] {
        let (document, _) = bad(&format!(r#"{{"tenant": "a", "user": {user}}}"#));
        let user = document.users.value().unwrap()[0].value().unwrap();
        assert_eq!(user.name.value().unwrap(), "eve");
        assert!(user.disabled.is_malformed());
    }
    let (document, _) = bad(r#"{"tenant": "a", "app": {"name": "ci", "disabled": null}}"#);
    assert!(document.apps.value().unwrap()[0].value().unwrap().disabled.is_malformed());
}

#[test]
fn who_or_what_is_disabled_must_be_readable() {
    for entry in [r#""user": {"name": 5, "disabled": true}"#, r#""app": {"disabled": tru}"#, r#""disabled_role": 5"#] {
        let (document, _) = bad(&format!(r#"{{"tenant": "a", {entry}}}"#));
        assert_eq!(document.unreadable.len(), 1, "{entry}");
    }
}

#[test]
fn a_bad_group_keeps_its_name() {
    let (document, _) = bad(r#"{"tenant": "a", "group": {"name": "g", "members": ["user:a"], "x": 1}}"#);
    let group = document.groups.value().unwrap()[0].value().unwrap();
    assert_eq!(group.name.value().unwrap(), "g");
    assert!(group.members.is_malformed());
}

#[test]
fn what_is_found_behind_a_carriage_return_stands_on_its_own_line() {
    let (_, findings) = feed(
        "{\"tenant\": \"t\", \"scope\": {\r\"path\": \"t/a\" \"b\"\r}}\n{\"tenant\": \"t\", \"scope\": {\"path\": \"t/b\"}}",
    );
    assert!(!findings.is_empty());
    assert!(findings.iter().all(|finding| finding.contains(" 1:")), "{findings:?}");
}

#[test]
fn an_entry_says_one_known_thing() {
    for (entry, finding) in [
        (r#"{"tenant": "a"}"#, "P0007 1:1+0 the entry does not say what it is"),
        (
            r#"{"tenant": "a", "denyrule": {}}"#,
            "P0005 1:17+10 key `denyrule` is not known here | did you mean `deny_rule`?",
        ),
        (
            r#"{"tenant": "a", "user": "u", "app": "b"}"#,
            "P0037 1:1+0 the entry is both `user` and `app` | write one entry a line",
        ),
        (r#"{"tenant": "a", "user": "u", "dny": {}}"#, "P0005 1:30+5 key `dny` is not known here"),
    ] {
        let (document, found) = bad(entry);
        assert!(found[0].starts_with(finding), "{found:?}");
        assert_eq!(document.tenant.value().unwrap(), "a");
        assert_eq!(document.unreadable.len(), 1);
    }
}

#[test]
fn an_entry_without_a_readable_tenant_is_kept_apart() {
    for entry in [r#"{"user": "u"}"#, r#"{"tenant": 1, "user": "u"}"#, r#"{"tenant": "a", "tenant": "b", "user": "u"}"#]
    {
        let (document, _) = bad(entry);
        assert!(document.tenant.is_missing(), "{entry}");
    }
}

#[test]
fn what_is_no_entry_is_unreadable() {
    for line in [
        "{",
        "x",
        "[1]",
        "# comment",
        "{\"tenant\": acme, \"user\": \"u\"}",
        "{'tenant': \"a\"}",
        "--- {}",
        "{\"tenant\": }",
    ] {
        let (document, found) = bad(line);
        assert_eq!(document.unreadable.len(), 1, "{line}");
        assert!(document.tenant.is_missing() && found[0].contains(" 1:"), "{found:?}");
    }
}

#[test]
fn a_line_is_limited() {
    let (document, found) = bad(&format!("{{\"tenant\": \"{}\"}}", "x".repeat(70_000)));
    assert_eq!(found, ["P0002 1:1+0 the line is longer than 64 KiB | write one entry a line"]);
    assert_eq!(document.unreadable.len(), 1);
}

#[test]
fn a_version_is_heard_though_nothing_follows() {
    let (documents, _) = feed("{\"bailiwick\": 2}\n");
    assert_eq!(documents[0].bailiwick.value(), Some(&2));
    let (document, _) = bad("\n{\"tenant\": \"a\", \"user\": \"u\", \"bailiwick\": 2}");
    assert_eq!(document.unreadable.len(), 1);
}

#[test]
fn facts_are_told_once() {
    let (document, found) = bad("{\"tenant\": \"a\", \"facts\": {}}\n{\"tenant\": \"a\", \"facts\": {}}");
    let twice =
        ["P0020 1:26+0 the facts of the tenant are told twice", "P0020 2:26+0 the facts of the tenant are told twice"];
    assert_eq!(found, twice);
    assert!(document.facts.is_malformed());
}

#[test]
fn an_empty_feed_says_nothing() {
    assert_eq!(feed("\n \r\n"), (vec![], vec![]));
}
