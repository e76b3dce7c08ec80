//! A sentence for each thing shown: what a screen reader says of it.

use hongqi_core::activity::{ActivityView, AttendanceRow};
use hongqi_core::clock::Timestamp;
use hongqi_core::feed::FeedItem;
use hongqi_core::outbox::OutboxItem;
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
    ($($(#[$doc:meta])* $name:ident: $view:ident by $method:ident;)*) => {
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
    speak_feed_item: FeedItem by feed_item;
    /// Says a discussion in the list.
    speak_talk: TalkView by talk;
    /// Says a message.
    speak_message: MessageView by message;
    /// Says an activity.
    speak_activity: ActivityView by activity;
    /// Says one person's attendance.
    speak_attendance: AttendanceRow by attendance;
    /// Says what waits in the outbox, or was refused.
    speak_outbox_item: OutboxItem by outbox_item;
    /// Says something found.
    speak_hit: SearchHit by hit;
}

/// Says a moment: the day, in words if it is near, and the time.
///
/// # Errors
/// None; as all exports.
#[uniffi::export]
pub fn speak_time(time: Timestamp, speech: SpeechContext) -> Result<String, HongqiError> {
    guarded(|| Ok(speech.time(time)))
}
