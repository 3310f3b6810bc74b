//! A world as every engine is given it: names and positions, nothing looked up yet.

use bailiwick_worlds::{ROLES, Subject, World};

/// What is loaded: rules in memory, so that nobody is timed while parsing.
pub(crate) struct Facts {
    /// The tenant, the clusters, the departments and the projects; each above those below it.
    pub(crate) scopes: Vec<FactScope>,
    pub(crate) rules: Vec<FactRule>,
    /// The users and the groups of their tokens.
    pub(crate) users: Vec<(String, Vec<String>)>,
}

pub(crate) struct FactScope {
    pub(crate) path: String,
    pub(crate) parent: Option<usize>,
}

pub(crate) struct FactRule {
    /// With `user:` or `group:`.
    pub(crate) subject: String,
    pub(crate) role: &'static str,
    /// A position among the scopes.
    pub(crate) scope: usize,
}

impl Facts {
    pub(crate) fn of(world: &World) -> Self {
        let scope = |(path, scope): (String, &bailiwick_worlds::Scope)| FactScope {
            path,
            parent: scope.parent.map(|parent| parent as usize),
        };
        let scopes = world.paths().into_iter().zip(&world.scopes).map(scope).collect();
        let subject = |subject| match subject {
            Subject::User(user) => format!("user:{}", world.users[user as usize].name),
            Subject::Group(group) => format!("group:{}", world.groups[group as usize]),
        };
        let rules = world.rules.iter().map(|rule| FactRule {
            subject: subject(rule.subject),
            role: ROLES[usize::from(rule.role)],
            scope: rule.scope as usize,
        });
        let groups =
            |groups: &[u32]| groups.iter().map(|group| world.groups[*group as usize].clone()).collect::<Vec<_>>();
        let users = world.users.iter().map(|user| (format!("user:{}", user.name), groups(&user.groups)));
        Self { scopes, rules: rules.collect(), users: users.collect() }
    }

    /// Returns the positions of a scope and those above it.
    pub(crate) fn chain(&self, scope: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(scope), |at| self.scopes[*at].parent)
    }
}
