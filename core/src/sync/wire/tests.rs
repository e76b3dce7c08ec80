use super::*;
use crate::document::{Kind, Nonce};
use crate::ids::{DeviceId, Generation, MemberId, OrgId, SpaceId};
use crate::key::{DeviceKey, SoftwareKey};

fn batch(device: DeviceId) -> Batch {
    let target = Target::New { kind: Kind::Message, about: None, nonce: Nonce::new(b"12345678").unwrap() };
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

#[test]
fn a_field_of_a_later_version_is_skipped_and_an_unknown_reason_is_other() {
    let bytes = minicbor::to_vec(Failure { code: FailureCode::Revoked, retry_after_ms: Some(5) }).unwrap();
    let mut later = bytes.clone();
    later[0] = 0x83;
    later.push(0x07);
    later.insert(0, 0);
    assert_eq!(decode::<Failure>(&later).unwrap().code, FailureCode::Revoked);
    let unknown = [0, 0x82, 0x18, 0x63, 0x05];
    assert_eq!(decode::<Failure>(&unknown), Ok(Failure { code: FailureCode::Other, retry_after_ms: Some(5) }));
}

#[test]
fn an_author_card_holds_only_as_the_server_signed_it() {
    let server = SoftwareKey::generate().unwrap().0;
    let key = SoftwareKey::generate().unwrap().0.public_key();
    let card = AuthorCard {
        device: DeviceId::of_key(&key),
        member: MemberId::from_number("1"),
        public_key: key,
        name: "李敏".into(),
        home: OrgId::from_number("B1"),
        signature: [0; 64],
    };
    let card = card.sign(&server).unwrap();
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
