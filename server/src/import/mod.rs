//! Takes the member books: two CSV files in UTF-8, with or without a byte order mark.
//!
//! | file | columns |
//! |---|---|
//! | organisations | `number`, `name`, `type`, `parent` (the number of the one above; empty at a root) |
//! | members | `number`, `name`, `standing`, `home` (an organisation's number), `joined` (`YYYY-MM-DD` or empty), `roles`, and if wanted `conflict` |
//!
//! `roles` is a list of `role@organisation` or `role@organisation:YYYY-MM-DD`, separated by `;`; the date is the last
//! day, by Beijing time. `conflict` is `yes` for who holds an
//! office elsewhere that may set it against who asks for counsel, or empty. Columns stand in any order, further ones are skipped. Each file is the whole truth: who is
//! missing has left, what is missing was closed. Every mistake is named with its file and line, and with one mistake
//! nothing is applied. Importing a changed file applies the difference, in one transaction. Roles granted by hand are
//! left alone, unless their holder leaves.

mod apply;
mod books;
mod line;

pub use line::{Book, LineError, Reason};

pub(crate) use apply::apply;
pub(crate) use books::Books;

/// What an import changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// New organisations.
    pub orgs_added: usize,
    /// Organisations with another name, type or place in the tree.
    pub orgs_changed: usize,
    /// Organisations no longer in the file.
    pub orgs_closed: usize,
    /// New members, and those who came back.
    pub members_added: usize,
    /// Members with another name, standing or day of joining.
    pub members_changed: usize,
    /// Members with another home.
    pub members_moved: usize,
    /// Members no longer in the file.
    pub members_left: usize,
    /// Roles granted.
    pub roles_added: usize,
    /// Roles ended.
    pub roles_ended: usize,
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(
            f,
            "organisations: {} new, {} changed, {} closed",
            self.orgs_added, self.orgs_changed, self.orgs_closed
        )?;
        writeln!(
            f,
            "members: {} new, {} changed, {} moved, {} left",
            self.members_added, self.members_changed, self.members_moved, self.members_left
        )?;
        write!(f, "roles: {} granted, {} ended", self.roles_added, self.roles_ended)
    }
}

/// The moment at which a grant ends whose last day is this (`YYYY-MM-DD`, Beijing time).
///
/// # Errors
/// [`Reason::BadDate`].
pub fn last_day(text: &str) -> Result<hongqi_core::clock::Timestamp, Reason> {
    books::end_of_day(text)
}

#[cfg(test)]
mod tests;
