//! Handles: names looked up once, for those who ask often.

use std::hint::black_box;
use std::ops::ControlFlow;

use crate::decide::decision::{Decision, Reason, RuleId};
use crate::decide::gathered::Gathered;
use crate::decide::glance::{Circle, Found, Sight, is_in_place, refusal};
use crate::decide::lookup::{self, named, speaks_for_subject};
use crate::decide::question::{Asker, GroupList, Named, Question};
use crate::decide::request::{Groups, Value};
use crate::decide::walk::{is_open, restriction};
use crate::decide::weigh::{Hold, Weighed, hold};
use crate::id::{ClusterId, ScopeId, SubjectId, TenantId};
use crate::name::SubjectKind;
use crate::snapshot::{Limits, PermissionRow, ScopeRow, Snapshot, Tables, TenantRow};

/// A subject with the groups of its token, looked up once a token.
///
/// A handle borrows its snapshot. Used with a handle of another snapshot it is denied as `invalid_request`.
#[derive(Clone)]
pub struct Subject<'s> {
    pub(super) tables: &'s Tables,
    revision: u64,
    pub(super) tenant: &'s TenantRow,
    kind: SubjectKind,
    holders: Holders,
    gathered: Option<Gathered<'s>>,
    token: Box<Token>,
}

/// What a token says.
#[derive(Clone)]
struct Token {
    /// Its subject.
    text: Box<str>,
    /// Its groups; nothing where they are not known.
    groups: Option<Box<[SubjectId]>>,
}

/// One action on one resource kind, looked up once a snapshot.
#[derive(Clone, Copy)]
pub struct Permission<'s> {
    pub(super) tables: &'s Tables,
    pub(super) row: &'s PermissionRow,
}

/// A scope, looked up once a snapshot.
#[derive(Clone, Copy)]
pub struct Scope<'s> {
    pub(super) tables: &'s Tables,
    pub(super) row: &'s ScopeRow,
}

/// A cluster of a tenant, looked up once a snapshot.
#[derive(Clone, Copy)]
pub struct Cluster<'s> {
    pub(super) tables: &'s Tables,
    pub(super) tenant: TenantId,
    pub(super) cluster: ClusterId,
}

/// What else a question by handles says: the cluster, the attributes and the time.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// The cluster concerned, if any.
    pub cluster: Option<Cluster<'a>>,
    /// Attributes of the resource, by name.
    pub resource: &'a [(&'a str, Value<'a>)],
    /// Attributes of the context, by name.
    pub context: &'a [(&'a str, Value<'a>)],
    /// The time: seconds since the epoch, UTC.
    pub now: i64,
}

/// Why a name has no handle: the reason with which a check of that name would be denied.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the name has no handle: {reason}")]
pub struct LookupError {
    reason: Reason,
}

impl LookupError {
    /// Returns the reason.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }
}

impl Situation<'_> {
    /// Returns a situation without cluster and attributes, at a time in seconds since the epoch.
    #[must_use]
    pub fn at(now: i64) -> Self {
        Self { cluster: None, resource: &[], context: &[], now }
    }
}

impl Snapshot {
    /// Looks up a subject and the groups of its token.
    ///
    /// A subject that the directory does not mention has a handle too: its groups decide.
    ///
    /// # Cost
    ///
    /// One look-up a name, then a copy of the rules of the subject and its groups, if they are no more than 120: some 120 bytes
    /// and 64 for each eight rules, 32 for each deny. It pays for itself within a few questions; keep the handle as long as the token and the snapshot.
    ///
    /// # Errors
    ///
    /// `unknown_tenant`, or `invalid_request` where the subject is malformed or `tenant` is left out while several are
    /// loaded: the reasons with which [`Snapshot::check`] would deny.
    ///
    /// # Examples
    ///
    /// ```
    /// use bailiwick::{Groups, Policy, Situation, Text};
    ///
    /// let text = "
    /// kinds: { job: { lives_in: [project] } }
    /// roles: { researcher: { permissions: { job: CRUD } } }
    /// tenant: acme
    /// scopes: [acme/vision, acme/vision/detector]
    /// access_rules: [{ subject: group:ml, role: researcher, scope: acme/vision }]
    /// ";
    /// let snapshot = Policy::parse([Text::yaml("acme.yaml", text)]).expect("the policy is sound").compile();
    /// let ana = snapshot.subject(None, "user:ana", Groups::Listed(&["ml"])).expect("acme is loaded");
    /// let submit = snapshot.permission("create", "job").expect("jobs are declared");
    /// let detector = snapshot.scope("acme/vision/detector").expect("the project is listed");
    /// assert!(ana.check(submit, detector, &Situation::at(1_767_225_600)).is_allow());
    /// ```
    pub fn subject(&self, tenant: Option<&str>, subject: &str, groups: Groups<'_>) -> Result<Subject<'_>, LookupError> {
        let tables: &Tables = &self.tables;
        let home = match tenant {
            Some(name) if crate::name::check_scope(name).is_err() => {
                return Err(LookupError { reason: Reason::InvalidRequest });
            }
            Some(name) => tables.tenant_id(name),
            None if tables.tenants.len() == 1 => Some(TenantId::new(0)),
            None => return Err(LookupError { reason: Reason::InvalidRequest }),
        };
        let is_malformed =
            crate::name::split_subject(subject).is_none_or(|(_, name)| crate::name::check(name).is_err());
        if is_malformed {
            return Err(LookupError { reason: Reason::InvalidRequest });
        }
        let home = home.and_then(|id| Some((id, tables.tenant(id)?)));
        let (tenant_id, row) = home.ok_or(LookupError { reason: Reason::UnknownTenant })?;
        let Named { kind, id, .. } =
            named(tables, tenant_id, subject).ok_or(LookupError { reason: Reason::InvalidRequest })?;
        let groups = match groups {
            Groups::NotKnown => None,
            Groups::Listed(names) => {
                let mut ids: Vec<SubjectId> = Vec::new();
                for group in names.iter().filter_map(|name| tables.subject_id(tenant_id, SubjectKind::Group, name)) {
                    if !ids.contains(&group) {
                        ids.push(group);
                    }
                }
                Some(ids.into_boxed_slice())
            }
        };
        let directory = id.and_then(|id| tables.subject(id)).map_or(&[][..], |view| view.groups());
        let all = groups.iter().flatten().chain(directory).filter(|group| **group != row.everyone);
        let is_open = groups.is_none() && !row.denied_groups.is_empty();
        let holders = match kind {
            SubjectKind::User | SubjectKind::App if is_open => Holders::of_unknown(id),
            SubjectKind::Group => Holders::new(id, std::iter::empty()),
            SubjectKind::User | SubjectKind::App => {
                Holders::new(id, all.chain([&row.everyone]).copied().filter(|group| has_rules(tables, *group)))
            }
        };
        let gathered = if row.is_closed { None } else { gather(tables, kind, &holders) };
        let token = Box::new(Token { text: Box::from(subject), groups });
        Ok(Subject { tables, revision: self.revision, tenant: row, kind, holders, gathered, token })
    }

    /// Looks up one action on one resource kind.
    ///
    /// # Errors
    ///
    /// `unknown_action` or `unknown_kind`; `invalid_request` for a malformed name.
    pub fn permission(&self, action: &str, kind: &str) -> Result<Permission<'_>, LookupError> {
        let tables: &Tables = &self.tables;
        if crate::name::check(action).is_err() || crate::name::check(kind).is_err() {
            return Err(LookupError { reason: Reason::InvalidRequest });
        }
        let action = tables.policy.action(action).ok_or(LookupError { reason: Reason::UnknownAction })?;
        let kind = tables.policy.kind(kind).ok_or(LookupError { reason: Reason::UnknownKind })?;
        let row = tables.policy.permission(kind, action).ok_or(LookupError { reason: Reason::UnknownKind })?;
        Ok(Permission { tables, row })
    }

    /// Looks up a scope of any tenant by its path.
    ///
    /// # Errors
    ///
    /// `unknown_scope`; `invalid_request` for a malformed path.
    pub fn scope(&self, path: &str) -> Result<Scope<'_>, LookupError> {
        let tables: &Tables = &self.tables;
        if crate::name::check_path(path).is_err() {
            return Err(LookupError { reason: Reason::InvalidRequest });
        }
        let row = tables.scope_id(path).and_then(|id| tables.scope(id));
        Ok(Scope { tables, row: row.ok_or(LookupError { reason: Reason::UnknownScope })? })
    }

    /// Looks up a cluster of a tenant by its name.
    ///
    /// # Errors
    ///
    /// `unknown_tenant` or `unknown_cluster`; `invalid_request` for a malformed name.
    pub fn cluster(&self, tenant: &str, name: &str) -> Result<Cluster<'_>, LookupError> {
        let tables: &Tables = &self.tables;
        if crate::name::check_scope(tenant).is_err() || crate::name::check(name).is_err() {
            return Err(LookupError { reason: Reason::InvalidRequest });
        }
        let tenant_id = tables.tenant_id(tenant).ok_or(LookupError { reason: Reason::UnknownTenant })?;
        let row = tables.tenant(tenant_id).ok_or(LookupError { reason: Reason::UnknownTenant })?;
        let cluster = row.clusters.get(name).copied().ok_or(LookupError { reason: Reason::UnknownCluster })?;
        Ok(Cluster { tables, tenant: tenant_id, cluster })
    }
}

impl Scope<'_> {
    /// Returns its id.
    pub(crate) fn id(&self) -> ScopeId {
        self.row.id()
    }
}

impl Subject<'_> {
    /// Returns whether it was looked up in a snapshot.
    pub(crate) fn is_of(&self, snapshot: &Snapshot) -> bool {
        std::ptr::eq(self.tables, &*snapshot.tables) && self.revision == snapshot.revision
    }

    /// Reads the handle, to have it near.
    pub(crate) fn read_ahead(&self) {
        black_box(self.gathered.is_some());
        black_box(self.tenant);
        black_box(self.kind);
    }

    /// Returns its rules, where they are gathered.
    pub(crate) fn gathered(&self) -> Option<&Gathered<'_>> {
        self.gathered.as_ref()
    }

    /// Returns whose rules concern it: its own number and those of its groups.
    pub(crate) fn sources(&self) -> impl Iterator<Item = SubjectId> {
        self.holders.own().into_iter().chain(self.holders.groups().unwrap_or(&[]).iter().copied())
    }

    /// Decides, exactly as [`Snapshot::check`] does for the names behind the handles.
    ///
    /// # Cost
    ///
    /// No look-up of names; the rules of the subject and its groups are read. Nothing is allocated.
    // Inlined, with what follows a find, and the rest is called: what a caller does not read of the situation and of the
    // decision is then never written. 17 ns instead of 20, and in C 23 instead of 30 (2026-11-23).
    #[inline(always)]
    pub fn check(&self, permission: Permission<'_>, scope: Scope<'_>, situation: &Situation<'_>) -> Decision {
        if let Some(reason) = self.misfit(&permission, &scope, situation) {
            return Decision::denial(reason, self.revision);
        }
        let cluster = situation.cluster.map(|cluster| cluster.cluster);
        let found = self.find(permission.row, scope.row, cluster);
        if let Some(found) = found
            && self.is_open(permission.row, cluster.or(scope.row.cluster))
            && let Some(decision) = self.told(found)
        {
            return decision;
        }
        self.look(permission, scope, *situation, found)
    }

    /// Finds the first of the gathered rules that gives a permission; nothing where more than those rules may matter.
    #[inline(never)]
    fn find(&self, permission: &PermissionRow, place: &ScopeRow, cluster: Option<ClusterId>) -> Option<Found> {
        let gathered = self.gathered.as_ref()?;
        if permission.reads_from_below || !is_in_place(permission, place, cluster) {
            return None;
        }
        if gathered.denies(self.tenant, permission, place).next().is_some() {
            return Some(Found::Unsure);
        }
        let roles = self.roles(permission, place, cluster.or(place.cluster))?;
        // Nothing is called in here, which would have all that lies in registers stored and loaded around it.
        let found = gathered.visit(&place.chain, roles, |at, is_limited| {
            ControlFlow::Break(if is_limited { Found::Unsure } else { Found::Rule(at) })
        })?;
        Some(found.break_value().unwrap_or(Found::Nothing))
    }

    /// Returns the roles that give a permission at a place, a bit each, where they are few.
    #[inline]
    fn roles(&self, permission: &PermissionRow, place: &ScopeRow, cluster: Option<ClusterId>) -> Option<u64> {
        self.tenant.role_table(cluster)?.roles(permission, place.kind)
    }

    /// Returns whether it is plain that no restriction stands before a permission.
    #[inline(always)]
    fn is_open(&self, permission: &PermissionRow, cluster: Option<ClusterId>) -> bool {
        is_open(self.tables, self.tenant, permission, cluster)
    }

    /// Returns the limits of a rule, if there are any; nothing where there is no such rule.
    fn limits(&self, rule: RuleId) -> Option<Option<&Limits>> {
        let view = self.tables.subject(rule.subject)?;
        let row = view.allows.get(rule.position as usize)?;
        Some(view.allow_limits(*row))
    }

    /// Returns what was found among the gathered rules as a decision, unless it is unsure.
    #[inline(always)]
    fn told(&self, found: Found) -> Option<Decision> {
        let gathered = self.gathered.as_ref()?;
        match found {
            Found::Rule(at) => gathered.rule(&self.holders.ids, at).map(|rule| Decision::grant(rule, self.revision)),
            Found::Nothing => Some(Decision::denial(gathered.refusal, self.revision)),
            Found::Unsure => None,
        }
    }

    /// Weighs the gathered rules, where one with limits or a deny does not tell at a glance.
    fn weigh(&self, question: &Question<'_>) -> Option<Decision> {
        let gathered = self.gathered.as_ref()?;
        for deny in gathered.denies(self.tenant, question.permission, question.place) {
            match hold(question, deny.limits)? {
                Hold::Never => {}
                Hold::ForGood => return Some(Decision::refusal(deny.rule, self.revision)),
                Hold::Until(_) | Hold::From(_) => return None,
            }
        }
        let roles = self.roles(question.permission, question.place, question.cluster)?;
        let mut weighed = Weighed::default();
        let visited = gathered.visit(&question.place.chain, roles, |at, _| {
            let rule = gathered.rule(&self.holders.ids, at);
            let rule = rule.and_then(|rule| Some((rule, self.limits(rule)?)));
            match rule {
                Some((rule, limits)) if weighed.add(question, rule, limits) => {
                    if weighed.is_settled() {
                        ControlFlow::Break(true)
                    } else {
                        ControlFlow::Continue(())
                    }
                }
                _ => ControlFlow::Break(false),
            }
        })?;
        let is_told = visited.break_value().unwrap_or(true);
        if is_told { weighed.decision(gathered.refusal, self.revision) } else { None }
    }

    /// Decides by the gathered rules, at a glance at the tables, or by the walk. The situation is taken by value, so that it
    /// lies in memory for this alone.
    #[inline(never)]
    fn look(
        &self,
        permission: Permission<'_>,
        scope: Scope<'_>,
        situation: Situation<'_>,
        found: Option<Found>,
    ) -> Decision {
        let question = self.question(permission, scope, &situation);
        let is_restricted = || restriction(&question, &mut ()).is_some();
        let decision = match found {
            Some(_) if permission.row.is_restricted && is_restricted() => None,
            Some(Found::Unsure) => self.weigh(&question),
            Some(found) => self.told(found),
            // What the gathered rules do not tell, the tables do not either.
            None if self.gathered.is_some() => None,
            None => self.glance(permission, scope, &situation, is_restricted),
        };
        decision.unwrap_or_else(|| lookup::walked(&question, situation.cluster.is_some()))
    }

    fn glance(
        &self,
        permission: Permission<'_>,
        scope: Scope<'_>,
        situation: &Situation<'_>,
        is_restricted: impl FnOnce() -> bool,
    ) -> Option<Decision> {
        let sight = Sight {
            tables: self.tables,
            revision: self.revision,
            tenant: self.tenant,
            permission: permission.row,
            place: scope.row,
            named_cluster: situation.cluster.map(|cluster| cluster.cluster),
            kind: self.kind,
            own: self.holders.own(),
            now: situation.now,
        };
        sight.glance(&Circle::Whole(self.holders.groups()?), is_restricted)
    }

    /// Puts handles together that go together.
    fn question<'a>(&'a self, permission: Permission<'a>, scope: Scope<'a>, situation: &Situation<'a>) -> Question<'a> {
        let named = Named { kind: self.kind, id: self.holders.own(), text: &self.token.text };
        Question {
            tables: self.tables,
            revision: self.revision,
            tenant_id: self.tenant.id,
            tenant: self.tenant,
            asker: Asker::new(self.tables, named),
            groups: self.token.groups.as_ref().map_or(GroupList::NotKnown, |ids| GroupList::Ids(ids)),
            permission: permission.row,
            right: None,
            scope: scope.row.id(),
            place: scope.row,
            cluster: situation.cluster.map(|cluster| cluster.cluster).or(scope.row.cluster),
            resource: situation.resource,
            context: situation.context,
            now: situation.now,
        }
    }

    /// Returns why handles do not go together: they are of another snapshot or of another tenant.
    #[inline]
    fn misfit(&self, permission: &Permission<'_>, scope: &Scope<'_>, situation: &Situation<'_>) -> Option<Reason> {
        let is_same = |other: &Tables| std::ptr::eq(self.tables, other);
        let is_foreign = situation.cluster.is_some_and(|cluster| !is_same(cluster.tables));
        if !is_same(permission.tables) || !is_same(scope.tables) || is_foreign || speaks_for_subject(situation.context)
        {
            return Some(Reason::InvalidRequest);
        }
        if scope.row.tenant != self.tenant.id {
            return Some(Reason::OtherTenant);
        }
        let is_elsewhere = situation.cluster.is_some_and(|cluster| cluster.tenant != self.tenant.id);
        is_elsewhere.then_some(if self.tenant.is_closed { Reason::TenantClosed } else { Reason::UnknownCluster })
    }
}

/// Whose rules concern a subject: its own number, then its groups, those of the directory and everyone too, in the order in which
/// they are asked. Groups without rules are left out.
#[derive(Clone)]
struct Holders {
    ids: [SubjectId; HOLDERS_MAX],
    /// Nothing where the groups are too many, or not known.
    n_ids: Option<u8>,
}

impl Holders {
    /// Returns those of a subject whose groups nobody knows.
    fn of_unknown(own: Option<SubjectId>) -> Self {
        let mut ids = [nobody(); HOLDERS_MAX];
        let [first, ..] = &mut ids;
        *first = own.unwrap_or_else(nobody);
        Self { ids, n_ids: None }
    }

    fn new(own: Option<SubjectId>, groups: impl Iterator<Item = SubjectId>) -> Self {
        let mut holders = Self { n_ids: Some(1), ..Self::of_unknown(own) };
        for group in groups {
            let slot = holders.n_ids.and_then(|n| holders.ids.get_mut(usize::from(n)));
            match slot {
                Some(slot) => *slot = group,
                None => return Self { n_ids: None, ..holders },
            }
            holders.n_ids = holders.n_ids.and_then(|n| n.checked_add(1));
        }
        holders
    }

    /// Returns the subject's own number, if it has one.
    fn own(&self) -> Option<SubjectId> {
        let [own, ..] = self.ids;
        (own != nobody()).then_some(own)
    }

    /// Returns the groups.
    fn groups(&self) -> Option<&[SubjectId]> {
        self.ids.get(1..usize::from(self.n_ids?))
    }
}

/// Returns the number of no subject.
fn nobody() -> SubjectId {
    SubjectId::new(usize::MAX)
}

/// How many holders lie in the handle; most subjects have fewer groups.
const HOLDERS_MAX: usize = 7;

/// Gathers the rules of a subject and of its groups, where a glance may tell.
fn gather<'s>(tables: &'s Tables, kind: SubjectKind, holders: &Holders) -> Option<Gathered<'s>> {
    let own = holders.own().and_then(|own| tables.subject(own));
    let is_plain = kind == SubjectKind::User && !own.is_some_and(|view| view.account.is_disabled);
    let groups = holders.groups().filter(|_| is_plain)?.iter().map(|group| (*group, tables.subject(*group)));
    let own_id = holders.own().unwrap_or_else(nobody);
    Gathered::new(std::iter::once((own_id, own)).chain(groups), refusal(tables, own.as_ref())?)
}

/// Returns whether a group has a rule or a deny.
fn has_rules(tables: &Tables, group: SubjectId) -> bool {
    tables.subject(group).is_some_and(|view| !view.allows.is_empty() || !view.denies().is_empty())
}
