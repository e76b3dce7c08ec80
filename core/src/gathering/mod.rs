//! Gatherings and groups: discussions with a topic, mostly with an end.
//!
//! A gathering (闪聚) is opened for all below an organisation, by whoever holds the role for it: its card hangs on the
//! board, its discussion is the thread below the card. A group is opened by any member for people they name, in a
//! discussion of its own, of which nobody else learns that it exists.
//!
//! Both end when their time is over or somebody ends them before, and can be read and searched after that. A phone that
//! knows of the end refuses at once what is written later; what was written before waits like anything else, and the
//! server judges it.

#[cfg(feature = "client")]
mod commands;
#[cfg(feature = "client")]
mod queries;
#[cfg(feature = "client")]
mod rows;
mod window;

pub use window::{LATE_MS, Window};

#[cfg(feature = "client")]
pub use commands::Gatherings;
#[cfg(feature = "client")]
pub use queries::{GatheringCursor, GatheringPage, GatheringState, GatheringView, LeftGroup, ParticipantView};
#[cfg(feature = "client")]
pub(crate) use rows::{remove, require_running, show_card, show_participant};
