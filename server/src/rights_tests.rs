use hongqi_core::document::{About, Nonce};
use hongqi_core::ids::{DocId, SpaceId};

use super::*;

fn org(number: &str) -> OrgId {
    OrgId::from_number(number)
}

/// zone > committee > branch b1, branch b2
fn path(number: &str) -> Path {
    let above: &[&str] = match number {
        "zone" => &["zone"],
        "committee" => &["committee", "zone"],
        _ => &[number, "committee", "zone"],
    };
    above.iter().map(|number| org(number)).collect()
}

fn person(number: &str, home: &str, roles: &[(Role, &str)]) -> Person {
    let held = |role, at: &str| Held { role, path: path(at), from: Timestamp(0), until: None };
    let mut all = vec![held(Role::Member, home)];
    all.extend(roles.iter().map(|(role, at)| held(*role, at)));
    Person { member: MemberId::from_number(number), home: path(home), votes: true, held: all }
}

const NOW: Timestamp = Timestamp(100);

#[test]
fn boards_are_read_from_below_and_by_roles_from_above() {
    let li = person("li", "b1", &[]);
    for (board, access) in
        [("b1", Access::Whole), ("committee", Access::Whole), ("zone", Access::Whole), ("b2", Access::None)]
    {
        assert_eq!(li.reads(&Place::Board(path(board)), NOW), access, "{board}");
    }
    let host = person("wu", "b2", &[(Role::Host, "committee")]);
    assert_eq!(host.reads(&Place::Board(path("b1")), NOW), Access::Whole);
    let upper = person("xu", "zone", &[]);
    assert_eq!(upper.reads(&Place::Board(path("b1")), NOW), Access::None, "membership is not inherited");
}

#[test]
fn desks_are_whole_for_organisers_and_filtered_for_others() {
    let desk = Place::Desk(path("committee"));
    let li = person("li", "b1", &[]);
    let organiser = person("wu", "b1", &[(Role::Organiser, "committee")]);
    let secretary = person("xu", "b1", &[(Role::Secretary, "b1")]);
    assert_eq!(li.reads(&desk, NOW), Access::Filtered);
    assert_eq!(organiser.reads(&desk, NOW), Access::Whole);
    assert_eq!(secretary.reads(&desk, NOW), Access::Filtered, "a branch's role counts in the branch");
    assert!(secretary.sees(li.member, &li.home, NOW));
    assert!(!li.sees(secretary.member, &secretary.home, NOW));
    assert!(!secretary.sees(MemberId::from_number("mo"), &path("b2"), NOW));
    assert_eq!(li.reads(&Place::Desk(path("b2")), NOW), Access::None);
}

#[test]
fn talks_belong_to_members_and_secretaries() {
    let standing = Place::Standing(path("b1"));
    assert_eq!(person("li", "b1", &[]).reads(&standing, NOW), Access::Whole);
    assert_eq!(person("mo", "b2", &[]).reads(&standing, NOW), Access::None);
    assert_eq!(person("wu", "b2", &[(Role::Editor, "committee")]).reads(&standing, NOW), Access::None);
    assert_eq!(person("xu", "b2", &[(Role::Secretary, "committee")]).reads(&standing, NOW), Access::Whole);
    assert_eq!(person("li", "b1", &[]).reads(&Place::Standing(path("committee")), NOW), Access::None);
}

#[test]
fn a_role_ends_on_its_day() {
    let mut editor = person("li", "b1", &[(Role::Editor, "b1")]);
    editor.held[1].until = Some(Timestamp(50));
    assert_eq!(editor.role_at(&path("b1"), Timestamp(49)), Some(Role::Editor));
    assert_eq!(editor.role_at(&path("b1"), Timestamp(50)), Some(Role::Member));
}

fn header(kind: Kind, space: SpaceId, owner: &Person) -> Header {
    let about = match kind.spec().about {
        hongqi_core::document::Subject::Doc => Some(About::Doc(DocId::from_bytes([1; 16]))),
        hongqi_core::document::Subject::Member => Some(About::Member(owner.member)),
        _ => None,
    };
    Header { kind, space, owner: owner.member, about, nonce: Nonce::from_bytes([1; 8]) }
}

#[test]
fn writing_asks_for_the_role_or_the_owner() {
    let li = person("li", "b1", &[]);
    let editor = person("wu", "b1", &[(Role::Editor, "committee")]);
    let board = Place::Board(path("b1"));
    let article = header(Kind::Article, SpaceId::board(org("b1")), &li);
    assert_eq!(li.writes(&article, &board, NOW, NOW), Err(Refusal::NotAllowed));
    assert_eq!(editor.writes(&article, &board, NOW, NOW), Ok(()), "another's article, by role");
    assert_eq!(editor.writes(&article, &Place::Board(path("zone")), NOW, NOW), Err(Refusal::NotAllowed));
    let message = header(Kind::Message, SpaceId::standing(org("b1")), &li);
    assert_eq!(li.writes(&message, &Place::Standing(path("b1")), NOW, NOW), Ok(()));
    assert_eq!(editor.writes(&message, &Place::Standing(path("b1")), NOW, NOW), Err(Refusal::NotAllowed));
    let mark = header(Kind::RollMark, SpaceId::desk(org("b1")), &li);
    assert_eq!(li.writes(&mark, &Place::Desk(path("b1")), NOW, NOW), Err(Refusal::NotAllowed));
    let card = header(Kind::OrgCard, SpaceId::board(org("b1")), &editor);
    let admin = person("wu", "b1", &[(Role::Administrator, "zone")]);
    assert_eq!(admin.writes(&card, &board, NOW, NOW), Err(Refusal::NotAllowed), "the server's own");
    assert_eq!(li.writes(&message, &Place::Personal(editor.member), NOW, NOW), Err(Refusal::NoSpace));
}

#[test]
fn a_check_in_from_before_the_removal_is_kept() {
    let mut li = person("li", "b1", &[]);
    li.held[0].until = Some(Timestamp(50));
    let desk = Place::Desk(path("b1"));
    let check_in = header(Kind::CheckIn, SpaceId::desk(org("b1")), &li);
    assert_eq!(li.writes(&check_in, &desk, Timestamp(40), NOW), Ok(()));
    assert_eq!(li.writes(&check_in, &desk, Timestamp(60), NOW), Err(Refusal::NoSpace));
    let ack = header(Kind::Acknowledgement, SpaceId::desk(org("b1")), &li);
    assert_eq!(li.writes(&ack, &desk, Timestamp(40), NOW), Err(Refusal::NoSpace));
}

#[test]
fn only_full_members_vote() {
    let (li, mo) = (person("li", "b1", &[]), Person { votes: false, ..person("mo", "b1", &[]) });
    let place = Place::Desk(path("committee"));
    let vote = |owner: &Person| Header {
        kind: Kind::Vote,
        space: SpaceId::desk(org("committee")),
        owner: owner.member,
        about: Some(About::Doc(DocId::from_bytes([1; 16]))),
        nonce: Nonce::EMPTY,
    };
    assert_eq!(li.writes(&vote(&li), &place, NOW, NOW), Ok(()));
    assert_eq!(mo.writes(&vote(&mo), &place, NOW, NOW), Err(Refusal::NoVote));
    assert_eq!(li.writes(&vote(&mo), &place, NOW, NOW), Err(Refusal::NotAllowed), "another's vote");
}
