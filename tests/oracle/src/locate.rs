//! From the names of a request to the things they name, in the order in which reasons take precedence.

use bailiwick::Request;

use crate::faults::Fault;
use crate::names::{is_name, is_path, is_subject};
use crate::plain::{Cluster, Scope, Tenant, Topology, World, covers};
use crate::reference::{Aim, Case};

/// Finds everything that the request names, or tells the first thing that is wrong.
pub(crate) fn locate<'a>(
    world: &'a World,
    request: &'a Request<'a>,
    fault: Option<Fault>,
) -> Result<Case<'a>, &'static str> {
    let has = |it: Fault| fault == Some(it);
    if !is_well_formed(request, fault) {
        return Err("invalid_request");
    }
    let tenant = match (request.tenant, &world.tenants[..]) {
        (Some(name), _) => world.tenant(name).ok_or("unknown_tenant")?,
        (None, [only]) => only,
        (None, _) => return Err("invalid_request"),
    };
    let actions = &world.policy.actions;
    let action = match actions.iter().find(|it| *it == request.action) {
        None if has(Fault::UnknownActionAsFirst) => &actions[0],
        found => found.ok_or("unknown_action")?,
    };
    let kinds = &world.policy.kinds;
    let kind = match kinds.iter().find(|it| it.name == request.kind) {
        None if has(Fault::UnknownKindAsFirst) => &kinds[0],
        found => found.ok_or("unknown_kind")?,
    };
    let scope = locate_scope(world, tenant, request, fault)?;
    if tenant.is_closed && !has(Fault::ClosedTenantOpen) {
        return Err("tenant_closed");
    }
    let cluster = locate_cluster(world, tenant, scope, request, fault)?;
    let case = Case { world, request, fault, tenant, action, kind, scope, cluster, aim: Aim::Plain };
    if !case.is_place() && !has(Fault::WrongPlaceIgnored) {
        return Err("wrong_place");
    }
    if case.lacks_cluster() && !has(Fault::ClusterRequiredIgnored) {
        return Err("cluster_required");
    }
    Ok(case)
}

/// Every name obeys the ruling on names, and no context speaks for the time or the subject.
fn is_well_formed(request: &Request<'_>, fault: Option<Fault>) -> bool {
    let is_reserved = |name: &str| name == "now" || name == "subject" || name.starts_with("subject.");
    let has_reserved = request.context.iter().any(|(name, _)| is_reserved(name));
    request.tenant.is_none_or(|it| is_name(it) && !it.contains('/'))
        && is_subject(request.subject)
        && is_name(request.action)
        && is_name(request.kind)
        && is_path(request.scope)
        && request.cluster.is_none_or(is_name)
        && (!has_reserved || fault == Some(Fault::ReservedContextAccepted))
}

fn locate_scope<'a>(
    world: &World,
    tenant: &'a Tenant,
    request: &Request<'_>,
    fault: Option<Fault>,
) -> Result<&'a Scope, &'static str> {
    let first = request.scope.split('/').next().unwrap_or_default();
    let is_others = first != tenant.name && world.tenant(first).is_some();
    if is_others && fault != Some(Fault::UnknownScopeBeforeOtherTenant) {
        return Err("other_tenant");
    }
    tenant.scopes.iter().find(|it| same_name(fault, &it.path, request.scope)).ok_or("unknown_scope")
}

/// Returns the cluster that is named, or the one in which the path lies.
fn locate_cluster<'a>(
    world: &World,
    tenant: &'a Tenant,
    scope: &Scope,
    request: &Request<'_>,
    fault: Option<Fault>,
) -> Result<Option<&'a Cluster>, &'static str> {
    let by_name = |name: &str| tenant.clusters.iter().find(|it| same_name(fault, &it.name, name));
    let named = match request.cluster {
        Some(name) => Some(by_name(name).ok_or("unknown_cluster")?),
        None => None,
    };
    if world.policy.topology != Topology::Nested {
        return Ok(named);
    }
    let of_path = cluster_around(world, tenant, &scope.path);
    match (named, of_path) {
        (Some(a), Some(b)) if a.name != b.name && fault != Some(Fault::ClusterMismatchIgnored) => {
            Err("cluster_mismatch")
        }
        (None, Some(_)) if fault == Some(Fault::ClusterOfPathForgotten) => Ok(None),
        _ => Ok(named.or(of_path)),
    }
}

/// Returns the cluster in which a path lies, in the nested topology.
pub(crate) fn cluster_around<'a>(world: &World, tenant: &'a Tenant, path: &str) -> Option<&'a Cluster> {
    if world.policy.topology != Topology::Nested {
        return None;
    }
    let around = tenant.scopes.iter().find(|it| it.kind == "cluster" && covers(&it.path, path))?;
    tenant.clusters.iter().find(|it| Some(it.name.as_str()) == around.path.rsplit('/').next())
}

impl Case<'_> {
    /// Returns whether the action on the kind is asked at scopes of this kind.
    fn is_place(&self) -> bool {
        let action = if self.has(Fault::CreateAskedAtItself) { "read" } else { self.action };
        self.world.policy.is_place(self.kind, action, &self.scope.kind)
    }

    /// Returns whether the kind is here only with a cluster, and none is named.
    fn lacks_cluster(&self) -> bool {
        let policy = &self.world.policy;
        let needs_one = match &self.kind.lives_in {
            Some(places) => !places.contains(&self.scope.kind) && places.iter().any(|it| policy.is_on_axis(it)),
            None => policy.is_on_axis(&self.kind.name) && self.action != "create",
        };
        needs_one && self.request.cluster.is_none()
    }
}

/// Names are the same byte by byte.
pub(crate) fn same_name(fault: Option<Fault>, one: &str, other: &str) -> bool {
    match fault {
        Some(Fault::CaseFolded) => one.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}
