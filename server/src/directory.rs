//! Finds people and places for [`crate::rights`], with a memory that never outlives a change of the registry.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hongqi_core::document::Kind;
use hongqi_core::gathering::Window;
use hongqi_core::ids::{DeviceId, MemberId, OrgId, SpaceId, SpaceKind};
use hongqi_core::role::Role;

use crate::rights::{Held, Path, Person, Place};
use crate::room::{Room, Sort};
use crate::storage::{MemberRow, Reader, Result, RoomRow};

/// The deepest organisation tree.
pub const MAX_DEPTH: usize = 32;
/// The standing in the member books with which a member votes.
const VOTING: &str = "full";
/// More than this many people, devices and paths are not kept.
const MAX_KEPT: usize = 200_000;
/// More than this many groups and cases are not kept.
const MAX_ROOMS: usize = 4_096;

/// The memory; another process may change the registry at any time, so every look says at which version it looks.
#[derive(Debug, Default)]
pub struct Directory(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    version: i64,
    people: HashMap<MemberId, Arc<Person>>,
    /// Whose a device is that takes part.
    devices: HashMap<DeviceId, MemberId>,
    paths: HashMap<OrgId, Path>,
    /// Below a document of which board a thread is, and whether that is a gathering: no header ever changes.
    threads: HashMap<SpaceId, (OrgId, bool)>,
    /// Groups and cases, each as it was after this entry of its log.
    rooms: HashMap<SpaceId, (u64, Arc<Room>)>,
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
        if kept.version < version
            || kept.people.len() + kept.devices.len() + kept.paths.len() + kept.threads.len() > MAX_KEPT
        {
            *kept = Kept { version, ..Kept::default() };
        }
        drop(kept);
        Ok(Lookup { directory: self, reader, version })
    }
}

impl Directory {
    /// Who takes part with this device, if that is remembered as of this version of the registry.
    pub(crate) fn remembered(&self, version: i64, device: DeviceId) -> Option<Arc<Person>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let member = kept.devices.get(&device).filter(|_| kept.version == version)?;
        kept.people.get(member).cloned()
    }

    /// Forgets the rooms: a transaction that saw them changed was given up.
    pub(crate) fn forget_rooms(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).rooms.clear();
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

    /// Who takes part with this device; `None` if it is unknown or revoked, or its member left.
    ///
    /// # Errors
    /// [`crate::storage::StorageError`].
    pub fn taking_part(&self, device: DeviceId) -> Result<Option<Arc<Person>>> {
        if let Some(member) = self.kept().and_then(|kept| kept.devices.get(&device).copied()) {
            return self.person(member);
        }
        let Some(row) = self.reader.device(device)?.filter(|row| !row.revoked) else { return Ok(None) };
        let person = self.person(row.member)?;
        if person.is_some()
            && let Some(mut kept) = self.kept()
        {
            kept.devices.insert(device, row.member);
        }
        Ok(person)
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
        Ok(Person { member, home: self.path(row.home)?, votes: row.standing == VOTING, held })
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
            SpaceKind::Talk => self.talk(space)?,
        })
    }

    /// A discussion. Of what everybody knows that it exists, nothing is looked up twice; of a group or a case, its row.
    fn talk(&self, space: SpaceId) -> Result<Option<Place>> {
        if let Some(kept) = self.kept() {
            if let Some(path) = kept.paths.get(&space.org()) {
                return Ok(Some(Place::Standing(path.clone())));
            }
            if let Some((org, gathering)) = kept.threads.get(&space)
                && let Some(path) = kept.paths.get(org)
            {
                return Ok(Some(thread(path.clone(), *gathering)));
            }
        }
        match self.reader.room(space)? {
            Some(row) if row.kind != Kind::Gathering => return Ok(Some(Place::Hidden(self.room(&row)?))),
            _ => {}
        }
        let path = self.path(space.org())?;
        if !path.is_empty() {
            return Ok(Some(Place::Standing(path)));
        }
        let header = self.reader.document(space.doc())?.map(|row| row.header);
        let Some(header) = header.filter(|header| header.space.kind() == SpaceKind::Board) else { return Ok(None) };
        let (org, gathering) = (header.space.org(), header.kind == Kind::Gathering);
        let path = self.path(org)?;
        if path.is_empty() {
            return Ok(None);
        }
        if let Some(mut kept) = self.kept() {
            kept.threads.insert(space, (org, gathering));
        }
        Ok(Some(thread(path, gathering)))
    }

    fn room(&self, row: &RoomRow) -> Result<Arc<Room>> {
        let (owner, window) = (row.owner, Window { ends: row.ends, closed: row.closed });
        if row.gone {
            return Ok(Arc::new(Room { owner, sort: Sort::Gone, window }));
        }
        let remembered = self.kept().and_then(|kept| kept.rooms.get(&row.space).cloned());
        if let Some((_, room)) = remembered.filter(|(ruled, _)| *ruled == row.ruled) {
            return Ok(room);
        }
        let sort = match row.kind {
            Kind::Case => {
                let desk = row.desk.map_or(Ok(Path::from([])), |desk| self.path(desk))?;
                Sort::Case { desk, avoid: row.avoid.clone() }
            }
            _ => Sort::Group(self.reader.parts(row.space)?.into_iter().map(|part| (part.person, part)).collect()),
        };
        let room = Arc::new(Room { owner, sort, window });
        if let Some(mut kept) = self.kept() {
            if kept.rooms.len() >= MAX_ROOMS {
                kept.rooms.clear();
            }
            // An older state of the database does not take the place of a newer one.
            let newer = kept.rooms.get(&row.space).is_some_and(|(ruled, _)| *ruled > row.ruled);
            if !newer {
                kept.rooms.insert(row.space, (row.ruled, room.clone()));
            }
        }
        Ok(room)
    }

    /// When something may be said in a place.
    ///
    /// # Errors
    /// [`crate::storage::StorageError`].
    pub fn window(&self, space: SpaceId, place: &Place) -> Result<Window> {
        Ok(match place {
            Place::Hidden(room) => room.window,
            Place::Gathering(_) => {
                let row = self.reader.room(space)?;
                row.map_or(Window::default(), |row| Window { ends: row.ends, closed: row.closed })
            }
            _ => Window::default(),
        })
    }
}

fn thread(path: Path, gathering: bool) -> Place {
    if gathering { Place::Gathering(path) } else { Place::Thread(path) }
}

/// Whether a role may be granted by hand or file: being a member follows from the home organisation alone.
#[must_use]
pub fn grantable(role: Role) -> bool {
    role != Role::Member
}
