//! What members do with gatherings and groups.

use rusqlite::OptionalExtension;

use super::{GatheringState, Window, require_running};
use crate::clock::Timestamp;
use crate::directory::{follow_hidden, require_role};
use crate::document::{About, Edit, GATHER, Header, Kind, MAX_MESSAGE, MAX_TITLE, Nonce};
use crate::error::{Error, Result};
use crate::ids::{DocId, MemberId, OrgId, SpaceId};
use crate::input::{line, new_header, new_hidden_header, optional_block};
use crate::store::{Store, Write};

/// The most people that one call brings into a group.
const MAX_BROUGHT: usize = 2_000;

/// Gatherings and groups; see [`crate::Core::gatherings`].
pub struct Gatherings<'a>(pub(crate) &'a Store);

/// A card as the commands need it.
struct Card {
    space: SpaceId,
    /// None of a group.
    org: Option<OrgId>,
    author: MemberId,
    window: Window,
}

impl Card {
    fn read(write: &Write<'_>, doc: DocId) -> Result<Self> {
        let mut statement =
            write.tx.prepare_cached("SELECT space, org, author, ends, closed FROM gathering WHERE doc = ?1")?;
        let card = statement.query_row([doc], |row| {
            Ok(Self {
                space: row.get(0)?,
                org: row.get(1)?,
                author: row.get(2)?,
                window: Window { ends: row.get(3)?, closed: row.get(4)? },
            })
        });
        card.optional()?.ok_or(Error::NotFound)
    }

    /// The card of a group.
    fn of_group(write: &Write<'_>, doc: DocId) -> Result<Self> {
        Self::read(write, doc).and_then(|card| if card.org.is_none() { Ok(card) } else { Err(Error::NotFound) })
    }

    /// Who leads it: the role, or who opened the group.
    fn require_lead(&self, write: &mut Write<'_>) -> Result<()> {
        match self.org {
            Some(org) => require_role(write, org, GATHER),
            None if self.author == write.me()?.member => Ok(()),
            None => Err(Error::NotAllowed),
        }
    }

    fn require_running(&self, write: &Write<'_>) -> Result<()> {
        match GatheringState::at(write.wall(), self.window) {
            GatheringState::Running => Ok(()),
            GatheringState::Ended | GatheringState::Closed => Err(Error::Ended),
        }
    }
}

fn in_future(write: &Write<'_>, ends: Timestamp) -> Result<()> {
    if ends > write.wall() { Ok(()) } else { Err(Error::Invalid { field: "ends", reason: "in the past" }) }
}

impl Gatherings<'_> {
    /// Opens a gathering of all below `org`, with a topic of one line of at most 600 bytes, until `ends`. Its discussion
    /// is open on this phone at once. The gathering's id.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] without an organiser's role there or above; [`Error::Invalid`].
    pub fn open(&self, org: OrgId, topic: &str, ends: Timestamp) -> Result<DocId> {
        line("topic", topic, MAX_TITLE)?;
        self.0.write(|write| {
            require_role(write, org, GATHER)?;
            in_future(write, ends)?;
            let header = new_header(write, Kind::Gathering, SpaceId::board(org))?;
            let id = write.create(&header, &[("topic", topic.into()), ("ends", ends.into())])?;
            crate::talk::open(write, SpaceId::thread(id))?;
            Ok(id)
        })
    }

    /// Opens a group with these people, at most 2,000, until `ends` if it has an end. The group's id.
    ///
    /// # Errors
    /// [`Error::Invalid`].
    pub fn open_group(&self, topic: &str, ends: Option<Timestamp>, members: &[MemberId]) -> Result<DocId> {
        line("topic", topic, MAX_TITLE)?;
        self.0.write(|write| {
            ends.map_or(Ok(()), |ends| in_future(write, ends))?;
            let header = new_hidden_header(write, Kind::Group)?;
            follow_hidden(write, header.space)?;
            let mut fields = vec![("topic", topic.into())];
            fields.extend(ends.map(|ends| ("ends", ends.into())));
            let id = write.create(&header, &fields)?;
            bring_in(write, header.space, members)?;
            Ok(id)
        })
    }

    /// Joins a gathering: its discussion is kept in sync from now on, until [`crate::talk::Talk::leave`].
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub fn join(&self, gathering: DocId) -> Result<()> {
        self.0.write(|write| {
            let card = Card::read(write, gathering)?;
            crate::talk::open(write, card.space)
        })
    }

    /// Gives a gathering or a group more time.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to who does not lead it; [`Error::Ended`] if it is over; [`Error::Invalid`] if `ends` is not
    /// later than its end, or it has none; [`Error::NotFound`].
    pub fn extend(&self, gathering: DocId, ends: Timestamp) -> Result<()> {
        self.0.write(|write| {
            let card = Card::read(write, gathering)?;
            card.require_lead(write)?;
            card.require_running(write)?;
            match card.window.ends {
                Some(before) if before < ends => write.revise(gathering, &[Edit::Put("ends", ends.into())]),
                Some(_) => Err(Error::Invalid { field: "ends", reason: "not later" }),
                None => Err(Error::Invalid { field: "ends", reason: "it has no end" }),
            }
        })
    }

    /// Ends a gathering or a group now. What others write before they hear of it is still taken, up to its own end.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to who does not lead it; [`Error::Ended`] if it is over; [`Error::NotFound`].
    pub fn end(&self, gathering: DocId) -> Result<()> {
        self.0.write(|write| {
            let card = Card::read(write, gathering)?;
            card.require_lead(write)?;
            card.require_running(write)?;
            // A reading, not the wall clock: what this phone has seen was written before it.
            let at = write.tick();
            write.edit(gathering, &[Edit::Put("closed", at.into())])
        })
    }

    /// Sets what stays pinned above the discussion, perhaps nothing; at most 8 KiB. Also after the end.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to who does not lead it; [`Error::Invalid`], [`Error::NotFound`].
    pub fn summarise(&self, gathering: DocId, summary: &str) -> Result<()> {
        optional_block("summary", summary, MAX_MESSAGE)?;
        self.0.write(|write| {
            Card::read(write, gathering)?.require_lead(write)?;
            write.revise(gathering, &[Edit::Put("summary", summary.into())])
        })
    }

    /// Brings people into a group, at most 2,000 at once. Who has left it stays away until they come back themselves.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to who did not open it; [`Error::Ended`] if it is over; [`Error::Invalid`];
    /// [`Error::NotFound`] if it is no group.
    pub fn bring_in(&self, group: DocId, members: &[MemberId]) -> Result<()> {
        self.0.write(|write| {
            let card = Card::of_group(write, group)?;
            card.require_lead(write)?;
            card.require_running(write)?;
            bring_in(write, card.space, members)
        })
    }

    /// Sends somebody away from a group: from then on they read nothing more of it.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to who did not open it, and for who did; [`Error::NotFound`] if it is no group.
    pub fn send_away(&self, group: DocId, member: MemberId) -> Result<()> {
        self.0.write(|write| {
            let card = Card::of_group(write, group)?;
            card.require_lead(write)?;
            if member == card.author { Err(Error::NotAllowed) } else { say(write, card.space, member, false) }
        })
    }

    /// Leaves a group. What it held goes from the member's phones when the server has heard of it.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] to who opened it; [`Error::NotFound`] if it is no group.
    pub fn leave(&self, group: DocId) -> Result<()> {
        self.0.write(|write| {
            let card = Card::of_group(write, group)?;
            let me = write.me()?.member;
            if me == card.author { Err(Error::NotAllowed) } else { say(write, card.space, me, false) }
        })
    }

    /// Comes back to a group that this member has left; see [`Gatherings::left`]. What it holds arrives with the next
    /// exchanges, unless its opener has sent the member away meanwhile.
    ///
    /// # Errors
    /// [`Error::NotFound`] if this member has not left it.
    pub fn come_back(&self, group: SpaceId) -> Result<()> {
        self.0.write(|write| {
            let me = write.me()?.member;
            let has_left = "SELECT 1 FROM participant WHERE space = ?1 AND member = ?2 AND by = ?2 AND NOT present";
            if !write.tx.prepare_cached(has_left)?.exists((group, me))? {
                return Err(Error::NotFound);
            }
            say(write, group, me, true)
        })
    }
}

fn bring_in(write: &mut Write<'_>, space: SpaceId, members: &[MemberId]) -> Result<()> {
    if members.len() > MAX_BROUGHT {
        return Err(Error::Invalid { field: "members", reason: "too many" });
    }
    require_running(write, space)?;
    let me = write.me()?.member;
    members.iter().filter(|member| **member != me).try_for_each(|member| say(write, space, *member, true))
}

/// Says that somebody is in a group, or not.
fn say(write: &mut Write<'_>, space: SpaceId, member: MemberId, present: bool) -> Result<()> {
    let owner = write.me()?.member;
    let said = "SELECT 1 FROM participant WHERE space = ?1 AND member = ?2 AND by = ?3 AND present = ?4";
    if write.tx.prepare_cached(said)?.exists((space, member, owner, present))? {
        return Ok(());
    }
    let about = Some(About::Member(member));
    let header = Header { kind: Kind::Participant, space, owner, about, nonce: Nonce::EMPTY };
    let at = write.wall();
    write.put(&header, &[("present", present.into()), ("at", at.into())])?;
    Ok(())
}

#[cfg(test)]
#[path = "commands_tests.rs"]
mod tests;
