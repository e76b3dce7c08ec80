//! How phone and server exchange what they hold.

pub mod wire;

#[cfg(feature = "client")]
pub(crate) mod replica;
