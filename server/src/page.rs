//! The answer to one ask: consecutive entries of one space, as many as fit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hongqi_core::clock::Timestamp;
use hongqi_core::ids::{DeviceId, SpaceId, SpaceKind};
use hongqi_core::sync::wire::{Ask, Entries, From, LogEntry, MAX_BUDGET, PageOutcome, Stretch, check_of};

use crate::directory::Lookup;
use crate::exchange::{Own, access};
use crate::rights::{Access, Person};
use crate::shared::{FOLD_FROM, Shared, Stretches};
use crate::storage::{LogRow, Result, StorageError};

/// What an entry costs besides its bytes.
const ENTRY_COST: usize = 96;
/// What a batch of the reader's own costs.
const OWN_COST: usize = 24;
/// What a new author's card costs.
const CARD_COST: usize = 260;
/// One part in so many of a shared stretch may be what the reader wrote itself and holds already.
const OWN_SHARE: usize = 8;
/// The most entries of a response.
const MOST_ENTRIES: usize = 16_384;

/// Who reads.
pub(crate) struct Reading<'a> {
    pub(crate) lookup: &'a Lookup<'a>,
    pub(crate) person: &'a Person,
    pub(crate) now: Timestamp,
    pub(crate) own: Own,
    pub(crate) stretches: &'a Stretches,
}

/// How much still fits into a response.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    left: usize,
    entries: usize,
    authors: BTreeSet<DeviceId>,
}

impl Budget {
    pub(crate) fn new(asked: u32) -> Self {
        Self { left: asked.min(MAX_BUDGET) as usize, entries: 0, authors: BTreeSet::new() }
    }

    /// Whose batches are in the pages.
    pub(crate) fn authors(&self) -> &BTreeSet<DeviceId> {
        &self.authors
    }

    /// Whether the row fits; the first of a response always does.
    fn take(&mut self, row: &LogRow, own: bool) -> bool {
        let mut cost = if own { OWN_COST } else { row.batch.body.len() + ENTRY_COST };
        if !own && !self.authors.contains(&row.device) {
            cost += CARD_COST;
        }
        if self.entries > 0 && (cost > self.left || self.entries >= MOST_ENTRIES) {
            return false;
        }
        self.left = self.left.saturating_sub(cost);
        self.entries += 1;
        if !own {
            self.authors.insert(row.device);
        }
        true
    }

    /// Whether a shared stretch is what this budget allows, and of the reader's own not too much.
    fn share(&mut self, shared: &Shared, own: Own) -> bool {
        let echo = own.and_then(|(device, _)| shared.authors.get(&device)).copied().unwrap_or(0);
        let fits = if shared.complete { shared.cost <= self.left } else { shared.left == self.left };
        let fits = fits
            && (shared.complete || shared.count > 0)
            && (self.entries == 0 || self.entries + shared.count <= MOST_ENTRIES);
        if !fits || echo > shared.cost / OWN_SHARE {
            return false;
        }
        self.left = self.left.saturating_sub(shared.cost);
        self.entries += shared.count;
        self.authors.extend(shared.authors.keys());
        true
    }
}

/// What there is for one ask.
pub(crate) enum Answer {
    UpToDate,
    /// Something, but nothing more fits into this response.
    NoRoom,
    Refused(PageOutcome),
    Entries {
        entries: Entries,
        /// Not all that was asked for.
        cut: bool,
    },
}

/// The part of a log that is asked for: above `floor` and below `before`, from which end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Range {
    floor: u64,
    before: u64,
    newest_first: bool,
}

pub(crate) fn answer(reading: &Reading<'_>, ask: &Ask, budget: &mut Budget) -> Result<Answer> {
    let reader = reading.lookup.reader();
    let access = access(reading.lookup, reading.person, ask.space, reading.now)?;
    if access == Access::None {
        return Ok(Answer::Refused(PageOutcome::Denied));
    }
    let head = reader.head(ask.space)?;
    let end = head.seq + 1;
    let epoch = reader.epoch()?;
    let range = match ask.from {
        From::Start => Range { floor: 0, before: end, newest_first: false },
        From::Newest => Range { floor: 0, before: end, newest_first: true },
        From::After(cursor)
            if cursor.epoch == epoch && cursor.seq == head.seq && cursor.check == check_of(&head.chain) =>
        {
            return Ok(Answer::UpToDate);
        }
        From::After(cursor) => {
            let ours = if cursor.epoch == epoch { reader.chain_at(ask.space, cursor.seq)? } else { None };
            if ours.is_none_or(|chain| check_of(&chain) != cursor.check) {
                return Ok(Answer::Refused(PageOutcome::Forked));
            }
            Range { floor: cursor.seq, before: end, newest_first: false }
        }
        From::Older { epoch: theirs, before, floor } => {
            if theirs != epoch || before > end || before == 0 || floor >= before {
                return Ok(Answer::Refused(PageOutcome::Forked));
            }
            Range { floor, before, newest_first: true }
        }
    };
    if access == Access::Whole
        && let Some(shared) = shared(reading, ask.space, range, budget)?
    {
        return Ok(Answer::Entries { entries: shared.entries.clone(), cut: !shared.complete && !range.newest_first });
    }
    let read = match access {
        Access::Filtered => some_rows(reading, ask.space, &range, budget)?,
        _ => all_rows(reading, ask.space, &range, reading.own, budget)?,
    };
    if read.rows.is_empty() && !read.complete {
        return Ok(Answer::NoRoom);
    }
    // What is left out below is a gap, seen by `base_seq` and filled on demand; it is no reason to ask again at once.
    let cut = !read.complete && !range.newest_first;
    let filtered = access == Access::Filtered;
    let entries = entries(reading, ask.space, &range, read, reading.own, Stretch::plain)?;
    Ok(Answer::Entries { entries: Entries { filtered, ..entries }, cut })
}

/// A stretch made for everybody, if this reader may as well have it.
fn shared(reading: &Reading<'_>, space: SpaceId, range: Range, budget: &mut Budget) -> Result<Option<Arc<Shared>>> {
    let left = budget.left;
    let made = reading.stretches.get((space, range), || {
        // As if it were not the first: nothing is taken that does not fit.
        let mut full = Budget { left, entries: 1, authors: BTreeSet::new() };
        let rows = all_rows(reading, space, &range, None, &mut full)?;
        let mut authors: BTreeMap<DeviceId, usize> = BTreeMap::new();
        for row in &rows.rows {
            *authors.entry(row.device).or_default() += row.batch.body.len();
        }
        let (complete, count) = (rows.complete, rows.rows.len());
        let pack = if authors.values().sum::<usize>() < FOLD_FROM { Stretch::plain } else { Stretch::folded };
        let entries = entries(reading, space, &range, rows, None, pack)?;
        Ok(Shared { entries, complete, left, cost: left.saturating_sub(full.left), count, authors })
    })?;
    Ok(Some(made).filter(|shared| budget.share(shared, reading.own)))
}

/// The rows as a page.
fn entries(
    reading: &Reading<'_>,
    space: SpaceId,
    range: &Range,
    Read { rows, complete }: Read,
    own: Own,
    pack: fn(&[LogEntry]) -> Stretch,
) -> Result<Entries> {
    let reader = reading.lookup.reader();
    let (base_seq, up_to) = match (range.newest_first, complete) {
        (_, true) => (range.floor, range.before - 1),
        (true, false) => (rows.first().map_or(range.floor, |row| row.seq - 1), range.before - 1),
        (false, false) => (range.floor, rows.last().map_or(range.floor, |row| row.seq)),
    };
    let chain = |seq| reader.chain_at(space, seq)?.ok_or(StorageError::Unexpected("gap in a log"));
    let (base_chain, end) = (chain(base_seq)?, chain(up_to)?);
    let entries: Vec<_> = rows.into_iter().map(|row| entry(row, own)).collect();
    Ok(Entries {
        epoch: reader.epoch()?,
        base_seq,
        base_chain,
        up_to,
        check: check_of(&end),
        filtered: false,
        entries: pack(&entries),
    })
}

fn is_own(row: &LogRow, own: Own) -> bool {
    own == Some((row.device, row.generation))
}

fn entry(row: LogRow, own: Own) -> LogEntry {
    let received_at = row.received_at.0;
    if is_own(&row, own) {
        return LogEntry::Own { seq: row.seq, received_at, dev_seq: row.dev_seq };
    }
    LogEntry::Batch { seq: row.seq, received_at, batch: row.batch }
}

/// Rows of a range, upwards.
struct Read {
    rows: Vec<LogRow>,
    /// Whether that is all.
    complete: bool,
}

/// Every row of the range that fits.
fn all_rows(reading: &Reading<'_>, space: SpaceId, range: &Range, own: Own, budget: &mut Budget) -> Result<Read> {
    let (mut rows, mut complete) = (Vec::new(), true);
    let mut visit = |row: LogRow| {
        // Counted before it is kept: the first that does not fit ends the page.
        complete = budget.take(&row, is_own(&row, own));
        if complete {
            rows.push(row);
        }
        complete
    };
    let reader = reading.lookup.reader();
    if range.newest_first {
        reader.downwards(space, range.before, range.floor, &mut visit)?;
        rows.reverse();
    } else {
        reader.upwards(space, range.floor, &mut visit)?;
    }
    Ok(Read { rows, complete })
}

/// As [`all_rows`], of a desk through the filter.
fn some_rows(reading: &Reading<'_>, space: SpaceId, range: &Range, budget: &mut Budget) -> Result<Read> {
    let reader = reading.lookup.reader();
    let mut places = visible(reading.lookup, reading.person, reading.now, space, range.floor)?;
    places.retain(|seq| *seq < range.before);
    if range.newest_first {
        places.reverse();
    }
    let (mut rows, mut complete) = (Vec::new(), true);
    for seq in places {
        let row = reader.entry(space, seq)?.ok_or(StorageError::Unexpected("gap in a log"))?;
        if !budget.take(&row, is_own(&row, reading.own)) {
            complete = false;
            break;
        }
        rows.push(row);
    }
    if range.newest_first {
        rows.reverse();
    }
    Ok(Read { rows, complete })
}

/// The places above `after` that somebody may see of a desk through the filter, upwards.
pub(crate) fn visible(
    lookup: &Lookup<'_>,
    person: &Person,
    now: Timestamp,
    space: SpaceId,
    after: u64,
) -> Result<Vec<u64>> {
    debug_assert_eq!(space.kind(), SpaceKind::Desk);
    let reader = lookup.reader();
    if !person.leads(now) {
        return reader.desk_of(space, person.member, after);
    }
    let mut out: Vec<u64> = Vec::new();
    for (seq, somebody) in reader.desk_people(space, after)? {
        let home = lookup.home(somebody)?;
        if out.last() != Some(&seq) && person.sees(somebody, &home, now) {
            out.push(seq);
        }
    }
    Ok(out)
}
