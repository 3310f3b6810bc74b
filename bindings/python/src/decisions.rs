//! The answers to many questions.

use bailiwick::Snapshot;
use pyo3::exceptions::{PyIndexError, PyTypeError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyRange, PyTuple};

use crate::decision::{Asked, Decision};
use crate::many;
use crate::prepared_many::Columns;

/// The decisions of a batch, in the order of its questions.
///
/// It is a sequence of decisions, and neither true nor false itself. `allowed` is a NumPy array of truth values.
#[pyclass(frozen, sequence, module = "bailiwick")]
pub(crate) struct Decisions {
    decisions: Vec<bailiwick::Decision>,
    snapshot: Snapshot,
    asked: AllAsked,
}

/// What was asked.
pub(crate) enum AllAsked {
    Names { items: Py<PyTuple>, now: i64 },
    Handles(Columns),
}

impl Decisions {
    pub(crate) fn new(decisions: Vec<bailiwick::Decision>, snapshot: Snapshot, asked: AllAsked) -> Self {
        Self { decisions, snapshot, asked }
    }

    fn bytes(&self) -> Vec<u8> {
        self.decisions.iter().map(|decision| u8::from(decision.is_allow())).collect()
    }
}

#[pymethods]
impl Decisions {
    fn __len__(&self) -> usize {
        self.decisions.len()
    }

    fn __getitem__(&self, py: Python<'_>, idx: isize) -> PyResult<Decision> {
        let from_end = self.decisions.len().checked_add_signed(idx).filter(|_| idx < 0);
        let at = from_end.or_else(|| usize::try_from(idx).ok());
        let found = at.and_then(|at| Some((at, *self.decisions.get(at)?)));
        let (at, decision) = found.ok_or_else(|| PyIndexError::new_err("there is no such decision"))?;
        let asked = match &self.asked {
            AllAsked::Names { items, now } => Asked::Names(many::keep(&items.bind(py).get_item(at)?, *now)?),
            AllAsked::Handles(columns) => Asked::Handles(columns.keep(py, at)?),
        };
        Ok(Decision::new(decision, self.snapshot.clone(), asked))
    }

    fn __iter__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let n_decisions = isize::try_from(slf.get().decisions.len()).unwrap_or(isize::MAX);
        let places = PyRange::new(slf.py(), 0, n_decisions)?;
        slf.py().import("builtins")?.getattr("map")?.call1((slf.getattr("__getitem__")?, places))
    }

    fn __bool__(&self) -> PyResult<bool> {
        Err(PyTypeError::new_err("many decisions are neither true nor false: ask `allowed`, or one of them"))
    }

    /// Which are allowed, as a NumPy array of truth values that cannot be written to. Raises `ImportError` without NumPy.
    #[getter]
    fn allowed<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let numpy = py.import("numpy")?;
        let bytes = PyBytes::new(py, &self.bytes());
        numpy.call_method1("frombuffer", (bytes, numpy.getattr("bool_")?))
    }

    /// Return which are allowed, as a list.
    fn to_list(&self) -> Vec<bool> {
        self.decisions.iter().map(bailiwick::Decision::is_allow).collect()
    }

    /// The reasons, as codes.
    #[getter]
    fn reasons(&self) -> Vec<&'static str> {
        self.decisions.iter().map(|decision| decision.reason().code()).collect()
    }

    /// The revision of the engine that decided all of them.
    #[getter]
    fn revision(&self) -> u64 {
        self.snapshot.revision()
    }

    #[pyo3(signature = (dtype=None, *, copy=None))]
    fn __array__<'py>(
        &self,
        py: Python<'py>,
        dtype: Option<&Bound<'py, PyAny>>,
        copy: Option<bool>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let allowed = self.allowed(py)?;
        match (dtype, copy) {
            (None, Some(true)) => allowed.call_method0("copy"),
            (None, _) => Ok(allowed),
            (Some(dtype), _) => allowed.call_method1("astype", (dtype,)),
        }
    }

    /// The questions of a batch may hold what holds the answers.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        match &self.asked {
            AllAsked::Names { items, .. } => visit.call(items),
            AllAsked::Handles(_) => Ok(()),
        }
    }

    fn __repr__(&self) -> String {
        let n_allowed = self.decisions.iter().filter(|decision| decision.is_allow()).count();
        format!("<Decisions: {n_allowed} of {} allowed>", self.decisions.len())
    }
}
