//! Handles: names looked up once, for those who ask often.

use smallvec::SmallVec;

use crate::decide::decision::{Decision, Reason};
use crate::decide::lookup::{asker, settle, speaks_for_subject};
use crate::decide::question::{Asker, GroupList, Question};
use crate::decide::request::{Groups, Value};
use crate::decide::validity;
use crate::id::{ActionId, ClusterId, KindId, ScopeId, SubjectId, TenantId};
use crate::name::SubjectKind;
use crate::snapshot::{Snapshot, Tables};

/// A subject with the groups of its token, looked up once a token.
///
/// A handle borrows its snapshot. Used with a handle of another snapshot it is denied as `invalid_request`.
#[derive(Clone)]
pub struct Subject<'s> {
    tables: &'s Tables,
    revision: u64,
    tenant: TenantId,
    kind: SubjectKind,
    id: Option<SubjectId>,
    text: Box<str>,
    /// Nothing where the groups are not known.
    groups: Option<SmallVec<[SubjectId; 8]>>,
}

/// One action on one resource kind, looked up once a snapshot.
#[derive(Clone, Copy)]
pub struct Permission<'s> {
    tables: &'s Tables,
    action: ActionId,
    kind: KindId,
}

/// A scope, looked up once a snapshot.
#[derive(Clone, Copy)]
pub struct Scope<'s> {
    tables: &'s Tables,
    scope: ScopeId,
}

/// A cluster of a tenant, looked up once a snapshot.
#[derive(Clone, Copy)]
pub struct Cluster<'s> {
    tables: &'s Tables,
    tenant: TenantId,
    cluster: ClusterId,
}

/// What else a question by handles says: the cluster, the attributes and the time.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// The cluster concerned, if any.
    pub cluster: Option<Cluster<'a>>,
    /// Attributes of the resource, by name.
    pub resource: &'a [(&'a str, Value<'a>)],
    /// Attributes of the context, by name.
    pub context: &'a [(&'a str, Value<'a>)],
    /// The time: seconds since the epoch, UTC.
    pub now: i64,
}

/// Why a name has no handle: the reason with which a check of that name would be denied.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the name has no handle: {reason}")]
pub struct LookupError {
    reason: Reason,
}

impl LookupError {
    /// Returns the reason.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }
}

impl Situation<'_> {
    /// Returns a situation without cluster and attributes, at a time in seconds since the epoch.
    #[must_use]
    pub fn at(now: i64) -> Self {
        Self { cluster: None, resource: &[], context: &[], now }
    }
}

impl Snapshot {
    /// Looks up a subject and the groups of its token.
    ///
    /// A subject that the directory does not mention has a handle too: its groups decide.
    ///
    /// # Errors
    ///
    /// `unknown_tenant`, or `invalid_request` where the subject is malformed or `tenant` is left out while several are
    /// loaded: the reasons with which [`Snapshot::check`] would deny.
    ///
    /// # Examples
    ///
    /// ```
    /// use bailiwick::{Groups, Policy, Situation, Text};
    ///
    /// let text = "
    /// kinds: { job: { lives_in: [project] } }
    /// roles: { researcher: { permissions: { job: CRUD } } }
    /// tenant: acme
    /// scopes: [acme/vision, acme/vision/detector]
    /// access_rules: [{ subject: group:ml, role: researcher, scope: acme/vision }]
    /// ";
    /// let snapshot = Policy::parse([Text::yaml("acme.yaml", text)]).expect("the policy is sound").compile();
    /// let ana = snapshot.subject(None, "user:ana", Groups::Listed(&["ml"])).expect("acme is loaded");
    /// let submit = snapshot.permission("create", "job").expect("jobs are declared");
    /// let detector = snapshot.scope("acme/vision/detector").expect("the project is listed");
    /// assert!(ana.check(submit, detector, &Situation::at(1_767_225_600)).is_allow());
    /// ```
    pub fn subject(&self, tenant: Option<&str>, subject: &str, groups: Groups<'_>) -> Result<Subject<'_>, LookupError> {
        let tables: &Tables = &self.tables;
        let home = match tenant {
            Some(name) if crate::name::check_scope(name).is_err() => {
                return Err(LookupError { reason: Reason::InvalidRequest });
            }
            Some(name) => tables.tenant_id(name),
            None if tables.tenants.len() == 1 => Some(TenantId::new(0)),
            None => return Err(LookupError { reason: Reason::InvalidRequest }),
        };
        let is_malformed =
            crate::name::split_subject(subject).is_none_or(|(_, name)| crate::name::check(name).is_err());
        if is_malformed {
            return Err(LookupError { reason: Reason::InvalidRequest });
        }
        let tenant_id = home.ok_or(LookupError { reason: Reason::UnknownTenant })?;
        let Asker { kind, id, .. } =
            asker(tables, tenant_id, subject).ok_or(LookupError { reason: Reason::InvalidRequest })?;
        let groups = match groups {
            Groups::NotKnown => None,
            Groups::Listed(names) => {
                let mut ids: SmallVec<[SubjectId; 8]> = SmallVec::new();
                for group in names.iter().filter_map(|name| tables.subject_id(tenant_id, SubjectKind::Group, name)) {
                    if !ids.contains(&group) {
                        ids.push(group);
                    }
                }
                Some(ids)
            }
        };
        Ok(Subject { tables, revision: self.revision, tenant: tenant_id, kind, id, text: Box::from(subject), groups })
    }

    /// Looks up one action on one resource kind.
    ///
    /// # Errors
    ///
    /// `unknown_action` or `unknown_kind`; `invalid_request` for a malformed name.
    pub fn permission(&self, action: &str, kind: &str) -> Result<Permission<'_>, LookupError> {
        let tables: &Tables = &self.tables;
        if crate::name::check(action).is_err() || crate::name::check(kind).is_err() {
            return Err(LookupError { reason: Reason::InvalidRequest });
        }
        let action = tables.policy.action(action).ok_or(LookupError { reason: Reason::UnknownAction })?;
        let kind = tables.policy.kind(kind).ok_or(LookupError { reason: Reason::UnknownKind })?;
        Ok(Permission { tables, action, kind })
    }

    /// Looks up a scope of any tenant by its path.
    ///
    /// # Errors
    ///
    /// `unknown_scope`; `invalid_request` for a malformed path.
    pub fn scope(&self, path: &str) -> Result<Scope<'_>, LookupError> {
        let tables: &Tables = &self.tables;
        if crate::name::check_path(path).is_err() {
            return Err(LookupError { reason: Reason::InvalidRequest });
        }
        let scope = tables.scope_id(path).ok_or(LookupError { reason: Reason::UnknownScope })?;
        Ok(Scope { tables, scope })
    }

    /// Looks up a cluster of a tenant by its name.
    ///
    /// # Errors
    ///
    /// `unknown_tenant` or `unknown_cluster`; `invalid_request` for a malformed name.
    pub fn cluster(&self, tenant: &str, name: &str) -> Result<Cluster<'_>, LookupError> {
        let tables: &Tables = &self.tables;
        if crate::name::check_scope(tenant).is_err() || crate::name::check(name).is_err() {
            return Err(LookupError { reason: Reason::InvalidRequest });
        }
        let tenant_id = tables.tenant_id(tenant).ok_or(LookupError { reason: Reason::UnknownTenant })?;
        let row = tables.tenant(tenant_id).ok_or(LookupError { reason: Reason::UnknownTenant })?;
        let cluster = row.clusters.get(name).copied().ok_or(LookupError { reason: Reason::UnknownCluster })?;
        Ok(Cluster { tables, tenant: tenant_id, cluster })
    }
}

impl Subject<'_> {
    /// Decides, exactly as [`Snapshot::check`] does for the names behind the handles.
    ///
    /// # Cost
    ///
    /// No look-up of names; the rules of the subject and its groups are read. Nothing is allocated.
    pub fn check(&self, permission: Permission<'_>, scope: Scope<'_>, situation: &Situation<'_>) -> Decision {
        let decided = self.question(permission, scope, situation).and_then(|question| {
            settle(&question, situation.cluster.is_some())?;
            Ok(validity::decide(&question))
        });
        decided.unwrap_or_else(|reason| Decision::denial(reason, self.revision))
    }

    /// Puts the handles together; they belong to one snapshot and one tenant, or the request is denied.
    fn question<'a>(
        &'a self,
        permission: Permission<'a>,
        scope: Scope<'a>,
        situation: &Situation<'a>,
    ) -> Result<Question<'a>, Reason> {
        let tables = self.tables;
        let is_same = |other: &Tables| std::ptr::eq(tables, other);
        let is_foreign = situation.cluster.is_some_and(|cluster| !is_same(cluster.tables));
        if !is_same(permission.tables) || !is_same(scope.tables) || is_foreign || speaks_for_subject(situation.context)
        {
            return Err(Reason::InvalidRequest);
        }
        let tenant = tables.tenant(self.tenant).ok_or(Reason::UnknownTenant)?;
        let place = tables.scope(scope.scope).ok_or(Reason::UnknownScope)?;
        if place.tenant != self.tenant {
            return Err(Reason::OtherTenant);
        }
        let is_elsewhere = situation.cluster.is_some_and(|cluster| cluster.tenant != self.tenant);
        if is_elsewhere {
            return Err(if tenant.is_closed { Reason::TenantClosed } else { Reason::UnknownCluster });
        }
        Ok(Question {
            tables,
            revision: self.revision,
            tenant_id: self.tenant,
            tenant,
            asker: Asker { kind: self.kind, id: self.id, text: &self.text },
            groups: self.groups.as_ref().map_or(GroupList::NotKnown, |ids| GroupList::Ids(ids)),
            action: permission.action,
            kind: permission.kind,
            right: None,
            scope: scope.scope,
            place,
            cluster: situation.cluster.map(|cluster| cluster.cluster).or(place.cluster),
            resource: situation.resource,
            context: situation.context,
            now: situation.now,
        })
    }
}
