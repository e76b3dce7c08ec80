//! Hints for those who hold a stream open: what has just come in, of what they follow and may read.

use std::collections::BTreeMap;

use hongqi_core::ids::{DeviceId, MemberId, SpaceId};
use hongqi_core::sync::wire::{From, Hint};

use crate::error::Error;
use crate::exchange::access;
use crate::rights::Access;
use crate::{Server, read};

/// A new entry.
#[derive(Debug, Clone)]
pub struct Event {
    /// Where.
    pub hint: Hint,
    /// In a desk: whose it is, and about whom.
    pub people: Vec<MemberId>,
    /// Which device pushed it and is told in the answer to that; none if the server wrote it.
    pub by: Option<DeviceId>,
}

/// What an open stream is told.
#[derive(Debug, Clone)]
pub enum Signal {
    /// There is a new entry.
    Entry(Event),
    /// Rights, devices or the server's own documents changed: look again whether the stream may stay open, and what is
    /// new.
    Registry,
}

impl Server {
    /// Whether an entry may be news to `device`, as far as memory says: of another device, in a space that it follows,
    /// above what it was given.
    pub(crate) fn concerns(&self, device: DeviceId, event: &Event) -> bool {
        let Hint { space, seq } = event.hint;
        let new = |from: From| if let From::After(cursor) = from { cursor.seq < seq } else { true };
        event.by != Some(device)
            && self.followers.get(device).is_some_and(|asks| asks.iter().any(|ask| ask.space == space && new(ask.from)))
    }

    /// Of entries, what `device` may read: a hint for each space, with the newest place.
    ///
    /// # Errors
    /// Also that the device may no longer take part: then its stream ends.
    pub fn hears(&self, device: DeviceId, events: &[Event]) -> Result<Vec<Hint>, Error> {
        let row = self.active(device)?;
        let now = self.clock().now();
        let mut heard: BTreeMap<SpaceId, u64> = BTreeMap::new();
        read(self.storage(), |reader| {
            let lookup = self.directory.at(reader)?;
            let Some(person) = lookup.person(row.member)? else { return Ok(()) };
            for Event { hint, people, .. } in events {
                let readable = match access(&lookup, &person, hint.space, now)? {
                    Access::None => false,
                    Access::Whole => true,
                    Access::Filtered => {
                        let homes = people.iter().map(|somebody| Ok((*somebody, lookup.home(*somebody)?)));
                        let homes = homes.collect::<crate::storage::Result<Vec<_>>>()?;
                        homes.iter().any(|(somebody, home)| person.sees(*somebody, home, now))
                    }
                };
                if readable {
                    let seq = heard.entry(hint.space).or_default();
                    *seq = hint.seq.max(*seq);
                }
            }
            Ok(())
        })?;
        Ok(heard.into_iter().map(|(space, seq)| Hint { space, seq }).collect())
    }

    /// The spaces that `device` follows and may read, and that hold more than it was given.
    ///
    /// # Errors
    /// As [`Server::hears`].
    pub fn news(&self, device: DeviceId) -> Result<Vec<Hint>, Error> {
        let row = self.active(device)?;
        let Some(asks) = self.followers.get(device) else { return Ok(Vec::new()) };
        let now = self.clock().now();
        Ok(read(self.storage(), |reader| {
            let lookup = self.directory.at(reader)?;
            let Some(person) = lookup.person(row.member)? else { return Ok(Vec::new()) };
            let mut hints = Vec::new();
            for ask in asks.iter() {
                let held = if let From::After(cursor) = ask.from { cursor.seq } else { 0 };
                let seq = reader.head(ask.space)?.seq;
                if seq > held && access(&lookup, &person, ask.space, now)? != Access::None {
                    hints.push(Hint { space: ask.space, seq });
                }
            }
            Ok(hints)
        })?)
    }

    /// Rises with every change of rights, devices and the server's own documents, by whichever process.
    ///
    /// # Errors
    /// That of the storage.
    pub fn registry_version(&self) -> Result<i64, Error> {
        Ok(read(self.storage(), |reader| reader.registry_version())?)
    }

    /// Tells the open streams that another process changed the registry.
    pub fn registry_changed(&self) {
        self.signal(Signal::Registry);
    }
}
