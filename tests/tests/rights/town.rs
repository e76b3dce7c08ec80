//! A branch with one of everything in it, and one of everybody around it.

use std::collections::BTreeMap;

use hongqi_core::clock::Clock;
use hongqi_core::document::{About, Header, Kind, Nonce, Subject, Value};
use hongqi_core::ids::{DocId, MemberId, SpaceId};
use hongqi_core::key::DeviceKey;
use hongqi_core::role::Role;
use hongqi_core::sync::wire::{Ask, From};
use hongqi_server::{Event, Signal};
use hongqi_tests::world::{World, member, org};
use tokio::sync::broadcast::Receiver;

use crate::table::{Row, SPACES, people};
use crate::wire::{Device, asks, request};

const ORGS: &str = "number,name,type,parent\nZ1,滨江开发区工委,zone,\nC1,园区集群党委,cluster_committee,Z1\n\
    B1,泵阀联合支部,joint_branch,C1\nB2,精工支部,branch,C1\nC2,临港集群党委,cluster_committee,Z1\nB3,船机支部,branch,C2\n";
const ROLES: [(&str, &str, &str); 15] = [
    ("1007", "B1", "host@B1"),
    ("1008", "B1", "instructor@B1"),
    ("1009", "B1", "organiser@B1"),
    ("1010", "B1", "editor@B1"),
    ("1011", "B1", "deputy_secretary@B1"),
    ("1012", "B1", "deputy_secretary@B1"),
    ("1013", "B1", "secretary@B1"),
    ("1014", "B1", "organiser@B1"),
    ("2002", "B2", "secretary@B2"),
    ("3002", "C1", "organiser@C1"),
    ("3003", "C1", "secretary@C1"),
    ("3004", "C1", "host@C1"),
    ("4001", "Z1", "secretary@Z1"),
    ("5001", "B3", "secretary@B3"),
    ("5002", "C2", "administrator@C2"),
];
/// The root of the tree holds the highest role.
const ROOT: (&str, &str, &str) = ("4002", "Z1", "administrator@Z1");
/// Writes nothing; the name stands in the member's card and nowhere else.
pub const QUIET: (&str, &str) = ("1019", "暗号冷门成员");
/// Takes part until the books leave them out.
pub const REMOVED: &str = "1018";

fn home(number: &str) -> &'static str {
    match &number[..1] {
        "1" => "B1",
        "2" => "B2",
        "3" => "C1",
        "4" => "Z1",
        _ => {
            if number == "5001" {
                "B3"
            } else {
                "C2"
            }
        }
    }
}

/// The member books: `later`, after somebody has moved and somebody has left.
fn members(later: bool) -> String {
    let mut out = "number,name,standing,home,joined,roles,conflict\n".to_owned();
    let numbers: Vec<&str> = people().iter().map(|row| row.number).chain([QUIET.0, REMOVED]).collect();
    for number in numbers.into_iter().filter(|number| !later || *number != REMOVED) {
        let role = ROLES.iter().chain([&ROOT]).find(|(of, ..)| *of == number).map_or("", |(.., role)| role);
        let name = if number == QUIET.0 { QUIET.1.to_owned() } else { format!("成员{number}") };
        let standing = if number == "1015" { "probationary" } else { "full" };
        let home = if later && number == "1016" { "B2" } else { home(number) };
        let conflict = if ["1011", "1012"].contains(&number) { "yes" } else { "" };
        out += &format!("{number},{name},{standing},{home},2001-07-01,{role},{conflict}\n");
    }
    out
}

/// What is written in a space and may be read nowhere else.
pub fn canary(space: &str) -> String {
    format!("暗号{space}暗号")
}

pub struct Town {
    pub world: World,
    pub rows: Vec<Row>,
    pub devices: Vec<Device>,
    pub spaces: BTreeMap<&'static str, SpaceId>,
    pub activity: DocId,
    /// Of C1.
    pub activity_above: DocId,
    pub resolution: DocId,
    /// A document of somebody in each space that has one.
    pub docs: BTreeMap<&'static str, Header>,
    pub removed: Option<Device>,
    pub revoked: Option<Device>,
    /// Of all that was written since everybody followed what they could.
    pub events: Vec<Event>,
}

fn drain(signals: &mut Receiver<Signal>) -> Vec<Event> {
    let mut out = Vec::new();
    while let Ok(signal) = signals.try_recv() {
        if let Signal::Entry(event) = signal {
            out.push(event);
        }
    }
    out
}

impl Town {
    pub fn device(&mut self, who: &str) -> &mut Device {
        let at = self.rows.iter().position(|row| row.who == who).unwrap();
        &mut self.devices[at]
    }

    fn begin(&mut self, who: &str, header: (Kind, SpaceId, Option<About>), fields: &[(&str, Value)]) -> Header {
        let at = self.rows.iter().position(|row| row.who == who).unwrap();
        let header = self.devices[at].header(header.0, header.1, header.2);
        self.devices[at].begin(&self.world, header, fields);
        header
    }

    /// Everybody asks for everything that there is by now, and so follows what they may read.
    fn all_follow(&self) {
        let spaces: Vec<SpaceId> = self.spaces.values().copied().collect();
        for device in &self.devices {
            device.exchange(&self.world.server, &asks(&spaces, From::Start)).unwrap();
        }
    }

    pub fn new(seed: u64) -> Self {
        let world = World::park(seed);
        world.server.import(ORGS.as_bytes(), members(false).as_bytes()).unwrap();
        let until = world.clock.now().plus_ms(3_600_000);
        world.server.grant("1017", "B1", Role::Organiser, Some(until)).unwrap();
        let rows = people();
        let devices: Vec<_> = rows.iter().map(|row| Device::enrol(&world, row.number)).collect();
        let (removed, revoked) = (Device::enrol(&world, REMOVED), Device::enrol(&world, "1003"));
        let b1 = org("B1");
        let spaces = BTreeMap::from([
            ("board", SpaceId::board(b1)),
            ("desk", SpaceId::desk(b1)),
            ("above", SpaceId::desk(org("C1"))),
            ("standing", SpaceId::standing(b1)),
            ("personal", SpaceId::personal(member("1001"))),
            ("server", SpaceId::personal(MemberId::SERVER)),
        ]);
        let (none, docs) = (DocId::from_bytes([0; 16]), BTreeMap::new());
        let mut town = Self {
            world,
            rows,
            devices,
            spaces,
            activity: none,
            activity_above: none,
            resolution: none,
            docs,
            removed: Some(removed),
            revoked: Some(revoked),
            events: vec![],
        };
        town.build();
        town
    }

    fn build(&mut self) {
        let mut signals = self.world.server.signals();
        let (board, desk) = (self.spaces["board"], self.spaces["desk"]);
        let of_c1 = (Kind::Activity, SpaceId::board(org("C1")), None);
        self.activity_above = self.begin("organiser_of_C1", of_c1, &[("title", "集群党课".into())]).id();
        let text = |space: &str| Value::from(canary(space).as_str());
        let ends = Value::from(self.world.clock.now().plus_ms(9 * 3_600_000));
        let article = self.begin("secretary", (Kind::Article, board, None), &[("title", text("board"))]);
        let activity = self.begin("organiser", (Kind::Activity, board, None), &[("title", "主题党日".into())]).id();
        let of_activity = Some(About::Doc(activity));
        let title = [("title", Value::from("修缮村道"))];
        let resolution = self.begin("organiser", (Kind::Resolution, board, of_activity), &title).id();
        let opened = [("topic", Value::from("闪聚")), ("ends", ends)];
        let gathering = self.begin("organiser", (Kind::Gathering, board, None), &opened);
        let key = Value::Bytes(self.device("host").key.public_key().to_vec());
        let door = self.begin("host", (Kind::Door, board, of_activity), &[("key", key)]);
        (self.activity, self.resolution) = (activity, resolution);
        self.spaces.insert("thread", SpaceId::thread(article.id()));
        self.spaces.insert("gathering", SpaceId::thread(gathering.id()));

        // A group of whom one is sent away and one leaves; each has followed it by then.
        let group = self.hidden("opener", Kind::Group, &[("topic", text("group"))]);
        for who in ["participant", "sent_away", "left_the_group", "guest_of_B2"] {
            let about = Some(About::Member(self.device(who).member));
            self.begin("opener", (Kind::Participant, group.space, about), &[("present", true.into())]);
        }
        let avoid = Value::Bytes(member("1011").as_bytes().to_vec());
        let desk_of = Value::Bytes(org("B1").as_bytes().to_vec());
        let asked = [("desk", desk_of), ("avoid", avoid), ("subject", text("case"))];
        let case = self.hidden("asker", Kind::Case, &asked);
        self.spaces.extend([("group", group.space), ("case", case.space)]);
        self.all_follow();
        self.send_away();

        drain(&mut signals);
        let said: Vec<(&str, &str)> = vec![
            ("standing", "member"),
            ("thread", "member"),
            ("gathering", "member"),
            ("group", "participant"),
            ("case", "asker"),
            ("case", "organiser"),
        ];
        for (space, who) in said {
            let message = (Kind::Message, self.spaces[space], None);
            let header = self.begin(who, message, &[("body", text(space))]);
            self.docs.insert(space, header);
        }
        let leave = |space, activity| (Kind::LeaveRequest, space, Some(About::Doc(activity)));
        let header = self.begin("asker", leave(desk, activity), &[("reason", text("desk"))]);
        self.docs.insert("desk", header);
        let above = self.spaces["above"];
        let header = self.begin("asker", leave(above, self.activity_above), &[("reason", text("above"))]);
        self.docs.insert("above", header);
        let draft = (Kind::Draft, self.spaces["personal"], None);
        let header = self.begin("asker", draft, &[("title", text("personal"))]);
        self.docs.insert("personal", header);
        self.docs.insert("board", door);
        // Something new on the board too.
        let about = (Kind::Article, board, None);
        self.begin("editor", about, &[("title", "又一篇".into())]);
        self.events = drain(&mut signals);
    }

    /// The card of a group or a case, in its own discussion.
    fn hidden(&mut self, who: &str, kind: Kind, fields: &[(&str, Value)]) -> Header {
        let at = self.rows.iter().position(|row| row.who == who).unwrap();
        let owner = self.devices[at].member;
        let nonce = Nonce::from_bytes([kind as u8; 8]);
        let card = Header { kind, space: SpaceId::hidden(owner, &nonce), owner, about: None, nonce };
        self.devices[at].begin(&self.world, card, fields);
        card
    }

    /// Who loses the right to read something that they have followed until now.
    fn send_away(&mut self) {
        let group = self.spaces["group"];
        let away = self.device("sent_away").member;
        let header = self.device("opener").header(Kind::Participant, group, Some(About::Member(away)));
        // At the same moment: the change as it was sent.
        let now = self.world.clock.now();
        let change = self.device("opener").first(now, &[("present", true.into())]);
        let doc = (group, header.id());
        let at = self.rows.iter().position(|row| row.who == "opener").unwrap();
        let edits = [hongqi_core::document::Edit::Put("present", false.into())];
        let outcome = self.devices[at].alter(&self.world, doc, &[change], &edits);
        assert_eq!(crate::wire::judged(&outcome), Ok(()));
        let own = Some(About::Member(self.device("left_the_group").member));
        self.begin("left_the_group", (Kind::Participant, group, own), &[("present", false.into())]);
        self.world.server.revoke("1014", "B1", Role::Organiser).unwrap();
        self.world.clock.advance(2 * 3_600_000);
        self.world.server.import(ORGS.as_bytes(), members(true).as_bytes()).unwrap();
        // The file would give the role again, as it says so.
        self.world.server.revoke("1014", "B1", Role::Organiser).unwrap();
        let lost = self.revoked.as_ref().unwrap().id;
        self.world.server.revoke_device(lost).unwrap();
    }

    /// What a document of some kind holds and is about, so that only who writes it is in question.
    pub fn sample(&self, kind: Kind, which: &str, who: MemberId) -> (Option<About>, Vec<(String, Value)>) {
        let other = member("1005");
        let about = match kind.spec().about {
            Subject::Nothing => None,
            Subject::Doc if kind == Kind::Vote => Some(About::Doc(self.resolution)),
            Subject::Doc => Some(About::Doc(self.activity)),
            Subject::Member => Some(About::Member(if which == "self" { who } else { other })),
            Subject::Space | Subject::DocOrSpace => Some(About::Space(self.spaces["standing"])),
        };
        let id = Value::Bytes(self.activity.as_bytes().to_vec());
        let (key, value) = match kind {
            Kind::OrgCard | Kind::MemberCard => ("name", "假的".into()),
            Kind::Grant | Kind::Officer => ("role", 8.into()),
            Kind::Seat => ("left", false.into()),
            Kind::Article | Kind::Activity | Kind::Resolution => ("title", "x".into()),
            Kind::Acknowledgement | Kind::CheckIn => ("at", 1.into()),
            Kind::RollMark | Kind::Scan => ("activity", id),
            Kind::Message => ("body", "x".into()),
            Kind::ReactionSheet => return (about, vec![(self.activity.to_string(), "👍".into())]),
            Kind::Roster => return (about, vec![(other.to_string(), 2.into())]),
            Kind::ReadMark => ("read", Value::Bytes(vec![0; 16])),
            Kind::Bookmark => ("kept", true.into()),
            Kind::Mute => ("muted", true.into()),
            Kind::Draft => ("text", Value::Text("x".into())),
            Kind::Gathering | Kind::Group => ("topic", "x".into()),
            // Who takes part goes on so; who has left stays away.
            Kind::Participant => ("present", (which == "self" && who != member("1006")).into()),
            Kind::Case => ("subject", "x".into()),
            Kind::CaseStep => ("step", which.into()),
            Kind::Vote => ("choice", 1.into()),
            Kind::Door => ("label", "x".into()),
            Kind::LeaveRequest => ("reason", "x".into()),
            Kind::Guests => ("count", 3.into()),
        };
        (about, vec![(key.to_owned(), value)])
    }

    /// One exchange in which a device asks for one space.
    pub fn ask(&self, at: usize, space: SpaceId, from: From) -> hongqi_core::sync::wire::SyncResponse {
        self.devices[at].exchange(&self.world.server, &request(vec![Ask { space, from }], vec![])).unwrap()
    }

    /// The spaces by name, in the order of the table.
    pub fn columns(&self) -> impl Iterator<Item = (&'static str, SpaceId)> + '_ {
        SPACES.into_iter().map(|name| (name, self.spaces[name]))
    }
}
