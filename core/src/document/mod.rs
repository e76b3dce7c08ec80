//! Documents.
mod header;
mod kind;
mod value;

pub use header::*;
pub use kind::*;
pub use value::*;
