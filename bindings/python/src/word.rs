//! A string that a question is asked by.

use pyo3::prelude::*;
use pyo3::types::PyString;

/// A borrowed string. A plain one is told by its type alone, without a call into Python.
#[derive(Clone, Copy)]
pub(crate) struct Word<'a, 'py>(Borrowed<'a, 'py, PyString>);

impl Word<'_, '_> {
    /// Returns the text; an error where it has lone surrogates, which no text has.
    #[inline(always)]
    pub(crate) fn read(&self) -> PyResult<&str> {
        self.0.to_str()
    }

    /// Keeps the string itself, or what a subclass of it holds.
    #[inline]
    pub(crate) fn keep(&self) -> PyResult<Py<PyString>> {
        let is_plain = self.0.is_exact_instance_of::<PyString>();
        if is_plain { Ok(self.0.to_owned().unbind()) } else { Ok(PyString::new(self.0.py(), self.read()?).unbind()) }
    }
}

impl<'a, 'py> From<&'a Bound<'py, PyString>> for Word<'a, 'py> {
    fn from(text: &'a Bound<'py, PyString>) -> Self {
        Self(text.as_borrowed())
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Word<'a, 'py> {
    type Error = PyErr;

    #[inline(always)]
    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        given.cast_exact().map(Self).or_else(|_| of_subclass(given))
    }
}

#[cold]
fn of_subclass<'a, 'py>(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Word<'a, 'py>> {
    Ok(Word(given.cast()?))
}
