//! Many questions by handles at once: columns of subjects, permissions and scopes.

use std::sync::Arc;

use bailiwick::{Decision, PreparedRequest, Situation, Snapshot};
use pyo3::PyClass;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::attributes::values;
use crate::errors;
use crate::following::{Following, Held};
use crate::permission::Permission;
use crate::prepared::{HeldPermission, HeldScope, HeldSubject};
use crate::scope::Scope;
use crate::shared::Shared;
use crate::situation::{KeptHandles, TakenAside, foreign, named};
use crate::subject::Subject;

/// A handle for every question, or one for each.
pub(crate) enum Column<T> {
    One(Py<T>),
    Each(Py<PyTuple>),
}

/// The questions of a batch, taken: nothing that Python does changes them any more.
pub(crate) struct Columns {
    pub(crate) subjects: Column<Subject>,
    pub(crate) permissions: Column<Permission>,
    pub(crate) scopes: Column<Scope>,
    pub(crate) aside: TakenAside,
    n: usize,
}

impl<T: PyClass<Frozen = pyo3::pyclass::boolean_struct::True> + Sync> Column<T> {
    /// Takes a handle, or a list, a tuple or an array of handles.
    pub(crate) fn of(what: &str, given: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(one) = given.cast::<T>() {
            return Ok(Self::One(one.clone().unbind()));
        }
        let each = match (given.cast_exact::<PyList>(), given.cast_exact::<PyTuple>()) {
            (Ok(list), _) => list.to_tuple(),
            (_, Ok(tuple)) => tuple.clone(),
            _ if given.hasattr("tolist")? => array(what, given)?,
            _ => return Err(errors::wrong_type(what, "a handle, or a list or an array of handles", given)),
        };
        match each.iter_borrowed().find(|item| !item.is_instance_of::<T>()) {
            Some(item) => Err(errors::wrong_type(what, "only handles", &item)),
            None => Ok(Self::Each(each.unbind())),
        }
    }

    /// Returns how many there are; nothing where one stands for any number.
    fn len(&self, py: Python<'_>) -> Option<usize> {
        match self {
            Self::One(_) => None,
            Self::Each(each) => Some(each.bind(py).len()),
        }
    }

    /// Returns the handle of a question.
    fn at(&self, py: Python<'_>, idx: usize) -> PyResult<Py<T>> {
        match self {
            Self::One(one) => Ok(one.clone_ref(py)),
            Self::Each(each) => Ok(each.bind(py).get_item(idx)?.cast_into::<T>()?.unbind()),
        }
    }

    /// Returns what every handle of the column means in a snapshot: one for all, or one for each.
    fn held<H: Held>(&self, py: Python<'_>, of: fn(&T) -> &Following<H>, among: &Among<'_>) -> PyResult<Vec<Arc<H>>> {
        let held = |handle: &T| {
            let following = of(handle);
            if following.is_of(among.shared) { Ok(following.held(among.snapshot)) } else { Err(foreign()) }
        };
        match self {
            Self::One(one) => Ok(vec![held(one.get())?]),
            Self::Each(each) => each.bind(py).iter_borrowed().map(|item| held(item.cast::<T>()?.get())).collect(),
        }
    }
}

/// The engine that is asked, and its snapshot.
struct Among<'a> {
    shared: &'a Arc<Shared>,
    snapshot: &'a Snapshot,
}

impl Columns {
    /// Puts columns together that are equally long.
    pub(crate) fn new(
        py: Python<'_>,
        (subjects, permissions, scopes): (Column<Subject>, Column<Permission>, Column<Scope>),
        aside: TakenAside,
    ) -> PyResult<Self> {
        let lengths = [subjects.len(py), permissions.len(py), scopes.len(py)];
        let mut lengths = lengths.into_iter().flatten();
        let n = lengths.next().unwrap_or(1);
        if lengths.any(|other| other != n) {
            return Err(PyValueError::new_err("subjects, permissions and scopes: expected equally many"));
        }
        Ok(Self { subjects, permissions, scopes, aside, n })
    }

    /// Keeps one question, for whoever wants to know why.
    pub(crate) fn keep(&self, py: Python<'_>, idx: usize) -> PyResult<KeptHandles> {
        Ok(KeptHandles {
            subject: self.subjects.at(py, idx)?,
            permission: self.permissions.at(py, idx)?,
            scope: self.scopes.at(py, idx)?,
            aside: self.aside.again(py),
        })
    }

    /// Decides all of them on a snapshot, while other threads run.
    pub(crate) fn decide(&self, py: Python<'_>, shared: &Arc<Shared>, snapshot: &Snapshot) -> PyResult<Vec<Decision>> {
        let among = Among { shared, snapshot };
        let subjects: Vec<Arc<HeldSubject>> = self.subjects.held(py, |handle| &handle.0, &among)?;
        let permissions: Vec<Arc<HeldPermission>> = self.permissions.held(py, |handle| &handle.0, &among)?;
        let scopes: Vec<Arc<HeldScope>> = self.scopes.held(py, |handle| &handle.0, &among)?;
        let cluster = self.aside.cluster();
        if cluster.is_some_and(|cluster| !cluster.0.is_of(shared)) {
            return Err(foreign());
        }
        let cluster = cluster.map(|cluster| cluster.0.held(snapshot));
        let meant_cluster = cluster.as_ref().map(|held| *held.borrow_dependent());
        let mut decisions = vec![Decision::default(); self.n];
        let mut is_whole = meant_cluster.is_none_or(|cluster| cluster.is_some());
        if is_whole {
            let (resource, context) = (self.aside.resource.read(), self.aside.context.read());
            let (resource, context) = (&*values(&resource), &*values(&context));
            let situation = &Situation { cluster: meant_cluster.flatten(), resource, context, now: self.aside.now };
            let put_together = (0..self.n).map(|idx| {
                Some(PreparedRequest {
                    subject: one_of(&subjects, idx)?.borrow_dependent().as_ref()?,
                    permission: (*one_of(&permissions, idx)?.borrow_dependent())?,
                    scope: (*one_of(&scopes, idx)?.borrow_dependent())?,
                    situation,
                })
            });
            let requests: Option<Vec<PreparedRequest<'_>>> = put_together.collect();
            is_whole = requests.is_some();
            if let Some(requests) = requests {
                py.detach(|| snapshot.check_prepared(&requests, &mut decisions));
            }
        }
        if !is_whole {
            self.decide_by_names(py, snapshot, &mut decisions)?;
        }
        Ok(decisions)
    }

    /// Decides where a handle means nothing any more: by names, so that the reasons are those of a question by names.
    #[cold]
    fn decide_by_names(&self, py: Python<'_>, snapshot: &Snapshot, decisions: &mut [Decision]) -> PyResult<()> {
        for (idx, decision) in decisions.iter_mut().enumerate() {
            let kept = self.keep(py, idx)?;
            let handles = (kept.subject.get(), kept.permission.get(), kept.scope.get());
            *decision = named(handles, &self.aside, |request| snapshot.check(request));
        }
        Ok(())
    }
}

/// Returns the one of a column for a question.
#[inline]
fn one_of<H>(held: &[Arc<H>], idx: usize) -> Option<&H> {
    match held {
        [one] => Some(one),
        each => each.get(idx).map(|held| &**held),
    }
}

/// Takes the elements of a NumPy array with one dimension.
fn array<'py>(what: &str, given: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    let list = given.call_method0("tolist")?;
    match list.cast::<PyList>() {
        Ok(list) => Ok(list.to_tuple()),
        Err(_) => Err(errors::wrong_type(what, "an array with one dimension", given)),
    }
}
