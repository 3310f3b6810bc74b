//! What an engine and its handles share: the engine of the core, and what was last loaded into it.

use std::path::PathBuf;
use std::sync::Arc;

use arc_swap::ArcSwap;
use bailiwick::{Diagnostic, Loader, Matrix, Policy, Snapshot};

use crate::text::Text;

/// One engine; its handles hold it too.
pub(crate) struct Shared {
    engine: bailiwick::Engine,
    loaded: ArcSwap<Loaded>,
}

/// What is told of what was loaded; the policy itself is not kept beside its snapshot.
pub(crate) struct Loaded {
    pub(crate) findings: Vec<Diagnostic>,
    pub(crate) refused_tenants: Vec<String>,
    pub(crate) closed_tenants: Vec<String>,
    pub(crate) is_complete: bool,
    pub(crate) matrix: Matrix,
    pub(crate) sources: Sources,
    /// What it became.
    revision: u64,
}

/// What a policy is read from.
#[derive(Clone)]
pub(crate) enum Sources {
    /// Files, which can be read again.
    Files(Vec<PathBuf>),
    /// Texts.
    Texts(Vec<Text>),
}

impl Sources {
    /// Reads them.
    pub(crate) fn read(&self) -> Result<Policy, bailiwick::LoadError> {
        match self {
            Self::Files(paths) => Policy::load(paths),
            Self::Texts(texts) => texts.iter().map(Text::copied).fold(Loader::new(), Loader::text).load(),
        }
    }
}

impl Loaded {
    fn new(policy: &Policy, sources: Sources, revision: u64) -> Self {
        Self {
            findings: policy.findings().to_vec(),
            refused_tenants: policy.refused_tenants().to_vec(),
            closed_tenants: policy.closed_tenants().into_iter().map(str::to_owned).collect(),
            is_complete: policy.is_complete(),
            matrix: policy.matrix(),
            sources,
            revision,
        }
    }
}

impl Shared {
    pub(crate) fn new(policy: &Policy, sources: Sources) -> Self {
        let engine = bailiwick::Engine::new(policy);
        let loaded = Loaded::new(policy, sources, engine.revision());
        Self { engine, loaded: ArcSwap::from_pointee(loaded) }
    }

    /// Returns the engine of the core.
    pub(crate) fn engine(&self) -> &bailiwick::Engine {
        &self.engine
    }

    /// Returns the current snapshot.
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.engine.snapshot()
    }

    /// Returns what was loaded last.
    pub(crate) fn loaded(&self) -> Arc<Loaded> {
        self.loaded.load_full()
    }

    /// Makes a policy current, and returns its revision.
    ///
    /// Of two threads that do so at once, the one whose revision is later says what was loaded last. No lock is held,
    /// which a fork could leave taken.
    pub(crate) fn replace(&self, policy: &Policy, sources: Sources) -> u64 {
        let revision = self.engine.replace(policy);
        let next = Arc::new(Loaded::new(policy, sources, revision));
        self.loaded.rcu(|current| if current.revision < revision { Arc::clone(&next) } else { Arc::clone(current) });
        revision
    }
}
