//! What gatherings and groups there are.

use rusqlite::{Connection, OptionalExtension, Params, Row};
use serde::Serialize;

use super::Window;
use super::commands::Gatherings;
use super::rows::{PARTICIPANTS, takes_part};
use crate::clock::Timestamp;
use crate::directory::holds_role;
use crate::document::GATHER;
use crate::error::Result;
use crate::ids::{DocId, MemberId, OrgId, SpaceId};
use crate::outbox::{Delivery, delivery_sql};
use crate::store::Identity;

/// How it stands with a gathering or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GatheringState {
    /// It goes on.
    Running,
    /// Its time is over.
    Ended,
    /// It was ended before its time was over.
    Closed,
}

impl GatheringState {
    pub(super) fn at(now: Timestamp, Window { ends, closed }: Window) -> Self {
        match (closed, ends) {
            (Some(closed), ends) if ends.is_none_or(|ends| closed < ends) => Self::Closed,
            (Some(_), _) => Self::Ended,
            (None, Some(ends)) if ends <= now => Self::Ended,
            (None, _) => Self::Running,
        }
    }
}

/// A gathering or a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GatheringView {
    /// Its card.
    pub id: DocId,
    /// Its discussion.
    pub space: SpaceId,
    /// The organisation for all below which it is; `None` of a group.
    pub org: Option<OrgId>,
    /// That organisation's name.
    pub org_name: String,
    /// Its topic.
    pub topic: String,
    /// Who opened it.
    pub author: MemberId,
    /// The opener's name; empty if unknown here.
    pub author_name: String,
    /// When it was opened, by its opener's clock.
    pub opened_at: Timestamp,
    /// When it ends; `None` of a group without an end.
    pub ends: Option<Timestamp>,
    /// When it was ended before that.
    pub closed: Option<Timestamp>,
    /// How it stands with it now.
    pub state: GatheringState,
    /// What is pinned above the discussion, perhaps nothing.
    pub summary: String,
    /// Whether its discussion is kept in sync on this phone.
    pub joined: bool,
    /// Whether this member may write into it now.
    pub may_write: bool,
    /// Whether this member leads it: may extend and end it, set its summary, and say who is in the group.
    pub may_lead: bool,
    /// Where the card has got to.
    pub delivery: Delivery,
}

/// A place in the list of what is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GatheringCursor {
    /// When the gathering there was over.
    pub at: Timestamp,
    /// The gathering there: between equals.
    pub id: DocId,
}

/// A page of gatherings that are over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GatheringPage {
    /// The last over first.
    pub gatherings: Vec<GatheringView>,
    /// What to pass to [`Gatherings::archive`] for the page after; `None` at the end.
    pub next: Option<GatheringCursor>,
}

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ParticipantView {
    /// Who.
    pub member: MemberId,
    /// The name; empty if unknown here.
    pub name: String,
}

/// A group that this member has left and may come back to. What it was about is no longer on this phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LeftGroup {
    /// Its discussion.
    pub space: SpaceId,
    /// When the member left it.
    pub at: Timestamp,
}

const MAX_PAGE: usize = 200;

const CARD: &str = concat!(
    "SELECT g.doc, g.space, g.org, coalesce(org.name, ''), g.topic, g.author, coalesce(member.name, ''), g.written_at,
            g.ends, g.closed, g.summary, EXISTS (SELECT 1 FROM space s WHERE s.id = g.space), ",
    delivery_sql!("g.doc"),
    " FROM (SELECT *, coalesce(min(ends, closed), ends, closed) AS over FROM gathering) g
     LEFT JOIN org ON org.id = g.org LEFT JOIN member ON member.id = g.author "
);

fn card(row: &Row<'_>, now: Timestamp) -> rusqlite::Result<GatheringView> {
    let (ends, closed) = (row.get(8)?, row.get(9)?);
    Ok(GatheringView {
        id: row.get(0)?,
        space: row.get(1)?,
        org: row.get(2)?,
        org_name: row.get(3)?,
        topic: row.get(4)?,
        author: row.get(5)?,
        author_name: row.get(6)?,
        opened_at: row.get(7)?,
        ends,
        closed,
        state: GatheringState::at(now, Window { ends, closed }),
        summary: row.get(10)?,
        joined: row.get(11)?,
        may_write: false,
        may_lead: false,
        delivery: Delivery::from_column(row, 12)?,
    })
}

fn cards<P: Params>(connection: &Connection, now: Timestamp, which: &str, params: P) -> Result<Vec<GatheringView>> {
    let me = Identity::read(connection)?.member;
    let mut statement = connection.prepare_cached(&format!("{CARD} {which}"))?;
    let cards = statement.query_map(params, |row| card(row, now))?;
    let mut cards: Vec<GatheringView> = cards.collect::<rusqlite::Result<_>>()?;
    for card in &mut cards {
        let (takes_part, leads) = match card.org {
            // Whoever reads the card on the board is meant by it.
            Some(org) => (true, holds_role(connection, org, GATHER, now)?),
            None => (takes_part(connection, card.space, me)?, card.author == me),
        };
        card.may_write = takes_part && card.state == GatheringState::Running;
        card.may_lead = leads;
    }
    Ok(cards)
}

impl Gatherings<'_> {
    /// What goes on now: the gatherings of the own and all superior organisations, joined or not, and the own groups.
    /// What ends first stands first, groups without an end last.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn running(&self) -> Result<Vec<GatheringView>> {
        self.0.read(|connection| {
            let now = self.0.wall(connection)?;
            let running =
                "WHERE g.closed IS NULL AND (g.ends IS NULL OR g.ends > ?1) ORDER BY g.ends NULLS LAST, g.doc";
            cards(connection, now, running, [now])
        })
    }

    /// At most `limit` (1 to 200) of those that are over, behind `after`, or the last ones.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn archive(&self, after: Option<GatheringCursor>, limit: usize) -> Result<GatheringPage> {
        let limit = limit.clamp(1, MAX_PAGE);
        self.0.read(|connection| {
            let now = self.0.wall(connection)?;
            let over = "WHERE (g.closed IS NOT NULL OR g.ends <= ?1) AND (?2 IS NULL OR (g.over, g.doc) < (?2, ?3))
                        ORDER BY g.over DESC, g.doc DESC LIMIT ?4";
            let (at, id) = after.map_or((None, None), |after| (Some(after.at), Some(after.id)));
            let mut gatherings = cards(connection, now, over, (now, at, id, limit as i64 + 1))?;
            let more = gatherings.len() > limit;
            gatherings.truncate(limit);
            let last = gatherings.last().filter(|_| more);
            let next = last.and_then(|last| {
                let at = [last.ends, last.closed].into_iter().flatten().min()?;
                Some(GatheringCursor { at, id: last.id })
            });
            Ok(GatheringPage { gatherings, next })
        })
    }

    /// One gathering or group, if its card is on this phone.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn gathering(&self, id: DocId) -> Result<Option<GatheringView>> {
        self.0.read(|connection| {
            let now = self.0.wall(connection)?;
            Ok(cards(connection, now, "WHERE g.doc = ?1", [id])?.pop())
        })
    }

    /// The gathering or group whose discussion this is, if it is one's and the card is on this phone.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn of_discussion(&self, space: SpaceId) -> Result<Option<GatheringView>> {
        self.0.read(|connection| {
            let now = self.0.wall(connection)?;
            Ok(cards(connection, now, "WHERE g.space = ?1", [space])?.pop())
        })
    }

    /// Who takes part in a group, by name; nobody of what is no group here. A gathering of an organisation has no such
    /// list: it is for all below it.
    ///
    /// # Errors
    /// Storage errors, [`crate::Error::Paused`].
    pub fn participants(&self, group: DocId) -> Result<Vec<ParticipantView>> {
        self.0.read(|connection| {
            let space = "SELECT space FROM gathering WHERE doc = ?1";
            let space: Option<SpaceId> =
                connection.prepare_cached(space)?.query_row([group], |row| row.get(0)).optional()?;
            let Some(space) = space else { return Ok(Vec::new()) };
            let mut statement = connection.prepare_cached(&format!(
                "SELECT p.id, coalesce(member.name, '') FROM ({PARTICIPANTS}) p LEFT JOIN member ON member.id = p.id
                 ORDER BY 2, 1"
            ))?;
            let rows =
                statement.query_map([space], |row| Ok(ParticipantView { member: row.get(0)?, name: row.get(1)? }))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// The groups that this member has left and may come back to, the last one first.
    ///
    /// # Errors
    /// [`crate::Error::NotEnrolled`]; storage errors.
    pub fn left(&self) -> Result<Vec<LeftGroup>> {
        self.0.read(|connection| {
            let me = Identity::read(connection)?.member;
            let mut statement = connection.prepare_cached(
                "SELECT space, at FROM participant WHERE member = ?1 AND by = ?1 AND NOT present ORDER BY at DESC, space",
            )?;
            let rows = statement.query_map([me], |row| Ok(LeftGroup { space: row.get(0)?, at: row.get(1)? }))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
    }
}
