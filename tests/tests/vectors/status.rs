//! Tables of attendance: what all that is said of an activity comes to, with quorum, votes, and numbers by organisation.

use std::collections::BTreeMap;

use hongqi_core::Core;
use hongqi_core::activity::{
    AttendanceRow, Mark, Numbers, OrgAttendance, Place, Quorum, ResolutionView, Shortfall, Status,
};
use hongqi_core::clock::Timestamp;
use hongqi_core::count::Count;
use hongqi_core::document::{About, Edit, Header, Kind, Value};
use hongqi_core::ids::DocId;
use hongqi_core::speech::{Language, Speech};
use hongqi_core::sync::wire::{LogEntry, PushOutcome, SignedBatch};
use serde_json::{Value as Json, json};

use super::park::{MINUTE, Park, Reader, entries, id, judged, people, plain, preface};
use super::vectors;

use Mark::{Absent, Present};
use Place::{Expected, Voter};

/// The voters of the first branch.
const ELEVEN: [&str; 11] = ["李敏", "莫凡", "赵国强", "钱进", "孙丽", "周平", "郑好", "王芳", "冯雷", "陈晨", "卫东"];

/// One case: what it is, what of the table is its point, and the batches given from there up to the next.
struct Case {
    name: &'static str,
    activity: DocId,
    point: &'static [&'static str],
    begins: usize,
}

struct Cases {
    park: Park,
    cases: Vec<Case>,
}

impl Cases {
    /// Begins a case with these people on the roster.
    fn begin(&mut self, name: &'static str, point: &'static [&'static str], people: &[(&str, Place)]) -> Header {
        let begins = self.park.given.len();
        let header = self.park.activity("支部党员大会");
        self.cases.push(Case { name, activity: header.id(), point, begins });
        if !people.is_empty() {
            self.park.roster("吴江", header.id(), people);
        }
        header
    }

    fn voters(&mut self, name: &'static str, point: &'static [&'static str], people: &[&str]) -> Header {
        let people: Vec<_> = people.iter().map(|name| (*name, Voter)).collect();
        self.begin(name, point, &people)
    }

    fn close(&mut self, activity: &Header) {
        let now = self.park.now();
        self.park.edit("吴江", activity, &[Edit::Put("closed", now.into())]);
    }

    fn resolution(&mut self, activity: DocId, title: &str, election: bool) -> DocId {
        let header = self.park.header("吴江", Kind::Resolution, Some(About::Doc(activity)));
        self.park.put("吴江", &header, &[("title", title.into()), ("election", election.into())])
    }

    fn votes(&mut self, resolution: DocId, people: &[&str], choice: i64) {
        for who in people {
            let header = self.park.header(who, Kind::Vote, Some(About::Doc(resolution)));
            let at = self.park.now().into();
            self.park.put(who, &header, &[("choice", choice.into()), ("at", at)]);
        }
    }

    fn guests(&mut self, activity: DocId, count: i64) {
        let header = self.park.header("何平", Kind::Guests, Some(About::Doc(activity)));
        self.park.put("何平", &header, &[("count", count.into())]);
    }
}

fn seconds(doc: DocId) -> [(&'static str, Value); 1] {
    [("seconds", id(doc))]
}

fn settles() -> [(&'static str, Value); 2] {
    [("resolves", true.into()), ("reason", "核对过".into())]
}

fn presence(all: &mut Cases) {
    all.voters(
        "nobody has said anything",
        &["李敏 voter unknown", "quorum voters=1 counted=0 claimed=0 disputed=0 needed=1 missing=1"],
        &["李敏"],
    );

    let point = &[
        "李敏 voter present=claimed",
        "莫凡 voter present=scanned",
        "赵国强 voter present=witnessed",
        "钱进 voter present=attested",
        "孙丽 voter present=attested",
        "quorum voters=5 counted=4 claimed=1 disputed=0 needed=3 valid",
    ];
    let activity = all.voters("each grade", point, &ELEVEN[..5]).id();
    let park = &mut all.park;
    let door = park.door("何平", activity).id();
    park.check_in("李敏", activity, &[]);
    let code = park.code("何平", activity, door);
    park.check_in("莫凡", activity, &[("code", code)]);
    let card = park.card("赵国强");
    park.scan("何平", (activity, door), "赵国强", &[("card", card)]);
    park.scan("何平", (activity, door), "钱进", &[]);
    park.marks("吴江", activity, &["孙丽"], Present);

    let point = &["quorum voters=4 counted=2 claimed=2 disputed=0 needed=3 missing=1"];
    let activity = all.voters("who only says so is not counted", point, &ELEVEN[..4]).id();
    all.park.marks("吴江", activity, &ELEVEN[..2], Present);
    for who in &ELEVEN[2..4] {
        all.park.check_in(who, activity, &[]);
    }

    let point = &["李敏 expected present=scanned stayed=3"];
    let activity = all.begin("one person at two doors comes once, and goes", point, &[("李敏", Expected)]).id();
    let park = &mut all.park;
    let (north, south) = (park.door("何平", activity).id(), park.door("高远", activity).id());
    for (host, door) in [("何平", north), ("高远", south)] {
        let code = park.code(host, activity, door);
        park.check_in("李敏", activity, &[("code", code)]);
    }
    // Who only goes was there.
    park.check_in("莫凡", activity, &[("out", true.into())]);
    park.check_in("李敏", activity, &[("out", true.into())]);

    let point = &["李敏 expected present=scanned stayed=61"];
    let name = "who goes with a code has stayed as long as the door says, whatever the own clock and the own word say";
    let activity = all.begin(name, point, &[("李敏", Expected)]).id();
    let park = &mut all.park;
    let door = park.door("何平", activity).id();
    let code = park.code("何平", activity, door);
    park.check_in("李敏", activity, &[("code", code)]);
    park.wait_until(park.now().plus_ms(60 * MINUTE));
    let code = park.code("何平", activity, door);
    let ahead = park.now().plus_ms(15 * MINUTE);
    let header = park.header("李敏", Kind::CheckIn, Some(About::Doc(activity)));
    park.put("李敏", &header, &[("at", ahead.into()), ("code", code), ("out", true.into())]);
    park.wait_until(park.now().plus_ms(30 * MINUTE));
    park.check_in("李敏", activity, &[("out", true.into())]);

    let point = &["李敏 expected present=scanned stayed=52"];
    let name = "who goes and comes back was away in between";
    let activity = all.begin(name, point, &[("李敏", Expected)]).id();
    let park = &mut all.park;
    let door = park.door("何平", activity).id();
    for (minutes, out) in [(30, false), (60, true), (20, false), (0, true)] {
        let code = park.code("何平", activity, door);
        let said = [("code", code), ("out", out.into())];
        park.check_in("李敏", activity, &said[..if out { 2 } else { 1 }]);
        park.wait_until(park.now().plus_ms(minutes * MINUTE));
    }

    let point = &[
        "李敏 expected present=claimed doubt=revoked_door",
        "莫凡 expected present=claimed doubt=revoked_device doubt=member_left",
    ];
    let header =
        all.begin("what is in doubt counts as claimed and says why", point, &[("李敏", Expected), ("莫凡", Expected)]);
    let (park, activity) = (&mut all.park, header.id());
    let (door, lost) = (park.door("何平", activity).id(), park.door("高远", activity).id());
    let code = park.code("高远", activity, lost);
    park.check_in("李敏", activity, &[("code", code)]);
    park.edit("吴江", &header, &[Edit::Put("shut", id(lost))]);
    let card = park.card("莫凡");
    for doubt in ["revoked_device", "member_left"] {
        park.scan("何平", (activity, door), "莫凡", &[("card", card.clone()), ("doubt", doubt.into())]);
    }

    let point = &["吴江 none present=claimed"];
    let activity = all.begin("nobody attests the own presence", point, &[]).id();
    all.park.marks("吴江", activity, &["吴江"], Present);
}

fn contradictions(all: &mut Cases) {
    let point = &[
        "李敏 voter disputed=吴江:present,高远:absent",
        "quorum voters=1 counted=0 claimed=0 disputed=1 needed=1 missing=1",
    ];
    let activity = all.voters("two organisers contradict each other, and both are named", point, &["李敏"]).id();
    all.park.marks("吴江", activity, &["李敏"], Present);
    all.park.marks("高远", activity, &["李敏"], Absent);

    let point = &["李敏 voter absent"];
    let activity = all.voters("a third settles it", point, &["李敏"]).id();
    all.park.marks("吴江", activity, &["李敏"], Present);
    all.park.marks("高远", activity, &["李敏"], Absent);
    all.park.mark("许清", activity, "李敏", "absent", &settles());

    let point = &["李敏 voter absent", "莫凡 voter disputed=莫凡:present,许清:absent"];
    let activity =
        all.voters("what was said before it and arrives after it changes nothing", point, &["李敏", "莫凡"]).id();
    let before = all.park.now().plus_ms(-1);
    for who in ["李敏", "莫凡"] {
        all.park.mark("许清", activity, who, "absent", &settles());
    }
    all.park.mark_of(before, "吴江", activity, "李敏", "present", &[]);
    all.park.check_in("莫凡", activity, &[]);

    let point = &["李敏 voter absent", "莫凡 voter present=attested"];
    let activity = all.voters("of what one says the last word counts", point, &["李敏", "莫凡"]).id();
    all.park.marks("吴江", activity, &["李敏", "莫凡"], Present);
    all.park.marks("吴江", activity, &["李敏"], Absent);
    // Who says it again does not say it less.
    all.park.check_in("莫凡", activity, &[]);

    let point = &[
        "李敏 voter absent pending=present",
        "莫凡 voter present=attested",
        "赵国强 voter absent pending=present pending=absent",
        "钱进 voter absent pending=present pending=present",
    ];
    let header = all.voters("a correction after the closing waits for a second signature", point, &ELEVEN[..4]);
    let activity = header.id();
    all.park.marks("吴江", activity, &ELEVEN[..4], Absent);
    all.close(&header);
    let [_, second, other, own] = [0, 1, 2, 3].map(|at| all.park.mark("吴江", activity, ELEVEN[at], "present", &[]));
    all.park.mark("高远", activity, "莫凡", "present", &seconds(second));
    all.park.mark("高远", activity, "赵国强", "absent", &seconds(other));
    all.park.mark("吴江", activity, "钱进", "present", &seconds(own));

    let point = &["高远 voter absent pending=present"];
    let header = all.voters("nobody signs a correction of the own attendance", point, &["高远"]);
    let activity = header.id();
    all.park.marks("吴江", activity, &["高远"], Absent);
    all.close(&header);
    let late = all.park.mark("吴江", activity, "高远", "present", &[]);
    all.park.mark("高远", activity, "高远", "present", &seconds(late));
}

fn leave(all: &mut Cases) {
    let point = &[
        "李敏 voter unknown leave=asked",
        "莫凡 voter excused leave=approved",
        "赵国强 voter unknown leave=denied",
        "钱进 voter disputed=吴江:excused,高远:absent leave=disputed",
        "孙丽 voter absent leave=withdrawn",
        "周平 voter present=claimed leave=approved",
        "郑好 voter excused",
        "王芳 voter excused leave=approved",
    ];
    let activity = all.voters("leave", point, &ELEVEN[..8]).id();
    let park = &mut all.park;
    let requests = [0, 1, 2, 3, 4, 5, 7].map(|at| (ELEVEN[at], park.ask_leave(ELEVEN[at], activity)));
    let answer = |park: &mut Park, by, place: usize, mark| {
        let (who, request) = &requests[place];
        park.mark(by, activity, who, mark, &[("request", id(request.id()))]);
    };
    for (by, place, mark) in [
        ("吴江", 1, "excused"),
        ("高远", 1, "excused"),
        ("吴江", 2, "denied"),
        ("吴江", 3, "excused"),
        ("高远", 3, "denied"),
        ("吴江", 4, "excused"),
        ("吴江", 5, "excused"),
        ("吴江", 6, "excused"),
    ] {
        answer(park, by, place, mark);
    }
    let (who, request) = &requests[4];
    park.edit(who, request, &[Edit::Put("withdrawn", true.into())]);
    park.marks("高远", activity, &["孙丽", "王芳"], Absent);
    park.check_in("周平", activity, &[]);
    park.mark("吴江", activity, "郑好", "excused", &[]);
}

fn ballots(all: &mut Cases) {
    let point = &[
        "quorum voters=11 counted=8 claimed=1 disputed=1 needed=6 valid",
        "election voters=11 counted=8 claimed=1 disputed=1 needed=9 missing=1",
        "六比一 for=6 against=1 abstained=1 silent=0 not_counted=0 needed=6 carried",
        "五比三 for=5 against=3 abstained=0 silent=0 not_counted=0 needed=6 not_carried",
        "无表决权 for=6 against=0 abstained=0 silent=2 not_counted=2 needed=6 carried",
        "选举 for=8 against=0 abstained=0 silent=0 not_counted=0 needed=5 not_carried",
    ];
    let mut people: Vec<_> = ELEVEN.iter().map(|name| (*name, Voter)).collect();
    people.push(("褚明", Expected));
    let activity = all.begin("eight of eleven", point, &people).id();
    let there = &ELEVEN[..8];
    all.park.marks("吴江", activity, there, Present);
    all.park.check_in("冯雷", activity, &[]);
    all.park.marks("吴江", activity, &["陈晨"], Present);
    all.park.marks("高远", activity, &["陈晨"], Absent);
    let resolution = all.resolution(activity, "六比一", false);
    all.votes(resolution, &there[..6], 1);
    all.votes(resolution, &there[6..7], 2);
    all.votes(resolution, &there[7..], 3);
    let resolution = all.resolution(activity, "五比三", false);
    all.votes(resolution, &there[..5], 1);
    all.votes(resolution, &there[5..], 2);
    // Who only says to be there, and who is on no list.
    let resolution = all.resolution(activity, "无表决权", false);
    all.votes(resolution, &there[..6], 1);
    all.votes(resolution, &["冯雷", "高远"], 2);
    let resolution = all.resolution(activity, "选举", true);
    all.votes(resolution, there, 1);

    let point = &[
        "election voters=5 counted=4 claimed=0 disputed=0 needed=4 valid",
        "选举 for=3 against=1 abstained=0 silent=0 not_counted=0 needed=3 carried",
    ];
    let activity = all.voters("four of five elect", point, &ELEVEN[..5]).id();
    all.park.marks("吴江", activity, &ELEVEN[..4], Present);
    let resolution = all.resolution(activity, "选举", true);
    all.votes(resolution, &ELEVEN[..3], 1);
    all.votes(resolution, &ELEVEN[3..4], 2);

    let point = &[
        "quorum voters=2 counted=1 claimed=0 disputed=0 needed=2 missing=1",
        "半数 for=1 against=0 abstained=0 silent=0 not_counted=0 needed=2 not_carried",
    ];
    let activity = all.voters("half is not more than half", point, &ELEVEN[..2]).id();
    all.park.marks("吴江", activity, &ELEVEN[..1], Present);
    let resolution = all.resolution(activity, "半数", false);
    all.votes(resolution, &ELEVEN[..1], 1);

    let point =
        &["李敏 expected present=attested", "quorum voters=0 counted=0 claimed=0 disputed=0 needed=1 no_voters"];
    let activity = all.begin("nobody has a vote", point, &[("李敏", Expected)]).id();
    all.park.marks("吴江", activity, &["李敏"], Present);
}

fn numbers(all: &mut Cases) {
    let second = ["林一", "林二", "林三", "林四", "林五", "林六"];
    let third = ["江一", "江二", "江三"];
    let people =
        |place| [&second[..], &third, &["李敏"]].concat().into_iter().map(|name| (name, place)).collect::<Vec<_>>();
    let point = &[
        "第一支部 expected=1 present=1 claimed=0 absent=0 excused=0 disputed=0 unknown=0 named=1",
        // Five of six there would say that one was not.
        "第二支部 expected=6 present=few claimed=few absent=few excused=few disputed=few unknown=few named=0",
        "第三支部 expected=few present=few claimed=few absent=few excused=few disputed=few unknown=few named=0",
        "guests=3",
    ];
    let activity = all.begin("fewer than five are not a number", point, &people(Expected)).id();
    all.park.marks("吴江", activity, &[&second[..5], &["李敏"]].concat(), Present);
    all.guests(activity, 5);
    all.guests(activity, -2);

    let point = &["第二支部 expected=6 present=6 claimed=few absent=few excused=few disputed=few unknown=few named=0"];
    let activity = all.begin("all of a branch are one", point, &people(Expected)).id();
    all.park.marks("吴江", activity, &second, Present);
    all.guests(activity, -4);

    let point = &["李敏 voter unknown", "莫凡 expected unknown"];
    let activity =
        all.begin("of two rosters the higher place counts", point, &[("李敏", Expected), ("莫凡", Expected)]).id();
    all.park.roster("高远", activity, &[("李敏", Voter), ("莫凡", Place::None)]);
}

pub fn make() -> Json {
    let mut all = Cases { park: Park::new(), cases: Vec::new() };
    presence(&mut all);
    contradictions(&mut all);
    leave(&mut all);
    ballots(&mut all);
    numbers(&mut all);
    let Cases { park, cases } = all;
    let refused = park.given.iter().find(|(.., outcome)| !matches!(outcome, PushOutcome::Accepted { .. }));
    assert!(refused.is_none(), "{refused:?}");
    let (authors, log) = park.read();
    let case_of = |batch: &SignedBatch| {
        let given = park.given.iter().position(|(given, ..)| given == batch)?;
        cases.iter().rposition(|case| case.begins <= given)
    };
    let mut parts: BTreeMap<Option<usize>, Vec<LogEntry>> = BTreeMap::new();
    for entry in log {
        let LogEntry::Batch { batch, .. } = &entry else { panic!("{entry:?}") };
        parts.entry(case_of(batch)).or_default().push(entry);
    }
    let base = parts.remove(&None).unwrap();
    let mut out = preface(&park, &authors, &base);
    let phone = Reader::of(&out.clone().into(), parts.values().flatten().cloned().collect());
    let cases = cases.iter().zip(parts.values()).map(|(case, log)| {
        let table = table(&phone.core, case.activity);
        for point in case.point {
            // A row goes on with its sentence.
            let holds = |line: &String| line.split(" | ").next() == Some(*point);
            assert!(table.iter().any(holds), "{}: {point}: {table:#?}", case.name);
        }
        let log: Vec<_> = log.iter().map(plain).collect();
        json!({ "name": case.name, "activity": case.activity.to_string(), "log": log, "table": table })
    });
    let cases: Vec<_> = cases.collect();
    out.insert("cases".to_owned(), cases.into());
    out.into()
}

fn name(value: impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

fn row(row: &AttendanceRow, names: &BTreeMap<String, String>) -> String {
    let status = match &row.status {
        Status::Present(grade) => format!("present={}", name(grade)),
        Status::Disputed(words) => {
            let words = words.iter().map(|word| format!("{}:{}", names[&word.by.to_string()], name(word.mark)));
            format!("disputed={}", words.collect::<Vec<_>>().join(","))
        }
        other => name(other),
    };
    let mut out = vec![row.name.clone(), name(row.place), status];
    out.extend(row.leave.map(|leave| format!("leave={}", name(leave))));
    out.extend(row.doubts.iter().map(|doubt| format!("doubt={}", name(doubt))));
    out.extend(row.pending.iter().map(|pending| format!("pending={}", name(pending.mark))));
    out.extend(row.stayed_ms.map(|stayed| format!("stayed={}", stayed / 60_000)));
    let speech = |language| Speech { language, now: Timestamp(0), utc_offset_minutes: 480 }.attendance(row);
    format!("{} | {} | {}", out.join(" "), speech(Language::Chinese), speech(Language::English))
}

fn quorum(title: &str, quorum: &Quorum) -> String {
    let Quorum { voters, counted, claimed, disputed, needed, shortfall } = quorum;
    let end = match shortfall {
        None => "valid".to_owned(),
        Some(Shortfall::NoVoters) => "no_voters".to_owned(),
        Some(Shortfall::Missing(number)) => format!("missing={number}"),
    };
    format!("{title} voters={voters} counted={counted} claimed={claimed} disputed={disputed} needed={needed} {end}")
}

fn resolution(view: &ResolutionView) -> String {
    let tally = view.tally.unwrap();
    let end = if tally.carried { "carried" } else { "not_carried" };
    let (title, yes, no, abstained) = (&view.title, tally.votes_for, tally.against, tally.abstained);
    let (silent, not_counted, needed) = (tally.silent, tally.not_counted, tally.needed);
    format!(
        "{title} for={yes} against={no} abstained={abstained} silent={silent} not_counted={not_counted} needed={needed} {end}"
    )
}

fn org(org: &OrgAttendance) -> String {
    let count = |count: Count| match count {
        Count::Few => "few".to_owned(),
        Count::Exactly(number) => number.to_string(),
    };
    let Numbers { expected, present, claimed, absent, excused, disputed, unknown } = org.numbers;
    let parts = [
        ("expected", expected),
        ("present", present),
        ("claimed", claimed),
        ("absent", absent),
        ("excused", excused),
        ("disputed", disputed),
        ("unknown", unknown),
    ];
    let parts: Vec<_> = parts.map(|(name, number)| format!("{name}={}", count(number))).into();
    format!("{} {} named={}", org.name, parts.join(" "), org.people.len())
}

/// All that is shown of an activity, line by line.
fn table(core: &Core, activity: DocId) -> Vec<String> {
    let people = people();
    let names = people.as_object().unwrap().iter().map(|(name, id)| (id.as_str().unwrap().to_owned(), name.clone()));
    let names = names.collect();
    let activities = core.activities();
    let mut out: Vec<_> = activities.attendance(activity).unwrap().iter().map(|of| row(of, &names)).collect();
    out.push(quorum("quorum", &activities.quorum(activity, false).unwrap()));
    out.push(quorum("election", &activities.quorum(activity, true).unwrap()));
    out.extend(activities.resolutions(activity).unwrap().iter().map(resolution));
    out.extend(activities.attendance_by_org(activity).unwrap().iter().map(org));
    out.push(format!("guests={}", activities.guests(activity).unwrap()));
    out
}

fn cases(file: &Json) -> (&Vec<Json>, Vec<LogEntry>) {
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() >= 15);
    (cases, cases.iter().flat_map(|case| entries(&case["log"])).collect())
}

fn check(file: &Json, log: Vec<LogEntry>) {
    let phone = Reader::of(file, log);
    for case in cases(file).0 {
        let activity = case["activity"].as_str().unwrap().parse().unwrap();
        assert_eq!(json!(table(&phone.core, activity)), case["table"], "{}", case["name"]);
    }
}

#[test]
fn tables_say_what_they_always_said() {
    let file = vectors("status.json");
    assert_eq!(file["people"], people());
    check(&file, cases(&file).1);
}

#[test]
fn a_server_takes_all_of_it() {
    let file = vectors("status.json");
    let log = [entries(&file["log"]), cases(&file).1].concat();
    for (batch, outcome) in judged(&log) {
        assert!(matches!(outcome, PushOutcome::Accepted { .. }), "{outcome:?} {batch:?}");
    }
}
