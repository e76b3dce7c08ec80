//! What is said of who is there: check-ins, roll marks, leave, corrections and resolutions. Nothing said is overwritten.

use rusqlite::{OptionalExtension, Row};
use serde::Serialize;

use super::commands::{Activities, org_of};
use super::evidence::Mark;
use crate::directory::require_role;
use crate::document::{About, Edit, Kind, MAX_REASON, ORGANISE, Value};
use crate::error::{Error, Result};
use crate::ids::{DocId, MemberId, SpaceId};
use crate::input::{block, line, new_header};
use crate::presence::last_seen;
use crate::store::Write;

/// What is answered to a request for leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveAnswer {
    /// Given.
    Approve,
    /// Not given.
    Deny,
}

impl Activities<'_> {
    /// Says "I am here". Saying it again adds nothing, unless one has gone or was seen to go since. It is taken before the
    /// beginning and after the end too: clocks are wrong, and the list shows when it happened.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Invalid`] for a cancelled activity.
    pub fn check_in(&self, activity: DocId) -> Result<DocId> {
        self.0.write(|write| {
            let me = write.me()?.member;
            let there = last_seen(write, activity, me)? == Some(true);
            match last_check_in(write, activity)? {
                Some(CheckedIn { doc, went: false, .. }) if there => Ok(doc),
                _ => say_check_in(write, activity, &[]),
            }
        })
    }

    /// Calls the roll: one entry for each person. What was said before stays; the last word of an organiser counts. After
    /// the closing each is a correction, which waits for a second signature ([`Activities::second`]).
    ///
    /// # Errors
    /// [`Error::NotAllowed`] without an organiser's role; [`Error::NotFound`].
    pub fn call_roll(&self, activity: DocId, marks: &[(MemberId, Mark)]) -> Result<()> {
        self.0.write(|write| {
            require_role(write, org_of(write.tx, activity)?, ORGANISE)?;
            for (member, mark) in marks {
                mark_person(write, activity, *member, mark.name(), &[])?;
            }
            Ok(())
        })
    }

    /// Corrects what is said of one person, with the reason, a line of at most 2 KiB. After the closing it waits for a
    /// second signature.
    ///
    /// # Errors
    /// As [`Activities::call_roll`]; [`Error::Invalid`].
    pub fn correct(&self, activity: DocId, member: MemberId, mark: Mark, reason: &str) -> Result<DocId> {
        line("reason", reason, MAX_REASON)?;
        self.0.write(|write| mark_person(write, activity, member, mark.name(), &[("reason", reason.into())]))
    }

    /// Settles what was said of one person until now, with the reason, a line of at most 2 KiB.
    ///
    /// # Errors
    /// As [`Activities::correct`]; [`Error::NotAllowed`] for the own attendance.
    pub fn resolve(&self, activity: DocId, member: MemberId, mark: Mark, reason: &str) -> Result<DocId> {
        line("reason", reason, MAX_REASON)?;
        self.0.write(|write| {
            if write.me()?.member == member {
                return Err(Error::NotAllowed);
            }
            let settles = [("reason", reason.into()), ("resolves", true.into())];
            mark_person(write, activity, member, mark.name(), &settles)
        })
    }

    /// Signs another organiser's mark too. Signing it again adds nothing.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] for a mark by or on oneself, for one by whom it is on, and without an organiser's role;
    /// [`Error::NotFound`].
    pub fn second(&self, mark: DocId) -> Result<DocId> {
        self.0.write(|write| {
            let me = write.me()?.member;
            let first = "SELECT activity, member, by, mark, request FROM evidence WHERE doc = ?1 AND kind = 8";
            let first = write.tx.query_row(first, [mark], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?, row.get::<_, Option<DocId>>(4)?))
            });
            let (activity, member, by, said, request): (DocId, MemberId, MemberId, _, _) =
                first.optional()?.ok_or(Error::NotFound)?;
            if [by, member].contains(&me) || by == member {
                return Err(Error::NotAllowed);
            }
            let own = "SELECT doc FROM evidence WHERE activity = ?1 AND member = ?2 AND by = ?3 AND seconds = ?4";
            let own = write.tx.query_row(own, (activity, member, me, mark), |row| row.get(0)).optional()?;
            if let Some(own) = own {
                return Ok(own);
            }
            let name = if request.is_some() && said == Mark::Absent.name() { "denied" } else { &said };
            let mut more = vec![("seconds", id(mark))];
            more.extend(request.map(|request| ("request", id(request))));
            mark_person(write, activity, member, name, &more)
        })
    }

    /// Asks not to have to come, with the reason, at most 2 KiB, which only the member, the organisers and the member's
    /// secretaries see.
    ///
    /// # Errors
    /// As [`Activities::check_in`]; [`Error::Invalid`].
    pub fn ask_leave(&self, activity: DocId, reason: &str) -> Result<DocId> {
        block("reason", reason, MAX_REASON)?;
        self.0.write(|write| {
            let mut header = new_header(write, Kind::LeaveRequest, SpaceId::desk(org_of(write.tx, activity)?))?;
            not_cancelled(write, activity)?;
            header.about = Some(About::Doc(activity));
            let at = write.wall();
            write.create(&header, &[("reason", reason.into()), ("at", at.into())])
        })
    }

    /// No longer asks for leave. A request that was never sent is gone as if it had not been made.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is not the own request.
    pub fn withdraw_leave(&self, request: DocId) -> Result<()> {
        self.0.write(|write| {
            let (_, member) = leave_request(write, request)?;
            if member != write.me()?.member {
                return Err(Error::NotFound);
            }
            if write.cancel(request)? {
                return Ok(());
            }
            write.edit(request, &[Edit::Put("withdrawn", true.into())])
        })
    }

    /// Answers a request for leave. Two who give the same leave give it once.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] for the own request or without an organiser's role; [`Error::NotFound`].
    pub fn answer_leave(&self, request: DocId, answer: LeaveAnswer) -> Result<DocId> {
        self.0.write(|write| {
            let (activity, member) = leave_request(write, request)?;
            if member == write.me()?.member {
                return Err(Error::NotAllowed);
            }
            let mark = match answer {
                LeaveAnswer::Approve => Mark::Excused.name(),
                LeaveAnswer::Deny => "denied",
            };
            mark_person(write, activity, member, mark, &[("request", id(request))])
        })
    }
}

/// What a member's last check-in says.
pub(crate) struct CheckedIn {
    pub(crate) doc: DocId,
    /// Whether the person went.
    pub(crate) went: bool,
    /// Whether a code was shown for it.
    pub(crate) founded: bool,
}

/// The last check-in of this member.
pub(crate) fn last_check_in(write: &mut Write<'_>, activity: DocId) -> Result<Option<CheckedIn>> {
    let me = write.me()?.member;
    let mut statement = write.tx.prepare_cached(
        "SELECT doc, undone, grade > 1 FROM evidence WHERE activity = ?1 AND member = ?2 AND by = ?2 AND kind = 7
         ORDER BY order_at DESC, written_at DESC, doc DESC LIMIT 1",
    )?;
    let last = |row: &Row<'_>| Ok(CheckedIn { doc: row.get(0)?, went: row.get(1)?, founded: row.get(2)? });
    Ok(statement.query_row((activity, me), last).optional()?)
}

/// Writes a check-in of this member, with what was shown for it.
pub(crate) fn say_check_in(write: &mut Write<'_>, activity: DocId, fields: &[(&str, Value)]) -> Result<DocId> {
    let org = org_of(write.tx, activity)?;
    not_cancelled(write, activity)?;
    let mut header = new_header(write, Kind::CheckIn, SpaceId::desk(org))?;
    header.about = Some(About::Doc(activity));
    let at = write.wall();
    write.create(&header, &[fields, &[("at", at.into())]].concat())
}

fn id(doc: DocId) -> Value {
    doc.as_bytes()[..].into()
}

fn not_cancelled(write: &Write<'_>, activity: DocId) -> Result<()> {
    let cancelled = "SELECT cancelled FROM activity WHERE doc = ?1";
    if write.tx.query_row(cancelled, [activity], |row| row.get(0))? {
        return Err(Error::Invalid { field: "activity", reason: "cancelled" });
    }
    Ok(())
}

fn mark_person(
    write: &mut Write<'_>,
    activity: DocId,
    member: MemberId,
    mark: &str,
    more: &[(&str, Value)],
) -> Result<DocId> {
    let org = org_of(write.tx, activity)?;
    require_role(write, org, ORGANISE)?;
    let mut header = new_header(write, Kind::RollMark, SpaceId::desk(org))?;
    header.about = Some(About::Member(member));
    let at = write.wall();
    let mut fields = vec![("activity", id(activity)), ("mark", mark.into()), ("at", at.into())];
    fields.extend_from_slice(more);
    write.create(&header, &fields)
}

fn leave_request(write: &Write<'_>, request: DocId) -> Result<(DocId, MemberId)> {
    let of = "SELECT activity, member FROM evidence WHERE doc = ?1 AND kind = 27";
    let of = write.tx.query_row(of, [request], |row| Ok((row.get(0)?, row.get(1)?)));
    of.optional()?.ok_or(Error::NotFound)
}
