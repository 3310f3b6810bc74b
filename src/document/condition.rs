//! Conditions as written: data, never code.

use serde::{Deserialize, Serialize};

use crate::document::{Field, Table};

/// A condition over attributes of the context, the resource and the subject.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Every one is true.
    All(Vec<Field<Condition>>),
    /// At least one is true.
    Any(Vec<Field<Condition>>),
    /// It is false.
    Not(Box<Field<Condition>>),
    /// Every named attribute has the value.
    Equals(Table<Literal>),
    /// Every named attribute has one of the values.
    In(Table<Vec<Field<Literal>>>),
    /// Every named number is in the range, both ends included.
    Between(Table<NumberRange>),
    /// Every named time is in the half-open range.
    During(Table<TimeRange>),
    /// Two attributes have the same value.
    Same(Vec<Field<String>>),
    /// Every named list holds the value.
    Contains(Table<Literal>),
    /// The request carries the attribute.
    Present(Field<String>),
    /// The subject is the owner of the resource.
    SubjectIsOwner,
}

/// A range of numbers, both ends included.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct NumberRange {
    /// The least number.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub min: Field<Literal>,
    /// The greatest number.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub max: Field<Literal>,
}

/// A range of instants: the first is in, the last is out.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct TimeRange {
    /// The first instant.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub from: Field<Literal>,
    /// The first instant after.
    #[serde(skip_serializing_if = "Field::is_missing")]
    pub until: Field<Literal>,
}

/// A value as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// Text, or an instant as RFC 3339 text.
    Text(String),
    /// An integer, or an instant in seconds since the epoch.
    Integer(i64),
    /// A finite decimal.
    Decimal(f64),
    /// `true` or `false`.
    Boolean(bool),
}
