//! The envelope: one byte that says whether zstd follows.
//!
//! A folded body is exactly one zstd frame that names its unfolded size. So a reader knows before it allocates what it
//! will get, no window is set up beside it, and nothing hides behind the frame.

use std::borrow::Cow;

use zstd::zstd_safe::{find_frame_compressed_size, get_frame_content_size};

use super::WireError;

/// Below this size zstd makes a body longer, not shorter.
pub(super) const FOLD_FROM: usize = 256;
pub(super) const PLAIN: u8 = 0;
pub(super) const ZSTD: u8 = 1;

/// Folds what stands behind the first byte of a plain envelope, if that makes it shorter.
pub(super) fn fold(plain: Vec<u8>) -> Vec<u8> {
    if plain.len() <= FOLD_FROM {
        return plain;
    }
    match compress(&plain[1..]) {
        Some(frame) if frame.len() + 1 < plain.len() => [&[ZSTD][..], &frame].concat(),
        _ => plain,
    }
}

/// Compresses with the thread's own compressor, whose tables would otherwise be allocated anew for every body.
fn compress(plain: &[u8]) -> Option<Vec<u8>> {
    std::thread_local! {
        static COMPRESSOR: std::cell::RefCell<Option<zstd::bulk::Compressor<'static>>> =
            std::cell::RefCell::new(zstd::bulk::Compressor::new(zstd::DEFAULT_COMPRESSION_LEVEL).ok());
    }
    COMPRESSOR.with_borrow_mut(|compressor| compressor.as_mut()?.compress(plain).ok())
}

/// The size of an envelope's content, as far as the envelope says; nothing is allocated.
pub(super) fn content_len(envelope: &[u8]) -> Result<usize, WireError> {
    match envelope.split_first() {
        Some((&PLAIN, plain)) => Ok(plain.len()),
        Some((&ZSTD, frame)) => {
            let one = find_frame_compressed_size(frame).is_ok_and(|len| len == frame.len());
            let len = get_frame_content_size(frame).ok().flatten().filter(|_| one).ok_or(WireError::Malformed)?;
            usize::try_from(len).map_err(|_| WireError::TooLarge)
        }
        _ => Err(WireError::Malformed),
    }
}

/// What is in an envelope, at most `most` bytes.
pub(super) fn unfold(envelope: &[u8], most: usize) -> Result<Cow<'_, [u8]>, WireError> {
    let len = content_len(envelope)?;
    if len > most {
        return Err(WireError::TooLarge);
    }
    match envelope.split_first() {
        Some((&ZSTD, frame)) => {
            let plain = zstd::bulk::decompress(frame, len).map_err(|_| WireError::Malformed)?;
            if plain.len() == len { Ok(plain.into()) } else { Err(WireError::Malformed) }
        }
        Some((_, plain)) => Ok(plain.into()),
        None => Err(WireError::Malformed),
    }
}
