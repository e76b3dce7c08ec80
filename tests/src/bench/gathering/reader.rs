//! A reader at the wire: a device of its own, enrolled, with a token for a signed challenge and a live stream held open.
//! On a hint it asks for what came after its cursors, as a phone does, and counts the messages instead of showing them.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex as Lock, MutexGuard, PoisonError};
use std::time::Duration;

use hongqi_core::ids::{OrgId, SpaceId};
use hongqi_core::key::{Purpose, sign};
use hongqi_core::sync::wire::{
    self, Ask, Challenge, ChallengeRequest, Cursor, Entries, Follow, From, Hint, LogEntry, PageOutcome, PushOutcome,
    SignedBatch, SyncRequest, SyncResponse, Token, TokenRequest, digest, path,
};
use tokio::sync::{Mutex, Notify};

use super::http::Connection;
use crate::park::Device;
use crate::report::Outcome;
use crate::serve::now;

/// How long a phone gathers hints before it asks.
const DEBOUNCE: Duration = Duration::from_millis(50);

/// When which place was hinted at.
#[derive(Debug, Default)]
pub struct Heard(Lock<Vec<(u64, u64)>>);

impl Heard {
    fn lock(&self) -> MutexGuard<'_, Vec<(u64, u64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A hint came just now.
    pub fn note(&self, hint: Hint) {
        let at = now();
        self.lock().push((hint.seq, at));
    }

    /// How many came.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    /// Takes all out.
    pub fn take(&self) -> Vec<(u64, u64)> {
        std::mem::take(&mut *self.lock())
    }
}

/// What went over the wire.
#[derive(Debug, Default)]
pub struct Counters {
    /// Exchanges.
    pub exchanges: AtomicU64,
    /// Hints.
    pub hints: AtomicU64,
    /// Bytes of bodies and of hints, both ways.
    pub bytes: AtomicU64,
}

/// One reader.
pub struct Reader {
    address: String,
    session: Mutex<Session>,
    token: String,
    space: SpaceId,
    /// What went over the wire.
    pub counters: Counters,
    /// When which place of the gathering was hinted at.
    pub heard: Heard,
    held: AtomicUsize,
    news: Notify,
}

struct Session {
    device: Device,
    connection: Option<Connection>,
    asks: Vec<Ask>,
    /// The server knows what is followed.
    known: bool,
    seen: BTreeSet<u64>,
}

impl Reader {
    /// Signs in, and takes in what is there: what a phone of this branch follows, and the gathering.
    pub async fn sign_in(
        address: &str,
        device: Device,
        (above, branch): (OrgId, OrgId),
        space: SpaceId,
    ) -> Outcome<Self> {
        let mut connection = Connection::open(address).await?;
        let card = &device.enrolled.card;
        let ask = wire::encode(&ChallengeRequest { version: wire::VERSION, device: card.device });
        let Challenge { nonce } = wire::decode(&connection.post(path::CHALLENGE, None, &ask).await?)?;
        let signature = sign(&*device.key, Purpose::Challenge, &nonce)?;
        let ask = wire::encode(&TokenRequest { device: card.device, nonce, signature });
        let token: Token = wire::decode(&connection.post(path::TOKEN, None, &ask).await?)?;
        let spaces = [
            SpaceId::personal(card.member),
            SpaceId::board(above),
            SpaceId::board(branch),
            SpaceId::desk(above),
            SpaceId::desk(branch),
            SpaceId::standing(branch),
            space,
        ];
        let asks = spaces.map(|space| Ask { space, from: From::Start }).to_vec();
        let session = Session { device, connection: None, asks, known: false, seen: BTreeSet::new() };
        let reader = Self {
            address: address.to_owned(),
            session: Mutex::new(session),
            token: token.secret,
            space,
            counters: Counters::default(),
            heard: Heard::default(),
            held: AtomicUsize::new(0),
            news: Notify::new(),
        };
        reader.pull().await?;
        // Its connection ends here: an idle stream is measured, nothing else.
        reader.session.lock().await.connection = None;
        Ok(reader)
    }

    /// Opens the live stream.
    pub async fn stream(&self) -> Outcome<Connection> {
        let mut stream = Connection::open(&self.address).await?;
        stream.live(&self.token).await?;
        Ok(stream)
    }

    /// Notes when each hint comes, for ever.
    pub async fn listen(&self, mut stream: Connection) -> Outcome<()> {
        loop {
            let (hint, bytes) = stream.hint().await?;
            self.heard.note(hint);
            self.counters.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
            self.counters.hints.fetch_add(1, Ordering::Relaxed);
            self.news.notify_one();
        }
    }

    /// Asks for what was hinted at, for ever.
    pub async fn follow(&self) -> Outcome<()> {
        loop {
            self.news.notified().await;
            tokio::time::sleep(DEBOUNCE).await;
            self.pull().await?;
        }
    }

    async fn pull(&self) -> Outcome<()> {
        let mut session = self.session.lock().await;
        while self.exchange(&mut session, Vec::new()).await?.more {}
        Ok(())
    }

    /// Says something in the gathering: when it was sent, its place, and when the answer came.
    pub async fn say(&self, text: &str) -> Outcome<(u64, u64, u64)> {
        let mut session = self.session.lock().await;
        let batch = session.device.batch(self.space, &[text.to_owned()])?;
        let sent = now();
        let response = self.exchange(&mut session, vec![batch]).await?;
        match response.pushed.first().map(|pushed| &pushed.outcome) {
            Some(PushOutcome::Accepted { seq, .. }) => Ok((sent, *seq, now())),
            other => Err(format!("not accepted: {other:?}").into()),
        }
    }

    /// How many messages of the gathering it holds.
    pub fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    async fn exchange(&self, session: &mut Session, push: Vec<SignedBatch>) -> Outcome<SyncResponse> {
        let generation = Some(session.device.generation);
        let budget = wire::MAX_BUDGET;
        loop {
            // As a phone: who gives something says all it follows.
            let follow = session.follow(push.is_empty());
            let request = SyncRequest { version: wire::VERSION, generation, follow, push: push.clone(), budget };
            let body = wire::encode(&request);
            let connection = match &mut session.connection {
                Some(connection) => connection,
                none => none.insert(Connection::open(&self.address).await?),
            };
            let answer = connection.post(path::SYNC, Some(&self.token), &body).await?;
            self.counters.exchanges.fetch_add(1, Ordering::Relaxed);
            self.counters.bytes.fetch_add((body.len() + answer.len()) as u64, Ordering::Relaxed);
            let response: SyncResponse = wire::decode(&answer)?;
            session.known = !response.ask_again;
            if session.known {
                session.take_in(self.space, &response)?;
                self.held.store(session.seen.len(), Ordering::Relaxed);
                return Ok(response);
            }
        }
    }
}

impl Session {
    fn follow(&self, short: bool) -> Follow {
        let cursors: Option<Vec<(&SpaceId, &Cursor)>> = self.asks.iter().map(cursor).collect();
        match cursors.filter(|_| short && self.known) {
            Some(cursors) => Follow::Unchanged { digest: digest(cursors) },
            None => Follow::Asks(self.asks.clone()),
        }
    }

    fn take_in(&mut self, gathering: SpaceId, response: &SyncResponse) -> Outcome<()> {
        for page in &response.pages {
            let entries = match &page.outcome {
                PageOutcome::Entries(entries) => entries,
                PageOutcome::Denied => {
                    self.asks.retain(|ask| ask.space != page.space);
                    continue;
                }
                PageOutcome::Forked => return Err("a fork in the log".into()),
            };
            if let Some(ask) = self.asks.iter_mut().find(|ask| ask.space == page.space) {
                let Entries { epoch, up_to, check, .. } = *entries;
                ask.from = From::After(Cursor { epoch, seq: up_to, check });
            }
            if page.space == gathering {
                // Every batch here is one message.
                self.seen.extend(entries.entries.open()?.iter().map(LogEntry::seq));
            }
        }
        Ok(())
    }
}

fn cursor(ask: &Ask) -> Option<(&SpaceId, &Cursor)> {
    match &ask.from {
        From::After(cursor) => Some((&ask.space, cursor)),
        _ => None,
    }
}
