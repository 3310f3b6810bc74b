//! Names to ids: the fast way for requests whose names are all known, and the careful way for the others.

use std::slice;

use crate::decide::ahead::{Ahead, is_worthwhile};
use crate::decide::decision::{Decision, Reason};
use crate::decide::glance::{Circle, Sight};
use crate::decide::question::{AHEAD_MAX, Asker, GroupList, LookedUp, Named, Question};
use crate::decide::request::{Groups, Request, Value};
use crate::decide::validity;
use crate::decide::walk::restriction;
use crate::id::{ClusterId, ScopeId, TenantId};
use crate::name::{self, NameFault, SubjectKind, split_subject};
use crate::snapshot::{KindRow, PermissionRow, ScopeRow, Tables, TenantRow};

/// Decides a request.
#[inline]
pub(crate) fn check(tables: &Tables, revision: u64, request: &Request<'_>) -> Decision {
    if is_worthwhile(&tables.base) {
        read_ahead::<AHEAD_OF_ONE>(tables, slice::from_ref(request));
    }
    decide(tables, revision, request)
}

/// Decides many requests: where tables are large, what several of them need is read ahead.
pub(crate) fn check_all(tables: &Tables, revision: u64, requests: &[Request<'_>], decisions: &mut [Decision]) {
    for (requests, decisions) in requests.chunks(CHUNK).zip(decisions.chunks_mut(CHUNK)) {
        if is_worthwhile(&tables.base) {
            read_ahead::<AHEAD_OF_CHUNK>(tables, requests);
        }
        for (request, decision) in requests.iter().zip(decisions) {
            *decision = decide(tables, revision, request);
        }
    }
}

#[inline]
fn decide(tables: &Tables, revision: u64, request: &Request<'_>) -> Decision {
    // It is filled where it lies: a copy would have to wait for what was just written.
    let mut groups = LookedUp::default();
    match Found::new(tables, request, &mut groups) {
        Some(found) => found.decide(tables, revision, request, &groups),
        None => Decision::denial(first_fault(tables, request), revision),
    }
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
    let mut groups = LookedUp::default();
    match Found::new(tables, request, &mut groups) {
        Some(found) => {
            let question = found.question(tables, revision, request, &groups);
            settle(&question, request.cluster.is_some()).map(|()| question)
        }
        None => Err(first_fault(tables, request)),
    }
}

/// Reads what the look-ups of some requests will need.
#[inline(never)]
fn read_ahead<const N: usize>(tables: &Tables, requests: &[Request<'_>]) {
    let mut ahead = Ahead::<N>::new(&tables.base);
    for request in requests {
        let Some((tenant, (kind, name))) = home(tables, request).zip(split_subject(request.subject)) else { continue };
        let Some(names) = tables.base.names.get(tenant.index()) else { continue };
        ahead.subject(names.of(kind), name);
        ahead.path(request.scope);
        listed(request.groups).iter().take(AHEAD_MAX).for_each(|group| ahead.subject(&names.groups, group));
    }
    ahead.end();
}

/// Returns the tenant of a request: the one that is named, or else the only one.
#[inline]
fn home(tables: &Tables, request: &Request<'_>) -> Option<TenantId> {
    match request.tenant {
        Some(name) => tables.tenant_id(name),
        None => (tables.tenants.len() == 1).then(|| TenantId::new(0)),
    }
}

/// Returns the groups of a token.
fn listed<'a>(groups: Groups<'a>) -> &'a [&'a str] {
    match groups {
        Groups::Listed(listed) => listed,
        Groups::NotKnown => &[],
    }
}

/// How many requests of a batch are looked up together.
const CHUNK: usize = 8;
/// How many names of one request are read ahead: its subject's, its scope's and those of groups.
const AHEAD_OF_ONE: usize = AHEAD_MAX + 2;
/// How many names of several are: fewer groups than there may be, for most have few.
const AHEAD_OF_CHUNK: usize = CHUNK * 6;

/// What the names of a request mean, where all are there.
struct Found<'a> {
    tenant_id: TenantId,
    tenant: &'a TenantRow,
    asker: Named<'a>,
    permission: &'a PermissionRow,
    scope: ScopeId,
    place: &'a ScopeRow,
    named_cluster: Option<ClusterId>,
}

impl<'a> Found<'a> {
    /// Looks all names up, the first groups of the token into `groups`; nothing where one is not there.
    #[inline]
    fn new(tables: &'a Tables, request: &Request<'a>, groups: &mut LookedUp) -> Option<Self> {
        let tenant_id = home(tables, request)?;
        let tenant = tables.tenant(tenant_id)?;
        let names = tables.base.names.get(tenant_id.index())?;
        let (subject_kind, name) = split_subject(request.subject)?;
        let id = tables.subject_in(names, tenant_id, subject_kind, name);
        // A name that a table holds was checked when the table was built.
        if id.is_none() && name::check(name).is_err() {
            return None;
        }
        let scope = tables.scope_id(request.scope)?;
        let place = tables.scope(scope)?;
        if place.tenant != tenant_id || speaks_for_subject(request.context) {
            return None;
        }
        let (kind, action) = (tables.policy.kind(request.kind)?, tables.policy.action(request.action)?);
        let permission = tables.policy.permission(kind, action)?;
        let named_cluster = match request.cluster {
            Some(name) => Some(tenant.cluster(name)?),
            None => None,
        };
        for group in listed(request.groups).iter().take(AHEAD_MAX) {
            let id = tables.subject_in(names, tenant_id, SubjectKind::Group, group);
            // The rules of everyone come last, whoever names it.
            id.filter(|id| *id != tenant.everyone).into_iter().for_each(|id| groups.push(id));
        }
        let asker = Named { kind: subject_kind, id, text: request.subject };
        Some(Self { tenant_id, tenant, asker, permission, scope, place, named_cluster })
    }

    /// Decides at a glance, or by the walk.
    #[inline]
    fn decide(&self, tables: &'a Tables, revision: u64, request: &Request<'a>, groups: &LookedUp) -> Decision {
        let question = || self.question(tables, revision, request, groups);
        let told = if self.is_circle_plain(request.groups) {
            let is_restricted = || restriction(&question(), &mut ()).is_some();
            self.sight(tables, revision, request).glance(&Circle::Token(groups.ids()), is_restricted)
        } else {
            None
        };
        told.unwrap_or_else(|| walked(&question(), request.cluster.is_some()))
    }

    /// Returns whether the groups whose rules concern the asker are known and few.
    #[inline]
    fn is_circle_plain(&self, groups: Groups<'_>) -> bool {
        match groups {
            Groups::NotKnown => self.tenant.denied_groups.is_empty(),
            Groups::Listed(listed) => listed.len() <= AHEAD_MAX,
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

    #[cold]
    fn question(&self, tables: &'a Tables, revision: u64, request: &Request<'a>, groups: &LookedUp) -> Question<'a> {
        let Request { resource, context, now, .. } = *request;
        let groups = match request.groups {
            Groups::NotKnown => GroupList::NotKnown,
            Groups::Listed(names) => GroupList::Begun(*groups, names.get(AHEAD_MAX..).unwrap_or(&[])),
        };
        Question {
            tables,
            revision,
            tenant_id: self.tenant_id,
            tenant: self.tenant,
            asker: Asker::new(tables, self.asker),
            groups,
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

/// Returns who asks, or nothing where the subject is malformed.
pub(crate) fn named<'a>(tables: &Tables, tenant: TenantId, text: &'a str) -> Option<Named<'a>> {
    let (kind, name) = split_subject(text)?;
    let id = tables.subject_id(tenant, kind, name);
    // A name that a table holds was checked when the table was built.
    let is_name = id.is_some() || name::check(name).is_ok();
    is_name.then_some(Named { kind, id, text })
}

/// Returns whether the context claims what only the request itself can say.
#[inline]
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
