//! Holds an evaluator to the reference on random worlds.

use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bailiwick::Request;
use bailiwick::document::Document;

use crate::ask::{Ask, with_requests};
use crate::engine;
use crate::faults::Fault;
use crate::plain::World;
use crate::quality::Quality;
use crate::random::Random;
use crate::reference::{Answer, SourceText};
use crate::requests::asks;
use crate::shrink::shrink;
use crate::world::documents;

/// What the evaluator under test answers.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// Whether the request is allowed.
    pub is_allow: bool,
    /// The code of the reason.
    pub reason: &'static str,
    /// Until when the decision stays valid.
    pub valid_until: Option<i64>,
    /// What the decision rests on, where it names something.
    pub source: Option<SourceText>,
}

/// The reasons that were expected and found.
type Difference = (&'static str, &'static str);

/// How many disagreements one thread tells in full.
const TOLD_MAX: usize = 8;

/// What to run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The seed of every world.
    pub seed: u64,
    /// How many triples of world, request and time to compare, at least.
    pub n_triples: u64,
    /// How many requests to ask of each world.
    pub per_world: usize,
    /// How many threads to use.
    pub n_threads: u64,
    /// The mistake planted in the reference; the run ends when it shows.
    pub fault: Option<Fault>,
}

/// What a run found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// How many triples were compared.
    pub n_triples: u64,
    /// How many worlds they were asked of.
    pub n_worlds: u64,
    /// What was asked.
    pub quality: Quality,
    /// How many triples disagreed.
    pub n_disagreements: u64,
    /// Some of the disagreements, each shrunk and told in full.
    pub disagreements: Vec<String>,
    /// How many triples were compared until the first disagreement, that one included.
    pub first_at: Option<u64>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Compares the engine with the reference, or with a mistaken one, on one thread.
#[must_use]
pub fn run(seed: u64, n_triples: u64, per_world: usize, fault: Option<Fault>) -> Report {
    run_against(&Plan { seed, n_triples, per_world, n_threads: 1, fault }, engine::decide)
}

/// Compares the engine with the reference on `n` triples and two threads, from a seed taken from the clock.
#[must_use]
pub fn soak(n: u64) -> Report {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    soak_from(clock.as_secs(), n)
}

/// Compares the engine with the reference on `n` triples and two threads, 100 requests a world.
#[must_use]
pub fn soak_from(seed: u64, n: u64) -> Report {
    run_against(&Plan { seed, n_triples: n, per_world: 100, n_threads: 2, fault: None }, engine::decide)
}

/// Answers the requests about a world, or says why the world cannot be loaded.
pub type Evaluate = fn(&[Document], &[Request<'_>]) -> Result<Vec<Verdict>, String>;

/// Compares any evaluator with the reference.
#[must_use]
pub fn run_against(plan: &Plan, evaluate: Evaluate) -> Report {
    let start = Instant::now();
    let mut total = Report { seed: plan.seed, ..Report::default() };
    std::thread::scope(|scope| {
        let spawn = |thread: u64| scope.spawn(move || work(plan, thread, evaluate));
        let workers: Vec<_> = (0..plan.n_threads).map(spawn).collect();
        for worker in workers {
            total.absorb(worker.join().unwrap());
        }
    });
    total.elapsed = start.elapsed();
    total
}

/// One thread: every `n_threads`-th world.
fn work(plan: &Plan, thread: u64, evaluate: Evaluate) -> Report {
    let mut report = Report::default();
    let mut told = BTreeSet::new();
    let mut index = thread;
    while report.n_triples < plan.n_triples.div_ceil(plan.n_threads) {
        compare_world(plan, index, evaluate, &mut report, &mut told);
        if plan.fault.is_some() && report.first_at.is_some() {
            break;
        }
        index += plan.n_threads;
    }
    report
}

fn compare_world(plan: &Plan, index: u64, evaluate: Evaluate, report: &mut Report, told: &mut BTreeSet<Difference>) {
    let mut random = Random::of_world(plan.seed, index);
    let documents = documents(&mut random);
    let world = World::new(&documents);
    let asks = asks(&mut random, &world, plan.per_world);
    report.n_worlds += 1;
    let verdicts = match with_requests(&asks, |requests| evaluate(&documents, requests)) {
        Ok(verdicts) => verdicts,
        Err(refusal) => {
            report.refuse(plan, index, &refusal);
            return;
        }
    };
    for (position, (ask, verdict)) in asks.iter().zip(&verdicts).enumerate() {
        report.n_triples += 1;
        let answer = with_requests(std::slice::from_ref(ask), |requests| {
            let answer = world.decide(&requests[0], plan.fault);
            if plan.fault.is_none() {
                report.quality.count(&world, ask, &requests[0], &answer);
            }
            answer
        });
        if agrees(verdict, &answer) {
            continue;
        }
        report.n_disagreements += 1;
        report.first_at.get_or_insert(report.n_triples);
        if plan.fault.is_some() {
            return;
        }
        let difference = (answer.reason, verdict.reason);
        if told.len() < TOLD_MAX && told.insert(difference) {
            let title = format!("seed {}, world {index} of {}, request {position}", plan.seed, plan.per_world);
            report.disagreements.push(tell(&title, documents.clone(), ask.clone(), evaluate, difference));
        }
    }
}

/// Returns whether the verdict is the answer, and names one of its sources.
pub(crate) fn agrees(verdict: &Verdict, answer: &Answer) -> bool {
    let must_name = matches!(answer.reason, "granted" | "denied_by_rule");
    let is_source_right = match &verdict.source {
        Some(source) => answer.sources.contains(source),
        None => !must_name,
    };
    verdict.is_allow == answer.is_allow
        && verdict.reason == answer.reason
        && verdict.valid_until == answer.valid_until
        && is_source_right
}

/// Tells a disagreement in full, in the smallest world in which it shows.
fn tell(title: &str, documents: Vec<Document>, ask: Ask, evaluate: Evaluate, difference: Difference) -> String {
    let both = |documents: &[Document], ask: &Ask| {
        with_requests(std::slice::from_ref(ask), |requests| {
            // Of a world that is refused whole there is no verdict, and it does not show the same.
            let verdict = evaluate(documents, requests)
                .and_then(|it| it.first().cloned().ok_or_else(|| "nothing is loaded".to_owned()));
            (verdict, World::new(documents).decide(&requests[0], None))
        })
    };
    let is_same = |documents: &[Document], ask: &Ask| {
        let (verdict, answer) = both(documents, ask);
        verdict.is_ok_and(|it| !agrees(&it, &answer) && (answer.reason, it.reason) == difference)
    };
    let (small, ask) = shrink(documents, ask, is_same);
    let (verdict, answer) = both(&small, &ask);
    let mut text = format!("{title}\nexpected {answer:?}\nfound    {verdict:?}\nasked    {ask:?}\n");
    for document in &small {
        let written = serde_json::to_string(document).unwrap_or_else(|_| format!("{document:?}"));
        text += &format!("document {written}; a feed: {}\n", document.is_feed);
    }
    text
}

impl Report {
    /// Returns whether nothing disagreed, and the worlds were good enough to tell.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.n_disagreements == 0 && self.quality.misses().is_empty()
    }

    /// Notes a world that the evaluator does not load: all its requests disagree.
    fn refuse(&mut self, plan: &Plan, index: u64, refusal: &str) {
        let n = plan.per_world as u64;
        self.n_triples += n;
        if plan.fault.is_some() {
            return;
        }
        self.n_disagreements += n;
        if self.disagreements.len() < TOLD_MAX {
            self.disagreements.push(format!("seed {}, world {index} is refused: {refusal}", plan.seed));
        }
    }

    fn absorb(&mut self, other: Self) {
        self.n_triples += other.n_triples;
        self.n_worlds += other.n_worlds;
        self.n_disagreements += other.n_disagreements;
        self.disagreements.extend(other.disagreements);
        self.first_at = [self.first_at, other.first_at].into_iter().flatten().min();
        self.quality.absorb(&other.quality);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, n_triples, n_worlds, n_disagreements, .. } = self;
        writeln!(f, "seed {seed}: {n_triples} triples of {n_worlds} worlds in {:.0?}", self.elapsed)?;
        writeln!(f, "disagreements: {n_disagreements}")?;
        writeln!(f, "{}", self.quality.lines().join("\n"))?;
        for miss in self.quality.misses() {
            writeln!(f, "missed: {miss}")?;
        }
        write!(f, "{}", self.disagreements.join("\n\n"))
    }
}
