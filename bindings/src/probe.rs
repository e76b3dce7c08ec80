//! What the tests of the Kotlin and Swift packages need, and no app: a panic on purpose, callbacks by the thousand, and
//! signatures of `tests/vectors` without a phone that they are for.
//! Always present, since a library that lacks an export does not load with bindings that name it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use hongqi_core::key::PublicKey;
use hongqi_core::live::Topic;
use hongqi_core::presence::{Card, Code, Refused as ScanRefusal, from_text};

use crate::call::{blocking, guarded};
use crate::error::{ErrorCode, HongqiError};
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
    blocking(|| panic!("on purpose")).await
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

fn public_key(bytes: &[u8]) -> Result<PublicKey, HongqiError> {
    PublicKey::try_from(bytes).map_err(|_| ErrorCode::Key.into())
}

fn read_code(text: &str, door: &PublicKey) -> Result<(), ScanRefusal> {
    let code = Code::from_bytes(&from_text(text)?)?;
    if code.verify(door) { Ok(()) } else { Err(ScanRefusal::Forged) }
}

fn read_card(text: &str, server: &PublicKey) -> Result<(), ScanRefusal> {
    let (card, _) = Card::from_shown(&from_text(text)?)?;
    if !card.is_certified(server) {
        Err(ScanRefusal::NotForThisServer)
    } else if card.verify() {
        Ok(())
    } else {
        Err(ScanRefusal::Forged)
    }
}

/// What is wrong with a code, whenever it was shown, of the door with this key (65 bytes); none if it holds. For tests.
///
/// # Errors
/// `key` if the key is none.
#[doc(hidden)]
#[uniffi::export]
pub fn probe_code(text: String, door: Vec<u8>) -> Result<Option<ScanRefusal>, HongqiError> {
    guarded(|| Ok(read_code(&text, &public_key(&door)?).err()))
}

/// What is wrong with a card, whenever it was shown, at the server with this key (65 bytes); none if it holds. For tests.
///
/// # Errors
/// `key` if the key is none.
#[doc(hidden)]
#[uniffi::export]
pub fn probe_card(text: String, server: Vec<u8>) -> Result<Option<ScanRefusal>, HongqiError> {
    guarded(|| Ok(read_card(&text, &public_key(&server)?).err()))
}
