//! What an approved item changes in the plain directory.

use crate::changes::faults::ChangeFault;
use crate::changes::older::derive;
use crate::changes::others::is_listed;
use crate::changes::places::same_rule;
use crate::changes::step::{Act, One};
use crate::plain::{Account, Cluster, Facts, Older, Rule, Scope, Tenant, Topology, World, covers};

/// Changes the directory.
pub(crate) fn apply(world: &World, tenant: &mut Tenant, one: &One<'_>, fault: Option<ChangeFault>) {
    match one {
        One::Rule { is_added: true, is_deny, rule } => {
            let is_every = fault == Some(ChangeFault::EmptyListIsEvery);
            let clusters = rule.clusters.clone().filter(|it| !it.is_empty() || !is_every);
            let rules = if *is_deny { &mut tenant.deny_rules } else { &mut tenant.access_rules };
            rules.push(Rule { clusters, ..(**rule).clone() });
        }
        One::Rule { is_added: false, is_deny, rule } => {
            let rules = if *is_deny { &mut tenant.deny_rules } else { &mut tenant.access_rules };
            rules.retain(|it| !same_rule(world, it, rule, fault));
        }
        One::Able { is_disabled, subject } => disable(tenant, subject, *is_disabled),
        One::Other(act) => edit(world, tenant, act, fault),
    }
    derive(&world.policy, tenant, fault);
}

fn disable(tenant: &mut Tenant, subject: &str, is_disabled: bool) {
    match tenant.listed.iter_mut().find(|it| it.name == subject) {
        Some(account) => account.is_disabled = is_disabled,
        None => tenant.listed.push(Account { name: subject.to_owned(), is_disabled, is_internal: false }),
    }
}

fn edit(world: &World, tenant: &mut Tenant, act: &Act, fault: Option<ChangeFault>) {
    match act {
        Act::GiveRole { subject, role } => older(tenant, subject).roles.push(role.clone()),
        Act::TakeRole { subject, role } => older(tenant, subject).roles.retain(|it| it != role),
        Act::Place { subject, scope } => older(tenant, subject).organizations.push(scope.clone()),
        Act::Displace { subject, scope } => older(tenant, subject).organizations.retain(|it| it != scope),
        Act::CreateSubject { subject, is_internal } => create_subject(tenant, subject, *is_internal),
        Act::DeleteSubject(subject) => delete_subject(tenant, subject, fault),
        Act::AddMember { group, member } => {
            if let Some(members) = members(tenant, group) {
                members.push(member.clone());
            }
        }
        Act::RemoveMember { group, member } => {
            if let Some(members) = members(tenant, group) {
                members.retain(|it| it != member);
            }
        }
        Act::DisableRole(role) => tenant.disabled_roles.push(role.clone()),
        Act::EnableRole(role) => tenant.disabled_roles.retain(|it| it != role),
        Act::CreateCluster { name, id } => {
            let id = id.clone().unwrap_or_else(|| name.clone());
            tenant.clusters.push(Cluster { name: name.clone(), id, facts: Facts::default() });
        }
        Act::RenameCluster { cluster, name } => rename_cluster(tenant, cluster, name),
        Act::DeleteCluster(cluster) => delete_cluster(tenant, cluster, fault),
        act => edit_scopes(world, tenant, act, fault),
    }
    tenant.older.retain(|it| !it.roles.is_empty() || !it.organizations.is_empty());
}

/// Returns the roles and organizations of a subject. They are written where it is listed, so it comes to be listed.
fn older<'a>(tenant: &'a mut Tenant, subject: &str) -> &'a mut Older {
    if !is_listed(tenant, subject) {
        create_subject(tenant, subject, false);
    }
    if !tenant.older.iter().any(|it| it.subject == subject) {
        let (roles, organizations) = (Vec::new(), Vec::new());
        tenant.older.push(Older { subject: subject.to_owned(), roles, organizations });
    }
    tenant.older.iter_mut().find(|it| it.subject == subject).unwrap()
}

fn members<'a>(tenant: &'a mut Tenant, group: &str) -> Option<&'a mut Vec<String>> {
    let name = format!("group:{group}");
    tenant.groups.iter_mut().find(|(it, _)| *it == name).map(|(_, members)| members)
}

fn create_subject(tenant: &mut Tenant, subject: &str, is_internal: bool) {
    tenant.deleted.retain(|it| it != subject);
    match subject.starts_with("group:") {
        true => tenant.groups.push((subject.to_owned(), Vec::new())),
        false => tenant.listed.push(Account { name: subject.to_owned(), is_disabled: false, is_internal }),
    }
}

/// Deletes a subject with everything that names it.
fn delete_subject(tenant: &mut Tenant, subject: &str, fault: Option<ChangeFault>) {
    tenant.listed.retain(|it| it.name != subject);
    tenant.groups.retain(|(name, _)| name != subject);
    tenant.older.retain(|it| it.subject != subject);
    if fault != Some(ChangeFault::DeletedSubjectKeepsRules) {
        tenant.access_rules.retain(|it| it.subject != subject);
    }
    if fault != Some(ChangeFault::DeletedSubjectKeepsDenies) {
        tenant.deny_rules.retain(|it| it.subject != subject);
    }
    if fault != Some(ChangeFault::DeletedSubjectKeepsMemberships) {
        tenant.groups.iter_mut().for_each(|(_, members)| members.retain(|it| it != subject));
    }
    tenant.deleted.retain(|it| it != subject);
    tenant.deleted.push(subject.to_owned());
}

fn rename_cluster(tenant: &mut Tenant, old: &str, new: &str) {
    let names = tenant.clusters.iter_mut().map(|it| &mut it.name);
    let rules = tenant.access_rules.iter_mut().chain(&mut tenant.deny_rules);
    let listed = rules.filter_map(|it| it.clusters.as_mut()).flatten();
    for name in names.chain(listed).filter(|it| *it == old) {
        new.clone_into(name);
    }
}

/// Deletes a cluster from every list. A rule that loses its last cluster gives nothing, and is as good as gone.
fn delete_cluster(tenant: &mut Tenant, cluster: &str, fault: Option<ChangeFault>) {
    tenant.clusters.retain(|it| it.name != cluster);
    for rules in [&mut tenant.access_rules, &mut tenant.deny_rules] {
        rules.iter_mut().filter_map(|it| it.clusters.as_mut()).for_each(|it| it.retain(|it| it != cluster));
        let is_idle = |it: &Rule| it.clusters.as_ref().is_some_and(Vec::is_empty);
        match fault {
            Some(ChangeFault::DeletedClusterBecomesEvery) => {
                rules.iter_mut().filter(|it| is_idle(it)).for_each(|it| it.clusters = None);
            }
            _ => rules.retain(|it| !is_idle(it)),
        }
    }
}

fn edit_scopes(world: &World, tenant: &mut Tenant, act: &Act, fault: Option<ChangeFault>) {
    let own_name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    match act {
        Act::CreateScope { path, id, kind } => {
            let above = path.rsplit_once('/').and_then(|(above, _)| tenant.scope(above));
            let kinds = world.policy.scope_kinds.iter().filter(|(_, it)| it.as_ref() == above.map(|it| &it.kind));
            let only = kinds.map(|(name, _)| name).next();
            let Some(kind) = kind.as_ref().or(only).cloned() else { return };
            let id = id.clone().unwrap_or_else(|| path.clone());
            if kind == "cluster" && world.policy.topology == Topology::Nested {
                tenant.clusters.push(Cluster { name: own_name(path), id: id.clone(), facts: Facts::default() });
            }
            tenant.scopes.push(Scope { path: path.clone(), kind, id });
        }
        Act::RenameScope { scope, name } => {
            let is_cluster = tenant.scope(scope).is_some_and(|it| it.kind == "cluster");
            if is_cluster && world.policy.topology == Topology::Nested {
                rename_cluster(tenant, &own_name(scope), name);
            }
            let above = scope.rsplit_once('/').map_or("", |(above, _)| above);
            move_paths(tenant, scope, &format!("{above}/{name}"));
            if fault == Some(ChangeFault::RenameDropsRules) {
                drop_rules(tenant, &format!("{above}/{name}"));
            }
        }
        Act::MoveScope { scope, to } => {
            let path = format!("{to}/{}", own_name(scope));
            move_paths(tenant, scope, &path);
            if fault == Some(ChangeFault::MoveDropsRules) {
                drop_rules(tenant, &path);
            }
        }
        Act::DeleteScope(scope) => delete_scope(world, tenant, scope, fault),
        _ => {}
    }
}

/// Gives a scope another path, and with it everything that lies there.
fn move_paths(tenant: &mut Tenant, old: &str, new: &str) {
    let scopes = tenant.scopes.iter_mut().map(|it| &mut it.path);
    let rules = tenant.access_rules.iter_mut().chain(&mut tenant.deny_rules).map(|it| &mut it.scope);
    let organizations = tenant.older.iter_mut().flat_map(|it| &mut it.organizations);
    for path in scopes.chain(rules).chain(organizations).filter(|it| covers(old, it)) {
        *path = format!("{new}{}", &path[old.len()..]);
    }
}

fn drop_rules(tenant: &mut Tenant, scope: &str) {
    tenant.access_rules.retain(|it| !covers(scope, &it.scope));
    tenant.deny_rules.retain(|it| !covers(scope, &it.scope));
}

/// Deletes a scope and all below with the rules there; in the nested topology with the clusters there.
fn delete_scope(world: &World, tenant: &mut Tenant, scope: &str, fault: Option<ChangeFault>) {
    let is_gone = |it: &Scope| covers(scope, &it.path);
    if world.policy.topology == Topology::Nested {
        let gone = tenant.scopes.iter().filter(|it| is_gone(it) && it.kind == "cluster");
        let names: Vec<String> = gone.filter_map(|it| it.path.rsplit('/').next().map(str::to_owned)).collect();
        names.iter().for_each(|it| delete_cluster(tenant, it, fault));
    }
    tenant.scopes.retain(|it| !is_gone(it));
    tenant.older.iter_mut().for_each(|it| it.organizations.retain(|it| !covers(scope, it)));
    let is_kept = |path: &str| match fault {
        Some(ChangeFault::DeletedScopeKeepsRules) => true,
        Some(ChangeFault::DeletedScopeKeepsRulesBelow) => path != scope,
        _ => !covers(scope, path),
    };
    tenant.access_rules.retain(|it| is_kept(&it.scope));
    tenant.deny_rules.retain(|it| is_kept(&it.scope));
}
