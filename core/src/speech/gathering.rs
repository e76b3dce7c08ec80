//! Gatherings and groups.

use super::{Speech, beginning, words};
use crate::gathering::{GatheringState, GatheringView, LeftGroup, ParticipantView};

impl Speech {
    /// A gathering or a group.
    #[must_use]
    pub fn gathering(&self, gathering: &GatheringView) -> String {
        let running = gathering.state == GatheringState::Running;
        let mut out = self.sentence();
        if !running {
            out.say(words::gathering_state(gathering.state, self.language));
        }
        out.say_if(running && !gathering.joined, "未加入", "not joined");
        match gathering.org {
            Some(_) => out.say_if(true, "闪聚", "gathering").say(&gathering.org_name),
            None => out.say_if(true, "群组", "group"),
        };
        out.say(&gathering.topic).say(&gathering.author_name);
        if let Some(ends) = gathering.closed.filter(|_| !running).or(gathering.ends) {
            let time = self.time(ends);
            out.either(format!("{time}结束"), format!("{} {time}", if running { "until" } else { "ended" }));
        }
        out.say_if(gathering.may_lead, "由您主持", "led by you");
        out.say_if(running && gathering.joined && !gathering.may_write, "只能阅读", "read only");
        out.say(beginning(&gathering.summary)).delivery(gathering.delivery).end()
    }

    /// Somebody in a group.
    #[must_use]
    pub fn participant(&self, participant: &ParticipantView) -> String {
        self.sentence().say(self.name(&participant.name)).end()
    }

    /// A group that this member has left.
    #[must_use]
    pub fn left_group(&self, group: &LeftGroup) -> String {
        let time = self.time(group.at);
        let mut out = self.sentence();
        out.say_if(true, "可以返回", "can be come back to");
        out.either(format!("{time}退出的群组"), format!("a group left {time}")).end()
    }
}
