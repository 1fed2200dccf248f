//! What every line about a request says: from where, which app, whose account, and why.

use reqwest::Method;
use tessera::store::records::app_options::Switch;

use super::logs::{Lines, listen};
use crate::harness::browser::{Browser, DESKTOP, PHONE};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{BACK, Site, said};
use crate::wechat;

/// Holds the last line that says this against its parts; whatever it says, it says once.
fn holds(lines: &Lines, what: &str, parts: &[&str]) {
    let line = lines.last(what);
    for part in parts {
        assert!(line.contains(part), "{part}: {line}");
    }
    for field in ["client=", "app.id=", "account.id=", " code="] {
        assert!(line.matches(field).count() <= 1, "{field} twice: {line}");
    }
}

async fn id_of(server: &Server, name: &str) -> String {
    let known = server.app.accounts.records.account_by_username(name).await.expect("answers").expect("there");
    format!("account.id={}", known.0.id)
}

#[tokio::test]
async fn every_refused_call_of_an_app_says_which_app_and_why() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let site = Site::register_with(&server, |app| app.options.switches.set(Switch::ClientCredentials, true)).await;
    let (app, alice) = (format!("app.id={}", site.id), id_of(&server, "alice").await);
    let client = format!("client={}", site.backend.address());
    let refused = |parts: &[&str]| {
        holds(&lines, "a request of an app was refused", &[&[&*client, &*app], parts].concat());
    };
    for secret in ["wrong", ""] {
        let proof = [("client_id", &*site.id), ("client_secret", secret), ("grant_type", "authorization_code")];
        site.backend.send(Method::POST, "/oauth/token", &[], Some(&proof)).await;
        refused(&["code=\"invalid_client\"", "is the secret the newest"]);
    }
    site.exchanges("x").await;
    refused(&["code=\"invalid_grant\"", "this app has no such code"]);
    site.calls("/oauth/token", &[("grant_type", "password")]).await;
    refused(&["code=\"unsupported_grant_type\"", "see grant_types_supported"]);
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        site.calls(path, &[]).await;
        refused(&["code=\"invalid_request\"", "the parameter token is missing"]);
    }
    site.calls("/oauth/par", &site.asks(&[("redirect_uri", "https://evil.example/")])).await;
    refused(&["code=\"invalid_request\"", "redirect_uri is not one"]);
    site.calls("/oauth/device", &[("scope", "openid")]).await;
    refused(&["code=\"unauthorized_client\"", "may not sign devices in"]);
    let own = site.calls("/oauth/token", &[("grant_type", "client_credentials")]).await.text("access_token");
    site.userinfo(&own).await;
    refused(&["code=\"insufficient_scope\"", "it needs the scope openid"]);
    // Where the account is known, it is named: by a token, by a code.
    let code = site.code(&browser, &phone, &[]).await;
    let access = site.exchanges(&code).await.text("access_token");
    site.exchanges(&code).await;
    refused(&["code=\"invalid_grant\"", "the code was used before", &alice]);
    site.userinfo(&access).await;
    refused(&["code=\"invalid_token\"", "its time is over", &alice]);
    // Who holds no token of this server names no app by it.
    site.userinfo("x").await;
    holds(&lines, "a request of an app was refused", &[&client, "code=\"invalid_token\""]);
    assert!(!lines.last("a request of an app was refused").contains("app.id="));
}

#[tokio::test]
async fn every_refused_call_in_wechats_dialect_says_which_app_and_why() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let site = wechat::forum(&server).await;
    let (app, alice) = (format!("app.id={}", site.id), id_of(&server, "alice").await);
    let client = format!("client={}", site.backend.address());
    let refused = |parts: &[&str]| {
        holds(&lines, "a request of an app was refused", &[&[&*client, &*app], parts].concat());
    };
    wechat::exchange(&site, "x", &[("secret", "wrong")]).await;
    refused(&["code=\"invalid_client\"", "errcode=40125", "invalid appsecret"]);
    wechat::exchange(&site, "x", &[]).await;
    refused(&["code=\"invalid_grant\"", "errcode=40029", "invalid code"]);
    wechat::exchange(&site, "x", &[("grant_type", "")]).await;
    refused(&["code=\"unsupported_grant_type\"", "errcode=40002"]);
    wechat::refresh(&site, "x", &[]).await;
    refused(&["code=\"invalid_grant\"", "errcode=40030"]);
    let code = said(&wechat::signs_in(&site, &browser, &phone).await, "code");
    let tokens = wechat::exchange(&site, &code, &[]).await;
    let (access, openid) = (tokens.text("access_token"), tokens.text("openid"));
    wechat::userinfo(&site, &access, "x").await;
    refused(&["code=\"invalid_request\"", "errcode=40003", &alice]);
    server.pass(7200);
    wechat::userinfo(&site, &access, &openid).await;
    refused(&["code=\"invalid_token\"", "errcode=42001", &alice]);
    wechat::exchange(&site, &code, &[]).await;
    refused(&["code=\"invalid_grant\"", "errcode=40163", &alice]);
    // Each refusal has one line, also where a person or a program is told at the same address.
    let said = |lines: &Lines| lines.text().lines().filter(|line| line.contains("was refused")).count();
    for other in [("scope", "x"), ("response_type", "x"), ("redirect_uri", "https://evil.example/")] {
        for headers in [&[("accept", "text/html")][..], &[]] {
            let before = said(&lines);
            site.backend.send(Method::GET, &wechat::connect(&site, &[other]), headers, None).await;
            assert_eq!(said(&lines), before + 1, "{other:?} {headers:?}");
            holds(&lines, "was refused", &[&client, &app, "code="]);
        }
    }
}

#[tokio::test]
async fn a_refused_step_says_for_which_app_and_by_whom() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let bob = Browser::signed_in(&server, "Bob").await;
    let site = Site::register(&server).await;
    let app = format!("app.id={}", site.id);
    let (_, shown) = site.shows(&browser, &[]).await;
    browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    let client = format!("client={}", browser.address());
    holds(&lines, "a step was refused", &["step=\"claim\"", "code=\"not_approved\"", &app, &client]);
    let code = phone.scan(&shown).await;
    bob.post("/api/scan", &[("code", &code)]).await;
    let client = format!("client={}", bob.address());
    let account = id_of(&server, "bob").await;
    holds(&lines, "a step was refused", &["step=\"scan\"", "code=\"taken\"", &app, &client, &account]);
    // A typed code leads to no ticket, so to no app.
    for (typed, code) in [("nonsense", "malformed_code"), ("BBBB-BBBB", "expired")] {
        bob.post("/link", &[("code", typed)]).await;
        holds(&lines, "a step was refused", &["step=\"type\"", &format!("code=\"{code}\""), &client, &account]);
    }
}

#[tokio::test]
async fn a_sign_in_says_which_app_asked_where_one_did() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    assert!(!lines.last("signed in by password").contains("app.id="), "no app asked");
    let (site, alice) = (Site::register(&server).await, id_of(&server, "alice").await);
    let app = format!("app.id={}", site.id);
    site.signs_in(&Browser::desktop(&server), &phone, &[]).await;
    holds(&lines, "signed in by scan", &[&app, &alice, "client=198.51.100.1"]);
    holds(&lines, "an app was given a code", &[&app, &alice]);
    for agent in [DESKTOP, PHONE] {
        let visitor = Browser::new(&server, agent, "198.51.100.7");
        let begun = visitor.get(&site.sends_to(&[])).await;
        let page = visitor.get(begun.location()).await;
        let link = page.body.split("href=\"/signin").nth(1).and_then(|rest| rest.split('"').next()).expect("a way in");
        let mut form = visitor.get(&format!("/signin{}", link.replace("&amp;", "&"))).await;
        for (password, said) in [("wrong", "a sign-in was refused"), (PASSWORD, "signed in by password")] {
            let hidden = hidden(&form.body);
            let typed = [("username", "alice"), ("password", password)];
            let fields: Vec<_> = hidden.iter().map(|(name, value)| (&**name, &**value)).chain(typed).collect();
            form = visitor.post("/signin", &fields).await;
            holds(&lines, said, &[&app, &alice, "client=198.51.100.7"]);
        }
        assert!(visitor.get(form.location()).await.location().starts_with(BACK));
    }
}

/// What a form sends beside what is typed.
fn hidden(page: &str) -> Vec<(String, String)> {
    let inputs = page.split("<input type=\"hidden\" name=\"").skip(1);
    let fields = inputs.map(|input| {
        let mut parts = input.split('"');
        let (name, value) = (parts.next().expect("a name"), parts.nth(1).expect("a value"));
        (name.to_owned(), value.replace("&amp;", "&"))
    });
    fields.collect()
}

#[tokio::test]
async fn a_limit_says_whose_it_was() {
    let (lines, _guard) = listen();
    let server = Server::start_with(|settings| {
        settings.limits.attempts_per_minute = 1;
        settings.limits.decisions_per_minute = 1;
        settings.limits.app_calls_per_minute = 1;
    })
    .await;
    let (phone, site) = (Browser::signed_in(&server, "Alice").await, wechat::forum(&server).await);
    let alice = id_of(&server, "alice").await;
    let reached = |rule: &str, parts: &[&str]| {
        let rule = format!("rule=\"{rule}\"");
        holds(&lines, &rule, &[&["a request was refused by a limit", "code=\"too_many_requests\""], parts].concat());
    };
    // As many strangers as guess at one name together; her own phone was one when she signed in.
    for of in 0..30 {
        Browser::new(&server, DESKTOP, &format!("198.51.100.{of}")).sign_in("alice", "wrong", "/").await;
    }
    reached("attempts_on", &["client=198.51.100.29", &alice]);
    for (name, whose) in [("alice", &*alice), ("canary-hunter2", "unknown_name=")] {
        server.pass(60);
        let stranger = Browser::new(&server, DESKTOP, "192.0.2.1");
        for _ in 0..2 {
            stranger.sign_in(name, "wrong", "/").await;
        }
        reached("attempts", &["client=192.0.2.1", whose]);
    }
    assert!(!lines.text().lines().any(|line| line.contains("client=") && line.contains("canary-hunter2")));
    for _ in 0..2 {
        phone.sign_in("alice", "wrong", "/").await;
    }
    reached("attempts_of_device", &[&alice]);
    for _ in 0..2 {
        phone.post("/link", &[("code", "BBBB-BBBB")]).await;
        phone.post("/account/password", &[("password", "wrong"), ("new_password", "another long one")]).await;
    }
    reached("typed_codes", &[&alice]);
    reached("own_passwords", &[&alice]);
    let shown = Browser::desktop(&server).show_code().await;
    let path = server.path_of(&shown).await;
    for _ in 0..2 {
        phone.post("/api/scan", &[("code", path.trim_start_matches("/s/"))]).await;
    }
    reached("decisions", &[&alice]);
    for _ in 0..2 {
        wechat::exchange(&site, "x", &[]).await;
    }
    reached("app_calls", &[&format!("app.id={}", site.id)]);
    // The limit has said it, so nothing else does.
    assert!(!lines.last("a request of an app was refused").contains("too_many_requests"));
}

#[tokio::test]
async fn the_first_account_is_named_by_one_line() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    let link = server.app.accounts.setup.link("");
    let token = link.split_once("token=").expect("a token").1;
    let browser = Browser::desktop(&server);
    let form = [("token", token), ("username", "grace"), ("display_name", "Grace"), ("password", PASSWORD)];
    browser.post("/setup", &form).await;
    let id = id_of(&server, "grace").await;
    holds(&lines, "the first account was made", &[&format!("client={}", browser.address()), &id, "username=\"grace\""]);
    assert_eq!(lines.text().matches("the first account was made").count(), 1);
}

#[tokio::test]
async fn a_device_that_asks_whether_somebody_decided_is_refused_nothing() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    let site = Site::register_with(&server, |app| app.options.switches.set(Switch::DeviceGrant, true)).await;
    let begun = site.calls("/oauth/device", &[("scope", "openid")]).await;
    let code = begun.text("device_code");
    let asks = [("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", &*code)];
    assert_eq!(site.calls("/oauth/token", &asks).await.error(), "authorization_pending");
    assert_eq!(site.calls("/oauth/token", &asks).await.error(), "slow_down");
    assert!(!lines.text().contains("a request of an app was refused"));
    holds(&lines, "rule=\"polls\"", &[&format!("app.id={}", site.id), "code=\"too_many_requests\""]);
}
