//! Names to ids: the fast way for requests whose names are all known, and the careful way for the others.

use crate::decide::Reason;
use crate::decide::question::{Asker, GroupList, Question};
use crate::decide::request::{Groups, Request, Value};
use crate::id::{ClusterId, TenantId};
use crate::name::{self, NameFault, split_subject};
use crate::snapshot::{KindRow, ScopeRow, Tables};

/// Resolves the names of a request, or returns the first reason why it is denied before any rule is read.
pub(crate) fn resolve<'a>(tables: &'a Tables, revision: u64, request: &Request<'a>) -> Result<Question<'a>, Reason> {
    match question(tables, revision, request) {
        Some(question) => settle(&question, request.cluster.is_some()).map(|()| question),
        None => Err(first_fault(tables, request)),
    }
}

/// Resolves a request whose names are all there.
fn question<'a>(tables: &'a Tables, revision: u64, request: &Request<'a>) -> Option<Question<'a>> {
    let tenant_id = match request.tenant {
        Some(name) => tables.tenant_id(name)?,
        None if tables.tenants.len() == 1 => TenantId::new(0),
        None => return None,
    };
    let tenant = tables.tenant(tenant_id)?;
    let asker = asker(tables, tenant_id, request.subject)?;
    let action = tables.policy.action(request.action)?;
    let kind = tables.policy.kind(request.kind)?;
    let scope = tables.scope_id(request.scope)?;
    let place = tables.scope(scope)?;
    if place.tenant != tenant_id || speaks_for_subject(request.context) {
        return None;
    }
    let cluster = match request.cluster {
        Some(name) => Some(*tenant.clusters.get(name)?),
        None => place.cluster,
    };
    let groups = match request.groups {
        Groups::NotKnown => GroupList::NotKnown,
        Groups::Listed(names) => GroupList::Names(names),
    };
    let Request { resource, context, now, .. } = *request;
    Some(Question {
        tables,
        revision,
        tenant_id,
        tenant,
        asker,
        groups,
        action,
        kind,
        right: None,
        scope,
        place,
        cluster,
        resource,
        context,
        now,
    })
}

/// Returns who asks, or nothing where the subject is malformed.
pub(crate) fn asker<'a>(tables: &Tables, tenant: TenantId, text: &'a str) -> Option<Asker<'a>> {
    let (kind, name) = split_subject(text)?;
    let id = tables.subject_id(tenant, kind, name);
    // A name that a table holds was checked when the table was built.
    let is_name = id.is_some() || name::check(name).is_ok();
    is_name.then_some(Asker { kind, id, text })
}

/// Returns whether the context claims what only the request itself can say.
pub(crate) fn speaks_for_subject(context: &[(&str, Value<'_>)]) -> bool {
    context.iter().any(|(name, _)| *name == "now" || *name == "subject" || name.starts_with("subject."))
}

/// Returns why a request whose names are known is denied before any rule is read.
pub(crate) fn settle(question: &Question<'_>, names_cluster: bool) -> Result<(), Reason> {
    let Question { tables, tenant, place, .. } = question;
    if tenant.is_closed {
        return Err(Reason::TenantClosed);
    }
    if names_cluster && place.cluster.is_some() && place.cluster != question.cluster {
        return Err(Reason::ClusterMismatch);
    }
    let Some(kind) = tables.policy.kind_rows.get(question.kind.index()) else { return Err(Reason::UnknownKind) };
    let is_root = place.parent().is_none();
    check_place(kind, question.action.index() == CREATE, place, is_root, question.cluster)?;
    let subject = question.asker.id.and_then(|id| tables.subject(id));
    if subject.is_some_and(|subject| subject.account.is_disabled) { Err(Reason::SubjectDisabled) } else { Ok(()) }
}

/// Returns whether a kind can be asked at a scope.
fn check_place(
    kind: &KindRow,
    is_create: bool,
    place: &ScopeRow,
    is_root: bool,
    cluster: Option<ClusterId>,
) -> Result<(), Reason> {
    let (mask, in_cluster) =
        if is_create { (kind.create_at, kind.create_in_cluster) } else { (kind.act_at, kind.act_in_cluster) };
    if mask.checked_shr(place.kind).unwrap_or(0) & 1 == 1 {
        return Ok(());
    }
    match (in_cluster && is_root, cluster) {
        (true, Some(_)) => Ok(()),
        (true, None) => Err(Reason::ClusterRequired),
        (false, _) => Err(Reason::WrongPlace),
    }
}

/// Returns the first reason, in their order, why a request with a name that is not there is denied.
#[cold]
fn first_fault(tables: &Tables, request: &Request<'_>) -> Reason {
    if is_malformed(tables, request) {
        return Reason::InvalidRequest;
    }
    let tenant = match request.tenant {
        Some(name) => tables.tenant_id(name).and_then(|id| tables.tenant(id)),
        None => tables.tenant(TenantId::new(0)),
    };
    let Some(tenant) = tenant else { return Reason::UnknownTenant };
    if tables.policy.action(request.action).is_none() {
        return Reason::UnknownAction;
    }
    if tables.policy.kind(request.kind).is_none() {
        return Reason::UnknownKind;
    }
    let home = request.scope.split('/').next().unwrap_or("");
    if home != &*tenant.name && tables.tenant_id(home).is_some() {
        return Reason::OtherTenant;
    }
    if tables.scope_id(request.scope).is_none() {
        return Reason::UnknownScope;
    }
    if tenant.is_closed { Reason::TenantClosed } else { Reason::UnknownCluster }
}

/// Returns whether a name of a request is no name, whatever is loaded.
fn is_malformed(tables: &Tables, request: &Request<'_>) -> bool {
    let subject = split_subject(request.subject).map_or(Err(NameFault::Empty), |(_, name)| name::check(name));
    let names = [Some(request.action), Some(request.kind), request.cluster];
    let is_bad_name = names.into_iter().flatten().any(|name| name::check(name).is_err());
    let is_homeless = request.tenant.is_none() && tables.tenants.len() != 1;
    subject.is_err()
        || is_bad_name
        || request.tenant.is_some_and(|name| name::check_scope(name).is_err())
        || name::check_path(request.scope).is_err()
        || is_homeless
        || speaks_for_subject(request.context)
}

/// The position of `create` among the actions of every policy.
const CREATE: usize = 0;
