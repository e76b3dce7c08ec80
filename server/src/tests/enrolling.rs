use super::*;

fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> FailureCode {
    match result {
        Err(Error::Refused(failure)) => failure.code,
        other => panic!("{other:?}"),
    }
}

fn request(code: &str, key: &SoftwareKey) -> EnrolRequest {
    let signature = sign(key, Purpose::Enrol, code.as_bytes()).unwrap();
    EnrolRequest { version: VERSION, code: code.into(), public_key: key.public_key(), signature }
}

#[test]
fn a_code_makes_one_device_and_ends() {
    let (server, clock) = server();
    let code = server.invite("1", 1).unwrap();
    assert_eq!(code.len(), 19);
    let (key, other) = (SoftwareKey::generate().unwrap().0, SoftwareKey::generate().unwrap().0);
    let forged = EnrolRequest { public_key: other.public_key(), ..request(&code, &key) };
    assert_eq!(refusal(server.enrol(&forged)), FailureCode::BadRequest);
    assert_eq!(refusal(server.enrol(&request("AAAA", &key))), FailureCode::InvalidInvitation);
    let typed = code.to_lowercase().replace('-', " ");
    let first = server.enrol(&request(&typed, &key)).unwrap();
    assert_eq!(first.card.name, "李敏");
    assert_eq!(server.enrol(&request(&code, &key)).unwrap().card, first.card, "a lost answer");
    assert_eq!(refusal(server.enrol(&request(&code, &other))), FailureCode::InvalidInvitation);
    let late = server.invite("1", 1).unwrap();
    clock.wall.fetch_add(3_600_000, Ordering::Relaxed);
    assert_eq!(refusal(server.enrol(&request(&late, &other))), FailureCode::InvalidInvitation);
    assert!(matches!(server.invite("99", 1), Err(Error::NoSuchMember)));
    let old = EnrolRequest { version: 9, ..request(&code, &key) };
    assert_eq!(refusal(server.enrol(&old)), FailureCode::UnsupportedVersion);
}

fn token(phone: &Phone) -> Result<Token, Error> {
    let nonce = phone.server.challenge(&ChallengeRequest { version: VERSION, device: phone.device })?.nonce;
    let signature = sign(&phone.key, Purpose::Challenge, &nonce).unwrap();
    phone.server.token(&TokenRequest { device: phone.device, nonce, signature })
}

#[test]
fn a_token_is_for_one_device_one_challenge_and_an_hour() {
    let (server, clock) = server();
    let (li, mo) = (Phone::of(&server, "1"), Phone::of(&server, "2"));
    let nonce = server.challenge(&ChallengeRequest { version: VERSION, device: li.device }).unwrap().nonce;
    let signature = sign(&mo.key, Purpose::Challenge, &nonce).unwrap();
    let request = TokenRequest { device: li.device, nonce, signature };
    assert_eq!(refusal(server.token(&request)), FailureCode::Unauthenticated);
    let signature = sign(&li.key, Purpose::Challenge, &nonce).unwrap();
    assert_eq!(refusal(server.token(&TokenRequest { signature, ..request })), FailureCode::Unauthenticated, "used up");
    let nonce = server.challenge(&ChallengeRequest { version: VERSION, device: li.device }).unwrap().nonce;
    let signature = sign(&li.key, Purpose::Challenge, &nonce).unwrap();
    clock.wall.fetch_add(60_000, Ordering::Relaxed);
    let late = TokenRequest { device: li.device, nonce, signature };
    assert_eq!(refusal(server.token(&late)), FailureCode::Unauthenticated);
    let secret = token(&li).unwrap().secret;
    assert_eq!(server.authenticate(&secret).unwrap(), li.device);
    assert_eq!(refusal(server.authenticate("x")), FailureCode::Unauthenticated);
    clock.wall.fetch_add(3_600_000, Ordering::Relaxed);
    assert_eq!(refusal(server.authenticate(&secret)), FailureCode::Unauthenticated);
}

#[test]
fn revocation_acts_at_once_and_from_another_process() {
    let dir = tempfile::tempdir().unwrap();
    let open = || Server::open(dir.path(), Arc::new(TestClock::at(1_800_000_000_000))).unwrap();
    let (serving, command) = (Arc::new(open()), open());
    assert_eq!(serving.public_key(), command.public_key(), "one key");
    command.import(ORGS.as_bytes(), MEMBERS.as_bytes()).unwrap();
    let (mut li, mut li2) = (Phone::of(&serving, "1"), Phone::of(&serving, "1"));
    let board = SpaceId::board(org("b1"));
    let title = [("title", Value::from("x"))];
    let header = li.header(Kind::Article, board, None);
    assert_eq!(refused(&li.write(header, &title).1), Refusal::NotAllowed);
    command.grant("1", "b1", Role::Editor, None).unwrap();
    let header = li.header(Kind::Article, board, None);
    accepted(&li.write(header, &title).1);
    command.revoke("1", "b1", Role::Editor).unwrap();
    let header = li.header(Kind::Article, board, None);
    assert_eq!(refused(&li.write(header, &title).1), Refusal::NotAllowed);
    assert!(matches!(command.revoke("1", "b1", Role::Editor), Err(Error::NoSuchGrant)));

    let secret = token(&li).unwrap().secret;
    command.revoke_device(li.device).unwrap();
    assert_eq!(refusal(serving.authenticate(&secret)), FailureCode::Revoked);
    assert_eq!(refusal(token(&li)), FailureCode::Revoked);
    accepted(&li2.say(SpaceId::standing(org("b1")), "还在"));
    let others = MEMBERS.replace("1,李敏,full,b1,2001-07-01,\n", "");
    command.import(ORGS.as_bytes(), others.as_bytes()).unwrap();
    assert_eq!(refusal(serving.active(li2.device)), FailureCode::Revoked, "the member left");
}

#[test]
fn one_device_does_not_take_all_the_tokens() {
    let (server, _) = server();
    let (li, mo) = (Phone::of(&server, "1"), Phone::of(&server, "2"));
    let of_mo = token(&mo).unwrap().secret;
    let secrets: Vec<_> = (0..10).map(|_| token(&li).unwrap().secret).collect();
    let holds: Vec<_> = secrets.iter().map(|secret| server.authenticate(secret).is_ok()).collect();
    assert_eq!(holds, [[false; 6].as_slice(), &[true; 4]].concat(), "the newest");
    assert_eq!(server.authenticate(&of_mo).unwrap(), mo.device);
    // Whoever asks for challenges in its name takes nothing from it.
    let nonce = server.challenge(&ChallengeRequest { version: VERSION, device: li.device }).unwrap().nonce;
    for _ in 0..20 {
        server.challenge(&ChallengeRequest { version: VERSION, device: li.device }).unwrap();
    }
    let signature = sign(&li.key, Purpose::Challenge, &nonce).unwrap();
    server.token(&TokenRequest { device: li.device, nonce, signature }).unwrap();
}
