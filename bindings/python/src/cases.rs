//! Policies tested as data: questions with the answers that are expected of them.

use std::path::PathBuf;
use std::sync::Arc;

use bailiwick::{LoadError, Policy, Request, Value};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use crate::engine::Engine;
use crate::errors;
use crate::shared::{Shared, Sources};
use crate::text::Text;
use crate::time;

/// The cases of a file, and an engine with the policy that they are asked of.
#[pyclass(frozen, module = "bailiwick")]
pub(crate) struct Cases(Arc<World>);

/// One case: the arguments of a question, and the answer that is expected.
#[pyclass(frozen, module = "bailiwick")]
pub(crate) struct Case {
    world: Arc<World>,
    case: bailiwick::cases::Case,
}

struct World {
    cases: bailiwick::cases::Cases,
    /// Says of which type attributes are.
    policy: Policy,
    shared: Arc<Shared>,
}

#[pymethods]
impl Cases {
    /// Read a file of cases, and load what it names, with `more` files beside it.
    #[staticmethod]
    #[pyo3(signature = (path, *more))]
    fn load(py: Python<'_>, path: PathBuf, more: Vec<PathBuf>) -> PyResult<Self> {
        Self::read(py, || bailiwick::cases::Cases::load(path), &more)
    }

    /// Read a text of cases, as `load` reads a file; paths in it are relative to the directory of its name.
    #[staticmethod]
    #[pyo3(signature = (text, *more))]
    fn parse(py: Python<'_>, text: &Bound<'_, Text>, more: Vec<PathBuf>) -> PyResult<Self> {
        let text = text.get();
        Self::read(py, || bailiwick::cases::Cases::parse(text.copied()), &more)
    }

    /// The cases, in the order written.
    #[getter]
    fn cases<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let case = |case: &bailiwick::cases::Case| Case { world: Arc::clone(&self.0), case: case.clone() };
        PyTuple::new(py, self.0.cases.cases().iter().map(case))
    }

    /// The engine that the cases are asked of.
    #[getter]
    fn engine(&self) -> Engine {
        Engine(Arc::clone(&self.0.shared))
    }

    fn __repr__(&self) -> String {
        format!("<Cases: {}>", self.0.cases.cases().len())
    }
}

impl Cases {
    fn read(
        py: Python<'_>,
        cases: impl FnOnce() -> Result<bailiwick::cases::Cases, LoadError> + Send,
        more: &[PathBuf],
    ) -> PyResult<Self> {
        let read = || {
            let cases = cases()?;
            let policy = cases.policy(more)?;
            let shared = Arc::new(Shared::new(&policy, Sources::Texts(Vec::new())));
            Ok(Self(Arc::new(World { cases, policy, shared })))
        };
        py.detach(read).map_err(|error: LoadError| errors::load(py, &error))
    }
}

#[pymethods]
impl Case {
    /// What it is called; None where it has no name.
    #[getter]
    fn name(&self) -> Option<&str> {
        self.case.name.as_deref()
    }

    /// The file in which it stands.
    #[getter]
    fn file(&self) -> &str {
        &self.case.place.file
    }

    /// The line at which it stands, from 1.
    #[getter]
    fn line(&self) -> u32 {
        self.case.place.line
    }

    /// What is expected: `allow` or `deny`.
    #[getter]
    fn expect(&self) -> &'static str {
        self.case.expect.word()
    }

    /// The reason that is expected; None where any is right.
    #[getter]
    fn reason(&self) -> Option<&'static str> {
        self.case.reason.map(bailiwick::Reason::code)
    }

    /// The question, as arguments of `Engine.check`.
    #[getter]
    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.case.ask(&self.world.policy, |request| arguments(py, request))
    }

    /// Ask the engine of the cases.
    fn check<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let engine = Bound::new(py, Engine(Arc::clone(&self.world.shared)))?;
        engine.call_method("check", (), Some(&self.arguments(py)?))
    }

    /// Return whether a decision is the one expected, for the reason expected where the case says one. A denial since the
    /// tenant is closed is expected only by a case that says so: everything is denied there.
    fn is_met_by(&self, decision: &Bound<'_, crate::decision::Decision>) -> bool {
        self.case.is_met_by(&decision.get().answer())
    }

    fn __repr__(&self) -> String {
        format!("<Case {}:{}>", self.file(), self.line())
    }
}

/// Returns a request as arguments in Python.
fn arguments<'py>(py: Python<'py>, request: &Request<'_>) -> PyResult<Bound<'py, PyDict>> {
    let arguments = PyDict::new(py);
    arguments.set_item("subject", request.subject)?;
    arguments.set_item("action", request.action)?;
    arguments.set_item("kind", request.kind)?;
    arguments.set_item("scope", request.scope)?;
    if let Some(tenant) = request.tenant {
        arguments.set_item("tenant", tenant)?;
    }
    if let Some(cluster) = request.cluster {
        arguments.set_item("cluster", cluster)?;
    }
    if let bailiwick::Groups::Listed(groups) = request.groups {
        arguments.set_item("groups", groups.to_vec())?;
    }
    for (what, attributes) in [("resource", request.resource), ("context", request.context)] {
        if !attributes.is_empty() {
            let values = PyDict::new(py);
            attributes.iter().try_for_each(|(name, held)| values.set_item(name, value(py, held)?))?;
            arguments.set_item(what, values)?;
        }
    }
    arguments.set_item("now", time::datetime(py, request.now)?)?;
    Ok(arguments)
}

/// Returns the value of an attribute in Python.
fn value<'py>(py: Python<'py>, held: &Value<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match held {
        Value::Null => py.None().into_bound(py),
        Value::Text(text) => text.into_pyobject(py)?.into_any(),
        Value::Integer(number) => number.into_pyobject(py)?.into_any(),
        Value::Decimal(number) => number.into_pyobject(py)?.into_any(),
        Value::Boolean(truth) => truth.into_pyobject(py)?.to_owned().into_any(),
        Value::Time(seconds) => time::datetime(py, *seconds)?,
        Value::List(items) => {
            let items = items.iter().map(|item| value(py, item)).collect::<PyResult<Vec<_>>>()?;
            PyList::new(py, items)?.into_any()
        }
    })
}
