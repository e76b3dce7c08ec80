//! What the tests of the Kotlin and Swift packages need, and no app: a panic on purpose, and callbacks by the thousand.
//! Always present, since a library that lacks an export does not load with bindings that name it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use hongqi_core::live::Topic;

use crate::call::{ended, guarded};
use crate::error::HongqiError;
use crate::listen::{Entry, ListenerHandle, TopicListener};

/// Panics in the call itself. For tests.
///
/// # Errors
/// `internal`.
#[doc(hidden)]
#[uniffi::export]
#[allow(clippy::panic, reason = "it is what this is for")]
pub fn probe_panic() -> Result<(), HongqiError> {
    guarded(|| panic!("on purpose"))
}

/// Panics in a task of the core. For tests.
///
/// # Errors
/// `internal`.
#[doc(hidden)]
#[uniffi::export]
#[allow(clippy::panic, reason = "it is what this is for")]
pub async fn probe_panic_async() -> Result<(), HongqiError> {
    ended(hongqi_core::lifecycle::runtime()?.spawn_blocking(|| panic!("on purpose"))).await
}

/// Calls `listener` `count` times, one by one, from the thread of all listeners, until the handle is dropped. For tests.
///
/// # Errors
/// None; as all exports.
#[doc(hidden)]
#[uniffi::export]
pub fn probe_callbacks(listener: Arc<dyn TopicListener>, count: u32) -> Result<Arc<ListenerHandle>, HongqiError> {
    guarded(|| {
        let left = AtomicU32::new(count);
        let own: Arc<OnceLock<Weak<Entry>>> = Arc::default();
        let again = Arc::clone(&own);
        let entry = Entry::new(move || {
            if left.load(Ordering::Relaxed) > 0 {
                left.fetch_sub(1, Ordering::Relaxed);
                let _ = listener.on_change(vec![Topic::Feed]);
                // Behind whoever else waits, as a real change would be.
                let entry = again.get().and_then(Weak::upgrade);
                entry.into_iter().for_each(|entry| entry.wake());
            }
        });
        let _ = own.set(Arc::downgrade(&entry));
        entry.wake();
        Ok(ListenerHandle::without_source(entry))
    })
}
