//! The passkey of the phone, used for one approval.

use reqwest::{Method, StatusCode};
use tessera::ticket::ladder::Rung;

use super::{approves, asks, claims, scans, server_with};
use crate::account::passkeys::adds;
use crate::account::passkeys::device::Device;
use crate::harness::browser::Browser;
use crate::harness::server::{PASSWORD, Server};

async fn server() -> Server {
    server_with(|settings| settings.login.verification.new_browser = Rung::Passkey).await
}

/// What the phone's script fetches for the code, and what its device answers.
async fn answers(phone: &Browser, device: &mut Device, code: &str) -> String {
    let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    let asked = phone.send(Method::POST, &format!("/s/{code}/passkey"), &headers, Some(&[])).await;
    assert_eq!(asked.status, StatusCode::OK, "{asked:?}");
    device.answers(phone.origin(), serde_json::from_str(&asked.body).expect("JSON")).await
}

async fn with_passkey(server: &Server) -> (Browser, Device) {
    let (phone, mut device) = (Browser::signed_in(server, "Alice").await, Device::default());
    adds(&phone, &mut device).await;
    (phone, device)
}

/// Asks for the options of an approval, and is given them.
pub async fn asks_for_options() {
    let server = server().await;
    let (phone, mut device) = with_passkey(&server).await;
    let code = scans(&server, &phone, &Browser::desktop(&server).show_code().await).await;
    answers(&phone, &mut device, &code).await;
}

#[tokio::test]
async fn sec_10_a_passkey_approves_the_ticket_that_it_was_used_for() {
    let server = server().await;
    let (phone, mut device) = with_passkey(&server).await;
    let (browser, other) = (Browser::desktop(&server), Browser::desktop(&server));
    let (shown, second) = (browser.show_code().await, other.show_code().await);
    let (code, second_code) = (scans(&server, &phone, &shown).await, scans(&server, &phone, &second).await);
    let page = asks(&phone, &code).await;
    assert!(page.body.contains(&format!("data-options=\"/s/{code}/passkey\"")), "{}", page.body);
    approves(&phone, &code, &[]).await;
    assert_eq!(claims(&browser, &shown).await.error(), "not_approved");
    let answer = answers(&phone, &mut device, &code).await;
    let elsewhere = approves(&phone, &second_code, &[("credential", &answer)]).await;
    assert!(phone.get(elsewhere.location()).await.words().contains("The passkey could not be checked"));
    assert_eq!(claims(&other, &second).await.error(), "not_approved", "it was used for another ticket");
    approves(&phone, &code, &[("credential", &answer)]).await;
    assert_eq!(claims(&browser, &shown).await.status, StatusCode::OK);
}

#[tokio::test]
async fn sec_10_a_passkey_of_another_account_and_a_fresh_sign_in_approve_nothing() {
    let server = server().await;
    let (phone, _) = with_passkey(&server).await;
    server.person("Bob").await;
    let (bob, mut his) = (Browser::phone(&server), Device::default());
    bob.sign_in("bob", PASSWORD, "/").await;
    adds(&bob, &mut his).await;
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let code = scans(&server, &phone, &shown).await;
    let answer = answers(&bob, &mut his, &code).await;
    approves(&phone, &code, &[("credential", &answer)]).await;
    approves(&phone, &code, &[("credential", "{}")]).await;
    assert_eq!(claims(&browser, &shown).await.error(), "not_approved");
}

#[tokio::test]
async fn sec_10_administrators_use_a_passkey_and_are_refused_without_one() {
    let server = super::server().await;
    server.administrator("Root").await;
    let (phone, browser) = (Browser::phone(&server), Browser::desktop(&server));
    phone.sign_in("root", PASSWORD, "/").await;
    let shown = browser.show_code().await;
    let code = scans(&server, &phone, &shown).await;
    let page = asks(&phone, &code).await;
    assert!(
        page.words().contains("You are an administrator.") && page.words().contains("Your account has no passkey.")
    );
    approves(&phone, &code, &[]).await;
    assert_eq!(claims(&browser, &shown).await.error(), "not_approved");
    let mut device = Device::default();
    adds(&phone, &mut device).await;
    let shown = browser.show_code().await;
    let code = scans(&server, &phone, &shown).await;
    let answer = answers(&phone, &mut device, &code).await;
    approves(&phone, &code, &[("credential", &answer)]).await;
    assert_eq!(claims(&browser, &shown).await.status, StatusCode::OK);
}

/// Where no passkey is possible, administrators are not kept out: the most is asked that there is.
#[tokio::test]
async fn where_there_can_be_no_passkeys_digits_are_asked_instead() {
    let server = super::server_with(|settings| settings.public_url = "http://192.0.2.1:3000".into()).await;
    server.administrator("Root").await;
    let (phone, browser) = (Browser::phone(&server), Browser::desktop(&server));
    phone.sign_in("root", PASSWORD, "/").await;
    let code = scans(&server, &phone, &browser.show_code().await).await;
    assert!(asks(&phone, &code).await.body.contains("value=\"shown\""));
}
