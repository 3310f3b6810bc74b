//! oso: the role matrix as facts, and rules in hash maps of the application's own, as its guide advises.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bailiwick_worlds::{ACTIONS, KINDS, Permission, ROLES, TextAsk, World, cell};
use oso::{Class, ClassBuilder, Oso, PolarClass};

use crate::engine::Engine;
use crate::facts;

pub(crate) struct Facts {
    oso: Oso,
    directory: Arc<Directory>,
}

struct Directory {
    /// Subject, then scope, to roles.
    rules: HashMap<String, HashMap<String, HashSet<&'static str>>>,
    chains: HashMap<String, Vec<String>>,
}

/// Who asks, as the policy sees it.
#[derive(Clone)]
pub(crate) struct Actor {
    subjects: Arc<Vec<String>>,
    directory: Arc<Directory>,
}

/// What is asked for, as the policy sees it.
#[derive(Clone)]
struct Resource {
    kind: String,
    scope: String,
}

pub(crate) struct Ask {
    actor: Actor,
    text: TextAsk,
}

const RULE: &str = "
allow(actor: Asker, action: String, resource: Asked) if
    role in actor.roles_at(resource.scope) and
    grants(role, resource.kind, action);
";

impl PolarClass for Actor {
    fn get_polar_class_builder() -> ClassBuilder<Self> {
        let builder: ClassBuilder<Self> = Class::builder();
        builder.name("Asker").add_method("roles_at", |actor: &Self, scope: String| actor.roles_at(&scope))
    }
}

impl PolarClass for Resource {
    fn get_polar_class_builder() -> ClassBuilder<Self> {
        let builder: ClassBuilder<Self> = Class::builder();
        builder
            .name("Asked")
            .add_attribute_getter("kind", |resource: &Self| resource.kind.clone())
            .add_attribute_getter("scope", |resource: &Self| resource.scope.clone())
    }
}

impl Actor {
    fn roles_at(&self, scope: &str) -> Vec<String> {
        let Directory { rules, chains } = &*self.directory;
        let mut roles: Vec<&str> = Vec::new();
        for rules in self.subjects.iter().filter_map(|subject| rules.get(subject)) {
            let found = chains.get(scope).into_iter().flatten().filter_map(|scope| rules.get(scope)).flatten();
            roles.extend(found);
        }
        roles.sort_unstable();
        roles.dedup();
        roles.into_iter().map(str::to_owned).collect()
    }
}

impl Engine for Facts {
    type Source = facts::Facts;
    type Ask = Ask;
    type Worker = ();

    fn source(world: &World) -> facts::Facts {
        facts::Facts::of(world)
    }

    fn load(facts: &facts::Facts) -> Self {
        let mut oso = Oso::new();
        oso.register_class(Actor::get_polar_class()).expect("the class is sound");
        oso.register_class(Resource::get_polar_class()).expect("the class is sound");
        oso.load_str(&format!("{RULE}{}", matrix())).expect("the policy is sound");
        let mut rules: HashMap<String, HashMap<String, HashSet<&'static str>>> = HashMap::new();
        for rule in &facts.rules {
            let path = facts.scopes[rule.scope].path.clone();
            rules.entry(rule.subject.clone()).or_default().entry(path).or_default().insert(rule.role);
        }
        let paths = |at| facts.chain(at).map(|at| facts.scopes[at].path.clone()).collect();
        let chains = facts.scopes.iter().enumerate().map(|(at, scope)| (scope.path.clone(), paths(at)));
        Self { oso, directory: Arc::new(Directory { rules, chains: chains.collect() }) }
    }

    fn ask(&'static self, ask: &TextAsk) -> Ask {
        let groups = ask.groups.iter().map(|group| format!("group:{group}"));
        let subjects = Arc::new(std::iter::once(ask.user.to_owned()).chain(groups).collect());
        Ask { actor: Actor { subjects, directory: Arc::clone(&self.directory) }, text: *ask }
    }

    fn worker(&self) {}

    fn decide(&self, (): &mut (), ask: &Ask) -> bool {
        let TextAsk { action, kind, scope, .. } = ask.text;
        let resource = Resource { kind: kind.to_owned(), scope: scope.to_owned() };
        self.oso.is_allowed(ask.actor.clone(), action, resource).unwrap_or(false)
    }
}

/// Returns a fact for each role and what it may do.
fn matrix() -> String {
    let mut facts = String::new();
    for (role, role_name) in (0..).zip(ROLES) {
        for (kind, kind_name) in (0..).zip(KINDS) {
            for (action, action_name) in (0..).zip(ACTIONS) {
                if cell(role, Permission { kind, action }) {
                    facts.push_str(&format!("grants(\"{role_name}\", \"{kind_name}\", \"{action_name}\");\n"));
                }
            }
        }
    }
    facts
}
