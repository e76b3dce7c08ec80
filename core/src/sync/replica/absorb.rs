//! Taking an answer in. What it says is checked first: cards and batches by their signatures, a page by its chain.

use std::collections::BTreeSet;

use rusqlite::OptionalExtension;

use super::check::{Taken, author, check};
use super::{anything_unasked, digest, generation, later, outgoing, same_chain};
use crate::clock::Timestamp;
use crate::directory::{self, end_roles, name_author, purge, roles_again};
use crate::document::{Change, Kind};
use crate::error::Result;
use crate::ids::{DocId, MemberId, SpaceId, SpaceKind};
use crate::key::PublicKey;
use crate::outbox::{refuse, refuse_from};
use crate::store::{Store, Write, set_meta};
use crate::sync::session::SessionError;
use crate::sync::wire::{
    Ask, AuthorCard, Batch, Entries, Entry, Follow, From, Page, PageOutcome, PushOutcome, Pushed, Refusal, Refused,
    SignedBatch, SyncRequest, SyncResponse, check_of,
};

/// Batches judged in one transaction: at most a thousand changes.
const JUDGED_AT_ONCE: usize = 4;

/// Takes in the answer to `request`. Whether another exchange is wanted at once.
pub(crate) fn absorb(
    store: &Store,
    request: &SyncRequest,
    response: SyncResponse,
) -> std::result::Result<bool, SessionError> {
    if !answers(request, &response) {
        return Err(SessionError::BadAnswer);
    }
    Ok(take_in(store, request, response)?)
}

/// Whether it can be the answer to this request: another one's, from a cache or a mixed-up proxy, would say "accepted"
/// of what the server has never seen.
fn answers(request: &SyncRequest, response: &SyncResponse) -> bool {
    let judges = |(pushed, given): (&Pushed, &SignedBatch)| {
        pushed.dev_seq == 0 || given.batch().is_ok_and(|batch| batch.dev_seq == pushed.dev_seq)
    };
    let goes_on = |page: &Page| match (&request.follow, &page.outcome) {
        (Follow::Asks(asks), PageOutcome::Entries(entries)) => asks.iter().any(|ask| {
            ask.space == page.space
                && match ask.from {
                    From::Start => entries.base_seq == 0,
                    From::Newest => true,
                    From::After(at) => {
                        (at.epoch, at.seq, at.check) == (entries.epoch, entries.base_seq, check_of(&entries.base_chain))
                    }
                    From::Older { before, .. } => before == entries.up_to + 1,
                }
        }),
        _ => true,
    };
    response.pushed.len() == request.push.len()
        && response.pushed.iter().zip(&request.push).all(judges)
        && response.pages.iter().all(goes_on)
}

fn take_in(store: &Store, request: &SyncRequest, response: SyncResponse) -> Result<bool> {
    let mut more = response.more || response.ask_again;
    store.heard(Timestamp(response.server_time));
    let words: Vec<_> = response.pushed.iter().zip(&request.push).collect();
    let mut words = words.chunks(JUDGED_AT_ONCE);
    // One transaction for nearly every answer: each costs the disk a flush.
    more |= store.write(|write| {
        write.synchronise(Timestamp(response.server_time))?;
        end_roles(write)?;
        if response.ask_again {
            write.tx.execute("DELETE FROM meta WHERE key = 'digest'", [])?;
        }
        note_authors(write, &response.authors)?;
        judge_all(write, words.next().unwrap_or_default())
    })?;
    for words in words {
        more |= store.write(|write| judge_all(write, words))?;
    }
    let asks: &[Ask] = match &request.follow {
        Follow::Asks(asks) => asks,
        Follow::Unchanged { .. } => &[],
    };
    for page in response.pages {
        let purges = page.space.kind() == SpaceKind::Personal || page.outcome == PageOutcome::Denied;
        more |= store.write(|write| {
            let more = take_page(write, asks, page)?;
            if purges {
                // With a board went the names of who has written what the pages behind this one hold.
                name_authors(write, &response.authors)?;
            }
            Ok(more)
        })?;
    }
    store.write(|write| {
        let unasked = anything_unasked(write.tx)?;
        let pulled_all = !response.more && !response.ask_again && !asks.is_empty() && !unasked;
        if pulled_all {
            roles_again(write)?;
        }
        if pulled_all && generation::is_renewing(write)? && is_of_this_life(write, request)? {
            generation::finish(write)?;
        }
        // What the server does not want now waits for the next occasion, or both would go round for ever.
        let unwanted = response.pushed.iter().any(|pushed| pushed.outcome == PushOutcome::Later);
        more |= unasked || (!unwanted && outgoing::anything_waits(write)?);
        if !more && !asks.is_empty() {
            let digest = digest(write)?;
            set_meta(write.tx, "digest", &digest[..])?;
            write.tx.execute("DELETE FROM meta WHERE key = 'whole_batches'", [])?;
        }
        if pulled_all {
            // Accepted, and not in a log that is here to its end: a server that was set back has lost it. Given again
            // with the next exchange, not at once: no server can make this a ring.
            write.tx.execute(
                "UPDATE batch SET done = 0 WHERE done AND dev_seq < ?1
                 AND space IN (SELECT id FROM space WHERE chain IS NOT NULL AND NOT denied)",
                [first_after(request)],
            )?;
        }
        Ok(more)
    })
}

fn judge_all(write: &mut Write<'_>, words: &[(&Pushed, &SignedBatch)]) -> Result<bool> {
    words.iter().try_fold(false, |more, (pushed, given)| Ok(more | judge(write, pushed, given)?))
}

fn judge(write: &mut Write<'_>, pushed: &Pushed, given: &SignedBatch) -> Result<bool> {
    let Ok(batch) = given.batch() else { return Ok(false) };
    let dev_seq = batch.dev_seq.cast_signed();
    let me = write.me()?;
    if batch.generation != me.generation {
        // A batch before it in the same answer has begun a new generation: this one was written again.
        return Ok(true);
    }
    match &pushed.outcome {
        PushOutcome::Accepted { seq, received_at } => {
            let here = write.tx.prepare_cached("SELECT 1 FROM space WHERE id = ?1")?.exists([batch.space])?;
            // One that got no place of its own will not be seen in the log, nor will one whose space was purged.
            let sql = if *seq > 0 && here { "UPDATE batch SET done = 1" } else { "DELETE FROM batch" };
            write.tx.prepare_cached(&format!("{sql} WHERE dev_seq = ?1"))?.execute([dev_seq])?;
            for entry in &batch.entries {
                // The space was purged while the answer was on its way.
                if !here
                    && let Some(doc) = entry.target.doc(batch.space, me.member)
                    && write.has_arrived(doc, &entry.change)?
                {
                    continue;
                }
                later::take_entry(write, batch.space, me.member, entry, Timestamp(*received_at))?;
            }
            Ok(false)
        }
        PushOutcome::Refused(refused) => {
            forget_batch(write, dev_seq)?;
            for refused in refused {
                let early = matches!(refused.reason, Refusal::UnknownDocument | Refusal::MissingDependency);
                let below = refused.reason == Refusal::NoSpace && opener_waits(write, batch.space)?;
                if below || (early && write.goes_before(refused.doc, &batch.entries)?) {
                    continue;
                }
                match builds_on_others(&batch, refused, me.member) {
                    Some(change) => refuse_from(write, refused.doc, change, refused.reason)?,
                    None => refuse(write, refused.doc, refused.reason)?,
                }
            }
            Ok(true)
        }
        PushOutcome::Malformed => {
            forget_batch(write, dev_seq)?;
            for entry in &batch.entries {
                if let Some(doc) = entry.target.doc(batch.space, me.member) {
                    refuse(write, doc, Refusal::Malformed)?;
                }
            }
            Ok(false)
        }
        PushOutcome::GenerationReused => generation::renew(write).map(|()| true),
        PushOutcome::Later => Ok(false),
    }
}

/// Whether what a discussion is there because of waits to be given once more, since it stood in one batch with something
/// that was refused: what is said there came too early.
fn opener_waits(write: &Write<'_>, space: SpaceId) -> Result<bool> {
    let waits = "SELECT 1 FROM document d WHERE (d.id = ?2 OR d.space = ?1 AND d.kind IN (?3, ?4)) AND d.count = 0
                 AND EXISTS (SELECT 1 FROM outbox o WHERE o.doc = d.id AND o.refused IS NULL AND o.batch IS NULL)";
    let openers = (space, space.doc(), Kind::Group as i64, Kind::Case as i64);
    Ok(space.kind() == SpaceKind::Talk && write.tx.prepare_cached(waits)?.exists(openers)?)
}

/// Of a document that lacks something at the server, the last change given that builds on what was not given with it,
/// unless that is the first: what goes before it may be taken, and another phone may wait for that to give what is
/// lacking. Two phones that had altered a document in turn would give nothing back to a server that was set back.
fn builds_on_others<'a>(batch: &'a Batch, refused: &Refused, member: MemberId) -> Option<&'a [u8]> {
    let mut given = BTreeSet::new();
    let mut from = None;
    let of_doc = |entry: &&Entry| entry.target.doc(batch.space, member) == Some(refused.doc);
    for (index, entry) in batch.entries.iter().filter(of_doc).enumerate() {
        let change = Change::decode(&entry.change).ok()?;
        if index > 0 && change.deps().iter().any(|dep| !given.contains(dep)) {
            from = Some(&entry.change[..]);
        }
        given.insert(change.hash());
    }
    from.filter(|_| refused.reason == Refusal::MissingDependency)
}

/// The number below which the log that answers `request` shows every batch that was accepted.
fn first_after(request: &SyncRequest) -> i64 {
    let last = request.push.iter().filter_map(|given| given.batch().ok()).map(|batch| batch.dev_seq).max();
    last.map_or(i64::MAX, |last| last.cast_signed().saturating_add(1))
}

/// Whether the request was prepared after the new generation had begun, so that its answer says all there was then.
fn is_of_this_life(write: &mut Write<'_>, request: &SyncRequest) -> Result<bool> {
    let generation = write.me()?.generation;
    Ok(request.push.is_empty() && request.generation.is_none_or(|asked| asked == generation))
}

fn forget_batch(write: &Write<'_>, dev_seq: i64) -> Result<()> {
    write.tx.execute("DELETE FROM batch WHERE dev_seq = ?1", [dev_seq])?;
    write.tx.execute("UPDATE outbox SET batch = NULL WHERE batch = ?1", [dev_seq])?;
    Ok(())
}

fn note_authors(write: &mut Write<'_>, cards: &[AuthorCard]) -> Result<()> {
    if cards.is_empty() {
        return Ok(());
    }
    let me = write.me()?;
    let server_key = me.server_key;
    for card in cards {
        let known: Option<PublicKey> = author(write, card.device)?.map(|(_, key)| key);
        if known != Some(card.public_key) && !card.verify(&server_key) {
            tracing::warn!("an author's card with a wrong signature was left out");
            continue;
        }
        write
            .tx
            .prepare_cached("INSERT OR IGNORE INTO author (device, member, public_key) VALUES (?1, ?2, ?3)")?
            .execute((card.device, card.member, &card.public_key[..]))?;
        if card.device == me.device && card.verify(&server_key) {
            crate::presence::note_own_card(write, card)?;
        }
    }
    name_authors(write, cards)
}

/// Names the authors whose cards were taken.
fn name_authors(write: &mut Write<'_>, cards: &[AuthorCard]) -> Result<()> {
    for card in cards.iter().filter(|card| card.member != MemberId::SERVER) {
        if author(write, card.device)?.is_some_and(|(_, key)| key == card.public_key) {
            name_author(write, card.member, &card.name, card.home)?;
        }
    }
    Ok(())
}

fn take_page(write: &mut Write<'_>, asks: &[Ask], page: Page) -> Result<bool> {
    let opened: Option<i64> = write
        .tx
        .prepare_cached("SELECT follow FROM space WHERE id = ?1")?
        .query_row([page.space], |row| row.get(0))
        .optional()?;
    let Some(follow) = opened else { return Ok(false) };
    match page.outcome {
        PageOutcome::Denied if opener_waits(write, page.space)? => Ok(false),
        // What was only opened is forgotten, unless it is a thread whose board is read as before: then a server that was set
        // back waits for what it stands below. What roles ask for goes when the personal log says so.
        PageOutcome::Denied if follow == 2 && !is_below_a_board(write, page.space)? => {
            purge(write, page.space).map(|()| false)
        }
        PageOutcome::Denied if was_begun_here(write, page.space)? => give_back(write, page.space).map(|()| true),
        PageOutcome::Denied if directory::is_stale(write, page.space)? => {
            directory::give_up(write, page.space).map(|()| false)
        }
        PageOutcome::Denied => {
            write.tx.execute("UPDATE space SET denied = 1 WHERE id = ?1", [page.space])?;
            Ok(false)
        }
        PageOutcome::Forked => begin_again(write, page.space).map(|()| true),
        PageOutcome::Entries(entries) => {
            let older = asks.iter().find_map(|ask| match ask.from {
                From::Older { before, .. } if ask.space == page.space && before == entries.up_to + 1 => Some(before),
                _ => None,
            });
            match older {
                Some(before) => fill_gap(write, page.space, before, &entries),
                None => go_on(write, page.space, &entries),
            }
        }
    }
}

/// Whether it is the discussion of a group or a case that this very phone began and the server has had: whoever began one
/// reads it as long as it is there. A case that is closed is given back too: one whose time is over went when
/// this answer said what time it is.
fn was_begun_here(write: &mut Write<'_>, space: SpaceId) -> Result<bool> {
    let (me, actor) = (write.me()?.member, write.me()?.actor());
    let card = "SELECT id FROM document d WHERE d.space = ?1 AND d.owner = ?2 AND d.kind IN (?3, ?4) AND d.count > 0
                AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.doc = d.id AND o.refused IS NULL)";
    let mut statement = write.tx.prepare_cached(card)?;
    let card = (space, me, Kind::Group as i64, Kind::Case as i64);
    let card: Option<DocId> = statement.query_row(card, |row| row.get(0)).optional()?;
    drop(statement);
    let Some(card) = card.map(|card| write.document(card)).transpose()?.flatten() else { return Ok(false) };
    let first = card.accepted().first().and_then(|change| Change::decode(change).ok());
    Ok(first.is_some_and(|first| first.actor() == actor))
}

/// Whether it is the thread of a document that the server has had, on a board that is read.
fn is_below_a_board(write: &Write<'_>, space: SpaceId) -> Result<bool> {
    let below = "SELECT 1 FROM document d JOIN space s ON s.id = d.space
                 WHERE d.id = ?1 AND d.count > 0 AND s.follow = 1 AND NOT s.denied";
    Ok(space.kind() == SpaceKind::Talk && write.tx.prepare_cached(below)?.exists([space.doc()])?)
}

/// A server that was set back has forgotten the group or the case that this member began, and has refused what was
/// written there since. Given back without end by nobody: whatever is in trouble three times is left alone.
fn give_back(write: &mut Write<'_>, space: SpaceId) -> Result<()> {
    let since = "UPDATE outbox SET refused = NULL, batch = NULL WHERE space = ?1 AND refused = ?2";
    let mut statement = write.tx.prepare_cached("SELECT DISTINCT doc FROM outbox WHERE space = ?1 AND refused = ?2")?;
    let refused = statement.query_map((space, Refusal::NoSpace as i64), |row| row.get(0))?;
    let refused: Vec<DocId> = refused.collect::<rusqlite::Result<_>>()?;
    drop(statement);
    write.tx.prepare_cached(since)?.execute((space, Refusal::NoSpace as i64))?;
    refused.into_iter().try_for_each(|doc| write.project_again(doc))?;
    begin_again(write, space)
}

/// Takes entries that follow what is held.
fn go_on(write: &mut Write<'_>, space: SpaceId, entries: &Entries) -> Result<bool> {
    let held: (i64, i64, Option<Vec<u8>>) = write
        .tx
        .prepare_cached("SELECT epoch, seq, chain FROM space WHERE id = ?1")?
        .query_row([space], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let base = entries.base_seq.cast_signed();
    let fits = match &held.2 {
        Some(kept) => held.0 == entries.epoch.cast_signed() && held.1 == base && same_chain(kept, &entries.base_chain),
        // From its middle only if the newest were asked for; or else a role that came meanwhile made it be asked for anew.
        None => base == 0 || space.kind() == SpaceKind::Talk,
    };
    if !fits {
        // It goes on from what was asked, not from what is held: another exchange (one in the background) got further
        // meanwhile, or what the server remembers of this phone is not what the phone holds.
        write.tx.execute("DELETE FROM meta WHERE key = 'digest'", [])?;
        return Ok(true);
    }
    let Some(end) = take_entries(write, space, entries)? else {
        begin_again(write, space)?;
        return Ok(true);
    };
    let kept = if entries.filtered { &entries.check[..] } else { &end[..] };
    write
        .tx
        .prepare_cached("UPDATE space SET epoch = ?2, seq = ?3, chain = ?4, troubles = 0 WHERE id = ?1")?
        .execute((space, entries.epoch.cast_signed(), entries.up_to.cast_signed(), kept))?;
    if held.2.is_none() && base > 0 {
        insert_gap(write, space, entries, 0)?;
    }
    Ok(false)
}

fn insert_gap(write: &Write<'_>, space: SpaceId, entries: &Entries, floor: i64) -> Result<()> {
    write
        .tx
        .prepare_cached("INSERT INTO gap (space, before, floor, epoch, chain) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute((
            space,
            entries.base_seq.cast_signed() + 1,
            floor,
            entries.epoch.cast_signed(),
            &entries.base_chain[..],
        ))?;
    Ok(())
}

/// Takes entries from the upper end of a gap.
fn fill_gap(write: &mut Write<'_>, space: SpaceId, before: u64, entries: &Entries) -> Result<bool> {
    let mut statement = write.tx.prepare_cached("SELECT floor, chain FROM gap WHERE space = ?1 AND before = ?2")?;
    let gap: Option<(i64, Vec<u8>)> =
        statement.query_row((space, before.cast_signed()), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    drop(statement);
    let Some((floor, kept)) = gap else { return Ok(false) };
    match take_entries(write, space, entries)? {
        Some(end) if same_chain(&kept, &end) => {
            write.tx.execute("DELETE FROM gap WHERE space = ?1 AND before = ?2", (space, before.cast_signed()))?;
            if entries.base_seq.cast_signed() > floor {
                insert_gap(write, space, entries, floor)?;
            }
            Ok(false)
        }
        _ => begin_again(write, space).map(|()| true),
    }
}

/// Takes entries in, if all of them hold. The chain hash at their end; `None`, with nothing taken, if something does not.
fn take_entries(write: &mut Write<'_>, space: SpaceId, entries: &Entries) -> Result<Option<[u8; 32]>> {
    let Ok(list) = entries.entries.open() else { return Ok(None) };
    let Some(checked) = check(write, space, entries, &list)? else { return Ok(None) };
    for Taken { seq, signed, opened, received_at } in &checked.batches {
        let understood = match opened {
            Some((member, batch)) => later::take(write, batch, *member, *received_at)?,
            None => false,
        };
        if !understood {
            later::keep(write, space, *seq, signed, *received_at)?;
        }
    }
    for dev_seq in checked.own {
        write.tx.execute("DELETE FROM batch WHERE dev_seq = ?1", [dev_seq.cast_signed()])?;
        write.tx.execute("DELETE FROM outbox WHERE batch = ?1", [dev_seq.cast_signed()])?;
    }
    Ok(Some(checked.end))
}

/// The log here and the log there are not the same: asks for all of it again, and offers again what this device wrote
/// in it. Nothing that is shown here is thrown away; what both hold is recognised by its hash.
fn begin_again(write: &mut Write<'_>, space: SpaceId) -> Result<()> {
    tracing::warn!(kind = ?space.kind(), "a log does not continue what is held: asked for again");
    write.tx.execute("UPDATE space SET seq = 0, chain = NULL, troubles = troubles + 1 WHERE id = ?1", [space])?;
    write.tx.execute("DELETE FROM gap WHERE space = ?1", [space])?;
    // What was not understood of the log there comes again. What does not is at no server any more: taken in after an
    // update of the app, it would displace what its author has begun anew since.
    write.tx.execute("DELETE FROM later WHERE space = ?1", [space])?;
    if space.kind() == SpaceKind::Personal {
        set_meta(write.tx, "roles_again", 1)?;
    }
    // Own batches may be missing here as well: they come whole once.
    set_meta(write.tx, "whole_batches", 1)?;
    // Another log says anew when it was received, and the order of what a clock that runs ahead has written goes by it.
    write.tx.execute("UPDATE document SET received_at = NULL WHERE space = ?1", [space])?;
    let newest: i64 = write.tx.query_row("SELECT coalesce(max(id), 0) FROM outbox", [], |row| row.get(0))?;
    for doc in write.documents_of(space)? {
        if doc.header.owner == MemberId::SERVER {
            // The server's own word is what its log says now, not what it had said before it was set back.
            write.unlearn(&doc)?;
            continue;
        }
        write.offer_again(&doc)?;
    }
    // What was waiting builds on what is offered again, and goes behind it. If the server has seen it first, it was
    // refused for want of that: not for good.
    write.tx.execute(
        "INSERT INTO outbox (doc, space, change, header, written_at, batch, refused)
         SELECT doc, space, change, header, written_at,
                iif(refused IN (2, 3), NULL, batch), iif(refused IN (2, 3), NULL, refused)
         FROM outbox WHERE space = ?1 AND id <= ?2 ORDER BY id",
        (space, newest),
    )?;
    write.tx.execute("DELETE FROM outbox WHERE space = ?1 AND id <= ?2", (space, newest))?;
    Ok(())
}

#[cfg(test)]
#[path = "absorb_tests.rs"]
mod tests;
