//! `state` comes back byte for byte as it came, in both dialects: several sites send GBK or Latin-1.

use reqwest::{Method, StatusCode};
use tessera::store::records::app_options::Switch;
use tessera::store::records::apps::Dialects;

use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::site::{Answer, BACK, Site, query};

const FORM: &str = "application/x-www-form-urlencoded";
const AFTER: &str = "https://shop.example/signed-out";
/// As a site writes it, and the bytes of it.
const STATES: [(&str, &[u8]); 6] = [
    ("%C4%E3%BA%C3", b"\xc4\xe3\xba\xc3"),      // "hello" in GBK
    ("caf%E9", b"caf\xe9"),                     // Latin-1
    ("%83%65%83%58%83%67", b"\x83e\x83X\x83g"), // Shift JIS
    ("caf%C3%A9+%E2%9C%93", "café ✓".as_bytes()),
    ("a%2Bb%26c%3D%25%23", b"a+b&c=%#"),
    ("%EF%BF%BD", "\u{fffd}".as_bytes()),
];

/// What an address says in its query, as bytes.
fn state_of(address: &str) -> Vec<u8> {
    let query = address.split_once('?').map_or("", |(_, query)| query).split('#').next().unwrap_or_default();
    let value = query.split('&').find_map(|pair| pair.strip_prefix("state="));
    percent_encoding::percent_decode_str(value.expect("a state")).collect()
}

#[tokio::test]
async fn a_state_that_is_no_utf_8_comes_back_as_it_came() {
    let server = Server::start().await;
    let site = Site::register_with(&server, |app| {
        app.dialects = Dialects::Both;
        app.options.switches.set(Switch::ToldOfRefusals, true);
        app.options.post_logout_redirect_uris = vec![AFTER.to_owned()];
    })
    .await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let browser = Browser::desktop(&server);
    let asked = site.sends_to(&[("state", "")]);
    let wechat = [("appid", site.id.as_str()), ("redirect_uri", BACK), ("response_type", "code")];
    let wechat = format!("/connect/qrconnect?{}&scope=snsapi_login", query(&wechat));
    let leaves = async |path: &str| {
        let begun = browser.get(path).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{path}: {begun:?}");
        browser.get(&format!("{}?leave=1", begun.location())).await.location().to_owned()
    };
    for (written, bytes) in STATES {
        assert_eq!(state_of(&leaves(&format!("{asked}&state={written}")).await), bytes, "{written}");
        assert_eq!(state_of(&leaves(&format!("{wechat}&state={written}")).await), bytes, "{written}, WeChat");
        let refused = browser.get(&format!("{asked}&state={written}&max_age=soon")).await;
        assert_eq!(state_of(refused.location()), bytes, "{written}, refused at once");
        let out = query(&[("client_id", &site.id), ("post_logout_redirect_uri", AFTER)]);
        let out = browser.get(&format!("/oauth/logout?{out}&state={written}")).await;
        assert_eq!(state_of(browser.get(out.location()).await.location()), bytes, "{written}, signed out");
        // By POST, and pushed.
        let form = format!("{}&state={written}", query(&site.asks(&[("state", "")])));
        let body = || Some((FORM, form.clone().into_bytes()));
        let posted = browser.try_send_body(Method::POST, "/oauth/authorize", &[], body()).await.expect("an answer");
        let back = browser.get(&format!("{}?leave=1", posted.location())).await;
        assert_eq!(state_of(back.location()), bytes, "{written}, by POST");
        let pushed = format!("{form}&client_secret={}", site.secret).into_bytes();
        let pushed = site.backend.try_send_body(Method::POST, "/oauth/par", &[], Some((FORM, pushed))).await;
        let uri = Answer::of(pushed.expect("an answer")).text("request_uri");
        let by_name = query(&[("client_id", &site.id), ("request_uri", &uri)]);
        assert_eq!(state_of(&leaves(&format!("/oauth/authorize?{by_name}")).await), bytes, "{written}, pushed");
    }
    // With a code, to its end.
    let begun = browser.get(&format!("{asked}&state=caf%E9")).await;
    let shown = crate::harness::browser::Shown::read(&browser.get(begun.location()).await.body);
    phone.approve(&shown).await;
    browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
    let back = browser.get(begun.location()).await;
    assert_eq!(state_of(back.location()), b"caf\xe9", "{back:?}");
    let tokens = site
        .exchanges(&crate::harness::site::said(back.location().split("&state").next().unwrap_or_default(), "code"))
        .await;
    assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
}

#[tokio::test]
async fn what_is_no_text_is_nothing_that_another_field_may_be() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let browser = Browser::desktop(&server);
    for (name, told) in [
        ("nonce", true),
        ("scope", true),
        ("login_hint", true),
        ("acr_values", true),
        ("client_id", false),
        ("redirect_uri", false),
        ("response_mode", false),
    ] {
        let refused = browser.get(&format!("{}&{name}=%C4%E3", site.sends_to(&[(name, "")]))).await;
        if told {
            assert!(refused.location().starts_with(&format!("{BACK}?error=invalid%5Frequest")), "{name}: {refused:?}");
        } else {
            assert_eq!((refused.status, refused.location()), (StatusCode::BAD_REQUEST, ""), "{name}: {refused:?}");
        }
    }
    // A form that a page posts is text: there is no way to return other bytes by it.
    let form = format!("{}&response_mode=form_post", site.sends_to(&[("state", "")]));
    assert_eq!(browser.get(&format!("{form}&state=caf%E9")).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.get(&format!("{form}&state=caf%C3%A9")).await.status, StatusCode::SEE_OTHER);
    let body = format!("client_id={}&client_secret={}&grant_type=authorization_code&code=%FF", site.id, site.secret);
    let body = Some((FORM, body.into_bytes()));
    let refused = site.backend.try_send_body(Method::POST, "/oauth/token", &[], body).await.expect("an answer");
    assert_eq!(Answer::of(refused).error(), "invalid_request");
}
