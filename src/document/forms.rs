//! Serde for values that are written in more than one form: tables, cells, sets, durations, literals.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use crate::document::twice::given_twice;
use crate::document::{Cell, Duration, Field, KindSet, Literal, RoleSet, Table};

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Table<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TableVisitor(PhantomData))
    }
}

struct TableVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for TableVisitor<V> {
    type Value = Table<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Table<V>, A::Error> {
        let mut entries: Vec<(Field<String>, Field<V>)> =
            Vec::with_capacity(map.size_hint().unwrap_or(0).min(ROOM_MAX));
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        // Our own reader never hands out a key twice; other formats may, and would let the last one win.
        let keys = entries.iter().filter_map(|(key, _)| key.value().map(String::as_str));
        if let Some(key) = given_twice(keys) {
            return Err(A::Error::custom(format_args!("key `{key}` is given twice")));
        }
        Ok(Table(entries))
    }
}

impl<V: Serialize> Serialize for Table<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// A form that is either one text or a list of names.
struct TextOrList {
    expected: &'static str,
}

enum TextOrNames {
    Text(String),
    Names(Vec<Field<String>>),
}

impl<'de> Visitor<'de> for TextOrList {
    type Value = TextOrNames;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E>(self, text: &str) -> Result<TextOrNames, E> {
        Ok(TextOrNames::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<TextOrNames, A::Error> {
        Deserialize::deserialize(SeqAccessDeserializer::new(items)).map(TextOrNames::Names)
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "a cell: text such as `CRUD`, or a list of actions";
        Ok(match deserializer.deserialize_any(TextOrList { expected })? {
            TextOrNames::Text(text) => Self::Text(text),
            TextOrNames::Names(names) => Self::Listed(names),
        })
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => text.serialize(serializer),
            Self::Listed(names) => names.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for RoleSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "a list of roles, or the text `*`";
        Ok(match deserializer.deserialize_any(TextOrList { expected })? {
            TextOrNames::Text(text) => Self::Star(text),
            TextOrNames::Names(names) => Self::Listed(names),
        })
    }
}

impl Serialize for RoleSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Star(text) => text.serialize(serializer),
            Self::Listed(names) => names.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for KindSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "a list of kinds, or the text `*`";
        Ok(match deserializer.deserialize_any(TextOrList { expected })? {
            TextOrNames::Text(text) => Self::Star(text),
            TextOrNames::Names(names) => Self::Listed(names),
        })
    }
}

impl Serialize for KindSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Star(text) => text.serialize(serializer),
            Self::Listed(names) => names.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Literal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LiteralVisitor)
    }
}

impl Serialize for Literal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Decimal(number) => serializer.serialize_f64(*number),
            Self::Boolean(value) => serializer.serialize_bool(*value),
        }
    }
}

struct LiteralVisitor;

impl Visitor<'_> for LiteralVisitor {
    type Value = Literal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, `true` or `false`")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Literal, E> {
        Ok(Literal::Boolean(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Literal, E> {
        Ok(Literal::Integer(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Literal, E> {
        let number = i64::try_from(number).map_err(|_| E::custom("the number does not fit 64 bits"))?;
        Ok(Literal::Integer(number))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Literal, E> {
        if number.is_finite() { Ok(Literal::Decimal(number)) } else { Err(E::custom("the number is not finite")) }
    }

    fn visit_str<E>(self, text: &str) -> Result<Literal, E> {
        Ok(Literal::Text(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DurationVisitor)
    }
}

struct DurationVisitor;

impl Visitor<'_> for DurationVisitor {
    type Value = Duration;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a duration: text such as `90d`, or whole seconds")
    }

    fn visit_i64<E>(self, seconds: i64) -> Result<Duration, E> {
        Ok(Duration::Seconds(seconds))
    }

    fn visit_u64<E: serde::de::Error>(self, seconds: u64) -> Result<Duration, E> {
        let seconds = i64::try_from(seconds).map_err(|_| E::custom("the number does not fit 64 bits"))?;
        Ok(Duration::Seconds(seconds))
    }

    fn visit_str<E>(self, text: &str) -> Result<Duration, E> {
        Ok(Duration::Text(text.to_owned()))
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Seconds(seconds) => serializer.serialize_i64(*seconds),
        }
    }
}

/// For how many entries of a table there is room at first, at most: another reader may say anything.
const ROOM_MAX: usize = 4_096;
