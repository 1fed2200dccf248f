//! Each kind of approval leaves one receipt, and a denial leaves none.

use reqwest::{Method, StatusCode};
use tessera::receipt::line::{LineHash, Receipt, ReceiptPurpose};
use tessera::settings::Verification;
use tessera::store::records::Vouched;
use tessera::store::records::app_options::Switch;

use super::{receipts, receipts_of};
use crate::harness::browser::{Browser, Shown};
use crate::harness::server::Server;
use crate::harness::site::Site;
use crate::login::ladder::signs_in_by_number;
use crate::login::{api, transfer};
use crate::wechat;

fn one(receipts: Vec<Receipt>) -> Receipt {
    assert_eq!(receipts.len(), 1, "{receipts:?}");
    receipts.into_iter().next().expect("one")
}

#[tokio::test]
async fn sec_75_a_sign_in_to_this_site_leaves_one_receipt_that_says_what_and_from_where() {
    let server = Server::start_with(|settings| settings.login.verification = Verification::default()).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = signs_in_by_number(&server, &phone, &browser, &[]).await;
    let receipt = one(receipts(&server, "alice").await);
    assert_eq!((receipt.iss.as_str(), receipt.seq, receipt.prev), (server.origin.as_str(), 1, LineHash::NONE));
    assert_eq!((receipt.purpose, &receipt.app), (ReceiptPurpose::Session, &None));
    assert_eq!((receipt.browser.as_deref(), receipt.system.as_deref()), (Some("Chrome"), Some("Windows")));
    assert_eq!((receipt.address.as_str(), receipt.at.as_str()), (browser.address(), "2027-01-15T08:00:00Z"));
    assert_eq!((receipt.rung.as_str(), receipt.reasons.to_string().as_str()), ("number", "new_browser"));
    assert_eq!(receipt.ticket, shown.ticket.replace('-', ""));
    // The id of the phone's session is in the download of data too, and is neither its token nor the hash of it.
    let headers = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
    let data =
        phone.try_send_body(Method::POST, "/account/data/download", &headers, None).await.expect("an answer").body;
    let id = receipt.session.expect("a session");
    assert!(id.len() == 32 && data.contains(&format!("\"id_in_receipts\": \"{id}\"")), "{data}");
}

#[tokio::test]
async fn sec_75_a_sign_in_to_an_app_leaves_one_receipt_that_names_it() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let site = Site::register(&server).await;
    site.exchanges(&site.code(&browser, &phone, &[]).await).await;
    let receipt = one(receipts(&server, "alice").await);
    let app = receipt.app.expect("an app");
    assert_eq!((receipt.purpose, app.id, app.name.as_str()), (ReceiptPurpose::App, site.id.clone(), "Shop"));
}

#[tokio::test]
async fn sec_75_a_device_of_an_app_leaves_one_receipt() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let site = Site::register_with(&server, |app| app.options.switches.set(Switch::DeviceGrant, true)).await;
    let begun = site.calls("/oauth/device", &[("scope", "openid")]).await;
    phone.approve(&Shown { ticket: String::new(), typed: begun.text("user_code") }).await;
    let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
    let code = begun.text("device_code");
    let tokens = site.calls("/oauth/token", &[grant, ("device_code", &code)]).await;
    assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
    let receipt = one(receipts(&server, "alice").await);
    assert_eq!((receipt.purpose, receipt.app.map(|app| app.name)), (ReceiptPurpose::Device, Some("Shop".to_owned())));
}

#[tokio::test]
async fn sec_75_a_visitor_of_a_site_that_speaks_wechats_dialect_leaves_one_receipt() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let site = wechat::forum(&server).await;
    wechat::signs_in(&site, &Browser::desktop(&server), &phone).await;
    let receipt = one(receipts(&server, "alice").await);
    assert_eq!((receipt.purpose, receipt.app.map(|app| app.id)), (ReceiptPurpose::App, Some(site.id)));
}

#[tokio::test]
async fn sec_75_an_app_that_is_the_phone_leaves_one_receipt_without_a_session() {
    let server = api::server().await;
    let (browser, app) = (Browser::desktop(&server), Browser::new(&server, "ShopApp/1.0", "198.51.100.1"));
    let shown = browser.show_code().await;
    for verb in ["scan", "approve", "approve"] {
        let path = format!("/v1/tickets/{}/{verb}", shown.typed);
        let reply = api::call(&app, &path, &api::token(&api::claims())).await;
        assert_eq!(reply.status, StatusCode::OK, "{verb}: {reply:?}");
    }
    browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    let vouched = Vouched {
        fresh_id: tessera::ticket::ids::AccountId::from_random([9; 16]),
        issuer: "https://issuer.example".to_owned(),
        subject: "app-user-1".to_owned(),
        display_name: "Alice of the app".to_owned(),
        picture: None,
        now: server.clock.now(),
    };
    let account = server.app.records.vouched_account(vouched).await.expect("answers");
    let receipt = one(receipts_of(&server, account.id).await);
    assert_eq!((receipt.purpose, receipt.session), (ReceiptPurpose::Session, None));
}

#[tokio::test]
async fn sec_75_a_phone_that_a_browser_signs_in_leaves_one_receipt_that_names_the_phone() {
    let server = Server::start().await;
    let desktop = transfer::signed_in_desktop(&server, "Alice").await;
    let phone = Browser::phone(&server);
    transfer::signs_in(&server, &desktop, &phone).await;
    let receipt = one(receipts(&server, "alice").await);
    assert_eq!((receipt.purpose, receipt.rung.as_str()), (ReceiptPurpose::Transfer, "type"));
    assert_eq!((receipt.system.as_deref(), receipt.address.as_str()), (Some("Android"), phone.address()));
    assert!(receipt.session.is_some(), "the browser approved");
    assert!(desktop.cookie(super::COOKIE).is_some(), "and remembers the head");
}

#[tokio::test]
async fn sec_75_a_sign_in_that_was_denied_cancelled_or_only_scanned_leaves_no_receipt() {
    let server = Server::start_with(|settings| settings.login.verification = Verification::default()).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let shown = Browser::desktop(&server).show_code().await;
    let code = phone.scan(&shown).await;
    phone.post("/api/approve", &[("code", &code)]).await;
    phone.post("/api/deny", &[("code", &code)]).await;
    let other = Browser::desktop(&server);
    let cancelled = other.show_code().await;
    phone.scan(&cancelled).await;
    other.post(&format!("/login/{}/cancel", cancelled.ticket), &[]).await;
    assert_eq!(receipts(&server, "alice").await, []);
    assert!(phone.cookie(super::COOKIE).is_none());
    let page = phone.get(super::ACTIVITY).await;
    assert!(!page.body.contains("id=\"receipts\""), "{page:?}");
}
