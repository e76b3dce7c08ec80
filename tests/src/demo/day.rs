//! The day.

use hongqi_core::Error;
use hongqi_core::activity::{Mark, NewActivity};
use hongqi_core::clock::{Clock, SystemClock, Timestamp};
use hongqi_core::feed::{ArticleEdit, Category, NewArticle};
use hongqi_core::ids::{DocId, MemberId, SpaceId};

use super::checks;
use super::door;
use super::park::Park;
use super::phone::Phone;
use super::story::Story;
use crate::phone::{Failure, show};

const HOUR: i64 = 3_600_000;
/// Occurs in the withdrawn comment and nowhere else.
pub const SECRET_WORD: &str = "麒麟";

/// What the day leaves behind.
pub struct Traces {
    pub circular: DocId,
    pub standing: SpaceId,
    pub thread: SpaceId,
    pub comment: DocId,
    pub withdrawn: DocId,
    pub lunch: DocId,
    pub evening: DocId,
}

/// Plays it.
pub fn play(phones: &mut [Phone; 3], park: &Park, story: &mut Story) -> Result<(), Failure> {
    let [li, sec, org] = phones;
    for phone in [&*li, &*sec, &*org] {
        phone.sync()?;
    }
    let standing = SpaceId::standing(park.branch);
    let now = SystemClock.now();

    story.part("07:30  Morning. Everybody is online 早晨，都在线");
    let circular = publish(sec, park, now)?;
    let greeting = sec.core()?.talk().post(standing, "今天午间微党课，十二点半食堂二楼，请大家带上笔记本。", None)?;
    let lunch = plan(sec, park, "午间微党课：从一只泵阀看质量", "食堂二楼", now.plus_ms(HOUR))?;
    for phone in [&*sec, &*li, &*org] {
        phone.sync()?;
    }
    story.say("  @sec has published four articles, one of them a must-read circular, and planned a lesson at lunch.");
    story.say("  @li's feed:");
    story.screen(&li.feed()?);
    story.check(li.feed()?.len() == 4 && org.feed()?.len() == 4, "four articles have reached @li and @org");
    let thread = SpaceId::thread(circular);
    for phone in [&*li, &*sec, &*org] {
        phone.core()?.talk().open(thread)?;
    }

    story.part("12:30  A basement canteen. @li and @org have no network 地下食堂，没有网络");
    let core = li.core()?;
    let refused = core.feed().publish(park.branch, &article("不该发出的文章", "正文", Category::Information));
    story.check(refused == Err(Error::NotAllowed), "@li may not publish and is told so at once, without the server");
    core.personal().mark_read(circular)?;
    core.feed().acknowledge(circular)?;
    core.feed().acknowledge(circular)?;
    story.say("  @li reads the circular and acknowledges it, twice for good measure.");
    let comment = core.talk().post(thread, "泵阀车间的党员已经学完了。", None)?;
    core.talk().edit(comment, "泵阀车间的党员已经学完了，下午交流心得。")?;
    let withdrawn = core.talk().post(thread, &format!("这条写错了，{SECRET_WORD}"), None)?;
    core.talk().withdraw(withdrawn)?;
    core.talk().react(greeting, Some("👍"))?;
    core.activities().check_in(lunch)?;
    story.say("  @li comments and corrects the comment, withdraws another one, gives a 👍, says \"I am here\".");
    searches(li, story)?;

    let evening = plan(org, park, "主题党日：清扫园区步道", "园区北门", now.plus_ms(6 * HOUR))?;
    org.core()?.talk().post(standing, "收到，晚上六点北门集合，扫把我来带。", Some(greeting))?;
    org.core()?.talk().react(greeting, Some("👍"))?;
    let roll = roll(li, org, park);
    org.core()?.activities().call_roll(lunch, &roll)?;
    story.say("  @org plans the evening, answers in the branch's discussion and calls the roll of the lesson.");

    for phone in [&mut *li, &mut *org] {
        let before =
            (phone.outbox()?, phone.feed()?, phone.talk(thread)?, phone.talk(standing)?, phone.roll(lunch, None)?);
        phone.restart()?;
        let after =
            (phone.outbox()?, phone.feed()?, phone.talk(thread)?, phone.talk(standing)?, phone.roll(lunch, None)?);
        let what = format!("{} is switched off and on: all of it is still there", phone.name);
        story.check(before == after, &what);
        story.say(&format!("      {} has {} things waiting, for instance:", phone.name, after.0.len()));
        let line =
            |item: &hongqi_core::outbox::OutboxItem| format!("{:?}  {}", item.kind, show::delivery(&item.delivery));
        story.screen(&after.0.iter().take(3).map(line).collect::<Vec<_>>());
    }

    story.part("13:00  Meanwhile @sec is online 书记在线");
    let core = sec.core()?;
    core.feed()
        .edit(circular, &ArticleEdit { title: Some("关于开展质量月学习的通知（更新）"), ..ArticleEdit::default() })?;
    core.feed().pin(circular, true)?;
    core.talk().post(standing, "补充：笔记本由支部统一准备。", None)?;
    if let Some((number, _)) = park.others.get(2) {
        core.activities().call_roll(lunch, &[(MemberId::from_number(number), Mark::Absent)])?;
    }
    sec.sync()?;
    story
        .say("  @sec corrects and pins the circular, adds a message and notes somebody as absent whom @org saw there.");

    story.part("17:00  The network is back 网络恢复");
    let rounds = quiet(&[li, sec, org], &[standing, thread], &[lunch, evening])?;
    story.say(&format!("  All three have exchanged what they had; quiet after {rounds} rounds."));
    door::play(&[&*li, &*sec, &*org], evening, story)?;
    let traces = Traces { circular, standing, thread, comment, withdrawn, lunch, evening };
    checks::all(&[li, sec, org], &traces, park, story)
}

fn article<'a>(title: &'a str, body: &'a str, category: Category) -> NewArticle<'a> {
    NewArticle { title, body, category, must_read: false, due: None }
}

/// Four articles; the last is the circular.
fn publish(sec: &Phone, park: &Park, now: Timestamp) -> Result<DocId, Failure> {
    let core = sec.core()?;
    let feed = core.feed();
    let news = "青岚园区三家泵阀企业通过了新一轮能效认证，平均节电百分之九。";
    feed.publish(park.top, &article("园区要闻：三家企业通过能效认证", news, Category::ZoneNews))?;
    let daily = "本周学习要点：把质量记录写清楚，把身边的小改进写下来。";
    feed.publish(park.top, &article("每日一学：质量记录怎么写", daily, Category::Information))?;
    let branch = "支部本月有两名预备党员转正，讨论会时间另行通知。";
    feed.publish(park.branch, &article("支部动态：两名预备党员转正", branch, Category::Information))?;
    let circular = NewArticle {
        title: "关于开展质量月学习的通知",
        body: "请各支部三日内组织学习，每名党员学习后在手机上确认。\n学习材料见附页。",
        category: Category::Circular,
        must_read: true,
        due: Some(now.plus_ms(72 * HOUR)),
    };
    Ok(feed.publish(park.top, &circular)?)
}

fn plan(phone: &Phone, park: &Park, title: &str, place: &str, starts: Timestamp) -> Result<DocId, Failure> {
    let activity =
        NewActivity {
            title, place, note: "请提前十分钟到场。", agenda: "", starts, ends: starts.plus_ms(HOUR)
        };
    Ok(phone.core()?.activities().plan(park.branch, &activity)?)
}

/// @li and two others are there, one has leave, as @org sees it.
fn roll(li: &Phone, org: &Phone, park: &Park) -> Vec<(MemberId, Mark)> {
    let mut roll = vec![(li.member(), Mark::Present), (org.member(), Mark::Present)];
    let marks = [Mark::Present, Mark::Excused, Mark::Present];
    roll.extend(park.others.iter().zip(marks).map(|((number, _), mark)| (MemberId::from_number(number), mark)));
    roll
}

fn searches(li: &Phone, story: &mut Story) -> Result<(), Failure> {
    for (word, least) in [("泵阀", 3), ("党", 4), ("质", 3)] {
        let hits = li.core()?.search().find(word, 50)?;
        story.check(hits.len() >= least, &format!("@li searches {word} and finds {} things", hits.len()));
    }
    let own = li.core()?.search().find("交流心得", 50)?;
    story.check(own.len() == 1, "the own comment, not sent yet, is found by its corrected words");
    let gone = li.core()?.search().find(SECRET_WORD, 50)?;
    story.check(gone.is_empty(), "the withdrawn comment is not");
    Ok(())
}

/// Lets all phones exchange until nothing changes on any of them.
fn quiet(phones: &[&Phone], talks: &[SpaceId], activities: &[DocId]) -> Result<usize, Failure> {
    let state = |phone: &&Phone| -> Result<Vec<String>, Failure> {
        let mut lines = phone.feed()?;
        for talk in talks {
            lines.extend(phone.talk(*talk)?);
        }
        for activity in activities {
            lines.extend(phone.roll(*activity, None)?);
        }
        lines.extend(phone.outbox()?.iter().map(|item| format!("{item:?}")));
        Ok(lines)
    };
    let mut before = Vec::new();
    for round in 1..=10 {
        for phone in phones {
            phone.sync()?;
        }
        let now = phones.iter().map(state).collect::<Result<Vec<_>, _>>()?;
        if now == before {
            return Ok(round);
        }
        before = now;
    }
    Err(Failure::new("restless", "the phones still had something to say after ten rounds"))
}
