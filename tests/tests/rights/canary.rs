//! What nobody may see is in no file of their phones and in no line of the server's log; `matrix` looks for the same in
//! every byte that reaches them.

use std::sync::{Arc, Mutex};

use hongqi_core::consult::{Category, NewCase};
use hongqi_core::ids::SpaceId;
use hongqi_core::role::Role;
use hongqi_core::sync::wire::From;
use hongqi_tests::world::{MEMBERS, ORGANISATIONS, Phone, World, member, org};

use crate::table::kinds;
use crate::town::{QUIET, Town, canary};
use crate::wire::{asks, contains};

/// The bytes of all files of a phone, which is closed for it.
fn files(phone: &Phone) -> Vec<u8> {
    // What waits for a quiet moment has been done.
    while phone.core().search().index().unwrap() {}
    phone.core().pause().unwrap();
    let files = std::fs::read_dir(phone.home()).unwrap();
    files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
}

#[test]
fn a_phone_holds_what_its_member_may_read_and_not_a_byte_of_the_rest() {
    let mut town = Town::new(90);
    let spaces: Vec<(&str, SpaceId)> = town.columns().collect();
    let numbers: Vec<&str> = town.rows.iter().map(|row| row.number).collect();
    for (at, number) in numbers.into_iter().enumerate() {
        let mut phone = town.world.phone(number);
        phone.sync(&town.world);
        // Whoever knows the ids has them opened.
        for (name, space) in &spaces {
            if ["standing", "thread", "gathering", "group", "case"].contains(name) {
                phone.core().talk().open(*space).unwrap();
            }
        }
        phone.sync(&town.world);
        let row = &town.rows[at];
        let files = files(&phone);
        // Who belongs to the branch follows its board, and has its names; who leads above opens it when needed. Of the
        // discussions all were opened.
        let follows = |name: &str| number.starts_with('1') || !["board", "desk", "above"].contains(&name);
        for (name, text) in spaces.iter().map(|(name, _)| (*name, canary(name))).chain([("board", QUIET.1.to_owned())])
        {
            let held = contains(&files, &text);
            assert!(row.sees(name) || !held, "{} holds what {name} says", row.who);
            assert!(held || !row.sees(name) || !follows(name) || name == "server", "{} misses {name}", row.who);
        }
    }
}

#[test]
fn when_a_right_ends_not_a_byte_is_left_of_what_it_gave() {
    let mut world = World::park(91);
    let [mut li, mut zhao, mut mo, mut zhou] = ["1001", "1003", "1004", "2002"].map(|number| world.phone(number));
    world.settle(&mut [&mut li, &mut zhao, &mut mo, &mut zhou]);
    // A group with mo and, from another branch, zhou; a case that zhao reads as an organiser; a reason for leave.
    let invited = [member("1004"), member("2002")];
    let group = li.core().gatherings().open_group("暗号群组", None, &invited).unwrap();
    let room = li.core().gatherings().gathering(group).unwrap().unwrap().space;
    li.core().talk().post(room, "暗号群里说的", None).unwrap();
    let (subject, question) = ("暗号咨询", "暗号想问的话");
    let case = NewCase { desk: org("B1"), subject, category: Category::Other, question, leave_out: &[] };
    li.core().consult().ask(&case).unwrap();
    let activity = zhao.core().activities();
    let plan = hongqi_core::activity::NewActivity {
        title: "义务植树",
        place: "河堤",
        note: "",
        agenda: "",
        starts: hongqi_tests::world::MORNING,
        ends: hongqi_tests::world::MORNING,
    };
    let planned = activity.plan(org("B1"), &plan).unwrap();
    world.settle(&mut [&mut li, &mut zhao, &mut mo, &mut zhou]);
    li.core().activities().ask_leave(planned, "暗号请假的原因").unwrap();
    world.settle(&mut [&mut li, &mut zhao, &mut mo, &mut zhou]);
    let texts = |phone: &Phone| phone.core().search().find("暗号", 50).unwrap().len();
    while li.core().search().index().unwrap() || mo.core().search().index().unwrap() {}
    assert!(texts(&li) > 0 && texts(&mo) > 0, "they had it");

    li.core().gatherings().send_away(group, member("1004")).unwrap();
    zhou.core().gatherings().leave(group).unwrap();
    world.server.revoke("1003", "B1", Role::Organiser).unwrap();
    let without = MEMBERS.replace("organiser@B1", "");
    world.server.import(ORGANISATIONS.as_bytes(), without.as_bytes()).unwrap();
    world.settle(&mut [&mut li, &mut zhao, &mut mo, &mut zhou]);
    for (who, phone) in [("sent away", &mo), ("left", &zhou), ("no organiser any more", &zhao)] {
        assert!(!contains(&files(phone), "暗号"), "{who}");
    }
    let files = files(&li);
    for kept in ["暗号群里说的", subject, question, "暗号请假的原因"] {
        assert!(contains(&files, kept), "{kept}");
    }
}

/// Takes the lines of a log.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_servers_log_names_nobody_and_nothing_that_is_hidden() {
    let lines = Lines::default();
    let kept = lines.clone();
    let log =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || kept.clone()).finish();
    // For all threads: what the other tests of this program make the server say must name nobody either.
    tracing::subscriber::set_global_default(log).unwrap();
    let mut town = Town::new(92);
    let everything: Vec<SpaceId> = town.spaces.values().copied().collect();
    for at in 0..town.devices.len() {
        let server = town.world.server.clone();
        town.devices[at].exchange(&server, &asks(&everything, From::Start)).unwrap();
        for space in everything.clone() {
            // Most of it is refused.
            let kind = kinds()[at % kinds().len()].kind;
            let header = town.devices[at].header(kind, space, None);
            let _ = town.devices[at].write(&town.world, &header, &[("body", "暗号".into())]);
        }
        server.news(town.devices[at].id).unwrap();
    }
    let lines = lines.0.lock().unwrap();
    assert!(contains(&lines, "enrolled"), "something was logged");
    assert!(!contains(&lines, "暗号"));
    let hidden = ["group", "case", "personal", "desk"].map(|name| town.spaces[name].org().to_string());
    let people = town.devices.iter().map(|device| device.member.to_string());
    for id in hidden.into_iter().chain(people) {
        assert!(!contains(&lines, &id), "{id}");
    }
}
