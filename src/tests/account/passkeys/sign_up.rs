//! People make an account for themselves with a passkey, also where passwords are off.

use reqwest::StatusCode;
use tessera::settings::{Passwords, SignUp};
use tessera::store::records::people::Role;

use super::device::Device;
use super::{account, fetched, is_refused, options, passkeys, signs_in};
use crate::harness::browser::{Browser, DESKTOP, Reply};
use crate::harness::server::Server;

type Fields<'a> = Vec<(&'a str, &'a str)>;

async fn open_server(passwords: Passwords) -> Server {
    let server = Server::start_with(move |settings| {
        settings.account.sign_up = SignUp::Open;
        settings.account.passwords = passwords;
        settings.limits.attempts_per_minute = 1000;
    })
    .await;
    server.administrator("Root").await;
    server
}

/// The fields of a form that the page shows to this browser.
async fn fields<'a>(browser: &Browser, username: &'a str, attempt: &'a mut String) -> Fields<'a> {
    let page = browser.get("/signup").await;
    let found = page.body.split("name=\"attempt\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    found.unwrap_or_else(|| panic!("no form: {page:?}")).clone_into(attempt);
    vec![("attempt", attempt), ("username", username), ("display_name", "Somebody New"), ("email", "")]
}

async fn makes(browser: &Browser, device: &mut Device, fields: &Fields<'_>) -> String {
    let asked = options(browser, "sign-up", fields).await;
    device.makes(browser.origin(), asked).await
}

async fn sends(browser: &Browser, fields: &Fields<'_>, credential: &str) -> Reply {
    let form: Vec<_> = fields.iter().copied().chain([("probed", "1"), ("credential", credential)]).collect();
    browser.post("/signup", &form).await
}

#[tokio::test]
async fn an_account_is_made_with_a_passkey_and_signs_in_with_it_where_there_are_no_passwords() {
    let server = open_server(Passwords::Off).await;
    let (browser, mut device, mut attempt) = (Browser::desktop(&server), Device::default(), String::new());
    let page = browser.get("/signup").await;
    assert!(!page.body.contains("type=\"password\"") && page.body.contains("/passkey/options/sign-up"), "{page:?}");
    let fields = fields(&browser, "alice", &mut attempt).await;
    let credential = makes(&browser, &mut device, &fields).await;
    let made = sends(&browser, &[&fields[..], &[("next", "/account")]].concat(), &credential).await;
    assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/account"), "{made:?}");
    assert!(browser.is_signed_in().await);
    let alice = account(&server, "alice").await;
    assert_eq!((alice.role, alice.display_name.as_str()), (Role::None, "Somebody New"));
    assert_eq!(passkeys(&server, "alice").await.len(), 1);
    assert!(!server.app.records.has_password(alice.id).await.expect("answers"));
    assert!(server.app.records.has_way_in(alice.id).await.expect("answers"));
    let other = Browser::new(&server, DESKTOP, "198.51.100.9");
    assert_eq!(signs_in(&other, &mut device, "/").await.location(), "/");
    // She has proved herself by it, and the same form does nothing twice.
    assert_eq!(browser.get("/account/proof").await.location(), "/");
    assert_eq!(sends(&browser, &fields, &credential).await.location(), "/");
    assert_eq!(passkeys(&server, "alice").await.len(), 1);
}

#[tokio::test]
async fn a_form_takes_either_and_a_site_without_passwords_takes_none() {
    let server = open_server(Passwords::On).await;
    let page = Browser::desktop(&server).get("/signup").await;
    assert!(page.body.contains("type=\"password\"") && page.body.contains("/passkey/options/sign-up"), "{page:?}");
    let server = open_server(Passwords::Off).await;
    let (browser, mut attempt) = (Browser::desktop(&server), String::new());
    let fields = fields(&browser, "alice", &mut attempt).await;
    let form = [&fields[..], &[("probed", "1"), ("password", "a lantern on the pier")]].concat();
    is_refused(&browser.post("/signup", &form).await, "takes no passwords");
    assert!(server.app.records.account_by_username("alice").await.expect("answers").is_none());
}

#[tokio::test]
async fn nobody_makes_a_passkey_for_a_name_that_cannot_be_theirs() {
    let server = open_server(Passwords::On).await;
    server.person("Bob").await;
    let (browser, mut attempt) = (Browser::desktop(&server), String::new());
    for (username, code) in
        [("bob", "username_taken"), ("B0B", "username_taken"), ("admin", "field_not_taken"), ("", "field_not_taken")]
    {
        let fields = fields(&browser, username, &mut attempt).await;
        let refused = fetched(&browser, "sign-up", &fields).await;
        assert_eq!((refused.status, &*refused.error()), (StatusCode::UNPROCESSABLE_ENTITY, code), "{username:?}");
    }
    let closed = Server::start().await;
    closed.administrator("Root").await;
    let refused = fetched(&Browser::desktop(&closed), "sign-up", &[("username", "alice"), ("display_name", "A")]).await;
    assert_eq!((refused.status, &*refused.error()), (StatusCode::NOT_FOUND, "sign_up_off"));
}

#[tokio::test]
async fn sec_58_a_passkey_makes_one_account_with_the_names_and_in_the_browser_that_it_was_made_for() {
    let server = open_server(Passwords::Off).await;
    let (browser, mut device, mut attempt) = (Browser::desktop(&server), Device::default(), String::new());
    let fields = fields(&browser, "alice", &mut attempt).await;
    let credential = makes(&browser, &mut device, &fields).await;
    let other = Browser::new(&server, DESKTOP, "198.51.100.9");
    other.get("/signup").await;
    is_refused(&sends(&other, &fields, &credential).await, "started in another window");
    let renamed: Fields<'_> =
        fields.iter().map(|(name, value)| (*name, if *name == "username" { "mallory" } else { value })).collect();
    is_refused(&sends(&browser, &renamed, &credential).await, "started in another window");
    // Somebody took the name meanwhile: what was typed stays, and neither account nor passkey is stored.
    let refused = {
        server.person("Alice").await;
        sends(&browser, &fields, &credential).await
    };
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("id=\"username-wrong\"") && refused.body.contains("value=\"Somebody New\""));
    assert!(passkeys(&server, "alice").await.is_empty() && !browser.is_signed_in().await);
    // Two accounts do not get one passkey.
    let (first, mut attempt) = (Browser::desktop(&server), String::new());
    let fields = fields_of(&first, "carol", &mut attempt).await;
    let credential = makes(&first, &mut device, &fields).await;
    assert_eq!(sends(&first, &fields, &credential).await.location(), "/");
    let last = Browser::new(&server, DESKTOP, "198.51.100.10");
    last.get("/signup").await;
    is_refused(&sends(&last, &fields, &credential).await, "started in another window");
}

#[tokio::test]
async fn a_passkey_that_makes_no_account_leaves_the_others_behind_its_address_theirs() {
    let server = Server::start_with(|settings| {
        settings.account.sign_up = SignUp::Open;
        settings.limits.attempts_per_minute = 1000;
        settings.limits.sign_ups_per_hour = 1;
    })
    .await;
    server.administrator("Root").await;
    let (browser, mut device, mut attempt) = (Browser::desktop(&server), Device::default(), String::new());
    let fields = fields(&browser, "alice", &mut attempt).await;
    for _ in 0..3 {
        let refused = sends(&browser, &fields, "{}").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{refused:?}");
    }
    let credential = makes(&browser, &mut device, &fields).await;
    // Somebody took the name meanwhile.
    server.person("Alice").await;
    assert_eq!(sends(&browser, &fields, &credential).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (username, status) in [("bob", StatusCode::SEE_OTHER), ("carol", StatusCode::TOO_MANY_REQUESTS)] {
        let (browser, mut attempt) = (Browser::desktop(&server), String::new());
        let fields = fields_of(&browser, username, &mut attempt).await;
        let credential = makes(&browser, &mut device, &fields).await;
        let reply = sends(&browser, &fields, &credential).await;
        assert_eq!(reply.status, status, "{username}: {reply:?}");
    }
}

async fn fields_of<'a>(browser: &Browser, username: &'a str, attempt: &'a mut String) -> Fields<'a> {
    fields(browser, username, attempt).await
}
