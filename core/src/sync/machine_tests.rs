use proptest::prelude::*;

use super::*;

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

const OFFLINE: Event = Event::Failed { class: FailureClass::Offline, retry_after: None };
const ABANDONED: Event = Event::Failed { class: FailureClass::Abandoned, retry_after: None };
const TOKEN: Event = Event::TokenGot { ttl: Duration::from_secs(3600) };
const DONE: Event = Event::Exchanged { more: false };

/// A machine with its clock.
struct Rig {
    machine: Machine,
    now: Duration,
    timer: Option<Duration>,
    state: SyncState,
}

impl Rig {
    fn new() -> Self {
        Self { machine: Machine::new(Timing::default(), 7), now: s(100), timer: None, state: SyncState::Stopped }
    }

    /// Started, with a token, a live stream, and nothing left to do.
    fn settled() -> Self {
        let mut rig = Self::new();
        assert_eq!(rig.on(Event::Started), [Effect::Authenticate]);
        assert_eq!(rig.on(TOKEN), [Effect::OpenLive, Effect::Exchange]);
        assert_eq!(rig.on(Event::LiveOpened), []);
        assert_eq!(rig.on(DONE), [Effect::Exchange], "what came before the stream stood may have no hint");
        assert_eq!(rig.on(DONE), []);
        assert_eq!(rig.state, SyncState::Idle { live: true });
        rig
    }

    /// The effects, without timers and reports: these are remembered.
    fn on(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = self.machine.handle(event, self.now);
        effects.retain(|effect| match *effect {
            Effect::SetTimer(at) => {
                assert!(at > self.now, "a timer in the past");
                self.timer = Some(at);
                false
            }
            Effect::Report(state) => {
                assert_ne!(self.state, state, "reported twice");
                self.state = state;
                false
            }
            _ => true,
        });
        effects
    }

    /// Lets time pass up to the next timer; how long it was, and what is done then.
    fn sleep(&mut self) -> (Duration, Vec<Effect>) {
        let at = self.timer.take().expect("a timer");
        let slept = at - self.now;
        self.now = at;
        (slept, self.on(Event::Timer))
    }
}

#[test]
fn a_burst_of_writes_and_hints_is_one_exchange() {
    let mut rig = Rig::settled();
    for event in [Event::Wrote, Event::Hint, Event::Wrote] {
        assert_eq!(rig.on(event), []);
        rig.now += ms(10);
    }
    assert_eq!(rig.sleep(), (ms(20), vec![Effect::Exchange]), "counted from the first");
    assert_eq!(rig.on(DONE), []);
}

#[test]
fn a_timer_that_comes_too_early_is_set_again() {
    let mut rig = Rig::settled();
    rig.on(Event::Wrote);
    let timer = rig.timer.take();
    assert_eq!(rig.on(Event::Timer), []);
    assert_eq!(rig.timer, timer);
}

#[test]
fn triggers_during_an_exchange_make_exactly_one_further() {
    let mut rig = Rig::settled();
    rig.on(Event::Wrote);
    assert_eq!(rig.sleep().1, [Effect::Exchange]);
    for event in [Event::Hint, Event::Wrote, Event::Started, Event::NetworkUp] {
        assert_eq!(rig.on(event), []);
    }
    assert_eq!(rig.on(DONE), [Effect::Exchange]);
    assert_eq!(rig.on(DONE), []);
}

#[test]
fn more_pages_follow_at_once() {
    let mut rig = Rig::settled();
    rig.on(Event::Hint);
    rig.sleep();
    assert_eq!(rig.on(Event::Exchanged { more: true }), [Effect::Exchange]);
    assert_eq!(rig.on(DONE), []);
}

#[test]
fn failures_back_off_with_jitter_and_a_cap_and_success_forgets_them() {
    let mut rig = Rig::settled();
    rig.on(Event::Wrote);
    rig.sleep();
    let mut slept = Vec::new();
    for n in 0..20 {
        assert_eq!(rig.on(OFFLINE), []);
        let SyncState::Waiting { cause: FailureClass::Offline, until } = rig.state else { panic!("{:?}", rig.state) };
        assert_eq!(Some(until), rig.timer, "it says when the next attempt follows");
        let (pause, effects) = rig.sleep();
        assert_eq!(effects, [Effect::Exchange]);
        assert!(pause <= s(1 << n.min(9)).min(s(300)), "{n}: {pause:?}");
        slept.push(pause);
    }
    assert!(slept[12..].iter().max() > Some(&s(100)), "{slept:?}");
    assert!(slept.windows(2).all(|pair| pair[0] != pair[1]), "no jitter: {slept:?}");
    rig.on(DONE);
    rig.on(Event::Wrote);
    assert_eq!(rig.sleep().0, ms(50));
    rig.on(OFFLINE);
    assert!(rig.sleep().0 <= s(1));
}

#[test]
fn two_seeds_wait_differently() {
    let pause = |mut seed| {
        let mut hold = Hold { failures: 5, ..Hold::NONE };
        hold.fail(&Timing::default(), &mut seed, None, s(0));
        hold.until
    };
    assert_ne!(pause(1), pause(2));
}

#[test]
fn retry_after_is_honoured_even_when_a_network_comes() {
    let mut rig = Rig::settled();
    rig.on(Event::Wrote);
    rig.sleep();
    rig.on(Event::Failed { class: FailureClass::Busy, retry_after: Some(s(60)) });
    for event in [Event::NetworkUp, Event::Hint, Event::Started, Event::BackgroundRun { deadline: s(100_000) }] {
        assert_eq!(rig.on(event), []);
    }
    let (pause, effects) = rig.sleep();
    assert!(pause >= s(60) && pause <= s(61), "{pause:?}");
    assert_eq!(effects, [Effect::Exchange]);
    rig.on(Event::Failed { class: FailureClass::Busy, retry_after: Some(Duration::MAX) });
    assert!(rig.timer.is_some_and(|at| at <= rig.now + s(3602)), "an absurd wish is not followed");
}

#[test]
fn a_network_lifts_the_backoff() {
    let mut rig = Rig::settled();
    rig.on(Event::Wrote);
    rig.sleep();
    for _ in 0..8 {
        rig.on(OFFLINE);
        rig.sleep();
    }
    rig.on(OFFLINE);
    assert_eq!(rig.on(Event::NetworkUp), [Effect::Exchange]);
}

#[test]
fn another_network_takes_over_from_a_call_and_a_stream_that_hang() {
    let mut rig = Rig::settled();
    rig.on(Event::Wrote);
    rig.sleep();
    assert_eq!(rig.on(Event::NetworkUp), [], "the first time it is the one that was there");
    assert_eq!(rig.on(Event::NetworkUp), [Effect::Abandon, Effect::CloseLive, Effect::OpenLive]);
    assert_eq!(rig.on(ABANDONED), [Effect::Exchange], "at once");
    assert_eq!(rig.on(DONE), []);
    assert_eq!(rig.on(Event::NetworkUp), [Effect::CloseLive, Effect::OpenLive, Effect::Exchange]);
    rig.on(DONE);
    // An authentication too, and a background run.
    let mut rig = Rig::new();
    rig.on(Event::BackgroundRun { deadline: s(1000) });
    rig.on(Event::NetworkUp);
    assert_eq!(rig.on(Event::NetworkUp), [Effect::Abandon]);
    assert_eq!(rig.on(ABANDONED), [Effect::Authenticate]);
    // Stopped, there is nothing to take over.
    let mut rig = Rig::settled();
    rig.on(Event::NetworkUp);
    rig.on(Event::Stopped);
    rig.on(Event::NetworkUp);
    assert_eq!(rig.on(Event::NetworkUp), []);
}

#[test]
fn what_was_said_of_the_network_is_forgotten_with_a_stop() {
    let mut rig = Rig::settled();
    rig.on(Event::NetworkDown);
    rig.on(Event::Stopped);
    let deadline = rig.now + s(20);
    assert_eq!(rig.on(Event::BackgroundRun { deadline }), [Effect::Exchange], "it may be back");
    rig.on(DONE);
    rig.on(Event::NetworkUp);
    rig.on(Event::Stopped);
    assert_eq!(rig.on(Event::Started), [Effect::OpenLive, Effect::Exchange]);
    assert_eq!(rig.on(Event::NetworkUp), [], "the platform says it again to who comes back");
}

#[test]
fn who_asks_or_comes_back_need_not_sit_out_a_backoff() {
    for event in [Event::Asked, Event::Started, Event::BackgroundRun { deadline: s(4000) }] {
        let mut rig = Rig::settled();
        rig.on(Event::Wrote);
        rig.sleep();
        for _ in 0..12 {
            rig.on(OFFLINE);
            rig.sleep();
        }
        rig.on(OFFLINE);
        assert_eq!(rig.on(event), [Effect::Exchange], "{event:?}");
    }
}

#[test]
fn a_background_run_in_the_foreground_ends_though_idle_exchanges_go_on() {
    let mut rig = Rig::settled();
    assert_eq!(rig.on(Event::BackgroundRun { deadline: rig.now + s(90_000) }), [Effect::Exchange]);
    assert!(rig.machine.is_in_run());
    assert_eq!(rig.on(Event::Exchanged { more: true }), [Effect::Exchange]);
    assert!(rig.machine.is_in_run());
    rig.on(DONE);
    assert!(!rig.machine.is_in_run() && !rig.machine.is_at_rest());
    assert_eq!(rig.sleep(), (s(1800), vec![Effect::Exchange]));
}

#[test]
fn an_enrolment_while_it_is_asked_for_whom_is_not_missed() {
    let mut rig = Rig::new();
    rig.on(Event::Started);
    rig.on(Event::Enrolled);
    assert_eq!(rig.on(Event::NotReady), [Effect::Authenticate], "the answer was older than the enrolment");
    assert_eq!(rig.on(TOKEN), [Effect::OpenLive, Effect::Exchange]);
    rig.on(Event::LiveOpened);
    rig.on(DONE);
    rig.on(DONE);
    assert_eq!(rig.on(Event::Enrolled), [Effect::CloseLive, Effect::Authenticate], "there may be another server");
}

#[test]
fn without_a_network_nothing_is_tried_and_what_is_under_way_is_given_up() {
    let mut rig = Rig::settled();
    rig.on(Event::Wrote);
    rig.sleep();
    assert_eq!(rig.on(Event::NetworkDown), [Effect::Abandon, Effect::CloseLive]);
    assert_eq!(rig.state, SyncState::Offline);
    assert_eq!(rig.on(ABANDONED), []);
    assert_eq!(rig.on(Event::Wrote), []);
    assert_eq!(rig.on(Event::NetworkUp), [Effect::OpenLive, Effect::Exchange], "no backoff for what we gave up");
}

#[test]
fn a_refused_token_is_replaced_at_once_and_a_second_one_after_a_while() {
    let mut rig = Rig::settled();
    let refused = Event::Failed { class: FailureClass::Unauthenticated, retry_after: None };
    rig.on(Event::Wrote);
    rig.sleep();
    assert_eq!(rig.on(refused), [Effect::Authenticate]);
    assert_eq!(rig.on(TOKEN), [Effect::Exchange]);
    assert_eq!(rig.on(refused), []);
    assert_eq!(rig.sleep().1, [Effect::Authenticate]);
    assert_eq!(rig.on(TOKEN), [Effect::Exchange]);
    assert_eq!(rig.on(DONE), []);
}

#[test]
fn a_token_is_renewed_before_it_runs_out_and_one_that_never_holds_is_no_ring() {
    let mut rig = Rig::new();
    rig.on(Event::Started);
    rig.on(Event::TokenGot { ttl: s(100) });
    rig.on(Event::LiveOpened);
    rig.on(DONE);
    rig.on(DONE);
    rig.now += s(91);
    rig.on(Event::Wrote);
    assert_eq!(rig.sleep().1, [Effect::Authenticate]);
    assert_eq!(rig.on(Event::TokenGot { ttl: s(0) }), [Effect::Exchange]);
}

#[test]
fn revoked_is_the_end() {
    let revoked = Some(FailureClass::Revoked);
    for event in [
        Event::Failed { class: FailureClass::Revoked, retry_after: None },
        Event::LiveClosed { class: revoked, retry_after: None },
    ] {
        let mut rig = Rig::settled();
        rig.on(Event::Wrote);
        rig.sleep();
        rig.on(event);
        assert_eq!(rig.state, SyncState::Revoked);
        rig.on(DONE);
        assert!(rig.machine.is_at_rest());
        let after = [Event::Wrote, Event::NetworkUp, Event::Stopped, Event::Started, Event::Timer];
        for event in [&after[..], &[Event::BackgroundRun { deadline: s(1000) }]].concat() {
            assert_eq!(rig.on(event), []);
        }
        assert_eq!(rig.state, SyncState::Revoked);
    }
}

#[test]
fn the_live_stream_comes_back_with_backoff_and_one_exchange_each_time() {
    let mut rig = Rig::settled();
    let closed = Event::LiveClosed { class: None, retry_after: None };
    for n in 0..12 {
        assert_eq!(rig.on(closed), []);
        let (pause, effects) = rig.sleep();
        assert!(pause <= s(1 << n.min(9)).min(s(300)), "{n}: {pause:?}");
        assert_eq!(effects, [Effect::OpenLive]);
        assert_eq!(rig.on(Event::LiveOpened), [Effect::Exchange]);
        assert_eq!(rig.on(DONE), []);
    }
    rig.now += s(30);
    rig.on(closed);
    assert!(rig.sleep().0 <= s(1), "a stream that held is forgiven");
}

#[test]
fn idle_exchanges_come_often_without_a_stream_and_seldom_with_one() {
    let mut rig = Rig::settled();
    assert_eq!(rig.sleep(), (s(1800), vec![Effect::Exchange]));
    assert_eq!(rig.on(DONE), []);
    let closed_at = rig.now;
    rig.on(Event::LiveClosed { class: Some(FailureClass::Busy), retry_after: Some(s(3000)) });
    let (_, effects) = rig.sleep();
    assert_eq!((rig.now - closed_at, effects), (s(300), vec![Effect::Exchange]));
    rig.on(DONE);
    assert_eq!(rig.sleep(), (s(300), vec![Effect::Exchange]));
}

#[test]
fn stopping_abandons_and_starting_again_takes_up() {
    let mut rig = Rig::settled();
    rig.on(Event::Wrote);
    rig.sleep();
    assert_eq!(rig.on(Event::Stopped), [Effect::Abandon, Effect::CloseLive]);
    assert!(!rig.machine.is_at_rest(), "the call still answers");
    assert_eq!(rig.on(Event::Started), [Effect::OpenLive], "one exchange at a time, across a stop");
    assert_eq!(rig.on(DONE), [Effect::Exchange]);
    rig.on(Event::Stopped);
    rig.on(DONE);
    assert!(rig.machine.is_at_rest());
    assert_eq!(rig.state, SyncState::Stopped);
}

#[test]
fn a_background_run_ends_when_nothing_is_left() {
    let mut rig = Rig::new();
    let deadline = rig.now + s(20);
    assert_eq!(rig.on(Event::BackgroundRun { deadline }), [Effect::Authenticate]);
    assert_eq!(rig.on(TOKEN), [Effect::Exchange], "no live stream");
    assert_eq!(rig.on(Event::Exchanged { more: true }), [Effect::Exchange]);
    assert!(!rig.machine.is_at_rest());
    assert_eq!(rig.on(DONE), []);
    assert!(rig.machine.is_at_rest());
}

#[test]
fn a_background_run_ends_at_its_deadline() {
    let mut rig = Rig::new();
    let deadline = rig.now + s(20);
    rig.on(Event::BackgroundRun { deadline });
    assert_eq!(rig.on(TOKEN), [Effect::Exchange]);
    assert_eq!(rig.sleep(), (s(20), vec![Effect::Abandon]));
    rig.on(ABANDONED);
    assert!(rig.machine.is_at_rest());
    assert_eq!(rig.state, SyncState::Stopped);
}

#[test]
fn a_background_run_does_not_wait_for_an_attempt_after_its_deadline() {
    for class in [FailureClass::Key, FailureClass::Outdated, FailureClass::BadUrl, FailureClass::Busy] {
        let mut rig = Rig::new();
        rig.on(Event::BackgroundRun { deadline: rig.now + s(20) });
        rig.on(Event::Failed { class, retry_after: (class == FailureClass::Busy).then_some(s(25)) });
        assert!(rig.machine.is_at_rest(), "{class:?}");
    }
}

#[test]
fn not_ready_waits_for_a_trigger_in_the_foreground_and_ends_a_background_run() {
    let mut rig = Rig::new();
    rig.on(Event::Started);
    assert_eq!(rig.on(Event::NotReady), []);
    assert_eq!(rig.state, SyncState::NotEnrolled);
    assert_eq!(rig.on(Event::Started), [Effect::Authenticate]);
    assert_eq!(rig.on(Event::NotReady), []);
    assert_eq!(rig.sleep(), (s(300), vec![Effect::Authenticate]));
    assert_eq!(rig.on(TOKEN), [Effect::OpenLive, Effect::Exchange]);
    let mut rig = Rig::new();
    rig.on(Event::BackgroundRun { deadline: s(1000) });
    rig.on(Event::NotReady);
    assert!(rig.machine.is_at_rest());
}

fn events() -> impl Strategy<Value = Event> {
    use FailureClass::{
        Abandoned, BadUrl, Busy, Key, Offline, Outdated, Protocol, Revoked, Storage, Tls, Unauthenticated,
    };
    let class = prop::sample::select(vec![
        Offline,
        Offline,
        Offline,
        Abandoned,
        Unauthenticated,
        Unauthenticated,
        Busy,
        Tls,
        BadUrl,
        Outdated,
        Protocol,
        Storage,
        Key,
        Revoked,
    ]);
    let after = prop::option::of((0u64..100_000).prop_map(ms));
    prop_oneof![
        3 => Just(Event::Started),
        1 => Just(Event::Stopped),
        2 => Just(Event::NetworkUp),
        1 => Just(Event::NetworkDown),
        3 => Just(Event::Wrote),
        1 => Just(Event::Asked),
        1 => Just(Event::Enrolled),
        3 => Just(Event::Hint),
        4 => any::<bool>().prop_map(|more| Event::Exchanged { more }),
        3 => (class.clone(), after.clone()).prop_map(|(class, retry_after)| Event::Failed { class, retry_after }),
        1 => Just(Event::NotReady),
        4 => (0u64..5000).prop_map(|ttl| Event::TokenGot { ttl: s(ttl) }),
        2 => Just(Event::LiveOpened),
        1 => (prop::option::of(class), after).prop_map(|(class, retry_after)| Event::LiveClosed { class, retry_after }),
        3 => Just(Event::Timer),
        1 => (0u64..4000).prop_map(|at| Event::BackgroundRun { deadline: s(at) }),
    ]
}

proptest! {
    /// Whatever comes in whatever order: never two calls at once, never a stream twice, and never stuck.
    #[test]
    fn one_call_at_a_time_and_never_stuck(
        seed: u64, steps in prop::collection::vec((events(), 0u64..400_000), 0..200),
    ) {
        let mut machine = Machine::new(Timing::default(), seed);
        let (mut now, mut timer, mut in_flight, mut live) = (s(0), None::<Duration>, None, false);
        let (mut started, mut network, mut revoked) = (false, true, false);
        for (event, wait) in steps {
            // Time stops at a timer, as it does in the driver.
            let until = now + ms(wait);
            while let Some(at) = timer.filter(|at| *at <= until) {
                now = now.max(at);
                timer = None;
                check(machine.handle(Event::Timer, now), &mut timer, &mut in_flight, &mut live)?;
            }
            now = until;
            // The driver answers the call under way and no other.
            match (event, in_flight) {
                (Event::Exchanged { .. }, call) if call != Some(Effect::Exchange) => continue,
                (Event::TokenGot { .. }, call) if call != Some(Effect::Authenticate) => continue,
                (Event::Failed { .. } | Event::NotReady, None) => continue,
                (Event::LiveOpened | Event::LiveClosed { .. }, _) if !live => continue,
                (Event::Timer, _) => continue,
                _ => {}
            }
            match event {
                Event::Started => started = true,
                Event::Stopped => (started, network) = (false, true),
                Event::NetworkUp => network = true,
                Event::NetworkDown => network = false,
                Event::Exchanged { .. } | Event::TokenGot { .. } | Event::NotReady => in_flight = None,
                Event::Failed { class, .. } => {
                    in_flight = None;
                    revoked |= class == FailureClass::Revoked;
                }
                Event::LiveClosed { class, .. } => {
                    live = false;
                    revoked |= class == Some(FailureClass::Revoked);
                }
                _ => {}
            }
            check(machine.handle(event, now), &mut timer, &mut in_flight, &mut live)?;
            prop_assert!(!live || (started && network && !revoked), "a stream nobody wants");
            if started && network && !revoked {
                // Started machines always have a next exchange: at the latest the idle one.
                prop_assert!(in_flight.is_some() || timer.is_some(), "stuck after {event:?}: {machine:?}");
                prop_assert!(live || !machine.ready || in_flight.is_some() || machine.live_hold.until > now || machine.hold.until > now);
            }
            if machine.is_at_rest() {
                prop_assert!(in_flight.is_none() && !live);
            }
        }
    }
}

fn check(
    effects: Vec<Effect>,
    timer: &mut Option<Duration>,
    in_flight: &mut Option<Effect>,
    live: &mut bool,
) -> Result<(), TestCaseError> {
    for effect in effects {
        match effect {
            Effect::Authenticate | Effect::Exchange => prop_assert_eq!(in_flight.replace(effect), None),
            Effect::Abandon => prop_assert!(in_flight.is_some()),
            Effect::OpenLive => prop_assert!(!std::mem::replace(live, true)),
            Effect::CloseLive => prop_assert!(std::mem::replace(live, false)),
            Effect::SetTimer(at) => *timer = Some(at),
            Effect::Report(_) => {}
        }
    }
    Ok(())
}
