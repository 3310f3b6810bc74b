//! An edit item by item: each is asked, written where it is approved, and seen by those after it.

use crate::admin::answer::{Answer, ChangeCode};
use crate::admin::change::{Actor, Change, Denied, Denies, Edit, RuleLimits, Rules};
use crate::admin::draft::Draft;
use crate::admin::last::{Loss, require_administrators};
use crate::admin::names::{NamesOf, Refusal};
use crate::admin::places::{
    ClusterEdit, change_cluster, change_role, create_scope, delete_scope, move_scope, rename_scope,
};
use crate::admin::rights::{Rights, holder};
use crate::admin::rules::{DeniedItem, DenyItem, RuleItem, Way, change_deny, change_rule};
use crate::admin::{placement, subjects};
use crate::decide::speaks_for_subject;
use crate::id::TenantId;
use crate::name::{self, split_subject};
use crate::snapshot::Tables;

/// Answers a change item by item; returns the tables that it leads to.
pub(crate) fn answer(tables: &Tables, actor: &Actor<'_>, change: &Change<'_>) -> (Vec<Answer>, Tables) {
    let tenant = match whole(tables, actor, change) {
        Ok(tenant) => tenant,
        Err(code) => return (vec![Item::default().answer(Err(code.into()))], tables.clone()),
    };
    let mut latest = None;
    let answers = items(&change.edit)
        .into_iter()
        .map(|item| {
            let answered = step(latest.as_ref().unwrap_or(tables), tenant, actor, change, &item);
            item.answer(answered.map(|next| latest = Some(next)))
        })
        .collect();
    (answers, latest.unwrap_or_else(|| tables.clone()))
}

/// Returns the tenant, unless the change can be refused whole.
fn whole(tables: &Tables, actor: &Actor<'_>, change: &Change<'_>) -> Result<TenantId, ChangeCode> {
    let is_overreaching = matches!(actor, Actor::Subject { .. }) && is_for_host(&change.edit);
    if is_overreaching || is_empty(&change.edit) || asks_group(&change.edit) {
        return Err(ChangeCode::InvalidRequest);
    }
    let tenant = home(tables, actor, change.tenant)?;
    let root = tables.tenant(tenant).map_or("", |row| &row.name);
    if touches_root(&change.edit, root) { Err(ChangeCode::InvalidRequest) } else { Ok(tenant) }
}

/// Returns whether the root is to be moved, renamed or deleted, or a scope to be moved below itself.
fn touches_root(edit: &Edit<'_>, root: &str) -> bool {
    match *edit {
        Edit::MoveScope { scope, to } => {
            let rest = to.strip_prefix(scope);
            scope == root || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        }
        Edit::RenameScope { scope, .. } | Edit::DeleteScope(scope) => scope == root,
        _ => false,
    }
}

/// Returns the tenant of a well-formed actor.
pub(crate) fn home(tables: &Tables, actor: &Actor<'_>, tenant: Option<&str>) -> Result<TenantId, ChangeCode> {
    let is_malformed = match actor {
        Actor::Host => false,
        Actor::Subject { subject, context, .. } => {
            let is_name = split_subject(subject).is_some_and(|(_, name)| name::check(name).is_ok());
            !is_name || speaks_for_subject(context)
        }
    };
    let is_homeless = tenant.is_none() && tables.tenants.len() != 1;
    if is_malformed || is_homeless || tenant.is_some_and(|name| name::check_scope(name).is_err()) {
        return Err(ChangeCode::InvalidRequest);
    }
    match tenant {
        Some(name) => tables.tenant_id(name).ok_or(ChangeCode::UnknownTenant),
        None => Ok(TenantId::new(0)),
    }
}

/// Returns whether only the host may make an edit.
fn is_for_host(edit: &Edit<'_>) -> bool {
    !matches!(
        edit,
        Edit::AddRules(_)
            | Edit::RemoveRules(_)
            | Edit::AddDenies(_)
            | Edit::RemoveDenies(_)
            | Edit::GiveRole { .. }
            | Edit::TakeRole { .. }
            | Edit::Place { .. }
            | Edit::Displace { .. }
            | Edit::Disable(_)
            | Edit::Enable(_)
            | Edit::MoveScope { .. }
    )
}

/// Returns whether an edit has a list without items.
fn is_empty(edit: &Edit<'_>) -> bool {
    match edit {
        Edit::AddRules(rules) | Edit::RemoveRules(rules) => {
            rules.subjects.is_empty() || rules.roles.is_empty() || rules.scopes.is_empty()
        }
        Edit::AddDenies(denies) | Edit::RemoveDenies(denies) => {
            let denies_nothing = match denies.denied {
                Denied::Roles(roles) => roles.is_empty(),
                Denied::Permissions(cells) => cells.is_empty() || cells.iter().any(|(_, actions)| actions.is_empty()),
            };
            denies.subjects.is_empty() || denies.scopes.is_empty() || denies_nothing
        }
        Edit::Disable(subjects) | Edit::Enable(subjects) => subjects.is_empty(),
        _ => false,
    }
}

/// Returns whether a group is to be disabled or enabled, which only users and applications can be.
fn asks_group(edit: &Edit<'_>) -> bool {
    let is_group = |subject: &&str| split_subject(subject).is_some_and(|(kind, _)| kind == name::SubjectKind::Group);
    match edit {
        Edit::Disable(subjects) | Edit::Enable(subjects) => subjects.iter().any(is_group),
        _ => false,
    }
}

/// One item of an edit.
#[derive(Clone, Copy, Default)]
struct Item<'a> {
    subject: Option<&'a str>,
    role: Option<&'a str>,
    scope: Option<&'a str>,
    step: Step<'a>,
}

/// What an item does.
#[derive(Clone, Copy, Default)]
enum Step<'a> {
    #[default]
    Nothing,
    Rule(Way, RuleLimits<'a>),
    Deny(Way, DeniedItem<'a>, RuleLimits<'a>),
    /// Whatever is one item as a whole.
    Whole(Edit<'a>),
    Enabled(bool),
}

impl Item<'_> {
    fn answer(self, answered: Result<(), Refusal>) -> Answer {
        let refusal = answered.err();
        Answer {
            code: refusal.as_ref().map_or(ChangeCode::Ok, |refusal| refusal.code),
            subject: self.subject.unwrap_or("").to_owned(),
            role: self.role.map(str::to_owned),
            scope: self.scope.map(str::to_owned),
            missing: refusal.map(|refusal| refusal.missing).unwrap_or_default(),
        }
    }
}

/// Returns the items of an edit, in the order in which they are answered.
fn items<'a>(edit: &Edit<'a>) -> Vec<Item<'a>> {
    match *edit {
        Edit::AddRules(rules) => rule_items(Way::Add, rules),
        Edit::RemoveRules(rules) => rule_items(Way::Remove, rules),
        Edit::AddDenies(denies) => deny_items(Way::Add, denies),
        Edit::RemoveDenies(denies) => deny_items(Way::Remove, denies),
        Edit::Disable(subjects) => enabled_items(subjects, true),
        Edit::Enable(subjects) => enabled_items(subjects, false),
        whole => vec![Item { step: Step::Whole(whole), ..named(whole) }],
    }
}

/// Returns the names that an item is about.
fn named(edit: Edit<'_>) -> Item<'_> {
    let (subject, role, scope) = match edit {
        Edit::GiveRole { subject, role } | Edit::TakeRole { subject, role } => (Some(subject), Some(role), None),
        Edit::Place { subject, scope } | Edit::Displace { subject, scope } => (Some(subject), None, Some(scope)),
        Edit::MoveScope { scope, .. } | Edit::RenameScope { scope, .. } | Edit::DeleteScope(scope) => {
            (None, None, Some(scope))
        }
        Edit::CreateScope { path, .. } => (None, None, Some(path)),
        Edit::CreateSubject { subject, .. } | Edit::DeleteSubject(subject) => (Some(subject), None, None),
        Edit::AddMember { member, .. } | Edit::RemoveMember { member, .. } => (Some(member), None, None),
        Edit::DisableRole(role) | Edit::EnableRole(role) => (None, Some(role), None),
        _ => (None, None, None),
    };
    Item { subject, role, scope, step: Step::Nothing }
}

fn rule_items(way: Way, rules: Rules<'_>) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    for subject in rules.subjects {
        for role in rules.roles {
            let step = Step::Rule(way, rules.limits);
            let item = |scope| Item { subject: Some(*subject), role: Some(*role), scope: Some(scope), step };
            items.extend(rules.scopes.iter().map(|scope| item(*scope)));
        }
    }
    items
}

fn deny_items(way: Way, denies: Denies<'_>) -> Vec<Item<'_>> {
    let denied: Vec<DeniedItem<'_>> = match denies.denied {
        Denied::Roles(roles) => roles.iter().map(|role| DeniedItem::Role(role)).collect(),
        Denied::Permissions(cells) => vec![DeniedItem::Permissions(cells)],
    };
    let mut items = Vec::new();
    for subject in denies.subjects {
        for denied in &denied {
            let role = match denied {
                DeniedItem::Role(role) => Some(*role),
                DeniedItem::Permissions(_) => None,
            };
            let step = Step::Deny(way, *denied, denies.limits);
            let item = |scope| Item { subject: Some(*subject), role, scope: Some(scope), step };
            items.extend(denies.scopes.iter().map(|scope| item(*scope)));
        }
    }
    items
}

fn enabled_items<'a>(subjects: &[&'a str], is_disabled: bool) -> Vec<Item<'a>> {
    let item =
        |subject: &&'a str| Item { subject: Some(*subject), step: Step::Enabled(is_disabled), ..Item::default() };
    subjects.iter().map(item).collect()
}

/// Asks one item, and returns what it leads to.
fn step(
    before: &Tables,
    tenant: TenantId,
    actor: &Actor<'_>,
    change: &Change<'_>,
    item: &Item<'_>,
) -> Result<Tables, Refusal> {
    let mut draft = Draft::new(before, tenant);
    let names = draft.names_before()?;
    let holder = holder(names, actor)?;
    let rights = holder.map(|holder| Rights { names, holder, now: change.now });
    perform(&mut draft, rights.as_ref(), item)?;
    if let Some(loss) = loss(item).filter(|_| !change.is_forced) {
        let after = NamesOf::new(&draft.tables, tenant).ok_or(ChangeCode::UnknownTenant)?;
        require_administrators(names, after, loss, change.now)?;
    }
    Ok(draft.tables)
}

/// Performs one item on a draft.
fn perform(draft: &mut Draft<'_>, rights: Option<&Rights<'_>>, item: &Item<'_>) -> Result<(), Refusal> {
    let (subject, role, scope) = (item.subject.unwrap_or(""), item.role.unwrap_or(""), item.scope.unwrap_or(""));
    match item.step {
        Step::Nothing => Err(ChangeCode::InvalidRequest.into()),
        Step::Rule(way, limits) => change_rule(draft, rights, &RuleItem { way, subject, role, scope, limits }),
        Step::Deny(way, denied, limits) => {
            change_deny(draft, rights, &DenyItem { way, subject, denied, scope, limits })
        }
        Step::Enabled(is_disabled) => subjects::change_enabled(draft, rights, subject, is_disabled),
        Step::Whole(edit) => perform_whole(draft, rights, edit),
    }
}

fn perform_whole(draft: &mut Draft<'_>, rights: Option<&Rights<'_>>, edit: Edit<'_>) -> Result<(), Refusal> {
    match edit {
        Edit::GiveRole { subject, role } => placement::change_role(draft, rights, Way::Add, subject, role),
        Edit::TakeRole { subject, role } => placement::change_role(draft, rights, Way::Remove, subject, role),
        Edit::Place { subject, scope } => placement::change_place(draft, rights, Way::Add, subject, scope),
        Edit::Displace { subject, scope } => placement::change_place(draft, rights, Way::Remove, subject, scope),
        Edit::MoveScope { scope, to } => move_scope(draft, rights, scope, to),
        Edit::CreateScope { path, id, kind } => create_scope(draft, path, id, kind),
        Edit::RenameScope { scope, name } => rename_scope(draft, scope, name),
        Edit::DeleteScope(scope) => delete_scope(draft, scope),
        Edit::CreateCluster { name, id } => change_cluster(draft, ClusterEdit::Create { name, id }),
        Edit::RenameCluster { cluster, name } => change_cluster(draft, ClusterEdit::Rename { cluster, name }),
        Edit::DeleteCluster(cluster) => change_cluster(draft, ClusterEdit::Delete(cluster)),
        Edit::CreateSubject { subject, is_internal } => subjects::create(draft, subject, is_internal),
        Edit::DeleteSubject(subject) => subjects::delete(draft, subject),
        Edit::AddMember { group, member } => subjects::change_member(draft, Way::Add, group, member),
        Edit::RemoveMember { group, member } => subjects::change_member(draft, Way::Remove, group, member),
        Edit::DisableRole(role) => change_role(draft, role, true),
        Edit::EnableRole(role) => change_role(draft, role, false),
        Edit::AddRules(_)
        | Edit::RemoveRules(_)
        | Edit::AddDenies(_)
        | Edit::RemoveDenies(_)
        | Edit::Disable(_)
        | Edit::Enable(_) => Err(ChangeCode::InvalidRequest.into()),
    }
}

/// Returns what an item may take from administrators, if it can take anything.
fn loss<'a>(item: &Item<'a>) -> Option<Loss<'a>> {
    let Item { subject, role, .. } = *item;
    match item.step {
        Step::Rule(Way::Remove, _) => Some(Loss { subject, role }),
        Step::Deny(Way::Add, ..) | Step::Enabled(true) => Some(Loss { subject, role: None }),
        Step::Whole(edit) => match edit {
            Edit::TakeRole { .. }
            | Edit::Displace { .. }
            | Edit::DeleteSubject(_)
            | Edit::AddMember { .. }
            | Edit::RemoveMember { .. } => Some(Loss { subject, role }),
            Edit::DisableRole(_) => Some(Loss::default()),
            _ => None,
        },
        Step::Nothing | Step::Rule(..) | Step::Deny(..) | Step::Enabled(_) => None,
    }
}
