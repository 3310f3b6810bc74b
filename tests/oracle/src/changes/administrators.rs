//! The guard of the last administrator: who can still add some rule, scope by scope.

use std::collections::BTreeSet;

use bailiwick::Groups;

use crate::changes::faults::ChangeFault;
use crate::changes::office::{Given, Office};
use crate::changes::step::{Step, Who};
use crate::plain::{Scope, Tenant, World};
use crate::reference::Length;

/// Returns whether a scope that can be administered no longer can.
pub(crate) fn is_orphaned(
    world: &World,
    before: &Tenant,
    after: &Tenant,
    step: &Step,
    fault: Option<ChangeFault>,
) -> bool {
    let can = |tenant: &Tenant, scope: &Scope| is_administered(world, tenant, scope, step, fault);
    after.scopes.iter().any(|scope| !can(after, scope) && can(before, scope))
}

/// Returns whether an enabled user or app that is no internal operator could add some rule at the scope.
fn is_administered(world: &World, tenant: &Tenant, scope: &Scope, step: &Step, fault: Option<ChangeFault>) -> bool {
    let token: Vec<&str> = match &step.actor {
        Who::Subject { groups: Some(groups), .. } if fault == Some(ChangeFault::LastCountsTokenGroups) => {
            groups.iter().map(String::as_str).collect()
        }
        _ => Vec::new(),
    };
    named(tenant).into_iter().any(|subject| {
        let account = tenant.listed.iter().find(|it| it.name == subject);
        let is_out = account.is_some_and(|it| {
            (it.is_disabled && fault != Some(ChangeFault::LastCountsDisabled))
                || (it.is_internal && fault != Some(ChangeFault::LastCountsInternal))
        });
        let fault = match fault {
            Some(ChangeFault::LastCountsDisabled) => Some(ChangeFault::DisabledActorAsks),
            fault => fault,
        };
        let groups = Groups::Listed(&token);
        !is_out && Office { world, tenant, subject, groups, context: &[], now: step.now, fault }.can_add_some(scope)
    })
}

/// Returns every user and app that the directory names.
fn named(tenant: &Tenant) -> BTreeSet<&str> {
    let rules = tenant.all_access_rules().chain(&tenant.deny_rules).map(|it| &it.subject);
    let members = tenant.groups.iter().flat_map(|(_, members)| members);
    let older = tenant.older.iter().map(|it| &it.subject);
    let listed = tenant.listed.iter().map(|it| &it.name);
    let all = listed.chain(rules).chain(members).chain(older).map(String::as_str);
    all.filter(|it| !it.starts_with("group:")).collect()
}

impl Office<'_> {
    /// Returns whether some enabled role could be given at the scope, on all clusters or on one.
    fn can_add_some(&self, scope: &Scope) -> bool {
        let (world, tenant) = (self.world, self.tenant);
        let mut lists: Vec<Option<Vec<String>>> = vec![None];
        lists.extend(tenant.clusters.iter().map(|it| Some(vec![it.name.clone()])));
        let roles = world.policy.roles.iter().chain(&tenant.custom_roles);
        let mut fit =
            roles.filter(|it| !tenant.disabled_roles.contains(&it.name) && World::is_held_at(it, &scope.kind));
        fit.any(|role| {
            lists.iter().any(|list| {
                let clusters = list.as_deref();
                let given = Given { role: Some(&role.name), scope, clusters, length: Length::NotAsked };
                self.may_give("create", given)
                    && (self.may_place("create", given) || self.has(ChangeFault::LastIgnoresPlaceRight))
                    && (!world.policy.is_strict || self.covers(role, scope, clusters))
            })
        })
    }
}
