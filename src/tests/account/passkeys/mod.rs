//! Passkeys, with an authenticator and a browser that this project did not write.

mod alone;
pub mod device;
mod domains;
mod enrol;
mod first;
pub mod last;
mod pages;
mod prove;
mod refused;
mod sign_in;
mod sign_up;

use reqwest::StatusCode;
use serde_json::Value;
use tessera::store::records::activity::{ActivityFilter, ActivityKind};
use tessera::store::records::links::LinkPurpose;
use tessera::store::records::passkeys::Passkey;

use self::device::Device;
use super::links::{link as recovery, press};
use super::profile::account;
use crate::harness::browser::{Browser, Reply};
use crate::harness::hang::until;
use crate::harness::server::{PASSWORD, Server};

const ADD: &str = "/account/passkeys";

async fn passkeys(server: &Server, name: &str) -> Vec<Passkey> {
    server.app.records.passkeys_of(account(server, name).await.id).await.expect("answers")
}

/// How many lines of this kind there are about an account.
async fn lines(server: &Server, name: &str, kind: ActivityKind) -> usize {
    let account = Some(account(server, name).await.id);
    let filter = ActivityFilter { account, kind: Some(kind), ..ActivityFilter::default() };
    server.app.records.activity(filter, 100).await.expect("answers").len()
}

/// How many refusals the owner of an account reads; they are stored in the background, so that much is waited for.
async fn refusals(server: &Server, name: &str, expected: usize) -> usize {
    until("the lines of activity", async || lines(server, name, ActivityKind::SignInRefused).await >= expected).await;
    lines(server, name, ActivityKind::SignInRefused).await
}

/// The paths of the forms about each passkey on this page.
pub fn forms(page: &Reply) -> Vec<String> {
    let paths = page.body.split("action=\"/account/passkeys/").skip(1);
    let mut paths: Vec<String> = paths.filter_map(|rest| Some(format!("{ADD}/{}", rest.split('"').next()?))).collect();
    // The switch of the approvals is on the same page.
    paths.retain(|path| !path.ends_with("/approvals"));
    paths.dedup();
    paths
}

/// What the script fetches before it opens the dialogue.
async fn options(browser: &Browser, of: &str, form: &[(&str, &str)]) -> Value {
    let reply = fetched(browser, of, form).await;
    assert_eq!(reply.status, StatusCode::OK, "{reply:?}");
    serde_json::from_str(&reply.body).expect("JSON")
}

async fn fetched(browser: &Browser, of: &str, form: &[(&str, &str)]) -> Reply {
    let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    browser.send(reqwest::Method::POST, &format!("/passkey/options/{of}"), &headers, Some(form)).await
}

/// A signed-in person with a fresh proof adds a passkey.
pub async fn adds(browser: &Browser, device: &mut Device) -> Reply {
    let asked = options(browser, "add", &[]).await;
    let made = device.makes(browser.origin(), asked).await;
    browser.post(ADD, &[("credential", &made), ("name", "")]).await
}

/// Somebody signs in with a passkey.
async fn signs_in(browser: &Browser, device: &mut Device, next: &str) -> Reply {
    let asked = options(browser, "sign-in", &[]).await;
    let answer = device.answers(browser.origin(), asked).await;
    browser.post("/signin", &[("credential", &answer), ("next", next)]).await
}

/// A person who signed in with their password and added a passkey.
async fn with_passkey(server: &Server, name: &str) -> (Browser, Device) {
    let (browser, mut device) = (Browser::signed_in(server, name).await, Device::default());
    let added = adds(&browser, &mut device).await;
    assert_eq!((added.status, added.location()), (StatusCode::SEE_OTHER, "/account/passkeys?done=added"), "{added:?}");
    (browser, device)
}

async fn proves_by_password(browser: &Browser) {
    let proven = browser.post("/account/proof", &[("password", PASSWORD)]).await;
    assert_eq!(proven.location(), "/", "{proven:?}");
}

/// A refusal that a person reads beside the form.
fn is_refused(reply: &Reply, words: &str) {
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}: {reply:?}");
    assert!(reply.words().contains(words), "{words}: {}", reply.words());
}

/// Asks for everything that programs can ask about passkeys, with and without somebody who is signed in.
pub async fn asks_for_each_of_the_options() {
    let further = "https://login.example.org".to_owned();
    let server = Server::start_with(|settings| {
        settings.account.passkey_origins = vec![further];
        settings.account.sign_up = tessera::settings::SignUp::Open;
    })
    .await;
    let (first, stranger) = (Browser::desktop(&server), Browser::phone(&server));
    let link = server.app.accounts.setup.link("");
    let token = link.split_once("token=").expect("a token").1.to_owned();
    first.get(&link).await;
    press(&first, &format!("/welcome/{token}")).await;
    options(&first, "set-up", &[("token", &token), ("username", "grace"), ("display_name", "Grace")]).await;
    let (alice, _) = with_passkey(&server, "Alice").await;
    options(&alice, "prove", &[]).await;
    options(&stranger, "sign-in", &[]).await;
    let names = [("attempt", "AAAAAAAAAAAAAAAAAAAAAA"), ("username", "dora"), ("display_name", "Dora")];
    options(&stranger, "sign-up", &names).await;
    for of in ["add", "prove"] {
        assert_eq!(fetched(&stranger, of, &[]).await.status, StatusCode::SEE_OTHER);
    }
    let made = recovery(&server, "alice", LinkPurpose::Recover).await;
    press(&first, &made.path).await;
    options(&first, "link", &[("link", made.path.trim_start_matches("/welcome/"))]).await;
    for path in ["/.well-known/webauthn", "/.well-known/passkey-endpoints"] {
        assert_eq!(first.fetch(reqwest::Method::GET, path).await.status, StatusCode::OK);
    }
}
