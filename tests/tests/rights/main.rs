//! Who may not, can not: through the core, and at the wire with whatever a hostile phone sends.
//!
//! | file | what it tells |
//! |---|---|
//! | `core` | what the phone refuses at once, what a refused act looks like, what is forgotten when a right ends |
//! | `elsewhere` | what is said of an activity or a message where it is not says nothing |
//! | `wire` | what goes over the wire; [`hongqi_tests::world::device`] is the phone that has been taken apart |
//! | `town` | a branch with one of everything in it, and one of everybody around it |
//! | `table` | who reads which space, and who writes which kind of document into it: the one table |
//! | `matrix` | the table against the server: pages, hints, pushes; what is hidden answers as what never was |
//! | `forged` | what is not the pusher's: other people's and the server's documents, keys, batches, codes, cards |
//! | `canary` | what nobody may see is in no byte that reaches them, in no line of the log, in no file of their phones |

#![allow(clippy::unwrap_used)]

mod canary;
mod core;
mod elsewhere;
mod forged;
mod matrix;
mod table;
mod town;
mod wire;
