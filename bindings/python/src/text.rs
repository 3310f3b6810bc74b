//! A named text to load.

use pyo3::prelude::*;

/// A policy, a directory or both, as text; the name stands in diagnostics.
///
/// Made by `Text.yaml` and `Text.lines`.
#[pyclass(frozen, module = "bailiwick")]
#[derive(Clone)]
pub(crate) struct Text {
    /// What stands in diagnostics.
    #[pyo3(get)]
    name: String,
    body: String,
    is_feed: bool,
}

impl Text {
    /// Returns what the core reads.
    pub(crate) fn copied(&self) -> bailiwick::Text {
        let make = if self.is_feed { bailiwick::Text::lines } else { bailiwick::Text::yaml };
        make(&self.name, self.body.as_str())
    }
}

#[pymethods]
impl Text {
    /// Return one document in YAML or JSON.
    #[staticmethod]
    #[pyo3(signature = (body, *, name = "text.yaml"))]
    fn yaml(body: &str, name: &str) -> Self {
        Self { name: name.to_owned(), body: body.to_owned(), is_feed: false }
    }

    /// Return a feed in JSON Lines.
    #[staticmethod]
    #[pyo3(signature = (body, *, name = "text.jsonl"))]
    fn lines(body: &str, name: &str) -> Self {
        Self { name: name.to_owned(), body: body.to_owned(), is_feed: true }
    }

    fn __repr__(&self) -> String {
        format!("Text({:?}, {} bytes)", self.name, self.body.len())
    }
}
