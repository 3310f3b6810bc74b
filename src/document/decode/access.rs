//! The parts of a value that a visitor asks for, one by one.

use serde::de::value::{StrDeserializer, U32Deserializer};
use serde::de::{
    DeserializeSeed, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};

use crate::diagnostic::Sink;
use crate::document::decode::Decoder;
use crate::document::decode::error::{Error, unknown_key};
use crate::document::tree::{Entry, Node};
use crate::span::Span;

/// What a `Field` reads: its value, or nothing where that is malformed, and then the four numbers of its place.
pub(super) struct Caught<'de, 't, 's> {
    pub(super) decoder: Option<Decoder<'de, 't, 's>>,
    pub(super) place: std::iter::Flatten<std::option::IntoIter<[u32; 4]>>,
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

pub(super) struct Items<'de, 't, 's> {
    pub(super) rest: std::slice::Iter<'de, Node<'t>>,
    pub(super) sink: &'s mut Sink,
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
pub(super) struct Entries<'de, 't, 's> {
    pub(super) rest: std::slice::Iter<'de, Entry<'t>>,
    pub(super) value: Option<&'de Node<'t>>,
    pub(super) fields: Option<&'static [&'static str]>,
    pub(super) sink: &'s mut Sink,
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
pub(super) struct Shorthand<'de, 't, 's> {
    pub(super) key: Option<&'static str>,
    pub(super) node: &'de Node<'t>,
    pub(super) sink: &'s mut Sink,
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
pub(super) struct Operator<'de, 't, 's> {
    pub(super) name: &'de str,
    pub(super) content: Option<&'de Node<'t>>,
    pub(super) sink: &'s mut Sink,
}

impl<'de> EnumAccess<'de> for Operator<'de, '_, '_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let name: StrDeserializer<'_, Error> = self.name.into_deserializer();
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
