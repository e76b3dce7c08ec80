use hongqi_core::document::{Document, Header, Kind, Nonce};
use hongqi_core::ids::{MemberId, SpaceId};

use super::*;
use crate::error::Error;
use crate::read;
use crate::tests::{MEMBERS, ORGS, org, server};

fn errors(orgs: &[u8], members: &[u8]) -> Vec<String> {
    let (server, _) = server();
    let before = read(server.storage(), |reader| Ok((reader.orgs()?, reader.members()?))).unwrap();
    let Err(Error::Import(errors)) = server.import(orgs, members) else { panic!("taken") };
    assert_eq!(read(server.storage(), |reader| Ok((reader.orgs()?, reader.members()?))).unwrap(), before);
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn each_bad_organisation_is_named_with_its_line() {
    let long = "长".repeat(300);
    let orgs = format!(
        "\u{feff}number,name,type,parent\nz,工委,zone,\na,甲,branch,nowhere\nz,再,zone,\nc,丙,x,d\nd,丁,x,c\n\
         ,无,x,z\ne,{long},x,z\nf,己\ng,\"a\u{7}\",x,z\n"
    );
    assert_eq!(
        errors(orgs.as_bytes(), b"number,name,standing,home,joined,roles\n"),
        [
            "organisations, line 3: unknown parent nowhere",
            "organisations, line 4: number z stands on line 2 already",
            "organisations, line 5: organisation c is part of a circle",
            "organisations, line 6: organisation d is part of a circle",
            "organisations, line 7: `number` is empty",
            "organisations, line 8: `name` is too long",
            "organisations, line 9: column `type` is missing",
            "organisations, line 10: `name` holds control characters",
        ]
    );
}

#[test]
fn each_bad_member_is_named_with_its_line() {
    let mut members = MEMBERS.as_bytes().to_vec();
    members.extend_from_slice(
        b"1,x,full,b1,,\n5,x,full,nowhere,,\n6,x,full,b1,2001-13-01,\n7,x,full,b1,,captain@b1\n8,x,full,b1,,editor\n\
          9,x,full,b1,,editor@nowhere\n10,x,full,b1,,editor@b1:2026-2-1\n11,\xff,full,b1,,\n12,x,full\n13,,full,b1,,\n\
          14,x,full,b1,,member@b1\n",
    );
    assert_eq!(
        errors(ORGS.as_bytes(), &members),
        [
            "members, line 6: number 1 stands on line 2 already",
            "members, line 7: unknown organisation nowhere",
            "members, line 8: `joined` is not a date (YYYY-MM-DD)",
            "members, line 9: unknown role captain",
            "members, line 10: a role is written role@organisation or role@organisation:YYYY-MM-DD",
            "members, line 11: unknown organisation nowhere",
            "members, line 12: `roles` is not a date (YYYY-MM-DD)",
            "members, line 13: not UTF-8",
            "members, line 14: column `home` is missing",
            "members, line 15: `name` is empty",
            "members, line 16: unknown role member",
        ]
    );
    assert_eq!(errors(b"", b"number\n").len(), 9, "every missing column");
}

#[test]
fn a_second_import_applies_the_difference_and_a_third_nothing() {
    let (server, _) = server();
    let orgs = format!(
        "\u{feff}{}b4,第四支部,branch,b1\r\n",
        ORGS.replace("第二", "第二联合").replace("b1,第一支部,branch,A", "b1,第一支部,branch,zone")
    );
    let members = "number,name,standing,home,joined,roles\n1,李敏,probationary,b1,2001-07-01,host@b1:2027-01-31\n\
        3,吴江,full,b4,,editor@A\n4,许清,full,b1,,secretary@b1\n5,新人,full,b4,,\n";
    let report = server.import(orgs.as_bytes(), members.as_bytes()).unwrap();
    assert_eq!(
        report,
        Report {
            orgs_added: 1,
            orgs_changed: 2,
            orgs_closed: 0,
            members_added: 1,
            members_changed: 1,
            members_moved: 1,
            members_left: 1,
            roles_added: 1,
            roles_ended: 1,
        }
    );
    assert_eq!(server.import(orgs.as_bytes(), members.as_bytes()).unwrap(), Report::default());
    let closed = "number,name,type,parent\nzone,园区工委,zone,\n";
    let report = server.import(closed.as_bytes(), b"number,name,standing,home,joined,roles\n").unwrap();
    assert_eq!((report.orgs_closed, report.members_left), (4, 4));
    let back = server.import(ORGS.as_bytes(), MEMBERS.as_bytes()).unwrap();
    assert_eq!((back.members_added, back.roles_added), (4, 3));
    let card = Header {
        kind: Kind::OrgCard,
        space: SpaceId::board(org("b2")),
        owner: MemberId::SERVER,
        about: None,
        nonce: Nonce::EMPTY,
    };
    let changes = read(server.storage(), |reader| reader.changes(card.id())).unwrap();
    let fields = Document::load(changes.iter().map(Vec::as_slice)).unwrap().fields();
    assert_eq!((fields.text("name"), fields.flag("closed"), changes.len()), ("第二支部", false, 4));
}
