//! What a discussion shows.

use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;

use super::Talk;
use crate::clock::Timestamp;
use crate::error::Result;
use crate::ids::{DocId, ID_LEN, MemberId, SpaceId, SpaceKind};
use crate::outbox::{Delivery, delivery_sql};
use crate::role::Role;
use crate::store::Identity;

/// A discussion in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TalkView {
    /// The discussion.
    pub space: SpaceId,
    /// Its name: the organisation's, the topic of the gathering or group, or the title of the article above the thread;
    /// empty until that is here, and once it is withdrawn.
    pub name: String,
    /// The gathering or group whose discussion it is.
    pub gathering: Option<DocId>,
    /// How many messages of others are unread; see [`MessageView::unread`].
    pub unread: u64,
    /// How many of them mention this member; see [`MessageView::mentions_me`]. They count in a muted discussion too.
    pub mentions: u64,
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
    /// When it counts as written, which orders it: not later than the server received it.
    pub at: Timestamp,
    /// Whether another wrote it and this member has not read it: above the read mark, or arrived later below it.
    pub unread: bool,
    /// Whether it stands above what this member had read when it arrived: shown until the read mark passes it, on all
    /// devices of the member.
    pub arrived_later: bool,
    /// Whether it was written after its gathering had been ended early, by who did not know of that yet.
    pub after_end: bool,
    /// Members it mentions; none once withdrawn.
    pub mentions: Vec<MemberId>,
    /// Roles it mentions.
    pub roles: Vec<Role>,
    /// Whether another wrote it and mentions this member, or a role that this member holds at the organisation the
    /// discussion belongs to.
    pub mentions_me: bool,
    /// Reactions, the most frequent first.
    pub reactions: Vec<ReactionView>,
    /// Where it has got to.
    pub delivery: Delivery,
}

impl MessageView {
    /// Its place in the discussion.
    #[must_use]
    pub const fn cursor(&self) -> MessageCursor {
        MessageCursor { at: self.at, written_at: self.written_at, id: self.id }
    }
}

/// A place in a discussion. It stays one when the message there changes or goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MessageCursor {
    /// When the message there counts as written.
    pub at: Timestamp,
    /// When it was written by its author's clock: between equals in `at`.
    pub written_at: Timestamp,
    /// The message: between equals in both.
    pub id: DocId,
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
    /// What to pass to [`Talk::page`] for the page before; `None` at the beginning of what is here.
    pub before: Option<MessageCursor>,
    /// What to pass to [`Talk::page_after`] for the page after; `None` at the end of what is here.
    pub after: Option<MessageCursor>,
    /// Whether something is missing that the server holds; it arrives with the exchanges to come.
    pub gap: bool,
}

const MAX_PAGE: usize = 200;

/// SQL: whether the message `m` mentions this member. A thread belongs to the organisation on whose board it hangs, a
/// consultation to the one that is asked.
macro_rules! mentions_me_sql {
    () => {
        "(m.named OR m.roles > 0 AND m.author <> (SELECT value FROM meta WHERE key = 'member') AND EXISTS (
             SELECT 1 FROM role WHERE m.roles >> role.role & 1 AND role.org =
                 coalesce((SELECT substr(d.space, 2) FROM document d WHERE d.id = substr(m.space, 2)),
                          (SELECT c.desk FROM consultation c WHERE c.space = m.space), substr(m.space, 2))))"
    };
}

/// The columns up to the place in the discussion are those of a message; what is said of reading follows.
const MESSAGE: &str = concat!(
    "SELECT m.doc, m.author, coalesce(member.name, ''), m.body, m.reply, m.withdrawn, m.edited, m.other, m.written_at,
            m.order_at, m.author <> (SELECT value FROM meta WHERE key = 'member') AND NOT m.withdrawn,
            m.order_at <= coalesce(r.up_to, -1), coalesce(m.received_at > r.seen, 0), m.mentions, m.roles,
            coalesce(m.written_at >= g.closed, 0), ",
    mentions_me_sql!(),
    ", ",
    delivery_sql!("m.doc"),
    " FROM message m LEFT JOIN member ON member.id = m.author LEFT JOIN read_mark r ON r.subject = m.space
     LEFT JOIN gathering g ON g.space = m.space "
);

fn message(row: &Row<'_>) -> rusqlite::Result<MessageView> {
    let (to_read, passed, is_news): (bool, bool, bool) = (row.get(10)?, row.get(11)?, row.get(12)?);
    let mentions = row.get_ref(13)?.as_blob_or_null()?.unwrap_or_default();
    let roles: i64 = row.get(14)?;
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
        at: row.get(9)?,
        unread: to_read && (!passed || is_news),
        arrived_later: to_read && passed && is_news,
        mentions: mentions.chunks_exact(ID_LEN).filter_map(|id| MemberId::try_from(id).ok()).collect(),
        roles: Role::ALL.into_iter().filter(|role| roles >> *role as u8 & 1 == 1).collect(),
        after_end: row.get(15)?,
        mentions_me: row.get(16)?,
        reactions: Vec::new(),
        delivery: Delivery::from_column(row, 17)?,
    })
}

fn with_reactions(connection: &Connection, me: MemberId, messages: &mut [MessageView]) -> Result<()> {
    // A sheet of another discussion may name any message: who writes there need not be of this one.
    let mut statement = connection.prepare_cached(
        "SELECT emoji, count(DISTINCT member), max(member = ?2) FROM reaction WHERE target = ?1
             AND (SELECT space FROM document WHERE id = sheet) = (SELECT space FROM message WHERE doc = ?1)
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

/// At most `limit` messages on one side of a place (`<`, `>` or `>=`), in the order of the discussion, and whether
/// there are more on that side.
fn slice(
    connection: &Connection,
    space: SpaceId,
    side: &str,
    of: Option<MessageCursor>,
    limit: usize,
) -> Result<(Vec<MessageView>, bool)> {
    let direction = if side == "<" { "DESC" } else { "ASC" };
    let bound =
        if of.is_some() { format!("(m.order_at, m.written_at, m.doc) {side} (?3, ?4, ?5)") } else { "1".into() };
    let mut statement = connection.prepare_cached(&format!(
        "{MESSAGE} WHERE m.space = ?1 AND {bound}
         ORDER BY m.order_at {direction}, m.written_at {direction}, m.doc {direction} LIMIT ?2"
    ))?;
    let wanted = limit as i64 + 1;
    let rows = match of {
        Some(of) => statement.query_map((space, wanted, of.at, of.written_at, of.id), message)?,
        None => statement.query_map((space, wanted), message)?,
    };
    let mut messages: Vec<_> = rows.collect::<rusqlite::Result<_>>()?;
    let more = messages.len() > limit;
    messages.truncate(limit);
    if side == "<" {
        messages.reverse();
    }
    with_reactions(connection, Identity::read(connection)?.member, &mut messages)?;
    Ok((messages, more))
}

fn has_gap(connection: &Connection, space: SpaceId) -> Result<bool> {
    Ok(connection.prepare_cached("SELECT 1 FROM gap WHERE space = ?1")?.exists([space])?)
}

impl Talk<'_> {
    /// At most `limit` (1 to 200) messages before `before`, or the newest.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn page(&self, space: SpaceId, before: Option<MessageCursor>, limit: usize) -> Result<MessagePage> {
        self.0.read(|connection| {
            let (messages, more) = slice(connection, space, "<", before, limit.clamp(1, MAX_PAGE))?;
            let first = messages.first().map(MessageView::cursor);
            let after = before.and_then(|before| messages.last().map(MessageView::cursor).or(Some(before)));
            Ok(MessagePage { messages, before: first.filter(|_| more), after, gap: has_gap(connection, space)? })
        })
    }

    /// At most `limit` (1 to 200) messages after `after`.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn page_after(&self, space: SpaceId, after: MessageCursor, limit: usize) -> Result<MessagePage> {
        self.0.read(|connection| {
            let (messages, more) = slice(connection, space, ">", Some(after), limit.clamp(1, MAX_PAGE))?;
            let before = messages.first().map_or(after, MessageView::cursor);
            let last = messages.last().map(MessageView::cursor);
            let gap = has_gap(connection, space)?;
            Ok(MessagePage { messages, before: Some(before), after: last.filter(|_| more), gap })
        })
    }

    /// At most `limit` (1 to 200) messages with `message` in their middle, to open what a search or a reply points at;
    /// `None` if it is not here.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn around(&self, message: DocId, limit: usize) -> Result<Option<MessagePage>> {
        let limit = limit.clamp(1, MAX_PAGE);
        self.0.read(|connection| {
            let place = "SELECT space, order_at, written_at FROM message WHERE doc = ?1";
            let place = connection.prepare_cached(place)?.query_row([message], |row| {
                Ok((row.get(0)?, MessageCursor { at: row.get(1)?, written_at: row.get(2)?, id: message }))
            });
            let Some((space, place)) = place.optional()? else { return Ok(None) };
            let (mut messages, older) = slice(connection, space, "<", Some(place), limit / 2)?;
            let (newer, more) = slice(connection, space, ">=", Some(place), limit - messages.len())?;
            messages.extend(newer);
            let before = messages.first().map(MessageView::cursor).filter(|_| older);
            let after = messages.last().map(MessageView::cursor).filter(|_| more);
            Ok(Some(MessagePage { messages, before, after, gap: has_gap(connection, space)? }))
        })
    }

    /// One message, for instance what another replies to; `None` if it is not here.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn message(&self, id: DocId) -> Result<Option<MessageView>> {
        self.0.read(|connection| {
            let me = Identity::read(connection)?.member;
            let mut statement = connection.prepare_cached(&format!("{MESSAGE} WHERE m.doc = ?1"))?;
            let Some(mut found) = statement.query_row([id], message).optional()? else { return Ok(None) };
            with_reactions(connection, me, std::slice::from_mut(&mut found))?;
            Ok(Some(found))
        })
    }

    /// All discussions that are followed or opened: those with the newest message first.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn list(&self) -> Result<Vec<TalkView>> {
        self.0.read(|connection| {
            let me = Identity::read(connection)?.member;
            let mut statement = connection.prepare_cached(concat!(
                "SELECT s.id, coalesce(org.name, g.topic, c.subject, a.title, ''),
                        EXISTS (SELECT 1 FROM mute WHERE mute.space = s.id),
                        EXISTS (SELECT 1 FROM gap WHERE gap.space = s.id),
                        (SELECT count(*) FROM message m WHERE m.space = s.id AND m.author <> ?1 AND NOT m.withdrawn
                         AND m.order_at > coalesce(r.up_to, -1))
                        + (SELECT count(*) FROM message m WHERE m.space = s.id AND m.author <> ?1 AND NOT m.withdrawn
                           AND m.received_at > r.seen AND +m.order_at <= r.up_to),
                        (SELECT count(*) FROM message m WHERE m.space = s.id AND (m.named OR m.roles > 0)
                         AND (m.order_at > coalesce(r.up_to, -1) OR m.received_at > r.seen) AND ",
                mentions_me_sql!(),
                "), g.doc
                 FROM space s LEFT JOIN read_mark r ON r.subject = s.id
                 LEFT JOIN org ON org.id = substr(s.id, 2)
                 LEFT JOIN article a ON a.doc = substr(s.id, 2) AND NOT a.withdrawn
                 LEFT JOIN gathering g ON g.space = s.id LEFT JOIN consultation c ON c.space = s.id
                 WHERE substr(s.id, 1, 1) = ?2
                 ORDER BY (SELECT max(order_at) FROM message m WHERE m.space = s.id) DESC NULLS LAST, s.id"
            ))?;
            let rows = statement.query_map((me, [SpaceKind::Talk as u8]), |row| {
                Ok(TalkView {
                    space: row.get(0)?,
                    name: row.get(1)?,
                    gathering: row.get(6)?,
                    unread: row.get::<_, i64>(4)?.unsigned_abs(),
                    mentions: row.get::<_, i64>(5)?.unsigned_abs(),
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
                talk.last = last.query_row([talk.space], message).optional()?;
                with_reactions(connection, me, talk.last.as_mut_slice())?;
            }
            Ok(talks)
        })
    }
}
