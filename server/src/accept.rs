//! Accepts or refuses what devices push.
//!
//! Before the write lock is taken: cost (`weigh`), decoding, signatures, the structure of each change, and the documents
//! that a batch begins, as if nobody had begun them before. Under it, in the transaction that appends: rights, whose that
//! is which the batch speaks of (`subject`), documents that are known, and order. Nearly every batch holds new documents
//! only: those are put in without being looked for, and only if one is there already is the batch judged anew beside what
//! is known. Whoever gets the lock commits for everybody who waits (group commit): a lone push pays one commit, a crowd
//! shares it. A batch is taken whole or not at all, and a refused one never stands in the way of the next.
//!
//! A number that a generation has used is remembered, refused ones too, with the hash of the batch. The same batch
//! again gets the same answer; another one under the same number means that the database is a copy, and then nothing
//! more of that generation is taken in this exchange. A lower number that was never seen is taken: after a restore of
//! the server phones give back what is missing, and their newest batch may come first.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hongqi_core::clock::Timestamp;
use hongqi_core::document::{About, Change, Fields, Header, Kind, Nonce, Outline};
use hongqi_core::gathering::Window;
use hongqi_core::ids::{ChangeHash, DocId, MemberId, OrgId, SpaceId, SpaceKind};
use hongqi_core::sync::wire::{Batch, Hint, PushOutcome, Pushed, Refusal, Refused, SignedBatch, Target};

use crate::directory::Lookup;
use crate::error::{Error, StorageError};
use crate::live::Event;
use crate::prepare::{Bench, Draft, Prepared, Sound, prepare};
use crate::publish::Publisher;
use crate::quota::Quota;
use crate::rights::{Access, Person, Place};
use crate::room::{self, Concerns, Room};
use crate::seats;
use crate::storage::{Append, DeviceRow, DocRow, Result, Writer};
use crate::subject;
use crate::weigh::Scales;

/// More than this many documents are not kept in memory between their changes.
const MAX_OUTLINES: usize = 4_096;
/// What beginning a group or a case counts of a member's changes of a day.
const OPENING: usize = 100;

/// Judges pushes and appends them.
#[derive(Debug, Default)]
pub struct Judge {
    queue: Mutex<Vec<Job>>,
    turn: Mutex<State>,
    pub(crate) scales: Scales,
}

#[derive(Debug, Default)]
struct State {
    outlines: HashMap<DocId, Outline>,
    quota: Quota,
}

#[derive(Debug)]
struct Job {
    author: DeviceRow,
    batches: Vec<Prepared>,
    answer: Arc<Mutex<Option<Vec<Pushed>>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Judge {
    /// Judges what `author` pushes, in order; what is accepted is on disk when this returns.
    pub(crate) fn push(
        &self,
        bench: &Bench<'_>,
        author: DeviceRow,
        pushes: Vec<SignedBatch>,
    ) -> (Vec<Pushed>, Vec<Event>) {
        if pushes.is_empty() {
            return Default::default();
        }
        let prepare = |signed| prepare(bench, &self.scales, &author, signed);
        let batches: Vec<_> = pushes.into_iter().map(prepare).collect();
        // Holds if whoever takes this job never comes to an answer.
        let mut own: Vec<Pushed> = batches.iter().map(later).collect();
        let answer = Arc::new(Mutex::new(None));
        lock(&self.queue).push(Job { author, batches, answer: answer.clone() });
        let mut state = self.turn.lock().unwrap_or_else(|poisoned| {
            // The transaction of who panicked is gone, and so must be what was remembered of it.
            let mut state = poisoned.into_inner();
            *state = State::default();
            bench.directory.forget_rooms();
            self.turn.clear_poison();
            state
        });
        if let Some(done) = lock(&answer).take() {
            return (done, Vec::new());
        }
        let jobs = std::mem::take(&mut *lock(&self.queue));
        let mut events = Vec::new();
        let mut answers = Vec::new();
        let committed = bench.storage.write(&mut |tx| {
            let lookup = bench.directory.at(tx)?;
            for job in &jobs {
                let (lookup, publisher, now) = (&lookup, bench.publisher, bench.clock.now());
                let mut court = Court { tx, lookup, publisher, state: &mut state, now, events: &mut events };
                answers.push(court.job(job)?);
            }
            events.iter_mut().try_for_each(|event| event.place(&lookup))
        });
        if let Err(error) = committed {
            tracing::error!(%error, "pushes could not be committed");
            *state = State::default();
            bench.directory.forget_rooms();
            events.clear();
            answers = jobs.iter().map(|job| job.batches.iter().map(later).collect()).collect();
        }
        for (job, given) in jobs.iter().zip(answers) {
            if Arc::ptr_eq(&job.answer, &answer) {
                own = given;
            } else {
                *lock(&job.answer) = Some(given);
            }
        }
        (own, events)
    }
}

fn later(prepared: &Prepared) -> Pushed {
    match prepared {
        Prepared::Malformed(dev_seq) => Pushed { dev_seq: *dev_seq, outcome: PushOutcome::Malformed },
        Prepared::Late(dev_seq) => Pushed { dev_seq: *dev_seq, outcome: PushOutcome::Later },
        Prepared::Sound(sound) => Pushed { dev_seq: sound.batch.dev_seq, outcome: PushOutcome::Later },
    }
}

struct Court<'a> {
    tx: &'a dyn Writer,
    lookup: &'a Lookup<'a>,
    publisher: &'a Publisher,
    state: &'a mut State,
    now: Timestamp,
    events: &'a mut Vec<Event>,
}

/// A document while a batch is judged.
struct Case {
    header: Header,
    row: Option<DocRow>,
    outline: Outline,
    refused: Option<Refusal>,
    /// The new changes: which entry, and the hash.
    taken: Vec<(u32, ChangeHash)>,
}

impl Court<'_> {
    fn job(&mut self, job: &Job) -> Result<Vec<Pushed>> {
        let person = self.lookup.author(job.author.member)?;
        let active = self.tx.device(job.author.device)?.is_some_and(|row| !row.revoked);
        let Some(person) = person.filter(|_| active) else { return Ok(job.batches.iter().map(later).collect()) };
        let mut copied = Vec::new();
        let mut out = Vec::with_capacity(job.batches.len());
        for prepared in &job.batches {
            out.push(match prepared {
                Prepared::Sound(sound) if copied.contains(&sound.batch.generation) => {
                    Pushed { dev_seq: sound.batch.dev_seq, outcome: PushOutcome::GenerationReused }
                }
                Prepared::Sound(sound) => {
                    let outcome = self.batch(&person, sound)?;
                    if outcome == PushOutcome::GenerationReused {
                        copied.push(sound.batch.generation);
                    }
                    Pushed { dev_seq: sound.batch.dev_seq, outcome }
                }
                unsound => later(unsound),
            });
        }
        Ok(out)
    }

    fn batch(&mut self, person: &Person, sound: &Sound) -> Result<PushOutcome> {
        let Sound { signed, hash, batch, changes, subjects, drafts } = sound;
        let past = self.tx.push(batch.device, batch.generation, batch.dev_seq)?;
        if let Some(past) = past {
            if past.body_hash != *hash {
                return Ok(PushOutcome::GenerationReused);
            }
            if past.seq > 0 {
                return Ok(PushOutcome::Accepted { seq: past.seq, received_at: past.received_at.0 });
            }
        }
        let append = Append {
            space: batch.space,
            received_at: self.now,
            device: batch.device,
            generation: batch.generation,
            dev_seq: batch.dev_seq,
            batch: signed,
            hash: *hash,
        };
        let place = match self.lookup.place(batch.space)? {
            Some(place) => Some(place),
            None => opened(person, batch),
        };
        let window = place.as_ref().map(|place| self.lookup.window(batch.space, place)).transpose()?;
        let bar = place.as_ref().zip(window).map(|(place, window)| Bar { person, place, window, now: self.now });
        let foreign = subject::foreign(self.tx, batch.space, subjects)?;
        if let Some(drafts) = drafts
            && foreign.is_empty()
            && let Some(bar) = &bar
            && let Some(seq) = self.begin(bar, &append, drafts)?
        {
            return Ok(PushOutcome::Accepted { seq, received_at: self.now.0 });
        }
        let cases = self.cases(person, batch, changes, &foreign, bar.as_ref())?;
        let refused = |(doc, case): (&DocId, &Case)| case.refused.map(|reason| Refused { doc: *doc, reason });
        let mut refusals: Vec<Refused> = cases.iter().filter_map(refused).collect();
        let new: usize = cases.values().map(|case| case.taken.len()).sum();
        let cost = cases.values().map(Case::cost).sum();
        if refusals.is_empty()
            && new > 0
            && !self.state.quota.take(person.member, batch.space, self.now, cost, signed.body.len())
        {
            refusals = cases.keys().map(|doc| Refused { doc: *doc, reason: Refusal::Quota }).collect();
        }
        if !refusals.is_empty() || new == 0 {
            // A row for each: who is refused without end must not fill the disk by it.
            if past.is_none() && !self.state.quota.note(person.member, self.now) {
                return Ok(PushOutcome::Later);
            }
            self.tx.note_push(&append)?;
            return Ok(if refusals.is_empty() {
                PushOutcome::Accepted { seq: 0, received_at: self.now.0 }
            } else {
                PushOutcome::Refused(refusals)
            });
        }
        let seq = self.tx.append(&append)?.seq;
        let ruling = |(doc, case): (&DocId, &Case)| {
            (room::rules(case.header.kind) && !case.taken.is_empty()).then_some((*doc, case.header))
        };
        let mut ruling: Vec<_> = cases.iter().filter_map(ruling).collect();
        // In a batch that begins a discussion its card comes first: nothing is noted of one that is not known.
        ruling.sort_by_key(|(_, header)| matches!(header.kind, Kind::Participant | Kind::CaseStep));
        self.keep(&append, seq, cases)?;
        self.rule(seq, &ruling)?;
        Ok(PushOutcome::Accepted { seq, received_at: self.now.0 })
    }

    /// Takes note of what changes who reads a discussion and how long it lasts, and tells those whom it concerns.
    fn rule(&mut self, seq: u64, documents: &[(DocId, Header)]) -> Result<()> {
        let (mut changed, mut people, mut all) = (None, BTreeSet::new(), false);
        for (doc, header) in documents {
            let Some((row, concerns)) = room::note(self.tx, self.now, seq, *doc, header)? else { continue };
            match concerns {
                Concerns::Nobody => {}
                Concerns::One(person) => _ = people.insert(person),
                Concerns::All => all = true,
            }
            changed = Some(row);
        }
        // Of gatherings, which concern nobody, there may be several; all others are of the batch's own space.
        let items = match changed {
            Some(row) if all => seats::due(self.tx, self.lookup, self.now, &row)?,
            Some(row) => seats::due_to(self.tx, self.lookup, self.now, &row, &people)?,
            None => return Ok(()),
        };
        let told = self.publisher.publish(self.tx, self.now, items);
        self.events.extend(told.map_err(|error| match error {
            Error::Storage(error) => error,
            _ => StorageError::Unexpected("document of the server"),
        })?);
        Ok(())
    }

    /// Takes a batch whose documents are all new and may all be written; `None`, with nothing done, if they are not.
    fn begin(&mut self, bar: &Bar<'_>, append: &Append<'_>, drafts: &[Draft]) -> Result<Option<u64>> {
        let (space, person) = (append.space, bar.person);
        let writes = |draft: &Draft| {
            !room::rules(draft.header.kind)
                && draft.taken.len() <= room::most_changes(draft.header.kind)
                && draft.written_at.iter().all(|written| bar.hears(&draft.header, *written).is_ok())
        };
        let crowded = space.kind() == SpaceKind::Desk && drafts.len() > 1;
        if crowded || person.reads(bar.place, self.now) == Access::None || !drafts.iter().all(writes) {
            return Ok(None);
        }
        let seq = self.tx.head(space)?.seq + 1;
        let mut put = 0;
        for Draft { doc, header, taken, .. } in drafts {
            let Some((index, first)) = taken.first() else { break };
            let row = DocRow { header: *header, first: *first, seq, index: *index };
            if !self.tx.put_document(*doc, &row)? {
                break;
            }
            put += 1;
        }
        let new = drafts.iter().map(|draft| draft.taken.len()).sum();
        if put < drafts.len() || !self.state.quota.take(person.member, space, self.now, new, append.batch.body.len()) {
            drafts[..put].iter().try_for_each(|draft| self.tx.take_document(draft.doc))?;
            return Ok(None);
        }
        self.tx.append(append)?;
        for Draft { doc, taken, .. } in drafts {
            for (index, hash) in taken.iter().skip(1) {
                self.tx.put_change(*doc, hash, seq, *index)?;
            }
        }
        self.announce(append, seq, drafts.iter().map(|draft| &draft.header))?;
        Ok(Some(seq))
    }

    /// Notes whom an entry of a desk concerns, and tells the open streams.
    fn announce<'h>(&mut self, append: &Append<'_>, seq: u64, headers: impl Iterator<Item = &'h Header>) -> Result<()> {
        let space = append.space;
        let mut people = Vec::new();
        for header in headers.filter(|_| space.kind() == SpaceKind::Desk) {
            people.push(header.owner);
            if let Some(About::Member(member)) = header.about {
                people.push(member);
            }
        }
        for person in &people {
            self.tx.put_desk(space, seq, *person)?;
        }
        let homes = people.into_iter().map(|person| Ok((person, self.lookup.home(person)?)));
        let people = homes.collect::<Result<_>>()?;
        self.events.push(Event { hint: Hint { space, seq }, people, by: Some(append.device), place: None });
        Ok(())
    }

    fn cases(
        &mut self,
        person: &Person,
        batch: &Batch,
        changes: &[std::result::Result<Change, Refusal>],
        foreign: &BTreeSet<u32>,
        bar: Option<&Bar<'_>>,
    ) -> Result<BTreeMap<DocId, Case>> {
        let mut cases: BTreeMap<DocId, Case> = BTreeMap::new();
        for (index, (entry, change)) in (0..).zip(batch.entries.iter().zip(changes)) {
            // `prepare` lets no batch through that has a target without.
            let Some(doc) = entry.target.doc(batch.space, person.member) else { continue };
            let case = match cases.entry(doc) {
                std::collections::btree_map::Entry::Occupied(case) => case.into_mut(),
                std::collections::btree_map::Entry::Vacant(vacant) => {
                    let row = self.row(doc, batch.space, bar)?;
                    vacant.insert(open_case(
                        self.tx,
                        &mut self.state.outlines,
                        doc,
                        row,
                        entry.target,
                        batch.space,
                        person,
                    )?)
                }
            };
            if case.refused.is_some() {
                continue;
            }
            case.refused = if foreign.contains(&index) {
                Some(Refusal::NotAllowed)
            } else {
                judge_change(self.tx, case, doc, index, change, bar)?.err()
            };
        }
        if !bar.is_some_and(|bar| person.knows(bar.place, self.now)) {
            // Whatever else is wrong: nothing is said of a space that this member may not read. Of a group or a case not even
            // that what this member once said there is still known: that would tell whether the case has expired.
            let hidden = bar.is_none_or(|bar| matches!(bar.place, Place::Hidden(_)));
            let silent = cases.values_mut().filter(|case| hidden || case.refused.is_some());
            silent.for_each(|case| case.refused = Some(Refusal::NoSpace));
        }
        if batch.space.kind() == SpaceKind::Desk && cases.len() > 1 {
            // Whoever reads a desk through the filter gets whole batches or nothing of them.
            cases.values_mut().for_each(|case| case.refused = Some(Refusal::Malformed));
        }
        Ok(cases)
    }

    /// A document that is known, if its space is this one: of a space that this member may not know of only the own, and of a
    /// desk that is read through the filter only what passes it: an acknowledgement or a vote has an id that anybody can work
    /// out, and nobody is told whether it is there.
    fn row(&self, doc: DocId, space: SpaceId, bar: Option<&Bar<'_>>) -> Result<Option<DocRow>> {
        let Some(row) = self.tx.document(doc)?.filter(|row| row.header.space == space) else { return Ok(None) };
        let Some(Bar { person, place, now, .. }) = bar else { return Ok(None) };
        match person.reads(place, *now) {
            Access::Whole => return Ok(Some(row)),
            // A check-in of who has left. Another's is not even loaded.
            Access::None => {
                let told = person.knows(place, *now) || row.header.owner == person.member;
                return Ok(Some(row).filter(|_| told));
            }
            Access::Filtered => {}
        }
        let about = row.header.about.and_then(|about| if let About::Member(of) = about { Some(of) } else { None });
        for somebody in [Some(row.header.owner), about].into_iter().flatten() {
            if person.sees(somebody, &self.lookup.home(somebody)?, *now) {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    fn keep(&mut self, append: &Append<'_>, seq: u64, cases: BTreeMap<DocId, Case>) -> Result<()> {
        self.announce(append, seq, cases.values().map(|case| &case.header))?;
        for (doc, case) in cases {
            let mut taken = case.taken.into_iter();
            if case.row.is_none()
                && let Some((index, first)) = taken.next()
            {
                self.tx.put_document(doc, &DocRow { header: case.header, first, seq, index })?;
            }
            for (index, hash) in taken {
                self.tx.put_change(doc, &hash, seq, index)?;
            }
            if self.state.outlines.len() >= MAX_OUTLINES {
                self.state.outlines.clear();
            }
            if case.row.is_some() {
                self.state.outlines.insert(doc, case.outline);
            }
        }
        Ok(())
    }
}

fn open_case(
    tx: &dyn Writer,
    outlines: &mut HashMap<DocId, Outline>,
    doc: DocId,
    row: Option<DocRow>,
    target: Target,
    space: SpaceId,
    person: &Person,
) -> Result<Case> {
    let begun = target.header(space, person.member);
    let Some(header) = row.map(|row| row.header).or(begun) else {
        // The kind does not matter: nothing is judged by this case.
        let outline = Outline::new(Kind::Message);
        let nobody = Header { kind: Kind::Message, space, owner: MemberId::SERVER, about: None, nonce: Nonce::EMPTY };
        let refused = Some(if target.is_understood() { Refusal::UnknownDocument } else { Refusal::UnknownKind });
        return Ok(Case { header: nobody, row: None, outline, refused, taken: Vec::new() });
    };
    let refused = header.check().err().map(|_| Refusal::Malformed);
    // Taken out, not lent: what a refused batch left in it must not stay.
    let outline = match (row, outlines.remove(&doc)) {
        (Some(_), Some(outline)) => outline,
        (Some(_), None) => rebuild(tx, doc, &header)?,
        (None, _) => Outline::new(header.kind),
    };
    Ok(Case { header, row, outline, refused, taken: Vec::new() })
}

fn rebuild(tx: &dyn Writer, doc: DocId, header: &Header) -> Result<Outline> {
    let mut outline = Outline::new(header.kind);
    for bytes in tx.changes(doc)? {
        // What an earlier version admitted and this one would not stays out; what builds on it is refused then.
        if let Ok(change) = Change::decode(&bytes) {
            let _ = outline.admit(&change);
        }
    }
    Ok(outline)
}

/// The discussion that a batch begins by its card, if it does; nobody else can be in it yet.
fn opened(person: &Person, batch: &Batch) -> Option<Place> {
    let mut headers = batch.entries.iter().filter_map(|entry| entry.target.header(batch.space, person.member));
    headers.find_map(|header| Room::begun(&header)).map(|room| Place::Hidden(Arc::new(room)))
}

/// Who wants to write where, and when.
struct Bar<'a> {
    person: &'a Person,
    place: &'a Place,
    window: Window,
    now: Timestamp,
}

impl Bar<'_> {
    /// Whether the document may have a change written at that moment.
    fn hears(&self, header: &Header, written: Timestamp) -> std::result::Result<(), Refusal> {
        self.person.writes(header, self.place, written, self.now)?;
        if room::is_said(header.kind) && !self.window.admits(written, self.now) { Err(Refusal::Ended) } else { Ok(()) }
    }

    /// As [`Self::hears`], of what the rules of the discussion depend on: what it says counts too.
    fn rules(&self, case: &Case, change: &Change) -> std::result::Result<(), Refusal> {
        let Place::Hidden(room) = self.place else { return Ok(()) };
        let step = change.fields();
        let takes = |fields: &Fields| room.may_step(self.person, fields.text("step"), self.now);
        match case.header.kind {
            // A step is taken once and never altered.
            Kind::CaseStep if !step.as_ref().is_some_and(takes) => Err(Refusal::NotAllowed),
            Kind::Participant if !room.has_room_for(&case.header) => Err(Refusal::Quota),
            _ => Ok(()),
        }
    }
}

impl Case {
    /// What it takes of its author's share: whoever begins a discussion takes the time of others.
    fn cost(&self) -> usize {
        let opens = self.row.is_none() && matches!(self.header.kind, Kind::Group | Kind::Case);
        self.taken.len() + if opens { OPENING } else { 0 }
    }
}

/// Whether the desk that a case asks is an organisation's: nobody would ever read or answer another.
fn asks_somebody(tx: &dyn Writer, case: &Case, change: &Change) -> Result<bool> {
    let mut asked = case.row.is_some() || !case.taken.is_empty();
    for desk in change.bytes_under("desk") {
        let org = desk.try_into().ok().map(|id| tx.org(OrgId::from_bytes(id))).transpose()?.flatten();
        if org.is_none_or(|org| org.closed) {
            return Ok(false);
        }
        asked = true;
    }
    Ok(asked)
}

fn judge_change(
    tx: &dyn Writer,
    case: &mut Case,
    doc: DocId,
    index: u32,
    change: &std::result::Result<Change, Refusal>,
    bar: Option<&Bar<'_>>,
) -> Result<std::result::Result<(), Refusal>> {
    let Some(bar) = bar else { return Ok(Err(Refusal::NoSpace)) };
    let change = match change {
        Ok(change) => change,
        Err(reason) => return Ok(Err(*reason)),
    };
    let hash = change.hash();
    if let Some(row) = case.row
        && (row.first == hash || tx.has_change(doc, &hash)?)
    {
        return Ok(Ok(()));
    }
    if let Err(reason) = bar.hears(&case.header, change.written_at()) {
        return Ok(Err(reason));
    }
    if case.outline.len() >= room::most_changes(case.header.kind) {
        return Ok(Err(Refusal::TooLarge));
    }
    if room::rules(case.header.kind) {
        if let Err(reason) = bar.rules(case, change) {
            return Ok(Err(reason));
        }
        if case.header.kind == Kind::Case && !asks_somebody(tx, case, change)? {
            return Ok(Err(Refusal::NoSpace));
        }
    }
    match case.outline.admit(change) {
        Ok(true) => case.taken.push((index, hash)),
        Ok(false) => {}
        Err(invalid) => return Ok(Err(invalid.refusal())),
    }
    Ok(Ok(()))
}
