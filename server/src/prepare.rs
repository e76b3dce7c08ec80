//! What of a pushed batch is judged before the write lock is taken; [`crate::accept`] says the rest.

use std::collections::HashMap;

use hongqi_core::clock::{Clock, Timestamp};
use hongqi_core::document::{Change, Declared, Header, Invalid, Outline};
use hongqi_core::ids::{ActorId, ChangeHash, DocId, MemberId};
use hongqi_core::sync::wire::{Batch, Entry, Refusal, SignedBatch, Target};

use crate::directory::Directory;
use crate::presence::{self, Shown};
use crate::publish::Publisher;
use crate::storage::{DeviceRow, Storage};
use crate::subject;
use crate::weigh::{self, Scales};

/// What is judged with.
pub(crate) struct Bench<'a> {
    pub(crate) storage: &'a dyn Storage,
    pub(crate) directory: &'a Directory,
    pub(crate) clock: &'a dyn Clock,
    pub(crate) publisher: &'a Publisher,
}

/// A batch as far as it can be judged without the database.
#[derive(Debug)]
pub(crate) enum Prepared {
    Malformed(u64),
    /// Its author's share is used up for now.
    Late(u64),
    Sound(Box<Sound>),
}

/// A batch that was decoded and whose signature holds.
#[derive(Debug)]
pub(crate) struct Sound {
    pub(crate) signed: SignedBatch,
    pub(crate) hash: [u8; 32],
    pub(crate) batch: Batch,
    pub(crate) changes: Vec<Result<Change, Refusal>>,
    /// What they speak of on a board or at a desk: which entry, and what.
    pub(crate) subjects: Vec<(u32, DocId)>,
    /// The documents, if the batch begins them all and nothing is wrong with them.
    pub(crate) drafts: Option<Vec<Draft>>,
}

/// A document that a batch begins, judged by itself.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) doc: DocId,
    pub(crate) header: Header,
    /// Its changes: which entry, and the hash.
    pub(crate) taken: Vec<(u32, ChangeHash)>,
    /// When each was written.
    pub(crate) written_at: Vec<Timestamp>,
}

/// Judges a batch as far as that goes without the lock.
pub(crate) fn prepare(bench: &Bench<'_>, scales: &Scales, author: &DeviceRow, signed: SignedBatch) -> Prepared {
    let Ok(batch) = signed.batch() else { return Prepared::Malformed(0) };
    let countable = batch.dev_seq > 0 && i64::try_from(batch.dev_seq).is_ok();
    let nameless = batch.entries.iter().any(|entry| entry.target == Target::Later);
    let hash = signed.hash();
    let sound = batch.device == author.device && !batch.entries.is_empty() && countable && !nameless;
    if !sound || !signed.verify_hash(&hash, &author.public_key) {
        return Prepared::Malformed(batch.dev_seq);
    }
    let declared: Vec<_> = batch.entries.iter().map(|entry| Change::declared(&entry.change)).collect();
    let cost = declared.iter().flatten().map(Declared::cost).fold(0, u64::saturating_add);
    if !scales.take(author.member, cost, bench.clock.monotonic_ms()) {
        return Prepared::Late(batch.dev_seq);
    }
    let actor = ActorId::of(batch.device, batch.generation);
    let who = (author.member, batch.space, bench.clock.now());
    let (mut changes, mut subjects) = (Vec::with_capacity(batch.entries.len()), Vec::new());
    for (index, (entry, declared)) in (0..).zip(batch.entries.iter().zip(declared)) {
        let right = match &declared {
            Ok(declared) => match weigh::judge(bench.storage, bench.directory, who, &entry.target, declared) {
                Ok(judged) => judged,
                Err(error) => {
                    tracing::error!(%error, "a push could not be weighed");
                    return Prepared::Late(batch.dev_seq);
                }
            },
            Err(invalid) => Err(invalid.refusal()),
        };
        let decode = |declared: Declared<'_>| declared.decode().map_err(Invalid::refusal);
        let change = right.and_then(|()| declared.map_err(Invalid::refusal).and_then(decode));
        let own = |change: Change| if change.actor() == actor { Ok(change) } else { Err(Refusal::Malformed) };
        let change = change.and_then(own).and_then(|change| {
            let spoken_of = subject::of(batch.space, entry.target.header(batch.space, author.member), &change)?;
            subjects.extend(spoken_of.map(|doc| (index, doc)));
            Ok(change)
        });
        let verified =
            change.as_ref().map_or(Some(Ok(())), |change| verify(bench, scales, author.member, &batch, entry, change));
        let Some(verified) = verified else { return Prepared::Late(batch.dev_seq) };
        changes.push(verified.and(change));
    }
    let drafts = drafts(author.member, &batch, &changes);
    Prepared::Sound(Box::new(Sound { signed, hash, batch, changes, subjects, drafts }))
}

/// Whether a code or a card that the change shows holds; none if that cannot be found out now.
fn verify(
    bench: &Bench<'_>,
    scales: &Scales,
    author: MemberId,
    batch: &Batch,
    entry: &Entry,
    change: &Change,
) -> Option<Result<(), Refusal>> {
    let shown = presence::shown(batch.space, change);
    if matches!(shown, Shown::Nothing) {
        return Some(Ok(()));
    }
    if !scales.take(author, presence::COST, bench.clock.monotonic_ms()) {
        return None;
    }
    let judged = presence::judge(
        bench.storage,
        &bench.publisher.key().public_key(),
        (author, batch.space),
        &entry.target,
        &shown,
    );
    judged.inspect_err(|error| tracing::error!(%error, "a code or a card could not be verified")).ok()
}

fn drafts(member: MemberId, batch: &Batch, changes: &[Result<Change, Refusal>]) -> Option<Vec<Draft>> {
    let mut drafts: Vec<(Draft, Outline)> = Vec::with_capacity(changes.len());
    let mut places: HashMap<DocId, usize> = HashMap::with_capacity(changes.len());
    for (index, (entry, change)) in (0..).zip(batch.entries.iter().zip(changes)) {
        let change = change.as_ref().ok()?;
        let doc = entry.target.doc(batch.space, member)?;
        let place = match (places.get(&doc), entry.target.header(batch.space, member)) {
            (Some(place), _) => *place,
            (None, Some(header)) if header.check().is_ok() => {
                let draft = Draft { doc, header, taken: Vec::with_capacity(1), written_at: Vec::with_capacity(1) };
                drafts.push((draft, Outline::new(header.kind)));
                places.insert(doc, drafts.len() - 1);
                drafts.len() - 1
            }
            _ => return None,
        };
        let (draft, outline) = drafts.get_mut(place)?;
        if outline.admit(change).ok()? {
            draft.taken.push((index, change.hash()));
            draft.written_at.push(change.written_at());
        }
    }
    Some(drafts.into_iter().map(|(draft, _)| draft).collect())
}
