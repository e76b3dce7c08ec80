//! J6: a consultation around one's own secretary.
#![allow(clippy::unwrap_used)]

use hongqi_core::Error;
use hongqi_core::consult::{Category, Leave, NewCase, Phase};
use hongqi_core::ids::{MemberId, SpaceId};
use hongqi_core::role::Role;
use hongqi_tests::world::{MEMBERS, ORGANISATIONS, Phone, World, org};

fn texts(phone: &Phone, space: SpaceId) -> Vec<String> {
    let page = phone.core().talk().page(space, None, 50).unwrap();
    page.messages.into_iter().map(|message| message.body).collect()
}

fn knows_of(phone: &Phone, space: SpaceId) -> bool {
    let core = phone.core();
    let listed = core.talk().list().unwrap().iter().any(|talk| talk.space == space);
    let found = ["副经理兼书记", "反映"].into_iter().any(|word| !core.search().find(word, 9).unwrap().is_empty());
    listed || found || core.consult().case(space).unwrap().is_some() || !texts(phone, space).is_empty()
}

#[test]
fn j6() {
    let mut world = World::park(600);
    // 1001 asks; 1002 leads her branch B1 and is deputy manager of her enterprise; 3001 is the cluster's secretary; 4001
    // and 4002 hold the desk of the zone Z1 above.
    let orgs = ORGANISATIONS.replace("cluster_committee,\n", "cluster_committee,Z1\n") + "Z1,滨江开发区工委,zone,\n";
    let members =
        MEMBERS.to_owned() + "4001,吴刚,full,Z1,2001-07-01,secretary@Z1\n4002,郑爽,full,Z1,2003-07-01,organiser@Z1\n";
    world.server.import(orgs.as_bytes(), members.as_bytes()).unwrap();
    let [mut li, mut wang, mut mo, mut sun, mut a, mut b] =
        ["1001", "1002", "1004", "3001", "4001", "4002"].map(|number| world.phone(number));
    for phone in [&mut li, &mut wang, &mut mo, &mut sun, &mut a, &mut b] {
        phone.sync(&world);
    }

    // 1, 2: offline; the core proposes to leave out the own secretary.
    let proposal = li.core().consult().proposal(org("Z1")).unwrap();
    let wang_id = MemberId::from_number("1002");
    assert!(proposal.iter().any(|one| one.member == wang_id && one.why == Leave::OwnSecretary), "{proposal:?}");
    let leave_out: Vec<_> = proposal.iter().map(|one| one.member).collect();
    let would_read = li.core().consult().would_read(org("Z1"), &leave_out).unwrap();
    let case = NewCase {
        desk: org("Z1"),
        subject: "副经理兼书记",
        category: Category::Complaint,
        question: "我的支部书记也是副经理，可以向谁反映？",
        leave_out: &leave_out,
    };
    let space = li.core().consult().ask(&case).unwrap();
    let readers = li.core().consult().readers(space).unwrap();
    assert_eq!(would_read, readers, "what is promised before it is asked holds after");
    let named: Vec<_> = readers.iter().map(|reader| reader.member).collect();
    assert!(!named.contains(&wang_id));
    for number in ["1001", "4001", "4002"] {
        assert!(named.contains(&MemberId::from_number(number)), "the asker always sees who can read it");
    }

    // 3: the desk sees it; the secretary, the branch and the cluster do not, not even its title.
    world.settle(&mut [&mut li, &mut wang, &mut mo, &mut sun, &mut a, &mut b]);
    for desk in [&a, &b] {
        let shown = desk.core().consult().case(space).unwrap().unwrap();
        assert_eq!((&shown.subject[..], shown.state.phase), ("副经理兼书记", Phase::Open));
        assert!(knows_of(desk, space));
        assert_eq!(texts(desk, space).len(), 1);
    }
    for other in [&wang, &mo, &sun] {
        assert!(!knows_of(other, space));
        other.core().talk().open(space).unwrap();
    }
    world.settle(&mut [&mut wang, &mut mo, &mut sun]);
    for other in [&wang, &mo, &sun] {
        assert!(texts(other, space).is_empty(), "nor does who knows its id");
        assert_eq!(other.core().consult().case(space).unwrap(), None);
    }

    // 4: A answers and hands over to B; A loses the role.
    a.core().talk().post(space, "可以向园区工委反映。", None).unwrap();
    a.core().consult().answered(space).unwrap();
    a.core().consult().hand_over(space, MemberId::from_number("4002")).unwrap();
    let sun_id = MemberId::from_number("3001");
    let outsider = a.core().consult().hand_over(space, sun_id);
    assert!(matches!(outsider, Err(Error::Invalid { field: "to", .. })));
    world.settle(&mut [&mut a, &mut li, &mut b]);
    let shown = li.core().consult().case(space).unwrap().unwrap();
    assert_eq!((shown.state.phase, shown.state.handler), (Phase::Answered, Some(MemberId::from_number("4002"))));

    world.server.revoke("4001", "Z1", Role::Secretary).unwrap();
    b.core().talk().post(space, "我来跟进。", None).unwrap();
    world.settle(&mut [&mut b, &mut li, &mut a]);
    assert_eq!(texts(&li, space).len(), 3);
    assert_eq!(texts(&b, space).len(), 3);
    assert!(!knows_of(&a, space), "what A may no longer read is gone from A's phone");
    // Nor does A get what is said after, asking for it by its id.
    li.core().talk().post(space, "反映材料稍后补上。", None).unwrap();
    a.core().talk().open(space).unwrap();
    world.settle(&mut [&mut li, &mut b, &mut a]);
    assert_eq!((texts(&b, space).len(), knows_of(&a, space)), (4, false));

    // The asker closes it: nothing more is written until it is opened again.
    li.core().consult().close(space).unwrap();
    assert_eq!(li.core().talk().post(space, "还有一事", None), Err(Error::Ended));
    world.settle(&mut [&mut li, &mut b]);
    assert_eq!(b.core().consult().case(space).unwrap().unwrap().state.phase, Phase::Closed);
    assert_eq!(b.core().consult().reopen(space), Err(Error::NotAllowed));
    li.core().consult().reopen(space).unwrap();
    li.core().talk().post(space, "还有一事", None).unwrap();
    world.settle(&mut [&mut li, &mut b]);
    assert_eq!(texts(&b, space).len(), 5);
}
