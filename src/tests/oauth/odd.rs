//! Requests that no library sends: whatever comes, each endpoint has a stable word for it, and nothing breaks.

use reqwest::{Method, StatusCode};
use tessera::store::records::apps::Dialects;

use crate::harness::browser::{Browser, Reply};
use crate::harness::described;
use crate::harness::server::Server;
use crate::harness::site::{Answer, BACK, Site, query};

const FORM: &str = "application/x-www-form-urlencoded";
const CALLED: [&str; 5] = ["/oauth/token", "/oauth/introspect", "/oauth/revoke", "/oauth/par", "/oauth/device"];
const DIALECT: [&str; 4] = ["/sns/oauth2/access_token", "/sns/oauth2/refresh_token", "/sns/auth", "/sns/userinfo"];

async fn sends(server: &Server, method: Method, path: &str, headers: &[(&str, &[u8])], body: Vec<u8>) -> Answer {
    let mut request = server.client.request(method.clone(), format!("http://{}{path}", server.address));
    request =
        request.header("host", server.origin.trim_start_matches("http://")).header("x-forwarded-for", "192.0.2.66");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.body(body).send().await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    let reply = Reply::new(status, headers, response.text().await.expect("text"));
    // What it was asked with is nothing that anybody described.
    described::holds(&method, path.split('?').next().unwrap_or_default(), &[], &reply);
    Answer::of(reply)
}

/// Bodies, each with what it is.
fn bodies(site: &Site) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let good = format!("grant_type=authorization_code&code=x&redirect_uri={BACK}&client_id={}", site.id);
    let mut raw = good.clone().into_bytes();
    raw.extend(b"&code_verifier=\xff\xfe\x00");
    vec![
        ("nothing", "", Vec::new()),
        ("nothing as a form", FORM, Vec::new()),
        ("no kind", "", good.clone().into_bytes()),
        ("JSON", "application/json", b"{\"grant_type\":\"authorization_code\"}".to_vec()),
        ("JSON that is called a form", FORM, b"{\"grant_type\":\"authorization_code\"}".to_vec()),
        ("parts", "multipart/form-data; boundary=x", b"--x\r\n\r\n--x--\r\n".to_vec()),
        ("a kind that is none", "/;=;", good.clone().into_bytes()),
        ("another charset", "application/x-www-form-urlencoded; charset=utf-16", good.clone().into_bytes()),
        ("no text", FORM, raw),
        ("no text, quoted", FORM, format!("{good}&token=%FF%00%C3%28").into_bytes()),
        ("half a quote", FORM, format!("{good}&token=%&%4").into_bytes()),
        ("names alone", FORM, b"&&&=&=x&client_id&grant_type&%".to_vec()),
        ("one twice", FORM, format!("{good}&code=y").into_bytes()),
        ("one twice, once quoted", FORM, format!("{good}&%63ode=x").into_bytes()),
        ("many", FORM, (0..1500).flat_map(|of| format!("a{of}=b&").into_bytes()).collect()),
        ("a long one", FORM, format!("{good}&token={}", "x".repeat(12_000)).into_bytes()),
        ("more than is read", FORM, vec![b'x'; 300_000]),
    ]
}

#[tokio::test]
async fn whatever_is_sent_to_an_endpoint_it_has_a_stable_word_for_it() {
    let server = Server::start_with(|settings| settings.limits.requests_per_minute = 100_000).await;
    let (public, site) = (Site::public(&server).await, Site::register(&server).await);
    let basic = |id: &str, secret: &str| {
        use base64::Engine as _;
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}")))
    };
    let lines: [Vec<u8>; 7] = [
        Vec::new(),
        basic(&site.id, &site.secret).into_bytes(),
        basic(&"x".repeat(6000), "\u{0}\u{fffd}%FF").into_bytes(),
        b"Basic".to_vec(),
        b"Basic \xff\xfe".to_vec(),
        format!("Bearer {}", "eyJ.".repeat(900)).into_bytes(),
        b"Bearer \xff".to_vec(),
    ];
    for (what, kind, body) in bodies(&public) {
        for line in &lines {
            let mut headers: Vec<(&str, &[u8])> = Vec::new();
            if !kind.is_empty() {
                headers.push(("content-type", kind.as_bytes()));
            }
            if !line.is_empty() {
                headers.push(("authorization", line));
            }
            for path in CALLED.into_iter().chain(["/oauth/userinfo"]) {
                let answer = sends(&server, Method::POST, path, &headers, body.clone()).await;
                let is_done = answer.status == StatusCode::OK && path == "/oauth/revoke";
                let is_refused = answer.status.is_client_error() && !answer.error().is_empty();
                let is_inactive = path == "/oauth/introspect" && answer.json["active"] == false;
                assert!(is_done || is_refused || is_inactive, "{what} to {path}: {answer:?}");
            }
            if !line.is_empty() {
                continue;
            }
            for path in DIALECT {
                let answer = sends(&server, Method::POST, path, &headers, body.clone()).await;
                let is_told = answer.json["errcode"].as_i64().is_some_and(|number| number > 0);
                assert!(is_told || answer.status == StatusCode::PAYLOAD_TOO_LARGE, "{what} to {path}: {answer:?}");
            }
            for path in ["/oauth/authorize", "/oauth/logout"] {
                let answer = sends(&server, Method::POST, path, &headers, body.clone()).await;
                let back = answer.reply.location();
                let is_begun =
                    back.starts_with("/oauth/logout/") || back.starts_with(&format!("{BACK}?error=invalid%5Frequest"));
                assert!(is_begun || answer.status.is_client_error(), "{what} to {path}: {answer:?}");
            }
            let query = String::from_utf8_lossy(&body[..body.len().min(4000)])
                .replace(|letter: char| !letter.is_ascii_graphic(), "%FF");
            let query = query.replace(['"', '<', '>', '#', '{', '}'], "%7B");
            for path in ["/oauth/authorize", "/oauth/logout", "/connect/qrconnect", "/connect/l/qrconnect"]
                .into_iter()
                .chain(DIALECT)
            {
                let answer = sends(&server, Method::GET, &format!("{path}?{query}"), &[], Vec::new()).await;
                assert!(!answer.status.is_server_error(), "{what} to {path}: {answer:?}");
            }
        }
    }
    let tokens = sends(&server, Method::GET, "/oauth/jwks", &[], Vec::new()).await;
    assert_eq!(tokens.status, StatusCode::OK, "and it goes on");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said_on_the_page_that_it_ends_on() {
    let server = Server::start().await;
    let site = Site::register_with(&server, |app| app.dialects = Dialects::Both).await;
    let browser = Browser::desktop(&server);
    let (long, wechat) = ("s".repeat(2049), format!("appid={}&response_type=code&scope=snsapi_login", site.id));
    let back = query(&[("redirect_uri", BACK)]);
    for (path, why) in [
        ("/oauth/authorize?state=a&state=b".to_owned(), "a parameter is there twice"),
        ("/oauth/logout?state=a&state=b".to_owned(), "a parameter is there twice"),
        ("/embed/x?state=a&state=b".to_owned(), "a parameter is there twice"),
        ("/embed/theme.css?font=serif&font=sans".to_owned(), "a parameter is there twice"),
        ("/connect/qrconnect?state=a&state=b".to_owned(), "a parameter is there twice"),
        (site.sends_to(&[("state", &long)]), "state has 2048 bytes at most"),
        (site.sends_to(&[("state", "a\nb")]), "state has 2048 bytes at most"),
        (format!("/oauth/logout?state={long}"), "state has 2048 bytes at most"),
        (format!("/connect/qrconnect?{wechat}&{back}&state=a%00b"), "state has 2048 bytes at most"),
    ] {
        let page = browser.get(&path).await;
        assert_eq!((page.status, page.location()), (StatusCode::BAD_REQUEST, ""), "{path}");
        assert!(page.body.contains(why), "{path}: {page:?}");
    }
    let pushed = site.calls("/oauth/par", &site.asks(&[("state", &long)])).await;
    assert!(pushed.text("error_description").starts_with("state has"), "{pushed:?}");
}
