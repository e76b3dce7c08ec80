//! The store's side of an exchange: what to ask and give, and taking the answer in. No network, no timer.
//!
//! [`prepare`] turns what waits into signed batches, which are kept and sent again byte for byte until the server has
//! judged them; [`absorb`] takes each part of an answer in a transaction of its own, so that a phone killed between
//! any two of them is at worst asked to take the same part again.

mod absorb;
mod generation;
mod outgoing;

pub(crate) use absorb::absorb;
pub(crate) use outgoing::prepare;

use rusqlite::Connection;

use crate::error::Result;
use crate::ids::SpaceId;
use crate::store::Write;
use crate::sync::wire::{Cursor, check_of};

/// The spaces whose place in the log is known, with that place.
fn cursors(connection: &Connection) -> Result<Vec<(SpaceId, Cursor)>> {
    let mut statement =
        connection.prepare_cached("SELECT id, epoch, seq, chain FROM space WHERE chain IS NOT NULL AND NOT denied")?;
    let mut rows = statement.query([])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let chain = row.get_ref(3)?.as_blob().unwrap_or_default();
        let mut check = [0; 8];
        if let Some(start) = chain.first_chunk::<8>() {
            check = *start;
        }
        let epoch = row.get::<_, i64>(1)?.cast_unsigned();
        out.push((row.get(0)?, Cursor { epoch, seq: row.get::<_, i64>(2)?.cast_unsigned(), check }));
    }
    Ok(out)
}

/// Whether something is at the server that must be asked for.
fn anything_unasked(connection: &Connection) -> Result<bool> {
    let unasked = "SELECT 1 FROM space WHERE chain IS NULL AND NOT denied AND troubles < 3
                   UNION ALL SELECT 1 FROM gap JOIN space ON id = space WHERE NOT denied LIMIT 1";
    Ok(connection.prepare_cached(unasked)?.exists([])?)
}

fn digest(write: &Write<'_>) -> Result<[u8; 8]> {
    let cursors = cursors(write.tx)?;
    Ok(super::wire::digest(cursors.iter().map(|(space, cursor)| (space, cursor))))
}

/// Whether a chain hash is the one a cursor or a gap was left with: whole, or its first eight bytes.
fn same_chain(kept: &[u8], chain: &[u8; 32]) -> bool {
    kept == chain || kept == check_of(chain)
}
