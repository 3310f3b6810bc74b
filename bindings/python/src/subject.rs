//! Subjects, looked up with the groups of their tokens.

use pyo3::prelude::*;

use crate::cluster::Cluster;
use crate::decision::{Asked, Decision};
use crate::following::Following;
use crate::permission::Permission;
use crate::prepared::HeldSubject;
use crate::scope::Scope;
use crate::situation::{Aside, KeptHandles, TakenAside, decide};

/// A subject with the groups of its token, looked up once a token: made by `Engine.subject`.
///
/// It follows its engine: after a reload or a change it is looked up again, and a subject that is gone is denied.
#[pyclass(frozen, module = "bailiwick")]
pub(crate) struct Subject(pub(crate) Following<HeldSubject>);

#[pymethods]
impl Subject {
    /// Decide exactly as `Engine.check` does for the names behind the handles.
    #[pyo3(signature = (permission, scope, *, cluster=None, resource=None, context=None, now=None))]
    fn check(
        slf: &Bound<'_, Self>,
        permission: &Bound<'_, Permission>,
        scope: &Bound<'_, Scope>,
        cluster: Option<&Bound<'_, Cluster>>,
        resource: Option<&Bound<'_, PyAny>>,
        context: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Decision> {
        let aside = TakenAside::of(Aside { cluster, resource, context, now })?;
        let (decision, held) = decide((slf.get(), permission.get(), scope.get()), &aside)?;
        let asked = KeptHandles {
            subject: slf.clone().unbind(),
            permission: permission.clone().unbind(),
            scope: scope.clone().unbind(),
            aside,
        };
        Ok(Decision::new(decision, held.borrow_owner().clone(), Asked::Handles(asked)))
    }

    /// Return whether `check` would allow, without saying why.
    #[pyo3(signature = (permission, scope, *, cluster=None, resource=None, context=None, now=None))]
    fn may(
        &self,
        permission: &Bound<'_, Permission>,
        scope: &Bound<'_, Scope>,
        cluster: Option<&Bound<'_, Cluster>>,
        resource: Option<&Bound<'_, PyAny>>,
        context: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<bool> {
        let aside = TakenAside::of(Aside { cluster, resource, context, now })?;
        let (decision, _) = decide((self, permission.get(), scope.get()), &aside)?;
        Ok(decision.is_allow())
    }

    /// Who: `user:`, `group:` or `app:` and a name.
    #[getter]
    fn name(&self) -> &str {
        &self.0.names().subject
    }

    /// The home tenant; None where it is the only one loaded.
    #[getter]
    fn tenant(&self) -> Option<&str> {
        self.0.names().tenant.as_deref()
    }

    /// The groups of the token; None where they are not known.
    #[getter]
    fn groups<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, pyo3::types::PyTuple>>> {
        let groups = self.0.names().groups.as_ref();
        groups.map(|groups| pyo3::types::PyTuple::new(py, groups)).transpose()
    }

    fn __repr__(&self) -> String {
        format!("<Subject {:?}>", self.name())
    }
}
