//! Random directories of one tenant: valid ones, and feeds with some bad entries.

use bailiwick::Span;
use bailiwick::document::{App, Cluster, Document, Facts, Field, Group, Role, Scope, Table, User};

use crate::catalogue::{listed, table};
use crate::entries::{add_bad_entries, add_duplicates, add_rules};
use crate::grants::{denied, role};
use crate::plain::{Policy, Topology, World};
use crate::pools::{APPS, CLUSTERS, CROWD, CUSTOM_ROLES, GROUPS, MODULES, SCOPES, USERS, VERSIONS};
use crate::random::Random;

/// Returns the directory of a tenant as one document, and whether it is a feed.
pub(crate) fn directory(random: &mut Random, policy: &Document, tenant: &str) -> Document {
    let catalogue = World::new(std::slice::from_ref(policy)).policy;
    let mut document = Document { tenant: Field::from(tenant), ..Document::default() };
    document.is_feed = random.chance(25);
    if random.chance(85) {
        document.facts = Field::from(Facts { version: version(random), modules: modules(random) });
    }
    add_scopes(random, &catalogue, tenant, &mut document);
    let so_far = World::new(&[policy.clone(), document.clone()]);
    add_clusters(random, &so_far, &mut document);
    add_subjects(random, &mut document);
    add_roles(random, &catalogue, &mut document);
    if random.chance(2) {
        add_crowd(random, &so_far, &mut document);
    }
    let so_far = World::new(&[policy.clone(), document.clone()]);
    add_older(random, &so_far, &mut document);
    add_rules(random, &so_far, &mut document);
    let is_bad = random.chance(2);
    if document.is_feed || is_bad {
        add_bad_entries(random, &so_far, &mut document);
    }
    if document.is_feed {
        add_duplicates(random, &mut document);
        if random.chance(2) {
            document.unreadable.push(Span::default());
        }
    }
    document
}

fn version(random: &mut Random) -> Field<String> {
    if random.chance(85) { Field::from(*random.pick(&VERSIONS)) } else { Field::default() }
}

fn modules(random: &mut Random) -> Field<Vec<Field<String>>> {
    let n = random.between(0, 2);
    if random.chance(10) { Field::default() } else { listed(&random.some(&MODULES, n)) }
}

/// Grows a tree of at most a dozen scopes, each told with no more than is needed, or with all.
fn add_scopes(random: &mut Random, policy: &Policy, tenant: &str, document: &mut Document) {
    let mut tree = vec![(tenant.to_owned(), policy.root_kind().to_owned())];
    let mut clusters = CLUSTERS.to_vec();
    let mut scopes = Vec::new();
    if random.chance(20) {
        scopes.push(Scope { path: Field::from(tenant), id: Field::from("root"), kind: Field::default() });
    }
    let mut open = tree.clone();
    while !open.is_empty() && tree.len() < 12 {
        let next = if random.chance(60) { open.len() - 1 } else { 0 };
        let (above, above_kind) = open.remove(next);
        let kinds: Vec<&String> = policy
            .scope_kinds
            .iter()
            .filter(|(_, parent)| parent.as_ref() == Some(&above_kind))
            .map(|(name, _)| name)
            .collect();
        let mut names = SCOPES.to_vec();
        for kind in &kinds {
            for _ in 0..[1, 1, 2, 2, 3, 0][random.below(6)] {
                let pool = if *kind == "cluster" { &mut clusters } else { &mut names };
                if pool.is_empty() {
                    continue;
                }
                let path = format!("{above}/{}", pool.remove(random.below(pool.len().min(4))));
                let is_told = 1 < kinds.len() || random.chance(30);
                scopes.push(Scope {
                    path: Field::from(path.as_str()),
                    id: if random.chance(30) { Field::from(format!("s-{}", tree.len())) } else { Field::default() },
                    kind: if is_told { Field::from(kind.as_str()) } else { Field::default() },
                });
                open.push((path.clone(), (*kind).clone()));
                tree.push((path, (*kind).clone()));
            }
        }
    }
    if random.chance(20) {
        scopes.reverse();
    }
    document.scopes = Field::from(scopes.into_iter().map(Field::from).collect::<Vec<_>>());
}

/// Lists the clusters of the axis, or the facts of those in the tree.
fn add_clusters(random: &mut Random, world: &World, document: &mut Document) {
    let nested = world.tenants.iter().flat_map(|it| &it.clusters).map(|it| it.name.clone()).collect();
    let n = random.between(1, 3);
    let policy = &world.policy;
    let names: Vec<String> = match policy.topology {
        Topology::Absent => return,
        Topology::Axis => random.some(&CLUSTERS, n).into_iter().map(str::to_owned).collect(),
        Topology::Nested => nested,
    };
    let mut clusters = Vec::new();
    for name in names {
        if policy.topology == Topology::Nested && random.chance(25) {
            continue;
        }
        let mut cluster = Cluster { name: Field::from(name), ..Cluster::default() };
        if policy.topology == Topology::Axis && random.chance(20) {
            cluster.id = Field::from(format!("c-{}", clusters.len()));
        }
        if random.chance(80) {
            cluster.version = version(random);
            cluster.modules = modules(random);
            cluster.connected =
                [Field::from(true), Field::from(true), Field::from(false), Field::default()][random.below(4)].clone();
        }
        clusters.push(Field::from(cluster));
    }
    if !clusters.is_empty() {
        document.clusters = Field::from(clusters);
    }
}

fn add_subjects(random: &mut Random, document: &mut Document) {
    let disabled = |random: &mut Random| match random.below(100) {
        0..=9 => Field::from(true),
        10..=14 => Field::from(false),
        _ => Field::default(),
    };
    let mut users = Vec::new();
    for name in random.some(&USERS, 5) {
        if random.chance(92) {
            let internal = if random.chance(10) { Field::from(true) } else { Field::default() };
            users.push(Field::from(User {
                name: Field::from(name),
                disabled: disabled(random),
                internal,
                ..User::default()
            }));
        }
    }
    let mut apps = Vec::new();
    for name in random.some(&APPS, 2) {
        if random.chance(95) {
            apps.push(Field::from(App { name: Field::from(name), disabled: disabled(random), ..App::default() }));
        }
    }
    let subjects: Vec<String> =
        USERS.iter().map(|it| format!("user:{it}")).chain(APPS.iter().map(|it| format!("app:{it}"))).collect();
    let mut groups = Vec::new();
    for name in random.some(&GROUPS, 4) {
        if random.chance(70) {
            let n = random.below(4);
            let members = if n == 0 { Field::default() } else { listed(&random.some(&subjects, n)) };
            groups.push(Field::from(Group { name: Field::from(name), members, ..Group::default() }));
        }
    }
    document.users = Field::from(users);
    document.apps = Field::from(apps);
    document.groups = Field::from(groups);
}

fn add_roles(random: &mut Random, policy: &Policy, document: &mut Document) {
    let mut names: Vec<&str> = policy.roles.iter().map(|it| it.name.as_str()).collect();
    let kinds: Vec<&str> = policy.kinds.iter().map(|it| it.name.as_str()).collect();
    let mut customs = Vec::new();
    for name in CUSTOM_ROLES {
        if random.chance(30) {
            customs.push((name, role(random, policy, &kinds, &names)));
            names.push(name);
        }
    }
    if !customs.is_empty() {
        document.custom_roles = Field::from(table(customs));
    }
    if random.chance(30) {
        let n = random.between(1, 2);
        document.disabled_roles = listed(&random.some(&names, n));
    }
}

/// Gives some users roles and organizations, each by itself.
fn add_older(random: &mut Random, world: &World, document: &mut Document) {
    let tenant = &world.tenants[0];
    let roles: Vec<&str> = world.policy.roles.iter().chain(&tenant.custom_roles).map(|it| it.name.as_str()).collect();
    let is_organization = |it: &&crate::plain::Scope| world.policy.organizations.contains(&it.kind);
    let places: Vec<&str> = tenant.scopes.iter().filter(is_organization).map(|it| it.path.as_str()).collect();
    for user in document.users.value_mut().into_iter().flatten().filter_map(Field::value_mut) {
        if random.chance(6) {
            let n = random.between(1, 2);
            user.roles = listed(&random.some(&roles, n));
            user.organizations = if places.is_empty() { Field::default() } else { listed(&random.some(&places, n)) };
        }
    }
}

/// Adds more of everything than fits into one machine word.
fn add_crowd(random: &mut Random, world: &World, document: &mut Document) {
    let places: Vec<_> = world.tenants.iter().flat_map(|it| &it.scopes).collect();
    let place = *random.pick(&places);
    let below = world.policy.scope_kinds.iter().find(|(_, parent)| parent.as_ref() == Some(&place.kind));
    for n in 0..CROWD {
        let user = User { name: Field::from(format!("u-{n}")), ..User::default() };
        push(&mut document.users, user);
        let members = listed(&[format!("user:u-{n}"), format!("user:u-{}", n + 1)]);
        push(&mut document.groups, Group { name: Field::from(format!("g-{n}")), members, ..Group::default() });
        if world.policy.topology == Topology::Axis {
            let name = Field::from(format!("x-{n}"));
            push(&mut document.clusters, Cluster { name, ..Cluster::default() });
        }
        if let Some((kind, _)) = below {
            let path = Field::from(format!("{}/x-{n}", place.path));
            push(&mut document.scopes, Scope { path, kind: Field::from(kind.as_str()), ..Scope::default() });
        }
        let permissions = denied(random, &world.policy);
        let role = Role { permissions: Field::from(permissions), ..Role::default() };
        let row = (Field::from(format!("r-{n}")), Field::from(role));
        match document.custom_roles.value_mut() {
            Some(Table(rows)) => rows.push(row),
            None => document.custom_roles = Field::from(Table(vec![row])),
        }
    }
}

fn push<T>(list: &mut Field<Vec<Field<T>>>, entry: T) {
    match list.value_mut() {
        Some(entries) => entries.push(Field::from(entry)),
        None => *list = Field::from(vec![Field::from(entry)]),
    }
}
