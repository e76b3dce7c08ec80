//! A phone and a server that come back from a backup: nothing lost, nothing doubled.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use hongqi_core::ids::SpaceId;
use hongqi_core::outbox::Delivery;
use hongqi_server::Server;
use hongqi_tests::world::{Phone, World, copy, org};

fn talk() -> SpaceId {
    SpaceId::standing(org("B1"))
}

fn post(phone: &Phone, text: &str) {
    phone.core().talk().post(talk(), text, None).unwrap();
}

fn texts(phone: &Phone) -> Vec<String> {
    let page = phone.core().talk().page(talk(), None, 200).unwrap();
    assert!(page.messages.iter().all(|message| message.delivery == Delivery::AtServer), "{page:?}");
    page.messages.into_iter().map(|message| message.body).collect()
}

#[test]
fn a_phone_restored_from_a_backup_starts_a_new_life() {
    let mut world = World::park(21);
    let mut li = world.phone("1001");
    let mut wang = world.phone("1002");
    world.settle(&mut [&mut li, &mut wang]);
    post(&li, "备份之前");
    li.sync(&world);
    post(&li, "备份时还没有发出");
    let backup = li.backup();
    world.clock.advance(60_000);
    li.sync(&world);
    post(&li, "备份之后");
    li.sync(&world);

    // A week later the phone is what it was, and its member goes on writing before the first exchange.
    li.restore(backup);
    world.clock.advance(60_000);
    for text in ["恢复之后一", "恢复之后二", "恢复之后三"] {
        post(&li, text);
    }
    world.settle(&mut [&mut li, &mut wang]);
    let expected = ["备份之前", "备份时还没有发出", "备份之后", "恢复之后一", "恢复之后二", "恢复之后三"];
    assert_eq!(texts(&wang), expected);
    assert_eq!(texts(&li), expected);
    assert!(li.core().outbox().items().unwrap().is_empty());
}

#[test]
fn a_server_restored_from_a_backup_gets_back_what_it_lost() {
    let (dir, yesterday) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut world = World::park_in(22, dir.path());
    let mut li = world.phone("1001");
    let mut wang = world.phone("1002");
    world.settle(&mut [&mut li, &mut wang]);
    post(&li, "昨天");
    world.settle(&mut [&mut li, &mut wang]);
    copy(dir.path(), yesterday.path());
    world.clock.advance(60_000);
    post(&li, "今天，李敏");
    li.sync(&world);
    world.clock.advance(1_000);
    post(&wang, "今天，王秀兰");
    world.settle(&mut [&mut li, &mut wang]);

    world.server = Arc::new(Server::open(yesterday.path(), Arc::new(world.clock.clone())).unwrap());
    world.clock.advance(60_000);
    post(&wang, "恢复之后");
    world.settle(&mut [&mut wang, &mut li]);
    let mut late = world.phone("1004");
    world.settle(&mut [&mut late]);
    for phone in [&li, &wang, &late] {
        assert_eq!(texts(phone), ["昨天", "今天，李敏", "今天，王秀兰", "恢复之后"]);
        assert!(phone.core().outbox().items().unwrap().is_empty());
    }
}
