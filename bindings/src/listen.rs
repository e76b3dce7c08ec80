//! Observers: who wants to hear of changes, and the one thread that calls them all.
//!
//! What a listener has not been told yet waits in the core (topics: each once, at most 256, beyond that
//! `All`; a state: the latest). A listener that has something waiting stands once in the queue of the thread,
//! so that nothing here grows, however slow it is. It is called with no lock held and may call back into the core, also
//! waiting for the answer: the core's work is done by other threads. One thread, since with JNA every thread that calls
//! into Java for the first time costs more than a hundred calls (measured 2026-07).
//!
//! A listener that throws is left in place; the others do not notice.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, ThreadId};

use hongqi_core::App;
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::lifecycle::AppState;
use hongqi_core::live::Topic;
use tokio::task::AbortHandle;

use crate::call::guarded;
use crate::error::{ErrorCode, HongqiError};

/// What can change.
#[uniffi::remote(Enum)]
pub enum Topic {
    /// Too much to name, or the store was closed meanwhile: reload what is on screen. Also what a listener hears first, and
    /// after each pause as soon as calls answer again.
    All,
    /// Organisations, members, the own roles; the names shown beside what they wrote come from here.
    Directory,
    /// The feed, an article, its acknowledgements.
    Feed,
    /// The list of discussions.
    Talks,
    /// One discussion.
    Talk(SpaceId),
    /// The list of consultations, and how far each is.
    Consultations,
    /// The list of activities, and what is said of this member at each.
    Activities,
    /// One activity and its attendance.
    Activity(DocId),
    /// Bookmarks and drafts. Read marks and mutes show in the feed and the discussions.
    Personal,
    /// What waits to be sent, or was refused.
    Outbox,
}

/// Hears which topics changed.
#[uniffi::export(foreign)]
pub trait TopicListener: Send + Sync {
    /// These changed since the last call, each named once. The first call, at once, says `All`.
    ///
    /// # Errors
    /// Whatever is thrown is noted in the log as "a listener failed", and nothing more.
    fn on_change(&self, topics: Vec<Topic>) -> Result<(), HongqiError>;
}

/// Hears how it goes with the app's core.
#[uniffi::export(foreign)]
pub trait StateListener: Send + Sync {
    /// It goes like this now. The first call comes at once; of several changes in a row only the last may be told.
    ///
    /// # Errors
    /// As `on_change`.
    fn on_state(&self, state: AppState) -> Result<(), HongqiError>;
}

/// A poisoned lock only says that another thread panicked; what is behind these is whole at any moment.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

type Deliver = dyn Fn() + Send + Sync;

/// One listener.
pub(crate) struct Entry {
    turn: Mutex<Turn>,
    over: Condvar,
}

struct Turn {
    /// Takes what waits and calls; `None` once cancelled.
    deliver: Option<Arc<Deliver>>,
    queued: bool,
    running: bool,
}

impl Entry {
    pub(crate) fn new(deliver: impl Fn() + Send + Sync + 'static) -> Arc<Self> {
        let turn = Turn { deliver: Some(Arc::new(deliver)), queued: false, running: false };
        Arc::new(Self { turn: Mutex::new(turn), over: Condvar::new() })
    }

    /// Something waits for the listener.
    pub(crate) fn wake(self: &Arc<Self>) {
        let mut turn = lock(&self.turn);
        if turn.deliver.is_some() && !turn.queued {
            turn.queued = dispatcher().is_some_and(|dispatcher| dispatcher.queue.send(Arc::clone(self)).is_ok());
        }
    }

    fn run(&self) {
        let deliver = {
            let mut turn = lock(&self.turn);
            turn.queued = false;
            let Some(deliver) = turn.deliver.clone() else { return };
            turn.running = true;
            deliver
        };
        if catch_unwind(AssertUnwindSafe(|| deliver())).is_err() {
            tracing::error!("calling a listener panicked");
        }
        // Before the turn ends: it may be the last to hold the listener, and letting go of that calls out too.
        drop(deliver);
        lock(&self.turn).running = false;
        self.over.notify_all();
    }

    /// No call begins after this has returned, unless it is called by a listener.
    fn cancel(&self) {
        let mut turn = lock(&self.turn);
        let deliver = turn.deliver.take();
        if dispatcher().is_none_or(|dispatcher| dispatcher.thread != thread::current().id()) {
            while turn.running {
                turn = self.over.wait(turn).unwrap_or_else(PoisonError::into_inner);
            }
        }
        drop(turn);
        drop(deliver);
    }
}

struct Dispatcher {
    queue: Sender<Arc<Entry>>,
    thread: ThreadId,
}

/// The thread that calls all listeners of this process, started at the first use; `None` if the system gave none.
fn dispatcher() -> Option<&'static Dispatcher> {
    static DISPATCHER: OnceLock<Option<Dispatcher>> = OnceLock::new();
    let start = || {
        let (queue, entries) = channel::<Arc<Entry>>();
        let work = move || entries.into_iter().for_each(|entry| entry.run());
        let thread = thread::Builder::new().name("hongqi-listeners".to_owned()).spawn(work).ok()?;
        Some(Dispatcher { queue, thread: thread.thread().id() })
    };
    DISPATCHER.get_or_init(start).as_ref()
}

/// Keeps a listener. It hears no more once this is cancelled or dropped; dropping waits as `cancel` does.
#[derive(uniffi::Object)]
pub struct ListenerHandle {
    entry: Arc<Entry>,
    source: Option<AbortHandle>,
}

impl fmt::Debug for ListenerHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListenerHandle").finish_non_exhaustive()
    }
}

#[uniffi::export]
impl ListenerHandle {
    /// Ends it: no call begins after this has returned. It waits for a call that is under way, so do not hold a lock
    /// that the listener wants; called by a listener it does not wait. Twice is as once.
    ///
    /// # Errors
    /// None; as all exports.
    pub fn cancel(&self) -> Result<(), HongqiError> {
        guarded(|| {
            if let Some(source) = &self.source {
                source.abort();
            }
            self.entry.cancel();
            Ok(())
        })
    }
}

impl Drop for ListenerHandle {
    fn drop(&mut self) {
        let _ = self.cancel();
    }
}

fn told(told: Result<(), HongqiError>) {
    if told.is_err() {
        tracing::warn!("a listener failed");
    }
}

impl ListenerHandle {
    pub(crate) fn without_source(entry: Arc<Entry>) -> Arc<Self> {
        Arc::new(Self { entry, source: None })
    }

    pub(crate) fn of_topics(app: &App, listener: Arc<dyn TopicListener>) -> Result<Arc<Self>, HongqiError> {
        let subscription = Arc::new(app.core().subscribe());
        let (waiting, first) = (Arc::clone(&subscription), AtomicBool::new(true));
        let entry = Entry::new(move || {
            let mut topics: Vec<Topic> = waiting.take().into_iter().collect();
            if first.swap(false, Ordering::Relaxed) {
                topics = vec![Topic::All];
            }
            if !topics.is_empty() {
                told(listener.on_change(topics));
            }
        });
        let woken = Arc::clone(&entry);
        Self::start(entry, async move {
            loop {
                subscription.changed().await;
                woken.wake();
            }
        })
    }

    pub(crate) fn of_state(app: &App, listener: Arc<dyn StateListener>) -> Result<Arc<Self>, HongqiError> {
        let mut source = app.state();
        let mut latest = source.clone();
        latest.mark_changed();
        let latest = Mutex::new(latest);
        let entry = Entry::new(move || {
            let state = {
                let mut latest = lock(&latest);
                if !latest.has_changed().unwrap_or(false) {
                    return;
                }
                latest.borrow_and_update().clone()
            };
            told(listener.on_state(state));
        });
        let woken = Arc::clone(&entry);
        Self::start(entry, async move {
            while source.changed().await.is_ok() {
                woken.wake();
            }
        })
    }

    /// The first call at once, and one whenever `source` wakes the entry.
    fn start(entry: Arc<Entry>, source: impl Future<Output = ()> + Send + 'static) -> Result<Arc<Self>, HongqiError> {
        dispatcher().ok_or(ErrorCode::Internal)?;
        entry.wake();
        let source = hongqi_core::lifecycle::runtime()?.spawn(source).abort_handle();
        Ok(Arc::new(Self { entry, source: Some(source) }))
    }
}
