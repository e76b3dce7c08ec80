//! How a call reaches the core: off the caller's thread, and to its end whatever becomes of the caller.

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

/// Waits for a task. A panic in it is a defect of ours: caught, and told without its text, which could say anything.
pub(crate) async fn ended<R>(task: JoinHandle<R>) -> Result<R, HongqiError> {
    task.await.map_err(|_| {
        tracing::error!("a call panicked");
        ErrorCode::Internal.into()
    })
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
