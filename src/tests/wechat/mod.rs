//! A client of WeChat's platform, pointed here.

mod clients;
mod numbers;

use reqwest::{Method, StatusCode};
use tessera::store::records::app_options::Switch;
use tessera::store::records::apps::Dialects;

use crate::harness::browser::{Browser, Shown};
use crate::harness::hang::until;
use crate::harness::server::Server;
use crate::harness::site::{Answer, BACK, Site, query, said};

pub async fn forum(server: &Server) -> Site {
    Site::register_with(server, |app| app.dialects = Dialects::WeChat).await
}

pub fn connect(site: &Site, other: &[(&str, &str)]) -> String {
    let mut params = vec![("appid", site.id.as_str()), ("redirect_uri", BACK), ("response_type", "code")];
    params.extend([("scope", "snsapi_login"), ("state", "3d6be0a4"), ("lang", "en")]);
    params.retain(|(name, _)| !other.iter().any(|(key, _)| key == name));
    params.extend(other.iter().filter(|(_, value)| !value.is_empty()));
    format!("/connect/qrconnect?{}", query(&params))
}

/// A visitor signs in by a scan; the address that they come back to.
pub async fn signs_in(site: &Site, browser: &Browser, phone: &Browser) -> String {
    let begun = browser.get(&connect(site, &[])).await;
    let path = begun.location().to_owned();
    let shown = Shown::read(&browser.get(&path).await.body);
    phone.approve(&shown).await;
    browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    browser.get(&path).await.location().to_owned()
}

async fn call(site: &Site, path: &str, params: &[(&str, &str)]) -> Answer {
    let answer = Answer::of(site.backend.send(Method::GET, &format!("{path}?{}", query(params)), &[], None).await);
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer
}

pub async fn exchange(site: &Site, code: &str, other: &[(&str, &str)]) -> Answer {
    let mut params = vec![("appid", site.id.as_str()), ("secret", &site.secret), ("code", code)];
    params.push(("grant_type", "authorization_code"));
    params.retain(|(name, _)| !other.iter().any(|(key, _)| key == name));
    params.extend(other.iter().filter(|(_, value)| !value.is_empty()));
    call(site, "/sns/oauth2/access_token", &params).await
}

pub async fn refresh(site: &Site, token: &str, other: &[(&str, &str)]) -> Answer {
    let mut params = vec![("appid", site.id.as_str()), ("grant_type", "refresh_token"), ("refresh_token", token)];
    params.retain(|(name, _)| !other.iter().any(|(key, _)| key == name));
    params.extend(other.iter().filter(|(_, value)| !value.is_empty()));
    call(site, "/sns/oauth2/refresh_token", &params).await
}

pub async fn userinfo(site: &Site, token: &str, openid: &str) -> Answer {
    call(site, "/sns/userinfo", &[("access_token", token), ("openid", openid), ("lang", "zh_CN")]).await
}

pub fn number(answer: &Answer) -> i64 {
    assert!(answer.json["errmsg"].is_string(), "{answer:?}");
    answer.json["errcode"].as_i64().expect("a number")
}

#[tokio::test]
async fn a_site_that_integrated_that_platform_signs_its_visitor_in() {
    let server = Server::start().await;
    let (site, phone) = (forum(&server).await, Browser::signed_in(&server, "Alice").await);
    let back = signs_in(&site, &Browser::desktop(&server), &phone).await;
    assert!(back.starts_with(&format!("{BACK}?code=")), "{back}");
    assert_eq!(
        (said(&back, "state"), said(&back, "iss")),
        ("3d6be0a4".to_owned(), String::new()),
        "as there, and no more"
    );
    let tokens = exchange(&site, &said(&back, "code"), &[]).await;
    assert_eq!(
        (tokens.json["expires_in"].as_u64(), tokens.text("scope")),
        (Some(7200), "snsapi_login".to_owned()),
        "{tokens:?}"
    );
    let (token, openid) = (tokens.text("access_token"), tokens.text("openid"));
    assert_eq!((openid.len(), tokens.text("unionid").len()), (28, 28));
    let well = call(&site, "/sns/auth", &[("access_token", &token), ("openid", &openid)]).await;
    assert_eq!(well.reply.body, r#"{"errcode":0,"errmsg":"ok"}"#);
    let wrong = call(&site, "/sns/auth", &[("access_token", "x"), ("openid", &openid)]).await;
    for answer in [well, wrong] {
        assert_eq!(answer.reply.header("content-type"), "text/plain", "{answer:?}");
    }
    let info = userinfo(&site, &token, &openid).await;
    assert_eq!(info.text("nickname"), "Alice");
    assert_eq!((info.text("openid"), info.text("unionid")), (openid.clone(), tokens.text("unionid")));
    assert_eq!((info.json["sex"].as_u64(), &info.json["privilege"]), (Some(0), &serde_json::json!([])));
    for empty in ["province", "city", "country", "headimgurl"] {
        assert_eq!(info.json[empty], "", "{empty}");
    }
    // At another app the same person has another name, and the same one for their owner.
    let other = forum(&server).await;
    let back = signs_in(&other, &Browser::desktop(&server), &phone).await;
    let theirs = exchange(&other, &said(&back, "code"), &[]).await;
    assert_ne!(theirs.text("openid"), openid);
    assert_eq!(theirs.text("unionid"), tokens.text("unionid"));
}

#[tokio::test]
async fn a_live_access_token_is_prolonged_and_one_that_is_over_is_replaced() {
    let server = Server::start().await;
    let (site, phone) = (forum(&server).await, Browser::signed_in(&server, "Alice").await);
    let back = signs_in(&site, &Browser::desktop(&server), &phone).await;
    let first = exchange(&site, &said(&back, "code"), &[]).await;
    let (token, again, openid) = (first.text("access_token"), first.text("refresh_token"), first.text("openid"));
    server.pass(7000);
    let prolonged = refresh(&site, &again, &[]).await;
    assert_eq!((prolonged.text("access_token"), prolonged.text("refresh_token")), (token.clone(), again.clone()));
    assert_eq!((prolonged.text("openid"), prolonged.json["unionid"].is_null()), (openid.clone(), true));
    server.pass(7000);
    assert_eq!(userinfo(&site, &token, &openid).await.text("nickname"), "Alice");
    server.pass(200);
    assert_eq!(number(&userinfo(&site, &token, &openid).await), 42001);
    let replaced = refresh(&site, &again, &[]).await;
    assert_ne!(replaced.text("access_token"), token);
    assert_eq!(number(&userinfo(&site, &token, &openid).await), 40001, "not the latest");
    assert_eq!(userinfo(&site, &replaced.text("access_token"), &openid).await.text("nickname"), "Alice");
    server.pass(30 * 24 * 3600);
    assert_eq!(number(&refresh(&site, &again, &[]).await), 42002);
}

#[tokio::test]
async fn a_refresh_token_outlasts_the_session_that_it_came_from() {
    let server = Server::start().await;
    let (site, phone) = (forum(&server).await, Browser::signed_in(&server, "Alice").await);
    let desktop = Browser::desktop(&server);
    let back = signs_in(&site, &desktop, &phone).await;
    let tokens = exchange(&site, &said(&back, "code"), &[]).await;
    desktop.post("/signout", &[]).await;
    server.pass(29 * 24 * 3600);
    let refreshed = refresh(&site, &tokens.text("refresh_token"), &[]).await;
    assert_eq!(refreshed.text("openid"), tokens.text("openid"), "{refreshed:?}");
}

#[tokio::test]
async fn a_request_that_is_wrong_leads_nowhere() {
    let server = Server::start().await;
    let (site, oidc) = (forum(&server).await, Site::register(&server).await);
    let by_host = Site::register_with(&server, |app| {
        app.dialects = Dialects::WeChat;
        app.options.switches.set(Switch::MatchedByHost, true);
    })
    .await;
    let browser = Browser::desktop(&server);
    for (other, expected) in [
        (("appid", ""), 40013),
        (("appid", oidc.id.as_str()), 40013),
        (("redirect_uri", "https://evil.example/"), 40066),
        (("redirect_uri", "https://shop.example/other"), 40066),
        (("redirect_uri", ""), 40066),
        (("scope", "snsapi_base"), 48001),
        (("response_type", "token"), 48001),
    ] {
        let refused = Answer::of(browser.fetch(Method::GET, &connect(&site, &[other])).await);
        assert_eq!((number(&refused), refused.reply.location()), (expected, ""), "{other:?}");
        let page = browser.get(&connect(&site, &[other])).await;
        assert_eq!((page.status, page.location()), (StatusCode::BAD_REQUEST, ""), "{other:?}");
        assert!(page.body.contains("<h1>"));
    }
    for (uri, leads) in [
        ("https://shop.example/other", true),
        ("https://shop.example:8443/other", false),
        ("https://www.shop.example/", false),
        ("http://shop.example/other", false),
        ("https://shop.example@evil.example/", false),
    ] {
        let begun = browser.get(&connect(&by_host, &[("redirect_uri", uri)])).await;
        assert_eq!(begun.status == StatusCode::SEE_OTHER, leads, "{uri}");
    }
    // Nor to an address that was taken from the site since.
    let begun = browser.get(&connect(&by_host, &[("redirect_uri", "https://shop.example/other")])).await;
    assert_eq!(browser.get(begun.location()).await.status, StatusCode::OK);
    server.revise_app(&by_host.id, |app| app.options.switches.set(Switch::MatchedByHost, false)).await;
    let over = browser.get(&format!("{}?leave=1", begun.location())).await;
    assert_eq!((over.status, over.location()), (StatusCode::BAD_REQUEST, ""));
}

#[tokio::test]
async fn who_refuses_is_sent_nowhere_unless_the_site_wants_to_hear_of_it() {
    let server = Server::start().await;
    let told = Site::register_with(&server, |app| {
        app.dialects = Dialects::Both;
        app.options.switches.set(Switch::ToldOfRefusals, true);
    })
    .await;
    let site = forum(&server).await;
    let browser = Browser::desktop(&server);
    let leave = async |site: &Site| {
        let begun = browser.get(&connect(site, &[("scope", "snsapi_login,snsapi_base")])).await;
        browser.get(&format!("{}?leave=1", begun.location())).await
    };
    let stays = leave(&site).await;
    assert_eq!((stays.status, stays.location()), (StatusCode::FORBIDDEN, ""));
    assert!(stays.body.contains("<h1>You did not sign in</h1>"), "{stays:?}");
    // No link leads to that page.
    for (site, links) in [(&site, false), (&told, true)] {
        let begun = browser.get(&connect(site, &[])).await;
        let page = browser.get(begun.location()).await.body;
        assert_eq!(page.contains("leave=1"), links, "{page}");
        assert!(page.contains("class=\"brand\""), "whose sign-in it is stands there all the same: {page}");
    }
    assert_eq!(leave(&told).await.location(), format!("{BACK}?state=3d6be0a4"));
}

/// The `uuid` of the page that a program gets.
pub async fn uuid(site: &Site) -> String {
    let page = site.backend.send(Method::GET, &connect(site, &[]), &[], None).await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    let uuid = page.body.split("/connect/qrcode/").nth(1).and_then(|rest| rest.split('"').next());
    uuid.expect("a picture").to_owned()
}

pub async fn polled(site: &Site, uuid: &str, last: &str) -> String {
    let path = format!("/connect/l/qrconnect?{}", query(&[("uuid", uuid), ("last", last)]));
    let reply = site.backend.send(Method::GET, &path, &[], None).await;
    assert_eq!(reply.header("content-type"), "text/javascript; charset=utf-8");
    reply.body
}

/// What a phone does that sees the picture: here by the typed code, which stands in the store beside it.
pub async fn scanned(server: &Server, phone: &Browser, uuid: &str) -> String {
    let secret: tessera::login::keys::TicketSecret = uuid.parse().expect("a uuid");
    let ticket = server
        .app
        .login
        .flow
        .ticket_of(secret.ticket, secret.key.hash(tessera::ticket::ids::Purpose::Program), "scan")
        .await
        .expect("there");
    phone.scan(&Shown { ticket: String::new(), typed: ticket.user_code.to_string() }).await
}

#[tokio::test]
async fn a_program_that_draws_its_own_page_is_told_how_far_a_code_has_come() {
    let server = Server::start().await;
    let (site, phone) = (forum(&server).await, Browser::signed_in(&server, "Alice").await);
    let id = uuid(&site).await;
    let picture = site.backend.send(Method::GET, &format!("/connect/qrcode/{id}"), &[], None).await;
    assert_eq!((picture.status, picture.header("content-type")), (StatusCode::OK, "image/png"));

    let (waiting, ()) = tokio::join!(polled(&site, &id, ""), async {
        until("a poll that is held", async || server.app.tickets.watchers() > 0).await;
        server.pass(25);
    });
    assert_eq!(waiting, "window.wx_errcode=408;window.wx_code='';");
    let (told, code) = tokio::join!(polled(&site, &id, "408"), scanned(&server, &phone, &id));
    assert_eq!(told, "window.wx_errcode=404;window.wx_code='';", "held until there is news");
    assert_eq!(polled(&site, &id, "408").await, told, "a page that missed it is told again");
    let yes = [("code", code.as_str())];
    let (told, _) = tokio::join!(polled(&site, &id, "404"), phone.post("/api/approve", &yes));
    let wx_code = told.strip_prefix("window.wx_errcode=405;window.wx_code='").and_then(|rest| rest.strip_suffix("';"));
    let tokens = exchange(&site, wx_code.expect("a code"), &[]).await;
    assert_eq!(userinfo(&site, &tokens.text("access_token"), &tokens.text("openid")).await.text("nickname"), "Alice");
    // Asked again, because the answer may have been lost, while a claim may still be repeated: it is the same code.
    assert_eq!(polled(&site, &id, "404").await, told);
    assert_eq!(number(&exchange(&site, wx_code.expect("a code"), &[]).await), 40163, "one approval is one sign-in");

    let denied = uuid(&site).await;
    let code = scanned(&server, &phone, &denied).await;
    phone.post("/api/deny", &[("code", &code)]).await;
    assert_eq!(polled(&site, &denied, "404").await, "window.wx_errcode=403;window.wx_code='';");
    let over = uuid(&site).await;
    server.pass(300);
    for uuid in [over.as_str(), "nonsense", &format!("{}x", &over[..over.len() - 1])] {
        assert_eq!(polled(&site, uuid, "").await, "window.wx_errcode=402;window.wx_code='';");
        let json = format!("/connect/l/qrconnect?uuid={uuid}&f=json");
        let json = site.backend.send(Method::GET, &json, &[], None).await;
        let json: serde_json::Value = serde_json::from_str(&json.body).expect("JSON");
        assert_eq!(json, serde_json::json!({"wx_errcode": 402, "wx_code": ""}));
    }
    assert_eq!(
        site.backend.send(Method::GET, "/connect/qrcode/nonsense", &[], None).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn sec_02_whoever_sees_that_platforms_picture_is_told_nothing_and_gets_no_code() {
    let server = Server::start().await;
    let (site, phone) = (forum(&server).await, Browser::signed_in(&server, "Alice").await);
    let id = uuid(&site).await;
    let code = scanned(&server, &phone, &id).await;
    phone.post("/api/approve", &[("code", &code)]).await;
    let (ticket, key) = id.split_once('.').expect("two parts");
    // Nor does the site itself get a session of its visitor here.
    let secret: tessera::login::keys::TicketSecret = id.parse().expect("a uuid");
    let own = Browser::desktop(&server);
    own.set_cookie("__Host-tessera-browser", key);
    let claim = own.fetch(Method::POST, &format!("/login/{}/claim", secret.ticket)).await;
    assert!(claim.status == StatusCode::FORBIDDEN && claim.header("set-cookie").is_empty(), "{claim:?}");
    for guess in [ticket.to_owned(), format!("{ticket}."), format!("{ticket}.{}", "A".repeat(43)), code] {
        assert_eq!(polled(&site, &guess, "404").await, "window.wx_errcode=402;window.wx_code='';", "{guess}");
    }
}

#[tokio::test]
async fn when_a_store_is_away_apps_of_either_dialect_hear_that_it_is_busy() {
    let pair = crate::harness::pair::Pair::start().await;
    let site = forum(&pair.first).await;
    let id = uuid(&site).await;
    let oidc = Site::register(&pair.first).await;
    let busy =
        |answer: &Answer| (answer.status.as_u16(), answer.error()) == (503, "temporarily_unavailable".to_owned());
    let crate::harness::pair::Pair { first, stores: (redis, postgres), .. } = pair;
    drop(redis);
    assert_eq!(polled(&site, &id, "").await, "window.wx_errcode=500;window.wx_code='';");
    assert!(busy(&oidc.exchanges("x").await));
    let back = Browser::desktop(&first).get(&oidc.sends_to(&[])).await;
    assert_eq!(said(back.location(), "error"), "temporarily_unavailable");
    drop(postgres);
    assert_eq!(number(&exchange(&site, "x", &[]).await), -1);
    assert!(busy(&oidc.exchanges("x").await));
    drop(first);
}
