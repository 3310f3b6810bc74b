//! Reading ahead: what a look-up will need is read before it is needed, so that slow reads overlap.
//!
//! Nothing is decided here: what is read is thrown away. It is worth its while only where tables are larger than the memory near the
//! processor.

use std::hint::black_box;

use crate::id::{ScopeId, SubjectId, TenantId};
use crate::snapshot::{Base, FirstSlot, NameTable, Numbered};

/// What is being read ahead, step by step for everything at once: up to `N` names, and the rules of up to `N` subjects.
pub(crate) struct Ahead<'a, const N: usize> {
    base: &'a Base,
    /// Look-ups whose first slot is read: of subjects, or else of paths.
    begun: Few<(Option<&'a Numbered>, FirstSlot), N>,
    /// Long names, by where their text begins.
    names: Few<(&'a NameTable, usize), N>,
    /// Subjects, by their first rule.
    firsts: Few<u32, N>,
}

/// Up to `N` of something; what is more is left out.
struct Few<T, const N: usize> {
    all: [Option<T>; N],
    n: usize,
}

impl<T: Copy, const N: usize> Few<T, N> {
    #[inline]
    fn new() -> Self {
        Self { all: [None; N], n: 0 }
    }

    #[inline]
    fn push(&mut self, new: T) {
        if let Some(slot) = self.all.get_mut(self.n) {
            *slot = Some(new);
            self.n = self.n.saturating_add(1);
        }
    }

    #[inline]
    fn iter(&self) -> impl Iterator<Item = T> {
        self.all.iter().take(self.n).copied().flatten()
    }
}

impl<'a, const N: usize> Ahead<'a, N> {
    /// Begins.
    #[inline]
    pub(crate) fn new(base: &'a Base) -> Self {
        Self { base, begun: Few::new(), names: Few::new(), firsts: Few::new() }
    }

    /// Begins to look a subject up.
    #[inline]
    pub(crate) fn subject(&mut self, names: &'a Numbered, name: &str) {
        self.begun.push((Some(names), names.table.first_slot(name)));
    }

    /// Begins to look a path up.
    #[inline]
    pub(crate) fn path(&mut self, path: &str) {
        self.begun.push((None, self.base.paths.first_slot(path)));
    }

    /// Reads the row of a scope.
    #[inline]
    pub(crate) fn scope(&self, id: ScopeId) {
        black_box(self.base.scopes.get(id.index()).map(|row| row.tenant == TenantId::new(0)));
    }

    /// Reads where the rules of a subject begin.
    #[inline]
    pub(crate) fn rules(&mut self, id: SubjectId) {
        if let Some(row) = self.base.subjects.get(id.index()) {
            self.firsts.push(row.first_allow);
        }
    }

    /// Reads the rows of what is looked up, as far as the first slots tell; then the texts of long names, and the rules.
    #[inline]
    pub(crate) fn end(mut self) {
        for at in 0..self.begun.n {
            if let Some((names, slot)) = self.begun.all.get(at).copied().flatten() {
                self.row(names, slot);
            }
        }
        for (table, start) in self.names.iter() {
            table.read_text_ahead(start);
        }
        for first in self.firsts.iter() {
            black_box(self.base.allows.get(first as usize).map(|row| row.scope));
        }
    }

    #[inline]
    fn row(&mut self, names: Option<&'a Numbered>, slot: FirstSlot) {
        let table = names.map_or(&self.base.paths, |names| &names.table);
        let Some(position) = table.likely(slot) else { return };
        match names {
            Some(names) => self.rules(names.id(position)),
            None => self.scope(ScopeId::new(position)),
        }
        if let Some(start) = table.read_ahead(position) {
            self.names.push((table, start));
        }
    }
}

/// Returns whether reading ahead is worth its while: less than that lies near the processor anyway.
#[inline]
pub(crate) fn is_worthwhile(base: &Base) -> bool {
    LARGE <= base.allows.len()
}

/// From how many access rules on it is.
const LARGE: usize = 1 << 16;
