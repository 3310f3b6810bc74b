//! Names that were deleted before the load, and the older form, against changes that come to the same.

use bailiwick::{Actor, Change, ChangeCode, Edit, Groups, Policy, Request, Rules, Snapshot, Text};

const POLICY: &str = "
kinds:
  job: { lives_in: [project] }
  giving: { lives_in: [tenant, department, project] }
  placing: { lives_in: [tenant, department, project] }
delegation: { role_right: giving, place_right: placing, organizations: [department, project] }
roles:
  worker: { held_at: [project], permissions: { job: CRUD } }
  reader: { permissions: { job: R } }
  chief: { permissions: { giving: CRUD, placing: CRUD } }
";

fn load(directory: &str) -> Snapshot {
    let directory = format!("tenant: t\nscopes: [t/a, t/a/x, t/b, t/b/y]\n{directory}");
    Policy::parse([Text::yaml("policy.yaml", POLICY), Text::yaml("directory.yaml", directory)]).unwrap().compile()
}

fn code(snapshot: &Snapshot, edit: Edit<'_>) -> ChangeCode {
    snapshot.approve(&Actor::Host, &Change::at(0, edit)).answers()[0].code
}

fn change(snapshot: &Snapshot, edit: Edit<'_>) -> Snapshot {
    let approved = snapshot.approve(&Actor::Host, &Change::at(0, edit));
    assert!(approved.is_complete(), "{edit:?}: {:?}", approved.answers());
    snapshot.apply(&approved).unwrap()
}

/// Returns what everybody may do everywhere.
fn answers(snapshot: &Snapshot) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for subject in ["user:ana", "user:ben", "app:ci", "group:ml"] {
        for scope in ["t/a/x", "t/b/y"] {
            for action in ["create", "read"] {
                let groups = Groups::Listed(&[]);
                let request = Request { subject, groups, action, kind: "job", scope, ..Request::at(0) };
                found.push((format!("{subject} {action} {scope}"), snapshot.check(&request).reason().code()));
            }
        }
    }
    found
}

const RULE: Rules<'_> = Rules {
    subjects: &["user:ana"],
    roles: &["reader"],
    scopes: &["t"],
    limits: bailiwick::RuleLimits { clusters: None, from: None, until: None, when: None },
};

#[test]
fn a_loaded_deleted_name_is_nobody_until_it_is_created_again() {
    let snapshot = load("deleted_subjects: [user:ana, app:ci, group:ml]");
    assert_eq!(answers(&snapshot), answers(&load("")));
    assert_eq!(code(&snapshot, Edit::AddRules(RULE)), ChangeCode::UnknownSubject);
    assert_eq!(code(&snapshot, Edit::GiveRole { subject: "user:ana", role: "reader" }), ChangeCode::UnknownSubject);
    assert_eq!(code(&snapshot, Edit::Disable(&["user:ana"])), ChangeCode::UnknownSubject);
    assert_eq!(code(&snapshot, Edit::AddMember { group: "ml", member: "user:ben" }), ChangeCode::UnknownSubject);
    let created = change(&snapshot, Edit::CreateSubject { subject: "user:ana", is_internal: false });
    assert_eq!(code(&created, Edit::AddRules(RULE)), ChangeCode::Ok);
    let deleted = change(&created, Edit::DeleteSubject("user:ana"));
    assert_eq!(code(&deleted, Edit::AddRules(RULE)), ChangeCode::UnknownSubject);
    // Who was never there may have rules.
    assert_eq!(code(&snapshot, Edit::AddRules(Rules { subjects: &["user:ben"], ..RULE })), ChangeCode::Ok);
}

#[test]
fn loaded_roles_and_organizations_are_those_that_changes_make() {
    let loaded = load("users: [{ name: ana, roles: [worker, reader], organizations: [t/a/x, t/b] }, ben]");
    let mut changed = load("users: [ana, ben]");
    changed = change(&changed, Edit::GiveRole { subject: "user:ana", role: "reader" });
    changed = change(&changed, Edit::Place { subject: "user:ana", scope: "t/b" });
    changed = change(&changed, Edit::GiveRole { subject: "user:ana", role: "worker" });
    changed = change(&changed, Edit::Place { subject: "user:ana", scope: "t/a/x" });
    assert_eq!(answers(&loaded), answers(&changed));
    for edit in [
        Edit::TakeRole { subject: "user:ana", role: "reader" },
        Edit::TakeRole { subject: "user:ana", role: "worker" },
        Edit::Displace { subject: "user:ana", scope: "t/a/x" },
        Edit::Displace { subject: "user:ana", scope: "t/b" },
        Edit::Place { subject: "user:ana", scope: "t/b/y" },
        Edit::DeleteSubject("user:ana"),
    ] {
        assert_eq!(answers(&change(&loaded, edit)), answers(&change(&changed, edit)), "{edit:?}");
    }
    assert_eq!(code(&loaded, Edit::Place { subject: "user:ana", scope: "t/b" }), ChangeCode::Duplicate);
    assert_eq!(code(&loaded, Edit::GiveRole { subject: "user:ana", role: "reader" }), ChangeCode::Duplicate);
}

#[test]
fn an_access_rule_beside_an_equal_role_is_no_duplicate() {
    let directory = "
users: [{ name: ana, roles: [reader] }]
access_rules: [{ id: r-1, subject: user:ana, role: reader, scope: t }]
";
    let snapshot = load(directory);
    assert_eq!(code(&snapshot, Edit::AddRules(RULE)), ChangeCode::Duplicate);
    // Each goes by itself, and the other still gives.
    for edit in [Edit::RemoveRules(RULE), Edit::TakeRole { subject: "user:ana", role: "reader" }] {
        let changed = change(&snapshot, edit);
        assert!(answers(&changed).contains(&("user:ana read t/a/x".to_owned(), "granted")), "{edit:?}");
    }
}
