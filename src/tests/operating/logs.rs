//! What the log says, and what it never says.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use reqwest::{Method, StatusCode};
use tessera::settings::{Log, LogFormat};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Answer, Site, query, said};
use crate::wechat;

#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Lines {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("not poisoned").clone()).expect("text")
    }

    /// The last line that says this.
    pub fn last(&self, what: &str) -> String {
        self.text().lines().rfind(|line| line.contains(what)).unwrap_or_else(|| panic!("no line: {what}")).to_owned()
    }
}

/// Everything at every level that any library says on this test's thread.
pub fn listen() -> (Lines, tracing::subscriber::DefaultGuard) {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(lines.clone())
        .with_ansi(false)
        .finish();
    (lines, tracing::subscriber::set_default(subscriber))
}

/// The lines that the server of an operator writes, in this format.
pub fn listen_as(format: LogFormat) -> (Lines, tracing::subscriber::DefaultGuard) {
    let lines = Lines::default();
    let log = Log { format, ..Log::default() };
    let written = tessera::server::telemetry::lines(&log, lines.clone(), false).expect("right");
    (lines, tracing::subscriber::set_default(tracing_subscriber::registry().with(written)))
}

#[tokio::test]
async fn sec_34_no_secret_is_in_any_log_line_or_refusal() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let setup = server.app.accounts.setup.link("").split_once("token=").expect("a token").1.to_owned();
    let mut answers = vec![
        browser.get(&format!("/setup?token={setup}")).await.body,
        browser.sign_in("alice", "canary-wrong-password", "/").await.body,
        browser
            .send(Method::POST, "/v1/tickets/x/scan", &[("authorization", "Bearer canary-bearer-token")], None)
            .await
            .body,
    ];
    let shown = browser.show_code().await;
    let code = phone.approve(&shown).await;
    let claim_key = browser.cookie("__Host-tessera-browser").expect("a key");
    answers.push(browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await.body);
    answers.push(browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await.body);
    answers.push(phone.get(&format!("/s/{}", "A".repeat(40))).await.body);
    // What the gate itself refuses.
    for path in [format!("/s/{code}"), format!("/v1/tickets/{}/scan", shown.typed)] {
        let headers = [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];
        answers.push(phone.send(Method::POST, &path, &headers, Some(&[])).await.body);
    }
    let sessions = [browser.cookie("__Host-tessera-session"), phone.cookie("__Host-tessera-session")]
        .map(|token| token.expect("a session"));
    let log = lines.text();
    assert!(log.contains("signed in by scan") && log.contains("a step was refused"), "the log was heard");
    for secret in [
        PASSWORD,
        "canary-wrong-password",
        "canary-bearer-token",
        &setup,
        &code,
        &shown.typed,
        &claim_key,
        &sessions[0],
        &sessions[1],
    ] {
        // Hyper's and the connection's own trace of bytes is of their crates, off by default, and not ours to say.
        let said =
            log.lines().find(|line| line.contains(secret) && !line.contains("hyper") && !line.contains("reqwest"));
        assert_eq!(said, None, "{secret}");
    }
    for answer in answers {
        for secret in ["canary", PASSWORD, &claim_key, &sessions[0], "sqlx", "panicked", ".rs:"] {
            assert!(!answer.contains(secret), "{secret} in {answer}");
        }
    }
}

/// The lines that say what was refused, each with the rule and how many it refused.
pub fn limits_reached(lines: &Lines) -> Vec<String> {
    let text = lines.text();
    let said = text
        .lines()
        .filter_map(|line| line.split_once("by this rule within a second "))
        .map(|(_, rest)| rest.to_owned());
    said.collect()
}

#[tokio::test]
async fn sec_14_what_a_flood_is_refused_is_counted_and_said_once_a_second() {
    let (lines, _guard) = listen();
    let server = Server::start_with(|settings| {
        settings.server.trusted_proxies = Vec::new();
        settings.limits.connections_per_address = 4;
        settings.limits.logins_per_minute = 1;
        settings.limits.requests_per_minute = 20;
    })
    .await;
    // As many connections of this machine's address are open as may be, and all others are refused.
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(TcpStream::connect(&server.address).await.expect("connects"));
    }
    for _ in 0..50 {
        let mut refused = TcpStream::connect(&server.address).await.expect("connects");
        let _ = refused.read_to_end(&mut Vec::new()).await;
    }
    drop(held);
    let browser = Browser::desktop(&server);
    let mut seen = [0; 2];
    for (of, path) in [(0, "/login"), (1, "/")] {
        for _ in 0..40 {
            let status = loop {
                // A place is free once the server has seen its owner go.
                let headers = [("accept", "text/html"), ("sec-fetch-site", "none")];
                if let Ok(reply) = browser.try_send(Method::GET, path, &headers, None).await {
                    break reply.status;
                }
            };
            seen[of] += u64::from(status == StatusCode::TOO_MANY_REQUESTS);
        }
    }
    assert_eq!(limits_reached(&lines), [""; 0], "nothing is said within the second");
    for round in 0..2 {
        server.pass(1);
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let said = limits_reached(&lines);
        let refused: Vec<u64> = said.iter().filter_map(|line| line.rsplit_once("refused=")?.1.parse().ok()).collect();
        let limits: Vec<&str> = said.iter().filter_map(|line| line.split('"').nth(1)).collect();
        assert_eq!(limits, ["connections_per_address"], "{said:?}, round {round}");
        assert!(refused[0] >= 50, "{said:?}");
    }
    // What a limit refuses says whom, once a second, however often that was.
    let of_rule = |rule: &str| {
        let rule = format!("code=\"too_many_requests\" rule=\"{rule}\"");
        lines.text().lines().filter(|line| line.contains(&rule) && line.contains("client=127.0.0.1")).count()
    };
    assert!(seen[0] > 1 && seen[1] > 1);
    assert_eq!([of_rule("logins"), of_rule("requests")], [1, 1]);
}

#[tokio::test]
async fn sec_14_requests_that_no_limit_is_asked_about_leave_no_line_each_either() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    let malformed = ["", "host: a\r\nhost: b\r\n", "host: localhost\r\ntransfer-encoding: chunked\r\n"];
    for of in 0..60 {
        let mut stream = TcpStream::connect(&server.address).await.expect("connects");
        let head = format!("POST /signin HTTP/1.1\r\n{}\r\n", malformed[of % 3]);
        stream.write_all(head.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.expect("an answer");
        assert!(answer.starts_with(b"HTTP/1.1 4"));
    }
    assert!(!lines.text().contains("a request was refused"), "no line for each of them");
    server.pass(1);
    while limits_reached(&lines).is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(limits_reached(&lines), ["rule=\"malformed\" refused=60"]);
}

#[tokio::test]
async fn a_refused_sign_in_says_from_where_and_whose_it_was_and_never_what_was_typed() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    server.person("Alice").await;
    let alice = server.app.accounts.records.account_by_username("alice").await.expect("answers").expect("there").0.id;
    let burglar = Browser::new(&server, DESKTOP, "198.51.100.23");
    let refused = |lines: &Lines| -> Vec<String> {
        lines.text().lines().filter(|line| line.contains("a sign-in was refused")).map(str::to_owned).collect()
    };
    burglar.sign_in("alice", "canary-password", "/").await;
    for name in ["canary-hunter2", "canary-hunter2", "canary other"] {
        burglar.sign_in(name, "canary-password", "/").await;
    }
    let said = refused(&lines);
    assert_eq!(said.len(), 4, "{said:?}");
    for line in &said {
        assert!(line.contains("client=198.51.100.23") && line.contains("code=\"wrong_credentials\""), "{line}");
        assert!(!line.contains("canary"), "{line}");
    }
    assert!(said[0].contains(&format!("account.id={alice}")) && !said[0].contains("unknown_name"), "{said:?}");
    let names: Vec<&str> =
        said[1..].iter().filter_map(|line| line.split("unknown_name=").nth(1)?.split('}').next()).collect();
    assert!(names.iter().all(|name| name.len() == 8 && name.bytes().all(|byte| byte.is_ascii_hexdigit())), "{names:?}");
    assert!(names[0] == names[1] && names[1] != names[2], "the same name has the same hash: {names:?}");
}

#[tokio::test]
async fn a_refused_request_of_an_app_says_which_app_and_why() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    let (site, forum) = (Site::register(&server).await, wechat::forum(&server).await);
    let disabled = Site::register(&server).await;
    let id = disabled.id.parse().expect("an id");
    server.app.records.disable_app(id, server.operator()).await.expect("answers");
    let browser = Browser::desktop(&server);
    let app = format!("app.id={}", site.id);
    let wechat = |uri: &str| format!("/connect/qrconnect?appid={}&redirect_uri={uri}&scope=snsapi_login", site.id);
    for (path, parts) in [
        (
            site.sends_to(&[("client_id", "ts0000000000000000")]),
            ["code=\"unknown_app\"", "client_id=\"ts0000000000000000\""],
        ),
        (
            site.sends_to(&[("client_id", &forum.id)]),
            ["code=\"other_dialect\"", &*format!("client_id=\"{}\"", forum.id)],
        ),
        (disabled.sends_to(&[]), ["code=\"disabled_app\"", &*format!("client_id=\"{}\"", disabled.id)]),
        (site.sends_to(&[("redirect_uri", "https://evil.example/\nINFO")]), ["code=\"unknown_redirect_uri\"", &app]),
        (site.sends_to(&[("redirect_uri", "https://evil.example/")]), ["redirect_uri=\"https://evil.example/\"", &app]),
        (site.sends_to(&[("response_type", "token")]), ["code=\"unsupported_response_type\"", &app]),
        (site.sends_to(&[("prompt", "none")]), ["code=\"login_required\"", &app]),
        (wechat("https://shop.example/"), ["code=\"other_dialect\"", &*format!("client_id=\"{}\"", site.id)]),
    ] {
        let reply = browser.get(&path).await;
        if reply.location().starts_with("/oauth/") {
            browser.get(reply.location()).await;
        }
        let said = lines.last("authorization request was refused");
        for part in parts.into_iter().chain([&*format!("client={}", browser.address())]) {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
}

#[tokio::test]
async fn a_refused_logout_request_says_which_app_and_which_address() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    let (site, browser) = (Site::register(&server).await, Browser::desktop(&server));
    let named = [("client_id", &*site.id), ("post_logout_redirect_uri", "https://evil.example/")];
    assert_eq!(browser.get(&format!("/oauth/logout?{}", query(&named))).await.status, StatusCode::BAD_REQUEST);
    let said = lines.last("a logout request was refused");
    for part in [&*format!("app.id={}", site.id), "post_logout_redirect_uri=\"https://evil.example/\"", "client=198."] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[tokio::test]
async fn sign_ins_and_denials_say_from_where_and_whose_they_were() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let site = Site::register(&server).await;
    assert!(
        lines.last("signed in by password").contains(&format!("client={}", phone.address())),
        "{}",
        lines.last("signed in")
    );
    phone.signs_in(&browser).await;
    let by_scan = lines.last("signed in by scan");
    assert!(by_scan.contains(&format!("client={}", browser.address())) && by_scan.contains("account.id="), "{by_scan}");
    let asking = Browser::new(&server, DESKTOP, "198.51.100.66");
    let (_, shown) = site.shows(&asking, &[]).await;
    let code = phone.scan(&shown).await;
    phone.post("/api/deny", &[("code", &code)]).await;
    let denied = lines.last("a sign-in was denied");
    let who = ["account.id=".to_owned(), format!("asked_from={}", asking.address())];
    for part in [format!("client={}", phone.address()), format!("app.id={}", site.id)].into_iter().chain(who) {
        assert!(denied.contains(&part), "{part}: {denied}");
    }
    phone.post("/link", &[("code", "BBBB-BBBB")]).await;
    assert!(lines.last("step=\"type\"").contains("code=\"expired\""));
}

#[tokio::test]
async fn sec_06_every_refused_step_leaves_one_line_with_its_reason() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let bob = Browser::signed_in(&server, "Bob").await;
    let shown = browser.show_code().await;
    let code = phone.approve(&shown).await;
    let claim = format!("/login/{}/claim", shown.ticket);
    browser.fetch(Method::POST, &claim).await;
    let said = |what: &str| {
        lines.text().lines().filter(|line| line.contains("a step was refused") && line.contains(what)).count()
    };
    assert_eq!(said("step="), 0);
    browser.fetch(Method::POST, &claim).await;
    assert_eq!(said("step=\"claim\""), 1);
    assert_eq!(said("code=\"already_used\""), 1);
    bob.get(&format!("/s/{code}")).await;
    assert_eq!(said("step=\"look\""), 1);
    bob.post("/api/scan", &[("code", &code)]).await;
    assert_eq!(said("step=\"scan\""), 1);
    bob.fetch(Method::GET, &format!("/s/{code}/watch")).await;
    assert_eq!(said("step=\"watch\""), 1);
    assert_eq!(said(&format!("ticket.id={}", shown.ticket)), 4, "{}", lines.text());
}

#[tokio::test]
async fn starting_over_leaves_one_line_where_it_is_refused_and_none_where_it_is_not() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    let (browser, other) = (Browser::desktop(&server), Browser::new(&server, DESKTOP, "198.51.100.2"));
    let (shown, theirs) = (browser.show_code().await, other.show_code().await);
    let unknown = "0".repeat(32);
    for (ticket, code) in [
        (&theirs.ticket, "code=\"other_browser\""),
        (&unknown, "code=\"expired\""),
        (&shown.ticket, ""),
        (&shown.ticket, "code=\"cancelled\""),
    ] {
        let before = lines.text().lines().count();
        let leads = browser.post(&format!("/login/{ticket}/cancel"), &[]).await;
        assert_eq!((leads.status, leads.location()), (StatusCode::SEE_OTHER, "/login?code=1"), "{ticket}");
        let text = lines.text();
        let said: Vec<_> = text.lines().skip(before).filter(|line| line.contains("a step was refused")).collect();
        assert_eq!(said.len(), usize::from(!code.is_empty()), "{ticket}: {said:?}");
        assert!(said.iter().all(|line| line.contains("step=\"cancel\"") && line.contains(code)), "{said:?}");
    }
}

#[tokio::test]
async fn sec_34_no_secret_of_an_app_is_in_any_log_line() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let (site, forum) = (Site::register(&server).await, wechat::forum(&server).await);
    let code = site.code(&Browser::desktop(&server), &phone, &[("scope", "openid offline_access")]).await;
    let tokens = site.exchanges(&code).await;
    let [access, refresh, id] = ["access_token", "refresh_token", "id_token"].map(|key| tokens.text(key));
    site.userinfo(&access).await;
    site.userinfo("canary-access").await;
    site.refreshes(&refresh).await;
    site.exchanges(&code).await;
    let back = said(&wechat::signs_in(&forum, &Browser::desktop(&server), &phone).await, "code");
    let params = [("appid", forum.id.as_str()), ("code", &back), ("grant_type", "authorization_code")];
    // Some clients post, with all of it in the address or in a form.
    let form = [&params[..], &[("secret", "canary-secret")]].concat();
    forum.backend.send(Method::POST, "/sns/oauth2/access_token", &[], Some(&form)).await;
    let path = format!("/sns/oauth2/access_token?{}&secret={}", query(&params), forum.secret);
    let wechat = Answer::of(forum.backend.send(Method::GET, &path, &[], None).await);
    let [wx_access, wx_refresh] = ["access_token", "refresh_token"].map(|key| wechat.text(key));
    let log = lines.text();
    assert!(log.contains("an app was given a code") && log.contains("a code was used twice"), "the log was heard");
    let secrets = [&site.secret, &code, &access, &refresh, &id, &forum.secret, &back, &wx_access, &wx_refresh];
    for secret in secrets.into_iter().map(String::as_str).chain(["canary-access", "canary-secret"]) {
        let said =
            log.lines().find(|line| line.contains(secret) && !line.contains("hyper") && !line.contains("reqwest"));
        assert!(!secret.is_empty());
        assert_eq!(said, None, "{secret}");
    }
}
