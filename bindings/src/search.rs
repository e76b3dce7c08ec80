//! Search over articles, messages and activities, the own unsent ones included.

use hongqi_core::clock::Timestamp;
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::search::{Hit as SearchHit, HitKind};

use crate::call::{call, capability};
use crate::error::HongqiError;

/// What sort of thing was found.
#[uniffi::remote(Enum)]
pub enum HitKind {
    /// An article.
    Article,
    /// A message.
    Message,
    /// An activity.
    Activity,
    /// A gathering or a group.
    Gathering,
}

/// Something found.
#[uniffi::remote(Record)]
pub struct SearchHit {
    /// The document.
    pub doc: DocId,
    /// Where it stands.
    pub space: SpaceId,
    /// What it is.
    pub kind: HitKind,
    /// When it was written.
    pub at: Timestamp,
    /// Its text: of an article or activity the title on the first line, of a gathering or group its topic.
    pub text: String,
}

capability! {
    /// Search.
    Search
}

#[uniffi::export]
impl Search {
    /// At most `limit` (200 at the most) hits, newest arrival first. Every word and every run of Chinese characters
    /// must occur; the last letters of a word may be missing; case, accents and full-width forms do not count. A query
    /// without a letter or digit finds nothing.
    ///
    /// # Errors
    /// `invalid` for more than 256 bytes; `paused`, `storage`.
    #[uniffi::method(default(limit = 50))]
    pub async fn find(&self, query: String, limit: u32) -> Result<Vec<SearchHit>, HongqiError> {
        call(&self.0, move |core| core.search().find(&query, limit as usize)).await
    }
}
