//! A phone whose disk is full: every write says so, nothing is lost or half done, and all goes on when there is room.

#![allow(clippy::unwrap_used)]

use hongqi_core::Error;
use hongqi_core::ids::SpaceId;
use hongqi_core::outbox::Delivery;
use hongqi_core::sync::session::{Session, SessionError};
use hongqi_tests::world::{Phone, World, org};

fn talk() -> SpaceId {
    SpaceId::standing(org("B1"))
}

fn post(phone: &Phone, text: &str) -> Result<(), Error> {
    phone.core().talk().post(talk(), text, None).map(drop)
}

fn texts(phone: &Phone) -> Vec<(String, Delivery)> {
    let page = phone.core().talk().page(talk(), None, 200).unwrap();
    page.messages.into_iter().map(|message| (message.body, message.delivery)).collect()
}

fn park(seed: u64) -> (World, Phone, Phone) {
    let mut world = World::park(seed);
    let (mut li, mut wang) = (world.phone("1001"), world.phone("1002"));
    world.settle(&mut [&mut li, &mut wang]);
    (world, li, wang)
}

#[test]
fn an_act_without_room_is_not_done_and_not_half_done() {
    let (mut world, mut li, mut wang) = park(61);
    post(&li, "有空间时").unwrap();
    li.fill_disk();
    let before = (texts(&li), li.core().outbox().items().unwrap());
    let core = li.core();
    let id = core.talk().page(talk(), None, 1).unwrap().messages[0].id;
    assert_eq!(post(&li, "没有空间"), Err(Error::DiskFull));
    assert_eq!(core.talk().edit(id, "改"), Err(Error::DiskFull));
    assert_eq!(core.talk().react(id, Some("👍")), Err(Error::DiskFull));
    assert_eq!(core.outbox().cancel(id), Err(Error::DiskFull));
    assert_eq!(core.personal().new_draft("草稿", "文字", None).err(), Some(Error::DiskFull));
    assert_eq!((texts(&li), core.outbox().items().unwrap()), before);

    // Not even a start helps; what was there can be read.
    core.pause().unwrap();
    core.resume().unwrap();
    assert_eq!((texts(&li), core.outbox().items().unwrap()), before);
    assert_eq!(post(&li, "没有空间"), Err(Error::DiskFull));

    li.free_disk();
    post(&li, "又有空间").unwrap();
    world.settle(&mut [&mut li, &mut wang]);
    let bodies: Vec<_> = texts(&wang).into_iter().map(|(body, _)| body).collect();
    assert_eq!(bodies, ["有空间时", "又有空间"]);
}

/// The disk fills in the middle of a transaction, wherever that is, when a page is wanted that is not there.
#[test]
fn an_act_that_runs_out_of_room_in_its_middle_leaves_no_trace() {
    let (mut world, mut li, mut wang) = park(62);
    let text = "很长的一段话。".repeat(300);
    let mut kept = 0;
    let mut full = 0;
    for room in 0..60 {
        let pages = pages(&li) + room % 6 * 2;
        li.core().limit_disk(Some(pages)).unwrap();
        match post(&li, &format!("{room} {text}")) {
            Ok(()) => kept += 1,
            Err(error) => {
                assert_eq!(error, Error::DiskFull);
                full += 1;
            }
        }
        assert_eq!(texts(&li).len(), kept);
        assert_eq!(li.core().outbox().items().unwrap().len(), kept);
    }
    assert!(kept > 5 && full > 5, "{kept} kept, {full} full");
    li.free_disk();
    world.settle(&mut [&mut li, &mut wang]);
    assert_eq!(texts(&wang).len(), kept);
    let whole = rusqlite::Connection::open(li.home().join("hongqi.db")).unwrap();
    let checked: String = whole.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(checked, "ok");
}

fn pages(phone: &Phone) -> u32 {
    let connection = rusqlite::Connection::open(phone.home().join("hongqi.db")).unwrap();
    connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap()
}

#[test]
fn sync_without_room_fails_as_storage_and_goes_on_where_it_stood() {
    let (mut world, mut li, mut wang) = park(63);
    for index in 0..30 {
        post(&wang, &format!("王秀兰 {index} {}", "安全生产例会纪要。".repeat(40))).unwrap();
    }
    wang.sync(&world);
    post(&li, "李敏的话").unwrap();

    // No room to sign and count what is to be sent.
    li.fill_disk();
    assert_eq!(li.core().prepare().err(), Some(SessionError::Storage));
    li.free_disk();

    // No room for the answer; the server has taken what was given.
    let request = li.core().prepare().unwrap().unwrap();
    let response = world.server.sync(li.device(), request.clone()).unwrap();
    li.fill_disk();
    assert_eq!(li.core().absorb(&request, response.clone()).err(), Some(SessionError::Storage));
    // Room for a part of it: what fits stays, and is no reason to get anything twice.
    for room in [2, 6, 12] {
        li.core().limit_disk(Some(pages(&li) + room)).unwrap();
        let _ = li.core().absorb(&request, response.clone());
    }
    li.fill_disk();
    li.core().tidy_up();
    let own = texts(&li).into_iter().filter(|(body, _)| body == "李敏的话").count();
    assert_eq!(own, 1);

    li.free_disk();
    world.settle(&mut [&mut li, &mut wang]);
    assert_eq!(texts(&li), texts(&wang));
    assert_eq!(texts(&li).len(), 31);
    assert!(li.core().outbox().items().unwrap().is_empty());
}

#[test]
fn what_could_not_be_indexed_is_found_and_indexed_later() {
    let (mut world, mut li, mut wang) = park(64);
    for index in 0..20 {
        post(&wang, &format!("泵阀检修 {index}")).unwrap();
    }
    wang.sync(&world);
    li.sync(&world);
    li.fill_disk();
    li.core().tidy_up();
    let found = |phone: &Phone| phone.core().search().find("检修", 100).unwrap().len();
    assert_eq!(found(&li), 20, "not indexed, and found all the same");
    assert_eq!(li.core().search().index(), Err(Error::DiskFull));
    li.free_disk();
    li.core().tidy_up();
    assert_eq!(li.core().search().index(), Ok(false), "nothing waits any more");
    assert_eq!(found(&li), 20);
    world.settle(&mut [&mut li, &mut wang]);
}
