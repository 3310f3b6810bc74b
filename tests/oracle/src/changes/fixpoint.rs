//! All that a few actors could ever come to give: a least fixpoint, found by trying.
//!
//! It starts from who holds what. Whatever one of the actors may add by then, to anybody, is added for everybody, until
//! nothing new comes. Removals are ignored, and denies, which only take away: so it bounds every sequence of rules,
//! denies, disabling and enabling by these actors, and the rules alone reach it.

use bailiwick::Groups;

use crate::changes::office::{Given, Office};
use crate::plain::{Rule, Tenant, World};
use crate::reference::Length;

/// Somebody who changes access, with the groups of its token.
#[derive(Clone, Debug)]
pub(crate) struct Deputy {
    pub(crate) subject: String,
    pub(crate) groups: Vec<String>,
}

impl Deputy {
    /// Lends who asks in a tenant.
    pub(crate) fn with_office<R>(&self, world: &World, at: usize, now: i64, ask: impl FnOnce(&Office<'_>) -> R) -> R {
        let names: Vec<&str> = self.groups.iter().map(String::as_str).collect();
        let (tenant, subject, groups) = (&world.tenants[at], self.subject.as_str(), Groups::Listed(&names));
        ask(&Office { world, tenant, subject, groups, context: &[], now, fault: None })
    }
}

/// Returns the world in which everybody holds everything that the actors could ever give, and nobody is denied anything.
pub(crate) fn fixpoint(world: &World, at: usize, deputies: &[Deputy], now: i64) -> World {
    let mut world = world.clone();
    world.tenants[at].deny_rules.clear();
    loop {
        let mut next = world.tenants[at].clone();
        for deputy in deputies {
            deputy.with_office(&world, at, now, |office| {
                if office.may_disable() {
                    next.listed.iter_mut().for_each(|it| it.is_disabled = false);
                }
                add_all(office, &mut next);
            });
        }
        let is_done = size(&next) == size(&world.tenants[at]);
        world.tenants[at] = next;
        if is_done {
            return world;
        }
    }
}

fn size(tenant: &Tenant) -> (usize, usize) {
    (tenant.access_rules.len(), tenant.listed.iter().filter(|it| it.is_disabled).count())
}

/// Adds every rule that somebody may add, for everybody.
fn add_all(office: &Office<'_>, next: &mut Tenant) {
    let (world, tenant) = (office.world, office.tenant);
    let mut lists: Vec<Option<Vec<String>>> = vec![None];
    lists.extend(tenant.clusters.iter().map(|it| Some(vec![it.name.clone()])));
    for role in world.policy.roles.iter().chain(&tenant.custom_roles) {
        let is_disabled = tenant.disabled_roles.contains(&role.name);
        for scope in tenant.scopes.iter().filter(|it| !is_disabled && World::is_held_at(role, &it.kind)) {
            for list in &lists {
                let clusters = list.as_deref();
                // A rule for one second: what may be given for longer may be given for less.
                let length = Length::Seconds(1);
                let given = Given { role: Some(&role.name), scope, clusters, length };
                let may = office.may_give("create", given)
                    && office.may_place("create", given)
                    && (!world.policy.is_strict || office.covers(role, scope, clusters));
                let rule = Rule {
                    id: None,
                    subject: "group:everyone".to_owned(),
                    role: Some(role.name.clone()),
                    rows: Vec::new(),
                    scope: scope.path.clone(),
                    clusters: list.clone(),
                    from: None,
                    until: None,
                    when: None,
                };
                if may && !next.access_rules.contains(&rule) {
                    next.access_rules.push(rule);
                }
            }
        }
    }
}
