//! What the phone is shown, and decides about.

use reqwest::StatusCode;
use tessera::store::records::activity::ActivityKind;

use super::service::PushService;
use super::{asking_server, asks_phones, known_browser, opens, other_person, subscribes};
use crate::harness::browser::{Browser, Shown};
use crate::harness::server::Server;
use crate::login::ladder::{approves, choices, claims, details, number, seen};

async fn start() -> (PushService, Server, Browser, Browser) {
    let service = PushService::start().await;
    let server = asking_server(&service).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    subscribes(&service, &phone, "alice").await;
    let browser = known_browser(&server, &phone).await;
    (service, server, phone, browser)
}

#[tokio::test]
async fn sec_77_what_was_not_scanned_asks_for_the_number_although_the_browser_is_known() {
    let (_service, server, phone, browser) = start().await;
    let shown = asks_phones(&browser).await;
    let page = phone.get("/account/asked").await;
    assert!(page.words().contains("A browser is asking"), "{}", page.words());
    assert!(page.body.contains("id=\"scan\""), "the script leads on by itself");
    let code = opens(&phone, &shown).await;
    let page = phone.get(&format!("/s/{code}")).await;
    let words = page.words();
    assert!(words.contains("You did not scan a code: a browser that you had remembered asked this phone."), "{words}");
    assert_eq!(choices(&page).len(), 3);
    assert!(!page.body.contains("name=\"remember\""), "it is remembered already");
    // A tap alone approves nothing.
    approves(&phone, &code, &[]).await;
    assert_eq!(claims(&browser, &shown).await.status, StatusCode::CONFLICT);
    approves(&phone, &code, &[("answer", &number(&browser, &shown).await)]).await;
    assert_eq!(claims(&browser, &shown).await.status, StatusCode::OK);
    assert!(browser.is_signed_in().await);
    let line = details(&server, "Alice", ActivityKind::Approved).await.remove(0);
    assert!(line.contains("number: asked"), "{line}");
    let words = phone.get("/account/asked").await.words();
    assert!(words.contains("Nothing is waiting"), "{words}");
}

#[tokio::test]
async fn sec_77_a_wrong_number_denies_and_both_sides_say_so() {
    let (_service, _server, phone, browser) = start().await;
    let shown = asks_phones(&browser).await;
    let code = opens(&phone, &shown).await;
    let right = number(&browser, &shown).await;
    let wrong = choices(&phone.get(&format!("/s/{code}")).await).into_iter().find(|one| *one != right).expect("two");
    approves(&phone, &code, &[("answer", &wrong)]).await;
    assert_eq!(seen(&browser, &shown).await, "denied");
    let words = phone.get(&format!("/s/{code}")).await.words();
    assert!(words.contains("Denied") && words.contains("Report it"), "{words}");
}

#[tokio::test]
async fn a_denied_ask_is_seen_in_the_browser_and_can_be_reported() {
    let (_service, _server, phone, browser) = start().await;
    let shown = asks_phones(&browser).await;
    let code = opens(&phone, &shown).await;
    phone.post("/api/deny", &[("code", &code)]).await;
    assert_eq!(seen(&browser, &shown).await, "denied");
    assert!(phone.get(&format!("/s/{code}")).await.words().contains("Report it"));
    let reply = phone.post(&format!("/s/{code}/report"), &[]).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert!(super::buttons(&browser.get("/login").await).is_empty(), "a browser that was reported is forgotten");
}

#[tokio::test]
async fn sec_77_what_waits_for_one_account_is_seen_and_scanned_by_no_other() {
    let (_service, server, _phone, browser) = start().await;
    let other = other_person(&server, "Bob").await;
    let shown = asks_phones(&browser).await;
    assert!(other.get("/account/asked").await.words().contains("Nothing is waiting"));
    let reply = other.post("/account/asked", &[("ticket", &shown.ticket), ("pressed", "true")]).await;
    assert_eq!(reply.location(), "/account/asked");
    assert!(seen(&browser, &shown).await["waiting"].is_object(), "nobody scanned it");
    // Nor a ticket for which nobody asked.
    let silent = browser.show_code().await;
    let stranger = Browser::phone(&server);
    let reply = stranger.post("/account/asked", &[("ticket", &silent.ticket)]).await;
    assert!(reply.location().starts_with("/signin"));
}

#[tokio::test]
async fn sec_77_a_scan_without_a_press_does_not_tell_the_browser_who_it_is() {
    let (_service, _server, phone, browser) = start().await;
    let shown = asks_phones(&browser).await;
    let reply = phone.post("/account/asked", &[("ticket", &shown.ticket)]).await;
    assert!(reply.location().starts_with("/s/"));
    assert!(seen(&browser, &shown).await["scanned"]["by"].is_null());
    let again = phone.get("/account/asked").await;
    assert!(again.location().starts_with("/s/"), "the notification leads to the question: {again:?}");
    // A page that another site opened is not left by itself.
    let shown = asks_phones(&browser).await;
    let headers = [("accept", "text/html"), ("sec-fetch-site", "cross-site")];
    let page = phone.send(reqwest::Method::GET, "/account/asked", &headers, None).await;
    assert!(page.body.contains(&shown.ticket) && !page.body.contains("id=\"decision\""), "{}", page.words());
}

#[tokio::test]
async fn an_ask_outlasts_the_code_of_its_page_and_ends_with_its_ticket() {
    let (_service, server, phone, browser) = start().await;
    let shown = asks_phones(&browser).await;
    server.pass(55);
    let page = browser.get(&format!("/login/{}", shown.ticket)).await;
    assert_ne!(Shown::read(&page.body).typed, shown.typed, "the code was renewed");
    assert!(phone.get("/account/asked").await.words().contains("A browser is asking"));
    let code = opens(&phone, &shown).await;
    assert_eq!(choices(&phone.get(&format!("/s/{code}")).await).len(), 3);
    phone.post("/api/deny", &[("code", &code)]).await;
    let shown = asks_phones(&browser).await;
    server.pass(61);
    let words = phone.get("/account/asked").await.words();
    assert!(
        words.contains("Nothing is waiting") && words.contains("Press the button in the browser again."),
        "{words}"
    );
    let reply = phone.post("/account/asked", &[("ticket", &shown.ticket), ("pressed", "true")]).await;
    assert_eq!(reply.location(), "/account/asked");
}

#[tokio::test]
async fn of_two_browsers_that_ask_the_phone_shows_both() {
    let (_service, server, phone, browser) = start().await;
    let second = known_browser(&server, &phone).await;
    let (one, other) = (asks_phones(&browser).await, asks_phones(&second).await);
    let page = phone.get("/account/asked").await;
    assert!(page.words().contains("Browsers are asking"), "{}", page.words());
    assert!(page.body.contains(&one.ticket) && page.body.contains(&other.ticket));
    let code = opens(&phone, &other).await;
    approves(&phone, &code, &[("answer", &number(&second, &other).await)]).await;
    assert_eq!(claims(&second, &other).await.status, StatusCode::OK);
    assert!(!browser.is_signed_in().await);
}
