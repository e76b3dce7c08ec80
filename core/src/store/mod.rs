//! The store: one SQLite database with one writer, readers opened when first wanted, and a switch that closes it.
//!
//! A local act is one transaction ([`Store::write`]): document row, projection rows, search row, outbox row. When it
//! has committed, the change hub says which topics changed. The store can be closed at any moment
//! ([`Store::pause`]): running transactions end, the WAL is folded in, no connection is left, and every later call
//! answers [`Error::Paused`] until [`Store::resume`]. iOS kills an app that keeps the file locked in the background.
//!
//! Opening tells three troubles apart: a database of a newer version is left alone, a damaged one is moved aside
//! under a dated name, never deleted, and a full disk is reported as such.

mod connection;
mod documents;
mod write;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::Notify;

pub use connection::SCHEMA_VERSION;
pub(crate) use documents::{Seen, StoredDocument};
pub(crate) use write::{Identity, Write, meta, set_meta};

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::live::Hub;

/// Readers kept open between calls.
const MAX_READERS: usize = 4;

pub(crate) struct Store {
    path: PathBuf,
    pub(crate) clock: Arc<dyn Clock>,
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

/// A poisoned lock only says that another thread panicked: transactions roll back by themselves.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    /// Opens or creates the database at `path`.
    pub(crate) fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self> {
        let writer = connection::open_or_set_aside(path, clock.now())?;
        Ok(Self {
            path: path.to_owned(),
            clock,
            hub: Hub::default(),
            exchange_wanted: Notify::new(),
            writer: Mutex::new(Some(writer)),
            readers: Mutex::new(Readers { open: true, ..Readers::default() }),
            all_back: Condvar::new(),
        })
    }

    /// Runs `act` in one transaction and announces what it changed. An error rolls everything back.
    pub(crate) fn write<T>(&self, act: impl FnOnce(&mut Write<'_>) -> Result<T>) -> Result<T> {
        let mut writer = lock(&self.writer);
        let connection = writer.as_mut().ok_or(Error::Paused)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut write = Write::new(&transaction, self.clock.now())?;
        let out = act(&mut write)?;
        let (topics, exchange) = write.finish()?;
        transaction.commit()?;
        // Not under the lock: a listener may call back in.
        drop(writer);
        self.hub.announce(topics);
        if exchange {
            self.exchange_wanted.notify_one();
        }
        Ok(out)
    }

    /// Runs `query` on a reader: a snapshot that no writer delays.
    pub(crate) fn read<T>(&self, query: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let reader = Reader { connection: Some(self.borrow_reader()?), store: self };
        match &reader.connection {
            Some(connection) => query(connection),
            None => Err(Error::Paused),
        }
    }

    fn borrow_reader(&self) -> Result<Connection> {
        let mut readers = lock(&self.readers);
        if !readers.open {
            return Err(Error::Paused);
        }
        let connection = match readers.idle.pop() {
            Some(connection) => connection,
            None => connection::reader(&self.path)?,
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

    /// Opens again after [`Store::pause`].
    pub(crate) fn resume(&self) -> Result<()> {
        let mut writer = lock(&self.writer);
        if writer.is_none() {
            *writer = Some(connection::open_or_set_aside(&self.path, self.clock.now())?);
        }
        lock(&self.readers).open = true;
        Ok(())
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
