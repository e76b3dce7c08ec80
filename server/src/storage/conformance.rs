//! What every storage must do, as one function to call from a test.

use hongqi_core::clock::Timestamp;
use hongqi_core::document::{Header, Kind, Nonce};
use hongqi_core::ids::{ChangeHash, DeviceId, Generation, MemberId, OrgId, SpaceId};
use hongqi_core::role::Role;
use hongqi_core::sync::wire::{Batch, Entry, SignedBatch, Target, chain, chain_start};

use super::{
    Append, DeviceRow, DocRow, GrantRow, InviteRow, MemberRow, OrgRow, PartRow, Reader, Result, RoomRow, SeatRow,
    Storage, StorageError, Writer,
};

/// Runs the whole suite, each part on a storage of its own.
///
/// # Panics
/// If the storage does not do what is asked of it.
pub fn run<S: Storage>(make: &dyn Fn() -> S) {
    places_follow_each_other(&make());
    a_failed_transaction_leaves_nothing(&make());
    documents_are_found_again(&make());
    desks_are_read_by_person(&make());
    the_registry_keeps_what_it_is_given(&make());
    rooms_are_kept_and_forgotten(&make());
}

fn write(storage: &dyn Storage, mut work: impl FnMut(&dyn Writer) -> Result<()>) {
    assert!(storage.write(&mut |tx| work(tx)).is_ok());
}

fn read<T>(storage: &dyn Storage, mut work: impl FnMut(&dyn Reader) -> Result<T>) -> Option<T> {
    let mut out = None;
    let done = storage.read(&mut |tx| {
        out = Some(work(tx)?);
        Ok(())
    });
    assert!(done.is_ok());
    out
}

const DEVICE: DeviceId = DeviceId::from_bytes([1; 16]);
const GENERATION: Generation = Generation::from_bytes([2; 16]);

fn board() -> SpaceId {
    SpaceId::board(OrgId::from_number("B1"))
}

fn signed(byte: u8) -> SignedBatch {
    SignedBatch { body: vec![byte; 40], signature: [byte; 64] }
}

fn append(tx: &dyn Writer, space: SpaceId, dev_seq: u64, batch: &SignedBatch) -> Result<u64> {
    let (received_at, device, generation) = (Timestamp(dev_seq.cast_signed()), DEVICE, GENERATION);
    let hash = batch.hash();
    Ok(tx.append(&Append { space, received_at, device, generation, dev_seq, batch, hash })?.seq)
}

fn places_follow_each_other(storage: &dyn Storage) {
    let other = SpaceId::personal(MemberId::from_number("1"));
    write(storage, |tx| {
        for dev_seq in 1..=5 {
            assert_eq!(append(tx, board(), dev_seq, &signed(dev_seq as u8))?, dev_seq);
        }
        assert_eq!(append(tx, other, 6, &signed(6))?, 1, "a log of its own");
        Ok(())
    });
    read(storage, |tx| {
        let mut hash = chain_start(board(), tx.epoch()?);
        assert_eq!(tx.chain_at(board(), 0)?, Some(hash));
        let mut seen = 0;
        tx.upwards(board(), 0, &mut |row| {
            seen += 1;
            hash = chain(&hash, row.seq, row.received_at, &row.batch);
            assert_eq!((row.seq, row.dev_seq, row.chain), (seen, seen, hash));
            assert_eq!(row.batch, signed(seen as u8));
            true
        })?;
        assert_eq!(seen, 5);
        assert_eq!((tx.head(board())?.seq, tx.head(board())?.chain), (5, hash));
        assert_eq!(tx.chain_at(board(), 5)?, Some(hash));
        assert_eq!(tx.chain_at(board(), 6)?, None);
        let mut down = Vec::new();
        tx.downwards(board(), 5, 1, &mut |row| {
            down.push(row.seq);
            down.len() < 2
        })?;
        assert_eq!(down, [4, 3]);
        assert_eq!(tx.entry(board(), 3)?.map(|row| row.dev_seq), Some(3));
        assert_eq!(tx.push(DEVICE, GENERATION, 3)?.map(|row| (row.seq, row.body_hash)), Some((3, signed(3).hash())));
        assert_eq!(tx.push(DEVICE, GENERATION, 9)?, None);
        assert_eq!(tx.head(SpaceId::desk(OrgId::from_number("B1")))?.seq, 0);
        Ok(())
    });
}

fn a_failed_transaction_leaves_nothing(storage: &dyn Storage) {
    let failed = storage.write(&mut |tx| {
        append(tx, board(), 1, &signed(1))?;
        Err(StorageError::Unexpected("test"))
    });
    assert!(failed.is_err());
    read(storage, |tx| {
        assert_eq!(tx.head(board())?.seq, 0);
        assert_eq!(tx.push(DEVICE, GENERATION, 1)?, None);
        Ok(())
    });
}

fn documents_are_found_again(storage: &dyn Storage) {
    let header = Header {
        kind: Kind::Article,
        space: board(),
        owner: MemberId::from_number("1"),
        about: None,
        nonce: Nonce::from_bytes([3; 8]),
    };
    let target = Target::of(&header);
    let entries =
        vec![Entry { target, change: vec![1] }, Entry { target: Target::Known(header.id()), change: vec![2] }];
    let batch = Batch { space: board(), device: DEVICE, generation: GENERATION, dev_seq: 1, entries };
    let Ok(body) = minicbor::to_vec(&batch) else { unreachable!("a batch encodes") };
    let batch = SignedBatch { body, signature: [0; 64] };
    let row = DocRow { header, first: ChangeHash([1; 32]), seq: 1, index: 0 };
    write(storage, |tx| {
        append(tx, board(), 1, &batch)?;
        assert!(tx.put_document(header.id(), &row)?);
        assert!(!tx.put_document(header.id(), &DocRow { first: ChangeHash([9; 32]), ..row })?, "the first one stays");
        let other = Header { nonce: Nonce::from_bytes([4; 8]), ..header };
        assert!(tx.put_document(other.id(), &DocRow { header: other, ..row })?);
        tx.take_document(other.id())?;
        assert_eq!(tx.document(other.id())?, None);
        tx.put_change(header.id(), &ChangeHash([2; 32]), 1, 1)
    });
    read(storage, |tx| {
        assert_eq!(tx.document(header.id())?, Some(row));
        assert!(tx.has_change(header.id(), &ChangeHash([2; 32]))?);
        assert!(!tx.has_change(header.id(), &ChangeHash([3; 32]))?);
        assert_eq!(tx.changes(header.id())?, [vec![1], vec![2]]);
        Ok(())
    });
}

fn desks_are_read_by_person(storage: &dyn Storage) {
    let desk = SpaceId::desk(OrgId::from_number("B1"));
    let [li, mo] = ["1", "2"].map(MemberId::from_number);
    write(storage, |tx| {
        tx.put_desk(desk, 1, li)?;
        tx.put_desk(desk, 2, mo)?;
        tx.put_desk(desk, 3, li)?;
        tx.put_desk(desk, 3, mo)
    });
    read(storage, |tx| {
        assert_eq!(tx.desk_of(desk, li, 0)?, [1, 3]);
        assert_eq!(tx.desk_of(desk, mo, 2)?, [3]);
        assert_eq!(tx.desk_people(desk, 1)?.len(), 3);
        Ok(())
    });
}

fn rooms_are_kept_and_forgotten(storage: &dyn Storage) {
    let owner = MemberId::from_number("1");
    let nonce = Nonce::from_bytes([5; 8]);
    let (space, other) = (SpaceId::hidden(owner, &nonce), SpaceId::hidden(MemberId::from_number("2"), &nonce));
    let header = Header { kind: Kind::Case, space, owner, about: None, nonce };
    let doc = header.id();
    let room = RoomRow {
        space,
        card: doc,
        kind: Kind::Case,
        owner,
        ruled: 1,
        ends: Some(Timestamp(7)),
        closed: None,
        desk: Some(OrgId::from_number("B1")),
        avoid: vec![MemberId::from_number("3"), MemberId::from_number("4")],
        step: Some((Timestamp(3), Timestamp(5), doc)),
        settled: Some(Timestamp(4)),
        gone: false,
    };
    let open = RoomRow { space: other, desk: None, avoid: vec![], step: None, settled: None, ..room.clone() };
    let part = PartRow { person: owner, by_opener: Some(true), by_self: None };
    let seat = SeatRow { person: owner, until: Some(Timestamp(9)), left: false };
    let left = SeatRow { left: true, until: None, ..seat };
    let entries = vec![
        Entry { target: Target::of(&header), change: vec![1] },
        Entry { target: Target::Known(doc), change: vec![2] },
    ];
    let device = DeviceRow { device: DEVICE, member: owner, public_key: [4; 65], revoked: false };
    write(storage, |tx| {
        assert_eq!((tx.room(space)?, tx.seats(space)?), (None, vec![]));
        tx.put_device(&device, Timestamp(1))?;
        for (dev_seq, space) in [(1, space), (2, other)] {
            let batch = Batch { space, device: DEVICE, generation: GENERATION, dev_seq, entries: entries.clone() };
            let Ok(body) = minicbor::to_vec(&batch) else { unreachable!("a batch encodes") };
            append(tx, space, dev_seq, &SignedBatch { body, signature: [0; 64] })?;
            let header = Header { space, ..header };
            tx.put_document(header.id(), &DocRow { header, first: ChangeHash([1; 32]), seq: 1, index: 0 })?;
        }
        tx.put_change(doc, &ChangeHash([2; 32]), 1, 1)?;
        tx.put_room(&RoomRow { ruled: 0, desk: None, ..room.clone() })?;
        tx.put_room(&room)?;
        tx.put_room(&open)?;
        tx.put_part(space, &PartRow { by_self: Some(false), ..part })?;
        tx.put_part(space, &part)?;
        tx.put_seat(space, &seat)?;
        tx.put_seat(space, &left)?;
        tx.put_seat(other, &seat)?;
        assert!(!tx.seats_are_due()?);
        tx.note_seats_told()?;
        tx.put_case_retention_ms(5)
    });
    read(storage, |tx| {
        assert!(!tx.seats_are_due()?);
        assert_eq!((tx.room(space)?, tx.room(other)?), (Some(room.clone()), Some(open.clone())));
        assert_eq!((tx.parts(space)?, tx.parts(other)?), (vec![part], vec![]));
        assert_eq!((tx.part(space, owner)?, tx.part(other, owner)?), (Some(part), None));
        assert_eq!((tx.seats(space)?, tx.seats(other)?), (vec![left], vec![seat]));
        assert_eq!((tx.seat(space, owner)?, tx.seat(other, MemberId::from_number("2"))?), (Some(left), None));
        assert_eq!(tx.cases()?, std::slice::from_ref(&room));
        assert_eq!((tx.settled(Timestamp(3))?, tx.settled(Timestamp(4))?), (vec![], vec![space]));
        assert_eq!(tx.case_retention_ms()?, 5);
        Ok(())
    });
    write(storage, |tx| tx.forget_room(space));
    read(storage, |tx| {
        assert!(tx.room(space)?.is_some_and(|row| row.gone && row.desk.is_none() && row.settled.is_none()));
        assert_eq!((tx.parts(space)?, tx.seats(space)?, tx.head(space)?.seq), (vec![], vec![], 0));
        assert_eq!((tx.document(doc)?, tx.entry(space, 1)?), (None, None));
        assert!(!tx.has_change(doc, &ChangeHash([2; 32]))?);
        assert!(tx.cases()?.is_empty() && tx.settled(Timestamp(i64::MAX))?.is_empty());
        assert!(tx.push(DEVICE, GENERATION, 1)?.is_some(), "a used number stays used");
        let header = Header { space: other, ..header };
        assert!(tx.document(header.id())?.is_some() && tx.room(other)?.is_some(), "another's stay");
        assert_eq!((tx.head(other)?.seq, tx.seats(other)?.len()), (1, 1));
        Ok(())
    });
}

fn the_registry_keeps_what_it_is_given(storage: &dyn Storage) {
    let member = MemberId::from_number("1");
    let org = OrgRow {
        org: OrgId::from_number("B1"),
        number: "B1".into(),
        name: "机电支部".into(),
        sort: "branch".into(),
        parent: Some(OrgId::from_number("A")),
        closed: false,
    };
    let row = MemberRow {
        member,
        number: "1".into(),
        name: "李敏".into(),
        standing: "full".into(),
        home: org.org,
        joined: "2001-07-01".into(),
        left: false,
        conflict: true,
    };
    let grant = GrantRow {
        id: 0,
        member,
        org: org.org,
        role: Role::Editor,
        from: Timestamp(5),
        until: Some(Timestamp(9)),
        ended: None,
        imported: true,
    };
    let device = DeviceRow { device: DEVICE, member, public_key: [4; 65], revoked: false };
    let revoked = DeviceRow { revoked: true, ..device };
    let invite = InviteRow { member, expires: Timestamp(7), used: false };
    write(storage, |tx| {
        let before = tx.registry_version()?;
        tx.put_org(&org)?;
        tx.put_member(&row)?;
        tx.add_grant(&grant)?;
        tx.put_device(&device, Timestamp(5))?;
        tx.put_invite(&[7; 32], &invite)?;
        tx.touch_registry()?;
        assert!(tx.registry_version()? > before);
        Ok(())
    });
    write(storage, |tx| {
        assert_eq!((tx.org(org.org)?, tx.orgs()?), (Some(org.clone()), vec![org.clone()]));
        assert_eq!((tx.member(member)?, tx.members()?), (Some(row.clone()), vec![row.clone()]));
        let [held] = tx.grants(member)?[..] else { unreachable!("one grant") };
        assert_eq!(GrantRow { id: 0, ..held }, grant);
        assert_eq!((tx.open_grants()?, tx.grants_at(org.org)?), (vec![held], vec![held]));
        assert!(tx.grants_at(OrgId::from_number("A"))?.is_empty());
        tx.end_grant(held.id, Timestamp(8))?;
        assert_eq!(tx.grants(member)?[0].ended, Some(Timestamp(8)));
        assert!(tx.open_grants()?.is_empty() && tx.grants_at(org.org)?.is_empty());
        assert!(tx.revoked_devices(member)?.is_empty());
        tx.put_device(&revoked, Timestamp(6))?;
        assert_eq!((tx.device(DEVICE)?, tx.revoked_devices(member)?), (Some(revoked), vec![DEVICE]));
        tx.put_invite(&[7; 32], &InviteRow { used: true, ..invite })?;
        assert_eq!(tx.invite(&[7; 32])?.map(|invite| invite.used), Some(true));
        assert_eq!(tx.invite(&[8; 32])?, None);
        Ok(())
    });
}
