//! Who gets what: asked for, ticked, and told. All three have to hold at the moment when an app asks.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tessera::consent::field::Fields;
use tessera::ticket::time::Timestamp;

use super::{EVERYTHING, account, seen, tells, tells_everything};
use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::site::{Answer, Site, consent_form, said};

/// The fields that somebody tells on their page here, and that they have by their account: the user name.
const ALL: [&str; 6] = ["name", "username", "picture", "language", "gender", "place"];

/// What a page asks with, as the words of its boxes: those that are ticked have a `+`.
fn asked(html: &str) -> String {
    let boxes = html.split("type=\"checkbox\"").skip(1).map(|rest| {
        let tag = rest.split('>').next().unwrap_or_default();
        let word = tag.split("value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a word");
        format!("{}{word}", if tag.contains(" checked") { "+" } else { "" })
    });
    boxes.collect::<Vec<_>>().join(" ")
}

/// An answer with these boxes ticked; the empty word is in the page's form, so that none is an answer too.
fn ticks<'a>(first: &[(&'a str, &'a str)], words: &[&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut form = [first, &[("fields[]", "")]].concat();
    form.extend(words.iter().map(|word| ("fields[]", *word)));
    form
}

/// Somebody who is signed in is asked and allows this; what the page asked, and the token that the site gets.
async fn allows(site: &Site, person: &Browser, scope: &str, words: &[&str]) -> (String, String) {
    let begun = person.get(&site.sends_to(&[("scope", scope), ("prompt", "consent")])).await;
    let page = person.get(begun.location()).await;
    let form = [("decision", "allow"), ("account", &consent_form(&page))];
    let back = person.post(begun.location(), &ticks(&form, words)).await;
    let tokens = site.exchanges(&said(back.location(), "code")).await;
    assert_eq!(tokens.status, StatusCode::OK, "{tokens:?}");
    (asked(&page.body), tokens.text("access_token"))
}

/// What the site is told now, as words.
async fn learns(site: &Site, token: &str) -> String {
    let info = site.userinfo(token).await;
    assert_eq!(info.status, StatusCode::OK, "{info:?}");
    words(&info)
}

fn words(info: &Answer) -> String {
    let known = |claim: &str| !info.json[claim].is_null();
    let claims = ["name", "preferred_username", "picture", "locale", "gender", "address"];
    ALL.into_iter().zip(claims).filter(|(_, claim)| known(claim)).map(|(word, _)| word).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn an_app_learns_what_its_scopes_ask_for_and_the_person_ticked_and_told() {
    let server = Server::start().await;
    let alice = Browser::signed_in(&server, "Alice").await;
    let every = Fields::ALL;
    for tells in ["name username", "name username picture language gender place"] {
        if tells != "name username" {
            tells_everything(&alice).await;
        }
        for scope in ["openid", "openid profile", "openid address", "openid profile address"] {
            // One that nobody was asked about before.
            let site = Site::register(&server).await;
            let asks =
                Fields::asked_by(&tessera::consent::scope::Scopes::parse(scope)).intersection(Fields::parse([tells]));
            for ticked in [every, Fields::usual(), Fields::parse(["place gender"]), Fields::NONE] {
                let ticked = ticked.to_string();
                let list: Vec<&str> = ticked.split(' ').collect();
                let (_, token) = allows(&site, &alice, scope, &list).await;
                let expected = asks.intersection(Fields::parse([ticked.as_str()])).to_string();
                assert_eq!(learns(&site, &token).await, expected, "{scope}, ticked {ticked:?}, told {tells:?}");
            }
        }
    }
    let site = Site::register(&server).await;
    let (first, token) = allows(&site, &alice, "openid profile address", &ALL).await;
    assert_eq!(first, "+name +username +picture +language gender place", "gender and place are opted into");
    let info = site.userinfo(&token).await;
    let picture = account(&server, "alice").await.profile.picture.expect("uploaded");
    let expected = json!({
        "sub": info.text("sub"), "name": "Alice", "preferred_username": "alice", "gender": "female", "locale": "nl",
        "updated_at": server.clock.now().as_millis() / 1000,
        "picture": format!("{}/picture/{picture}/0", server.origin),
        "address": {"locality": "Graz", "region": "Styria", "country": "Austria"},
    });
    assert_eq!(info.json, expected);
    let shown = site.backend.get(&format!("/picture/{picture}/0")).await;
    assert_eq!((shown.status, shown.header("cross-origin-resource-policy")), (StatusCode::OK, "cross-origin"));
    let discovery = Answer::of(site.backend.get("/.well-known/openid-configuration").await).json;
    assert_eq!(
        discovery["scopes_supported"],
        json!(["openid", "profile", "email", "address", "groups", "offline_access"])
    );
    for claim in ["name", "preferred_username", "picture", "gender", "locale", "zoneinfo", "email", "address", "groups"]
    {
        assert!(discovery["claims_supported"].as_array().expect("a list").contains(&Value::from(claim)), "{claim}");
    }
}

#[tokio::test]
async fn a_phone_is_asked_thing_by_thing_and_what_it_ticks_is_what_the_app_learns() {
    let server = Server::start().await;
    let (site, phone) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    tells_everything(&phone).await;
    let scope = [("scope", "openid profile address")];
    let scan = async |words: Option<&[&str]>| {
        let browser = Browser::desktop(&server);
        let (path, shown) = site.shows(&browser, &scope).await;
        let code = phone.scan(&shown).await;
        let page = phone.get(&format!("/s/{code}")).await.body;
        let form = words.map_or_else(|| vec![("code", code.as_str())], |words| ticks(&[("code", &code)], words));
        phone.post("/api/approve", &form).await;
        browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
        let tokens = site.exchanges(&said(browser.get(&path).await.location(), "code")).await;
        (page, tokens.text("access_token"))
    };
    let (page, token) = scan(Some(&["picture", "gender", "shoe-size"])).await;
    assert_eq!(asked(&page), "+name +username +picture +language gender place");
    let boxes = page.split("<input ").filter(|input| input.contains("name=\"fields[]\""));
    assert_eq!(boxes.filter(|input| input.contains("form=\"approve\"")).count(), 7, "they belong to the form: {page}");
    assert!(page.contains("<form id=\"approve\" method=\"post\" action=\"/api/approve\">"), "{page}");
    assert!(page.contains("<img src=\"/picture/"), "whose account it is, as a picture");
    assert_eq!(learns(&site, &token).await, "picture gender");
    // The next time the boxes stand as they were left, and who says nothing leaves them so.
    let (page, again) = scan(None).await;
    assert_eq!(asked(&page), "name username +picture language +gender place");
    assert_eq!(learns(&site, &again).await, "picture gender");
    let (_, none) = scan(Some(&[])).await;
    assert_eq!(learns(&site, &none).await, "");
    assert_eq!(learns(&site, &token).await, "", "it is one consent, whatever token asks");

    // This site itself, and an app that asks for nothing, have no boxes.
    let code = phone.scan(&Browser::desktop(&server).show_code().await).await;
    assert_eq!(asked(&phone.get(&format!("/s/{code}")).await.body), "");
    let (_, shown) = site.shows(&Browser::desktop(&server), &[("scope", "openid")]).await;
    let code = phone.scan(&shown).await;
    let page = phone.get(&format!("/s/{code}")).await.body;
    assert!(asked(&page).is_empty() && page.contains("An ID for you, but no personal details"), "{page}");
}

#[tokio::test]
async fn a_clock_that_was_set_back_freezes_nothing_of_what_somebody_allows() {
    let server = Server::start().await;
    let (site, alice) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    let set_back = || server.clock.set(Timestamp::from_millis(server.clock.now().as_millis() - 3_600_000));
    server.pass(7200);
    let (_, token) = allows(&site, &alice, "openid profile", &["name"]).await;
    assert_eq!(learns(&site, &token).await, "name");
    set_back();
    let seen = seen(&alice.get("/account/apps").await.body);
    let changed = alice.post(&format!("/account/apps/{}", site.id), &ticks(&[("seen", &seen)], &[])).await;
    assert_eq!(changed.location(), "/account/apps?done=saved");
    assert_eq!(learns(&site, &token).await, "");
    server.pass(3600);
    alice.post("/account/apps", &[("withdraw", &site.id)]).await;
    set_back();
    let (_, token) = allows(&site, &alice, "openid profile", &["name"]).await;
    assert_eq!(learns(&site, &token).await, "name", "a yes of now is one");
}

#[tokio::test]
async fn what_is_unticked_is_gone_at_once_and_what_is_told_later_waits_for_a_tick() {
    let server = Server::start().await;
    let (site, alice) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    let scope = "openid profile address offline_access";
    let (first, token) = allows(&site, &alice, scope, &ALL).await;
    assert_eq!(first, "+name +username", "there is nothing else yet");
    assert_eq!(learns(&site, &token).await, "name username");
    tells_everything(&alice).await;
    assert_eq!(learns(&site, &token).await, "name username", "nobody agreed to what was not there");

    let page = alice.get("/account/apps").await.body;
    assert_eq!(asked(&page), "+name +username picture language gender place");
    let path = format!("/account/apps/{}", site.id);
    let shown = async || seen(&alice.get("/account/apps").await.body);
    let sends =
        async |who: &Browser, seen: &str, words: &[&str]| who.post(&path, &ticks(&[("seen", seen)], words)).await;
    let change = async |who: &Browser, words: &[&str]| sends(who, &shown().await, words).await;
    let open = shown().await;
    assert_eq!(change(&alice, &["picture", "place"]).await.location(), "/account/apps?done=saved");
    assert_eq!(learns(&site, &token).await, "picture place");
    // Ticked beside what is no longer so: it would give what the other window took away.
    assert_eq!(sends(&alice, &open, &["name", "picture"]).await.location(), "/account/apps?done=outdated");
    assert_eq!(sends(&alice, "", &["name"]).await.location(), "/account/apps?done=outdated");
    assert_eq!(learns(&site, &token).await, "picture place");
    assert!(alice.get("/account/apps?done=outdated").await.body.contains("Not saved."));
    let page = alice.get("/account/apps?done=saved").await.body;
    assert!(asked(&page) == "name username +picture language gender +place" && page.contains("Saved."), "{page}");
    // Whoever goes there again is not asked again, and gives what they left ticked.
    let begun = alice.get(&site.sends_to(&[("scope", scope)])).await;
    let back = alice.get(begun.location()).await;
    let tokens = site.exchanges(&said(back.location(), "code")).await;
    assert_eq!(learns(&site, &tokens.text("access_token")).await, "picture place");
    // Taken out of the profile, it is told no more, though it is ticked.
    tells(&alice, &[("display_name", "Alice")]).await;
    assert_eq!(learns(&site, &token).await, "picture");
    tells(&alice, &EVERYTHING).await;

    let bob = Browser::signed_in(&server, "Bob").await;
    change(&bob, &ALL).await;
    assert_eq!(learns(&site, &token).await, "picture place", "a stranger changes nothing");
    assert_eq!(alice.post(&path, &[("x", "")]).await.status, StatusCode::BAD_REQUEST, "a form without boxes");
    assert_eq!(alice.post("/account/apps/evil", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(change(&Browser::desktop(&server), &ALL).await.location(), "/signin?next=/account/apps");
    // Withdrawn in one window and ticked in another: it stays withdrawn.
    alice.post("/account/apps", &[("withdraw", &site.id)]).await;
    assert_eq!(sends(&alice, &open, &ALL).await.location(), "/account/apps?done=outdated");
    assert_eq!(site.userinfo(&token).await.status, StatusCode::UNAUTHORIZED);
    let begun = alice.get(&site.sends_to(&[("scope", scope)])).await;
    let page = alice.get(begun.location()).await.body;
    assert_eq!(asked(&page), "+name +username +picture +language gender place", "as if never asked");
}

#[tokio::test]
async fn an_app_that_asks_for_more_asks_again_and_a_consent_from_before_gives_the_name() {
    let server = Server::start().await;
    let (site, alice) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    tells_everything(&alice).await;
    // As a server wrote it that knew of no fields.
    let path = server.folder.path().join("tessera.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let records = sqlx::SqlitePool::connect_with(options).await.expect("opens");
    sqlx::query(
        "INSERT INTO consents (account_id, app_id, scopes, given_at) SELECT id, $1, 'openid profile', 0 FROM accounts",
    )
    .bind(&site.id)
    .execute(&records)
    .await
    .expect("written");
    let go = async |scope: &str| {
        let begun = alice.get(&site.sends_to(&[("scope", scope)])).await;
        let page = alice.get(begun.location()).await;
        (begun.location().to_owned(), page)
    };
    let (_, back) = go("openid profile").await;
    let tokens = site.exchanges(&said(back.location(), "code")).await;
    let token = tokens.text("access_token");
    assert_eq!(learns(&site, &token).await, "name");

    let (path, more) = go("openid profile address").await;
    assert_eq!(asked(&more.body), "+name username picture language gender place", "the rest was never agreed to");
    let account = consent_form(&more);
    let denied = alice.post(&path, &ticks(&[("decision", "deny"), ("account", &account)], &ALL)).await;
    assert_eq!(said(denied.location(), "error"), "access_denied");
    assert_eq!(learns(&site, &token).await, "name", "who denies gives nothing");
    let (path, _) = go("openid profile address").await;
    alice.post(&path, &ticks(&[("decision", "allow"), ("account", &account)], &["name", "place"])).await;
    assert_eq!(learns(&site, &token).await, "name", "an older token is good for no more than it was");
    // A narrower request leaves what was agreed to beside it as it is.
    let (_, narrow) = allows(&site, &alice, "openid profile", &["gender"]).await;
    assert_eq!(learns(&site, &narrow).await, "gender");
    let (_, back) = go("openid profile address").await;
    let tokens = site.exchanges(&said(back.location(), "code")).await;
    assert_eq!(learns(&site, &tokens.text("access_token")).await, "gender place");
}
