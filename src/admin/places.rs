//! Scopes, clusters and roles of a tenant.

use crate::admin::answer::ChangeCode;
use crate::admin::draft::Draft;
use crate::admin::names::{NamesOf, Refusal, require_names, require_path};
use crate::admin::rights::{Action, Rights, Target};
use crate::decide::Length;
use crate::id::{ClusterId, ScopeId, TenantId};
use crate::model::{Catalogue, Facts, Topology};
use crate::name;
use crate::snapshot::{Chain, ClusterRow, ScopeEdit, ScopeRow, Tables};

/// Creates a scope below an existing one.
pub(crate) fn create_scope(
    draft: &mut Draft<'_>,
    path: &str,
    id: Option<&str>,
    kind: Option<&str>,
) -> Result<(), Refusal> {
    let names = draft.names_before()?;
    require_path(path)?;
    require_names(id.into_iter().chain(kind))?;
    let Some((above, own_name)) = path.rsplit_once('/') else {
        // A tenant is not created; its own root is there.
        let is_taken = names.scope(path).map(|_| ChangeCode::Duplicate)?;
        return Err(is_taken.into());
    };
    let (_, parent) = names.scope(above)?;
    let catalogue = &names.tables.policy.catalogue;
    let kind = child_kind(catalogue, parent.kind, kind)?;
    let id = id.unwrap_or(path);
    if names.tables.scope_id(path).is_some() || has_scope_id(names, id) {
        return Err(ChangeCode::Duplicate.into());
    }
    let is_cluster = catalogue.topology == Topology::Nested(kind as usize);
    let cluster = match is_cluster {
        true => Some(add_cluster(draft, names, own_name, id)?),
        false => parent.cluster,
    };
    let edits = &mut draft.tables.edits;
    let scope = ScopeId::new(draft.tables.base.scopes.len().saturating_add(edits.n_scopes));
    edits.n_scopes = edits.n_scopes.saturating_add(1);
    let chain = Chain::new(scope, &parent.chain);
    let row = ScopeRow { tenant: names.id, kind, cluster, chain };
    draft.set_path(path, Some(scope));
    draft.set_scope(scope, Some(ScopeEdit { row, path: Box::from(path), id: Box::from(id) }));
    Ok(())
}

/// Returns the kind of a scope that is to stand below another.
fn child_kind(catalogue: &Catalogue, parent: u32, written: Option<&str>) -> Result<u32, Refusal> {
    let stands_there = |(_, above): &(&String, &Option<usize>)| **above == Some(parent as usize);
    let possible: Vec<&String> = catalogue.scope_kinds.iter().filter(stands_there).map(|(name, _)| name).collect();
    let chosen = match written {
        Some(written) => possible.into_iter().find(|name| *name == written),
        None => <[&String; 1]>::try_from(possible).ok().map(|[only]| only),
    };
    let position = chosen.and_then(|name| catalogue.scope_kinds.get_index_of(name));
    position.and_then(|position| u32::try_from(position).ok()).ok_or(ChangeCode::WrongPlace.into())
}

fn has_scope_id(names: NamesOf<'_>, id: &str) -> bool {
    let mut scopes = names.tables.scopes_of(names.id);
    scopes.any(|(scope, _)| names.tables.scope_name(scope).is_some_and(|name| name.id == id))
}

/// Adds a cluster to the tenant; a list of rules never holds it yet.
fn add_cluster(draft: &mut Draft<'_>, names: NamesOf<'_>, name: &str, id: &str) -> Result<ClusterId, Refusal> {
    let live = names.tenant.cluster_rows.iter().filter(|row| row.name.is_some());
    let is_taken = names.tenant.clusters.contains_key(name) || live.into_iter().any(|row| &*row.id == id);
    if is_taken {
        return Err(ChangeCode::Duplicate.into());
    }
    let cluster = ClusterId::new(names.tenant.cluster_rows.len());
    draft.edit_tenant(|row| {
        row.clusters.insert(Box::from(name), cluster);
        row.cluster_rows.push(ClusterRow { name: Some(Box::from(name)), id: Box::from(id), facts: Facts::default() });
    });
    derive_as_before(draft);
    Ok(cluster)
}

fn remove_cluster(draft: &mut Draft<'_>, cluster: ClusterId) {
    draft.edit_tenant(|row| {
        row.clusters.retain(|_, id| *id != cluster);
        if let Some(row) = row.cluster_rows.get_mut(cluster.index()) {
            row.name = None;
        }
    });
}

fn rename_cluster(draft: &mut Draft<'_>, cluster: ClusterId, name: &str) {
    draft.edit_tenant(|row| {
        row.clusters.retain(|_, id| *id != cluster);
        row.clusters.insert(Box::from(name), cluster);
        if let Some(row) = row.cluster_rows.get_mut(cluster.index()) {
            row.name = Some(Box::from(name));
        }
    });
}

fn derive_as_before(draft: &mut Draft<'_>) {
    let roles = draft.tables.tenant(draft.tenant).map(|row| row.roles.clone()).unwrap_or_default();
    draft.derive(|role| roles.get(role).is_some_and(|row| row.is_disabled));
}

/// Deletes a scope and all that is under it.
pub(crate) fn delete_scope(draft: &mut Draft<'_>, path: &str) -> Result<(), Refusal> {
    let names = draft.names_before()?;
    require_path(path)?;
    let (scope, place) = names.scope(path)?;
    if place.parent().is_none() {
        return Err(ChangeCode::InvalidRequest.into());
    }
    for (id, row) in under(names.tables, names.id, scope) {
        if let Some(cluster) = row.cluster.filter(|_| is_cluster_scope(names, row)) {
            remove_cluster(draft, cluster);
        }
        draft.set_path(names.tables.scope_path(id).unwrap_or(""), None);
        draft.set_scope(id, None);
    }
    Ok(())
}

/// Returns whether a scope is a cluster of the nested topology.
fn is_cluster_scope(names: NamesOf<'_>, row: &ScopeRow) -> bool {
    names.tables.policy.catalogue.topology == Topology::Nested(row.kind as usize)
}

/// Returns a scope and all that is under it.
fn under(tables: &Tables, tenant: TenantId, scope: ScopeId) -> Vec<(ScopeId, &ScopeRow)> {
    tables.scopes_of(tenant).filter(|(_, row)| row.is_under(scope)).collect()
}

/// Renames a scope.
pub(crate) fn rename_scope(draft: &mut Draft<'_>, path: &str, name: &str) -> Result<(), Refusal> {
    let names = draft.names_before()?;
    require_path(path)?;
    name::check_scope(name).map_err(|_| ChangeCode::InvalidName)?;
    let (scope, place) = names.scope(path)?;
    let above = path.rsplit_once('/').map(|(above, _)| above).ok_or(ChangeCode::InvalidRequest)?;
    let next = format!("{above}/{name}");
    let cluster = place.cluster.filter(|_| is_cluster_scope(names, place));
    let is_taken = cluster.is_some() && names.tenant.clusters.contains_key(name);
    if names.tables.scope_id(&next).is_some() || is_taken {
        return Err(ChangeCode::Duplicate.into());
    }
    let parent_chain = place.chain.get(1..).unwrap_or(&[]);
    carry(draft, names, scope, &next, parent_chain, None);
    if let Some(cluster) = cluster {
        rename_cluster(draft, cluster, name);
    }
    Ok(())
}

/// Moves a scope below another parent of the same kind.
pub(crate) fn move_scope(
    draft: &mut Draft<'_>,
    actor: Option<&Rights<'_>>,
    path: &str,
    to: &str,
) -> Result<(), Refusal> {
    let names = draft.names_before()?;
    require_path(path)?;
    require_path(to)?;
    let (scope, place) = names.scope(path)?;
    let (target, to_place) = names.scope(to)?;
    let parent = place.parent().ok_or(ChangeCode::InvalidRequest)?;
    if to_place.is_under(scope) {
        return Err(ChangeCode::InvalidRequest.into());
    }
    let from_place = names.tables.scope(parent).ok_or(ChangeCode::UnknownScope)?;
    if from_place.kind != to_place.kind {
        return Err(ChangeCode::WrongPlace.into());
    }
    let changes_cluster = !is_cluster_scope(names, place) && place.cluster != to_place.cluster;
    if changes_cluster && has_foreign_list(names, scope, to_place.cluster) {
        return Err(ChangeCode::ClusterMismatch.into());
    }
    if let Some(rights) = actor {
        require_update(rights, parent, from_place, ChangeCode::MayNotDisplace)?;
        require_update(rights, target, to_place, ChangeCode::MayNotPlace)?;
    }
    let own_name = path.rsplit('/').next().unwrap_or("");
    let next = format!("{to}/{own_name}");
    if names.tables.scope_id(&next).is_some() {
        return Err(ChangeCode::Duplicate.into());
    }
    let cluster = changes_cluster.then_some(to_place.cluster);
    carry(draft, names, scope, &next, &to_place.chain, cluster);
    Ok(())
}

/// Requires the update right on the kind that bears the name of a scope's kind.
fn require_update(rights: &Rights<'_>, scope: ScopeId, place: &ScopeRow, code: ChangeCode) -> Result<(), Refusal> {
    let catalogue = &rights.names.tables.policy.catalogue;
    let name = catalogue.scope_kinds.get_index(place.kind as usize).map(|(name, _)| name);
    let kind = name.and_then(|name| catalogue.kinds.get_index_of(name));
    let target = Target { scope, place, clusters: &[place.cluster], length: Length::Any };
    rights.require_plain(Action::Update, kind, target, code)
}

/// Returns whether a rule at a scope or below names a cluster other than the one it would lie in.
fn has_foreign_list(names: NamesOf<'_>, scope: ScopeId, cluster: Option<ClusterId>) -> bool {
    let is_under = |at: ScopeId| names.tables.scope(at).is_some_and(|row| row.is_under(scope));
    let is_foreign = |limits: Option<&crate::snapshot::Limits>| {
        let list = limits.and_then(|limits| limits.clusters.as_ref());
        list.is_some_and(|list| {
            (0..names.tenant.cluster_rows.len()).any(|idx| {
                let is_own = cluster.is_some_and(|cluster| cluster.index() == idx);
                list.contains(idx) && !is_own && names.tenant.cluster_name(idx).is_some()
            })
        })
    };
    names.tables.subjects_of(names.id).filter_map(|(id, _)| names.tables.subject(id)).any(|view| {
        let mut allows = view.allows.iter();
        let mut denies = view.denies().iter();
        allows.any(|row| is_under(row.scope) && is_foreign(view.allow_limits(*row)))
            || denies.any(|row| is_under(row.scope) && is_foreign(view.deny_limits(row)))
    })
}

/// Carries a scope and all that is under it to another path, below another chain, perhaps into another cluster.
fn carry(
    draft: &mut Draft<'_>,
    names: NamesOf<'_>,
    scope: ScopeId,
    path: &str,
    above: &[ScopeId],
    cluster: Option<Option<ClusterId>>,
) {
    let old = names.tables.scope_path(scope).unwrap_or("");
    let carried = under(names.tables, names.id, scope);
    for (id, _) in &carried {
        draft.set_path(names.tables.scope_path(*id).unwrap_or(""), None);
    }
    for (id, row) in carried {
        let Some(name) = names.tables.scope_name(id) else { continue };
        let rest = name.path.strip_prefix(old).unwrap_or("");
        let path = format!("{path}{rest}");
        let own = row.chain.iter().copied().take_while(|at| *at != scope).chain([scope]);
        let all: Vec<ScopeId> = own.chain(above.iter().copied()).collect();
        let chain = Chain::new(id, all.get(1..).unwrap_or(&[]));
        let row = ScopeRow { chain, cluster: cluster.unwrap_or(row.cluster), ..row.clone() };
        draft.set_path(&path, Some(id));
        draft.set_scope(id, Some(ScopeEdit { row, path: path.into_boxed_str(), id: Box::from(name.id) }));
    }
}

/// A change to a cluster of the axis.
#[derive(Clone, Copy)]
pub(crate) enum ClusterEdit<'a> {
    Create { name: &'a str, id: Option<&'a str> },
    Rename { cluster: &'a str, name: &'a str },
    Delete(&'a str),
}

/// Creates, renames or deletes a cluster of the axis.
pub(crate) fn change_cluster(draft: &mut Draft<'_>, edit: ClusterEdit<'_>) -> Result<(), Refusal> {
    let names = draft.names_before()?;
    let (first, second) = match edit {
        ClusterEdit::Create { name, id } => (name, id),
        ClusterEdit::Rename { cluster, name } => (cluster, Some(name)),
        ClusterEdit::Delete(cluster) => (cluster, None),
    };
    require_names([first].into_iter().chain(second))?;
    if names.tables.policy.catalogue.topology != Topology::Axis {
        return Err(ChangeCode::WrongPlace.into());
    }
    match edit {
        ClusterEdit::Create { name, id } => {
            add_cluster(draft, names, name, id.unwrap_or(name))?;
        }
        ClusterEdit::Rename { cluster, name } => {
            let cluster = names.cluster(cluster)?;
            if names.tenant.clusters.contains_key(name) {
                return Err(ChangeCode::Duplicate.into());
            }
            rename_cluster(draft, cluster, name);
        }
        ClusterEdit::Delete(cluster) => remove_cluster(draft, names.cluster(cluster)?),
    }
    Ok(())
}

/// Disables or enables a role in the tenant.
pub(crate) fn change_role(draft: &mut Draft<'_>, role: &str, is_disabled: bool) -> Result<(), Refusal> {
    let names = draft.names_before()?;
    require_names([role])?;
    let role = names.role(role)?;
    if names.is_disabled(role) == is_disabled {
        return Err(ChangeCode::Duplicate.into());
    }
    let roles = &names.tenant.roles;
    draft.derive(|other| {
        let was = roles.get(other).is_some_and(|row| row.is_disabled);
        if other == role.index() { is_disabled } else { was }
    });
    Ok(())
}
