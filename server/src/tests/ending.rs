//! Discussions that end, and closed cases that expire.

use super::hidden::{Begun, alter, begin, participant, reads, seat};
use super::*;
use hongqi_core::document::Edit;
use hongqi_core::gathering::LATE_MS;
use storage::DAY_MS;

const START: i64 = 1_800_000_000_000;
const MINUTE: i64 = 60_000;

fn at(minutes: i64) -> Timestamp {
    Timestamp(START + minutes * MINUTE)
}

/// Nothing but the clock of the test moves it on.
fn advance_to(clock: &TestClock, minutes: i64) {
    clock.wall.store(at(minutes).0, Ordering::Relaxed);
}

fn said(phone: &mut Phone, space: SpaceId, written: Timestamp) -> (Header, Entry, PushOutcome) {
    let header = phone.header(Kind::Message, space, None);
    let change = Change::first(phone.actor(), written, &[("body", Value::from("到"))]).unwrap().into_bytes();
    let entry = Entry { target: Target::of(&header), change };
    let batch = phone.batch(space, vec![entry.clone()]);
    let outcome = phone.push(&batch);
    (header, entry, outcome)
}

fn says(phone: &mut Phone, space: SpaceId, written: i64) -> Option<Refusal> {
    let (_, _, outcome) = said(phone, space, at(written));
    if let PushOutcome::Refused(_) = outcome { Some(refused(&outcome)) } else { None }
}

/// A gathering of b1 that ends after 45 minutes.
fn gathering(wu: &mut Phone) -> Begun {
    let card = wu.header(Kind::Gathering, SpaceId::board(org("b1")), None);
    let first = wu.entry(card, &[("topic", Value::from("闪聚")), ("ends", Value::from(at(45)))]);
    let batch = wu.batch(card.space, vec![first.clone()]);
    accepted(&wu.push(&batch));
    Begun { space: SpaceId::thread(card.id()), card, first }
}

#[test]
fn after_its_end_a_gathering_takes_what_was_written_before_it() {
    let (server, clock) = server();
    let [mut li, mut mo, mut wu] = ["1", "2", "3"].map(|number| Phone::of(&server, number));
    let about = li.header(Kind::Gathering, SpaceId::board(org("b1")), None);
    assert_eq!(refused(&li.write(about, &[("ends", Value::from(at(45)))]).1), Refusal::NotAllowed);
    let gathering = gathering(&mut wu);
    let space = gathering.space;
    advance_to(&clock, 10);
    let (header, entry, outcome) = said(&mut li, space, at(9));
    accepted(&outcome);
    assert_eq!(says(&mut li, space, 60 * 48), None, "a clock two days ahead, but here in time");
    assert_eq!(says(&mut mo, space, 9), Some(Refusal::NoSpace), "b2 does not read b1's board");
    advance_to(&clock, 60 * 24 * 30);
    assert_eq!(says(&mut li, space, 44), None, "offline for a month");
    assert_eq!(says(&mut li, space, 45), Some(Refusal::Ended));
    // An edit and a reaction are no less said than a message.
    let mut document = hongqi_core::document::Document::load([&entry.change[..]]).unwrap();
    let edit = [Edit::Put("body", Value::from("改"))];
    let change = document.edit(li.actor(), at(50), &edit).unwrap().unwrap().into_bytes();
    let batch = li.batch(space, vec![Entry { target: Target::Known(header.id()), change }]);
    assert_eq!(refused(&li.push(&batch)), Refusal::Ended);
    let sheet = li.header(Kind::ReactionSheet, space, None);
    let change = Change::first(li.actor(), at(50), &[(&header.id().to_string()[..], Value::from("👍"))]).unwrap();
    let batch = li.batch(space, vec![Entry { target: Target::of(&sheet), change: change.into_bytes() }]);
    assert_eq!(refused(&li.push(&batch)), Refusal::Ended);
    // Read-only: still read, and summed up by the role.
    assert!(reads(&li, space) && !reads(&mo, space));
    accepted(&alter(&mut wu, &gathering.card, &gathering.first, &[Edit::Put("summary", Value::from("定了"))]));
}

#[test]
fn the_latest_end_ever_announced_counts() {
    let (server, clock) = server();
    let [mut li, mut wu] = ["1", "3"].map(|number| Phone::of(&server, number));
    let gathering = gathering(&mut wu);
    advance_to(&clock, 46);
    assert_eq!(says(&mut li, gathering.space, 46), Some(Refusal::Ended));
    accepted(&alter(&mut wu, &gathering.card, &gathering.first, &[Edit::Put("ends", Value::from(at(60)))]));
    assert_eq!(says(&mut li, gathering.space, 46), None);
    advance_to(&clock, 70);
    assert_eq!(says(&mut li, gathering.space, 59), None);
    assert_eq!(says(&mut li, gathering.space, 60), Some(Refusal::Ended));
}

#[test]
fn who_did_not_know_of_the_early_end_is_believed() {
    let (server, clock) = server();
    let [mut li, mut wu] = ["1", "3"].map(|number| Phone::of(&server, number));
    let gathering = gathering(&mut wu);
    advance_to(&clock, 20);
    accepted(&alter(&mut wu, &gathering.card, &gathering.first, &[Edit::Put("closed", Value::from(at(20)))]));
    advance_to(&clock, 60);
    assert_eq!(says(&mut li, gathering.space, 40), None, "before it knew, until the announced end");
    assert_eq!(says(&mut li, gathering.space, 45), Some(Refusal::Ended));
    clock.wall.store(at(20).0 + LATE_MS + MINUTE, Ordering::Relaxed);
    assert_eq!(says(&mut li, gathering.space, 40), Some(Refusal::Ended), "too late to be believed");
    assert_eq!(says(&mut li, gathering.space, 19), None, "nobody had closed it yet");
}

#[test]
fn of_two_who_close_it_at_once_the_earlier_counts_whichever_is_heard_first() {
    for order in [[20, 10], [10, 20]] {
        let (server, clock) = server();
        let [mut li, mut wu, mut also] = ["1", "3", "3"].map(|number| Phone::of(&server, number));
        let gathering = gathering(&mut wu);
        advance_to(&clock, 20);
        for (organiser, minutes) in [&mut wu, &mut also].into_iter().zip(order) {
            let close = [Edit::Put("closed", Value::from(at(minutes)))];
            accepted(&alter(organiser, &gathering.card, &gathering.first, &close));
        }
        clock.wall.store(at(20).0 + LATE_MS, Ordering::Relaxed);
        assert_eq!(says(&mut li, gathering.space, 15), Some(Refusal::Ended), "{order:?}");
        assert_eq!(says(&mut li, gathering.space, 9), None, "{order:?}");
    }
}

#[test]
fn a_group_ends_as_a_gathering_does_or_never() {
    let (server, clock) = server();
    let [mut li, mut xu] = ["1", "4"].map(|number| Phone::of(&server, number));
    let group = begin(&mut li, Kind::Group, &[("topic", Value::from("x"))]);
    accepted(&participant(&mut li, group.space, xu.member, true));
    advance_to(&clock, 60 * 24 * 400);
    assert_eq!(says(&mut xu, group.space, 60 * 24 * 399), None);
    let end = [Edit::Put("ends", Value::from(at(60 * 24 * 401)))];
    accepted(&alter(&mut li, &group.card, &group.first, &end));
    assert_eq!(says(&mut xu, group.space, 60 * 24 * 400), None);
    advance_to(&clock, 60 * 24 * 402);
    assert_eq!(says(&mut xu, group.space, 60 * 24 * 402), Some(Refusal::Ended));
    assert!(reads(&xu, group.space));
}

pub(crate) fn case(li: &mut Phone) -> Begun {
    let desk = Value::Bytes(org("b1").as_bytes().to_vec());
    begin(li, Kind::Case, &[("desk", desk), ("subject", Value::from("请教"))])
}

pub(crate) fn step(phone: &mut Phone, case: &Begun, step: &str, written: Timestamp) {
    let header = phone.header(Kind::CaseStep, case.space, None);
    let change = Change::first(phone.actor(), written, &[("step", Value::from(step))]).unwrap().into_bytes();
    let batch = phone.batch(case.space, vec![Entry { target: Target::of(&header), change }]);
    accepted(&phone.push(&batch));
}

#[test]
fn a_closed_case_is_kept_for_a_while_and_then_nothing_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::at(START));
    let open = || Arc::new(Server::open(dir.path(), clock.clone()).unwrap());
    let server = open();
    server.import(ORGS.as_bytes(), MEMBERS.as_bytes()).unwrap();
    let [mut li, mut mo, mut wu] = ["1", "2", "3"].map(|number| Phone::of(&server, number));
    let (kept, doomed, back) = (case(&mut li), case(&mut li), case(&mut li));
    let canary = "这句话不该留下".repeat(3);
    accepted(&li.say(doomed.space, &canary));
    accepted(&wu.say(doomed.space, "好"));
    let page = li.entries(doomed.space, From::Start);
    let cursor = Cursor { epoch: page.epoch, seq: page.up_to, check: page.check };
    server.keep_closed_cases(30).unwrap();
    step(&mut wu, &doomed, "closed", at(10));
    step(&mut wu, &back, "closed", at(10));
    let until = |phone: &Phone, case: &Begun| seat(&server, phone.member, case.space).unwrap().1;
    let due = until(&li, &doomed).unwrap();
    assert!((START + 30 * DAY_MS..START + 30 * DAY_MS + MINUTE).contains(&due), "by the server's clock");
    assert_eq!(until(&wu, &doomed), Some(due));
    assert_eq!(until(&li, &kept), None);
    // A shorter time is told too.
    server.keep_closed_cases(20).unwrap();
    assert_eq!(until(&wu, &doomed), Some(due - 10 * DAY_MS));
    step(&mut li, &back, "reopened", at(11));
    assert_eq!(until(&li, &back), None);
    // What stands before it in the discussion's order, and came later, alters nothing.
    step(&mut wu, &back, "closed", Timestamp(START - MINUTE));
    assert_eq!(until(&li, &back), None);

    clock.wall.store(START + 20 * DAY_MS - MINUTE, Ordering::Relaxed);
    assert_eq!(server.sweep().unwrap(), 0);
    // A restart forgets neither the day nor the option.
    drop(server);
    let server = open();
    for phone in [&mut li, &mut mo, &mut wu] {
        phone.server = server.clone();
    }
    assert!(reads(&li, doomed.space));
    clock.wall.store(START + 20 * DAY_MS + MINUTE, Ordering::Relaxed);
    assert_eq!(server.sweep().unwrap(), 1);
    assert_eq!(server.sweep().unwrap(), 0);
    for from in [From::Start, From::Newest, From::After(cursor), From::Older { epoch: page.epoch, before: 2, floor: 0 }]
    {
        for phone in [&li, &wu, &mo] {
            assert_eq!(phone.ask(doomed.space, from), PageOutcome::Denied, "{from:?}");
        }
    }
    // Whose it was is told that it is over, others nothing; it does not begin again.
    let again = li.batch(doomed.space, vec![doomed.first.clone()]);
    assert_eq!(refused(&li.push(&again)), Refusal::Ended);
    assert_eq!(refused(&li.say(doomed.space, "x")), Refusal::Ended);
    assert_eq!(refused(&wu.say(doomed.space, "x")), Refusal::NoSpace);
    assert_eq!(refused(&mo.say(doomed.space, "x")), Refusal::NoSpace);
    server.import(ORGS.as_bytes(), MEMBERS.as_bytes()).unwrap();
    for case in [&kept, &back] {
        assert!(reads(&li, case.space) && reads(&wu, case.space));
    }
    // Not a byte of it is left in the closed file.
    let other = Arc::new(Server::in_memory(clock.clone()).unwrap());
    for phone in [&mut li, &mut mo, &mut wu] {
        phone.server = other.clone();
    }
    assert!(Arc::into_inner(server).is_some(), "the last connection closes the log file");
    let bytes = std::fs::read(dir.path().join("hongqi.db")).unwrap();
    assert!(!bytes.windows(canary.len()).any(|window| window == canary.as_bytes()));
}

/// Of a folder, the names of the files in which these words are found.
fn files_with(dir: &Path, words: &str) -> Vec<String> {
    let files = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    let holds = |path: std::path::PathBuf| {
        std::fs::read(path).unwrap().windows(words.len()).any(|window| window == words.as_bytes())
    };
    files.filter(|file| holds(file.path())).map(|file| file.file_name().into_string().unwrap()).collect()
}

#[test]
fn what_has_expired_is_on_no_disk_while_the_server_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::at(START));
    let server = Arc::new(Server::open(dir.path(), clock.clone()).unwrap());
    server.import(ORGS.as_bytes(), MEMBERS.as_bytes()).unwrap();
    let mut li = Phone::of(&server, "1");
    let canary = "这句话不该留下".repeat(3);
    let mut expired = || {
        let case = case(&mut li);
        accepted(&li.say(case.space, &canary));
        step(&mut li, &case, "closed", at(10));
        assert!(!files_with(dir.path(), &canary).is_empty());
        clock.wall.fetch_add(400 * DAY_MS, Ordering::Relaxed);
    };
    expired();
    assert_eq!(server.sweep().unwrap(), 1);
    assert_eq!(files_with(dir.path(), &canary), Vec::<String>::new());
    // Somebody else reads meanwhile, as who makes a backup does: then the next time.
    expired();
    let backup = rusqlite::Connection::open(dir.path().join("hongqi.db")).unwrap();
    backup.execute_batch("BEGIN; SELECT * FROM log LIMIT 1").unwrap();
    assert_eq!(server.sweep().unwrap(), 1);
    assert!(!files_with(dir.path(), &canary).is_empty());
    backup.execute_batch("COMMIT").unwrap();
    assert_eq!(server.sweep().unwrap(), 0);
    assert_eq!(files_with(dir.path(), &canary), Vec::<String>::new());
}

#[test]
fn a_case_that_cannot_be_deleted_keeps_no_other_alive() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(TestClock::at(START));
    let server = Arc::new(Server::open(dir.path(), clock.clone()).unwrap());
    server.import(ORGS.as_bytes(), MEMBERS.as_bytes()).unwrap();
    let mut li = Phone::of(&server, "1");
    let cases = [case(&mut li), case(&mut li), case(&mut li)];
    cases.iter().for_each(|case| step(&mut li, case, "closed", at(10)));
    let damaged = rusqlite::Connection::open(dir.path().join("hongqi.db")).unwrap();
    damaged.execute("UPDATE log SET body = x'' WHERE space = ?1", [cases[0].space]).unwrap();
    clock.wall.fetch_add(400 * DAY_MS, Ordering::Relaxed);
    assert!(matches!(server.sweep(), Err(Error::Storage(StorageError::Unexpected("batch")))));
    let gone = |case: &Begun| read(server.storage(), |reader| reader.room(case.space)).unwrap().unwrap().gone;
    assert_eq!(cases.each_ref().map(gone), [false, true, true]);
}
