//! # hongqi-ffi: the core for Kotlin and Swift
//!
//! One UniFFI component over [`hongqi_core`]. An app opens one [`Hongqi`] a process and takes its capabilities from it;
//! core's own views cross the border by `#[uniffi::remote(…)]`, which repeats their shape for UniFFI and generates no
//! type: where the two differ, this crate does not compile. A few have longer names outside (`DocumentKind`, `SearchHit`):
//! in Swift a type's name competes with those of every imported module.
//!
//! | file | what it is |
//! |---|---|
//! | `hongqi.rs` | [`Hongqi`]: open, enrol, lifecycle, state |
//! | `feed.rs` `talk.rs` `gatherings.rs` `consult.rs` `personal.rs` `directory.rs` `search.rs` `outbox.rs` | the capabilities |
//! | `activities.rs` `attendance.rs` `ballot.rs` `presence.rs` | activities: what is planned, who came, votes; doors and cards |
//! | `error.rs` `glossary.rs` | [`HongqiError`], and what its codes mean in Chinese and English |
//! | `listen.rs` | observers, all called from one thread |
//! | `key.rs` | keys in the platform's key store |
//! | `log.rs` | where log records go |
//! | `ids.rs` | identifiers and times |
//! | `speech.rs` | a sentence for each thing shown, for screen readers |
//! | `call.rs` | how a call reaches the core |
//! | `probe.rs` | what the tests of the packages need |
//!
//! Rules that every export keeps:
//! - What touches the database is `async` and only awaits a task of core's own runtime. Kotlin drops the future of a
//!   cancelled call, Swift keeps it: what has begun is ended and durable all the same.
//! - It returns a `Result` with [`HongqiError`] (Swift makes `try!` of others). Wrong input is an error of that type too.
//! - A panic becomes [`ErrorCode::Internal`], in calls that wait and in those that do not; nothing that a member wrote is in
//!   an error or a log.

uniffi::setup_scaffolding!("hongqi");

mod activities;
mod attendance;
mod ballot;
mod call;
mod consult;
mod directory;
mod error;
mod feed;
mod gatherings;
mod glossary;
mod hongqi;
mod ids;
mod key;
mod listen;
mod log;
mod outbox;
mod personal;
mod presence;
mod probe;
mod search;
mod speech;
mod talk;

pub use activities::{Activities, Period};
pub use consult::Consult;
pub use directory::Directory;
pub use error::{ErrorCode, HongqiError};
pub use feed::Feed;
pub use gatherings::Gatherings;
pub use glossary::{ErrorText, error_text, refusal_text};
pub use hongqi::Hongqi;
pub use key::{DeviceKey, SoftwareKey};
pub use listen::{ListenerHandle, StateListener, TopicListener};
pub use log::{LogLevel, LogSink, set_log_sink};
pub use outbox::Outbox;
pub use personal::Personal;
pub use presence::Presence;
pub use probe::{probe_callbacks, probe_card, probe_code, probe_panic, probe_panic_async};
pub use search::Search;
pub use talk::Talk;

#[cfg(test)]
mod tests;
