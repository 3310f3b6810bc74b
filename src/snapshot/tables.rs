//! The rows: what a decision reads, and beside it, cold, what names the rows.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use indexmap::IndexMap;
use smallvec::SmallVec;

use crate::bits::{BitMatrix, Bits};
use crate::id::{ActionId, ClusterId, KindId, RoleId, ScopeId, SubjectId, TenantId};
use crate::model::{self, Catalogue};
use crate::name::SubjectKind;
use crate::snapshot::Program;
use crate::snapshot::edits::Edits;

/// Everything a snapshot knows: what was loaded, and what was changed since. A change makes new tables, which share
/// all that it does not touch.
#[derive(Clone, Debug)]
pub(crate) struct Tables {
    pub(crate) policy: Arc<PolicyTables>,
    pub(crate) base: Arc<Base>,
    pub(crate) tenants: Arc<Vec<Arc<TenantRow>>>,
    pub(crate) edits: Edits,
}

/// What the policy says.
#[derive(Debug)]
pub(crate) struct PolicyTables {
    pub(crate) actions: HashMap<Box<str>, ActionId>,
    pub(crate) action_names: Vec<Box<str>>,
    pub(crate) kinds: HashMap<Box<str>, KindId>,
    pub(crate) kind_rows: Vec<KindRow>,
    pub(crate) restrictions: Vec<Restriction>,
    /// For each permission, the positions of its restrictions.
    pub(crate) restrictions_of: Vec<Box<[u32]>>,
    /// What the qualifiers of the two rights admit.
    pub(crate) qualifiers: Vec<QualifierRow>,
    /// The policy as meant: read by changes, never by a decision.
    pub(crate) catalogue: Arc<Catalogue>,
}

impl PolicyTables {
    /// Returns the column of a permission.
    pub(crate) fn permission(&self, kind: KindId, action: ActionId) -> usize {
        kind.index().saturating_mul(self.action_names.len()).saturating_add(action.index())
    }
}

/// What a qualifier of the two rights to change access admits.
#[derive(Clone, Debug)]
pub(crate) struct QualifierRow {
    /// Nothing is all roles, later ones too.
    pub(crate) roles: Option<Box<[RoleId]>>,
    /// A mask of scope kinds.
    pub(crate) at: u64,
    /// For how long a rule may hold at most; nothing is for ever.
    pub(crate) seconds_max: Option<i64>,
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
#[derive(Debug)]
pub(crate) enum Test {
    When(Program),
    Unless(Program),
    /// A position among the gates.
    Gate(u32),
}

/// What was loaded of all directories.
#[derive(Debug, Default)]
pub(crate) struct Base {
    pub(crate) tenant_by_name: HashMap<Box<str>, TenantId>,
    /// The names of each tenant's subjects.
    pub(crate) names: Vec<Names>,
    /// The scopes of each tenant.
    pub(crate) scopes_of: Vec<Range<u32>>,
    pub(crate) scopes: Vec<ScopeRow>,
    pub(crate) scope_names: Vec<ScopeName>,
    pub(crate) scope_by_path: HashMap<Box<str>, ScopeId>,
    pub(crate) subjects: Vec<SubjectRow>,
    pub(crate) subject_names: Vec<SubjectName>,
    /// The groups of each subject in the directory, one after the other.
    pub(crate) groups_of: Vec<SubjectId>,
    pub(crate) allows: Vec<AllowRow>,
    pub(crate) allow_origins: Vec<AllowOrigin>,
    pub(crate) denies: Vec<DenyRow>,
    pub(crate) deny_origins: Vec<DenyOrigin>,
    pub(crate) limits: Vec<Limits>,
    /// The roles and organizations of those who have them in the older form.
    pub(crate) placements: HashMap<SubjectId, Placement>,
}

/// The subjects of a tenant, by name.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) users: HashMap<Box<str>, SubjectId>,
    pub(crate) groups: HashMap<Box<str>, SubjectId>,
    pub(crate) apps: HashMap<Box<str>, SubjectId>,
    /// Who had been deleted and not created again.
    pub(crate) deleted: BTreeSet<(SubjectKind, Box<str>)>,
}

impl Names {
    /// Returns the names of one kind of subject.
    pub(crate) fn of(&self, kind: SubjectKind) -> &HashMap<Box<str>, SubjectId> {
        match kind {
            SubjectKind::User => &self.users,
            SubjectKind::Group => &self.groups,
            SubjectKind::App => &self.apps,
        }
    }
}

/// Whether a gate is open.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum GateState {
    Open,
    Missing,
    Error,
}

/// One tenant, but for its scopes, subjects and rules.
#[derive(Clone, Debug)]
pub(crate) struct TenantRow {
    pub(crate) name: Box<str>,
    pub(crate) root: ScopeId,
    pub(crate) is_closed: bool,
    pub(crate) everyone: SubjectId,
    /// The groups but `everyone` that a deny names.
    pub(crate) denied_groups: Box<[SubjectId]>,
    pub(crate) clusters: HashMap<Box<str>, ClusterId>,
    /// Every cluster there ever was, by position; one that was deleted has no name.
    pub(crate) cluster_rows: Vec<ClusterRow>,
    /// What each gate asks, in words: the policy's gates, then those of the tenant's own roles.
    pub(crate) gates: Vec<Box<str>>,
    /// For each gate, its state without a cluster and with each.
    pub(crate) gate_states: Vec<GateState>,
    pub(crate) roles: Vec<RoleRow>,
    /// What roles give, each table once.
    pub(crate) role_tables: Vec<RoleTable>,
    /// Which of the tables counts: without a cluster, then with each.
    pub(crate) role_table_of: Vec<u32>,
    /// What roles would give were all enabled and all gates open.
    pub(crate) full: BitMatrix,
    /// The cells of the two rights, of roles were all enabled and all gates open.
    pub(crate) full_rights: Vec<Box<[RightCell]>>,
    /// The tenant's facts and roles as meant: read by changes, never by a decision.
    pub(crate) facts: model::Facts,
    pub(crate) custom_roles: Arc<IndexMap<String, model::Role>>,
}

impl TenantRow {
    /// Returns what roles give on a cluster, or without one.
    pub(crate) fn role_table(&self, cluster: Option<ClusterId>) -> Option<&RoleTable> {
        let position = cluster.map_or(0, |cluster| cluster.index().saturating_add(1));
        self.role_tables.get(*self.role_table_of.get(position)? as usize)
    }

    /// Returns the state of a gate on a cluster, or without one.
    pub(crate) fn gate_state(&self, gate: u32, cluster: Option<ClusterId>) -> GateState {
        let n_states = self.cluster_rows.len().saturating_add(1);
        let position = cluster.map_or(0, |cluster| cluster.index().saturating_add(1));
        let at = (gate as usize).saturating_mul(n_states).saturating_add(position);
        self.gate_states.get(at).copied().unwrap_or(GateState::Error)
    }

    /// Returns the name of a cluster, unless it was deleted.
    pub(crate) fn cluster_name(&self, cluster: usize) -> Option<&str> {
        self.cluster_rows.get(cluster).and_then(|row| row.name.as_deref())
    }

    /// Returns whether a list holds a cluster that is still there.
    pub(crate) fn is_live(&self, list: &Bits) -> bool {
        self.cluster_rows.iter().enumerate().any(|(idx, row)| row.name.is_some() && list.contains(idx))
    }

    /// Returns the names of the clusters that are there.
    pub(crate) fn cluster_names(&self) -> impl Iterator<Item = &str> {
        self.cluster_rows.iter().filter_map(|row| row.name.as_deref())
    }
}

/// A cluster.
#[derive(Clone, Debug)]
pub(crate) struct ClusterRow {
    /// Nothing once it is deleted.
    pub(crate) name: Option<Box<str>>,
    pub(crate) id: Box<str>,
    pub(crate) facts: model::Facts,
}

/// A role of a tenant, for people.
#[derive(Clone, Debug)]
pub(crate) struct RoleRow {
    pub(crate) name: Box<str>,
    pub(crate) is_disabled: bool,
    /// Whether its entry in a feed was left out: nobody can be given it.
    pub(crate) is_lost: bool,
    /// A position among the gates.
    pub(crate) gate: Option<u32>,
}

/// What roles give.
#[derive(Clone, Debug)]
pub(crate) struct RoleTable {
    /// Rows are roles, columns permissions.
    pub(crate) gives: BitMatrix,
    /// For each role and action of the place right, the scope kinds at which it is given.
    pub(crate) places: Vec<u64>,
    /// For each role, the cells of the two rights that it holds, those of included roles too.
    pub(crate) rights: Vec<Box<[RightCell]>>,
}

/// A cell of one of the two rights to change access.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct RightCell {
    pub(crate) right: Right,
    pub(crate) actions: u64,
    /// A position among the qualifiers of the policy.
    pub(crate) qualifier: Option<u32>,
}

/// A scope.
#[derive(Clone, Debug)]
pub(crate) struct ScopeRow {
    pub(crate) tenant: TenantId,
    pub(crate) kind: u32,
    pub(crate) cluster: Option<ClusterId>,
    /// The scope itself, then those above it, the root last.
    pub(crate) chain: SmallVec<[ScopeId; 4]>,
}

impl ScopeRow {
    /// Returns whether a scope is this one or above it.
    pub(crate) fn is_under(&self, scope: ScopeId) -> bool {
        self.chain.contains(&scope)
    }

    /// Returns the scope above.
    pub(crate) fn parent(&self) -> Option<ScopeId> {
        self.chain.get(1).copied()
    }
}

/// What a scope is called.
#[derive(Clone, Debug)]
pub(crate) struct ScopeName {
    pub(crate) path: Box<str>,
    pub(crate) id: Box<str>,
}

/// What a subject is called.
#[derive(Clone, Debug)]
pub(crate) struct SubjectName {
    pub(crate) tenant: TenantId,
    pub(crate) kind: SubjectKind,
    pub(crate) name: Box<str>,
}

/// A subject that the directory mentions.
#[derive(Clone, Debug, Default)]
pub(crate) struct SubjectRow {
    pub(crate) allows: Range<u32>,
    pub(crate) denies: Range<u32>,
    pub(crate) groups: Range<u32>,
    pub(crate) account: Account,
}

/// What the directory says of a subject, beside its rules.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Account {
    /// Whether it is listed; else only rules or groups mention it.
    pub(crate) is_listed: bool,
    pub(crate) is_disabled: bool,
    pub(crate) is_internal: bool,
}

/// The roles and organizations of a subject in the older form.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Placement {
    pub(crate) roles: Vec<RoleId>,
    pub(crate) organizations: Vec<ScopeId>,
}

/// An access rule, beside the others of its subject, sorted by scope.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AllowRow {
    pub(crate) scope: ScopeId,
    pub(crate) role: RoleId,
    /// A position among the limits, or `NO_LIMITS`.
    pub(crate) limits: u32,
}

/// A deny rule, beside the others of its subject, sorted by scope.
#[derive(Clone, Debug)]
pub(crate) struct DenyRow {
    pub(crate) scope: ScopeId,
    pub(crate) denied: DeniedSet,
    /// A position among the limits, or `NO_LIMITS`.
    pub(crate) limits: u32,
}

/// What a deny rule denies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum DeniedSet {
    /// All that a role permits, were it enabled and its gates open.
    Role(RoleId),
    /// These permissions.
    Permissions(Arc<Bits>),
}

/// The position of no limits: every cluster, always, unconditionally.
pub(crate) const NO_LIMITS: u32 = u32::MAX;

/// The limits of a rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Limits {
    /// The only clusters, by position; `None` is every one.
    pub(crate) clusters: Option<Bits>,
    pub(crate) from: Option<i64>,
    pub(crate) until: Option<i64>,
    pub(crate) condition: Option<Arc<Program>>,
}

/// Where an access rule comes from.
#[derive(Clone, Debug, Default)]
pub(crate) struct AllowOrigin {
    pub(crate) id: Option<Box<str>>,
    /// Whether it is a role at an organization, in the older form.
    pub(crate) is_placement: bool,
}

/// Where a deny rule comes from.
#[derive(Clone, Debug, Default)]
pub(crate) struct DenyOrigin {
    pub(crate) id: Option<Box<str>>,
    /// The permissions as written, with their stars; empty where it denies a role.
    pub(crate) written: Box<[DeniedCell]>,
}

/// Some actions on some kinds, as a deny names them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct DeniedCell {
    /// The kind; nothing is every kind, later ones too.
    pub(crate) kind: Option<KindId>,
    /// The actions; nothing is every action, later ones too.
    pub(crate) actions: Option<u64>,
}
