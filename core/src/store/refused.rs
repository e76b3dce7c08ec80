//! What was refused of a document: what its author wanted it to say, and saying that once more.

use std::collections::BTreeSet;

use super::{StoredDocument, Write};
use crate::document::{Change, Document, Fields};
use crate::error::{Error, Result};
use crate::ids::{ChangeHash, DocId, SpaceId};

/// What was refused of a document.
pub(crate) struct Refused {
    pub(crate) space: SpaceId,
    /// What it held when that was written.
    pub(crate) before: Fields,
    /// What it would hold with that.
    pub(crate) wanted: Fields,
    /// Whether the same changes cannot be sent again: this device has written something else to the document since, or
    /// it has begun otherwise.
    pub(crate) overtaken: bool,
}

/// Those of `known` that `of` builds on; each stands behind those it builds on itself.
fn below<'a>(known: impl DoubleEndedIterator<Item = &'a Change>, of: &Change) -> Vec<&'a [u8]> {
    let mut needed: BTreeSet<ChangeHash> = of.deps().iter().copied().collect();
    let mut out = Vec::new();
    for change in known.rev() {
        if needed.contains(&change.hash()) {
            needed.extend(change.deps());
            out.push(change.bytes());
        }
    }
    out
}

fn loaded<'a>(changes: impl IntoIterator<Item = &'a [u8]>) -> Result<Fields> {
    Ok(Document::load(changes).map_err(|_| Error::Damaged)?.fields())
}

/// What `own` makes of a document that holds `before`, one after another: of changes that no document holds together,
/// such as two beginnings, or two that this device has written in one place, one of them refused.
fn one_after_another(known: &[Change], own: &[Change], before: Fields) -> Result<Fields> {
    own.iter().try_fold(before, |said, change| {
        let base = below(known.iter().chain(own), change);
        let (had, has) = (loaded(base.iter().copied())?, loaded(base.into_iter().chain([change.bytes()]))?);
        Ok(said.with(&had, &has))
    })
}

/// The changes that can be read.
pub(super) fn decoded<'a>(changes: impl IntoIterator<Item = &'a [u8]>) -> Vec<Change> {
    changes.into_iter().filter_map(|bytes| Change::decode(bytes).ok()).collect()
}

/// What a document says with all that is known of it and all of `own`, in the order in which that was written.
pub(crate) fn together(doc: &StoredDocument, own: &[Vec<u8>]) -> Result<Fields> {
    let bytes = || own.iter().map(Vec::as_slice);
    if let Ok(all) = loaded(doc.accepted().into_iter().chain(bytes())) {
        return Ok(all);
    }
    let known = decoded(doc.accepted());
    let before = loaded(doc.accepted())?;
    one_after_another(&known, &decoded(bytes()), before)
}

impl Write<'_> {
    /// What a document held when something was written to it that the server then refused, and what it would hold with
    /// that; `None` if nothing of it was refused.
    pub(crate) fn refused(&self, id: DocId) -> Result<Option<Refused>> {
        let Some(doc) = self.document(id)? else { return Ok(None) };
        let refused = decoded(self.pending(id, true)?.iter().map(|pending| &pending.change[..]));
        let Some(first) = refused.first() else { return Ok(None) };
        let known = decoded(doc.accepted());
        let again = |change: &Change| change.actor() == first.actor() && change.seq() >= first.seq();
        let begins_otherwise = first.deps().is_empty() && !known.is_empty();
        let base = below(known.iter(), first);
        let before = loaded(base.iter().copied())?;
        let whole = loaded(base.into_iter().chain(refused.iter().map(Change::bytes)));
        let apart = whole.is_err();
        let wanted = whole.or_else(|_| one_after_another(&known, &refused, before.clone()))?;
        let overtaken = apart || begins_otherwise || known.iter().any(again) || self.has_pending(id)?;
        Ok(Some(Refused { space: doc.header.space, before, wanted, overtaken }))
    }

    /// Says anew what was refused of a document, on what it holds now.
    pub(crate) fn say_again(&mut self, id: DocId, refused: &Refused) -> Result<()> {
        self.tx.execute("DELETE FROM outbox WHERE doc = ?1 AND refused IS NOT NULL", [id])?;
        let doc = self.document(id)?.ok_or(Error::NotFound)?;
        if self.holds_nothing(&doc)? {
            self.begin(&doc, &refused.wanted.values())
        } else {
            self.edit(id, &refused.before.edits_to(&refused.wanted))
        }
    }
}
