//! The bytes of a change before automerge sees them.
//!
//! Automerge expands what a change's run-length columns say: a hundred bytes may say "the same operation, 2^60 times",
//! which no `catch_unwind` ends. So the rows are counted here first, without expanding them, together with what
//! else is free space or a bomb: the length of keys, the actors, the message.
//!
//! The format: <https://automerge.org/automerge-binary-format-spec/>.

use super::{Invalid, MAX_CHANGE};
use crate::ids::{ChangeHash, ID_LEN, sha256};

/// The most operations of one change: a text of [`super::MAX_TEXT`] deleted whole and written anew.
pub(super) const MAX_OPS: u64 = 2 * super::MAX_TEXT as u64 + 64;
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
mod column {
    pub const GROUP: u64 = 0;
    pub const DELTA: u64 = 3;
    pub const BOOLEAN: u64 = 4;
    pub const STRING: u64 = 5;
    pub const VALUE: u64 = 7;
    pub const DEFLATED: u64 = 8;
}

/// Refuses what is not one plain change chunk of bounded content, its checksum right; its hash. What passes may still be
/// nonsense.
pub(super) fn check(bytes: &[u8]) -> Result<ChangeHash, Invalid> {
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
    body(chunk)?;
    Ok(ChangeHash(hash))
}

fn body(mut body: Reader<'_>) -> Result<(), Invalid> {
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
    for &(spec, len) in specs.iter().take(columns as usize) {
        let data = Reader(body.take(len)?);
        match spec & 7 {
            _ if spec & column::DEFLATED != 0 => return Err(Invalid::NotAChange),
            column::VALUE => {}
            column::BOOLEAN => booleans(data)?,
            kind => runs(data, kind)?,
        }
    }
    if body.0.is_empty() { Ok(()) } else { Err(Invalid::ExtraContent) }
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

fn booleans(mut data: Reader<'_>) -> Result<(), Invalid> {
    let mut rows = 0;
    while !data.0.is_empty() {
        add(&mut rows, data.unsigned()?)?;
    }
    Ok(())
}

/// Run-length encoded values: a positive count and one value, a negative count and so many, or zero and a count of
/// nulls. A group's values are themselves counts, of predecessors.
fn runs(mut data: Reader<'_>, kind: u64) -> Result<(), Invalid> {
    let (mut rows, mut grouped) = (0, 0);
    while !data.0.is_empty() {
        let count = data.signed()?;
        let (values, repeated) = match count {
            0 => (0, data.unsigned()?),
            1.. => (1, count.unsigned_abs()),
            _ => (count.unsigned_abs(), 1),
        };
        add(&mut rows, values.max(1).saturating_mul(repeated))?;
        for _ in 0..values {
            match kind {
                column::DELTA => {
                    data.signed()?;
                }
                column::STRING => {
                    let len = data.unsigned()?;
                    if len > MAX_KEY {
                        return Err(Invalid::UnknownKey);
                    }
                    data.take(len)?;
                }
                column::GROUP => add(&mut grouped, data.unsigned()?.saturating_mul(repeated))?,
                _ => {
                    data.unsigned()?;
                }
            }
        }
    }
    Ok(())
}
