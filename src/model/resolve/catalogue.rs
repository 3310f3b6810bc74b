//! The catalogue: scope kinds, topology, actions, attributes, qualifiers, delegation, the printed table.

use indexmap::{IndexMap, IndexSet};

use super::lookup::{entries, find, find_in, lookup, name_of, scope_kind_mask, single};
use super::{kinds, restrictions, roles};
use crate::attribute::AttributeType;
use crate::diagnostic::{Code, Sink};
use crate::document::{Document, Duration, Field, RoleSet};
use crate::model::catalogue::{Catalogue, Column, Delegation, Layout, Qualifier, Topology};
use crate::model::{ACTIONS, MASK_MAX};

use crate::name::show;
use crate::span::Span;

/// Resolves all parts of the policy; what cannot be resolved is reported and left out.
pub(crate) fn resolve(documents: &[Document], sink: &mut Sink) -> Catalogue {
    single("policy", documents, |document| &document.policy, sink).map(|field| name_of("policy", field, sink));
    let scope_kinds = scope_kinds(documents, sink);
    let topology = topology(documents, &scope_kinds, sink);
    let actions = actions(documents, sink);
    let kinds = kinds::resolve(documents, &scope_kinds, topology, sink);
    let attributes = attributes(documents, sink);
    let mut catalogue = Catalogue {
        scope_kinds,
        topology,
        actions,
        kinds,
        attributes,
        qualifiers: IndexMap::new(),
        roles: IndexMap::new(),
        restrictions: IndexMap::new(),
        delegation: None,
        layout: Layout::default(),
    };
    catalogue.delegation = delegation(documents, &catalogue, sink);
    let role_names = roles::names(documents, sink);
    catalogue.qualifiers = qualifiers(documents, &role_names, &catalogue, sink);
    catalogue.roles = roles::resolve(documents, &role_names, &catalogue, sink);
    catalogue.restrictions = restrictions::resolve(documents, &catalogue, sink);
    catalogue.layout = layout(documents, sink);
    catalogue
}

/// The levels of the tree: declared, or the platform's.
fn scope_kinds(documents: &[Document], sink: &mut Sink) -> IndexMap<String, Option<usize>> {
    let mut declared = entries("scope kind", documents, |document| &document.scope_kinds, sink);
    let section = documents.iter().map(|document| &document.scope_kinds).find(|field| !field.is_missing());
    let Some(section) = section else {
        let platform = [("tenant", None), ("department", Some(0)), ("project", Some(1))];
        return platform.into_iter().map(|(name, parent)| (name.to_owned(), parent)).collect();
    };
    if let Some((_, span, _)) = declared.get(MASK_MAX) {
        sink.report(Code::Limit, *span, format!("there are more than {MASK_MAX} scope kinds"));
        declared.truncate(MASK_MAX);
    }
    let names: IndexMap<&str, Span> = declared.iter().map(|(name, span, _)| (*name, *span)).collect();
    let mut resolved = IndexMap::new();
    for (name, span, kind) in &declared {
        name_of("scope kind", &Field::at((*name).to_owned(), *span), sink);
        let parent = kind.value().map(|kind| &kind.parent);
        let position = parent.and_then(|parent| find_in("scope kind", Code::UnknownScopeKind, parent, &names, sink));
        let is_unread = parent.is_none_or(|parent| !parent.is_missing()) && position.is_none();
        // A parent that could not be resolved was reported; the kind must not become a second root for it.
        resolved.insert((*name).to_owned(), if is_unread { Some(usize::MAX) } else { position });
    }
    check_roots(section.span(), &names, &resolved, sink);
    check_circles(&names, &resolved, sink);
    resolved
}

/// Reports a forest without or with several roots.
fn check_roots(
    section: Span,
    spans: &IndexMap<&str, Span>,
    scope_kinds: &IndexMap<String, Option<usize>>,
    sink: &mut Sink,
) {
    let mut roots = scope_kinds.iter().filter(|(_, parent)| parent.is_none()).map(|(name, _)| name.as_str());
    let help = "all scope kinds but one have a `parent`";
    let Some(first) = roots.next() else {
        // A kind that could not be read, or whose parent is not known, was reported and may be the root.
        let is_unread = scope_kinds.values().any(|parent| *parent == Some(usize::MAX));
        if is_unread {
            return;
        }
        return sink.report_help(Code::Topology, section, "no scope kind is the root", help);
    };
    for name in roots {
        let message = format!("scope kind `{}` is a root beside `{}`", show(name), show(first));
        sink.report_help(Code::Topology, spans.get(name).copied().unwrap_or(section), message, help);
    }
}

/// Reports scope kinds that contain themselves.
fn check_circles(spans: &IndexMap<&str, Span>, scope_kinds: &IndexMap<String, Option<usize>>, sink: &mut Sink) {
    for (position, name) in scope_kinds.keys().enumerate() {
        let above = |kind: &usize| scope_kinds.get_index(*kind).and_then(|(_, parent)| *parent);
        let mut ancestors = std::iter::successors(above(&position), above).take(scope_kinds.len());
        if ancestors.any(|ancestor| ancestor == position) {
            let span = spans.get(name.as_str()).copied().unwrap_or_default();
            sink.report(Code::Cycle, span, format!("scope kind `{}` contains itself", show(name)));
        }
    }
}

/// Where clusters are.
fn topology(documents: &[Document], scope_kinds: &IndexMap<String, Option<usize>>, sink: &mut Sink) -> Topology {
    let nested = scope_kinds.get_index_of("cluster");
    let declared = single("axes", documents, |document| &document.axes, sink);
    let Some(axes) = declared.and_then(|field| field.value()) else {
        return nested.map_or(Topology::Axis, Topology::Nested);
    };
    let mut has_cluster = false;
    for axis in axes {
        match (axis.value().map(String::as_str), nested) {
            (Some("cluster"), None) if !has_cluster => has_cluster = true,
            (Some("cluster"), None) => sink.report(Code::Redefined, axis.span(), "axis `cluster` is given twice"),
            (Some("cluster"), Some(_)) => sink.report_help(
                Code::Topology,
                axis.span(),
                "`cluster` is a scope kind and an axis",
                "remove it from `axes` where clusters are scopes, or from `scope_kinds` where they are not",
            ),
            (Some(other), _) => {
                sink.report(
                    Code::Topology,
                    axis.span(),
                    format!("`{}` is no axis: only `cluster` can be one", show(other)),
                );
            }
            (None, _) => {}
        }
    }
    match (nested, has_cluster) {
        (Some(kind), _) => Topology::Nested(kind),
        (None, true) => Topology::Axis,
        (None, false) => Topology::NoClusters,
    }
}

/// The four actions and the declared ones.
fn actions(documents: &[Document], sink: &mut Sink) -> IndexSet<String> {
    let mut actions: IndexSet<String> = ACTIONS.iter().map(|action| (*action).to_owned()).collect();
    for field in documents.iter().filter_map(|document| document.actions.value()).flatten() {
        let Some(name) = name_of("action", field, sink) else { continue };
        if name == "*" {
            sink.report(Code::InvalidName, field.span(), "action `*` means every action and cannot be declared");
        } else if !actions.insert(name.to_owned()) {
            sink.report(Code::Redefined, field.span(), format!("action `{name}` is defined twice"));
        }
        if MASK_MAX < actions.len() {
            sink.report(Code::Limit, field.span(), format!("there are more than {MASK_MAX} actions"));
            break;
        }
    }
    actions
}

/// The declared attributes and those that are always there.
fn attributes(documents: &[Document], sink: &mut Sink) -> IndexMap<String, AttributeType> {
    let mut attributes: IndexMap<String, AttributeType> =
        BUILT_IN.iter().map(|name| ((*name).to_owned(), AttributeType::Text)).collect();
    for (name, span, kind) in entries("attribute", documents, |document| &document.attributes, sink) {
        let Some(words) = kind.value() else { continue };
        let Some(kind_of) = AttributeType::ALL.into_iter().find(|kind| kind.words() == words) else {
            let words = show(words);
            let help = "types are text, number, boolean, time, and `list of` one of these";
            sink.report_help(Code::WrongType, kind.span(), format!("`{words}` is no attribute type"), help);
            continue;
        };
        let source = name.split_once('.').filter(|(source, _)| matches!(*source, "context" | "resource"));
        let is_named = source.is_some_and(|(_, rest)| crate::name::check(rest).is_ok());
        let is_refused = name == "context.now" || name == "context.subject" || name.starts_with("context.subject.");
        if !is_named || is_refused {
            let help =
                "attributes are `context.NAME` or `resource.NAME`; the subject and the time speak for themselves";
            sink.report_help(Code::InvalidName, span, format!("attribute `{}` cannot be declared", show(name)), help);
        } else if BUILT_IN.contains(&name) && kind_of != AttributeType::Text {
            sink.report(Code::WrongType, kind.span(), format!("attribute `{name}` is always text"));
        } else {
            attributes.insert(name.to_owned(), kind_of);
        }
    }
    attributes
}

/// Which kinds carry the rights to change access.
fn delegation(documents: &[Document], catalogue: &Catalogue, sink: &mut Sink) -> Option<Delegation> {
    let field = single("delegation", documents, |document| &document.delegation, sink)?;
    let written = field.value()?;
    if written.role_right.is_missing() {
        sink.report(Code::MissingKey, field.span(), "the delegation has no `role_right`");
    }
    let role_right = find_in("resource kind", Code::UnknownKind, &written.role_right, &catalogue.kinds, sink);
    let place_right = find_in("resource kind", Code::UnknownKind, &written.place_right, &catalogue.kinds, sink);
    let disable_right = find_in("resource kind", Code::UnknownKind, &written.disable_right, &catalogue.kinds, sink);
    if role_right.is_some() && role_right == place_right {
        sink.report(Code::InvalidSection, written.place_right.span(), "the two rights of the delegation are one kind");
    }
    let organizations = scope_kind_mask(&written.organizations, &catalogue.scope_kinds, sink);
    if organizations.is_some() && written.place_right.is_missing() {
        let help = "name the kind of the place right, or leave `organizations` out";
        sink.report_help(
            Code::InvalidSection,
            written.organizations.span(),
            "`organizations` needs a `place_right`",
            help,
        );
    }
    let is_strict = written.strict.value().copied().unwrap_or(false);
    let organizations = organizations.unwrap_or(0);
    Some(Delegation { role_right: role_right?, place_right, organizations, is_strict, disable_right })
}

/// The qualifiers of the two rights.
fn qualifiers(
    documents: &[Document],
    role_names: &IndexSet<String>,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> IndexMap<String, Qualifier> {
    let mut resolved = IndexMap::new();
    for (name, span, field) in entries("qualifier", documents, |document| &document.qualifiers, sink) {
        name_of("qualifier", &Field::at(name.to_owned(), span), sink);
        let Some(written) = field.value() else { continue };
        if catalogue.delegation.is_none() {
            sink.report(Code::InvalidQualifier, span, format!("qualifier `{}` needs a `delegation`", show(name)));
        }
        let qualifier = Qualifier {
            title: written.title.value().cloned().unwrap_or_else(|| name.to_owned()),
            roles: role_set(&written.roles, role_names, sink),
            at: scope_kind_mask(&written.at, &catalogue.scope_kinds, sink),
            seconds_max: written.for_at_most.value().and_then(|value| seconds(value, &written.for_at_most, sink)),
        };
        resolved.insert(name.to_owned(), qualifier);
    }
    resolved
}

/// The roles a qualifier speaks of; nothing for all.
fn role_set(field: &Field<RoleSet>, role_names: &IndexSet<String>, sink: &mut Sink) -> Option<Vec<usize>> {
    match field.value()? {
        RoleSet::Star(text) if text == "*" => None,
        RoleSet::Star(text) => {
            let message = format!("`{}` is no list of roles", show(text));
            sink.report_help(Code::WrongType, field.span(), message, "write `[role, ...]`, or \"*\" for all roles");
            Some(Vec::new())
        }
        RoleSet::Listed(listed) => {
            if listed.is_empty() {
                let help = "leave `roles` out for all roles";
                sink.report_help(Code::InvalidQualifier, field.span(), "the list of roles is empty", help);
            }
            let known = role_names.iter().enumerate().map(|(idx, name)| (name.as_str(), idx)).collect();
            let found = listed.iter().filter_map(|role| lookup("role", Code::UnknownRole, role, &known, sink));
            Some(found.collect())
        }
    }
}

/// A length of time in seconds.
fn seconds(written: &Duration, field: &Field<Duration>, sink: &mut Sink) -> Option<i64> {
    let parsed = match written {
        Duration::Seconds(seconds) => Some(*seconds),
        Duration::Text(text) => {
            let unit = |suffix: char, seconds: i64| {
                let number: i64 = text.strip_suffix(suffix)?.parse().ok()?;
                number.checked_mul(seconds)
            };
            unit('s', 1).or_else(|| unit('m', 60)).or_else(|| unit('h', 3_600)).or_else(|| unit('d', 86_400))
        }
    };
    let valid = parsed.filter(|seconds| 0 < *seconds);
    if valid.is_none() {
        let help = "write a positive number of seconds, or one with a unit: 45s, 30m, 12h, 90d";
        sink.report_help(Code::InvalidTime, field.span(), "the length of time cannot be read", help);
    }
    valid
}

/// How the matrix prints.
fn layout(documents: &[Document], sink: &mut Sink) -> Layout {
    let default = Layout::default();
    let Some(written) = single("table", documents, |document| &document.table, sink).and_then(|field| field.value())
    else {
        return default;
    };
    let words = || Column::ALL.iter().map(|column| column.word());
    if written.columns.value().is_some_and(Vec::is_empty) {
        sink.report(Code::InvalidSection, written.columns.span(), "the list of columns is empty");
    }
    let columns = written.columns.value().map(|listed| {
        let found = listed.iter().filter_map(|column| find("column", Code::InvalidSection, column, words(), sink));
        found.filter_map(|position| Column::ALL.get(position).copied()).collect()
    });
    Layout {
        columns: columns.unwrap_or(default.columns),
        is_by_roles: choose(&written.order, [("kinds", false), ("roles", true)], sink),
        line_end: choose(&written.line_ends, [("lf", "\n"), ("crlf", "\r\n")], sink),
    }
}

/// Returns the meaning of one of two words; the first where it is left out.
fn choose<T: Copy>(field: &Field<String>, words: [(&str, T); 2], sink: &mut Sink) -> T {
    let [(first, default), (second, other)] = words;
    match field.value().map(String::as_str) {
        Some(word) if word == second => other,
        Some(word) if word != first => {
            let help = format!("write `{first}` or `{second}`");
            sink.report_help(Code::InvalidSection, field.span(), format!("`{}` is neither", show(word)), help);
            default
        }
        _ => default,
    }
}

const BUILT_IN: [&str; 5] = ["resource.id", "resource.owner", "subject", "subject.id", "subject.kind"];
