//! How many calls of one device are under way.
//!
//! Each holds what it was sent, and its answer until that is written: two megabytes and more. A device that sends slowly, or
//! asks and does not read, holds no more than a few of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use hongqi_core::ids::DeviceId;
use hongqi_core::sync::wire::{Failure, FailureCode};

use crate::Error;

/// So many at once. A phone makes one after the other, and leaves some behind when the network changes under it.
const MOST: usize = 8;
/// How long to wait with one more.
const RETRY_MS: u64 = 1_000;

/// The calls under way, of each device that has any.
#[derive(Default)]
pub(super) struct Calls(Mutex<HashMap<DeviceId, usize>>);

impl Calls {
    fn lock(&self) -> MutexGuard<'_, HashMap<DeviceId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins one, unless there are too many.
    pub(super) fn begin(self: &Arc<Self>, device: DeviceId) -> Result<Arc<Call>, Error> {
        let mut all = self.lock();
        let count = all.entry(device).or_default();
        if *count >= MOST {
            let retry_after_ms = Some(RETRY_MS);
            return Err(Error::Refused(Failure { code: FailureCode::RateLimited, retry_after_ms }));
        }
        *count += 1;
        Ok(Arc::new(Call { calls: self.clone(), device }))
    }
}

/// A call under way: until the last of it is dropped.
pub(super) struct Call {
    calls: Arc<Calls>,
    device: DeviceId,
}

impl Drop for Call {
    fn drop(&mut self) {
        let mut all = self.calls.lock();
        if let Some(count) = all.get_mut(&self.device) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.device);
            }
        }
    }
}

/// An answer, which keeps its call under way until it is written.
struct Answer {
    bytes: Vec<u8>,
    _call: Option<Arc<Call>>,
}

impl AsRef<[u8]> for Answer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The body of an answer to `call`.
pub(super) fn answer(bytes: Vec<u8>, call: Option<Arc<Call>>) -> Bytes {
    Bytes::from_owner(Answer { bytes, _call: call })
}
