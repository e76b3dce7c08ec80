//! What goes over the wire.

use hongqi_core::ids::SpaceId;
use hongqi_core::sync::wire::{Ask, From, LogEntry, PageOutcome, SignedBatch, SyncRequest, SyncResponse};

pub use hongqi_tests::world::device::{Device, judged, request};

pub fn asks(spaces: &[SpaceId], from: From) -> SyncRequest {
    let asks = spaces.iter().map(|space| Ask { space: *space, from }).collect();
    request(asks, vec![])
}

/// The batches of a page.
pub fn batches(outcome: &PageOutcome) -> Vec<SignedBatch> {
    let PageOutcome::Entries(entries) = outcome else { return vec![] };
    let batch = |entry| match entry {
        LogEntry::Batch { batch, .. } => batch,
        LogEntry::Own { .. } => panic!("asked for whole ones"),
    };
    entries.entries.open().unwrap().into_iter().map(batch).collect()
}

/// All that a response says, unfolded.
pub fn said(response: &SyncResponse) -> Vec<u8> {
    let mut out = minicbor::to_vec(response).unwrap();
    response.pages.iter().flat_map(|page| batches(&page.outcome)).for_each(|batch| out.extend(batch.body));
    out
}

pub fn contains(bytes: &[u8], what: &str) -> bool {
    bytes.windows(what.len()).any(|window| window == what.as_bytes())
}
