//! Chained changes of any bytes: decoding and judging never panics, and what was admitted loads.
//!
//! An input is a document's kind in one byte, then changes, each with its length in two bytes before it. The checksum is
//! made right, so that the fuzzer need not find it.

use hongqi_core::clock::Timestamp;
use hongqi_core::document::{Change, Document, Kind, Outline};
use hongqi_core::ids::{ActorId, sha256};

/// Checks one input.
pub fn check(input: &[u8]) {
    let Some((kind, mut rest)) = input.split_first() else { return };
    let mut outline = Outline::new(Kind::ALL[usize::from(*kind) % Kind::ALL.len()]);
    let mut admitted: Vec<Vec<u8>> = Vec::new();
    while let Some((len, tail)) = rest.split_first_chunk::<2>() {
        let len = usize::from(u16::from_be_bytes(*len)).min(tail.len());
        let (bytes, tail) = tail.split_at(len);
        rest = tail;
        let mut bytes = bytes.to_vec();
        if bytes.len() > 8 {
            let checksum = sha256(&[&bytes[8..]]);
            bytes[4..8].copy_from_slice(&checksum[..4]);
        }
        let Ok(change) = Change::decode(&bytes) else { continue };
        if outline.admit(&change) == Ok(true) {
            admitted.push(change.into_bytes());
        }
    }
    let mut document = Document::load(admitted.iter().map(Vec::as_slice)).expect("what was admitted loads");
    assert_eq!(document.heads(), outline.heads());
    let _ = document.fields();
    let edited = document.edit(ActorId::from_bytes([9; 16]), Timestamp(1), &[]);
    assert!(matches!(edited, Ok(None)));
}
