//! For tests: a phone that is told what a file holds instead of what a server answers.

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::core::Core;
use crate::ids::SpaceId;
use crate::sync::session::{Session, SessionError};
use crate::sync::wire::{
    AuthorCard, Entries, Follow, LogEntry, Page, PageOutcome, Stretch, SyncResponse, chain, chain_start, check_of,
};

/// Boards lead to desks, a personal log to both: each round may ask for more, and no file needs more rounds than this.
const ROUNDS: usize = 8;

impl Core {
    /// For tests: asks as it would ask a server, and is answered with the logs that these entries are, each whole and in
    /// any order, and with the cards of their authors. They are taken in as every answer is.
    ///
    /// # Errors
    /// As [`Session::prepare`] and [`Session::absorb`]; [`SessionError::BadAnswer`] before enrolment, if something waits
    /// to be sent, or for a batch that does not open.
    #[doc(hidden)]
    pub fn replay(&self, authors: &[AuthorCard], log: &[LogEntry]) -> Result<(), SessionError> {
        let mut logs: BTreeMap<SpaceId, Vec<LogEntry>> = BTreeMap::new();
        let mut server_time = 0;
        for entry in log {
            let LogEntry::Batch { batch, received_at, .. } = entry else { return Err(SessionError::BadAnswer) };
            server_time = server_time.max(*received_at);
            let space = batch.batch().map_err(|_| SessionError::BadAnswer)?.space;
            logs.entry(space).or_default().push(entry.clone());
        }
        logs.values_mut().for_each(|log| log.sort_by_key(LogEntry::seq));
        for _ in 0..ROUNDS {
            let request = self.prepare()?.ok_or(SessionError::BadAnswer)?;
            let Follow::Asks(asks) = &request.follow else { return Ok(()) };
            let pages: Vec<_> =
                asks.iter().filter_map(|ask| Some(page(ask.space, &logs.remove(&ask.space)?))).collect();
            if pages.is_empty() {
                return Ok(());
            }
            let (pushed, authors) = (Vec::new(), authors.to_vec());
            let answer = SyncResponse { server_time, pushed, pages, authors, more: false, ask_again: false };
            Session::absorb(self, &request, answer)?;
        }
        Ok(())
    }
}

/// A whole log as a server gives it.
fn page(space: SpaceId, log: &[LogEntry]) -> Page {
    let (epoch, mut up_to) = (1, 0);
    let base_chain = chain_start(space, epoch);
    let mut end = base_chain;
    for entry in log {
        if let LogEntry::Batch { seq, received_at, batch } = entry {
            up_to = *seq;
            end = chain(&end, *seq, Timestamp(*received_at), batch);
        }
    }
    let (entries, check) = (Stretch::plain(log), check_of(&end));
    let entries = Entries { epoch, base_seq: 0, base_chain, entries, up_to, check, filtered: false };
    Page { space, outcome: PageOutcome::Entries(entries) }
}
