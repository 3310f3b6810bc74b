//! What anybody would write in an afternoon: nested hash maps of the standard library, keyed by strings.

use std::collections::{HashMap, HashSet};

use bailiwick_worlds::{ACTIONS, KINDS, Permission, ROLES, TextAsk, World, cell};

use crate::engine::Engine;
use crate::facts::Facts;

pub(crate) struct Naive {
    users: Rules,
    groups: Rules,
    parents: HashMap<String, String>,
    /// Role, then resource kind, to actions.
    matrix: HashMap<String, HashMap<String, HashSet<String>>>,
}

/// Subject, then scope, to roles.
type Rules = HashMap<String, HashMap<String, HashSet<String>>>;

impl Naive {
    fn may(&self, ask: &TextAsk) -> bool {
        let groups = ask.groups.iter().filter_map(|group| self.groups.get(*group));
        self.users.get(ask.user).into_iter().chain(groups).any(|rules| self.gives(rules, ask))
    }

    fn gives(&self, rules: &HashMap<String, HashSet<String>>, ask: &TextAsk) -> bool {
        let mut scope = ask.scope;
        loop {
            let roles = rules.get(scope);
            if roles.is_some_and(|roles| roles.iter().any(|role| self.permits(role, ask))) {
                return true;
            }
            let Some(parent) = self.parents.get(scope) else { return false };
            scope = parent;
        }
    }

    fn permits(&self, role: &str, ask: &TextAsk) -> bool {
        let actions = self.matrix.get(role).and_then(|kinds| kinds.get(ask.kind));
        actions.is_some_and(|actions| actions.contains(ask.action))
    }
}

impl Engine for Naive {
    type Source = Facts;
    type Ask = TextAsk;
    type Worker = ();

    fn source(world: &World) -> Facts {
        Facts::of(world)
    }

    fn load(facts: &Facts) -> Self {
        let (mut users, mut groups) = (Rules::new(), Rules::new());
        for rule in &facts.rules {
            let rules = match rule.subject.strip_prefix("group:") {
                Some(group) => groups.entry(group.to_owned()),
                None => users.entry(rule.subject.clone()),
            };
            let path = facts.scopes[rule.scope].path.clone();
            rules.or_default().entry(path).or_default().insert(rule.role.to_owned());
        }
        let parent =
            |scope: &crate::facts::FactScope| Some((scope.path.clone(), facts.scopes[scope.parent?].path.clone()));
        Self { users, groups, parents: facts.scopes.iter().filter_map(parent).collect(), matrix: matrix() }
    }

    fn ask(&'static self, ask: &TextAsk) -> TextAsk {
        *ask
    }

    fn worker(&self) {}

    fn decide(&self, (): &mut (), ask: &TextAsk) -> bool {
        self.may(ask)
    }
}

fn matrix() -> HashMap<String, HashMap<String, HashSet<String>>> {
    let actions = |role: u8, kind: u8| {
        let has = move |action: &u8| cell(role, Permission { kind, action: *action });
        let names = (0..ACTIONS.len() as u8).filter(has).map(|action| ACTIONS[usize::from(action)].to_owned());
        names.collect::<HashSet<_>>()
    };
    let kinds = |role| (0..).zip(KINDS).map(|(kind, name)| (name.to_owned(), actions(role, kind))).collect();
    (0..).zip(ROLES).map(|(role, name)| (name.to_owned(), kinds(role))).collect()
}
