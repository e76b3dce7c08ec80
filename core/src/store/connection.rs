//! Opening, migrating and closing connections.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::clock::Timestamp;
use crate::error::{Error, Result};

/// Every version of the schema in order; a new database takes the last one through the same steps.
const MIGRATIONS: [&str; 1] = [include_str!("schema.sql")];
/// The version of the schema; a database of a later one is left alone.
pub const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

const STATEMENTS_KEPT: usize = 128;

/// Opens the writer; moves a damaged file aside and begins a new one.
pub(super) fn open_or_set_aside(path: &Path, now: Timestamp) -> Result<Connection> {
    match open(path) {
        Err(error) if is_damage(&error) => {
            tracing::error!("the database is damaged: set aside, all that is at the server will be fetched again");
            for suffix in ["", "-wal", "-shm"] {
                let from = with_suffix(path, suffix);
                if from.exists() {
                    let aside = with_suffix(path, &format!(".damaged-{}{suffix}", now.0));
                    std::fs::rename(&from, aside).map_err(|_| Error::Storage("file"))?;
                }
            }
            classify(open(path))
        }
        other => classify(other),
    }
}

enum OpenError {
    Sql(rusqlite::Error),
    Newer,
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

fn is_damage(error: &OpenError) -> bool {
    matches!(error, OpenError::Sql(error)
        if matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)))
}

fn classify(opened: std::result::Result<Connection, OpenError>) -> Result<Connection> {
    opened.map_err(|error| match error {
        OpenError::Sql(error) => error.into(),
        OpenError::Newer => Error::NewerDatabase,
    })
}

fn with_suffix(path: &Path, suffix: &str) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn open(path: &Path) -> std::result::Result<Connection, OpenError> {
    let mut connection = Connection::open(path)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    // What is removed must be gone from the free pages too: a purge is a promise.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -8000;",
    )?;
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let version = version as usize;
    if version > MIGRATIONS.len() {
        return Err(OpenError::Newer);
    }
    if version < MIGRATIONS.len() {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for migration in &MIGRATIONS[version..] {
            transaction.execute_batch(migration)?;
        }
        transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
        transaction.commit()?;
    }
    Ok(connection)
}

/// Opens a reader.
pub(super) fn reader(path: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI,
    )?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000;")?;
    Ok(connection)
}

/// Folds the WAL in and closes.
pub(super) fn close(connection: Connection) -> Result<()> {
    // A failed checkpoint loses nothing: the WAL is read at the next opening.
    let folded = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);");
    connection.close().map_err(|(_, error)| Error::from(error))?;
    folded.map_err(Error::from)
}
