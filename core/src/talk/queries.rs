//! What a discussion shows.

use rusqlite::Row;
use serde::Serialize;

use super::Talk;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::ids::{DocId, MemberId, SpaceId, SpaceKind};
use crate::outbox::{Delivery, delivery_sql};
use crate::store::Identity;

/// A discussion in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TalkView {
    /// The discussion.
    pub space: SpaceId,
    /// Its name: the organisation's, or the title of the article above the thread; empty until that is here.
    pub name: String,
    /// Messages of others above the read mark.
    pub unread: u64,
    /// The newest message.
    pub last: Option<MessageView>,
    /// Whether the member wants no notice of it.
    pub muted: bool,
    /// Whether older messages are at the server that this phone does not hold.
    pub gap: bool,
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageView {
    /// The message.
    pub id: DocId,
    /// Who wrote it.
    pub author: MemberId,
    /// The author's name.
    pub author_name: String,
    /// Its text; empty once withdrawn.
    pub body: String,
    /// The message it replies to.
    pub reply: Option<DocId>,
    /// Whether its author has withdrawn it.
    pub withdrawn: bool,
    /// Whether it was changed after it was sent.
    pub edited: bool,
    /// A text that the author wrote on another phone at the same time and that lost.
    pub other: Option<String>,
    /// When it was written, by its author's clock.
    pub written_at: Timestamp,
    /// Reactions, the most frequent first.
    pub reactions: Vec<ReactionView>,
    /// Where it has got to.
    pub delivery: Delivery,
}

/// One sort of reaction to a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReactionView {
    /// The emoji.
    pub emoji: String,
    /// How many members gave it.
    pub count: u64,
    /// Whether this member did.
    pub own: bool,
}

/// A page of messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessagePage {
    /// In the order of the discussion, oldest first.
    pub messages: Vec<MessageView>,
    /// What to pass for the page before; `None` at the beginning of what is here.
    pub before: Option<DocId>,
    /// Whether something is missing that the server holds; it arrives with the exchanges to come.
    pub gap: bool,
}

const MAX_PAGE: usize = 200;

const MESSAGE: &str = concat!(
    "SELECT m.doc, m.author, coalesce(member.name, ''), m.body, m.reply, m.withdrawn, m.edited, m.other, m.written_at, ",
    delivery_sql!("m.doc"),
    " FROM message m LEFT JOIN member ON member.id = m.author "
);
const GAP: &str = "SELECT EXISTS (SELECT 1 FROM gap WHERE space = ?1)";

fn message(row: &Row<'_>) -> rusqlite::Result<MessageView> {
    Ok(MessageView {
        id: row.get(0)?,
        author: row.get(1)?,
        author_name: row.get(2)?,
        body: row.get(3)?,
        reply: row.get(4)?,
        withdrawn: row.get(5)?,
        edited: row.get(6)?,
        other: row.get(7)?,
        written_at: row.get(8)?,
        reactions: Vec::new(),
        delivery: Delivery::from_column(row, 9)?,
    })
}

fn with_reactions(connection: &rusqlite::Connection, me: MemberId, messages: &mut [MessageView]) -> Result<()> {
    let mut statement = connection.prepare_cached(
        "SELECT emoji, count(DISTINCT member), max(member = ?2) FROM reaction WHERE target = ?1
         GROUP BY emoji ORDER BY 2 DESC, 1",
    )?;
    for message in messages {
        let rows = statement.query_map((message.id, me), |row| {
            Ok(ReactionView { emoji: row.get(0)?, count: row.get::<_, i64>(1)?.unsigned_abs(), own: row.get(2)? })
        })?;
        message.reactions = rows.collect::<rusqlite::Result<_>>()?;
    }
    Ok(())
}

impl Talk<'_> {
    /// At most `limit` (200 at the most) messages before `before`, or the newest.
    ///
    /// # Errors
    /// [`Error::NotFound`] if `before` is no message of this discussion; [`Error::NotEnrolled`]; storage errors.
    pub fn page(&self, space: SpaceId, before: Option<DocId>, limit: usize) -> Result<MessagePage> {
        let limit = limit.clamp(1, MAX_PAGE);
        self.0.read(|connection| {
            let me = Identity::read(connection)?.member;
            let known = "SELECT 1 FROM message WHERE doc = ?1 AND space = ?2";
            if before.is_some() && !connection.prepare_cached(known)?.exists((before, space))? {
                return Err(Error::NotFound);
            }
            let bound = if before.is_some() {
                "AND (m.order_at, m.written_at, m.doc) < (SELECT order_at, written_at, doc FROM message WHERE doc = ?3)"
            } else {
                "AND ?3 IS NULL"
            };
            let mut statement = connection.prepare_cached(&format!(
                "{MESSAGE} WHERE m.space = ?1 {bound}
                 ORDER BY m.order_at DESC, m.written_at DESC, m.doc DESC LIMIT ?2"
            ))?;
            let rows = statement.query_map((space, limit as i64 + 1, before), message)?;
            let mut messages: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
            let more = messages.len() > limit;
            messages.truncate(limit);
            messages.reverse();
            with_reactions(connection, me, &mut messages)?;
            let before = if more { messages.first().map(|first| first.id) } else { None };
            let gap = connection.prepare_cached(GAP)?.query_row([space], |row| row.get(0))?;
            Ok(MessagePage { messages, before, gap })
        })
    }

    /// All discussions that are followed or opened: those with the newest message first.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn list(&self) -> Result<Vec<TalkView>> {
        self.0.read(|connection| {
            let me = Identity::read(connection)?.member;
            let mut statement = connection.prepare_cached(
                "SELECT s.id, coalesce(org.name, a.title, ''),
                        EXISTS (SELECT 1 FROM mute WHERE mute.space = s.id),
                        EXISTS (SELECT 1 FROM gap WHERE gap.space = s.id),
                        (SELECT count(*) FROM message m WHERE m.space = s.id AND m.author <> ?1 AND NOT m.withdrawn
                         AND m.order_at > coalesce((SELECT up_to FROM read_mark WHERE subject = s.id), -1))
                 FROM space s LEFT JOIN org ON org.id = substr(s.id, 2) LEFT JOIN article a ON a.doc = substr(s.id, 2)
                 WHERE substr(s.id, 1, 1) = ?2
                 ORDER BY (SELECT max(order_at) FROM message m WHERE m.space = s.id) DESC NULLS LAST, s.id",
            )?;
            let rows = statement.query_map((me, [SpaceKind::Talk as u8]), |row| {
                Ok(TalkView {
                    space: row.get(0)?,
                    name: row.get(1)?,
                    unread: row.get::<_, i64>(4)?.unsigned_abs(),
                    last: None,
                    muted: row.get(2)?,
                    gap: row.get(3)?,
                })
            })?;
            let mut talks: Vec<TalkView> = rows.collect::<rusqlite::Result<_>>()?;
            let mut last = connection.prepare_cached(&format!(
                "{MESSAGE} WHERE m.space = ?1 ORDER BY m.order_at DESC, m.written_at DESC, m.doc DESC LIMIT 1"
            ))?;
            for talk in &mut talks {
                talk.last = last.query_map([talk.space], message)?.next().transpose()?;
            }
            Ok(talks)
        })
    }
}
