//! What is said of an activity counts where it is: on the board and at the desk of its own organisation.
//!
//! Any document may name any other. The server judges whether its author may write where it stands, and who leads a
//! branch may call a roll at the branch's desk: of the branch's activities. The same mark, vote, list or door that names
//! an activity of another organisation shows nothing, on no phone, in whatever order the two arrive.

use rusqlite::OptionalExtension;

use crate::error::Result;
use crate::ids::{DocId, SpaceId};
use crate::presence::judge_again;
use crate::store::Write;

/// Whether what stands in `space` says something of this activity or resolution. Of one that is not on this phone yet
/// everything does: [`forget_astray`] looks when it arrives.
pub(crate) fn has_a_say(write: &Write<'_>, subject: DocId, space: SpaceId) -> Result<bool> {
    let mut of = write.tx.prepare_cached("SELECT space FROM document WHERE id = ?1")?;
    let of: Option<SpaceId> = of.query_row([subject], |row| row.get(0)).optional()?;
    Ok(of.is_none_or(|of| of.org() == space.org()))
}

/// Removes what was said elsewhere of the activity in `space` before it arrived.
pub(super) fn forget_astray(write: &mut Write<'_>, activity: DocId, space: SpaceId) -> Result<()> {
    for table in ["evidence", "guests", "roster", "roster_org", "resolution"] {
        forget(write, table, "activity", activity, space)?;
    }
    if forget(write, "door", "activity", activity, space)? > 0 {
        judge_again(write, activity)?;
    }
    Ok(())
}

/// As [`forget_astray`], of the votes on the resolution in `space`.
pub(super) fn forget_stray_votes(write: &Write<'_>, resolution: DocId, space: SpaceId) -> Result<()> {
    forget(write, "vote", "resolution", resolution, space).map(drop)
}

fn forget(write: &Write<'_>, table: &str, of: &str, subject: DocId, space: SpaceId) -> Result<usize> {
    let sql = format!(
        "DELETE FROM {table} WHERE {of} = ?1
         AND EXISTS (SELECT 1 FROM document d WHERE d.id = {table}.doc AND substr(d.space, 2) <> ?2)"
    );
    Ok(write.tx.prepare_cached(&sql)?.execute((subject, space.org()))?)
}
