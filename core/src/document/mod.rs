//! Documents.
mod change;
mod chunk;
mod doc;
mod header;
mod invalid;
mod kind;
mod outline;
mod project;
mod value;

pub use change::*;
pub use doc::*;
pub use header::*;
pub use invalid::*;
pub use kind::*;
pub use outline::*;
pub use value::*;
