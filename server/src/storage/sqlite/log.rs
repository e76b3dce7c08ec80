//! Logs and documents.

use hongqi_core::document::{About, Header, Kind, Nonce};
use hongqi_core::ids::{ChangeHash, DeviceId, DocId, Generation, MemberId, SpaceId};
use hongqi_core::sync::wire::{SignedBatch, chain_hash, chain_start};
use rusqlite::{OptionalExtension, Row, params};

use super::{Session, int, meta, uint};
use crate::storage::{Append, DocRow, Head, Log, LogRow, LogWrite, PushRow, Result, StorageError, Visit};

const ROW: &str = "SELECT seq, received_at, device, generation, dev_seq, body, signature, chain FROM log";

fn id16(row: &Row<'_>, index: usize) -> rusqlite::Result<[u8; 16]> {
    row.get(index)
}

fn log_row(row: &Row<'_>) -> rusqlite::Result<LogRow> {
    Ok(LogRow {
        seq: uint(row.get(0)?),
        received_at: row.get(1)?,
        device: row.get(2)?,
        generation: Generation::from_bytes(id16(row, 3)?),
        dev_seq: uint(row.get(4)?),
        batch: SignedBatch { body: row.get(5)?, signature: row.get(6)? },
        chain: row.get(7)?,
    })
}

impl Log for Session<'_> {
    fn epoch(&self) -> Result<u64> {
        Ok(uint(meta(self.0, "epoch")?))
    }

    fn head(&self, space: SpaceId) -> Result<Head> {
        let found = self
            .0
            .prepare_cached("SELECT head, chain FROM spaces WHERE space = ?1")?
            .query_row([space], |row| Ok(Head { seq: uint(row.get(0)?), chain: row.get(1)? }))
            .optional()?;
        match found {
            Some(head) => Ok(head),
            None => Ok(Head { seq: 0, chain: chain_start(space, self.epoch()?) }),
        }
    }

    fn chain_at(&self, space: SpaceId, seq: u64) -> Result<Option<[u8; 32]>> {
        if seq == 0 {
            return Ok(Some(chain_start(space, self.epoch()?)));
        }
        let Ok(seq) = int(seq) else { return Ok(None) };
        let sql = "SELECT chain FROM log WHERE space = ?1 AND seq = ?2";
        Ok(self.0.prepare_cached(sql)?.query_row(params![space, seq], |row| row.get(0)).optional()?)
    }

    fn upwards(&self, space: SpaceId, after: u64, visit: Visit<'_>) -> Result<()> {
        let mut statement = self.0.prepare_cached(&format!("{ROW} WHERE space = ?1 AND seq > ?2 ORDER BY seq"))?;
        let mut rows = statement.query(params![space, int(after)?])?;
        while let Some(row) = rows.next()? {
            if !visit(log_row(row)?) {
                break;
            }
        }
        Ok(())
    }

    fn downwards(&self, space: SpaceId, before: u64, floor: u64, visit: Visit<'_>) -> Result<()> {
        let sql = format!("{ROW} WHERE space = ?1 AND seq < ?2 AND seq > ?3 ORDER BY seq DESC");
        let mut statement = self.0.prepare_cached(&sql)?;
        let mut rows = statement.query(params![space, int(before)?, int(floor)?])?;
        while let Some(row) = rows.next()? {
            if !visit(log_row(row)?) {
                break;
            }
        }
        Ok(())
    }

    fn entry(&self, space: SpaceId, seq: u64) -> Result<Option<LogRow>> {
        let mut statement = self.0.prepare_cached(&format!("{ROW} WHERE space = ?1 AND seq = ?2"))?;
        Ok(statement.query_row(params![space, int(seq)?], log_row).optional()?)
    }

    fn desk_of(&self, space: SpaceId, member: MemberId, after: u64) -> Result<Vec<u64>> {
        let sql = "SELECT seq FROM desk WHERE space = ?1 AND person = ?2 AND seq > ?3 ORDER BY seq";
        let mut statement = self.0.prepare_cached(sql)?;
        let rows = statement.query_map(params![space, member, int(after)?], |row| row.get(0).map(uint))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn desk_people(&self, space: SpaceId, after: u64) -> Result<Vec<(u64, MemberId)>> {
        let sql = "SELECT seq, person FROM desk WHERE space = ?1 AND seq > ?2 ORDER BY seq";
        let mut statement = self.0.prepare_cached(sql)?;
        let rows = statement.query_map(params![space, int(after)?], |row| Ok((uint(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn document(&self, doc: DocId) -> Result<Option<DocRow>> {
        let sql = "SELECT space, kind, owner, about, nonce, first, seq, idx FROM documents WHERE doc = ?1";
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query([doc])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let about: Option<Vec<u8>> = row.get(3)?;
        let nonce: Vec<u8> = row.get(4)?;
        let decode = |bytes: Vec<u8>| minicbor::decode::<About>(&bytes).map_err(|_| StorageError::Unexpected("about"));
        let header = Header {
            space: row.get(0)?,
            kind: Kind::try_from(row.get::<_, i64>(1)?).map_err(|()| StorageError::Unexpected("kind"))?,
            owner: row.get(2)?,
            about: about.map(decode).transpose()?,
            nonce: Nonce::new(&nonce).ok_or(StorageError::Unexpected("nonce"))?,
        };
        Ok(Some(DocRow { header, first: row.get(5)?, seq: uint(row.get(6)?), index: row.get(7)? }))
    }

    fn has_change(&self, doc: DocId, hash: &ChangeHash) -> Result<bool> {
        let sql = "SELECT 1 FROM changes WHERE doc = ?1 AND hash = ?2";
        Ok(self.0.prepare_cached(sql)?.exists(params![doc, hash])?)
    }

    fn changes(&self, doc: DocId) -> Result<Vec<Vec<u8>>> {
        let sql = "SELECT space, seq, idx FROM documents WHERE doc = ?1
            UNION ALL SELECT d.space, c.seq, c.idx FROM changes c JOIN documents d ON d.doc = c.doc WHERE c.doc = ?1
            ORDER BY 2, 3";
        let mut statement = self.0.prepare_cached(sql)?;
        let mut places = statement.query([doc])?;
        let mut out = Vec::new();
        while let Some(row) = places.next()? {
            let (space, seq): (SpaceId, u64) = (row.get(0)?, uint(row.get(1)?));
            let index: usize = row.get::<_, u32>(2)? as usize;
            let entry = self.entry(space, seq)?.ok_or(StorageError::Unexpected("gap in a log"))?;
            let mut batch = entry.batch.batch().map_err(|_| StorageError::Unexpected("batch"))?;
            if index >= batch.entries.len() {
                return Err(StorageError::Unexpected("index of a change"));
            }
            out.push(batch.entries.swap_remove(index).change);
        }
        Ok(out)
    }

    fn push(&self, device: DeviceId, generation: Generation, dev_seq: u64) -> Result<Option<PushRow>> {
        let Ok(dev_seq) = int(dev_seq) else { return Ok(None) };
        let sql = "SELECT body_hash, seq, received_at FROM pushes
            WHERE device = ?1 AND generation = ?2 AND dev_seq = ?3";
        let row =
            |row: &Row<'_>| Ok(PushRow { body_hash: row.get(0)?, seq: uint(row.get(1)?), received_at: row.get(2)? });
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.query_row(params![device, generation, dev_seq], row).optional()?)
    }
}

impl Session<'_> {
    fn put_push(&self, batch: &Append<'_>, seq: u64) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO pushes (device, generation, dev_seq, body_hash, seq, received_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let dev_seq = int(batch.dev_seq)?;
        self.0.prepare_cached(sql)?.execute(params![
            batch.device,
            batch.generation,
            dev_seq,
            batch.hash,
            int(seq)?,
            batch.received_at
        ])?;
        Ok(())
    }
}

impl LogWrite for Session<'_> {
    fn append(&self, batch: &Append<'_>) -> Result<Head> {
        let before = self.head(batch.space)?;
        let seq = before.seq + 1;
        let chain = chain_hash(&before.chain, seq, batch.received_at, batch.batch, &batch.hash);
        let sql = "INSERT INTO spaces (space, head, chain) VALUES (?1, ?2, ?3)
            ON CONFLICT (space) DO UPDATE SET head = ?2, chain = ?3";
        self.0.prepare_cached(sql)?.execute(params![batch.space, int(seq)?, chain])?;
        let sql = "INSERT INTO log (space, seq, received_at, device, generation, dev_seq, signature, chain, body)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        self.0.prepare_cached(sql)?.execute(params![
            batch.space,
            int(seq)?,
            batch.received_at,
            batch.device,
            batch.generation,
            int(batch.dev_seq)?,
            batch.batch.signature,
            chain,
            batch.batch.body
        ])?;
        self.put_push(batch, seq)?;
        Ok(Head { seq, chain })
    }

    fn note_push(&self, batch: &Append<'_>) -> Result<()> {
        self.put_push(batch, 0)
    }

    fn put_document(&self, doc: DocId, row: &DocRow) -> Result<bool> {
        let sql = "INSERT INTO documents (doc, space, kind, owner, about, nonce, first, seq, idx)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (doc) DO NOTHING";
        let DocRow { header, first, seq, index } = row;
        let encode = |about| minicbor::to_vec(about).map_err(|_| StorageError::Unexpected("about"));
        let put = self.0.prepare_cached(sql)?.execute(params![
            doc,
            header.space,
            header.kind as i64,
            header.owner,
            header.about.as_ref().map(encode).transpose()?,
            header.nonce.as_bytes(),
            first,
            int(*seq)?,
            index
        ])?;
        Ok(put > 0)
    }

    fn take_document(&self, doc: DocId) -> Result<()> {
        self.0.prepare_cached("DELETE FROM documents WHERE doc = ?1")?.execute([doc])?;
        Ok(())
    }

    fn put_change(&self, doc: DocId, hash: &ChangeHash, seq: u64, index: u32) -> Result<()> {
        let sql = "INSERT INTO changes (doc, hash, seq, idx) VALUES (?1, ?2, ?3, ?4)";
        self.0.prepare_cached(sql)?.execute(params![doc, hash, int(seq)?, index])?;
        Ok(())
    }

    fn put_desk(&self, space: SpaceId, seq: u64, person: MemberId) -> Result<()> {
        let sql = "INSERT OR IGNORE INTO desk (space, person, seq) VALUES (?1, ?2, ?3)";
        self.0.prepare_cached(sql)?.execute(params![space, person, int(seq)?])?;
        Ok(())
    }
}
