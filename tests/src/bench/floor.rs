//! The floor: the same rows, put into the same tables under the same pragmas by plain SQL.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::types::Value;
use rusqlite::{Connection, TransactionBehavior, params_from_iter};

use crate::report::Outcome;

/// The phone's tables.
pub const PHONE: &str = include_str!("../../../core/src/store/schema.sql");
/// The server's tables.
pub const SERVER: &str = include_str!("../../../server/src/storage/sqlite/schema.sql");

const PHONE_PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000;";
const SERVER_PRAGMAS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32000;";

/// Rows, and the statement that inserts one.
pub struct Rows {
    sql: String,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
}

impl Rows {
    /// Reads `columns` of `table` in the order of `order`.
    pub fn read(from: &Path, table: &str, columns: &str, order: &str) -> Outcome<Self> {
        let connection = Connection::open(from)?;
        let width = columns.split(',').count();
        let mut statement = connection.prepare(&format!("SELECT {columns} FROM {table} ORDER BY {order}"))?;
        let rows = statement.query_map([], |row| (0..width).map(|index| row.get(index)).collect())?;
        Ok(Self { rows: rows.collect::<rusqlite::Result<_>>()?, ..Self::of(table, columns, Vec::new()) })
    }

    /// These rows.
    pub fn of(table: &str, columns: &str, rows: Vec<Vec<Value>>) -> Self {
        let marks: Vec<_> = (1..=columns.split(',').count()).map(|index| format!("?{index}")).collect();
        Self { sql: format!("INSERT INTO {table} ({columns}) VALUES ({})", marks.join(", ")), rows }
    }

    /// These rows for another table.
    pub fn into_table(self, table: &str, columns: &str) -> Self {
        Self::of(table, columns, self.rows)
    }

    /// Each in the place of one that is there under its key.
    pub fn replacing(self) -> Self {
        Self { sql: self.sql.replacen("INSERT", "INSERT OR REPLACE", 1), rows: self.rows }
    }

    /// One of the rows alone.
    pub fn one(&self, index: usize) -> Self {
        Self { sql: self.sql.clone(), rows: self.rows.get(index).cloned().into_iter().collect() }
    }

    fn slice(&self, index: usize, of: usize) -> &[Vec<Value>] {
        &self.rows[self.rows.len() * index / of..self.rows.len() * (index + 1) / of]
    }
}

/// A database with nothing but tables.
pub struct Floor(Connection);

impl Floor {
    /// As the phone opens its own.
    pub fn phone(dir: &Path) -> Outcome<Self> {
        Self::open(dir, PHONE_PRAGMAS, PHONE)
    }

    /// As the server opens its own.
    pub fn server(dir: &Path) -> Outcome<Self> {
        Self::open(dir, SERVER_PRAGMAS, SERVER)
    }

    fn open(dir: &Path, pragmas: &str, schema: &str) -> Outcome<Self> {
        let connection = Connection::open(dir.join("floor.db"))?;
        connection.set_prepared_statement_cache_capacity(128);
        connection.execute_batch(pragmas)?;
        connection.execute_batch(schema)?;
        Ok(Self(connection))
    }

    /// Inserts all of `tables` in so many transactions of equal size.
    pub fn insert(&mut self, tables: &[Rows], transactions: usize) -> Outcome<Duration> {
        let start = Instant::now();
        for index in 0..transactions {
            let tx = self.0.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for table in tables {
                let mut statement = tx.prepare_cached(&table.sql)?;
                for row in table.slice(index, transactions) {
                    statement.execute(params_from_iter(row))?;
                }
            }
            tx.commit()?;
        }
        Ok(start.elapsed())
    }
}

/// The columns of `document` that core writes.
pub const DOCUMENT: &str = "id, space, kind, owner, about, nonce, changes, count, received_at";
/// The columns of `message`.
pub const MESSAGE: &str =
    "rowid, doc, space, author, body, reply, withdrawn, edited, other, written_at, order_at, received_at, named, roles";
