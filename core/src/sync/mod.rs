//! How phone and server exchange what they hold.
//!
//! | file | what it is |
//! |---|---|
//! | [`wire`] | all that is said, shared with the server |
//! | `replica` | the store's side: what to ask and give, and taking the answer in |
//! | [`session`] | what the replica and the rest agree on |
//! | [`machine`] | when to talk, as a pure function of events |
//! | [`transport`] | the calls over HTTP |

#[cfg(feature = "client")]
pub mod driver;
#[cfg(feature = "client")]
pub mod machine;
#[cfg(feature = "client")]
pub(crate) mod replica;
#[cfg(feature = "client")]
pub mod session;
#[cfg(feature = "client")]
pub mod transport;
pub mod wire;
