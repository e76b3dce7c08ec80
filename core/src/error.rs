//! What can go wrong, as an app sees it: a stable code, whether to try again, and never a word a member wrote.

/// An error of the core. Nothing was lost and nothing half done when one is returned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The store is paused: call `resume` first.
    #[error("paused: resume first")]
    Paused,
    /// This phone belongs to no member yet: enrol first.
    #[error("not enrolled")]
    NotEnrolled,
    /// There is no such thing on this phone, or it is of another kind.
    #[error("not found")]
    NotFound,
    /// The member may not do this.
    #[error("not allowed")]
    NotAllowed,
    /// The member has no vote here: only full members who are on the roster as voters have one.
    #[error("no vote here")]
    NoVote,
    /// The named input is empty, too long, or not what is asked for.
    #[error("invalid {field}: {reason}")]
    Invalid {
        /// Which input.
        field: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The database belongs to another member already: enrol with another one.
    #[error("the database belongs to another member")]
    OtherMember,
    /// The act was already on its way or done and cannot be taken back like this.
    #[error("too late to cancel")]
    TooLate,
    /// The gathering or group is over: nothing more can be written into it.
    #[error("over")]
    Ended,
    /// The disk is full: free some space and try again.
    #[error("disk full")]
    DiskFull,
    /// The database was written by a newer version: update the app.
    #[error("database of a newer version")]
    NewerDatabase,
    /// The file at the database's place is another application's: it is left alone.
    #[error("database of another application")]
    ForeignDatabase,
    /// The database is damaged. Pause and resume, or open it again: it is moved aside then, and what can be read of it
    /// goes into a new one ([`crate::Core::recovered`]).
    #[error("damaged database: open it again")]
    Corrupt,
    /// The database cannot be read or written.
    #[error("storage failed: {0}")]
    Storage(&'static str),
    /// The device key does not sign.
    #[error("device key unavailable")]
    Key,
    /// A stored document cannot be read; the rest can.
    #[error("damaged document")]
    Damaged,
}

impl Error {
    /// The stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::NotEnrolled => "not_enrolled",
            Self::NotFound => "not_found",
            Self::NotAllowed => "not_allowed",
            Self::NoVote => "no_vote",
            Self::Invalid { .. } => "invalid",
            Self::OtherMember => "other_member",
            Self::TooLate => "too_late",
            Self::Ended => "ended",
            Self::DiskFull => "disk_full",
            Self::NewerDatabase => "newer_database",
            Self::ForeignDatabase => "foreign_database",
            Self::Corrupt => "corrupt",
            Self::Storage(_) => "storage",
            Self::Key => "key",
            Self::Damaged => "damaged",
        }
    }

    /// Whether the same call may succeed later without the caller changing anything in it.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        matches!(self, Self::Paused | Self::DiskFull | Self::Key)
    }
}

/// The result of a call into the core.
pub type Result<T> = std::result::Result<T, Error>;

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        use rusqlite::ffi::SQLITE_IOERR_SHMSIZE;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            // The index of the WAL could not grow.
            _ if error.sqlite_error().is_some_and(|error| error.extended_code == SQLITE_IOERR_SHMSIZE) => {
                Self::DiskFull
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Storage("busy"),
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly) => Self::Storage("file"),
            // A constraint or a type that does not fit: a bug of ours. The message names columns, no values.
            _ => {
                tracing::error!(code = ?error.sqlite_error_code(), "unexpected database error");
                Self::Storage("unexpected")
            }
        }
    }
}

impl From<crate::key::KeyError> for Error {
    fn from(_: crate::key::KeyError) -> Self {
        Self::Key
    }
}
