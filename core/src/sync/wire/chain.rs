//! The hash that chains a space's log, and the digest over many cursors.

use super::{Cursor, SignedBatch};
use crate::clock::Timestamp;
use crate::ids::{SpaceId, sha256};

/// The chain hash after an entry: over the hash before it, its place, its time, its signature and its bytes' hash.
#[must_use]
pub fn chain(before: &[u8; 32], seq: u64, received_at: Timestamp, batch: &SignedBatch) -> [u8; 32] {
    chain_hash(before, seq, received_at, batch, &batch.hash())
}

/// As [`chain`], for who has the batch's [`SignedBatch::hash`] already.
#[must_use]
pub fn chain_hash(
    before: &[u8; 32],
    seq: u64,
    received_at: Timestamp,
    batch: &SignedBatch,
    hash: &[u8; 32],
) -> [u8; 32] {
    sha256(&[before, &seq.to_be_bytes(), &received_at.0.to_be_bytes(), &batch.signature, hash])
}

/// The chain hash before the first entry of a space.
#[must_use]
pub fn chain_start(space: SpaceId, epoch: u64) -> [u8; 32] {
    sha256(&[b"hongqi chain", &space.to_bytes(), &epoch.to_be_bytes()])
}

/// The part of a chain hash that a cursor holds.
#[must_use]
pub fn check_of(chain: &[u8; 32]) -> [u8; 8] {
    let mut out = [0; 8];
    out.copy_from_slice(&chain[..8]);
    out
}

/// One short word for many cursors: the first eight bytes of SHA-256 over all, in the order of the spaces.
#[must_use]
pub fn digest<'a>(cursors: impl IntoIterator<Item = (&'a SpaceId, &'a Cursor)>) -> [u8; 8] {
    let mut sorted: Vec<_> = cursors.into_iter().collect();
    sorted.sort_by_key(|(space, _)| **space);
    let mut bytes = Vec::with_capacity(sorted.len() * 41);
    for (space, cursor) in sorted {
        bytes.extend_from_slice(&space.to_bytes());
        bytes.extend_from_slice(&cursor.epoch.to_be_bytes());
        bytes.extend_from_slice(&cursor.seq.to_be_bytes());
        bytes.extend_from_slice(&cursor.check);
    }
    check_of(&sha256(&[&bytes]))
}
