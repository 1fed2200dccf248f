//! A session that is ended elsewhere: its open pages are told at once, and what came of it ends too. The server's clock
//! stands still in these tests, so that no timer brings what an announcement should.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tessera::account::devices::end_as_administrator;
use tessera::account::session::WATCHES_OF_SESSION;
use tessera::store::records::OpenedBy;
use tessera::store::records::activity::{ActivityActor, ActivityKind};
use tessera::store::records::directory::act::ActedBy;
use tessera::store::records::links::LinkPurpose;
use tessera::waiting::PING_EVERY;

use super::devices::own_name;
use super::links::{CHOSEN, link, press};
use super::profile::account;
use crate::harness::browser::{Browser, DESKTOP, PHONE};
use crate::harness::hang::{eventually, until};
use crate::harness::pair::Pair;
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Site, claims};
use crate::oauth::logout::page::{heard, listening};
use crate::watch::carriers::{close, event, open};

const WATCH: &str = "/session/watch";

/// What a page of this browser is told if it asks without waiting.
async fn told(browser: &Browser, path: &str) -> Value {
    let reply = browser.fetch(Method::GET, path).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
    serde_json::from_str(&reply.body).expect("JSON")
}

async fn waits(server: &Server, count: usize) {
    until("pages wait", async || server.app.accounts.sessions.watches() == count).await;
}

/// The page of a browser waits over a long poll or server-sent events; what it is told last.
fn waiting(browser: &Browser, accept: &'static str) -> tokio::task::JoinHandle<Value> {
    let twin = browser.twin();
    tokio::spawn(async move {
        let headers = [("accept", accept), ("sec-fetch-site", "same-origin")];
        let reply = twin.send(Method::GET, &format!("{WATCH}?wait=25"), &headers, None).await;
        let last = reply.body.lines().filter_map(|line| line.strip_prefix("data: ")).next_back();
        serde_json::from_str(last.unwrap_or(&reply.body)).expect("JSON")
    })
}

async fn ends(browser: &Browser, name: &str, scope: &str) {
    let done = browser.post(&format!("/account/devices/{name}"), &[("act", "end"), ("scope", scope)]).await;
    assert_eq!(done.location(), format!("/account/devices/{name}"), "{done:?}");
}

#[tokio::test]
async fn sec_60_open_pages_of_an_ended_session_are_told_on_every_instance() {
    let pair = Pair::start().await;
    let phone = pair.phone("Alice").await;
    // One speaks to the other instance than the phone, one to the same.
    for (at, desktop) in
        [(&pair.first, pair.desktop()), (&pair.second, Browser::new(&pair.second, DESKTOP, "198.51.100.2"))]
    {
        phone.signs_in(&desktop).await;
        let name = own_name(&desktop).await;
        assert_eq!(told(&desktop, WATCH).await, serde_json::json!({"signed_in": true}));
        let (poll, events) = (waiting(&desktop, "*/*"), waiting(&desktop, "text/event-stream"));
        let mut socket = open(&desktop, WATCH, &[("origin", desktop.origin())]).await.expect("a socket");
        assert_eq!(event(&mut socket).await["signed_in"], true);
        waits(at, 3).await;
        assert_eq!(at.app.accounts.pages.watchers(), 1);

        ends(&phone, &name, "only").await;
        let out = serde_json::json!({"signed_in": false, "by_another": true});
        assert_eq!(eventually("the poll", poll).await.expect("ends"), out);
        assert_eq!(eventually("the events", events).await.expect("end"), out);
        assert_eq!(close(&mut socket).await, Some(1012), "and asks why");
        assert_eq!(told(&desktop, WATCH).await, out);
        waits(at, 0).await;

        let page = desktop.get("/signed-out?next=/account/profile").await;
        let words = page.words();
        assert!(words.contains("You were signed out on Chrome on Windows"), "{words}");
        assert!(words.contains("That was done from Chrome on Android, just now."), "{words}");
        assert!(page.body.contains("href=\"/signin?next=/account/profile\""), "{}", page.body);
    }
    let back = phone.get("/signed-out?next=/account/profile").await;
    assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, "/account/profile"), "who is signed in goes on");
}

#[tokio::test]
async fn sec_23_what_a_phone_watches_ends_when_it_is_signed_out_on_another_instance() {
    let pair = Pair::start().await;
    let phone = pair.phone("Alice").await;
    let other = Browser::new(&pair.first, PHONE, "203.0.113.9");
    other.sign_in("alice", PASSWORD, "/").await;
    let desktop = pair.desktop();
    let code = phone.scan(&desktop.show_code().await).await;
    let mut socket = crate::watch::carriers::watch_as_phone(&phone, &code).await;
    event(&mut socket).await;
    ends(&other, &own_name(&phone).await, "all").await;
    assert_eq!(close(&mut socket).await, Some(1012));
}

#[tokio::test]
async fn sec_60_everything_that_an_account_had_open_is_told_when_an_administrator_signs_it_out() {
    let pair = Pair::start().await;
    let phone = pair.phone("Alice").await;
    let poll = waiting(&phone, "*/*");
    waits(&pair.second, 1).await;
    let accounts = &pair.first.app.accounts;
    let (alice, _) = accounts.records.account_by_username("alice").await.expect("answers").expect("there");
    accounts.sessions.sign_out_account(alice.id).await.expect("answers");
    assert_eq!(eventually("the poll", poll).await.expect("ends")["signed_in"], false);
    assert!(phone.get("/signed-out").await.words().contains("You were signed out"), "of nothing else is known");
}

#[tokio::test]
async fn what_a_recovery_ends_is_told_on_every_instance() {
    let pair = Pair::start().await;
    let (phone, desktop) = (pair.phone("Alice").await, pair.desktop());
    let made = link(&pair.first, "alice", LinkPurpose::Recover).await;
    press(&desktop, &made.path).await;
    let poll = waiting(&phone, "*/*");
    waits(&pair.second, 1).await;
    let chosen = [("password", CHOSEN), ("end_others", "on")];
    assert_eq!(desktop.post(&made.enrol(), &chosen).await.location(), "/");
    assert_eq!(eventually("the poll", poll).await.expect("ends")["signed_in"], false);
}

#[tokio::test]
async fn sec_60_an_open_page_is_told_when_the_account_is_deleted_as_its_owner_asked() {
    let pair = Pair::start().await;
    let phone = pair.phone("Alice").await;
    let form = [("attempt", "AAAAAAAAAAAAAAAAAAAAAA"), ("password", PASSWORD), ("sure", "on")];
    assert_eq!(phone.post("/account/data/delete", &form).await.location(), "/account/data?done=asked");
    let poll = waiting(&phone, "*/*");
    waits(&pair.second, 1).await;
    pair.first.clock.advance(Duration::from_secs(24 * 3600));
    assert_eq!(pair.first.app.accounts.delete_due().await.expect("answers"), 1);
    assert_eq!(eventually("the poll", poll).await.expect("ends")["signed_in"], false);
}

#[tokio::test]
async fn sec_60_an_administrator_ends_a_device_and_its_page_says_so() {
    let server = Server::start().await;
    server.administrator("Root").await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let accounts = &server.app.accounts;
    let account =
        async |name: &str| accounts.records.account_by_username(name).await.expect("answers").expect("there").0;
    let (alice, root) = (account("alice").await, account("root").await);
    let poll = waiting(&phone, "*/*");
    waits(&server, 1).await;
    let actor = ActivityActor::Person { account: root.id, name: root.display_name };
    let address = Some("192.0.2.7".parse().expect("an address"));
    let by = ActedBy { actor, address, ..ActedBy::command_line(server.clock.now()) };
    let ended = end_as_administrator(&accounts.sessions, &accounts.records, &alice, &by, |_| true).await;
    assert!(matches!(ended, Ok(tessera::account::session::Ended::Now(sessions)) if sessions.len() == 1));
    assert_eq!(eventually("the poll", poll).await.expect("ends")["by_another"], true);
    assert!(phone.get("/signed-out").await.words().contains("An administrator signed this device out."));
    let filter = tessera::store::records::activity::ActivityFilter { account: Some(alice.id), ..Default::default() };
    let lines = accounts.records.activity(filter, 10).await.expect("answers");
    let line = lines.iter().find(|line| line.line.kind == ActivityKind::DeviceEnded).expect("a line");
    // From where it was done, and which device ended.
    assert_eq!((line.line.actor.word(), line.line.address), ("person", by.address));
    assert_eq!(line.line.detail, "Chrome, Android");
}

/// A desktop that was signed in to an app by a scan, has signed in another browser, and has approved a third that did not
/// take it yet.
struct Signed {
    server: Server,
    site: Site,
    phone: Browser,
    desktop: Browser,
    second: Browser,
    third: (Browser, String),
    refresh: String,
    sid: String,
    hear: tokio::sync::mpsc::UnboundedReceiver<String>,
}

async fn signed() -> Signed {
    let server = Server::start().await;
    let (uri, hear) = listening().await;
    let site = Site::register_with(&server, |app| app.options.backchannel_logout_uri = Some(uri)).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let [desktop, second, third] = [2, 3, 4].map(|of| Browser::new(&server, DESKTOP, &format!("198.51.100.{of}")));
    let code = site.code(&desktop, &phone, &[("scope", "openid profile offline_access")]).await;
    let tokens = site.exchanges(&code).await;
    let sid = claims(&tokens.text("id_token"))["sid"].as_str().expect("a session").to_owned();
    desktop.signs_in(&second).await;
    let shown = third.show_code().await;
    desktop.approve(&shown).await;
    let third = (third, shown.ticket);
    Signed { server, site, phone, desktop, second, third, refresh: tokens.text("refresh_token"), sid, hear }
}

impl Signed {
    /// The browser that did not take its approval yet tries to.
    async fn third_is_signed_in(&self) -> bool {
        let (third, ticket) = &self.third;
        third.fetch(Method::POST, &format!("/login/{ticket}/claim")).await;
        third.is_signed_in().await
    }
}

#[tokio::test]
async fn sec_60_what_a_device_signed_in_ends_with_it() {
    let mut signed = signed().await;
    let name = own_name(&signed.desktop).await;
    let page = signed.phone.get(&format!("/account/devices/{name}")).await;
    assert!(page.words().contains("You approved these sign-ins on this device:"), "{}", page.words());
    // The form's default is all of it.
    signed.phone.post(&format!("/account/devices/{name}"), &[("act", "end")]).await;
    assert!(!signed.desktop.is_signed_in().await && !signed.second.is_signed_in().await);
    assert!(!signed.third_is_signed_in().await, "an approval that nobody took is void");
    assert_eq!(claims(&eventually("the app", heard(&mut signed.hear)).await)["sid"], signed.sid.as_str());
    assert_eq!(signed.site.refreshes(&signed.refresh).await.error(), "invalid_grant");
    assert!(signed.phone.is_signed_in().await);
    let page = signed.phone.get(&format!("/account/devices/{name}")).await;
    assert!(page.words().contains("That device is signed out."), "{}", page.words());
    drop(signed.server);
}

#[tokio::test]
async fn sec_60_only_a_device_ends_where_its_owner_wants_it_so() {
    let mut signed = signed().await;
    ends(&signed.phone, &own_name(&signed.desktop).await, "only").await;
    assert!(!signed.desktop.is_signed_in().await && signed.second.is_signed_in().await);
    assert!(!signed.third_is_signed_in().await, "an approval that nobody took is void all the same");
    assert_eq!(claims(&eventually("the app", heard(&mut signed.hear)).await)["sid"], signed.sid.as_str());
    assert_eq!(signed.site.refreshes(&signed.refresh).await.status, StatusCode::OK, "it outlasts the session");
}

#[tokio::test]
async fn sec_60_of_all_other_devices_the_one_that_ends_them_goes_on() {
    let signed = signed().await;
    // The phone approved the desktop, which ends it.
    let done = signed.desktop.post("/account/devices", &[("end", "others")]).await;
    assert_eq!(done.location(), "/account/devices?done=ended");
    assert!(!signed.phone.is_signed_in().await && !signed.second.is_signed_in().await);
    assert!(signed.desktop.is_signed_in().await);
    assert_eq!(signed.site.refreshes(&signed.refresh).await.status, StatusCode::OK, "its own");
}

#[tokio::test]
async fn sec_60_a_device_that_signed_in_the_one_at_hand_ends_with_it_and_says_so() {
    let signed = signed().await;
    let name = own_name(&signed.phone).await;
    let done = signed.desktop.post(&format!("/account/devices/{name}"), &[("act", "end")]).await;
    assert_eq!(done.location(), "/signin?next=/account/devices", "{done:?}");
    assert!(!signed.phone.is_signed_in().await && !signed.desktop.is_signed_in().await);
}

#[tokio::test]
async fn sec_60_another_account_neither_ends_nor_names_nor_watches_a_device() {
    let server = Server::start().await;
    let (phone, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    let name = own_name(&phone).await;
    let path = format!("/account/devices/{name}");
    for form in [vec![("act", "end")], vec![("act", "rename"), ("name", "Mine")]] {
        assert_eq!(bob.post(&path, &form).await.location(), "/account/devices?done=gone", "{form:?}");
    }
    bob.post(&path, &[("act", "known")]).await;
    assert_eq!(bob.get(&path).await.location(), "/account/devices?done=gone");
    assert_eq!(told(&bob, &format!("{WATCH}?other={name}")).await["other"], false);
    assert!(phone.is_signed_in().await);
    assert!(phone.get(&path).await.words().contains("Chrome on Android"));
    let stranger = Browser::desktop(&server);
    assert_eq!(told(&stranger, &format!("{WATCH}?other={name}")).await["signed_in"], false);
    for headers in [[("sec-fetch-site", "cross-site")], [("origin", "https://evil.example")]] {
        let refused = phone.send(Method::GET, WATCH, &headers, None).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert!(open(&phone, WATCH, &[("origin", "https://evil.example")]).await.is_err());
}

#[tokio::test]
async fn a_session_has_so_many_open_pages_and_another_one_its_own() {
    let server = Server::start_with(|settings| settings.limits.connections_per_address = 1000).await;
    let (phone, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    let mut sockets = Vec::new();
    for _ in 0..WATCHES_OF_SESSION {
        sockets.push(open(&phone, WATCH, &[("origin", phone.origin())]).await.expect("a socket"));
    }
    let headers = [("accept", "*/*"), ("sec-fetch-site", "same-origin")];
    let refused = phone.send(Method::GET, &format!("{WATCH}?wait=25"), &headers, None).await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "5"), "{refused:?}");
    assert_eq!(told(&phone, WATCH).await["signed_in"], true, "the present state is told in any case");
    sockets.push(open(&bob, WATCH, &[("origin", bob.origin())]).await.expect("a socket"));
    sockets.remove(0).close(None).await.expect("closes");
    waits(&server, WATCHES_OF_SESSION).await;
    open(&phone, WATCH, &[("origin", phone.origin())]).await.expect("room again");
}

#[tokio::test]
async fn an_open_page_is_no_use_of_its_session() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for _ in 0..14 {
        server.clock.advance(Duration::from_secs(24 * 3600));
        if told(&phone, WATCH).await["signed_in"] == false {
            break;
        }
    }
    assert_eq!(told(&phone, WATCH).await["signed_in"], false, "after two weeks without a use");
    assert!(phone.get("/signed-out").await.words().contains("Your sign-in on this device has ended."));
}

#[tokio::test]
async fn after_an_approval_the_phone_shows_the_device_live_until_it_is_signed_out() {
    let server = Server::start().await;
    let (phone, desktop) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    let shown = desktop.show_code().await;
    let code = phone.approve(&shown).await;
    desktop.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    server.pass(130);
    let name = own_name(&desktop).await;
    let card = phone.get(&format!("/s/{code}")).await;
    let words = card.words();
    assert!(words.contains("Chrome on Windows is signed in to localhost") && words.contains("End it"), "{words}");
    assert!(words.contains("Signed in 2 minutes ago"), "{words}");
    let followed = format!("data-other=\"{name}\" data-other-over=\"/account/devices/{name}\"");
    assert!(card.body.contains(&followed), "{}", card.body);
    let watch = format!("{WATCH}?other={name}");
    assert_eq!(told(&phone, &watch).await, serde_json::json!({"signed_in": true, "other": true}));

    let waits = {
        let (twin, watch) = (phone.twin(), format!("{watch}&wait=25"));
        tokio::spawn(async move { told(&twin, &watch).await })
    };
    until("it waits", async || server.app.accounts.sessions.watches() == 2).await;
    desktop.post("/signout", &[]).await;
    assert_eq!(
        eventually("the card", waits).await.expect("ends"),
        serde_json::json!({"signed_in": true, "other": false})
    );
    let page = phone.get(&format!("/account/devices/{name}")).await;
    assert!(page.words().contains("That device is signed out."), "{}", page.words());
    let card = phone.get(&format!("/s/{code}")).await;
    assert!(card.words().contains("That device is signed out."), "{}", card.words());
}

#[tokio::test]
async fn a_page_about_another_device_finds_an_end_of_which_it_was_not_told() {
    let server = Server::start().await;
    let (phone, desktop) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    phone.signs_in(&desktop).await;
    let watch = format!("{WATCH}?other={}", own_name(&desktop).await);
    let events = {
        let (twin, watch) = (phone.twin(), watch.clone());
        let headers = [("accept", "text/event-stream"), ("sec-fetch-site", "same-origin")];
        tokio::spawn(async move { twin.send(Method::GET, &watch, &headers, None).await.body })
    };
    let mut socket = open(&phone, &watch, &[("origin", phone.origin())]).await.expect("a socket");
    assert_eq!(event(&mut socket).await["signed_in"], true);
    waits(&server, 4).await;
    let sessions = server.app.accounts.sessions.of(account(&server, "alice").await.id).await.expect("answers");
    let scanned = sessions.iter().find(|session| session.opened_by == OpenedBy::Scan).expect("the desktop's");
    server.app.records.end_session(scanned.token_hash, server.clock.now()).await.expect("ends");
    // Nothing was announced, as where Redis did not take it.
    assert_eq!(told(&phone, &watch).await["other"], false);
    waits(&server, 4).await;
    let closed = tokio::spawn(async move { close(&mut socket).await });
    until("both have looked", async || {
        server.clock.advance(PING_EVERY);
        closed.is_finished() && events.is_finished()
    })
    .await;
    assert_eq!(closed.await.expect("closes"), Some(1012));
    assert!(eventually("the events", events).await.expect("end").contains("\"other\":false"));
    assert!(phone.is_signed_in().await);
}
