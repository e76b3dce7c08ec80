//! Resolutions and votes.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};
use serde::Serialize;

use super::commands::{Activities, org_of};
use super::roster::Place;
use super::status::Status;
use super::table;
use super::votes::{self, Choice, Quorum, Tally};
use crate::clock::Timestamp;
use crate::directory::require_role;
use crate::document::{About, Edit, Header, Kind, MAX_TITLE, Nonce, ORGANISE};
use crate::error::{Error, Result};
use crate::ids::{DocId, MemberId, SpaceId};
use crate::input::{line, new_header};
use crate::outbox::{Delivery, delivery_sql, refused_sql};

/// What is voted on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResolutionView {
    /// The resolution.
    pub id: DocId,
    /// What it says.
    pub title: String,
    /// Whether it elects somebody, which four fifths of the voters must be there for.
    pub election: bool,
    /// When voting on it ended, if it did.
    pub closed: Option<Timestamp>,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
    /// Whether it was changed after others may have seen it.
    pub edited: bool,
    /// What the votes come to; only for who may see them all.
    pub tally: Option<Tally>,
    /// This member's own vote, and where it has got to.
    pub own: Option<VoteView>,
    /// Where it has got to.
    pub delivery: Delivery,
}

/// A vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct VoteView {
    /// What was voted.
    pub choice: Choice,
    /// Where it has got to.
    pub delivery: Delivery,
}

impl Activities<'_> {
    /// Puts something to the vote: one line, at most 600 bytes. An `election` needs four fifths of the voters.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] without an organiser's role; [`Error::NotFound`]; [`Error::Invalid`].
    pub fn move_resolution(&self, activity: DocId, title: &str, election: bool) -> Result<DocId> {
        line("title", title, MAX_TITLE)?;
        self.0.write(|write| {
            let org = org_of(write.tx, activity)?;
            require_role(write, org, ORGANISE)?;
            let mut header = new_header(write, Kind::Resolution, SpaceId::board(org))?;
            header.about = Some(About::Doc(activity));
            write.create(&header, &[("title", title.into()), ("election", election.into())])
        })
    }

    /// Ends the vote on a resolution: no phone that knows of it takes another vote. One that has ended did so when it did.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] without an organiser's role; [`Error::NotFound`].
    pub fn close_vote(&self, resolution: DocId) -> Result<()> {
        self.0.write(|write| {
            let (activity, ended) = of(write.tx, resolution)?;
            require_role(write, org_of(write.tx, activity)?, ORGANISE)?;
            if ended {
                return Ok(());
            }
            let now = write.wall();
            write.edit(resolution, &[Edit::Put("closed", now.into())])
        })
    }

    /// Withdraws a resolution; it stays visible as withdrawn. One that was never sent is gone as if it had not been moved.
    ///
    /// # Errors
    /// As [`Activities::close_vote`].
    pub fn withdraw_resolution(&self, resolution: DocId) -> Result<()> {
        self.0.write(|write| {
            let (activity, _) = of(write.tx, resolution)?;
            require_role(write, org_of(write.tx, activity)?, ORGANISE)?;
            if write.cancel(resolution)? {
                return Ok(());
            }
            write.edit(resolution, &[Edit::Put("withdrawn", true.into())])
        })
    }

    /// Votes, or votes otherwise: a member has one vote.
    ///
    /// # Errors
    /// [`Error::NoVote`] for who is no full member or not on the roster as a voter; [`Error::TooLate`] if the vote has ended
    /// or the resolution was withdrawn; [`Error::NotFound`].
    pub fn vote(&self, resolution: DocId, choice: Choice) -> Result<DocId> {
        self.0.write(|write| {
            let (activity, ended) = of(write.tx, resolution)?;
            let me = write.me()?.member;
            let votes: bool = write.tx.query_row(
                "SELECT EXISTS (SELECT 1 FROM roster WHERE activity = ?1 AND member = ?2 AND place = 2)
                    AND NOT EXISTS (SELECT 1 FROM member WHERE id = ?2 AND standing NOT IN ('full', ''))",
                (activity, me),
                |row| row.get(0),
            )?;
            if !votes {
                return Err(Error::NoVote);
            }
            if ended {
                return Err(Error::TooLate);
            }
            let header = Header {
                kind: Kind::Vote,
                space: SpaceId::desk(org_of(write.tx, activity)?),
                owner: me,
                about: Some(About::Doc(resolution)),
                nonce: Nonce::EMPTY,
            };
            let at = write.wall();
            write.put(&header, &[("choice", (choice as i64).into()), ("at", at.into())])
        })
    }

    /// What is voted on at an activity, in the order in which it was moved.
    ///
    /// # Errors
    /// Storage errors, [`Error::Paused`].
    pub fn resolutions(&self, activity: DocId) -> Result<Vec<ResolutionView>> {
        const SQL: &str = concat!(
            "SELECT r.doc, r.title, r.election, r.closed, r.withdrawn, r.edited, ",
            delivery_sql!("r.doc"),
            ", v.choice, ",
            delivery_sql!("v.doc"),
            " FROM resolution r LEFT JOIN vote v
                 ON v.resolution = r.doc AND v.member = (SELECT value FROM meta WHERE key = 'member')
              WHERE r.activity = ?1 ORDER BY r.written_at, r.doc"
        );
        self.0.read(|connection| {
            let voters = match table::sees_all(self.0, connection, activity)? {
                true => Some(voters(connection, activity)?),
                false => None,
            };
            let mut statement = connection.prepare_cached(SQL)?;
            let mut rows = statement.query([activity])?;
            let mut out = Vec::new();
            while let Some(row) = rows.next()? {
                let (id, election) = (row.get(0)?, row.get(2)?);
                let own = row.get::<_, Option<i64>>(7)?.and_then(Choice::from_number);
                let delivery = Delivery::from_column(row, 8)?;
                out.push(ResolutionView {
                    id,
                    title: row.get(1)?,
                    election,
                    closed: row.get(3)?,
                    withdrawn: row.get(4)?,
                    edited: row.get(5)?,
                    tally: match &voters {
                        Some(voters) => Some(votes::tally(voters, &cast(connection, id)?, election)),
                        None => None,
                    },
                    own: own.map(|choice| VoteView { choice, delivery }),
                    delivery: Delivery::from_column(row, 6)?,
                });
            }
            Ok(out)
        })
    }

    /// Whether there are enough voters for an ordinary meeting, or for an `election`.
    ///
    /// # Errors
    /// [`Error::NotAllowed`] for who may not see everybody's attendance; [`Error::NotFound`].
    pub fn quorum(&self, activity: DocId, election: bool) -> Result<Quorum> {
        self.0.read(|connection| {
            if !table::sees_all(self.0, connection, activity)? {
                return Err(Error::NotAllowed);
            }
            Ok(votes::quorum(voters(connection, activity)?.values(), election))
        })
    }
}

/// Of which activity a resolution is, and whether no vote is taken on it any more.
fn of(connection: &Connection, resolution: DocId) -> Result<(DocId, bool)> {
    let sql = "SELECT activity, closed IS NOT NULL OR withdrawn FROM resolution WHERE doc = ?1";
    let row = connection.prepare_cached(sql)?.query_row([resolution], |row| Ok((row.get(0)?, row.get(1)?)));
    row.optional()?.ok_or(Error::NotFound)
}

/// The voters of an activity, each with status.
fn voters(connection: &Connection, activity: DocId) -> Result<BTreeMap<MemberId, Status>> {
    let people = table::people(connection, activity)?.into_iter();
    let voters = people.filter(|person| person.place == Place::Voter);
    Ok(voters.map(|person| (person.member, person.attendance.status)).collect())
}

fn cast(connection: &Connection, resolution: DocId) -> Result<BTreeMap<MemberId, Choice>> {
    let mut statement = connection.prepare_cached(concat!(
        "SELECT member, choice FROM vote WHERE resolution = ?1 AND NOT ",
        refused_sql!("vote.doc")
    ))?;
    let rows = statement.query_map([resolution], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let votes = rows.filter_map(|row| match row {
        Ok((member, choice)) => Choice::from_number(choice).map(|choice| Ok((member, choice))),
        Err(error) => Some(Err(error)),
    });
    Ok(votes.collect::<rusqlite::Result<_>>()?)
}
