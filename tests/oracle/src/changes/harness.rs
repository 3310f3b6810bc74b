//! Holds an engine that changes worlds to the reference, on random sequences of changes.

use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bailiwick::document::Document;

use crate::ask::{Ask, with_requests};
use crate::changes::answers::Item;
use crate::changes::faults::ChangeFault;
use crate::changes::quality::ChangeQuality;
use crate::changes::render::render;
use crate::changes::shrink::tell;
use crate::changes::sides::{Engine, Reference, Side};
use crate::changes::step::{Act, Bulk, Step};
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

/// Where two that should agree do not.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    /// What was compared.
    pub(crate) what: &'static str,
    pub(crate) expected: String,
    pub(crate) found: String,
    /// The first two codes that differ.
    pub(crate) pair: (&'static str, &'static str),
}

impl Difference {
    /// Returns what tells one sort of difference from another.
    pub(crate) fn pair(&self) -> (&'static str, &'static str, &'static str) {
        (self.what, self.pair.0, self.pair.1)
    }

    fn of_items(what: &'static str, expected: &[Item], found: &[Item]) -> Self {
        let code = |items: &[Item], at: usize| items.get(at).map_or("nothing", |it| it.code);
        let n = expected.len().max(found.len());
        let at = (0..n).find(|at| expected.get(*at) != found.get(*at)).unwrap_or(0);
        let pair = (code(expected, at), code(found, at));
        Self { what, expected: list(expected), found: list(found), pair }
    }
}

/// Compares the engine with the reference.
#[must_use]
pub fn run_changes(plan: &ChangePlan) -> ChangeReport {
    run_of::<Engine>(plan)
}

/// Compares the reference with itself, or with a mistaken one: the generator alone is under test.
#[must_use]
pub fn rehearse_changes(plan: &ChangePlan) -> ChangeReport {
    run_of::<Reference>(plan)
}

/// Compares the engine with the reference on `n` sequences and two threads, from a seed or from the clock.
#[must_use]
pub fn soak_changes(n_sequences: u64, seed: Option<u64>) -> ChangeReport {
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let seed = seed.unwrap_or_else(clock);
    run_changes(&ChangePlan { seed, n_sequences, n_threads: 2, fault: None })
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
        let is_fresh = sequence % 8 == 0 && self.fault.is_none();
        if is_fresh { self.compare_fresh(random, documents) } else { Ok(()) }
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

/// Compares the answers, item by item.
pub(crate) fn compare_items(expected: &[Item], found: &[Item]) -> Result<(), Difference> {
    if expected == found {
        return Ok(());
    }
    Err(Difference::of_items("the answers", expected, found))
}

fn list(items: &[Item]) -> String {
    let item = |it: &Item| match &it.about {
        Some((subject, role, scope)) => format!("{} ({subject}, {role:?}, {scope})", it.code),
        None => it.code.to_owned(),
    };
    items.iter().map(item).collect::<Vec<_>>().join(", ")
}

pub(crate) fn compare_reasons(
    what: &'static str,
    expected: &[&'static str],
    found: &[&'static str],
) -> Result<(), Difference> {
    let mut pairs = expected.iter().zip(found).enumerate();
    match pairs.find(|(_, (expected, found))| expected != found) {
        None => Ok(()),
        Some((at, (expected, found))) => Err(Difference {
            what,
            expected: format!("request {at}: {expected}"),
            found: format!("request {at}: {found}"),
            pair: (*expected, *found),
        }),
    }
}

/// A dry run answers twice the same, and a bulk answers what its items answer one by one.
pub(crate) fn compare_dry<S: Side>(side: &S, step: &Step) -> Result<(), Difference> {
    let (first, second) = (side.ask(step), side.ask(step));
    if first != second {
        return Err(Difference::of_items("two dry runs", &first, &second));
    }
    let singles = singles(step);
    let is_whole = first.iter().any(|it| it.code == "invalid_request" || it.code == "unknown_tenant");
    if singles.len() < 2 || is_whole {
        return Ok(());
    }
    let mut other = side.clone();
    let one_by_one: Vec<Item> = singles.iter().flat_map(|it| other.change(it)).collect();
    if first == one_by_one {
        return Ok(());
    }
    Err(Difference::of_items("bulk and one by one", &one_by_one, &first))
}

/// Returns the steps that say the same one by one.
fn singles(step: &Step) -> Vec<Step> {
    let of = |act: Act| Step { act, ..step.clone() };
    let alone = |it: &String| vec![it.clone()];
    match &step.act {
        Act::AddRules(bulk) => bulk.singles().into_iter().map(|it| of(Act::AddRules(it))).collect(),
        Act::RemoveRules(bulk) => bulk.singles().into_iter().map(|it| of(Act::RemoveRules(it))).collect(),
        Act::AddDenies(bulk) => bulk.singles().into_iter().map(|it| of(Act::AddDenies(it))).collect(),
        Act::RemoveDenies(bulk) => bulk.singles().into_iter().map(|it| of(Act::RemoveDenies(it))).collect(),
        Act::Disable(subjects) => subjects.iter().map(|it| of(Act::Disable(alone(it)))).collect(),
        Act::Enable(subjects) => subjects.iter().map(|it| of(Act::Enable(alone(it)))).collect(),
        _ => Vec::new(),
    }
}

impl Bulk {
    fn singles(&self) -> Vec<Self> {
        let roles: Vec<Vec<String>> = match &self.permissions {
            Some(_) => vec![Vec::new()],
            None => self.roles.iter().map(|it| vec![it.clone()]).collect(),
        };
        let mut found = Vec::new();
        for subject in &self.subjects {
            for roles in &roles {
                for scope in &self.scopes {
                    let (subjects, scopes) = (vec![subject.clone()], vec![scope.clone()]);
                    found.push(Self { subjects, roles: roles.clone(), scopes, ..self.clone() });
                }
            }
        }
        found
    }
}

/// Writes the changed world as documents, reads them, and asks both the same.
pub(crate) fn compare_with_fresh<S: Side>(
    side: &S,
    world: &World,
    documents: &[Document],
    asks: &[Ask],
) -> Result<(), Difference> {
    let mut fresh: Vec<Document> = documents.iter().filter(|it| it.tenant.is_missing()).cloned().collect();
    fresh.extend(world.tenants.iter().map(|it| render(world, it)));
    let built = S::open(&fresh, None).map_err(|refusal| Difference {
        what: "a fresh build is refused",
        expected: String::new(),
        found: refusal,
        pair: ("a build", "a refusal"),
    })?;
    with_requests(asks, |requests| {
        compare_reasons("the reasons of a fresh build", &built.reasons(requests), &side.reasons(requests))
    })
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
