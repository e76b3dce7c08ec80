use std::sync::Arc;

use super::*;
use crate::core::{Config, Core};
use crate::document::{Change, Document, Edit, Header, Nonce, Value};
use crate::ids::{ActorId, DeviceId, Generation, OrgId};
use crate::key::{DeviceKey, SoftwareKey};
use crate::sync::session::Session;
use crate::sync::wire::{
    Ask, AuthorCard, EnrolResponse, Entries, Follow, From, LogEntry, Page, PageOutcome, PushOutcome, Pushed, Stretch,
    SyncResponse, Target, Token, chain, chain_start, check_of,
};

const AT: Timestamp = Timestamp(1_800_000_000_000);
const LATER: crate::document::KindCode = crate::document::KindCode(200);

fn talk() -> SpaceId {
    SpaceId::standing(OrgId::from_number("B1"))
}

struct Server(SoftwareKey);

impl Server {
    fn card(&self, key: &SoftwareKey, number: &str) -> AuthorCard {
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
struct Li {
    dir: tempfile::TempDir,
    key: Arc<SoftwareKey>,
    core: Core,
}

impl Li {
    fn new(server: &Server) -> Self {
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
    fn update(self) -> Self {
        self.core.store.write(|write| set_meta(write.tx, "understood", &[0u8; 8][..])).unwrap();
        let Self { dir, key, core } = self;
        drop(core);
        let core = Core::open(Config::new(dir.path(), key.clone())).unwrap();
        Self { dir, key, core }
    }

    fn take(&self, card: AuthorCard, log: &[SignedBatch]) {
        let request = self.core.prepare().unwrap().unwrap();
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
        let page = Page { space: talk(), outcome: PageOutcome::Entries(entries) };
        let response = SyncResponse {
            server_time: AT.0,
            pushed: vec![],
            pages: vec![page],
            authors: vec![card],
            more: false,
            ask_again: false,
        };
        self.core.absorb(&request, response).unwrap();
    }

    /// How far the discussion is held.
    fn seq(&self) -> Option<u64> {
        let request = self.core.prepare().unwrap().unwrap();
        let Follow::Asks(asks) = request.follow else { return None };
        asks.into_iter().find_map(|ask: Ask| match ask.from {
            From::After(cursor) if ask.space == talk() => Some(cursor.seq),
            _ => None,
        })
    }

    fn texts(&self) -> Vec<String> {
        let page = self.core.talk().page(talk(), None, 50).unwrap();
        page.messages.into_iter().map(|message| message.body).collect()
    }

    fn kept(&self) -> Vec<i64> {
        self.core
            .store
            .read(|connection| {
                let mut statement = connection.prepare("SELECT seq FROM later ORDER BY seq")?;
                Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
            })
            .unwrap()
    }
}

/// The phone whose app was updated first.
struct Mo {
    key: SoftwareKey,
    dev_seq: u64,
}

impl Mo {
    fn new() -> Self {
        Self { key: SoftwareKey::generate().unwrap().0, dev_seq: 0 }
    }

    fn device(&self) -> DeviceId {
        DeviceId::of_key(&self.key.public_key())
    }

    fn generation() -> Generation {
        Generation::from_bytes([3; 16])
    }

    fn first(&self, fields: &[(&str, Value)]) -> Change {
        self.dated(0, fields)
    }

    fn dated(&self, ms: i64, fields: &[(&str, Value)]) -> Change {
        Change::first(ActorId::of(self.device(), Self::generation()), AT.plus_ms(ms), fields).unwrap()
    }

    fn header(&self, nonce: u8) -> Header {
        let owner = MemberId::from_number("2");
        Header { kind: Kind::Message, space: talk(), owner, about: None, nonce: Nonce::from_bytes([nonce; 8]) }
    }

    fn message(&self, nonce: u8, text: &str) -> Entry {
        let change = self.dated(i64::from(nonce), &[("body", text.into())]).into_bytes();
        Entry { target: Target::of(&self.header(nonce)), change }
    }

    fn edit(&self, nonce: u8, text: &str) -> Entry {
        let first = self.message(nonce, "还没改").change;
        let mut document = Document::load([&first[..]]).unwrap();
        let actor = ActorId::of(self.device(), Self::generation());
        let edits = [Edit::Put("body", text.into())];
        let change = document.edit(actor, AT.plus_ms(1_000), &edits).unwrap().unwrap().into_bytes();
        Entry { target: Target::Known(self.header(nonce).id()), change }
    }

    fn batch(&mut self, entries: Vec<Entry>) -> SignedBatch {
        self.dev_seq += 1;
        let (device, dev_seq) = (self.device(), self.dev_seq);
        Batch { space: talk(), device, generation: Self::generation(), dev_seq, entries }.sign(&self.key).unwrap()
    }
}

#[test]
fn what_a_later_version_wrote_is_kept_and_hurts_nothing_else() {
    let server = Server(SoftwareKey::generate().unwrap().0);
    let (li, mut mo) = (Li::new(&server), Mo::new());
    let nonce = Nonce::from_bytes([9; 8]);
    let strange = Target::New { kind: LATER, about: None, nonce };
    let strange_doc = strange.doc(talk(), MemberId::from_number("2")).unwrap();
    let poll = Entry { target: strange, change: mo.first(&[("question", "去哪儿".into())]).into_bytes() };
    let vote = Entry { target: Target::Known(strange_doc), ..mo.edit(8, "投票") };
    let mood = Entry {
        target: Target::of(&mo.header(4)),
        change: mo.first(&[("body", "带表情".into()), ("mood", "😀".into())]).into_bytes(),
    };
    let log = [
        mo.batch(vec![mo.message(1, "第一条"), poll, mo.message(2, "第二条")]),
        mo.batch(vec![vote, mo.message(3, "第三条")]),
        SignedBatch { body: vec![0xc0, 1, 2, 3], signature: [7; 64] },
        mo.batch(vec![mood]),
        mo.batch(vec![Entry { target: Target::Later, ..mo.message(5, "x") }, mo.message(6, "最后一条")]),
    ];
    li.take(server.card(&mo.key, "2"), &log);
    let texts = ["第一条", "第二条", "第三条", "最后一条"];
    assert_eq!(li.texts(), texts);
    assert_eq!(li.seq(), Some(5), "the log is held to its end");
    assert_eq!(li.kept(), [1, 3, 4, 5]);
    while li.core.search().index().unwrap() {}
    assert_eq!(li.core.search().find("最后", 10).unwrap().len(), 1);
    assert!(li.core.search().find("去哪", 10).unwrap().is_empty());
    // An update that knows no more than this version keeps all of it, and doubles nothing.
    let li = li.update();
    assert_eq!((li.texts(), li.kept()), (texts.map(String::from).to_vec(), vec![1, 3, 4, 5]));
    assert_eq!(li.seq(), Some(5));
    // Gone with its space.
    li.core.talk().leave(talk()).unwrap();
    assert!(li.kept().is_empty());
}

#[test]
fn what_an_earlier_version_kept_is_shown_after_the_update() {
    let server = Server(SoftwareKey::generate().unwrap().0);
    let (li, mut mo) = (Li::new(&server), Mo::new());
    let card = server.card(&mo.key, "2");
    li.take(card, &[mo.batch(vec![mo.message(1, "看得懂的")])]);
    let forged = SignedBatch { signature: [7; 64], ..mo.batch(vec![mo.message(2, "伪造的")]) };
    let whole = mo.batch(vec![mo.message(3, "还没改"), mo.message(4, "另一条")]);
    let edit = mo.edit(3, "改过的");
    // As a version without messages would have left them: the change of a document that it could not begin waits.
    li.core
        .store
        .write(|write| {
            keep(write, talk(), 2, &forged, AT)?;
            keep(write, talk(), 3, &whole, AT)?;
            write.accept(mo.header(3).id(), talk(), None, &edit.change, AT)
        })
        .unwrap();
    assert_eq!(li.texts(), ["看得懂的"]);
    let li = li.update();
    assert_eq!(li.texts(), ["看得懂的", "改过的", "另一条"]);
    assert_eq!(li.kept(), [2], "what is not signed is not taken in, whoever kept it");
    assert_eq!(li.core.search().find("改过", 10).unwrap().len(), 1);
}

#[test]
fn what_the_server_wants_later_is_not_offered_again_at_once() {
    let server = Server(SoftwareKey::generate().unwrap().0);
    let (li, mut mo) = (Li::new(&server), Mo::new());
    li.take(server.card(&mo.key, "2"), &[mo.batch(vec![mo.message(1, "看得懂的")])]);
    li.core.talk().post(talk(), "我的", None).unwrap();
    let request = li.core.prepare().unwrap().unwrap();
    let answer = |outcome| SyncResponse {
        server_time: AT.0,
        pushed: vec![Pushed { dev_seq: 1, outcome }],
        pages: vec![],
        authors: vec![],
        more: false,
        ask_again: false,
    };
    // The personal space has no answer yet: that alone would be a reason to ask again.
    li.core.store.write(|write| Ok(write.tx.execute("UPDATE space SET denied = 1 WHERE chain IS NULL", [])?)).unwrap();
    assert!(!li.core.absorb(&request, answer(PushOutcome::Later)).unwrap().more);
    let again = li.core.prepare().unwrap().unwrap();
    assert_eq!(again.push, request.push, "the same bytes, when there is an occasion");
    let accepted = PushOutcome::Accepted { seq: 2, received_at: AT.0 };
    li.core.absorb(&again, answer(accepted)).unwrap();
    assert!(li.core.prepare().unwrap().unwrap().push.is_empty());
}
