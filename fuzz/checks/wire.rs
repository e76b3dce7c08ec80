//! Requests, answers and batches of any bytes: decoding never panics, stays within its limits, and what was decoded
//! reads back.
//!
//! An input is which message it is in one byte, then its body without the envelope's own byte where that is even.

use std::fmt::Debug;

use hongqi_core::sync::wire::{
    ChallengeRequest, EnrolRequest, EnrolResponse, Failure, Hint, LogEntry, PageOutcome, SignedBatch, SyncRequest,
    SyncResponse, Token, TokenRequest, decode, encode,
};

fn reads_back<T: Debug + PartialEq + minicbor::Encode<()> + for<'b> minicbor::Decode<'b, ()>>(
    body: &[u8],
) -> Option<T> {
    let decoded = decode::<T>(body).ok()?;
    assert_eq!(decode::<T>(&encode(&decoded)).as_ref(), Ok(&decoded));
    Some(decoded)
}

fn open(batch: &SignedBatch) {
    let Ok(opened) = batch.batch() else { return };
    for entry in &opened.entries {
        let owner = hongqi_core::ids::MemberId::SERVER;
        let doc = entry.target.doc(opened.space, owner);
        if let Some(header) = entry.target.header(opened.space, owner) {
            assert_eq!(Some(header.id()), doc);
            let _ = header.check();
        }
    }
}

/// Checks one input.
pub fn check(input: &[u8]) {
    let Some((which, rest)) = input.split_first() else { return };
    let plain = [&[0], rest].concat();
    let body = if which % 2 == 0 { &plain } else { rest };
    match which / 2 % 8 {
        0 => {
            let request = reads_back::<SyncRequest>(body);
            request.iter().flat_map(|request| &request.push).for_each(open);
        }
        1 => {
            let response = reads_back::<SyncResponse>(body);
            for page in response.iter().flat_map(|response| &response.pages) {
                let PageOutcome::Entries(entries) = &page.outcome else { continue };
                let Ok(list) = entries.entries.open() else { continue };
                for entry in &list {
                    if let LogEntry::Batch { batch, .. } = entry {
                        open(batch);
                    }
                }
            }
        }
        2 => open(&SignedBatch { body: rest.to_vec(), signature: [0; 64] }),
        3 => _ = reads_back::<EnrolRequest>(body),
        4 => _ = reads_back::<EnrolResponse>(body),
        5 => _ = (reads_back::<ChallengeRequest>(body), reads_back::<TokenRequest>(body)),
        6 => _ = (reads_back::<Token>(body), reads_back::<Failure>(body)),
        _ => {
            let text = std::str::from_utf8(rest).unwrap_or_default();
            if let Ok(hint) = text.parse::<Hint>() {
                assert_eq!(hint.to_string().parse(), Ok(hint));
            }
        }
    }
}
