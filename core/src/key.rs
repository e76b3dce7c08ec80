//! Keys: ECDSA P-256 with SHA-256, since that is what phones keep in hardware.
//!
//! Public keys are uncompressed points (65 bytes), signatures fixed `r || s` (64 bytes). Every signature is over a
//! purpose and the message, so that one made for one thing can never pass for another.

use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
};

/// Length of a public key in bytes.
pub const PUBLIC_KEY_LEN: usize = 65;
/// Length of a signature in bytes.
pub const SIGNATURE_LEN: usize = 64;

/// A public key.
pub type PublicKey = [u8; PUBLIC_KEY_LEN];
/// A signature.
pub type Signature = [u8; SIGNATURE_LEN];

/// The key could not be made, read or used; nothing was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the device key cannot be used")]
pub struct KeyError;

/// What a signature is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A batch of changes.
    Batch,
    /// What the server says of a device and its member.
    AuthorCard,
    /// A new device shows that it holds its key.
    Enrol,
    /// A device answers the server's challenge.
    Challenge,
    /// A door's code of one period.
    DoorCode,
    /// A member's card of one period.
    MemberCard,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Batch => b"hongqi batch 1\0",
            Self::AuthorCard => b"hongqi author card 1\0",
            Self::Enrol => b"hongqi enrol 1\0",
            Self::Challenge => b"hongqi challenge 1\0",
            Self::DoorCode => b"hongqi door code 1\0",
            Self::MemberCard => b"hongqi member card 1\0",
        }
    }

    fn message(self, message: &[u8]) -> Vec<u8> {
        [self.label(), message].concat()
    }
}

/// A private key of a device: in hardware on a phone, in software for tests and the server.
pub trait DeviceKey: Send + Sync {
    /// The public half.
    fn public_key(&self) -> PublicKey;

    /// Signs `message`, which already carries its purpose; use [`sign`].
    ///
    /// # Errors
    /// [`KeyError`] if the key store does not answer or has lost the key.
    fn sign_raw(&self, message: &[u8]) -> Result<Signature, KeyError>;
}

/// Signs `message` for `purpose`.
///
/// # Errors
/// See [`DeviceKey::sign_raw`].
pub fn sign(key: &dyn DeviceKey, purpose: Purpose, message: &[u8]) -> Result<Signature, KeyError> {
    key.sign_raw(&purpose.message(message))
}

/// Whether `signature` is that of `public_key` over `message` for `purpose`.
#[must_use]
pub fn verify(public_key: &PublicKey, purpose: Purpose, message: &[u8], signature: &Signature) -> bool {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public_key).verify(&purpose.message(message), signature).is_ok()
}

/// A key held in memory and stored as PKCS#8.
pub struct SoftwareKey {
    pair: EcdsaKeyPair,
    random: SystemRandom,
}

impl std::fmt::Debug for SoftwareKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SoftwareKey").finish_non_exhaustive()
    }
}

impl SoftwareKey {
    /// A new key, and its PKCS#8 form to be kept where only this device reads.
    ///
    /// # Errors
    /// [`KeyError`] if the system gives no random bytes.
    pub fn generate() -> Result<(Self, Vec<u8>), KeyError> {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).map_err(|_| KeyError)?;
        Ok((Self::from_pkcs8(pkcs8.as_ref())?, pkcs8.as_ref().to_vec()))
    }

    /// The key with this PKCS#8 form.
    ///
    /// # Errors
    /// [`KeyError`] if it is none.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &random).map_err(|_| KeyError)?;
        Ok(Self { pair, random })
    }
}

impl DeviceKey for SoftwareKey {
    fn public_key(&self) -> PublicKey {
        let mut out = [0; PUBLIC_KEY_LEN];
        out.copy_from_slice(self.pair.public_key().as_ref());
        out
    }

    fn sign_raw(&self, message: &[u8]) -> Result<Signature, KeyError> {
        let signature = self.pair.sign(&self.random, message).map_err(|_| KeyError)?;
        signature.as_ref().try_into().map_err(|_| KeyError)
    }
}

/// Fills `out` with random bytes from the system.
///
/// # Errors
/// [`KeyError`] if the system gives none.
pub fn random_bytes(out: &mut [u8]) -> Result<(), KeyError> {
    #[cfg(feature = "rig")]
    if crate::rig::random(out) {
        return Ok(());
    }
    ring::rand::SecureRandom::fill(&SystemRandom::new(), out).map_err(|_| KeyError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_key_purpose_and_message_only() {
        let pkcs8 = SoftwareKey::generate().unwrap().1;
        let key = SoftwareKey::from_pkcs8(&pkcs8).unwrap();
        let signature = sign(&key, Purpose::Batch, b"m").unwrap();
        assert!(verify(&key.public_key(), Purpose::Batch, b"m", &signature));
        assert!(!verify(&key.public_key(), Purpose::Challenge, b"m", &signature));
        assert!(!verify(&key.public_key(), Purpose::Batch, b"n", &signature));
        let other = SoftwareKey::generate().unwrap().0;
        assert!(!verify(&other.public_key(), Purpose::Batch, b"m", &signature));
        assert!(!verify(&[0; PUBLIC_KEY_LEN], Purpose::Batch, b"m", &signature));
        assert!(!format!("{key:?}").contains(&format!("{:?}", pkcs8[40])));
    }
}
