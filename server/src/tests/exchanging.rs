use super::*;

fn digest_of(space: SpaceId, entries: &Entries) -> [u8; 8] {
    let cursor = Cursor { epoch: entries.epoch, seq: entries.up_to, check: entries.check };
    digest([(&space, &cursor)])
}

fn check_chain(space: SpaceId, entries: &Entries) {
    let mut hash = entries.base_chain;
    if entries.base_seq == 0 {
        assert_eq!(hash, chain_start(space, entries.epoch));
    }
    for (seq, entry) in (entries.base_seq + 1..).zip(entries.entries.open().unwrap()) {
        let LogEntry::Batch { seq: at, received_at, batch } = entry else { panic!("own") };
        assert_eq!(at, seq);
        hash = chain(&hash, seq, Timestamp(received_at), &batch);
    }
    assert_eq!(check_of(&hash), entries.check);
}

#[test]
fn a_long_stretch_is_the_same_for_everybody_but_its_author() {
    let (server, _) = server();
    let (mut li, mut wu, xu) = (Phone::of(&server, "1"), Phone::of(&server, "3"), Phone::of(&server, "4"));
    let talk = SpaceId::standing(org("b1"));
    for _ in 0..4 {
        accepted(&li.say(talk, &"长".repeat(1_000)));
    }
    accepted(&wu.say(talk, "短"));
    let first = xu.entries(talk, From::Start);
    check_chain(talk, &first);
    assert!(first.entries.len() < 4_000, "folded");
    assert_eq!(wu.entries(talk, From::Start), first, "what wu wrote itself comes whole: it is little");
    let own = li.entries(talk, From::Start);
    let own: Vec<_> = own.entries.open().unwrap().iter().map(|entry| matches!(entry, LogEntry::Own { .. })).collect();
    assert_eq!(own, [true, true, true, true, false]);
    // A smaller budget cuts it, and what was made for a larger one is not given.
    let small = xu.sync(Follow::Asks(vec![Ask { space: talk, from: From::Start }]), vec![], 8_000);
    let PageOutcome::Entries(page) = &small.pages[0].outcome else { panic!() };
    assert!(page.up_to < 4 && small.more);
    check_chain(talk, page);
    accepted(&li.say(talk, "又"));
    assert_eq!(xu.entries(talk, From::Start).up_to, 6, "another head, another answer");
}

#[test]
fn only_what_is_new_for_a_device_is_hinted() {
    let (server, _) = server();
    let (mut li, wu) = (Phone::of(&server, "1"), Phone::of(&server, "3"));
    let talk = SpaceId::standing(org("b1"));
    accepted(&li.say(talk, "一"));
    let event = |space, seq, by| Event { hint: Hint { space, seq }, people: Vec::new(), by, place: None };
    assert!(!server.concerns(wu.device, &event(talk, 2, None)), "follows nothing yet");
    wu.entries(talk, From::Start);
    assert!(server.concerns(wu.device, &event(talk, 2, Some(li.device))));
    assert!(!server.concerns(wu.device, &event(talk, 2, Some(wu.device))), "told in the answer to its push");
    assert!(!server.concerns(wu.device, &event(talk, 1, Some(li.device))), "given already");
    assert!(!server.concerns(wu.device, &event(SpaceId::board(org("b1")), 2, None)));
    let events = [event(talk, 2, None), event(talk, 4, None), event(talk, 3, None)];
    assert_eq!(server.hears(wu.device, &events).unwrap(), [Hint { space: talk, seq: 4 }], "one hint for all");
    assert!(server.hears(Phone::of(&server, "2").device, &events).unwrap().is_empty(), "not for b2");
}

#[test]
fn memory_says_what_the_database_says_until_the_registry_changes() {
    let (server, _) = server();
    let mut signals = server.signals();
    let mut li = Phone::of(&server, "1");
    let others = ["1", "2", "3", "4"].map(|number| Phone::of(&server, number));
    let (talk, desk) = (SpaceId::standing(org("b1")), SpaceId::desk(org("b1")));
    accepted(&li.say(talk, "一"));
    let vote = li.header(Kind::Vote, desk, Some(About::Doc(DocId::from_bytes([1; 16]))));
    accepted(&li.write(vote, &[("choice", Value::Int(1))]).1);
    let events = hidden::events(&mut signals);
    assert_eq!(events.len(), 2);
    for phone in &others {
        assert_eq!(server.hears_at_once(phone.device, &events), None, "nobody looked whether it takes part");
    }
    let heard: Vec<_> = others.iter().map(|phone| server.hears(phone.device, &events).unwrap()).collect();
    let at_once: Vec<_> = others.iter().map(|phone| server.hears_at_once(phone.device, &events).unwrap()).collect();
    assert_eq!(at_once, heard);
    assert_eq!(heard.iter().map(Vec::len).collect::<Vec<_>>(), [2, 0, 2, 2], "of a desk what is one's own, or all");
    server.revoke_device(others[3].device).unwrap();
    accepted(&li.say(talk, "二"));
    let later: Vec<_> = hidden::events(&mut signals).into_iter().filter(|event| event.hint.space == talk).collect();
    for phone in &others {
        assert_eq!(server.hears_at_once(phone.device, &later), None, "this entry came under another registry");
    }
    assert!(server.hears(others[3].device, &later).is_err());
    assert_eq!(server.hears_at_once(others[3].device, &later), None);
    assert_eq!(server.hears(others[2].device, &later).unwrap(), [Hint { space: talk, seq: 2 }]);
    assert_eq!(server.hears_at_once(others[2].device, &later).unwrap(), [Hint { space: talk, seq: 2 }]);
    assert_eq!(server.hears_at_once(others[2].device, &events), None, "those came before");
}

#[test]
fn a_device_with_nothing_new_says_one_word() {
    let (server, _) = server();
    let mut li = Phone::of(&server, "1");
    let wu = Phone::of(&server, "3");
    let talk = SpaceId::standing(org("b1"));
    accepted(&li.say(talk, "一"));
    let entries = wu.entries(talk, From::Newest);
    check_chain(talk, &entries);
    let unchanged = || Follow::Unchanged { digest: digest_of(talk, &entries) };
    let idle = wu.sync(unchanged(), vec![], MAX_BUDGET);
    assert!(idle.pages.is_empty() && !idle.ask_again && !idle.more);
    assert!(encode(&idle).len() < 40, "{}", encode(&idle).len());
    let entry = li.message(talk, "二");
    let batch = li.batch(talk, vec![entry]);
    let own = li.sync(Follow::Asks(vec![Ask { space: talk, from: From::Start }]), vec![batch], MAX_BUDGET);
    assert!(matches!(&own.pages[0].outcome, PageOutcome::Entries(entries)
        if matches!(entries.entries.open().unwrap()[..], [LogEntry::Own { dev_seq: 1, .. }, LogEntry::Own { dev_seq: 2, .. }])));
    assert!(own.authors.is_empty());
    let next = wu.sync(unchanged(), vec![], MAX_BUDGET);
    assert!(
        matches!(&next.pages[0].outcome, PageOutcome::Entries(entries) if entries.up_to == 2 && entries.base_seq == 1)
    );
    assert!(next.authors[0].verify(&server.public_key()));
    assert!(wu.sync(unchanged(), vec![], MAX_BUDGET).ask_again, "the digest is of an earlier place");
}

#[test]
fn newest_and_older_pages_join_to_the_whole() {
    let (server, _) = server();
    let (mut li, wu) = (Phone::of(&server, "1"), Phone::of(&server, "3"));
    let talk = SpaceId::standing(org("b1"));
    for _ in 0..30 {
        accepted(&li.say(talk, "一二三四五六七八九十"));
    }
    let ask = |from| {
        let response = wu.sync(Follow::Asks(vec![Ask { space: talk, from }]), vec![], 1_500);
        let PageOutcome::Entries(entries) = response.pages[0].outcome.clone() else { panic!() };
        check_chain(talk, &entries);
        entries
    };
    let mut page = ask(From::Newest);
    assert_eq!(page.up_to, 30);
    let mut seen: Vec<u64> = Vec::new();
    loop {
        seen.splice(0..0, page.entries.open().unwrap().iter().map(LogEntry::seq));
        if page.base_seq == 0 {
            break;
        }
        page = ask(From::Older { epoch: page.epoch, before: page.base_seq + 1, floor: 0 });
    }
    assert_eq!(seen, (1..=30).collect::<Vec<_>>());
    let from_start = |mut from| {
        let mut seen = Vec::new();
        loop {
            let response = wu.sync(Follow::Asks(vec![Ask { space: talk, from }]), vec![], 1_500);
            let PageOutcome::Entries(entries) = &response.pages[0].outcome else { panic!() };
            seen.extend(entries.entries.open().unwrap().iter().map(LogEntry::seq));
            from = From::After(Cursor { epoch: entries.epoch, seq: entries.up_to, check: entries.check });
            if !response.more {
                return seen;
            }
        }
    };
    assert_eq!(from_start(From::Start), (1..=30).collect::<Vec<_>>());
}

#[test]
fn personal_first_and_the_rest_when_there_is_room() {
    let (server, _) = server();
    let li = Phone::of(&server, "1");
    let spaces = [SpaceId::board(org("b1")), SpaceId::board(org("A")), SpaceId::personal(li.member)];
    let asks: Vec<_> = spaces.iter().map(|space| Ask { space: *space, from: From::Start }).collect();
    let response = li.sync(Follow::Asks(asks), vec![], 1);
    assert!(response.more);
    assert_eq!(response.pages.iter().map(|page| page.space).collect::<Vec<_>>(), [spaces[2]]);
    let rest = li.sync(
        Follow::Unchanged {
            digest: match &response.pages[0].outcome {
                PageOutcome::Entries(entries) => digest_of(spaces[2], entries),
                other => panic!("{other:?}"),
            },
        },
        vec![],
        MAX_BUDGET,
    );
    assert_eq!(rest.pages.iter().map(|page| page.space).collect::<Vec<_>>(), spaces[..2]);
    assert!(!rest.more);
}

#[test]
fn a_desk_shows_to_each_what_is_theirs() {
    let (server, _) = server();
    let phones = ["1", "2", "3", "4"].map(|number| Phone::of(&server, number));
    let [mut li, mut mo, wu, xu] = phones;
    server.grant("3", "A", Role::Organiser, None).unwrap();
    let desk = SpaceId::desk(org("A"));
    let about = Some(About::Doc(DocId::from_bytes([1; 16])));
    for turn in 0..3 {
        let phone = if turn == 1 { &mut mo } else { &mut li };
        let header = phone.header(Kind::CheckIn, desk, about);
        accepted(&phone.write(header, &[("at", Value::Int(1))]).1);
    }
    let seen = |phone: &Phone| {
        let entries = phone.entries(desk, From::Start);
        assert_eq!(entries.up_to, 3);
        (entries.entries.open().unwrap().iter().map(LogEntry::seq).collect::<Vec<_>>(), entries.filtered)
    };
    assert_eq!(seen(&li), (vec![1, 3], true));
    assert_eq!(seen(&mo), (vec![2], true));
    assert_eq!(seen(&wu), (vec![1, 2, 3], false));
    assert_eq!(seen(&xu), (vec![1, 3], true), "the secretary of b1 sees b1's");
    let newest = mo.entries(desk, From::Newest);
    assert_eq!((newest.entries.open().unwrap().len(), newest.base_seq), (1, 0));
    let cursor = Cursor { epoch: newest.epoch, seq: newest.up_to, check: newest.check };
    let next = mo.sync(Follow::Asks(vec![Ask { space: desk, from: From::After(cursor) }]), vec![], MAX_BUDGET);
    assert!(next.pages.is_empty());
    assert_eq!(mo.ask(SpaceId::desk(org("b1")), From::Start), PageOutcome::Denied);
}

#[test]
fn another_log_shows_as_a_fork_and_a_hidden_one_as_none() {
    let (server, _) = server();
    let (mut li, mo) = (Phone::of(&server, "1"), Phone::of(&server, "2"));
    let talk = SpaceId::standing(org("b1"));
    accepted(&li.say(talk, "一"));
    let page = li.entries(talk, From::Start);
    let good = Cursor { epoch: page.epoch, seq: 1, check: page.check };
    for bad in [
        Cursor { check: [0; 8], ..good },
        Cursor { epoch: 1, ..good },
        Cursor { seq: 7, ..good },
        Cursor { seq: u64::MAX, ..good },
        Cursor { seq: 0, ..good },
    ] {
        assert_eq!(li.ask(talk, From::After(bad)), PageOutcome::Forked, "{bad:?}");
    }
    let older = From::Older { epoch: page.epoch, before: 9, floor: 0 };
    assert_eq!(li.ask(talk, older), PageOutcome::Forked);
    for hidden in [talk, SpaceId::standing(org("nowhere")), SpaceId::personal(li.member), SpaceId::board(org("b1"))] {
        assert_eq!(mo.ask(hidden, From::After(good)), PageOutcome::Denied);
    }
}

#[test]
fn a_moved_member_is_told_and_loses_the_old_branch() {
    let (server, _) = server();
    let (mut mo, li) = (Phone::of(&server, "2"), Phone::of(&server, "1"));
    let old = SpaceId::standing(org("b2"));
    accepted(&mo.say(old, "一"));
    let before = mo.entries(SpaceId::personal(mo.member), From::Start).up_to;
    let moved = MEMBERS.replace("full,b2", "full,b1");
    let report = server.import(ORGS.as_bytes(), moved.as_bytes()).unwrap();
    assert_eq!(report, import::Report { members_moved: 1, ..Default::default() });
    assert_eq!(refused(&mo.say(old, "二")), Refusal::NoSpace);
    assert_eq!(mo.ask(old, From::Start), PageOutcome::Denied);
    let grants = mo.entries(SpaceId::personal(mo.member), From::Start);
    assert_eq!(grants.up_to, before + 1, "end and beginning in one batch");
    let LogEntry::Batch { batch, .. } = &grants.entries.open().unwrap()[before as usize] else { panic!() };
    let flags = batch
        .batch()
        .unwrap()
        .entries
        .into_iter()
        .map(|entry| Change::decode(&entry.change).unwrap().fields().unwrap().flag("revoked"));
    assert_eq!(flags.collect::<Vec<_>>(), [true, false]);
    accepted(&mo.say(SpaceId::standing(org("b1")), "到了"));
    assert_eq!(li.entries(SpaceId::standing(org("b1")), From::Start).up_to, 1);
}

#[test]
fn a_server_restored_from_a_backup_gets_back_what_it_lost() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("hongqi.db");
    let open = |at| Arc::new(Server::open(dir.path(), Arc::new(TestClock::at(at))).unwrap());
    let first = open(1_800_000_000_000);
    first.import(ORGS.as_bytes(), MEMBERS.as_bytes()).unwrap();
    let mut li = Phone::of(&first, "1");
    let talk = SpaceId::standing(org("b1"));
    let batches = ["一", "二", "三", "四"].map(|text| {
        let entry = li.message(talk, text);
        li.batch(talk, vec![entry])
    });
    accepted(&li.push(&batches[0]));
    let close = |server: Arc<Server>, phone: &mut Phone| {
        phone.server = Arc::new(Server::in_memory(Arc::new(TestClock::at(1))).unwrap());
        assert!(Arc::into_inner(server).is_some(), "the last connection closes the log file");
    };
    close(first, &mut li);
    let backup = std::fs::read(&file).unwrap();
    let second = open(1_800_000_100_000);
    li.server = second.clone();
    accepted(&li.push(&batches[1]));
    accepted(&li.push(&batches[2]));
    let page = li.entries(talk, From::Start);
    close(second, &mut li);
    std::fs::write(&file, backup).unwrap();
    let third = open(1_800_000_200_000);
    li.server = third;
    accepted(&li.push(&batches[3]));
    let cursor = Cursor { epoch: page.epoch, seq: page.up_to, check: page.check };
    assert_eq!(li.ask(talk, From::After(cursor)), PageOutcome::Forked);
    for batch in &batches {
        accepted(&li.push(batch));
    }
    assert_eq!(li.entries(talk, From::Start).up_to, 4);
}

#[test]
fn a_check_in_from_before_leaving_still_arrives_and_nothing_comes_back() {
    let (server, clock) = server();
    let (mut li, wu) = (Phone::of(&server, "1"), Phone::of(&server, "3"));
    let (talk, desk) = (SpaceId::standing(org("b1")), SpaceId::desk(org("b1")));
    let written = clock.now();
    let about = Some(About::Doc(DocId::from_bytes([1; 16])));
    let check_in = |li: &mut Phone, at: Timestamp, kind: Kind| {
        let header = li.header(kind, desk, about);
        let change = Change::first(li.actor(), at, &[("at", Value::Int(1))]).unwrap().into_bytes();
        li.batch(desk, vec![Entry { target: Target::of(&header), change }])
    };
    let before = check_in(&mut li, written, Kind::CheckIn);
    clock.wall.fetch_add(60_000, Ordering::Relaxed);
    let others = MEMBERS.replace("1,李敏,full,b1,2001-07-01,\n", "");
    server.import(ORGS.as_bytes(), others.as_bytes()).unwrap();
    let after = check_in(&mut li, clock.now(), Kind::CheckIn);
    let no_fact = check_in(&mut li, written, Kind::Acknowledgement);
    let message = li.message(talk, "再见");
    let message = li.batch(talk, vec![message]);

    let asks: Vec<_> = [talk, desk, SpaceId::personal(li.member), SpaceId::board(org("b1"))]
        .into_iter()
        .map(|space| Ask { space, from: From::Start })
        .collect();
    let response = li.sync(Follow::Asks(asks.clone()), vec![before.clone(), after, no_fact, message], MAX_BUDGET);
    assert!(response.pages.is_empty() && response.authors.is_empty() && !response.more, "{response:?}");
    accepted(&response.pushed[0].outcome);
    for pushed in &response.pushed[1..] {
        assert_eq!(refused(&pushed.outcome), Refusal::NoSpace);
    }
    assert_eq!(wu.entries(desk, From::Start).up_to, 1, "the organiser sees it");
    // Nothing more to tell: revoked, on every way.
    let idle = SyncRequest {
        version: VERSION,
        generation: None,
        follow: Follow::Asks(asks),
        push: vec![],
        budget: MAX_BUDGET,
    };
    let failure = |result: Result<SyncResponse, Error>| result.unwrap_err().failure().code;
    assert_eq!(failure(server.sync(li.device, idle.clone())), FailureCode::Revoked);
    assert!(server.news(li.device).is_err());
    // A revoked device tells nothing at all.
    server.revoke_device(li.device).unwrap();
    let again = SyncRequest { push: vec![before], ..idle };
    assert_eq!(failure(server.sync(li.device, again)), FailureCode::Revoked);
}

#[test]
fn of_one_space_a_few_asks_are_answered_and_the_rest_the_next_time() {
    let (server, _) = server();
    let mut li = Phone::of(&server, "1");
    let (talk, board) = (SpaceId::standing(org("b1")), SpaceId::board(org("b1")));
    (0..12).for_each(|number| _ = accepted(&li.say(talk, &number.to_string())));
    let epoch = li.entries(talk, From::Start).epoch;
    let older = |before| Ask { space: talk, from: From::Older { epoch, before, floor: before - 1 } };
    let asks = |last| (2..=last).map(older).chain([Ask { space: board, from: From::Start }]).collect();
    let answer = li.sync(Follow::Asks(asks(9)), vec![], MAX_BUDGET);
    assert_eq!((answer.pages.len(), answer.more), (9, false));
    let answer = li.sync(Follow::Asks(asks(12)), vec![], MAX_BUDGET);
    assert_eq!((answer.pages.len(), answer.more), (9, true));
    assert_eq!(answer.pages.last().map(|page| page.space), Some(board), "another space is not held up");
}

#[test]
fn what_others_say_to_a_desk_is_no_news_to_who_reads_it_through_the_filter() {
    let (server, _) = server();
    let [mut li, mo, xu] = ["1", "2", "4"].map(|number| Phone::of(&server, number));
    let desk = SpaceId::desk(org("A"));
    for phone in [&li, &mo, &xu] {
        phone.entries(desk, From::Start);
    }
    let about = Some(About::Doc(DocId::from_bytes([1; 16])));
    let leave = li.header(Kind::LeaveRequest, desk, about);
    accepted(&li.write(leave, &[("reason", Value::from("病"))]).1);
    let news = |phone: &Phone| server.news(phone.device).unwrap();
    assert_eq!(news(&mo), [], "another branch's");
    assert_eq!(news(&xu), [Hint { space: desk, seq: 1 }], "the secretary of b1 sees b1's");
}
