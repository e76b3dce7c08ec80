//! A person's attendance as a function of all evidence about that person: the same on every device, whatever the
//! order in which the evidence arrived, and however often.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::evidence::{Doubt, Evidence, Grade, Mark, Word};
use crate::clock::{MAX_AHEAD_MS, Timestamp};
use crate::ids::{DocId, MemberId};

/// The last word of one source on a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LastWord {
    /// Who says so: the person, a host or an organiser.
    pub by: MemberId,
    /// What is said.
    pub mark: Mark,
}

/// Whether somebody was there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody has said anything.
    Unknown,
    /// Was there.
    Present(Grade),
    /// Was not there.
    Absent,
    /// Had leave.
    Excused,
    /// These say different things, in the order of their ids.
    Disputed(Vec<LastWord>),
}

/// What became of a person's requests for leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Leave {
    /// Nobody has answered.
    Asked,
    /// Given, by one or by several: that is the same.
    Approved,
    /// Not given.
    Denied,
    /// Some gave it, and others did not.
    Disputed,
    /// No longer asked for.
    Withdrawn,
}

/// A mark made after attendance was closed, which counts when a second organiser has signed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pending {
    /// The mark, as what the second signs.
    pub doc: DocId,
    /// Who made it.
    pub by: MemberId,
    /// What it would say.
    pub mark: Mark,
}

/// What all evidence about one person comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attendance {
    /// Whether the person was there.
    pub status: Status,
    /// Leave, if it was asked for or given.
    pub leave: Option<Leave>,
    /// What is wrong with some of the evidence, each once.
    pub doubts: Vec<Doubt>,
    /// What waits for a second signature, in the order in which it was said.
    pub pending: Vec<Pending>,
    /// When the person was first seen there, or claims so if nobody saw it; of who is not present none.
    pub came: Option<Timestamp>,
    /// When the person was last seen to go, or claims so if nobody saw it; if later than that and not back since.
    pub went: Option<Timestamp>,
    /// For how long the person was there, in milliseconds, without the time between going and coming back; if it is known
    /// when the person came and went.
    pub stayed_ms: Option<i64>,
}

/// What counts of the evidence: all but marks that wait for a second signature, and but for what a resolution settled.
struct Counted<'a> {
    /// Whose attendance it is.
    person: MemberId,
    /// Everything, in the order in which it was said.
    all: &'a [Evidence],
    /// The documents of marks that wait.
    waiting: BTreeSet<DocId>,
    /// From here on `all` has not been settled.
    settled: usize,
}

/// The attendance of `person` at an activity whose attendance was closed at that moment.
///
/// - Of what one source (the person, a host, an organiser) said the last word counts, by when it was said and then by
///   document. Sources that agree give one status; sources that do not give a dispute that names them all.
/// - A presence has the best grade of those who agree on it. What is in doubt counts as claimed. An organiser's word on
///   himself or herself is no more than a claim, and settles or seconds nothing.
/// - Leave that was given excuses who did not come; who came all the same was there. Several who give the same leave give
///   it once; who gives and who refuses it contradict each other.
/// - A mark said after the closing counts when another organiser's same mark seconds it, neither of them the person's
///   own, and is pending until then.
/// - A resolution beats everything said before it.
#[must_use]
pub fn attendance(
    person: MemberId,
    closed: Option<Timestamp>,
    evidence: impl IntoIterator<Item = Evidence>,
) -> Attendance {
    let mut all: Vec<Evidence> = evidence.into_iter().collect();
    all.sort_unstable();
    all.dedup_by_key(|entry| entry.doc);
    let waiting = closed.map(|closed| waiting(person, &all, closed)).unwrap_or_default();
    let mut counted = Counted { person, all: &all, waiting, settled: 0 };
    let resolution = all.iter().rposition(|entry| counted.settles(entry));
    counted.settled = resolution.unwrap_or(0);
    let resolution = resolution.and_then(|place| all.get(place));
    let (status, doubts) = counted.status();
    let (came, went) = if matches!(status, Status::Present(_)) { counted.stay() } else { (None, None) };
    let stayed_ms = came.zip(went).map(|(came, went)| counted.stayed(came, went));
    Attendance {
        status,
        leave: counted.leave_shown(resolution),
        doubts,
        pending: counted.pending(),
        came,
        went,
        stayed_ms,
    }
}

/// The marks after the closing that no two have signed. Whose attendance it is signs none of them.
fn waiting(person: MemberId, all: &[Evidence], closed: Timestamp) -> BTreeSet<DocId> {
    let marks = all.iter().filter_map(|entry| match entry.word {
        Word::Marked { mark, request, seconds, .. } => Some((entry, (mark, request), seconds)),
        _ => None,
    });
    let mut late: BTreeSet<DocId> = BTreeSet::new();
    let mut firsts = BTreeMap::new();
    let mut seconds = Vec::new();
    for (entry, says, second_of) in marks {
        if entry.by != person {
            firsts.insert(entry.doc, (entry.by, says));
            seconds.extend(second_of.map(|first| (first, entry.doc, (entry.by, says))));
        }
        // A reading may run ahead of the server's time by this much, and a mark that the server had earlier was made before.
        if entry.said.1 >= closed && entry.said.0.plus_ms(MAX_AHEAD_MS) >= closed {
            late.insert(entry.doc);
        }
    }
    for (first, second, (by, says)) in seconds {
        if firsts.get(&first).is_some_and(|(author, said)| *author != by && *said == says) {
            late.remove(&first);
            late.remove(&second);
        }
    }
    late
}

impl Counted<'_> {
    fn settles(&self, entry: &Evidence) -> bool {
        matches!(entry.word, Word::Marked { resolves: true, request: None, .. })
            && entry.by != self.person
            && !self.waiting.contains(&entry.doc)
    }

    /// What counts from this place on.
    fn from(&self, place: usize) -> impl Iterator<Item = &Evidence> {
        self.all.iter().skip(place).filter(|entry| !self.waiting.contains(&entry.doc))
    }

    fn grade(&self, entry: &Evidence) -> Grade {
        match entry.word {
            Word::Seen { doubt: Some(_), .. } => Grade::Claimed,
            // Nobody witnesses the own presence.
            Word::Seen { grade, .. } if entry.by == self.person && grade > Grade::Scanned => Grade::Claimed,
            Word::Seen { grade, .. } => grade,
            Word::Marked { .. } if entry.by != self.person => Grade::Attested,
            Word::Marked { .. } | Word::Asked { .. } => Grade::Claimed,
        }
    }

    fn status(&self) -> (Status, Vec<Doubt>) {
        let mut last: Vec<Said> = Vec::new();
        let mut doubts = BTreeSet::new();
        for entry in self.from(self.settled) {
            let mark = match entry.word {
                Word::Seen { doubt, .. } => {
                    doubts.extend(doubt);
                    Mark::Present
                }
                Word::Marked { mark, request: None, .. } => mark,
                Word::Marked { .. } | Word::Asked { .. } => continue,
            };
            let grade = self.grade(entry);
            match last.iter_mut().find(|(by, ..)| *by == entry.by) {
                // Who says it again does not say it less.
                Some((_, said, best)) if *said == mark => *best = grade.max(*best),
                Some(word) => *word = (entry.by, mark, grade),
                None => last.push((entry.by, mark, grade)),
            }
        }
        let leave = self.leave(self.settled);
        let status = match last.first() {
            Some((_, first, _)) if last.iter().any(|(_, mark, _)| mark != first) => disputed(&last),
            Some((_, Mark::Present, _)) => {
                Status::Present(last.iter().map(|(.., grade)| *grade).max().unwrap_or(Grade::Claimed))
            }
            Some((_, Mark::Excused, _)) => Status::Excused,
            first => match leave {
                Some((Leave::Approved, _)) => Status::Excused,
                Some((Leave::Disputed, answers)) => disputed(&answers),
                _ if first.is_some() => Status::Absent,
                _ => Status::Unknown,
            },
        };
        (status, doubts.into_iter().collect())
    }

    /// What the requests come to with the answers from this place on, and who said what to the one that decides.
    fn leave(&self, place: usize) -> Option<(Leave, Vec<Said>)> {
        let mut requests: BTreeMap<DocId, (bool, BTreeMap<MemberId, Mark>)> = BTreeMap::new();
        for entry in self.all {
            if let Word::Asked { withdrawn } = entry.word {
                requests.entry(entry.doc).or_default().0 = withdrawn;
            }
        }
        for entry in self.from(place).filter(|entry| entry.by != self.person) {
            if let Word::Marked { mark, request: Some(request), .. } = entry.word {
                requests.entry(request).or_default().1.insert(entry.by, mark);
            }
        }
        let judged = requests.into_values().map(|(withdrawn, answers)| {
            let approved = answers.values().any(|mark| *mark == Mark::Excused);
            let denied = answers.values().any(|mark| *mark != Mark::Excused);
            // From what excuses most to what excuses least.
            let leave = match (withdrawn, approved, denied) {
                (true, ..) => (4, Leave::Withdrawn),
                (_, true, false) => (0, Leave::Approved),
                (_, true, true) => (1, Leave::Disputed),
                (_, false, false) => (2, Leave::Asked),
                (_, false, true) => (3, Leave::Denied),
            };
            (leave, answers)
        });
        let ((_, leave), answers) = judged.min_by_key(|((rank, _), _)| *rank)?;
        Some((leave, answers.into_iter().map(|(by, mark)| (by, mark, Grade::Attested)).collect()))
    }

    /// As [`Counted::leave`], but a dispute that a resolution has ended is none: what it says of the person, it says of the
    /// leave, until somebody answers anew.
    fn leave_shown(&self, resolution: Option<&Evidence>) -> Option<Leave> {
        let (leave, _) = self.leave(0)?;
        let (Leave::Disputed, Some(Word::Marked { mark, .. })) = (leave, resolution.map(|entry| entry.word)) else {
            return Some(leave);
        };
        Some(match self.leave(self.settled)?.0 {
            Leave::Asked if mark == Mark::Excused => Leave::Approved,
            Leave::Asked => Leave::Denied,
            answered => answered,
        })
    }

    fn pending(&self) -> Vec<Pending> {
        // Nobody's second would make the own word count.
        let waits = |entry: &&Evidence| self.waiting.contains(&entry.doc) && entry.by != self.person;
        let waits = self.all.iter().filter(waits);
        let pending = waits.filter_map(|entry| match entry.word {
            Word::Marked { mark, .. } => Some(Pending { doc: entry.doc, by: entry.by, mark }),
            _ => None,
        });
        pending.collect()
    }

    /// When the person came and went. Claims tell only where nothing better does: they stretch no stay that doors have seen.
    fn stay(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let seen = |going| {
            let times = self.all.iter().filter_map(move |entry| match entry.word {
                Word::Seen { out, .. } if out == going => Some((self.grade(entry) > Grade::Claimed, entry.at)),
                _ => None,
            });
            let founded = times.clone().any(|(founded, _)| founded);
            times.filter_map(move |(better, at)| (better == founded).then_some(at))
        };
        // Who came back has not gone; and a clock that was set back says nothing.
        let went = seen(true).max().filter(|went| seen(false).all(|came| came < *went));
        (seen(false).min(), went)
    }

    /// For how long of the time between these the person was there. Who goes and comes back was away in between, also by the
    /// own word alone: that makes no stay longer.
    fn stayed(&self, came: Timestamp, went: Timestamp) -> i64 {
        let mut all: Vec<_> = self
            .all
            .iter()
            .filter_map(|entry| match entry.word {
                Word::Seen { out, .. } => Some((entry.at, out, self.grade(entry) > Grade::Claimed)),
                _ => None,
            })
            .filter(|(at, ..)| (came..=went).contains(at))
            .collect();
        all.sort_unstable();
        let length = |from: Timestamp, till: Timestamp| till.0.saturating_sub(from.0);
        let mut total: i64 = 0;
        // Since when, and till when by now, each with whether that is better founded than a claim.
        let mut since: Option<(Timestamp, bool)> = None;
        let mut till: Option<(Timestamp, bool)> = None;
        for (at, out, founded) in all {
            match (out, since, till) {
                (true, None, _) => {}
                (true, Some(_), Some((_, true))) if !founded => {}
                (true, Some(_), _) => till = Some((at, founded)),
                (false, Some((from, _)), Some((end, _))) => {
                    total = total.saturating_add(length(from, end));
                    (since, till) = (Some((at, founded)), None);
                }
                (false, Some((_, better)), None) if better || !founded => {}
                (false, ..) => since = Some((at, founded)),
            }
        }
        total.saturating_add(since.zip(till).map_or(0, |((from, _), (end, _))| length(from, end)))
    }
}

/// Who said what of a person, and how well founded.
type Said = (MemberId, Mark, Grade);

fn disputed(words: &[Said]) -> Status {
    let mut words: Vec<_> = words.iter().map(|(by, mark, _)| LastWord { by: *by, mark: *mark }).collect();
    words.sort_unstable_by_key(|word| word.by);
    Status::Disputed(words)
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
