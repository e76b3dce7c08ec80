//! Hints for those who hold a stream open: what has just come in, of what they follow and may read.

use hongqi_core::ids::{DeviceId, MemberId};
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
    /// Whether `device` follows the space of an entry and may read this one.
    ///
    /// # Errors
    /// Also that the device may no longer take part: then its stream ends.
    pub fn hears(&self, device: DeviceId, event: &Event) -> Result<bool, Error> {
        let space = event.hint.space;
        if !self.followers.get(device).is_some_and(|asks| asks.iter().any(|ask| ask.space == space)) {
            return Ok(false);
        }
        let row = self.active(device)?;
        let now = self.clock().now();
        Ok(read(self.storage(), |reader| {
            let lookup = self.directory.at(reader)?;
            let Some(person) = lookup.person(row.member)? else { return Ok(false) };
            match access(&lookup, &person, space, now)? {
                Access::None => Ok(false),
                Access::Whole => Ok(true),
                Access::Filtered => {
                    for somebody in &event.people {
                        if person.sees(*somebody, &lookup.home(*somebody)?, now) {
                            return Ok(true);
                        }
                    }
                    Ok(false)
                }
            }
        })?)
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
