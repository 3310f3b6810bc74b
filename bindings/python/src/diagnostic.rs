//! A finding about a policy or a directory.

use bailiwick::Severity;
use pyo3::prelude::*;

/// What is wrong with a text, where, and what to do about it.
#[pyclass(frozen, module = "bailiwick", eq)]
#[derive(Clone, Eq, PartialEq)]
pub(crate) struct Diagnostic(bailiwick::Diagnostic);

impl Diagnostic {
    pub(crate) fn of(finding: &bailiwick::Diagnostic) -> Self {
        Self(finding.clone())
    }
}

#[pymethods]
impl Diagnostic {
    /// The stable code, such as `P0012`.
    #[getter]
    fn code(&self) -> &'static str {
        self.0.code.number()
    }

    /// `error` or `warning`.
    #[getter]
    fn severity(&self) -> &'static str {
        match self.0.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }

    /// One sentence: lower case, no full stop.
    #[getter]
    fn message(&self) -> &str {
        &self.0.message
    }

    /// The name of the text; None where the finding stands in none.
    #[getter]
    fn file(&self) -> Option<&str> {
        self.0.place.as_ref().map(|place| &*place.file)
    }

    /// The line, from 1.
    #[getter]
    fn line(&self) -> Option<u32> {
        self.0.place.as_ref().map(|place| place.line)
    }

    /// The column in characters, from 1.
    #[getter]
    fn column(&self) -> Option<u32> {
        self.0.place.as_ref().map(|place| place.column)
    }

    /// How many characters it is about; 0 where that is not known.
    #[getter]
    fn length(&self) -> Option<u32> {
        self.0.place.as_ref().map(|place| place.length)
    }

    /// What to do, where that can be said.
    #[getter]
    fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!("Diagnostic({}, {:?})", self.code(), self.message())
    }
}
