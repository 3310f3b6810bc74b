//! A world as the reference sees it: names and lists, nothing else.

use bailiwick::document::Condition;

/// Everything that the documents say, in one place.
#[derive(Clone, Debug)]
pub struct World {
    /// The catalogue.
    pub policy: Policy,
    /// The directories.
    pub tenants: Vec<Tenant>,
    /// Tenants that are not loaded, for a directory that people wrote has a finding.
    pub refused: Vec<String>,
}

/// The catalogue.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Name and parent of every scope kind.
    pub scope_kinds: Vec<(String, Option<String>)>,
    /// Where clusters are.
    pub topology: Topology,
    /// Every action.
    pub actions: Vec<String>,
    /// Every resource kind.
    pub kinds: Vec<Kind>,
    /// Full name and type of every declared attribute.
    pub attributes: Vec<(String, String)>,
    /// The policy's roles.
    pub roles: Vec<Role>,
    /// The qualifiers of cells of the two rights.
    pub qualifiers: Vec<Qualifier>,
    /// The kind that is the right to give roles.
    pub role_right: Option<String>,
    /// The kind that is the right to place subjects.
    pub place_right: Option<String>,
    /// The kind whose `update` is the right to disable subjects.
    pub disable_right: Option<String>,
    /// The scope kinds at which the right to place is needed.
    pub organizations: Vec<String>,
    /// Whether who gives must hold.
    pub is_strict: bool,
    /// The denies for everybody.
    pub restrictions: Vec<Restriction>,
}

/// Where clusters are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Topology {
    /// Beside the tree.
    Axis,
    /// In the tree.
    Nested,
    /// Nowhere.
    Absent,
}

/// A resource kind.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its name.
    pub name: String,
    /// The scope kinds (or `cluster`) at which it lives; none where it is a scope itself.
    pub lives_in: Option<Vec<String>>,
    /// Whether a request should name a cluster.
    pub concerns_cluster: bool,
    /// Whether members below may read it.
    pub read_from_below: bool,
    /// Its gate.
    pub requires: Option<Gate>,
}

/// A gate.
#[derive(Clone, Debug)]
pub struct Gate {
    /// The module that must be there.
    pub module: Option<String>,
    /// The least version.
    pub version: Option<String>,
    /// Whether the cluster must be connected.
    pub connected: bool,
    /// Whether the facts are those of the cluster.
    pub of_cluster: bool,
}

/// A role.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Where it can be held; anywhere where not told.
    pub held_at: Option<Vec<String>>,
    /// The roles that it includes.
    pub includes: Vec<String>,
    /// Its own permissions.
    pub rows: Vec<Row>,
    /// Its gate.
    pub requires: Option<Gate>,
}

/// A qualifier.
#[derive(Clone, Debug)]
pub struct Qualifier {
    /// Its name.
    pub name: String,
    /// The roles that may be given; all, later ones too, where not told.
    pub roles: Option<Vec<String>>,
    /// The scope kinds at which; any where not told.
    pub at: Option<Vec<String>>,
    /// How long a rule may hold at most, in seconds; for ever where not told.
    pub seconds_max: Option<i64>,
}

/// Some actions on a kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The kind, or `*`.
    pub kind: String,
    /// The actions, or `*`.
    pub actions: Vec<String>,
    /// The name of the qualifier.
    pub qualifier: Option<String>,
}

/// A deny for everybody.
#[derive(Clone, Debug)]
pub struct Restriction {
    /// Its name.
    pub name: String,
    /// The kinds, or `*`.
    pub kinds: Vec<String>,
    /// The actions, or `*`.
    pub actions: Vec<String>,
    /// When it denies.
    pub test: Test,
}

/// When a restriction denies.
#[derive(Clone, Debug)]
pub enum Test {
    /// Where the condition is true.
    When(Condition),
    /// Where the condition is false.
    Unless(Condition),
    /// Where the gate is missing.
    Requires(Gate),
}

/// The directory of one tenant.
#[derive(Clone, Debug, Default)]
pub struct Tenant {
    /// Its name.
    pub name: String,
    /// Whether a deny of its feed could not be read.
    pub is_closed: bool,
    /// Its facts.
    pub facts: Facts,
    /// Its clusters.
    pub clusters: Vec<Cluster>,
    /// Its scopes, the root first.
    pub scopes: Vec<Scope>,
    /// Its listed users and apps.
    pub listed: Vec<Account>,
    /// Declared groups as `group:name`, and their members.
    pub groups: Vec<(String, Vec<String>)>,
    /// Its own roles.
    pub custom_roles: Vec<Role>,
    /// Names of roles that give nothing.
    pub disabled_roles: Vec<String>,
    /// What is allowed.
    pub access_rules: Vec<Rule>,
    /// What is denied.
    pub deny_rules: Vec<Rule>,
    /// Who has roles and organizations apart from rules.
    pub older: Vec<Older>,
    /// The rules that come of roles and organizations.
    pub older_rules: Vec<Rule>,
    /// Subjects that were deleted and not created again, as `kind:name`.
    pub deleted: Vec<String>,
}

/// A cluster.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: String,
    /// Its facts.
    pub facts: Facts,
}

/// A listed user or app.
#[derive(Clone, Debug)]
pub struct Account {
    /// Who: `kind:name`.
    pub name: String,
    /// Whether everything is denied.
    pub is_disabled: bool,
    /// Whether it is an internal operator.
    pub is_internal: bool,
}

/// The older form: roles and organizations, each by itself.
#[derive(Clone, Debug)]
pub struct Older {
    /// Who: `kind:name`.
    pub subject: String,
    /// The roles.
    pub roles: Vec<String>,
    /// The organizations, as paths.
    pub organizations: Vec<String>,
}

/// What gates ask.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The version.
    pub version: Option<String>,
    /// The modules.
    pub modules: Vec<String>,
    /// Whether a cluster is connected.
    pub connected: Option<bool>,
}

/// A place.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The names from the tenant down.
    pub path: String,
    /// Its scope kind.
    pub kind: String,
    /// Its id.
    pub id: String,
}

/// An access rule or a deny rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its id, where it has one.
    pub id: Option<String>,
    /// Whom: `kind:name`.
    pub subject: String,
    /// What: everything of this role.
    pub role: Option<String>,
    /// What: these permissions (of a deny).
    pub rows: Vec<Row>,
    /// Where, as a path.
    pub scope: String,
    /// On which clusters; on every one where not told.
    pub clusters: Option<Vec<String>>,
    /// The first instant.
    pub from: Option<i64>,
    /// The first instant after.
    pub until: Option<i64>,
    /// On which condition.
    pub when: Option<Condition>,
}

impl Policy {
    /// Returns the scope kind above another.
    #[must_use]
    pub fn parent_kind(&self, kind: &str) -> Option<&str> {
        let (_, parent) = self.scope_kinds.iter().find(|(name, _)| name == kind)?;
        parent.as_deref()
    }

    /// Returns whether a name is a scope kind's.
    #[must_use]
    pub fn is_scope_kind(&self, name: &str) -> bool {
        self.scope_kinds.iter().any(|(it, _)| it == name)
    }

    /// Returns whether an action on a kind is asked at scopes of a kind.
    #[must_use]
    pub fn is_place(&self, kind: &Kind, action: &str, scope_kind: &str) -> bool {
        let is_here = |place: &str| match place {
            axis if self.is_on_axis(axis) => scope_kind == self.root_kind(),
            place => scope_kind == place,
        };
        match &kind.lives_in {
            Some(places) => places.iter().any(|it| is_here(it)),
            None if action == "create" && !self.is_on_axis(&kind.name) => {
                self.parent_kind(&kind.name).is_some_and(is_here)
            }
            None => is_here(&kind.name),
        }
    }

    /// Returns whether the name is the axis of clusters.
    #[must_use]
    pub fn is_on_axis(&self, name: &str) -> bool {
        name == "cluster" && self.topology == Topology::Axis
    }

    /// Returns the scope kind that has none above.
    #[must_use]
    pub fn root_kind(&self) -> &str {
        self.scope_kinds.iter().find(|(_, parent)| parent.is_none()).map_or("", |(name, _)| name)
    }
}

impl World {
    /// Returns whether a role may be held at scopes of a kind.
    #[must_use]
    pub fn is_held_at(role: &Role, scope_kind: &str) -> bool {
        role.held_at.as_ref().is_none_or(|kinds| kinds.iter().any(|it| it == scope_kind))
    }

    /// Returns the tenant of that name.
    #[must_use]
    pub fn tenant(&self, name: &str) -> Option<&Tenant> {
        self.tenants.iter().find(|it| it.name == name)
    }

    /// Returns a role of the tenant or of the policy.
    #[must_use]
    pub fn role<'a>(&'a self, tenant: &'a Tenant, name: &str) -> Option<&'a Role> {
        tenant.custom_roles.iter().chain(&self.policy.roles).find(|it| it.name == name)
    }
}

impl Tenant {
    /// Returns the scope at a path.
    #[must_use]
    pub fn scope(&self, path: &str) -> Option<&Scope> {
        self.scopes.iter().find(|it| it.path == path)
    }

    /// Returns whether anything in the directory names the subject.
    #[must_use]
    pub fn names(&self, subject: &str) -> bool {
        let mut rules = self.access_rules.iter().chain(&self.deny_rules);
        self.listed.iter().any(|it| it.name == subject)
            || self.groups.iter().any(|(name, members)| name == subject || members.iter().any(|it| it == subject))
            || rules.any(|it| it.subject == subject)
            || self.older.iter().any(|it| it.subject == subject)
    }

    /// Returns everything that is allowed, however it is written.
    pub fn all_access_rules(&self) -> impl Iterator<Item = &Rule> {
        self.access_rules.iter().chain(&self.older_rules)
    }
}

/// Returns whether `path` is `above` or lies under it.
#[must_use]
pub fn covers(above: &str, path: &str) -> bool {
    path == above || path.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}
