//! A sentence for each thing shown: what a screen reader says of it.

use hongqi_core::activity::{
    ActivityView, AttendanceRow, Check as ReadyCheck, EvidenceView, Numbers as AttendanceNumbers, OrgAttendance,
    Quorum, ResolutionView,
};
use hongqi_core::clock::Timestamp;
use hongqi_core::consult::{CaseView, LeaveOut, Reader as CaseReader};
use hongqi_core::feed::{BranchOutstanding, FeedItem, OrgProgress, Reminder, Revision as ArticleRevision};
use hongqi_core::gathering::{GatheringView, LeftGroup, ParticipantView};
use hongqi_core::outbox::OutboxItem;
use hongqi_core::presence::{
    CheckIn as CodeScan, CheckOut as CodeScanOut, DoorView, ExpectedView, Refused as ScanRefusal, Scan as CardScan,
};
use hongqi_core::search::Hit as SearchHit;
use hongqi_core::speech::{Language, Speech as SpeechContext};
use hongqi_core::talk::{MessageView, TalkView};

use crate::call::guarded;
use crate::error::HongqiError;

/// A language that the core speaks.
#[uniffi::remote(Enum)]
pub enum Language {
    /// 简体中文
    Chinese,
    /// English
    English,
}

/// Who is spoken to, when and where: times are said as this clock on the wall would show them.
#[uniffi::remote(Record)]
pub struct SpeechContext {
    /// The language.
    pub language: Language,
    /// Now.
    pub now: Timestamp,
    /// How far the local time is ahead of UTC, in minutes.
    pub utc_offset_minutes: i32,
}

macro_rules! spoken {
    ($($(#[$doc:meta])* $name:ident: $view:ty => $method:ident;)*) => {
        $(
            $(#[$doc])*
            ///
            /// # Errors
            /// `invalid_id`, if the view holds an id that is none.
            #[uniffi::export]
            pub fn $name(view: $view, speech: SpeechContext) -> Result<String, HongqiError> {
                guarded(|| Ok(speech.$method(&view)))
            }
        )*
    };
}

spoken! {
    /// Says an article in the feed.
    speak_feed_item: FeedItem => feed_item;
    /// Says what is still to be acknowledged.
    speak_reminder: Reminder => reminder;
    /// Says who of one branch has not acknowledged, by name.
    speak_branch_outstanding: BranchOutstanding => branch_outstanding;
    /// Says how far an organisation is with acknowledging, in numbers.
    speak_org_progress: OrgProgress => org_progress;
    /// Says a wording that an article has had.
    speak_revision: ArticleRevision => revision;
    /// Says a discussion in the list.
    speak_talk: TalkView => talk;
    /// Says a message.
    speak_message: MessageView => message;
    /// Says a gathering or a group.
    speak_gathering: GatheringView => gathering;
    /// Says somebody in a group.
    speak_participant: ParticipantView => participant;
    /// Says a group that this member has left.
    speak_left_group: LeftGroup => left_group;
    /// Says a consultation, and how far it is.
    speak_case: CaseView => case;
    /// Says somebody who reads a consultation.
    speak_case_reader: CaseReader => case_reader;
    /// Says somebody whom the core proposes to leave out of a consultation.
    speak_leave_out: LeaveOut => leave_out;
    /// Says an activity.
    speak_activity: ActivityView => activity;
    /// Says one person's attendance.
    speak_attendance: AttendanceRow => attendance;
    /// Says one entry about a person: a check-in, a scan, a mark, a request for leave and the answer to it.
    speak_evidence: EvidenceView => evidence;
    /// Says the attendance of one organisation, in numbers.
    speak_org_attendance: OrgAttendance => org_attendance;
    /// Says the numbers of a whole activity.
    speak_attendance_numbers: AttendanceNumbers => numbers;
    /// Says one thing that an activity needs with no network.
    speak_ready_check: ReadyCheck => check;
    /// Says all that an activity needs with no network: what is missing, or that nothing is.
    speak_ready: Vec<ReadyCheck> => ready;
    /// Says a resolution, the own vote, and what the votes come to for who may know that.
    speak_resolution: ResolutionView => resolution;
    /// Says whether there are enough voters.
    speak_quorum: Quorum => quorum;
    /// Says a door.
    speak_door: DoorView => door;
    /// Says what came of a scanned code.
    speak_code_scan: CodeScan => code_scan;
    /// Says what came of a code that was scanned on going.
    speak_code_scan_out: CodeScanOut => code_scan_out;
    /// Says what came of a scanned card.
    speak_card_scan: CardScan => card_scan;
    /// Says why a code or a card is not taken.
    speak_scan_refusal: ScanRefusal => scan_refusal;
    /// Says a person found at the door.
    speak_expected: ExpectedView => expected;
    /// Says what waits in the outbox, or was refused.
    speak_outbox_item: OutboxItem => outbox_item;
    /// Says something found.
    speak_hit: SearchHit => hit;
}

/// Says a moment: the day, in words if it is near, and the time.
///
/// # Errors
/// None; as all exports.
#[uniffi::export]
pub fn speak_time(time: Timestamp, speech: SpeechContext) -> Result<String, HongqiError> {
    guarded(|| Ok(speech.time(time)))
}
