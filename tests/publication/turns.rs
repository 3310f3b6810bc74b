//! A small world whose answers turn with nearly every change, so that a decision under another revision's name shows.

use std::sync::Barrier;
use std::thread;

use bailiwick::{Actor, Change, Decision, Edit, Engine, Policy, Request, Rules, Text};
use bailiwick_oracle::{Act, Bulk, Publisher, Step, Who, World};

use super::{Curtain, Stage};
use crate::changes::document;
use crate::support::{NOW, ask};

const N_CHANGES: u64 = 24_000;

/// Ana has a rule of her own, Ben one of his group.
const TEXT: &str = "
kinds: { job: { lives_in: [project] } }
roles: { reader: { permissions: { job: R } } }
tenant: acme
scopes: [{ path: acme/vision }, { path: acme/vision/detector }]
users: [{ name: ana }, { name: ben }]
groups: [{ name: ml, members: [user:ben] }]
access_rules:
  - { subject: user:ana, role: reader, scope: acme }
  - { subject: group:ml, role: reader, scope: acme/vision }
";

#[test]
fn no_decision_goes_by_the_name_of_another_revision() {
    let policy = Policy::parse([Text::yaml("acme.yaml", TEXT)]).unwrap();
    let engine = Engine::new(&policy);
    let circle = Circle::new();
    let stage = Stage::default();
    let n_asked = thread::scope(|scope| {
        let curtain = Curtain(&stage.is_over);
        let (engine, circle, stage) = (&engine, &circle, &stage);
        let readers = [0, 1].map(|reader| scope.spawn(move || circle.read(reader, stage, engine)));
        let publisher = Publisher::new(engine, &policy);
        for (n, step) in (1..=N_CHANGES).zip(circle.steps.iter().cycle()) {
            assert_eq!(publisher.publish(step).unwrap(), n + 1);
            if n % 64 == 0 {
                stage.wait(|reader| readers[reader].is_finished());
            }
        }
        drop(curtain);
        readers.map(|reader| reader.join().unwrap()).iter().sum::<u64>()
    });
    println!("{n_asked} decisions during {N_CHANGES} changes");
    assert!(N_CHANGES < n_asked, "{n_asked}");
}

/// Changes that end where they began, and the answers after each.
struct Circle {
    steps: Vec<Step>,
    /// The codes of the reasons: of each revision of the circle, for each request.
    answers: Vec<Vec<&'static str>>,
    requests: Vec<Request<'static>>,
}

impl Circle {
    fn new() -> Self {
        let detector = "acme/vision/detector";
        let requests = vec![ask("user:ana", "read", "job", detector), ask("user:ben", "read", "job", detector)];
        let steps: Vec<Step> = acts().into_iter().map(by_host).collect();
        let mut world = World::new(&[document(TEXT)]);
        let mut answers = vec![codes(&world, &requests)];
        for step in &steps {
            world.change(step, None);
            answers.push(codes(&world, &requests));
        }
        assert_eq!(answers.pop(), answers.first().cloned(), "the circle closes");
        let n_turns = answers.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert_eq!(n_turns + 1, answers.len(), "every change turns an answer: {answers:?}");
        Self { steps, answers, requests }
    }

    /// Asks one by one, and in batches; returns how many decisions were right. None may be wrong.
    fn read(&self, reader: usize, stage: &Stage, engine: &Engine) -> u64 {
        let (mut last, mut n_right) = (1, 0);
        let many: Vec<Request<'_>> = self.requests.iter().cycle().take(128).copied().collect();
        let mut decisions = vec![Decision::default(); many.len()];
        let mut note = |decisions: &[Decision]| {
            for (decision, ask) in decisions.iter().zip((0..self.requests.len()).cycle()) {
                let revision = decision.revision();
                assert!(last <= revision, "revision {revision} after {last}");
                last = revision;
                let at = usize::try_from(revision - 1).unwrap() % self.answers.len();
                assert_eq!(decision.reason().code(), self.answers[at][ask], "request {ask} at revision {revision}");
                n_right += 1;
            }
        };
        stage.read(reader, || {
            // Nothing else is done between two of them, so that a change falls into one as often as can be.
            many.iter().zip(&mut decisions).for_each(|(request, decision)| *decision = engine.check(request));
            note(&decisions);
            let snapshot = engine.snapshot();
            snapshot.check_batch(&many, &mut decisions);
            assert!(decisions.iter().all(|it| it.revision() == snapshot.revision()));
            note(&decisions);
        });
        n_right
    }
}

fn codes(world: &World, requests: &[Request<'_>]) -> Vec<&'static str> {
    requests.iter().map(|request| world.decide(request, None).reason).collect()
}

/// Every second change brings back what the one before took.
fn acts() -> Vec<Act> {
    let name = |text: &str| text.to_owned();
    let ana = || Bulk {
        subjects: vec![name("user:ana")],
        roles: vec![name("reader")],
        scopes: vec![name("acme")],
        ..Bulk::default()
    };
    let member = || (name("ml"), name("user:ben"));
    let detector = || name("acme/vision/detector");
    vec![
        Act::RemoveRules(ana()),
        Act::AddRules(ana()),
        Act::Disable(vec![name("user:ben")]),
        Act::Enable(vec![name("user:ben")]),
        Act::RemoveMember { group: member().0, member: member().1 },
        Act::AddMember { group: member().0, member: member().1 },
        Act::AddDenies(ana()),
        Act::RemoveDenies(ana()),
        Act::DeleteScope(detector()),
        Act::CreateScope { path: detector(), id: None, kind: None },
        Act::DisableRole(name("reader")),
        Act::EnableRole(name("reader")),
        Act::RenameScope { scope: name("acme/vision"), name: name("sound") },
        Act::RenameScope { scope: name("acme/sound"), name: name("vision") },
    ]
}

fn by_host(act: Act) -> Step {
    Step { actor: Who::Host, tenant: None, is_forced: true, now: NOW, act }
}

/// Two have their changes approved on one snapshot. One is published; the other's approval is stale, and it asks again.
#[test]
fn no_change_is_lost_where_two_publish() {
    const N_EACH: usize = 200;
    let engine = Engine::new(&Policy::parse([Text::yaml("acme.yaml", TEXT)]).unwrap());
    let barrier = Barrier::new(2);
    let names = |thread: usize| (0..N_EACH).map(move |n| format!("user:{thread}-{n}"));
    let n_stale: usize = thread::scope(|scope| {
        let publish = |thread: usize| {
            let (engine, barrier) = (&engine, &barrier);
            scope.spawn(move || names(thread).filter(|name| is_stale_first(engine, barrier, name)).count())
        };
        [publish(0), publish(1)].map(|thread| thread.join().unwrap()).iter().sum()
    });
    assert_eq!(n_stale, N_EACH);
    assert_eq!(engine.snapshot().revision(), 1 + 2 * u64::try_from(N_EACH).unwrap());
    for subject in names(0).chain(names(1)) {
        assert!(engine.check(&ask(&subject, "read", "job", "acme/vision/detector")).is_allow(), "{subject}");
    }
}

/// Gives somebody the role of a reader while another thread does so too; returns whether the other came first.
fn is_stale_first(engine: &Engine, barrier: &Barrier, subject: &str) -> bool {
    let rules = Rules { subjects: &[subject], roles: &["reader"], scopes: &["acme"], ..Rules::default() };
    let approve = || engine.snapshot().approve(&Actor::Host, &Change::at(NOW, Edit::AddRules(rules)));
    let approved = approve();
    barrier.wait();
    let is_stale = engine.apply(&approved).is_err();
    if is_stale {
        engine.apply(&approve()).unwrap();
    }
    barrier.wait();
    is_stale
}
