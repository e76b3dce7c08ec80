//! # hongqi-server
//!
//! Relays what members write and judges who may read and write it. One binary, one SQLite file, one folder.
//!
//! | module | does |
//! |---|---|
//! | [`storage`] | logs, documents and the registry, behind narrow traits; SQLite |
//! | [`rights`] | who reads and who writes: pure functions |
//! | [`room`] | discussions that end, and those of groups and cases, that only who takes part knows |
//! | `seats` | tells who reads a group or a case |
//! | `retention` | closed cases expire |
//! | [`directory`] | finds people and places for them |
//! | [`accept`] | judges pushes and appends them, many in one transaction |
//! | [`quota`] | how much a member may write |
//! | `weigh`, `bucket` | what a push costs to decode, before it is; shares that fill again |
//! | `exchange`, `page` | one exchange: push, then pages within a budget |
//! | `shared` | what many ask for, read and folded once |
//! | [`enrol`], `sessions` | invitations, challenges, tokens, revocation |
//! | `publish` | the server's own documents: cards and grants |
//! | [`import`] | the member books, from CSV |
//! | `manage` | what an operator does: import, grant, revoke |
//! | [`http`] | all of it over axum, with live streams and metrics |
//!
//! [`Server`] holds everything and works without HTTP, with whatever clock it is given: the tests play whole days
//! against it in one process. In the data folder stand `hongqi.db` and `server.key` (readable by its owner only). Every
//! command of the program may run beside `serve`: rights are read from the database at each exchange.

pub mod accept;
mod bucket;
pub mod directory;
pub mod enrol;
mod error;
mod exchange;
pub mod http;
pub mod import;
mod live;
mod manage;
mod page;
mod prepare;
mod presence;
mod publish;
pub mod quota;
mod retention;
pub mod rights;
pub mod room;
mod seats;
mod sessions;
mod shared;
pub mod storage;
mod subject;
mod weigh;

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

use hongqi_core::clock::Clock;
use hongqi_core::ids::MemberId;
use hongqi_core::key::{DeviceKey, PublicKey, SoftwareKey};
use hongqi_core::sync::wire::{Pushed, SignedBatch};
use tokio::sync::broadcast;

pub use error::{Error, StorageError};
pub use live::{Event, Signal};

use accept::Judge;
use directory::Directory;
use exchange::{Cards, Followers};
use prepare::Bench;
use publish::Publisher;
use sessions::Sessions;
use shared::Stretches;
use storage::{DeviceRow, Reader, SqliteStorage, Storage, Writer};

/// So many signals may wait for a slow stream before it loses some; cursors make up for it.
const SIGNALS: usize = 1_024;

/// The server, without a network.
pub struct Server {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    publisher: Publisher,
    directory: Directory,
    judge: Judge,
    followers: Followers,
    cards: Cards,
    stretches: Stretches,
    sessions: Sessions,
    signals: broadcast::Sender<Signal>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("device", &self.publisher.device()).finish_non_exhaustive()
    }
}

/// Reads one state of `storage`.
pub(crate) fn read<T>(
    storage: &dyn Storage,
    work: impl FnOnce(&dyn Reader) -> storage::Result<T>,
) -> Result<T, StorageError> {
    let (mut work, mut out) = (Some(work), None);
    storage.read(&mut |reader| {
        if let Some(work) = work.take() {
            out = Some(work(reader)?);
        }
        Ok(())
    })?;
    out.ok_or(StorageError::Unexpected("transaction that did not run"))
}

/// Runs `work` in one transaction; nothing of it is kept if it fails.
pub(crate) fn transact<T>(
    storage: &dyn Storage,
    work: impl FnOnce(&dyn Writer) -> Result<T, Error>,
) -> Result<T, Error> {
    let (mut work, mut out) = (Some(work), None);
    let committed = storage.write(&mut |tx| {
        let result = work.take().map(|work| work(tx));
        let failed = !matches!(result, Some(Ok(_)));
        out = result;
        if failed { Err(StorageError::Unexpected("end of a transaction")) } else { Ok(()) }
    });
    match (out, committed) {
        (Some(Ok(value)), Ok(())) => Ok(value),
        (Some(Err(error)), _) => Err(error),
        (_, Err(error)) => Err(error.into()),
        (None, Ok(())) => Err(StorageError::Unexpected("transaction that did not run").into()),
    }
}

impl Server {
    /// Opens the server's folder, or makes it.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Key`] or [`Error::Storage`].
    pub fn open(dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let io = |path: &Path| {
            let path = path.display().to_string();
            move |error| Error::Io(path, error)
        };
        make_private(dir).map_err(io(dir))?;
        let path = dir.join("server.key");
        let key = match std::fs::read(&path) {
            Ok(pkcs8) => SoftwareKey::from_pkcs8(&pkcs8)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let (key, pkcs8) = SoftwareKey::generate()?;
                write_private(&path, &pkcs8).map_err(io(&path))?;
                key
            }
            Err(error) => return Err(io(&path)(error)),
        };
        let storage = SqliteStorage::open(&dir.join("hongqi.db"), clock.now())?;
        Self::with(Arc::new(storage), Arc::new(key), clock)
    }

    /// An empty server in memory, with a new key.
    ///
    /// # Errors
    /// [`Error::Key`] or [`Error::Storage`].
    pub fn in_memory(clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let storage = SqliteStorage::in_memory(clock.now())?;
        Self::with(Arc::new(storage), Arc::new(SoftwareKey::generate()?.0), clock)
    }

    /// The server of a storage and a key.
    ///
    /// # Errors
    /// [`Error::Key`] or [`Error::Storage`].
    pub fn with(storage: Arc<dyn Storage>, key: Arc<dyn DeviceKey>, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let publisher = Publisher::new(key)?;
        let device = publisher.device();
        let row =
            DeviceRow { device, member: MemberId::SERVER, public_key: publisher.key().public_key(), revoked: false };
        if read(&*storage, |reader| reader.device(device))?.is_none() {
            transact(&*storage, |tx| Ok(tx.put_device(&row, clock.now())?))?;
        }
        Ok(Self {
            storage,
            clock,
            publisher,
            directory: Directory::default(),
            judge: Judge::default(),
            followers: Followers::default(),
            cards: Cards::default(),
            stretches: Stretches::default(),
            sessions: Sessions::default(),
            signals: broadcast::Sender::new(SIGNALS),
        })
    }

    /// The key under which the server signs.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        self.key().public_key()
    }

    /// New entries, changed rights and the end, as they happen in this process.
    #[must_use]
    pub fn signals(&self) -> broadcast::Receiver<Signal> {
        self.signals.subscribe()
    }

    fn key(&self) -> &dyn DeviceKey {
        &**self.publisher.key()
    }

    fn storage(&self) -> &dyn Storage {
        &*self.storage
    }

    fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    fn signal(&self, signal: Signal) {
        // Nobody listening is no error.
        let _ = self.signals.send(signal);
    }

    fn bench(&self) -> Bench<'_> {
        let Self { storage, directory, clock, publisher, .. } = self;
        Bench { storage: &**storage, directory, clock: &**clock, publisher }
    }

    fn push(&self, author: DeviceRow, batches: Vec<SignedBatch>) -> Vec<Pushed> {
        let (pushed, events) = self.judge.push(&self.bench(), author, batches);
        events.into_iter().for_each(|event| self.signal(Signal::Entry(event)));
        pushed
    }
}

/// From now on a panic in this process says where it was and nothing else: its message could hold what a member wrote.
pub fn keep_panics_quiet() {
    std::panic::set_hook(Box::new(|panic| {
        let (file, line) = panic.location().map_or(("", 0), |at| (at.file(), at.line()));
        tracing::error!(file, line, "panicked");
    }));
}

/// Makes sure, before the folder is opened, that no other process serves it as long as what this gives is held: what one
/// server remembers of documents another would not hear of. A process that stands still holds it too; one that was killed
/// does not.
///
/// # Errors
/// [`Error::Io`], of the kind [`std::io::ErrorKind::ResourceBusy`] if another process does.
pub fn serve_alone(dir: &Path) -> Result<File, Error> {
    let path = dir.join("serving");
    let io = |error| Error::Io(path.display().to_string(), error);
    make_private(dir).map_err(io)?;
    let file = File::options().create(true).append(true).open(&path).map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(io(std::io::Error::new(std::io::ErrorKind::ResourceBusy, "another process serves this folder")))
        }
        Err(TryLockError::Error(error)) => Err(io(error)),
    }
}

/// Makes the folder, if it is missing, so that only its owner looks inside.
fn make_private(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
