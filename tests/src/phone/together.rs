//! Gatherings, groups, consultations and what is to be acknowledged: what members do together, and what only a few of
//! them see.

use hongqi_core::consult::{CaseView, Category, NewCase, Phase, Reader};
use hongqi_core::feed::Reminder;
use hongqi_core::gathering::{GatheringState, GatheringView};
use hongqi_core::ids::{DocId, MemberId};
use hongqi_core::{Core, Error};

use super::cli::{Act, CaseStep};
use super::failure::Failure;
use super::find;
use super::show::{Shown, TITLE, clip, delivery, said, short, speech, table};

/// Does `act` if it is one of these; `None` otherwise.
pub fn run(core: &Core, act: &Act) -> Result<Option<Shown>, Failure> {
    Ok(Some(match act {
        Act::Gatherings => gatherings(core)?,
        Act::Gather { org, topic, ends } => {
            let card = core.gatherings().open(find::org(org), topic, *ends)?;
            gathering(core, card)?
        }
        Act::Group { topic, ends, members } => {
            let members: Vec<_> = members.iter().map(|number| MemberId::from_number(number)).collect();
            let card = core.gatherings().open_group(topic, *ends, &members)?;
            gathering(core, card)?
        }
        Act::Join { id } => {
            let card = find::doc(core, id)?;
            core.gatherings().join(card)?;
            gathering(core, card)?
        }
        Act::Extend { id, ends } => {
            let card = find::doc(core, id)?;
            core.gatherings().extend(card, *ends)?;
            gathering(core, card)?
        }
        Act::Participants { id } => participants(core, find::doc(core, id)?)?,
        Act::BringIn { id, members } => {
            let card = find::doc(core, id)?;
            let members: Vec<_> = members.iter().map(|number| MemberId::from_number(number)).collect();
            core.gatherings().bring_in(card, &members)?;
            participants(core, card)?
        }
        Act::SendAway { id, member } => {
            let card = find::doc(core, id)?;
            core.gatherings().send_away(card, MemberId::from_number(member))?;
            participants(core, card)?
        }
        Act::LeaveGroup { id } => {
            let card = find::doc(core, id)?;
            core.gatherings().leave(card)?;
            left(core)?
        }
        Act::Left { come_back } => {
            if let Some(space) = come_back {
                core.gatherings().come_back(find::talk(core, space)?)?;
            }
            left(core)?
        }
        Act::EndGathering { id, summary } => {
            let card = find::doc(core, id)?;
            core.gatherings().end(card)?;
            if let Some(summary) = summary {
                core.gatherings().summarise(card, summary)?;
            }
            gathering(core, card)?
        }
        Act::Consultations => {
            let cases = core.consult().list(100)?;
            Shown::new(&cases, table(&cases.iter().map(case_row).collect::<Vec<_>>()))?
        }
        Act::Ask { org, subject, question, category, read_by_all } => {
            ask(core, org, subject, question, *category, *read_by_all)?
        }
        Act::Consultation { space, step, to } => consultation(core, space, *step, to.as_deref())?,
        Act::Due => {
            let reminders = core.feed().reminders()?;
            let row = |reminder: &Reminder| {
                let due = reminder.item.due.map_or("no date".to_owned(), |due| due.to_string());
                let over = if reminder.overdue { "overdue" } else { "" };
                vec![short(reminder.item.id), due, over.to_owned(), clip(&reminder.item.title, TITLE)]
            };
            Shown::new(&reminders, table(&reminders.iter().map(row).collect::<Vec<_>>()))?
        }
        Act::Outstanding { id } => {
            let outstanding = core.feed().outstanding(find::doc(core, id)?)?;
            let branches = outstanding.branches.iter().map(|branch| speech().branch_outstanding(branch));
            let orgs = outstanding.orgs.iter().map(|org| speech().org_progress(org));
            Shown::new(&outstanding, branches.chain(orgs).collect())?
        }
        Act::Revisions { id } => {
            let revisions = core.feed().revisions(find::doc(core, id)?)?;
            Shown::new(&revisions, revisions.iter().map(|revision| speech().revision(revision)).collect())?
        }
        _ => return Ok(None),
    }))
}

fn participants(core: &Core, group: DocId) -> Result<Shown, Failure> {
    let people = core.gatherings().participants(group)?;
    Shown::new(&people, said(&people, |one| short(one.member), |one| speech().participant(one)))
}

fn left(core: &Core) -> Result<Shown, Failure> {
    let groups = core.gatherings().left()?;
    Shown::new(&groups, said(&groups, |group| group.space.to_string(), |group| speech().left_group(group)))
}

fn gathering_row(view: &GatheringView) -> Vec<String> {
    let state = match view.state {
        GatheringState::Running => "running",
        GatheringState::Ended => "over",
        GatheringState::Closed => "ended early",
    };
    let place = if view.org.is_some() { clip(&view.org_name, 24) } else { "group".to_owned() };
    let ends = view.ends.map_or("no end".to_owned(), |ends| ends.to_string());
    vec![
        short(view.id),
        state.to_owned(),
        ends,
        place,
        clip(&view.topic, TITLE),
        delivery(&view.delivery),
        view.space.to_string(),
    ]
}

fn gatherings(core: &Core) -> Result<Shown, Failure> {
    let mut all = core.gatherings().running()?;
    all.extend(core.gatherings().archive(None, 50)?.gatherings);
    Shown::new(&all, table(&all.iter().map(gathering_row).collect::<Vec<_>>()))
}

fn gathering(core: &Core, card: DocId) -> Result<Shown, Failure> {
    let view = core.gatherings().gathering(card)?.ok_or(Error::NotFound)?;
    Shown::new(&view, table(&[gathering_row(&view)]))
}

fn case_row(case: &CaseView) -> Vec<String> {
    let phase = match case.state.phase {
        Phase::Open => "open",
        Phase::Answered => "answered",
        Phase::Closed => "closed",
        Phase::Reopened => "open again",
    };
    vec![
        case.space.to_string(),
        phase.to_owned(),
        clip(&case.desk_name, 24),
        clip(&case.subject, TITLE),
        delivery(&case.delivery),
    ]
}

/// The proposal of whom to leave out is taken, unless it is said otherwise.
fn ask(
    core: &Core,
    org: &str,
    subject: &str,
    question: &str,
    category: Category,
    read_by_all: bool,
) -> Result<Shown, Failure> {
    let desk = find::org(org);
    let proposal = if read_by_all { Vec::new() } else { core.consult().proposal(desk)? };
    let leave_out: Vec<_> = proposal.iter().map(|one| one.member).collect();
    let case = NewCase { desk, subject, category, question, leave_out: &leave_out };
    let space = core.consult().ask(&case)?;
    consultation(core, &space.to_string(), None, None)
}

fn consultation(core: &Core, space: &str, step: Option<CaseStep>, to: Option<&str>) -> Result<Shown, Failure> {
    let space = find::talk(core, space)?;
    let consult = core.consult();
    match (step, to) {
        (Some(CaseStep::Answered), _) => consult.answered(space)?,
        (Some(CaseStep::Close), _) => consult.close(space)?,
        (Some(CaseStep::Reopen), _) => consult.reopen(space)?,
        (Some(CaseStep::HandOver), Some(to)) => consult.hand_over(space, MemberId::from_number(to))?,
        (Some(CaseStep::LeaveOut), Some(whom)) => consult.leave_out(space, &[MemberId::from_number(whom)])?,
        (Some(CaseStep::HandOver | CaseStep::LeaveOut), None) => {
            return Err(Failure::new("usage", "--to says to whom"));
        }
        (None, _) => {}
    }
    let view = consult.case(space)?.ok_or(Error::NotFound)?;
    let readers = consult.readers(space)?;
    let mut lines = table(&[case_row(&view)]);
    lines.push("can be read by:".to_owned());
    let reader = |reader: &Reader| {
        let name = if reader.name.is_empty() { short(reader.member) } else { reader.name.clone() };
        let office = reader.office.map_or("who asked".to_owned(), |office| office.role.name().replace('_', " "));
        vec![name, office]
    };
    lines.extend(table(&readers.iter().map(reader).collect::<Vec<_>>()));
    let proposal = consult.proposal_for(space)?;
    lines.extend(proposal.iter().map(|one| format!("better left out: {}", clip(&one.name, 24))));
    Shown::new(&serde_json::json!({ "case": view, "readers": readers, "proposal": proposal }), lines)
}
