//! All that a phone shows of the activity and its discussion.

use hongqi_core::Core;
use hongqi_core::clock::Timestamp;
use hongqi_core::speech::Language;
use hongqi_tests::world::member;

use crate::story::{PEOPLE, Story};

/// Of each view its name, and what it shows.
pub fn look(core: &Core, story: &Story) -> Vec<(&'static str, String)> {
    let (activities, presence, activity) = (core.activities(), core.presence(), story.activity.id());
    let mut out = Vec::new();
    let mut show = |what: &'static str, shown: &dyn std::fmt::Debug| out.push((what, format!("{shown:#?}")));
    show("activity", &activities.activity(activity));
    show("list", &activities.list(Timestamp(0), 200));
    show("attendance", &activities.attendance(activity));
    show("attendance by organisation", &activities.attendance_by_org(activity));
    show("numbers", &activities.attendance_numbers(activity));
    show("table as CSV", &activities.attendance_csv(activity, Language::Chinese, 480));
    show("quorum", &activities.quorum(activity, false));
    show("quorum of an election", &activities.quorum(activity, true));
    show("resolutions", &activities.resolutions(activity));
    show("guests", &activities.guests(activity));
    show("doors", &presence.doors(activity));
    show("found at the door", &presence.find_expected(activity, ""));
    show("own history", &activities.history(member("1001"), 200));
    for number in PEOPLE {
        show("evidence", &activities.evidence(activity, member(number)));
    }
    let talk = core.talk();
    let mut pages = vec![talk.page(story.thread(), None, 7).unwrap()];
    while let Some(before) = pages.last().and_then(|page| page.before) {
        pages.push(talk.page(story.thread(), Some(before), 7).unwrap());
    }
    show("discussion", &pages);
    show("list of discussions", &talk.list());
    show("bookmarks", &core.personal().bookmarks());
    out
}
