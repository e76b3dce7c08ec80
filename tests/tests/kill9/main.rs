//! Over a real socket: a phone and the server are killed with SIGKILL while they work; then everything that had been
//! acknowledged is there, once. And a server that is told to end, ends.
//!
//! The killed phone is this very test program, started again with [`HOME`] set: it posts and syncs and prints what it
//! has done, and dies when the parent has read enough. No timing decides anything.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod programs;
#[cfg(unix)]
mod stopping;

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use hongqi_core::App;
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_tests::world::org;

use programs::{Running, Site, open, sync};

const HOME: &str = "HONGQI_KILL9_HOME";
const DEADLINE: Duration = Duration::from_secs(60);

fn talk() -> SpaceId {
    SpaceId::standing(org("B1"))
}

/// The phone that will be killed. Does nothing when the tests run as tests.
#[test]
fn phone_in_a_process_of_its_own() {
    let Ok(home) = std::env::var(HOME) else { return };
    let app = open(Path::new(&home));
    let core = app.core();
    for round in 0.. {
        let mut posted = Vec::new();
        for n in 0..3 {
            let id = core.talk().post(talk(), &format!("第 {round} 轮第 {n} 条"), None).unwrap();
            println!("posted {id}");
            posted.push(id);
        }
        if sync(&app) && core.outbox().items().unwrap().is_empty() {
            posted.iter().for_each(|id| println!("accepted {id}"));
        }
    }
}

fn shown(app: &App) -> Vec<DocId> {
    let core = app.core();
    let mut out = Vec::new();
    let mut before = None;
    loop {
        let page = core.talk().page(talk(), before, 200).unwrap();
        out.extend(page.messages.iter().map(|message| message.id));
        match page.before {
            Some(_) => before = page.before,
            None => return out,
        }
    }
}

#[test]
fn a_phone_killed_while_it_works_loses_nothing_that_had_returned() {
    let site = Site::new();
    let (_server, address) = Running::server(&site.path("data"), "127.0.0.1:0");
    let home = site.phone(&address, "1001");
    let reader = site.phone(&address, "1002");
    let mut posted = BTreeSet::new();
    for round in 1..=6 {
        let mut phone = Running::phone(&home);
        posted.extend(phone.read("posted ", round * 2));
        posted.extend(phone.kill("posted "));
    }
    let phone = open(&home);
    assert!(sync(&phone));
    assert!(phone.core().outbox().items().unwrap().is_empty());
    let other = open(&reader);
    assert!(sync(&other));
    let seen = shown(&other);
    let once: BTreeSet<_> = seen.iter().copied().collect();
    assert_eq!(once.len(), seen.len(), "nothing twice");
    assert!(posted.len() >= 42, "{}", posted.len());
    assert!(once.is_superset(&posted), "nothing that had returned is lost");
    assert_eq!(seen, shown(&phone), "both show the same");
}

#[test]
fn a_server_killed_while_it_works_keeps_what_it_had_accepted() {
    let site = Site::new();
    let data = site.path("data");
    let (mut server, address) = Running::server(&data, "127.0.0.1:0");
    let home = site.phone(&address, "1001");
    let reader = site.phone(&address, "1002");
    let mut accepted = BTreeSet::new();
    for round in 1..=3 {
        let mut phone = Running::phone(&home);
        accepted.extend(phone.read("accepted ", round * 3));
        server.kill("");
        accepted.extend(phone.kill("accepted "));
        server = Running::server(&data, &address).0;
    }
    let other = open(&reader);
    assert!(sync(&other));
    let seen: Vec<_> = shown(&other);
    let once: BTreeSet<_> = seen.iter().copied().collect();
    assert_eq!(once.len(), seen.len(), "nothing twice");
    assert!(accepted.len() >= 18);
    assert!(once.is_superset(&accepted), "nothing accepted is lost");
    let phone = open(&home);
    assert!(sync(&phone), "and what was not accepted arrives now");
    assert!(sync(&other));
    assert_eq!(shown(&other), shown(&phone));
}
