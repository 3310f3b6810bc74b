//! The strict policy: who gives must hold what it gives.

use std::process::Command;

use bailiwick::{ChangeCode, Edit, Given, Groups, Holder, Missing, Policy, Rules, Snapshot, Text};

use super::{actor, ask, ask_one, made, rule};
use crate::support::NOW;
use xtask::tree;

const DIRECTORY: &str = "
tenant: acme
facts: { version: '2.18', modules: [inference] }
scopes: [acme/d1, acme/d1/p1]
";

fn world() -> Snapshot {
    let policy = std::fs::read_to_string(tree::root().join("policies/runai-2.18.yaml")).unwrap();
    Policy::parse([Text::yaml("policy", policy), Text::yaml("acme", DIRECTORY)]).unwrap().compile()
}

/// The rows of the table that another program computes from the published matrix: who gives, what is given, whether it may.
fn table() -> Vec<(String, String, bool)> {
    let text = std::fs::read_to_string(tree::root().join("tests/data/strict-2.18.csv")).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[0].to_owned(), cells[1].to_owned(), cells[2] == "yes")
    };
    text.lines().skip(1).map(row).collect()
}

fn name_of(title: &str) -> String {
    title.to_lowercase().replace(' ', "_")
}

#[test]
fn every_pair_of_roles_is_as_another_program_computes_it() {
    let snapshot = world();
    let rows = table();
    assert_eq!(rows.len(), 18 * 18);
    let mut n = [0; 3];
    for (giver, given, may) in rows {
        let (giver, given) = (name_of(&giver), name_of(&given));
        for (at, to) in [("acme", "acme"), ("acme", "acme/d1/p1"), ("acme/d1", "acme/d1"), ("acme/d1", "acme")] {
            let there = made(&snapshot, Edit::AddRules(rule(&["user:boss"], &[&giver], &[at])));
            let code = ask_one(&there, actor("user:boss"), Edit::AddRules(rule(&["user:new"], &[&given], &[to])));
            let is_above = to.len() < at.len();
            let expected = match (may && !is_above, code) {
                (true, _) => ChangeCode::Ok,
                // Without the right the comparison is never asked.
                (false, ChangeCode::MayNotGiveRole) => ChangeCode::MayNotGiveRole,
                (false, _) => ChangeCode::NotHeld,
            };
            assert_eq!(code, expected, "{giver} at {at} gives {given} at {to}");
            n[match code {
                ChangeCode::Ok => 0,
                ChangeCode::NotHeld => 1,
                _ => 2,
            }] += 1;
        }
    }
    assert!(n.iter().all(|n| 50 < *n), "{n:?}");
}

#[test]
fn the_table_is_what_the_other_program_prints() {
    let script = tree::root().join("tests/data/strict_2_18.py");
    let output = Command::new("python3").arg(script).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let table = std::fs::read_to_string(tree::root().join("tests/data/strict-2.18.csv")).unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), table);
}

fn compare(snapshot: &Snapshot, role: &str, scope: &str, clusters: Option<&[&str]>) -> (ChangeCode, Vec<String>) {
    let whose = Holder { tenant: None, subject: "user:boss", groups: Groups::Listed(&[]) };
    let answer = snapshot.covers(&whose, &Given { role, scope, clusters }, NOW);
    let missing = answer.missing.iter().map(|missing| match missing {
        Missing::Permission { action, kind, .. } => format!("{action} {kind}"),
        other => format!("{other:?}"),
    });
    (answer.code, missing.collect())
}

const SMALL: &str = "
kinds: { job: { lives_in: [project], concerns_cluster: true }, grants: { lives_in: [tenant] } }
delegation: { role_right: grants, strict: true }
attributes: { context.network: text }
roles:
  reader: { permissions: { job: R } }
  writer: { permissions: { job: CUD } }
  both: { includes: [reader, writer] }
  gated: { permissions: { job: R }, requires: { module: gone } }
  boss: { permissions: { grants: CRUD } }
tenant: acme
clusters: [west, east]
scopes: [acme/d1, acme/d1/p1, acme/d2]
groups: [{ name: team, members: [user:boss] }, others]
";

fn small(rules: &str) -> Snapshot {
    crate::support::compile(&[SMALL, &format!("tenant: acme\n{rules}")])
}

fn boss(role: &str, more: &str) -> String {
    format!("access_rules: [{{ subject: user:boss, role: {role}, scope: acme{more} }}]")
}

#[test]
fn rules_that_do_not_surely_hold_do_not_count() {
    let covers = |rules: &str, clusters| compare(&small(rules), "reader", "acme/d1", clusters).0;
    assert_eq!(covers(&boss("reader", ""), None), ChangeCode::Ok);
    assert_eq!(covers(&boss("both", ""), None), ChangeCode::Ok);
    assert_eq!(covers(&boss("writer", ""), None), ChangeCode::NotHeld);
    assert_eq!(covers(&boss("reader", ", when: { present: context.network }"), None), ChangeCode::NotHeld);
    assert_eq!(covers(&boss("reader", &format!(", until: {NOW}")), None), ChangeCode::NotHeld);
    assert_eq!(covers(&boss("reader", &format!(", from: {}", NOW + 1)), None), ChangeCode::NotHeld);
    assert_eq!(covers(&boss("reader", ", clusters: [west]"), None), ChangeCode::NotHeld);
    assert_eq!(covers(&boss("reader", ", clusters: [west]"), Some(&["west"])), ChangeCode::Ok);
    assert_eq!(covers(&boss("reader", ", clusters: [west]"), Some(&["west", "east"])), ChangeCode::NotHeld);
    assert_eq!(covers("access_rules: [{ subject: group:team, role: reader, scope: acme }]", None), ChangeCode::Ok);
    assert_eq!(
        covers("access_rules: [{ subject: group:others, role: reader, scope: acme }]", None),
        ChangeCode::NotHeld
    );
    let disabled = format!("{}\nusers: [{{ name: boss, disabled: true }}]", boss("reader", ""));
    assert_eq!(covers(&disabled, None), ChangeCode::NotHeld);
}

#[test]
fn rules_add_up_and_denies_take_away_wherever_they_lie() {
    let two = "access_rules:\n- { subject: user:boss, role: reader, scope: acme }\n- { subject: user:boss, role: writer, scope: acme/d1 }";
    let both = |more: &str| compare(&small(&format!("{two}\n{more}")), "both", "acme/d1", None);
    assert_eq!(both(""), (ChangeCode::Ok, vec![]));
    let deny = |scope: &str, more: &str| {
        both(&format!("deny_rules: [{{ subject: user:boss, permissions: {{ job: D }}, scope: {scope}{more} }}]"))
    };
    let lost = (ChangeCode::NotHeld, vec!["delete job".to_owned()]);
    assert_eq!(deny("acme", ""), lost);
    assert_eq!(deny("acme/d1/p1", ""), lost);
    assert_eq!(deny("acme/d1/p1", ", when: { present: context.network }"), lost);
    assert_eq!(deny("acme/d2", ""), (ChangeCode::Ok, vec![]));
    assert_eq!(deny("acme", &format!(", until: {NOW}")), (ChangeCode::Ok, vec![]));
}

#[test]
fn holding_the_very_role_is_enough_unless_a_deny_takes_a_part() {
    let gated = boss("gated", "");
    assert_eq!(compare(&small(&gated), "gated", "acme/d1", None).0, ChangeCode::Ok);
    assert_eq!(compare(&small(&gated), "reader", "acme/d1", None).0, ChangeCode::NotHeld);
    let denied = format!("{gated}\ndeny_rules: [{{ subject: user:boss, role: reader, scope: acme }}]");
    assert_eq!(compare(&small(&denied), "gated", "acme/d1", None).0, ChangeCode::NotHeld);
}

#[test]
fn a_strict_policy_refuses_what_its_giver_does_not_hold() {
    let snapshot = small(&boss("boss", ""));
    let asked = |role| {
        ask(
            &snapshot,
            actor("user:boss"),
            Edit::AddRules(Rules { roles: &[role], ..rule(&["user:new"], &[""], &["acme"]) }),
        )
    };
    assert_eq!(asked("reader"), [ChangeCode::NotHeld]);
    assert_eq!(asked("boss"), [ChangeCode::Ok]);
}

#[test]
fn qualifiers_are_compared_by_role_place_and_length() {
    let policy = |own: &str, given: &str| {
        format!(
            "kinds: {{ job: {{ lives_in: [project] }}, grants: {{ lives_in: [tenant] }} }}
delegation: {{ role_right: grants, strict: true }}
qualifiers:
  readers: {{ roles: [reader] }}
  writers: {{ roles: [writer] }}
  both: {{ roles: [reader, writer] }}
  at_projects: {{ at: [project] }}
  elsewhere: {{ at: [tenant, department] }}
  a_day: {{ for_at_most: 1d }}
  an_hour: {{ for_at_most: 1h }}
roles:
  reader: {{ permissions: {{ job: R }} }}
  writer: {{ permissions: {{ job: C }} }}
  own: {{ permissions: {{ grants: {own} }} }}
  given: {{ permissions: {{ grants: {given} }} }}
tenant: acme
access_rules: [{{ subject: user:boss, role: own, scope: acme }}]
"
        )
    };
    let covers = |own: &str, given: &str| {
        let snapshot = crate::support::compile(&[&policy(own, given)]);
        compare(&snapshot, "given", "acme", None).0 == ChangeCode::Ok
    };
    for (own, given, expected) in [
        ("C", "C", true),
        ("C", "C readers", true),
        ("C readers", "C", false),
        ("C both", "C readers", true),
        ("C readers", "C both", false),
        ("C at_projects", "C", false),
        ("C", "C at_projects", true),
        ("C elsewhere", "C at_projects", false),
        ("C a_day", "C an_hour", true),
        ("C an_hour", "C a_day", false),
        ("C a_day", "C", false),
        ("C readers", "C at_projects", false),
        ("R readers", "R", true),
        ("CD readers", "CD readers", true),
        ("C readers", "CD readers", false),
    ] {
        assert_eq!(covers(own, given), expected, "{own} covers {given}");
    }
}
