//! What a rule may do, and what it may not.

use bailiwick::document::{AccessRule, Cell, DenyRule, Document, Field, Table};
use proptest::prelude::*;

use super::world::{Ask, World, access_rule, deny_rule, is_allowed, scene, told};
use super::{Witnessed, law};

/// Returns a document with more rules of acme.
fn more(allows: Vec<AccessRule>, denies: Vec<DenyRule>) -> Document {
    let mut document = Document { tenant: Field::from("acme"), ..Document::default() };
    document.access_rules = Field::from(allows.into_iter().map(Field::from).collect::<Vec<_>>());
    document.deny_rules = Field::from(denies.into_iter().map(Field::from).collect::<Vec<_>>());
    document
}

#[test]
fn default_deny() {
    law(scene(), |(world, asks)| {
        let bare = world.map(|document| document.access_rules = Field::default()).snapshot();
        for ask in &asks {
            prop_assert!(!is_allowed(&bare, ask), "{:?}", ask);
        }
        let empty = world.map(|document| {
            document.roles = document.roles.value().map_or_else(Field::default, emptied);
            document.custom_roles = document.custom_roles.value().map_or_else(Field::default, emptied);
        });
        let snapshot = empty.snapshot();
        for ask in &asks {
            prop_assert!(!is_allowed(&snapshot, ask), "{:?}", ask);
        }
        Ok(())
    });
}

/// Returns the same roles, each without a permission.
fn emptied(roles: &Table<bailiwick::document::Role>) -> Field<Table<bailiwick::document::Role>> {
    let empty = |(name, _): &(Field<String>, _)| (name.clone(), Field::from(bailiwick::document::Role::default()));
    Field::from(Table(roles.0.iter().map(empty).collect()))
}

#[test]
fn a_deny_rule_wins_at_any_depth() {
    let spoken = Witnessed::default();
    law(scene(), |(world, asks)| {
        let plain = world.snapshot();
        for ask in asks.iter().filter(|ask| is_allowed(&plain, ask)) {
            for depth in 1..=ask.scope.split('/').count() {
                let scope: Vec<&str> = ask.scope.split('/').take(depth).collect();
                let everything = (Field::from("*"), Field::from(Cell::Text("*".to_owned())));
                let deny = DenyRule {
                    subject: Field::from(ask.subject),
                    permissions: Field::from(Table(vec![everything])),
                    scope: Field::from(scope.join("/")),
                    ..DenyRule::default()
                };
                let Ok(denied) = world.with(more(Vec::new(), vec![deny])).try_snapshot() else { continue };
                let answer = told(&denied, &ask.request());
                prop_assert_eq!(answer.reason, "denied_by_rule", "{:?}", ask);
                spoken.count();
            }
        }
        Ok(())
    });
    spoken.at_least(3_000);
}

#[test]
fn an_allow_rule_never_removes_an_allow() {
    let spoken = Witnessed::default();
    law((scene(), access_rule("acme")), |((world, asks), rule)| {
        let Ok(wider) = world.with(more(vec![rule], Vec::new())).try_snapshot() else { return Ok(()) };
        let plain = world.snapshot();
        for ask in asks.iter().filter(|ask| is_allowed(&plain, ask)) {
            prop_assert!(is_allowed(&wider, ask), "{:?}", ask);
            spoken.count();
        }
        Ok(())
    });
    spoken.at_least(1_000);
}

#[test]
fn a_deny_rule_never_adds_an_allow() {
    law((scene(), deny_rule("acme")), |((world, asks), rule)| {
        let Ok(narrower) = world.with(more(Vec::new(), vec![rule])).try_snapshot() else { return Ok(()) };
        let plain = world.snapshot();
        for ask in asks.iter().filter(|ask| !is_allowed(&plain, ask)) {
            prop_assert!(!is_allowed(&narrower, ask), "{:?}", ask);
        }
        Ok(())
    });
}

#[test]
fn disabling_a_subject_or_a_role_never_adds_an_allow() {
    law((scene(), 0..4_usize), |((world, asks), role)| {
        let plain = world.snapshot();
        let without = |change: &dyn Fn(&mut Document)| -> World {
            world.map(|document| {
                if document.tenant.value().is_some() {
                    change(document);
                }
            })
        };
        let fewer_roles = without(&|document| {
            document.disabled_roles = Field::from(vec![Field::from(format!("r{role}"))]);
        });
        let fewer_users = without(&|document| {
            let ana = bailiwick::document::User {
                name: Field::from("ana"),
                disabled: Field::from(true),
                ..bailiwick::document::User::default()
            };
            document.users.value_mut().unwrap().push(Field::from(ana));
        });
        let was_off = |ask: &&Ask| !is_allowed(&plain, ask);
        let none_disabled = world.0.iter().all(|document| document.disabled_roles.value().is_none_or(Vec::is_empty));
        let (fewer_roles, fewer_users) = (fewer_roles.snapshot(), fewer_users.snapshot());
        for ask in asks.iter().filter(was_off) {
            prop_assert!(!none_disabled || !is_allowed(&fewer_roles, ask), "{:?}", ask);
            prop_assert!(!is_allowed(&fewer_users, ask), "{:?}", ask);
        }
        prop_assert!(!asks.iter().any(|ask| ask.subject == "user:ana" && is_allowed(&fewer_users, ask)));
        Ok(())
    });
}
