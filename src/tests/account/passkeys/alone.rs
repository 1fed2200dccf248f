//! An account whose owner has a passkey and no password, on a site that takes passwords: no page asks for a password that
//! nobody has, and nothing that was typed is lost while its owner proves themselves.

use reqwest::StatusCode;
use tessera::store::records::activity::ActivityKind;

use super::device::Device;
use super::last::recovers;
use super::{ADD, account, forms, lines, options, passkeys, signs_in};
use crate::harness::browser::{Browser, DESKTOP, Reply};
use crate::harness::server::{PASSWORD, Server};

/// Alice, who has a passkey alone, on her device, with a fresh proof.
async fn alice(server: &Server) -> (Browser, Device) {
    server.person("Alice").await;
    let (browser, mut device) = (Browser::desktop(server), Device::default());
    recovers(server, &browser, "alice", &mut device).await;
    assert_eq!(signs_in(&browser, &mut device, "/").await.location(), "/");
    (browser, device)
}

/// The hidden fields with which a page carries a form, in its order.
fn carried(page: &Reply) -> Vec<(String, String)> {
    let inputs = page.body.split("<input type=\"hidden\" name=\"").skip(1);
    let field = |input: &str| {
        let (name, rest) = input.split_once("\" value=\"")?;
        Some((name.to_owned(), rest.split('"').next()?.to_owned()))
    };
    inputs.filter_map(field).filter(|(name, _)| name == "form" || name.starts_with("f.")).collect()
}

/// Somebody whose form waits for a proof uses their passkey, and the browser sends the form to its own path again.
async fn goes_on(browser: &Browser, device: &mut Device, waits: &Reply) -> Reply {
    assert_eq!(waits.status, StatusCode::FORBIDDEN, "{waits:?}");
    assert!(waits.body.contains("data-options=\"/passkey/options/prove\""), "{waits:?}");
    let carried = carried(waits);
    let asked = options(browser, "prove", &[]).await;
    let answer = device.answers(browser.origin(), asked).await;
    let mut form: Vec<_> = carried.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.push(("credential", &answer));
    let sends = browser.post("/account/proof", &form).await;
    let to = carried.iter().find(|(name, _)| name == "form").expect("a form waits").1.clone();
    assert!(sends.status == StatusCode::OK && sends.body.contains(&format!("action=\"{to}\"")), "{sends:?}");
    let fields: Vec<_> =
        carried.iter().filter_map(|(name, value)| Some((name.strip_prefix("f.")?, &**value))).collect();
    browser.post(&to, &fields).await
}

#[tokio::test]
async fn an_account_with_a_passkey_alone_is_deleted_by_its_owner_after_a_fresh_proof() {
    let server = Server::start().await;
    let (browser, mut device) = alice(&server).await;
    let other = Browser::new(&server, DESKTOP, "198.51.100.9");
    signs_in(&other, &mut device, "/").await;
    let page = browser.get("/account/data").await;
    assert!(page.body.contains("action=\"/account/data/delete\"") && !page.body.contains("type=\"password\""));
    server.pass(300);
    let form = [("attempt", "AAAAAAAAAAAAAAAAAAAAAA"), ("sure", "on")];
    let waits = browser.post("/account/data/delete", &form).await;
    assert!(!waits.body.contains("type=\"password\""), "{waits:?}");
    assert_eq!(account(&server, "alice").await.deletion_due_at, None, "nothing was done yet");
    let twin = browser.twin();
    let done = goes_on(&browser, &mut device, &waits).await;
    assert_eq!(done.location(), "/account/data?done=asked", "{done:?}");
    assert_eq!(twin.post("/account/data/delete", &form).await.location(), "/account/data?done=asked", "pressed twice");
    assert!(account(&server, "alice").await.deletion_due_at.is_some());
    assert!(browser.is_signed_in().await && twin.is_signed_in().await && !other.is_signed_in().await);
    assert_eq!(lines(&server, "alice", ActivityKind::DeletionAsked).await, 1);
    // The session in which she goes on keeps the proof, and lasts no longer than the one before.
    assert_eq!(browser.post("/account/data/keep", &[]).await.location(), "/account/data?done=kept");
    server.pass(24 * 3600);
    assert_eq!(server.app.accounts.delete_due().await.expect("answers"), 0);
}

#[tokio::test]
async fn a_new_address_that_was_typed_is_there_again_after_the_proof_and_in_no_address() {
    let server = Server::start().await;
    let (browser, mut device) = alice(&server).await;
    assert!(!browser.get("/account/profile").await.body.contains("type=\"password\""));
    server.pass(300);
    let waits = browser.post("/account/profile/email", &[("email", "new@example.org")]).await;
    assert_eq!((waits.location(), account(&server, "alice").await.email), ("", None));
    assert!(carried(&waits).contains(&("f.email".to_owned(), "new@example.org".to_owned())), "{waits:?}");
    assert_eq!(goes_on(&browser, &mut device, &waits).await.location(), "/account/profile?done=email");
    assert_eq!(account(&server, "alice").await.email.map(|email| email.to_string()), Some("new@example.org".into()));
    // What is wrong is said before anybody proves anything.
    server.pass(300);
    let refused = browser.post("/account/profile/email", &[("email", "no address")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn another_name_and_the_removal_of_a_passkey_wait_for_the_proof_too() {
    let server = Server::start().await;
    let (browser, mut device) = alice(&server).await;
    super::adds(&browser, &mut Device::default()).await;
    let path = forms(&browser.get(ADD).await).remove(1);
    server.pass(300);
    let waits = browser.post(&path, &[("act", "rename"), ("name", "The old phone")]).await;
    assert_eq!(goes_on(&browser, &mut device, &waits).await.location(), "/account/passkeys?done=renamed");
    assert!(passkeys(&server, "alice").await.iter().any(|passkey| passkey.name == "The old phone"));
    server.pass(300);
    let waits = browser.post(&path, &[("act", "remove")]).await;
    assert_eq!(passkeys(&server, "alice").await.len(), 2);
    assert_eq!(goes_on(&browser, &mut device, &waits).await.location(), "/account/passkeys?done=removed");
    assert_eq!(passkeys(&server, "alice").await.len(), 1);
}

#[tokio::test]
async fn the_page_of_the_proof_carries_no_form_to_another_path_and_no_program_gets_it() {
    let server = Server::start().await;
    let browser = Browser::signed_in(&server, "Alice").await;
    for path in ["/account/password", "/account/devices", "/signout", "/account/data/keep"] {
        let sent = [("password", PASSWORD), ("form", path), ("f.act", "end")];
        assert_eq!(browser.post("/account/proof", &sent).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    server.pass(300);
    let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    let form = [("email", "new@example.org")];
    let program = browser.send(reqwest::Method::POST, "/account/profile/email", &headers, Some(&form)).await;
    assert_eq!((program.status, &*program.error()), (StatusCode::FORBIDDEN, "proof_needed"));
}
