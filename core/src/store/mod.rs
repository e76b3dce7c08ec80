//! The store: one SQLite database with one writer, readers opened when first wanted, and a switch that closes it.
//!
//! A local act is one transaction ([`Store::write`]): document row, projection rows, search row, outbox row. When it
//! has committed, the change hub says which topics changed. The store can be closed at any moment
//! ([`Store::pause`]): running transactions end, the WAL is folded in, no connection is left, and every later call
//! answers [`Error::Paused`] until [`Store::resume`]. iOS kills an app that keeps the file locked in the background.
//!
//! Opening tells the troubles apart: a database of a newer version, or of another application, is left alone; a full
//! disk is reported as such; a damaged one is moved aside, and what can be read of it goes into a new one
//! ([`Recovery`]). Damage that is met later is noted in a file beside the database, for the next opening: looking at
//! every page each time would take seconds.

mod aside;
mod connection;
mod documents;
mod generation_file;
mod history;
mod pages;
mod refused;
mod salvage;
mod wal;
mod write;

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::Notify;

pub use connection::SCHEMA_VERSION;
pub(crate) use documents::{Seen, StoredDocument};
pub(crate) use history::changes_of;
pub(crate) use refused::{Refused, together};
pub use salvage::Recovery;
pub(crate) use write::{Identity, Write, meta, set_meta};

use crate::clock::{Clock, Timestamp};
use crate::error::{Error, Result};
use crate::live::{Hub, Topic};

/// Readers kept open between calls.
const MAX_READERS: usize = 4;

/// Where a store keeps what it keeps.
pub(crate) struct Files {
    pub(crate) database: PathBuf,
    /// See [`generation_file`]; in a folder that no backup holds.
    pub(crate) generation: PathBuf,
}

/// As many pages as SQLite can have.
const UNLIMITED: u32 = u32::MAX - 1;

pub(crate) struct Store {
    files: Files,
    disk: AtomicU32,
    pub(crate) clock: Arc<dyn Clock>,
    /// What the server's clock showed when the monotonic clock stood at zero, as far as was heard; see
    /// [`Store::least_now`].
    heard: AtomicI64,
    pub(crate) hub: Hub,
    /// Something waits to be given to the server, or asked of it. Of one listener: the lifecycle.
    pub(crate) exchange_wanted: Notify,
    writer: Mutex<Option<Connection>>,
    readers: Mutex<Readers>,
    all_back: Condvar,
}

#[derive(Default)]
struct Readers {
    idle: Vec<Connection>,
    lent: usize,
    open: bool,
}

/// That moment, less what the monotonic clock has counted.
fn before_now(clock: &dyn Clock, at: Timestamp) -> i64 {
    at.0.saturating_sub(i64::try_from(clock.monotonic_ms()).unwrap_or(i64::MAX))
}

/// A poisoned lock only says that another thread panicked: transactions roll back by themselves.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Opens or creates the database.
    pub(crate) fn open(files: Files, clock: Arc<dyn Clock>) -> Result<Self> {
        let writer = connection::open(&files, clock.now())?;
        let heard = meta(&writer, "clock_heard")?.map_or(i64::MIN, |heard| before_now(&*clock, heard));
        Ok(Self {
            files,
            heard: AtomicI64::new(heard),
            disk: AtomicU32::new(UNLIMITED),
            clock,
            hub: Hub::default(),
            exchange_wanted: Notify::new(),
            writer: Mutex::new(Some(writer)),
            readers: Mutex::new(Readers { open: true, ..Readers::default() }),
            all_back: Condvar::new(),
        })
    }

    /// Takes note of the server's time, just heard. What it said last counts, not the most: its clock may have been put
    /// right.
    pub(crate) fn heard(&self, server: Timestamp) {
        self.heard.store(before_now(&*self.clock, server), Ordering::SeqCst);
    }

    /// The time that is over for certain, by the server's clock: what that showed when it was heard last, and what the
    /// monotonic clock has counted since. It falls behind while the phone sleeps; no hand sets it. The earliest time of all
    /// if the server was never heard.
    pub(crate) fn least_now(&self) -> Timestamp {
        let passed = i64::try_from(self.clock.monotonic_ms()).unwrap_or(i64::MAX);
        Timestamp(self.heard.load(Ordering::SeqCst)).plus_ms(passed)
    }

    /// Runs `act` in one transaction and announces what it changed. An error rolls everything back.
    pub(crate) fn write<T>(&self, act: impl FnOnce(&mut Write<'_>) -> Result<T>) -> Result<T> {
        let (out, topics, exchange) = self.note_damage(|| {
            let mut writer = lock(&self.writer);
            let connection = writer.as_mut().ok_or(Error::Paused)?;
            #[cfg(feature = "rig")]
            crate::rig::begins(connection)?;
            if !connection.is_autocommit() {
                // A rollback can fail too, and then nothing would ever be written again.
                connection.execute_batch("ROLLBACK")?;
            }
            let changes = connection.total_changes();
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut write = Write::new(&transaction, &self.files.generation, self.clock.now())?;
            let out = act(&mut write)?;
            let (topics, exchange) = write.finish()?;
            self.check_disk(&transaction, changes)?;
            #[cfg(feature = "rig")]
            crate::rig::commits()?;
            transaction.commit()?;
            #[cfg(feature = "rig")]
            crate::rig::has_committed()?;
            Ok((out, topics, exchange))
        })?;
        // Not under the lock: a listener may call back in.
        self.hub.announce(topics);
        if exchange {
            self.exchange_wanted.notify_one();
        }
        Ok(out)
    }

    /// Runs `query` on a reader: a snapshot that no writer delays.
    pub(crate) fn read<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.note_damage(|| {
            let reader = Reader { connection: Some(self.borrow_reader()?), store: self };
            match &reader.connection {
                // One snapshot for all the statements of a query. It writes nothing: rolling back is ending it.
                Some(connection) => query(&*connection.unchecked_transaction()?),
                None => Err(Error::Paused),
            }
        })
    }

    /// What was met now would be met again and again: the next opening shall deal with it.
    fn note_damage<T>(&self, run: impl FnOnce() -> Result<T>) -> Result<T> {
        let out = run();
        if matches!(out, Err(Error::Corrupt)) {
            tracing::error!("the database is damaged: it will be moved aside when it is opened next");
            if aside::mark(&self.files.database, self.clock.now()).is_err() {
                tracing::error!("that could not be noted");
            }
        }
        out
    }

    /// See [`crate::Core::limit_disk`].
    pub(crate) fn limit_disk(&self, pages: Option<u32>) -> Result<()> {
        let pages = pages.unwrap_or(UNLIMITED);
        self.disk.store(pages, Ordering::SeqCst);
        let writer = lock(&self.writer);
        let connection = writer.as_ref().ok_or(Error::Paused)?;
        // SQLite takes no limit below what there is; zero would only ask for the limit.
        connection.pragma_update(None, "max_page_count", pages.max(1))?;
        Ok(())
    }

    fn check_disk(&self, connection: &Connection, changes_before: u64) -> Result<()> {
        let limit = self.disk.load(Ordering::SeqCst);
        if limit == UNLIMITED || connection.total_changes() == changes_before {
            return Ok(());
        }
        let pages: u32 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
        if pages > limit { Err(Error::DiskFull) } else { Ok(()) }
    }

    /// The wall time as the server would show it.
    pub(crate) fn wall(&self, connection: &Connection) -> Result<Timestamp> {
        Ok(self.clock.now().plus_ms(meta(connection, "clock_offset")?.unwrap_or(0)))
    }

    fn borrow_reader(&self) -> Result<Connection> {
        let mut readers = lock(&self.readers);
        if !readers.open {
            return Err(Error::Paused);
        }
        let connection = match readers.idle.pop() {
            Some(connection) => connection,
            None => connection::reader(&self.files.database)?,
        };
        readers.lent += 1;
        Ok(connection)
    }

    /// Closes every connection, after what runs has ended. Pausing twice is pausing once.
    pub(crate) fn pause(&self) -> Result<()> {
        let mut writer = lock(&self.writer);
        let mut readers = lock(&self.readers);
        readers.open = false;
        readers.idle.clear();
        while readers.lent > 0 {
            readers = self.all_back.wait(readers).unwrap_or_else(PoisonError::into_inner);
        }
        match writer.take() {
            Some(connection) => connection::close(connection),
            None => Ok(()),
        }
    }

    /// Opens again after [`Store::pause`], and announces that anything may have changed: who was told
    /// [`Error::Paused`] asks again, and a damaged database may have been replaced.
    pub(crate) fn resume(&self) -> Result<()> {
        let mut writer = lock(&self.writer);
        let was_closed = writer.is_none();
        if was_closed {
            *writer = Some(connection::open(&self.files, self.clock.now())?);
        }
        lock(&self.readers).open = true;
        drop(writer);
        if was_closed {
            // Once it can be read, and not under the lock: a listener may call back in.
            self.hub.announce([Topic::All].into());
        }
        match self.disk.load(Ordering::SeqCst) {
            UNLIMITED => Ok(()),
            limit => self.limit_disk(Some(limit)),
        }
    }
}

/// A lent reader; gives itself back on every path, a panic in the query included.
struct Reader<'a> {
    connection: Option<Connection>,
    store: &'a Store,
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let mut readers = lock(&self.store.readers);
        readers.lent -= 1;
        if readers.open && readers.idle.len() < MAX_READERS {
            readers.idle.extend(self.connection.take());
        }
        // The connection must be gone before a waiting `pause` goes on.
        drop(self.connection.take());
        self.store.all_back.notify_all();
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
