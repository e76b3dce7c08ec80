//! The storage in one SQLite file: WAL, every commit on disk before it is answered, one writer, readers beside it.

mod log;
mod migrate;
mod registry;
mod rooms;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use migrate::SCHEMA_VERSION;

use super::{CASE_RETENTION_DAYS, DAY_MS, Reader, Result, Storage, StorageError, Writer};
use crate::write_private;
use hongqi_core::clock::Timestamp;

/// How long a command waits for another process to finish its transaction.
const BUSY: Duration = Duration::from_secs(30);
/// How long erasing waits for who reads, and all who write for it.
const BRIEF: Duration = Duration::from_millis(500);
const STATEMENTS: usize = 64;

/// The database file, or one in memory that ends with this value.
#[derive(Debug)]
pub struct SqliteStorage {
    /// Stands first to be dropped first: only a last connection that may write folds the write-ahead log in.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
    /// `None` in memory: then reads go through the writer.
    path: Option<PathBuf>,
}

/// A transaction, or one state that is read.
#[derive(Debug)]
struct Session<'a>(&'a Connection);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic under the lock ended its transaction by rollback; the connection is as before.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SqliteStorage {
    /// Opens or makes the file at `path`; one of an earlier version is brought up to this one first.
    ///
    /// # Errors
    /// [`StorageError`], also if a later version wrote it.
    pub fn open(path: &Path, now: Timestamp) -> Result<Self> {
        // Before SQLite makes it, which gives the files beside it the same rights: the folder may be older than this and open
        // to others.
        match write_private(path, &[]) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(StorageError::File(error)),
            _ => {}
        }
        let writer = Connection::open(path)?;
        writer.busy_timeout(BUSY)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        Self::prepare(writer, Some(path.to_owned()), now)
    }

    /// An empty database in memory.
    ///
    /// # Errors
    /// [`StorageError`].
    pub fn in_memory(now: Timestamp) -> Result<Self> {
        Self::prepare(Connection::open_in_memory()?, None, now)
    }

    fn prepare(mut writer: Connection, path: Option<PathBuf>, now: Timestamp) -> Result<Self> {
        set_up(&writer)?;
        writer.pragma_update(None, "synchronous", "FULL")?;
        writer.pragma_update(None, "cache_size", -32_000)?;
        // What has expired is not to be found in the file.
        writer.pragma_update(None, "secure_delete", true)?;
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        match tx.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))? {
            SCHEMA_VERSION => {}
            0 => {
                tx.execute_batch(include_str!("schema.sql"))?;
                // The moment of birth tells one life of the logs from another.
                let sql =
                    "INSERT INTO meta (key, value) VALUES ('epoch', ?1), ('registry', 1), ('case_retention_ms', ?2)";
                tx.execute(sql, [now.0.max(1), i64::from(CASE_RETENTION_DAYS) * DAY_MS])?;
                tx.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            }
            earlier @ 1..SCHEMA_VERSION => {
                migrate::run(&tx, earlier)?;
                tx.pragma_update(None, "user_version", SCHEMA_VERSION)?;
                tracing::info!(from = earlier, to = SCHEMA_VERSION, "database brought up to this version");
            }
            later => return Err(StorageError::Newer(later)),
        }
        tx.commit()?;
        Ok(Self { writer: Mutex::new(writer), path, readers: Mutex::new(Vec::new()) })
    }

    fn reader(&self, path: &Path) -> Result<Connection> {
        if let Some(reader) = lock(&self.readers).pop() {
            return Ok(reader);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let reader = Connection::open_with_flags(path, flags)?;
        reader.busy_timeout(BUSY)?;
        set_up(&reader)?;
        Ok(reader)
    }
}

impl Storage for SqliteStorage {
    fn read(&self, work: &mut dyn FnMut(&dyn Reader) -> Result<()>) -> Result<()> {
        let Some(path) = &self.path else { return work(&Session(&lock(&self.writer))) };
        let mut reader = self.reader(path)?;
        let tx = reader.transaction()?;
        work(&Session(&tx))?;
        tx.finish()?;
        lock(&self.readers).push(reader);
        Ok(())
    }

    fn write(&self, work: &mut dyn FnMut(&dyn Writer) -> Result<()>) -> Result<()> {
        let mut writer = lock(&self.writer);
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        work(&Session(&tx))?;
        Ok(tx.commit()?)
    }

    fn erase(&self) -> Result<bool> {
        // Deleted pages are overwritten in the log file first: in the database they stand until that is folded in, and in the
        // log as they were before until it is cut off.
        let writer = lock(&self.writer);
        writer.busy_timeout(BRIEF)?;
        let busy = writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
        writer.busy_timeout(BUSY)?;
        Ok(!busy?)
    }
}

fn set_up(connection: &Connection) -> Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without it SQLite compiles every query with a range anew for each value: a sixth of the server's time in the bench
    // `gathering` (2026-11).
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn meta(conn: &Connection, key: &str) -> Result<i64> {
    Ok(conn.prepare_cached("SELECT value FROM meta WHERE key = ?1")?.query_row([key], |row| row.get(0))?)
}

fn int(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(|_| StorageError::Unexpected("number"))
}

fn uint(number: i64) -> u64 {
    number.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::conformance;

    #[test]
    fn conforms_in_memory() {
        conformance::run(&|| SqliteStorage::in_memory(Timestamp(1)).unwrap());
    }

    #[test]
    fn conforms_in_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let next = std::cell::Cell::new(0);
        conformance::run(&|| {
            next.set(next.get() + 1);
            SqliteStorage::open(&dir.path().join(format!("{}.db", next.get())), Timestamp(1)).unwrap()
        });
    }

    #[test]
    fn a_database_of_a_later_version_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("later.db");
        drop(SqliteStorage::open(&path, Timestamp(1)).unwrap());
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(SqliteStorage::open(&path, Timestamp(1)), Err(StorageError::Newer(99))));
    }

    #[cfg(unix)]
    #[test]
    fn the_files_are_their_owners_in_whatever_folder() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let path = dir.path().join("hongqi.db");
        let storage = SqliteStorage::open(&path, Timestamp(1)).unwrap();
        drop(SqliteStorage::open(&path, Timestamp(1)).unwrap());
        let modes =
            std::fs::read_dir(dir.path()).unwrap().map(|file| file.unwrap().metadata().unwrap().permissions().mode());
        let modes: Vec<_> = modes.map(|mode| mode & 0o777).collect();
        assert!(modes.len() > 1 && modes.iter().all(|mode| *mode == 0o600), "{modes:?}");
        drop(storage);
    }
}
