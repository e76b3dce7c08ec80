//! # hongqi-core
pub mod clock;
pub mod document;
pub mod ids;
pub mod key;
pub mod role;
pub mod sync;
