//! The relay drill: a scripted attacker opens the login page, copies its code to a page of theirs, and gets a person to
//! scan it there (OWASP's `QRLJacking`). What the person sees is the attacker's browser, and what they do not approve is not
//! given.

use reqwest::{Method, StatusCode};

use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::{PASSWORD, Server};

/// Where the attacker is.
const FAR: &str = "192.0.2.66";
/// Where the victim is, with phone and desktop.
const HOME: &str = "203.0.113.1";

async fn claims(attacker: &Browser, ticket: &str) -> StatusCode {
    attacker.fetch(Method::POST, &format!("/login/{ticket}/claim")).await.status
}

#[tokio::test]
async fn sec_18_a_relayed_code_shows_the_attacker_and_not_the_page_that_it_was_copied_to() {
    let server = Server::start().await;
    let victim = Browser::signed_in(&server, "Alice").await;
    // An attacker who writes the victim's address before their own, as proxies do.
    for address in [FAR.to_owned(), format!("{HOME}, {FAR}"), format!("{HOME}:80, {FAR}:4711")] {
        server.pass(60);
        let attacker = Browser::new(&server, DESKTOP, &address);
        let relayed = attacker.show_code().await;
        server.pass(20);
        let code = victim.scan(&relayed).await;
        let page = victim.get(&format!("/s/{code}")).await;
        let (words, asked) = (page.words(), page.body);
        for told in [FAR, "different from this phone's", "class=\"unusual\"", "Chrome on Windows", "20 seconds ago"] {
            assert!(words.contains(told) || asked.contains(told), "{told} is missing with {address}: {asked}");
        }
        assert!(!asked.contains("the same as this phone"), "{asked}");
        assert_eq!(claims(&attacker, &relayed.ticket).await, StatusCode::CONFLICT, "a scan is no approval");
        // Enter denies: the first form of the page, and the button that has the focus.
        let first = asked.split("<form").nth(1).unwrap_or_default();
        assert!(first.contains("/api/deny") && first.contains("autofocus"), "{first}");
        assert_eq!(victim.post("/api/deny", &[("code", &code)]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(claims(&attacker, &relayed.ticket).await, StatusCode::GONE);
        assert!(!attacker.is_signed_in().await);
    }
    // The person's own desktop, at the same connection, is told apart from that.
    server.pass(60);
    let own = Browser::new(&server, DESKTOP, HOME);
    let code = victim.scan(&own.show_code().await).await;
    let asked = victim.get(&format!("/s/{code}")).await.body;
    assert!(!asked.contains("class=\"unusual\"") && !asked.contains("different from this phone's"), "{asked}");
}

#[tokio::test]
async fn sec_18_a_copy_that_has_grown_old_is_refused_and_told_on_the_screen_that_it_was_taken_from() {
    let server = Server::start().await;
    let (victim, page) = (Browser::signed_in(&server, "Alice").await, Browser::new(&server, DESKTOP, FAR));
    let shown = page.show_code().await;
    let copy = server.path_of(&shown).await;
    server.pass(50);
    page.fetch(Method::POST, &format!("/login/{}/refresh", shown.ticket)).await;
    server.pass(30);
    let code = copy.strip_prefix("/s/").expect("a code");
    victim.post("/api/scan", &[("code", code)]).await;
    assert_eq!(victim.get(&copy).await.status, StatusCode::GONE);
    let screen = page.get(&format!("/login/{}", shown.ticket)).await.body;
    assert!(screen.contains("someone may have copied it"), "{screen}");
    assert_eq!(claims(&page, &shown.ticket).await, StatusCode::CONFLICT);
}

#[tokio::test]
async fn sec_18_what_a_relay_gains_all_the_same_is_short_and_taken_back_by_a_press() {
    let server = Server::start().await;
    server.administrator("Alice").await;
    let (victim, attacker) = (Browser::phone(&server), Browser::new(&server, DESKTOP, FAR));
    victim.sign_in("alice", PASSWORD, "/").await;
    let relayed = attacker.show_code().await;
    let code = victim.approve(&relayed).await;
    // Whoever has a copy of the code but not the page gains nothing even now.
    for other in [Browser::new(&server, DESKTOP, FAR), Browser::new(&server, DESKTOP, HOME)] {
        assert_eq!(claims(&other, &relayed.ticket).await, StatusCode::FORBIDDEN);
    }
    assert_eq!(claims(&attacker, &relayed.ticket).await, StatusCode::OK);
    for closed in ["/admin/apps", "/account/password"] {
        assert!(attacker.get(closed).await.location().starts_with("/signin?"), "{closed}");
    }
    victim.post(&format!("/s/{code}/disown"), &[]).await;
    assert!(!attacker.is_signed_in().await && victim.is_signed_in().await);
}
