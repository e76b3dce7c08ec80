use std::sync::Arc;

use std::path::Path;

use super::*;
use crate::clock::SystemClock;
use crate::live::Topic;

fn open(dir: &Path) -> Result<Store> {
    let files = Files { database: dir.join("t.db"), generation: dir.join("t.generation") };
    Store::open(files, Arc::new(SystemClock))
}

fn value(store: &Store) -> Option<i64> {
    store.read(|connection| meta(connection, "k")).unwrap()
}

#[test]
fn the_schema_is_the_golden_one() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    let schema: String = store
        .read(|connection| {
            let mut statement = connection.prepare(
                "SELECT type || ' ' || name || ': ' || sql FROM sqlite_schema WHERE sql IS NOT NULL
                 AND name NOT LIKE 'sqlite_%' ORDER BY 1",
            )?;
            let rows: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok(rows.join("\n"))
        })
        .unwrap();
    let hash: String = crate::ids::sha256(&[schema.as_bytes()])[..8].iter().map(|b| format!("{b:02x}")).collect();
    // A phone in the field has this very schema. To change it, add a migration; this hash changes with version 2.
    assert_eq!(hash, GOLDEN, "schema:\n{schema}");
}

const GOLDEN: &str = "10cdec48a3e27337";

#[test]
fn an_error_rolls_back_and_announces_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    let subscription = store.hub.subscribe();
    let failed: Result<()> = store.write(|write| {
        set_meta(write.tx, "k", 1)?;
        write.changed(Topic::Feed);
        Err(Error::NotFound)
    });
    assert_eq!(failed, Err(Error::NotFound));
    assert_eq!(value(&store), None);
    assert!(subscription.take().is_empty());
}

#[test]
fn what_was_written_is_there_for_another_process_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    store.write(|write| set_meta(write.tx, "k", 7)).unwrap();
    // Not closed: as after kill -9, only the files are left.
    std::mem::forget(store);
    assert_eq!(value(&open(dir.path()).unwrap()), Some(7));
}

#[test]
fn paused_leaves_no_open_file_and_refuses_until_resumed() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    store.write(|write| set_meta(write.tx, "k", 7)).unwrap();
    assert_eq!(value(&store), Some(7));
    store.pause().unwrap();
    store.pause().unwrap();
    assert!(!dir.path().join("t.db-wal").exists(), "the WAL is folded in and gone");
    assert_eq!(store.write(|_| Ok(())), Err(Error::Paused));
    assert_eq!(store.read(|_| Ok(())), Err(Error::Paused));
    store.resume().unwrap();
    assert_eq!(value(&store), Some(7));
}

#[test]
fn pausing_waits_for_a_reader_on_another_thread() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    let (entered, is_in) = std::sync::mpsc::channel();
    let (go_on, may_leave) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let store = &store;
        scope.spawn(move || {
            store.read(|_| {
                entered.send(()).unwrap();
                may_leave.recv().unwrap();
                Ok(())
            })
        });
        is_in.recv().unwrap();
        let pausing = scope.spawn(|| store.pause());
        go_on.send(()).unwrap();
        pausing.join().unwrap().unwrap();
    });
    assert_eq!(lock(&store.readers).lent, 0);
}

#[test]
fn a_newer_database_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap());
    let connection = Connection::open(dir.path().join("t.db")).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    assert_eq!(open(dir.path()).err(), Some(Error::NewerDatabase));
    let connection = Connection::open(dir.path().join("t.db")).unwrap();
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 99);
}

#[test]
fn a_damaged_database_is_set_aside_not_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let noise = vec![0x5a; 8192];
    std::fs::write(dir.path().join("t.db"), &noise).unwrap();
    let store = open(dir.path()).unwrap();
    assert_eq!(value(&store), None);
    let aside = std::fs::read_dir(dir.path())
        .unwrap()
        .filter_map(|entry| entry.ok())
        .find(|entry| entry.file_name().to_string_lossy().contains("salvaged"))
        .unwrap();
    assert_eq!(std::fs::read(aside.path()).unwrap(), noise);
}

#[test]
fn a_panic_in_a_write_leaves_the_store_usable() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.write(|write| -> Result<()> {
            set_meta(write.tx, "k", 1)?;
            panic!("a defect");
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(value(&store), None);
    store.write(|write| set_meta(write.tx, "k", 2)).unwrap();
    assert_eq!(value(&store), Some(2));
}

#[test]
fn what_the_server_would_not_take_is_refused_before_it_is_queued() {
    use crate::document::{Edit, Header, Kind, Nonce, Value};
    use crate::ids::{MemberId, OrgId, SpaceId};

    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    let owner = MemberId::from_number("1");
    let space = SpaceId::standing(OrgId::from_number("B1"));
    let header = Header { kind: Kind::Message, space, owner, about: None, nonce: Nonce::from_bytes([1; 8]) };
    let queued = || -> i64 {
        store.read(|connection| Ok(connection.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0))?)).unwrap()
    };
    store
        .write(|write| {
            for key in ["member", "device", "generation", "home"] {
                set_meta(write.tx, key, if key == "member" { *owner.as_bytes() } else { [1; 16] })?;
            }
            set_meta(write.tx, "server_key", &[0u8; 65][..])
        })
        .unwrap();
    let invalid = |field, reason| Err(Error::Invalid { field, reason });
    for (fields, reason) in [
        (vec![("points", Value::Int(1))], "not such as this document may have"),
        (vec![("body", Value::Int(1))], "not such as this document may have"),
        (vec![("body", Value::from("x".repeat(9_000).as_str()))], "too large"),
    ] {
        assert_eq!(store.write(|write| write.create(&header, &fields)).map(drop), invalid("fields", reason));
    }
    assert_eq!(queued(), 0);
    let id = store.write(|write| write.create(&header, &[("body", "你好".into())])).unwrap();
    for (edit, reason) in [
        (Edit::Put("points", 1.into()), "not such as this document may have"),
        (Edit::Put("body", "x".repeat(9_000).as_str().into()), "too large"),
        (Edit::SetText("body", "x"), "out of range"),
    ] {
        assert_eq!(store.write(|write| write.edit(id, &[edit])), invalid("edit", reason));
    }
    assert_eq!(queued(), 1);
}
