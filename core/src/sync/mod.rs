//! How phone and server exchange what they hold.

#[cfg(feature = "client")]
pub(crate) mod replica;
#[cfg(feature = "client")]
pub mod session;
pub mod wire;
