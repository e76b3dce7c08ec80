//! A sentence for each thing shown: what a screen reader says of it. And a name for what has only a few values, so that
//! no app has words of its own for it.

use hongqi_core::activity::{
    ActivityView, AttendanceRow, Check as ReadyCheck, Choice as VoteChoice, Doubt, EvidenceView, Leave, Mark,
    Numbers as AttendanceNumbers, OrgAttendance, PastAttendance, Place, Quorum, ResolutionView,
    Status as AttendanceStatus,
};
use hongqi_core::clock::Timestamp;
use hongqi_core::consult::{
    CaseView, Category as CaseCategory, Leave as LeaveOutReason, LeaveOut, Phase as CasePhase, Reader as CaseReader,
};
use hongqi_core::count::Count as PeopleCount;
use hongqi_core::document::Kind as DocumentKind;
use hongqi_core::feed::{
    BranchOutstanding, Category as ArticleCategory, FeedItem, OrgProgress, Reminder, Revision as ArticleRevision,
};
use hongqi_core::gathering::{GatheringState, GatheringView, LeftGroup, ParticipantView};
use hongqi_core::outbox::OutboxItem;
use hongqi_core::presence::{
    CheckIn as CodeScan, CheckOut as CodeScanOut, DoorView, ExpectedView, Refused as ScanRefusal, Scan as CardScan,
};
use hongqi_core::role::Role;
use hongqi_core::search::{Hit as SearchHit, HitKind};
use hongqi_core::speech::{self, Language, Speech as SpeechContext};
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
    /// Says how many have acknowledged an article.
    speak_acknowledged: PeopleCount => acknowledged;
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
    /// Says one activity in a person's history.
    speak_past_attendance: PastAttendance => past_attendance;
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

macro_rules! named {
    ($($(#[$doc:meta])* $name:ident: $value:ty => $word:ident;)*) => {
        $(
            $(#[$doc])*
            ///
            /// # Errors
            /// None; as all exports.
            #[uniffi::export]
            pub fn $name(value: $value, language: Language) -> Result<String, HongqiError> {
                guarded(|| Ok(speech::$word(value, language).to_owned()))
            }
        )*
    };
}

// In English without a capital: an app makes one where the name stands by itself.
named! {
    /// The name of a role.
    role_name: Role => role;
    /// The name of a sort of article.
    article_category_name: ArticleCategory => article_category;
    /// The name of what a consultation is about.
    case_category_name: CaseCategory => case_category;
    /// The name of how far a consultation is.
    case_phase_name: CasePhase => case_phase;
    /// The name of why somebody is better left out of a consultation.
    leave_out_reason_name: LeaveOutReason => leave_out_reason;
    /// The name of how it stands with a gathering or a group.
    gathering_state_name: GatheringState => gathering_state;
    /// The name of what became of a request for leave.
    leave_name: Leave => leave;
    /// The name of what an organiser says of somebody.
    mark_name: Mark => mark;
    /// The name of what is expected of somebody.
    place_name: Place => place;
    /// The name of what is wrong with a presence.
    doubt_name: Doubt => doubt;
    /// The name of what was voted.
    vote_choice_name: VoteChoice => choice;
    /// The name of what a document is.
    document_kind_name: DocumentKind => document_kind;
    /// The name of what sort of thing was found.
    hit_kind_name: HitKind => hit_kind;
}

/// The name of an attendance: of who was there what that is founded on.
///
/// # Errors
/// `invalid_id`, if it holds an id that is none.
#[uniffi::export]
pub fn attendance_name(status: AttendanceStatus, language: Language) -> Result<String, HongqiError> {
    guarded(|| Ok(speech::attendance(&status, language).to_owned()))
}

/// Says a moment: the day, in words if it is near, and the time.
///
/// # Errors
/// None; as all exports.
#[uniffi::export]
pub fn speak_time(time: Timestamp, speech: SpeechContext) -> Result<String, HongqiError> {
    guarded(|| Ok(speech.time(time)))
}
