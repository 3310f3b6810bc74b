//! The stories of the shipped table of 2.13: its five qualified cells, and who needs whom.

use bailiwick::document::Document;
use bailiwick_oracle::{Act, Step};

use super::{add, by, code, codes, document, remove};

const DIRECTORY: &str = "
tenant: acme
facts: { version: \"2.13\", modules: [inference] }
clusters: [{ name: west }]
scopes:
  - { path: acme/vision }
  - { path: acme/vision/detector }
  - { path: acme/voice }
  - { path: acme/voice/asr }
users: [{ name: adam }, { name: dora }, { name: edda }, { name: both }, { name: rita }]
custom_roles: { guest: { permissions: { template: R } } }
access_rules:
  - { subject: user:adam, role: admin, scope: acme }
  - { subject: user:dora, role: department_admin, scope: acme/vision }
  - { subject: user:edda, role: editor, scope: acme }
  - { subject: user:both, role: admin, scope: acme }
  - { subject: user:both, role: editor, scope: acme }
  - { subject: user:rita, role: researcher, scope: acme/voice/asr }
";

fn world() -> Vec<Document> {
    vec![document(include_str!("../../policies/runai-2.13.yaml")), document(DIRECTORY)]
}

fn asked(step: Step) -> &'static str {
    code(&world(), step)
}

#[test]
fn a_department_administrator_takes_on_a_researcher_in_its_project() {
    assert_eq!(asked(by("dora", add("user:new researcher acme/vision/detector"))), "ok");
    assert_eq!(asked(by("dora", add("user:new ml_engineer acme/vision/detector"))), "ok");
    assert_eq!(asked(by("dora", add("user:new researcher acme/voice/asr"))), "may_not_give_role");
    assert_eq!(asked(by("dora", add("user:new guest acme/vision/detector"))), "may_not_give_role");
    assert_eq!(asked(by("dora", add("user:new guest acme/vision"))), "may_not_give_role");
    assert_eq!(asked(by("dora", add("user:new researcher acme/vision"))), "wrong_place");
}

#[test]
fn and_lets_it_go_again_but_nobody_of_the_next_department() {
    let taken = [
        by("dora", add("user:new researcher acme/vision/detector")),
        by("dora", remove("user:new researcher acme/vision/detector")),
        by("dora", remove("user:rita researcher acme/voice/asr")),
    ];
    assert_eq!(codes(&world(), &taken), ["ok", "ok", "may_not_take_role"]);
}

#[test]
fn an_administrator_alone_creates_no_rule_at_a_project() {
    assert_eq!(asked(by("adam", add("user:new researcher acme/vision/detector"))), "may_not_place");
    assert_eq!(asked(by("adam", add("user:new viewer acme"))), "ok");
    assert_eq!(asked(by("adam", remove("user:rita researcher acme/voice/asr"))), "may_not_displace");
}

#[test]
fn an_editor_alone_gives_no_role() {
    assert_eq!(asked(by("edda", add("user:new researcher acme/vision/detector"))), "may_not_give_role");
    assert_eq!(asked(by("edda", add("user:new viewer acme"))), "may_not_give_role");
}

#[test]
fn administrator_and_editor_together_can() {
    assert_eq!(asked(by("both", add("user:new researcher acme/vision/detector"))), "ok");
    assert_eq!(asked(by("both", remove("user:rita researcher acme/voice/asr"))), "ok");
}

#[test]
fn an_administrator_can_make_itself_editor_first() {
    let steps = [by("adam", add("user:adam editor acme")), by("adam", add("user:new researcher acme/vision/detector"))];
    assert_eq!(codes(&world(), &steps), ["ok", "ok"]);
}

#[test]
fn the_right_to_place_is_for_organizations_of_its_kinds() {
    let place = |scope: &str| Act::Place { subject: "user:rita".to_owned(), scope: scope.to_owned() };
    assert_eq!(asked(by("adam", place("acme/vision"))), "may_not_place");
    assert_eq!(asked(by("edda", place("acme/vision"))), "ok");
    assert_eq!(asked(by("edda", place("acme/vision/detector"))), "ok");
    assert_eq!(asked(by("dora", place("acme/vision/detector"))), "ok");
    assert_eq!(asked(by("dora", place("acme/vision"))), "may_not_place");
    assert_eq!(asked(by("dora", place("acme/voice/asr"))), "may_not_place");
    assert_eq!(asked(by("edda", place("acme"))), "wrong_place");
}

#[test]
fn all_roles_is_custom_ones_too() {
    assert_eq!(asked(by("adam", add("user:new guest acme"))), "ok");
}

#[test]
fn a_gate_that_is_shut_takes_the_right_away() {
    let old = DIRECTORY.replace("2.13", "2.9");
    let world = [document(include_str!("../../policies/runai-2.13.yaml")), document(&old)];
    assert_eq!(code(&world, by("dora", add("user:new researcher acme/vision/detector"))), "may_not_give_role");
}

#[test]
fn in_the_older_form_each_half_is_checked_when_it_is_changed() {
    let role = |role: &str| Act::GiveRole { subject: "user:new".to_owned(), role: role.to_owned() };
    let place = |scope: &str| Act::Place { subject: "user:new".to_owned(), scope: scope.to_owned() };
    // A researcher without an organization is asked of at the tenant, where the department's right does not reach.
    assert_eq!(asked(by("dora", role("researcher"))), "may_not_give_role");
    let steps = [by("dora", place("acme/vision/detector")), by("dora", role("researcher")), by("dora", role("viewer"))];
    assert_eq!(codes(&world(), &steps), ["ok", "ok", "may_not_give_role"]);
}
