//! The rows on the pages of a database file, read without SQLite.
//!
//! SQLite finds a row from the root of its table downwards, so one bad page near the root takes all below it with it,
//! and a bad first page the whole file. A leaf page, however, says by itself what rows it holds. This reads every leaf
//! there is, of any table; who asks knows the rows by their columns and believes none that does not prove itself.
//!
//! Pages that were freed hold zeros (`secure_delete`), so nothing that was deleted comes back.
//! Format: <https://www.sqlite.org/fileformat2.html#b_tree_pages>.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use rusqlite::types::Value;

use super::wal::{Wal, be32};

/// Bytes of a page; fixed when a database is created.
pub(super) const PAGE: usize = 4096;
/// No row of ours is larger: a document's changes, or a batch.
const MAX_ROW: usize = 64 * 1024 * 1024;

type Page = [u8; PAGE];

/// Where a row stood.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tree {
    /// A table with a rowid, which its first column may be an alias of (and is then NULL here).
    Table,
    /// A table without a rowid, or an index.
    Index,
}

/// A row of a table or an index.
pub(super) struct Row {
    pub(super) tree: Tree,
    /// 0 where there is none.
    pub(super) rowid: i64,
    pub(super) columns: Vec<Value>,
}

struct Pages {
    file: Option<File>,
    log: Option<File>,
    wal: Wal,
    /// How many pages the file itself has.
    held: u32,
    /// The last page.
    end: u32,
    /// Pages that hold no rows of their own: overflow, free.
    taken: HashSet<u32>,
    damaged: bool,
}

/// Calls `take` with every row for which `wanted(tree, columns)`. Whether anything was there that could not be read.
pub(super) fn each_row(
    database: &Path,
    log: &Path,
    wanted: impl Fn(Tree, usize) -> bool,
    mut take: impl FnMut(Row),
) -> bool {
    let mut pages = Pages::open(database, log);
    let mut unknown = Vec::new();
    for number in pages.numbers() {
        let Some(page) = pages.page(number) else {
            pages.damaged = true;
            continue;
        };
        // The first page begins with the header of the file.
        let start = if number == 1 { 100 } else { 0 };
        match page[start] {
            5 => {}
            2 => pages.cells(&page, start + 12, Tree::Index, 4, &wanted, &mut take),
            10 => pages.cells(&page, start + 8, Tree::Index, 0, &wanted, &mut take),
            13 => pages.cells(&page, start + 8, Tree::Table, 0, &wanted, &mut take),
            _ => unknown.push(number),
        }
    }
    pages.damaged || unknown.iter().any(|number| !pages.taken.contains(number))
}

impl Pages {
    fn open(database: &Path, log: &Path) -> Self {
        let wal = Wal::read(log);
        let file = File::open(database).ok();
        let held = file.as_ref().and_then(|file| file.metadata().ok()).map_or(0, |meta| meta.len() / PAGE as u64);
        let held = u32::try_from(held).unwrap_or(u32::MAX);
        let end = wal.pages.keys().max().copied().unwrap_or(0).max(held);
        let damaged = wal.damaged;
        let log = File::open(log).ok();
        let mut pages = Self { file, log, wal, held, end, taken: HashSet::new(), damaged };
        match pages.page(1) {
            Some(first) if first.starts_with(b"SQLite format 3\0") => {
                let said = be32(&first, 28);
                pages.damaged |= said > end;
                // What lies behind the end is of an earlier, larger state.
                pages.end = end.min(said);
                pages.take_free(be32(&first, 32));
            }
            _ => pages.damaged = true,
        }
        pages
    }

    /// Every page there is.
    fn numbers(&mut self) -> Vec<u32> {
        let held = self.held.min(self.end);
        let behind = held.saturating_add(1)..=self.end;
        let mut numbers: Vec<u32> = self.wal.pages.keys().copied().filter(|page| behind.contains(page)).collect();
        numbers.sort_unstable();
        // A free page need never have been written; any other that is missing was cut off.
        let free = self.taken.iter().filter(|page| behind.contains(page) && !self.wal.pages.contains_key(page)).count();
        self.damaged |= numbers.len() + free < (self.end - held) as usize;
        (1..=held).chain(numbers).collect()
    }

    fn page(&mut self, number: u32) -> Option<Page> {
        let (file, at) = match self.wal.pages.get(&number) {
            Some(at) => (self.log.as_mut()?, *at),
            None => (self.file.as_mut()?, u64::from(number.checked_sub(1)?) * PAGE as u64),
        };
        let mut page = [0; PAGE];
        file.seek(SeekFrom::Start(at)).ok()?;
        file.read_exact(&mut page).ok()?;
        Some(page)
    }

    fn take_free(&mut self, mut trunk: u32) {
        while trunk != 0 && self.taken.insert(trunk) {
            let Some(page) = self.page(trunk) else { break };
            let leaves = (be32(&page, 4) as usize).min(PAGE / 4 - 2);
            self.taken.extend((0..leaves).map(|index| be32(&page, 8 + 4 * index)));
            trunk = be32(&page, 0);
        }
        self.damaged |= trunk != 0;
    }

    fn cells(
        &mut self,
        page: &Page,
        pointers: usize,
        tree: Tree,
        child: usize,
        wanted: &impl Fn(Tree, usize) -> bool,
        take: &mut impl FnMut(Row),
    ) {
        let header = pointers - if child == 0 { 8 } else { 12 };
        let count = usize::from(u16::from_be_bytes([page[header + 3], page[header + 4]]));
        for index in 0..count {
            let Some([high, low]) = page.get(pointers + 2 * index..).and_then(<[u8]>::first_chunk).copied() else {
                self.damaged = true;
                return;
            };
            let at = usize::from(u16::from_be_bytes([high, low])) + child;
            match page.get(at..).and_then(|cell| self.cell(cell, tree, wanted)) {
                Some(Some(row)) => take(row),
                Some(None) => {}
                None => self.damaged = true,
            }
        }
    }

    /// The row in a cell; `Some(None)` for one that nobody wants, `None` for one that cannot be read.
    fn cell(&mut self, cell: &[u8], tree: Tree, wanted: &impl Fn(Tree, usize) -> bool) -> Option<Option<Row>> {
        let mut rest = cell;
        let size = usize::try_from(varint(&mut rest)?).ok().filter(|size| *size <= MAX_ROW)?;
        let rowid = if tree == Tree::Table { varint(&mut rest)?.cast_signed() } else { 0 };
        let most = if tree == Tree::Table { PAGE - 35 } else { (PAGE - 12) * 64 / 255 - 23 };
        let local = if size <= most {
            size
        } else {
            let least = (PAGE - 12) * 32 / 255 - 23;
            let fitting = least + (size - least) % (PAGE - 4);
            if fitting <= most { fitting } else { least }
        };
        let mut record = rest.get(..local)?.to_vec();
        let mut next = if local < size { be32(rest.get(local..local + 4)?, 0) } else { 0 };
        let is_wanted = wanted(tree, types(&record)?.1.len());
        let mut missing = size - local;
        while missing > 0 {
            self.taken.insert(next);
            let page = self.page(next)?;
            let part = missing.min(PAGE - 4);
            if is_wanted {
                record.extend_from_slice(&page[4..4 + part]);
            }
            missing -= part;
            next = be32(&page, 0);
        }
        if !is_wanted {
            return Some(None);
        }
        let (mut values, types) = types(&record)?;
        let columns = types.into_iter().map(|kind| value(kind, &mut values)).collect::<Option<_>>()?;
        Some(Some(Row { tree, rowid, columns }))
    }
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut out = 0;
    for index in 0..9 {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        if index == 8 {
            return Some(out << 8 | u64::from(*byte));
        }
        out = out << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some(out);
        }
    }
    None
}

/// The values' bytes, and what each is.
fn types(record: &[u8]) -> Option<(&[u8], Vec<u64>)> {
    let mut rest = record;
    let header = usize::try_from(varint(&mut rest)?).ok()?;
    let (head, values) = record.split_at_checked(header)?;
    let mut head = head.get(record.len() - rest.len()..)?;
    let mut out = Vec::new();
    while !head.is_empty() {
        out.push(varint(&mut head)?);
    }
    Some((values, out))
}

fn value(kind: u64, values: &mut &[u8]) -> Option<Value> {
    let size = match kind {
        0 | 8 | 9 => 0,
        1..=4 => kind,
        5 => 6,
        6 | 7 => 8,
        10 | 11 => return None,
        _ => (kind - 12) / 2,
    };
    let (bytes, rest) = values.split_at_checked(usize::try_from(size).ok()?)?;
    *values = rest;
    let int = || {
        let sign = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1_i64 } else { 0 };
        bytes.iter().fold(sign, |int, byte| int << 8 | i64::from(*byte))
    };
    Some(match kind {
        0 => Value::Null,
        7 => Value::Real(f64::from_bits(int().cast_unsigned())),
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        1..=6 => Value::Integer(int()),
        _ if kind.is_multiple_of(2) => Value::Blob(bytes.to_vec()),
        _ => Value::Text(String::from_utf8(bytes.to_vec()).ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever lies on a page: no panic, and no more memory than the file gives reason for.
    #[test]
    fn any_bytes_can_be_read_as_pages() {
        let seed = fastrand::u64(..);
        println!("seed {seed}");
        let mut rng = fastrand::Rng::with_seed(seed);
        let dir = tempfile::tempdir().unwrap();
        let (database, log) = (dir.path().join("t.db"), dir.path().join("t.db-wal"));
        for _ in 0..300 {
            let mut bytes: Vec<u8> = (0..PAGE * rng.usize(0..5) + rng.usize(0..50)).map(|_| rng.u8(..)).collect();
            for page in bytes.chunks_mut(PAGE).filter(|page| page.len() == PAGE) {
                page[0] = [2, 5, 10, 13, 0][rng.usize(0..5)];
                // Few cells, near the end, with small numbers: most are whole, and some of them long.
                page[3..5].copy_from_slice(&[0, rng.u8(..20)]);
                for pair in page[8..60].chunks_mut(2) {
                    pair.copy_from_slice(&rng.u16(100..4090).to_be_bytes());
                }
                for byte in &mut page[100..] {
                    *byte = if rng.bool() { rng.u8(..16) } else { *byte };
                }
            }
            if rng.bool() && bytes.len() > 100 {
                bytes[..16].copy_from_slice(b"SQLite format 3\0");
                bytes[28..36].copy_from_slice(&[0, 0, 0, rng.u8(..8), 0, 0, 0, rng.u8(..8)]);
            }
            std::fs::write(&database, &bytes).unwrap();
            let noise: Vec<u8> = (0..rng.usize(0..20_000)).map(|_| rng.u8(..2)).collect();
            std::fs::write(&log, noise).unwrap();
            each_row(&database, &log, |_, columns| columns < 20, |row| assert!(row.columns.len() < 20));
        }
    }
}
