//! From documents to rows: which capability shows which kind.

use crate::document::{Header, Kind};
use crate::error::Result;
use crate::ids::DocId;
use crate::store::{Seen, Write};
use crate::{activity, consult, directory, feed, gathering, personal, presence, talk};

/// Writes the rows that show this document.
pub(crate) fn show(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    if matches!(seen.header.kind, Kind::Article | Kind::Activity | Kind::Gathering) {
        talk::ask_again(write, seen)?;
    }
    match seen.header.kind {
        Kind::OrgCard => directory::show_org(write, seen),
        Kind::MemberCard => {
            presence::note_revoked(write, &seen.header, &seen.fields)?;
            directory::show_member(write, seen)
        }
        Kind::Grant => directory::show_grant(write, seen),
        Kind::Article => feed::show_article(write, seen),
        Kind::Acknowledgement => feed::show_acknowledgement(write, seen),
        Kind::Activity => {
            activity::show_activity(write, seen)?;
            presence::show_activity(write, seen)
        }
        Kind::CheckIn | Kind::RollMark | Kind::Scan | Kind::LeaveRequest => activity::show_evidence(write, seen),
        Kind::Roster => activity::show_roster(write, seen),
        Kind::Resolution => activity::show_resolution(write, seen),
        Kind::Vote => activity::show_vote(write, seen),
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
        Kind::Door => presence::show_door(write, seen),
        Kind::Guests => presence::show_guests(write, seen),
    }
}

/// Removes the rows that show this document.
pub(crate) fn remove(write: &mut Write<'_>, id: DocId, header: &Header) -> Result<()> {
    match header.kind {
        // Cards and grants describe the world; the rows go with their spaces or by a later grant.
        Kind::OrgCard | Kind::MemberCard | Kind::Grant | Kind::Seat => Ok(()),
        Kind::Officer => directory::remove_officer(write, header),
        Kind::Article | Kind::Acknowledgement => feed::remove(write, id),
        Kind::Activity => {
            presence::remove(write, id, header)?;
            activity::remove_activity(write, id)
        }
        Kind::CheckIn | Kind::RollMark | Kind::Scan | Kind::LeaveRequest => activity::remove_evidence(write, id),
        Kind::Roster | Kind::Resolution | Kind::Vote => activity::remove_plan(write, id, header),
        Kind::Message | Kind::ReactionSheet => talk::remove(write, id, header.space),
        Kind::ReadMark | Kind::Bookmark | Kind::Mute | Kind::Draft => personal::remove(write, id, header),
        Kind::Gathering | Kind::Group | Kind::Participant => gathering::remove(write, id, header),
        Kind::Case | Kind::CaseStep => consult::remove(write, id, header.space),
        Kind::Door | Kind::Guests => presence::remove(write, id, header),
    }
}
