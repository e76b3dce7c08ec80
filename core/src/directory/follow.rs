//! Which spaces are always kept in sync, as a function of the member's roles and seats; and forgetting a space for good.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::OptionalExtension;

use crate::document::{About, Change, Header, Kind};
use crate::error::Result;
use crate::ids::ids_in;
use crate::ids::{DocId, OrgId, SpaceId, SpaceKind};
use crate::live::Topic;
use crate::role::Role;
use crate::store::{StoredDocument, Write, meta, set_meta, together};
use crate::sync::wire::Refusal;

/// The spaces that roles and seats ask for, and of which of them everything is read: of a desk only from [`Role::DESK`] on.
fn wanted(write: &mut Write<'_>) -> Result<BTreeMap<SpaceId, bool>> {
    let mut out = BTreeMap::from([(SpaceId::personal(write.me()?.member), true)]);
    let mut statement = write.tx.prepare_cached("SELECT role, path FROM role WHERE until IS NULL OR until > ?1")?;
    let mut rows = statement.query([write.wall()])?;
    let mut held = Vec::new();
    while let Some(row) = rows.next()? {
        let path = row.get_ref(1)?.as_blob().unwrap_or_default();
        let path: Vec<OrgId> = ids_in(path).collect();
        held.push((row.get::<_, i64>(0)?, path));
    }
    let desks: BTreeSet<_> =
        held.iter().filter(|(role, _)| *role >= Role::DESK as i64).filter_map(|(_, path)| path.first()).collect();
    for (role, path) in &held {
        let Some(own) = path.first() else { continue };
        // A member hears what all above say; a role alone opens the organisation it is held in.
        let heard = if *role == Role::Member as i64 { path.len() } else { 1 };
        for (org, above) in path.iter().zip((0..heard).map(|at| &path[at..])) {
            out.insert(SpaceId::board(*org), true);
            out.insert(SpaceId::desk(*org), above.iter().any(|org| desks.contains(org)));
        }
        if *role == Role::Member as i64 || *role >= Role::Secretary as i64 {
            out.insert(SpaceId::standing(*own), true);
        }
    }
    drop(rows);
    drop(statement);
    for space in super::seat::seated(write)? {
        out.insert(space, true);
    }
    Ok(out)
}

/// Follows the discussion of a group or a case that this member opens: from the first moment on, the server says of a
/// seat in it only when it has heard of it.
pub(crate) fn follow_hidden(write: &mut Write<'_>, space: SpaceId) -> Result<()> {
    write.tx.prepare_cached("INSERT OR IGNORE INTO space (id, follow) VALUES (?1, 1)")?.execute([space])?;
    write.changed(Topic::Talks);
    Ok(())
}

/// Follows what roles and seats ask for, and purges what they no longer do.
pub(crate) fn follow_again(write: &mut Write<'_>) -> Result<()> {
    let wanted = wanted(write)?;
    let mut statement = write.tx.prepare_cached("SELECT id, whole FROM space WHERE follow = 1")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let followed: BTreeMap<SpaceId, bool> = rows.collect::<rusqlite::Result<_>>()?;
    drop(statement);
    for (space, was_whole) in &followed {
        match wanted.get(space) {
            None => purge(write, *space)?,
            Some(whole) if whole != was_whole => read_otherwise(write, *space, *whole)?,
            Some(_) => {}
        }
    }
    write.tx.execute("UPDATE space SET denied = 0 WHERE denied", [])?;
    for (space, whole) in wanted.iter().filter(|(space, _)| !followed.contains_key(space)) {
        write
            .tx
            .prepare_cached(
                "INSERT INTO space (id, follow, whole) VALUES (?1, 1, ?2)
                 ON CONFLICT DO UPDATE SET follow = 1, whole = ?2",
            )?
            .execute((space, whole))?;
        write.changed(Topic::Talks);
        give_back_own_word(write, *space)?;
    }
    Ok(())
}

/// What this member said on being in a group was kept when the group was left. If the server was set back since, it does
/// not know of it, and what is said on coming back would build on nothing; else it has this already, and takes note of it.
fn give_back_own_word(write: &mut Write<'_>, space: SpaceId) -> Result<()> {
    let me = write.me()?;
    for doc in write.documents_of(space)? {
        if doc.header.kind == Kind::Participant && doc.header.owner == me.member {
            write.offer_again(&doc)?;
        }
    }
    Ok(())
}

/// More or less of a desk is to be read than before: it is asked for from its start, and what is of others goes if it
/// may no longer be here. What may be comes again.
fn read_otherwise(write: &mut Write<'_>, space: SpaceId, whole: bool) -> Result<()> {
    if !whole {
        let me = write.me()?.member;
        let is_own = |header: &Header| header.owner == me || header.about == Some(About::Member(me));
        let mut docs = write.documents_of(space)?;
        docs.retain(|doc| !is_own(&doc.header));
        forget(write, space, &docs)?;
        crate::presence::forget_homes(write, space)?;
    }
    write.tx.execute("DELETE FROM gap WHERE space = ?1", [space])?;
    write.tx.execute("UPDATE space SET whole = ?2, seq = 0, chain = NULL WHERE id = ?1", (space, whole))?;
    Ok(())
}

/// Forgets documents of a space, and what waited for others of it.
fn forget(write: &mut Write<'_>, space: SpaceId, docs: &[StoredDocument]) -> Result<()> {
    write.forget_set_aside()?;
    for doc in docs {
        write.keep_own_words(doc)?;
        write.drop_document_unless_refused(doc)?;
    }
    crate::search::sweep(write)?;
    for table in ["gap", "orphan", "later"] {
        write.tx.execute(&format!("DELETE FROM {table} WHERE space = ?1"), [space])?;
    }
    write.changed(Topic::All);
    Ok(())
}

/// Forgets a space: documents, rows, search, place in the log. What this member wrote there and had not sent is kept
/// as refused, with its content.
pub(crate) fn purge(write: &mut Write<'_>, space: SpaceId) -> Result<()> {
    let mut docs = write.documents_of(space)?;
    let me = write.me()?.member;
    // That one has left a group: coming back is said in the same document.
    docs.retain(|doc| !(doc.header.kind == Kind::Participant && doc.header.owner == me));
    forget(write, space, &docs)?;
    write.tx.execute("DELETE FROM space WHERE id = ?1", [space])?;
    // Accepted, and not to be seen in a log any more: signed words of what is to be forgotten.
    write.tx.execute("DELETE FROM batch WHERE space = ?1 AND done", [space])?;
    if space.kind() == SpaceKind::Board {
        // Whose words are still here keeps a name, and no more than that.
        let written = "SELECT owner FROM document";
        write.tx.execute(&format!("DELETE FROM member WHERE home = ?1 AND id NOT IN ({written})"), [space.org()])?;
        write.tx.execute("UPDATE member SET number = '', standing = '', left = 0 WHERE home = ?1", [space.org()])?;
        write.tx.execute("DELETE FROM org WHERE id = ?1", [space.org()])?;
    }
    Ok(())
}

/// Under which it stands what a document kept at a purge was made from.
fn kept_key(id: DocId) -> String {
    format!("kept {id}")
}

impl Write<'_> {
    /// Turns what waits of a document into one change that stands by itself, and marks it refused.
    fn keep_own_words(&mut self, doc: &StoredDocument) -> Result<()> {
        let me = self.me()?;
        let mut statement = self.tx.prepare_cached("SELECT change FROM outbox WHERE doc = ?1 ORDER BY id")?;
        let waiting: Vec<Vec<u8>> =
            statement.query_map([doc.id], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        drop(statement);
        let Some(last) = waiting.last().and_then(|change| Change::decode(change).ok()) else { return Ok(()) };
        let made_from = self.last_of(doc.id, &last)?;
        self.tx.execute("DELETE FROM meta WHERE key = ?1", [kept_key(doc.id)])?;
        self.tx.execute("UPDATE document SET changes = x'', count = 0, received_at = NULL WHERE id = ?1", [doc.id])?;
        let Ok(said) = together(doc, &waiting) else { return Ok(()) };
        let whole = Change::first(me.actor(), last.written_at(), &said.values());
        let Ok(whole) = whole else { return Ok(()) };
        let reason: Option<i64> =
            self.tx.query_row("SELECT max(refused) FROM outbox WHERE doc = ?1", [doc.id], |row| row.get(0))?;
        self.tx.execute("DELETE FROM outbox WHERE doc = ?1", [doc.id])?;
        self.enqueue(doc, &whole)?;
        if let Some(last) = made_from {
            set_meta(self.tx, &kept_key(doc.id), [whole.hash().0, last].concat())?;
        }
        self.tx.execute(
            "UPDATE outbox SET refused = ?2 WHERE doc = ?1",
            (doc.id, reason.unwrap_or(Refusal::NotAllowed as i64)),
        )?;
        self.changed(Topic::Outbox);
        Ok(())
    }

    /// Of what was kept at a purge, the hash of the last change that it was made from.
    fn made_from(&self, id: DocId, kept: &Change) -> Result<Option<[u8; 32]>> {
        let noted: Option<[u8; 64]> = meta(self.tx, &kept_key(id))?;
        let last = noted.filter(|noted| noted.starts_with(&kept.hash().0));
        Ok(last.and_then(|noted| noted.last_chunk().copied()))
    }

    /// The hash of the last change of what waits of a document: each builds on the one before, so that a server which
    /// has it has all. None if some of it was refused and waits for its author's decision.
    fn last_of(&self, id: DocId, last: &Change) -> Result<Option<[u8; 32]>> {
        let sql = "SELECT count(*), max(refused) IS NOT NULL FROM outbox WHERE doc = ?1";
        let of_row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let (rows, refused): (i64, bool) = self.tx.prepare_cached(sql)?.query_row([id], of_row)?;
        Ok(match (rows, refused) {
            // Kept at an earlier purge.
            (1, true) => self.made_from(id, last)?,
            (_, true) => None,
            (_, false) => Some(last.hash().0),
        })
    }

    /// Word that a change was accepted in a space that was purged meanwhile: what was kept of it as refused is at the
    /// server, and nobody here may read it there. What was written to it since is kept. `false`, with nothing done, if
    /// the document was not kept but is here all the same.
    pub(crate) fn has_arrived(&mut self, id: DocId, change: &[u8]) -> Result<bool> {
        // What was let go of does not come back.
        let Some(doc) = self.document(id)? else { return Ok(true) };
        let kept = "SELECT 1 FROM outbox WHERE doc = ?1 AND refused IS NOT NULL";
        let kept = self.tx.prepare_cached(kept)?.exists([id])?;
        if self.forget_kept(id, change)? {
            self.drop_document_unless_refused(&doc)?;
        }
        Ok(kept)
    }

    /// Forgets what was kept of a document as refused when its space was purged, if this accepted change says it, or is
    /// the last of those that it was made from; whether it was. What was kept is a whole document: an edit that was
    /// refused waits for its author's decision.
    pub(crate) fn forget_kept(&mut self, id: DocId, change: &[u8]) -> Result<bool> {
        let sql = "SELECT id, change FROM outbox WHERE doc = ?1 AND refused IS NOT NULL ORDER BY id LIMIT 1";
        let kept = self.tx.prepare_cached(sql)?.query_row([id], |row| Ok((row.get(0)?, row.get(1)?)));
        let Some((row, kept)): Option<(i64, Vec<u8>)> = kept.optional()? else {
            return Ok(false);
        };
        let (Ok(kept), Ok(accepted)) = (Change::decode(&kept), Change::decode(change)) else { return Ok(false) };
        let is_last = self.made_from(id, &kept)? == Some(accepted.hash().0);
        if !is_last && kept.fields().is_none_or(|kept| accepted.fields() != Some(kept)) {
            return Ok(false);
        }
        self.tx.execute("DELETE FROM outbox WHERE id = ?1", [row])?;
        self.tx.execute("DELETE FROM meta WHERE key = ?1", [kept_key(id)])?;
        self.changed(Topic::Outbox);
        Ok(true)
    }

    fn drop_document_unless_refused(&mut self, doc: &StoredDocument) -> Result<()> {
        let kept: bool =
            self.tx.query_row("SELECT EXISTS (SELECT 1 FROM outbox WHERE doc = ?1)", [doc.id], |row| row.get(0))?;
        if kept { self.project_again(doc.id) } else { self.drop_document(doc) }
    }
}

#[cfg(test)]
#[path = "follow_tests.rs"]
mod tests;
