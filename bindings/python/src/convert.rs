//! From Python objects to names.
//!
//! Everything is taken once, before any of it is used: strings by their contents, whatever a subclass makes of them; lists
//! as copies of what stood in them at one moment. What cannot be taken is an exception, never an answer.

use bailiwick::Groups;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyList, PyString, PyTuple};
use smallvec::SmallVec;

use crate::errors;

/// A list of names, such as the groups of a token, that nobody changes any more.
pub(crate) struct Names<'py>(Bound<'py, PyTuple>);

impl<'py> Names<'py> {
    /// Takes the names of a list, a tuple or anything else that can be gone through, but no text: its letters are no names.
    #[inline]
    pub(crate) fn of(what: &str, given: &Bound<'py, PyAny>) -> PyResult<Self> {
        let taken = match (given.cast_exact::<PyList>(), given.cast_exact::<PyTuple>()) {
            (Ok(list), _) => list.to_tuple(),
            (_, Ok(tuple)) => tuple.clone(),
            _ => gathered(what, given)?,
        };
        let is_plain = taken.iter_borrowed().all(|item| item.is_exact_instance_of::<PyString>());
        if is_plain { Ok(Self(taken)) } else { Self::plain(what, &taken) }
    }

    /// Returns the names.
    #[inline]
    pub(crate) fn read(&self) -> PyResult<SmallVec<[&str; 8]>> {
        let mut names = SmallVec::new();
        for name in self.iter() {
            names.push(name?);
        }
        Ok(names)
    }

    /// Goes through the names.
    #[inline]
    pub(crate) fn iter(&self) -> impl Iterator<Item = PyResult<&str>> {
        self.0.iter_borrowed().map(|item| item.extract())
    }

    /// Returns the names, owned.
    pub(crate) fn owned(&self) -> PyResult<Vec<String>> {
        self.read().map(|names| names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// Returns the tuple, to be kept.
    pub(crate) fn keep(&self) -> Py<PyTuple> {
        self.0.clone().unbind()
    }

    /// Copies names of subclasses to plain strings.
    #[cold]
    fn plain(what: &str, taken: &Bound<'py, PyTuple>) -> PyResult<Self> {
        let plain = |item: Bound<'py, PyAny>| match item.cast::<PyString>() {
            Ok(text) => plain(text),
            Err(_) => Err(errors::wrong_type(what, "only names, as str", &item)),
        };
        let names = taken.iter().map(plain).collect::<PyResult<Vec<_>>>()?;
        PyTuple::new(taken.py(), names).map(Self)
    }
}

/// Takes the names of an argument that may be left out.
#[inline]
pub(crate) fn optional_names<'py>(what: &str, given: Option<&Bound<'py, PyAny>>) -> PyResult<Option<Names<'py>>> {
    given.map(|given| Names::of(what, given)).transpose()
}

/// Takes the names of an argument that may be left out, owned.
pub(crate) fn owned_names(what: &str, given: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Vec<String>>> {
    given.map(|given| Names::of(what, given)?.owned()).transpose()
}

/// Returns the groups of a token: without a list they are not known.
pub(crate) fn groups<'a>(listed: Option<&'a [&'a str]>) -> Groups<'a> {
    listed.map_or(Groups::NotKnown, Groups::Listed)
}

/// Returns a string itself, or what a subclass of it holds.
#[inline]
pub(crate) fn plain<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
    let is_plain = text.is_exact_instance_of::<PyString>();
    if is_plain { Ok(text.clone()) } else { Ok(PyString::new(text.py(), text.to_str()?)) }
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
