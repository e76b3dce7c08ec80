//! What a typed name means.

use std::collections::BTreeSet;

use hongqi_core::Core;
use hongqi_core::clock::Timestamp;
use hongqi_core::ids::{DocId, OrgId, SpaceId};

use super::failure::Failure;

const PAGE: usize = 100;
/// Shorter beginnings of an id are too easily mistyped.
const MIN_PREFIX: usize = 3;

/// An organisation by id or number. A number needs no card on this phone.
pub fn org(text: &str) -> OrgId {
    text.parse().unwrap_or_else(|_| OrgId::from_number(text))
}

/// A document by id or by enough of its first digits.
///
/// # Errors
/// `no_such_id`, `ambiguous`, or that of the core.
pub fn doc(core: &Core, text: &str) -> Result<DocId, Failure> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let prefix = text.to_ascii_lowercase();
    if prefix.len() < MIN_PREFIX || !prefix.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Failure::new("no_such_id", "an id has 32 hexadecimal digits; at least the first three are needed"));
    }
    let mut fitting = known(core)?.into_iter().filter(|id| id.to_string().starts_with(&prefix));
    match (fitting.next(), fitting.next()) {
        (Some(id), None) => Ok(id),
        (None, _) => Err(Failure::new("no_such_id", "nothing on this phone has an id that begins like this")),
        (Some(_), Some(_)) => Err(Failure::new("ambiguous", "several ids begin like this: give more digits")),
    }
}

/// A discussion: a space as `talk:…`, an organisation's by number or id, or the thread below an article.
///
/// # Errors
/// As [`doc`].
pub fn talk(core: &Core, text: &str) -> Result<SpaceId, Failure> {
    if let Ok(space) = text.parse() {
        return Ok(space);
    }
    let directory = core.directory();
    let named = org(text);
    let mine = core.me()?.home == named || directory.roles()?.iter().any(|role| role.org == named);
    if mine || directory.org(named)?.is_some() {
        return Ok(SpaceId::standing(named));
    }
    let id = doc(core, text)?;
    if let Some(space) = core.talk().list()?.into_iter().map(|talk| talk.space).find(|space| space.doc() == id) {
        return Ok(space);
    }
    match core.feed().article(id)? {
        Some(article) => Ok(article.thread),
        // An activity or an article that is not here yet; the server judges.
        None => Ok(SpaceId::thread(id)),
    }
}

/// All documents that this phone shows somewhere.
fn known(core: &Core) -> Result<BTreeSet<DocId>, Failure> {
    let mut out = BTreeSet::new();
    let mut after = None;
    loop {
        let page = core.feed().page(after, PAGE)?;
        out.extend(page.items.iter().map(|item| item.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    for activity in core.activities().list(Timestamp(i64::MIN), 2 * PAGE)? {
        out.insert(activity.id);
        out.extend(core.presence().doors(activity.id)?.iter().map(|door| door.id));
        out.extend(core.activities().resolutions(activity.id)?.iter().map(|resolution| resolution.id));
    }
    let over = core.gatherings().archive(None, PAGE)?.gatherings;
    out.extend(core.gatherings().running()?.iter().chain(&over).map(|gathering| gathering.id));
    for talk in core.talk().list()? {
        let mut before = None;
        loop {
            let page = core.talk().page(talk.space, before, 2 * PAGE)?;
            out.extend(page.messages.iter().map(|message| message.id));
            before = page.before;
            if before.is_none() {
                break;
            }
        }
    }
    out.extend(core.outbox().items()?.iter().map(|item| item.doc));
    out.extend(core.personal().bookmarks()?);
    out.extend(core.personal().drafts()?.iter().map(|draft| draft.id));
    Ok(out)
}
