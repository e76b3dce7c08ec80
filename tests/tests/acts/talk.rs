//! Discussions.

use hongqi_core::Error;
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::outbox::Delivery;
use hongqi_core::role::Role;
use hongqi_core::talk::{MessageView, NewMessage};
use hongqi_tests::world::{Phone, World, member};

use super::{DAY, HOUR, bodies, phones, post, publish, settle, talk, waiting};

fn all(phone: &Phone) -> Vec<MessageView> {
    phone.core().talk().page(talk(), None, 200).unwrap().messages
}

fn unread(phone: &Phone) -> u64 {
    let list = phone.core().talk().list().unwrap();
    let counted = list.iter().find(|one| one.space == talk()).unwrap().unread;
    assert_eq!(all(phone).iter().filter(|message| message.unread).count() as u64, counted, "list and page agree");
    counted
}

#[test]
fn pages_go_on_where_they_were_whatever_happens_in_between() {
    let mut world = World::park(20);
    let [mut li, mut wang] = phones(&mut world, ["1001", "1002"]);
    for number in 0..5 {
        post(&world, &wang, &number.to_string());
    }
    settle(&mut world, [&mut wang, &mut li]);
    let own = post(&world, &li, "own");
    let newest = li.core().talk().page(talk(), None, 1).unwrap();
    assert_eq!((bodies(&newest.messages), newest.after), (vec!["own"], None));

    // The row at the cursor goes without a trace; another arrives below; the next one up is withdrawn.
    li.core().talk().withdraw(own).unwrap();
    post(&world, &wang, "5");
    wang.core().talk().withdraw(all(&wang)[4].id).unwrap();
    settle(&mut world, [&mut wang, &mut li]);
    let older = li.core().talk().page(talk(), newest.before, 3).unwrap();
    assert_eq!(bodies(&older.messages), ["2", "3", ""]);
    assert!(older.messages[2].withdrawn);
    let oldest = li.core().talk().page(talk(), older.before, 3).unwrap();
    assert_eq!((bodies(&oldest.messages), oldest.before), (vec!["0", "1"], None));
    // And down again, to what arrived meanwhile.
    let down = li.core().talk().page_after(talk(), oldest.after.unwrap(), 3).unwrap();
    assert_eq!(bodies(&down.messages), ["2", "3", ""]);
    let end = li.core().talk().page_after(talk(), down.after.unwrap(), 3).unwrap();
    assert_eq!((bodies(&end.messages), end.after), (vec!["5"], None));
}

#[test]
fn a_page_holds_one_message_at_least_and_two_hundred_at_most() {
    let mut world = World::park(21);
    let [li] = phones(&mut world, ["1001"]);
    assert!(all(&li).is_empty());
    for number in 0..203 {
        post(&world, &li, &number.to_string());
    }
    let page = |limit| li.core().talk().page(talk(), None, limit).unwrap();
    assert_eq!(page(0).messages.len(), 1);
    assert_eq!(bodies(&page(1).messages), ["202"]);
    let most = page(usize::MAX);
    assert_eq!(most.messages.len(), 200);
    let rest = li.core().talk().page(talk(), most.before, usize::MAX).unwrap();
    assert_eq!((bodies(&rest.messages), rest.before), (vec!["0", "1", "2"], None));
}

#[test]
fn what_a_search_or_a_reply_points_at_opens_in_its_place() {
    let mut world = World::park(22);
    let [li] = phones(&mut world, ["1001"]);
    let ids: Vec<DocId> = (0..9).map(|number| post(&world, &li, &number.to_string())).collect();
    let around = |id, limit| li.core().talk().around(id, limit).unwrap().unwrap();
    let page = around(ids[4], 5);
    assert_eq!(bodies(&page.messages), ["2", "3", "4", "5", "6"]);
    assert_eq!(bodies(&li.core().talk().page(talk(), page.before, 9).unwrap().messages), ["0", "1"]);
    assert_eq!(bodies(&li.core().talk().page_after(talk(), page.after.unwrap(), 9).unwrap().messages), ["7", "8"]);
    let page = around(ids[0], 4);
    assert_eq!((bodies(&page.messages), page.before), (vec!["0", "1", "2", "3"], None));
    let page = around(ids[8], 1);
    assert_eq!((bodies(&page.messages), page.after), (vec!["8"], None));
    assert_eq!(li.core().talk().around(DocId::from_bytes([7; 16]), 5).unwrap(), None);
    assert_eq!(li.core().talk().message(DocId::from_bytes([7; 16])).unwrap(), None);
    assert_eq!(li.core().talk().message(ids[4]).unwrap().unwrap(), around(ids[4], 5).messages[2]);
}

#[test]
fn unread_are_the_messages_of_others_on_both_phones_of_a_member() {
    let mut world = World::park(23);
    let [mut li, mut li2, mut wang] = phones(&mut world, ["1001", "1001", "1002"]);
    post(&world, &li, "own");
    let ids: Vec<DocId> = (0..4).map(|number| post(&world, &wang, &number.to_string())).collect();
    settle(&mut world, [&mut wang, &mut li, &mut li2]);
    assert_eq!((unread(&li), unread(&li2), unread(&wang)), (4, 4, 1));

    li.core().personal().mark_talk_read(ids[1]).unwrap();
    assert_eq!(unread(&li), 2);
    settle(&mut world, [&mut li, &mut li2]);
    assert_eq!(unread(&li2), 2);
    // Each phone reads a different distance at the same time: the further one counts, and it never goes back.
    li.core().personal().mark_talk_read(ids[2]).unwrap();
    li2.core().personal().mark_talk_read(ids[3]).unwrap();
    settle(&mut world, [&mut li, &mut li2]);
    li.core().personal().mark_talk_read(ids[0]).unwrap();
    assert_eq!((unread(&li), unread(&li2)), (0, 0));
    assert_eq!(waiting(&li), 0, "reading again what was read leaves no trace");
    assert_eq!(li.core().personal().mark_talk_read(DocId::from_bytes([7; 16])), Err(Error::NotFound));

    // What was withdrawn needs no reading.
    let regretted = post(&world, &wang, "regretted");
    settle(&mut world, [&mut wang, &mut li]);
    assert_eq!(unread(&li), 1);
    wang.core().talk().withdraw(regretted).unwrap();
    settle(&mut world, [&mut wang, &mut li]);
    assert_eq!(unread(&li), 0);
}

#[test]
fn what_arrives_late_stands_where_it_belongs_and_is_unread() {
    let mut world = World::park(24);
    let [mut li, mut wang, mut mo] = phones(&mut world, ["1001", "1002", "1004"]);
    // In the basement, and not sent.
    post(&world, &mo, "basement");
    world.clock.advance(HOUR);
    let first = post(&world, &wang, "first");
    settle(&mut world, [&mut wang, &mut li]);
    li.core().personal().mark_talk_read(first).unwrap();
    let second = post(&world, &wang, "second");
    settle(&mut world, [&mut wang, &mut li]);
    assert_eq!(unread(&li), 1);

    world.clock.advance(HOUR);
    settle(&mut world, [&mut mo, &mut li]);
    assert_eq!(bodies(&all(&li)), ["basement", "first", "second"]);
    assert_eq!(unread(&li), 2);
    assert_eq!(all(&li).iter().map(|message| message.unread).collect::<Vec<_>>(), [true, false, true]);
    // Reading the late one does not read what stands below it.
    li.core().personal().mark_talk_read(all(&li)[0].id).unwrap();
    assert_eq!(all(&li).iter().map(|message| message.unread).collect::<Vec<_>>(), [false, false, true]);
    li.core().personal().mark_talk_read(second).unwrap();
    assert_eq!(unread(&li), 0);
}

#[test]
fn a_clock_that_runs_ahead_reads_no_messages_to_come() {
    let mut world = World::park(25);
    let [mut wang] = phones(&mut world, ["1002"]);
    let mut li = world.phone_with_skew("1001", 2 * DAY);
    // Never synchronised: it believes to write the day after tomorrow, and its owner reads to the end.
    let own = post(&world, &li, "own");
    li.core().personal().mark_talk_read(own).unwrap();
    settle(&mut world, [&mut li, &mut wang]);
    post(&world, &wang, "later");
    settle(&mut world, [&mut wang, &mut li]);
    assert_eq!(bodies(&all(&li)), ["own", "later"]);
    assert_eq!(unread(&li), 1);
}

#[test]
fn the_list_shows_the_last_message_as_it_is_and_the_latest_discussion_first() {
    let mut world = World::park(26);
    let [mut sun, mut wang] = phones(&mut world, ["3001", "1002"]);
    let thread = SpaceId::thread(publish(&world, &sun, "C1", "通知", false));
    settle(&mut world, [&mut sun, &mut wang]);
    let mut li = world.phone_with_skew("1001", 2 * DAY);
    let ahead = post(&world, &li, "two days ahead");
    settle(&mut world, [&mut li, &mut wang]);
    world.clock.advance(HOUR);
    wang.core().talk().post(thread, "later", None).unwrap();
    li.core().talk().open(thread).unwrap();
    settle(&mut world, [&mut wang, &mut li]);
    for phone in [&li, &wang] {
        let list = phone.core().talk().list().unwrap();
        let names: Vec<_> = list.iter().map(|one| &one.name[..]).collect();
        assert_eq!(names, ["通知", "泵阀联合支部"]);
        let last = list[1].last.clone().unwrap();
        assert_eq!((last.id, last.delivery), (ahead, Delivery::AtServer));
        assert!(last.at <= world_now(&world), "it counts as written when it was received");
    }

    wang.core().talk().react(ahead, Some("👍")).unwrap();
    li.core().talk().edit(ahead, "edited").unwrap();
    settle(&mut world, [&mut wang, &mut li]);
    let last = wang.core().talk().list().unwrap()[1].last.clone().unwrap();
    assert_eq!((&last.body[..], last.edited, last.reactions.len()), ("edited", true, 1));
    assert_eq!(Some(&last), all(&wang).last(), "the same as in the page");
    li.core().talk().withdraw(ahead).unwrap();
    settle(&mut world, [&mut li, &mut wang]);
    let last = wang.core().talk().list().unwrap()[1].last.clone().unwrap();
    assert_eq!((&last.body[..], last.withdrawn), ("", true));
    assert_eq!(li.core().talk().edit(ahead, "again"), Err(Error::TooLate));
    li.core().talk().withdraw(ahead).unwrap();
    assert_eq!(wang.core().talk().edit(ahead, "another's"), Err(Error::NotAllowed));
    assert_eq!(wang.core().talk().withdraw(ahead), Err(Error::NotAllowed));
}

fn world_now(world: &World) -> hongqi_core::clock::Timestamp {
    hongqi_core::clock::Clock::now(&world.clock)
}

#[test]
fn two_phones_that_edit_one_message_apart_show_the_same_and_offer_the_other() {
    let mut world = World::park(27);
    let [mut li, mut li2, mut wang] = phones(&mut world, ["1001", "1001", "1002"]);
    let message = post(&world, &li, "集合点三号楼");
    settle(&mut world, [&mut li, &mut li2, &mut wang]);
    li.core().talk().edit(message, "集合点四号楼").unwrap();
    world.clock.advance(1000);
    li2.core().talk().edit(message, "集合点礼堂").unwrap();
    settle(&mut world, [&mut li, &mut li2, &mut wang]);
    let shown = all(&li);
    assert_eq!(shown[0].body, all(&li2)[0].body);
    assert_eq!(shown[0].body, all(&wang)[0].body);
    let other = shown[0].other.clone().unwrap();
    let mut both = [shown[0].body.clone(), other];
    both.sort();
    assert_eq!(both, ["集合点四号楼", "集合点礼堂"]);

    // Saying the shown one once more settles it; nothing is offered any longer.
    li.core().talk().edit(message, &shown[0].body).unwrap();
    settle(&mut world, [&mut li, &mut li2]);
    for phone in [&li, &li2] {
        assert_eq!((&all(phone)[0].body, &all(phone)[0].other), (&shown[0].body, &None));
    }
    li.core().talk().edit(message, &shown[0].body).unwrap();
    assert_eq!(waiting(&li), 0, "saying it a third time changes nothing");
}

#[test]
fn a_reaction_is_one_a_member_whichever_phone_it_comes_from() {
    let mut world = World::park(28);
    let [mut li, mut li2, mut wang] = phones(&mut world, ["1001", "1001", "1002"]);
    let message = post(&world, &wang, "报名");
    settle(&mut world, [&mut wang, &mut li, &mut li2]);
    li.core().talk().react(message, None).unwrap();
    assert_eq!(waiting(&li), 0, "taking back what was not given leaves no trace");
    li.core().talk().react(message, Some("👍")).unwrap();
    li2.core().talk().react(message, Some("👍")).unwrap();
    wang.core().talk().react(message, Some("👍")).unwrap();
    settle(&mut world, [&mut li, &mut li2, &mut wang]);
    let reactions = |phone: &Phone| -> Vec<(String, u64, bool)> {
        let shown = phone.core().talk().message(message).unwrap().unwrap().reactions;
        shown.into_iter().map(|reaction| (reaction.emoji, reaction.count, reaction.own)).collect()
    };
    assert_eq!(reactions(&wang), [("👍".to_owned(), 2, true)]);
    li2.core().talk().react(message, Some("🎉")).unwrap();
    settle(&mut world, [&mut li2, &mut li, &mut wang]);
    for phone in [&li, &li2] {
        assert_eq!(reactions(phone), [("🎉".to_owned(), 1, true), ("👍".to_owned(), 1, false)]);
    }
    li.core().talk().react(message, None).unwrap();
    settle(&mut world, [&mut li, &mut li2, &mut wang]);
    assert_eq!(reactions(&li2), [("👍".to_owned(), 1, false)]);
    assert_eq!(reactions(&wang), [("👍".to_owned(), 1, true)]);
}

#[test]
fn reactions_to_any_number_of_messages_fit() {
    let mut world = World::park(29);
    let [mut li, mut wang] = phones(&mut world, ["1001", "1002"]);
    let ids: Vec<DocId> = (0..100).map(|number| post(&world, &wang, &number.to_string())).collect();
    settle(&mut world, [&mut wang, &mut li]);
    for id in &ids {
        li.core().talk().react(*id, Some("👍")).unwrap();
    }
    settle(&mut world, [&mut li, &mut wang]);
    assert_eq!(waiting(&li), 0);
    assert!(all(&wang).iter().all(|message| message.reactions.len() == 1));
}

#[test]
fn a_reply_needs_its_message_in_the_same_discussion() {
    let mut world = World::park(30);
    let [mut sun, mut li, mut wang] = phones(&mut world, ["3001", "1001", "1002"]);
    let thread = SpaceId::thread(publish(&world, &sun, "C1", "通知", false));
    let asked = post(&world, &wang, "几点");
    settle(&mut world, [&mut sun, &mut wang, &mut li]);
    let answer = |li: &Phone, space, reply| li.core().talk().post(space, "八点", Some(reply));
    assert_eq!(answer(&li, talk(), DocId::from_bytes([7; 16])), Err(Error::NotFound));
    assert_eq!(answer(&li, thread, asked), Err(Error::NotFound));
    assert_eq!(waiting(&li), 0);
    assert_eq!(li.core().talk().list().unwrap().len(), 1, "a failed post opens nothing");
    // To a withdrawn one too: the answer was on its way, and says what it answers.
    wang.core().talk().withdraw(asked).unwrap();
    settle(&mut world, [&mut wang, &mut li]);
    let answer = answer(&li, talk(), asked).unwrap();
    settle(&mut world, [&mut li, &mut wang]);
    let answer = wang.core().talk().message(answer).unwrap().unwrap();
    assert_eq!(answer.reply, Some(asked));
    assert!(wang.core().talk().message(asked).unwrap().unwrap().withdrawn);
}

#[test]
fn an_opened_thread_is_left_once_everything_is_sent() {
    let mut world = World::park(31);
    let [mut sun, mut li] = phones(&mut world, ["3001", "1001"]);
    let article = publish(&world, &sun, "C1", "通知", false);
    settle(&mut world, [&mut sun, &mut li]);
    let thread = SpaceId::thread(article);
    li.core().talk().open(thread).unwrap();
    li.core().talk().open(thread).unwrap();
    assert!(matches!(li.core().talk().open(SpaceId::board(thread.org())), Err(Error::Invalid { .. })));
    li.core().talk().post(thread, "收到", None).unwrap();
    assert_eq!(li.core().talk().leave(thread), Ok(false), "the comment is not sent yet");
    settle(&mut world, [&mut li]);
    assert_eq!(li.core().talk().leave(thread), Ok(true));
    assert!(li.core().talk().page(thread, None, 9).unwrap().messages.is_empty());
    assert_eq!(li.core().talk().list().unwrap().len(), 1);
    assert_eq!(li.core().talk().leave(talk()), Ok(false), "what is followed stays");
    li.core().talk().open(thread).unwrap();
    settle(&mut world, [&mut li]);
    assert_eq!(bodies(&li.core().talk().page(thread, None, 9).unwrap().messages), ["收到"]);

    // The article goes; what was said below it stays, without the title.
    sun.core().feed().withdraw(article).unwrap();
    settle(&mut world, [&mut sun, &mut li]);
    let list = li.core().talk().list().unwrap();
    let below = list.iter().find(|one| one.space == thread).unwrap();
    assert_eq!((&below.name[..], &below.last.as_ref().unwrap().body[..]), ("", "收到"));
}

fn mentions(phone: &Phone, space: SpaceId) -> u64 {
    phone.core().talk().list().unwrap().iter().find(|one| one.space == space).unwrap().mentions
}

#[test]
fn a_mention_by_name_counts_for_who_is_meant_until_it_is_read() {
    let mut world = World::park(32);
    let [mut li, mut li2, mut wang, mut mo] = phones(&mut world, ["1001", "1001", "1002", "1004"]);
    world.clock.advance(1000);
    let li_and_self = [member("1001"), member("1002"), member("1001")];
    let message = NewMessage { body: "李敏来一下", mentions: &li_and_self, ..NewMessage::default() };
    let called = wang.core().talk().post_message(talk(), &message).unwrap();
    li.core().personal().mute(talk(), true).unwrap();
    settle(&mut world, [&mut wang, &mut li, &mut li2, &mut mo]);
    for phone in [&li, &li2] {
        let shown = &all(phone)[0];
        assert_eq!((shown.mentions_me, shown.unread), (true, true));
        let list = phone.core().talk().list().unwrap();
        assert_eq!((list[0].muted, list[0].mentions), (true, 1), "muted, and counted");
    }
    let shown = &all(&mo)[0];
    assert!(!shown.mentions_me && shown.mentions.len() == 2 && shown.mentions.contains(&member("1001")));
    assert_eq!((mentions(&mo, talk()), mentions(&wang, talk())), (0, 0), "nor does one's own count");
    assert!(!all(&wang)[0].mentions_me);

    li.core().personal().mark_talk_read(called).unwrap();
    settle(&mut world, [&mut li, &mut li2]);
    assert_eq!((mentions(&li, talk()), mentions(&li2, talk())), (0, 0));
    assert!(all(&li)[0].mentions_me, "it still says so");

    // Edited, it mentions whom it did; withdrawn, nobody.
    let message = NewMessage { mentions: &[member("1004")], body: "莫文", ..NewMessage::default() };
    let regretted = wang.core().talk().post_message(talk(), &message).unwrap();
    settle(&mut world, [&mut wang]);
    wang.core().talk().edit(regretted, "小莫").unwrap();
    settle(&mut world, [&mut wang, &mut mo]);
    assert_eq!(mentions(&mo, talk()), 1);
    wang.core().talk().withdraw(regretted).unwrap();
    settle(&mut world, [&mut wang, &mut mo]);
    assert_eq!(mentions(&mo, talk()), 0);
    let shown = mo.core().talk().message(regretted).unwrap().unwrap();
    assert!(shown.mentions.is_empty() && !shown.mentions_me);
}

#[test]
fn a_role_is_mentioned_at_the_organisation_that_the_discussion_belongs_to() {
    let mut world = World::park(33);
    let [mut sun, mut wang, mut li] = phones(&mut world, ["3001", "1002", "1001"]);
    let thread = SpaceId::thread(publish(&world, &sun, "C1", "通知", false));
    settle(&mut world, [&mut sun, &mut wang, &mut li]);
    let to_secretary = NewMessage { body: "书记看一下", roles: &[Role::Secretary], ..NewMessage::default() };
    li.core().talk().post_message(talk(), &to_secretary).unwrap();
    let below = li.core().talk().post_message(thread, &to_secretary).unwrap();
    // The secretary of the committee above looks into the branch too.
    sun.core().talk().open(talk()).unwrap();
    sun.core().talk().open(thread).unwrap();
    wang.core().talk().open(thread).unwrap();
    settle(&mut world, [&mut li, &mut sun, &mut wang]);
    assert_eq!((mentions(&wang, talk()), mentions(&wang, thread)), (1, 0), "the branch's own secretary");
    assert_eq!((mentions(&sun, talk()), mentions(&sun, thread)), (0, 1), "the committee's, below its article");
    assert_eq!((mentions(&li, talk()), mentions(&li, thread)), (0, 0));
    assert_eq!(sun.core().talk().message(below).unwrap().unwrap().roles, [Role::Secretary]);

    world.server.revoke("1002", "B1", Role::Secretary).unwrap();
    settle(&mut world, [&mut wang]);
    assert_eq!(mentions(&wang, talk()), 0, "no longer the secretary");
}

#[test]
fn a_message_mentions_thirty_two_at_most() {
    let mut world = World::park(34);
    let [li] = phones(&mut world, ["1001"]);
    let many: Vec<_> = (0..33).map(|number| member(&number.to_string())).collect();
    let post = |mentions: &[_]| {
        let message = NewMessage { body: "大家好", mentions, roles: &Role::ALL, ..NewMessage::default() };
        li.core().talk().post_message(talk(), &message)
    };
    assert!(matches!(post(&many), Err(Error::Invalid { field: "mentions", .. })));
    assert_eq!(waiting(&li), 0);
    post(&many[..32]).unwrap();
    let shown = &all(&li)[0];
    assert_eq!((shown.mentions.len(), &shown.roles[..]), (32, &Role::ALL[..]));
}

#[test]
fn what_arrived_later_says_so_until_it_is_read_once_on_both_phones() {
    let mut world = World::park(35);
    let [mut li, mut li2, mut wang, mut mo] = phones(&mut world, ["1001", "1001", "1002", "1004"]);
    let late = [post(&world, &mo, "一"), post(&world, &mo, "二")];
    world.clock.advance(HOUR);
    let read = post(&world, &wang, "三");
    settle(&mut world, [&mut wang, &mut li, &mut li2]);
    li.core().personal().mark_talk_read(read).unwrap();
    world.clock.advance(HOUR);
    settle(&mut world, [&mut mo, &mut li, &mut li2, &mut wang]);
    let later = |phone: &Phone| -> Vec<bool> { all(phone).iter().map(|message| message.arrived_later).collect() };
    for phone in [&li, &li2] {
        assert_eq!(later(phone), [true, true, false]);
    }
    assert_eq!(later(&mo), [false; 3], "not for who wrote them, nor what was merely unread");
    // Reading the first does not read the second, which came in the same batch.
    li.core().personal().mark_talk_read(late[0]).unwrap();
    assert!(later(&li)[1]);
    li.core().personal().mark_talk_read(late[1]).unwrap();
    settle(&mut world, [&mut li, &mut li2]);
    for phone in [&li, &li2] {
        assert_eq!(later(phone), [false; 3]);
        assert_eq!(unread(phone), 0);
    }
    // And it is over: nothing brings the mark back.
    post(&world, &wang, "四");
    li2.core().personal().mark_talk_read(late[0]).unwrap();
    settle(&mut world, [&mut wang, &mut li, &mut li2]);
    for phone in [&li, &li2] {
        assert_eq!(later(phone), [false; 4]);
        assert_eq!(unread(phone), 1);
    }
}

#[test]
fn what_came_late_is_passed_over_by_neither_phone_whatever_the_other_has_read() {
    for li_is_heard_first in [true, false] {
        let mut world = World::park(36);
        let [mut li, mut li2, mut wang, mut mo] = phones(&mut world, ["1001", "1001", "1002", "1004"]);
        post(&world, &mo, "最早的");
        world.clock.advance(HOUR);
        let first = post(&world, &wang, "一");
        world.clock.advance(HOUR);
        let missed = post(&world, &mo, "夹在中间");
        world.clock.advance(HOUR);
        let last = post(&world, &wang, "二");
        settle(&mut world, [&mut wang, &mut li, &mut li2]);
        // One phone reads to the end before what is late arrives; the other reads the beginning after that.
        li.core().personal().mark_talk_read(last).unwrap();
        world.clock.advance(HOUR);
        settle(&mut world, [&mut mo, &mut li2]);
        li2.core().personal().mark_talk_read(first).unwrap();
        if li_is_heard_first {
            settle(&mut world, [&mut li, &mut li2]);
        } else {
            settle(&mut world, [&mut li2, &mut li]);
        }
        settle(&mut world, [&mut li2, &mut li]);
        for phone in [&li, &li2] {
            let shown = phone.core().talk().message(missed).unwrap().unwrap();
            assert!(shown.unread && shown.arrived_later, "{li_is_heard_first}: neither has shown it");
        }
        assert_eq!(unread(&li), unread(&li2));
        li2.core().personal().mark_talk_read(last).unwrap();
        settle(&mut world, [&mut li2, &mut li]);
        assert_eq!((unread(&li), unread(&li2)), (0, 0));
    }
}
