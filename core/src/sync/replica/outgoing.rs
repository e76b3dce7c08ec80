//! What the phone gives and asks for.

use rusqlite::OptionalExtension;

use super::{anything_unasked, cursors, digest, generation};
use crate::document::Change;
use crate::error::{Error, Result};
use crate::ids::{DocId, SpaceId, SpaceKind};
use crate::key::DeviceKey;
use crate::live::Topic;
use crate::store::{Store, Write, meta, set_meta};
use crate::sync::wire::{
    Ask, Batch, Entry, Follow, From, MAX_ASKS, MAX_BATCH, MAX_BATCH_CHANGES, MAX_PUSH, SignedBatch, SyncRequest,
    Target, VERSION,
};

/// Bytes of entries asked for at once: a few seconds on a slow line.
const BUDGET: u32 = 1024 * 1024;
/// Bytes of batches given at once; one larger batch goes alone.
const MAX_GIVEN: usize = 1024 * 1024;
/// Gaps filled in one exchange.
const MAX_GAPS: usize = 4;

/// The next request. Raises the attempt counters of the batches in it before it returns.
pub(crate) fn prepare(store: &Store, key: &dyn DeviceKey) -> Result<SyncRequest> {
    store.write(|write| {
        if !generation::is_renewing(write)? {
            form_batches(write, key)?;
        }
        let push = waiting_batches(write)?;
        let whole = meta::<i64>(write.tx, "whole_batches")?.is_some();
        let generation = write.me()?.generation;
        Ok(SyncRequest {
            version: VERSION,
            generation: if whole { None } else { Some(generation) },
            follow: follow(write, push.is_empty())?,
            push,
            budget: BUDGET,
        })
    })
}

struct Waiting {
    id: i64,
    doc: DocId,
    change: Vec<u8>,
}

/// Signs what waits, space by space: boards and personal things first, since discussions hang below articles.
fn form_batches(write: &mut Write<'_>, key: &dyn DeviceKey) -> Result<()> {
    let mut statement = write
        .tx
        .prepare_cached("SELECT space, min(id) FROM outbox WHERE batch IS NULL AND refused IS NULL GROUP BY space")?;
    let mut spaces: Vec<(SpaceId, i64)> =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    drop(statement);
    let urgency = |space: SpaceId| match space.kind() {
        SpaceKind::Board => 0,
        SpaceKind::Desk => 1,
        SpaceKind::Talk => 2,
        SpaceKind::Personal => 3,
    };
    spaces.sort_by_key(|(space, first)| (urgency(*space), *first));
    for (space, _) in spaces {
        let mut statement = write.tx.prepare_cached(
            "SELECT id, doc, change FROM outbox WHERE space = ?1 AND batch IS NULL AND refused IS NULL ORDER BY id",
        )?;
        let waiting: Vec<Waiting> = statement
            .query_map([space], |row| Ok(Waiting { id: row.get(0)?, doc: row.get(1)?, change: row.get(2)? }))?
            .collect::<rusqlite::Result<_>>()?;
        drop(statement);
        let mut batch: Vec<Waiting> = Vec::new();
        let mut size = 0;
        for next in waiting {
            let other_doc = space.kind() == SpaceKind::Desk && batch.last().is_some_and(|last| last.doc != next.doc);
            if other_doc || batch.len() == MAX_BATCH_CHANGES || size + next.change.len() > MAX_BATCH / 2 {
                sign_batch(write, key, space, &batch)?;
                batch.clear();
                size = 0;
            }
            size += next.change.len();
            batch.push(next);
        }
        sign_batch(write, key, space, &batch)?;
    }
    Ok(())
}

fn sign_batch(write: &mut Write<'_>, key: &dyn DeviceKey, space: SpaceId, waiting: &[Waiting]) -> Result<()> {
    if waiting.is_empty() {
        return Ok(());
    }
    let me = write.me()?;
    let dev_seq: i64 = meta(write.tx, "next_dev_seq")?.ok_or(Error::NotEnrolled)?;
    set_meta(write.tx, "next_dev_seq", dev_seq + 1)?;
    let mut entries = Vec::with_capacity(waiting.len());
    for item in waiting {
        let doc = write.document(item.doc)?.ok_or(Error::Damaged)?;
        let header = doc.header;
        // The header goes with every first change of the own: the server may have lost the document to a restore.
        let begins = header.owner == me.member && Change::decode(&item.change).is_ok_and(|c| c.deps().is_empty());
        let target = if begins { Target::of(&header) } else { Target::Known(item.doc) };
        entries.push(Entry { target, change: item.change.clone() });
    }
    let batch =
        Batch { space, device: me.device, generation: me.generation, dev_seq: dev_seq.cast_unsigned(), entries };
    let signed = batch.sign(key)?;
    write
        .tx
        .prepare_cached("INSERT INTO batch (dev_seq, space, body, signature) VALUES (?1, ?2, ?3, ?4)")?
        .execute((dev_seq, space, signed.body, &signed.signature[..]))?;
    let mut mark = write.tx.prepare_cached("UPDATE outbox SET batch = ?2 WHERE id = ?1")?;
    for item in waiting {
        mark.execute((item.id, dev_seq))?;
    }
    // It can no longer be taken back.
    write.changed(Topic::Outbox);
    Ok(())
}

/// The oldest batches that the server has not judged, and one more attempt noted for each.
fn waiting_batches(write: &Write<'_>) -> Result<Vec<SignedBatch>> {
    let mut statement = write
        .tx
        .prepare_cached("SELECT dev_seq, body, signature FROM batch WHERE NOT done ORDER BY dev_seq LIMIT ?1")?;
    let mut rows = statement.query([MAX_PUSH as i64])?;
    let mut out = Vec::new();
    let mut given = 0;
    while let Some(row) = rows.next()? {
        let batch = SignedBatch { body: row.get(1)?, signature: row.get(2)? };
        given += batch.body.len();
        if given > MAX_GIVEN && !out.is_empty() {
            break;
        }
        write
            .tx
            .prepare_cached("UPDATE batch SET attempts = attempts + 1 WHERE dev_seq = ?1")?
            .execute([row.get::<_, i64>(0)?])?;
        out.push(batch);
    }
    Ok(out)
}

fn follow(write: &Write<'_>, nothing_to_give: bool) -> Result<Follow> {
    let known: Option<[u8; 8]> = meta(write.tx, "digest")?;
    let digest = digest(write)?;
    if nothing_to_give && !anything_unasked(write.tx)? && known == Some(digest) {
        return Ok(Follow::Unchanged { digest });
    }
    Ok(Follow::Asks(asks(write)?))
}

fn asks(write: &Write<'_>) -> Result<Vec<Ask>> {
    let known: std::collections::BTreeMap<SpaceId, _> = cursors(write.tx)?.into_iter().collect();
    // Personal and boards first, then desks, then discussions by recency.
    let mut statement = write.tx.prepare_cached(
        "SELECT s.id FROM space s WHERE NOT s.denied AND s.troubles < 3
         ORDER BY CASE substr(s.id, 1, 1) WHEN x'04' THEN 0 WHEN x'01' THEN 1 WHEN x'02' THEN 2 ELSE 3 END,
                  (SELECT max(order_at) FROM message m WHERE m.space = s.id) DESC, s.id LIMIT ?1",
    )?;
    let spaces: Vec<SpaceId> =
        statement.query_map([MAX_ASKS as i64 - MAX_GAPS as i64], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let mut asks: Vec<Ask> = spaces
        .into_iter()
        .map(|space| {
            let from = match known.get(&space) {
                Some(cursor) => From::After(*cursor),
                None if space.kind() == SpaceKind::Talk => From::Newest,
                None => From::Start,
            };
            Ask { space, from }
        })
        .collect();
    let mut gaps = write.tx.prepare_cached(
        "SELECT g.space, g.epoch, g.before, g.floor FROM gap g JOIN space s ON s.id = g.space WHERE NOT s.denied
         ORDER BY g.before DESC LIMIT ?1",
    )?;
    let older = gaps.query_map([MAX_GAPS as i64], |row| {
        let number = |index| row.get::<_, i64>(index).map(i64::cast_unsigned);
        Ok(Ask { space: row.get(0)?, from: From::Older { epoch: number(1)?, before: number(2)?, floor: number(3)? } })
    })?;
    asks.extend(older.collect::<rusqlite::Result<Vec<_>>>()?);
    Ok(asks)
}

/// Whether anything waits that the server has not judged.
pub(super) fn anything_waits(write: &Write<'_>) -> Result<bool> {
    let waits = "SELECT 1 FROM outbox WHERE refused IS NULL AND batch IS NULL
                 UNION ALL SELECT 1 FROM batch WHERE NOT done LIMIT 1";
    Ok(write.tx.prepare_cached(waits)?.query_row([], |_| Ok(())).optional()?.is_some())
}
