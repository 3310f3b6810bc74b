//! cedar-policy, with every entity built ahead: what a rule gives is a group, and its holder is in it.
//!
//! One policy a role. A project names, for each role, the groups that give it there. Requests are not validated against
//! a schema.

use std::collections::{HashMap, HashSet};

use bailiwick_worlds::{ACTIONS, KINDS, Permission, ROLES, TextAsk, World, cell};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};

use crate::engine::Engine;
use crate::facts::Facts;

/// A project lists the groups of its own scope and of those above.
pub(crate) struct Roles(Cedar);

/// A group of a scope is in those of the scopes below, so that a project names one group a role.
pub(crate) struct Tree(Cedar);

struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    types: Types,
}

struct Types {
    user: EntityTypeName,
    group: EntityTypeName,
    role: EntityTypeName,
    action: EntityTypeName,
    scope: EntityTypeName,
}

impl Types {
    fn new() -> Self {
        let name = |name: &str| name.parse().expect("a type's name");
        Self {
            user: name("User"),
            group: name("Group"),
            role: name("Role"),
            action: name("Action"),
            scope: name("Scope"),
        }
    }

    fn subject(&self, subject: &str) -> EntityUid {
        match subject.strip_prefix("group:") {
            Some(group) => uid(&self.group, group),
            None => uid(&self.user, subject),
        }
    }

    fn role_at(&self, role: &str, scope: usize) -> EntityUid {
        uid(&self.role, &format!("{role}@{scope}"))
    }
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

impl Cedar {
    fn load(facts: &Facts, is_tree: bool) -> Self {
        let types = Types::new();
        let mut entities = actions(&types);
        entities.extend(subjects(facts, &types));
        entities.extend(if is_tree { scopes_of_tree(facts, &types) } else { scopes(facts, &types) });
        let entities = Entities::from_entities(entities, None).expect("the entities are sound");
        let policy = |role: &&str| {
            format!(
                "permit (principal, action in Action::\"{role}\", resource) when {{ principal in resource.{role} }};"
            )
        };
        let policies = ROLES.iter().map(policy).collect::<String>().parse().expect("the policies are sound");
        Self { authorizer: Authorizer::new(), policies, entities, types }
    }

    fn decide(&self, ask: &TextAsk) -> bool {
        let principal = uid(&self.types.user, ask.user);
        let action = uid(&self.types.action, &format!("{}:{}", ask.action, ask.kind));
        let resource = uid(&self.types.scope, ask.scope);
        let request = Request::new(principal, action, resource, Context::empty(), None);
        let request = request.expect("no schema, no error");
        let response = self.authorizer.is_authorized(&request, &self.policies, &self.entities);
        response.decision() == Decision::Allow
    }
}

/// Returns the actions, each in the group of every role that has it.
fn actions(types: &Types) -> Vec<Entity> {
    let role = |role: &&str| Entity::new_no_attrs(uid(&types.action, role), HashSet::new());
    let mut entities: Vec<Entity> = ROLES.iter().map(role).collect();
    for (kind, kind_name) in (0..).zip(KINDS) {
        for (action, action_name) in (0..).zip(ACTIONS) {
            let has = |(role, _): &(u8, &str)| cell(*role, Permission { kind, action });
            let roles = (0..).zip(ROLES).filter(has).map(|(_, role)| uid(&types.action, role));
            let id = uid(&types.action, &format!("{action_name}:{kind_name}"));
            entities.push(Entity::new_no_attrs(id, roles.collect()));
        }
    }
    entities
}

/// Returns users and groups, each in what its rules give; users are in the groups of their tokens.
fn subjects(facts: &Facts, types: &Types) -> Vec<Entity> {
    let mut parents: HashMap<EntityUid, HashSet<EntityUid>> = HashMap::new();
    for rule in &facts.rules {
        parents.entry(types.subject(&rule.subject)).or_default().insert(types.role_at(rule.role, rule.scope));
    }
    for (user, groups) in &facts.users {
        let groups = groups.iter().map(|group| uid(&types.group, group));
        parents.entry(uid(&types.user, user)).or_default().extend(groups);
    }
    parents.into_iter().map(|(id, parents)| Entity::new_no_attrs(id, parents)).collect()
}

/// Returns the scopes; each names the groups that rules made for it and for the scopes above.
fn scopes(facts: &Facts, types: &Types) -> Vec<Entity> {
    let held: HashSet<(&str, usize)> = facts.rules.iter().map(|rule| (rule.role, rule.scope)).collect();
    let mut entities: Vec<Entity> = Vec::new();
    let ids = held.iter().map(|(role, scope)| types.role_at(role, *scope));
    entities.extend(ids.map(|id| Entity::new_no_attrs(id, HashSet::new())));
    for (at, scope) in facts.scopes.iter().enumerate() {
        let groups = |role: &'static str| {
            let chain = facts.chain(at).filter(|above| held.contains(&(role, *above)));
            let groups = chain.map(|above| RestrictedExpression::new_entity_uid(types.role_at(role, above)));
            (role.to_owned(), RestrictedExpression::new_set(groups))
        };
        let entity = Entity::new(uid(&types.scope, &scope.path), ROLES.map(groups).into(), HashSet::new());
        entities.push(entity.expect("the attributes are sound"));
    }
    entities
}

/// Returns the scopes; each names one group a role, which is that of the scope above and of its own rules.
fn scopes_of_tree(facts: &Facts, types: &Types) -> Vec<Entity> {
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); facts.scopes.len()];
    for (at, scope) in facts.scopes.iter().enumerate() {
        scope.parent.into_iter().for_each(|parent| below[parent].push(at));
    }
    let mut entities = Vec::new();
    for (at, scope) in facts.scopes.iter().enumerate() {
        for role in ROLES {
            let groups = below[at].iter().map(|below| types.role_at(role, *below)).collect();
            entities.push(Entity::new_no_attrs(types.role_at(role, at), groups));
        }
        let group =
            |role: &'static str| (role.to_owned(), RestrictedExpression::new_entity_uid(types.role_at(role, at)));
        let entity = Entity::new(uid(&types.scope, &scope.path), ROLES.map(group).into(), HashSet::new());
        entities.push(entity.expect("the attributes are sound"));
    }
    entities
}

impl Engine for Roles {
    type Source = Facts;
    type Ask = TextAsk;
    type Worker = ();

    fn source(world: &World) -> Facts {
        Facts::of(world)
    }

    fn load(facts: &Facts) -> Self {
        Self(Cedar::load(facts, false))
    }

    fn ask(&'static self, ask: &TextAsk) -> TextAsk {
        *ask
    }

    fn worker(&self) {}

    fn decide(&self, (): &mut (), ask: &TextAsk) -> bool {
        self.0.decide(ask)
    }
}

impl Engine for Tree {
    type Source = Facts;
    type Ask = TextAsk;
    type Worker = ();

    fn source(world: &World) -> Facts {
        Facts::of(world)
    }

    fn load(facts: &Facts) -> Self {
        Self(Cedar::load(facts, true))
    }

    fn ask(&'static self, ask: &TextAsk) -> TextAsk {
        *ask
    }

    fn worker(&self) {}

    fn decide(&self, (): &mut (), ask: &TextAsk) -> bool {
        self.0.decide(ask)
    }
}
