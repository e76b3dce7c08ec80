//! A phone under the real driver, on its own files; it can die at any moment and is then started from them as they are.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hongqi_core::ids::{DeviceId, MemberId};
use hongqi_core::key::{Signature, SoftwareKey};
use hongqi_core::rig::Life;
use hongqi_core::sync::driver::Sync;
use hongqi_core::sync::session::{Absorbed, Session, SessionError, Timing};
use hongqi_core::sync::wire::{SyncRequest, SyncResponse};
use hongqi_core::{Config, Core};
use hongqi_server::Server;
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::time::Instant;

use super::net::Link;
use super::{SimClock, copy, enrol, home, key, or_fail};

/// One run of a phone: what dies with it.
pub struct Running {
    core: Core,
    life: Arc<Life>,
    /// Last, so that the files go after who has them open.
    home: TempDir,
}

impl Running {
    fn open(home: TempDir, life: Arc<Life>, key: SoftwareKey, clock: &SimClock) -> Self {
        let config = Config::new(home.path(), Arc::new(key)).clock(Arc::new(clock.clone()));
        let core = or_fail("open", life.within(|| Core::open(config)));
        Self { core, life, home }
    }

    /// Does something with the core in this life.
    pub fn within<T>(&self, work: impl FnOnce(&Core) -> T) -> T {
        self.life.within(|| work(&self.core))
    }

    /// This run's life.
    #[must_use]
    pub fn life(&self) -> &Life {
        &self.life
    }

    /// The folder of the database.
    #[must_use]
    pub fn home(&self) -> &Path {
        self.home.path()
    }
}

impl Session for Running {
    fn prepare(&self) -> Result<Option<SyncRequest>, SessionError> {
        self.within(Session::prepare)
    }

    fn absorb(&self, request: &SyncRequest, response: SyncResponse) -> Result<Absorbed, SessionError> {
        self.within(|core| core.absorb(request, response))
    }

    fn tidy_up(&self) {
        self.within(Session::tidy_up);
    }

    fn device(&self) -> Option<DeviceId> {
        self.within(Session::device)
    }

    fn sign_challenge(&self, nonce: &[u8; 32]) -> Result<Signature, SessionError> {
        self.within(|core| core.sign_challenge(nonce))
    }

    fn server_url(&self) -> Option<String> {
        self.within(Session::server_url)
    }
}

/// A member's phone.
pub struct Handset {
    /// Whose.
    pub member: MemberId,
    /// This device.
    pub device: DeviceId,
    /// Its clock.
    pub clock: SimClock,
    /// Its way to the server.
    pub link: Arc<Link>,
    run: Arc<Running>,
    seat: u64,
    sync: Option<Sync>,
}

impl Handset {
    /// Enrols a phone of the member with this number. `seat` tells it from all others.
    ///
    /// # Panics
    /// If the server refuses.
    #[must_use]
    pub fn enrol(server: &Server, number: &str, seat: u64, clock: SimClock, link: Link, seed: u64) -> Self {
        let key = key(seat);
        let response = enrol(server, number, &key);
        let run = Running::open(home(), Life::new(seed), key, &clock);
        or_fail("enrolled", run.within(|core| core.enrolled("https://server.sim", &response)));
        let (member, device) = (response.card.member, response.card.device);
        Self { member, device, clock, link: Arc::new(link), run: Arc::new(run), seat, sync: None }
    }

    /// The run of now.
    #[must_use]
    pub fn run(&self) -> &Running {
        &self.run
    }

    /// Does something with the core.
    pub fn within<T>(&self, work: impl FnOnce(&Core) -> T) -> T {
        self.run.within(work)
    }

    /// Starts sync, as an app that comes to the foreground.
    pub fn start(&mut self) {
        if self.sync.is_none() {
            let sync = self.at_rest();
            sync.start();
            self.sync = Some(sync);
        }
    }

    /// Stops sync, as an app that leaves the foreground.
    pub async fn stop(&mut self) {
        if let Some(sync) = self.sync.take() {
            sync.stop().await;
        }
    }

    /// The running sync.
    #[must_use]
    pub fn sync(&self) -> Option<&Sync> {
        self.sync.as_ref()
    }

    /// A background run, beside whatever else runs.
    pub fn run_in_background(&self, deadline: Duration) {
        let sync = self.at_rest();
        drop(tokio::spawn(async move {
            // How it went shows in what the phone holds.
            let _ = sync.run(Instant::now() + deadline).await;
        }));
    }

    fn at_rest(&self) -> Sync {
        Sync::new(&Handle::current(), Arc::clone(&self.run), Arc::clone(&self.link), Timing::default())
    }

    /// The phone dies, if it has not yet, and starts again from its files as they are at this moment. `torn` says how
    /// many bytes of the write-ahead log had reached the disk, if not all.
    pub fn restart(&mut self, torn: Option<u64>) {
        self.run.life.die();
        let now = self.files();
        if let Some(len) = torn {
            let wal = or_fail("wal", std::fs::File::options().write(true).open(now.path().join(WAL)));
            or_fail("wal", wal.set_len(len));
        }
        let was_started = self.sync.take().is_some();
        let run = Running::open(now, self.run.life.next(), key(self.seat), &self.clock);
        self.run = Arc::new(run);
        if was_started {
            self.start();
        }
    }

    /// A copy of the files.
    #[must_use]
    pub fn files(&self) -> TempDir {
        let to = home();
        copy(self.run.home(), to.path());
        to
    }

    /// How long the write-ahead log is.
    #[must_use]
    pub fn wal_len(&self) -> u64 {
        std::fs::metadata(self.run.home().join(WAL)).map_or(0, |wal| wal.len())
    }

    /// A phone with the same files, the same chance and the same clock, that nobody else knows of.
    #[must_use]
    pub fn twin(&self) -> Running {
        Running::open(self.files(), self.run.life.next(), key(self.seat), &self.clock)
    }
}

const WAL: &str = "hongqi.db-wal";

/// Every row of every table of the database in `home`, in an order of its own; two phones with equal dumps are equal.
///
/// # Panics
/// If it cannot be read.
#[must_use]
pub fn dump(home: &Path) -> Vec<String> {
    // Of a copy: opening a write-ahead log may change files.
    let files = super::home();
    copy(home, files.path());
    let connection = or_fail("dump", rusqlite::Connection::open(files.path().join("hongqi.db")));
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'";
    let mut statement = or_fail("dump", connection.prepare(tables));
    let names: Vec<String> =
        or_fail("dump", statement.query_map([], |row| row.get(0)).and_then(Iterator::collect::<rusqlite::Result<_>>));
    let mut out = Vec::new();
    for name in names {
        let mut rows = or_fail("dump", connection.prepare(&format!("SELECT * FROM \"{name}\"")));
        let columns = rows.column_count();
        let mut rows = or_fail("dump", rows.query([]));
        while let Some(row) = or_fail("dump", rows.next()) {
            let values: Vec<String> =
                (0..columns).map(|index| format!("{:?}", or_fail("dump", row.get_ref(index)))).collect();
            out.push(format!("{name}: {}", values.join(", ")));
        }
    }
    out.sort();
    out
}
