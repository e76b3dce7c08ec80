//! A sentence for each thing shown: what a screen reader says of it, in Chinese or English.
//!
//! Said in the order in which a listener can decide soonest whether to go on: what asks for something first, then whose
//! it is, what it is, when, and what is still open. What is as usual (read, delivered) is not said.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Utc};

use crate::activity::{ActivityView, AttendanceRow, Check, Doubt, Grade, Lack, Leave, Need, Quorum, Shortfall, Status};
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

/// Whether somebody was there.
pub(crate) const fn status(status: &Status, language: Language) -> &'static str {
    match status {
        Status::Unknown => language.pick("无记录", "no record"),
        Status::Present(_) => language.pick("已到", "present"),
        Status::Absent => language.pick("未到", "absent"),
        Status::Excused => language.pick("请假", "excused"),
        Status::Disputed(_) => language.pick("记录不一致，待核实", "disputed, to be settled"),
    }
}

/// What a presence is founded on.
pub(crate) const fn grade(status: &Status, language: Language) -> &'static str {
    match status {
        Status::Present(Grade::Claimed) => language.pick("本人签到", "by own word"),
        Status::Present(Grade::Scanned) => language.pick("现场扫码", "by the venue's code"),
        Status::Present(Grade::Witnessed) => language.pick("接待人员扫码", "scanned by a host"),
        Status::Present(Grade::Attested) => language.pick("组织者确认", "attested by an organiser"),
        _ => "",
    }
}

/// What became of a request for leave.
pub(crate) const fn leave(leave: Leave, language: Language) -> &'static str {
    match leave {
        Leave::Asked => language.pick("请假待批", "asks for leave"),
        Leave::Approved => language.pick("已准假", "leave given"),
        Leave::Denied => language.pick("未准假", "leave not given"),
        Leave::Disputed => language.pick("请假批复不一致", "leave given by one, refused by another"),
        Leave::Withdrawn => language.pick("已撤回请假", "leave no longer asked for"),
    }
}

/// What is wrong with a presence.
pub(crate) const fn doubt(doubt: Doubt, language: Language) -> &'static str {
    match doubt {
        Doubt::BadSignature => language.pick("签名无效", "the signature does not hold"),
        Doubt::Expired => language.pick("签到码已过期", "the code was not of its time"),
        Doubt::UnknownDoor => language.pick("未知签到点", "an unknown door"),
        Doubt::RevokedDoor => language.pick("签到点已停用", "the door was shut"),
        Doubt::RevokedDevice => language.pick("设备已停用", "the device was revoked"),
        Doubt::MemberLeft => language.pick("成员已离开", "the member had left"),
        Doubt::Other => language.pick("原因需更新应用后查看", "for a reason that a later version of the app knows"),
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
        out.say_if(message.mentions_me, "提到了您", "mentions you").say_if(message.unread, "未读", "unread");
        out.say_if(message.arrived_later, "稍后送达", "arrived later")
            .say(&message.author_name)
            .say(self.time(message.at));
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
        if talk.mentions > 0 {
            out.say(match self.language {
                Language::Chinese => format!("{}条提到您", talk.mentions),
                Language::English => format!("{} mention you", talk.mentions),
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
        let mut out = self.sentence();
        out.say(&row.name).say(status(&row.status, self.language)).say(grade(&row.status, self.language));
        if !matches!(row.status, Status::Excused) {
            out.say(row.leave.map_or("", |what| leave(what, self.language)));
        }
        for what in &row.doubts {
            out.say(doubt(*what, self.language));
        }
        out.say_if(!row.pending.is_empty(), "更正待第二人确认", "a correction waits for a second signature");
        let unsent = row.happened_at.is_some() && row.received_at.is_none();
        out.say_if(unsent, "尚未发出", "not sent yet").end()
    }

    /// One thing that an activity needs with no network, and what of it is missing.
    #[must_use]
    pub fn check(&self, check: &Check) -> String {
        let (zh, en) = match check.need {
            Need::Roster => ("应到名单", "roster"),
            Need::Names => ("姓名", "names"),
            Need::Role => ("权限", "role"),
            Need::Key => ("本机密钥", "this phone's key"),
            Need::Door => ("签到码", "venue code"),
            Need::Clock => ("时钟", "clock"),
            Need::Delivery => ("内容保存", "what was written"),
        };
        let chinese = self.language == Language::Chinese;
        let lacks = match check.lacks {
            None => self.language.pick("就绪", "ready").to_owned(),
            Some(Lack::NobodyExpected) => self.language.pick("名单为空", "nobody is expected").to_owned(),
            Some(Lack::NamesUnknown(count)) if chinese => format!("{count}人的姓名不在本机"),
            Some(Lack::NamesUnknown(count)) => format!("{count} have no name on this phone"),
            Some(Lack::NoRole) => self.language.pick("您没有接待权限", "you may not stand at the door").to_owned(),
            Some(Lack::NoKey) => self.language.pick("密钥不可用", "the key does not answer").to_owned(),
            Some(Lack::NoDoor) => self.language.pick("无法开设签到点", "no door can be opened").to_owned(),
            Some(Lack::ClockUnknown) => self.language.pick("从未与服务器对时", "never set by the server").to_owned(),
            Some(Lack::ClockStale(heard)) if chinese => format!("上次对时{}", self.time(heard)),
            Some(Lack::ClockStale(heard)) => format!("last set by the server {}", self.time(heard)),
            Some(Lack::Refused(count)) if chinese => format!("{count}项未被接收"),
            Some(Lack::Refused(count)) => format!("{count} refused"),
        };
        format!("{}{}{lacks}", self.language.pick(zh, en), self.language.pick("：", ": "))
    }

    /// Whether there are enough voters, and why not.
    #[must_use]
    pub fn quorum(&self, quorum: &Quorum) -> String {
        let Quorum { voters, counted, claimed, disputed, needed, shortfall } = *quorum;
        let mut out = self.sentence();
        let chinese = self.language == Language::Chinese;
        match shortfall {
            None => out.say_if(true, "人数有效", "enough voters"),
            Some(Shortfall::NoVoters) => out.say_if(true, "无人有表决权", "nobody has a vote"),
            Some(Shortfall::Missing(missing)) if chinese => out.say(format!("人数不足，还差{missing}人")),
            Some(Shortfall::Missing(missing)) => out.say(format!("not enough voters, {missing} more needed")),
        };
        out.say(if chinese {
            format!("应到{voters}人，计入{counted}人，需要{needed}人")
        } else {
            format!("{counted} of {voters} count, {needed} needed")
        });
        for (count, zh, en) in [(claimed, "仅本人签到", "by own word only"), (disputed, "待核实", "disputed")] {
            if count > 0 {
                out.say(if chinese {
                    format!("{count}人{zh}，未计入")
                } else {
                    format!("{count} {en}, not counted")
                });
            }
        }
        out.end()
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
            HitKind::Gathering => ("闪聚", "gathering"),
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
