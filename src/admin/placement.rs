//! The older form: a subject has roles and, separately, organizations; each half is checked when it is changed.

use crate::admin::answer::ChangeCode;
use crate::admin::covers::Given;
use crate::admin::draft::Draft;
use crate::admin::names::{NamesOf, Refusal, Who, require_names, require_path};
use crate::admin::rights::{Rights, Target};
use crate::admin::rules::{Way, require_held};
use crate::id::{RoleId, ScopeId};
use crate::snapshot::{AllowOrigin, Limits, Placement, ScopeRow};

/// Gives or takes a role of the older form.
pub(crate) fn change_role(
    draft: &mut Draft<'_>,
    actor: Option<&Rights<'_>>,
    way: Way,
    subject: &str,
    role: &str,
) -> Result<(), Refusal> {
    let names = draft.names_before()?;
    let who = member(names, subject)?;
    require_names([role])?;
    let role = names.role(role)?;
    if way == Way::Add && names.is_disabled(role) {
        return Err(ChangeCode::RoleDisabled.into());
    }
    let placement = placement(names, who);
    match way {
        Way::Add => names.require_subject(who)?,
        Way::Remove if !placement.roles.contains(&role) => return Err(ChangeCode::UnknownRule.into()),
        Way::Remove => {}
    }
    if let Some(rights) = actor {
        let root = names.tenant.root;
        let mut asked = placement.organizations.clone();
        asked.extend(rules(names, &Placement { roles: vec![role], ..placement.clone() }).map(|(_, scope)| scope));
        if asked.is_empty() {
            asked.push(root);
        }
        asked.sort_unstable();
        asked.dedup();
        for scope in asked {
            with_target(names, scope, way, |target| {
                rights.require_role(way.action(), Some(role), target, way.codes().0)
            })?;
        }
        require_rules_held(rights, way, names, &Placement { roles: vec![role], ..placement.clone() })?;
    }
    if way == Way::Add && placement.roles.contains(&role) {
        return Err(ChangeCode::Duplicate.into());
    }
    let mut next = placement;
    match way {
        Way::Add => next.roles.push(role),
        Way::Remove => next.roles.retain(|own| *own != role),
    }
    write(draft, names, who, next);
    Ok(())
}

/// Places a subject in an organization of the older form, or takes it out.
pub(crate) fn change_place(
    draft: &mut Draft<'_>,
    actor: Option<&Rights<'_>>,
    way: Way,
    subject: &str,
    scope: &str,
) -> Result<(), Refusal> {
    let names = draft.names_before()?;
    let who = member(names, subject)?;
    require_path(scope)?;
    let (scope, place) = names.scope(scope)?;
    if !is_organization(names, place) {
        return Err(ChangeCode::WrongPlace.into());
    }
    let placement = placement(names, who);
    match way {
        Way::Add => names.require_subject(who)?,
        Way::Remove if !placement.organizations.contains(&scope) => return Err(ChangeCode::UnknownRule.into()),
        Way::Remove => {}
    }
    if let Some(rights) = actor {
        with_target(names, scope, way, |target| rights.require_place(way.action(), target, way.codes().1))?;
        let added = Placement { organizations: vec![scope], ..placement.clone() };
        let at_scope = Placement { roles: held_below(names, &added), ..added };
        require_rules_held(rights, way, names, &at_scope)?;
    }
    if way == Way::Add && placement.organizations.contains(&scope) {
        return Err(ChangeCode::Duplicate.into());
    }
    let mut next = placement;
    match way {
        Way::Add => next.organizations.push(scope),
        Way::Remove => next.organizations.retain(|own| *own != scope),
    }
    write(draft, names, who, next);
    Ok(())
}

/// Returns a subject that can have roles and organizations: anybody but everyone.
fn member<'a>(names: NamesOf<'_>, subject: &'a str) -> Result<Who<'a>, Refusal> {
    let who = names.who(subject)?;
    if names.is_everyone(who) { Err(ChangeCode::InvalidName.into()) } else { Ok(who) }
}

/// Asks something of a scope, for a rule without limits.
fn with_target(
    names: NamesOf<'_>,
    scope: ScopeId,
    way: Way,
    ask: impl FnOnce(Target<'_>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let place = names.tables.scope(scope).ok_or(ChangeCode::UnknownScope)?;
    let clusters = [place.cluster];
    ask(Target { scope, place, clusters: &clusters, length: way.length(None) })
}

/// Requires that the actor holds what a placement gives, where the policy is strict.
fn require_rules_held(rights: &Rights<'_>, way: Way, names: NamesOf<'_>, placement: &Placement) -> Result<(), Refusal> {
    if way == Way::Remove {
        return Ok(());
    }
    for (role, scope) in rules(names, placement) {
        let Some(place) = names.tables.scope(scope) else { continue };
        require_held(rights, Given { role, scope, place, clusters: &[place.cluster] })?;
    }
    Ok(())
}

/// Returns whether subjects can be placed at a scope.
fn is_organization(names: NamesOf<'_>, place: &ScopeRow) -> bool {
    let delegation = names.tables.policy.catalogue.delegation.as_ref();
    delegation.is_some_and(|delegation| delegation.organizations & crate::model::bit(place.kind as usize) != 0)
}

/// Returns the roles that are held at organizations, not at the tenant.
fn held_below(names: NamesOf<'_>, placement: &Placement) -> Vec<RoleId> {
    let root = names.tables.scope(names.tenant.root).map_or(0, |root| root.kind);
    placement.roles.iter().copied().filter(|role| !names.is_held_at(*role, root)).collect()
}

/// Returns the roles and organizations of a subject that are still there.
fn placement(names: NamesOf<'_>, who: Who<'_>) -> Placement {
    let id = names.tables.subject_id(names.id, who.kind, who.name);
    let mut placement = id.and_then(|id| names.tables.placement(id)).cloned().unwrap_or_default();
    placement.organizations.retain(|scope| names.tables.scope(*scope).is_some());
    placement
}

/// Returns the rules that roles and organizations make: a role that may be held at the tenant is held there, every
/// other at the organizations whose kind admits it.
fn rules<'a>(names: NamesOf<'a>, placement: &'a Placement) -> impl Iterator<Item = (RoleId, ScopeId)> + 'a {
    let root = names.tenant.root;
    let kind = move |scope: ScopeId| names.tables.scope(scope).map(|row| row.kind);
    let can_be_held = move |role: RoleId, scope: ScopeId| kind(scope).is_some_and(|kind| names.is_held_at(role, kind));
    placement.roles.iter().flat_map(move |role| {
        let at_root = can_be_held(*role, root).then_some(root);
        let below = placement
            .organizations
            .iter()
            .copied()
            .filter(move |scope| at_root.is_none() && can_be_held(*role, *scope));
        at_root.into_iter().chain(below).map(move |scope| (*role, scope))
    })
}

/// Writes a placement, and the rules that it makes.
fn write(draft: &mut Draft<'_>, names: NamesOf<'_>, who: Who<'_>, mut next: Placement) {
    next.roles.sort_unstable();
    next.organizations.sort_unstable();
    let made: Vec<(RoleId, ScopeId)> = rules(names, &next).collect();
    let id = draft.subject(who.kind, who.name);
    draft.edit_subject(id, |subject| {
        subject.retain_allows(|origin| !origin.is_placement);
        for (role, scope) in made {
            let origin = AllowOrigin { id: None, is_placement: true };
            subject.add_allow(scope, role, Limits::default(), origin);
        }
        subject.account.is_listed = true;
        subject.placement = next;
    });
}
