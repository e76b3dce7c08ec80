//! What can still be read of a damaged database, and the way of it into a new one.
//!
//! Taken over is what is nowhere else: whose phone this is, what was written here and is not at the server (refused
//! acts included), the accepted changes that this builds on, and which spaces were opened on demand. All the rest is
//! fetched again. Nothing is believed because it lies in the file: the identity has a checksum, a document is what its
//! header hashes to, a change passes the validator as one from a stranger would.
//!
//! Numbers of this generation may be lost, so a new one begins, and with it the look at everything at the server
//! before anything is sent ([`renew`]): what had arrived already is recognised there, the rest goes once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, TransactionBehavior};

use super::aside::Aside;
use super::documents::{append, split};
use super::pages::{Row, Tree, each_row};
use super::write::identity_check;
use super::{Files, Write, meta, set_meta};
use crate::clock::Timestamp;
use crate::directory::follow_again;
use crate::document::{Change, Header, Nonce, Outline, WriteRule};
use crate::error::Result;
use crate::ids::{DeviceId, DocId, MemberId, SpaceId};
use crate::sync::replica::renew;
use crate::sync::wire::Refusal;

/// What an app tells its member after a damaged database was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Recovery {
    /// When.
    pub at: Timestamp,
    /// Documents with unsent or refused changes that were taken over.
    pub acts: u64,
    /// Something could not be read, and acts that were not at the server may have been part of it.
    pub incomplete: bool,
    /// Whose phone this is could not be read: enrol again, as the same member, and what was taken over will be sent.
    pub enrol_again: bool,
}

impl Recovery {
    pub(crate) fn read(connection: &Connection) -> Result<Option<Self>> {
        let Some(at) = meta(connection, "recovered_at")? else { return Ok(None) };
        Ok(Some(Self {
            at,
            acts: meta::<i64>(connection, "recovered_acts")?.unwrap_or(0).cast_unsigned(),
            incomplete: meta::<i64>(connection, "recovered_incomplete")?.is_some(),
            enrol_again: meta::<DeviceId>(connection, "device")?.is_none(),
        }))
    }

    /// Something that was taken over turned out to be of no use.
    pub(crate) fn note_loss(write: &Write<'_>) -> Result<()> {
        if meta::<Timestamp>(write.tx, "recovered_at")?.is_none() {
            set_meta(write.tx, "recovered_at", write.now)?;
        }
        set_meta(write.tx, "recovered_incomplete", 1)
    }

    pub(crate) fn forget(write: &Write<'_>) -> Result<()> {
        let keys = "('recovered_at', 'recovered_acts', 'recovered_incomplete')";
        write.tx.execute(&format!("DELETE FROM meta WHERE key IN {keys}"), [])?;
        Ok(())
    }
}

/// A change that was not at the server.
struct Act {
    change: Change,
    space: SpaceId,
    refused: Option<i64>,
}

/// The accepted changes of a document.
struct Accepted {
    header: Header,
    changes: Vec<u8>,
    received_at: Option<Timestamp>,
}

#[derive(Default)]
struct Found {
    meta: BTreeMap<String, Value>,
    opened: BTreeSet<SpaceId>,
    /// By document, and there in the order in which they were written.
    acts: BTreeMap<DocId, BTreeMap<i64, Act>>,
    headers: BTreeMap<DocId, Header>,
    documents: BTreeMap<DocId, Accepted>,
    incomplete: bool,
}

/// Takes over what can be read of `aside`, and notes so, in one transaction.
pub(super) fn take_over(connection: &mut Connection, aside: &Aside, files: &Files, now: Timestamp) -> Result<()> {
    let found = Found::read(connection, &aside.database, &aside.log)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut write = Write::new(&transaction, &files.generation, now)?;
    found.store(&mut write)?;
    set_meta(&transaction, "taken_over", aside.number)?;
    write.finish()?;
    transaction.commit()?;
    Ok(())
}

/// The columns of a table, as they stand in its rows.
struct Table {
    tree: Tree,
    columns: Vec<String>,
}

impl Table {
    fn of(connection: &Connection, name: &str, tree: Tree) -> Result<Self> {
        let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid")?;
        let columns = statement.query_map([name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(Self { tree, columns })
    }

    /// Every row of a version's database has that version's columns; a migration that adds one rewrites the table.
    fn has(&self, tree: Tree, columns: usize) -> bool {
        self.tree == tree && self.columns.len() == columns
    }

    fn get<'a>(&self, row: &'a Row, column: &str) -> Option<&'a Value> {
        row.columns.get(self.columns.iter().position(|name| name == column)?)
    }

    fn blob<'a>(&self, row: &'a Row, column: &str) -> Option<&'a [u8]> {
        if let Value::Blob(bytes) = self.get(row, column)? { Some(bytes) } else { None }
    }

    fn int(&self, row: &Row, column: &str) -> Option<i64> {
        if let Value::Integer(int) = self.get(row, column)? { Some(*int) } else { None }
    }
}

fn only_owner(header: &Header) -> bool {
    matches!(header.kind.spec().rule, WriteRule::Owner(_))
}

impl Found {
    fn read(connection: &Connection, database: &Path, log: &Path) -> Result<Self> {
        let metas = Table::of(connection, "meta", Tree::Index)?;
        let spaces = Table::of(connection, "space", Tree::Index)?;
        let outbox = Table::of(connection, "outbox", Tree::Table)?;
        let documents = Table::of(connection, "document", Tree::Table)?;
        let mut found = Self::default();
        let wanted = |tree, columns| [&metas, &spaces, &outbox].iter().any(|table| table.has(tree, columns));
        found.incomplete = each_row(database, log, wanted, |row| {
            if metas.has(row.tree, row.columns.len()) {
                if let (Some(Value::Text(key)), Some(value)) = (metas.get(&row, "key"), metas.get(&row, "value")) {
                    found.meta.insert(key.clone(), value.clone());
                }
            } else if spaces.has(row.tree, row.columns.len()) {
                let space = spaces.blob(&row, "id").and_then(|id| SpaceId::try_from(id).ok());
                if spaces.int(&row, "follow") == Some(2) {
                    found.opened.extend(space);
                }
            } else {
                found.take_act(&outbox, &row);
            }
        });
        // Twice, since only now it is known which documents matter: there may be a hundred thousand others.
        let wanted = |tree, columns| documents.has(tree, columns);
        each_row(database, log, wanted, |row| found.take_document(&documents, &row));
        Ok(found)
    }

    fn take_act(&mut self, table: &Table, row: &Row) {
        let act = || {
            let doc = DocId::try_from(table.blob(row, "doc")?).ok()?;
            let change = Change::decode(table.blob(row, "change")?).ok()?;
            let space = SpaceId::try_from(table.blob(row, "space")?).ok()?;
            Some((doc, Act { change, space, refused: table.int(row, "refused") }))
        };
        let Some((doc, act)) = act() else { return };
        let header = table.blob(row, "header").and_then(|bytes| minicbor::decode::<Header>(bytes).ok());
        if let Some(header) = header.filter(|header| header.check().is_ok() && header.id() == doc) {
            self.headers.insert(doc, header);
        }
        let acts = self.acts.entry(doc).or_default();
        // A torn state may hold one row on two pages.
        if acts.values().all(|known| known.change.hash() != act.change.hash()) {
            acts.insert(row.rowid, act);
        }
    }

    fn take_document(&mut self, table: &Table, row: &Row) {
        let Some(id) = table.blob(row, "id").and_then(|id| DocId::try_from(id).ok()) else { return };
        if !self.acts.contains_key(&id) {
            return;
        }
        let header = || {
            Some(Header {
                kind: table.int(row, "kind")?.try_into().ok()?,
                space: table.blob(row, "space")?.try_into().ok()?,
                owner: table.blob(row, "owner")?.try_into().ok()?,
                about: table.blob(row, "about").map(minicbor::decode).transpose().ok()?,
                nonce: Nonce::new(table.blob(row, "nonce")?)?,
            })
        };
        let header = header().filter(|header| header.check().is_ok() && header.id() == id);
        let (Some(header), Some(changes)) = (header, table.blob(row, "changes")) else { return };
        let received_at = table.int(row, "received_at").map(Timestamp);
        if self.documents.get(&id).is_none_or(|known| known.changes.len() < changes.len()) {
            self.documents.insert(id, Accepted { header, changes: changes.to_vec(), received_at });
        }
    }

    fn store(mut self, write: &mut Write<'_>) -> Result<()> {
        if let Some(Value::Integer(last)) = self.meta.get("clock_last") {
            write.observe(Timestamp(*last));
        }
        self.store_identity(write)?;
        let mut docs: i64 = meta(write.tx, "recovered_acts")?.unwrap_or(0);
        // In the order in which they were begun.
        let mut order: Vec<(i64, DocId)> =
            self.acts.iter().filter_map(|(doc, acts)| Some((*acts.keys().next()?, *doc))).collect();
        order.sort_unstable();
        for (_, doc) in order {
            docs += i64::from(self.store_document(write, doc)?);
        }
        for space in &self.opened {
            write.tx.execute("INSERT OR IGNORE INTO space (id, follow) VALUES (?1, 2)", [space])?;
        }
        if meta::<DeviceId>(write.tx, "device")?.is_some() {
            renew(write)?;
            follow_again(write)?;
        } else if meta::<MemberId>(write.tx, "member")?.is_none() {
            // Nobody knows whose words these are: whoever enrols must say that they are meant.
            let refused = Refusal::Other as i64;
            write.tx.execute("UPDATE outbox SET refused = ?1 WHERE refused IS NULL", [refused])?;
        }
        set_meta(write.tx, "recovered_at", write.now)?;
        set_meta(write.tx, "recovered_acts", docs)?;
        if self.incomplete {
            set_meta(write.tx, "recovered_incomplete", 1)?;
        }
        Ok(())
    }

    fn store_identity(&self, write: &mut Write<'_>) -> Result<()> {
        let parts = ["member", "device", "home", "server_key"].map(|key| match self.meta.get(key) {
            Some(Value::Blob(bytes)) => &bytes[..],
            _ => &[],
        });
        let url = match self.meta.get("server_url") {
            Some(Value::Text(url)) => url,
            _ => "",
        };
        let sound = self.meta.get("identity_check") == Some(&Value::Blob(identity_check(parts, url).to_vec()));
        if sound && meta::<DeviceId>(write.tx, "device")?.is_none() {
            for key in ["member", "device", "home", "server_key", "server_url", "identity_check"] {
                set_meta(write.tx, key, self.meta.get(key))?;
            }
            // Signed by the server: what is damaged in it shows.
            if let Some(card) = self.meta.get("own_card") {
                set_meta(write.tx, "own_card", card)?;
            }
        }
        if meta::<MemberId>(write.tx, "member")?.is_none()
            && let Some(owner) = self.owner()
        {
            set_meta(write.tx, "member", owner)?;
        }
        Ok(())
    }

    /// Whose acts these are, by what only their owner can write.
    fn owner(&self) -> Option<MemberId> {
        let headers = self.headers.values().chain(self.documents.values().map(|document| &document.header));
        headers
            .filter(|header| matches!(header.kind.spec().rule, WriteRule::Owner(_)))
            .map(|header| header.owner)
            .next()
    }

    /// Whether anything of `id` was taken over.
    fn store_document(&mut self, write: &mut Write<'_>, id: DocId) -> Result<bool> {
        let acts = self.acts.remove(&id).unwrap_or_default();
        let document = self.documents.remove(&id);
        let header = self.headers.remove(&id).or(document.as_ref().map(|document| document.header));
        let mut outline = header.map(|header| Outline::new(header.kind));
        let mut kept = Vec::new();
        let mut received_at = None;
        if let (Some(document), Some(outline)) = (&document, &mut outline) {
            received_at = document.received_at;
            for change in split(&document.changes) {
                if Change::decode(change).is_ok_and(|change| outline.admit(&change).is_ok()) {
                    append(&mut kept, change);
                }
            }
        }
        let member: Option<MemberId> = meta(write.tx, "member")?;
        let foreign = header.is_some_and(|header| {
            header.kind.spec().by_server || (only_owner(&header) && Some(header.owner) != member)
        });
        if foreign {
            self.incomplete = true;
            return Ok(false);
        }
        if let Some(header) = &header
            && write.document(id)?.is_none()
        {
            write.restore_document(header, &kept, received_at)?;
        }
        let mut any = false;
        for act in acts.into_values() {
            let sound = match &mut outline {
                // What it builds on was not readable, and comes again.
                Some(outline) if act.change.deps().iter().any(|dep| !outline.contains(dep)) => true,
                Some(outline) => outline.admit(&act.change).is_ok(),
                None => true,
            };
            if !sound {
                self.incomplete = true;
                continue;
            }
            self.opened.insert(act.space);
            any |= write.enqueue_once(id, header.as_ref(), act.space, &act.change, act.refused)?;
        }
        write.project_again(id)?;
        Ok(any)
    }
}
