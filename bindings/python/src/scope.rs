//! Scopes, looked up once.

use pyo3::prelude::*;

use crate::numbered::Numbered;
use crate::prepared::ScopeName;

/// A scope, looked up by its path: made by `Engine.scope`.
///
/// It follows its engine, by the path: where no such scope is left, everything is denied.
#[pyclass(frozen, module = "bailiwick")]
pub(crate) struct Scope(pub(crate) Numbered<ScopeName>);

#[pymethods]
impl Scope {
    /// The path, from the tenant down.
    #[getter]
    fn path(&self) -> &str {
        &self.0.names().0
    }

    fn __repr__(&self) -> String {
        format!("<Scope {:?}>", self.path())
    }
}
