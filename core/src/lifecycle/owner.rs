//! The one task that opens, closes and syncs.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{Instant, sleep_until};

use super::enrol::{EnrolError, enrol};
use super::{AppState, RunError, RunReport};
use crate::core::{Core, Me};
use crate::error::Error;
use crate::outbox::Delivery;
use crate::sync::driver::Sync;
use crate::sync::session::{SyncState, Timing};
use crate::sync::transport::Transport;

type Done<T, E> = oneshot::Sender<Result<T, E>>;
/// Who asked, and the answer.
type Answer<T, E> = (Done<T, E>, Result<T, E>);

/// What an app can say.
#[derive(Debug)]
pub(super) enum Command {
    Wish { foreground: bool, done: Done<(), Error> },
    Run { deadline: Instant, done: Done<RunReport, RunError> },
    Enrol { url: String, code: String, done: Done<Me, EnrolError> },
    Network(bool),
    SyncNow,
}

struct Enrolment {
    url: String,
    code: String,
    done: Done<Me, EnrolError>,
}

pub(super) struct Owner<T> {
    core: Arc<Core>,
    transport: Arc<T>,
    sync: Sync,
    state: watch::Sender<AppState>,
    /// The latest wish.
    foreground: bool,
    /// Who waits until it is carried out.
    wishes: Vec<Done<(), Error>>,
    /// What was said of the network since, which the sync does not know yet.
    network: Vec<bool>,
    /// Runs that have not begun.
    waiting: Vec<(Instant, Done<RunReport, RunError>)>,
    /// Runs under way.
    runs: JoinSet<Answer<RunReport, RunError>>,
    /// A pause came after they had begun.
    cut: bool,
    /// Runs that are over, answered when the store is as it is to be.
    over: Vec<Answer<RunReport, RunError>>,
    to_enrol: Vec<Enrolment>,
    enrolments: JoinSet<Answer<Me, EnrolError>>,
    is_open: bool,
    is_syncing: bool,
    /// Why the store did not open the last time.
    failed: Option<Error>,
    /// When to see whether the time of something stored is over.
    look_at: Option<Instant>,
}

impl<T: Transport> Owner<T> {
    pub(super) fn new(runtime: &Handle, core: Arc<Core>, transport: Arc<T>, state: watch::Sender<AppState>) -> Self {
        let sync = Sync::new(runtime, Arc::clone(&core), Arc::clone(&transport), Timing::default());
        Self {
            core,
            transport,
            sync,
            state,
            foreground: false,
            wishes: Vec::new(),
            network: Vec::new(),
            waiting: Vec::new(),
            runs: JoinSet::new(),
            cut: false,
            over: Vec::new(),
            to_enrol: Vec::new(),
            enrolments: JoinSet::new(),
            is_open: true,
            is_syncing: false,
            failed: None,
            look_at: None,
        }
    }

    pub(super) async fn run(mut self, mut commands: mpsc::UnboundedReceiver<Command>) {
        let mut sync_state = self.sync.state();
        loop {
            // Together: a pause that was taken back before it began is none.
            while let Ok(command) = commands.try_recv() {
                self.take(command);
            }
            self.settle().await;
            tokio::select! {
                biased;
                command = commands.recv() => match command {
                    Some(command) => self.take(command),
                    None => break,
                },
                Some(run) = self.runs.join_next() => self.over.extend(run),
                Some(enrolled) = self.enrolments.join_next() => self.enrolled(enrolled.ok()),
                () = self.core.store.exchange_wanted.notified() => self.sync.wake(),
                // An exchange may have told of something that ends.
                Ok(()) = sync_state.changed() => self.forget_what_is_over().await,
                () = reached(self.look_at), if self.is_open && self.foreground => self.forget_what_is_over().await,
            }
        }
        self.wish(false);
        self.settle().await;
    }

    fn take(&mut self, command: Command) {
        match command {
            Command::Wish { foreground, done } => {
                self.wish(foreground);
                self.wishes.push(done);
            }
            Command::Run { deadline, done } => {
                self.failed = None;
                self.waiting.push((deadline, done));
            }
            Command::Enrol { url, code, done } => self.to_enrol.push(Enrolment { url, code, done }),
            Command::Network(up) => self.network.push(up),
            Command::SyncNow => self.sync.ask(),
        }
    }

    fn wish(&mut self, foreground: bool) {
        self.foreground = foreground;
        self.failed = None;
        if !foreground {
            // Nobody watches it in the background, and a run there must not wait for news of it.
            self.network.clear();
            self.over.extend(self.waiting.drain(..).map(|(_, done)| (done, Err(RunError::Stopped))));
            self.cut = !self.runs.is_empty();
        }
    }

    /// Makes everything as the latest wish and the runs want it, and then tells who waits for that.
    async fn settle(&mut self) {
        let runs_go_on = !self.runs.is_empty() && !self.cut;
        let wanted = self.foreground || runs_go_on || !self.waiting.is_empty();
        if self.cut || (self.is_syncing && !self.foreground) || (self.is_open && !wanted) {
            self.sync.stop().await;
            while let Some(run) = self.runs.join_next().await {
                self.over.extend(run);
            }
            (self.cut, self.is_syncing) = (false, false);
        }
        let mut closed = Ok(());
        if self.is_open && !wanted {
            closed = self.store(Core::pause).await;
            self.is_open = false;
        }
        if wanted && !self.is_open && self.failed.is_none() {
            match self.store(Core::reopen).await {
                Ok(wait) => (self.is_open, self.look_at) = (true, in_time(wait)),
                Err(error) => self.failed = Some(error),
            }
        }
        // After a stop, with which the sync forgets the network: this was said about the time after it.
        for up in self.network.drain(..) {
            self.sync.network(up);
        }
        if self.is_open && self.foreground && !self.is_syncing {
            self.sync.start();
            self.is_syncing = true;
        }
        self.begin();
        let wished = match &self.failed {
            Some(error) if self.foreground => Err(error.clone()),
            _ if self.foreground => Ok(()),
            _ => closed,
        };
        // First, so that who has an answer sees the state that goes with it.
        self.publish();
        // Nobody waits for an answer whose future was dropped.
        for done in self.wishes.drain(..) {
            let _ = done.send(wished.clone());
        }
        for (done, report) in self.over.drain(..) {
            let _ = done.send(report);
        }
    }

    /// Begins what has waited for the store.
    fn begin(&mut self) {
        for (deadline, done) in self.waiting.drain(..) {
            if let Some(error) = &self.failed {
                self.over.push((done, Err(RunError::Store(error.clone()))));
                continue;
            }
            let (core, exchanged) = (Arc::clone(&self.core), self.sync.run(deadline));
            self.runs.spawn(async move {
                let report = match exchanged.await {
                    Ok(()) => report(core).await,
                    Err(error) => Err(error),
                };
                (done, report)
            });
        }
        for Enrolment { url, code, done } in self.to_enrol.drain(..) {
            let (core, transport) = (Arc::clone(&self.core), Arc::clone(&self.transport));
            self.enrolments.spawn(async move { (done, enrol(core, &*transport, &url, &code).await) });
        }
    }

    fn enrolled(&self, enrolled: Option<Answer<Me, EnrolError>>) {
        let Some((done, enrolled)) = enrolled else { return };
        if enrolled.is_ok() {
            self.sync.enrolled();
        }
        let _ = done.send(enrolled);
    }

    /// Opens or closes the store, where that may block.
    async fn store<R: Send + 'static>(&self, act: fn(&Core) -> Result<R, Error>) -> Result<R, Error> {
        let core = Arc::clone(&self.core);
        spawn_blocking(move || act(&core)).await.unwrap_or(Err(Error::Storage("unexpected")))
    }

    /// In the foreground; a background run hears of it from the server, or when it opens the store.
    async fn forget_what_is_over(&mut self) {
        if self.is_open && self.foreground {
            let next = self.store(|core| Ok(core.forget_what_is_over())).await;
            self.look_at = in_time(next.ok().flatten());
        }
    }

    fn publish(&self) {
        let state = match (&self.failed, self.is_open, self.foreground) {
            (Some(error), _, true) => AppState::Failed(error.clone()),
            (_, false, _) => AppState::Paused,
            (_, true, false) => AppState::Background,
            (None, true, true) => match *self.sync.state().borrow() {
                SyncState::NotEnrolled => AppState::NotEnrolled,
                SyncState::Offline => AppState::Offline,
                // Not yet running is about to.
                SyncState::Stopped | SyncState::Syncing => AppState::Syncing,
                SyncState::Idle { live } => AppState::Idle { live },
                SyncState::Waiting { cause, until } => {
                    let wait = i64::try_from(self.sync.until(until).as_millis()).unwrap_or(i64::MAX);
                    AppState::Waiting { cause, until: self.core.store.clock.now().plus_ms(wait) }
                }
                SyncState::Revoked => AppState::Revoked,
            },
        };
        self.state.send_if_modified(|shown| std::mem::replace(shown, state.clone()) != state);
    }
}

fn in_time(wait: Option<Duration>) -> Option<Instant> {
    wait.map(|wait| Instant::now() + wait)
}

/// Never, if there is no such moment.
async fn reached(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => pending().await,
    }
}

async fn report(core: Arc<Core>) -> Result<RunReport, RunError> {
    let items = spawn_blocking(move || core.outbox().items()).await;
    let items = items.unwrap_or(Err(Error::Storage("unexpected")))?;
    let refused = items.iter().filter(|item| matches!(item.delivery, Delivery::Refused(_))).count();
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(RunReport { waiting: count(items.len() - refused), refused: count(refused) })
}
