//! A question by names: its arguments, and the request that they make.

use bailiwick::{Groups, Request};
use pyo3::prelude::*;
use pyo3::types::PyString;
use smallvec::SmallVec;

use crate::attributes::{Attributes, values};
use crate::convert::{FEW, KeptNames, Names};
use crate::word::Word;

/// The arguments of a question, borrowed from the call.
#[derive(Clone, Copy)]
pub(crate) struct Arguments<'a, 'py> {
    pub(crate) subject: Word<'a, 'py>,
    pub(crate) action: Word<'a, 'py>,
    pub(crate) kind: Word<'a, 'py>,
    pub(crate) scope: Word<'a, 'py>,
    pub(crate) tenant: Option<Word<'a, 'py>>,
    pub(crate) cluster: Option<Word<'a, 'py>>,
    pub(crate) groups: Option<&'a Bound<'py, PyAny>>,
    pub(crate) resource: Option<&'a Bound<'py, PyAny>>,
    pub(crate) context: Option<&'a Bound<'py, PyAny>>,
}

/// A question: once it is taken, nothing that Python does changes it any more.
///
/// It is filled where it lies: handed on by value it would be copied, word by word written and then read as a whole, for
/// which the processor waits (60 ns, 2026-11-23).
// Invariant: it is asked after `take`, or with what was taken put in.
pub(crate) struct Taken<'a, 'py> {
    arguments: Arguments<'a, 'py>,
    groups: Option<Names<'py>>,
    resource: Attributes,
    context: Attributes,
    now: i64,
}

impl<'a, 'py> Taken<'a, 'py> {
    /// Returns a question that is to be asked at a time in seconds since the epoch, and still to be taken.
    #[inline(always)]
    pub(crate) fn at(arguments: Arguments<'a, 'py>, now: i64) -> Self {
        Self { groups: None, resource: Attributes::default(), context: Attributes::default(), now, arguments }
    }

    /// Takes lists and dictionaries; strings never change.
    #[inline(always)]
    pub(crate) fn take(&mut self) -> PyResult<()> {
        if let Some(given) = self.arguments.groups {
            self.groups.insert(Names::default()).take("groups", given)?;
        }
        if let Some(given) = self.arguments.resource {
            self.resource = Attributes::of("resource", given)?;
        }
        if let Some(given) = self.arguments.context {
            self.context = Attributes::of("context", given)?;
        }
        Ok(())
    }

    /// Hands the request to whoever answers it.
    #[inline(always)]
    pub(crate) fn ask<R>(&self, answer: impl FnOnce(&Request<'_>) -> R) -> PyResult<R> {
        let Self { arguments, groups, resource, context, now } = self;
        let mut listed = SmallVec::<[&str; FEW]>::new();
        if let Some(names) = groups {
            names.read(&mut listed)?;
        }
        let request = Request {
            tenant: arguments.tenant.as_ref().map(Word::read).transpose()?,
            subject: arguments.subject.read()?,
            groups: if groups.is_some() { Groups::Listed(&listed) } else { Groups::NotKnown },
            action: arguments.action.read()?,
            kind: arguments.kind.read()?,
            scope: arguments.scope.read()?,
            cluster: arguments.cluster.as_ref().map(Word::read).transpose()?,
            resource: &[],
            context: &[],
            now: *now,
        };
        if resource.is_empty() && context.is_empty() {
            return Ok(answer(&request));
        }
        let (resource, context) = (resource.read(), context.read());
        Ok(answer(&Request { resource: &values(&resource), context: &values(&context), ..request }))
    }

    /// Keeps the question, for whoever wants to know why.
    #[inline]
    pub(crate) fn keep(self) -> PyResult<Kept> {
        let Self { arguments, groups, resource, context, now } = self;
        Ok(Kept {
            subject: arguments.subject.keep()?,
            action: arguments.action.keep()?,
            kind: arguments.kind.keep()?,
            scope: arguments.scope.keep()?,
            tenant: arguments.tenant.as_ref().map(Word::keep).transpose()?,
            cluster: arguments.cluster.as_ref().map(Word::keep).transpose()?,
            groups: groups.map(Names::keep),
            resource,
            context,
            now,
        })
    }
}

/// A question that was asked. It holds plain strings, so that it is never part of a cycle.
pub(crate) struct Kept {
    pub(crate) subject: Py<PyString>,
    pub(crate) action: Py<PyString>,
    pub(crate) kind: Py<PyString>,
    pub(crate) scope: Py<PyString>,
    pub(crate) tenant: Option<Py<PyString>>,
    pub(crate) cluster: Option<Py<PyString>>,
    pub(crate) groups: Option<KeptNames>,
    pub(crate) resource: Attributes,
    pub(crate) context: Attributes,
    pub(crate) now: i64,
}

impl Kept {
    /// Hands the request, made once more, to whoever answers it.
    pub(crate) fn ask<R>(&self, py: Python<'_>, answer: impl FnOnce(&Request<'_>) -> R) -> PyResult<R> {
        let arguments = Arguments {
            subject: self.subject.bind(py).into(),
            action: self.action.bind(py).into(),
            kind: self.kind.bind(py).into(),
            scope: self.scope.bind(py).into(),
            tenant: self.tenant.as_ref().map(|tenant| tenant.bind(py).into()),
            cluster: self.cluster.as_ref().map(|cluster| cluster.bind(py).into()),
            groups: None,
            resource: None,
            context: None,
        };
        let groups = self.groups.as_ref().map(|groups| groups.again(py));
        let (resource, context) = (self.resource.clone(), self.context.clone());
        Taken { arguments, groups, resource, context, now: self.now }.ask(answer)
    }

    /// Returns the same question at another time.
    pub(crate) fn again(&self, py: Python<'_>, now: i64) -> Self {
        let text = |text: &Option<Py<PyString>>| text.as_ref().map(|text| text.clone_ref(py));
        Self {
            subject: self.subject.clone_ref(py),
            action: self.action.clone_ref(py),
            kind: self.kind.clone_ref(py),
            scope: self.scope.clone_ref(py),
            tenant: text(&self.tenant),
            cluster: text(&self.cluster),
            groups: self.groups.as_ref().map(|groups| groups.again(py).keep()),
            resource: self.resource.clone(),
            context: self.context.clone(),
            now,
        }
    }
}
