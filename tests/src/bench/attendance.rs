//! `attendance`: the table of 10,000 evidences of 2,000 people from 5 organisers over the plain SQL of the same result,
//! and what receiving them costs.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use hongqi_core::Core;
use hongqi_core::activity::{AttendanceRow, Mark, NewActivity, Place, Status};
use hongqi_core::clock::{Clock, SystemClock};
use hongqi_core::document::{About, Change, Kind, Nonce};
use hongqi_core::ids::{ActorId, DocId, MemberId, OrgId, SpaceId};
use hongqi_core::sync::wire::{Batch, Entry, SignedBatch, Target};
use hongqi_server::Server;
use rusqlite::Connection;
use tempfile::TempDir;

use crate::floor::{DOCUMENT, Floor, Rows};
use crate::park::{Device, folder, import, server, settle, take_in};
use crate::report::{Aim, Outcome, RUNS, Report, ms, ratios, thread_seconds};

const PEOPLE: usize = 2_000;
const ORGANISERS: usize = 5;
/// Of a hundred people this many are called otherwise by one of the five.
const DISPUTED: usize = 2;
const EVIDENCE: &str = "activity, member, order_at, written_at, doc, kind, by, at, received_at, grade, doubt, undone, mark, \
                        request, resolves, seconds, reason";

/// What the table says, by one statement: for each person the last word of each source, whether they agree, and when.
const PLAIN: &str = "
    WITH word AS (
        SELECT member, by, mark, at, received_at,
               row_number() OVER (PARTITION BY member, by ORDER BY order_at DESC, written_at DESC, doc DESC) AS place
        FROM evidence WHERE activity = ?1),
    told AS (
        SELECT member, min(at) AS at, min(received_at) AS received_at,
               count(DISTINCT mark) FILTER (WHERE place = 1) AS marks, min(mark) FILTER (WHERE place = 1) AS mark
        FROM word GROUP BY member),
    expected AS (SELECT member, max(place) AS place FROM roster WHERE activity = ?1 GROUP BY member)
    SELECT e.member, m.name, m.home, e.place, coalesce(t.marks, 0), t.mark, t.at, t.received_at
    FROM expected e LEFT JOIN told t ON t.member = e.member LEFT JOIN member m ON m.id = e.member
    ORDER BY m.name, e.member";

/// Runs it.
pub fn run(report: &mut Report) -> Outcome<()> {
    let server = server()?;
    let activity = fill(&server)?;
    let (mut own, mut plain, mut received, mut floor, mut processor) = (vec![], vec![], vec![], vec![], vec![]);
    for _ in 0..RUNS {
        let home = folder()?;
        let core = Device::enrol(&server, ORGANISERS)?.core(home.path())?;
        let taken = take_in(&server, &core)?;
        let start = Instant::now();
        let table = core.activities().attendance(activity)?;
        own.push(ms(start.elapsed()));
        core.pause()?;
        let from = home.path().join("hongqi.db");
        let (time, rows) = by_sql(&from, activity)?;
        plain.push(ms(time));
        same(&table, &rows)?;
        let tables = [
            Rows::read(&from, "document", DOCUMENT, "rowid")?,
            Rows::read(&from, "evidence", EVIDENCE, "received_at, doc")?,
        ];
        let mut bare = Floor::phone(home.path())?;
        let before = thread_seconds();
        let inserted = bare.insert(&tables, taken.pages)?;
        processor.push(taken.processor / (thread_seconds() - before));
        received.push(ms(taken.time));
        floor.push(ms(inserted));
    }
    report.add("table / plain SQL of the same result", ratios(&own, &plain), "x", Aim::Most(3.0));
    report.add("table of 2,000 people", own, "ms", Aim::None);
    report.add("plain SQL", plain, "ms", Aim::None);
    report.add("receive 10,000 evidences", received.clone(), "ms", Aim::None);
    report.add("receive / plain rows", ratios(&received, &floor), "x", Aim::None);
    report.add("receive / plain rows, processor time only", processor, "x", Aim::None);
    Ok(())
}

/// A member.
pub fn person(number: usize) -> MemberId {
    MemberId::from_number(&number.to_string())
}

/// An activity that a secretary has planned, with that phone and its folder.
pub fn plan(server: &Server, org: OrgId, secretary: usize) -> Outcome<(DocId, Core, TempDir)> {
    let home = folder()?;
    let core = Device::enrol(server, secretary)?.core(home.path())?;
    settle(server, &core)?;
    let starts = SystemClock.now();
    let plan = NewActivity { title: "主题党日", place: "礼堂", note: "", agenda: "", starts, ends: starts };
    let activity = core.activities().plan(org, &plan)?;
    settle(server, &core)?;
    Ok((activity, core, home))
}

fn fill(server: &Server) -> Outcome<DocId> {
    import(server, 1, PEOPLE)?;
    let org = OrgId::from_number("C1");
    let (activity, core, _home) = plan(server, org, ORGANISERS + 1)?;
    let people: Vec<_> = (0..PEOPLE).map(|number| (person(number), Place::Voter)).collect();
    core.activities().expect(activity, &people)?;
    settle(server, &core)?;
    for organiser in 0..ORGANISERS {
        let mut device = Device::enrol(server, organiser)?;
        for first in (0..PEOPLE).step_by(50) {
            let marks = (first..first + 50).map(|number| {
                let other = organiser == 0 && number % (100 / DISPUTED) == 0;
                mark(&mut device, org, activity, person(number), if other { Mark::Absent } else { Mark::Present })
            });
            let marks = marks.collect::<Outcome<_>>()?;
            device.push(server, marks)?;
        }
    }
    Ok(activity)
}

/// A word on somebody's attendance: a desk's batch holds one document.
pub fn mark(device: &mut Device, org: OrgId, activity: DocId, member: MemberId, mark: Mark) -> Outcome<SignedBatch> {
    let id = device.enrolled.card.device;
    let name = if mark == Mark::Present { "present" } else { "absent" };
    let at = SystemClock.now();
    let fields = [("activity", activity.as_bytes()[..].into()), ("mark", name.into()), ("at", at.into())];
    let change = Change::first(ActorId::of(id, device.generation), at, &fields)?;
    let nonce = Nonce::from_bytes(fastrand::u64(..).to_be_bytes());
    let target = Target::New { kind: Kind::RollMark.into(), about: Some(About::Member(member)), nonce };
    device.dev_seq += 1;
    let entries = vec![Entry { target, change: change.into_bytes() }];
    let (generation, dev_seq) = (device.generation, device.dev_seq);
    Ok(Batch { space: SpaceId::desk(org), device: id, generation, dev_seq, entries }.sign(&*device.key)?)
}

/// A row of [`PLAIN`].
type Plain = (MemberId, String, Option<OrgId>, i64, i64, Option<String>, Option<i64>, Option<i64>);

fn by_sql(from: &Path, activity: DocId) -> Outcome<(Duration, Vec<Plain>)> {
    let connection = Connection::open(from)?;
    // As the core's readers: compiled before it is needed.
    let mut statement = connection.prepare(PLAIN)?;
    let start = Instant::now();
    let rows = statement.query_map([activity], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?))
    })?;
    let rows = rows.collect::<rusqlite::Result<_>>()?;
    Ok((start.elapsed(), rows))
}

fn same(table: &[AttendanceRow], plain: &[Plain]) -> Outcome<()> {
    let plain: BTreeMap<MemberId, &Plain> = plain.iter().map(|row| (row.0, row)).collect();
    let agrees = |row: &AttendanceRow| {
        let Some((_, name, home, place, marks, mark, at, received)) = plain.get(&row.member) else { return false };
        let status = match (&row.status, marks, mark.as_deref()) {
            (Status::Unknown, 0, _)
            | (Status::Present(_), 1, Some("present"))
            | (Status::Absent, 1, Some("absent")) => true,
            (Status::Disputed(words), 2, _) => words.len() == ORGANISERS,
            _ => false,
        };
        status
            && row.name == *name
            && row.home == *home
            && row.place as i64 == *place
            && row.happened_at.map(|at| at.0) == *at
            && row.received_at.map(|at| at.0) == *received
    };
    let disputed = table.iter().filter(|row| matches!(row.status, Status::Disputed(_))).count();
    if table.len() != PEOPLE
        || plain.len() != PEOPLE
        || disputed != PEOPLE * DISPUTED / 100
        || !table.iter().all(agrees)
    {
        return Err("the table and the plain SQL do not say the same".into());
    }
    Ok(())
}
