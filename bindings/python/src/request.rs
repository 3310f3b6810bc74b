//! One question of many.

use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

use crate::asked::{Arguments, Kept, Taken};

/// A question by names, for `Engine.check_many`. The arguments are those of `Engine.check`, but the time.
#[pyclass(frozen, module = "bailiwick")]
pub(crate) struct Request(pub(crate) Kept);

#[pymethods]
impl Request {
    // A constructor gets its arguments in a dictionary, which what `groups` runs could find and change: they are held.
    #[new]
    #[pyo3(signature = (subject, action, kind, scope, *, tenant=None, cluster=None, groups=None, resource=None, context=None))]
    #[expect(
        clippy::too_many_arguments,
        clippy::needless_pass_by_value,
        reason = "they are keywords in Python, and held"
    )]
    fn new(
        subject: Bound<'_, PyString>,
        action: Bound<'_, PyString>,
        kind: Bound<'_, PyString>,
        scope: Bound<'_, PyString>,
        tenant: Option<Bound<'_, PyString>>,
        cluster: Option<Bound<'_, PyString>>,
        groups: Option<Bound<'_, PyAny>>,
        resource: Option<Bound<'_, PyAny>>,
        context: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let arguments = Arguments {
            subject: (&subject).into(),
            action: (&action).into(),
            kind: (&kind).into(),
            scope: (&scope).into(),
            tenant: tenant.as_ref().map(Into::into),
            cluster: cluster.as_ref().map(Into::into),
            groups: groups.as_ref(),
            resource: resource.as_ref(),
            context: context.as_ref(),
        };
        // A batch has one time for all its questions.
        let mut taken = Taken::at(arguments, 0);
        taken.take()?;
        // Asked once for nothing: what cannot be read is refused here, and not with all the others of a batch.
        taken.ask(|_| ())?;
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
