//! What a member does in a discussion.

use rusqlite::OptionalExtension;

use crate::document::{Edit, Header, Kind, MAX_MESSAGE, MAX_REACTION, Nonce, Value};
use crate::error::{Error, Result};
use crate::ids::{DocId, SpaceId, SpaceKind};
use crate::input::{block, line, new_header};
use crate::store::{Store, Write};

/// Discussions; see [`crate::Core::talk`].
pub struct Talk<'a>(pub(crate) &'a Store);

impl Talk<'_> {
    /// Opens a discussion that is not followed, for instance the thread of an article: from now on it is kept in
    /// sync, until [`Talk::leave`]. Works with no network; what it holds arrives with the next exchange.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the space is no discussion.
    pub fn open(&self, space: SpaceId) -> Result<()> {
        self.0.write(|write| open(write, space))
    }

    /// Keeps an opened discussion in sync no longer. Followed ones stay.
    ///
    /// # Errors
    /// Storage errors, [`Error::Paused`].
    pub fn leave(&self, space: SpaceId) -> Result<()> {
        self.0.write(|write| {
            let opened: bool = write.tx.query_row(
                "SELECT EXISTS (SELECT 1 FROM space WHERE id = ?1 AND follow = 2)",
                [space],
                |row| row.get(0),
            )?;
            if opened { crate::directory::purge(write, space) } else { Ok(()) }
        })
    }

    /// Posts a message, perhaps as a reply to another; at most 8 KiB of UTF-8.
    ///
    /// # Errors
    /// [`Error::Invalid`]; [`Error::NotFound`] if the message replied to is not in this discussion.
    pub fn post(&self, space: SpaceId, body: &str, reply: Option<DocId>) -> Result<DocId> {
        block("body", body, MAX_MESSAGE)?;
        self.0.write(|write| {
            open(write, space)?;
            if let Some(reply) = reply
                && message(write, reply)?.space != space
            {
                return Err(Error::NotFound);
            }
            let header = new_header(write, Kind::Message, space)?;
            let mut fields: Vec<(&str, Value)> = vec![("body", body.into())];
            fields.extend(reply.map(|reply| ("reply", Value::Bytes(reply.as_bytes().to_vec()))));
            write.create(&header, &fields)
        })
    }

    /// Replaces the text of an own message. Before it was ever sent this leaves no trace.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] for another's message, [`Error::TooLate`] for a withdrawn one; [`Error::Invalid`].
    pub fn edit(&self, id: DocId, body: &str) -> Result<()> {
        block("body", body, MAX_MESSAGE)?;
        self.0.write(|write| {
            let message = own(write, id)?;
            if message.body == body {
                return Ok(());
            }
            let mut edits = vec![Edit::Put("body", body.into())];
            if message.perhaps_sent {
                edits.push(Edit::Put("edited", write.wall().into()));
            }
            write.edit(id, &edits)
        })
    }

    /// Withdraws an own message. One that was never sent is gone as if it had not been written.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] for another's message; [`Error::NotFound`].
    pub fn withdraw(&self, id: DocId) -> Result<()> {
        self.0.write(|write| {
            match own(write, id) {
                Err(Error::TooLate) => return Ok(()),
                other => other?,
            };
            if write.cancel(id)? {
                return Ok(());
            }
            write.edit(id, &[Edit::Put("body", Value::Null), Edit::Put("withdrawn", true.into())])
        })
    }

    /// Reacts to a message with one emoji, in place of an earlier reaction; `None` takes it back.
    ///
    /// # Errors
    /// [`Error::Invalid`]; [`Error::NotFound`].
    pub fn react(&self, id: DocId, emoji: Option<&str>) -> Result<()> {
        emoji.map_or(Ok(()), |emoji| line("emoji", emoji, MAX_REACTION))?;
        self.0.write(|write| {
            let space = message(write, id)?.space;
            let header = Header {
                kind: Kind::ReactionSheet,
                space,
                owner: write.me()?.member,
                about: None,
                nonce: Nonce::EMPTY,
            };
            let value = emoji.map_or(Value::Null, Value::from);
            write.put(&header, &[(&id.to_string(), value)])?;
            Ok(())
        })
    }
}

struct Message {
    space: SpaceId,
    body: String,
    perhaps_sent: bool,
}

fn message(write: &Write<'_>, id: DocId) -> Result<Message> {
    let mut statement = write.tx.prepare_cached(
        "SELECT m.space, m.body, d.count > 0 OR EXISTS
             (SELECT 1 FROM outbox o WHERE o.doc = m.doc AND o.batch IS NOT NULL)
         FROM message m JOIN document d ON d.id = m.doc WHERE m.doc = ?1",
    )?;
    let found = statement
        .query_row([id], |row| Ok(Message { space: row.get(0)?, body: row.get(1)?, perhaps_sent: row.get(2)? }))
        .optional()?;
    found.ok_or(Error::NotFound)
}

fn own(write: &mut Write<'_>, id: DocId) -> Result<Message> {
    let found = message(write, id)?;
    let me = write.me()?.member;
    let (own, withdrawn): (bool, bool) =
        write.tx.query_row("SELECT author = ?2, withdrawn FROM message WHERE doc = ?1", (id, me), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    match (own, withdrawn) {
        (false, _) => Err(Error::NotAllowed),
        (true, true) => Err(Error::TooLate),
        (true, false) => Ok(found),
    }
}

fn open(write: &mut Write<'_>, space: SpaceId) -> Result<()> {
    if space.kind() != SpaceKind::Talk {
        return Err(Error::Invalid { field: "space", reason: "not a discussion" });
    }
    let new = write.tx.prepare_cached("INSERT OR IGNORE INTO space (id, follow) VALUES (?1, 2)")?.execute([space])?;
    if new > 0 {
        write.wants_exchange();
    }
    Ok(())
}
