//! Discussions: messages in one order on every device, reactions, unread counts.
//!
//! A discussion is a projection over many small documents: each message belongs to its author, all reactions of one
//! member stand in one sheet of that member's.
//!
//! A message may mention members by name, and roles: whoever holds one of them at the very organisation that the
//! discussion belongs to. A role that is held above is not meant, or every word to a branch's secretary would reach all
//! the secretaries above.

mod commands;
mod queries;

pub(crate) use commands::open;
pub use commands::{NewMessage, Talk};
pub use queries::{MessageCursor, MessagePage, MessageView, ReactionView, TalkView};

use crate::clock::order_key;
use crate::document::{Fields, Value};
use crate::error::Result;
use crate::ids::{DocId, ID_LEN, SpaceId};
use crate::live::Topic;
use crate::role::Role;
use crate::seeded::bug;
use crate::store::{Seen, Write};

/// What stands on a board is at the server, perhaps again: its thread is asked for, if that was denied before.
pub(crate) fn ask_again(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    if seen.received_at.is_none() {
        return Ok(());
    }
    let sql = "UPDATE space SET denied = 0 WHERE id = ?1 AND denied";
    if write.tx.prepare_cached(sql)?.execute([SpaceId::thread(seen.id)])? > 0 {
        write.wants_exchange();
    }
    Ok(())
}

pub(crate) fn show_message(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let fields = &seen.fields;
    // What was written on the author's other phone at the same time and lost; the author may take it instead.
    let other = fields.others("body").iter().find_map(|value| match value {
        Value::Str(text) => Some(text.as_str()),
        _ => None,
    });
    let (mentions, roles) = mentioned(fields);
    let named = match &mentions {
        Some(mentions) => {
            let me = write.me()?.member;
            seen.header.owner != me && mentions.chunks_exact(ID_LEN).any(|id| id == me.as_bytes())
        }
        None => false,
    };
    write
        .tx
        .prepare_cached(
            "INSERT INTO message (rowid, doc, space, author, body, reply, withdrawn, edited, other, written_at, order_at,
                                  received_at, mentions, named, roles)
             VALUES (?12, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?13, ?14, ?15)
             ON CONFLICT DO UPDATE SET body = ?4, withdrawn = ?6, edited = ?7, other = ?8, written_at = ?9,
                                       order_at = ?10, received_at = ?11, mentions = ?13, named = ?14, roles = ?15",
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
            mentions,
            named,
            roles,
        ))?;
    changed(write, seen.header.space);
    Ok(())
}

/// Whom a message mentions: members as they stand in it, and roles as bits. What was withdrawn mentions nobody.
fn mentioned(fields: &Fields) -> (Option<&[u8]>, i64) {
    if fields.flag("withdrawn") {
        return (None, 0);
    }
    let known = |number: &u8| Role::try_from(i64::from(*number)).is_ok();
    let roles = fields.bytes("roles").iter().filter(|number| known(number)).fold(0, |bits, number| bits | 1 << number);
    (Some(fields.bytes("mentions")).filter(|mentions| !mentions.is_empty()), roles)
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
