//! What is to be changed.

use bailiwick::{Condition, Denied, Denies, RuleLimits, Rules, Snapshot};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::convert::{all_names, borrowed};
use crate::limits::Limits;

/// What is to be changed in the directory of a tenant: made by the functions of this class.
///
/// Names are written as in documents: a subject as `kind:name`, a scope as its path. Edits with lists are answered item by item.
#[pyclass(frozen, module = "bailiwick")]
pub(crate) struct Edit(What);

/// The same, owned.
enum What {
    AddRules(RuleList),
    RemoveRules(RuleList),
    AddDenies(DenyList),
    RemoveDenies(DenyList),
    GiveRole { subject: String, role: String },
    TakeRole { subject: String, role: String },
    Place { subject: String, scope: String },
    Displace { subject: String, scope: String },
    Disable(Vec<String>),
    Enable(Vec<String>),
    MoveScope { scope: String, to: String },
    CreateScope { path: String, id: Option<String>, kind: Option<String> },
    RenameScope { scope: String, name: String },
    DeleteScope(String),
    CreateCluster { name: String, id: Option<String> },
    RenameCluster { cluster: String, name: String },
    DeleteCluster(String),
    CreateSubject { subject: String, is_internal: bool },
    DeleteSubject(String),
    AddMember { group: String, member: String },
    RemoveMember { group: String, member: String },
    DisableRole(String),
    EnableRole(String),
}

/// Access rules.
struct RuleList {
    subjects: Vec<String>,
    roles: Vec<String>,
    scopes: Vec<String>,
    limits: Limits,
}

/// What deny rules deny.
enum DeniedNames {
    Roles(Vec<String>),
    /// Actions by kind.
    Permissions(Vec<(String, Vec<String>)>),
}

/// Deny rules.
struct DenyList {
    subjects: Vec<String>,
    denied: DeniedNames,
    scopes: Vec<String>,
    limits: Limits,
}

impl Edit {
    /// Reads the condition of the rules, if they have one.
    pub(crate) fn condition(&self, py: Python<'_>, snapshot: &Snapshot) -> PyResult<Option<Condition>> {
        match &self.0 {
            What::AddRules(list) | What::RemoveRules(list) => list.limits.condition(py, snapshot),
            What::AddDenies(list) | What::RemoveDenies(list) => list.limits.condition(py, snapshot),
            _ => Ok(None),
        }
    }

    /// Hands the edit to whoever asks for it; `when` is its condition.
    pub(crate) fn with<R>(&self, when: Option<&Condition>, ask: impl FnOnce(bailiwick::Edit<'_>) -> R) -> R {
        use bailiwick::Edit as To;
        match &self.0 {
            What::AddRules(list) => list.with(when, |rules| ask(To::AddRules(rules))),
            What::RemoveRules(list) => list.with(when, |rules| ask(To::RemoveRules(rules))),
            What::AddDenies(list) => list.with(when, |denies| ask(To::AddDenies(denies))),
            What::RemoveDenies(list) => list.with(when, |denies| ask(To::RemoveDenies(denies))),
            What::GiveRole { subject, role } => ask(To::GiveRole { subject, role }),
            What::TakeRole { subject, role } => ask(To::TakeRole { subject, role }),
            What::Place { subject, scope } => ask(To::Place { subject, scope }),
            What::Displace { subject, scope } => ask(To::Displace { subject, scope }),
            What::Disable(subjects) => ask(To::Disable(&borrowed(subjects))),
            What::Enable(subjects) => ask(To::Enable(&borrowed(subjects))),
            What::MoveScope { scope, to } => ask(To::MoveScope { scope, to }),
            What::CreateScope { path, id, kind } => {
                ask(To::CreateScope { path, id: id.as_deref(), kind: kind.as_deref() })
            }
            What::RenameScope { scope, name } => ask(To::RenameScope { scope, name }),
            What::DeleteScope(scope) => ask(To::DeleteScope(scope)),
            What::CreateCluster { name, id } => ask(To::CreateCluster { name, id: id.as_deref() }),
            What::RenameCluster { cluster, name } => ask(To::RenameCluster { cluster, name }),
            What::DeleteCluster(cluster) => ask(To::DeleteCluster(cluster)),
            What::CreateSubject { subject, is_internal } => {
                ask(To::CreateSubject { subject, is_internal: *is_internal })
            }
            What::DeleteSubject(subject) => ask(To::DeleteSubject(subject)),
            What::AddMember { group, member } => ask(To::AddMember { group, member }),
            What::RemoveMember { group, member } => ask(To::RemoveMember { group, member }),
            What::DisableRole(role) => ask(To::DisableRole(role)),
            What::EnableRole(role) => ask(To::EnableRole(role)),
        }
    }
}

impl RuleList {
    fn with<R>(&self, when: Option<&Condition>, ask: impl FnOnce(Rules<'_>) -> R) -> R {
        let (subjects, roles, scopes) = (borrowed(&self.subjects), borrowed(&self.roles), borrowed(&self.scopes));
        let (subjects, roles, scopes) = (&*subjects, &*roles, &*scopes);
        self.limits.with(when, |limits| ask(Rules { subjects, roles, scopes, limits }))
    }
}

impl DenyList {
    fn with<R>(&self, when: Option<&Condition>, ask: impl FnOnce(Denies<'_>) -> R) -> R {
        let (subjects, scopes) = (borrowed(&self.subjects), borrowed(&self.scopes));
        let (subjects, scopes) = (&*subjects, &*scopes);
        let ask = |denied: Denied<'_>| {
            self.limits.with(when, |limits: RuleLimits<'_>| ask(Denies { subjects, denied, scopes, limits }))
        };
        match &self.denied {
            DeniedNames::Roles(roles) => ask(Denied::Roles(&borrowed(roles))),
            DeniedNames::Permissions(permissions) => {
                let actions: Vec<Vec<&str>> = permissions.iter().map(|(_, actions)| borrowed(actions)).collect();
                let kinds = permissions.iter().map(|(kind, _)| kind.as_str());
                ask(Denied::Permissions(
                    &kinds.zip(&actions).map(|(kind, actions)| (kind, &**actions)).collect::<Vec<_>>(),
                ))
            }
        }
    }
}

#[pymethods]
impl Edit {
    /// Add an access rule for every subject, role and scope; `when` is a condition in YAML or JSON.
    #[staticmethod]
    #[pyo3(signature = (*, subjects, roles, scopes, clusters=None, from_=None, until=None, when=None))]
    fn add_rules(
        subjects: Any<'_, '_>,
        roles: Any<'_, '_>,
        scopes: Any<'_, '_>,
        clusters: Option<Any<'_, '_>>,
        from_: Option<Any<'_, '_>>,
        until: Option<Any<'_, '_>>,
        when: Option<String>,
    ) -> PyResult<Self> {
        let limits = Limits::of(clusters, from_, until, when)?;
        let (subjects, roles, scopes) =
            (all_names("subjects", subjects)?, all_names("roles", roles)?, all_names("scopes", scopes)?);
        Ok(Self(What::AddRules(RuleList { subjects, roles, scopes, limits })))
    }

    /// Remove the access rules that are exactly these, whatever their ids.
    #[staticmethod]
    #[pyo3(signature = (*, subjects, roles, scopes, clusters=None, from_=None, until=None, when=None))]
    fn remove_rules(
        subjects: Any<'_, '_>,
        roles: Any<'_, '_>,
        scopes: Any<'_, '_>,
        clusters: Option<Any<'_, '_>>,
        from_: Option<Any<'_, '_>>,
        until: Option<Any<'_, '_>>,
        when: Option<String>,
    ) -> PyResult<Self> {
        let limits = Limits::of(clusters, from_, until, when)?;
        let (subjects, roles, scopes) =
            (all_names("subjects", subjects)?, all_names("roles", roles)?, all_names("scopes", scopes)?);
        Ok(Self(What::RemoveRules(RuleList { subjects, roles, scopes, limits })))
    }

    /// Add a deny rule for every subject, role (or the permissions: actions by kind) and scope.
    #[staticmethod]
    #[pyo3(signature = (*, subjects, scopes, roles=None, permissions=None, clusters=None, from_=None, until=None, when=None))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn add_denies(
        subjects: Any<'_, '_>,
        scopes: Any<'_, '_>,
        roles: Option<Any<'_, '_>>,
        permissions: Option<&Bound<'_, PyDict>>,
        clusters: Option<Any<'_, '_>>,
        from_: Option<Any<'_, '_>>,
        until: Option<Any<'_, '_>>,
        when: Option<String>,
    ) -> PyResult<Self> {
        let (limits, denied) = (Limits::of(clusters, from_, until, when)?, denied(roles, permissions)?);
        let (subjects, scopes) = (all_names("subjects", subjects)?, all_names("scopes", scopes)?);
        Ok(Self(What::AddDenies(DenyList { subjects, denied, scopes, limits })))
    }

    /// Remove the deny rules that are exactly these, whatever their ids.
    #[staticmethod]
    #[pyo3(signature = (*, subjects, scopes, roles=None, permissions=None, clusters=None, from_=None, until=None, when=None))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn remove_denies(
        subjects: Any<'_, '_>,
        scopes: Any<'_, '_>,
        roles: Option<Any<'_, '_>>,
        permissions: Option<&Bound<'_, PyDict>>,
        clusters: Option<Any<'_, '_>>,
        from_: Option<Any<'_, '_>>,
        until: Option<Any<'_, '_>>,
        when: Option<String>,
    ) -> PyResult<Self> {
        let (limits, denied) = (Limits::of(clusters, from_, until, when)?, denied(roles, permissions)?);
        let (subjects, scopes) = (all_names("subjects", subjects)?, all_names("scopes", scopes)?);
        Ok(Self(What::RemoveDenies(DenyList { subjects, denied, scopes, limits })))
    }

    /// Give a subject a role, to be held at its organizations (the older form).
    #[staticmethod]
    #[pyo3(signature = (*, subject, role))]
    fn give_role(subject: String, role: String) -> Self {
        Self(What::GiveRole { subject, role })
    }

    /// Take such a role.
    #[staticmethod]
    #[pyo3(signature = (*, subject, role))]
    fn take_role(subject: String, role: String) -> Self {
        Self(What::TakeRole { subject, role })
    }

    /// Place a subject in an organization, to hold its roles there (the older form).
    #[staticmethod]
    #[pyo3(signature = (*, subject, scope))]
    fn place(subject: String, scope: String) -> Self {
        Self(What::Place { subject, scope })
    }

    /// Take a subject out of an organization.
    #[staticmethod]
    #[pyo3(signature = (*, subject, scope))]
    fn displace(subject: String, scope: String) -> Self {
        Self(What::Displace { subject, scope })
    }

    /// Disable users and applications: everything is denied to them.
    #[staticmethod]
    fn disable(subjects: Any<'_, '_>) -> PyResult<Self> {
        Ok(Self(What::Disable(all_names("subjects", subjects)?)))
    }

    /// Enable users and applications.
    #[staticmethod]
    fn enable(subjects: Any<'_, '_>) -> PyResult<Self> {
        Ok(Self(What::Enable(all_names("subjects", subjects)?)))
    }

    /// Move a scope, with all that is under it, below another parent of the same kind. Rules follow.
    #[staticmethod]
    #[pyo3(signature = (*, scope, to))]
    fn move_scope(scope: String, to: String) -> Self {
        Self(What::MoveScope { scope, to })
    }

    /// Create a scope below an existing one; its id is the path where left out.
    #[staticmethod]
    #[pyo3(signature = (path, *, id=None, kind=None))]
    fn create_scope(path: String, id: Option<String>, kind: Option<String>) -> Self {
        Self(What::CreateScope { path, id, kind })
    }

    /// Rename a scope: `name` is the new last part of its path. Rules follow.
    #[staticmethod]
    #[pyo3(signature = (*, scope, name))]
    fn rename_scope(scope: String, name: String) -> Self {
        Self(What::RenameScope { scope, name })
    }

    /// Delete a scope and all that is under it, with every rule and deny there.
    #[staticmethod]
    fn delete_scope(scope: String) -> Self {
        Self(What::DeleteScope(scope))
    }

    /// Create a cluster on the axis; its id is the name where left out.
    #[staticmethod]
    #[pyo3(signature = (name, *, id=None))]
    fn create_cluster(name: String, id: Option<String>) -> Self {
        Self(What::CreateCluster { name, id })
    }

    /// Rename a cluster of the axis. Rules follow.
    #[staticmethod]
    #[pyo3(signature = (*, cluster, name))]
    fn rename_cluster(cluster: String, name: String) -> Self {
        Self(What::RenameCluster { cluster, name })
    }

    /// Delete a cluster of the axis from every list. A list that loses its last cluster gives nothing.
    #[staticmethod]
    fn delete_cluster(cluster: String) -> Self {
        Self(What::DeleteCluster(cluster))
    }

    /// List a user, an application or a group. Nothing that its name had once comes back.
    #[staticmethod]
    #[pyo3(signature = (subject, *, is_internal=false))]
    fn create_subject(subject: String, is_internal: bool) -> Self {
        Self(What::CreateSubject { subject, is_internal })
    }

    /// Delete a user, an application or a group, with all that it has.
    #[staticmethod]
    fn delete_subject(subject: String) -> Self {
        Self(What::DeleteSubject(subject))
    }

    /// Count a user or an application in a group of the directory, which is named without `group:`.
    #[staticmethod]
    #[pyo3(signature = (*, group, member))]
    fn add_member(group: String, member: String) -> Self {
        Self(What::AddMember { group, member })
    }

    /// Count a member out.
    #[staticmethod]
    #[pyo3(signature = (*, group, member))]
    fn remove_member(group: String, member: String) -> Self {
        Self(What::RemoveMember { group, member })
    }

    /// Disable a role in this tenant: it gives nothing, also where it is included.
    #[staticmethod]
    fn disable_role(role: String) -> Self {
        Self(What::DisableRole(role))
    }

    /// Enable a role.
    #[staticmethod]
    fn enable_role(role: String) -> Self {
        Self(What::EnableRole(role))
    }
}

/// Takes what deny rules deny: roles, or actions by kind, and not both.
fn denied(roles: Option<&Bound<'_, PyAny>>, permissions: Option<&Bound<'_, PyDict>>) -> PyResult<DeniedNames> {
    match (roles, permissions) {
        (Some(roles), None) => Ok(DeniedNames::Roles(all_names("roles", roles)?)),
        (None, Some(permissions)) => {
            let entry = |entry: Bound<'_, PyAny>| {
                let (kind, actions): (String, Bound<'_, PyAny>) = entry.extract()?;
                Ok((kind, all_names("permissions", &actions)?))
            };
            permissions.items().iter().map(entry).collect::<PyResult<_>>().map(DeniedNames::Permissions)
        }
        _ => Err(PyTypeError::new_err("expected either `roles` or `permissions`")),
    }
}

type Any<'a, 'py> = &'a Bound<'py, PyAny>;
