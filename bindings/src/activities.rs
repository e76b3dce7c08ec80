//! Activities and who attended.

use std::collections::HashMap;

use hongqi_core::activity::{
    ActivityEdit, ActivityView, AttendanceRow, Doubt, Grade, LastWord, Leave, Mark, NewActivity, Pending, Place,
    Status as AttendanceStatus,
};
use hongqi_core::clock::Timestamp;
use hongqi_core::ids::{DocId, MemberId, OrgId};
use hongqi_core::outbox::Delivery;

use crate::call::{call, capability};
use crate::error::HongqiError;

/// What one entry says of a person.
#[uniffi::remote(Enum)]
pub enum Mark {
    /// Is or was there.
    Present,
    /// Was not there.
    Absent,
    /// Was not there, and had leave.
    Excused,
}

/// How well a presence is founded, from the least to the most.
#[uniffi::remote(Enum)]
pub enum Grade {
    /// The person says so, or what was shown for it is in doubt.
    Claimed,
    /// The person had a door's code at the time.
    Scanned,
    /// A host had the person's card at the time.
    Witnessed,
    /// A host or an organiser knows the person and says so.
    Attested,
}

/// What is wrong with a presence that is kept all the same.
#[uniffi::remote(Enum)]
pub enum Doubt {
    /// The signature does not verify, or is for something else.
    BadSignature,
    /// The code or the card was not of its time.
    Expired,
    /// The door is not one of this activity.
    UnknownDoor,
    /// The door was shut by who watches over it.
    RevokedDoor,
    /// The device that showed the card was revoked.
    RevokedDevice,
    /// The member had left.
    MemberLeft,
    /// Something that this version has no name for.
    Other,
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

/// What became of a person's requests for leave.
#[uniffi::remote(Enum)]
pub enum Leave {
    /// Nobody has answered.
    Asked,
    /// Given, by one or by several: that is the same.
    Approved,
    /// Not given.
    Denied,
    /// Some gave it, and others did not.
    Disputed,
    /// No longer asked for.
    Withdrawn,
}

/// A mark made after attendance was closed, which counts when a second organiser has signed it.
#[uniffi::remote(Record)]
pub struct Pending {
    /// The mark, as what the second signs.
    pub doc: DocId,
    /// Who made it.
    pub by: MemberId,
    /// What it would say.
    pub mark: Mark,
}

/// The last word of one source on a person.
#[uniffi::remote(Record)]
pub struct LastWord {
    /// Who says so: the person, a host or an organiser.
    pub by: MemberId,
    /// What is said.
    pub mark: Mark,
}

/// What all evidence about one person comes to.
#[uniffi::remote(Enum)]
pub enum AttendanceStatus {
    /// Nobody has said anything.
    Unknown,
    /// Was there.
    Present(Grade),
    /// Was not there.
    Absent,
    /// Had leave.
    Excused,
    /// These say different things, in the order of their ids.
    Disputed(Vec<LastWord>),
}

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

/// One person's attendance.
#[uniffi::remote(Record)]
pub struct AttendanceRow {
    /// The person.
    pub member: MemberId,
    /// The person's name; empty if unknown here.
    pub name: String,
    /// The person's home organisation, if known here.
    pub home: Option<OrgId>,
    /// What is expected of the person.
    pub place: Place,
    /// What all evidence comes to.
    pub status: AttendanceStatus,
    /// Leave, if it was asked for or given.
    pub leave: Option<Leave>,
    /// What is wrong with some of the evidence, each once.
    pub doubts: Vec<Doubt>,
    /// What waits for a second signature.
    pub pending: Vec<Pending>,
    /// When the person was first seen there; of who is not present none.
    pub came: Option<Timestamp>,
    /// When the person went, if later than that.
    pub went: Option<Timestamp>,
    /// When the first of the evidence happened.
    pub happened_at: Option<Timestamp>,
    /// When the first of it reached the server.
    pub received_at: Option<Timestamp>,
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

    /// The attendance of an activity as far as this phone may know it: everybody about whom there is evidence, in the
    /// order of names. What the server refused is no evidence.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn attendance(&self, activity: DocId) -> Result<Vec<AttendanceRow>, HongqiError> {
        call(&self.0, move |core| core.activities().attendance(activity)).await
    }

    /// Plans an activity of `org`: title and place of one line and at most 600 bytes each, a note of at most 128 KiB,
    /// perhaps empty.
    ///
    /// # Errors
    /// `not_allowed` without an organiser's role there or above; `invalid`, `disk_full`.
    #[uniffi::method(default(note = ""))]
    pub async fn plan(
        &self,
        org: OrgId,
        title: String,
        place: String,
        time: Period,
        note: String,
    ) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| {
            let Period { starts, ends } = time;
            core.activities()
                .plan(org, &NewActivity { title: &title, place: &place, note: &note, agenda: "", starts, ends })
        })
        .await
    }

    /// Changes an activity; what is left out stays. Before it was ever sent this leaves no trace. What others change of the note at the same time merges with it.
    ///
    /// # Errors
    /// As `plan`; `not_found`.
    #[uniffi::method(default(title = None, place = None, note = None, time = None))]
    pub async fn edit(
        &self,
        activity: DocId,
        title: Option<String>,
        place: Option<String>,
        note: Option<String>,
        time: Option<Period>,
    ) -> Result<(), HongqiError> {
        call(&self.0, move |core| {
            let edit = ActivityEdit {
                title: title.as_deref(),
                place: place.as_deref(),
                note: note.as_deref(),
                agenda: None,
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

    /// Says "I am here". Saying it again adds nothing. It is taken before the beginning and after the end too: clocks
    /// are wrong, and the list shows when it happened.
    ///
    /// # Errors
    /// `not_found`; `invalid` for a cancelled activity.
    pub async fn check_in(&self, activity: DocId) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.activities().check_in(activity)).await
    }

    /// Calls the roll: one entry for each person. What was said before stays; the last word of an organiser counts.
    ///
    /// # Errors
    /// `not_allowed` without an organiser's role; `not_found`.
    pub async fn call_roll(&self, activity: DocId, marks: HashMap<MemberId, Mark>) -> Result<(), HongqiError> {
        call(&self.0, move |core| {
            let marks: Vec<_> = marks.into_iter().collect();
            core.activities().call_roll(activity, &marks)
        })
        .await
    }
}
