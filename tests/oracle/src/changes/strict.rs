//! The strict mode: whether somebody holds what it would give.

use crate::changes::faults::ChangeFault;
use crate::changes::office::Office;
use crate::locate::cluster_around;
use crate::plain::{Cluster, Kind, Role, Row, Rule, Scope, covers};
use crate::reference::{Aim, Case, Length, Point};
use crate::rules::Side;
use crate::truth::Truth;

/// A permission that a role names, and the row in which it does.
struct Permission<'a> {
    action: &'a str,
    kind: &'a Kind,
    row: &'a Row,
}

impl<'a> Office<'a> {
    /// Returns whether who asks holds the role at the scope, or everything that the role permits there.
    pub(crate) fn covers(&self, role: &Role, scope: &Scope, clusters: Option<&[String]>) -> bool {
        let is_listed = self.tenant.listed.iter().find(|it| it.name == self.subject);
        let is_named = self.tenant.all_access_rules().any(|it| it.subject == self.subject);
        let is_unknown_app = self.subject.starts_with("app:") && is_listed.is_none() && !is_named;
        let permissions = self.permissions(role);
        if self.tenant.is_closed || is_unknown_app || is_listed.is_some_and(|it| it.is_disabled) {
            return permissions.is_empty();
        }
        self.clusters(scope, clusters).into_iter().all(|cluster| {
            let list = cluster.map(|it| std::slice::from_ref(&it.name));
            let is_denied =
                |it: &Permission<'_>| self.with_permission(it, scope, cluster, |case| self.is_taken(case, list));
            let has_role = self.has_role(role, scope, cluster) && !self.has(ChangeFault::StrictRoleNotEnough);
            match permissions.iter().any(is_denied) {
                true => has_role && self.has(ChangeFault::StrictRoleBeatsDeny),
                false => has_role || permissions.iter().all(|it| self.is_held(it, scope, cluster)),
            }
        })
    }

    /// Returns all that a role permits, were it and what it includes enabled and their gates open.
    fn permissions(&self, role: &Role) -> Vec<Permission<'a>> {
        let mut found = Vec::new();
        let mut waiting = vec![role.name.as_str()];
        let (world, tenant) = (self.world, self.tenant);
        while let Some(role) = waiting.pop().and_then(|it| world.role(tenant, it)) {
            for row in &role.rows {
                for kind in world.policy.kinds.iter().filter(|it| row.kind == "*" || row.kind == it.name) {
                    let has = |action: &&String| row.actions.iter().any(|it| it == "*" || it == *action);
                    let actions = world.policy.actions.iter().filter(has);
                    found.extend(actions.map(|action| Permission { action, kind, row }));
                }
            }
            if !self.has(ChangeFault::StrictIgnoresIncludes) {
                waiting.extend(role.includes.iter().map(String::as_str));
            }
        }
        found
    }

    /// Returns whether an active rule gives the very role.
    fn has_role(&self, role: &Role, scope: &Scope, cluster: Option<&Cluster>) -> bool {
        let Some(kind) = self.world.policy.kinds.first() else { return false };
        let aim = self.point(None, &scope.kind, Length::NotAsked);
        let is_enabled = !self.tenant.disabled_roles.contains(&role.name);
        self.with_case("read", kind, scope, cluster, aim, |case| {
            let is_it = |rule: &&Rule| rule.role.as_ref() == Some(&role.name) && self.counts(case, rule);
            is_enabled && self.tenant.all_access_rules().any(|it| is_it(&it))
        })
    }

    /// Returns whether active rules give the permission, with qualifiers as wide. To read who has which role needs no
    /// target, so no qualifier narrows it.
    fn is_held(&self, permission: &Permission<'_>, scope: &Scope, cluster: Option<&Cluster>) -> bool {
        let policy = &self.world.policy;
        let qualifier = policy.qualifiers.iter().find(|it| Some(&it.name) == permission.row.qualifier.as_ref());
        let is_role_right = policy.role_right.as_ref() == Some(&permission.kind.name);
        if is_role_right && permission.action == "read" {
            return self.with_permission(permission, scope, cluster, |case| {
                let plain = Case { aim: Aim::Plain, ..*case };
                let gives = |rule: &Rule| rule.role.as_ref().is_some_and(|it| plain.role_gives(it));
                self.tenant.all_access_rules().any(|rule| self.counts(case, rule) && gives(rule))
            });
        }
        let roles: Vec<Option<&str>> = match qualifier.and_then(|it| it.roles.as_ref()).filter(|_| is_role_right) {
            Some(roles) => roles.iter().map(|it| Some(it.as_str())).collect(),
            None => vec![None],
        };
        let kinds: Vec<&str> = match qualifier.and_then(|it| it.at.as_ref()) {
            Some(kinds) => kinds.iter().map(String::as_str).collect(),
            None => policy.scope_kinds.iter().map(|(name, _)| name.as_str()).collect(),
        };
        let length = qualifier.and_then(|it| it.seconds_max).map_or(Length::ForEver, Length::Seconds);
        roles.iter().all(|role| {
            kinds.iter().all(|scope_kind| {
                let Permission { action, kind, .. } = permission;
                let aim = self.point(*role, scope_kind, length);
                self.with_case(action, kind, scope, cluster, aim, |case| {
                    let gives = |rule: &Rule| rule.role.as_ref().is_some_and(|it| case.role_gives(it));
                    self.tenant.all_access_rules().any(|rule| self.counts(case, rule) && gives(rule))
                })
            })
        })
    }

    fn with_permission<R>(
        &self,
        permission: &Permission<'_>,
        scope: &Scope,
        cluster: Option<&Cluster>,
        use_it: impl FnOnce(&Case<'_>) -> R,
    ) -> R {
        let aim = self.point(None, &scope.kind, Length::NotAsked);
        self.with_case(permission.action, permission.kind, scope, cluster, aim, use_it)
    }

    fn point<'p>(&self, role: Option<&'p str>, scope_kind: &'p str, length: Length) -> Aim<'p> {
        let is_blind = self.has(ChangeFault::StrictIgnoresQualifiers);
        let fault = if is_blind { Some(ChangeFault::QualifierRolesIgnored) } else { self.fault };
        Aim::Right(Point { role, scope_kind, length: if is_blind { Length::NotAsked } else { length }, fault })
    }

    /// A rule counts that is who asks' own or a group's, reaches the scope and the cluster, holds now, and has no condition.
    fn counts(&self, case: &Case<'_>, rule: &Rule) -> bool {
        let has_cluster = case.concerns_cluster(rule, Side::Allow) == Truth::True
            || (case.cluster.is_none() && self.has(ChangeFault::StrictCountsLimitedRules));
        case.concerns_subject(rule, Side::Allow) == Truth::True
            && covers(&rule.scope, &case.scope.path)
            && has_cluster
            && (case.is_in_window(rule) || self.has(ChangeFault::StrictCountsEndedRules))
            && (rule.when.is_none() || self.has(ChangeFault::StrictCountsConditionalRules))
    }

    /// A deny takes a permission away at, above and below its scope, whatever its condition, and before it begins to hold.
    fn is_taken(&self, case: &Case<'_>, clusters: Option<&[String]>) -> bool {
        self.tenant.deny_rules.iter().any(|deny| {
            let is_above = covers(&deny.scope, &case.scope.path) && !self.has(ChangeFault::StrictIgnoresDenyAbove);
            let is_below = covers(&case.scope.path, &deny.scope) && !self.has(ChangeFault::StrictIgnoresDenyBelow);
            let is_to_come = deny.from.is_some_and(|it| self.now < it);
            case.concerns_subject(deny, Side::Deny) != Truth::False
                && (is_above || is_below)
                && self.shares(deny, clusters)
                && deny.until.is_none_or(|it| self.now < it)
                && (!is_to_come || !self.has(ChangeFault::StrictIgnoresDenyToCome))
                && case.takes(deny)
        })
    }

    /// Returns whether a deny holds on one of the clusters; in a cluster's scope it holds on that one.
    fn shares(&self, deny: &Rule, clusters: Option<&[String]>) -> bool {
        let around = cluster_around(self.world, self.tenant, &deny.scope);
        let of_place = around.map(|it| std::slice::from_ref(&it.name));
        match (deny.clusters.as_deref().or(of_place), clusters) {
            (Some(denied), Some(list)) => denied.iter().any(|it| list.contains(it)),
            (None, _) | (_, None) => true,
        }
    }
}
