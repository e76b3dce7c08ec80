//! What a document holds, as the capabilities see it: plain values under names, with no automerge in sight.

use std::collections::{BTreeMap, BTreeSet};

use super::Edit;
use crate::clock::Timestamp;
use crate::ids::ids_in;

/// One value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// Cleared, or never set.
    Null,
    /// True or false.
    Bool(bool),
    /// A signed integer.
    Int(i64),
    /// A string that is replaced whole.
    Str(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A text that several write together.
    Text(String),
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<Timestamp> for Value {
    fn from(value: Timestamp) -> Self {
        Self::Int(value.0)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Str(value.to_owned())
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

/// The value of a key, and what lost against it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// The value that every replica shows.
    pub value: Value,
    /// What was written at the same time elsewhere and lost; empty but for an edit on two phones at once.
    pub others: Vec<Value>,
}

/// All that stands under the root of a document. Values of unknown keys or of shapes this version does not know are
/// left out; reading never fails.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fields(pub(super) BTreeMap<String, Field>);

impl Fields {
    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key).map(|field| &field.value)
    }

    /// What was written under `key` at the same time and lost.
    #[must_use]
    pub fn others(&self, key: &str) -> &[Value] {
        self.0.get(key).map_or(&[], |field| &field.others)
    }

    /// The string or text under `key`; empty if there is none.
    #[must_use]
    pub fn text(&self, key: &str) -> &str {
        match self.get(key) {
            Some(Value::Str(text) | Value::Text(text)) => text,
            _ => "",
        }
    }

    /// The integer under `key`.
    #[must_use]
    pub fn int(&self, key: &str) -> Option<i64> {
        match self.get(key) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        }
    }

    /// All integers that were written there at the same time; none if there are none.
    pub fn ints(&self, key: &str) -> impl Iterator<Item = i64> {
        let others = self.others(key).iter().filter_map(|value| match value {
            Value::Int(number) => Some(*number),
            _ => None,
        });
        others.chain(self.int(key))
    }

    /// The moment under `key`.
    #[must_use]
    pub fn time(&self, key: &str) -> Option<Timestamp> {
        self.int(key).map(Timestamp)
    }

    /// Whether `key` is true.
    #[must_use]
    pub fn flag(&self, key: &str) -> bool {
        matches!(self.get(key), Some(Value::Bool(true)))
    }

    /// The bytes under `key`; empty if there are none.
    #[must_use]
    pub fn bytes(&self, key: &str) -> &[u8] {
        match self.get(key) {
            Some(Value::Bytes(bytes)) => bytes,
            _ => &[],
        }
    }

    /// The id under `key`.
    #[must_use]
    pub fn id<T: for<'a> TryFrom<&'a [u8]>>(&self, key: &str) -> Option<T> {
        T::try_from(self.bytes(key)).ok()
    }

    /// All ids in the lists that were written there at the same time: who put one on a list apart from another has done so.
    #[must_use]
    pub fn all_ids<T: Ord + for<'a> TryFrom<&'a [u8]>>(&self, key: &str) -> BTreeSet<T> {
        let others = self.others(key).iter().filter_map(|value| match value {
            Value::Bytes(bytes) => Some(&bytes[..]),
            _ => None,
        });
        others.chain([self.bytes(key)]).flat_map(ids_in).collect()
    }

    /// Every key with the value that is shown: what a first change that says the same would hold.
    #[must_use]
    pub fn values(&self) -> Vec<(&str, Value)> {
        self.iter().map(|(key, field)| (key, field.value.clone())).collect()
    }

    /// What makes a document that holds this one that holds `wanted`.
    #[must_use]
    pub fn edits_to<'a>(&self, wanted: &'a Self) -> Vec<Edit<'a>> {
        let other = wanted.iter().filter(|(key, field)| self.get(key) != Some(&field.value));
        other
            .map(|(key, field)| match &field.value {
                Value::Text(text) => Edit::SetText(key, text),
                value => Edit::Put(key, value.clone()),
            })
            .collect()
    }

    /// This with what differs between `before` and `after` as it is in `after`.
    #[cfg(feature = "client")]
    pub(crate) fn with(mut self, before: &Self, after: &Self) -> Self {
        let said = after.0.iter().filter(|(key, field)| before.get(key) != Some(&field.value));
        self.0.extend(said.map(|(key, field)| (key.clone(), field.clone())));
        self
    }

    /// Every key with its field, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Field)> {
        self.0.iter().map(|(key, field)| (key.as_str(), field))
    }
}
