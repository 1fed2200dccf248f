//! What a peer says of where a request came from: believed of configured proxies alone, and no more than they may say.

use reqwest::{Method, StatusCode};

use crate::harness::browser::{Browser, DESKTOP, Shown};
use crate::harness::server::Server;

/// Everything by which some server somewhere is told whose request it is, or under which name it is reached.
const LIES: [(&str, &str); 12] = [
    ("x-forwarded-for", "203.0.113.1"),
    ("forwarded", "for=203.0.113.1;host=evil.example;proto=https"),
    ("x-real-ip", "203.0.113.1"),
    ("x-client-ip", "203.0.113.1"),
    ("x-cluster-client-ip", "203.0.113.1"),
    ("true-client-ip", "203.0.113.1"),
    ("cf-connecting-ip", "203.0.113.1"),
    ("fastly-client-ip", "203.0.113.1"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-prefix", "/evil"),
    ("x-original-url", "/admin/apps"),
];

/// A page with a code, asked for with these headers instead of those that tests send; what a phone is told of it.
async fn address_shown(server: &Server, phone: &Browser, headers: &[(&str, &str)]) -> String {
    let mut request = server.client.get(format!("http://{}/login", server.address));
    let host = server.origin.split_once("://").expect("an origin").1;
    for (name, value) in [&[("host", host), ("accept", "text/html"), ("user-agent", DESKTOP)], headers].concat() {
        request = request.header(name, value);
    }
    let page = request.send().await.expect("an answer");
    assert_eq!(page.status(), StatusCode::OK);
    let shown = Shown::read(&page.text().await.expect("a page"));
    server.pass(60 - 20); // tries come back, and the code lives
    let code = phone.scan(&shown).await;
    let html = phone.get(&format!("/s/{code}")).await.body;
    html.split("class=\"address\">").nth(1).and_then(|rest| rest.split('<').next()).expect("an address").to_owned()
}

#[tokio::test]
async fn sec_32_nothing_that_an_untrusted_peer_says_of_itself_is_believed() {
    let server = Server::start_with(|settings| settings.server.trusted_proxies = Vec::new()).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for lie in LIES {
        assert_eq!(address_shown(&server, &phone, &[lie]).await, "127.0.0.1", "{lie:?}");
    }
    assert_eq!(address_shown(&server, &phone, &LIES).await, "127.0.0.1");
}

#[tokio::test]
async fn sec_32_of_a_trusted_peer_the_last_address_that_is_none_of_ours_counts_and_no_other_header() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for (line, expected) in [
        ("198.51.100.9", "198.51.100.9"),
        ("203.0.113.1, 198.51.100.9", "198.51.100.9"),
        ("203.0.113.1, 198.51.100.9, 127.0.0.2", "198.51.100.9"),
        ("203.0.113.1,198.51.100.9:4711", "198.51.100.9"),
        ("198.51.100.9, [2001:db8::7]:443", "2001:db8::7"),
    ] {
        let lies: Vec<_> = LIES.into_iter().filter(|(name, _)| *name != "x-forwarded-for").collect();
        let headers = [&[("x-forwarded-for", line)], &lies[..]].concat();
        assert_eq!(address_shown(&server, &phone, &headers).await, expected, "{line}");
    }
}

#[tokio::test]
async fn sec_32_a_limit_is_not_escaped_by_another_address_in_a_header() {
    let server = Server::start_with(|settings| {
        settings.server.trusted_proxies = Vec::new();
        settings.limits.logins_per_minute = 5;
    })
    .await;
    let mut statuses = Vec::new();
    for of in 0..6 {
        statuses.push(Browser::new(&server, DESKTOP, &format!("198.51.100.{of}")).get("/login").await.status);
    }
    assert_eq!(statuses.pop(), Some(StatusCode::TOO_MANY_REQUESTS));
    assert!(statuses.iter().all(|status| *status == StatusCode::OK), "{statuses:?}");
}

#[tokio::test]
async fn sec_32_this_server_is_called_what_its_operator_calls_it_whatever_a_request_says() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        let said: serde_json::Value =
            serde_json::from_str(&browser.send(Method::GET, path, &LIES[8..], None).await.body).expect("JSON");
        assert_eq!(said["issuer"], server.origin, "{path}");
        for (name, value) in said.as_object().expect("an object") {
            let is_address = name.ends_with("_endpoint") || name.ends_with("_uri");
            let ours = value.as_str().is_some_and(|value| value.starts_with(&format!("{}/", server.origin)));
            assert!(!is_address || ours, "{name}: {value}");
        }
    }
    // Nor does a header lead to another page than the one that is asked for.
    let page = browser.send(Method::GET, "/robots.txt", &LIES[8..], None).await;
    assert!(page.body.contains("User-agent"), "{page:?}");
    // A page under any other name is sent to the right one.
    let headers = [("host", "evil.example"), ("accept", "text/html")];
    let mut request = server.client.get(format!("http://{}/login", server.address));
    for (name, value) in headers.into_iter().chain(LIES) {
        request = request.header(name, value);
    }
    let sent = request.send().await.expect("an answer");
    let to = sent.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default();
    assert!(to.is_empty() || to.starts_with(&server.origin), "{to}");
    let body = sent.text().await.expect("a body");
    // It is named, and nothing leads there.
    let links: Vec<_> = body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.contains(&&*format!("{}/login", server.origin)), "{links:?}");
    assert!(links.iter().all(|link| !link.contains("evil.example")), "{links:?}");
}
