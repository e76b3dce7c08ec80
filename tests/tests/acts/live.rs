//! Every command, and everything that arrives, announces what it changed: for each topic the queries below it are asked
//! before and after. A topic whose answer is another must be announced, and a command announces no other. (What is
//! accepted or arrives may announce one too many, as when the server has taken what looks the same as before.)

use std::collections::{BTreeMap, BTreeSet};

use hongqi_core::Core;
use hongqi_core::activity::{ActivityEdit, Mark, NewActivity};
use hongqi_core::clock::Timestamp;
use hongqi_core::feed::{ArticleEdit, Category, NewArticle};
use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::live::Topic;
use hongqi_tests::world::{MORNING, World, member, org};

use super::{phones, post, publish, settle, talk};

/// What the commands act on: all of it known to everybody.
struct Things {
    article: DocId,
    /// An article of another.
    news: DocId,
    message: DocId,
    own: DocId,
    activity: DocId,
    draft: DocId,
}

impl Things {
    fn thread(&self) -> SpaceId {
        SpaceId::thread(self.article)
    }
}

/// What each topic's queries say.
fn answers(core: &Core, things: &Things) -> BTreeMap<Topic, String> {
    let (directory, feed, activities, personal) = (core.directory(), core.feed(), core.activities(), core.personal());
    let page = |space| format!("{:?}", core.talk().page(space, None, 200).unwrap());
    BTreeMap::from([
        (
            Topic::Directory,
            format!(
                "{:?} {:?} {:?} {:?}",
                directory.me().unwrap(),
                directory.roles().unwrap(),
                directory.orgs().unwrap(),
                directory.members(org("B1")).unwrap()
            ),
        ),
        (
            Topic::Feed,
            format!(
                "{:?} {:?} {:?}",
                feed.page(None, 100).unwrap(),
                feed.unread().unwrap(),
                feed.article(things.article).unwrap()
            ),
        ),
        (Topic::Talks, format!("{:?}", core.talk().list().unwrap())),
        (Topic::Talk(talk()), page(talk())),
        (Topic::Talk(things.thread()), page(things.thread())),
        (
            Topic::Activities,
            format!(
                "{:?} {:?}",
                activities.list(Timestamp(0), 200).unwrap(),
                activities.history(core.me().unwrap().member, 200).unwrap()
            ),
        ),
        (
            Topic::Activity(things.activity),
            format!(
                "{:?} {:?}",
                activities.activity(things.activity).unwrap(),
                activities.attendance(things.activity).unwrap()
            ),
        ),
        (Topic::Personal, format!("{:?} {:?}", personal.bookmarks().unwrap(), personal.drafts().unwrap())),
        (Topic::Outbox, format!("{:?}", core.outbox().items().unwrap())),
    ])
}

fn changed(before: &BTreeMap<Topic, String>, after: &BTreeMap<Topic, String>) -> BTreeSet<Topic> {
    before.iter().filter(|(topic, answer)| after[topic] != **answer).map(|(topic, _)| *topic).collect()
}

type Act = fn(&Core, &Things);

const ACTS: [(&str, Act); 33] = [
    ("publish", |core, _| {
        let article =
            NewArticle { title: "新闻", body: "正文", category: Category::ZoneNews, must_read: false, due: None };
        core.feed().publish(org("B1"), &article).unwrap();
    }),
    ("edit an article", |core, it| {
        core.feed().edit(it.article, &ArticleEdit { title: Some("新题"), ..ArticleEdit::default() }).unwrap();
    }),
    ("the same edit", |core, it| {
        core.feed().edit(it.article, &ArticleEdit { title: Some("新题"), ..ArticleEdit::default() }).unwrap();
    }),
    ("pin", |core, it| core.feed().pin(it.article, true).unwrap()),
    ("mark an article read", |core, it| core.personal().mark_read(it.news).unwrap()),
    ("acknowledge", |core, it| core.feed().acknowledge(it.article).unwrap()),
    ("acknowledge again", |core, it| core.feed().acknowledge(it.article).unwrap()),
    ("bookmark", |core, it| core.personal().bookmark(it.article, true).unwrap()),
    ("bookmark again", |core, it| core.personal().bookmark(it.article, true).unwrap()),
    ("mark a discussion read", |core, it| core.personal().mark_talk_read(it.message).unwrap()),
    ("mark it read again", |core, it| core.personal().mark_talk_read(it.message).unwrap()),
    ("post", |core, _| {
        core.talk().post(talk(), "到了", None).unwrap();
    }),
    ("reply", |core, it| {
        core.talk().post(talk(), "收到", Some(it.message)).unwrap();
    }),
    ("edit a message", |core, it| core.talk().edit(it.own, "改过").unwrap()),
    ("react", |core, it| core.talk().react(it.message, Some("👍")).unwrap()),
    ("take it back", |core, it| core.talk().react(it.message, None).unwrap()),
    ("mute", |core, _| core.personal().mute(talk(), true).unwrap()),
    ("plan", |core, _| {
        let activity =
            NewActivity { title: "党日", place: "礼堂", note: "", agenda: "", starts: MORNING, ends: MORNING };
        core.activities().plan(org("B1"), &activity).unwrap();
    }),
    ("edit an activity", |core, it| {
        let edit = ActivityEdit { place: Some("三号楼"), ..ActivityEdit::default() };
        core.activities().edit(it.activity, &edit).unwrap();
    }),
    ("check in", |core, it| {
        core.activities().check_in(it.activity).unwrap();
    }),
    ("check in again", |core, it| {
        core.activities().check_in(it.activity).unwrap();
    }),
    ("call the roll", |core, it| {
        core.activities().call_roll(it.activity, &[(member("1001"), Mark::Excused)]).unwrap();
    }),
    ("begin a draft", |core, _| {
        core.personal().new_draft("", "心得", None).unwrap();
    }),
    ("edit a draft", |core, it| core.personal().edit_draft(it.draft, "二稿").unwrap()),
    ("rename a draft", |core, it| core.personal().rename_draft(it.draft, "心得").unwrap()),
    ("discard a draft", |core, it| core.personal().discard_draft(it.draft).unwrap()),
    ("open a thread", |core, it| core.talk().open(it.thread()).unwrap()),
    ("open it again", |core, it| core.talk().open(it.thread()).unwrap()),
    ("comment", |core, it| {
        core.talk().post(it.thread(), "同意", None).unwrap();
    }),
    ("rename what has a thread", |core, it| {
        core.feed().edit(it.article, &ArticleEdit { title: Some("再改"), ..ArticleEdit::default() }).unwrap();
    }),
    ("withdraw a message", |core, it| core.talk().withdraw(it.own).unwrap()),
    ("cancel an activity", |core, it| core.activities().cancel(it.activity).unwrap()),
    ("withdraw an article", |core, it| core.feed().withdraw(it.article).unwrap()),
];

#[test]
fn what_changed_is_announced_on_the_phone_that_acts_and_on_those_that_hear_of_it() {
    let mut world = World::park(160);
    let [mut wang, mut wang2, mut li] = phones(&mut world, ["1002", "1002", "1001"]);
    let [mut sun] = phones(&mut world, ["3001"]);
    let news = publish(&world, &sun, "C1", "新闻", false);
    let message = post(&world, &li, "几点");
    let own = post(&world, &wang, "八点");
    let article = publish(&world, &wang, "B1", "通知", true);
    let activity =
        NewActivity { title: "党课", place: "礼堂", note: "", agenda: "", starts: MORNING, ends: MORNING };
    let activity = wang.core().activities().plan(org("B1"), &activity).unwrap();
    let draft = wang.core().personal().new_draft("", "一稿", None).unwrap();
    let things = Things { article, news, message, own, activity, draft };
    settle(&mut world, [&mut sun, &mut wang, &mut wang2, &mut li]);

    let mut wrong = Vec::new();
    for (name, act) in ACTS {
        world.clock.advance(1000);
        let before = answers(wang.core(), &things);
        let (here, there) = (wang.core().subscribe(), [&wang2, &li].map(|phone| phone.core().subscribe()));
        act(wang.core(), &things);
        let after = answers(wang.core(), &things);
        let known = |topics: BTreeSet<Topic>| -> BTreeSet<Topic> {
            topics.into_iter().filter(|topic| after.contains_key(topic)).collect()
        };
        let mut judge = |heard: BTreeSet<Topic>, before: &_, after: &_, when: &str, exactly: bool| {
            let (heard, wanted) = (known(heard), changed(before, after));
            // The lists show a part of what the discussions and activities hold, and are announced with them.
            let idle = heard.difference(&wanted).any(|topic| ![Topic::Talks, Topic::Activities].contains(topic));
            if !heard.is_superset(&wanted) || exactly && idle {
                wrong.push(format!("{name}, {when}: announced {heard:?}, changed {wanted:?}"));
            }
        };
        judge(here.take(), &before, &after, "done", true);

        // Taken back while nothing has left: announced too, and all is as before. What edits what others know stays.
        let items = wang.core().outbox().items().unwrap();
        for item in items.iter().filter(|item| item.cancellable) {
            let before = answers(wang.core(), &things);
            wang.core().outbox().cancel(item.doc).unwrap();
            judge(here.take(), &before, &answers(wang.core(), &things), "taken back", true);
        }
        if !items.is_empty() && items.iter().all(|item| item.cancellable) {
            let now = answers(wang.core(), &things);
            assert_eq!(changed(&before, &now), BTreeSet::new(), "{name}, taken back: all is as before");
            act(wang.core(), &things);
            drop(here.take());
        }

        // Sent, and heard of.
        let before = answers(wang.core(), &things);
        wang.sync(&world);
        judge(here.take(), &before, &answers(wang.core(), &things), "accepted", false);
        for (phone, topics) in [&mut wang2, &mut li].into_iter().zip(there) {
            let before = answers(phone.core(), &things);
            phone.sync(&world);
            judge(topics.take(), &before, &answers(phone.core(), &things), "heard of", false);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    settle(&mut world, [&mut wang, &mut wang2, &mut li]);
    let topics = wang.core().subscribe();
    assert_eq!(wang.core().talk().leave(things.thread()), Ok(true));
    assert!(topics.take().contains(&Topic::All), "what goes is too much to name");
}

#[test]
fn roles_that_come_and_go_are_announced() {
    let mut world = World::park(161);
    let [mut li] = phones(&mut world, ["1001"]);
    let topics = li.core().subscribe();
    world.server.grant("1001", "B2", hongqi_core::role::Role::Secretary, None).unwrap();
    settle(&mut world, [&mut li]);
    let heard = topics.take();
    assert!(heard.contains(&Topic::Directory) && heard.contains(&Topic::Talks), "{heard:?}");
    world.server.revoke("1001", "B2", hongqi_core::role::Role::Secretary).unwrap();
    settle(&mut world, [&mut li]);
    assert!(topics.take().contains(&Topic::All), "what goes is too much to name");
}
