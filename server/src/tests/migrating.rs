//! Folders of earlier versions are brought up to this one, whole or not at all.

use std::path::Path;

use rusqlite::Connection;

use super::ending::{case, step};
use super::hidden::{Begun, reads, seat};
use super::*;
use storage::{Append, DAY_MS, DocRow, RoomRow};

const START: i64 = 1_800_000_000_000;
const TABLES: &str = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name";

/// A folder with three cases: one that is open, one that was closed, and one that was closed and opened again, with no
/// network and by a phone whose clock is ahead. The first version took that for closed if the ids of the two steps,
/// which are random, happened to stand so.
struct Folder {
    dir: tempfile::TempDir,
    clock: Arc<TestClock>,
    li: Phone,
    open: Begun,
    closed: Begun,
    reopened: Begun,
    /// What this version makes of that.
    rooms: [RoomRow; 3],
}

fn database(dir: &Path) -> Connection {
    Connection::open(dir.join("hongqi.db")).unwrap()
}

fn names(database: &Connection, sql: &str) -> Vec<String> {
    let mut statement = database.prepare(sql).unwrap();
    let names = statement.query_map([], |row| row.get(0)).unwrap();
    names.collect::<rusqlite::Result<_>>().unwrap()
}

fn columns(database: &Connection, table: &str) -> Vec<String> {
    names(database, &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY name"))
}

fn version(database: &Connection) -> i64 {
    database.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

impl Folder {
    fn of_the_first_version() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock::at(START));
        let server = Arc::new(Server::open(dir.path(), clock.clone()).unwrap());
        server.import(ORGS.as_bytes(), MEMBERS.as_bytes()).unwrap();
        let mut li = Phone::of(&server, "1");
        let (open, closed, reopened) = (case(&mut li), case(&mut li), case(&mut li));
        for case in [&closed, &reopened] {
            step(&mut li, case, "closed", Timestamp(START + DAY_MS));
        }
        let rooms = [room(&server, &open), room(&server, &closed), opens_again(&mut li, &reopened)];
        let other = Arc::new(Server::in_memory(clock.clone()).unwrap());
        li.server = other;
        assert!(Arc::into_inner(server).is_some(), "the last connection closes the log file");
        let folder = Self { dir, clock, li, open, closed, reopened, rooms };
        folder.set_back();
        folder
    }

    /// Puts the rows into the tables of the first version.
    fn set_back(&self) {
        let now = self.dir.path().join("now.db");
        std::fs::rename(self.dir.path().join("hongqi.db"), &now).unwrap();
        let old = database(self.dir.path());
        old.execute_batch(include_str!("../storage/sqlite/earlier/schema_1.sql")).unwrap();
        old.execute("ATTACH ?1 AS now", [now.to_str().unwrap()]).unwrap();
        for table in names(&old, TABLES) {
            let columns = columns(&old, &table).join(", ");
            let sql = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}");
            old.execute_batch(&sql).unwrap();
        }
        old.execute_batch("DETACH now; PRAGMA user_version = 1; PRAGMA journal_mode = WAL").unwrap();
        std::fs::remove_file(now).unwrap();
    }

    fn open(&mut self) -> Result<Arc<Server>, Error> {
        let server = Arc::new(Server::open(self.dir.path(), self.clock.clone())?);
        self.li.server = server.clone();
        Ok(server)
    }
}

fn room(server: &Server, case: &Begun) -> RoomRow {
    read(server.storage(), |reader| reader.room(case.space)).unwrap().unwrap()
}

/// Appends the step that opens a case again as if it had come with the one that closed it, and as the first version did
/// whenever it took that one for the later: without taking note of it. Gives what is to be noted.
fn opens_again(li: &mut Phone, case: &Begun) -> RoomRow {
    let (header, own) = (li.header(Kind::CaseStep, case.space, None), Timestamp(START + DAY_MS + 1));
    let change = Change::first(li.actor(), own, &[("step", Value::from("reopened"))]).unwrap();
    let (first, entry) = (change.hash(), Entry { target: Target::of(&header), change: change.into_bytes() });
    let batch = li.batch(case.space, vec![entry]);
    let server = li.server.clone();
    let before = room(&server, case);
    let received_at = before.settled.unwrap();
    let (space, device, generation, dev_seq) = (case.space, li.device, li.generation, li.dev_seq);
    let append = Append { space, received_at, device, generation, dev_seq, batch: &batch, hash: batch.hash() };
    let put = transact(server.storage(), |tx| {
        let seq = tx.append(&append)?.seq;
        Ok(tx.put_document(header.id(), &DocRow { header, first, seq, index: 0 })?)
    });
    assert!(put.unwrap());
    RoomRow { step: Some((received_at, own, header.id())), settled: None, ..before }
}

#[test]
fn a_folder_of_the_first_version_has_the_tables_of_this_one() {
    let mut folder = Folder::of_the_first_version();
    let fresh = tempfile::tempdir().unwrap();
    let tables = |dir: &Path| {
        let database = database(dir);
        let tables = names(&database, TABLES).into_iter().map(|table| (columns(&database, &table), table));
        let indices = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";
        (version(&database), tables.collect::<Vec<_>>(), names(&database, indices))
    };
    drop(Server::open(fresh.path(), folder.clock.clone()).unwrap());
    assert_ne!(tables(folder.dir.path()), tables(fresh.path()));
    folder.open().unwrap();
    assert_eq!(tables(folder.dir.path()), tables(fresh.path()));
}

#[test]
fn its_cases_are_as_every_phone_reads_them() {
    let mut folder = Folder::of_the_first_version();
    let server = folder.open().unwrap();
    let (open, closed, reopened) = (&folder.open, &folder.closed, &folder.reopened);
    assert_eq!([open, closed, reopened].map(|case| room(&server, case)), folder.rooms);
    // Who was told that it ends is told that it does not.
    let until = |case: &Begun| seat(&server, folder.li.member, case.space).unwrap().1;
    let due = until(closed);
    assert!(due.is_some() && until(reopened).is_some());
    server.keep_closed_cases(storage::CASE_RETENTION_DAYS).unwrap();
    assert_eq!([open, closed, reopened].map(until), [None, due, None]);
    assert!(!read(server.storage(), |reader| reader.seats_are_due()).unwrap());
    folder.clock.wall.store(due.unwrap() + 1, Ordering::Relaxed);
    assert_eq!(server.sweep().unwrap(), 1);
    assert_eq!([open, closed, reopened].map(|case| reads(&folder.li, case.space)), [true, false, true]);
}

#[test]
fn builds_of_one_day_wrote_the_new_column_under_the_old_version() {
    let mut folder = Folder::of_the_first_version();
    let old = database(folder.dir.path());
    old.execute_batch("ALTER TABLE rooms ADD COLUMN step_own INTEGER").unwrap();
    let server = folder.open().unwrap();
    assert_eq!(room(&server, &folder.reopened), folder.rooms[2]);
    assert_eq!(version(&old), 2);
}

#[test]
fn a_folder_that_cannot_be_brought_up_stays_as_it_was() {
    let mut folder = Folder::of_the_first_version();
    let path = folder.dir.path().join("hongqi.db");
    let (bytes, space) = (|| std::fs::read(&path).unwrap(), folder.closed.space);
    let move_on = |by: i64| {
        let sql = "UPDATE documents SET idx = idx + ?2 WHERE space = ?1";
        Connection::open(&path).unwrap().execute(sql, rusqlite::params![space, by]).unwrap();
    };
    move_on(1);
    let before = bytes();
    let failed = Server::open(folder.dir.path(), folder.clock.clone());
    let reason = StorageError::Unexpected("index of a change").to_string();
    assert_eq!(failed.err().map(|error| error.to_string()), Some(reason));
    assert!(bytes() == before);
    move_on(-1);
    let server = folder.open().unwrap();
    assert_eq!(room(&server, &folder.reopened), folder.rooms[2]);
}
