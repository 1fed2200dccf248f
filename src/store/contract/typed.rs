//! The contract of the stores of tickets about the codes that people type, and tests of the one in memory.

use std::time::Duration;

use super::tickets::{LIVES, added, apply, browser, network, scanner, ticket_at};
use super::{TICKETS, now};
use crate::crypto::random::random;
use crate::store::Fault;
use crate::store::tickets::Tickets;
use crate::ticket::ids::{Round, TicketId, UserCode};
use crate::ticket::ladder::Owed;
use crate::ticket::machine::{Action, Ticket};
use crate::ticket::time::Timestamp;

pub(super) async fn a_typed_code_belongs_to_one_ticket_until_its_end(tickets: Tickets) {
    let code = UserCode::draw(|| random::<1>()[0]);
    let (first, second) = (TicketId::from_random(random()), TicketId::from_random(random()));
    let until = now() + LIVES.code;
    assert!(tickets.reserve(code, first, Round(0), now(), until).await.expect("answers"));
    assert!(!tickets.reserve(code, second, Round(0), now(), until).await.expect("answers"));
    assert_eq!(tickets.find(code, now()).await.expect("answers"), Some((first, Round(0))));
    assert_eq!(tickets.find(code, until).await.expect("answers"), None);
    assert!(tickets.reserve(code, second, Round(1), until, until + LIVES.code).await.expect("answers"));
    assert_eq!(tickets.find(code, until).await.expect("answers"), Some((second, Round(1))));
    tickets.release(code).await.expect("answers");
    assert_eq!(tickets.find(code, until).await.expect("answers"), None);
}

pub(super) async fn a_typed_code_is_reserved_once_more_by_the_same_call_and_by_no_other(tickets: Tickets) {
    let code = UserCode::draw(|| random::<1>()[0]);
    let (first, second) = (TicketId::from_random(random()), TicketId::from_random(random()));
    let until = now() + LIVES.code;
    let reserve = async |ticket: TicketId, round: u8, until: Timestamp| {
        tickets.reserve(code, ticket, Round(round), now(), until).await.expect("answers")
    };
    assert!(reserve(first, 0, until).await);
    assert!(reserve(first, 0, until).await, "its answer was lost");
    assert!(!reserve(first, 1, until).await, "another round of the ticket");
    assert!(!reserve(first, 0, until + LIVES.code).await, "another time");
    assert!(!reserve(second, 0, until).await, "another ticket");
    assert_eq!(tickets.find(code, now()).await.expect("answers"), Some((first, Round(0))));
    assert_eq!(tickets.find(code, until).await.expect("answers"), None, "nothing is prolonged");
}

pub(super) async fn the_typed_code_of_a_ticket_that_gave_way_is_free_again(tickets: Tickets) {
    let (early, other) = (ticket_at(network(0), 0), TicketId::from_random(random()));
    let until = now() + LIVES.code;
    let reserve = async |ticket: TicketId| {
        tickets.reserve(early.user_code, ticket, Round(0), now(), until).await.expect("answers")
    };
    assert!(reserve(early.id).await);
    added(&tickets, early.clone()).await;
    let mut given_way = Vec::new();
    for of in 1..=u16::try_from(TICKETS).expect("few") {
        given_way.extend(added(&tickets, ticket_at(network(of), u64::from(of))).await);
    }
    assert_eq!(given_way.first(), Some(&early.id));
    assert_eq!(tickets.find(early.user_code, now()).await.expect("answers"), None);
    assert!(reserve(other).await);
}

pub(super) async fn the_typed_codes_of_earlier_rounds_are_found_until_their_end(tickets: Tickets) {
    let other = TicketId::from_random(random());
    let mut ticket = ticket_at(network(0), 0);
    let mut reserved = vec![(ticket.user_code, ticket.round, ticket.expires_at)];
    let found = async |code: UserCode, at: Timestamp| tickets.find(code, at).await.expect("answers");
    let reserve =
        async |code, id, round, at, until| tickets.reserve(code, id, round, at, until).await.expect("answers");
    assert!(reserve(ticket.user_code, ticket.id, ticket.round, now(), ticket.expires_at).await);
    added(&tickets, ticket.clone()).await;
    for of in 1..=5 {
        let at = now() + LIVES.code * of / 2;
        let code = UserCode::draw(|| random::<1>()[0]);
        let round = ticket.round.next().expect("few");
        assert!(reserve(code, ticket.id, round, at, at + LIVES.code).await);
        assert_eq!(found(code, at).await, Some((ticket.id, round)), "before the ticket has it");
        let refresh = Action::Refresh(browser(), code);
        let step = |ticket: &Ticket| ticket.apply(&refresh, at, &LIVES).map(|after| (after, ()));
        ticket = tickets.change(ticket.id, step).await.expect("allowed").0;
        reserved.push((code, round, ticket.expires_at));
        for (code, round, until) in &reserved {
            let has_ended = until.is_over(at);
            assert_eq!(found(*code, at).await, (!has_ended).then_some((ticket.id, *round)), "{round:?} after {of}");
            if !has_ended {
                assert!(!reserve(*code, other, Round(0), at, *until).await);
                assert!(reserve(*code, ticket.id, *round, at, *until).await, "the same call again");
            }
        }
    }
    let (last, round, until) = *reserved.last().expect("some");
    assert!(!reserve(last, other, Round(0), now(), until).await);
    assert!(reserve(last, other, Round(0), until, until + LIVES.code).await, "the last one is over");
    assert_eq!(found(last, until).await, Some((other, Round(0))));
    assert_eq!(tickets.get(ticket.id).await.expect("answers").expect("kept").round, round);
}

pub(super) async fn a_typed_code_ends_when_it_was_reserved_until_whatever_its_ticket_does(tickets: Tickets) {
    // The code ends sooner than its ticket, at the same time, and later.
    for after in [30, 60, 90].map(Duration::from_secs) {
        let (ticket, until) = (Ticket { only_for: None, ..ticket_at(network(0), 0) }, now() + after);
        let found = async |at: Timestamp| tickets.find(ticket.user_code, at).await.expect("answers").is_some();
        let reserved = tickets.reserve(ticket.user_code, ticket.id, ticket.round, now(), until).await;
        assert!(reserved.expect("answers"));
        added(&tickets, ticket.clone()).await;
        let before = now() + after.saturating_sub(Duration::from_millis(1));
        assert!(found(before).await && !found(until).await, "{after:?}");
        apply(&tickets, ticket.id, Action::Scan(ticket.round, scanner(1), Owed::default())).await.expect("allowed");
        assert!(found(before).await && !found(until).await, "{after:?}, scanned");
        apply(&tickets, ticket.id, Action::Cancel(browser())).await.expect("allowed");
        assert!(found(before).await && !found(until).await, "{after:?}, cancelled");
        tickets.release(ticket.user_code).await.expect("answers");
        assert!(!found(now()).await);
    }
}

#[tokio::test]
async fn memory_holds_so_many_typed_codes_and_no_more() {
    let tickets = Tickets::memory(10);
    let reserve = async |at: Timestamp| {
        let code = UserCode::draw(|| random::<1>()[0]);
        tickets.reserve(code, TicketId::from_random(random()), Round(0), at, at + LIVES.code).await
    };
    for _ in 0..80 {
        assert!(reserve(now()).await.expect("room"));
    }
    assert!(matches!(reserve(now()).await, Err(Fault::Full)));
    assert!(reserve(now() + LIVES.code).await.expect("what is over makes room"));
}

#[tokio::test]
async fn sec_14_pages_that_renew_their_codes_leave_newcomers_room_in_memory() {
    let tickets = Tickets::memory(50);
    let reserve = async |ticket: &Ticket, at: Timestamp| {
        let code = UserCode::draw(|| random::<1>()[0]);
        assert!(tickets.reserve(code, ticket.id, ticket.round, at, at + LIVES.code).await.expect("room"));
    };
    for of in 0..50 {
        let ticket = ticket_at(network(of), 0);
        reserve(&ticket, now()).await;
        added(&tickets, ticket.clone()).await;
        reserve(&ticket, now() + LIVES.code / 2).await;
    }
    let late = ticket_at([192, 0, 2, 1].into(), 31_000);
    reserve(&late, late.issued_at).await;
    assert_eq!(added(&tickets, late).await.len(), 1);
}

#[tokio::test]
async fn sec_14_what_gives_way_in_memory_hands_its_typed_code_back() {
    let tickets = Tickets::memory(10);
    // A store that did not release the codes would have filled its room for them by then, which is eight per ticket.
    for of in 0..200 {
        let ticket = ticket_at(network(of), u64::from(of));
        let at = ticket.issued_at;
        let reserved = tickets.reserve(ticket.user_code, ticket.id, ticket.round, at, at + LIVES.code).await;
        assert!(reserved.expect("room"));
        added(&tickets, ticket).await;
    }
    assert_eq!(tickets.count(), 10);
}
