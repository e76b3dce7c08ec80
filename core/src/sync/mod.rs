//! How phone and server exchange what they hold.

pub mod wire;
