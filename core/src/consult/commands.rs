//! What a member and a desk do with a consultation.

use rusqlite::OptionalExtension;
use serde::Serialize;

use super::queries::{CaseView, case_in, readers, reads_none};
use super::state::{Phase, Step};
use crate::directory::follow_hidden;
use crate::document::{Edit, Kind, MAX_MENTIONS, MAX_MESSAGE, MAX_TITLE, Value};
use crate::error::{Error, Result};
use crate::ids::{DocId, MemberId, OrgId, SpaceId};
use crate::input::{block, line, new_header, new_hidden_header};
use crate::store::{Store, Write};

/// Consultations; see [`crate::Core::consult`].
pub struct Consult<'a>(pub(crate) &'a Store);

/// What a consultation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Anything else.
    Other,
    /// How a rule is meant.
    Policy,
    /// The member's own standing, dues or transfer.
    Membership,
    /// The member's enterprise.
    Enterprise,
    /// Somebody did wrong.
    Complaint,
}

impl Category {
    const ALL: [Self; 5] = [Self::Other, Self::Policy, Self::Membership, Self::Enterprise, Self::Complaint];

    const fn name(self) -> &'static str {
        match self {
            Self::Other => "other",
            Self::Policy => "policy",
            Self::Membership => "membership",
            Self::Enterprise => "enterprise",
            Self::Complaint => "complaint",
        }
    }

    /// The category with this name; one of a later version reads as another.
    pub(super) fn from_name(name: &str) -> Self {
        Self::ALL.into_iter().find(|known| known.name() == name).unwrap_or(Self::Other)
    }
}

/// A consultation to be begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCase<'a> {
    /// Whose desk is asked: an organisation whose board this phone follows.
    pub desk: OrgId,
    /// One line, at most 600 bytes.
    pub subject: &'a str,
    /// What it is about.
    pub category: Category,
    /// The question: the first message, at most 8 KiB.
    pub question: &'a str,
    /// Who of the desk is not to read it, at most 32; [`Consult::proposal`] says whom to leave out.
    pub leave_out: &'a [MemberId],
}

impl Consult<'_> {
    /// Asks a desk. From now on the discussion is followed, and who reads it is named by [`super::CaseView::readers`]; the
    /// question goes with the next exchange.
    ///
    /// # Errors
    /// [`Error::Invalid`], also for who leaves out themselves, and everybody who is known here to hold that desk: nobody would
    /// read it; [`Error::NotFound`] if the organisation is not known here.
    pub fn ask(&self, case: &NewCase<'_>) -> Result<SpaceId> {
        line("subject", case.subject, MAX_TITLE)?;
        block("question", case.question, MAX_MESSAGE)?;
        if case.leave_out.len() > MAX_MENTIONS {
            return Err(Error::Invalid { field: "leave_out", reason: "too many" });
        }
        self.0.write(|write| {
            let me = write.me()?.member;
            if case.leave_out.contains(&me) {
                return Err(Error::Invalid { field: "leave_out", reason: "the asker" });
            }
            if !write.tx.prepare_cached("SELECT 1 FROM org WHERE id = ?1 AND NOT closed")?.exists([case.desk])? {
                return Err(Error::NotFound);
            }
            let now = write.wall();
            if reads_none(write.tx, case.desk, case.leave_out, now)? {
                return Err(Error::Invalid { field: "leave_out", reason: "nobody would read it" });
            }
            let header = new_hidden_header(write, Kind::Case)?;
            let space = header.space;
            follow_hidden(write, space)?;
            let at = write.wall();
            let mut fields: Vec<(&str, Value)> = vec![
                ("desk", Value::Bytes(case.desk.as_bytes().to_vec())),
                ("subject", case.subject.into()),
                ("category", case.category.name().into()),
                ("at", at.into()),
            ];
            if !case.leave_out.is_empty() {
                fields.push(("avoid", ids(case.leave_out)));
            }
            write.create(&header, &fields)?;
            let message = new_header(write, Kind::Message, space)?;
            write.create(&message, &[("body", case.question.into())])?;
            Ok(space)
        })
    }

    /// Who asked leaves out more of the desk, at most 32 in all: they read nothing more of it, and what they have goes from
    /// their phones. For what becomes known only later, see [`Consult::proposal_for`]. Again adds nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::NotAllowed`] for others; [`Error::Invalid`], also for who leaves out themselves.
    pub fn leave_out(&self, case: SpaceId, members: &[MemberId]) -> Result<()> {
        self.0.write(|write| {
            let me = write.me()?.member;
            let CaseView { asker, mut left_out, .. } = case_in(write.tx, case)?.ok_or(Error::NotFound)?;
            if me != asker {
                return Err(Error::NotAllowed);
            }
            if members.contains(&me) {
                return Err(Error::Invalid { field: "members", reason: "the asker" });
            }
            let before = left_out.len();
            left_out.extend(members);
            left_out.sort_unstable();
            left_out.dedup();
            if left_out.len() > MAX_MENTIONS {
                return Err(Error::Invalid { field: "members", reason: "too many" });
            }
            if left_out.len() == before {
                return Ok(());
            }
            let card = "SELECT doc FROM consultation WHERE space = ?1";
            let card: Option<DocId> = write.tx.query_row(card, [case], |row| row.get(0)).optional()?;
            write.edit(card.ok_or(Error::NotFound)?, &[Edit::Put("avoid", ids(&left_out))])
        })
    }

    /// The desk says that it has answered.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::NotAllowed`] for the asker; [`Error::TooLate`] if it is closed.
    pub fn answered(&self, case: SpaceId) -> Result<()> {
        self.step(case, Step::Answered)
    }

    /// Nothing more is to be said. Closing what is closed changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn close(&self, case: SpaceId) -> Result<()> {
        self.step(case, Step::Closed)
    }

    /// The asker has more to say about what was closed, or answered.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::NotAllowed`] for others.
    pub fn reopen(&self, case: SpaceId) -> Result<()> {
        self.step(case, Step::Reopened)
    }

    /// Gives a case into the hands of another who reads it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::NotAllowed`] for the asker; [`Error::TooLate`] if it is closed; [`Error::Invalid`] if
    /// `to` is known to be no reader of it.
    pub fn hand_over(&self, case: SpaceId, to: MemberId) -> Result<()> {
        self.step(case, Step::HandedOver(to))
    }

    fn step(&self, space: SpaceId, step: Step) -> Result<()> {
        self.0.write(|write| {
            let me = write.me()?.member;
            let case = case_in(write.tx, space)?.ok_or(Error::NotFound)?;
            match (step, case.state.phase) {
                (Step::Answered | Step::HandedOver(_), _) if me == case.asker => return Err(Error::NotAllowed),
                (Step::Reopened, _) if me != case.asker => return Err(Error::NotAllowed),
                (Step::Answered | Step::HandedOver(_), Phase::Closed) => return Err(Error::TooLate),
                (Step::Answered, Phase::Answered) | (Step::Closed, Phase::Closed) => return Ok(()),
                (Step::Reopened, Phase::Open | Phase::Reopened) => return Ok(()),
                _ => {}
            }
            if let Step::HandedOver(to) = step {
                let reads = readers(write.tx, &case, write.wall())?
                    .iter()
                    .any(|reader| reader.member == to && to != case.asker);
                if !reads {
                    return Err(Error::Invalid { field: "to", reason: "does not read this desk" });
                }
            }
            record(write, space, step).map(|_| ())
        })
    }
}

fn ids(members: &[MemberId]) -> Value {
    Value::Bytes(members.iter().flat_map(|member| *member.as_bytes()).collect())
}

fn record(write: &mut Write<'_>, space: SpaceId, step: Step) -> Result<DocId> {
    let header = new_header(write, Kind::CaseStep, space)?;
    let at = write.wall();
    let mut fields: Vec<(&str, Value)> = vec![("step", step.name().into()), ("at", at.into())];
    if let Step::HandedOver(to) = step {
        fields.push(("to", Value::Bytes(to.as_bytes().to_vec())));
    }
    write.create(&header, &fields)
}
