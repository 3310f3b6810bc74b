//! Tree to structs: a serde deserializer over nodes that reports every finding and goes on.
//!
//! A finding never ends the reading. Each [`Field`](crate::document::Field) catches what goes wrong inside it: the
//! finding is reported, the field is malformed, its neighbours are read. Keys that a struct does not know are
//! reported here and skipped. Recursion is bounded: nodes nest at most 32 deep, and each level takes a fixed number
//! of calls.

mod access;
mod error;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::forward_to_deserialize_any;

use crate::diagnostic::Sink;
use crate::document::decode::access::{Caught, Entries, Items, Operator, Shorthand};
use crate::document::decode::error::{Error, Kind, did_you_mean, operators};
use crate::document::tree::{Entry, Node, Value, shown};
use crate::suggest::closest;

pub(crate) use error::unknown_key;

/// Reads a value out of a tree; findings go to `sink`.
///
/// `None` only where the value as a whole has the wrong shape; a `Field` is always read.
pub(crate) fn decode<'de, T: Deserialize<'de>>(node: &'de Node<'_>, sink: &mut Sink) -> Option<T> {
    match T::deserialize(Decoder { node, sink: &mut *sink }) {
        Ok(value) => Some(value),
        Err(error) => {
            error.report(node, sink);
            None
        }
    }
}

/// The name under which a `Field` asks for its value and its place.
pub(crate) const FIELD: &str = "$bailiwick::Field";

/// Reads one node.
struct Decoder<'de, 't, 's> {
    node: &'de Node<'t>,
    sink: &'s mut Sink,
}

impl<'de> Decoder<'de, '_, '_> {
    /// Fails because the node is not what is expected.
    #[cold]
    fn wrong<T>(&self, what: &str, help: Option<&str>) -> Result<T, Error> {
        let kind = match self.node.value {
            Value::Refused => Kind::Reported,
            _ => Kind::Expected { what: what.to_owned(), help: help.map(str::to_owned) },
        };
        Err(Error::new(kind).at(self.node))
    }

    fn mapping<V: Visitor<'de>>(
        self,
        entries: &'de [Entry<'_>],
        fields: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(Entries { rest: entries.iter(), value: None, fields, sink: self.sink })
    }
}

impl<'de> Deserializer<'de> for Decoder<'de, '_, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let node = self.node;
        let read: Result<_, Error> = match &node.value {
            Value::Refused => Err(Error::new(Kind::Reported)),
            Value::Null => visitor.visit_unit(),
            Value::Boolean(value) => visitor.visit_bool(*value),
            Value::Integer(number, _) => visitor.visit_i64(*number),
            Value::Decimal(number, _) => visitor.visit_f64(*number),
            Value::Text(text) => visitor.visit_str(text),
            Value::List(items) => visitor.visit_seq(Items { rest: items.iter(), sink: self.sink }),
            Value::Mapping(entries) => self.mapping(entries, None, visitor),
        };
        read.map_err(|error| error.at(node))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Error> {
        if name == FIELD {
            visitor.visit_seq(Caught { decoder: Some(self), place: None.into_iter().flatten() })
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.value {
            Value::Text(text) => visitor.visit_str(text).map_err(|error: Error| error.at(self.node)),
            _ => self.wrong("text", None),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.value {
            Value::Boolean(value) => visitor.visit_bool(*value),
            _ => self.wrong("`true` or `false`", None),
        }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.value {
            Value::Integer(number, _) => visitor.visit_i64(*number),
            _ => self.wrong("a whole number", None),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.value {
            Value::List(items) => visitor.visit_seq(Items { rest: items.iter(), sink: self.sink }),
            Value::Text(_) => self.wrong("a list", Some("write it in brackets")),
            _ => self.wrong("a list", None),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.value {
            Value::Mapping(entries) => self.mapping(entries, None, visitor),
            _ => self.wrong("a mapping", None),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let is_short = SHORT.contains(&name);
        match (&self.node.value, fields.first()) {
            (Value::Mapping(entries), _) => self.mapping(entries, Some(fields), visitor),
            (Value::Null, _) if EMPTY.contains(&name) => self.mapping(&[], Some(fields), visitor),
            (Value::Text(_), Some(first)) if is_short => {
                visitor.visit_map(Shorthand { key: Some(first), node: self.node, sink: self.sink })
            }
            _ if is_short => self.wrong("text or a mapping", None),
            _ => self.wrong("a mapping", None),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let node = self.node;
        let (operator, content) = match &node.value {
            Value::Text(text) => (text, None),
            Value::Mapping(entries) => match entries.as_slice() {
                [Entry { key: Node { value: Value::Text(operator), .. }, value }] => (operator, Some(value)),
                [] => {
                    return Err(
                        Error::condition("a condition needs an operator".to_owned(), operators(variants)).at(node)
                    );
                }
                _ => {
                    let message = "a condition has one operator, found several".to_owned();
                    return Err(Error::condition(message, "write a list: `all: [{ ... }, { ... }]`").at(node));
                }
            },
            _ => return self.wrong("a condition: a mapping with one operator", None),
        };
        if !variants.contains(&operator.as_ref()) {
            let message = format!("operator `{}` is not known", shown(operator));
            let help = closest(operator, variants.iter().copied()).map(did_you_mean);
            return Err(Error::condition(message, help.unwrap_or_else(|| operators(variants))).at(node));
        }
        visitor.visit_enum(Operator { name: operator, content, sink: self.sink }).map_err(|error| error.at(node))
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf option unit unit_struct tuple
        tuple_struct ignored_any
    }
}

/// Structs for which a plain text stands for the first field.
const SHORT: [&str; 5] = ["App", "Cluster", "Group", "Scope", "User"];
/// Structs for which nothing stands for the empty mapping; elsewhere it could be taken for `no limit`.
const EMPTY: [&str; 2] = ["Role", "ScopeKind"];
