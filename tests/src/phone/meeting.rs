//! Activities: what is planned, whether it can be held, who attended, what was voted on.

use clap::Subcommand;
use hongqi_core::activity::{ActivityEdit, Choice, LeaveAnswer, Mark, Place, Word};
use hongqi_core::clock::Timestamp;
use hongqi_core::ids::{DocId, MemberId};
use hongqi_core::speech::Language;
use hongqi_core::{Core, Error};

use super::cli::{moment, named, roll_mark};
use super::failure::Failure;
use super::find;
use super::show::{Shown, said, short, speech};

/// What is done about an activity.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// Change the plan of an activity.
    EditActivity {
        /// Activity.
        id: String,
        /// New title.
        #[arg(long)]
        title: Option<String>,
        /// New place.
        #[arg(long)]
        place: Option<String>,
        /// New note.
        #[arg(long)]
        note: Option<String>,
        /// New agenda.
        #[arg(long)]
        agenda: Option<String>,
        /// New times, RFC 3339.
        #[arg(long, value_parser = moment, requires = "ends")]
        starts: Option<Timestamp>,
        /// RFC 3339.
        #[arg(long, value_parser = moment, requires = "starts")]
        ends: Option<Timestamp>,
    },
    /// Call an activity off.
    CancelActivity {
        /// Activity.
        id: String,
    },
    /// Say who is expected; who is with nothing else said: all members of these organisations.
    Expect {
        /// Activity.
        id: String,
        /// `NUMBER=voter`, `NUMBER=expected` or `NUMBER=none`.
        #[arg(value_parser = place, value_name = "MEMBERNUMBER=PLACE")]
        people: Vec<(String, Place)>,
        /// Everybody of an organisation: full members vote.
        #[arg(long, value_name = "ORG")]
        all_of: Vec<String>,
    },
    /// Whether it can be held with no network.
    Ready {
        /// Activity.
        id: String,
    },
    /// The minutes; with a text, after writing that.
    Minutes {
        /// Activity.
        id: String,
        /// All of the new text.
        text: Option<String>,
    },
    /// Close the attendance: from then on a correction needs a second signature.
    CloseAttendance {
        /// Activity.
        id: String,
    },
    /// Say "I go".
    CheckOut {
        /// Activity.
        id: String,
    },
    /// Ask not to have to come.
    AskLeave {
        /// Activity.
        id: String,
        /// Why.
        reason: String,
    },
    /// Ask for leave no longer.
    WithdrawLeave {
        /// Activity.
        id: String,
    },
    /// Answer somebody's request for leave.
    AnswerLeave {
        /// Activity.
        id: String,
        /// Whose.
        member: String,
        /// `approve` or `deny`.
        #[arg(value_parser = answer)]
        answer: LeaveAnswer,
    },
    /// Correct what is said of somebody's attendance.
    Correct {
        /// Activity.
        id: String,
        /// `NUMBER=present`, `NUMBER=absent` or `NUMBER=excused`.
        #[arg(value_parser = roll_mark, value_name = "MEMBERNUMBER=MARK")]
        mark: (String, Mark),
        /// Why.
        reason: String,
    },
    /// Settle what is disputed.
    Resolve {
        /// Activity.
        id: String,
        /// As for `correct`.
        #[arg(value_parser = roll_mark, value_name = "MEMBERNUMBER=MARK")]
        mark: (String, Mark),
        /// Why.
        reason: String,
    },
    /// Sign a correction too that another organiser made.
    Second {
        /// Activity.
        id: String,
        /// Whose attendance it corrects.
        member: String,
    },
    /// Everything that was said of somebody, of oneself unless said otherwise.
    Evidence {
        /// Activity.
        id: String,
        /// Of whom.
        #[arg(value_name = "MEMBERNUMBER")]
        member: Option<String>,
    },
    /// Who attended, by organisation.
    Table {
        /// Activity.
        id: String,
        /// As a file.
        #[arg(long)]
        csv: bool,
    },
    /// Somebody's attendance over time, the own unless said otherwise.
    History {
        /// Of whom.
        #[arg(value_name = "MEMBERNUMBER")]
        member: Option<String>,
    },
    /// What is voted on.
    Resolutions {
        /// Activity.
        id: String,
    },
    /// Put something to the vote.
    Move {
        /// Activity.
        id: String,
        /// One line.
        title: String,
        /// It elects somebody.
        #[arg(long)]
        election: bool,
    },
    /// Vote, or vote otherwise.
    Vote {
        /// Resolution.
        id: String,
        /// `for`, `against` or `abstain`.
        #[arg(value_parser = choice)]
        choice: Choice,
    },
    /// End a vote.
    CloseVote {
        /// Resolution.
        id: String,
    },
    /// Withdraw a resolution.
    WithdrawResolution {
        /// Resolution.
        id: String,
    },
    /// Whether there are enough voters.
    Quorum {
        /// Activity.
        id: String,
        /// For an election.
        #[arg(long)]
        election: bool,
    },
}

fn place(text: &str) -> Result<(String, Place), String> {
    let known = [("none", Place::None), ("expected", Place::Expected), ("voter", Place::Voter)];
    match text.rsplit_once('=') {
        Some((number, name)) if !number.is_empty() => Ok((number.to_owned(), named(&known, name)?)),
        _ => Err("MEMBERNUMBER=voter|expected|none expected".to_owned()),
    }
}

fn answer(text: &str) -> Result<LeaveAnswer, String> {
    named(&[("approve", LeaveAnswer::Approve), ("deny", LeaveAnswer::Deny)], text)
}

fn choice(text: &str) -> Result<Choice, String> {
    named(&[("for", Choice::For), ("against", Choice::Against), ("abstain", Choice::Abstain)], text)
}

/// Does `act`.
pub fn run(core: &Core, act: &Act) -> Result<Shown, Failure> {
    let activities = core.activities();
    match act {
        Act::EditActivity { id, title, place, note, agenda, starts, ends } => {
            let id = find::doc(core, id)?;
            let edit = ActivityEdit {
                title: title.as_deref(),
                place: place.as_deref(),
                note: note.as_deref(),
                agenda: agenda.as_deref(),
                minutes: None,
                time: starts.zip(*ends),
            };
            activities.edit(id, &edit)?;
            activity(core, id)
        }
        Act::CancelActivity { id } => {
            let id = find::doc(core, id)?;
            activities.cancel(id)?;
            activity(core, id)
        }
        Act::Expect { id, people, all_of } => {
            let id = find::doc(core, id)?;
            let people: Vec<_> = people.iter().map(|(number, place)| (MemberId::from_number(number), *place)).collect();
            if !people.is_empty() {
                activities.expect(id, &people)?;
            }
            let orgs: Vec<_> = all_of.iter().map(|org| find::org(org)).collect();
            if !orgs.is_empty() {
                activities.expect_members(id, &orgs)?;
            }
            attendance(core, id)
        }
        Act::Ready { id } => {
            let checks = activities.ready(find::doc(core, id)?)?;
            let lines = checks.iter().map(|check| speech().check(check)).collect();
            Shown::new(&checks, lines)
        }
        Act::Minutes { id, text } => {
            let id = find::doc(core, id)?;
            if let Some(text) = text {
                activities.edit(id, &ActivityEdit { minutes: Some(text), ..ActivityEdit::default() })?;
            }
            let minutes = activities.activity(id)?.ok_or(Error::NotFound)?.minutes;
            Shown::new(&minutes, minutes.lines().map(str::to_owned).collect())
        }
        Act::CloseAttendance { id } => {
            let id = find::doc(core, id)?;
            activities.close(id)?;
            activity(core, id)
        }
        Act::Quorum { id, election } => {
            let quorum = activities.quorum(find::doc(core, id)?, *election)?;
            Shown::new(&quorum, vec![speech().quorum(&quorum)])
        }
        Act::Resolutions { id } => resolutions(core, find::doc(core, id)?),
        Act::Move { id, title, election } => {
            let id = find::doc(core, id)?;
            activities.move_resolution(id, title, *election)?;
            resolutions(core, id)
        }
        Act::Vote { id, choice } => about(core, id, |resolution| activities.vote(resolution, *choice).map(drop)),
        Act::CloseVote { id } => about(core, id, |resolution| activities.close_vote(resolution)),
        Act::WithdrawResolution { id } => about(core, id, |resolution| activities.withdraw_resolution(resolution)),
        Act::Table { id, csv } => table(core, find::doc(core, id)?, *csv),
        Act::History { member } => {
            let past = activities.history(person(core, member.as_deref())?, 200)?;
            Shown::new(&past, said(&past, |past| short(past.activity), |past| speech().past_attendance(past)))
        }
        _ => one_person(core, act),
    }
}

/// What concerns one person's attendance.
fn one_person(core: &Core, act: &Act) -> Result<Shown, Failure> {
    let activities = core.activities();
    let (id, member) = match act {
        Act::CheckOut { id } => {
            let id = find::doc(core, id)?;
            core.presence().check_out(id)?;
            (id, core.me()?.member)
        }
        Act::AskLeave { id, reason } => {
            let id = find::doc(core, id)?;
            activities.ask_leave(id, reason)?;
            (id, core.me()?.member)
        }
        Act::WithdrawLeave { id } => {
            let (id, me) = (find::doc(core, id)?, core.me()?.member);
            activities.withdraw_leave(request(core, id, me)?)?;
            (id, me)
        }
        Act::AnswerLeave { id, member, answer } => {
            let (id, member) = (find::doc(core, id)?, MemberId::from_number(member));
            activities.answer_leave(request(core, id, member)?, *answer)?;
            (id, member)
        }
        Act::Correct { id, mark: (number, mark), reason } => {
            let (id, member) = (find::doc(core, id)?, MemberId::from_number(number));
            activities.correct(id, member, *mark, reason)?;
            (id, member)
        }
        Act::Resolve { id, mark: (number, mark), reason } => {
            let (id, member) = (find::doc(core, id)?, MemberId::from_number(number));
            activities.resolve(id, member, *mark, reason)?;
            (id, member)
        }
        Act::Second { id, member } => {
            let (id, member, me) = (find::doc(core, id)?, MemberId::from_number(member), core.me()?.member);
            let rows = activities.attendance(id)?;
            let row = rows.iter().find(|row| row.member == member).ok_or(Error::NotFound)?;
            let mark = row.pending.iter().find(|mark| mark.by != me).ok_or(Error::NotFound)?;
            activities.second(mark.doc)?;
            (id, member)
        }
        Act::Evidence { id, member } => (find::doc(core, id)?, person(core, member.as_deref())?),
        _ => return Err(Failure::new("usage", "this command concerns more than one person")),
    };
    let entries = activities.evidence(id, member)?;
    Shown::new(&entries, said(&entries, |entry| short(entry.id), |entry| speech().evidence(entry)))
}

/// The request for leave that was not taken back.
fn request(core: &Core, activity: DocId, member: MemberId) -> Result<DocId, Failure> {
    let entries = core.activities().evidence(activity, member)?;
    let asked = entries.iter().rev().find(|entry| matches!(entry.word, Word::Asked { withdrawn: false }));
    Ok(asked.ok_or(Error::NotFound)?.id)
}

fn person(core: &Core, number: Option<&str>) -> Result<MemberId, Failure> {
    number.map_or_else(|| Ok(core.me()?.member), |number| Ok(MemberId::from_number(number)))
}

fn activity(core: &Core, id: DocId) -> Result<Shown, Failure> {
    let view = core.activities().activity(id)?.ok_or(Error::NotFound)?;
    let line = format!("{}  {}", short(id), speech().activity(&view));
    Shown::new(&view, vec![line])
}

fn attendance(core: &Core, id: DocId) -> Result<Shown, Failure> {
    let rows = core.activities().attendance(id)?;
    Shown::new(&rows, said(&rows, |row| short(row.member), |row| speech().attendance(row)))
}

fn resolutions(core: &Core, activity: DocId) -> Result<Shown, Failure> {
    let all = core.activities().resolutions(activity)?;
    Shown::new(&all, said(&all, |one| short(one.id), |one| speech().resolution(one)))
}

/// Does something about a resolution, and shows what is voted on at its activity.
fn about(core: &Core, id: &str, act: impl FnOnce(DocId) -> hongqi_core::Result<()>) -> Result<Shown, Failure> {
    let id = find::doc(core, id)?;
    act(id)?;
    for activity in core.activities().list(Timestamp(i64::MIN), 200)? {
        if core.activities().resolutions(activity.id)?.iter().any(|one| one.id == id) {
            return resolutions(core, activity.id);
        }
    }
    Err(Error::NotFound.into())
}

/// Numbers by organisation, names where the member may know them; a file holds the numbers only.
fn table(core: &Core, id: DocId, csv: bool) -> Result<Shown, Failure> {
    let activities = core.activities();
    if csv {
        let file = activities.attendance_by_org_csv(id, Language::English)?;
        return Shown::new(&file, file.lines().map(str::to_owned).collect());
    }
    let orgs = activities.attendance_by_org(id)?;
    let all = match activities.attendance_numbers(id) {
        Ok(all) => Some(all),
        Err(Error::NotAllowed) => None,
        Err(error) => return Err(error.into()),
    };
    let guests = activities.guests(id)?;
    let mut lines: Vec<_> =
        all.iter().map(|all| format!("all, {}, {guests} visitors", speech().numbers(all))).collect();
    for org in &orgs {
        lines.push(speech().org_attendance(org));
        lines.extend(org.people.iter().map(|row| format!("  {}", speech().attendance(row))));
    }
    Shown::new(&serde_json::json!({ "orgs": orgs, "all": all, "guests": guests }), lines)
}
