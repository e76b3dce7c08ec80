//! Who attended an activity: what is said of it, and what that comes to.

use std::collections::HashMap;

use hongqi_core::activity::{
    Attendance, AttendanceRow, Doubt, EvidenceView, Grade, LastWord, Leave, LeaveAnswer, Mark,
    Numbers as AttendanceNumbers, OrgAttendance, PastAttendance, Pending, Place, Status as AttendanceStatus,
    Word as EvidenceWord,
};
use hongqi_core::clock::Timestamp;
use hongqi_core::count::Count as PeopleCount;
use hongqi_core::ids::{DocId, MemberId, OrgId};
use hongqi_core::outbox::Delivery;
use hongqi_core::speech::Language;

use crate::activities::Activities;
use crate::call::call;
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

/// Whether somebody was there.
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
    /// When the person was first seen there, or claims so if nobody saw it; of who is not present none.
    pub came: Option<Timestamp>,
    /// When the person was last seen to go, or claims so if nobody saw it; if later than that and not back since.
    pub went: Option<Timestamp>,
    /// For how long the person was there, in milliseconds, without the time between going and coming back; if it is known
    /// when the person came and went.
    pub stayed_ms: Option<i64>,
    /// When the first of the evidence happened.
    pub happened_at: Option<Timestamp>,
    /// When the first of it reached the server.
    pub received_at: Option<Timestamp>,
}

/// What is answered to a request for leave.
#[uniffi::remote(Enum)]
pub enum LeaveAnswer {
    /// Given.
    Approve,
    /// Not given.
    Deny,
}

/// What all evidence about one person comes to.
#[uniffi::remote(Record)]
pub struct Attendance {
    /// Whether the person was there.
    pub status: AttendanceStatus,
    /// Leave, if it was asked for or given.
    pub leave: Option<Leave>,
    /// What is wrong with some of the evidence, each once.
    pub doubts: Vec<Doubt>,
    /// What waits for a second signature, in the order in which it was said.
    pub pending: Vec<Pending>,
    /// When the person was first seen there, or claims so if nobody saw it; of who is not present none.
    pub came: Option<Timestamp>,
    /// When the person was last seen to go, or claims so if nobody saw it; if later than that and not back since.
    pub went: Option<Timestamp>,
    /// For how long the person was there, in milliseconds, without the time between going and coming back; if it is known
    /// when the person came and went.
    pub stayed_ms: Option<i64>,
}

/// So many people.
#[uniffi::remote(Enum)]
pub enum PeopleCount {
    /// Fewer than five, perhaps none; or as many as would let such a number be worked out.
    Few,
    /// This many.
    Exactly(u32),
}

/// How many of some people there were, and how many not.
#[uniffi::remote(Record)]
pub struct AttendanceNumbers {
    /// Expected.
    pub expected: PeopleCount,
    /// Of all, expected or not: there, by more than their own word.
    pub present: PeopleCount,
    /// There by no more than their own word.
    pub claimed: PeopleCount,
    /// Not there.
    pub absent: PeopleCount,
    /// With leave.
    pub excused: PeopleCount,
    /// Of whom different things are said.
    pub disputed: PeopleCount,
    /// Of whom nothing is known.
    pub unknown: PeopleCount,
}

/// One organisation's members at an activity.
#[uniffi::remote(Record)]
pub struct OrgAttendance {
    /// The organisation; none of those whose home is not known here, or not yet.
    pub org: Option<OrgId>,
    /// Its name; empty if unknown here.
    pub name: String,
    /// How many.
    pub numbers: AttendanceNumbers,
    /// Who, for the member's home and where the member is secretary; otherwise nobody.
    pub people: Vec<AttendanceRow>,
}

/// One activity in a person's history.
#[uniffi::remote(Record)]
pub struct PastAttendance {
    /// The activity.
    pub activity: DocId,
    /// Whose it is.
    pub org: OrgId,
    /// Its title.
    pub title: String,
    /// When it began.
    pub starts: Timestamp,
    /// When it ended.
    pub ends: Timestamp,
    /// What was expected of the person.
    pub place: Place,
    /// What all evidence comes to.
    pub attendance: Attendance,
}

/// What one entry says.
#[uniffi::remote(Enum)]
pub enum EvidenceWord {
    /// The person came or went: a check-in, a scan.
    Seen {
        /// How well that is founded.
        grade: Grade,
        /// What is wrong with it.
        doubt: Option<Doubt>,
        /// Whether the person went.
        out: bool,
    },
    /// An organiser's mark.
    Marked {
        /// Which. To a request, `Excused` says yes and `Absent` no.
        mark: Mark,
        /// The leave request that it answers.
        request: Option<DocId>,
        /// Whether it settles what was said before.
        resolves: bool,
        /// Another organiser's mark that it signs too.
        seconds: Option<DocId>,
    },
    /// The person asks for leave.
    Asked {
        /// Whether no longer.
        withdrawn: bool,
    },
}

/// One entry about one person.
#[uniffi::remote(Record)]
pub struct EvidenceView {
    /// The entry.
    pub id: DocId,
    /// Who says so: the person, a host or an organiser.
    pub by: MemberId,
    /// What that person is called; empty if unknown here.
    pub by_name: String,
    /// What is said.
    pub word: EvidenceWord,
    /// Why; empty where no reason was asked for.
    pub reason: String,
    /// When it happened, as the clock showed it.
    pub happened_at: Timestamp,
    /// When it reached the server.
    pub received_at: Option<Timestamp>,
    /// Where it has got to.
    pub delivery: Delivery,
}

#[uniffi::export]
impl Activities {
    /// The attendance of an activity as far as this phone may know it: everybody who is expected and everybody about
    /// whom there is evidence, in the order of names. What the server refused is no evidence.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn attendance(&self, activity: DocId) -> Result<Vec<AttendanceRow>, HongqiError> {
        call(&self.0, move |core| core.activities().attendance(activity)).await
    }

    /// The attendance of an activity by home organisation, in the order of their numbers: for who reads the organisation's
    /// desk all of them, for a secretary the own branch. Names only in the member's home and where the member is secretary;
    /// otherwise numbers, of which none is of fewer than five people.
    ///
    /// Where it is not known here whose members some people are, who reads the desk hears of it by itself: the boards that
    /// the list names are opened as `prepare_door` of `Presence` does it, unless the activity is closed.
    ///
    /// # Errors
    /// `not_allowed` for who is neither; `not_found`.
    pub async fn attendance_by_org(&self, activity: DocId) -> Result<Vec<OrgAttendance>, HongqiError> {
        call(&self.0, move |core| core.activities().attendance_by_org(activity)).await
    }

    /// The numbers of a whole activity.
    ///
    /// # Errors
    /// `not_allowed` for who may not see everybody's attendance; `not_found`.
    pub async fn attendance_numbers(&self, activity: DocId) -> Result<AttendanceNumbers, HongqiError> {
        call(&self.0, move |core| core.activities().attendance_numbers(activity)).await
    }

    /// The attendance of an activity as CSV, a row for each person, in the order of names. Times are local, `2026-11-24
    /// 07:30`, `utc_offset_minutes` ahead of UTC; durations are in whole minutes.
    ///
    /// # Errors
    /// As `attendance`.
    pub async fn attendance_csv(
        &self,
        activity: DocId,
        language: Language,
        utc_offset_minutes: i32,
    ) -> Result<String, HongqiError> {
        call(&self.0, move |core| core.activities().attendance_csv(activity, language, utc_offset_minutes)).await
    }

    /// The attendance of an activity by organisation as CSV: numbers, no names.
    ///
    /// # Errors
    /// As `attendance_by_org`.
    pub async fn attendance_by_org_csv(&self, activity: DocId, language: Language) -> Result<String, HongqiError> {
        call(&self.0, move |core| core.activities().attendance_by_org_csv(activity, language)).await
    }

    /// A member's attendance over time, the latest first, at most `limit` (200 at the most): the own, or of a member of a
    /// branch whose secretary one is. Activities that are over or of which there is evidence.
    ///
    /// # Errors
    /// `not_allowed` for anybody else.
    #[uniffi::method(default(limit = 50))]
    pub async fn history(&self, member: MemberId, limit: u32) -> Result<Vec<PastAttendance>, HongqiError> {
        call(&self.0, move |core| core.activities().history(member, limit as usize)).await
    }

    /// Everything that was said of one person at an activity, in the order in which it was said, with reasons, as far as
    /// this phone may know it.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn evidence(&self, activity: DocId, member: MemberId) -> Result<Vec<EvidenceView>, HongqiError> {
        call(&self.0, move |core| core.activities().evidence(activity, member)).await
    }

    /// Visitors at all doors of an activity; never below none.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn guests(&self, activity: DocId) -> Result<u64, HongqiError> {
        call(&self.0, move |core| core.activities().guests(activity)).await
    }

    /// Says "I am here". Saying it again adds nothing, unless one has gone since. It is taken before the beginning and
    /// after the end too: clocks are wrong, and the list shows when it happened.
    ///
    /// # Errors
    /// `not_found`; `invalid` for a cancelled activity.
    pub async fn check_in(&self, activity: DocId) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.activities().check_in(activity)).await
    }

    /// Calls the roll: one entry for each person. What was said before stays; the last word of an organiser counts. After
    /// the closing each is a correction, which waits for a second signature (`second`).
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

    /// Corrects what is said of one person, with the reason, a line of at most 2 KiB. After the closing it waits for a
    /// second signature.
    ///
    /// # Errors
    /// As `call_roll`; `invalid`.
    pub async fn correct(
        &self,
        activity: DocId,
        member: MemberId,
        mark: Mark,
        reason: String,
    ) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.activities().correct(activity, member, mark, &reason)).await
    }

    /// Settles what was said of one person until now, with the reason, a line of at most 2 KiB.
    ///
    /// # Errors
    /// As `correct`; `not_allowed` for the own attendance.
    pub async fn resolve(
        &self,
        activity: DocId,
        member: MemberId,
        mark: Mark,
        reason: String,
    ) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.activities().resolve(activity, member, mark, &reason)).await
    }

    /// Signs another organiser's mark too. Signing it again adds nothing.
    ///
    /// # Errors
    /// `not_allowed` for a mark by or on oneself or by whom it is on, or without an organiser's role; `not_found`.
    pub async fn second(&self, mark: DocId) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.activities().second(mark)).await
    }

    /// Asks not to have to come, with the reason, at most 2 KiB, which only the member, the organisers and the member's
    /// secretaries see.
    ///
    /// # Errors
    /// As `check_in`; `invalid`.
    pub async fn ask_leave(&self, activity: DocId, reason: String) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.activities().ask_leave(activity, &reason)).await
    }

    /// No longer asks for leave. A request that was never sent is gone as if it had not been made.
    ///
    /// # Errors
    /// `not_found` if it is not the own request.
    pub async fn withdraw_leave(&self, request: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.activities().withdraw_leave(request)).await
    }

    /// Answers a request for leave. Two who give the same leave give it once.
    ///
    /// # Errors
    /// `not_allowed` for the own request or without an organiser's role; `not_found`.
    pub async fn answer_leave(&self, request: DocId, answer: LeaveAnswer) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.activities().answer_leave(request, answer)).await
    }
}
