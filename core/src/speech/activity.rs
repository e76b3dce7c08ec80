//! Activities: what is planned, whether it can be held, who was there.

use super::{Language, Sentence, Speech, beginning, doubt, grade, leave, status, words};
use crate::activity::{
    ActivityView, AttendanceRow, Check, Doubt, EvidenceView, Lack, Leave, Mark, Need, Numbers, OrgAttendance,
    PastAttendance, Pending, Status, Word,
};
use crate::clock::Timestamp;
use crate::count::Count;
use crate::outbox::Delivery;

impl Speech {
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
        out.say(self.name(&row.name)).founded(&row.status, row.leave, &row.doubts, &row.pending);
        out.say(self.stay(row.came, row.went, row.stayed_ms));
        let unsent = row.happened_at.is_some() && row.received_at.is_none();
        out.say_if(unsent, "尚未发出", "not sent yet").end()
    }

    /// One activity in a person's history.
    #[must_use]
    pub fn past_attendance(&self, past: &PastAttendance) -> String {
        let of = &past.attendance;
        let mut out = self.sentence();
        out.founded(&of.status, of.leave, &of.doubts, &of.pending);
        out.say(&past.title)
            .say(self.period(past.starts, past.ends))
            .say(self.stay(of.came, of.went, of.stayed_ms))
            .end()
    }

    /// From when to when somebody was there, once they have gone; and for how long if they were away in between.
    fn stay(&self, came: Option<Timestamp>, went: Option<Timestamp>, stayed_ms: Option<i64>) -> String {
        let Some((came, went)) = came.zip(went) else { return String::new() };
        let period = self.period(came, went);
        let whole = went.0.saturating_sub(came.0);
        match (self.language, stayed_ms.filter(|stayed| *stayed < whole).map(|stayed| stayed / 60_000)) {
            (Language::Chinese, None) => format!("{period}在场"),
            (Language::Chinese, Some(minutes)) => format!("{period}在场，中间离开过，共{minutes}分钟"),
            (_, None) => format!("there {period}"),
            (_, Some(minutes)) => format!("there {period}, away in between, {minutes} minutes in all"),
        }
    }

    /// One entry about one person: a check-in, a scan, a mark, a request for leave and the answer to it.
    #[must_use]
    pub fn evidence(&self, entry: &EvidenceView) -> String {
        let mut out = self.sentence();
        match entry.word {
            Word::Asked { withdrawn: false } => out.say_if(true, "申请请假", "asks for leave"),
            Word::Asked { withdrawn: true } => out.say_if(true, "已撤回请假", "leave no longer asked for"),
            Word::Seen { out: true, .. } => out.say_if(true, "离开", "went"),
            Word::Seen { grade: founded, out: false, .. } => {
                out.say_if(true, "到场", "came").say(grade(&Status::Present(founded), self.language))
            }
            Word::Marked { mark, request: Some(_), .. } => match mark {
                Mark::Excused => out.say_if(true, "准假", "leave given"),
                Mark::Present | Mark::Absent => out.say_if(true, "不准假", "leave not given"),
            },
            Word::Marked { mark, resolves, seconds, .. } => {
                out.say_if(resolves, "最后裁定", "settled").say_if(
                    seconds.is_some(),
                    "附议更正",
                    "seconds a correction",
                );
                let mark = words::mark(mark, self.language);
                out.either(format!("记为{mark}"), format!("marked {mark}"))
            }
        };
        if let Word::Seen { doubt: Some(what), .. } = entry.word {
            out.say(doubt(what, self.language));
        }
        out.say(self.name(&entry.by_name)).say(beginning(&entry.reason)).say(self.time(entry.happened_at));
        out.delivery(entry.delivery).end()
    }

    /// The attendance of one organisation, in numbers.
    #[must_use]
    pub fn org_attendance(&self, org: &OrgAttendance) -> String {
        let mut out = self.sentence();
        out.say_if(org.org.is_none(), "所属组织未知", "of an unknown organisation").say(&org.name);
        out.numbers(&org.numbers).end()
    }

    /// The numbers of a whole activity.
    #[must_use]
    pub fn numbers(&self, numbers: &Numbers) -> String {
        self.sentence().numbers(numbers).end()
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
            Some(Lack::Outdated(count)) if chinese => format!("名单上{count}人已调离、退出或失去表决权"),
            Some(Lack::Outdated(count)) => format!("{count} on it have left, moved or lost their vote"),
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

    /// All that an activity needs with no network: what is missing, or that nothing is.
    #[must_use]
    pub fn ready(&self, checks: &[Check]) -> String {
        let mut out = self.sentence();
        let missing: Vec<_> = checks.iter().filter(|check| check.lacks.is_some()).collect();
        out.say_if(missing.is_empty(), "一切就绪", "all is ready");
        out.some(missing.len() as u64, "项未就绪", "not ready");
        for check in missing {
            out.say(self.check(check));
        }
        out.end()
    }
}

impl Sentence {
    /// Whether somebody was there, and all that bears on it.
    fn founded(&mut self, shown: &Status, asked: Option<Leave>, doubts: &[Doubt], pending: &[Pending]) {
        let language = self.language;
        self.say(status(shown, language)).say(grade(shown, language));
        if !matches!(shown, Status::Excused) {
            self.say(asked.map_or("", |what| leave(what, language)));
        }
        for what in doubts {
            self.say(doubt(*what, language));
        }
        self.say_if(!pending.is_empty(), "更正待第二人确认", "a correction waits for a second signature");
    }

    /// What asks to be settled first. Numbers that are kept back are not named one by one.
    fn numbers(&mut self, numbers: &Numbers) -> &mut Self {
        let Numbers { expected, present, claimed, absent, excused, disputed, unknown } = *numbers;
        let all = [
            (disputed, "人待核实", "disputed"),
            (expected, "人应到", "expected"),
            (present, "人已到", "present"),
            (claimed, "人仅本人签到", "by own word only"),
            (absent, "人未到", "absent"),
            (excused, "人请假", "excused"),
            (unknown, "人无记录", "without a record"),
        ];
        for (count, zh, en) in all {
            if let Count::Exactly(number) = count {
                self.some(number, zh, en);
            }
        }
        let few = all.iter().any(|(count, ..)| *count == Count::Few);
        self.say_if(few, "其余人数不显示", "other numbers are not shown")
    }
}
