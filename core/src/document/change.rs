//! One change: decoded once, for the outline, the projection and the store alike.

use automerge::legacy::{ElementId, Key, ObjectId, Op as AmOp, OpType, SortedVec};
use automerge::{Change as AmChange, ExpandedChange, ObjType, ScalarValue};

use super::chunk::{self, Counts};
use super::guard::guarded;
use super::plain::{self, Plain};
use super::{Fields, Invalid, Keys, Kind, Value, ValueType, project};
use crate::clock::Timestamp;
use crate::ids::{ActorId, ChangeHash};

/// The most bytes one change may have, of whatever kind its document is.
pub const MAX_CHANGE: usize = 512 * 1024;

/// Names an operation: its number, and the index of its actor among the change's actors.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct OpId {
    pub counter: u64,
    pub actor: u32,
}

/// The operations that Hongqi's documents are made of. All else is `Other`: decodable, and never admitted.
#[derive(Debug)]
pub(super) enum Op {
    /// Sets a key under the root; no value if it is of a type that Hongqi has not.
    Put { key: Box<str>, value: Option<Value>, pred: Vec<OpId> },
    /// Creates a text under the root.
    MakeText { key: Box<str>, pred: Vec<OpId> },
    /// Removes a key under the root.
    Delete { key: Box<str>, pred: Vec<OpId> },
    /// Inserts a character into a text, behind an element or in front.
    Insert { text: OpId, after: Option<OpId>, char: char },
    /// Removes an element of a text.
    Remove { text: OpId, element: OpId },
    /// Anything else.
    Other,
}

/// One decoded, structurally sound change: a plain chunk, its checksum right, every actor of 16 bytes, no message and
/// no extra bytes. Whether a document may take it, [`super::Outline`] says.
#[derive(Debug)]
pub struct Change {
    bytes: Vec<u8>,
    hash: ChangeHash,
    seq: u64,
    start_op: u64,
    written_at: Timestamp,
    deps: Vec<ChangeHash>,
    pub(super) actors: Vec<ActorId>,
    pub(super) ops: Vec<Op>,
}

/// A change chunk of which nothing was expanded yet: what it will cost is known, and whether it is worth it.
#[derive(Debug)]
pub struct Declared<'a> {
    bytes: &'a [u8],
    hash: ChangeHash,
    counts: Counts,
}

impl Declared<'_> {
    /// What decoding costs, in operations and predecessors: about 1 µs each (`hostile_figures`, a loaded machine).
    #[must_use]
    pub const fn cost(&self) -> u64 {
        let Counts { keyed, inserted, removed, predecessors } = self.counts;
        keyed.saturating_add(inserted).saturating_add(removed).saturating_add(predecessors)
    }

    /// The hash that names the change.
    #[must_use]
    pub const fn hash(&self) -> ChangeHash {
        self.hash
    }

    /// Whether a change of a document of this kind can be of this size and sort. [`super::Outline`] says the rest.
    pub fn suits(&self, kind: Kind) -> Result<(), Invalid> {
        let spec = kind.spec();
        if self.bytes.len() > spec.max_change {
            return Err(Invalid::TooLarge);
        }
        let has_text = matches!(spec.keys, Keys::Named(keys) if keys.iter().any(|(_, of)| *of == ValueType::Text));
        let in_texts = self.counts.inserted > 0 || self.counts.removed > 0;
        if in_texts && !has_text { Err(Invalid::BadOperation) } else { Ok(()) }
    }

    /// Decodes it. Never panics.
    pub fn decode(&self) -> Result<Change, Invalid> {
        match Plain::read(self.bytes) {
            Some(plain) => Ok(Change::plain(self.bytes.to_vec(), self.hash, plain)),
            None => Change::decode_by_automerge(self.bytes),
        }
    }
}

/// Parses a change chunk after [`chunk::check`], with automerge's panics caught.
pub(super) fn parse(bytes: &[u8]) -> Result<AmChange, Invalid> {
    chunk::check(bytes)?;
    read(bytes)
}

fn read(bytes: &[u8]) -> Result<AmChange, Invalid> {
    // A change is a value of its own: nothing outlives the panic.
    guarded(|| AmChange::try_from(bytes).ok()).flatten().ok_or(Invalid::NotAChange)
}

impl Change {
    /// Checks `bytes`, at most [`MAX_CHANGE`], without expanding them: a few µs whatever they say.
    pub fn declared(bytes: &[u8]) -> Result<Declared<'_>, Invalid> {
        let (hash, counts) = chunk::check(bytes)?;
        Ok(Declared { bytes, hash, counts })
    }

    /// Decodes and checks `bytes`, at most [`MAX_CHANGE`]. Never panics.
    pub fn decode(bytes: &[u8]) -> Result<Self, Invalid> {
        Self::declared(bytes)?.decode()
    }

    /// Decodes what [`chunk::check`] has passed.
    pub(super) fn decode_by_automerge(bytes: &[u8]) -> Result<Self, Invalid> {
        let change = read(bytes)?;
        let expanded = guarded(|| change.decode()).ok_or(Invalid::NotAChange)?;
        let decoded = Self::of(bytes.to_vec(), &change, &expanded)?;
        // A loaded document keeps operations and writes its changes anew from them: what is not written the one way that
        // automerge writes it has another hash then, and room for what is no operation.
        let again = guarded(|| AmChange::from(expanded)).ok_or(Invalid::NotAChange)?;
        if again.raw_bytes() == bytes { Ok(decoded) } else { Err(Invalid::NotAChange) }
    }

    fn plain(bytes: Vec<u8>, hash: ChangeHash, plain: Plain<'_>) -> Self {
        let put = |(key, value): (&str, Value)| Op::Put { key: key.into(), value: Some(value), pred: Vec::new() };
        Self {
            bytes,
            hash,
            seq: 1,
            start_op: 1,
            written_at: plain.at,
            deps: Vec::new(),
            actors: vec![plain.actor],
            ops: plain.fields.into_iter().map(put).collect(),
        }
    }

    /// The first change of a new document with these fields, made without loading one.
    ///
    /// A key must not come twice. Whether the document's kind has these keys, the outline says.
    pub fn first(actor: ActorId, at: Timestamp, fields: &[(&str, Value)]) -> Result<Self, Invalid> {
        if fields.iter().enumerate().any(|(index, (key, _))| fields[..index].iter().any(|(earlier, _)| earlier == key))
        {
            return Err(Invalid::BadOperation);
        }
        let Some(bytes) = plain::write(actor, at, fields) else { return Self::of_automerge(actor, at, fields) };
        let (hash, _) = chunk::check(&bytes)?;
        let fields = fields.to_vec();
        Ok(Self::plain(bytes, hash, Plain { actor, at, fields }))
    }

    pub(super) fn of_automerge(actor: ActorId, at: Timestamp, fields: &[(&str, Value)]) -> Result<Self, Invalid> {
        let actor = automerge::ActorId::from(&actor.as_bytes()[..]);
        let id = |counter: usize| automerge::legacy::OpId::new(counter as u64, &actor);
        let mut operations = Vec::with_capacity(fields.len());
        for (key, value) in fields {
            let op = |action, obj, key, insert| AmOp { action, obj, key, pred: SortedVec::new(), insert };
            let action = put(value).map_or(OpType::Make(ObjType::Text), OpType::Put);
            operations.push(op(action, ObjectId::Root, Key::Map((*key).into()), false));
            let Value::Text(text) = value else { continue };
            if text.len() > super::MAX_TEXT {
                return Err(Invalid::TooLarge);
            }
            let made = operations.len();
            for char in text.chars() {
                let last = operations.len();
                let after = if last == made { ElementId::Head } else { ElementId::Id(id(last)) };
                let action = OpType::Put(ScalarValue::from(char));
                operations.push(op(action, ObjectId::Id(id(made)), Key::Seq(after), true));
            }
        }
        let expanded = ExpandedChange {
            operations,
            actor_id: actor.clone(),
            hash: None,
            seq: 1,
            start_op: std::num::NonZeroU64::MIN,
            time: at.0,
            message: None,
            deps: Vec::new(),
            extra_bytes: Vec::new(),
            author: None,
        };
        let change = guarded(|| AmChange::from(expanded.clone())).ok_or(Invalid::NotAChange)?;
        chunk::check(change.raw_bytes())?;
        Self::of(change.raw_bytes().to_vec(), &change, &expanded)
    }

    fn of(bytes: Vec<u8>, change: &AmChange, expanded: &ExpandedChange) -> Result<Self, Invalid> {
        if expanded.operations.is_empty() {
            return Err(Invalid::BadOperation);
        }
        let actors: Result<Vec<_>, _> = change.actors().map(|actor| ActorId::try_from(actor.to_bytes())).collect();
        let actors = actors.map_err(|_| Invalid::BadActor)?;
        let ids = Ids(change.actors().collect());
        let ops = expanded.operations.iter().map(|op| ids.op(op)).collect();
        Ok(Self {
            bytes,
            hash: ChangeHash(change.hash().0),
            seq: expanded.seq,
            start_op: expanded.start_op.get(),
            written_at: Timestamp(expanded.time),
            deps: expanded.deps.iter().map(|hash| ChangeHash(hash.0)).collect(),
            actors,
            ops,
        })
    }

    /// The chunk.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The chunk.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The chunk's hash, which names the change.
    #[must_use]
    pub const fn hash(&self) -> ChangeHash {
        self.hash
    }

    /// Who wrote it: a device in a generation.
    #[must_use]
    pub fn actor(&self) -> ActorId {
        // `of` puts the change's own actor first; there is always one.
        self.actors[0]
    }

    /// Which of its actor's changes in this document it is, counted from 1.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// The changes it builds on.
    #[must_use]
    pub fn deps(&self) -> &[ChangeHash] {
        &self.deps
    }

    /// The number of its first operation.
    #[must_use]
    pub const fn start_op(&self) -> u64 {
        self.start_op
    }

    /// The number of its last operation.
    #[must_use]
    pub const fn max_op(&self) -> u64 {
        self.start_op.saturating_add(self.ops.len() as u64 - 1)
    }

    /// What the hybrid clock of its author showed.
    #[must_use]
    pub const fn written_at(&self) -> Timestamp {
        self.written_at
    }

    /// What a document holds that has this change alone; none if the change builds on others.
    #[must_use]
    pub fn fields(&self) -> Option<Fields> {
        self.deps.is_empty().then(|| project::fields(self))
    }

    /// The bytes that the change puts under `key`, in the order of its operations; most changes put them once or never.
    pub fn bytes_under(&self, key: &str) -> impl Iterator<Item = &[u8]> {
        self.ops.iter().filter_map(move |op| match op {
            Op::Put { key: under, value: Some(Value::Bytes(bytes)), .. } if &**under == key => Some(&bytes[..]),
            _ => None,
        })
    }
}

/// The scalar that stands for a value; none for a text.
pub(super) fn put(value: &Value) -> Option<ScalarValue> {
    Some(match value {
        Value::Null => ScalarValue::Null,
        Value::Bool(value) => ScalarValue::Boolean(*value),
        Value::Int(value) => ScalarValue::Int(*value),
        Value::Str(value) => ScalarValue::Str(value.as_str().into()),
        Value::Bytes(value) => ScalarValue::Bytes(value.clone()),
        Value::Text(_) => return None,
    })
}

pub(super) fn value(scalar: &ScalarValue) -> Option<Value> {
    Some(match scalar {
        ScalarValue::Null => Value::Null,
        ScalarValue::Boolean(value) => Value::Bool(*value),
        ScalarValue::Int(value) => Value::Int(*value),
        ScalarValue::Str(value) => Value::Str(value.as_str().to_owned()),
        ScalarValue::Bytes(value) => Value::Bytes(value.clone()),
        _ => return None,
    })
}

struct Ids<'a>(Vec<&'a automerge::ActorId>);

impl Ids<'_> {
    fn id(&self, id: &automerge::legacy::OpId) -> Option<OpId> {
        let actor = self.0.iter().position(|actor| *actor == id.actor())?;
        Some(OpId { counter: id.counter(), actor: actor as u32 })
    }

    fn op(&self, op: &AmOp) -> Op {
        self.known(op).unwrap_or(Op::Other)
    }

    fn known(&self, op: &AmOp) -> Option<Op> {
        let AmOp { action, obj, key, pred, insert } = op;
        match (obj, key) {
            (ObjectId::Root, Key::Map(key)) if !*insert => {
                let key = key.as_str().into();
                let pred = pred.iter().map(|id| self.id(id)).collect::<Option<_>>()?;
                match action {
                    OpType::Put(scalar) => Some(Op::Put { key, value: value(scalar), pred }),
                    OpType::Make(ObjType::Text) => Some(Op::MakeText { key, pred }),
                    OpType::Delete => Some(Op::Delete { key, pred }),
                    _ => None,
                }
            }
            (ObjectId::Id(text), Key::Seq(element)) => {
                let text = self.id(text)?;
                let element = element.as_opid().map(|id| self.id(id).ok_or(())).transpose().ok()?;
                match action {
                    OpType::Put(ScalarValue::Str(string)) if *insert && pred.is_empty() => {
                        let mut chars = string.chars();
                        let char = chars.next().filter(|_| chars.next().is_none())?;
                        Some(Op::Insert { text, after: element, char })
                    }
                    OpType::Delete if !*insert => {
                        let element = element?;
                        let alone = pred.len() == 1 && pred.get(0).and_then(|id| self.id(id)) == Some(element);
                        alone.then_some(Op::Remove { text, element })
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

#[cfg(test)]
#[path = "change_tests.rs"]
mod tests;
