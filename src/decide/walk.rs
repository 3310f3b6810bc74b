//! The one walk: over the rules of a subject and its groups, then the restrictions, to a reason.

use crate::decide::condition::{Seen, Truth, evaluate};
use crate::decide::decision::{Basis, Reason, RuleId};
use crate::decide::question::Question;
use crate::id::{RoleId, ScopeId, SubjectId};
use crate::name::SubjectKind;
use crate::snapshot::{AllowRow, DeniedSet, DenyRow, GateState, KindRow, Limits, Right, RoleTable, SubjectView, Test};

/// Takes note of what the walk sees.
pub(crate) trait Trace: Seen {
    /// Whether rows that cannot matter to the decision are visited too.
    const COMPLETE: bool;

    /// Notes an access rule.
    fn allow(&mut self, rule: Met<'_>, facets: Facets);

    /// Notes a deny rule.
    fn deny(&mut self, rule: Met<'_>, facets: Facets);

    /// Notes a restriction on the asked permission: true denies.
    fn restriction(&mut self, restriction: u32, truth: Truth);
}

impl Trace for () {
    const COMPLETE: bool = false;

    fn allow(&mut self, _: Met<'_>, _: Facets) {}

    fn deny(&mut self, _: Met<'_>, _: Facets) {}

    fn restriction(&mut self, _: u32, _: Truth) {}
}

/// A rule that the walk meets.
#[derive(Clone, Copy)]
pub(crate) struct Met<'a> {
    pub(crate) id: RuleId,
    pub(crate) via: Via,
    pub(crate) scope: ScopeId,
    /// The role that it gives, or denies.
    pub(crate) role: Option<RoleId>,
    pub(crate) limits: Option<&'a Limits>,
}

/// How a rule concerns the asker.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Via {
    /// It is the asker's own.
    Own,
    /// A group of the token.
    Token(SubjectId),
    /// A group of the directory.
    Directory(SubjectId),
    /// The built-in group.
    Everyone(SubjectId),
    /// A group that the asker may be in: the groups of its token are not known.
    Unknown(SubjectId),
}

impl Via {
    /// Returns the group, if it is one.
    pub(crate) fn group(self) -> Option<SubjectId> {
        match self {
            Self::Own => None,
            Self::Token(id) | Self::Directory(id) | Self::Everyone(id) | Self::Unknown(id) => Some(id),
        }
    }
}

/// The parts of a rule's answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facets {
    /// Its scope covers the asked one, or is below it where that is enough.
    pub(crate) covers: bool,
    /// Its role, or its list, holds the permission.
    pub(crate) permits: bool,
    pub(crate) clusters: Truth,
    pub(crate) condition: Truth,
    pub(crate) is_active: bool,
    /// The asker is its subject, or in the group that is.
    pub(crate) membership: Truth,
}

impl Facets {
    /// Returns the answer of the rule at any time.
    fn timeless(self) -> Truth {
        let plain = Truth::of(self.covers && self.permits);
        plain.min(self.clusters).min(self.condition).min(self.membership)
    }

    /// Returns the answer of the rule now.
    pub(crate) fn truth(self) -> Truth {
        self.timeless().min(Truth::of(self.is_active))
    }

    const UNLIMITED: Self = Self {
        covers: true,
        permits: true,
        clusters: Truth::True,
        condition: Truth::True,
        is_active: true,
        membership: Truth::True,
    };
}

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
    kind: Option<&'a KindRow>,
    role_table: Option<&'a RoleTable>,
    permission: usize,
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
        let policy = &question.tables.policy;
        let kind = policy.kind_rows.get(question.kind.index());
        let is_read = question.action.index() == READ;
        Self {
            question,
            kind,
            role_table: question.tenant.role_table(question.cluster),
            permission: policy.permission(question.kind, question.action),
            reads_from_below: is_read && kind.is_some_and(|kind| kind.read_from_below),
            tally: Tally::default(),
        }
    }

    /// Visits the asker's own rules, those of its groups, and those of everyone.
    fn visit<T: Trace>(&mut self, trace: &mut T) {
        let question = self.question;
        if let Some(own) = question.asker.id {
            self.source(own, Via::Own, trace);
        }
        if !question.can_be_member() {
            return;
        }
        for group in question.token_groups() {
            self.source(group, Via::Token(group), trace);
        }
        for group in question.directory_groups() {
            self.source(*group, Via::Directory(*group), trace);
        }
        let everyone = question.tenant.everyone;
        self.source(everyone, Via::Everyone(everyone), trace);
        if matches!(question.groups, super::GroupList::NotKnown) {
            self.unknown_groups(trace);
        }
    }

    /// Visits the rules of one subject.
    fn source<T: Trace>(&mut self, subject: SubjectId, via: Via, trace: &mut T) {
        let Some(view) = self.question.tables.subject(subject) else { return };
        self.denies(subject, view, via, trace);
        if T::COMPLETE || !(self.tally.is_granted_for_good || self.tally.is_denied_for_good) {
            self.allows(subject, view, via, trace);
        }
    }

    fn denies<T: Trace>(&mut self, subject: SubjectId, view: SubjectView<'a>, via: Via, trace: &mut T) {
        for (position, row) in (0_u32..).zip(view.denies) {
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
                self.denies(*group, view, Via::Unknown(*group), trace);
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
        let permits = self.denies_permission(&row.denied);
        let can_matter = covers && permits;
        if self.is_skipped::<T>(met, can_matter) {
            return None;
        }
        let membership = if matches!(met.via, Via::Unknown(_)) { Truth::Error } else { Truth::True };
        let plain = Facets { covers, permits, membership, ..Facets::UNLIMITED };
        Some(self.limit(plain, met.limits, Effect::Deny, trace))
    }

    /// Returns whether a deny names the permission. A role that is not there would be a fault: the deny stands.
    fn denies_permission(&self, denied: &DeniedSet) -> bool {
        match denied {
            DeniedSet::Permissions(set) => set.contains(self.permission),
            DeniedSet::Role(role) => {
                let full = &self.question.tenant.full;
                full.n_rows() <= role.index() || full.contains(role.index(), self.permission)
            }
        }
    }

    /// Returns whether a rule need not be looked at further: it cannot matter, or nothing is left of it.
    fn is_skipped<T: Trace>(&self, met: Met<'a>, can_matter: bool) -> bool {
        let question = self.question;
        !can_matter && (!T::COMPLETE || !question.tables.is_live(question.tenant, met.scope, met.limits))
    }

    fn allows<T: Trace>(&mut self, subject: SubjectId, view: SubjectView<'a>, via: Via, trace: &mut T) {
        let rows = view.allows;
        let met = |position: usize, row: &AllowRow| {
            let position = u32::try_from(position).unwrap_or(u32::MAX);
            let id = RuleId { subject, position, is_through: via.group().is_some() };
            Met { id, via, scope: row.scope, role: Some(row.role()), limits: view.allow_limits(*row) }
        };
        if T::COMPLETE || self.reads_from_below || rows.len() <= SCAN_MAX {
            for (position, row) in rows.iter().enumerate() {
                self.allow(met(position, row), row, trace);
            }
            return;
        }
        for scope in &self.question.place.chain {
            let first = rows.partition_point(|row| row.scope < *scope);
            let here = rows.iter().enumerate().skip(first).take_while(|(_, row)| row.scope == *scope);
            for (position, row) in here {
                self.allow(met(position, row), row, trace);
            }
        }
    }

    fn allow<T: Trace>(&mut self, met: Met<'a>, row: &AllowRow, trace: &mut T) {
        let Some(facets) = self.allow_facets(met, row, trace) else { return };
        trace.allow(met, facets);
        let bound = self.bound(met.limits, facets);
        match facets.truth() {
            Truth::True => {
                self.tally.granted.get_or_insert(Basis::AccessRule(met.id));
                self.tally.is_granted_for_good |= bound.is_none();
            }
            Truth::Error => self.tally.allow_error = true,
            Truth::False => {}
        }
    }

    fn allow_facets<T: Trace>(&self, met: Met<'a>, row: &AllowRow, trace: &mut T) -> Option<Facets> {
        let covers = self.question.place.is_under(row.scope) || self.is_below(row.scope);
        if self.is_skipped::<T>(met, covers) {
            return None;
        }
        let permits = self.permits(row);
        if self.is_skipped::<T>(met, permits) {
            return None;
        }
        let plain = Facets { covers, permits, ..Facets::UNLIMITED };
        Some(self.limit(plain, met.limits, Effect::Allow, trace))
    }

    /// Returns whether a rule's scope is under the asked one, and that is enough.
    fn is_below(&self, scope: ScopeId) -> bool {
        let asked = self.question.scope;
        self.reads_from_below
            && scope != asked
            && self.question.tables.scope(scope).is_some_and(|row| row.is_under(asked))
    }

    /// Returns whether the role of a rule gives the permission here.
    fn permits(&self, row: &AllowRow) -> bool {
        let Some(table) = self.role_table else { return false };
        if let Some(asked) = &self.question.right {
            let cells = table.rights.get(row.role().index()).map_or(&[][..], |cells| cells);
            return asked.is_given(self.question, cells);
        }
        if !table.gives.contains(self.permission, row.role().index()) {
            return false;
        }
        if self.kind.is_none_or(|kind| kind.right != Right::Place) {
            return true;
        }
        let n_actions = self.question.tables.policy.actions.len();
        let at = row.role().index().saturating_mul(n_actions).saturating_add(self.question.action.index());
        table
            .places
            .get(at)
            .and_then(|mask| mask.checked_shr(self.question.place.kind))
            .is_some_and(|mask| mask & 1 == 1)
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
        let concerns = self.question.right.is_some() || self.kind.is_none_or(|kind| kind.concerns_cluster);
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
        let restricted = self.restriction(trace);
        let is_known = self.is_known();
        let is_stranger = self.question.asker.kind == SubjectKind::App && !is_known;
        let Tally { denied, deny_error, granted, allow_error, is_denied_for_good, boundary, .. } = self.tally;
        let is_timeless = restricted.is_some() || is_stranger || is_denied_for_good;
        let (reason, basis) = match (denied, deny_error, restricted) {
            (Some(basis), _, _) => (Reason::DeniedByRule, basis),
            (None, Some(basis), _) => (Reason::DenyError, basis),
            (None, None, Some(restricted)) => restricted,
            (None, None, None) if is_stranger => (Reason::UnknownSubject, Basis::Nothing),
            (None, None, None) => match granted {
                Some(basis) => (Reason::Granted, basis),
                None if !is_known => (Reason::UnknownSubject, Basis::Nothing),
                None if allow_error => (Reason::AllowError, Basis::Nothing),
                None => (Reason::NotGranted, Basis::Nothing),
            },
        };
        Outcome { reason, basis, boundary: boundary.filter(|_| !is_timeless) }
    }

    /// Returns the restriction that denies, one that applies before one in error.
    fn restriction<T: Trace>(&self, trace: &mut T) -> Option<(Reason, Basis)> {
        let policy = &self.question.tables.policy;
        let mut error = None;
        let mut applies = None;
        for position in policy.restrictions_of.get(self.permission).into_iter().flatten() {
            let truth = self.restricts(*position, trace);
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

    /// Returns whether a restriction denies.
    fn restricts<T: Trace>(&self, position: u32, trace: &mut T) -> Truth {
        let Some(restriction) = self.question.tables.policy.restrictions.get(position as usize) else {
            return Truth::Error;
        };
        match &restriction.test {
            Test::When(condition) => evaluate(self.question, condition, trace),
            Test::Unless(condition) => evaluate(self.question, condition, trace).not(),
            Test::Gate(gate) => match self.question.tenant.gate_state(*gate, self.question.cluster) {
                GateState::Open => Truth::False,
                GateState::Missing => Truth::True,
                GateState::Error => Truth::Error,
            },
        }
    }

    /// Returns whether the directory knows the asker.
    fn is_known(&self) -> bool {
        let Question { tables, tenant, asker, .. } = self.question;
        let is_known = |view: SubjectView<'_>| {
            let mut allows = view.allows.iter();
            view.account.is_listed || allows.any(|row| tables.is_live(tenant, row.scope, view.allow_limits(*row)))
        };
        asker.id.and_then(|id| tables.subject(id)).is_some_and(is_known)
    }
}

/// Whether a rule allows or denies: they fail to opposite sides.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Effect {
    Allow,
    Deny,
}

/// The position of `read` among the actions of every policy.
const READ: usize = 1;

/// Up to how many rules of a subject are scanned; more are searched, once for each scope above the asked one.
const SCAN_MAX: usize = 32;
