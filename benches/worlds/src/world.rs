//! One tenant: its scopes, its people and its rules.

use std::collections::HashSet;
use std::fmt;

use crate::matrix::ROLES;
use crate::names::{Named, plain_name};
use crate::random::Random;
use crate::sizes::{Extras, Plan, Sizes};

/// The instant at which everything is asked: seconds since the epoch, UTC.
pub const NOW: i64 = 1_767_225_600;

/// A tenant as plain data; everything is named by its position.
#[derive(Clone, Debug)]
pub struct World {
    /// How much of everything there is.
    pub sizes: Sizes,
    /// The tenant first, then the clusters, the departments and the projects.
    pub scopes: Vec<Scope>,
    /// The names of the groups.
    pub groups: Vec<String>,
    /// The users.
    pub users: Vec<User>,
    /// The rules; no two are of one subject, role and scope.
    pub rules: Vec<Rule>,
}

/// What a scope is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// The root.
    Tenant,
    /// Below the tenant.
    Cluster,
    /// Below a cluster.
    Department,
    /// Below a department.
    Project,
}

/// A place at which rules are held and questions asked.
#[derive(Clone, Debug)]
pub struct Scope {
    /// What it is.
    pub place: Place,
    /// The scope above; none for the tenant.
    pub parent: Option<u32>,
    /// The last part of its path.
    pub name: String,
}

/// Somebody, with the groups of the token.
#[derive(Clone, Debug)]
pub struct User {
    /// The name, without `user:`.
    pub name: String,
    /// Up to three groups, all different.
    pub groups: Vec<u32>,
}

/// Who holds a rule.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Subject {
    /// A user.
    User(u32),
    /// A group.
    Group(u32),
}

/// A role at a scope.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rule {
    /// Who holds it.
    pub subject: Subject,
    /// The position of the role in `ROLES`.
    pub role: u8,
    /// The scope.
    pub scope: u32,
    /// What it depends on.
    pub limit: Limit,
    /// Whether it takes away what the role gives.
    pub is_deny: bool,
}

/// What a rule depends on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Limit {
    /// On nothing.
    None,
    /// On the cluster that is asked for, by its scope.
    Cluster(u32),
    /// On the time: it holds at [`NOW`], or no longer.
    Window {
        /// Whether it still holds.
        is_open: bool,
    },
    /// On the network from which is asked: the one that every question names, or another.
    Network {
        /// Whether it is that one.
        is_corporate: bool,
    },
}

/// There are not so many different rules, or nobody to hold them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TooFew;

impl fmt::Display for TooFew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there are too few users, groups or scopes for so many different rules")
    }
}

impl std::error::Error for TooFew {}

impl World {
    /// Makes the world of a plan, with the usual names.
    ///
    /// # Errors
    ///
    /// [`TooFew`], where the plan cannot be met.
    pub fn build(plan: &Plan) -> Result<Self, TooFew> {
        Self::build_named(plan, &plain_name)
    }

    /// Makes the world of a plan; names that a caller chooses are different within their like.
    ///
    /// # Errors
    ///
    /// [`TooFew`], where the plan cannot be met.
    pub fn build_named(plan: &Plan, name: &dyn Fn(Named) -> String) -> Result<Self, TooFew> {
        let sizes = plan.sizes;
        let counts = [sizes.users, sizes.groups, sizes.clusters, sizes.departments, sizes.projects];
        if counts.contains(&0) {
            return Err(TooFew);
        }
        let mut random = Random::new(plan.seed);
        let users = (0..sizes.users).map(|n| user(n, sizes.groups, name, &mut random)).collect();
        let groups = (0..sizes.groups).map(|n| name(Named::Group(n))).collect();
        let mut world = Self { sizes, scopes: scopes(&sizes, name), groups, users, rules: Vec::new() };
        world.rules = world.draw_rules(plan.extras, &mut random)?;
        Ok(world)
    }

    /// Returns the path of each scope: a cluster is beside the tree and has a path of its own, which nobody is asked.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = Vec::with_capacity(self.scopes.len());
        for scope in &self.scopes {
            let above = scope.parent.map(|parent| parent as usize);
            let path = match (scope.place, above) {
                (Place::Tenant, _) | (_, None) => scope.name.clone(),
                (Place::Department, Some(_)) => format!("{}/{}", self.scopes[0].name, scope.name),
                (Place::Cluster | Place::Project, Some(above)) => format!("{}/{}", paths[above], scope.name),
            };
            paths.push(path);
        }
        paths
    }

    /// Returns a scope and those above it, up to the tenant.
    pub fn chain(&self, scope: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(scope), |at| self.scopes[*at as usize].parent)
    }

    /// Returns the cluster in which a scope lies; none for the tenant.
    #[must_use]
    pub fn cluster_of(&self, scope: u32) -> Option<u32> {
        self.chain(scope).find(|at| self.scopes[*at as usize].place == Place::Cluster)
    }

    /// Returns a project at or below a scope, unless there is none.
    pub fn project_below(&self, scope: u32, random: &mut Random) -> Option<u32> {
        let Sizes { clusters, departments, projects, .. } = self.sizes;
        let mut at = scope;
        loop {
            let (first, n, step, offset) = match self.scopes[at as usize].place {
                Place::Project => return Some(at),
                Place::Tenant => (1, clusters, 1, 0),
                Place::Cluster => (1 + clusters, departments, clusters, at - 1),
                Place::Department => (1 + clusters + departments, projects, departments, at - 1 - clusters),
            };
            let n_below = n.checked_sub(offset + 1)? / step + 1;
            at = first + offset + step * random.below(n_below);
        }
    }

    fn draw_rules(&self, extras: Extras, random: &mut Random) -> Result<Vec<Rule>, TooFew> {
        let mut seen = HashSet::with_capacity(self.sizes.rules as usize);
        let mut rules = Vec::with_capacity(self.sizes.rules as usize);
        for n in 0..self.sizes.rules {
            let new = (0..TRIES).find_map(|_| {
                let rule = self.draw_rule(n, random);
                seen.insert((rule.subject, rule.role, rule.scope)).then_some(rule)
            });
            rules.push(self.with_extras(new.ok_or(TooFew)?, extras, random));
        }
        Ok(rules)
    }

    /// Draws the n-th rule: of each hundred 85 are at projects, 13 at departments, one at a cluster and one at the
    /// tenant, and of each five one is a group's.
    fn draw_rule(&self, n: u32, random: &mut Random) -> Rule {
        let Sizes { users, groups, clusters, departments, projects, .. } = self.sizes;
        let (scope, roles): (u32, &[u8]) = match n % 100 {
            0..85 => (1 + clusters + departments + random.below(projects), &AT_PROJECT),
            85..98 => (1 + clusters + random.below(departments), &AT_DEPARTMENT),
            98 => (1 + random.below(clusters), &AT_TENANT),
            _ => (0, &AT_TENANT),
        };
        let is_group = (n + n / 100).is_multiple_of(5);
        let subject = if is_group { Subject::Group(random.below(groups)) } else { Subject::User(random.below(users)) };
        let role = roles[random.below(u32::try_from(roles.len()).unwrap_or(1)) as usize];
        Rule { subject, role, scope, limit: Limit::None, is_deny: false }
    }

    /// Makes a rule more than plain, as often as is asked; one in two then depends on what is so.
    fn with_extras(&self, rule: Rule, extras: Extras, random: &mut Random) -> Rule {
        if extras == Extras::default() {
            return rule;
        }
        let roll = random.below(100);
        let is_so = random.below(2) == 0;
        let upto_clusters = extras.clusters;
        let upto_windows = upto_clusters + extras.windows;
        let upto_conditions = upto_windows + extras.conditions;
        let cluster = self.cluster_of(rule.scope).filter(|cluster| *cluster != rule.scope);
        let limit = if let Some(own) = cluster.filter(|_| roll < upto_clusters) {
            let other = 1 + random.below(self.sizes.clusters);
            Limit::Cluster(if is_so { own } else { other })
        } else if (upto_clusters..upto_windows).contains(&roll) {
            Limit::Window { is_open: is_so }
        } else if (upto_windows..upto_conditions).contains(&roll) {
            Limit::Network { is_corporate: is_so }
        } else {
            Limit::None
        };
        let is_deny = (upto_conditions..upto_conditions + extras.denies).contains(&roll);
        Rule { limit, is_deny, ..rule }
    }
}

fn scopes(sizes: &Sizes, name: &dyn Fn(Named) -> String) -> Vec<Scope> {
    let Sizes { clusters, departments, projects, .. } = *sizes;
    let tenant = Scope { place: Place::Tenant, parent: None, name: "acme".to_owned() };
    let cluster = |n| Scope { place: Place::Cluster, parent: Some(0), name: name(Named::Cluster(n)) };
    let department = |n| {
        let parent = Some(1 + n % clusters);
        Scope { place: Place::Department, parent, name: name(Named::Department(n)) }
    };
    let project = |n| {
        let parent = Some(1 + clusters + n % departments);
        Scope { place: Place::Project, parent, name: name(Named::Project(n)) }
    };
    let below = (0..clusters).map(cluster).chain((0..departments).map(department)).chain((0..projects).map(project));
    std::iter::once(tenant).chain(below).collect()
}

fn user(n: u32, n_groups: u32, name: &dyn Fn(Named) -> String, random: &mut Random) -> User {
    let mut groups = Vec::new();
    for _ in 0..random.below(4) {
        let group = random.below(n_groups);
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    User { name: name(Named::User(n)), groups }
}

/// How often a rule is drawn that is not there yet, before there are too few.
const TRIES: u32 = 10_000;

/// Roles that the policy lets be held at each place, as positions in `ROLES`; those of the tenant at clusters too.
const AT_PROJECT: [u8; 2] = [4, 5];
const AT_DEPARTMENT: [u8; 1] = [1];
const AT_TENANT: [u8; ROLES.len() - 3] = [0, 2, 3, 6];
