//! A sentence for each thing shown: what a screen reader says of it, in Chinese or English.
//!
//! Said in the order in which a listener can decide soonest whether to go on: what asks for something first, then whose
//! it is, what it is, when, and what is still open. What is as usual (read, delivered) is not said, and nothing is said
//! that the view does not show.
//!
//! A file for each capability, as a second part of [`Speech`]; `words` are the names of what has only a few values.

mod activity;
mod ballot;
mod consult;
mod feed;
mod gathering;
mod outbox;
mod presence;
mod talk;
mod words;

pub use words::{
    article_category, attendance, case_category, case_phase, choice, document_kind, doubt, gathering_state, hit_kind,
    leave, leave_out_reason, mark, place, refusal, role, scan_refusal,
};
pub(crate) use words::{grade, status};

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Utc};

use crate::clock::Timestamp;
use crate::outbox::Delivery;

/// Characters said of a text of which only the beginning is.
const MAX_BEGINNING: usize = 60;

/// A language that the core speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// 简体中文
    Chinese,
    /// English
    English,
}

impl Language {
    /// The text of this language.
    #[must_use]
    pub const fn pick(self, zh: &'static str, en: &'static str) -> &'static str {
        match self {
            Self::Chinese => zh,
            Self::English => en,
        }
    }
}

/// Who is spoken to, when and where: times are said as this clock on the wall would show them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speech {
    /// The language.
    pub language: Language,
    /// Now.
    pub now: Timestamp,
    /// How far the local time is ahead of UTC, in minutes.
    pub utc_offset_minutes: i32,
}

/// What is said, part by part.
struct Sentence {
    language: Language,
    parts: Vec<String>,
}

impl Sentence {
    fn say(&mut self, part: impl Into<String>) -> &mut Self {
        let part = part.into();
        if !part.is_empty() {
            self.parts.push(part);
        }
        self
    }

    fn say_if(&mut self, holds: bool, zh: &'static str, en: &'static str) -> &mut Self {
        if holds { self.say(self.language.pick(zh, en)) } else { self }
    }

    /// How many there are; nothing of none.
    fn some(&mut self, number: impl Into<u64>, zh: &'static str, en: &'static str) -> &mut Self {
        match (number.into(), self.language) {
            (0, _) => self,
            (number, Language::Chinese) => self.say(format!("{number}{zh}")),
            (number, Language::English) => self.say(format!("{number} {en}")),
        }
    }

    fn either(&mut self, zh: String, en: String) -> &mut Self {
        match self.language {
            Language::Chinese => self.say(zh),
            Language::English => self.say(en),
        }
    }

    fn delivery(&mut self, delivery: Delivery) -> &mut Self {
        match delivery {
            Delivery::AtServer => self,
            Delivery::OnDevice => self.say_if(true, "尚未发出", "not sent yet"),
            Delivery::Refused(reason) => {
                let refused = self.language.pick("未被接收：", "refused: ");
                self.say(format!("{refused}{}", refusal(reason, self.language)))
            }
        }
    }

    fn end(&self) -> String {
        self.parts.join(self.language.pick("，", ", "))
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Speech {
    fn sentence(&self) -> Sentence {
        Sentence { language: self.language, parts: Vec::new() }
    }

    /// A person's name, or that it is not known here: silence would make the next word the name.
    fn name<'a>(&self, name: &'a str) -> &'a str {
        if name.is_empty() { self.language.pick("姓名未知", "name unknown") } else { name }
    }

    /// What the clock on the wall shows; `None` for times that no calendar has.
    fn local(&self, time: Timestamp) -> Option<NaiveDateTime> {
        let utc: DateTime<Utc> = DateTime::from_timestamp_millis(time.0)?;
        utc.naive_utc().checked_add_signed(TimeDelta::minutes(self.utc_offset_minutes.into()))
    }

    /// The day, without a year if it is this one's.
    fn day(&self, time: Timestamp) -> Option<String> {
        let (then, now) = (self.local(time)?, self.local(self.now)?);
        let words = match then.date().signed_duration_since(now.date()).num_days() {
            0 => ("今天", "today"),
            -1 => ("昨天", "yesterday"),
            1 => ("明天", "tomorrow"),
            _ => {
                let (year, month, day) = (then.year(), then.month(), then.day());
                let name = MONTHS.get(then.month0() as usize)?;
                let this_year = year == now.year();
                return Some(match self.language {
                    Language::Chinese if this_year => format!("{month}月{day}日"),
                    Language::Chinese => format!("{year}年{month}月{day}日"),
                    Language::English if this_year => format!("{day} {name}"),
                    Language::English => format!("{day} {name} {year}"),
                });
            }
        };
        Some(self.language.pick(words.0, words.1).to_owned())
    }

    fn clock(&self, time: Timestamp) -> Option<String> {
        Some(self.local(time)?.format("%H:%M").to_string())
    }

    /// Day and time: "今天14:05", "3 September 14:05". Empty for a time that no calendar has.
    #[must_use]
    pub fn time(&self, time: Timestamp) -> String {
        let said = |day: String, clock: String| format!("{day}{}{clock}", self.language.pick("", " "));
        self.day(time).zip(self.clock(time)).map(|(day, clock)| said(day, clock)).unwrap_or_default()
    }

    fn period(&self, starts: Timestamp, ends: Timestamp) -> String {
        let to = self.language.pick("至", " to ");
        let ends = if self.day(starts) == self.day(ends) { self.clock(ends) } else { Some(self.time(ends)) };
        format!("{}{to}{}", self.time(starts), ends.unwrap_or_default())
    }
}

/// The first line, or as much of it as is said.
fn beginning(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(MAX_BEGINNING) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests;
