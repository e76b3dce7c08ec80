//! Tables as CSV, for spreadsheets: UTF-8 with a mark that says so, and no cell that a spreadsheet would take for a formula.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, TimeDelta};

use super::commands::Activities;
use super::numbers::Numbers;
use super::roster::Place;
use super::table::{AttendanceRow, OrgAttendance, called, table};
use crate::clock::Timestamp;
use crate::count::Count;
use crate::error::{Error, Result};
use crate::ids::DocId;
use crate::speech::{Language, doubt, grade, leave, status};

/// Says to a spreadsheet that what follows is UTF-8.
const MARK: &str = "\u{feff}";

impl Activities<'_> {
    /// The attendance of an activity as CSV, a row for each person, in the order of names: two of one name are told apart by
    /// their organisations. Times are local, `2026-11-24
    /// 07:30`, `utc_offset_minutes` ahead of UTC; durations are in whole minutes.
    ///
    /// # Errors
    /// As [`Activities::attendance`].
    pub fn attendance_csv(&self, activity: DocId, language: Language, utc_offset_minutes: i32) -> Result<String> {
        let header = [
            ("姓名", "name"),
            ("所属组织", "organisation"),
            ("应到", "expected"),
            ("有表决权", "votes"),
            ("情况", "status"),
            ("依据", "founded on"),
            ("请假", "leave"),
            ("存疑", "in doubt"),
            ("待第二人确认", "wait for a second signature"),
            ("到达", "came"),
            ("离开", "went"),
            ("时长（分钟）", "minutes stayed"),
            ("服务器收到", "received by the server"),
        ];
        let yes = |holds: bool| if holds { language.pick("是", "yes") } else { "" };
        let time = |time: Option<Timestamp>| time.and_then(|time| local(time, utc_offset_minutes)).unwrap_or_default();
        let (rows, homes) = self.0.read(|connection| {
            let (rows, mut homes) = (table(self.0, connection, activity)?, BTreeMap::new());
            for row in &rows {
                if let Entry::Vacant(home) = homes.entry(row.home) {
                    home.insert(called(connection, activity, row.home)?.1);
                }
            }
            Ok((rows, homes))
        })?;
        write(
            header,
            language,
            rows.iter().map(|row: &AttendanceRow| {
                let doubts: Vec<_> = row.doubts.iter().map(|what| doubt(*what, language)).collect();
                let stayed = row.stayed_ms.map(|stayed| stayed / 60_000);
                [
                    row.name.clone(),
                    homes.get(&row.home).cloned().unwrap_or_default(),
                    yes(row.place >= Place::Expected).to_owned(),
                    yes(row.place == Place::Voter).to_owned(),
                    status(&row.status, language).to_owned(),
                    grade(&row.status, language).to_owned(),
                    row.leave.map_or("", |what| leave(what, language)).to_owned(),
                    doubts.join(language.pick("；", "; ")),
                    if row.pending.is_empty() { String::new() } else { row.pending.len().to_string() },
                    time(row.came),
                    time(row.went),
                    stayed.map(|minutes| minutes.to_string()).unwrap_or_default(),
                    time(row.received_at),
                ]
            }),
        )
    }

    /// The attendance of an activity by organisation as CSV: numbers, no names.
    ///
    /// # Errors
    /// As [`Activities::attendance_by_org`].
    pub fn attendance_by_org_csv(&self, activity: DocId, language: Language) -> Result<String> {
        let header = [
            ("组织", "organisation"),
            ("应到", "expected"),
            ("实到", "present"),
            ("仅本人签到", "present by own word"),
            ("未到", "absent"),
            ("请假", "excused"),
            ("待核实", "disputed"),
            ("无记录", "no record"),
        ];
        let few = language.pick("少于5", "fewer than 5");
        let count = |count: Count| match count {
            Count::Few => few.to_owned(),
            Count::Exactly(number) => number.to_string(),
        };
        let rows = self.attendance_by_org(activity)?;
        write(
            header,
            language,
            rows.iter().map(|row: &OrgAttendance| {
                let Numbers { expected, present, claimed, absent, excused, disputed, unknown } = row.numbers;
                let [a, b, c, d, e, f, g] = [expected, present, claimed, absent, excused, disputed, unknown].map(count);
                [row.name.clone(), a, b, c, d, e, f, g]
            }),
        )
    }
}

fn local(time: Timestamp, utc_offset_minutes: i32) -> Option<String> {
    let utc = DateTime::from_timestamp_millis(time.0)?.naive_utc();
    let local = utc.checked_add_signed(TimeDelta::minutes(utc_offset_minutes.into()))?;
    Some(local.format("%Y-%m-%d %H:%M").to_string())
}

/// A cell that a spreadsheet shows as it stands. Where Chinese is typed, the wide forms begin a formula too.
fn guarded(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

fn write<const N: usize>(
    header: [(&'static str, &'static str); N],
    language: Language,
    rows: impl Iterator<Item = [String; N]>,
) -> Result<String> {
    let failed = |_| Error::Storage("csv");
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(MARK.as_bytes().to_vec());
    out.write_record(header.map(|(zh, en)| language.pick(zh, en))).map_err(failed)?;
    for row in rows {
        out.write_record(row.map(|cell| guarded(&cell))).map_err(failed)?;
    }
    let bytes = out.into_inner().map_err(|_| Error::Storage("csv"))?;
    String::from_utf8(bytes).map_err(|_| Error::Storage("csv"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_every_cell_stays_one_cell() {
        let cells =
            ["=1+1", "+1", "-1", "@x", "\tx", "赵,国\"强", "两\n行", "=\"a\",b", "", "＝1+1", "＋1", "－1", "＠x"];
        let cells = cells.map(str::to_owned);
        let header = [("甲", "a"); 13];
        let text = write(header, Language::Chinese, [cells.clone()].into_iter()).unwrap();
        assert!(text.starts_with("\u{feff}甲,甲"));
        let mut reader = csv::Reader::from_reader(text.trim_start_matches(MARK).as_bytes());
        let row = reader.records().next().unwrap().unwrap();
        for (read, wrote) in row.iter().zip(&cells) {
            assert_eq!(read.trim_start_matches('\''), wrote);
            assert!(!read.starts_with(['=', '+', '-', '@', '\t', '＝', '＋', '－', '＠']), "{read}");
        }
    }

    #[test]
    fn times_are_local_and_no_time_makes_it_panic() {
        assert_eq!(local(Timestamp(1_795_476_600_000), 480).unwrap(), "2026-11-24 07:30");
        for time in [i64::MIN, i64::MAX, 0] {
            for offset in [i32::MIN, i32::MAX] {
                let _ = local(Timestamp(time), offset);
            }
        }
    }
}
