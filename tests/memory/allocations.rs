//! Deciding allocates nothing: allowed or denied for whatever reason, by names, in batches, by handles or through an
//! engine, in a directory that is small, large, or changed since it was loaded.

use std::hint::black_box;

use allocation_counter::measure;
use bailiwick::{Decision, Engine, Policy, PreparedRequest, Reason, Request, Situation, Snapshot, Text};

use super::worlds::{WORLD, closed, edited, large, nested, requests, requests_of_nested, requests_of_two, small};

/// Every directory, and what is asked of it.
fn worlds() -> Vec<(&'static str, Snapshot, Vec<Request<'static>>)> {
    vec![
        ("small", small(), requests()),
        ("large", large(), requests()),
        ("small, edited", edited(small()), requests()),
        ("large, edited", edited(large()), requests()),
        ("closed", closed(), requests_of_two()),
        ("nested", nested(), requests_of_nested()),
    ]
}

#[test]
fn the_requests_meet_every_reason() {
    let decide = |(_, snapshot, requests): &(&str, Snapshot, Vec<Request<'_>>)| -> Vec<Reason> {
        requests.iter().map(|request| snapshot.check(request).reason()).collect()
    };
    let met: Vec<Reason> = worlds().iter().flat_map(decide).collect();
    let missing: Vec<Reason> = Reason::ALL.into_iter().filter(|reason| !met.contains(reason)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_check_allocates_nothing() {
    for (world, snapshot, requests) in worlds() {
        for request in requests {
            let mut decision = Decision::default();
            let cost = measure(|| decision = snapshot.check(&request));
            assert_eq!(cost.count_total, 0, "{world}: {request:?}: {decision:?}");
        }
    }
}

#[test]
fn a_batch_allocates_nothing() {
    for (world, snapshot, requests) in worlds() {
        let mut decisions = vec![Decision::default(); requests.len() + 8];
        let cost = measure(|| {
            snapshot.check_batch(&requests, &mut decisions);
        });
        assert_eq!(cost.count_total, 0, "{world}");
        assert!(decisions.iter().any(Decision::is_allow), "{world}");
    }
}

#[test]
fn a_check_by_handles_allocates_nothing() {
    for (world, snapshot, requests) in worlds() {
        let n_asked = with_handles(&snapshot, &requests, |prepared| {
            for PreparedRequest { subject, permission, scope, situation } in prepared {
                let mut decision = Decision::default();
                let cost = measure(|| decision = subject.check(*permission, *scope, situation));
                assert_eq!(cost.count_total, 0, "{world}: {decision:?}");
            }
            prepared.len()
        });
        assert!(requests.len() / 2 <= n_asked, "{world}: {n_asked}");
    }
}

#[test]
fn a_batch_by_handles_allocates_nothing() {
    for (world, snapshot, requests) in worlds() {
        with_handles(&snapshot, &requests, |prepared| {
            let mut decisions = vec![Decision::default(); prepared.len() + 8];
            let cost = measure(|| {
                snapshot.check_prepared(prepared, &mut decisions);
            });
            assert_eq!(cost.count_total, 0, "{world}");
            assert!(decisions.iter().any(Decision::is_allow), "{world}");
        });
    }
}

/// The first time that a thread asks an engine, it is given the note on which it says what it reads.
#[test]
fn a_check_through_an_engine_allocates_nothing_but_once_a_thread() {
    let engine = Engine::new(&Policy::parse([Text::yaml("world.yaml", WORLD)]).unwrap());
    let first = requests()[0];
    assert!(measure(|| _ = black_box(engine.check(&first))).count_total <= 1);
    for turn in 0..2 {
        for request in requests() {
            let cost = measure(|| _ = black_box(engine.check(&request)));
            assert_eq!(cost.count_total, 0, "{turn}: {request:?}");
        }
        assert_eq!(measure(|| drop(black_box(engine.snapshot()))).count_total, 0);
        engine.replace(&Policy::parse([Text::yaml("world.yaml", WORLD)]).unwrap());
    }
}

#[test]
fn the_counter_counts() {
    let cost = measure(|| drop(black_box(vec![0_u8; 1_000])));
    assert_eq!((cost.count_total, cost.bytes_max), (1, 1_000));
}

/// Lends the requests whose names all have handles, by them.
fn with_handles<R>(
    snapshot: &Snapshot,
    requests: &[Request<'_>],
    use_them: impl FnOnce(&[PreparedRequest<'_>]) -> R,
) -> R {
    let handles = requests.iter().filter_map(|request| {
        let subject = snapshot.subject(request.tenant, request.subject, request.groups).ok()?;
        let permission = snapshot.permission(request.action, request.kind).ok()?;
        let scope = snapshot.scope(request.scope).ok()?;
        let home = request.tenant.unwrap_or("acme");
        let cluster = request.cluster.map(|name| snapshot.cluster(home, name)).transpose().ok()?;
        let situation = Situation { cluster, resource: request.resource, context: request.context, now: request.now };
        Some((subject, permission, scope, situation))
    });
    let handles: Vec<_> = handles.collect();
    let prepared = handles.iter().map(|(subject, permission, scope, situation)| PreparedRequest {
        subject,
        permission: *permission,
        scope: *scope,
        situation,
    });
    use_them(&prepared.collect::<Vec<_>>())
}
