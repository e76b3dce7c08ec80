//! Lines for people: aligned, Chinese letters counted as two columns.

use std::fmt::Display;

use hongqi_core::activity::{Grade, Mark, Status};
use hongqi_core::clock::{Clock, SystemClock};
use hongqi_core::outbox::Delivery;
use hongqi_core::speech::{Language, Speech};
use serde::Serialize;

use super::failure::Failure;

/// As many columns as a title or a line of text gets.
pub const TITLE: usize = 48;

/// What a command shows.
#[derive(Debug)]
pub struct Shown {
    /// For programs.
    pub json: serde_json::Value,
    /// For people.
    pub lines: Vec<String>,
}

impl Shown {
    /// A view of the core, with its lines.
    ///
    /// # Errors
    /// If the view cannot be JSON.
    pub fn new(view: &impl Serialize, lines: Vec<String>) -> Result<Self, Failure> {
        Ok(Self { json: serde_json::to_value(view)?, lines })
    }
}

/// How the core says a thing in one sentence here: in English, its times in UTC.
pub fn speech() -> Speech {
    Speech { language: Language::English, now: SystemClock.now(), utc_offset_minutes: 0 }
}

/// A line for each: what commands call it, and the core's sentence.
pub fn said<T>(all: &[T], id: impl Fn(&T) -> String, sentence: impl Fn(&T) -> String) -> Vec<String> {
    table(&all.iter().map(|one| vec![id(one), sentence(one)]).collect::<Vec<_>>())
}

/// Where something has got to, in words.
pub fn delivery(delivery: &Delivery) -> String {
    match delivery {
        Delivery::OnDevice => "on device".to_owned(),
        Delivery::AtServer => "at server".to_owned(),
        Delivery::Refused(reason) => format!("refused: {reason}"),
    }
}

/// An attendance in words; `name` says what a person is called.
pub fn attendance(status: &Status, name: impl Fn(hongqi_core::ids::MemberId) -> String) -> String {
    let mark = |mark: &Mark| match mark {
        Mark::Present => "present",
        Mark::Absent => "absent",
        Mark::Excused => "excused",
    };
    match status {
        Status::Unknown => "unknown".to_owned(),
        Status::Present(Grade::Claimed) => "present (own word)".to_owned(),
        Status::Present(Grade::Scanned) => "present (scanned)".to_owned(),
        Status::Present(Grade::Witnessed) => "present (witnessed)".to_owned(),
        Status::Present(Grade::Attested) => "present (attested)".to_owned(),
        Status::Absent => "absent".to_owned(),
        Status::Excused => "excused".to_owned(),
        Status::Disputed(by) => {
            let by: Vec<_> = by.iter().map(|word| format!("{} says {}", name(word.by), mark(&word.mark))).collect();
            format!("disputed: {}", by.join(", "))
        }
    }
}

/// The first eight digits of an id: enough for any command, nearly always.
pub fn short(id: impl Display) -> String {
    id.to_string().chars().take(8).collect()
}

/// One line of at most `columns`, ending in `…` if something was left out.
pub fn clip(text: &str, columns: usize) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if width(&line) <= columns {
        return line;
    }
    let mut out = String::new();
    let mut used = 1;
    for c in line.chars() {
        used += columns_of(c);
        if used > columns {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// Rows in columns that line up.
pub fn table(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    let line = |row: &Vec<String>| {
        let mut line = String::new();
        for (cell, wide) in row.iter().zip(&widths) {
            line.push_str(cell);
            line.push_str(&" ".repeat(wide.saturating_sub(width(cell)) + 2));
        }
        line.trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

fn width(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// Columns of a terminal that a letter takes: two for Chinese, full-width forms and most emoji.
fn columns_of(c: char) -> usize {
    match u32::from(c) {
        0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff => 2,
        0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_columns_line_up() {
        let rows = [vec!["泵阀".to_owned(), "x".to_owned()], vec!["abcdef".to_owned(), "y".to_owned()]];
        assert_eq!(table(&rows), ["泵阀    x", "abcdef  y"]);
        assert_eq!(clip("红旗\n党支部", 7), "红旗 …");
        assert_eq!(clip("红旗", 4), "红旗");
    }
}
