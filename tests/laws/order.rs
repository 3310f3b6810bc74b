//! Order, and what is not there: neither leaves a trace.

use bailiwick::document::{DenyRule, Document, Field, Table};
use bailiwick::{Engine, Policy};
use proptest::prelude::*;

use super::world::{TENANTS, World, items, scene, told};
use super::{Witnessed, law};

/// How a world is written anew: a seed for every choice.
fn shuffled(world: &World, seed: u64) -> World {
    let mut random = Shuffle(seed);
    let mut documents: Vec<Document> = Vec::new();
    for document in &world.0 {
        documents.extend(split(document.clone(), &mut random));
    }
    random.shuffle(&mut documents);
    World(documents)
}

/// Writes a document as three, each list and each table in some order over them.
fn split(mut document: Document, random: &mut Shuffle) -> Vec<Document> {
    let mut parts = vec![
        Document { tenant: document.tenant.clone(), ..Document::default() },
        Document { tenant: document.tenant.clone(), ..Document::default() },
    ];
    random.deal(&mut document.scopes, &mut parts, |part| &mut part.scopes);
    random.deal(&mut document.clusters, &mut parts, |part| &mut part.clusters);
    random.deal(&mut document.access_rules, &mut parts, |part| &mut part.access_rules);
    random.deal(&mut document.deny_rules, &mut parts, |part| &mut part.deny_rules);
    random.deal(&mut document.groups, &mut parts, |part| &mut part.groups);
    random.deal(&mut document.users, &mut parts, |part| &mut part.users);
    random.deal_rows(&mut document.roles, &mut parts, |part| &mut part.roles);
    random.deal_rows(&mut document.kinds, &mut parts, |part| &mut part.kinds);
    for group in document.groups.value_mut().into_iter().flatten() {
        if let Some(members) = group.value_mut().and_then(|group| group.members.value_mut()) {
            random.shuffle(members);
        }
    }
    parts.push(document);
    parts
}

/// Random choices.
struct Shuffle(u64);

impl Shuffle {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    fn deal<T>(
        &mut self,
        list: &mut Field<Vec<Field<T>>>,
        parts: &mut [Document],
        section: impl Fn(&mut Document) -> &mut Field<Vec<Field<T>>>,
    ) {
        let Some(items) = list.value_mut() else { return };
        self.shuffle(items);
        for _ in 0..self.below(items.len() + 1) {
            let Some(item) = items.pop() else { return };
            let target = section(&mut parts[self.below(2)]);
            match target.value_mut() {
                Some(there) => there.push(item),
                None => *target = Field::from(vec![item]),
            }
        }
    }

    fn deal_rows<T>(
        &mut self,
        table: &mut Field<Table<T>>,
        parts: &mut [Document],
        section: impl Fn(&mut Document) -> &mut Field<Table<T>>,
    ) {
        let Some(Table(rows)) = table.value_mut() else { return };
        self.shuffle(rows);
        for _ in 0..self.below(rows.len() + 1) {
            let Some(row) = rows.pop() else { return };
            let target = section(&mut parts[self.below(2)]);
            match target.value_mut() {
                Some(Table(there)) => there.push(row),
                None => *target = Field::from(Table(vec![row])),
            }
        }
    }
}

#[test]
fn the_order_of_rules_and_documents_does_not_matter() {
    law((scene(), any::<u64>()), |((world, asks), seed)| {
        let (plain, other) = (world.snapshot(), shuffled(&world, seed).snapshot());
        for ask in &asks {
            prop_assert_eq!(told(&plain, &ask.request()), told(&other, &ask.request()), "{:?}", ask);
        }
        Ok(())
    });
}

#[test]
fn the_order_within_a_feed_does_not_matter() {
    let spoken = Witnessed::default();
    law((scene(), any::<u64>(), 0..6_usize), |((world, asks), seed, spoil)| {
        let spoilt = spoil_one(world.map(|document| document.is_feed = document.tenant.value().is_some()), spoil);
        let snapshot = |world: &World| {
            let policy = Policy::resolve(world.0.clone()).ok()?;
            policy.refused_tenants().is_empty().then(|| policy.compile())
        };
        let feed = |mut world: World| {
            for document in &mut world.0 {
                document.is_feed = document.tenant.value().is_some();
            }
            snapshot(&world)
        };
        let (Some(plain), Some(other)) = (snapshot(&spoilt), feed(shuffled(&spoilt, seed))) else {
            return Err(TestCaseError::fail("a feed is never refused whole"));
        };
        for ask in &asks {
            spoken.count();
            prop_assert_eq!(told(&plain, &ask.request()), told(&other, &ask.request()), "{:?}", ask);
        }
        Ok(())
    });
    spoken.at_least(1_000);
}

/// Spoils one entry of acme, or says one thing twice.
fn spoil_one(mut world: World, which: usize) -> World {
    let acme = &mut world.0[1];
    let again = |list: &Field<Vec<Field<bailiwick::document::AccessRule>>>| {
        let mut first = items(list).next()?.clone();
        first.id = Field::from("a-1");
        Some(first)
    };
    match which {
        0 => acme.scopes.value_mut().unwrap().swap_remove(1),
        1 => {
            let unknown = DenyRule { subject: Field::from("user:ben"), ..DenyRule::default() };
            acme.deny_rules.value_mut().unwrap().push(Field::from(unknown));
            return world;
        }
        2 => {
            let repeated = again(&acme.access_rules);
            acme.access_rules.value_mut().unwrap().extend(repeated.map(Field::from));
            return world;
        }
        3 => {
            let west = bailiwick::document::Cluster { name: Field::from("west"), ..Default::default() };
            acme.clusters.value_mut().unwrap().push(Field::from(west));
            return world;
        }
        4 => {
            let ops = bailiwick::document::Group { name: Field::from("ops"), ..Default::default() };
            acme.groups.value_mut().unwrap().push(Field::from(ops));
            return world;
        }
        _ => return world,
    };
    world
}

#[test]
fn removing_a_fact_equals_a_fresh_build() {
    law((scene(), any::<prop::sample::Index>(), 0..3_u8), |((world, asks), at, what)| {
        let without = world.map(|document| match what {
            0 => remove(&mut document.access_rules, at),
            1 => remove(&mut document.deny_rules, at),
            _ => document
                .groups
                .value_mut()
                .into_iter()
                .flatten()
                .filter_map(Field::value_mut)
                .for_each(|group| remove(&mut group.members, at)),
        });
        let load = |world: &World| Policy::resolve(world.0.clone()).unwrap();
        let engine = Engine::new(&load(&world));
        engine.replace(&load(&without));
        let fresh = without.snapshot();
        for ask in &asks {
            let decision = engine.check(&ask.request());
            prop_assert_eq!(decision.revision(), 2);
            let current = engine.snapshot();
            prop_assert_eq!(current.source(&fresh.check(&ask.request())), None, "of another revision");
            prop_assert_eq!(told(&current, &ask.request()), told(&fresh, &ask.request()), "{:?}", ask);
        }
        Ok(())
    });
}

fn remove<T>(list: &mut Field<Vec<Field<T>>>, at: prop::sample::Index) {
    let Some(items) = list.value_mut().filter(|items| !items.is_empty()) else { return };
    items.remove(at.index(items.len()));
}

#[test]
fn renaming_tenants_changes_nothing() {
    law(scene(), |(world, asks)| {
        // The first tenant becomes the last in the order of names.
        let rename = |text: &str| match text.strip_prefix("acme") {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("zeta{rest}"),
            _ => text.to_owned(),
        };
        let change =
            |field: &mut Field<String>| *field = field.value().map_or_else(Field::default, |it| rename(it).into());
        let renamed = world.map(|document| {
            change(&mut document.tenant);
            let scopes = document.scopes.value_mut().into_iter().flatten().filter_map(Field::value_mut);
            scopes.for_each(|scope| change(&mut scope.path));
            let allows = document.access_rules.value_mut().into_iter().flatten().filter_map(Field::value_mut);
            allows.for_each(|rule| change(&mut rule.scope));
            let denies = document.deny_rules.value_mut().into_iter().flatten().filter_map(Field::value_mut);
            denies.for_each(|rule| change(&mut rule.scope));
        });
        let (plain, other) = (world.snapshot(), renamed.snapshot());
        for ask in &asks {
            let tenant = ask.tenant.map(|tenant| if tenant == TENANTS[0] { "zeta" } else { tenant });
            let (scope, mut request) = (rename(&ask.scope), ask.request());
            let mut before = told(&plain, &request);
            before.source = before.source.map(|source| source.replace("\"acme", "\"zeta"));
            (request.tenant, request.scope) = (tenant, &scope);
            prop_assert_eq!(before, told(&other, &request), "{:?}", ask);
        }
        Ok(())
    });
}

#[test]
fn twins_across_tenants_never_mix() {
    let spoken = Witnessed::default();
    law(scene(), |(world, asks)| {
        let both = world.snapshot();
        let alone = World(vec![world.0[0].clone(), world.0[1].clone()]).snapshot();
        for ask in asks.iter().filter(|ask| ask.tenant == Some("acme")) {
            let (one, other) = (told(&both, &ask.request()), told(&alone, &ask.request()));
            if one.reason == "other_tenant" {
                prop_assert_eq!(other.reason, "unknown_scope");
            } else {
                prop_assert_eq!(one, other, "{:?}", ask);
                spoken.count();
            }
        }
        Ok(())
    });
    spoken.at_least(5_000);
}
