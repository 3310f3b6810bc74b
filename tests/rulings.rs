//! Rulings on the fine points, each answered alike by the reference and by the engine.

use bailiwick::{Groups, Request, Value, document::Document};
use bailiwick_oracle::{decide, decide_by_engine};

const NOW: i64 = 1_767_225_600;

/// A catalogue with a gate, two rights, and something at every level.
const POLICY: &str = r#"
kinds:
  department: { read_from_below: true }
  project: {}
  cluster: { read_from_below: true }
  node_pool: { lives_in: [cluster] }
  job: { lives_in: [project], concerns_cluster: true }
  asset: { lives_in: [tenant, department, project] }
  assign_roles: { lives_in: [tenant, department, project] }
  assign_places: { lives_in: [tenant, department, project] }
attributes: { context.network: text, context.level: number }
delegation: { role_right: assign_roles, place_right: assign_places, organizations: [department, project] }
qualifiers:
  all_roles: { roles: "*" }
  projects: { at: [project] }
roles:
  worker: { permissions: { job: CRUD, project: R, department: R, cluster: R, asset: R } }
  blind: { permissions: { job: CRUD } }
  gated: { requires: { module: inference }, permissions: { asset: CRUD } }
  lead: { includes: [gated, worker] }
  chief: { permissions: { assign_roles: CRUD all_roles, assign_places: CRUD projects, cluster: CRUD, node_pool: CRUD } }
"#;

const SCOPES: &str = "
tenant: acme
clusters: [{ name: west }, { name: east }]
scopes:
  - { path: acme/vision }
  - { path: acme/vision/detector }
  - { path: acme/voice }
  - { path: acme/voice/asr }
";

fn document(text: &str) -> Document {
    let value: serde_json::Value = serde_yaml::from_str(text).unwrap();
    serde_json::from_value(value).unwrap()
}

/// A world of one tenant with these rules.
fn world(rules: &str) -> Vec<Document> {
    vec![document(POLICY), document(&format!("{SCOPES}{rules}"))]
}

/// Asks for `subject action kind scope`, in no group and on the cluster `west`.
fn ask(text: &str) -> Request<'_> {
    let words: Vec<&str> = text.split(' ').collect();
    Request {
        subject: words[0],
        groups: Groups::Listed(&[]),
        action: words[1],
        kind: words[2],
        scope: words[3],
        cluster: Some("west"),
        ..Request::at(NOW)
    }
}

/// Returns the reason that the reference and the engine agree on, and until when it holds.
fn answer(documents: &[Document], request: Request<'_>) -> (&'static str, Option<i64>) {
    let expected = decide(documents, &request, None);
    let found = decide_by_engine(documents, &[request]).unwrap().remove(0);
    assert_eq!((found.reason, found.valid_until), (expected.reason, expected.valid_until));
    (expected.reason, expected.valid_until)
}

fn reason(documents: &[Document], request: Request<'_>) -> &'static str {
    answer(documents, request).0
}

#[test]
fn an_included_role_keeps_its_gate() {
    let documents = world("access_rules: [{ subject: user:ana, role: lead, scope: acme }]");
    assert_eq!(reason(&documents, ask("user:ana read asset acme")), "granted");
    assert_eq!(reason(&documents, ask("user:ana update asset acme")), "not_granted");
    let installed =
        world("facts: { modules: [inference] }\naccess_rules: [{ subject: user:ana, role: lead, scope: acme }]");
    assert_eq!(reason(&installed, ask("user:ana update asset acme")), "granted");
}

#[test]
fn a_deny_by_role_outlives_the_role() {
    let documents = world(
        "
disabled_roles: [blind]
access_rules: [{ subject: user:ana, role: worker, scope: acme }]
deny_rules: [{ subject: user:ana, role: blind, scope: acme/vision }, { subject: user:ana, role: gated, scope: acme/voice }]",
    );
    assert_eq!(reason(&documents, ask("user:ana read job acme/vision/detector")), "denied_by_rule");
    assert_eq!(reason(&documents, ask("user:ana read asset acme/voice/asr")), "denied_by_rule");
    assert_eq!(reason(&documents, ask("user:ana read job acme/voice/asr")), "granted");
}

#[test]
fn the_right_to_give_roles_allows_no_plain_check_but_read() {
    let documents = world("access_rules: [{ subject: user:ana, role: chief, scope: acme }]");
    assert_eq!(reason(&documents, ask("user:ana read assign_roles acme")), "granted");
    assert_eq!(reason(&documents, ask("user:ana create assign_roles acme")), "not_granted");
}

#[test]
fn the_right_to_place_is_bound_to_its_kinds_of_scope() {
    let documents = world("access_rules: [{ subject: user:ana, role: chief, scope: acme }]");
    assert_eq!(reason(&documents, ask("user:ana create assign_places acme/vision/detector")), "granted");
    assert_eq!(reason(&documents, ask("user:ana create assign_places acme/vision")), "not_granted");
}

#[test]
fn creating_a_cluster_on_the_axis_names_none() {
    let documents = world("access_rules: [{ subject: user:ana, role: chief, scope: acme }]");
    let without = |text| Request { cluster: None, ..ask(text) };
    assert_eq!(reason(&documents, without("user:ana create cluster acme")), "granted");
    assert_eq!(reason(&documents, without("user:ana update cluster acme")), "cluster_required");
    assert_eq!(reason(&documents, without("user:ana create node_pool acme")), "cluster_required");
    assert_eq!(reason(&documents, ask("user:ana create node_pool acme/vision")), "wrong_place");
}

#[test]
fn a_create_is_asked_at_the_parent() {
    let documents = world("access_rules: [{ subject: user:ana, role: lead, scope: acme }]");
    assert_eq!(reason(&documents, ask("user:ana create project acme/vision")), "not_granted");
    assert_eq!(reason(&documents, ask("user:ana create project acme/vision/detector")), "wrong_place");
    assert_eq!(reason(&documents, ask("user:ana read project acme/vision")), "wrong_place");
}

#[test]
fn reading_from_below_needs_the_right_to_read() {
    let documents = world(
        "
access_rules:
  - { subject: user:ana, role: worker, scope: acme/vision/detector, clusters: [west] }
  - { subject: user:bob, role: blind, scope: acme/vision/detector }
  - { subject: user:eve, role: worker, scope: acme/voice/asr }",
    );
    assert_eq!(reason(&documents, ask("user:ana read department acme/vision")), "granted");
    assert_eq!(reason(&documents, ask("user:ana read department acme/voice")), "not_granted");
    assert_eq!(reason(&documents, ask("user:ana read asset acme/vision")), "not_granted");
    assert_eq!(reason(&documents, ask("user:bob read department acme/vision")), "not_granted");
    assert_eq!(reason(&documents, ask("user:eve read department acme/voice")), "granted");
    assert_eq!(reason(&documents, ask("user:eve read department acme/vision")), "not_granted");
    assert_eq!(reason(&documents, ask("user:ana read cluster acme")), "granted");
    let east = Request { cluster: Some("east"), ..ask("user:ana read cluster acme") };
    assert_eq!(reason(&documents, east), "not_granted");
}

#[test]
fn a_list_of_clusters_binds_what_concerns_them() {
    let documents = world("access_rules: [{ subject: user:ana, role: worker, scope: acme, clusters: [west] }]");
    let without = |text| Request { cluster: None, ..ask(text) };
    assert_eq!(reason(&documents, without("user:ana read job acme/vision/detector")), "not_granted");
    assert_eq!(reason(&documents, without("user:ana read asset acme")), "granted");
    let east = Request { cluster: Some("east"), ..ask("user:ana read asset acme") };
    assert_eq!(reason(&documents, east), "not_granted");
}

#[test]
fn a_limited_deny_denies_where_no_cluster_is_named() {
    let documents = world(
        "
access_rules: [{ subject: user:ana, role: worker, scope: acme }]
deny_rules: [{ subject: user:ana, permissions: { job: R }, scope: acme, clusters: [east] }]",
    );
    let without = Request { cluster: None, ..ask("user:ana read job acme/vision/detector") };
    assert_eq!(reason(&documents, without), "deny_error");
    assert_eq!(reason(&documents, ask("user:ana read job acme/vision/detector")), "granted");
}

#[test]
fn groups_that_are_not_known_deny_and_do_not_give() {
    let documents = world(
        "
groups: [{ name: team, members: [user:bob] }]
access_rules: [{ subject: group:team, role: worker, scope: acme }, { subject: user:ana, role: worker, scope: acme }]
deny_rules: [{ subject: group:night, permissions: { asset: R }, scope: acme }]",
    );
    let not_known = |text| Request { groups: Groups::NotKnown, ..ask(text) };
    assert_eq!(reason(&documents, not_known("user:ana read asset acme")), "deny_error");
    assert_eq!(reason(&documents, not_known("user:bob read job acme/vision/detector")), "granted");
    assert_eq!(reason(&documents, not_known("user:eve read job acme/vision/detector")), "unknown_subject");
    assert_eq!(reason(&documents, not_known("group:team read asset acme")), "granted");
    assert_eq!(reason(&documents, ask("user:ana read asset acme")), "granted");
}

#[test]
fn an_unknown_user_is_decided_by_groups_and_an_unknown_app_is_not() {
    let documents = world(
        "
groups: [{ name: team, members: [app:bot] }]
access_rules: [{ subject: group:team, role: worker, scope: acme }]",
    );
    let in_team = |text| Request { groups: Groups::Listed(&["team"]), ..ask(text) };
    assert_eq!(reason(&documents, in_team("user:eve read asset acme")), "granted");
    assert_eq!(reason(&documents, in_team("app:bot read asset acme")), "unknown_subject");
}

#[test]
fn another_tenants_scope_is_another_tenants_whatever_follows() {
    let mut documents = world("users: [{ name: ana }]");
    documents.push(document("{ tenant: globex }"));
    let home = |text| Request { tenant: Some("acme"), ..ask(text) };
    assert_eq!(reason(&documents, home("user:ana read asset globex/nowhere")), "other_tenant");
    assert_eq!(reason(&documents, home("user:ana read asset nowhere")), "unknown_scope");
    assert_eq!(reason(&documents, ask("user:ana read asset acme")), "invalid_request");
}

#[test]
fn a_bad_deny_closes_the_tenant_of_a_feed_and_a_bad_allow_does_not() {
    let feed = |rules: &str| {
        let mut feed = world(rules);
        feed[1].is_feed = true;
        feed
    };
    let good = "access_rules: [{ subject: user:ana, role: worker, scope: acme }, { subject: user:ana, role: nobody, scope: acme }]";
    assert_eq!(reason(&feed(good), ask("user:ana read asset acme")), "granted");
    let bad = "
access_rules: [{ subject: user:ana, role: worker, scope: acme }]
deny_rules: [{ subject: user:bob, role: nobody, scope: acme }]";
    assert_eq!(reason(&feed(bad), ask("user:ana read asset acme")), "tenant_closed");
}

#[test]
fn valid_until_is_the_first_flip_and_not_the_first_bound() {
    let documents = world(
        "
access_rules:
  - { subject: user:ana, role: worker, scope: acme, until: 1767225700 }
  - { subject: user:ana, role: worker, scope: acme/vision, until: 1767225800 }
  - { subject: user:ana, role: worker, scope: acme/vision, clusters: [west], from: 1767225900 }",
    );
    assert_eq!(answer(&documents, ask("user:ana read asset acme/vision")), ("granted", Some(1_767_225_800)));
    let late = Request { now: 1_767_225_800, ..ask("user:ana read asset acme/vision") };
    assert_eq!(answer(&documents, late), ("not_granted", Some(1_767_225_900)));
}

#[test]
fn conditions_know_errors() {
    let documents = world(
        "
access_rules:
  - { subject: user:ana, role: worker, scope: acme, when: { any: [{ not: { present: context.level } }, { equals: { context.level: 9007199254740992.0 } }] } }
  - { subject: user:bob, role: worker, scope: acme, when: { not: { equals: { context.network: home } } } }
deny_rules:
  - { subject: user:bob, permissions: { asset: R }, scope: acme, when: { all: [{ equals: { context.network: home } }, { equals: { context.level: 1 } }] } }",
    );
    let with = |context| Request { context, ..ask("user:ana read asset acme") };
    assert_eq!(reason(&documents, with(&[])), "granted");
    assert_eq!(reason(&documents, with(&[("level", Value::Null)])), "granted");
    assert_eq!(reason(&documents, with(&[("level", Value::Integer(9_007_199_254_740_992))])), "granted");
    assert_eq!(reason(&documents, with(&[("level", Value::Integer(9_007_199_254_740_993))])), "not_granted");
    assert_eq!(reason(&documents, with(&[("level", Value::Decimal(f64::NAN))])), "allow_error");
    let bob = |context| Request { context, ..ask("user:bob read asset acme") };
    assert_eq!(reason(&documents, bob(&[])), "deny_error");
    assert_eq!(reason(&documents, bob(&[("level", Value::Integer(2))])), "allow_error");
    assert_eq!(reason(&documents, bob(&[("now", Value::Time(0))])), "invalid_request");
}
