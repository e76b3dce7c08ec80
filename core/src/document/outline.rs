//! The one validator of changes, on the phone and at the server: no document is loaded.
//!
//! Automerge applies what it can decode. Some of that panics at once; some is accepted, and then the document cannot be
//! loaded again or breaks at its next edit. So a change is taken only if an honest automerge could have made it upon the
//! changes known here: numbered right, building on known changes, its operations such as the kind of document has, and
//! every predecessor an operation that its author had seen, of the same key. Checked against an outline of the
//! document: which change has which operations, in runs, so that a text typed in one go takes one entry.

use std::collections::{BTreeSet, HashMap};

use super::change::Change;
use super::judge::{Id, Judge, Run, Target};
use super::{Invalid, Kind};
use crate::ids::{ActorId, ChangeHash};

/// The most changes of one document.
pub const MAX_CHANGES: usize = 10_000;
/// The most operations of one document. Keeps their numbers far below the 32 bits that automerge has for them.
pub const MAX_DOCUMENT_OPS: u64 = 4_000_000;
/// The most actors of one document, and so the most heads.
pub const MAX_DOCUMENT_ACTORS: usize = 256;

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
    ops: u64,
}

impl Outline {
    /// The outline of a document of this kind that has no change yet.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { kind, authors: Vec::new(), changes: HashMap::new(), heads: BTreeSet::new(), ops: 0 }
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
        let runs = Judge::new(self, spec, change, author, &known.clock)?.judge()?;
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
        self.ops = ops;
        Ok(true)
    }

    /// Whether the change of this hash was admitted.
    #[must_use]
    pub fn contains(&self, hash: &ChangeHash) -> bool {
        self.changes.contains_key(hash)
    }

    /// How many changes were admitted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.changes.len()
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

    pub(super) fn author_of(&self, id: ActorId) -> Option<u32> {
        self.authors.iter().position(|author| author.id == id).map(|index| index as u32)
    }

    /// The index of a change's author, known or new, after a look at the sequence.
    fn author(&self, change: &Change) -> Result<u32, Invalid> {
        let index = self.author_of(change.actor()).unwrap_or(self.authors.len() as u32);
        let last = self.authors.get(index as usize).and_then(|author| author.last);
        let seq = last.and_then(|hash| self.changes.get(&hash)).map_or(0, |known| known.seq);
        if change.seq() != seq + 1 || last.is_some_and(|last| !change.deps().contains(&last)) {
            // Of a log that was set back the changes in between may still come.
            let early = change.seq() > seq + 1 && change.deps().iter().any(|dep| !self.changes.contains_key(dep));
            return Err(if early { Invalid::UnknownDependency } else { Invalid::OutOfSequence });
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
    pub(super) fn target(&self, (author, number): Id, clock: &[u64]) -> Option<&Target> {
        let runs = &self.authors.get(author as usize)?.runs;
        let run = runs.get(runs.partition_point(|run| run.end <= number))?;
        let seen = run.start <= number && clock.get(author as usize).is_some_and(|seen| run.seq <= *seen);
        seen.then_some(&run.target)
    }
}

#[cfg(test)]
#[path = "outline_tests.rs"]
mod tests;
