//! Keys as the platforms give them.

use std::sync::Arc;

use hongqi_core::key::{Purpose, sign, verify};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

use crate::key::{DeviceKey, PlatformKey};
use crate::{ErrorCode, HongqiError, SoftwareKey};

/// As Android's key store answers: everything in DER.
struct Keystore {
    pair: EcdsaKeyPair,
    public_key: Vec<u8>,
}

impl Keystore {
    fn new() -> Self {
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new()).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &SystemRandom::new());
        let pair = pair.unwrap();
        let prefix = "3059301306072a8648ce3d020106082a8648ce3d030107034200";
        let prefix = (0..prefix.len()).step_by(2).map(|at| u8::from_str_radix(&prefix[at..at + 2], 16).unwrap());
        let public_key = prefix.chain(pair.public_key().as_ref().iter().copied()).collect();
        Self { pair, public_key }
    }
}

impl DeviceKey for Keystore {
    fn public_key(&self) -> Result<Vec<u8>, HongqiError> {
        Ok(self.public_key.clone())
    }

    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>, HongqiError> {
        Ok(self.pair.sign(&SystemRandom::new(), &message).unwrap().as_ref().to_vec())
    }
}

/// Gives the same bytes as public key and signature, or fails.
struct Broken(Option<Vec<u8>>);

impl DeviceKey for Broken {
    fn public_key(&self) -> Result<Vec<u8>, HongqiError> {
        SoftwareKey::generate()?.public_key()
    }

    fn sign(&self, _: Vec<u8>) -> Result<Vec<u8>, HongqiError> {
        self.0.clone().ok_or(ErrorCode::Internal.into())
    }
}

#[test]
fn der_and_fixed_signatures_are_taken_alike() {
    for key in [Arc::new(Keystore::new()) as Arc<dyn DeviceKey>, SoftwareKey::generate().unwrap()] {
        let key = PlatformKey::new(key).unwrap();
        let public_key = hongqi_core::key::DeviceKey::public_key(&key);
        // Often enough for short integers, which DER writes with fewer bytes.
        for n in 0..2000_u32 {
            let signature = sign(&key, Purpose::Batch, &n.to_be_bytes()).unwrap();
            assert!(verify(&public_key, Purpose::Batch, &n.to_be_bytes(), &signature), "{n}");
        }
    }
}

#[test]
fn what_is_no_signature_is_an_error_of_the_key() {
    let integer = |len: u8| [vec![2, len], vec![1; len.into()]].concat();
    let sequence = |content: Vec<u8>| [vec![0x30, content.len() as u8], content].concat();
    let bad = [
        None,
        Some(Vec::new()),
        Some(vec![0x30]),
        Some(vec![0x30, 0xff, 0]),
        Some(sequence(integer(32))),
        Some(sequence([integer(33), integer(32)].concat())),
        Some(sequence([integer(8), integer(8), vec![0]].concat())),
        Some([sequence([integer(8), integer(8)].concat()), vec![0]].concat()),
        Some(vec![0x31, 0x30]),
    ];
    for signature in bad {
        let key = PlatformKey::new(Arc::new(Broken(signature.clone()))).unwrap();
        assert!(sign(&key, Purpose::Batch, b"m").is_err(), "{signature:?}");
    }
}

#[test]
fn a_software_key_comes_back_from_its_bytes_and_shows_nothing_of_them() {
    let key = SoftwareKey::generate().unwrap();
    let again = SoftwareKey::from_pkcs8(key.pkcs8().unwrap()).unwrap();
    assert_eq!(key.public_key(), again.public_key());
    assert_eq!(SoftwareKey::from_pkcs8(vec![1, 2, 3]).unwrap_err().code(), ErrorCode::Key);
    assert_eq!(format!("{key:?}"), "SoftwareKey { .. }");
}
