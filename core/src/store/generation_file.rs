//! The generation once more, in a file that no backup holds: a database that was restored or cloned does not find its
//! own there, and begins a new generation before anything is sent under numbers that were used already.
//!
//! The file is written before the transaction that puts the same into the database commits. So a kill between the two
//! leaves a file that is newer than the database, and the next opening begins one more generation, which costs nothing
//! but a look at what is at the server. The other order would let a database say that it was renewed and a backup of
//! it find its file. What is cloned together with its file is told apart by the server.

use std::path::Path;

use super::aside::replace;
use crate::error::Result;
use crate::ids::Generation;

/// The generation in the file; `None` if there is none, or it cannot be read.
pub(super) fn read(path: &Path) -> Option<Generation> {
    let bytes = std::fs::read(path).ok()?;
    Some(Generation::from_bytes(bytes.try_into().ok()?))
}

pub(super) fn write(path: &Path, generation: Generation) -> Result<()> {
    replace(path, &generation.as_bytes()[..])
}
