//! Many questions by handles at once: columns of subjects, permissions and scopes.

use std::sync::Arc;

use bailiwick::{Decision, NumberedSubject, PreparedRequest, Situation, Snapshot};
use pyo3::PyClass;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use crate::attributes::values;
use crate::cluster::Cluster;
use crate::errors;
use crate::numbered::{Named, Numbered};
use crate::permission::Permission;
use crate::prepared::HeldSubject;
use crate::scope::Scope;
use crate::shared::Shared;
use crate::situation::{Aside, KeptHandles, foreign};
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
    pub(crate) cluster: Option<Py<Cluster>>,
    pub(crate) aside: Aside,
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

    /// Takes something of the handle of a question.
    #[inline]
    fn with<R>(&self, py: Python<'_>, idx: usize, take: impl FnOnce(&T) -> PyResult<R>) -> PyResult<R> {
        match self {
            Self::One(one) => take(one.get()),
            Self::Each(each) => take(each.bind(py).get_borrowed_item(idx)?.cast::<T>()?.get()),
        }
    }
}

impl Columns {
    /// Puts columns together that are equally long.
    pub(crate) fn new(
        py: Python<'_>,
        (subjects, permissions, scopes): (Column<Subject>, Column<Permission>, Column<Scope>),
        cluster: Option<Py<Cluster>>,
        aside: Aside,
    ) -> PyResult<Self> {
        let lengths = [subjects.len(py), permissions.len(py), scopes.len(py)];
        let mut lengths = lengths.into_iter().flatten();
        let n = lengths.next().unwrap_or(1);
        if lengths.any(|other| other != n) {
            return Err(PyValueError::new_err("subjects, permissions and scopes: expected equally many"));
        }
        Ok(Self { subjects, permissions, scopes, cluster, aside, n })
    }

    /// Keeps one question, for whoever wants to know why.
    pub(crate) fn keep(&self, py: Python<'_>, idx: usize) -> PyResult<KeptHandles> {
        Ok(KeptHandles {
            subject: self.subjects.at(py, idx)?,
            permission: self.permissions.at(py, idx)?,
            scope: self.scopes.at(py, idx)?,
            cluster: self.cluster.as_ref().map(|cluster| cluster.clone_ref(py)),
            aside: self.aside.again(),
        })
    }

    /// Decides all of them on a snapshot, while other threads run.
    pub(crate) fn decide(&self, py: Python<'_>, shared: &Arc<Shared>, snapshot: &Snapshot) -> PyResult<Vec<Decision>> {
        let n_subjects = self.subjects.len(py).unwrap_or(1);
        let held = |idx| {
            self.subjects.with(py, idx, |it| if it.0.is_of(shared) { Ok(it.0.held(snapshot)) } else { Err(foreign()) })
        };
        let subjects: Vec<Arc<HeldSubject>> = (0..n_subjects).map(held).collect::<PyResult<_>>()?;
        let rows = self.meant(py, shared, snapshot, &subjects)?;
        let cluster = self.cluster.as_ref().map(Py::get);
        if cluster.is_some_and(|cluster| !cluster.0.is_of(shared)) {
            return Err(foreign());
        }
        let cluster = cluster.map(|cluster| cluster.0.meant(snapshot, subjects.first()?.borrow_dependent().as_ref()?));
        let mut decisions = vec![Decision::default(); self.n];
        match (rows, cluster) {
            (Some(rows), None | Some(Some(_))) => {
                let (resource, context) = (self.aside.resource.read(), self.aside.context.read());
                let (resource, context) = (&*values(&resource), &*values(&context));
                let situation = &Situation { cluster: cluster.flatten(), resource, context, now: self.aside.now };
                let request = |(subject, permission, scope)| PreparedRequest { subject, permission, scope, situation };
                let requests: Vec<PreparedRequest<'_>> = rows.into_iter().map(request).collect();
                py.detach(|| snapshot.check_prepared(&requests, &mut decisions));
            }
            _ => self.decide_by_names(py, snapshot, &mut decisions)?,
        }
        Ok(decisions)
    }

    /// Returns what the handles of every question mean; nothing where one of them means nothing any more.
    fn meant<'s>(
        &self,
        py: Python<'_>,
        shared: &Arc<Shared>,
        snapshot: &'s Snapshot,
        subjects: &'s [Arc<HeldSubject>],
    ) -> PyResult<Option<Vec<Row<'s>>>> {
        let mut rows = Vec::with_capacity(self.n);
        for idx in 0..self.n {
            let subject = one_of(subjects, idx).and_then(|held| held.borrow_dependent().as_ref());
            let permission = self.permissions.with(py, idx, |it| meant(&it.0, shared, snapshot, subject))?;
            let scope = self.scopes.with(py, idx, |it| meant(&it.0, shared, snapshot, subject))?;
            if let (Some(subject), Some(permission), Some(scope)) = (subject, permission, scope) {
                rows.push((subject.subject(), permission, scope));
            }
        }
        Ok((rows.len() == self.n).then_some(rows))
    }

    /// Decides where a handle means nothing any more: by names, so that the reasons are those of a question by names.
    #[cold]
    fn decide_by_names(&self, py: Python<'_>, snapshot: &Snapshot, decisions: &mut [Decision]) -> PyResult<()> {
        for (idx, decision) in decisions.iter_mut().enumerate() {
            let kept = self.keep(py, idx)?;
            *decision = kept.ask(snapshot, |request| snapshot.check(request));
        }
        Ok(())
    }
}

/// What the handles of a question mean.
type Row<'s> = (&'s bailiwick::Subject<'s>, bailiwick::Permission<'s>, bailiwick::Scope<'s>);

/// Returns what a handle means to a subject, where both mean something; an error where it is of another engine.
#[inline]
fn meant<'s, N: Named>(
    handle: &Numbered<N>,
    shared: &Arc<Shared>,
    snapshot: &'s Snapshot,
    subject: Option<&NumberedSubject<'s>>,
) -> PyResult<Option<N::Handle<'s>>> {
    if handle.is_of(shared) { Ok(subject.and_then(|subject| handle.meant(snapshot, subject))) } else { Err(foreign()) }
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
