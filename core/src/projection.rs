//! From documents to rows: which capability shows which kind.

use crate::document::{Header, Kind};
use crate::error::Result;
use crate::ids::DocId;
use crate::store::{Seen, Write};
use crate::{activity, consult, directory, feed, gathering, personal, talk};

/// Writes the rows that show this document.
pub(crate) fn show(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    match seen.header.kind {
        Kind::OrgCard => directory::show_org(write, seen),
        Kind::MemberCard => directory::show_member(write, seen),
        Kind::Grant => directory::show_grant(write, seen),
        Kind::Article => feed::show_article(write, seen),
        Kind::Acknowledgement => feed::show_acknowledgement(write, seen),
        Kind::Activity => activity::show_activity(write, seen),
        Kind::CheckIn | Kind::RollMark => activity::show_evidence(write, seen),
        Kind::Message => talk::show_message(write, seen),
        Kind::ReactionSheet => talk::show_reactions(write, seen),
        Kind::ReadMark => personal::show_read_mark(write, seen),
        Kind::Bookmark => personal::show_bookmark(write, seen),
        Kind::Mute => personal::show_mute(write, seen),
        Kind::Draft => personal::show_draft(write, seen),
        Kind::Officer => directory::show_officer(write, seen),
        Kind::Seat => directory::show_seat(write, seen),
        Kind::Gathering | Kind::Group => gathering::show_card(write, seen),
        Kind::Participant => gathering::show_participant(write, seen),
        Kind::Case => consult::show_case(write, seen),
        Kind::CaseStep => consult::show_step(write, seen),
        Kind::Roster | Kind::Door | Kind::Scan | Kind::LeaveRequest | Kind::Guests => Ok(()),
        Kind::Resolution | Kind::Vote => Ok(()),
    }
}

/// Removes the rows that show this document.
pub(crate) fn remove(write: &mut Write<'_>, id: DocId, header: &Header) -> Result<()> {
    match header.kind {
        // Cards and grants describe the world; the rows go with their spaces or by a later grant.
        Kind::OrgCard | Kind::MemberCard | Kind::Grant | Kind::Seat => Ok(()),
        Kind::Officer => directory::remove_officer(write, header),
        Kind::Article | Kind::Acknowledgement => feed::remove(write, id),
        Kind::Activity | Kind::CheckIn | Kind::RollMark => activity::remove(write, id),
        Kind::Message | Kind::ReactionSheet => talk::remove(write, id, header.space),
        Kind::ReadMark | Kind::Bookmark | Kind::Mute | Kind::Draft => personal::remove(write, id, header),
        Kind::Gathering | Kind::Group | Kind::Participant => gathering::remove(write, id, header),
        Kind::Case | Kind::CaseStep => consult::remove(write, id, header.space),
        Kind::Roster | Kind::Door | Kind::Scan | Kind::LeaveRequest | Kind::Guests => Ok(()),
        Kind::Resolution | Kind::Vote => Ok(()),
    }
}
