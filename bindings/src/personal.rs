//! What only the member's own devices see: read marks, bookmarks, mutes, drafts.

use hongqi_core::feed::DraftArticle;
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::personal::DraftView;

use crate::call::{call, capability};
use crate::error::HongqiError;

/// Text that was not sent.
#[uniffi::remote(Record)]
pub struct DraftView {
    /// The draft.
    pub id: DocId,
    /// A title, perhaps empty.
    pub title: String,
    /// The text.
    pub text: String,
    /// Where it is meant to go.
    pub target: Option<SpaceId>,
    /// What it will be if it is an article that is being written: `Feed.keep_draft`.
    pub article: Option<DraftArticle>,
}

capability! {
    /// Read marks, bookmarks, mutes, drafts.
    Personal
}

#[uniffi::export]
impl Personal {
    /// Notes that an article was opened.
    ///
    /// # Errors
    /// `not_found` if it is not here; `not_enrolled`, `paused`, `storage`.
    pub async fn mark_read(&self, article: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.personal().mark_read(article)).await
    }

    /// Notes that a discussion was read up to and with this message. It never goes back. What arrives later is unread,
    /// also where its place is above this one.
    ///
    /// # Errors
    /// `not_found` if the message is not here.
    pub async fn mark_talk_read(&self, message: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.personal().mark_talk_read(message)).await
    }

    /// Keeps an article, an activity or a message at hand, or no longer.
    ///
    /// # Errors
    /// `not_found` if no such thing is here, or to give up what was not kept; `not_enrolled`, `paused`, `storage`.
    pub async fn bookmark(&self, doc: DocId, kept: bool) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.personal().bookmark(doc, kept)).await
    }

    /// The bookmarked documents, newest bookmark first; those too that were withdrawn or are not on this phone.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn bookmarks(&self) -> Result<Vec<DocId>, HongqiError> {
        call(&self.0, |core| core.personal().bookmarks()).await
    }

    /// Wants no notice of a discussion that is followed or opened, or wants it again.
    ///
    /// # Errors
    /// `invalid` if the space is no discussion, `not_found` if it is not here; `not_enrolled`, `paused`, `storage`.
    pub async fn mute(&self, space: SpaceId, muted: bool) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.personal().mute(space, muted)).await
    }

    /// All drafts, the last changed first.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn drafts(&self) -> Result<Vec<DraftView>, HongqiError> {
        call(&self.0, |core| core.personal().drafts()).await
    }

    /// Keeps text for later: a title of at most 600 bytes and a text of at most 128 KiB, both perhaps empty.
    ///
    /// # Errors
    /// `invalid`.
    #[uniffi::method(default(target = None))]
    pub async fn new_draft(&self, title: String, text: String, target: Option<SpaceId>) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.personal().new_draft(&title, &text, target)).await
    }

    /// Replaces the text of a draft; what another device changed at the same time merges with it.
    ///
    /// # Errors
    /// `invalid`, `not_found`.
    pub async fn edit_draft(&self, draft: DocId, text: String) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.personal().edit_draft(draft, &text)).await
    }

    /// Gives a draft another title, perhaps an empty one.
    ///
    /// # Errors
    /// `invalid`, `not_found`.
    pub async fn rename_draft(&self, draft: DocId, title: String) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.personal().rename_draft(draft, &title)).await
    }

    /// Throws a draft away, on all devices.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn discard_draft(&self, draft: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.personal().discard_draft(draft)).await
    }
}
