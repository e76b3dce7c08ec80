//! Discussions: messages in one order on every device, reactions, unread counts.
//!
//! A discussion is a projection over many small documents: each message belongs to its author, all reactions of one
//! member stand in one sheet of that member's.

mod commands;
mod queries;

pub use commands::Talk;
pub use queries::{MessageCursor, MessagePage, MessageView, ReactionView, TalkView};

use crate::clock::order_key;
use crate::document::Value;
use crate::error::Result;
use crate::ids::{DocId, SpaceId};
use crate::live::Topic;
use crate::seeded::bug;
use crate::store::{Seen, Write};

pub(crate) fn show_message(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let fields = &seen.fields;
    // What was written on the author's other phone at the same time and lost; the author may take it instead.
    let other = fields.others("body").iter().find_map(|value| match value {
        Value::Str(text) => Some(text.as_str()),
        _ => None,
    });
    write
        .tx
        .prepare_cached(
            "INSERT INTO message (rowid, doc, space, author, body, reply, withdrawn, edited, other, written_at, order_at,
                                  received_at)
             VALUES (?12, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT DO UPDATE SET body = ?4, withdrawn = ?6, edited = ?7, other = ?8, order_at = ?10,
                                       received_at = ?11",
        )?
        .execute((
            seen.id,
            seen.header.space,
            seen.header.owner,
            fields.text("body"),
            fields.id::<DocId>("reply"),
            fields.flag("withdrawn"),
            fields.int("edited").is_some(),
            other,
            seen.written_at,
            if bug("order-by-arrival") { write.now } else { order_key(seen.written_at, seen.received_at) },
            seen.received_at,
            seen.rowid,
        ))?;
    changed(write, seen.header.space);
    Ok(())
}

pub(crate) fn show_reactions(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    if !bug("stale-reactions") {
        write.tx.prepare_cached("DELETE FROM reaction WHERE sheet = ?1")?.execute([seen.id])?;
    }
    let mut insert = write
        .tx
        .prepare_cached("INSERT OR REPLACE INTO reaction (sheet, target, member, emoji) VALUES (?1, ?2, ?3, ?4)")?;
    for (key, field) in seen.fields.iter() {
        if let (Ok(target), Value::Str(emoji)) = (key.parse::<DocId>(), &field.value) {
            insert.execute((seen.id, target, seen.header.owner, emoji))?;
        }
    }
    drop(insert);
    changed(write, seen.header.space);
    Ok(())
}

pub(crate) fn remove(write: &mut Write<'_>, id: DocId, space: SpaceId) -> Result<()> {
    write.tx.prepare_cached("DELETE FROM message WHERE doc = ?1")?.execute([id])?;
    write.tx.prepare_cached("DELETE FROM reaction WHERE sheet = ?1")?.execute([id])?;
    changed(write, space);
    Ok(())
}

fn changed(write: &mut Write<'_>, space: SpaceId) {
    write.changed(Topic::Talk(space));
    write.changed(Topic::Talks);
}
