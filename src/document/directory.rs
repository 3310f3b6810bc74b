//! The directory as written: one tenant's scopes, subjects and rules.

use serde::{Deserialize, Serialize};

use crate::document::{Cell, Condition, Field, Literal, Table};

/// Facts of a tenant, asked by gates.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// The version of the platform, dotted integers as text.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub version: Field<String>,
    /// The installed modules.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub modules: Field<Vec<Field<String>>>,
}

/// A cluster and its facts. A plain text is its name.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = crate::document::schema::or_text))]
#[serde(default, deny_unknown_fields)]
pub struct Cluster {
    /// Its name.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub name: Field<String>,
    /// Its stable id; the name where left out.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub id: Field<String>,
    /// The version that runs there, dotted integers as text.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub version: Field<String>,
    /// The modules installed there.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub modules: Field<Vec<Field<String>>>,
    /// Whether the control plane reaches it.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub connected: Field<bool>,
}

/// A scope. A plain text is its path.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = crate::document::schema::or_text))]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// The names from the tenant down, joined by `/`.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub path: Field<String>,
    /// Its stable id; the path where left out.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub id: Field<String>,
    /// Its scope kind; left out where only one is possible.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub kind: Field<String>,
}

/// A user. A plain text is the name.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = crate::document::schema::or_text))]
#[serde(default, deny_unknown_fields)]
pub struct User {
    /// The name, without `user:`.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub name: Field<String>,
    /// Whether every request of the user is denied.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub disabled: Field<bool>,
    /// Whether the user is an internal operator, hidden from the tenant's lists.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub internal: Field<bool>,
    /// The roles of the older form: held at the tenant where they can be, else at the organizations.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub roles: Field<Vec<Field<String>>>,
    /// The organizations of the older form, as paths.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub organizations: Field<Vec<Field<String>>>,
}

/// An application. A plain text is the name.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = crate::document::schema::or_text))]
#[serde(default, deny_unknown_fields)]
pub struct App {
    /// The name, without `app:`.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub name: Field<String>,
    /// Whether every request of the application is denied.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub disabled: Field<bool>,
    /// The roles of the older form: held at the tenant where they can be, else at the organizations.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub roles: Field<Vec<Field<String>>>,
    /// The organizations of the older form, as paths.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub organizations: Field<Vec<Field<String>>>,
}

/// A group. A plain text is the name.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = crate::document::schema::or_text))]
#[serde(default, deny_unknown_fields)]
pub struct Group {
    /// The name, without `group:`.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub name: Field<String>,
    /// Users and applications that the directory counts in, as `kind:name`.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub members: Field<Vec<Field<String>>>,
    /// The roles of the older form: held at the tenant where they can be, else at the organizations.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub roles: Field<Vec<Field<String>>>,
    /// The organizations of the older form, as paths.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub organizations: Field<Vec<Field<String>>>,
}

/// An access rule: a subject holds a role at a scope.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AccessRule {
    /// Its stable id.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub id: Field<String>,
    /// Who: `kind:name`.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub subject: Field<String>,
    /// The role held.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub role: Field<String>,
    /// Where, as a path.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub scope: Field<String>,
    /// Where, as the id of a scope.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub scope_id: Field<String>,
    /// The only clusters it holds on; every cluster where left out.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub clusters: Field<Vec<Field<String>>>,
    /// The first instant at which it holds: RFC 3339 or seconds.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub from: Field<Literal>,
    /// The first instant at which it no longer holds.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub until: Field<Literal>,
    /// What must be true.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub when: Field<Condition>,
}

/// A deny rule: wins over every access rule.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct DenyRule {
    /// Its stable id.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub id: Field<String>,
    /// Whom: `kind:name`.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub subject: Field<String>,
    /// What: resource kind (or `*`) to cell.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub permissions: Field<Table<Cell>>,
    /// What: everything this role permits.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub role: Field<String>,
    /// Where, as a path.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub scope: Field<String>,
    /// Where, as the id of a scope.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub scope_id: Field<String>,
    /// The only clusters it holds on; every cluster where left out.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub clusters: Field<Vec<Field<String>>>,
    /// The first instant at which it holds: RFC 3339 or seconds.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub from: Field<Literal>,
    /// The first instant at which it no longer holds.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub until: Field<Literal>,
    /// What must be true.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub when: Field<Condition>,
}
