//! Published failures of delegation, import, bulk edits and names created anew, each seen here.

use bailiwick::{Actor, Change, ChangeCode, Denied, Denies, Edit, RuleLimits, Rules, Snapshot};

use super::{actor, ask, ask_one, codes, made, made_by, rule};
use crate::support::{self, NOW};

const WORLD: &str = "
kinds:
  department: {}
  project: {}
  job: { lives_in: [project] }
  grants: { lives_in: [tenant] }
  places: { lives_in: [tenant] }
delegation: { role_right: grants, place_right: places, organizations: [department, project] }
qualifiers: { workers: { roles: [worker], at: [project] }, projects: { at: [project] } }
roles:
  boss: { permissions: { grants: CRUD, places: CRUD } }
  head: { permissions: { grants: CRUD workers, places: CRUD projects } }
  worker: { permissions: { job: CRUD } }
";

fn directory(tenant: &str) -> String {
    "
tenant: acme
scopes: [acme/a, acme/a/p, acme/a/q, acme/b, acme/b/r]
users: [boss, hanna, ana, ben]
groups: [{ name: team, members: [user:ben] }]
access_rules:
  - { subject: user:boss, role: boss, scope: acme }
  - { subject: user:hanna, role: head, scope: acme/a }
"
    .replace("acme", tenant)
}

fn world() -> Snapshot {
    support::compile(&[WORLD, &directory("acme")])
}

/// Every edit that could give somebody something.
fn gifts() -> Vec<Edit<'static>> {
    vec![
        Edit::AddRules(Rules { subjects: &["user:ana"], roles: &["boss"], scopes: &["acme/a"], ..Rules::default() }),
        Edit::AddRules(Rules { subjects: &["user:hanna"], roles: &["boss"], scopes: &["acme"], ..Rules::default() }),
        Edit::AddRules(Rules {
            subjects: &["group:everyone"],
            roles: &["head"],
            scopes: &["acme/a"],
            ..Rules::default()
        }),
        Edit::AddRules(Rules {
            subjects: &["user:ana"],
            roles: &["worker"],
            scopes: &["acme/b/r"],
            ..Rules::default()
        }),
        Edit::GiveRole { subject: "user:ana", role: "boss" },
        Edit::Place { subject: "user:ana", scope: "acme/b/r" },
        Edit::Enable(&["user:ana"]),
        Edit::MoveScope { scope: "acme/a/p", to: "acme/b" },
        Edit::RemoveDenies(Denies {
            subjects: &["user:ana"],
            denied: Denied::Roles(&["worker"]),
            scopes: &["acme"],
            limits: RuleLimits::default(),
        }),
    ]
}

#[test]
fn no_side_door_gives_what_the_front_door_refuses() {
    let deny = Edit::AddDenies(Denies {
        subjects: &["user:ana"],
        denied: Denied::Roles(&["worker"]),
        scopes: &["acme"],
        limits: RuleLimits::default(),
    });
    let snapshot = made(&made(&world(), deny), Edit::Disable(&["user:ana"]));
    for edit in gifts() {
        assert_ne!(ask_one(&snapshot, actor("user:hanna"), edit), ChangeCode::Ok, "{edit:?}");
    }
}

#[test]
fn edits_of_the_host_are_no_way_around_for_an_actor() {
    let host_only = [
        Edit::AddMember { group: "team", member: "user:hanna" },
        Edit::CreateSubject { subject: "user:hanna", is_internal: false },
        Edit::RenameScope { scope: "acme/b", name: "c" },
        Edit::CreateScope { path: "acme/a/x", id: None, kind: None },
        Edit::DeleteScope("acme/b"),
        Edit::EnableRole("boss"),
    ];
    for edit in host_only {
        assert_eq!(ask_one(&world(), actor("user:boss"), edit), ChangeCode::InvalidRequest, "{edit:?}");
    }
}

#[test]
fn a_bulk_edit_is_its_items_one_by_one() {
    let snapshot = world();
    let (subjects, roles, scopes) =
        (["user:ana", "user:ben"], ["worker", "head"], ["acme/a/p", "acme/b/r", "acme/a/p"]);
    let bulk = Edit::AddRules(Rules { subjects: &subjects, roles: &roles, scopes: &scopes, ..Rules::default() });
    let approved = snapshot.approve(&actor("user:hanna"), &Change::at(NOW, bulk));
    let mut single = snapshot.clone();
    let mut one_by_one = Vec::new();
    for subject in subjects {
        for role in roles {
            for scope in scopes {
                let (subject, role, scope) = ([subject], [role], [scope]);
                let edit = Edit::AddRules(rule(&subject, &role, &scope));
                let answer = single.approve(&actor("user:hanna"), &Change::at(NOW, edit));
                one_by_one.extend(codes(&answer));
                single = single.apply(&answer).unwrap();
            }
        }
    }
    assert_eq!(codes(&approved), one_by_one);
    assert_eq!(codes(&approved)[..3], [ChangeCode::Ok, ChangeCode::MayNotGiveRole, ChangeCode::Duplicate]);
    assert_eq!(snapshot.apply(&approved).unwrap().directory("acme"), single.directory("acme"));
}

#[test]
fn an_item_that_is_not_permitted_is_found_wherever_it_stands() {
    let good = ["acme/a/p", "acme/a/q"];
    for position in 0..3 {
        let mut scopes = good.to_vec();
        scopes.insert(position, "acme/b/r");
        let edit = Edit::AddRules(Rules { scopes: &scopes, ..rule(&["user:ana"], &["worker"], &["acme"]) });
        let mut expected = vec![ChangeCode::Ok; 3];
        expected[position] = ChangeCode::MayNotGiveRole;
        assert_eq!(ask(&world(), actor("user:hanna"), edit), expected);
    }
}

#[test]
fn a_bulk_removal_skips_what_is_not_permitted_and_says_so() {
    let there = ["acme/a/p", "acme/b/r", "acme/a/q"];
    let rules = Rules { scopes: &there, ..rule(&["user:ana"], &["worker"], &["acme"]) };
    let snapshot = made(&world(), Edit::AddRules(rules));
    let approved = snapshot.approve(&actor("user:hanna"), &Change::at(NOW, Edit::RemoveRules(rules)));
    assert_eq!(codes(&approved), [ChangeCode::Ok, ChangeCode::MayNotTakeRole, ChangeCode::Ok]);
    let left = snapshot.apply(&approved).unwrap().directory("acme").unwrap();
    let left: Vec<&str> = left
        .access_rules
        .value()
        .unwrap()
        .iter()
        .map(|rule| rule.value().unwrap().scope.value().unwrap().as_str())
        .collect();
    assert_eq!(left, ["acme/b/r", "acme", "acme/a"]);
}

#[test]
fn what_is_given_on_cannot_grow_over_three_steps() {
    let snapshot = made(&world(), Edit::AddRules(rule(&["user:ana"], &["head"], &["acme/a/p"])));
    assert_eq!(
        ask_one(&snapshot, actor("user:ana"), Edit::AddRules(rule(&["user:ben"], &["head"], &["acme/a/p"]))),
        ChangeCode::MayNotGiveRole
    );
    let third = made_by(&snapshot, actor("user:ana"), Edit::AddRules(rule(&["user:ben"], &["worker"], &["acme/a/p"])));
    for edit in gifts() {
        assert_ne!(ask_one(&third, actor("user:ben"), edit), ChangeCode::Ok, "{edit:?}");
    }
}

#[test]
fn the_root_of_a_tenant_stays_where_it_is() {
    for edit in [
        Edit::MoveScope { scope: "acme", to: "acme/a" },
        Edit::RenameScope { scope: "acme", name: "beta" },
        Edit::DeleteScope("acme"),
    ] {
        assert_eq!(ask_one(&world(), Actor::Host, edit), ChangeCode::InvalidRequest, "{edit:?}");
    }
}

#[test]
fn twins_in_two_tenants_change_nothing_of_each_other() {
    let snapshot = support::compile(&[WORLD, &directory("acme"), &directory("beta")]);
    for (own, other) in [("acme", "beta"), ("beta", "acme")] {
        let scope = |tenant: &str| format!("{tenant}/a/p");
        let edit = |tenant: &str, code: ChangeCode| {
            let scope = scope(tenant);
            let scopes = [scope.as_str()];
            let change = Change {
                tenant: Some(own),
                ..Change::at(NOW, Edit::AddRules(Rules { scopes: &scopes, ..rule(&["user:ana"], &["worker"], &[""]) }))
            };
            let approved = snapshot.approve(&actor("user:hanna"), &change);
            assert_eq!(codes(&approved), [code]);
            snapshot.apply(&approved).unwrap()
        };
        let next = edit(own, ChangeCode::Ok);
        edit(other, ChangeCode::OtherTenant);
        let unchanged = |tenant| next.directory(tenant) == snapshot.directory(tenant);
        assert!(unchanged(other) && !unchanged(own));
    }
    let homeless = Change::at(NOW, Edit::Disable(&["user:ana"]));
    assert_eq!(codes(&snapshot.approve(&Actor::Host, &homeless)), [ChangeCode::InvalidRequest]);
}

#[test]
fn nobody_gains_by_a_group_of_a_reserved_or_foreign_name() {
    let snapshot = world();
    for subject in ["group:everyone", "group:"] {
        let edit = Edit::CreateSubject { subject, is_internal: false };
        assert_eq!(ask_one(&snapshot, Actor::Host, edit), ChangeCode::InvalidName);
    }
    let edit = Edit::AddMember { group: "everyone", member: "user:ana" };
    assert_eq!(ask_one(&snapshot, Actor::Host, edit), ChangeCode::InvalidName);
    let nested = Edit::AddMember { group: "team", member: "group:team" };
    assert_eq!(ask_one(&snapshot, Actor::Host, nested), ChangeCode::InvalidName);
    // A group named like a user is not that user.
    let named_alike = made(&snapshot, Edit::CreateSubject { subject: "group:boss", is_internal: false });
    let asked = Edit::AddRules(rule(&["user:ana"], &["worker"], &["acme/a/p"]));
    assert_eq!(ask_one(&named_alike, actor("group:boss"), asked), ChangeCode::MayNotGiveRole);
}

#[test]
fn a_disabled_administrator_changes_nothing() {
    let second = made(&world(), Edit::AddRules(rule(&["user:ben"], &["boss"], &["acme"])));
    let snapshot = made(&second, Edit::Disable(&["user:boss"]));
    let asked = Edit::AddRules(rule(&["user:ana"], &["worker"], &["acme/a/p"]));
    assert_eq!(ask_one(&snapshot, actor("user:boss"), asked), ChangeCode::MayNotGiveRole);
    assert_eq!(ask_one(&snapshot, actor("user:ben"), asked), ChangeCode::Ok);
}
