//! One question of many.

use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

use crate::asked::{Arguments, Kept, Taken};
use crate::word::Word;

/// A question by names, for `Engine.check_many`. The arguments are those of `Engine.check`, but the time.
#[pyclass(frozen, module = "bailiwick")]
pub(crate) struct Request(pub(crate) Kept);

#[pymethods]
impl Request {
    #[new]
    #[pyo3(signature = (subject, action, kind, scope, *, tenant=None, cluster=None, groups=None, resource=None, context=None))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn new(
        subject: Word<'_, '_>,
        action: Word<'_, '_>,
        kind: Word<'_, '_>,
        scope: Word<'_, '_>,
        tenant: Option<Word<'_, '_>>,
        cluster: Option<Word<'_, '_>>,
        groups: Option<&Bound<'_, PyAny>>,
        resource: Option<&Bound<'_, PyAny>>,
        context: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let arguments = Arguments { subject, action, kind, scope, tenant, cluster, groups, resource, context };
        // A batch has one time for all its questions.
        let mut taken = Taken::at(arguments, 0);
        taken.take()?;
        taken.keep().map(Self)
    }

    /// Who asks: `user:`, `group:` or `app:` and a name.
    #[getter]
    fn subject(&self, py: Python<'_>) -> Py<PyString> {
        self.0.subject.clone_ref(py)
    }

    /// The action, such as `create`.
    #[getter]
    fn action(&self, py: Python<'_>) -> Py<PyString> {
        self.0.action.clone_ref(py)
    }

    /// The resource kind, such as `job`.
    #[getter]
    fn kind(&self, py: Python<'_>) -> Py<PyString> {
        self.0.kind.clone_ref(py)
    }

    /// The scope, as a path from the tenant down.
    #[getter]
    fn scope(&self, py: Python<'_>) -> Py<PyString> {
        self.0.scope.clone_ref(py)
    }

    /// The subject's home tenant; None where it is the only one loaded.
    #[getter]
    fn tenant(&self, py: Python<'_>) -> Option<Py<PyString>> {
        self.0.tenant.as_ref().map(|tenant| tenant.clone_ref(py))
    }

    /// The cluster concerned, if any.
    #[getter]
    fn cluster(&self, py: Python<'_>) -> Option<Py<PyString>> {
        self.0.cluster.as_ref().map(|cluster| cluster.clone_ref(py))
    }

    /// The groups of the token; None where they are not known.
    #[getter]
    fn groups<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyTuple>>> {
        self.0.groups.as_ref().map(|groups| groups.tuple(py)).transpose()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let [subject, action, kind, scope] = [&self.0.subject, &self.0.action, &self.0.kind, &self.0.scope];
        let repr = |text: &Py<PyString>| text.bind(py).repr().map(|repr| repr.to_string());
        Ok(format!("Request({}, {}, {}, {})", repr(subject)?, repr(action)?, repr(kind)?, repr(scope)?))
    }
}
