//! What is accepted means the same to other readers.

use proptest::prelude::*;
use serde_yaml::Value as Yaml;

use super::{accepted, tree};
use crate::diagnostic::Sink;
use crate::document::Document;
use crate::document::tree::{Node, Value};

/// Returns the tree as the other reader would have it.
fn as_yaml(node: &Node<'_>) -> Yaml {
    match &node.value {
        Value::Refused => Yaml::String("refused, yet without a finding".to_owned()),
        Value::Null => Yaml::Null,
        Value::Boolean(value) => Yaml::Bool(*value),
        Value::Integer(number, _) => Yaml::Number((*number).into()),
        Value::Decimal(number, _) => Yaml::Number((*number).into()),
        Value::Text(text) => Yaml::String(text.to_string()),
        Value::List(items) => Yaml::Sequence(items.iter().map(as_yaml).collect()),
        Value::Mapping(entries) => {
            Yaml::Mapping(entries.iter().map(|entry| (as_yaml(&entry.key), as_yaml(&entry.value))).collect())
        }
    }
}

/// Asserts that a text, if both accept it, is the same to serde_yaml; returns whether both do.
fn agrees(text: &str, is_json_line: bool) -> bool {
    // A document is a mapping, or nothing.
    let is_document = |node: &Node<'_>| matches!(node.value, Value::Mapping(_) | Value::List(_) | Value::Null);
    let Some(ours) = tree(text, is_json_line).filter(is_document) else { return false };
    // Where it refuses, nothing is meant.
    let theirs: Result<Yaml, _> = serde_yaml::from_str(text);
    theirs.is_ok_and(|theirs| {
        assert_eq!(theirs, as_yaml(&ours), "{text:?}");
        true
    })
}

#[test]
fn accepted_texts_mean_the_same_to_serde_yaml() {
    let texts = [
        POLICY,
        DIRECTORY,
        "a: no\nb: on\nc: yes\nd: y\ne: off\nf: NO\ng: 12:30\nh: 1_000\ni: 2026-01-01\nj: .\nk: '~'\nl: \"null\"",
        "a: true\nb: False\nc: TRUE\nd: null\ne: ~\nf:\ng: Null",
        "a: 0\nb: -0\nc: +5\nd: -17\ne: 1.5\nf: 1.\ng: .5\nh: 1e3\ni: -1.5E-7\nj: 1.2.3\nk: 9223372036854775807\nl: -9223372036854775808",
        "a: |\n  x\n   y\n\nb: >-\n  folded\n  text\nc: plain\n  folded\nd: 'it''s'\ne: \"tab\\t\\u00e9\\x41\"\n",
        "? a\n: b\n? c\n: [d, {e: f}]\n",
        "a: [R, CRUD, ., \"*\", '-', [read, logs]] # comment\n",
        "- a\n- - b\n  - c\n- d: e\n  f: g\n",
        "{\"a\":\"b\",\"c\":[1,2.5,null,true,\"\\ud83d\\ude00\"],\"d\":{\"e\\/\":\"\\n\"}}",
    ];
    for text in texts {
        // The other reader refuses pairs of surrogates.
        assert!(text.contains("\\ud83d") || agrees(text, false), "{text}");
    }
}

#[test]
fn documents_round_trip_through_json() {
    for text in [POLICY, DIRECTORY] {
        let document = accepted(text);
        let json = serde_json::to_string(&document).unwrap();
        assert_eq!(accepted(&json), document, "{json}");
        assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), document);
    }
}

/// A text as people write it, and as nobody does.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_]{0,8}",
        "[-+.0-9eExob_:~]{1,6}",
        "\\PC{0,6}",
        prop::sample::select(vec![
            "no", "on", "y", "true", "~", "null", "<<", "=", "*", "-", "?", "1.10", "012", "0x1F", ".inf", "é", "😀",
            " x ", "a: b", "#", "\t", "\n", "\u{feff}", "\"", "'"
        ])
        .prop_map(str::to_owned),
    ]
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        (-1.0e9..1.0e9).prop_map(|number: f64| number.into()),
        text().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::vec((text(), inner), 0..5)
                .prop_map(|entries| serde_json::Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn json_is_read_as_json(value in json()) {
        for (text, is_line) in [(value.to_string(), true), (value.to_string(), false), (format!("{value:#}"), false)] {
            // Line breaks of YAML 1.1 are refused, but where the text is known to be JSON.
            if !is_line && text.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
                continue;
            }
            let node = tree(&text, is_line).unwrap();
            prop_assert_eq!(serde_json::to_value(as_yaml(&node)).unwrap(), value.clone(), "{}", text);
        }
    }

    #[test]
    fn yaml_of_another_writer_is_read_or_refused(value in json()) {
        agrees(&serde_yaml::to_string(&value).unwrap(), false);
    }

    #[test]
    fn soup_means_the_same_or_is_refused(text in "[-a-c01:,.'\"{}\\[\\]#~|>?!&*%@ \n]{0,24}") {
        agrees(&text, false);
    }

    #[test]
    fn soup_of_words_means_the_same_or_is_refused(words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..14)) {
        agrees(&words.concat(), false);
    }

    #[test]
    fn reading_never_panics(text in "\\PC*", bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let mut sink = Sink::default();
        Document::read(&text, 0, &mut sink);
        crate::document::lines::read_lines(&text, 0, &mut sink);
        let _ = crate::document::read::utf8(&bytes, 0, &mut sink).map(|text| Document::read(text, 0, &mut Sink::default()));
    }
}

const WORDS: [&str; 26] = [
    "a", "b", ": ", "\n", "\n  ", "\n    ", "- ", "[", "]", "{", "}", ", ", "\"x\"", "'y'", "1.5", "012", "~", "|\n",
    ">-\n", " # c\n", "? ", "no", "\"k\":", "\r\n", "\t", "é",
];

const POLICY: &str = r#"
bailiwick: 1
policy: runai-2.13
scope_kinds:
  tenant: {}
  department: { parent: tenant }
axes: [cluster]
actions: [submit, logs]
kinds:
  job: { title: Jobs, section: workload, lives_in: [project], concerns_cluster: true }
  deployment: { lives_in: [project], requires: { module: inference } }
attributes: { context.network: text, resource.teams: list of text }
roles:
  lead: { includes: [admin], permissions: { job: CRUD, "*": R, node: [read, logs] }, held_at: [tenant] }
matrix:
  roles:        [admin, ml_eng]
  rows:
    department: [R,     R ]
    job:        [CRUD all_roles,  . ]
table: { columns: [kind], order: kinds }
delegation: { role_right: assign_roles, organizations: [project], strict: false }
qualifiers:
  all_roles:   { title: all roles, roles: "*" }
  researchers: { roles: [researcher], at: [project], for_at_most: 90d }
  short:       { for_at_most: 3600 }
restrictions:
  network: { kinds: [job], actions: [create], unless: { equals: { context.network: corporate } } }
  more:
    kinds: "*"
    actions: R
    when:
      all:
        - { any: [{ not: { present: a } }, subject_is_owner] }
        - in: { a: [1, x, true, 1.5] }
        - between: { a: { min: 1, max: 8.5 } }
        - during: { a: { from: 2026-01-01T00:00:00Z, until: 1770000000 } }
        - same: [subject, resource.owner]
        - contains: { a: b }
"#;

const DIRECTORY: &str = r#"
tenant: acme
facts: { version: "2.13", modules: [inference] }
clusters: [{ name: west }, { name: east, version: "2.13", modules: [], connected: true }]
scopes: [{ path: acme/vision }, { path: acme/vision/detector, id: p-17, kind: project }]
users: [{ name: ana@acme.io }, { name: eve@acme.io, disabled: true }]
groups: [{ name: ml-team, members: [user:ana@acme.io, app:ci] }]
custom_roles: { reader: { permissions: { job: R } } }
disabled_roles: [viewer]
access_rules:
  - { id: r-1, subject: user:ana@acme.io, role: researcher, scope: acme/vision, clusters: [west], when: { present: context.network } }
deny_rules:
  - { subject: group:everyone, permissions: { job: [delete] }, scope: acme/vision }
"#;
