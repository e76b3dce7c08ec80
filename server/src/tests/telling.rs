//! What the server tells everybody: who holds an office, which devices no longer count.

use super::*;
use hongqi_core::document::{Document, Fields};

/// What a document holds at the server; none if it was never begun.
pub(crate) fn told(server: &Server, header: Header) -> Option<Fields> {
    let changes = read(server.storage(), |reader| reader.changes(header.id())).unwrap();
    (!changes.is_empty()).then(|| Document::load(changes.iter().map(Vec::as_slice)).unwrap().fields())
}

fn by_server(kind: Kind, space: SpaceId, about: MemberId) -> Header {
    Header { kind, space, owner: MemberId::SERVER, about: Some(About::Member(about)), nonce: Nonce::EMPTY }
}

fn officer(server: &Server, number: &str, at: &str) -> Option<(i64, bool, bool)> {
    let header = by_server(Kind::Officer, SpaceId::board(org(at)), MemberId::from_number(number));
    let fields = told(server, header)?;
    Some((fields.int("role").unwrap_or(0), fields.flag("conflict"), fields.flag("ended")))
}

#[test]
fn an_office_is_told_where_it_is_held_and_with_its_end() {
    let (server, clock) = server();
    assert_eq!(officer(&server, "3", "b1"), Some((Role::Organiser as i64, false, false)), "by import");
    assert_eq!(officer(&server, "3", "A"), Some((Role::Editor as i64, false, false)));
    assert_eq!(officer(&server, "4", "A"), None, "not below it, not above it");
    server.grant("4", "b1", Role::Administrator, Some(clock.now().plus_ms(9))).unwrap();
    assert_eq!(officer(&server, "4", "b1"), Some((Role::Administrator as i64, false, false)), "the highest");
    server.revoke("4", "b1", Role::Administrator).unwrap();
    assert_eq!(officer(&server, "4", "b1"), Some((Role::Secretary as i64, false, false)), "what is left");
    server.revoke("4", "b1", Role::Secretary).unwrap();
    assert!(officer(&server, "4", "b1").unwrap().2);
    server.grant("1", "b1", Role::Host, None).unwrap();
    assert_eq!(officer(&server, "1", "b1"), None, "a host is no officer");
    let without = MEMBERS.replace("3,吴江,full,b1,,editor@A;organiser@b1\n", "");
    server.import(ORGS.as_bytes(), without.as_bytes()).unwrap();
    assert!(officer(&server, "3", "b1").unwrap().2, "who left");
}

#[test]
fn a_conflict_stands_in_the_books_and_may_be_missing_there() {
    let (server, _) = server();
    let mut books = MEMBERS.replace(",roles\n", ",roles,conflict\n").replace("secretary@b1\n", "secretary@b1,yes\n");
    books = books.replace("2001-07-01,\n", "2001-07-01,,\n").replace("b2,,\n", "b2,,,\n");
    let books = books.replace("organiser@b1\n", "organiser@b1,\n");
    server.import(ORGS.as_bytes(), books.as_bytes()).unwrap();
    assert_eq!(officer(&server, "4", "b1"), Some((Role::Secretary as i64, true, false)));
    assert_eq!(officer(&server, "3", "b1"), Some((Role::Organiser as i64, false, false)));
    let wrong = books.replace(",yes\n", ",maybe\n");
    let Err(Error::Import(errors)) = server.import(ORGS.as_bytes(), wrong.as_bytes()) else { panic!("taken") };
    assert_eq!(errors[0].to_string(), "members, line 5: `conflict` is neither `yes` nor empty");
    server.import(ORGS.as_bytes(), MEMBERS.as_bytes()).unwrap();
    assert_eq!(officer(&server, "4", "b1"), Some((Role::Secretary as i64, false, false)));
}

#[test]
fn a_members_card_names_the_devices_that_no_longer_count() {
    let (server, _) = server();
    let (li, second) = (Phone::of(&server, "1"), Phone::of(&server, "1"));
    let card = |at: &str| told(&server, by_server(Kind::MemberCard, SpaceId::board(org(at)), li.member)).unwrap();
    assert_eq!(card("b1").bytes("revoked"), b"");
    server.revoke_device(li.device).unwrap();
    server.revoke_device(li.device).unwrap();
    assert_eq!(card("b1").bytes("revoked"), li.device.as_bytes(), "once");
    server.revoke_device(second.device).unwrap();
    assert_eq!(card("b1").bytes("revoked").len(), 32);
    let moved = MEMBERS.replace("李敏,full,b1", "李敏,full,b2");
    server.import(ORGS.as_bytes(), moved.as_bytes()).unwrap();
    assert_eq!(card("b2").bytes("revoked").len(), 32, "the card at the new home too");
}

#[test]
fn who_is_no_full_member_has_no_vote() {
    let (server, _) = server();
    let mut li = Phone::of(&server, "1");
    let desk = SpaceId::desk(org("b1"));
    let mut vote = |resolution: u8| {
        let header = li.header(Kind::Vote, desk, Some(About::Doc(DocId::from_bytes([resolution; 16]))));
        li.write(header, &[("choice", Value::Int(1))]).1
    };
    accepted(&vote(1));
    let books = MEMBERS.replace("李敏,full", "李敏,probationary");
    server.import(ORGS.as_bytes(), books.as_bytes()).unwrap();
    assert_eq!(refused(&vote(2)), Refusal::NoVote);
}
