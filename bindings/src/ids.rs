//! Identifiers and times as they cross the border: texts and milliseconds, which the packages wrap in types of their
//! own (`uniffi.toml`). A text that is no identifier is [`ErrorCode::InvalidId`], whatever it was passed to.

use hongqi_core::clock::Timestamp;
use hongqi_core::ids::{DeviceId, DocId, MemberId, OrgId, SpaceId};

use crate::call::guarded;
use crate::error::{ErrorCode, HongqiError};

fn invalid(_: hongqi_core::ids::ParseIdError) -> uniffi::deps::anyhow::Error {
    HongqiError::from(ErrorCode::InvalidId).into()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        uniffi::custom_type!($(#[$doc])* $name, String, {
            remote,
            lower: |id| id.to_string(),
            try_lift: |text| text.parse().map_err(invalid),
        });
    };
}

id!(
    /// A document: 32 hexadecimal digits.
    DocId
);
id!(
    /// An organisation: 32 hexadecimal digits.
    OrgId
);
id!(
    /// A member: 32 hexadecimal digits.
    MemberId
);
id!(
    /// A device of a member: 32 hexadecimal digits.
    DeviceId
);
id!(
    /// A space: `board:`, `desk:`, `talk:` or `personal:` and 32 hexadecimal digits.
    SpaceId
);

uniffi::custom_type!(
    /// A moment: milliseconds since 1970-01-01 UTC.
    Timestamp, i64, {
    remote,
    lower: |time| time.0,
    try_lift: |ms| Ok(Timestamp(ms)),
});

fn parse<T: std::str::FromStr>(text: &str) -> Result<T, HongqiError> {
    text.trim().parse().map_err(|_| ErrorCode::InvalidId.into())
}

/// The document id with this text, for instance from a link; capitals and spaces around it do not matter.
///
/// # Errors
/// `invalid_id`.
#[uniffi::export]
pub fn parse_doc_id(text: &str) -> Result<DocId, HongqiError> {
    guarded(|| parse(text))
}

/// The organisation id with this text; as `parse_doc_id`.
///
/// # Errors
/// `invalid_id`.
#[uniffi::export]
pub fn parse_org_id(text: &str) -> Result<OrgId, HongqiError> {
    guarded(|| parse(text))
}

/// The member id with this text; as `parse_doc_id`.
///
/// # Errors
/// `invalid_id`.
#[uniffi::export]
pub fn parse_member_id(text: &str) -> Result<MemberId, HongqiError> {
    guarded(|| parse(text))
}

/// The space id with this text; as `parse_doc_id`.
///
/// # Errors
/// `invalid_id`.
#[uniffi::export]
pub fn parse_space_id(text: &str) -> Result<SpaceId, HongqiError> {
    guarded(|| parse(text))
}

/// The id of the organisation that the books call `number`.
///
/// # Errors
/// None; as all exports.
#[uniffi::export]
pub fn org_id_of_number(number: &str) -> Result<OrgId, HongqiError> {
    guarded(|| Ok(OrgId::from_number(number)))
}

/// The id of the member that the books call `number`.
///
/// # Errors
/// None; as all exports.
#[uniffi::export]
pub fn member_id_of_number(number: &str) -> Result<MemberId, HongqiError> {
    guarded(|| Ok(MemberId::from_number(number)))
}

/// The standing discussion of an organisation's own members.
///
/// # Errors
/// `invalid_id`.
#[uniffi::export]
pub fn standing_talk_of(org: OrgId) -> Result<SpaceId, HongqiError> {
    guarded(|| Ok(SpaceId::standing(org)))
}

/// The discussion below a document, for instance an article.
///
/// # Errors
/// `invalid_id`.
#[uniffi::export]
pub fn thread_of(doc: DocId) -> Result<SpaceId, HongqiError> {
    guarded(|| Ok(SpaceId::thread(doc)))
}

/// The version of this library.
///
/// # Errors
/// None; as all exports.
#[uniffi::export]
pub fn library_version() -> Result<String, HongqiError> {
    guarded(|| Ok(env!("CARGO_PKG_VERSION").to_owned()))
}

/// The version of the database's schema; a database of a later one does not open (`newer_database`).
///
/// # Errors
/// None; as all exports.
#[uniffi::export]
pub fn schema_version() -> Result<u32, HongqiError> {
    guarded(|| Ok(hongqi_core::SCHEMA_VERSION))
}
