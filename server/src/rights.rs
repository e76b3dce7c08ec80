//! Who may read and who may write: pure functions of a person, a place and a moment.
//!
//! | space | reads | writes |
//! |---|---|---|
//! | board | members of the organisation and of all below it; holders of a role there or above | the role its kind of document asks for |
//! | desk | whole: [`Role::DESK`] there or above; a reader of the board only what is theirs or about them, a secretary also what is about or by the members of their branches | readers of the board, their own documents |
//! | standing talk | the members of the organisation itself; secretaries there or above | who reads, own documents |
//! | thread | readers of the board that holds the document it stands below | who reads, own documents |
//! | a group's or a case's talk | see [`crate::room`] | |
//! | personal | its member | its member |
//!
//! Roles are inherited downwards and end by their date or by revocation; being a member of an organisation is not
//! inherited. Who may not read a space learns nothing of it, not even whether it exists. One fact beats the rule: a
//! check-in written before its author lost the right to is taken, and judged by the attendance function; also from who
//! has left since, who reads nothing any more.

use std::sync::Arc;

use hongqi_core::clock::Timestamp;
use hongqi_core::document::{Header, Kind, WriteRule};
use hongqi_core::ids::{MemberId, OrgId};
use hongqi_core::role::Role;
use hongqi_core::sync::wire::Refusal;

use crate::room::{Room, Sort, is_said};

/// The ids of an organisation and of all above it, itself first.
pub type Path = Arc<[OrgId]>;

/// A role somebody holds or held.
#[derive(Debug, Clone)]
pub struct Held {
    /// What.
    pub role: Role,
    /// Where: the organisation's path.
    pub path: Path,
    /// Since when.
    pub from: Timestamp,
    /// Up to when, if it ends or was ended.
    pub until: Option<Timestamp>,
}

impl Held {
    fn holds_at(&self, at: Timestamp) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }

    fn org(&self) -> Option<OrgId> {
        self.path.first().copied()
    }
}

/// A member with all roles.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who.
    pub member: MemberId,
    /// The path of the home organisation.
    pub home: Path,
    /// Whether the member votes: a full member.
    pub votes: bool,
    /// The roles, past ones too.
    pub held: Vec<Held>,
}

/// What a space is, and where its rights come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The board of the organisation with this path.
    Board(Path),
    /// Its desk.
    Desk(Path),
    /// The standing discussion of its own members.
    Standing(Path),
    /// A thread below a document of its board.
    Thread(Path),
    /// The thread below a gathering of its board, which ends.
    Gathering(Path),
    /// A group's or a case's.
    Hidden(Arc<Room>),
    /// What only this member's devices see.
    Personal(MemberId),
}

/// How much of a space somebody reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    None,
    /// Of a desk, the entries that [`Person::sees`].
    Filtered,
    /// Everything.
    Whole,
}

impl Person {
    /// The highest role that counts in the organisation with this path.
    #[must_use]
    pub fn role_at(&self, path: &[OrgId], at: Timestamp) -> Option<Role> {
        self.held
            .iter()
            .filter(|held| held.holds_at(at))
            .filter(|held| match held.role {
                Role::Member => held.org() == path.first().copied(),
                _ => held.org().is_some_and(|org| path.contains(&org)),
            })
            .map(|held| held.role)
            .max()
    }

    /// Whether this person is a member of any organisation: who has left is of none, and takes part in nothing.
    #[must_use]
    pub fn is_member(&self, at: Timestamp) -> bool {
        self.held.iter().any(|held| held.role == Role::Member && held.holds_at(at))
    }

    fn reads_board(&self, path: &[OrgId], at: Timestamp) -> bool {
        let Some(board) = path.first() else { return false };
        let below = |held: &Held| held.role == Role::Member && held.holds_at(at) && held.path.contains(board);
        self.held.iter().any(below) || self.role_at(path, at).is_some()
    }

    /// How much this person reads of a place.
    #[must_use]
    pub fn reads(&self, place: &Place, at: Timestamp) -> Access {
        let whole_if = |yes| if yes { Access::Whole } else { Access::None };
        match place {
            Place::Board(path) | Place::Thread(path) | Place::Gathering(path) => whole_if(self.reads_board(path, at)),
            Place::Desk(path) => match self.role_at(path, at) {
                Some(role) if role >= Role::DESK => Access::Whole,
                _ if self.reads_board(path, at) => Access::Filtered,
                _ => Access::None,
            },
            Place::Standing(path) => {
                let member =
                    |held: &Held| held.role == Role::Member && held.holds_at(at) && held.org() == path.first().copied();
                let leads = self.role_at(path, at).is_some_and(|role| role >= Role::Secretary);
                whole_if(self.held.iter().any(member) || leads)
            }
            Place::Hidden(room) => whole_if(room.reads(self, at)),
            Place::Personal(member) => whole_if(*member == self.member && self.is_member(at)),
        }
    }

    /// Whether this person may learn that the place exists or did.
    #[must_use]
    pub fn knows(&self, place: &Place, at: Timestamp) -> bool {
        let told = matches!(place, Place::Hidden(room) if room.is_known_to(self.member));
        told || self.reads(place, at) != Access::None
    }

    /// Whether an entry of a desk that is by or about somebody may be seen through the filter.
    #[must_use]
    pub fn sees(&self, somebody: MemberId, home: &[OrgId], at: Timestamp) -> bool {
        somebody == self.member || self.role_at(home, at).is_some_and(|role| role >= Role::Secretary)
    }

    /// Whether any role makes this person see entries of others through the filter.
    #[must_use]
    pub fn leads(&self, at: Timestamp) -> bool {
        self.held.iter().any(|held| held.role >= Role::Secretary && held.holds_at(at))
    }

    /// Whether this person may write a change, made at `written`, of the document with this header, `at` this moment.
    ///
    /// # Errors
    /// The reason, as the phone will show it.
    pub fn writes(&self, header: &Header, place: &Place, written: Timestamp, at: Timestamp) -> Result<(), Refusal> {
        match self.judge(header, place, at) {
            // A fact that somebody was somewhere does not become untrue when a right ends later.
            Err(_) if header.kind == Kind::CheckIn && written < at => self.judge(header, place, written),
            judged => judged,
        }
    }

    fn judge(&self, header: &Header, place: &Place, at: Timestamp) -> Result<(), Refusal> {
        if self.reads(place, at) == Access::None {
            return match place {
                Place::Hidden(room) if room.sort == Sort::Gone && room.owner == self.member => Err(Refusal::Ended),
                Place::Hidden(room) if room.takes_back(self, header, at) => Ok(()),
                _ => Err(Refusal::NoSpace),
            };
        }
        let spec = header.kind.spec();
        let holds = |least: Role| match place {
            Place::Board(path)
            | Place::Desk(path)
            | Place::Standing(path)
            | Place::Thread(path)
            | Place::Gathering(path) => self.role_at(path, at).is_some_and(|role| role >= least),
            Place::Hidden(_) | Place::Personal(_) => false,
        };
        let stands = match place {
            Place::Hidden(room) => room.takes(header),
            Place::Standing(_) | Place::Thread(_) | Place::Gathering(_) => is_said(header.kind),
            Place::Board(_) | Place::Desk(_) | Place::Personal(_) => true,
        };
        let allowed = !spec.by_server
            && stands
            && match spec.rule {
                WriteRule::Owner(least) => header.owner == self.member && least.is_none_or(holds),
                WriteRule::Role(least) => holds(least),
            };
        match allowed {
            true if header.kind == Kind::Vote && !self.votes => Err(Refusal::NoVote),
            true => Ok(()),
            false => Err(Refusal::NotAllowed),
        }
    }
}

#[cfg(test)]
#[path = "rights_tests.rs"]
mod tests;
