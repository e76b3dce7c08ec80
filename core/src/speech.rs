//! A sentence for each thing shown: what a screen reader says of it, in Chinese or English.
//!
//! Said in the order in which a listener can decide soonest whether to go on: what asks for something first, then whose
//! it is, what it is, when, and what is still open. What is as usual (read, delivered) is not said.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Utc};

use crate::activity::{ActivityView, AttendanceRow, Grade, Status};
use crate::clock::Timestamp;
use crate::document::Kind;
use crate::feed::{Category, FeedItem};
use crate::outbox::{Delivery, OutboxItem};
use crate::search::{Hit, HitKind};
use crate::sync::wire::Refusal;
use crate::talk::{MessageView, TalkView};

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

/// Why the server did not take something, as the end of a sentence.
#[must_use]
pub const fn refusal(reason: Refusal, language: Language) -> &'static str {
    match reason {
        Refusal::NotAllowed => language.pick("您没有权限在此发布", "you may not write this"),
        Refusal::NoSpace => language.pick("讨论或组织已不存在", "the discussion or organisation is gone"),
        Refusal::UnknownDocument => language.pick("原内容不在服务器上", "what it changes is not at the server"),
        Refusal::MissingDependency => language.pick("缺少此前的修改", "an earlier change is not at the server"),
        Refusal::Malformed => language.pick("内容格式不被接受", "its form is not accepted"),
        Refusal::TooLarge => language.pick("内容过长", "it is too large"),
        Refusal::Quota => language.pick("您在此处的空间已用完", "your share of space here is used up"),
        Refusal::UnknownKind => language.pick("服务器需先更新", "the server must be updated first"),
        Refusal::Ended => language.pick("讨论已结束", "the discussion has ended"),
        Refusal::BadCode => language.pick("签名码无效", "the signed code does not hold"),
        Refusal::NoVote => language.pick("您没有表决权", "you have no vote here"),
        Refusal::Other => language.pick("原因需更新应用后查看", "for a reason that a later version of the app knows"),
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

    fn acknowledge_by(&self, due: Timestamp) -> String {
        let day = self.day(due).unwrap_or_default();
        match (self.language, due < self.now) {
            (Language::Chinese, false) => format!("{day}前确认"),
            (Language::Chinese, true) => format!("{day}已到确认期限"),
            (Language::English, false) => format!("acknowledge by {day}"),
            (Language::English, true) => format!("was to be acknowledged by {day}"),
        }
    }

    /// An article in the feed.
    #[must_use]
    pub fn feed_item(&self, item: &FeedItem) -> String {
        let mut out = self.sentence();
        out.say_if(item.pinned, "置顶", "pinned");
        match item.acknowledged {
            None if item.must_read => out
                .say_if(true, "必读", "must read")
                .say(item.due.map_or(String::new(), |due| self.acknowledge_by(due))),
            None => &mut out,
            Some(Delivery::AtServer) => out.say_if(true, "已确认", "acknowledged"),
            Some(Delivery::OnDevice) => out.say_if(true, "已确认，确认尚未发出", "acknowledged, not sent yet"),
            Some(Delivery::Refused(_)) => out.say_if(true, "确认未被接收", "the acknowledgement was refused"),
        };
        match item.category {
            Category::Information => &mut out,
            Category::ZoneNews => out.say_if(true, "园区动态", "zone news"),
            Category::Circular => out.say_if(true, "通知", "circular"),
        };
        out.say(&item.org_name).say(&item.title).say(self.time(item.published_at));
        out.say_if(item.edited, "已修改", "edited").say_if(item.bookmarked, "已收藏", "bookmarked");
        out.say_if(!item.read, "未读", "unread").delivery(item.delivery).end()
    }

    /// A message in a discussion.
    #[must_use]
    pub fn message(&self, message: &MessageView) -> String {
        let mut out = self.sentence();
        out.say_if(message.unread, "未读", "unread").say(&message.author_name).say(self.time(message.at));
        if message.withdrawn {
            return out.say_if(true, "消息已撤回", "message withdrawn").delivery(message.delivery).end();
        }
        out.say_if(message.reply.is_some(), "回复", "a reply").say(&message.body);
        out.say_if(message.edited, "已修改", "edited");
        out.say_if(message.other.is_some(), "另有一个版本", "another version exists");
        for reaction in &message.reactions {
            let count = reaction.count;
            out.say(match self.language {
                Language::Chinese => format!("{count}个{}", reaction.emoji),
                Language::English => format!("{count} {}", reaction.emoji),
            });
        }
        out.delivery(message.delivery).end()
    }

    /// A discussion in the list.
    #[must_use]
    pub fn talk(&self, talk: &TalkView) -> String {
        let mut out = self.sentence();
        out.say(if talk.name.is_empty() { self.language.pick("讨论", "discussion") } else { &talk.name });
        if talk.unread > 0 {
            out.say(match self.language {
                Language::Chinese => format!("{}条未读", talk.unread),
                Language::English => format!("{} unread", talk.unread),
            });
        }
        if let Some(last) = &talk.last {
            let colon = self.language.pick("：", ": ");
            let body = if last.withdrawn {
                self.language.pick("消息已撤回", "message withdrawn").to_owned()
            } else {
                beginning(&last.body)
            };
            let said = if last.author_name.is_empty() { body } else { format!("{}{colon}{body}", last.author_name) };
            out.say(said).say(self.time(last.at)).delivery(last.delivery);
        }
        out.say_if(talk.muted, "已静音", "muted").end()
    }

    /// An activity.
    #[must_use]
    pub fn activity(&self, activity: &ActivityView) -> String {
        let mut out = self.sentence();
        out.say_if(activity.cancelled, "已取消", "cancelled");
        if !activity.cancelled {
            out.say_if(activity.ends < self.now, "已结束", "over");
            out.say_if(activity.starts <= self.now && self.now <= activity.ends, "正在进行", "going on now");
        }
        match activity.checked_in {
            None => &mut out,
            Some(Delivery::AtServer) => out.say_if(true, "已签到", "checked in"),
            Some(Delivery::OnDevice) => out.say_if(true, "已签到，签到尚未发出", "checked in, not sent yet"),
            Some(Delivery::Refused(_)) => out.say_if(true, "签到未被接收", "the check-in was refused"),
        };
        out.say(&activity.title).say(self.period(activity.starts, activity.ends)).say(&activity.place);
        out.say_if(activity.edited, "已修改", "edited").delivery(activity.delivery).end()
    }

    /// One person's attendance.
    #[must_use]
    pub fn attendance(&self, row: &AttendanceRow) -> String {
        let (zh, en) = match &row.status {
            Status::Unknown => ("无记录", "no record"),
            Status::Present(Grade::Claimed) => ("已到，本人签到", "present, by own word"),
            Status::Present(Grade::Scanned) => ("已到，扫码签到", "present, scanned the code"),
            Status::Present(Grade::Witnessed) => ("已到，门口验证", "present, card seen at the door"),
            Status::Present(Grade::Attested) => ("已到，组织者确认", "present, attested by an organiser"),
            Status::Absent => ("未到", "absent"),
            Status::Excused => ("请假", "excused"),
            Status::Disputed(_) => ("记录不一致，待核实", "disputed, to be settled"),
        };
        let mut out = self.sentence();
        out.say(&row.name).say_if(true, zh, en);
        out.say_if(row.received_at.is_none(), "尚未发出", "not sent yet").end()
    }

    /// What waits in the outbox, or was refused.
    #[must_use]
    pub fn outbox_item(&self, item: &OutboxItem) -> String {
        let (zh, en) = match item.kind {
            Kind::OrgCard => ("组织信息", "organisation card"),
            Kind::MemberCard => ("成员信息", "member card"),
            Kind::Grant => ("授权", "grant"),
            Kind::Article => ("文章", "article"),
            Kind::Activity => ("活动", "activity"),
            Kind::Acknowledgement => ("阅读确认", "acknowledgement"),
            Kind::CheckIn => ("签到", "check-in"),
            Kind::RollMark => ("点名记录", "roll mark"),
            Kind::Message => ("消息", "message"),
            Kind::ReactionSheet => ("表情回应", "reaction"),
            Kind::ReadMark => ("已读位置", "read mark"),
            Kind::Bookmark => ("收藏", "bookmark"),
            Kind::Mute => ("静音设置", "mute"),
            Kind::Draft => ("草稿", "draft"),
            Kind::Officer => ("职务信息", "office"),
            Kind::Seat => ("讨论成员资格", "seat in a discussion"),
            Kind::Gathering => ("闪聚", "flash gathering"),
            Kind::Group => ("群组", "group"),
            Kind::Participant => ("群组成员", "participant"),
            Kind::Case => ("咨询", "consultation"),
            Kind::CaseStep => ("咨询进展", "step of a consultation"),
            Kind::Roster => ("应到名单", "roster"),
            Kind::Resolution => ("表决事项", "resolution"),
            Kind::Vote => ("表决", "vote"),
            Kind::Door => ("签到点", "door"),
            Kind::Scan => ("扫码记录", "scan"),
            Kind::LeaveRequest => ("请假申请", "leave request"),
            Kind::Guests => ("来宾人数", "visitors"),
        };
        let mut out = self.sentence();
        out.say_if(true, zh, en).say(self.time(item.written_at)).delivery(item.delivery);
        out.say_if(item.cancellable, "可以取消", "can be cancelled").end()
    }

    /// Something found.
    #[must_use]
    pub fn hit(&self, hit: &Hit) -> String {
        let (zh, en) = match hit.kind {
            HitKind::Article => ("文章", "article"),
            HitKind::Message => ("消息", "message"),
            HitKind::Activity => ("活动", "activity"),
        };
        self.sentence().say_if(true, zh, en).say(beginning(&hit.text)).say(self.time(hit.at)).end()
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
#[path = "speech_tests.rs"]
mod tests;
