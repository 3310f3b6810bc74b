//! What is measured: a world in every form in which it is handed in, and questions with their answers.

use bailiwick::{Feed, Groups, Loader, Policy, Request, Text, Value};
use bailiwick_worlds::{
    Draw, NOW, Place, Plan, ROLES, Reference, Restrictions, Subject, TextAsk, World, draw_asks, policy_text, texts,
    write_directory,
};

use crate::Amount;

/// A world, ready to be handed in.
pub(crate) struct Measured {
    pub(crate) amount: Amount,
    /// The directory in JSON Lines.
    pub(crate) lines: String,
    /// The scopes and the rules, as a program tells them.
    scopes: Vec<String>,
    rules: Vec<[String; 3]>,
    pub(crate) asks: Vec<TextAsk>,
}

/// What every question says of its context.
pub(crate) const CONTEXT: &[(&str, Value<'static>)] = &[("network", Value::Text("corporate"))];

impl Measured {
    pub(crate) fn new(amount: Amount) -> Self {
        let plan = Plan::plain(amount.sizes);
        let Ok(world) = World::build(&plan) else { panic!("the sizes can be met") };
        let asks = draw_asks(&world, &Reference::new(&world), Draw::Uniform, amount.n_asks, plan.seed);
        let mut lines = Vec::new();
        let is_written = write_directory(&world, &mut lines).is_ok();
        let lines = String::from_utf8(lines).unwrap_or_default();
        assert!(is_written && !lines.is_empty());
        let asks = texts(&world, &asks);
        Self { amount, lines, scopes: scopes(&world), rules: rules(&world), asks }
    }

    pub(crate) fn n_rules(&self) -> usize {
        self.amount.sizes.rules as usize
    }

    pub(crate) fn n_fed(&self) -> usize {
        self.rules.len()
    }

    pub(crate) fn load_lines(&self, lines: String) -> Policy {
        complete(Loader::new().text(Text::lines("world.jsonl", lines)))
    }

    /// Hands the same rules in one by one, but for those of one cluster.
    pub(crate) fn load_feed(&self) -> Policy {
        let mut feed = Feed::new("acme");
        for scope in &self.scopes {
            feed.scope(scope);
        }
        for [subject, role, scope] in &self.rules {
            feed.rule(subject, role, scope);
        }
        complete(Loader::new().feed(feed))
    }

    pub(crate) fn requests(&self) -> Vec<Request<'static>> {
        let request = |ask: &TextAsk| Request {
            subject: ask.user,
            groups: Groups::Listed(ask.groups),
            action: ask.action,
            kind: ask.kind,
            scope: ask.scope,
            cluster: Some(ask.cluster),
            context: CONTEXT,
            ..Request::at(NOW)
        };
        self.asks.iter().map(request).collect()
    }
}

fn complete(loader: Loader<'_>) -> Policy {
    let policy = loader.text(Text::yaml("policy.yaml", policy_text(Restrictions::LeftOut))).load();
    match policy {
        Ok(policy) if policy.is_complete() => policy,
        _ => panic!("the world is sound"),
    }
}

fn scopes(world: &World) -> Vec<String> {
    let below = |place| matches!(place, Place::Department | Place::Project);
    let all = world.paths().into_iter().zip(&world.scopes);
    all.filter(|(_, scope)| below(scope.place)).map(|(path, _)| path).collect()
}

fn rules(world: &World) -> Vec<[String; 3]> {
    let paths = world.paths();
    let mut rules = Vec::new();
    for rule in &world.rules {
        let is_of_cluster = world.scopes.get(rule.scope as usize).is_none_or(|it| it.place == Place::Cluster);
        let subject = match rule.subject {
            Subject::User(user) => world.users.get(user as usize).map(|it| format!("user:{}", it.name)),
            Subject::Group(group) => world.groups.get(group as usize).map(|it| format!("group:{it}")),
        };
        let (role, path) = (ROLES.get(usize::from(rule.role)), paths.get(rule.scope as usize));
        if let (false, Some(subject), Some(role), Some(path)) = (is_of_cluster, subject, role, path) {
            rules.push([subject, (*role).to_owned(), path.clone()]);
        }
    }
    rules
}
