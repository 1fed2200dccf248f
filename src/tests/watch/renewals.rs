//! Many pages ask for a newer code at the same time.

use std::collections::BTreeSet;

use futures_util::{SinkExt as _, StreamExt as _};
use tessera::ticket::event::REFRESH;
use tokio_tungstenite::tungstenite::Message;

use super::carriers::{Socket, event, watch, watch_as_phone};
use crate::harness::browser::{Browser, DESKTOP, Shown};
use crate::harness::pair::Pair;
use crate::harness::server::Server;

const PAGES: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_ask_at_once_get_a_code_each_and_are_told_once() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    all_renew([&server, &server], &phone).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_two_instances_that_ask_at_once_get_a_code_each_and_are_told_once() {
    let pair = Pair::start().await;
    let phone = pair.phone("Alice").await;
    all_renew([&pair.first, &pair.second], &phone).await;
}

#[tokio::test]
async fn a_phone_that_asks_for_a_newer_code_changes_nothing() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let code = phone.scan(&shown).await;
    let mut socket = watch_as_phone(&phone, &code).await;
    let scanned = event(&mut socket).await["seq"].clone();
    server.pass(40);
    socket.send(Message::text(REFRESH)).await.expect("said");
    hears_nothing_more(&mut socket).await;
    assert_eq!(event(&mut watch(&browser, &shown).await).await["seq"], scanned);
    phone.approve(&shown).await;
    assert!(event(&mut socket).await["seen"]["approved"].is_object());
}

/// Pages of these servers, which show the same time, all ask; the code of the first was scanned before.
async fn all_renew(servers: [&Server; 2], phone: &Browser) {
    let mut pages = Vec::new();
    for of in 0..PAGES {
        let browser = Browser::new(servers[of % 2], DESKTOP, &format!("10.9.0.{of}"));
        let shown = browser.show_code().await;
        let mut socket = watch(&browser, &shown).await;
        event(&mut socket).await;
        pages.push((shown, socket));
    }
    let (scanned, others) = pages.split_first_mut().expect("several");
    phone.scan(&scanned.0).await;
    assert!(event(&mut scanned.1).await["seen"]["scanned"].is_object());
    servers[0].pass(40);
    for (_, socket) in others.iter_mut().chain([&mut *scanned]) {
        socket.send(Message::text(REFRESH)).await.expect("said");
        socket.send(Message::text(REFRESH)).await.expect("said");
    }
    let mut codes: BTreeSet<_> = others.iter().map(|(shown, _)| shown.typed.clone()).collect();
    for (shown, socket) in &mut *others {
        let renewed = event(socket).await;
        assert_eq!(renewed["seq"], 2);
        let typed = renewed["seen"]["waiting"]["code"]["user_code"].as_str().expect("a newer code").to_owned();
        assert!(codes.insert(typed.clone()), "of this page alone");
        *shown = Shown { typed, ..shown.clone() };
    }
    assert_eq!(codes.len(), 2 * (PAGES - 1));
    for (_, socket) in others.iter_mut().chain([&mut *scanned]) {
        hears_nothing_more(socket).await;
    }
    phone.scan(&others[0].0).await;
    assert_eq!(event(&mut others[0].1).await["seq"], 3, "the newer code can be scanned");
}

/// What was told before would come before the answer.
async fn hears_nothing_more(socket: &mut Socket) {
    socket.send(Message::Ping(Vec::new().into())).await.expect("said");
    loop {
        match socket.next().await {
            Some(Ok(Message::Pong(_))) => return,
            Some(Ok(Message::Ping(_))) => {}
            other => panic!("{other:?}"),
        }
    }
}
