//! Discussions.

use hongqi_core::clock::Timestamp;
use hongqi_core::ids::{DocId, MemberId, SpaceId};
use hongqi_core::outbox::Delivery;
use hongqi_core::role::Role;
use hongqi_core::talk::{MessageCursor, MessagePage, MessageView, NewMessage, ReactionView, TalkView};

use crate::call::{call, capability};
use crate::error::HongqiError;

/// A discussion in the list.
#[uniffi::remote(Record)]
pub struct TalkView {
    /// The discussion.
    pub space: SpaceId,
    /// Its name: the organisation's, the topic of the gathering or group, or the title of the article above the thread;
    /// empty until that is here, and once it is withdrawn.
    pub name: String,
    /// The gathering or group whose discussion it is.
    pub gathering: Option<DocId>,
    /// How many messages of others are unread; see `MessageView`.
    pub unread: u64,
    /// How many of them mention this member. They count in a muted discussion too.
    pub mentions: u64,
    /// The newest message.
    pub last: Option<MessageView>,
    /// Whether the member wants no notice of it.
    pub muted: bool,
    /// Whether older messages are at the server that this phone does not hold.
    pub gap: bool,
}

/// A message.
#[uniffi::remote(Record)]
pub struct MessageView {
    /// The message.
    pub id: DocId,
    /// Who wrote it.
    pub author: MemberId,
    /// The author's name.
    pub author_name: String,
    /// Its text; empty once withdrawn.
    pub body: String,
    /// The message it replies to.
    pub reply: Option<DocId>,
    /// Whether its author has withdrawn it.
    pub withdrawn: bool,
    /// Whether it was changed after it was sent.
    pub edited: bool,
    /// A text that the author wrote on another phone at the same time and that lost.
    pub other: Option<String>,
    /// When it was written, by its author's clock.
    pub written_at: Timestamp,
    /// When it counts as written, which orders it and is what to show: not later than the server received it.
    pub at: Timestamp,
    /// Whether another wrote it and this member has not read it: above the read mark, or arrived later below it.
    pub unread: bool,
    /// Whether it stands above what this member had read when it arrived: shown until the read mark passes it, on all
    /// devices of the member.
    pub arrived_later: bool,
    /// Whether it was written after its gathering had been ended early, by who did not know of that yet.
    pub after_end: bool,
    /// Members it mentions; none once withdrawn.
    pub mentions: Vec<MemberId>,
    /// Roles it mentions.
    pub roles: Vec<Role>,
    /// Whether another wrote it and mentions this member, or a role that this member holds at the organisation the
    /// discussion belongs to.
    pub mentions_me: bool,
    /// Reactions, the most frequent first.
    pub reactions: Vec<ReactionView>,
    /// Where it has got to.
    pub delivery: Delivery,
}

/// A place in a discussion. It stays one when the message there changes or goes.
#[uniffi::remote(Record)]
pub struct MessageCursor {
    /// When the message there counts as written.
    pub at: Timestamp,
    /// When it was written by its author's clock: between equals in `at`.
    pub written_at: Timestamp,
    /// The message: between equals in both.
    pub id: DocId,
}

/// One sort of reaction to a message.
#[uniffi::remote(Record)]
pub struct ReactionView {
    /// The emoji.
    pub emoji: String,
    /// How many members gave it.
    pub count: u64,
    /// Whether this member did.
    pub own: bool,
}

/// A page of messages.
#[uniffi::remote(Record)]
pub struct MessagePage {
    /// In the order of the discussion, oldest first.
    pub messages: Vec<MessageView>,
    /// What to pass to `page` for the page before; none at the beginning of what is here.
    pub before: Option<MessageCursor>,
    /// What to pass to `page_after` for the page after; none at the end of what is here.
    pub after: Option<MessageCursor>,
    /// Whether something is missing that the server holds; it arrives with the exchanges to come.
    pub gap: bool,
}

capability! {
    /// Discussions.
    Talk
}

#[uniffi::export]
impl Talk {
    /// All discussions that are followed or opened: those with the newest message first.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    pub async fn list(&self) -> Result<Vec<TalkView>, HongqiError> {
        call(&self.0, |core| core.talk().list()).await
    }

    /// At most `limit` (1 to 200) messages before `before`, or the newest.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    #[uniffi::method(default(before = None, limit = 50))]
    pub async fn page(
        &self,
        space: SpaceId,
        before: Option<MessageCursor>,
        limit: u32,
    ) -> Result<MessagePage, HongqiError> {
        call(&self.0, move |core| core.talk().page(space, before, limit as usize)).await
    }

    /// At most `limit` (1 to 200) messages after `after`.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    #[uniffi::method(default(limit = 50))]
    pub async fn page_after(
        &self,
        space: SpaceId,
        after: MessageCursor,
        limit: u32,
    ) -> Result<MessagePage, HongqiError> {
        call(&self.0, move |core| core.talk().page_after(space, after, limit as usize)).await
    }

    /// At most `limit` (1 to 200) messages with `message` in their middle, to open what a search or a reply points at;
    /// none if it is not here.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    #[uniffi::method(default(limit = 50))]
    pub async fn around(&self, message: DocId, limit: u32) -> Result<Option<MessagePage>, HongqiError> {
        call(&self.0, move |core| core.talk().around(message, limit as usize)).await
    }

    /// One message, for instance what another replies to; none if it is not here.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    pub async fn message(&self, id: DocId) -> Result<Option<MessageView>, HongqiError> {
        call(&self.0, move |core| core.talk().message(id)).await
    }

    /// Opens a discussion that is not followed, for instance the thread of an article: from now on it is kept in sync,
    /// until `leave`. Works with no network; what it holds arrives with the next exchange.
    ///
    /// # Errors
    /// `invalid` if the space is no discussion.
    pub async fn join(&self, space: SpaceId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.talk().open(space)).await
    }

    /// Keeps an opened discussion in sync no longer, and forgets what it held. Whether that was done: one that is
    /// always followed stays, and so does one in which something still waits to be sent.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn leave(&self, space: SpaceId) -> Result<bool, HongqiError> {
        call(&self.0, move |core| core.talk().leave(space)).await
    }

    /// Posts a message, perhaps as a reply to another; at most 8 KiB of UTF-8. It mentions at most 32 members, and with a
    /// role whoever holds it at the organisation that the discussion belongs to. Whom it mentions stays as it is when its
    /// text is edited.
    ///
    /// # Errors
    /// `ended` if the gathering, group or consultation is over; `not_allowed` in a group in which the member no longer takes
    /// part; `invalid`; `not_found` if the message replied to is not in this discussion.
    #[uniffi::method(default(reply = None, mentions = [], roles = []))]
    pub async fn post(
        &self,
        space: SpaceId,
        body: String,
        reply: Option<DocId>,
        mentions: Vec<MemberId>,
        roles: Vec<Role>,
    ) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| {
            let message = NewMessage { body: &body, reply, mentions: &mentions, roles: &roles };
            core.talk().post_message(space, &message)
        })
        .await
    }

    /// Replaces the text of an own message. Before it was ever sent this leaves no trace. Where the author's other
    /// phone has written another text at the same time, saying either of the two settles it.
    ///
    /// # Errors
    /// `not_allowed` for another's message, `too_late` for a withdrawn one; `invalid`.
    pub async fn edit(&self, message: DocId, body: String) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.talk().edit(message, &body)).await
    }

    /// Withdraws an own message. One that was never sent is gone as if it had not been written.
    ///
    /// # Errors
    /// `not_allowed` for another's message; `not_found`.
    pub async fn withdraw(&self, message: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.talk().withdraw(message)).await
    }

    /// Reacts to a message with one emoji, in place of an earlier reaction; none takes it back.
    ///
    /// # Errors
    /// `invalid`; `not_found`.
    pub async fn react(&self, message: DocId, emoji: Option<String>) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.talk().react(message, emoji.as_deref())).await
    }
}
