//! Changes that the owner of an app proposes.

use reqwest::StatusCode;
use tessera::store::records::apps::{App, Dialects};

use super::{ASKED, approved, asked_with, asks, newest, person, server};
use crate::admin::pages::{administrator, saves, seen_on};
use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::site::BACK;

const NEW: &str = "https://shop.example/new";

/// A server with an app of Alice, and an administrator.
async fn owned() -> (Server, Browser, Browser, App) {
    let server = server().await;
    let (alice, admin) = (person(&server, "Alice").await, administrator(&server).await);
    let id = asks(&alice, &ASKED).await;
    let app = approved(&server, &admin, &id, &ASKED).await;
    (server, alice, admin, app)
}

fn proposed<'a>(name: &'a str, uri: &'a str, dialect: &'a str) -> [(&'a str, &'a str); 4] {
    [("name", name), ("redirect_uri", uri), ("dialect", dialect), ("why", "We moved")]
}

async fn kept(server: &Server, app: &App) -> App {
    server.app.records.app(app.id).await.expect("answers").expect("kept")
}

#[tokio::test]
async fn an_owner_proposes_a_change_and_the_app_stays_as_it_is_until_it_is_approved() {
    let (server, alice, admin, app) = owned().await;
    let path = format!("/apps/mine/{}/propose", app.id);
    let form = alice.get(&path).await;
    assert!(form.body.contains("value=\"Shop\"") && form.body.contains(BACK), "{}", form.body);
    let same = alice.post(&path, &proposed("Shop", BACK, "oidc")).await;
    assert_eq!(same.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing would change");
    let wrong = alice.post(&path, &proposed("Shop", "http://shop.example", "oidc")).await;
    assert!(wrong.body.contains("id=\"redirect_uri-wrong\""), "{}", wrong.body);
    server.pass(1);
    let sent = alice.post(&path, &proposed("Store", NEW, "both")).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/apps/mine?done=asked"), "{sent:?}");
    let second = alice.post(&path, &proposed("Bazaar", NEW, "both")).await;
    assert!(second.status == StatusCode::CONFLICT && second.body.contains("already waiting for a decision"));
    assert_eq!(kept(&server, &app).await.name, "Shop");
    assert!(alice.get(&format!("/apps/mine/{}", app.id)).await.body.contains("been waiting for a decision since"));

    let id = newest(&alice).await;
    let page = admin.get(&format!("/admin/requests/{id}")).await;
    let sides = page.body.split("class=\"sides\"").nth(1).expect("both sides");
    for part in ["Shop", "Store", BACK, NEW, "OpenID Connect and WeChat", ">different</span>"] {
        assert!(sides.contains(part), "{part}: {sides}");
    }
    let seen = seen_on(&page);
    let home = app.options.client_uri.clone().expect("the address of the site");
    let form = [&proposed("Store", NEW, "both")[..], &[("seen", &seen), ("client_uri", &home)]].concat();
    approved(&server, &admin, &id, &form).await;
    let changed = kept(&server, &app).await;
    assert_eq!(
        (&*changed.name, changed.redirect_uris, changed.dialects),
        ("Store", vec![NEW.to_owned()], Dialects::Both)
    );
    assert_eq!((changed.owner, changed.secrets, changed.audience), (app.owner, app.secrets, app.audience));
    let line = server.app.records.app_log(Some(app.id), None, 1).await.expect("answers").pop().expect("a line");
    assert_eq!(line.fields, ["name", "dialect", "redirect_uris"]);
}

#[tokio::test]
async fn a_change_of_an_app_that_was_changed_meanwhile_is_compared_again() {
    let (server, alice, admin, app) = owned().await;
    server.pass(1);
    alice.post(&format!("/apps/mine/{}/propose", app.id), &proposed("Store", BACK, "oidc")).await;
    let id = newest(&alice).await;
    let path = format!("/admin/requests/{id}");
    let seen = seen_on(&admin.get(&path).await);
    let moved = saves(&admin, &format!("/admin/apps/{}", app.id), &[("name", "Shop"), ("redirect_uri", NEW)]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{moved:?}");
    for seen in [&*seen, "", "nonsense"] {
        let form = [&proposed("Store", BACK, "oidc")[..], &[("seen", seen)]].concat();
        let late = admin.post(&format!("{path}/approve"), &form).await;
        assert!(late.status == StatusCode::CONFLICT && late.body.contains("Compare again"), "{late:?}");
    }
    let unchanged = kept(&server, &app).await;
    assert_eq!((&*unchanged.name, unchanged.redirect_uris), ("Shop", vec![NEW.to_owned()]));
    let seen = seen_on(&admin.get(&path).await);
    approved(&server, &admin, &id, &[&proposed("Store", NEW, "oidc")[..], &[("seen", &seen)]].concat()).await;
    assert_eq!(kept(&server, &app).await.name, "Store");
}

#[tokio::test]
async fn only_the_owner_proposes_changes() {
    let (server, _, admin, app) = owned().await;
    let bob = person(&server, "Bob").await;
    for browser in [&bob, &admin] {
        let path = format!("/apps/mine/{}/propose", app.id);
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
        let sent = browser.post(&path, &proposed("Store", NEW, "oidc")).await;
        assert_eq!(sent.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(server.app.records.open_app_requests().await.expect("answers"), 0);
    // A proposal for one's own app may not take the name of another.
    let id = asks(&bob, &asked_with("name", "Market")).await;
    approved(&server, &admin, &id, &asked_with("name", "Market")).await;
    let market = bob.get("/apps/mine").await;
    let path = market.body.split("href=\"/apps/mine/").nth(1).and_then(|rest| rest.split('"').next()).expect("an app");
    let taken = bob.post(&format!("/apps/mine/{path}/propose"), &proposed("shop", BACK, "oidc")).await;
    assert!(taken.body.contains("Another app has this name"), "{}", taken.body);
}
