//! The contract of the stores of tickets about renewing the codes of many tickets at once, and tests of it in Redis.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::future::ready;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::{FutureExt as _, StreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::task::{block_in_place, unconstrained};

use super::hang::until;
use super::tickets::{LIVES, added, apply, browser, scanner, ticket};
use super::{TICKETS, in_redis, now, parsed, redis};
use crate::crypto::random::random;
use crate::store::tickets::redis::decode;
use crate::store::tickets::{ChangeError, Tickets};
use crate::ticket::ids::{Round, TicketId, UserCode};
use crate::ticket::ladder::Owed;
use crate::ticket::machine::{Action, Refused, Ticket};
use crate::ticket::side::Side;
use crate::ticket::time::Timestamp;
use crate::waiting::Subscription;

/// More tickets than are renewed by one pipeline.
const MANY: usize = 300;

/// When codes are renewed: more than half of their lifetime is over.
fn later() -> Timestamp {
    now() + Duration::from_secs(40)
}

fn drawn() -> UserCode {
    UserCode::draw(|| random::<1>()[0])
}

fn step(ticket: &Ticket, code: UserCode) -> Result<Ticket, Refused> {
    ticket.apply(&Action::Refresh(browser(), code), later(), &LIVES)
}

async fn several(tickets: &Tickets, count: usize) -> Vec<TicketId> {
    let mut ids = Vec::new();
    for _ in 0..count {
        let ticket = ticket(now());
        ids.push(ticket.id);
        added(tickets, ticket).await;
    }
    ids
}

pub(super) async fn many_codes_are_renewed_at_once_and_each_page_is_told_once(tickets: Tickets) {
    let ids = several(&tickets, MANY).await;
    let mut watching = Vec::new();
    for id in &ids {
        let mut watches = tickets.watch(*id, Side::Browser).await.expect("answers");
        // A sweep would have it read the ticket otherwise.
        watches.saw(1);
        watching.push(watches);
    }
    let renewed = tickets.renew(&ids, later(), |ticket| step(ticket, drawn())).await;
    // With so many, the runtime would have the test give way to other tasks in between.
    let hear = |watching: &mut Subscription| unconstrained(watching.heard()).now_or_never().is_some();
    let told: Vec<_> = watching.iter_mut().map(|watching| [hear(watching), hear(watching)]).collect();
    let mut codes = BTreeSet::new();
    for ((id, renewed), told) in ids.iter().zip(renewed).zip(told) {
        let renewed = renewed.expect("renewed");
        assert_eq!((renewed.id, renewed.seq, renewed.round), (*id, 2, Round(1)));
        assert_eq!(tickets.find(renewed.user_code, later()).await.expect("answers"), Some((*id, Round(1))));
        assert!(codes.insert(renewed.user_code.to_string()));
        assert_eq!(tickets.get(*id).await.expect("answers"), Some(renewed.clone()));
        assert_eq!(told, [true, false], "told once, before the caller goes on");
    }
    for watching in &mut watching {
        watching.saw(2);
    }
    let fresh = tickets.renew(&ids, later(), |ticket| step(ticket, drawn())).await;
    assert!(fresh.into_iter().all(|ticket| ticket.expect("allowed").seq == 2), "a code that is fresh stays");
    assert!(!watching.iter_mut().any(hear), "and nobody is told of it");
}

pub(super) async fn a_code_that_another_ticket_has_is_replaced_by_another(tickets: Tickets) {
    let ids = several(&tickets, 3).await;
    let (taken, other) = (drawn(), TicketId::from_random(random()));
    assert!(tickets.reserve(taken, other, Round(0), later(), later() + LIVES.code).await.expect("answers"));
    let draws = Cell::new(0);
    let renewed = tickets.renew(&ids, later(), |ticket| {
        draws.set(draws.get() + 1);
        step(ticket, if draws.get() <= 2 { taken } else { drawn() })
    });
    for renewed in renewed.await {
        let renewed = renewed.expect("renewed");
        assert_eq!(renewed.round, Round(1));
        let found = tickets.find(renewed.user_code, later()).await.expect("answers");
        assert_eq!(found, Some((renewed.id, Round(1))));
    }
    assert_eq!(draws.get(), 5, "each of the two that had a taken code drew once more");
    assert_eq!(tickets.find(taken, later()).await.expect("answers"), Some((other, Round(0))));
}

pub(super) async fn a_ticket_that_is_not_renewed_keeps_no_other_from_its_code(tickets: Tickets) {
    let mut ids = several(&tickets, 4).await;
    apply(&tickets, ids[0], Action::Scan(Round(0), scanner(1), Owed::default())).await.expect("allowed");
    apply(&tickets, ids[2], Action::Cancel(browser())).await.expect("allowed");
    ids.insert(1, TicketId::from_random(random()));
    let renewed = tickets.renew(&ids, later(), |ticket| step(ticket, drawn())).await;
    let ends: Vec<_> = renewed.iter().map(|renewed| renewed.as_ref().map(|ticket| ticket.round.0)).collect();
    assert!(
        matches!(
            ends[..],
            [
                Err(ChangeError::Refused(Refused::InUse)),
                Err(ChangeError::Unknown),
                Ok(1),
                Err(ChangeError::Refused(Refused::Cancelled)),
                Ok(1)
            ]
        ),
        "{ends:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_is_scanned_on_another_instance_meanwhile_stays_and_the_others_are_renewed() {
    let (own, server) = in_redis();
    let other = redis(&server.address(), 0);
    let ids = several(&own, 3).await;
    let counted = Cell::new(0);
    let renewed = own.renew(&ids, later(), |ticket| {
        if ticket.id == ids[1] && counted.replace(counted.get() + 1) == 0 {
            let scan = apply(&other, ticket.id, Action::Scan(Round(0), scanner(1), Owed::default()));
            block_in_place(|| Handle::current().block_on(scan)).expect("allowed");
        }
        step(ticket, drawn())
    });
    for (at, renewed) in renewed.await.into_iter().enumerate() {
        match renewed {
            Ok(ticket) => assert_eq!((ticket.id, ticket.round), (ids[at], Round(1))),
            Err(ChangeError::Refused(Refused::InUse)) => assert_eq!(at, 1),
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(counted.get(), 2, "the scanned one was read again");
    let scanned = own.get(ids[1]).await.expect("answers").expect("is there");
    assert_eq!((scanned.scanned_by(), scanned.round), (Some(scanner(1).account), Round(0)));
    assert_eq!(server.cli(&["--raw", "EVAL", "return #redis.call('KEYS', 'tessera:typed:*')", "0"]).trim(), "2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_that_renews_codes_tells_others_and_hears_nothing_of_it() {
    let (_, server) = in_redis();
    let (link, address) = parsed(&server.address(), 0);
    let [own, other] = ["own", "other"].map(|name| Tickets::redis(link.clone(), &address, TICKETS, LIVES, name));
    let (own, other) = (own.expect("an address"), other.expect("an address"));
    let listen = async || server.cli(&["PUBSUB", "CHANNELS", "tessera:instance:*"]).lines().count() == 3;
    until("all instances listen", listen).await;
    let ids = several(&own, 20).await;
    let (mut here, mut there) = (Vec::new(), Vec::new());
    for id in &ids {
        here.push(own.watch(*id, Side::Browser).await.expect("answers"));
        there.push(other.watch(*id, Side::Phone).await.expect("answers"));
    }
    let mut listening = link.listen().await.expect("a connection");
    listening.subscribe(&["tessera:instance:own", "tessera:instance:other"]).await.expect("subscribed");
    let renewed = own.renew(&ids, later(), |ticket| step(ticket, drawn())).await;
    let renewed: Vec<_> = renewed.into_iter().map(|ticket| ticket.expect("renewed")).collect();
    for ((ticket, here), there) in renewed.iter().zip(&mut here).zip(&mut there) {
        assert!(here.heard().now_or_never().is_some());
        super::watched::until_news(&other, there, ticket).await;
    }
    let cancelled = apply(&other, ids[7], Action::Cancel(browser())).await.expect("allowed");
    // A heartbeat is empty, and that a page came is announced by the id of its ticket.
    let mut messages = pin!(listening.into_on_message().filter_map(|message| {
        let ticket = decode(message.get_payload_bytes());
        ready(ticket.map(|ticket| (message.get_channel_name().to_owned(), ticket)))
    }));
    for ticket in renewed {
        let told = messages.next().await.expect("a message");
        assert_eq!(told, ("tessera:instance:other".to_owned(), ticket), "what it has become is announced to the other");
    }
    let heard = messages.next().await.expect("a message");
    assert_eq!(heard, ("tessera:instance:own".to_owned(), cancelled), "its own changes were not published to it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_are_renewed_once_although_the_answer_of_redis_was_lost() {
    let (_, server) = in_redis();
    let loses = Arc::new(AtomicBool::new(false));
    let port = losing(server.port, Arc::clone(&loses)).await;
    let tickets = redis(&format!("redis://127.0.0.1:{port}"), 0);
    let ids = several(&tickets, 5).await;
    let steps = Cell::new(0);
    let renewed = tickets.renew(&ids, later(), |ticket| {
        loses.store(true, Ordering::Relaxed);
        steps.set(steps.get() + 1);
        step(ticket, drawn())
    });
    for renewed in renewed.await {
        let renewed = renewed.expect("renewed");
        assert_eq!((renewed.seq, renewed.round), (2, Round(1)));
        assert_eq!(tickets.get(renewed.id).await.expect("answers"), Some(renewed.clone()));
        let found = tickets.find(renewed.user_code, later()).await.expect("answers");
        assert_eq!(found, Some((renewed.id, Round(1))));
    }
    assert!(!loses.load(Ordering::Relaxed), "the answer was lost");
    assert_eq!(steps.get(), 5, "what was sent again was the same change");
}

/// Passes on what is sent to a port. Once `loses` is set, what the port says is passed on until a script answers that a
/// change is done; that answer is lost with its connection.
async fn losing(port: u16, loses: Arc<AtomicBool>) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let own = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        loop {
            let (near, _) = listener.accept().await.expect("accepts");
            let far = TcpStream::connect(("127.0.0.1", port)).await.expect("connects");
            tokio::spawn(pass_on(near, far, Arc::clone(&loses)));
        }
    });
    own
}

async fn pass_on(near: TcpStream, far: TcpStream, loses: Arc<AtomicBool>) {
    let ((mut asked, mut heard), (mut answered, mut told)) = (near.into_split(), far.into_split());
    let answers = async {
        let mut bytes = [0; 4096];
        while let Ok(count @ 1..) = answered.read(&mut bytes).await {
            let said = &bytes[..count];
            if said.windows(4).any(|word| word == b"done") && loses.swap(false, Ordering::Relaxed) {
                return;
            }
            if heard.write_all(said).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        _ = copy(&mut asked, &mut told) => {}
        () = answers => {}
    }
}
