//! The directory, and what roles open and close.

use hongqi_core::Error;
use hongqi_core::activity::NewActivity;
use hongqi_core::ids::SpaceId;
use hongqi_core::role::Role;
use hongqi_tests::world::{MEMBERS, MORNING, ORGANISATIONS, Phone, World, member, org};

use super::{HOUR, phones, post, publish, settle, talk};

fn orgs(phone: &Phone) -> Vec<String> {
    phone.core().directory().orgs().unwrap().into_iter().map(|org| org.number).collect()
}

fn roles(phone: &Phone) -> Vec<(Role, String)> {
    let named = |id| phone.core().directory().org(id).unwrap().map(|org| org.number).unwrap_or_default();
    phone.core().directory().roles().unwrap().into_iter().map(|role| (role.role, named(role.org))).collect()
}

fn talks(phone: &Phone) -> Vec<SpaceId> {
    phone.core().talk().list().unwrap().into_iter().map(|talk| talk.space).collect()
}

#[test]
fn a_member_knows_the_own_branch_and_what_stands_above() {
    let mut world = World::park(120);
    let [li] = phones(&mut world, ["1001"]);
    let directory = li.core().directory();
    assert_eq!(directory.me().unwrap(), (member("1001"), org("B1")));
    assert_eq!(orgs(&li), ["B1", "C1"]);
    let branch = directory.org(org("B1")).unwrap().unwrap();
    assert_eq!((&branch.name[..], &branch.kind[..], branch.parent), ("泵阀联合支部", "joint_branch", Some(org("C1"))));
    assert_eq!(directory.org(org("C1")).unwrap().unwrap().parent, None);
    assert_eq!(directory.org(org("B2")).unwrap(), None);
    let members = directory.members(org("B1")).unwrap();
    let seen: Vec<_> = members.iter().map(|one| (&one.number[..], &one.name[..], &one.standing[..])).collect();
    let (full, probationary) = ("full", "probationary");
    let expected =
        [("1001", "李敏", full), ("1002", "王秀兰", full), ("1003", "赵国强", full), ("1004", "莫文", probationary)];
    assert_eq!(seen, expected);
    assert_eq!(directory.member(member("1004")).unwrap().as_ref(), members.last());
    assert_eq!(directory.member(member("2001")).unwrap(), None);
    assert_eq!(roles(&li), [(Role::Member, "B1".to_owned())]);
    assert!(directory.members(org("B2")).unwrap().is_empty());
}

#[test]
fn who_wrote_is_named_also_without_a_card() {
    let mut world = World::park(121);
    let [mut sun, mut chen, mut li] = phones(&mut world, ["3001", "2001", "1001"]);
    let thread = SpaceId::thread(publish(&world, &sun, "C1", "通知", false));
    settle(&mut world, [&mut sun, &mut chen, &mut li]);
    chen.core().talk().post(thread, "二支部收到", None).unwrap();
    li.core().talk().open(thread).unwrap();
    settle(&mut world, [&mut chen, &mut li]);
    assert_eq!(li.core().talk().page(thread, None, 9).unwrap().messages[0].author_name, "陈涛");
    let named = li.core().directory().member(member("2001")).unwrap().unwrap();
    assert_eq!((&named.name[..], &named.number[..], named.home), ("陈涛", "", org("B2")));
    assert!(li.core().directory().members(org("B2")).unwrap().is_empty(), "a name is no card");
}

#[test]
fn a_grant_opens_spaces_and_a_revocation_closes_them() {
    let mut world = World::park(122);
    let [mut chen, mut li] = phones(&mut world, ["2001", "1001"]);
    publish(&world, &chen, "B2", "二支部通知", false);
    chen.core().talk().post(SpaceId::standing(org("B2")), "二支部内部", None).unwrap();
    settle(&mut world, [&mut chen, &mut li]);
    assert!(li.core().feed().page(None, 9).unwrap().items.is_empty());

    world.server.grant("1001", "B2", Role::Secretary, None).unwrap();
    settle(&mut world, [&mut li]);
    assert_eq!(roles(&li).len(), 2);
    assert!(roles(&li).contains(&(Role::Secretary, "B2".to_owned())));
    assert_eq!(li.core().feed().page(None, 9).unwrap().items[0].title, "二支部通知");
    assert!(talks(&li).contains(&SpaceId::standing(org("B2"))));
    assert_eq!(li.core().directory().members(org("B2")).unwrap().len(), 2);
    assert_eq!(li.core().directory().me().unwrap().1, org("B1"), "a role elsewhere is no home there");

    world.server.revoke("1001", "B2", Role::Secretary).unwrap();
    settle(&mut world, [&mut li]);
    assert_eq!((roles(&li), orgs(&li)), (vec![(Role::Member, "B1".to_owned())], vec!["B1".into(), "C1".into()]));
    assert!(li.core().feed().page(None, 9).unwrap().items.is_empty());
    assert_eq!(talks(&li), [talk()]);
    assert!(li.core().directory().members(org("B2")).unwrap().is_empty());
    assert!(li.core().search().find("二支部", 9).unwrap().is_empty());
}

#[test]
fn a_role_ends_by_itself_when_its_time_is_over() {
    let mut world = World::park(123);
    let [mut chen, mut li] = phones(&mut world, ["2001", "1001"]);
    publish(&world, &chen, "B2", "二支部通知", false);
    settle(&mut world, [&mut chen]);
    world.server.grant("1001", "B2", Role::Organiser, Some(MORNING.plus_ms(HOUR))).unwrap();
    settle(&mut world, [&mut li]);
    let plan = |phone: &Phone| {
        let activity =
            NewActivity { title: "党日", place: "礼堂", note: "", agenda: "", starts: MORNING, ends: MORNING };
        phone.core().activities().plan(org("B2"), &activity)
    };
    plan(&li).unwrap();
    settle(&mut world, [&mut li]);
    assert_eq!(roles(&li).len(), 2);

    // With no network: the time passes on the phone as well.
    world.clock.advance(HOUR);
    assert_eq!(roles(&li), [(Role::Member, "B1".to_owned())]);
    assert_eq!(plan(&li), Err(Error::NotAllowed));
    assert_eq!(li.core().feed().page(None, 9).unwrap().items.len(), 1, "the server has not said what time it is");
    // With the network: what it opened goes.
    settle(&mut world, [&mut li]);
    assert!(li.core().feed().page(None, 9).unwrap().items.is_empty());
    assert_eq!(orgs(&li), ["B1", "C1"]);
    // Held anew, it opens again.
    world.server.grant("1001", "B2", Role::Organiser, None).unwrap();
    settle(&mut world, [&mut li]);
    assert_eq!(li.core().feed().page(None, 9).unwrap().items.len(), 1);
    plan(&li).unwrap();
}

#[test]
fn a_wrong_clock_ends_no_role_for_good() {
    let mut world = World::park(124);
    let [mut chen] = phones(&mut world, ["2001"]);
    publish(&world, &chen, "B2", "二支部通知", false);
    settle(&mut world, [&mut chen]);
    world.server.grant("1001", "B2", Role::Organiser, Some(MORNING.plus_ms(24 * HOUR))).unwrap();
    // Its clock says that the role has ended long ago; the first exchange says otherwise.
    let mut li = world.phone_with_skew("1001", 48 * HOUR);
    settle(&mut world, [&mut li]);
    assert_eq!(roles(&li).len(), 2);
    assert_eq!(li.core().feed().page(None, 9).unwrap().items.len(), 1);
}

#[test]
fn who_moves_is_at_home_elsewhere() {
    let mut world = World::park(125);
    let [mut wang, mut mo] = phones(&mut world, ["1002", "1004"]);
    post(&world, &wang, "一支部内部");
    settle(&mut world, [&mut wang, &mut mo]);
    let moved = MEMBERS.replace("1004,莫文,probationary,B1", "1004,莫文,full,B2");
    world.server.import(ORGANISATIONS.as_bytes(), moved.as_bytes()).unwrap();
    settle(&mut world, [&mut wang, &mut mo]);
    assert_eq!(mo.core().me().unwrap().home, org("B2"));
    assert_eq!(mo.core().directory().me().unwrap(), (member("1004"), org("B2")));
    assert_eq!((orgs(&mo), talks(&mo)), (vec!["B2".into(), "C1".into()], vec![SpaceId::standing(org("B2"))]));
    let card = mo.core().directory().member(member("1004")).unwrap().unwrap();
    assert_eq!((card.home, &card.standing[..]), (org("B2"), "full"));
    assert_eq!(wang.core().directory().members(org("B1")).unwrap().len(), 3);
}
