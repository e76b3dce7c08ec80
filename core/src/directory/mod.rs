//! The directory: organisations, members, the own roles, and the spaces that follow from them.

/// SQL for `above (id, depth)`: the organisation `?1` and those above it, as far as their cards are here.
macro_rules! above_sql {
    () => {
        "WITH RECURSIVE above (id, depth) AS (
             SELECT ?1, 0
             UNION SELECT org.parent, depth + 1 FROM org JOIN above ON org.id = above.id
             WHERE org.parent IS NOT NULL AND depth < 32) "
    };
}

mod follow;
mod queries;
mod seat;

pub use queries::{Directory, MemberView, OfficerView, OrgView, RoleView};
pub(crate) use queries::{led_in, members_in, officers_in, org_in, path_in};

use crate::document::{About, Change, Fields, Header, Kind};
use rusqlite::Connection;

use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::ids::{MemberId, OrgId, SpaceId};
use crate::live::Topic;
use crate::role::Role;
use crate::store::{Seen, Write, meta, set_meta};

pub(crate) use follow::{follow_again, follow_hidden, purge};
pub(crate) use seat::{end_seats, give_up, is_stale, show_seat};

pub(crate) fn show_org(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let fields = &seen.fields;
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO org (id, number, name, type, parent, closed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            seen.header.space.org(),
            fields.text("number"),
            fields.text("name"),
            fields.text("type"),
            fields.id::<OrgId>("parent"),
            fields.flag("closed"),
        ))?;
    write.changed(Topic::Directory);
    Ok(())
}

pub(crate) fn show_member(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let Some(About::Member(member)) = seen.header.about else { return Ok(()) };
    let fields = &seen.fields;
    // A card that says "left" must not hide the one of the branch the member moved to.
    write
        .tx
        .prepare_cached(
            "INSERT INTO member (id, number, name, standing, home, left) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET number = ?2, name = ?3, standing = ?4, home = ?5, left = ?6
             WHERE home = ?5 OR NOT ?6",
        )?
        .execute((
            member,
            fields.text("number"),
            fields.text("name"),
            fields.text("standing"),
            seen.header.space.org(),
            fields.flag("left"),
        ))?;
    write.changed(Topic::Directory);
    Ok(())
}

/// Who holds an office: an entry that has ended leaves no row.
pub(crate) fn show_officer(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    let Some(About::Member(member)) = seen.header.about else { return Ok(()) };
    let fields = &seen.fields;
    let role = fields.int("role").filter(|role| Role::try_from(*role).is_ok());
    let (Some(role), false) = (role, fields.flag("ended")) else { return remove_officer(write, &seen.header) };
    write
        .tx
        .prepare_cached(
            "INSERT OR REPLACE INTO officer (org, member, name, role, until, conflict) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            seen.header.space.org(),
            member,
            fields.text("name"),
            role,
            fields.int("until"),
            fields.flag("conflict"),
        ))?;
    write.changed(Topic::Directory);
    Ok(())
}

pub(crate) fn remove_officer(write: &mut Write<'_>, header: &Header) -> Result<()> {
    let Some(About::Member(member)) = header.about else { return Ok(()) };
    let sql = "DELETE FROM officer WHERE org = ?1 AND member = ?2";
    if write.tx.prepare_cached(sql)?.execute((header.space.org(), member))? > 0 {
        write.changed(Topic::Directory);
    }
    Ok(())
}

/// Notes what a member is called who has no card on this phone.
pub(crate) fn name_author(write: &mut Write<'_>, member: MemberId, name: &str, home: OrgId) -> Result<()> {
    let named = write
        .tx
        .prepare_cached(
            "INSERT INTO member (id, number, name, standing, home, left) VALUES (?1, '', ?2, '', ?3, 0)
             ON CONFLICT DO UPDATE SET name = ?2 WHERE number = '' AND name <> ?2",
        )?
        .execute((member, name, home))?;
    if named > 0 {
        write.changed(Topic::Directory);
    }
    Ok(())
}

pub(crate) fn show_grant(write: &mut Write<'_>, seen: &Seen) -> Result<()> {
    if meta::<i64>(write.tx, "roles_again")?.is_some() {
        // Half a log would take roles away that its other half gives.
        return Ok(());
    }
    note_grant(write, &seen.fields)?;
    write.changed(Topic::Directory);
    follow_again(write)
}

fn note_grant(write: &mut Write<'_>, fields: &Fields) -> Result<()> {
    let path = fields.bytes("path");
    let (Some(role), Some(org)) = (fields.int("role"), path.get(..16)) else { return Ok(()) };
    if Role::try_from(role).is_err() {
        return Ok(());
    }
    if fields.flag("revoked") {
        write.tx.prepare_cached("DELETE FROM role WHERE org = ?1 AND role = ?2")?.execute((org, role))?;
    } else {
        write
            .tx
            .prepare_cached("INSERT OR REPLACE INTO role (org, role, path, until) VALUES (?1, ?2, ?3, ?4)")?
            .execute((org, role, path, fields.int("until")))?;
        if role == Role::Member as i64 {
            set_meta(write.tx, "home", org)?;
            write.identity_changed();
        }
    }
    Ok(())
}

/// After the personal log began again (the server was set back) and is here to its end: the roles are what it says.
pub(crate) fn roles_again(write: &mut Write<'_>) -> Result<()> {
    if write.tx.execute("DELETE FROM meta WHERE key = 'roles_again'", [])? == 0 {
        return Ok(());
    }
    write.tx.execute("DELETE FROM role", [])?;
    let personal = SpaceId::personal(write.me()?.member);
    let docs = write.documents_of(personal)?;
    for doc in docs.iter().filter(|doc| doc.header.kind == Kind::Grant) {
        let first = doc.accepted().first().and_then(|change| Change::decode(change).ok()?.fields());
        first.map_or(Ok(()), |fields| note_grant(write, &fields))?;
    }
    seat::keep_forgotten(write)?;
    seat::note_all(write, &docs)?;
    write.changed(Topic::Directory);
    follow_again(write)
}

/// Lets go of roles and seats whose time is over, and of what they opened. Called when the server has just said what time it
/// is: a wrong clock of the phone's own must not throw anything away.
pub(crate) fn end_roles(write: &mut Write<'_>) -> Result<()> {
    let now = write.wall();
    let ended = write.tx.prepare_cached("DELETE FROM role WHERE until <= ?1")?.execute([now])? > 0;
    if ended {
        write.changed(Topic::Directory);
    }
    if ended || seat::any_over(write.tx, now)? { follow_again(write) } else { Ok(()) }
}

/// Refuses at once what the server would refuse: an act that asks for `role` at `org` or above.
pub(crate) fn require_role(write: &Write<'_>, org: OrgId, role: Role) -> Result<()> {
    if holds_role(write.tx, org, role, write.wall())? { Ok(()) } else { Err(Error::NotAllowed) }
}

/// Whether this member holds at least `role` at `org` or above.
pub(crate) fn holds_role(connection: &Connection, org: OrgId, role: Role, now: Timestamp) -> Result<bool> {
    Ok(connection
        .prepare_cached(concat!(
            above_sql!(),
            "SELECT EXISTS (SELECT 1 FROM role WHERE org IN (SELECT id FROM above) AND role >= ?2
                            AND (until IS NULL OR until > ?3))",
        ))?
        .query_row((org, role as i64, now), |row| row.get(0))?)
}
