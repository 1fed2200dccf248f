//! A passkey is added by a person with a fresh proof, and only by them.

use reqwest::StatusCode;
use tessera::store::records::activity::ActivityKind;

use super::device::Device;
use super::{
    ADD, account, adds, fetched, forms, is_refused, lines, options, passkeys, proves_by_password, signs_in,
    with_passkey,
};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::Server;

#[tokio::test]
async fn a_passkey_is_added_listed_renamed_and_removed() {
    let server = Server::start().await;
    let (browser, _device) = with_passkey(&server, "Alice").await;
    let page = browser.get(ADD).await;
    assert!(page.body.contains("Bitwarden") && page.words().contains("Not used yet"), "{}", page.words());
    let path = forms(&page).remove(0);
    let renamed = browser.post(&path, &[("act", "rename"), ("name", "My <b>phone</b>")]).await;
    assert_eq!(renamed.location(), "/account/passkeys?done=renamed");
    let page = browser.get(ADD).await;
    assert!(page.body.contains("My &lt;b&gt;phone") && !page.body.contains("<b>phone"), "{page:?}");
    is_refused(&browser.post(&path, &[("act", "rename"), ("name", &"x".repeat(65))]).await, "64");
    let removed = browser.post(&path, &[("act", "remove")]).await;
    assert_eq!(removed.location(), "/account/passkeys?done=removed");
    assert_eq!(browser.post(&path, &[("act", "remove")]).await.location(), "/account/passkeys?done=gone");
    assert!(passkeys(&server, "alice").await.is_empty());
    for kind in [ActivityKind::PasskeyAdded, ActivityKind::PasskeyRenamed, ActivityKind::PasskeyRemoved] {
        assert_eq!(lines(&server, "alice", kind).await, 1, "{kind:?}");
    }
}

#[tokio::test]
async fn the_options_ask_for_a_key_that_a_sign_in_finds_and_for_a_check_of_its_owner() {
    let server = Server::start().await;
    let (browser, _device) = with_passkey(&server, "Alice").await;
    let asked = options(&browser, "add", &[]).await;
    let wants = &asked["authenticatorSelection"];
    assert_eq!(
        (&wants["residentKey"], &wants["userVerification"], &asked["attestation"]),
        (&"required".into(), &"required".into(), &"none".into())
    );
    assert_eq!(asked["rp"]["id"], "localhost");
    assert_eq!(asked["excludeCredentials"].as_array().map(Vec::len), Some(1), "the one that is there");
    let asked = options(&browser, "sign-in", &[]).await;
    assert_eq!((&asked["userVerification"], &asked["rpId"]), (&"required".into(), &"localhost".into()));
    assert_eq!(asked["allowCredentials"].as_array().map(Vec::len), Some(0));
    let of = options(&browser, "prove", &[]).await;
    assert_eq!(of["allowCredentials"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn sec_58_a_passkey_is_not_added_without_a_fresh_proof() {
    let server = Server::start().await;
    let (browser, mut device) = (Browser::signed_in(&server, "Alice").await, Device::default());
    let asked = options(&browser, "add", &[]).await;
    let made = device.makes(browser.origin(), asked).await;
    server.pass(300);
    let refused = fetched(&browser, "add", &[]).await;
    assert_eq!((refused.status, &*refused.error()), (StatusCode::FORBIDDEN, "proof_needed"));
    let sent = browser.post(ADD, &[("credential", &made)]).await;
    assert_eq!(sent.location(), "/account/proof?next=/account/passkeys");
    assert!(passkeys(&server, "alice").await.is_empty());
    // A session that a scan opened has no proof, however young it is.
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    browser.signs_in(&desktop).await;
    assert_eq!(fetched(&desktop, "add", &[]).await.error(), "proof_needed");
    proves_by_password(&desktop).await;
    let added = adds(&desktop, &mut Device::default()).await;
    assert_eq!(added.location(), "/account/passkeys?done=added");
    for of in ["add", "prove"] {
        let nobody = fetched(&Browser::phone(&server), of, &[]).await;
        assert!(nobody.location().starts_with("/signin"), "{nobody:?}");
    }
}

#[tokio::test]
async fn sec_58_a_new_passkey_is_refused_without_a_check_of_its_owner_twice_or_in_another_browser() {
    let server = Server::start().await;
    let (browser, mut device) = (Browser::signed_in(&server, "Alice").await, Device::default());
    let mut careless = Device { verifies: false, ..Device::default() };
    is_refused(&adds(&browser, &mut careless).await, "did not check that it is you");
    let asked = options(&browser, "add", &[]).await;
    let made = device.makes(browser.origin(), asked).await;
    // The same account in another browser has another key.
    let other = Browser::new(&server, DESKTOP, "198.51.100.9");
    other.sign_in("alice", crate::harness::server::PASSWORD, "/").await;
    options(&other, "add", &[]).await;
    is_refused(&other.post(ADD, &[("credential", &made)]).await, "took too long");
    assert_eq!(browser.post(ADD, &[("credential", &made)]).await.location(), "/account/passkeys?done=added");
    is_refused(&browser.post(ADD, &[("credential", &made)]).await, "sent twice");
    for nonsense in ["", "{}", "[]", "{\"id\":1}", "\u{0}"] {
        is_refused(&browser.post(ADD, &[("credential", nonsense)]).await, "could not be checked");
    }
    // The challenge is for five minutes.
    let asked = options(&browser, "add", &[]).await;
    let late = Device::default().makes(browser.origin(), asked).await;
    server.pass(299);
    proves_by_password(&browser).await;
    server.pass(1);
    is_refused(&browser.post(ADD, &[("credential", &late)]).await, "took too long");
    assert_eq!(passkeys(&server, "alice").await.len(), 1);
    assert_eq!(account(&server, "alice").await.display_name, "Alice");
}

#[tokio::test]
async fn an_account_has_a_passkey_for_each_of_its_devices() {
    let server = Server::start().await;
    let (browser, mut first) = with_passkey(&server, "Alice").await;
    let mut second = Device::default();
    assert_eq!(adds(&browser, &mut second).await.location(), "/account/passkeys?done=added");
    assert_eq!(passkeys(&server, "alice").await.len(), 2);
    for device in [&mut first, &mut second] {
        let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
        assert_eq!(signs_in(&desktop, device, "/link").await.location(), "/link");
    }
}
