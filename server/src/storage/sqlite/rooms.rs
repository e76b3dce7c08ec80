//! Discussions with rules of their own: who takes part, when they end, who was told.

use hongqi_core::clock::Timestamp;
use hongqi_core::document::Kind;
use hongqi_core::ids::{DeviceId, DocId, MemberId, SpaceId, ids_in};
use hongqi_core::sync::wire::SignedBatch;
use rusqlite::{OptionalExtension, Row, params};

use super::{Session, int, meta, uint};
use crate::storage::{PartRow, Registry, Result, RoomRow, Rooms, RoomsWrite, SeatRow, StorageError};

const ROOM: &str = "SELECT space, card, kind, owner, ruled, ends, closed, desk, avoid, step_at, step_own, step_doc,
    settled, gone FROM rooms";

const PART: &str = "SELECT person, by_opener, by_self FROM parts";

fn part(row: &Row<'_>) -> rusqlite::Result<PartRow> {
    Ok(PartRow { person: row.get(0)?, by_opener: row.get(1)?, by_self: row.get(2)? })
}

const SEAT: &str = "SELECT person, until_at, has_left FROM seats";

fn seat(row: &Row<'_>) -> rusqlite::Result<SeatRow> {
    Ok(SeatRow { person: row.get(0)?, until: row.get(1)?, left: row.get(2)? })
}

fn room(row: &Row<'_>) -> rusqlite::Result<RoomRow> {
    let kind: i64 = row.get(2)?;
    let avoid: Vec<u8> = row.get(8)?;
    let step: (Option<Timestamp>, Option<Timestamp>, Option<DocId>) = (row.get(9)?, row.get(10)?, row.get(11)?);
    Ok(RoomRow {
        space: row.get(0)?,
        card: row.get(1)?,
        kind: Kind::try_from(kind).map_err(|()| rusqlite::Error::IntegralValueOutOfRange(2, kind))?,
        owner: row.get(3)?,
        ruled: uint(row.get(4)?),
        ends: row.get(5)?,
        closed: row.get(6)?,
        desk: row.get(7)?,
        avoid: ids_in(&avoid).collect(),
        step: if let (Some(at), Some(own), Some(doc)) = step { Some((at, own, doc)) } else { None },
        settled: row.get(12)?,
        gone: row.get(13)?,
    })
}

impl Rooms for Session<'_> {
    fn room(&self, space: SpaceId) -> Result<Option<RoomRow>> {
        let mut statement = self.0.prepare_cached(&format!("{ROOM} WHERE space = ?1"))?;
        Ok(statement.query_row([space], room).optional()?)
    }

    fn parts(&self, space: SpaceId) -> Result<Vec<PartRow>> {
        let sql = format!("{PART} WHERE space = ?1 ORDER BY person");
        let mut statement = self.0.prepare_cached(&sql)?;
        Ok(statement.query_map([space], part)?.collect::<rusqlite::Result<_>>()?)
    }

    fn part(&self, space: SpaceId, person: MemberId) -> Result<Option<PartRow>> {
        let mut statement = self.0.prepare_cached(&format!("{PART} WHERE space = ?1 AND person = ?2"))?;
        Ok(statement.query_row(params![space, person], part).optional()?)
    }

    fn seats(&self, space: SpaceId) -> Result<Vec<SeatRow>> {
        let mut statement = self.0.prepare_cached(&format!("{SEAT} WHERE space = ?1 ORDER BY person"))?;
        Ok(statement.query_map([space], seat)?.collect::<rusqlite::Result<_>>()?)
    }

    fn seat(&self, space: SpaceId, person: MemberId) -> Result<Option<SeatRow>> {
        let mut statement = self.0.prepare_cached(&format!("{SEAT} WHERE space = ?1 AND person = ?2"))?;
        Ok(statement.query_row(params![space, person], seat).optional()?)
    }

    fn cases(&self) -> Result<Vec<RoomRow>> {
        let mut statement = self.0.prepare_cached(&format!("{ROOM} WHERE desk IS NOT NULL ORDER BY space"))?;
        Ok(statement.query_map([], room)?.collect::<rusqlite::Result<_>>()?)
    }

    fn settled(&self, at: Timestamp) -> Result<Vec<SpaceId>> {
        let sql = "SELECT space FROM rooms WHERE settled <= ?1 ORDER BY settled";
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.query_map([at], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    fn case_retention_ms(&self) -> Result<i64> {
        meta(self.0, "case_retention_ms")
    }

    fn seats_are_due(&self) -> Result<bool> {
        Ok(self.0.prepare_cached("SELECT 1 FROM meta WHERE key = 'seats_due'")?.exists([])?)
    }
}

impl Session<'_> {
    fn run_in(&self, sql: &str, space: SpaceId) -> Result<()> {
        self.0.prepare_cached(sql)?.execute([space])?;
        Ok(())
    }

    /// Documents are found by the batches that write them: an index by space would cost every new document something,
    /// and this happens once in the life of a case.
    fn forget_documents(&self, space: SpaceId) -> Result<()> {
        let mut statement = self.0.prepare_cached("SELECT device, body, signature FROM log WHERE space = ?1")?;
        let mut rows = statement.query([space])?;
        while let Some(row) = rows.next()? {
            let device: DeviceId = row.get(0)?;
            let batch = SignedBatch { body: row.get(1)?, signature: row.get(2)? };
            let batch = batch.batch().map_err(|_| StorageError::Unexpected("batch"))?;
            let author = self.device(device)?.ok_or(StorageError::Unexpected("author"))?.member;
            for doc in batch.entries.iter().filter_map(|entry| entry.target.doc(space, author)) {
                self.0.prepare_cached("DELETE FROM documents WHERE doc = ?1")?.execute([doc])?;
                self.0.prepare_cached("DELETE FROM changes WHERE doc = ?1")?.execute([doc])?;
            }
        }
        Ok(())
    }
}

impl RoomsWrite for Session<'_> {
    fn put_room(&self, row: &RoomRow) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO rooms
            (space, card, kind, owner, ruled, ends, closed, desk, avoid, step_at, step_own, step_doc, settled, gone)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
        let avoid: Vec<u8> = row.avoid.iter().flat_map(|member| *member.as_bytes()).collect();
        self.0.prepare_cached(sql)?.execute(params![
            row.space,
            row.card,
            row.kind as i64,
            row.owner,
            int(row.ruled)?,
            row.ends,
            row.closed,
            row.desk,
            avoid,
            row.step.map(|(at, ..)| at),
            row.step.map(|(_, own, _)| own),
            row.step.map(|(.., doc)| doc),
            row.settled,
            row.gone
        ])?;
        Ok(())
    }

    fn put_part(&self, space: SpaceId, row: &PartRow) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO parts (space, person, by_opener, by_self) VALUES (?1, ?2, ?3, ?4)";
        self.0.prepare_cached(sql)?.execute(params![space, row.person, row.by_opener, row.by_self])?;
        Ok(())
    }

    fn put_seat(&self, space: SpaceId, row: &SeatRow) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO seats (space, person, until_at, has_left) VALUES (?1, ?2, ?3, ?4)";
        self.0.prepare_cached(sql)?.execute(params![space, row.person, row.until, row.left])?;
        Ok(())
    }

    fn forget_room(&self, space: SpaceId) -> Result<()> {
        self.forget_documents(space)?;
        for sql in [
            "DELETE FROM log WHERE space = ?1",
            "DELETE FROM spaces WHERE space = ?1",
            "DELETE FROM parts WHERE space = ?1",
            "DELETE FROM seats WHERE space = ?1",
            "UPDATE rooms SET ends = NULL, closed = NULL, desk = NULL, avoid = x'', step_at = NULL, step_own = NULL,
                step_doc = NULL, settled = NULL, gone = 1 WHERE space = ?1",
        ] {
            self.run_in(sql, space)?;
        }
        Ok(())
    }

    fn put_case_retention_ms(&self, ms: i64) -> Result<()> {
        let sql = "UPDATE meta SET value = ?1 WHERE key = 'case_retention_ms'";
        self.0.prepare_cached(sql)?.execute([ms])?;
        Ok(())
    }

    fn note_seats_told(&self) -> Result<()> {
        self.0.prepare_cached("DELETE FROM meta WHERE key = 'seats_due'")?.execute([])?;
        Ok(())
    }
}
