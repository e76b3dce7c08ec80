//! A document of several changes, loaded into automerge.

use std::collections::BTreeSet;

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{Automerge, AutomergeError, ObjId, ObjType, ROOT, ReadDoc, TextEncoding};

use super::change::{self, Change};
use super::guard::guarded;
use super::{Fields, Invalid, MAX_TEXT, Value, project};
use crate::clock::Timestamp;
use crate::ids::{ActorId, ChangeHash};

/// One thing a member does to a document. A text lives from the document's first change on: it can be emptied, not
/// replaced or made anew.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Edit<'a> {
    /// Sets a key. For a text the same as `SetText`; `Null` empties it.
    Put(&'a str, Value),
    /// Replaces part of a text.
    Splice {
        /// The text's key.
        key: &'a str,
        /// Where, in UTF-16 code units.
        at: usize,
        /// How many UTF-16 code units go.
        delete: usize,
        /// What comes in their place.
        insert: &'a str,
    },
    /// Makes the text under a key this one, by the smallest changes that do so.
    SetText(&'a str, &'a str),
}

/// A document, loaded. Once a method says [`Invalid::NotLoaded`], it is of no more use: drop it and load it again.
pub struct Document {
    pub(super) automerge: Automerge,
    /// Automerge panicked in the middle of something, or the document holds a change that cannot be sent.
    broken: bool,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").finish_non_exhaustive()
    }
}

impl Document {
    /// Loads a document from all its changes, in any order, as one batch. An error unless every one was applied.
    pub fn load<'a>(changes: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, Invalid> {
        let mut changes: Vec<_> = changes.into_iter().map(change::parse).collect::<Result<_, _>>()?;
        let mut hashes = BTreeSet::new();
        changes.retain(|change| hashes.insert(change.hash()));
        // What automerge has half done when it panics is dropped with the closure.
        let automerge = guarded(|| {
            let mut automerge = Automerge::new_with_encoding(TextEncoding::Utf16CodeUnit);
            automerge.apply_changes(changes).ok()?;
            Some(automerge)
        });
        let automerge = automerge.flatten().ok_or(Invalid::NotLoaded)?;
        // Changes whose dependencies are missing wait in a queue that reading does not show.
        if automerge.get_changes_meta(&[]).len() == hashes.len() {
            Ok(Self { automerge, broken: false })
        } else {
            Err(Invalid::UnknownDependency)
        }
    }

    /// What it holds. What this version does not know is left out.
    #[must_use]
    pub fn fields(&self) -> Fields {
        if self.broken {
            return Fields::default();
        }
        guarded(|| self.read()).unwrap_or_default()
    }

    fn read(&self) -> Fields {
        let known = self.automerge.keys(ROOT).filter_map(|key| {
            // In the order of the operations, the winner last.
            let values = self.automerge.get_all(ROOT, key.as_str()).ok()?;
            let values = values.into_iter().filter_map(|(value, id)| self.value(value, &id)).collect();
            Some((key, project::field(values)?))
        });
        Fields(known.collect())
    }

    fn value(&self, value: automerge::Value<'_>, id: &ObjId) -> Option<Value> {
        match value {
            automerge::Value::Object(ObjType::Text) => self.automerge.text(id).ok().map(Value::Text),
            automerge::Value::Object(_) => None,
            automerge::Value::Scalar(scalar) => change::value(&scalar),
        }
    }

    /// The changes that no other builds on, in the order of their hashes.
    #[must_use]
    pub fn heads(&self) -> Vec<ChangeHash> {
        self.automerge.get_heads().into_iter().map(|hash| ChangeHash(hash.0)).collect()
    }

    /// Every change, each behind those it builds on.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let changes = guarded(|| self.automerge.get_changes(&[])).unwrap_or_default();
        changes.iter().filter_map(|change| Change::decode(change.raw_bytes()).ok()).collect()
    }

    /// Makes the edits, all or none, as one change by `actor` at `at`; none if they change nothing.
    ///
    /// [`Invalid::OutOfRange`] for a splice outside its text or in the middle of a character, or where no text is;
    /// [`Invalid::TooLarge`] for a text over [`MAX_TEXT`]. Whether the kind of document allows the change, the outline
    /// says.
    pub fn edit(&mut self, actor: ActorId, at: Timestamp, edits: &[Edit<'_>]) -> Result<Option<Change>, Invalid> {
        if self.broken {
            return Err(Invalid::NotLoaded);
        }
        let made = guarded(|| {
            self.automerge.set_actor(automerge::ActorId::from(&actor.as_bytes()[..]));
            let mut transaction = self.automerge.transaction();
            // Dropping it takes back what was done.
            edits.iter().try_for_each(|edit| apply(&mut transaction, edit))?;
            if transaction.pending_ops() == 0 {
                return Ok(None);
            }
            let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(at.0));
            let change = hash.and_then(|hash| self.automerge.get_change_by_hash(&hash));
            change.ok_or(Invalid::NotLoaded).map(Some)
        });
        let Some(made) = made else {
            self.broken = true;
            return Err(Invalid::NotLoaded);
        };
        let change = made?.map(|change| Change::decode(change.raw_bytes())).transpose();
        // Too large to be sent, but made: what the document shows now, no other replica ever will.
        self.broken |= change.is_err();
        change
    }
}

fn apply(transaction: &mut Transaction<'_>, edit: &Edit<'_>) -> Result<(), Invalid> {
    match edit {
        Edit::Put(key, Value::Text(text)) => set_text(transaction, key, text),
        Edit::Put(key, Value::Null) if text_of(transaction, key).is_ok() => set_text(transaction, key, ""),
        Edit::Put(key, value) => {
            let held = transaction.get_all(ROOT, *key).map_err(failed)?;
            let scalar = change::put(value).ok_or(Invalid::WrongType)?;
            let same = match held.as_slice() {
                [] => *value == Value::Null,
                [(automerge::Value::Scalar(one), _)] => **one == scalar,
                _ => false,
            };
            if same { Ok(()) } else { transaction.put(ROOT, *key, scalar).map_err(failed) }
        }
        Edit::SetText(key, text) => set_text(transaction, key, text),
        Edit::Splice { key, at, delete, insert } => {
            let text = text_of(transaction, key)?;
            let now = transaction.text(&text).map_err(failed)?;
            let end = at.checked_add(*delete).ok_or(Invalid::OutOfRange)?;
            let (at_byte, end_byte) = (byte_at(&now, *at)?, byte_at(&now, end)?);
            let len = now.len() - (end_byte - at_byte) + insert.len();
            // Two phones may have filled it beyond the limit together; then it can still be made shorter.
            if len > MAX_TEXT.max(now.len()) {
                return Err(Invalid::TooLarge);
            }
            let delete = isize::try_from(*delete).map_err(|_| Invalid::OutOfRange)?;
            transaction.splice_text(&text, *at, delete, insert).map_err(failed)
        }
    }
}

/// The byte at which a text's so many-th UTF-16 code unit begins.
fn byte_at(text: &str, units: usize) -> Result<usize, Invalid> {
    let mut left = units;
    for (byte, char) in text.char_indices() {
        if left == 0 {
            return Ok(byte);
        }
        left = left.checked_sub(char.len_utf16()).ok_or(Invalid::OutOfRange)?;
    }
    if left == 0 { Ok(text.len()) } else { Err(Invalid::OutOfRange) }
}

fn set_text(transaction: &mut Transaction<'_>, key: &str, text: &str) -> Result<(), Invalid> {
    if text.len() > MAX_TEXT {
        return Err(Invalid::TooLarge);
    }
    let id = text_of(transaction, key)?;
    transaction.update_text(&id, text).map_err(failed)
}

fn text_of(transaction: &Transaction<'_>, key: &str) -> Result<ObjId, Invalid> {
    let held = transaction.get_all(ROOT, key).map_err(failed)?;
    let text = held.into_iter().rev().find(|(value, _)| matches!(value, automerge::Value::Object(ObjType::Text)));
    text.map(|(_, id)| id).ok_or(Invalid::OutOfRange)
}

fn failed(_: AutomergeError) -> Invalid {
    Invalid::BadOperation
}

#[cfg(test)]
#[path = "doc_tests.rs"]
mod tests;
