//! Two administrators at one app: neither undoes unseen what the other did.

use reqwest::StatusCode;
use tessera::store::records::apps::App;

use super::logo::png;
use super::pages::{administrator, register, seen_on};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{BACK, Site};

const NEW: &str = "https://shop.example/new";

async fn kept(server: &Server, site: &Site) -> App {
    server.app.records.app(site.id.parse().expect("an id")).await.expect("answers").expect("kept")
}

/// Two administrators, and the page of an app as both of them see it.
struct Office {
    server: Server,
    grace: Browser,
    ada: Browser,
    site: Site,
    path: String,
    seen: String,
}

impl Office {
    async fn open() -> Self {
        let server = Server::start().await;
        let grace = administrator(&server).await;
        server.administrator("Ada").await;
        let ada = Browser::new(&server, DESKTOP, "198.51.100.20");
        ada.sign_in("ada", PASSWORD, "/").await;
        let (site, _) = register(&server, &grace, "Shop").await;
        let path = format!("/admin/apps/{}", site.id);
        let seen = seen_on(&grace.get(&path).await);
        Self { server, grace, ada, site, path, seen }
    }
}

#[tokio::test]
async fn a_form_that_is_older_than_anothers_change_changes_nothing_and_keeps_what_was_typed() {
    let Office { server, grace, ada, site, path, seen } = Office::open().await;
    let moved = [("name", "Shop"), ("redirect_uri", NEW), ("seen", &seen)];
    for _ in 0..2 {
        let saved = ada.post(&path, &moved).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "sent twice it is one change: {saved:?}");
    }
    for seen in [&*seen, "", "nonsense"] {
        let late = [("name", "Store"), ("redirect_uri", BACK), ("device_grant", "on"), ("seen", seen)];
        let refused = grace.post(&path, &late).await;
        assert_eq!(refused.status, StatusCode::CONFLICT);
        for part in ["Someone else changed this app", "value=\"Store\"", BACK, "Change log"] {
            assert!(refused.body.contains(part), "{part}: {}", refused.body);
        }
        let app = kept(&server, &site).await;
        assert_eq!((&*app.name, &app.redirect_uris[..]), ("Shop", &[NEW.to_owned()][..]));
    }
    // A field that is wrong does not make an old form a new one.
    let wrong = grace.post(&path, &[("name", ""), ("redirect_uri", BACK), ("seen", &seen)]).await;
    assert_eq!((wrong.status, seen_on(&wrong)), (StatusCode::UNPROCESSABLE_ENTITY, seen.clone()));

    let late = [("name", "Store"), ("redirect_uri", BACK), ("seen", &seen)];
    let told = seen_on(&grace.post(&path, &late).await);
    let saved = grace.post(&path, &[("name", "Store"), ("redirect_uri", BACK), ("seen", &told)]).await;
    assert_eq!(saved.location(), format!("{path}?done=saved"), "whoever was told may");
    assert_eq!(kept(&server, &site).await.name, "Store");
}

#[tokio::test]
async fn of_two_who_press_for_a_new_secret_at_one_moment_one_is_told_and_the_one_in_use_stays() {
    let Office { server, grace, ada, site, path, .. } = Office::open().await;
    let rotate = format!("{path}/secret");
    for round in 0..5 {
        let before = kept(&server, &site).await;
        let seen = before.secret_fingerprint().to_string();
        let form = [("seen", seen.as_str())];
        let (one, other) = tokio::join!(grace.post(&rotate, &form), ada.post(&rotate, &form));
        let (done, late) = if one.status == StatusCode::SEE_OTHER { (one, other) } else { (other, one) };
        assert_eq!((done.status, late.status), (StatusCode::SEE_OTHER, StatusCode::CONFLICT), "{round}: {late:?}");
        let after = kept(&server, &site).await;
        assert_eq!(after.secrets.get(1), before.secrets.first(), "{round}: what the app uses stays valid");
        assert!(late.body.contains("Someone else changed this app"), "{round}: {late:?}");
        // The page that they are shown is that of now, so whoever was told may.
        assert!(late.body.contains(&after.secret_fingerprint().to_string()), "{round}: {late:?}");
        if round == 0 {
            assert_eq!(site.exchanges("x").await.error(), "invalid_grant", "the secret from before counts");
        }
    }
}

#[tokio::test]
async fn a_logo_and_the_settings_beside_it_are_changed_independently() {
    let Office { server, grace, ada, site, path, seen } = Office::open().await;
    assert_eq!(ada.upload(&format!("{path}/logo"), "picture", &png(20)).await.status, StatusCode::SEE_OTHER);
    let logo = kept(&server, &site).await.options.logo;
    let saved = grace.post(&path, &[("name", "Shop"), ("redirect_uri", NEW), ("seen", &seen)]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    ada.upload(&format!("{path}/logo"), "picture", &png(30)).await;
    let app = kept(&server, &site).await;
    assert_eq!(app.redirect_uris, [NEW]);
    assert!(app.options.logo.is_some() && app.options.logo != logo);
}
