//! A server that accepts everything and has nothing, over a network that can be made bad.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};

use tempfile::TempDir;

use super::*;
use crate::clock::Clock;
use crate::core::Config;
use crate::ids::{DeviceId, MemberId, OrgId};
use crate::key::{DeviceKey, SoftwareKey};
use crate::sync::transport::{Hints, Stats, TransportError};
use crate::sync::wire::{
    AuthorCard, Challenge, ChallengeRequest, EnrolRequest, EnrolResponse, Follow, Hint, Page, PageOutcome, PushOutcome,
    Pushed, SyncRequest, SyncResponse, Token, TokenRequest,
};

pub(super) const URL: &str = "https://server.example";
pub(super) const NOW: Timestamp = Timestamp(1_795_476_600_000);

#[derive(Debug)]
pub(super) struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        NOW
    }
}

pub(super) struct Fake {
    key: SoftwareKey,
    pub(super) member: Mutex<MemberId>,
    pub(super) exchanges: AtomicU32,
    pub(super) hangs: AtomicBool,
    /// Calls under way, streams aside.
    pub(super) in_use: AtomicU32,
    /// What the next calls fail with.
    pub(super) script: Mutex<VecDeque<TransportError>>,
    /// Makes calls slow and some of them fail.
    pub(super) chance: Mutex<Option<fastrand::Rng>>,
}

struct InUse<'a>(&'a Fake);

impl Drop for InUse<'_> {
    fn drop(&mut self) {
        self.0.in_use.fetch_sub(1, SeqCst);
    }
}

impl Fake {
    pub(super) fn new() -> Self {
        Self {
            key: SoftwareKey::generate().unwrap().0,
            member: Mutex::new(MemberId::from_number("1001")),
            exchanges: AtomicU32::new(0),
            hangs: AtomicBool::new(false),
            in_use: AtomicU32::new(0),
            script: Mutex::default(),
            chance: Mutex::default(),
        }
    }

    pub(super) fn next_fails_with(&self, error: TransportError) {
        self.script.lock().unwrap().push_back(error);
    }

    async fn network(&self) -> Result<(), TransportError> {
        self.in_use.fetch_add(1, SeqCst);
        let _in_use = InUse(self);
        if self.hangs.load(SeqCst) {
            std::future::pending::<()>().await;
        }
        let drawn = self.chance.lock().unwrap().as_mut().map(|rng| (rng.u64(0..3000), rng.u8(0..4)));
        if let Some((ms, fate)) = drawn {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            match fate {
                0 => return Err(TransportError::Offline),
                1 => {
                    tokio::time::sleep(Duration::from_secs(180)).await;
                    return Err(TransportError::Timeout);
                }
                _ => {}
            }
        }
        self.script.lock().unwrap().pop_front().map_or(Ok(()), Err)
    }

    fn enrolment(&self, request: &EnrolRequest) -> EnrolResponse {
        let card = AuthorCard {
            device: DeviceId::of_key(&request.public_key),
            member: *self.member.lock().unwrap(),
            public_key: request.public_key,
            name: "李敏".into(),
            home: OrgId::from_number("B1"),
            signature: [0; 64],
        };
        let token = Token { secret: "t".into(), ttl_ms: 3_600_000 };
        EnrolResponse { card: card.sign(&self.key).unwrap(), server_key: self.key.public_key(), token }
    }
}

impl Transport for Fake {
    type Hints = Silence;

    async fn enrol(&self, url: &str, request: &EnrolRequest) -> Result<EnrolResponse, TransportError> {
        assert_eq!(url, URL);
        self.network().await?;
        let mut response = self.enrolment(request);
        if request.code == "forged" {
            response.card.home = OrgId::from_number("B2");
        }
        Ok(response)
    }

    async fn challenge(&self, _: &str, _: &ChallengeRequest) -> Result<Challenge, TransportError> {
        self.network().await?;
        Ok(Challenge { nonce: [7; 32] })
    }

    async fn token(&self, _: &str, _: &TokenRequest) -> Result<Token, TransportError> {
        self.network().await?;
        Ok(Token { secret: "t".into(), ttl_ms: 3_600_000 })
    }

    async fn sync(&self, url: &str, _: &Token, request: &SyncRequest) -> Result<SyncResponse, TransportError> {
        assert_eq!(url, URL);
        self.network().await?;
        self.exchanges.fetch_add(1, SeqCst);
        let accepted = PushOutcome::Accepted { seq: 0, received_at: NOW.0 };
        let pushed = request.push.iter().map(|given| given.batch().unwrap().dev_seq);
        let pages = match &request.follow {
            Follow::Asks(asks) => {
                asks.iter().map(|ask| Page { space: ask.space, outcome: PageOutcome::Denied }).collect()
            }
            Follow::Unchanged { .. } => vec![],
        };
        Ok(SyncResponse {
            server_time: NOW.0,
            pushed: pushed.map(|dev_seq| Pushed { dev_seq, outcome: accepted.clone() }).collect(),
            pages,
            authors: vec![],
            more: false,
            ask_again: false,
        })
    }

    async fn live(&self, _: &str, _: &Token) -> Result<Silence, TransportError> {
        Ok(Silence)
    }

    fn stats(&self) -> Stats {
        Stats::default()
    }
}

/// A stream that stands and says nothing.
pub(super) struct Silence;

impl Hints for Silence {
    async fn next(&mut self) -> Result<Option<Hint>, TransportError> {
        std::future::pending().await
    }
}

/// An app on real files, with the fake server.
pub(super) struct Phone {
    pub(super) app: App,
    pub(super) server: Arc<Fake>,
    pub(super) home: TempDir,
}

impl Phone {
    pub(super) fn new() -> Self {
        Self::with(Arc::new(StoppedClock))
    }

    pub(super) fn with(clock: Arc<dyn Clock>) -> Self {
        let home = tempfile::tempdir().unwrap();
        let key = SoftwareKey::generate().unwrap().0;
        let core = Core::open(Config::new(home.path(), Arc::new(key)).clock(clock)).unwrap();
        let server = Arc::new(Fake::new());
        let app = App::start(&Handle::current(), core, Arc::clone(&server));
        Self { app, server, home }
    }

    /// Enrolled, and paused again.
    pub(super) async fn enrolled() -> Self {
        let phone = Self::new();
        phone.enrol().await;
        phone
    }

    pub(super) async fn enrol(&self) {
        let resumed = self.app.resume();
        self.app.enrol(URL, "code").await.unwrap();
        resumed.await.unwrap();
        self.app.pause().await.unwrap();
    }

    /// Enrolled, in the foreground, with nothing left to exchange.
    pub(super) async fn settled() -> Self {
        let phone = Self::enrolled().await;
        phone.app.resume().await.unwrap();
        phone.reaches(AppState::Idle { live: true }).await;
        phone
    }

    pub(super) fn database(&self) -> PathBuf {
        self.home.path().join("hongqi.db")
    }

    /// Whether the store answers; if it does not, no file of it is open.
    pub(super) fn is_open(&self) -> bool {
        is_open(self.app.core(), self.home.path())
    }

    pub(super) fn exchanges(&self) -> u32 {
        self.server.exchanges.load(SeqCst)
    }

    pub(super) fn write(&self) -> crate::Result<()> {
        self.app.core().personal().new_draft("", "党", None).map(drop)
    }

    pub(super) async fn reaches(&self, state: AppState) {
        self.shows(&format!("{state:?}"), |now| *now == state).await;
    }

    pub(super) async fn shows(&self, what: &str, wanted: impl FnMut(&AppState) -> bool) -> AppState {
        let mut states = self.app.state();
        let seen = tokio::time::timeout(Duration::from_secs(100_000), states.wait_for(wanted)).await;
        match seen {
            Ok(Ok(state)) => state.clone(),
            _ => panic!("never {what}, but {:?}", self.app.state().borrow()),
        }
    }
}

pub(super) fn is_open(core: &Core, home: &Path) -> bool {
    match core.outbox().items() {
        Ok(_) => true,
        Err(Error::Paused) => {
            let held = std::fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
            let held = held.filter_map(|file| std::fs::read_link(file.path()).ok());
            assert_eq!(held.filter(|file| file.starts_with(home)).count(), 0, "a file is open");
            assert!(!home.join("hongqi.db-wal").exists(), "the WAL was not folded in");
            false
        }
        Err(error) => panic!("{error}"),
    }
}
