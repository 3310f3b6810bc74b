//! One engine, one size, one round, in a process of its own.
//!
//! Answers are compared with the reference first, and an engine that answers wrong is not timed. Then processor time
//! of the thread: other work on the machine takes none of it, though it takes its share of caches and memory.

use std::hint::black_box;
use std::time::{Duration, Instant};

use bailiwick_worlds::{Draw as How, Extras, Plan, Reference, Sizes, TextAsk, World, draw_asks, texts};
use cpu_time::ThreadTime;

use crate::engine::Engine;
use crate::figures::{Draw, Figures, median, quantile};
use crate::resident;

/// What a process is to do.
pub(crate) struct Job {
    pub(crate) sizes: Sizes,
    pub(crate) extras: Extras,
    /// How many answers are compared with the reference.
    pub(crate) checks: usize,
    pub(crate) is_quick: bool,
}

/// Measures an engine that stays on its thread.
pub(crate) fn measure<E: Engine>(job: &Job) -> Figures {
    measure_with(job, |_: &'static E, _| None)
}

/// Measures an engine that many threads may ask at once.
pub(crate) fn measure_on_threads<E: Engine + Sync>(job: &Job) -> Figures
where
    E::Ask: Sync,
{
    measure_with(job, |engine: &'static E, asks| Some(threads(engine, asks)))
}

fn measure_with<E: Engine>(job: &Job, threads: impl FnOnce(&'static E, &[E::Ask]) -> Option<f64>) -> Figures {
    let (uniform, zipf, source) = prepare::<E>(job);
    let before = resident::bytes();
    let start = ThreadTime::now();
    let mut loaded = None;
    let heap = allocation_counter::measure(|| loaded = Some(E::load(&source)));
    let load_ms = start.elapsed().as_secs_f64() * 1e3;
    let resident_bytes = resident::bytes() - before;
    let engine: &'static E = Box::leak(Box::new(loaded.expect("it was just loaded")));

    let ask = |asks: &[TextAsk]| asks.iter().map(|ask| engine.ask(ask)).collect::<Vec<_>>();
    let asks = ask(&uniform);
    let (checked, wrong) = check(engine, &uniform, &asks, job.checks);
    let mut figures = Figures { checked, wrong, load_ms, resident_bytes, ..Figures::default() };
    figures.heap_bytes = heap.bytes_current as f64;
    figures.heap_peak_bytes = heap.bytes_max as f64;
    if wrong == 0 && 0 < checked {
        let time = if job.is_quick { Duration::from_millis(100) } else { Duration::from_millis(700) };
        figures.uniform = draw(engine, &asks, time);
        figures.threads = threads(engine, &asks);
        figures.zipf = draw(engine, &ask(&zipf), time);
    }
    figures
}

/// Makes the questions and what the engine is loaded from. The world stays: what it would free, loading would take up,
/// and growth would look smaller than it is.
fn prepare<E: Engine>(job: &Job) -> (Vec<TextAsk>, Vec<TextAsk>, E::Source) {
    let plan = Plan { extras: job.extras, ..Plan::plain(job.sizes) };
    let world: &World = Box::leak(Box::new(World::build(&plan).expect("the sizes are those that are measured")));
    let reference: &Reference<'_> = Box::leak(Box::new(Reference::new(world)));
    let ask = |how| texts(world, &draw_asks(world, reference, how, job.sizes.asks, plan.seed));
    (ask(How::Uniform), ask(How::Zipf), E::source(world))
}

/// Compares answers with the reference, every door; returns how many, and how many were wrong.
fn check<E: Engine>(engine: &'static E, texts: &[TextAsk], asks: &[E::Ask], checks: usize) -> (u64, u64) {
    let mut worker = engine.worker();
    let start = ThreadTime::now();
    let (mut checked, mut wrong) = (0, 0);
    for (text, ask) in texts.iter().zip(asks).take(checks) {
        checked += 1;
        wrong += u64::from(engine.decide(&mut worker, ask) != text.is_allow);
        if CHECK_TIME < start.elapsed() {
            break;
        }
    }
    if E::HAS_BATCH {
        let mut answers = vec![false; asks.len()];
        engine.decide_batch(&mut worker, asks, &mut answers);
        wrong += texts.iter().zip(&answers).map(|(text, answer)| u64::from(text.is_allow != *answer)).sum::<u64>();
    }
    (checked, wrong)
}

fn draw<E: Engine>(engine: &E, asks: &[E::Ask], time: Duration) -> Draw {
    let mut worker = engine.worker();
    let mean = by_blocks(asks, time, |asks| {
        asks.iter().for_each(|ask| _ = black_box(engine.decide(&mut worker, black_box(ask))));
    });
    let mut answers = vec![false; asks.len()];
    let batch = E::HAS_BATCH.then(|| {
        by_blocks(asks, time, |asks| {
            let answers = &mut answers[..asks.len()];
            engine.decide_batch(&mut worker, black_box(asks), answers);
            black_box(answers);
        })
    });
    let singles = singles(engine, asks, mean, time);
    Draw { mean, p50: quantile(singles.iter().copied(), 0.5), p99: quantile(singles, 0.99), batch }
}

/// Runs questions in blocks of about a millisecond, again from the start when the list ends; returns the median of
/// the means of the blocks. The first blocks warm up and are not counted.
fn by_blocks<A>(asks: &[A], time: Duration, mut run: impl FnMut(&[A])) -> f64 {
    let mut n = 1;
    loop {
        let start = ThreadTime::now();
        run(&asks[..n]);
        let taken = start.elapsed();
        if BLOCK <= taken || n == asks.len() {
            break;
        }
        n = (n * 2).min(asks.len());
    }
    let mut means = Vec::new();
    let (mut at, start) = (0, ThreadTime::now());
    while start.elapsed() < WARM_UP + time || means.len() < BLOCKS_MIN {
        at = if asks.len() < at + n { 0 } else { at };
        let block = ThreadTime::now();
        run(&asks[at..at + n]);
        means.push(block.elapsed().as_secs_f64() * 1e9 / n as f64);
        at += n;
    }
    let n_warm = means.len() / 5;
    median(means.split_off(n_warm))
}

/// Times single calls; the clock of the wall is the finer one, and where a call is long that of the thread is fairer.
fn singles<E: Engine>(engine: &E, asks: &[E::Ask], mean: f64, time: Duration) -> Vec<f64> {
    let mut worker = engine.worker();
    let is_long = LONG < mean;
    let start = Instant::now();
    let mut nanos = Vec::new();
    for ask in asks.iter().take(SINGLES) {
        nanos.push(if is_long {
            let start = ThreadTime::now();
            black_box(engine.decide(&mut worker, black_box(ask)));
            start.elapsed().as_nanos() as f64
        } else {
            let start = Instant::now();
            black_box(engine.decide(&mut worker, black_box(ask)));
            start.elapsed().as_nanos() as f64
        });
        if time < start.elapsed() {
            break;
        }
    }
    nanos
}

/// Returns decisions per second of processor time of two threads over those of one.
fn threads<E: Engine + Sync>(engine: &'static E, asks: &[E::Ask]) -> f64
where
    E::Ask: Sync,
{
    let alone = rate(engine, asks);
    let both = std::thread::scope(|scope| {
        let other = scope.spawn(|| rate(engine, asks));
        rate(engine, asks) + other.join().unwrap_or(0.0)
    });
    both / alone
}

/// Returns decisions per second of processor time of this thread.
fn rate<E: Engine>(engine: &E, asks: &[E::Ask]) -> f64 {
    let mut worker = engine.worker();
    let start = ThreadTime::now();
    let mut n = 0;
    for ask in asks.iter().cycle() {
        black_box(engine.decide(&mut worker, black_box(ask)));
        n += 1;
        if n % 64 == 0 && TOGETHER < start.elapsed() {
            break;
        }
    }
    f64::from(n) / start.elapsed().as_secs_f64()
}

/// For how long answers are compared at most.
const CHECK_TIME: Duration = Duration::from_secs(10);
const BLOCK: Duration = Duration::from_millis(1);
const BLOCKS_MIN: usize = 10;
const WARM_UP: Duration = Duration::from_millis(100);
const SINGLES: usize = 20_000;
/// Nanoseconds from which a call is long.
const LONG: f64 = 5_000.0;
const TOGETHER: Duration = Duration::from_millis(200);
