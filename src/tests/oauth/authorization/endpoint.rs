//! From the app's request to the code.

use reqwest::{Method, StatusCode};
use tessera::store::records::app_options::Switch;
use tessera::store::records::apps::Dialects;

use crate::harness::browser::{Browser, DESKTOP, Shown};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{BACK, CHALLENGE, Site, claims, decides, query, said};

#[tokio::test]
async fn a_visitor_signs_in_to_an_app_by_a_scan_and_both_screens_name_it() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let (path, shown) = site.shows(&browser, &[]).await;
    let page = browser.get(&path).await;
    assert!(page.words().contains("Sign in to Shop") && page.body.contains(">shop.example<"), "{page:?}");
    let code = phone.scan(&shown).await;
    let asked = phone.get(&format!("/s/{code}")).await.body;
    assert!(asked.contains(">Shop</span></dd>") && asked.contains("value=\"name\" checked"), "{asked}");
    assert!(asked.contains(">shop.example</span>"), "{asked}");
    phone.post("/api/approve", &[("code", &code)]).await;
    let claimed = browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert_eq!(claimed.body, format!("{{\"next\":\"{path}\"}}"));
    let back = browser.get(&path).await;
    assert!(back.location().starts_with(&format!("{BACK}?code=")), "{back:?}");
    assert_eq!(
        (said(back.location(), "state"), said(back.location(), "iss")),
        ("s1".to_owned(), server.origin.clone())
    );

    let tokens = site.exchanges(&said(back.location(), "code")).await;
    assert_eq!((tokens.status, tokens.text("token_type")), (StatusCode::OK, "Bearer".to_owned()), "{tokens:?}");
    assert_eq!((tokens.json["expires_in"].as_u64(), tokens.text("scope")), (Some(600), "openid profile".to_owned()));
    let id = claims(&tokens.text("id_token"));
    assert_eq!(id["iss"], server.origin.as_str());
    assert_eq!((id["aud"].as_str(), id["nonce"].as_str()), (Some(site.id.as_str()), Some("n1")));
    assert_eq!((id["acr"].as_str(), &id["amr"]), (Some("urn:tessera:scan"), &serde_json::json!(["mca"])));
    let info = site.userinfo(&tokens.text("access_token")).await;
    assert_eq!(
        (info.text("sub"), info.text("name")),
        (id["sub"].as_str().expect("a name").to_owned(), "Alice".to_owned())
    );
}

#[tokio::test]
async fn who_is_signed_in_is_asked_once_and_then_goes_straight_back() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let person = Browser::signed_in(&server, "Alice").await;
    let go = async |other: &[(&str, &str)]| {
        let begun = person.get(&site.sends_to(other)).await;
        (begun.location().to_owned(), person.get(begun.location()).await)
    };
    let (path, page) = go(&[("scope", "openid")]).await;
    assert!(page.words().contains("Continue to Shop?"), "{page:?}");
    let refused = decides(&person, &path, "deny").await;
    assert_eq!((refused.status, said(refused.location(), "error")), (StatusCode::OK, "access_denied".to_owned()));
    let allowed = decides(&person, &path, "allow").await;
    assert!(allowed.location().starts_with(&format!("{BACK}?code=")), "{allowed:?}");
    let (_, again) = go(&[("scope", "openid")]).await;
    assert!(again.location().starts_with(&format!("{BACK}?code=")), "{again:?}");
    let (_, more) = go(&[("scope", "openid profile")]).await;
    assert_eq!(more.status, StatusCode::OK, "what is new is asked for");
    let (_, asked) = go(&[("scope", "openid"), ("prompt", "consent")]).await;
    assert_eq!(asked.status, StatusCode::OK);
    let (_, silent) = go(&[("prompt", "none")]).await;
    assert_eq!(said(silent.location(), "error"), "consent_required");
    let stranger = Browser::desktop(&server);
    let begun = stranger.get(&site.sends_to(&[("prompt", "none")])).await;
    assert_eq!(said(stranger.get(begun.location()).await.location(), "error"), "login_required");
}

#[tokio::test]
async fn an_app_may_have_its_visitor_sign_in_once_more() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    site.signs_in(&browser, &phone, &[]).await;
    server.pass(60);
    for other in [("prompt", "login"), ("max_age", "59"), ("max_age", "0")] {
        let back = site.signs_in(&browser, &phone, &[other]).await;
        assert!(!said(&back, "code").is_empty(), "{other:?}: {back}");
        server.pass(60);
    }
    // The form for a password is there although one is signed in.
    let with_password = Browser::phone(&server);
    with_password.sign_in("Alice", PASSWORD, "/").await;
    let begun = with_password.get(&site.sends_to(&[("prompt", "login"), ("scope", "openid")])).await;
    let page = with_password.get(&format!("{}?code=1", begun.location())).await;
    assert!(page.body.contains("id=\"qr\"") && page.body.contains("anew=1"), "{page:?}");
    let form = with_password.get(&format!("/signin?next={}&anew=1", begun.location())).await;
    assert!(form.body.contains("id=\"password\""), "{form:?}");
}

#[tokio::test]
async fn a_visitor_can_go_back_without_signing_in() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let browser = Browser::desktop(&server);
    let (path, _) = site.shows(&browser, &[]).await;
    let page = browser.get(&path).await.body;
    assert!(page.contains(&format!("href=\"{path}?leave=1\"")), "{page}");
    let back = browser.get(&format!("{path}?leave=1")).await;
    assert_eq!(
        (said(back.location(), "error"), said(back.location(), "state")),
        ("access_denied".to_owned(), "s1".to_owned())
    );
}

#[tokio::test]
async fn sec_35_nobody_is_sent_to_an_address_that_the_app_is_not_registered_with() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let browser = Browser::desktop(&server);
    for (name, value, code) in [
        ("redirect_uri", "https://shop.example/signed-in/", "unknown_redirect_uri"),
        ("redirect_uri", "https://evil.example/", "unknown_redirect_uri"),
        ("redirect_uri", "", "unknown_redirect_uri"),
        ("client_id", "ts0000000000000000", "unknown_app"),
        ("client_id", "", "unknown_app"),
    ] {
        let refused = browser.fetch(Method::GET, &site.sends_to(&[(name, value)])).await;
        assert_eq!((refused.status, refused.error()), (StatusCode::BAD_REQUEST, code.to_owned()), "{name}={value}");
        assert_eq!(refused.location(), "");
    }
    let wechat = Site::register_with(&server, |app| app.dialects = Dialects::WeChat).await;
    let disabled = Site::register_with(&server, |app| app.disabled_at = Some(server.clock.now())).await;
    let id = disabled.id.parse().expect("an id");
    server.app.records.disable_app(id, server.operator()).await.expect("answers");
    for (site, code) in [(wechat, "other_dialect"), (disabled, "unknown_app")] {
        assert_eq!(browser.fetch(Method::GET, &site.sends_to(&[])).await.error(), code);
    }
    // The visitor is told whom to tell.
    let page = browser.get(&site.sends_to(&[("redirect_uri", "https://evil.example/")])).await.words();
    for sentence in
        ["Shop tried to send you to an unregistered address.", "Its operator has to register this address here."]
    {
        assert!(page.contains(sentence), "{page}");
    }
}

#[tokio::test]
async fn sec_36_pkce_with_s256_is_needed_and_nothing_weaker_is_taken() {
    let server = Server::start().await;
    let (site, public) = (Site::register(&server).await, Site::public(&server).await);
    let old = Site::register_with(&server, |app| app.options.switches.set(Switch::WithoutPkce, true)).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let verifier = "a".repeat(43);
    for site in [&site, &public] {
        for (challenge, method) in [
            ("", ""),
            ("", "S256"),
            (CHALLENGE, ""), // which would mean plain
            (CHALLENGE, "plain"),
            (CHALLENGE, "s256"),
            (verifier.as_str(), "S256"), // no hash
        ] {
            let params = [("code_challenge", challenge), ("code_challenge_method", method)];
            let refused = browser.get(&site.sends_to(&params)).await;
            assert_eq!(said(refused.location(), "error"), "invalid_request", "{params:?}: {refused:?}");
        }
    }
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let refused =
        browser.get(&old.sends_to(&[("code_challenge", CHALLENGE), ("code_challenge_method", "plain")])).await;
    assert_eq!(said(refused.location(), "error"), "invalid_request");
    // Wrong verifiers, none, and one too many.
    for wrong in ["", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", "short", CHALLENGE] {
        let code = site.code(&Browser::desktop(&server), &phone, &[]).await;
        let mut form = crate::harness::site::exchange(&code);
        form.retain(|(name, _)| *name != "code_verifier");
        form.push(("code_verifier", wrong));
        let refused = site.calls("/oauth/token", &form).await;
        assert_eq!((refused.status, refused.error()), (StatusCode::BAD_REQUEST, "invalid_grant".to_owned()), "{wrong}");
    }
    let code = old.code(&browser, &phone, &without).await;
    assert_eq!(old.exchanges(&code).await.error(), "invalid_grant", "a verifier without a challenge is a downgrade");
    let code = old.code(&Browser::desktop(&server), &phone, &without).await;
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", BACK)];
    assert_eq!(old.calls("/oauth/token", &form).await.status, StatusCode::OK);
}

#[tokio::test]
async fn sec_42_every_answer_says_who_answers() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let browser = Browser::desktop(&server);
    for (params, error) in [
        ([("response_type", "token"), ("x", "")], "unsupported_response_type"),
        ([("response_type", ""), ("x", "")], "invalid_request"),
        ([("response_type", "code id_token"), ("x", "")], "unsupported_response_type"),
        ([("response_mode", "fragment"), ("x", "")], "invalid_request"),
        ([("scope", "phone"), ("x", "")], "invalid_scope"),
        ([("scope", ""), ("x", "")], "invalid_scope"),
        ([("prompt", "none login"), ("x", "")], "invalid_request"),
        ([("prompt", "dance"), ("x", "")], "invalid_request"),
        ([("prompt", "login dance"), ("x", "")], "invalid_request"),
        ([("max_age", "soon"), ("x", "")], "invalid_request"),
        ([("request", "eyJ"), ("x", "")], "request_not_supported"),
        ([("request_uri", "https://shop.example/request"), ("x", "")], "request_uri_not_supported"),
        ([("registration", "{}"), ("x", "")], "registration_not_supported"),
        ([("id_token_hint", "eyJ.eyJ.x"), ("x", "")], "invalid_request"),
        ([("code_challenge", ""), ("code_challenge_method", "")], "invalid_request"),
    ] {
        let refused = browser.get(&site.sends_to(&params)).await;
        let back = refused.location();
        assert_eq!((refused.status, said(back, "error")), (StatusCode::SEE_OTHER, error.to_owned()), "{params:?}");
        assert!(back.starts_with(&format!("{BACK}?error=")), "{back}");
        assert_eq!((said(back, "iss"), said(back, "state")), (server.origin.clone(), "s1".to_owned()));
        assert!(!said(back, "error_description").is_empty());
    }
    let pushed_only =
        Site::register_with(&server, |app| app.options.switches.set(Switch::RequirePushedAuthorizationRequests, true))
            .await;
    let refused = browser.get(&pushed_only.sends_to(&[])).await;
    assert_eq!(
        (said(refused.location(), "error"), said(refused.location(), "iss")),
        ("invalid_request".to_owned(), server.origin.clone())
    );
}

#[tokio::test]
async fn an_answer_can_come_as_a_form_and_state_comes_back_byte_for_byte() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let state = "a b+c%20&=ü\"<script>'";
    assert_eq!(said(&site.signs_in(&browser, &phone, &[("state", state)]).await, "state"), state);
    let begun = browser.get(&site.sends_to(&[("state", state), ("response_mode", "form_post")])).await;
    let form = browser.get(begun.location()).await;
    assert_eq!(form.status, StatusCode::OK);
    assert!(form.body.contains(&format!("method=\"post\" action=\"{BACK}\"")), "{}", form.body);
    assert!(form.body.contains("name=\"code\"") && form.body.contains("name=\"iss\""), "{}", form.body);
    assert!(!form.body.contains("<script>'") && form.body.contains("&lt;script"), "{}", form.body);
    let policy = form.header("content-security-policy");
    assert!(!policy.contains("form-action") && form.body.matches("<form").count() == 1, "{policy}");
}

#[tokio::test]
async fn sec_43_there_is_no_implicit_flow_and_no_password_grant() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let metadata = crate::harness::site::Answer::of(
        site.backend.send(Method::GET, "/.well-known/openid-configuration", &[], None).await,
    );
    assert_eq!(metadata.json["response_types_supported"], serde_json::json!(["code"]));
    assert_eq!(metadata.json["issuer"], server.origin.as_str());
    let grants = metadata.json["grant_types_supported"].to_string();
    assert!(!grants.contains("password") && !grants.contains("implicit"), "{grants}");
    for endpoint in ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"] {
        assert!(metadata.text(endpoint).starts_with(&server.origin), "{metadata:?}");
    }
    let form = [("grant_type", "password"), ("username", "alice"), ("password", PASSWORD)];
    let refused = site.calls("/oauth/token", &form).await;
    assert_eq!((refused.status, refused.error()), (StatusCode::BAD_REQUEST, "unsupported_grant_type".to_owned()));
}

#[tokio::test]
async fn sec_44_after_a_password_and_after_a_yes_a_browser_repeats_nothing() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    server.person("Alice").await;
    let browser = Browser::desktop(&server);
    let path = browser.get(&site.sends_to(&[])).await.location().to_owned();
    let signed_in = browser.sign_in("Alice", PASSWORD, &path).await;
    let allowed = decides(&browser, &path, "allow").await;
    for (done, leads) in [(&signed_in, path.as_str()), (&allowed, BACK)] {
        assert!(done.goes_on() && done.location().starts_with(leads), "{done:?}");
        assert!(!done.body.contains("<form"), "{done:?}");
    }
    let evil = [("accept", "text/html"), ("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")];
    let forced = browser.send(Method::POST, &path, &evil, Some(&[("decision", "allow")])).await;
    assert_eq!(forced.status, StatusCode::FORBIDDEN, "no other site says yes");
}

#[tokio::test]
async fn the_user_name_that_an_app_expects_stands_in_the_form() {
    let server = Server::start().await;
    let (site, browser) = (Site::register(&server).await, Browser::desktop(&server));
    let form = async |hint: &str| {
        let page = browser.get(browser.get(&site.sends_to(&[("login_hint", hint)])).await.location()).await.body;
        let way = page.split("href=\"").find(|rest| rest.starts_with("/signin?")).expect("a way to the form");
        let way = way.split('"').next().unwrap_or_default().replace("&amp;", "&");
        browser.get(&way).await.body
    };
    let known = form("Alice@Shop.Example").await;
    assert!(known.contains("value=\"alice@shop.example\""), "{known}");
    let unknown = form("<b>Alice</b> A\"").await;
    assert!(!unknown.contains("<b>") && !unknown.contains("value=\"alice"), "what is no user name is let pass");
}

#[tokio::test]
async fn sec_14_a_flood_of_requests_keeps_nobody_out_who_is_on_the_way_or_comes() {
    let server = Server::start_with(|settings| settings.limits.tickets = 20).await;
    let (site, phone) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    let embeds = Site::register_with(&server, |app| app.options.embed_origins = vec!["https://shop.example".into()]);
    let embeds = embeds.await;
    let forum = crate::wechat::forum(&server).await;
    let on_the_way = Browser::desktop(&server);
    let (path, shown) = site.shows(&on_the_way, &[]).await;
    // A state of backslashes is twice as long once it is written down; and every way in fills the same room.
    let state = "\\".repeat(2000);
    let framed = [("state", state.as_str()), ("origin", "https://shop.example"), ("client_id", "")];
    let ways = [
        site.sends_to(&[("state", &state)]),
        format!("/embed/{}?{}", embeds.id, query(&embeds.asks(&framed))),
        crate::wechat::connect(&forum, &[("state", &state)]),
    ];
    for (at, way) in ways.iter().enumerate() {
        for of in 0..20 {
            let address = format!("198.51.100.{}", 100 + 3 * at + of % 3);
            let begun = Browser::new(&server, DESKTOP, &address).get(way).await;
            assert_eq!(said(begun.location(), "error"), "", "whoever fills the room makes room: {begun:?}");
        }
    }
    let comes = Browser::new(&server, DESKTOP, "203.0.113.7");
    for (browser, (path, shown)) in [(&on_the_way, (path, shown)), (&comes, site.shows(&comes, &[]).await)] {
        phone.approve(&shown).await;
        browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
        let code = said(browser.get(&path).await.location(), "code");
        assert_eq!(site.exchanges(&code).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_request_lives_for_ten_minutes_and_no_longer() {
    let server = Server::start().await;
    let (site, browser) = (Site::register(&server).await, Browser::desktop(&server));
    let begun = browser.get(&site.sends_to(&[])).await;
    server.pass(599);
    assert_eq!(browser.get(begun.location()).await.status, StatusCode::OK);
    server.pass(1);
    let over = browser.get(begun.location()).await;
    assert_eq!(over.status, StatusCode::GONE);
    assert!(over.body.contains("<h1>"), "a page says what to do: {}", over.body);
}

#[tokio::test]
async fn sec_49_a_pushed_request_is_used_once_by_its_app_and_soon() {
    let server = Server::start().await;
    let (site, other) = (Site::register(&server).await, Site::register(&server).await);
    let pushed_only =
        Site::register_with(&server, |app| app.options.switches.set(Switch::RequirePushedAuthorizationRequests, true))
            .await;
    let browser = Browser::desktop(&server);
    let push = async |site: &Site| {
        let pushed = site.calls("/oauth/par", &site.asks(&[])).await;
        assert_eq!((pushed.status, pushed.json["expires_in"].as_u64()), (StatusCode::CREATED, Some(90)), "{pushed:?}");
        pushed.text("request_uri")
    };
    let sent = async |site: &Site, uri: &str| {
        let params = [("client_id", site.id.as_str()), ("request_uri", uri)];
        browser.get(&format!("/oauth/authorize?{}", crate::harness::site::query(&params))).await
    };
    let uri = push(&pushed_only).await;
    assert!(uri.starts_with("urn:ietf:params:oauth:request_uri:"), "{uri}");
    assert_eq!(sent(&other, &uri).await.status, StatusCode::GONE, "another app's");
    let begun = sent(&pushed_only, &uri).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER);
    Shown::read(&browser.get(begun.location()).await.body);
    assert_eq!(sent(&pushed_only, &uri).await.status, StatusCode::SEE_OTHER, "whoever loads the page again");
    server.pass(10);
    assert_eq!(sent(&pushed_only, &uri).await.status, StatusCode::GONE, "once");
    let late = push(&site).await;
    server.pass(90);
    assert_eq!(sent(&site, &late).await.status, StatusCode::GONE);
    for (params, error) in [
        (site.asks(&[("request_uri", &uri)]), "invalid_request"),
        (site.asks(&[("redirect_uri", "https://evil.example/")]), "invalid_request"),
        (site.asks(&[("response_type", "token")]), "unsupported_response_type"),
    ] {
        let refused = site.calls("/oauth/par", &params).await;
        assert_eq!((refused.status, refused.error()), (StatusCode::BAD_REQUEST, error.to_owned()));
    }
    let stranger = site.backend.send(Method::POST, "/oauth/par", &[], Some(&site.asks(&[]))).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED, "an app proves itself");
    let uri = push(&site).await;
    let racers: Vec<_> = futures_util::future::join_all((0..16).map(|_| sent(&site, &uri))).await;
    assert!(racers.iter().all(|reply| reply.status == StatusCode::SEE_OTHER), "{racers:?}");
    server.pass(10);
    assert_eq!(sent(&site, &uri).await.status, StatusCode::GONE);
}
