//! How a call reaches the core. What touches the database runs off the caller's thread, and to its end whatever becomes of
//! the caller; the rest runs at once. A panic in either is `internal`. `tests/exports.rs` holds every export to that.

use std::any::Any;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hongqi_core::{App, Core, Error};
use tokio::task::JoinHandle;

use crate::error::{ErrorCode, HongqiError};

/// What is asked, and its answer: of one type whatever it is, so that what the compiler makes of a task stands in the
/// library once, not once for each of a hundred questions.
type Work = Box<dyn FnOnce() -> Answer + Send>;
type Answer = Box<dyn Any + Send>;

/// Runs `work` where it may block. Dropping the future gives up the answer only: what was asked happens all the same.
pub(crate) fn call<R: Send + 'static>(
    app: &Arc<App>,
    work: impl FnOnce(&Core) -> Result<R, Error> + Send + 'static,
) -> Call<R> {
    let core = Arc::clone(app.core());
    blocking(move || Ok(work(&core)?))
}

/// Runs `work` where it may block, for what has no app to ask yet.
pub(crate) fn blocking<R: Send + 'static>(work: impl FnOnce() -> Result<R, HongqiError> + Send + 'static) -> Call<R> {
    Call { task: start(Box::new(move || Box::new(work()))), answer: PhantomData }
}

fn start(work: Work) -> Result<JoinHandle<Answer>, Error> {
    Ok(hongqi_core::lifecycle::runtime()?.spawn_blocking(work))
}

/// Waits for what was asked.
pub(crate) struct Call<R> {
    task: Result<JoinHandle<Answer>, Error>,
    answer: PhantomData<fn() -> R>,
}

impl<R: 'static> Future for Call<R> {
    type Output = Result<R, HongqiError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        waited(&mut self.task, context).map(|answer| *answer?.downcast().map_err(|_| panicked())?)
    }
}

/// The part of waiting that is alike for all.
fn waited(
    task: &mut Result<JoinHandle<Answer>, Error>,
    context: &mut Context<'_>,
) -> Poll<Result<Answer, HongqiError>> {
    match task {
        Ok(task) => Pin::new(task).poll(context).map_err(|_| panicked()),
        Err(error) => Poll::Ready(Err(error.clone().into())),
    }
}

/// Runs `work` here, for what returns without waiting. UniFFI would hand the text of a panic to the app.
pub(crate) fn guarded<R>(work: impl FnOnce() -> Result<R, HongqiError>) -> Result<R, HongqiError> {
    crate::log::keep_panics_quiet();
    // Nothing of ours is left half changed: locks are taken over from who panicked, transactions roll back.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(panicked()))
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
