//! Safety: whatever limited actors do, nobody ever holds more than their delegation allows.

use std::fmt;
use std::time::{Duration, Instant};

use bailiwick::Request;
use bailiwick::document::Document;

use crate::ask::with_requests;
use crate::changes::deputies::{deputies, forbidden, unconditional};
use crate::changes::directory::NOW;
use crate::changes::faults::ChangeFault;
use crate::changes::fixpoint::{Deputy, fixpoint};
use crate::changes::harness::ChangePlan;
use crate::changes::questions::Query;
use crate::changes::sides::{Engine, Reference, Side};
use crate::changes::step::{Act, Step, Who};
use crate::changes::steps::step;
use crate::changes::worlds::changing_documents;
use crate::plain::World;
use crate::random::Random;

/// How many sequences start from one world: its fixpoint is dear.
const PER_WORLD: u64 = 256;

/// How many breaches one thread tells.
const TOLD_MAX: usize = 4;

/// What a run found.
#[derive(Clone, Debug, Default)]
pub struct SafetyReport {
    /// The seed.
    pub seed: u64,
    /// How many sequences were run.
    pub n_sequences: u64,
    /// How many worlds they started from.
    pub n_worlds: u64,
    /// How many rules were added.
    pub n_added: u64,
    /// How many decisions were held to the fixpoint.
    pub n_decisions: u64,
    /// How many sequences gave somebody more than that.
    pub n_breaches: u64,
    /// Some of the breaches.
    pub breaches: Vec<String>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Holds the engine to the fixpoint.
#[must_use]
pub fn run_safety(plan: &ChangePlan) -> SafetyReport {
    run_of::<Engine>(plan)
}

/// Holds the reference to the fixpoint, or a mistaken one, in which the mistake must show.
#[must_use]
pub fn rehearse_safety(plan: &ChangePlan) -> SafetyReport {
    run_of::<Reference>(plan)
}

fn run_of<S: Side>(plan: &ChangePlan) -> SafetyReport {
    let start = Instant::now();
    let mut total = SafetyReport { seed: plan.seed, ..SafetyReport::default() };
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

fn work<S: Side>(plan: &ChangePlan, thread: u64) -> SafetyReport {
    let mut report = SafetyReport::default();
    let mut index = thread;
    while report.n_sequences < plan.n_sequences.div_ceil(plan.n_threads) {
        let mut random = Random::of_world(plan.seed, index);
        let documents = unconditional(changing_documents(&mut random));
        let world = World::new(&documents);
        let deputies = deputies(&mut random, &world);
        if !deputies.is_empty() {
            report.n_worlds += 1;
            let title = format!("seed {}, world {index}", plan.seed);
            hold_world::<S>(&title, &mut random, &documents, &world, &deputies, plan.fault, &mut report);
        }
        if plan.fault.is_some() && 0 < report.n_breaches {
            break;
        }
        index += plan.n_threads;
    }
    report
}

fn hold_world<S: Side>(
    title: &str,
    random: &mut Random,
    documents: &[Document],
    world: &World,
    deputies: &[Deputy],
    fault: Option<ChangeFault>,
    report: &mut SafetyReport,
) {
    let Ok(side) = S::open(documents, fault) else { return };
    let limit = fixpoint(world, 0, deputies, NOW);
    let forbidden = forbidden(&limit, deputies);
    let tenant = &limit.tenants[0];
    let queries = deputies.iter().flat_map(|deputy| tenant.scopes.iter().map(|scope| deputy.query(tenant, scope)));
    let most: Vec<(Query, Vec<(String, bool)>)> = queries.map(|it| (it.clone(), limit.assignable(&it))).collect();
    with_requests(&forbidden, |requests| {
        for sequence in 0..PER_WORLD {
            report.n_sequences += 1;
            let mut run = Run { side: side.clone(), world: world.clone(), most: &most, deputies, requests };
            let mut steps = Vec::new();
            let Some(breach) = run.play(random, &mut steps, report) else { continue };
            report.n_breaches += 1;
            if report.breaches.len() < TOLD_MAX {
                let steps: String = steps.iter().map(|it| format!("step {it}\n")).collect();
                let texts = documents.iter().filter_map(|it| serde_json::to_string(it).ok());
                let written: String = texts.map(|it| format!("document {it}\n")).collect();
                report.breaches.push(format!("{title}, sequence {sequence}: {breach}\n{steps}{written}"));
            }
            if fault.is_some() {
                return;
            }
        }
    });
}

/// One sequence of changes by limited actors.
struct Run<'a, S> {
    side: S,
    world: World,
    /// What each actor could give at each scope, at the fixpoint.
    most: &'a [(Query, Vec<(String, bool)>)],
    deputies: &'a [Deputy],
    requests: &'a [Request<'a>],
}

impl<S: Side> Run<'_, S> {
    /// Returns what somebody came to hold beyond the fixpoint.
    fn play(&mut self, random: &mut Random, steps: &mut Vec<Step>, report: &mut SafetyReport) -> Option<String> {
        let mut n_added = 0;
        for _ in 0..random.between(1, 12) {
            let Some(next) = self.next(random) else { continue };
            let items = self.side.change(&next);
            drop(self.world.change(&next, None));
            let n_ok = items.iter().filter(|it| it.code == "ok").count() as u64;
            n_added += if matches!(next.act, Act::AddRules(_)) { n_ok } else { 0 };
            steps.push(next);
            if 0 < n_ok {
                report.n_decisions += self.requests.len() as u64;
                let reasons = self.side.reasons(self.requests);
                let breach = reasons.iter().position(|it| *it == "granted").map(|at| &self.requests[at]);
                if let Some(request) = breach {
                    return Some(format!("granted {request:?}"));
                }
            }
        }
        report.n_added += n_added;
        if 0 < n_added { self.rights() } else { None }
    }

    /// A change of rules, or a disabling, by one of the actors: tried a few times, for aims are taken at others too.
    fn next(&self, random: &mut Random) -> Option<Step> {
        let is_meant = |it: &Step| it.bulk().is_some() || matches!(it.act, Act::Disable(_) | Act::Enable(_));
        let deputy = |it: &Step| match &it.actor {
            Who::Subject { subject, .. } => self.deputies.iter().find(|it| it.subject == *subject),
            Who::Host => None,
        };
        let tried: Vec<Step> = (0..5).map(|_| step(random, &self.world)).collect();
        let aimed = tried.iter().find(|it| is_meant(it) && deputy(it).is_some());
        let mut next = aimed.or_else(|| tried.iter().find(|it| is_meant(it)))?.clone();
        let Deputy { subject, groups } = deputy(&next).unwrap_or_else(|| random.pick(self.deputies)).clone();
        next.actor = Who::Subject { subject, groups: Some(groups), context: Vec::new() };
        (next.tenant, next.now) = (Some(self.world.tenants[0].name.clone()), NOW);
        Some(next)
    }

    /// The actors may give no more than at the fixpoint.
    fn rights(&self) -> Option<String> {
        for (query, most) in self.most {
            let is_within =
                |(role, is_whole): &(String, bool)| most.iter().any(|(it, whole)| it == role && (*whole || !is_whole));
            if let Some(found) = self.side.assignable(query).iter().find(|it| !is_within(it)) {
                return Some(format!("may give {found:?} by {query:?}"));
            }
        }
        None
    }
}

impl SafetyReport {
    /// Returns whether nobody came to hold more, and something was added at all.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.n_breaches == 0 && self.n_sequences / 4 < self.n_added
    }

    fn absorb(&mut self, other: Self) {
        self.n_sequences += other.n_sequences;
        self.n_worlds += other.n_worlds;
        self.n_added += other.n_added;
        self.n_decisions += other.n_decisions;
        self.n_breaches += other.n_breaches;
        self.breaches.extend(other.breaches);
    }
}

impl fmt::Display for SafetyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, n_sequences, n_worlds, n_added, n_decisions, n_breaches, elapsed, .. } = self;
        writeln!(f, "seed {seed}: {n_sequences} sequences of {n_worlds} worlds in {elapsed:.0?}")?;
        writeln!(f, "{n_added} rules were added, and {n_decisions} decisions were held to what could ever be given")?;
        writeln!(f, "breaches: {n_breaches}")?;
        write!(f, "{}", self.breaches.join("\n\n"))
    }
}
