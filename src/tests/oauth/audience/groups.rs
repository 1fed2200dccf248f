//! What an app is told of email addresses, names and groups: as far as it asks, as the person ticks, as it is stored.

use serde_json::{Value, json};
use tessera::crypto::random::random;
use tessera::store::records::NewAccount;
use tessera::store::records::app_options::Switch;
use tessera::store::records::people::{Audience, Role};
use tessera::store::records::profiles::Profile;
use tessera::ticket::ids::AccountId;

use super::{account, group, joins, leaves};
use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::site::{Answer, Site, claims, consent_form, decides, said};

const SCOPE: &str = "openid profile email groups";

/// Adds somebody with this address, who has the password of everybody.
async fn person_with(server: &Server, name: &str, email: &str, is_proven: bool) -> Browser {
    server.person("template").await;
    let (_, hash) = server.app.records.account_by_username("template").await.expect("answers").expect("there");
    let account = NewAccount {
        id: AccountId::from_random(random()),
        username: name.to_lowercase(),
        display_name: name.to_owned(),
        email: Some(email.parse().expect("an address")),
        email_verified_at: is_proven.then(|| server.clock.now()),
        password_hash: hash,
        role: Role::None,
        created_at: server.clock.now(),
    };
    assert!(server.app.records.add_account(account).await.expect("answers"));
    let phone = Browser::phone(server);
    phone.sign_in(name, crate::harness::server::PASSWORD, "/").await;
    phone
}

/// Somebody who is signed in allows what is asked, as it is ticked at first or with these ticks.
async fn allows(site: &Site, person: &Browser, scope: &str, ticks: Option<&[&str]>) -> (String, Answer) {
    let begun = person.get(&site.sends_to(&[("scope", scope), ("prompt", "consent")])).await;
    let page = person.get(begun.location()).await;
    let account = consent_form(&page);
    let mut form = vec![("decision", "allow"), ("account", account.as_str())];
    if let Some(ticks) = ticks {
        form.push(("fields[]", ""));
        form.extend(ticks.iter().map(|word| ("fields[]", *word)));
    }
    let back = person.post(begun.location(), &form).await;
    (page.body, site.exchanges(&said(back.location(), "code")).await)
}

#[tokio::test]
async fn an_app_that_asks_for_them_is_told_the_address_the_user_name_and_the_groups() {
    let server = Server::start().await;
    let site = Site::register_with(&server, |app| app.options.switches.set(Switch::ProfileInIdToken, true)).await;
    let alice = person_with(&server, "Alice", "Alice@example.org", true).await;
    let who = account(&server, "alice").await;
    let stored = server.app.records.account(who).await.expect("answers").expect("there");
    let profile = Profile {
        given_name: Some("Alice".to_owned()),
        family_name: Some("Adams".to_owned()),
        zone: Some("Europe/Vienna".to_owned()),
        ..Profile::default()
    };
    let told = tessera::store::records::Account { profile, ..stored.clone() };
    server.app.records.settle_profile(told, Some(stored.fingerprint()), server.clock.now()).await.expect("answers");
    let updated_at = server.clock.now().as_millis() / 1000;
    for name in ["staff", "admins"] {
        joins(&server, group(&server, name).await, "alice").await;
    }
    let (page, tokens) = allows(&site, &alice, SCOPE, None).await;
    assert!(page.contains("Your groups") && page.contains("admins") && page.contains("staff"), "{page}");
    assert!(page.contains("the groups you are in, plus what you tick"), "{page}");
    let ticked = |word: &str| {
        page.split(&format!("value=\"{word}\""))
            .nth(1)
            .is_some_and(|rest| rest.split('>').next().is_some_and(|tag| tag.contains("checked")))
    };
    let words = ["name", "username", "email", "fullname", "zone"];
    assert_eq!(words.map(ticked), [true, true, true, false, false], "{page}");
    let info = site.userinfo(&tokens.text("access_token")).await;
    let expected = json!({
        "sub": info.text("sub"), "name": "Alice", "preferred_username": "alice", "updated_at": updated_at,
        "email": "Alice@example.org", "email_verified": true, "groups": ["admins", "staff"],
    });
    assert_eq!(info.json, expected);
    let id_token = claims(&tokens.text("id_token"));
    for (name, value) in expected.as_object().expect("an object") {
        assert_eq!(&id_token[name], value, "{name} in the ID token");
    }
    assert_eq!(tokens.text("scope"), SCOPE);

    let every = ["name", "username", "fullname", "email", "zone"];
    let (_, tokens) = allows(&site, &alice, SCOPE, Some(&every)).await;
    let info = site.userinfo(&tokens.text("access_token")).await;
    let named = ["given_name", "family_name", "zoneinfo"].map(|name| info.text(name));
    assert_eq!(named, ["Alice", "Adams", "Europe/Vienna"]);
    // Nothing ticked is nothing told, but for the groups, of which the page told; and no scope is no claim.
    let (_, tokens) = allows(&site, &alice, SCOPE, Some(&[])).await;
    let info = site.userinfo(&tokens.text("access_token")).await;
    assert_eq!(info.json, json!({"sub": info.text("sub"), "groups": ["admins", "staff"]}));
    let (page, tokens) = allows(&site, &alice, "openid", None).await;
    assert!(!page.contains("Your groups"), "{page}");
    let info = site.userinfo(&tokens.text("access_token")).await;
    assert_eq!(info.json, json!({"sub": info.text("sub")}));
}

#[tokio::test]
async fn an_address_that_nobody_proved_is_told_as_such() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let bob = person_with(&server, "Bob", "bob@example.org", false).await;
    let (_, tokens) = allows(&site, &bob, "openid email", None).await;
    let info = site.userinfo(&tokens.text("access_token")).await;
    assert_eq!(info.json, json!({"sub": info.text("sub"), "email": "bob@example.org", "email_verified": false}));
    assert_eq!(claims(&tokens.text("id_token"))["email"], Value::Null, "it is at userinfo, unless the app is set so");
    // Who has no address has no box for it, and no claim.
    let carol = Browser::signed_in(&server, "Carol").await;
    let (page, tokens) = allows(&site, &carol, "openid email", None).await;
    assert!(!page.contains("value=\"email\""), "{page}");
    let info = site.userinfo(&tokens.text("access_token")).await;
    assert_eq!(info.json, json!({"sub": info.text("sub")}));
}

#[tokio::test]
async fn a_token_names_groups_as_they_are_called_whatever_letters_those_have() {
    let server = Server::start().await;
    let (site, alice) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    let names = ["\"quoted\" \\ {x}", "<b>&amp;</b>", "Vertrieb Österreich", "研发 👩\u{200d}🚀", "a'b:c/d"];
    for name in names {
        joins(&server, group(&server, name).await, "alice").await;
    }
    let (page, tokens) = allows(&site, &alice, "openid groups offline_access", None).await;
    assert!(!page.contains("<b>&amp;</b>") && page.contains("&lt;b&gt;&amp;amp;&lt;/b&gt;"), "{page}");
    let mut sorted: Vec<&str> = names.to_vec();
    sorted.sort_unstable();
    let told = |json: &Value| {
        let mut told: Vec<String> = serde_json::from_value(json["groups"].clone()).expect("texts");
        told.sort_unstable();
        told
    };
    assert_eq!(told(&claims(&tokens.text("id_token"))), sorted, "in the ID token of every app that asks");
    assert_eq!(told(&site.userinfo(&tokens.text("access_token")).await.json), sorted);
    // The next token tells them as they are then.
    let quoted =
        server.app.records.groups().await.expect("answers").into_iter().find(|(one, _)| one.name.as_str() == names[0]);
    leaves(&server, quoted.expect("there").0.id, "alice").await;
    let refreshed = site.refreshes(&tokens.text("refresh_token")).await;
    assert_eq!(told(&claims(&refreshed.text("id_token"))).len(), 4);
    // In none is an empty list and not a missing one, from which an app could not tell that it may know.
    let (_, tokens) = allows(&site, &Browser::signed_in(&server, "Bob").await, "openid groups", None).await;
    assert_eq!(claims(&tokens.text("id_token"))["groups"], json!([]));
}

#[tokio::test]
async fn who_agreed_before_is_asked_again_for_a_new_scope_and_for_nothing_else() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let alice = person_with(&server, "Alice", "alice@example.org", true).await;
    allows(&site, &alice, "openid profile", Some(&["name"])).await;
    let go = async |scope: &str| {
        let begun = alice.get(&site.sends_to(&[("scope", scope)])).await;
        (begun.location().to_owned(), alice.get(begun.location()).await)
    };
    let (_, back) = go("openid profile").await;
    let tokens = site.exchanges(&said(back.location(), "code")).await;
    let info = site.userinfo(&tokens.text("access_token")).await;
    assert_eq!(
        (info.text("name"), &info.json["preferred_username"]),
        ("Alice".to_owned(), &Value::Null),
        "no tick, no claim"
    );
    for scope in ["openid profile groups", "openid profile email"] {
        let (path, asked) = go(scope).await;
        assert!(asked.body.contains("value=\"allow\""), "{scope}: {asked:?}");
        decides(&alice, &path, "allow").await;
        assert!(!said(go(scope).await.1.location(), "code").is_empty(), "{scope}: once");
    }
    // An older token is good for no more than it was.
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.json["email"], Value::Null);
    assert!(alice.get("/account/apps").await.body.contains("the groups you are in"));
}

#[tokio::test]
async fn the_phone_names_the_groups_that_an_app_is_told_before_it_approves() {
    let server = Server::start().await;
    let (site, phone) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    let staff = group(&server, "staff").await;
    joins(&server, staff, "alice").await;
    server.revise_app(&site.id, |app| app.audience = Audience::groups([staff])).await;
    let page = async |scope: &str| {
        let (_, shown) = site.shows(&Browser::desktop(&server), &[("scope", scope)]).await;
        let code = phone.scan(&shown).await;
        phone.get(&format!("/s/{code}")).await
    };
    let asked = page("openid groups").await;
    assert!(asked.words().contains("An ID for you, and the groups you are in"), "{}", asked.words());
    assert!(asked.words().contains("staff") && asked.body.contains("/api/approve"), "{}", asked.words());
    let plain = page("openid").await;
    assert!(!plain.words().contains("staff"), "{}", plain.words());
    leaves(&server, staff, "alice").await;
    server.revise_app(&site.id, |app| app.audience = Audience::Everyone).await;
    assert!(page("openid groups").await.words().contains("You are in none"));
}
