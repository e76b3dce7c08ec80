//! A phone that has been taken apart: its key signs anything, at any time and in any order, and its requests ask for
//! anything.

use hongqi_core::clock::{Clock, Timestamp};
use hongqi_core::document::{About, Change, Document, Edit, Header, Kind, Nonce, Value};
use hongqi_core::ids::{ActorId, DeviceId, DocId, Generation, MemberId, SpaceId, sha256};
use hongqi_core::key::SoftwareKey;
use hongqi_core::sync::wire::{
    self, Ask, Batch, EnrolResponse, Entry, FailureCode, Follow, MAX_BUDGET, PushOutcome, Refusal, SignedBatch,
    SyncRequest, SyncResponse, Target, VERSION,
};
use hongqi_server::{Error, Server};

use super::{World, enrol, fail, or_fail};

/// A request of one who follows nothing but this.
#[must_use]
pub fn request(asks: Vec<Ask>, push: Vec<SignedBatch>) -> SyncRequest {
    SyncRequest { version: VERSION, generation: None, follow: Follow::Asks(asks), push, budget: MAX_BUDGET }
}

/// Whether it was taken, or why not.
///
/// # Errors
/// Why its first document was refused.
///
/// # Panics
/// If it was not judged.
pub fn judged(outcome: &PushOutcome) -> Result<(), Refusal> {
    match outcome {
        PushOutcome::Accepted { .. } => Ok(()),
        PushOutcome::Refused(docs) => Err(docs[0].reason),
        other => panic!("{other:?}"),
    }
}

/// A device whose owner does with it what they like.
pub struct Device {
    /// Whose.
    pub member: MemberId,
    /// The device.
    pub id: DeviceId,
    /// Its key.
    pub key: SoftwareKey,
    /// What the server said when it was enrolled.
    pub enrolled: EnrolResponse,
    generation: Generation,
    dev_seq: u64,
    nonce: u64,
}

impl Device {
    /// A new one of the member with this number.
    ///
    /// # Panics
    /// If the server refuses.
    #[must_use]
    pub fn enrol(world: &World, number: &str) -> Self {
        Self::with_key(&world.server, number, or_fail("key", SoftwareKey::generate()).0)
    }

    /// As [`Device::enrol`], with this key.
    ///
    /// # Panics
    /// If the server refuses.
    #[must_use]
    pub fn with_key(server: &Server, number: &str, key: SoftwareKey) -> Self {
        let enrolled = enrol(server, number, &key);
        let (member, id, generation) = (enrolled.card.member, enrolled.card.device, Generation::from_bytes([9; 16]));
        Self { member, id, key, enrolled, generation, dev_seq: 0, nonce: 0 }
    }

    /// Begins to count anew, as a database that was set up again: what it pushes then has the numbers it had before.
    pub fn start_over(&mut self, life: u8) {
        (self.generation, self.dev_seq) = (Generation::from_bytes([life; 16]), 0);
    }

    /// Who its changes say has made them.
    #[must_use]
    pub fn actor(&self) -> ActorId {
        ActorId::of(self.id, self.generation)
    }

    /// The header of a document of its own; where several of a kind exist, of a new one.
    pub fn header(&mut self, kind: Kind, space: SpaceId, about: Option<About>) -> Header {
        self.nonce += 1;
        // Not to meet a document of this member's other devices.
        let own = sha256(&[self.id.as_bytes(), self.generation.as_bytes(), &self.nonce.to_be_bytes()]);
        let mut nonce = [0; 8];
        nonce.copy_from_slice(&own[..8]);
        let nonce = if kind.spec().unique { Nonce::EMPTY } else { Nonce::from_bytes(nonce) };
        Header { kind, space, owner: self.member, about, nonce }
    }

    /// The change that begins a document.
    ///
    /// # Panics
    /// If no document can begin so.
    #[must_use]
    pub fn first(&self, at: Timestamp, fields: &[(&str, Value)]) -> Vec<u8> {
        or_fail("change", Change::first(self.actor(), at, fields)).into_bytes()
    }

    /// The change that makes these edits to a document of which it knows the changes; none if they change nothing.
    ///
    /// # Panics
    /// If these are no changes of a document.
    pub fn next(&self, at: Timestamp, changes: &[Vec<u8>], edits: &[Edit<'_>]) -> Option<Vec<u8>> {
        let mut document = or_fail("document", Document::load(changes.iter().map(Vec::as_slice)));
        or_fail("edit", document.edit(self.actor(), at, edits)).map(Change::into_bytes)
    }

    /// Signs a batch.
    ///
    /// # Panics
    /// If the key does not sign.
    pub fn sign(&mut self, space: SpaceId, entries: Vec<Entry>) -> SignedBatch {
        self.sign_as(self.id, space, entries)
    }

    /// Under the name of any device, with the own key.
    ///
    /// # Panics
    /// If the key does not sign.
    pub fn sign_as(&mut self, device: DeviceId, space: SpaceId, entries: Vec<Entry>) -> SignedBatch {
        self.dev_seq += 1;
        let batch = Batch { space, device, generation: self.generation, dev_seq: self.dev_seq, entries };
        or_fail("sign", batch.sign(&self.key))
    }

    /// One exchange, over the bytes that go over the wire.
    ///
    /// # Errors
    /// What the server says to who may not take part.
    ///
    /// # Panics
    /// If the server fails.
    pub fn exchange(&self, server: &Server, request: &SyncRequest) -> Result<SyncResponse, FailureCode> {
        let request = or_fail("request", wire::decode(&wire::encode(request)));
        match server.sync(self.id, request) {
            Ok(response) => Ok(or_fail("response", wire::decode(&wire::encode_response(&response)))),
            Err(Error::Refused(failure)) => Err(failure.code),
            Err(error) => fail("sync", &error),
        }
    }

    /// Pushes a batch, whoever signed it.
    ///
    /// # Panics
    /// If the device may not take part.
    pub fn push_signed(&self, server: &Server, batch: SignedBatch) -> PushOutcome {
        // What it follows stays as it is.
        let follow = Follow::Unchanged { digest: [0; 8] };
        let request = SyncRequest { follow, ..request(vec![], vec![batch]) };
        match self.exchange(server, &request) {
            Ok(mut response) => response.pushed.remove(0).outcome,
            Err(code) => panic!("{code:?}"),
        }
    }

    /// Signs and pushes a batch.
    ///
    /// # Panics
    /// As [`Device::push_signed`].
    pub fn push(&mut self, server: &Server, space: SpaceId, entries: Vec<Entry>) -> PushOutcome {
        let batch = self.sign(space, entries);
        self.push_signed(server, batch)
    }

    /// Pushes a document of its own.
    ///
    /// # Panics
    /// As [`Device::push_signed`].
    pub fn write(&mut self, world: &World, header: &Header, fields: &[(&str, Value)]) -> PushOutcome {
        let change = self.first(world.clock.now(), fields);
        self.push(&world.server, header.space, vec![Entry { target: Target::of(header), change }])
    }

    /// As [`Device::write`], of what must be taken.
    ///
    /// # Panics
    /// If it is not.
    pub fn begin(&mut self, world: &World, header: Header, fields: &[(&str, Value)]) -> DocId {
        let outcome = self.write(world, &header, fields);
        assert!(matches!(outcome, PushOutcome::Accepted { .. }), "{header:?}: {outcome:?}");
        header.id()
    }

    /// Alters a document, whoever's it is, of which it knows the changes.
    ///
    /// # Panics
    /// If that changes nothing.
    pub fn alter(
        &mut self,
        world: &World,
        (space, doc): (SpaceId, DocId),
        changes: &[Vec<u8>],
        edits: &[Edit<'_>],
    ) -> PushOutcome {
        let Some(change) = self.next(world.clock.now(), changes, edits) else { panic!("nothing changes") };
        self.push(&world.server, space, vec![Entry { target: Target::Known(doc), change }])
    }
}
