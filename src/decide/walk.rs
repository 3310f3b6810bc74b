//! The one walk: over the rules of a subject and its groups, then the restrictions, to a reason.

use std::ops::Range;

use crate::decide::condition::{Truth, evaluate};
use crate::decide::decision::{Basis, Reason, RuleId};
use crate::decide::glance::SCAN_MAX;
use crate::decide::question::{GroupList, Question};
use crate::decide::trace::{Facets, Met, Trace, Via};
use crate::id::{ClusterId, ScopeId, SubjectId};
use crate::name::SubjectKind;
use crate::snapshot::{
    AllowRow, DeniedSet, DenyRow, GateState, Limits, PermissionRow, RoleTable, SubjectView, Tables, TenantRow, Test,
};

/// What the walk came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outcome {
    pub(crate) reason: Reason,
    pub(crate) basis: Basis,
    /// The first later instant at which the answer of a rule that matters changes.
    pub(crate) boundary: Option<i64>,
}

/// Answers a question.
pub(crate) fn walk<T: Trace>(question: &Question<'_>, trace: &mut T) -> Outcome {
    let mut walk = Walk::new(question);
    walk.visit(trace);
    walk.conclude(trace)
}

struct Walk<'q, 'a> {
    question: &'q Question<'a>,
    role_table: Option<&'a RoleTable>,
    /// Whether rules below the asked scope count.
    reads_from_below: bool,
    tally: Tally,
}

/// What was found so far.
#[derive(Default)]
struct Tally {
    denied: Option<Basis>,
    deny_error: Option<Basis>,
    granted: Option<Basis>,
    allow_error: bool,
    /// Whether the deny, or the grant, never ends by time alone.
    is_denied_for_good: bool,
    is_granted_for_good: bool,
    boundary: Option<i64>,
}

impl<'q, 'a> Walk<'q, 'a> {
    fn new(question: &'q Question<'a>) -> Self {
        let role_table = question.tenant.role_table(question.cluster);
        Self { question, role_table, reads_from_below: question.permission.reads_from_below, tally: Tally::default() }
    }

    /// Visits the asker's own rules, those of its groups, and those of everyone.
    fn visit<T: Trace>(&mut self, trace: &mut T) {
        let question = self.question;
        if let Some((own, view)) = question.asker.own {
            self.rules(own, &view, Via::Own, trace);
        }
        if !question.can_be_member() || self.is_settled::<T>() {
            return;
        }
        let (ids, names) = question.token_groups();
        for group in ids {
            self.group(*group, Via::Token(*group), trace);
        }
        for name in names {
            if let Some(group) = question.tables.subject_id(question.tenant_id, SubjectKind::Group, name) {
                self.group(group, Via::Token(group), trace);
            }
        }
        for group in question.directory_groups() {
            self.group(*group, Via::Directory(*group), trace);
        }
        self.rules_of(question.tenant.everyone, Via::Everyone(question.tenant.everyone), trace);
        if matches!(question.groups, GroupList::NotKnown) {
            self.unknown_groups(trace);
        }
    }

    /// Returns whether what is left to visit cannot change the outcome: it is granted, and nothing denies anything; or it
    /// is denied.
    fn is_settled<T: Trace>(&self) -> bool {
        let is_granted = self.tally.is_granted_for_good && !self.question.tenant.has_denies;
        !T::COMPLETE && (is_granted || self.tally.is_denied_for_good)
    }

    /// Visits the rules of a group; those of everyone come last, whoever names them.
    fn group<T: Trace>(&mut self, group: SubjectId, via: Via, trace: &mut T) {
        if group != self.question.tenant.everyone {
            self.rules_of(group, via, trace);
        }
    }

    fn rules_of<T: Trace>(&mut self, subject: SubjectId, via: Via, trace: &mut T) {
        if self.is_settled::<T>() {
            return;
        }
        if let Some(view) = self.question.tables.subject(subject) {
            self.rules(subject, &view, via, trace);
        }
    }

    /// Visits the rules of one subject.
    fn rules<T: Trace>(&mut self, subject: SubjectId, view: &SubjectView<'a>, via: Via, trace: &mut T) {
        if !view.denies().is_empty() {
            self.denies(subject, view, via, trace);
        }
        if T::COMPLETE || !(self.tally.is_granted_for_good || self.tally.is_denied_for_good) {
            self.allows(AllowSource { subject, view, via }, trace);
        }
    }

    fn denies<T: Trace>(&mut self, subject: SubjectId, view: &SubjectView<'a>, via: Via, trace: &mut T) {
        for (position, row) in (0_u32..).zip(view.denies()) {
            let role = match &row.denied {
                DeniedSet::Role(role) => Some(*role),
                DeniedSet::Permissions(_) => None,
            };
            let id = RuleId { subject, position, is_through: via.group().is_some() };
            self.deny(Met { id, via, scope: row.scope, role, limits: view.deny_limits(row) }, row, trace);
        }
    }

    /// Visits the denies of groups that the asker may be in.
    fn unknown_groups<T: Trace>(&mut self, trace: &mut T) {
        let question = self.question;
        for group in &question.tenant.denied_groups {
            let view = question.tables.subject(*group);
            if let Some(view) = view.filter(|_| !question.directory_groups().contains(group)) {
                self.denies(*group, &view, Via::Unknown(*group), trace);
            }
        }
    }

    fn deny<T: Trace>(&mut self, met: Met<'a>, row: &DenyRow, trace: &mut T) {
        let Some(facets) = self.deny_facets(met, row, trace) else { return };
        trace.deny(met, facets);
        let bound = self.bound(met.limits, facets);
        match facets.truth() {
            Truth::True => {
                self.tally.denied.get_or_insert(Basis::DenyRule(met.id));
                self.tally.is_denied_for_good |= bound.is_none();
            }
            Truth::Error => {
                self.tally.deny_error.get_or_insert(Basis::DenyRule(met.id));
            }
            Truth::False => {}
        }
    }

    fn deny_facets<T: Trace>(&self, met: Met<'a>, row: &DenyRow, trace: &mut T) -> Option<Facets> {
        let covers = self.question.place.is_under(met.scope);
        let permits = row.names(self.question.tenant, self.question.permission.number);
        let can_matter = covers && permits;
        if self.is_skipped::<T>(met, can_matter) {
            return None;
        }
        let membership = if matches!(met.via, Via::Unknown(_)) { Truth::Error } else { Truth::True };
        let plain = Facets { covers, permits, membership, ..Facets::UNLIMITED };
        Some(self.limit(plain, met.limits, Effect::Deny, trace))
    }

    /// Returns whether a rule need not be looked at further: it cannot matter, or nothing is left of it.
    fn is_skipped<T: Trace>(&self, met: Met<'a>, can_matter: bool) -> bool {
        let question = self.question;
        !can_matter && (!T::COMPLETE || !question.tables.is_live(question.tenant, met.scope, met.limits))
    }

    fn allows<T: Trace>(&mut self, source: AllowSource<'_, 'a>, trace: &mut T) {
        let rows = source.view.allows;
        if T::COMPLETE || self.reads_from_below || rows.len() <= SCAN_MAX {
            self.allows_in(source, 0..rows.len(), trace);
        } else {
            self.search(source, trace);
        }
    }

    /// Takes the access rules at the asked scope and at those above it into account, of a subject that has many, in their order.
    fn search<T: Trace>(&mut self, source: AllowSource<'_, 'a>, trace: &mut T) {
        let rows = source.view.allows;
        for scope in self.question.place.chain.ascending() {
            let first = rows.partition_point(|row| row.scope < scope);
            let behind = rows.get(first..).unwrap_or(&[]);
            let n_here = behind.iter().take_while(|row| row.scope == scope).count();
            if self.allows_in(source, first..first.saturating_add(n_here), trace) {
                return;
            }
        }
    }

    /// Takes some access rules of a subject into account; returns whether nothing behind them can matter.
    fn allows_in<T: Trace>(&mut self, source: AllowSource<'_, 'a>, range: Range<usize>, trace: &mut T) -> bool {
        let rows = source.view.allows.get(range.clone()).unwrap_or(&[]);
        for (position, row) in range.zip(rows) {
            if self.allow(source, position, *row, trace) {
                return true;
            }
        }
        false
    }

    /// Takes an access rule into account; returns whether nothing behind it can matter.
    fn allow<T: Trace>(&mut self, source: AllowSource<'_, 'a>, position: usize, row: AllowRow, trace: &mut T) -> bool {
        let covers = self.question.place.is_under(row.scope) || self.is_below(row.scope);
        if !T::COMPLETE && !covers {
            return false;
        }
        let permits = self.permits(row);
        if !T::COMPLETE && !permits {
            return false;
        }
        let AllowSource { subject, view, via } = source;
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        let id = RuleId { subject, position, is_through: via.group().is_some() };
        let limits = view.allow_limits(row);
        let met = Met { id, via, scope: row.scope, role: Some(row.role()), limits };
        if T::COMPLETE && self.is_skipped::<T>(met, covers && permits) {
            return false;
        }
        let facets = self.limit(Facets { covers, permits, ..Facets::UNLIMITED }, limits, Effect::Allow, trace);
        trace.allow(met, facets);
        let bound = self.bound(limits, facets);
        match facets.truth() {
            Truth::True => {
                self.tally.granted.get_or_insert(Basis::AccessRule(id));
                self.tally.is_granted_for_good |= bound.is_none();
            }
            Truth::Error => self.tally.allow_error = true,
            Truth::False => {}
        }
        !T::COMPLETE && self.tally.is_granted_for_good
    }

    /// Returns whether a rule's scope is under the asked one, and that is enough.
    fn is_below(&self, scope: ScopeId) -> bool {
        let asked = self.question.scope;
        self.reads_from_below
            && scope != asked
            && self.question.tables.scope(scope).is_some_and(|row| row.is_under(asked))
    }

    /// Returns whether the role of a rule gives the permission here.
    fn permits(&self, row: AllowRow) -> bool {
        let Some(table) = self.role_table else { return false };
        if let Some(asked) = &self.question.right {
            let cells = table.rights.get(row.role().index()).map_or(&[][..], |cells| cells);
            return asked.is_given(self.question, cells);
        }
        table.is_given(row.role().index(), self.question.permission, self.question.place.kind)
    }

    /// Adds the answers of a rule's limits.
    fn limit<T: Trace>(&self, plain: Facets, limits: Option<&Limits>, effect: Effect, trace: &mut T) -> Facets {
        let Some(limits) = limits else { return plain };
        let clusters = self.clusters(limits, effect);
        let is_settled = !T::COMPLETE && clusters == Truth::False;
        let condition = match &limits.condition {
            Some(_) if is_settled => Truth::False,
            Some(condition) => evaluate(self.question, condition, trace),
            None => Truth::True,
        };
        let now = self.question.now;
        let is_active = limits.from.is_none_or(|from| from <= now) && limits.until.is_none_or(|until| now < until);
        Facets { clusters, condition, is_active, ..plain }
    }

    /// Returns whether a rule's clusters admit the request's.
    fn clusters(&self, limits: &Limits, effect: Effect) -> Truth {
        let Some(list) = &limits.clusters else { return Truth::True };
        if let Some(cluster) = self.question.cluster {
            return Truth::of(list.contains(cluster.index()));
        }
        if !self.question.tenant.is_live(list) {
            return Truth::False;
        }
        let concerns = self.question.right.is_some() || self.question.permission.kind.concerns_cluster;
        match (concerns, effect) {
            (true, Effect::Allow) => Truth::False,
            (true, Effect::Deny) => Truth::Error,
            (false, _) => Truth::True,
        }
    }

    /// Notes and returns the first later instant at which a rule that matters begins or ends.
    fn bound(&mut self, limits: Option<&Limits>, facets: Facets) -> Option<i64> {
        let limits = limits?;
        if facets.timeless() == Truth::False {
            return None;
        }
        let now = self.question.now;
        let is_ahead = |instant: &i64| now < *instant;
        let bound = limits.from.filter(is_ahead).or(limits.until.filter(is_ahead))?;
        self.tally.boundary = Some(self.tally.boundary.map_or(bound, |earliest| earliest.min(bound)));
        Some(bound)
    }

    /// Puts what was found together, in the order in which reasons take precedence.
    fn conclude<T: Trace>(self, trace: &mut T) -> Outcome {
        let restricted = restriction(self.question, trace);
        let is_stranger = self.question.asker.kind == SubjectKind::App && !self.is_known();
        let Tally { denied, deny_error, granted, allow_error, is_denied_for_good, boundary, .. } = self.tally;
        let is_timeless = restricted.is_some() || is_stranger || is_denied_for_good;
        let (reason, basis) = match (denied, deny_error, restricted) {
            (Some(basis), _, _) => (Reason::DeniedByRule, basis),
            (None, Some(basis), _) => (Reason::DenyError, basis),
            (None, None, Some(restricted)) => restricted,
            (None, None, None) if is_stranger => (Reason::UnknownSubject, Basis::Nothing),
            (None, None, None) => match granted {
                Some(basis) => (Reason::Granted, basis),
                None if !self.is_known() => (Reason::UnknownSubject, Basis::Nothing),
                None if allow_error => (Reason::AllowError, Basis::Nothing),
                None => (Reason::NotGranted, Basis::Nothing),
            },
        };
        Outcome { reason, basis, boundary: boundary.filter(|_| !is_timeless) }
    }

    /// Returns whether the directory knows the asker.
    fn is_known(&self) -> bool {
        let Question { tables, tenant, asker, .. } = self.question;
        asker.own.is_some_and(|(_, view)| {
            let mut allows = view.allows.iter();
            view.account.is_listed || allows.any(|row| tables.is_live(tenant, row.scope, view.allow_limits(*row)))
        })
    }
}

/// Returns the restriction that denies, one that applies before one in error.
pub(crate) fn restriction<T: Trace>(question: &Question<'_>, trace: &mut T) -> Option<(Reason, Basis)> {
    let policy = &question.tables.policy;
    let mut error = None;
    let mut applies = None;
    for position in policy.restrictions_of.get(question.permission.number).into_iter().flatten() {
        let truth = restricts(question, *position, trace);
        trace.restriction(*position, truth);
        let basis = Basis::Restriction { restriction: *position };
        match truth {
            Truth::True => {
                applies.get_or_insert((Reason::Restricted, basis));
            }
            Truth::Error => {
                error.get_or_insert((Reason::RestrictionError, basis));
            }
            Truth::False => {}
        }
        if !T::COMPLETE && applies.is_some() {
            break;
        }
    }
    applies.or(error)
}

/// Returns whether nothing but gates stands before a permission, and all of them are open.
#[inline]
pub(crate) fn is_open(
    tables: &Tables,
    tenant: &TenantRow,
    permission: &PermissionRow,
    cluster: Option<ClusterId>,
) -> bool {
    !permission.is_restricted || are_open(tables, tenant, permission, cluster)
}

/// Returns whether all that stands before a restricted permission are open gates.
fn are_open(tables: &Tables, tenant: &TenantRow, permission: &PermissionRow, cluster: Option<ClusterId>) -> bool {
    let policy = &tables.policy;
    let mut positions = policy.restrictions_of.get(permission.number).into_iter().flatten();
    positions.all(|position| match policy.restrictions.get(*position as usize).map(|restriction| &restriction.test) {
        Some(Test::Gate(gate)) => tenant.gate_state(*gate, cluster) == GateState::Open,
        _ => false,
    })
}

/// Returns whether a restriction denies.
fn restricts<T: Trace>(question: &Question<'_>, position: u32, trace: &mut T) -> Truth {
    let Some(restriction) = question.tables.policy.restrictions.get(position as usize) else {
        return Truth::Error;
    };
    match &restriction.test {
        Test::When(condition) => evaluate(question, condition, trace),
        Test::Unless(condition) => evaluate(question, condition, trace).not(),
        Test::Gate(gate) => match question.tenant.gate_state(*gate, question.cluster) {
            GateState::Open => Truth::False,
            GateState::Missing => Truth::True,
            GateState::Error => Truth::Error,
        },
    }
}

/// Whose access rule it is, and how it concerns the asker.
#[derive(Clone, Copy)]
struct AllowSource<'v, 'a> {
    subject: SubjectId,
    view: &'v SubjectView<'a>,
    via: Via,
}

/// Whether a rule allows or denies: they fail to opposite sides.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Effect {
    Allow,
    Deny,
}
