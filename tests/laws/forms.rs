//! One question in several forms, one policy in several forms: the same answers.

use bailiwick::document::{Cell, Document, Field, Matrix, Table};
use bailiwick::{Decision, LookupError, Policy, Reason, Request, Situation, Snapshot, Text};
use proptest::prelude::*;
use serde_yaml::with::singleton_map_recursive;

use super::world::{Ask, KINDS, World, scene, told};
use super::{Witnessed, law};

#[test]
fn a_default_decision_is_a_denial() {
    assert!(!Decision::default().is_allow());
    assert_eq!(Decision::default().reason(), Reason::InvalidRequest);
    assert_eq!(Decision::default().valid_until(), None);
}

#[test]
fn batch_equals_single() {
    law((scene(), any::<u64>(), 0..40_usize), |((world, mut asks), seed, room)| {
        let snapshot = world.snapshot();
        let turn = usize::try_from(seed % 24).unwrap();
        asks.rotate_left(turn);
        let requests: Vec<Request<'_>> = asks.iter().map(Ask::request).collect();
        // What is left over from an earlier batch is an allow, if there is one.
        let earlier = requests.iter().map(|request| snapshot.check(request)).find(Decision::is_allow);
        let mut decisions = vec![earlier.unwrap_or_default(); room];
        let n_decided = snapshot.check_batch(&requests, &mut decisions);
        prop_assert_eq!(n_decided, room.min(requests.len()));
        for (at, decision) in decisions.iter().enumerate() {
            let expected = requests.get(at).map_or_else(Decision::default, |request| snapshot.check(request));
            prop_assert_eq!(*decision, expected, "{:?}", asks.get(at));
        }
        Ok(())
    });
}

#[test]
fn handles_equal_strings() {
    let spoken = Witnessed::default();
    law(scene(), |(world, asks)| {
        let snapshot = world.snapshot();
        for ask in &asks {
            let by_strings = snapshot.check(&ask.request());
            match by_handles(&snapshot, ask) {
                Ok(decision) => {
                    prop_assert_eq!(decision, by_strings, "{:?}", ask);
                    spoken.count();
                }
                Err(error) => {
                    let reason = error.reason();
                    prop_assert!(!by_strings.is_allow(), "{:?}", ask);
                    prop_assert!(by_strings.reason() <= reason, "{:?}: {:?} {:?}", ask, by_strings, reason);
                }
            }
        }
        Ok(())
    });
    spoken.at_least(4_000);
}

#[test]
fn handles_of_another_snapshot_are_refused() {
    let spoken = Witnessed::default();
    law(scene(), |(world, asks)| {
        let (own, other) = (world.snapshot(), world.snapshot());
        for ask in &asks {
            let of_cluster = if ask.cluster.is_some() { [&own, &own, &other] } else { [&other; 3] };
            for mixed in [[&other, &own, &own], [&own, &other, &own], of_cluster] {
                if let Ok(decision) = by_handles_of(&own, mixed, ask) {
                    prop_assert_eq!(decision.reason(), Reason::InvalidRequest, "{:?}", ask);
                    spoken.count();
                }
            }
        }
        Ok(())
    });
    spoken.at_least(12_000);
}

fn by_handles(snapshot: &Snapshot, ask: &Ask) -> Result<Decision, LookupError> {
    by_handles_of(snapshot, [snapshot; 3], ask)
}

/// Asks with the handles of permission, scope and cluster each of its own snapshot.
fn by_handles_of(snapshot: &Snapshot, others: [&Snapshot; 3], ask: &Ask) -> Result<Decision, LookupError> {
    let request = ask.request();
    let subject = snapshot.subject(request.tenant, request.subject, request.groups)?;
    let [of_permission, of_scope, of_cluster] = others;
    let permission = of_permission.permission(request.action, request.kind)?;
    let scope = of_scope.scope(request.scope)?;
    let named = request.cluster.map(|name| of_cluster.cluster(request.tenant.unwrap_or_default(), name));
    let cluster = named.transpose()?;
    let situation = Situation { cluster, resource: request.resource, context: request.context, now: request.now };
    Ok(subject.check(permission, scope, &situation))
}

#[test]
fn documents_round_trip() {
    law(scene(), |(world, asks)| {
        let json = |document: &Document| serde_json::to_string(document).unwrap();
        let pretty = |document: &Document| serde_json::to_string_pretty(document).unwrap();
        let yaml = |document: &Document| {
            let mut out = Vec::new();
            // Operators of conditions are keys, as our reader has them, and no tags.
            singleton_map_recursive::serialize(document, &mut serde_yaml::Serializer::new(&mut out)).unwrap();
            String::from_utf8(out).unwrap()
        };
        let plain = world.snapshot();
        let forms: [&dyn Fn(&Document) -> String; 3] = [&json, &pretty, &yaml];
        for form in forms {
            let texts: Vec<Text> = world.0.iter().map(|document| Text::yaml("world.yaml", form(document))).collect();
            let read = Policy::parse(texts).map_err(|error| TestCaseError::fail(error.to_string()))?.compile();
            for ask in &asks {
                prop_assert_eq!(told(&plain, &ask.request()), told(&read, &ask.request()), "{:?}", ask);
            }
        }
        Ok(())
    });
}

#[test]
fn a_feed_says_what_a_document_says() {
    law(scene(), |(world, asks)| {
        let plain = world.snapshot();
        let lines: String = world.0[1..].iter().flat_map(lines).collect();
        let policy = Text::yaml("policy.yaml", serde_json::to_string(&world.0[0]).unwrap());
        let read = Policy::parse([policy, Text::lines("feed.jsonl", lines)]).unwrap();
        prop_assert!(read.is_complete(), "{:?}", read.findings());
        let read = read.compile();
        for ask in &asks {
            prop_assert_eq!(told(&plain, &ask.request()), told(&read, &ask.request()), "{:?}", ask);
        }
        Ok(())
    });
}

/// Returns a directory entry by entry.
fn lines(document: &Document) -> Vec<String> {
    let value = serde_json::to_value(document).unwrap();
    let tenant = &value["tenant"];
    let mut lines = vec![serde_json::json!({ "tenant": tenant, "facts": value["facts"] })];
    for (section, entry) in SECTIONS {
        let items = value.get(section).and_then(serde_json::Value::as_array).cloned().unwrap_or_default();
        lines.extend(items.into_iter().map(|item| serde_json::json!({ "tenant": tenant, entry: item })));
    }
    for (name, role) in value["custom_roles"].as_object().into_iter().flatten() {
        let mut role = role.clone();
        role["name"] = serde_json::json!(name);
        lines.push(serde_json::json!({ "tenant": tenant, "custom_role": role }));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

const SECTIONS: [(&str, &str); 8] = [
    ("deny_rules", "deny_rule"),
    ("access_rules", "access_rule"),
    ("disabled_roles", "disabled_role"),
    ("groups", "group"),
    ("users", "user"),
    ("apps", "app"),
    ("scopes", "scope"),
    ("clusters", "cluster"),
];

#[test]
fn a_matrix_equals_roles_written_role_by_role() {
    law(scene(), |(world, asks)| {
        let (plain, other) = (world.snapshot(), as_matrix(&world).snapshot());
        for ask in &asks {
            prop_assert_eq!(told(&plain, &ask.request()), told(&other, &ask.request()), "{:?}", ask);
        }
        Ok(())
    });
}

/// Writes the permissions of all roles as a matrix.
fn as_matrix(world: &World) -> World {
    let mut world = world.clone();
    let policy = &mut world.0[0];
    let roles = policy.roles.value_mut().unwrap();
    let names: Vec<_> = roles.0.iter().map(|(name, _)| name.clone()).collect();
    let mut rows: Vec<(Field<String>, Vec<Field<Cell>>)> =
        KINDS.iter().map(|kind| (Field::from(*kind), Vec::new())).collect();
    for (_, role) in &mut roles.0 {
        let permissions = std::mem::take(&mut role.value_mut().unwrap().permissions);
        for (row, (_, cell)) in rows.iter_mut().zip(permissions.value().unwrap().0.clone()) {
            row.1.push(cell);
        }
    }
    let rows = Table(rows.into_iter().map(|(kind, cells)| (kind, Field::from(cells))).collect());
    policy.matrix = Field::from(Matrix { roles: Field::from(names), rows: Field::from(rows) });
    world
}
