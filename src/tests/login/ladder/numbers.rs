//! The number: the browser shows one, and the phone chooses among three.

use reqwest::StatusCode;
use tessera::store::records::activity::ActivityKind;
use tessera::text::Lang;

use super::{approves, asks, choices, claims, details, number, scans, seen, server};
use crate::harness::browser::Browser;

#[tokio::test]
async fn sec_10_a_new_browser_is_signed_in_by_the_number_that_it_shows() {
    let server = server().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let code = scans(&server, &phone, &shown).await;
    let page = asks(&phone, &code).await;
    let (offered, right) = (choices(&page), number(&browser, &shown).await);
    assert_eq!(offered.len(), 3, "{}", page.body);
    assert!(offered.contains(&right) && offered.iter().all(|number| number.len() == 2), "{offered:?}");
    assert!(page.words().contains("Your account does not know that browser."), "{}", page.words());
    let html = browser.get(&format!("/login/{}", shown.ticket)).await.body;
    assert!(html.contains("data-state=\"number\"") && html.contains(&format!(">{right}</p>")), "{html}");
    assert!(approves(&phone, &code, &[("answer", &right)]).await.location().starts_with("/s/"));
    assert_eq!(claims(&browser, &shown).await.status, StatusCode::OK);
    assert!(browser.is_signed_in().await);
    let lines = details(&server, "Alice", ActivityKind::Approved).await;
    assert!(lines[0].ends_with("number: new_browser"), "{lines:?}");
}

#[tokio::test]
async fn sec_10_a_wrong_number_denies_at_once_and_both_screens_say_why() {
    let server = server().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let texts = Lang::default().texts();
    let shown = browser.show_code().await;
    let code = scans(&server, &phone, &shown).await;
    let right = number(&browser, &shown).await;
    let wrong = choices(&asks(&phone, &code).await).into_iter().find(|choice| *choice != right).expect("another");
    approves(&phone, &code, &[("answer", &wrong)]).await;
    assert!(asks(&phone, &code).await.words().contains(texts.ladder.wrong_number));
    let heard = browser.hears(&shown).await;
    assert_eq!((heard["seen"].as_str(), heard["notice"].as_str()), (Some("denied"), Some("wrong_number")), "{heard}");
    let html = browser.get(&format!("/login/{}", shown.ticket)).await;
    assert!(html.words().contains(texts.panel.wrong_number), "{}", html.words());
    // There is no other try.
    phone.post("/api/approve", &[("code", &code), ("answer", &right)]).await;
    assert_eq!(claims(&browser, &shown).await.error(), "denied");
    assert_eq!(details(&server, "Alice", ActivityKind::Denied).await.len(), 1);
}

#[tokio::test]
async fn sec_10_nothing_less_than_the_answer_approves_and_the_phone_is_not_sent_the_right_one() {
    let server = server().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let code = scans(&server, &phone, &shown).await;
    for form in [&[][..], &[("answer", "")], &[("answer", "7")], &[("answer", "shown")], &[("answer", "BCDF")]] {
        approves(&phone, &code, form).await;
        assert_eq!(claims(&browser, &shown).await.error(), "not_approved", "{form:?}");
    }
    let watch = phone.fetch(reqwest::Method::GET, &format!("/s/{code}/watch")).await;
    assert!(watch.status == StatusCode::OK && !watch.body.contains("number"), "{}", watch.body);
    // Nor does any other browser hear it.
    let other = Browser::desktop(&server);
    other.show_code().await;
    let watched = other.fetch(reqwest::Method::GET, &format!("/login/{}/watch", shown.ticket)).await;
    assert_eq!(watched.status, StatusCode::FORBIDDEN);
    assert!(seen(&browser, &shown).await["scanned"]["number"].is_string());
}

/// The asking browser is the one whose cookie counts: a code that is shown to a person in a browser that they made known
/// comes from the one of whoever relays it.
#[tokio::test]
async fn sec_10_a_code_that_is_relayed_through_a_known_browser_asks_for_the_number() {
    let server = server().await;
    let (own, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    super::signs_in_by_number(&server, &phone, &own, &[("remember", "true")]).await;
    let attacker = Browser::new(&server, crate::harness::browser::DESKTOP, "192.0.2.66");
    let relayed = attacker.show_code().await;
    let code = scans(&server, &phone, &relayed).await;
    assert_eq!(choices(&asks(&phone, &code).await).len(), 3);
    approves(&phone, &code, &[]).await;
    assert_eq!(claims(&attacker, &relayed).await.error(), "not_approved");
}
