//! Resolutions of an activity, votes on them, and whether there are enough voters.

use hongqi_core::activity::{Choice as VoteChoice, Quorum, ResolutionView, Shortfall, Tally, VoteView};
use hongqi_core::clock::Timestamp;
use hongqi_core::ids::DocId;
use hongqi_core::outbox::Delivery;

use crate::activities::Activities;
use crate::call::call;
use crate::error::HongqiError;

/// What a member votes.
#[uniffi::remote(Enum)]
pub enum VoteChoice {
    /// For it.
    For,
    /// Against it.
    Against,
    /// Neither.
    Abstain,
}

/// Why there are not enough voters.
#[uniffi::remote(Enum)]
pub enum Shortfall {
    /// Nobody on the roster has a vote.
    NoVoters,
    /// So many more must be there.
    Missing(u32),
}

/// Whether there are enough voters.
#[uniffi::remote(Record)]
pub struct Quorum {
    /// Voters expected.
    pub voters: u32,
    /// Of them there, by more than their own word.
    pub counted: u32,
    /// Of them there by no more than their own word, or in doubt: shown, not counted.
    pub claimed: u32,
    /// Of them such that their attendance is disputed: not counted.
    pub disputed: u32,
    /// How many are needed.
    pub needed: u32,
    /// Why it is not valid; none if it is.
    pub shortfall: Option<Shortfall>,
}

/// What a vote comes to.
#[uniffi::remote(Record)]
pub struct Tally {
    /// Voters there who are for it.
    pub votes_for: u32,
    /// Against it.
    pub against: u32,
    /// Who abstain.
    pub abstained: u32,
    /// Voters there who have not voted.
    pub silent: u32,
    /// Votes of who has none, or is not counted as there.
    pub not_counted: u32,
    /// Whether there are enough voters.
    pub quorum: Quorum,
    /// How many must be for it: more than half of all voters, in an election of those who are there.
    pub needed: u32,
    /// Whether it is carried: there are enough voters, and enough of them are for it.
    pub carried: bool,
}

/// A vote.
#[uniffi::remote(Record)]
pub struct VoteView {
    /// What was voted.
    pub choice: VoteChoice,
    /// Where it has got to.
    pub delivery: Delivery,
}

/// What is voted on.
#[uniffi::remote(Record)]
pub struct ResolutionView {
    /// The resolution.
    pub id: DocId,
    /// What it says.
    pub title: String,
    /// Whether it elects somebody, which four fifths of the voters must be there for.
    pub election: bool,
    /// When voting on it ended, if it did.
    pub closed: Option<Timestamp>,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
    /// Whether it was changed after others may have seen it.
    pub edited: bool,
    /// What the votes come to; only for who may see them all.
    pub tally: Option<Tally>,
    /// This member's own vote, and where it has got to.
    pub own: Option<VoteView>,
    /// Where it has got to.
    pub delivery: Delivery,
}

#[uniffi::export]
impl Activities {
    /// What is voted on at an activity, in the order in which it was moved.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn resolutions(&self, activity: DocId) -> Result<Vec<ResolutionView>, HongqiError> {
        call(&self.0, move |core| core.activities().resolutions(activity)).await
    }

    /// Puts something to the vote: one line, at most 600 bytes. An `election` needs four fifths of the voters.
    ///
    /// # Errors
    /// `not_allowed` without an organiser's role; `not_found`; `invalid`.
    #[uniffi::method(default(election = false))]
    pub async fn move_resolution(&self, activity: DocId, title: String, election: bool) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.activities().move_resolution(activity, &title, election)).await
    }

    /// Votes, or votes otherwise: a member has one vote.
    ///
    /// # Errors
    /// `no_vote` for who is no full member or not on the roster as a voter; `too_late` if the vote has ended or the
    /// resolution was withdrawn; `not_found`.
    pub async fn vote(&self, resolution: DocId, choice: VoteChoice) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.activities().vote(resolution, choice)).await
    }

    /// Ends the vote on a resolution: no phone that knows of it takes another vote.
    ///
    /// # Errors
    /// `not_allowed` without an organiser's role; `not_found`.
    pub async fn close_vote(&self, resolution: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.activities().close_vote(resolution)).await
    }

    /// Withdraws a resolution; it stays visible as withdrawn. One that was never sent is gone as if it had not been moved.
    ///
    /// # Errors
    /// As `close_vote`.
    pub async fn withdraw_resolution(&self, resolution: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.activities().withdraw_resolution(resolution)).await
    }

    /// Whether there are enough voters for an ordinary meeting, or for an `election`.
    ///
    /// # Errors
    /// `not_allowed` for who may not see everybody's attendance; `not_found`.
    #[uniffi::method(default(election = false))]
    pub async fn quorum(&self, activity: DocId, election: bool) -> Result<Quorum, HongqiError> {
        call(&self.0, move |core| core.activities().quorum(activity, election)).await
    }
}
