//! Random histories: honest ones are always taken and read alike everywhere; of hostile ones, nothing panics and what is
//! taken never harms a document.

use automerge::legacy::{ElementId, Key, ObjectId, OpId as AmId, OpType};
use automerge::{ExpandedChange, ObjType, ScalarValue};
use proptest::prelude::*;
use proptest::sample::Index;

use super::{Change, Document, Edit, Invalid, Keys, Kind, Outline, Value, ValueType};
use crate::clock::Timestamp;
use crate::ids::{ActorId, sha256};

/// The same key twice for some document ids, so that phones meet.
const DOC_KEYS: [&str; 3] =
    ["00000000000000000000000000000000", "0123456789abcdef0123456789abcdef", "ffffffffffffffffffffffffffffffff"];
const WORDS: [&str; 6] = ["", "a", "明天", "😀", "hello there", "👩‍👩‍👧 zwj"];

/// One thing that happens: a phone edits some keys, after it got what another has if `from` says so.
#[derive(Clone, Debug)]
struct Step {
    phone: Index,
    from: Option<Index>,
    edits: Vec<(Index, Index, u16, u16)>,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let edit = (any::<Index>(), any::<Index>(), any::<u16>(), any::<u16>());
    let step = (any::<Index>(), any::<Option<Index>>(), prop::collection::vec(edit, 1..4));
    prop::collection::vec(step.prop_map(|(phone, from, edits)| Step { phone, from, edits }), 1..12)
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop::sample::select(&Kind::ALL[..])
}

fn keys(kind: Kind) -> Vec<(&'static str, ValueType)> {
    match kind.spec().keys {
        Keys::Named(keys) => keys.to_vec(),
        Keys::Ids(value_type) => DOC_KEYS.iter().map(|key| (*key, value_type)).collect(),
    }
}

fn value(value_type: ValueType, word: &str, number: u16) -> Value {
    match value_type {
        _ if number.is_multiple_of(7) => Value::Null,
        ValueType::Str(_) => word.into(),
        ValueType::Int => (i64::from(number) << (number % 40)).into(),
        ValueType::Bool => (number % 2 == 1).into(),
        ValueType::Bytes(most) => vec![number as u8; most.min(16)].as_slice().into(),
        ValueType::Text => Value::Text(word.into()),
    }
}

fn first(kind: Kind, actor: ActorId, at: Timestamp) -> Change {
    let fields: Vec<_> = keys(kind)
        .into_iter()
        .enumerate()
        .filter(|(index, (_, value_type))| index % 2 == 0 || *value_type == ValueType::Text)
        .map(|(index, (key, value_type))| (key, value(value_type, "first", 1 + index as u16)))
        .collect();
    Change::first(actor, at, &fields).unwrap()
}

struct Phone {
    actor: ActorId,
    log: Vec<Vec<u8>>,
    outline: Outline,
}

impl Phone {
    fn take(&mut self, change: &Change) -> Result<bool, Invalid> {
        let new = self.outline.admit(change)?;
        if new {
            self.log.push(change.bytes().to_vec());
        }
        Ok(new)
    }

    fn document(&self) -> Document {
        Document::load(self.log.iter().map(Vec::as_slice)).unwrap()
    }

    fn edit(&self, kind: Kind, at: Timestamp, edits: &[(Index, Index, u16, u16)]) -> Option<Change> {
        let (keys, mut document) = (keys(kind), self.document());
        let fields = document.fields();
        let edits = edits.iter().map(|(key, word, number, delete)| {
            let (key, value_type) = *key.get(&keys);
            let len = fields.text(key).encode_utf16().count();
            match value_type {
                ValueType::Text if number.is_multiple_of(3) => Edit::SetText(key, WORDS[word.index(6)]),
                ValueType::Text => {
                    let at = usize::from(*number) % (len + 1);
                    let delete = usize::from(*delete) % (len + 1 - at).min(4);
                    Edit::Splice { key, at, delete, insert: WORDS[word.index(6)] }
                }
                _ => Edit::Put(key, value(value_type, WORDS[word.index(6)], *number)),
            }
        });
        // A splice behind another one, or in the middle of an emoji, may be out of range: then nothing is made.
        document.edit(self.actor, at, &edits.collect::<Vec<_>>()).unwrap_or_else(|error| {
            assert_eq!(error, Invalid::OutOfRange);
            None
        })
    }
}

/// Lives these steps on three phones; every change, in the order they were made.
fn live(kind: Kind, steps: &[Step]) -> Vec<Change> {
    let phone = |n| Phone { actor: ActorId::from_bytes([n; 16]), log: vec![], outline: Outline::new(kind) };
    let mut phones = [phone(3), phone(1), phone(2)];
    let mut all: Vec<Change> = vec![];
    for (index, step) in steps.iter().enumerate() {
        let at = Timestamp(1_700_000_000_000 + index as i64);
        let from = step.from.map_or(vec![], |from| from.get(&phones).log.clone());
        let phone = step.phone.index(phones.len());
        for bytes in from {
            phones[phone].take(&Change::decode(&bytes).unwrap()).unwrap();
        }
        if phones[phone].outline.is_empty() {
            if !kind.spec().unique && !all.is_empty() {
                phones[phone].take(&all[0]).unwrap();
            } else {
                let change = first(kind, phones[phone].actor, at);
                assert_eq!(phones[phone].take(&change), Ok(true));
                all.push(change);
            }
        }
        if let Some(change) = phones[phone].edit(kind, at, &step.edits) {
            assert_eq!(phones[phone].take(&change), Ok(true));
            all.push(change);
        }
    }
    all
}

fn load(changes: &[Change]) -> Document {
    Document::load(changes.iter().map(Change::bytes)).unwrap()
}

/// What was admitted loads, edits, loads again, and would survive automerge's own file format.
fn check_sound(kind: Kind, taken: &mut Vec<Change>, outline: &mut Outline) {
    let mut document = load(taken);
    assert_eq!(document.heads(), outline.heads());
    let mut hashes: Vec<_> = document.changes().iter().map(Change::hash).collect();
    let mut expected: Vec<_> = taken.iter().map(Change::hash).collect();
    hashes.sort_unstable();
    expected.sort_unstable();
    assert_eq!(hashes, expected);
    let saved = document.automerge.save();
    assert_eq!(automerge::Automerge::load(&saved).unwrap().get_heads(), document.automerge.get_heads());
    for change in taken.iter().filter(|change| change.deps().is_empty()) {
        assert_eq!(change.fields().unwrap(), Document::load([change.bytes()]).unwrap().fields());
    }
    for actor in [1, 2, 9] {
        let number = 1 + actor;
        let edits: Vec<_> = keys(kind)
            .into_iter()
            .filter(|(key, value_type)| {
                *value_type != ValueType::Text
                    || document.fields().get(key).is_some_and(|value| matches!(value, Value::Text(_)))
            })
            .map(|(key, value_type)| match value_type {
                ValueType::Text => Edit::SetText(key, WORDS[usize::from(actor) % 6]),
                _ => Edit::Put(key, value(value_type, WORDS[usize::from(actor) % 6], number.into())),
            })
            .collect();
        if let Some(change) = document.edit(ActorId::from_bytes([actor; 16]), Timestamp(1), &edits).unwrap() {
            assert_eq!(outline.admit(&change), Ok(true));
            taken.push(change);
            assert_eq!(load(taken).fields(), document.fields());
        }
    }
}

/// What a hostile author may do to one of its changes, by the numbers.
fn tamper(change: &mut ExpandedChange, earlier: &[Change], what: u8, which: Index, n: u8) {
    let other = automerge::ActorId::from(vec![1 + n % 3; 16]);
    let id = AmId(u64::from(n / 3), other.clone());
    let count = change.operations.len();
    let texts = ["body", "note", "text", "title", "withdrawn", DOC_KEYS[0]];
    let op = &mut change.operations[which.index(count)];
    match what {
        0 => op.pred = vec![id].into(),
        1 => op.pred = op.pred.iter().cloned().chain([id]).collect::<Vec<_>>().into(),
        2 => op.pred = vec![].into(),
        3 => op.key = Key::Map(texts[usize::from(n) % 6].into()),
        4 => op.key = Key::Seq(ElementId::Id(id)),
        5 => op.key = Key::head(),
        6 => op.obj = if n < 50 { ObjectId::Root } else { ObjectId::Id(id) },
        7 => op.insert = !op.insert,
        8 => {
            let actions = [
                OpType::Delete,
                OpType::Make(ObjType::Text),
                OpType::Make(ObjType::List),
                OpType::Make(ObjType::Map),
                OpType::Increment(1),
                OpType::Put(ScalarValue::Null),
                OpType::Put("x".into()),
                OpType::Put(ScalarValue::Counter(1.into())),
                OpType::MarkEnd(true),
            ];
            op.action = actions[usize::from(n) % actions.len()].clone();
        }
        9 => change.start_op = (change.start_op.get() + u64::from(n % 5)).saturating_sub(2).max(1).try_into().unwrap(),
        10 => change.seq = (change.seq + u64::from(n % 5)).saturating_sub(2),
        11 => change.deps.retain(|dep| dep.0[0] > n),
        12 if !earlier.is_empty() => change.deps.push(automerge::ChangeHash(which.get(earlier).hash().0)),
        13 => change.actor_id = other,
        14 => {
            let copy = op.clone();
            change.operations.push(copy);
        }
        15 if count > 1 => drop(change.operations.remove(which.index(count))),
        16 => change.start_op = u64::from(u32::MAX - u32::from(n)).try_into().unwrap(),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn honest_histories_are_taken_and_read_alike(kind in kinds(), steps in steps(), order in any::<u64>()) {
        let mut all = live(kind, &steps);
        let mut outline = Outline::new(kind);
        for change in &all {
            prop_assert_eq!(outline.admit(change), Ok(true));
        }
        let fields = load(&all).fields();
        let mut shuffled: Vec<_> = all.iter().map(Change::bytes).collect();
        fastrand::Rng::with_seed(order).shuffle(&mut shuffled);
        prop_assert_eq!(&Document::load(shuffled).unwrap().fields(), &fields);
        check_sound(kind, &mut all, &mut outline);
    }

    #[test]
    fn what_is_taken_of_tampered_histories_harms_nothing(
        kind in kinds(),
        steps in steps(),
        tampers in prop::collection::vec((any::<Index>(), 0u8..17, any::<Index>(), any::<u8>()), 1..8),
    ) {
        let honest = live(kind, &steps);
        let mut outline = Outline::new(kind);
        let mut taken = vec![];
        for (index, change) in honest.iter().enumerate() {
            let mut offered = vec![Change::decode(change.bytes()).unwrap()];
            for (_, what, which, n) in tampers.iter().filter(|(at, ..)| at.index(honest.len()) == index) {
                let mut expanded = automerge::Change::try_from(change.bytes()).unwrap().decode();
                tamper(&mut expanded, &honest[..index], *what, *which, *n);
                // Automerge's encoder asserts some of it, which a hostile author's would not.
                let made = std::panic::catch_unwind(|| automerge::Change::from(expanded).raw_bytes().to_vec());
                offered.extend(made.ok().and_then(|bytes| Change::decode(&bytes).ok()));
            }
            // The tampered one first: it may take the honest one's place.
            for change in offered.into_iter().rev() {
                let before = format!("{outline:?}");
                match outline.admit(&change) {
                    Ok(true) => taken.push(change),
                    Ok(false) => {}
                    Err(_) => prop_assert_eq!(format!("{:?}", outline).len(), before.len()),
                }
            }
        }
        if !taken.is_empty() {
            check_sound(kind, &mut taken, &mut outline);
        }
    }

    #[test]
    fn what_is_taken_of_mutated_bytes_harms_nothing(
        kind in kinds(),
        steps in steps(),
        mutations in prop::collection::vec((any::<Index>(), any::<Index>(), any::<u8>(), 0u8..4), 1..12),
    ) {
        let honest = live(kind, &steps);
        let mut outline = Outline::new(kind);
        let mut taken = vec![];
        for (index, change) in honest.iter().enumerate() {
            let mut bytes = change.bytes().to_vec();
            for (_, place, byte, how) in mutations.iter().filter(|(at, ..)| at.index(honest.len()) == index) {
                let place = 10 + place.index(bytes.len() - 10);
                match how {
                    0 => bytes[place] = *byte,
                    1 => bytes[place] = bytes[place].wrapping_add(1),
                    2 => bytes[place] ^= 1 << (byte % 8),
                    _ => bytes[place] = bytes[place].wrapping_sub(1),
                }
            }
            let checksum = sha256(&[&bytes[8..]]);
            bytes[4..8].copy_from_slice(&checksum[..4]);
            for bytes in [&bytes[..], change.bytes()] {
                let Ok(change) = Change::decode(bytes) else { continue };
                if outline.admit(&change) == Ok(true) {
                    taken.push(change);
                }
            }
        }
        if !taken.is_empty() {
            check_sound(kind, &mut taken, &mut outline);
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83];
        let mut hashed = vec![1, bytes.len() as u8 | 0x80, (bytes.len() >> 7) as u8];
        hashed.extend(&bytes);
        chunk.extend(&sha256(&[&hashed])[..4]);
        chunk.extend(hashed);
        prop_assert!(Change::decode(&chunk).is_err());
        prop_assert!(Change::decode(&bytes).is_err());
    }
}
