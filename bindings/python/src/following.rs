//! Handles that follow their engine: names, and what they meant when they were looked up last.

use std::sync::Arc;

use arc_swap::{ArcSwap, Guard};
use bailiwick::Snapshot;

use crate::shared::Shared;

/// What names mean in one snapshot, which it holds.
pub(crate) trait Held {
    /// The names.
    type Names;

    /// Looks names up.
    fn look_up(snapshot: Snapshot, names: &Self::Names) -> Self;

    /// Returns the revision in which they were looked up.
    fn revision(&self) -> u64;
}

/// Names of one engine, looked up again whenever another snapshot is asked.
pub(crate) struct Following<H: Held> {
    shared: Arc<Shared>,
    names: H::Names,
    held: ArcSwap<H>,
}

impl<H: Held> Following<H> {
    /// Looks names up in a snapshot of the engine.
    pub(crate) fn new(shared: &Arc<Shared>, snapshot: Snapshot, names: H::Names) -> Self {
        let held = ArcSwap::from_pointee(H::look_up(snapshot, &names));
        Self { shared: Arc::clone(shared), names, held }
    }

    /// Returns the names.
    pub(crate) fn names(&self) -> &H::Names {
        &self.names
    }

    /// Returns what the engine and its handles share.
    #[inline]
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Returns whether the handle is of an engine.
    pub(crate) fn is_of(&self, shared: &Arc<Shared>) -> bool {
        Arc::ptr_eq(&self.shared, shared)
    }

    /// Returns what the names mean now.
    #[inline]
    pub(crate) fn current(&self) -> Guard<Arc<H>> {
        let held = self.held.load();
        if held.revision() == self.shared.engine().revision() { held } else { self.again(&self.shared.snapshot()) }
    }

    /// Returns what the names mean in a snapshot of the same engine.
    #[inline]
    pub(crate) fn at(&self, snapshot: &Snapshot) -> Guard<Arc<H>> {
        let held = self.held.load();
        if held.revision() == snapshot.revision() { held } else { self.again(snapshot) }
    }

    /// Returns what the names mean in a snapshot of the same engine, to be held.
    #[inline]
    pub(crate) fn held(&self, snapshot: &Snapshot) -> Arc<H> {
        Guard::into_inner(self.at(snapshot))
    }

    #[cold]
    fn again(&self, snapshot: &Snapshot) -> Guard<Arc<H>> {
        let next = Arc::new(H::look_up(snapshot.clone(), &self.names));
        self.held.store(Arc::clone(&next));
        Guard::from_inner(next)
    }
}
