//! Entries of a desk's log of any bytes: what evidence shows is read or refused and never panics.
//!
//! An input is an entry's body without the envelope's own byte. The checksum of each change is made right, so that the
//! fuzzer need not find it.

use hongqi_core::document::{Change, Outline};
use hongqi_core::ids::{MemberId, sha256};
use hongqi_core::presence::{Card, Code};
use hongqi_core::sync::wire::{LogEntry, decode, encode};

/// What a check-in or a scan shows: whatever it is, it is verified, and what was read is what stands there.
fn shown(bytes: &[u8]) {
    if let Ok(code) = Code::from_bytes(bytes) {
        assert_eq!(code.to_bytes(), bytes);
        assert!(!code.verify(&[4; 65]));
    }
    if let Ok(card) = Card::from_bytes(bytes) {
        assert_eq!(card.to_bytes(), bytes);
        // Whatever key it names.
        let _ = card.verify();
        assert!(!card.is_certified(&[4; 65]));
    }
}

/// Checks one input.
pub fn check(input: &[u8]) {
    let Ok(entry) = decode::<LogEntry>(&[&[0], input].concat()) else { return };
    assert_eq!(decode(&encode(&entry)).as_ref(), Ok(&entry));
    let LogEntry::Batch { batch, .. } = entry else { return };
    let Ok(batch) = batch.batch() else { return };
    for entry in &batch.entries {
        let Some(header) = entry.target.header(batch.space, MemberId::SERVER) else { continue };
        let _ = header.check();
        let mut bytes = entry.change.clone();
        if bytes.len() > 8 {
            let checksum = sha256(&[&bytes[8..]]);
            bytes[4..8].copy_from_slice(&checksum[..4]);
        }
        let Ok(change) = Change::decode(&bytes) else { continue };
        if Outline::new(header.kind).admit(&change) == Ok(true)
            && let Some(fields) = change.fields()
        {
            ["code", "card"].into_iter().for_each(|key| shown(fields.bytes(key)));
        }
    }
}
