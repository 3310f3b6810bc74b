//! The older form: the roles of a subject and, separately, its organizations.

use std::collections::BTreeMap;

use super::people::together;
use super::plain::Accounts;
use super::rules::{Places, lookup_listed, role};
use super::tenant::{Intake, Origin};
use crate::diagnostic::{Code, Sink};
use crate::document::{Document, Field};
use crate::model::bit;
use crate::model::catalogue::Catalogue;
use crate::model::directory::{Placement, Subject, Tenant};
use crate::name::{SubjectKind, show};
use crate::span::Span;

/// Adds the roles and organizations of the subjects of a tenant, whose scopes and roles stand.
///
/// One that is bad takes all of its entry along. Where a subject is listed twice nobody knows which roles are meant.
pub(crate) fn resolve(intake: &mut Intake<'_>, tenant: &mut Tenant, places: &Places) {
    let left = std::mem::take(&mut intake.left);
    let written = written(intake, &left);
    let mut counts: BTreeMap<(SubjectKind, &str), usize> = BTreeMap::new();
    for said in &written {
        let count = counts.entry((said.kind, said.name)).or_default();
        *count = count.saturating_add(1);
    }
    let catalogue = intake.catalogue;
    for said in &written {
        let (placement, is_bad) = intake.take_part(said.origin, said.span, |sink| Placement {
            roles: texts(said.roles).filter_map(|field| role(field, tenant, places, sink)).collect(),
            organizations: texts(said.organizations)
                .filter_map(|field| organization(field, tenant, places, catalogue, sink))
                .collect(),
        });
        let who = Subject { kind: said.kind, name: said.name.to_owned() };
        let is_listed = match who.kind {
            SubjectKind::User => tenant.users.contains_key(&who.name),
            SubjectKind::App => tenant.apps.contains_key(&who.name),
            SubjectKind::Group => tenant.groups.contains_key(&who.name),
        };
        let is_read = !said.roles.is_malformed() && !said.organizations.is_malformed();
        let is_single = counts.get(&(said.kind, said.name)) == Some(&1);
        if !is_single {
            // Of what is listed twice nothing but a `disabled` counts for sure.
            intake.leave_out(said.origin, said.span, None);
        }
        let says_something = !placement.roles.is_empty() || !placement.organizations.is_empty();
        let is_meant = !is_bad && is_read && is_single && is_listed && !tenant.deleted.contains(&who);
        if is_meant && says_something {
            tenant.placements.insert(who, placement);
        }
    }
}

/// What an entry says of a subject in the older form.
struct Said<'a> {
    origin: Origin,
    span: Span,
    kind: SubjectKind,
    name: &'a str,
    roles: &'a Names,
    organizations: &'a Names,
}

/// A list of names as written.
type Names = Field<Vec<Field<String>>>;

/// Returns what is written of every subject that has a name.
fn written<'a>(intake: &Intake<'a>, left: &'a Accounts) -> Vec<Said<'a>> {
    let mut found: Vec<Said<'a>> = Vec::new();
    let mut add = |(origin, span), kind, name: &'a Field<String>, roles, organizations| {
        found.extend(name.value().map(|name| Said { origin, span, kind, name, roles, organizations }));
    };
    for (origin, field) in together(intake.entries(|document: &Document| &document.users), &left.users) {
        let Some(user) = field.value() else { continue };
        add((origin, field.span()), SubjectKind::User, &user.name, &user.roles, &user.organizations);
    }
    for (origin, field) in together(intake.entries(|document: &Document| &document.apps), &left.apps) {
        let Some(app) = field.value() else { continue };
        add((origin, field.span()), SubjectKind::App, &app.name, &app.roles, &app.organizations);
    }
    for (origin, field) in intake.entries(|document: &Document| &document.groups) {
        let Some(group) = field.value() else { continue };
        add((origin, field.span()), SubjectKind::Group, &group.name, &group.roles, &group.organizations);
    }
    found
}

fn texts(names: &Names) -> impl Iterator<Item = &Field<String>> {
    names.value().into_iter().flatten()
}

/// Reads an organization: a scope of a kind that the delegation lists.
fn organization(
    field: &Field<String>,
    tenant: &Tenant,
    places: &Places,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> Option<usize> {
    let scope = lookup_listed("scope", Code::UnknownScope, field, &places.by_path, &places.lost_scopes, sink)?;
    let row = tenant.scopes.get(scope)?;
    let organizations = catalogue.delegation.as_ref().map_or(0, |delegation| delegation.organizations);
    if organizations & bit(row.kind) != 0 {
        return Some(scope);
    }
    let kinds: Vec<&str> = (catalogue.scope_kinds.keys().enumerate())
        .filter(|(kind, _)| organizations & bit(*kind) != 0)
        .map(|(_, name)| name.as_str())
        .collect();
    let own = catalogue.scope_kinds.get_index(row.kind).map_or("", |(name, _)| name.as_str());
    let message = format!("the {own} `{}` is no organization", show(&row.path));
    let help = match kinds.as_slice() {
        [] => "the policy's `delegation` lists no `organizations`".to_owned(),
        kinds => format!("subjects can be placed in: {}", kinds.join(", ")),
    };
    sink.report_help(Code::WrongPlace, field.span(), message, help);
    None
}
