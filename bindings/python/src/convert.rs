//! From Python objects to names.
//!
//! Everything is taken once, before any of it is used: strings by their contents, whatever a subclass makes of them; lists
//! as copies of what stood in them at one moment. What cannot be taken is an exception, never an answer.

use bailiwick::Groups;
use pyo3::prelude::*;
use pyo3::sync::critical_section::with_critical_section;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyList, PyString, PyTuple};
use smallvec::SmallVec;

use crate::errors;

/// A list of names, such as the groups of a token, that nobody changes any more.
#[derive(Default)]
pub(crate) struct Names<'py>(SmallVec<[Bound<'py, PyString>; FEW]>);

/// The same, to be kept.
pub(crate) struct KeptNames(SmallVec<[Py<PyString>; FEW]>);

impl<'py> Names<'py> {
    /// Takes the names of a list, a tuple or anything else that can be gone through, but no text: its letters are no names.
    #[inline]
    pub(crate) fn take(&mut self, what: &str, given: &Bound<'py, PyAny>) -> PyResult<()> {
        match (given.cast_exact::<PyList>(), given.cast_exact::<PyTuple>()) {
            // Without a global lock the list is locked meanwhile, so that it is of one moment there too.
            (Ok(list), _) => with_critical_section(list, || self.take_all(what, list.iter())),
            (_, Ok(tuple)) => self.take_all(what, tuple.iter()),
            _ => self.take_all(what, gathered(what, given)?.iter()),
        }
    }

    #[inline]
    fn take_all(&mut self, what: &str, items: impl Iterator<Item = Bound<'py, PyAny>>) -> PyResult<()> {
        for item in items {
            self.0.push(match item.cast_into_exact::<PyString>() {
                Ok(name) => name,
                Err(other) => copied(what, &other.into_inner())?,
            });
        }
        Ok(())
    }

    /// Adds the names to a list.
    #[inline]
    pub(crate) fn read<'a>(&'a self, names: &mut SmallVec<[&'a str; FEW]>) -> PyResult<()> {
        for name in self.iter() {
            names.push(name?);
        }
        Ok(())
    }

    /// Goes through the names.
    #[inline]
    pub(crate) fn iter(&self) -> impl Iterator<Item = PyResult<&str>> {
        self.0.iter().map(|name| name.to_str())
    }

    /// Returns the names, owned.
    pub(crate) fn owned(&self) -> PyResult<Vec<String>> {
        self.iter().map(|name| name.map(str::to_owned)).collect()
    }

    /// Returns the names, to be kept.
    #[inline]
    pub(crate) fn keep(self) -> KeptNames {
        KeptNames(self.0.into_iter().map(Bound::unbind).collect())
    }
}

impl KeptNames {
    /// Goes through the names.
    pub(crate) fn iter<'a>(&'a self, py: Python<'a>) -> impl Iterator<Item = PyResult<&'a str>> {
        self.0.iter().map(move |name| name.bind(py).to_str())
    }

    /// Returns the names, to be asked once more.
    pub(crate) fn again<'py>(&self, py: Python<'py>) -> Names<'py> {
        Names(self.0.iter().map(|name| name.bind(py).clone()).collect())
    }

    /// Returns the names as a tuple.
    pub(crate) fn tuple<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.iter().map(|name| name.bind(py)))
    }
}

/// Copies the name of a subclass to a plain string.
#[cold]
fn copied<'py>(what: &str, item: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
    match item.cast::<PyString>() {
        Ok(text) => Ok(PyString::new(text.py(), text.to_str()?)),
        Err(_) => Err(errors::wrong_type(what, "only names, as str", item)),
    }
}

/// Takes the names of an argument that may be left out, owned.
pub(crate) fn owned_names(what: &str, given: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Vec<String>>> {
    given.map(|given| all_names(what, given)).transpose()
}

/// Takes the names of a list, owned.
pub(crate) fn all_names(what: &str, given: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let mut names = Names::default();
    names.take(what, given)?;
    names.owned()
}

/// Returns the groups of a token: without a list they are not known.
pub(crate) fn groups<'a>(listed: Option<&'a [&'a str]>) -> Groups<'a> {
    listed.map_or(Groups::NotKnown, Groups::Listed)
}

/// Borrows owned names.
pub(crate) fn borrowed(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

#[cold]
fn gathered<'py>(what: &str, given: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
    let is_one = given.is_instance_of::<PyString>() || given.is_instance_of::<PyBytes>();
    if is_one || given.is_instance_of::<PyByteArray>() || given.is_instance_of::<PyDict>() {
        return Err(errors::wrong_type(what, "a list of names", given));
    }
    PyTuple::new(given.py(), given.try_iter()?.collect::<PyResult<Vec<_>>>()?)
}

/// How many names need no allocation.
pub(crate) const FEW: usize = 4;
