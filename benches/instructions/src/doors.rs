//! The doors, one after another.

use bailiwick::{
    Actor, Change, Decision, Edit, Engine, Groups, Policy, PreparedRequest, Request, Rules, Situation, Snapshot,
};
use bailiwick_worlds::{NOW, TextAsk};

use crate::count;
use crate::subject::{CONTEXT, Measured};

/// Goes through every door.
pub(crate) fn run(measured: &Measured) {
    let n_loads = measured.amount.n_loads;
    let texts = vec![measured.lines.clone(); n_loads];
    let n_rules = measured.n_rules() * n_loads;
    let policies: Vec<Policy> =
        count("load/json-lines", n_rules, || texts.into_iter().map(|text| measured.load_lines(text)).collect());
    let n_fed = measured.n_fed() * n_loads;
    count("load/api", n_fed, || (0..n_loads).map(|_| measured.load_feed()).collect::<Vec<_>>());
    let snapshots: Vec<Snapshot> = count("compile", n_rules, || policies.iter().map(Policy::compile).collect());
    decide(measured, &snapshots);
    explain(measured, &snapshots);
    update(measured, &policies);
}

fn decide(measured: &Measured, snapshots: &[Snapshot]) {
    let requests = measured.requests();
    let n = requests.len() * snapshots.len();
    let mut decisions = vec![Decision::default(); requests.len()];
    count("decide/strings", n, || {
        for snapshot in snapshots {
            for (request, decision) in requests.iter().zip(&mut decisions) {
                *decision = snapshot.check(request);
            }
        }
    });
    verify(measured, &decisions);
    count("batch/strings", n, || {
        for snapshot in snapshots {
            snapshot.check_batch(&requests, &mut decisions);
        }
    });
    verify(measured, &decisions);
    by_handles(measured, snapshots, &mut decisions);
}

fn by_handles(measured: &Measured, snapshots: &[Snapshot], decisions: &mut [Decision]) {
    let n = measured.asks.len() * snapshots.len();
    let mut subjects = Vec::with_capacity(n);
    let mut situations = Vec::with_capacity(n);
    for (snapshot, ask) in all(snapshots, &measured.asks) {
        let subject = snapshot.subject(Some("acme"), ask.user, Groups::Listed(ask.groups));
        subjects.extend(subject.ok());
        let cluster = snapshot.cluster("acme", ask.cluster).ok();
        situations.push(Situation { cluster, context: CONTEXT, ..Situation::at(NOW) });
    }
    let handles = subjects.iter().zip(&situations);
    let prepared = all(snapshots, &measured.asks).zip(handles).filter_map(|((snapshot, ask), (subject, situation))| {
        let (permission, scope) = (snapshot.permission(ask.action, ask.kind).ok()?, snapshot.scope(ask.scope).ok()?);
        Some(PreparedRequest { subject, permission, scope, situation })
    });
    let prepared: Vec<PreparedRequest<'_>> = prepared.collect();
    assert_eq!(prepared.len(), n, "every name has a handle");
    let of_each = || prepared.chunks(measured.asks.len());
    count("decide/handles", n, || {
        for requests in of_each() {
            for (request, decision) in requests.iter().zip(&mut *decisions) {
                *decision = request.subject.check(request.permission, request.scope, request.situation);
            }
        }
    });
    verify(measured, decisions);
    count("batch/handles", n, || {
        for (snapshot, requests) in snapshots.iter().zip(of_each()) {
            snapshot.check_prepared(requests, decisions);
        }
    });
    verify(measured, decisions);
}

fn all<'s>(snapshots: &'s [Snapshot], asks: &'s [TextAsk]) -> impl Iterator<Item = (&'s Snapshot, &'s TextAsk)> {
    snapshots.iter().flat_map(move |snapshot| asks.iter().map(move |ask| (snapshot, ask)))
}

fn verify(measured: &Measured, decisions: &[Decision]) {
    let is_right = |(ask, decision): (&TextAsk, &Decision)| ask.is_allow == decision.is_allow();
    assert!(measured.asks.iter().zip(decisions).all(is_right), "every answer is right");
}

fn explain(measured: &Measured, snapshots: &[Snapshot]) {
    let requests = measured.requests();
    let requests: Vec<&Request<'_>> = requests.iter().take(measured.amount.n_slow).collect();
    count("explain", requests.len() * snapshots.len(), || {
        for snapshot in snapshots {
            for request in &requests {
                drop(snapshot.explain(request));
            }
        }
    });
}

/// Publishes changes through an engine: rules come, one by one, and go again; by the host, and by an administrator.
fn update(measured: &Measured, policies: &[Policy]) {
    let engines: Vec<Engine> = policies.iter().map(Engine::new).collect();
    let boss = Rules { subjects: &["user:boss"], roles: &["admin", "editor"], scopes: &["acme"], ..Rules::default() };
    for engine in &engines {
        publish(engine, &Actor::Host, Edit::AddRules(boss));
    }
    let asks = new_rules(measured, &engines);
    let actor = Actor::Subject { subject: "user:boss", groups: Groups::Listed(&[]), context: CONTEXT };
    for (name, actor) in [("update/host", Actor::Host), ("update/subject", actor)] {
        count(name, 2 * asks.len() * engines.len(), || {
            for engine in &engines {
                for ask in &asks {
                    publish(engine, &actor, Edit::AddRules(rule(&[ask.user], &[ask.scope])));
                }
                for ask in &asks {
                    publish(engine, &actor, Edit::RemoveRules(rule(&[ask.user], &[ask.scope])));
                }
            }
        });
    }
}

/// Returns questions of whom and where there is no such rule yet.
fn new_rules<'m>(measured: &'m Measured, engines: &[Engine]) -> Vec<&'m TextAsk> {
    let mut found = Vec::new();
    let Some(mut scratch) = engines.first().map(Engine::snapshot) else { return found };
    for ask in &measured.asks {
        let (users, scopes) = ([ask.user], [ask.scope]);
        let approved = scratch.approve(&Actor::Host, &Change::at(NOW, Edit::AddRules(rule(&users, &scopes))));
        if found.len() < measured.amount.n_slow && approved.is_complete() {
            scratch = scratch.apply(&approved).unwrap_or(scratch);
            found.push(ask);
        }
    }
    found
}

fn rule<'a>(subjects: &'a [&'a str], scopes: &'a [&'a str]) -> Rules<'a> {
    Rules { subjects, roles: &["researcher"], scopes, ..Rules::default() }
}

fn publish(engine: &Engine, actor: &Actor<'_>, edit: Edit<'_>) {
    let approved = engine.snapshot().approve(actor, &Change::at(NOW, edit));
    assert!(approved.is_complete(), "{:?}", approved.answers());
    assert!(engine.apply(&approved).is_ok(), "nobody else publishes");
}
