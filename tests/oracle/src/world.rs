//! Random worlds: a policy and the directories of a few tenants, as documents in any order.

use bailiwick::document::{Document, Field, Table};

use crate::catalogue::policy;
use crate::directory::directory;
use crate::pools::TENANTS;
use crate::random::Random;

/// Returns the documents of a random world, all valid but for what feeds may get wrong.
#[must_use]
pub fn documents(random: &mut Random) -> Vec<Document> {
    let catalogue = policy(random);
    let mut policy = catalogue.clone();
    let n = [1, 2, 2, 2, 2, 3][random.below(6)];
    let mut found = Vec::new();
    for tenant in random.some(&TENANTS, n) {
        let directory = directory(random, &catalogue, tenant);
        let is_one_file = !directory.is_feed && policy.tenant.is_missing() && random.chance(15);
        match is_one_file {
            true => policy = join(policy, directory),
            false => found.extend(split_directory(random, directory)),
        }
    }
    found.extend(split_policy(random, policy));
    for last in (1..found.len()).rev() {
        found.swap(last, random.below(last + 1));
    }
    found
}

/// Writes a directory into the document of the policy.
fn join(policy: Document, directory: Document) -> Document {
    Document {
        tenant: directory.tenant,
        facts: directory.facts,
        clusters: directory.clusters,
        scopes: directory.scopes,
        users: directory.users,
        apps: directory.apps,
        groups: directory.groups,
        custom_roles: directory.custom_roles,
        disabled_roles: directory.disabled_roles,
        access_rules: directory.access_rules,
        deny_rules: directory.deny_rules,
        ..policy
    }
}

/// Writes a policy as one document or as two.
fn split_policy(random: &mut Random, mut policy: Document) -> Vec<Document> {
    if random.chance(60) {
        return vec![policy];
    }
    let mut other = Document::default();
    give(random, &mut policy.scope_kinds, &mut other.scope_kinds);
    give(random, &mut policy.axes, &mut other.axes);
    give(random, &mut policy.attributes, &mut other.attributes);
    give(random, &mut policy.matrix, &mut other.matrix);
    give(random, &mut policy.delegation, &mut other.delegation);
    give(random, &mut policy.qualifiers, &mut other.qualifiers);
    give(random, &mut policy.restrictions, &mut other.restrictions);
    share(random, &mut policy.kinds, &mut other.kinds);
    share(random, &mut policy.roles, &mut other.roles);
    vec![policy, other]
}

/// Writes a directory as one document or as two; of a feed, both come as a feed.
fn split_directory(random: &mut Random, mut directory: Document) -> Vec<Document> {
    if random.chance(60) {
        return vec![directory];
    }
    let mut other = Document { tenant: directory.tenant.clone(), is_feed: directory.is_feed, ..Document::default() };
    give(random, &mut directory.facts, &mut other.facts);
    give(random, &mut directory.clusters, &mut other.clusters);
    give(random, &mut directory.scopes, &mut other.scopes);
    give(random, &mut directory.custom_roles, &mut other.custom_roles);
    give(random, &mut directory.disabled_roles, &mut other.disabled_roles);
    give(random, &mut directory.users, &mut other.users);
    give(random, &mut directory.apps, &mut other.apps);
    give(random, &mut directory.groups, &mut other.groups);
    halve(random, &mut directory.access_rules, &mut other.access_rules);
    halve(random, &mut directory.deny_rules, &mut other.deny_rules);
    vec![directory, other]
}

/// Moves a section to the other document, or leaves it.
fn give<T>(random: &mut Random, here: &mut Field<T>, there: &mut Field<T>) {
    if random.chance(50) {
        *there = std::mem::take(here);
    }
}

/// Moves some rows of a table to the other document.
fn share<V: Clone>(random: &mut Random, here: &mut Field<Table<V>>, there: &mut Field<Table<V>>) {
    let Some(Table(rows)) = here.value_mut() else { return };
    let moved = rows.split_off(random.below(rows.len() + 1));
    if !moved.is_empty() {
        *there = Field::from(Table(moved));
    }
}

/// Moves some entries of a list to the other document.
fn halve<T: Clone>(random: &mut Random, here: &mut Field<Vec<Field<T>>>, there: &mut Field<Vec<Field<T>>>) {
    let Some(entries) = here.value_mut() else { return };
    let moved = entries.split_off(random.below(entries.len() + 1));
    if !moved.is_empty() {
        *there = Field::from(moved);
    }
}
