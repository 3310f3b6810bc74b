//! Reading ahead: what a look-up will need is read before it is needed, so that slow reads overlap.
//!
//! Nothing is decided here: what is read is thrown away. It is worth its while only where tables are larger than the memory near the
//! processor.

use std::hint::black_box;

use crate::id::{ScopeId, SubjectId, TenantId};
use crate::snapshot::{Base, NameTable, Numbered, Probe};

/// What is being read ahead, step by step for everything at once: up to `N` names, and the rules of up to `N` subjects.
pub(crate) struct Ahead<'a, const N: usize> {
    base: &'a Base,
    names: [Option<(&'a NameTable, usize)>; N],
    n_names: usize,
    firsts: [u32; N],
    n_firsts: usize,
}

impl<'a, const N: usize> Ahead<'a, N> {
    /// Begins.
    #[inline]
    pub(crate) fn new(base: &'a Base) -> Self {
        Self { base, names: [None; N], n_names: 0, firsts: [0; N], n_firsts: 0 }
    }

    /// Reads the row of a subject and where its name lies, as far as the first slot tells.
    #[inline]
    pub(crate) fn subject(&mut self, names: &'a Numbered, probe: Probe) {
        if let Some(position) = names.table.likely(probe) {
            self.rules(names.id(position));
            self.name(&names.table, position);
        }
    }

    /// Reads the row of a scope and where its path lies, as far as the first slot tells.
    #[inline]
    pub(crate) fn path(&mut self, probe: Probe) {
        if let Some(position) = self.base.paths.likely(probe) {
            self.scope(ScopeId::new(position));
            self.name(&self.base.paths, position);
        }
    }

    /// Reads the row of a scope.
    #[inline]
    pub(crate) fn scope(&self, id: ScopeId) {
        black_box(self.base.scopes.get(id.index()).map(|row| row.tenant == TenantId::new(0)));
    }

    /// Reads where the rules of a subject begin.
    #[inline]
    pub(crate) fn rules(&mut self, id: SubjectId) {
        if let Some((first, row)) = self.firsts.get_mut(self.n_firsts).zip(self.base.subjects.get(id.index())) {
            *first = row.first_allow;
            self.n_firsts = self.n_firsts.saturating_add(1);
        }
    }

    #[inline]
    fn name(&mut self, table: &'a NameTable, position: usize) {
        if let Some(name) = self.names.get_mut(self.n_names) {
            *name = Some((table, table.read_ahead(position)));
            self.n_names = self.n_names.saturating_add(1);
        }
    }

    /// Reads the names and the rules of all.
    #[inline]
    pub(crate) fn end(self) {
        for (table, start) in self.names.into_iter().take(self.n_names).flatten() {
            table.read_text_ahead(start);
        }
        for first in self.firsts.into_iter().take(self.n_firsts) {
            black_box(self.base.allows.get(first as usize).map(|row| row.scope));
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
