//! How a call reaches the core. What touches the database runs off the caller's thread, and to its end whatever becomes of
//! the caller; the rest runs at once. A panic in either is `internal`. `tests/exports.rs` holds every export to that.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use hongqi_core::{App, Core, Error};
use tokio::task::JoinHandle;

use crate::error::{ErrorCode, HongqiError};

/// Runs `work` where it may block. Dropping the future gives up the answer only: what was asked happens all the same.
pub(crate) async fn call<R: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce(&Core) -> Result<R, Error> + Send + 'static,
) -> Result<R, HongqiError> {
    let core = Arc::clone(app.core());
    let task = hongqi_core::lifecycle::runtime()?.spawn_blocking(move || work(&core));
    Ok(ended(task).await??)
}

/// Runs `work` here, for what returns without waiting. UniFFI would hand the text of a panic to the app.
pub(crate) fn guarded<R>(work: impl FnOnce() -> Result<R, HongqiError>) -> Result<R, HongqiError> {
    crate::log::keep_panics_quiet();
    // Nothing of ours is left half changed: locks are taken over from who panicked, transactions roll back.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panicked()))
}

/// Waits for a task.
pub(crate) async fn ended<R>(task: JoinHandle<R>) -> Result<R, HongqiError> {
    task.await.map_err(|_| panicked())
}

/// A panic is a defect of ours: caught, and told without its text, which could say anything.
fn panicked() -> HongqiError {
    tracing::error!("a call panicked");
    ErrorCode::Internal.into()
}

/// Declares the object of a capability: a handle on the app.
macro_rules! capability {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, uniffi::Object)]
        pub struct $name(pub(crate) std::sync::Arc<hongqi_core::App>);
    };
}
pub(crate) use capability;
