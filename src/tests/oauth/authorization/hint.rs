//! `id_token_hint` and `login_hint` of a request that shows nothing: an app learns of whom it knows that they are here, and
//! nothing of who allows it nothing.

use crate::harness::browser::Browser;
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{BACK, Site, consent_form, decides, said};
use crate::mail::has_address;

/// What an app is told that asks quietly with this token; empty where it is given a code.
async fn quietly(browser: &Browser, site: &Site, hint: &str, scope: &str) -> String {
    asks_quietly(browser, site, ("id_token_hint", hint), scope).await
}

async fn asks_quietly(browser: &Browser, site: &Site, hint: (&str, &str), scope: &str) -> String {
    let asks = [("prompt", "none"), hint, ("scope", scope)];
    let begun = browser.get(&site.sends_to(&asks)).await;
    let back = if begun.location().starts_with(BACK) { begun } else { browser.get(begun.location()).await };
    assert!(back.location().starts_with(BACK), "{back:?}");
    assert_eq!(said(back.location(), "error").is_empty(), !said(back.location(), "code").is_empty(), "{back:?}");
    said(back.location(), "error")
}

async fn hint(server: &Server, site: &Site, phone: &Browser) -> (Browser, String) {
    let browser = Browser::desktop(server);
    let tokens = site.exchanges(&site.code(&browser, phone, &[]).await).await;
    (browser, tokens.text("id_token"))
}

#[tokio::test]
async fn sec_42_an_app_that_somebody_allows_nothing_is_not_told_that_it_is_they() {
    const ASKS: &str = "openid profile";
    let server = Server::start().await;
    let (site, spy) = (Site::register(&server).await, Site::register(&server).await);
    let (alice, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    let (browser, of_alice) = hint(&server, &site, &alice).await;
    let (_, of_bob) = hint(&server, &site, &bob).await;
    let (_, of_bob_at_the_spy) = hint(&server, &spy, &bob).await;
    // An app knows whom it knew, by a token of its own, however old.
    assert_eq!(quietly(&browser, &site, &of_alice, ASKS).await, "");
    server.pass(3600);
    assert_eq!(quietly(&browser, &site, &of_alice, ASKS).await, "");
    assert_eq!(quietly(&browser, &site, &of_alice, "openid profile offline_access").await, "consent_required");
    assert_eq!(quietly(&browser, &site, &of_bob, ASKS).await, "login_required");
    // With another app's it learns nothing, whosever it is.
    for foreign in [&of_alice, &of_bob] {
        assert_eq!(quietly(&browser, &spy, foreign, ASKS).await, "invalid_request");
    }
    assert_eq!(quietly(&browser, &spy, &of_bob_at_the_spy, ASKS).await, "login_required");

    alice.post("/account/apps", &[("withdraw", &site.id)]).await;
    assert!(browser.is_signed_in().await);
    for hint in [&of_alice, &of_bob] {
        assert_eq!(quietly(&browser, &site, hint, ASKS).await, "login_required", "whoever it is");
    }
}

const ALICE: &str = "Alice@example.org";

/// A browser in which Alice signed in with her password. She and Bob have addresses, which are not proven.
async fn alice(server: &Server) -> Browser {
    for (name, address) in [("Alice", ALICE), ("Bob", "bob@example.org")] {
        server.person(name).await;
        has_address(server, &name.to_lowercase(), address, false).await;
    }
    let browser = Browser::desktop(server);
    browser.sign_in("alice", PASSWORD, "/").await;
    browser
}

#[tokio::test]
async fn an_app_that_was_told_an_address_asks_with_it_for_its_owner_without_a_page() {
    const ASKS: &str = "openid email";
    let server = Server::start().await;
    let (site, browser) = (Site::register(&server).await, alice(&server).await);
    let path = browser.get(&site.sends_to(&[("scope", ASKS)])).await.location().to_owned();
    let back = decides(&browser, &path, "allow").await;
    let tokens = site.exchanges(&said(back.location(), "code")).await;
    let told = site.userinfo(&tokens.text("access_token")).await.text("email");
    assert_eq!(told, ALICE);
    let asks = async |hint: &str| asks_quietly(&browser, &site, ("login_hint", hint), ASKS).await;
    for hint in [&*told, "alice@example.org", "ALICE@EXAMPLE.ORG", "alice"] {
        assert_eq!(asks(hint).await, "", "{hint}");
    }
    // Whether another account has the address makes no difference.
    for hint in ["bob@example.org", "nobody@example.org", "o'nobody@example.org", "alice@example.com", "bob"] {
        assert_eq!(asks(hint).await, "login_required", "{hint}");
    }
    // Addresses are compared as they are stored.
    has_address(&server, "alice", "alice@b\u{fc}cher.example", true).await;
    for hint in ["alice@b\u{fc}cher.example", "Alice@xn--bcher-kva.example"] {
        assert_eq!(asks(hint).await, "", "{hint}");
    }
    assert_eq!(asks(ALICE).await, "login_required", "it is her address no more");
}

#[tokio::test]
async fn an_app_that_may_not_know_an_address_does_not_find_it_out_by_asking_with_it() {
    let server = Server::start().await;
    let browser = alice(&server).await;
    let (site, unticked, spy) =
        (Site::register(&server).await, Site::register(&server).await, Site::register(&server).await);
    let path = browser.get(&site.sends_to(&[])).await.location().to_owned();
    assert!(decides(&browser, &path, "allow").await.location().starts_with(BACK));
    // Another app asks for the address as well, and she does not tick it.
    let path = browser.get(&unticked.sends_to(&[("scope", "openid email")])).await.location().to_owned();
    let account = consent_form(&browser.get(&path).await);
    let none = [("decision", "allow"), ("account", &*account), ("fields[]", "")];
    assert!(browser.post(&path, &none).await.location().starts_with(BACK));
    for (site, scope) in [(&site, "openid profile"), (&unticked, "openid email"), (&spy, "openid email")] {
        for hint in [ALICE, "bob@example.org", "nobody@example.org"] {
            let said = asks_quietly(&browser, site, ("login_hint", hint), scope).await;
            assert_eq!(said, "login_required", "{scope}: {hint}");
        }
    }
    assert_eq!(asks_quietly(&browser, &site, ("login_hint", "alice"), "openid profile").await, "");
}

#[tokio::test]
async fn the_form_of_a_new_sign_in_has_the_user_name_of_the_account_in_use_whose_address_is_hinted() {
    let server = Server::start().await;
    let (site, browser) = (Site::register(&server).await, alice(&server).await);
    let form = async |hint: &str| {
        let begun = browser.get(&site.sends_to(&[("prompt", "login"), ("login_hint", hint)])).await;
        let page = browser.get(begun.location()).await.body;
        let way = page.split("href=\"").find(|rest| rest.starts_with("/signin?")).expect("a way to the form");
        browser.get(&way.split('"').next().unwrap_or_default().replace("&amp;", "&")).await.body
    };
    let known = form("alice@example.org").await;
    assert!(known.contains("value=\"alice\""), "{known}");
    for hint in ["bob@example.org", "nobody@example.org"] {
        let form = form(hint).await;
        assert!(form.contains(&format!("value=\"{hint}\"")), "it may be a user name: {form}");
        assert!(!form.contains("value=\"alice\"") && !form.contains("value=\"bob\""), "{hint}: {form}");
    }
}
