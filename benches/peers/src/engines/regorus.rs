//! regorus: rules in objects that are looked up by key, as the pages of its language advise.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bailiwick_worlds::{ACTIONS, KINDS, Permission, ROLES, TextAsk, World, cell};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::program::Program;
use regorus::{Engine as Rego, Value};

use crate::engine::Engine;
use crate::facts::Facts;

/// The policy compiled for its virtual machine.
pub(crate) struct Machine {
    program: Arc<Program>,
    data: Value,
}

/// The policy interpreted. Each thread has an interpreter of its own, which shares the data.
pub(crate) struct Interpreter(Mutex<Rego>);

const POLICY: &str = "
package bailiwick

default allow := false

allow if {
    some subject in input.subjects
    some scope in data.chains[input.scope]
    some role, _ in data.rules[subject][scope]
    data.matrix[input.kind][input.action][role]
}
";

const ALLOW: &str = "data.bailiwick.allow";

fn engine(data: &Value) -> Rego {
    let mut engine = Rego::new();
    engine.add_policy("policy.rego".to_owned(), POLICY.to_owned()).expect("the policy is sound");
    engine.add_data(data.clone()).expect("the data is an object");
    engine
}

fn object(pairs: impl IntoIterator<Item = (String, Value)>) -> Value {
    Value::from(pairs.into_iter().map(|(key, value)| (Value::from(key), value)).collect::<BTreeMap<_, _>>())
}

fn data(facts: &Facts) -> Value {
    let mut rules: BTreeMap<String, BTreeMap<String, BTreeMap<String, Value>>> = BTreeMap::new();
    for rule in &facts.rules {
        let path = facts.scopes[rule.scope].path.clone();
        let roles = rules.entry(rule.subject.clone()).or_default().entry(path).or_default();
        roles.insert(rule.role.to_owned(), Value::from(true));
    }
    let scopes = |scopes: BTreeMap<String, BTreeMap<String, Value>>| {
        object(scopes.into_iter().map(|(scope, roles)| (scope, object(roles))))
    };
    let rules = object(rules.into_iter().map(|(subject, rules)| (subject, scopes(rules))));
    let paths = |at| facts.chain(at).map(|at| Value::from(facts.scopes[at].path.as_str())).collect::<Vec<_>>();
    let chains = facts.scopes.iter().enumerate().map(|(at, scope)| (scope.path.clone(), Value::from(paths(at))));
    object([("rules".to_owned(), rules), ("chains".to_owned(), object(chains)), ("matrix".to_owned(), matrix())])
}

/// Returns the roles by resource kind and action.
fn matrix() -> Value {
    let roles = |kind, action| {
        let has = move |(role, _): &(u8, &str)| cell(*role, Permission { kind, action });
        object((0..).zip(ROLES).filter(has).map(|(_, role)| (role.to_owned(), Value::from(true))))
    };
    let actions = |kind| object((0..).zip(ACTIONS).map(|(action, name)| (name.to_owned(), roles(kind, action))));
    object((0..).zip(KINDS).map(|(kind, name)| (name.to_owned(), actions(kind))))
}

fn input(ask: &TextAsk) -> Value {
    let groups = ask.groups.iter().map(|group| Value::from(format!("group:{group}")));
    let subjects: Vec<Value> = std::iter::once(Value::from(ask.user)).chain(groups).collect();
    let texts = [("action", ask.action), ("kind", ask.kind), ("scope", ask.scope)];
    let texts = texts.map(|(key, text)| (Value::from(key), Value::from(text)));
    let subjects = (Value::from("subjects"), Value::from(subjects));
    Value::from(texts.into_iter().chain([subjects]).collect::<BTreeMap<_, _>>())
}

impl Engine for Machine {
    type Source = Facts;
    type Ask = TextAsk;
    type Worker = regorus::rvm::vm::RegoVM;

    fn source(world: &World) -> Facts {
        Facts::of(world)
    }

    fn load(facts: &Facts) -> Self {
        let data = data(facts);
        let policy = engine(&Value::new_object()).compile_with_entrypoint(&ALLOW.into()).expect("the policy is sound");
        let program = Compiler::compile_from_policy(&policy, &[ALLOW]).expect("the policy is sound");
        Self { program, data }
    }

    fn ask(&'static self, ask: &TextAsk) -> TextAsk {
        *ask
    }

    fn worker(&self) -> Self::Worker {
        let mut machine = regorus::rvm::vm::RegoVM::new();
        machine.load_program(Arc::clone(&self.program));
        machine.set_data(self.data.clone()).expect("the data is an object");
        machine
    }

    fn decide(&self, machine: &mut Self::Worker, ask: &TextAsk) -> bool {
        machine.set_input(input(ask));
        machine.execute().is_ok_and(|answer| answer == Value::from(true))
    }
}

impl Engine for Interpreter {
    type Source = Facts;
    type Ask = TextAsk;
    type Worker = Rego;

    fn source(world: &World) -> Facts {
        Facts::of(world)
    }

    fn load(facts: &Facts) -> Self {
        let mut engine = engine(&data(facts));
        // The first question prepares the policy for all that follow.
        let _ = engine.eval_rule(ALLOW.to_owned());
        Self(Mutex::new(engine))
    }

    fn ask(&'static self, ask: &TextAsk) -> TextAsk {
        *ask
    }

    fn worker(&self) -> Rego {
        self.0.lock().expect("no thread has failed").clone()
    }

    fn decide(&self, engine: &mut Rego, ask: &TextAsk) -> bool {
        engine.set_input(input(ask));
        engine.eval_rule(ALLOW.to_owned()).is_ok_and(|answer| answer == Value::from(true))
    }
}
