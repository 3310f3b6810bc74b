//! Permissions, looked up once.

use pyo3::prelude::*;

use crate::numbered::Numbered;
use crate::prepared::PermissionNames;

/// One action on one resource kind, looked up once a process: made by `Engine.permission`.
///
/// It follows its engine: what a new policy no longer declares is denied.
#[pyclass(frozen, module = "bailiwick")]
pub(crate) struct Permission(pub(crate) Numbered<PermissionNames>);

#[pymethods]
impl Permission {
    /// The action, such as `create`.
    #[getter]
    fn action(&self) -> &str {
        &self.0.names().action
    }

    /// The resource kind, such as `job`.
    #[getter]
    fn kind(&self) -> &str {
        &self.0.names().kind
    }

    fn __repr__(&self) -> String {
        format!("<Permission {:?} {:?}>", self.action(), self.kind())
    }
}
