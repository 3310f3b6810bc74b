//! What one line of a feed says, read with care: every finding has its place, and what is bad is told from what is not.

use serde::Deserialize;

use crate::diagnostic::{Code, Sink};
use crate::document::decode::{decode, unknown_key};
use crate::document::tree::{Entry, Node, Value};
use crate::document::{App, Cell, Document, Field, Gate, Group, Role, Table, User};
use crate::name;
use crate::span::Span;

/// Returns the tenant of an entry. A malformed name is nobody's: it cannot be told whom the entry concerns.
pub(super) fn tenant_of(node: &Node<'_>, sink: &mut Sink) -> Field<String> {
    let tenant: Field<String> = decode(node, sink).unwrap_or_default();
    let fault = tenant.value().and_then(|name| name::check_scope(name).err().map(|fault| (name, fault)));
    let Some((name, fault)) = fault else { return tenant };
    sink.report(Code::InvalidName, tenant.span(), format!("tenant `{}` {fault}", name::show(name)));
    Field::malformed(tenant.span())
}

/// Returns what an entry says, beside its tenant: exactly one thing that is known.
///
/// A key that is not known may be a misspelt deny: then the entry says nothing that could be trusted.
pub(super) fn content<'n, 't>(
    entries: &'n [Entry<'t>],
    place: Span,
    sink: &mut Sink,
) -> Option<(&'static str, &'n Node<'t>)> {
    let mut found: Vec<(&'static str, &'n Node<'t>)> = vec![];
    let mut is_known = true;
    for Entry { key, value } in entries {
        let written = key.text().unwrap_or_default();
        match KEYS.iter().find(|known| **known == written) {
            Some(&TENANT) => {}
            Some(known) => found.push((known, value)),
            None => {
                unknown_key(key.span, written, &KEYS, sink);
                is_known = false;
            }
        }
    }
    match found.as_slice() {
        [content] => Some(*content).filter(|_| is_known),
        [] if !is_known => None,
        [] => {
            let help = format!("name one of `{}`", KEYS.get(1..).unwrap_or_default().join("`, `"));
            sink.report_help(Code::MissingKey, place, "the entry does not say what it is", help);
            None
        }
        [(first, _), (second, _), ..] => {
            let message = format!("the entry is both `{first}` and `{second}`");
            sink.report_help(Code::Ambiguous, place, message, "write one entry a line");
            None
        }
    }
}

/// Adds what an entry says to the document of its tenant.
pub(super) fn take(kind: &'static str, node: &Node<'_>, document: &mut Document, sink: &mut Sink) {
    match kind {
        FACTS => document.facts = whole(node, sink),
        "cluster" => push(&mut document.clusters, whole(node, sink)),
        "scope" => push(&mut document.scopes, whole(node, sink)),
        "user" => take_user(node, document, sink),
        "app" => take_app(node, document, sink),
        "group" => take_group(node, document, sink),
        "custom_role" => take_role(node, document, sink),
        "disabled_role" => push(&mut document.disabled_roles, telling(node, &mut document.unreadable, sink)),
        "deleted_subject" => push(&mut document.deleted_subjects, telling(node, &mut document.unreadable, sink)),
        "access_rule" => {
            let rule = rule(node, &mut document.ids_of_bad, sink);
            push(&mut document.access_rules, rule);
        }
        "deny_rule" => {
            let rule = rule(node, &mut document.ids_of_bad, sink);
            push(&mut document.deny_rules, rule);
        }
        "withdrawn" => push(&mut document.withdrawn, telling(node, &mut document.unreadable, sink)),
        _ => document.unreadable.push(node.span),
    }
}

/// Reads an entry that is good as a whole or not at all.
fn whole<'n, T: Deserialize<'n>>(node: &'n Node<'_>, sink: &mut Sink) -> Field<T> {
    let value: Field<T> = decode(node, sink).unwrap_or_default();
    if sink.n_errors() == 0 { value } else { Field::malformed(node.span) }
}

/// Reads a rule; of a bad one the id is kept, if all around it can be trusted: another entry may mend it.
fn rule<'n, T: Deserialize<'n>>(node: &'n Node<'_>, ids: &mut Vec<(Span, String)>, sink: &mut Sink) -> Field<T> {
    let is_trusted = sink.n_errors() == 0;
    let rule: Field<T> = whole(node, sink);
    if rule.is_malformed() && is_trusted {
        ids.extend(id_of(node, sink).map(|id| (node.span, id)));
    }
    rule
}

/// Returns the id of a bad rule.
fn id_of(node: &Node<'_>, sink: &Sink) -> Option<String> {
    let Value::Mapping(entries) = &node.value else { return None };
    let id = entries.iter().find(|entry| entry.key.text() == Some("id"))?;
    // What is wrong with it was reported where the rule was read.
    let id: Field<String> = decode(&id.value, &mut sink.apart())?;
    id.into_value().filter(|id| name::check(id).is_ok())
}

/// Reads a name that takes something away: where it cannot be read nobody knows from whom.
fn telling(node: &Node<'_>, unreadable: &mut Vec<Span>, sink: &mut Sink) -> Field<String> {
    let name: Field<String> = whole(node, sink);
    if name.is_malformed() {
        unreadable.push(node.span);
    }
    name
}

fn take_user(node: &Node<'_>, document: &mut Document, sink: &mut Sink) {
    let mut user: Field<User> = decode(node, sink).unwrap_or_default();
    if 0 < sink.n_errors() {
        match user.value_mut() {
            Some(user) if user.name.value().is_some() => {
                if !forget_placement(&mut user.roles, &mut user.organizations, node.span, sink) {
                    user.disabled = Field::malformed(node.span);
                }
            }
            // Nobody knows who was perhaps to be disabled.
            _ => return document.unreadable.push(node.span),
        }
    }
    push(&mut document.users, user);
}

fn take_app(node: &Node<'_>, document: &mut Document, sink: &mut Sink) {
    let mut app: Field<App> = decode(node, sink).unwrap_or_default();
    if 0 < sink.n_errors() {
        match app.value_mut() {
            Some(app) if app.name.value().is_some() => {
                if !forget_placement(&mut app.roles, &mut app.organizations, node.span, sink) {
                    app.disabled = Field::malformed(node.span);
                }
            }
            // Nobody knows which was perhaps to be disabled.
            _ => return document.unreadable.push(node.span),
        }
    }
    push(&mut document.apps, app);
}

fn take_group(node: &Node<'_>, document: &mut Document, sink: &mut Sink) {
    let mut group: Field<Group> = decode(node, sink).unwrap_or_default();
    if 0 < sink.n_errors() {
        match group.value_mut() {
            Some(group) if group.name.value().is_some() => {
                if !forget_placement(&mut group.roles, &mut group.organizations, node.span, sink) {
                    group.members = Field::malformed(node.span);
                }
            }
            _ => group = Field::malformed(node.span),
        }
    }
    push(&mut document.groups, group);
}

/// Leaves the roles and organizations of a bad entry out; returns whether nothing else of it is bad.
fn forget_placement(roles: &mut Names, organizations: &mut Names, span: Span, sink: &Sink) -> bool {
    let n_malformed = |names: &Names| match names.value() {
        Some(listed) => listed.iter().filter(|name| name.is_malformed()).count(),
        None => usize::from(names.is_malformed()),
    };
    // Each malformed value is one error.
    let is_alone = sink.n_errors() <= n_malformed(roles).saturating_add(n_malformed(organizations));
    (*roles, *organizations) = (Field::malformed(span), Field::malformed(span));
    is_alone
}

/// A list of names as written.
type Names = Field<Vec<Field<String>>>;

/// A role as a feed writes it: with its name inside.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct NamedRole {
    name: Field<String>,
    title: Field<String>,
    held_at: Field<Vec<Field<String>>>,
    includes: Field<Vec<Field<String>>>,
    permissions: Field<Table<Cell>>,
    requires: Field<Gate>,
}

fn take_role(node: &Node<'_>, document: &mut Document, sink: &mut Sink) {
    let NamedRole { name, title, held_at, includes, permissions, requires } = decode(node, sink).unwrap_or_default();
    if name.is_missing() && sink.n_errors() == 0 {
        sink.report(Code::MissingKey, node.span, "key `name` is missing");
    }
    let name = if name.is_missing() { Field::malformed(node.span) } else { name };
    let role = match sink.n_errors() {
        0 => Field::at(Role { title, held_at, includes, permissions, requires }, node.span),
        _ => Field::malformed(node.span),
    };
    match document.custom_roles.value_mut() {
        Some(Table(roles)) => roles.push((name, role)),
        None => document.custom_roles = Field::at(Table(vec![(name, role)]), node.span),
    }
}

/// Adds an entry to a list that may be missing.
pub(super) fn push<T>(list: &mut Field<Vec<Field<T>>>, item: Field<T>) {
    match list.value_mut() {
        Some(items) => items.push(item),
        None => {
            let span = item.span();
            *list = Field::at(vec![item], span);
        }
    }
}

/// The key of the tenant.
pub(super) const TENANT: &str = "tenant";
/// The key of what may be told once only.
pub(super) const FACTS: &str = "facts";

/// The position of `access_rule` among the keys.
pub(super) const RULE: u8 = 10;

/// The tenant first, then what an entry can be.
pub(super) const KEYS: [&str; 13] = [
    TENANT,
    FACTS,
    "cluster",
    "scope",
    "user",
    "app",
    "group",
    "deleted_subject",
    "custom_role",
    "disabled_role",
    "access_rule",
    "deny_rule",
    "withdrawn",
];

#[cfg(test)]
mod tests {
    use super::{KEYS, RULE};

    #[test]
    fn rules_are_known_by_their_position() {
        assert_eq!(KEYS.get(usize::from(RULE)), Some(&"access_rule"));
    }
}
