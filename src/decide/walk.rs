//! The one walk: over the rules of a subject and its groups, then the restrictions, to a reason.

use crate::decide::condition::{Seen, Truth, evaluate};
use crate::decide::decision::{Basis, Reason};
use crate::decide::question::Question;
use crate::id::SubjectId;
use crate::name::SubjectKind;
use crate::snapshot::{AllowRow, DenyRow, GateState, KindRow, Limits, Right, RoleTable, SubjectRow, Test};

/// Takes note of what the walk sees.
pub(crate) trait Trace: Seen {
    /// Whether rows that cannot matter to the decision are visited too.
    const COMPLETE: bool;

    /// Notes an access rule.
    fn allow(&mut self, row: u32, via: Via, facets: Facets);

    /// Notes a deny rule.
    fn deny(&mut self, row: u32, via: Via, facets: Facets);

    /// Notes a restriction on the asked permission: true denies.
    fn restriction(&mut self, restriction: u32, truth: Truth);
}

impl Trace for () {
    const COMPLETE: bool = false;

    fn allow(&mut self, _: u32, _: Via, _: Facets) {}

    fn deny(&mut self, _: u32, _: Via, _: Facets) {}

    fn restriction(&mut self, _: u32, _: Truth) {}
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
        let kind = question.tables.kind_rows.get(question.kind.index());
        let is_read = question.action.index() == READ;
        Self {
            question,
            kind,
            role_table: question.tenant.role_table(question.cluster),
            permission: question.tables.permission(question.kind, question.action),
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
        let Some(row) = self.question.tables.subjects.get(subject.index()) else { return };
        self.denies(row, via, trace);
        if T::COMPLETE || !(self.tally.is_granted_for_good || self.tally.is_denied_for_good) {
            self.allows(row, via, trace);
        }
    }

    fn denies<T: Trace>(&mut self, subject: &SubjectRow, via: Via, trace: &mut T) {
        for position in subject.denies.clone() {
            self.deny(position, via, trace);
        }
    }

    /// Visits the denies of groups that the asker may be in.
    fn unknown_groups<T: Trace>(&mut self, trace: &mut T) {
        let question = self.question;
        for position in &question.tenant.group_denies {
            let origin = question.tables.deny_origins.get(*position as usize);
            let Some(group) = origin.map(|origin| origin.subject) else { continue };
            if !question.directory_groups().contains(&group) {
                self.deny(*position, Via::Unknown(group), trace);
            }
        }
    }

    fn deny<T: Trace>(&mut self, position: u32, via: Via, trace: &mut T) {
        let Some(row) = self.question.tables.denies.get(position as usize) else { return };
        let Some(facets) = self.deny_facets(row, via, trace) else { return };
        trace.deny(position, via, facets);
        let bound = self.bound(row.limits, facets);
        let basis = Basis::DenyRule { rule: position, through: via.group() };
        match facets.truth() {
            Truth::True => {
                self.tally.denied.get_or_insert(basis);
                self.tally.is_denied_for_good |= bound.is_none();
            }
            Truth::Error => {
                self.tally.deny_error.get_or_insert(basis);
            }
            Truth::False => {}
        }
    }

    fn deny_facets<T: Trace>(&self, row: &DenyRow, via: Via, trace: &mut T) -> Option<Facets> {
        let asked = self.question.scope;
        let covers = row.scope <= asked && asked < row.end;
        let set = self.question.tables.deny_sets.get(row.set as usize);
        // A set that is not there would be a fault of the compiler: the deny stands.
        let permits = set.is_none_or(|set| set.contains(self.permission));
        let can_matter = covers && permits;
        if !T::COMPLETE && !can_matter {
            return None;
        }
        let membership = if matches!(via, Via::Unknown(_)) { Truth::Error } else { Truth::True };
        let plain = Facets { covers, permits, membership, ..Facets::UNLIMITED };
        Some(self.limit(plain, row.limits, Effect::Deny, trace))
    }

    fn allows<T: Trace>(&mut self, subject: &SubjectRow, via: Via, trace: &mut T) {
        let range = subject.allows.start as usize..subject.allows.end as usize;
        let Some(rows) = self.question.tables.allows.get(range) else { return };
        if T::COMPLETE || self.reads_from_below || rows.len() <= SCAN_MAX {
            for (position, row) in (subject.allows.start..).zip(rows) {
                self.allow(position, row, via, trace);
            }
            return;
        }
        let mut scope = Some(self.question.scope);
        while let Some(at) = scope {
            let first = rows.partition_point(|row| row.scope < at);
            let here = rows.iter().enumerate().skip(first).take_while(|(_, row)| row.scope == at);
            for (offset, row) in here {
                let position = subject.allows.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
                self.allow(position, row, via, trace);
            }
            scope = self.question.tables.scopes.get(at.index()).and_then(|row| row.parent);
        }
    }

    fn allow<T: Trace>(&mut self, position: u32, row: &AllowRow, via: Via, trace: &mut T) {
        let Some(facets) = self.allow_facets(row, trace) else { return };
        trace.allow(position, via, facets);
        let bound = self.bound(row.limits, facets);
        match facets.truth() {
            Truth::True => {
                self.tally.granted.get_or_insert(Basis::AccessRule { rule: position, through: via.group() });
                self.tally.is_granted_for_good |= bound.is_none();
            }
            Truth::Error => self.tally.allow_error = true,
            Truth::False => {}
        }
    }

    fn allow_facets<T: Trace>(&self, row: &AllowRow, trace: &mut T) -> Option<Facets> {
        let asked = self.question.scope;
        let is_above = row.scope <= asked && asked < row.end;
        let is_below = self.reads_from_below && asked < row.scope && row.scope < self.question.place.end;
        let covers = is_above || is_below;
        if !T::COMPLETE && !covers {
            return None;
        }
        let permits = self.permits(row);
        if !T::COMPLETE && !permits {
            return None;
        }
        let plain = Facets { covers, permits, ..Facets::UNLIMITED };
        Some(self.limit(plain, row.limits, Effect::Allow, trace))
    }

    /// Returns whether the role of a rule gives the permission here.
    fn permits(&self, row: &AllowRow) -> bool {
        let Some(table) = self.role_table else { return false };
        if !table.gives.contains(row.role.index(), self.permission) {
            return false;
        }
        if self.kind.is_none_or(|kind| kind.right != Right::Place) {
            return true;
        }
        let n_actions = self.question.tables.action_names.len();
        let at = row.role.index().saturating_mul(n_actions).saturating_add(self.question.action.index());
        table
            .places
            .get(at)
            .and_then(|mask| mask.checked_shr(self.question.place.kind))
            .is_some_and(|mask| mask & 1 == 1)
    }

    /// Adds the answers of a rule's limits.
    fn limit<T: Trace>(&self, plain: Facets, position: u32, effect: Effect, trace: &mut T) -> Facets {
        let Some(limits) = self.question.limits(position) else { return plain };
        let clusters = self.clusters(limits, effect);
        let is_settled = !T::COMPLETE && clusters == Truth::False;
        let condition = match limits.condition {
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
        let concerns = self.kind.is_none_or(|kind| kind.concerns_cluster);
        match (concerns, effect) {
            (true, Effect::Allow) => Truth::False,
            (true, Effect::Deny) => Truth::Error,
            (false, Effect::Allow) => Truth::of(!list.is_empty()),
            (false, Effect::Deny) => Truth::True,
        }
    }

    /// Notes and returns the first later instant at which a rule that matters begins or ends.
    fn bound(&mut self, position: u32, facets: Facets) -> Option<i64> {
        let limits = self.question.limits(position)?;
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
        let tables = self.question.tables;
        let mut error = None;
        let mut applies = None;
        for position in tables.restrictions_of.get(self.permission).into_iter().flatten() {
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
        let Some(restriction) = self.question.tables.restrictions.get(position as usize) else { return Truth::Error };
        match restriction.test {
            Test::When(condition) => evaluate(self.question, condition, trace),
            Test::Unless(condition) => evaluate(self.question, condition, trace).not(),
            Test::Gate(gate) => match self.question.tenant.gate_state(gate, self.question.cluster) {
                GateState::Open => Truth::False,
                GateState::Missing => Truth::True,
                GateState::Error => Truth::Error,
            },
        }
    }

    /// Returns whether the directory knows the asker.
    fn is_known(&self) -> bool {
        let row = self.question.asker.id.and_then(|id| self.question.tables.subjects.get(id.index()));
        row.is_some_and(|row| row.is_known)
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
