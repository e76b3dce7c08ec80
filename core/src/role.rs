//! Roles: what a member may do at a node of the organisation tree and below it.

use std::str::FromStr;

/// A role, granted on an organisation and inherited downwards; a later one may do all that an earlier one may.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Role {
    /// Belongs to the organisation; the one role that is not inherited downwards.
    Member = 1,
    /// Stands at the door of an activity.
    Host = 2,
    /// Counsels enterprises on the organisation's behalf.
    Instructor = 3,
    /// Plans activities and calls the roll.
    Organiser = 4,
    /// Publishes articles.
    Editor = 5,
    /// Stands in for the secretary.
    DeputySecretary = 6,
    /// Leads the organisation.
    Secretary = 7,
    /// Runs the organisation's part of the platform.
    Administrator = 8,
}

/// The text or number names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown role")]
pub struct UnknownRole;

impl Role {
    /// Every role, from the least to the most.
    pub const ALL: [Self; 8] = [
        Self::Member,
        Self::Host,
        Self::Instructor,
        Self::Organiser,
        Self::Editor,
        Self::DeputySecretary,
        Self::Secretary,
        Self::Administrator,
    ];

    /// From this role on a member reads an organisation's desk whole.
    pub const DESK: Self = Self::Organiser;

    /// The name in files and on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Host => "host",
            Self::Instructor => "instructor",
            Self::Organiser => "organiser",
            Self::Editor => "editor",
            Self::DeputySecretary => "deputy_secretary",
            Self::Secretary => "secretary",
            Self::Administrator => "administrator",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.name() == text).ok_or(UnknownRole)
    }
}

impl TryFrom<i64> for Role {
    type Error = UnknownRole;

    fn try_from(number: i64) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| *role as i64 == number).ok_or(UnknownRole)
    }
}
