//! Where, when and on what condition rules of a change hold.

use bailiwick::{Condition, RuleLimits, Snapshot};
use pyo3::prelude::*;

use crate::convert::{borrowed, owned_names};
use crate::{errors, time};

/// The limits of a rule, owned.
#[derive(Default)]
pub(crate) struct Limits {
    clusters: Option<Vec<String>>,
    from: Option<i64>,
    until: Option<i64>,
    when: Option<String>,
}

impl Limits {
    /// Takes limits from arguments.
    pub(crate) fn of(
        clusters: Option<&Bound<'_, PyAny>>,
        from: Option<&Bound<'_, PyAny>>,
        until: Option<&Bound<'_, PyAny>>,
        when: Option<String>,
    ) -> PyResult<Self> {
        Ok(Self {
            clusters: owned_names("clusters", clusters)?,
            from: from.map(|from| time::seconds("from_", from)).transpose()?,
            until: until.map(|until| time::seconds("until", until)).transpose()?,
            when,
        })
    }

    /// Reads the condition as the policy declares its attributes.
    pub(crate) fn condition(&self, py: Python<'_>, snapshot: &Snapshot) -> PyResult<Option<Condition>> {
        let read = |text: &String| snapshot.condition(text).map_err(|error| errors::load(py, &error));
        self.when.as_ref().map(read).transpose()
    }

    /// Hands the limits to whoever asks for them.
    pub(crate) fn with<R>(&self, when: Option<&Condition>, ask: impl FnOnce(RuleLimits<'_>) -> R) -> R {
        let clusters = self.clusters.as_deref().map(borrowed);
        ask(RuleLimits { clusters: clusters.as_deref(), from: self.from, until: self.until, when })
    }
}
