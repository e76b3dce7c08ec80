//! Closed cases expire: after a while their logs and documents are deleted here, and the phones do the same by what
//! their seats say.

use hongqi_core::clock::Timestamp;

use crate::error::Error;
use crate::seats;
use crate::storage::DAY_MS;
use crate::{Server, read, transact};

impl Server {
    /// Keeps a closed case for so many days from now on, those that are closed already too, and tells their readers.
    /// Stands in the database: commands that run beside `serve` go by it.
    ///
    /// # Errors
    /// That of the storage or the server's key.
    pub fn keep_closed_cases(&self, days: u32) -> Result<(), Error> {
        let (ms, now) = (i64::from(days) * DAY_MS, self.clock().now());
        if read(self.storage(), |reader| Ok(reader.case_retention_ms()? == ms && !reader.seats_are_due()?))? {
            return Ok(());
        }
        self.publishing(|tx| {
            tx.put_case_retention_ms(ms)?;
            tx.note_seats_told()?;
            Ok(((), seats::of_cases(tx, now, None)?))
        })
    }

    /// Deletes the cases that have expired, on the disk too, and gives how many. Who asks for one is answered as if it had
    /// never been; whose it was cannot begin it again.
    ///
    /// # Errors
    /// That of the storage; what could be deleted is.
    pub fn sweep(&self) -> Result<usize, Error> {
        let now = self.clock().now();
        let expired = |ms: i64| Timestamp(now.0.saturating_sub(ms));
        let spaces = read(self.storage(), |reader| reader.settled(expired(reader.case_retention_ms()?)))?;
        let (mut swept, mut failed) = (0, None);
        for space in spaces {
            // One by one: pushes get their turn in between, and one may have reopened a case.
            let done = transact(self.storage(), |tx| {
                let at = expired(tx.case_retention_ms()?);
                let due = tx.room(space)?.is_some_and(|row| row.settled.is_some_and(|settled| settled <= at));
                if due {
                    tx.forget_room(space)?;
                }
                Ok(usize::from(due))
            });
            // One that cannot be deleted keeps no other alive.
            match done {
                Ok(count) => swept += count,
                Err(error) => failed = failed.or(Some(error)),
            }
            self.stretches.forget(space);
        }
        // Each time, so that what was still being read by somebody at the last is gone now.
        if !self.storage().erase()? {
            tracing::warn!("what was deleted cannot be erased from the disk yet: somebody reads the database");
        }
        failed.map_or(Ok(swept), Err)
    }
}
