//! Several accounts that are signed in side by side on one device.

mod adding;
mod marks;
mod remembered;

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tessera::ticket::approval::Stay;

use crate::harness::browser::{Browser, PHONE, Reply};
use crate::harness::server::{PASSWORD, Server};

const SESSION: &str = "__Host-tessera-session";
const ASIDE: &str = "__Host-tessera-aside";

/// An account in the list: the name of its session, the name of the person, and whether it is in use.
type Listed = (String, String, bool);

fn listed(page: &Reply) -> Vec<Listed> {
    let rows = page.body.split("id=\"of-").skip(1);
    rows.map(|row| {
        let name = row.split("translate=\"no\">").nth(1).and_then(|rest| rest.split('<').next());
        let session = row.split('"').next().unwrap_or_default();
        (session.to_owned(), name.expect("a name").to_owned(), row.contains("In use"))
    })
    .collect()
}

/// The names in the list, the one in use first.
pub async fn names(browser: &Browser) -> Vec<String> {
    listed(&browser.get("/accounts").await).into_iter().map(|(_, name, _)| name).collect()
}

pub async fn session_of(browser: &Browser, name: &str) -> String {
    let all = listed(&browser.get("/accounts").await);
    all.into_iter().find(|(_, whose, _)| whose == name).unwrap_or_else(|| panic!("no {name}")).0
}

/// Adds an account by the button and a password.
pub async fn adds(browser: &Browser, name: &str, next: &str) {
    let begun = browser.post("/accounts", &[("act", "add"), ("next", next)]).await;
    assert!(begun.status == StatusCode::SEE_OTHER && begun.location().starts_with("/signin?"), "{begun:?}");
    assert_eq!(browser.get(begun.location()).await.status, StatusCode::OK);
    let reply = browser.sign_in(name, PASSWORD, next).await;
    assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, next), "{reply:?}");
}

pub async fn chooses(browser: &Browser, session: &str, next: &str) -> Reply {
    browser.post("/accounts", &[("act", "choose"), ("session", session), ("next", next)]).await
}

/// The phone of Alice, with Bob kept aside.
async fn with_two(server: &Server) -> Browser {
    let phone = Browser::signed_in(server, "Bob").await;
    server.person("Alice").await;
    adds(&phone, "alice", "/").await;
    phone
}

/// The mark in the forms of a page.
fn mark(page: &Reply) -> String {
    let rest = page.body.split_once("name=\"made_for\" value=\"").unwrap_or_else(|| panic!("no mark: {}", page.body)).1;
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn sec_78_without_being_asked_a_sign_in_ends_the_session_before_and_keeps_nothing() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Bob").await;
    server.person("Alice").await;
    let before = phone.cookie(SESSION).expect("a session");
    phone.sign_in("alice", PASSWORD, "/").await;
    assert_eq!((names(&phone).await, phone.cookie(ASIDE)), (vec!["Alice".to_owned()], None));
    let other = phone.twin();
    other.set_cookie(SESSION, &before);
    assert!(!other.is_signed_in().await, "it has ended");
    // Another site can have nothing kept, chosen or ended.
    let evil = [("accept", "text/html"), ("sec-fetch-site", "cross-site")];
    for act in ["add", "choose", "sign_out", "sign_out_all"] {
        let forced = phone.send(Method::POST, "/accounts", &evil, Some(&[("act", act)])).await;
        assert_eq!(forced.status, StatusCode::FORBIDDEN, "{act}");
    }
    assert!(phone.is_signed_in().await);
}

#[tokio::test]
async fn an_added_account_is_in_use_and_the_other_one_is_chosen_again_with_its_own_session() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Bob").await;
    server.person("Alice").await;
    let bobs = phone.cookie(SESSION).expect("a session");
    adds(&phone, "alice", "/link").await;
    let alices = phone.cookie(SESSION).expect("a session");
    assert_eq!(names(&phone).await, ["Alice", "Bob"]);
    assert!(phone.get("/").await.body.contains(">Alice</h1>"));
    let bob = session_of(&phone, "Bob").await;
    for _ in 0..2 {
        // A second press changes nothing.
        let chosen = chooses(&phone, &bob, "/link").await;
        assert_eq!((chosen.status, chosen.location()), (StatusCode::SEE_OTHER, "/link"));
    }
    assert_eq!((phone.cookie(SESSION), phone.cookie(ASIDE)), (Some(bobs), Some(alices)), "the tokens stay");
    assert_eq!(names(&phone).await, ["Bob", "Alice"]);
    // What was added is added once: the next sign-in is as always.
    phone.sign_in("bob", PASSWORD, "/").await;
    assert_eq!(names(&phone).await, ["Bob", "Alice"]);
    for nowhere in ["//evil.example", "https://evil.example/"] {
        assert_eq!(chooses(&phone, &session_of(&phone, "Alice").await, nowhere).await.location(), "/");
        assert_eq!(chooses(&phone, &session_of(&phone, "Bob").await, nowhere).await.location(), "/");
    }
}

#[tokio::test]
async fn sec_78_an_account_has_one_session_on_a_device_and_the_sixth_ends_the_one_used_longest_ago() {
    let server = Server::start().await;
    let phone = with_two(&server).await;
    let (old, bobs) = (phone.twin(), session_of(&phone, "Bob").await);
    adds(&phone, "bob", "/").await;
    assert_eq!(names(&phone).await, ["Bob", "Alice"]);
    assert_ne!(session_of(&phone, "Bob").await, bobs, "a new session");
    assert_eq!(names(&old).await, ["Alice"], "in the place of the old one");
    for name in ["Carol", "Dave", "Erin"] {
        server.person(name).await;
        assert!(!phone.get("/accounts").await.words().contains("Five accounts"), "{name}");
        adds(&phone, name, "/").await;
    }
    let full = phone.get("/accounts").await.words();
    assert!(full.contains("Five accounts are signed in here") && full.contains("Alice is signed out"), "{full}");
    let alice = session_of(&phone, "Alice").await;
    server.person("Fred").await;
    adds(&phone, "Fred", "/").await;
    assert_eq!(names(&phone).await, ["Fred", "Erin", "Dave", "Carol", "Bob"]);
    assert_eq!(phone.cookie(ASIDE).expect("four").split('.').count(), 4);
    assert_eq!(chooses(&phone, &alice, "/link").await.location(), "/accounts?next=/link", "hers has ended");
    // Whoever writes more into the cookie has no more, and the same one twice counts once.
    let tokens = format!("{0}.{0}.x..{1}", phone.cookie(ASIDE).expect("four"), "A".repeat(43));
    phone.set_cookie(ASIDE, &tokens);
    assert_eq!(names(&phone).await.len(), 5);
}

#[tokio::test]
async fn sec_78_signing_out_makes_nobody_another_person_and_each_account_is_left_alone() {
    let server = Server::start().await;
    let phone = with_two(&server).await;
    let out = phone.post("/signout", &[]).await;
    assert_eq!(out.location(), "/accounts");
    assert!(!phone.is_signed_in().await, "nobody is, before they choose");
    assert_eq!(listed(&phone.get("/accounts").await).iter().map(|one| one.2).collect::<Vec<_>>(), [false]);
    chooses(&phone, &session_of(&phone, "Bob").await, "/").await;
    assert!(phone.get("/").await.body.contains(">Bob</h1>"));
    // One that is aside, and then all.
    adds(&phone, "alice", "/").await;
    let bob = session_of(&phone, "Bob").await;
    for _ in 0..2 {
        let out = phone.post("/accounts", &[("act", "sign_out"), ("session", &bob), ("next", "/link")]).await;
        assert_eq!(out.location(), "/accounts?next=/link");
    }
    assert_eq!(names(&phone).await, ["Alice"]);
    adds(&phone, "bob", "/").await;
    let before = phone.twin();
    let out = phone.post("/accounts", &[("act", "sign_out_all")]).await;
    assert_eq!((out.location(), phone.cookie(SESSION), phone.cookie(ASIDE)), ("/", None, None));
    assert_eq!(listed(&before.get("/accounts").await), [], "both have ended, not only the cookies");
}

#[tokio::test]
async fn sec_78_a_session_aside_that_ended_elsewhere_is_worth_nothing_and_is_said() {
    let server = Server::start().await;
    let phone = with_two(&server).await;
    let bob = session_of(&phone, "Bob").await;
    // Bob changes his password at home, and signs out everywhere with it.
    let home = Browser::new(&server, PHONE, "203.0.113.9");
    home.sign_in("bob", PASSWORD, "/").await;
    let (id, _) = server.app.records.account_by_username("bob").await.expect("answers").expect("there");
    server.app.accounts.sessions.sign_out_account(id.id).await.expect("answers");
    assert_eq!(chooses(&phone, &bob, "/").await.location(), "/accounts");
    let page = phone.get("/accounts").await;
    assert!(page.words().contains("An account was signed out in the meantime."), "{}", page.words());
    assert!(page.words().contains("Sign in again"), "with the way back in");
    assert_eq!(listed(&page).len(), 1);
    assert!(!phone.get("/accounts").await.words().contains("in the meantime"), "it is said once");
    assert!(phone.is_signed_in().await, "Alice stays");
    // The absolute end is the same, whether a session is aside or in use.
    adds(&phone, "bob", "/").await;
    server.pass(400 * 24 * 3600);
    let page = phone.get("/accounts").await;
    assert_eq!(listed(&page), []);
    assert!(
        page.words().contains("Alice was signed out in the meantime.")
            && page.body.contains("name=\"hint\" value=\"alice\""),
        "{page:?}"
    );
    assert!(!phone.is_signed_in().await);
}

/// Signs in on a desktop, as the person on the phone chose for this visit only.
pub async fn visits(desktop: &Browser, phone: &Browser) {
    let shown = desktop.show_code().await;
    let code = phone.scan(&shown).await;
    phone.post("/api/approve", &[("code", &code), ("stay", Stay::Visit.word())]).await;
    desktop.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
}

#[tokio::test]
async fn sec_78_a_session_of_this_visit_is_never_kept_aside() {
    let server = Server::start().await;
    let (phone, desktop) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    visits(&desktop, &phone).await;
    assert!(desktop.get("/accounts").await.words().contains("for this visit only"));
    let before = desktop.cookie(SESSION).expect("a session");
    server.person("Bob").await;
    adds(&desktop, "bob", "/").await;
    assert_eq!((names(&desktop).await, desktop.cookie(ASIDE)), (vec!["Bob".to_owned()], None));
    // Nor if somebody writes its token into the cookie.
    desktop.set_cookie(ASIDE, &before);
    assert_eq!(names(&desktop).await, ["Bob"]);
}

#[tokio::test]
async fn an_account_is_added_by_a_scan_too() {
    let server = Server::start().await;
    let (phone, desktop) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    server.person("Bob").await;
    desktop.sign_in("bob", PASSWORD, "/").await;
    assert_eq!(desktop.get("/login").await.location(), "/", "as always");
    desktop.post("/accounts", &[("act", "add")]).await;
    phone.signs_in(&desktop).await;
    assert_eq!(names(&desktop).await, ["Alice", "Bob"]);
    assert_eq!(desktop.get("/login").await.location(), "/", "as before");
}

#[tokio::test]
async fn who_opened_a_code_chooses_before_it_is_scanned_and_comes_back_as_the_right_person() {
    let server = Server::start().await;
    let (phone, screen) = (with_two(&server).await, Browser::desktop(&server));
    let shown = screen.show_code().await;
    let path = server.path_of(&shown).await;
    let page = phone.get(&path).await;
    // With one account the page would scan by itself; here it would give the code to one of them.
    assert!(!page.body.contains("id=\"decision\"") && page.words().contains("You are Alice."), "{}", page.words());
    assert!(page.body.contains(&format!("href=\"/accounts?next={path}\"")), "{}", page.body);
    let back = chooses(&phone, &session_of(&phone, "Bob").await, &path).await;
    assert_eq!(back.location(), path);
    phone.post("/api/scan", &[("code", &path[3..]), ("pressed", "true")]).await;
    let page = phone.get(&path).await;
    assert!(page.body.contains("<dd translate=\"no\">Bob</dd>"), "{}", page.body);
    assert_eq!(screen.hears(&shown).await["seen"]["scanned"]["by"], "Bob");
    // Once Bob scanned, the code is his: Alice is refused, and both screens are told.
    chooses(&phone, &session_of(&phone, "Alice").await, &path).await;
    phone.post("/api/scan", &[("code", &path[3..]), ("pressed", "true")]).await;
    assert_eq!(phone.get(&path).await.status, StatusCode::CONFLICT);
    assert_eq!(screen.hears(&shown).await["notice"], "second_account");
    chooses(&phone, &session_of(&phone, "Bob").await, &path).await;
    assert!(phone.get(&path).await.words().contains("Someone else scanned this code too"));
}

#[tokio::test]
async fn sec_79_a_form_that_was_made_for_one_account_does_nothing_as_another() {
    let server = Server::start().await;
    let (phone, screen) = (with_two(&server).await, Browser::desktop(&server));
    let shown = screen.show_code().await;
    let code = phone.scan(&shown).await;
    let confirm = phone.get(&format!("/s/{code}")).await;
    let alices = mark(&confirm);
    let profile = phone.get("/account/profile").await;
    assert_eq!(mark(&profile), alices, "of the account, not of the page");
    assert!(
        profile.body.contains(&format!("action=\"/account/profile/picture?made_for={alices}\"")),
        "{}",
        profile.body
    );
    chooses(&phone, &session_of(&phone, "Bob").await, "/").await;
    let bobs = mark(&phone.get("/account/profile").await);
    assert_ne!(bobs, alices);
    for (path, form) in [
        ("/api/approve", &[("code", &*code)][..]),
        ("/api/deny", &[("code", &*code)]),
        ("/account/profile", &[("display_name", "Alicia")]),
        ("/account/password", &[]),
        ("/account/devices", &[]),
        ("/account/data/delete", &[("sure", "on")]),
        ("/signout", &[]),
        ("/link", &[("code", &*shown.typed)]),
    ] {
        let form = [&[("made_for", &*alices)][..], form].concat();
        let refused = phone.post(path, &form).await;
        assert_eq!(refused.status, StatusCode::PRECONDITION_FAILED, "{path}: {refused:?}");
        assert!(refused.body.contains("Another account is in use now"), "{path}: {}", refused.words());
        assert!(refused.body.contains("href=\"/accounts"), "{path}: with the way to choose");
        let program =
            phone.send(Method::POST, path, &[("accept", "*/*"), ("sec-fetch-site", "same-origin")], Some(&form));
        assert_eq!(program.await.error(), "account_switched", "{path}");
    }
    let picture = phone.upload(&format!("/account/profile/picture?made_for={alices}"), "picture", b"x").await;
    assert_eq!(picture.status, StatusCode::PRECONDITION_FAILED, "before the file is read");
    assert!(phone.get("/").await.body.contains(">Bob</h1>"), "nothing was done");
    assert_eq!(screen.hears(&shown).await["seen"]["scanned"]["by"], "Alice");
    // As the account that the page showed, it does what it says.
    let saved = phone.post("/account/profile", &[("made_for", &bobs), ("display_name", "Bob")]).await;
    assert_ne!(saved.status, StatusCode::PRECONDITION_FAILED);
    chooses(&phone, &session_of(&phone, "Alice").await, "/").await;
    let approved = phone.post("/api/approve", &[("made_for", &alices), ("code", &code)]).await;
    assert_eq!(approved.status, StatusCode::SEE_OTHER, "{approved:?}");
}

#[tokio::test]
async fn sec_79_an_open_page_hears_nothing_of_the_account_that_another_tab_took_into_use() {
    let server = Server::start().await;
    let (phone, screen) = (with_two(&server).await, Browser::desktop(&server));
    let shown = screen.show_code().await;
    let code = phone.scan(&shown).await;
    let alices = mark(&phone.get(&format!("/s/{code}")).await);
    let told =
        async |path: &str| -> Value { serde_json::from_str(&phone.fetch(Method::GET, path).await.body).expect("JSON") };
    let watch = format!("/session/watch?of={alices}");
    assert_eq!(told(&watch).await["signed_in"], true);
    chooses(&phone, &session_of(&phone, "Bob").await, "/").await;
    for path in [watch.clone(), format!("{watch}&wait=25")] {
        assert_eq!(told(&path).await["signed_in"], false, "the page is made anew");
    }
    let ticket = phone.fetch(Method::GET, &format!("/s/{code}/watch")).await;
    assert_eq!(ticket.status, StatusCode::CONFLICT, "{ticket:?}");
}
