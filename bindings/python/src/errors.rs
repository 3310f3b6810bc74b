//! From errors of the core to exceptions, which are classes of `bailiwick._errors`.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyType};

use crate::diagnostic::Diagnostic;

/// Raises `LoadError` with its diagnostics.
pub(crate) fn load(py: Python<'_>, error: &bailiwick::LoadError) -> PyErr {
    findings(py, error.findings(), &error.to_string())
}

/// Raises `LoadError` for findings that refuse.
pub(crate) fn findings(py: Python<'_>, findings: &[bailiwick::Diagnostic], message: &str) -> PyErr {
    let made = || {
        let diagnostics = PyTuple::new(py, findings.iter().map(Diagnostic::of))?;
        class(py, &LOAD, "LoadError")?.call1((message, diagnostics))
    };
    made().map_or_else(|error| error, PyErr::from_value)
}

/// Raises `LookupError` with its reason.
pub(crate) fn lookup(py: Python<'_>, error: bailiwick::LookupError) -> PyErr {
    let made =
        class(py, &LOOKUP, "LookupError").and_then(|class| class.call1((error.to_string(), error.reason().code())));
    made.map_or_else(|error| error, PyErr::from_value)
}

/// Raises `StaleApproval`.
pub(crate) fn stale(py: Python<'_>, error: bailiwick::StaleApproval) -> PyErr {
    let made = class(py, &STALE, "StaleApproval").and_then(|class| class.call1((error.to_string(),)));
    made.map_or_else(|error| error, PyErr::from_value)
}

/// Raises `TypeError` for something of another type than expected.
#[cold]
pub(crate) fn wrong_type(what: &str, expected: &str, found: &Bound<'_, PyAny>) -> PyErr {
    let name = found.get_type().name().map_or_else(|_| "?".to_owned(), |name| name.to_string());
    PyTypeError::new_err(format!("{what}: expected {expected}, found {name}"))
}

fn class<'py>(py: Python<'py>, cell: &'py PyOnceLock<Py<PyType>>, name: &str) -> PyResult<&'py Bound<'py, PyType>> {
    cell.import(py, "bailiwick._errors", name)
}

static LOAD: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static LOOKUP: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static STALE: PyOnceLock<Py<PyType>> = PyOnceLock::new();
