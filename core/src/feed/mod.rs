//! The feed: articles of the own and all superior organisations, must-reads and their acknowledgement.

mod commands;
mod drafts;
mod due;
mod outstanding;
mod queries;
mod revisions;

pub use commands::{ArticleEdit, Category, DueEdit, Feed, NewArticle};
pub use drafts::DraftArticle;
pub use due::Reminder;
pub use outstanding::{BranchOutstanding, OrgProgress, Outstanding};
pub use queries::{ArticleView, FeedCursor, FeedItem, FeedPage};
pub use revisions::Revision;

use crate::clock::order_key;
use crate::error::Result;
use crate::ids::{DocId, SpaceId};
use crate::live::Topic;
use crate::store::{Seen, Write};

pub(crate) fn show_article(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let fields = &seen.fields;
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO article (doc, space, title, body, category, must_read, due, pinned, withdrawn,
                                             author, written_at, order_at, edited)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute((
            seen.id,
            seen.header.space,
            fields.text("title"),
            fields.text("body"),
            fields.text("category"),
            fields.flag("must_read"),
            fields.time("due"),
            fields.flag("pinned"),
            fields.flag("withdrawn"),
            seen.header.owner,
            seen.written_at,
            order_key(seen.written_at, seen.received_at),
            fields.int("edited").is_some(),
        ))?;
    changed(write, seen.id)
}

pub(crate) fn show_acknowledgement(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let Some(article) = Write::subject(&seen.header) else { return Ok(()) };
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO acknowledgement (doc, article, member, at, received_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            seen.id,
            article,
            seen.header.owner,
            seen.fields.time("at").unwrap_or(seen.written_at),
            seen.received_at,
        ))?;
    write.changed(Topic::Feed);
    Ok(())
}

pub(crate) fn remove(write: &mut Write<'_>, id: DocId) -> Result<()> {
    write.tx.prepare_cached("DELETE FROM article WHERE doc = ?1")?.execute([id])?;
    write.tx.prepare_cached("DELETE FROM acknowledgement WHERE doc = ?1")?.execute([id])?;
    changed(write, id)
}

fn changed(write: &mut Write<'_>, article: DocId) -> Result<()> {
    write.changed(Topic::Feed);
    // The title is the name of the thread below, if that is open.
    if write.tx.prepare_cached("SELECT 1 FROM space WHERE id = ?1")?.exists([SpaceId::thread(article)])? {
        write.changed(Topic::Talks);
    }
    Ok(())
}
