//! Groups and cases at the wire: who is not in them learns nothing, by any way, with whatever it sends.

use super::telling::told;
use super::*;
use hongqi_core::document::{Document, Edit};
use tokio::sync::broadcast::Receiver;

/// A group or a case that somebody has begun.
pub(crate) struct Begun {
    pub(crate) space: SpaceId,
    pub(crate) card: Header,
    pub(crate) first: Entry,
}

pub(crate) fn begin(phone: &mut Phone, kind: Kind, fields: &[(&str, Value)]) -> Begun {
    phone.nonce += 1;
    let nonce = Nonce::from_bytes(phone.nonce.to_be_bytes());
    let space = SpaceId::hidden(phone.member, &nonce);
    let card = Header { kind, space, owner: phone.member, about: None, nonce };
    let first = phone.entry(card, fields);
    let batch = phone.batch(space, vec![first.clone()]);
    accepted(&phone.push(&batch));
    Begun { space, card, first }
}

/// Alters a document that has the one change so far.
pub(crate) fn alter(phone: &mut Phone, header: &Header, first: &Entry, edits: &[Edit<'_>]) -> PushOutcome {
    let mut document = Document::load([&first.change[..]]).unwrap();
    let change = document.edit(phone.actor(), Timestamp(1_800_000_000_001), edits).unwrap().unwrap();
    let target = Target::Known(header.id());
    let batch = phone.batch(header.space, vec![Entry { target, change: change.into_bytes() }]);
    phone.push(&batch)
}

/// Says of somebody whether to take part: begins the one document for it, or alters it.
pub(crate) fn participant(phone: &mut Phone, space: SpaceId, of: MemberId, present: bool) -> PushOutcome {
    let header = phone.header(Kind::Participant, space, Some(About::Member(of)));
    let known = read(phone.server.storage(), |reader| reader.changes(header.id())).unwrap();
    let said = Value::from(present);
    let entry = if known.is_empty() {
        phone.entry(header, &[("present", said)])
    } else {
        let mut document = Document::load(known.iter().map(Vec::as_slice)).unwrap();
        let at = Timestamp(1_800_000_000_000);
        let change = document.edit(phone.actor(), at, &[Edit::Put("present", said)]).unwrap().unwrap();
        Entry { target: Target::Known(header.id()), change: change.into_bytes() }
    };
    let batch = phone.batch(space, vec![entry]);
    phone.push(&batch)
}

pub(crate) fn seat(server: &Server, of: MemberId, space: SpaceId) -> Option<(bool, Option<i64>)> {
    let about = Some(About::Space(space));
    let header =
        Header { kind: Kind::Seat, space: SpaceId::personal(of), owner: MemberId::SERVER, about, nonce: Nonce::EMPTY };
    told(server, header).map(|fields| (fields.flag("left"), fields.int("until")))
}

pub(crate) fn reads(phone: &Phone, space: SpaceId) -> bool {
    match phone.ask(space, From::Start) {
        PageOutcome::Entries(_) => true,
        PageOutcome::Denied => false,
        PageOutcome::Forked => panic!("forked"),
    }
}

fn step(phone: &mut Phone, case: &Begun, step: &str) -> PushOutcome {
    let header = phone.header(Kind::CaseStep, case.space, None);
    phone.write(header, &[("step", Value::from(step))]).1
}

pub(crate) fn events(signals: &mut Receiver<Signal>) -> Vec<Event> {
    let mut out = Vec::new();
    while let Ok(signal) = signals.try_recv() {
        if let Signal::Entry(event) = signal {
            out.push(event);
        }
    }
    out
}

/// Everything that somebody outside can try, and what comes back is what comes back of a space that never was.
fn learns_nothing(phone: &mut Phone, hidden: &Begun, head: Cursor, events: &[Event]) {
    let nowhere = SpaceId::hidden(phone.member, &Nonce::from_bytes([0xee; 8]));
    let older = From::Older { epoch: head.epoch, before: 2, floor: 0 };
    for from in [From::Start, From::Newest, From::After(head), older] {
        for space in [hidden.space, nowhere, SpaceId::thread(hidden.card.id())] {
            assert_eq!(phone.ask(space, from), PageOutcome::Denied, "{from:?}");
        }
    }
    let (own, about) = (phone.member, Some(About::Member(phone.member)));
    let change = hidden.first.change.clone();
    for space in [hidden.space, nowhere] {
        let new = |kind: Kind, about| Target::New { kind: kind.into(), about, nonce: Nonce::from_bytes([3; 8]) };
        let unique = |kind: Kind, about| Target::New { kind: kind.into(), about, nonce: Nonce::EMPTY };
        let said = [("present", Value::from(true))];
        let said = Change::first(phone.actor(), Timestamp(1_800_000_000_000), &said).unwrap().into_bytes();
        let entries = [
            phone.message(space, "x"),
            Entry { target: unique(Kind::Participant, about), change: said },
            Entry { target: new(Kind::CaseStep, None), change: change.clone() },
            Entry { target: Target::of(&hidden.card), change: change.clone() },
            Entry { target: Target::Known(hidden.card.id()), change: change.clone() },
            Entry { target: Target::Known(DocId::from_bytes([7; 16])), change: vec![1, 2, 3] },
        ];
        for entry in entries {
            let batch = phone.batch(space, vec![entry]);
            assert_eq!(refused(&phone.push(&batch)), Refusal::NoSpace);
        }
    }
    // Not as a document of a space of one's own either.
    let personal = SpaceId::personal(own);
    let batch = phone.batch(personal, vec![Entry { target: Target::Known(hidden.card.id()), change }]);
    assert_eq!(refused(&phone.push(&batch)), Refusal::UnknownDocument);
    // A stream says nothing of it, even if the phone claims to follow it.
    let asks = vec![Ask { space: hidden.space, from: From::After(head) }, Ask { space: personal, from: From::Start }];
    phone.sync(Follow::Asks(asks), vec![], MAX_BUDGET);
    let hints = phone.server.hears(phone.device, events).unwrap();
    let news = phone.server.news(phone.device).unwrap();
    assert!(hints.iter().chain(&news).all(|hint| hint.space != hidden.space), "{hints:?} {news:?}");
    assert!(events.iter().filter(|event| event.hint.space == hidden.space).all(|event| event.people.is_empty()));
    assert_eq!(seat(&phone.server, own, hidden.space).filter(|(left, _)| !left), None);
}

fn head(phone: &Phone, space: SpaceId) -> Cursor {
    let page = phone.entries(space, From::Start);
    Cursor { epoch: page.epoch, seq: page.up_to, check: page.check }
}

#[test]
fn nobody_outside_a_group_learns_that_it_exists() {
    let (server, _) = server();
    let [mut li, mut mo, mut wu, mut xu] = ["1", "2", "3", "4"].map(|number| Phone::of(&server, number));
    server.grant("2", "zone", Role::Administrator, None).unwrap();
    let mut signals = server.signals();
    let group = begin(&mut li, Kind::Group, &[("topic", Value::from("三人行"))]);
    accepted(&participant(&mut li, group.space, xu.member, true));
    accepted(&li.say(group.space, "只有我们知道"));
    accepted(&xu.say(group.space, "好"));
    let (head, events) = (head(&li, group.space), events(&mut signals));
    assert_eq!(xu.entries(group.space, From::Newest).up_to, 4);
    assert_eq!(seat(&server, li.member, group.space), Some((false, None)), "also for other phones of who opened it");
    assert_eq!(seat(&server, xu.member, group.space), Some((false, None)));
    // Whatever role they hold.
    learns_nothing(&mut mo, &group, head, &events);
    learns_nothing(&mut wu, &group, head, &events);
    let hints = server.hears(xu.device, &events).unwrap();
    assert!(hints.iter().any(|hint| hint.space == group.space));
}

#[test]
fn who_is_brought_in_with_the_card_reads_whatever_the_ids_of_the_documents() {
    let (server, _) = server();
    let mut wu = Phone::of(&server, "1");
    let (mut before, mut behind) = (0, 0);
    while before == 0 || behind == 0 {
        wu.nonce += 1;
        let nonce = Nonce::from_bytes(wu.nonce.to_be_bytes());
        let space = SpaceId::hidden(wu.member, &nonce);
        let card = Header { kind: Kind::Group, space, owner: wu.member, about: None, nonce };
        let li = MemberId::from_number("2");
        let brought = wu.header(Kind::Participant, space, Some(About::Member(li)));
        *(if brought.id() < card.id() { &mut before } else { &mut behind }) += 1;
        let entries =
            vec![wu.entry(card, &[("topic", "会".into())]), wu.entry(brought, &[("present", Value::from(true))])];
        let batch = wu.batch(space, entries);
        accepted(&wu.push(&batch));
        assert_eq!(seat(&server, li, space), Some((false, None)), "{before} before, {behind} behind");
    }
}

#[test]
fn who_is_sent_away_or_leaves_reads_nothing_more() {
    let (server, _) = server();
    let [mut li, mut mo, mut wu, xu] = ["1", "2", "3", "4"].map(|number| Phone::of(&server, number));
    let group = begin(&mut li, Kind::Group, &[("topic", Value::from("筹备"))]);
    let space = group.space;
    for member in [mo.member, wu.member, xu.member] {
        accepted(&participant(&mut li, space, member, true));
    }
    assert!(reads(&mo, space) && reads(&wu, space) && reads(&xu, space));
    // Nobody but who opened it speaks for others.
    assert_eq!(refused(&participant(&mut wu, space, mo.member, false)), Refusal::NotAllowed);
    assert_eq!(refused(&participant(&mut mo, space, li.member, false)), Refusal::NotAllowed);
    let [own, others] = [li.member, wu.member];
    accepted(&participant(&mut li, space, own, false));
    assert!(reads(&li, space), "who opened it stays");

    let mut signals = server.signals();
    accepted(&participant(&mut li, space, mo.member, false));
    accepted(&li.say(space, "现在人少了"));
    assert_eq!(seat(&server, mo.member, space), Some((true, None)));
    let (head, events) = (head(&li, space), events(&mut signals));
    let told = |event: &Event| event.hint.space == SpaceId::personal(mo.member);
    assert!(events.iter().any(told), "its stream hears of the seat at once");
    learns_nothing(&mut mo, &group, head, &events);

    accepted(&participant(&mut wu, space, others, false));
    assert!(!reads(&wu, space));
    assert_eq!(seat(&server, wu.member, space), Some((true, None)));
    assert_eq!(refused(&wu.say(space, "x")), Refusal::NoSpace);
    accepted(&participant(&mut wu, space, others, true));
    assert!(reads(&wu, space), "may come back");
    assert_eq!(seat(&server, wu.member, space), Some((false, None)));
    accepted(&participant(&mut wu, space, others, false));
    for present in [false, true] {
        accepted(&participant(&mut li, space, wu.member, present));
    }
    assert!(!reads(&wu, space), "who has left is not brought back by others");
    assert!(reads(&xu, space));
}

#[test]
fn documents_of_groups_and_cases_stand_nowhere_else() {
    let (server, _) = server();
    let (mut li, mut xu) = (Phone::of(&server, "1"), Phone::of(&server, "4"));
    let standing = SpaceId::standing(org("b1"));
    let about = Some(About::Member(li.member));
    let header = li.header(Kind::Participant, standing, about);
    assert_eq!(refused(&li.write(header, &[("present", Value::from(true))]).1), Refusal::NotAllowed);
    let header = li.header(Kind::CaseStep, standing, None);
    assert_eq!(refused(&li.write(header, &[("step", Value::from("closed"))]).1), Refusal::NotAllowed);
    let group = begin(&mut li, Kind::Group, &[("topic", Value::from("x"))]);
    let header = li.header(Kind::CaseStep, group.space, None);
    assert_eq!(refused(&li.write(header, &[("step", Value::from("closed"))]).1), Refusal::NotAllowed);
    // A case under the nonce of the group is in the group's discussion, which is no case.
    let card = Header { kind: Kind::Case, ..group.card };
    assert_eq!(refused(&li.write(card, &[("subject", Value::from("x"))]).1), Refusal::NotAllowed);
    // A card in another's discussion.
    accepted(&participant(&mut li, group.space, xu.member, true));
    let card = Header { owner: xu.member, ..group.card };
    assert_eq!(refused(&xu.write(card, &[("topic", Value::from("x"))]).1), Refusal::Malformed);
    let edit = [Edit::Put("topic", Value::from("我的"))];
    let stolen = Entry { target: group.first.target, change: group.first.change.clone() };
    assert_eq!(refused(&alter(&mut xu, &group.card, &stolen, &edit)), Refusal::NotAllowed);
    accepted(&alter(&mut li, &group.card, &group.first, &edit));
}

#[test]
fn who_has_left_says_nothing_more_in_a_group_a_case_or_to_the_own_other_phones() {
    let (server, _) = server();
    let (mut li, mut xu) = (Phone::of(&server, "1"), Phone::of(&server, "4"));
    let group = begin(&mut xu, Kind::Group, &[("topic", Value::from("x"))]);
    accepted(&participant(&mut xu, group.space, li.member, true));
    let case = begin(&mut li, Kind::Case, &case_fields("b1", &[]));
    let others = MEMBERS.replace("1,李敏,full,b1,2001-07-01,\n", "");
    server.import(ORGS.as_bytes(), others.as_bytes()).unwrap();
    // What a desk may still be told opens the door for the rest of the exchange.
    let check_in = li.header(Kind::CheckIn, SpaceId::desk(org("b1")), Some(About::Doc(DocId::from_bytes([1; 16]))));
    let entry = li.entry(check_in, &[("at", Value::Int(1))]);
    let mut push = vec![li.batch(check_in.space, vec![entry])];
    let about = Some(About::Member(li.member));
    for space in [group.space, case.space] {
        let said = li.message(space, "x");
        push.push(li.batch(space, vec![said]));
        let back = li.header(Kind::Participant, space, about);
        let back = li.entry(back, &[("present", Value::from(true))]);
        push.push(li.batch(space, vec![back]));
    }
    li.nonce += 1;
    let nonce = Nonce::from_bytes(li.nonce.to_be_bytes());
    let space = SpaceId::hidden(li.member, &nonce);
    let card = Header { kind: Kind::Group, space, owner: li.member, about: None, nonce };
    let card = li.entry(card, &[("topic", Value::from("x"))]);
    push.push(li.batch(space, vec![card]));
    let draft = li.header(Kind::Draft, SpaceId::personal(li.member), None);
    let entry = li.entry(draft, &[("title", Value::from("x"))]);
    push.push(li.batch(draft.space, vec![entry]));
    for pushed in &li.sync(Follow::Asks(vec![]), push, MAX_BUDGET).pushed[1..] {
        assert_eq!(refused(&pushed.outcome), Refusal::NoSpace);
    }
    assert_eq!(seat(&server, li.member, case.space), Some((true, None)));
}

#[test]
fn nobody_floods_others_with_groups() {
    let (server, _) = server();
    let mut li = Phone::of(&server, "1");
    let mut begun = 0;
    let reason = loop {
        li.nonce += 1;
        let nonce = Nonce::from_bytes(li.nonce.to_be_bytes());
        let space = SpaceId::hidden(li.member, &nonce);
        let card = Header { kind: Kind::Group, space, owner: li.member, about: None, nonce };
        match li.write(card, &[("topic", Value::from("x"))]).1 {
            PushOutcome::Accepted { .. } => begun += 1,
            outcome => break refused(&outcome),
        }
    };
    assert_eq!(reason, Refusal::Quota);
    assert!((100..300).contains(&begun), "{begun}");
    assert!(matches!(li.say(SpaceId::standing(org("b1")), "x"), PushOutcome::Accepted { .. }), "may still speak");
}

#[test]
fn a_group_has_a_size_and_a_card_a_length() {
    let (server, _) = server();
    let mut li = Phone::of(&server, "1");
    let group = begin(&mut li, Kind::Group, &[("topic", Value::from("x"))]);
    let mut named = 0;
    let outcome = loop {
        let entries: Vec<_> = (0..MAX_BATCH_CHANGES)
            .map(|index| {
                let about = Some(About::Member(MemberId::from_number(&format!("{named}-{index}"))));
                let header = li.header(Kind::Participant, group.space, about);
                li.entry(header, &[("present", Value::from(true))])
            })
            .collect();
        let batch = li.batch(group.space, entries);
        match li.push(&batch) {
            PushOutcome::Accepted { .. } => named += MAX_BATCH_CHANGES,
            outcome => break outcome,
        }
    };
    assert_eq!(refused(&outcome), Refusal::Quota);
    assert!((room::MAX_PARTS..room::MAX_PARTS + MAX_BATCH_CHANGES).contains(&named), "{named}");
    let seats = read(server.storage(), |reader| reader.seats(group.space)).unwrap();
    assert_eq!(seats.len(), 1, "nobody is told who is no member");

    let mut document = Document::load([&group.first.change[..]]).unwrap();
    let mut alter = |li: &mut Phone, turn: usize| {
        let edit = [Edit::Put("topic", Value::from(format!("{turn}").as_str()))];
        let change = document.edit(li.actor(), Timestamp(1_800_000_000_001), &edit).unwrap().unwrap();
        let target = Target::Known(group.card.id());
        let batch = li.batch(group.space, vec![Entry { target, change: change.into_bytes() }]);
        li.push(&batch)
    };
    for turn in 1..room::MAX_RULING_CHANGES {
        accepted(&alter(&mut li, turn));
    }
    assert_eq!(refused(&alter(&mut li, 0)), Refusal::TooLarge);
}

fn case_fields(desk: &str, avoid: &[MemberId]) -> Vec<(&'static str, Value)> {
    let avoid = avoid.iter().flat_map(|member| *member.as_bytes()).collect();
    vec![
        ("desk", Value::Bytes(org(desk).as_bytes().to_vec())),
        ("avoid", Value::Bytes(avoid)),
        ("subject", Value::from("组织关系")),
    ]
}

#[test]
fn a_case_is_for_the_asker_and_the_desk_but_not_for_who_is_avoided() {
    let (server, _) = server();
    let [mut li, mut mo, mut wu, mut xu] = ["1", "2", "3", "4"].map(|number| Phone::of(&server, number));
    let mut signals = server.signals();
    let case = begin(&mut li, Kind::Case, &case_fields("b1", &[xu.member]));
    accepted(&li.say(case.space, "请教"));
    assert!(reads(&wu, case.space), "organiser of b1");
    accepted(&wu.say(case.space, "请讲"));
    let (cursor, since) = (head(&li, case.space), events(&mut signals));
    // The secretary of the very desk, and who holds no role there.
    learns_nothing(&mut xu, &case, cursor, &since);
    learns_nothing(&mut mo, &case, cursor, &since);
    let seats = [&li, &wu, &xu, &mo].map(|phone| seat(&server, phone.member, case.space));
    assert_eq!(seats, [Some((false, None)), Some((false, None)), None, None]);

    // The asker thinks again of whom to avoid.
    let everybody = [Edit::Put("avoid", Value::Bytes(vec![]))];
    accepted(&alter(&mut li, &case.card, &case.first, &everybody));
    assert!(reads(&xu, case.space));
    assert_eq!(seat(&server, xu.member, case.space), Some((false, None)));

    // A role given above counts below, and one that ends does so at once.
    server.grant("2", "A", Role::Organiser, None).unwrap();
    assert!(reads(&mo, case.space));
    assert_eq!(seat(&server, mo.member, case.space), Some((false, None)));
    mo.sync(Follow::Asks(vec![Ask { space: case.space, from: From::Newest }]), vec![], MAX_BUDGET);
    accepted(&li.say(case.space, "谢谢"));
    let since = events(&mut signals);
    let hears = || server.hears(mo.device, &since).unwrap().iter().any(|hint| hint.space == case.space);
    assert!(hears());
    server.revoke("2", "A", Role::Organiser).unwrap();
    assert!(!hears() && server.news(mo.device).unwrap().is_empty());
    assert_eq!(seat(&server, mo.member, case.space), Some((true, None)));
    learns_nothing(&mut mo, &case, head(&li, case.space), &since);

    // So does an import.
    let without = MEMBERS.replace("secretary@b1", "");
    server.import(ORGS.as_bytes(), without.as_bytes()).unwrap();
    assert!(!reads(&xu, case.space));
    assert_eq!(seat(&server, xu.member, case.space), Some((true, None)));
    let until = Timestamp(1_900_000_000_000);
    server.grant("4", "zone", Role::Secretary, Some(until)).unwrap();
    assert_eq!(seat(&server, xu.member, case.space), Some((false, Some(until.0))), "as long as the role");
}

#[test]
fn a_secretary_who_asks_the_desk_above_is_not_read_by_the_own_branch() {
    let (server, _) = server();
    let [li, _, wu, mut xu] = ["1", "2", "3", "4"].map(|number| Phone::of(&server, number));
    let case = begin(&mut xu, Kind::Case, &case_fields("A", &[]));
    assert!(reads(&xu, case.space) && reads(&wu, case.space), "wu is an editor of A");
    server.grant("1", "b1", Role::Administrator, None).unwrap();
    assert!(!reads(&li, case.space), "a role below the desk");
}

#[test]
fn a_case_that_asks_nobody_is_refused_with_what_was_said_in_it() {
    let (server, _) = server();
    let mut li = Phone::of(&server, "1");
    let without_desk = &case_fields("b1", &[])[2..];
    for (number, fields) in [case_fields("no such organisation", &[]), without_desk.to_vec()].iter().enumerate() {
        let nonce = Nonce::from_bytes((number as u64 + 900).to_be_bytes());
        let space = SpaceId::hidden(li.member, &nonce);
        let card = Header { kind: Kind::Case, space, owner: li.member, about: None, nonce };
        let message = li.header(Kind::Message, space, None);
        let entries = vec![li.entry(card, fields), li.entry(message, &[("body", "请教".into())])];
        let batch = li.batch(space, entries);
        let PushOutcome::Refused(refused) = li.push(&batch) else { panic!("it was taken") };
        assert_eq!(
            refused.iter().map(|one| (one.doc, one.reason)).collect::<Vec<_>>(),
            [(card.id(), Refusal::NoSpace)]
        );
        assert_eq!(self::refused(&li.say(space, "还在吗")), Refusal::NoSpace, "there is no such discussion");
    }
    // Nor may a case be sent on to nobody.
    let case = begin(&mut li, Kind::Case, &case_fields("b1", &[]));
    let nobody = [Edit::Put("desk", Value::Bytes(org("no such organisation").as_bytes().to_vec()))];
    assert_eq!(refused(&alter(&mut li, &case.card, &case.first, &nobody)), Refusal::NoSpace);
}

#[test]
fn a_step_is_taken_by_who_may_and_never_altered() {
    let (server, _) = server();
    let [mut li, mut wu, mut xu] = ["1", "3", "4"].map(|number| Phone::of(&server, number));
    let case = begin(&mut li, Kind::Case, &case_fields("b1", &[]));
    for said in ["answered", "handed", "forgiven", ""] {
        assert_eq!(refused(&step(&mut li, &case, said)), Refusal::NotAllowed, "{said}");
    }
    for said in ["answered", "handed", "closed"] {
        accepted(&step(&mut wu, &case, said));
    }
    assert_eq!(refused(&step(&mut wu, &case, "reopened")), Refusal::NotAllowed);
    accepted(&step(&mut li, &case, "reopened"));
    let header = xu.header(Kind::CaseStep, case.space, None);
    let entry = xu.entry(header, &[("step", Value::from("answered"))]);
    let batch = xu.batch(case.space, vec![entry.clone()]);
    accepted(&xu.push(&batch));
    let altered = alter(&mut xu, &header, &entry, &[Edit::Put("step", Value::from("closed"))]);
    assert_eq!(refused(&altered), Refusal::NotAllowed);
}

#[test]
fn no_log_line_names_a_hidden_discussion() {
    use std::sync::Mutex;
    let lines: Arc<Mutex<Vec<u8>>> = Arc::default();
    struct Lines(Arc<Mutex<Vec<u8>>>);
    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let kept = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || Lines(kept.clone()))
        .finish();
    let (case, li) = tracing::subscriber::with_default(subscriber, || {
        let (server, clock) = server();
        let (mut li, mut mo) = (Phone::of(&server, "1"), Phone::of(&server, "2"));
        let case = begin(&mut li, Kind::Case, &case_fields("b1", &[]));
        assert_eq!(refused(&mo.say(case.space, "x")), Refusal::NoSpace);
        assert!(!reads(&mo, case.space));
        accepted(&step(&mut li, &case, "closed"));
        clock.wall.fetch_add(400 * storage::DAY_MS, Ordering::Relaxed);
        assert_eq!(server.sweep().unwrap(), 1);
        (case, li)
    });
    let lines = String::from_utf8(lines.lock().unwrap().clone()).unwrap();
    assert!(lines.contains("enrolled"), "something was logged");
    for secret in [case.space.to_string(), case.card.id().to_string(), li.member.to_string()] {
        assert!(!lines.contains(&secret));
        let id = secret.rsplit(':').next().unwrap();
        assert!(!lines.contains(id), "{id}");
    }
}

#[test]
fn who_reads_a_case_no_more_is_not_told_whether_it_is_still_there() {
    let (server, clock) = server();
    let [mut li, mut xu] = ["1", "4"].map(|number| Phone::of(&server, number));
    let (kept, doomed) =
        (begin(&mut li, Kind::Case, &case_fields("b1", &[])), begin(&mut li, Kind::Case, &case_fields("b1", &[])));
    let said = [&kept, &doomed].map(|case| {
        let entry = xu.message(case.space, "好");
        let batch = xu.batch(case.space, vec![entry.clone()]);
        accepted(&xu.push(&batch));
        entry
    });
    accepted(&step(&mut li, &doomed, "closed"));
    server.revoke("4", "b1", Role::Secretary).unwrap();
    clock.wall.fetch_add(400 * storage::DAY_MS, Ordering::Relaxed);
    assert_eq!(server.sweep().unwrap(), 1);
    // The own words, under a new number and under their id: known or not, the answer is the same.
    for (case, entry) in [&kept, &doomed].into_iter().zip(said) {
        let known = Target::Known(entry.target.doc(case.space, xu.member).unwrap());
        for target in [entry.target, known] {
            let batch = xu.batch(case.space, vec![Entry { target, change: entry.change.clone() }]);
            assert_eq!(refused(&xu.push(&batch)), Refusal::NoSpace);
        }
    }
}
