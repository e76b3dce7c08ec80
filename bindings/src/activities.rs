//! Activities: what is planned, who is expected, whether it can be held. Who attended stands in `attendance.rs`, what is
//! voted on in `ballot.rs`.

use std::collections::HashMap;

use hongqi_core::activity::{
    ActivityEdit, ActivityView, Check as ReadyCheck, Lack as ReadyLack, Need as ReadyNeed, NewActivity, Place,
};
use hongqi_core::clock::Timestamp;
use hongqi_core::ids::{DocId, MemberId, OrgId};
use hongqi_core::outbox::Delivery;

use crate::call::{call, capability};
use crate::error::HongqiError;

/// An activity.
#[uniffi::remote(Record)]
pub struct ActivityView {
    /// The activity.
    pub id: DocId,
    /// Whose it is.
    pub org: OrgId,
    /// Title.
    pub title: String,
    /// Where.
    pub place: String,
    /// Anything else.
    pub note: String,
    /// What is to be dealt with.
    pub agenda: String,
    /// What was said and decided.
    pub minutes: String,
    /// When it begins.
    pub starts: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
    /// Whether it was cancelled.
    pub cancelled: bool,
    /// When its attendance was closed, if it was.
    pub closed: Option<Timestamp>,
    /// Whether it was changed after others may have seen it.
    pub edited: bool,
    /// Whether this member has checked in, on any device, and where that has got to.
    pub checked_in: Option<Delivery>,
    /// Where it has got to.
    pub delivery: Delivery,
}

/// What is expected of somebody.
#[uniffi::remote(Enum)]
pub enum Place {
    /// Nothing.
    None,
    /// To come.
    Expected,
    /// To come, and to vote.
    Voter,
}

/// What an activity needs with no network.
#[uniffi::remote(Enum)]
pub enum ReadyNeed {
    /// Who is expected.
    Roster,
    /// What they are called, to call the roll.
    Names,
    /// The right to stand at its door.
    Role,
    /// The device's key, which signs what is written and what a door shows.
    Key,
    /// A door that shows codes.
    Door,
    /// The distance of this clock to the server's.
    Clock,
    /// That nothing of it was refused; what is not sent yet is on this phone and will do.
    Delivery,
}

/// What is missing.
#[uniffi::remote(Enum)]
pub enum ReadyLack {
    /// Nobody is expected.
    NobodyExpected,
    /// So many on the list have left since, are no longer of an organisation that it names, or no longer have the vote that
    /// it gives them.
    Outdated(u32),
    /// So many have no name on this phone.
    NamesUnknown(u32),
    /// No role from host on.
    NoRole,
    /// The key is not that of this device, or does not answer.
    NoKey,
    /// No door can be opened, since a role or the key is missing or the activity was cancelled or closed.
    NoDoor,
    /// The server's time was never heard.
    ClockUnknown,
    /// It was heard last at this moment, more than a week ago.
    ClockStale(Timestamp),
    /// So many parts of it were refused.
    Refused(u32),
}

/// One thing that an activity needs.
#[uniffi::remote(Record)]
pub struct ReadyCheck {
    /// What.
    pub need: ReadyNeed,
    /// What of it is missing; none if it is good.
    pub lacks: Option<ReadyLack>,
}

/// From when until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Period {
    /// When it begins.
    pub starts: Timestamp,
    /// When it ends, not before it begins.
    pub ends: Timestamp,
}

capability! {
    /// Activities.
    Activities
}

#[uniffi::export]
impl Activities {
    /// Activities that end at or after `from`, the soonest first; at most `limit` (200 at the most).
    ///
    /// # Errors
    /// `paused`, `storage`.
    #[uniffi::method(default(limit = 50))]
    pub async fn list(&self, from: Timestamp, limit: u32) -> Result<Vec<ActivityView>, HongqiError> {
        call(&self.0, move |core| core.activities().list(from, limit as usize)).await
    }

    /// One activity; none if it is not on this phone.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn activity(&self, id: DocId) -> Result<Option<ActivityView>, HongqiError> {
        call(&self.0, move |core| core.activities().activity(id)).await
    }

    /// Plans an activity of `org`: title and place of one line and at most 600 bytes each, a note and an agenda of at
    /// most 128 KiB each, perhaps empty.
    ///
    /// # Errors
    /// `not_allowed` without an organiser's role there or above; `invalid`, `disk_full`.
    #[uniffi::method(default(note = "", agenda = ""))]
    pub async fn plan(
        &self,
        org: OrgId,
        title: String,
        place: String,
        time: Period,
        note: String,
        agenda: String,
    ) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| {
            let Period { starts, ends } = time;
            core.activities()
                .plan(org, &NewActivity { title: &title, place: &place, note: &note, agenda: &agenda, starts, ends })
        })
        .await
    }

    /// Changes an activity; what is left out stays. Before it was ever sent this leaves no trace. What others change of
    /// note and agenda at the same time merges with it.
    ///
    /// # Errors
    /// As `plan`; `not_found`.
    #[uniffi::method(default(title = None, place = None, note = None, time = None, agenda = None))]
    pub async fn edit(
        &self,
        activity: DocId,
        title: Option<String>,
        place: Option<String>,
        note: Option<String>,
        time: Option<Period>,
        agenda: Option<String>,
    ) -> Result<(), HongqiError> {
        call(&self.0, move |core| {
            let edit = ActivityEdit {
                title: title.as_deref(),
                place: place.as_deref(),
                note: note.as_deref(),
                agenda: agenda.as_deref(),
                minutes: None,
                time: time.map(|time| (time.starts, time.ends)),
            };
            core.activities().edit(activity, &edit)
        })
        .await
    }

    /// Cancels an activity; it stays visible as cancelled. One that was never sent is gone as if it had not been
    /// planned.
    ///
    /// # Errors
    /// As `edit`.
    pub async fn cancel(&self, activity: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.activities().cancel(activity)).await
    }

    /// Writes the minutes, of at most 128 KiB. What others change of them at the same time merges.
    ///
    /// # Errors
    /// As `edit`.
    pub async fn write_minutes(&self, activity: DocId, minutes: String) -> Result<(), HongqiError> {
        call(&self.0, move |core| {
            core.activities().edit(activity, &ActivityEdit { minutes: Some(&minutes), ..ActivityEdit::default() })
        })
        .await
    }

    /// Closes the attendance: from now on what an organiser says of it needs a second signature. An activity whose
    /// attendance is closed stays so.
    ///
    /// # Errors
    /// As `edit`.
    pub async fn close_attendance(&self, activity: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.activities().close(activity)).await
    }

    /// Says of each of these what is expected, whatever was said before and by whom. The list names their organisations
    /// too, as far as they are known here: the phones at the door need the names of those. It stays as it is once the
    /// attendance is closed: who takes absent voters off it would make a meeting quorate afterwards.
    ///
    /// # Errors
    /// `not_allowed` without an organiser's role; `no_vote` for a voter who is known here to be no full member; `too_late`
    /// after the closing; `not_found`; `invalid` for more than 10,000.
    pub async fn expect_people(&self, activity: DocId, people: HashMap<MemberId, Place>) -> Result<(), HongqiError> {
        call(&self.0, move |core| {
            let people: Vec<_> = people.into_iter().collect();
            core.activities().expect(activity, &people)
        })
        .await
    }

    /// Expects the members of these organisations as far as their cards are on this phone: full members vote,
    /// probationary ones do not, applicants are not expected. How many were added.
    ///
    /// The organisations are on the list from now on even if nobody of them is known here yet: `prepare_door` of `Presence`
    /// then asks for their names, and calling this again adds the people.
    ///
    /// # Errors
    /// As `expect_people`.
    pub async fn expect_members(&self, activity: DocId, orgs: Vec<OrgId>) -> Result<u64, HongqiError> {
        call(&self.0, move |core| core.activities().expect_members(activity, &orgs).map(|added| added as u64)).await
    }

    /// What an activity needs with no network, in the order in which one would put it right.
    ///
    /// # Errors
    /// `not_found`, `not_enrolled`, `paused`, `storage`.
    pub async fn ready(&self, activity: DocId) -> Result<Vec<ReadyCheck>, HongqiError> {
        call(&self.0, move |core| core.activities().ready(activity)).await
    }
}
