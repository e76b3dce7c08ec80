//! Identifiers: sixteen bytes each, computed where they can be computed.
//!
//! An organisation's or a member's id is the hash of the number it has in the organisation's own books, so that
//! import, fixtures and phones agree on it without asking anybody. A device's id is the hash of its public key, a
//! document's that of its header, a generation's actor that of device and generation: whoever holds the thing can
//! check the name. Shown and parsed as 32 lower-case hexadecimal digits.

use std::fmt;
use std::str::FromStr;

use ring::digest::{Context, SHA256};

/// Length of every identifier in bytes.
pub const ID_LEN: usize = 16;

/// The text is not an identifier: 32 hexadecimal digits were expected (a space: `kind:` before them).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier: 32 hexadecimal digits expected")]
pub struct ParseIdError;

/// SHA-256 over the concatenation of `parts`.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}

/// The first sixteen bytes of SHA-256 over a domain name and `parts`, each with its length before it.
///
/// The lengths keep two different lists of parts from ever giving one byte string.
pub(crate) fn hash_id(domain: &str, parts: &[&[u8]]) -> [u8; ID_LEN] {
    let mut context = Context::new(&SHA256);
    context.update(domain.as_bytes());
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut out = [0; ID_LEN];
    out.copy_from_slice(&context.finish().as_ref()[..ID_LEN]);
    out
}

fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

fn parse_hex(text: &str) -> Result<[u8; ID_LEN], ParseIdError> {
    let text = text.as_bytes();
    if text.len() != ID_LEN * 2 {
        return Err(ParseIdError);
    }
    let digit = |byte: u8| (byte as char).to_digit(16).ok_or(ParseIdError);
    let mut out = [0; ID_LEN];
    for (slot, pair) in out.iter_mut().zip(text.chunks_exact(2)) {
        *slot = (digit(pair[0])? * 16 + digit(pair[1])?) as u8;
    }
    Ok(out)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; ID_LEN]);

        impl $name {
            /// The id with these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; ID_LEN]) -> Self {
                Self(bytes)
            }

            /// The id's sixteen bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; ID_LEN] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(f, &self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write_hex(f, &self.0)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                parse_hex(text).map(Self)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = ParseIdError;

            fn try_from(bytes: &[u8]) -> Result<Self, ParseIdError> {
                bytes.try_into().map(Self).map_err(|_| ParseIdError)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                Self::try_from(d.bytes()?).map_err(|_| minicbor::decode::Error::message("an id has 16 bytes"))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        #[cfg(feature = "sqlite")]
        impl rusqlite::ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
                Ok(rusqlite::types::ToSqlOutput::from(&self.0[..]))
            }
        }

        #[cfg(feature = "sqlite")]
        impl rusqlite::types::FromSql for $name {
            fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
                <[u8; ID_LEN]>::column_result(value).map(Self)
            }
        }
    };
}

id! {
    /// An organisation: a committee, a branch, a group.
    OrgId
}
id! {
    /// A member.
    MemberId
}
id! {
    /// A device of a member, or the server itself.
    DeviceId
}
id! {
    /// A document: the hash of its header.
    DocId
}
id! {
    /// Sixteen random bytes that name one life of a device's database.
    ///
    /// A phone restored from a backup starts a new one, so that it never gives two changes one name.
    Generation
}
id! {
    /// Who a change says it is by: one device in one generation.
    ActorId
}

/// The ids that stand one after another in `bytes`, sixteen bytes each; what is left over is none.
pub fn ids_in<T: for<'a> TryFrom<&'a [u8]>>(bytes: &[u8]) -> impl Iterator<Item = T> {
    bytes.chunks_exact(ID_LEN).filter_map(|id| T::try_from(id).ok())
}

impl OrgId {
    /// The id of the organisation that the member books call `number`.
    #[must_use]
    pub fn from_number(number: &str) -> Self {
        Self(hash_id("hongqi org", &[number.as_bytes()]))
    }
}

impl MemberId {
    /// The server, as the author of cards and grants.
    pub const SERVER: Self = Self([0xff; ID_LEN]);

    /// The id of the member that the member books call `number`.
    #[must_use]
    pub fn from_number(number: &str) -> Self {
        Self(hash_id("hongqi member", &[number.as_bytes()]))
    }
}

impl DeviceId {
    /// The id of the device whose key this is (65 bytes, an uncompressed P-256 point).
    #[must_use]
    pub fn of_key(public_key: &[u8]) -> Self {
        Self(hash_id("hongqi device", &[public_key]))
    }
}

impl ActorId {
    /// The actor under which `device` writes in `generation`.
    #[must_use]
    pub fn of(device: DeviceId, generation: Generation) -> Self {
        Self(hash_id("hongqi actor", &[device.as_bytes(), generation.as_bytes()]))
    }
}

/// The hash of a change: SHA-256 over its chunk, as automerge computes it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeHash(pub [u8; 32]);

impl fmt::Debug for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

#[cfg(feature = "sqlite")]
impl rusqlite::ToSql for ChangeHash {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(rusqlite::types::ToSqlOutput::from(&self.0[..]))
    }
}

#[cfg(feature = "sqlite")]
impl rusqlite::types::FromSql for ChangeHash {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        <[u8; 32]>::column_result(value).map(Self)
    }
}

/// What a space is for; see the module `document` for what each holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum SpaceKind {
    /// An organisation's notice board.
    Board = 1,
    /// What members say to an organisation about themselves.
    Desk = 2,
    /// A discussion.
    Talk = 3,
    /// What only a member's own devices see.
    Personal = 4,
}

impl SpaceKind {
    const ALL: [(Self, &'static str); 4] =
        [(Self::Board, "board"), (Self::Desk, "desk"), (Self::Talk, "talk"), (Self::Personal, "personal")];

    fn name(self) -> &'static str {
        Self::ALL[self as usize - 1].1
    }
}

/// A space: the unit of replication and of reading rights, with one ordered log at the server.
///
/// Seventeen bytes: the kind, then the id of what it belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpaceId {
    kind: SpaceKind,
    id: [u8; ID_LEN],
}

impl SpaceId {
    /// Length of a space id in bytes.
    pub const LEN: usize = ID_LEN + 1;

    /// The notice board of an organisation.
    #[must_use]
    pub const fn board(org: OrgId) -> Self {
        Self { kind: SpaceKind::Board, id: org.0 }
    }

    /// The desk of an organisation.
    #[must_use]
    pub const fn desk(org: OrgId) -> Self {
        Self { kind: SpaceKind::Desk, id: org.0 }
    }

    /// The standing discussion of an organisation's own members.
    #[must_use]
    pub const fn standing(org: OrgId) -> Self {
        Self { kind: SpaceKind::Talk, id: org.0 }
    }

    /// The thread below a document of a board, for instance an article.
    #[must_use]
    pub const fn thread(doc: DocId) -> Self {
        Self { kind: SpaceKind::Talk, id: doc.0 }
    }

    /// The discussion of a group or a case that `owner` opens: hidden, since only who is told of it knows that it exists.
    #[must_use]
    pub fn hidden(owner: MemberId, nonce: &crate::document::Nonce) -> Self {
        Self { kind: SpaceKind::Talk, id: hash_id("hongqi hidden talk", &[owner.as_bytes(), nonce.as_bytes()]) }
    }

    /// What only the devices of a member see.
    #[must_use]
    pub const fn personal(member: MemberId) -> Self {
        Self { kind: SpaceKind::Personal, id: member.0 }
    }

    /// What kind of space this is.
    #[must_use]
    pub const fn kind(&self) -> SpaceKind {
        self.kind
    }

    /// The organisation a board, a desk or a standing discussion belongs to; of a thread or a personal space these
    /// bytes name a document or a member, and no organisation has them.
    #[must_use]
    pub const fn org(&self) -> OrgId {
        OrgId(self.id)
    }

    /// The document a thread stands below; see [`SpaceId::org`] for other kinds.
    #[must_use]
    pub const fn doc(&self) -> DocId {
        DocId(self.id)
    }

    /// The member a personal space belongs to; see [`SpaceId::org`] for other kinds.
    #[must_use]
    pub const fn member(&self) -> MemberId {
        MemberId(self.id)
    }

    /// The seventeen bytes.
    #[must_use]
    pub fn to_bytes(self) -> [u8; Self::LEN] {
        let mut out = [self.kind as u8; Self::LEN];
        out[1..].copy_from_slice(&self.id);
        out
    }
}

impl TryFrom<&[u8]> for SpaceId {
    type Error = ParseIdError;

    fn try_from(bytes: &[u8]) -> Result<Self, ParseIdError> {
        let (&first, rest) = bytes.split_first().ok_or(ParseIdError)?;
        let kind = SpaceKind::ALL.into_iter().map(|(kind, _)| kind).find(|kind| *kind as u8 == first);
        Ok(Self { kind: kind.ok_or(ParseIdError)?, id: rest.try_into().map_err(|_| ParseIdError)? })
    }
}

impl fmt::Display for SpaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.kind.name())?;
        write_hex(f, &self.id)
    }
}

impl fmt::Debug for SpaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for SpaceId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        let (name, id) = text.split_once(':').ok_or(ParseIdError)?;
        let kind = SpaceKind::ALL.into_iter().find(|(_, known)| *known == name).ok_or(ParseIdError)?.0;
        Ok(Self { kind, id: parse_hex(id)? })
    }
}

impl<C> minicbor::Encode<C> for SpaceId {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.to_bytes())?.ok()
    }
}

impl<'b, C> minicbor::Decode<'b, C> for SpaceId {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::try_from(d.bytes()?).map_err(|_| minicbor::decode::Error::message("not a space id"))
    }
}

impl serde::Serialize for SpaceId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "sqlite")]
impl rusqlite::ToSql for SpaceId {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(rusqlite::types::ToSqlOutput::from(self.to_bytes().to_vec()))
    }
}

#[cfg(feature = "sqlite")]
impl rusqlite::types::FromSql for SpaceId {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        let bytes = value.as_blob()?;
        Self::try_from(bytes).map_err(|error| rusqlite::types::FromSqlError::Other(Box::new(error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_shows() {
        let org = OrgId::from_number("B0001");
        assert_eq!(org.to_string().parse(), Ok(org));
        let space = SpaceId::desk(org);
        assert_eq!(space.to_string().parse(), Ok(space));
        assert_eq!(SpaceId::try_from(&space.to_bytes()[..]), Ok(space));
    }

    #[test]
    fn bad_text_is_refused_and_never_panics() {
        for text in ["", "zz", "board", "board:", "shelf:00", &"é".repeat(16), &"+1".repeat(16)] {
            assert_eq!(text.parse::<OrgId>(), Err(ParseIdError), "{text}");
            assert_eq!(text.parse::<SpaceId>(), Err(ParseIdError), "{text}");
        }
        assert_eq!(SpaceId::try_from(&[9u8; 17][..]), Err(ParseIdError));
        assert_eq!(SpaceId::try_from(&[1u8; 3][..]), Err(ParseIdError));
    }

    #[test]
    fn ids_of_one_number_differ_by_what_they_name() {
        assert_ne!(OrgId::from_number("1").as_bytes(), MemberId::from_number("1").as_bytes());
    }
}
