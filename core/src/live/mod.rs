//! The change hub: says which topics changed, coalesced and bounded, and nothing about how.
//!
//! A subscriber that does not come to look finds each topic once, however often it changed; one that has fallen
//! behind by more than [`MAX_TOPICS`] finds [`Topic::All`] and reloads. Announcing never blocks and never calls out
//! under a lock, so that a listener may call back into the core.

use std::collections::BTreeSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Notify;

use crate::ids::{DocId, SpaceId};

/// The most topics kept for one subscriber.
pub const MAX_TOPICS: usize = 256;

/// What can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// Too much to name, or the store was closed meanwhile: reload what is on screen.
    All,
    /// Organisations, members, the own roles; the names shown beside what they wrote come from here.
    Directory,
    /// The feed, an article, its acknowledgements.
    Feed,
    /// The lists of discussions, gatherings and groups.
    Talks,
    /// One discussion, the gathering it is of, and who takes part in it.
    Talk(SpaceId),
    /// The list of consultations, and how far each is.
    Consultations,
    /// The list of activities, and what is said of this member at each.
    Activities,
    /// One activity and its attendance.
    Activity(DocId),
    /// Bookmarks and drafts. Read marks and mutes show in the feed and the discussions.
    Personal,
    /// What waits to be sent, or was refused.
    Outbox,
}

#[derive(Default)]
struct Inbox {
    topics: Mutex<BTreeSet<Topic>>,
    arrived: Condvar,
    /// The same for who waits without a thread; keeps one arrival.
    woken: Notify,
}

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, BTreeSet<Topic>> {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A subscription; dropping it unsubscribes.
pub struct Subscription(Arc<Inbox>);

impl Subscription {
    /// What has changed since the last look; empty if nothing has.
    #[must_use]
    pub fn take(&self) -> BTreeSet<Topic> {
        std::mem::take(&mut *self.0.lock())
    }

    /// As [`Subscription::take`], waiting up to `timeout` for something.
    #[must_use]
    pub fn wait(&self, timeout: Duration) -> BTreeSet<Topic> {
        let topics = self.0.lock();
        let waited = self.0.arrived.wait_timeout_while(topics, timeout, |topics| topics.is_empty());
        std::mem::take(&mut *waited.unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Returns when something has arrived since it last returned, even if that was taken meanwhile. One task at a time
    /// may wait; the future may be dropped at any moment.
    pub async fn changed(&self) {
        self.0.woken.notified().await;
    }
}

/// Tells every subscriber what changed.
#[derive(Default)]
pub struct Hub(Mutex<Vec<Weak<Inbox>>>);

impl Hub {
    /// A new subscription, from now on.
    pub fn subscribe(&self) -> Subscription {
        let inbox = Arc::new(Inbox::default());
        self.subscribers().push(Arc::downgrade(&inbox));
        Subscription(inbox)
    }

    fn subscribers(&self) -> MutexGuard<'_, Vec<Weak<Inbox>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn announce(&self, topics: BTreeSet<Topic>) {
        if topics.is_empty() {
            return;
        }
        self.subscribers().retain(|inbox| {
            let Some(inbox) = inbox.upgrade() else { return false };
            let mut waiting = inbox.lock();
            if !waiting.contains(&Topic::All) {
                waiting.extend(&topics);
                if waiting.len() > MAX_TOPICS {
                    *waiting = BTreeSet::from([Topic::All]);
                }
            }
            inbox.arrived.notify_all();
            inbox.woken.notify_one();
            true
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_that_changed_often_shows_once() {
        let hub = Hub::default();
        let subscription = hub.subscribe();
        for _ in 0..3 {
            hub.announce(BTreeSet::from([Topic::Feed]));
        }
        assert_eq!(subscription.take(), BTreeSet::from([Topic::Feed]));
        assert!(subscription.take().is_empty());
    }

    #[test]
    fn who_falls_behind_is_told_to_reload() {
        let hub = Hub::default();
        let subscription = hub.subscribe();
        for n in 0..=MAX_TOPICS {
            let doc = DocId::from_bytes((n as u128).to_be_bytes());
            hub.announce(BTreeSet::from([Topic::Activity(doc)]));
        }
        assert_eq!(subscription.take(), BTreeSet::from([Topic::All]));
    }

    #[tokio::test]
    async fn a_change_wakes_who_waits_and_one_before_the_wait_too() {
        let hub = Hub::default();
        let subscription = hub.subscribe();
        hub.announce(BTreeSet::from([Topic::Feed]));
        subscription.changed().await;
        assert_eq!(subscription.take(), BTreeSet::from([Topic::Feed]));
        let ((), ()) = tokio::join!(subscription.changed(), async { hub.announce(BTreeSet::from([Topic::Talks])) });
        assert_eq!(subscription.take(), BTreeSet::from([Topic::Talks]));
    }

    #[test]
    fn dropping_a_subscription_ends_it() {
        let hub = Hub::default();
        drop(hub.subscribe());
        hub.announce(BTreeSet::from([Topic::Feed]));
        assert!(hub.subscribers().is_empty());
    }
}
