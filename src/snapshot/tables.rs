//! The tables: what a decision reads, and beside it, cold, what names the rows.

use std::collections::HashMap;
use std::ops::Range;

use crate::bits::{BitMatrix, Bits};
use crate::id::{ActionId, ClusterId, ConditionId, KindId, RoleId, ScopeId, SubjectId, TenantId};
use crate::name::SubjectKind;
use crate::snapshot::Program;

/// Everything a snapshot knows.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) actions: HashMap<Box<str>, ActionId>,
    pub(crate) action_names: Vec<Box<str>>,
    pub(crate) kinds: HashMap<Box<str>, KindId>,
    pub(crate) kind_rows: Vec<KindRow>,
    pub(crate) restrictions: Vec<Restriction>,
    /// For each permission, the positions of its restrictions.
    pub(crate) restrictions_of: Vec<Box<[u32]>>,
    pub(crate) conditions: Vec<Program>,
    pub(crate) tenants: Vec<TenantRow>,
    pub(crate) tenant_by_name: HashMap<Box<str>, TenantId>,
    pub(crate) scopes: Vec<ScopeRow>,
    pub(crate) scope_by_path: HashMap<Box<str>, ScopeId>,
    pub(crate) scope_paths: Vec<Box<str>>,
    pub(crate) subjects: Vec<SubjectRow>,
    pub(crate) subject_names: Vec<(SubjectKind, Box<str>)>,
    /// The groups of each subject in the directory, one after the other.
    pub(crate) groups_of: Vec<SubjectId>,
    pub(crate) allows: Vec<AllowRow>,
    pub(crate) allow_origins: Vec<RuleOrigin>,
    pub(crate) denies: Vec<DenyRow>,
    pub(crate) deny_origins: Vec<RuleOrigin>,
    pub(crate) deny_sets: Vec<Bits>,
    pub(crate) limits: Vec<Limits>,
}

impl Tables {
    /// Returns the column of a permission.
    pub(crate) fn permission(&self, kind: KindId, action: ActionId) -> usize {
        kind.index().saturating_mul(self.action_names.len()).saturating_add(action.index())
    }
}

/// What a resource kind is, for a decision.
#[derive(Debug)]
pub(crate) struct KindRow {
    pub(crate) name: Box<str>,
    pub(crate) create_at: u64,
    pub(crate) act_at: u64,
    pub(crate) create_in_cluster: bool,
    pub(crate) act_in_cluster: bool,
    pub(crate) concerns_cluster: bool,
    pub(crate) read_from_below: bool,
    pub(crate) right: Right,
}

/// Whether a kind is one of the two rights to change access.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Right {
    Neither,
    Role,
    Place,
}

/// A deny for everybody, or the gate of a kind, which is one too.
#[derive(Debug)]
pub(crate) struct Restriction {
    /// The name, or the kind's for a gate.
    pub(crate) name: Box<str>,
    pub(crate) is_gate_of_kind: bool,
    pub(crate) test: Test,
}

/// What a restriction asks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Test {
    When(ConditionId),
    Unless(ConditionId),
    /// A position among the gates.
    Gate(u32),
}

/// A gate, as people read it; its states are computed for each tenant.
#[derive(Debug)]
pub(crate) struct Gate {
    pub(crate) text: Box<str>,
}

/// Whether a gate is open.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum GateState {
    Open,
    Missing,
    Error,
}

/// One tenant.
#[derive(Debug)]
pub(crate) struct TenantRow {
    pub(crate) name: Box<str>,
    pub(crate) root: ScopeId,
    pub(crate) is_closed: bool,
    pub(crate) users: HashMap<Box<str>, SubjectId>,
    pub(crate) groups: HashMap<Box<str>, SubjectId>,
    pub(crate) apps: HashMap<Box<str>, SubjectId>,
    pub(crate) everyone: SubjectId,
    /// The denies of groups but `everyone`, as positions among all denies.
    pub(crate) group_denies: Box<[u32]>,
    pub(crate) clusters: HashMap<Box<str>, ClusterId>,
    pub(crate) cluster_names: Vec<Box<str>>,
    /// The policy's gates, then those of the tenant's own roles.
    pub(crate) gates: Vec<Gate>,
    /// For each gate, its state without a cluster and with each.
    pub(crate) gate_states: Vec<GateState>,
    pub(crate) roles: Vec<RoleRow>,
    /// What roles give: without a cluster, then with each; one table where clusters make no difference.
    pub(crate) role_tables: Vec<RoleTable>,
    /// What roles would give were all enabled and all gates open.
    pub(crate) full: BitMatrix,
}

impl TenantRow {
    /// Returns what roles give on a cluster, or without one.
    pub(crate) fn role_table(&self, cluster: Option<ClusterId>) -> Option<&RoleTable> {
        let position = cluster.map_or(0, |cluster| cluster.index().saturating_add(1));
        self.role_tables.get(position).or_else(|| self.role_tables.first())
    }

    /// Returns the state of a gate on a cluster, or without one.
    pub(crate) fn gate_state(&self, gate: u32, cluster: Option<ClusterId>) -> GateState {
        let n_states = self.cluster_names.len().saturating_add(1);
        let position = cluster.map_or(0, |cluster| cluster.index().saturating_add(1));
        let at = (gate as usize).saturating_mul(n_states).saturating_add(position);
        self.gate_states.get(at).copied().unwrap_or(GateState::Error)
    }
}

/// A role of a tenant, for people.
#[derive(Debug)]
pub(crate) struct RoleRow {
    pub(crate) name: Box<str>,
    pub(crate) is_disabled: bool,
    /// A position among the gates.
    pub(crate) gate: Option<u32>,
}

/// What roles give.
#[derive(Debug)]
pub(crate) struct RoleTable {
    /// Rows are roles, columns permissions.
    pub(crate) gives: BitMatrix,
    /// For each role and action of the place right, the scope kinds at which it is given.
    pub(crate) places: Vec<u64>,
}

/// A scope.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScopeRow {
    pub(crate) tenant: TenantId,
    pub(crate) kind: u32,
    /// The first id past everything under it.
    pub(crate) end: ScopeId,
    pub(crate) parent: Option<ScopeId>,
    pub(crate) cluster: Option<ClusterId>,
}

/// A subject that the directory mentions.
#[derive(Clone, Debug, Default)]
pub(crate) struct SubjectRow {
    pub(crate) allows: Range<u32>,
    pub(crate) denies: Range<u32>,
    pub(crate) groups: Range<u32>,
    pub(crate) is_known: bool,
    pub(crate) is_disabled: bool,
}

/// An access rule, beside the others of its subject, sorted by scope.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AllowRow {
    pub(crate) scope: ScopeId,
    pub(crate) end: ScopeId,
    pub(crate) role: RoleId,
    /// A position among the limits, or `NO_LIMITS`.
    pub(crate) limits: u32,
}

/// A deny rule, beside the others of its subject, sorted by scope.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DenyRow {
    pub(crate) scope: ScopeId,
    pub(crate) end: ScopeId,
    /// A position among the deny sets.
    pub(crate) set: u32,
    /// A position among the limits, or `NO_LIMITS`.
    pub(crate) limits: u32,
}

/// The position of no limits: every cluster, always, unconditionally.
pub(crate) const NO_LIMITS: u32 = u32::MAX;

/// The limits of a rule.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// The only clusters, by position; `None` is every one.
    pub(crate) clusters: Option<Bits>,
    pub(crate) from: Option<i64>,
    pub(crate) until: Option<i64>,
    pub(crate) condition: Option<ConditionId>,
}

/// What a rule is called and whose it is.
#[derive(Debug)]
pub(crate) struct RuleOrigin {
    pub(crate) id: Option<Box<str>>,
    pub(crate) subject: SubjectId,
    pub(crate) tenant: TenantId,
    /// The role; none for a deny of permissions.
    pub(crate) role: Option<RoleId>,
}
