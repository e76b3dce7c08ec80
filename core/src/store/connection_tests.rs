use super::*;
use crate::store::pages::PAGE;

const NEXT: &str = "ALTER TABLE outbox ADD COLUMN priority INTEGER;";

fn database() -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("t.db");
    let connection = open_migrated(&path, MIGRATIONS).unwrap();
    let page_size: u16 = connection.pragma_query_value(None, "page_size", |row| row.get(0)).unwrap();
    assert_eq!(usize::from(page_size), PAGE);
    connection
        .execute_batch("INSERT INTO outbox (doc, space, change, written_at) VALUES (x'01', x'02', x'03', 4), (x'05', x'06', x'07', 8)")
        .unwrap();
    (dir, path)
}

fn unsent(connection: &Connection) -> i64 {
    connection.query_row("SELECT count(*) FROM outbox WHERE refused IS NULL", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_migration_that_fails_leaves_everything_to_the_version_before() {
    let (_dir, path) = database();
    for broken in [
        "DELETE FROM outbox; SELECT nothing FROM nowhere;",
        "DELETE FROM outbox; INSERT INTO outbox (doc) VALUES (x'01');",
        "DROP TABLE outbox; CREATE TABLE document (id);",
    ] {
        let failed = open_migrated(&path, &[MIGRATIONS[0], NEXT, broken]);
        assert_eq!(failed.err(), Some(Error::Storage("migration")), "{broken}");
        let old = open_migrated(&path, MIGRATIONS).unwrap();
        assert_eq!(unsent(&old), 2, "{broken}");
        old.execute("UPDATE outbox SET written_at = written_at + 1", []).unwrap();
        assert!(old.prepare("SELECT priority FROM outbox").is_err(), "not even the step before it");
    }
}

#[test]
fn a_migration_keeps_what_was_not_sent_and_locks_out_the_version_before() {
    let (_dir, path) = database();
    let new = open_migrated(&path, &[MIGRATIONS[0], NEXT]).unwrap();
    assert_eq!(unsent(&new), 2);
    drop(new);
    assert_eq!(open_migrated(&path, MIGRATIONS).err(), Some(Error::NewerDatabase));
    assert_eq!(unsent(&open_migrated(&path, &[MIGRATIONS[0], NEXT]).unwrap()), 2);
}

#[test]
fn a_migration_without_room_is_a_full_disk() {
    let (_dir, path) = database();
    let huge = "PRAGMA max_page_count = 1; CREATE TABLE huge (x); INSERT INTO huge VALUES (zeroblob(1000000));";
    assert_eq!(open_migrated(&path, &[MIGRATIONS[0], huge]).err(), Some(Error::DiskFull));
    assert_eq!(unsent(&open_migrated(&path, MIGRATIONS).unwrap()), 2);
}
