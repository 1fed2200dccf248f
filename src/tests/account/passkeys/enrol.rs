//! A passkey is added by a person with a fresh proof, and only by them.

use reqwest::StatusCode;
use tessera::settings::SignUp;
use tessera::store::records::activity::ActivityKind;
use tessera::store::records::links::LinkPurpose;

use super::device::{Device, client_data, encoded};
use super::{
    ADD, account, adds, fetched, forms, is_refused, lines, options, passkeys, proves_by_password, signs_in,
    with_passkey,
};
use crate::account::links::{link, press};
use crate::account::profile::tells;
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::Server;

#[tokio::test]
async fn a_passkey_is_added_listed_renamed_and_removed() {
    let server = Server::start().await;
    let (browser, _device) = with_passkey(&server, "Alice").await;
    let page = browser.get(ADD).await;
    assert!(page.body.contains("Bitwarden") && page.words().contains("Not used yet"), "{}", page.words());
    assert!(!page.words().contains("Kept by"), "its name says it");
    let path = forms(&page).remove(0);
    let renamed = browser.post(&path, &[("act", "rename"), ("name", "My <b>phone</b>")]).await;
    assert_eq!(renamed.location(), "/account/passkeys?done=renamed");
    let page = browser.get(ADD).await;
    assert!(page.body.contains("My &lt;b&gt;phone") && !page.body.contains("<b>phone"), "{page:?}");
    assert!(page.words().contains("Kept by"), "{}", page.words());
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
    assert_eq!((sent.status, sent.location()), (StatusCode::FORBIDDEN, ""));
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
async fn sec_58_a_new_passkey_from_another_site_or_out_of_a_frame_is_refused() {
    let server = Server::start().await;
    let browser = Browser::signed_in(&server, "Alice").await;
    let port = server.port();
    for (origin, is_framed, said) in [
        ("https://evil.example".to_owned(), false, "used on another site"),
        (format!("http://evillocalhost:{port}"), false, "used on another site"),
        (format!("http://localhost.evil.example:{port}"), false, "used on another site"),
        (browser.origin().to_owned(), true, "could not be checked"),
    ] {
        let asked = options(&browser, "add", &[]).await;
        let made = Device::default().makes(browser.origin(), asked.clone()).await;
        // Nothing signs the client data of a new passkey, so only the server finds out.
        let mut data = client_data(&asked, &origin);
        (data["type"], data["crossOrigin"]) = ("webauthn.create".into(), is_framed.into());
        let mut made: serde_json::Value = serde_json::from_str(&made).expect("JSON");
        made["response"]["clientDataJSON"] = encoded(data.to_string().as_bytes()).into();
        is_refused(&browser.post(ADD, &[("credential", &made.to_string())]).await, said);
    }
    assert!(passkeys(&server, "alice").await.is_empty());
}

#[tokio::test]
async fn sec_58_a_display_name_is_text_on_every_page_that_enrols_a_passkey() {
    const NAME: &str = "<b>\"A\"</b> & 'Co'";
    let server = Server::start_with(|settings| settings.account.sign_up = SignUp::Open).await;
    let alice = Browser::signed_in(&server, "Alice").await;
    tells(&alice, &[("display_name", NAME)]).await;
    let made = link(&server, "alice", LinkPurpose::Recover).await;
    let (invited, stranger) = (Browser::desktop(&server), Browser::phone(&server));
    press(&invited, &made.path).await;
    let signs_up = [("display_name", NAME), ("username", NAME), ("email", NAME), ("password", "short")];
    for page in [
        alice.get(ADD).await,
        alice.get("/account/proof").await,
        invited.get(&made.path).await,
        invited.post(&made.enrol(), &[("display_name", NAME), ("password", "short")]).await,
        stranger.post("/signup", &signs_up).await,
    ] {
        assert!(!page.body.contains("<b>") && !page.body.contains("\"A\""), "{page:?}");
    }
    assert!(alice.get(ADD).await.body.contains("&lt;b&gt;"), "password managers are told of it, as text");
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
