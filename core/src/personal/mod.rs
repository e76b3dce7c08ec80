//! What only the member's own devices see: read marks, bookmarks, mutes, drafts.

use rusqlite::{Connection, OptionalExtension, Row};
use serde::Serialize;

use crate::document::{About, Edit, Header, Kind, MAX_TEXT, MAX_TITLE, Nonce, Value};
use crate::error::{Error, Result};
use crate::feed::{Category, DraftArticle};
use crate::ids::{DocId, SpaceId, SpaceKind};
use crate::input::{new_header, optional_block, optional_line};
use crate::live::Topic;
use crate::seeded::bug;
use crate::store::{Seen, Store, Write};

/// Personal things; see [`crate::Core::personal`].
pub struct Personal<'a>(pub(crate) &'a Store);

/// Text that was not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DraftView {
    /// The draft.
    pub id: DocId,
    /// A title, perhaps empty.
    pub title: String,
    /// The text.
    pub text: String,
    /// Where it is meant to go.
    pub target: Option<SpaceId>,
    /// What it will be if it is an article that is being written: [`crate::feed::Feed::keep_draft`].
    pub article: Option<DraftArticle>,
}

fn header(write: &mut Write<'_>, kind: Kind, about: About) -> Result<Header> {
    let member = write.me()?.member;
    Ok(Header { kind, space: SpaceId::personal(member), owner: member, about: Some(about), nonce: Nonce::EMPTY })
}

impl Personal<'_> {
    /// Notes that an article was opened.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not here; [`Error::NotEnrolled`]; storage errors.
    pub fn mark_read(&self, article: DocId) -> Result<()> {
        self.0.write(|write| {
            is_here(write, "SELECT 1 FROM article WHERE doc = ?1", article)?;
            mark(write, About::Doc(article), ReadMark { up_to: 0, seen: 0 })
        })
    }

    /// Notes that a discussion was read up to and with this message. It never goes back. What arrives later is unread,
    /// also where its place is above this one.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the message is not here.
    pub fn mark_talk_read(&self, message: DocId) -> Result<()> {
        self.0.write(|write| {
            let mut statement = write.tx.prepare_cached("SELECT space, order_at FROM message WHERE doc = ?1")?;
            let found = statement.query_row([message], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let (space, at): (SpaceId, i64) = found.ok_or(Error::NotFound)?;
            // Only what the server has received counts: an unsent message of a phone that is days ahead would mark days
            // to come as read.
            let up_to = "SELECT order_at FROM message WHERE space = ?1 AND order_at <= ?2 AND received_at IS NOT NULL
                         ORDER BY order_at DESC LIMIT 1";
            let seen =
                "SELECT received_at FROM message WHERE space = ?1 AND +order_at <= ?2 AND received_at IS NOT NULL
                        ORDER BY received_at DESC LIMIT 1";
            let newest = |sql| -> Result<Option<i64>> {
                Ok(write.tx.prepare_cached(sql)?.query_row((space, at), |row| row.get(0)).optional()?)
            };
            match (newest(up_to)?, newest(seen)?) {
                (Some(up_to), Some(seen)) => {
                    let seen = seen.min(before_what_is_left(write, space, at)?);
                    mark(write, About::Space(space), ReadMark { up_to, seen })
                }
                _ => Ok(()),
            }
        })
    }

    /// Keeps an article, an activity or a message at hand, or no longer.
    ///
    /// # Errors
    /// [`Error::NotFound`] if no such thing is here, or to give up what was not kept; [`Error::NotEnrolled`]; storage
    /// errors.
    pub fn bookmark(&self, doc: DocId, kept: bool) -> Result<()> {
        self.0.write(|write| {
            // What was kept may have gone with its space.
            let known = "SELECT 1 FROM article WHERE doc = ?1 UNION ALL SELECT 1 FROM activity WHERE doc = ?1
                         UNION ALL SELECT 1 FROM message WHERE doc = ?1 UNION ALL SELECT 1 FROM bookmark WHERE doc = ?1";
            is_here(write, known, doc)?;
            if write.tx.prepare_cached("SELECT 1 FROM bookmark WHERE doc = ?1")?.exists([doc])? == kept {
                return Ok(());
            }
            let header = header(write, Kind::Bookmark, About::Doc(doc))?;
            let at = write.wall();
            write.put(&header, &[("kept", kept.into()), ("at", at.into())])?;
            Ok(())
        })
    }

    /// The bookmarked documents, newest bookmark first; those too that were withdrawn or are not on this phone.
    ///
    /// # Errors
    /// Storage errors, [`Error::Paused`].
    pub fn bookmarks(&self) -> Result<Vec<DocId>> {
        self.0.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT doc FROM bookmark ORDER BY at DESC, doc")?;
            Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Wants no notice of a discussion that is followed or opened, or wants it again.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the space is no discussion, [`Error::NotFound`] if it is not here;
    /// [`Error::NotEnrolled`]; storage errors.
    pub fn mute(&self, space: SpaceId, muted: bool) -> Result<()> {
        self.0.write(|write| {
            if space.kind() != SpaceKind::Talk {
                return Err(Error::Invalid { field: "space", reason: "not a discussion" });
            }
            let known = "SELECT 1 FROM space WHERE id = ?1 UNION ALL SELECT 1 FROM mute WHERE space = ?1";
            is_here(write, known, space)?;
            if write.tx.prepare_cached("SELECT 1 FROM mute WHERE space = ?1")?.exists([space])? == muted {
                return Ok(());
            }
            let header = header(write, Kind::Mute, About::Space(space))?;
            write.put(&header, &[("muted", muted.into())])?;
            Ok(())
        })
    }

    /// Keeps text for later.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn new_draft(&self, title: &str, text: &str, target: Option<SpaceId>) -> Result<DocId> {
        optional_line("title", title, MAX_TITLE)?;
        optional_block("text", text, MAX_TEXT)?;
        self.0.write(|write| {
            let member = write.me()?.member;
            let header = new_header(write, Kind::Draft, SpaceId::personal(member))?;
            let mut fields: Vec<(&str, Value)> = vec![("title", title.into()), ("text", Value::Text(text.to_owned()))];
            fields.extend(target.map(|target| ("target", Value::Bytes(target.to_bytes().to_vec()))));
            write.create(&header, &fields)
        })
    }

    /// Replaces the text of a draft; what another device changed at the same time merges with it.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`].
    pub fn edit_draft(&self, draft: DocId, text: &str) -> Result<()> {
        optional_block("text", text, MAX_TEXT)?;
        self.0.write(|write| change_draft(write, draft, vec![Edit::SetText("text", text)]))
    }

    /// Gives a draft another title, perhaps an empty one.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::NotFound`].
    pub fn rename_draft(&self, draft: DocId, title: &str) -> Result<()> {
        optional_block("title", title, MAX_TITLE)?;
        self.0.write(|write| change_draft(write, draft, vec![Edit::Put("title", title.into())]))
    }

    /// Throws a draft away, on all devices.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn discard_draft(&self, draft: DocId) -> Result<()> {
        self.0.write(|write| discard(write, draft))
    }

    /// All drafts, the last changed first.
    ///
    /// # Errors
    /// Storage errors, [`Error::Paused`].
    pub fn drafts(&self) -> Result<Vec<DraftView>> {
        self.0.read(|connection| {
            let mut statement = connection.prepare_cached(&format!("{DRAFT} ORDER BY changed_at DESC, doc"))?;
            Ok(statement.query_map([], draft)?.collect::<rusqlite::Result<_>>()?)
        })
    }
}

/// What [`draft`] reads.
const DRAFT: &str = "SELECT doc, title, text, target, category, must_read, due, corrects FROM draft";

fn draft(row: &Row<'_>) -> rusqlite::Result<DraftView> {
    let target: Option<SpaceId> = row.get(3)?;
    let category: Option<String> = row.get(4)?;
    let (must_read, due, corrects) = (row.get(5)?, row.get(6)?, row.get(7)?);
    let board = target.filter(|target| target.kind() == SpaceKind::Board);
    let article = board.zip(category).map(|(board, category)| DraftArticle {
        org: board.org(),
        category: Category::from_name(&category),
        must_read,
        due,
        corrects,
    });
    Ok(DraftView { id: row.get(0)?, title: row.get(1)?, text: row.get(2)?, target, article })
}

/// One draft.
pub(crate) fn draft_in(connection: &Connection, id: DocId) -> Result<Option<DraftView>> {
    let mut statement = connection.prepare_cached(&format!("{DRAFT} WHERE doc = ?1"))?;
    Ok(statement.query_row([id], draft).optional()?)
}

fn is_here(write: &Write<'_>, query: &str, id: impl rusqlite::ToSql) -> Result<()> {
    if write.tx.prepare_cached(query)?.exists([id])? { Ok(()) } else { Err(Error::NotFound) }
}

pub(crate) fn change_draft(write: &mut Write<'_>, draft: DocId, mut edits: Vec<Edit<'_>>) -> Result<()> {
    is_draft(write, draft)?;
    let at = write.tick();
    edits.push(Edit::Put("edited", at.into()));
    write.edit(draft, &edits)
}

pub(crate) fn discard(write: &mut Write<'_>, draft: DocId) -> Result<()> {
    is_draft(write, draft)?;
    if write.cancel(draft)? {
        return Ok(());
    }
    write.edit(draft, &[Edit::SetText("text", ""), Edit::Put("discarded", true.into())])
}

fn is_draft(write: &Write<'_>, draft: DocId) -> Result<()> {
    // One that was thrown away is a document still, and none to write in: nobody would see it.
    if write.tx.prepare_cached("SELECT 1 FROM draft WHERE doc = ?1")?.exists([draft])? {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

/// How far something was read: up to this place, as far as the server had received it by then.
///
/// Of two the one that goes further counts, as a whole. Put together, the further place of one phone and the later
/// reception of the other would claim what neither has shown: a late message above the place that one had reached, which
/// the other had not received. What the lesser one says beyond that shows once more; nothing is passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ReadMark {
    up_to: i64,
    seen: i64,
}

impl ReadMark {
    fn to_value(self) -> Value {
        Value::Bytes([self.up_to.to_be_bytes(), self.seen.to_be_bytes()].concat())
    }

    fn from_value(value: &Value) -> Option<Self> {
        let Value::Bytes(bytes) = value else { return None };
        let (up_to, seen) = bytes.split_first_chunk()?;
        Some(Self { up_to: i64::from_be_bytes(*up_to), seen: i64::from_be_bytes(seen.try_into().ok()?) })
    }
}

fn mark(write: &mut Write<'_>, about: About, mark: ReadMark) -> Result<()> {
    let mut statement = write.tx.prepare_cached("SELECT up_to, seen FROM read_mark WHERE subject = ?1")?;
    let known = statement
        .query_row([subject_bytes(about)], |row| Ok(ReadMark { up_to: row.get(0)?, seen: row.get(1)? }))
        .optional()?;
    drop(statement);
    let further = match known {
        // Who goes back leaves nothing unread behind: `before_what_is_left`.
        Some(known) if mark.up_to <= known.up_to => ReadMark { seen: known.seen.max(mark.seen), ..known },
        _ => mark,
    };
    if known == Some(further) {
        return Ok(());
    }
    let header = header(write, Kind::ReadMark, about)?;
    write.put(&header, &[("read", further.to_value())])?;
    Ok(())
}

/// The reception below which nothing is left unread between the place `at` and the read mark behind it: whoever goes
/// back to read one message that arrived later has not read the next one, received in the same batch.
fn before_what_is_left(write: &mut Write<'_>, space: SpaceId, at: i64) -> Result<i64> {
    let me = write.me()?.member;
    let left: Option<i64> = write
        .tx
        .prepare_cached(
            "SELECT min(m.received_at) FROM read_mark r JOIN message m ON m.space = r.subject
             WHERE r.subject = ?1 AND m.received_at > r.seen AND +m.order_at > ?2 AND +m.order_at <= r.up_to
                   AND m.author <> ?3 AND NOT m.withdrawn",
        )?
        .query_row((space, at, me), |row| row.get(0))?;
    Ok(left.map_or(i64::MAX, |left| left - 1))
}

fn subject_bytes(about: About) -> Vec<u8> {
    match about {
        About::Doc(doc) => doc.as_bytes().to_vec(),
        About::Space(space) => space.to_bytes().to_vec(),
        About::Member(member) => member.as_bytes().to_vec(),
    }
}

pub(crate) fn show_read_mark(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let Some(about) = seen.header.about else { return Ok(()) };
    // Two devices may have read different distances at the same time: the further one counts.
    let said = seen.fields.others("read").iter().chain(seen.fields.get("read")).filter_map(ReadMark::from_value);
    let Some(furthest) = (if bug("read-mark-loser") { said.min() } else { said.max() }) else { return Ok(()) };
    write
        .tx
        .prepare_cached(
            "INSERT INTO read_mark (subject, up_to, seen) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET up_to = ?2, seen = ?3 WHERE (?2, ?3) > (up_to, seen)",
        )?
        .execute((subject_bytes(about), furthest.up_to, furthest.seen))?;
    changed(write, &seen.header);
    Ok(())
}

/// What shows a personal thing: drafts and bookmarks have lists of their own, the rest shows where its subject does.
fn changed(write: &mut Write<'_>, header: &Header) {
    if matches!(header.kind, Kind::Bookmark | Kind::Draft) {
        write.changed(Topic::Personal);
    }
    match header.about {
        Some(About::Doc(_)) => write.changed(Topic::Feed),
        Some(About::Space(space)) => {
            write.changed(Topic::Talks);
            if header.kind == Kind::ReadMark {
                write.changed(Topic::Talk(space));
            }
        }
        _ => {}
    }
}

pub(crate) fn show_bookmark(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let Some(doc) = Write::subject(&seen.header) else { return Ok(()) };
    if seen.fields.flag("kept") {
        write
            .tx
            .prepare_cached("INSERT OR REPLACE INTO bookmark (doc, at) VALUES (?1, ?2)")?
            .execute((doc, seen.fields.time("at").unwrap_or(seen.written_at)))?;
    } else {
        write.tx.prepare_cached("DELETE FROM bookmark WHERE doc = ?1")?.execute([doc])?;
    }
    changed(write, &seen.header);
    Ok(())
}

pub(crate) fn show_mute(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let Some(About::Space(space)) = seen.header.about else { return Ok(()) };
    let sql = if seen.fields.flag("muted") {
        "INSERT OR IGNORE INTO mute (space) VALUES (?1)"
    } else {
        "DELETE FROM mute WHERE space = ?1"
    };
    write.tx.prepare_cached(sql)?.execute([space])?;
    changed(write, &seen.header);
    Ok(())
}

pub(crate) fn show_draft(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let fields = &seen.fields;
    if fields.flag("discarded") {
        write.tx.prepare_cached("DELETE FROM draft WHERE doc = ?1")?.execute([seen.id])?;
    } else {
        write
            .tx
            .prepare_cached(
                "INSERT OR REPLACE INTO draft (doc, title, text, target, changed_at, category, must_read, due, corrects)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute((
                seen.id,
                fields.text("title"),
                fields.text("text"),
                fields.id::<SpaceId>("target"),
                fields.time("edited").unwrap_or(seen.written_at),
                fields.get("category").map(|_| fields.text("category")),
                fields.flag("must_read"),
                fields.time("due").filter(|due| due.0 != 0),
                fields.id::<DocId>("corrects"),
            ))?;
    }
    changed(write, &seen.header);
    Ok(())
}

pub(crate) fn remove(write: &mut Write<'_>, id: DocId, header: &Header) -> Result<()> {
    let subject = header.about.map(subject_bytes).unwrap_or_else(|| id.as_bytes().to_vec());
    let sql = match header.kind {
        Kind::ReadMark => "DELETE FROM read_mark WHERE subject = ?1",
        Kind::Bookmark => "DELETE FROM bookmark WHERE doc = ?1",
        Kind::Mute => "DELETE FROM mute WHERE space = ?1",
        _ => "DELETE FROM draft WHERE doc = ?1",
    };
    write.tx.prepare_cached(sql)?.execute([subject])?;
    changed(write, header);
    Ok(())
}
