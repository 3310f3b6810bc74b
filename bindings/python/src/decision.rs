//! The answer to one question.

use bailiwick::{Snapshot, Source};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::asked::Kept;
use crate::explanation::Explanation;
use crate::rule::{Restriction, Rule};
use crate::situation::KeptHandles;
use crate::time;

/// Whether a request is allowed, and why.
///
/// A decision is true only when it allows. Nothing makes one but a question that was answered.
#[pyclass(frozen, module = "bailiwick")]
pub(crate) struct Decision {
    decision: bailiwick::Decision,
    snapshot: Snapshot,
    asked: Asked,
}

/// What was asked, for whoever wants to know why.
pub(crate) enum Asked {
    Names(Kept),
    Handles(KeptHandles),
}

impl Decision {
    pub(crate) fn new(decision: bailiwick::Decision, snapshot: Snapshot, asked: Asked) -> Self {
        Self { decision, snapshot, asked }
    }

    /// Returns what the core answered.
    pub(crate) fn answer(&self) -> bailiwick::Decision {
        self.decision
    }
}

#[pymethods]
impl Decision {
    fn __bool__(&self) -> bool {
        self.decision.is_allow()
    }

    /// Whether the request is allowed.
    #[getter]
    fn is_allow(&self) -> bool {
        self.decision.is_allow()
    }

    /// The reason, as a code: `granted`, the one that allows, or another.
    #[getter]
    fn reason(&self) -> &'static str {
        self.decision.reason().code()
    }

    /// The revision of the engine that decided.
    #[getter]
    fn revision(&self) -> u64 {
        self.decision.revision()
    }

    /// The first later instant at which time alone turns allow into deny or back; None if there is none.
    #[getter]
    fn valid_until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.decision.valid_until().map(|until| time::datetime(py, until)).transpose()
    }

    /// The access rule or deny rule that it rests on; None if it rests on none.
    #[getter]
    fn rule(&self) -> Option<Rule> {
        match self.snapshot.source(&self.decision)? {
            Source::AccessRule(rule) => Some(Rule::allow(&rule)),
            Source::DenyRule(rule) => Some(Rule::deny(&rule)),
            _ => None,
        }
    }

    /// The restriction, or the gate of a kind, that it rests on; None if it rests on none.
    #[getter]
    fn restriction(&self) -> Option<Restriction> {
        match self.snapshot.source(&self.decision)? {
            Source::Restriction(name) => Some(Restriction::new(name, false)),
            Source::KindGate(name) => Some(Restriction::new(name, true)),
            _ => None,
        }
    }

    /// Return why, as asked and on the revision that decided.
    ///
    /// An explanation tells what exists: it is for the host and its administrators, not for outsiders. Raises `RuntimeError` where
    /// the groups of a batch were changed since, so that it would explain another answer.
    fn explain(&self, py: Python<'_>) -> PyResult<Explanation> {
        let explain = |request: &bailiwick::Request<'_>| self.snapshot.explain(request);
        let explained = match &self.asked {
            Asked::Names(kept) => kept.ask(py, explain)?,
            Asked::Handles(kept) => kept.ask(&self.snapshot, explain),
        };
        if explained.decision != self.decision {
            // The list of a batch may hold lists of groups, which are its owner's to change.
            return Err(PyRuntimeError::new_err("what was asked has changed since: ask again"));
        }
        Ok(Explanation::new(explained, self.snapshot.clone()))
    }

    fn __repr__(&self) -> String {
        let word = if self.decision.is_allow() { "allow" } else { "deny" };
        format!("<Decision {word}: {}>", self.decision.reason().code())
    }
}
