//! What a decision rests on, by name.

use bailiwick::RuleSource;
use pyo3::prelude::*;

/// A rule that a decision rests on.
#[pyclass(frozen, module = "bailiwick", eq, hash, get_all)]
#[derive(Clone, Eq, Hash, PartialEq)]
pub(crate) struct Rule {
    /// `allow` for an access rule, `deny` for a deny rule.
    effect: &'static str,
    /// Its id, where the directory gives it one.
    id: Option<String>,
    /// Its subject, as `kind:name`.
    subject: String,
    /// Its role; None for a deny of permissions.
    role: Option<String>,
    /// The path of its scope.
    scope: String,
    /// The group through which it concerns who asked; None for a rule of its own.
    group: Option<String>,
}

impl Rule {
    pub(crate) fn allow(source: &RuleSource<'_>) -> Self {
        Self::new("allow", source)
    }

    pub(crate) fn deny(source: &RuleSource<'_>) -> Self {
        Self::new("deny", source)
    }

    fn new(effect: &'static str, source: &RuleSource<'_>) -> Self {
        let owned = |name: Option<&str>| name.map(str::to_owned);
        Self {
            effect,
            id: owned(source.id),
            subject: format!("{}:{}", source.subject_kind, source.subject),
            role: owned(source.role),
            scope: source.scope.to_owned(),
            group: owned(source.group),
        }
    }
}

#[pymethods]
impl Rule {
    fn __repr__(&self) -> String {
        let Self { effect, id, subject, role, scope, .. } = self;
        format!("<Rule {effect} {id:?}: {subject:?} {role:?} {scope:?}>")
    }
}

/// A restriction that a decision rests on, or the gate of a resource kind.
#[pyclass(frozen, module = "bailiwick", eq, hash, get_all)]
#[derive(Clone, Eq, Hash, PartialEq)]
pub(crate) struct Restriction {
    /// The name of the restriction, or of the kind whose gate it is.
    name: String,
    /// Whether it is the gate of a kind.
    is_gate_of_kind: bool,
}

impl Restriction {
    pub(crate) fn new(name: &str, is_gate_of_kind: bool) -> Self {
        Self { name: name.to_owned(), is_gate_of_kind }
    }
}

#[pymethods]
impl Restriction {
    fn __repr__(&self) -> String {
        format!("<Restriction {:?}>", self.name)
    }
}
