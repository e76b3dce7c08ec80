//! The server of a simulated world: its files outlive it, its memory does not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hongqi_core::clock::Clock;
use hongqi_core::key::SoftwareKey;
use hongqi_server::Server;
use hongqi_server::storage::{Reader, Result, SqliteStorage, Storage};
use tempfile::TempDir;
use tokio::sync::watch;

use super::storage::Flaky;
use super::{SimClock, copy, home, key_pkcs8, or_fail};

/// One run of the server.
#[derive(Clone)]
pub struct Run {
    /// The server.
    pub server: Arc<Server>,
    /// Its storage.
    pub storage: Arc<Flaky>,
}

/// Where the server runs, or does not just now.
pub struct Site {
    clock: SimClock,
    dir: Mutex<TempDir>,
    run: watch::Sender<Option<Run>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Site {
    /// A running server with empty books.
    #[must_use]
    pub fn new(clock: SimClock) -> Self {
        let site = Self { clock, dir: Mutex::new(home()), run: watch::Sender::new(None) };
        site.start();
        site
    }

    /// Starts on the files that are there.
    ///
    /// # Panics
    /// If the server does not open.
    pub fn start(&self) {
        let path = lock(&self.dir).path().join("hongqi.db");
        let sqlite = or_fail("storage", SqliteStorage::open(&path, self.clock.now()));
        let storage = Arc::new(Flaky::new(sqlite));
        let key = Arc::new(or_fail("key", SoftwareKey::from_pkcs8(&key_pkcs8(0))));
        let server = Server::with(Arc::clone(&storage) as Arc<dyn Storage>, key, Arc::new(self.clock.clone()));
        self.run.send_replace(Some(Run { server: Arc::new(or_fail("server", server)), storage }));
    }

    /// Stops without a word: what is in memory is gone, streams break, files stay.
    pub fn stop(&self) {
        self.run.send_replace(None);
    }

    /// A copy of the files, as a backup makes it.
    #[must_use]
    pub fn backup(&self) -> TempDir {
        let to = home();
        copy(lock(&self.dir).path(), to.path());
        to
    }

    /// The files become those of a backup. The server must have been stopped.
    pub fn restore(&self, backup: TempDir) {
        *lock(&self.dir) = backup;
    }

    /// The run of now, and of what comes.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Option<Run>> {
        self.run.subscribe()
    }

    /// The run of now.
    #[must_use]
    pub fn run(&self) -> Option<Run> {
        self.run.borrow().clone()
    }

    /// The server of now.
    ///
    /// # Panics
    /// If it is stopped.
    #[must_use]
    pub fn server(&self) -> Arc<Server> {
        self.run().unwrap_or_else(|| panic!("the server is stopped")).server
    }

    /// Looks into the storage.
    ///
    /// # Panics
    /// If it cannot be read, or the server is stopped.
    pub fn look<T>(&self, work: impl FnOnce(&dyn Reader) -> Result<T>) -> T {
        let run = self.run().unwrap_or_else(|| panic!("the server is stopped"));
        let (mut work, mut out) = (Some(work), None);
        let read = run.storage.look(&mut |reader| {
            out = work.take().map(|work| work(reader));
            Ok(())
        });
        or_fail("look", read);
        or_fail("look", out.unwrap_or_else(|| unreachable!("read ran")))
    }
}
