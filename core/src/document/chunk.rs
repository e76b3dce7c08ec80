//! The bytes of a change before automerge sees them.
//!
//! Automerge expands what a change's run-length columns say: a hundred bytes may say "the same operation, 2^60 times",
//! which no `catch_unwind` ends. So the rows are counted here first, without expanding them, together with what
//! else is free space or a bomb: the length of keys, the actors, the message. An inserted character must have its byte in
//! the chunk; only the removal of characters is dear for its size, and honestly so: a text is emptied in forty bytes.
//!
//! The format: <https://automerge.org/automerge-binary-format-spec/>.

use super::{Invalid, MAX_CHANGE};
use crate::ids::{ChangeHash, ID_LEN, sha256};

/// The most operations of one change: a text of [`super::MAX_TEXT`] deleted whole and written anew.
pub(super) const MAX_OPS: u64 = 2 * super::MAX_TEXT as u64 + 64;
/// The most operations upon keys in one change: more than the fullest sheet of reactions has.
const MAX_KEYED: u64 = 256;
/// The longest name of a key that is looked at.
const MAX_KEY: u64 = 64;
/// The most actors of one change.
const MAX_ACTORS: u64 = 256;
pub(super) const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
pub(super) const PLAIN_CHANGE: u8 = 1;

pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, len: u64) -> Result<&'a [u8], Invalid> {
        let len = usize::try_from(len).map_err(|_| Invalid::NotAChange)?;
        let (head, tail) = self.0.split_at_checked(len).ok_or(Invalid::NotAChange)?;
        self.0 = tail;
        Ok(head)
    }

    pub(super) fn unsigned(&mut self) -> Result<u64, Invalid> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Invalid::NotAChange)
    }

    pub(super) fn signed(&mut self) -> Result<i64, Invalid> {
        let mut value = 0i64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let unused = 64 - (shift + 7).min(64);
                return Ok(value << unused >> unused);
            }
        }
        Err(Invalid::NotAChange)
    }
}

/// The kinds of column, as the low three bits of a column's number name them.
mod sort {
    pub const GROUP: u64 = 0;
    pub const DELTA: u64 = 3;
    pub const BOOLEAN: u64 = 4;
    pub const STRING: u64 = 5;
    pub const VALUE_META: u64 = 6;
    pub const VALUE: u64 = 7;
    pub const DEFLATED: u64 = 8;
}

/// The numbers of the columns that say how many operations of which sort there are.
pub(super) mod column {
    pub const KEY: u64 = 0x15;
    pub const INSERT: u64 = 0x34;
    pub const ACTION: u64 = 0x42;
    pub const VALUE_META: u64 = 0x56;
    pub const VALUE: u64 = 0x57;
    pub const PREDECESSORS: u64 = 0x70;
}

/// How many operations a change says it has, by what they are done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counts {
    /// Upon keys under the root.
    pub keyed: u64,
    /// Characters put into texts.
    pub inserted: u64,
    /// All others; in an honest change, characters taken out of texts.
    pub removed: u64,
    /// The predecessors of all.
    pub predecessors: u64,
}

/// Refuses what is not one plain change chunk of bounded content, its checksum right; its hash, and what it says it has.
/// What passes may still be nonsense.
pub(super) fn check(bytes: &[u8]) -> Result<(ChangeHash, Counts), Invalid> {
    if bytes.len() > MAX_CHANGE {
        return Err(Invalid::TooLarge);
    }
    let mut chunk = Reader(bytes);
    if chunk.take(4)? != MAGIC {
        return Err(Invalid::NotAChange);
    }
    let checksum = chunk.take(4)?;
    let hashed = chunk.0;
    if chunk.take(1)? != [PLAIN_CHANGE] {
        return Err(Invalid::NotAChange);
    }
    let len = chunk.unsigned()?;
    if chunk.0.len() as u64 != len {
        return Err(Invalid::NotAChange);
    }
    let hash = sha256(&[hashed]);
    if hash[..4] != *checksum {
        return Err(Invalid::BadChecksum);
    }
    Ok((ChangeHash(hash), body(chunk)?))
}

fn body(mut body: Reader<'_>) -> Result<Counts, Invalid> {
    let deps = body.unsigned()?;
    body.take(deps.checked_mul(32).ok_or(Invalid::NotAChange)?)?;
    actor(&mut body)?;
    let (_seq, _start_op) = (body.unsigned()?, body.unsigned()?);
    let _time = body.signed()?;
    if body.unsigned()? != 0 {
        return Err(Invalid::ExtraContent);
    }
    let others = body.unsigned()?;
    if others > MAX_ACTORS {
        return Err(Invalid::BadActor);
    }
    for _ in 0..others {
        actor(&mut body)?;
    }
    let columns = body.unsigned()?;
    if columns > 32 {
        return Err(Invalid::NotAChange);
    }
    let mut specs = [(0, 0); 32];
    for spec in specs.iter_mut().take(columns as usize) {
        *spec = (body.unsigned()?, body.unsigned()?);
    }
    let (mut rows, mut value_bytes, mut declared_bytes) = (0, 0, 0);
    let mut counts = Counts { keyed: 0, inserted: 0, removed: 0, predecessors: 0 };
    for &(spec, len) in specs.iter().take(columns as usize) {
        let data = Reader(body.take(len)?);
        let found = match spec & 7 {
            _ if spec & sort::DEFLATED != 0 => return Err(Invalid::NotAChange),
            sort::VALUE => Column { sum: len, ..Column::default() },
            sort::BOOLEAN => booleans(data)?,
            sort => runs(data, sort)?,
        };
        match spec {
            column::KEY => counts.keyed = found.values,
            column::INSERT => counts.inserted = found.values,
            column::ACTION => rows = found.rows,
            column::VALUE_META => declared_bytes = found.sum,
            column::VALUE => value_bytes = found.sum,
            column::PREDECESSORS => counts.predecessors = found.sum,
            _ => {}
        }
    }
    if !body.0.is_empty() {
        return Err(Invalid::ExtraContent);
    }
    counts.removed = rows.saturating_sub(counts.keyed).saturating_sub(counts.inserted);
    if counts.keyed > MAX_KEYED {
        return Err(Invalid::TooLarge);
    }
    // Every inserted character has its byte among the values, and who has seen nothing can remove but the own.
    let honest = declared_bytes == value_bytes
        && counts.inserted <= value_bytes
        && (deps > 0 || counts.removed <= counts.inserted);
    if honest { Ok(counts) } else { Err(Invalid::NotAChange) }
}

fn actor(body: &mut Reader<'_>) -> Result<(), Invalid> {
    if body.unsigned()? != ID_LEN as u64 {
        return Err(Invalid::BadActor);
    }
    body.take(ID_LEN as u64).map(|_| ())
}

fn add(rows: &mut u64, more: u64) -> Result<(), Invalid> {
    *rows = rows.saturating_add(more);
    if *rows > MAX_OPS { Err(Invalid::TooLarge) } else { Ok(()) }
}

/// What a column holds, unexpanded.
#[derive(Default)]
struct Column {
    rows: u64,
    /// The rows that are not null; of booleans, those that are true.
    values: u64,
    /// Of a group, what its counts sum up to; of values, their bytes.
    sum: u64,
}

/// Counts in turn of rows that are false and true.
fn booleans(mut data: Reader<'_>) -> Result<Column, Invalid> {
    let (mut column, mut is_true) = (Column::default(), false);
    while !data.0.is_empty() {
        let count = data.unsigned()?;
        add(&mut column.rows, count)?;
        column.values += if is_true { count } else { 0 };
        is_true = !is_true;
    }
    Ok(column)
}

/// Run-length encoded values: a positive count and one value, a negative count and so many, or zero and a count of
/// nulls. A group's values are themselves counts, of predecessors.
fn runs(mut data: Reader<'_>, sort: u64) -> Result<Column, Invalid> {
    let mut column = Column::default();
    while !data.0.is_empty() {
        let count = data.signed()?;
        let (values, repeated) = match count {
            0 => (0, data.unsigned()?),
            1.. => (1, count.unsigned_abs()),
            _ => (count.unsigned_abs(), 1),
        };
        add(&mut column.rows, values.max(1).saturating_mul(repeated))?;
        column.values += values * repeated;
        for _ in 0..values {
            match sort {
                sort::DELTA => {
                    data.signed()?;
                }
                sort::STRING => {
                    let len = data.unsigned()?;
                    if len > MAX_KEY {
                        return Err(Invalid::UnknownKey);
                    }
                    data.take(len)?;
                }
                sort::GROUP => add(&mut column.sum, data.unsigned()?.saturating_mul(repeated))?,
                // The type in the low four bits, the length above.
                sort::VALUE_META => {
                    column.sum = column.sum.saturating_add((data.unsigned()? >> 4).saturating_mul(repeated));
                }
                _ => {
                    data.unsigned()?;
                }
            }
        }
    }
    Ok(column)
}
