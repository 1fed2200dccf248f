//! What stands before every handler and around every answer.

use leptos::server_fn::axum::server_fn_paths;
use reqwest::{Method, StatusCode};

use super::browser::{Browser, Reply};
use super::server::Server;

/// Everything that writes, with the forms it takes.
fn writers(ticket: &str) -> Vec<String> {
    let mut paths: Vec<String> = [
        "/signin",
        "/signout",
        "/setup",
        "/link",
        "/v1/tickets/BCDF-GHJK/scan",
        "/v1/tickets/BCDF-GHJK/approve",
        "/v1/tickets/BCDF-GHJK/deny",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.extend(["refresh", "cancel", "claim"].map(|verb| format!("/login/{ticket}/{verb}")));
    paths.extend(server_fn_paths().map(|(path, _)| path.to_owned()));
    paths
}

#[tokio::test]
async fn sec_30_what_another_site_sends_is_refused_at_everything_that_writes() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let shown = Browser::desktop(&server).show_code().await;
    let paths = writers(&shown.ticket);
    assert!(paths.iter().filter(|path| path.starts_with("/api/")).count() == 3, "{paths:?}");
    let origin = server.origin.as_str();
    let near_miss = format!("{origin}.evil.example");
    let hostile: [&[(&str, &str)]; 8] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", origin)],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", &near_miss)],
        &[("origin", "http://localhost")],
        &[], // a browser's cookies, and no word of where it comes from
    ];
    for path in paths {
        for headers in hostile {
            let mut headers = headers.to_vec();
            headers.push(("accept", "application/json"));
            let reply = phone.send(Method::POST, &path, &headers, Some(&[("code", "x")])).await;
            assert_eq!(
                (reply.status, reply.error()),
                (StatusCode::FORBIDDEN, "cross_site".to_owned()),
                "{path} {headers:?}"
            );
        }
        if path == "/signout" {
            continue; // its own test signs out
        }
        let own =
            phone.send(Method::POST, &path, &[("origin", origin), ("accept", "application/json")], Some(&[])).await;
        assert_ne!(own.error(), "cross_site", "{path}");
    }
    assert!(phone.is_signed_in().await, "nothing of it signed anybody out");
}

#[tokio::test]
async fn sec_31_no_server_function_takes_get_and_a_get_writes_nothing() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    for (path, method) in server_fn_paths() {
        assert_eq!(method, Method::POST, "{path}");
    }
    for source in ["src/login/decide.rs"].map(|path| std::fs::read_to_string(path).expect("a source")) {
        assert!(!source.contains("GetUrl") && !source.contains("GetCbor"));
    }
    let shown = browser.show_code().await;
    let code = phone.scan(&shown).await;
    for path in writers(&shown.ticket) {
        for query in [String::new(), format!("?code={code}")] {
            phone.get(&format!("{path}{query}")).await;
            browser.get(&format!("{path}{query}")).await;
        }
    }
    assert!(phone.is_signed_in().await, "a GET of /signout signs nobody out");
    let watch = browser.fetch(Method::GET, &format!("/login/{}/watch", shown.ticket)).await.body;
    assert!(watch.contains("\"seq\":2,") && watch.contains("scanned"), "{watch}");
}

/// Pages, redirects, refusals, files: one answer of each kind.
async fn answers(server: &Server) -> Vec<(String, Reply)> {
    let (browser, phone) = (Browser::desktop(server), Browser::signed_in(server, "Alice").await);
    let shown = browser.show_code().await;
    let code = phone.scan(&shown).await;
    let mut answers = Vec::new();
    for path in [
        "/",
        "/login",
        "/signin",
        "/link",
        "/setup",
        "/nothing",
        "/s/ABC",
        "/healthz",
        "/readyz",
        "/robots.txt",
        "/favicon.svg",
        "/pkg/nothing.js",
        "/v1/tickets/x/watch",
    ] {
        answers.push((path.to_owned(), browser.get(path).await));
    }
    for path in [
        "/".to_owned(),
        "/login".to_owned(),
        "/link".to_owned(),
        format!("/s/{code}"),
        format!("/s/{}", "A".repeat(40)),
    ] {
        answers.push((format!("phone {path}"), phone.get(&path).await));
    }
    answers.push(("again".to_owned(), browser.get(&format!("/login/{}", shown.ticket)).await));
    answers.push(("watch".to_owned(), browser.fetch(Method::GET, &format!("/login/{}/watch", shown.ticket)).await));
    answers.push(("wrong password".to_owned(), browser.sign_in("alice", "wrong", "/").await));
    answers.push(("approve".to_owned(), phone.post("/api/approve", &[("code", &code)]).await));
    answers.push(("no such function".to_owned(), phone.post("/api/nothing", &[]).await));
    answers.push(("claim".to_owned(), browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await));
    answers.push((
        "cross-site".to_owned(),
        phone.send(Method::POST, "/signout", &[("sec-fetch-site", "cross-site")], None).await,
    ));
    answers.push((
        "wrong method".to_owned(),
        phone.send(Method::DELETE, "/signin", &[("sec-fetch-site", "same-origin")], None).await,
    ));
    answers.push(("too large".to_owned(), phone.post("/link", &[("code", &"x".repeat(20_000))]).await));
    answers.push((
        "no form".to_owned(),
        phone
            .send(
                Method::POST,
                "/signin",
                &[("sec-fetch-site", "same-origin"), ("accept", "text/html")],
                Some(&[("a", "b")]),
            )
            .await,
    ));
    answers.push(("options".to_owned(), phone.send(Method::OPTIONS, "/login", &[], None).await));
    answers.push(("signed out".to_owned(), phone.post("/signout", &[]).await));
    answers
}

#[tokio::test]
async fn sec_25_every_cookie_is_host_only_secure_and_hidden_from_scripts() {
    let server = Server::start().await;
    let mut seen = 0;
    for (what, reply) in answers(&server).await {
        for cookie in reply.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().expect("text");
            seen += 1;
            assert!(cookie.starts_with("__Host-tessera-"), "{what}: {cookie}");
            for attribute in ["; Path=/;", "; Secure;", "; HttpOnly;", "; SameSite=Lax", "; Max-Age="] {
                assert!(cookie.contains(attribute), "{what}: {cookie}");
            }
            assert!(!cookie.contains("Domain"), "{what}: {cookie}");
        }
    }
    assert!(seen >= 3, "login, claim and sign-out set cookies: {seen}");
}

#[tokio::test]
async fn sec_26_every_page_has_a_policy_with_a_nonce_of_its_own() {
    let server = Server::start().await;
    let mut nonces = std::collections::HashSet::new();
    for (what, reply) in answers(&server).await {
        let policy = reply.header("content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'none';") && policy.contains("base-uri 'none'"), "{what}: {policy}");
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'") && !policy.contains('*'),
            "{what}: {policy}"
        );
        if !reply.header("content-type").starts_with("text/html") {
            continue;
        }
        let nonce =
            policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap_or_default().to_owned();
        assert!(nonce.len() >= 22, "{what}: {policy}");
        assert!(policy.contains("object-src 'none'") && policy.contains("form-action 'self'"), "{what}: {policy}");
        for script in reply.body.split("<script").skip(1) {
            assert!(script.contains(&format!("nonce=\"{nonce}\"")), "{what}: a script without the nonce");
        }
        assert!(!reply.body.contains(" style=\"") && !reply.body.contains(" onclick"), "{what}");
        assert!(nonces.insert(nonce), "{what}: a nonce twice");
    }
    assert!(nonces.len() >= 12);
}

#[tokio::test]
async fn sec_27_nothing_may_be_framed() {
    let server = Server::start().await;
    for (what, reply) in answers(&server).await {
        assert!(reply.header("content-security-policy").contains("frame-ancestors 'none'"), "{what}");
    }
}

#[test]
fn sec_28_only_the_pages_of_a_frame_talk_to_another_window_and_to_its_exact_origin() {
    let mut talking = Vec::new();
    let mut files = super::house_rules::sources();
    files.retain(|file| !file.path.starts_with("src/tests") && !file.path.starts_with("src/bench"));
    for name in ["embed.js", "wxLogin.js"] {
        let path = format!("public/{name}");
        let text = std::fs::read_to_string(&path).expect("a file");
        assert!(text.contains("message.origin !== base || "), "{path} hears one origin");
        assert!(text.contains("message.source !== "), "{path} hears its own frame");
        files.push(super::house_rules::Source { path, text });
    }
    for file in files {
        if file.text.contains("postMessage(") || file.text.contains("post_message") {
            assert!(!file.text.contains("'*'") && !file.text.contains(r#""*""#), "{}", file.path);
            talking.push(file.path);
        }
    }
    talking.sort();
    // Where what they say is held to an origin that the app is registered with: tests/oauth/embed.rs and the browser.
    assert_eq!(talking, ["src/login/screen.rs", "src/oauth/embed.rs"]);
}

#[tokio::test]
async fn sec_29_every_answer_carries_the_headers_that_protect_it() {
    let server = Server::start_with(|settings| settings.public_url = "https://login.example.com".into()).await;
    let mut statuses = std::collections::BTreeSet::new();
    for (what, reply) in answers_of_https(&server).await {
        statuses.insert(reply.status.as_u16() / 100);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
        ] {
            assert_eq!(reply.header(name), value, "{what}: {name}");
        }
        assert!(!reply.header("cache-control").is_empty(), "{what}");
        assert!(reply.header("access-control-allow-origin").is_empty(), "{what}");
    }
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [2, 3, 4, 5]);
}

async fn answers_of_https(server: &Server) -> Vec<(String, Reply)> {
    let mut all = answers(server).await;
    server.stopping.cancel();
    all.push(("not ready".to_owned(), Browser::desktop(server).get("/readyz").await));
    all
}

#[tokio::test]
async fn a_refused_request_says_what_to_do_to_people_and_to_programs() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let page = browser.get("/nothing").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.body.contains("There is nothing here") && page.body.contains("href=\"/\""), "{}", page.body);
    let json = browser.fetch(Method::GET, "/nothing").await;
    assert_eq!((json.header("content-type"), json.error().as_str()), ("application/json", "not_found"));
    let wrong = browser.send(Method::POST, "/signin", &[("sec-fetch-site", "same-origin")], Some(&[("a", "b")])).await;
    assert_eq!((wrong.status, wrong.error().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "malformed_request"));
    assert!(!wrong.body.contains("missing field"), "no library's words: {}", wrong.body);
    let large = browser
        .send(Method::POST, "/signin", &[("sec-fetch-site", "same-origin")], Some(&[("a", &"b".repeat(9000))]))
        .await;
    assert_eq!((large.status, large.error().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
    let large = browser
        .send(Method::POST, "/api/scan", &[("sec-fetch-site", "same-origin")], Some(&[("code", &"b".repeat(9000))]))
        .await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE, "server functions have no bound of their own");
}

#[tokio::test]
async fn an_address_in_numbers_is_sent_to_localhost_where_cookies_and_codes_work() {
    let server = Server::start().await;
    let reply = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
        .get(format!("http://{}/login?next=/a", server.address))
        .header("accept", "text/html")
        .send()
        .await
        .expect("an answer");
    assert_eq!(reply.status(), StatusCode::TEMPORARY_REDIRECT);
    assert_eq!(reply.headers()["location"], format!("{}/login?next=/a", server.origin));
}
