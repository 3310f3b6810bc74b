//! Roles: written as a matrix or role by role, both forms to the same thing.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::{IndexMap, IndexSet};

use super::cycles::circles;
use super::kinds::gate;
use super::lookup::{entries, find_in, lookup, name_of, scope_kind_mask, single, unknown};
use crate::diagnostic::{Code, Sink};
use crate::document::{self, Cell, Document, Field, Table};
use crate::model::catalogue::{Catalogue, Grant, Role};
use crate::model::{ACTIONS, ROLES_MAX, bit};
use crate::name::show;
use crate::span::Span;

/// Returns the names of the policy's roles: those of the matrix first, in the order of its columns.
pub(crate) fn names(documents: &[Document], sink: &mut Sink) -> IndexSet<String> {
    let matrix = single("matrix", documents, |document| &document.matrix, sink).and_then(|field| field.value());
    let columns = matrix.and_then(|matrix| matrix.roles.value()).into_iter().flatten();
    let tables = documents.iter().filter_map(|document| document.roles.value());
    let rows = tables.flat_map(|table| &table.0).map(|(key, _)| key);
    let mut names = IndexSet::new();
    let is_column = |is_column| move |field| (field, is_column);
    for (field, is_column) in columns.map(is_column(true)).chain(rows.map(is_column(false))) {
        let Some(name) = role_name(field, sink) else { continue };
        let is_known = names.contains(name);
        if is_known && is_column {
            sink.report(Code::Redefined, field.span(), format!("role `{name}` is two columns of the matrix"));
        }
        if names.len() == ROLES_MAX && !is_known {
            sink.report(Code::Limit, field.span(), format!("there are more than {ROLES_MAX} roles"));
            break;
        }
        names.insert(name.to_owned());
    }
    names
}

/// Checks the name of a role that is defined.
pub(crate) fn role_name<'a>(field: &'a Field<String>, sink: &mut Sink) -> Option<&'a str> {
    let name = name_of("role", field, sink)?;
    if name == "*" {
        sink.report(Code::InvalidName, field.span(), "role `*` means every role and cannot be defined");
        return None;
    }
    Some(name)
}

/// Resolves the policy's roles.
pub(crate) fn resolve(
    documents: &[Document],
    names: &IndexSet<String>,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> IndexMap<String, Role> {
    let empty = |name: &String| {
        let role = Role { title: name.clone(), held_at: None, includes: Vec::new(), grants: Vec::new(), gate: None };
        (name.clone(), role)
    };
    let mut roles: IndexMap<String, Role> = names.iter().map(empty).collect();
    matrix(documents, &mut roles, catalogue, sink);
    let mut spans = Vec::new();
    let known: BTreeMap<&str, usize> = names.iter().enumerate().map(|(idx, name)| (name.as_str(), idx)).collect();
    for (name, span, field) in entries("role", documents, |document| &document.roles, sink) {
        let (Some(written), Some(position)) = (field.value(), roles.get_index_of(name)) else { continue };
        let resolved = role(name, written, &known, catalogue, sink);
        if let Some((_, role)) = roles.get_index_mut(position) {
            report_both_forms(name, &role.grants, &written.permissions, catalogue, sink);
            let mut grants = std::mem::take(&mut role.grants);
            grants.extend(resolved.grants);
            *role = Role { grants, ..resolved };
            spans.push((position, span));
        }
    }
    let spans: IndexMap<usize, Span> = spans.into_iter().collect();
    report_circles(&roles, &spans, sink);
    roles
}

/// Adds the permissions of the matrix.
fn matrix(documents: &[Document], roles: &mut IndexMap<String, Role>, catalogue: &Catalogue, sink: &mut Sink) {
    let Some(field) = documents.iter().map(|document| &document.matrix).find(|field| !field.is_missing()) else {
        return;
    };
    let Some(written) = field.value() else { return };
    for (key, is_missing) in [("roles", written.roles.is_missing()), ("rows", written.rows.is_missing())] {
        if is_missing {
            sink.report(Code::MissingKey, field.span(), format!("the matrix has no `{key}`"));
        }
    }
    let columns: Vec<Option<usize>> = written
        .roles
        .value()
        .into_iter()
        .flatten()
        .map(|role| role.value().and_then(|name| roles.get_index_of(name)))
        .collect();
    for (key, row) in written.rows.value().into_iter().flat_map(|table| &table.0) {
        let kind = find_in("resource kind", Code::UnknownKind, key, &catalogue.kinds, sink);
        let Some(cells) = row.value() else { continue };
        if cells.len() != columns.len() {
            let name = show(key.value().map_or("", String::as_str));
            let plural = if cells.len() == 1 { "" } else { "s" };
            let message = format!("row `{name}` has {} cell{plural} for {} roles", cells.len(), columns.len());
            sink.report_help(Code::MatrixRow, row.span(), message, "write one cell a role, `.` for nothing");
        }
        for (column, written) in columns.iter().zip(cells) {
            let Some(kind) = kind else { continue };
            let permits = cell(written, Permits::for_kind(kind), catalogue, sink);
            let role = column.and_then(|position| roles.get_index_mut(position)).map(|(_, role)| role);
            if let Some(role) = role.filter(|_| permits.actions != 0) {
                role.grants.push(permits.grant(Some(kind), written.span()));
            }
        }
    }
}

/// Reports kinds that a role is given in the matrix and role by role.
fn report_both_forms(name: &str, matrix: &[Grant], own: &Field<Table<Cell>>, catalogue: &Catalogue, sink: &mut Sink) {
    let kinds: BTreeSet<usize> = matrix.iter().filter_map(|grant| grant.kind).collect();
    for (key, cell) in own.value().into_iter().flat_map(|table| &table.0) {
        let kind = key.value().and_then(|kind| catalogue.kinds.get_index_of(kind));
        if kind.is_some_and(|kind| kinds.contains(&kind)) {
            let message = format!("role `{}` has this kind in the matrix too", show(name));
            sink.report_help(Code::Redefined, cell.span(), message, "say it in one place");
        }
    }
}

/// Resolves one role; `known` are the names that it may include, in their positions.
pub(crate) fn role(
    name: &str,
    written: &document::Role,
    known: &BTreeMap<&str, usize>,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> Role {
    let listed = written.includes.value().into_iter().flatten();
    let includes = listed.filter_map(|role| lookup("role", Code::UnknownRole, role, known, sink)).collect();
    Role {
        title: written.title.value().cloned().unwrap_or_else(|| name.to_owned()),
        held_at: scope_kind_mask(&written.held_at, &catalogue.scope_kinds, sink),
        includes,
        grants: grants(&written.permissions, true, catalogue, sink),
        gate: gate(&written.requires, catalogue.topology, sink),
    }
}

/// Resolves a table of kinds and cells; `*` stands for every kind.
pub(crate) fn grants(
    field: &Field<Table<Cell>>,
    may_qualify: bool,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> Vec<Grant> {
    let mut grants = Vec::new();
    for (key, written) in field.value().into_iter().flat_map(|table| &table.0) {
        if key.value().is_some_and(|name| name == "*") {
            let permits = cell(written, Permits::UNQUALIFIED, catalogue, sink);
            grants.push(permits.grant(None, written.span()));
        } else if let Some(kind) = find_in("resource kind", Code::UnknownKind, key, &catalogue.kinds, sink) {
            let place = if may_qualify { Permits::for_kind(kind) } else { Permits::UNQUALIFIED };
            grants.push(cell(written, place, catalogue, sink).grant(Some(kind), written.span()));
        }
    }
    grants.retain(|grant| grant.actions != 0);
    grants
}

/// What a cell permits.
#[derive(Clone, Copy)]
pub(crate) struct Permits {
    pub(crate) actions: u64,
    pub(crate) qualifier: Option<usize>,
    pub(crate) is_any_action: bool,
}

/// Where a cell stands, which decides whether it may be qualified.
#[derive(Clone, Copy)]
pub(crate) enum CellPlace {
    Kind(usize),
    Elsewhere,
}

impl Permits {
    /// The place of cells that no qualifier belongs to.
    pub(crate) const UNQUALIFIED: CellPlace = CellPlace::Elsewhere;
    const NOTHING: Self = Self { actions: 0, qualifier: None, is_any_action: false };

    /// Returns the place of the cell of a kind.
    pub(crate) fn for_kind(kind: usize) -> CellPlace {
        CellPlace::Kind(kind)
    }

    fn grant(self, kind: Option<usize>, span: Span) -> Grant {
        let Self { actions, qualifier, is_any_action } = self;
        Grant { kind, actions, qualifier, is_any_action, span }
    }
}

/// Reads a cell.
pub(crate) fn cell(field: &Field<Cell>, place: CellPlace, catalogue: &Catalogue, sink: &mut Sink) -> Permits {
    match field.value() {
        None => Permits::NOTHING,
        Some(Cell::Text(text)) => text_cell(text, field.span(), place, catalogue, sink),
        Some(Cell::Listed(listed)) => {
            let mut actions = 0;
            for action in listed {
                let Some(name) = action.value() else { continue };
                match catalogue.actions.get_index_of(name) {
                    Some(position) if actions & bit(position) != 0 => {
                        sink.report(Code::InvalidCell, action.span(), format!("action `{name}` is listed twice"));
                    }
                    Some(position) => actions |= bit(position),
                    None => unknown(
                        "action",
                        Code::UnknownAction,
                        name,
                        action.span(),
                        catalogue.actions.iter().map(String::as_str),
                        sink,
                    ),
                }
            }
            Permits { actions, ..Permits::NOTHING }
        }
    }
}

/// Reads letters with perhaps a qualifier, `*`, or nothing.
fn text_cell(text: &str, span: Span, place: CellPlace, catalogue: &Catalogue, sink: &mut Sink) -> Permits {
    let (letters, qualifier) = match text.split_once(' ') {
        Some((letters, qualifier)) => (letters, Some(qualifier)),
        None => (text, None),
    };
    let is_any_action = letters == "*";
    let actions = match letters {
        "." | "-" => 0,
        "*" => catalogue.all_actions(),
        _ => self::letters(letters, text, span, sink),
    };
    let qualifier = qualifier.and_then(|name| qualify(name, span, place, catalogue, sink));
    Permits { actions, qualifier, is_any_action }
}

/// Reads the letters of the four actions.
fn letters(letters: &str, text: &str, span: Span, sink: &mut Sink) -> u64 {
    let mut actions = 0;
    for letter in letters.chars() {
        let position = LETTERS.iter().position(|known| *known == letter);
        let Some(position) = position.filter(|position| actions & bit(*position) == 0) else {
            let help = "write letters of CRUD, each once, `\"*\"`, `.` for nothing, or a list of actions";
            sink.report_help(Code::InvalidCell, span, format!("`{}` is no set of actions", show(text)), help);
            return 0;
        };
        actions |= bit(position);
    }
    if letters.is_empty() {
        sink.report_help(Code::InvalidCell, span, "the cell is empty", "write `.` for nothing");
    }
    actions
}

/// Resolves the qualifier of a cell of one of the two rights.
fn qualify(name: &str, span: Span, place: CellPlace, catalogue: &Catalogue, sink: &mut Sink) -> Option<usize> {
    let rights = catalogue.delegation.as_ref().map(|delegation| [Some(delegation.role_right), delegation.place_right]);
    let is_right = |kind| rights.is_some_and(|rights| rights.contains(&Some(kind)));
    let may_qualify = matches!(place, CellPlace::Kind(kind) if is_right(kind));
    if !may_qualify {
        let message = format!("qualifier `{}` stands where none belongs", show(name));
        sink.report_help(Code::InvalidQualifier, span, message, "only the rights of `delegation` can be qualified");
        return None;
    }
    let position = catalogue.qualifiers.get_index_of(name);
    if position.is_none() {
        unknown("qualifier", Code::UnknownQualifier, name, span, catalogue.qualifiers.keys().map(String::as_str), sink);
    }
    position
}

/// Reports each circle of includes once, at its first role.
fn report_circles(roles: &IndexMap<String, Role>, spans: &IndexMap<usize, Span>, sink: &mut Sink) {
    let includes: Vec<&[usize]> = roles.values().map(|role| role.includes.as_slice()).collect();
    for circle in circles(&includes) {
        let label = |at: &usize| roles.get_index(*at).map_or_else(String::new, |(name, _)| format!("`{}`", show(name)));
        let mut way: Vec<String> = circle.iter().map(label).collect();
        way.extend(circle.first().map(label));
        let span = circle.first().and_then(|at| spans.get(at)).copied().unwrap_or_default();
        sink.report(Code::Cycle, span, format!("roles include each other: {}", shortened(&way).join(" -> ")));
    }
}

/// Returns the ends of a long way.
fn shortened(way: &[String]) -> Vec<&str> {
    match way {
        [a, b, c, .., d] if WAY_MAX < way.len() => vec![a, b, c, "…", d],
        all => all.iter().map(String::as_str).collect(),
    }
}

/// How many names of a circle are shown.
const WAY_MAX: usize = 10;

const LETTERS: [char; ACTIONS.len()] = ['C', 'R', 'U', 'D'];
