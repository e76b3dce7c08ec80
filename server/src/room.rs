//! Discussions with rules of their own: a gathering's, which ends, and the hidden ones of groups and cases, which only
//! those know who take part.
//!
//! | hidden talk | reads | writes |
//! |---|---|---|
//! | group | who opened it, and who was brought in and has not left | who reads; of participants who opened it, and everybody of themselves, to come back too |
//! | case | the asker; who holds [`Role::DESK`] for the desk's organisation and is not to be avoided | who reads; the asker closes and reopens, the desk answers, closes and hands over |
//!
//! What the rules depend on is kept as rows beside the log, in the transaction that appends the documents which say it.

use std::collections::HashMap;

use hongqi_core::clock::{Timestamp, order_key};
use hongqi_core::document::{About, Change, Document, Fields, Header, Kind, Value};
use hongqi_core::gathering::Window;
use hongqi_core::ids::{DocId, MemberId, SpaceId};
use hongqi_core::role::Role;

use crate::rights::{Path, Person};
use crate::storage::{PartRow, Result, RoomRow, Writer};

/// About so many people can be named in a group.
pub const MAX_PARTS: usize = 2_000;
/// The most changes of a document that the rules depend on: it is loaded at each.
pub const MAX_RULING_CHANGES: usize = 256;
/// The most changes of a door: it is loaded at each code of it that somebody shows. A door is opened and shut.
pub const MAX_DOOR_CHANGES: usize = 8;

/// What of a room belongs to the one sort or the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sort {
    /// A group, and what was said of whom.
    Group(HashMap<MemberId, PartRow>),
    /// A case.
    Case {
        /// The path of the organisation asked; empty if there is none.
        desk: Path,
        /// Who of it is not to read this.
        avoid: Vec<MemberId>,
    },
    /// A case that has expired.
    Gone,
}

/// A hidden discussion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Who opened the group, or asks.
    pub owner: MemberId,
    /// Which it is.
    pub sort: Sort,
    /// When something may be said.
    pub window: Window,
}

fn takes_part(part: &PartRow) -> bool {
    part.by_opener == Some(true) && part.by_self != Some(false)
}

impl Room {
    /// What a card begins; `None` if it is no card.
    #[must_use]
    pub fn begun(card: &Header) -> Option<Self> {
        let sort = match card.kind {
            Kind::Group => Sort::Group(HashMap::new()),
            Kind::Case => Sort::Case { desk: Path::from([]), avoid: Vec::new() },
            _ => return None,
        };
        card.check().ok()?;
        Some(Self { owner: card.owner, sort, window: Window::default() })
    }

    fn desk_reads(&self, person: &Person, at: Timestamp) -> bool {
        match &self.sort {
            Sort::Case { desk, avoid } => {
                !avoid.contains(&person.member) && person.role_at(desk, at).is_some_and(|role| role >= Role::DESK)
            }
            Sort::Group(_) | Sort::Gone => false,
        }
    }

    /// Whether this person reads it.
    #[must_use]
    pub fn reads(&self, person: &Person, at: Timestamp) -> bool {
        if !person.is_member(at) {
            return false;
        }
        match &self.sort {
            Sort::Group(parts) => person.member == self.owner || parts.get(&person.member).is_some_and(takes_part),
            Sort::Case { .. } => person.member == self.owner || self.desk_reads(person, at),
            Sort::Gone => false,
        }
    }

    /// Whether this member may know that there is or was such a discussion, without reading it.
    #[must_use]
    pub fn is_known_to(&self, member: MemberId) -> bool {
        member == self.owner || self.may_come_back(member)
    }

    fn may_come_back(&self, member: MemberId) -> bool {
        matches!(&self.sort, Sort::Group(parts) if parts.get(&member).is_some_and(|part| part.by_opener == Some(true)))
    }

    /// Whether a document says of this person, who has left, whether to take part again.
    #[must_use]
    pub fn takes_back(&self, person: &Person, header: &Header, at: Timestamp) -> bool {
        let of_person = header.kind == Kind::Participant && header.owner == person.member && of_owner(header);
        of_person && person.is_member(at) && self.may_come_back(person.member)
    }

    /// Whether a reader's document may stand here.
    #[must_use]
    pub fn takes(&self, header: &Header) -> bool {
        match (&self.sort, header.kind) {
            (Sort::Gone, _) => false,
            (_, Kind::Message | Kind::ReactionSheet)
            | (Sort::Group(_), Kind::Group)
            | (Sort::Case { .. }, Kind::Case | Kind::CaseStep) => true,
            (Sort::Group(_), Kind::Participant) => header.owner == self.owner || of_owner(header),
            _ => false,
        }
    }

    /// Whether this reader may take such a step of a case.
    #[must_use]
    pub fn may_step(&self, person: &Person, step: &str, at: Timestamp) -> bool {
        let asks = person.member == self.owner && matches!(step, "closed" | "reopened");
        asks || (self.desk_reads(person, at) && matches!(step, "answered" | "closed" | "handed"))
    }

    /// Whether one more person can be named.
    pub(crate) fn has_room_for(&self, header: &Header) -> bool {
        match (&self.sort, header.about) {
            (Sort::Group(parts), Some(About::Member(person))) => parts.len() < MAX_PARTS || parts.contains_key(&person),
            _ => true,
        }
    }
}

fn of_owner(header: &Header) -> bool {
    header.about == Some(About::Member(header.owner))
}

/// Whether the rules of a discussion depend on documents of this kind.
pub(crate) fn rules(kind: Kind) -> bool {
    matches!(kind, Kind::Gathering | Kind::Group | Kind::Participant | Kind::Case | Kind::CaseStep)
}

/// The most changes of a document of this kind.
pub(crate) fn most_changes(kind: Kind) -> usize {
    match kind {
        Kind::Door => MAX_DOOR_CHANGES,
        _ if rules(kind) => MAX_RULING_CHANGES,
        _ => usize::MAX,
    }
}

/// Whether documents of this kind are what is said in a discussion, which ends.
pub(crate) fn is_said(kind: Kind) -> bool {
    matches!(kind, Kind::Message | Kind::ReactionSheet)
}

/// Whom it concerns that a room has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Concerns {
    /// Nobody's right to read.
    Nobody,
    /// This one's.
    One(MemberId),
    /// Everybody's who reads it or might.
    All,
}

/// Takes note of what a document that was just appended says now; gives the discussion, if there is one.
pub(crate) fn note(
    tx: &dyn Writer,
    now: Timestamp,
    seq: u64,
    doc: DocId,
    header: &Header,
) -> Result<Option<(RoomRow, Concerns)>> {
    let space = if header.kind == Kind::Gathering { SpaceId::thread(doc) } else { header.space };
    let changes = tx.changes(doc)?;
    // What was admitted can be loaded; if not, it changes no rule, and nobody else's batch suffers from it.
    let (Some(first), Some(fields)) = (changes.first().and_then(|bytes| Change::decode(bytes).ok()), fields(&changes))
    else {
        return Ok(None);
    };
    let known = tx.room(space)?;
    let before = match (&known, header.kind) {
        (Some(row), _) => row.clone(),
        (None, Kind::Gathering | Kind::Group | Kind::Case) => begun(space, doc, header),
        (None, _) => return Ok(None),
    };
    let mut row = RoomRow { ruled: seq, ..before.clone() };
    let mut concerns = match header.kind {
        Kind::Gathering => Concerns::Nobody,
        _ if known.is_none() => Concerns::One(header.owner),
        _ => Concerns::Nobody,
    };
    match header.kind {
        Kind::Gathering | Kind::Group => {
            let window = Window::of(&fields);
            row.ends = window.ends.max(row.ends);
            row.closed = window.closed;
        }
        Kind::Case => {
            row.desk = fields.id("desk");
            // Of two lists of the asker's two phones both hold: to be left out is a promise.
            row.avoid = fields.all_ids("avoid").into_iter().collect();
        }
        Kind::Participant => {
            let Some(About::Member(person)) = header.about else { return Ok(None) };
            let mut part = tx.part(space, person)?.unwrap_or(PartRow { person, by_opener: None, by_self: None });
            let said =
                fields.get("present").and_then(|said| if let Value::Bool(said) = said { Some(*said) } else { None });
            if header.owner == row.owner {
                part.by_opener = said;
            } else {
                part.by_self = said;
            }
            tx.put_part(space, &part)?;
            concerns = Concerns::One(person);
        }
        _ => {
            let place = (order_key(first.written_at(), Some(now)), first.written_at(), doc);
            let step = fields.text("step");
            // Whatever else is done, only reopening opens what was closed.
            if matches!(step, "closed" | "reopened") && row.step.is_none_or(|last| last < place) {
                row.step = Some(place);
                row.settled = (step == "closed").then_some(now);
            }
        }
    }
    if (&row.desk, &row.avoid, row.settled) != (&before.desk, &before.avoid, before.settled) {
        concerns = Concerns::All;
    }
    tx.put_room(&row)?;
    Ok(Some((row, concerns)))
}

fn begun(space: SpaceId, card: DocId, header: &Header) -> RoomRow {
    RoomRow {
        space,
        card,
        kind: header.kind,
        owner: header.owner,
        ruled: 0,
        ends: None,
        closed: None,
        desk: None,
        avoid: Vec::new(),
        step: None,
        settled: None,
        gone: false,
    }
}

fn fields(changes: &[Vec<u8>]) -> Option<Fields> {
    match changes {
        [one] => Change::decode(one).ok()?.fields(),
        all => Document::load(all.iter().map(Vec::as_slice)).ok().map(|document| document.fields()),
    }
}
