//! Every step that counts once is answered again to whoever repeats it at once: a button that was pressed twice, or an answer
//! that was lost on the way. A browser gives its first request up then and shows the answer to the second.

mod account;
mod app;

use reqwest::{Method, StatusCode};
use tessera::store::records::app_options::Switch;
use tessera::store::records::apps::Dialects;

use super::wechat;
use crate::admin::logo::png_of;
use crate::admin::pages::administrator;
use crate::harness::browser::{Browser, DESKTOP, Reply, Shown};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Answer, BACK, Site, consent_form, query, said};

/// Two presses, of which the second is sent before the first is answered; and a third after both.
async fn pressed(browser: &Browser, path: &str, form: &[(&str, &str)]) -> [Reply; 3] {
    let (first, second, before) = (browser.twin(), browser.twin(), browser.twin());
    let (first, second) = tokio::join!(first.post(path, form), second.post(path, form));
    [first, second, before.post(path, form).await]
}

/// The same for a form with a picture.
async fn uploaded(browser: &Browser, path: &str, file: &[u8]) -> [Reply; 3] {
    let (first, second, before) = (browser.twin(), browser.twin(), browser.twin());
    let (first, second) = tokio::join!(first.upload(path, "picture", file), second.upload(path, "picture", file));
    [first, second, before.upload(path, "picture", file).await]
}

/// All of them lead to the same address, which is said: by a redirect, or to a site by a page that goes on.
fn leads_to(replies: &[Reply; 3]) -> String {
    for reply in replies {
        assert!(matches!(reply.status, StatusCode::SEE_OTHER | StatusCode::OK), "{reply:?}");
        assert_eq!(reply.location(), replies[0].location(), "{reply:?}");
    }
    assert_ne!(replies[0].location(), "", "{:?}", replies[0]);
    replies[0].location().to_owned()
}

/// The value of a hidden field, behind a mark of the page.
fn hidden(page: &Reply, mark: &str, name: &str) -> String {
    let form = page.body.split(mark).nth(1).unwrap_or_else(|| panic!("no {mark} in {page:?}"));
    let value = form.split(&format!("name=\"{name}\" value=\"")).nth(1).and_then(|rest| rest.split('"').next());
    value.unwrap_or_else(|| panic!("no {name} in {form}")).to_owned()
}

#[tokio::test]
async fn whoever_presses_allow_or_deny_twice_goes_back_with_one_answer() {
    let server = Server::start().await;
    server.person("Alice").await;
    for (at, prompt) in ["", "consent", "login consent"].into_iter().enumerate() {
        let site = Site::register(&server).await;
        let browser = Browser::new(&server, DESKTOP, &format!("198.51.100.{}", 20 + at));
        let path = browser.get(&site.sends_to(&[("prompt", prompt)])).await.location().to_owned();
        browser.sign_in("Alice", PASSWORD, &path).await;
        let account = consent_form(&browser.get(&path).await);
        let [deny, allow] = ["deny", "allow"].map(|decision| [("decision", decision), ("account", account.as_str())]);
        assert_eq!(said(&leads_to(&pressed(&browser, &path, &deny).await), "error"), "access_denied", "{prompt}");

        let code = said(&leads_to(&pressed(&browser, &path, &allow).await), "code");
        assert!(!code.is_empty(), "{prompt}");
        assert_eq!(Browser::desktop(&server).post(&path, &allow).await.location(), path, "nobody else has it");
        assert_eq!(site.exchanges(&code).await.status, StatusCode::OK, "{prompt}");
        // The app has used it, but its answer was lost: what it is shown next does not undo that.
        let next = said(browser.post(&path, &allow).await.location(), "code");
        assert!(!next.is_empty() && next != code, "{prompt}");
        assert_eq!(site.exchanges(&next).await.status, StatusCode::OK, "{prompt}");
        // Beyond those seconds a request can be gone back to, unless it was for one sign-in.
        server.pass(10);
        let late = browser.post(&path, &allow).await;
        if prompt.contains("login") {
            assert_eq!(late.status, StatusCode::GONE, "{prompt}: {late:?}");
        } else {
            let late = said(late.location(), "code");
            assert!(!late.is_empty() && late != code && late != next, "{prompt}");
        }
    }
}

#[tokio::test]
async fn whoever_signs_in_twice_for_one_request_goes_back_with_a_code_that_counts() {
    let server = Server::start().await;
    let (site, phone) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    site.code(&Browser::desktop(&server), &phone, &[]).await;
    for asks in [[("prompt", "login")], [("max_age", "0")]] {
        // By password, where the first press is answered and already followed.
        let browser = Browser::desktop(&server);
        let path = browser.get(&site.sends_to(&asks)).await.location().to_owned();
        browser.sign_in("Alice", PASSWORD, &path).await;
        browser.get(&path).await;
        browser.sign_in("Alice", PASSWORD, &path).await;
        let code = said(browser.get(&path).await.location(), "code");
        assert_eq!(site.exchanges(&code).await.status, StatusCode::OK, "{asks:?}");
        // By a scan, where the page that leads on is loaded twice.
        let path = browser.get(&site.sends_to(&asks)).await.location().to_owned();
        let shown = Shown::read(&browser.get(&path).await.body);
        phone.approve(&shown).await;
        let attempt = [("attempt", "AAAAAAAAAAAAAAAAAAAAAA")];
        let claimed = pressed(&browser, &format!("/login/{}/claim", shown.ticket), &attempt).await;
        assert_eq!(leads_to(&claimed), path);
        browser.post(&format!("/login/{}/claim", shown.ticket), &attempt).await;
        let (first, second) = (browser.get(&path).await, browser.get(&path).await);
        assert_eq!(first.location(), second.location(), "{asks:?}");
        assert_eq!(site.exchanges(&said(second.location(), "code")).await.status, StatusCode::OK, "{asks:?}");
        server.pass(10);
        assert_eq!(browser.get(&path).await.status, StatusCode::GONE);
    }
    // In the other dialect it is the same.
    let forum = wechat::forum(&server).await;
    let path = phone.get(&wechat::connect(&forum, &[])).await.location().to_owned();
    let account = consent_form(&phone.get(&path).await);
    let code = leads_to(&pressed(&phone, &path, &[("decision", "allow"), ("account", &account)]).await);
    let tokens = wechat::exchange(&forum, &said(&code, "code"), &[]).await;
    assert!(!tokens.text("access_token").is_empty(), "{tokens:?}");
}

#[tokio::test]
async fn whoever_decides_twice_on_a_phone_has_decided_once() {
    let server = Server::start().await;
    let all = |app: &mut tessera::store::records::apps::App| {
        app.options.switches.set(Switch::DeviceGrant, true);
        app.dialects = Dialects::Both;
    };
    let (site, phone) = (Site::register_with(&server, all).await, Browser::signed_in(&server, "Alice").await);
    let script = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    let decides = async |verb: &str, code: &str| {
        let path = format!("/api/{verb}");
        let pages = pressed(&phone, &path, &[("code", code)]).await;
        assert_eq!(leads_to(&pages), format!("/s/{code}"), "{verb}");
        phone.send(Method::POST, &path, &script, Some(&[("code", code)])).await.status
    };
    let browser = Browser::desktop(&server);
    for verb in ["approve", "deny"] {
        let shown = browser.show_code().await;
        let code = phone.scan(&shown).await;
        assert_eq!(decides(verb, &code).await, StatusCode::OK, "{verb}");
        let other = if verb == "approve" { "deny" } else { "approve" };
        let changed = phone.send(Method::POST, &format!("/api/{other}"), &script, Some(&[("code", &code)])).await;
        assert!(changed.status.is_client_error(), "nobody changes their mind: {changed:?}");
    }
    // A device has taken it already when the second press arrives.
    let begun = site.calls("/oauth/device", &[("scope", "openid")]).await;
    let code = phone.approve(&Shown { ticket: String::new(), typed: begun.text("user_code") }).await;
    let device =
        [("grant_type", "urn:ietf:params:oauth:grant-type:device_code"), ("device_code", &begun.text("device_code"))];
    assert_eq!(site.calls("/oauth/token", &device).await.status, StatusCode::OK);
    assert_eq!(decides("approve", &code).await, StatusCode::OK);

    // And whoever says twice that it was none of theirs is told the same twice.
    let ended = leads_to(&pressed(&phone, &format!("/s/{code}/disown"), &[]).await);
    assert_eq!(ended, "/account/devices?done=ended");
}

#[tokio::test]
async fn whoever_signs_out_twice_is_led_on_as_at_first() {
    const AFTER: &str = "https://shop.example/signed-out";
    let server = Server::start().await;
    let site = Site::register_with(&server, |app| app.options.post_logout_redirect_uris = vec![AFTER.to_owned()]).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let params = [("client_id", site.id.as_str()), ("post_logout_redirect_uri", AFTER), ("state", "s1")];
    let asks = phone.get(&format!("/oauth/logout?{}", query(&params))).await.location().to_owned();
    assert_eq!(leads_to(&pressed(&phone, &asks, &[]).await), format!("{AFTER}?state=s1"));
    assert!(!phone.is_signed_in().await);
    phone.sign_in("Alice", PASSWORD, "/").await;
    assert_eq!(leads_to(&pressed(&phone, "/signout", &[]).await), "/");
}

#[tokio::test]
async fn whoever_makes_the_first_account_with_two_presses_is_signed_in_to_it() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1000).await;
    let link = server.app.accounts.setup.link("");
    let token = link.split_once("token=").expect("a token").1;
    let names = [("token", token), ("username", "Ann"), ("display_name", "Ann")];
    let form = |password| [&names[..], &[("password", password)]].concat();
    let browser = Browser::desktop(&server);
    let made = pressed(&browser, "/setup", &form(PASSWORD)).await;
    assert_eq!(leads_to(&made), "/");
    assert!(made.iter().all(|reply| !reply.header("set-cookie").is_empty()), "{made:?}");
    browser.post("/setup", &form(PASSWORD)).await;
    assert!(browser.is_signed_in().await);
    // It is the link of nobody else.
    let stranger = Browser::new(&server, DESKTOP, "198.51.100.9");
    assert_eq!(stranger.post("/setup", &form("another sentence")).await.status, StatusCode::GONE);
    let wrong = [("token", "x"), ("username", "ann"), ("display_name", "Ann"), ("password", PASSWORD)];
    assert_eq!(stranger.post("/setup", &wrong).await.status, StatusCode::GONE);
    assert_eq!(stranger.get(&link).await.status, StatusCode::GONE);
    assert!(!stranger.is_signed_in().await);
}

#[tokio::test]
async fn whoever_saves_twice_what_they_tell_has_saved_it_once() {
    let server = Server::start().await;
    let (site, alice) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    site.code(&Browser::desktop(&server), &alice, &[]).await;
    let seen = hidden(&alice.get("/account/profile").await, "action=\"/account/profile\"", "seen");
    let form = [("display_name", "Alice A."), ("city", "Graz"), ("seen", seen.as_str())];
    assert_eq!(leads_to(&pressed(&alice, "/account/profile", &form).await), "/account/profile?done=saved");
    let path = format!("/account/apps/{}", site.id);
    let seen = hidden(&alice.get("/account/apps").await, &format!("action=\"{path}\""), "seen");
    let form = [("fields[]", ""), ("seen", seen.as_str())];
    assert_eq!(leads_to(&pressed(&alice, &path, &form).await), "/account/apps?done=saved");
    assert_eq!(leads_to(&pressed(&alice, "/account/apps", &[("withdraw", &site.id)]).await), "/account/apps");
}

/// What a page shows of a fresh secret.
fn secret_on(page: &Reply) -> String {
    let after = page.body.split("id=\"fresh-secret\"").nth(1).unwrap_or_default();
    after.split(['>', '<']).nth(1).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn an_app_that_is_registered_with_two_presses_is_one_app_and_its_secret_is_shown() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let attempt = hidden(&admin.get("/admin/apps/new").await, "action=\"/admin/apps/new\"", "attempt");
    let form = [("attempt", attempt.as_str()), ("name", "Shop"), ("redirect_uri", BACK)];
    let page = leads_to(&pressed(&admin, "/admin/apps/new", &form).await);
    // The page of the first press was loaded, and nobody saw it.
    let (lost, shown) = (admin.get(&page).await, admin.get(&page).await);
    assert!(!secret_on(&shown).is_empty());
    assert_eq!(secret_on(&lost), secret_on(&shown));
    let records = &server.app.records;
    let apps = async || records.apps().await.expect("answers").len();
    assert_eq!(apps().await, 1);
    // Another page, or another form, is another app; so is one that names no attempt.
    admin.post("/admin/apps/new", &[form[0], ("name", "Store"), form[2]]).await;
    let other = hidden(&admin.get("/admin/apps/new").await, "action=\"/admin/apps/new\"", "attempt");
    admin.post("/admin/apps/new", &[("attempt", &other), ("name", "Market"), form[2]]).await;
    for name in ["Kiosk", "Bazaar"] {
        admin.post("/admin/apps/new", &[("name", name), form[2]]).await;
    }
    assert_eq!(apps().await, 5);
    // Much later the form of before leads to the app, and shows nothing.
    server.pass(60);
    let late = admin.post("/admin/apps/new", &form).await;
    assert_eq!((apps().await, secret_on(&admin.get(late.location()).await)), (5, String::new()));
}

#[tokio::test]
async fn a_secret_that_is_made_with_two_presses_is_one_and_the_one_before_counts_on() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (site, _) = crate::admin::pages::register(&server, &admin, "Shop").await;
    let path = format!("/admin/apps/{}", site.id);
    let form_on = |page: &Reply| {
        let mark = format!("action=\"{path}/secret\"");
        ["attempt", "seen"].map(|name| hidden(page, &mark, name))
    };
    let (open, stale) = (form_on(&admin.get(&path).await), form_on(&admin.get(&path).await));
    let [form, stale] = [&open, &stale].map(|[attempt, seen]| [("attempt", &**attempt), ("seen", &**seen)]);
    let page = leads_to(&pressed(&admin, &format!("{path}/secret"), &form).await);
    let secret = secret_on(&admin.get(&page).await);
    assert_eq!(secret_on(&admin.get(&page).await), secret);
    let fresh = Site { id: site.id.clone(), secret, backend: Browser::new(&server, "shop/1.0", "192.0.2.80") };
    for site in [&site, &fresh] {
        let answer: Answer = site.exchanges("x").await;
        assert_eq!(answer.error(), "invalid_grant", "both secrets count");
    }
    // Whoever had the page open meanwhile is told, and takes no secret from the app.
    let refused = admin.post(&format!("{path}/secret"), &stale).await;
    assert!(refused.status == StatusCode::CONFLICT && secret_on(&refused).is_empty(), "{refused:?}");
    server.pass(60);
    let late = admin.post(&format!("{path}/secret"), &form).await;
    assert_eq!(secret_on(&admin.get(late.location()).await), "", "it is shown once");
    assert_eq!(site.exchanges("x").await.error(), "invalid_grant");
}

#[tokio::test]
async fn whoever_allows_with_two_presses_what_they_try_sees_what_came_of_it() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (site, _) = crate::admin::pages::register(&server, &admin, "Shop").await;
    let begun = admin.post(&format!("/admin/apps/{}/try", site.id), &[("dialect", "oidc")]).await;
    let path = begun.location().to_owned();
    let account = consent_form(&admin.get(&path).await);
    for press in ["first", "second"] {
        let back = admin.post(&path, &[("decision", "allow"), ("account", &account)]).await.location().to_owned();
        let back = back.strip_prefix(&server.origin).expect("an address of this server");
        let page = admin.get(back).await;
        assert!(page.body.contains("It works."), "{press}: {page:?}");
        assert!(admin.get(back).await.body.contains("This try is over"), "{press}: it is shown once");
    }
}

#[tokio::test]
async fn a_logo_and_a_try_with_two_presses_are_one_line_of_the_change_log_each() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (site, _) = crate::admin::pages::register(&server, &admin, "Shop").await;
    let path = format!("/admin/apps/{}", site.id);
    let lines = async || admin.get(&format!("/admin/log?app={}", site.id)).await.body.matches("<li>").count();
    for red in [200, 200, 0] {
        admin.upload(&format!("{path}/logo"), "picture", &png_of(300, [red, 30, 90])).await;
    }
    let log = admin.get(&format!("/admin/log?app={}", site.id)).await.words();
    assert_eq!(lines().await, 1 + 2, "registered, and two logos: {log}");
    for _ in 0..2 {
        pressed(&admin, &format!("{path}/logo/remove"), &[]).await;
        pressed(&admin, &format!("{path}/try"), &[("dialect", "oidc")]).await;
        server.pass(10);
    }
    assert_eq!(lines().await, 3 + 1 + 2, "the logo is gone once, and the app was tried twice");
}
