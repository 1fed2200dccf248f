//! The numbers by which that platform says what is wrong.

use std::cell::RefCell;
use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};

use super::{call, connect, exchange, forum, number, refresh, signs_in, userinfo};
use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::site::{Answer, Site, said};

#[tokio::test]
async fn every_number_of_that_platform_says_what_is_wrong() {
    let server = Server::start_with(|settings| {
        settings.limits.app_calls_per_minute = 100;
        settings.limits.app_calls_per_day = 150;
        settings.limits.tickets = 40;
        for limit in [
            &mut settings.limits.logins_per_minute,
            &mut settings.limits.attempts_per_minute,
            &mut settings.limits.decisions_per_minute,
        ] {
            *limit = 1_000;
        }
    })
    .await;
    let heard = RefCell::new(BTreeSet::new());
    let number = |answer: &Answer| {
        heard.borrow_mut().insert(number(answer));
        number(answer)
    };
    let (site, phone) = (forum(&server).await, Browser::signed_in(&server, "Alice").await);
    let code = async || said(&signs_in(&site, &Browser::desktop(&server), &phone).await, "code");
    let fresh = code().await;
    let oidc = Site::register(&server).await;
    for (other, expected) in [
        (("appid", ""), 41002),
        (("secret", ""), 41004),
        (("code", ""), 41008),
        (("grant_type", "password"), 40002),
        (("grant_type", ""), 40002),
        (("appid", "wx0000000000000000"), 40013),
        (("appid", oidc.id.as_str()), 40013),
        (("secret", "0".repeat(43).as_str()), 40125),
        (("code", "041FxGkl2Tk"), 40029),
    ] {
        assert_eq!(number(&exchange(&site, &fresh, &[other]).await), expected, "{other:?}");
    }
    let tokens = exchange(&site, &fresh, &[]).await;
    let (token, again, openid) = (tokens.text("access_token"), tokens.text("refresh_token"), tokens.text("openid"));
    for (other, expected) in [
        (("appid", ""), 41002),
        (("refresh_token", ""), 41003),
        (("refresh_token", "x"), 40030),
        (("refresh_token", token.as_str()), 40030),
        (("grant_type", "authorization_code"), 40002),
        (("appid", oidc.id.as_str()), 40013),
    ] {
        assert_eq!(number(&refresh(&site, &again, &[other]).await), expected, "{other:?}");
    }
    let other = forum(&server).await;
    assert_eq!(number(&refresh(&other, &again, &[]).await), 40030, "another app's");
    for (params, expected) in [
        (vec![("openid", openid.as_str())], 41001),
        (vec![("access_token", token.as_str())], 41009),
        (vec![("access_token", "x"), ("openid", &openid)], 40014),
        (vec![("access_token", &again), ("openid", &openid)], 40014),
        (vec![("access_token", &token), ("openid", "x")], 40003),
    ] {
        for path in ["/sns/userinfo", "/sns/auth"] {
            assert_eq!(number(&call(&site, path, &params).await), expected, "{path} {params:?}");
        }
    }
    assert_eq!(number(&exchange(&site, &fresh, &[]).await), 40163);
    assert_eq!(number(&userinfo(&site, &token, &openid).await), 40001, "and what it gave is revoked");
    assert_eq!(number(&refresh(&site, &again, &[]).await), 50001);
    let kept = exchange(&site, &code().await, &[]).await;
    let late = code().await;
    server.pass(600);
    assert_eq!(number(&exchange(&site, &late, &[]).await), 42003);
    for (seconds, expected) in [(0, 45011), (60, 45009)] {
        server.pass(seconds);
        let mut last = 0;
        for _ in 0..100 {
            last = number(&exchange(&site, "x", &[]).await);
        }
        assert_eq!(last, expected);
    }
    let other = forum(&server).await;
    assert_eq!(number(&exchange(&other, "x", &[]).await), 40029, "another app's calls are its own");
    // What is asked for in a browser, by a program that draws its own page.
    let begin = async |other: &[(&str, &str)]| {
        Answer::of(site.backend.send(Method::GET, &connect(&site, other), &[], None).await)
    };
    assert_eq!(number(&begin(&[("redirect_uri", "https://evil.example/")]).await), 40066);
    assert_eq!(number(&begin(&[("scope", "snsapi_base")]).await), 48001);
    for _ in 0..40 {
        phone.scan(&Browser::desktop(&server).show_code().await).await;
    }
    let busy = begin(&[]).await;
    assert_eq!((number(&busy), busy.status), (-1, StatusCode::OK), "as many are being used as this server takes");
    server.pass(7200);
    let over = userinfo(&site, &kept.text("access_token"), &kept.text("openid")).await;
    assert_eq!(number(&over), 42001);
    server.pass(30 * 24 * 3600);
    assert_eq!(number(&refresh(&site, &kept.text("refresh_token"), &[]).await), 42002);
    assert_eq!(heard.into_inner(), numbers(), "every number that this server knows, and no other");
}

/// The numbers of the source, which are those of the platform's list that a website meets.
fn numbers() -> BTreeSet<i64> {
    const LISTED: [i64; 24] = [
        -1, 40001, 40002, 40003, 40013, 40014, 40029, 40030, 40066, 40125, 40163, 41001, 41002, 41003, 41004, 41008,
        41009, 42001, 42002, 42003, 45009, 45011, 48001, 50001,
    ];
    let source = include_str!("../../wechat/error.rs");
    let words = source.split(|letter: char| !letter.is_ascii_digit() && letter != '-');
    let known: BTreeSet<i64> = words.filter_map(|word| word.parse().ok()).filter(|n| *n == -1 || *n >= 40000).collect();
    assert_eq!(known, BTreeSet::from(LISTED));
    known
}
