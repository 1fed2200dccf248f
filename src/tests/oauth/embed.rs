//! The code in a frame of an app's own page.

use reqwest::{Method, StatusCode};
use tessera::store::records::apps::{App, Dialects};

use crate::harness::browser::{Browser, Reply, Shown};
use crate::harness::server::Server;
use crate::harness::site::{Answer, BACK, Site, query, said};

pub const PAGE: &str = "https://shop.example";

fn framed(app: &mut App) {
    app.dialects = Dialects::Both;
    app.options.embed_origins = vec![PAGE.to_owned()];
}

/// The frame's page, and the path that it came to.
pub async fn opens(browser: &Browser, site: &Site, other: &[(&str, &str)]) -> (String, Reply) {
    let mut params = site.asks(&[("origin", PAGE), ("client_id", "")]);
    params.retain(|(name, _)| !other.iter().any(|(key, _)| key == name));
    params.extend(other.iter().copied());
    let begun = browser.get(&format!("/embed/{}?{}", site.id, query(&params))).await;
    if begun.status != StatusCode::SEE_OTHER {
        return (String::new(), begun);
    }
    let path = begun.location().to_owned();
    let page = browser.get(&path).await;
    (path, page)
}

pub fn ticket(page: &Reply) -> Shown {
    let ticket = page.body.split("action=\"/framed/").nth(1).and_then(|rest| rest.split('/').next()).expect("a ticket");
    let typed = page.body.split("<code").nth(1).and_then(|rest| rest.split('>').nth(1)).expect("a code");
    Shown { ticket: ticket.to_owned(), typed: typed.split('<').next().unwrap_or_default().to_owned() }
}

#[tokio::test]
async fn sec_27_only_pages_that_the_app_is_registered_with_may_frame_the_code() {
    let server = Server::start().await;
    let (site, plain) = (Site::register_with(&server, framed).await, Site::register(&server).await);
    let browser = Browser::desktop(&server);
    let (path, page) = opens(&browser, &site, &[]).await;
    let policy = page.header("content-security-policy");
    assert!(policy.ends_with("frame-ancestors https://shop.example"), "{policy}");
    assert!(page.body.contains("id=\"qr\"") && page.body.contains("data-origin=\"https://shop.example\""), "{page:?}");
    // The same request in a window of its own, for whoever wants to sign in right here, is framed by nobody.
    let out = path.replace("/embed/go/", "/oauth/authorize/");
    assert!(page.body.contains(&format!("href=\"{out}\"")), "{page:?}");
    assert!(browser.get(&out).await.header("content-security-policy").ends_with("frame-ancestors 'none'"));
    for origin in
        ["https://evil.example", "https://shop.example/", "https://shop.example.evil.example", "null", "*", ""]
    {
        let (_, refused) = opens(&browser, &site, &[("origin", origin)]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{origin}");
        assert!(refused.header("content-security-policy").ends_with("frame-ancestors 'none'"), "{origin}");
    }
    assert_eq!(opens(&browser, &plain, &[]).await.1.status, StatusCode::BAD_REQUEST);
    let (lines, guard) = crate::operating::logs::listen();
    let asks =
        |origin: &str| format!("/embed/{}?{}", site.id, query(&[&site.asks(&[])[1..], &[("origin", origin)]].concat()));
    for (origin, said) in [("https://evil.example", "https://evil.example"), ("https://evil.example/\nINFO", "\\nINFO")]
    {
        let page = browser.get(&asks(origin)).await.words();
        assert!(page.contains("Shop shows its code on a page that is not registered: https://evil.example"), "{page}");
        assert!(page.contains("Its operator has to register this origin here."), "{page}");
        let line = lines.last("a frame was refused");
        for part in ["client=198.51.100.1", "code=\"unknown_embed_origin\"", &*format!("app.id={}", site.id), said] {
            assert!(line.contains(part), "{part}: {line}");
        }
    }
    drop(guard);
    for (wrong, why) in [
        (("redirect_uri", "https://evil.example/"), "an unregistered address"),
        (("response_type", "token"), "the response type is code"),
        (("code_challenge", ""), "PKCE is needed"),
        (("scope", "phone"), "none of these scopes"),
        (("prompt", "none"), "prompt=none is not for it"),
        (("response_mode", "form_post"), "its response_mode is query"),
    ] {
        let (_, refused) = opens(&browser, &site, &[wrong]).await;
        assert!(refused.status == StatusCode::BAD_REQUEST && refused.body.contains(why), "{wrong:?}: {refused:?}");
    }
}

#[tokio::test]
async fn the_page_around_a_frame_may_read_why_it_is_refused_and_nothing_else() {
    let server = Server::start().await;
    let site = Site::register_with(&server, framed).await;
    let script = async |path: &str, origin: &str| {
        let headers = [("accept", "application/json"), ("origin", origin), ("sec-fetch-site", "cross-site")];
        Browser::desktop(&server).send(Method::GET, path, &headers, None).await
    };
    let mut asks = site.asks(&[("client_id", "")]);
    asks.retain(|(name, _)| *name != "client_id");
    let element = format!("/embed/{}?{}", site.id, query(&asks));
    let shown = format!("{element}&origin=https%3A%2F%2Fshop.example");
    let params = [("appid", &*site.id), ("redirect_uri", BACK), ("scope", "snsapi_login"), ("login_type", "jssdk")];
    let dialect = format!("/connect/qrconnect?{}", query(&params));
    for path in [element, dialect] {
        let refused = script(&format!("{path}&origin=https%3A%2F%2Fevil.example"), "https://evil.example").await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{path}: {refused:?}");
        assert_eq!(refused.header("access-control-allow-origin"), "*", "{path}");
        assert!(refused.header("access-control-allow-credentials").is_empty(), "{path}");
        let said = Answer::of(refused).text("message");
        assert!(said.contains("Shop shows its code on a page that is not registered: https://evil.example."), "{said}");
        // What is not refused, and what is a page, is read by nobody.
        let page = [("accept", "text/html"), ("origin", PAGE), ("sec-fetch-site", "cross-site")];
        for (origin, status) in [("shop", StatusCode::SEE_OTHER), ("evil", StatusCode::BAD_REQUEST)] {
            let path = format!("{path}&origin=https%3A%2F%2F{origin}.example");
            let shown = Browser::desktop(&server).send(Method::GET, &path, &page, None).await;
            assert_eq!((shown.status, shown.header("access-control-allow-origin")), (status, ""), "{path}");
        }
    }
    let begun = script(&shown, PAGE).await;
    assert_eq!((begun.status, begun.header("access-control-allow-origin")), (StatusCode::SEE_OTHER, ""));
    let unknown = script("/embed/ts0000000000000000?origin=x", PAGE).await;
    assert_eq!(unknown.header("access-control-allow-origin"), "*");
    assert!(Answer::of(unknown).text("message").starts_with("This site is not known here."));
}

#[tokio::test]
async fn a_frame_that_is_loaded_again_elsewhere_says_why_it_shows_no_code() {
    let server = Server::start().await;
    let site = Site::register_with(&server, framed).await;
    let (here, elsewhere) = (Browser::desktop(&server), Browser::desktop(&server));
    let (_, page) = opens(&here, &site, &[]).await;
    opens(&elsewhere, &site, &[]).await;
    // The login page may not be framed: a redirect to it would leave the frame empty.
    let again = elsewhere.get(&format!("/framed/{}", ticket(&page).ticket)).await;
    assert_eq!(again.status, StatusCode::FORBIDDEN, "{again:?}");
    let policy = again.header("content-security-policy");
    assert!(policy.ends_with("frame-ancestors https://shop.example"), "{policy}");
}

#[tokio::test]
async fn a_frame_ends_with_a_code_for_its_app_and_signs_nobody_in_here() {
    let server = Server::start().await;
    let (site, phone) = (Site::register_with(&server, framed).await, Browser::signed_in(&server, "Alice").await);
    let browser = Browser::desktop(&server);
    let (_, page) = opens(&browser, &site, &[]).await;
    let cookies: Vec<_> = page.headers.get_all("set-cookie").iter().map(|line| line.to_str().expect("text")).collect();
    assert!(cookies[0].starts_with("__Host-tessera-frame=") && cookies.len() == 1, "{cookies:?}");
    assert!(cookies[0].ends_with("; Secure; HttpOnly; SameSite=None; Partitioned"), "{cookies:?}");
    let shown = ticket(&page);
    let code = phone.scan(&shown).await;
    assert!(phone.get(&format!("/s/{code}")).await.body.contains(">Shop</span></dd>"));
    phone.post("/api/approve", &[("code", &code)]).await;
    // Who has not the frame's cookie takes nothing, and the page's own paths do not lead to it.
    let thief = Browser::desktop(&server);
    thief.show_code().await;
    for path in [format!("/framed/{}/claim", shown.ticket), format!("/login/{}/claim", shown.ticket)] {
        assert_eq!(thief.fetch(Method::POST, &path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(
        browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await.status,
        StatusCode::FORBIDDEN
    );
    let with_its_key = Browser::desktop(&server);
    with_its_key.set_cookie("__Host-tessera-browser", &browser.cookie("__Host-tessera-frame").expect("a key"));
    let claim = with_its_key.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert!(claim.status == StatusCode::FORBIDDEN && claim.header("set-cookie").is_empty(), "no session: {claim:?}");
    let claimed = Answer::of(browser.fetch(Method::POST, &format!("/framed/{}/claim", shown.ticket)).await);
    assert_eq!(claimed.status, StatusCode::OK, "{claimed:?}");
    assert!(claimed.text("next").starts_with("/embed/done/") && !browser.is_signed_in().await);
    let done = browser.get(&claimed.text("next")).await;
    assert!(done.header("content-security-policy").ends_with("frame-ancestors https://shop.example"), "{done:?}");
    let url = done.body.split("href=\"").nth(1 + done.body.matches("<link").count()).expect("a link");
    let url = url.split('"').next().expect("an address").replace("&amp;", "&");
    assert!(url.starts_with(&format!("{BACK}?code=")) && said(&url, "state") == "s1", "{url}");
    let tokens = site.exchanges(&said(&url, "code")).await;
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.text("name"), "Alice");
}

#[tokio::test]
async fn a_claim_in_a_frame_that_is_repeated_gives_the_same_code_and_no_other_attempt_does() {
    let server = Server::start().await;
    let (site, phone) = (Site::register_with(&server, framed).await, Browser::signed_in(&server, "Alice").await);
    let browser = Browser::desktop(&server);
    let shown = ticket(&opens(&browser, &site, &[]).await.1);
    phone.approve(&shown).await;
    let path = format!("/framed/{}/claim", shown.ticket);
    let claims = async |attempt: &str| {
        let claimed = browser.post(&path, &[("attempt", attempt)]).await;
        if claimed.status != StatusCode::SEE_OTHER {
            return Err(claimed.status);
        }
        let done = browser.get(claimed.location()).await.body.replace("&amp;", "&");
        let url = done.split("href=\"").find(|rest| rest.starts_with(BACK)).and_then(|rest| rest.split('"').next());
        Ok(said(url.expect("an address"), "code"))
    };
    let attempt = "A".repeat(22);
    let first = claims(&attempt).await.expect("a code");
    assert_eq!(claims(&attempt).await, Ok(first.clone()), "the answer may have been lost");
    assert_eq!(claims("another").await, Err(StatusCode::GONE), "another attempt");
    let mut racers = futures_util::future::join_all((0..64).map(|_| claims(&attempt))).await;
    racers.dedup();
    assert_eq!(racers, [Ok(first.clone())]);
    assert_eq!(site.exchanges(&first).await.status, StatusCode::OK);
    // Who repeats it late gets the same code, and nothing of what was taken back meanwhile.
    server.pass(1);
    phone.post("/account/apps", &[("withdraw", &site.id)]).await;
    assert_eq!(claims(&attempt).await, Ok(first.clone()));
    assert!(!phone.get("/account/apps").await.body.contains("Shop"), "that is withdrawn");
    assert_eq!(site.exchanges(&first).await.error(), "invalid_grant", "one approval is one sign-in");
}

#[tokio::test]
async fn sec_27_a_page_that_was_taken_from_the_app_meanwhile_is_not_told_the_code() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for how in ["removed", "disabled"] {
        let (site, browser) = (Site::register_with(&server, framed).await, Browser::desktop(&server));
        let shown = ticket(&opens(&browser, &site, &[]).await.1);
        phone.approve(&shown).await;
        let claimed = browser.fetch(Method::POST, &format!("/framed/{}/claim", shown.ticket)).await;
        let next = Answer::of(claimed).text("next");
        assert_eq!(browser.get(&next).await.status, StatusCode::OK, "{how}");
        if how == "removed" {
            server.revise_app(&site.id, |app| app.options.embed_origins.clear()).await;
        } else {
            let id = site.id.parse().expect("an id");
            assert!(server.app.records.disable_app(id, server.operator()).await.expect("answers"));
        }
        let refused = browser.get(&next).await;
        assert!(refused.status == StatusCode::BAD_REQUEST && !refused.body.contains("code="), "{how}: {refused:?}");
        assert!(refused.header("content-security-policy").ends_with("frame-ancestors 'none'"), "{how}");
        assert_eq!(refused.body.contains(PAGE), how == "removed", "the page names the origin that is not registered");
    }
}

#[tokio::test]
async fn a_frame_gives_no_code_for_another_account_than_the_app_asked_for() {
    let server = Server::start().await;
    let (site, alice) = (Site::register_with(&server, framed).await, Browser::signed_in(&server, "Alice").await);
    let bob = Browser::signed_in(&server, "Bob").await;
    let hint = site.exchanges(&site.code(&Browser::desktop(&server), &bob, &[]).await).await.text("id_token");
    let browser = Browser::desktop(&server);
    for (phone, status) in [(&alice, StatusCode::CONFLICT), (&bob, StatusCode::OK)] {
        let shown = ticket(&opens(&browser, &site, &[("id_token_hint", &hint)]).await.1);
        phone.approve(&shown).await;
        let claimed = browser.fetch(Method::POST, &format!("/framed/{}/claim", shown.ticket)).await;
        assert_eq!(claimed.status, status, "{claimed:?}");
    }
    assert!(!alice.get("/account/apps").await.body.contains("Shop"), "and nothing is remembered of it");
}

#[tokio::test]
async fn what_the_phone_was_not_shown_an_app_does_not_get() {
    let server = Server::start().await;
    let (site, phone) = (Site::register_with(&server, framed).await, Browser::signed_in(&server, "Alice").await);
    let (path, _) = opens(&Browser::desktop(&server), &site, &[]).await;
    // A sign-in to this site that merely leads on to the request of an app.
    let browser = Browser::desktop(&server);
    let shown = Shown::read(&browser.get(&format!("/login?next={path}")).await.body);
    phone.approve(&shown).await;
    browser.set_cookie("__Host-tessera-frame", &browser.cookie("__Host-tessera-browser").expect("a key"));
    let claimed = browser.fetch(Method::POST, &format!("/framed/{}/claim", shown.ticket)).await;
    assert_eq!(claimed.status, StatusCode::FORBIDDEN, "{claimed:?}");
}

#[tokio::test]
async fn a_frame_reads_no_session_and_that_of_wechats_script_may_go_there_itself() {
    let server = Server::start().await;
    let (site, phone) = (Site::register_with(&server, framed).await, Browser::signed_in(&server, "Alice").await);
    let browser = Browser::desktop(&server);
    phone.signs_in(&browser).await;
    assert!(browser.is_signed_in().await);
    let (_, page) = opens(&browser, &site, &[]).await;
    assert!(page.body.contains("id=\"qr\""), "somebody who is signed in here is asked all the same");
    for (itself, leads) in [("true", format!("{BACK}?code=")), ("false", "/embed/done/".to_owned())] {
        let params = [
            ("appid", site.id.as_str()),
            ("redirect_uri", BACK),
            ("response_type", "code"),
            ("scope", "snsapi_login"),
            ("state", "s1"),
            ("origin", PAGE),
            ("self_redirect", itself),
        ];
        let begun = browser.get(&format!("/connect/qrconnect?{}", query(&params))).await;
        let shown = ticket(&browser.get(begun.location()).await);
        phone.approve(&shown).await;
        let claimed = Answer::of(browser.fetch(Method::POST, &format!("/framed/{}/claim", shown.ticket)).await);
        assert!(claimed.text("next").starts_with(&leads), "{claimed:?}");
    }
    for script in ["/embed.js", "/wxLogin.js", "/js/wxLogin.js"] {
        let reply = browser.send(Method::GET, script, &[("sec-fetch-site", "cross-site")], None).await;
        assert_eq!((reply.status, reply.header("content-type")), (StatusCode::OK, "text/javascript; charset=utf-8"));
    }
}

#[tokio::test]
async fn a_frame_looks_as_its_page_asks_and_never_in_words_of_that_page() {
    let server = Server::start().await;
    let (site, phone) = (Site::register_with(&server, framed).await, Browser::signed_in(&server, "Alice").await);
    let browser = Browser::desktop(&server);
    let asked = [("accent", "#0B6455"), ("background", "#fffdf8"), ("radius", "8"), ("font", "serif")];
    let (_, page) = opens(&browser, &site, &asked).await;
    let sheet = "/embed/theme.css?accent=0b6455&background=fffdf8&radius=8&font=serif";
    let link = |page: &Reply| page.body.replace("&amp;", "&").contains(&format!("href=\"{sheet}\""));
    assert!(link(&page) && page.header("content-security-policy").contains("style-src 'self';"), "{page:?}");
    let style = browser.get(sheet).await;
    assert_eq!((style.status, style.header("content-type")), (StatusCode::OK, "text/css; charset=utf-8"));
    assert!(style.body.contains("--accent:#0b6455;") && style.header("cache-control").contains("max-age"), "{style:?}");
    let shown = ticket(&page);
    phone.approve(&shown).await;
    let claimed = Answer::of(browser.fetch(Method::POST, &format!("/framed/{}/claim", shown.ticket)).await);
    assert!(link(&browser.get(&claimed.text("next")).await), "to its end");
    assert!(!opens(&browser, &site, &[]).await.1.body.contains("theme.css"));
    for (wrong, text) in [
        (&[("accent", "red;}*{display:none")][..], "Colours are #rrggbb"),
        (&[("accent", "#ffcc00")], "4.5:1"),
        (&[("accent", "#0b6455"), ("scheme", "auto")], "scheme=light"),
    ] {
        let (_, refused) = opens(&browser, &site, wrong).await;
        assert!(refused.status == StatusCode::BAD_REQUEST && refused.body.contains(text), "{wrong:?}: {refused:?}");
        assert_eq!(browser.get(&format!("/embed/theme.css?{}", query(wrong))).await.status, StatusCode::BAD_REQUEST);
    }
}
