use proptest::prelude::*;

use super::super::Change;
use super::*;

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        (-300i64..300).prop_map(Value::Int),
        ".{0,80}".prop_map(Value::Str),
        prop::collection::vec(any::<u8>(), 0..300).prop_map(Value::Bytes),
    ]
}

/// Few keys and often the same value, so that runs and their ends come up; a key may come twice.
fn any_fields() -> impl Strategy<Value = Vec<(String, Value)>> {
    let key = prop_oneof!["[ab]", "[a-z]{1,8}", ".{0,12}"];
    let fields = prop::collection::vec((key, any_value()), 1..12);
    (fields, prop::collection::vec(0usize..3, 12)).prop_map(|(fields, repeats)| {
        let repeat = |(field, times): (_, usize)| std::iter::repeat_n(field, times + 1);
        fields.into_iter().zip(repeats).flat_map(repeat).collect()
    })
}

fn borrowed(fields: &[(String, Value)]) -> Vec<(&str, Value)> {
    fields.iter().map(|(key, value)| (key.as_str(), value.clone())).collect()
}

fn with_checksum(mut bytes: Vec<u8>) -> Vec<u8> {
    let checksum = sha256(&[&bytes[8..]]);
    bytes[4..8].copy_from_slice(&checksum[..4]);
    bytes
}

proptest! {
    #[test]
    fn it_is_written_as_automerge_writes_it(
        actor in any::<[u8; 16]>(), at in any::<i64>(), fields in any_fields(),
    ) {
        let (actor, at, fields) = (ActorId::from_bytes(actor), Timestamp(at), borrowed(&fields));
        let bytes = write(actor, at, &fields).unwrap();
        let by_automerge = Change::of_automerge(actor, at, &fields).unwrap();
        prop_assert_eq!(&bytes, by_automerge.bytes());
        let read = Plain::read(&bytes).unwrap();
        prop_assert_eq!((read.actor, read.at, read.fields), (actor, at, fields));
        prop_assert_eq!(format!("{:?}", Change::decode(&bytes).unwrap()), format!("{by_automerge:?}"));
    }

    #[test]
    fn a_damaged_one_is_taken_for_what_automerge_takes_it_for(
        fields in any_fields(), damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        longer in any::<bool>(),
    ) {
        let mut bytes = write(ActorId::from_bytes([1; 16]), Timestamp(1_700_000_000_000), &borrowed(&fields)).unwrap();
        for (place, byte) in damage {
            let place = 8 + place.index(bytes.len() - 8);
            if longer { bytes.insert(place, byte) } else { bytes[place] = byte }
        }
        let bytes = with_checksum(bytes);
        if let Some(plain) = Plain::read(&bytes) {
            let whole = Change::decode_by_automerge(&bytes);
            prop_assert!(whole.is_ok(), "{:?}", whole);
            let fields: Vec<_> = plain.fields;
            let again = Change::of_automerge(plain.actor, plain.at, &fields).unwrap();
            prop_assert_eq!(format!("{again:?}"), format!("{:?}", whole.unwrap()));
        }
    }
}

#[test]
fn every_length_of_a_number_is_written_as_automerge_writes_it() {
    let actor = ActorId::from_bytes([1; 16]);
    let edges = (0..63).flat_map(|bit| [1i64 << bit, (1 << bit) - 1, -(1 << bit), -(1 << bit) - 1]);
    for number in edges.chain([i64::MIN, i64::MAX]) {
        let fields = [("at", Value::Int(number))];
        let by_automerge = Change::of_automerge(actor, Timestamp(number), &fields).unwrap();
        assert_eq!(write(actor, Timestamp(number), &fields).unwrap(), by_automerge.bytes(), "{number}");
    }
}

#[test]
fn a_text_and_a_change_that_builds_on_others_are_left_to_automerge() {
    let actor = ActorId::from_bytes([1; 16]);
    assert_eq!(write(actor, Timestamp(1), &[("body", Value::Text("abc".into()))]), None);
    assert_eq!(write(actor, Timestamp(1), &[]), None);
    let text = Change::first(actor, Timestamp(1), &[("body", Value::Text("abc".into()))]).unwrap();
    assert!(Plain::read(text.bytes()).is_none());
    assert_eq!(Change::decode(text.bytes()).unwrap().hash(), text.hash());
}
