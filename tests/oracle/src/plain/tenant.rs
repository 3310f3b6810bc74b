//! The directory of a tenant, plainly.

use bailiwick::document::Condition;

use crate::plain::{Role, Row};

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
