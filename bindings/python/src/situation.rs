//! A question by handles: which, and what else it says.

use bailiwick::{Request, Situation, Snapshot};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::attributes::{Attributes, values};
use crate::cluster::Cluster;
use crate::convert::{borrowed, groups};
use crate::permission::Permission;
use crate::prepared::{HeldSubject, only_tenant};
use crate::scope::Scope;
use crate::subject::Subject;

/// What a question by handles says beside them: once it is taken, nothing that Python does changes it any more.
///
/// It is filled where it lies, as [`crate::asked::Taken`] is.
pub(crate) struct Aside {
    pub(crate) resource: Attributes,
    pub(crate) context: Attributes,
    pub(crate) now: i64,
}

impl Aside {
    /// Returns what a question says at a time in seconds since the epoch, still to be taken.
    #[inline(always)]
    pub(crate) fn at(now: i64) -> Self {
        Self { resource: Attributes::default(), context: Attributes::default(), now }
    }

    /// Takes the attributes.
    #[inline(always)]
    pub(crate) fn take(
        &mut self,
        resource: Option<&Bound<'_, PyAny>>,
        context: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        if let Some(given) = resource {
            self.resource = Attributes::of("resource", given)?;
        }
        if let Some(given) = context {
            self.context = Attributes::of("context", given)?;
        }
        Ok(())
    }

    /// Returns the same, of one more question.
    pub(crate) fn again(&self) -> Self {
        Self { resource: self.resource.clone(), context: self.context.clone(), now: self.now }
    }
}

/// The handles of a question.
#[derive(Clone, Copy)]
pub(crate) struct Handles<'a> {
    pub(crate) subject: &'a Subject,
    pub(crate) permission: &'a Permission,
    pub(crate) scope: &'a Scope,
    pub(crate) cluster: Option<&'a Cluster>,
}

impl Handles<'_> {
    /// Decides, and hands the decision with what holds the snapshot on to whoever tells it.
    #[inline(always)]
    pub(crate) fn decide<R>(
        self,
        aside: &Aside,
        tell: impl FnOnce(bailiwick::Decision, &HeldSubject) -> R,
    ) -> PyResult<R> {
        let shared = self.subject.0.shared();
        let is_one_engine = self.permission.0.is_of(shared)
            && self.scope.0.is_of(shared)
            && self.cluster.is_none_or(|cluster| cluster.0.is_of(shared));
        if !is_one_engine {
            return Err(foreign());
        }
        let held = self.subject.0.current();
        let snapshot = held.borrow_owner();
        let Some((subject, permission, scope, cluster)) = self.meant(&held) else {
            // A name that is gone since: decided, and denied for the reason that a question by names gets.
            return Ok(tell(self.named(snapshot, aside, |request| snapshot.check(request)), &held));
        };
        let (resource, context) = (aside.resource.read(), aside.context.read());
        let (resource, context) = (&*values(&resource), &*values(&context));
        let situation = Situation { cluster, resource, context, now: aside.now };
        Ok(tell(subject.check(permission, scope, &situation), &held))
    }

    /// Returns what the handles mean; nothing where one of them means nothing any more.
    #[inline(always)]
    fn meant<'s>(&self, held: &'s HeldSubject) -> Option<Meant<'s>> {
        let (snapshot, subject) = (held.borrow_owner(), held.borrow_dependent().as_ref()?);
        let cluster = match self.cluster {
            Some(cluster) => Some(cluster.0.meant(snapshot, subject)?),
            None => None,
        };
        let (permission, scope) = (self.permission.0.meant(snapshot, subject)?, self.scope.0.meant(snapshot, subject)?);
        Some((subject.subject(), permission, scope, cluster))
    }

    /// Hands the request that names what the handles mean to whoever answers it on a snapshot.
    pub(crate) fn named<R>(self, snapshot: &Snapshot, aside: &Aside, answer: impl FnOnce(&Request<'_>) -> R) -> R {
        let (subject, permission) = (self.subject.0.names(), self.permission.0.names());
        let scope = &self.scope.0.names().0;
        let listed = subject.groups.as_deref().map(borrowed);
        let home = subject.tenant.as_deref().or_else(|| only_tenant(snapshot)).unwrap_or_default();
        let cluster = self.cluster.map(|cluster| cluster.0.names().within(home, snapshot));
        let (resource, context) = (aside.resource.read(), aside.context.read());
        answer(&Request {
            tenant: subject.tenant.as_deref(),
            subject: &subject.subject,
            groups: groups(listed.as_deref()),
            action: &permission.action,
            kind: &permission.kind,
            scope,
            cluster: cluster.as_deref(),
            resource: &values(&resource),
            context: &values(&context),
            now: aside.now,
        })
    }
}

/// What the handles of a question mean.
type Meant<'s> =
    (&'s bailiwick::Subject<'s>, bailiwick::Permission<'s>, bailiwick::Scope<'s>, Option<bailiwick::Cluster<'s>>);

/// Raises that handles of several engines were put together.
#[cold]
pub(crate) fn foreign() -> PyErr {
    PyValueError::new_err("the handles are of different engines")
}

/// A question by handles that was asked.
pub(crate) struct KeptHandles {
    pub(crate) subject: Py<Subject>,
    pub(crate) permission: Py<Permission>,
    pub(crate) scope: Py<Scope>,
    pub(crate) cluster: Option<Py<Cluster>>,
    pub(crate) aside: Aside,
}

impl KeptHandles {
    /// Returns the handles.
    pub(crate) fn handles(&self) -> Handles<'_> {
        Handles {
            subject: self.subject.get(),
            permission: self.permission.get(),
            scope: self.scope.get(),
            cluster: self.cluster.as_ref().map(Py::get),
        }
    }

    /// Hands the request, by names, to whoever answers it on a snapshot.
    pub(crate) fn ask<R>(&self, snapshot: &Snapshot, answer: impl FnOnce(&Request<'_>) -> R) -> R {
        self.handles().named(snapshot, &self.aside, answer)
    }
}
