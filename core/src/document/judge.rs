//! Judges the operations of one change against the outline of its document.

use super::change::{Change, Op, OpId};
use super::{Invalid, Keys, MAX_TEXT, Outline, Spec, Value, ValueType};

/// What an operation may be the predecessor of, or the element or object for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Target {
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
pub(super) type Id = (u32, u64);

/// Consecutive operations of one change that are of one target.
#[derive(Debug)]
pub(super) struct Run {
    pub start: u64,
    pub end: u64,
    pub seq: u64,
    pub target: Target,
}

/// Judges one change's operations.
pub(super) struct Judge<'a> {
    outline: &'a Outline,
    spec: &'static Spec,
    change: &'a Change,
    author: u32,
    /// What the change has seen of each author.
    clock: &'a [u64],
    /// The index of the change's actors in the outline; that of the author may be new.
    actors: Vec<u32>,
    runs: Vec<Run>,
    /// The keys that the change creates texts under.
    texts: Vec<&'a str>,
    /// How many bytes of text the change inserts.
    inserted: usize,
}

impl<'a> Judge<'a> {
    pub fn new(
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

    /// The change's operations, if all of them are allowed.
    pub fn judge(mut self) -> Result<Vec<Run>, Invalid> {
        for (number, op) in (self.change.start_op()..).zip(&self.change.ops) {
            let target = match op {
                Op::Put { key, value, pred } => {
                    self.value(key, value.as_ref())?;
                    self.predecessors(key, pred)?;
                    Target::Value(key.clone())
                }
                Op::Delete { key, pred } => {
                    self.value(key, Some(&Value::Null))?;
                    self.predecessors(key, pred)?;
                    if pred.is_empty() {
                        return Err(Invalid::BadOperation);
                    }
                    Target::Nothing
                }
                Op::MakeText { key, pred } => {
                    let first = self.change.deps().is_empty() && self.outline.is_empty();
                    let again = self.texts.contains(&&**key);
                    if self.value_type(key)? != ValueType::Text {
                        return Err(Invalid::WrongType);
                    }
                    if !first || again || !pred.is_empty() {
                        return Err(Invalid::BadOperation);
                    }
                    self.texts.push(key);
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
        if self.inserted > MAX_TEXT { Err(Invalid::TooLarge) } else { Ok(self.runs) }
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
            Keys::Ids(value_type) => {
                let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
                (key.len() == 32 && key.bytes().all(digit)).then_some(value_type)
            }
        };
        found.ok_or(Invalid::UnknownKey)
    }

    fn value(&self, key: &str, value: Option<&Value>) -> Result<(), Invalid> {
        let size = match (self.value_type(key)?, value) {
            // A text lives as long as its document: it is emptied, never taken away, or it could not come back.
            (ValueType::Text, _) => return Err(Invalid::WrongType),
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
