//! The server of the gathering, and who takes part.

use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use hongqi_core::App;
use hongqi_core::clock::{Clock, SystemClock};
use hongqi_core::ids::{OrgId, SpaceId};
use hongqi_core::lifecycle::runtime;
use hongqi_core::sync::transport::HttpTransport;
use hongqi_server::Server;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

use super::http::Connection;
use super::reader::Reader;
use crate::converge::held;
use crate::park::{Device, folder, settle};
use crate::report::Outcome;
use crate::serve::Process;

/// Members with a core.
pub const CORES: usize = 40;
/// Members that read at the wire.
pub const READERS: usize = 1_960;
const BRANCHES: usize = 40;
/// So many sign in at once.
const AT_ONCE: usize = 16;
/// Streams, connections for exchanges, and what the cores hold, in this process.
const FILES: u64 = 5_000;
const TOO_LONG: Duration = Duration::from_secs(180);

struct Phone {
    home: TempDir,
    app: App,
    device: Device,
}

/// Everybody.
pub struct Crowd {
    /// Stands first to be dropped first: then nobody waits for it.
    pub process: Process,
    /// What the readers run on.
    pub wire: Runtime,
    /// Where it is held.
    pub space: SpaceId,
    /// At the wire.
    pub readers: Vec<Arc<Reader>>,
    phones: Vec<Phone>,
    /// Why somebody in the background has failed.
    failed: Arc<OnceLock<String>>,
    _home: TempDir,
}

/// What went over the wire, of all readers.
pub struct Traffic {
    /// Exchanges.
    pub exchanges: u64,
    /// Hints.
    pub hints: u64,
    /// Bytes of bodies and of hints, both ways.
    pub bytes: u64,
}

impl Traffic {
    /// What came since.
    pub fn since(&self, before: &Self) -> Self {
        Self {
            exchanges: self.exchanges - before.exchanges,
            hints: self.hints - before.hints,
            bytes: self.bytes - before.bytes,
        }
    }
}

fn branch(member: usize) -> OrgId {
    OrgId::from_number(&format!("B{}", member % BRANCHES))
}

fn above() -> OrgId {
    OrgId::from_number("C1")
}

/// A committee with 40 branches of 50 members each; the first member is its secretary.
fn import(server: &Server) -> Outcome<()> {
    let mut orgs = String::from("number,name,type,parent\nC1,滨江园区集群党委,cluster_committee,\n");
    (0..BRANCHES).for_each(|n| orgs.push_str(&format!("B{n},第{n}支部,branch,C1\n")));
    let mut members = String::from("number,name,standing,home,joined,roles\n");
    for n in 0..CORES + READERS {
        let role = if n == 0 { "secretary@C1" } else { "" };
        members.push_str(&format!("{n},李{n},full,B{},2015-07-01,{role}\n", n % BRANCHES));
    }
    server.import(orgs.as_bytes(), members.as_bytes())?;
    Ok(())
}

impl Crowd {
    /// Enrols everybody, opens the gathering and signs in; no stream is open yet, and no core is online.
    pub fn gather() -> Outcome<Self> {
        may_open(FILES)?;
        let home = folder()?;
        let server = Server::open(home.path(), Arc::new(SystemClock))?;
        import(&server)?;
        let mut phones = Vec::new();
        for device in (0..CORES).map(|n| Device::enrol(&server, n)) {
            let (device, home) = (device?, folder()?);
            let app = App::start(runtime()?, device.core(home.path())?, Arc::new(HttpTransport::new()?));
            app.network(false);
            runtime()?.block_on(app.resume())?;
            settle(&server, app.core())?;
            phones.push(Phone { home, app, device });
        }
        let opener = phones[0].app.core();
        let gathering = opener.gatherings().open(above(), "防汛值守安排", SystemClock.now().plus_ms(3_600_000))?;
        settle(&server, opener)?;
        for phone in &phones {
            settle(&server, phone.app.core())?;
            phone.app.core().gatherings().join(gathering)?;
            settle(&server, phone.app.core())?;
        }
        let devices = (CORES..CORES + READERS).map(|n| Device::enrol(&server, n)).collect::<Outcome<Vec<_>>>()?;
        drop(server);
        let (process, wire, space) = (Process::start(home.path())?, Runtime::new()?, SpaceId::thread(gathering));
        for phone in &phones {
            // Only the address is new.
            phone.app.core().enrolled(&process.url(), &phone.device.enrolled)?;
        }
        let signing_in = devices.into_iter().zip(CORES..).map(|(device, n)| {
            let address = process.address.clone();
            async move { Reader::sign_in(&address, device, (above(), branch(n)), space).await.map(Arc::new) }
        });
        let readers = all(&wire, signing_in)?;
        Ok(Self { process, wire, space, readers, phones, failed: Arc::default(), _home: home })
    }

    fn spawn(&self, work: impl Future<Output = Outcome<()>> + Send + 'static) {
        let failed = self.failed.clone();
        self.wire.spawn(async move {
            if let Err(error) = work.await {
                let _ = failed.set(error.to_string());
            }
        });
    }

    /// Opens the readers' streams.
    pub fn streams(&self) -> Outcome<Vec<Connection>> {
        all(&self.wire, self.readers.iter().cloned().map(|reader| async move { reader.stream().await }))
    }

    /// Listens to them from now on.
    pub fn listen(&self, streams: Vec<Connection>) {
        for (reader, stream) in self.readers.iter().cloned().zip(streams) {
            self.spawn(async move { reader.listen(stream).await });
        }
    }

    /// From now on a hint is followed, and the cores are online.
    pub fn follow(&self) {
        for reader in &self.readers {
            let reader = reader.clone();
            self.spawn(async move { reader.follow().await });
        }
        self.phones.iter().for_each(|phone| phone.app.network(true));
    }

    /// The speaker with this number says something when it is due: the cores are the first.
    pub fn say(&self, speaker: usize, text: &str, due: tokio::time::Instant) {
        let text = text.to_owned();
        if let Some(phone) = self.phones.get(speaker) {
            let (core, space) = (phone.app.core().clone(), self.space);
            self.spawn(async move {
                tokio::time::sleep_until(due).await;
                tokio::task::spawn_blocking(move || core.talk().post(space, &text, None)).await??;
                Ok(())
            });
        } else {
            let reader = self.readers[speaker - CORES].clone();
            self.spawn(async move {
                tokio::time::sleep_until(due).await;
                reader.say(&text).await.map(drop)
            });
        }
    }

    /// Waits until it is so.
    pub fn until(&self, what: &str, mut done: impl FnMut() -> bool) -> Outcome<()> {
        let begun = Instant::now();
        while !done() {
            if let Some(failed) = self.failed.get() {
                return Err(failed.as_str().into());
            }
            if begun.elapsed() > TOO_LONG {
                return Err(format!("not in time: {what}").into());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    /// Waits until everybody holds so many messages.
    pub fn until_all_hold(&self, messages: usize) -> Outcome<()> {
        self.until("all hold all", || self.readers.iter().all(|reader| reader.held() >= messages))?;
        for phone in &self.phones {
            self.until("the cores hold all", || held(phone.home.path()).is_ok_and(|held| held >= messages))?;
        }
        Ok(())
    }

    /// What went over the wire so far.
    pub fn traffic(&self) -> Traffic {
        let sum = |counter: fn(&Reader) -> u64| self.readers.iter().map(|reader| counter(reader)).sum();
        Traffic {
            exchanges: sum(|reader| reader.counters.exchanges.load(Ordering::Relaxed)),
            hints: sum(|reader| reader.counters.hints.load(Ordering::Relaxed)),
            bytes: sum(|reader| reader.counters.bytes.load(Ordering::Relaxed)),
        }
    }
}

/// Runs all, a few at once; what they give in their order.
fn all<T: Send + 'static>(
    wire: &Runtime,
    jobs: impl Iterator<Item = impl Future<Output = Outcome<T>> + Send + 'static>,
) -> Outcome<Vec<T>> {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let running: Vec<_> = jobs
        .map(|job| {
            let turns = turns.clone();
            wire.spawn(async move {
                let _turn = turns.acquire().await?;
                job.await
            })
        })
        .collect();
    running.into_iter().map(|job| wire.block_on(job)?).collect()
}

fn may_open(files: u64) -> Outcome<()> {
    let limits = std::fs::read_to_string("/proc/self/limits")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let limit = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    match limit {
        Some(limit) if limit < files => Err(format!("needs {files} open files: `ulimit -n {files}` first").into()),
        _ => Ok(()),
    }
}
