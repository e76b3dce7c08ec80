//! What can go wrong inside the server. Nothing here carries what a member wrote.

use hongqi_core::document::Invalid;
use hongqi_core::key::KeyError;
use hongqi_core::sync::wire::{Failure, FailureCode};

use crate::import::LineError;

/// What the storage could not do.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// SQLite says no: disk full, locked too long, damaged.
    #[error("database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file of the database cannot be made.
    #[error("database file: {0}")]
    File(std::io::Error),
    /// A row is not what this version writes.
    #[error("database holds an unexpected {0}")]
    Unexpected(&'static str),
    /// The database was written by a later version.
    #[error("database of a later version ({0})")]
    Newer(i64),
}

/// What an operation of the server could not do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The storage failed; nothing was changed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The server's key does not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// One of the server's own documents could not be read or written.
    #[error("one of the server's documents: {0}")]
    Document(#[from] Invalid),
    /// A file of the data folder could not be read or written.
    #[error("{0}: {1}")]
    Io(String, std::io::Error),
    /// The files to import have these mistakes; nothing was applied.
    #[error("{} lines cannot be imported", .0.len())]
    Import(Vec<LineError>),
    /// No member has this number.
    #[error("no member has this number")]
    NoSuchMember,
    /// No organisation has this number.
    #[error("no organisation has this number")]
    NoSuchOrg,
    /// No device has this id.
    #[error("no device has this id")]
    NoSuchDevice,
    /// The member holds no such role there.
    #[error("the member holds no such role there")]
    NoSuchGrant,
    /// What a device asked for is refused.
    #[error("{}", .0.code)]
    Refused(Failure),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(error.into())
    }
}

impl From<FailureCode> for Error {
    fn from(code: FailureCode) -> Self {
        Self::Refused(Failure { code, retry_after_ms: None })
    }
}

impl Error {
    /// What a device is told.
    #[must_use]
    pub fn failure(&self) -> Failure {
        match self {
            Self::Refused(failure) => *failure,
            Self::Storage(_) | Self::Key(_) | Self::Io(..) | Self::Document(_) => {
                Failure { code: FailureCode::Unavailable, retry_after_ms: Some(5_000) }
            }
            _ => Failure { code: FailureCode::BadRequest, retry_after_ms: None },
        }
    }
}
