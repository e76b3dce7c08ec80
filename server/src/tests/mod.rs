//! Phones without a core, against the whole server without a network.

mod accepting;
mod ending;
mod enrolling;
mod exchanging;
mod hidden;
mod migrating;
mod presence;
mod telling;

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use hongqi_core::clock::Timestamp;
use hongqi_core::document::{About, Change, Header, Kind, KindCode, Nonce, Value};
use hongqi_core::ids::{ActorId, DeviceId, DocId, Generation, OrgId, SpaceId};
use hongqi_core::key::{Purpose, sign};
use hongqi_core::role::Role;
use hongqi_core::sync::wire::*;

use super::*;

/// The wall clock rises with each look; the monotonic one stands still until it is moved.
pub(crate) struct TestClock {
    wall: AtomicI64,
    monotonic: AtomicU64,
}

impl TestClock {
    pub(crate) fn at(ms: i64) -> Self {
        Self { wall: AtomicI64::new(ms), monotonic: AtomicU64::new(0) }
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.wall.fetch_add(1, Ordering::Relaxed))
    }

    fn monotonic_ms(&self) -> u64 {
        self.monotonic.load(Ordering::Relaxed)
    }
}

pub(crate) const ORGS: &str = "number,name,type,parent\nzone,园区工委,zone,\nA,机电委员会,committee,zone\n\
    b1,第一支部,branch,A\nb2,第二支部,branch,A\n";
pub(crate) const MEMBERS: &str = "number,name,standing,home,joined,roles\n1,李敏,full,b1,2001-07-01,\n\
    2,莫凡,full,b2,,\n3,吴江,full,b1,,editor@A;organiser@b1\n4,许清,full,b1,,secretary@b1\n";

pub(crate) fn server() -> (Arc<Server>, Arc<TestClock>) {
    let clock = Arc::new(TestClock::at(1_800_000_000_000));
    let server = Server::in_memory(clock.clone()).unwrap();
    server.import(ORGS.as_bytes(), MEMBERS.as_bytes()).unwrap();
    (Arc::new(server), clock)
}

pub(crate) fn org(number: &str) -> OrgId {
    OrgId::from_number(number)
}

pub(crate) struct Phone {
    pub(crate) server: Arc<Server>,
    pub(crate) key: SoftwareKey,
    pub(crate) device: DeviceId,
    pub(crate) member: MemberId,
    pub(crate) generation: Generation,
    pub(crate) dev_seq: u64,
    pub(crate) nonce: u64,
}

impl Phone {
    pub(crate) fn of(server: &Arc<Server>, number: &str) -> Self {
        let code = server.invite(number, 1).unwrap();
        let key = SoftwareKey::generate().unwrap().0;
        let signature = sign(&key, Purpose::Enrol, code.as_bytes()).unwrap();
        let request = EnrolRequest { version: VERSION, code, public_key: key.public_key(), signature };
        let answer = server.enrol(&request).unwrap();
        assert!(answer.card.verify(&answer.server_key));
        let device = DeviceId::of_key(&key.public_key());
        let generation = Generation::from_bytes(*device.as_bytes());
        let (server, member) = (server.clone(), answer.card.member);
        Self { server, key, device, member, generation, dev_seq: 0, nonce: 0 }
    }

    pub(crate) fn actor(&self) -> ActorId {
        ActorId::of(self.device, self.generation)
    }

    pub(crate) fn header(&mut self, kind: Kind, space: SpaceId, about: Option<About>) -> Header {
        self.nonce += 1;
        let nonce = if kind.spec().unique { Nonce::EMPTY } else { Nonce::from_bytes(self.nonce.to_be_bytes()) };
        Header { kind, space, owner: self.member, about, nonce }
    }

    pub(crate) fn entry(&self, header: Header, fields: &[(&str, Value)]) -> Entry {
        let change = Change::first(self.actor(), Timestamp(1_800_000_000_000), fields).unwrap().into_bytes();
        Entry { target: Target::of(&header), change }
    }

    pub(crate) fn message(&mut self, space: SpaceId, text: &str) -> Entry {
        let header = self.header(Kind::Message, space, None);
        self.entry(header, &[("body", Value::from(text))])
    }

    pub(crate) fn batch(&mut self, space: SpaceId, entries: Vec<Entry>) -> SignedBatch {
        self.dev_seq += 1;
        let (device, generation, dev_seq) = (self.device, self.generation, self.dev_seq);
        Batch { space, device, generation, dev_seq, entries }.sign(&self.key).unwrap()
    }

    pub(crate) fn sync(&self, follow: Follow, push: Vec<SignedBatch>, budget: u32) -> SyncResponse {
        let request = SyncRequest { version: VERSION, generation: Some(self.generation), follow, push, budget };
        self.server.sync(self.device, request).unwrap()
    }

    pub(crate) fn push(&self, batch: &SignedBatch) -> PushOutcome {
        let mut response = self.sync(Follow::Asks(vec![]), vec![batch.clone()], MAX_BUDGET);
        response.pushed.remove(0).outcome
    }

    /// Pushes one new document and gives its id.
    pub(crate) fn write(&mut self, header: Header, fields: &[(&str, Value)]) -> (DocId, PushOutcome) {
        let entry = self.entry(header, fields);
        let batch = self.batch(header.space, vec![entry]);
        (header.id(), self.push(&batch))
    }

    pub(crate) fn say(&mut self, space: SpaceId, text: &str) -> PushOutcome {
        let entry = self.message(space, text);
        let batch = self.batch(space, vec![entry]);
        self.push(&batch)
    }

    pub(crate) fn ask(&self, space: SpaceId, from: From) -> PageOutcome {
        let mut pages = self.sync(Follow::Asks(vec![Ask { space, from }]), vec![], MAX_BUDGET).pages;
        pages.remove(0).outcome
    }

    pub(crate) fn entries(&self, space: SpaceId, from: From) -> Entries {
        match self.ask(space, from) {
            PageOutcome::Entries(entries) => entries,
            other => panic!("{other:?}"),
        }
    }
}

pub(crate) fn refused(outcome: &PushOutcome) -> Refusal {
    match outcome {
        PushOutcome::Refused(refused) => refused[0].reason,
        other => panic!("{other:?}"),
    }
}

pub(crate) fn accepted(outcome: &PushOutcome) -> u64 {
    match outcome {
        PushOutcome::Accepted { seq, .. } => *seq,
        other => panic!("{other:?}"),
    }
}
