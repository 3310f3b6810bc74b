//! Every small world there is: a chain of three scopes with a sibling, two roles over two permissions, up to two grants
//! to a user or its group, up to one deny, asked everywhere at two times, against ten lines.

use bailiwick::document::{AccessRule, Cell, DenyRule, Document, Field, Literal, Role, Scope, Table};
use bailiwick::{Groups, Policy, Request};

use super::world::written;

const SCOPES: [&str; 4] = ["t", "t/d", "t/d/p", "t/e"];
const ACTIONS: [&str; 2] = ["read", "update"];
const SUBJECTS: [&str; 2] = ["user:u", "group:g"];
/// What a role may hold of the two permissions, as bits and as a cell.
const CELLS: [(usize, &str); 3] = [(1, "R"), (2, "U"), (3, "RU")];
/// The instant at which rules with an end, end.
const END: i64 = 10;

/// A grant: of `role` to `subject` at `scope`, perhaps with an end.
#[derive(Clone, Copy)]
struct Grant {
    subject: usize,
    role: usize,
    scope: usize,
    ends: bool,
}

/// A deny of one action to everybody.
#[derive(Clone, Copy)]
struct Deny {
    action: usize,
    scope: usize,
    ends: bool,
}

/// The ten lines.
fn is_allowed(roles: [usize; 2], grants: &[Grant], deny: Option<Deny>, action: usize, scope: usize, now: i64) -> bool {
    let covers =
        |rule: usize| SCOPES[scope] == SCOPES[rule] || SCOPES[scope].starts_with(&format!("{}/", SCOPES[rule]));
    let holds = |ends: bool| !ends || now < END;
    let is_denied = deny.is_some_and(|deny| deny.action == action && covers(deny.scope) && holds(deny.ends));
    let is_granted =
        |grant: &Grant| covers(grant.scope) && holds(grant.ends) && CELLS[roles[grant.role]].0 & (1 << action) != 0;
    !is_denied && grants.iter().any(is_granted)
}

#[test]
fn every_small_world_is_decided_as_ten_lines_say() {
    let grants = every_grant();
    let denies = every_deny();
    let mut n_decisions = 0_u64;
    let mut n_allows = 0_u64;
    for roles in (0..9).map(|n| [n / 3, n % 3]) {
        let policy = policy(roles);
        for (first, second) in pairs(grants.len()) {
            let held: Vec<Grant> = [first, second].into_iter().flatten().map(|at| grants[at]).collect();
            for deny in &denies {
                let directory = directory(&held, *deny);
                let snapshot = Policy::resolve([policy.clone(), directory]).unwrap().compile();
                for asked in 0..SCOPES.len() * ACTIONS.len() * 2 {
                    let (scope, action, now) = (asked % 4, asked / 4 % 2, if asked < 8 { END - 1 } else { END });
                    let request = Request {
                        subject: "user:u",
                        groups: Groups::Listed(&["g"]),
                        action: ACTIONS[action],
                        kind: "thing",
                        scope: SCOPES[scope],
                        ..Request::at(now)
                    };
                    let expected = is_allowed(roles, &held, *deny, action, scope, now);
                    assert_eq!(snapshot.check(&request).is_allow(), expected, "{request:?}");
                    n_decisions += 1;
                    n_allows += u64::from(expected);
                }
            }
        }
    }
    assert_eq!(n_decisions, 1_294_992);
    assert_eq!(n_allows, 405_360);
}

fn every_grant() -> Vec<Grant> {
    let every = (0..32).map(|n| Grant { subject: n % 2, role: n / 2 % 2, scope: n / 4 % 4, ends: n / 16 == 1 });
    every.collect()
}

fn every_deny() -> Vec<Option<Deny>> {
    let every = (0..16).map(|n| Some(Deny { action: n % 2, scope: n / 2 % 4, ends: n / 8 == 1 }));
    std::iter::once(None).chain(every).collect()
}

/// Returns every set of at most two out of `n`.
fn pairs(n: usize) -> Vec<(Option<usize>, Option<usize>)> {
    let singles = (0..n).map(|one| (Some(one), None));
    let doubles = (0..n).flat_map(|one| (0..one).map(move |other| (Some(one), Some(other))));
    std::iter::once((None, None)).chain(singles).chain(doubles).collect()
}

fn policy(roles: [usize; 2]) -> Document {
    let role = |at: usize| {
        let cell = (Field::from("thing"), Field::from(Cell::Text(CELLS[roles[at]].1.to_owned())));
        let role = Role { permissions: Field::from(Table(vec![cell])), ..Role::default() };
        (Field::from(format!("r{at}")), Field::from(role))
    };
    let mut policy: Document = written("kinds: { thing: { lives_in: [tenant, department, project] } }");
    policy.roles = Field::from(Table(vec![role(0), role(1)]));
    policy
}

fn directory(grants: &[Grant], deny: Option<Deny>) -> Document {
    let until = |ends: bool| if ends { Field::from(Literal::Integer(END)) } else { Field::default() };
    let access_rule = |grant: &Grant| {
        Field::from(AccessRule {
            subject: Field::from(SUBJECTS[grant.subject]),
            role: Field::from(format!("r{}", grant.role)),
            scope: Field::from(SCOPES[grant.scope]),
            until: until(grant.ends),
            ..AccessRule::default()
        })
    };
    let deny_rule = |deny: Deny| {
        let letter = ["R", "U"][deny.action].to_owned();
        Field::from(DenyRule {
            subject: Field::from("group:everyone"),
            permissions: Field::from(Table(vec![(Field::from("thing"), Field::from(Cell::Text(letter)))])),
            scope: Field::from(SCOPES[deny.scope]),
            until: until(deny.ends),
            ..DenyRule::default()
        })
    };
    let scope = |path: &&str| Field::from(Scope { path: Field::from(*path), ..Scope::default() });
    Document {
        tenant: Field::from("t"),
        scopes: Field::from(SCOPES[1..].iter().map(scope).collect::<Vec<_>>()),
        access_rules: Field::from(grants.iter().map(access_rule).collect::<Vec<_>>()),
        deny_rules: Field::from(deny.into_iter().map(deny_rule).collect::<Vec<_>>()),
        ..Document::default()
    }
}
