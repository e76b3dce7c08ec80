//! The change that most documents have for ever: a first one, which puts plain values under the root.
//!
//! It is written here byte for byte as automerge writes it, and read by the same function: its values are picked out
//! loosely, and are what it says if they, written anew, give the same bytes. So what is read here is canonical, and
//! automerge reads the same from it. Every other change goes through automerge. 1 µs for a message against 4.4.

use super::chunk::{MAGIC, PLAIN_CHANGE, Reader, column};
use super::{Invalid, Value};
use crate::clock::Timestamp;
use crate::ids::{ActorId, ID_LEN, sha256};

/// The most values that are looked at.
const MAX_FIELDS: usize = 64;

/// Columns by number and kind, in the order in which they stand: keys, insert flags, actions, what each value is, the
/// values, and how many predecessors each has.
const COLUMNS: [u64; 6] =
    [column::KEY, column::INSERT, column::ACTION, column::VALUE_META, column::VALUE, column::PREDECESSORS];
const PUT: u64 = 1;

/// What a plain change says.
pub(super) struct Plain<'a> {
    pub actor: ActorId,
    pub at: Timestamp,
    pub fields: Vec<(&'a str, Value)>,
}

impl<'a> Plain<'a> {
    /// Reads a chunk that passed [`super::chunk::check`]; `None` if it is of another sort, or not as automerge writes it.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let hashed = bytes.get(8..)?;
        let plain = pick(Reader(hashed)).ok()?;
        (hashed_part(plain.actor, plain.at, &plain.fields)? == hashed).then_some(plain)
    }
}

/// The chunk of a plain change; `None` without a field, or if a value is a text.
pub(super) fn write(actor: ActorId, at: Timestamp, fields: &[(&str, Value)]) -> Option<Vec<u8>> {
    let hashed = hashed_part(actor, at, fields)?;
    Some([&MAGIC, &sha256(&[&hashed])[..4], &hashed].concat())
}

/// What the checksum is over; `None` without a field, or if a value is a text.
fn hashed_part(actor: ActorId, at: Timestamp, fields: &[(&str, Value)]) -> Option<Vec<u8>> {
    if fields.is_empty() || fields.iter().any(|(_, value)| matches!(value, Value::Text(_))) {
        return None;
    }
    let mut data = Vec::with_capacity(512);
    let mut ends = [0; COLUMNS.len()];
    runs(
        &mut data,
        fields,
        |(key, _), (other, _)| key == other,
        |data, (key, _)| {
            unsigned(data, key.len() as u64);
            data.extend_from_slice(key.as_bytes());
        },
    );
    ends[0] = data.len();
    // No insertion.
    unsigned(&mut data, fields.len() as u64);
    ends[1] = data.len();
    runs(&mut data, fields, |_, _| true, |data, _| unsigned(data, PUT));
    ends[2] = data.len();
    runs(&mut data, fields, |(_, a), (_, b)| meta(a) == meta(b), |data, (_, value)| unsigned(data, meta(value)));
    ends[3] = data.len();
    for (_, value) in fields {
        match value {
            Value::Int(value) => signed(&mut data, *value),
            Value::Str(value) => data.extend_from_slice(value.as_bytes()),
            Value::Bytes(value) => data.extend_from_slice(value),
            Value::Null | Value::Bool(_) | Value::Text(_) => {}
        }
    }
    ends[4] = data.len();
    // No predecessors.
    runs(&mut data, fields, |_, _| true, |data, _| unsigned(data, 0));
    ends[5] = data.len();

    let mut head = Vec::with_capacity(64);
    head.extend_from_slice(&[0, ID_LEN as u8]);
    head.extend_from_slice(actor.as_bytes());
    head.extend_from_slice(&[1, 1]);
    signed(&mut head, at.0);
    head.extend_from_slice(&[0, 0]);
    let lens = ends.iter().scan(0, |start, end| Some(*end - std::mem::replace(start, *end)));
    let columns = COLUMNS.iter().zip(lens).filter(|(_, len)| *len > 0);
    head.push(columns.clone().count() as u8);
    for (column, len) in columns {
        unsigned(&mut head, *column);
        unsigned(&mut head, len as u64);
    }
    let mut hashed = Vec::with_capacity(head.len() + data.len() + 8);
    hashed.push(PLAIN_CHANGE);
    unsigned(&mut hashed, (head.len() + data.len()) as u64);
    hashed.extend_from_slice(&head);
    hashed.extend_from_slice(&data);
    Some(hashed)
}

/// A value's length and type, in one number.
fn meta(value: &Value) -> u64 {
    let of = |len: usize, kind: u64| (len as u64) << 4 | kind;
    match value {
        // A text is no value but an object; none comes here.
        Value::Null | Value::Text(_) => 0,
        Value::Bool(false) => 1,
        Value::Bool(true) => 2,
        Value::Int(value) => {
            // One bit for the sign, seven to a byte.
            let bits = 65 - if *value < 0 { value.leading_ones() } else { value.leading_zeros() };
            of(bits.div_ceil(7) as usize, 4)
        }
        Value::Str(value) => of(value.len(), 6),
        Value::Bytes(value) => of(value.len(), 7),
    }
}

fn unsigned(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn signed(out: &mut Vec<u8>, mut value: i64) {
    while !(-0x40..0x40).contains(&value) {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8 & 0x7f);
}

/// Run-length encoding: a count and one value, or a negative count and so many that differ from their neighbours.
fn runs<T>(out: &mut Vec<u8>, mut items: &[T], same: impl Fn(&T, &T) -> bool, put: impl Fn(&mut Vec<u8>, &T)) {
    while let Some(first) = items.first() {
        let repeated = items.iter().take_while(|item| same(item, first)).count();
        let taken = if repeated > 1 {
            signed(out, repeated as i64);
            put(out, first);
            repeated
        } else {
            let next_repeats = items.windows(2).position(|pair| same(&pair[0], &pair[1]));
            let alone = next_repeats.unwrap_or(items.len());
            signed(out, -(alone as i64));
            items.iter().take(alone).for_each(|item| put(out, item));
            alone
        };
        items = &items[taken..];
    }
}

fn pick(mut chunk: Reader<'_>) -> Result<Plain<'_>, Invalid> {
    let other = Invalid::NotAChange;
    chunk.take(1)?;
    let _len = chunk.unsigned()?;
    if chunk.take(2)? != [0, ID_LEN as u8] {
        return Err(other);
    }
    let actor = ActorId::try_from(chunk.take(ID_LEN as u64)?).map_err(|_| Invalid::BadActor)?;
    if chunk.take(2)? != [1, 1] {
        return Err(other);
    }
    let at = Timestamp(chunk.signed()?);
    if chunk.take(2)? != [0, 0] {
        return Err(other);
    }
    let mut lens = [0; COLUMNS.len()];
    for _ in 0..chunk.unsigned()?.min(COLUMNS.len() as u64) {
        let number = chunk.unsigned()?;
        let place = COLUMNS.iter().position(|column| *column == number).ok_or(other)?;
        lens[place] = chunk.unsigned()?;
    }
    let mut columns = [&[][..]; COLUMNS.len()];
    for (column, len) in columns.iter_mut().zip(lens) {
        *column = chunk.take(len)?;
    }
    let [keys, _, _, metas, values, _] = columns;
    let keys = rows(Reader(keys), |column| {
        let len = column.unsigned()?;
        std::str::from_utf8(column.take(len)?).map_err(|_| Invalid::NotAChange)
    })?;
    let metas = rows(Reader(metas), Reader::unsigned)?;
    let mut values = Reader(values);
    let values = metas.into_iter().map(|meta| value(&mut values, meta));
    let fields = keys.into_iter().zip(values).map(|(key, value)| Ok((key, value?)));
    Ok(Plain { actor, at, fields: fields.collect::<Result<_, Invalid>>()? })
}

fn value(values: &mut Reader<'_>, meta: u64) -> Result<Value, Invalid> {
    let bytes = values.take(meta >> 4)?;
    Ok(match meta & 15 {
        0 => Value::Null,
        1 => Value::Bool(false),
        2 => Value::Bool(true),
        4 => Value::Int(Reader(bytes).signed()?),
        6 => Value::Str(std::str::from_utf8(bytes).map_err(|_| Invalid::NotAChange)?.to_owned()),
        7 => Value::Bytes(bytes.to_vec()),
        _ => return Err(Invalid::NotAChange),
    })
}

/// The rows of a run-length encoded column without nulls.
fn rows<'a, T: Clone>(
    mut data: Reader<'a>,
    read: impl Fn(&mut Reader<'a>) -> Result<T, Invalid>,
) -> Result<Vec<T>, Invalid> {
    let mut rows = Vec::with_capacity(4);
    while !data.0.is_empty() {
        let count = data.signed()?;
        if count == 0 || count.unsigned_abs() > (MAX_FIELDS - rows.len()) as u64 {
            return Err(Invalid::NotAChange);
        }
        if count > 0 {
            let row = read(&mut data)?;
            rows.resize(rows.len() + count as usize, row);
        } else {
            for _ in 0..count.unsigned_abs() {
                rows.push(read(&mut data)?);
            }
        }
    }
    Ok(rows)
}

#[cfg(test)]
#[path = "plain_tests.rs"]
mod tests;
