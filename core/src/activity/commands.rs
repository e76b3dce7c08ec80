//! What members and organisers do with activities.

use rusqlite::{Connection, OptionalExtension};

use crate::clock::Timestamp;
use crate::directory::require_role;
use crate::document::{Edit, Kind, MAX_TEXT, MAX_TITLE, ORGANISE, Value};
use crate::error::{Error, Result};
use crate::ids::{DocId, OrgId, SpaceId};
use crate::input::{line, new_header, optional_block};
use crate::key::DeviceKey;
use crate::store::Store;

/// Activities; see [`crate::Core::activities`].
pub struct Activities<'a>(pub(crate) &'a Store, pub(crate) &'a dyn DeviceKey);

/// An activity to be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewActivity<'a> {
    /// One line, at most 600 bytes.
    pub title: &'a str,
    /// Where; one line, at most 600 bytes.
    pub place: &'a str,
    /// Anything else, perhaps empty; at most 128 KiB.
    pub note: &'a str,
    /// What is to be dealt with, perhaps empty; at most 128 KiB.
    pub agenda: &'a str,
    /// When it begins.
    pub starts: Timestamp,
    /// When it ends, not before it begins.
    pub ends: Timestamp,
}

/// What to change of an activity; `None` leaves a part as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityEdit<'a> {
    /// A new title.
    pub title: Option<&'a str>,
    /// A new place.
    pub place: Option<&'a str>,
    /// A new note; merges with what others change elsewhere at the same time.
    pub note: Option<&'a str>,
    /// A new agenda; merges likewise.
    pub agenda: Option<&'a str>,
    /// New minutes; merge likewise.
    pub minutes: Option<&'a str>,
    /// New times, both.
    pub time: Option<(Timestamp, Timestamp)>,
}

fn in_order(starts: Timestamp, ends: Timestamp) -> Result<()> {
    if starts <= ends { Ok(()) } else { Err(Error::Invalid { field: "ends", reason: "before it begins" }) }
}

impl Activities<'_> {
    /// Plans an activity of `org`.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] without an organiser's role there or above; [`Error::Invalid`].
    pub fn plan(&self, org: OrgId, activity: &NewActivity<'_>) -> Result<DocId> {
        line("title", activity.title, MAX_TITLE)?;
        line("place", activity.place, MAX_TITLE)?;
        optional_block("note", activity.note, MAX_TEXT)?;
        optional_block("agenda", activity.agenda, MAX_TEXT)?;
        in_order(activity.starts, activity.ends)?;
        self.0.write(|write| {
            require_role(write, org, ORGANISE)?;
            let header = new_header(write, Kind::Activity, SpaceId::board(org))?;
            write.create(
                &header,
                &[
                    ("title", activity.title.into()),
                    ("place", activity.place.into()),
                    ("note", Value::Text(activity.note.to_owned())),
                    // A text is made by the first change or never.
                    ("agenda", Value::Text(activity.agenda.to_owned())),
                    ("minutes", Value::Text(String::new())),
                    ("starts", activity.starts.into()),
                    ("ends", activity.ends.into()),
                ],
            )
        })
    }

    /// Changes an activity. Before it was ever sent this leaves no trace.
    ///
    /// # Errors
    /// As [`Activities::plan`]; [`Error::NotFound`].
    pub fn edit(&self, activity: DocId, edit: &ActivityEdit<'_>) -> Result<()> {
        edit.title.map_or(Ok(()), |title| line("title", title, MAX_TITLE))?;
        edit.place.map_or(Ok(()), |place| line("place", place, MAX_TITLE))?;
        for (field, text) in [("note", edit.note), ("agenda", edit.agenda), ("minutes", edit.minutes)] {
            text.map_or(Ok(()), |text| optional_block(field, text, MAX_TEXT))?;
        }
        edit.time.map_or(Ok(()), |(starts, ends)| in_order(starts, ends))?;
        self.0.write(|write| {
            require_role(write, org_of(write.tx, activity)?, ORGANISE)?;
            let mut edits = Vec::new();
            edits.extend(edit.title.map(|title| Edit::Put("title", title.into())));
            edits.extend(edit.place.map(|place| Edit::Put("place", place.into())));
            for (field, text) in [("note", edit.note), ("agenda", edit.agenda), ("minutes", edit.minutes)] {
                edits.extend(text.map(|text| Edit::SetText(field, text)));
            }
            if let Some((starts, ends)) = edit.time {
                edits.extend([Edit::Put("starts", starts.into()), Edit::Put("ends", ends.into())]);
            }
            write.revise(activity, &edits)
        })
    }

    /// Cancels an activity; it stays visible as cancelled. One that was never sent is gone as if it had not been
    /// planned.
    ///
    /// # Errors
    /// As [`Activities::edit`].
    pub fn cancel(&self, activity: DocId) -> Result<()> {
        self.0.write(|write| {
            require_role(write, org_of(write.tx, activity)?, ORGANISE)?;
            if write.cancel(activity)? {
                return Ok(());
            }
            write.edit(activity, &[Edit::Put("cancelled", true.into())])
        })
    }

    /// Closes the attendance: from now on what an organiser says of it needs a second signature. An activity whose
    /// attendance is closed stays so.
    ///
    /// # Errors
    /// As [`Activities::edit`].
    pub fn close(&self, activity: DocId) -> Result<()> {
        self.0.write(|write| {
            require_role(write, org_of(write.tx, activity)?, ORGANISE)?;
            let closed = "SELECT closed IS NOT NULL FROM activity WHERE doc = ?1";
            if write.tx.query_row(closed, [activity], |row| row.get(0))? {
                return Ok(());
            }
            // Above all that was said here until now, by whatever clock.
            let now = write.tick();
            write.edit(activity, &[Edit::Put("closed", now.into())])
        })
    }
}

pub(crate) fn org_of(connection: &Connection, activity: DocId) -> Result<OrgId> {
    let mut statement = connection.prepare_cached("SELECT space FROM activity WHERE doc = ?1")?;
    let space: Option<SpaceId> = statement.query_row([activity], |row| row.get(0)).optional()?;
    Ok(space.ok_or(Error::NotFound)?.org())
}
