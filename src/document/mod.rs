//! Policies and directories as written: text in, plain structs out, every value with its place.
//!
//! This module knows shapes, not meaning: whether a role exists is decided by `model`. It is the only room
//! that knows how YAML is read.

mod cases;
mod chunks;
mod condition;
mod decode;
mod directory;
mod entries;
mod fast;
mod field;
mod forms;
mod layout;
mod lines;
mod names;
mod pattern;
mod plain;
mod policy;
mod read;
mod scalar;
#[cfg(feature = "schema")]
mod schema;
mod tree;
mod twice;
mod yaml;

#[cfg(test)]
mod tests;

pub(crate) use cases::{CaseEntry, CaseValue, CasesDocument, read_cases};
pub use condition::{Condition, Literal, NumberRange, TimeRange};
pub use directory::{AccessRule, App, Cluster, DenyRule, Facts, Group, Scope, User};
pub(crate) use fast::Says;
pub use field::Field;
pub(crate) use lines::{LineReader, Lines, Part, Run, read_lines};
pub(crate) use names::Names;
pub(crate) use plain::{Plain, PlainId, PlainRule, RuleWords, Word};
pub use policy::{
    Delegation, Duration, Gate, Kind, KindSet, Matrix, Qualifier, Restriction, Role, RoleSet, ScopeKind, TableLayout,
};
pub(crate) use read::{read_condition, report_utf8, utf8};
#[cfg(feature = "schema")]
pub use schema::schema;
use serde::{Deserialize, Serialize};
pub(crate) use yaml::BYTES_MAX as TEXT_BYTES_MAX;

use crate::span::Span;

/// A mapping from names to values, in the order written.
#[derive(Clone, Debug, PartialEq)]
pub struct Table<V>(pub Vec<(Field<String>, Field<V>)>);

/// What may be done on a kind, as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Letters with perhaps a qualifier, `*`, or `.` for nothing.
    Text(String),
    /// Actions by name.
    Listed(Vec<Field<String>>),
}

/// One document as written: parts of a policy, of one tenant's directory, or both.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Document {
    /// Whether the directory part came as a feed, which is taken entry by entry.
    #[serde(skip)]
    pub is_feed: bool,
    /// The index that its spans carry, where it was read from a text.
    #[serde(skip)]
    pub number: Option<u32>,
    /// Entries of a feed whose kind could not be read; each counts as a deny.
    #[serde(skip)]
    pub unreadable: Vec<Span>,
    /// The ids of rules of a feed that could not be read, by the place of the rule: a good entry of the id mends it.
    #[serde(skip)]
    pub ids_of_bad: Vec<(Span, String)>,
    /// The ids of rules that a feed withdraws.
    #[serde(skip)]
    pub withdrawn: Field<Vec<Field<String>>>,
    /// The version of the format; 1 where left out.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub bailiwick: Field<i64>,
    /// What the policy is called.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub policy: Field<String>,
    /// The levels of the tree; tenant, department, project where left out.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub scope_kinds: Field<Table<ScopeKind>>,
    /// The axes beside the tree: `cluster` or none.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub axes: Field<Vec<Field<String>>>,
    /// Actions beside create, read, update and delete.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub actions: Field<Vec<Field<String>>>,
    /// The resource kinds.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub kinds: Field<Table<Kind>>,
    /// The declared attributes and their types.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub attributes: Field<Table<String>>,
    /// Roles written role by role.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub roles: Field<Table<Role>>,
    /// Roles written as a matrix.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub matrix: Field<Matrix>,
    /// How the matrix prints.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub table: Field<TableLayout>,
    /// Qualifiers of the delegation rights.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub qualifiers: Field<Table<Qualifier>>,
    /// Which kinds carry the delegation rights.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub delegation: Field<Delegation>,
    /// Denies for everybody.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub restrictions: Field<Table<Restriction>>,
    /// The tenant whose directory this is.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub tenant: Field<String>,
    /// Facts of the tenant.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub facts: Field<Facts>,
    /// The clusters.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub clusters: Field<Vec<Field<Cluster>>>,
    /// The scopes.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub scopes: Field<Vec<Field<Scope>>>,
    /// The users.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub users: Field<Vec<Field<User>>>,
    /// The applications.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub apps: Field<Vec<Field<App>>>,
    /// The groups.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub groups: Field<Vec<Field<Group>>>,
    /// Subjects that were deleted and not created again, as `kind:name`.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub deleted_subjects: Field<Vec<Field<String>>>,
    /// Roles of this tenant alone.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub custom_roles: Field<Table<Role>>,
    /// Roles that give nothing in this tenant.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub disabled_roles: Field<Vec<Field<String>>>,
    /// The access rules.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub access_rules: Field<Vec<Field<AccessRule>>>,
    /// The deny rules.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub deny_rules: Field<Vec<Field<DenyRule>>>,
}
