use proptest::prelude::*;

use super::*;

const PERSON: &str = "p";
const SOURCES: [&str; 4] = [PERSON, "o", "q", "r"];

fn doc(number: u8) -> DocId {
    DocId::from_bytes([number; 16])
}

fn says(at: i64, number: u8, by: &str, word: Word) -> Evidence {
    Evidence {
        said: (Timestamp(at), Timestamp(at)),
        doc: doc(number),
        by: MemberId::from_number(by),
        at: Timestamp(at),
        word,
    }
}

fn mark(mark: Mark) -> Word {
    Word::Marked { mark, request: None, resolves: false, seconds: None }
}

fn seen(grade: Grade) -> Word {
    Word::Seen { grade, doubt: None, out: false }
}

fn resolves(mark: Mark) -> Word {
    Word::Marked { mark, request: None, resolves: true, seconds: None }
}

fn seconds(mark: Mark, first: u8) -> Word {
    Word::Marked { mark, request: None, resolves: false, seconds: Some(doc(first)) }
}

fn answer(mark: Mark, request: u8) -> Word {
    Word::Marked { mark, request: Some(doc(request)), resolves: false, seconds: None }
}

fn of(evidence: &[Evidence]) -> Attendance {
    attendance(MemberId::from_number(PERSON), None, evidence.iter().copied())
}

fn status(evidence: &[Evidence]) -> Status {
    of(evidence).status
}

fn closed(at: i64, evidence: &[Evidence]) -> Attendance {
    attendance(MemberId::from_number(PERSON), Some(Timestamp(at)), evidence.iter().copied())
}

fn words(status: &Status) -> Vec<LastWord> {
    match status {
        Status::Disputed(words) => words.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_presence_is_as_well_founded_as_its_best_evidence() {
    assert_eq!(status(&[]), Status::Unknown);
    let mut said = Vec::new();
    let steps = [
        (PERSON, seen(Grade::Claimed), Grade::Claimed),
        (PERSON, seen(Grade::Scanned), Grade::Scanned),
        ("q", seen(Grade::Witnessed), Grade::Witnessed),
        (PERSON, seen(Grade::Claimed), Grade::Witnessed),
        ("o", mark(Mark::Present), Grade::Attested),
        ("q", seen(Grade::Claimed), Grade::Attested),
    ];
    for (number, (by, word, grade)) in (1..).zip(steps) {
        said.push(says(number.into(), number, by, word));
        assert_eq!(status(&said), Status::Present(grade));
    }
}

#[test]
fn nobody_attests_or_witnesses_the_own_presence() {
    let own = [says(1, 1, PERSON, seen(Grade::Attested))];
    assert_eq!(status(&own), Status::Present(Grade::Claimed));
    assert_eq!(status(&[says(1, 1, PERSON, mark(Mark::Present))]), Status::Present(Grade::Claimed));
    let settled = [says(1, 1, "o", mark(Mark::Absent)), says(2, 2, PERSON, resolves(Mark::Present))];
    assert_eq!(words(&status(&settled)).len(), 2);
}

#[test]
fn what_is_in_doubt_counts_as_claimed_and_says_why() {
    let doubtful = |doubt| Word::Seen { grade: Grade::Witnessed, doubt: Some(doubt), out: false };
    let amber = [says(1, 1, "q", doubtful(Doubt::RevokedDevice)), says(2, 2, "r", doubtful(Doubt::RevokedDevice))];
    let shown = of(&amber);
    assert_eq!((shown.status, shown.doubts), (Status::Present(Grade::Claimed), vec![Doubt::RevokedDevice]));
    let known = [amber[0], amber[1], says(3, 3, "o", mark(Mark::Present))];
    let shown = of(&known);
    assert_eq!((shown.status, shown.doubts), (Status::Present(Grade::Attested), vec![Doubt::RevokedDevice]));
}

#[test]
fn a_contradiction_names_both_until_it_is_resolved() {
    let two = [says(1, 1, "o", mark(Mark::Present)), says(2, 2, "q", mark(Mark::Absent))];
    let mut named = [("o", Mark::Present), ("q", Mark::Absent)]
        .map(|(by, mark)| LastWord { by: MemberId::from_number(by), mark })
        .to_vec();
    named.sort_by_key(|word| word.by);
    assert_eq!(words(&status(&two)), named);
    // One of them says otherwise; a third settles it.
    assert_eq!(status(&[two[0], two[1], says(3, 3, "q", mark(Mark::Present))]), Status::Present(Grade::Attested));
    let settled = [two[0], two[1], says(3, 3, "r", resolves(Mark::Absent))];
    assert_eq!(status(&settled), Status::Absent);
    // What was said before and arrives after changes nothing; what is said after does.
    let late = says(2, 9, PERSON, seen(Grade::Scanned));
    assert_eq!(status(&[settled[0], settled[1], settled[2], late]), Status::Absent);
    let after = says(4, 9, PERSON, seen(Grade::Scanned));
    assert_eq!(words(&status(&[settled[0], settled[1], settled[2], after])).len(), 2);
}

#[test]
fn leave_is_approved_once_by_however_many() {
    let asked = says(1, 1, PERSON, Word::Asked { withdrawn: false });
    let shown = of(&[asked]);
    assert_eq!((shown.status, shown.leave), (Status::Unknown, Some(Leave::Asked)));
    let (o, q) = (says(2, 2, "o", answer(Mark::Excused, 1)), says(2, 3, "q", answer(Mark::Excused, 1)));
    for said in [&[asked, o][..], &[asked, o, q], &[asked, q, o, o]] {
        let shown = of(said);
        assert_eq!((shown.status, shown.leave), (Status::Excused, Some(Leave::Approved)), "{said:?}");
    }
    // An organiser called the name; somebody comes all the same; the request is withdrawn.
    let absent = says(3, 4, "o", mark(Mark::Absent));
    assert_eq!(status(&[asked, o, absent]), Status::Excused);
    assert_eq!(status(&[asked, o, says(3, 4, PERSON, seen(Grade::Scanned))]), Status::Present(Grade::Scanned));
    let withdrawn = says(1, 1, PERSON, Word::Asked { withdrawn: true });
    let shown = of(&[withdrawn, o]);
    assert_eq!((shown.status, shown.leave), (Status::Unknown, Some(Leave::Withdrawn)));
    assert_eq!(status(&[withdrawn, o, absent]), Status::Absent);
}

#[test]
fn leave_denied_excuses_nobody_and_leave_disputed_names_both() {
    let asked = says(1, 1, PERSON, Word::Asked { withdrawn: false });
    let (o, q) = (says(2, 2, "o", answer(Mark::Absent, 1)), says(2, 3, "q", answer(Mark::Excused, 1)));
    let shown = of(&[asked, o]);
    assert_eq!((shown.status, shown.leave), (Status::Unknown, Some(Leave::Denied)));
    let shown = of(&[asked, o, q]);
    assert_eq!((words(&shown.status).len(), shown.leave), (2, Some(Leave::Disputed)));
    // The own answer to the own request is none.
    let own = of(&[asked, says(2, 4, PERSON, answer(Mark::Excused, 1))]);
    assert_eq!((own.status, own.leave), (Status::Unknown, Some(Leave::Asked)));
    // Who asks again and is given leave has it.
    let again =
        [asked, o, says(3, 5, PERSON, Word::Asked { withdrawn: false }), says(4, 6, "o", answer(Mark::Excused, 5))];
    assert_eq!((of(&again).status, of(&again).leave), (Status::Excused, Some(Leave::Approved)));
}

#[test]
fn a_dispute_about_leave_ends_with_the_resolution() {
    let asked = says(1, 1, PERSON, Word::Asked { withdrawn: false });
    let (o, q) = (says(2, 2, "o", answer(Mark::Absent, 1)), says(2, 3, "q", answer(Mark::Excused, 1)));
    let shown = |all: &[Evidence]| (of(all).status, of(all).leave);
    for (mark, status, leave) in [
        (Mark::Excused, Status::Excused, Leave::Approved),
        (Mark::Absent, Status::Absent, Leave::Denied),
        (Mark::Present, Status::Present(Grade::Attested), Leave::Denied),
    ] {
        let all = [asked, o, q, says(3, 4, "r", resolves(mark))];
        assert_eq!(shown(&all), (status, Some(leave)));
        // Who answers anew says so anew.
        let again = [&all[..], &[says(4, 5, "o", answer(Mark::Excused, 1))]].concat();
        assert_eq!(shown(&again).1, Some(Leave::Approved));
    }
    // Leave on which all agreed stays what it was.
    let all = [asked, q, says(3, 4, "r", resolves(Mark::Absent))];
    assert_eq!(shown(&all), (Status::Absent, Some(Leave::Approved)));
}

#[test]
fn a_correction_after_the_closing_waits_for_a_second_signature() {
    let before = says(1, 1, "o", mark(Mark::Absent));
    let late = says(20, 2, "o", mark(Mark::Present));
    let pending = vec![Pending { doc: doc(2), by: MemberId::from_number("o"), mark: Mark::Present }];
    let shown = closed(10, &[before, late]);
    assert_eq!((shown.status, shown.pending), (Status::Absent, pending));
    // The same organiser, and another one who says something else, second nothing.
    let own = closed(10, &[before, late, says(21, 3, "o", seconds(Mark::Present, 2))]);
    assert_eq!((own.status, own.pending.len()), (Status::Absent, 2));
    let other = closed(10, &[before, late, says(21, 3, "q", seconds(Mark::Excused, 2))]);
    assert_eq!((other.status, other.pending.len()), (Status::Absent, 2));
    let both = closed(10, &[before, late, says(21, 3, "q", seconds(Mark::Present, 2))]);
    assert_eq!((both.status, both.pending), (Status::Present(Grade::Attested), vec![]));
    // The second alone waits, as where the first has not arrived.
    let half = closed(10, &[before, says(21, 3, "q", seconds(Mark::Present, 2))]);
    assert_eq!((half.status, half.pending.len()), (Status::Absent, 1));
    // A resolution after the closing settles nothing alone.
    let contradict = says(2, 4, "q", mark(Mark::Present));
    let alone = closed(10, &[before, contradict, says(20, 5, "o", resolves(Mark::Present))]);
    assert!(matches!(alone.status, Status::Disputed(_)) && alone.pending.len() == 1);
    // A fact is one whenever it is said.
    let fact = closed(10, &[says(20, 6, "q", seen(Grade::Witnessed))]);
    assert_eq!((fact.status, fact.pending.len()), (Status::Present(Grade::Witnessed), 0));
}

#[test]
fn nobody_signs_a_correction_of_the_own_attendance() {
    let before = says(1, 1, "o", mark(Mark::Absent));
    let late = says(20, 2, "o", mark(Mark::Present));
    let own = says(21, 3, PERSON, seconds(Mark::Present, 2));
    let shown = closed(10, &[before, late, own]);
    assert_eq!((shown.status, shown.pending.len()), (Status::Absent, 1));
    // Nor is it one of two who sign what the person began.
    let begun = says(20, 2, PERSON, mark(Mark::Present));
    let shown = closed(10, &[before, begun, says(21, 3, "q", seconds(Mark::Present, 2))]);
    assert_eq!((shown.status, shown.pending.len()), (Status::Absent, 1));
    // Another's second is signed by another again.
    let signed =
        [before, begun, says(21, 3, "q", seconds(Mark::Present, 2)), says(22, 4, "r", seconds(Mark::Present, 3))];
    let shown = closed(10, &signed);
    assert!(matches!(shown.status, Status::Disputed(_)), "{:?}", shown.status);
    assert_eq!(shown.pending, vec![]);
}

#[test]
fn how_long_somebody_stayed_is_the_time_between_coming_and_going() {
    let out = |at, number| says(at, number, PERSON, Word::Seen { grade: Grade::Claimed, doubt: None, out: true });
    let came = says(5, 1, PERSON, seen(Grade::Scanned));
    let again = says(9, 2, "q", seen(Grade::Witnessed));
    let shown = of(&[came, again, out(7, 3), out(30, 4)]);
    // Who was away from 7 to 9 was not there then.
    assert_eq!((shown.came, shown.went, shown.stayed_ms), (Some(Timestamp(5)), Some(Timestamp(30)), Some(23)));
    // Who was seen to go once more without having come back has been there till then.
    assert_eq!(of(&[came, out(7, 3), out(30, 4)]).stayed_ms, Some(25));
    assert_eq!(of(&[came]).stayed_ms, None);
    // Who came back has not gone.
    assert_eq!(of(&[came, out(7, 3), again]).went, None);
    // A clock that was set back says nothing of how long.
    assert_eq!(of(&[came, out(3, 3)]).went, None);
    // Who goes was there.
    assert_eq!(of(&[out(3, 3)]).status, Status::Present(Grade::Claimed));
}

#[test]
fn a_claim_stretches_no_stay_that_a_door_has_seen() {
    let out = |at, number, grade| says(at, number, PERSON, Word::Seen { grade, doubt: None, out: true });
    let claims = [says(1, 1, PERSON, seen(Grade::Claimed)), out(50, 2, Grade::Claimed)];
    let stay = |evidence: &[Evidence]| of(evidence).stayed_ms;
    assert_eq!(stay(&claims), Some(49));
    let came = says(5, 3, PERSON, seen(Grade::Scanned));
    assert_eq!(stay(&[claims[0], claims[1], came]), Some(45));
    assert_eq!(stay(&[claims[0], claims[1], came, out(30, 4, Grade::Scanned)]), Some(25));
    // What is in doubt is no more than a claim.
    let doubtful = Word::Seen { grade: Grade::Witnessed, doubt: Some(Doubt::RevokedDoor), out: true };
    assert_eq!(stay(&[came, out(30, 4, Grade::Scanned), says(40, 5, "q", doubtful)]), Some(25));
}

#[test]
fn who_goes_and_comes_back_was_away_in_between_whoever_says_so() {
    use Grade::{Claimed, Scanned};
    let at = |number: u8, at, grade, out| says(at, number, PERSON, Word::Seen { grade, doubt: None, out });
    let stay = |all: &[Evidence]| {
        let shown = of(all);
        (shown.came.map(|at| at.0), shown.went.map(|at| at.0), shown.stayed_ms)
    };
    // Morning and evening, with the day between; three times; at two doors at once.
    let twice =
        [at(1, 10, Scanned, false), at(2, 20, Scanned, true), at(3, 90, Scanned, false), at(4, 100, Scanned, true)];
    assert_eq!(stay(&twice), (Some(10), Some(100), Some(20)));
    let thrice = [&twice[..], &[at(5, 200, Scanned, false), at(6, 205, Claimed, true)]].concat();
    assert_eq!(stay(&thrice[..5]), (Some(10), None, None), "is there again");
    assert_eq!(stay(&[&twice[..], &[at(7, 12, Scanned, false), at(8, 99, Scanned, true)]].concat()).2, Some(20));
    // The own word says of an absence that it was one, and never makes a stay longer.
    let gap = [twice[0], at(2, 20, Claimed, true), twice[2], twice[3]];
    assert_eq!(stay(&gap), (Some(10), Some(100), Some(20)));
    let gap = [twice[0], twice[1], at(3, 90, Claimed, false), twice[3]];
    assert_eq!(stay(&gap), (Some(10), Some(100), Some(20)));
    let stretched = [twice[0], twice[1], at(5, 60, Claimed, true), twice[2], twice[3], at(6, 500, Claimed, true)];
    assert_eq!(stay(&stretched), (Some(10), Some(100), Some(20)));
}

fn word() -> impl Strategy<Value = Word> {
    let marks = || prop::sample::select(vec![Mark::Present, Mark::Absent, Mark::Excused]);
    let grades = prop::sample::select(vec![Grade::Claimed, Grade::Scanned, Grade::Witnessed, Grade::Attested]);
    let doubts = prop::option::of(prop::sample::select(vec![Doubt::Expired, Doubt::RevokedDoor]));
    let target = || prop::option::of((0u8..14).prop_map(doc));
    prop_oneof![
        (grades, doubts, any::<bool>()).prop_map(|(grade, doubt, out)| Word::Seen { grade, doubt, out }),
        (marks(), target(), prop::bool::weighted(0.2), target())
            .prop_map(|(mark, request, resolves, seconds)| Word::Marked { mark, request, resolves, seconds }),
        marks().prop_map(mark),
        any::<bool>().prop_map(|withdrawn| Word::Asked { withdrawn }),
    ]
}

fn evidence() -> impl Strategy<Value = Vec<Evidence>> {
    let entries = prop::collection::vec((0i64..6, 0usize..SOURCES.len(), word()), 0..14);
    entries.prop_map(|entries| {
        (0u8..).zip(entries).map(|(number, (at, by, word))| says(at, number, SOURCES[by], word)).collect()
    })
}

proptest! {
    #[test]
    fn any_order_any_doubling_and_any_partition_give_the_same(
        (all, other) in evidence().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        end in prop::option::of(0i64..6),
        cut in 0usize..14,
    ) {
        let of = |all: &[Evidence]| {
            attendance(MemberId::from_number(PERSON), end.map(Timestamp), all.iter().copied())
        };
        let cut = cut.min(other.len());
        // Two who each hold a part, with what both hold, meet in either order.
        let healed: Vec<_> = other[cut..].iter().chain(&other[..cut]).chain(&all).copied().collect();
        prop_assert_eq!(of(&all), of(&other));
        prop_assert_eq!(of(&all), of(&healed));
    }

    #[test]
    fn who_agrees_never_makes_a_presence_worse_founded(
        all in evidence(),
        end in prop::option::of(0i64..6),
        (at, by, one) in (0i64..6, 0usize..SOURCES.len(), prop_oneof![
            Just(mark(Mark::Present)), Just(seen(Grade::Claimed)), Just(seen(Grade::Scanned)), Just(seen(Grade::Witnessed)),
            Just(Word::Seen { grade: Grade::Witnessed, doubt: Some(Doubt::Expired), out: false }),
        ]),
    ) {
        let of = |all: &[Evidence]| {
            attendance(MemberId::from_number(PERSON), end.map(Timestamp), all.iter().copied()).status
        };
        if let Status::Present(before) = of(&all) {
            let mut more = all;
            more.push(says(at, 200, SOURCES[by], one));
            let after = of(&more);
            prop_assert!(matches!(after, Status::Present(grade) if grade >= before), "{before:?} {after:?}");
        }
    }

    #[test]
    fn nobody_was_there_for_longer_than_between_coming_and_going(all in evidence()) {
        let shown = of(&all);
        let whole = shown.came.zip(shown.went).map(|(came, went)| went.0 - came.0);
        prop_assert_eq!(shown.stayed_ms.is_some(), whole.is_some());
        prop_assert!(shown.stayed_ms.unwrap_or(0) >= 0 && shown.stayed_ms <= whole, "{:?}", shown);
    }

    #[test]
    fn who_contradicts_is_named_and_one_resolution_ends_it(all in evidence(), settled in 0usize..3) {
        if let Status::Disputed(named) = status(&all) {
            let marks: BTreeSet<_> = named.iter().map(|word| word.mark).collect();
            prop_assert!(marks.len() > 1, "{named:?}");
            let last = [Mark::Present, Mark::Absent, Mark::Excused][settled];
            let mut all = all;
            all.push(says(9, 200, "o", resolves(last)));
            let wanted = match last {
                Mark::Present => Status::Present(Grade::Attested),
                Mark::Absent => Status::Absent,
                Mark::Excused => Status::Excused,
            };
            prop_assert_eq!(status(&all), wanted);
        }
    }
}
