//! The rows: what a decision reads, and beside it, cold, what names the rows.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

use foldhash::quality::RandomState;
use indexmap::IndexMap;

use crate::bits::{BitMatrix, Bits};
use crate::id::{ActionId, ClusterId, KindId, RoleId, ScopeId, SubjectId, TenantId};
use crate::model::{self, Catalogue};
use crate::name::SubjectKind;
use crate::snapshot::Program;
use crate::snapshot::chain::Chain;
use crate::snapshot::edits::Edits;
use crate::snapshot::names::NameTable;

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
    pub(crate) actions: NameTable,
    pub(crate) kinds: NameTable,
    pub(crate) kind_rows: Vec<Arc<KindRow>>,
    /// By kind and action: see [`PolicyTables::permission`].
    pub(crate) permissions: Vec<PermissionRow>,
    pub(crate) restrictions: Vec<Restriction>,
    /// For each permission, the positions of its restrictions.
    pub(crate) restrictions_of: Vec<Box<[u32]>>,
    /// What the qualifiers of the two rights admit.
    pub(crate) qualifiers: Vec<QualifierRow>,
    /// The policy as meant: read by changes, never by a decision.
    pub(crate) catalogue: Arc<Catalogue>,
}

impl PolicyTables {
    /// Returns an action by name.
    pub(crate) fn action(&self, name: &str) -> Option<ActionId> {
        self.actions.find(name).map(ActionId::new)
    }

    /// Returns a resource kind by name.
    pub(crate) fn kind(&self, name: &str) -> Option<KindId> {
        self.kinds.find(name).map(KindId::new)
    }

    /// Returns an action on a resource kind.
    pub(crate) fn permission(&self, kind: KindId, action: ActionId) -> Option<&PermissionRow> {
        self.permissions.get(kind.index().saturating_mul(self.actions.len()).saturating_add(action.index()))
    }
}

/// An action on a resource kind.
#[derive(Debug)]
pub(crate) struct PermissionRow {
    pub(crate) action: ActionId,
    pub(crate) kind: Arc<KindRow>,
    pub(crate) number: usize,
    pub(crate) creates: bool,
    pub(crate) right: Right,
    /// A mask of the scope kinds at which it can be asked.
    pub(crate) places: u64,
    /// Whether rules below the asked scope count too.
    pub(crate) reads_from_below: bool,
    /// Whether restrictions or gates stand before it.
    pub(crate) is_restricted: bool,
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
    /// The tenants, by name.
    pub(crate) tenants: NameTable,
    /// The names of each tenant's subjects.
    pub(crate) names: Vec<Names>,
    /// The scopes of each tenant.
    pub(crate) scopes_of: Vec<Range<u32>>,
    pub(crate) scopes: Vec<ScopeRow>,
    pub(crate) paths: NameTable,
    /// The stable ids of the scopes whose id is not their path.
    pub(crate) scope_ids: HashMap<ScopeId, Box<str>>,
    /// The subjects, and behind the last of them one that is nobody.
    pub(crate) subjects: Vec<SubjectRow>,
    /// What only some subjects have.
    pub(crate) more: Vec<SubjectMore>,
    /// The groups of each subject in the directory, one after the other.
    pub(crate) groups_of: Vec<SubjectId>,
    /// The access rules of each subject, one after the other.
    pub(crate) allows: Vec<AllowRow>,
    /// Where access rules come from that have an id or are made, by position.
    pub(crate) allow_origins: HashMap<u32, AllowOrigin, RandomState>,
    pub(crate) denies: Vec<DenyRow>,
    pub(crate) deny_origins: Vec<DenyOrigin>,
    pub(crate) limits: Vec<Limits>,
    /// The roles and organizations of those who have them in the older form.
    pub(crate) placements: HashMap<SubjectId, Placement>,
}

/// The subjects of a tenant, by name. They are numbered one after the other: users, groups, apps.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) users: Numbered,
    pub(crate) groups: Numbered,
    pub(crate) apps: Numbered,
    /// Who had been deleted and not created again.
    pub(crate) deleted: BTreeSet<(SubjectKind, Box<str>)>,
}

/// The names of subjects, the first of which has the number `first`.
#[derive(Debug, Default)]
pub(crate) struct Numbered {
    pub(crate) first: u32,
    pub(crate) table: NameTable,
}

impl Numbered {
    /// Returns the subject at a position of the table.
    pub(crate) fn id(&self, position: usize) -> SubjectId {
        SubjectId::new(position.saturating_add(self.first as usize))
    }

    /// Returns the subject of a name.
    #[inline]
    pub(crate) fn find(&self, name: &str) -> Option<SubjectId> {
        self.table.find(name).map(|position| self.id(position))
    }

    /// Returns the name of a subject, if it is one of these.
    pub(crate) fn name(&self, id: SubjectId) -> Option<&str> {
        self.table.name(id.index().checked_sub(self.first as usize)?)
    }
}

impl Names {
    /// Returns the names of one kind of subject.
    pub(crate) fn of(&self, kind: SubjectKind) -> &Numbered {
        match kind {
            SubjectKind::User => &self.users,
            SubjectKind::Group => &self.groups,
            SubjectKind::App => &self.apps,
        }
    }

    /// Returns the kind and the name of a subject, if it is one of these.
    pub(crate) fn name(&self, id: SubjectId) -> Option<(SubjectKind, &str)> {
        let kinds = [SubjectKind::User, SubjectKind::Group, SubjectKind::App];
        kinds.into_iter().find_map(|kind| self.of(kind).name(id).map(|name| (kind, name)))
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
    pub(crate) id: TenantId,
    pub(crate) name: Box<str>,
    pub(crate) root: ScopeId,
    pub(crate) is_closed: bool,
    pub(crate) everyone: SubjectId,
    /// Whether there is a deny, or was one.
    pub(crate) has_denies: bool,
    /// The groups but `everyone` that a deny names.
    pub(crate) denied_groups: Box<[SubjectId]>,
    pub(crate) clusters: HashMap<Box<str>, ClusterId, RandomState>,
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

    /// Returns a cluster by name.
    #[inline]
    pub(crate) fn cluster(&self, name: &str) -> Option<ClusterId> {
        match &*self.cluster_rows {
            few if few.len() <= FEW => few.iter().position(|row| row.name.as_deref() == Some(name)).map(ClusterId::new),
            _ => self.clusters.get(name).copied(),
        }
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

/// Up to how many clusters are compared one by one.
const FEW: usize = 4;

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
    /// Rows are permissions, columns roles: the one row of what is asked answers for every rule.
    pub(crate) gives: BitMatrix,
    /// Rows are the scope kinds at which each action of the place right is asked, columns roles.
    pub(crate) places: BitMatrix,
    pub(crate) n_scope_kinds: usize,
    /// For each role, the cells of the two rights that it holds, those of included roles too.
    pub(crate) rights: Vec<Box<[RightCell]>>,
}

impl RoleTable {
    /// Returns whether a role gives a permission at a kind of scope.
    pub(crate) fn is_given(&self, role: usize, permission: &PermissionRow, scope_kind: u32) -> bool {
        self.gives.contains(permission.number, role)
            && self.place(permission, scope_kind).is_none_or(|place| self.places.contains(place, role))
    }

    /// Returns the roles that give a permission at a kind of scope, a bit each, where the roles are no more than those.
    #[inline]
    pub(crate) fn roles(&self, permission: &PermissionRow, scope_kind: u32) -> Option<u64> {
        let roles = self.gives.word(permission.number)?;
        match self.place(permission, scope_kind) {
            None => Some(roles),
            Some(place) => Some(roles & self.places.word(place)?),
        }
    }

    /// Returns the row of the place right; nothing for other permissions.
    #[inline]
    fn place(&self, permission: &PermissionRow, scope_kind: u32) -> Option<usize> {
        let row = || permission.action.index().saturating_mul(self.n_scope_kinds).saturating_add(scope_kind as usize);
        (permission.right == Right::Place).then(row)
    }
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
    pub(crate) chain: Chain,
}

// A decision reads one line of memory for its scope, and eight rules in another.
const _: () = assert!(size_of::<ScopeRow>() <= 64 && size_of::<AllowRow>() == 8);

impl ScopeRow {
    /// Returns its number.
    pub(crate) fn id(&self) -> ScopeId {
        self.chain.own()
    }

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
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScopeName<'a> {
    pub(crate) path: &'a str,
    pub(crate) id: &'a str,
}

/// What a subject is called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SubjectName<'a> {
    pub(crate) tenant: TenantId,
    pub(crate) kind: SubjectKind,
    pub(crate) name: &'a str,
}

/// A subject that the directory mentions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SubjectRow {
    /// Its first access rule; the next subject's first comes behind its last.
    pub(crate) first_allow: u32,
    /// A position among what only some have, or [`NO_MORE`].
    pub(crate) more: u32,
    pub(crate) account: Account,
}

/// What only some subjects have: groups of the directory, denies, rules with limits.
#[derive(Clone, Debug, Default)]
pub(crate) struct SubjectMore {
    pub(crate) groups: Range<u32>,
    pub(crate) denies: Range<u32>,
    pub(crate) limits: Range<u32>,
}

/// The position of nothing more.
pub(crate) const NO_MORE: u32 = u32::MAX;

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

/// An access rule, beside the others of its subject, sorted by scope: eight bytes, so that a line of memory holds eight.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AllowRow {
    pub(crate) scope: ScopeId,
    /// The role in the lower bits, and above them a position among the subject's limits.
    role_and_limits: u32,
}

impl AllowRow {
    /// Returns a row; a position that has no room in it is one that no table has, so that the rule gives nothing.
    pub(crate) fn new(scope: ScopeId, role: RoleId, limits: Option<u32>) -> Self {
        let role = u32::try_from(role.index()).unwrap_or(ROLE).min(ROLE);
        let limits = limits.map_or(FREE, |position| position.min(LOST));
        Self { scope, role_and_limits: limits << ROLE_BITS | role }
    }

    /// Returns the role.
    pub(crate) fn role(self) -> RoleId {
        RoleId::new(self.role_number() as usize)
    }

    /// Returns the number of the role.
    pub(crate) fn role_number(self) -> u32 {
        self.role_and_limits & ROLE
    }

    /// Returns the position of its limits, if it has any.
    pub(crate) fn limits(self) -> Option<u32> {
        let position = self.role_and_limits >> ROLE_BITS;
        (position != FREE).then_some(position)
    }

    /// Returns the same rule with its limits at another position.
    pub(crate) fn with_limits(self, limits: Option<u32>) -> Self {
        Self::new(self.scope, self.role(), limits)
    }
}

/// How many bits of a row are the role: more than a tenant may have.
const ROLE_BITS: u32 = 11;
const ROLE: u32 = (1 << ROLE_BITS) - 1;
/// Where a row has no limits, and where it has some that found no room.
const FREE: u32 = u32::MAX >> ROLE_BITS;
const LOST: u32 = FREE - 1;

/// A deny rule, beside the others of its subject, sorted by scope.
#[derive(Clone, Debug)]
pub(crate) struct DenyRow {
    pub(crate) scope: ScopeId,
    pub(crate) denied: DeniedSet,
    /// A position among the subject's limits.
    pub(crate) limits: Option<u32>,
}

impl DenyRow {
    /// Returns whether it may deny a permission at a place.
    pub(crate) fn may_matter(&self, tenant: &TenantRow, permission: &PermissionRow, place: &ScopeRow) -> bool {
        place.is_under(self.scope) && self.names(tenant, permission.number)
    }

    /// Returns whether it names a permission. A role that is not there would be a fault: the deny stands.
    pub(crate) fn names(&self, tenant: &TenantRow, permission: usize) -> bool {
        match &self.denied {
            DeniedSet::Permissions(set) => set.contains(permission),
            DeniedSet::Role(role) => {
                tenant.full.n_rows() <= role.index() || tenant.full.contains(role.index(), permission)
            }
        }
    }
}

/// What a deny rule denies.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum DeniedSet {
    /// All that a role permits, were it enabled and its gates open.
    Role(RoleId),
    /// These permissions.
    Permissions(Arc<Bits>),
}

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
