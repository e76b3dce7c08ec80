//! Organisations, members, the own roles.

use hongqi_core::clock::Timestamp;
use hongqi_core::directory::{MemberView, OfficerView, OrgView, RoleView};
use hongqi_core::ids::{MemberId, OrgId};
use hongqi_core::role::Role;

use crate::call::{call, capability};
use crate::error::HongqiError;

/// A role, granted on an organisation and inherited downwards; a later one may do all that an earlier one may.
#[uniffi::remote(Enum)]
pub enum Role {
    /// Belongs to the organisation; the one role that is not inherited downwards.
    Member,
    /// Stands at the door of an activity.
    Host,
    /// Counsels enterprises on the organisation's behalf.
    Instructor,
    /// Plans activities and calls the roll.
    Organiser,
    /// Publishes articles.
    Editor,
    /// Stands in for the secretary.
    DeputySecretary,
    /// Leads the organisation.
    Secretary,
    /// Runs the organisation's part of the platform.
    Administrator,
}

/// An organisation.
#[uniffi::remote(Record)]
pub struct OrgView {
    /// Its id.
    pub id: OrgId,
    /// Its number in the organisation's books.
    pub number: String,
    /// Its name.
    pub name: String,
    /// What sort of organisation it is, in the words of the books.
    pub kind: String,
    /// The organisation above.
    pub parent: Option<OrgId>,
    /// Whether it no longer exists.
    pub closed: bool,
}

/// A member.
#[uniffi::remote(Record)]
pub struct MemberView {
    /// The member's id.
    pub id: MemberId,
    /// Number in the books; empty if only the name is known here.
    pub number: String,
    /// Name.
    pub name: String,
    /// Full, probationary, applicant; empty if only the name is known here.
    pub standing: String,
    /// The home organisation.
    pub home: OrgId,
}

/// A role that the member of this phone holds.
#[uniffi::remote(Record)]
pub struct RoleView {
    /// Where.
    pub org: OrgId,
    /// Which.
    pub role: Role,
    /// Until when; none without an end.
    pub until: Option<Timestamp>,
}

/// Who holds an office of an organisation: the highest role from organiser on that is held at that very organisation.
#[uniffi::remote(Record)]
pub struct OfficerView {
    /// Who.
    pub member: MemberId,
    /// Name.
    pub name: String,
    /// Which role.
    pub role: Role,
    /// Until when; none without an end.
    pub until: Option<Timestamp>,
    /// Whether another office of theirs may set them against who asks this organisation for counsel.
    pub conflict: bool,
}

capability! {
    /// The directory.
    Directory
}

#[uniffi::export]
impl Directory {
    /// The roles that the member holds and whose time is not over, in the order of organisation and role.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn roles(&self) -> Result<Vec<RoleView>, HongqiError> {
        call(&self.0, |core| core.directory().roles()).await
    }

    /// The officers of an organisation whose board is on this phone, the highest role first.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn officers(&self, org: OrgId) -> Result<Vec<OfficerView>, HongqiError> {
        call(&self.0, move |core| core.directory().officers(org)).await
    }

    /// One organisation, if its card is on this phone.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn org(&self, id: OrgId) -> Result<Option<OrgView>, HongqiError> {
        call(&self.0, move |core| core.directory().org(id)).await
    }

    /// The organisations whose cards are on this phone, by number.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn orgs(&self) -> Result<Vec<OrgView>, HongqiError> {
        call(&self.0, |core| core.directory().orgs()).await
    }

    /// One member, if the card or at least the name is on this phone; the own one, from the enrolment on.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn member(&self, id: MemberId) -> Result<Option<MemberView>, HongqiError> {
        call(&self.0, move |core| core.directory().member(id)).await
    }

    /// The members whose home is `home`, by number.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn members(&self, home: OrgId) -> Result<Vec<MemberView>, HongqiError> {
        call(&self.0, move |core| core.directory().members(home)).await
    }
}
