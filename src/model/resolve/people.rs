//! Who there is in a tenant: users, apps and groups, and who was deleted.

use std::collections::BTreeSet;

use super::lookup::required_name;
use super::tenant::{Intake, Origin, counts};
use crate::diagnostic::{Code, Sink};
use crate::document::Field;
use crate::model::directory::{Subject, Tenant};
use crate::name::{self, EVERYONE, SubjectKind, show, split_subject};
use crate::span::Span;

/// Adds the subjects; their roles and organizations follow in `placements`, their rules in `rules`.
pub(crate) fn resolve(intake: &mut Intake<'_>, tenant: &mut Tenant) {
    deleted(intake, tenant);
    accounts(intake, tenant);
    groups(intake, tenant);
}

/// Takes the names that were deleted and not created again.
fn deleted(intake: &mut Intake<'_>, tenant: &mut Tenant) {
    for (origin, field) in intake.entries(|document| &document.deleted_subjects) {
        let (who, is_bad) = intake.take(origin, field.span(), |sink| {
            let who = subject(field, sink)?;
            if who.kind == SubjectKind::Group && who.name == EVERYONE {
                let help = "everybody whose home is the tenant is in it";
                sink.report_help(Code::InvalidName, field.span(), "group `everyone` cannot be deleted", help);
            }
            Some(who)
        });
        if is_bad && origin.is_feed {
            // Nobody knows whose rules are to be refused.
            intake.close(field.span());
        }
        tenant.deleted.extend(who.filter(|_| !is_bad));
    }
}

fn accounts(intake: &mut Intake<'_>, tenant: &mut Tenant) {
    let mut plain = std::mem::take(&mut intake.plain);
    let users = intake.entries(|document| &document.users);
    let apps = intake.entries(|document| &document.apps);
    let named_users = users.iter().filter_map(|(_, field)| Some((SubjectKind::User, field.value()?.name.value()?)));
    let named_apps = apps.iter().filter_map(|(_, field)| Some((SubjectKind::App, field.value()?.name.value()?)));
    let named = named_users.chain(named_apps).map(|(kind, name)| (kind, name.as_str()));
    intake.left = plain.accounts(named, tenant);
    intake.plain = plain;
    let left = std::mem::take(&mut intake.left);
    for (origin, field) in together(users, &left.users) {
        let Some(written) = field.value() else {
            intake.take(origin, field.span(), |_| ());
            continue;
        };
        let is_internal = written.internal.value().copied().unwrap_or(false) || written.internal.is_malformed();
        let said = Said { kind: SubjectKind::User, name: &written.name, disabled: &written.disabled, is_internal };
        account(intake, &said, origin, field.span(), tenant);
    }
    for (origin, field) in together(apps, &left.apps) {
        let Some(written) = field.value() else {
            intake.take(origin, field.span(), |_| ());
            continue;
        };
        let said =
            Said { kind: SubjectKind::App, name: &written.name, disabled: &written.disabled, is_internal: false };
        account(intake, &said, origin, field.span(), tenant);
    }
    intake.left = left;
}

/// Returns the entries that were read with care and the plain ones that are left, in the order in which they stand.
pub(crate) fn together<'a, T>(
    mut entries: Vec<(Origin, &'a Field<T>)>,
    left: &'a [(Origin, Field<T>)],
) -> Vec<(Origin, &'a Field<T>)> {
    if !left.is_empty() {
        entries.extend(left.iter().map(|(origin, field)| (*origin, field)));
        entries.sort_by_key(|(origin, field)| origin.order(field.span()));
    }
    entries
}

/// What an entry says of a user or an app.
struct Said<'a> {
    kind: SubjectKind,
    name: &'a Field<String>,
    disabled: &'a Field<bool>,
    is_internal: bool,
}

/// Adds a user or app. A bad entry that may disable somebody, or hide an internal operator, does.
fn account(intake: &mut Intake<'_>, said: &Said<'_>, origin: Origin, span: Span, tenant: &mut Tenant) {
    let (who, is_bad) = intake.take_part(origin, span, |sink| {
        let what = said.kind.word();
        let name = required_name(what, "name", said.name, span, sink)?;
        let who = Subject { kind: said.kind, name: name.to_owned() };
        let accounts = if said.kind == SubjectKind::App { &tenant.apps } else { &tenant.users };
        if !report_deleted(&who, span, tenant, sink) && accounts.contains_key(name) {
            sink.report(Code::Redefined, span, format!("{what} `{name}` is listed twice"));
        }
        Some(who)
    });
    let is_disabled = said.disabled.value().copied().unwrap_or(false) || said.disabled.is_malformed();
    if origin.is_feed && is_disabled && who.is_none() {
        // Nobody knows who was to be disabled.
        intake.close(span);
    }
    if let Some(who) = who.filter(|_| !is_bad || is_disabled || said.is_internal) {
        let accounts = if said.kind == SubjectKind::App { &mut tenant.apps } else { &mut tenant.users };
        let account = accounts.entry(who.name).or_default();
        account.is_disabled |= is_disabled;
        account.is_internal |= said.is_internal;
    }
}

/// Reports a subject that is listed and was deleted; returns whether it was.
fn report_deleted(who: &Subject, span: Span, tenant: &Tenant, sink: &mut Sink) -> bool {
    let is_deleted = tenant.deleted.contains(who);
    if is_deleted {
        let message = format!("{} `{}` is listed and was deleted", who.kind.word(), show(&who.name));
        let help = "whoever is created again is no longer among the deleted";
        sink.report_help(Code::Redefined, span, message, help);
    }
    is_deleted
}

fn groups(intake: &mut Intake<'_>, tenant: &mut Tenant) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let listed = intake.entries(|document| &document.groups);
    let times = counts(listed.iter().filter_map(|(_, field)| field.value()?.name.value()));
    for (origin, field) in listed {
        let (group, is_bad) = intake.take_part(origin, field.span(), |sink| {
            let written = field.value()?;
            let name = required_name("group", "name", &written.name, field.span(), sink)?;
            if name == EVERYONE {
                let help = "everybody whose home is the tenant is in it; rules may name `group:everyone`";
                sink.report_help(Code::InvalidName, written.name.span(), "group `everyone` is built in", help);
            }
            let who = Subject { kind: SubjectKind::Group, name: name.to_owned() };
            let is_deleted = report_deleted(&who, written.name.span(), tenant, sink);
            if !seen.insert(name) && !is_deleted {
                sink.report(Code::Redefined, written.name.span(), format!("group `{name}` is declared twice"));
            }
            let listed = written.members.value().into_iter().flatten();
            let members: Vec<Subject> = listed.filter_map(|member| member_of(member, tenant, sink)).collect();
            Some((who.name, members))
        });
        let is_unread = field.value().is_none_or(|written| written.members.is_malformed());
        match group {
            // Of two of one name neither is meant, whatever their order.
            Some((name, members)) if !is_bad && !is_unread && times.get(&*name) == Some(&1) => {
                tenant.groups.insert(name, members);
            }
            group => {
                let lost = intake.lost_groups.entry(group.map(|(name, _)| name));
                lost.or_default().push(field.span());
            }
        }
    }
}

/// Reads a member of a group: a user or an app.
fn member_of(field: &Field<String>, tenant: &Tenant, sink: &mut Sink) -> Option<Subject> {
    let subject = living_subject(field, tenant, sink)?;
    if subject.kind == SubjectKind::Group {
        let help = "list the users and apps themselves";
        sink.report_help(Code::InvalidSubject, field.span(), "a group cannot be a member: groups do not nest", help);
        return None;
    }
    Some(subject)
}

/// Reads a subject that was not deleted.
pub(crate) fn living_subject(field: &Field<String>, tenant: &Tenant, sink: &mut Sink) -> Option<Subject> {
    let who = subject(field, sink)?;
    if tenant.deleted.contains(&who) {
        let message = format!("subject `{}:{}` was deleted", who.kind.word(), show(&who.name));
        let help = "create the subject again first, or remove what names it";
        sink.report_help(Code::InvalidSubject, field.span(), message, help);
        return None;
    }
    Some(who)
}

/// Reads a subject.
fn subject(field: &Field<String>, sink: &mut Sink) -> Option<Subject> {
    let text = field.value()?;
    let Some((kind, name)) = split_subject(text) else {
        let message = format!("`{}` is no subject", show(text));
        let help = "write `user:NAME`, `group:NAME` or `app:NAME`";
        sink.report_help(Code::InvalidSubject, field.span(), message, help);
        return None;
    };
    if let Err(fault) = name::check(name) {
        sink.report(Code::InvalidName, field.span(), format!("the name of subject `{}` {fault}", show(text)));
        return None;
    }
    Some(Subject { kind, name: name.to_owned() })
}
