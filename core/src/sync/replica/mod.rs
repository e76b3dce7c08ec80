//! The store's side of an exchange: what to ask and give, and taking the answer in. No network, no timer.
//!
//! [`outgoing::prepare`] turns what waits into signed batches, which are kept and sent again byte for byte until the server has
//! judged them; [`absorb::absorb`] takes each part of an answer in a transaction of its own, so that a phone killed between
//! any two of them is at worst asked to take the same part again.

mod absorb;
mod check;
#[cfg(test)]
mod fake;
mod generation;
mod later;
mod outgoing;
mod replay;

pub(crate) use generation::{renew, renew_document};

use rusqlite::Connection;

pub(crate) use later::take_in_again;

use crate::core::Core;
use crate::error::{Error, Result};
use crate::ids::{DeviceId, SpaceId};
use crate::key::{Purpose, Signature, sign};
use crate::store::Write;
use crate::sync::session::{Absorbed, Session, SessionError};
use crate::sync::wire::{Cursor, SyncRequest, SyncResponse, check_of};

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

impl From<Error> for SessionError {
    fn from(error: Error) -> Self {
        match error {
            Error::Paused => Self::Paused,
            Error::Key => Self::Key,
            _ => Self::Storage,
        }
    }
}

impl Session for Core {
    fn prepare(&self) -> std::result::Result<Option<SyncRequest>, SessionError> {
        match outgoing::prepare(&self.store, &*self.key) {
            Ok(request) => Ok(Some(request)),
            Err(Error::NotEnrolled) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn absorb(&self, request: &SyncRequest, response: SyncResponse) -> std::result::Result<Absorbed, SessionError> {
        Ok(Absorbed { more: absorb::absorb(&self.store, request, response)? })
    }

    fn tidy_up(&self) {
        while self.search().index().unwrap_or(false) {}
    }

    fn device(&self) -> Option<DeviceId> {
        self.me().ok().map(|me| me.device)
    }

    fn sign_challenge(&self, nonce: &[u8; 32]) -> std::result::Result<Signature, SessionError> {
        Ok(sign(&*self.key, Purpose::Challenge, nonce)?)
    }

    fn server_url(&self) -> Option<String> {
        Core::server_url(self).ok().flatten()
    }
}
