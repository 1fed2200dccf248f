//! Tests what an approval owes, in every way that there is, and walks over the answers at random.

use proptest::prelude::*;

use super::{LIVES, account, after, at, attempt, fresh, key, outcome, pressed, scanner};
use crate::ticket::approval::{Approver, Terms};
use crate::ticket::event::Notice;
use crate::ticket::ids::Round;
use crate::ticket::ladder::{
    Answer, AskingSide, Asks, CodeEnd, Digits, HasPasskey, Number, Owed, Reason, Reasons, Rung, TRIES, Way,
};
use crate::ticket::machine::{Action, Stage, Ticket};

/// What is owed on this rung in this way, with numbers and digits that are always the same.
fn owed(rung: Rung, way: Way) -> Owed {
    let mut byte = 0_u8;
    Owed::draw(rung, Reasons::of(&[Reason::NewBrowser]), way, || {
        byte = byte.wrapping_add(7);
        byte
    })
}

fn scanned(owed: Owed) -> Ticket {
    after(&fresh(), &Action::Scan(Round(0), pressed(1), owed))
}

fn approve(answer: Answer) -> Action {
    Action::Approve(Approver { answer, ..Approver::by_token(account(1)) })
}

fn number(text: &str) -> Number {
    text.parse().expect("a number")
}

/// The right number of a ticket, and a wrong one.
fn numbers(owed: &Owed) -> (Number, Number) {
    let Asks::Number { choices, right } = owed.asks else { panic!("{owed:?}") };
    (right, choices.into_iter().find(|choice| *choice != right).expect("another"))
}

fn digits(owed: &Owed) -> Digits {
    let Asks::Digits { digits, .. } = owed.asks else { panic!("{owed:?}") };
    digits
}

/// Each way with which a person can stand on a rung, and the answers that are right and wrong there.
fn ways() -> Vec<(Owed, Vec<Answer>)> {
    let number = owed(Rung::Number, Way::Number);
    let (right, wrong) = numbers(&number);
    let end = CodeEnd::of(fresh().user_code);
    let other_end = "XXXX".parse().expect("letters");
    vec![
        (number, vec![Answer::Number(right), Answer::Number(wrong)]),
        (owed(Rung::Type, Way::Digits), vec![Answer::ShowsDigits]),
        (owed(Rung::Type, Way::CodeEnd), vec![Answer::CodeEnd(end), Answer::CodeEnd(other_end)]),
        (owed(Rung::Passkey, Way::Passkey), vec![Answer::Passkey(at(2))]),
    ]
}

#[test]
fn sec_10_every_answer_but_the_one_that_is_owed_is_refused_and_changes_nothing() {
    let all: Vec<Answer> = ways()
        .into_iter()
        .flat_map(|(_, answers)| answers)
        .chain([Answer::Tap, Answer::Number(number("10"))])
        .collect();
    for (owed, own) in ways() {
        for answer in &all {
            let is_own = own.iter().any(|own| std::mem::discriminant(own) == std::mem::discriminant(answer));
            let refused = outcome(&scanned(owed), &approve(*answer), at(2)) == "VerificationRequired";
            assert_eq!(refused, !is_own, "{answer:?} to {owed:?}");
        }
    }
    for way in [Way::NeedsPasskey, Way::Refused] {
        for answer in &all {
            assert_eq!(outcome(&scanned(owed(Rung::Passkey, way)), &approve(*answer), at(2)), "NotApprovable");
        }
    }
    assert_eq!(outcome(&scanned(Owed::default()), &approve(Answer::Tap), at(2)), "approved");
}

#[test]
fn sec_10_the_right_number_approves_and_a_wrong_one_denies_at_once() {
    let owed = owed(Rung::Number, Way::Number);
    let (right, wrong) = numbers(&owed);
    let ticket = scanned(owed);
    let approved = after(&ticket, &approve(Answer::Number(right)));
    let Stage::Approved(_, approval) = approved.stage else { panic!("{approved:?}") };
    assert_eq!((approval.answered.rung(), approval.answered.reasons()), (Rung::Number, owed.reasons));
    let denied = after(&ticket, &approve(Answer::Number(wrong)));
    assert_eq!((&denied.stage, denied.notice), (&Stage::Denied(account(1)), Some(Notice::WrongNumber)));
    assert_eq!(outcome(&denied, &approve(Answer::Number(right)), at(2)), "Denied", "there is one try");
    assert_eq!(denied.lost_by(), Some(Notice::WrongNumber));
}

#[test]
fn sec_10_digits_count_once_the_phone_approved_and_have_three_tries() {
    let ticket = scanned(owed(Rung::Type, Way::Digits));
    let Stage::Scanned(_, owed) = ticket.stage.clone() else { panic!("{ticket:?}") };
    let (right, wrong) = (digits(&owed), Digits::of(77_777));
    assert_ne!(right, wrong);
    let types = |of, typed| Action::TypeDigits(key(of), typed);
    assert_eq!(outcome(&ticket, &types(1, right), at(2)), "NotApproved", "the phone has not approved");
    let pledged = after(&ticket, &approve(Answer::ShowsDigits));
    assert!(matches!(pledged.stage, Stage::Scanned(..)), "it is not approved either");
    assert_eq!(outcome(&pledged, &approve(Answer::ShowsDigits), at(2)), "unchanged");
    assert_eq!(outcome(&pledged, &types(2, right), at(2)), "WrongKey");
    assert_eq!(outcome(&pledged, &types(1, right), at(2)), "approved");
    let mut tried = pledged.clone();
    for _ in 1..TRIES {
        tried = after(&tried, &types(1, wrong));
        assert!(matches!(tried.stage, Stage::Scanned(..)), "{tried:?}");
        assert_eq!(tried.expires_at, ticket.expires_at, "nothing is extended");
    }
    assert_eq!(outcome(&tried, &types(1, right), at(2)), "approved");
    let denied = after(&tried, &types(1, wrong));
    assert_eq!((&denied.stage, denied.notice), (&Stage::Denied(account(1)), Some(Notice::WrongTyped)));
    assert_eq!(outcome(&denied, &types(1, right), at(2)), "Denied");
    // Digits that nobody asked for do nothing.
    assert_eq!(outcome(&scanned(Owed::default()), &types(1, right), at(2)), "NotApproved");
    assert_eq!(outcome(&fresh(), &types(1, right), at(2)), "NotScanned");
}

#[test]
fn sec_10_the_approval_by_digits_is_that_of_the_phone() {
    let terms = Terms { remembers: true, ..Terms::default() };
    let by = Approver { terms, answer: Answer::ShowsDigits, ..Approver::by_token(account(1)) };
    let pledged = after(&scanned(owed(Rung::Type, Way::Digits)), &Action::Approve(by));
    let Stage::Scanned(_, owed) = &pledged.stage else { panic!("{pledged:?}") };
    let approved = after(&pledged, &Action::TypeDigits(key(1), digits(owed)));
    let Stage::Approved(_, approval) = &approved.stage else { panic!("{approved:?}") };
    assert!(approval.terms == terms && approval.makes_browser_known());
}

#[test]
fn sec_10_the_end_of_the_code_has_three_tries() {
    let ticket = scanned(owed(Rung::Number, Way::CodeEnd));
    let (right, wrong) = (CodeEnd::of(ticket.user_code), "XXXX".parse().expect("letters"));
    assert_eq!(outcome(&ticket, &approve(Answer::CodeEnd(right)), at(2)), "approved");
    let tried = after(&after(&ticket, &approve(Answer::CodeEnd(wrong))), &approve(Answer::CodeEnd(wrong)));
    assert!(tried.has_wrong_tries());
    assert_eq!(outcome(&tried, &approve(Answer::CodeEnd(right)), at(2)), "approved");
    assert_eq!(after(&tried, &approve(Answer::CodeEnd(wrong))).notice, Some(Notice::WrongTyped));
}

#[test]
fn sec_10_a_passkey_is_no_older_than_a_minute() {
    let ticket = scanned(owed(Rung::Passkey, Way::Passkey));
    assert_eq!(outcome(&ticket, &approve(Answer::Passkey(at(2))), at(61)), "approved");
    assert_eq!(outcome(&ticket, &approve(Answer::Passkey(at(2))), at(62)), "VerificationRequired");
}

#[test]
fn sec_10_what_is_owed_is_raised_and_never_lowered() {
    let (tap, number) = (Owed::default(), owed(Rung::Number, Way::Number));
    let raise = |to| Action::Raise(to);
    assert_eq!(after(&scanned(tap), &raise(number)).stage, Stage::Scanned(pressed(1), number));
    for (from, to) in [(number, tap), (number, owed(Rung::Number, Way::Digits))] {
        assert_eq!(outcome(&scanned(from), &raise(to), at(2)), "unchanged");
    }
    // Nor by another scan of the same account.
    let again = Action::Scan(Round(0), scanner(1), tap);
    assert_eq!(outcome(&scanned(number), &again, at(2)), "unchanged");
    // What the phone had approved before does not count any more.
    let pledged = after(&scanned(owed(Rung::Type, Way::Digits)), &approve(Answer::ShowsDigits));
    let raised = after(&pledged, &raise(owed(Rung::Passkey, Way::Passkey)));
    let Stage::Scanned(_, before) = &pledged.stage else { panic!("{pledged:?}") };
    assert_eq!(outcome(&raised, &Action::TypeDigits(key(1), digits(before)), at(2)), "NotApproved");
}

#[test]
fn sec_10_no_way_asks_for_less_than_its_rung() {
    let sides = [AskingSide::Page, AskingSide::Code, AskingSide::Picture];
    for side in sides {
        for passkey in [HasPasskey::Yes, HasPasskey::No, HasPasskey::NowhereHere] {
            for rung in [Rung::Number, Rung::Type, Rung::Passkey, Rung::Refuse] {
                let way = rung.way(side, passkey);
                assert_ne!(way, Way::Tap, "{rung:?} {side:?} {passkey:?}");
                let is_page = side == AskingSide::Page;
                assert!(is_page || !matches!(way, Way::Number | Way::Digits), "{side:?} can do no more than it can");
                assert!(side != AskingSide::Picture || way != Way::CodeEnd, "no code is shown there");
                assert!(way != Way::Passkey || passkey == HasPasskey::Yes, "nobody is asked for what they have not");
            }
            assert_eq!(Rung::Refuse.way(side, passkey), Way::Refused);
            assert_eq!(Rung::Tap.way(side, passkey), Way::Tap);
        }
    }
}

#[test]
fn the_three_numbers_are_different_and_the_right_one_is_anywhere_among_them() {
    let mut places = [0_u32; 3];
    let mut state = 1_u32;
    for _ in 0..3_000 {
        let owed = Owed::draw(Rung::Number, Reasons::NONE, Way::Number, || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u8::try_from(state >> 24).expect("a byte")
        });
        let Asks::Number { choices, right } = owed.asks else { panic!("{owed:?}") };
        assert!(choices.is_sorted() && choices[0] != choices[1] && choices[1] != choices[2], "{choices:?}");
        places[choices.iter().position(|choice| *choice == right).expect("among them")] += 1;
    }
    assert!(places.iter().all(|count| (800..1_200).contains(count)), "{places:?}");
}

/// An instance of an earlier version that runs beside this one reads the tickets of taps, and cannot read those that owe
/// more; this one reads those of an earlier version.
#[test]
fn sec_10_an_earlier_version_cannot_approve_what_owes_more() {
    let json = |ticket: &Ticket| serde_json::to_value(ticket).expect("JSON");
    let tap = json(&scanned(Owed::default()));
    assert!(tap["stage"]["Scanned"]["account"].is_string(), "as earlier versions store it: {tap}");
    for (owed, _) in ways() {
        let stored = json(&scanned(owed));
        assert!(stored["stage"].get("Scanned").is_none() && stored["stage"]["Owing"].is_array(), "{stored}");
        let read: Ticket = serde_json::from_value(stored).expect("a ticket");
        assert_eq!(read, scanned(owed));
    }
    let approved = json(&after(&scanned(Owed::default()), &approve(Answer::Tap)));
    let mut earlier = approved.clone();
    let approval = &mut earlier["stage"]["Approved"][1];
    for later in ["answered", "remembers", "stay"] {
        approval.as_object_mut().expect("an object").remove(later).expect("it is new");
    }
    earlier.as_object_mut().expect("an object").remove("browser_id");
    let read: Ticket = serde_json::from_value(earlier).expect("a ticket of an earlier version");
    assert_eq!(json(&read), approved);
}

#[derive(Clone, Debug)]
enum Step {
    Approves(u8, u8),
    Types(u8, bool),
    Raises,
    Denies,
    Claims,
    Clock(u16),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (1..=2_u8, 0..7_u8).prop_map(|(who, what)| Step::Approves(who, what)),
        3 => (1..=2_u8, any::<bool>()).prop_map(|(who, is_right)| Step::Types(who, is_right)),
        1 => Just(Step::Raises),
        1 => Just(Step::Denies),
        2 => Just(Step::Claims),
        1 => (0..40_u16).prop_map(Step::Clock),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, ..ProptestConfig::default() })]

    /// Checks that on random walks a claim succeeds only after the answer that was owed at the time of the approval, whatever
    /// else was sent before.
    #[test]
    fn sec_10_no_session_without_the_answer_that_is_owed(first in 0..4_usize, steps in prop::collection::vec(step(), 1..40)) {
        let ways = ways();
        let mut ticket = scanned(ways[first].0);
        let mut now = 2_u64;
        let mut answered = false;
        let (mut wrong, mut pledged) = (0, false);
        for step in steps {
            let owed = match &ticket.stage { Stage::Scanned(_, owed) => Some(*owed), _ => None };
            let action = match step {
                Step::Clock(seconds) => { now += u64::from(seconds); continue; }
                Step::Claims => {
                    if ticket.claim(key(1), attempt(1), at(now), &LIVES).is_ok() {
                        prop_assert!(answered, "claimed without an answer");
                    }
                    continue;
                }
                Step::Denies => Action::Deny(account(1)),
                Step::Raises => Action::Raise(ways[3].0),
                Step::Types(who, is_right) => {
                    let right = ways[1].0;
                    Action::TypeDigits(key(who), if is_right { digits(&right) } else { Digits::of(77_777) })
                }
                Step::Approves(who, what) => {
                    let answers: Vec<Answer> = ways.iter().flat_map(|(_, answers)| answers.clone()).collect();
                    let answer = answers.get(usize::from(what)).copied().unwrap_or_default();
                    Action::Approve(Approver { answer, ..Approver::by_token(account(who)) })
                }
            };
            let result = ticket.apply(&action, at(now), &LIVES);
            if let (Some(owed), Ok(next)) = (owed, &result) {
                let is_right = match (&action, owed.asks) {
                    (Action::Approve(by), Asks::Number { right, .. }) => by.answer == Answer::Number(right),
                    (Action::Approve(by), Asks::CodeEnd { .. }) => by.answer == Answer::CodeEnd(CodeEnd::of(ticket.user_code)),
                    (Action::Approve(by), Asks::Passkey) => by.answer == Answer::Passkey(at(2)) && now < 62,
                    (Action::TypeDigits(whose, typed), Asks::Digits { digits, .. }) => *whose == key(1) && *typed == digits && pledged,
                    _ => false,
                };
                prop_assert_eq!(is_right, matches!(next.stage, Stage::Approved(..)), "{:?} to {:?}", action, owed);
                answered |= is_right;
                if matches!(action, Action::Approve(_)) && matches!(owed.asks, Asks::Digits { .. }) { pledged = true; }
                if matches!(action, Action::Raise(_)) { pledged = false; }
                if matches!(next.stage, Stage::Scanned(..)) && next.seq > ticket.seq && matches!(action, Action::TypeDigits(..)) { wrong += 1; }
            }
            prop_assert!(wrong < i32::from(TRIES), "no more tries than there are");
            if let Ok(next) = result { ticket = next; }
        }
    }
}
