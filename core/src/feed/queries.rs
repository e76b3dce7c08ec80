//! What the feed shows.

use rusqlite::{OptionalExtension, Row};
use serde::Serialize;

use super::{Category, Feed, outstanding};
use crate::clock::Timestamp;
use crate::count::Count;
use crate::error::Result;
use crate::ids::{DocId, OrgId, SpaceId};
use crate::outbox::{Delivery, delivery_sql};
use crate::store::Identity;

/// An article as one row of the feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeedItem {
    /// The article.
    pub id: DocId,
    /// The organisation that published it.
    pub org: OrgId,
    /// That organisation's name; empty until its card is here.
    pub org_name: String,
    /// Title.
    pub title: String,
    /// What sort it is.
    pub category: Category,
    /// When it was published.
    pub published_at: Timestamp,
    /// Whether it is on top.
    pub pinned: bool,
    /// Whether it was changed after publication.
    pub edited: bool,
    /// Whether readers are asked to acknowledge it.
    pub must_read: bool,
    /// Until when.
    pub due: Option<Timestamp>,
    /// Whether this member has acknowledged it, and where that has got to.
    pub acknowledged: Option<Delivery>,
    /// Whether this member has opened or acknowledged it, on any device, or published it.
    pub read: bool,
    /// Whether this member keeps it at hand.
    pub bookmarked: bool,
    /// Where the article itself has got to (of interest to its author).
    pub delivery: Delivery,
}

/// An article with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArticleView {
    /// As in the feed.
    pub item: FeedItem,
    /// The text.
    pub body: String,
    /// How many members have acknowledged it, of those this phone may know of; what the server refused does not count.
    /// For who reads more than the own branches no few people are a number, nor what would tell of a few.
    pub acknowledgements: Count,
    /// The discussion below it.
    pub thread: SpaceId,
}

/// A page of the feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeedPage {
    /// Pinned first, then newest first.
    pub items: Vec<FeedItem>,
    /// What to pass for the next page; `None` at the end.
    pub next: Option<FeedCursor>,
}

/// A place in the feed. It stays one when the article there changes, moves or goes: articles that come in between are
/// above it, and one that was unpinned in between shows once more in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FeedCursor {
    /// Whether it is among the pinned.
    pub pinned: bool,
    /// When the article there was published.
    pub published_at: Timestamp,
    /// The article: between equals.
    pub id: DocId,
}

impl FeedItem {
    /// Its place in the feed.
    #[must_use]
    pub const fn cursor(&self) -> FeedCursor {
        FeedCursor { pinned: self.pinned, published_at: self.published_at, id: self.id }
    }
}

/// The most rows of a page.
const MAX_PAGE: usize = 100;

pub(super) const ITEM: &str = concat!(
    "SELECT a.doc, a.space, coalesce(org.name, ''), a.title, a.category, a.order_at, a.pinned, a.edited, a.must_read,
            a.due, k.doc IS NOT NULL, ",
    delivery_sql!("k.doc"),
    ", k.doc IS NOT NULL OR a.author = ?1 OR EXISTS (SELECT 1 FROM read_mark r WHERE r.subject = a.doc),
       EXISTS (SELECT 1 FROM bookmark b WHERE b.doc = a.doc), ",
    delivery_sql!("a.doc"),
    " FROM article a LEFT JOIN org ON org.id = substr(a.space, 2)
      LEFT JOIN acknowledgement k ON k.article = a.doc AND k.member = ?1 "
);

pub(super) fn item(row: &Row<'_>) -> rusqlite::Result<FeedItem> {
    let acknowledged: bool = row.get(10)?;
    Ok(FeedItem {
        id: row.get(0)?,
        org: row.get::<_, SpaceId>(1)?.org(),
        org_name: row.get(2)?,
        title: row.get(3)?,
        category: Category::from_name(row.get_ref(4)?.as_str()?),
        published_at: row.get(5)?,
        pinned: row.get(6)?,
        edited: row.get(7)?,
        must_read: row.get(8)?,
        due: row.get(9)?,
        acknowledged: if acknowledged { Some(Delivery::from_column(row, 11)?) } else { None },
        read: row.get(12)?,
        bookmarked: row.get(13)?,
        delivery: Delivery::from_column(row, 14)?,
    })
}

impl Feed<'_> {
    /// A page of at most `limit` (1 to 100) articles below `after`, or from the top.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn page(&self, after: Option<FeedCursor>, limit: usize) -> Result<FeedPage> {
        self.page_of(None, after, limit)
    }

    /// As [`Feed::page`], of one category only.
    ///
    /// # Errors
    /// As [`Feed::page`].
    pub fn page_of(&self, only: Option<Category>, after: Option<FeedCursor>, limit: usize) -> Result<FeedPage> {
        let limit = limit.clamp(1, MAX_PAGE);
        self.0.read(|connection| {
            let me = Identity::read(connection)?.member;
            let mut statement = connection.prepare_cached(&format!(
                "{ITEM} WHERE NOT a.withdrawn AND (?2 IS NULL OR (a.pinned, a.order_at, a.doc) < (?2, ?3, ?4))
                 ORDER BY a.pinned DESC, a.order_at DESC, a.doc DESC"
            ))?;
            let (pinned, at, id) = (after.map(|a| a.pinned), after.map(|a| a.published_at), after.map(|a| a.id));
            let rows = statement.query_map((me, pinned, at, id), item)?;
            // As it reads here, a later version's category too; of the rest no more is fetched than is skipped.
            let wanted = |row: &rusqlite::Result<FeedItem>| {
                only.is_none_or(|only| row.as_ref().map_or(true, |item| item.category == only))
            };
            let mut items: Vec<_> = rows.filter(wanted).take(limit + 1).collect::<rusqlite::Result<_>>()?;
            let more = items.len() > limit;
            items.truncate(limit);
            let next = if more { items.last().map(FeedItem::cursor) } else { None };
            Ok(FeedPage { items, next })
        })
    }

    /// One article, withdrawn ones excepted.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn article(&self, id: DocId) -> Result<Option<ArticleView>> {
        self.0.read(|connection| {
            let me = Identity::read(connection)?.member;
            let mut statement = connection.prepare_cached(&format!("{ITEM} WHERE a.doc = ?2 AND NOT a.withdrawn"))?;
            let Some(item) = statement.query_row((me, id), item).optional()? else { return Ok(None) };
            let body = connection.query_row("SELECT body FROM article WHERE doc = ?1", [id], |row| row.get(0))?;
            let acknowledgements = outstanding::total(connection, item.org, id, self.0.wall(connection)?)?;
            Ok(Some(ArticleView { item, body, acknowledgements, thread: SpaceId::thread(id) }))
        })
    }

    /// How many articles of others the member has neither opened nor acknowledged, on any device.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn unread(&self) -> Result<u64> {
        self.0.read(|connection| {
            let me = Identity::read(connection)?.member;
            let count: i64 = connection.query_row(
                "SELECT count(*) FROM article a WHERE NOT withdrawn AND author <> ?1
                 AND NOT EXISTS (SELECT 1 FROM read_mark r WHERE r.subject = a.doc)
                 AND NOT EXISTS (SELECT 1 FROM acknowledgement k WHERE k.article = a.doc AND k.member = ?1)",
                [me],
                |row| row.get(0),
            )?;
            Ok(count.unsigned_abs())
        })
    }
}
