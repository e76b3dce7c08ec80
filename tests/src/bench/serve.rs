//! The real server in a process of its own, so that its processor time and memory can be told from the phones'.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use hongqi_core::clock::{Clock, SystemClock};
use hongqi_core::key::SoftwareKey;
use hongqi_server::storage::{self, Reader, SqliteStorage, Storage, Writer};
use hongqi_server::{Server, http};

use crate::report::Outcome;

/// Serves the folder until standard input ends. What [`Process::start`] runs.
pub fn run(dir: &Path) -> Outcome<()> {
    let key = SoftwareKey::from_pkcs8(&std::fs::read(dir.join("server.key"))?)?;
    let storage = Stamped(SqliteStorage::open(&dir.join("hongqi.db"), SystemClock.now())?);
    let server = Arc::new(Server::with(Arc::new(storage), Arc::new(key), Arc::new(SystemClock))?);
    http::runtime()?.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        http::serve(server, listener, async move { drop(ended.await) }).await?;
        Ok(())
    })
}

/// Says on standard output when each transaction was committed.
struct Stamped(SqliteStorage);

impl Storage for Stamped {
    fn read(&self, work: &mut dyn FnMut(&dyn Reader) -> storage::Result<()>) -> storage::Result<()> {
        self.0.read(work)
    }

    fn write(&self, work: &mut dyn FnMut(&dyn Writer) -> storage::Result<()>) -> storage::Result<()> {
        self.0.write(work)?;
        println!("{}", now());
        Ok(())
    }

    fn erase(&self) -> storage::Result<bool> {
        self.0.erase()
    }
}

/// Nanoseconds on the clock that all processes of the machine share.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// A process that serves: the server, or what stands for it.
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    /// Where it listens, `host:port`.
    pub address: String,
    stamps: Arc<Mutex<Vec<u64>>>,
}

impl Process {
    /// Starts a server on the folder.
    pub fn start(dir: &Path) -> Outcome<Self> {
        Self::spawn(Command::new(std::env::current_exe()?).arg("serve").arg(dir))
    }

    /// Starts a process that says first where it listens, then the moments that count.
    pub fn spawn(command: &mut Command) -> Outcome<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut address = String::new();
        output.read_line(&mut address)?;
        let stamps = Arc::<Mutex<Vec<u64>>>::default();
        let noting = Arc::clone(&stamps);
        // Ends with the process.
        std::thread::spawn(move || {
            for stamp in output.lines().map_while(Result::ok).filter_map(|line| line.parse().ok()) {
                noting.lock().unwrap_or_else(PoisonError::into_inner).push(stamp);
            }
        });
        Ok(Self { child, input, address: address.trim().to_owned(), stamps })
    }

    /// As an app is told.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The moments so far ([`now`]).
    pub fn stamps(&self) -> Vec<u64> {
        self.stamps.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gives it a line.
    pub fn say(&mut self, line: &str) -> Outcome<()> {
        Ok(writeln!(self.input.as_mut().ok_or("no input")?, "{line}")?)
    }

    /// Seconds of processor it has used, user and system, all threads that still live (tokio keeps them for 10 s).
    pub fn seconds(&self) -> Outcome<f64> {
        let mut nanoseconds = 0.0;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let stat = std::fs::read_to_string(thread?.path().join("schedstat")).unwrap_or_default();
            nanoseconds += stat.split_whitespace().next().and_then(|first| first.parse::<f64>().ok()).unwrap_or(0.0);
        }
        Ok(nanoseconds / 1e9)
    }

    /// As [`Self::seconds`], with threads that have ended, to the kernel's hundredth of a second: for long times.
    pub fn whole_seconds(&self) -> Outcome<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
        let ticks = fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>();
        Ok(ticks / 100.0)
    }

    /// Bytes of its own memory that are in use: neither files that it maps nor what the kernel keeps for its sockets.
    pub fn memory(&self) -> Outcome<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).ok_or("no RssAnon")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? * 1024.0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Its input ends: it stops by itself, unless streams hold it up.
        drop(self.input.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
