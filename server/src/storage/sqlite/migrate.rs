//! Brings a database that an earlier version wrote up to this one.
//!
//! Each step leads from one version to the next. All that are due run in the transaction that opens the database: a
//! folder is brought up whole or stays as it was. A step speaks SQL of its own and calls nothing that goes by today's
//! tables. A new database is made from `schema.sql`, which always says how it is now.

use std::collections::BTreeMap;

use hongqi_core::clock::{Timestamp, order_key};
use hongqi_core::document::Change;
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::sync::wire::SignedBatch;
use rusqlite::{Connection, params};

use crate::storage::{Result, StorageError};

type Step = fn(&Connection) -> Result<()>;

/// The first leads from version 1 to version 2, and so on.
const STEPS: [Step; 1] = [steps_by_their_authors_reading];

/// What this program writes.
pub(super) const SCHEMA_VERSION: i64 = STEPS.len() as i64 + 1;

/// Takes the steps that are due after version `from`; the caller notes the new version.
pub(super) fn run(tx: &Connection, from: i64) -> Result<()> {
    STEPS.iter().zip(1..).filter(|(_, version)| *version >= from).try_for_each(|(step, _)| step(tx))
}

/// A step of a case: when it counts as done, its author's own reading, its document.
type Place = (Timestamp, Timestamp, DocId);

/// Version 2. Between steps of a case that were received together their author's reading decides, as on every phone, and not
/// the documents' ids, which are random. Which one stands last is found out anew: a case that was opened again might have
/// been taken for closed, and its readers told that it ends.
fn steps_by_their_authors_reading(tx: &Connection) -> Result<()> {
    // Builds of one day had the column under version 1.
    if !tx.prepare("SELECT 1 FROM pragma_table_info('rooms') WHERE name = 'step_own'")?.exists([])? {
        tx.execute_batch("ALTER TABLE rooms ADD COLUMN step_own INTEGER")?;
    }
    let mut alters = false;
    for (space, ((at, own, doc), settled)) in last_steps(tx)? {
        let sql = "SELECT settled FROM rooms WHERE space = ?1 AND settled IS NOT ?2";
        alters |= tx.prepare_cached(sql)?.exists(params![space, settled])?;
        let sql = "UPDATE rooms SET step_at = ?2, step_own = ?3, step_doc = ?4, settled = ?5 WHERE space = ?1";
        tx.prepare_cached(sql)?.execute(params![space, at, own, doc, settled])?;
    }
    if alters {
        tx.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('seats_due', 1)", [])?;
    }
    Ok(())
}

/// Of each case the last closing or reopening, and since when it is closed if that closed it.
fn last_steps(tx: &Connection) -> Result<BTreeMap<SpaceId, (Place, Option<Timestamp>)>> {
    // 21: a step of a case. What its entry stands in is always there; if not, this fails rather than leave it out.
    let mut statement = tx.prepare(
        "SELECT d.doc, d.space, d.idx, l.received_at, l.body, l.signature
         FROM documents d LEFT JOIN log l ON l.space = d.space AND l.seq = d.seq WHERE d.kind = 21",
    )?;
    let mut rows = statement.query([])?;
    let mut last: BTreeMap<SpaceId, (Place, Option<Timestamp>)> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (doc, space, index): (DocId, SpaceId, u32) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (received, signed) = (row.get(3)?, SignedBatch { body: row.get(4)?, signature: row.get(5)? });
        let batch = signed.batch().map_err(|_| StorageError::Unexpected("batch"))?;
        let entry = batch.entries.get(index as usize).ok_or(StorageError::Unexpected("index of a change"))?;
        let change = Change::decode(&entry.change).map_err(|_| StorageError::Unexpected("change"))?;
        let own = change.written_at();
        let place = (order_key(own, Some(received)), own, doc);
        let settled = match change.fields().as_ref().map(|fields| fields.text("step")) {
            Some("closed") => Some(received),
            Some("reopened") => None,
            _ => continue,
        };
        if last.get(&space).is_none_or(|(known, _)| *known < place) {
            last.insert(space, (place, settled));
        }
    }
    Ok(last)
}
