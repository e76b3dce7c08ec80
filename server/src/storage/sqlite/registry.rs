//! Organisations, members, grants, devices, invitations.

use hongqi_core::clock::Timestamp;
use hongqi_core::ids::{DeviceId, MemberId, OrgId};
use hongqi_core::role::Role;
use rusqlite::{OptionalExtension, Params, Row, params};

use super::{Session, meta};
use crate::storage::{DeviceRow, GrantRow, InviteRow, MemberRow, OrgRow, Registry, RegistryWrite, Result};

const ORG: &str = "SELECT org, number, name, type, parent, closed FROM orgs";
const MEMBER: &str = "SELECT member, number, name, standing, home, joined, has_left, conflict FROM members";
const GRANT: &str = "SELECT id, member, org, role, from_at, until_at, ended_at, imported FROM grants";

fn org(row: &Row<'_>) -> rusqlite::Result<OrgRow> {
    Ok(OrgRow {
        org: row.get(0)?,
        number: row.get(1)?,
        name: row.get(2)?,
        sort: row.get(3)?,
        parent: row.get(4)?,
        closed: row.get(5)?,
    })
}

fn member(row: &Row<'_>) -> rusqlite::Result<MemberRow> {
    Ok(MemberRow {
        member: row.get(0)?,
        number: row.get(1)?,
        name: row.get(2)?,
        standing: row.get(3)?,
        home: row.get(4)?,
        joined: row.get(5)?,
        left: row.get(6)?,
        conflict: row.get(7)?,
    })
}

fn grant(row: &Row<'_>) -> rusqlite::Result<GrantRow> {
    let number: i64 = row.get(3)?;
    let role = Role::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(3, number))?;
    Ok(GrantRow {
        id: row.get(0)?,
        member: row.get(1)?,
        org: row.get(2)?,
        role,
        from: row.get(4)?,
        until: row.get(5)?,
        ended: row.get(6)?,
        imported: row.get(7)?,
    })
}

impl Session<'_> {
    fn one<T>(&self, sql: &str, params: impl Params, f: fn(&Row<'_>) -> rusqlite::Result<T>) -> Result<Option<T>> {
        Ok(self.0.prepare_cached(sql)?.query_row(params, f).optional()?)
    }

    fn all<T>(&self, sql: &str, params: impl Params, f: fn(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>> {
        Ok(self.0.prepare_cached(sql)?.query_map(params, f)?.collect::<rusqlite::Result<_>>()?)
    }

    fn run(&self, sql: &str, params: impl Params) -> Result<()> {
        self.0.prepare_cached(sql)?.execute(params)?;
        Ok(())
    }
}

impl Registry for Session<'_> {
    fn registry_version(&self) -> Result<i64> {
        meta(self.0, "registry")
    }

    fn org(&self, id: OrgId) -> Result<Option<OrgRow>> {
        self.one(&format!("{ORG} WHERE org = ?1"), [id], org)
    }

    fn orgs(&self) -> Result<Vec<OrgRow>> {
        self.all(&format!("{ORG} ORDER BY number"), [], org)
    }

    fn member(&self, id: MemberId) -> Result<Option<MemberRow>> {
        self.one(&format!("{MEMBER} WHERE member = ?1"), [id], member)
    }

    fn members(&self) -> Result<Vec<MemberRow>> {
        self.all(&format!("{MEMBER} ORDER BY number"), [], member)
    }

    fn grants(&self, member: MemberId) -> Result<Vec<GrantRow>> {
        self.all(&format!("{GRANT} WHERE member = ?1 ORDER BY id"), [member], grant)
    }

    fn open_grants(&self) -> Result<Vec<GrantRow>> {
        self.all(&format!("{GRANT} WHERE ended_at IS NULL ORDER BY id"), [], grant)
    }

    fn grants_at(&self, org: OrgId) -> Result<Vec<GrantRow>> {
        self.all(&format!("{GRANT} WHERE org = ?1 AND ended_at IS NULL AND role > 1 ORDER BY id"), [org], grant)
    }

    fn device(&self, device: DeviceId) -> Result<Option<DeviceRow>> {
        self.one("SELECT device, member, public_key, revoked FROM devices WHERE device = ?1", [device], |row| {
            Ok(DeviceRow { device: row.get(0)?, member: row.get(1)?, public_key: row.get(2)?, revoked: row.get(3)? })
        })
    }

    fn revoked_devices(&self, member: MemberId) -> Result<Vec<DeviceId>> {
        let sql = "SELECT device FROM devices WHERE member = ?1 AND revoked ORDER BY enrolled_at DESC, device";
        self.all(sql, [member], |row| row.get(0))
    }

    fn invite(&self, hash: &[u8; 32]) -> Result<Option<InviteRow>> {
        self.one("SELECT member, expires, used FROM invites WHERE hash = ?1", [hash], |row| {
            Ok(InviteRow { member: row.get(0)?, expires: row.get(1)?, used: row.get(2)? })
        })
    }
}

impl RegistryWrite for Session<'_> {
    fn touch_registry(&self) -> Result<()> {
        self.run("UPDATE meta SET value = value + 1 WHERE key = 'registry'", [])
    }

    fn put_org(&self, row: &OrgRow) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO orgs (org, number, name, type, parent, closed)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.run(sql, params![row.org, row.number, row.name, row.sort, row.parent, row.closed])
    }

    fn put_member(&self, row: &MemberRow) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO members (member, number, name, standing, home, joined, has_left, conflict)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let MemberRow { member, number, name, standing, home, joined, left, conflict } = row;
        self.run(sql, params![member, number, name, standing, home, joined, left, conflict])
    }

    fn add_grant(&self, row: &GrantRow) -> Result<()> {
        let sql = "INSERT INTO grants (member, org, role, from_at, until_at, ended_at, imported)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        self.run(sql, params![row.member, row.org, row.role as i64, row.from, row.until, row.ended, row.imported])
    }

    fn end_grant(&self, id: i64, at: Timestamp) -> Result<()> {
        self.run("UPDATE grants SET ended_at = ?2 WHERE id = ?1 AND ended_at IS NULL", params![id, at])
    }

    fn put_device(&self, row: &DeviceRow, at: Timestamp) -> Result<()> {
        let sql = "INSERT INTO devices (device, member, public_key, revoked, enrolled_at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (device) DO UPDATE SET revoked = ?4";
        self.run(sql, params![row.device, row.member, row.public_key, row.revoked, at])
    }

    fn put_invite(&self, hash: &[u8; 32], row: &InviteRow) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO invites (hash, member, expires, used) VALUES (?1, ?2, ?3, ?4)";
        self.run(sql, params![hash, row.member, row.expires, row.used])
    }
}
