//! The evening: a door with no network, a roll call that contradicts it, and how that is settled.

use hongqi_core::activity::{Grade, Mark, Status};
use hongqi_core::ids::DocId;
use hongqi_core::presence::{CheckIn, Refused};

use super::phone::Phone;
use super::story::Story;
use crate::phone::Failure;

/// Plays it; everybody has heard of the activity `evening`.
pub fn play(phones: &[&Phone; 3], evening: DocId, story: &mut Story) -> Result<(), Failure> {
    let [li, sec, org] = phones;

    story.part("17:30  @org opens a door for the evening while there is a network 晚上的签到点");
    let door = org.core()?.presence().open_door(evening, "北门")?;
    for phone in [org, li] {
        phone.sync()?;
    }

    story.part("18:00  At the door. Nobody has a network 门口，没有网络");
    let code = org.core()?.presence().next_code(door)?;
    let again = org.core()?.presence().next_code(door)?;
    story.say("  @org's phone shows a code that changes every 15 seconds; as text:");
    story.say(&format!("      {}…", &code.text[..32.min(code.text.len())]));
    story.check(again.counter >= code.counter, "its counter never goes back");
    let presence = li.core()?.presence();
    let forged = presence.check_in_with_code(Some(evening), &altered(&code.text))?;
    story.check(
        forged == CheckIn::Refused(Refused::Forged),
        "a code of which one sign was changed is refused as forged",
    );
    let scanned = presence.check_in_with_code(Some(evening), &again.text)?;
    story
        .check(matches!(scanned, CheckIn::In { .. }), "@li scans the code; the phone verifies the signature by itself");
    let twice = presence.check_in_with_code(Some(evening), &again.text)?;
    story.check(matches!(twice, CheckIn::Already { .. }), "scanning it twice is being there once");
    story.say("  @sec, who did not see @li come in, calls the roll without a network: absent.");
    sec.core()?.activities().call_roll(evening, &[(li.member(), Mark::Absent)])?;

    story.part("20:00  The network is back 网络恢复");
    for phone in [li, sec, org, li] {
        phone.sync()?;
    }
    let status = |phone: &Phone| -> Result<Option<Status>, Failure> {
        let rows = phone.attendance(evening)?;
        Ok(rows.into_iter().find(|row| row.member == li.member()).map(|row| row.status))
    };
    for phone in phones {
        let disputed = matches!(status(phone)?, Some(Status::Disputed(words)) if words.len() == 2);
        story.check(disputed, &format!("{}: @li is disputed, the scan and the roll call both named", phone.name));
    }
    let reason = "北门签到点已扫码，点名时未看到";
    sec.core()?.activities().resolve(evening, li.member(), Mark::Present, reason)?;
    story.say("  @sec settles it, with the reason: scanned at the north gate.");
    for phone in [sec, li, org] {
        phone.sync()?;
    }
    for phone in phones {
        let present = matches!(status(phone)?, Some(Status::Present(grade)) if grade >= Grade::Scanned);
        story.check(present, &format!("{}: @li was there", phone.name));
    }
    Ok(())
}

/// The text with one of its last signs changed for another.
fn altered(text: &str) -> String {
    let (head, tail) = text.split_at(text.len().saturating_sub(8));
    let other = if tail.starts_with('A') { "B" } else { "A" };
    format!("{head}{other}{}", tail.get(1..).unwrap_or_default())
}
