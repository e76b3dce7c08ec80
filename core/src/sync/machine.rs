//! When to talk to the server: events in, effects out; no clock, no network, no thread.
//!
//! What could go wrong, and what is done about it:
//! - Triggers come in bursts: they are gathered for a moment ([`Timing::debounce`], counted from the first), and one
//!   exchange runs at a time; whatever comes meanwhile makes exactly one further exchange.
//! - A server comes back and 260,000 phones rush at it: exponential backoff with full jitter, also on top of the
//!   `retry_after` it names.
//! - A hint is lost: an exchange follows each (re)opening of the live stream and each idle period.
//! - The network goes: a call under way is abandoned (pushes are idempotent, pulls are resumable), not waited for.

use std::time::Duration;

use super::session::{FailureClass, Hold, SyncState, Timing};
use crate::seeded::bug;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// The app is in the foreground.
    Started,
    /// It is no longer.
    Stopped,
    /// There is a network, or another one: worth an attempt now.
    NetworkUp,
    /// There is none.
    NetworkDown,
    /// Something was put into the outbox, or a space was opened.
    Wrote,
    /// The live stream says that there is something new.
    Hint,
    /// The exchange succeeded.
    Exchanged {
        /// Another is wanted at once.
        more: bool,
    },
    /// The exchange or the authentication failed.
    Failed {
        /// Why.
        class: FailureClass,
        /// The server's wish.
        retry_after: Option<Duration>,
    },
    /// There is nobody to exchange for: not enrolled, or the store is paused.
    NotReady,
    /// The authentication succeeded.
    TokenGot {
        /// How long the token holds.
        ttl: Duration,
    },
    /// The live stream stands.
    LiveOpened,
    /// The live stream ended, or did not open.
    LiveClosed {
        /// Why, if not by the server's wish.
        class: Option<FailureClass>,
        /// The server's wish.
        retry_after: Option<Duration>,
    },
    /// The time of the last [`Effect::SetTimer`] has come.
    Timer,
    /// Exchange until nothing is left to do, without a live stream.
    BackgroundRun {
        /// When to give up.
        deadline: Duration,
    },
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Get a token; answer with [`Event::TokenGot`], [`Event::Failed`] or [`Event::NotReady`].
    Authenticate,
    /// Make an exchange; answer with [`Event::Exchanged`], [`Event::Failed`] or [`Event::NotReady`].
    Exchange,
    /// Give up the network part of the call under way. It still answers.
    Abandon,
    /// Open the live stream; answer with [`Event::LiveOpened`] or [`Event::LiveClosed`].
    OpenLive,
    /// Close it; no answer.
    CloseLive,
    /// Send [`Event::Timer`] at this time; an earlier wish is void.
    SetTimer(Duration),
    /// Tell the app.
    Report(SyncState),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Live {
    Closed,
    Opening,
    Open { since: Duration },
}

/// The schedule of one device.
#[derive(Debug)]
pub struct Machine {
    timing: Timing,
    random: u64,
    started: bool,
    background: Option<Duration>,
    network: bool,
    revoked: bool,
    /// Until when the token holds.
    token: Option<Duration>,
    /// An authentication or exchange is under way.
    busy: bool,
    /// There is somebody to exchange for, as far as is known.
    ready: bool,
    /// From when on an exchange is wanted.
    wanted: Option<Duration>,
    /// Of every call.
    hold: Hold,
    cause: Option<FailureClass>,
    /// A token was refused since the last success: the next refusal counts as a failure.
    token_refused: bool,
    live: Live,
    /// Of the live stream, besides.
    live_hold: Hold,
    timer: Option<Duration>,
    reported: SyncState,
}

impl Machine {
    /// A schedule that has not started. `seed` is of the jitter: no two phones should share it.
    #[must_use]
    pub const fn new(timing: Timing, seed: u64) -> Self {
        Self {
            timing,
            random: seed,
            started: false,
            background: None,
            network: true,
            revoked: false,
            token: None,
            busy: false,
            ready: true,
            wanted: None,
            hold: Hold::NONE,
            cause: None,
            token_refused: false,
            live: Live::Closed,
            live_hold: Hold::NONE,
            timer: None,
            reported: SyncState::Stopped,
        }
    }

    /// Whether nothing runs and nothing will: stopped or revoked, with no call under way.
    #[must_use]
    pub const fn is_at_rest(&self) -> bool {
        !self.busy && (self.revoked || !(self.started || self.background.is_some()))
    }

    /// Takes note of an event and says what to do.
    pub fn handle(&mut self, event: Event, now: Duration) -> Vec<Effect> {
        let mut effects = Vec::new();
        let was_active = self.is_active();
        match event {
            Event::Started => {
                self.started = true;
                self.want(now);
            }
            Event::Stopped => {
                (self.started, self.background) = (false, None);
            }
            Event::NetworkUp => {
                self.network = true;
                self.hold.lift();
                self.live_hold.lift();
                self.want(now);
            }
            Event::NetworkDown => self.network = false,
            Event::Wrote | Event::Hint => self.want(now + self.timing.debounce),
            Event::BackgroundRun { deadline } => {
                self.background = Some(deadline);
                self.want(now);
            }
            Event::Exchanged { more } if self.busy => self.exchanged(more, now),
            Event::Failed { class, retry_after } if self.busy => {
                self.busy = false;
                self.want(now);
                self.failed(class, retry_after, now);
            }
            Event::NotReady if self.busy => {
                (self.busy, self.ready, self.wanted) = (false, false, None);
                if self.started {
                    self.want(now + self.timing.idle);
                }
            }
            Event::TokenGot { ttl } if self.busy => {
                (self.busy, self.ready) = (false, true);
                // One about to run out is no use for a long call; one that never holds must not be asked for in a ring.
                let margin = (ttl / 10).min(Duration::from_secs(30));
                self.token = Some(now.saturating_add((ttl - margin).max(Duration::from_secs(1))));
            }
            Event::LiveOpened if self.live == Live::Opening => {
                self.live = Live::Open { since: now };
                self.want(now);
            }
            Event::LiveClosed { class, retry_after } if self.live != Live::Closed => {
                self.live_closed(class, retry_after, now);
            }
            Event::Timer => self.timer = None,
            // Answers to a question that nobody asked.
            _ => {}
        }
        self.end_background(now);
        if was_active && !self.is_active() && self.busy {
            effects.push(Effect::Abandon);
        }
        self.settle(now, &mut effects);
        effects
    }

    const fn is_active(&self) -> bool {
        (self.started || self.background.is_some()) && self.network && !self.revoked
    }

    fn want(&mut self, at: Duration) {
        self.wanted = Some(self.wanted.map_or(at, |wanted| wanted.min(at)));
    }

    fn exchanged(&mut self, more: bool, now: Duration) {
        (self.busy, self.token_refused) = (false, false);
        (self.cause, self.hold) = (None, Hold::NONE);
        if more && !bug("forgets-more") {
            self.want(now);
        } else if self.started && !bug("no-idle-poll") {
            let live = matches!(self.live, Live::Open { .. });
            self.want(now + if live { self.timing.idle_live } else { self.timing.idle });
        }
    }

    fn failed(&mut self, class: FailureClass, retry_after: Option<Duration>, now: Duration) {
        match class {
            FailureClass::Revoked => return self.revoked = true,
            FailureClass::Abandoned => return,
            FailureClass::Unauthenticated => {
                self.token = None;
                if !std::mem::replace(&mut self.token_refused, true) {
                    return;
                }
            }
            // These do not pass by themselves in a moment.
            FailureClass::Outdated | FailureClass::Key => self.hold.until = now + self.timing.backoff_max,
            _ => {}
        }
        self.cause = Some(class);
        if bug("no-backoff") && class == FailureClass::Offline {
            return;
        }
        self.hold.fail(&self.timing, &mut self.random, retry_after, now);
    }

    fn live_closed(&mut self, class: Option<FailureClass>, retry_after: Option<Duration>, now: Duration) {
        if matches!(self.live, Live::Open { since } if now >= since + self.timing.live_good) {
            self.live_hold = Hold::NONE;
        }
        self.live = Live::Closed;
        self.live_hold.fail(&self.timing, &mut self.random, retry_after, now);
        self.want(now + self.timing.idle);
        match class {
            Some(FailureClass::Revoked) => self.revoked = true,
            Some(FailureClass::Unauthenticated) => self.token = None,
            _ => {}
        }
    }

    /// Does what can be done now, sets the timer for what cannot, and reports.
    fn settle(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let active = self.is_active();
        if !(active && self.started) && self.live != Live::Closed {
            self.live = Live::Closed;
            effects.push(Effect::CloseLive);
        }
        if active {
            let has_token = self.token.is_some_and(|until| now < until);
            let exchange_at = self.wanted.map(|at| at.max(self.hold.until));
            let live_at = self.live_at();
            let due = |at: Option<Duration>| at.is_some_and(|at| at <= now);
            if has_token && due(live_at) {
                self.live = Live::Opening;
                effects.push(Effect::OpenLive);
            }
            if !self.busy && (due(exchange_at) || (due(live_at) && !has_token)) {
                self.busy = true;
                effects.push(if has_token { Effect::Exchange } else { Effect::Authenticate });
                if has_token {
                    self.wanted = None;
                }
            }
        }
        self.set_timer(active, now, effects);
        let state = self.state(now);
        if state != self.reported {
            self.reported = state;
            effects.push(Effect::Report(state));
        }
    }

    /// When to open the live stream, if there should be one and is none.
    fn live_at(&self) -> Option<Duration> {
        let missing = self.started && self.ready && self.live == Live::Closed;
        missing.then_some(self.live_hold.until.max(self.hold.until))
    }

    fn end_background(&mut self, now: Duration) {
        let Some(deadline) = self.background else { return };
        let hopeless = !self.busy && (self.wanted.is_none() || self.hold.until >= deadline);
        if now >= deadline || hopeless || self.revoked {
            self.background = None;
        }
    }

    fn set_timer(&mut self, active: bool, now: Duration, effects: &mut Vec<Effect>) {
        let exchange_at = self.wanted.filter(|_| active && !self.busy).map(|at| at.max(self.hold.until));
        let live_at = self.live_at().filter(|at| active && *at > now);
        let next = [exchange_at, live_at, self.background].into_iter().flatten().min();
        if let Some(next) = next
            && self.timer != Some(next)
        {
            self.timer = Some(next);
            effects.push(Effect::SetTimer(next));
        }
    }

    fn state(&self, now: Duration) -> SyncState {
        match self.cause {
            _ if self.revoked => SyncState::Revoked,
            _ if !self.started && self.background.is_none() => SyncState::Stopped,
            _ if !self.network => SyncState::Offline,
            _ if self.busy => SyncState::Syncing,
            Some(cause) if self.hold.until > now => SyncState::Waiting { cause },
            _ => SyncState::Idle { live: matches!(self.live, Live::Open { .. }) },
        }
    }
}

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
