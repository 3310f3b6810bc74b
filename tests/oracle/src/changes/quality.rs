//! Whether the random changes are worth anything: counted in the same run, and missed figures fail it.

use std::collections::BTreeMap;

use bailiwick::ChangeCode;

use crate::changes::answers::Item;
use crate::changes::step::{Step, Who};

/// What was changed, counted.
#[derive(Clone, Debug, Default)]
pub struct ChangeQuality {
    /// How many edits.
    pub n_edits: u64,
    /// How many of them were an actor's.
    pub n_by_actors: u64,
    /// How many items.
    pub n_items: u64,
    /// How many for each code.
    pub codes: BTreeMap<&'static str, u64>,
}

impl ChangeQuality {
    /// Counts one edit.
    pub(crate) fn count(&mut self, step: &Step, items: &[Item]) {
        self.n_edits += 1;
        self.n_by_actors += u64::from(!matches!(step.actor, Who::Host));
        self.n_items += items.len() as u64;
        for item in items {
            *self.codes.entry(item.code).or_default() += 1;
        }
    }

    /// Adds what another thread counted.
    pub(crate) fn absorb(&mut self, other: &Self) {
        self.n_edits += other.n_edits;
        self.n_by_actors += other.n_by_actors;
        self.n_items += other.n_items;
        for (code, count) in &other.codes {
            *self.codes.entry(code).or_default() += count;
        }
    }

    /// Returns a sentence for every figure that is missed.
    #[must_use]
    pub fn misses(&self) -> Vec<String> {
        let figures = self.figures().into_iter().filter(|(_, found, least)| found < least);
        figures.map(|(name, found, least)| format!("{name}: {found:.2} %, wanted {least} % at least")).collect()
    }

    /// Returns a line for every figure.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.figures().into_iter().map(|(name, found, _)| format!("{name}: {found:.2} %")).collect()
    }

    /// Every figure: its name, what was found, and what is wanted at least, in percent.
    fn figures(&self) -> Vec<(String, f64, f64)> {
        let of = |code: &str| self.codes.get(code).copied().unwrap_or(0);
        let mut figures = vec![("edits of actors".to_owned(), share(self.n_by_actors, self.n_edits), 60.0)];
        for code in ChangeCode::ALL.into_iter().map(ChangeCode::code) {
            let least = if code == "ok" { 25.0 } else { 0.1 };
            figures.push((format!("code {code}"), share(of(code), self.n_items), least));
        }
        figures
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share in percent needs no more digits")]
fn share(count: u64, all: u64) -> f64 {
    100.0 * count as f64 / all.max(1) as f64
}
