//! What changes leave behind: scopes, clusters, subjects, groups, roles, the older form.

use bailiwick::{Actor, Change, ChangeCode, Denied, Denies, Edit, Engine, Policy, RuleLimits, Rules, Snapshot, Text};

use super::{actor, ask_one, made, rule};
use crate::support::{self, ACME, NOW, POLICY};

fn may(snapshot: &Snapshot, subject: &str, action: &str, scope: &str) -> bool {
    snapshot.check(&support::ask(subject, action, "volume", scope)).is_allow()
}

fn acme() -> Snapshot {
    support::acme("")
}

#[test]
fn a_moved_scope_is_covered_by_its_new_parent_and_no_longer_by_the_old_one() {
    let there = made(&acme(), Edit::AddRules(rule(&["user:ana"], &["researcher"], &["acme/vision"])));
    let there = made(&there, Edit::AddRules(rule(&["user:ben"], &["researcher"], &["acme/language"])));
    let moved = made(&there, Edit::MoveScope { scope: "acme/vision/detector", to: "acme/language" });
    let may_at =
        |snapshot: &Snapshot, scope: &str| ["user:ana", "user:ben"].map(|who| may(snapshot, who, "update", scope));
    assert_eq!(may_at(&there, "acme/vision/detector"), [true, false]);
    assert_eq!(may_at(&moved, "acme/language/detector"), [false, true]);
}

/// Loads what a snapshot says, beside its policy.
fn built_anew(snapshot: &Snapshot, policy: &str) -> Snapshot {
    let directory = snapshot.directory("acme").unwrap();
    let written = serde_json::to_string(&directory).unwrap();
    Policy::parse([Text::yaml("policy", policy), Text::yaml("acme", written)]).unwrap().compile()
}

#[test]
fn what_is_deleted_revives_nothing_whatever_the_order() {
    let scope = ["acme/vision/detector"];
    let grant = Edit::AddRules(rule(&["user:ana"], &["researcher"], &scope));
    let deny = Edit::AddDenies(Denies {
        subjects: &["user:ben"],
        denied: Denied::Roles(&["viewer"]),
        scopes: &scope,
        limits: RuleLimits::default(),
    });
    let there = made(&made(&acme(), grant), deny);
    assert!(may(&there, "user:ana", "update", scope[0]));
    let create = Edit::CreateScope { path: scope[0], id: None, kind: None };
    let again = made(&made(&there, Edit::DeleteScope(scope[0])), create);
    assert!(!may(&again, "user:ana", "update", scope[0]));
    assert_eq!(again.directory("acme").unwrap().deny_rules.value(), None);

    // The department goes and comes back, then the project.
    let gone = made(&there, Edit::DeleteScope("acme/vision"));
    let back = made(&gone, Edit::CreateScope { path: "acme/vision", id: None, kind: None });
    assert!(!may(&made(&back, create), "user:ana", "update", scope[0]));

    // A twin takes the name while the old one lives under another.
    let renamed = made(&there, Edit::RenameScope { scope: scope[0], name: "old" });
    let twin = made(&renamed, Edit::CreateScope { path: scope[0], id: Some("p-new"), kind: None });
    assert!(!may(&twin, "user:ana", "update", scope[0]));
    assert!(may(&twin, "user:ana", "update", "acme/vision/old"));
    let moved = Edit::MoveScope { scope: "acme/vision/old", to: "acme/language" };
    assert!(may(&made(&twin, moved), "user:ana", "update", "acme/language/old"));

    // A user goes and comes back.
    let user = made(&there, Edit::DeleteSubject("user:ana"));
    assert_eq!(ask_one(&user, Actor::Host, grant), ChangeCode::UnknownSubject);
    assert_eq!(ask_one(&built_anew(&user, POLICY), Actor::Host, grant), ChangeCode::UnknownSubject);
    let user = made(&user, Edit::CreateSubject { subject: "user:ana", is_internal: false });
    assert!(!may(&user, "user:ana", "update", scope[0]));
    assert!(may(&made(&user, grant), "user:ana", "update", scope[0]));
}

#[test]
fn a_group_created_anew_has_no_members_and_no_rules() {
    let snapshot = support::acme(
        "groups: [{ name: team, members: [user:ana] }]\naccess_rules: [{ subject: group:team, role: viewer, scope: acme }]",
    );
    assert!(may(&snapshot, "user:ana", "read", "acme/vision"));
    let gone = made(&snapshot, Edit::DeleteSubject("group:team"));
    assert!(!may(&gone, "user:ana", "read", "acme/vision"));
    let again = made(&gone, Edit::CreateSubject { subject: "group:team", is_internal: false });
    let again = made(&again, Edit::AddRules(rule(&["group:team"], &["viewer"], &["acme"])));
    assert!(!may(&again, "user:ana", "read", "acme/vision"));
    assert!(may(
        &made(&again, Edit::AddMember { group: "team", member: "user:ana" }),
        "user:ana",
        "read",
        "acme/vision"
    ));
}

#[test]
fn a_list_that_loses_its_last_cluster_gives_nothing_and_denies_nothing() {
    let snapshot = support::acme(
        "access_rules:
  - { subject: user:ana, role: viewer, scope: acme, clusters: [west] }
  - { subject: user:ben, role: viewer, scope: acme }
deny_rules:
  - { subject: user:ben, permissions: { volume: R }, scope: acme, clusters: [west] }",
    );
    assert!(may(&snapshot, "user:ana", "read", "acme/vision") && !may(&snapshot, "user:ben", "read", "acme/vision"));
    let gone = made(&snapshot, Edit::DeleteCluster("west"));
    assert!(!may(&gone, "user:ana", "read", "acme/vision") && may(&gone, "user:ben", "read", "acme/vision"));
    let again = made(&gone, Edit::CreateCluster { name: "west", id: None });
    assert!(!may(&again, "user:ana", "read", "acme/vision") && may(&again, "user:ben", "read", "acme/vision"));
    let renamed = made(&snapshot, Edit::RenameCluster { cluster: "west", name: "north" });
    let directory = renamed.directory("acme").unwrap();
    let rule = directory.access_rules.value().unwrap()[0].value().unwrap();
    assert_eq!(rule.clusters.value().unwrap()[0].value().unwrap(), "north");
}

#[test]
fn rules_that_came_to_say_the_same_are_written_once() {
    let snapshot = support::acme(
        "access_rules:
  - { id: a, subject: user:ana, role: viewer, scope: acme, clusters: [west, east] }
  - { id: b, subject: user:ana, role: viewer, scope: acme, clusters: [east] }
deny_rules:
  - { subject: user:ben, role: viewer, scope: acme, clusters: [west, east] }
  - { subject: user:ben, role: viewer, scope: acme, clusters: [east] }",
    );
    let gone = made(&snapshot, Edit::DeleteCluster("west"));
    let anew = built_anew(&gone, POLICY).directory("acme").unwrap();
    assert_eq!((anew.access_rules.value().unwrap().len(), anew.deny_rules.value().unwrap().len()), (1, 1));
}

#[test]
fn what_is_taken_is_taken_with_every_rule_that_came_to_say_the_same() {
    let snapshot = support::acme(
        "access_rules:
  - { subject: user:ana, role: viewer, scope: acme, clusters: [west, east] }
  - { subject: user:ana, role: viewer, scope: acme, clusters: [west] }
  - { subject: user:ben, role: viewer, scope: acme }
deny_rules:
  - { subject: user:ben, role: viewer, scope: acme, clusters: [west, east] }
  - { subject: user:ben, role: viewer, scope: acme, clusters: [west] }",
    );
    let gone = made(&snapshot, Edit::DeleteCluster("east"));
    let may_both = |snapshot: &Snapshot| ["user:ana", "user:ben"].map(|who| may(snapshot, who, "read", "acme/vision"));
    assert_eq!(may_both(&gone), [true, false]);

    let limits = RuleLimits { clusters: Some(&["west"]), ..RuleLimits::default() };
    let rules = Rules { limits, ..rule(&["user:ana"], &["viewer"], &["acme"]) };
    let taken = made(&gone, Edit::RemoveRules(rules));
    assert_eq!(may_both(&taken), [false, false]);
    assert_eq!(ask_one(&taken, Actor::Host, Edit::RemoveRules(rules)), ChangeCode::UnknownRule);

    let denies = Denies { subjects: &["user:ben"], denied: Denied::Roles(&["viewer"]), scopes: &["acme"], limits };
    let lifted = made(&gone, Edit::RemoveDenies(denies));
    assert_eq!(may_both(&lifted), [true, true]);
    assert_eq!(ask_one(&lifted, Actor::Host, Edit::RemoveDenies(denies)), ChangeCode::UnknownRule);
}

#[test]
fn a_scope_that_is_created_is_covered_by_todays_rules() {
    let snapshot = support::acme("access_rules: [{ subject: user:ana, role: viewer, scope: acme/vision }]");
    let created = made(&snapshot, Edit::CreateScope { path: "acme/vision/new", id: None, kind: None });
    assert!(may(&created, "user:ana", "read", "acme/vision/new"));
    for (path, id, code) in [
        ("acme/vision/new", None, ChangeCode::Duplicate),
        ("acme/vision/other", Some("acme/vision/new"), ChangeCode::Duplicate),
        ("acme/nowhere/x", None, ChangeCode::UnknownScope),
        ("acme/vision/new/x", None, ChangeCode::WrongPlace),
        ("acme", None, ChangeCode::Duplicate),
        ("acme//x", None, ChangeCode::InvalidName),
    ] {
        let edit = Edit::CreateScope { path, id, kind: None };
        assert_eq!(ask_one(&created, Actor::Host, edit), code, "{path}");
    }
}

#[test]
fn a_move_asks_both_ends_and_carries_rules_along() {
    let policy = "
kinds: { department: {}, project: {}, volume: { lives_in: [project] } }
roles: { keeper: { permissions: { department: U } }, viewer: { permissions: { volume: R } } }
tenant: acme
scopes: [acme/a, acme/a/p, acme/b, acme/b/q]
access_rules:
  - { subject: user:ana, role: keeper, scope: acme/a }
  - { subject: user:ben, role: keeper, scope: acme/b }
  - { subject: user:both, role: keeper, scope: acme }
  - { subject: user:eve, role: viewer, scope: acme/a/p }
  - { subject: user:max, role: viewer, scope: acme/b }
";
    let snapshot = support::compile(&[policy]);
    let edit = Edit::MoveScope { scope: "acme/a/p", to: "acme/b" };
    assert_eq!(ask_one(&snapshot, actor("user:ana"), edit), ChangeCode::MayNotPlace);
    assert_eq!(ask_one(&snapshot, actor("user:ben"), edit), ChangeCode::MayNotDisplace);
    let moved = super::made_by(&snapshot, actor("user:both"), edit);
    assert!(may(&moved, "user:eve", "read", "acme/b/p") && may(&moved, "user:max", "read", "acme/b/p"));
    assert_eq!(moved.scope("acme/a/p").err().map(|error| error.reason().code()), Some("unknown_scope"));
    for (scope, to, code) in [
        ("acme", "acme/b", ChangeCode::InvalidRequest),
        ("acme/a", "acme/a/p", ChangeCode::InvalidRequest),
        ("acme/a/p", "acme/b/q", ChangeCode::WrongPlace),
        ("acme/a/p", "acme/c", ChangeCode::UnknownScope),
    ] {
        assert_eq!(ask_one(&snapshot, actor("user:both"), Edit::MoveScope { scope, to }), code, "{scope} {to}");
    }
    let twin = made(&snapshot, Edit::CreateScope { path: "acme/b/p", id: None, kind: None });
    assert_eq!(ask_one(&twin, actor("user:both"), edit), ChangeCode::Duplicate);
}

#[test]
fn disabling_takes_the_update_right_at_the_tenant() {
    let policy = |right: &str| {
        format!(
            "kinds: {{ users: {{ lives_in: [tenant] }}, grants: {{ lives_in: [tenant] }} }}
delegation: {{ role_right: grants{right} }}
qualifiers: {{ some: {{ roles: [keeper] }} }}
roles:
  keeper: {{ permissions: {{ users: U }} }}
  boss: {{ permissions: {{ grants: CRUD }} }}
  part: {{ permissions: {{ grants: CRUD some }} }}
tenant: acme
users: [keeper, boss, part, eve]
access_rules:
  - {{ subject: user:keeper, role: keeper, scope: acme }}
  - {{ subject: user:boss, role: boss, scope: acme }}
  - {{ subject: user:part, role: part, scope: acme }}
"
        )
    };
    let by = |right: &str, who: &str| {
        ask_one(&support::compile(&[&policy(right)]), actor(who), Edit::Disable(&["user:eve"]))
    };
    assert_eq!(by("", "user:boss"), ChangeCode::Ok);
    assert_eq!(by("", "user:keeper"), ChangeCode::MayNotTakeRole);
    assert_eq!(by("", "user:part"), ChangeCode::MayNotTakeRole);
    assert_eq!(by(", disable_right: users", "user:keeper"), ChangeCode::Ok);
    assert_eq!(by(", disable_right: users", "user:boss"), ChangeCode::MayNotTakeRole);
}

#[test]
fn the_older_form_holds_roles_at_organizations() {
    let policy = "
kinds: { volume: { lives_in: [tenant, department, project] }, grants: { lives_in: [tenant] }, places: { lives_in: [tenant] } }
delegation: { role_right: grants, place_right: places, organizations: [department, project] }
roles:
  boss: { permissions: { grants: CRUD, places: CRUD } }
  giver: { permissions: { grants: CRUD } }
  placer: { permissions: { places: CRUD } }
  local: { held_at: [project], permissions: { volume: R } }
  wide: { held_at: [tenant, project], permissions: { volume: U } }
tenant: acme
scopes: [acme/a, acme/a/p, acme/a/q]
users: [ana]
access_rules:
  - { subject: user:boss, role: boss, scope: acme }
  - { subject: user:giver, role: giver, scope: acme/a }
  - { subject: user:placer, role: placer, scope: acme/a }
";
    let snapshot = support::compile(&[policy]);
    let give = |role| Edit::GiveRole { subject: "user:ana", role };
    let place = |scope| Edit::Place { subject: "user:ana", scope };
    let given = made(&snapshot, give("local"));
    assert!(!may(&given, "user:ana", "read", "acme/a/p"));
    let placed = super::made_by(&given, actor("user:placer"), place("acme/a/p"));
    assert!(may(&placed, "user:ana", "read", "acme/a/p") && !may(&placed, "user:ana", "read", "acme/a/q"));
    assert_eq!(ask_one(&placed, actor("user:giver"), place("acme/a/q")), ChangeCode::MayNotPlace);
    // A role that may be held at the tenant is held there: the right is asked there too.
    assert_eq!(ask_one(&placed, actor("user:giver"), give("wide")), ChangeCode::MayNotGiveRole);
    assert_eq!(ask_one(&snapshot, actor("user:giver"), give("local")), ChangeCode::MayNotGiveRole);
    let wide = super::made_by(&placed, actor("user:boss"), give("wide"));
    assert!(may(&wide, "user:ana", "update", "acme"));
    assert_eq!(ask_one(&wide, Actor::Host, give("wide")), ChangeCode::Duplicate);
    assert_eq!(ask_one(&wide, Actor::Host, place("acme")), ChangeCode::WrongPlace);
    let taken = made(&wide, Edit::TakeRole { subject: "user:ana", role: "wide" });
    let written = serde_json::to_string(&wide.directory("acme").unwrap()).unwrap();
    let catalogue = policy.split("tenant:").next().unwrap();
    let anew = support::compile(&[catalogue, &written]);
    assert_eq!(anew.directory("acme"), wide.directory("acme"));
    assert!(may(&anew, "user:ana", "update", "acme") && may(&anew, "user:ana", "read", "acme/a/p"));
    let displaced = made(&taken, Edit::Displace { subject: "user:ana", scope: "acme/a/p" });
    assert!(!may(&displaced, "user:ana", "read", "acme/a/p") && !may(&displaced, "user:ana", "update", "acme"));
    assert_eq!(
        ask_one(&displaced, Actor::Host, Edit::TakeRole { subject: "user:ana", role: "wide" }),
        ChangeCode::UnknownRule
    );
}

#[test]
fn a_changed_directory_is_written_and_read_to_the_same() {
    let snapshot = made(&acme(), Edit::RenameScope { scope: "acme/vision", name: "eyes" });
    let snapshot = made(&snapshot, Edit::CreateSubject { subject: "app:bot", is_internal: false });
    let snapshot = made(&snapshot, Edit::Disable(&["user:ben", "app:bot"]));
    let snapshot = made(&snapshot, Edit::DisableRole("viewer"));
    let condition = Policy::parse([Text::yaml("policy", POLICY), Text::yaml("acme", ACME)]).unwrap();
    let condition =
        condition.condition("any: [{ not: { present: context.age } }, { between: { context.age: { min: 18 } } }]");
    let condition = condition.unwrap();
    let limits =
        RuleLimits { clusters: Some(&["east"]), from: Some(NOW), until: Some(NOW + 60), when: Some(&condition) };
    let snapshot =
        made(&snapshot, Edit::AddRules(Rules { limits, ..rule(&["app:bot"], &["researcher"], &["acme/eyes"]) }));
    let stars = Denies {
        subjects: &["group:everyone"],
        denied: Denied::Permissions(&[("*", &["delete"]), ("job", &["*"])]),
        scopes: &["acme/eyes/detector"],
        limits,
    };
    let snapshot = made(&snapshot, Edit::AddDenies(stars));
    let anew = built_anew(&snapshot, POLICY);
    assert_eq!(anew.directory("acme"), snapshot.directory("acme"));
    assert_eq!(ask_one(&anew, Actor::Host, Edit::AddDenies(stars)), ChangeCode::Duplicate);
    assert_eq!(anew.directory("acme").unwrap().deny_rules.value().unwrap().len(), 1);
}

#[test]
fn an_engine_takes_an_approval_once() {
    let policy = Policy::parse([Text::yaml("policy", POLICY), Text::yaml("acme", ACME)]).unwrap();
    let engine = Engine::new(&policy);
    let change = Change::at(NOW, Edit::AddRules(rule(&["user:ana"], &["viewer"], &["acme"])));
    let approved = engine.snapshot().approve(&Actor::Host, &change);
    let revision = engine.apply(&approved).unwrap();
    assert_eq!(engine.snapshot().revision(), revision);
    assert!(engine.check(&support::ask("user:ana", "read", "volume", "acme/vision")).is_allow());
    assert!(engine.apply(&approved).is_err());
}
