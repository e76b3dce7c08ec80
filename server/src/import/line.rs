//! Mistakes in the files, each with its place.

use std::fmt;

/// Which of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Book {
    /// `organisations.csv`
    Organisations,
    /// `members.csv`
    Members,
}

/// What is wrong with a line. Numbers from the books are named, names of people are not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The first line does not name this column, or the line ends before it.
    #[error("column `{0}` is missing")]
    MissingColumn(&'static str),
    /// Nothing stands where something must.
    #[error("`{0}` is empty")]
    Empty(&'static str),
    /// More than what a document may hold.
    #[error("`{0}` is too long")]
    TooLong(&'static str),
    /// Control characters, those that turn the direction of writing too.
    #[error("`{0}` holds control characters")]
    ControlCharacter(&'static str),
    /// The line is not UTF-8.
    #[error("not UTF-8")]
    NotUtf8,
    /// The same number stands on an earlier line.
    #[error("number {0} stands on line {1} already")]
    Duplicate(String, u64),
    /// No line has this number.
    #[error("unknown parent {0}")]
    UnknownParent(String),
    /// The organisation is above itself.
    #[error("organisation {0} is part of a circle")]
    Cycle(String),
    /// The tree is deeper than 32.
    #[error("organisation {0} lies too deep")]
    TooDeep(String),
    /// No such organisation is in the other file.
    #[error("unknown organisation {0}")]
    UnknownOrganisation(String),
    /// Not a day in the form `YYYY-MM-DD`.
    #[error("`{0}` is not a date (YYYY-MM-DD)")]
    BadDate(&'static str),
    /// Neither `yes` nor empty.
    #[error("`{0}` is neither `yes` nor empty")]
    NotYes(&'static str),
    /// Not a role that can be granted.
    #[error("unknown role {0}")]
    UnknownRole(String),
    /// Not `role@organisation`.
    #[error("a role is written role@organisation or role@organisation:YYYY-MM-DD")]
    BadRole,
    /// The CSV itself is broken.
    #[error("not CSV")]
    NotCsv,
}

/// A mistake and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineError {
    /// The file.
    pub book: Book,
    /// The line, from 1.
    pub line: u64,
    /// What is wrong.
    pub reason: Reason,
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = match self.book {
            Book::Organisations => "organisations",
            Book::Members => "members",
        };
        write!(f, "{file}, line {}: {}", self.line, self.reason)
    }
}
