//! A host scans a member's card, or knows the member.

use rusqlite::{OptionalExtension, Row};
use serde::Serialize;

use super::code::NONCE_LEN;
use super::door::own_door;
use super::freshness::Now;
use super::judge::{card_holds, certificate_holds};
use super::{Card, Presence, Refused, shown};
use crate::activity::Doubt;
use crate::activity::org_of;
use crate::document::{About, Kind, Value};
use crate::error::{Error, Result};
use crate::ids::{DocId, MemberId, SpaceId};
use crate::input::new_header;
use crate::outbox::refused_sql;
use crate::store::Write;

/// Who was admitted, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Admission {
    /// The member.
    pub member: MemberId,
    /// What the server calls the member: shown to the host, who looks at the face.
    pub name: String,
    /// Whether the member is expected.
    pub expected: bool,
}

/// What a host must decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Amber {
    /// Who it is about.
    pub who: Admission,
    /// What is wrong. Admitted all the same ([`Presence::admit_anyway`]), it is kept and shown with this.
    pub doubt: Doubt,
}

/// What came of a scanned card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scan {
    /// Admitted.
    Admitted(Admission),
    /// Was admitted at this door before, and has not gone since.
    Already(Admission),
    /// Genuine, and something is wrong: nothing was written.
    Amber(Amber),
    /// Not taken.
    Refused(Refused),
}

/// What the host of this phone last said of the member.
struct LastWord {
    /// That the person went.
    went: bool,
    /// That something was wrong.
    doubtful: bool,
}

fn last_word(write: &mut Write<'_>, activity: DocId, member: MemberId) -> Result<Option<LastWord>> {
    let me = write.me()?.member;
    let mut statement = write.tx.prepare_cached(
        "SELECT undone, doubt <> '' FROM evidence WHERE activity = ?1 AND member = ?2 AND by = ?3 AND kind = 26
         ORDER BY written_at DESC, doc DESC LIMIT 1",
    )?;
    let last = |row: &Row<'_>| Ok(LastWord { went: row.get(0)?, doubtful: row.get(1)? });
    Ok(statement.query_row((activity, member, me), last).optional()?)
}

fn require_known(write: &Write<'_>, member: MemberId) -> Result<()> {
    let known = write.tx.prepare_cached("SELECT 1 FROM member WHERE id = ?1")?.exists([member])?;
    if known { Ok(()) } else { Err(Error::NotFound) }
}

/// Whether the member is there by the last that anybody has seen, as far as this phone knows; `None` if nobody has seen
/// anything.
pub(crate) fn last_seen(write: &Write<'_>, activity: DocId, member: MemberId) -> Result<Option<bool>> {
    let seen = concat!(
        "SELECT ",
        there_sql!("?2"),
        " WHERE EXISTS (SELECT 1 FROM evidence WHERE activity = ?1 AND member = ?2 AND kind IN (7, 26) AND NOT ",
        refused_sql!("evidence.doc"),
        ")"
    );
    Ok(write.tx.prepare_cached(seen)?.query_row((activity, member), |row| row.get(0)).optional()?)
}

/// What this phone's host last said, if that was that the member came, and nobody has seen them go since: at another door
/// perhaps.
fn taken_in(write: &mut Write<'_>, activity: DocId, member: MemberId) -> Result<Option<LastWord>> {
    let last = last_word(write, activity, member)?.filter(|last| !last.went);
    let there = last_seen(write, activity, member)? == Some(true);
    Ok(last.filter(|_| there))
}

fn say(
    write: &mut Write<'_>,
    (door, activity): (DocId, DocId),
    member: MemberId,
    fields: Vec<(&str, Value)>,
) -> Result<DocId> {
    let mut header = new_header(write, Kind::Scan, SpaceId::desk(org_of(write.tx, activity)?))?;
    header.about = Some(About::Member(member));
    let mut all = vec![
        ("activity", Value::Bytes(activity.as_bytes().to_vec())),
        ("door", Value::Bytes(door.as_bytes().to_vec())),
        ("at", write.wall().into()),
    ];
    all.extend(fields);
    write.create(&header, &all)
}

/// What makes the host decide about a genuine card.
fn doubt(write: &Write<'_>, card: &Card) -> Result<Option<Doubt>> {
    if write.tx.prepare_cached("SELECT 1 FROM revoked_device WHERE device = ?1")?.exists([card.device()])? {
        return Ok(Some(Doubt::RevokedDevice));
    }
    let left = write.tx.prepare_cached("SELECT 1 FROM member WHERE id = ?1 AND left")?.exists([card.member])?;
    Ok(left.then_some(Doubt::MemberLeft))
}

fn admission(write: &Write<'_>, activity: DocId, member: MemberId, name: String) -> Result<Admission> {
    let expected = "SELECT 1 FROM roster WHERE activity = ?1 AND member = ?2";
    let expected = write.tx.prepare_cached(expected)?.exists((activity, member))?;
    Ok(Admission { member, name, expected })
}

fn read(text: &str) -> std::result::Result<(Card, String), Refused> {
    shown::from_text(text).and_then(|bytes| Ok(Card::from_shown(&bytes)?))
}

fn admit(write: &mut Write<'_>, at: (DocId, DocId), card: &Card, doubt: Option<Doubt>) -> Result<()> {
    let mut fields = vec![("card", Value::Bytes(card.to_bytes()))];
    fields.extend(doubt.map(|doubt| ("doubt", doubt.name().into())));
    say(write, at, card.member, fields)?;
    let noted = "INSERT OR IGNORE INTO card_seen (door, nonce) VALUES (?1, ?2)";
    write.tx.prepare_cached(noted)?.execute((at.0, &card.nonce[..]))?;
    Ok(())
}

impl Presence<'_> {
    /// Takes a member in whose card was scanned at this phone's door. All of it is verified here: no network is needed.
    ///
    /// # Errors
    /// As [`Presence::guests`].
    pub fn scan_card(&self, door: DocId, text: &str) -> Result<Scan> {
        let (card, name) = match read(text) {
            Ok(read) => read,
            Err(reason) => return Ok(Scan::Refused(reason)),
        };
        self.store.write(|write| {
            let activity = own_door(write, door)?.activity;
            if !certificate_holds(write, activity, &card)? {
                return Ok(Scan::Refused(Refused::NotForThisServer));
            }
            if !card_holds(write, activity, &card)? {
                return Ok(Scan::Refused(Refused::Forged));
            }
            let who = admission(write, activity, card.member, name)?;
            let used = "SELECT 1 FROM card_seen WHERE door = ?1 AND nonce = ?2";
            let used = write.tx.prepare_cached(used)?.exists((door, &card.nonce[..]))?;
            let doubt = doubt(write, &card)?;
            match taken_in(write, activity, who.member)? {
                // Who was taken in although something was wrong is taken in anew with a card of which nothing is.
                Some(last) if used || !last.doubtful || doubt.is_some() => return Ok(Scan::Already(who)),
                None if used => return Ok(Scan::Refused(Refused::Replayed)),
                _ => {}
            }
            let now = Now::read(self.store, write);
            let mut memory = self.memory.lock();
            if !memory.sightings.is_live(*card.device().as_bytes(), card.counter, now) {
                return Ok(Scan::Refused(Refused::Expired));
            }
            if let Some(doubt) = doubt {
                if memory.amber.len() >= MAX_AMBER {
                    memory.amber.clear();
                }
                memory.amber.insert(card.nonce, doubt);
                return Ok(Scan::Amber(Amber { who, doubt }));
            }
            drop(memory);
            admit(write, (door, activity), &card, None)?;
            Ok(Scan::Admitted(who))
        })
    }

    /// Admits who showed a card that this phone has just called amber.
    ///
    /// # Errors
    /// As [`Presence::scan_card`]; [`Error::NotFound`] if it has not.
    pub fn admit_anyway(&self, door: DocId, text: &str) -> Result<()> {
        let (card, _) = read(text).map_err(|_| Error::NotFound)?;
        let doubt = self.memory.lock().amber.get(&card.nonce).copied().ok_or(Error::NotFound)?;
        self.store.write(|write| {
            let activity = own_door(write, door)?.activity;
            if !certificate_holds(write, activity, &card)? || !card_holds(write, activity, &card)? {
                return Err(Error::NotFound);
            }
            admit(write, (door, activity), &card, Some(doubt))
        })?;
        self.memory.lock().amber.remove::<[u8; NONCE_LEN]>(&card.nonce);
        Ok(())
    }

    /// Admits a member whom the host knows, with no card: found by [`Presence::find_expected`]. Again adds nothing.
    ///
    /// # Errors
    /// As [`Presence::guests`]; [`Error::NotFound`] if the member is not known here.
    pub fn admit_by_name(&self, door: DocId, member: MemberId) -> Result<()> {
        self.store.write(|write| {
            let activity = own_door(write, door)?.activity;
            require_known(write, member)?;
            match taken_in(write, activity, member)? {
                Some(last) if !last.doubtful => Ok(()),
                _ => say(write, (door, activity), member, vec![]).map(drop),
            }
        })
    }

    /// Notes that a member goes, by whatever door they came: this phone need not have heard of that. Again adds nothing.
    ///
    /// # Errors
    /// As [`Presence::guests`]; [`Error::NotFound`] if the member is not known here.
    pub fn see_out(&self, door: DocId, member: MemberId) -> Result<()> {
        self.store.write(|write| {
            let activity = own_door(write, door)?.activity;
            let there = last_seen(write, activity, member)?;
            if there.is_none() {
                require_known(write, member)?;
            }
            match last_word(write, activity, member)? {
                Some(last) if last.went && there != Some(true) => Ok(()),
                _ => say(write, (door, activity), member, vec![("out", true.into())]).map(drop),
            }
        })
    }
}

/// So many cards wait for a host's word.
const MAX_AMBER: usize = 256;
