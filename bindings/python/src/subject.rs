//! Subjects, looked up with the groups of their tokens.

use pyo3::prelude::*;

use crate::cluster::Cluster;
use crate::decision::{Asked, Decision};
use crate::following::Following;
use crate::permission::Permission;
use crate::prepared::HeldSubject;
use crate::scope::Scope;
use crate::situation::{Aside, Handles, KeptHandles};
use crate::time;

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
        let mut aside = Aside::at(time::now(now)?);
        aside.take(resource, context)?;
        let cluster = cluster.map(|cluster| cluster.clone().unbind());
        let (subject, permission, scope) = (slf.clone().unbind(), permission.clone().unbind(), scope.clone().unbind());
        let kept = KeptHandles { subject, permission, scope, cluster, aside };
        let (decision, snapshot) =
            kept.handles().decide(&kept.aside, |decision, held| (decision, held.borrow_owner().clone()))?;
        Ok(Decision::new(decision, snapshot, Asked::Handles(kept)))
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
        let mut aside = Aside::at(time::now(now)?);
        aside.take(resource, context)?;
        let cluster = cluster.map(Bound::get);
        let handles = Handles { subject: self, permission: permission.get(), scope: scope.get(), cluster };
        handles.decide(&aside, |decision, _| decision.is_allow())
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
