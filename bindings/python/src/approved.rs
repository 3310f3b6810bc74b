//! What is answered to a change.

use bailiwick::Missing as Of;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// What of a change is approved, to be applied: made by `Engine.approve`.
#[pyclass(frozen, module = "bailiwick")]
pub(crate) struct Approved(pub(crate) bailiwick::Approved);

#[pymethods]
impl Approved {
    /// The answers, one for each item: subjects, then roles, then scopes.
    #[getter]
    fn answers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.answers().iter().map(|answer| Answer(answer.clone())))
    }

    /// Whether every item is approved.
    #[getter]
    fn is_complete(&self) -> bool {
        self.0.is_complete()
    }

    // Half an approval is neither: whether all of it is approved must be asked for by name.
    fn __bool__(&self) -> PyResult<bool> {
        Err(PyTypeError::new_err("an approval is neither true nor false: ask `is_complete`, or its answers"))
    }

    fn __repr__(&self) -> String {
        let n_ok = self.0.answers().iter().filter(|answer| answer.is_ok()).count();
        format!("<Approved {n_ok} of {}>", self.0.answers().len())
    }
}

/// The answer to one item of a change; true only where it is approved.
#[pyclass(frozen, module = "bailiwick", eq)]
#[derive(PartialEq)]
pub(crate) struct Answer(bailiwick::Answer);

#[pymethods]
impl Answer {
    /// The code: `ok`, or why not.
    #[getter]
    fn code(&self) -> &'static str {
        self.0.code.code()
    }

    /// Whether the item is approved.
    #[getter]
    fn is_ok(&self) -> bool {
        self.0.is_ok()
    }

    /// The subject that the item is about, as written; empty where it is about none.
    #[getter]
    fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The role that the item is about, as written; None where it is about none.
    #[getter]
    fn role(&self) -> Option<&str> {
        self.0.role.as_deref()
    }

    /// The scope that the item is about, as written; None where it is about none.
    #[getter]
    fn scope(&self) -> Option<&str> {
        self.0.scope.as_deref()
    }

    /// What was missing: rights, permissions, names, or scopes left without an administrator.
    #[getter]
    fn missing<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.missing.iter().map(Missing::of))
    }

    fn __bool__(&self) -> bool {
        self.0.is_ok()
    }

    fn __repr__(&self) -> String {
        format!("<Answer {}: {:?} {:?} {:?}>", self.code(), self.0.subject, self.role(), self.scope())
    }
}

/// What was missing.
#[pyclass(frozen, module = "bailiwick", eq, hash, get_all)]
#[derive(Default, Eq, Hash, PartialEq)]
pub(crate) struct Missing {
    /// `permission`, `administrator`, or for a name that is not there what it names.
    what: &'static str,
    /// The action of a permission.
    action: Option<String>,
    /// The resource kind of a permission.
    kind: Option<String>,
    /// The scope of a permission or an administrator.
    scope: Option<String>,
    /// The cluster of a permission; None is every cluster, now and later.
    cluster: Option<String>,
    /// The role that is to be given or taken; None for any other permission.
    role: Option<String>,
    /// The name that is not there, as written.
    name: Option<String>,
    /// A name that is there and may be meant.
    suggestion: Option<String>,
}

impl Missing {
    fn of(missing: &Of) -> Self {
        match missing.clone() {
            Of::Permission { action, kind, scope, cluster, role } => {
                let (action, kind, scope) = (Some(action), Some(kind), Some(scope));
                Self { what: "permission", action, kind, scope, cluster, role, ..Self::default() }
            }
            Of::Administrator { scope } => Self { what: "administrator", scope: Some(scope), ..Self::default() },
            Of::Name { what, name, suggestion } => Self { what, name: Some(name), suggestion, ..Self::default() },
            _ => Self { what: "unknown", ..Self::default() },
        }
    }
}

#[pymethods]
impl Missing {
    fn __repr__(&self) -> String {
        let words = [&self.action, &self.kind, &self.role, &self.name, &self.scope];
        let words: Vec<&str> = words.into_iter().flatten().map(String::as_str).collect();
        format!("<Missing {}: {}>", self.what, words.join(" "))
    }
}
