//! How phone and server exchange what they hold.

#[cfg(feature = "client")]
pub mod driver;
#[cfg(feature = "client")]
pub mod machine;
#[cfg(feature = "client")]
pub mod session;
#[cfg(feature = "client")]
pub mod transport;
pub mod wire;
