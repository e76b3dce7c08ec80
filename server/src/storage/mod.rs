//! What the server keeps, behind traits narrow enough for another database.
//!
//! Every statement on the log is routed by its space, so that a space can live on one of many nodes; the registry
//! (organisations, members, grants, devices, invitations) is small and read whole or by key. [`Storage::write`] is one
//! transaction: what many devices push is appended in one (group commit), and an import is one.
//!
//! | table | holds |
//! |---|---|
//! | `spaces` | the counter row of each log: its newest place and chain hash |
//! | `log` | the signed batches |
//! | `documents` | each document's header and where its first change stands |
//! | `changes` | where the further changes stand |
//! | `desk` | whose and about whom an entry of a desk is |
//! | `rooms` | gatherings, groups and cases: when they end and whose they are |
//! | `parts` | who takes part in a group |
//! | `seats` | who was told of a group or a case |
//! | `pushes` | which numbers a generation has used |
//! | `orgs`, `members`, `grants`, `devices`, `invites`, `meta` | the registry |

pub mod conformance;
mod sqlite;

use hongqi_core::clock::Timestamp;
use hongqi_core::document::{Header, Kind};
use hongqi_core::ids::{ChangeHash, DeviceId, DocId, Generation, MemberId, OrgId, SpaceId};
use hongqi_core::key::PublicKey;
use hongqi_core::role::Role;
use hongqi_core::sync::wire::SignedBatch;

pub use crate::error::StorageError;
pub use sqlite::SqliteStorage;

/// What a storage call gives.
pub type Result<T> = std::result::Result<T, StorageError>;

/// The newest place of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The place; 0 in an empty log.
    pub seq: u64,
    /// The chain hash there.
    pub chain: [u8; 32],
}

/// One entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Its place.
    pub seq: u64,
    /// When the server received it.
    pub received_at: Timestamp,
    /// Which device wrote it.
    pub device: DeviceId,
    /// In which life of its database.
    pub generation: Generation,
    /// Under which number.
    pub dev_seq: u64,
    /// The bytes.
    pub batch: SignedBatch,
    /// The chain hash at this place.
    pub chain: [u8; 32],
}

/// A batch about to be appended.
#[derive(Debug, Clone, Copy)]
pub struct Append<'a> {
    /// The log.
    pub space: SpaceId,
    /// When it was received.
    pub received_at: Timestamp,
    /// Who wrote it.
    pub device: DeviceId,
    /// In which life of the database.
    pub generation: Generation,
    /// Under which number.
    pub dev_seq: u64,
    /// The bytes.
    pub batch: &'a SignedBatch,
    /// Their hash ([`SignedBatch::hash`]).
    pub hash: [u8; 32],
}

/// A document: its header and its first change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocRow {
    /// The header.
    pub header: Header,
    /// Its first change.
    pub first: ChangeHash,
    /// Where that stands in the log.
    pub seq: u64,
    /// At which index of the batch.
    pub index: u32,
}

/// A number that a generation has used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PushRow {
    /// The hash of the batch's bytes.
    pub body_hash: [u8; 32],
    /// The place it got; 0 if it was refused or in the log already.
    pub seq: u64,
    /// When it was received.
    pub received_at: Timestamp,
}

/// How many days a closed case is kept, unless the server is told otherwise.
pub const CASE_RETENTION_DAYS: u32 = 365;
/// A day in milliseconds.
pub const DAY_MS: i64 = 86_400_000;

/// A discussion with rules of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomRow {
    /// The discussion.
    pub space: SpaceId,
    /// The document that opened it.
    pub card: DocId,
    /// What that is: a gathering, a group or a case.
    pub kind: Kind,
    /// Who began it.
    pub owner: MemberId,
    /// The place of the entry that changed something here last, in the log of the card; rises.
    pub ruled: u64,
    /// The latest end ever announced.
    pub ends: Option<Timestamp>,
    /// When it was ended before that.
    pub closed: Option<Timestamp>,
    /// Of a case: the organisation asked.
    pub desk: Option<OrgId>,
    /// Of a case: who of the desk is not to read it.
    pub avoid: Vec<MemberId>,
    /// Of a case: which closing or reopening stands last in the order of the discussion: when it counts as done, its author's
    /// own hybrid reading, its document.
    pub step: Option<(Timestamp, Timestamp, DocId)>,
    /// Of a case: since when it is closed, by the server's time.
    pub settled: Option<Timestamp>,
    /// Whether it has expired: then nothing is left of it but this.
    pub gone: bool,
}

/// What was said of somebody's taking part in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartRow {
    /// Of whom.
    pub person: MemberId,
    /// By who opened the group.
    pub by_opener: Option<bool>,
    /// By the person.
    pub by_self: Option<bool>,
}

/// What somebody was told of a group or a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatRow {
    /// Who.
    pub person: MemberId,
    /// When it is to be forgotten.
    pub until: Option<Timestamp>,
    /// That it is over.
    pub left: bool,
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgRow {
    /// Its id, from its number.
    pub org: OrgId,
    /// Its number in the member books.
    pub number: String,
    /// Its name.
    pub name: String,
    /// What sort it is.
    pub sort: String,
    /// The one above; none at the root.
    pub parent: Option<OrgId>,
    /// Whether it was closed.
    pub closed: bool,
}

/// A member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberRow {
    /// The id, from the number.
    pub member: MemberId,
    /// The number in the member books.
    pub number: String,
    /// The name.
    pub name: String,
    /// The standing (full, probationary, applicant).
    pub standing: String,
    /// The home organisation.
    pub home: OrgId,
    /// The day of joining, `YYYY-MM-DD`, or empty.
    pub joined: String,
    /// Whether the member left.
    pub left: bool,
    /// Whether the member holds an office elsewhere that may set it against who asks for counsel.
    pub conflict: bool,
}

/// A role that a member holds or held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrantRow {
    /// The row.
    pub id: i64,
    /// Who holds it.
    pub member: MemberId,
    /// Where.
    pub org: OrgId,
    /// What.
    pub role: Role,
    /// Since when.
    pub from: Timestamp,
    /// Up to when, if the grant said so.
    pub until: Option<Timestamp>,
    /// When it was revoked.
    pub ended: Option<Timestamp>,
    /// Whether the import gave it, and may take it again.
    pub imported: bool,
}

/// A device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceRow {
    /// The device.
    pub device: DeviceId,
    /// Its member.
    pub member: MemberId,
    /// Its key.
    pub public_key: PublicKey,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// An invitation, found by the hash of its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InviteRow {
    /// Whom it invites.
    pub member: MemberId,
    /// Up to when.
    pub expires: Timestamp,
    /// Whether it was used.
    pub used: bool,
}

/// Takes a row and says whether it wants the next.
pub type Visit<'a> = &'a mut dyn FnMut(LogRow) -> bool;

/// Reads logs and documents.
pub trait Log {
    /// The life of the logs: another database, another epoch.
    fn epoch(&self) -> Result<u64>;
    /// The newest place of a log.
    fn head(&self, space: SpaceId) -> Result<Head>;
    /// The chain hash at a place; `None` above the head.
    fn chain_at(&self, space: SpaceId, seq: u64) -> Result<Option<[u8; 32]>>;
    /// The entries above `after`, upwards.
    fn upwards(&self, space: SpaceId, after: u64, visit: Visit<'_>) -> Result<()>;
    /// The entries below `before` and above `floor`, downwards.
    fn downwards(&self, space: SpaceId, before: u64, floor: u64, visit: Visit<'_>) -> Result<()>;
    /// One entry.
    fn entry(&self, space: SpaceId, seq: u64) -> Result<Option<LogRow>>;
    /// The places above `after` of a desk's entries that are `member`'s or about `member`, upwards.
    fn desk_of(&self, space: SpaceId, member: MemberId, after: u64) -> Result<Vec<u64>>;
    /// The places above `after` of a desk's entries, upwards, each with one person it belongs to or is about.
    fn desk_people(&self, space: SpaceId, after: u64) -> Result<Vec<(u64, MemberId)>>;
    /// A document.
    fn document(&self, doc: DocId) -> Result<Option<DocRow>>;
    /// Whether the log holds this change of a document, besides its first.
    fn has_change(&self, doc: DocId, hash: &ChangeHash) -> Result<bool>;
    /// All changes of a document, in the order of the log.
    fn changes(&self, doc: DocId) -> Result<Vec<Vec<u8>>>;
    /// What a generation pushed under a number.
    fn push(&self, device: DeviceId, generation: Generation, dev_seq: u64) -> Result<Option<PushRow>>;
}

/// Reads discussions with rules of their own.
pub trait Rooms {
    /// A gathering's, a group's or a case's discussion.
    fn room(&self, space: SpaceId) -> Result<Option<RoomRow>>;
    /// Who was ever named in a group.
    fn parts(&self, space: SpaceId) -> Result<Vec<PartRow>>;
    /// One of them.
    fn part(&self, space: SpaceId, person: MemberId) -> Result<Option<PartRow>>;
    /// Who was ever told of a group or a case.
    fn seats(&self, space: SpaceId) -> Result<Vec<SeatRow>>;
    /// One of them.
    fn seat(&self, space: SpaceId, person: MemberId) -> Result<Option<SeatRow>>;
    /// Every case with a desk, of all spaces: for when rights change.
    fn cases(&self) -> Result<Vec<RoomRow>>;
    /// The cases that are closed since `at` or longer, of all spaces.
    fn settled(&self, at: Timestamp) -> Result<Vec<SpaceId>>;
    /// How long a closed case is kept, in milliseconds.
    fn case_retention_ms(&self) -> Result<i64>;
    /// Whether who reads the cases, and up to when, may have changed without their being told: a migration altered it.
    fn seats_are_due(&self) -> Result<bool>;
}

/// Reads the registry.
pub trait Registry {
    /// Rises with every change of the registry, whichever process made it.
    fn registry_version(&self) -> Result<i64>;
    /// An organisation.
    fn org(&self, org: OrgId) -> Result<Option<OrgRow>>;
    /// Every organisation.
    fn orgs(&self) -> Result<Vec<OrgRow>>;
    /// A member.
    fn member(&self, member: MemberId) -> Result<Option<MemberRow>>;
    /// Every member.
    fn members(&self) -> Result<Vec<MemberRow>>;
    /// All that a member holds or held.
    fn grants(&self, member: MemberId) -> Result<Vec<GrantRow>>;
    /// All that anybody holds: not revoked.
    fn open_grants(&self) -> Result<Vec<GrantRow>>;
    /// All that anybody holds at an organisation itself besides being its member: not revoked.
    fn grants_at(&self, org: OrgId) -> Result<Vec<GrantRow>>;
    /// A device.
    fn device(&self, device: DeviceId) -> Result<Option<DeviceRow>>;
    /// A member's devices that were revoked, the newest first.
    fn revoked_devices(&self, member: MemberId) -> Result<Vec<DeviceId>>;
    /// An invitation.
    fn invite(&self, hash: &[u8; 32]) -> Result<Option<InviteRow>>;
}

/// Writes logs and documents.
pub trait LogWrite: Log {
    /// Appends a batch at the next place of its space, and notes its number.
    fn append(&self, batch: &Append<'_>) -> Result<Head>;
    /// Notes a number whose batch got no place of its own.
    fn note_push(&self, batch: &Append<'_>) -> Result<()>;
    /// A new document; `false`, and nothing is changed, if there is one already.
    fn put_document(&self, doc: DocId, row: &DocRow) -> Result<bool>;
    /// Takes a document out that this transaction put in.
    fn take_document(&self, doc: DocId) -> Result<()>;
    /// A further change of a document.
    fn put_change(&self, doc: DocId, hash: &ChangeHash, seq: u64, index: u32) -> Result<()>;
    /// Whom an entry of a desk belongs to or is about.
    fn put_desk(&self, space: SpaceId, seq: u64, person: MemberId) -> Result<()>;
}

/// Writes discussions with rules of their own.
pub trait RoomsWrite: Rooms {
    /// A new or changed one.
    fn put_room(&self, row: &RoomRow) -> Result<()>;
    /// What is said of somebody in a group now.
    fn put_part(&self, space: SpaceId, row: &PartRow) -> Result<()>;
    /// What somebody is told now.
    fn put_seat(&self, space: SpaceId, row: &SeatRow) -> Result<()>;
    /// Deletes the log, the documents and all that is known of one, but for a row that says so.
    fn forget_room(&self, space: SpaceId) -> Result<()>;
    /// How long a closed case is kept from now on, in milliseconds.
    fn put_case_retention_ms(&self, ms: i64) -> Result<()>;
    /// Everybody is told who reads which case: [`Rooms::seats_are_due`] no longer.
    fn note_seats_told(&self) -> Result<()>;
}

/// Writes the registry.
pub trait RegistryWrite: Registry {
    /// Raises [`Registry::registry_version`].
    fn touch_registry(&self) -> Result<()>;
    /// A new or changed organisation.
    fn put_org(&self, row: &OrgRow) -> Result<()>;
    /// A new or changed member.
    fn put_member(&self, row: &MemberRow) -> Result<()>;
    /// A new grant; its `id` is not looked at.
    fn add_grant(&self, row: &GrantRow) -> Result<()>;
    /// Ends a grant.
    fn end_grant(&self, id: i64, at: Timestamp) -> Result<()>;
    /// A new device, or a changed state of one.
    fn put_device(&self, row: &DeviceRow, at: Timestamp) -> Result<()>;
    /// A new invitation, or a changed state of one.
    fn put_invite(&self, hash: &[u8; 32], row: &InviteRow) -> Result<()>;
}

/// Everything that can be read.
pub trait Reader: Log + Rooms + Registry {}
impl<T: Log + Rooms + Registry> Reader for T {}

/// Everything that can be read and written in a transaction.
pub trait Writer: Reader + LogWrite + RoomsWrite + RegistryWrite {}
impl<T: Reader + LogWrite + RoomsWrite + RegistryWrite> Writer for T {}

/// A database of the server. Neither call may be made from inside the other.
pub trait Storage: Send + Sync {
    /// Reads one consistent state.
    ///
    /// # Errors
    /// What `work` gives, or that no state could be read.
    fn read(&self, work: &mut dyn FnMut(&dyn Reader) -> Result<()>) -> Result<()>;

    /// Runs `work` in one transaction, durable when this returns; nothing of it is kept if it fails.
    ///
    /// # Errors
    /// What `work` gives, or that the transaction could not be committed.
    fn write(&self, work: &mut dyn FnMut(&dyn Writer) -> Result<()>) -> Result<()>;

    /// Sees to it that what was deleted stands nowhere on the disk any more; `false` if somebody still reads a state from
    /// before.
    ///
    /// # Errors
    /// That of the database.
    fn erase(&self) -> Result<bool>;
}
