//! What scripts of other sites may read of what apps are told.

use reqwest::{Method, StatusCode};

use crate::harness::browser::{Browser, DESKTOP, Reply};
use crate::harness::server::Server;
use crate::harness::site::{BACK, Site, exchange};

const OWN: &str = "https://shop.example";

/// Who may read an answer, whether it may have been asked with credentials, and what it varies by.
fn readers(reply: &Reply) -> (&str, &str) {
    let vary = reply.headers.get_all("vary").iter().filter_map(|value| value.to_str().ok());
    let mut vary = vary.flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase());
    assert!(vary.any(|name| name == "origin"), "no cache gives one origin the answer of another: {reply:?}");
    (reply.header("access-control-allow-origin"), reply.header("access-control-allow-credentials"))
}

/// What a browser asks before it sends a request that is not simple.
async fn preflight(browser: &Browser, path: &str, origin: &str) -> Reply {
    let asks = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization,content-type"),
    ];
    browser.send(Method::OPTIONS, path, &asks, None).await
}

#[tokio::test]
async fn a_script_of_a_public_app_reads_its_answers_with_credentials_and_without() {
    let server = Server::start().await;
    let public = Site::public(&server).await;
    let spa = Browser::new(&server, DESKTOP, "198.51.100.7");
    let phone = Browser::signed_in(&server, "Alice").await;
    let code = public.code(&spa, &phone, &[]).await;
    let form = [exchange(&code), vec![("client_id", public.id.as_str())]].concat();
    let headers = [("origin", OWN), ("sec-fetch-site", "cross-site")];
    let tokens = spa.send(Method::POST, "/oauth/token", &headers, Some(&form)).await;
    assert_eq!((tokens.status, readers(&tokens)), (StatusCode::OK, (OWN, "true")), "{tokens:?}");
    let refused = spa.send(Method::POST, "/oauth/token", &headers, Some(&form)).await;
    assert_eq!((refused.status, readers(&refused)), (StatusCode::BAD_REQUEST, (OWN, "true")), "{refused:?}");
    for path in ["/oauth/token", "/oauth/userinfo", "/oauth/revoke", "/oauth/jwks", "/.well-known/openid-configuration"]
    {
        assert_eq!(readers(&preflight(&spa, path, OWN).await), (OWN, "true"), "{path}");
    }
    for path in ["/.well-known/openid-configuration", "/oauth/jwks", "/oauth/userinfo"] {
        let read = spa.send(Method::GET, path, &headers, None).await;
        assert_eq!(readers(&read), (OWN, "true"), "{path}");
    }
    for path in ["/oauth/authorize", "/oauth/logout"] {
        let sent = preflight(&spa, path, OWN).await;
        assert_eq!(sent.header("access-control-allow-origin"), "", "no script asks there (RFC 9700 §2.6)");
    }
}

#[tokio::test]
async fn an_origin_that_no_app_is_registered_with_is_not_named() {
    let server = Server::start().await;
    let site =
        Site::register_with(&server, |app| app.options.embed_origins = vec!["https://embeds.example".to_owned()]);
    let site = site.await;
    let spa = Browser::new(&server, DESKTOP, "198.51.100.7");
    for origin in [
        "https://evil.example",
        "https://shop.example.evil.example",
        "http://shop.example",
        "https://shop.exampl",
        "null",
    ] {
        for path in ["/oauth/token", "/oauth/jwks"] {
            assert_eq!(readers(&preflight(&spa, path, origin).await), ("*", ""), "{path} {origin}");
        }
        let read = spa.send(Method::GET, "/oauth/jwks", &[("origin", origin)], None).await;
        assert_eq!(readers(&read), ("*", ""), "{origin}");
    }
    let programs = spa.send(Method::GET, "/oauth/jwks", &[], None).await;
    assert_eq!(readers(&programs), ("*", ""), "nor where there is none");
    for origin in [OWN, "https://embeds.example"] {
        assert_eq!(readers(&preflight(&spa, "/oauth/token", origin).await), (origin, "true"));
    }
    // What is taken from the app, and what is disabled, counts no longer.
    server.revise_app(&site.id, |app| app.options.embed_origins.clear()).await;
    assert_eq!(readers(&preflight(&spa, "/oauth/token", "https://embeds.example").await), ("*", ""));
    server.revise_app(&site.id, |app| app.redirect_uris = vec![BACK.replace("shop", "notes")]).await;
    assert_eq!(readers(&preflight(&spa, "/oauth/token", OWN).await), ("*", ""));
    let id = site.id.parse().expect("an id");
    assert!(server.app.records.disable_app(id, server.operator()).await.expect("answers"));
    assert_eq!(readers(&preflight(&spa, "/oauth/token", "https://notes.example").await), ("*", ""));
}
