//! Who it is, in the ID token: for apps whose libraries read nothing else (OpenID Connect Core §5.4), and for no other.

use serde_json::Value;
use tessera::store::records::app_options::Switch;

use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::site::{Site, claims, decides, said};

/// What an ID token says of its person beside their `sub`.
const TOLD: [&str; 6] = ["name", "preferred_username", "picture", "gender", "locale", "address"];

fn told(token: &str) -> Vec<&'static str> {
    let said = claims(token);
    TOLD.into_iter().filter(|name| said[name] != Value::Null).collect()
}

#[tokio::test]
async fn an_id_token_says_who_it_is_only_where_the_app_wants_it_and_the_person_allows_it() {
    let server = Server::start().await;
    let site = Site::register_with(&server, |app| app.options.switches.set(Switch::ProfileInIdToken, true)).await;
    let plain = Site::register(&server).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let asks = async |site: &Site, scope: &str| {
        let code = site.code(&Browser::desktop(&server), &phone, &[("scope", scope)]).await;
        site.exchanges(&code).await
    };
    let tokens = asks(&site, "openid profile offline_access").await;
    let (token, info) = (tokens.text("id_token"), site.userinfo(&tokens.text("access_token")).await);
    assert_eq!(
        (told(&token), claims(&token)["name"].as_str()),
        (vec!["name", "preferred_username"], Some("Alice")),
        "{tokens:?}"
    );
    assert_eq!((claims(&token)["sub"].as_str(), info.text("name")), (info.json["sub"].as_str(), "Alice".to_owned()));
    assert_eq!(claims(&token)["nonce"], "n1");
    let refreshed = site.refreshes(&tokens.text("refresh_token")).await;
    assert_eq!(told(&refreshed.text("id_token")), ["name", "preferred_username"], "{refreshed:?}");
    // What was not asked for is not told, nor is anything at an app that does not want it.
    assert!(told(&asks(&site, "openid").await.text("id_token")).is_empty());
    assert!(told(&asks(&plain, "openid profile").await.text("id_token")).is_empty());
    // What is not allowed is not told either.
    let other = Site::register_with(&server, |app| app.options.switches.set(Switch::ProfileInIdToken, true)).await;
    let asked = phone.get(&other.sends_to(&[])).await.location().to_owned();
    let account = crate::harness::site::consent_form(&phone.get(&asked).await);
    let form = [("decision", "allow"), ("account", account.as_str()), ("fields[]", "")];
    let allowed = phone.post(&asked, &form).await;
    let unnamed = other.exchanges(&said(allowed.location(), "code")).await;
    assert!(!unnamed.text("id_token").is_empty() && told(&unnamed.text("id_token")).is_empty(), "{unnamed:?}");
}

#[tokio::test]
async fn scopes_that_are_not_known_are_left_out_and_the_answer_says_which_are_left() {
    let server = Server::start().await;
    let (site, phone) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    let metadata = crate::harness::site::Answer::of(site.backend.get("/.well-known/openid-configuration").await).json;
    let offered: Vec<&str> =
        metadata["scopes_supported"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    for (asked, left) in [
        ("openid phone", "openid"),
        ("openid profile email phone", "openid profile email"),
        ("groups openid https://scopes.example/all", "openid groups"),
    ] {
        let begun = phone.get(&site.sends_to(&[("scope", asked), ("prompt", "consent")])).await;
        let back = decides(&phone, begun.location(), "allow").await;
        let tokens = site.exchanges(&said(back.location(), "code")).await;
        assert_eq!(tokens.text("scope"), left, "{asked}");
        assert!(left.split(' ').all(|word| offered.contains(&word)), "{offered:?}");
    }
}
