//! Finds people and places for [`crate::rights`], with a memory that never outlives a change of the registry.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hongqi_core::ids::{MemberId, OrgId, SpaceId, SpaceKind};
use hongqi_core::role::Role;

use crate::rights::{Held, Path, Person, Place};
use crate::storage::{MemberRow, Reader, Result};

/// The deepest organisation tree.
pub const MAX_DEPTH: usize = 32;
/// More than this many people or paths are not kept.
const MAX_KEPT: usize = 100_000;

/// The memory; another process may change the registry at any time, so every look says at which version it looks.
#[derive(Debug, Default)]
pub struct Directory(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    version: i64,
    people: HashMap<MemberId, Arc<Person>>,
    paths: HashMap<OrgId, Path>,
}

/// Looks at one state of the database.
pub struct Lookup<'a> {
    directory: &'a Directory,
    reader: &'a dyn Reader,
    version: i64,
}

impl Directory {
    /// Looks through `reader`.
    ///
    /// # Errors
    /// [`crate::storage::StorageError`].
    pub fn at<'a>(&'a self, reader: &'a dyn Reader) -> Result<Lookup<'a>> {
        let version = reader.registry_version()?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.version < version || kept.people.len() + kept.paths.len() > MAX_KEPT {
            *kept = Kept { version, ..Kept::default() };
        }
        drop(kept);
        Ok(Lookup { directory: self, reader, version })
    }
}

impl<'a> Lookup<'a> {
    /// What is looked through.
    #[must_use]
    pub fn reader(&self) -> &'a dyn Reader {
        self.reader
    }

    /// The registry's version in the state looked at.
    #[must_use]
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The memory, if it is of the state looked at: an older transaction must not read or write a newer memory.
    fn kept(&self) -> Option<MutexGuard<'_, Kept>> {
        let kept = self.directory.0.lock().unwrap_or_else(PoisonError::into_inner);
        (kept.version == self.version).then_some(kept)
    }

    /// The path of an organisation; empty if there is none of this id.
    ///
    /// # Errors
    /// [`crate::storage::StorageError`].
    pub fn path(&self, org: OrgId) -> Result<Path> {
        if let Some(path) = self.kept().and_then(|kept| kept.paths.get(&org).cloned()) {
            return Ok(path);
        }
        let mut path = Vec::new();
        let mut next = Some(org);
        while let Some(id) = next.filter(|_| path.len() < MAX_DEPTH) {
            let Some(row) = self.reader.org(id)? else { break };
            path.push(id);
            next = row.parent;
        }
        let path: Path = path.into();
        // An unknown id is not remembered: anybody could fill the memory with those.
        if !path.is_empty()
            && let Some(mut kept) = self.kept()
        {
            kept.paths.insert(org, path.clone());
        }
        Ok(path)
    }

    /// A member with all roles; `None` if there is none or the member left.
    ///
    /// # Errors
    /// [`crate::storage::StorageError`].
    pub fn person(&self, member: MemberId) -> Result<Option<Arc<Person>>> {
        if let Some(person) = self.kept().and_then(|kept| kept.people.get(&member).cloned()) {
            return Ok(Some(person));
        }
        let Some(row) = self.reader.member(member)?.filter(|row| !row.left) else { return Ok(None) };
        let person = Arc::new(self.look_up(&row)?);
        if let Some(mut kept) = self.kept() {
            kept.people.insert(member, person.clone());
        }
        Ok(Some(person))
    }

    /// As [`Lookup::person`], those who left too: with roles that have all ended, for what they wrote before.
    ///
    /// # Errors
    /// [`crate::storage::StorageError`].
    pub fn author(&self, member: MemberId) -> Result<Option<Arc<Person>>> {
        match self.person(member)? {
            Some(person) => Ok(Some(person)),
            None => self.reader.member(member)?.map(|row| Ok(Arc::new(self.look_up(&row)?))).transpose(),
        }
    }

    fn look_up(&self, row: &MemberRow) -> Result<Person> {
        let member = row.member;
        let mut held = Vec::new();
        for grant in self.reader.grants(member)? {
            let until = [grant.until, grant.ended].into_iter().flatten().min();
            held.push(Held { role: grant.role, path: self.path(grant.org)?, from: grant.from, until });
        }
        Ok(Person { member, full: row.standing == "full", home: self.path(row.home)?, held })
    }

    /// The path of a member's home; empty if unknown.
    ///
    /// # Errors
    /// [`crate::storage::StorageError`].
    pub fn home(&self, member: MemberId) -> Result<Path> {
        match self.person(member)? {
            Some(person) => Ok(person.home.clone()),
            None => match self.reader.member(member)? {
                Some(row) => self.path(row.home),
                None => Ok(Path::from([])),
            },
        }
    }

    /// What a space is; `None` if it does not exist.
    ///
    /// # Errors
    /// [`crate::storage::StorageError`].
    pub fn place(&self, space: SpaceId) -> Result<Option<Place>> {
        let existing = |path: Path| (!path.is_empty()).then_some(path);
        Ok(match space.kind() {
            SpaceKind::Board => existing(self.path(space.org())?).map(Place::Board),
            SpaceKind::Desk => existing(self.path(space.org())?).map(Place::Desk),
            SpaceKind::Personal => Some(Place::Personal(space.member())),
            SpaceKind::Talk => match existing(self.path(space.org())?) {
                Some(path) => Some(Place::Standing(path)),
                None => match self.reader.document(space.doc())? {
                    Some(row) if row.header.space.kind() == SpaceKind::Board => {
                        existing(self.path(row.header.space.org())?).map(Place::Thread)
                    }
                    _ => None,
                },
            },
        })
    }
}

/// Whether a role may be granted by hand or file: being a member follows from the home organisation alone.
#[must_use]
pub fn grantable(role: Role) -> bool {
    role != Role::Member
}
