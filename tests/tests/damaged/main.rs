//! A phone whose database was damaged: whatever can be read of what was not at the server gets there, once, and what
//! cannot is said. Nothing here needs the network before the phone can be used again.

#![allow(clippy::unwrap_used)]

mod story;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hongqi_core::feed::{ArticleEdit, Category, NewArticle};
use hongqi_core::outbox::{Delivery, OutboxItem};
use hongqi_core::{Config, Core, Error};
use hongqi_tests::world::{MEMBERS, ORGANISATIONS, Phone, World, copy, org};

use story::{ACTS, PAGE, Story, UNSENT, assert_same, database, named, noise, overwrite, pages_of, recovery, talk};

/// What lies in the place of a database, and what opening it answers.
#[test]
fn a_file_that_is_none_of_ours_is_told_from_a_damaged_one() {
    let open = |home: &Path| {
        let (key, _) = hongqi_core::key::SoftwareKey::generate().unwrap();
        Core::open(Config::new(home, Arc::new(key)))
    };
    let folder = || tempfile::tempdir().unwrap();

    let home = folder();
    fs::write(database(home.path()), b"").unwrap();
    assert_eq!(open(home.path()).unwrap().recovered(), Ok(None), "an empty file is a new database");

    let home = folder();
    fs::create_dir(database(home.path())).unwrap();
    assert_eq!(open(home.path()).err(), Some(Error::Storage("file")), "a folder");

    let home = folder();
    let foreign = rusqlite::Connection::open(database(home.path())).unwrap();
    foreign
        .execute_batch("CREATE TABLE meta (key TEXT, value TEXT); INSERT INTO meta VALUES ('whose', 'theirs')")
        .unwrap();
    drop(foreign);
    let before = fs::read(database(home.path())).unwrap();
    assert_eq!(open(home.path()).err(), Some(Error::ForeignDatabase));
    assert_eq!(fs::read(database(home.path())).unwrap(), before, "another application's database is left as it is");

    let home = folder();
    fs::write(database(home.path()), "not a database at all. ".repeat(500)).unwrap();
    let core = open(home.path()).unwrap();
    let recovery = core.recovered().unwrap().unwrap();
    assert_eq!((recovery.acts, recovery.incomplete, recovery.enrol_again), (0, true, true));
    assert_eq!(named(home.path(), "salvaged-").len(), 1);
    core.recovery_seen().unwrap();
    assert_eq!(core.recovered(), Ok(None));

    let nowhere = Path::new("/nonexistent");
    assert_eq!(open(nowhere).err(), Some(Error::Storage("file")));
}

/// Root may write what nobody may: there this can only be seen by another user.
#[test]
fn where_nothing_may_be_written_is_named_as_such_and_loses_nothing() {
    let allow = |path: &Path, write: bool| {
        let mut rights = fs::metadata(path).unwrap().permissions();
        rights.set_readonly(!write);
        fs::set_permissions(path, rights).unwrap();
    };
    let mut story = Story::new(42);
    let home = tempfile::tempdir().unwrap();
    copy(story.files.path(), home.path());
    let open = || Core::open(Config::new(home.path(), Arc::new(story.sun.key())));
    let file = database(home.path());
    allow(&file, false);
    if fs::File::options().append(true).open(&file).is_ok() {
        return;
    }
    let core = open().unwrap();
    assert_eq!(core.outbox().items().unwrap().len() as u64, ACTS, "it can be read");
    assert_eq!(core.talk().post(talk(), "不能写", None), Err(Error::Storage("file")));
    drop(core);
    allow(&file, true);
    named(home.path(), "-wal")
        .iter()
        .chain(&named(home.path(), "-shm"))
        .for_each(|file| fs::remove_file(file).unwrap());
    allow(home.path(), false);
    assert_eq!(open().err(), Some(Error::Storage("file")));
    allow(home.path(), true);
    let items = open().unwrap().outbox().items().unwrap();
    assert_eq!(items.len() as u64, ACTS);
    assert_eq!(named(home.path(), "damaged").len() + named(home.path(), "salvaged").len(), 0);
    story.again(|_| {});
    story.live_on();
    story.check_all();
}

/// Nothing was damaged: all is read from the pages alone, and nothing is said to be missing.
#[test]
fn a_sound_file_is_salvaged_whole() {
    let mut story = Story::new(48);
    let core = story.sun.core();
    let items = core.outbox().items().unwrap();
    // What may have left can no longer be taken back.
    let shown = |mut items: Vec<OutboxItem>| {
        items.iter_mut().for_each(|item| item.cancellable = false);
        items.sort_by_key(|item| item.written_at);
        items
    };
    story.again(|home| {
        // Some free pages, as after a purge.
        let connection = rusqlite::Connection::open(database(home)).unwrap();
        connection.execute_batch("PRAGMA secure_delete = ON; DELETE FROM search_index_data WHERE id > 100;").unwrap();
        fs::write(home.join("hongqi.db-damaged"), "1").unwrap();
    });
    let told = recovery(&story.sun);
    assert_eq!((told.acts, told.incomplete, told.enrol_again), (ACTS, false, false));
    let salvaged = story.sun.core().outbox().items().unwrap();
    assert!(salvaged.iter().all(|item| !item.cancellable));
    assert_eq!(shown(salvaged), shown(items));
    story.live_on();
    story.check_all();
}

/// A message that was on its way when the damage came may be at the server: to take it back would be a lie, and an edit
/// must not become a second message.
#[test]
fn what_may_have_left_before_the_damage_is_edited_and_not_taken_back() {
    let mut story = Story::new(49);
    story.again(|home| overwrite(&database(home), 0, &[0; PAGE as usize]));
    let core = story.sun.core();
    let page = core.talk().page(talk(), None, 200).unwrap();
    let id = page.messages.iter().find(|message| message.body == UNSENT[2]).unwrap().id;
    assert_eq!(core.outbox().cancel(id), Err(Error::TooLate));
    core.talk().edit(id, "损坏之后改的").unwrap();
    let fresh = core.talk().post(talk(), "说错了", None).unwrap();
    assert_eq!(core.outbox().cancel(fresh), Ok(()), "what was written since has not left");
    story.live_on();
    let mut other = story.world.phone("1002");
    other.sync(&story.world);
    let page = other.core().talk().page(talk(), None, 200).unwrap();
    assert_eq!(page.messages.iter().filter(|message| message.id == id).count(), 1);
    assert_eq!(page.messages.iter().filter(|message| message.body == "损坏之后改的").count(), 1);
    assert_same(story.sun.core(), other.core());
    assert_eq!(story.sun.core().outbox().items().unwrap(), []);
}

#[test]
fn a_file_that_was_cut_off_gives_back_what_is_left_of_it() {
    let mut story = Story::new(43);
    let file = database(story.files.path());
    let last = pages_of(&file, "outbox").into_iter().chain(pages_of(&file, "meta")).max().unwrap() as u64;
    story.again(|home| {
        // Something stands behind what is to be saved, wherever that is.
        let connection = rusqlite::Connection::open(database(home)).unwrap();
        let behind = "INSERT INTO later (space, seq, body, signature, received_at)
                      VALUES (x'00', 1, zeroblob(400000), x'', 0)";
        connection.execute(behind, []).unwrap();
        drop(connection);
        let file = fs::File::options().write(true).open(database(home)).unwrap();
        assert!(file.metadata().unwrap().len() > last * PAGE + 100);
        file.set_len(last * PAGE + 100).unwrap();
    });
    assert!(recovery(&story.sun).incomplete);
    assert_eq!(recovery(&story.sun).acts, ACTS);
    story.live_on();
    story.check_all();
}

#[test]
fn a_lost_identity_is_asked_for_and_the_acts_wait_for_their_member() {
    let mut story = Story::new(44);
    let page = *pages_of(&database(story.files.path()), "meta").first().unwrap() as u64;
    story.again(|home| overwrite(&database(home), (page - 1) * PAGE, &[0; PAGE as usize]));
    let told = recovery(&story.sun);
    assert!(told.enrol_again && told.incomplete);
    assert_eq!(told.acts, ACTS);
    assert_eq!(story.sun.core().me(), Err(Error::NotEnrolled));
    assert_eq!(story.sun.core().personal().drafts().unwrap().len(), 1, "what was salvaged can be read at once");

    let stranger = story.world.phone("1003");
    let card = hongqi_tests::world::enrol(&story.world.server, "1003", &stranger.key());
    let mismatch = story.sun.core().enrolled("sim://server", &card);
    assert!(matches!(mismatch, Err(Error::Invalid { .. })), "{mismatch:?}");
    story.sun.enrol_again(&story.world, "1002");
    assert!(!recovery(&story.sun).enrol_again);
    story.live_on();
    story.check_all();
}

/// Without the identity, an edit of what an office writes does not say who made it: it is kept, and sent only once whoever
/// enrolled says so.
#[test]
fn an_act_whose_author_is_unknown_waits_for_somebody_to_answer_for_it() {
    let mut world = World::park(52);
    let mut sun = world.phone("3001");
    world.settle(&mut [&mut sun]);
    let article =
        NewArticle { title: "通知", body: "原文", category: Category::Information, must_read: false, due: None };
    let id = sun.core().feed().publish(org("C1"), &article).unwrap();
    world.settle(&mut [&mut sun]);
    let edit = ArticleEdit { title: Some("改过的通知"), ..ArticleEdit::default() };
    sun.core().feed().edit(id, &edit).unwrap();
    sun.core().pause().unwrap();
    sun.core().resume().unwrap();
    let page = *pages_of(&database(sun.home()), "meta").first().unwrap() as u64;
    sun.crash(|home| overwrite(&database(home), (page - 1) * PAGE, &[0; PAGE as usize]));
    assert_eq!(recovery(&sun).acts, 1);
    let refused = |phone: &Phone| matches!(phone.core().outbox().items().unwrap()[0].delivery, Delivery::Refused(_));
    assert!(refused(&sun));
    sun.enrol_again(&world, "3001");
    sun.sync(&world);
    assert!(refused(&sun));
    let mut wang = world.phone("1002");
    wang.sync(&world);
    let title = |phone: &Phone| phone.core().feed().article(id).unwrap().unwrap().item.title;
    assert_eq!(title(&wang), "通知");
    sun.core().outbox().retry(id).unwrap();
    sun.sync(&world);
    wang.sync(&world);
    assert_eq!((title(&wang).as_str(), title(&sun).as_str()), ("改过的通知", "改过的通知"));
    assert_eq!(sun.core().outbox().items().unwrap(), []);
}

#[test]
fn an_act_in_the_log_only_is_salvaged_with_the_rest() {
    let mut story = Story::new(45);
    story.again(|_| {});
    // The last acts stand in the write-ahead log when the power goes and the first page with it.
    story.sun.core().talk().post(talk(), "只在日志里", None).unwrap();
    story.sun.crash(|home| {
        assert!(fs::metadata(home.join("hongqi.db-wal")).unwrap().len() > 0);
        fs::remove_file(database(home)).unwrap();
        fs::write(database(home), b"").unwrap();
    });
    assert!(recovery(&story.sun).incomplete);
    story.sun.enrol_again(&story.world, "1002");
    assert!(story.sun.core().outbox().items().unwrap().iter().any(|item| item.space == talk()));

    story.again(|_| {});
    story.sun.core().talk().post(talk(), "只在日志里", None).unwrap();
    story.sun.crash(|home| overwrite(&database(home), 0, &[0; PAGE as usize]));
    story.live_on();
    story.check_all();
    let page = story.sun.core().talk().page(talk(), None, 200).unwrap();
    assert_eq!(page.messages.iter().filter(|message| message.body == "只在日志里").count(), 1);
}

#[test]
fn a_log_that_was_damaged_or_lost_costs_at_most_what_was_in_it() {
    let mut story = Story::new(46);
    let log = |home: &Path| home.join("hongqi.db-wal");
    let posted = |story: &Story| {
        let page = story.sun.core().talk().page(talk(), None, 200).unwrap();
        page.messages.iter().filter(|message| message.body.starts_with("日志")).count()
    };
    let write = |story: &mut Story| {
        story.again(|_| {});
        for index in 0..4 {
            story.sun.core().talk().post(talk(), &format!("日志 {index}"), None).unwrap();
        }
    };

    write(&mut story);
    story.sun.crash(|home| fs::remove_file(log(home)).unwrap());
    story.live_on();
    story.check_all();
    assert_eq!(posted(&story), 0, "no trace of it is left");

    write(&mut story);
    story.sun.crash(|home| overwrite(&log(home), 0, &[0x5a; 32]));
    assert!(recovery(&story.sun).incomplete);
    story.live_on();
    story.check_all();
    assert_eq!(posted(&story), 4, "a header of noise hides no page");

    write(&mut story);
    story.sun.crash(|home| overwrite(&log(home), 32 + 24 + 100, &[0x5a; 64]));
    assert!(recovery(&story.sun).incomplete, "SQLite would have dropped all of it without a word");
    story.live_on();
    story.check_all();
    assert_eq!(posted(&story), 4);

    write(&mut story);
    let mut rng = fastrand::Rng::with_seed(46);
    story.sun.crash(|home| fs::write(log(home), noise(&mut rng, 50_000)).unwrap());
    story.live_on();
    story.check_all();
}

/// Killed after any step of the way from the old database to the new one, the next start goes on from there.
#[test]
fn a_kill_while_the_damage_is_dealt_with_loses_nothing_either() {
    let mut story = Story::new(50);
    let moved = |home: &Path| home.join("hongqi.db.damaged-123");
    let mark = |home: &Path| fs::write(home.join("hongqi.db-damaged"), "123").unwrap();
    // What a fresh phone has: the new database before anything was taken over.
    let fresh = tempfile::tempdir().unwrap();
    drop(Core::open(Config::new(fresh.path(), Arc::new(story.sun.key()))).unwrap());
    let steps: [&dyn Fn(&Path); 5] = [
        &mark,
        &|home| {
            mark(home);
            fs::write(home.join("hongqi.db.damaged-123-wal"), b"").unwrap();
        },
        &|home| {
            mark(home);
            fs::rename(database(home), moved(home)).unwrap();
        },
        &|home| fs::rename(database(home), moved(home)).unwrap(),
        &|home| {
            fs::rename(database(home), moved(home)).unwrap();
            fs::copy(database(fresh.path()), database(home)).unwrap();
        },
    ];
    for step in steps {
        story.again(step);
        assert_eq!(recovery(&story.sun).acts, ACTS);
        assert!(!recovery(&story.sun).incomplete);
        // Taken over, and killed before that could be seen in the name.
        let items = story.sun.core().outbox().items().unwrap();
        story.sun.crash(|home| fs::rename(home.join("hongqi.db.salvaged-123"), moved(home)).unwrap());
        assert_eq!(recovery(&story.sun).acts, ACTS);
        assert_eq!(story.sun.core().outbox().items().unwrap(), items);
        story.live_on();
        story.check_all();
    }
}

/// What a member may no longer read is not left in a copy of a damaged file.
#[test]
fn a_member_who_moved_leaves_nothing_behind_in_a_damaged_copy() {
    const CANARY: &str = "泵阀支部的内部消息";
    let mut world = World::park(51);
    let (mut li, mut wang) = (world.phone("1001"), world.phone("1002"));
    wang.core().talk().post(talk(), CANARY, None).unwrap();
    world.settle(&mut [&mut li, &mut wang]);
    world.settle(&mut [&mut li, &mut wang]);
    let holds = |home: &Path| {
        let holds = |file: &PathBuf| {
            let bytes = fs::read(file).unwrap();
            bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
        };
        named(home, "hongqi").iter().any(holds)
    };
    li.core().talk().post(talk(), "我还没发出的话", None).unwrap();
    li.core().pause().unwrap();
    li.core().resume().unwrap();
    assert!(holds(li.home()));
    li.crash(|home| overwrite(&database(home), 0, &[0; 100]));
    assert!(holds(li.home()), "in the copy");
    let moved = MEMBERS.replace("1001,李敏,full,B1", "1001,李敏,full,B2");
    world.server.import(ORGANISATIONS.as_bytes(), moved.as_bytes()).unwrap();
    li.sync(&world);
    li.core().pause().unwrap();
    assert!(!holds(li.home()), "{:?}", named(li.home(), ""));
    li.core().resume().unwrap();
    let items = li.core().outbox().items().unwrap();
    assert_eq!(items.len(), 1);
    assert!(matches!(items[0].delivery, Delivery::Refused(_)), "{items:?}");
}

/// The number of files never grows with the number of accidents.
#[test]
fn copies_of_damaged_files_are_few_and_go_when_all_is_sent() {
    let mut story = Story::new(47);
    story.again(|_| {});
    for _ in 0..4 {
        story.sun.crash(|home| {
            let _ = fs::remove_file(home.join("hongqi.db-wal"));
            overwrite(&database(home), 0, &[0; 100]);
        });
        assert!(
            (1..=2).contains(
                &named(story.sun.home(), "salvaged-")
                    .iter()
                    .filter(|path| !path.to_string_lossy().ends_with("-wal"))
                    .count()
            )
        );
    }
    assert!(named(story.sun.home(), "hongqi.db-damaged").is_empty());
    story.live_on();
    assert_eq!(named(story.sun.home(), "salvaged-"), Vec::<PathBuf>::new());
}
#[test]
fn a_page_of_noise_anywhere_loses_no_unsent_act_that_was_not_on_it() {
    let seed = std::env::var("HONGQI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(41);
    let mut story = Story::new(seed);
    let file = database(story.files.path());
    let pages = i64::try_from(fs::metadata(&file).unwrap().len() / PAGE).unwrap();
    let (outbox, meta) = (pages_of(&file, "outbox"), pages_of(&file, "meta"));
    assert!(outbox.len() > 1);
    let mut rng = fastrand::Rng::with_seed(seed);
    let cases = std::env::var("HONGQI_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(30);
    // The pages that matter most, then any: the first, the identity, acts, and the way to them.
    let way = rusqlite::Connection::open(&file)
        .unwrap()
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'outbox'", [], |row| row.get(0))
        .unwrap();
    assert!(!outbox.contains(&way));
    let chosen: Vec<i64> = [1, way].into_iter().chain(meta).chain(outbox.first().copied()).collect();
    for case in 0..cases {
        let page = chosen.get(case).copied().unwrap_or_else(|| rng.i64(1..=pages));
        println!("seed {seed} case {case}: page {page} of {pages}");
        let bytes = if rng.bool() { noise(&mut rng, PAGE as usize) } else { vec![0; PAGE as usize] };
        let at = (page as u64 - 1) * PAGE;
        story.again(|home| overwrite(&database(home), at, &bytes));
        let salvaged = story.sun.core().recovered().ok().flatten();
        if salvaged.is_some() {
            assert_eq!(named(story.sun.home(), "salvaged-").len(), 1, "the damaged file is kept until all is sent");
        }
        story.live_on();
        if outbox.contains(&page) {
            let mut other = story.world.phone("1002");
            other.sync(&story.world);
            assert_same(story.sun.core(), other.core());
        } else {
            story.check_all();
        }
    }
}
