//! Access rules and deny rules: subject, role or permissions, scope, clusters, window, condition.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::{self, window};
use super::lookup::{NameSet, lookup, name_of};
use super::people::{living_subject, together};
use super::plain_rules::{self, Beside};
use super::roles::{Permits, cell, grants};
use super::tenant::{Intake, Origin};
use super::{ids, placements};
use crate::diagnostic::{Code, Sink};
use crate::document::{self, Cell, Field, Table};
use crate::model::bit;
use crate::model::catalogue::{Catalogue, Topology};
use crate::model::directory::{AccessRule, Denied, DenyRule, Extent, Tenant};
use crate::name::SubjectKind;
use crate::name::show;
use crate::span::Span;

/// Resolves the rules of a tenant whose scopes, clusters and roles stand.
pub(crate) fn resolve(intake: &mut Intake<'_>, tenant: &mut Tenant) {
    let mut places = Places::of(tenant, intake.catalogue);
    places.lost_scopes = std::mem::take(&mut intake.lost_scopes);
    places.lost_clusters = std::mem::take(&mut intake.lost_clusters);
    placements::resolve(intake, tenant, &places);
    // Of rules that say the same the one with the least id stays, whatever their order.
    let allows = intake.entries(|document| &document.access_rules);
    let mut denies = intake.entries(|document| &document.deny_rules);
    denies.sort_by_key(|(_, field)| field.value().and_then(|rule| rule.id.value()));
    let withdrawn = ids::withdrawn(intake);
    let catalogue = intake.catalogue;
    let plain = std::mem::take(&mut intake.plain);
    let beside = beside(intake, &allows, &denies, &withdrawn);
    let left = plain_rules::resolve(plain, &beside, &places, catalogue, tenant);
    let mut allows = together(allows, &left);
    allows.sort_by_key(|(_, field)| field.value().and_then(|rule| rule.id.value()));
    let tenant_so_far: &Tenant = tenant;
    let read = |field: &Field<document::AccessRule>, sink: &mut Sink| {
        access_rule(field, tenant_so_far, &places, catalogue, sink)
    };
    let mut allows = ids::read(intake, allows, &withdrawn, |rule| &rule.id, read);
    let read = |field: &Field<document::DenyRule>, sink: &mut Sink| deny_rule(field, tenant, &places, catalogue, sink);
    let mut denies = ids::read(intake, denies, &withdrawn, |rule| &rule.id, read);
    let meanings = ids::meanings(&allows, &denies);
    ids::settle(intake, &mut allows, &meanings, false);
    ids::settle(intake, &mut denies, &meanings, true);
    tenant.access_rules = ids::once(intake, allows, |rule| (rule.subject.clone(), rule.role, rule.extent.clone()));
    tenant.deny_rules =
        ids::once(intake, denies, |rule| (rule.subject.clone(), rule.denied.clone(), rule.extent.clone()));
    close_for_lost_groups(intake, tenant);
}

/// Returns what plain rules must not repeat unseen.
fn beside<'a>(
    intake: &Intake<'a>,
    allows: &[(Origin, &'a Field<document::AccessRule>)],
    denies: &[(Origin, &'a Field<document::DenyRule>)],
    withdrawn: &'a ids::Withdrawn,
) -> Beside<'a> {
    let allows = allows.iter().filter_map(|(_, field)| field.value());
    // What has a limit never says the same as a plain rule.
    let is_limited = |rule: &&document::AccessRule| {
        let is_timed = !rule.from.is_missing() || !rule.until.is_missing();
        is_timed || !rule.clusters.is_missing() || !rule.when.is_missing()
    };
    let subjects = allows.clone().filter(|rule| !is_limited(rule)).filter_map(|rule| rule.subject.value());
    let denies = denies.iter().filter_map(|(_, field)| field.value());
    let ids = allows.map(|rule| &rule.id).chain(denies.map(|rule| &rule.id)).filter_map(Field::value);
    let ids = ids.map(String::as_str).chain(intake.ids_of_all_bad()).chain(withdrawn.keys().map(String::as_str));
    Beside { subjects: subjects.map(String::as_str).collect(), ids: ids.collect() }
}

/// Closes the tenant where a deny names a group that was left out: nobody knows whom it concerns.
fn close_for_lost_groups(intake: &mut Intake<'_>, tenant: &Tenant) {
    let denied = tenant.deny_rules.iter().filter(|rule| rule.subject.kind == SubjectKind::Group);
    let denied: BTreeSet<&str> = denied.map(|rule| rule.subject.name.as_str()).collect();
    let is_denied =
        |name: &Option<String>| name.as_ref().map_or(!denied.is_empty(), |name| denied.contains(name.as_str()));
    let lost: Vec<Span> =
        intake.lost_groups.iter().filter(|(name, _)| is_denied(name)).flat_map(|(_, spans)| spans).copied().collect();
    lost.into_iter().for_each(|span| intake.close(span));
}

/// The scopes, clusters and roles of a tenant, by the names that rules use.
pub(crate) struct Places {
    pub(crate) by_path: BTreeMap<String, usize>,
    by_id: BTreeMap<String, usize>,
    clusters: BTreeMap<String, usize>,
    roles: BTreeMap<String, usize>,
    /// The paths and names of scopes and clusters that are listed and were left out.
    pub(crate) lost_scopes: NameSet,
    lost_clusters: NameSet,
}

impl Places {
    fn of(tenant: &Tenant, catalogue: &Catalogue) -> Self {
        let scopes = || tenant.scopes.iter().enumerate();
        let mut roles = BTreeMap::new();
        for (position, name) in catalogue.roles.keys().chain(tenant.custom_roles.keys()).enumerate() {
            roles.entry(name.clone()).or_insert(position);
        }
        Self {
            by_path: scopes().map(|(position, scope)| (scope.path.clone(), position)).collect(),
            by_id: scopes().map(|(position, scope)| (scope.id.clone(), position)).collect(),
            clusters: tenant.clusters.keys().cloned().enumerate().map(|(position, name)| (name, position)).collect(),
            roles,
            lost_scopes: NameSet::default(),
            lost_clusters: NameSet::default(),
        }
    }

    /// Returns the position of a role.
    pub(crate) fn role(&self, name: &str) -> Option<usize> {
        self.roles.get(name).copied()
    }
}

fn access_rule(
    field: &Field<document::AccessRule>,
    tenant: &Tenant,
    places: &Places,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> Option<AccessRule> {
    let written = field.value()?;
    let span = field.span();
    let id = name_of("id", &written.id, sink).map(str::to_owned);
    require("access rule", "subject", &written.subject, span, sink);
    require("access rule", "role", &written.role, span, sink);
    let subject = living_subject(&written.subject, tenant, sink);
    let role = role(&written.role, tenant, places, sink);
    let at = Where { scope: &written.scope, scope_id: &written.scope_id, clusters: &written.clusters, span };
    let place = at.resolve("access rule", tenant, places, catalogue, sink);
    let (from, until) = window(&written.from, &written.until, sink);
    let when = condition::resolve(&written.when, catalogue, sink);
    let (role, (scope, clusters)) = (role?, place?);
    check_held_at(role, scope, &written.role, tenant, catalogue, sink);
    Some(AccessRule { id, subject: subject?, role, extent: Extent { scope, clusters, from, until, when } })
}

fn deny_rule(
    field: &Field<document::DenyRule>,
    tenant: &Tenant,
    places: &Places,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> Option<DenyRule> {
    let written = field.value()?;
    let span = field.span();
    let id = name_of("id", &written.id, sink).map(str::to_owned);
    require("deny rule", "subject", &written.subject, span, sink);
    let subject = living_subject(&written.subject, tenant, sink);
    if written.role.is_missing() == written.permissions.is_missing() {
        sink.report(Code::Ambiguous, span, "a deny rule names either `permissions` or a `role`");
    }
    let denied_role = role(&written.role, tenant, places, sink).map(Denied::Role);
    let permissions = permissions(&written.permissions, catalogue, sink);
    let at = Where { scope: &written.scope, scope_id: &written.scope_id, clusters: &written.clusters, span };
    let place = at.resolve("deny rule", tenant, places, catalogue, sink);
    let (from, until) = window(&written.from, &written.until, sink);
    let when = condition::resolve(&written.when, catalogue, sink);
    let (scope, clusters) = place?;
    let denied = denied_role.or(permissions)?;
    let written = written_cells(&written.permissions, catalogue);
    Some(DenyRule { id, subject: subject?, denied, written, extent: Extent { scope, clusters, from, until, when } })
}

/// The permissions that a deny names, by kind.
fn permissions(field: &Field<Table<Cell>>, catalogue: &Catalogue, sink: &mut Sink) -> Option<Denied> {
    field.value()?;
    let mut by_kind: BTreeMap<usize, u64> = BTreeMap::new();
    for grant in grants(field, false, catalogue, sink) {
        grant.kinds(catalogue.kinds.len()).for_each(|kind| *by_kind.entry(kind).or_default() |= grant.actions);
    }
    if by_kind.is_empty() && sink.n_errors() == 0 {
        sink.report(Code::Ambiguous, field.span(), "the deny rule denies nothing");
    }
    Some(Denied::Permissions(by_kind.into_iter().collect()))
}

/// Returns the permissions that a deny names as they are written, stars and all.
fn written_cells(field: &Field<Table<Cell>>, catalogue: &Catalogue) -> Vec<(Option<usize>, Option<u64>)> {
    // What is wrong with them was reported where they were read.
    let mut sink = Sink::default();
    let mut written = Vec::new();
    for (key, value) in field.value().into_iter().flat_map(|table| &table.0) {
        let kind = key.value().and_then(|name| catalogue.kinds.get_index_of(name));
        let permits = cell(value, Permits::UNQUALIFIED, catalogue, &mut sink);
        written.push((kind, (!permits.is_any_action).then_some(permits.actions)));
    }
    written
}

/// Reports a key that must be there.
fn require(what: &str, key: &str, field: &Field<String>, span: Span, sink: &mut Sink) {
    if field.is_missing() {
        sink.report(Code::MissingKey, span, format!("the {what} has no `{key}`"));
    }
}

/// Reads a role that was not left out.
pub(crate) fn role(field: &Field<String>, tenant: &Tenant, places: &Places, sink: &mut Sink) -> Option<usize> {
    let role = lookup("role", Code::UnknownRole, field, &places.roles, sink)?;
    if tenant.lost_roles.contains(&role) {
        let name = show(field.value().map_or("", String::as_str));
        sink.report(Code::UnknownRole, field.span(), format!("role `{name}` was left out"));
        return None;
    }
    Some(role)
}

/// Where a rule holds, as written.
struct Where<'a> {
    scope: &'a Field<String>,
    scope_id: &'a Field<String>,
    clusters: &'a Field<Vec<Field<String>>>,
    span: Span,
}

impl Where<'_> {
    /// Returns the scope and the clusters.
    fn resolve(
        &self,
        what: &str,
        tenant: &Tenant,
        places: &Places,
        catalogue: &Catalogue,
        sink: &mut Sink,
    ) -> Option<(usize, Option<Vec<usize>>)> {
        if self.scope.is_missing() == self.scope_id.is_missing() {
            sink.report(Code::Ambiguous, self.span, format!("the {what} names either a `scope` or a `scope_id`"));
        }
        let by_path =
            lookup_listed("scope", Code::UnknownScope, self.scope, &places.by_path, &places.lost_scopes, sink);
        let by_id = lookup("scope id", Code::UnknownScope, self.scope_id, &places.by_id, sink);
        let scope = by_path.or(by_id);
        let clusters = self.clusters(places, sink);
        let scope = scope?;
        let lies_in = tenant.scopes.get(scope).and_then(|scope| scope.cluster);
        let elsewhere = lies_in.is_some_and(|lies_in| clusters.iter().flatten().any(|cluster| *cluster != lies_in));
        if elsewhere && matches!(catalogue.topology, Topology::Nested(_)) {
            sink.report(Code::ClusterMismatch, self.clusters.span(), "the rule's scope lies in another cluster");
        }
        Some((scope, clusters))
    }

    /// Returns the set of clusters; nothing where the list was left out.
    fn clusters(&self, places: &Places, sink: &mut Sink) -> Option<Vec<usize>> {
        let listed = self.clusters.value()?;
        if listed.is_empty() {
            let help = "leave `clusters` out for every cluster, or remove the rule";
            sink.report_help(
                Code::EmptyClusterList,
                self.clusters.span(),
                "an empty list of clusters is no cluster",
                help,
            );
        }
        let mut clusters: Vec<usize> = listed
            .iter()
            .filter_map(|cluster| {
                lookup_listed("cluster", Code::UnknownCluster, cluster, &places.clusters, &places.lost_clusters, sink)
            })
            .collect();
        clusters.sort_unstable();
        clusters.dedup();
        Some(clusters)
    }
}

/// Like [`lookup`], but of a name whose entry was left out it says so: nothing with a similar name was meant.
pub(crate) fn lookup_listed(
    what: &str,
    code: Code,
    field: &Field<String>,
    known: &BTreeMap<String, usize>,
    lost: &NameSet,
    sink: &mut Sink,
) -> Option<usize> {
    let name = field.value()?;
    if !known.contains_key(name) && lost.contains(name) {
        sink.report(code, field.span(), format!("{what} `{}` was left out", show(name)));
        return None;
    }
    lookup(what, code, field, known, sink)
}

/// Reports a role that cannot be held at the rule's kind of scope.
fn check_held_at(
    role: usize,
    scope: usize,
    field: &Field<String>,
    tenant: &Tenant,
    catalogue: &Catalogue,
    sink: &mut Sink,
) {
    let own = || role.checked_sub(catalogue.roles.len()).and_then(|own| tenant.custom_roles.get_index(own));
    let Some((name, role)) = catalogue.roles.get_index(role).or_else(own) else { return };
    let Some(scope) = tenant.scopes.get(scope) else { return };
    let label = |kind: usize| catalogue.scope_kinds.get_index(kind).map_or("", |(name, _)| name.as_str());
    if let Some(held_at) = role.held_at.filter(|held_at| held_at & bit(scope.kind) == 0) {
        let kinds = (0..catalogue.scope_kinds.len()).filter(|kind| held_at & bit(*kind) != 0).map(label);
        let message =
            format!("role `{}` cannot be held at the {} `{}`", show(name), label(scope.kind), show(&scope.path));
        let help = format!("it can be held at: {}", kinds.collect::<Vec<_>>().join(", "));
        sink.report_help(Code::WrongPlace, field.span(), message, help);
    }
}
