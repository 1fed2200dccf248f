//! Tests every cell of the table in `ticket/mod.rs`, and walks over it at random.

mod owed;
mod walks;

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use super::approval::{Approver, Terms};
use super::event::Notice;
use super::ids::{AccountId, Attempt, ClaimKeyHash, Round, TicketId, UserCode};
use super::ladder::Owed;
use super::machine::{Action, Asker, Goal, Refused, ScanCause, Scanner, Stage, Ticket};
use super::time::{Lifetimes, Timestamp};
use crate::consent::field::Fields;

const LIVES: Lifetimes = Lifetimes {
    code: Duration::from_secs(60),
    renewal: Duration::from_secs(300),
    decide: Duration::from_secs(120),
    claim: Duration::from_secs(30),
};

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_millis(1_000_000 + seconds * 1000)
}

fn key(of: u8) -> ClaimKeyHash {
    ClaimKeyHash([of; 32])
}

fn account(of: u8) -> AccountId {
    AccountId::from_random([of; 16])
}

fn attempt(of: u8) -> Attempt {
    Attempt::from_random([of; 16])
}

fn scanner(of: u8) -> Scanner {
    Scanner {
        account: account(of),
        name: format!("Person {of}").into(),
        cause: ScanCause::Opened,
        until: None,
        picture: None,
    }
}

/// Returns the scanner of account `of`, as it is after a person has pressed something on the device.
fn pressed(of: u8) -> Scanner {
    Scanner { cause: ScanCause::Pressed, ..scanner(of) }
}

fn typed() -> UserCode {
    UserCode::draw(|| 7)
}

fn fresh() -> Ticket {
    let asker = Asker { browser: None, system: None, address: IpAddr::V4(Ipv4Addr::LOCALHOST) };
    Ticket::issue(TicketId::from_random([9; 16]), key(1), typed(), asker, Goal::default(), at(0), &LIVES)
}

fn after(ticket: &Ticket, action: &Action) -> Ticket {
    ticket.apply(action, at(1), &LIVES).expect("allowed")
}

/// Returns the name of each stage with a ticket in that stage. Browser 1 made each ticket; account 1 scanned all but
/// those that wait or were cancelled.
fn stages() -> [(&'static str, Ticket); 6] {
    let waiting = fresh();
    let scanned = after(&waiting, &Action::Scan(Round(0), scanner(1), Owed::default()));
    let approved = after(&scanned, &Action::Approve(Approver::by_token(account(1))));
    let claimed = after(&approved, &Action::Claim(key(1), attempt(1)));
    let denied = after(&scanned, &Action::Deny(account(1)));
    let cancelled = after(&waiting, &Action::Cancel(key(1)));
    [
        ("waiting", waiting),
        ("scanned", scanned),
        ("approved", approved),
        ("claimed", claimed),
        ("denied", denied),
        ("cancelled", cancelled),
    ]
}

/// Applies an action to a ticket and returns the result as text, in the words of the table of expected results.
fn outcome(ticket: &Ticket, action: &Action, now: Timestamp) -> String {
    match ticket.apply(action, now, &LIVES) {
        Ok(next) if next.seq == ticket.seq => "unchanged".to_owned(),
        Ok(next) => match next.stage {
            _ if next.notice.is_some() => "noted".to_owned(),
            Stage::Waiting => format!("waiting {}", next.round.0),
            Stage::Scanned(..) => "scanned".to_owned(),
            Stage::Approved(..) => "approved".to_owned(),
            Stage::Claimed(..) => "claimed".to_owned(),
            Stage::Denied(_) => "denied".to_owned(),
            Stage::Cancelled => "cancelled".to_owned(),
        },
        Err(refused) => format!("{refused:?}"),
    }
}

#[test]
fn every_cell_of_the_table_holds() {
    let table: [(&str, Action, [&str; 6]); 16] = [
        ("refresh", Action::Refresh(key(1), typed()), ["unchanged", "InUse", "InUse", "Used", "Denied", "Cancelled"]),
        (
            "scan by the same",
            Action::Scan(Round(0), scanner(1), Owed::default()),
            ["scanned", "unchanged", "unchanged", "Used", "Denied", "Cancelled"],
        ),
        (
            "scan by the same, with a press",
            Action::Scan(Round(0), pressed(1), Owed::default()),
            ["scanned", "scanned", "unchanged", "Used", "Denied", "Cancelled"],
        ),
        (
            "scan by another",
            Action::Scan(Round(0), scanner(2), Owed::default()),
            ["scanned", "Taken", "Taken", "Used", "Denied", "Cancelled"],
        ),
        (
            "scan by another, with a press",
            Action::Scan(Round(0), pressed(2), Owed::default()),
            ["scanned", "Taken", "Taken", "Used", "Denied", "Cancelled"],
        ),
        (
            "approve by the same",
            Action::Approve(Approver::by_token(account(1))),
            ["NotScanned", "approved", "unchanged", "unchanged", "Denied", "Cancelled"],
        ),
        (
            "approve by the same, with other ticks",
            Action::Approve(Approver {
                terms: Terms { ticked: Some(Fields::default()), ..Terms::default() },
                ..Approver::by_token(account(1))
            }),
            ["NotScanned", "approved", "Decided", "Used", "Denied", "Cancelled"],
        ),
        (
            "approve by another",
            Action::Approve(Approver::by_token(account(2))),
            ["NotScanned", "NotYours", "Decided", "Used", "Denied", "Cancelled"],
        ),
        (
            "deny by the same",
            Action::Deny(account(1)),
            ["NotScanned", "denied", "Decided", "Used", "unchanged", "Cancelled"],
        ),
        (
            "deny by another",
            Action::Deny(account(2)),
            ["NotScanned", "NotYours", "Decided", "Used", "Denied", "Cancelled"],
        ),
        ("cancel", Action::Cancel(key(1)), ["cancelled", "cancelled", "Decided", "Used", "Denied", "Cancelled"]),
        (
            "claim",
            Action::Claim(key(1), attempt(1)),
            ["NotApproved", "NotApproved", "claimed", "unchanged", "Denied", "Cancelled"],
        ),
        (
            "claim by another attempt",
            Action::Claim(key(1), attempt(2)),
            ["NotApproved", "NotApproved", "claimed", "Used", "Denied", "Cancelled"],
        ),
        ("revoke", Action::Revoke, ["unchanged", "unchanged", "denied", "denied", "unchanged", "unchanged"]),
        (
            "note an outdated scan",
            Action::Note(Notice::OutdatedScan),
            ["noted", "unchanged", "unchanged", "Used", "Denied", "Cancelled"],
        ),
        (
            "note a second account",
            Action::Note(Notice::SecondAccount),
            ["unchanged", "noted", "unchanged", "Used", "Denied", "Cancelled"],
        ),
    ];
    for (name, action, expected) in table {
        for ((stage, ticket), expected) in stages().into_iter().zip(expected) {
            assert_eq!(outcome(&ticket, &action, at(2)), expected, "{name} at {stage}");
        }
    }
}

#[test]
fn at_any_stage_every_action_is_refused_once_the_time_is_over() {
    for (stage, ticket) in stages() {
        for action in [
            Action::Refresh(key(1), typed()),
            Action::Scan(Round(0), scanner(1), Owed::default()),
            Action::Approve(Approver::by_token(account(1))),
            Action::Deny(account(1)),
            Action::Cancel(key(1)),
            Action::Claim(key(1), attempt(1)),
            Action::Revoke,
            Action::Note(Notice::OutdatedScan),
            Action::Note(Notice::SecondAccount),
        ] {
            assert_eq!(outcome(&ticket, &action, ticket.expires_at), "Expired", "{action:?} at {stage}");
        }
    }
}

#[test]
fn only_the_browser_that_made_a_ticket_renews_cancels_or_claims_it() {
    for (stage, ticket) in stages() {
        for action in [Action::Refresh(key(2), typed()), Action::Cancel(key(2)), Action::Claim(key(2), attempt(1))] {
            assert_eq!(outcome(&ticket, &action, at(2)), "WrongKey", "{action:?} at {stage}");
        }
    }
}

#[test]
fn sec_04_a_code_lives_sixty_seconds_and_what_follows_from_it_at_most_five_minutes() {
    let ticket = fresh();
    let scan = Action::Scan(Round(0), scanner(1), Owed::default());
    assert_eq!(outcome(&ticket, &scan, at(59)), "scanned");
    assert_eq!(outcome(&ticket, &scan, at(60)), "Expired");
    assert_eq!(outcome(&ticket, &scan, at(61)), "Expired");

    let scanned = ticket.apply(&scan, at(59), &LIVES).expect("in time");
    assert_eq!(outcome(&scanned, &Action::Approve(Approver::by_token(account(1))), at(59 + 119)), "approved");
    assert_eq!(outcome(&scanned, &Action::Approve(Approver::by_token(account(1))), at(59 + 120)), "Expired");

    let approved =
        scanned.apply(&Action::Approve(Approver::by_token(account(1))), at(59 + 119), &LIVES).expect("in time");
    assert_eq!(outcome(&approved, &Action::Claim(key(1), attempt(1)), at(59 + 119 + 29)), "claimed");
    assert_eq!(outcome(&approved, &Action::Claim(key(1), attempt(1)), at(59 + 119 + 30)), "Expired");
    assert!(LIVES.code + LIVES.decide + LIVES.claim <= Duration::from_secs(300));
}

#[test]
fn a_second_scan_by_the_same_account_extends_nothing() {
    let scanned = fresh().apply(&Action::Scan(Round(0), scanner(1), Owed::default()), at(10), &LIVES).expect("in time");
    let again =
        scanned.apply(&Action::Scan(Round(0), scanner(1), Owed::default()), at(100), &LIVES).expect("no change");
    assert_eq!(again, scanned);
}

#[test]
fn who_scanned_is_shown_once_a_person_pressed_something_and_from_then_on() {
    let name = |ticket: &Ticket| match &ticket.stage {
        Stage::Scanned(by, _) | Stage::Approved(by, _) => by.shown().map(|by| by.name.to_string()),
        other => panic!("{other:?}"),
    };
    let opened = after(&fresh(), &Action::Scan(Round(0), scanner(1), Owed::default()));
    assert_eq!(name(&opened), None);
    let noted = after(&opened, &Action::Note(Notice::SecondAccount));
    let shown = noted.apply(&Action::Scan(Round(0), pressed(1), Owed::default()), at(100), &LIVES).expect("in time");
    assert_eq!(name(&shown).as_deref(), Some("Person 1"));
    assert_eq!((shown.seq, shown.notice), (noted.seq + 1, noted.notice), "it is told, and what was told stays");
    assert_eq!((shown.since, shown.expires_at), (opened.since, opened.expires_at), "nothing is extended");
    assert_eq!(
        after(&shown, &Action::Scan(Round(0), scanner(1), Owed::default())),
        shown,
        "no later page takes it back"
    );
    assert_eq!(
        name(&after(&fresh(), &Action::Scan(Round(0), pressed(1), Owed::default()))).as_deref(),
        Some("Person 1")
    );
    assert_eq!(name(&after(&opened, &Action::Approve(Approver::by_token(account(1))))).as_deref(), Some("Person 1"));
}

#[test]
fn sec_12_a_ticket_for_one_account_is_scanned_by_a_press_and_by_nothing_less() {
    let bound = Ticket { only_for: Some(account(1)), ..fresh() };
    let opened =
        |ticket: &Ticket, by| ticket.apply(&Action::Scan(Round(0), scanner(by), Owed::default()), at(2), &LIVES);
    assert_eq!(opened(&bound, 1).as_ref(), Ok(&bound), "the screen hears nothing");
    assert_eq!(opened(&bound, 2), Err(Refused::WrongAccount), "nor here");
    assert_eq!(outcome(&bound, &Action::Approve(Approver::by_token(account(1))), at(2)), "NotScanned");
    assert_eq!(outcome(&bound, &Action::Scan(Round(0), pressed(2), Owed::default()), at(2)), "WrongAccount");
    let scanned = after(&bound, &Action::Scan(Round(0), pressed(1), Owed::default()));
    assert_eq!(scanned.scanned_by(), Some(account(1)));
    assert_eq!(opened(&scanned, 1).as_ref(), Ok(&scanned));
    let newer = bound.apply(&Action::Refresh(key(1), typed()), at(50), &LIVES).expect("in time");
    assert_eq!(outcome(&newer, &Action::Scan(Round(1), scanner(1), Owed::default()), at(51)), "unchanged");
}

#[test]
fn an_attempt_is_repeated_for_as_long_as_a_claim_may_take_and_opens_the_same_session() {
    let [_, _, (_, approved), ..] = stages();
    let (claimed, witness) = approved.claim(key(1), attempt(1), at(2), &LIVES).expect("approved");
    let (again, same) = claimed.claim(key(1), attempt(1), at(31), &LIVES).expect("the same attempt");
    assert_eq!((&again, &same), (&claimed, &witness));
    assert_eq!(claimed.claim(key(1), attempt(1), at(32), &LIVES), Err(Refused::Used), "too late");
    assert_eq!(claimed.claim(key(1), attempt(2), at(3), &LIVES), Err(Refused::Used), "another attempt");
    assert_eq!(claimed.claim(key(2), attempt(1), at(3), &LIVES), Err(Refused::WrongKey), "another browser");
}

#[test]
fn an_attempt_is_repeated_for_as_long_as_a_claim_may_take_also_where_codes_are_over_sooner() {
    let lives = Lifetimes { code: Duration::from_secs(5), ..LIVES };
    let apply = |ticket: &Ticket, action: Action| ticket.apply(&action, at(1), &lives).expect("allowed");
    let scanned = apply(&fresh(), Action::Scan(Round(0), scanner(1), Owed::default()));
    let denied = apply(&scanned, Action::Deny(account(1)));
    let approved = apply(&scanned, Action::Approve(Approver::by_token(account(1))));
    let claimed = apply(&approved, Action::Claim(key(1), attempt(1)));
    for (ticket, action) in [(&claimed, Action::Claim(key(1), attempt(1))), (&denied, Action::Deny(account(1)))] {
        assert_eq!(ticket.apply(&action, at(30), &lives).as_ref(), Ok(ticket), "{action:?}");
        assert_eq!(ticket.apply(&action, at(31), &lives), Err(Refused::Expired), "{action:?}");
    }
}

#[test]
fn a_decision_is_repeated_for_as_long_as_a_claim_may_take_and_nothing_comes_of_it() {
    let [_, _, (_, approved), (_, claimed), (_, denied), _] = stages();
    let approve = Action::Approve(Approver::by_token(account(1)));
    for (ticket, action, late) in
        [(&approved, &approve, "Expired"), (&claimed, &approve, "Used"), (&denied, &Action::Deny(account(1)), "Denied")]
    {
        assert_eq!(ticket.apply(action, at(30), &LIVES).as_ref(), Ok(ticket), "{action:?}");
        assert_eq!(outcome(ticket, action, at(31)), late, "{action:?}");
    }
    assert_eq!(outcome(&denied, &approve, at(2)), "Denied", "nor does anybody change their mind");
    assert_eq!(outcome(&approved, &Action::Deny(account(1)), at(2)), "Decided");
}

#[test]
fn a_notice_ends_with_the_stage_that_it_is_about_and_an_outdated_scan_counts_for_all_codes() {
    let noted = after(&fresh(), &Action::Note(Notice::OutdatedScan));
    assert_eq!(noted.notice, Some(Notice::OutdatedScan));
    let renewed = noted.apply(&Action::Refresh(key(1), typed()), at(50), &LIVES).expect("in time");
    assert_eq!(renewed.notice, Some(Notice::OutdatedScan), "somebody still has a code of this page");
    let scanned = after(&noted, &Action::Scan(Round(0), scanner(1), Owed::default()));
    assert_eq!(scanned.notice, None);
    let noted = after(&scanned, &Action::Note(Notice::SecondAccount));
    assert_eq!(after(&noted, &Action::Note(Notice::SecondAccount)), noted, "told once");
    assert_eq!(after(&noted, &Action::Approve(Approver::by_token(account(1)))).notice, None);
}

#[test]
fn the_code_before_the_newest_counts_for_the_rest_of_its_minute_and_older_ones_do_not() {
    let refresh = Action::Refresh(key(1), typed());
    let second = fresh().apply(&refresh, at(50), &LIVES).expect("in time");
    let old = |now| outcome(&second, &Action::Scan(Round(0), scanner(1), Owed::default()), at(now));
    assert_eq!(old(59), "scanned");
    assert_eq!(old(60), "Outdated");
    assert_eq!(outcome(&second, &Action::Scan(Round(1), scanner(1), Owed::default()), at(109)), "scanned");
    assert_eq!(
        outcome(&second, &Action::Scan(Round(2), scanner(1), Owed::default()), at(59)),
        "Outdated",
        "a code never shown"
    );

    let third = second.apply(&refresh, at(85), &LIVES).expect("in time");
    assert_eq!(
        outcome(&third, &Action::Scan(Round(0), scanner(1), Owed::default()), at(86)),
        "Outdated",
        "two codes ago"
    );
}

#[test]
fn sec_14_a_code_that_is_fresh_enough_is_not_renewed() {
    let refresh = Action::Refresh(key(1), typed());
    assert_eq!(outcome(&fresh(), &refresh, at(29)), "unchanged");
    assert_eq!(outcome(&fresh(), &refresh, at(30)), "waiting 1");
}

#[test]
fn a_page_renews_its_code_for_five_minutes_and_then_rests() {
    let refresh = Action::Refresh(key(1), typed());
    let mut ticket = fresh();
    for round in 1..=5_u8 {
        ticket = ticket.apply(&refresh, at(u64::from(round) * 55), &LIVES).expect("within five minutes");
        assert_eq!(ticket.round, Round(round));
    }
    assert_eq!(outcome(&ticket, &refresh, at(300)), "Rested");
}
