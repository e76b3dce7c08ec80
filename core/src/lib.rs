//! # hongqi-core: what a phone links
//!
//! An app holds one [`App`], and with it one [`Core`]. Every act is a local transaction that returns when it is durable; the network never
//! stands between a tap and the screen. What was written waits in the [`outbox`] until the server has accepted it, or
//! has refused it with a reason.
//!
//! | folder | what it is |
//! |---|---|
//! | [`document`] | small Automerge documents with one write rule each; the only place that touches automerge |
//! | `store` | SQLite: one writer, lazy readers, open, pause, resume, document and outbox rows |
//! | [`directory`] [`feed`] [`talk`] [`gathering`] [`consult`] [`activity`] [`personal`] [`search`] | the capabilities, each a slice of its own |
//! | [`presence`] | codes, cards, doors: what is shown and scanned |
//! | [`outbox`] | what waits to be sent, and what was refused |
//! | [`sync`] | wire format, and how phone and server exchange what they hold |
//! | [`live`] | which topics changed |
//! | [`speech`] | a sentence for each thing shown, for screen readers |
//! | [`lifecycle`] | foreground, pause, background runs, enrolment: the latest wish wins |
//!
//! Without the feature `client` only what the server shares is left: ids, clock, keys, roles, documents, wire.

pub mod clock;
pub mod document;
pub mod ids;
pub mod key;
pub mod presence;
pub mod role;
pub mod sync;
pub mod text;

#[cfg(feature = "client")]
pub mod activity;
#[cfg(feature = "client")]
pub mod consult;
#[cfg(feature = "client")]
mod core;
#[cfg(feature = "client")]
pub mod count;
#[cfg(feature = "client")]
pub mod directory;
#[cfg(feature = "client")]
mod error;
#[cfg(feature = "client")]
pub mod feed;
pub mod gathering;
#[cfg(feature = "client")]
mod input;
#[cfg(feature = "client")]
pub mod lifecycle;
#[cfg(feature = "client")]
pub mod live;
#[cfg(feature = "client")]
pub mod outbox;
#[cfg(feature = "client")]
pub mod personal;
#[cfg(feature = "client")]
mod projection;
#[cfg(feature = "rig")]
pub mod rig;
#[cfg(feature = "client")]
pub mod search;
#[cfg(all(feature = "client", not(feature = "seeded-bugs")))]
mod seeded;
#[cfg(feature = "seeded-bugs")]
pub mod seeded;
#[cfg(feature = "client")]
pub mod speech;
#[cfg(feature = "client")]
mod store;
#[cfg(feature = "client")]
pub mod talk;

#[cfg(feature = "client")]
pub use crate::{
    core::{Config, Core, Me},
    error::{Error, Result},
    lifecycle::App,
    store::{Recovery, SCHEMA_VERSION},
};
