//! A real core on real files and a fake server, in simulated time: it stands still while the store works.

mod enrolling;
mod fake;
mod forgetting;
mod interleaved;

use std::sync::atomic::Ordering::SeqCst;

use super::*;
use crate::live::Topic;
use crate::sync::transport::TransportError;
use crate::sync::wire::FailureCode;
use fake::{NOW, Phone};

const MINUTE: Duration = Duration::from_secs(60);

fn refused(code: FailureCode, retry_after: Option<Duration>) -> TransportError {
    TransportError::Failure { code, retry_after }
}

#[tokio::test(start_paused = true)]
async fn an_app_opens_and_closes_as_often_as_it_is_told_to() {
    let phone = Phone::enrolled().await;
    assert!(!phone.is_open());
    for _ in 0..3 {
        phone.app.resume().await.unwrap();
        phone.app.resume().await.unwrap();
        assert!(phone.is_open());
        phone.app.pause().await.unwrap();
        assert!(!phone.is_open());
        assert_eq!(phone.server.in_use.load(SeqCst), 0);
        assert_eq!(*phone.app.state().borrow(), AppState::Paused);
        phone.app.pause().await.unwrap();
        assert!(!phone.is_open());
    }
}

#[tokio::test(start_paused = true)]
async fn an_app_that_has_just_started_is_paused() {
    let phone = Phone::new();
    phone.app.pause().await.unwrap();
    assert!(!phone.is_open());
    assert_eq!(*phone.app.state().borrow(), AppState::Paused);
}

#[tokio::test(start_paused = true)]
async fn the_latest_wish_wins_whether_or_not_anybody_waits() {
    let phone = Phone::settled().await;
    drop(phone.app.pause());
    phone.reaches(AppState::Paused).await;
    assert!(!phone.is_open());
    drop(phone.app.resume());
    phone.reaches(AppState::Idle { live: true }).await;
    let (pause, resume) = (phone.app.pause(), phone.app.resume());
    assert_eq!((pause.await, resume.await), (Ok(()), Ok(())));
    assert!(phone.is_open());
    let (resume, pause) = (phone.app.resume(), phone.app.pause());
    assert_eq!((resume.await, pause.await), (Ok(()), Ok(())));
    assert!(!phone.is_open());
}

#[tokio::test(start_paused = true)]
async fn a_pause_waits_for_who_reads_and_a_resume_meanwhile_is_heard() {
    let phone = Phone::settled().await;
    let (reading, begun) = oneshot::channel();
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let core = Arc::clone(phone.app.core());
    let reader = std::thread::spawn(move || {
        core.store.read(|_| {
            reading.send(()).unwrap();
            ended.recv().unwrap();
            Ok(())
        })
    });
    begun.await.unwrap();
    let mut pausing = tokio::spawn(phone.app.pause());
    tokio::select! {
        biased;
        _ = &mut pausing => panic!("closed under a reader"),
        () = async { for _ in 0..1000 { tokio::task::yield_now().await } } => {}
    }
    let resuming = phone.app.resume();
    end.send(()).unwrap();
    pausing.await.unwrap().unwrap();
    resuming.await.unwrap();
    reader.join().unwrap().unwrap();
    assert!(phone.is_open());
}

#[tokio::test(start_paused = true)]
async fn who_listens_over_a_pause_hears_when_it_can_ask_again() {
    let phone = Phone::settled().await;
    let topics = phone.app.core().subscribe();
    phone.app.pause().await.unwrap();
    assert!(topics.take().is_empty(), "nothing can be asked now");
    drop(phone.app.resume());
    topics.changed().await;
    assert!(phone.is_open(), "told before it could ask");
    assert_eq!(topics.take(), [Topic::All].into());
    phone.app.resume().await.unwrap();
    assert!(topics.take().is_empty(), "nothing was closed");
    phone.app.pause().await.unwrap();
    phone.app.background_run(MINUTE).await.unwrap();
    assert_eq!(topics.take(), [Topic::All].into(), "a background run opens it too");
}

#[tokio::test(start_paused = true)]
async fn what_is_written_leaves_by_itself() {
    let phone = Phone::settled().await;
    let before = phone.exchanges();
    phone.write().unwrap();
    phone.reaches(AppState::Syncing).await;
    phone.reaches(AppState::Idle { live: true }).await;
    assert_eq!(phone.exchanges(), before + 1, "one exchange, and none for its own answer");
    assert_eq!(phone.app.core().outbox().items(), Ok(vec![]));
    phone.app.pause().await.unwrap();
    assert_eq!(phone.write(), Err(Error::Paused));
}

#[tokio::test(start_paused = true)]
async fn what_is_said_of_the_network_after_a_pause_was_asked_for_holds_in_the_next_foreground() {
    let new = Phone::new();
    new.app.network(false);
    new.app.resume().await.unwrap();
    new.reaches(AppState::Offline).await;

    let phone = Phone::settled().await;
    let before = phone.exchanges();
    phone.app.network(false);
    phone.write().unwrap();
    drop(phone.app.pause());
    phone.app.network(false);
    phone.app.resume().await.unwrap();
    phone.reaches(AppState::Offline).await;
    tokio::time::sleep(100 * MINUTE).await;
    assert_eq!(phone.exchanges(), before, "somebody said that there is none");
}

#[tokio::test(start_paused = true)]
async fn a_background_run_after_another_does_not_wait_for_news_of_the_network() {
    let phone = Phone::enrolled().await;
    let run = phone.app.background_run(MINUTE);
    phone.app.network(false);
    assert!(run.await.is_err(), "the network went");
    let before = phone.exchanges();
    assert!(phone.app.background_run(MINUTE).await.is_ok());
    assert!(phone.exchanges() > before, "it may be back");
}

#[tokio::test(start_paused = true)]
async fn a_background_run_opens_exchanges_and_closes() {
    let phone = Phone::settled().await;
    phone.app.network(false);
    phone.write().unwrap();
    phone.app.pause().await.unwrap();
    phone.app.network(true);
    let before = phone.exchanges();
    assert_eq!(phone.app.background_run(MINUTE).await, Ok(RunReport { waiting: 0, refused: 0 }));
    assert!(!phone.is_open());
    assert!(phone.exchanges() > before);
    assert_eq!(*phone.app.state().borrow(), AppState::Paused);
}

#[tokio::test(start_paused = true)]
async fn a_background_run_in_the_foreground_closes_nothing() {
    let phone = Phone::settled().await;
    let before = phone.exchanges();
    assert!(phone.app.background_run(MINUTE).await.is_ok());
    assert!(phone.is_open() && phone.exchanges() > before);
    phone.reaches(AppState::Idle { live: true }).await;
}

#[tokio::test(start_paused = true)]
async fn a_background_run_ends_at_its_deadline_and_each_at_its_own() {
    let phone = Phone::enrolled().await;
    phone.server.hangs.store(true, SeqCst);
    let began = Instant::now();
    let (long, short) = (phone.app.background_run(2 * MINUTE), phone.app.background_run(MINUTE));
    assert_eq!(short.await, Err(RunError::Deadline));
    assert_eq!(began.elapsed().as_secs(), 60);
    assert!(phone.is_open(), "the other goes on");
    assert_eq!(long.await, Err(RunError::Deadline));
    assert_eq!(began.elapsed().as_secs(), 120);
    assert!(!phone.is_open());
    assert_eq!(phone.server.in_use.load(SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn a_pause_ends_a_background_run_and_a_resume_outlasts_it() {
    let phone = Phone::enrolled().await;
    phone.server.hangs.store(true, SeqCst);
    let began = Instant::now();
    let run = phone.app.background_run(MINUTE);
    phone.reaches(AppState::Background).await;
    phone.app.pause().await.unwrap();
    assert!(!phone.is_open());
    assert_eq!(run.await, Err(RunError::Stopped));
    assert!(began.elapsed() < Duration::from_secs(1));

    let (cut, later) = (phone.app.background_run(MINUTE), (phone.app.pause(), phone.app.background_run(MINUTE)));
    assert_eq!(cut.await, Err(RunError::Stopped));
    assert_eq!(later.0.await, Ok(()));
    assert_eq!(later.1.await, Err(RunError::Deadline), "asked for after the pause, it runs");
    assert!(!phone.is_open());

    let run = phone.app.background_run(MINUTE);
    phone.reaches(AppState::Background).await;
    phone.app.resume().await.unwrap();
    assert_eq!(run.await, Err(RunError::Deadline));
    assert!(phone.is_open());
}

#[tokio::test(start_paused = true)]
async fn who_waits_no_longer_does_not_keep_the_store_open() {
    let phone = Phone::enrolled().await;
    phone.server.hangs.store(true, SeqCst);
    drop(phone.app.background_run(MINUTE));
    phone.reaches(AppState::Background).await;
    phone.reaches(AppState::Paused).await;
    assert!(!phone.is_open());
}

#[tokio::test(start_paused = true)]
async fn a_revoked_device_still_reads() {
    let phone = Phone::settled().await;
    phone.server.next_fails_with(refused(FailureCode::Revoked, None));
    phone.app.sync_now();
    phone.reaches(AppState::Revoked).await;
    assert!(phone.app.core().feed().page(None, 10).is_ok());
    let revoked = Err(RunError::Failed(FailureClass::Revoked));
    assert_eq!(phone.app.background_run(MINUTE).await, revoked);
    phone.app.pause().await.unwrap();
    assert_eq!(phone.app.background_run(MINUTE).await, revoked);
    assert!(!phone.is_open());
    phone.app.resume().await.unwrap();
    phone.reaches(AppState::Revoked).await;
}

#[tokio::test(start_paused = true)]
async fn the_app_can_show_when_the_next_attempt_follows() {
    let phone = Phone::settled().await;
    phone.server.next_fails_with(refused(FailureCode::Unavailable, Some(10 * MINUTE)));
    phone.app.sync_now();
    let state = phone.shows("waits", |state| matches!(state, AppState::Waiting { .. })).await;
    let AppState::Waiting { cause: FailureClass::Busy, until } = state else { panic!("{state:?}") };
    assert!((600_000..=601_000).contains(&(until.0 - NOW.0)), "{until}");
    let before = phone.exchanges();
    phone.app.sync_now();
    tokio::time::sleep(9 * MINUTE).await;
    assert_eq!(phone.exchanges(), before, "the server's wish counts more than the member's");
    phone.reaches(AppState::Idle { live: true }).await;
    assert!(phone.exchanges() > before);
}

#[tokio::test(start_paused = true)]
async fn a_captive_portal_is_waited_out() {
    for (error, cause) in [(TransportError::Protocol, FailureClass::Protocol), (TransportError::Tls, FailureClass::Tls)]
    {
        let phone = Phone::settled().await;
        phone.server.next_fails_with(error);
        phone.write().unwrap();
        phone.shows("waits", |state| matches!(*state, AppState::Waiting { cause: why, .. } if why == cause)).await;
        phone.reaches(AppState::Idle { live: true }).await;
        assert_eq!(phone.app.core().outbox().items(), Ok(vec![]));
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_open_says_so_and_is_tried_again() {
    let phone = Phone::enrolled().await;
    let set_version = |version: u32| {
        let connection = rusqlite::Connection::open(phone.database()).unwrap();
        let old: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        connection.pragma_update(None, "user_version", version).unwrap();
        old
    };
    let version = set_version(99);
    assert_eq!(phone.app.background_run(MINUTE).await, Err(RunError::Store(Error::NewerDatabase)));
    phone.reaches(AppState::Paused).await;
    assert_eq!(phone.app.resume().await, Err(Error::NewerDatabase));
    phone.reaches(AppState::Failed(Error::NewerDatabase)).await;
    set_version(version);
    phone.app.resume().await.unwrap();
    phone.reaches(AppState::Idle { live: true }).await;
    assert!(phone.is_open());
}

#[tokio::test(start_paused = true)]
async fn dropping_the_app_closes_its_store() {
    let phone = Phone::settled().await;
    let (core, mut state) = (Arc::clone(phone.app.core()), phone.app.state());
    let Phone { app, home, .. } = phone;
    drop(app);
    while state.changed().await.is_ok() {}
    assert!(!fake::is_open(&core, home.path()));
}
