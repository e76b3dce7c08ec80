//! Entries of a log as they are sent: in an envelope of their own, so that the server folds a stretch that many ask for
//! once and gives everybody the same bytes.
//!
//! Whole stretches are folded, not each batch by its author: 100 messages alone fold to 2.6 times what they take among
//! 1,900 others (measured with the texts of the bench `converge`), since what people say repeats itself.

use std::sync::Arc;

use minicbor::{Decode, Decoder, Encode};

use super::fold::{FOLD_FROM, PLAIN, ZSTD, content_len, fold, unfold};
use super::{LogEntry, MAX_ENTRIES, MAX_SENT, MAX_UNFOLDED, Page, PageOutcome, WireError, decode_exact, list};

/// Consecutive entries, encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch(Arc<[u8]>);

/// A list of entries, for the decoder.
struct Opened(Vec<LogEntry>);

impl<'b, C> Decode<'b, C> for Opened {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        list::<_, _, MAX_ENTRIES>(d, ctx).map(Self)
    }
}

impl Stretch {
    /// Leaves them as they are: a few entries fold better together with the rest of their response.
    #[must_use]
    pub fn plain(entries: &[LogEntry]) -> Self {
        Self(encode(entries).into())
    }

    /// Folds them where that pays.
    #[must_use]
    pub fn folded(entries: &[LogEntry]) -> Self {
        Self(fold(encode(entries)).into())
    }

    /// Bytes on the wire; never 0.
    #[must_use]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Bytes on the wire, if they are folded; 0 if not.
    pub(super) fn folded_len(&self) -> usize {
        if self.0.first() == Some(&ZSTD) { self.0.len() } else { 0 }
    }

    /// The entries.
    ///
    /// # Errors
    /// [`WireError`]; memory is bounded by [`MAX_UNFOLDED`] whatever the bytes say.
    pub fn open(&self) -> Result<Vec<LogEntry>, WireError> {
        decode_exact(&unfold(&self.0, MAX_UNFOLDED)?).map(|Opened(entries)| entries)
    }
}

fn encode(entries: &[LogEntry]) -> Vec<u8> {
    let mut out = vec![PLAIN];
    // Writing into a Vec cannot fail, and every entry encodes.
    if minicbor::encode(entries, &mut out).is_err() {
        return Vec::new();
    }
    out
}

impl<C> Encode<C> for Stretch {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Stretch {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let bytes = d.bytes()?;
        if bytes.len() > MAX_SENT || content_len(bytes).is_err() {
            return Err(minicbor::decode::Error::message("not a stretch"));
        }
        Ok(Self(bytes.into()))
    }
}

/// Decodes the pages of a response, whose stretches together unfold to no more than one body may.
pub(super) fn bounded_pages<'b, C, const N: usize>(
    d: &mut Decoder<'b>,
    ctx: &mut C,
) -> Result<Vec<Page>, minicbor::decode::Error> {
    let pages: Vec<Page> = list::<_, _, N>(d, ctx)?;
    let mut left = MAX_UNFOLDED;
    for page in &pages {
        let PageOutcome::Entries(entries) = &page.outcome else { continue };
        let len = content_len(&entries.entries.0).ok();
        left = len.and_then(|len| left.checked_sub(len)).ok_or_else(|| minicbor::decode::Error::message("too long"))?;
    }
    Ok(pages)
}

/// Whether a response of `len` bytes, `folded` of them in folded stretches, is worth folding once more: what is folded
/// does not become shorter, and costs as much time as what does.
pub(super) const fn fold_again(len: usize, folded: usize) -> bool {
    folded == 0 || len - folded > folded + FOLD_FROM
}
