//! From the code to the last token of its grant.

use std::collections::BTreeSet;
use tessera::store::records::app_options::Switch;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};

use crate::harness::browser::Browser;
use crate::harness::pair::Pair;
use crate::harness::server::Server;
use crate::harness::site::{Answer, BACK, Site, claims, exchange};

const DAY: u64 = 24 * 3600;
const OFFLINE: [(&str, &str); 1] = [("scope", "openid offline_access")];

/// An app, and the answer to the exchange of a code of it.
async fn signed_in(server: &Server, phone: &Browser, other: &[(&str, &str)]) -> (Site, Answer) {
    let site = Site::register(server).await;
    let code = site.code(&Browser::desktop(server), phone, other).await;
    let tokens = site.exchanges(&code).await;
    assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
    (site, tokens)
}

fn refused(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.error())
}

#[tokio::test]
async fn sec_37_a_code_works_once_and_a_second_use_takes_back_what_it_gave() {
    let pair = Pair::start().await;
    let site = Site::register(&pair.first).await;
    let phone = pair.phone("Alice").await;
    let code = site.code(&pair.desktop(), &phone, &[]).await;
    let tokens = site.exchanges(&code).await;
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.status, StatusCode::OK);
    assert_eq!(refused(&site.exchanges(&code).await), (400, "invalid_grant".to_owned()));
    assert_eq!(refused(&site.userinfo(&tokens.text("access_token")).await), (401, "invalid_token".to_owned()));

    // Sixty-four at once, on two instances: one at most is answered, and nothing of it is left.
    let elsewhere = Site {
        id: site.id.clone(),
        secret: site.secret.clone(),
        backend: Browser::new(&pair.second, "shop/1.0", "192.0.2.81"),
    };
    for _ in 0..4 {
        let code = site.code(&pair.desktop(), &phone, &[]).await;
        let racers =
            join_all((0..64).map(|of| if of % 2 == 0 { site.exchanges(&code) } else { elsewhere.exchanges(&code) }));
        let answers = racers.await;
        let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == StatusCode::OK).collect();
        assert!(won.len() <= 1, "{won:?}");
        for answer in won {
            assert_eq!(elsewhere.userinfo(&answer.text("access_token")).await.status, StatusCode::UNAUTHORIZED);
        }
    }
}

#[tokio::test]
async fn sec_38_a_code_is_exchanged_within_a_minute() {
    let server = Server::start().await;
    let (site, phone) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    for (wait, status) in [(59, StatusCode::OK), (60, StatusCode::BAD_REQUEST)] {
        let code = site.code(&Browser::desktop(&server), &phone, &[]).await;
        server.pass(wait);
        assert_eq!(site.exchanges(&code).await.status, status, "after {wait} s");
    }
}

#[tokio::test]
async fn sec_39_a_code_is_for_its_app_its_address_and_its_verifier() {
    let server = Server::start().await;
    let (site, other) = (Site::register(&server).await, Site::register(&server).await);
    let phone = Browser::signed_in(&server, "Alice").await;
    let code = site.code(&Browser::desktop(&server), &phone, &[]).await;
    assert_eq!(refused(&other.exchanges(&code).await), (400, "invalid_grant".to_owned()));
    assert_eq!(site.exchanges(&code).await.status, StatusCode::OK, "another app did not use it up");
    for (name, value) in [("redirect_uri", "https://shop.example/other"), ("code_verifier", &"b".repeat(43))] {
        let code = site.code(&Browser::desktop(&server), &phone, &[]).await;
        let mut form = exchange(&code);
        form.retain(|(key, _)| *key != name);
        form.push((name, value));
        assert_eq!(refused(&site.calls("/oauth/token", &form).await), (400, "invalid_grant".to_owned()), "{name}");
    }
    let unknown = site.exchanges("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").await;
    assert_eq!(refused(&unknown), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn sec_40_a_refresh_token_counts_until_its_successor_was_used_and_a_copy_ends_everything() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let (site, tokens) = signed_in(&server, &phone, &OFFLINE).await;
    let first = tokens.text("refresh_token");
    let second = site.refreshes(&first).await;
    assert_eq!(second.status, StatusCode::OK, "{second:?}");
    assert_ne!(second.text("refresh_token"), first);
    // The answer was lost on the way, in the same second: asked for again, it is the same token.
    let again = site.refreshes(&first).await;
    assert_eq!(again.text("refresh_token"), second.text("refresh_token"));
    server.pass(59);
    assert_eq!(site.refreshes(&first).await.text("refresh_token"), second.text("refresh_token"));
    let third = site.refreshes(&second.text("refresh_token")).await;
    assert_eq!(third.status, StatusCode::OK);
    assert_eq!(claims(&third.text("id_token"))["nonce"], serde_json::Value::Null);
    // By now the first one is a copy in somebody's hands.
    assert_eq!(refused(&site.refreshes(&first).await), (400, "invalid_grant".to_owned()));
    assert_eq!(refused(&site.refreshes(&third.text("refresh_token")).await), (400, "invalid_grant".to_owned()));
    for tokens in [&tokens, &third] {
        assert_eq!(site.userinfo(&tokens.text("access_token")).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn sec_40_a_refresh_token_that_was_used_a_minute_ago_is_a_copy() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let (site, tokens) = signed_in(&server, &phone, &OFFLINE).await;
    let second = site.refreshes(&tokens.text("refresh_token")).await;
    server.pass(60);
    let late = site.refreshes(&tokens.text("refresh_token")).await;
    assert_eq!(refused(&late), (400, "invalid_grant".to_owned()));
    assert_eq!(refused(&site.refreshes(&second.text("refresh_token")).await), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn sec_40_refresh_tokens_end_unused_and_in_any_case_and_many_at_once_get_one_successor() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let (site, tokens) = signed_in(&server, &phone, &OFFLINE).await;
    let first = tokens.text("refresh_token");
    let answers = join_all((0..64).map(|_| site.refreshes(&first))).await;
    let successors: BTreeSet<String> = answers.iter().map(|answer| answer.text("refresh_token")).collect();
    assert_eq!(successors.len(), 1, "{successors:?}");

    let mut token = successors.into_iter().next().expect("one");
    for _ in 0..12 {
        server.pass(29 * DAY);
        let next = site.refreshes(&token).await;
        assert_eq!(next.status, StatusCode::OK, "used every 29 days");
        token = next.text("refresh_token");
    }
    server.pass(18 * DAY);
    assert_eq!(refused(&site.refreshes(&token).await), (400, "invalid_grant".to_owned()), "a year at most");
    let phone = Browser::phone(&server);
    phone.sign_in("Alice", crate::harness::server::PASSWORD, "/").await;
    let (site, tokens) = signed_in(&server, &phone, &OFFLINE).await;
    server.pass(30 * DAY);
    assert_eq!(refused(&site.refreshes(&tokens.text("refresh_token")).await), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn sec_41_a_refresh_token_is_for_its_app_and_gives_no_more_than_was_granted() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let (site, tokens) = signed_in(&server, &phone, &OFFLINE).await;
    let other = Site::register(&server).await;
    let token = tokens.text("refresh_token");
    assert_eq!(refused(&other.refreshes(&token).await), (400, "invalid_grant".to_owned()));
    let with = |scope| [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("scope", scope)];
    let wider = site.calls("/oauth/token", &with("openid profile")).await;
    assert_eq!(refused(&wider), (400, "invalid_scope".to_owned()));
    let narrower = site.calls("/oauth/token", &with("openid")).await;
    assert_eq!((narrower.status, narrower.text("scope")), (StatusCode::OK, "openid".to_owned()));
    assert!(tokens.json["refresh_token"].is_string() && narrower.json["refresh_token"].is_string());
    let online = signed_in(&server, &phone, &[]).await.1;
    assert!(online.json["refresh_token"].is_null(), "only who was asked for it");
}

#[tokio::test]
async fn sec_45_the_token_endpoint_takes_forms_by_post_and_its_answers_are_kept_nowhere() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let code = site.code(&Browser::desktop(&server), &phone, &[]).await;
    let by_get = site
        .backend
        .send(Method::GET, &format!("/oauth/token?{}", crate::harness::site::query(&exchange(&code))), &[], None)
        .await;
    assert_eq!(by_get.status, StatusCode::METHOD_NOT_ALLOWED);
    let mut twice = exchange(&code);
    twice.push(("code", &code));
    assert_eq!(refused(&site.calls("/oauth/token", &twice).await), (400, "invalid_request".to_owned()));
    let missing = site.calls("/oauth/token", &[("grant_type", "authorization_code"), ("redirect_uri", BACK)]).await;
    assert_eq!(refused(&missing), (400, "invalid_request".to_owned()));
    assert_eq!(refused(&site.calls("/oauth/token", &[]).await), (400, "invalid_request".to_owned()));
    let json = site.backend.send(Method::POST, "/oauth/token", &[("content-type", "application/json")], None).await;
    assert_eq!((json.status, json.error()), (StatusCode::BAD_REQUEST, "invalid_request".to_owned()));
    let tokens = site.exchanges(&code).await;
    assert_eq!(tokens.status, StatusCode::OK);
    for answer in [&tokens, &missing] {
        assert_eq!(answer.reply.header("cache-control"), "no-store");
        assert_eq!(answer.reply.header("content-type"), "application/json");
    }
}

#[tokio::test]
async fn an_app_is_confidential_in_one_way_with_its_secret_or_the_one_before() {
    let server = Server::start().await;
    let (site, public) = (Site::register(&server).await, Site::public(&server).await);
    let phone = Browser::signed_in(&server, "Alice").await;
    let basic = |id: &str, secret: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let ask = async |site: &Site, header: Option<String>, body: &[(&str, &str)]| {
        let headers: Vec<_> = header.iter().map(|line| ("authorization", line.as_str())).collect();
        let mut form = vec![("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", BACK)];
        form.extend_from_slice(body);
        Answer::of(site.backend.send(Method::POST, "/oauth/token", &headers, Some(&form)).await)
    };
    let (id, secret) = (site.id.as_str(), site.secret.as_str());
    for (header, body) in [
        (Some(basic(id, secret)), vec![]),
        (Some(basic(id, secret)), vec![("client_id", id)]),
        (None, vec![("client_id", id), ("client_secret", secret)]),
        (Some(basic(&public.id, "")), vec![]),
    ] {
        let answer = ask(&site, header.clone(), &body).await;
        assert_eq!(
            refused(&answer),
            (400, "invalid_grant".to_owned()),
            "{header:?} {body:?}: it is let in, the code is wrong"
        );
    }
    for (header, body) in [
        (None, vec![]),
        (None, vec![("client_id", id)]),
        (None, vec![("client_id", id), ("client_secret", "wrong")]),
        (None, vec![("client_id", public.id.as_str()), ("client_secret", secret)]),
        (None, vec![("client_id", "ts0000000000000000"), ("client_secret", secret)]),
        (Some(basic(id, "wrong")), vec![]),
        (Some(basic(id, "")), vec![]),
        (Some("Basic ???".to_owned()), vec![]),
        (Some("Bearer x".to_owned()), vec![]),
    ] {
        let answer = ask(&site, header.clone(), &body).await;
        assert_eq!(refused(&answer), (401, "invalid_client".to_owned()), "{header:?} {body:?}");
        assert_eq!(answer.reply.header("www-authenticate"), "Basic realm=\"tessera\"");
    }
    let both = ask(&site, Some(basic(id, secret)), &[("client_id", id), ("client_secret", secret)]).await;
    assert_eq!(refused(&both), (400, "invalid_request".to_owned()));
    let named = ask(&site, Some(basic(id, secret)), &[("client_id", &public.id)]).await;
    assert_eq!(refused(&named), (400, "invalid_request".to_owned()));
    // A public app has PKCE alone.
    let code = public.code(&Browser::desktop(&server), &phone, &[]).await;
    let mut form = exchange(&code);
    form.push(("client_id", &public.id));
    let tokens = Answer::of(public.backend.send(Method::POST, "/oauth/token", &[], Some(&form)).await);
    assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
    let fresh = tessera::oauth::AppSecret::from_random([3; 32]);
    server
        .app
        .records
        .rotate_app_secret(id.parse().expect("an id"), fresh.hash(), None, server.operator())
        .await
        .expect("answers");
    for secret in [secret, &fresh.expose()] {
        assert_eq!(refused(&ask(&site, Some(basic(id, secret)), &[]).await).1, "invalid_grant");
    }
}

#[tokio::test]
async fn an_app_gets_tokens_for_itself_only_where_it_may() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let service = Site::register_with(&server, |app| app.options.switches.set(Switch::ClientCredentials, true)).await;
    let form = [("grant_type", "client_credentials")];
    assert_eq!(refused(&site.calls("/oauth/token", &form).await), (400, "unauthorized_client".to_owned()));
    let tokens = service.calls("/oauth/token", &form).await;
    assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
    assert!(["id_token", "refresh_token", "scope"].iter().all(|none| tokens.json[none].is_null()), "{tokens:?}");
    let more = service.calls("/oauth/token", &[form[0], ("scope", "openid")]).await;
    assert_eq!(refused(&more), (400, "invalid_scope".to_owned()), "they are about a person");
    assert_eq!(claims(&tokens.text("access_token"))["sub"], service.id.as_str());
    let info = service.userinfo(&tokens.text("access_token")).await;
    assert_eq!(refused(&info), (403, "insufficient_scope".to_owned()));
    assert!(info.reply.header("www-authenticate").contains("error=\"insufficient_scope\""));
}

#[tokio::test]
async fn sec_47_an_app_hears_of_its_own_tokens_and_of_others_nothing() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let (site, tokens) = signed_in(&server, &phone, &OFFLINE).await;
    let (other, public) = (Site::register(&server).await, Site::public(&server).await);
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    let ask = async |site: &Site, token: &str| site.calls("/oauth/introspect", &[("token", token)]).await;
    let known = ask(&site, &access).await;
    assert_eq!((known.json["active"].as_bool(), known.text("client_id")), (Some(true), site.id.clone()), "{known:?}");
    assert_eq!((known.text("token_type"), known.text("acr")), ("Bearer".to_owned(), "urn:tessera:scan".to_owned()));
    let known = ask(&site, &refresh).await;
    assert_eq!((known.json["active"].as_bool(), known.text("scope")), (Some(true), "openid offline_access".to_owned()));
    for (site, token) in [
        (&other, access.as_str()),
        (&other, &refresh),
        (&site, "nonsense"),
        (&site, tokens.json["id_token"].as_str().expect("a token")),
        (&site, &format!("{}x", &access[..access.len() - 1])),
    ] {
        assert_eq!(ask(site, token).await.reply.body, "{\"active\":false}", "{token}");
    }
    for asks in [
        site.backend.send(Method::POST, "/oauth/introspect", &[], Some(&[("token", &access)])).await,
        site.backend
            .send(Method::POST, "/oauth/introspect", &[], Some(&[("token", &access), ("client_id", &public.id)]))
            .await,
    ] {
        assert_eq!((asks.status, asks.error()), (StatusCode::UNAUTHORIZED, "invalid_client".to_owned()));
    }
    server.pass(600);
    assert_eq!(ask(&site, &access).await.reply.body, "{\"active\":false}", "over");
    assert_eq!(ask(&site, &refresh).await.json["active"], true);
    // What gives nothing any more is worth nothing, though nobody has tried it since.
    site.refreshes(&refresh).await;
    assert_eq!(ask(&site, &refresh).await.json["active"], true, "its answer may have been lost");
    server.pass(61);
    assert_eq!(ask(&site, &refresh).await.reply.body, "{\"active\":false}");
}

#[tokio::test]
async fn sec_48_an_app_gives_its_own_tokens_back_and_no_others() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let other = Site::register(&server).await;
    for which in ["access_token", "refresh_token"] {
        let (site, tokens) = signed_in(&server, &phone, &OFFLINE).await;
        let revoke = async |site: &Site, token: &str| site.calls("/oauth/revoke", &[("token", token)]).await.status;
        assert_eq!(revoke(&other, &tokens.text(which)).await, StatusCode::OK, "another app's is left alone");
        assert_eq!(site.userinfo(&tokens.text("access_token")).await.status, StatusCode::OK);
        assert_eq!(revoke(&site, "nonsense").await, StatusCode::OK, "of unknown ones no word");
        assert_eq!(revoke(&site, &tokens.text(which)).await, StatusCode::OK);
        assert_eq!(site.userinfo(&tokens.text("access_token")).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(refused(&site.refreshes(&tokens.text("refresh_token")).await), (400, "invalid_grant".to_owned()));
        let stranger = site.backend.send(Method::POST, "/oauth/revoke", &[], Some(&[("token", "x")])).await;
        assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
        assert_eq!(refused(&site.calls("/oauth/revoke", &[]).await), (400, "invalid_request".to_owned()));
    }
}
