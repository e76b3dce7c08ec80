//! How well founded a check-in or a scan is.

use crate::activity::{Doubt, Grade};
use crate::document::Kind;
use crate::error::Result;
use crate::store::{Seen, Write};

/// The grade of a check-in or a scan, and what is wrong with it. Called whenever it is projected; what a door or its
/// activity says later projects it again.
pub(crate) fn judge_evidence(_write: &mut Write<'_>, seen: &Seen) -> Result<(Grade, Option<Doubt>)> {
    let fields = &seen.fields;
    let grade = match seen.header.kind {
        Kind::CheckIn if !fields.bytes("code").is_empty() => Grade::Scanned,
        Kind::Scan if fields.bytes("card").is_empty() => Grade::Attested,
        Kind::Scan => Grade::Witnessed,
        _ => Grade::Claimed,
    };
    Ok((grade, Doubt::from_name(fields.text("doubt"))))
}
