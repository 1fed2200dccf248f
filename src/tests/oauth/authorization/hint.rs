//! `id_token_hint` of a request that shows nothing: an app learns of whom it knows that they are here, and nothing of who
//! allows it nothing.

use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::site::{BACK, Site, said};

/// What an app is told that asks quietly with this token; empty where it is given a code.
async fn quietly(browser: &Browser, site: &Site, hint: &str, scope: &str) -> String {
    let asks = [("prompt", "none"), ("id_token_hint", hint), ("scope", scope)];
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
