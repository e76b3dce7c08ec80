//! Documents: what members write, how it travels and when it is not taken.
//!
//! A document is a small automerge document under a [`Header`] that never changes. Its [`Kind`] says where it stands, who
//! may write it and which keys it has. Most have one [`Change`] for ever (a message, a check-in): such a change is encoded
//! and projected straight from its operations, no document loaded (3 µs against 20). Only one with several changes is
//! loaded, as a [`Document`]. Every change, on the phone and at the server, goes the same way:
//!
//! 1. [`Change::decode`]: are these bytes one plain change? It knows nothing of documents.
//! 2. [`Outline::admit`]: may this document, of this kind, with these changes, have this one? It loads no document.
//! 3. [`Document::load`] or [`Change::fields`]: what does the document hold now?
//!
//! # What goes wrong
//!
//! Automerge takes a stranger's bytes at their word, so these are stopped at the door, each with a test by its name:
//!
//! - *It panics or hangs in decoding*: run-length columns that say "2^60 times", actors that do not exist, deflate
//!   bombs. `chunk.rs` counts first; panics are caught. Automerge's checksum is compared by hand, it does not.
//! - *It panics in applying, or accepts what cannot be loaded again*: unknown predecessors or such of another key, map
//!   keys in texts, reused operation numbers, an own last change that is not a dependency. `outline.rs` and `judge.rs`
//!   admit only what an honest automerge could have made. A predecessor must lie *below* the change, not just be known
//!   here: elsewhere the changes may arrive in another order.
//! - *Two changes of one name* (actor and number) would part replicas for ever: the second is refused. Honest phones never
//!   make them, since a database restored from a backup starts a new generation and so a new actor.
//! - *A change whose dependencies are missing* waits unseen inside automerge: [`Document::load`] makes that an error.
//! - *Automerge panics nevertheless*: the panic is caught and nothing of it is printed (`guard.rs`), the document is of no more use and says so
//!   ([`Invalid::NotLoaded`]); load it again from its changes.
//! - *A key or shape of a later version*: reading leaves it out.
//!
//! No other module names automerge.
mod change;
mod chunk;
mod doc;
mod guard;
mod header;
mod invalid;
mod judge;
mod kind;
mod outline;
mod plain;
mod project;
mod table;
mod value;

pub use change::*;
pub use doc::*;
pub(crate) use header::id;
pub use header::{About, Header, HeaderError, MAX_NONCE, Nonce};
pub use invalid::*;
pub use kind::*;
pub use outline::*;
pub use value::*;

#[cfg(test)]
mod history_tests;
