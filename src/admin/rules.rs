//! Access rules and denies: one item at a time, added or removed.

use std::sync::Arc;

use crate::admin::answer::ChangeCode;
use crate::admin::change::RuleLimits;
use crate::admin::covers::{Given, uncovered};
use crate::admin::draft::Draft;
use crate::admin::last::is_strict;
use crate::admin::names::{NamesOf, Refusal, Who, require_names, require_path};
use crate::admin::rights::{Action, Rights, Target};
use crate::bits::Bits;
use crate::decide::{Groups, Length};
use crate::id::{KindId, RoleId, ScopeId};
use crate::model::{Catalogue, bit};
use crate::name::SubjectKind;
use crate::snapshot::{AllowOrigin, AllowRow, DeniedCell, DeniedSet, DenyOrigin, DenyRow, Limits, ScopeRow};

/// Whether a rule comes or goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Way {
    Add,
    Remove,
}

impl Way {
    pub(crate) fn action(self) -> Action {
        match self {
            Self::Add => Action::Create,
            Self::Remove => Action::Delete,
        }
    }

    /// Returns how a right that is missing is called: for the role, and for the place.
    pub(crate) fn codes(self) -> (ChangeCode, ChangeCode) {
        match self {
            Self::Add => (ChangeCode::MayNotGiveRole, ChangeCode::MayNotPlace),
            Self::Remove => (ChangeCode::MayNotTakeRole, ChangeCode::MayNotDisplace),
        }
    }

    /// Returns for how long a right is asked; what goes is not asked how long it held.
    pub(crate) fn length(self, until: Option<i64>) -> Length {
        match self {
            Self::Add => Length::Until(until),
            Self::Remove => Length::Any,
        }
    }
}

/// One access rule by names.
pub(crate) struct RuleItem<'a> {
    pub(crate) way: Way,
    pub(crate) subject: &'a str,
    pub(crate) role: &'a str,
    pub(crate) scope: &'a str,
    pub(crate) limits: RuleLimits<'a>,
}

/// Adds or removes an access rule; `actor` is nobody where the host does.
pub(crate) fn change_rule(
    draft: &mut Draft<'_>,
    actor: Option<&Rights<'_>>,
    item: &RuleItem<'_>,
) -> Result<(), Refusal> {
    let names = draft.names_before()?;
    let who = names.who(item.subject)?;
    require_names([item.role].into_iter().chain(item.limits.clusters.into_iter().flatten().copied()))?;
    require_path(item.scope)?;
    let (scope, place) = names.scope(item.scope)?;
    let role = names.role(item.role)?;
    if item.way == Way::Add && names.is_disabled(role) {
        return Err(ChangeCode::RoleDisabled.into());
    }
    if item.way == Way::Add && !names.is_held_at(role, place.kind) {
        return Err(ChangeCode::WrongPlace.into());
    }
    let limits = names.limits(&item.limits, place)?;
    let existing = existing_rules(names, who, role, scope, &limits);
    match item.way {
        Way::Add => names.require_subject(who)?,
        Way::Remove if existing.is_empty() => return Err(ChangeCode::UnknownRule.into()),
        Way::Remove => {}
    }
    if let Some(rights) = actor {
        let clusters = names.asked_clusters(&limits, place);
        let target = Target { scope, place, clusters: &clusters, length: item.way.length(limits.until) };
        let (role_code, place_code) = item.way.codes();
        rights.require_role(item.way.action(), Some(role), target, role_code)?;
        rights.require_place(item.way.action(), target, place_code)?;
        if item.way == Way::Add {
            require_held(rights, Given { role, scope, place, clusters: &clusters })?;
        }
    }
    if item.way == Way::Add && !existing.is_empty() {
        return Err(ChangeCode::Duplicate.into());
    }
    let subject = draft.subject(who.kind, who.name);
    draft.edit_subject(subject, |subject| match item.way {
        Way::Remove => existing.iter().rev().for_each(|position| subject.remove_allow(*position)),
        Way::Add => subject.add_allow(scope, role, limits, AllowOrigin::default()),
    });
    Ok(())
}

/// Requires that the actor holds what it gives, where the policy is strict.
pub(crate) fn require_held(rights: &Rights<'_>, given: Given<'_>) -> Result<(), Refusal> {
    let missing = if is_strict(rights.names) { uncovered(rights, given) } else { Vec::new() };
    if missing.is_empty() { Ok(()) } else { Err(Refusal { code: ChangeCode::NotHeld, missing }) }
}

/// Returns the positions of the rules that say the same. They are several where their lists lost the cluster that told them apart:
/// what is taken from somebody is taken with all of them.
fn existing_rules(names: NamesOf<'_>, who: Who<'_>, role: RoleId, scope: ScopeId, limits: &Limits) -> Vec<usize> {
    let Some(id) = names.tables.subject_id(names.id, who.kind, who.name) else { return Vec::new() };
    let Some(view) = names.tables.subject(id) else { return Vec::new() };
    let is_same = |position: u32, row: &AllowRow| {
        (row.role(), row.scope) == (role, scope)
            && names.is_same(view.allow_limits(*row), limits)
            && !names.tables.allow_origin(id, position).is_placement
    };
    let positions = (0_u32..).zip(0..).zip(view.allows);
    positions.filter(|((position, _), row)| is_same(*position, row)).map(|((_, at), _)| at).collect()
}

/// What one deny denies, by names.
#[derive(Clone, Copy)]
pub(crate) enum DeniedItem<'a> {
    Role(&'a str),
    Permissions(&'a [(&'a str, &'a [&'a str])]),
}

/// One deny rule by names.
pub(crate) struct DenyItem<'a> {
    pub(crate) way: Way,
    pub(crate) subject: &'a str,
    pub(crate) denied: DeniedItem<'a>,
    pub(crate) scope: &'a str,
    pub(crate) limits: RuleLimits<'a>,
}

/// Adds or removes a deny rule; `actor` is nobody where the host does.
pub(crate) fn change_deny(
    draft: &mut Draft<'_>,
    actor: Option<&Rights<'_>>,
    item: &DenyItem<'_>,
) -> Result<(), Refusal> {
    let names = draft.names_before()?;
    let who = names.who(item.subject)?;
    match item.denied {
        DeniedItem::Role(role) => require_names([role])?,
        DeniedItem::Permissions(cells) => require_names(
            cells.iter().flat_map(|(kind, actions)| std::iter::once(*kind).chain(actions.iter().copied())),
        )?,
    }
    require_names(item.limits.clusters.into_iter().flatten().copied())?;
    require_path(item.scope)?;
    let (scope, place) = names.scope(item.scope)?;
    let (denied, written) = denied(names, item.denied)?;
    let limits = names.limits(&item.limits, place)?;
    let existing = existing_denies(names, who, &denied, scope, &limits);
    match item.way {
        Way::Add => names.require_subject(who)?,
        Way::Remove if existing.is_empty() => return Err(ChangeCode::UnknownRule.into()),
        Way::Remove => {}
    }
    if let Some(rights) = actor {
        if item.way == Way::Add && is_own(rights, who) {
            return Err(ChangeCode::OwnDeny.into());
        }
        require_deny_rights(rights, item.way, scope, place, &limits)?;
    }
    if item.way == Way::Add && !existing.is_empty() {
        return Err(ChangeCode::Duplicate.into());
    }
    let subject = draft.subject(who.kind, who.name);
    draft.edit_subject(subject, |subject| match item.way {
        Way::Remove => existing.iter().rev().for_each(|position| subject.remove_deny(*position)),
        Way::Add => subject.add_deny(scope, denied, limits, DenyOrigin { id: None, written }),
    });
    draft.note_group_denies(subject);
    Ok(())
}

fn require_deny_rights(
    rights: &Rights<'_>,
    way: Way,
    scope: ScopeId,
    place: &ScopeRow,
    limits: &Limits,
) -> Result<(), Refusal> {
    let clusters = rights.names.asked_clusters(limits, place);
    let target = Target { scope, place, clusters: &clusters, length: way.length(limits.until) };
    let (role_code, place_code) = way.codes();
    rights.require_role(way.action(), None, target, role_code)?;
    rights.require_place(way.action(), target, place_code)
}

/// Returns what a deny denies, as rows hold it and as it is written.
fn denied(names: NamesOf<'_>, denied: DeniedItem<'_>) -> Result<(DeniedSet, Box<[DeniedCell]>), Refusal> {
    let cells = match denied {
        DeniedItem::Role(role) => return Ok((DeniedSet::Role(names.role(role)?), Box::default())),
        DeniedItem::Permissions(cells) => cells,
    };
    let policy = &names.tables.policy;
    let catalogue = &policy.catalogue;
    let mut written = Vec::with_capacity(cells.len());
    for (kind, actions) in cells {
        let kind = match *kind {
            STAR => None,
            name => Some(policy.kind(name).ok_or(ChangeCode::UnknownRole)?),
        };
        let is_known = |action: &&str| *action == STAR || policy.action(action).is_some();
        if !actions.iter().all(is_known) {
            return Err(ChangeCode::UnknownRole.into());
        }
        let listed = actions.iter().filter_map(|action| policy.action(action));
        let mask = listed.fold(0, |mask, action| mask | bit(action.index()));
        written.push(DeniedCell { kind, actions: (!actions.contains(&STAR)).then_some(mask) });
    }
    let set = denied_set(&written, catalogue);
    if set.is_empty() {
        return Err(ChangeCode::InvalidRequest.into());
    }
    Ok((DeniedSet::Permissions(Arc::new(set)), written.into_boxed_slice()))
}

fn denied_set(written: &[DeniedCell], catalogue: &Catalogue) -> Bits {
    let n_actions = catalogue.actions.len();
    let mut set = Bits::with_size(catalogue.kinds.len().saturating_mul(n_actions));
    for cell in written {
        let kinds = (0..catalogue.kinds.len()).filter(|kind| cell.kind.is_none_or(|own| own == KindId::new(*kind)));
        for kind in kinds {
            let actions = cell.actions.unwrap_or_else(|| catalogue.all_actions());
            for action in (0..n_actions).filter(|action| actions & bit(*action) != 0) {
                set.insert(kind.saturating_mul(n_actions).saturating_add(action));
            }
        }
    }
    set
}

/// Returns the positions of the denies that say the same: see [`existing_rules`].
fn existing_denies(
    names: NamesOf<'_>,
    who: Who<'_>,
    denied: &DeniedSet,
    scope: ScopeId,
    limits: &Limits,
) -> Vec<usize> {
    let id = names.tables.subject_id(names.id, who.kind, who.name);
    let Some(view) = id.and_then(|id| names.tables.subject(id)) else { return Vec::new() };
    let is_same =
        |row: &DenyRow| row.scope == scope && row.denied == *denied && names.is_same(view.deny_limits(row), limits);
    view.denies().iter().enumerate().filter(|(_, row)| is_same(row)).map(|(position, _)| position).collect()
}

/// Returns whether a deny of somebody is, or may be, one of the actor itself.
fn is_own(rights: &Rights<'_>, who: Who<'_>) -> bool {
    let holder = &rights.holder;
    let is_same = crate::name::split_subject(holder.asker.text) == Some((who.kind, who.name));
    if is_same || who.kind != SubjectKind::Group || holder.asker.kind == SubjectKind::Group {
        return is_same;
    }
    let Groups::Listed(token) = holder.groups else { return true };
    let NamesOf { tables, id, .. } = rights.names;
    let own = holder.asker.id.and_then(|id| tables.subject(id)).map_or(&[][..], |view| view.groups());
    let group = tables.subject_id(id, SubjectKind::Group, who.name);
    rights.names.is_everyone(who) || token.contains(&who.name) || group.is_some_and(|group| own.contains(&group))
}

/// Every kind, or every action.
const STAR: &str = "*";
