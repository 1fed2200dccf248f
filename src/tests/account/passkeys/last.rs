//! The last way into an account is not removed, and without passwords a passkey is the only one.

use reqwest::StatusCode;
use tessera::settings::Passwords;
use tessera::store::records::links::LinkPurpose;

use super::device::Device;
use super::{ADD, account, adds, forms, is_refused, options, passkeys, signs_in};
use crate::account::links::{link, press};
use crate::harness::browser::{Browser, DESKTOP, Reply};
use crate::harness::server::{PASSWORD, Server};

/// Somebody gets back into their account with a passkey, and has no password from then on.
pub async fn recovers(server: &Server, browser: &Browser, name: &str, device: &mut Device) -> Reply {
    let made = link(server, name, LinkPurpose::Recover).await;
    press(browser, &made.path).await;
    let secret = made.path.trim_start_matches("/welcome/").to_owned();
    let asked = options(browser, "link", &[("link", &secret)]).await;
    let credential = device.makes(browser.origin(), asked).await;
    browser.post(&made.enrol(), &[("credential", &credential), ("end_others", "on")]).await
}

#[tokio::test]
async fn a_one_time_link_enrols_a_passkey_in_place_of_the_password() {
    let server = Server::start().await;
    server.person("Alice").await;
    let (browser, mut device) = (Browser::desktop(&server), Device::default());
    let done = recovers(&server, &browser, "alice", &mut device).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/"), "{done:?}");
    assert!(browser.is_signed_in().await);
    assert!(!server.app.records.has_password(account(&server, "alice").await.id).await.expect("answers"));
    // A link proves nothing else: another passkey takes the first one once more.
    assert_eq!(super::fetched(&browser, "add", &[]).await.error(), "proof_needed");
    let other = Browser::new(&server, DESKTOP, "198.51.100.9");
    let refused = other.sign_in("alice", PASSWORD, "/").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(signs_in(&other, &mut device, "/").await.location(), "/");
}

#[tokio::test]
async fn the_options_of_a_link_are_for_the_browser_that_opened_it() {
    let server = Server::start().await;
    server.person("Alice").await;
    let made = link(&server, "alice", LinkPurpose::Recover).await;
    let secret = made.path.trim_start_matches("/welcome/").to_owned();
    let [mine, other] = ["198.51.100.9", "198.51.100.10"].map(|at| Browser::new(&server, DESKTOP, at));
    assert_eq!(super::fetched(&mine, "link", &[("link", &secret)]).await.status, StatusCode::CONFLICT);
    press(&mine, &made.path).await;
    options(&mine, "link", &[("link", &secret)]).await;
    let elsewhere = super::fetched(&other, "link", &[("link", &secret)]).await;
    assert_eq!(elsewhere.status, StatusCode::CONFLICT, "{elsewhere:?}");
    let unknown = super::fetched(&mine, "link", &[("link", "AAAA")]).await;
    assert!(unknown.status.is_client_error(), "{unknown:?}");
}

#[tokio::test]
async fn sec_58_the_last_passkey_of_an_account_without_a_password_stays_in_two_tabs_at_once() {
    let server = Server::start().await;
    server.person("Alice").await;
    let (browser, mut device) = (Browser::desktop(&server), Device::default());
    recovers(&server, &browser, "alice", &mut device).await;
    signs_in(&browser, &mut device, "/").await;
    let page = browser.get(ADD).await;
    assert!(page.words().contains("only way into your account"), "{}", page.words());
    let only = passkeys(&server, "alice").await.remove(0);
    let added = adds(&browser, &mut Device::default()).await;
    assert_eq!(added.location(), "/account/passkeys?done=added", "{added:?}");
    let two = forms(&browser.get(ADD).await);
    assert_eq!(two.len(), 2);
    let tab = browser.twin();
    let (first, second) =
        tokio::join!(browser.post(&two[0], &[("act", "remove")]), tab.post(&two[1], &[("act", "remove")]));
    let done = [first.status, second.status];
    assert_eq!(done.iter().filter(|status| **status == StatusCode::SEE_OTHER).count(), 1, "{done:?}");
    let left = passkeys(&server, "alice").await;
    assert_eq!(left.len(), 1, "{only:?}");
    let refused = if first.status == StatusCode::SEE_OTHER { second } else { first };
    is_refused(&refused, "only way into your account");
}

#[tokio::test]
async fn without_passwords_no_page_offers_or_accepts_one() {
    let server = Server::start_with(|settings| settings.account.passwords = Passwords::Off).await;
    server.person("Alice").await;
    let browser = Browser::desktop(&server);
    let page = browser.get("/signin").await;
    assert!(!page.body.contains("type=\"password\"") && page.body.contains("/passkey/options/sign-in"), "{page:?}");
    is_refused(&browser.sign_in("alice", PASSWORD, "/").await, "takes no passwords");
    let made = link(&server, "alice", LinkPurpose::Recover).await;
    press(&browser, &made.path).await;
    let page = browser.get(&made.path).await;
    assert!(!page.body.contains("type=\"password\""), "{page:?}");
    is_refused(&browser.post(&made.enrol(), &[("password", "a sentence nobody had")]).await, "takes no passwords");
    let mut device = Device::default();
    let done = recovers(&server, &browser, "alice", &mut device).await;
    assert_eq!(done.location(), "/", "{done:?}");
    for path in ["/account/profile", "/account/data", "/account/security"] {
        let page = browser.get(path).await;
        assert!(
            !page.body.contains("type=\"password\"") && !page.body.contains("/account/password"),
            "{path}: {page:?}"
        );
    }
    for (path, form) in
        [("/account/data/delete", ("sure", "on")), ("/account/profile/email", ("email", "a@example.org"))]
    {
        let waits = browser.post(path, &[form]).await;
        assert_eq!(waits.status, StatusCode::FORBIDDEN, "{path}: {waits:?}");
        assert!(!waits.body.contains("type=\"password\""), "{path}: {waits:?}");
    }
    let page = browser.get("/account/proof").await;
    assert!(!page.body.contains("type=\"password\"") && page.body.contains("/passkey/options/prove"), "{page:?}");
}
