//! Health and files.

use reqwest::{Method, StatusCode};

use crate::harness::browser::{Browser, PHONE, plain_client};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::Site;
use crate::wechat;

#[tokio::test]
async fn it_says_that_it_lives_and_that_it_is_ready() {
    let server = Server::start().await;
    let probe = Browser::desktop(&server);
    assert_eq!(
        (probe.get("/healthz").await.status, probe.get("/readyz").await.status),
        (StatusCode::OK, StatusCode::OK)
    );
    server.announced.cancel();
    let stopping = probe.get("/readyz").await;
    assert_eq!((stopping.status, stopping.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "stopping\n"));
    assert_eq!(probe.get("/healthz").await.status, StatusCode::OK, "alive to the end");
}

#[tokio::test]
async fn a_page_is_compressed_and_a_program_s_answer_is_not() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let answer = browser.send(reqwest::Method::GET, "/openapi.json", &[("accept-encoding", "br")], None).await;
    assert_eq!((answer.status, answer.header("content-encoding")), (StatusCode::OK, ""));
    assert!(answer.body.len() > 4096, "large enough to be worth it");
    let headers = [("accept-encoding", "br, gzip"), ("accept", "text/html")];
    let client = plain_client().build().expect("a client");
    let mut request = client.get(format!("{}/login", server.origin));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let page = request.send().await.expect("an answer");
    assert_eq!(page.headers()["content-encoding"], "br");
    assert!(page.bytes().await.expect("a body").len() <= 4096, "the whole page in three packets");
}

#[tokio::test]
async fn metrics_count_what_happened_and_name_nobody() {
    let server = Server::start().await;
    let router = tessera::server::admin_router(&server.app);
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let mut socket = crate::watch::carriers::watch(&browser, &shown).await;
    crate::watch::carriers::event(&mut socket).await;
    for came in ["down", "on", "on"] {
        let poll = format!("/login/{}/watch?after=1&wait=1&came={came}", shown.ticket);
        assert_eq!(browser.fetch(reqwest::Method::GET, &poll).await.status, StatusCode::OK);
    }
    let code = phone.approve(&shown).await;
    let claim = format!("/login/{}/claim", shown.ticket);
    browser.fetch(reqwest::Method::POST, &claim).await;
    browser.fetch(reqwest::Method::POST, &claim).await;

    let text = metrics(router).await;
    for metric in [
        "tessera_sign_ins_total{outcome=\"scan\"} 1",
        "tessera_sign_ins_total{outcome=\"password\"} 1",
        "tessera_scan_to_approve_seconds_count 1",
        "tessera_approve_to_signed_in_seconds_count 1",
        "tessera_watches_total{carrier=\"socket\",came=\"first\"} 1",
        "tessera_watches_total{carrier=\"poll\",came=\"down\"} 1",
        "tessera_watchers{carrier=\"socket\"}",
        "tessera_refused_total{step=\"claim\",reason=\"already_used\"} 1",
        "tessera_store_seconds_count{store=\"sqlite_writer\",answered=\"yes\"}",
    ] {
        assert!(text.contains(metric), "{metric} is missing in:\n{text}");
    }
    // Before anything of it happened: a rate over what appears with its first event misses that event.
    for metric in [
        "tessera_sign_ins_total{outcome=\"denied\"} 0",
        "tessera_refused_total{step=\"parse\",reason=\"forged_code\"} 0",
        "tessera_refused_total{step=\"limit\",reason=\"attempts\"} 0",
        "tessera_connections_turned_away_total{reason=\"full\"} 0",
        "tessera_reconnects_total{to=\"redis\"} 0",
        "tessera_watchers{carrier=\"events\"} 0",
        concat!("tessera_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
    ] {
        assert!(text.contains(metric), "{metric} is missing in:\n{text}");
    }
    let labels = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split(['{', '}']).nth(1));
    let spaced: Vec<&str> = labels.filter(|labels| labels.contains(' ')).collect();
    assert_eq!(spaced, [""; 0], "values are words without spaces");
    assert!(!text.contains("came=\"on\""), "polls that go on are one watch");
    for secret in [&shown.ticket, &shown.typed, &code, "Alice", "198.51.100.1"] {
        assert!(!text.contains(secret), "{secret} is in:\n{text}");
    }
    assert_eq!(browser.get("/metrics").await.status, reqwest::StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn each_kind_of_refusal_is_counted() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1).await;
    let router = tessera::server::admin_router(&server.app);
    let phone = Browser::signed_in(&server, "Alice").await;
    server.person("Bob").await;
    let other = Browser::new(&server, PHONE, "203.0.113.2");
    other.sign_in("bob", PASSWORD, "/").await;
    let (site, forum) = (Site::register(&server).await, wechat::forum(&server).await);
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let path = server.path_of(&shown).await;
    let forged = format!("{}{}", &path[..path.len() - 1], if path.ends_with('A') { 'B' } else { 'A' });
    for path in [&*forged, "/s/HALF", "/setup?token=x"] {
        phone.get(path).await;
    }
    for _ in 0..2 {
        phone.post("/link", &[("code", "nonsense")]).await;
        browser.sign_in("alice", "wrong", "/").await;
    }
    other.post("/link", &[("code", "BBBB-BBBB")]).await;
    phone.send(Method::POST, "/link", &[("sec-fetch-site", "cross-site")], Some(&[])).await;
    wechat::exchange(&forum, "x", &[("secret", "wrong")]).await;
    site.exchanges("x").await;
    site.calls("/oauth/token", &[]).await;
    for other in [("client_id", "x"), ("redirect_uri", "https://evil.example/")] {
        browser.get(&site.sends_to(&[other])).await;
    }
    let text = metrics(router).await;
    for (step, reason) in [
        ("parse", "forged_code"),
        ("parse", "malformed_code"),
        ("type", "malformed_code"),
        ("type", "expired"),
        ("set_up", "setup_link_used"),
        ("sign_in", "wrong_credentials"),
        ("limit", "attempts"),
        ("limit", "typed_codes"),
        ("request", "cross_site"),
        ("app", "invalid_client"),
        ("app", "invalid_grant"),
        ("app", "invalid_request"),
        ("authorize", "unknown_app"),
        ("authorize", "unknown_redirect_uri"),
    ] {
        let metric = format!("tessera_refused_total{{step=\"{step}\",reason=\"{reason}\"}} 1\n");
        assert!(text.contains(&metric), "{metric} is missing in:\n{text}");
    }
}

/// What the machines of the operator read.
pub async fn metrics(router: axum::Router) -> String {
    let request = axum::http::Request::get("/metrics").header("host", "localhost");
    let request = request.body(axum::body::Body::empty()).expect("a request");
    let answer = tower::ServiceExt::oneshot(router, request).await.expect("an answer");
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.expect("a body");
    String::from_utf8(body.to_vec()).expect("text")
}
