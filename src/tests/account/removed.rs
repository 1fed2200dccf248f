//! Accounts that an operator lists, disables, enables and deletes.

use reqwest::StatusCode;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedReceiver;

use super::users::user;
use crate::harness::browser::{Browser, Shown};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Answer, Site, claims};
use crate::login::api;
use crate::oauth::logout::page::{heard, listening};

/// What the command says where it is done, on the records of this server.
fn done(server: &Server, words: &[&str]) -> String {
    let (is_done, said) = user(&server.folder, &[words, &["--data-dir", "."]].concat(), "");
    assert!(is_done, "{words:?}: {said}");
    said
}

fn refused(server: &Server, words: &[&str]) -> String {
    let (is_done, said) = user(&server.folder, &[words, &["--data-dir", "."]].concat(), "");
    assert!(!is_done, "{words:?}: {said}");
    said
}

fn listed(server: &Server) -> Vec<Value> {
    serde_json::from_str(&done(server, &["list", "--json"])).expect("JSON")
}

/// Alice on a phone, a browser that she signed in to a site, what the site got for it, and what it hears of ends.
struct House {
    server: Server,
    site: Site,
    hear: UnboundedReceiver<String>,
    phone: Browser,
    desktop: Browser,
    tokens: Answer,
}

impl House {
    async fn start() -> Self {
        let server = Server::start().await;
        let (uri, hear) = listening().await;
        let site = Site::register_with(&server, |app| app.options.backchannel_logout_uri = Some(uri)).await;
        let phone = Browser::signed_in(&server, "Alice").await;
        let desktop = Browser::desktop(&server);
        let tokens = site.exchanges(&site.code(&desktop, &phone, &[]).await).await;
        Self { server, site, hear, phone, desktop, tokens }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disabled_account_is_out_everywhere_and_comes_back_when_it_is_enabled() {
    let House { server, site, mut hear, phone, desktop, tokens } = House::start().await;
    // Approved, and not claimed yet.
    let waiting = Browser::desktop(&server);
    let shown = waiting.show_code().await;
    phone.approve(&shown).await;

    let said = done(&server, &["disable", "alice"]);
    assert!(said.starts_with("alice is disabled and can no longer sign in. Sessions ended: 2."), "{said}");
    assert!(!phone.is_signed_in().await && !desktop.is_signed_in().await);
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.status, StatusCode::UNAUTHORIZED);
    // The server looks for what other processes wrote down.
    server.pass(6);
    let (told, id) = (claims(&heard(&mut hear).await), claims(&tokens.text("id_token")));
    assert_eq!(told["sub"], id["sub"]);
    waiting.fetch(reqwest::Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert!(!waiting.is_signed_in().await, "what was approved counts no more");

    let wrong = phone.sign_in("alice", "not the password", "/").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(!wrong.body.contains("This account"), "a stranger is told nothing");
    let right = phone.sign_in("alice", PASSWORD, "/").await;
    assert_eq!(right.status, StatusCode::FORBIDDEN);
    assert!(right.body.contains("This account is disabled") && !phone.is_signed_in().await, "{}", right.body);

    assert_eq!(done(&server, &["enable", "alice"]), "alice can sign in again.\n");
    phone.sign_in("alice", PASSWORD, "/").await;
    assert!(phone.is_signed_in().await);
    let other = Browser::desktop(&server);
    phone.signs_in(&other).await;
    assert!(other.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_a_phones_token_vouches_for_approves_nothing_while_disabled() {
    let server = api::server().await;
    let (desktop, app) = (Browser::desktop(&server), Browser::phone(&server));
    let scans = async |shown: &Shown, verb: &str| {
        api::call(&app, &format!("/v1/tickets/{}/{verb}", shown.typed), &api::token(&api::claims())).await
    };
    let shown = desktop.show_code().await;
    assert_eq!(scans(&shown, "scan").await.status, StatusCode::OK);
    let id = listed(&server)[0]["account_id"].as_str().expect("an id").to_owned();
    // As logs name whoever has no user name.
    let said = done(&server, &["disable", &id]);
    assert!(said.starts_with("Alice of the app is disabled"), "{said}");
    for verb in ["approve", "deny", "scan"] {
        let reply = scans(&shown, verb).await;
        assert_eq!((reply.status, reply.error()), (StatusCode::FORBIDDEN, "account_disabled".to_owned()), "{verb}");
    }
    assert_eq!(listed(&server).len(), 1, "no other account was made for the token");
    done(&server, &["enable", &id]);
    let shown = desktop.show_code().await;
    for verb in ["scan", "approve"] {
        assert_eq!(scans(&shown, verb).await.status, StatusCode::OK, "{verb}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_account_is_gone_and_its_apps_hear_of_it() {
    let House { server, site, mut hear, phone, desktop, tokens } = House::start().await;
    let id = claims(&tokens.text("id_token"));

    let said = done(&server, &["delete", "Alice"]);
    assert!(said.starts_with("Alice is deleted. Sessions ended: 2."), "{said}");
    assert!(!phone.is_signed_in().await && !desktop.is_signed_in().await);
    server.pass(6);
    assert_eq!(claims(&heard(&mut hear).await)["sub"], id["sub"]);
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(phone.sign_in("alice", PASSWORD, "/").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(listed(&server), Vec::<Value>::new());
    assert_eq!(done(&server, &["list"]), "There are no accounts.\n");
    assert!(refused(&server, &["delete", "alice"]).contains("there is no account named alice"));

    // Somebody else has the name now, and is somebody else to the site.
    server.person("alice").await;
    let next = Browser::phone(&server);
    next.sign_in("alice", PASSWORD, "/").await;
    let theirs = site.exchanges(&site.code(&Browser::desktop(&server), &next, &[]).await).await;
    assert_ne!(claims(&theirs.text("id_token"))["sub"], id["sub"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_are_listed_under_the_ids_that_every_command_takes() {
    let server = Server::start().await;
    server.administrator("grace").await;
    server.person_named("alice", "Alice Adams").await;
    let all = listed(&server);
    let id = |name: &str| {
        let named = all.iter().find(|one| one["username"] == name).expect("listed");
        named["account_id"].as_str().expect("an id").to_owned()
    };
    let (grace, alice) = (id("grace"), id("alice"));
    let text = done(&server, &["list"]);
    for line in [format!("{grace}  grace  (grace, administrator)"), format!("{alice}  Alice Adams  (alice)")] {
        assert!(text.lines().any(|said| said == line), "{line} is missing in:\n{text}");
    }
    for command in ["disable", "delete", "demote"] {
        let said = refused(&server, &[command, &grace]);
        assert!(said.contains("is the last administrator: promote somebody else first"), "{command}: {said}");
    }
    for command in ["sign-out", "promote", "demote", "disable"] {
        assert!(done(&server, &[command, &alice]).starts_with("alice "), "{command}");
    }
    let all = listed(&server);
    let one = all.iter().find(|one| one["account_id"] == *alice).expect("listed");
    assert_eq!((&one["disabled"], &one["administrator"]), (&Value::Bool(true), &Value::Bool(false)));
    assert!(done(&server, &["list"]).contains("Alice Adams  (alice, disabled)"));
    for command in ["enable", "delete"] {
        assert!(done(&server, &[command, &alice]).starts_with("alice "), "{command}");
    }
}
