//! What an activity and a group come to, computed naively from what the server has accepted: by other code than the
//! phones', straight from the rules.

use std::collections::{BTreeMap, BTreeSet};

use hongqi_core::activity::{Choice, Grade, LastWord, Leave, Mark, Quorum, Shortfall, Status, Tally};
use hongqi_core::clock::{MAX_AHEAD_MS, Timestamp, order_key};
use hongqi_core::document::{About, Change, Document, Fields, Header, Kind, Value};
use hongqi_core::ids::{DocId, MemberId, SpaceId, ids_in};
use hongqi_core::presence::{Card, Code};
use hongqi_tests::world::Sim;

use crate::check::Log;

/// A document as all its changes in the log make it.
struct Accepted {
    doc: DocId,
    header: Header,
    fields: Fields,
    /// When it was said: where it stands among others, and its author's own reading.
    said: (Timestamp, Timestamp),
}

pub struct Model {
    docs: BTreeMap<DocId, Accepted>,
}

/// What somebody said of a person, once.
#[derive(Clone)]
struct Entry {
    place: (Timestamp, Timestamp, DocId),
    doc: DocId,
    by: MemberId,
    mark: Mark,
    grade: Grade,
    /// A mark: the request that it answers, whether it resolves, the mark that it seconds.
    marked: Option<(Option<DocId>, bool, Option<DocId>)>,
}

/// What is compared of a person at an activity.
#[derive(Debug, PartialEq, Eq)]
pub struct Standing {
    pub status: Status,
    pub leave: Option<Leave>,
    pub pending: BTreeSet<DocId>,
}

impl Model {
    pub fn new(sim: &Sim, logs: &Log) -> Self {
        let docs = sim.site.look(|reader| {
            let mut docs = BTreeMap::new();
            for (_, doc) in logs.keys() {
                let Some(row) = reader.document(*doc)? else { continue };
                let changes = reader.changes(*doc)?;
                let fields = Document::load(changes.iter().map(Vec::as_slice)).unwrap().fields();
                let written = Change::decode(&changes[0]).unwrap().written_at();
                let received = reader.entry(row.header.space, row.seq)?.unwrap().received_at;
                let said = (order_key(written, Some(received)), written);
                docs.insert(*doc, Accepted { doc: *doc, header: row.header, fields, said });
            }
            Ok(docs)
        });
        Self { docs }
    }

    fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Accepted> {
        self.docs.values().filter(move |doc| doc.header.kind == kind)
    }

    pub fn kind(&self, doc: DocId) -> Option<Kind> {
        self.docs.get(&doc).map(|doc| doc.header.kind)
    }

    /// The document that one is about; of a mark, a scan, the activity.
    pub fn subject(&self, doc: DocId) -> Option<DocId> {
        let doc = self.docs.get(&doc)?;
        match doc.header.about {
            Some(About::Doc(subject)) => Some(subject),
            _ => doc.fields.id("activity"),
        }
    }

    fn about(&self, kind: Kind, subject: DocId) -> impl Iterator<Item = &Accepted> {
        self.of_kind(kind).filter(move |doc| doc.header.about == Some(About::Doc(subject)))
    }

    pub fn activities(&self) -> impl Iterator<Item = (DocId, SpaceId)> + '_ {
        self.of_kind(Kind::Activity).map(|doc| (doc.doc, doc.header.space))
    }

    /// A door of the activity that nobody has taken back.
    fn door(&self, activity: DocId, id: DocId) -> Option<&Accepted> {
        let door = self.about(Kind::Door, activity).find(|door| door.doc == id)?;
        let shut = self.docs.get(&activity)?.fields.bytes("shut");
        (!ids_in(shut).any(|shut: DocId| shut == id)).then_some(door)
    }

    /// How well a check-in or a scan founds a presence.
    fn grade(&self, activity: DocId, doc: &Accepted) -> Grade {
        let founded = match doc.header.kind {
            Kind::CheckIn => Code::from_bytes(doc.fields.bytes("code")).is_ok_and(|code| {
                let door = self.door(activity, code.door);
                let key = door.and_then(|door| door.fields.bytes("key").try_into().ok());
                code.activity == activity && key.is_some_and(|key| code.verify(&key))
            }),
            _ => {
                let door = doc.fields.id("door").and_then(|id| self.door(activity, id));
                door.is_some_and(|door| door.header.owner == doc.header.owner) && doc.fields.text("doubt").is_empty()
            }
        };
        let shown = Card::from_bytes(doc.fields.bytes("card"));
        match (founded, doc.header.kind) {
            (false, _) => Grade::Claimed,
            (true, Kind::CheckIn) => Grade::Scanned,
            (true, _) if doc.fields.bytes("card").is_empty() => Grade::Attested,
            (true, _) => shown.ok().filter(Card::verify).map_or(Grade::Claimed, |_| Grade::Witnessed),
        }
    }

    /// What was said of a person, in order; and the requests for leave, each with whether it was withdrawn.
    fn said(&self, activity: DocId, person: MemberId) -> (Vec<Entry>, BTreeMap<DocId, bool>) {
        let mut out = Vec::new();
        for doc in self.docs.values() {
            let at = |wanted: MemberId| {
                doc.header.about == Some(About::Member(wanted)) && doc.fields.id("activity") == Some(activity)
            };
            let (mark, marked) = match doc.header.kind {
                Kind::CheckIn if doc.header.owner == person && doc.header.about == Some(About::Doc(activity)) => {
                    (Mark::Present, None)
                }
                Kind::Scan if at(person) => (Mark::Present, None),
                Kind::RollMark if at(person) => {
                    let request = doc.fields.id("request");
                    let mark = match doc.fields.text("mark") {
                        "denied" => Mark::Absent,
                        name => Mark::from_name(name).unwrap(),
                    };
                    (mark, Some((request, doc.fields.flag("resolves"), doc.fields.id("seconds"))))
                }
                _ => continue,
            };
            let (by, founded) = (doc.header.owner, self.grade(activity, doc));
            let grade = match marked {
                Some(_) if by == person => Grade::Claimed,
                Some(_) => Grade::Attested,
                None if by == person && founded > Grade::Scanned => Grade::Claimed,
                None => founded,
            };
            let place = (doc.said.0, doc.said.1, doc.doc);
            out.push(Entry { place, doc: doc.doc, by, mark, grade, marked });
        }
        out.sort_by_key(|entry| entry.place);
        let requests = self.about(Kind::LeaveRequest, activity).filter(|doc| doc.header.owner == person);
        (out, requests.map(|doc| (doc.doc, doc.fields.flag("withdrawn"))).collect())
    }

    pub fn standing(&self, activity: DocId, person: MemberId) -> Standing {
        let (all, requests) = self.said(activity, person);
        let closed = self.docs[&activity].fields.ints("closed").min().map(Timestamp);
        let late = |entry: &Entry| {
            entry.marked.is_some()
                && closed.is_some_and(|closed| entry.place.1 >= closed && entry.place.0.plus_ms(MAX_AHEAD_MS) >= closed)
        };
        let same = |one: &Entry, other: &Entry| {
            let answers = |entry: &Entry| entry.marked.and_then(|(request, ..)| request);
            let two = one.by != other.by && ![one.by, other.by].contains(&person);
            two && one.mark == other.mark && answers(one) == answers(other)
        };
        let signs = |second: &Entry, first: &Entry| {
            second.marked.is_some_and(|(_, _, of)| of == Some(first.doc))
                && first.marked.is_some()
                && same(first, second)
        };
        let seconded = |entry: &Entry| all.iter().any(|other| signs(other, entry) || signs(entry, other));
        let waits = |entry: &&Entry| late(entry) && !seconded(entry);
        let pending = all.iter().filter(|entry| waits(entry) && entry.by != person).map(|entry| entry.doc).collect();
        let counted: Vec<&Entry> = all.iter().filter(|entry| !waits(entry)).collect();
        let settles = |entry: &&Entry| entry.by != person && matches!(entry.marked, Some((None, true, _)));
        let settled = counted.iter().rposition(settles);
        let from = settled.unwrap_or(0);
        // Of each source the last word; a presence said again is as good as the best of the words in a row.
        let mut last: BTreeMap<MemberId, (Mark, Grade)> = BTreeMap::new();
        for entry in counted[from..].iter().filter(|entry| !matches!(entry.marked, Some((Some(_), ..)))) {
            let before = last.get(&entry.by).copied();
            let grade =
                before.filter(|(mark, _)| *mark == entry.mark).map_or(entry.grade, |(_, best)| best.max(entry.grade));
            last.insert(entry.by, (entry.mark, grade));
        }
        let named = |words: BTreeMap<MemberId, Mark>| {
            Status::Disputed(words.into_iter().map(|(by, mark)| LastWord { by, mark }).collect())
        };
        let answers = |from: usize| -> Vec<(Leave, BTreeMap<MemberId, Mark>)> {
            let mut asked: BTreeSet<DocId> = requests.keys().copied().collect();
            let given: Vec<_> = counted[from..].iter().filter(|entry| entry.by != person).collect();
            asked.extend(given.iter().filter_map(|entry| entry.marked.and_then(|(request, ..)| request)));
            let of = |request: DocId| {
                let mut last = BTreeMap::new();
                for entry in given.iter().filter(|entry| matches!(entry.marked, Some((Some(of), ..)) if of == request))
                {
                    last.insert(entry.by, entry.mark);
                }
                let yes = last.values().any(|mark| *mark == Mark::Excused);
                let no = last.values().any(|mark| *mark != Mark::Excused);
                let leave = match (requests.get(&request), yes, no) {
                    (Some(true), ..) => Leave::Withdrawn,
                    (_, true, true) => Leave::Disputed,
                    (_, true, false) => Leave::Approved,
                    (_, false, true) => Leave::Denied,
                    (_, false, false) => Leave::Asked,
                };
                (leave, last)
            };
            asked.into_iter().map(of).collect()
        };
        let order = [Leave::Approved, Leave::Disputed, Leave::Asked, Leave::Denied, Leave::Withdrawn];
        let best = |from| {
            let of = answers(from);
            order.into_iter().find_map(|leave| of.iter().find(|(one, _)| *one == leave).cloned())
        };
        let marks: BTreeSet<Mark> = last.values().map(|(mark, _)| *mark).collect();
        let status = match marks.iter().collect::<Vec<_>>().as_slice() {
            [Mark::Present] => Status::Present(last.values().map(|(_, grade)| *grade).max().unwrap()),
            [Mark::Excused] => Status::Excused,
            [] | [Mark::Absent] => match best(from) {
                Some((Leave::Approved, _)) => Status::Excused,
                Some((Leave::Disputed, words)) => named(words),
                _ if marks.is_empty() => Status::Unknown,
                _ => Status::Absent,
            },
            _ => named(last.iter().map(|(by, (mark, _))| (*by, *mark)).collect()),
        };
        let leave = match (best(0).map(|(leave, _)| leave), settled) {
            (Some(Leave::Disputed), Some(place)) => best(from).map(|(leave, _)| match (leave, counted[place].mark) {
                (Leave::Asked, Mark::Excused) => Leave::Approved,
                (Leave::Asked, _) => Leave::Denied,
                (answered, _) => answered,
            }),
            (leave, _) => leave,
        };
        Standing { status, leave, pending }
    }

    /// Who has a vote there.
    fn voters(&self, activity: DocId) -> BTreeSet<MemberId> {
        let mut out = BTreeSet::new();
        for roster in self.about(Kind::Roster, activity) {
            for (key, _) in roster.fields.iter() {
                if roster.fields.get(key) == Some(&Value::from(2)) {
                    out.insert(key.parse().unwrap());
                }
            }
        }
        out
    }

    /// The voters who count as there, of how many.
    fn there(&self, activity: DocId) -> (BTreeSet<MemberId>, BTreeSet<MemberId>) {
        let voters = self.voters(activity);
        let is_there = |person: &&MemberId| matches!(self.standing(activity, **person).status, Status::Present(grade) if grade >= Grade::Scanned);
        (voters.iter().filter(is_there).copied().collect(), voters)
    }

    /// Whether this is what the voters and their presence come to.
    pub fn quorum_holds(&self, activity: DocId, election: bool, shown: &Quorum) -> bool {
        let (there, voters) = self.there(activity);
        let enough = if election { there.len() * 5 >= voters.len() * 4 } else { there.len() * 2 > voters.len() };
        (shown.counted as usize, shown.voters as usize) == (there.len(), voters.len())
            && shown.shortfall.is_none() == (enough && !voters.is_empty())
            && (shown.shortfall == Some(Shortfall::NoVoters)) == voters.is_empty()
    }

    /// For, against, abstained, and how many votes do not count.
    pub fn votes(&self, activity: DocId, resolution: DocId) -> [usize; 4] {
        let (there, _) = self.there(activity);
        let mut out = [0; 4];
        for vote in self.about(Kind::Vote, resolution) {
            let choice = [Choice::For, Choice::Against, Choice::Abstain];
            let choice = choice.iter().position(|choice| vote.fields.int("choice") == Some(*choice as i64)).unwrap();
            out[if there.contains(&vote.header.owner) { choice } else { 3 }] += 1;
        }
        out
    }

    pub fn tally_holds(&self, activity: DocId, resolution: DocId, shown: &Tally) -> bool {
        let of = [shown.votes_for, shown.against, shown.abstained, shown.not_counted];
        of.map(|number| number as usize) == self.votes(activity, resolution)
    }

    pub fn guests(&self, activity: DocId) -> i64 {
        self.about(Kind::Guests, activity).filter_map(|doc| doc.fields.int("count")).sum::<i64>().max(0)
    }

    /// Who takes part in a group: who opened it, and whom that one has brought in and who has not left.
    pub fn participants(&self, group: DocId) -> BTreeSet<MemberId> {
        let card = &self.docs[&group];
        let (space, opener) = (card.header.space, card.header.owner);
        let says = |by: MemberId, of: MemberId| {
            let mut all = self.of_kind(Kind::Participant).filter(|doc| doc.header.space == space);
            let doc = all.find(|doc| doc.header.owner == by && doc.header.about == Some(About::Member(of)));
            doc.map(|doc| doc.fields.flag("present"))
        };
        let brought = self.of_kind(Kind::Participant).filter_map(|doc| match doc.header.about {
            Some(About::Member(person)) if doc.header.space == space => Some(person),
            _ => None,
        });
        let there =
            brought.filter(|person| says(opener, *person) == Some(true) && says(*person, *person) != Some(false));
        there.chain([opener]).collect()
    }
}
