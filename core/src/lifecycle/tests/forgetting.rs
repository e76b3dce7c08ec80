//! What no phone keeps longer goes when it is time, with no network.

use tokio::time::{sleep, timeout};

use super::*;
use crate::clock::Clock;
use crate::directory::follow_again;
use crate::ids::{DocId, SpaceId};

const HOUR: Duration = Duration::from_secs(3600);
const SECOND: Duration = Duration::from_secs(1);

/// Goes with the simulated time.
struct Going(Instant);

impl Clock for Going {
    fn now(&self) -> Timestamp {
        NOW.plus_ms(i64::try_from(self.0.elapsed().as_millis()).unwrap())
    }
}

fn case() -> SpaceId {
    SpaceId::thread(DocId::from_bytes([7; 16]))
}

fn is_here(phone: &Phone) -> bool {
    let here = |connection: &rusqlite::Connection| {
        Ok(connection.prepare("SELECT 1 FROM space WHERE id = ?1")?.exists([case()])?)
    };
    phone.app.core().store.read(here).unwrap()
}

/// A phone with no network in the foreground, on which a case is to be forgotten that long from now.
async fn with_a_case(left: Duration) -> Phone {
    let phone = Phone::with(Arc::new(Going(Instant::now())));
    phone.enrol().await;
    phone.app.resume().await.unwrap();
    phone.reaches(AppState::Idle { live: true }).await;
    let until = NOW.plus_ms(i64::try_from(left.as_millis()).unwrap());
    phone
        .app
        .core()
        .store
        .write(|write| {
            write.tx.execute("INSERT INTO seat (space, left, until) VALUES (?1, 0, ?2)", (case(), until))?;
            follow_again(write)
        })
        .unwrap();
    phone.app.network(false);
    phone.reaches(AppState::Offline).await;
    phone
}

#[tokio::test(start_paused = true)]
async fn a_running_app_with_no_network_forgets_a_case_when_it_is_time() {
    let left = HOUR * 30 + SECOND * 10;
    let phone = with_a_case(left).await;
    let topics = phone.app.core().subscribe();
    sleep(left - SECOND).await;
    assert!(is_here(&phone) && topics.take().is_empty(), "not before");
    timeout(SECOND * 2, topics.changed()).await.unwrap();
    assert_eq!(topics.take(), [Topic::All].into(), "who shows it hears of it");
    assert!(!is_here(&phone));
    sleep(HOUR * 30).await;
    assert!(topics.take().is_empty(), "nothing more is to be forgotten");
}

#[tokio::test(start_paused = true)]
async fn a_paused_app_is_left_alone_and_forgets_when_it_comes_back() {
    let left = HOUR + SECOND * 10;
    let phone = with_a_case(left).await;
    phone.app.pause().await.unwrap();
    let topics = phone.app.core().subscribe();
    sleep(left + HOUR).await;
    assert!(!phone.is_open() && topics.take().is_empty());
    phone.app.network(false);
    phone.app.resume().await.unwrap();
    assert!(!is_here(&phone), "it is never shown again");
}

#[tokio::test(start_paused = true)]
async fn a_case_that_the_disk_had_no_room_to_forget_goes_once_there_is() {
    let left = HOUR * 2;
    let phone = with_a_case(left).await;
    let core = phone.app.core();
    core.limit_disk(Some(0)).unwrap();
    sleep(left + HOUR).await;
    assert!(is_here(&phone));
    core.limit_disk(None).unwrap();
    sleep(MINUTE * 2).await;
    assert!(!is_here(&phone));
}
