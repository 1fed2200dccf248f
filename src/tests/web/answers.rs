//! Each operation of the description, asked until it has given each answer that is described of it.

use reqwest::{Method, StatusCode};
use serde_json::json;
use tessera::store::records::app_options::Switch;

use super::openapi::operations;
use crate::account::profile::{account, png};
use crate::harness::browser::{Browser, DESKTOP, PHONE, Reply, Shown};
use crate::harness::described::answered;
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Answer, Site, exchange, query};
use crate::login::{api, transfer};
use crate::wechat;

/// A program's call.
async fn ask(
    program: &Browser,
    method: Method,
    path: &str,
    bearer: Option<&str>,
    form: Option<&[(&str, &str)]>,
) -> Reply {
    let line = format!("Bearer {}", bearer.unwrap_or_default());
    let headers = [("authorization", line.as_str())];
    program.send(method, path, if bearer.is_some() { &headers } else { &[] }, form).await
}

#[tokio::test]
async fn each_answer_that_is_described_is_given_by_a_request() {
    let server = api::server_with(|settings| {
        settings.login.verification.blocked_networks = vec!["100.64.0.0/24".parse().expect("a network")];
    })
    .await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let program = Browser::new(&server, "probe/1.0", "192.0.2.9");
    for path in
        ["/openapi.json", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/oauth/jwks"]
    {
        assert_eq!(ask(&program, Method::GET, path, None, None).await.status, StatusCode::OK);
    }
    ask(&program, Method::GET, "/healthz", None, None).await;
    ask(&program, Method::GET, "/readyz", None, None).await;
    apps(&server, &browser, &phone).await;
    wechat_sites(&server, &browser, &phone, &program).await;
    phones(&server, &program).await;
    pages(&server, &phone).await;
    phone_of_a_browser(&server).await;
    pictures(&server, &phone, &program).await;
    crate::account::passkeys::asks_for_each_of_the_options().await;
    crate::login::ladder::passkeys::asks_for_options().await;
    server.announced.cancel();
    ask(&program, Method::GET, "/readyz", None, None).await;

    let answered = answered();
    for (path, method, operation) in operations() {
        let id = operation["operationId"].as_str().expect("an id");
        for status in
            operation["responses"].as_object().expect("responses").keys().filter(|status| *status != "default")
        {
            assert!(
                answered.contains(&(id.to_owned(), status.clone())),
                "{method} {path} was never answered by {status}"
            );
        }
    }
}

/// OpenID Connect.
async fn apps(server: &Server, browser: &Browser, phone: &Browser) {
    let site = Site::register_with(server, |app| {
        app.options.switches.set(Switch::DeviceGrant, true);
        app.options.switches.set(Switch::ClientCredentials, true);
    })
    .await;
    let backend = &site.backend;
    let code = site.code(browser, phone, &[("scope", "openid profile offline_access")]).await;
    let tokens = site.exchanges(&code).await;
    let (access, again) = (tokens.text("access_token"), tokens.text("refresh_token"));
    let own = site.calls("/oauth/token", &[("grant_type", "client_credentials")]).await.text("access_token");
    for method in [Method::GET, Method::POST] {
        for bearer in [Some(access.as_str()), Some("x"), Some(&own), None] {
            ask(backend, method.clone(), "/oauth/userinfo", bearer, None).await;
        }
    }
    for token in [access.as_str(), &again, &own, "x"] {
        site.calls("/oauth/introspect", &[("token", token)]).await;
    }
    site.refreshes(&again).await;
    site.calls("/oauth/device", &[("scope", "openid")]).await;
    let pushed = site.calls("/oauth/par", &site.asks(&[])).await.text("request_uri");
    for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke", "/oauth/device", "/oauth/par"] {
        site.calls(path, &[]).await;
        ask(backend, Method::POST, path, None, Some(&[])).await;
    }
    site.calls("/oauth/revoke", &[("token", &access)]).await;
    for name in [&*pushed, "urn:ietf:params:oauth:request_uri:over"] {
        let by_name = [("client_id", site.id.as_str()), ("request_uri", name)];
        browser.fetch(Method::GET, &format!("/oauth/authorize?{}", query(&by_name))).await;
    }
    browser.fetch(Method::GET, "/oauth/authorize").await;
    for form in [site.asks(&[]), site.asks(&[("redirect_uri", "https://evil.example/")])] {
        ask(backend, Method::POST, "/oauth/authorize", None, Some(&form)).await;
    }
    browser.fetch(Method::GET, "/oauth/logout").await;
    let elsewhere = [("client_id", site.id.as_str()), ("post_logout_redirect_uri", "https://evil.example/")];
    browser.fetch(Method::GET, &format!("/oauth/logout?{}", query(&elsewhere))).await;
    ask(backend, Method::POST, "/oauth/logout", None, Some(&[])).await;
    assert_eq!(site.calls("/oauth/token", &exchange(&code)).await.error(), "invalid_grant");
}

/// WeChat's dialect.
async fn wechat_sites(server: &Server, browser: &Browser, phone: &Browser, program: &Browser) {
    let site = wechat::forum(server).await;
    browser.post("/signout", &[]).await;
    let back = wechat::signs_in(&site, browser, phone).await;
    ask(program, Method::GET, &wechat::connect(&site, &[("scope", "x")]), None, None).await;
    let uuid = wechat::uuid(&site).await;
    for path in [format!("/connect/qrcode/{uuid}"), "/connect/qrcode/x".to_owned()] {
        ask(program, Method::GET, &path, None, None).await;
    }
    for json in ["", "&f=json"] {
        ask(program, Method::GET, &format!("/connect/l/qrconnect?uuid=x{json}"), None, None).await;
    }
    let call = async |path: &str, params: &[(&str, &str)]| {
        for params in [params, &[]] {
            let by_post = program.send(Method::POST, path, &[], Some(params)).await;
            let by_get = ask(program, Method::GET, &format!("{path}?{}", query(params)), None, None).await;
            if !params.is_empty() && path != "/sns/oauth2/access_token" {
                assert_eq!(by_post.body.contains("errmsg"), by_get.body.contains("errmsg"), "{path}");
            }
        }
    };
    let code = crate::harness::site::said(&back, "code");
    let params =
        [("appid", site.id.as_str()), ("secret", &site.secret), ("code", &code), ("grant_type", "authorization_code")];
    let tokens = Answer::of(program.send(Method::POST, "/sns/oauth2/access_token", &[], Some(&params)).await);
    let (token, again, openid) = (tokens.text("access_token"), tokens.text("refresh_token"), tokens.text("openid"));
    assert_eq!(openid.len(), 28, "{tokens:?}");
    call(
        "/sns/oauth2/refresh_token",
        &[("appid", &site.id), ("grant_type", "refresh_token"), ("refresh_token", &again)],
    )
    .await;
    call("/sns/auth", &[("access_token", &token), ("openid", &openid)]).await;
    call("/sns/userinfo", &[("access_token", &token), ("openid", &openid)]).await;
    // By now the code was used.
    call("/sns/oauth2/access_token", &params).await;
}

/// A site's own app as the phone.
async fn phones(server: &Server, program: &Browser) {
    let (mine, theirs) = (api::token(&api::claims()), {
        let mut claims = api::claims();
        claims["sub"] = json!("app-user-2");
        api::token(&claims)
    });
    let at = |shown: &Shown, verb: &str| format!("/v1/tickets/{}/{verb}", shown.typed);
    let show = async || Browser::desktop(server).show_code().await;
    let over = show().await;
    ask(program, Method::POST, &at(&over, "scan"), Some(&mine), None).await;
    server.pass(121);
    for decision in ["approve", "deny"] {
        let shown = show().await;
        let scanned = Answer::of(ask(program, Method::POST, &at(&shown, "scan"), Some(&mine), None).await);
        assert!(scanned.json["facts"].is_object(), "{scanned:?}");
        let code = scanned.text("code");
        for verb in ["scan", decision] {
            ask(program, Method::POST, &format!("/v1/tickets/{code}/{verb}"), Some(&theirs), None).await;
            ask(program, Method::POST, &format!("/v1/tickets/{code}/{verb}"), None, None).await;
            ask(program, Method::POST, &format!("/v1/tickets/x/{verb}"), Some(&mine), None).await;
            ask(program, Method::POST, &at(&over, verb), Some(&mine), None).await;
        }
        for bearer in [Some(mine.as_str()), Some(&theirs), None] {
            ask(program, Method::GET, &format!("/v1/tickets/{code}/watch"), bearer, None).await;
        }
        let decided = ask(program, Method::POST, &format!("/v1/tickets/{code}/{decision}"), Some(&mine), None).await;
        assert_eq!(decided.status, StatusCode::OK, "{decided:?}");
    }
    let blocked = Browser::new(server, DESKTOP, "100.64.0.1").show_code().await;
    let code = Answer::of(ask(program, Method::POST, &at(&blocked, "scan"), Some(&mine), None).await).text("code");
    let refused = ask(program, Method::POST, &format!("/v1/tickets/{code}/approve"), Some(&mine), None).await;
    assert_eq!(Answer::of(refused).error(), "approval_refused");
}

/// The login page and the phone's page.
async fn pages(server: &Server, phone: &Browser) {
    let (browser, other) = (Browser::desktop(server), Browser::new(server, PHONE, "203.0.113.7"));
    server.person("Bob").await;
    other.sign_in("Bob", PASSWORD, "/").await;
    phone.sign_in("Alice", PASSWORD, "/").await;
    let stranger = Browser::desktop(server);
    stranger.show_code().await;
    let shown = browser.show_code().await;
    let at = |shown: &Shown, verb: &str| format!("/login/{}/{verb}", shown.ticket);
    for browser in [&browser, &stranger] {
        browser.fetch(Method::GET, &at(&shown, "watch")).await;
        browser.fetch(Method::POST, &at(&shown, "refresh")).await;
        browser.fetch(Method::POST, &at(&shown, "claim")).await;
    }
    let code = phone.scan(&shown).await;
    for phone in [phone, &other] {
        phone.fetch(Method::GET, &format!("/s/{code}/watch")).await;
        phone.fetch(Method::GET, "/session/watch").await;
    }
    phone.post("/api/approve", &[("code", &code)]).await;
    assert_eq!(browser.fetch(Method::POST, &at(&shown, "claim")).await.status, StatusCode::OK);
    browser.fetch(Method::POST, &at(&shown, "claim")).await;
    let shown = stranger.show_code().await;
    phone.approve(&shown).await;
    assert_eq!(stranger.post(&at(&shown, "claim"), &[]).await.status, StatusCode::SEE_OTHER);
    let gone = Browser::desktop(server);
    let shown = gone.show_code().await;
    gone.fetch(Method::POST, &at(&shown, "cancel")).await;
    gone.fetch(Method::POST, &at(&shown, "claim")).await;
}

/// The pages of a browser that signs a phone in.
async fn phone_of_a_browser(server: &Server) {
    let browser = transfer::signed_in_desktop(server, "Carol").await;
    let phone = Browser::new(server, PHONE, "203.0.113.8");
    let offered = transfer::offer(server, &browser).await;
    transfer::take(&phone, &offered).await;
    transfer::hears(&browser, &offered.page).await;
    transfer::hears(&phone, &offered.code).await;
}

/// What other answers name by its address.
async fn pictures(server: &Server, phone: &Browser, program: &Browser) {
    let uploaded = phone.upload("/account/profile/picture", "picture", &png(64)).await;
    assert_eq!(uploaded.location(), "/account/profile?done=picture");
    let id = account(server, "alice").await.profile.picture.expect("a picture");
    for (size, status) in [(96, StatusCode::OK), (97, StatusCode::NOT_FOUND)] {
        assert_eq!(ask(program, Method::GET, &format!("/picture/{id}/{size}"), None, None).await.status, status);
    }
}
