//! The JSON Schema of a document, for editors. It is coarser than the reader: names are not looked up.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::document::{Cell, Document, Duration, Field, KindSet, Literal, RoleSet, Table};

/// Returns the JSON Schema of a document as indented JSON.
///
/// # Examples
///
/// ```
/// assert!(bailiwick::document::schema().contains("\"access_rules\""));
/// ```
#[must_use]
pub fn schema() -> String {
    let mut schema = SchemaGenerator::default().into_root_schema_for::<Document>();
    schema.insert("title".to_owned(), "Bailiwick document".into());
    format!("{:#}", schema.as_value())
}

/// Adds the form of one text, which stands for the first field.
pub(crate) fn or_text(schema: &mut Schema) {
    *schema = json_schema!({ "anyOf": [{ "type": "string" }, schema.as_value()] });
}

/// Adds the form of nothing, which stands for the empty mapping.
pub(crate) fn or_null(schema: &mut Schema) {
    *schema = json_schema!({ "anyOf": [{ "type": "null" }, schema.as_value()] });
}

impl<T: JsonSchema> JsonSchema for Field<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<V: JsonSchema> JsonSchema for Table<V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Table_of_{}", V::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": generator.subschema_for::<V>() })
    }
}

impl JsonSchema for Cell {
    fn schema_name() -> Cow<'static, str> {
        "Cell".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Letters with perhaps a qualifier, `*` for all, `.` for nothing, or actions by name.",
            "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }],
        })
    }
}

impl JsonSchema for RoleSet {
    fn schema_name() -> Cow<'static, str> {
        "RoleSet".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        star_or_names()
    }
}

impl JsonSchema for KindSet {
    fn schema_name() -> Cow<'static, str> {
        "KindSet".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        star_or_names()
    }
}

impl JsonSchema for Duration {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number with a unit, such as `90d`, or seconds.",
            "anyOf": [{ "type": "string", "pattern": "^[0-9]+[smhd]$" }, { "type": "integer" }],
        })
    }
}

impl JsonSchema for Literal {
    fn schema_name() -> Cow<'static, str> {
        "Literal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

fn star_or_names() -> Schema {
    json_schema!({ "anyOf": [{ "const": "*" }, { "type": "array", "items": { "type": "string" } }] })
}
