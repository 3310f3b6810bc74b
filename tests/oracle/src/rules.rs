//! Whether one rule gives or takes what is asked: the parts of a rule, each true, false or in error.

use bailiwick::Groups;

use crate::faults::Fault;
use crate::locate::same_name;
use crate::names::is_name;
use crate::plain::{Role, Row, Rule, covers};
use crate::reference::{Aim, Case};
use crate::truth::Truth;

/// Which side a rule is on: a doubt in an allow is no allow, a doubt in a deny is a deny.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Side {
    Allow,
    Deny,
}

impl Case<'_> {
    pub(crate) fn allows(&self, rule: &Rule) -> Truth {
        let concerns_subject = self.concerns_subject(rule, Side::Allow);
        if concerns_subject == Truth::False {
            return Truth::False;
        }
        let parts = [
            concerns_subject,
            Truth::from(self.gives(rule)),
            self.concerns_cluster(rule, Side::Allow),
            Truth::from(self.is_in_window(rule)),
        ];
        match (Truth::all(parts), &rule.when) {
            (Truth::False, _) => Truth::False,
            (so_far, None) => so_far,
            (so_far, Some(condition)) => match self.holds(condition) {
                Truth::Error if self.has(Fault::ConditionErrorAllows) => so_far,
                truth => Truth::all([so_far, truth]),
            },
        }
    }

    pub(crate) fn denies(&self, rule: &Rule) -> Truth {
        let concerns_subject = self.concerns_subject(rule, Side::Deny);
        if concerns_subject == Truth::False {
            return Truth::False;
        }
        let is_in_window = self.is_in_window(rule) || self.has(Fault::WindowOfDenyIgnored);
        let parts = [
            concerns_subject,
            Truth::from(self.takes(rule) && self.is_denied_here(rule)),
            self.concerns_cluster(rule, Side::Deny),
            Truth::from(is_in_window),
        ];
        match (Truth::all(parts), &rule.when) {
            (Truth::False, _) => Truth::False,
            (so_far, None) => so_far,
            (so_far, Some(condition)) => match self.holds(condition) {
                Truth::Error if self.has(Fault::ConditionErrorSilencesDeny) => Truth::False,
                truth => Truth::all([so_far, truth]),
            },
        }
    }

    /// The rule is for who asks: by name, or by a group that holds.
    pub(crate) fn concerns_subject(&self, rule: &Rule, side: Side) -> Truth {
        let asker = self.request.subject;
        let is_group_asker = asker.starts_with("group:");
        if same_name(self.fault, &rule.subject, asker) {
            let is_dead = self.has(Fault::DisabledUserThroughGroups) && self.is_disabled();
            return Truth::from(!is_dead);
        }
        let Some(group) = rule.subject.strip_prefix("group:") else { return Truth::False };
        if group == "everyone" {
            let is_outside = self.has(Fault::EveryoneListedOnly) && !self.is_known();
            return Truth::from((!is_group_asker && !is_outside) || self.has(Fault::EveryoneIncludesGroups));
        }
        if is_group_asker && !self.has(Fault::GroupAskerUsesToken) {
            return Truth::False;
        }
        if self.is_member(&rule.subject) {
            return Truth::True;
        }
        match self.request.groups {
            Groups::Listed(_) if self.has(Fault::TokenGroupsIgnored) => Truth::False,
            Groups::Listed(token) => Truth::from(self.is_in_token(token, group)),
            Groups::NotKnown if side == Side::Deny && !self.has(Fault::GroupsNotKnownAsNone) => Truth::Error,
            Groups::NotKnown => Truth::False,
        }
    }

    fn is_member(&self, group: &str) -> bool {
        let is_hidden = matches!(self.request.groups, Groups::NotKnown) && self.has(Fault::GroupsNotKnownHidesMembers);
        let declared = self.tenant.groups.iter().filter(|(name, _)| name == group);
        let is_listed = declared.flat_map(|(_, members)| members).any(|it| it == self.request.subject);
        is_listed && !is_hidden && !self.has(Fault::DirectoryGroupsIgnored)
    }

    fn is_in_token(&self, token: &[&str], group: &str) -> bool {
        let is_spoilt = self.has(Fault::MalformedGroupSpoilsToken) && token.iter().any(|it| !is_name(it));
        let n_read = if self.has(Fault::FirstGroupOnly) { 1 } else { token.len() };
        !is_spoilt && token.iter().take(n_read).any(|it| same_name(self.fault, it, group))
    }

    /// The role gives the permission, and the rule reaches the scope from above, or from below for reading.
    fn gives(&self, rule: &Rule) -> bool {
        let gives = rule.role.as_ref().is_some_and(|it| self.role_gives(it));
        let is_exact = rule.scope == self.scope.path;
        let is_below = !is_exact && covers(&self.scope.path, &rule.scope);
        let is_beside = parent(&rule.scope) == parent(&self.scope.path);
        let is_flagged = (self.kind.read_from_below || self.has(Fault::ReadFromBelowOfEveryKind))
            && (self.action == "read" || self.has(Fault::ReadFromBelowOfEveryAction))
            && !self.has(Fault::ReadFromBelowIgnored);
        let is_read_from_below = is_flagged
            && match self.fault {
                Some(Fault::ReadFromBelowWithoutRead) => is_below,
                Some(Fault::ReadFromBelowAtSameScope) => (is_below && gives) || is_exact,
                Some(Fault::ReadFromBelowSideways) => (is_below || is_beside) && gives,
                _ => is_below && gives,
            };
        (gives && self.is_allowed_here(rule)) || is_read_from_below
    }

    fn is_allowed_here(&self, rule: &Rule) -> bool {
        let asked = &self.scope.path;
        let is_here = |above: &str| covers(above, asked);
        match self.fault {
            Some(Fault::NoInheritance) => rule.scope == *asked,
            Some(Fault::SiblingInherits) => is_here(&rule.scope) || parent(&rule.scope) == parent(asked),
            Some(Fault::ParentInheritsFromChild) => is_here(&rule.scope) || covers(asked, &rule.scope),
            Some(Fault::PrefixWithoutSlash) => asked.starts_with(&rule.scope),
            Some(Fault::RightsAndScopesMix) => {
                let is_own = |it: &&Rule| self.concerns_subject(it, Side::Allow) == Truth::True;
                self.tenant.all_access_rules().filter(is_own).any(|it| is_here(&it.scope))
            }
            Some(Fault::TenantWallIgnored) => covers(tail(&rule.scope), tail(asked)),
            _ => is_here(&rule.scope),
        }
    }

    fn is_denied_here(&self, rule: &Rule) -> bool {
        match self.fault {
            Some(Fault::DenyAtExactScopeOnly) => rule.scope == self.scope.path,
            Some(Fault::DenyReachesUp) if covers(&self.scope.path, &rule.scope) => true,
            Some(Fault::PrefixWithoutSlash) => self.scope.path.starts_with(&rule.scope),
            _ => covers(&rule.scope, &self.scope.path),
        }
    }

    /// A deny names the permission, or a role that has it, whatever became of the role.
    pub(crate) fn takes(&self, rule: &Rule) -> bool {
        match &rule.role {
            None => rule.rows.iter().any(|it| self.is_row(it)),
            Some(_) if self.has(Fault::DenyByRoleIgnored) => false,
            Some(role) => {
                let mut rows = self.rows(role, |role, is_included| match self.fault {
                    Some(Fault::DenyByRoleSparesDisabledRole) => !self.is_role_disabled(role),
                    Some(Fault::DenyByRoleHonoursGate) => self.is_gate_open(role),
                    Some(Fault::DenyByRoleForgetsIncludes) => !is_included,
                    _ => true,
                });
                let is_narrowed = self.has(Fault::DenyByRoleHonoursQualifier);
                rows.any(|it| self.is_row(it) && (!is_narrowed || self.is_qualified(it)))
            }
        }
    }

    /// The role, or a role that it includes, has the permission, and neither is disabled or gated.
    pub(crate) fn role_gives(&self, role: &str) -> bool {
        let mut rows = self.rows(role, |role, is_included| {
            let ignores_disabled = match is_included {
                true => self.has(Fault::DisabledRoleThroughInclude),
                false => self.has(Fault::DisabledRoleGives),
            };
            let ignores_gate = match is_included {
                true => self.has(Fault::GateOfIncludedIgnored),
                false => self.has(Fault::GateOfRoleIgnored),
            };
            let is_left_out = is_included && self.has(Fault::IncludesIgnored);
            (ignores_disabled || !self.is_role_disabled(role))
                && (ignores_gate || self.is_gate_open(role))
                && !is_left_out
        });
        rows.any(|it| self.is_row(it) && self.is_qualified(it))
    }

    /// Returns the permissions of a role and of those that it includes, of all that `lends`.
    fn rows(&self, role: &str, lends: impl Fn(&Role, bool) -> bool) -> impl Iterator<Item = &Row> {
        let mut rows = Vec::new();
        let mut waiting = vec![(role, false)];
        while let Some((name, is_included)) = waiting.pop() {
            let Some(role) = self.role(name).filter(|it| lends(it, is_included)) else { continue };
            rows.extend(&role.rows);
            waiting.extend(role.includes.iter().map(|it| (it.as_str(), true)));
        }
        rows.into_iter()
    }

    fn role(&self, name: &str) -> Option<&Role> {
        let others = self.world.tenants.iter().filter(|_| self.has(Fault::CustomRoleOfAnotherTenant));
        let foreign = others.flat_map(|it| &it.custom_roles).find(|it| it.name == name);
        foreign.or_else(|| self.world.role(self.tenant, name))
    }

    pub(crate) fn is_role_disabled(&self, role: &Role) -> bool {
        self.tenant.disabled_roles.contains(&role.name)
    }

    fn is_gate_open(&self, role: &Role) -> bool {
        role.requires.as_ref().is_none_or(|it| self.gate(it) == Truth::True)
    }

    pub(crate) fn is_row(&self, row: &Row) -> bool {
        let is_kind = (row.kind == "*" && !self.has(Fault::StarIgnored)) || row.kind == self.kind.name;
        is_kind && row.actions.iter().any(|it| it == "*" || it == self.action)
    }

    pub(crate) fn concerns_cluster(&self, rule: &Rule, side: Side) -> Truth {
        let Some(list) = rule.clusters.as_ref().filter(|_| !self.has(Fault::ClusterLimitIgnored)) else {
            return Truth::True;
        };
        if let Some(cluster) = self.cluster {
            return Truth::from(list.contains(&cluster.name));
        }
        let must_name_one = self.kind.concerns_cluster || matches!(self.aim, Aim::Right(_));
        if !must_name_one && !self.has(Fault::ListBindsEveryKind) {
            return Truth::True;
        }
        match side {
            Side::Allow => Truth::from(self.has(Fault::LimitedAllowAnswersWithoutCluster)),
            Side::Deny if self.has(Fault::LimitedDenySilentWithoutCluster) => Truth::False,
            Side::Deny => Truth::Error,
        }
    }

    pub(crate) fn is_in_window(&self, rule: &Rule) -> bool {
        let now = self.request.now;
        let has_begun = |from: i64| from < now || (from == now && !self.has(Fault::StartExcluded));
        let is_before = |until: i64| now < until || (now == until && self.has(Fault::ExpiryIncluded));
        let is_in = rule.from.is_none_or(has_begun) && rule.until.is_none_or(is_before);
        is_in || self.has(Fault::WindowIgnored)
    }

    pub(crate) fn is_disabled(&self) -> bool {
        self.tenant.listed.iter().any(|it| it.name == self.request.subject && it.is_disabled)
    }

    /// A user or app is known when listed, a group when declared, and any of them when an access rule names it.
    pub(crate) fn is_known(&self) -> bool {
        let asker = self.request.subject;
        let is_named = |rule: &Rule| rule.subject == asker;
        let is_member = self.tenant.groups.iter().any(|(_, members)| members.iter().any(|it| it == asker));
        asker == "group:everyone"
            || self.tenant.listed.iter().any(|it| it.name == asker)
            || self.tenant.groups.iter().any(|(name, _)| name == asker)
            || self.tenant.all_access_rules().any(is_named)
            || (self.has(Fault::DenyMakesKnown) && self.tenant.deny_rules.iter().any(is_named))
            || (self.has(Fault::MembershipMakesKnown) && is_member)
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(above, _)| above)
}

/// The path below its tenant, with the slash.
fn tail(path: &str) -> &str {
    path.find('/').map_or("", |at| &path[at..])
}
