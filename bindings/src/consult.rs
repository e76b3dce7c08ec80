//! Consultations: a member asks the desk of an organisation in private.

use hongqi_core::clock::Timestamp;
use hongqi_core::consult::{
    CaseView, Category as CaseCategory, Leave as LeaveOutReason, LeaveOut, NewCase, Office, Phase as CasePhase,
    Reader as CaseReader, State as CaseState,
};
use hongqi_core::ids::{MemberId, OrgId, SpaceId};
use hongqi_core::outbox::Delivery;
use hongqi_core::role::Role;

use crate::call::{call, capability};
use crate::error::HongqiError;

/// What a consultation is about.
#[uniffi::remote(Enum)]
pub enum CaseCategory {
    /// Anything else.
    Other,
    /// How a rule is meant.
    Policy,
    /// The member's own standing, dues or transfer.
    Membership,
    /// The member's enterprise.
    Enterprise,
    /// Somebody did wrong.
    Complaint,
}

/// How far a consultation is.
#[uniffi::remote(Enum)]
pub enum CasePhase {
    /// The desk has not answered.
    Open,
    /// The desk says that it has answered.
    Answered,
    /// Nothing more is to be said.
    Closed,
    /// It was answered or closed, and the asker has more to say.
    Reopened,
}

/// What all that was done with a consultation comes to.
#[uniffi::remote(Record)]
pub struct CaseState {
    /// How far it is.
    pub phase: CasePhase,
    /// In whose hands it is; nobody's in particular at first.
    pub handler: Option<MemberId>,
    /// When it was closed, while it is.
    pub closed_at: Option<Timestamp>,
}

/// A consultation that this member reads.
#[uniffi::remote(Record)]
pub struct CaseView {
    /// Its discussion: what is said in it is read and posted as in any other.
    pub space: SpaceId,
    /// Who asks.
    pub asker: MemberId,
    /// The name of who asks; empty until it is known here.
    pub asker_name: String,
    /// Whose desk is asked.
    pub desk: OrgId,
    /// That organisation's name; empty if its card is not here.
    pub desk_name: String,
    /// What it is about, in one line.
    pub subject: String,
    /// What sort of question it is.
    pub category: CaseCategory,
    /// Who of the desk is left out.
    pub left_out: Vec<MemberId>,
    /// How far it is.
    pub state: CaseState,
    /// When it was begun.
    pub at: Timestamp,
    /// Where the beginning has got to (of interest to the asker).
    pub delivery: Delivery,
}

/// An office that opens a consultation.
#[uniffi::remote(Record)]
pub struct Office {
    /// Of which organisation.
    pub org: OrgId,
    /// Which role.
    pub role: Role,
}

/// Somebody who can read a consultation.
#[uniffi::remote(Record)]
pub struct CaseReader {
    /// Who.
    pub member: MemberId,
    /// The name; empty if unknown here.
    pub name: String,
    /// The office that opens it; none of the asker.
    pub office: Option<Office>,
}

/// Why the core proposes to leave somebody out.
#[uniffi::remote(Enum)]
pub enum LeaveOutReason {
    /// Leads the asker's own branch.
    OwnSecretary,
    /// Holds an office elsewhere that may set it against the asker.
    Conflict,
}

/// Somebody whom the core proposes to leave out: the app asks, and yes is the default.
#[uniffi::remote(Record)]
pub struct LeaveOut {
    /// Who.
    pub member: MemberId,
    /// The name.
    pub name: String,
    /// Why.
    pub why: LeaveOutReason,
}

capability! {
    /// Consultations.
    Consult
}

#[uniffi::export]
impl Consult {
    /// The consultations that this member reads: those that are not closed first, then the newest first; at most `limit`
    /// (200 at the most).
    ///
    /// # Errors
    /// `paused`, `storage`.
    #[uniffi::method(default(limit = 50))]
    pub async fn list(&self, limit: u32) -> Result<Vec<CaseView>, HongqiError> {
        call(&self.0, move |core| core.consult().list(limit as usize)).await
    }

    /// One consultation, by its discussion; none if it is not on this phone.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn consultation(&self, space: SpaceId) -> Result<Option<CaseView>, HongqiError> {
        call(&self.0, move |core| core.consult().case(space)).await
    }

    /// Who can read a consultation, the asker first; as far as the boards of the desk's organisation and of those above
    /// it are on this phone, which for who asks a superior organisation they always are. Empty if it is not here.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn readers(&self, space: SpaceId) -> Result<Vec<CaseReader>, HongqiError> {
        call(&self.0, move |core| core.consult().readers(space)).await
    }

    /// Who would read a consultation that this member has not begun yet, with `leave_out` left out; otherwise as `readers`.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    #[uniffi::method(default(leave_out = []))]
    pub async fn would_read(&self, desk: OrgId, leave_out: Vec<MemberId>) -> Result<Vec<CaseReader>, HongqiError> {
        call(&self.0, move |core| core.consult().would_read(desk, &leave_out)).await
    }

    /// Whom to leave out of a consultation with the desk of `desk`: those of its readers who lead the asker's own branch,
    /// and those with a conflict of interest. The own branch's leaders are named even if they do not read that desk now:
    /// an office that they are given later must not open it to them.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    pub async fn proposal(&self, desk: OrgId) -> Result<Vec<LeaveOut>, HongqiError> {
        call(&self.0, move |core| core.consult().proposal(desk)).await
    }

    /// Asks the desk of an organisation whose board this phone follows: a subject of one line and at most 600 bytes, a
    /// question of at most 8 KiB, which is the first message. `leave_out`, at most 32, do not read it. From now on the
    /// discussion is followed; the question goes with the next exchange. The discussion.
    ///
    /// # Errors
    /// `invalid`, also for who leaves out themselves, and everybody who is known here to hold that desk: nobody would read it;
    /// `not_found` if the organisation is not known here; `disk_full`.
    #[uniffi::method(default(leave_out = []))]
    pub async fn ask(
        &self,
        desk: OrgId,
        subject: String,
        category: CaseCategory,
        question: String,
        leave_out: Vec<MemberId>,
    ) -> Result<SpaceId, HongqiError> {
        call(&self.0, move |core| {
            core.consult().ask(&NewCase {
                desk,
                subject: &subject,
                category,
                question: &question,
                leave_out: &leave_out,
            })
        })
        .await
    }

    /// Whom of those who read a consultation now its asker would be proposed to leave out if it were asked now: a conflict
    /// may have become known since, or the desk have been given to who leads the asker's own branch. Nobody for others than
    /// the asker, and if it is not here.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    pub async fn proposal_for(&self, space: SpaceId) -> Result<Vec<LeaveOut>, HongqiError> {
        call(&self.0, move |core| core.consult().proposal_for(space)).await
    }

    /// Who asked leaves out more of the desk, at most 32 in all: they read nothing more of it, and what they have goes from
    /// their phones. Again adds nothing.
    ///
    /// # Errors
    /// `not_found`; `not_allowed` for others; `invalid`, also for who leaves out themselves.
    pub async fn leave_out(&self, space: SpaceId, members: Vec<MemberId>) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.consult().leave_out(space, &members)).await
    }

    /// The desk says that it has answered.
    ///
    /// # Errors
    /// `not_found`; `not_allowed` for the asker; `too_late` if it is closed.
    pub async fn answered(&self, space: SpaceId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.consult().answered(space)).await
    }

    /// Nothing more is to be said. Closing what is closed changes nothing.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn close_case(&self, space: SpaceId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.consult().close(space)).await
    }

    /// The asker has more to say about what was closed, or answered.
    ///
    /// # Errors
    /// `not_found`; `not_allowed` for others.
    pub async fn reopen(&self, space: SpaceId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.consult().reopen(space)).await
    }

    /// Gives a consultation into the hands of another who reads it.
    ///
    /// # Errors
    /// `not_found`; `not_allowed` for the asker; `too_late` if it is closed; `invalid` if `to` is known to be no reader of
    /// it.
    pub async fn hand_over(&self, space: SpaceId, to: MemberId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.consult().hand_over(space, to)).await
    }
}
