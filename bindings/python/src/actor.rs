//! Who makes a change.

use pyo3::prelude::*;

use crate::attributes::{Attributes, values};
use crate::convert::{borrowed, groups, owned_names};

/// Who makes a change: made by `Actor.host` and `Actor.subject`.
#[pyclass(frozen, module = "bailiwick")]
pub(crate) struct Actor(Option<Somebody>);

/// A subject that makes a change; nobody is the host.
struct Somebody {
    subject: String,
    groups: Option<Vec<String>>,
    context: Attributes,
}

impl Actor {
    /// Hands the actor to whoever asks for it.
    pub(crate) fn act<R>(&self, ask: impl FnOnce(&bailiwick::Actor<'_>) -> R) -> R {
        let Some(Somebody { subject, groups: listed, context }) = &self.0 else { return ask(&bailiwick::Actor::Host) };
        let listed = listed.as_deref().map(borrowed);
        let context = context.read();
        let groups = groups(listed.as_deref());
        ask(&bailiwick::Actor::Subject { subject, groups, context: &values(&context) })
    }
}

#[pymethods]
impl Actor {
    /// Return the host itself: no right is asked, every other guard holds.
    #[staticmethod]
    fn host() -> Self {
        Self(None)
    }

    /// Return a subject of the tenant, with the groups of its token, which without a list are not known.
    #[staticmethod]
    #[pyo3(signature = (subject, *, groups=None, context=None))]
    fn subject(
        subject: String,
        groups: Option<&Bound<'_, PyAny>>,
        context: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let (groups, context) = (
            owned_names("groups", groups)?,
            context.map(|given| Attributes::of("context", given)).transpose()?.unwrap_or_default(),
        );
        Ok(Self(Some(Somebody { subject, groups, context })))
    }

    fn __repr__(&self) -> String {
        match &self.0 {
            Some(somebody) => format!("<Actor {:?}>", somebody.subject),
            None => "<Actor host>".to_owned(),
        }
    }
}
