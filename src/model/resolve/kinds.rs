//! Resource kinds: where they live, what they concern, which gates they stand behind.

use indexmap::IndexMap;

use super::lookup::{entries, find_in, name_of};
use crate::diagnostic::{Code, Sink};
use crate::document::{self, Document, Field};
use crate::model::catalogue::{Fact, Gate, GateOf, Kind, Topology, Version};
use crate::model::{KINDS_MAX, bit};
use crate::name::show;
use crate::span::Span;

/// Resolves the resource kinds.
pub(crate) fn resolve(
    documents: &[Document],
    scope_kinds: &IndexMap<String, Option<usize>>,
    topology: Topology,
    sink: &mut Sink,
) -> IndexMap<String, Kind> {
    let mut resolved = IndexMap::new();
    let declared = entries("resource kind", documents, |document| &document.kinds, sink);
    if let Some((_, span, _)) = declared.get(KINDS_MAX) {
        sink.report(Code::Limit, *span, format!("there are more than {KINDS_MAX} resource kinds"));
    }
    for (name, span, field) in declared.into_iter().take(KINDS_MAX) {
        name_of("resource kind", &Field::at(name.to_owned(), span), sink);
        if name == "*" {
            sink.report(Code::InvalidName, span, "resource kind `*` means every kind and cannot be declared");
        }
        let Some(written) = field.value() else { continue };
        let Places { create_at, act_at, create_in_cluster, act_in_cluster } =
            places(name, span, written, scope_kinds, topology, sink);
        let is_cluster = name == "cluster" && topology != Topology::NoClusters;
        let lives_in_cluster = create_in_cluster || act_in_cluster || is_cluster || lists_cluster(written);
        let concerns_cluster = written.concerns_cluster.value().copied().unwrap_or(lives_in_cluster);
        check_concern(name, written, lives_in_cluster, topology, sink);
        let kind = Kind {
            title: written.title.value().cloned().unwrap_or_else(|| name.to_owned()),
            section: written.section.value().cloned().unwrap_or_default(),
            create_at,
            act_at,
            create_in_cluster,
            act_in_cluster,
            concerns_cluster,
            read_from_below: written.read_from_below.value().copied().unwrap_or(false),
            gate: gate(&written.requires, topology, sink),
        };
        resolved.insert(name.to_owned(), kind);
    }
    resolved
}

/// Where a kind is asked.
#[derive(Default)]
struct Places {
    create_at: u64,
    act_at: u64,
    create_in_cluster: bool,
    act_in_cluster: bool,
}

/// Returns where a kind is asked: a scope at itself and its parent, anything else where it lives.
fn places(
    name: &str,
    span: Span,
    written: &document::Kind,
    scope_kinds: &IndexMap<String, Option<usize>>,
    topology: Topology,
    sink: &mut Sink,
) -> Places {
    let is_axis_cluster = name == "cluster" && topology == Topology::Axis;
    let scope_kind = scope_kinds.get_full(name).map(|(position, _, parent)| (position, *parent));
    if (is_axis_cluster || scope_kind.is_some()) && !written.lives_in.is_missing() {
        let message = format!("`{}` is a kind of scope and says where it lives", show(name));
        let help = "leave `lives_in` out: `create` is asked at the parent, everything else at the scope itself";
        sink.report_help(Code::Place, written.lives_in.span(), message, help);
    }
    if is_axis_cluster {
        let root = scope_kinds.values().position(Option::is_none).unwrap_or(0);
        return Places { create_at: bit(root), act_in_cluster: true, ..Places::default() };
    }
    if let Some((position, parent)) = scope_kind {
        return Places { create_at: parent.map_or(0, bit), act_at: bit(position), ..Places::default() };
    }
    lives_in(name, span, written, scope_kinds, topology, sink)
}

/// Returns the places of a kind that is no scope.
fn lives_in(
    name: &str,
    span: Span,
    written: &document::Kind,
    scope_kinds: &IndexMap<String, Option<usize>>,
    topology: Topology,
    sink: &mut Sink,
) -> Places {
    let help = "add `lives_in: [SCOPE KIND, ...]`";
    if written.lives_in.is_missing() {
        let message = format!("resource kind `{}` does not say where it lives", show(name));
        sink.report_help(Code::MissingKey, span, message, help);
    }
    let Some(listed) = written.lives_in.value() else { return Places::default() };
    if listed.is_empty() {
        let message = format!("resource kind `{}` lives nowhere", show(name));
        sink.report_help(Code::Place, written.lives_in.span(), message, help);
    }
    let mut mask = 0;
    let mut in_cluster = false;
    for entry in listed {
        let is_axis = topology == Topology::Axis && entry.value().is_some_and(|word| word == "cluster");
        if is_axis {
            in_cluster = true;
        } else {
            mask |= find_in("scope kind", Code::UnknownScopeKind, entry, scope_kinds, sink).map_or(0, bit);
        }
    }
    Places { create_at: mask, act_at: mask, create_in_cluster: in_cluster, act_in_cluster: in_cluster }
}

/// Returns whether a kind is written to live in clusters.
fn lists_cluster(written: &document::Kind) -> bool {
    let listed = written.lives_in.value().into_iter().flatten();
    listed.filter_map(Field::value).any(|word| word == "cluster")
}

/// Reports a concern for clusters that cannot be.
fn check_concern(name: &str, written: &document::Kind, lives_in_cluster: bool, topology: Topology, sink: &mut Sink) {
    let field = &written.concerns_cluster;
    match field.value() {
        Some(true) if topology == Topology::NoClusters => {
            let message = format!("resource kind `{}` concerns clusters, and the policy has none", show(name));
            sink.report_help(Code::Topology, field.span(), message, "add `axes: [cluster]`, or a scope kind `cluster`");
        }
        Some(false) if lives_in_cluster => {
            let message = format!("resource kind `{}` lives in clusters and does not concern them", show(name));
            sink.report(Code::Place, field.span(), message);
        }
        _ => {}
    }
}

/// Resolves a gate.
pub(crate) fn gate(field: &Field<document::Gate>, topology: Topology, sink: &mut Sink) -> Option<Gate> {
    let written = field.value()?;
    let of = gate_of(written, topology, sink);
    let mut facts = Vec::new();
    if let Some(module) = name_of("module", &written.module, sink) {
        facts.push(Fact::Module(module.to_owned()));
    }
    facts.extend(version(&written.version, sink).map(Fact::Version));
    match written.connected.value() {
        Some(true) if of == GateOf::Cluster => facts.push(Fact::Connected),
        Some(true) => {
            sink.report(
                Code::InvalidGate,
                written.connected.span(),
                "`connected` is a fact of clusters: add `of: cluster`",
            );
        }
        Some(false) => {
            sink.report(Code::InvalidGate, written.connected.span(), "`connected` can only be required to be true")
        }
        None => {}
    }
    let is_empty = written.module.is_missing() && written.version.is_missing() && written.connected.is_missing();
    if is_empty {
        sink.report_help(
            Code::InvalidGate,
            field.span(),
            "the gate asks nothing",
            "name a `module`, a `version` or `connected`",
        );
    }
    Some(Gate { of, facts })
}

/// Returns whose facts a gate asks.
fn gate_of(written: &document::Gate, topology: Topology, sink: &mut Sink) -> GateOf {
    match written.of.value().map(String::as_str) {
        None | Some("tenant") => GateOf::Tenant,
        Some("cluster") if topology != Topology::NoClusters => GateOf::Cluster,
        Some("cluster") => {
            sink.report(Code::InvalidGate, written.of.span(), "the policy has no clusters");
            GateOf::Cluster
        }
        Some(other) => {
            let message = format!("a gate is `of: tenant` or `of: cluster`, not `{}`", show(other));
            sink.report(Code::InvalidGate, written.of.span(), message);
            GateOf::Tenant
        }
    }
}

/// Parses a version; reports one that is none.
pub(crate) fn version(field: &Field<String>, sink: &mut Sink) -> Option<Version> {
    let text = field.value()?;
    let version = Version::parse(text);
    if version.is_none() {
        let message = format!("`{}` is no version", show(text));
        sink.report_help(Code::InvalidGate, field.span(), message, "versions are dotted integers in quotes: \"2.10\"");
    }
    version
}
