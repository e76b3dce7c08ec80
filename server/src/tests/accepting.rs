use super::*;
use hongqi_core::document::{Document, Edit};

#[test]
fn a_message_is_taken_once_however_often_it_is_pushed() {
    let (server, _) = server();
    let mut li = Phone::of(&server, "1");
    let talk = SpaceId::standing(org("b1"));
    let entry = li.message(talk, "今天午饭在地下食堂");
    let batch = li.batch(talk, vec![entry.clone()]);
    let first = li.push(&batch);
    assert_eq!(accepted(&first), 1);
    assert_eq!(li.push(&batch), first, "the same answer");
    let again = li.batch(talk, vec![entry]);
    assert_eq!(accepted(&li.push(&again)), 0, "known under another batch");
    assert_eq!(li.entries(talk, From::Start).up_to, 1);
}

#[test]
fn who_is_refused_without_end_fills_no_disk() {
    let (server, clock) = server();
    let mut li = Phone::of(&server, "1");
    let elsewhere = SpaceId::standing(org("b2"));
    let mut refused = |count: usize| {
        let mut judged = Vec::new();
        while judged.len() < count {
            let mut one = || {
                let entry = li.message(elsewhere, "x");
                li.batch(elsewhere, vec![entry])
            };
            let batches = std::iter::repeat_with(&mut one).take(MAX_PUSH).collect();
            judged.extend(li.sync(Follow::Asks(vec![]), batches, MAX_BUDGET).pushed);
        }
        judged.iter().filter(|pushed| matches!(pushed.outcome, PushOutcome::Refused(_))).count()
    };
    assert_eq!(refused(quota::MEMBER_NOTES + MAX_PUSH), quota::MEMBER_NOTES, "the rest is to come later");
    // What is taken is not held up by it, and the next day has its own share.
    accepted(&li.say(SpaceId::standing(org("b1")), "你好"));
    clock.wall.fetch_add(storage::DAY_MS, Ordering::Relaxed);
    let entry = li.message(elsewhere, "x");
    let batch = li.batch(elsewhere, vec![entry]);
    assert_eq!(self::refused(&li.push(&batch)), Refusal::NoSpace);
    assert_eq!(self::refused(&li.push(&batch)), Refusal::NoSpace, "again: the same row");
}

#[test]
fn a_batch_that_begins_a_known_document_is_judged_beside_it() {
    let (server, _) = server();
    let mut li = Phone::of(&server, "1");
    let talk = SpaceId::standing(org("b1"));
    let (known, new) = (li.message(talk, "一"), li.message(talk, "二"));
    let first = li.batch(talk, vec![known.clone()]);
    accepted(&li.push(&first));
    // The new document stands first: what was put in before the known one was met does not stay twice.
    let both = li.batch(talk, vec![new.clone(), known.clone()]);
    assert_eq!(accepted(&li.push(&both)), 2);
    let again = li.batch(talk, vec![new, known.clone()]);
    assert_eq!(accepted(&li.push(&again)), 0, "all known");
    // Another beginning of a known document is refused with what comes beside it, and leaves nothing.
    let other = li.message(talk, "三");
    let second = Entry { change: li.message(talk, "别").change, ..known };
    let wrong = li.batch(talk, vec![other.clone(), second]);
    assert_eq!(refused(&li.push(&wrong)), Refusal::Malformed);
    let alone = li.batch(talk, vec![other]);
    assert_eq!(accepted(&li.push(&alone)), 3);
}

#[test]
fn another_batch_under_a_used_number_shows_a_copied_database() {
    let (server, _) = server();
    let mut li = Phone::of(&server, "1");
    let talk = SpaceId::standing(org("b1"));
    accepted(&li.say(talk, "一"));
    li.dev_seq = 0;
    let entries = [li.message(talk, "二"), li.message(talk, "三")];
    let batches: Vec<_> = entries.into_iter().map(|entry| li.batch(talk, vec![entry])).collect();
    let response = li.sync(Follow::Asks(vec![]), batches, MAX_BUDGET);
    for pushed in response.pushed {
        assert_eq!(pushed.outcome, PushOutcome::GenerationReused, "and all after it");
    }
    // A number that was refused counts as used too.
    li.dev_seq = 10;
    let board = SpaceId::board(org("b1"));
    let header = li.header(Kind::Article, board, None);
    assert_eq!(refused(&li.write(header, &[("title", Value::from("x"))]).1), Refusal::NotAllowed);
    li.dev_seq = 10;
    assert_eq!(li.say(talk, "四"), PushOutcome::GenerationReused);
}

#[test]
fn a_number_left_out_may_still_come() {
    let (server, _) = server();
    let mut li = Phone::of(&server, "1");
    let talk = SpaceId::standing(org("b1"));
    let (one, two) = (li.message(talk, "一"), li.message(talk, "二"));
    let (one, two) = (li.batch(talk, vec![one]), li.batch(talk, vec![two]));
    assert_eq!(accepted(&li.push(&two)), 1);
    assert_eq!(accepted(&li.push(&one)), 2);
}

#[test]
fn forged_batches_are_not_judged() {
    let (server, _) = server();
    let (mut li, mut mo) = (Phone::of(&server, "1"), Phone::of(&server, "2"));
    let talk = SpaceId::standing(org("b1"));
    let entry = li.message(talk, "一");
    let good = li.batch(talk, vec![entry.clone()]);
    let mut bent = good.clone();
    *bent.body.last_mut().unwrap() ^= 1;
    assert_eq!(li.push(&bent), PushOutcome::Malformed);
    assert_eq!(mo.push(&good), PushOutcome::Malformed, "another device's batch");
    assert_eq!(li.push(&SignedBatch { body: vec![0xff; 9], signature: [0; 64] }), PushOutcome::Malformed);
    let empty = li.batch(talk, vec![]);
    assert_eq!(li.push(&empty), PushOutcome::Malformed);
    li.dev_seq = u64::MAX - 1;
    let huge = li.batch(talk, vec![entry.clone()]);
    assert_eq!(li.push(&huge), PushOutcome::Malformed);
    // A change by the actor of another device.
    let b2 = SpaceId::standing(org("b2"));
    let stolen = mo.batch(b2, vec![entry]);
    assert_eq!(refused(&mo.push(&stolen)), Refusal::Malformed);
    assert_eq!(accepted(&li.push(&good)), 1, "nothing of it stands in the way");
}

#[test]
fn rights_are_judged_for_each_document() {
    let (server, _) = server();
    let (mut li, mut mo, mut wu) = (Phone::of(&server, "1"), Phone::of(&server, "2"), Phone::of(&server, "3"));
    let title = [("title", Value::from("通知"))];
    let board = SpaceId::board(org("b1"));
    let header = li.header(Kind::Article, board, None);
    assert_eq!(refused(&li.write(header, &title).1), Refusal::NotAllowed);
    let header = wu.header(Kind::Article, board, None);
    let (article, outcome) = wu.write(header, &title);
    accepted(&outcome);
    assert_eq!(refused(&mo.say(SpaceId::standing(org("b1")), "x")), Refusal::NoSpace);
    assert_eq!(refused(&mo.say(SpaceId::personal(li.member), "x")), Refusal::NoSpace);
    let thread = SpaceId::thread(article);
    accepted(&li.say(thread, "评论"));
    assert_eq!(refused(&mo.say(thread, "x")), Refusal::NoSpace, "b2 does not read b1's board");
    assert_eq!(refused(&li.say(SpaceId::thread(DocId::from_bytes([9; 16])), "x")), Refusal::NoSpace);
    let header = wu.header(Kind::OrgCard, board, None);
    assert_eq!(refused(&wu.write(header, &[("name", Value::from("x"))]).1), Refusal::Malformed);
    let header = wu.header(Kind::Message, board, None);
    assert_eq!(refused(&wu.write(header, &[("body", Value::from("x"))]).1), Refusal::Malformed, "wrong space");
}

#[test]
fn only_the_author_edits_a_message_and_any_editor_an_article() {
    let (server, _) = server();
    let (mut li, mut wu, mut xu) = (Phone::of(&server, "1"), Phone::of(&server, "3"), Phone::of(&server, "4"));
    server.grant("4", "zone", Role::Editor, None).unwrap();
    let talk = SpaceId::standing(org("b1"));
    let header = li.header(Kind::Message, talk, None);
    let entry = li.entry(header, &[("body", Value::from("一"))]);
    let batch = li.batch(talk, vec![entry.clone()]);
    accepted(&li.push(&batch));
    let edit = |phone: &Phone, change: &[u8], key: &str| {
        let edits = [Edit::Put(key, Value::from("二"))];
        let mut document = Document::load([change]).unwrap();
        document.edit(phone.actor(), Timestamp(1_800_000_000_001), &edits).unwrap().unwrap().into_bytes()
    };
    let target = Target::Known(header.id());
    let by_other = xu.batch(talk, vec![Entry { target, change: edit(&xu, &entry.change, "body") }]);
    assert_eq!(refused(&xu.push(&by_other)), Refusal::NotAllowed);
    let elsewhere = SpaceId::thread(header.id());
    let moved = li.batch(elsewhere, vec![Entry { target, change: edit(&li, &entry.change, "body") }]);
    assert_eq!(refused(&li.push(&moved)), Refusal::NoSpace);
    let own = li.batch(talk, vec![Entry { target, change: edit(&li, &entry.change, "body") }]);
    assert_eq!(accepted(&li.push(&own)), 2);

    let board = SpaceId::board(org("b1"));
    let header = wu.header(Kind::Article, board, None);
    let entry = wu.entry(header, &[("title", Value::from("通知"))]);
    let batch = wu.batch(board, vec![entry.clone()]);
    accepted(&wu.push(&batch));
    let target = Target::Known(header.id());
    let by_editor = xu.batch(board, vec![Entry { target, change: edit(&xu, &entry.change, "title") }]);
    accepted(&xu.push(&by_editor));
    let unknown = Target::Known(DocId::from_bytes([3; 16]));
    let lost = xu.batch(board, vec![Entry { target: unknown, change: edit(&xu, &entry.change, "title") }]);
    assert_eq!(refused(&xu.push(&lost)), Refusal::UnknownDocument);
    // Builds on a change that never came.
    let mut hidden = Document::load([&entry.change[..]]).unwrap();
    let put = |text: &str| [Edit::Put("title", Value::from(text))];
    hidden.edit(wu.actor(), Timestamp(1_800_000_000_002), &put("三")).unwrap().unwrap();
    let second = hidden.edit(wu.actor(), Timestamp(1_800_000_000_003), &put("四")).unwrap().unwrap();
    let orphan = wu.batch(board, vec![Entry { target, change: second.into_bytes() }]);
    assert!(matches!(wu.push(&orphan), PushOutcome::Refused(_)));
}

#[test]
fn a_desk_takes_one_document_a_batch_and_a_refused_batch_leaves_nothing() {
    let (server, _) = server();
    let mut li = Phone::of(&server, "1");
    let desk = SpaceId::desk(org("A"));
    let about = Some(About::Doc(DocId::from_bytes([1; 16])));
    let headers = [li.header(Kind::CheckIn, desk, about), li.header(Kind::CheckIn, desk, about)];
    let entries: Vec<_> = headers.iter().map(|header| li.entry(*header, &[("at", Value::Int(1))])).collect();
    let two = li.batch(desk, entries.clone());
    assert_eq!(refused(&li.push(&two)), Refusal::Malformed);
    for (seq, entry) in (1..).zip(entries) {
        let one = li.batch(desk, vec![entry]);
        assert_eq!(accepted(&li.push(&one)), seq);
    }
}

#[test]
fn one_refused_document_is_named_and_the_rest_may_come_again() {
    let (server, _) = server();
    let mut wu = Phone::of(&server, "3");
    let board = SpaceId::board(org("b1"));
    let (good, bad) = (wu.header(Kind::Article, board, None), wu.header(Kind::Article, board, None));
    let good_entry = wu.entry(good, &[("title", Value::from("x"))]);
    let bad_entry = Entry { change: vec![1, 2, 3], ..wu.entry(bad, &[("title", Value::from("y"))]) };
    let both = wu.batch(board, vec![good_entry.clone(), bad_entry]);
    let reason = Refusal::Malformed;
    assert_eq!(wu.push(&both), PushOutcome::Refused(vec![Refused { doc: bad.id(), reason }]));
    let again = wu.batch(board, vec![good_entry]);
    accepted(&wu.push(&again));
}

#[test]
fn crowds_share_a_commit_and_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::open(dir.path(), Arc::new(TestClock::at(1_800_000_000_000))).unwrap();
    server.import(ORGS.as_bytes(), MEMBERS.as_bytes()).unwrap();
    let server = Arc::new(server);
    let talk = SpaceId::standing(org("b1"));
    let threads: Vec<_> = (0..6)
        .map(|turn| {
            let mut li = Phone::of(&server, "1");
            li.nonce = turn * 100;
            std::thread::spawn(move || (0..20).for_each(|_| _ = accepted(&li.say(talk, "挤"))))
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    let li = Phone::of(&server, "1");
    let entries = li.entries(talk, From::Start);
    assert_eq!(
        entries.entries.open().unwrap().iter().map(LogEntry::seq).collect::<Vec<_>>(),
        (1..=120).collect::<Vec<_>>()
    );
}

#[test]
fn a_kind_of_a_later_version_is_refused_alone_and_what_stands_beside_it_comes_again() {
    let (server, _) = server();
    let mut li = Phone::of(&server, "1");
    let talk = SpaceId::standing(org("b1"));
    let poll = Target::New { kind: KindCode(200), about: None, nonce: Nonce::from_bytes([7; 8]) };
    let doc = poll.doc(talk, li.member).unwrap();
    let strange = Entry { target: poll, ..li.message(talk, "去哪儿") };
    let vote = Entry { target: Target::Known(doc), ..li.message(talk, "投票") };
    let good = li.message(talk, "看得懂的");
    let all = li.batch(talk, vec![strange.clone(), vote.clone(), good.clone()]);
    let reason = Refusal::UnknownKind;
    assert_eq!(li.push(&all), PushOutcome::Refused(vec![Refused { doc, reason }]));
    let rest = li.batch(talk, vec![good]);
    assert_eq!(accepted(&li.push(&rest)), 1);
    let alone = li.batch(talk, vec![vote]);
    assert_eq!(refused(&li.push(&alone)), Refusal::UnknownDocument);
    // Nobody learns from it which spaces there are.
    let elsewhere = li.batch(SpaceId::standing(org("b2")), vec![strange]);
    assert_eq!(refused(&li.push(&elsewhere)), Refusal::NoSpace);
    let nameless = Entry { target: Target::Later, ..li.message(talk, "x") };
    let nameless = li.batch(talk, vec![nameless]);
    assert_eq!(li.push(&nameless), PushOutcome::Malformed);
}

#[test]
fn a_dear_change_is_decoded_only_for_who_may_write_it_and_within_a_share() {
    let (server, _) = server();
    let (mut li, mut wu) = (Phone::of(&server, "1"), Phone::of(&server, "3"));
    let board = SpaceId::board(org("b1"));
    let header = wu.header(Kind::Article, board, None);
    let first = wu.entry(header, &[("title", Value::from("通知")), ("body", Value::Text("字".repeat(3_000)))]);
    let batch = wu.batch(board, vec![first.clone()]);
    accepted(&wu.push(&batch));
    let empty = |phone: &Phone| {
        let mut document = Document::load([&first.change[..]]).unwrap();
        let edit = [Edit::SetText("body", "")];
        let change = document.edit(phone.actor(), Timestamp(1_800_000_000_001), &edit).unwrap().unwrap().into_bytes();
        assert!(change.len() < 200, "{}", change.len());
        Entry { target: Target::Known(header.id()), change }
    };
    // Told apart from one that was decoded first: that would be malformed, its actor being another.
    let by_reader = li.batch(board, vec![empty(&wu)]);
    assert_eq!(refused(&li.push(&by_reader)), Refusal::NotAllowed);
    let lost = li.batch(board, vec![Entry { target: Target::Known(DocId::from_bytes([3; 16])), ..empty(&li) }]);
    assert_eq!(refused(&li.push(&lost)), Refusal::UnknownDocument);
    let entry = li.message(SpaceId::standing(org("b1")), "x");
    let no_text = li.batch(SpaceId::standing(org("b1")), vec![Entry { change: empty(&wu).change, ..entry }]);
    assert_eq!(refused(&li.push(&no_text)), Refusal::Malformed);

    let by_author = wu.batch(board, vec![empty(&wu)]);
    assert!(accepted(&wu.push(&by_author)) > 0);
    let mut mo = Phone::of(&server, "2");
    // More than a share is let through once, and owed for an hour and more.
    assert!(server.judge.scales.take(mo.member, 100_000_000, 0));
    assert_eq!(mo.say(SpaceId::standing(org("b2")), "还要等"), PushOutcome::Later);
    assert_eq!(accepted(&li.say(SpaceId::standing(org("b1")), "别人的份额")), 1);
}
