//! The people of the golden vectors, the server that judges what they write, and the phone that reads it.

use std::sync::Arc;

use hongqi_core::activity::{Mark, Place};
use hongqi_core::clock::{Clock, Timestamp};
use hongqi_core::document::{About, Edit, Header, Kind, Nonce, Value};
use hongqi_core::ids::{DeviceId, DocId, MemberId, OrgId, SpaceId};
use hongqi_core::key::DeviceKey;
use hongqi_core::presence::{Card, Code, period};
use hongqi_core::sync::wire::{
    self, Ask, AuthorCard, EnrolResponse, Entry, From, LogEntry, PageOutcome, PushOutcome, SignedBatch, Target, Token,
};
use hongqi_core::{Config, Core};
use hongqi_server::Server;
use hongqi_server::storage::SqliteStorage;
use hongqi_tests::world::device::{Device, request};
use hongqi_tests::world::{SimClock, key};
use serde_json::{Value as Json, json};

use super::{hex, unhex};

/// Whose activities these are.
pub const COMMITTEE: &str = "Z1";
/// A Tuesday evening.
const BEGINNING: Timestamp = Timestamp(1_795_518_000_000);
pub const MINUTE: i64 = 60_000;

const ORGANISATIONS: &str = "number,name,type,parent\nZ1,滨江园区党委,cluster_committee,\nB1,第一支部,branch,Z1\n\
    B2,第二支部,branch,Z1\nB3,第三支部,branch,Z1\n";
const MEMBERS: &str = "number,name,standing,home,joined,roles\n\
    1,李敏,full,B1,,\n2,莫凡,full,B1,,\n3,赵国强,full,B1,,\n4,钱进,full,B1,,\n5,孙丽,full,B1,,\n6,周平,full,B1,,\n\
    7,郑好,full,B1,,\n8,王芳,full,B1,,\n9,冯雷,full,B1,,\n10,陈晨,full,B1,,\n11,卫东,full,B1,,\n\
    12,褚明,probationary,B1,,\n\
    21,吴江,full,Z1,,organiser@Z1\n22,高远,full,Z1,,organiser@Z1\n23,何平,full,Z1,,host@Z1\n\
    24,许清,full,B1,,organiser@Z1;host@B2;host@B3\n\
    31,林一,full,B2,,\n32,林二,full,B2,,\n33,林三,full,B2,,\n34,林四,full,B2,,\n35,林五,full,B2,,\n36,林六,full,B2,,\n\
    41,江一,full,B3,,\n42,江二,full,B3,,\n43,江三,full,B3,,\n";

/// Who has a phone. The last one's reads it all.
const PHONES: [&str; 15] = [
    "李敏",
    "莫凡",
    "赵国强",
    "钱进",
    "孙丽",
    "周平",
    "郑好",
    "王芳",
    "冯雷",
    "陈晨",
    "卫东",
    "吴江",
    "高远",
    "何平",
    "许清",
];

/// A member's number, by name.
fn number(name: &str) -> &'static str {
    let line = MEMBERS.lines().find(|line| line.split(',').nth(1) == Some(name)).unwrap();
    line.split(',').next().unwrap()
}

pub fn member(name: &str) -> MemberId {
    MemberId::from_number(number(name))
}

/// Everybody's name and id.
pub fn people() -> Json {
    let names = MEMBERS.lines().skip(1).map(|line| line.split(',').nth(1).unwrap());
    names.map(|name| (name.to_owned(), json!(member(name).to_string()))).collect::<serde_json::Map<_, _>>().into()
}

pub struct Park {
    pub server: Server,
    clock: SimClock,
    phones: Vec<Device>,
    /// What tells documents apart.
    documents: u64,
    /// Every batch that was given to the server, and what became of it.
    pub given: Vec<(SignedBatch, Timestamp, PushOutcome)>,
}

/// A field that holds an id.
pub fn id(doc: DocId) -> Value {
    doc.as_bytes()[..].into()
}

impl Park {
    /// Server and phones with the keys of the rig: 0 is the server's, 2 and up are the phones'.
    pub fn new() -> Self {
        let clock = SimClock::new(BEGINNING);
        let storage = SqliteStorage::in_memory(BEGINNING).unwrap();
        let server = Server::with(Arc::new(storage), Arc::new(key(0)), Arc::new(clock.clone())).unwrap();
        server.import(ORGANISATIONS.as_bytes(), MEMBERS.as_bytes()).unwrap();
        let phones = (2..).zip(PHONES).map(|(seat, name)| {
            let mut phone = Device::with_key(&server, number(name), key(seat));
            phone.start_over(1);
            phone.enrolled.token = Token { secret: "none".to_owned(), ttl_ms: 0 };
            phone
        });
        let phones = phones.collect();
        Self { server, clock, phones, documents: 0, given: Vec::new() }
    }

    pub fn phone(&mut self, name: &str) -> &mut Device {
        let place = PHONES.iter().position(|known| *known == name).unwrap();
        &mut self.phones[place]
    }

    pub fn reader(&self) -> &Device {
        self.phones.last().unwrap()
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Sets the server's clock, which never goes back.
    pub fn wait_until(&self, time: Timestamp) {
        self.clock.advance((time.0 - self.now().0).max(0));
    }

    /// Gives a batch to the server, as the phone that signed it would.
    pub fn give(&self, batch: &SignedBatch) -> PushOutcome {
        let device = batch.batch().unwrap().device;
        let phone = self.phones.iter().find(|phone| phone.id == device).unwrap();
        phone.push_signed(&self.server, batch.clone())
    }

    /// All that the reading phone is given: the cards of who wrote, and the logs.
    pub fn read(&self) -> (Vec<AuthorCard>, Vec<LogEntry>) {
        let boards = [COMMITTEE, "B1", "B2", "B3"].map(|number| SpaceId::board(OrgId::from_number(number)));
        let spaces = [SpaceId::personal(self.reader().enrolled.card.member), desk()].into_iter().chain(boards);
        let asks = spaces.map(|space| Ask { space, from: From::Start }).collect();
        let answer = self.reader().exchange(&self.server, &request(asks, vec![])).unwrap();
        assert!(!answer.more);
        let entries = answer.pages.into_iter().flat_map(|page| match page.outcome {
            PageOutcome::Entries(entries) => entries.entries.open().unwrap(),
            other => panic!("{other:?}"),
        });
        (answer.authors, entries.collect())
    }

    pub fn header(&mut self, by: &str, kind: Kind, about: Option<About>) -> Header {
        self.documents += 1;
        let org = OrgId::from_number(COMMITTEE);
        let space = match kind {
            Kind::Activity | Kind::Roster | Kind::Resolution | Kind::Door => SpaceId::board(org),
            _ => SpaceId::desk(org),
        };
        let nonce = if kind.spec().unique { Nonce::EMPTY } else { Nonce::from_bytes(self.documents.to_be_bytes()) };
        Header { kind, space, owner: member(by), about, nonce }
    }

    /// Writes a document now, and gives it to the server.
    pub fn put(&mut self, by: &str, header: &Header, fields: &[(&str, Value)]) -> DocId {
        self.put_of(self.now(), by, header, fields)
    }

    /// Writes a document that its author's clock dates `written`.
    pub fn put_of(&mut self, written: Timestamp, by: &str, header: &Header, fields: &[(&str, Value)]) -> DocId {
        let phone = self.phone(by);
        let change = phone.first(written, fields);
        let batch = phone.sign(header.space, vec![Entry { target: Target::of(header), change }]);
        self.note(batch);
        header.id()
    }

    /// Changes a document that was written in one change.
    pub fn edit(&mut self, by: &str, header: &Header, edits: &[Edit<'_>]) {
        let first = self.given.iter().find_map(|(batch, ..)| {
            let entry = batch.batch().unwrap().entries.remove(0);
            (entry.target == Target::of(header)).then_some(entry.change)
        });
        let now = self.now();
        let phone = self.phone(by);
        let change = phone.next(now, &[first.unwrap()], edits).unwrap();
        let batch = phone.sign(header.space, vec![Entry { target: Target::Known(header.id()), change }]);
        self.note(batch);
    }

    fn note(&mut self, batch: SignedBatch) {
        let (now, outcome) = (self.now(), self.give(&batch));
        self.given.push((batch, now, outcome));
        self.clock.advance(MINUTE);
    }

    /// An activity, begun now.
    pub fn activity(&mut self, title: &str) -> Header {
        let header = self.header("吴江", Kind::Activity, None);
        let (starts, ends) = (self.now(), self.now().plus_ms(120 * MINUTE));
        self.put("吴江", &header, &[("title", title.into()), ("starts", starts.into()), ("ends", ends.into())]);
        header
    }

    pub fn roster(&mut self, by: &str, activity: DocId, people: &[(&str, Place)]) -> DocId {
        let header = self.header(by, Kind::Roster, Some(About::Doc(activity)));
        let people: Vec<_> = people.iter().map(|(name, place)| (member(name).to_string(), *place as i64)).collect();
        let fields: Vec<_> = people.iter().map(|(id, place)| (&id[..], Value::from(*place))).collect();
        self.put(by, &header, &fields)
    }

    /// A door of the host's phone.
    pub fn door(&mut self, host: &str, activity: DocId) -> Header {
        let header = self.header(host, Kind::Door, Some(About::Doc(activity)));
        let key = self.phone(host).key.public_key().to_vec();
        self.put(host, &header, &[("key", Value::Bytes(key)), ("label", "北门".into())]);
        header
    }

    /// What the host's door shows now.
    pub fn code(&mut self, host: &str, activity: DocId, door: DocId) -> Value {
        let counter = period(self.now());
        Value::Bytes(Code::sign(&self.phone(host).key, activity, door, counter, [7; 8]).unwrap().to_bytes())
    }

    /// What the member's phone shows now.
    pub fn card(&mut self, name: &str) -> Value {
        let counter = period(self.now());
        let phone = self.phone(name);
        Value::Bytes(Card::sign(&phone.key, &phone.enrolled.card, counter, [9; 8]).unwrap().to_bytes())
    }

    pub fn check_in(&mut self, by: &str, activity: DocId, more: &[(&str, Value)]) -> DocId {
        let header = self.header(by, Kind::CheckIn, Some(About::Doc(activity)));
        let fields = [&[("at", self.now().into())], more].concat();
        self.put(by, &header, &fields)
    }

    pub fn scan(&mut self, by: &str, (activity, door): (DocId, DocId), who: &str, more: &[(&str, Value)]) -> DocId {
        let header = self.header(by, Kind::Scan, Some(About::Member(member(who))));
        let fields = [("activity", id(activity)), ("door", id(door)), ("at", self.now().into())];
        self.put(by, &header, &[&fields, more].concat())
    }

    pub fn mark(&mut self, by: &str, activity: DocId, who: &str, mark: &str, more: &[(&str, Value)]) -> DocId {
        self.mark_of(self.now(), by, activity, who, mark, more)
    }

    pub fn mark_of(
        &mut self,
        written: Timestamp,
        by: &str,
        activity: DocId,
        who: &str,
        mark: &str,
        more: &[(&str, Value)],
    ) -> DocId {
        let header = self.header(by, Kind::RollMark, Some(About::Member(member(who))));
        let fields = [("activity", id(activity)), ("mark", mark.into()), ("at", written.into())];
        self.put_of(written, by, &header, &[&fields, more].concat())
    }

    pub fn marks(&mut self, by: &str, activity: DocId, people: &[&str], mark: Mark) {
        let name = serde_json::to_value(mark).unwrap();
        for who in people {
            self.mark(by, activity, who, name.as_str().unwrap(), &[]);
        }
    }

    pub fn ask_leave(&mut self, by: &str, activity: DocId) -> Header {
        let header = self.header(by, Kind::LeaveRequest, Some(About::Doc(activity)));
        let at = self.now().into();
        self.put(by, &header, &[("reason", "出差".into()), ("at", at)]);
        header
    }
}

pub fn desk() -> SpaceId {
    SpaceId::desk(OrgId::from_number(COMMITTEE))
}

/// As on the wire, and not folded: so that the bytes can be read.
pub fn plain<T: minicbor::Encode<()>>(message: &T) -> String {
    hex(&[&[0], &minicbor::to_vec(message).unwrap()[..]].concat())
}

/// What every file begins with: the phone that reads, the people, and what it holds before the cases.
pub fn preface(park: &Park, authors: &[AuthorCard], log: &[LogEntry]) -> serde_json::Map<String, Json> {
    let reader = &park.reader().enrolled;
    let out = json!({
        "device_key": hex(&reader.card.public_key),
        "enrolled": plain(reader),
        "authors": authors.iter().map(plain).collect::<Vec<_>>(),
        "log": log.iter().map(plain).collect::<Vec<_>>(),
        "people": people(),
    });
    out.as_object().unwrap().clone()
}

fn bytes(list: &Json) -> impl Iterator<Item = Vec<u8>> {
    list.as_array().unwrap().iter().map(unhex)
}

pub fn entries(list: &Json) -> Vec<LogEntry> {
    bytes(list).map(|entry| wire::decode(&entry).unwrap()).collect()
}

/// A phone that holds what the file does, whose cases have these entries.
pub struct Reader {
    pub core: Core,
    _home: tempfile::TempDir,
}

struct PublicHalf(hongqi_core::key::PublicKey);

impl DeviceKey for PublicHalf {
    fn public_key(&self) -> hongqi_core::key::PublicKey {
        self.0
    }

    fn sign_raw(&self, _: &[u8]) -> Result<hongqi_core::key::Signature, hongqi_core::key::KeyError> {
        Err(hongqi_core::key::KeyError)
    }
}

impl Reader {
    pub fn of(file: &Json, cases: Vec<LogEntry>) -> Self {
        let enrolled: EnrolResponse = wire::decode(&unhex(&file["enrolled"])).unwrap();
        let authors: Vec<AuthorCard> = bytes(&file["authors"]).map(|card| wire::decode(&card).unwrap()).collect();
        let home = tempfile::tempdir().unwrap();
        let key = PublicHalf(unhex(&file["device_key"])[..].try_into().unwrap());
        let core = Core::open(Config::new(home.path(), Arc::new(key))).unwrap();
        core.enrolled("http://localhost", &enrolled).unwrap();
        let log = [entries(&file["log"]), cases].concat();
        core.replay(&authors, &log).unwrap();
        Self { core, _home: home }
    }
}

/// Gives the log to a server that has none of it: what the server says of each batch that is not its own, in the order in
/// which they were written.
pub fn judged(log: &[LogEntry]) -> Vec<(SignedBatch, PushOutcome)> {
    let park = Park::new();
    let own = DeviceId::of_key(&key(0).public_key());
    let mut batches: Vec<_> = log
        .iter()
        .map(|entry| match entry {
            LogEntry::Batch { received_at, batch, .. } => (*received_at, batch.clone()),
            other => panic!("{other:?}"),
        })
        .filter(|(_, batch)| batch.batch().unwrap().device != own)
        .collect();
    batches.sort_by_key(|(received_at, _)| *received_at);
    let give = |(received_at, batch): (i64, SignedBatch)| {
        park.wait_until(Timestamp(received_at));
        let outcome = park.give(&batch);
        (batch, outcome)
    };
    batches.into_iter().map(give).collect()
}
