//! What each command does and what each query then says, capability by capability, on real phones with a real server.
#![allow(clippy::unwrap_used)]

mod activity;
mod closing;
mod consult;
mod directory;
mod doors;
mod feed;
mod feed_drafts;
mod feed_duties;
mod gathering;
mod live;
mod outbox;
mod personal;
mod presence;
mod search;
mod talk;

use hongqi_core::feed::{Category, NewArticle};
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::talk::MessageView;
use hongqi_tests::world::{Phone, World, org};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// The standing discussion of the branch B1.
fn talk() -> SpaceId {
    SpaceId::standing(org("B1"))
}

/// Phones of these members, in sync.
fn phones<const N: usize>(world: &mut World, numbers: [&str; N]) -> [Phone; N] {
    numbers.map(|number| {
        let mut phone = world.phone(number);
        phone.sync(world);
        phone
    })
}

fn settle<const N: usize>(world: &mut World, phones: [&mut Phone; N]) {
    let mut phones = phones;
    world.settle(&mut phones);
}

fn post(world: &World, phone: &Phone, body: &str) -> DocId {
    world.clock.advance(1000);
    phone.core().talk().post(talk(), body, None).unwrap()
}

fn publish(world: &World, phone: &Phone, number: &str, title: &str, must_read: bool) -> DocId {
    world.clock.advance(1000);
    let article =
        NewArticle { title, body: "第一段。\n第二段。", category: Category::Circular, must_read, due: None };
    phone.core().feed().publish(org(number), &article).unwrap()
}

fn waiting(phone: &Phone) -> usize {
    phone.core().outbox().items().unwrap().len()
}

fn bodies(messages: &[MessageView]) -> Vec<&str> {
    messages.iter().map(|message| &message.body[..]).collect()
}
