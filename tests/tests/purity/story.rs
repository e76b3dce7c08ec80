//! Two servers that are told the same, and the devices that tell them.

use std::sync::Arc;

use hongqi_core::activity::Mark;
use hongqi_core::clock::{Clock, Timestamp};
use hongqi_core::document::{About, Edit, Header, Kind, Value};
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::presence::{Card, Code, period};
use hongqi_core::role::Role;
use hongqi_core::sync::wire::{Entry, SignedBatch, Target};
use hongqi_server::Server;
use hongqi_server::storage::SqliteStorage;
use hongqi_tests::world::device::{Device, judged};
use hongqi_tests::world::{MEMBERS, MORNING, ORGANISATIONS, SimClock, key, member, org};

use crate::acts::{Act, Astray, What};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// The members' devices, and how wrong their clocks are. The first five are of organisers of the committee; two of one
/// member follow one another.
const DEVICES: [(&str, i64); 11] = [
    ("3001", 0),
    ("3002", 2 * DAY),
    ("3002", -3 * HOUR),
    ("1001", 0),
    ("1001", -2 * DAY),
    ("1002", 240_000),
    ("1003", 0),
    ("1004", 600_000),
    ("2001", 0),
    ("2002", 3 * DAY),
    ("2002", 0),
];
const ORGANISERS: usize = 5;
/// The first device of those members who have two.
const TWO: [usize; 3] = [1, 3, 9];
/// An organiser and two members of a branch, who have no say beyond it.
const ASTRAY: [usize; 3] = [6, 7, 5];
pub const PEOPLE: [&str; 8] = ["3001", "3002", "1001", "1002", "1003", "1004", "2001", "2002"];
/// Who reads: an organiser of the committee and a member of its branch, to whom both desks are open.
const READER: &str = "1001";

/// A change of a document, and by which device it was made in which stretch of the story.
struct Change {
    stretch: usize,
    by: usize,
    bytes: Vec<u8>,
}

struct Doc {
    header: Header,
    changes: Vec<Change>,
}

pub struct Story {
    /// The second gets what was said at the same time in another order.
    pub servers: [Server; 2],
    pub clock: SimClock,
    /// The same phone for both servers.
    pub readers: [Device; 2],
    pub activity: Header,
    devices: Vec<Device>,
    docs: Vec<Doc>,
    stretch: usize,
    /// What was said in this stretch, and whether the first server took it.
    said: Vec<(usize, SignedBatch, bool)>,
    off: i64,
    rng: fastrand::Rng,
}

fn server(clock: &SimClock) -> Server {
    let storage = SqliteStorage::in_memory(MORNING).unwrap();
    let server = Server::with(Arc::new(storage), Arc::new(key(0)), Arc::new(clock.clone())).unwrap();
    server.import(ORGANISATIONS.as_bytes(), MEMBERS.as_bytes()).unwrap();
    server.grant(READER, "C1", Role::Organiser, None).unwrap();
    server
}

fn id(doc: DocId) -> Value {
    doc.as_bytes()[..].into()
}

/// The one at this place, counted round.
fn at<T: Copy>(of: &[T], place: usize) -> Option<T> {
    if of.is_empty() { None } else { Some(of[place % of.len()]) }
}

impl Story {
    /// The devices, an activity of the committee with a roster, a door and something to vote on.
    pub fn begin(rng: fastrand::Rng) -> Self {
        let clock = SimClock::new(MORNING);
        let servers = [server(&clock), server(&clock)];
        let enrol = |server: &Server| -> Vec<Device> {
            (2..).zip(DEVICES).map(|(seat, (number, _))| Device::with_key(server, number, key(seat))).collect()
        };
        let mut devices = enrol(&servers[0]);
        enrol(&servers[1]);
        let readers = [0, 1].map(|at| Device::with_key(&servers[at], READER, key(30)));
        let activity = devices[0].header(Kind::Activity, SpaceId::board(org("C1")), None);
        let (docs, said) = (Vec::new(), Vec::new());
        let mut story = Self { servers, clock, readers, activity, devices, docs, stretch: 0, said, off: 0, rng };
        let (starts, ends) = (MORNING, MORNING.plus_ms(2 * HOUR));
        let plan = [("title", "党员大会".into()), ("starts", starts.into()), ("ends", ends.into())];
        let minutes = ("minutes", Value::Text(String::new()));
        story.start(0, activity, &[&plan[..], &[minutes]].concat());
        let voters =
            PEOPLE.map(|number| (member(number).to_string(), Value::from(if number == "1004" { 1 } else { 2 })));
        let voters: Vec<_> = voters.iter().map(|(id, place)| (&id[..], place.clone())).collect();
        let about = Some(About::Doc(activity.id()));
        let roster = story.devices[0].header(Kind::Roster, activity.space, about);
        story.start(0, roster, &voters);
        story.open_door(1);
        story.resolution(0, false);
        story.meet(1);
        story
    }

    pub fn thread(&self) -> SpaceId {
        SpaceId::thread(self.activity.id())
    }

    fn desk(&self) -> SpaceId {
        SpaceId::desk(org("C1"))
    }

    /// What this device's clock shows.
    fn now(&self, by: usize) -> Timestamp {
        self.clock.now().plus_ms(DEVICES[by].1 + self.off)
    }

    fn of(&self, kind: Kind) -> Vec<usize> {
        let is = |at: &usize| self.docs[*at].header.kind == kind && !self.docs[*at].changes.is_empty();
        (0..self.docs.len()).filter(is).collect()
    }

    fn ids(&self, kind: Kind) -> Vec<DocId> {
        self.of(kind).into_iter().map(|at| self.docs[at].header.id()).collect()
    }

    /// What the device knows of a document: what everybody has heard, and what it wrote itself.
    fn known(&self, by: usize, doc: usize) -> Vec<Vec<u8>> {
        let knows = |change: &&Change| change.stretch < self.stretch || change.by == by;
        self.docs[doc].changes.iter().filter(knows).map(|change| change.bytes.clone()).collect()
    }

    /// Writes a document, or writes it anew.
    fn start(&mut self, by: usize, header: Header, fields: &[(&str, Value)]) {
        let place = self.docs.iter().position(|doc| doc.header.id() == header.id()).unwrap_or_else(|| {
            self.docs.push(Doc { header, changes: Vec::new() });
            self.docs.len() - 1
        });
        if self.known(by, place).is_empty() {
            let change = self.devices[by].first(self.now(by), fields);
            self.say(by, place, Target::of(&header), change);
        } else {
            let edits: Vec<_> = fields.iter().map(|(key, value)| Edit::Put(key, value.clone())).collect();
            self.edit(by, place, &edits);
        }
    }

    fn edit(&mut self, by: usize, place: usize, edits: &[Edit<'_>]) {
        let known = self.known(by, place);
        if known.is_empty() {
            return;
        }
        if let Some(change) = self.devices[by].next(self.now(by), &known, edits) {
            self.say(by, place, Target::Known(self.docs[place].header.id()), change);
        }
    }

    fn say(&mut self, by: usize, place: usize, target: Target, change: Vec<u8>) {
        let (space, bytes) = (self.docs[place].header.space, change.clone());
        let batch = self.devices[by].sign(space, vec![Entry { target, change }]);
        let outcome = self.devices[by].push_signed(&self.servers[0], batch.clone());
        let taken = judged(&outcome).is_ok();
        if taken {
            self.docs[place].changes.push(Change { stretch: self.stretch, by, bytes });
        }
        self.said.push((by, batch, taken));
    }

    /// Everybody hears what was said; the second server in another order, but what one device says in that of the device.
    pub fn meet(&mut self, pause: i64) {
        let mut said = std::mem::take(&mut self.said);
        while !said.is_empty() {
            let by = said[self.rng.usize(..said.len())].0;
            let place = said.iter().position(|(next, ..)| *next == by).unwrap();
            let (by, batch, taken) = said.remove(place);
            let outcome = self.devices[by].push_signed(&self.servers[1], batch);
            assert_eq!(judged(&outcome).is_ok(), taken, "a server judges alike in any order: {outcome:?}");
        }
        self.clock.advance(pause);
        self.stretch += 1;
    }

    fn open_door(&mut self, by: usize) {
        let header = self.devices[by].header(Kind::Door, self.activity.space, Some(About::Doc(self.activity.id())));
        self.door(by, header);
    }

    fn door(&mut self, by: usize, header: Header) {
        let key = hongqi_core::key::DeviceKey::public_key(&self.devices[by].key);
        self.start(by, header, &[("key", key[..].into()), ("label", "北门".into())]);
    }

    fn resolution(&mut self, by: usize, election: bool) {
        let header =
            self.devices[by].header(Kind::Resolution, self.activity.space, Some(About::Doc(self.activity.id())));
        self.start(by, header, &[("title", "决议".into()), ("election", election.into())]);
    }

    fn host_of(&self, door: usize) -> usize {
        self.docs[door].changes[0].by
    }

    /// Evidence of the activity at some desk.
    fn evidence(&mut self, by: usize, desk: SpaceId, kind: Kind, about: About, more: &[(&str, Value)]) {
        let header = self.devices[by].header(kind, desk, Some(about));
        let mut fields = vec![("at", self.now(by).into())];
        if matches!(about, About::Member(_)) {
            fields.push(("activity", id(self.activity.id())));
        }
        fields.extend_from_slice(more);
        self.start(by, header, &fields);
    }

    fn mark(&mut self, by: usize, desk: SpaceId, person: usize, mark: &str, more: &[(&str, Value)]) {
        let about = About::Member(member(at(&PEOPLE, person).unwrap()));
        let fields = [&[("mark", mark.into())], more].concat();
        self.evidence(by, desk, Kind::RollMark, about, &fields);
    }

    fn code(&self, door: usize) -> Value {
        let (host, door) = (self.host_of(door), self.docs[door].header.id());
        let code = Code::sign(&self.devices[host].key, self.activity.id(), door, period(self.clock.now()), [7; 8]);
        Value::Bytes(code.unwrap().to_bytes())
    }

    pub fn perform(&mut self, act: &Act) {
        self.off += act.off;
        let (who, organiser) = (act.who % DEVICES.len(), act.who % ORGANISERS);
        let (desk, thread, about) = (self.desk(), self.thread(), About::Doc(self.activity.id()));
        match &act.what {
            What::CheckIn { door, out } => {
                let door = door.and_then(|door| at(&self.of(Kind::Door), door));
                let mut more: Vec<_> = door.map(|door| ("code", self.code(door))).into_iter().collect();
                more.extend(out.then(|| ("out", true.into())));
                self.evidence(who, desk, Kind::CheckIn, about, &more);
            }
            What::Scan { door, person, card, out, doubt } => {
                let Some(door) = at(&self.of(Kind::Door), *door) else { return };
                let device = &self.devices[*person % DEVICES.len()];
                let (whose, counter) = (About::Member(device.member), period(self.now(organiser)));
                let shown = Card::sign(&device.key, &device.enrolled.card, counter, [9; 8]).unwrap().to_bytes();
                let mut more = vec![("door", id(self.docs[door].header.id()))];
                more.extend(card.then_some(("card", Value::Bytes(shown))));
                more.extend(out.then(|| ("out", true.into())));
                more.extend(doubt.map(|doubt| ("doubt", doubt.into())));
                // Mostly by whose door it is.
                let by = if act.who > 30 { organiser } else { self.host_of(door) };
                self.evidence(by, desk, Kind::Scan, whose, &more);
            }
            What::Mark { person, mark, resolves } => {
                let more = [("resolves", true.into()), ("reason", "核对过".into())];
                self.mark(organiser, desk, *person, name(*mark), if *resolves { &more } else { &[] });
            }
            What::CallRoll(mark) => {
                (0..PEOPLE.len()).for_each(|person| self.mark(organiser, desk, person, name(*mark), &[]));
            }
            What::Second(mark) => {
                let Some(first) = at(&self.of(Kind::RollMark), *mark) else { return };
                let Some((about, said)) = self.mark_said(first) else { return };
                let seconds = [("mark", said), ("seconds", id(self.docs[first].header.id()))];
                self.evidence(organiser, desk, Kind::RollMark, about, &seconds);
            }
            What::AlterMark { mark, names } => {
                let Some(mark) = at(&self.of(Kind::RollMark), *mark) else { return };
                let owner = self.docs[mark].header.owner;
                let devices: Vec<_> = (0..DEVICES.len()).filter(|by| self.devices[*by].member == owner).collect();
                for (by, name) in devices.into_iter().zip(*names) {
                    self.edit(by, mark, &[Edit::Put("mark", name.into())]);
                }
            }
            What::AskLeave => {
                self.evidence(who, desk, Kind::LeaveRequest, about, &[("reason", "出差".into())]);
            }
            What::WithdrawLeave(request) => {
                if let Some(request) = at(&self.of(Kind::LeaveRequest), *request) {
                    let by = self.host_of(request);
                    self.edit(by, request, &[Edit::Put("withdrawn", true.into())]);
                }
            }
            What::Answer { request, approve } => {
                let Some(request) = at(&self.of(Kind::LeaveRequest), *request) else { return };
                let Header { owner, .. } = self.docs[request].header;
                let mark = if *approve { "excused" } else { "denied" };
                let answer = [("mark", mark.into()), ("request", id(self.docs[request].header.id()))];
                self.evidence(organiser, desk, Kind::RollMark, About::Member(owner), &answer);
            }
            What::Guests(count) => {
                self.evidence(organiser, desk, Kind::Guests, about, &[("count", (*count).into())]);
            }
            What::Expect { person, place } => {
                let whom = member(at(&PEOPLE, *person).unwrap()).to_string();
                let roster = self.devices[organiser].header(Kind::Roster, self.activity.space, Some(about));
                self.start(organiser, roster, &[(&whom, (*place as i64).into())]);
            }
            What::OpenDoor => self.open_door(organiser),
            What::ShutDoor(door) => {
                if let Some(door) = at(&self.of(Kind::Door), *door) {
                    self.edit(self.host_of(door), door, &[Edit::Put("shut", true.into())]);
                }
            }
            What::RevokeDoor(door) => {
                if let Some(door) = at(&self.ids(Kind::Door), *door) {
                    self.edit(organiser, 0, &[Edit::Put("shut", id(door))]);
                }
            }
            What::Move { election } => self.resolution(organiser, *election),
            What::CloseVote(resolution) => self.of_resolution(organiser, *resolution, "closed"),
            What::WithdrawResolution(resolution) => self.of_resolution(organiser, *resolution, "withdrawn"),
            What::Vote { resolution, choice } => self.vote(who, desk, *resolution, *choice),
            What::VoteTwice { resolution, choices } => {
                let first = at(&TWO, act.who).unwrap();
                for (by, choice) in (first..).zip(*choices) {
                    self.vote(by, desk, *resolution, choice);
                }
            }
            What::Close => {
                let now = self.now(organiser);
                self.edit(organiser, 0, &[Edit::Put("closed", now.into())]);
            }
            What::Minutes(text) => self.edit(organiser, 0, &[Edit::SetText("minutes", text)]),
            What::Say { reply, text } => {
                let header = self.devices[who].header(Kind::Message, thread, None);
                let mut fields = vec![("body", text.as_str().into())];
                let reply = reply.and_then(|reply| at(&self.ids(Kind::Message), reply));
                fields.extend(reply.map(|reply| ("reply", id(reply))));
                self.start(who, header, &fields);
            }
            What::Edit { message, text } => {
                let now = self.now(who);
                self.of_message(
                    who,
                    *message,
                    &[Edit::Put("body", text.as_str().into()), Edit::Put("edited", now.into())],
                );
            }
            What::WithdrawMessage(message) => {
                let edits = [Edit::Put("withdrawn", true.into()), Edit::Put("body", "".into())];
                self.of_message(who, *message, &edits);
            }
            What::React { message, emoji } => {
                let Some(message) = at(&self.ids(Kind::Message), *message) else { return };
                let sheet = self.devices[who].header(Kind::ReactionSheet, thread, None);
                let value = if emoji.is_empty() { Value::Null } else { (*emoji).into() };
                let key = message.to_string();
                if value != Value::Null || self.docs.iter().any(|doc| doc.header == sheet) {
                    self.start(who, sheet, &[(&key, value)]);
                }
            }
            What::Read { since, seen } => {
                let (by, now) = ([3, 4][act.who % 2], self.clock.now());
                let about = About::Space(thread);
                let space = SpaceId::personal(self.devices[by].member);
                let header = self.devices[by].header(Kind::ReadMark, space, Some(about));
                let [up_to, seen] = [since, seen].map(|back| now.plus_ms(-back).0.to_be_bytes());
                self.start(by, header, &[("read", Value::Bytes([up_to, seen].concat()))]);
            }
            What::Astray(what) => self.astray(at(&ASTRAY, act.who).unwrap(), act.who, *what),
        }
    }

    fn astray(&mut self, by: usize, number: usize, what: Astray) {
        let (desk, board) = (SpaceId::desk(org("B1")), SpaceId::board(org("B1")));
        let about = About::Doc(self.activity.id());
        match what {
            Astray::CheckIn => {
                let doors: Vec<_> =
                    self.of(Kind::Door).into_iter().filter(|door| self.docs[*door].header.space == board).collect();
                let code: Vec<_> = at(&doors, number).map(|door| ("code", self.code(door))).into_iter().collect();
                self.evidence(by, desk, Kind::CheckIn, about, &code);
            }
            Astray::Mark(mark) => self.mark(ASTRAY[0], desk, number, name(mark), &[]),
            Astray::Guests => self.evidence(ASTRAY[0], desk, Kind::Guests, about, &[("count", 100.into())]),
            Astray::Leave => self.evidence(by, desk, Kind::LeaveRequest, about, &[("reason", "出差".into())]),
            Astray::Vote(choice) => self.vote(by, desk, number, choice),
            Astray::Roster => {
                let whom = member("1004").to_string();
                let roster = self.devices[ASTRAY[0]].header(Kind::Roster, board, Some(about));
                self.start(ASTRAY[0], roster, &[(&whom, 2.into())]);
            }
            Astray::Move => {
                let header = self.devices[ASTRAY[0]].header(Kind::Resolution, board, Some(about));
                self.start(ASTRAY[0], header, &[("title", "另议".into())]);
            }
            Astray::Door => {
                let header = self.devices[ASTRAY[0]].header(Kind::Door, board, Some(about));
                self.door(ASTRAY[0], header);
            }
        }
    }

    /// Whom a mark is about, and what it said first.
    fn mark_said(&self, mark: usize) -> Option<(About, Value)> {
        let doc = &self.docs[mark];
        let first = hongqi_core::document::Change::decode(&doc.changes[0].bytes).unwrap().fields()?;
        Some((doc.header.about?, first.text("mark").into()))
    }

    fn vote(&mut self, by: usize, desk: SpaceId, resolution: usize, choice: i64) {
        let Some(resolution) = at(&self.ids(Kind::Resolution), resolution) else { return };
        let header = self.devices[by].header(Kind::Vote, desk, Some(About::Doc(resolution)));
        let at = self.now(by).into();
        self.start(by, header, &[("choice", choice.into()), ("at", at)]);
    }

    fn of_resolution(&mut self, by: usize, resolution: usize, key: &str) {
        let value = if key == "closed" { self.now(by).into() } else { true.into() };
        if let Some(resolution) = at(&self.of(Kind::Resolution), resolution) {
            self.edit(by, resolution, &[Edit::Put(key, value)]);
        }
    }

    fn of_message(&mut self, by: usize, message: usize, edits: &[Edit<'_>]) {
        let own = |at: &usize| self.docs[*at].header.owner == self.devices[by].member;
        let own: Vec<_> = self.of(Kind::Message).into_iter().filter(own).collect();
        if let Some(message) = at(&own, message) {
            self.edit(by, message, edits);
        }
    }
}

fn name(mark: Mark) -> &'static str {
    match mark {
        Mark::Present => "present",
        Mark::Absent => "absent",
        Mark::Excused => "excused",
    }
}
