//! Several doors, coming and going by any of them, and what scanners make of what is shown.

use hongqi_core::Error;
use hongqi_core::activity::Doubt;
use hongqi_core::presence::{CheckIn, CheckOut, Scan};
use hongqi_tests::world::{Phone, World, member};

use super::presence::{at_the_door, check_in, grades, plan, presence};
use super::{HOUR, phones, settle};

const PERIOD: i64 = 15_000;

#[test]
fn who_came_in_at_one_door_goes_by_another_and_comes_back_by_the_first() {
    let mut world = World::park(1);
    let [mut zhao, mut wang, mut li] = phones(&mut world, ["1003", "1002", "1001"]);
    let activity = plan(&world, &zhao);
    settle(&mut world, [&mut zhao, &mut wang]);
    let east = presence(&zhao).open_door(activity, "东门").unwrap();
    let west = presence(&wang).open_door(activity, "西门").unwrap();
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    presence(&zhao).admit_by_name(east, member("1001")).unwrap();
    // The other door has not heard of that, and its host sees the member go.
    world.clock.advance(HOUR);
    presence(&wang).see_out(west, member("1001")).unwrap();
    presence(&wang).see_out(west, member("1001")).unwrap();
    assert_eq!(presence(&wang).see_out(west, member("nobody")), Err(Error::NotFound));
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    let row = |phone: &Phone| phone.core().activities().attendance(activity).unwrap().remove(0);
    for phone in [&zhao, &wang, &li] {
        let shown = row(phone);
        assert_eq!(shown.went.unwrap().0 - shown.came.unwrap().0, HOUR);
        assert_eq!(phone.core().activities().evidence(activity, member("1001")).unwrap().len(), 2);
    }
    // The first door has heard that the member went: whoever stands there again has come back, by name or by card.
    world.clock.advance(HOUR);
    let card = presence(&li).own_card().unwrap().text;
    assert!(matches!(presence(&zhao).scan_card(east, &card).unwrap(), Scan::Admitted(_)));
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    assert_eq!((row(&wang).went, presence(&wang).door(west).unwrap().unwrap().present), (None, 1));
    // And goes by the second once more, which had seen them out before.
    world.clock.advance(HOUR);
    presence(&wang).see_out(west, member("1001")).unwrap();
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    presence(&zhao).admit_by_name(east, member("1001")).unwrap();
    settle(&mut world, [&mut zhao, &mut wang, &mut li]);
    for phone in [&zhao, &wang, &li] {
        assert_eq!(phone.core().activities().evidence(activity, member("1001")).unwrap().len(), 5);
        assert_eq!(row(phone).went, None);
    }
}

#[test]
fn whom_a_host_took_in_may_say_i_go_as_well() {
    let mut world = World::park(1);
    let (mut zhao, mut li, activity, door) = at_the_door(&mut world);
    presence(&zhao).admit_by_name(door, member("1001")).unwrap();
    settle(&mut world, [&mut zhao, &mut li]);
    world.clock.advance(HOUR);
    presence(&li).check_out(activity).unwrap();
    presence(&li).check_out(activity).unwrap();
    settle(&mut world, [&mut li, &mut zhao]);
    let row = |phone: &Phone| phone.core().activities().attendance(activity).unwrap().remove(0);
    assert_eq!(row(&zhao).went.unwrap().0 - row(&zhao).came.unwrap().0, HOUR);
    // Taken in once more by the host, they are there, and go once more.
    world.clock.advance(HOUR);
    presence(&zhao).admit_by_name(door, member("1001")).unwrap();
    settle(&mut world, [&mut zhao, &mut li]);
    assert_eq!(row(&li).went, None);
    world.clock.advance(HOUR);
    presence(&li).check_out(activity).unwrap();
    settle(&mut world, [&mut li, &mut zhao]);
    assert_eq!(row(&zhao).went.unwrap().0 - row(&zhao).came.unwrap().0, 3 * HOUR);
}

#[test]
fn whom_a_host_has_seen_go_or_come_says_the_other_anew() {
    let mut world = World::park(1);
    let (mut zhao, mut li, activity, door) = at_the_door(&mut world);
    let row = |phone: &Phone| phone.core().activities().attendance(activity).unwrap().remove(0);
    let code = |zhao: &Phone| presence(zhao).next_code(door).unwrap().text;
    assert!(matches!(check_in(&li, &code(&zhao)), CheckIn::In { .. }));
    settle(&mut world, [&mut li, &mut zhao]);
    // Seen to go by the host, back with a code; by the own word; and back once more.
    for by_word in [false, true] {
        world.clock.advance(HOUR);
        presence(&zhao).see_out(door, member("1001")).unwrap();
        settle(&mut world, [&mut zhao, &mut li]);
        assert!(row(&li).went.is_some());
        world.clock.advance(HOUR);
        if by_word {
            li.core().activities().check_in(activity).unwrap();
        } else {
            let text = code(&zhao);
            assert!(matches!(check_in(&li, &text), CheckIn::In { .. }));
            assert_eq!(check_in(&li, &text), CheckIn::Already { activity });
        }
        settle(&mut world, [&mut li, &mut zhao]);
        assert_eq!(presence(&zhao).door(door).unwrap().unwrap().present, 1);
    }
    // Gone with a code, taken in by the host, and gone with a code again.
    let go = |li: &Phone, text: &str| presence(li).check_out_with_code(Some(activity), text).unwrap();
    for _ in 0..2 {
        world.clock.advance(HOUR);
        let text = code(&zhao);
        assert!(matches!(go(&li, &text), CheckOut::Out { .. }));
        assert_eq!(go(&li, &text), CheckOut::Already { activity });
        settle(&mut world, [&mut li, &mut zhao]);
        assert!(row(&zhao).went.is_some());
        world.clock.advance(HOUR);
        presence(&zhao).admit_by_name(door, member("1001")).unwrap();
        settle(&mut world, [&mut zhao, &mut li]);
        assert_eq!(row(&li).went, None);
    }
}

#[test]
fn who_was_admitted_in_doubt_is_out_of_it_with_a_good_card_or_when_the_host_knows_them() {
    for by_name in [false, true] {
        let mut world = World::park(1);
        let (mut zhao, li, activity, door) = at_the_door(&mut world);
        let [li2] = phones(&mut world, ["1001"]);
        world.server.revoke_device(li.device()).unwrap();
        settle(&mut world, [&mut zhao]);
        let scan = |phone: &Phone| {
            let card = presence(phone).own_card().unwrap().text;
            (presence(&zhao).scan_card(door, &card).unwrap(), card)
        };
        let (amber, card) = scan(&li);
        assert!(matches!(amber, Scan::Amber(_)));
        presence(&zhao).admit_anyway(door, &card).unwrap();
        assert!(matches!(presence(&zhao).scan_card(door, &card).unwrap(), Scan::Already(_)));
        world.clock.advance(PERIOD);
        assert!(matches!(scan(&li).0, Scan::Already(_)), "the host has decided");
        if by_name {
            presence(&zhao).admit_by_name(door, member("1001")).unwrap();
            presence(&zhao).admit_by_name(door, member("1001")).unwrap();
        } else {
            assert!(matches!(scan(&li2).0, Scan::Admitted(_)));
            assert!(matches!(scan(&li2).0, Scan::Already(_)));
        }
        let founded = if by_name { 4 } else { 3 };
        let doubtful = (1, Doubt::RevokedDevice.name().to_owned());
        assert_eq!(grades(&zhao, activity), [doubtful, (founded, String::new())]);
    }
}

#[test]
fn a_door_takes_back_no_more_visitors_than_it_has_counted() {
    let mut world = World::park(1);
    let [mut zhao, mut wang] = phones(&mut world, ["1003", "1002"]);
    let activity = plan(&world, &zhao);
    settle(&mut world, [&mut zhao, &mut wang]);
    let east = presence(&zhao).open_door(activity, "东门").unwrap();
    let west = presence(&wang).open_door(activity, "西门").unwrap();
    settle(&mut world, [&mut zhao, &mut wang]);
    // Both count at the same time.
    presence(&zhao).guests(east, 3).unwrap();
    presence(&wang).guests(west, 2).unwrap();
    let too_many = Err(Error::Invalid { field: "count", reason: "more than were counted" });
    assert_eq!(presence(&wang).guests(west, -3), too_many);
    settle(&mut world, [&mut zhao, &mut wang]);
    assert_eq!(presence(&wang).guests(west, -3), too_many, "nor those of the other door");
    presence(&wang).guests(west, -2).unwrap();
    assert_eq!(presence(&wang).guests(west, -1), too_many);
    // Who comes after that is counted.
    presence(&wang).guests(west, 1).unwrap();
    settle(&mut world, [&mut zhao, &mut wang]);
    for phone in [&zhao, &wang] {
        assert_eq!(phone.core().activities().guests(activity), Ok(4));
    }
}

/// A picture as a camera sees it: whether each point of it is dark, row by row.
struct Picture {
    side: usize,
    dark: Vec<bool>,
}

impl Picture {
    /// Draws the document: a white square, and black squares on it. Anything else would show otherwise on a dark screen.
    fn draw(svg: &str) -> Self {
        let attribute = |name: &str| svg.split_once(&format!(" {name}=\"")).unwrap().1.split_once('"').unwrap().0;
        let side: usize = attribute("width").parse().unwrap();
        assert_eq!(attribute("viewBox"), format!("0 0 {side} {side}"), "it scales");
        assert!(svg.contains(&format!("<rect x=\"0\" y=\"0\" width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>")));
        assert!(svg.contains("<path fill=\"#000\" ") && svg.matches("fill=").count() == 2);
        let mut dark = vec![false; side * side];
        for square in attribute("d").split('M').skip(1) {
            let numbers: Vec<usize> =
                square.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
            let [left, top, width, height, back, up] = numbers[..] else { panic!("{square}") };
            assert_eq!((back, up), (left, top));
            for y in top..top + height {
                dark[y * side + left..][..width].fill(true);
            }
        }
        Self { side, dark }
    }

    /// What any scanner reads, at so many points for each of the picture's.
    fn scan(&self, points: usize) -> String {
        let side = self.side * points;
        let grey = |x: usize, y: usize| if self.dark[y / points * self.side + x / points] { 40 } else { 215 };
        let mut seen = rqrr::PreparedImage::prepare_from_greyscale(side, side, grey);
        let grids = seen.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    /// How many modules a side has, without the quiet zone of four.
    fn modules(&self) -> usize {
        let first = self.dark.iter().position(|dark| *dark).unwrap() / self.side;
        assert_eq!(first, 16, "four modules of four points");
        let inside = 16..self.side - 16;
        let is_quiet = |at: usize| inside.contains(&(at / self.side)) && inside.contains(&(at % self.side));
        assert!((0..self.dark.len()).filter(|at| self.dark[*at]).all(is_quiet), "white on all four sides");
        self.side / 4 - 8
    }
}

#[test]
fn any_scanner_reads_what_is_shown() {
    let mut world = World::park(1);
    let longest = "长".repeat(200);
    let members = hongqi_tests::world::MEMBERS.replace("莫文", &longest);
    world.server.import(hongqi_tests::world::ORGANISATIONS.as_bytes(), members.as_bytes()).unwrap();
    let (zhao, li, _, door) = at_the_door(&mut world);
    let [mo] = phones(&mut world, ["1004"]);
    let code = presence(&zhao).next_code(door).unwrap();
    let cards = [&li, &mo].map(|phone| presence(phone).own_card().unwrap());
    let [short, long] = &cards;
    for (svg, text, modules) in
        [(&code.svg, &code.text, 49), (&short.svg, &short.text, 69), (&long.svg, &long.text, 117)]
    {
        let picture = Picture::draw(svg);
        assert_eq!(picture.modules(), modules, "more are harder to scan from afar");
        for points in [1, 2] {
            assert_eq!(&picture.scan(points), text);
        }
    }
    assert!(matches!(presence(&zhao).scan_card(door, &long.text).unwrap(), Scan::Admitted(who) if who.name == longest));
}
