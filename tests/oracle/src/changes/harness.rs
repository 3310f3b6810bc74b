//! Holds an engine that changes worlds to the reference, on random sequences of changes.

use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bailiwick::document::Document;

use crate::ask::{Ask, with_requests};
use crate::changes::compare::{
    Difference, compare_dry, compare_items, compare_questions, compare_reasons, compare_with_fresh,
};
use crate::changes::faults::ChangeFault;
use crate::changes::quality::ChangeQuality;
use crate::changes::shrink::tell;
use crate::changes::sides::{Engine, Side};
use crate::changes::step::Step;
use crate::changes::steps::step;
use crate::changes::worlds::changing_documents;
use crate::plain::World;
use crate::random::Random;
use crate::requests::asks;

/// How many sequences start from one world.
pub(crate) const PER_WORLD: u64 = 64;

/// How many disagreements one thread tells in full.
const TOLD_MAX: usize = 12;

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct ChangePlan {
    /// The seed of every world.
    pub seed: u64,
    /// How many sequences, at least.
    pub n_sequences: u64,
    /// How many threads to use.
    pub n_threads: u64,
    /// The mistake planted in the reference; the run ends when it shows.
    pub fault: Option<ChangeFault>,
}

/// What a run found.
#[derive(Clone, Debug, Default)]
pub struct ChangeReport {
    /// The seed.
    pub seed: u64,
    /// How many sequences were run.
    pub n_sequences: u64,
    /// How many worlds they started from.
    pub n_worlds: u64,
    /// How many requests were asked of changed worlds.
    pub n_requests: u64,
    /// What was changed.
    pub quality: ChangeQuality,
    /// How many sequences disagreed.
    pub n_disagreements: u64,
    /// Some of the disagreements, each shrunk and told in full.
    pub disagreements: Vec<String>,
    /// How many sequences were run until the first disagreement, that one included.
    pub first_at: Option<u64>,
    /// How long it took.
    pub elapsed: Duration,
    /// The sorts of disagreement that were told.
    told: BTreeSet<(&'static str, &'static str, &'static str)>,
}

/// Compares the engine with the reference.
#[must_use]
pub fn run_changes(plan: &ChangePlan) -> ChangeReport {
    run_of::<Engine>(plan)
}

/// Compares the engine with the reference on `n` sequences and two threads, from a seed or from the clock.
#[must_use]
pub fn soak_changes(n_sequences: u64, seed: Option<u64>) -> ChangeReport {
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let seed = seed.unwrap_or_else(clock);
    run_changes(&ChangePlan { seed, n_sequences, n_threads: 2, fault: None })
}

/// Returns a random sequence of changes, each made for the world that those before it lead to.
#[must_use]
pub fn random_steps(random: &mut Random, documents: &[Document], n: usize) -> Vec<Step> {
    let mut world = World::new(documents);
    let next = |_| {
        let next = step(random, &world);
        world.change(&next, None);
        next
    };
    (0..n).map(next).collect()
}

fn run_of<S: Side>(plan: &ChangePlan) -> ChangeReport {
    let start = Instant::now();
    let mut total = ChangeReport { seed: plan.seed, ..ChangeReport::default() };
    std::thread::scope(|scope| {
        let spawn = |thread: u64| scope.spawn(move || work::<S>(plan, thread));
        let workers: Vec<_> = (0..plan.n_threads).map(spawn).collect();
        for worker in workers {
            total.absorb(worker.join().unwrap());
        }
    });
    total.elapsed = start.elapsed();
    total
}

/// One thread: every `n_threads`-th world.
fn work<S: Side>(plan: &ChangePlan, thread: u64) -> ChangeReport {
    let mut report = ChangeReport::default();
    let mut index = thread;
    while report.n_sequences < plan.n_sequences.div_ceil(plan.n_threads) {
        let mut random = Random::of_world(plan.seed, index);
        let documents = changing_documents(&mut random);
        report.n_worlds += 1;
        match S::open(&documents, None) {
            Ok(side) => compare_world(plan, index, &mut random, &documents, &side, &mut report),
            Err(refusal) => report.refuse(format!("seed {}, world {index} is refused: {refusal}", plan.seed)),
        }
        if plan.fault.is_some() && report.first_at.is_some() {
            break;
        }
        index += plan.n_threads;
    }
    report
}

fn compare_world<S: Side>(
    plan: &ChangePlan,
    index: u64,
    random: &mut Random,
    documents: &[Document],
    side: &S,
    report: &mut ChangeReport,
) {
    let base = World::new(documents);
    for sequence in 0..PER_WORLD {
        report.n_sequences += 1;
        let mut run = Sequence { side: side.clone(), world: base.clone(), fault: plan.fault, steps: Vec::new() };
        let Err((difference, asks)) = run.play(random, documents, sequence, report) else { continue };
        report.n_disagreements += 1;
        report.first_at.get_or_insert(report.n_sequences);
        if plan.fault.is_some() {
            return;
        }
        if report.told.len() < TOLD_MAX && report.told.insert(difference.pair()) {
            let title = format!("seed {}, world {index}, sequence {sequence}", plan.seed);
            report.disagreements.push(tell::<S>(&title, documents.to_vec(), run.steps, asks, &difference));
        }
    }
}

/// One sequence of changes, made by both.
struct Sequence<S> {
    side: S,
    world: World,
    fault: Option<ChangeFault>,
    steps: Vec<Step>,
}

type Outcome = Result<(), (Difference, Vec<Ask>)>;

impl<S: Side> Sequence<S> {
    fn play(
        &mut self,
        random: &mut Random,
        documents: &[Document],
        sequence: u64,
        report: &mut ChangeReport,
    ) -> Outcome {
        let n = 1 + random.below(12).min(random.below(12));
        for _ in 0..n {
            let next = step(random, &self.world);
            self.steps.push(next.clone());
            if random.chance(12) {
                compare_dry(&self.side, &next).map_err(|it| (it, Vec::new()))?;
            }
            let expected = self.world.change(&next, self.fault);
            let found = self.side.change(&next);
            if self.fault.is_none() {
                report.quality.count(&next, &expected);
            }
            compare_items(&expected, &found).map_err(|it| (it, Vec::new()))?;
            if random.chance(25) {
                self.ask(random, 3, report)?;
            }
        }
        let n = random.between(5, 10);
        self.ask(random, n, report)?;
        if self.fault.is_some() {
            return Ok(());
        }
        if sequence == 0 {
            compare_questions(&self.side, &self.world).map_err(|it| (it, Vec::new()))?;
        }
        if sequence.is_multiple_of(8) { self.compare_fresh(random, documents) } else { Ok(()) }
    }

    /// Asks both some requests about the changed world.
    fn ask(&self, random: &mut Random, n: usize, report: &mut ChangeReport) -> Outcome {
        let asks = asks(random, &self.world, n);
        report.n_requests += asks.len() as u64;
        let difference = with_requests(&asks, |requests| {
            let expected: Vec<&'static str> = requests.iter().map(|it| self.world.reason(it)).collect();
            compare_reasons("the reasons after the changes", &expected, &self.side.reasons(requests))
        });
        difference.map_err(|it| (it, asks))
    }

    /// The changed world decides as one that is built from scratch.
    fn compare_fresh(&self, random: &mut Random, documents: &[Document]) -> Outcome {
        let asks = asks(random, &self.world, 12);
        compare_with_fresh(&self.side, &self.world, documents, &asks).map_err(|it| (it, asks))
    }
}

impl ChangeReport {
    /// Returns whether nothing disagreed, and the changes were good enough to tell.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.n_disagreements == 0 && self.quality.misses().is_empty()
    }

    /// Notes a world that is not loaded: all its sequences disagree.
    fn refuse(&mut self, refusal: String) {
        self.n_sequences += PER_WORLD;
        self.n_disagreements += PER_WORLD;
        if self.disagreements.len() < TOLD_MAX {
            self.disagreements.push(refusal);
        }
    }

    fn absorb(&mut self, other: Self) {
        self.n_sequences += other.n_sequences;
        self.n_worlds += other.n_worlds;
        self.n_requests += other.n_requests;
        self.n_disagreements += other.n_disagreements;
        self.disagreements.extend(other.disagreements);
        self.first_at = [self.first_at, other.first_at].into_iter().flatten().min();
        self.quality.absorb(&other.quality);
    }
}

impl fmt::Display for ChangeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, n_sequences, n_worlds, n_requests, n_disagreements, quality, .. } = self;
        let (n_edits, n_items) = (quality.n_edits, quality.n_items);
        writeln!(f, "seed {seed}: {n_sequences} sequences of {n_worlds} worlds in {:.0?}", self.elapsed)?;
        writeln!(f, "{n_edits} edits with {n_items} items, then {n_requests} requests")?;
        writeln!(f, "disagreements: {n_disagreements}")?;
        writeln!(f, "{}", quality.lines().join("\n"))?;
        for miss in quality.misses() {
            writeln!(f, "missed: {miss}")?;
        }
        write!(f, "{}", self.disagreements.join("\n\n"))
    }
}
