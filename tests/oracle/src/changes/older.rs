//! The older form: a subject has roles and, apart from them, organizations; rules come of both.

use crate::changes::desk::{Answer, Desk, codes};
use crate::changes::faults::ChangeFault;
use crate::changes::office::Given;
use crate::names::{is_name, is_path};
use crate::plain::{Older, Policy, Role, Rule, Scope, Tenant, World};
use crate::reference::Length;

/// Makes the rules that come of roles and organizations.
pub(crate) fn derive(policy: &Policy, tenant: &mut Tenant, fault: Option<ChangeFault>) {
    let mut rules = Vec::new();
    for older in &tenant.older {
        let known = tenant.custom_roles.iter().chain(&policy.roles);
        for role in known.filter(|it| older.roles.contains(&it.name)) {
            let places = places(policy, tenant, role, &older.organizations, fault);
            rules.extend(places.into_iter().map(|scope| Rule {
                id: None,
                subject: older.subject.clone(),
                role: Some(role.name.clone()),
                rows: Vec::new(),
                scope: scope.path.clone(),
                clusters: None,
                from: None,
                until: None,
                when: None,
            }));
        }
    }
    tenant.older_rules = rules;
}

/// A role that may be held at the tenant is held there, every other one at the organizations that admit it.
fn places<'a>(
    policy: &Policy,
    tenant: &'a Tenant,
    role: &Role,
    organizations: &[String],
    fault: Option<ChangeFault>,
) -> Vec<&'a Scope> {
    let root = tenant.scopes.first().filter(|it| World::is_held_at(role, &it.kind));
    let ignores_kinds = fault == Some(ChangeFault::OlderRoleIgnoresHeldAt);
    let below = || {
        let listed = organizations.iter().filter_map(|it| tenant.scope(it));
        listed.filter(|it| World::is_held_at(role, &it.kind) || ignores_kinds).collect()
    };
    match root {
        Some(root) if fault != Some(ChangeFault::OlderTenantRoleHeldBelow) => vec![root],
        Some(root) if policy.organizations.is_empty() => vec![root],
        _ => below(),
    }
}

impl<'a> Desk<'a> {
    /// Giving or taking a role: the right is asked at every organization, and wherever a rule comes or goes.
    pub(crate) fn older_role(&self, is_given: bool, subject: &str, name: &str) -> Answer {
        self.older_name(subject)?;
        if !is_name(name) {
            return Err("invalid_name");
        }
        let role = self.role(name)?;
        let has_it = self.older(subject).is_some_and(|it| it.roles.iter().any(|it| it == name));
        if is_given {
            self.enabled(role)?;
            self.subject(subject)?;
        } else if !has_it {
            return Err("unknown_rule");
        }
        let organizations = self.older(subject).map_or(&[][..], |it| &it.organizations);
        let coming = places(&self.world.policy, self.tenant, role, organizations, self.fault);
        self.older_right(is_given, role, organizations, &coming)?;
        if is_given {
            self.held(coming.into_iter().map(|scope| (role, scope)), None)?;
        }
        if is_given && has_it { Err("duplicate") } else { Ok(()) }
    }

    /// The built-in group is not listed, so it has no roles and organizations.
    fn older_name(&self, subject: &str) -> Answer {
        if subject == "group:everyone" { Err("invalid_name") } else { self.subject_name(subject) }
    }

    fn older_right(&self, is_given: bool, role: &Role, organizations: &[String], coming: &[&'a Scope]) -> Answer {
        let Some(office) = self.office else { return Ok(()) };
        let root = self.tenant.scopes.first();
        let mut asked: Vec<&Scope> = organizations.iter().filter_map(|it| self.tenant.scope(it)).collect();
        match self.fault {
            Some(ChangeFault::RoleAskedAtTenantOnly) => asked = root.into_iter().collect(),
            Some(ChangeFault::RoleAskedAtOneOrganization) => asked.truncate(1),
            _ if asked.is_empty() => asked.extend(root),
            _ => {}
        }
        if self.fault != Some(ChangeFault::RoleAskedAtTenantOnly) {
            asked.extend(coming);
        }
        let (action, length) = if is_given { ("create", Length::ForEver) } else { ("delete", Length::NotAsked) };
        let is_allowed = asked
            .into_iter()
            .all(|scope| office.may_give(action, Given { role: Some(&role.name), scope, clusters: None, length }));
        if is_allowed { Ok(()) } else { Err(codes(is_given).0) }
    }

    /// Placing or displacing: the right to place is asked at the organization.
    pub(crate) fn older_place(&self, is_placed: bool, subject: &str, path: &str) -> Answer {
        self.older_name(subject)?;
        if !is_path(path) {
            return Err("invalid_name");
        }
        let scope = self.scope(path)?;
        if !self.world.policy.organizations.contains(&scope.kind) {
            return Err("wrong_place");
        }
        let is_there = self.older(subject).is_some_and(|it| it.organizations.iter().any(|it| it == path));
        if is_placed {
            self.subject(subject)?;
        } else if !is_there {
            return Err("unknown_rule");
        }
        let (action, length) = if is_placed { ("create", Length::ForEver) } else { ("delete", Length::NotAsked) };
        let given = Given { role: None, scope, clusters: None, length };
        if self.office.is_some_and(|it| !it.may_place(action, given)) {
            return Err(codes(is_placed).1);
        }
        if is_placed {
            self.held(self.coming_of(subject, scope), None)?;
        }
        if is_placed && is_there { Err("duplicate") } else { Ok(()) }
    }

    /// Returns the rules that come of placing somebody: its roles that are held there and not at the tenant.
    fn coming_of(&self, subject: &str, scope: &'a Scope) -> Vec<(&'a Role, &'a Scope)> {
        let roles = self.older(subject).into_iter().flat_map(|it| &it.roles);
        let known = roles.filter_map(|it| self.world.role(self.tenant, it));
        let place = std::slice::from_ref(&scope.path);
        let comes = |role: &&Role| {
            places(&self.world.policy, self.tenant, role, place, self.fault).iter().any(|it| it.path == scope.path)
        };
        known.filter(comes).map(|role| (role, scope)).collect()
    }

    fn older(&self, subject: &str) -> Option<&'a Older> {
        self.tenant.older.iter().find(|it| it.subject == subject)
    }
}
