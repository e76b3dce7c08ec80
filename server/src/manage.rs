//! What an operator does: import the books, grant and revoke roles. Each is one transaction, with what it publishes.

use hongqi_core::clock::Timestamp;
use hongqi_core::ids::{MemberId, OrgId};
use hongqi_core::role::Role;

use crate::directory::{Directory, grantable};
use crate::error::Error;
use crate::import::{Books, Report, apply};
use crate::live::Signal;
use crate::publish::Item;
use crate::storage::{GrantRow, Writer};
use crate::{Server, transact};

impl Server {
    /// Applies the member books; see [`crate::import`].
    ///
    /// # Errors
    /// [`Error::Import`] with every mistake, and then nothing was applied; or that of the storage.
    pub fn import(&self, organisations: &[u8], members: &[u8]) -> Result<Report, Error> {
        let books = Books::read(organisations, members).map_err(Error::Import)?;
        let now = self.clock().now();
        self.publishing(|tx| apply(tx, now, &books))
    }

    /// Gives the member of this number a role in the organisation of that number.
    ///
    /// # Errors
    /// [`Error::NoSuchMember`], [`Error::NoSuchOrg`], [`Error::NoSuchGrant`] if the role cannot be granted, or that of
    /// the storage.
    pub fn grant(&self, member: &str, org: &str, role: Role, until: Option<Timestamp>) -> Result<(), Error> {
        let (member, org, now) = (MemberId::from_number(member), OrgId::from_number(org), self.clock().now());
        if !grantable(role) {
            return Err(Error::NoSuchGrant);
        }
        self.publishing(|tx| {
            if tx.member(member)?.is_none_or(|row| row.left) {
                return Err(Error::NoSuchMember);
            }
            let path = Directory::default().at(tx)?.path(org)?;
            if path.is_empty() {
                return Err(Error::NoSuchOrg);
            }
            let row = GrantRow { id: 0, member, org, role, from: now, until, ended: None, imported: false };
            tx.add_grant(&row)?;
            tx.touch_registry()?;
            Ok(((), vec![Item::grant(&row, &path, false)?]))
        })
    }

    /// Takes a role from a member, however it was given.
    ///
    /// # Errors
    /// [`Error::NoSuchGrant`] or that of the storage.
    pub fn revoke(&self, member: &str, org: &str, role: Role) -> Result<(), Error> {
        let (member, org, now) = (MemberId::from_number(member), OrgId::from_number(org), self.clock().now());
        self.publishing(|tx| {
            let mut held = tx.grants(member)?;
            held.retain(|row| row.ended.is_none() && row.org == org && row.role == role && grantable(role));
            if held.is_empty() {
                return Err(Error::NoSuchGrant);
            }
            let path = Directory::default().at(tx)?.path(org)?;
            let mut items = Vec::new();
            for row in held {
                tx.end_grant(row.id, now)?;
                items.push(Item::grant(&row, &path, true)?);
            }
            tx.touch_registry()?;
            Ok(((), items))
        })
    }

    pub(crate) fn publishing<T>(
        &self,
        work: impl FnOnce(&dyn Writer) -> Result<(T, Vec<Item>), Error>,
    ) -> Result<T, Error> {
        let now = self.clock().now();
        let (out, events) = transact(self.storage(), |tx| {
            let (out, items) = work(tx)?;
            Ok((out, self.publisher.publish(tx, now, items)?))
        })?;
        events.into_iter().for_each(|event| self.signal(Signal::Entry(event)));
        self.signal(Signal::Registry);
        Ok(out)
    }
}
