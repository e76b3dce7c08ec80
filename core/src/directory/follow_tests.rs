use std::sync::Arc;

use super::*;
use crate::clock::Timestamp;
use crate::core::{Config, Core};
use crate::ids::{DeviceId, MemberId};
use crate::key::{DeviceKey, SoftwareKey};
use crate::sync::session::Session;
use crate::sync::wire::{AuthorCard, EnrolResponse, PushOutcome, Pushed, SyncRequest, SyncResponse, Token};

const AT: Timestamp = Timestamp(1_800_000_000_000);

fn talk() -> SpaceId {
    SpaceId::standing(OrgId::from_number("B1"))
}

/// The phone of a member in a discussion that comes and goes.
struct Li {
    core: Core,
    _dir: tempfile::TempDir,
}

impl Li {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let server = SoftwareKey::generate().unwrap().0;
        let key = Arc::new(SoftwareKey::generate().unwrap().0);
        let core = Core::open(Config::new(dir.path(), key.clone())).unwrap();
        let card = AuthorCard {
            device: DeviceId::of_key(&key.public_key()),
            member: MemberId::from_number("1"),
            public_key: key.public_key(),
            name: "李敏".into(),
            home: OrgId::from_number("B1"),
            signature: [0; 64],
        };
        let (token, server_key) = (Token { secret: "x".into(), ttl_ms: 1 }, server.public_key());
        let response = EnrolResponse { card: card.sign(&server).unwrap(), server_key, token };
        core.enrolled("sim://server", &response).unwrap();
        core.talk().open(talk()).unwrap();
        Self { core, _dir: dir }
    }

    /// What waits of a message, in the order in which it was written.
    fn waiting(&self, doc: DocId) -> Vec<Vec<u8>> {
        let sql = "SELECT change FROM outbox WHERE doc = ?1 ORDER BY id";
        let read = |connection: &rusqlite::Connection| {
            Ok(connection.prepare(sql)?.query_map([doc], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
        };
        self.core.store.read(read).unwrap()
    }

    fn count(&self, sql: &str) -> i64 {
        self.core.store.read(|connection| Ok(connection.query_row(sql, [], |row| row.get(0))?)).unwrap()
    }

    fn accept(&self, header: &Header, change: &[u8]) {
        let accept = |write: &mut Write<'_>| write.accept(header.id(), header.space, Some(*header), change, AT);
        assert!(self.core.store.write(accept).unwrap());
    }

    fn header(&self, doc: DocId) -> Header {
        self.core.store.write(|write| Ok(write.document(doc)?.unwrap().header)).unwrap()
    }

    /// A message that the server has, and an edit of it that waits: header, both changes.
    fn edited(&self) -> (Header, Vec<u8>, Vec<u8>) {
        let doc = self.core.talk().post(talk(), "旧", None).unwrap();
        let header = self.header(doc);
        let first = self.waiting(doc).remove(0);
        self.accept(&header, &first);
        self.core.talk().edit(doc, "新").unwrap();
        (header, first, self.waiting(doc).remove(0))
    }

    fn purge(&self) {
        self.core.store.write(|write| purge(write, talk())).unwrap();
    }

    fn push(&self) -> SyncRequest {
        self.core.prepare().unwrap().unwrap()
    }

    /// The server's word that it has taken all of a request.
    fn accepted(&self, request: &SyncRequest) {
        let outcome = PushOutcome::Accepted { seq: 1, received_at: AT.0 };
        let pushed = request
            .push
            .iter()
            .map(|given| Pushed { dev_seq: given.batch().unwrap().dev_seq, outcome: outcome.clone() });
        let (pushed, pages, authors) = (pushed.collect(), vec![], vec![]);
        let answer = SyncResponse { server_time: AT.0, pushed, pages, authors, more: false, ask_again: false };
        self.core.absorb(request, answer).unwrap();
    }

    fn refused(&self) -> i64 {
        self.count("SELECT count(*) FROM outbox WHERE refused IS NOT NULL")
    }
}

#[test]
fn what_was_kept_shows_when_it_will_be_said_to_have_been_written() {
    let li = Li::new();
    let (header, ..) = li.edited();
    let shown = || li.core.talk().message(header.id()).unwrap().unwrap().written_at;
    let before = shown();
    li.purge();
    let kept = Change::decode(&li.waiting(header.id())[0]).unwrap();
    assert_ne!(kept.written_at(), before);
    assert_eq!(shown(), kept.written_at(), "others will read that");
}

#[test]
fn an_edit_that_was_kept_goes_when_it_is_met_again_and_not_before() {
    let li = Li::new();
    let (header, first, edit) = li.edited();
    li.purge();
    assert_eq!(li.refused(), 1);
    li.core.talk().open(talk()).unwrap();
    li.accept(&header, &first);
    assert_eq!(li.refused(), 1, "the edit is not there");
    li.accept(&header, &edit);
    assert_eq!(li.refused(), 0, "it is said where it was said");
    assert_eq!(li.core.talk().message(header.id()).unwrap().unwrap().body, "新");
}

#[test]
fn an_edit_that_was_kept_goes_with_the_word_that_it_has_arrived() {
    let li = Li::new();
    let (header, ..) = li.edited();
    let request = li.push();
    li.purge();
    assert_eq!(li.refused(), 1);
    li.accepted(&request);
    assert_eq!(li.refused(), 0);
    assert_eq!(li.core.talk().message(header.id()).unwrap(), None);
    assert_eq!(li.count("SELECT count(*) FROM batch"), 0, "no signed words of it stay");
}

#[test]
fn what_was_kept_and_let_go_of_does_not_come_back_with_the_word_that_it_has_arrived() {
    let li = Li::new();
    let doc = li.core.talk().post(talk(), "旧", None).unwrap();
    let request = li.push();
    li.purge();
    li.core.outbox().discard(doc).unwrap();
    li.accepted(&request);
    assert_eq!(li.core.talk().message(doc).unwrap(), None);
    assert_eq!(li.count("SELECT count(*) FROM document WHERE kind = 9"), 0);
}

#[test]
fn what_was_accepted_and_not_seen_in_the_log_goes_with_its_space() {
    let li = Li::new();
    li.core.talk().post(talk(), "旧", None).unwrap();
    li.accepted(&li.push());
    assert_eq!(li.count("SELECT count(*) FROM batch WHERE done"), 1);
    li.purge();
    assert_eq!(li.count("SELECT count(*) FROM batch"), 0);
}

#[test]
fn a_refused_edit_is_not_taken_for_accepted_with_the_one_after_it() {
    let li = Li::new();
    let (header, first, _) = li.edited();
    let refuse = |write: &mut Write<'_>| crate::outbox::refuse(write, header.id(), Refusal::NotAllowed);
    li.core.store.write(refuse).unwrap();
    li.core.talk().edit(header.id(), "第三").unwrap();
    let third = li.waiting(header.id()).remove(1);
    li.purge();
    li.core.talk().open(talk()).unwrap();
    li.accept(&header, &first);
    li.accept(&header, &third);
    assert_eq!(li.refused(), 1, "its author decides");
}

#[test]
fn what_was_kept_and_a_refused_edit_of_what_came_back_are_both_there_to_be_said_again() {
    let li = Li::new();
    let (header, first, _) = li.edited();
    let refuse = |write: &mut Write<'_>| crate::outbox::refuse(write, header.id(), Refusal::NotAllowed);
    let wanted = || li.core.outbox().refused(header.id()).unwrap().text;
    li.purge();
    li.core.talk().open(talk()).unwrap();
    li.accept(&header, &first);
    assert_eq!(wanted(), "新");
    li.core.talk().edit(header.id(), "第三").unwrap();
    li.core.store.write(refuse).unwrap();
    assert_eq!((li.refused(), wanted()), (2, "第三".into()));
    li.purge();
    assert_eq!((li.refused(), wanted()), (1, "第三".into()), "purged once more");
    li.core.talk().open(talk()).unwrap();
    li.accept(&header, &first);
    li.core.outbox().retry(header.id()).unwrap();
    assert_eq!((li.refused(), li.waiting(header.id()).len()), (0, 1));
    assert_eq!(li.core.talk().message(header.id()).unwrap().unwrap().body, "第三");
}

#[test]
fn who_reacted_and_was_refused_reacts_again() {
    let li = Li::new();
    let nonce = crate::document::Nonce::new(b"12345678").unwrap();
    let owner = MemberId::from_number("2");
    let header = Header { kind: Kind::Message, space: talk(), owner, about: None, nonce };
    let actor = crate::ids::ActorId::of(DeviceId::from_bytes([9; 16]), crate::ids::Generation::from_bytes([9; 16]));
    let message = Change::first(actor, AT, &[("body", "早".into())]).unwrap();
    li.accept(&header, message.bytes());
    let own = || {
        let shown = li.core.talk().message(header.id()).unwrap().unwrap().reactions;
        shown.into_iter().filter(|one| one.own).map(|one| one.emoji).collect::<Vec<_>>()
    };
    li.core.talk().react(header.id(), Some("👍")).unwrap();
    li.purge();
    li.core.talk().open(talk()).unwrap();
    li.accept(&header, message.bytes());
    assert_eq!(own(), ["👍"]);
    li.core.talk().react(header.id(), Some("🎉")).unwrap();
    li.core.talk().react(header.id(), Some("🙏")).unwrap();
    assert_eq!((own(), li.refused()), (vec!["🙏".to_owned()], 1), "the refused one waits for a decision");
}
