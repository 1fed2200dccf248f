//! People who look after an app: its secret, its logo, and who has it after them.

use reqwest::StatusCode;
use tessera::store::records::activity::ActivityKind;
use tessera::store::records::app_log::{Act, Actor};
use tessera::store::records::apps::App;

use super::{ASKED, approved, asks, newest, noted, person, secret_of, server};
use crate::admin::logo::png;
use crate::admin::pages::administrator;
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::Site;

/// A server with an app of Alice, and the path of its page.
async fn owned() -> (Server, Browser, App, String) {
    let server = server().await;
    let (alice, admin) = (person(&server, "Alice").await, administrator(&server).await);
    let id = asks(&alice, &ASKED).await;
    let app = approved(&server, &admin, &id, &ASKED).await;
    let path = format!("/apps/mine/{}", app.id);
    (server, alice, app, path)
}

async fn kept(server: &Server, app: &App) -> App {
    server.app.records.app(app.id).await.expect("answers").expect("kept")
}

fn site(server: &Server, app: &App, secret: String) -> Site {
    Site { id: app.id.to_string(), secret, backend: Browser::new(server, "shop/1.0", "192.0.2.80") }
}

#[tokio::test]
async fn the_secret_of_an_approved_app_is_shown_to_its_owner_once() {
    let (server, alice, app, path) = owned().await;
    let page = alice.get(&path).await;
    assert!(page.body.contains("Show the secret") && secret_of(&page).is_none(), "{}", page.body);
    assert!(page.body.contains(&app.id.to_string()));
    let bob = person(&server, "Bob").await;
    assert_eq!(bob.post(&format!("{path}/secret"), &[]).await.status, StatusCode::NOT_FOUND);

    let reveal = format!("{path}/secret");
    let (one, other) = tokio::join!(alice.post(&reveal, &[]), alice.post(&reveal, &[]));
    assert_eq!((one.status, one.location()), (StatusCode::SEE_OTHER, other.location()));
    let shown = alice.get(one.location()).await;
    let secret = secret_of(&shown).expect("shown");
    assert_eq!((secret.len(), shown.header("cache-control")), (43, "no-store"));
    assert_eq!(secret_of(&alice.get(one.location()).await), Some(secret.clone()), "a second press within ten seconds");
    assert_eq!(bob.get(one.location()).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site(&server, &app, secret.clone()).exchanges("x").await.error(), "invalid_grant", "it counts");
    server.pass(10);
    for reply in [alice.get(one.location()).await, alice.get(alice.post(&reveal, &[]).await.location()).await] {
        assert!(secret_of(&reply).is_none() && !reply.body.contains(&secret), "it is shown once");
        assert!(reply.body.contains("This secret was shown already"), "{}", reply.body);
    }
    assert!(!alice.get(&path).await.body.contains("Show the secret"));
    for file in std::fs::read_dir(server.folder.path()).expect("a folder") {
        let bytes = std::fs::read(file.expect("an entry").path()).expect("bytes");
        assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "it is nowhere in the clear");
    }
}

#[tokio::test]
async fn of_an_owner_and_an_administrator_who_rotate_at_one_moment_one_is_told() {
    let (server, alice, app, path) = owned().await;
    let admin = Browser::new(&server, DESKTOP, "198.51.100.20");
    admin.sign_in("grace", PASSWORD, "/").await;
    let (of_owner, of_admin) = (format!("{path}/rotate"), format!("/admin/apps/{}/secret", app.id));
    let seen = app.secret_fingerprint().to_string();
    let form = [("seen", seen.as_str())];
    let (one, other) = tokio::join!(alice.post(&of_owner, &form), admin.post(&of_admin, &form));
    let (done, late) = if one.status == StatusCode::SEE_OTHER { (one, other) } else { (other, one) };
    assert_eq!((done.status, late.status), (StatusCode::SEE_OTHER, StatusCode::CONFLICT), "{late:?}");
    let after = kept(&server, &app).await;
    assert_eq!(after.secrets.get(1), app.secrets.first(), "what the app uses stays valid");
    assert!(late.body.contains(&after.secret_fingerprint().to_string()), "{late:?}");
}

#[tokio::test]
async fn an_owner_makes_a_new_secret_and_sets_the_logo_and_the_log_says_so() {
    let (server, alice, app, path) = owned().await;
    alice.post(&format!("{path}/secret"), &[]).await;
    let seen = kept(&server, &app).await.secret_fingerprint().to_string();
    let form = [("attempt", "AAAAAAAAAAAAAAAAAAAAAA"), ("seen", seen.as_str())];
    let rotate = format!("{path}/rotate");
    let (one, other) = tokio::join!(alice.post(&rotate, &form), alice.post(&rotate, &form));
    assert_eq!(one.location(), other.location(), "pressed twice it is one secret");
    let fresh = secret_of(&alice.get(one.location()).await).expect("shown");
    assert_eq!(site(&server, &app, fresh).exchanges("x").await.error(), "invalid_grant");
    assert_eq!(kept(&server, &app).await.secrets.len(), 2);
    let late = alice.post(&format!("{path}/rotate"), &[("seen", &seen)]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{late:?}");

    let logo = alice.upload(&format!("{path}/logo"), "picture", &png(20)).await;
    assert_eq!(logo.location(), format!("{path}?done=logo"), "{logo:?}");
    assert!(kept(&server, &app).await.options.logo.is_some());
    let wrong = alice.upload(&format!("{path}/logo"), "picture", b"x").await;
    assert!(wrong.status.is_client_error() && wrong.body.contains("id=\"logo-wrong\""), "{wrong:?}");
    assert_eq!(alice.post(&format!("{path}/logo/remove"), &[]).await.location(), format!("{path}?done=no-logo"));
    let lines = server.app.records.app_log(Some(app.id), None, 10).await.expect("answers");
    let acts: Vec<Act> = lines.iter().rev().map(|line| line.act).collect();
    assert_eq!(acts, [Act::Added, Act::Rotated, Act::Changed, Act::Changed]);
    for line in &lines[..3] {
        assert!(matches!(&line.actor, Actor::Owner { name, .. } if name == "alice"), "{line:?}");
    }
    let bob = person(&server, "Bob").await;
    assert_eq!(bob.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bob.post(&format!("{path}/rotate"), &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bob.upload(&format!("{path}/logo"), "picture", &png(20)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bob.post(&format!("{path}/logo/remove"), &[]).await.status, StatusCode::NOT_FOUND);
    let admin = Browser::new(&server, DESKTOP, "198.51.100.20");
    admin.sign_in("grace", PASSWORD, "/").await;
    assert!(admin.get("/admin/log").await.words().contains("who looks after the app"));
}

#[tokio::test]
async fn an_app_is_handed_over_after_a_question_and_is_in_the_list_of_its_new_owner() {
    let (server, alice, app, path) = owned().await;
    let bob = person(&server, "Bob").await;
    let propose = [("name", "Store"), ("redirect_uri", "https://shop.example/new"), ("why", "We moved")];
    server.pass(1);
    alice.post(&format!("{path}/propose"), &propose).await;
    let request = newest(&alice).await;
    let hand = format!("{path}/hand-over");
    for (typed, text) in [("nobody", "Nobody with this username"), ("alice", "your own username"), ("", "Nobody with")]
    {
        let refused = alice.post(&hand, &[("username", typed), ("confirmed", "yes")]).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains(text), "{refused:?}");
    }
    let asked = alice.post(&hand, &[("username", "BOB")]).await;
    assert_eq!(asked.status, StatusCode::OK);
    for part in ["Bob (bob)", "Shop", "You lose all of that", "No, keep it"] {
        assert!(asked.words().contains(part), "{part}: {}", asked.body);
    }
    assert_eq!(kept(&server, &app).await.owner, app.owner, "it is only asked");
    assert_eq!(bob.post(&hand, &[("username", "bob"), ("confirmed", "yes")]).await.status, StatusCode::NOT_FOUND);
    let done = alice.post(&hand, &[("username", "bob"), ("confirmed", "yes")]).await;
    assert_eq!(done.location(), "/apps/mine?done=handed", "{done:?}");
    assert!(alice.get("/apps/mine?done=handed").await.body.contains("Handed over."));
    assert_eq!(alice.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(alice.post(&format!("{path}/secret"), &[]).await.status, StatusCode::NOT_FOUND);
    assert!(alice.get(&format!("/apps/requests/{request}")).await.body.contains(">withdrawn</span>"));
    assert!(bob.get("/apps/mine").await.body.contains(&path));
    let line = server.app.records.app_log(Some(app.id), None, 1).await.expect("answers").pop().expect("a line");
    assert_eq!((line.act, line.fields), (Act::Changed, vec!["owner".to_owned()]));
    let told = ("Shop".to_owned(), "Bob (bob)".to_owned());
    let line = |name: &str| (name.to_owned(), Some(told.0.clone()), told.1.clone());
    assert_eq!(noted(&server, ActivityKind::AppHandedOver).await, [line("Bob"), line("Alice")]);
    let [hers, his] = [alice.get("/account/activity").await.words(), bob.get("/account/activity").await.words()];
    for words in [&hers, &his] {
        assert!(words.contains("An app was handed over · Shop") && words.contains("To Bob (bob)"), "{words}");
    }
    assert!(!hers.contains("By Alice") && his.contains("By Alice"), "{hers}, {his}");
    // The secret that nobody saw is the new owner's to see.
    let shown = bob.post(&format!("{path}/secret"), &[]).await;
    assert!(secret_of(&bob.get(shown.location()).await).is_some());
}

#[tokio::test]
async fn the_apps_of_a_disabled_person_stay_theirs_and_those_of_a_deleted_one_are_nobodys() {
    let (server, alice, app, path) = owned().await;
    let owner = app.owner.expect("an owner");
    server.person("Bob").await;
    let (bob, _) = server.app.records.account_by_username("bob").await.expect("answers").expect("there");
    server.app.records.disable_account(bob.id, server.clock.now()).await.expect("answers");
    let refused = alice.post(&format!("{path}/hand-over"), &[("username", "bob"), ("confirmed", "yes")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a disabled person takes nothing over");

    server.app.records.disable_account(owner, server.clock.now()).await.expect("answers");
    assert_eq!(kept(&server, &app).await.owner, Some(owner));
    server.app.records.enable_account(owner).await.expect("answers");
    alice.sign_in("alice", PASSWORD, "/").await;
    assert_eq!(alice.get(&path).await.status, StatusCode::OK);
    server.app.records.delete_account(owner, server.clock.now()).await.expect("answers");
    let left = kept(&server, &app).await;
    assert_eq!((left.owner, left.secrets), (None, app.secrets));
}

#[tokio::test]
async fn sec_16_an_owner_who_signed_in_by_a_scan_gives_the_password_first() {
    let (server, alice, app, path) = owned().await;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    alice.signs_in(&desktop).await;
    assert_eq!(desktop.get("/apps/mine").await.status, StatusCode::OK, "looking at the list needs none");
    let first = format!("/signin?next={path}&anew=password");
    assert_eq!(desktop.get(&path).await.location(), first);
    for act in ["secret", "rotate", "hand-over", "logo/remove", "propose"] {
        let away = desktop.post(&format!("{path}/{act}"), &[("username", "grace"), ("confirmed", "yes")]).await;
        assert_eq!((away.status, away.location()), (StatusCode::SEE_OTHER, &*first), "{act}");
    }
    let unchanged = kept(&server, &app).await;
    assert_eq!((unchanged.owner, unchanged.secrets), (app.owner, app.secrets));
    assert!(alice.get(&path).await.body.contains("Show the secret"));
}
