//! The floor: as little as can decide at all.
//!
//! Names are interned, a rule is one `u32`, the rules of a subject lie beside each other. No conditions, no denies, no
//! reasons, no updates: it is a yardstick, and what an engine costs beyond it is what its features cost.

use bailiwick_worlds::{ACTIONS, KINDS, Permission, ROLES, TextAsk, World, cell};
use foldhash::fast::RandomState;
use hashbrown::HashMap;

use crate::engine::Engine;
use crate::facts::Facts;

/// Asked by what was looked up before.
pub(crate) struct Handles(Floor);

/// Asked in names.
pub(crate) struct Strings(Floor);

/// A question by handles.
pub(crate) struct Ask {
    /// The user, then the groups; unused places hold a subject without rules.
    subjects: [u32; SUBJECTS_MAX],
    n_subjects: u32,
    permission: u32,
    scope: u32,
}

struct Floor {
    users: Names,
    groups: Names,
    scopes: Names,
    kinds: Names,
    actions: Names,
    /// Where the rows of each subject start, and an end.
    starts: Vec<u32>,
    /// The role in the upper eight bits, the scope below.
    rows: Vec<u32>,
    /// A scope and those above it; short chains repeat the last.
    chains: Vec<[u32; 4]>,
    /// Which roles have a permission, as bits.
    masks: Vec<u8>,
}

type Names = HashMap<Box<str>, u32, RandomState>;

const SUBJECTS_MAX: usize = 4;
const SCOPE_BITS: u32 = 24;
const SCOPE_MASK: u32 = (1 << SCOPE_BITS) - 1;

impl Floor {
    fn load(facts: &Facts) -> Self {
        let (mut users, mut groups) = (Names::default(), Names::default());
        let mut subjects: Vec<(bool, u32)> = Vec::with_capacity(facts.rules.len());
        for rule in &facts.rules {
            let subject = match rule.subject.strip_prefix("group:") {
                Some(group) => (true, intern(&mut groups, group)),
                None => (false, intern(&mut users, &rule.subject)),
            };
            subjects.push(subject);
        }
        // Groups come after the users, and last a subject without rules.
        let n_users = users.len() as u32;
        groups.values_mut().for_each(|id| *id += n_users);
        users.shrink_to_fit();
        let ids = || subjects.iter().map(|(is_group, id)| if *is_group { *id + n_users } else { *id });
        let mut starts = vec![0_u32; users.len() + groups.len() + 2];
        ids().for_each(|id| starts[id as usize + 1] += 1);
        (1..starts.len()).for_each(|at| starts[at] += starts[at - 1]);
        let mut next = starts.clone();
        let mut rows = vec![0_u32; facts.rules.len()];
        for (id, rule) in ids().zip(&facts.rules) {
            let role = ROLES.iter().position(|role| *role == rule.role).unwrap_or(0) as u32;
            let at = &mut next[id as usize];
            rows[*at as usize] = role << SCOPE_BITS | rule.scope as u32;
            *at += 1;
        }
        let paths = facts.scopes.iter().zip(0..).map(|(scope, id)| (scope.path.as_str().into(), id));
        let chains = (0..facts.scopes.len()).map(|scope| {
            let mut chain = [0; 4];
            facts.chain(scope).zip(&mut chain).for_each(|(at, place)| *place = at as u32);
            chain
        });
        Self {
            users,
            groups,
            scopes: paths.collect(),
            kinds: KINDS.iter().zip(0..).map(|(kind, id)| ((*kind).into(), id)).collect(),
            actions: ACTIONS.iter().zip(0..).map(|(action, id)| ((*action).into(), id)).collect(),
            starts,
            rows,
            chains: chains.collect(),
            masks: masks(),
        }
    }

    /// Looks a question up; nothing where a name that must be there is not.
    #[inline]
    fn look_up(&self, ask: &TextAsk) -> Option<Ask> {
        let nobody = self.starts.len() as u32 - 2;
        let scope = *self.scopes.get(ask.scope)?;
        let kind = *self.kinds.get(ask.kind)?;
        let action = *self.actions.get(ask.action)?;
        let mut subjects = [nobody; SUBJECTS_MAX];
        let mut n_subjects = 0;
        let groups = ask.groups.iter().filter_map(|group| self.groups.get(*group));
        for (id, place) in self.users.get(ask.user).into_iter().chain(groups).zip(&mut subjects) {
            *place = *id;
            n_subjects += 1;
        }
        Some(Ask { subjects, n_subjects, permission: kind * ACTIONS.len() as u32 + action, scope })
    }

    #[inline]
    fn decide(&self, ask: &Ask) -> bool {
        let mask = self.masks[ask.permission as usize];
        let chain = &self.chains[ask.scope as usize];
        ask.subjects[..ask.n_subjects as usize].iter().any(|subject| {
            let (start, end) = self.bounds(*subject);
            self.rows[start..end].iter().any(|row| {
                let scope = row & SCOPE_MASK;
                let is_in = chain[0] == scope || chain[1] == scope || chain[2] == scope || chain[3] == scope;
                is_in & (mask >> (row >> SCOPE_BITS) & 1 == 1)
            })
        })
    }

    #[inline]
    fn bounds(&self, subject: u32) -> (usize, usize) {
        (self.starts[subject as usize] as usize, self.starts[subject as usize + 1] as usize)
    }

    /// Decides many: what the next ones need is on its way while one is decided.
    fn decide_batch(&self, asks: &[Ask], answers: &mut [bool]) {
        for (asks, answers) in asks.chunks(GROUP).zip(answers.chunks_mut(GROUP)) {
            for ask in asks {
                prefetch(&self.chains, ask.scope as usize);
                ask.subjects[..ask.n_subjects as usize].iter().for_each(|it| prefetch(&self.starts, *it as usize));
            }
            for ask in asks {
                for subject in &ask.subjects[..ask.n_subjects as usize] {
                    let (start, end) = self.bounds(*subject);
                    (start..end).step_by(ROWS_OF_LINE).for_each(|row| prefetch(&self.rows, row));
                }
            }
            asks.iter().zip(answers).for_each(|(ask, answer)| *answer = self.decide(ask));
        }
    }
}

/// How many questions are on their way at once.
const GROUP: usize = 32;
/// Rows in a cache line.
const ROWS_OF_LINE: usize = 16;

/// Asks for the cache line of an item.
#[inline]
fn prefetch<T>(items: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(item) = items.get(at) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: the address is that of a live item, and a prefetch reads and writes nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(item).cast()) };
    }
}

fn intern(names: &mut Names, name: &str) -> u32 {
    let next = names.len() as u32;
    match names.get(name) {
        Some(id) => *id,
        None => {
            names.insert(name.into(), next);
            next
        }
    }
}

/// Returns which roles have each permission.
fn masks() -> Vec<u8> {
    let permissions =
        (0..KINDS.len() as u8).flat_map(|kind| (0..ACTIONS.len() as u8).map(move |action| Permission { kind, action }));
    let mask = |permission| (0..ROLES.len() as u8).map(|role| u8::from(cell(role, permission)) << role).sum();
    permissions.map(mask).collect()
}

impl Engine for Handles {
    type Source = Facts;
    type Ask = Ask;
    type Worker = ();

    const HAS_BATCH: bool = true;

    fn source(world: &World) -> Facts {
        Facts::of(world)
    }

    fn load(source: &Facts) -> Self {
        Self(Floor::load(source))
    }

    fn ask(&'static self, ask: &TextAsk) -> Ask {
        self.0.look_up(ask).expect("the world has these names")
    }

    fn worker(&self) {}

    fn decide(&self, (): &mut (), ask: &Ask) -> bool {
        self.0.decide(ask)
    }

    fn decide_batch(&self, (): &mut (), asks: &[Ask], answers: &mut [bool]) {
        self.0.decide_batch(asks, answers);
    }
}

impl Engine for Strings {
    type Source = Facts;
    type Ask = TextAsk;
    type Worker = ();

    fn source(world: &World) -> Facts {
        Facts::of(world)
    }

    fn load(source: &Facts) -> Self {
        Self(Floor::load(source))
    }

    fn ask(&'static self, ask: &TextAsk) -> TextAsk {
        *ask
    }

    fn worker(&self) {}

    fn decide(&self, (): &mut (), ask: &TextAsk) -> bool {
        self.0.look_up(ask).is_some_and(|ask| self.0.decide(&ask))
    }
}
