//! Presence: what doors show and phones scan, and how well founded what comes of it is.

#[cfg(feature = "client")]
mod judge;

#[cfg(feature = "client")]
pub(crate) use judge::judge_evidence;
