//! A value as written: present with its place, malformed, or missing.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error as _, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};

use crate::document::decode::FIELD;
use crate::span::Span;

/// A value of a document together with where it stands.
///
/// Equality ignores the place, so that documents compare by what they say. A malformed field was
/// reported when the text was read; readers skip it, so that one finding never hides another.
#[derive(Clone, Debug)]
pub struct Field<T> {
    state: State<T>,
    span: Span,
}

#[derive(Clone, Debug, PartialEq)]
enum State<T> {
    Missing,
    Malformed,
    Present(T),
}

impl<T> Field<T> {
    /// Returns a present value that stands at `span`.
    #[must_use]
    pub fn at(value: T, span: Span) -> Self {
        Self { state: State::Present(value), span }
    }

    /// Returns a field that was written but could not be read.
    #[must_use]
    pub(crate) fn malformed(span: Span) -> Self {
        Self { state: State::Malformed, span }
    }

    /// Returns the value, if it is present.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match &self.state {
            State::Present(value) => Some(value),
            State::Missing | State::Malformed => None,
        }
    }

    /// Returns the value for editing, if it is present.
    #[must_use]
    pub fn value_mut(&mut self) -> Option<&mut T> {
        match &mut self.state {
            State::Present(value) => Some(value),
            State::Missing | State::Malformed => None,
        }
    }

    /// Returns the value by itself, if it is present.
    #[must_use]
    pub fn into_value(self) -> Option<T> {
        match self.state {
            State::Present(value) => Some(value),
            State::Missing | State::Malformed => None,
        }
    }

    /// Returns where the value stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// Moves the field to the document of an index.
    pub(crate) fn place_in(&mut self, document: u32) {
        self.span.document = document;
    }

    /// Returns whether nothing was written.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self.state, State::Missing)
    }

    /// Returns whether something was written that could not be read.
    #[must_use]
    pub fn is_malformed(&self) -> bool {
        matches!(self.state, State::Malformed)
    }
}

impl<T> Default for Field<T> {
    fn default() -> Self {
        Self { state: State::Missing, span: Span::default() }
    }
}

impl<T: PartialEq> PartialEq for Field<T> {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state
    }
}

impl<T> From<T> for Field<T> {
    fn from(value: T) -> Self {
        Self::at(value, Span::default())
    }
}

impl From<&str> for Field<String> {
    fn from(value: &str) -> Self {
        Self::from(value.to_owned())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(FIELD, FieldVisitor(PhantomData))
    }
}

struct FieldVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for FieldVisitor<T> {
    type Value = Field<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    /// Any other format: the value, without a place.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Field<T>, D::Error> {
        T::deserialize(deserializer).map(Field::from)
    }

    /// Our own reader: the value, or none where it was malformed, and its place.
    fn visit_seq<A: SeqAccess<'de>>(self, mut caught: A) -> Result<Field<T>, A::Error> {
        let value = caught.next_element()?;
        let mut number = || caught.next_element()?.ok_or_else(|| A::Error::custom("a place has four numbers"));
        let span = Span { document: number()?, line: number()?, column: number()?, length: number()? };
        Ok(value.map_or_else(|| Field::malformed(span), |value| Field::at(value, span)))
    }
}

impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.state {
            State::Present(value) => value.serialize(serializer),
            State::Missing => Err(S::Error::custom("a missing value cannot be written")),
            State::Malformed => Err(S::Error::custom("a malformed value cannot be written")),
        }
    }
}
