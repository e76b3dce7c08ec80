//! A storage that fails now and then.

use std::sync::Mutex;
use std::sync::PoisonError;

use hongqi_server::storage::{Reader, Result, SqliteStorage, Storage, StorageError, Writer};

/// How the next call of a kind fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failing {
    /// A read, before it began.
    Read,
    /// A transaction, before it began.
    Before,
    /// A transaction whose work was done: it is rolled back.
    Inside,
    /// A transaction that was committed, but nobody learns it.
    After,
}

/// SQLite, with failures to order: each is met once.
#[derive(Debug)]
pub struct Flaky {
    sqlite: SqliteStorage,
    orders: Mutex<Vec<Failing>>,
}

impl Flaky {
    /// Nothing fails yet.
    #[must_use]
    pub fn new(sqlite: SqliteStorage) -> Self {
        Self { sqlite, orders: Mutex::default() }
    }

    /// Orders a failure.
    pub fn order(&self, failing: Failing) {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).push(failing);
    }

    /// Takes all orders back.
    pub fn heal(&self) {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Reads for the rig, which meets no failure.
    ///
    /// # Errors
    /// What SQLite has against it.
    pub fn look(&self, work: &mut dyn FnMut(&dyn Reader) -> Result<()>) -> Result<()> {
        self.sqlite.read(work)
    }

    fn meets(&self, failing: Failing) -> Result<()> {
        let mut orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(place) = orders.iter().position(|order| *order == failing) else { return Ok(()) };
        orders.remove(place);
        Err(StorageError::Unexpected("failure, to order"))
    }
}

impl Storage for Flaky {
    fn read(&self, work: &mut dyn FnMut(&dyn Reader) -> Result<()>) -> Result<()> {
        self.meets(Failing::Read)?;
        self.sqlite.read(work)
    }

    fn write(&self, work: &mut dyn FnMut(&dyn Writer) -> Result<()>) -> Result<()> {
        self.meets(Failing::Before)?;
        self.sqlite.write(&mut |tx| {
            work(tx)?;
            self.meets(Failing::Inside)
        })?;
        self.meets(Failing::After)
    }

    fn erase(&self) -> Result<bool> {
        self.sqlite.erase()
    }
}
