//! Journey 2: a flash gathering of an organisation of 300, with phones in four partitions and wrong clocks.
//!
//! The 40 phones are real cores under the real driver: 39 members, one of them with two phones. The other 261 speakers
//! are enrolled devices that sign their messages and give them to the server at the wire, and show nothing.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use hongqi_core::Error;
use hongqi_core::clock::{Clock, Timestamp};
use hongqi_core::document::{Change, Kind, Nonce};
use hongqi_core::gathering::GatheringState;
use hongqi_core::ids::{ActorId, DeviceId, DocId, Generation, MemberId, SpaceId};
use hongqi_core::key::{DeviceKey, Purpose, SoftwareKey, sign};
use hongqi_core::outbox::Delivery;
use hongqi_core::search::HitKind;
use hongqi_core::sync::wire::{self, Batch, EnrolRequest, Entry, Follow, PushOutcome, Refusal, SyncRequest, Target};
use hongqi_core::talk::MessageView;
use hongqi_tests::world::handset::Handset;
use hongqi_tests::world::weather::Weather;
use hongqi_tests::world::{MEMBERS, ORGANISATIONS, Sim, org};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// The numbers of members besides those of the small park.
const OTHERS: Range<usize> = 5_001..5_293;
/// How many of them have a phone.
const WITH_PHONE: usize = 31;
const ROUNDS: usize = 20;
/// What each round's phones and other speakers post: 300 and 900 in all.
const BY_PHONES: usize = 15;
const BY_OTHERS: usize = 45;

const SEC: usize = 0;
const LI: usize = 1;
const LI2: usize = 2;
/// Partitions: always online; offline for twenty minutes; two days ahead; three hours behind.
const B: Range<usize> = 10..20;
const C: Range<usize> = 20..30;
const D: Range<usize> = 30..40;

/// A device that writes and does not read.
struct Speaker {
    device: DeviceId,
    key: SoftwareKey,
    generation: Generation,
    dev_seq: u64,
}

impl Speaker {
    fn enrol(sim: &mut Sim, number: usize) -> Self {
        let key = SoftwareKey::generate().unwrap().0;
        let server = sim.site.server();
        let code = server.invite(&number.to_string(), 24).unwrap();
        let signature = sign(&key, Purpose::Enrol, code.as_bytes()).unwrap();
        let request = EnrolRequest { version: wire::VERSION, code, public_key: key.public_key(), signature };
        let device = server.enrol(&request).unwrap().card.device;
        let generation = Generation::from_bytes(sim.rng.u128(..).to_be_bytes());
        Self { device, key, generation, dev_seq: 0 }
    }

    /// Posts messages; their ids, if the server takes them.
    fn post(&mut self, sim: &mut Sim, member: MemberId, space: SpaceId, bodies: &[String]) -> Vec<DocId> {
        let actor = ActorId::of(self.device, self.generation);
        let mut docs = Vec::new();
        let entries = bodies.iter().map(|body| {
            let change = Change::first(actor, sim.clock.now(), &[("body", body.as_str().into())]).unwrap();
            let nonce = Nonce::from_bytes(sim.rng.u64(..).to_be_bytes());
            let target = Target::New { kind: Kind::Message.into(), about: None, nonce };
            docs.extend(target.doc(space, member));
            Entry { target, change: change.into_bytes() }
        });
        let entries = entries.collect();
        self.dev_seq += 1;
        let batch = Batch { space, device: self.device, generation: self.generation, dev_seq: self.dev_seq, entries };
        let request = SyncRequest {
            version: wire::VERSION,
            generation: Some(self.generation),
            follow: Follow::Asks(Vec::new()),
            push: vec![batch.sign(&self.key).unwrap()],
            budget: wire::MAX_BUDGET,
        };
        let response = sim.site.server().sync(self.device, request).unwrap();
        assert!(matches!(response.pushed[0].outcome, PushOutcome::Accepted { .. }));
        docs
    }
}

/// Everything in the discussion, in its order.
fn all(phone: &Handset, space: SpaceId) -> Vec<MessageView> {
    let mut out = Vec::new();
    let mut before = None;
    loop {
        let page = phone.within(|core| core.talk().page(space, before, 200)).unwrap();
        assert!(!page.gap);
        out.splice(0..0, page.messages);
        before = page.before;
        if before.is_none() {
            return out;
        }
    }
}

/// What must be the same on every phone.
fn same(messages: &[MessageView]) -> Vec<impl PartialEq + std::fmt::Debug + use<>> {
    let line = |message: &MessageView| {
        let mut reactions: Vec<_> = message.reactions.iter().map(|one| (one.emoji.clone(), one.count)).collect();
        reactions.sort();
        let MessageView { id, author, at, written_at, withdrawn, edited, delivery, .. } = *message;
        (id, author, message.body.clone(), at, written_at, withdrawn, edited, delivery, reactions)
    };
    messages.iter().map(line).collect()
}

fn set_weather(phones: &[Handset], which: Range<usize>, weather: &Weather) {
    phones[which].iter().for_each(|phone| phone.link.set_weather(weather.clone()));
}

fn post(phone: &Handset, space: SpaceId, body: &str) -> Result<DocId, Error> {
    let posted = phone.within(|core| core.talk().post(space, body, None));
    phone.sync().inspect(|sync| sync.wake());
    posted
}

fn waiting(phone: &Handset) -> usize {
    phone.within(|core| core.outbox().items().unwrap().len())
}

/// Comes back to the network: frames come twice and out of order for a while.
async fn heal(sim: &mut Sim, phones: &[Handset], which: Range<usize>) {
    let troubled = Weather {
        latency: 20..5_000,
        double: 300,
        older_answer: 100,
        late_hint: 300,
        double_hint: 200,
        budget: 60_000,
        ..Weather::fair()
    };
    let mut order: Vec<usize> = which.collect();
    sim.rng.shuffle(&mut order);
    for who in order {
        phones[who].link.set_weather(troubled.clone());
        phones[who].sync().inspect(|sync| sync.network(true));
        sim.pass(Duration::from_secs(2)).await;
    }
    sim.pass(MINUTE).await;
    for phone in phones {
        phone.link.set_weather(Weather::fair());
        phone.sync().inspect(|sync| sync.network(true));
    }
    sim.pass(MINUTE).await;
}

/// Twenty minutes of talk. What was written, but for what was taken back before it had left its phone.
async fn talk(
    sim: &mut Sim,
    phones: &[Handset],
    others: &mut [(MemberId, Speaker)],
    space: SpaceId,
) -> BTreeSet<DocId> {
    let mut written = BTreeSet::new();
    let mut own: Vec<(usize, DocId)> = Vec::new();
    set_weather(phones, B, &Weather { up: false, ..Weather::fair() });
    for round in 0..ROUNDS {
        match round {
            5 => set_weather(phones, C.start..D.end, &Weather { budget: 30_000, ..Weather::foul() }),
            // Three hours back, while it is cut off.
            8 => phones[D].iter().for_each(|phone| phone.clock.set_skew(-3 * HOUR)),
            15 => set_weather(phones, C.start..D.end, &Weather::fair()),
            _ => {}
        }
        let mut left = BY_OTHERS;
        for turn in 0.. {
            let who = (round * BY_OTHERS / 3 + turn) % others.len();
            let bodies: Vec<String> =
                (0..left.min(3)).map(|number| format!("第{round}轮 {who} 号说泵阀 {number}")).collect();
            left -= bodies.len();
            let (member, speaker) = &mut others[who];
            written.extend(speaker.post(sim, *member, space, &bodies));
            if left == 0 {
                break;
            }
        }
        for turn in 0..BY_PHONES {
            let who = (round * BY_PHONES + turn) % phones.len();
            let doc = post(&phones[who], space, &format!("第{round}轮 手机 {who}")).unwrap();
            written.insert(doc);
            own.push((who, doc));
        }
        for _ in 0..3 {
            let (who, doc) = own[sim.rng.usize(..own.len())];
            let text = format!("改成 {}", sim.rng.char('一'..'龟'));
            phones[who].within(|core| core.talk().edit(doc, &text)).unwrap();
        }
        for _ in 0..if round % 5 == 0 { 2 } else { 1 } {
            let (who, doc) = own.swap_remove(sim.rng.usize(..own.len()));
            phones[who].within(|core| core.talk().withdraw(doc)).unwrap();
            if phones[who].within(|core| core.talk().message(doc)).unwrap().is_none() {
                written.remove(&doc);
            }
        }
        for _ in 0..10 {
            let who = sim.rng.usize(..phones.len());
            let emoji = ["👍", "🎉", "👌"][sim.rng.usize(..3)];
            phones[who].within(|core| {
                let page = core.talk().page(space, None, 30).unwrap();
                // One that is cut off may have nothing yet.
                if let Some(at) = sim.rng.choice(&page.messages) {
                    core.talk().react(at.id, Some(emoji)).unwrap();
                }
            });
        }
        for phone in phones {
            phone.sync().inspect(|sync| sync.wake());
        }
        sim.pass(MINUTE).await;
    }
    written
}

#[test]
fn a_flash_gathering_in_four_partitions() {
    let seed =
        std::env::var("HONGQI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| fastrand::u64(..1_000));
    #[allow(clippy::print_stdout)]
    {
        println!("seed {seed}");
    }
    Sim::play(seed, journey);
}

async fn journey(sim: &mut Sim) {
    let mut members = MEMBERS.to_owned();
    OTHERS.for_each(|number| members.push_str(&format!("{number},张{number},full,B{},2019-07-01,\n", number % 2 + 1)));
    members.push_str("9001,何远,full,X1,2019-07-01,organiser@X1\n");
    let organisations = format!("{ORGANISATIONS}X1,江北支部,branch,\n");
    sim.site.server().import(organisations.as_bytes(), members.as_bytes()).unwrap();
    let mut numbers: Vec<String> =
        ["3001", "1001", "1001", "1002", "1003", "1004", "2001", "2002", "3002"].map(str::to_owned).to_vec();
    numbers.extend(OTHERS.take(WITH_PHONE).map(|number| number.to_string()));
    let skew = |who: usize| if C.contains(&who) { 2 * DAY } else { 0 };
    let mut phones: Vec<Handset> =
        numbers.iter().enumerate().map(|(who, number)| sim.phone(number, skew(who))).collect();
    let mut outside = sim.phone("9001", 0);
    phones.iter_mut().for_each(Handset::start);
    outside.start();
    let mut others: Vec<(MemberId, Speaker)> = OTHERS
        .skip(WITH_PHONE)
        .map(|number| (MemberId::from_number(&number.to_string()), Speaker::enrol(sim, number)))
        .collect();
    sim.pass(MINUTE).await;

    // 1. The secretary opens a gathering for the whole subtree; it is on everybody's list, and they join.
    let ends = sim.clock.now().plus_ms(45 * 60_000);
    let gathering = phones[SEC].within(|core| core.gatherings().open(org("C1"), "防汛值守安排", ends)).unwrap();
    let space = SpaceId::thread(gathering);
    phones[SEC].sync().inspect(|sync| sync.wake());
    sim.pass(MINUTE).await;
    for phone in &phones {
        let running = phone.within(|core| core.gatherings().running()).unwrap();
        assert_eq!((running.len(), running[0].id, running[0].may_write), (1, gathering, true));
        phone.within(|core| core.gatherings().join(gathering)).unwrap();
    }
    sim.pass(MINUTE).await;

    // 2. and 3. Twenty minutes of talk in four partitions.
    let written = talk(sim, &phones, &mut others, space).await;
    // Li has read to the end before the others come back.
    let li_had = all(&phones[LI], space);
    let last = li_had.last().unwrap().id;
    phones[LI].within(|core| core.personal().mark_talk_read(last)).unwrap();
    phones[LI].sync().inspect(|sync| sync.wake());

    // 4. Healed: identical everywhere, all of it, and nothing two days ahead.
    heal(sim, &phones, B.start..D.end).await;
    let shown = all(&phones[SEC], space);
    assert_eq!(shown.iter().map(|message| message.id).collect::<BTreeSet<_>>(), written, "all of it, once");
    for (who, phone) in phones.iter().enumerate() {
        assert_eq!(waiting(phone), 0, "phone {who}");
        assert!(same(&all(phone, space)) == same(&shown), "phone {who} shows something else");
    }
    let now = sim.clock.now();
    assert!(shown.iter().all(|message| message.at <= now && message.at >= ends.plus_ms(-45 * 60_000)));
    assert!(shown.iter().filter(|message| message.edited).count() > 30);
    assert!(shown.iter().filter(|message| message.withdrawn).count() > 10);
    assert!(shown.iter().filter(|message| !message.reactions.is_empty()).count() > 50);
    let speakers: BTreeSet<MemberId> = shown.iter().map(|message| message.author).collect();
    assert_eq!(speakers.len(), 300);

    // 5. What B wrote arrived later, for both phones of a reader, until it was read: once.
    let of_b: BTreeSet<MemberId> = phones[B].iter().map(|phone| phone.member).collect();
    let is_late = |message: &MessageView| {
        of_b.contains(&message.author) && !message.withdrawn && message.at <= li_had.last().unwrap().at
    };
    let known: BTreeSet<DocId> = li_had.iter().map(|message| message.id).collect();
    let later = |phone: &Handset| -> BTreeSet<DocId> {
        all(phone, space).iter().filter(|message| message.arrived_later).map(|message| message.id).collect()
    };
    let late: BTreeSet<DocId> = shown.iter().filter(|message| is_late(message)).map(|message| message.id).collect();
    assert!(late.len() > 40);
    for who in [LI, LI2] {
        assert!(later(&phones[who]).is_superset(&late));
        assert!(later(&phones[who]).is_disjoint(&known), "what was here when it was read is not late");
    }
    phones[LI].within(|core| core.personal().mark_talk_read(shown.last().unwrap().id)).unwrap();
    phones[LI].sync().inspect(|sync| sync.wake());
    sim.pass(MINUTE).await;
    for who in [LI, LI2] {
        assert!(later(&phones[who]).is_empty());
    }

    // 6. It is ended early while B is offline again: what B writes before it knows is taken, as late.
    set_weather(&phones, B, &Weather { up: false, ..Weather::fair() });
    phones[SEC].within(|core| core.gatherings().end(gathering)).unwrap();
    phones[SEC].sync().inspect(|sync| sync.wake());
    sim.pass(MINUTE).await;
    let too_late = phones[B].iter().map(|phone| post(phone, space, "三号泵房已到位").unwrap()).collect::<Vec<_>>();
    for phone in phones[..B.start].iter().chain(&phones[C]) {
        assert_eq!(post(phone, space, "还有吗"), Err(Error::Ended));
    }
    heal(sim, &phones, B).await;
    for (who, phone) in phones.iter().enumerate() {
        let shown = all(phone, space);
        for message in &too_late {
            let message = shown.iter().find(|shown| shown.id == *message).unwrap();
            assert_eq!((message.delivery, message.after_end), (Delivery::AtServer, true), "phone {who}");
        }
        assert_eq!(shown.iter().filter(|message| message.after_end).count(), too_late.len());
        assert_eq!(post(phone, space, "我也到了"), Err(Error::Ended), "phone {who}");
        assert_eq!(waiting(phone), 0);
    }

    // 7. Read-only, with a pinned summary, to be found by topic and text; closed to who is not below the committee.
    phones[SEC].within(|core| core.gatherings().summarise(gathering, "三号泵房双岗值守")).unwrap();
    phones[SEC].sync().inspect(|sync| sync.wake());
    outside.within(|core| core.talk().open(space)).unwrap();
    let intruding = post(&outside, space, "让我进来").unwrap();
    assert_eq!(outside.within(|core| core.gatherings().join(gathering)), Err(Error::NotFound));
    sim.pass(MINUTE).await;
    for (who, phone) in phones.iter().enumerate() {
        let view = phone.within(|core| core.gatherings().gathering(gathering)).unwrap().unwrap();
        assert_eq!((view.state, view.may_write), (GatheringState::Closed, false), "phone {who}");
        assert_eq!(view.summary, "三号泵房双岗值守");
        assert_eq!(view.may_lead, who == SEC || numbers[who] == "3002");
        phone.within(|core| {
            assert!(core.gatherings().running().unwrap().is_empty());
            assert_eq!(core.gatherings().archive(None, 9).unwrap().gatherings.len(), 1);
            let found = core.search().find("防汛", 9).unwrap();
            assert_eq!((found.len(), found[0].doc, found[0].kind), (1, gathering, HitKind::Gathering));
            assert_eq!(core.search().find("泵房已到位", 99).unwrap().len(), too_late.len());
            assert_eq!(core.search().find("双岗", 9).unwrap()[0].doc, gathering);
        });
    }
    assert!(
        outside.within(|core| core.talk().page(space, None, 9)).unwrap().messages.iter().all(|m| m.id == intruding)
    );
    let shown = outside.within(|core| core.talk().message(intruding)).unwrap().unwrap();
    assert!(matches!(shown.delivery, Delivery::Refused(Refusal::NoSpace | Refusal::NotAllowed)));
    assert!(outside.within(|core| core.gatherings().running()).unwrap().is_empty());
    assert!(sim.clock.now() < ends, "all of it before its own end: {}", Timestamp(ends.0));
}
