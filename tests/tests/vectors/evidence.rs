//! Evidence as it stands on the wire: what each piece counts as, or why it is not taken.

use hongqi_core::activity::Word;
use hongqi_core::document::{About, Change, Edit, Fields, Kind, Nonce, Value};
use hongqi_core::ids::{DocId, MemberId};
use hongqi_core::presence::{Card, Code};
use hongqi_core::sync::wire::{self, LogEntry, PushOutcome, SignedBatch};
use hongqi_tests::world::key;
use serde_json::{Map, Value as Json, json};

use super::park::{Park, Reader, desk, entries, id, judged, member, people, plain, preface};
use super::{hex, unhex, vectors};

/// One case: what it is, whose attendance it is about, and what comes of it.
struct Case {
    name: &'static str,
    who: &'static str,
    doc: DocId,
    batch: SignedBatch,
    server: &'static str,
    phone: &'static str,
}

/// A field as the file shows it.
fn clear(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::Str(value) | Value::Text(value) => json!(value),
        Value::Bytes(value) => json!(hex(value)),
    }
}

fn fields(fields: &Fields) -> Json {
    fields.iter().map(|(key, field)| (key.to_owned(), clear(&field.value))).collect::<Map<_, _>>().into()
}

/// What the server says, by the names of the file.
fn verdict(outcome: &PushOutcome) -> Json {
    match outcome {
        PushOutcome::Accepted { .. } => json!("accepted"),
        PushOutcome::Refused(refused) => serde_json::to_value(refused[0].reason).unwrap(),
        other => panic!("{other:?}"),
    }
}

pub fn make() -> Json {
    let mut park = Park::new();
    let activity_of = park.activity("主题党日");
    let activity = activity_of.id();
    let other = park.activity("座谈会").id();
    let [north, shut, revoked] = [(); 3].map(|()| park.door("何平", activity));
    let elsewhere = park.door("何平", other).id();
    park.edit("何平", &shut, &[Edit::Put("shut", true.into())]);
    park.edit("吴江", &activity_of, &[Edit::Put("shut", id(revoked.id()))]);
    let mut cases: Vec<Case> = Vec::new();
    let mut case = |park: &Park, name, who, doc, server, phone| {
        let batch = park.given.last().unwrap().0.clone();
        cases.push(Case { name, who, doc, batch, server, phone });
    };

    let at = |door: DocId| (activity, door);
    let (north, shut, revoked) = (north.id(), shut.id(), revoked.id());
    let unheard = DocId::from_bytes([0xd0; 16]);
    let code = |park: &mut Park, activity, door| park.code("何平", activity, door);
    let signed_here = code(&mut park, activity, north);
    let cut = match &signed_here {
        Value::Bytes(bytes) => Value::Bytes(bytes[..bytes.len() - 1].to_vec()),
        other => other.clone(),
    };
    let by_li = Code::sign(&key(2), activity, north, 119_701_200, [7; 8]).unwrap();
    let codes = [
        ("a check-in with a door's code", signed_here, "accepted", "seen=scanned"),
        ("at a door that its host has shut since", code(&mut park, activity, shut), "accepted", "seen=scanned"),
        (
            "at a door that was revoked",
            code(&mut park, activity, revoked),
            "accepted",
            "seen=claimed doubt=revoked_door",
        ),
        ("at a door not heard of", code(&mut park, activity, unheard), "accepted", "seen=claimed doubt=unknown_door"),
        (
            "at a door of another activity",
            code(&mut park, activity, elsewhere),
            "bad_code",
            "seen=claimed doubt=unknown_door",
        ),
        (
            "a code of another activity",
            code(&mut park, other, elsewhere),
            "bad_code",
            "seen=claimed doubt=bad_signature",
        ),
        ("a code signed by another", Value::Bytes(by_li.to_bytes()), "bad_code", "seen=claimed doubt=bad_signature"),
        ("a code that was cut off", cut, "bad_code", "seen=claimed doubt=bad_signature"),
        ("a code of no bytes", Value::Bytes(vec![]), "bad_code", "seen=claimed"),
        ("a code that is a text", "HQ1:AEAQ".into(), "malformed", "nothing"),
    ];
    for (name, code, server, phone) in codes {
        let doc = park.check_in("李敏", activity, &[("code", code)]);
        case(&park, name, "李敏", doc, server, phone);
    }
    let doc = park.check_in("李敏", activity, &[]);
    case(&park, "a check-in without a code", "李敏", doc, "accepted", "seen=claimed");
    let doc = park.check_in("李敏", activity, &[("out", true.into())]);
    case(&park, "who was checked in goes", "李敏", doc, "accepted", "seen=claimed out");
    let doc = park.check_in("李敏", activity, &[("latitude", 31.into())]);
    case(&park, "a check-in with a key that it may not have", "李敏", doc, "malformed", "nothing");

    let card = park.card("莫凡");
    let li = park.phone("李敏").enrolled.card.clone();
    let foreign = Card::sign(&key(3), &li.clone().sign(&key(1)).unwrap(), 1, [9; 8]).unwrap();
    let forged = Card::sign(&key(1), &li, 1, [9; 8]).unwrap();
    let cards = [
        ("a host scans a card", "莫凡", card.clone(), "accepted", "seen=witnessed"),
        ("a card of somebody else", "赵国强", card, "bad_code", "seen=claimed doubt=bad_signature"),
        (
            "a card that no device of the member signed",
            "李敏",
            Value::Bytes(forged.to_bytes()),
            "bad_code",
            "seen=claimed doubt=bad_signature",
        ),
        (
            "a card of another server",
            "李敏",
            Value::Bytes(foreign.to_bytes()),
            "bad_code",
            "seen=claimed doubt=bad_signature",
        ),
        (
            "a card that is a code",
            "李敏",
            Value::Bytes(by_li.to_bytes()),
            "bad_code",
            "seen=claimed doubt=bad_signature",
        ),
    ];
    for (name, who, card, server, phone) in cards {
        let doc = park.scan("何平", at(north), who, &[("card", card)]);
        case(&park, name, who, doc, server, phone);
    }
    let doc = park.scan("何平", at(north), "钱进", &[]);
    case(&park, "a host admits by name", "钱进", doc, "accepted", "seen=attested");
    let doc = park.scan("何平", at(north), "钱进", &[("out", true.into())]);
    case(&park, "a host sees somebody out", "钱进", doc, "accepted", "seen=attested out");
    let card = park.card("莫凡");
    let doubt = |name: &str| [("card", card.clone()), ("doubt", name.into())];
    let doc = park.scan("何平", at(north), "莫凡", &doubt("revoked_device"));
    case(&park, "a host admits a revoked device", "莫凡", doc, "accepted", "seen=claimed doubt=revoked_device");
    let doc = park.scan("何平", at(north), "莫凡", &doubt("member_left"));
    case(&park, "a host admits who had left", "莫凡", doc, "accepted", "seen=claimed doubt=member_left");
    let doc = park.scan("何平", at(north), "莫凡", &doubt("of_a_later_version"));
    case(&park, "a doubt of a later version", "莫凡", doc, "accepted", "seen=claimed doubt=other");
    let doc = park.scan("高远", at(north), "钱进", &[]);
    case(&park, "a scan at another host's door", "钱进", doc, "accepted", "seen=claimed doubt=unknown_door");
    let doc = park.scan("何平", at(revoked), "钱进", &[]);
    case(&park, "a scan at a door that was revoked", "钱进", doc, "accepted", "seen=claimed doubt=revoked_door");

    for (name, mark, phone) in [
        ("an organiser calls the roll: there", "present", "marked=present"),
        ("not there", "absent", "marked=absent"),
        ("not there, and has leave", "excused", "marked=excused"),
        ("a mark of a later version", "late", "nothing"),
    ] {
        let doc = park.mark("吴江", activity, "孙丽", mark, &[]);
        case(&park, name, "孙丽", doc, "accepted", phone);
    }
    let first = park.mark("吴江", activity, "孙丽", "present", &[("reason", "到得晚".into())]);
    case(&park, "a correction, with its reason", "孙丽", first, "accepted", "marked=present");
    let doc = park.mark("高远", activity, "孙丽", "present", &[("seconds", id(first))]);
    case(&park, "another signs it too", "孙丽", doc, "accepted", "marked=present seconds");
    let settles = [("resolves", true.into()), ("reason", "核对过".into())];
    let doc = park.mark("高远", activity, "孙丽", "absent", &settles);
    case(&park, "a contradiction is settled", "孙丽", doc, "accepted", "marked=absent resolves");
    let mut header = park.header("吴江", Kind::RollMark, Some(About::Member(member("孙丽"))));
    header.nonce = Nonce::EMPTY;
    let doc = park.put("吴江", &header, &[("activity", id(activity)), ("mark", "present".into())]);
    case(&park, "a mark that is not told apart from others", "孙丽", doc, "malformed", "nothing");

    let request = park.ask_leave("周平", activity);
    case(&park, "a member asks for leave", "周平", request.id(), "accepted", "asked");
    let request = id(request.id());
    let doc = park.mark("吴江", activity, "周平", "excused", &[("request", request.clone())]);
    case(&park, "leave is given", "周平", doc, "accepted", "marked=excused request");
    let doc = park.mark("高远", activity, "周平", "denied", &[("request", request)]);
    case(&park, "leave is not given", "周平", doc, "accepted", "marked=absent request");
    let doc = park.mark("高远", activity, "周平", "denied", &[]);
    case(&park, "no to no request", "周平", doc, "accepted", "nothing");
    let withdrawn = park.header("周平", Kind::LeaveRequest, Some(About::Doc(activity)));
    let doc = park.put("周平", &withdrawn, &[("reason", "出差".into()), ("withdrawn", true.into())]);
    case(&park, "leave no longer asked for", "周平", doc, "accepted", "asked withdrawn");
    let header = park.header("何平", Kind::Guests, Some(About::Doc(activity)));
    let doc = park.put("何平", &header, &[("door", id(north)), ("count", 3.into())]);
    case(&park, "visitors", "何平", doc, "accepted", "guests=3");

    let (authors, mut log) = park.read();
    let is_case = |batch: &SignedBatch| cases.iter().any(|case| case.batch == *batch);
    let base = log.extract_if(.., |entry| !matches!(entry, LogEntry::Batch { batch, .. } if is_case(batch)));
    let base: Vec<_> = base.collect();
    let mut at_desk = log.len() as u64;
    assert!(
        base.iter()
            .all(|entry| !matches!(entry, LogEntry::Batch { batch, .. } if batch.batch().unwrap().space == desk()))
    );
    let cases = cases.iter().map(|case| {
        let (_, received_at, outcome) = park.given.iter().find(|(batch, ..)| *batch == case.batch).unwrap();
        assert_eq!(verdict(outcome), case.server, "{}", case.name);
        let taken = log.iter().find(|entry| matches!(entry, LogEntry::Batch { batch, .. } if *batch == case.batch));
        // What no server takes stands behind the rest: a phone that is given it all the same is not misled.
        let entry = taken.cloned().unwrap_or_else(|| {
            at_desk += 1;
            LogEntry::Batch { seq: at_desk, received_at: received_at.0, batch: case.batch.clone() }
        });
        let batch = case.batch.batch().unwrap();
        let change = Change::decode(&batch.entries[0].change).unwrap();
        let by = batch.device;
        let kind = batch.entries[0].target.header(batch.space, member("李敏")).unwrap().kind;
        json!({
            "name": case.name, "activity": activity.to_string(), "member": member(case.who).to_string(),
            "doc": case.doc.to_string(), "kind": format!("{kind:?}"), "device": by.to_string(),
            "fields": fields(&change.fields().unwrap()),
            "entry": plain(&entry), "server": case.server, "phone": case.phone,
        })
    });
    let cases: Vec<_> = cases.collect();
    let mut out = preface(&park, &authors, &base);
    out.insert("cases".to_owned(), cases.into());
    out.into()
}

/// What a piece of evidence says, by the names of the file.
fn told(word: &Word) -> String {
    let name = |value: Json| value.as_str().unwrap().to_owned();
    let mut out = Vec::new();
    let mut note = |says: bool, what: &str| out.extend(says.then(|| what.to_owned()));
    match word {
        Word::Seen { grade, doubt, out } => {
            note(true, &format!("seen={}", name(json!(grade))));
            if let Some(doubt) = doubt {
                note(true, &format!("doubt={}", name(json!(doubt))));
            }
            note(*out, "out");
        }
        Word::Marked { mark, request, resolves, seconds } => {
            note(true, &format!("marked={}", name(json!(mark))));
            note(request.is_some(), "request");
            note(*resolves, "resolves");
            note(seconds.is_some(), "seconds");
        }
        Word::Asked { withdrawn } => {
            note(true, "asked");
            note(*withdrawn, "withdrawn");
        }
    }
    out.join(" ")
}

fn cases(file: &Json) -> (Vec<&Json>, Vec<LogEntry>) {
    let cases: Vec<&Json> = file["cases"].as_array().unwrap().iter().collect();
    assert!(cases.len() >= 30);
    let log = entries(&cases.iter().map(|case| case["entry"].clone()).collect());
    (cases, log)
}

fn parse<T: std::str::FromStr<Err: std::fmt::Debug>>(id: &Json) -> T {
    id.as_str().unwrap().parse().unwrap()
}

#[test]
fn evidence_counts_as_it_always_did() {
    let file = vectors("evidence.json");
    assert_eq!(file["people"], people());
    let (cases, log) = cases(&file);
    let phone = Reader::of(&file, log);
    let activities = phone.core.activities();
    for case in cases {
        let (activity, doc): (DocId, DocId) = (parse(&case["activity"]), parse(&case["doc"]));
        let said = activities.evidence(activity, parse::<MemberId>(&case["member"])).unwrap();
        let said = match case["kind"].as_str() {
            Some("Guests") => format!("guests={}", activities.guests(activity).unwrap()),
            _ => said.iter().find(|entry| entry.id == doc).map_or("nothing".to_owned(), |entry| told(&entry.word)),
        };
        assert_eq!(case["phone"], said, "{}", case["name"]);
    }
}

#[test]
fn the_bytes_of_evidence_are_what_stands_beside_them() {
    let file = vectors("evidence.json");
    let (cases, log) = cases(&file);
    for (case, entry) in cases.into_iter().zip(log) {
        let LogEntry::Batch { batch: signed, .. } = entry else { panic!("{case}") };
        let batch = signed.batch().unwrap();
        assert_eq!(batch.space, desk());
        assert_eq!(batch.device.to_string(), case["device"]);
        let [entry] = &batch.entries[..] else { panic!("{case}") };
        let change = Change::decode(&entry.change).unwrap();
        assert_eq!(fields(&change.fields().unwrap()), case["fields"], "{}", case["name"]);
    }
}

#[test]
fn a_server_takes_and_refuses_evidence_as_it_always_did() {
    let file = vectors("evidence.json");
    let (cases, log) = cases(&file);
    for (batch, outcome) in judged(&[entries(&file["log"]), log].concat()) {
        let bytes = |case: &Json| match wire::decode(&unhex(&case["entry"])).unwrap() {
            LogEntry::Batch { batch, .. } => batch,
            other => panic!("{other:?}"),
        };
        let case = cases.iter().find(|case| bytes(case) == batch);
        let (said, name) =
            case.map_or((json!("accepted"), json!("")), |case| (case["server"].clone(), case["name"].clone()));
        assert_eq!(verdict(&outcome), said, "{name}");
    }
}

#[test]
fn a_log_with_a_forged_batch_is_not_taken() {
    let file = vectors("evidence.json");
    let (cases, mut log) = cases(&file);
    let Some(LogEntry::Batch { batch, .. }) = log.first_mut() else { panic!("no case") };
    batch.signature[0] ^= 1;
    let phone = Reader::of(&file, log);
    let (activity, member) = (parse(&cases[0]["activity"]), parse(&cases[0]["member"]));
    assert_eq!(phone.core.activities().evidence(activity, member).unwrap(), []);
}
