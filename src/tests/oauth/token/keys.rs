//! Keys that sign tokens: published before they sign and after, shared by instances, replaced in time.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode};
use reqwest::Method;
use serde_json::{Value, json};
use tessera::clock::Clock;
use tessera::oauth::token::signing_keys::{Keys, TokenKind};
use tessera::store::records::app_options::SigningAlgorithm;
use tessera::ticket::time::Timestamp;

use crate::harness::browser::Browser;
use crate::harness::pair::Pair;
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Answer, Site, header, query, said};
use crate::operating::logs::listen;

/// Where the site has people sent after they signed out.
const AFTER: &str = "https://shop.example/signed-out";

async fn published(site: &Site) -> JwkSet {
    let reply = site.backend.send(Method::GET, "/oauth/jwks", &[], None).await;
    assert!(!reply.body.contains("\"d\"") && !reply.body.contains("\"p\""), "the public half alone: {}", reply.body);
    serde_json::from_str(&reply.body).expect("a key set")
}

/// A relying party's view of a token.
fn verifies(token: &str, set: &JwkSet) -> bool {
    let head = jsonwebtoken::decode_header(token).expect("a token");
    let Some(jwk) = set.find(head.kid.as_deref().expect("a kid")) else { return false };
    let mut validation = Validation::new(head.alg);
    validation.validate_exp = false;
    validation.validate_aud = false;
    decode::<Value>(token, &DecodingKey::from_jwk(jwk).expect("a key"), &validation).is_ok()
}

#[tokio::test]
async fn sec_53_a_rotation_is_published_before_it_signs_and_no_verification_fails() {
    let pair = Pair::start().await;
    let phone = pair.phone("Alice").await;
    let site = Site::register(&pair.first).await;
    let token = async || {
        let tokens: Answer = site.exchanges(&site.code(&pair.desktop(), &phone, &[]).await).await;
        tokens.text("id_token")
    };
    let before = token().await;
    let cached = published(&site).await;
    assert!(verifies(&before, &cached));
    pair.second.app.tokens.keys.rotate(SigningAlgorithm::Rs256).await.expect("rotates");
    // The first instance has not read it yet; what it signs is known to whoever has the old set.
    assert!(verifies(&token().await, &cached));
    pair.first.pass(11);
    let both = published(&site).await;
    assert_eq!(both.keys.len(), cached.keys.len() + 1, "published before it signs");
    assert!(verifies(&token().await, &cached));
    pair.first.pass(50);
    let after = token().await;
    assert_ne!(header(&after)["kid"], header(&before)["kid"]);
    assert!(verifies(&after, &both) && verifies(&before, &published(&site).await), "and the old one published on");
    pair.first.pass(25 * 3600);
    pair.first.app.tokens.keys.sweep().await.expect("sweeps");
    assert!(!verifies(&before, &published(&site).await) && verifies(&after, &published(&site).await));
}

#[tokio::test]
async fn sec_52_what_a_key_of_yesterday_signed_is_a_hint_for_ever_and_opens_nothing() {
    for algorithm in SigningAlgorithm::ALL {
        let server = Server::start().await;
        let site = Site::register_with(&server, |app| {
            app.options.id_token_signed_response_alg = algorithm;
            app.options.post_logout_redirect_uris = vec![AFTER.to_owned()];
        })
        .await;
        let (keys, records) = (&server.app.tokens.keys, &server.app.records);
        let phone = Browser::signed_in(&server, "Alice").await;
        let browser = Browser::desktop(&server);
        let tokens = site.exchanges(&site.code(&browser, &phone, &[]).await).await;
        let (hint, access) = (tokens.text("id_token"), tokens.text("access_token"));
        let private = records.signing_keys().await.expect("answers");
        keys.rotate(algorithm).await.expect("rotates");
        server.pass(26 * 3600);
        for _ in 0..2 {
            keys.sweep().await.expect("sweeps");
        }
        assert!(!verifies(&hint, &published(&site).await), "{algorithm:?}: nobody else needs it any more");
        let kept = records.signing_keys().await.expect("answers");
        assert!(private.iter().all(|row| row.algorithm != algorithm.name() || !kept.contains(row)), "{algorithm:?}");
        assert!(keys.open::<Value>(&access, TokenKind::Access).await.expect("answers").is_none(), "{algorithm:?}");

        // Years later, and after a restart, it says of whom the app speaks: to be signed out, and to be known.
        let secret = std::fs::read(server.folder.path().join("code.key")).expect("the server's key");
        let restarted = Keys::new(records.clone(), server.clock.clone(), &secret.try_into().expect("32 bytes"));
        assert!(restarted.open::<Value>(&hint, TokenKind::Id).await.expect("answers").is_some(), "{algorithm:?}");
        server.pass(3 * 365 * 24 * 3600);
        phone.sign_in("Alice", PASSWORD, "/").await;
        let again = site.code(&Browser::desktop(&server), &phone, &[]).await;
        let newer = site.exchanges(&again).await.text("id_token");
        keys.sweep().await.expect("sweeps");
        let asks = site.sends_to(&[("prompt", "none"), ("id_token_hint", &hint)]);
        let quiet = phone.get(phone.get(&asks).await.location()).await;
        assert!(!said(quiet.location(), "code").is_empty(), "{algorithm:?}: {quiet:?}");
        // Of another session the person is asked, and the app is known by the token.
        let asks = query(&[("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTER)]);
        let begun = phone.get(&format!("/oauth/logout?{asks}")).await;
        assert!(phone.get(begun.location()).await.body.contains(">Sign out</button>"), "{algorithm:?}");
        assert_eq!(phone.post(begun.location(), &[]).await.location(), AFTER, "{algorithm:?}");
        assert_ne!(header(&newer)["kid"], header(&hint)["kid"]);
    }
}

#[tokio::test]
async fn sec_52_an_app_signs_its_visitor_out_with_a_hint_of_before_a_rotation() {
    let server = Server::start_with(|settings| {
        settings.account.scan_idle_hours = 72;
        settings.account.scan_max_hours = 72;
    })
    .await;
    let site = Site::register_with(&server, |app| app.options.post_logout_redirect_uris = vec![AFTER.to_owned()]).await;
    let (phone, browser) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    let hint = site.exchanges(&site.code(&browser, &phone, &[]).await).await.text("id_token");
    let keys = &server.app.tokens.keys;
    keys.rotate(SigningAlgorithm::Rs256).await.expect("rotates");
    server.pass(26 * 3600);
    keys.sweep().await.expect("sweeps");
    assert!(browser.is_signed_in().await && !verifies(&hint, &published(&site).await));
    let asks = query(&[("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTER)]);
    let begun = browser.get(&format!("/oauth/logout?{asks}")).await;
    assert_eq!(browser.get(begun.location()).await.location(), AFTER, "without a question");
    assert!(!browser.is_signed_in().await);
}

#[tokio::test]
async fn instances_that_start_together_sign_with_the_same_keys() {
    let pair = Pair::start().await;
    let (first, second) = (&pair.first.app.tokens.keys, &pair.second.app.tokens.keys);
    let (one, two) = tokio::join!(first.published(), second.published());
    let kids = |set: JwkSet| set.keys.into_iter().filter_map(|jwk| jwk.common.key_id).collect::<Vec<_>>();
    let (one, two) = (kids(one.expect("keys")), kids(two.expect("keys")));
    pair.first.pass(11);
    let (later, there) = (kids(first.published().await.expect("keys")), kids(second.published().await.expect("keys")));
    assert_eq!((&later, later.len()), (&there, SigningAlgorithm::ALL.len()), "one of each, whoever made it");
    assert!([one, two].iter().flatten().all(|kid| later.contains(kid)));
    // In ninety days both replace them, and again one of each is kept.
    pair.first.pass(91 * 24 * 3600);
    let _ = tokio::join!(first.published(), second.published());
    pair.first.pass(11);
    assert_eq!(kids(first.published().await.expect("keys")).len(), 2 * SigningAlgorithm::ALL.len());
}

#[tokio::test]
async fn what_the_first_key_of_an_algorithm_signs_is_known_at_another_instance_a_second_later() {
    let pair = Pair::start().await;
    let (first, second) = (&pair.first.app.tokens.keys, &pair.second.app.tokens.keys);
    let said = json!({ "sub": "alice" });
    let known = second.sign(SigningAlgorithm::Rs256, TokenKind::Access, &said).await.expect("signs");
    assert!(second.open::<Value>(&known, TokenKind::Access).await.expect("answers").is_some());
    let new = first.sign(SigningAlgorithm::Es256, TokenKind::Access, &said).await.expect("signs");
    pair.first.pass(1);
    assert_eq!(second.open::<Value>(&new, TokenKind::Access).await.expect("answers"), Some(said));
}

#[tokio::test]
async fn an_instance_whose_clock_is_behind_signs_with_the_first_key_that_another_made() {
    let server = Server::start().await;
    server.app.tokens.keys.published().await.expect("keys");
    let behind = Clock::manual(Timestamp::from_millis(server.clock.now().as_millis() - 500));
    let records = server.app.records.clone();
    let secret = std::fs::read(server.folder.path().join("code.key")).expect("the server's key");
    let keys = Keys::new(records, behind, &secret.try_into().expect("32 bytes"));
    assert_eq!(keys.published().await.expect("a key signs").keys.len(), SigningAlgorithm::ALL.len());
}

#[tokio::test]
async fn a_key_is_replaced_after_ninety_days() {
    let server = Server::start().await;
    let kids = async || {
        let set = server.app.tokens.keys.published().await.expect("keys");
        set.keys.into_iter().filter_map(|jwk| jwk.common.key_id).collect::<Vec<_>>()
    };
    let young = kids().await;
    server.pass(89 * 24 * 3600);
    assert_eq!(kids().await, young);
    server.pass(2 * 24 * 3600);
    assert_eq!(kids().await.len(), 2 * young.len());
    server.pass(60);
    assert_eq!(kids().await.len(), 2 * young.len(), "once");
}

#[tokio::test]
async fn a_server_with_another_key_of_its_own_cannot_sign_with_what_it_finds() {
    let server = Server::start().await;
    server.app.tokens.keys.published().await.expect("keys");
    let records = server.app.records.clone();
    let thief = Keys::new(records, server.clock.clone(), &[9; 32]);
    assert!(thief.published().await.is_err());
    let site = Site::register(&server).await;
    assert!(Browser::desktop(&server).get("/oauth/jwks").await.body.contains("\"kid\""));
    drop(site);
}

#[tokio::test]
async fn a_successor_that_another_secret_sealed_is_followed_once_and_told_once() {
    let (lines, _guard) = listen();
    let server = Server::start().await;
    let (keys, records) = (&server.app.tokens.keys, &server.app.records);
    let algorithm = SigningAlgorithm::Es256;
    let kid_of_next = async || {
        let token = keys.sign(algorithm, TokenKind::Id, &json!({})).await.expect("signs");
        header(&token)["kid"].as_str().expect("a kid").to_owned()
    };
    let kept = async || {
        let rows = records.signing_keys().await.expect("answers");
        rows.into_iter().filter(|row| row.algorithm == algorithm.name()).map(|row| row.kid).collect::<Vec<_>>()
    };
    let first = kid_of_next().await;
    server.pass(1);
    let sealed = Keys::new(records.clone(), server.clock.clone(), &[9; 32]).rotate(algorithm).await.expect("rotates");
    server.pass(91 * 24 * 3600);
    for _ in 0..3 {
        assert_eq!(kid_of_next().await, first, "its successor is published first");
        server.pass(11);
    }
    assert_eq!(kept().await.len(), 3, "one key follows the sealed one");
    server.pass(60);
    let next = kid_of_next().await;
    assert_eq!(kept().await, [first, sealed.clone(), next]);
    let (log, advice) = (lines.text(), "`tessera keys rotate` makes another");
    let said = log.lines().filter(|line| line.contains(advice) && line.contains(&sealed)).count();
    assert_eq!(said, 1, "{log}");
}

#[tokio::test]
async fn where_no_key_can_be_opened_none_is_made_unasked() {
    let server = Server::start().await;
    server.app.tokens.keys.published().await.expect("keys");
    let records = &server.app.records;
    let other = Keys::new(records.clone(), server.clock.clone(), &[9; 32]);
    for _ in 0..2 {
        let refused = other.sign(SigningAlgorithm::Rs256, TokenKind::Id, &json!({})).await;
        assert_eq!(refused.expect_err("sealed").to_string(), "a signing key was sealed with another server key");
        server.pass(11);
    }
    assert_eq!(records.signing_keys().await.expect("answers").len(), SigningAlgorithm::ALL.len());
}

#[tokio::test]
async fn sec_67_whoever_hangs_up_while_a_key_is_made_has_nobody_make_another() {
    let server = Server::start().await;
    let (keys, records) = (&server.app.tokens.keys, &server.app.records);
    for algorithm in SigningAlgorithm::ALL {
        let asks = || {
            let keys = keys.clone();
            tokio::spawn(async move { keys.sign(algorithm, TokenKind::Id, &json!({})).await })
        };
        let asked = asks();
        while !keys.is_making() {
            tokio::task::yield_now().await;
        }
        asked.abort();
        assert!(asked.await.is_err_and(|error| error.is_cancelled()), "{algorithm:?}");
        // The key is made to its end, and signs for whoever asks next.
        while keys.is_making() {
            tokio::task::yield_now().await;
        }
        let kept = async || {
            let rows = records.signing_keys().await.expect("answers");
            rows.into_iter().filter(|row| row.algorithm == algorithm.name()).count()
        };
        assert_eq!(kept().await, 1, "{algorithm:?}");
        asks().await.expect("runs").expect("signs");
        assert_eq!(kept().await, 1, "{algorithm:?}");
    }
}
