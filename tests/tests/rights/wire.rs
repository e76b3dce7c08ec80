//! A phone that has been taken apart: its key signs anything, its requests ask for anything.

use hongqi_core::clock::{Clock, Timestamp};
use hongqi_core::document::{About, Change, Document, Edit, Header, Kind, Nonce, Value};
use hongqi_core::ids::{ActorId, DeviceId, DocId, Generation, MemberId, SpaceId, sha256};
use hongqi_core::key::SoftwareKey;
use hongqi_core::sync::wire::{
    self, Ask, Batch, Entry, FailureCode, Follow, From, LogEntry, MAX_BUDGET, PageOutcome, PushOutcome, Refusal,
    SignedBatch, SyncRequest, SyncResponse, Target, VERSION,
};
use hongqi_server::{Error, Server};
use hongqi_tests::world::{World, enrol};

pub fn asks(spaces: &[SpaceId], from: From) -> SyncRequest {
    let asks = spaces.iter().map(|space| Ask { space: *space, from }).collect();
    request(asks, vec![])
}

pub fn request(asks: Vec<Ask>, push: Vec<SignedBatch>) -> SyncRequest {
    SyncRequest { version: VERSION, generation: None, follow: Follow::Asks(asks), push, budget: MAX_BUDGET }
}

/// A device whose owner does with it what they like.
pub struct Device {
    pub member: MemberId,
    pub id: DeviceId,
    pub key: SoftwareKey,
    generation: Generation,
    dev_seq: u64,
    nonce: u64,
}

impl Device {
    /// A new one of the member with this number.
    pub fn enrol(world: &World, number: &str) -> Self {
        let key = SoftwareKey::generate().unwrap().0;
        let card = enrol(world, number, &key).card;
        let (member, id, generation) = (card.member, card.device, Generation::from_bytes([9; 16]));
        Self { member, id, key, generation, dev_seq: 0, nonce: 0 }
    }

    /// Begins to count anew, as a database that was set up again: what it pushes then has the numbers it had before.
    pub fn start_over(&mut self, life: u8) {
        (self.generation, self.dev_seq) = (Generation::from_bytes([life; 16]), 0);
    }

    pub fn actor(&self) -> ActorId {
        ActorId::of(self.id, self.generation)
    }

    /// The header of a document of its own; where several of a kind exist, of a new one.
    pub fn header(&mut self, kind: Kind, space: SpaceId, about: Option<About>) -> Header {
        self.nonce += 1;
        // Not to meet a document of this member's other devices.
        let own = sha256(&[self.id.as_bytes(), self.generation.as_bytes(), &self.nonce.to_be_bytes()]);
        let nonce = if kind.spec().unique { Nonce::EMPTY } else { Nonce::new(&own[..8]).unwrap() };
        Header { kind, space, owner: self.member, about, nonce }
    }

    /// The change that begins a document.
    pub fn first(&self, at: Timestamp, fields: &[(&str, Value)]) -> Vec<u8> {
        Change::first(self.actor(), at, fields).unwrap().into_bytes()
    }

    pub fn sign(&mut self, space: SpaceId, entries: Vec<Entry>) -> SignedBatch {
        self.sign_as(self.id, space, entries)
    }

    /// Under the name of any device, with the own key.
    pub fn sign_as(&mut self, device: DeviceId, space: SpaceId, entries: Vec<Entry>) -> SignedBatch {
        self.dev_seq += 1;
        let batch = Batch { space, device, generation: self.generation, dev_seq: self.dev_seq, entries };
        batch.sign(&self.key).unwrap()
    }

    /// One exchange, over the bytes that go over the wire.
    pub fn exchange(&self, server: &Server, request: &SyncRequest) -> Result<SyncResponse, FailureCode> {
        let request = wire::decode(&wire::encode(request)).unwrap();
        match server.sync(self.id, request) {
            Ok(response) => Ok(wire::decode(&wire::encode_response(&response)).unwrap()),
            Err(Error::Refused(failure)) => Err(failure.code),
            Err(error) => panic!("{error}"),
        }
    }

    pub fn push_signed(&self, server: &Server, batch: SignedBatch) -> PushOutcome {
        // What it follows stays as it is.
        let follow = Follow::Unchanged { digest: [0; 8] };
        let request = SyncRequest { follow, ..request(vec![], vec![batch]) };
        self.exchange(server, &request).unwrap().pushed[0].outcome.clone()
    }

    pub fn push(&mut self, server: &Server, space: SpaceId, entries: Vec<Entry>) -> PushOutcome {
        let batch = self.sign(space, entries);
        self.push_signed(server, batch)
    }

    /// Pushes a document of its own.
    pub fn write(&mut self, world: &World, header: &Header, fields: &[(&str, Value)]) -> PushOutcome {
        let change = self.first(world.clock.now(), fields);
        self.push(&world.server, header.space, vec![Entry { target: Target::of(header), change }])
    }

    /// As [`Device::write`], of what must be taken.
    pub fn begin(&mut self, world: &World, header: Header, fields: &[(&str, Value)]) -> DocId {
        let outcome = self.write(world, &header, fields);
        assert!(matches!(outcome, PushOutcome::Accepted { .. }), "{header:?}: {outcome:?}");
        header.id()
    }

    /// Alters a document, whoever's it is, of which it knows the changes.
    pub fn alter(
        &mut self,
        world: &World,
        (space, doc): (SpaceId, DocId),
        changes: &[Vec<u8>],
        edits: &[Edit<'_>],
    ) -> PushOutcome {
        let mut document = Document::load(changes.iter().map(Vec::as_slice)).unwrap();
        let change = document.edit(self.actor(), world.clock.now(), edits).unwrap().unwrap().into_bytes();
        self.push(&world.server, space, vec![Entry { target: Target::Known(doc), change }])
    }
}

/// Whether it was taken, or why not.
pub fn judged(outcome: &PushOutcome) -> Result<(), Refusal> {
    match outcome {
        PushOutcome::Accepted { .. } => Ok(()),
        PushOutcome::Refused(docs) => Err(docs[0].reason),
        other => panic!("{other:?}"),
    }
}

/// The batches of a page.
pub fn batches(outcome: &PageOutcome) -> Vec<SignedBatch> {
    let PageOutcome::Entries(entries) = outcome else { return vec![] };
    let batch = |entry| match entry {
        LogEntry::Batch { batch, .. } => batch,
        LogEntry::Own { .. } => panic!("asked for whole ones"),
    };
    entries.entries.open().unwrap().into_iter().map(batch).collect()
}

/// All that a response says, unfolded.
pub fn said(response: &SyncResponse) -> Vec<u8> {
    let mut out = minicbor::to_vec(response).unwrap();
    response.pages.iter().flat_map(|page| batches(&page.outcome)).for_each(|batch| out.extend(batch.body));
    out
}

pub fn contains(bytes: &[u8], what: &str) -> bool {
    bytes.windows(what.len()).any(|window| window == what.as_bytes())
}
