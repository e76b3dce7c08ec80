//! Articles, and their acknowledgement.

use super::{Language, Speech, beginning, words};
use crate::clock::Timestamp;
use crate::count::Count;
use crate::feed::{BranchOutstanding, Category, FeedItem, OrgProgress, Reminder, Revision};
use crate::outbox::Delivery;

/// So many names are said one after another.
const MAX_NAMES: usize = 10;

impl Speech {
    fn acknowledge_by(&self, due: Timestamp, overdue: bool) -> String {
        let day = self.day(due).unwrap_or_default();
        match (self.language, overdue) {
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
                .say(item.due.map_or(String::new(), |due| self.acknowledge_by(due, due < self.now))),
            None => &mut out,
            Some(Delivery::AtServer) => out.say_if(true, "已确认", "acknowledged"),
            Some(Delivery::OnDevice) => out.say_if(true, "已确认，确认尚未发出", "acknowledged, not sent yet"),
            Some(Delivery::Refused(_)) => out.say_if(true, "确认未被接收", "the acknowledgement was refused"),
        };
        out.say(self.category(item.category));
        out.say(&item.org_name).say(&item.title).say(self.time(item.published_at));
        out.say_if(item.edited, "已修改", "edited").say_if(item.bookmarked, "已收藏", "bookmarked");
        out.say_if(!item.read, "未读", "unread").delivery(item.delivery).end()
    }

    /// What sort an article is; the most usual is not said.
    fn category(&self, category: Category) -> &'static str {
        if category == Category::Information { "" } else { words::article_category(category, self.language) }
    }

    /// What is still to be acknowledged.
    #[must_use]
    pub fn reminder(&self, reminder: &Reminder) -> String {
        let Reminder { item, overdue, .. } = reminder;
        let mut out = self.sentence();
        match item.due {
            Some(due) => out.say(self.acknowledge_by(due, *overdue)),
            None => out.say_if(true, "请确认", "to be acknowledged"),
        };
        out.say(&item.org_name).say(&item.title).say_if(!item.read, "未读", "unread").end()
    }

    /// Who of one branch has not acknowledged, by name.
    #[must_use]
    pub fn branch_outstanding(&self, branch: &BranchOutstanding) -> String {
        let BranchOutstanding { org, members, acknowledged } = branch;
        let mut out = self.sentence();
        out.some(members.len() as u64, "人未确认", "have not acknowledged");
        out.say_if(members.is_empty(), "全部已确认", "all have acknowledged").say(&org.name);
        for member in members.iter().take(MAX_NAMES) {
            out.say(&member.name);
        }
        out.say_if(members.len() > MAX_NAMES, "等", "and others");
        out.some(*acknowledged, "人已确认", "have acknowledged").end()
    }

    /// How many have acknowledged an article.
    #[must_use]
    pub fn acknowledged(&self, count: &Count) -> String {
        let mut out = self.sentence();
        match count {
            Count::Few => out.say_if(true, "已确认人数不显示", "the number of who acknowledged is not shown"),
            Count::Exactly(number) => out.either(format!("{number}人已确认"), format!("{number} have acknowledged")),
        }
        .end()
    }

    /// How far an organisation is with acknowledging, in numbers.
    #[must_use]
    pub fn org_progress(&self, progress: &OrgProgress) -> String {
        let OrgProgress { name, acknowledged, members, .. } = progress;
        let mut out = self.sentence();
        out.say(name);
        match (acknowledged, members) {
            (Count::Exactly(said), Some(Count::Exactly(all))) => {
                out.either(format!("{all}人中{said}人已确认"), format!("{said} of {all} have acknowledged"))
            }
            _ => out.say(self.acknowledged(acknowledged)),
        }
        .end()
    }

    /// A wording that an article has had.
    #[must_use]
    pub fn revision(&self, revision: &Revision) -> String {
        let time = self.time(revision.written_at);
        let mut out = self.sentence();
        out.either(format!("{time}的版本"), format!("as of {time}"));
        out.say(self.category(revision.category)).say(&revision.title).say(beginning(&revision.body));
        out.say(revision.due.map_or(String::new(), |due| self.acknowledge_by(due, due < self.now))).end()
    }
}
