//! Activities as they are held: rosters, doors, codes and cards, the roll, leave, votes.

use hongqi_core::activity::{ActivityEdit, Choice, LeaveAnswer, Mark, Place, Word};
use hongqi_core::clock::Timestamp;
use hongqi_core::ids::{DocId, MemberId};
use hongqi_core::presence::CheckIn;
use hongqi_core::{Core, Error};

use crate::acts::pick;
use crate::together::everybody;

/// Something done at or for an activity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Meeting {
    Expect(DocId, Vec<(MemberId, Place)>),
    Minutes(DocId, String),
    Close(DocId),
    CheckOut(DocId),
    Correct(DocId, MemberId, Mark, String),
    Resolve(DocId, MemberId, Mark, String),
    Second(DocId),
    AskLeave(DocId, String),
    WithdrawLeave(DocId),
    AnswerLeave(DocId, LeaveAnswer),
    Move(DocId, String, bool),
    Vote(DocId, Choice),
    CloseVote(DocId),
    OpenDoor(DocId),
    ShutDoor(DocId),
    RevokeDoor(DocId),
    ShowCode(DocId),
    ScanCode(String),
    ShowCard,
    ScanCard(DocId, String),
    AdmitAnyway(DocId, String),
    AdmitByName(DocId, MemberId),
    SeeOut(DocId, MemberId),
    Guests(DocId, i64),
}

impl Meeting {
    /// Whether what comes of it depends on what this run of the phone has seen: a twin started from its files has not.
    pub const fn remembers(&self) -> bool {
        matches!(
            self,
            Self::ShowCode(_) | Self::ScanCode(_) | Self::ShowCard | Self::ScanCard(..) | Self::AdmitAnyway(..)
        )
    }
}

/// What hangs at doors and is held up: everybody can have a photograph of it, now or later.
#[derive(Default)]
pub struct Shown {
    pub codes: Vec<String>,
    pub cards: Vec<String>,
}

/// Mostly what is shown just now.
fn seen(rng: &mut fastrand::Rng, shown: &[String]) -> Option<String> {
    if rng.u8(..3) > 0 { shown.last().cloned() } else { pick(rng, shown) }
}

pub fn choose(rng: &mut fastrand::Rng, core: &Core, shown: &Shown) -> Option<Meeting> {
    let text = format!("缘由 {}", rng.u32(..));
    let activity = pick(rng, &core.activities().list(Timestamp(0), 100).unwrap())?.id;
    let person = pick(rng, &everybody())?;
    let mark = pick(rng, &[Mark::Present, Mark::Absent, Mark::Excused])?;
    let doors = core.presence().doors(activity).unwrap();
    let door = |rng: &mut fastrand::Rng| pick(rng, &doors).map(|door| door.id);
    let roll = rng.u8(..40);
    Some(match roll {
        0..=2 => {
            let place =
                |rng: &mut fastrand::Rng| pick(rng, &[Place::None, Place::Expected, Place::Voter, Place::Voter]);
            let people = everybody().into_iter().filter(|_| rng.bool()).collect::<Vec<_>>();
            Meeting::Expect(activity, people.into_iter().filter_map(|person| Some((person, place(rng)?))).collect())
        }
        3 | 4 => Meeting::Minutes(activity, text),
        5 if rng.u8(..3) == 0 => Meeting::Close(activity),
        5 | 6 => Meeting::CheckOut(activity),
        7..=9 => Meeting::Correct(activity, person, mark, text),
        10 | 11 => Meeting::Resolve(activity, person, mark, text),
        12..=15 => {
            let evidence = core.activities().evidence(activity, person).unwrap();
            let said = pick(rng, &evidence)?;
            match said.word {
                Word::Marked { .. } => Meeting::Second(said.id),
                Word::Asked { .. } if roll == 12 => Meeting::WithdrawLeave(said.id),
                Word::Asked { .. } => {
                    Meeting::AnswerLeave(said.id, pick(rng, &[LeaveAnswer::Approve, LeaveAnswer::Deny])?)
                }
                Word::Seen { .. } => return None,
            }
        }
        16 | 17 => Meeting::AskLeave(activity, text),
        18 => Meeting::Move(activity, text, rng.bool()),
        19..=21 => {
            let resolution = pick(rng, &core.activities().resolutions(activity).unwrap())?.id;
            match rng.u8(..6) {
                0 => Meeting::CloseVote(resolution),
                _ => Meeting::Vote(resolution, pick(rng, &[Choice::For, Choice::Against, Choice::Abstain])?),
            }
        }
        22 | 23 => Meeting::OpenDoor(activity),
        24 if rng.bool() => Meeting::ShutDoor(door(rng)?),
        24 => Meeting::RevokeDoor(door(rng)?),
        25..=27 => Meeting::ShowCode(door(rng)?),
        28..=31 => Meeting::ScanCode(seen(rng, &shown.codes)?),
        32 => Meeting::ShowCard,
        33 | 34 => Meeting::ScanCard(door(rng)?, seen(rng, &shown.cards)?),
        35 => Meeting::AdmitAnyway(door(rng)?, seen(rng, &shown.cards)?),
        36 | 37 => Meeting::AdmitByName(door(rng)?, person),
        38 => Meeting::SeeOut(door(rng)?, person),
        _ => Meeting::Guests(door(rng)?, rng.i64(-3..9)),
    })
}

/// Does it; the document it began, if it did, and what it shows to others.
pub fn perform(core: &Core, act: &Meeting, shown: Option<&mut Shown>) -> Result<Option<DocId>, Error> {
    let done = |()| None;
    let (activities, presence) = (core.activities(), core.presence());
    match act {
        Meeting::Expect(id, people) => activities.expect(*id, people).map(done),
        Meeting::Minutes(id, text) => {
            activities.edit(*id, &ActivityEdit { minutes: Some(text), ..ActivityEdit::default() }).map(done)
        }
        Meeting::Close(id) => activities.close(*id).map(done),
        Meeting::CheckOut(id) => presence.check_out(*id).map(done),
        Meeting::Correct(id, person, mark, why) => activities.correct(*id, *person, *mark, why).map(Some),
        Meeting::Resolve(id, person, mark, why) => activities.resolve(*id, *person, *mark, why).map(Some),
        Meeting::Second(mark) => activities.second(*mark).map(Some),
        Meeting::AskLeave(id, why) => activities.ask_leave(*id, why).map(Some),
        Meeting::WithdrawLeave(id) => activities.withdraw_leave(*id).map(done),
        Meeting::AnswerLeave(id, answer) => activities.answer_leave(*id, *answer).map(Some),
        Meeting::Move(id, title, election) => activities.move_resolution(*id, title, *election).map(Some),
        Meeting::Vote(resolution, choice) => activities.vote(*resolution, *choice).map(Some),
        Meeting::CloseVote(resolution) => activities.close_vote(*resolution).map(done),
        Meeting::OpenDoor(id) => presence.open_door(*id, "北门").map(Some),
        Meeting::ShutDoor(door) => presence.shut_door(*door).map(done),
        Meeting::RevokeDoor(door) => presence.revoke_door(*door).map(done),
        Meeting::ShowCode(door) => {
            let code = presence.next_code(*door)?;
            shown.into_iter().for_each(|shown| shown.codes.push(code.text.clone()));
            Ok(None)
        }
        Meeting::ScanCode(text) => presence.check_in_with_code(None, text).map(|came| match came {
            CheckIn::In { doc, .. } => Some(doc),
            CheckIn::Already { .. } | CheckIn::Refused(_) => None,
        }),
        Meeting::ShowCard => {
            let card = presence.own_card()?;
            shown.into_iter().for_each(|shown| shown.cards.push(card.text.clone()));
            Ok(None)
        }
        Meeting::ScanCard(door, card) => presence.scan_card(*door, card).map(|_| None),
        Meeting::AdmitAnyway(door, card) => presence.admit_anyway(*door, card).map(done),
        Meeting::AdmitByName(door, person) => presence.admit_by_name(*door, *person).map(done),
        Meeting::SeeOut(door, person) => presence.see_out(*door, *person).map(done),
        Meeting::Guests(door, count) => presence.guests(*door, *count).map(Some),
    }
}
