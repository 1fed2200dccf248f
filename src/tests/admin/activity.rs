//! What happened to all accounts, as administrators read it.

use reqwest::{Method, StatusCode};
use tessera::store::records::activity::{ActivityActor, ActivityKind, NewActivity};
use tessera::store::records::people::Role;

use super::pages::administrator;
use crate::account::own::id_of;
use crate::harness::browser::{Browser, Reply};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::Site;

const PATH: &str = "/admin/activity";

async fn exported(browser: &Browser, query: &str) -> Reply {
    let headers = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
    browser.try_send_body(Method::GET, &format!("{PATH}/export?{query}"), &headers, None).await.expect("an answer")
}

#[tokio::test]
async fn administrators_read_the_activity_of_all_and_choose_person_app_kind_and_day() {
    let server = Server::start().await;
    let (site, grace) = (Site::register(&server).await, administrator(&server).await);
    let (alice, _bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    let of_alice = id_of(&server, "alice").await;
    let line = NewActivity::of(ActivityKind::AppRefused, of_alice, "Alice <b>", server.clock.now());
    let app = Some((site.id.parse().expect("an id"), "Shop".to_owned()));
    let by = ActivityActor::Person { account: of_alice, name: "Grace".to_owned() };
    let line = NewActivity { app, actor: by, address: Some([192, 0, 2, 7].into()), ..line };
    server.app.records.add_activity(line).await.expect("stored");
    let count = async |query: &str| grace.get(&format!("{PATH}?{query}")).await.body.matches("<li>").count();
    assert_eq!(count("").await, 4);
    let named = format!("person={of_alice}");
    for (query, lines) in [
        ("person=alice", 2),
        ("person=Alice", 2),
        (named.as_str(), 2),
        ("person=bob&kind=signed_in", 1),
        ("person=bob&kind=app_refused", 0),
        (&format!("app={}", site.id), 1),
        ("kind=signed_in", 3),
        ("from=2027-01-15&until=2027-01-15", 4),
        ("until=2027-01-14", 0),
    ] {
        assert_eq!(count(query).await, lines, "{query}");
        let sent = exported(&grace, &format!("format=jsonl&{query}")).await;
        assert_eq!((sent.status, sent.body.lines().count()), (StatusCode::OK, lines), "{query}");
    }
    let page = grace.get(&format!("{PATH}?{named}")).await.body;
    for part in ["Alice &lt;b&gt;", "192.0.2.7", "By ", "href=\"/admin/log\"", "<option value=\"app_refused\">"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for wrong in ["person=carol", "app=x", "kind=x", "from=x"] {
        assert_eq!(grace.get(&format!("{PATH}?{wrong}")).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        let sent = exported(&grace, &format!("format=csv&{wrong}")).await;
        assert_eq!(sent.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    assert!(exported(&grace, "format=csv").await.body.contains("192.0.2.7"));
    assert!(grace.get("/admin/log").await.body.contains("href=\"/admin/activity\""));
    for path in [PATH, "/admin/activity/export?format=csv"] {
        assert_eq!(alice.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn whoever_manages_people_alone_does_not_read_the_activity_of_all() {
    let server = Server::start().await;
    let (alice, grace) = (Browser::signed_in(&server, "Alice").await, administrator(&server).await);
    server.app.records.set_role(id_of(&server, "alice").await, Role::People).await.expect("answers");
    alice.sign_in("alice", PASSWORD, "/").await;
    for path in [PATH, "/admin/activity/export?format=csv"] {
        assert_eq!(alice.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(grace.get(path).await.status, StatusCode::OK, "{path}");
    }
    // A session that a scan opened gives the password first.
    let desktop = Browser::desktop(&server);
    grace.signs_in(&desktop).await;
    assert!(desktop.get(PATH).await.location().starts_with("/signin?next=/admin/activity"));
}
