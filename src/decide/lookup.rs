//! Names to ids: the fast way for requests whose names are all known, and the careful way for the others.

use std::{array, slice};

use crate::decide::ahead::{Ahead, is_worthwhile};
use crate::decide::decision::{Decision, Reason};
use crate::decide::glance::{Circle, Sight};
use crate::decide::question::{AHEAD_MAX, Asker, GroupList, LookedUp, Named, Question};
use crate::decide::request::{Groups, Request, Value};
use crate::decide::validity;
use crate::decide::walk::restriction;
use crate::id::{ClusterId, ScopeId, SubjectId, TenantId};
use crate::name::{self, NameFault, SubjectKind, split_subject};
use crate::snapshot::{Base, KindRow, Names, PermissionRow, Probe, ScopeRow, Tables, TenantRow};

/// Decides a request.
#[inline]
pub(crate) fn check(tables: &Tables, revision: u64, request: &Request<'_>) -> Decision {
    let begun = Begun::new(tables, request);
    if is_worthwhile(&tables.base) {
        read_ahead::<{ AHEAD_MAX + 2 }>(&tables.base, slice::from_ref(&begun), slice::from_ref(request));
    }
    decide(tables, revision, request, begun.as_ref())
}

/// Decides many requests: where tables are large, the look-ups of several are begun before the first is ended.
pub(crate) fn check_all(tables: &Tables, revision: u64, requests: &[Request<'_>], decisions: &mut [Decision]) {
    if !is_worthwhile(&tables.base) {
        requests.iter().zip(decisions).for_each(|(request, decision)| *decision = check(tables, revision, request));
        return;
    }
    for (requests, decisions) in requests.chunks(CHUNK).zip(decisions.chunks_mut(CHUNK)) {
        let begun: [Option<Begun<'_>>; CHUNK] =
            array::from_fn(|at| requests.get(at).and_then(|request| Begun::new(tables, request)));
        read_ahead::<AHEAD_OF_CHUNK>(&tables.base, &begun, requests);
        for ((request, begun), decision) in requests.iter().zip(&begun).zip(decisions) {
            *decision = decide(tables, revision, request, begun.as_ref());
        }
    }
}

fn decide(tables: &Tables, revision: u64, request: &Request<'_>, begun: Option<&Begun<'_>>) -> Decision {
    let Some(found) = begun.and_then(|begun| begun.end(tables, request)) else {
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
    match Begun::new(tables, request).and_then(|begun| begun.end(tables, request)) {
        Some(found) => {
            let question = found.question(tables, revision, request);
            settle(&question, request.cluster.is_some()).map(|()| question)
        }
        None => Err(first_fault(tables, request)),
    }
}

/// A request whose look-ups have begun and are not waited for: those of the subject, the scope and the groups, so that they read
/// memory at the same time.
struct Begun<'a> {
    tenant_id: TenantId,
    names: &'a Names,
    subject_kind: SubjectKind,
    name: &'a str,
    subject: Probe,
    scope: Probe,
    /// The groups of the token, as many as are looked up ahead.
    groups: [Probe; AHEAD_MAX],
}

impl<'a> Begun<'a> {
    /// Begins; nothing where a name must be unknown.
    #[inline]
    fn new(tables: &'a Tables, request: &Request<'a>) -> Option<Self> {
        let tenant_id = match request.tenant {
            Some(name) => tables.tenant_id(name)?,
            None if tables.tenants.len() == 1 => TenantId::new(0),
            None => return None,
        };
        let (subject_kind, name) = split_subject(request.subject)?;
        let names = tables.base.names.get(tenant_id.index())?;
        let subject = names.of(subject_kind).table.begin(name);
        let scope = tables.base.paths.begin(request.scope);
        let mut groups = [Probe::default(); AHEAD_MAX];
        for (probe, group) in groups.iter_mut().zip(listed(request.groups)) {
            *probe = names.groups.table.begin(group);
        }
        Some(Self { tenant_id, names, subject_kind, name, subject, scope, groups })
    }

    /// Ends: waits for what was begun, and looks up the rest.
    #[inline]
    fn end(&self, tables: &'a Tables, request: &Request<'a>) -> Option<Found<'a>> {
        let Self { tenant_id, subject_kind, name, .. } = *self;
        let tenant = tables.tenant(tenant_id)?;
        let (kind, action) = (tables.policy.kind(request.kind)?, tables.policy.action(request.action)?);
        let permission = tables.policy.permission(kind, action)?;
        let scope = tables.scope_found(request.scope, self.scope)?;
        let id = tables.subject_found(tenant_id, subject_kind, name, self.subject);
        // A name that a table holds was checked when the table was built.
        if id.is_none() && name::check(name).is_err() {
            return None;
        }
        let place = tables.scope(scope)?;
        if place.tenant != tenant_id || speaks_for_subject(request.context) {
            return None;
        }
        let named_cluster = match request.cluster {
            Some(name) => Some(tenant.cluster(name)?),
            None => None,
        };
        let groups = self.end_groups(tables, tenant.everyone, request.groups);
        let asker = Named { kind: subject_kind, id, text: request.subject };
        Some(Found { tenant_id, tenant, asker, groups, permission, scope, place, named_cluster })
    }

    #[inline]
    fn end_groups(&self, tables: &Tables, everyone: SubjectId, groups: Groups<'a>) -> GroupList<'a> {
        let Groups::Listed(listed) = groups else { return GroupList::NotKnown };
        let mut found = LookedUp { ids: [SubjectId::new(usize::MAX); AHEAD_MAX], n_ids: 0 };
        for (probe, group) in self.groups.iter().zip(listed) {
            let id = tables.subject_found(self.tenant_id, SubjectKind::Group, group, *probe);
            // The rules of everyone come last, whoever names it.
            let id = id.filter(|id| *id != everyone);
            if let Some((id, slot)) = id.zip(found.ids.get_mut(found.n_ids)) {
                *slot = id;
                found.n_ids = found.n_ids.saturating_add(1);
            }
        }
        GroupList::Begun(found, listed.get(AHEAD_MAX..).unwrap_or(&[]))
    }
}

/// Reads what the look-ups that have begun will need.
#[inline(never)]
fn read_ahead<const N: usize>(base: &Base, begun: &[Option<Begun<'_>>], requests: &[Request<'_>]) {
    let mut ahead = Ahead::<N>::new(base);
    for (begun, request) in begun.iter().zip(requests) {
        let Some(begun) = begun else { continue };
        ahead.subject(begun.names.of(begun.subject_kind), begun.subject);
        ahead.path(begun.scope);
        let n_groups = listed(request.groups).len();
        begun.groups.iter().take(n_groups).for_each(|probe| ahead.subject(&begun.names.groups, *probe));
    }
    ahead.end();
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
/// How many names and subjects of them are read ahead: fewer groups than there may be, for most have few.
const AHEAD_OF_CHUNK: usize = CHUNK * 6;

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
    /// Returns the groups whose rules concern the asker, where they are known and few.
    #[inline]
    fn circle(&self) -> Option<Circle<'_>> {
        match &self.groups {
            GroupList::NotKnown if self.tenant.denied_groups.is_empty() => Some(Circle::Token(&[])),
            GroupList::Begun(found, []) => Some(Circle::Token(found.ids.get(..found.n_ids)?)),
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
