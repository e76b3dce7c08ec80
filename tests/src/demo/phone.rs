//! One of the three phones.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use hongqi_core::activity::AttendanceRow;
use hongqi_core::ids::{DocId, MemberId, SpaceId};
use hongqi_core::outbox::OutboxItem;
use hongqi_core::talk::MessageView;
use hongqi_core::{App, Core};

use crate::phone::{Failure, all_articles, enrol, net, open, show};

/// An app with its folder, in the foreground and mostly without a network.
#[derive(Debug)]
pub struct Phone {
    /// What the story calls it.
    pub name: &'static str,
    /// Its member's number in the books.
    pub number: String,
    home: PathBuf,
    app: Option<App>,
}

fn switch_on(home: &Path) -> Result<App, Failure> {
    let (app, _) = net::start(open(home)?)?;
    app.network(false);
    net::wait(app.resume())?;
    Ok(app)
}

impl Phone {
    /// A new device of the member with this number.
    pub fn new(folder: &Path, name: &'static str, number: &str, url: &str, code: &str) -> Result<Self, Failure> {
        let home = folder.join(name.trim_start_matches('@'));
        enrol(&home, url, code)?;
        let app = Some(switch_on(&home)?);
        Ok(Self { name, number: number.to_owned(), home, app })
    }

    /// The core.
    pub fn core(&self) -> Result<&Arc<Core>, Failure> {
        Ok(self.app()?.core())
    }

    fn app(&self) -> Result<&App, Failure> {
        self.app.as_ref().ok_or_else(|| Failure::new("closed", "the phone is off"))
    }

    /// The member.
    pub fn member(&self) -> MemberId {
        MemberId::from_number(&self.number)
    }

    /// Switched off and on again: the database is closed and opened from its file.
    pub fn restart(&mut self) -> Result<(), Failure> {
        net::wait(self.app()?.pause())?;
        self.app = None;
        self.app = Some(switch_on(&self.home)?);
        Ok(())
    }

    /// The network is there for as long as phone and server have something to say.
    pub fn sync(&self) -> Result<(), Failure> {
        let app = self.app()?;
        app.network(true);
        let synced = net::wait(app.background_run(net::DEADLINE));
        app.network(false);
        synced.map(drop)
    }

    /// What waits.
    pub fn outbox(&self) -> Result<Vec<OutboxItem>, Failure> {
        Ok(self.core()?.outbox().items()?)
    }

    /// The feed as lines that must be the same on every phone.
    pub fn feed(&self) -> Result<Vec<String>, Failure> {
        let line = |item: &hongqi_core::feed::FeedItem| {
            let mut line = format!("{}  ({})", item.title, item.org_name);
            line.push_str(if item.pinned { "  pinned" } else { "" });
            line.push_str(if item.must_read { "  must read" } else { "" });
            line.push_str(if item.edited { "  edited" } else { "" });
            line
        };
        Ok(all_articles(self.core()?)?.iter().map(line).collect())
    }

    /// The messages of a discussion.
    pub fn messages(&self, space: SpaceId) -> Result<Vec<MessageView>, Failure> {
        Ok(self.core()?.talk().page(space, None, 200)?.messages)
    }

    /// A discussion as lines that must be the same on every phone.
    pub fn talk(&self, space: SpaceId) -> Result<Vec<String>, Failure> {
        let line = |message: &MessageView| {
            let mut line = format!("{}: {}", message.author_name, message.body);
            line.push_str(if message.reply.is_some() { "  (reply)" } else { "" });
            line.push_str(if message.edited { "  (edited)" } else { "" });
            line.push_str(if message.withdrawn { "(withdrawn)" } else { "" });
            for reaction in &message.reactions {
                line.push_str(&format!("  {}×{}", reaction.emoji, reaction.count));
            }
            line
        };
        Ok(self.messages(space)?.iter().map(line).collect())
    }

    /// The attendance of an activity.
    pub fn attendance(&self, activity: DocId) -> Result<Vec<AttendanceRow>, Failure> {
        Ok(self.core()?.activities().attendance(activity)?)
    }

    /// The attendance as lines, of `only` or of everybody.
    pub fn roll(&self, activity: DocId, only: Option<MemberId>) -> Result<Vec<String>, Failure> {
        let names = crate::phone::names(self.core()?)?;
        let name = |member: MemberId| names.get(&member).cloned().unwrap_or_else(|| show::short(member));
        let rows = self.attendance(activity)?;
        let rows = rows.iter().filter(|row| only.is_none_or(|only| row.member == only));
        Ok(rows.map(|row| format!("{}  {}", row.name, show::attendance(&row.status, name))).collect())
    }
}
