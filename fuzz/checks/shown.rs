//! Texts of any characters, as a scanner gives them: reading a code or a card never panics, there is one text for what was
//! read, and nothing holds that the door of the golden codes, or the server of the golden cards, has not signed.

use std::sync::LazyLock;

use hongqi_core::key::PublicKey;
use hongqi_core::presence::{Card, Code, from_text, to_text};

/// What a file of `tests/vectors` has under `key`.
fn golden(json: &str, key: &str) -> Vec<u8> {
    let (_, rest) = json.split_once(&format!("\"{key}\": \"")).expect("the key");
    let digits = rest.split('"').next().unwrap_or_default();
    (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).expect("digits")).collect()
}

static CODE: LazyLock<(Code, PublicKey)> = LazyLock::new(|| {
    let json = include_str!("../../tests/vectors/codes.json");
    let code = Code::from_bytes(&golden(json, "bytes")).expect("a code");
    (code, golden(json, "door_key").try_into().expect("a key"))
});
static CARD: LazyLock<(Card, PublicKey)> = LazyLock::new(|| {
    let json = include_str!("../../tests/vectors/cards.json");
    let card = Card::from_bytes(&golden(json, "bytes")).expect("a card");
    (card, golden(json, "server_key").try_into().expect("a key"))
});

/// Checks the bytes of a code.
fn code(bytes: &[u8]) {
    let Ok(code) = Code::from_bytes(bytes) else { return };
    assert_eq!(code.to_bytes(), bytes);
    let (golden, door) = &*CODE;
    if code.verify(door) {
        // There may be another signature for the same, as of every ECDSA.
        assert_eq!(Code { signature: golden.signature, ..code }, *golden);
    }
}

/// Checks the bytes of a card, without the name.
fn card(bytes: &[u8]) {
    let Ok(card) = Card::from_bytes(bytes) else { return };
    assert_eq!(card.to_bytes(), bytes);
    let (golden, server) = &*CARD;
    if card.is_certified(server) {
        let said = |card: &Card| (card.device(), card.member, card.public_key, card.home, card.name_hash);
        assert_eq!(said(&card), said(golden));
        if card.verify() {
            assert_eq!((card.counter, card.nonce), (golden.counter, golden.nonce));
        }
    }
}

/// Checks one input.
pub fn check(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(bytes) = from_text(text) else { return };
    assert_eq!(to_text(&bytes), text.trim().to_ascii_uppercase());
    code(&bytes);
    if let Ok((shown, name)) = Card::from_shown(&bytes) {
        assert_eq!([&shown.to_bytes(), name.as_bytes()].concat(), bytes);
        card(&shown.to_bytes());
        assert!(Code::from_bytes(&bytes).is_err());
    }
}
