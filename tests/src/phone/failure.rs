//! What a command says when it did not work.

use serde::Serialize;

/// A stable code and a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("error[{code}]: {message}")]
pub struct Failure {
    /// The core's code, or one of `usage`, `io`, `no_such_id`, `ambiguous`, `network`, or the server's.
    pub code: String,
    /// For people.
    pub message: String,
}

impl Failure {
    /// With this code and sentence.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into() }
    }
}

impl From<hongqi_core::Error> for Failure {
    fn from(error: hongqi_core::Error) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<hongqi_core::key::KeyError> for Failure {
    fn from(error: hongqi_core::key::KeyError) -> Self {
        Self::new("key", error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new("io", error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::new("json", error.to_string())
    }
}
