use super::super::fake::{AT, Li, Server, answer, talk};
use super::*;
use crate::document::{Change, Document, Edit, Header, Nonce, Value};
use crate::ids::{ActorId, DeviceId, Generation};
use crate::key::{DeviceKey, SoftwareKey};
use crate::sync::session::Session;
use crate::sync::wire::{PageOutcome, PushOutcome, Pushed, SyncResponse, Target};

const LATER: crate::document::KindCode = crate::document::KindCode(200);

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
    let server = Server::new();
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
    let server = Server::new();
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
    let server = Server::new();
    let (li, mut mo) = (Li::new(&server), Mo::new());
    li.take(server.card(&mo.key, "2"), &[mo.batch(vec![mo.message(1, "看得懂的")])]);
    li.core.talk().post(talk(), "我的", None).unwrap();
    let request = li.core.prepare().unwrap().unwrap();
    let answer = |outcome| answer(vec![Pushed { dev_seq: 1, outcome }], vec![]);
    // The personal space has no answer yet: that alone would be a reason to ask again.
    li.core.store.write(|write| Ok(write.tx.execute("UPDATE space SET denied = 1 WHERE chain IS NULL", [])?)).unwrap();
    assert!(!li.core.absorb(&request, answer(PushOutcome::Later)).unwrap().more);
    let again = li.core.prepare().unwrap().unwrap();
    assert_eq!(again.push, request.push, "the same bytes, when there is an occasion");
    let accepted = PushOutcome::Accepted { seq: 2, received_at: AT.0 };
    // Its place in the log is still to come.
    li.core.absorb(&again, SyncResponse { more: true, ..answer(accepted) }).unwrap();
    assert!(li.core.prepare().unwrap().unwrap().push.is_empty());
}

#[test]
fn what_was_kept_of_a_log_that_is_no_more_displaces_nothing_of_the_new_one() {
    let server = Server::new();
    let (li, mut mo) = (Li::new(&server), Mo::new());
    let card = || server.card(&mo.key, "2");
    let (card, again) = (card(), card());
    let first = mo.batch(vec![mo.message(1, "第一条")]);
    li.take(card, std::slice::from_ref(&first));
    // As a version without messages would have kept it, before the server was set back and forgot it.
    let forgotten = mo.batch(vec![mo.message(2, "被忘记的")]);
    li.core.store.write(|write| keep(write, talk(), 2, &forgotten, AT)).unwrap();
    li.hears(vec![], vec![(talk(), PageOutcome::Forked)]);
    // Its author had let go of it, and began anew.
    let anew = mo.batch(vec![mo.message(2, "重新写的")]);
    li.take(again, &[first, anew]);
    assert_eq!(li.texts(), ["第一条", "重新写的"]);
    let li = li.update();
    assert_eq!(li.texts(), ["第一条", "重新写的"]);
}
