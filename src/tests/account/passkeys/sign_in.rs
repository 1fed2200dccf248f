//! Signing in with a passkey.

use reqwest::StatusCode;
use serde_json::json;
use tessera::store::records::activity::ActivityKind;

use super::device::Device;
use super::{adds, lines, passkeys, proves_by_password, signs_in, with_passkey};
use crate::admin::pages::administrator;
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::pair::Pair;
use crate::harness::server::Server;
use crate::harness::site::{Site, claims, decides, said};

#[tokio::test]
async fn a_person_signs_in_with_a_passkey_and_is_led_on() {
    let server = Server::start().await;
    let (_, mut device) = with_passkey(&server, "Alice").await;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    let page = desktop.get("/signin").await;
    assert!(page.body.contains("username webauthn") && page.body.contains("/passkey.js"), "{page:?}");
    let signed_in = signs_in(&desktop, &mut device, "/account").await;
    assert_eq!((signed_in.status, signed_in.location()), (StatusCode::SEE_OTHER, "/account"));
    assert!(desktop.is_signed_in().await);
    let stored = passkeys(&server, "alice").await;
    assert_eq!(stored[0].last_used_at, Some(server.clock.now()));
    assert!(desktop.get("/account/devices").await.words().contains("Signed in with a passkey"));
    assert_eq!(lines(&server, "alice", ActivityKind::SignedIn).await, 2);
    let home = desktop.get("/").await;
    assert!(home.body.contains("signalAllAcceptedCredentials") && home.body.contains("allAcceptedCredentialIds"));
}

#[tokio::test]
async fn a_passkey_is_a_proof_as_a_password_is() {
    let server = Server::start().await;
    let grace = administrator(&server).await;
    let mut device = Device::default();
    adds(&grace, &mut device).await;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    signs_in(&desktop, &mut device, "/").await;
    assert_eq!(desktop.get("/admin/apps").await.status, StatusCode::OK);
    let changed = desktop.post("/admin/groups/new", &[("name", "staff")]).await;
    assert_ne!(changed.status, StatusCode::FORBIDDEN, "{changed:?}");
}

#[tokio::test]
async fn apps_hear_that_a_passkey_was_used_and_of_which_kind() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let (_, mut device) = with_passkey(&server, "Alice").await;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    let path = desktop.get(&site.sends_to(&[])).await.location().to_owned();
    assert_eq!(signs_in(&desktop, &mut device, &path).await.location(), path);
    let back = decides(&desktop, &path, "allow").await;
    let tokens = site.exchanges(&said(back.location(), "code")).await;
    let claims = claims(&tokens.text("id_token"));
    // The device of these tests says that its keys can be synchronised.
    assert_eq!((&claims["acr"], &claims["amr"]), (&json!("urn:tessera:passkey"), &json!(["swk", "user"])), "{claims}");
    let known = site.calls("/oauth/introspect", &[("token", &tokens.text("access_token"))]).await;
    assert_eq!(known.text("acr"), "urn:tessera:passkey");
    let discovery = desktop.get("/.well-known/openid-configuration").await;
    assert!(discovery.body.contains("urn:tessera:passkey"));
}

#[tokio::test]
async fn a_counter_that_went_back_is_told_to_the_owner_and_not_refused() {
    let server = Server::start().await;
    let browser = Browser::signed_in(&server, "Alice").await;
    let mut device = Device { counts: true, ..Device::default() };
    adds(&browser, &mut device).await;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    let copy = device.key.clone();
    for _ in 0..2 {
        assert_eq!(signs_in(&desktop, &mut device, "/").await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(lines(&server, "alice", ActivityKind::PasskeyWentBack).await, 0);
    let mut copied = Device { key: copy, counts: true, ..Device::default() };
    assert_eq!(signs_in(&desktop, &mut copied, "/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(lines(&server, "alice", ActivityKind::PasskeyWentBack).await, 1);
    assert!(browser.get("/account/passkeys").await.words().contains("may have been copied"));
}

#[tokio::test]
async fn a_form_that_is_sent_twice_signs_in_once_and_leads_on_twice() {
    let server = Server::start().await;
    let (_, mut device) = with_passkey(&server, "Alice").await;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    let asked = super::options(&desktop, "sign-in", &[]).await;
    let answer = device.answers(desktop.origin(), asked).await;
    for _ in 0..2 {
        let sent = desktop.post("/signin", &[("credential", &answer), ("next", "/link")]).await;
        assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/link"), "{sent:?}");
    }
    assert_eq!(lines(&server, "alice", ActivityKind::SignedIn).await, 2, "by password, and once by the passkey");
    proves_by_password(&desktop).await;
}

#[tokio::test]
async fn sec_58_two_instances_accept_one_answer_to_a_challenge() {
    let pair = Pair::start().await;
    let phone = pair.phone("Alice").await;
    let mut device = Device::default();
    let added = adds(&phone, &mut device).await;
    assert_eq!(added.location(), "/account/passkeys?done=added", "{added:?}");
    // The options come from one instance, and the answer goes to both at once.
    let desktop = pair.desktop();
    let asked = super::options(&desktop, "sign-in", &[]).await;
    let answer = device.answers(desktop.origin(), asked).await;
    let elsewhere = Browser::new(&pair.second, DESKTOP, "198.51.100.1");
    let key = desktop.cookie("__Host-tessera-passkey").expect("a key");
    elsewhere.set_cookie("__Host-tessera-passkey", &key);
    let form = [("credential", answer.as_str()), ("next", "/")];
    let (here, there) = tokio::join!(desktop.post("/signin", &form), elsewhere.post("/signin", &form));
    let done = [here.status, there.status];
    assert_eq!(done.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1, "{done:?}");
    assert!(done.contains(&StatusCode::UNPROCESSABLE_ENTITY), "{done:?}");
}
