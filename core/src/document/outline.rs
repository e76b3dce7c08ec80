//! The one validator of changes, on the phone and at the server: no document is loaded.
//!
//! Automerge applies what it can decode. Some of that panics at once; some is accepted, and then the document cannot be
//! loaded again or breaks at its next edit. So a change is taken only if an honest automerge could have made it upon the
//! changes known here: numbered right, building on known changes, its operations such as the kind of document has, and
//! every predecessor an operation that its author had seen, of the same key. Checked against an outline of the
//! document: which change has which operations, in runs, so that a text typed in one go takes one entry.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::change::{Change, Op, OpId};
use super::{Invalid, Keys, Kind, MAX_TEXT, Spec, Value, ValueType};
use crate::ids::{ActorId, ChangeHash};

/// The most changes of one document.
pub const MAX_CHANGES: usize = 10_000;
/// The most operations of one document. Keeps their numbers far below the 32 bits that automerge has for them.
pub const MAX_DOCUMENT_OPS: u64 = 4_000_000;
/// The most actors of one document, and so the most heads.
pub const MAX_DOCUMENT_ACTORS: usize = 256;

/// What an operation may be the predecessor of, or the element or object for.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Target {
    /// A value of this key.
    Value(Box<str>),
    /// The creation of a text under this key.
    Text(Box<str>),
    /// An element of the text that this operation created.
    Element(Id),
    /// Nothing: a removal.
    Nothing,
}

/// Names an operation in a document: its actor's index in the outline, and its number.
type Id = (u32, u64);

/// Consecutive operations of one change that are of one target.
#[derive(Debug)]
struct Run {
    start: u64,
    end: u64,
    seq: u64,
    target: Target,
}

#[derive(Debug)]
struct Author {
    id: ActorId,
    last: Option<ChangeHash>,
    /// In ascending order, apart from one another.
    runs: Vec<Run>,
}

#[derive(Debug)]
struct Known {
    actor: u32,
    seq: u64,
    max_op: u64,
    /// How many changes of each author, by its index, this one builds on, itself included.
    clock: Box<[u64]>,
}

/// What must be known of a document to judge its next change: changes and operations, no values.
#[derive(Debug)]
pub struct Outline {
    kind: Kind,
    authors: Vec<Author>,
    changes: HashMap<ChangeHash, Known>,
    heads: BTreeSet<ChangeHash>,
    /// The key that each text was created under.
    texts: BTreeMap<Box<str>, Id>,
    ops: u64,
}

impl Outline {
    /// The outline of a document of this kind that has no change yet.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            authors: Vec::new(),
            changes: HashMap::new(),
            heads: BTreeSet::new(),
            texts: BTreeMap::new(),
            ops: 0,
        }
    }

    /// Judges a change and takes note of it; `false` if it is known already. An error leaves the outline as it was.
    ///
    /// That the actor is the pushing device's, and that its member may write the document, is judged elsewhere.
    pub fn admit(&mut self, change: &Change) -> Result<bool, Invalid> {
        if self.contains(&change.hash()) {
            return Ok(false);
        }
        let spec = self.kind.spec();
        if change.bytes().len() > spec.max_change {
            return Err(Invalid::TooLarge);
        }
        let ops = self.ops + change.ops.len() as u64;
        if self.changes.len() >= MAX_CHANGES || ops > MAX_DOCUMENT_OPS {
            return Err(Invalid::Full);
        }
        if change.deps().is_empty() && !spec.unique && !self.is_empty() {
            return Err(Invalid::SecondBeginning);
        }
        let author = self.author(change)?;
        let known = self.place(change, author)?;
        let judged = Judge::new(self, spec, change, author, &known.clock)?.judge()?;
        let (runs, texts) = (judged.runs, judged.texts);
        // From here on nothing fails.
        if author as usize == self.authors.len() {
            self.authors.push(Author { id: change.actor(), last: None, runs: Vec::new() });
        }
        if let Some(author) = self.authors.get_mut(author as usize) {
            author.last = Some(change.hash());
            author.runs.extend(runs);
        }
        for dep in change.deps() {
            self.heads.remove(dep);
        }
        self.heads.insert(change.hash());
        self.changes.insert(change.hash(), known);
        self.texts.extend(texts);
        self.ops = ops;
        Ok(true)
    }

    /// Whether the change of this hash was admitted.
    #[must_use]
    pub fn contains(&self, hash: &ChangeHash) -> bool {
        self.changes.contains_key(hash)
    }

    /// The changes that no other builds on, in the order of their hashes.
    #[must_use]
    pub fn heads(&self) -> Vec<ChangeHash> {
        self.heads.iter().copied().collect()
    }

    /// Whether nothing was admitted yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    fn author_of(&self, id: ActorId) -> Option<u32> {
        self.authors.iter().position(|author| author.id == id).map(|index| index as u32)
    }

    /// The index of a change's author, known or new, after a look at the sequence.
    fn author(&self, change: &Change) -> Result<u32, Invalid> {
        let index = self.author_of(change.actor()).unwrap_or(self.authors.len() as u32);
        let last = self.authors.get(index as usize).and_then(|author| author.last);
        let seq = last.and_then(|hash| self.changes.get(&hash)).map_or(0, |known| known.seq);
        if change.seq() != seq + 1 || last.is_some_and(|last| !change.deps().contains(&last)) {
            return Err(Invalid::OutOfSequence);
        }
        if index as usize >= MAX_DOCUMENT_ACTORS { Err(Invalid::Full) } else { Ok(index) }
    }

    /// Where a change stands among those known: its dependencies must be what some replica's heads could be, and perhaps
    /// its author's own last change, which automerge always names.
    fn place(&self, change: &Change, author: u32) -> Result<Known, Invalid> {
        if change.deps().len() > MAX_DOCUMENT_ACTORS {
            return Err(Invalid::TooManyDependencies);
        }
        let deps: Option<Vec<_>> = change.deps().iter().map(|dep| self.changes.get(dep)).collect();
        let deps = deps.ok_or(Invalid::UnknownDependency)?;
        for (index, dep) in deps.iter().enumerate() {
            let implied = |by: &Known| by.clock.get(dep.actor as usize).is_some_and(|seen| *seen >= dep.seq);
            let by_other = deps.iter().enumerate().any(|(other, by)| other != index && implied(by));
            let twice = change.deps().get(..index).is_some_and(|deps| deps.contains(&change.deps()[index]));
            if twice || (by_other && dep.actor != author) {
                return Err(Invalid::TooManyDependencies);
            }
        }
        let below = deps.iter().map(|dep| dep.max_op).max().unwrap_or(0);
        if change.start_op() != below + 1 {
            return Err(Invalid::BadStart);
        }
        let mut clock = vec![0; self.authors.len().max(author as usize + 1)];
        for dep in deps {
            for (mine, theirs) in clock.iter_mut().zip(dep.clock.iter()) {
                *mine = (*mine).max(*theirs);
            }
        }
        clock[author as usize] = change.seq();
        Ok(Known { actor: author, seq: change.seq(), max_op: change.max_op(), clock: clock.into() })
    }

    /// What an operation may be used for by a change that has seen `clock`; none if it is unknown or unseen.
    fn target(&self, (author, number): Id, clock: &[u64]) -> Option<&Target> {
        let runs = &self.authors.get(author as usize)?.runs;
        let run = runs.get(runs.partition_point(|run| run.end <= number))?;
        let seen = run.start <= number && clock.get(author as usize).is_some_and(|seen| run.seq <= *seen);
        seen.then_some(&run.target)
    }
}

/// Judges one change's operations.
struct Judge<'a> {
    outline: &'a Outline,
    spec: &'static Spec,
    change: &'a Change,
    author: u32,
    /// What the change has seen of each author.
    clock: &'a [u64],
    /// The index of the change's actors in the outline; that of the author may be new.
    actors: Vec<u32>,
    runs: Vec<Run>,
    texts: Vec<(Box<str>, Id)>,
    inserted: usize,
}

impl<'a> Judge<'a> {
    fn new(
        outline: &'a Outline,
        spec: &'static Spec,
        change: &'a Change,
        author: u32,
        clock: &'a [u64],
    ) -> Result<Self, Invalid> {
        let others = change.actors.iter().skip(1).map(|id| outline.author_of(*id).filter(|index| *index != author));
        let others: Option<Vec<_>> = others.collect();
        let actors = std::iter::once(author).chain(others.ok_or(Invalid::BadOperation)?).collect();
        Ok(Self { outline, spec, change, author, clock, actors, runs: Vec::new(), texts: Vec::new(), inserted: 0 })
    }

    fn judge(mut self) -> Result<Self, Invalid> {
        for (number, op) in (self.change.start_op()..).zip(&self.change.ops) {
            let target = match op {
                Op::Put { key, value, pred } => {
                    self.value(key, value.as_ref())?;
                    self.predecessors(key, pred)?;
                    Target::Value(key.clone())
                }
                Op::Delete { key, pred } => {
                    self.value_type(key)?;
                    self.predecessors(key, pred)?;
                    if pred.is_empty() {
                        return Err(Invalid::BadOperation);
                    }
                    Target::Nothing
                }
                Op::MakeText { key, pred } => {
                    let first = self.change.deps().is_empty() && self.outline.is_empty();
                    let again = self.texts.iter().any(|(made, _)| made == key);
                    if self.value_type(key)? != ValueType::Text {
                        return Err(Invalid::WrongType);
                    }
                    if !first || again || !pred.is_empty() {
                        return Err(Invalid::BadOperation);
                    }
                    self.texts.push((key.clone(), (self.author, number)));
                    Target::Text(key.clone())
                }
                Op::Insert { text, after, char } => {
                    let text = self.text(*text)?;
                    if let Some(after) = after {
                        self.element(*after, text)?;
                    }
                    self.inserted += char.len_utf8();
                    Target::Element(text)
                }
                Op::Remove { text, element } => {
                    let text = self.text(*text)?;
                    self.element(*element, text)?;
                    Target::Nothing
                }
                Op::Other => return Err(Invalid::BadOperation),
            };
            self.note(number, target);
        }
        if self.inserted > MAX_TEXT { Err(Invalid::TooLarge) } else { Ok(self) }
    }

    fn note(&mut self, number: u64, target: Target) {
        match self.runs.last_mut() {
            Some(run) if run.target == target => run.end = number + 1,
            _ => self.runs.push(Run { start: number, end: number + 1, seq: self.change.seq(), target }),
        }
    }

    fn value_type(&self, key: &str) -> Result<ValueType, Invalid> {
        let found = match self.spec.keys {
            Keys::Named(keys) => keys.iter().find(|(name, _)| *name == key).map(|(_, value_type)| *value_type),
            Keys::DocIds(value_type) => {
                let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
                (key.len() == 32 && key.bytes().all(digit)).then_some(value_type)
            }
        };
        found.ok_or(Invalid::UnknownKey)
    }

    fn value(&self, key: &str, value: Option<&Value>) -> Result<(), Invalid> {
        let size = match (self.value_type(key)?, value) {
            (_, Some(Value::Null))
            | (ValueType::Bool, Some(Value::Bool(_)))
            | (ValueType::Int, Some(Value::Int(_))) => {
                return Ok(());
            }
            (ValueType::Str(most), Some(Value::Str(value))) => (value.len(), most),
            (ValueType::Bytes(most), Some(Value::Bytes(value))) => (value.len(), most),
            _ => return Err(Invalid::WrongType),
        };
        if size.0 > size.1 { Err(Invalid::TooLarge) } else { Ok(()) }
    }

    /// What a known operation may be used for: one of this change before here, or one that the change has seen.
    fn target(&self, id: OpId) -> Result<(Id, &Target), Invalid> {
        let author = *self.actors.get(id.actor as usize).ok_or(Invalid::BadOperation)?;
        let own = author == self.author && id.counter >= self.change.start_op();
        let target = if own {
            let run = self.runs.get(self.runs.partition_point(|run| run.end <= id.counter));
            run.map(|run| &run.target)
        } else {
            self.outline.target((author, id.counter), self.clock)
        };
        Ok(((author, id.counter), target.ok_or(Invalid::BadOperation)?))
    }

    fn predecessors(&self, key: &str, pred: &[OpId]) -> Result<(), Invalid> {
        for (index, id) in pred.iter().enumerate() {
            let same_key = match self.target(*id)?.1 {
                Target::Value(of) | Target::Text(of) => &**of == key,
                Target::Element(_) | Target::Nothing => false,
            };
            // Sorted by whoever decoded them, so a twin is a neighbour.
            if !same_key || pred.get(index + 1) == Some(id) {
                return Err(Invalid::BadOperation);
            }
        }
        Ok(())
    }

    fn text(&self, id: OpId) -> Result<Id, Invalid> {
        match self.target(id)? {
            (id, Target::Text(_)) => Ok(id),
            _ => Err(Invalid::BadOperation),
        }
    }

    fn element(&self, id: OpId, text: Id) -> Result<(), Invalid> {
        match self.target(id)?.1 {
            Target::Element(of) if *of == text => Ok(()),
            _ => Err(Invalid::BadOperation),
        }
    }
}

#[cfg(test)]
#[path = "outline_tests.rs"]
mod tests;
