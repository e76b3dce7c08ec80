//! What is voted on.

use super::{Language, Speech, words};
use crate::activity::{Quorum, ResolutionView, Shortfall, Tally};

impl Speech {
    /// A resolution: whether it is to be voted on, the own vote, and what the votes come to for who may know that.
    #[must_use]
    pub fn resolution(&self, resolution: &ResolutionView) -> String {
        let ResolutionView { withdrawn, closed, .. } = *resolution;
        let open = !withdrawn && closed.is_none();
        let mut out = self.sentence();
        out.say_if(withdrawn, "已撤回", "withdrawn").say_if(!withdrawn && !open, "表决已结束", "the vote is over");
        out.say_if(open, "正在表决", "being voted on");
        if let Some(vote) = &resolution.own {
            let choice = words::choice(vote.choice, self.language);
            out.either(format!("您投了{choice}"), format!("your vote: {choice}")).delivery(vote.delivery);
        }
        out.say_if(resolution.election, "选举", "election").say(&resolution.title);
        out.say_if(resolution.edited, "已修改", "edited");
        if let Some(tally) = &resolution.tally {
            out.say_if(open, "目前", "so far").say(self.tally(tally));
        }
        out.delivery(resolution.delivery).end()
    }

    /// What a vote comes to.
    #[must_use]
    pub fn tally(&self, tally: &Tally) -> String {
        let Tally { votes_for, against, abstained, silent, not_counted, quorum, carried } = tally;
        let mut out = self.sentence();
        out.say_if(*carried, "通过", "carried").say_if(!*carried, "未通过", "not carried");
        out.either(
            format!("赞成{votes_for}票，反对{against}票，弃权{abstained}票"),
            format!("{votes_for} for, {against} against, {abstained} abstained"),
        );
        out.some(*silent, "人未投票", "have not voted").some(*not_counted, "票未计入", "not counted");
        out.say(self.quorum(quorum)).end()
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
}
