//! The steps of a ticket over HTTP, and every wrong order of them.

use reqwest::{Method, StatusCode};

use crate::harness::browser::Browser;
use crate::harness::server::Server;

#[tokio::test]
async fn a_browser_is_signed_in_by_a_scan() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let code = phone.approve(&shown).await;
    let claimed = browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert_eq!((claimed.status, claimed.body.as_str()), (StatusCode::OK, r#"{"next":"/"}"#));
    assert!(browser.is_signed_in().await);
    let done = phone.get(&format!("/s/{code}")).await;
    assert!(done.body.contains("<h1>Signed in</h1>"), "{}", done.body);
}

#[tokio::test]
async fn a_page_may_connect_to_its_own_site_and_says_so_in_words_that_a_policy_has() {
    for (site, connects) in [
        ("http://localhost:4000", "'self' ws://localhost:4000"),
        ("https://login.example.com", "'self' wss://login.example.com"),
        // CSP has no IPv6 addresses.
        ("http://[::1]:4000", "'self'"),
        ("https://[2001:db8::1]", "'self'"),
    ] {
        let server = Server::start_with(|settings| settings.public_url = site.into()).await;
        let page = Browser::desktop(&server).get("/login").await;
        let policy = page.header("content-security-policy");
        let said = policy.split("; ").find_map(|part| part.strip_prefix("connect-src "));
        assert_eq!((page.status, said), (StatusCode::OK, Some(connects)), "{site}: {policy}");
    }
}

#[tokio::test]
async fn the_browser_goes_where_it_was_heading_and_nowhere_else() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for (asked, leads) in [
        ("/orders%3Fpage%3D2", "/orders?page=2"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/%5Cevil.example", "/"),
    ] {
        let browser = Browser::desktop(&server);
        let page = browser.get(&format!("/login?next={asked}")).await;
        let shown = crate::harness::browser::Shown::read(&page.body);
        phone.approve(&shown).await;
        let claimed = browser.post(&format!("/login/{}/claim", shown.ticket), &[]).await;
        assert_eq!((claimed.status, claimed.location()), (StatusCode::SEE_OTHER, leads), "{asked}");
    }
}

#[tokio::test]
async fn the_code_is_in_the_first_answer_dark_on_light_with_a_typed_code() {
    let server = Server::start().await;
    let page = Browser::desktop(&server).get("/login").await;
    let html = &page.body;
    let qr = html.split("id=\"qr\"").nth(1).expect("#qr");
    assert!(qr.contains("<svg role=\"img\""), "{qr}");
    assert!(qr.contains("d=\"M4 4.5m0 0h7"), "{qr}");
    assert!(html.contains("<noscript><meta http-equiv=\"refresh\" content=\"3;url=/login/"), "{html}");
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn sec_13_on_a_phone_there_is_no_code_but_the_way_in_right_here() {
    let server = Server::start().await;
    let phone = Browser::phone(&server);
    let page = phone.get("/login?next=/orders").await;
    assert!(!page.body.contains("id=\"qr\""), "{}", page.body);
    assert!(page.body.contains("href=\"/signin?next=/orders\""), "{}", page.body);
    assert!(phone.cookie("__Host-tessera-browser").is_none(), "and no ticket is made");
    assert!(phone.get("/login?code=1").await.body.contains("id=\"qr\""), "unless it is asked for");
}

#[tokio::test]
async fn sec_02_the_code_alone_cannot_claim_or_watch() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    phone.approve(&shown).await;
    let stranger = Browser::desktop(&server);
    stranger.show_code().await; // with a claim key of its own
    let bare = Browser::desktop(&server); // and without any
    for (thief, code) in [(&stranger, "other_browser"), (&bare, "no_cookie")] {
        let claim = thief.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
        assert_eq!((claim.status, claim.error()), (StatusCode::FORBIDDEN, code.to_owned()));
        let watch = thief.fetch(Method::GET, &format!("/login/{}/watch", shown.ticket)).await;
        assert_eq!(watch.status, StatusCode::FORBIDDEN);
        assert!(!thief.is_signed_in().await);
    }
    assert_eq!(browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn sec_03_looking_changes_nothing_whoever_looks() {
    let server = Server::start_with(|settings| settings.limits.requests_per_minute = 60_000).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let path = server.path_of(&shown).await;
    let bot = Browser::new(&server, "Slackbot-LinkExpanding 1.0", "192.0.2.9");
    let before = browser.fetch(Method::GET, &format!("/login/{}/watch", shown.ticket)).await.body;
    for _ in 0..250 {
        bot.get(&path).await;
        bot.send(Method::HEAD, &path, &[], None).await;
        phone.get(&path).await;
        phone.send(Method::HEAD, &path, &[("accept", "text/html")], None).await;
    }
    let after = browser.fetch(Method::GET, &format!("/login/{}/watch", shown.ticket)).await.body;
    assert_eq!(after, before);
    assert!(after.contains("\"seq\":1"), "{after}");
}

#[tokio::test]
async fn sec_04_a_code_can_be_scanned_for_a_minute_and_a_scan_decided_for_two() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for (wait, expected) in [(59, StatusCode::SEE_OTHER), (61, StatusCode::GONE)] {
        let browser = Browser::desktop(&server);
        let shown = browser.show_code().await;
        let path = server.path_of(&shown).await;
        server.pass(wait);
        let look = phone.get(&path).await;
        assert_eq!(look.status == StatusCode::GONE, expected == StatusCode::GONE, "after {wait} s");
        let code = path.strip_prefix("/s/").expect("a code");
        phone.post("/api/scan", &[("code", code)]).await;
        let confirm = phone.get(&path).await;
        assert_eq!(confirm.body.contains(">Approve</button>"), wait == 59, "after {wait} s");
    }
    let browser = Browser::desktop(&server);
    let shown = browser.show_code().await;
    let code = phone.scan(&shown).await;
    server.pass(121);
    phone.post("/api/approve", &[("code", &code)]).await;
    assert_eq!(phone.get(&format!("/s/{code}")).await.status, StatusCode::GONE);
    let claim = browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert_eq!(claim.status, StatusCode::GONE);
}

#[tokio::test]
async fn sec_07_a_scan_never_approves() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let code = phone.scan(&shown).await;
    phone.get(&format!("/s/{code}")).await;
    server.pass(30);
    let claim = browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert_eq!((claim.status, claim.error()), (StatusCode::CONFLICT, "not_approved".to_owned()));
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn sec_08_the_confirm_page_says_who_asks_and_for_what() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    server.pass(12);
    let code = phone.scan(&shown).await;
    let page = phone.get(&format!("/s/{code}")).await;
    let (words, html) = (page.words(), page.body);
    for fact in [
        browser.host(),
        ">Tessera</dd>",
        "Chrome on Windows",
        "198.51.100.1",
        "different from this phone's",
        "12 seconds ago",
        ">Alice</dd>",
        "up to 24 hours",
        "We never send codes by message",
    ] {
        assert!(words.contains(fact) || html.contains(fact), "{fact} is missing in {html}");
    }
    let (deny, approve) = (html.find(">Deny<").expect("Deny"), html.find(">Approve<").expect("Approve"));
    assert!(deny < approve, "Deny comes first");
    let focused = html.split("<button").find(|button| button.contains("autofocus")).expect("a button with the focus");
    assert!(focused.contains(">Deny<"), "and has the focus: {focused}");
}

#[tokio::test]
async fn sec_08_a_hostile_browser_cannot_write_into_the_confirm_page() {
    let server = Server::start_with(|settings| settings.look.name = "<script>alert(1)</script>".into()).await;
    server.person_named("mallory", "</title><script>alert(2)</script>").await;
    let phone = Browser::phone(&server);
    phone.sign_in("mallory", crate::harness::server::PASSWORD, "/").await;
    let browser = Browser::new(&server, "<script>alert(3)</script> Firefox/1.0", "198.51.100.1");
    let page = browser
        .send(
            Method::GET,
            "/login",
            &[("sec-ch-ua-platform", "\"<img src=x onerror=alert(4)>\""), ("accept", "text/html")],
            None,
        )
        .await;
    let shown = crate::harness::browser::Shown::read(&page.body);
    let code = phone.scan(&shown).await;
    let confirm = phone.get(&format!("/s/{code}")).await.body;
    let again = browser.get(&format!("/login/{}", shown.ticket)).await.body;
    for html in [
        &page.body,
        &confirm,
        &again,
        &phone.get("/").await.body,
        &browser.get("/signin?next=/%22%3E%3Cscript%3Ealert(5)").await.body,
    ] {
        assert!(!html.contains("<script>alert"), "{html}");
        assert!(!html.contains("<img src=x"), "{html}");
    }
}

#[tokio::test]
async fn a_denied_ticket_signs_nobody_in() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let code = phone.scan(&shown).await;
    phone.post("/api/deny", &[("code", &code)]).await;
    assert!(phone.get(&format!("/s/{code}")).await.body.contains("<h1>Denied</h1>"));
    let claim = browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert_eq!((claim.status, claim.error()), (StatusCode::GONE, "denied".to_owned()));
}

#[tokio::test]
async fn a_phone_that_is_not_signed_in_signs_in_and_comes_back() {
    let server = Server::start().await;
    server.person("Alice").await;
    let (browser, phone) = (Browser::desktop(&server), Browser::phone(&server));
    let shown = browser.show_code().await;
    let ticket = shown.ticket.parse().expect("a ticket");
    let code = tessera::login::keys::ScanCode { ticket, round: tessera::ticket::ids::Round(0) };
    let code = server.app.login.flow.link_text(code);
    let sent = phone.get(&format!("/S/{code}")).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, format!("/signin?next=/s/{code}").as_str()));
    let back = phone.sign_in("alice", crate::harness::server::PASSWORD, &format!("/s/{code}")).await;
    assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, format!("/s/{code}").as_str()));
    assert!(phone.get(back.location()).await.body.contains("You scanned a code"));
}

#[tokio::test]
async fn without_script_the_page_follows_its_ticket_and_a_button_claims() {
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = browser.show_code().await;
    let path = format!("/login/{}", shown.ticket);
    let code = phone.scan(&shown).await;
    let page = browser.get(&path).await;
    assert!(page.body.contains("data-state=\"scanned\""), "{page:?}");
    assert!(page.words().contains("Alice: Confirm on your phone"), "{page:?}");
    phone.post("/api/approve", &[("code", &code)]).await;
    let page = browser.get(&path).await;
    let (words, html) = (page.words(), page.body);
    assert!(html.contains("data-state=\"approved\"") && html.contains(">Continue</button>"), "{html}");
    assert!(
        words.contains("Approved. Alice")
            && html.contains("Press Continue to finish.")
            && html.contains("Not you? Start over"),
        "{html}"
    );
    assert!(
        !html.contains("http-equiv=\"refresh\""),
        "a page that waits for a press does not load itself again: {html}"
    );
    let claimed = browser.post(&format!("{path}/claim"), &[]).await;
    assert_eq!((claimed.status, claimed.location()), (StatusCode::SEE_OTHER, "/"));
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn without_script_the_page_renews_its_code_for_five_minutes_and_then_rests() {
    let server = Server::start().await;
    let browser = Browser::desktop(&server);
    let first = browser.show_code().await;
    let mut typed = first.typed.clone();
    for _ in 0..5 {
        server.pass(55);
        let html = browser.get(&format!("/login/{}", first.ticket)).await.body;
        let newer = crate::harness::browser::Shown::read(&html);
        assert_eq!(newer.ticket, first.ticket);
        assert_ne!(newer.typed, typed);
        typed = newer.typed;
    }
    server.pass(61);
    let html = browser.get(&format!("/login/{}", first.ticket)).await.body;
    assert!(html.contains("data-state=\"over\"") && html.contains(">Show a new code</button>"), "{html}");
}

#[tokio::test]
async fn whoever_is_signed_in_already_is_sent_on() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let page = phone.get("/login?next=/orders").await;
    assert_eq!((page.status, page.location()), (StatusCode::SEE_OTHER, "/orders"));
}
