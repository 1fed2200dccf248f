//! The switch on many instances, and where it cannot be read.

use reqwest::{Method, StatusCode};
use sqlx::{Connection as _, SqliteConnection};
use tessera::settings::Scanning;

use super::{refusal, scan_off, shows_no_code, turn, turned};
use crate::harness::browser::{Browser, Reply};
use crate::harness::pair::Pair;
use crate::harness::server::Server;

/// Takes the switch out of the records, so that nothing can be read.
async fn lose_switch(server: &Server) {
    let file = format!("sqlite://{}", server.folder.path().join("tessera.db").display());
    let mut records = SqliteConnection::connect(&file).await.expect("a file");
    sqlx::query("DELETE FROM scan_switch").execute(&mut records).await.expect("deleted");
    records.close().await.expect("closed");
}

#[tokio::test]
async fn sec_73_what_cannot_be_read_is_off_once_what_was_read_is_five_seconds_old() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    browser.show_code().await;
    lose_switch(&server).await;
    server.pass(4);
    browser.show_code().await;
    server.pass(2);
    assert_says_later(&browser.get("/login").await);
    let headers = [("accept", "application/json"), ("sec-fetch-site", "none")];
    let reply = browser.send(Method::GET, "/login", &headers, None).await;
    assert_eq!(&*reply.error(), "temporarily_unavailable");
    assert_says_later(&reply);
    // An administrator who turns it makes it again.
    turned_on_again(&server).await;
    browser.show_code().await;
}

async fn turned_on_again(server: &Server) {
    turned(server, Scanning::On).await;
}

#[tokio::test]
async fn sec_73_a_server_that_never_read_the_switch_shows_no_code() {
    let server = Server::start().await;
    lose_switch(&server).await;
    assert_says_later(&Browser::desktop(&server).get("/login").await);
}

/// The switch is off then, and nobody is told that somebody switched it off.
fn assert_says_later(reply: &Reply) {
    assert_eq!((reply.status, reply.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "2"), "{reply:?}");
    assert!(!reply.body.contains("id=\"qr\"") && !reply.words().contains("switched off"), "{reply:?}");
}

#[tokio::test]
async fn sec_73_the_switch_counts_on_every_instance_within_a_second() {
    let pair = Pair::start().await;
    let (desktop, phone) = (pair.desktop(), pair.phone("Alice").await);
    let shown = desktop.show_code().await;
    let code = phone.scan(&shown).await;
    turn(&pair.second.app.records, &pair.second, Scanning::Off).await;
    assert_eq!(
        refusal(&phone, Method::POST, "/api/approve", &[("code", &code)]).await.0,
        403,
        "at once where it was turned"
    );
    pair.first.pass(1);
    assert!(shows_no_code(&desktop.get("/login").await), "and a second later elsewhere");
    assert_eq!(refusal(&desktop, Method::GET, "/login", &[]).await, scan_off());
    turn(&pair.first.app.records, &pair.first, Scanning::On).await;
    pair.first.pass(1);
    phone.signs_in(&desktop).await;
    assert!(desktop.is_signed_in().await);
}
