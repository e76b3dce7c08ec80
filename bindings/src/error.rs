//! The one error type of the border.

use std::fmt;
use std::time::Duration;

use hongqi_core::Error;
use hongqi_core::lifecycle::{EnrolError, RunError};
use hongqi_core::sync::session::FailureClass;

use crate::glossary;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $key:literal,)*) => {
        /// What went wrong. The meaning of each, and what to do about it, stands in `ERRORS.md`; see `error_text`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)*
        }

        impl ErrorCode {
            /// Every code, in the order of the glossary.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable name of the code.
            #[must_use]
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$variant => $key,)*
                }
            }
        }
    };
}

codes! {
    /// The store is closed: call `resume` first.
    Paused = "paused",
    /// This phone belongs to no member yet.
    NotEnrolled = "not_enrolled",
    /// There is no such thing on this phone.
    NotFound = "not_found",
    /// The member may not do this.
    NotAllowed = "not_allowed",
    /// The member has no vote here: only full members who are on the roster as voters have one.
    NoVote = "no_vote",
    /// An input is empty, too long, or not what is asked for; see `field` and `reason`.
    Invalid = "invalid",
    /// The text is not an identifier.
    InvalidId = "invalid_id",
    /// The act has left this device and cannot be taken back like this.
    TooLate = "too_late",
    /// The disk is full.
    DiskFull = "disk_full",
    /// The database was written by a later version of the app.
    NewerDatabase = "newer_database",
    /// The file at the database's place is another application's; it is left alone.
    ForeignDatabase = "foreign_database",
    /// The database is damaged. Pause and resume, or open it again: what can be read of it goes into a new one, and
    /// `recovered` says what became of it.
    Corrupt = "corrupt",
    /// The database cannot be read or written.
    Storage = "storage",
    /// The device key does not sign.
    Key = "key",
    /// A stored document cannot be read; the rest can.
    Damaged = "damaged",
    /// The gathering or group is over.
    Ended = "ended",
    /// The database belongs to another member.
    OtherMember = "other_member",
    /// The address is not one of a server.
    BadUrl = "bad_url",
    /// No connection to the server.
    Offline = "offline",
    /// What answers cannot prove to be the server.
    Tls = "tls",
    /// What answers is no Hongqi server.
    Protocol = "protocol",
    /// The server asks to be left alone for a while; see `retry_after`.
    Busy = "busy",
    /// The server needs a later version of the app.
    Outdated = "outdated",
    /// The enrolment code does not exist, was used, or has run out.
    InvalidCode = "invalid_code",
    /// This device was revoked.
    Revoked = "revoked",
    /// The server does not know this device's token any more; the next exchange gets another.
    Unauthenticated = "unauthenticated",
    /// A call was given up because something else came first.
    Abandoned = "abandoned",
    /// The run's time was up before all was exchanged.
    Deadline = "deadline",
    /// The app was paused during the run.
    Stopped = "stopped",
    /// A defect of this library; it was caught, and nothing is half done.
    Internal = "internal",
}

impl ErrorCode {
    /// Whether the same call may succeed later without the caller changing anything in it.
    #[must_use]
    pub fn retryable(self) -> bool {
        glossary::entry(self).retryable
    }

    /// The code of a failed exchange.
    #[must_use]
    pub const fn of_failure(class: FailureClass) -> Self {
        match class {
            FailureClass::Offline => Self::Offline,
            FailureClass::Tls => Self::Tls,
            FailureClass::BadUrl => Self::BadUrl,
            FailureClass::Abandoned => Self::Abandoned,
            FailureClass::Unauthenticated => Self::Unauthenticated,
            FailureClass::Revoked => Self::Revoked,
            FailureClass::Busy => Self::Busy,
            FailureClass::Outdated => Self::Outdated,
            FailureClass::Protocol => Self::Protocol,
            FailureClass::Storage => Self::Storage,
            FailureClass::Key => Self::Key,
        }
    }
}

/// Something did not work. Nothing was lost and nothing is half done; it contains nothing that a member wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum HongqiError {
    /// The call did nothing.
    Failed {
        /// What went wrong.
        code: ErrorCode,
        /// Whether the same call may succeed later without the caller changing anything in it.
        retryable: bool,
        /// Of `invalid`: which input.
        field: Option<String>,
        /// Of `invalid` and `storage`: what is wrong, in a few English words; for a developer, not for a member.
        reason: Option<String>,
        /// Of `busy`: how long the server asks to be left alone.
        retry_after: Option<Duration>,
    },
}

impl HongqiError {
    /// What went wrong.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        let Self::Failed { code, .. } = self;
        *code
    }

    fn with(code: ErrorCode, field: Option<&str>, reason: Option<&str>) -> Self {
        Self::Failed {
            code,
            retryable: code.retryable(),
            field: field.map(str::to_owned),
            reason: reason.map(str::to_owned),
            retry_after: None,
        }
    }
}

impl fmt::Display for HongqiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Failed { code, field, reason, .. } = self;
        f.write_str(code.key())?;
        for part in [field, reason].into_iter().flatten() {
            write!(f, ": {part}")?;
        }
        Ok(())
    }
}

impl From<ErrorCode> for HongqiError {
    fn from(code: ErrorCode) -> Self {
        Self::with(code, None, None)
    }
}

impl From<Error> for HongqiError {
    fn from(error: Error) -> Self {
        let code = code_of(&error);
        match error {
            Error::Invalid { field, reason } => Self::with(code, Some(field), Some(reason)),
            Error::Storage(reason) => Self::with(code, None, Some(reason)),
            _ => code.into(),
        }
    }
}

/// The code of a core error.
pub(crate) fn code_of(error: &Error) -> ErrorCode {
    match error {
        Error::Paused => ErrorCode::Paused,
        Error::NotEnrolled => ErrorCode::NotEnrolled,
        Error::NotFound => ErrorCode::NotFound,
        Error::NotAllowed => ErrorCode::NotAllowed,
        Error::NoVote => ErrorCode::NoVote,
        Error::Invalid { .. } => ErrorCode::Invalid,
        Error::TooLate => ErrorCode::TooLate,
        Error::Ended => ErrorCode::Ended,
        Error::DiskFull => ErrorCode::DiskFull,
        Error::NewerDatabase => ErrorCode::NewerDatabase,
        Error::ForeignDatabase => ErrorCode::ForeignDatabase,
        Error::Corrupt => ErrorCode::Corrupt,
        Error::Storage(_) => ErrorCode::Storage,
        Error::Key => ErrorCode::Key,
        Error::Damaged => ErrorCode::Damaged,
        Error::OtherMember => ErrorCode::OtherMember,
    }
}

impl From<EnrolError> for HongqiError {
    fn from(error: EnrolError) -> Self {
        let code = match error {
            EnrolError::BadUrl => ErrorCode::BadUrl,
            EnrolError::Offline => ErrorCode::Offline,
            EnrolError::Tls => ErrorCode::Tls,
            EnrolError::Protocol => ErrorCode::Protocol,
            EnrolError::Busy { retry_after } => {
                let Self::Failed { code, retryable, field, reason, .. } = ErrorCode::Busy.into();
                return Self::Failed { code, retryable, field, reason, retry_after };
            }
            EnrolError::Outdated => ErrorCode::Outdated,
            EnrolError::InvalidCode => ErrorCode::InvalidCode,
            EnrolError::Revoked => ErrorCode::Revoked,
            EnrolError::OtherMember => ErrorCode::OtherMember,
            EnrolError::Key => ErrorCode::Key,
            EnrolError::Store(error) => return error.into(),
        };
        code.into()
    }
}

impl From<RunError> for HongqiError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::NotReady => ErrorCode::NotEnrolled.into(),
            RunError::Failed(class) => ErrorCode::of_failure(class).into(),
            RunError::Deadline => ErrorCode::Deadline.into(),
            RunError::Stopped => ErrorCode::Stopped.into(),
            RunError::Store(error) => error.into(),
        }
    }
}

/// A callback threw what it does not declare. The text could say anything and is dropped.
impl From<uniffi::UnexpectedUniFFICallbackError> for HongqiError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        ErrorCode::Internal.into()
    }
}
