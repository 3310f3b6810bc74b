//! One tenant's directory: facts, clusters, scopes, subjects, roles of its own; the rules follow in `rules`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::quality::RandomState;
use indexmap::{IndexMap, IndexSet};

use super::cycles::circles;
use super::fates::{Fates, Note};
use super::kinds::version;
use super::lookup::{NameSet, lookup, name_of, required_name};
use super::plain::{Accounts, Gathered};
use super::{Unread, is_other_format, people, roles, rules, scopes};
use crate::diagnostic::{Code, Fate, Sink};
use crate::document::{self, Document, Field, Plain, Table};
use crate::model::ROLES_MAX;
use crate::model::bulk::Bulk;
use crate::model::catalogue::{Catalogue, Role, Topology};
use crate::model::directory::{Cluster, Facts, Tenant};
use crate::name::{self, show};
use crate::span::Span;

/// Resolves a tenant; nothing where a directory written by people has a finding.
pub(crate) fn resolve(
    name: &str,
    parts: &[&Document],
    plain: Vec<Plain>,
    catalogue: &Catalogue,
    unread: &Unread<'_>,
    sink: &mut Sink,
) -> (Option<Tenant>, Fates) {
    let mut intake = Intake::new(name, parts, catalogue, unread, sink);
    let origins = parts.iter().enumerate().map(|(idx, part)| Origin { part: idx, is_feed: part.is_feed });
    intake.plain = Gathered::of(origins.zip(plain).collect());
    intake.check_name(name);
    let facts = intake.facts();
    let mut tenant = Tenant {
        name: name.to_owned(),
        is_closed: false,
        facts,
        clusters: IndexMap::new(),
        scopes: Vec::new(),
        users: IndexMap::new(),
        apps: IndexMap::new(),
        groups: IndexMap::new(),
        placements: BTreeMap::new(),
        deleted: BTreeSet::new(),
        custom_roles: IndexMap::new(),
        disabled_roles: BTreeSet::new(),
        lost_roles: BTreeSet::new(),
        access_rules: Vec::new(),
        deny_rules: Vec::new(),
        bulk: Bulk::default(),
    };
    let clusters = intake.clusters();
    scopes::resolve(&mut intake, &mut tenant, clusters);
    people::resolve(&mut intake, &mut tenant);
    intake.roles(&mut tenant);
    rules::resolve(&mut intake, &mut tenant);
    parts.iter().flat_map(|part| unreadable(part)).for_each(|span| intake.close(span));
    tenant.is_closed = intake.is_closed;
    ((intake.n_refusing == 0).then_some(tenant), intake.fates)
}

/// Returns what may be a deny in a part of a feed: entries that cannot be read, or all of another format.
fn unreadable(part: &Document) -> impl Iterator<Item = Span> {
    let version = (part.is_feed && is_other_format(part)).then(|| part.bailiwick.span());
    part.unreadable.iter().copied().chain(version)
}

/// Takes entries in, one by one, and remembers what the bad ones mean.
pub(crate) struct Intake<'a> {
    pub(crate) tenant: &'a str,
    parts: &'a [&'a Document],
    pub(crate) catalogue: &'a Catalogue,
    /// The documents and lines of each part on which the reader found errors, sorted.
    bad_lines: Vec<&'a [(u32, u32)]>,
    sink: &'a mut Sink,
    /// Findings in directories written by people.
    n_refusing: usize,
    /// Whether something that may be a deny could not be taken.
    is_closed: bool,
    /// What becomes of entries of feeds.
    fates: Fates,
    /// The ids of rules of each part that could not be read.
    ids_of_bad: Vec<BTreeMap<Span, &'a str>>,
    /// What the feeds say plainly.
    pub(crate) plain: Gathered,
    /// The plain users and apps that are taken one by one.
    pub(crate) left: Accounts,
    /// Groups whose entries were left out, and where; `None` where the name could not be read.
    pub(crate) lost_groups: BTreeMap<Option<String>, Vec<Span>>,
    /// Scopes whose entry was left out, by path.
    pub(crate) lost_scopes: NameSet,
    /// Clusters whose entry was left out, by name.
    pub(crate) lost_clusters: NameSet,
}

/// Returns the ids of rules that could not be read.
fn ids_of_bad(part: &Document) -> BTreeMap<Span, &str> {
    part.ids_of_bad.iter().map(|(span, id)| (*span, id.as_str())).collect()
}

/// An entry of a table: its name and what is written under it.
type Named<V> = (Field<String>, Field<V>);

/// Where an entry came from.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    part: usize,
    pub(crate) is_feed: bool,
}

impl Origin {
    /// Returns what puts an entry of a feed back among the others, which are in the order of their parts and lines.
    pub(crate) fn order(self, span: Span) -> (usize, u32) {
        (self.part, if self.is_feed { span.line } else { 0 })
    }
}

impl<'a> Intake<'a> {
    fn new(
        tenant: &'a str,
        parts: &'a [&'a Document],
        catalogue: &'a Catalogue,
        unread: &Unread<'a>,
        sink: &'a mut Sink,
    ) -> Self {
        let is_bad = |part: &&&Document| !part.is_feed && unread.has_errors(part);
        Self {
            tenant,
            parts,
            catalogue,
            bad_lines: parts.iter().map(|part| unread.lines(part)).collect(),
            sink,
            n_refusing: parts.iter().filter(is_bad).count(),
            is_closed: false,
            fates: Fates::default(),
            ids_of_bad: parts.iter().map(|part| ids_of_bad(part)).collect(),
            plain: Gathered::default(),
            left: Accounts::default(),
            lost_groups: BTreeMap::new(),
            lost_scopes: NameSet::default(),
            lost_clusters: NameSet::default(),
        }
    }

    /// Returns the entries of one list over all parts.
    pub(crate) fn entries<V>(
        &self,
        section: impl Fn(&'a Document) -> &'a Field<Vec<Field<V>>>,
    ) -> Vec<(Origin, &'a Field<V>)> {
        let parts = self.parts.iter().enumerate();
        let listed = parts.map(|(idx, part)| (Origin { part: idx, is_feed: part.is_feed }, section(part)));
        listed
            .flat_map(|(origin, field)| field.value().into_iter().flatten().map(move |entry| (origin, entry)))
            .collect()
    }

    /// Returns the ids of all rules that could not be read.
    pub(crate) fn ids_of_all_bad(&self) -> impl Iterator<Item = &'a str> {
        self.ids_of_bad.iter().flat_map(BTreeMap::values).copied()
    }

    /// Takes one entry in: returns its resolution and whether it is bad, that is, to be left out of a feed.
    pub(crate) fn take<T>(&mut self, origin: Origin, span: Span, resolve: impl FnOnce(&mut Sink) -> T) -> (T, bool) {
        let (resolved, is_bad) = self.judge(origin, span, resolve);
        if is_bad {
            self.leave_out(origin, span, None);
        }
        (resolved, is_bad)
    }

    /// Takes a part of an entry in, of which the reader marked what is bad: returns its resolution and whether there is
    /// something wrong with what it says.
    pub(crate) fn take_part<T>(
        &mut self,
        origin: Origin,
        span: Span,
        resolve: impl FnOnce(&mut Sink) -> T,
    ) -> (T, bool) {
        let mut is_wrong = false;
        let (resolved, _) = self.take(origin, span, |sink| {
            let resolved = resolve(sink);
            is_wrong = 0 < sink.n_errors();
            resolved
        });
        (resolved, is_wrong)
    }

    /// Like [`Intake::take`], where it is not yet known what becomes of a bad entry.
    pub(crate) fn judge<T>(&mut self, origin: Origin, span: Span, resolve: impl FnOnce(&mut Sink) -> T) -> (T, bool) {
        let (resolved, n_errors) = self.sink.part(resolve);
        if !origin.is_feed {
            self.n_refusing = self.n_refusing.saturating_add(n_errors);
        }
        let is_unread = origin.is_feed
            && self
                .bad_lines
                .get(origin.part)
                .is_some_and(|bad| bad.binary_search_by_key(&span.line, |place| place.1).is_ok());
        (resolved, 0 < n_errors || is_unread)
    }

    /// Closes the tenant: what stands there is a deny, or may be one, and could not be taken.
    pub(crate) fn close(&mut self, span: Span) {
        self.is_closed = true;
        self.fates.close(self.tenant, span);
    }

    /// Takes note of an entry that is left out.
    pub(crate) fn leave_out(&mut self, origin: Origin, span: Span, id: Option<String>) {
        if origin.is_feed {
            self.fates.note(span, Note { fate: Fate::LeftOut, id, by: None });
        }
    }

    /// Takes note of what becomes of an entry.
    pub(crate) fn note(&mut self, span: Span, note: Note) {
        self.fates.note(span, note);
    }

    /// Returns the id of a rule of a feed that could not be read.
    pub(crate) fn id_of_bad(&self, origin: Origin, span: Span) -> Option<&'a str> {
        self.ids_of_bad.get(origin.part)?.get(&span).copied()
    }

    fn check_name(&mut self, name: &str) {
        let Some(part) = self.parts.first() else { return };
        if let Err(fault) = name::check_scope(name) {
            let message = format!("tenant `{}` {fault}", show(name));
            self.sink.report(Code::InvalidName, part.tenant.span(), message);
            self.n_refusing = self.n_refusing.saturating_add(1);
        }
    }

    fn facts(&mut self) -> Facts {
        let parts = self.parts.iter().enumerate();
        let given: Vec<(Origin, &Field<document::Facts>)> = parts
            .map(|(idx, part)| (Origin { part: idx, is_feed: part.is_feed }, &part.facts))
            .filter(|(_, field)| !field.is_missing())
            .collect();
        let is_single = given.len() == 1;
        let mut facts = Facts::default();
        for (origin, field) in given {
            let (resolved, is_bad) = self.take(origin, field.span(), |sink| {
                if !is_single {
                    sink.report(Code::Redefined, field.span(), "the tenant's facts are given more than once");
                }
                field.value().map(|written| facts_of(&written.version, &written.modules, sink))
            });
            facts = resolved.filter(|_| !is_bad).unwrap_or_default();
        }
        facts
    }

    /// Returns the listed clusters; in the nested topology they are only facts.
    ///
    /// Of two with one name or id neither is taken: nobody knows which is meant, whatever their order.
    fn clusters(&mut self) -> IndexMap<String, scopes::Listed> {
        let mut clusters: IndexMap<String, scopes::Listed> = IndexMap::new();
        let listed = self.entries(|document| &document.clusters);
        let written = || listed.iter().filter_map(|(_, field)| field.value());
        let names = counts(written().filter_map(|cluster| cluster.name.value()));
        let ids = counts(written().filter_map(|cluster| cluster.id.value().or(cluster.name.value())));
        let is_repeated = |counts: &Counts<'_>, name: &str| counts.get(name).is_some_and(|count| 1 < *count);
        let has_clusters = self.catalogue.topology != Topology::NoClusters;
        for (origin, field) in &listed {
            let (cluster, is_bad) = self.take(*origin, field.span(), |sink| {
                if !has_clusters {
                    sink.report(Code::Topology, field.span(), "the policy has no clusters");
                }
                let written = field.value()?;
                let name = required_name("cluster", "name", &written.name, field.span(), sink)?;
                let id = name_of("id", &written.id, sink).unwrap_or(name);
                if is_repeated(&names, name) {
                    sink.report(Code::Redefined, written.name.span(), format!("cluster `{name}` is listed twice"));
                } else if is_repeated(&ids, id) {
                    let span = if written.id.is_missing() { written.name.span() } else { written.id.span() };
                    sink.report(Code::Redefined, span, format!("the id `{id}` is another cluster's"));
                }
                let facts = facts_of(&written.version, &written.modules, sink);
                let facts = Facts { connected: written.connected.value().copied(), ..facts };
                Some((name.to_owned(), Cluster { id: id.to_owned(), facts }))
            });
            match cluster {
                Some((name, cluster)) if !is_bad => {
                    clusters.insert(name, (cluster, *origin, field.span()));
                }
                cluster => self.lost_clusters.extend(cluster.map(|(name, _)| name)),
            }
        }
        clusters
    }

    fn roles(&mut self, tenant: &mut Tenant) {
        let parts = self.parts.iter().enumerate();
        let tables = parts.map(|(idx, part)| (Origin { part: idx, is_feed: part.is_feed }, &part.custom_roles));
        let written: Vec<(Origin, &Named<document::Role>)> = tables
            .filter_map(|(origin, field)| field.value().map(|table: &Table<document::Role>| (origin, table)))
            .flat_map(|(origin, table)| table.0.iter().map(move |entry| (origin, entry)))
            .collect();
        let times = counts(written.iter().filter_map(|(_, (key, _))| key.value()));
        let mut own: IndexSet<&str> =
            written.iter().filter_map(|(_, (key, _))| key.value()).map(String::as_str).collect();
        if ROLES_MAX < own.len() {
            // The first by name are kept, whatever the order of the entries.
            own.sort_unstable();
            own.truncate(ROLES_MAX);
        }
        let mut is_told = false;
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for (idx, name) in self.catalogue.roles.keys().map(String::as_str).chain(own.iter().copied()).enumerate() {
            // A policy's role comes first, and a tenant's own role of its name is an error.
            names.entry(name).or_insert(idx);
        }
        let mut lost = Vec::new();
        let mut spans = Vec::new();
        for (origin, (key, field)) in &written {
            if key.value().is_some_and(|name| !own.contains(name.as_str())) {
                if !is_told || origin.is_feed {
                    let message = format!("there are more than {ROLES_MAX} custom roles");
                    self.take(*origin, key.span(), |sink| sink.report(Code::Limit, key.span(), message));
                }
                is_told = true;
                continue;
            }
            let catalogue = self.catalogue;
            let (resolved, is_bad) = self.take(*origin, key.span(), |sink| {
                custom_role(key, field, &names, &tenant.custom_roles, catalogue, sink)
            });
            let position = catalogue.roles.len().saturating_add(tenant.custom_roles.len());
            let Some(name) = key.value() else { continue };
            // Of two of one name neither is meant, whatever their order.
            let is_single = times.get(name.as_str()) == Some(&1);
            let role = resolved.filter(|_| is_single).unwrap_or_else(|| empty_role(name));
            let is_new = tenant.custom_roles.insert(name.clone(), role).is_none();
            if is_bad {
                lost.push(tenant.custom_roles.get_index_of(name));
            }
            if is_new {
                spans.push((position, *origin, key.span()));
            }
        }
        self.role_cycles(tenant, &spans, &mut lost);
        self.disabled_roles(tenant);
        self.lose_roles(tenant, lost);
        for (origin, (key, _)) in written {
            let position = key.value().and_then(|name| tenant.custom_roles.get_index_of(name));
            let position = position.map(|position| self.catalogue.roles.len().saturating_add(position));
            if position.is_some_and(|position| tenant.lost_roles.contains(&position)) {
                self.leave_out(origin, key.span(), None);
            }
        }
    }

    /// Reports circles among the tenant's own roles; in a feed they are lost.
    fn role_cycles(&mut self, tenant: &Tenant, spans: &[(usize, Origin, Span)], lost: &mut Vec<Option<usize>>) {
        let policy = self.catalogue.roles.iter();
        let all: Vec<(&str, &[usize])> =
            policy.chain(&tenant.custom_roles).map(|(name, role)| (name.as_str(), role.includes.as_slice())).collect();
        let includes: Vec<&[usize]> = all.iter().map(|(_, includes)| *includes).collect();
        let on_circle: BTreeSet<usize> = circles(&includes).into_iter().flatten().collect();
        let n_policy = self.catalogue.roles.len();
        for (position, origin, span) in spans {
            let (_, is_bad) = self.take(*origin, *span, |sink| {
                if on_circle.contains(position) {
                    let name = show(all.get(*position).map_or("", |(name, _)| name));
                    sink.report(Code::Cycle, *span, format!("role `{name}` includes itself"));
                }
            });
            if is_bad {
                lost.push(position.checked_sub(n_policy));
            }
        }
    }

    fn disabled_roles(&mut self, tenant: &mut Tenant) {
        let policy = self.catalogue.roles.keys();
        let names: Vec<String> = policy.chain(tenant.custom_roles.keys()).cloned().collect();
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        for (idx, name) in names.iter().enumerate() {
            known.entry(name).or_insert(idx);
        }
        for (origin, field) in self.entries(|document| &document.disabled_roles) {
            let (position, _) =
                self.take(origin, field.span(), |sink| lookup("role", Code::UnknownRole, field, &known, sink));
            tenant.disabled_roles.extend(position);
            if field.is_malformed() && origin.is_feed {
                self.close(field.span());
            }
        }
    }

    /// Takes the permissions of bad roles of a feed away, and of those that include one; rules cannot name them either.
    fn lose_roles(&mut self, tenant: &mut Tenant, lost: Vec<Option<usize>>) {
        let n_policy = self.catalogue.roles.len();
        let mut left: Vec<usize> =
            lost.into_iter().flatten().map(|position| n_policy.saturating_add(position)).collect();
        while let Some(role) = left.pop() {
            if !tenant.lost_roles.insert(role) {
                continue;
            }
            let includers =
                tenant.custom_roles.values().enumerate().filter(|(_, other)| other.includes.contains(&role));
            left.extend(includers.map(|(position, _)| n_policy.saturating_add(position)));
            let position = role.checked_sub(n_policy);
            if let Some((name, role)) = position.and_then(|position| tenant.custom_roles.get_index_mut(position)) {
                *role = empty_role(name);
            }
        }
    }
}

/// How often each name is given.
pub(crate) type Counts<'a> = HashMap<&'a str, usize, RandomState>;

/// Returns how often each name is given.
pub(crate) fn counts<'a>(names: impl Iterator<Item = &'a String>) -> Counts<'a> {
    let mut counts = Counts::default();
    for name in names {
        let count = counts.entry(name).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

/// Resolves one of the tenant's own roles.
fn custom_role(
    key: &Field<String>,
    field: &Field<document::Role>,
    names: &BTreeMap<&str, usize>,
    known: &IndexMap<String, Role>,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> Option<Role> {
    let name = roles::role_name(key, sink)?;
    if catalogue.roles.contains_key(name) {
        let help = "give the custom role a name of its own";
        sink.report_help(Code::Redefined, key.span(), format!("role `{name}` is a role of the policy"), help);
    } else if known.contains_key(name) {
        sink.report(Code::Redefined, key.span(), format!("role `{name}` is defined twice"));
    }
    let written = field.value()?;
    Some(roles::role(name, written, names, catalogue, sink))
}

fn empty_role(name: &str) -> Role {
    Role { title: name.to_owned(), held_at: None, includes: Vec::new(), grants: Vec::new(), gate: None }
}

/// Reads facts.
fn facts_of(version_field: &Field<String>, modules: &Field<Vec<Field<String>>>, sink: &mut Sink) -> Facts {
    let listed = modules.value().into_iter().flatten();
    let modules = listed.filter_map(|module| name_of("module", module, sink)).map(str::to_owned).collect();
    Facts { version: version(version_field, sink), modules, connected: None }
}
