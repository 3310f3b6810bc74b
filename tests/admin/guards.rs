//! What refuses a change, whoever makes it: names, places, duplicates, own denies, the last administrator.

use bailiwick::{
    Actor, Change, ChangeCode, Denied, Denies, Edit, Groups, Missing, Request, RuleLimits, Rules, Snapshot,
};

use super::{actor, ask, ask_one, codes, made, rule};
use crate::support::NOW;

const WORLD: &str = "
kinds:
  department: {}
  project: {}
  job: { lives_in: [project], concerns_cluster: true }
  grants: { lives_in: [tenant] }
  places: { lives_in: [tenant] }
delegation: { role_right: grants, place_right: places, organizations: [department, project] }
attributes: { context.network: text }
qualifiers: { readers_for_a_day: { roles: [reader], for_at_most: 1d } }
roles:
  boss: { permissions: { grants: CRUD, places: CRUD, department: CRUD } }
  lender: { permissions: { grants: CD readers_for_a_day, places: CD } }
  reader: { permissions: { job: R } }
  local: { held_at: [project], permissions: { job: CRUD } }
  off: { permissions: { job: R } }
";

const ACME: &str = "
tenant: acme
clusters: [west, east]
scopes: [acme/d1, acme/d1/p1, acme/d2]
users: [boss, ana, { name: ghost, internal: true }]
apps: [ci]
groups: [{ name: team, members: [user:ana] }]
disabled_roles: [off]
access_rules:
  - { subject: user:boss, role: boss, scope: acme }
";

fn world(more: &str) -> Snapshot {
    crate::support::compile(&[WORLD, ACME, &format!("tenant: acme\n{more}")])
}

fn add<'a>(rules: Rules<'a>) -> Edit<'a> {
    Edit::AddRules(rules)
}

#[test]
fn codes_stand_in_the_order_in_which_they_apply() {
    let snapshot = world("");
    let nobody = actor("user:nobody");
    let limits = |clusters, from, until| RuleLimits { clusters, from, until, when: None };
    let none = limits(None, None, None);
    let empty = limits(Some(&[]), Some(2), Some(1));
    let unknown = limits(Some(&["north"]), Some(2), Some(1));
    let late = limits(Some(&["west"]), Some(2), Some(2));
    for (subject, role, scope, limits, code) in [
        ("nobody", "no", "no", none, ChangeCode::InvalidName),
        ("user:x", "off", "beta//x", none, ChangeCode::InvalidName),
        ("user:x", "no", "acme/no", none, ChangeCode::UnknownScope),
        ("user:x", "no", "acme/d1", empty, ChangeCode::UnknownRole),
        ("user:x", "off", "acme/d1", empty, ChangeCode::RoleDisabled),
        ("user:x", "local", "acme/d1", empty, ChangeCode::WrongPlace),
        ("app:x", "local", "acme/d1/p1", empty, ChangeCode::EmptyClusterList),
        ("app:x", "local", "acme/d1/p1", unknown, ChangeCode::UnknownCluster),
        ("app:x", "local", "acme/d1/p1", late, ChangeCode::EmptyWindow),
        ("app:x", "local", "acme/d1/p1", none, ChangeCode::UnknownSubject),
        ("user:x", "local", "acme/d1/p1", none, ChangeCode::MayNotGiveRole),
    ] {
        let (subjects, roles, scopes) = ([subject], [role], [scope]);
        let edit = add(Rules { limits, ..rule(&subjects, &roles, &scopes) });
        assert_eq!(ask_one(&snapshot, nobody, edit), code, "{subject} {role} {scope}");
    }
    assert_eq!(ask_one(&snapshot, actor("nobody"), add(rule(&["x"], &["no"], &["no"]))), ChangeCode::InvalidRequest);
    let elsewhere = Change { tenant: Some("beta"), ..Change::at(NOW, add(rule(&["x"], &["no"], &["no"]))) };
    assert_eq!(codes(&snapshot.approve(&nobody, &elsewhere)), [ChangeCode::UnknownTenant]);
}

#[test]
fn a_rule_that_is_there_is_a_duplicate_and_one_that_is_not_cannot_be_removed() {
    let snapshot = world("");
    let west_and_east = RuleLimits { clusters: Some(&["west", "east"]), ..RuleLimits::default() };
    let east_and_west = RuleLimits { clusters: Some(&["east", "west", "east"]), ..RuleLimits::default() };
    let with = |limits| Rules { limits, ..rule(&["user:ana"], &["reader"], &["acme/d1"]) };
    let there = made(&snapshot, add(with(west_and_east)));
    assert_eq!(ask_one(&there, Actor::Host, add(with(east_and_west))), ChangeCode::Duplicate);
    assert_eq!(ask_one(&there, Actor::Host, add(with(RuleLimits::default()))), ChangeCode::Ok);
    assert_eq!(ask_one(&there, Actor::Host, Edit::RemoveRules(with(RuleLimits::default()))), ChangeCode::UnknownRule);
    let gone = made(&there, Edit::RemoveRules(with(east_and_west)));
    assert_eq!(gone.directory("acme"), snapshot.directory("acme"));
}

#[test]
fn a_limit_of_time_asks_for_an_end() {
    let snapshot = world("access_rules: [{ subject: user:ana, role: lender, scope: acme }]");
    let until = |until| {
        let limits = RuleLimits { until, ..RuleLimits::default() };
        ask_one(&snapshot, actor("user:ana"), add(Rules { limits, ..rule(&["user:new"], &["reader"], &["acme/d1"]) }))
    };
    assert_eq!(until(None), ChangeCode::MayNotGiveRole);
    assert_eq!(until(Some(NOW + 86_400)), ChangeCode::Ok);
    assert_eq!(until(Some(NOW + 86_401)), ChangeCode::MayNotGiveRole);
}

#[test]
fn clusters_of_the_giver_bind_what_it_gives() {
    let snapshot = world("access_rules: [{ subject: user:ana, role: boss, scope: acme, clusters: [west] }]");
    let on = |clusters| {
        let limits = RuleLimits { clusters, ..RuleLimits::default() };
        ask_one(&snapshot, actor("user:ana"), add(Rules { limits, ..rule(&["user:new"], &["reader"], &["acme/d1"]) }))
    };
    assert_eq!(on(None), ChangeCode::MayNotGiveRole);
    assert_eq!(on(Some(&["west"])), ChangeCode::Ok);
    assert_eq!(on(Some(&["west", "east"])), ChangeCode::MayNotGiveRole);
    assert_eq!(on(Some(&["east"])), ChangeCode::MayNotGiveRole);
}

fn deny<'a>(subject: &'a [&'a str; 1]) -> Edit<'a> {
    Edit::AddDenies(Denies {
        subjects: subject,
        denied: Denied::Permissions(&[("job", &["delete"])]),
        scopes: &["acme/d1"],
        limits: RuleLimits { from: Some(NOW + 1), ..RuleLimits::default() },
    })
}

#[test]
fn nobody_denies_itself_anything_in_any_way() {
    let snapshot = world("groups: [{ name: bosses, members: [user:boss] }]");
    let known = actor("user:boss");
    let listed = Actor::Subject { subject: "user:boss", groups: Groups::Listed(&["sso"]), context: &[] };
    let unknown = Actor::Subject { subject: "user:boss", groups: Groups::NotKnown, context: &[] };
    for (who, subject, code) in [
        (known, "user:boss", ChangeCode::OwnDeny),
        (known, "group:bosses", ChangeCode::OwnDeny),
        (known, "group:everyone", ChangeCode::OwnDeny),
        (known, "group:team", ChangeCode::Ok),
        (known, "user:ana", ChangeCode::Ok),
        (listed, "group:sso", ChangeCode::OwnDeny),
        (unknown, "group:team", ChangeCode::OwnDeny),
        (unknown, "user:ana", ChangeCode::Ok),
    ] {
        assert_eq!(ask_one(&snapshot, who, deny(&[subject])), code, "{subject}");
    }
}

#[test]
fn a_deny_needs_the_right_to_give_all_roles() {
    let snapshot = world("access_rules: [{ subject: user:ana, role: lender, scope: acme }]");
    assert_eq!(ask_one(&snapshot, actor("user:ana"), deny(&["user:boss"])), ChangeCode::MayNotGiveRole);
}

fn boss_rule<'a>() -> Rules<'a> {
    rule(&["user:boss"], &["boss"], &["acme"])
}

#[test]
fn the_last_administrator_stays_unless_forced() {
    let snapshot = world("");
    let host = |edit| snapshot.approve(&Actor::Host, &Change::at(NOW, edit));
    for edit in [
        Edit::RemoveRules(boss_rule()),
        Edit::Disable(&["user:boss"]),
        Edit::DeleteSubject("user:boss"),
        Edit::DisableRole("boss"),
        Edit::AddDenies(Denies {
            subjects: &["user:boss"],
            denied: Denied::Roles(&["boss"]),
            scopes: &["acme"],
            limits: RuleLimits::default(),
        }),
    ] {
        let refused = host(edit);
        assert_eq!(codes(&refused), [ChangeCode::LastAdministrator], "{edit:?}");
        assert_eq!(refused.answers()[0].missing.len(), 4, "{edit:?}");
        assert_eq!(refused.answers()[0].missing[0], Missing::Administrator { scope: "acme".to_owned() });
        let forced = Change { is_forced: true, ..Change::at(NOW, edit) };
        assert_eq!(codes(&snapshot.approve(&Actor::Host, &forced)), [ChangeCode::Ok]);
    }
}

#[test]
fn who_counts_as_an_administrator() {
    let removal = |more: &str| ask_one(&world(more), Actor::Host, Edit::RemoveRules(boss_rule()));
    let second = |subject: &str, more: &str| {
        removal(&format!("access_rules: [{{ subject: {subject}, role: boss, scope: acme{more} }}]"))
    };
    assert_eq!(second("user:ana", ""), ChangeCode::Ok);
    assert_eq!(second("group:team", ""), ChangeCode::Ok);
    assert_eq!(second("app:ci", ""), ChangeCode::Ok);
    assert_eq!(second("group:sso", ""), ChangeCode::LastAdministrator);
    assert_eq!(second("user:ghost", ""), ChangeCode::LastAdministrator);
    assert_eq!(second("user:ana", &format!(", until: {NOW}")), ChangeCode::LastAdministrator);
    assert_eq!(second("user:ana", ", when: { present: context.network }"), ChangeCode::LastAdministrator);
    assert_eq!(second("user:ana", ", clusters: [west]"), ChangeCode::Ok);
    assert_eq!(
        removal("access_rules: [{ subject: user:ana, role: boss, scope: acme/d1 }]"),
        ChangeCode::LastAdministrator
    );
    // Time takes nobody away: who is none now was none before.
    let later = format!("access_rules: [{{ subject: user:ana, role: boss, scope: acme, from: {} }}]", NOW + 1);
    assert_eq!(removal(&later), ChangeCode::LastAdministrator);
}

#[test]
fn a_rule_without_rights_may_be_all_that_makes_an_administrator_known() {
    let text = "access_rules:
  - { subject: group:everyone, role: boss, scope: acme }
  - { subject: app:bot, role: reader, scope: acme }";
    let forced = Change { is_forced: true, ..Change::at(NOW, Edit::Disable(&["user:boss", "user:ana", "app:ci"])) };
    let snapshot = world(text);
    let snapshot = snapshot.apply(&snapshot.approve(&Actor::Host, &forced)).unwrap();
    let removal = Edit::RemoveRules(rule(&["app:bot"], &["reader"], &["acme"]));
    assert_eq!(ask_one(&snapshot, Actor::Host, removal), ChangeCode::LastAdministrator);
}

#[test]
fn a_member_that_leaves_may_be_the_last_administrator() {
    let text = "access_rules: [{ subject: group:team, role: boss, scope: acme }]";
    let snapshot = made(&world(text), Edit::RemoveRules(boss_rule()));
    let leave = Edit::RemoveMember { group: "team", member: "user:ana" };
    assert_eq!(ask_one(&snapshot, Actor::Host, leave), ChangeCode::LastAdministrator);
    assert_eq!(ask_one(&snapshot, Actor::Host, Edit::DeleteSubject("group:team")), ChangeCode::LastAdministrator);
}

#[test]
fn a_change_that_says_nothing_is_invalid() {
    let snapshot = world("");
    let nothing: [Edit<'_>; 6] = [
        add(Rules { subjects: &[], ..boss_rule() }),
        add(Rules { roles: &[], ..boss_rule() }),
        add(Rules { scopes: &[], ..boss_rule() }),
        Edit::Disable(&[]),
        Edit::Disable(&["group:team"]),
        Edit::AddDenies(Denies {
            subjects: &["user:ana"],
            denied: Denied::Permissions(&[("job", &[])]),
            scopes: &["acme"],
            limits: RuleLimits::default(),
        }),
    ];
    for edit in nothing {
        assert_eq!(ask(&snapshot, Actor::Host, edit), [ChangeCode::InvalidRequest], "{edit:?}");
    }
    let by_actor = Edit::DeleteScope("acme/d1");
    assert_eq!(ask(&snapshot, actor("user:boss"), by_actor), [ChangeCode::InvalidRequest]);
    assert_eq!(ask(&snapshot, Actor::Host, by_actor), [ChangeCode::Ok]);
}

#[test]
fn an_approval_fits_the_one_snapshot_that_was_asked() {
    let snapshot = world("");
    let approved = snapshot.approve(&Actor::Host, &Change::at(NOW, add(rule(&["user:ana"], &["reader"], &["acme"]))));
    let next = snapshot.apply(&approved).unwrap();
    assert_eq!(next.revision(), snapshot.revision() + 1);
    assert!(next.apply(&approved).is_err());
    assert!(world("").apply(&approved).is_err());
    let request = Request { scope: "acme/d1/p1", ..crate::support::ask("user:ana", "read", "job", "") };
    assert!(!snapshot.check(&request).is_allow());
    assert!(next.check(&request).is_allow());
}
