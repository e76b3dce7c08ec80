//! A phone that is told by hand what a server answers.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::core::{Config, Core};
use crate::ids::{DeviceId, MemberId, OrgId, SpaceId};
use crate::key::{DeviceKey, SoftwareKey};
use crate::store::set_meta;
use crate::sync::session::Session;
use crate::sync::wire::{
    Ask, AuthorCard, EnrolResponse, Entries, Follow, From, LogEntry, Page, PageOutcome, Pushed, SignedBatch, Stretch,
    SyncResponse, Token, chain, chain_start, check_of,
};

pub(super) const AT: Timestamp = Timestamp(1_800_000_000_000);

pub(super) fn talk() -> SpaceId {
    SpaceId::standing(OrgId::from_number("B1"))
}

/// What the server says of what was pushed, and of spaces.
pub(super) fn answer(pushed: Vec<Pushed>, pages: Vec<(SpaceId, PageOutcome)>) -> SyncResponse {
    let pages = pages.into_iter().map(|(space, outcome)| Page { space, outcome }).collect();
    SyncResponse { server_time: AT.0, pushed, pages, authors: vec![], more: false, ask_again: false }
}

pub(super) struct Server(SoftwareKey);

impl Server {
    pub(super) fn new() -> Self {
        Self(SoftwareKey::generate().unwrap().0)
    }

    pub(super) fn card(&self, key: &SoftwareKey, number: &str) -> AuthorCard {
        let card = AuthorCard {
            device: DeviceId::of_key(&key.public_key()),
            member: MemberId::from_number(number),
            public_key: key.public_key(),
            name: "莫文".into(),
            home: OrgId::from_number("B1"),
            signature: [0; 64],
        };
        card.sign(&self.0).unwrap()
    }
}

/// The phone of a member whom the others' entries reach.
pub(super) struct Li {
    dir: tempfile::TempDir,
    key: Arc<SoftwareKey>,
    pub(super) core: Core,
}

impl Li {
    pub(super) fn new(server: &Server) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let key = Arc::new(SoftwareKey::generate().unwrap().0);
        let core = Core::open(Config::new(dir.path(), key.clone())).unwrap();
        let token = Token { secret: "x".into(), ttl_ms: 1 };
        let response = EnrolResponse { card: server.card(&key, "1"), server_key: server.0.public_key(), token };
        core.enrolled("sim://server", &response).unwrap();
        core.talk().open(talk()).unwrap();
        Self { dir, key, core }
    }

    /// Closes the app and opens it as another version.
    pub(super) fn update(self) -> Self {
        self.core.store.write(|write| set_meta(write.tx, "understood", &[0u8; 8][..])).unwrap();
        let Self { dir, key, core } = self;
        drop(core);
        let core = Core::open(Config::new(dir.path(), key.clone())).unwrap();
        Self { dir, key, core }
    }

    pub(super) fn take(&self, card: AuthorCard, log: &[SignedBatch]) {
        let base_chain = chain_start(talk(), 1);
        let mut end = base_chain;
        let mut entries = Vec::new();
        for (seq, batch) in (1..).zip(log) {
            end = chain(&end, seq, AT, batch);
            entries.push(LogEntry::Batch { seq, received_at: AT.0, batch: batch.clone() });
        }
        let (up_to, check) = (log.len() as u64, check_of(&end));
        let entries = Stretch::plain(&entries);
        let entries = Entries { epoch: 1, base_seq: 0, base_chain, entries, up_to, check, filtered: false };
        self.hears(vec![card], vec![(talk(), PageOutcome::Entries(entries))]);
    }

    /// Asks, and gets these pages.
    pub(super) fn hears(&self, authors: Vec<AuthorCard>, pages: Vec<(SpaceId, PageOutcome)>) {
        let request = self.core.prepare().unwrap().unwrap();
        self.core.absorb(&request, SyncResponse { authors, ..answer(vec![], pages) }).unwrap();
    }

    /// How far the discussion is held.
    pub(super) fn seq(&self) -> Option<u64> {
        let request = self.core.prepare().unwrap().unwrap();
        let Follow::Asks(asks) = request.follow else { return None };
        asks.into_iter().find_map(|ask: Ask| match ask.from {
            From::After(cursor) if ask.space == talk() => Some(cursor.seq),
            _ => None,
        })
    }

    pub(super) fn texts(&self) -> Vec<String> {
        let page = self.core.talk().page(talk(), None, 50).unwrap();
        page.messages.into_iter().map(|message| message.body).collect()
    }

    pub(super) fn kept(&self) -> Vec<i64> {
        self.core
            .store
            .read(|connection| {
                let mut statement = connection.prepare("SELECT seq FROM later ORDER BY seq")?;
                Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
            })
            .unwrap()
    }
}
