//! Open challenges and tokens, in memory: after a restart a phone signs a new challenge, which costs it one round trip.
//!
//! When there are too many the oldest makes room, for nobody is to be turned away because others ask for many: a challenge
//! needs to live as long as one round trip takes, and whose token ended gets another for that. Of challenges nothing is
//! counted by device, since anybody may ask for one in anybody's name and would push out what the phone is about to answer.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hongqi_core::clock::Timestamp;
use hongqi_core::ids::DeviceId;

/// More challenges than this are never open at once, and more tokens neither: some 80 MB of each.
const MOST: usize = 500_000;
/// So many tokens of one device hold at once: the newest. A phone needs one, and forgets it when it is killed.
const OF_ONE: usize = 4;

type Key = [u8; 32];

/// What holds for a while: whose, and up to when. All of them for as long, so that the oldest ends first.
#[derive(Debug, Default)]
struct Open {
    held: HashMap<Key, (DeviceId, Timestamp)>,
    /// The oldest first; also some that are held no more.
    order: VecDeque<Key>,
}

impl Open {
    fn keep(&mut self, key: Key, device: DeviceId, (now, until): (Timestamp, Timestamp), most: usize) {
        while let Some(oldest) = self.order.front() {
            let holds = self.held.get(oldest).is_some_and(|(_, until)| *until > now);
            if holds && self.held.len() < most && self.order.len() < 2 * most {
                break;
            }
            self.held.remove(oldest);
            self.order.pop_front();
        }
        self.held.insert(key, (device, until));
        self.order.push_back(key);
    }
}

#[derive(Debug, Default)]
struct Tokens {
    open: Open,
    /// Those of each device, the oldest first; also some that are held no more.
    newest: HashMap<DeviceId, VecDeque<Key>>,
}

/// Who may show what, and who has shown it.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    challenges: Mutex<Open>,
    tokens: Mutex<Tokens>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sessions {
    /// Opens a challenge.
    pub(crate) fn challenge(&self, nonce: Key, device: DeviceId, now: Timestamp, until: Timestamp) {
        lock(&self.challenges).keep(nonce, device, (now, until), MOST);
    }

    /// Closes a challenge that was open, and gives whose it was.
    pub(crate) fn close(&self, nonce: &Key, now: Timestamp) -> Option<DeviceId> {
        let (device, until) = lock(&self.challenges).held.remove(nonce)?;
        (until > now).then_some(device)
    }

    /// Keeps the hash of a token; too old a one of the device's makes room.
    pub(crate) fn token(&self, hash: Key, device: DeviceId, now: Timestamp, until: Timestamp) {
        let Tokens { open, newest } = &mut *lock(&self.tokens);
        open.keep(hash, device, (now, until), MOST);
        let own = newest.entry(device).or_default();
        own.push_back(hash);
        if own.len() > OF_ONE
            && let Some(oldest) = own.pop_front()
        {
            open.held.remove(&oldest);
        }
    }

    /// Whose token this is the hash of.
    pub(crate) fn bearer(&self, hash: &Key, now: Timestamp) -> Option<DeviceId> {
        let Tokens { open, .. } = &mut *lock(&self.tokens);
        let (device, until) = open.held.get(hash).copied()?;
        if until <= now {
            open.held.remove(hash);
            return None;
        }
        Some(device)
    }

    /// Ends all tokens of a device.
    pub(crate) fn end(&self, device: DeviceId) {
        let Tokens { open, newest } = &mut *lock(&self.tokens);
        for hash in newest.remove(&device).unwrap_or_default() {
            open.held.remove(&hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_there_are_too_many_the_oldest_makes_room() {
        let mut open = Open::default();
        let held = |open: &Open| (0..20).filter(|key| open.held.contains_key(&[*key; 32])).collect::<Vec<_>>();
        let mut keep = |key: u8, at: i64| {
            open.keep([key; 32], DeviceId::from_bytes([key; 16]), (Timestamp(at), Timestamp(at + 10)), 3);
            held(&open)
        };
        (0..3).for_each(|key| _ = keep(key, 0));
        assert_eq!(keep(3, 1), [1, 2, 3]);
        assert_eq!(keep(4, 5), [2, 3, 4]);
        assert_eq!(keep(5, 10), [3, 4, 5], "what has run out goes first");
        assert_eq!(keep(6, 100), [6]);
    }

    #[test]
    fn what_was_used_takes_no_room_for_long() {
        let (sessions, now) = (Sessions::default(), Timestamp(5));
        for key in 0..50 {
            sessions.token([key; 32], DeviceId::from_bytes([1; 16]), now, now.plus_ms(10));
        }
        assert_eq!(lock(&sessions.tokens).open.held.len(), OF_ONE);
        assert_eq!(sessions.bearer(&[45; 32], now), None);
        assert_eq!(sessions.bearer(&[46; 32], now), Some(DeviceId::from_bytes([1; 16])));
        sessions.end(DeviceId::from_bytes([1; 16]));
        assert!(lock(&sessions.tokens).open.held.is_empty());
        let mut open = Open::default();
        for key in 0..50 {
            open.keep([key; 32], DeviceId::from_bytes([1; 16]), (now, now.plus_ms(10)), 3);
            open.held.retain(|held, _| *held == [0; 32]);
        }
        assert!(open.order.len() <= 6, "behind one that still holds");
    }
}
