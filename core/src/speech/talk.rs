//! Discussions, and what a search finds.

use super::{Speech, beginning, words};
use crate::search::Hit;
use crate::talk::{MessageView, TalkView};

impl Speech {
    /// A message in a discussion.
    #[must_use]
    pub fn message(&self, message: &MessageView) -> String {
        let mut out = self.sentence();
        out.say_if(message.mentions_me, "提到了您", "mentions you").say_if(message.unread, "未读", "unread");
        out.say_if(message.arrived_later, "稍后送达", "arrived later")
            .say_if(message.after_end, "写于结束之后", "written after the end")
            .say(&message.author_name)
            .say(self.time(message.at));
        if message.withdrawn {
            return out.say_if(true, "消息已撤回", "message withdrawn").delivery(message.delivery).end();
        }
        out.say_if(message.reply.is_some(), "回复", "a reply").say(&message.body);
        out.say_if(message.edited, "已修改", "edited");
        out.say_if(message.other.is_some(), "另有一个版本", "another version exists");
        for reaction in &message.reactions {
            let (count, emoji) = (reaction.count, &reaction.emoji);
            out.either(format!("{count}个{emoji}"), format!("{count} {emoji}"));
        }
        out.delivery(message.delivery).end()
    }

    /// A discussion in the list.
    #[must_use]
    pub fn talk(&self, talk: &TalkView) -> String {
        let mut out = self.sentence();
        out.say(if talk.name.is_empty() { self.language.pick("讨论", "discussion") } else { &talk.name });
        out.some(talk.unread, "条未读", "unread").some(talk.mentions, "条提到您", "mention you");
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
        out.say_if(talk.muted, "免打扰", "muted").end()
    }

    /// Something found.
    #[must_use]
    pub fn hit(&self, hit: &Hit) -> String {
        let kind = words::hit_kind(hit.kind, self.language);
        self.sentence().say(kind).say(beginning(&hit.text)).say(self.time(hit.at)).end()
    }
}
