//! Becoming a device, and showing again and again to be one: invitations, challenges, tokens, revocation.
//!
//! Codes and secrets are kept as hashes only, and challenges and tokens in memory ([`crate::sessions`]).

use hongqi_core::ids::{DeviceId, MemberId, sha256};
use hongqi_core::key::{Purpose, random_bytes, verify};
use hongqi_core::sync::wire::{
    Challenge, ChallengeRequest, EnrolRequest, EnrolResponse, FailureCode, Token, TokenRequest, VERSION,
};

use crate::error::Error;
use crate::publish::Item;
use crate::storage::{DeviceRow, InviteRow};
use crate::{Server, read, transact};

/// How long a challenge may be answered.
pub const CHALLENGE_MS: i64 = 60_000;
/// How long a token holds.
pub const TOKEN_MS: i64 = 3_600_000;
/// No 0, O, 1, I, L: a code is read from paper.
const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// The code as it is hashed: upper case, letters and digits only, so that a typed dash or space does no harm.
fn code_hash(code: &str) -> [u8; 32] {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    sha256(&[b"hongqi invite", plain.as_bytes()])
}

/// Sixteen letters: 79 bits, so that guessing is hopeless at whatever rate.
fn new_code() -> Result<String, Error> {
    let mut random = [0; 32];
    random_bytes(&mut random)?;
    // 256 is not a multiple of 31; what lies above is thrown away so that every letter is as likely.
    let letters = random.iter().filter(|byte| **byte < 248).map(|byte| ALPHABET[usize::from(byte % 31)] as char);
    let letters: Vec<char> = letters.take(16).collect();
    if letters.len() < 16 {
        return new_code();
    }
    Ok(letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

impl Server {
    /// A code with which the member of this number enrols one device within `hours`.
    ///
    /// # Errors
    /// [`Error::NoSuchMember`] or that of the storage.
    pub fn invite(&self, number: &str, hours: u32) -> Result<String, Error> {
        let member = MemberId::from_number(number);
        let code = new_code()?;
        let expires = self.clock().now().plus_ms(i64::from(hours) * 3_600_000);
        transact(self.storage(), |tx| {
            if tx.member(member)?.is_none_or(|row| row.left) {
                return Err(Error::NoSuchMember);
            }
            Ok(tx.put_invite(&code_hash(&code), &InviteRow { member, expires, used: false })?)
        })?;
        Ok(code)
    }

    /// Turns an invitation into a device. The same key with the same code again gets the same answer, so that a phone
    /// that lost the first answer is not locked out.
    ///
    /// # Errors
    /// [`Error::Refused`] or that of the storage.
    pub fn enrol(&self, request: &EnrolRequest) -> Result<EnrolResponse, Error> {
        if request.version != VERSION {
            return Err(FailureCode::UnsupportedVersion.into());
        }
        if !verify(&request.public_key, Purpose::Enrol, request.code.as_bytes(), &request.signature) {
            return Err(FailureCode::BadRequest.into());
        }
        let now = self.clock().now();
        let hash = code_hash(&request.code);
        let device = DeviceId::of_key(&request.public_key);
        transact(self.storage(), |tx| {
            let invite = tx.invite(&hash)?.ok_or(FailureCode::InvalidInvitation)?;
            if tx.member(invite.member)?.is_none_or(|row| row.left) {
                return Err(FailureCode::InvalidInvitation.into());
            }
            match tx.device(device)? {
                Some(known) if known.revoked => return Err(FailureCode::Revoked.into()),
                Some(known) if known.member == invite.member && invite.used => return Ok(()),
                Some(known) if known.member != invite.member => return Err(FailureCode::InvalidInvitation.into()),
                _ if invite.used || invite.expires <= now => return Err(FailureCode::InvalidInvitation.into()),
                Some(_) => {
                    // A phone that lost its database and kept its key.
                    tx.put_invite(&hash, &InviteRow { used: true, ..invite })?;
                    return Ok(());
                }
                None => {}
            }
            let row = DeviceRow { device, member: invite.member, public_key: request.public_key, revoked: false };
            tx.put_device(&row, now)?;
            tx.put_invite(&hash, &InviteRow { used: true, ..invite })?;
            Ok(())
        })?;
        tracing::info!(%device, "enrolled");
        Ok(EnrolResponse { card: self.card(device)?, server_key: self.public_key(), token: self.new_token(device)? })
    }

    /// Something for the device to sign. A device that does not exist gets one too: nobody learns which do.
    ///
    /// # Errors
    /// [`Error::Refused`].
    pub fn challenge(&self, request: &ChallengeRequest) -> Result<Challenge, Error> {
        if request.version != VERSION {
            return Err(FailureCode::UnsupportedVersion.into());
        }
        let mut nonce = [0; 32];
        random_bytes(&mut nonce)?;
        let now = self.clock().now();
        self.sessions.challenge(nonce, request.device, now, now.plus_ms(CHALLENGE_MS));
        Ok(Challenge { nonce })
    }

    /// A token for a signed challenge. A challenge holds once. Who has left gets one too, for what is told after
    /// leaving ([`Server::sync`]).
    ///
    /// # Errors
    /// [`Error::Refused`] or that of the storage.
    pub fn token(&self, request: &TokenRequest) -> Result<Token, Error> {
        let open = self.sessions.close(&request.nonce, self.clock().now());
        let device = open.ok_or(FailureCode::Unauthenticated)?;
        if device != request.device {
            return Err(FailureCode::Unauthenticated.into());
        }
        let row = read(self.storage(), |reader| reader.device(device))?.ok_or(FailureCode::Unauthenticated)?;
        if !verify(&row.public_key, Purpose::Challenge, &request.nonce, &request.signature) {
            return Err(FailureCode::Unauthenticated.into());
        }
        self.known(device)?;
        self.new_token(device)
    }

    fn new_token(&self, device: DeviceId) -> Result<Token, Error> {
        let mut random = [0; 32];
        random_bytes(&mut random)?;
        let secret: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let now = self.clock().now();
        self.sessions.token(sha256(&[secret.as_bytes()]), device, now, now.plus_ms(TOKEN_MS));
        Ok(Token { secret, ttl_ms: TOKEN_MS.unsigned_abs() })
    }

    /// Whose token this is, and that the device may take part now.
    ///
    /// # Errors
    /// [`Error::Refused`]: unknown, run out, or the device was revoked since.
    pub fn authenticate(&self, secret: &str) -> Result<DeviceId, Error> {
        let device = self.bearer(secret)?;
        self.active(device)?;
        Ok(device)
    }

    /// Whose token this is, from memory. Whether the device may still take part, the call that follows asks.
    pub(crate) fn bearer(&self, secret: &str) -> Result<DeviceId, Error> {
        let bearer = self.sessions.bearer(&sha256(&[secret.as_bytes()]), self.clock().now());
        bearer.ok_or_else(|| FailureCode::Unauthenticated.into())
    }

    /// Ends a device: its tokens, its streams, and every later call.
    ///
    /// # Errors
    /// [`Error::NoSuchDevice`] or that of the storage.
    pub fn revoke_device(&self, device: DeviceId) -> Result<(), Error> {
        let now = self.clock().now();
        self.publishing(|tx| {
            let row = tx.device(device)?.ok_or(Error::NoSuchDevice)?;
            tx.put_device(&DeviceRow { revoked: true, ..row }, now)?;
            tx.touch_registry()?;
            // A door with no network refuses the device's card once the phone of its host has heard of this.
            let member = tx.member(row.member)?;
            let revoked = tx.revoked_devices(row.member)?;
            Ok(((), member.iter().map(|member| Item::member(member, member.left, &revoked)).collect()))
        })?;
        self.sessions.end(device);
        self.followers.forget(device);
        tracing::info!(%device, "revoked");
        Ok(())
    }
}
