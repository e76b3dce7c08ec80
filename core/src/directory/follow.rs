//! Which spaces are always kept in sync, as a function of the member's roles; and forgetting a space for good.

use std::collections::BTreeSet;

use crate::document::{Change, Document};
use crate::error::Result;
use crate::ids::{OrgId, SpaceId, SpaceKind};
use crate::live::Topic;
use crate::role::Role;
use crate::store::Write;
use crate::sync::wire::Refusal;

fn wanted(write: &mut Write<'_>) -> Result<BTreeSet<SpaceId>> {
    let mut out = BTreeSet::from([SpaceId::personal(write.me()?.member)]);
    let mut statement = write.tx.prepare_cached("SELECT role, path FROM role WHERE until IS NULL OR until > ?1")?;
    let mut rows = statement.query([write.wall()])?;
    while let Some(row) = rows.next()? {
        let role: i64 = row.get(0)?;
        let path = row.get_ref(1)?.as_blob().unwrap_or_default();
        let orgs: Vec<_> = path.chunks_exact(16).filter_map(|id| OrgId::try_from(id).ok()).collect();
        let Some(own) = orgs.first() else { continue };
        // A member hears what all above say; a role alone opens the organisation it is held in.
        let heard = if role == Role::Member as i64 { &orgs[..] } else { &orgs[..1] };
        out.extend(heard.iter().flat_map(|org| [SpaceId::board(*org), SpaceId::desk(*org)]));
        if role == Role::Member as i64 || role >= Role::Secretary as i64 {
            out.insert(SpaceId::standing(*own));
        }
    }
    Ok(out)
}

/// Follows what the roles ask for, and purges what they no longer do.
pub(crate) fn follow_again(write: &mut Write<'_>) -> Result<()> {
    let wanted = wanted(write)?;
    let mut statement = write.tx.prepare_cached("SELECT id FROM space WHERE follow = 1")?;
    let followed: BTreeSet<SpaceId> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    drop(statement);
    for space in followed.difference(&wanted) {
        purge(write, *space)?;
    }
    write.tx.execute("UPDATE space SET denied = 0 WHERE denied", [])?;
    for space in wanted.difference(&followed) {
        write
            .tx
            .prepare_cached("INSERT INTO space (id, follow) VALUES (?1, 1) ON CONFLICT DO UPDATE SET follow = 1")?
            .execute([space])?;
        write.changed(Topic::Talks);
    }
    Ok(())
}

/// Forgets a space: documents, rows, search, place in the log. What this member wrote there and had not sent is kept
/// as refused, with its content.
pub(crate) fn purge(write: &mut Write<'_>, space: SpaceId) -> Result<()> {
    write.forget_set_aside()?;
    for doc in write.documents_of(space)? {
        write.keep_own_words(&doc)?;
        write.drop_document_unless_refused(&doc)?;
    }
    for table in ["gap", "orphan", "later"] {
        write.tx.execute(&format!("DELETE FROM {table} WHERE space = ?1"), [space])?;
    }
    write.tx.execute("DELETE FROM space WHERE id = ?1", [space])?;
    if space.kind() == SpaceKind::Board {
        // Whose words are still here keeps a name, and no more than that.
        let written = "SELECT owner FROM document";
        write.tx.execute(&format!("DELETE FROM member WHERE home = ?1 AND id NOT IN ({written})"), [space.org()])?;
        write.tx.execute("UPDATE member SET number = '', standing = '', left = 0 WHERE home = ?1", [space.org()])?;
        write.tx.execute("DELETE FROM org WHERE id = ?1", [space.org()])?;
    }
    write.changed(Topic::All);
    Ok(())
}

impl Write<'_> {
    /// Turns what waits of a document into one change that stands by itself, and marks it refused.
    fn keep_own_words(&mut self, doc: &crate::store::StoredDocument) -> Result<()> {
        let me = self.me()?;
        let mut statement = self.tx.prepare_cached("SELECT change FROM outbox WHERE doc = ?1 ORDER BY id")?;
        let waiting: Vec<Vec<u8>> =
            statement.query_map([doc.id], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        drop(statement);
        let Some(last) = waiting.last().and_then(|change| Change::decode(change).ok()) else { return Ok(()) };
        let mut changes = doc.accepted();
        changes.extend(waiting.iter().map(Vec::as_slice));
        let Ok(loaded) = Document::load(changes) else { return Ok(()) };
        let whole = Change::first(me.actor(), last.written_at(), &loaded.fields().values());
        let Ok(whole) = whole else { return Ok(()) };
        let reason: Option<i64> =
            self.tx.query_row("SELECT max(refused) FROM outbox WHERE doc = ?1", [doc.id], |row| row.get(0))?;
        self.tx.execute("DELETE FROM outbox WHERE doc = ?1", [doc.id])?;
        self.enqueue(doc, &whole)?;
        self.tx.execute(
            "UPDATE outbox SET refused = ?2 WHERE doc = ?1",
            (doc.id, reason.unwrap_or(Refusal::NotAllowed as i64)),
        )?;
        self.tx.execute("UPDATE document SET changes = x'', count = 0, received_at = NULL WHERE id = ?1", [doc.id])?;
        self.changed(Topic::Outbox);
        Ok(())
    }

    fn drop_document_unless_refused(&mut self, doc: &crate::store::StoredDocument) -> Result<()> {
        let kept: bool =
            self.tx.query_row("SELECT EXISTS (SELECT 1 FROM outbox WHERE doc = ?1)", [doc.id], |row| row.get(0))?;
        if kept { self.project_again(doc.id) } else { self.drop_document(doc) }
    }
}
