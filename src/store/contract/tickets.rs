//! The contract of the stores of tickets, and tests of single backends.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::task::JoinSet;

use super::{TICKETS, hang, in_redis, now, redis};
use crate::consent::scope::Scopes;
use crate::crypto::random::random;
use crate::login::keys::ClaimKey;
use crate::store::Fault;
use crate::store::tickets::redis::key;
use crate::store::tickets::{ChangeError, Tickets};
use crate::ticket::approval::{Approver, Terms};
use crate::ticket::event::Notice;
use crate::ticket::ids::{
    AccountId, AppId, Attempt, ClaimKeyHash, Purpose, Round, SessionTokenHash, TicketId, UserCode,
};
use crate::ticket::ladder::Owed;
use crate::ticket::machine::{Action, Asker, Claimed, Goal, Refused, ScanCause, Scanner, Stage, Ticket, TicketApp};
use crate::ticket::request_id::RequestId;
use crate::ticket::side::Side;
use crate::ticket::time::{Lifetimes, Timestamp};

pub(super) const LIVES: Lifetimes = Lifetimes {
    code: Duration::from_secs(60),
    renewal: Duration::from_secs(300),
    decide: Duration::from_secs(120),
    claim: Duration::from_secs(30),
};

pub(super) fn browser() -> ClaimKeyHash {
    ClaimKey::from_random([1; 32]).hash(Purpose::Session)
}

pub(super) fn ticket(at: Timestamp) -> Ticket {
    let asker = Asker { browser: Some("Firefox".into()), system: None, address: IpAddr::V4(Ipv4Addr::LOCALHOST) };
    let code = UserCode::draw(|| random::<1>()[0]);
    let app = TicketApp {
        id: AppId::from_random([5; 8]),
        name: "Shop".into(),
        host: "shop.example".into(),
        scopes: Scopes::parse("openid profile"),
        purpose: Purpose::Session,
        request: Some(RequestId::from_random([6; 16])),
        framed_by: None,
        theme: Some("scheme=dark".into()),
        logo: Some("/picture/x/96".into()),
        is_scan_only: true,
        login_hint: Some("alice@shop.example".into()),
        ui_locales: Some("fr-CA,fr".into()),
        is_told_of_refusals: true,
        is_trial: true,
    };
    let goal = Goal {
        next: Some("/next".into()),
        app: Some(Box::new(app)),
        code_life: None,
        only_for: Some(scanner(1).account),
        offer: None,
        browser_id: None,
    };
    Ticket::issue(TicketId::from_random(random()), browser(), code, asker, goal, at, &LIVES)
}

/// Returns the witness of a claim after this approval.
pub(super) fn claimed(by: Approver) -> Claimed {
    let scan = Action::Scan(Round(0), Scanner { account: by.account, ..scanner(1) }, Owed::default());
    let scanned = Ticket { only_for: None, ..ticket(now()) }.apply(&scan, now(), &LIVES);
    let approved = scanned.expect("allowed").apply(&Action::Approve(by), now(), &LIVES).expect("allowed");
    approved.claim(browser(), Attempt::from_random([1; 16]), now(), &LIVES).expect("allowed").1
}

pub(super) fn scanner(of: u8) -> Scanner {
    Scanner {
        account: AccountId::from_random([of; 16]),
        name: "Somebody".into(),
        cause: ScanCause::Pressed,
        until: None,
        picture: None,
    }
}

pub(super) async fn apply(tickets: &Tickets, id: TicketId, action: Action) -> Result<Ticket, ChangeError> {
    let changed = tickets.change(id, |ticket| ticket.apply(&action, now(), &LIVES).map(|after| (after, ()))).await;
    changed.map(|(ticket, ())| ticket)
}

pub(super) async fn a_ticket_is_kept_as_it_was_added(tickets: Tickets) {
    let added = ticket(now());
    tickets.add(added.clone(), now()).await.expect("room");
    assert_eq!(tickets.get(added.id).await.expect("answers"), Some(added));
    assert_eq!(tickets.get(TicketId::from_random(random())).await.expect("answers"), None);
}

pub(super) async fn a_change_is_seen_and_a_refused_one_changes_nothing(tickets: Tickets) {
    let added = ticket(now());
    tickets.add(added.clone(), now()).await.expect("room");
    let scanned =
        apply(&tickets, added.id, Action::Scan(Round(0), scanner(1), Owed::default())).await.expect("allowed");
    assert_eq!(scanned.seq, 2);
    let refused = apply(&tickets, added.id, Action::Scan(Round(0), scanner(2), Owed::default())).await;
    assert!(matches!(refused, Err(ChangeError::Refused(Refused::Taken))), "{refused:?}");
    assert_eq!(tickets.get(added.id).await.expect("answers"), Some(scanned));
    let unknown = apply(&tickets, TicketId::from_random(random()), Action::Note(Notice::OutdatedScan)).await;
    assert!(matches!(unknown, Err(ChangeError::Unknown)), "{unknown:?}");
}

pub(super) async fn of_many_at_once_exactly_one_wins_each_step(tickets: Tickets) {
    race(&[tickets], 50).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sec_64_of_64_racers_on_two_instances_one_wins_each_step_a_thousand_times() {
    let (first, server) = in_redis();
    race(&[first, redis(&server.address(), 0)], 1_000).await;
}

#[tokio::test]
async fn what_an_instance_saw_of_a_ticket_is_never_the_reason_for_its_answer() {
    let (first, server) = in_redis();
    let second = redis(&server.address(), 0);
    let added = ticket(now());
    first.add(added.clone(), now()).await.expect("room");
    first.get(added.id).await.expect("answers");
    apply(&second, added.id, Action::Scan(Round(0), scanner(1), Owed::default())).await.expect("allowed");
    let approved = apply(&first, added.id, Action::Approve(Approver::by_token(scanner(1).account))).await;
    assert!(approved.is_ok(), "it was waiting when it was seen: {approved:?}");
    apply(&second, added.id, Action::Claim(browser(), Attempt::from_random([1; 16]))).await.expect("allowed");
    let cached = first.cached(added.id).expect("it made the approval");
    assert!(matches!(cached.stage, Stage::Approved(..)), "a hint, and an old one: {cached:?}");
    let late = apply(&first, added.id, Action::Claim(browser(), Attempt::from_random([2; 16]))).await;
    assert!(matches!(late, Err(ChangeError::Refused(Refused::Used))), "it was approved when it was seen: {late:?}");

    let (lost, other) = (Ticket { only_for: None, ..ticket(now()) }, scanner(2));
    first.add(lost.clone(), now()).await.expect("room");
    apply(&first, lost.id, Action::Scan(Round(0), scanner(1), Owed::default())).await.expect("allowed");
    // A replica that had missed the scan was promoted; then another account scans, and the seq is the same again.
    server.cli(&["DEL", &key(lost.id)]);
    second.add(lost.clone(), now()).await.expect("room");
    apply(&second, lost.id, Action::Scan(Round(0), other.clone(), Owed::default())).await.expect("allowed");
    let approved = apply(&first, lost.id, Action::Approve(Approver::by_token(scanner(1).account))).await;
    assert!(matches!(approved, Err(ChangeError::Refused(Refused::NotYours))), "{approved:?}");
    server.cli(&["FLUSHALL"]);
    let gone = apply(&second, lost.id, Action::Approve(Approver::by_token(other.account))).await;
    assert!(matches!(gone, Err(ChangeError::Unknown)), "{gone:?}");
}

/// Lets 64 racers, spread over these instances of one store, compete for each step of a ticket.
async fn race(instances: &[Tickets], rounds: usize) {
    let winners = async |id, actions: Vec<Action>| {
        let mut racers = JoinSet::new();
        for (at, action) in actions.into_iter().enumerate() {
            let tickets = instances[at % instances.len()].clone();
            racers.spawn(async move { apply(&tickets, id, action).await.is_ok() });
        }
        racers.join_all().await.into_iter().filter(|won| *won).count()
    };
    for _ in 0..rounds {
        let added = ticket(now());
        let id = added.id;
        instances[0].add(added, now()).await.expect("room");
        assert_eq!(
            winners(id, (1..=64).map(|of| Action::Scan(Round(0), scanner(of), Owed::default())).collect()).await,
            1,
            "scans"
        );
        let Stage::Scanned(owner, _) = instances[0].get(id).await.expect("answers").expect("kept").stage else {
            panic!("scanned")
        };
        // Each of them in a session of its own, because the same approval again would change nothing.
        let session = |of| Some(SessionTokenHash([of; 32]));
        let approver = |of| Approver {
            terms: Terms { session: session(of), ..Terms::default() },
            ..Approver::by_token(owner.account)
        };
        let approvals = (0..64).map(|of| Action::Approve(approver(of)));
        assert_eq!(winners(id, approvals.collect()).await, 1, "approvals");
        let claims = (0..64).map(|of| Action::Claim(browser(), Attempt::from_random([of; 16])));
        assert_eq!(winners(id, claims.collect()).await, 1, "claims");
    }
}

#[tokio::test]
async fn memory_forgets_what_is_long_over_and_not_what_is_over() {
    let tickets = Tickets::memory(10);
    let added = ticket(now());
    tickets.add(added.clone(), now()).await.expect("room");
    tickets.sweep(now() + Duration::from_secs(61));
    assert!(tickets.get(added.id).await.expect("answers").is_some(), "an expired code is told so, not unknown");
    tickets.sweep(now() + Duration::from_secs(181));
    assert_eq!(tickets.get(added.id).await.expect("answers"), None);
    assert_eq!(tickets.count(), 0);
}

#[tokio::test]
async fn memory_does_not_forget_at_its_first_end_a_ticket_that_went_on() {
    let tickets = Tickets::memory(10);
    let added = ticket(now());
    tickets.add(added.clone(), now()).await.expect("room");
    apply(&tickets, added.id, Action::Scan(Round(0), scanner(1), Owed::default())).await.expect("allowed");
    tickets.sweep(now() + Duration::from_secs(181));
    assert!(tickets.get(added.id).await.expect("answers").is_some());
}

pub(super) async fn a_change_tells_the_watchers_of_the_instance_that_made_it(tickets: Tickets) {
    let added = ticket(now());
    tickets.add(added.clone(), now()).await.expect("room");
    let mut watching = tickets.watch(added.id, Side::Browser).await.expect("answers");
    assert!(watching.heard().now_or_never().is_none());
    let scanned =
        apply(&tickets, added.id, Action::Scan(Round(0), scanner(1), Owed::default())).await.expect("allowed");
    assert!(watching.heard().now_or_never().is_some(), "told before the caller goes on");
    watching.saw(scanned.seq);
    assert_eq!(tickets.get(added.id).await.expect("answers"), Some(scanned));
    // A change that changes nothing is not announced. An instance that has just begun to listen may look once by itself.
    hang::until("nothing is heard", async || {
        apply(&tickets, added.id, Action::Scan(Round(0), scanner(1), Owed::default())).await.expect("the same again");
        watching.heard().now_or_never().is_none()
    })
    .await;
}

/// Returns a ticket for a client at this address, issued this many milliseconds after `now`.
pub(super) fn ticket_at(address: IpAddr, after: u64) -> Ticket {
    let mut ticket = ticket(now() + Duration::from_millis(after));
    ticket.asker.address = address;
    ticket
}

/// Returns one of the networks of a single subscriber (RFC 6177).
pub(super) fn network(of: u16) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 7, of, 0, 0, 0, 1))
}

pub(super) async fn added(tickets: &Tickets, ticket: Ticket) -> Vec<TicketId> {
    let at = ticket.issued_at;
    tickets.add(ticket, at).await.expect("room")
}

pub(super) async fn sec_14_whoever_fills_the_store_with_tickets_loses_their_own_and_no_other(tickets: Tickets) {
    let early = ticket_at([192, 0, 2, 1].into(), 0);
    assert_eq!(added(&tickets, early.clone()).await, []);
    let mut flood = Vec::new();
    let mut given_way = Vec::new();
    for of in 1..=u16::try_from(TICKETS + 20).expect("few") {
        let ticket = ticket_at(network(of), u64::from(of));
        flood.push(ticket.id);
        given_way.extend(added(&tickets, ticket).await);
    }
    let late = ticket_at([192, 0, 2, 2].into(), 5_000);
    given_way.extend(added(&tickets, late.clone()).await);
    assert!(given_way.len() >= 22, "{}", given_way.len());
    assert_eq!(given_way, flood[..given_way.len()], "the oldest of the flood, in their order");
    let is_there = async |id| tickets.get(id).await.expect("answers").is_some();
    assert!(is_there(early.id).await && is_there(late.id).await);
    assert!(is_there(flood[given_way.len()]).await, "no more than had to");
    for gone in &given_way {
        assert!(!is_there(*gone).await);
        let step = |ticket: &Ticket| ticket.apply(&Action::Cancel(browser()), now(), &LIVES).map(|after| (after, ()));
        assert!(matches!(tickets.change(*gone, step).await, Err(ChangeError::Unknown)));
    }
}

pub(super) async fn sec_14_what_was_given_up_gives_way_and_what_was_scanned_does_not(tickets: Tickets) {
    let (scanned, given_up) = (ticket_at(network(0), 0), ticket_at(network(0), 1));
    for ticket in [&scanned, &given_up] {
        added(&tickets, ticket.clone()).await;
    }
    apply(&tickets, scanned.id, Action::Scan(Round(0), scanner(1), Owed::default())).await.expect("allowed");
    apply(&tickets, given_up.id, Action::Cancel(browser())).await.expect("allowed");
    let mut given_way = Vec::new();
    for of in 2..=u16::try_from(TICKETS).expect("few") {
        given_way.extend(added(&tickets, ticket_at(network(of), u64::from(of))).await);
    }
    given_way.extend(added(&tickets, ticket_at(network(0), 5_000)).await);
    assert_eq!(given_way.first(), Some(&given_up.id), "it is the oldest that may");
    let state = tickets.get(scanned.id).await.expect("answers").expect("still there");
    assert_eq!(state.scanned_by(), Some(scanner(1).account));
}

pub(super) async fn sec_14_of_equals_the_oldest_gives_way(tickets: Tickets) {
    let mut all = Vec::new();
    for of in (0..u16::try_from(TICKETS).expect("few")).rev() {
        let [high, low] = of.to_be_bytes();
        let ticket = ticket_at([10, 9, high, low].into(), u64::try_from(all.len()).expect("few"));
        all.push(ticket.id);
        assert_eq!(added(&tickets, ticket).await, []);
    }
    let mut given_way = Vec::new();
    for of in 1..=3 {
        let ticket = ticket_at([10, 8, 0, of].into(), 5_000 + u64::from(of));
        all.push(ticket.id);
        given_way.extend(added(&tickets, ticket).await);
    }
    assert!(given_way.len() >= 3);
    assert_eq!(given_way, all[..given_way.len()]);
}

pub(super) async fn sec_14_a_ticket_that_is_renewed_goes_on_to_count(tickets: Tickets) {
    let mut early = Vec::new();
    for of in 0..u16::try_from(TICKETS).expect("few") {
        let ticket = ticket_at(network(of), u64::from(of));
        early.push(ticket.id);
        added(&tickets, ticket).await;
    }
    // Continues beyond the time for which a ticket that is not renewed is remembered.
    for round in 1..=4 {
        for id in &early {
            let code = UserCode::draw(|| random::<1>()[0]);
            let at = now() + Duration::from_secs(50) * round;
            let step =
                |ticket: &Ticket| ticket.apply(&Action::Refresh(browser(), code), at, &LIVES).map(|after| (after, ()));
            tickets.change(*id, step).await.expect("renewed");
        }
    }
    let mut given_way = Vec::new();
    for of in 0..20 {
        given_way.extend(added(&tickets, ticket_at(network(of), 200_000 + u64::from(of))).await);
    }
    assert!(given_way.len() >= 20);
    assert_eq!(given_way, early[..given_way.len()]);
}

#[tokio::test]
async fn memory_takes_as_many_tickets_as_it_is_told_and_gives_places_back() {
    let tickets = Tickets::memory(100);
    for _ in 0..100 {
        let ticket = ticket(now());
        tickets.add(ticket.clone(), now()).await.expect("room");
        apply(&tickets, ticket.id, Action::Scan(Round(0), scanner(1), Owed::default())).await.expect("allowed");
    }
    assert!(matches!(tickets.add(ticket(now()), now()).await, Err(Fault::Full)));
    let later = now() + Duration::from_secs(301);
    tickets.sweep(later);
    tickets.add(ticket(later), later).await.expect("room again");
}
