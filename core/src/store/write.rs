//! One transaction of the writer: the clock, who writes, and what it will announce.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::types::{FromSql, ToSql};
use rusqlite::{Connection, OptionalExtension, Transaction};

use super::{aside, generation_file};
use crate::clock::{HybridClock, Timestamp};
use crate::error::{Error, Result};
use crate::ids::{ActorId, DeviceId, Generation, MemberId, OrgId, sha256};
use crate::key::{PublicKey, random_bytes};
use crate::live::Topic;

/// Whose phone this is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) member: MemberId,
    pub(crate) device: DeviceId,
    pub(crate) generation: Generation,
    pub(crate) home: OrgId,
    pub(crate) server_key: PublicKey,
}

impl Identity {
    pub(crate) fn actor(&self) -> ActorId {
        ActorId::of(self.device, self.generation)
    }

    /// Writes it, all but the generation, with a checksum: damage must not turn one member's phone into another's.
    pub(crate) fn store(
        write: &mut Write<'_>,
        member: MemberId,
        device: DeviceId,
        home: OrgId,
        server_key: &PublicKey,
        url: &str,
    ) -> Result<()> {
        set_meta(write.tx, "member", member)?;
        set_meta(write.tx, "device", device)?;
        set_meta(write.tx, "home", home)?;
        set_meta(write.tx, "server_key", &server_key[..])?;
        set_meta(write.tx, "server_url", url)?;
        let parts = [&member.as_bytes()[..], device.as_bytes(), home.as_bytes(), server_key];
        set_meta(write.tx, "identity_check", identity_check(parts, url))?;
        write.identity_changed();
        Ok(())
    }

    /// Reads it from the database; [`Error::NotEnrolled`] before enrolment.
    pub(crate) fn read(connection: &Connection) -> Result<Self> {
        let get = |key| meta::<[u8; 16]>(connection, key)?.ok_or(Error::NotEnrolled);
        Ok(Self {
            member: MemberId::from_bytes(get("member")?),
            device: DeviceId::from_bytes(get("device")?),
            generation: Generation::from_bytes(get("generation")?),
            home: OrgId::from_bytes(get("home")?),
            server_key: meta(connection, "server_key")?.ok_or(Error::NotEnrolled)?,
        })
    }
}

/// Over member, device, home and server key, and the server's address.
pub(super) fn identity_check(parts: [&[u8]; 4], url: &str) -> [u8; 32] {
    sha256(&[&parts.concat(), url.as_bytes()])
}

/// The value of `key` among the few that stand alone.
pub(crate) fn meta<T: FromSql>(connection: &Connection, key: &str) -> Result<Option<T>> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0)).optional()?)
}

/// Sets the value of `key`.
pub(crate) fn set_meta(connection: &Connection, key: &str, value: impl ToSql) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2")?
        .execute((key, value))?;
    Ok(())
}

/// That the server's time was heard is written down this seldom.
const HEARD_AGAIN_MS: i64 = 3_600_000;

/// A transaction in progress.
pub(crate) struct Write<'a> {
    pub(crate) tx: &'a Transaction<'a>,
    pub(crate) now: Timestamp,
    clock: HybridClock,
    clock_before: HybridClock,
    topics: BTreeSet<Topic>,
    exchange: bool,
    identity: Option<Identity>,
    generation_file: &'a Path,
    /// Whether any change waits for its document; `None` until somebody asked.
    pub(super) orphans: Option<bool>,
}

impl<'a> Write<'a> {
    pub(super) fn new(tx: &'a Transaction<'a>, generation_file: &'a Path, now: Timestamp) -> Result<Self> {
        let clock = HybridClock {
            last: Timestamp(meta(tx, "clock_last")?.unwrap_or(0)),
            offset_ms: meta(tx, "clock_offset")?.unwrap_or(0),
        };
        Ok(Self {
            tx,
            now,
            clock,
            clock_before: clock,
            topics: BTreeSet::new(),
            exchange: false,
            identity: None,
            generation_file,
            orphans: None,
        })
    }

    /// The topics that changed, and whether an exchange is wanted.
    pub(super) fn finish(self) -> Result<(BTreeSet<Topic>, bool)> {
        if self.clock != self.clock_before {
            set_meta(self.tx, "clock_last", self.clock.last)?;
            set_meta(self.tx, "clock_offset", self.clock.offset_ms)?;
        }
        Ok((self.topics, self.exchange))
    }

    /// Whose phone this is.
    pub(crate) fn me(&mut self) -> Result<Identity> {
        if self.identity.is_none() {
            self.identity = Some(Identity::read(self.tx)?);
        }
        self.identity.clone().ok_or(Error::NotEnrolled)
    }

    /// Forgets what [`Write::me`] has read, after enrolment or a new generation.
    pub(crate) fn identity_changed(&mut self) {
        self.identity = None;
    }

    /// Begins a generation: another actor, and batches that count from one.
    pub(crate) fn new_generation(&mut self) -> Result<()> {
        let mut bytes = [0; 16];
        random_bytes(&mut bytes)?;
        let generation = Generation::from_bytes(bytes);
        generation_file::write(self.generation_file, generation)?;
        set_meta(self.tx, "generation", generation)?;
        set_meta(self.tx, "next_dev_seq", 1)?;
        self.identity_changed();
        Ok(())
    }

    /// Deletes what was left of damaged databases: what could be read of them was taken over before this was opened.
    pub(crate) fn forget_set_aside(&self) -> Result<()> {
        self.tx.path().map_or(Ok(()), |path| aside::forget(Path::new(path)))
    }

    /// The next reading of the hybrid clock.
    pub(crate) fn tick(&mut self) -> Timestamp {
        self.clock.tick(self.now)
    }

    /// What the next reading will be, if nothing else is seen before.
    pub(crate) fn next_reading(&self) -> Timestamp {
        self.clock.next(self.now)
    }

    /// The wall time as the server would show it.
    pub(crate) fn wall(&self) -> Timestamp {
        self.clock.corrected(self.now)
    }

    /// Takes note of another's reading.
    pub(crate) fn observe(&mut self, other: Timestamp) {
        self.clock.observe(self.now, other);
    }

    /// Takes note of the server's time.
    pub(crate) fn synchronise(&mut self, server: Timestamp) -> Result<()> {
        self.clock.synchronise(self.now, server);
        // An exchange without news is to write nothing; one that writes the distance anyway writes this beside it.
        let heard = meta::<Timestamp>(self.tx, "clock_heard")?;
        let writes = self.clock.offset_ms != self.clock_before.offset_ms;
        if writes || heard.is_none_or(|heard| server.0.saturating_sub(heard.0).abs() > HEARD_AGAIN_MS) {
            set_meta(self.tx, "clock_heard", server)?;
        }
        Ok(())
    }

    /// Says, once the transaction has committed, that there is something to give to the server or to ask it for.
    pub(crate) fn wants_exchange(&mut self) {
        self.exchange = true;
    }

    /// Says, once the transaction has committed, that `topic` changed.
    pub(crate) fn changed(&mut self, topic: Topic) {
        self.topics.insert(topic);
    }
}
