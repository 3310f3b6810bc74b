//! The worlds are what they say, the same every time, and the engine answers as their reference does.

#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::collections::HashSet;

use bailiwick::{Decision, Groups, Policy, PreparedRequest, Request, Situation, Snapshot, Text, Value};
use bailiwick_worlds::{
    Ask, Draw, Extras, NOW, Named, Place, Plan, Reference, Restrictions, Sizes, Subject, TextAsk, World, draw_asks,
    policy_text, texts, write_directory, write_requests,
};

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let (directory, requests) = bytes(&Plan::plain(Sizes::S));
    assert_eq!((hash(&directory), hash(&requests)), (0xADD0_5A64_CFB6_46BF, 0x879A_A404_906A_7B52));
    let (other, _) = bytes(&Plan { seed: 1, ..Plan::plain(Sizes::S) });
    assert_ne!(other, directory);
}

#[test]
fn there_is_as_much_as_was_asked_for() {
    for sizes in [Sizes::S, Sizes::M, Sizes { users: 3, groups: 1, clusters: 2, rules: 20, ..Sizes::S }] {
        let world = World::build(&Plan::plain(sizes)).unwrap();
        let at = |place| world.scopes.iter().filter(|scope| scope.place == place).count() as u32;
        let places = (at(Place::Cluster), at(Place::Department), at(Place::Project));
        assert_eq!(places, (sizes.clusters, sizes.departments, sizes.projects));
        assert_eq!((world.users.len() as u32, world.groups.len() as u32), (sizes.users, sizes.groups));
        assert_eq!(world.rules.len() as u32, sizes.rules);
        let of_groups = world.rules.iter().filter(|rule| matches!(rule.subject, Subject::Group(_)));
        assert_eq!(of_groups.count() as u32, sizes.rules / 5);
    }
}

#[test]
fn what_cannot_be_met_is_refused() {
    World::build(&Plan::plain(Sizes { users: 0, ..Sizes::S })).unwrap_err();
    World::build(&Plan::plain(Sizes { users: 1, groups: 1, rules: 1_000, ..Sizes::S })).unwrap_err();
}

#[test]
fn half_of_the_questions_are_allowed() {
    let world = World::build(&Plan::plain(Sizes::M)).unwrap();
    let asks = draw_asks(&world, &Reference::new(&world), Draw::Uniform, 20_000, 7);
    assert_eq!(asks.len(), 20_000);
    assert_eq!(asks.iter().filter(|ask| ask.is_allow).count(), 10_000);
    assert_eq!(asks.iter().collect::<HashSet<_>>().len(), 20_000);
}

#[test]
fn the_engine_answers_as_the_reference_does() {
    for sizes in [Sizes::S, Sizes::M] {
        for draw in [Draw::Uniform, Draw::Zipf] {
            agree(&Plan::plain(sizes), draw, Restrictions::LeftOut);
        }
        agree(&Plan::plain(sizes), Draw::Uniform, Restrictions::Kept);
    }
}

#[test]
fn the_engine_answers_as_the_reference_does_where_rules_are_more_than_plain() {
    let extras = Extras { clusters: 20, windows: 20, conditions: 20, denies: 10 };
    for sizes in [Sizes::S, Sizes::M] {
        agree(&Plan { extras, ..Plan::plain(sizes) }, Draw::Uniform, Restrictions::LeftOut);
    }
}

#[test]
fn names_are_the_callers() {
    let name = |named: Named| match named {
        Named::User(n) => format!("\"{n}\\"),
        named => format!("{named:?}"),
    };
    let world = World::build_named(&Plan::plain(Sizes::S), &name).unwrap();
    let asks = draw_asks(&world, &Reference::new(&world), Draw::Uniform, 100, 7);
    assert_agreement(&world, &asks, Restrictions::LeftOut);
}

fn agree(plan: &Plan, draw: Draw, restrictions: Restrictions) {
    let world = World::build(plan).unwrap();
    let asks = draw_asks(&world, &Reference::new(&world), draw, plan.sizes.asks, plan.seed);
    assert_eq!(asks.len() as u32, plan.sizes.asks);
    assert_agreement(&world, &asks, restrictions);
}

fn assert_agreement(world: &World, asks: &[Ask], restrictions: Restrictions) {
    let mut lines = Vec::new();
    write_directory(world, &mut lines).unwrap();
    let feed = Text::lines("world.jsonl", String::from_utf8(lines).unwrap());
    let policy = Policy::parse([Text::yaml("policy.yaml", policy_text(restrictions)), feed]).unwrap();
    assert!(policy.is_complete(), "{:?}", policy.findings().first());
    let snapshot = policy.compile();
    let asks = texts(world, asks);
    let owners: Vec<[(&str, Value<'_>); 1]> = asks.iter().map(|ask| [("owner", Value::Text(ask.user))]).collect();
    let resources = owners.iter().map(|owner| if restrictions == Restrictions::Kept { &owner[..] } else { &[] });
    let requests: Vec<Request<'_>> = asks.iter().zip(resources).map(|(ask, of)| request(ask, of)).collect();
    let mut batch = vec![Decision::default(); requests.len()];
    assert_eq!(snapshot.check_batch(&requests, &mut batch), requests.len());
    for ((ask, request), batched) in asks.iter().zip(&requests).zip(&batch) {
        let decision = snapshot.check(request);
        assert!(bailiwick::Reason::SubjectDisabled < decision.reason(), "{ask:?} is {}", decision.reason());
        assert_eq!(decision.is_allow(), ask.is_allow, "{ask:?}");
        assert_eq!(decision, *batched, "{ask:?}");
    }
    assert_eq!(by_handles(&snapshot, &requests), batch);
}

fn request<'a>(ask: &TextAsk, resource: &'a [(&'a str, Value<'a>)]) -> Request<'a> {
    Request {
        subject: ask.user,
        groups: Groups::Listed(ask.groups),
        action: ask.action,
        kind: ask.kind,
        scope: ask.scope,
        cluster: Some(ask.cluster),
        context: &[("network", Value::Text("corporate"))],
        resource,
        ..Request::at(NOW)
    }
}

fn by_handles(snapshot: &Snapshot, requests: &[Request<'_>]) -> Vec<Decision> {
    let subject = |request: &Request<'_>| snapshot.subject(None, request.subject, request.groups).unwrap();
    let subjects: Vec<_> = requests.iter().map(subject).collect();
    let mut situations = Vec::with_capacity(requests.len());
    for Request { cluster, resource, context, .. } in requests {
        let cluster = cluster.map(|name| snapshot.cluster("acme", name).unwrap());
        situations.push(Situation { cluster, resource, context, now: NOW });
    }
    let prepared: Vec<PreparedRequest<'_>> = requests
        .iter()
        .zip(subjects.iter().zip(&situations))
        .map(|(request, (subject, situation))| PreparedRequest {
            subject,
            permission: snapshot.permission(request.action, request.kind).unwrap(),
            scope: snapshot.scope(request.scope).unwrap(),
            situation,
        })
        .collect();
    let mut decisions = vec![Decision::default(); requests.len()];
    assert_eq!(snapshot.check_prepared(&prepared, &mut decisions), requests.len());
    decisions
}

fn bytes(plan: &Plan) -> (Vec<u8>, Vec<u8>) {
    let world = World::build(plan).unwrap();
    let asks = draw_asks(&world, &Reference::new(&world), Draw::Uniform, plan.sizes.asks, plan.seed);
    let (mut directory, mut requests) = (Vec::new(), Vec::new());
    write_directory(&world, &mut directory).unwrap();
    write_requests(&world, &asks, &mut requests).unwrap();
    (directory, requests)
}

/// FNV-1a.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}
