//! Tests what instances that share a Redis tell each other about changes.

use std::future::ready;
use std::pin::pin;

use futures_util::{FutureExt as _, StreamExt as _};

use super::tickets::{LIVES, apply, scanner, ticket};
use super::{TICKETS, in_redis, now, parsed, redis};
use crate::crypto::random::random;
use crate::store::tickets::Tickets;
use crate::store::tickets::redis::{decode, key};
use crate::ticket::ids::{Round, TicketId};
use crate::ticket::ladder::Owed;
use crate::ticket::machine::{Action, Ticket};
use crate::ticket::side::Side;
use crate::waiting::Subscription;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_is_told_of_the_changes_of_others_and_not_of_its_own() {
    let (first, server) = in_redis();
    let (link, address) = parsed(&server.address(), 0);
    let own = Tickets::redis(link.clone(), &address, TICKETS, LIVES, "own").expect("an address");
    let added = ticket(now());
    own.add(added.clone(), now()).await.expect("room");
    let mut watching = own.watch(added.id, Side::Browser).await.expect("answers");
    let mut listening = link.listen().await.expect("a connection");
    listening.subscribe("tessera:instance:own").await.expect("subscribed");
    let mut messages = listening.into_on_message();
    apply(&own, added.id, Action::Scan(Round(0), scanner(1), Owed::default())).await.expect("allowed");
    assert!(watching.heard().now_or_never().is_some(), "told before the caller goes on");
    let denied = apply(&first, added.id, Action::Deny(scanner(1).account)).await.expect("allowed");
    // A heartbeat is empty.
    let heard =
        messages.by_ref().map(|message| message.get_payload_bytes().to_vec()).filter(|said| ready(!said.is_empty()));
    let heard = pin!(heard).next().await.expect("a message");
    assert_eq!(decode(&heard), Some(denied.clone()), "its own change was not published to it");
    until_news(&own, &mut watching, &denied).await;
}

/// Waits for the announcement of a ticket that another instance has changed.
pub(super) async fn until_news(tickets: &Tickets, watching: &mut Subscription, expected: &Ticket) {
    loop {
        watching.heard().await;
        if tickets.get(expected.id).await.expect("answers").as_ref() == Some(expected) {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watch_begins_with_the_ticket_as_redis_has_it_unless_something_was_announced_since() {
    let (own, server) = in_redis();
    let other = redis(&server.address(), 0);
    let added = ticket(now());
    own.add(added.clone(), now()).await.expect("room");
    let (mut first, found) = begun(&own, added.id, Side::Browser).await;
    assert_eq!(found, added);
    assert_eq!(first.found(), None, "it is taken once");
    let scanned = apply(&other, added.id, Action::Scan(Round(0), scanner(1), Owed::default())).await.expect("allowed");
    // Redis has the name of this instance already.
    assert_eq!(begun(&own, added.id, Side::Browser).await.1, scanned);
    assert_eq!(begun(&own, added.id, Side::Phone).await.1, scanned);
    let mut outdated = own.watch(added.id, Side::Phone).await.expect("answers");
    apply(&own, added.id, Action::Deny(scanner(1).account)).await.expect("allowed");
    assert_eq!(outdated.found(), None, "it has to be read now");
    let unknown = TicketId::from_random(random());
    assert_eq!(own.watch(unknown, Side::Browser).await.expect("answers").found(), None);
    assert_eq!(server.cli(&["EXISTS", &key(unknown)]).trim(), "0", "nothing is stored about an unknown ticket");
}

/// Begins a watch during which nothing is announced, and returns it with the ticket that it found. An announcement may be
/// under way, or a sweep.
async fn begun(tickets: &Tickets, id: TicketId, side: Side) -> (Subscription, Ticket) {
    loop {
        let mut watching = tickets.watch(id, side).await.expect("answers");
        if let Some(found) = watching.found() {
            return (watching, found);
        }
    }
}
