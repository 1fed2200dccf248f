//! Random walks over the table by two browsers, two phones and the clock.

use proptest::prelude::*;

use super::{LIVES, account, at, attempt, fresh, key, scanner, typed};
use crate::ticket::approval::Approver;
use crate::ticket::ids::Round;
use crate::ticket::ladder::Owed;
use crate::ticket::machine::{Action, Refused, Stage};

#[derive(Clone, Debug)]
enum Step {
    Browser(u8, u8),
    Phone(u8, u8, u8),
    Clock(u16),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..=2_u8, 0..3_u8).prop_map(|(who, what)| Step::Browser(who, what)),
        6 => (1..=2_u8, 0..3_u8, 0..4_u8).prop_map(|(who, what, round)| Step::Phone(who, what, round)),
        2 => (0..70_u16).prop_map(Step::Clock),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

    /// Checks that on random walks a claim succeeds at most once, only for the browser that made the ticket, only
    /// within the time for a claim after an approval, and only if the account that approved is the one that scanned
    /// first.
    #[test]
    fn sec_20_no_session_without_a_matching_approval_and_never_two(steps in prop::collection::vec(step(), 1..60)) {
        let mut ticket = fresh();
        let mut now = 0_u64;
        let mut scanned_by = None;
        let mut approved = None;
        let mut claims = 0;
        for step in steps {
            let before = ticket.clone();
            match step {
                Step::Clock(seconds) => now += u64::from(seconds),
                Step::Browser(who, 0) => match ticket.claim(key(who), attempt(claims), at(now), &LIVES) {
                    Ok((next, claimed)) => {
                        claims += 1;
                        prop_assert_eq!(who, 1, "only the browser that made the ticket");
                        let (by, when) = approved.expect("approved before it was claimed");
                        prop_assert_eq!(Some(by), scanned_by, "by the account that scanned");
                        prop_assert_eq!(claimed.account(), account(by));
                        prop_assert!(now - when < 30, "within the claim's time");
                        ticket = next;
                    }
                    Err(refused) => prop_assert!(who == 1 || refused == Refused::WrongKey),
                },
                Step::Browser(who, what) => {
                    let action = if what == 1 { Action::Refresh(key(who), typed()) } else { Action::Cancel(key(who)) };
                    if let Ok(next) = ticket.apply(&action, at(now), &LIVES) {
                        prop_assert_eq!(who, 1);
                        ticket = next;
                    }
                }
                Step::Phone(who, 0, round) => {
                    if let Ok(next) = ticket.apply(&Action::Scan(Round(round), scanner(who), Owed::default()), at(now), &LIVES) {
                        prop_assert!(scanned_by.is_none_or(|by| by == who), "the first account keeps it");
                        scanned_by = Some(who);
                        ticket = next;
                    }
                }
                Step::Phone(who, what, _) => {
                    let action = if what == 1 { Action::Approve(Approver::by_token(account(who))) } else { Action::Deny(account(who)) };
                    if let Ok(next) = ticket.apply(&action, at(now), &LIVES) {
                        prop_assert_eq!(scanned_by, Some(who), "only who scanned decides");
                        if what == 1 && next.seq != ticket.seq {
                            prop_assert!(approved.is_none(), "one approval");
                            approved = Some((who, now));
                        }
                        ticket = next;
                    }
                }
            }
            prop_assert!(claims <= 1, "never two claims");
            prop_assert!(ticket.seq >= before.seq, "seq never falls");
            prop_assert_eq!(ticket.seq == before.seq, ticket == before, "every change is counted");
            prop_assert_eq!(matches!(ticket.stage, Stage::Claimed(..)), claims == 1);
        }
    }
}
