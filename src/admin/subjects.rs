//! Users, applications, groups and their members; disabling and enabling.

use crate::admin::answer::ChangeCode;
use crate::admin::draft::Draft;
use crate::admin::names::{Refusal, Who, require_names};
use crate::admin::rights::{Action, Rights, Target};
use crate::admin::rules::Way;
use crate::decide::Length;
use crate::name::SubjectKind;
use crate::snapshot::Account;

/// Disables or enables a user or an application.
pub(crate) fn change_enabled(
    draft: &mut Draft<'_>,
    actor: Option<&Rights<'_>>,
    subject: &str,
    is_disabled: bool,
) -> Result<(), Refusal> {
    let names = draft.names_before()?;
    let who = names.who(subject)?;
    names.require_subject(who)?;
    if let Some(rights) = actor {
        let code = if is_disabled { ChangeCode::MayNotTakeRole } else { ChangeCode::MayNotGiveRole };
        require_disable_right(rights, code)?;
    }
    let id = names.tables.subject_id(names.id, who.kind, who.name);
    let was_disabled = id.and_then(|id| names.tables.subject(id)).is_some_and(|view| view.account.is_disabled);
    if was_disabled == is_disabled {
        return Err(ChangeCode::Duplicate.into());
    }
    let id = draft.subject(who.kind, who.name);
    draft.edit_subject(id, |subject| {
        subject.account = Account { is_listed: true, is_disabled, ..subject.account };
    });
    Ok(())
}

fn require_disable_right(rights: &Rights<'_>, code: ChangeCode) -> Result<(), Refusal> {
    let names = rights.names;
    let root = names.tenant.root;
    let place = names.tables.scope(root).ok_or(ChangeCode::UnknownScope)?;
    let target = Target { scope: root, place, clusters: &[None], length: Length::Until(None) };
    let delegation = names.tables.policy.catalogue.delegation.as_ref();
    match delegation.and_then(|delegation| delegation.disable_right) {
        Some(kind) => rights.require_plain(Action::Update, Some(kind), target, code),
        None => rights.require_role(Action::Update, None, target, code),
    }
}

/// Lists a user, an application or a group.
pub(crate) fn create(draft: &mut Draft<'_>, subject: &str, is_internal: bool) -> Result<(), Refusal> {
    let names = draft.names_before()?;
    let who = names.who(subject)?;
    if names.is_everyone(who) {
        return Err(ChangeCode::InvalidName.into());
    }
    if is_internal && who.kind != SubjectKind::User {
        return Err(ChangeCode::InvalidRequest.into());
    }
    let account = Account { is_listed: true, is_disabled: false, is_internal };
    let id = names.tables.subject_id(names.id, who.kind, who.name);
    let is_listed = id.and_then(|id| names.tables.subject(id)).is_some_and(|view| view.account.is_listed);
    match id {
        Some(_) if is_listed => return Err(ChangeCode::Duplicate.into()),
        Some(id) => draft.edit_subject(id, |subject| subject.account = account),
        None => {
            draft.new_subject(who.kind, who.name, account);
        }
    }
    Ok(())
}

/// Deletes a user, an application or a group.
pub(crate) fn delete(draft: &mut Draft<'_>, subject: &str) -> Result<(), Refusal> {
    let names = draft.names_before()?;
    let who = names.who(subject)?;
    if names.is_everyone(who) {
        return Err(ChangeCode::InvalidName.into());
    }
    let id = names.tables.subject_id(names.id, who.kind, who.name);
    let id = id.filter(|id| names.is_mentioned(*id)).ok_or(ChangeCode::UnknownSubject)?;
    draft.delete_subject(id);
    Ok(())
}

/// Counts a member in or out.
pub(crate) fn change_member(draft: &mut Draft<'_>, way: Way, group: &str, member: &str) -> Result<(), Refusal> {
    let names = draft.names_before()?;
    require_names([group])?;
    let group = Who { kind: SubjectKind::Group, name: group };
    let who = names.who(member)?;
    if names.is_everyone(group) || who.kind == SubjectKind::Group {
        return Err(ChangeCode::InvalidName.into());
    }
    let group = names.tables.subject_id(names.id, group.kind, group.name);
    let is_listed = group.and_then(|id| names.tables.subject(id)).is_some_and(|view| view.account.is_listed);
    let group = group.filter(|_| is_listed).ok_or(ChangeCode::UnknownSubject)?;
    let id = names.tables.subject_id(names.id, who.kind, who.name);
    let is_member = id.and_then(|id| names.tables.subject(id)).is_some_and(|view| view.groups().contains(&group));
    match (way, is_member) {
        (Way::Add, _) => names.require_subject(who)?,
        (Way::Remove, false) => return Err(ChangeCode::UnknownSubject.into()),
        (Way::Remove, true) => {}
    }
    if way == Way::Add && is_member {
        return Err(ChangeCode::Duplicate.into());
    }
    let id = draft.subject(who.kind, who.name);
    draft.edit_subject(id, |subject| {
        subject.groups.retain(|own| *own != group);
        subject.groups.extend((way == Way::Add).then_some(group));
        subject.groups.sort_unstable();
    });
    Ok(())
}
