//! What waits to be sent, its states, and what was refused.

use hongqi_core::clock::Timestamp;
use hongqi_core::document::Kind as DocumentKind;
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::outbox::{Delivery, OutboxItem};
use hongqi_core::personal::DraftView;
use hongqi_core::sync::wire::Refusal;

use crate::call::{call, capability};
use crate::error::HongqiError;

/// Why the server does not take a document's change; `refusal_text` says it to a member.
#[uniffi::remote(Enum)]
pub enum Refusal {
    /// The member may not write this document (any more).
    NotAllowed,
    /// The space does not exist, or not for this member.
    NoSpace,
    /// The change is for a document that the log does not hold.
    UnknownDocument,
    /// The change builds on one that the log does not hold.
    MissingDependency,
    /// The change or the header is not such as this kind of document may have.
    Malformed,
    /// The change or its content is too large.
    TooLarge,
    /// The member's share of this space is used up.
    Quota,
    /// The server does not know this kind of document: it must be updated first, then the document may be sent again.
    UnknownKind,
    /// The discussion has ended.
    Ended,
    /// What a door or a card signed does not hold.
    BadCode,
    /// This member has no vote.
    NoVote,
    /// A reason that this version does not know.
    Other,
}

/// Where what a member wrote has got to.
#[uniffi::remote(Enum)]
pub enum Delivery {
    /// Only on this device so far.
    OnDevice,
    /// Everything of it is at the server.
    AtServer,
    /// The server did not take it, for this reason; the content is kept.
    Refused(Refusal),
}

/// What a document is.
#[uniffi::remote(Enum)]
pub enum DocumentKind {
    /// Name and place in the tree of an organisation.
    OrgCard,
    /// Name and standing of a member.
    MemberCard,
    /// One grant or revocation of a role.
    Grant,
    /// An article of the feed.
    Article,
    /// An activity that members attend.
    Activity,
    /// "I have read this": said by a member about a must-read article.
    Acknowledgement,
    /// "I am here": said by a member about an activity.
    CheckIn,
    /// An organiser's word on one person's attendance.
    RollMark,
    /// A message in a discussion.
    Message,
    /// All reactions of one member in one discussion.
    ReactionSheet,
    /// How far a member has read a discussion, or that an article was opened.
    ReadMark,
    /// A member keeps a document at hand.
    Bookmark,
    /// A member wants no notice of a discussion.
    Mute,
    /// Text that a member has not sent.
    Draft,
    /// Who holds an office of the organisation.
    Officer,
    /// That this member takes part in a group or in a case.
    Seat,
    /// A flash gathering of all below an organisation.
    Gathering,
    /// A gathering or a group of named people.
    Group,
    /// One person in a group.
    Participant,
    /// What a consultation is about and which desk it asks.
    Case,
    /// One step of a consultation.
    CaseStep,
    /// Who is expected at an activity, and who of them votes.
    Roster,
    /// What is voted on at an activity.
    Resolution,
    /// One member's vote.
    Vote,
    /// A door of an activity.
    Door,
    /// A host has seen a person come or go.
    Scan,
    /// A member asks not to have to come.
    LeaveRequest,
    /// Visitors at a door: a number.
    Guests,
}

/// One document with something that has not been accepted.
#[uniffi::remote(Record)]
pub struct OutboxItem {
    /// The document.
    pub doc: DocId,
    /// Its space.
    pub space: SpaceId,
    /// What it is.
    pub kind: DocumentKind,
    /// When the first waiting change was written.
    pub written_at: Timestamp,
    /// Whether it can still be taken back without a trace.
    pub cancellable: bool,
    /// Where it has got to.
    pub delivery: Delivery,
}

capability! {
    /// The outbox.
    Outbox
}

#[uniffi::export]
impl Outbox {
    /// Everything that waits or was refused, oldest first.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn items(&self) -> Result<Vec<OutboxItem>, HongqiError> {
        call(&self.0, |core| core.outbox().items()).await
    }

    /// Takes back what has not left this device, and with it what stands on it: what was said in the group, who was expected
    /// at the activity.
    ///
    /// # Errors
    /// `too_late` if a part of it may have left; `not_found`.
    pub async fn cancel(&self, doc: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.outbox().cancel(doc)).await
    }

    /// Lets go of a refused change; what the server had accepted before stays.
    ///
    /// # Errors
    /// `not_found` if nothing of this document was refused.
    pub async fn discard(&self, doc: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.outbox().discard(doc)).await
    }

    /// What was refused, as a draft: a refused edit of what the server has shows nowhere else. Title and text are
    /// empty where the document has none.
    ///
    /// # Errors
    /// `not_found` if nothing of this document was refused.
    pub async fn refused(&self, doc: DocId) -> Result<DraftView, HongqiError> {
        call(&self.0, move |core| core.outbox().refused(doc)).await
    }

    /// Queues what was refused once more, for instance after a role was granted. If the document was edited since, what
    /// the refused edit said is said anew on what it holds now.
    ///
    /// # Errors
    /// `not_found` if nothing of this document was refused.
    pub async fn retry(&self, doc: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.outbox().retry(doc)).await
    }
}
