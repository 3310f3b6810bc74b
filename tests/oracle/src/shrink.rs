//! Makes a world smaller while something about it stays true.

use bailiwick::document::{Document, Field, Table};

use crate::ask::Ask;

/// Drops whatever can be dropped while `holds` stays true.
pub(crate) fn shrink(
    mut documents: Vec<Document>,
    mut ask: Ask,
    holds: impl Fn(&[Document], &Ask) -> bool,
) -> (Vec<Document>, Ask) {
    loop {
        let smaller = smaller_worlds(&documents).into_iter().find(|it| holds(it, &ask));
        if let Some(smaller) = smaller {
            documents = smaller;
            continue;
        }
        match smaller_asks(&ask).into_iter().find(|it| holds(&documents, it)) {
            Some(smaller) => ask = smaller,
            None => return (documents, ask),
        }
    }
}

/// Every request with one thing less.
fn smaller_asks(ask: &Ask) -> Vec<Ask> {
    let mut found = Vec::new();
    let mut less = |change: &dyn Fn(&mut Ask)| {
        let mut smaller = ask.clone();
        change(&mut smaller);
        found.push(smaller);
    };
    for index in 0..ask.context.len() {
        less(&|it| drop(it.context.remove(index)));
    }
    for index in 0..ask.resource.len() {
        less(&|it| drop(it.resource.remove(index)));
    }
    for index in 0..ask.groups.as_ref().map_or(0, Vec::len) {
        less(&|it| drop(it.groups.as_mut().map(|it| it.remove(index))));
    }
    found
}

/// Every world with one thing less.
pub(crate) fn smaller_worlds(documents: &[Document]) -> Vec<Vec<Document>> {
    let mut found = Vec::new();
    for index in 0..documents.len() {
        let mut fewer = documents.to_vec();
        fewer.remove(index);
        found.push(fewer);
        for smaller in smaller_documents(&documents[index]) {
            let mut world = documents.to_vec();
            world[index] = smaller;
            found.push(world);
        }
    }
    found
}

fn smaller_documents(document: &Document) -> Vec<Document> {
    let mut found = Vec::new();
    drop_entries(document, |it| &mut it.access_rules, &mut found);
    drop_entries(document, |it| &mut it.deny_rules, &mut found);
    drop_rows(document, |it| &mut it.restrictions, &mut found);
    drop_rows(document, |it| &mut it.custom_roles, &mut found);
    drop_rows(document, |it| &mut it.roles, &mut found);
    drop_rows(document, |it| &mut it.kinds, &mut found);
    drop_rows(document, |it| &mut it.attributes, &mut found);
    drop_rows(document, |it| &mut it.qualifiers, &mut found);
    drop_entries(document, |it| &mut it.groups, &mut found);
    drop_entries(document, |it| &mut it.users, &mut found);
    drop_entries(document, |it| &mut it.apps, &mut found);
    drop_entries(document, |it| &mut it.scopes, &mut found);
    drop_entries(document, |it| &mut it.clusters, &mut found);
    drop_entries(document, |it| &mut it.disabled_roles, &mut found);
    drop_entries(document, |it| &mut it.actions, &mut found);
    drop_section(document, |it| &mut it.matrix, &mut found);
    drop_section(document, |it| &mut it.delegation, &mut found);
    drop_section(document, |it| &mut it.facts, &mut found);
    drop_section(document, |it| &mut it.axes, &mut found);
    drop_section(document, |it| &mut it.scope_kinds, &mut found);
    smaller_rules(document, &mut found);
    smaller_roles(document, &mut found);
    found
}

/// Lifts what limits a rule.
fn smaller_rules(document: &Document, found: &mut Vec<Document>) {
    for index in 0..document.access_rules.value().map_or(0, Vec::len) {
        let rule = |it: &mut Document| it.access_rules.value_mut().and_then(|it| it[index].value_mut()).cloned();
        let Some(whole) = rule(&mut document.clone()) else { continue };
        let mut put = |smaller: bailiwick::document::AccessRule| {
            if smaller != whole {
                let mut document = document.clone();
                document.access_rules.value_mut().unwrap()[index] = Field::from(smaller);
                found.push(document);
            }
        };
        put(bailiwick::document::AccessRule { clusters: Field::default(), ..whole.clone() });
        put(bailiwick::document::AccessRule { when: Field::default(), ..whole.clone() });
        put(bailiwick::document::AccessRule { from: Field::default(), ..whole.clone() });
        put(bailiwick::document::AccessRule { until: Field::default(), ..whole.clone() });
        put(bailiwick::document::AccessRule { id: Field::default(), ..whole.clone() });
    }
    for index in 0..document.deny_rules.value().map_or(0, Vec::len) {
        let rule = |it: &mut Document| it.deny_rules.value_mut().and_then(|it| it[index].value_mut()).cloned();
        let Some(whole) = rule(&mut document.clone()) else { continue };
        let mut put = |smaller: bailiwick::document::DenyRule| {
            if smaller != whole {
                let mut document = document.clone();
                document.deny_rules.value_mut().unwrap()[index] = Field::from(smaller);
                found.push(document);
            }
        };
        put(bailiwick::document::DenyRule { clusters: Field::default(), ..whole.clone() });
        put(bailiwick::document::DenyRule { when: Field::default(), ..whole.clone() });
        put(bailiwick::document::DenyRule { from: Field::default(), ..whole.clone() });
        put(bailiwick::document::DenyRule { until: Field::default(), ..whole.clone() });
        put(bailiwick::document::DenyRule { id: Field::default(), ..whole.clone() });
    }
}

/// Takes something away from a role or a kind.
fn smaller_roles(document: &Document, found: &mut Vec<Document>) {
    for index in 0..document.roles.value().map_or(0, |it| it.0.len()) {
        let Some(role) = document.roles.value().and_then(|it| it.0[index].1.value()) else { continue };
        let mut put = |smaller: bailiwick::document::Role| {
            if smaller != *role {
                let mut document = document.clone();
                document.roles.value_mut().unwrap().0[index].1 = Field::from(smaller);
                found.push(document);
            }
        };
        put(bailiwick::document::Role { includes: Field::default(), ..role.clone() });
        put(bailiwick::document::Role { requires: Field::default(), ..role.clone() });
        put(bailiwick::document::Role { held_at: Field::default(), ..role.clone() });
        for row in 0..role.permissions.value().map_or(0, |it| it.0.len()) {
            let mut smaller = role.clone();
            smaller.permissions.value_mut().unwrap().0.remove(row);
            put(smaller);
        }
    }
    for index in 0..document.kinds.value().map_or(0, |it| it.0.len()) {
        let Some(kind) = document.kinds.value().and_then(|it| it.0[index].1.value()) else { continue };
        if !kind.requires.is_missing() {
            let mut document = document.clone();
            document.kinds.value_mut().unwrap().0[index].1 =
                Field::from(bailiwick::document::Kind { requires: Field::default(), ..kind.clone() });
            found.push(document);
        }
    }
}

fn drop_entries<T>(
    document: &Document,
    list: impl Fn(&mut Document) -> &mut Field<Vec<Field<T>>>,
    found: &mut Vec<Document>,
) {
    let n = list(&mut document.clone()).value().map_or(0, Vec::len);
    for index in 0..n {
        let mut smaller = document.clone();
        list(&mut smaller).value_mut().unwrap().remove(index);
        found.push(smaller);
    }
}

fn drop_rows<V>(document: &Document, table: impl Fn(&mut Document) -> &mut Field<Table<V>>, found: &mut Vec<Document>) {
    let n = table(&mut document.clone()).value().map_or(0, |it| it.0.len());
    for index in 0..n {
        let mut smaller = document.clone();
        table(&mut smaller).value_mut().unwrap().0.remove(index);
        found.push(smaller);
    }
}

fn drop_section<T>(document: &Document, section: impl Fn(&mut Document) -> &mut Field<T>, found: &mut Vec<Document>) {
    let mut smaller = document.clone();
    let field = section(&mut smaller);
    if !field.is_missing() {
        *field = Field::default();
        found.push(smaller);
    }
}
