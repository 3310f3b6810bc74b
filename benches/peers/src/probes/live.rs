//! Decisions by strings through an engine: while nothing happens, and while another thread publishes.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use bailiwick::{Actor, Engine, Request};
use bailiwick_worlds::Sizes;

use super::updates::{edit, new_pairs, publish, rule};
use super::{Findings, asks, lines, load, request, world};
use crate::figures::quantile;

/// Asks for a while in quiet, then as long while 1,000 changes a second are published, and so on in turn; the quiet and the
/// busy turns are compared, for the machine changes too.
pub(crate) fn run(sizes: Sizes, is_quick: bool) -> Findings {
    let world = world(sizes);
    let asks = asks(&world);
    let requests: Vec<Request<'static>> = asks.iter().map(request).collect();
    let engine = Engine::new(&load(lines(&world)));
    let pairs = new_pairs(&engine, &asks, PAIRS);
    let turn = if is_quick { TURN / 10 } else { TURN };
    let (mut quiet, mut busy) = (Vec::new(), Vec::new());
    let (mut published, mut asked_for) = (0, Duration::ZERO);
    for _ in 0..TURNS {
        ask(&engine, &requests, turn, &mut quiet);
        let is_over = AtomicBool::new(false);
        let start = Instant::now();
        published += std::thread::scope(|scope| {
            let publisher = scope.spawn(|| publish_steadily(&engine, &pairs, &is_over));
            ask(&engine, &requests, turn, &mut busy);
            is_over.store(true, Ordering::Relaxed);
            publisher.join().unwrap_or(0)
        });
        asked_for += start.elapsed();
    }
    let mut findings = Findings::new();
    for (name, times) in [("quiet", &quiet), ("busy", &busy)] {
        for (part, share) in [("p50", 0.5), ("p99", 0.99)] {
            findings.insert(format!("{name}_{part}"), quantile(times.iter().copied(), share));
        }
    }
    findings.insert("published_per_second".to_owned(), f64::from(published) / asked_for.as_secs_f64());
    findings
}

/// Times single decisions.
fn ask(engine: &Engine, requests: &[Request<'static>], turn: Duration, times: &mut Vec<f64>) {
    let begin = Instant::now();
    for request in requests.iter().cycle() {
        let start = Instant::now();
        _ = black_box(engine.check(black_box(request)));
        let end = Instant::now();
        times.push((end - start).as_nanos() as f64);
        if turn < end - begin {
            break;
        }
    }
}

/// Adds rules and removes them again, one every millisecond; returns how many changes were published.
fn publish_steadily(engine: &Engine, pairs: &[(&'static str, &'static str)], is_over: &AtomicBool) -> u32 {
    let begin = Instant::now();
    let mut n = 0_u32;
    for (user, scope) in pairs.iter().cycle() {
        for is_added in [true, false] {
            publish(engine, &Actor::Host, edit(is_added, rule(&[*user], &[*scope])));
            n += 1;
            let due = begin + PAUSE * n;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        if is_over.load(Ordering::Relaxed) {
            break;
        }
    }
    n
}

const PAIRS: usize = 1_000;
const TURNS: usize = 4;
const TURN: Duration = Duration::from_millis(500);
/// 1,000 changes a second.
const PAUSE: Duration = Duration::from_millis(1);
