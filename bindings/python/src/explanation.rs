//! Why a request is decided as it is.

use bailiwick::{Snapshot, Verdict};
use bailiwick_shapes::ExplainShape;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::time;

/// Why a request is decided as it is: every rule that applies or nearly does, and what it lacks.
///
/// `str` of it is a tree for people. An explanation tells what exists: it is for the host and its administrators, not for outsiders.
#[pyclass(frozen, module = "bailiwick")]
pub(crate) struct Explanation {
    explained: bailiwick::Explanation,
    snapshot: Snapshot,
}

impl Explanation {
    pub(crate) fn new(explained: bailiwick::Explanation, snapshot: Snapshot) -> Self {
        Self { explained, snapshot }
    }
}

#[pymethods]
impl Explanation {
    /// Whether the request is allowed.
    #[getter]
    fn is_allow(&self) -> bool {
        self.explained.decision.is_allow()
    }

    /// The reason, as a code.
    #[getter]
    fn reason(&self) -> &'static str {
        self.explained.decision.reason().code()
    }

    /// The revision that was asked.
    #[getter]
    fn revision(&self) -> u64 {
        self.snapshot.revision()
    }

    /// The first later instant at which time alone turns allow into deny or back; None if there is none.
    #[getter]
    fn valid_until<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.explained.decision.valid_until().map(|until| time::datetime(py, until)).transpose()
    }

    /// What the request names that is not there, where that decides.
    #[getter]
    fn unknown(&self) -> Option<Unknown> {
        let unknown = self.explained.unknown.as_ref()?;
        let (name, suggestion) = (unknown.name.clone(), unknown.suggestion.clone());
        Some(Unknown { what: unknown.what, name, suggestion })
    }

    /// Whether the groups of the token are known.
    #[getter]
    fn knows_groups(&self) -> bool {
        self.explained.knows_groups
    }

    /// The access rules that apply, then those that nearly do.
    #[getter]
    fn access_rules<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.explained.access_rules.iter().map(Finding::of))
    }

    /// The deny rules that apply, then those that nearly do.
    #[getter]
    fn deny_rules<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.explained.deny_rules.iter().map(Finding::of))
    }

    /// The restrictions on the asked permission.
    #[getter]
    fn restrictions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.explained.restrictions.iter().map(RestrictionFinding::of))
    }

    /// How many rules of the subject lack more than one thing.
    #[getter]
    fn n_others(&self) -> usize {
        self.explained.n_others
    }

    /// Return it as JSON: what `bailiwick explain --json` prints, and what the C interface writes.
    fn to_json(&self) -> PyResult<String> {
        let shape = ExplainShape::of(&self.explained, None, &self.snapshot);
        bailiwick_shapes::write("explain", shape).map_err(|error| PyRuntimeError::new_err(error.to_string()))
    }

    // An explanation of an allow is no permission: it must be asked for its answer by name.
    fn __bool__(&self) -> PyResult<bool> {
        Err(pyo3::exceptions::PyTypeError::new_err("an explanation is neither true nor false: ask `is_allow`"))
    }

    fn __str__(&self) -> String {
        self.explained.to_string()
    }

    fn __repr__(&self) -> String {
        format!("<Explanation {}>", self.reason())
    }
}

/// A name that is not there.
#[pyclass(frozen, module = "bailiwick", eq, get_all)]
#[derive(Clone, PartialEq)]
pub(crate) struct Unknown {
    /// What it names: `tenant`, `action`, `kind`, `scope` or `cluster`.
    what: &'static str,
    /// The name, as the request has it.
    name: String,
    /// A name that is there and may be meant.
    suggestion: Option<String>,
}

/// A rule that applies, or would if one thing were otherwise.
#[pyclass(frozen, module = "bailiwick", eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct Finding(bailiwick::Finding);

impl Finding {
    fn of(finding: &bailiwick::Finding) -> Self {
        Self(finding.clone())
    }
}

#[pymethods]
impl Finding {
    /// Its id, where the directory gives it one.
    #[getter]
    fn id(&self) -> Option<&str> {
        self.0.id.as_deref()
    }

    /// Its subject, as `kind:name`.
    #[getter]
    fn subject(&self) -> &str {
        &self.0.subject
    }

    /// Its role; None for a deny of permissions.
    #[getter]
    fn role(&self) -> Option<&str> {
        self.0.role.as_deref()
    }

    /// The path of its scope.
    #[getter]
    fn scope(&self) -> &str {
        &self.0.scope
    }

    /// The group through which it concerns who asked.
    #[getter]
    fn group(&self) -> Option<&str> {
        self.0.group.as_deref()
    }

    /// What it answers: `applies`, `error` or `does_not_apply`.
    #[getter]
    fn verdict(&self) -> &'static str {
        word(self.0.verdict)
    }

    /// The one thing that it lacks, as a code; None where it applies.
    #[getter]
    fn lack(&self) -> Option<&'static str> {
        self.0.lack.as_ref().map(|lack| lack.code)
    }

    /// The one thing that it lacks, in words; None where it applies.
    #[getter]
    fn lack_text(&self) -> Option<&str> {
        self.0.lack.as_ref().map(|lack| lack.text.as_str())
    }

    /// The tests of its condition, with the values they saw.
    #[getter]
    fn steps<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.steps.iter().map(Step::of))
    }
}

/// A restriction, or the gate of a kind, on the asked permission.
#[pyclass(frozen, module = "bailiwick", eq)]
#[derive(Clone, PartialEq)]
pub(crate) struct RestrictionFinding(bailiwick::RestrictionFinding);

impl RestrictionFinding {
    fn of(finding: &bailiwick::RestrictionFinding) -> Self {
        Self(finding.clone())
    }
}

#[pymethods]
impl RestrictionFinding {
    /// The name of the restriction, or of the kind whose gate it is.
    #[getter]
    fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether it is the gate of a kind.
    #[getter]
    fn is_gate_of_kind(&self) -> bool {
        self.0.is_gate_of_kind
    }

    /// What it answers: `applies`, which denies, `error` or `does_not_apply`.
    #[getter]
    fn verdict(&self) -> &'static str {
        word(self.0.verdict)
    }

    /// What the gate asks, where it is one.
    #[getter]
    fn gate(&self) -> Option<&str> {
        self.0.gate.as_deref()
    }

    /// The tests of its condition, with the values they saw.
    #[getter]
    fn steps<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.steps.iter().map(Step::of))
    }
}

/// One test of a condition.
#[pyclass(frozen, module = "bailiwick", eq, get_all)]
#[derive(Clone, PartialEq)]
pub(crate) struct Step {
    /// The test, in words.
    test: String,
    /// The values it saw, in words; `nothing` for a missing attribute.
    seen: String,
    /// What it answered: `true`, `false` or `error`.
    answer: &'static str,
}

impl Step {
    fn of(step: &bailiwick::Step) -> Self {
        Self { test: step.test.clone(), seen: step.seen.clone(), answer: step.answer }
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Applies => "applies",
        Verdict::Error => "error",
        Verdict::DoesNotApply => "does_not_apply",
    }
}
