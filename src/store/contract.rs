//! What every backend promises. A new backend is named in one of the two lists at the end, and that is all.

#[path = "../tests/spawn.rs"]
mod spawn;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::records::{NewAccount, OpenedBy, REMEMBERED, Records, SessionRow, SessionTokenHash, Vouched};
use super::redis::Link;
use super::tickets::{AddError, ChangeError, Reserved, Tickets};
use crate::entropy::random;
use crate::settings;
use crate::ticket::event::Notice;
use crate::ticket::ids::{AccountId, Attempt, ClaimKey, ClaimKeyHash, Round, TicketId, UserCode};
use crate::ticket::machine::{Action, Asker, Refused, Scanner, Stage, Ticket};
use crate::ticket::time::{Lifetimes, Timestamp};

const LIVES: Lifetimes = Lifetimes {
    code: Duration::from_secs(60),
    renewal: Duration::from_secs(300),
    decide: Duration::from_secs(120),
    claim: Duration::from_secs(30),
};

fn now() -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000)
}

fn browser() -> ClaimKeyHash {
    ClaimKey::from_random([1; 32]).hash()
}

fn ticket(at: Timestamp) -> Ticket {
    let asker = Asker { browser: Some("Firefox".into()), system: None, address: IpAddr::V4(Ipv4Addr::LOCALHOST) };
    let code = UserCode::draw(|| random::<1>()[0]);
    Ticket::issue(TicketId::from_random(random()), browser(), code, asker, Some("/next".into()), at, &LIVES)
}

fn scanner(of: u8) -> Scanner {
    Scanner { account: AccountId::from_random([of; 16]), name: "Somebody".into(), until: None }
}

async fn apply(tickets: &Tickets, id: TicketId, action: Action) -> Result<Ticket, ChangeError> {
    let changed = tickets.change(id, |ticket| ticket.apply(&action, now(), &LIVES).map(|after| (after, ()))).await;
    changed.map(|(ticket, ())| ticket)
}

async fn a_ticket_is_kept_as_it_was_added(tickets: Tickets) {
    let added = ticket(now());
    tickets.add(added.clone(), now()).await.expect("room");
    assert_eq!(tickets.get(added.id).await.expect("answers"), Some(added));
    assert_eq!(tickets.get(TicketId::from_random(random())).await.expect("answers"), None);
}

async fn a_change_is_seen_and_a_refused_one_changes_nothing(tickets: Tickets) {
    let added = ticket(now());
    tickets.add(added.clone(), now()).await.expect("room");
    let scanned = apply(&tickets, added.id, Action::Scan(Round(0), scanner(1))).await.expect("allowed");
    assert_eq!(scanned.seq, 2);
    let refused = apply(&tickets, added.id, Action::Scan(Round(0), scanner(2))).await;
    assert!(matches!(refused, Err(ChangeError::Refused(Refused::Taken))), "{refused:?}");
    assert_eq!(tickets.get(added.id).await.expect("answers"), Some(scanned));
    let unknown = apply(&tickets, TicketId::from_random(random()), Action::Note(Notice::OutdatedScan)).await;
    assert!(matches!(unknown, Err(ChangeError::Unknown)), "{unknown:?}");
}

async fn of_many_at_once_exactly_one_wins_each_step(tickets: Tickets) {
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
    apply(&second, added.id, Action::Scan(Round(0), scanner(1))).await.expect("allowed");
    let approved = apply(&first, added.id, Action::Approve(scanner(1).account)).await;
    assert!(approved.is_ok(), "it was waiting when it was seen: {approved:?}");
    apply(&second, added.id, Action::Claim(browser(), Attempt::from_random([1; 16]))).await.expect("allowed");
    let late = apply(&first, added.id, Action::Claim(browser(), Attempt::from_random([2; 16]))).await;
    assert!(matches!(late, Err(ChangeError::Refused(Refused::Used))), "it was approved when it was seen: {late:?}");

    let (lost, other) = (ticket(now()), scanner(2));
    first.add(lost.clone(), now()).await.expect("room");
    apply(&first, lost.id, Action::Scan(Round(0), scanner(1))).await.expect("allowed");
    // A replica took over that had missed the scan; then somebody else scans, and the seq is the same again.
    server.cli(&["DEL", &super::redis::tickets::key(lost.id)]);
    second.add(lost.clone(), now()).await.expect("room");
    apply(&second, lost.id, Action::Scan(Round(0), other.clone())).await.expect("allowed");
    let approved = apply(&first, lost.id, Action::Approve(scanner(1).account)).await;
    assert!(matches!(approved, Err(ChangeError::Refused(Refused::NotYours))), "{approved:?}");
    server.cli(&["FLUSHALL"]);
    let gone = apply(&second, lost.id, Action::Approve(other.account)).await;
    assert!(matches!(gone, Err(ChangeError::Unknown)), "{gone:?}");
}

/// 64 racers, spread over these instances of one store, on each step of a ticket.
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
        assert_eq!(winners(id, (1..=64).map(|of| Action::Scan(Round(0), scanner(of))).collect()).await, 1, "scans");
        let Stage::Scanned(owner) = instances[0].get(id).await.expect("answers").expect("kept").stage else {
            panic!("scanned")
        };
        assert_eq!(winners(id, (0..64).map(|_| Action::Approve(owner.account)).collect()).await, 1, "approvals");
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
    apply(&tickets, added.id, Action::Scan(Round(0), scanner(1))).await.expect("allowed");
    tickets.sweep(now() + Duration::from_secs(181));
    assert!(tickets.get(added.id).await.expect("answers").is_some());
}

async fn a_typed_code_belongs_to_one_ticket_until_its_end(tickets: Tickets) {
    let code = UserCode::draw(|| random::<1>()[0]);
    let (first, second) = (TicketId::from_random(random()), TicketId::from_random(random()));
    let until = now() + LIVES.code;
    assert_eq!(tickets.reserve(code, first, Round(0), now(), until).await.expect("answers"), Reserved::Yes);
    assert_eq!(tickets.reserve(code, second, Round(0), now(), until).await.expect("answers"), Reserved::Taken);
    assert_eq!(tickets.find(code, now()).await.expect("answers"), Some((first, Round(0))));
    assert_eq!(tickets.find(code, until).await.expect("answers"), None);
    assert_eq!(
        tickets.reserve(code, second, Round(1), until, until + LIVES.code).await.expect("answers"),
        Reserved::Yes
    );
    assert_eq!(tickets.find(code, until).await.expect("answers"), Some((second, Round(1))));
    tickets.release(code).await.expect("answers");
    assert_eq!(tickets.find(code, until).await.expect("answers"), None);
}

#[tokio::test]
async fn memory_holds_at_most_two_typed_codes_a_ticket() {
    let tickets = Tickets::memory(10);
    let reserve = async |at: Timestamp| {
        let code = UserCode::draw(|| random::<1>()[0]);
        tickets.reserve(code, TicketId::from_random(random()), Round(0), at, at + LIVES.code).await.expect("answers")
    };
    for _ in 0..20 {
        assert_eq!(reserve(now()).await, Reserved::Yes);
    }
    assert_eq!(reserve(now()).await, Reserved::Full);
    assert_eq!(reserve(now() + LIVES.code).await, Reserved::Yes, "what is over makes room");
}

#[tokio::test]
async fn memory_takes_as_many_tickets_as_it_is_told_and_gives_places_back() {
    let tickets = Tickets::memory(100);
    for _ in 0..100 {
        tickets.add(ticket(now()), now()).await.expect("room");
    }
    assert!(matches!(tickets.add(ticket(now()), now()).await, Err(AddError::Full)));
    let later = now() + Duration::from_secs(181);
    tickets.sweep(later);
    tickets.add(ticket(later), later).await.expect("room again");
}

fn new_account(username: &str) -> NewAccount {
    NewAccount {
        id: AccountId::from_random(random()),
        username: username.to_owned(),
        display_name: "Alice".to_owned(),
        password_hash: "$argon2id$".to_owned(),
        is_admin: false,
        created_at: now(),
    }
}

fn new_session(account: AccountId) -> SessionRow {
    SessionRow {
        token_hash: SessionTokenHash(random()),
        account,
        opened_by: OpenedBy::Scan,
        created_at: now(),
        last_seen_at: now(),
        ends_at: now() + Duration::from_secs(3600),
    }
}

async fn an_account_is_found_by_its_username_and_nobody_else_gets_it(records: Records) {
    assert!(!records.has_accounts().await.expect("answers"));
    let alice = new_account("alice");
    assert!(records.add_account(alice.clone()).await.expect("answers"));
    assert!(!records.add_account(new_account("alice")).await.expect("answers"), "taken");
    assert!(records.has_accounts().await.expect("answers"));
    let (account, hash) = records.account_by_username("alice").await.expect("answers").expect("there");
    assert_eq!((account.id, account.is_admin, hash.as_deref()), (alice.id, false, Some("$argon2id$")));
    assert!(records.account_by_username("bob").await.expect("answers").is_none());
}

async fn of_many_first_accounts_at_once_exactly_one_is_made(records: Records) {
    let racers: Vec<_> = (0..32)
        .map(|of| {
            let records = records.clone();
            tokio::spawn(async move {
                records.add_first_account(new_account(&format!("admin{of}"))).await.expect("answers")
            })
        })
        .collect();
    let mut made = 0;
    for racer in racers {
        made += u32::from(racer.await.expect("no panic"));
    }
    assert_eq!(made, 1);
}

async fn a_session_lives_until_it_is_ended_or_its_account_is_gone(records: Records) {
    let alice = new_account("alice");
    records.add_account(alice.clone()).await.expect("answers");
    let session = new_session(alice.id);
    assert!(records.add_session(session).await.expect("answers"));
    let (found, account) = records.session(session.token_hash).await.expect("answers").expect("there");
    assert_eq!((found, account.id), (session, alice.id));

    let later = now() + Duration::from_secs(60);
    records.touch_session(session.token_hash, later).await.expect("answers");
    records.touch_session(session.token_hash, now()).await.expect("answers");
    let (found, _) = records.session(session.token_hash).await.expect("answers").expect("there");
    assert_eq!(found.last_seen_at, later, "a late write does not turn the time back");

    records.end_session(session.token_hash, later).await.expect("answers");
    assert!(records.add_session(session).await.expect("answers"), "it is kept already");
    let (ended, _) = records.session(session.token_hash).await.expect("answers").expect("there");
    assert_eq!(ended.ends_at, later, "what is ended stays ended");
    let orphan = new_session(AccountId::from_random(random()));
    assert!(!records.add_session(orphan).await.expect("answers"), "no account, no session");
}

async fn sessions_past_their_end_are_swept(records: Records) {
    let alice = new_account("alice");
    records.add_account(alice.clone()).await.expect("answers");
    let session = new_session(alice.id);
    records.add_session(session).await.expect("answers");
    records.sweep(now()).await.expect("answers");
    assert!(records.session(session.token_hash).await.expect("answers").is_some());
    records.sweep(session.ends_at).await.expect("answers");
    assert!(records.session(session.token_hash).await.expect("answers").is_some(), "not at once");
    records.sweep(session.ends_at + REMEMBERED).await.expect("answers");
    assert!(records.session(session.token_hash).await.expect("answers").is_none());
}

async fn a_vouched_account_is_made_once_and_follows_its_token(records: Records) {
    let vouched = |name: &str| Vouched {
        fresh_id: AccountId::from_random(random()),
        issuer: "https://issuer.example".to_owned(),
        subject: "subject-1".to_owned(),
        display_name: name.to_owned(),
        picture: None,
        now: now(),
    };
    let first = records.vouched_account(vouched("Alice")).await.expect("answers");
    let racers: Vec<_> = (0..16)
        .map(|_| {
            let (records, vouched) = (records.clone(), vouched("Alice"));
            tokio::spawn(async move { records.vouched_account(vouched).await.expect("answers").id })
        })
        .collect();
    for racer in racers {
        assert_eq!(racer.await.expect("no panic"), first.id);
    }
    let renamed = records.vouched_account(vouched("Alice B.")).await.expect("answers");
    assert_eq!((renamed.id, renamed.display_name.as_str()), (first.id, "Alice B."));
    let other = Vouched { subject: "subject-2".to_owned(), ..vouched("Bob") };
    assert_ne!(records.vouched_account(other).await.expect("answers").id, first.id);
}

async fn many_writes_at_once_all_hold(records: Records) {
    let writers: Vec<_> = (0..500)
        .map(|of| {
            let records = records.clone();
            tokio::spawn(async move { records.add_account(new_account(&format!("user{of}"))).await.expect("answers") })
        })
        .collect();
    for writer in writers {
        assert!(writer.await.expect("no panic"));
    }
    assert!(records.account_by_username("user499").await.expect("answers").is_some());
}

/// Runs each promise against a fresh store of one backend.
macro_rules! contract {
    ($backend:ident, $store:expr, [$($promise:ident),* $(,)?]) => {
        mod $backend {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                let (store, _folder) = $store;
                super::$promise(store).await;
            })*
        }
    };
}

macro_rules! tickets_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            [
                a_ticket_is_kept_as_it_was_added,
                a_change_is_seen_and_a_refused_one_changes_nothing,
                of_many_at_once_exactly_one_wins_each_step,
                a_typed_code_belongs_to_one_ticket_until_its_end,
            ]
        );
    };
}

macro_rules! records_contract {
    ($backend:ident, $store:expr) => {
        contract!(
            $backend,
            $store,
            [
                an_account_is_found_by_its_username_and_nobody_else_gets_it,
                of_many_first_accounts_at_once_exactly_one_is_made,
                a_session_lives_until_it_is_ended_or_its_account_is_gone,
                sessions_past_their_end_are_swept,
                a_vouched_account_is_made_once_and_follows_its_token,
                many_writes_at_once_all_hold,
            ]
        );
    };
}

fn redis(address: &str, replicas: u64) -> Tickets {
    let settings = settings::Store { tickets: address.to_owned(), replicas, ..settings::Store::default() };
    let settings::TicketsAt::Redis(address) = settings.check().expect("right").tickets else { panic!("a Redis") };
    Tickets::redis(Link::new(&address).expect("an address"), &address).expect("an address")
}

fn in_memory() -> (Tickets, ()) {
    (Tickets::memory(10_000), ())
}

fn in_redis() -> (Tickets, spawn::Redis) {
    let server = spawn::Redis::start();
    (redis(&server.address(), 0), server)
}

fn under_sentinels() -> (Tickets, spawn::Sentinels) {
    let servers = spawn::Sentinels::start();
    (redis(&servers.address(), 1), servers)
}

fn in_a_cluster() -> (Tickets, spawn::Cluster) {
    let nodes = spawn::Cluster::start();
    (redis(&nodes.address(), 1), nodes)
}

async fn in_a_file() -> (Records, Arc<tempfile::TempDir>) {
    let folder = Arc::new(tempfile::tempdir().expect("a folder"));
    (Records::sqlite(&folder.path().join("records.db")).await.expect("opens"), folder)
}

async fn in_postgres() -> (Records, spawn::Postgres) {
    let server = spawn::Postgres::start();
    (Records::postgres(&server.address()).await.expect("connects"), server)
}

tickets_contract!(memory, in_memory());
tickets_contract!(redis_alone, in_redis());
tickets_contract!(redis_sentinel, under_sentinels());
tickets_contract!(redis_cluster, in_a_cluster());
records_contract!(sqlite, in_a_file().await);
records_contract!(postgres, in_postgres().await);
