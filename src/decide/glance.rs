//! What can be told at a glance, which is nearly every question.
//!
//! A glance never differs from the walk: it follows the walk's order, and gives up where a condition, a time still to come, an
//! error or a deny may matter. Then the walk begins anew.

use std::slice;

use crate::decide::decision::{Decision, Reason, RuleId};
use crate::decide::sieve::Sieve;
use crate::decide::walk::is_open;
use crate::id::{ClusterId, SubjectId};
use crate::name::SubjectKind;
use crate::snapshot::{AllowRow, Limits, PermissionRow, ScopeRow, SubjectView, Tables, TenantRow, WINDOW};

/// What a glance needs of a question.
pub(crate) struct Sight<'a> {
    pub(crate) tables: &'a Tables,
    pub(crate) revision: u64,
    pub(crate) tenant: &'a TenantRow,
    pub(crate) permission: &'a PermissionRow,
    pub(crate) place: &'a ScopeRow,
    /// The cluster that is named.
    pub(crate) named_cluster: Option<ClusterId>,
    pub(crate) kind: SubjectKind,
    pub(crate) own: Option<SubjectId>,
    pub(crate) now: i64,
}

/// The groups whose rules concern the asker.
pub(crate) enum Circle<'a> {
    /// All of them, in the order in which they are asked.
    Whole(&'a [SubjectId]),
    /// Those of the token; those of the directory and everyone follow.
    Token(&'a [SubjectId]),
}

impl<'a> Sight<'a> {
    /// Returns the decision, if a glance at the rules of the asker and of its groups tells it. `is_restricted` says whether a
    /// restriction stands before the permission; it is asked where one may.
    #[inline]
    pub(crate) fn glance(&self, circle: &Circle<'_>, is_restricted: impl FnOnce() -> bool) -> Option<Decision> {
        if !self.is_plain() {
            return None;
        }
        let sieve = Sieve::new(self)?;
        let own = self.own.and_then(|own| self.tables.subject(own));
        if own.as_ref().is_some_and(|view| view.account.is_disabled) {
            return None;
        }
        let groups = match circle {
            Circle::Whole(groups) => [*groups, &[], &[]],
            Circle::Token(groups) => {
                let directory = own.as_ref().map_or(&[][..], SubjectView::groups);
                [*groups, directory, slice::from_ref(&self.tenant.everyone)]
            }
        };
        let mut look = Look { sight: self, sieve, granted: None };
        if let Some((id, view)) = self.own.zip(own.as_ref())
            && !look.at(id, view, false)
        {
            return None;
        }
        look.at_all(&groups)?;
        if !is_open(self.tables, self.tenant, self.permission, self.cluster()) && is_restricted() {
            return None;
        }
        match look.granted {
            Some(rule) => Some(Decision::grant(rule, self.revision)),
            None => refusal(self.tables, own.as_ref()).map(|reason| Decision::denial(reason, self.revision)),
        }
    }

    /// Returns whether a glance may tell at all: nothing refuses the question before a rule is read, and only rules at the asked
    /// scope and above it count.
    #[inline]
    fn is_plain(&self) -> bool {
        is_in_place(self.permission, self.place, self.named_cluster)
            && !self.permission.reads_from_below
            && !self.tenant.is_closed
            && self.kind == SubjectKind::User
    }

    /// Returns the cluster concerned: the one that is named, or else the one in which the scope lies.
    #[inline]
    pub(crate) fn cluster(&self) -> Option<ClusterId> {
        self.named_cluster.or(self.place.cluster)
    }
}

/// Returns whether a permission can be asked at a place; a cluster of which the place is no part is none.
#[inline]
pub(crate) fn is_in_place(permission: &PermissionRow, place: &ScopeRow, named_cluster: Option<ClusterId>) -> bool {
    let can_live = permission.places.unbounded_shr(place.kind) & 1 == 1;
    let is_elsewhere = named_cluster.is_some() && place.cluster.is_some() && named_cluster != place.cluster;
    can_live && !is_elsewhere
}

/// Returns why an asker is denied to whom no rule gives the permission, where it is plain whether the directory knows it: it is
/// listed, or a rule of its is surely still there; or nothing mentions it.
#[inline]
pub(crate) fn refusal(tables: &Tables, own: Option<&SubjectView<'_>>) -> Option<Reason> {
    let is_there = |row: &AllowRow| row.limits().is_none() && tables.edits.scopes.is_empty();
    match own {
        Some(view) if view.account.is_listed || view.allows.iter().any(is_there) => Some(Reason::NotGranted),
        Some(_) => None,
        None => Some(Reason::UnknownSubject),
    }
}

/// A glance on its way.
struct Look<'s, 'a> {
    sight: &'s Sight<'a>,
    sieve: Sieve<'a>,
    /// The first rule that gives the permission.
    granted: Option<RuleId>,
}

impl Look<'_, '_> {
    /// Looks at the rules of groups; nothing where they do not tell.
    #[inline]
    fn at_all(&mut self, groups: &[&[SubjectId]]) -> Option<()> {
        for group in groups.iter().copied().flatten() {
            if self.granted.is_some() && !self.sight.tenant.has_denies {
                break;
            }
            if let Some(view) = &self.sight.tables.subject(*group)
                && !self.at(*group, view, true)
            {
                return None;
            }
        }
        Some(())
    }

    /// Looks at the rules of one holder; returns whether they tell.
    #[inline]
    fn at(&mut self, holder: SubjectId, view: &SubjectView<'_>, is_through: bool) -> bool {
        let Sight { tenant, permission, place, .. } = self.sight;
        if tenant.has_denies && view.denies().iter().any(|row| row.may_matter(tenant, permission, place)) {
            return false;
        }
        if self.granted.is_some() {
            return true;
        }
        let found = if SCAN_MAX < view.allows.len() { self.search(view) } else { self.scan(view) };
        match found {
            Found::Nothing => true,
            Found::Rule(position) => {
                self.granted = Some(RuleId { subject: holder, position, is_through });
                true
            }
            Found::Unsure => false,
        }
    }

    #[inline]
    fn scan(&self, view: &SubjectView<'_>) -> Found {
        for at in (0..view.allows.len()).step_by(WINDOW) {
            let n_left = view.allows.len().saturating_sub(at);
            let mut rest = match view.window(at) {
                Some(window) => self.sieve.covered(window) & low_bits(n_left),
                None => self.sieve.covered_each(view.allows.get(at..).unwrap_or(&[])),
            };
            while rest != 0 {
                let position = at.saturating_add(rest.trailing_zeros() as usize);
                rest &= rest.wrapping_sub(1);
                match view.allows.get(position).filter(|row| self.sieve.permits(**row)).map(|row| self.hold(view, *row))
                {
                    Some(Some(true)) => return u32::try_from(position).map_or(Found::Unsure, Found::Rule),
                    Some(None) => return Found::Unsure,
                    Some(Some(false)) | None => {}
                }
            }
        }
        Found::Nothing
    }

    /// Like [`Look::scan`], for a holder with many rules: they are sorted by scope.
    #[inline(never)]
    fn search(&self, view: &SubjectView<'_>) -> Found {
        let rows = view.allows;
        for scope in self.sight.place.chain.ascending() {
            let first = rows.partition_point(|row| row.scope < scope);
            let here = rows.iter().enumerate().skip(first).take_while(|(_, row)| row.scope == scope);
            for (position, row) in here.filter(|(_, row)| self.sieve.passes(**row)) {
                match (self.hold(view, *row), u32::try_from(position)) {
                    (Some(true), Ok(position)) => return Found::Rule(position),
                    (Some(false), _) => {}
                    _ => return Found::Unsure,
                }
            }
        }
        Found::Nothing
    }

    /// Returns whether a rule holds, as far as a glance can tell.
    #[inline]
    fn hold(&self, view: &SubjectView<'_>, row: AllowRow) -> Option<bool> {
        match view.allow_limits(row) {
            None => Some(true),
            Some(limits) => within(limits, self.sight.cluster(), self.sight.now),
        }
    }
}

/// Returns a word with the lowest `n` bits of a window set.
fn low_bits(n: usize) -> u32 {
    const ALL: u32 = (1 << WINDOW) - 1;
    ALL >> WINDOW.saturating_sub(n)
}

/// What a glance at some access rules finds.
#[derive(Clone, Copy)]
pub(crate) enum Found {
    Nothing,
    /// The position of the first rule that gives the permission, for good: among those that were looked at.
    Rule(u32),
    Unsure,
}

/// Returns whether limits admit a request on a cluster at a time, for good; nothing where a condition, or time, may make a difference.
#[inline(never)]
pub(crate) fn within(limits: &Limits, cluster: Option<ClusterId>, now: i64) -> Option<bool> {
    let Limits { clusters, from, until, condition } = limits;
    if let Some(clusters) = clusters
        && !clusters.contains(cluster?.index())
    {
        return Some(false);
    }
    let is_past = |instant: &i64| *instant <= now;
    let has_begun = from.as_ref().is_none_or(is_past);
    match until {
        Some(until) if has_begun && is_past(until) => Some(false),
        None if has_begun && condition.is_none() => Some(true),
        _ => None,
    }
}

/// Up to how many rules of a subject are scanned; more are searched, once for each scope above the asked one. What is found first
/// is the same.
pub(crate) const SCAN_MAX: usize = 32;
