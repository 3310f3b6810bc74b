//! Tree to structs: a serde deserializer over nodes that reports every finding and goes on.
//!
//! A finding never ends the reading. Each [`Field`](crate::document::Field) catches what goes wrong inside it: the
//! finding is reported, the field is malformed, its neighbours are read. Keys that a struct does not know are
//! reported here and skipped. Recursion is bounded: nodes nest at most 32 deep, and each level takes a fixed number of calls.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor, value::U32Deserializer,
};
use serde::forward_to_deserialize_any;

use crate::diagnostic::{Code, Sink, closest};
use crate::document::tree::{Entry, Node, Value, shown};
use crate::span::Span;

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

/// What went wrong in one value.
#[derive(Debug)]
pub(crate) struct Error {
    kind: Kind,
    /// Where, once a decoder has seen it, with what stands there.
    found: Option<(Span, String, Option<String>)>,
}

#[derive(Debug)]
enum Kind {
    /// Something else was expected.
    Expected { what: String, help: Option<String> },
    /// A condition makes no sense.
    Condition { message: String, help: String },
    /// Whatever a `Deserialize` says.
    Other(String),
    /// Was reported when the text was read.
    Reported,
}

impl Error {
    fn expected(what: impl Into<String>) -> Self {
        Self::new(Kind::Expected { what: what.into(), help: None })
    }

    fn condition(message: String, help: impl Into<String>) -> Self {
        Self::new(Kind::Condition { message, help: help.into() })
    }

    fn new(kind: Kind) -> Self {
        Self { kind, found: None }
    }

    /// Adds the place, unless a deeper value has done so.
    fn at(mut self, node: &Node<'_>) -> Self {
        if self.found.is_none() {
            self.found = Some((node.span, node.describe(), node.quotable()));
        }
        self
    }

    #[cold]
    fn report(self, node: &Node<'_>, sink: &mut Sink) {
        let Self { kind, found: Some((span, found, quotable)) } = self.at(node) else { return };
        match kind {
            Kind::Reported => {}
            Kind::Condition { message, help } => sink.report_help(Code::InvalidCondition, span, message, help),
            Kind::Other(message) => sink.report(Code::WrongType, span, message),
            Kind::Expected { what, help } => {
                let quoted = quotable
                    .filter(|_| what.starts_with("text"))
                    .map(|written| format!("write it in quotes: \"{written}\""));
                let message = format!("expected {what}, found {found}");
                match help.or(quoted) {
                    Some(help) => sink.report_help(Code::WrongType, span, message, help),
                    None => sink.report(Code::WrongType, span, message),
                }
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Expected { what, .. } => write!(f, "expected {what}"),
            Kind::Condition { message, .. } | Kind::Other(message) => f.write_str(message),
            Kind::Reported => f.write_str("already reported"),
        }
    }
}

impl std::error::Error for Error {}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Kind::Other(message.to_string()))
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(expected.to_string())
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(expected.to_string())
    }
}

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

/// What a `Field` reads: its value, or nothing where that is malformed, and then the four numbers of its place.
struct Caught<'de, 't, 's> {
    decoder: Option<Decoder<'de, 't, 's>>,
    place: std::iter::Flatten<std::option::IntoIter<[u32; 4]>>,
}

impl<'de> SeqAccess<'de> for Caught<'de, '_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(Decoder { node, sink }) = self.decoder.take() else {
            let number: Option<U32Deserializer<Error>> = self.place.next().map(IntoDeserializer::into_deserializer);
            return number.map(|number| seed.deserialize(number)).transpose();
        };
        let Span { document, line, column, length } = node.span;
        self.place = Some([document, line, column, length]).into_iter().flatten();
        match seed.deserialize(Decoder { node, sink: &mut *sink }) {
            Ok(value) => Ok(Some(value)),
            Err(error) => {
                error.report(node, sink);
                Ok(None)
            }
        }
    }
}

struct Items<'de, 't, 's> {
    rest: std::slice::Iter<'de, Node<'t>>,
    sink: &'s mut Sink,
}

impl<'de> SeqAccess<'de> for Items<'de, '_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let sink = &mut *self.sink;
        self.rest.next().map(|node| seed.deserialize(Decoder { node, sink })).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// The entries of a mapping; those that a struct does not know are reported and skipped.
struct Entries<'de, 't, 's> {
    rest: std::slice::Iter<'de, Entry<'t>>,
    value: Option<&'de Node<'t>>,
    fields: Option<&'static [&'static str]>,
    sink: &'s mut Sink,
}

impl<'de> MapAccess<'de> for Entries<'de, '_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        for Entry { key, value } in self.rest.by_ref() {
            if let (Some(fields), Some(written)) = (self.fields, key.text())
                && !fields.contains(&written)
            {
                unknown_key(key.span, written, fields, self.sink);
                continue;
            }
            self.value = Some(value);
            return seed.deserialize(Decoder { node: key, sink: &mut *self.sink }).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        match self.value.take() {
            Some(node) => seed.deserialize(Decoder { node, sink: &mut *self.sink }),
            None => Err(Error::custom("a value was asked for before its key")),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// A text that stands for the first field of a struct.
struct Shorthand<'de, 't, 's> {
    key: Option<&'static str>,
    node: &'de Node<'t>,
    sink: &'s mut Sink,
}

impl<'de> MapAccess<'de> for Shorthand<'de, '_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.key.take().map(|key| seed.deserialize(key.into_deserializer())).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(Decoder { node: self.node, sink: &mut *self.sink })
    }
}

/// A condition: the name of its operator and what it is applied to.
struct Operator<'de, 't, 's> {
    name: &'de str,
    content: Option<&'de Node<'t>>,
    sink: &'s mut Sink,
}

impl<'de> EnumAccess<'de> for Operator<'de, '_, '_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let name: serde::de::value::StrDeserializer<'_, Error> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Operator<'de, '_, '_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        match self.content {
            None => Ok(()),
            Some(node) => {
                let message = format!("operator `{}` takes no value", self.name);
                Err(Error::condition(message, format!("write the text `{}`", self.name)).at(node))
            }
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        match self.content {
            Some(node) => seed.deserialize(Decoder { node, sink: self.sink }),
            None => {
                let message = format!("operator `{}` needs a value", self.name);
                Err(Error::condition(message, format!("write a mapping: `{{ {}: ... }}`", self.name)))
            }
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Error> {
        Err(Error::invalid_type(Unexpected::TupleVariant, &visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, _fields: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        Err(Error::invalid_type(Unexpected::StructVariant, &visitor))
    }
}

/// Reports a key that is not among `known`.
#[cold]
pub(crate) fn unknown_key(span: Span, written: &str, known: &[&str], sink: &mut Sink) {
    let message = format!("key `{}` is not known here", shown(written));
    let help = match closest(written, known.iter().copied()) {
        Some(known) => did_you_mean(known),
        None if known.len() <= LISTED_MAX => format!("known keys: {}", list(known)),
        None => "remove it, or move it to where it belongs".to_owned(),
    };
    sink.report_help(Code::UnknownKey, span, message, help);
}

fn did_you_mean(known: &str) -> String {
    format!("did you mean `{known}`?")
}

fn operators(known: &[&str]) -> String {
    format!("known operators: {}", list(known))
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Structs for which a plain text stands for the first field.
const SHORT: [&str; 5] = ["App", "Cluster", "Group", "Scope", "User"];
/// Structs for which nothing stands for the empty mapping; elsewhere it could be taken for `no limit`.
const EMPTY: [&str; 2] = ["Role", "ScopeKind"];
/// More names than this do not help.
const LISTED_MAX: usize = 12;
