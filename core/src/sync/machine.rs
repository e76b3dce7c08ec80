//! When to talk to the server: events in, effects out; no clock, no network, no thread.
//!
//! What could go wrong, and what is done about it:
//! - Triggers come in bursts: they are gathered for a moment ([`Timing::debounce`], counted from the first), and one
//!   exchange runs at a time; whatever comes meanwhile makes exactly one further exchange.
//! - A server comes back and 260,000 phones rush at it: exponential backoff with full jitter, also on top of the
//!   `retry_after` it names.
//! - A hint is lost: an exchange follows each (re)opening of the live stream and each idle period.
//! - The network goes, or another takes its place: a call under way is abandoned (pushes are idempotent, pulls are
//!   resumable), not waited for.
//! - The app goes and comes back many times a day: token and wishes of the server outlive a stop.

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
    /// There is a network; said again without [`Event::NetworkDown`] in between: another one.
    NetworkUp,
    /// There is none.
    NetworkDown,
    /// Something was put into the outbox, or a space was opened.
    Wrote,
    /// The member wants to see news now.
    Asked,
    /// The device has (another) member and server: no token of before holds.
    Enrolled,
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
enum Network {
    /// Nobody has said anything: as good as up.
    Unknown,
    Up,
    Down,
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
    network: Network,
    revoked: bool,
    /// Until when the token holds.
    token: Option<Duration>,
    /// An authentication or exchange is under way.
    busy: bool,
    /// There is somebody to exchange for, as far as is known.
    ready: bool,
    /// From when on an exchange is wanted, for what came since the last call began.
    wanted: Option<Duration>,
    /// From when on one is wanted for no other reason than time.
    idle: Option<Duration>,
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
            network: Network::Unknown,
            revoked: false,
            token: None,
            busy: false,
            ready: true,
            wanted: None,
            idle: None,
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
                self.want_at_once(now);
            }
            Event::Stopped => {
                (self.started, self.background, self.idle) = (false, None, None);
                // Nobody watches it in the background, and a run there must not wait for news of it.
                self.network = Network::Unknown;
            }
            Event::NetworkUp => {
                let another = std::mem::replace(&mut self.network, Network::Up) == Network::Up;
                if another && was_active {
                    // What hangs on the old one would hang until it times out.
                    if self.busy {
                        effects.push(Effect::Abandon);
                    }
                    self.close_live(&mut effects);
                }
                self.want_at_once(now);
            }
            Event::NetworkDown => self.network = Network::Down,
            Event::Wrote | Event::Hint => self.want(now + self.timing.debounce),
            Event::Asked => self.want_at_once(now),
            Event::Enrolled => {
                (self.token, self.ready) = (None, true);
                self.close_live(&mut effects);
                self.want_at_once(now);
            }
            Event::BackgroundRun { deadline } => {
                self.background = Some(self.background.map_or(deadline, |other| other.max(deadline)));
                self.want_at_once(now);
            }
            Event::Exchanged { more } if self.busy => self.exchanged(more, now),
            Event::Failed { class, retry_after } if self.busy => {
                (self.busy, self.ready) = (false, true);
                self.want(now);
                self.failed(class, retry_after, now);
            }
            Event::NotReady if self.busy => {
                // What came meanwhile stays wanted: it may be the enrolment.
                (self.busy, self.ready) = (false, false);
                self.idle = self.started.then_some(now + self.timing.idle);
            }
            Event::TokenGot { ttl } if self.busy => {
                (self.busy, self.ready) = (false, true);
                self.want(now);
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
        (self.started || self.background.is_some()) && !matches!(self.network, Network::Down) && !self.revoked
    }

    /// Whether a background run is under way.
    #[must_use]
    pub const fn is_in_run(&self) -> bool {
        self.background.is_some()
    }

    /// Why nothing has succeeded of late.
    #[must_use]
    pub const fn trouble(&self) -> Option<FailureClass> {
        if self.revoked { Some(FailureClass::Revoked) } else { self.cause }
    }

    /// Somebody waits, or something has changed: our own backoff ends, the server's wish holds.
    fn want_at_once(&mut self, now: Duration) {
        self.hold.lift();
        self.live_hold.lift();
        self.want(now);
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
            self.idle = Some(now + if live { self.timing.idle_live } else { self.timing.idle });
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
            FailureClass::Outdated | FailureClass::BadUrl | FailureClass::Key => {
                self.hold.until = now + self.timing.backoff_max
            }
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
        let idle = now + self.timing.idle;
        self.idle = Some(self.idle.map_or(idle, |at| at.min(idle)));
        match class {
            Some(FailureClass::Revoked) => self.revoked = true,
            Some(FailureClass::Unauthenticated) => self.token = None,
            _ => {}
        }
    }

    /// Does what can be done now, sets the timer for what cannot, and reports.
    fn settle(&mut self, now: Duration, effects: &mut Vec<Effect>) {
        let active = self.is_active();
        if !(active && self.started) {
            self.close_live(effects);
        }
        if active {
            let has_token = self.token.is_some_and(|until| now < until);
            let exchange_at = self.exchange_at();
            let live_at = self.live_at();
            let due = |at: Option<Duration>| at.is_some_and(|at| at <= now);
            if has_token && due(live_at) {
                self.live = Live::Opening;
                effects.push(Effect::OpenLive);
            }
            if !self.busy && (due(exchange_at) || (due(live_at) && !has_token)) {
                self.busy = true;
                (self.wanted, self.idle) = (None, None);
                effects.push(if has_token { Effect::Exchange } else { Effect::Authenticate });
            }
        }
        self.set_timer(active, now, effects);
        let state = self.state(now);
        if state != self.reported {
            self.reported = state;
            effects.push(Effect::Report(state));
        }
    }

    fn close_live(&mut self, effects: &mut Vec<Effect>) {
        if self.live != Live::Closed {
            self.live = Live::Closed;
            effects.push(Effect::CloseLive);
        }
    }

    /// When to make the next exchange.
    fn exchange_at(&self) -> Option<Duration> {
        let at = [self.wanted, self.idle].into_iter().flatten().min()?;
        Some(at.max(self.hold.until))
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
        let exchange_at = self.exchange_at().filter(|_| active && !self.busy);
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
            _ if !self.ready => SyncState::NotEnrolled,
            _ if self.network == Network::Down => SyncState::Offline,
            _ if self.busy => SyncState::Syncing,
            Some(cause) if self.hold.until > now => SyncState::Waiting { cause, until: self.hold.until },
            _ => SyncState::Idle { live: matches!(self.live, Live::Open { .. }) },
        }
    }
}

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
