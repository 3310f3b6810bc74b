//! The scopes of a tenant: paths become a tree, parents first, whatever their order; in the nested topology some are clusters.

use std::collections::{BTreeMap, HashMap};

use foldhash::quality::RandomState;
use indexmap::IndexMap;

use super::lookup::{NameSet, find, lookup, name_of};
use super::tenant::{Intake, Origin};
use crate::diagnostic::{Code, Sink};
use crate::document::{self, Field};
use crate::model::catalogue::{Catalogue, Topology};
use crate::model::directory::{Cluster, Facts, Scope, Tenant};
use crate::name::{self, show, shown};
use crate::span::Span;

/// A cluster as listed, and where.
pub(crate) type Listed = (Cluster, Origin, Span);

/// Adds the scopes and the clusters; `clusters` are those listed, which in the nested topology are only facts.
pub(crate) fn resolve(intake: &mut Intake<'_>, tenant: &mut Tenant, clusters: IndexMap<String, Listed>) {
    let catalogue = intake.catalogue;
    let is_nested = matches!(catalogue.topology, Topology::Nested(_));
    if !is_nested {
        tenant.clusters = clusters.iter().map(|(name, (cluster, _, _))| (name.clone(), cluster.clone())).collect();
    }
    let mut listed = intake.entries(|document| &document.scopes);
    let depth = |path: &str| path.bytes().filter(|byte| *byte == b'/').count();
    match is_nested {
        // Of two clusters of one name the first by path is told of the other.
        true => listed.sort_by_cached_key(|(_, field)| (depth(path_of(field)), path_of(field))),
        false => listed.sort_by_cached_key(|(_, field)| depth(path_of(field))),
    }
    let counts = counts(listed.iter().filter_map(|(_, field)| field.value()));
    let (path, id, kind) = (tenant.name.clone(), tenant.name.clone(), catalogue.root());
    tenant.scopes.push(Scope { path, id, kind, parent: None, cluster: None });
    let mut index = Index::default();
    index.insert(intake.tenant, 0);
    let mut lost = NameSet::default();
    for (origin, field) in &listed {
        let known = Known { counts: &counts, index: &index, lost: &lost };
        let resolved = intake.take(*origin, field.span(), |sink| scope(field, &known, tenant, catalogue, sink));
        match resolved {
            (Some(scope), false) => {
                // The root is there already.
                index.entry(path_of(field)).or_insert(tenant.scopes.len());
                add(scope, tenant, catalogue);
            }
            _ => {
                lost.insert(path_of(field).to_owned());
            }
        }
    }
    intake.lost_scopes = lost;
    if is_nested {
        cluster_facts(intake, tenant, clusters);
    }
}

/// Returns the path of an entry as written.
fn path_of(field: &Field<document::Scope>) -> &str {
    field.value().and_then(|scope| scope.path.value()).map_or("", String::as_str)
}

/// Gives the clusters of the nested topology their facts.
fn cluster_facts(intake: &mut Intake<'_>, tenant: &mut Tenant, clusters: IndexMap<String, Listed>) {
    let known: BTreeMap<String, usize> =
        tenant.clusters.keys().cloned().enumerate().map(|(at, name)| (name, at)).collect();
    for (name, (cluster, origin, span)) in clusters {
        let name = Field::at(name, span);
        let (position, _) =
            intake.take(origin, span, |sink| lookup("cluster", Code::UnknownCluster, &name, &known, sink));
        if let Some((_, known)) = position.and_then(|position| tenant.clusters.get_index_mut(position)) {
            known.facts = cluster.facts;
        }
    }
}

/// How often each path and each id is given: of two scopes with one of them neither is taken, since nobody knows which
/// is meant, whatever their order.
type Counts<'a> = HashMap<&'a str, Times, RandomState>;

/// How often a name is given.
#[derive(Clone, Copy, Default)]
struct Times {
    as_path: u32,
    as_id: u32,
}

/// Returns how often each path and each id is given; where no id is written, the path is one.
fn counts<'a>(written: impl Iterator<Item = &'a document::Scope>) -> Counts<'a> {
    let mut counts = Counts::with_capacity_and_hasher(written.size_hint().1.unwrap_or(0), RandomState::default());
    for scope in written {
        if let Some(path) = scope.path.value() {
            let times = counts.entry(path).or_default();
            times.as_path = times.as_path.saturating_add(1);
            times.as_id = times.as_id.saturating_add(u32::from(scope.id.value().is_none()));
        }
        if let Some(id) = scope.id.value() {
            let times = counts.entry(id).or_default();
            times.as_id = times.as_id.saturating_add(1);
        }
    }
    counts
}

/// The scopes that stand, by path.
type Index<'a> = HashMap<&'a str, usize, RandomState>;

/// What is known of the other scopes.
struct Known<'a> {
    counts: &'a Counts<'a>,
    /// The scopes above that stand, by path.
    index: &'a Index<'a>,
    /// The paths of those that were left out.
    lost: &'a NameSet,
}

/// Resolves one scope, after all scopes above it.
fn scope(
    field: &Field<document::Scope>,
    known: &Known<'_>,
    tenant: &Tenant,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> Option<Scope> {
    let written = field.value()?;
    if written.path.is_missing() {
        sink.report(Code::MissingKey, field.span(), "the scope has no `path`");
    }
    let path = written.path.value()?;
    let span = written.path.span();
    if let Err(fault) = name::check_path(path) {
        sink.report(Code::InvalidName, span, format!("a name of scope `{}` {fault}", show(path)));
        return None;
    }
    let times = |name: &str| known.counts.get(name).copied().unwrap_or_default();
    let id = name_of("id", &written.id, sink).unwrap_or(path);
    let times_of_path = times(path);
    let times_of_id = if id == path { times_of_path } else { times(id) };
    let is_root = *path == tenant.name;
    let is_roots_id = || !is_root && tenant.scopes.first().is_some_and(|root| root.id == id);
    if 1 < times_of_path.as_path {
        sink.report(Code::Redefined, span, format!("scope `{}` is listed twice", show(path)));
    } else if 1 < times_of_id.as_id || is_roots_id() {
        let span = if written.id.is_missing() { span } else { written.id.span() };
        sink.report(Code::Redefined, span, format!("the id `{}` is another scope's", show(id)));
    }
    if is_root {
        let kind = scope_kind(written, None, span, catalogue, sink)?;
        return Some(Scope { path: path.clone(), id: id.to_owned(), kind, parent: None, cluster: None });
    }
    let above = path.rsplit_once('/').map_or("", |(above, _)| above);
    let Some(parent) = known.index.get(above).copied() else {
        if known.lost.contains(above) {
            let message = format_args!("scope `{}` stands below `{}`, which was left out", shown(path), shown(above));
            sink.report(Code::UnknownScope, span, message);
            return None;
        }
        let message = format_args!("scope `{}` stands below `{}`, which is not listed", shown(path), shown(above));
        let help =
            format_args!("paths begin with the tenant, `{}`, and every scope above is listed too", shown(&tenant.name));
        sink.report_help(Code::UnknownScope, span, message, help);
        return None;
    };
    let above = tenant.scopes.get(parent)?;
    let kind = scope_kind(written, Some(above.kind), span, catalogue, sink)?;
    let is_cluster = catalogue.topology == Topology::Nested(kind);
    let own_name = path.rsplit('/').next().unwrap_or(path);
    if is_cluster && tenant.clusters.contains_key(own_name) {
        let help = "clusters are named alone in requests and rules, so a tenant has each name once";
        sink.report_help(Code::Redefined, span, format!("cluster `{}` is listed twice", show(own_name)), help);
        return None;
    }
    Some(Scope { path: path.clone(), id: id.to_owned(), kind, parent: Some(parent), cluster: above.cluster })
}

/// Returns the kind of a scope: as written, or the only one that can stand there.
fn scope_kind(
    written: &document::Scope,
    above: Option<usize>,
    span: Span,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> Option<usize> {
    let kinds = || catalogue.scope_kinds.iter().enumerate();
    let label = |kind: usize| catalogue.scope_kinds.get_index(kind).map_or("", |(name, _)| name.as_str());
    let possible: Vec<usize> = kinds().filter(|(_, (_, parent))| **parent == above).map(|(kind, _)| kind).collect();
    if written.kind.is_missing() {
        let [only] = possible.as_slice() else {
            let names: Vec<&str> = possible.iter().map(|kind| label(*kind)).collect();
            let message = match names.as_slice() {
                [] => format!("no scope can stand below a {}", above.map_or("", label)),
                names => format!("the scope may be one of several kinds: `{}`", names.join("`, `")),
            };
            sink.report_help(Code::WrongParent, span, message, "add `kind`, or move the scope");
            return None;
        };
        return Some(*only);
    }
    let known = || catalogue.scope_kinds.keys().map(String::as_str);
    let kind = find("scope kind", Code::UnknownScopeKind, &written.kind, known(), sink)?;
    if !possible.contains(&kind) {
        let message = match above {
            Some(above) => format!("a {} cannot stand below a {}", label(kind), label(above)),
            None => format!("the tenant is a {}, not a {}", label(catalogue.root()), label(kind)),
        };
        sink.report(Code::WrongParent, written.kind.span(), message);
        return None;
    }
    Some(kind)
}

/// Adds a resolved scope; the root only gains its id.
fn add(mut scope: Scope, tenant: &mut Tenant, catalogue: &Catalogue) {
    if scope.parent.is_none() {
        if let Some(root) = tenant.scopes.first_mut() {
            root.id = scope.id;
        }
        return;
    }
    if catalogue.topology == Topology::Nested(scope.kind) {
        let name = scope.path.rsplit('/').next().unwrap_or(&scope.path).to_owned();
        let (position, _) =
            tenant.clusters.insert_full(name, Cluster { id: scope.id.clone(), facts: Facts::default() });
        scope.cluster = Some(position);
    }
    tenant.scopes.push(scope);
}
