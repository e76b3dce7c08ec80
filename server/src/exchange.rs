//! One exchange: what the phone pushes is judged, then it gets what is new for it, within its budget.
//!
//! The server remembers in memory what each device follows and how far it is, so that a phone with nothing new says
//! one short word. The memory is a comfort: when it is gone or differs, the phone is asked to say all again.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hongqi_core::clock::Timestamp;
use hongqi_core::ids::{DeviceId, Generation, SpaceId, SpaceKind};
use hongqi_core::key::DeviceKey;
use hongqi_core::sync::wire::{
    Ask, AuthorCard, Cursor, FailureCode, Follow, From, Page, PageOutcome, SignedBatch, SyncRequest, SyncResponse,
    VERSION, digest,
};

use crate::directory::Lookup;
use crate::error::Error;
use crate::page::{Answer, Budget, Reading, answer};
use crate::rights::{Access, Person};
use crate::storage::{DeviceRow, Result};
use crate::{Server, read};

/// So many asks for one space are answered in one exchange, each of which may look through all of a desk; the rest in the
/// next.
const MOST_OF_ONE: usize = 8;
/// So many devices' places are kept in memory.
const MAX_FOLLOWERS: usize = 50_000;

/// What each device follows: the asks with which it would go on.
#[derive(Debug, Default)]
pub(crate) struct Followers(Mutex<HashMap<DeviceId, Arc<[Ask]>>>);

/// The cards of authors, signed once, and at which version of the registry they were last looked at.
#[derive(Debug, Default)]
pub(crate) struct Cards(Mutex<HashMap<DeviceId, (i64, AuthorCard)>>);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Followers {
    pub(crate) fn get(&self, device: DeviceId) -> Option<Arc<[Ask]>> {
        lock(&self.0).get(&device).cloned()
    }

    fn set(&self, device: DeviceId, asks: Arc<[Ask]>) {
        let mut all = lock(&self.0);
        if all.len() >= MAX_FOLLOWERS
            && !all.contains_key(&device)
            && let Some(other) = all.keys().next().copied()
        {
            all.remove(&other);
        }
        all.insert(device, asks);
    }

    pub(crate) fn forget(&self, device: DeviceId) {
        lock(&self.0).remove(&device);
    }
}

fn cursor(ask: &Ask) -> Option<(&SpaceId, &Cursor)> {
    match &ask.from {
        From::After(cursor) => Some((&ask.space, cursor)),
        _ => None,
    }
}

impl Cards {
    /// What the server says of a device, revoked ones too: their entries stay.
    fn card(&self, lookup: &Lookup<'_>, device: DeviceId, key: &dyn DeviceKey) -> Result<Option<AuthorCard>> {
        let version = lookup.version();
        let known = lock(&self.0).get(&device).cloned();
        if let Some((_, card)) = known.clone().filter(|(seen, _)| *seen == version) {
            return Ok(Some(card));
        }
        let reader = lookup.reader();
        let Some(row) = reader.device(device)? else { return Ok(None) };
        let member = reader.member(row.member)?;
        let (name, home) = member
            .map_or((String::new(), hongqi_core::ids::OrgId::from_bytes([0; 16])), |member| (member.name, member.home));
        if let Some((_, card)) = known.filter(|(_, card)| card.name == name && card.home == home) {
            lock(&self.0).insert(device, (version, card.clone()));
            return Ok(Some(card));
        }
        let DeviceRow { device, member, public_key, .. } = row;
        let Ok(card) = (AuthorCard { device, member, public_key, name, home, signature: [0; 64] }).sign(key) else {
            tracing::error!("the server's key does not sign");
            return Ok(None);
        };
        let mut cards = lock(&self.0);
        if cards.len() >= MAX_FOLLOWERS {
            cards.clear();
        }
        cards.insert(device, (version, card.clone()));
        Ok(Some(card))
    }
}

impl Server {
    /// The card of a device.
    ///
    /// # Errors
    /// [`Error::NoSuchDevice`] or that of the storage.
    pub fn card(&self, device: DeviceId) -> std::result::Result<AuthorCard, Error> {
        let card = read(self.storage(), |reader| self.cards.card(&self.directory.at(reader)?, device, self.key()))?;
        card.ok_or(Error::NoSuchDevice)
    }

    /// The device, if it and its member may take part now.
    ///
    /// # Errors
    /// [`Error::Refused`] with [`FailureCode::Unauthenticated`] or [`FailureCode::Revoked`].
    pub fn active(&self, device: DeviceId) -> std::result::Result<DeviceRow, Error> {
        let (row, present) = self.known(device)?;
        if present { Ok(row) } else { Err(FailureCode::Revoked.into()) }
    }

    /// The device, unless it was revoked, and whether its member is still one.
    pub(crate) fn known(&self, device: DeviceId) -> std::result::Result<(DeviceRow, bool), Error> {
        let (row, present) = read(self.storage(), |reader| {
            let row = reader.device(device)?;
            let member = row.map(|row| reader.member(row.member)).transpose()?.flatten();
            Ok((row, member.is_some_and(|member| !member.left)))
        })?;
        let row = row.ok_or(FailureCode::Unauthenticated)?;
        if row.revoked { Err(FailureCode::Revoked.into()) } else { Ok((row, present)) }
    }

    /// What a device may still give whose member has left: that its member was somewhere does not become untrue by it. It
    /// gets nothing but the word on that, and then none.
    fn last_words(&self, author: DeviceRow, push: Vec<SignedBatch>) -> std::result::Result<SyncResponse, Error> {
        let of_a_desk = |signed: &SignedBatch| signed.batch().is_ok_and(|batch| batch.space.kind() == SpaceKind::Desk);
        if !push.iter().any(of_a_desk) {
            return Err(FailureCode::Revoked.into());
        }
        let pushed = self.push(author, push);
        let server_time = self.clock().now().0;
        Ok(SyncResponse { server_time, pushed, pages: vec![], authors: vec![], more: false, ask_again: false })
    }

    /// One exchange with `device`, whose token was checked already ([`Server::authenticate`]).
    ///
    /// # Errors
    /// [`Error::Refused`] if the device may not take part (whose member has left may give what belongs to a desk, and gets
    /// nothing) or speaks another version, or that of the storage. What was
    /// pushed and accepted before an error of the pull stays accepted; pushed again, it gets the same answer.
    pub fn sync(&self, device: DeviceId, request: SyncRequest) -> std::result::Result<SyncResponse, Error> {
        if request.version != VERSION {
            return Err(FailureCode::UnsupportedVersion.into());
        }
        let mut pushed = Vec::new();
        if !request.push.is_empty() {
            let (author, present) = self.known(device)?;
            if !present {
                return self.last_words(author, request.push);
            }
            pushed = self.push(author, request.push);
        }
        let now = self.clock().now();
        let mut response = SyncResponse {
            server_time: now.0,
            pushed,
            pages: Vec::new(),
            authors: Vec::new(),
            more: false,
            ask_again: false,
        };
        let asks: Arc<[Ask]> = match request.follow {
            Follow::Asks(asks) => asks.into(),
            Follow::Unchanged { digest: theirs } => {
                match self.followers.get(device).filter(|asks| digest(asks.iter().filter_map(cursor)) == theirs) {
                    Some(asks) => asks,
                    None => {
                        self.active(device)?;
                        response.ask_again = true;
                        return Ok(response);
                    }
                }
            }
        };
        let next = read(self.storage(), |reader| {
            let lookup = self.directory.at(reader)?;
            let Some(person) = lookup.taking_part(device)? else { return Ok(None) };
            let own = request.generation.map(|generation| (device, generation));
            let reading = Reading { lookup: &lookup, person: &person, now, own, stretches: &self.stretches };
            self.pull(&reading, &asks, Budget::new(request.budget), &mut response).map(Some)
        })?;
        let Some(next) = next else {
            // Nothing is shown to who may not take part.
            self.active(device)?;
            return Ok(response);
        };
        self.followers.set(device, next.into());
        Ok(response)
    }

    /// Fills the response and gives the asks with which the device would go on.
    fn pull(
        &self,
        reading: &Reading<'_>,
        asks: &[Ask],
        mut budget: Budget,
        response: &mut SyncResponse,
    ) -> Result<Vec<Ask>> {
        let mut order: Vec<usize> = (0..asks.len()).collect();
        order.sort_by_key(|index| asks[*index].space.kind() != SpaceKind::Personal);
        let mut pages: Vec<Option<Page>> = vec![None; asks.len()];
        let mut next: Vec<Option<Ask>> = vec![None; asks.len()];
        let mut of_one: HashMap<SpaceId, usize> = HashMap::new();
        for index in order {
            let ask = asks[index];
            let count = of_one.entry(ask.space).or_default();
            *count += 1;
            if *count > MOST_OF_ONE {
                response.more = true;
                continue;
            }
            let follows = !matches!(ask.from, From::Older { .. });
            let (outcome, go_on) = match answer(reading, &ask, &mut budget)? {
                Answer::UpToDate => (None, Some(ask)),
                Answer::NoRoom => {
                    response.more = true;
                    (None, Some(ask))
                }
                Answer::Refused(outcome) => (Some(outcome), None),
                Answer::Entries { entries, cut } => {
                    response.more |= cut;
                    let at = Cursor { epoch: entries.epoch, seq: entries.up_to, check: entries.check };
                    (Some(PageOutcome::Entries(entries)), Some(Ask { from: From::After(at), ..ask }))
                }
            };
            pages[index] = outcome.map(|outcome| Page { space: ask.space, outcome });
            next[index] = go_on.filter(|_| follows);
        }
        response.pages = pages.into_iter().flatten().collect();
        for device in budget.authors() {
            response.authors.extend(self.cards.card(reading.lookup, *device, self.key())?);
        }
        let mut seen = BTreeSet::new();
        Ok(next.into_iter().flatten().filter(|ask| seen.insert(ask.space)).collect())
    }
}

/// Who reads what: for [`crate::page`] and live streams.
pub(crate) fn access(lookup: &Lookup<'_>, person: &Person, space: SpaceId, now: Timestamp) -> Result<Access> {
    Ok(lookup.place(space)?.map_or(Access::None, |place| person.reads(&place, now)))
}

/// A device in one generation.
pub(crate) type Own = Option<(DeviceId, Generation)>;
