//! The server as an author: cards and grants, through the same logs and with the same signatures as anybody's entries.
//!
//! Every process starts a generation of its own. A server restored from a backup then never gives two changes one
//! name, which would set replicas apart for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hongqi_core::clock::Timestamp;
use hongqi_core::document::{About, Change, Document, Edit, Header, Kind, MAX_REVOKED, Nonce, Value};
use hongqi_core::ids::{ActorId, DeviceId, Generation, MemberId, OrgId, SpaceId};
use hongqi_core::key::{DeviceKey, random_bytes};
use hongqi_core::role::Role;
use hongqi_core::sync::wire::{Batch, Entry, Hint, MAX_BATCH_CHANGES, Target};

use crate::error::Error;
use crate::live::Event;
use crate::rights::Path;
use crate::storage::{Append, DocRow, GrantRow, MemberRow, OrgRow, SeatRow, Writer};

/// From this role on everybody below is told who holds it.
const OFFICE: Role = Role::Organiser;

/// The server's key and the numbers it has used.
pub(crate) struct Publisher {
    key: Arc<dyn DeviceKey>,
    device: DeviceId,
    generation: Generation,
    dev_seq: AtomicU64,
}

/// A document as it shall be from now on.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    header: Header,
    fields: Vec<(&'static str, Value)>,
}

fn header(kind: Kind, space: SpaceId, about: Option<About>, nonce: Nonce) -> Header {
    Header { kind, space, owner: MemberId::SERVER, about, nonce }
}

impl Item {
    /// The card of an organisation.
    pub(crate) fn org(row: &OrgRow) -> Self {
        let parent = row.parent.map_or(Value::Null, |parent| Value::from(&parent.as_bytes()[..]));
        Self {
            header: header(Kind::OrgCard, SpaceId::board(row.org), None, Nonce::EMPTY),
            fields: vec![
                ("name", Value::from(row.name.as_str())),
                ("number", Value::from(row.number.as_str())),
                ("parent", parent),
                ("type", Value::from(row.sort.as_str())),
                ("closed", Value::from(row.closed)),
            ],
        }
    }

    /// The card of a member in the board of `row.home`; `left` if no longer there. `revoked` are the member's devices
    /// that no longer count.
    pub(crate) fn member(row: &MemberRow, left: bool, revoked: &[DeviceId]) -> Self {
        let about = Some(About::Member(row.member));
        let mut fields = vec![
            ("name", Value::from(row.name.as_str())),
            ("number", Value::from(row.number.as_str())),
            ("standing", Value::from(row.standing.as_str())),
            ("left", Value::from(left)),
        ];
        if !revoked.is_empty() {
            let ids = revoked.iter().take(MAX_REVOKED).flat_map(|device| *device.as_bytes());
            fields.push(("revoked", Value::Bytes(ids.collect())));
        }
        Self { header: header(Kind::MemberCard, SpaceId::board(row.home), about, Nonce::EMPTY), fields }
    }

    /// Which office a member holds at each organisation itself: the highest now, or that it ended.
    pub(crate) fn offices(row: &MemberRow, grants: &[GrantRow], now: Timestamp) -> Vec<Self> {
        let office = |grant: &&GrantRow| grant.role >= OFFICE;
        let orgs: BTreeSet<OrgId> = grants.iter().filter(office).map(|grant| grant.org).collect();
        let item = |org| {
            let holds = |grant: &&GrantRow| {
                grant.org == org && grant.ended.is_none() && grant.until.is_none_or(|until| now < until)
            };
            // Of two grants of one role the one that lasts longer.
            let lasting = |grant: &&GrantRow| (grant.role, grant.until.unwrap_or(Timestamp(i64::MAX)));
            let highest = grants.iter().filter(office).filter(holds).max_by_key(lasting);
            let mut fields = vec![("ended", Value::from(highest.is_none()))];
            if let Some(GrantRow { role, until, .. }) = highest {
                fields.extend([
                    ("name", Value::from(row.name.as_str())),
                    ("role", Value::from(*role as i64)),
                    ("until", until.map_or(Value::Null, Value::from)),
                    ("conflict", Value::from(row.conflict)),
                ]);
            }
            let about = Some(About::Member(row.member));
            Self { header: header(Kind::Officer, SpaceId::board(org), about, Nonce::EMPTY), fields }
        };
        orgs.into_iter().map(item).collect()
    }

    /// A grant, or with `revoked` its end; a document of its own each time, in the order of the log.
    pub(crate) fn grant(row: &GrantRow, path: &Path, revoked: bool) -> Result<Self, Error> {
        let mut nonce = [0; 8];
        random_bytes(&mut nonce)?;
        let space = SpaceId::personal(row.member);
        let path: Vec<u8> = path.iter().flat_map(|org| *org.as_bytes()).collect();
        let mut fields = vec![("path", Value::Bytes(path)), ("role", Value::from(row.role as i64))];
        if let Some(until) = row.until {
            fields.push(("until", Value::from(until)));
        }
        fields.push(("revoked", Value::from(revoked)));
        Ok(Self { header: header(Kind::Grant, space, None, Nonce::from_bytes(nonce)), fields })
    }

    /// That somebody reads a group or a case, or no longer.
    pub(crate) fn seat(space: SpaceId, seat: &SeatRow) -> Self {
        let until = seat.until.map_or(Value::Null, Value::from);
        Self {
            header: header(Kind::Seat, SpaceId::personal(seat.person), Some(About::Space(space)), Nonce::EMPTY),
            fields: vec![("left", Value::from(seat.left)), ("until", until)],
        }
    }
}

impl Publisher {
    pub(crate) fn new(key: Arc<dyn DeviceKey>) -> Result<Self, Error> {
        let mut generation = [0; 16];
        random_bytes(&mut generation)?;
        Ok(Self {
            device: DeviceId::of_key(&key.public_key()),
            key,
            generation: Generation::from_bytes(generation),
            dev_seq: AtomicU64::new(0),
        })
    }

    pub(crate) fn key(&self) -> &Arc<dyn DeviceKey> {
        &self.key
    }

    pub(crate) fn device(&self) -> DeviceId {
        self.device
    }

    /// Appends what is new of `items`, a batch for each space and 256 changes. An item later in the list stands
    /// later in the log of its space; what changes nothing is left out.
    pub(crate) fn publish(&self, tx: &dyn Writer, now: Timestamp, items: Vec<Item>) -> Result<Vec<Event>, Error> {
        let mut spaces: BTreeMap<SpaceId, Vec<Item>> = BTreeMap::new();
        for item in items {
            spaces.entry(item.header.space).or_default().push(item);
        }
        let mut events = Vec::new();
        for (space, items) in spaces {
            for part in items.chunks(MAX_BATCH_CHANGES) {
                if let Some(seq) = self.batch(tx, now, space, part)? {
                    events.push(Event { hint: Hint { space, seq }, people: Vec::new(), by: None, place: None });
                }
            }
        }
        Ok(events)
    }

    fn batch(&self, tx: &dyn Writer, now: Timestamp, space: SpaceId, items: &[Item]) -> Result<Option<u64>, Error> {
        let actor = ActorId::of(self.device, self.generation);
        let (mut entries, mut written) = (Vec::new(), Vec::new());
        for Item { header, fields } in items {
            let doc = header.id();
            let known = tx.document(doc)?.is_some();
            let change = if known {
                let changes = tx.changes(doc)?;
                let mut document = Document::load(changes.iter().map(Vec::as_slice))?;
                let now_there = document.fields();
                let differs = |key: &str, value: &Value| now_there.get(key).unwrap_or(&Value::Null) != value;
                let edits = fields.iter().filter(|(key, value)| differs(key, value));
                let edits: Vec<_> = edits.map(|(key, value)| Edit::Put(key, value.clone())).collect();
                document.edit(actor, now, &edits)?
            } else {
                Some(Change::first(actor, now, fields)?)
            };
            let Some(change) = change else { continue };
            written.push((doc, known, *header, change.hash()));
            let target = match known {
                true => Target::Known(doc),
                false => Target::of(header),
            };
            entries.push(Entry { target, change: change.into_bytes() });
        }
        if entries.is_empty() {
            return Ok(None);
        }
        let dev_seq = self.dev_seq.fetch_add(1, Ordering::Relaxed) + 1;
        let (device, generation) = (self.device, self.generation);
        let batch = Batch { space, device, generation, dev_seq, entries }.sign(&*self.key)?;
        let hash = batch.hash();
        let append = Append { space, received_at: now, device, generation, dev_seq, batch: &batch, hash };
        let seq = tx.append(&append)?.seq;
        for (index, (doc, known, header, first)) in (0..).zip(written) {
            if known {
                tx.put_change(doc, &first, seq, index)?;
            } else {
                tx.put_document(doc, &DocRow { header, first, seq, index })?;
            }
        }
        Ok(Some(seq))
    }
}
