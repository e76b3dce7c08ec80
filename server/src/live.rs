//! Hints for those who hold a stream open: what has just come in, of what they follow and may read.

use std::collections::BTreeMap;

use hongqi_core::ids::{DeviceId, MemberId, SpaceId};
use hongqi_core::sync::wire::{From, Hint};

use crate::directory::Lookup;
use crate::error::Error;
use crate::exchange::access;
use crate::page::visible;
use crate::rights::{Access, Path, Place};
use crate::{Server, read};

/// A new entry.
#[derive(Debug, Clone)]
pub struct Event {
    /// Where.
    pub hint: Hint,
    /// In a desk: whose it is, and about whom, with the paths of their homes.
    pub people: Vec<(MemberId, Path)>,
    /// Which device pushed it and is told in the answer to that; none if the server wrote it.
    pub by: Option<DeviceId>,
    /// What the space was when the entry came, and at which version of the registry.
    pub place: Option<(i64, Place)>,
}

impl Event {
    /// Notes what its space is, after all that came with it.
    pub(crate) fn place(&mut self, lookup: &Lookup<'_>) -> crate::storage::Result<()> {
        self.place = lookup.place(self.hint.space)?.map(|place| (lookup.version(), place));
        Ok(())
    }
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

/// The newest place of each space.
#[derive(Debug, Default)]
struct Heard(BTreeMap<SpaceId, u64>);

impl Heard {
    fn note(&mut self, hint: Hint) {
        let seq = self.0.entry(hint.space).or_default();
        *seq = hint.seq.max(*seq);
    }

    fn hints(self) -> Vec<Hint> {
        self.0.into_iter().map(|(space, seq)| Hint { space, seq }).collect()
    }
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

    /// As [`Server::hears`], from memory alone: one entry is news to thousands, and none of them asks the database. None if
    /// anything is not remembered as it was when the entry came.
    pub(crate) fn hears_at_once(&self, device: DeviceId, events: &[Event]) -> Option<Vec<Hint>> {
        let now = self.clock().now();
        let mut heard = Heard::default();
        for Event { hint, people, place, .. } in events {
            let (version, place) = place.as_ref()?;
            let person = self.directory.remembered(*version, device)?;
            let readable = match person.reads(place, now) {
                Access::None => false,
                Access::Whole => true,
                Access::Filtered => people.iter().any(|(somebody, home)| person.sees(*somebody, home, now)),
            };
            if readable {
                heard.note(*hint);
            }
        }
        Some(heard.hints())
    }

    /// Of entries, what `device` may read: a hint for each space, with the newest place.
    ///
    /// # Errors
    /// Also that the device may no longer take part: then its stream ends.
    pub fn hears(&self, device: DeviceId, events: &[Event]) -> Result<Vec<Hint>, Error> {
        let now = self.clock().now();
        let heard = read(self.storage(), |reader| {
            let lookup = self.directory.at(reader)?;
            let Some(person) = lookup.taking_part(device)? else { return Ok(None) };
            let mut heard = Heard::default();
            for Event { hint, people, .. } in events {
                let readable = match access(&lookup, &person, hint.space, now)? {
                    Access::None => false,
                    Access::Whole => true,
                    Access::Filtered => {
                        let homes = people.iter().map(|(somebody, _)| Ok((*somebody, lookup.home(*somebody)?)));
                        let homes = homes.collect::<crate::storage::Result<Vec<_>>>()?;
                        homes.iter().any(|(somebody, home)| person.sees(*somebody, home, now))
                    }
                };
                if readable {
                    heard.note(*hint);
                }
            }
            Ok(Some(heard.hints()))
        })?;
        self.or_why_not(device, heard)
    }

    /// What was found for a device, or why nothing was looked for.
    fn or_why_not(&self, device: DeviceId, found: Option<Vec<Hint>>) -> Result<Vec<Hint>, Error> {
        match found {
            Some(hints) => Ok(hints),
            None => self.active(device).map(|_| Vec::new()),
        }
    }

    /// The spaces that `device` follows and that hold more which it may read than it was given.
    ///
    /// # Errors
    /// As [`Server::hears`].
    pub fn news(&self, device: DeviceId) -> Result<Vec<Hint>, Error> {
        let asks = self.followers.get(device).unwrap_or_default();
        let now = self.clock().now();
        let hints = read(self.storage(), |reader| {
            let lookup = self.directory.at(reader)?;
            let Some(person) = lookup.taking_part(device)? else { return Ok(None) };
            let mut hints = Vec::new();
            for ask in asks.iter() {
                let held = if let From::After(cursor) = ask.from { cursor.seq } else { 0 };
                let head = reader.head(ask.space)?.seq;
                if head <= held {
                    continue;
                }
                let seq = match access(&lookup, &person, ask.space, now)? {
                    Access::None => None,
                    Access::Whole => Some(head),
                    Access::Filtered => visible(&lookup, &person, now, ask.space, held)?.pop(),
                };
                hints.extend(seq.map(|seq| Hint { space: ask.space, seq }));
            }
            Ok(Some(hints))
        })?;
        self.or_why_not(device, hints)
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
