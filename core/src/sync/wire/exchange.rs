//! One exchange of push and pull, and the hints in between.

use minicbor::{Decode, Encode};

use super::stretch::bounded_pages;
use super::{AuthorCard, MAX_ASKS, MAX_BATCH_CHANGES, MAX_ENTRIES, MAX_PUSH, SignedBatch, Stretch, WireError, list};
use crate::ids::{DocId, Generation, SpaceId};

/// A place in a space's log, with proof that reader and server mean the same log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Cursor {
    /// The life of the server's log.
    #[n(0)]
    pub epoch: u64,
    /// The last entry held; 0 before the first.
    #[n(1)]
    pub seq: u64,
    /// The first eight bytes of the chain hash at `seq`.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub check: [u8; 8],
}

/// Which entries of a space are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum From {
    /// All, oldest first: a space not held yet that must be complete.
    #[n(0)]
    Start,
    /// The newest that fit, in order: a discussion not held yet. What is older becomes a gap.
    #[n(1)]
    Newest,
    /// What came after.
    #[n(2)]
    After(#[n(0)] Cursor),
    /// The newest that fit of those below `before` and above `floor`: fills a gap from its upper end.
    #[n(3)]
    Older {
        /// The life of the log.
        #[n(0)]
        epoch: u64,
        /// The first entry held above the gap.
        #[n(1)]
        before: u64,
        /// The last entry held below the gap; 0 if none.
        #[n(2)]
        floor: u64,
    },
}

/// A space and what is wanted of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Ask {
    /// The space.
    #[n(0)]
    pub space: SpaceId,
    /// The entries.
    #[n(1)]
    pub from: From,
}

/// What the phone follows.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Follow {
    /// The spaces and cursors that the server knows of this device since its last [`Follow::Asks`], if they still
    /// give this [`digest`].
    #[n(0)]
    Unchanged {
        /// The digest.
        #[cbor(n(0), with = "minicbor::bytes")]
        digest: [u8; 8],
    },
    /// These, most urgent first; they take the place of what the server knew.
    #[n(1)]
    Asks(
        /// The spaces.
        #[cbor(n(0), decode_with = "list::<_, _, MAX_ASKS>")]
        Vec<Ask>,
    ),
}

/// One exchange: what the phone has to give, and what it wants.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SyncRequest {
    /// [`VERSION`].
    #[n(0)]
    pub version: u16,
    /// The life of the phone's database: its own batches of this generation come back as [`LogEntry::Own`].
    /// `None` when it wants them whole.
    #[n(1)]
    pub generation: Option<Generation>,
    /// What it follows.
    #[n(2)]
    pub follow: Follow,
    /// What it gives, in the order of `dev_seq`.
    #[cbor(n(3), decode_with = "list::<_, _, MAX_PUSH>")]
    pub push: Vec<SignedBatch>,
    /// The most bytes of entries, unfolded, it wants in the response; at least one entry comes whatever its size.
    #[n(4)]
    pub budget: u32,
}

/// Why the server does not take a document's change. Kept with the refused document and shown to its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The member may not write this document (any more).
    #[error("not allowed to write this")]
    NotAllowed = 0,
    /// The space does not exist, or not for this member.
    #[error("no such space")]
    NoSpace = 1,
    /// The change is for a document that the log does not hold.
    #[error("the document is not at the server")]
    UnknownDocument = 2,
    /// The change builds on one that the log does not hold.
    #[error("an earlier change is not at the server")]
    MissingDependency = 3,
    /// The change or the header is not such as this kind of document may have.
    #[error("not a valid change")]
    Malformed = 4,
    /// The change or its content is too large.
    #[error("too large")]
    TooLarge = 5,
    /// The member's share of this space is used up.
    #[error("quota used up")]
    Quota = 6,
    /// The server does not know this kind of document: it must be updated first, then the document may be sent again.
    #[error("the server must be updated first")]
    UnknownKind = 7,
    /// The discussion has ended.
    #[error("the discussion has ended")]
    Ended = 8,
    /// What a door or a card signed does not hold.
    #[error("the signed code does not hold")]
    BadCode = 9,
    /// This member has no vote.
    #[error("no vote")]
    NoVote = 10,
    /// A reason that this version does not know.
    #[error("refused for an unknown reason")]
    Other = 255,
}

impl Refusal {
    /// Every reason, in the order of its number.
    pub const ALL: [Self; 12] = [
        Self::NotAllowed,
        Self::NoSpace,
        Self::UnknownDocument,
        Self::MissingDependency,
        Self::Malformed,
        Self::TooLarge,
        Self::Quota,
        Self::UnknownKind,
        Self::Ended,
        Self::BadCode,
        Self::NoVote,
        Self::Other,
    ];
}

number_on_the_wire!(Refusal);

/// A document that the server did not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub struct Refused {
    /// The document.
    #[n(0)]
    pub doc: DocId,
    /// Why.
    #[n(1)]
    pub reason: Refusal,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum PushOutcome {
    /// It is in the log, now or since an earlier push.
    #[n(0)]
    Accepted {
        /// Its place; 0 if it was in parts in the log already, under other batches.
        #[n(0)]
        seq: u64,
        /// When the server received it, in milliseconds.
        #[n(1)]
        received_at: i64,
    },
    /// Nothing of it is in the log, because of these documents. The others may be sent again in a new batch.
    #[n(1)]
    Refused(
        /// The documents.
        #[cbor(n(0), decode_with = "list::<_, _, MAX_BATCH_CHANGES>")]
        Vec<Refused>,
    ),
    /// The generation has written a different batch under this number, or a later one: this database is a copy.
    #[n(2)]
    GenerationReused,
    /// Not decoded, or not signed by the device of the token. Nothing in it is judged.
    #[n(3)]
    Malformed,
    /// Not now; push it again later.
    #[n(4)]
    Later,
}

/// What became of the batch with this number.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Pushed {
    /// The batch; 0 if it could not be decoded, and then the place in the request counts.
    #[n(0)]
    pub dev_seq: u64,
    /// What became of it.
    #[n(1)]
    pub outcome: PushOutcome,
}

/// One entry of a log.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum LogEntry {
    /// A batch.
    #[n(0)]
    Batch {
        /// Its place.
        #[n(0)]
        seq: u64,
        /// When the server received it, in milliseconds.
        #[n(1)]
        received_at: i64,
        /// The batch.
        #[n(2)]
        batch: SignedBatch,
    },
    /// A batch of the reader's own generation, which it still holds. In a stretch that others get too it comes whole.
    #[n(1)]
    Own {
        /// Its place.
        #[n(0)]
        seq: u64,
        /// When the server received it, in milliseconds.
        #[n(1)]
        received_at: i64,
        /// Its number.
        #[n(2)]
        dev_seq: u64,
    },
}

impl LogEntry {
    /// The entry's place.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        match self {
            Self::Batch { seq, .. } | Self::Own { seq, .. } => *seq,
        }
    }
}

/// Consecutive entries of a space's log.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Entries {
    /// The life of the log.
    #[n(0)]
    pub epoch: u64,
    /// The place just below the first entry.
    #[n(1)]
    pub base_seq: u64,
    /// The chain hash at `base_seq`.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub base_chain: [u8; 32],
    /// The entries, in order. All between `base_seq` and `up_to`, unless `filtered`.
    #[n(3)]
    pub entries: Stretch,
    /// The place up to which the reader now holds all that it may read.
    #[n(4)]
    pub up_to: u64,
    /// The first eight bytes of the chain hash at `up_to`.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub check: [u8; 8],
    /// Whether entries were left out that the reader may not see: then the chain cannot be computed, only kept.
    #[n(6)]
    pub filtered: bool,
}

/// What there is in a space.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum PageOutcome {
    /// Entries.
    #[n(0)]
    Entries(#[n(0)] Entries),
    /// The space does not exist or may not be read: the answer is the same.
    #[n(1)]
    Denied,
    /// The cursor is not of this log (the server was restored, or the phone's copy is damaged): ask from the start
    /// and offer again what this device wrote.
    #[n(2)]
    Forked,
}

/// A space with something to say about it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Page {
    /// The space.
    #[n(0)]
    pub space: SpaceId,
    /// What there is.
    #[n(1)]
    pub outcome: PageOutcome,
}

/// The answer to a [`SyncRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SyncResponse {
    /// The server's time in milliseconds.
    #[n(0)]
    pub server_time: i64,
    /// What became of each batch, in the order of the request.
    #[cbor(n(1), decode_with = "list::<_, _, MAX_PUSH>")]
    pub pushed: Vec<Pushed>,
    /// The spaces that have something new, in the order of the request. A space that is up to date has no page.
    #[cbor(n(2), decode_with = "bounded_pages::<_, MAX_ASKS>")]
    pub pages: Vec<Page>,
    /// Who wrote the batches in the pages.
    #[cbor(n(3), decode_with = "list::<_, _, MAX_ENTRIES>")]
    pub authors: Vec<AuthorCard>,
    /// There is more than the budget allowed: ask again.
    #[n(4)]
    pub more: bool,
    /// The server does not know what this device follows, or the digest differs: send [`Follow::Asks`].
    #[n(5)]
    pub ask_again: bool,
}

/// Something new is in a space. Hints may be lost or doubled; cursors are the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hint {
    /// The space.
    pub space: SpaceId,
    /// The place of the newest entry.
    pub seq: u64,
}

impl std::fmt::Display for Hint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.space, self.seq)
    }
}

impl std::str::FromStr for Hint {
    type Err = WireError;

    fn from_str(text: &str) -> Result<Self, WireError> {
        let (space, seq) = text.split_once(' ').ok_or(WireError::Malformed)?;
        let parsed = (space.parse(), seq.parse());
        let (Ok(space), Ok(seq)) = parsed else { return Err(WireError::Malformed) };
        Ok(Self { space, seq })
    }
}
