//! Names to ids: the fast way for requests whose names are all known, and the careful way for the others.

use crate::decide::decision::{Decision, Reason};
use crate::decide::glance::{Circle, Sight};
use crate::decide::question::{AHEAD_MAX, Ahead, Asker, GroupList, Named, Question};
use crate::decide::request::{Groups, Request, Value};
use crate::decide::validity;
use crate::decide::walk::restriction;
use crate::id::{ClusterId, ScopeId, SubjectId, TenantId};
use crate::name::{self, NameFault, SubjectKind, split_subject};
use crate::snapshot::{KindRow, Names, PermissionRow, Probe, ScopeRow, Tables, TenantRow};

/// Decides a request.
pub(crate) fn check(tables: &Tables, revision: u64, request: &Request<'_>) -> Decision {
    let Some(found) = Found::of(tables, request) else {
        return Decision::denial(first_fault(tables, request), revision);
    };
    let question = || found.question(tables, revision, request);
    let told = found.circle().and_then(|circle| {
        let is_restricted = || restriction(&question(), &mut ()).is_some();
        found.sight(tables, revision, request).glance(&circle, is_restricted)
    });
    told.unwrap_or_else(|| walked(&question(), request.cluster.is_some()))
}

/// Decides by the walk; `names_cluster` says whether the request names its cluster.
#[inline(never)]
pub(crate) fn walked(question: &Question<'_>, names_cluster: bool) -> Decision {
    match settle(question, names_cluster) {
        Ok(()) => validity::decide(question),
        Err(reason) => Decision::denial(reason, question.revision),
    }
}

/// Resolves the names of a request, or returns the first reason why it is denied before any rule is read.
pub(crate) fn resolve<'a>(tables: &'a Tables, revision: u64, request: &Request<'a>) -> Result<Question<'a>, Reason> {
    match Found::of(tables, request) {
        Some(found) => {
            let question = found.question(tables, revision, request);
            settle(&question, request.cluster.is_some()).map(|()| question)
        }
        None => Err(first_fault(tables, request)),
    }
}

/// What the names of a request mean, where all are there.
struct Found<'a> {
    tenant_id: TenantId,
    tenant: &'a TenantRow,
    asker: Named<'a>,
    groups: GroupList<'a>,
    permission: &'a PermissionRow,
    scope: ScopeId,
    place: &'a ScopeRow,
    named_cluster: Option<ClusterId>,
}

impl<'a> Found<'a> {
    /// Looks names up.
    ///
    /// The look-ups of the subject, the scope and the groups are begun before one of them is waited for, so that they read
    /// memory at the same time.
    #[inline]
    fn of(tables: &'a Tables, request: &Request<'a>) -> Option<Self> {
        let tenant_id = match request.tenant {
            Some(name) => tables.tenant_id(name)?,
            None if tables.tenants.len() == 1 => TenantId::new(0),
            None => return None,
        };
        let (subject_kind, name) = split_subject(request.subject)?;
        let names = tables.base.names.get(tenant_id.index())?;
        let subject = names.of(subject_kind).table.begin(name);
        let scope = tables.base.paths.begin(request.scope);
        let groups = Begun::new(names, request.groups);
        let tenant = tables.tenant(tenant_id)?;
        let (kind, action) = (tables.policy.kind(request.kind)?, tables.policy.action(request.action)?);
        let permission = tables.policy.permission(kind, action)?;
        let scope = tables.scope_found(request.scope, scope)?;
        let id = tables.subject_found(tenant_id, subject_kind, name, subject);
        // A name that a table holds was checked when the table was built.
        if id.is_none() && name::check(name).is_err() {
            return None;
        }
        let groups = groups.end(tables, tenant_id, tenant.everyone);
        let place = tables.scope(scope)?;
        if place.tenant != tenant_id || speaks_for_subject(request.context) {
            return None;
        }
        let named_cluster = match request.cluster {
            Some(name) => Some(*tenant.clusters.get(name)?),
            None => None,
        };
        let asker = Named { kind: subject_kind, id, text: request.subject };
        Some(Self { tenant_id, tenant, asker, groups, permission, scope, place, named_cluster })
    }

    /// Returns the groups whose rules concern the asker, where they are known and few.
    #[inline]
    fn circle(&self) -> Option<Circle<'_>> {
        match &self.groups {
            GroupList::NotKnown if self.tenant.denied_groups.is_empty() => Some(Circle::Token(&[])),
            GroupList::Begun(ahead, []) => Some(Circle::Token(ahead.ids.get(..ahead.n_ids)?)),
            _ => None,
        }
    }

    #[inline]
    fn sight(&self, tables: &'a Tables, revision: u64, request: &Request<'_>) -> Sight<'a> {
        Sight {
            tables,
            revision,
            tenant: self.tenant,
            permission: self.permission,
            place: self.place,
            named_cluster: self.named_cluster,
            kind: self.asker.kind,
            own: self.asker.id,
            now: request.now,
        }
    }

    fn question(&self, tables: &'a Tables, revision: u64, request: &Request<'a>) -> Question<'a> {
        let Request { resource, context, now, .. } = *request;
        Question {
            tables,
            revision,
            tenant_id: self.tenant_id,
            tenant: self.tenant,
            asker: Asker::new(tables, self.asker),
            groups: self.groups,
            permission: self.permission,
            right: None,
            scope: self.scope,
            place: self.place,
            cluster: self.named_cluster.or(self.place.cluster),
            resource,
            context,
            now,
        }
    }
}

/// The look-ups of a token's groups: the first of them begun.
struct Begun<'a> {
    names: Option<&'a [&'a str]>,
    probes: [Probe; AHEAD_MAX],
}

impl<'a> Begun<'a> {
    fn new(names: &Names, groups: Groups<'a>) -> Self {
        let mut probes = [Probe::default(); AHEAD_MAX];
        let Groups::Listed(listed) = groups else { return Self { names: None, probes } };
        for (probe, group) in probes.iter_mut().zip(listed) {
            *probe = names.groups.table.begin(group);
        }
        Self { names: Some(listed), probes }
    }

    fn end(self, tables: &Tables, tenant: TenantId, everyone: SubjectId) -> GroupList<'a> {
        let Some(listed) = self.names else { return GroupList::NotKnown };
        let mut ahead = Ahead { ids: [SubjectId::new(usize::MAX); AHEAD_MAX], n_ids: 0 };
        for (probe, group) in self.probes.into_iter().zip(listed) {
            let found = tables.subject_found(tenant, SubjectKind::Group, group, probe);
            // The rules of everyone come last, whoever names it.
            let found = found.filter(|id| *id != everyone);
            if let Some((id, slot)) = found.zip(ahead.ids.get_mut(ahead.n_ids)) {
                *slot = id;
                ahead.n_ids = ahead.n_ids.saturating_add(1);
            }
        }
        GroupList::Begun(ahead, listed.get(AHEAD_MAX..).unwrap_or(&[]))
    }
}

/// Returns who asks, or nothing where the subject is malformed.
pub(crate) fn named<'a>(tables: &Tables, tenant: TenantId, text: &'a str) -> Option<Named<'a>> {
    let (kind, name) = split_subject(text)?;
    let id = tables.subject_id(tenant, kind, name);
    // A name that a table holds was checked when the table was built.
    let is_name = id.is_some() || name::check(name).is_ok();
    is_name.then_some(Named { kind, id, text })
}

/// Returns whether the context claims what only the request itself can say.
pub(crate) fn speaks_for_subject(context: &[(&str, Value<'_>)]) -> bool {
    context.iter().any(|(name, _)| *name == "now" || *name == "subject" || name.starts_with("subject."))
}

/// Returns why a request whose names are known is denied before any rule is read.
pub(crate) fn settle(question: &Question<'_>, names_cluster: bool) -> Result<(), Reason> {
    let Question { tenant, place, permission, .. } = question;
    if tenant.is_closed {
        return Err(Reason::TenantClosed);
    }
    if names_cluster && place.cluster.is_some() && place.cluster != question.cluster {
        return Err(Reason::ClusterMismatch);
    }
    let is_root = place.parent().is_none();
    check_place(&permission.kind, permission.creates, place, is_root, question.cluster)?;
    if question.asker.own.is_some_and(|(_, subject)| subject.account.is_disabled) {
        Err(Reason::SubjectDisabled)
    } else {
        Ok(())
    }
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
