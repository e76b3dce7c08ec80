//! How phone and server exchange what they hold.
//!
//! | file | what it is |
//! |---|---|
//! | [`wire`] | all that is said, shared with the server |
//! | `replica` | the store's side: what to ask and give, and taking the answer in |
//! | [`session`] | what the replica and the rest agree on |
//! | `machine` | when to talk, as a pure function of events |
//! | `driver` | carries out what the machine decides |
//! | [`transport`] | the calls over HTTP |
//!
//! What runs it is the [`lifecycle`](crate::lifecycle).

#[cfg(all(feature = "client", not(feature = "rig")))]
pub(crate) mod driver;
#[cfg(feature = "rig")]
pub mod driver;
#[cfg(feature = "client")]
pub(crate) mod machine;
#[cfg(feature = "client")]
pub(crate) mod replica;
#[cfg(feature = "client")]
pub mod session;
#[cfg(feature = "client")]
pub mod transport;
pub mod wire;
