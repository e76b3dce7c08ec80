//! Opening, migrating and closing connections.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::wal::Wal;
use super::{Files, Write, aside, generation_file, meta, salvage};
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::store::Identity;
use crate::sync::replica::renew;

/// Every version of the schema in order; a new database takes the last one through the same steps.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql")];
/// The version of the schema; a database of a later one is left alone.
pub const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// Stands in the header of the file and says whose it is.
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"hgqi");

const STATEMENTS_KEPT: usize = 128;

/// Opens the writer. A damaged database is moved aside, and what can be read of it goes into a new one; one that is
/// not the one its generation file was written for begins a new generation.
pub(super) fn open(files: &Files, now: Timestamp) -> Result<Connection> {
    match try_open(files, now) {
        Err(Error::Corrupt) => {
            tracing::error!("the database is damaged: moved aside");
            aside::mark(&files.database, now)?;
            try_open(files, now)
        }
        other => other,
    }
}

fn try_open(files: &Files, now: Timestamp) -> Result<Connection> {
    if aside::is_marked(&files.database) {
        aside::move_marked(&files.database)?;
    }
    let mut connection = open_migrated(&files.database, MIGRATIONS)?;
    for aside in aside::waiting(&files.database) {
        // Unless a kill came between the last two steps.
        if meta(&connection, "taken_over")? != Some(aside.number) {
            salvage::take_over(&mut connection, &aside, files, now)?;
        }
        aside.taken_over(&files.database)?;
    }
    renew_if_copied(&mut connection, files, now)?;
    Ok(connection)
}

fn renew_if_copied(connection: &mut Connection, files: &Files, now: Timestamp) -> Result<()> {
    let known = match Identity::read(connection) {
        Ok(me) => me.generation,
        Err(Error::NotEnrolled) => return Ok(()),
        Err(error) => return Err(error),
    };
    if generation_file::read(&files.generation) == Some(known) {
        return Ok(());
    }
    tracing::warn!("the database is not where it was written last: a new generation begins");
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut write = Write::new(&transaction, &files.generation, now)?;
    renew(&mut write)?;
    write.finish()?;
    transaction.commit()?;
    Ok(())
}

fn set_up(connection: &Connection) -> Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    // Without it SQLite compiles a query with a range or a limit anew for each value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

fn open_migrated(path: &Path, migrations: &[&str]) -> Result<Connection> {
    // SQLite takes what it can use of a damaged log and overwrites the rest; and of a log without a database, nothing.
    let wal = Wal::read(&aside::with_suffix(path, "-wal"));
    let size = std::fs::metadata(path).map_or(0, |meta| meta.len());
    if wal.damaged || (size == 0 && !wal.pages.is_empty()) {
        return Err(Error::Corrupt);
    }
    let mut connection = Connection::open(path)?;
    set_up(&connection)?;
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let version = version as usize;
    let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let empty: bool = connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))?;
    if application != APPLICATION_ID && !(version == 0 && empty) {
        return Err(Error::ForeignDatabase);
    }
    if version > migrations.len() {
        return Err(Error::NewerDatabase);
    }
    // What is removed must be gone from the free pages too: a purge is a promise. The size of a page is what a damaged
    // file is read by.
    connection.execute_batch(
        "PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000;",
    )?;
    if version < migrations.len() {
        migrate(&mut connection, version, migrations)?;
    }
    Ok(connection)
}

/// All missing steps or none: who cannot take them leaves the database to the version that wrote it.
fn migrate(connection: &mut Connection, from: usize, migrations: &[&str]) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for migration in &migrations[from..] {
        transaction.execute_batch(migration).map_err(|error| match error.into() {
            // A step that does not fit this database.
            Error::Storage("unexpected") => Error::Storage("migration"),
            other => other,
        })?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", migrations.len() as u32)?;
    transaction.commit()?;
    Ok(())
}

/// Opens a reader.
pub(super) fn reader(path: &Path) -> Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI,
    )?;
    set_up(&connection)?;
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

#[cfg(test)]
#[path = "connection_tests.rs"]
mod tests;
