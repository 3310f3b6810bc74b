//! Warnings: what is legal and asks for trouble.

use std::collections::BTreeSet;

use crate::attribute::Test;
use crate::diagnostic::{Code, Sink};
use crate::document::{Document, Field};
use crate::model::catalogue::{Requirement, Role};
use crate::model::condition::Condition;
use crate::model::{CREATE, Model, bit};
use crate::name::{show, split_subject};

/// Reports everything worth a look in a model that stands: of texts that people write, not of feeds and programs.
pub(crate) fn warn(documents: &[Document], model: &Model, sink: &mut Sink) {
    idle_actions(model, sink);
    let written = |document: &&Document| document.number.is_some() && !document.is_feed;
    let written: Vec<&Document> = documents.iter().filter(written).collect();
    if !written.is_empty() {
        unused(&written, model, sink);
        suspicious_names(&written, sink);
        names_with_kinds(&written, sink);
    }
}

/// Actions granted on kinds that have no place for them.
fn idle_actions(model: &Model, sink: &mut Sink) {
    let catalogue = &model.catalogue;
    let own = model.tenants.iter().flat_map(|tenant| tenant.custom_roles.values());
    for grant in catalogue.roles.values().chain(own).flat_map(|role: &Role| &role.grants) {
        let Some((name, kind)) = grant.kind.and_then(|kind| catalogue.kinds.get_index(kind)) else { continue };
        let creates = grant.actions & bit(CREATE) != 0;
        let is_idle = creates && kind.create_at == 0 && !kind.create_in_cluster;
        if is_idle && !grant.is_any_action {
            let message = format!("`create` makes no sense for `{name}`: it has no scope above");
            sink.report(Code::IdleAction, grant.span, message);
        }
    }
}

/// Qualifiers and attributes that nothing reads.
fn unused(documents: &[&Document], model: &Model, sink: &mut Sink) {
    let catalogue = &model.catalogue;
    let own = || model.tenants.iter().flat_map(|tenant| tenant.custom_roles.values());
    let grants = catalogue.roles.values().chain(own()).flat_map(|role| &role.grants);
    let qualifiers: BTreeSet<usize> = grants.filter_map(|grant| grant.qualifier).collect();
    for (key, _) in documents.iter().filter_map(|document| document.qualifiers.value()).flat_map(|table| &table.0) {
        let position = key.value().and_then(|name| catalogue.qualifiers.get_index_of(name));
        if position.is_some_and(|position| !qualifiers.contains(&position)) {
            report_unused("qualifier", key, sink);
        }
    }
    let attributes = attributes_read(model);
    for (key, _) in documents.iter().filter_map(|document| document.attributes.value()).flat_map(|table| &table.0) {
        if key.value().is_some_and(|name| !attributes.contains(name)) {
            report_unused("attribute", key, sink);
        }
    }
}

fn report_unused(what: &str, key: &Field<String>, sink: &mut Sink) {
    let name = show(key.value().map_or("", String::as_str));
    sink.report(Code::Unused, key.span(), format!("{what} `{name}` is declared and never used"));
}

/// The attributes that some condition reads.
fn attributes_read(model: &Model) -> BTreeSet<String> {
    let mut left: Vec<&Condition> = Vec::new();
    for restriction in model.catalogue.restrictions.values() {
        match &restriction.requirement {
            Requirement::When(condition) | Requirement::Unless(condition) => left.push(condition),
            Requirement::Gate(_) => {}
        }
    }
    for tenant in &model.tenants {
        left.extend(tenant.access_rules.iter().filter_map(|rule| rule.extent.when.as_ref()));
        left.extend(tenant.deny_rules.iter().filter_map(|rule| rule.extent.when.as_ref()));
    }
    let mut read = BTreeSet::new();
    while let Some(condition) = left.pop() {
        match condition {
            Condition::All(parts) | Condition::Any(parts) => left.extend(parts),
            Condition::Not(part) => left.push(part),
            Condition::Test(Test::Same(a, b)) => read.extend([a.to_string(), b.to_string()]),
            Condition::Test(
                Test::In(a, _) | Test::Between(a, ..) | Test::During(a, ..) | Test::Contains(a, _) | Test::Present(a),
            ) => {
                read.insert(a.to_string());
            }
        }
    }
    read
}

/// Names that look alike, and scope names that some path handling would change.
fn suspicious_names(documents: &[&Document], sink: &mut Sink) {
    let mut groups: [Vec<&Field<String>>; 4] = Default::default();
    for document in documents {
        let [scopes, subjects, roles, kinds] = &mut groups;
        scopes.extend(document.scopes.value().into_iter().flatten().filter_map(Field::value).map(|scope| &scope.path));
        subjects.extend(document.users.value().into_iter().flatten().filter_map(Field::value).map(|user| &user.name));
        subjects.extend(
            document.access_rules.value().into_iter().flatten().filter_map(Field::value).map(|rule| &rule.subject),
        );
        subjects
            .extend(document.groups.value().into_iter().flatten().filter_map(Field::value).map(|group| &group.name));
        roles.extend(document.roles.value().into_iter().flat_map(|table| &table.0).map(|(key, _): &(_, Field<_>)| key));
        roles.extend(document.custom_roles.value().into_iter().flat_map(|table| &table.0).map(|(key, _)| key));
        roles.extend(document.matrix.value().and_then(|matrix| matrix.roles.value()).into_iter().flatten());
        kinds.extend(document.kinds.value().into_iter().flat_map(|table| &table.0).map(|(key, _)| key));
    }
    for names in &groups {
        look_alikes(names, sink);
    }
    for path in groups.first().into_iter().flatten() {
        let Some(text) = path.value() else { continue };
        let is_odd = |name: &str| name == "." || name == ".." || name.contains('%') || name.contains('\\');
        if text.split('/').any(is_odd) {
            let message = format!("scope `{}` has a name that web servers rewrite", show(text));
            sink.report(Code::SuspiciousName, path.span(), message);
        }
    }
}

/// Users, apps and groups whose names begin like a subject: a rule for `user:eve` does not concern a user `user:eve`.
fn names_with_kinds(documents: &[&Document], sink: &mut Sink) {
    for document in documents {
        let users = document.users.value().into_iter().flatten().filter_map(Field::value);
        users.for_each(|user| name_with_kind("user", &user.name, sink));
        let apps = document.apps.value().into_iter().flatten().filter_map(Field::value);
        apps.for_each(|app| name_with_kind("app", &app.name, sink));
        let groups = document.groups.value().into_iter().flatten().filter_map(Field::value);
        groups.for_each(|group| name_with_kind("group", &group.name, sink));
    }
}

fn name_with_kind(what: &str, field: &Field<String>, sink: &mut Sink) {
    let Some(name) = field.value() else { return };
    if let Some((_, own)) = split_subject(name) {
        let (name, own) = (show(name), show(own));
        let message = format!("the name of {what} `{name}` begins like a subject: rules would say `{what}:{name}`");
        let help = format!("a name stands here without its kind: `{own}`");
        sink.report_help(Code::SuspiciousName, field.span(), message, help);
    }
}

/// Reports names that differ in bytes and look the same, or nearly.
fn look_alikes(names: &[&Field<String>], sink: &mut Sink) {
    let mut seen: std::collections::BTreeMap<String, &str> = std::collections::BTreeMap::new();
    for field in names {
        let Some(name) = field.value() else { continue };
        let skeleton: String = unicode_security::skeleton(name).collect::<String>().to_lowercase();
        match seen.get(&skeleton) {
            Some(other) if other != name => {
                let (name, other) = (show(name), show(other));
                sink.report(
                    Code::LookAlike,
                    field.span(),
                    format!("`{name}` looks like `{other}` and is another name"),
                );
            }
            Some(_) => {}
            None => {
                seen.insert(skeleton, name);
            }
        }
    }
}
