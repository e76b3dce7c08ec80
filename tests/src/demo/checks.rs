//! What must hold at the end of the day.

use hongqi_core::activity::{Grade, Status};
use hongqi_core::clock::Timestamp;
use hongqi_core::count::Count;

use super::day::{SECRET_WORD, Traces};
use super::park::Park;
use super::phone::Phone;
use super::story::Story;
use crate::phone::Failure;

/// Checks everything and says what each phone shows.
pub fn all(phones: &[&Phone; 3], traces: &Traces, park: &Park, story: &mut Story) -> Result<(), Failure> {
    let [li, sec, org] = phones;

    story.part("The feed, on all three 三部手机上的信息流");
    let shown = each(phones, |phone| phone.feed())?;
    story.screen(&shown[0].1);
    story.same("all three show the same feed: order, titles, marks", &shown);
    story.check(shown[0].1.len() == 4, "it holds the four articles");
    story.check(shown[0].1.first().is_some_and(|line| line.contains("更新")), "the pinned circular is on top");

    story.part("The discussions, on all three 三部手机上的讨论");
    let shown = each(phones, |phone| phone.talk(traces.standing))?;
    story.screen(&shown[0].1);
    story.same("all three show the same discussion of the branch: order, texts, reactions", &shown);
    story.check(shown[0].1.len() == 3, "it holds three messages");
    story.check(shown[0].1.first().is_some_and(|line| line.ends_with("👍×2")), "the first carries two 👍");
    let shown = each(phones, |phone| phone.talk(traces.thread))?;
    story.screen(&shown[0].1);
    story.same("all three show the same thread below the circular", &shown);
    for phone in phones {
        let messages = phone.messages(traces.thread)?;
        let once = messages.iter().filter(|message| message.id == traces.comment).count() == 1 && messages.len() == 1;
        let corrected = messages.iter().all(|message| message.body.contains("交流心得") && !message.edited);
        let never = messages.iter().all(|message| message.id != traces.withdrawn);
        let unheard = phone.core()?.search().find(SECRET_WORD, 10)?.is_empty();
        let name = phone.name;
        story.check(
            once && corrected,
            &format!("{name}: one comment, with the corrected text and no trace of the first"),
        );
        story.check(never && unheard, &format!("{name}: the withdrawn comment never arrived"));
    }
    let left = park.holds(traces.withdrawn)? || !park.holds(traces.comment)?;
    story.check(!left, "no file of the server holds the withdrawn comment's id; the other's it does");

    story.part("The circular 必读通知");
    for phone in [li, sec] {
        let article = phone.core()?.feed().article(traces.circular)?;
        let count = article.map(|article| article.acknowledgements);
        story.check(count == Some(Count::Exactly(1)), &format!("{} knows of exactly one acknowledgement", phone.name));
    }

    story.part("The attendance of the lesson 微党课考勤");
    let whole = each(&[sec, org], |phone| phone.roll(traces.lunch, None))?;
    story.screen(&whole[0].1);
    story.same("@sec and @org, who keep the desk, show the same whole table", &whole);
    story.check(whole[0].1.len() == 5, "it holds five people");
    let own = each(phones, |phone| phone.roll(traces.lunch, Some(li.member())))?;
    story.same("all three show the same of @li (a member sees the own row only)", &own);
    let rows = sec.attendance(traces.lunch)?;
    let of_li = rows.iter().find(|row| row.member == li.member());
    let attested = of_li.is_some_and(|row| row.status == Status::Present(Grade::Attested) && row.received_at.is_some());
    story.check(attested, "@li is present, by the own word and the organiser's");
    let disputed = rows.iter().filter(|row| matches!(row.status, Status::Disputed(_))).count();
    story.check(disputed == 1, "one person is disputed, with both named; nothing was overwritten");
    let others = li.attendance(traces.lunch)?.iter().filter(|row| row.member != li.member()).count();
    story.check(others == 0, "@li is told nothing about anybody else's attendance");

    story.part("The evening 晚上的主题党日");
    let activities = each(phones, |phone| {
        let list = phone.core()?.activities().list(Timestamp(0), 50)?;
        Ok(list.iter().map(|activity| format!("{}  {}", activity.title, activity.place)).collect())
    })?;
    story.screen(&activities[0].1);
    story.same("all three show the same two activities, the one that @org planned offline among them", &activities);
    story.check(activities[0].1.len() == 2, "there are two");
    let evening = li.core()?.activities().list(Timestamp(0), 50)?.iter().any(|one| one.id == traces.evening);
    story.check(evening, "@li has the evening's activity under the id it was born with");

    story.part("The outboxes 发件箱");
    for phone in phones {
        let waiting = phone.outbox()?;
        story.check(waiting.is_empty(), &format!("{}: empty, everything is at the server", phone.name));
        for item in waiting {
            let state = crate::phone::show::delivery(&item.delivery);
            story.say(&format!("      {:?} {} in {}: {state}", item.kind, item.doc, item.space));
        }
    }
    if story.failed().is_empty() {
        story.part("Everybody ended with the same feed, the same discussion and the same attendance.");
        story.say("断网时写下的每一件事都留住了，恢复网络后各到一次；三部手机看到的内容完全一致。");
    }
    Ok(())
}

type Lines = Vec<String>;

fn each<'a>(
    phones: &[&'a Phone],
    look: impl Fn(&Phone) -> Result<Lines, Failure>,
) -> Result<Vec<(&'a str, Lines)>, Failure> {
    phones.iter().map(|phone| Ok((phone.name, look(phone)?))).collect()
}
