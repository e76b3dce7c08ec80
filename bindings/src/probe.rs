//! What the tests of the Kotlin and Swift packages need, and no app: a panic on purpose, callbacks by the thousand, and
//! what `tests/vectors` holds: signatures without a phone that they are for, and logs without a server.
//! Always present, since a library that lacks an export does not load with bindings that name it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use hongqi_core::Error;
use hongqi_core::key::PublicKey;
use hongqi_core::live::Topic;
use hongqi_core::presence::{Card, Code, Refused as ScanRefusal, from_text};
use hongqi_core::sync::wire::{AuthorCard, EnrolResponse, LogEntry, WireError, decode};

use crate::call::{blocking, call, guarded};
use crate::error::{ErrorCode, HongqiError};
use crate::hongqi::Hongqi;
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

/// Makes this phone, which must be in the foreground and no member's, that of the member who was `enrolled`, and lets it
/// take in a `log` and the cards of its `authors`, each encoded as on the wire. No server is asked. For tests.
///
/// # Errors
/// `storage` for what is none of these, and as `enrol`.
#[doc(hidden)]
#[uniffi::export]
pub async fn probe_replay(
    hongqi: Arc<Hongqi>,
    enrolled: Vec<u8>,
    authors: Vec<Vec<u8>>,
    log: Vec<Vec<u8>>,
) -> Result<(), HongqiError> {
    call(&hongqi.app, move |core| {
        let unread = |_: WireError| Error::Storage("not as on the wire");
        let enrolled: EnrolResponse = decode(&enrolled).map_err(unread)?;
        let authors: Vec<AuthorCard> =
            authors.iter().map(|card| decode(card)).collect::<Result<_, _>>().map_err(unread)?;
        let log: Vec<LogEntry> = log.iter().map(|entry| decode(entry)).collect::<Result<_, _>>().map_err(unread)?;
        core.enrolled("http://localhost", &enrolled)?;
        core.replay(&authors, &log).map_err(|_| Error::Storage("replay"))
    })
    .await
}
