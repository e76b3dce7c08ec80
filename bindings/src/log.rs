//! Where log records go: to the app's own sink, without content, without ever blocking who logs.
//!
//! Only records of Hongqi's own crates are passed on: what a library below writes (addresses, headers) is nobody's
//! business. At most [`MAX_WAITING`] records wait for the sink; of more the oldest are dropped, and the next record
//! is one that says how many.

use std::collections::VecDeque;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, Once, OnceLock};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::call::guarded;
use crate::error::HongqiError;
use crate::listen::{Entry, ListenerHandle, lock};

/// Records kept for a sink that is slow.
const MAX_WAITING: usize = 256;
/// Bytes kept of a record.
const MAX_MESSAGE: usize = 512;

/// How much a record matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, uniffi::Enum)]
#[repr(u8)]
pub enum LogLevel {
    /// A defect.
    Error = 1,
    /// Something that should not happen often.
    Warn = 2,
    /// A landmark.
    Info = 3,
    /// What a developer of the core wants to see.
    Debug = 4,
    /// Everything.
    Trace = 5,
}

impl From<Level> for LogLevel {
    fn from(level: Level) -> Self {
        match level {
            Level::ERROR => Self::Error,
            Level::WARN => Self::Warn,
            Level::INFO => Self::Info,
            Level::DEBUG => Self::Debug,
            Level::TRACE => Self::Trace,
        }
    }
}

/// Takes log records; called from the thread of all listeners.
#[uniffi::export(foreign)]
pub trait LogSink: Send + Sync {
    /// One record: where in the core it comes from, and what it says, at most 512 bytes.
    ///
    /// # Errors
    /// Whatever is thrown is ignored.
    fn log(&self, level: LogLevel, target: String, message: String) -> Result<(), HongqiError>;
}

struct LogRecord {
    level: LogLevel,
    target: &'static str,
    message: String,
}

#[derive(Default)]
struct Waiting {
    records: VecDeque<LogRecord>,
    dropped: u64,
}

impl Waiting {
    fn push(&mut self, record: LogRecord) {
        if self.records.len() == MAX_WAITING {
            self.records.pop_front();
            self.dropped += 1;
        }
        self.records.push_back(record);
    }

    fn take(&mut self) -> impl Iterator<Item = LogRecord> + use<> {
        let dropped = std::mem::take(&mut self.dropped);
        let message = format!("{dropped} records were dropped");
        let dropped = (dropped > 0).then_some(LogRecord { level: LogLevel::Warn, target: "hongqi", message });
        dropped.into_iter().chain(std::mem::take(&mut self.records))
    }
}

/// The process's log: off until a sink is set.
#[derive(Default)]
struct Log {
    /// Records above this level are not made; 0 without a sink.
    level: AtomicU8,
    waiting: Arc<Mutex<Waiting>>,
    sink: Mutex<Option<(Arc<Entry>, Arc<ListenerHandle>)>>,
}

fn log() -> &'static Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(Log::default)
}

/// Sends the records of `level` and above to `sink` from now on, in place of an earlier one; without a sink to nobody.
///
/// # Errors
/// None; as all exports.
#[uniffi::export]
pub fn set_log_sink(level: LogLevel, sink: Option<Arc<dyn LogSink>>) -> Result<(), HongqiError> {
    guarded(|| {
        let log = log();
        // Fails if the process has another one, as tests do: then that one has the records.
        let _ = tracing::subscriber::set_global_default(ToSink);
        log.level.store(if sink.is_some() { level as u8 } else { 0 }, Ordering::Relaxed);
        let new = sink.map(|sink| {
            let waiting = Arc::clone(&log.waiting);
            let entry = Entry::new(move || {
                let records = lock(&waiting).take();
                for LogRecord { level, target, message } in records {
                    let _ = sink.log(level, target.to_owned(), message);
                }
            });
            (Arc::clone(&entry), ListenerHandle::without_source(entry))
        });
        if let Some((entry, _)) = &new {
            // For what was written while there was none.
            entry.wake();
        }
        let old = std::mem::replace(&mut *lock(&log.sink), new);
        // Waits for a call under way, so not under the lock.
        drop(old);
        Ok(())
    })
}

/// A shipped library says of a panic where it was, and not what it says: that could be what a member wrote.
pub(crate) fn keep_panics_quiet() {
    static ONCE: Once = Once::new();
    if !cfg!(debug_assertions) {
        ONCE.call_once(|| {
            std::panic::set_hook(Box::new(|panic| {
                let (file, line) = panic.location().map_or(("", 0), |at| (at.file(), at.line()));
                tracing::error!(file, line, "panicked");
            }));
        });
    }
}

/// The subscriber of this process. The core has no spans.
struct ToSink;

impl Subscriber for ToSink {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        LogLevel::from(*metadata.level()) as u8 <= log().level.load(Ordering::Relaxed)
            && metadata.is_event()
            && metadata.target().starts_with("hongqi")
    }

    fn register_callsite(&self, _: &'static Metadata<'static>) -> tracing::subscriber::Interest {
        // Asked each time: the level may change.
        tracing::subscriber::Interest::sometimes()
    }

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let mut message = Message(String::new());
        event.record(&mut message);
        let record = LogRecord { level: (*metadata.level()).into(), target: metadata.target(), message: message.0 };
        let log = log();
        lock(&log.waiting).push(record);
        let sink = lock(&log.sink).as_ref().map(|(entry, _)| Arc::clone(entry));
        if let Some(entry) = sink {
            entry.wake();
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// `message key=value …`, cut at [`MAX_MESSAGE`] bytes.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let space = if self.0.is_empty() { "" } else { " " };
        let _ = match field.name() {
            "message" => write!(self, "{space}{value:?}"),
            name => write!(self, "{space}{name}={value:?}"),
        };
    }
}

impl Write for Message {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = MAX_MESSAGE - self.0.len();
        let end = (0..=text.len().min(room)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        self.0.push_str(&text[..end]);
        if end < text.len() { Err(fmt::Error) } else { Ok(()) }
    }
}
