//! The right answers, found with loops.

use crate::matrix::{Permission, cell};
use crate::world::{Limit, Rule, Subject, World};

/// Knows the answer to every question of a world.
#[derive(Clone, Debug)]
pub struct Reference<'w> {
    world: &'w World,
    of_users: Vec<Vec<u32>>,
    of_groups: Vec<Vec<u32>>,
}

impl<'w> Reference<'w> {
    /// Lists the rules of each subject.
    #[must_use]
    pub fn new(world: &'w World) -> Self {
        let mut of_users = vec![Vec::new(); world.users.len()];
        let mut of_groups = vec![Vec::new(); world.groups.len()];
        for (rule, at) in world.rules.iter().zip(0..) {
            match rule.subject {
                Subject::User(user) => of_users[user as usize].push(at),
                Subject::Group(group) => of_groups[group as usize].push(at),
            }
        }
        Self { world, of_users, of_groups }
    }

    /// Returns the rules of a user and of the groups of its token.
    pub fn rules_of(&self, user: u32) -> impl Iterator<Item = &'w Rule> {
        let groups = self.world.users[user as usize].groups.iter();
        let through = groups.flat_map(|group| &self.of_groups[*group as usize]);
        let all = self.of_users[user as usize].iter().chain(through);
        all.map(|at| &self.world.rules[*at as usize])
    }

    /// Returns whether a user may: a rule gives it, and none denies it.
    #[must_use]
    pub fn is_allow(&self, user: u32, permission: Permission, scope: u32) -> bool {
        let mut is_allow = false;
        for rule in self.rules_of(user) {
            let covers = self.world.chain(scope).any(|at| at == rule.scope);
            if !covers || !cell(rule.role, permission) || !self.holds(rule.limit, scope) {
                continue;
            }
            if rule.is_deny {
                return false;
            }
            is_allow = true;
        }
        is_allow
    }

    /// Returns whether what a rule depends on is so, where a scope is asked in the cluster in which it lies.
    fn holds(&self, limit: Limit, scope: u32) -> bool {
        match limit {
            Limit::None => true,
            Limit::Cluster(cluster) => self.world.cluster_of(scope) == Some(cluster),
            Limit::Window { is_open } => is_open,
            Limit::Network { is_corporate } => is_corporate,
        }
    }
}
