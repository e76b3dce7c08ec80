//! What is said of an article, an activity or a resolution stands on the board or at the desk of the organisation whose it is.
//!
//! Readers join such documents by the id of their subject. Without this rule whoever holds a role in one branch could
//! open doors, name voters and call the roll of another organisation's activity on the own branch's board and desk, and
//! it would count for everybody who follows both.
//!
//! A subject that is not known here is no fault: it may come later. And no more is found out by this than that an id which
//! nobody can work out is known on some board.

use hongqi_core::document::{About, Change, Header, Kind};
use hongqi_core::ids::{DocId, SpaceId, SpaceKind};

use crate::storage::{Result, Storage};

/// Whether a change of a document in `space`, which it begins with this header or not, speaks of another organisation's.
pub(crate) fn is_foreign(
    storage: &dyn Storage,
    space: SpaceId,
    begun: Option<&Header>,
    change: &Change,
) -> Result<bool> {
    if !matches!(space.kind(), SpaceKind::Board | SpaceKind::Desk) {
        return Ok(false);
    }
    let about = begun.and_then(|header| if let Some(About::Doc(doc)) = header.about { Some(doc) } else { None });
    // What is about a person names the activity inside.
    let named = change.bytes_under("activity").filter_map(|id| Some(DocId::from_bytes(id.try_into().ok()?)));
    let subjects: Vec<DocId> = about.into_iter().chain(named).collect();
    if subjects.is_empty() {
        return Ok(false);
    }
    let (home, mut foreign) = (SpaceId::board(space.org()), false);
    storage.read(&mut |reader| {
        for subject in &subjects {
            let known = reader.document(*subject)?.map(|row| row.header);
            // Of other kinds there is one, under an id that anybody can work out.
            foreign |= known.is_some_and(|header| {
                matches!(header.kind, Kind::Article | Kind::Activity | Kind::Resolution) && header.space != home
            });
        }
        Ok(())
    })?;
    Ok(foreign)
}
