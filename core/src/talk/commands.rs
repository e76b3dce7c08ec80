//! What a member does in a discussion.

use std::collections::BTreeSet;

use rusqlite::OptionalExtension;

use crate::consult::require_open;
use crate::document::{Edit, Header, Kind, MAX_MENTIONS, MAX_MESSAGE, MAX_REACTION, Nonce, Value};
use crate::error::{Error, Result};
use crate::gathering::require_running;
use crate::ids::{DocId, MemberId, SpaceId, SpaceKind};
use crate::input::{block, line, new_header};
use crate::live::Topic;
use crate::role::Role;
use crate::store::{Store, Write};

/// Discussions; see [`crate::Core::talk`].
pub struct Talk<'a>(pub(crate) &'a Store);

/// A message to be posted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NewMessage<'a> {
    /// Its text, at most 8 KiB of UTF-8.
    pub body: &'a str,
    /// The message it replies to.
    pub reply: Option<DocId>,
    /// Members it mentions, at most 32.
    pub mentions: &'a [MemberId],
    /// Roles it mentions: whoever holds one of them at the organisation that the discussion belongs to; of a consultation
    /// that is the one asked.
    pub roles: &'a [Role],
}

impl Talk<'_> {
    /// Opens a discussion that is not followed, for instance the thread of an article: from now on it is kept in
    /// sync, until [`Talk::leave`]. Works with no network; what it holds arrives with the next exchange.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the space is no discussion.
    pub fn open(&self, space: SpaceId) -> Result<()> {
        self.0.write(|write| open(write, space))
    }

    /// Keeps an opened discussion in sync no longer, and forgets what it held. Whether that was done: one that is
    /// always followed stays, and so does one in which something still waits to be sent.
    ///
    /// # Errors
    /// Storage errors, [`Error::Paused`].
    pub fn leave(&self, space: SpaceId) -> Result<bool> {
        self.0.write(|write| {
            let may_go: bool = write.tx.query_row(
                "SELECT EXISTS (SELECT 1 FROM space WHERE id = ?1 AND follow = 2)
                    AND NOT EXISTS (SELECT 1 FROM outbox WHERE space = ?1 AND refused IS NULL)",
                [space],
                |row| row.get(0),
            )?;
            if may_go {
                crate::directory::purge(write, space)?;
            }
            Ok(may_go)
        })
    }

    /// Posts a message that mentions nobody, perhaps as a reply to another; at most 8 KiB of UTF-8.
    ///
    /// # Errors
    /// As [`Talk::post_message`].
    pub fn post(&self, space: SpaceId, body: &str, reply: Option<DocId>) -> Result<DocId> {
        self.post_message(space, &NewMessage { body, reply, ..NewMessage::default() })
    }

    /// Posts a message. Whom it mentions stays as it is when its text is edited.
    ///
    /// # Errors
    /// [`Error::Ended`] if the gathering or group is over; [`Error::NotAllowed`] in a group in which the member no longer
    /// takes part; [`Error::Invalid`]; [`Error::NotFound`] if the message replied to is not in this discussion.
    pub fn post_message(&self, space: SpaceId, message: &NewMessage<'_>) -> Result<DocId> {
        block("body", message.body, MAX_MESSAGE)?;
        let mentions: BTreeSet<_> = message.mentions.iter().collect();
        let roles: BTreeSet<_> = message.roles.iter().collect();
        if mentions.len() > MAX_MENTIONS {
            return Err(Error::Invalid { field: "mentions", reason: "too many" });
        }
        self.0.write(|write| {
            open(write, space)?;
            require_running(write, space)?;
            require_open(write.tx, space)?;
            if let Some(reply) = message.reply
                && space_of(write, reply)? != space
            {
                return Err(Error::NotFound);
            }
            let header = new_header(write, Kind::Message, space)?;
            let mut fields: Vec<(&str, Value)> = vec![("body", message.body.into())];
            fields.extend(message.reply.map(|reply| ("reply", Value::Bytes(reply.as_bytes().to_vec()))));
            if !mentions.is_empty() {
                fields.push(("mentions", Value::Bytes(mentions.iter().flat_map(|id| *id.as_bytes()).collect())));
            }
            if !roles.is_empty() {
                fields.push(("roles", Value::Bytes(roles.iter().map(|role| **role as u8).collect())));
            }
            write.create(&header, &fields)
        })
    }

    /// Replaces the text of an own message. Before it was ever sent this leaves no trace. Where the author's other
    /// phone has written another text at the same time, saying either of the two settles it.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] for another's message, [`Error::TooLate`] for a withdrawn one; [`Error::Ended`] if the
    /// gathering or group is over; [`Error::Invalid`].
    pub fn edit(&self, id: DocId, body: &str) -> Result<()> {
        block("body", body, MAX_MESSAGE)?;
        self.0.write(|write| {
            let space = own(write, id)?;
            require_running(write, space)?;
            require_open(write.tx, space)?;
            write.revise(id, &[Edit::Put("body", body.into())])
        })
    }

    /// Withdraws an own message. One that was never sent is gone as if it had not been written.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] for another's message; [`Error::Ended`] for one that was sent, if the gathering or group is
    /// over; [`Error::NotFound`].
    pub fn withdraw(&self, id: DocId) -> Result<()> {
        self.0.write(|write| {
            let space = match own(write, id) {
                Err(Error::TooLate) => return Ok(()),
                other => other?,
            };
            if write.cancel(id)? {
                return Ok(());
            }
            require_running(write, space)?;
            require_open(write.tx, space)?;
            write.edit(id, &[Edit::Put("body", Value::Null), Edit::Put("withdrawn", true.into())])
        })
    }

    /// Reacts to a message with one emoji, in place of an earlier reaction; `None` takes it back.
    ///
    /// # Errors
    /// [`Error::Ended`] if the gathering or group is over; [`Error::Invalid`]; [`Error::NotFound`].
    pub fn react(&self, id: DocId, emoji: Option<&str>) -> Result<()> {
        emoji.map_or(Ok(()), |emoji| line("emoji", emoji, MAX_REACTION))?;
        self.0.write(|write| {
            let space = space_of(write, id)?;
            require_running(write, space)?;
            require_open(write.tx, space)?;
            let header = Header {
                kind: Kind::ReactionSheet,
                space,
                owner: write.me()?.member,
                about: None,
                nonce: Nonce::EMPTY,
            };
            let reacted = "SELECT 1 FROM reaction WHERE sheet = ?1 AND target = ?2";
            if emoji.is_none() && !write.tx.prepare_cached(reacted)?.exists((header.id(), id))? {
                return Ok(());
            }
            let value = emoji.map_or(Value::Null, Value::from);
            write.put(&header, &[(&id.to_string(), value)])?;
            Ok(())
        })
    }
}

/// The discussion that a message stands in.
fn space_of(write: &Write<'_>, id: DocId) -> Result<SpaceId> {
    let mut statement = write.tx.prepare_cached("SELECT space FROM message WHERE doc = ?1")?;
    statement.query_row([id], |row| row.get(0)).optional()?.ok_or(Error::NotFound)
}

/// The discussion of an own message that was not withdrawn.
fn own(write: &mut Write<'_>, id: DocId) -> Result<SpaceId> {
    let me = write.me()?.member;
    let mut statement = write.tx.prepare_cached("SELECT author = ?2, withdrawn, space FROM message WHERE doc = ?1")?;
    match statement.query_row((id, me), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()? {
        None => Err(Error::NotFound),
        Some((false, ..)) => Err(Error::NotAllowed),
        Some((true, true, _)) => Err(Error::TooLate),
        Some((true, false, space)) => Ok(space),
    }
}

pub(crate) fn open(write: &mut Write<'_>, space: SpaceId) -> Result<()> {
    if space.kind() != SpaceKind::Talk {
        return Err(Error::Invalid { field: "space", reason: "not a discussion" });
    }
    let sql = "INSERT OR IGNORE INTO space (id, follow) VALUES (?1, 2)";
    if write.tx.prepare_cached(sql)?.execute([space])? > 0 {
        write.changed(Topic::Talks);
        write.wants_exchange();
    }
    Ok(())
}
