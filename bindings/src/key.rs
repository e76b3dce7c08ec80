//! Keys in the platform's key store.
//!
//! What the platforms give differs, so both halves are taken in either form:
//!
//! | | public key | signature |
//! |---|---|---|
//! | Android Keystore | `publicKey.encoded`: X.509 SubjectPublicKeyInfo, 91 bytes | `SHA256withECDSA`: DER |
//! | Secure Enclave, `SecKey` | `SecKeyCopyExternalRepresentation`: X9.63, 65 bytes | `ecdsaSignatureMessageX962SHA256`: DER |
//! | CryptoKit | `x963Representation`: 65 bytes | `rawRepresentation`: r ‖ s, 64 bytes |
//!
//! Both hash the message with SHA-256 themselves. ECDSA accepts s and n − s alike, and so does the server: a signature
//! names its batch, and is never a name itself.

use std::fmt;
use std::sync::Arc;

use hongqi_core::key::{self, KeyError, PublicKey, SIGNATURE_LEN, Signature};

use crate::call::guarded;
use crate::error::{ErrorCode, HongqiError};

/// The device's private key (ECDSA, P-256, SHA-256), which never leaves the key store it was made in.
#[uniffi::export(rust, foreign)]
pub trait DeviceKey: Send + Sync {
    /// The public half: an uncompressed point (X9.63, 65 bytes), or a SubjectPublicKeyInfo (DER, 91 bytes). Asked once.
    ///
    /// # Errors
    /// Whatever is thrown becomes `key`.
    fn public_key(&self) -> Result<Vec<u8>, HongqiError>;

    /// Signs `message`, hashing it with SHA-256: r ‖ s (64 bytes), or DER. Called on a thread that may wait.
    ///
    /// # Errors
    /// Whatever is thrown becomes `key`.
    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, HongqiError>;
}

/// What comes before the point in a P-256 SubjectPublicKeyInfo (RFC 5480).
const SPKI_PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

fn point(encoded: &[u8]) -> Option<PublicKey> {
    let point = encoded.strip_prefix(&SPKI_PREFIX).unwrap_or(encoded);
    let point: PublicKey = point.try_into().ok()?;
    // 4: uncompressed.
    (point[0] == 4).then_some(point)
}

fn fixed(signature: &[u8]) -> Option<Signature> {
    if let Ok(fixed) = signature.try_into() {
        return Some(fixed);
    }
    let (0x30, sequence, rest) = element(signature)? else { return None };
    let (0x02, r, sequence) = element(sequence)? else { return None };
    let (0x02, s, sequence) = element(sequence)? else { return None };
    if !rest.is_empty() || !sequence.is_empty() {
        return None;
    }
    let mut out = [0; SIGNATURE_LEN];
    for (integer, slot) in [r, s].into_iter().zip(out.chunks_exact_mut(SIGNATURE_LEN / 2)) {
        let digits = &integer[integer.iter().take_while(|byte| **byte == 0).count()..];
        let start = slot.len().checked_sub(digits.len())?;
        slot[start..].copy_from_slice(digits);
    }
    Some(out)
}

/// Tag, content and what follows of a DER element of at most 127 bytes: a P-256 signature has at most 70.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let [tag, length @ 0..=127, rest @ ..] = der else { return None };
    let (content, rest) = rest.split_at_checked(usize::from(*length))?;
    Some((*tag, content, rest))
}

/// The platform's key as core wants it.
pub(crate) struct PlatformKey {
    key: Arc<dyn DeviceKey>,
    public_key: PublicKey,
}

impl PlatformKey {
    pub(crate) fn new(key: Arc<dyn DeviceKey>) -> Result<Self, ErrorCode> {
        let encoded = key.public_key().map_err(|_| ErrorCode::Key)?;
        let public_key = point(&encoded).ok_or(ErrorCode::Key)?;
        Ok(Self { key, public_key })
    }
}

impl key::DeviceKey for PlatformKey {
    fn public_key(&self) -> PublicKey {
        self.public_key
    }

    fn sign_raw(&self, message: &[u8]) -> Result<Signature, KeyError> {
        let signature = self.key.sign(message.to_vec()).map_err(|_| KeyError)?;
        fixed(&signature).ok_or(KeyError)
    }
}

/// A key held in memory: for tests, and for desktops without a key store.
#[derive(uniffi::Object)]
pub struct SoftwareKey {
    key: key::SoftwareKey,
    pkcs8: Vec<u8>,
}

impl fmt::Debug for SoftwareKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SoftwareKey").finish_non_exhaustive()
    }
}

#[uniffi::export]
impl SoftwareKey {
    /// A new key.
    ///
    /// # Errors
    /// `key` if the system gives no random bytes.
    #[uniffi::constructor]
    pub fn generate() -> Result<Arc<Self>, HongqiError> {
        guarded(|| {
            let (key, pkcs8) = key::SoftwareKey::generate().map_err(|_| ErrorCode::Key)?;
            Ok(Arc::new(Self { key, pkcs8 }))
        })
    }

    /// The key that `pkcs8` gave.
    ///
    /// # Errors
    /// `key` if it is none.
    #[uniffi::constructor]
    pub fn from_pkcs8(pkcs8: Vec<u8>) -> Result<Arc<Self>, HongqiError> {
        guarded(|| {
            let key = key::SoftwareKey::from_pkcs8(&pkcs8).map_err(|_| ErrorCode::Key)?;
            Ok(Arc::new(Self { key, pkcs8 }))
        })
    }

    /// The private key as PKCS#8, to be kept where only this device reads.
    ///
    /// # Errors
    /// None; as all exports.
    pub fn pkcs8(&self) -> Result<Vec<u8>, HongqiError> {
        guarded(|| Ok(self.pkcs8.clone()))
    }
}

#[uniffi::export]
impl DeviceKey for SoftwareKey {
    fn public_key(&self) -> Result<Vec<u8>, HongqiError> {
        guarded(|| Ok(key::DeviceKey::public_key(&self.key).to_vec()))
    }

    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, HongqiError> {
        guarded(|| {
            let signature = key::DeviceKey::sign_raw(&self.key, &message).map_err(|_| ErrorCode::Key)?;
            Ok(signature.to_vec())
        })
    }
}
