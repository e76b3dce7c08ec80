//! Who takes part in a history, what happens to them, and what has been written.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use hongqi_core::Error;
use hongqi_core::activity::Place;
use hongqi_core::document::Kind;
use hongqi_core::ids::{DeviceId, DocId, MemberId, OrgId, SpaceId, SpaceKind};
use hongqi_core::rig::Fate;
use hongqi_core::role::Role;
use hongqi_tests::world::handset::{Handset, dump};
use hongqi_tests::world::storage::Failing;
use hongqi_tests::world::weather::Weather;
use hongqi_tests::world::{MEMBERS, ORGANISATIONS, Sim, member, org};
use tempfile::TempDir;

use crate::acts::{self, Act};
use crate::meeting::{Meeting, Shown};
use crate::model::Model;
use crate::together::Together;

const DAY: i64 = 86_400_000;

/// The numbers of the phones' members, and how wrong their clocks are.
const CAST: [(&str, i64); 9] = [
    ("3001", 0),
    ("1002", 0),
    ("1003", -3 * 3_600_000),
    ("1001", 0),
    ("1001", 2 * DAY),
    ("1004", 7_000),
    ("2001", -DAY),
    ("2002", 0),
    // A third phone of one member, to be lost.
    ("1001", 0),
];
const ORGANISER: &str = "1003";
const MOVER: usize = 5;
const LEAVER: usize = 7;
const LOST: usize = 8;

/// The books as the operator has them.
struct Books {
    moved: bool,
    left: bool,
    organiser: bool,
    lost: bool,
    granted: bool,
}

/// What a document was begun by.
#[derive(Debug)]
pub struct Begun {
    pub by: usize,
    pub doc: DocId,
}

/// A change that the server had.
#[derive(Debug)]
pub struct Accepted {
    pub device: DeviceId,
    pub space: SpaceId,
    pub kind: Option<Kind>,
    /// The document that it is about, if one: also of a mark, which is about a person at an activity.
    pub subject: Option<DocId>,
    /// Whether it is of the card of a group or a case.
    pub opens: bool,
}

/// The phones, the operator, and what was written.
pub struct Town {
    pub phones: Vec<Handset>,
    books: Books,
    /// Members whose rights were changed at some time.
    pub touched: BTreeSet<MemberId>,
    /// Where they were: what somebody wrote there by a right that was lost, or not there yet, may be refused.
    changed_at: BTreeSet<(MemberId, OrgId)>,
    pub begun: Vec<Begun>,
    pub taken_back: BTreeSet<DocId>,
    /// What was refused and given once more.
    pub retried: BTreeSet<DocId>,
    /// What the server had accepted when it was set back.
    pub accepted: BTreeMap<(DocId, Vec<u8>), Accepted>,
    /// What the server did not have when it had been set back, until it was given back.
    lost_once: BTreeSet<DocId>,
    /// Since the last backup was put back, not all may be given back yet.
    pub healing: bool,
    backup: Option<TempDir>,
    /// The phones whose disk is full.
    full: BTreeSet<usize>,
    /// What hangs at doors and is held up.
    shown: Shown,
    /// Who came into a group and went, or was kept from a case: what they write there may be refused.
    pub came_and_went: BTreeSet<MemberId>,
}

impl Town {
    pub fn new(sim: &mut Sim) -> Self {
        let mut phones: Vec<_> = CAST.iter().map(|(number, skew)| sim.phone(number, *skew)).collect();
        phones.iter_mut().for_each(Handset::start);
        Self {
            phones,
            books: Books { moved: false, left: false, organiser: true, lost: false, granted: false },
            touched: BTreeSet::new(),
            changed_at: BTreeSet::new(),
            begun: Vec::new(),
            taken_back: BTreeSet::new(),
            retried: BTreeSet::new(),
            accepted: BTreeMap::new(),
            lost_once: BTreeSet::new(),
            healing: false,
            backup: None,
            full: BTreeSet::new(),
            shown: Shown::default(),
            came_and_went: BTreeSet::new(),
        }
    }

    /// An activity of the branch and one of the cluster are planned before anything goes wrong: with people expected,
    /// something to vote on, and a door.
    pub fn plan(&mut self) {
        for (who, number) in [(2, "B1"), (0, "C1")] {
            let perform = |act: &Act| self.phones[who].within(|core| acts::perform(core, act, None)).unwrap();
            let activity = perform(&Act::PlanActivity(org(number), "主题党日".to_owned())).unwrap();
            let voters = ["1001", "1002", "1003", "2001", "2002"].map(|number| (member(number), Place::Voter));
            let expected = [(member("1004"), Place::Expected)];
            perform(&Act::Meeting(Meeting::Expect(activity, [&voters[..], &expected].concat())));
            perform(&Act::Meeting(Meeting::Move(activity, "修缮村道".to_owned(), number == "C1")));
            perform(&Act::Meeting(Meeting::OpenDoor(activity)));
            self.begun.push(Begun { by: who, doc: activity });
        }
        self.phones.iter().filter_map(Handset::sync).for_each(|sync| sync.wake());
    }

    /// The phones whose member still takes part.
    pub fn present(&self) -> impl Iterator<Item = &Handset> {
        let gone = |index: usize| (index == LEAVER && self.books.left) || (index == LOST && self.books.lost);
        self.phones.iter().enumerate().filter(move |(index, _)| !gone(*index)).map(|(_, phone)| phone)
    }

    /// Whether what was written can be given back to a server that was set back and has lost it: not by the lost phone,
    /// and not by a member who may no longer write it.
    pub fn gives_back(&self, given: &Accepted) -> bool {
        let writes = |phone: &Handset| phone.device == given.device && !self.wrote_by(phone.member, given.space);
        self.phones.iter().any(writes) && given.device != self.phones[LOST].device
    }

    /// Whether a member may have written in a space by a right that was lost or gained at some time.
    fn wrote_by(&self, member: MemberId, space: SpaceId) -> bool {
        let standing = || ["C1", "B1", "B2"].iter().any(|number| SpaceId::standing(org(number)) == space);
        match space.kind() {
            _ if self.has_left(member) => true,
            SpaceKind::Personal => false,
            SpaceKind::Board | SpaceKind::Desk => self.lost_or_gained(member, space.org()),
            // Who comes to be an organiser and ceases to be one stays a member.
            SpaceKind::Talk if standing() => {
                member == self.phones[MOVER].member && self.lost_or_gained(member, space.org())
            }
            SpaceKind::Talk => self.touched.contains(&member),
        }
    }

    /// Whether a member lost or gained a right of this organisation at some time. Who left has lost all there are.
    pub fn lost_or_gained(&self, member: MemberId, org: OrgId) -> bool {
        self.has_left(member) || self.changed_at.contains(&(member, org))
    }

    /// Whether a member is in the books no more.
    pub fn has_left(&self, member: MemberId) -> bool {
        self.books.left && self.phones[LEAVER].member == member
    }

    /// Whether a document was accepted, lost by a server that was set back, and can no longer be given back whole.
    pub fn is_gone(&self, doc: DocId) -> bool {
        self.accepted.iter().any(|((known, _), given)| *known == doc && !self.gives_back(given))
    }

    /// Whether the server was set back to before a discussion was opened: a group, a case, what a thread hangs below.
    pub fn was_lost(&self, space: SpaceId) -> bool {
        let card = |((doc, _), given): (&(DocId, Vec<u8>), &Accepted)| {
            given.opens && given.space == space && self.lost_once.contains(doc)
        };
        self.lost_once.contains(&space.doc()) || self.accepted.iter().any(card)
    }

    /// Something happens.
    pub async fn step(&mut self, sim: &mut Sim) {
        let who = sim.rng.usize(..self.phones.len());
        self.bury(&mut sim.rng);
        match sim.rng.u8(..40) {
            0..=21 => (0..sim.rng.u8(1..5)).for_each(|_| self.act(sim, who)),
            22..=25 => self.phones[who].link.set_weather(Weather::random(&mut sim.rng)),
            26 => self.partition(&mut sim.rng),
            27 => self.phones[who].restart(None),
            28 => {
                let steps = sim.rng.u32(..6_000);
                self.phones[who].run().life().meets(Some(Fate::DiesAt(steps)));
            }
            29 => {
                let fate = pick(&mut sim.rng, [Fate::DiesAfterCommit, Fate::DiesBeforeCommit, Fate::FailsAt(40)]);
                self.phones[who].run().life().meets(Some(fate));
            }
            30 => match self.phones[who].sync().is_some() {
                true => self.phones[who].stop().await,
                false => self.phones[who].start(),
            },
            31 => self.phones[who].run_in_background(Duration::from_secs(sim.rng.u64(1..90))),
            32 => {
                let up = sim.rng.bool();
                self.phones[who].sync().inspect(|sync| sync.network(up));
            }
            33 => {
                let skew = pick(&mut sim.rng, [2 * DAY, -3 * 3_600_000, 0, -40_000, 90_000]);
                self.phones[who].clock.set_skew(skew);
            }
            34 => self.server(sim),
            35 | 36 => self.operate(sim),
            37 => self.fill_or_free(who),
            _ => {}
        }
    }

    /// The disk of a phone is full for a while: nothing can be written, by a member or by sync.
    fn fill_or_free(&mut self, who: usize) {
        if self.phones[who].run().life().is_dead() {
            return;
        }
        let fills = self.full.insert(who) || !self.full.remove(&who);
        self.phones[who].within(|core| core.limit_disk(fills.then_some(0)).unwrap());
    }

    /// Phones that died meanwhile are started again.
    fn bury(&mut self, rng: &mut fastrand::Rng) {
        for phone in &mut self.phones {
            if phone.run().life().is_dead() && rng.u8(..3) == 0 {
                phone.restart(None);
            }
        }
    }

    /// Some phones are cut off from the server together.
    fn partition(&mut self, rng: &mut fastrand::Rng) {
        for phone in &self.phones {
            if rng.bool() {
                phone.link.set_weather(Weather { up: false, ..Weather::fair() });
            }
        }
    }

    pub fn act(&mut self, sim: &mut Sim, who: usize) {
        if self.phones[who].run().life().is_dead() {
            return;
        }
        let now = hongqi_core::clock::Clock::now(&sim.clock);
        let choose = |core: &_| acts::choose(&mut sim.rng, core, now, &self.shown);
        if let Some(act) = self.phones[who].within(choose) {
            self.does(sim, who, act);
        }
    }

    fn does(&mut self, sim: &mut Sim, who: usize, act: Act) {
        let remembers = matches!(&act, Act::Meeting(act) if act.remembers());
        let takes_back = matches!(&act, Act::TakeBack(_) | Act::CancelActivity(_) | Act::WithdrawArticle(_));
        let before = if takes_back { self.held_by(who) } else { BTreeSet::new() };
        // Its twin would have room.
        let done = if sim.rng.u8(..10) == 0 && !self.full.contains(&who) && !remembers {
            self.act_and_perhaps_die(sim, who, &act)
        } else {
            let done = self.phones[who].within(|core| acts::perform(core, &act, Some(&mut self.shown)));
            if self.phones[who].run().life().is_dead() { None } else { Some(done) }
        };
        let Some(done) = done else {
            // Died in it: right behind the commit perhaps, and then what was taken back is gone.
            return self.note(who, act, None, before);
        };
        match done {
            Ok(doc) => {
                self.phones[who].sync().inspect(|sync| sync.wake());
                self.is_scanned(sim, &act);
                self.note(who, act, doc, before);
            }
            Err(
                Error::NotAllowed
                | Error::NotFound
                | Error::TooLate
                | Error::Ended
                | Error::NoVote
                | Error::Invalid { .. },
            ) => {}
            Err(Error::DiskFull) if self.full.contains(&who) => {}
            // A failure to order, met by this act.
            Err(Error::Storage("unexpected")) => {}
            Err(error) => panic!("{act:?}: {error:?}"),
        }
    }

    /// What is shown is mostly scanned at once, by whoever stands there.
    fn is_scanned(&mut self, sim: &mut Sim, act: &Act) {
        let last = |shown: &[String]| shown.last().cloned().unwrap_or_default();
        let other = sim.rng.usize(..self.phones.len());
        let scan = match act {
            Act::Meeting(Meeting::ShowCode(_)) => Meeting::ScanCode(last(&self.shown.codes)),
            Act::Meeting(Meeting::ShowCard) => {
                let doors = self.phones[other].within(|core| {
                    let held = core.activities().list(hongqi_core::clock::Timestamp(0), 100).unwrap_or_default();
                    held.iter().flat_map(|one| core.presence().doors(one.id).unwrap_or_default()).collect::<Vec<_>>()
                });
                let own = doors.iter().find(|door| door.host == self.phones[other].member);
                let Some(door) = own else { return };
                Meeting::ScanCard(door.id, last(&self.shown.cards))
            }
            _ => return,
        };
        if !self.phones[other].run().life().is_dead() && sim.rng.u8(..4) > 0 {
            self.does(sim, other, Act::Meeting(scan));
        }
    }

    fn held_by(&self, who: usize) -> BTreeSet<DocId> {
        crate::check::held(&self.phones[who]).into_iter().map(|held| held.doc).collect()
    }

    fn note(&mut self, who: usize, act: Act, doc: Option<DocId>, before: BTreeSet<DocId>) {
        match &act {
            Act::Retry(doc) => _ = self.retried.insert(*doc),
            Act::Together(Together::SendAway(_, member)) => _ = self.came_and_went.insert(*member),
            Act::Together(Together::Leave(_)) => _ = self.came_and_went.insert(self.phones[who].member),
            _ => {}
        }
        match (&act, doc) {
            (_, Some(doc)) if !self.begun.iter().any(|begun| begun.doc == doc) => {
                self.begun.push(Begun { by: who, doc });
            }
            (
                Act::TakeBack(doc)
                | Act::Discard(doc)
                | Act::WithdrawMessage(doc)
                | Act::DiscardDraft(doc)
                | Act::WithdrawArticle(doc)
                | Act::CancelActivity(doc)
                | Act::Meeting(Meeting::WithdrawLeave(doc)),
                None,
            ) => {
                // Of what may have left the phone its withdrawal waits; of what has not, nothing is left.
                let waits =
                    self.phones[who].within(|core| core.outbox().items().unwrap().iter().any(|item| item.doc == *doc));
                if !waits {
                    self.taken_back.insert(*doc);
                    // With it what stood on it: what was said in a group that never was.
                    let after = self.held_by(who);
                    self.taken_back.extend(before.into_iter().filter(|doc| !after.contains(doc)));
                }
            }
            _ => {}
        }
    }

    /// An act during which something goes wrong in SQLite. What returned is there, what did not is there wholly or
    /// not at all: a twin of the phone, with the same chance and clock, does the same undisturbed and says what that is.
    fn act_and_perhaps_die(&mut self, sim: &mut Sim, who: usize, act: &Act) -> Option<Result<Option<DocId>, Error>> {
        let rng = &mut sim.rng;
        let phone = &mut self.phones[who];
        let before = dump(phone.run().home());
        let twin = phone.twin();
        let undisturbed = twin.within(|core| acts::perform(core, act, None));
        let after = dump(twin.home());
        let steps = rng.u32(..500);
        let fate = pick(
            rng,
            [
                Fate::DiesAt(steps),
                Fate::DiesBeforeCommit,
                Fate::DiesAfterCommit,
                Fate::DiesAfterCommit,
                Fate::FailsAt(steps),
            ],
        );
        let wal = phone.wal_len();
        phone.run().life().meets(Some(fate));
        let done = phone.within(|core| acts::perform(core, act, None));
        if !phone.run().life().is_dead() {
            phone.run().life().meets(None);
            let now = dump(phone.run().home());
            match &done {
                Ok(_) => assert!(now == after && done == undisturbed, "{act:?} met {fate:?}: not what the twin did"),
                Err(error) => assert!(now == before, "{act:?} met {fate:?}: {error:?} left something behind"),
            }
            return Some(done);
        }
        // After a commit the process may have died in the middle of it: any beginning of what it wrote is on the disk.
        let grown = phone.wal_len();
        let torn = (fate == Fate::DiesAfterCommit && grown > wal && rng.bool()).then(|| rng.u64(wal..grown));
        phone.restart(torn);
        let now = dump(phone.run().home());
        assert!(now == before || now == after, "{act:?} met {fate:?}, torn {torn:?}: there in part");
        match fate {
            Fate::DiesAfterCommit if torn.is_none() => assert!(now == after, "{act:?} was committed and is lost"),
            Fate::DiesBeforeCommit => assert!(now == before, "{act:?} was not committed and is there"),
            _ => {}
        }
        if now == after { Some(undisturbed) } else { None }
    }

    /// Something happens to the server.
    fn server(&mut self, sim: &mut Sim) {
        let rng = &mut sim.rng;
        match rng.u8(..9) {
            0 | 1 => {
                sim.site.stop();
                sim.site.start();
            }
            2 => sim.site.stop(),
            3 | 4 => {
                let failing = pick(rng, [Failing::Read, Failing::Before, Failing::Inside, Failing::After]);
                if let Some(run) = sim.site.run() {
                    run.storage.order(failing);
                }
            }
            5 | 6 => {
                self.backup = Some(sim.site.backup());
            }
            _ => {
                if let Some(backup) = self.backup.take() {
                    if sim.site.run().is_none() {
                        sim.site.start();
                    }
                    self.note_accepted(sim);
                    sim.site.stop();
                    sim.site.restore(backup);
                    sim.site.start();
                    self.note_lost(sim);
                    sim.site.stop();
                    self.healing = true;
                }
            }
        }
        // It never stays away for long.
        if sim.site.run().is_none() && sim.rng.bool() {
            self.reopen(sim);
        }
    }

    /// The server runs again, with the operator's books as they are now.
    pub fn reopen(&mut self, sim: &Sim) {
        if sim.site.run().is_none() {
            sim.site.start();
        }
        sim.site.run().inspect(|run| run.storage.heal());
        self.write_books(sim);
    }

    /// All that the server holds now must be there for good.
    fn note_accepted(&mut self, sim: &Sim) {
        let log = crate::check::log(sim, &self.phones);
        let model = Model::new(sim, &log);
        for ((space, doc), entry) in log {
            let kind = model.kind(doc);
            let opens = matches!(kind, Some(Kind::Group | Kind::Case));
            for (change, device) in entry {
                let given = Accepted { device, space, kind, subject: model.subject(doc), opens };
                self.accepted.insert((doc, change), given);
            }
        }
    }

    /// What the server does not hold now.
    fn note_lost(&mut self, sim: &Sim) {
        let docs = self.accepted.keys().map(|(doc, _)| *doc);
        self.lost_once.extend(docs.filter(|doc| sim.site.look(|reader| reader.document(*doc)).is_none()));
    }

    /// The operator changes the books.
    fn operate(&mut self, sim: &mut Sim) {
        if sim.site.run().is_none() {
            return self.reopen(sim);
        }
        let books = &mut self.books;
        let (touched, places): (_, &[&str]) = match sim.rng.u8(..7) {
            0 | 1 => {
                books.moved = !books.moved;
                (self.phones[MOVER].member, &["B1", "B2"])
            }
            2..=4 => {
                books.organiser = !books.organiser;
                (member(ORGANISER), &["B1"])
            }
            5 if sim.rng.u8(..3) == 0 => {
                books.left = true;
                (self.phones[LEAVER].member, &[])
            }
            6 if sim.rng.u8(..3) == 0 => {
                // Nothing changes for its member.
                books.lost = true;
                return self.write_books(sim);
            }
            _ => {
                books.granted = !books.granted;
                // Whoever left gets none; whoever has none loses none.
                let _ = if books.granted {
                    sim.site.server().grant("2002", "B2", Role::Organiser, None)
                } else {
                    sim.site.server().revoke("2002", "B2", Role::Organiser)
                };
                (self.phones[LEAVER].member, &["B2"])
            }
        };
        self.touched.insert(touched);
        self.changed_at.extend(places.iter().map(|place| (touched, org(place))));
        self.write_books(sim);
    }

    fn write_books(&self, sim: &Sim) {
        let mut members = MEMBERS.to_owned();
        if self.books.moved {
            members = members.replace("1004,莫文,probationary,B1", "1004,莫文,probationary,B2");
        }
        if self.books.left {
            members =
                members.lines().filter(|line| !line.starts_with("2002,")).map(|line| format!("{line}\n")).collect();
        }
        if !self.books.organiser {
            members = members.replace("2018-07-01,organiser@B1", "2018-07-01,");
        }
        let server = sim.site.server();
        // The storage may have been told to fail: then the operator does it again.
        for _ in 0..8 {
            let imported = server.import(ORGANISATIONS.as_bytes(), members.as_bytes()).is_ok();
            let revoked = !self.books.lost || server.revoke_device(self.phones[LOST].device).is_ok();
            if imported && revoked {
                return;
            }
        }
        panic!("the operator gets nowhere");
    }

    /// Fair weather, everybody on, the server too.
    pub fn heal(&mut self, sim: &Sim, weather: &Weather) {
        self.reopen(sim);
        self.full.clear();
        for phone in &mut self.phones {
            phone.run().life().meets(None);
            if phone.run().life().is_dead() {
                phone.restart(None);
            }
            phone.within(|core| core.limit_disk(None).unwrap());
            phone.link.set_weather(weather.clone());
            phone.start();
            phone.sync().inspect(|sync| sync.network(true));
        }
    }
}

fn pick<T: Copy, const N: usize>(rng: &mut fastrand::Rng, from: [T; N]) -> T {
    from[rng.usize(..N)]
}
