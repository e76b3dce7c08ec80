//! The phone without a screen knows the acts of the three pillars: a meeting, its door, and a group, typed by hand.
#![allow(clippy::unwrap_used)]

use clap::Parser as _;
use hongqi_tests::phone::cli::Cli;
use hongqi_tests::phone::{Failure, perform, show::Shown};
use hongqi_tests::world::{Phone, World};

/// What is typed on a phone, and what it answers.
fn typed(phone: &Phone, line: &[&str]) -> Result<Shown, Failure> {
    let line = ["phone", "--home", "unused"].iter().chain(line);
    perform(phone.core(), &Cli::try_parse_from(line).unwrap().act)
}

/// The same, of what works: all lines together.
fn says(phone: &Phone, line: &[&str]) -> String {
    typed(phone, line).unwrap().lines.join("\n")
}

/// The first eight digits of what a command has made.
fn made(phone: &Phone, line: &[&str]) -> String {
    says(phone, line)[..8].to_owned()
}

#[test]
fn a_meeting_is_planned_voted_on_and_corrected_by_hand() {
    let mut world = World::park(1);
    let [mut sec, mut org, mut li] = ["1002", "1003", "1001"].map(|number| world.phone(number));
    world.settle(&mut [&mut sec, &mut org, &mut li]);

    let times = ["2026-11-24T18:30:00+08:00", "2026-11-24T20:30:00+08:00"];
    let plan = ["plan", "B1", "主题党日", "三楼", times[0], times[1], "--agenda", "一、学习"];
    let id = made(&sec, &plan);
    assert!(says(&sec, &["edit-activity", &id, "--place", "五楼"]).contains("五楼"));
    let expected = says(&sec, &["expect", &id, "1001=voter", "--all-of", "B1"]);
    assert_eq!(expected.lines().count(), 4, "{expected}");
    assert!(says(&sec, &["ready", &id]).contains("roster: ready"));
    let moved = says(&sec, &["move", &id, "修缮休息室"]);
    assert!(moved.contains("being voted on"), "{moved}");
    world.settle(&mut [&mut sec, &mut org, &mut li]);

    // Leave is asked for and refused; the member comes all the same, and votes.
    assert!(says(&li, &["ask-leave", &id, "出差"]).contains("asks for leave, 李敏, 出差"));
    world.settle(&mut [&mut sec, &mut li]);
    assert!(says(&sec, &["answer-leave", &id, "1001", "deny"]).contains("leave not given, 王秀兰"));
    world.settle(&mut [&mut sec, &mut li]);
    assert!(says(&li, &["evidence", &id]).contains("leave not given"));
    says(&li, &["check-in", &id]);
    let voted = says(&li, &["vote", &moved[..8], "for"]);
    assert!(voted.contains("your vote: for"), "{voted}");
    world.settle(&mut [&mut sec, &mut org, &mut li]);

    // Two call the roll and contradict each other; a third word settles it.
    says(&sec, &["roll-call", &id, "1001=present", "1003=present"]);
    says(&org, &["roll-call", &id, "1001=absent", "1002=present"]);
    world.settle(&mut [&mut sec, &mut org, &mut li]);
    let disputed = says(&sec, &["attendance", &id]);
    assert!(disputed.contains("王秀兰 says present") && disputed.contains("赵国强 says absent"), "{disputed}");
    assert!(says(&sec, &["resolve", &id, "1001=present", "看到了本人"]).contains("settled, marked present"));
    assert!(says(&sec, &["quorum", &id]).starts_with("enough voters"));
    assert!(says(&sec, &["close-vote", &moved[..8]]).contains("the vote is over"));
    assert_eq!(says(&sec, &["minutes", &id, "出席三人。"]), "出席三人。");

    // After the closing a correction waits for another organiser's signature.
    assert!(says(&sec, &["close-attendance", &id]).contains("主题党日"));
    world.settle(&mut [&mut sec, &mut org, &mut li]);
    says(&sec, &["correct", &id, "1004=excused", "病假条"]);
    world.settle(&mut [&mut sec, &mut org]);
    assert!(says(&org, &["second", &id, "1004"]).contains("seconds a correction"));
    assert_eq!(typed(&org, &["second", &id, "1004"]).unwrap_err().code, "not_found");
    world.settle(&mut [&mut sec, &mut org, &mut li]);
    let table = says(&sec, &["table", &id]);
    assert!(
        table.starts_with("all, 4 expected, 3 present, 1 excused, 0 visitors\n泵阀联合支部, 4 expected"),
        "{table}"
    );
    assert!(says(&sec, &["table", &id, "--csv"]).contains("泵阀联合支部"));
    assert!(says(&sec, &["attendance", &id, "--csv"]).contains("莫文"));
    assert!(says(&li, &["history"]).contains("present"), "{}", says(&li, &["history"]));
    assert!(says(&sec, &["history", "1004"]).contains("excused"));
    assert!(says(&sec, &["cancel-activity", &id]).contains("cancelled"));
}

#[test]
fn a_door_is_kept_by_hand() {
    let mut world = World::park(2);
    let [mut sec, mut org, mut li] = ["1002", "1003", "1001"].map(|number| world.phone(number));
    world.settle(&mut [&mut sec, &mut org, &mut li]);
    let id = made(&sec, &["plan", "B1", "主题党日", "三楼", "2026-11-24T07:30:00+08:00", "2026-11-24T09:30:00+08:00"]);
    says(&sec, &["expect", &id, "--all-of", "B1"]);
    world.settle(&mut [&mut sec, &mut org, &mut li]);

    let door = made(&org, &["open-door", &id, "东门"]);
    world.settle(&mut [&mut sec, &mut org, &mut li]);
    assert_eq!(says(&li, &["scan-code", &says(&org, &["code", &door])]), "checked in");
    assert!(says(&li, &["check-out", &id]).contains("went"));
    let card = says(&sec, &["card"]);
    assert_eq!(says(&org, &["scan-card", &door, &card]), "admitted, 王秀兰");
    assert!(says(&org, &["find-expected", &id, "mw"]).contains("莫文"));
    assert!(says(&org, &["admit", &door, "1004"]).contains("2 of 4 expected"));
    assert!(says(&org, &["visitors", &door, "3"]).contains("3 visitors"));
    assert!(says(&org, &["visitors", &door, "-1"]).contains("2 visitors"));
    assert!(says(&org, &["see-out", &door, "1004"]).contains("1 of 4 expected"));
    assert!(says(&org, &["shut-door", &door]).starts_with("shut"));
    world.settle(&mut [&mut sec, &mut org, &mut li]);
    let doors = says(&sec, &["doors", &id]);
    assert!(doors.contains("shut, 东门, 1 present, 1 of 4 expected, 2 visitors"), "{doors}");
    assert_eq!(says(&sec, &["attendance", &id]).matches("present (").count(), 3, "who has gone was there all the same");
    assert!(says(&sec, &["revoke-door", &door]).starts_with("revoked"));
}

#[test]
fn a_group_comes_and_goes_by_hand() {
    let mut world = World::park(3);
    let [mut sec, mut li, mut mo] = ["1002", "1001", "1004"].map(|number| world.phone(number));
    world.settle(&mut [&mut sec, &mut li, &mut mo]);
    let group = made(&sec, &["group", "检修", "1001", "--ends", "2026-11-24T08:30:00+08:00"]);
    let later = says(&sec, &["extend", &group, "2026-11-24T09:30:00+08:00"]);
    let space = later.split_whitespace().last().unwrap().to_owned();
    assert!(says(&sec, &["bring-in", &group, "1004"]).contains("莫文"));
    says(&sec, &["post", &space, "你们组先报", "--mention", "1001", "--mention-role", "secretary"]);
    world.settle(&mut [&mut sec, &mut li, &mut mo]);

    says(&li, &["mute", &space]);
    assert!(says(&li, &["talks"]).contains("muted"));
    let talks = typed(&li, &["talks"]).unwrap().json;
    let mentions = talks.as_array().unwrap().iter().map(|talk| talk["mentions"].as_u64().unwrap()).sum::<u64>();
    assert_eq!(mentions, 1, "a muted discussion still counts who mentions one");
    says(&li, &["leave-group", &group]);
    assert!(!says(&sec, &["send-away", &group, "1004"]).contains("莫文"));
    world.settle(&mut [&mut sec, &mut li, &mut mo]);
    let left = says(&li, &["left"]);
    assert!(left.starts_with(&space), "{left}");
    says(&li, &["left", "--come-back", &space]);
    world.settle(&mut [&mut sec, &mut li, &mut mo]);
    assert!(says(&sec, &["participants", &group]).contains("李敏"));
    assert_eq!(typed(&mo, &["participants", &group]).unwrap_err().code, "no_such_id");
}

#[test]
fn what_was_not_sent_is_taken_back_and_who_owes_an_acknowledgement_is_seen() {
    let mut world = World::park(4);
    let [mut top, mut sec, mut li] = ["3001", "1002", "1001"].map(|number| world.phone(number));
    world.settle(&mut [&mut top, &mut sec, &mut li]);
    let publish = ["publish", "C1", "自查通知", "正文", "--must-read", "--category", "zone-news"];
    let article = made(&top, &publish);
    world.settle(&mut [&mut top, &mut sec, &mut li]);
    assert!(says(&li, &["feed"]).contains("zone news"));
    says(&top, &["edit-article", &article, "--body", "改过的正文"]);
    world.settle(&mut [&mut top, &mut sec, &mut li]);
    assert_eq!(says(&li, &["revisions", &article]).lines().count(), 2);
    says(&top, &["edit-article", &article, "--due", "2026-11-27T18:00:00+08:00"]);
    world.settle(&mut [&mut top, &mut li]);
    assert!(says(&li, &["due"]).contains("2026-11-27"));
    says(&top, &["edit-article", &article, "--no-due"]);
    world.settle(&mut [&mut top, &mut li]);
    assert!(says(&li, &["due"]).contains("no date"));
    assert!(says(&sec, &["outstanding", &article]).contains("李敏"));

    let message = made(&li, &["post", "B1", "打错了"]);
    assert!(says(&li, &["outbox"]).contains(&message));
    assert_eq!(says(&li, &["outbox", &message, "cancel"]), "");
    let asked = says(&li, &["ask", "C1", "党费", "怎么算？", "--category", "policy"]);
    assert!(asked.contains("can be read by:"), "{asked}");
    assert!(typed(&li, &["consultations"]).unwrap().json[0]["category"] == "policy");
}
