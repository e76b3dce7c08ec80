//! Why a change or an edit is not taken.

use crate::sync::wire::Refusal;

/// Why a change or an edit is not taken. Says what is wrong, never what a member wrote.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Invalid {
    /// The bytes, a value, a text or a number of operations is over its limit.
    #[error("the change or its content is too large")]
    TooLarge,
    /// The bytes are not exactly one plain, well-formed change chunk.
    #[error("not a change")]
    NotAChange,
    /// The checksum is not that of the content.
    #[error("the change's checksum is wrong")]
    BadChecksum,
    /// An actor has not 16 bytes, or there are too many.
    #[error("the change's actor is not valid")]
    BadActor,
    /// The change carries a message or bytes beyond its operations.
    #[error("the change carries more than operations")]
    ExtraContent,
    /// The sequence number does not follow the actor's last change, or that change is not among the dependencies.
    #[error("the change does not follow its actor's last one")]
    OutOfSequence,
    /// A dependency is not in this document.
    #[error("the change builds on an unknown one")]
    UnknownDependency,
    /// A dependency is named twice or implied by another, or there are too many.
    #[error("the change names more dependencies than it needs")]
    TooManyDependencies,
    /// The first operation's number is not one above the highest below it.
    #[error("the change's operations are misnumbered")]
    BadStart,
    /// An operation of a kind, at a place or upon predecessors that are not allowed.
    #[error("the change holds an operation that is not allowed")]
    BadOperation,
    /// A key that this kind of document does not have.
    #[error("the change writes an unknown key")]
    UnknownKey,
    /// A value of another type than its key's.
    #[error("the change writes a value of the wrong type")]
    WrongType,
    /// The document has as many changes or operations as it may.
    #[error("the document is full")]
    Full,
    /// A second first change of a document that has only one.
    #[error("the document has begun already")]
    SecondBeginning,
    /// An edit at a place where the text has none, or of a text that is not there.
    #[error("the edit is outside the text")]
    OutOfRange,
    /// The changes are not a whole document, or automerge failed on them. Whoever holds the document drops it.
    #[error("the document cannot be loaded")]
    NotLoaded,
}

impl Invalid {
    /// What the server answers.
    #[must_use]
    pub const fn refusal(self) -> Refusal {
        match self {
            Self::TooLarge | Self::Full => Refusal::TooLarge,
            Self::UnknownDependency => Refusal::MissingDependency,
            _ => Refusal::Malformed,
        }
    }
}
