//! The policy as written: the catalogue of scope kinds, resource kinds, roles and restrictions.

use serde::{Deserialize, Serialize};

use crate::document::{Cell, Condition, Field, Table};

/// A scope kind: a level of the tree of a tenant.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = crate::document::schema::or_null))]
#[serde(default, deny_unknown_fields)]
pub struct ScopeKind {
    /// The kind of the scope above; left out for the root.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub parent: Field<String>,
}

/// A resource kind: what is acted on.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Kind {
    /// What people call it; the name where left out.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub title: Field<String>,
    /// The section of the published table it stands in.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub section: Field<String>,
    /// The scope kinds at which it lives.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub lives_in: Field<Vec<Field<String>>>,
    /// Whether a request for it should name a cluster.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub concerns_cluster: Field<bool>,
    /// Whether a rule below a scope reads it at the scope.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub read_from_below: Field<bool>,
    /// What must hold, or everybody is denied.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub requires: Field<Gate>,
}

/// A gate: facts of the tenant or the cluster that must hold.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Gate {
    /// A module that must be installed.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub module: Field<String>,
    /// The least version, dotted integers as text.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub version: Field<String>,
    /// `true`: the cluster must be connected.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub connected: Field<bool>,
    /// Whose facts are asked: `tenant` (where left out) or `cluster`.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub of: Field<String>,
}

/// A role: a named set of permissions.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = crate::document::schema::or_null))]
#[serde(default, deny_unknown_fields)]
pub struct Role {
    /// What people call it; the name where left out.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub title: Field<String>,
    /// The scope kinds at which it can be held; anywhere where left out.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub held_at: Field<Vec<Field<String>>>,
    /// Roles whose permissions it has too.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub includes: Field<Vec<Field<String>>>,
    /// What it may do: resource kind (or `*`) to cell.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub permissions: Field<Table<Cell>>,
    /// What must hold, or the role gives nothing.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub requires: Field<Gate>,
}

/// The role matrix, written as a matrix.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Matrix {
    /// The roles, one a column.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub roles: Field<Vec<Field<String>>>,
    /// One row a resource kind: a cell for each role.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub rows: Field<Table<Vec<Field<Cell>>>>,
}

/// How the matrix is printed as comma-separated values.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TableLayout {
    /// The columns, in order.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub columns: Field<Vec<Field<String>>>,
    /// `kinds` or `roles`: what varies slowest.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub order: Field<String>,
    /// `lf` or `crlf`: how lines end; `lf` where left out.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub line_ends: Field<String>,
}

/// A qualifier of a cell of the two delegation rights.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Qualifier {
    /// How the published table words it; the name where left out.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub title: Field<String>,
    /// The roles that may be given; `*` or left out for all.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub roles: Field<RoleSet>,
    /// The scope kinds at which; any where left out.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub at: Field<Vec<Field<String>>>,
    /// The longest time a given rule may hold, such as `90d`, `12h`, `30m` or seconds.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub for_at_most: Field<Duration>,
}

/// Which roles a qualifier speaks of, as written.
#[derive(Clone, Debug, PartialEq)]
pub enum RoleSet {
    /// A single text; only `*` is allowed.
    Star(String),
    /// The roles by name.
    Listed(Vec<Field<String>>),
}

/// A length of time as written: `90d` or a number of seconds.
#[derive(Clone, Debug, PartialEq)]
pub enum Duration {
    /// A number and a unit: `s`, `m`, `h` or `d`.
    Text(String),
    /// Seconds.
    Seconds(i64),
}

/// Which kinds carry the rights to change access.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Delegation {
    /// The resource kind that is the right to give and take roles.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub role_right: Field<String>,
    /// The resource kind that is the right to place subjects.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub place_right: Field<String>,
    /// The scope kinds at which the place right is needed.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub organizations: Field<Vec<Field<String>>>,
    /// Whether who gives a role must hold it.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub strict: Field<bool>,
    /// The resource kind whose update is the right to disable and enable subjects.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub disable_right: Field<String>,
}

/// A restriction: a deny for everybody.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Restriction {
    /// The resource kinds it covers, or `*`.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub kinds: Field<KindSet>,
    /// The actions it covers.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub actions: Field<Cell>,
    /// Denies where this is true.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub when: Field<Condition>,
    /// Denies where this is false.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub unless: Field<Condition>,
    /// Denies where this gate is missing.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub requires: Field<Gate>,
}

/// Which resource kinds a restriction covers, as written.
#[derive(Clone, Debug, PartialEq)]
pub enum KindSet {
    /// A single text; only `*` is allowed.
    Star(String),
    /// The kinds by name.
    Listed(Vec<Field<String>>),
}
