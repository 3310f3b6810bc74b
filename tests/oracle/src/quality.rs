//! Whether the random worlds are worth anything: counted in the same run, and missed figures fail it.

use std::collections::BTreeMap;

use bailiwick::{Reason, Request};

use crate::ask::Ask;
use crate::plain::{Tenant, World};
use crate::reference::Answer;

/// What was asked, counted.
#[derive(Clone, Debug, Default)]
pub struct Quality {
    /// How many requests.
    pub n: u64,
    /// How many for each reason.
    pub reasons: BTreeMap<&'static str, u64>,
    /// How many just before, at and just after a bound that matters: the answer differs before and at it.
    pub around_bounds: [u64; 3],
    /// How many whose subject and scope have twins in another tenant.
    pub twins: u64,
}

impl Quality {
    /// Counts one request.
    pub(crate) fn count(&mut self, world: &World, ask: &Ask, request: &Request<'_>, answer: &Answer) {
        self.n += 1;
        *self.reasons.entry(answer.reason).or_default() += 1;
        if has_twin(world, ask) {
            self.twins += 1;
        }
        let Some(bound) = ask.bound else { return };
        let distance = i128::from(ask.now) - i128::from(bound);
        let Ok(place) = usize::try_from(distance + 1) else { return };
        let reason = |now: i64| world.reason(&Request { now, ..*request });
        if place < 3 && reason(bound - 1) != reason(bound) {
            self.around_bounds[place] += 1;
        }
    }

    /// Adds what another thread counted.
    pub(crate) fn absorb(&mut self, other: &Self) {
        self.n += other.n;
        self.twins += other.twins;
        for (reason, count) in &other.reasons {
            *self.reasons.entry(reason).or_default() += count;
        }
        for (mine, theirs) in self.around_bounds.iter_mut().zip(other.around_bounds) {
            *mine += theirs;
        }
    }

    /// Returns a sentence for every figure that is missed.
    #[must_use]
    pub fn misses(&self) -> Vec<String> {
        let mut misses = Vec::new();
        for (name, count, least, most) in self.figures() {
            let share = self.share(count);
            if share < least || most < share {
                misses.push(format!("{name}: {share:.2} %, wanted {least} to {most} %"));
            }
        }
        misses
    }

    /// Returns a line for every figure.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let line = |(name, count, _, _): (String, u64, f64, f64)| format!("{name}: {:.2} %", self.share(count));
        self.figures().into_iter().map(line).collect()
    }

    /// Every figure: its name, how many, and the least and the most in percent.
    fn figures(&self) -> Vec<(String, u64, f64, f64)> {
        let of = |code: &str| self.reasons.get(code).copied().unwrap_or(0);
        let unknown: u64 = Reason::ALL.iter().map(|it| it.code()).filter(|it| it.starts_with("unknown")).map(of).sum();
        let [before, at, after] = self.around_bounds;
        let mut figures = vec![
            ("allows".to_owned(), of("granted"), 30.0, 60.0),
            ("explicit denies".to_owned(), of("denied_by_rule"), 10.0, 100.0),
            ("just before a bound".to_owned(), before, 1.0, 100.0),
            ("at a bound".to_owned(), at, 1.0, 100.0),
            ("just after a bound".to_owned(), after, 1.0, 100.0),
            ("unknown names".to_owned(), unknown, 5.0, 10.0),
            ("twins across tenants".to_owned(), self.twins, 10.0, 100.0),
        ];
        figures.extend(Reason::ALL.iter().map(|it| (format!("reason {}", it.code()), of(it.code()), 0.1, 100.0)));
        figures
    }

    #[expect(clippy::cast_precision_loss, reason = "a share in percent needs no more digits")]
    fn share(&self, count: u64) -> f64 {
        100.0 * count as f64 / self.n.max(1) as f64
    }
}

/// Returns whether another tenant has the same scope below it, and knows a subject of the same name.
fn has_twin(world: &World, ask: &Ask) -> bool {
    let Some(at) = ask.scope.find('/') else { return false };
    let home = ask.tenant.as_deref().unwrap_or_default();
    let knows = |it: &Tenant| {
        let rules = it.all_access_rules().chain(&it.deny_rules);
        it.listed.iter().any(|it| it.name == ask.subject) || rules.map(|it| &it.subject).any(|it| *it == ask.subject)
    };
    let others = world.tenants.iter().filter(|it| it.name != home);
    others.filter(|it| knows(it)).any(|it| it.scope(&format!("{}{}", it.name, &ask.scope[at..])).is_some())
}
