//! Reads both files and checks them against each other.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime};
use csv::{ByteRecord, ReaderBuilder};
use hongqi_core::clock::Timestamp;
use hongqi_core::document::MAX_TITLE;
use hongqi_core::ids::{MemberId, OrgId};
use hongqi_core::role::Role;
use hongqi_core::text::turns_direction;

use super::line::{Book, LineError, Reason};
use crate::directory::{MAX_DEPTH, grantable};
use crate::storage::{MemberRow, OrgRow};

const MAX_NUMBER: usize = 64;
const BOM: &[u8] = b"\xef\xbb\xbf";
/// Beijing is eight hours ahead of UTC, all year.
const BEIJING_MS: i64 = 8 * 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// A role as the file gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wanted {
    pub(crate) role: Role,
    pub(crate) org: OrgId,
    pub(crate) until: Option<Timestamp>,
}

/// Both files without a mistake.
#[derive(Debug, Default)]
pub(crate) struct Books {
    pub(crate) orgs: Vec<OrgRow>,
    pub(crate) members: Vec<(MemberRow, Vec<Wanted>)>,
}

struct Table<'a> {
    book: Book,
    columns: HashMap<&'static str, usize>,
    errors: &'a mut Vec<LineError>,
}

impl Table<'_> {
    fn wrong(&mut self, line: u64, reason: Reason) {
        self.errors.push(LineError { book: self.book, line, reason });
    }

    fn field<'r>(&self, record: &'r ByteRecord, name: &'static str) -> Result<&'r str, Reason> {
        let bytes = self.columns.get(name).and_then(|at| record.get(*at)).ok_or(Reason::MissingColumn(name))?;
        Ok(std::str::from_utf8(bytes).map_err(|_| Reason::NotUtf8)?.trim())
    }

    fn text(&self, record: &ByteRecord, name: &'static str, max: usize, needed: bool) -> Result<String, Reason> {
        let text = self.field(record, name)?;
        if needed && text.is_empty() {
            return Err(Reason::Empty(name));
        }
        if text.len() > max {
            return Err(Reason::TooLong(name));
        }
        if text.contains(|c: char| c.is_control() || turns_direction(c)) {
            return Err(Reason::ControlCharacter(name));
        }
        Ok(text.to_owned())
    }
}

/// Calls `row` for each line after the first, with its number.
fn each_line<'a>(
    book: Book,
    bytes: &[u8],
    names: &[&'static str],
    optional: &[&'static str],
    errors: &'a mut Vec<LineError>,
    mut row: impl FnMut(&mut Table<'a>, &ByteRecord, u64) -> Result<(), Reason>,
) {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut table = Table { book, columns: HashMap::new(), errors };
    let mut record = ByteRecord::new();
    let mut first = true;
    loop {
        let line = reader.position().line();
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => return table.wrong(line, Reason::NotCsv),
        }
        let line = record.position().map_or(line, csv::Position::line);
        if std::mem::take(&mut first) {
            for name in names.iter().chain(optional) {
                match record.iter().position(|cell| cell.trim_ascii() == name.as_bytes()) {
                    Some(at) => _ = table.columns.insert(name, at),
                    None if optional.contains(name) => {}
                    None => table.wrong(line, Reason::MissingColumn(name)),
                }
            }
            if names.iter().any(|name| !table.columns.contains_key(name)) {
                return;
            }
        } else if let Err(reason) = row(&mut table, &record, line) {
            table.wrong(line, reason);
        }
    }
    if first {
        names.iter().for_each(|name| table.wrong(1, Reason::MissingColumn(name)));
    }
}

fn date(text: &str, column: &'static str) -> Result<NaiveDate, Reason> {
    // chrono takes `2026-1-2` too; the books must say it in one way only.
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| Reason::BadDate(column))?;
    if text.len() == 10 { Ok(date) } else { Err(Reason::BadDate(column)) }
}

/// The end of a day in Beijing.
pub(crate) fn end_of_day(text: &str) -> Result<Timestamp, Reason> {
    let midnight = date(text, "roles")?.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
    Ok(Timestamp(midnight + DAY_MS - BEIJING_MS))
}

fn wanted(text: &str) -> Result<(Wanted, String), Reason> {
    let (role, rest) = text.split_once('@').ok_or(Reason::BadRole)?;
    let (number, until) = match rest.rsplit_once(':') {
        Some((number, day)) => (number.trim(), Some(end_of_day(day.trim())?)),
        None => (rest.trim(), None),
    };
    let unknown = || Reason::UnknownRole(role.trim().chars().take(MAX_NUMBER).collect());
    let role = role.trim().parse::<Role>().ok().filter(|role| grantable(*role)).ok_or_else(unknown)?;
    Ok((Wanted { role, org: OrgId::from_number(number), until }, number.to_owned()))
}

impl Books {
    /// Reads both; or all mistakes, in the order of the lines.
    pub(crate) fn read(organisations: &[u8], members: &[u8]) -> Result<Self, Vec<LineError>> {
        let mut errors = Vec::new();
        let orgs = read_orgs(organisations, &mut errors);
        let members = read_members(members, &orgs, &mut errors);
        errors.sort_by_key(|error| (error.book, error.line));
        let orgs = orgs.into_iter().map(|(row, _)| row).collect();
        if errors.is_empty() { Ok(Self { orgs, members }) } else { Err(errors) }
    }
}

fn read_orgs(bytes: &[u8], errors: &mut Vec<LineError>) -> Vec<(OrgRow, u64)> {
    let mut orgs: Vec<(OrgRow, u64)> = Vec::new();
    let mut parents: Vec<String> = Vec::new();
    let mut by_id: HashMap<OrgId, usize> = HashMap::new();
    each_line(Book::Organisations, bytes, &["number", "name", "type", "parent"], &[], errors, |table, record, line| {
        let number = table.text(record, "number", MAX_NUMBER, true)?;
        let org = OrgId::from_number(&number);
        let name = table.text(record, "name", MAX_TITLE, true);
        let sort = table.text(record, "type", MAX_NUMBER, false);
        let parent = table.text(record, "parent", MAX_NUMBER, false);
        if let Some(earlier) = by_id.get(&org) {
            return Err(Reason::Duplicate(number, orgs[*earlier].1));
        }
        by_id.insert(org, orgs.len());
        // The line counts as a parent even if something else on it is wrong: one mistake, one message.
        let parent_number = parent.clone().unwrap_or_default();
        let above = (!parent_number.is_empty()).then(|| OrgId::from_number(&parent_number));
        parents.push(parent_number);
        let text = |text: &Result<String, Reason>| text.clone().unwrap_or_default();
        let row = OrgRow { org, number, name: text(&name), sort: text(&sort), parent: above, closed: false };
        orgs.push((row, line));
        name.and(sort).and(parent).map(|_| ())
    });
    for (at, (row, line)) in orgs.iter().enumerate() {
        let mut wrong = |reason| errors.push(LineError { book: Book::Organisations, line: *line, reason });
        let Some(parent) = row.parent else { continue };
        if !by_id.contains_key(&parent) {
            wrong(Reason::UnknownParent(parents[at].clone()));
            continue;
        }
        let (mut next, mut depth) = (Some(parent), 1);
        while let Some(above) = next.filter(|above| *above != row.org && depth <= MAX_DEPTH) {
            next = by_id.get(&above).and_then(|at| orgs[*at].0.parent);
            depth += 1;
        }
        if next == Some(row.org) {
            wrong(Reason::Cycle(row.number.clone()));
        } else if depth > MAX_DEPTH {
            wrong(Reason::TooDeep(row.number.clone()));
        }
    }
    orgs
}

fn read_members(bytes: &[u8], orgs: &[(OrgRow, u64)], errors: &mut Vec<LineError>) -> Vec<(MemberRow, Vec<Wanted>)> {
    let known: std::collections::HashSet<OrgId> = orgs.iter().map(|(row, _)| row.org).collect();
    let mut members = Vec::new();
    let mut lines: HashMap<MemberId, u64> = HashMap::new();
    let names = ["number", "name", "standing", "home", "joined", "roles"];
    each_line(Book::Members, bytes, &names, &["conflict"], errors, |table, record, line| {
        let number = table.text(record, "number", MAX_NUMBER, true)?;
        let member = MemberId::from_number(&number);
        if let Some(earlier) = lines.insert(member, line) {
            lines.insert(member, earlier);
            return Err(Reason::Duplicate(number, earlier));
        }
        let name = table.text(record, "name", MAX_TITLE, true)?;
        let standing = table.text(record, "standing", MAX_NUMBER, false)?;
        let home = table.text(record, "home", MAX_NUMBER, true)?;
        let joined = table.field(record, "joined")?.to_owned();
        if !joined.is_empty() {
            date(&joined, "joined")?;
        }
        let home_id = OrgId::from_number(&home);
        if !known.contains(&home_id) {
            return Err(Reason::UnknownOrganisation(home));
        }
        let mut roles = Vec::new();
        for text in table.field(record, "roles")?.split(';').map(str::trim).filter(|text| !text.is_empty()) {
            let (role, number) = wanted(text)?;
            if !known.contains(&role.org) {
                return Err(Reason::UnknownOrganisation(number.chars().take(MAX_NUMBER).collect()));
            }
            roles.push(role);
        }
        roles.sort();
        roles.dedup();
        let conflict = match table.columns.contains_key("conflict").then(|| table.field(record, "conflict")) {
            None | Some(Ok("")) => false,
            Some(Ok("yes")) => true,
            Some(Ok(_)) => return Err(Reason::NotYes("conflict")),
            Some(Err(reason)) => return Err(reason),
        };
        let home = home_id;
        members.push((MemberRow { member, number, name, standing, home, joined, left: false, conflict }, roles));
        Ok(())
    });
    members
}
