//! A question by handles: which, and what else it says.

use std::sync::Arc;

use arc_swap::Guard;
use bailiwick::{Request, Situation};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::attributes::{Attributes, values};
use crate::cluster::Cluster;
use crate::convert::{borrowed, groups};
use crate::permission::Permission;
use crate::prepared::HeldSubject;
use crate::scope::Scope;
use crate::subject::Subject;
use crate::time;

/// What a question by handles says beside them.
#[derive(Clone, Copy)]
pub(crate) struct Aside<'a, 'py> {
    pub(crate) cluster: Option<&'a Bound<'py, Cluster>>,
    pub(crate) resource: Option<&'a Bound<'py, PyAny>>,
    pub(crate) context: Option<&'a Bound<'py, PyAny>>,
    pub(crate) now: Option<&'a Bound<'py, PyAny>>,
}

/// The same, taken: nothing that Python does changes it any more.
pub(crate) struct TakenAside {
    pub(crate) cluster: Option<Py<Cluster>>,
    pub(crate) resource: Attributes,
    pub(crate) context: Attributes,
    pub(crate) now: i64,
}

impl TakenAside {
    #[inline]
    pub(crate) fn of(aside: Aside<'_, '_>) -> PyResult<Self> {
        Ok(Self {
            cluster: aside.cluster.map(|cluster| cluster.clone().unbind()),
            resource: Attributes::of("resource", aside.resource)?,
            context: Attributes::of("context", aside.context)?,
            now: time::now(aside.now)?,
        })
    }

    /// Returns the same, of one more question.
    pub(crate) fn again(&self, py: Python<'_>) -> Self {
        Self {
            cluster: self.cluster.as_ref().map(|cluster| cluster.clone_ref(py)),
            resource: self.resource.clone(),
            context: self.context.clone(),
            now: self.now,
        }
    }

    /// Returns the cluster.
    #[inline]
    pub(crate) fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref().map(Py::get)
    }
}

/// Decides a question by handles, and returns what holds the snapshot that decided.
#[inline]
pub(crate) fn decide(
    (subject, permission, scope): (&Subject, &Permission, &Scope),
    aside: &TakenAside,
) -> PyResult<(bailiwick::Decision, Guard<Arc<HeldSubject>>)> {
    let cluster = aside.cluster();
    let is_one_engine = subject.0.is_beside(&permission.0)
        && subject.0.is_beside(&scope.0)
        && cluster.is_none_or(|cluster| subject.0.is_beside(&cluster.0));
    if !is_one_engine {
        return Err(foreign());
    }
    let held = subject.0.current();
    let snapshot = held.borrow_owner();
    let (permission_held, scope_held) = (permission.0.at(snapshot), scope.0.at(snapshot));
    let cluster_held = cluster.map(|cluster| cluster.0.at(snapshot));
    let meant_cluster = cluster_held.as_ref().map(|held| *held.borrow_dependent());
    let handles = (held.borrow_dependent(), permission_held.borrow_dependent(), scope_held.borrow_dependent());
    let (resource, context) = (aside.resource.read(), aside.context.read());
    let decision = match (handles, meant_cluster) {
        ((Some(subject), Some(permission), Some(scope)), None | Some(Some(_))) => {
            let (resource, context) = (&values(&resource), &values(&context));
            let situation = Situation { cluster: meant_cluster.flatten(), resource, context, now: aside.now };
            subject.check(*permission, *scope, &situation)
        }
        // A name that is gone since: decided, and denied for the reason that a question by names gets.
        _ => named((subject, permission, scope), aside, |request| snapshot.check(request)),
    };
    drop((permission_held, scope_held, cluster_held));
    Ok((decision, held))
}

/// Hands the request that names what the handles mean to whoever answers it.
pub(crate) fn named<R>(
    (subject, permission, scope): (&Subject, &Permission, &Scope),
    aside: &TakenAside,
    answer: impl FnOnce(&Request<'_>) -> R,
) -> R {
    let (subject, permission) = (subject.0.names(), permission.0.names());
    let listed = subject.groups.as_deref().map(borrowed);
    let (resource, context) = (aside.resource.read(), aside.context.read());
    answer(&Request {
        tenant: subject.tenant.as_deref(),
        subject: &subject.subject,
        groups: groups(listed.as_deref()),
        action: &permission.action,
        kind: &permission.kind,
        scope: scope.0.names(),
        cluster: aside.cluster().map(|cluster| cluster.0.names().at(scope.0.names())),
        resource: &values(&resource),
        context: &values(&context),
        now: aside.now,
    })
}

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
    pub(crate) aside: TakenAside,
}

impl KeptHandles {
    /// Hands the request, by names, to whoever answers it.
    pub(crate) fn ask<R>(&self, answer: impl FnOnce(&Request<'_>) -> R) -> R {
        named((self.subject.get(), self.permission.get(), self.scope.get()), &self.aside, answer)
    }
}
