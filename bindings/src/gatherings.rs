//! Gatherings and groups: discussions with a topic, mostly with an end.

use std::time::Duration;

use hongqi_core::clock::Timestamp;
use hongqi_core::gathering::{
    GatheringCursor, GatheringPage, GatheringState, GatheringView, LeftGroup, ParticipantView,
};
use hongqi_core::ids::{DocId, MemberId, OrgId, SpaceId};
use hongqi_core::outbox::Delivery;

use crate::call::{call, capability};
use crate::error::HongqiError;

/// How it stands with a gathering or a group.
#[uniffi::remote(Enum)]
pub enum GatheringState {
    /// It goes on.
    Running,
    /// Its time is over.
    Ended,
    /// It was ended before its time was over.
    Closed,
}

/// A gathering or a group.
#[uniffi::remote(Record)]
pub struct GatheringView {
    /// Its card.
    pub id: DocId,
    /// Its discussion.
    pub space: SpaceId,
    /// The organisation for all below which it is; none of a group.
    pub org: Option<OrgId>,
    /// That organisation's name.
    pub org_name: String,
    /// Its topic.
    pub topic: String,
    /// Who opened it.
    pub author: MemberId,
    /// The opener's name; empty if unknown here.
    pub author_name: String,
    /// When it was opened, by its opener's clock.
    pub opened_at: Timestamp,
    /// When it ends; none of a group without an end.
    pub ends: Option<Timestamp>,
    /// When it was ended before that.
    pub closed: Option<Timestamp>,
    /// How it stands with it now.
    pub state: GatheringState,
    /// What is pinned above the discussion, perhaps nothing.
    pub summary: String,
    /// Whether its discussion is kept in sync on this phone.
    pub joined: bool,
    /// Whether this member may write into it now.
    pub may_write: bool,
    /// Whether this member leads it: may extend and end it, set its summary, and say who is in the group.
    pub may_lead: bool,
    /// Where the card has got to.
    pub delivery: Delivery,
}

/// A place in the list of what is over.
#[uniffi::remote(Record)]
pub struct GatheringCursor {
    /// When the gathering there was over.
    pub at: Timestamp,
    /// The gathering there: between equals.
    pub id: DocId,
}

/// A page of gatherings that are over.
#[uniffi::remote(Record)]
pub struct GatheringPage {
    /// The last over first.
    pub gatherings: Vec<GatheringView>,
    /// What to pass to `archive` for the page after; none at the end.
    pub next: Option<GatheringCursor>,
}

/// Somebody in a group.
#[uniffi::remote(Record)]
pub struct ParticipantView {
    /// Who.
    pub member: MemberId,
    /// The name; empty if unknown here.
    pub name: String,
}

/// A group that this member has left and may come back to. What it was about is no longer on this phone.
#[uniffi::remote(Record)]
pub struct LeftGroup {
    /// Its discussion.
    pub space: SpaceId,
    /// When the member left it.
    pub at: Timestamp,
}

capability! {
    /// Gatherings and groups.
    Gatherings
}

#[uniffi::export]
impl Gatherings {
    /// What goes on now: the gatherings of the own and all superior organisations, joined or not, and the own groups.
    /// What ends first stands first, groups without an end last.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    pub async fn running(&self) -> Result<Vec<GatheringView>, HongqiError> {
        call(&self.0, |core| core.gatherings().running()).await
    }

    /// How long until the time of the first of those that go on is over; none if none of them has an end. No topic is told
    /// then: who shows them asks again after this long.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn next_end(&self) -> Result<Option<Duration>, HongqiError> {
        call(&self.0, |core| core.gatherings().next_end()).await
    }

    /// At most `limit` (1 to 200) of those that are over, behind `after`, or the last ones.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    #[uniffi::method(default(after = None, limit = 50))]
    pub async fn archive(&self, after: Option<GatheringCursor>, limit: u32) -> Result<GatheringPage, HongqiError> {
        call(&self.0, move |core| core.gatherings().archive(after, limit as usize)).await
    }

    /// One gathering or group; none if its card is not on this phone.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    pub async fn gathering(&self, id: DocId) -> Result<Option<GatheringView>, HongqiError> {
        call(&self.0, move |core| core.gatherings().gathering(id)).await
    }

    /// The gathering or group whose discussion this is, if it is one's and the card is on this phone.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    pub async fn of_discussion(&self, space: SpaceId) -> Result<Option<GatheringView>, HongqiError> {
        call(&self.0, move |core| core.gatherings().of_discussion(space)).await
    }

    /// Who takes part in a group, by name; nobody of what is no group here. A gathering of an organisation has no such
    /// list: it is for all below it.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn participants(&self, group: DocId) -> Result<Vec<ParticipantView>, HongqiError> {
        call(&self.0, move |core| core.gatherings().participants(group)).await
    }

    /// The groups that this member has left and may come back to, the last one first.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    pub async fn left(&self) -> Result<Vec<LeftGroup>, HongqiError> {
        call(&self.0, |core| core.gatherings().left()).await
    }

    /// Opens a gathering of all below `org`, with a topic of one line of at most 600 bytes, until `ends`. Its discussion
    /// is open on this phone at once. The gathering's id.
    ///
    /// # Errors
    /// `not_allowed` without an organiser's role there or above; `invalid`, `disk_full`.
    pub async fn open_gathering(&self, org: OrgId, topic: String, ends: Timestamp) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.gatherings().open(org, &topic, ends)).await
    }

    /// Opens a group with these people, at most 2,000, until `ends` if it has an end. The group's id.
    ///
    /// # Errors
    /// `invalid`, `disk_full`.
    #[uniffi::method(default(ends = None))]
    pub async fn open_group(
        &self,
        topic: String,
        members: Vec<MemberId>,
        ends: Option<Timestamp>,
    ) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.gatherings().open_group(&topic, ends, &members)).await
    }

    /// Joins a gathering: its discussion is kept in sync from now on, until `leave` of `Talk`.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn join(&self, gathering: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.gatherings().join(gathering)).await
    }

    /// Gives a gathering or a group more time.
    ///
    /// # Errors
    /// `not_allowed` to who does not lead it; `ended` if it is over; `invalid` if `ends` is not later than its end, or it
    /// has none; `not_found`.
    pub async fn extend(&self, gathering: DocId, ends: Timestamp) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.gatherings().extend(gathering, ends)).await
    }

    /// Ends a gathering or a group now. What others write before they hear of it is still taken, up to its own end.
    ///
    /// # Errors
    /// `not_allowed` to who does not lead it; `ended` if it is over; `not_found`.
    pub async fn end(&self, gathering: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.gatherings().end(gathering)).await
    }

    /// Sets what stays pinned above the discussion, perhaps nothing; at most 8 KiB. Also after the end.
    ///
    /// # Errors
    /// `not_allowed` to who does not lead it; `invalid`, `not_found`.
    pub async fn summarise(&self, gathering: DocId, summary: String) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.gatherings().summarise(gathering, &summary)).await
    }

    /// Brings people into a group, at most 2,000 at once. Who has left it stays away until they come back themselves.
    ///
    /// # Errors
    /// `not_allowed` to who did not open it; `ended` if it is over; `invalid`; `not_found` if it is no group.
    pub async fn bring_in(&self, group: DocId, members: Vec<MemberId>) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.gatherings().bring_in(group, &members)).await
    }

    /// Sends somebody away from a group: from then on they read nothing more of it.
    ///
    /// # Errors
    /// `not_allowed` to who did not open it, and for who did; `not_found` if it is no group.
    pub async fn send_away(&self, group: DocId, member: MemberId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.gatherings().send_away(group, member)).await
    }

    /// Leaves a group. What it held goes from the member's phones when the server has heard of it.
    ///
    /// # Errors
    /// `not_allowed` to who opened it; `not_found` if it is no group.
    pub async fn leave(&self, group: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.gatherings().leave(group)).await
    }

    /// Comes back to a group that this member has left; see `left`. What it holds arrives with the next exchanges,
    /// unless its opener has sent the member away meanwhile.
    ///
    /// # Errors
    /// `not_found` if this member has not left it.
    pub async fn come_back(&self, group: SpaceId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.gatherings().come_back(group)).await
    }
}
