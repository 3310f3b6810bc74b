//! Fine points of changes on which the engine and the reference once differed, or might.

use bailiwick::document::Document;
use bailiwick_oracle::{Act, Bulk};

use super::{add, by, by_host, code, codes, document, remove, rule};

/// A policy with rights of every width, in the nested topology.
const NESTED: &str = "
scope_kinds: { tenant: {}, cluster: { parent: tenant }, department: { parent: cluster } }
kinds:
  page: { lives_in: [tenant, cluster, department] }
  giving: { lives_in: [tenant, cluster, department] }
  placing: { lives_in: [tenant, cluster, department] }
delegation: { role_right: giving, place_right: placing, organizations: [department], strict: true }
qualifiers: { brief: { for_at_most: 3600 } }
roles:
  boss: { permissions: { giving: CRUD, placing: CRUD, page: CRUD } }
  brief: { permissions: { giving: CRUD brief, placing: CRUD brief } }
tenant: t
scopes: [{ path: t/west }, { path: t/east }, { path: t/east/lab }]
users: [{ name: boss }, { name: brief }, { name: low }]
access_rules:
  - { subject: user:boss, role: boss, scope: t }
  - { subject: user:brief, role: brief, scope: t }
  - { subject: user:stranger, role: boss, scope: t, until: 4000000000 }
";

fn world() -> Vec<Document> {
    vec![document(NESTED)]
}

fn named(name: &str) -> String {
    name.to_owned()
}

#[test]
fn the_root_is_neither_moved_nor_renamed_however_the_rest_is_written() {
    let moved = Act::MoveScope { scope: named("t"), to: named("t/nowhere") };
    let renamed = Act::RenameScope { scope: named("t"), name: named("a\nb") };
    assert_eq!(code(&world(), by_host(moved)), "invalid_request");
    assert_eq!(code(&world(), by_host(renamed)), "invalid_request");
    let below = Act::MoveScope { scope: named("t/east"), to: named("t/east/lab") };
    assert_eq!(code(&world(), by_host(below)), "invalid_request");
}

#[test]
fn removal_asks_no_length_in_the_older_form_either() {
    let subject = || named("user:low");
    let steps = [
        by_host(Act::Place { subject: subject(), scope: named("t/east/lab") }),
        by_host(Act::GiveRole { subject: subject(), role: named("boss") }),
        by("brief", Act::TakeRole { subject: subject(), role: named("boss") }),
        by("brief", Act::Displace { subject: subject(), scope: named("t/east/lab") }),
        by("brief", Act::Place { subject: subject(), scope: named("t/east/lab") }),
    ];
    assert_eq!(codes(&world(), &steps), ["ok", "ok", "ok", "ok", "may_not_place"]);
}

#[test]
fn whom_nothing_names_any_more_is_unknown() {
    let removed = Act::RemoveRules(Bulk { until: Some(4_000_000_000), ..rule("user:stranger boss t") });
    let steps = [by_host(removed), by_host(Act::DeleteSubject(named("user:stranger")))];
    assert_eq!(codes(&world(), &steps), ["ok", "unknown_subject"]);
}

#[test]
fn a_deny_in_another_cluster_takes_nothing_from_a_rule_with_a_list() {
    let deny = Bulk { permissions: Some(vec![(named("page"), vec![named("read")])]), ..rule("user:boss - t/east/lab") };
    let deny = by_host(Act::AddDenies(Bulk { roles: Vec::new(), ..deny }));
    let on = |cluster: &str| Bulk { clusters: Some(vec![named(cluster)]), ..rule("user:low boss t") };
    let steps = [deny, by("boss", Act::AddRules(on("west"))), by("boss", Act::AddRules(on("east")))];
    assert_eq!(codes(&world(), &steps), ["ok", "ok", "not_held"]);
}

#[test]
fn a_rule_that_cannot_be_there_is_unknown_to_removal() {
    let text = NESTED.replace("boss: {", "boss: { held_at: [tenant],");
    assert_eq!(code(&[document(&text)], by("boss", remove("user:low boss t/east"))), "unknown_rule");
    assert_eq!(code(&[document(&text)], by("boss", add("user:low boss t/east"))), "wrong_place");
}
