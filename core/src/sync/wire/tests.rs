use super::*;
use crate::document::{Kind, KindCode, Nonce};
use crate::ids::{DeviceId, Generation, MemberId, OrgId, SpaceId};
use crate::key::{DeviceKey, SoftwareKey};

fn batch(device: DeviceId) -> Batch {
    let target = Target::New { kind: Kind::Message.into(), about: None, nonce: Nonce::new(b"12345678").unwrap() };
    Batch {
        space: SpaceId::standing(OrgId::from_number("B1")),
        device,
        generation: Generation::from_bytes([7; 16]),
        dev_seq: 1,
        entries: vec![Entry { target, change: vec![1; 300] }; 3],
    }
}

fn request() -> SyncRequest {
    let key = SoftwareKey::generate().unwrap().0;
    let push = vec![batch(DeviceId::of_key(&key.public_key())).sign(&key).unwrap()];
    let ask = Ask { space: SpaceId::personal(MemberId::from_number("1")), from: From::Newest };
    SyncRequest { version: VERSION, generation: None, follow: Follow::Asks(vec![ask]), push, budget: 1 }
}

#[test]
fn a_signed_batch_reads_back_and_any_changed_byte_shows() {
    let key = SoftwareKey::generate().unwrap().0;
    let batch = batch(DeviceId::of_key(&key.public_key()));
    let signed = batch.sign(&key).unwrap();
    assert_eq!(signed.batch().unwrap(), batch);
    assert!(signed.verify(&key.public_key()));
    let mut bent = signed.clone();
    bent.body[40] ^= 1;
    assert!(!bent.verify(&key.public_key()));
}

#[test]
fn a_request_reads_back_folded() {
    let request = request();
    let bytes = encode(&request);
    assert_eq!(bytes[0], 1, "three times 300 equal bytes are worth folding");
    assert_eq!(decode::<SyncRequest>(&bytes).unwrap(), request);
}

#[test]
fn an_idle_request_fits_in_a_few_dozen_bytes() {
    let follow = Follow::Unchanged { digest: [1; 8] };
    let idle = SyncRequest { follow, push: vec![], generation: Some(Generation::from_bytes([7; 16])), ..request() };
    assert!(encode(&idle).len() <= 48, "{}", encode(&idle).len());
}

#[test]
fn cut_off_and_padded_messages_are_malformed() {
    let plain = [&[0][..], &minicbor::to_vec(request()).unwrap()].concat();
    assert!(decode::<SyncRequest>(&plain).is_ok());
    for end in 0..plain.len() {
        assert_eq!(decode::<SyncRequest>(&plain[..end]), Err(WireError::Malformed), "{end}");
    }
    assert_eq!(decode::<SyncRequest>(&[&plain[..], &[0]].concat()), Err(WireError::Malformed));
    let folded = encode(&request());
    for end in 0..folded.len() {
        assert!(decode::<SyncRequest>(&folded[..end]).is_err(), "{end}");
    }
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let bomb = zstd::bulk::compress(&vec![0; MAX_UNFOLDED + 1], 3).unwrap();
    assert!(bomb.len() < 10_000);
    assert_eq!(decode::<SyncRequest>(&[&[1][..], &bomb].concat()), Err(WireError::TooLarge));
    assert_eq!(decode::<SyncRequest>(&vec![0; MAX_SENT + 1]), Err(WireError::TooLarge));
    let body = minicbor::to_vec(request()).unwrap();
    for envelope in [[&[PLAIN][..], &body].concat(), encode(&request())] {
        assert!(decode_within::<SyncRequest>(&envelope, body.len()).is_ok());
        assert_eq!(decode_within::<SyncRequest>(&envelope, body.len() - 1), Err(WireError::TooLarge));
    }
}

fn response(count: u64) -> SyncResponse {
    let key = SoftwareKey::generate().unwrap().0;
    let batch = batch(DeviceId::of_key(&key.public_key())).sign(&key).unwrap();
    let entries: Vec<_> =
        (1..=count).map(|seq| LogEntry::Batch { seq, received_at: 5, batch: batch.clone() }).collect();
    let entries = Stretch::folded(&entries);
    let entries =
        Entries { epoch: 1, base_seq: 0, base_chain: [1; 32], entries, up_to: count, check: [2; 8], filtered: false };
    let page = Page { space: SpaceId::standing(OrgId::from_number("B1")), outcome: PageOutcome::Entries(entries) };
    SyncResponse { server_time: 1, pushed: vec![], pages: vec![page], authors: vec![], more: false, ask_again: false }
}

fn stretch(response: &SyncResponse) -> &Stretch {
    let PageOutcome::Entries(entries) = &response.pages[0].outcome else { panic!("entries") };
    &entries.entries
}

#[test]
fn a_response_made_of_folded_stretches_is_not_folded_again() {
    let many = response(40);
    let entries = stretch(&many).open().unwrap();
    assert_eq!(entries.len(), 40);
    let bytes = encode_response(&many);
    assert_eq!(bytes[0], PLAIN);
    assert_eq!(decode::<SyncResponse>(&bytes).unwrap(), many);
    let mut few = many.clone();
    let PageOutcome::Entries(page) = &mut few.pages[0].outcome else { panic!("entries") };
    page.entries = Stretch::plain(&entries);
    let together = encode_response(&few);
    assert_eq!(together[0], fold::ZSTD, "plain entries fold with the rest");
    assert_eq!(stretch(&decode(&together).unwrap()).open().unwrap(), entries);
}

#[test]
fn a_folded_body_is_one_frame_that_says_its_size() {
    let body = minicbor::to_vec(request()).unwrap();
    let frame = zstd::bulk::compress(&body, 3).unwrap();
    let refused = |parts: &[&[u8]]| decode::<SyncRequest>(&[&[fold::ZSTD][..], &parts.concat()].concat()).unwrap_err();
    assert!(decode::<SyncRequest>(&[&[fold::ZSTD][..], &frame].concat()).is_ok());
    let skippable = [0x50, 0x2a, 0x4d, 0x18, 1, 0, 0, 0, 9];
    let empty = zstd::bulk::compress(&[], 3).unwrap();
    let unsized_frame = zstd::encode_all(&body[..], 3).unwrap();
    for parts in [
        &[&frame[..], &[0]][..],
        &[&frame, &frame],
        &[&frame, &empty],
        &[&frame, &skippable],
        &[&skippable, &frame],
        &[&skippable],
        &[&empty],
        &[&unsized_frame],
        &[],
    ] {
        assert_eq!(refused(parts), WireError::Malformed, "{parts:02x?}");
    }
    // The frame says less than it holds: the size stands in the two bytes behind the descriptor.
    let mut less = frame.clone();
    assert_eq!(u16::from_le_bytes([less[5], less[6]]) as usize + 256, body.len());
    less[5] = less[5].wrapping_sub(1);
    assert_eq!(refused(&[&less]), WireError::Malformed);
}

#[test]
fn the_stretches_of_a_response_are_bounded_together() {
    let bomb = zstd::bulk::compress(&vec![0; MAX_UNFOLDED / 2 + 1], 3).unwrap();
    let bomb: Stretch = {
        let bytes = [&[fold::ZSTD][..], &bomb].concat();
        let mut encoded = Vec::new();
        minicbor::Encoder::new(&mut encoded).bytes(&bytes).unwrap();
        minicbor::decode(&encoded).unwrap()
    };
    assert_eq!(bomb.open(), Err(WireError::Malformed));
    let mut response = response(1);
    let PageOutcome::Entries(page) = &mut response.pages[0].outcome else { panic!("entries") };
    page.entries = bomb;
    assert!(decode::<SyncResponse>(&encode_response(&response)).is_ok());
    response.pages.push(response.pages[0].clone());
    assert_eq!(decode::<SyncResponse>(&encode_response(&response)), Err(WireError::Malformed));
}

#[test]
fn a_claimed_count_allocates_nothing() {
    // An array of four billion asks, of which none follows.
    let claim = [0, 0x82, 0x01, 0x81, 0x9a, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(decode::<SyncRequest>(&claim), Err(WireError::Malformed));
}

/// The value as a later version writes it: one field more, behind all others of the array at byte `at`, which ends the
/// message.
fn skips_a_field<T>(value: &T, at: usize)
where
    T: std::fmt::Debug + PartialEq + Encode<()> + for<'b> Decode<'b, ()>,
{
    let mut later = minicbor::to_vec(value).unwrap();
    assert!((0x80..0x97).contains(&later[at]), "a short array: {value:?}");
    later[at] += 1;
    // A nested one: [{1: "x"}, h'00'].
    later.extend([0x82, 0xa1, 0x01, 0x61, b'x', 0x41, 0x00]);
    assert_eq!(decode_exact::<T>(&later).as_ref(), Ok(value));
}

#[test]
fn a_field_of_a_later_version_is_skipped_in_every_struct() {
    let request = request();
    let opened = request.push[0].batch().unwrap();
    skips_a_field(&opened.entries[0], 0);
    skips_a_field(&opened, 0);
    skips_a_field(&request.push[0], 0);
    let Follow::Asks(asks) = &request.follow else { panic!() };
    skips_a_field(&asks[0], 0);
    let cursor = Cursor { epoch: 1, seq: 2, check: [3; 8] };
    skips_a_field(&cursor, 0);
    skips_a_field(&Follow::Unchanged { digest: [1; 8] }, 1 + 1);
    skips_a_field(&From::Older { epoch: 1, before: 3, floor: 0 }, 1 + 1);
    skips_a_field(&Refused { doc: crate::ids::DocId::from_bytes([1; 16]), reason: Refusal::Quota }, 0);
    let accepted = PushOutcome::Accepted { seq: 1, received_at: 2 };
    skips_a_field(&accepted, 1 + 1);
    skips_a_field(&Pushed { dev_seq: 1, outcome: accepted }, 0);
    let own = LogEntry::Own { seq: 1, received_at: 2, dev_seq: 3 };
    skips_a_field(&own, 1 + 1);
    let entries = Entries {
        epoch: 1,
        base_seq: 0,
        base_chain: [1; 32],
        entries: Stretch::plain(&[own]),
        up_to: 1,
        check: [2; 8],
        filtered: false,
    };
    skips_a_field(&entries, 0);
    let page = Page { space: SpaceId::personal(MemberId::from_number("1")), outcome: PageOutcome::Entries(entries) };
    skips_a_field(&page, 0);
    let response = SyncResponse {
        server_time: 1,
        pushed: vec![],
        pages: vec![page],
        authors: vec![],
        more: true,
        ask_again: false,
    };
    skips_a_field(&response, 0);
    skips_a_field(&request, 0);
    let card = card();
    skips_a_field(&card, 0);
    let token = Token { secret: "s".into(), ttl_ms: 1 };
    skips_a_field(&token, 0);
    skips_a_field(&EnrolResponse { card, server_key: [4; 65], token }, 0);
    skips_a_field(&EnrolRequest { version: 1, code: "C".into(), public_key: [0; 65], signature: [0; 64] }, 0);
    let device = DeviceId::from_bytes([1; 16]);
    skips_a_field(&ChallengeRequest { version: 1, device }, 0);
    skips_a_field(&Challenge { nonce: [1; 32] }, 0);
    skips_a_field(&TokenRequest { device, nonce: [1; 32], signature: [0; 64] }, 0);
    skips_a_field(&Failure { code: FailureCode::Revoked, retry_after_ms: Some(5) }, 0);
}

#[test]
fn an_unknown_reason_is_other_and_a_missing_optional_field_none() {
    let unknown = [0, 0x82, 0x18, 0x63, 0x05];
    assert_eq!(decode::<Failure>(&unknown), Ok(Failure { code: FailureCode::Other, retry_after_ms: Some(5) }));
    assert_eq!(decode::<Failure>(&[0, 0x81, 0x03]).unwrap().retry_after_ms, None);
    assert_eq!(minicbor::decode::<Refusal>(&[0x19, 0x7f, 0xff]).unwrap(), Refusal::Other);
    for reason in Refusal::ALL {
        assert_eq!(minicbor::decode::<Refusal>(&minicbor::to_vec(reason).unwrap()).unwrap(), reason);
    }
}

#[test]
fn a_document_of_a_later_version_has_its_name_or_is_known_as_later() {
    let key = SoftwareKey::generate().unwrap().0;
    let (owner, nonce) = (MemberId::from_number("1"), Nonce::new(b"12345678").unwrap());
    let known = batch(DeviceId::of_key(&key.public_key()));
    let read = |batch: &Batch| decode_exact::<Batch>(&minicbor::to_vec(batch).unwrap()).unwrap();
    let with = |target| Batch { entries: vec![Entry { target, change: vec![1] }], ..known.clone() };

    let mut ids = Vec::new();
    for code in [Kind::Message.into(), KindCode(0), KindCode(99), KindCode(255)] {
        let target = Target::New { kind: code, about: None, nonce };
        assert_eq!(read(&with(target)).entries[0].target, target);
        assert_eq!(target.is_understood(), code == Kind::Message.into());
        ids.push(target.doc(known.space, owner).unwrap());
    }
    assert_eq!(ids[0], known.entries[0].target.header(known.space, owner).unwrap().id());
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4);
    // What stands in the place of a target: number 7 of a later version, a text, a subject of a new sort.
    let strange: [&[u8]; 3] =
        [&[0x82, 7, 0x81, 0x41, 1], b"\x63abc", &[0x82, 0, 0x83, 9, 0x82, 9, 0x81, 0x41, 1, 0x40]];
    for target in strange {
        let mut bytes = minicbor::to_vec(with(Target::Later)).unwrap();
        let later = minicbor::to_vec(Target::Later).unwrap();
        let at = bytes.windows(later.len()).rposition(|window| window == later).unwrap();
        bytes.splice(at..at + later.len(), target.iter().copied());
        assert_eq!(decode_exact::<Batch>(&bytes).unwrap(), with(Target::Later), "{target:02x?}");
        assert_eq!(decode_exact::<Batch>(&bytes[..at + target.len() - 1]), Err(WireError::Malformed));
    }
}

fn card() -> AuthorCard {
    let key = SoftwareKey::generate().unwrap().0.public_key();
    AuthorCard {
        device: DeviceId::of_key(&key),
        member: MemberId::from_number("1"),
        public_key: key,
        name: "李敏".into(),
        home: OrgId::from_number("B1"),
        signature: [0; 64],
    }
}

#[test]
fn an_author_card_holds_only_as_the_server_signed_it() {
    let server = SoftwareKey::generate().unwrap().0;
    let card = card().sign(&server).unwrap();
    assert!(card.verify(&server.public_key()));
    assert!(!AuthorCard { name: "李民".into(), ..card.clone() }.verify(&server.public_key()));
    assert!(!AuthorCard { device: DeviceId::of_key(b"x"), ..card }.verify(&server.public_key()));
}

#[test]
fn secrets_stay_out_of_debug() {
    let token = Token { secret: "s3cret".into(), ttl_ms: 1 };
    assert!(!format!("{token:?}").contains("s3cret"));
    let enrol = EnrolRequest { version: 1, code: "C0DE".into(), public_key: [0; 65], signature: [0; 64] };
    assert!(!format!("{enrol:?}").contains("C0DE"));
}

#[test]
fn a_hint_reads_back_and_bad_text_is_refused() {
    let hint = Hint { space: SpaceId::board(OrgId::from_number("B1")), seq: 9 };
    assert_eq!(hint.to_string().parse(), Ok(hint));
    for bad in ["", " ", "board:00 1", "x"] {
        assert_eq!(bad.parse::<Hint>(), Err(WireError::Malformed));
    }
}
