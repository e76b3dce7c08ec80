//! Foreground, pause, background runs, enrolment: what an app tells the core of its own life, and the latest wish wins.
//!
//! An [`App`] holds the [`Core`] and its sync. One task owns both and carries out one thing after the other; calls
//! only leave their wish with it and wait. So every call may be made from any thread, at any time, and its future may
//! be dropped at any moment (Kotlin drops it on cancel, Swift never does): what was wished happens all the same.
//!
//! | the app says | the store | sync |
//! |---|---|---|
//! | nothing yet, or [`App::pause`] | closed, no file open | at rest |
//! | [`App::resume`] | open | runs, with a live stream |
//! | [`App::background_run`] while paused | open until the run ends | exchanges until nothing is left, no live stream |
//!
//! A running app forgets a case when the time after which no phone keeps it is over, with no network too; a paused one
//! when it opens its store again.
//!
//! Each time the store opens again, who listens hears [`Topic::All`](crate::live::Topic::All): what was asked meanwhile and
//! answered with [`Error::Paused`] can be asked again.
//!
//! What could go wrong, and what becomes of it:
//! - The app is paused during a background run: the run ends with [`RunError::Stopped`] and the store is closed.
//! - It is resumed while it pauses: the pause ends, then the store is opened again.
//! - It is paused while the session works: that part (a bounded transaction) ends first, a network call is given up.
//! - The store does not open (disk full, a newer version): [`App::resume`] says so, and tries again when called again.
//! - The device is revoked: [`AppState::Revoked`]; what is stored can still be read.
//! - Nobody is enrolled: [`AppState::NotEnrolled`]; sync begins by itself after [`App::enrol`].
//! - The process dies: nothing to do, every act was durable when it returned.

mod enrol;
mod owner;

use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

pub use enrol::EnrolError;

pub use crate::sync::session::RunError;

use crate::clock::Timestamp;
use crate::core::{Core, Me};
use crate::error::Error;
use crate::sync::session::FailureClass;
use crate::sync::transport::Transport;
use owner::{Command, Owner};

/// No run is longer, whatever its deadline.
const MAX_RUN: Duration = Duration::from_secs(24 * 3600);

/// The most threads for what may block: SQLite has one writer and a few readers, so more would only wait.
const MAX_BLOCKING: usize = 16;

/// The runtime of this process: two threads, started at the first use, never stopped.
///
/// # Errors
/// [`Error::Storage`] if the system gave no threads at the first use.
pub fn runtime() -> Result<&'static Handle, Error> {
    static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();
    let start = || {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(2).max_blocking_threads(MAX_BLOCKING).thread_name("hongqi").enable_all().build().ok()
    };
    RUNTIME.get_or_init(start).as_ref().map(Runtime::handle).ok_or(Error::Storage("no threads"))
}

/// How it goes with the app's core, as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AppState {
    /// No file is open; every call of the core answers [`Error::Paused`].
    Paused,
    /// Open for a background run.
    Background,
    /// It should be open and does not open, for this reason.
    Failed(Error),
    /// Open; this phone belongs to no member yet.
    NotEnrolled,
    /// Open, without a network.
    Offline,
    /// Talking to the server.
    Syncing,
    /// All is exchanged.
    Idle {
        /// Whether news arrives by itself.
        live: bool,
    },
    /// The last exchange failed; another follows by itself.
    Waiting {
        /// Why it failed.
        cause: FailureClass,
        /// When the next one follows, on this device's clock.
        until: Timestamp,
    },
    /// The device was revoked: nothing is exchanged any more.
    Revoked,
}

/// What a background run leaves behind in the outbox, which is closed when the app hears of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunReport {
    /// Documents that wait to be sent.
    pub waiting: u32,
    /// Documents that the server did not take.
    pub refused: u32,
}

/// A core with its sync: what an app holds, one a process. Dropping it pauses it for good.
///
/// The functions that return a future leave their wish when they are *called*; awaiting it only says when it has been
/// carried out.
#[derive(Debug)]
pub struct App {
    core: Arc<Core>,
    commands: mpsc::UnboundedSender<Command>,
    state: watch::Receiver<AppState>,
}

impl App {
    /// Takes over `core`, with its work on `runtime` (usually [`runtime()`]). Begins as if paused: a process that the
    /// system has started for a background run has no foreground.
    #[must_use]
    pub fn start<T: Transport>(runtime: &Handle, core: Core, transport: Arc<T>) -> Self {
        let core = Arc::new(core);
        let (commands, receiver) = mpsc::unbounded_channel();
        let (state_sender, state) = watch::channel(AppState::Paused);
        let owner = Owner::new(runtime, Arc::clone(&core), transport, state_sender);
        runtime.spawn(owner.run(receiver));
        Self { core, commands, state }
    }

    /// The core. Its calls answer [`Error::Paused`] whenever the store is closed.
    #[must_use]
    pub fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// The app is in the foreground: opens the store and keeps it in sync. Returns when the store is open, or when a
    /// later wish has taken its place.
    ///
    /// # Errors
    /// As [`Core::open`].
    pub fn resume(&self) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        self.wish(true)
    }

    /// The app is no longer in the foreground: ends sync and background runs and closes the store. Returns when no file
    /// is open, or when a later wish has taken its place. A network call is given up; what the store has begun is ended
    /// first.
    ///
    /// # Errors
    /// Storage errors; the store is closed all the same and loses nothing.
    pub fn pause(&self) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        self.wish(false)
    }

    /// Exchanges until nothing is left to do or `deadline` from now has passed. While paused, the store is opened for
    /// it, and closed again before this returns unless the app was resumed meanwhile, or another run goes on.
    ///
    /// What the store has begun at the deadline is ended, so it may return a little later.
    ///
    /// # Errors
    /// [`RunError`]; what was exchanged stays.
    pub fn background_run(
        &self,
        deadline: Duration,
    ) -> impl Future<Output = Result<RunReport, RunError>> + Send + use<> {
        let deadline = Instant::now() + deadline.min(MAX_RUN);
        let answer = self.call(|done| Command::Run { deadline, done });
        async { answer.await.unwrap_or(Err(RunError::Stopped)) }
    }

    /// Makes this device that of the member who was given the one-time `code`, at the server with the address `url`
    /// (`https://host[:port]`). Sync then begins by itself. May be called again after an error, with the same code.
    ///
    /// # Errors
    /// [`EnrolError`].
    pub fn enrol(&self, url: &str, code: &str) -> impl Future<Output = Result<Me, EnrolError>> + Send + use<> {
        let (url, code) = (url.to_owned(), code.to_owned());
        let answer = self.call(|done| Command::Enrol { url, code, done });
        async { answer.await.unwrap_or(Err(EnrolError::Store(Error::Paused))) }
    }

    /// The member wants to see news now: ends a pause after failures, though not one that the server has asked for.
    /// Nothing while paused.
    pub fn sync_now(&self) {
        self.send(Command::SyncNow);
    }

    /// What the platform says of the network, to be said when it changes. `true` again after `true` means another
    /// network: a call that hangs on the old one is given up and made again. Until something is said, and from each
    /// pause on, there may be one.
    pub fn network(&self, up: bool) {
        self.send(Command::Network(up));
    }

    /// How it goes, now and whenever that changes.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<AppState> {
        self.state.clone()
    }

    fn wish(&self, foreground: bool) -> impl Future<Output = Result<(), Error>> + Send + use<> {
        let answer = self.call(|done| Command::Wish { foreground, done });
        async { answer.await.unwrap_or(Err(Error::Paused)) }
    }

    fn call<R>(&self, command: impl FnOnce(oneshot::Sender<R>) -> Command) -> oneshot::Receiver<R> {
        let (done, answer) = oneshot::channel();
        self.send(command(done));
        answer
    }

    fn send(&self, command: Command) {
        // Fails if the runtime has ended: then nobody answers, and nothing runs.
        let _ = self.commands.send(command);
    }
}

#[cfg(test)]
mod tests;
