//! Stretches that several phones ask for, read and folded once.
//!
//! After something new has come into a space, whoever follows it asks the same: what came after the same place, up to
//! the same head. So the answer is remembered by its question. A log only grows: what stands between two places of it
//! never changes, and rights are judged before anybody gets here.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hongqi_core::ids::{DeviceId, SpaceId};
use hongqi_core::sync::wire::Entries;

use crate::page::Range;
use crate::storage::Result;

/// Shorter ones (bytes unfolded) are folded with the rest of each response.
pub(crate) const FOLD_FROM: usize = 8 * 1024;
/// More bytes, as they are sent, are not kept.
const MAX_KEPT: usize = 32 * 1024 * 1024;
/// What a stretch takes besides its bytes.
const OVERHEAD: usize = 512;

/// A stretch, and what it takes of a budget.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) entries: Entries,
    /// Whether it is all that was asked for.
    pub(crate) complete: bool,
    /// The budget under which it was cut off, if it was.
    pub(crate) left: usize,
    pub(crate) cost: usize,
    pub(crate) count: usize,
    /// Bytes of each author.
    pub(crate) authors: BTreeMap<DeviceId, usize>,
}

type Question = (SpaceId, Range);
type Slot = Arc<Mutex<Option<Arc<Shared>>>>;

#[derive(Debug, Default)]
struct Kept {
    slots: HashMap<Question, Slot>,
    bytes: usize,
}

/// The memory.
#[derive(Debug, Default)]
pub(crate) struct Stretches(Mutex<Kept>);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Stretches {
    /// Forgets what a space held.
    pub(crate) fn forget(&self, space: SpaceId) {
        let mut kept = lock(&self.0);
        kept.slots.retain(|(of, _), _| *of != space);
        // Too high a count forgets the rest a little early.
    }

    /// What is remembered for a question, or else what `make` gives; who asks the same meanwhile waits for it.
    pub(crate) fn get(&self, question: Question, make: impl FnOnce() -> Result<Shared>) -> Result<Arc<Shared>> {
        let slot = lock(&self.0).slots.entry(question).or_default().clone();
        let mut place = lock(&slot);
        if let Some(shared) = &*place {
            return Ok(shared.clone());
        }
        let made = make();
        let mut kept = lock(&self.0);
        let shared = match made {
            Ok(shared) => Arc::new(shared),
            Err(error) => {
                kept.slots.remove(&question);
                return Err(error);
            }
        };
        let bytes = shared.entries.entries.len() + OVERHEAD;
        if kept.bytes + bytes > MAX_KEPT {
            *kept = Kept::default();
        }
        kept.bytes += bytes;
        *place = Some(shared.clone());
        kept.slots.insert(question, slot.clone());
        Ok(shared)
    }
}
