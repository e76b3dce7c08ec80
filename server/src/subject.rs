//! What is said of an article, an activity or a resolution stands on the board or at the desk of the organisation whose it is.
//!
//! Readers join such documents by the id of their subject. Without this rule whoever holds a role in one branch could
//! open doors, name voters and call the roll of another organisation's activity on the own branch's board and desk, and
//! it would count for everybody who follows both.
//!
//! A subject that is not known here is no fault: it may come later. And no more is found out by this than that an id which
//! nobody can work out is known on some board.

use std::collections::{BTreeMap, BTreeSet};

use hongqi_core::document::{About, Change, Header, Kind};
use hongqi_core::ids::{DocId, SpaceId, SpaceKind};
use hongqi_core::sync::wire::Refusal;

use crate::storage::{Reader, Result};

/// What a change speaks of, of a document in `space` which it begins with this header or not.
pub(crate) fn of(
    space: SpaceId,
    begun: Option<Header>,
    change: &Change,
) -> std::result::Result<impl Iterator<Item = DocId> + use<>, Refusal> {
    let judged = matches!(space.kind(), SpaceKind::Board | SpaceKind::Desk);
    let about = begun.and_then(|header| if let Some(About::Doc(doc)) = header.about { Some(doc) } else { None });
    // What is about a person names the activity inside, and one alone: whoever names many has them all looked up.
    let mut named = change.bytes_under("activity").filter(|_| judged);
    let (one, more) = (named.next(), named.next());
    if more.is_some() {
        return Err(Refusal::Malformed);
    }
    let one = one.and_then(|id| Some(DocId::from_bytes(id.try_into().ok()?)));
    Ok(about.filter(|_| judged).into_iter().chain(one))
}

/// Which entries of a batch in `space` speak of another organisation's. Each subject is looked up once.
pub(crate) fn foreign(reader: &dyn Reader, space: SpaceId, subjects: &[(u32, DocId)]) -> Result<BTreeSet<u32>> {
    let (mut known, mut foreign) = (BTreeMap::new(), BTreeSet::new());
    for (index, subject) in subjects {
        let is_foreign = match known.get(subject) {
            Some(is_foreign) => *is_foreign,
            None => {
                let header = reader.document(*subject)?.map(|row| row.header);
                // Of other kinds there is one, under an id that anybody can work out.
                let is_foreign = header.is_some_and(|header| {
                    matches!(header.kind, Kind::Article | Kind::Activity | Kind::Resolution)
                        && header.space != SpaceId::board(space.org())
                });
                known.insert(*subject, is_foreign);
                is_foreign
            }
        };
        if is_foreign {
            foreign.insert(*index);
        }
    }
    Ok(foreign)
}
