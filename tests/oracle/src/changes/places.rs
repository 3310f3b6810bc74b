//! The things that an item names: whether they are written well, are there, and fit together.

use std::collections::BTreeSet;

use crate::changes::desk::{Answer, Desk};
use crate::changes::faults::ChangeFault;
use crate::locate::cluster_around;
use crate::names::{is_name, is_path, is_subject};
use crate::plain::{Role, Rule, Scope, World};

impl<'a> Desk<'a> {
    pub(crate) fn names_of_rule(&self, rule: &Rule) -> Answer {
        let is_named = is_subject(&rule.subject)
            && rule.role.as_deref().is_none_or(is_name)
            && is_path(&rule.scope)
            && rule.rows.iter().all(|it| is_name(&it.kind) && it.actions.iter().all(|it| is_name(it)))
            && rule.clusters.iter().flatten().all(|it| is_name(it));
        if is_named { Ok(()) } else { Err("invalid_name") }
    }

    pub(crate) fn subject_name(&self, subject: &str) -> Answer {
        if is_subject(subject) { Ok(()) } else { Err("invalid_name") }
    }

    /// Finds a scope of the tenant by its path.
    pub(crate) fn scope(&self, path: &str) -> Result<&'a Scope, &'static str> {
        let first = path.split('/').next().unwrap_or_default();
        let is_foreign = first != self.tenant.name && self.world.tenant(first).is_some();
        if is_foreign && !self.has(ChangeFault::ForeignScopeUnknown) {
            return Err("other_tenant");
        }
        self.tenant.scope(path).ok_or("unknown_scope")
    }

    pub(crate) fn role(&self, name: &str) -> Result<&'a Role, &'static str> {
        self.world.role(self.tenant, name).ok_or("unknown_role")
    }

    pub(crate) fn enabled(&self, role: &Role) -> Answer {
        let is_disabled = self.tenant.disabled_roles.contains(&role.name);
        if is_disabled && !self.has(ChangeFault::DisabledRoleGiven) { Err("role_disabled") } else { Ok(()) }
    }

    /// Every kind and action that a deny names is declared; `*` is every one.
    pub(crate) fn permissions(&self, rule: &Rule) -> Answer {
        let policy = &self.world.policy;
        let is_known = rule.rows.iter().all(|row| {
            let is_kind = row.kind == "*" || policy.kinds.iter().any(|it| it.name == row.kind);
            is_kind && row.actions.iter().all(|it| it == "*" || policy.actions.contains(it))
        });
        if is_known { Ok(()) } else { Err("unknown_role") }
    }

    /// A list of clusters is not empty, and names clusters that are there and can be meant at the scope.
    pub(crate) fn clusters(&self, rule: &Rule) -> Answer {
        let Some(list) = &rule.clusters else { return Ok(()) };
        if list.is_empty() && !self.has(ChangeFault::EmptyListIsEvery) {
            return Err("empty_cluster_list");
        }
        if !list.iter().all(|name| self.tenant.clusters.iter().any(|it| it.name == *name)) {
            return Err("unknown_cluster");
        }
        let around = cluster_around(self.world, self.tenant, &rule.scope);
        let is_elsewhere = around.is_some_and(|around| list.iter().any(|it| *it != around.name));
        if is_elsewhere { Err("cluster_mismatch") } else { Ok(()) }
    }

    /// An app must be listed; nobody may have been deleted.
    pub(crate) fn subject(&self, name: &str) -> Answer {
        let is_listed = self.tenant.listed.iter().any(|it| it.name == name);
        let is_missing = name.starts_with("app:") && !is_listed && !self.has(ChangeFault::UnlistedAppAccepted);
        let is_deleted = self.tenant.deleted.iter().any(|it| it == name);
        if is_missing || (is_deleted && !self.has(ChangeFault::DeletedSubjectRevived)) {
            return Err("unknown_subject");
        }
        Ok(())
    }
}

/// Returns whether two rules are equal in all but the id; a list of clusters is a set, and so are permissions.
pub(crate) fn same_rule(world: &World, one: &Rule, other: &Rule, fault: Option<ChangeFault>) -> bool {
    let has = |it: ChangeFault| fault == Some(it);
    let set = |rule: &Rule| rule.clusters.as_ref().map(|it| it.iter().cloned().collect::<BTreeSet<_>>());
    let has_clusters = match fault {
        Some(ChangeFault::DuplicateHeedsClusterOrder) => one.clusters == other.clusters,
        Some(ChangeFault::RemovalIgnoresClusters) => true,
        _ => set(one) == set(other),
    };
    let has_window = (one.from, one.until) == (other.from, other.until)
        || has(ChangeFault::DuplicateIgnoresWindow)
        || (has(ChangeFault::RemovalIgnoresWindow) && one.from == other.from);
    one.subject == other.subject
        && one.role == other.role
        && permissions(world, one) == permissions(world, other)
        && one.scope == other.scope
        && has_clusters
        && has_window
        && (one.when == other.when || has(ChangeFault::DuplicateIgnoresCondition))
}

/// Returns every permission that a deny names, as kind and action.
fn permissions<'a>(world: &'a World, rule: &'a Rule) -> BTreeSet<(&'a str, &'a str)> {
    let mut named = BTreeSet::new();
    for row in &rule.rows {
        for kind in world.policy.kinds.iter().filter(|it| row.kind == "*" || row.kind == it.name) {
            for action in world.policy.actions.iter() {
                if row.actions.iter().any(|it| it == "*" || it == action) {
                    named.insert((kind.name.as_str(), action.as_str()));
                }
            }
        }
    }
    named
}
