//! Every act of the capabilities, chosen by chance from what a phone shows, and done.

use hongqi_core::activity::{ActivityEdit, Mark, NewActivity};
use hongqi_core::clock::Timestamp;
use hongqi_core::feed::{ArticleEdit, Category, NewArticle};
use hongqi_core::ids::{DocId, MemberId, OrgId, SpaceId};
use hongqi_core::outbox::Delivery;
use hongqi_core::{Core, Error};
use hongqi_tests::world::{MORNING, member, org};

use crate::meeting::{self, Meeting, Shown};
use crate::together::{self, Together};

/// Something a member does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Act {
    Publish(OrgId, String, bool),
    EditArticle(DocId, String),
    RenameArticle(DocId, String),
    Pin(DocId, bool),
    WithdrawArticle(DocId),
    Acknowledge(DocId),
    MarkRead(DocId),
    Bookmark(DocId, bool),
    Post(SpaceId, String, Option<DocId>),
    EditMessage(DocId, String),
    WithdrawMessage(DocId),
    React(DocId, Option<&'static str>),
    MarkTalkRead(DocId),
    OpenThread(SpaceId),
    Mute(SpaceId, bool),
    NewDraft(String),
    EditDraft(DocId, String),
    DiscardDraft(DocId),
    PlanActivity(OrgId, String),
    EditActivity(DocId, String),
    CancelActivity(DocId),
    CheckIn(DocId),
    CallRoll(DocId, Vec<(MemberId, Mark)>),
    TakeBack(DocId),
    Discard(DocId),
    Retry(DocId),
    Together(Together),
    Meeting(Meeting),
}

pub fn pick<T: Clone>(rng: &mut fastrand::Rng, from: &[T]) -> Option<T> {
    if from.is_empty() { None } else { Some(from[rng.usize(..from.len())].clone()) }
}

/// An act that the member of this phone could think of now.
pub fn choose(rng: &mut fastrand::Rng, core: &Core, now: Timestamp, shown: &Shown) -> Option<Act> {
    // Not everything can be done at any time; another thing can.
    (0..8).find_map(|_| match rng.u8(..6) {
        0 | 1 => together::choose(rng, core, now).map(Act::Together),
        2 | 3 => meeting::choose(rng, core, shown).map(Act::Meeting),
        _ => choose_by_oneself(rng, core),
    })
}

fn choose_by_oneself(rng: &mut fastrand::Rng, core: &Core) -> Option<Act> {
    let me = core.me().unwrap();
    let text = format!("第 {} 条 泵阀检修 {}", rng.u32(..), rng.char('一'..'龟'));
    let talks: Vec<SpaceId> = core.talk().list().unwrap().into_iter().map(|talk| talk.space).collect();
    let roll = rng.u8(..34);
    let own_org = pick(rng, &[me.home, org("C1"), org("B1")])?;
    match roll {
        0..=6 => {
            let talk = pick(rng, &talks)?;
            let here = core.talk().page(talk, None, 30).unwrap().messages;
            let reply = if rng.bool() { pick(rng, &here).map(|message| message.id) } else { None };
            Some(Act::Post(talk, text, reply))
        }
        7..=13 => {
            let talk = pick(rng, &talks)?;
            let here = core.talk().page(talk, None, 30).unwrap().messages;
            let own: Vec<_> = here.iter().filter(|message| message.author == me.member).cloned().collect();
            match roll {
                7..=9 => pick(rng, &own).map(|message| Act::EditMessage(message.id, text)),
                10 => pick(rng, &own).map(|message| Act::WithdrawMessage(message.id)),
                11 | 12 => {
                    let emoji = pick(rng, &[Some("👍"), Some("🎉"), None])?;
                    pick(rng, &here).map(|message| Act::React(message.id, emoji))
                }
                _ => pick(rng, &here).map(|message| Act::MarkTalkRead(message.id)),
            }
        }
        14 => Some(Act::Publish(own_org, text, rng.bool())),
        15..=21 => {
            let article = pick(rng, &core.feed().page(None, 50).unwrap().items)?;
            Some(match roll {
                15 => Act::EditArticle(article.id, format!("{text}\n第二段。")),
                16 => Act::RenameArticle(article.id, text),
                17 => Act::Pin(article.id, rng.bool()),
                18 if rng.u8(..4) == 0 => Act::WithdrawArticle(article.id),
                18 | 19 => Act::Acknowledge(article.id),
                20 => Act::MarkRead(article.id),
                _ if rng.bool() => Act::OpenThread(SpaceId::thread(article.id)),
                _ => Act::Bookmark(article.id, rng.bool()),
            })
        }
        22 => Some(Act::Mute(pick(rng, &talks)?, rng.bool())),
        23 => Some(Act::NewDraft(text)),
        24 => pick(rng, &core.personal().drafts().unwrap()).map(|draft| Act::EditDraft(draft.id, text)),
        25 => pick(rng, &core.personal().drafts().unwrap()).map(|draft| Act::DiscardDraft(draft.id)),
        26 => Some(Act::PlanActivity(own_org, text)),
        27..=31 => {
            let activity = pick(rng, &core.activities().list(Timestamp(0), 100).unwrap())?;
            Some(match roll {
                27 => Act::EditActivity(activity.id, text),
                28 if rng.u8(..4) == 0 => Act::CancelActivity(activity.id),
                28 | 29 => Act::CheckIn(activity.id),
                _ => {
                    let mark = pick(rng, &[Mark::Present, Mark::Absent, Mark::Excused])?;
                    Act::CallRoll(activity.id, vec![(member("1001"), mark), (member("1004"), mark)])
                }
            })
        }
        32 => pick(rng, &core.outbox().items().unwrap()).map(|item| Act::TakeBack(item.doc)),
        _ => {
            let mut refused = core.outbox().items().unwrap();
            refused.retain(|item| matches!(item.delivery, Delivery::Refused(_)));
            let item = pick(rng, &refused)?;
            Some(if rng.bool() { Act::Discard(item.doc) } else { Act::Retry(item.doc) })
        }
    }
}

/// Does it; the document it began, if it did, and what it shows to others.
pub fn perform(core: &Core, act: &Act, shown: Option<&mut Shown>) -> Result<Option<DocId>, Error> {
    let done = |()| None;
    match act {
        Act::Publish(org, title, must_read) => {
            let body = "正文第一段。\n正文第二段。";
            let article = NewArticle { title, body, category: Category::Circular, must_read: *must_read, due: None };
            core.feed().publish(*org, &article).map(Some)
        }
        Act::EditArticle(id, text) => {
            core.feed().edit(*id, &ArticleEdit { body: Some(text), ..ArticleEdit::default() }).map(done)
        }
        Act::RenameArticle(id, text) => {
            core.feed().edit(*id, &ArticleEdit { title: Some(text), ..ArticleEdit::default() }).map(done)
        }
        Act::Pin(id, pinned) => core.feed().pin(*id, *pinned).map(done),
        Act::WithdrawArticle(id) => core.feed().withdraw(*id).map(done),
        Act::Acknowledge(id) => core.feed().acknowledge(*id).map(done),
        Act::MarkRead(id) => core.personal().mark_read(*id).map(done),
        Act::Bookmark(id, kept) => core.personal().bookmark(*id, *kept).map(done),
        Act::Post(space, text, reply) => core.talk().post(*space, text, *reply).map(Some),
        Act::EditMessage(id, text) => core.talk().edit(*id, text).map(done),
        Act::WithdrawMessage(id) => core.talk().withdraw(*id).map(done),
        Act::React(id, emoji) => core.talk().react(*id, *emoji).map(done),
        Act::MarkTalkRead(id) => core.personal().mark_talk_read(*id).map(done),
        Act::OpenThread(space) => core.talk().open(*space).map(done),
        Act::Mute(space, muted) => core.personal().mute(*space, *muted).map(done),
        Act::NewDraft(text) => core.personal().new_draft("", text, None).map(Some),
        Act::EditDraft(id, text) => core.personal().edit_draft(*id, text).map(done),
        Act::DiscardDraft(id) => core.personal().discard_draft(*id).map(done),
        Act::PlanActivity(org, title) => {
            let activity =
                NewActivity { title, place: "三号楼", note: "", agenda: "", starts: MORNING, ends: MORNING };
            core.activities().plan(*org, &activity).map(Some)
        }
        Act::EditActivity(id, text) => {
            core.activities().edit(*id, &ActivityEdit { note: Some(text), ..ActivityEdit::default() }).map(done)
        }
        Act::CancelActivity(id) => core.activities().cancel(*id).map(done),
        Act::CheckIn(id) => core.activities().check_in(*id).map(Some),
        Act::CallRoll(id, marks) => core.activities().call_roll(*id, marks).map(done),
        Act::TakeBack(doc) => core.outbox().cancel(*doc).map(done),
        Act::Discard(doc) => core.outbox().discard(*doc).map(done),
        Act::Retry(doc) => core.outbox().retry(*doc).map(done),
        Act::Together(act) => together::perform(core, act),
        Act::Meeting(act) => meeting::perform(core, act, shown),
    }
}
