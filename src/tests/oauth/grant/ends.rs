//! What an operator ends of an account, and what ends with the session that approved it: whatever it was given by, and
//! whoever comes first.

use std::net::{IpAddr, Ipv4Addr};

use axum::http::HeaderMap;
use reqwest::{Method, StatusCode};
use tessera::account::password::{Password, Passwords, Requester};
use tessera::account::session::Witness;
use tessera::store::records::Records;
use tessera::store::records::app_options::Switch;
use tessera::store::records::apps::{App, Dialects};
use tessera::ticket::ids::AccountId;
use tessera::web::client::ClientAddress;

use crate::harness::browser::{Browser, Shown};
use crate::harness::pair::Pair;
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Answer, BACK, Site, said};
use crate::oauth::embed::{PAGE, opens, ticket};
use crate::wechat;

const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// The address of a device.
const HERE: ClientAddress = ClientAddress(IpAddr::V4(Ipv4Addr::LOCALHOST));
const OFFLINE: &str = "openid profile offline_access";

fn all(app: &mut App) {
    app.dialects = Dialects::Both;
    app.options.switches.set(Switch::DeviceGrant, true);
    app.options.embed_origins = vec![PAGE.to_owned()];
}

/// A server without limits, so that one address may do what many do.
pub async fn unlimited() -> Server {
    Server::start_with(|settings| {
        settings.limits.attempts_per_minute = 10_000;
        settings.limits.decisions_per_minute = 10_000;
        settings.limits.logins_per_minute = 10_000;
        settings.limits.requests_per_minute = 100_000;
    })
    .await
}

async fn account(records: &Records, name: &str) -> AccountId {
    records.account_by_username(name).await.expect("answers").expect("there").0.id
}

/// An operator signs somebody out.
async fn signs_out(server: &Server, name: &str) {
    let records = &server.app.records;
    records.sign_out_account(account(records, name).await, server.clock.now()).await.expect("answers");
}

/// Tickets of every kind that a phone approved and nobody claimed yet.
struct Approved<'a> {
    server: &'a Server,
    site: &'a Site,
    browser: Browser,
    shown: Shown,
    request: (Browser, Shown),
    frame: (Browser, Shown),
    device: String,
    program: String,
}

impl<'a> Approved<'a> {
    async fn by(server: &'a Server, site: &'a Site, desktop: impl Fn() -> Browser, phone: &Browser) -> Self {
        let (browser, framed, sent) = (desktop(), desktop(), desktop());
        let shown = browser.show_code().await;
        let (_, asked) = site.shows(&sent, &[]).await;
        let frame = ticket(&opens(&framed, site, &[]).await.1);
        for shown in [&shown, &asked, &frame] {
            phone.approve(shown).await;
        }
        let begun = site.calls("/oauth/device", &[("scope", OFFLINE)]).await;
        phone.approve(&Shown { ticket: String::new(), typed: begun.text("user_code") }).await;
        let program = wechat::uuid(site).await;
        let code = wechat::scanned(server, phone, &program).await;
        phone.post("/api/approve", &[("code", &code)]).await;
        let device = begun.text("device_code");
        Self { server, site, browser, shown, request: (sent, asked), frame: (framed, frame), device, program }
    }

    /// Whether each is given what it waits for: this site's page, an app's page, a frame, a device, a program.
    async fn are_claimed(&self) -> [bool; 5] {
        let claim = async |browser: &Browser, path: &str, shown: &Shown| {
            let reply = browser.fetch(Method::POST, &format!("/{path}/{}/claim", shown.ticket)).await;
            assert!(matches!(reply.status, StatusCode::OK | StatusCode::CONFLICT | StatusCode::GONE), "{reply:?}");
            reply.status == StatusCode::OK
        };
        let page = claim(&self.browser, "login", &self.shown).await;
        assert_eq!(self.browser.is_signed_in().await, page);
        let asked = claim(&self.request.0, "login", &self.request.1).await;
        assert_eq!(self.request.0.is_signed_in().await, asked);
        let frame = claim(&self.frame.0, "framed", &self.frame.1).await;
        let device = self.site.calls("/oauth/token", &[("grant_type", DEVICE), ("device_code", &self.device)]).await;
        assert!(device.status == StatusCode::OK || device.error() == "access_denied", "{device:?}");
        let program = wechat::polled(self.site, &self.program, "404").await;
        assert!(program.contains("wx_errcode=405") || program.contains("wx_errcode=403"), "{program}");
        [page, asked, frame, device.status == StatusCode::OK, program.contains("wx_errcode=405")]
    }

    /// Nothing is claimed, and no app learns anything of it.
    async fn are_denied(&self) {
        assert_eq!(self.are_claimed().await, [false; 5]);
        let records = &self.server.app.records;
        let consents = records.consents(account(records, "alice").await).await.expect("answers");
        assert!(consents.is_empty(), "{consents:?}");
    }
}

/// What an app was given by every kind of sign-in.
struct Given {
    /// By a browser for a while, by one for when it is away, by a frame, by a device: access and refresh tokens.
    oidc: Vec<(String, String)>,
    /// In WeChat's dialect by a browser and by a program.
    wechat: Vec<Answer>,
    /// Codes that were not exchanged yet, of either kind.
    codes: (String, String),
}

impl Given {
    async fn to(server: &Server, site: &Site, desktop: impl Fn() -> Browser, phone: &Browser) -> Self {
        let offline = [("scope", OFFLINE)];
        let mut oidc = Vec::new();
        for other in [&[][..], &offline] {
            oidc.push(site.exchanges(&site.code(&desktop(), phone, other).await).await);
        }
        let framed = desktop();
        let shown = ticket(&opens(&framed, site, &offline).await.1);
        phone.approve(&shown).await;
        let claimed = Answer::of(framed.fetch(Method::POST, &format!("/framed/{}/claim", shown.ticket)).await);
        let done = framed.get(&claimed.text("next")).await.body.replace("&amp;", "&");
        let url = done.split("href=\"").find(|rest| rest.starts_with(BACK)).and_then(|rest| rest.split('"').next());
        oidc.push(site.exchanges(&said(url.expect("an address"), "code")).await);
        let begun = site.calls("/oauth/device", &offline).await;
        phone.approve(&Shown { ticket: String::new(), typed: begun.text("user_code") }).await;
        let form = [("grant_type", DEVICE), ("device_code", &begun.text("device_code"))];
        oidc.push(site.calls("/oauth/token", &form).await);

        let code = said(&wechat::signs_in(site, &desktop(), phone).await, "code");
        let uuid = wechat::uuid(site).await;
        let scanned = wechat::scanned(server, phone, &uuid).await;
        phone.post("/api/approve", &[("code", &scanned)]).await;
        let told = wechat::polled(site, &uuid, "404").await;
        let drawn = told.split('\'').nth(1).expect("a code");
        let wechat = vec![wechat::exchange(site, &code, &[]).await, wechat::exchange(site, drawn, &[]).await];
        let codes = (
            site.code(&desktop(), phone, &offline).await,
            said(&wechat::signs_in(site, &desktop(), phone).await, "code"),
        );
        let oidc = oidc.iter().map(|tokens| (tokens.text("access_token"), tokens.text("refresh_token"))).collect();
        Self { oidc, wechat, codes }
    }

    /// Nothing of it gives anything any more; before, all of it does.
    async fn counts(&self, site: &Site, is_given: bool) {
        for (at, (access, refresh)) in self.oidc.iter().enumerate() {
            let known = site.userinfo(access).await.status == StatusCode::OK;
            let active = site.calls("/oauth/introspect", &[("token", access)]).await.json["active"] == true;
            assert_eq!((known, active), (is_given, is_given), "access token {at}");
            if !refresh.is_empty() {
                let active = site.calls("/oauth/introspect", &[("token", refresh)]).await.json["active"] == true;
                let refreshed = site.refreshes(refresh).await;
                assert_eq!((active, refreshed.status == StatusCode::OK), (is_given, is_given), "{at}: {refreshed:?}");
            }
        }
        for tokens in &self.wechat {
            let info = wechat::userinfo(site, &tokens.text("access_token"), &tokens.text("openid")).await;
            let refreshed = wechat::refresh(site, &tokens.text("refresh_token"), &[]).await;
            if is_given {
                assert_eq!(
                    (info.text("nickname"), refreshed.text("openid")),
                    ("Alice".to_owned(), tokens.text("openid"))
                );
            } else {
                assert_eq!((wechat::number(&info), wechat::number(&refreshed)), (40001, 50001));
            }
        }
    }

    /// The codes give nothing, the first time as invalid ones and from then on as used ones.
    async fn codes_give_nothing(&self, site: &Site) {
        for number in [40029, 40163] {
            assert_eq!(site.exchanges(&self.codes.0).await.error(), "invalid_grant");
            assert_eq!(wechat::number(&wechat::exchange(site, &self.codes.1, &[]).await), number);
        }
    }
}

async fn an_operator_ends_all(server: &Server, desktop: impl Fn() -> Browser + Copy, phone: &Browser) {
    let site = Site::register_with(server, all).await;
    let given = Given::to(server, &site, desktop, phone).await;
    assert_eq!(given.oidc.iter().filter(|(_, refresh)| !refresh.is_empty()).count(), 3);
    given.counts(&site, true).await;
    signs_out(server, "alice").await;
    assert!(!phone.is_signed_in().await);
    given.counts(&site, false).await;
    given.codes_give_nothing(&site).await;
    // Who signs in anew is not kept out, and nothing of before comes back.
    phone.sign_in("alice", PASSWORD, "/").await;
    let again = Given::to(server, &site, desktop, phone).await;
    again.counts(&site, true).await;
    given.counts(&site, false).await;
}

#[tokio::test]
async fn an_operator_who_signs_somebody_out_ends_all_that_apps_were_given() {
    let server = unlimited().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    an_operator_ends_all(&server, || Browser::desktop(&server), &phone).await;
}

#[tokio::test]
async fn an_operator_who_signs_somebody_out_ends_all_that_apps_were_given_by_any_instance() {
    let pair = Pair::start().await;
    let phone = pair.phone("Alice").await;
    an_operator_ends_all(&pair.first, || pair.desktop(), &phone).await;
}

#[tokio::test]
async fn what_was_approved_before_an_operator_signed_its_account_out_is_claimed_by_nobody() {
    let server = unlimited().await;
    let site = Site::register_with(&server, all).await;
    let desktop = || Browser::desktop(&server);
    let phone = Browser::signed_in(&server, "Alice").await;
    let before = Approved::by(&server, &site, desktop, &phone).await;
    signs_out(&server, "alice").await;
    before.are_denied().await;
    // Not by signing in again either: what was approved is of an earlier epoch.
    phone.sign_in("alice", PASSWORD, "/").await;
    before.are_denied().await;
    let after = Approved::by(&server, &site, desktop, &phone).await;
    assert_eq!(after.are_claimed().await, [true; 5]);
}

#[tokio::test]
async fn what_was_approved_is_claimed_by_nobody_at_another_instance_either() {
    let pair = Pair::start().await;
    let site = Site::register_with(&pair.first, all).await;
    let phone = pair.phone("Alice").await;
    let approved = Approved::by(&pair.first, &site, || pair.desktop(), &phone).await;
    signs_out(&pair.second, "alice").await;
    approved.are_denied().await;
}

#[tokio::test]
async fn with_the_session_that_approved_ends_what_nobody_claimed_and_nothing_else() {
    let server = unlimited().await;
    let site = Site::register_with(&server, all).await;
    let desktop = || Browser::desktop(&server);
    let phone = Browser::signed_in(&server, "Alice").await;
    let other = Browser::phone(&server);
    other.sign_in("alice", PASSWORD, "/").await;
    let (theirs, of_other) =
        (Approved::by(&server, &site, desktop, &phone).await, Approved::by(&server, &site, desktop, &other).await);
    phone.post("/signout", &[]).await;
    theirs.are_denied().await;
    assert_eq!(of_other.are_claimed().await, [true; 5], "another session of the same account approved it");

    // The session counts that approved, and not the one that scanned.
    let (browser, phone) = (desktop(), Browser::phone(&server));
    phone.sign_in("alice", PASSWORD, "/").await;
    let shown = browser.show_code().await;
    let code = phone.scan(&shown).await;
    other.post("/api/approve", &[("code", &code)]).await;
    phone.post("/signout", &[]).await;
    browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    assert!(browser.is_signed_in().await);
    // What was claimed in time stays: the session that approved says nothing of it any more.
    other.post("/signout", &[]).await;
    assert!(browser.is_signed_in().await);
}

#[tokio::test]
async fn a_consent_that_was_withdrawn_after_an_approval_does_not_come_back_with_its_claim() {
    let server = unlimited().await;
    let site = Site::register_with(&server, all).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    site.exchanges(&site.code(&Browser::desktop(&server), &phone, &[]).await).await;
    server.pass(1);
    let approved = Approved::by(&server, &site, || Browser::desktop(&server), &phone).await;
    server.pass(1);
    phone.post("/account/apps", &[("withdraw", &site.id)]).await;
    server.pass(1);
    let device = site.calls("/oauth/token", &[("grant_type", DEVICE), ("device_code", &approved.device)]).await;
    assert_eq!(device.error(), "invalid_grant", "{device:?}");
    for (browser, path, shown) in
        [(&approved.request.0, "login", &approved.request.1), (&approved.frame.0, "framed", &approved.frame.1)]
    {
        browser.fetch(Method::POST, &format!("/{path}/{}/claim", shown.ticket)).await;
    }
    wechat::polled(&site, &approved.program, "404").await;
    assert!(!phone.get("/account/apps").await.body.contains("Shop"), "that is withdrawn");
}

#[tokio::test]
async fn a_password_that_was_checked_before_an_operator_came_opens_nothing_after() {
    let server = unlimited().await;
    server.person("Alice").await;
    let (accounts, headers) = (&server.app.accounts, HeaderMap::new());
    let alice = account(&accounts.records, "alice").await;
    for is_replaced in [false, true, false] {
        let checked = async |password: &str| {
            let password = Password::typed(password.to_owned());
            accounts.passwords.verify(&accounts.records, "alice", password, Requester::Choosing).await.expect("fits")
        };
        let before = checked(PASSWORD).await;
        let now = server.clock.now();
        if is_replaced {
            let chosen = Password::typed(PASSWORD.to_owned()).chosen().expect("none of the common ones");
            let hash = Passwords::new().hash(chosen).await.expect("hashes");
            accounts.records.replace_password(alice, hash, now).await.expect("answers");
        } else {
            accounts.records.sign_out_account(alice, now).await.expect("answers");
        }
        let opened = accounts.sessions.open(Witness::Verified(Box::new(before)), &headers, HERE, "/").await;
        assert!(opened.expect("answers").is_none());
        let after =
            accounts.sessions.open(Witness::Verified(Box::new(checked(PASSWORD).await)), &headers, HERE, "/").await;
        assert!(after.expect("answers").is_some());
    }
}
