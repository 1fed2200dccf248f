//! People who ask for an app: what they may ask for, how often, and that they see nobody else's.

use reqwest::StatusCode;
use tessera::store::records::activity::ActivityKind;

use super::{ASKED, asked_with, asks, newest, noted, person, server};
use crate::admin::pages::administrator;
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::Server;
use crate::harness::site::Site;

#[tokio::test]
async fn unless_it_is_turned_on_nobody_can_ask_for_an_app_and_no_link_says_so() {
    let server = Server::start().await;
    let (alice, admin) = (person(&server, "Alice").await, administrator(&server).await);
    for browser in [&alice, &admin, &Browser::new(&server, DESKTOP, "198.51.100.9")] {
        for path in ["/apps/request", "/apps/mine", "/apps/mine/ts0123456789abcdef", "/admin/requests"] {
            assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        for path in ["/apps/request", "/apps/mine/ts0123456789abcdef/rotate", "/admin/requests/x/approve"] {
            assert_eq!(browser.post(path, &ASKED).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert!(!browser.get("/").await.body.contains("/apps/mine"));
    }
    assert!(!admin.get("/admin/apps").await.body.contains("/admin/requests"));
}

#[tokio::test]
async fn a_person_asks_for_an_app_sees_it_wait_and_withdraws_it() {
    let server = server().await;
    let (alice, admin) = (person(&server, "Alice").await, administrator(&server).await);
    assert!(alice.get("/").await.body.contains("href=\"/apps/mine\""));
    assert!(alice.get("/apps/mine").await.body.contains("You do not look after any apps yet"));
    let form = alice.get("/apps/request").await;
    for field in ["name", "client_uri", "redirect_uri", "dialect", "users", "why", "attempt"] {
        assert!(form.body.contains(&format!("name=\"{field}\"")), "{field}: {}", form.body);
    }
    let id = asks(&alice, &ASKED).await;
    let list = alice.get("/apps/mine?done=asked").await;
    assert!(list.body.contains("Sent.") && list.body.contains(">waiting</span>"), "{}", list.body);
    let path = format!("/apps/requests/{id}");
    let page = alice.get(&path).await;
    for part in [
        "https://shop.example/signed-in",
        "For our customers",
        "All our customers",
        "OpenID Connect",
        "Withdraw the request",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert_eq!(noted(&server, ActivityKind::AppRequested).await, [("Alice".to_owned(), None, "Shop".to_owned())]);
    assert!(admin.get("/admin/apps").await.body.contains("Requests (1 waiting)"));

    for _ in 0..2 {
        let done = alice.post(&format!("{path}/withdraw"), &[]).await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, &*format!("{path}?done=withdrawn")));
    }
    let page = alice.get(&format!("{path}?done=withdrawn")).await;
    assert!(page.body.contains(">Withdrawn.</p>") && !page.body.contains("Withdraw the request"), "{}", page.body);
    let decided = noted(&server, ActivityKind::AppRequestDecided).await;
    assert_eq!(decided, [("Alice".to_owned(), None, "Shop, withdrawn".to_owned())], "what was done once is told once");
    assert!(admin.get("/admin/apps").await.body.contains("Requests (0 waiting)"));
    let late = admin.post(&format!("/admin/requests/{id}/approve"), &ASKED).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(server.app.records.apps().await.expect("answers").is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said_at_its_field_with_what_was_typed() {
    let server = server().await;
    let alice = person(&server, "Alice").await;
    Site::register(&server).await;
    let (typed, long) = ("http://\"><script>alert(1)</script>", "x".repeat(501));
    for (name, value, field, text) in [
        ("name", "", "name", "1 to 64 characters"),
        ("name", "Sh\u{200b}op", "name", "cannot be seen"),
        ("name", "shop", "name", "Another app has this name"),
        ("redirect_uri", "", "redirect_uri", "Give 1 to 16"),
        ("redirect_uri", typed, "redirect_uri", "not a complete address"),
        ("redirect_uri", "com.example.app:/x", "redirect_uri", "Only a public client"),
        ("client_uri", "", "client_uri", "not a complete address"),
        ("client_uri", "http://shop.example", "client_uri", "has to start with"),
        ("client_uri", "com.example.app:/x", "client_uri", "has to start with"),
        ("why", "", "why", "1 to 500 characters"),
        ("why", &long, "why", "1 to 500 characters"),
        ("users", "", "users", "1 to 500 characters"),
        ("users", &long, "users", "1 to 500 characters"),
    ] {
        let mut form = asked_with(name, value);
        if name != "name" {
            form.retain(|(name, _)| *name != "name");
            form.push(("name", "Market"));
        }
        let reply = alice.post("/apps/request", &form).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{form:?}");
        let wrong = reply.body.split(&format!("id=\"{field}-wrong\"")).nth(1).unwrap_or_else(|| panic!("{form:?}"));
        assert!(wrong.split("</p>").next().unwrap_or_default().contains(text), "{form:?}: {wrong}");
        assert!(!reply.body.contains("<script>alert"), "{}", reply.body);
    }
    assert!(!alice.get("/apps/mine").await.body.contains("/apps/requests/"));
}

#[tokio::test]
async fn what_only_an_administrator_decides_is_not_read_from_a_request() {
    let server = server().await;
    let (alice, admin) = (person(&server, "Alice").await, administrator(&server).await);
    let more = [("without_pkce", "on"), ("public", "on"), ("pairwise", "on"), ("client_credentials", "on")];
    let id = asks(&alice, &[&ASKED[..], &more].concat()).await;
    let page = admin.get(&format!("/admin/requests/{id}")).await;
    for name in ["without_pkce", "public", "pairwise", "client_credentials", "allow-everyone"] {
        let tag = page.body.split(&format!("id=\"{name}\"")).nth(1).and_then(|rest| rest.split('>').next());
        assert!(tag.is_some_and(|tag| !tag.contains("checked")), "{name}: {tag:?}");
    }
}

#[tokio::test]
async fn a_request_that_is_sent_twice_is_one_and_nobody_has_more_than_five_open() {
    let server = server().await;
    let alice = person(&server, "Alice").await;
    let form = [&ASKED[..], &[("attempt", "AAAAAAAAAAAAAAAAAAAAAA")]].concat();
    let (one, other) = tokio::join!(alice.post("/apps/request", &form), alice.post("/apps/request", &form));
    assert_eq!([one.status, other.status], [StatusCode::SEE_OTHER; 2]);
    assert_eq!(server.app.records.open_app_requests().await.expect("answers"), 1);
    let first = newest(&alice).await;
    for _ in 0..4 {
        asks(&alice, &ASKED).await;
    }
    let refused = alice.post("/apps/request", &ASKED).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("as many requests as one person may"), "{}", refused.body);
    assert!(refused.body.contains("value=\"Shop\""), "what was typed is kept");
    assert_eq!(server.app.records.open_app_requests().await.expect("answers"), 5);
    alice.post(&format!("/apps/requests/{first}/withdraw"), &[]).await;
    asks(&alice, &ASKED).await;
    // Another person is not kept from asking.
    asks(&person(&server, "Bob").await, &ASKED).await;
}

#[tokio::test]
async fn whoever_asks_too_fast_is_told_to_wait() {
    let server = Server::start_with(|settings| {
        settings.oauth.requests = true;
        settings.limits.decisions_per_minute = 2;
    })
    .await;
    let alice = person(&server, "Alice").await;
    for expected in [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY, StatusCode::TOO_MANY_REQUESTS]
    {
        assert_eq!(alice.post("/apps/request", &[]).await.status, expected);
    }
}

#[tokio::test]
async fn nobody_sees_or_withdraws_the_request_of_another_and_strangers_sign_in_first() {
    let server = server().await;
    let (alice, bob) = (person(&server, "Alice").await, person(&server, "Bob").await);
    let id = asks(&alice, &ASKED).await;
    let path = format!("/apps/requests/{id}");
    assert_eq!(bob.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bob.post(&format!("{path}/withdraw"), &[]).await.status, StatusCode::NOT_FOUND);
    for (method_path, form) in
        [(format!("/admin/requests/{id}/approve"), &ASKED[..]), (format!("/admin/requests/{id}/decline"), &[])]
    {
        assert_eq!(alice.post(&method_path, form).await.status, StatusCode::NOT_FOUND, "{method_path}");
    }
    assert_eq!(alice.get("/admin/requests").await.status, StatusCode::NOT_FOUND);
    let stranger = Browser::new(&server, DESKTOP, "198.51.100.9");
    for path in ["/apps/mine", "/apps/request"] {
        let away = stranger.get(path).await;
        assert_eq!((away.status, away.location()), (StatusCode::SEE_OTHER, &*format!("/signin?next={path}")));
    }
    assert_eq!(stranger.post(&format!("{path}/withdraw"), &[]).await.location(), format!("/signin?next={path}"));
    for wrong in ["x", "00000000-0000-0000-0000-000000000000"] {
        assert_eq!(alice.get(&format!("/apps/requests/{wrong}")).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    assert_eq!(server.app.records.open_app_requests().await.expect("answers"), 1);
}
