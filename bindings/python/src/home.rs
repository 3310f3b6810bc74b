//! The one interpreter of the process in which the classes live.

use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyModule;

/// Refuses to be imported by a subinterpreter: objects of one interpreter must not be seen by another.
pub(crate) fn expect_one(py: Python<'_>) -> PyResult<()> {
    let here = py.import("sys")?;
    let home = HOME.get_or_init(py, || here.clone().unbind());
    if home.is(&here) { Ok(()) } else { Err(PyImportError::new_err("bailiwick does not support subinterpreters")) }
}

/// The module `sys` of the interpreter that imported us first.
static HOME: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
