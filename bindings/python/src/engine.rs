//! The engine.

use std::path::PathBuf;
use std::sync::Arc;

use bailiwick::{Change, LoadError, Policy, Severity};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::actor::Actor;
use crate::approved::Approved;
use crate::asked::{Arguments, Taken};
use crate::cluster::Cluster;
use crate::convert::owned_names;
use crate::decision::{Asked, Decision};
use crate::decisions::{AllAsked, Decisions};
use crate::diagnostic::Diagnostic;
use crate::edit::Edit;
use crate::explanation::Explanation;
use crate::following::Following;
use crate::matrix::Matrix;
use crate::numbered::Numbered;
use crate::permission::Permission;
use crate::prepared::{self, ClusterNames, PermissionNames, ScopeName, SubjectNames};
use crate::prepared_many::{Column, Columns};
use crate::scope::Scope;
use crate::shared::{Shared, Sources};
use crate::situation::Aside;
use crate::subject::Subject;
use crate::text::Text;
use crate::word::Word;
use crate::{errors, many, time};

/// Holds the current policy with its directories, answers questions about it, and changes it whole.
///
/// It may be asked from any number of threads; nobody ever waits, and nobody sees half a change. Made by
/// `Engine.load` and `Engine.parse`.
#[pyclass(frozen, module = "bailiwick")]
pub(crate) struct Engine(pub(crate) Arc<Shared>);

#[pymethods]
impl Engine {
    /// Read files together: `.jsonl` is a feed, anything else YAML or JSON.
    ///
    /// Where only some directories are refused the others are loaded, and `diagnostics` and `refused_tenants` tell;
    /// with `require_complete` that is an error too. Other threads run meanwhile.
    #[staticmethod]
    #[pyo3(signature = (*paths, require_complete = false))]
    fn load(py: Python<'_>, paths: Vec<PathBuf>, require_complete: bool) -> PyResult<Self> {
        Self::read(py, Sources::Files(some(paths)?), require_complete)
    }

    /// Read texts together, as `load` reads files.
    #[staticmethod]
    #[pyo3(signature = (*texts, require_complete = false))]
    fn parse(py: Python<'_>, texts: Vec<Bound<'_, Text>>, require_complete: bool) -> PyResult<Self> {
        let texts = texts.iter().map(|text| text.get().clone()).collect();
        Self::read(py, Sources::Texts(some(texts)?), require_complete)
    }

    /// Decide a request: whether the subject may do the action on the kind of resource at the scope.
    ///
    /// What is unknown is denied. Left out, `groups` are not known, which is not the same as an empty list; `tenant` may be
    /// left out while one is loaded; `now` is an aware datetime, and the clock's where left out.
    #[pyo3(signature = (subject, action, kind, scope, *, tenant=None, cluster=None, groups=None, resource=None, context=None, now=None))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn check(
        &self,
        subject: Word<'_, '_>,
        action: Word<'_, '_>,
        kind: Word<'_, '_>,
        scope: Word<'_, '_>,
        tenant: Option<Word<'_, '_>>,
        cluster: Option<Word<'_, '_>>,
        groups: Option<&Bound<'_, PyAny>>,
        resource: Option<&Bound<'_, PyAny>>,
        context: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Decision> {
        let arguments = Arguments { subject, action, kind, scope, tenant, cluster, groups, resource, context };
        let mut taken = Taken::at(arguments, time::now(now)?);
        taken.take()?;
        let snapshot = self.0.snapshot();
        let decision = taken.ask(|request| snapshot.check(request))?;
        Ok(Decision::new(decision, snapshot, Asked::Names(taken.keep()?)))
    }

    /// Return whether `check` would allow, without saying why; the arguments are those of `check`.
    #[pyo3(signature = (subject, action, kind, scope, *, tenant=None, cluster=None, groups=None, resource=None, context=None, now=None))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn may(
        &self,
        subject: Word<'_, '_>,
        action: Word<'_, '_>,
        kind: Word<'_, '_>,
        scope: Word<'_, '_>,
        tenant: Option<Word<'_, '_>>,
        cluster: Option<Word<'_, '_>>,
        groups: Option<&Bound<'_, PyAny>>,
        resource: Option<&Bound<'_, PyAny>>,
        context: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<bool> {
        let arguments = Arguments { subject, action, kind, scope, tenant, cluster, groups, resource, context };
        let mut taken = Taken::at(arguments, time::now(now)?);
        taken.take()?;
        taken.ask(|request| self.0.engine().check(request).is_allow())
    }

    /// Decide many requests at one time, each as `check` does, on one revision. Other threads run meanwhile.
    ///
    /// A request is a `Request`, or a tuple of subject, action, kind, scope and, perhaps, the groups of the token and the cluster.
    #[pyo3(signature = (requests, *, now=None))]
    fn check_many(&self, requests: &Bound<'_, PyAny>, now: Option<&Bound<'_, PyAny>>) -> PyResult<Decisions> {
        let (items, now) = (many::taken(requests)?, time::now(now)?);
        let snapshot = self.0.snapshot();
        let decisions = many::decide(&snapshot, &items, now)?;
        Ok(Decisions::new(decisions, snapshot, AllAsked::Names { items: items.unbind(), now }))
    }

    /// Decide many requests by handles at one time, each as `Subject.check` does, on one revision.
    ///
    /// Each of `subjects`, `permissions` and `scopes` is one handle for all of them, or a list or a NumPy array of handles,
    /// all equally long. Other threads run meanwhile.
    #[pyo3(signature = (subjects, permissions, scopes, *, cluster=None, resource=None, context=None, now=None))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn check_prepared(
        &self,
        subjects: &Bound<'_, PyAny>,
        permissions: &Bound<'_, PyAny>,
        scopes: &Bound<'_, PyAny>,
        cluster: Option<&Bound<'_, Cluster>>,
        resource: Option<&Bound<'_, PyAny>>,
        context: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Decisions> {
        let py = subjects.py();
        let columns =
            (Column::of("subjects", subjects)?, Column::of("permissions", permissions)?, Column::of("scopes", scopes)?);
        let mut aside = Aside::at(time::now(now)?);
        aside.take(resource, context)?;
        let cluster = cluster.map(|cluster| cluster.clone().unbind());
        let columns = Columns::new(py, columns, cluster, aside)?;
        let snapshot = self.0.snapshot();
        let decisions = columns.decide(py, &self.0, &snapshot)?;
        Ok(Decisions::new(decisions, snapshot, AllAsked::Handles(columns)))
    }

    /// Say why a request is decided as it is; the arguments are those of `check`.
    #[pyo3(signature = (subject, action, kind, scope, *, tenant=None, cluster=None, groups=None, resource=None, context=None, now=None))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn explain(
        &self,
        subject: Word<'_, '_>,
        action: Word<'_, '_>,
        kind: Word<'_, '_>,
        scope: Word<'_, '_>,
        tenant: Option<Word<'_, '_>>,
        cluster: Option<Word<'_, '_>>,
        groups: Option<&Bound<'_, PyAny>>,
        resource: Option<&Bound<'_, PyAny>>,
        context: Option<&Bound<'_, PyAny>>,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Explanation> {
        let arguments = Arguments { subject, action, kind, scope, tenant, cluster, groups, resource, context };
        let mut taken = Taken::at(arguments, time::now(now)?);
        taken.take()?;
        let snapshot = self.0.snapshot();
        let explained = taken.ask(|request| snapshot.explain(request))?;
        Ok(Explanation::new(explained, snapshot))
    }

    /// Look up a subject and the groups of its token, to ask often. The names are those of `check`.
    ///
    /// Raises `LookupError` with the reason for which `check` would deny.
    #[pyo3(signature = (subject, *, tenant=None, groups=None))]
    fn subject(
        &self,
        py: Python<'_>,
        subject: String,
        tenant: Option<String>,
        groups: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Subject> {
        let names = SubjectNames { tenant, subject, groups: owned_names("groups", groups)? };
        let snapshot = self.0.snapshot();
        prepared::subject(&snapshot, &names).map_err(|error| errors::lookup(py, error))?;
        Ok(Subject(Following::new(&self.0, snapshot, names)))
    }

    /// Look up an action on a resource kind, to ask often.
    ///
    /// Raises `LookupError` with the reason for which `check` would deny.
    fn permission(&self, py: Python<'_>, action: String, kind: String) -> PyResult<Permission> {
        let names = PermissionNames { action, kind };
        prepared::permission(&self.0.snapshot(), &names).map_err(|error| errors::lookup(py, error))?;
        Ok(Permission(Numbered::new(&self.0, names)))
    }

    /// Look up a scope by its path, to ask often.
    ///
    /// Raises `LookupError` with the reason for which `check` would deny.
    fn scope(&self, py: Python<'_>, path: String) -> PyResult<Scope> {
        let name = ScopeName(path);
        prepared::scope(&self.0.snapshot(), &name).map_err(|error| errors::lookup(py, error))?;
        Ok(Scope(Numbered::new(&self.0, name)))
    }

    /// Look up a cluster by its name, to ask often; the tenant may be left out while one is loaded.
    ///
    /// Raises `LookupError` with the reason for which `check` would deny.
    #[pyo3(signature = (name, *, tenant=None))]
    fn cluster(&self, py: Python<'_>, name: String, tenant: Option<String>) -> PyResult<Cluster> {
        let snapshot = self.0.snapshot();
        let only = || prepared::only_tenant(&snapshot).unwrap_or_default().to_owned();
        let names = ClusterNames { tenant: tenant.unwrap_or_else(only), name };
        prepared::cluster(&snapshot, &names).map_err(|error| errors::lookup(py, error))?;
        Ok(Cluster(Numbered::new(&self.0, names)))
    }

    /// Read files again and make them current, and return the revision: the files of `load` where none are named.
    ///
    /// Raises `LoadError` where they are refused, and what was loaded before stays. Changes that were applied since are
    /// those of the files or lost. Other threads run meanwhile.
    #[pyo3(signature = (*paths, require_complete = false))]
    fn reload(&self, py: Python<'_>, paths: Vec<PathBuf>, require_complete: bool) -> PyResult<u64> {
        let sources = match (paths.is_empty(), &self.0.loaded().sources) {
            (false, _) => Sources::Files(paths),
            (true, Sources::Files(paths)) => Sources::Files(paths.clone()),
            (true, Sources::Texts(_)) => {
                return Err(PyValueError::new_err("the engine was made of texts: say which files"));
            }
        };
        self.renew(py, sources, require_complete)
    }

    /// Make other texts current, as `reload` does with files.
    #[pyo3(signature = (*texts, require_complete = false))]
    fn replace(&self, py: Python<'_>, texts: Vec<Bound<'_, Text>>, require_complete: bool) -> PyResult<u64> {
        let texts = texts.iter().map(|text| text.get().clone()).collect();
        self.renew(py, Sources::Texts(some(texts)?), require_complete)
    }

    /// Ask whether an actor may make a change, item by item. Nothing changes until the approval is applied, so this is the dry
    /// run too.
    ///
    /// `is_forced` lets a scope be left without anybody who can administer it, and skips no other guard.
    #[pyo3(signature = (actor, edit, *, tenant=None, is_forced=false, now=None))]
    fn approve(
        &self,
        py: Python<'_>,
        actor: &Bound<'_, Actor>,
        edit: &Bound<'_, Edit>,
        tenant: Option<&str>,
        is_forced: bool,
        now: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Approved> {
        let (actor, edit, now) = (actor.get(), edit.get(), time::now(now)?);
        let snapshot = self.0.snapshot();
        let when = edit.condition(py, &snapshot)?;
        Ok(Approved(py.detach(|| {
            edit.with(when.as_ref(), |edit| {
                let change = Change { tenant, edit, is_forced, now };
                actor.act(|actor| snapshot.approve(actor, &change))
            })
        })))
    }

    /// Make what an approval leads to current, and return its revision. Items that were refused are left out.
    ///
    /// Raises `StaleApproval` where it was given on another revision than the current one.
    fn apply(&self, py: Python<'_>, approved: &Bound<'_, Approved>) -> PyResult<u64> {
        self.0.engine().apply(&approved.get().0).map_err(|error| errors::stale(py, error))
    }

    /// Return the role matrix of the policy that was loaded last.
    fn matrix(&self) -> Matrix {
        Matrix(self.0.loaded().matrix.clone())
    }

    /// The current revision: one more with every reload and every change.
    #[getter]
    fn revision(&self) -> u64 {
        self.0.engine().revision()
    }

    /// The tenants that are loaded, sorted.
    #[getter]
    fn tenants<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.snapshot().tenants().collect::<Vec<_>>())
    }

    /// What was found in the texts that were loaded last: errors of what was left out, and warnings.
    #[getter]
    fn diagnostics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.loaded().findings.iter().map(Diagnostic::of))
    }

    /// The tenants whose directory was refused by the last load, sorted: everything is denied there.
    #[getter]
    fn refused_tenants<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.loaded().refused_tenants)
    }

    /// The tenants in which everything is denied, since a deny of their feed could not be taken; sorted.
    #[getter]
    fn closed_tenants<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.loaded().closed_tenants)
    }

    /// Whether the last load refused nothing and left nothing out.
    #[getter]
    fn is_complete(&self) -> bool {
        self.0.loaded().is_complete
    }

    fn __repr__(&self) -> String {
        format!("<Engine at revision {}>", self.revision())
    }
}

impl Engine {
    fn read(py: Python<'_>, sources: Sources, is_all_or_nothing: bool) -> PyResult<Self> {
        let policy = load(py, &sources, is_all_or_nothing)?;
        Ok(Self(Arc::new(py.detach(|| Shared::new(&policy, sources)))))
    }

    fn renew(&self, py: Python<'_>, sources: Sources, is_all_or_nothing: bool) -> PyResult<u64> {
        let policy = load(py, &sources, is_all_or_nothing)?;
        Ok(py.detach(|| self.0.replace(&policy, sources)))
    }
}

/// Reads a policy while other threads run.
fn load(py: Python<'_>, sources: &Sources, is_all_or_nothing: bool) -> PyResult<Policy> {
    let policy = py.detach(|| sources.read()).map_err(|error: LoadError| errors::load(py, &error))?;
    if is_all_or_nothing && !policy.is_complete() {
        let errors = policy.findings().iter().filter(|finding| finding.severity() == Severity::Error);
        let message = errors.map(ToString::to_string).collect::<Vec<_>>().join("\n\n");
        return Err(errors::findings(py, policy.findings(), &message));
    }
    Ok(policy)
}

fn some<T>(sources: Vec<T>) -> PyResult<Vec<T>> {
    if sources.is_empty() { Err(PyTypeError::new_err("expected at least one source, found none")) } else { Ok(sources) }
}
