//! Golden vectors: the codes, the cards, the evidence and the tables under `tests/vectors`, which other languages' tests
//! read too.
//!
//! The keys are fixed; a signature has chance in it, so that the files are made once and only checked from then on.
//! `HONGQI_VECTORS=write cargo test -p hongqi-tests --test vectors` makes them anew.
#![allow(clippy::unwrap_used)]

mod evidence;
mod fuzz;
mod park;
mod status;

use std::path::PathBuf;

use hongqi_core::ids::{DeviceId, DocId, MemberId, OrgId};
use hongqi_core::key::{DeviceKey, PublicKey};
use hongqi_core::presence::{Card, Code, Refused, from_text, to_text};
use hongqi_core::sync::wire::AuthorCard;
use hongqi_tests::world::key;
use serde_json::{Value, json};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len() / 2).map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap()).collect()
}

fn bent(bytes: &[u8], at: usize) -> String {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    to_text(&bytes)
}

fn code() -> Code {
    let (activity, door) = (DocId::from_bytes([0xac; 16]), DocId::from_bytes([0xd0; 16]));
    Code::sign(&key(1), activity, door, 119_698_440, [7; 8]).unwrap()
}

fn case(name: &str, outcome: &str, text: String) -> Value {
    json!({ "name": name, "outcome": outcome, "text": text })
}

fn codes() -> Value {
    let code = code();
    let bytes = code.to_bytes();
    let others = Code::sign(&key(2), code.activity, code.door, code.counter, [7; 8]).unwrap();
    json!({
        "door_key": hex(&key(1).public_key()),
        "activity": code.activity.to_string(), "door": code.door.to_string(), "counter": code.counter, "nonce": hex(&code.nonce),
        "bytes": hex(&bytes),
        "cases": [
            case("as it was shown", "valid", to_text(&bytes)),
            case("as a scanner may give it", "valid", format!(" {}\n", to_text(&bytes).to_lowercase())),
            case("another counter", "forged", bent(&bytes, 41)),
            case("signed by another", "forged", to_text(&others.to_bytes())),
            case("a version that is not there yet, in the bytes", "wrong_version", bent(&bytes, 0)),
            case("a version that is not there yet, in the text", "wrong_version", to_text(&bytes).replacen("HQ1", "HQ2", 1)),
            case("a byte less", "malformed", to_text(&bytes[..bytes.len() - 1])),
            case("a byte more", "malformed", to_text(&[&bytes[..], &[0]].concat())),
            case("nothing", "malformed", "HQ1:".to_owned()),
            case("an address", "malformed", "https://example.com/HQ1".to_owned()),
        ],
    })
}

fn cards() -> Value {
    let code = code();
    let (device, name) = (key(2), "李敏");
    let author = AuthorCard {
        device: DeviceId::of_key(&device.public_key()),
        member: MemberId::from_number("1001"),
        public_key: device.public_key(),
        name: name.to_owned(),
        home: OrgId::from_number("B1"),
        signature: [0; 64],
    };
    let author = author.sign(&key(0)).unwrap();
    let card = Card::sign(&device, &author, code.counter, [9; 8]).unwrap();
    let bytes = card.to_bytes();
    let shown = |bytes: &[u8], name: &str| to_text(&[bytes, name.as_bytes()].concat());
    let uncertified = Card::sign(&device, &author.clone().sign(&key(1)).unwrap(), code.counter, [9; 8]).unwrap();
    let mut counted = bytes.clone();
    counted[9] ^= 1;
    json!({
        "server_key": hex(&key(0).public_key()),
        "member": card.member.to_string(), "home": card.home.to_string(), "device_key": hex(&card.public_key),
        "name": name, "counter": card.counter, "nonce": hex(&card.nonce), "bytes": hex(&bytes),
        "cases": [
            case("as it was shown", "valid", shown(&bytes, name)),
            case("another counter", "forged", shown(&counted, name)),
            case("another server's", "not_for_this_server", shown(&uncertified.to_bytes(), name)),
            case("another name", "malformed", shown(&bytes, "王敏")),
            case("no name", "malformed", to_text(&bytes)),
            case("a version that is not there yet", "wrong_version", bent(&bytes, 0)),
            case("a code", "malformed", to_text(&code.to_bytes())),
        ],
    })
}

type Made = (&'static str, fn() -> Value);

/// Makes those of the files that are not there.
fn write() {
    let files: [Made; 4] = [
        ("codes.json", codes),
        ("cards.json", cards),
        ("evidence.json", evidence::make),
        ("status.json", status::make),
    ];
    for (name, make) in files {
        if !file(name).exists() {
            std::fs::write(file(name), format!("{:#}\n", make())).unwrap();
        }
    }
    fuzz::write_seeds();
}

fn vectors(name: &str) -> Value {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        if std::env::var("HONGQI_VECTORS").is_ok_and(|wish| wish == "write") {
            write();
        }
    });
    read(name)
}

fn read(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file(name)).unwrap()).unwrap()
}

/// The outcome's name, as it stands in the files.
fn outcome(result: Result<(), Refused>) -> Value {
    result.map_or_else(|reason| serde_json::to_value(reason).unwrap(), |()| json!("valid"))
}

fn check(file: &Value, read: impl Fn(&str) -> Result<(), Refused>) {
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() >= 7);
    for case in cases {
        assert_eq!(outcome(read(case["text"].as_str().unwrap())), case["outcome"], "{}", case["name"]);
    }
}

#[test]
fn codes_are_read_as_they_always_were() {
    let file = vectors("codes.json");
    let door = PublicKey::try_from(&unhex(&file["door_key"])[..]).unwrap();
    let code = Code::from_bytes(&unhex(&file["bytes"])).unwrap();
    assert_eq!(code.activity.to_string(), file["activity"]);
    assert_eq!(code.door.to_string(), file["door"]);
    assert_eq!(code.counter, file["counter"]);
    assert_eq!(hex(&code.nonce), file["nonce"]);
    check(&file, |text| {
        let code = Code::from_bytes(&from_text(text)?)?;
        if code.verify(&door) { Ok(()) } else { Err(Refused::Forged) }
    });
}

#[test]
fn cards_are_read_as_they_always_were() {
    let file = vectors("cards.json");
    let server = PublicKey::try_from(&unhex(&file["server_key"])[..]).unwrap();
    let card = Card::from_bytes(&unhex(&file["bytes"])).unwrap();
    assert_eq!(card.member.to_string(), file["member"]);
    assert_eq!(card.home.to_string(), file["home"]);
    assert_eq!(hex(&card.public_key), file["device_key"]);
    assert_eq!(card.counter, file["counter"]);
    check(&file, |text| {
        let (card, name) = Card::from_shown(&from_text(text)?)?;
        assert_eq!(name, file["name"]);
        if !card.is_certified(&server) {
            return Err(Refused::NotForThisServer);
        }
        if card.verify() { Ok(()) } else { Err(Refused::Forged) }
    });
}
