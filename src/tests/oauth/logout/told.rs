//! Whom apps hear of, and that they do: what is to be told is in the records until it was.

use std::sync::Arc;
use tessera::store::records::app_options::Switch;
use tessera::store::records::passkeys::WaysIn;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::StatusCode;
use tempfile::TempDir;
use tessera::clock::Clock;
use tessera::crypto::hash::sha256;
use tessera::store::records::Records;
use tessera::store::records::early_ends::FIRST_PAUSE;
use tessera::ticket::ids::SessionTokenHash;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::page::{answering, heard, listening};
use crate::harness::browser::Browser;
use crate::harness::pair::Pair;
use crate::harness::server::Server;
use crate::harness::site::{Site, claims, decides, said};
use crate::oauth::grant::ends::unlimited;
use crate::operating::logs::listen;

/// An app with this back channel.
async fn hearing(server: &Server, uri: &str) -> Site {
    Site::register_with(server, |app| {
        app.options.backchannel_logout_uri = Some(uri.to_owned());
        app.options.switches.set(Switch::DeviceGrant, true);
    })
    .await
}

/// Somebody signs in to the app by a scan; their browser, and their `sid` there.
async fn signs_in(server: &Server, site: &Site, phone: &Browser) -> (Browser, String) {
    signs_in_for(server, site, phone, "openid profile").await
}

async fn signs_in_for(server: &Server, site: &Site, phone: &Browser, scope: &str) -> (Browser, String) {
    let browser = Browser::desktop(server);
    let tokens = site.exchanges(&site.code(&browser, phone, &[("scope", scope)]).await).await;
    (browser, claims(&tokens.text("id_token"))["sid"].as_str().expect("a session").to_owned())
}

async fn of_session(hear: &mut UnboundedReceiver<String>) -> String {
    claims(&heard(hear).await)["sid"].as_str().unwrap_or_default().to_owned()
}

/// Stops a server whole, with its data left behind.
async fn stops(server: Server) -> (Arc<TempDir>, Clock) {
    server.stopping.cancel();
    server.serving.await.expect("stops");
    server.app.records.close().await;
    (server.folder, server.clock)
}

#[tokio::test]
async fn sec_52_an_app_that_is_away_first_is_told_again_after_pauses_and_then_no_more() {
    let server = unlimited().await;
    let (uri, mut hear) = answering(&[503, 500, 404]).await;
    let (site, phone) = (hearing(&server, &uri).await, Browser::signed_in(&server, "Alice").await);
    let (browser, sid) = signs_in(&server, &site, &phone).await;
    browser.post("/signout", &[]).await;
    let first = heard(&mut hear).await;
    assert_eq!(claims(&first)["sid"], sid.as_str());
    for pause in [1, 2, 4] {
        assert_eq!(hear.try_recv(), Err(TryRecvError::Empty), "not before its time");
        server.clock.advance(FIRST_PAUSE * pause);
        let again = heard(&mut hear).await;
        let said = (claims(&again), claims(&first));
        assert_eq!((&said.0["sid"], &said.0["sub"]), (&said.1["sid"], &said.1["sub"]));
        assert!(said.0["exp"].as_u64() > said.1["exp"].as_u64(), "a token of its own, that counts when it comes");
        assert_ne!(said.0["jti"], said.1["jti"]);
    }
    // It answered 200: what it hears next is of the next session.
    let (browser, sid) = signs_in(&server, &site, &phone).await;
    server.clock.advance(FIRST_PAUSE * 64);
    browser.post("/signout", &[]).await;
    assert_eq!(of_session(&mut hear).await, sid);
}

#[tokio::test]
async fn sec_52_an_app_that_refuses_or_redirects_is_told_once_and_one_that_stays_away_is_given_up() {
    let (lines, _guard) = listen();
    let server = unlimited().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let (uri, mut hear) = answering(&[400]).await;
    let (refusing, leading) = (hearing(&server, &uri).await, hearing(&server, &uri.replace("ended", "leads")).await);
    for site in [&refusing, &leading] {
        let (browser, _) = signs_in(&server, site, &phone).await;
        browser.post("/signout", &[]).await;
    }
    heard(&mut hear).await;
    let (gone, mut hear_nothing) = answering(&[503; 64]).await;
    let site = hearing(&server, &gone).await;
    let (browser, _) = signs_in(&server, &site, &phone).await;
    browser.post("/signout", &[]).await;
    let mut pause = FIRST_PAUSE;
    for _ in 1..13 {
        heard(&mut hear_nothing).await;
        server.clock.advance(pause);
        pause *= 2;
    }
    heard(&mut hear_nothing).await;
    server.clock.advance(pause);
    let left = async || server.app.records.apps_to_tell(server.clock.now()).await.expect("answers");
    while !left().await.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(hear.try_recv(), Err(TryRecvError::Empty));
    assert_eq!(hear_nothing.try_recv(), Err(TryRecvError::Empty), "thirteen times, and no more");
    let given_up = lines.last("an app could not be told");
    for part in [&*format!("app.id={}", site.id), "tries=13", "why=\"it answered 503"] {
        assert!(given_up.contains(part), "{part}: {given_up}");
    }
}

#[tokio::test]
async fn sec_52_what_ended_before_a_restart_is_told_after_it() {
    let (uri, mut hear) = answering(&[503]).await;
    let server = unlimited().await;
    let (site, phone) = (hearing(&server, &uri).await, Browser::signed_in(&server, "Alice").await);
    // An app that was away when it was to be told,
    let (browser, away) = signs_in(&server, &site, &phone).await;
    browser.post("/signout", &[]).await;
    heard(&mut hear).await;
    let (browser, taken) = signs_in_for(&server, &site, &phone, "openid offline_access").await;
    let (folder, clock) = stops(server).await;
    // a server that ended in the middle of telling it, and an end that was written while no server ran,
    let records = Records::sqlite(&folder.path().join("tessera.db"), WaysIn::BOTH).await.expect("opens");
    let alice = records.account_by_username("alice").await.expect("answers").expect("there").0;
    let id = site.id.parse().expect("an id");
    records.end_session(session_of(&browser), clock.now()).await.expect("answers");
    assert_eq!(records.take_logout_notices(id, 8, clock.now()).await.expect("answers").len(), 1);
    records.sign_out_account(alice.id, clock.now()).await.expect("answers");
    records.close().await;
    // are all told by the next server, which knows nothing but the records.
    let again = Server::start_in(folder, clock, |_| {}).await;
    let all = claims(&heard(&mut hear).await);
    assert_eq!((&all["sid"], &all["aud"]), (&serde_json::Value::Null, &serde_json::json!(site.id)));
    again.clock.advance(FIRST_PAUSE);
    let mut told = [of_session(&mut hear).await, of_session(&mut hear).await];
    let mut expected = [away, taken];
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
}

/// The session that a browser is signed in by.
fn session_of(browser: &Browser) -> SessionTokenHash {
    let token = browser.cookie("__Host-tessera-session").expect("a session");
    SessionTokenHash(sha256(&[&URL_SAFE_NO_PAD.decode(token).expect("base64url")]))
}

#[tokio::test]
async fn sec_52_apps_hear_of_all_that_an_operator_or_a_withdrawn_consent_ends() {
    let server = unlimited().await;
    let (uri, mut hear) = listening().await;
    let (site, phone) = (hearing(&server, &uri).await, Browser::signed_in(&server, "Alice").await);
    let device = async || {
        let begun = site.calls("/oauth/device", &[("scope", "openid offline_access")]).await;
        phone.approve(&crate::harness::browser::Shown { ticket: String::new(), typed: begun.text("user_code") }).await;
        let code = begun.text("device_code");
        let grant_type = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
        let tokens = site.calls("/oauth/token", &[grant_type, ("device_code", &code)]).await;
        assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
        claims(&tokens.text("id_token"))["sub"].clone()
    };
    let records = &server.app.records;
    let alice = records.account_by_username("alice").await.expect("answers").expect("there").0.id;
    for how in ["withdrawn", "signed out", "another password"] {
        server.pass(1);
        let (_, _) = signs_in(&server, &site, &phone).await;
        let sub = device().await;
        match how {
            "withdrawn" => {
                phone.post("/account/apps", &[("withdraw", &site.id)]).await;
            }
            "signed out" => {
                records.sign_out_account(alice, server.clock.now()).await.expect("answers");
            }
            _ => {
                let other = "$argon2id$".to_owned();
                records.replace_password(alice, other, server.clock.now()).await.expect("answers");
            }
        }
        // Once, and of the person as a whole: the app ends whatever it has of them.
        let said = claims(&heard(&mut hear).await);
        assert_eq!((&said["sub"], &said["sid"]), (&sub, &serde_json::Value::Null), "{how}");
        phone.sign_in("alice", crate::harness::server::PASSWORD, "/").await;
    }
    assert_eq!(hear.try_recv(), Err(TryRecvError::Empty));
}

#[tokio::test]
async fn sec_52_an_app_that_is_told_late_learns_when_it_ended_and_so_who_signed_in_since() {
    let server = unlimited().await;
    let (uri, mut hear) = answering(&[503, 503]).await;
    let (site, phone) = (hearing(&server, &uri).await, Browser::signed_in(&server, "Alice").await);
    signs_in(&server, &site, &phone).await;
    let records = &server.app.records;
    let alice = records.account_by_username("alice").await.expect("answers").expect("there").0.id;
    let ended = server.clock.now().as_millis() / 1000;
    records.sign_out_account(alice, server.clock.now()).await.expect("answers");
    let first = claims(&heard(&mut hear).await);
    assert_eq!((&first["toe"], &first["iat"]), (&serde_json::json!(ended), &serde_json::json!(ended)));
    // They sign in anew while the app is away.
    phone.sign_in("alice", crate::harness::server::PASSWORD, "/").await;
    for pause in [1, 2] {
        server.clock.advance(FIRST_PAUSE * pause);
        let again = claims(&heard(&mut hear).await);
        assert_eq!((&again["toe"], &again["sid"]), (&first["toe"], &serde_json::Value::Null));
        assert!(again["iat"].as_u64() > Some(ended), "{again}");
    }
    let browser = Browser::desktop(&server);
    let tokens = site.exchanges(&site.code(&browser, &phone, &[("max_age", "10000")]).await).await;
    let anew = claims(&tokens.text("id_token"));
    assert!(anew["auth_time"].as_u64() > Some(ended), "what began since is known by its time: {anew}");
}

#[tokio::test]
async fn sec_52_an_app_that_was_disabled_is_told_all_the_same() {
    let server = unlimited().await;
    let (uri, mut hear) = listening().await;
    let (site, phone) = (hearing(&server, &uri).await, Browser::signed_in(&server, "Alice").await);
    let (browser, sid) = signs_in(&server, &site, &phone).await;
    let records = &server.app.records;
    let alice = records.account_by_username("alice").await.expect("answers").expect("there").0.id;
    let id = site.id.parse().expect("an id");
    assert!(records.disable_app(id, server.operator()).await.expect("answers"));
    browser.post("/signout", &[]).await;
    assert_eq!(of_session(&mut hear).await, sid);
    let other = hearing(&server, &uri).await;
    signs_in(&server, &other, &phone).await;
    assert!(records.disable_app(other.id.parse().expect("an id"), server.operator()).await.expect("answers"));
    records.sign_out_account(alice, server.clock.now()).await.expect("answers");
    // Either is still allowed to know her.
    let mut told = [claims(&heard(&mut hear).await)["aud"].clone(), claims(&heard(&mut hear).await)["aud"].clone()];
    told.sort_by_key(ToString::to_string);
    let mut apps = [site.id.as_str(), other.id.as_str()];
    apps.sort_unstable();
    assert_eq!(told, apps);
}

#[tokio::test]
async fn sec_52_an_app_that_is_slow_keeps_no_other_waiting() {
    let server = unlimited().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    // Nobody ever takes its connections, so each try lasts as long as a try may.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let slow = hearing(&server, &format!("http://{}/ended", silent.local_addr().expect("bound"))).await;
    let (uri, mut hear) = listening().await;
    let site = hearing(&server, &uri).await;
    for _ in 0..12 {
        let (browser, _) = signs_in(&server, &slow, &phone).await;
        browser.post("/signout", &[]).await;
    }
    let (browser, sid) = signs_in(&server, &site, &phone).await;
    browser.post("/signout", &[]).await;
    assert_eq!(of_session(&mut hear).await, sid);
    let left = server.app.records.apps_to_tell(server.clock.now()).await.expect("answers");
    assert_eq!(left.iter().map(ToString::to_string).collect::<Vec<_>>(), [slow.id], "which is still being told");
}

/// Apps that say whom they were told of, and answer that they cannot once they are let go.
async fn holding() -> (String, UnboundedReceiver<String>, Arc<Semaphore>) {
    type Ear = (UnboundedSender<String>, Arc<Semaphore>);
    let (asked, hear) = unbounded_channel();
    let answers = Arc::new(Semaphore::new(0));
    let told = |State((asked, answers)): State<Ear>, body: String| async move {
        let _ = asked.send(body);
        answers.acquire().await.expect("open").forget();
        StatusCode::SERVICE_UNAVAILABLE
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let uri = format!("http://{}/ended", listener.local_addr().expect("bound"));
    let router = Router::new().route("/ended", post(told)).with_state((asked, answers.clone()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (uri, hear, answers)
}

#[tokio::test]
async fn sec_52_more_apps_that_are_away_than_are_told_at_once_keep_no_other_waiting() {
    let server = unlimited().await;
    let (phone, screen) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    let (away, mut asked, answers) = holding().await;
    phone.signs_in(&screen).await;
    for _ in 0..70 {
        let site = hearing(&server, &away).await;
        let begun = screen.get(&site.sends_to(&[])).await;
        let allowed = decides(&screen, begun.location(), "allow").await;
        assert_eq!(site.exchanges(&said(allowed.location(), "code")).await.status, StatusCode::OK);
    }
    let (uri, mut hear, _never) = holding().await;
    let good = hearing(&server, &uri).await;
    let (browser, sid) = signs_in(&server, &good, &phone).await;
    screen.post("/signout", &[]).await;
    for _ in 0..64 {
        heard(&mut asked).await;
    }
    browser.post("/signout", &[]).await;
    // Six more and the good one wait; whoever makes room is due again by now, and stands behind them.
    server.clock.advance(FIRST_PAUSE);
    answers.add_permits(7);
    assert_eq!(of_session(&mut hear).await, sid);
}

#[tokio::test]
async fn sec_52_of_two_instances_either_tells_and_only_one_of_them() {
    let pair = Pair::start().await;
    let (uri, mut hear) = listening().await;
    let site = hearing(&pair.first, &uri).await;
    let phone = pair.phone("Alice").await;
    for round in 0..8 {
        let (browser, sid) = signs_in(&pair.first, &site, &phone).await;
        browser.post("/signout", &[]).await;
        pair.first.clock.advance(std::time::Duration::from_secs(5));
        assert_eq!(of_session(&mut hear).await, sid, "round {round}: both looked, and what is next is of the next");
    }
    let Pair { first, second, stores } = pair;
    let (browser, sid) = signs_in(&second, &site, &phone).await;
    first.stopping.cancel();
    browser.post("/signout", &[]).await;
    assert_eq!(of_session(&mut hear).await, sid);
    drop(stores);
}
