//! A browser that opens another address than `server.public_url` is told both, and can do nothing there by mistake; programs
//! come by any name.

use reqwest::{Method, StatusCode};

use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::Server;
use crate::harness::site::{Answer, Site};
use crate::operating::logs::listen;

const PUBLIC: &str = "https://login.example";

fn at(server: &Server, host: &str) -> Browser {
    Browser::at(&format!("http://{host}"), server.port(), DESKTOP, "198.51.100.1")
}

#[tokio::test]
async fn a_browser_at_another_address_is_told_both_and_one_line_a_minute_says_so() {
    let (lines, _guard) = listen();
    let server = Server::start_with(|settings| settings.public_url = PUBLIC.into()).await;
    let told = |what: &str| lines.text().lines().filter(|line| line.contains("WARN") && line.contains(what)).count();
    for host in [
        "192.0.2.7:3000",
        "localhost:3000",
        "127.0.0.1:3000",
        "[2001:db8::7]",
        "login.example:8443",
        "www.login.example",
    ] {
        let browser = at(&server, host);
        for path in ["/", "/login?next=/link", "/signin", "/s/ABC"] {
            let page = browser.get(path).await;
            assert_eq!((page.status, page.location()), (StatusCode::MISDIRECTED_REQUEST, ""), "{host}{path}");
            assert!(page.body.contains(host) && page.body.contains(&format!("href=\"{PUBLIC}{path}\"")), "{page:?}");
            assert!(page.header("set-cookie").is_empty() && !page.body.contains("http-equiv=\"refresh\""), "{page:?}");
        }
        // A form of a page that is open there still.
        let page = browser.sign_in("alice", "a password", "/").await;
        assert_eq!(page.status, StatusCode::MISDIRECTED_REQUEST, "{page:?}");
    }
    assert_eq!((told("192.0.2.7:3000"), told("server.public_url")), (1, 1), "{}", lines.text());
    server.pass(60);
    at(&server, "10.0.0.7").get("/").await;
    assert_eq!((told("10.0.0.7"), told("server.public_url")), (1, 2), "{}", lines.text());
}

#[tokio::test]
async fn the_same_address_written_in_another_way_is_the_same() {
    let server = Server::start_with(|settings| settings.public_url = PUBLIC.into()).await;
    for host in ["login.example", "login.example:443", "LOGIN.example"] {
        assert_eq!(at(&server, host).get("/login").await.status, StatusCode::OK, "{host}");
    }
    let plain = Server::start_with(|settings| settings.public_url = "http://localhost".into()).await;
    for host in ["localhost", "localhost:80"] {
        assert_eq!(at(&plain, host).get("/login").await.status, StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn programs_and_apps_come_by_any_name() {
    let server = Server::start_with(|settings| settings.public_url = PUBLIC.into()).await;
    let site = Site::register(&server).await;
    let inside = at(&server, "tessera:3000");
    for path in ["/healthz", "/readyz", "/openapi.json", "/.well-known/openid-configuration", "/oauth/jwks"] {
        assert_eq!(inside.send(Method::GET, path, &[], None).await.status, StatusCode::OK, "{path}");
    }
    // As the HTTP client of Java asks for everything.
    let java = [("accept", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2")];
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", site.id.as_str()),
        ("client_secret", &site.secret),
        ("code", "x"),
    ];
    let told = Answer::of(inside.send(Method::POST, "/oauth/token", &java, Some(&form)).await);
    assert_ne!(told.status, StatusCode::MISDIRECTED_REQUEST, "{told:?}");
    assert_eq!(inside.send(Method::GET, "/oauth/jwks", &java, None).await.status, StatusCode::OK);
    // A visitor whom a site sends to the wrong address goes on at the right one.
    let begun = inside.get(&site.sends_to(&[])).await;
    let page = inside.get(begun.location()).await;
    assert_eq!(page.status, StatusCode::MISDIRECTED_REQUEST, "{page:?}");
    assert!(page.body.contains(&format!("href=\"{PUBLIC}{}\"", begun.location())), "{page:?}");
}
