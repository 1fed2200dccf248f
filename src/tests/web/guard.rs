//! What stands before every handler and around every answer.

use reqwest::{Method, StatusCode};

use crate::harness::browser::{Browser, Reply, plain_client};
use crate::harness::server::Server;

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
    let mut files = crate::rules::house_rules::sources();
    files.retain(|file| !file.path.starts_with("src/tests") && !file.path.starts_with("src/bench"));
    files.extend(crate::rules::house_rules::files_of("js"));
    // A worker talks to the page that started it, and there is no other window or origin.
    files.retain(|file| file.path != "src/decoder/worker.js");
    for name in ["embed.js", "wxLogin.js"] {
        let path = format!("public/{name}");
        let text = std::fs::read_to_string(&path).expect("a file");
        assert!(text.contains("message.origin !== base || "), "{path} hears one origin");
        assert!(text.contains("message.source !== "), "{path} hears its own frame");
        files.push(crate::rules::house_rules::Source { path, text });
    }
    for file in files {
        if file.text.contains("postMessage(") || file.text.contains("post_message") {
            assert!(!file.text.contains("'*'") && !file.text.contains(r#""*""#), "{}", file.path);
            talking.push(file.path);
        }
    }
    talking.sort();
    // Where what they say is held to an origin that the app is registered with: tests/oauth/embed.rs and the browser.
    assert_eq!(talking, ["src/login/browser/ready.js", "src/login/browser/reports.js", "src/oauth/embed/delivers.js"]);
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
    let foreign = [("accept", "text/html"), ("sec-fetch-site", "cross-site")];
    let blocked = browser.send(Method::POST, "/signout", &foreign, Some(&[])).await;
    let told = format!("Blocked for your safety. Open {} and try again.", server.origin);
    assert!(blocked.status == StatusCode::FORBIDDEN && blocked.words().contains(&told), "{blocked:?}");
}

#[tokio::test]
async fn an_address_in_numbers_is_sent_to_localhost_where_cookies_and_codes_work() {
    let server = Server::start().await;
    let reply = plain_client()
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
