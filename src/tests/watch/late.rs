//! Announcements that come late, what a store has lost after it was announced, and phones that were signed out
//! meanwhile.

use futures_util::{FutureExt as _, StreamExt as _};
use reqwest::Method;
use serde_json::Value;
use tessera::ticket::ids::TicketId;
use tessera::ticket::machine::Ticket;
use tessera::ticket::side::Side;
use tessera::waiting::PING_EVERY;
use tokio_tungstenite::tungstenite::Message;

use super::carriers::{Socket, close, event, watch, watch_as_phone};
use crate::harness::browser::{Browser, Shown};
use crate::harness::hang::{eventually, until};
use crate::harness::server::Server;

async fn ticket(server: &Server, shown: &Shown) -> Ticket {
    let id: TicketId = shown.ticket.parse().expect("an id");
    server.app.tickets.get(id).await.expect("answers").expect("a ticket")
}

/// Signs Alice out as the command line does: the server hears nothing of it.
async fn sign_out_alice(server: &Server) {
    let records = &server.app.accounts.records;
    let (alice, _) = records.account_by_username("alice").await.expect("answers").expect("there");
    records.sign_out_account(alice.id, server.clock.now()).await.expect("answers");
}

#[tokio::test]
async fn sec_62_a_page_that_was_sent_what_the_store_has_lost_is_told_to_come_again() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let mut socket = watch(&browser, &shown).await;
    event(&mut socket).await;
    let kept = ticket(&server, &shown).await;
    let room = server.app.tickets.room();
    room.tell(&Ticket { seq: kept.seq + 1, ..kept.clone() });
    assert_eq!(event(&mut socket).await["seq"], kept.seq + 1);
    // As after a failover: it is announced that something may have changed, and the store has an earlier state.
    room.announce(kept.id);
    assert_eq!(close(&mut socket).await, Some(1013));
    assert_eq!(event(&mut watch(&browser, &shown).await).await["seq"], kept.seq);
}

#[tokio::test]
async fn an_announcement_that_comes_after_a_later_one_is_not_taken_for_the_present_state() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let first = ticket(&server, &shown).await;
    let mut socket = watch(&browser, &shown).await;
    event(&mut socket).await;
    for seq in [6, 5, 8, 7, 9] {
        server.app.tickets.room().tell(&Ticket { seq, ..first.clone() });
    }
    for seq in [6, 8, 9] {
        assert_eq!(event(&mut socket).await["seq"], seq);
    }
}

#[tokio::test]
async fn a_task_is_woken_by_what_is_announced_and_sends_what_the_store_has() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let first = ticket(&server, &shown).await;
    let room = server.app.tickets.room();
    let mut watches = room.subscribe(first.id, Side::Browser);
    assert!(watches.heard().now_or_never().is_none());
    room.tell(&Ticket { seq: 6, ..first.clone() });
    room.announce(first.id);
    assert!(watches.heard().now_or_never().is_some());
    assert!(watches.heard().now_or_never().is_none(), "it is woken once for all that was announced before it looks");
    drop(watches);
    let path = format!("/login/{}/watch?after=1&wait=25", shown.ticket);
    let poll = async { browser.fetch(Method::GET, &path).await };
    let announcements = async {
        until("the poll", async || server.app.tickets.watchers() == 1).await;
        room.tell(&Ticket { seq: 6, ..first.clone() });
        Browser::signed_in(&server, "Alice").await.scan(&shown).await;
    };
    let (poll, ()) = eventually("the news", async { tokio::join!(poll, announcements) }).await;
    let told: Value = serde_json::from_str(&poll.body).expect("JSON");
    assert_eq!(told["seq"], ticket(&server, &shown).await.seq, "{told}");
}

#[tokio::test]
async fn sec_59_a_phone_that_an_operator_signed_out_is_sent_no_later_state() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let code = phone.scan(&shown).await;
    let mut socket = watch_as_phone(&phone, &code).await;
    event(&mut socket).await;
    sign_out_alice(&server).await;
    browser.fetch(Method::POST, &format!("/login/{}/cancel", shown.ticket)).await;
    let next = eventually("a close", socket.next()).await.expect("open").expect("a frame");
    assert!(matches!(next, Message::Close(_)), "{next:?}");
}

#[tokio::test]
async fn sec_59_a_phone_that_an_operator_signed_out_watches_no_longer_than_to_its_next_ping() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let code = phone.approve(&shown).await;
    let path = format!("/s/{code}/watch?after=1");
    let pinged = async |socket: &mut Socket| {
        server.clock.advance(PING_EVERY);
        loop {
            match eventually("a ping or a close", socket.next()).await.expect("open").expect("a frame") {
                Message::Ping(_) => return None,
                Message::Close(frame) => return frame.map(|frame| u16::from(frame.code)),
                _ => {}
            }
        }
    };
    let mut socket = watch_as_phone(&phone, &code).await;
    event(&mut socket).await;
    assert_eq!(pinged(&mut socket).await, None, "who is signed in goes on");
    let headers = [("accept", "text/event-stream"), ("sec-fetch-site", "same-origin")];
    let events = phone.send(Method::GET, &path, &headers, None);
    let end = async {
        until("another watch", async || server.app.tickets.watchers() == 2).await;
        sign_out_alice(&server).await;
        assert_eq!(pinged(&mut socket).await, Some(1000));
    };
    let (events, ()) = eventually("the end of both", async { tokio::join!(events, end) }).await;
    assert_eq!(events.body.matches("data:").count(), 1, "{}", events.body);
}
