//! casbin: roles with domains, a domain a scope.
//!
//! The cheap comparisons stand before `g`. The tree and the groups of the token are the caller's: it asks for each
//! scope of the chain and each subject until one is allowed.

use std::collections::HashMap;

use bailiwick_worlds::{ACTIONS, KINDS, Permission, ROLES, TextAsk, World, cell};
use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use pollster::block_on;

use crate::engine::Engine;
use crate::facts::Facts;

pub(crate) struct Casbin {
    enforcer: Enforcer,
    /// A scope and those above it.
    chains: HashMap<String, Vec<String>>,
}

pub(crate) struct Ask {
    /// The user and its groups, as the rules name them.
    subjects: Vec<String>,
    text: TextAsk,
}

const MODEL: &str = "
[request_definition]
r = sub, dom, obj, act

[policy_definition]
p = sub, obj, act

[role_definition]
g = _, _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.obj == p.obj && r.act == p.act && g(r.sub, p.sub, r.dom)
";

impl Engine for Casbin {
    type Source = Facts;
    type Ask = Ask;
    type Worker = ();

    fn source(world: &World) -> Facts {
        Facts::of(world)
    }

    fn load(facts: &Facts) -> Self {
        let model = block_on(DefaultModel::from_str(MODEL)).expect("the model is sound");
        let mut enforcer = block_on(Enforcer::new(model, MemoryAdapter::default())).expect("the model is sound");
        block_on(enforcer.add_policies(matrix())).expect("no cell is there twice");
        let rule = |rule: &crate::facts::FactRule| {
            vec![rule.subject.clone(), rule.role.to_owned(), facts.scopes[rule.scope].path.clone()]
        };
        let rules = facts.rules.iter().map(rule).collect();
        block_on(enforcer.add_grouping_policies(rules)).expect("no rule is there twice");
        let paths = |at| facts.chain(at).map(|at| facts.scopes[at].path.clone()).collect();
        let chains = facts.scopes.iter().enumerate().map(|(at, scope)| (scope.path.clone(), paths(at)));
        Self { enforcer, chains: chains.collect() }
    }

    fn ask(&'static self, ask: &TextAsk) -> Ask {
        let groups = ask.groups.iter().map(|group| format!("group:{group}"));
        Ask { subjects: std::iter::once(ask.user.to_owned()).chain(groups).collect(), text: *ask }
    }

    fn worker(&self) {}

    fn decide(&self, (): &mut (), ask: &Ask) -> bool {
        let TextAsk { action, kind, scope, .. } = ask.text;
        let Some(chain) = self.chains.get(scope) else { return false };
        let may = |subject: &str, scope: &str| self.enforcer.enforce((subject, scope, kind, action)).unwrap_or(false);
        chain.iter().any(|scope| ask.subjects.iter().any(|subject| may(subject, scope)))
    }
}

/// Returns a line for each role and what it may do.
fn matrix() -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    for (role, role_name) in (0..).zip(ROLES) {
        for (kind, kind_name) in (0..).zip(KINDS) {
            let has = |(action, _): &(u8, &str)| cell(role, Permission { kind, action: *action });
            let actions = (0..).zip(ACTIONS).filter(has);
            lines.extend(actions.map(|(_, action)| [role_name, kind_name, action].map(str::to_owned).to_vec()));
        }
    }
    lines
}
