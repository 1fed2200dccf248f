//! Whom a browser may ask.

use reqwest::{Method, StatusCode};

use super::service::PushService;
use super::{asking_server, asking_server_with, asks, asks_phones, buttons, known_browser, makes_known, other_person};
use super::{presses, subscribes};
use crate::harness::browser::{Browser, PHONE, Shown};
use crate::harness::server::Server;
use crate::harness::site::Site;

async fn names(browser: &Browser) -> Vec<String> {
    buttons(&browser.get("/login").await).into_iter().map(|(name, _)| name).collect()
}

/// The handle of an account on the page of this browser.
async fn handle_of(browser: &Browser, name: &str) -> String {
    let all = buttons(&browser.get("/login").await);
    all.into_iter().find(|(label, _)| label.contains(name)).expect("a button").1
}

async fn is_refused(browser: &Browser, shown: &Shown, handle: &str) {
    let reply = presses(browser, shown, handle).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN, "{reply:?}");
    assert!(reply.body.contains(&format!("href=\"/login/{}\"", shown.ticket)), "it leads back to the code");
}

async fn start() -> (PushService, Server, Browser) {
    let service = PushService::start().await;
    let server = asking_server(&service).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    subscribes(&service, &phone, "alice").await;
    (service, server, phone)
}

#[tokio::test]
async fn sec_77_a_browser_may_ask_an_account_that_knows_it_and_turned_it_on() {
    let (service, server, phone) = start().await;
    let browser = Browser::desktop(&server);
    assert!(names(&browser).await.is_empty(), "nobody knows it");
    let other = other_person(&server, "Bob").await;
    makes_known(&server, &other, &browser).await;
    assert!(names(&browser).await.is_empty(), "Bob did not turn it on");
    makes_known(&server, &phone, &browser).await;
    assert_eq!(names(&browser).await, ["Continue as Alice"]);
    subscribes(&service, &other, "bob").await;
    let mut both = names(&browser).await;
    both.sort();
    assert_eq!(both, ["Continue as Alice", "Continue as Bob"]);
    other.post("/signout", &[]).await;
    assert_eq!(names(&browser).await, ["Continue as Alice"], "no phone of his is signed in");
    let stranger = Browser::desktop(&server);
    assert!(names(&stranger).await.is_empty());
}

#[tokio::test]
async fn sec_77_a_browser_that_is_not_known_asks_nobody_whatever_it_sends() {
    let (service, server, phone) = start().await;
    let browser = known_browser(&server, &phone).await;
    let handle = handle_of(&browser, "Alice").await;
    let stranger = Browser::desktop(&server);
    let shown = stranger.show_code().await;
    let account = crate::account::profile::account(&server, "Alice").await.id.to_string();
    for guess in [&*handle, "", "alice", "Alice", &account] {
        is_refused(&stranger, &shown, guess).await;
    }
    // A handle is of one ticket, and the ticket of one browser.
    let own = browser.show_code().await;
    is_refused(&browser, &own, &handle).await;
    let page = browser.get("/login").await;
    let (own, handle) = (Shown::read(&page.body), buttons(&page).remove(0).1);
    let reply = presses(&stranger, &own, &handle).await;
    assert!(!reply.status.is_success() && reply.status != StatusCode::SEE_OTHER, "{reply:?}");
    // One that lost the id by which it is known, and one that another account knows.
    let page = browser.get("/login").await;
    let (own, handle) = (Shown::read(&page.body), buttons(&page).remove(0).1);
    let twin = browser.twin();
    twin.set_cookie("__Host-tessera-known", "");
    is_refused(&twin, &own, &handle).await;
    let (other, of_bob) = (other_person(&server, "Bob").await, Browser::desktop(&server));
    makes_known(&server, &other, &of_bob).await;
    let shown = of_bob.show_code().await;
    is_refused(&of_bob, &shown, &handle).await;
    assert!(service.now().is_empty(), "nothing was sent");
    // Another site cannot have it pressed.
    let path = format!("/login/{}/ask", own.ticket);
    let headers = [("accept", "text/html"), ("sec-fetch-site", "cross-site")];
    let reply = browser.send(Method::POST, &path, &headers, Some(&[("account", &handle)])).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn sec_77_nothing_is_offered_on_phones_in_frames_and_for_another_account() {
    let (_service, server, phone) = start().await;
    let browser = known_browser(&server, &phone).await;
    let known = browser.cookie("__Host-tessera-known").expect("an id");
    let mobile = browser.beside(PHONE, "203.0.113.9");
    mobile.set_cookie("__Host-tessera-known", &known);
    assert!(buttons(&mobile.get("/login?code=1").await).is_empty());
    assert_eq!(names(&browser).await.len(), 1);
    server.person("Bob").await;
    let page = browser.get("/login?code=1&user=bob").await;
    assert!(buttons(&page).is_empty(), "the code is for Bob alone");
    let page = browser.get("/login?code=1&user=alice").await;
    assert_eq!(buttons(&page).len(), 1, "and this one is for Alice");
    let switch = [("state", "off")];
    phone.post("/account/security/scan", &switch).await;
    assert!(names(&browser).await.is_empty(), "nobody signs in by scanning as her");
}

#[tokio::test]
async fn a_sign_in_to_an_app_offers_it_too_and_leads_there() {
    let (service, server, phone) = start().await;
    let browser = known_browser(&server, &phone).await;
    let site = Site::register(&server).await;
    let begun = browser.get(&site.sends_to(&[])).await;
    let page = browser.get(begun.location()).await;
    let (shown, found) = (Shown::read(&page.body), buttons(&page));
    assert_eq!(found.len(), 1, "{}", page.words());
    assert_eq!(presses(&browser, &shown, &found[0].1).await.location(), format!("/login/{}", shown.ticket));
    service.got(1).await;
    let words = phone.get("/account/asked").await.words();
    assert!(words.contains("A browser is asking") && words.contains("Sign in to"), "{words}");
}

#[tokio::test]
async fn sec_77_at_most_three_accounts_are_offered_to_the_browser_of_a_family() {
    let service = PushService::start().await;
    let server = asking_server(&service).await;
    let browser = Browser::desktop(&server);
    for name in ["Ann", "Ben", "Cem", "Dot"] {
        let phone = other_person(&server, name).await;
        subscribes(&service, &phone, name).await;
        makes_known(&server, &phone, &browser).await;
        server.pass(1);
    }
    assert_eq!(names(&browser).await, ["Continue as Dot", "Continue as Cem", "Continue as Ben"]);
}

#[tokio::test]
async fn sec_77_a_browser_asks_three_times_an_hour_and_a_second_press_is_no_second_time() {
    let (service, server, phone) = start().await;
    let browser = known_browser(&server, &phone).await;
    for _ in 0..3 {
        let page = browser.get("/login").await;
        let (shown, handle) = (Shown::read(&page.body), buttons(&page).remove(0).1);
        for _ in 0..3 {
            let reply = presses(&browser, &shown, &handle).await;
            assert_eq!(reply.location(), format!("/login/{}", shown.ticket));
        }
        let page = browser.get(&format!("/login/{}", shown.ticket)).await;
        assert!(page.words().contains("Your phone was asked.") && buttons(&page).is_empty(), "{}", page.words());
        assert_eq!(Shown::read(&page.body).ticket, shown.ticket, "the code is there beside it");
    }
    let (shown, reply) = asks(&browser).await;
    assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(reply.body.contains(&format!("href=\"/login/{}\"", shown.ticket)), "it leads back to the code");
    let second = known_browser(&server, &phone).await;
    asks_phones(&second).await;
    assert_eq!(service.got(4).await.len(), 4);
    server.pass(3600);
    phone.get("/").await;
    asks_phones(&browser).await;
}

#[tokio::test]
async fn sec_77_nothing_is_asked_while_signing_in_by_scanning_is_off() {
    let (service, server, phone) = start().await;
    let browser = known_browser(&server, &phone).await;
    let page = browser.get("/login").await;
    let (shown, handle) = (Shown::read(&page.body), buttons(&page).remove(0).1);
    crate::login::switch::turned(&server, tessera::settings::Scanning::Off).await;
    presses(&browser, &shown, &handle).await;
    assert!(buttons(&browser.get("/login").await).is_empty());
    assert!(service.now().is_empty());
    assert_eq!(phone.get("/account/asked").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_login_page_is_as_it_was_where_the_account_was_forgotten_or_the_key_is_another_ones() {
    let service = PushService::start().await;
    let server = asking_server_with(&service, |settings| settings.login.name_first = false).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    subscribes(&service, &phone, "alice").await;
    let browser = known_browser(&server, &phone).await;
    let page = browser.get("/login").await;
    let (shown, handle) = (Shown::read(&page.body), buttons(&page).remove(0).1);
    phone.post("/account/devices", &[("end", "browsers")]).await;
    is_refused(&browser, &shown, &handle).await;
    assert!(names(&browser).await.is_empty());
}
