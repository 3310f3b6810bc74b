//! Whether somebody holds all that a rule would give: the comparison behind strict policies.

use crate::admin::answer::Missing;
use crate::admin::names::NamesOf;
use crate::admin::rights::{Holder, Rights};
use crate::bits::Bits;
use crate::decide::Groups;
use crate::id::{ClusterId, RoleId, ScopeId, SubjectId};
use crate::model::{READ, bit};
use crate::name::SubjectKind;
use crate::snapshot::{
    AllowRow, DeniedSet, Limits, PolicyTables, QualifierRow, Right, RightCell, ScopeRow, SubjectView,
};

/// A role at a scope, on some clusters; nothing is every cluster.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) role: RoleId,
    pub(crate) scope: ScopeId,
    pub(crate) place: &'a ScopeRow,
    pub(crate) clusters: &'a [Option<ClusterId>],
}

/// Returns the permissions of the given role that the holder lacks, each once a cluster.
pub(crate) fn uncovered(rights: &Rights<'_>, given: Given<'_>) -> Vec<Missing> {
    given.clusters.iter().flat_map(|cluster| Comparison::new(rights, given, *cluster).missing()).collect()
}

/// One holder and one given role on one cluster.
struct Comparison<'a> {
    names: NamesOf<'a>,
    given: Given<'a>,
    cluster: Option<ClusterId>,
    /// The holder's access rules that count; none where the holder holds nothing.
    roles: Vec<RoleId>,
    /// What a deny takes away.
    denied: Bits,
}

impl<'a> Comparison<'a> {
    fn new(rights: &Rights<'a>, given: Given<'a>, cluster: Option<ClusterId>) -> Self {
        let names = rights.names;
        let n_permissions = names.tables.policy.kind_rows.len().saturating_mul(names.tables.policy.actions.len());
        let mut comparison = Self { names, given, cluster, roles: Vec::new(), denied: Bits::with_size(n_permissions) };
        let sources = rights.sources();
        if comparison.can_hold(&rights.holder) {
            sources.iter().for_each(|source| comparison.add_roles(*source, rights.now));
        }
        sources.iter().for_each(|source| comparison.add_denied(*source, rights.now));
        let may_be_member = rights.holder.asker.kind != SubjectKind::Group;
        if may_be_member && matches!(rights.holder.groups, Groups::NotKnown) {
            names.tenant.denied_groups.iter().for_each(|group| comparison.add_denied(*group, rights.now));
        }
        comparison
    }

    /// Returns whether anything can be granted to the holder at all.
    fn can_hold(&self, holder: &Holder<'_>) -> bool {
        let NamesOf { tables, tenant, .. } = self.names;
        let view = holder.asker.id.and_then(|id| tables.subject(id));
        let is_live = |view: SubjectView<'_>| {
            let mut allows = view.allows.iter();
            view.account.is_listed || allows.any(|row| tables.is_live(tenant, row.scope, view.allow_limits(*row)))
        };
        let is_disabled = view.is_some_and(|view| view.account.is_disabled);
        let is_stranger = holder.asker.kind == SubjectKind::App && !view.is_some_and(is_live);
        !tenant.is_closed && !is_disabled && !is_stranger
    }

    fn add_roles(&mut self, source: SubjectId, now: i64) {
        let Some(view) = self.names.tables.subject(source) else { return };
        let counts = |row: &&AllowRow| {
            let limits = view.allow_limits(**row);
            let is_here = self.given.place.is_under(row.scope) && !self.names.is_disabled(row.role());
            is_here && limits.is_none_or(|limits| self.holds(limits, now))
        };
        let roles: Vec<RoleId> = view.allows.iter().filter(counts).map(|row| row.role()).collect();
        self.roles.extend(roles);
    }

    /// Returns whether a rule with limits holds now, unconditionally, on the cluster.
    fn holds(&self, limits: &Limits, now: i64) -> bool {
        let is_active = limits.from.is_none_or(|from| from <= now) && limits.until.is_none_or(|until| now < until);
        let list = limits.clusters.as_ref();
        let admits = list.is_none_or(|list| self.cluster.is_some_and(|cluster| list.contains(cluster.index())));
        is_active && admits && limits.condition.is_none()
    }

    fn add_denied(&mut self, source: SubjectId, now: i64) {
        let NamesOf { tables, tenant, .. } = self.names;
        let Some(view) = tables.subject(source) else { return };
        for row in view.denies() {
            let limits = view.deny_limits(row);
            if !self.is_near(row.scope) || limits.is_some_and(|limits| !self.is_shared(limits, now)) {
                continue;
            }
            match &row.denied {
                DeniedSet::Permissions(set) => self.denied.union(set),
                DeniedSet::Role(role) => {
                    let full = |permission: &usize| tenant.full.contains(role.index(), *permission);
                    let permissions: Vec<usize> = self.permissions().filter(full).collect();
                    permissions.into_iter().for_each(|permission| self.denied.insert(permission));
                }
            }
        }
    }

    /// Returns whether a deny at a scope lies at the given one, above or below it, and in no other cluster.
    fn is_near(&self, scope: ScopeId) -> bool {
        let Some(row) = self.names.tables.scope(scope) else { return false };
        let is_elsewhere = row.cluster.zip(self.cluster).is_some_and(|(lies_in, asked)| lies_in != asked);
        !is_elsewhere && (self.given.place.is_under(scope) || row.is_under(self.given.scope))
    }

    /// Returns whether a deny has not ended, and concerns the cluster.
    fn is_shared(&self, limits: &Limits, now: i64) -> bool {
        let is_over = limits.until.is_some_and(|until| until <= now);
        let concerns = limits.clusters.as_ref().is_none_or(|list| match self.cluster {
            Some(cluster) => list.contains(cluster.index()),
            None => self.names.tenant.is_live(list),
        });
        !is_over && concerns
    }

    /// Every permission, by column.
    fn permissions(&self) -> std::ops::Range<usize> {
        let policy = &self.names.tables.policy;
        0..policy.kind_rows.len().saturating_mul(policy.actions.len())
    }

    /// Returns what the holder lacks.
    fn missing(&self) -> Vec<Missing> {
        let full = &self.names.tenant.full;
        let given = || self.permissions().filter(|permission| full.contains(self.given.role.index(), *permission));
        let holds_role = self.roles.contains(&self.given.role);
        let lacks =
            |permission: &usize| self.denied.contains(*permission) || !(holds_role || self.is_held(*permission));
        given().filter(lacks).map(|permission| self.describe(permission)).collect()
    }

    /// Returns whether the holder's roles give a permission, as wide as the given role does.
    fn is_held(&self, permission: usize) -> bool {
        let tables = self.names.tables;
        let n_actions = tables.policy.actions.len();
        let (kind, action) = (permission.checked_div(n_actions), permission.checked_rem(n_actions));
        let (Some(kind), Some(action)) = (kind, action) else { return false };
        let Some(table) = self.names.tenant.role_table(self.cluster) else { return false };
        let right = tables.policy.kind_rows.get(kind).map_or(Right::Neither, |row| row.right);
        if right == Right::Neither || (right == Right::Role && action == READ) {
            return self.roles.iter().any(|role| table.gives.contains(permission, role.index()));
        }
        let is_asked = |cell: &&RightCell| cell.right == right && cell.actions & bit(action) != 0;
        let own = self.names.tenant.full_rights.get(self.given.role.index());
        let held: Vec<&RightCell> =
            self.roles.iter().filter_map(|role| table.rights.get(role.index())).flatten().filter(is_asked).collect();
        own.into_iter().flatten().filter(is_asked).all(|cell| self.is_as_wide(right, &held, cell))
    }

    /// Returns whether cells together admit every role, every kind of scope and every length that one admits.
    fn is_as_wide(&self, right: Right, held: &[&RightCell], given: &RightCell) -> bool {
        let policy = &self.names.tables.policy;
        let given = Width::of(policy, right, given);
        let held: Vec<Width<'_>> = held.iter().map(|cell| Width::of(policy, right, cell)).collect();
        let kinds = || (0..policy.catalogue.scope_kinds.len()).filter(|kind| given.at & bit(*kind) != 0);
        let is_held =
            |role: Option<RoleId>, kind: usize| held.iter().any(|held| held.admits(role, kind, given.seconds_max));
        match given.roles {
            None => kinds().all(|kind| is_held(None, kind)),
            Some(roles) => roles.iter().all(|role| kinds().all(|kind| is_held(Some(*role), kind))),
        }
    }

    fn describe(&self, permission: usize) -> Missing {
        let NamesOf { tables, tenant, .. } = self.names;
        let policy = &tables.policy;
        let n_actions = policy.actions.len();
        let kind = permission.checked_div(n_actions).and_then(|kind| policy.kind_rows.get(kind));
        let action = permission.checked_rem(n_actions).and_then(|action| policy.actions.name(action));
        Missing::Permission {
            action: action.map_or_else(String::new, ToString::to_string),
            kind: kind.map_or_else(String::new, |row| row.name.to_string()),
            scope: tables.scope_path(self.given.scope).unwrap_or("").to_owned(),
            cluster: self.cluster.and_then(|cluster| tenant.cluster_name(cluster.index())).map(str::to_owned),
            role: None,
        }
    }
}

/// What a cell admits.
struct Width<'c> {
    /// Nothing is all roles, later ones too.
    roles: Option<&'c [RoleId]>,
    at: u64,
    seconds_max: Option<i64>,
}

impl<'c> Width<'c> {
    fn of(policy: &'c PolicyTables, right: Right, cell: &RightCell) -> Self {
        let Some(position) = cell.qualifier else { return Self { roles: None, at: u64::MAX, seconds_max: None } };
        match policy.qualifiers.get(position as usize) {
            // A qualifier that is not there would be a fault: the cell admits nothing.
            None => Self { roles: None, at: 0, seconds_max: None },
            Some(QualifierRow { roles, at, seconds_max }) => {
                Self { roles: roles.as_deref().filter(|_| right == Right::Role), at: *at, seconds_max: *seconds_max }
            }
        }
    }

    fn admits(&self, role: Option<RoleId>, kind: usize, length: Option<i64>) -> bool {
        let admits_role = match (self.roles, role) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(roles), Some(role)) => roles.contains(&role),
        };
        let admits_length = match (self.seconds_max, length) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(length)) => length <= own,
        };
        admits_role && admits_length && self.at & bit(kind) != 0
    }
}
