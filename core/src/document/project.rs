//! What a document holds that has one change, straight from the change's operations.

use std::collections::BTreeMap;

use super::change::{Change, Op, OpId};
use super::{Field, Fields, Value};

enum Held<'a> {
    Scalar(Option<&'a Value>),
    Text(u64),
}

/// The characters of a text as a chain: a change's only actor gives ascending numbers, so that what comes later behind
/// one element stands in front of what came earlier.
#[derive(Default)]
struct Chain {
    /// By number: the next element's number (0 ends the chain) and the character, none if it was removed.
    links: BTreeMap<u64, (u64, Option<char>)>,
    first: u64,
}

impl Chain {
    fn insert(&mut self, number: u64, after: Option<u64>, char: char) {
        let place = match after {
            None => Some(&mut self.first),
            Some(after) => self.links.get_mut(&after).map(|(next, _)| next),
        };
        if let Some(place) = place {
            let next = std::mem::replace(place, number);
            self.links.insert(number, (next, Some(char)));
        }
    }

    fn text(&self) -> String {
        let mut text = String::with_capacity(self.links.len());
        let mut at = self.first;
        while let Some((next, char)) = self.links.get(&at) {
            text.extend(char);
            at = *next;
        }
        text
    }
}

pub(super) fn fields(change: &Change) -> Fields {
    let mut keys: BTreeMap<&str, Vec<(u64, Held<'_>)>> = BTreeMap::new();
    let mut texts: BTreeMap<u64, Chain> = BTreeMap::new();
    for (number, op) in (change.start_op()..).zip(&change.ops) {
        let (key, pred, held) = match op {
            Op::Put { key, value, pred } => (key, pred, Some(Held::Scalar(value.as_ref()))),
            Op::MakeText { key, pred } => {
                texts.insert(number, Chain::default());
                (key, pred, Some(Held::Text(number)))
            }
            Op::Delete { key, pred } => (key, pred, None),
            Op::Insert { text, after, char } => {
                if let Some(chain) = texts.get_mut(&text.counter) {
                    chain.insert(number, after.map(|id| id.counter), *char);
                }
                continue;
            }
            Op::Remove { text, element } => {
                let link = texts.get_mut(&text.counter).and_then(|chain| chain.links.get_mut(&element.counter));
                if let Some((_, char)) = link {
                    *char = None;
                }
                continue;
            }
            Op::Other => continue,
        };
        let held_now = keys.entry(key).or_default();
        held_now.retain(|(number, _)| !pred.contains(&OpId { counter: *number, actor: 0 }));
        held_now.extend(held.map(|held| (number, held)));
    }
    let value = |held: &Held<'_>| match held {
        Held::Scalar(value) => value.cloned(),
        Held::Text(number) => texts.get(number).map(|chain| Value::Text(chain.text())),
    };
    let known = keys.into_iter().filter_map(|(key, held)| {
        let values = held.iter().filter_map(|(_, held)| value(held)).collect();
        Some((key.to_owned(), field(values)?))
    });
    Fields(known.collect())
}

/// The field of a key that these values stand under, in the order of their operations: the last one wins.
pub(super) fn field(mut values: Vec<Value>) -> Option<Field> {
    let value = values.pop()?;
    Some(Field { value, others: values })
}
