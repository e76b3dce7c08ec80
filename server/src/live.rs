//! Which entry has just come in, for those who hold a stream open.

use hongqi_core::ids::MemberId;
use hongqi_core::sync::wire::Hint;

/// A new entry.
#[derive(Debug, Clone)]
pub struct Event {
    /// Where.
    pub hint: Hint,
    /// In a desk: whose it is, and about whom.
    pub people: Vec<MemberId>,
}

/// What an open stream is told.
#[derive(Debug, Clone)]
pub enum Signal {
    /// There is a new entry.
    Entry(Event),
    /// Rights or devices changed: look again whether the stream may stay open and what is new.
    Registry,
    /// The server stops.
    Stop,
}
