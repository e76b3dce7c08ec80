//! Gatherings, groups and consultations: what a member could think of, and does.

use hongqi_core::clock::Timestamp;
use hongqi_core::consult::{Category, NewCase};
use hongqi_core::ids::{DocId, MemberId, OrgId, SpaceId};
use hongqi_core::role::Role;
use hongqi_core::talk::NewMessage;
use hongqi_core::{Core, Error};
use hongqi_tests::world::{MEMBERS, member, org};

use crate::acts::pick;

const MINUTE: i64 = 60_000;

/// Something done together with others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Together {
    Open(OrgId, String, Timestamp),
    OpenGroup(String, Option<Timestamp>, Vec<MemberId>),
    Join(DocId),
    Extend(DocId, Timestamp),
    End(DocId),
    Summarise(DocId, String),
    BringIn(DocId, MemberId),
    SendAway(DocId, MemberId),
    Leave(DocId),
    ComeBack(SpaceId),
    Mention(SpaceId, String, MemberId),
    Ask(OrgId, String, Vec<MemberId>),
    Answered(SpaceId),
    Close(SpaceId),
    Reopen(SpaceId),
    HandOver(SpaceId, MemberId),
    LeaveOut(SpaceId, MemberId),
}

/// The members of the park.
pub fn everybody() -> Vec<MemberId> {
    MEMBERS.lines().skip(1).filter_map(|line| line.split_once(',')).map(|(number, _)| member(number)).collect()
}

/// `now` is the right time.
pub fn choose(rng: &mut fastrand::Rng, core: &Core, now: Timestamp) -> Option<Together> {
    let text = format!("议题 {} {}", rng.u32(..), rng.char('一'..'龟'));
    let soon = now.plus_ms(rng.i64(10 * MINUTE..600 * MINUTE));
    let people = everybody();
    let some = |rng: &mut fastrand::Rng| people.iter().copied().filter(|_| rng.u8(..3) == 0).collect::<Vec<_>>();
    let running = core.gatherings().running().unwrap();
    let groups: Vec<_> = running.iter().filter(|gathering| gathering.org.is_none()).map(|one| one.id).collect();
    let cases = core.consult().list(50).unwrap();
    Some(match rng.u8(..21) {
        0 => Together::Open(pick(rng, &[org("C1"), org("B1"), org("B2")])?, text, soon),
        1 | 2 => {
            let ends = rng.bool().then_some(soon);
            let members = some(rng);
            Together::OpenGroup(text, ends, members)
        }
        3 | 4 => Together::Join(pick(rng, &running)?.id),
        5 => Together::Extend(pick(rng, &running)?.id, soon),
        6 => Together::End(pick(rng, &running)?.id),
        7 => Together::Summarise(pick(rng, &running)?.id, text),
        8 | 9 => Together::BringIn(pick(rng, &groups)?, pick(rng, &people)?),
        10 => Together::SendAway(pick(rng, &groups)?, pick(rng, &people)?),
        11 => Together::Leave(pick(rng, &groups)?),
        12 => Together::ComeBack(pick(rng, &core.gatherings().left().unwrap())?.space),
        13 | 14 => Together::Mention(pick(rng, &core.talk().list().unwrap())?.space, text, pick(rng, &people)?),
        15 => {
            let leave_out = if rng.bool() { vec![pick(rng, &people)?] } else { vec![] };
            Together::Ask(pick(rng, &[org("C1"), org("B1"), org("B2")])?, text, leave_out)
        }
        16 => Together::Answered(pick(rng, &cases)?.space),
        17 => Together::Close(pick(rng, &cases)?.space),
        18 => Together::Reopen(pick(rng, &cases)?.space),
        19 => Together::HandOver(pick(rng, &cases)?.space, pick(rng, &people)?),
        _ => Together::LeaveOut(pick(rng, &cases)?.space, pick(rng, &people)?),
    })
}

/// Does it; the document it began, if it did.
pub fn perform(core: &Core, act: &Together) -> Result<Option<DocId>, Error> {
    let done = |()| None;
    let (gatherings, consult) = (core.gatherings(), core.consult());
    match act {
        Together::Open(org, topic, ends) => gatherings.open(*org, topic, *ends).map(Some),
        Together::OpenGroup(topic, ends, members) => gatherings.open_group(topic, *ends, members).map(Some),
        Together::Join(id) => gatherings.join(*id).map(done),
        Together::Extend(id, ends) => gatherings.extend(*id, *ends).map(done),
        Together::End(id) => gatherings.end(*id).map(done),
        Together::Summarise(id, summary) => gatherings.summarise(*id, summary).map(done),
        Together::BringIn(id, member) => gatherings.bring_in(*id, &[*member]).map(done),
        Together::SendAway(id, member) => gatherings.send_away(*id, *member).map(done),
        Together::Leave(id) => gatherings.leave(*id).map(done),
        Together::ComeBack(space) => gatherings.come_back(*space).map(done),
        Together::Mention(space, body, member) => {
            let message = NewMessage { body, reply: None, mentions: &[*member], roles: &[Role::Secretary] };
            core.talk().post_message(*space, &message).map(Some)
        }
        Together::Ask(desk, subject, leave_out) => {
            let case =
                NewCase { desk: *desk, subject, category: Category::Membership, question: "想问的话", leave_out };
            consult.ask(&case).map(|_| None)
        }
        Together::Answered(space) => consult.answered(*space).map(done),
        Together::Close(space) => consult.close(*space).map(done),
        Together::Reopen(space) => consult.reopen(*space).map(done),
        Together::HandOver(space, to) => consult.hand_over(*space, *to).map(done),
        Together::LeaveOut(space, whom) => consult.leave_out(*space, &[*whom]).map(done),
    }
}
