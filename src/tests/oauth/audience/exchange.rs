//! Whoever was removed from the groups of an app gets nothing more by what the app has already.

use reqwest::StatusCode;
use serde_json::json;
use tessera::store::records::activity::ActivityActor;
use tessera::store::records::app_options::Switch;

use super::{group, joins, leaves, open_to, refusals};
use crate::harness::browser::{Browser, Shown};
use crate::harness::server::Server;
use crate::harness::site::{Answer, Site};

const OFFLINE: [(&str, &str); 1] = [("scope", "openid profile offline_access")];

/// A site that only the group has, of which Alice is a member, with her phone.
async fn of_staff(server: &Server) -> (Site, tessera::store::records::people::GroupId, Browser) {
    let (site, staff) = (Site::register(server).await, group(server, "staff").await);
    open_to(server, &site, &[staff]).await;
    let phone = Browser::signed_in(server, "Alice").await;
    joins(server, staff, "alice").await;
    (site, staff, phone)
}

async fn introspect(site: &Site, token: &str) -> Answer {
    site.calls("/oauth/introspect", &[("token", token)]).await
}

#[tokio::test]
async fn sec_71_a_code_of_who_was_removed_since_is_worth_nothing_and_stays_so() {
    let server = Server::start().await;
    let (site, staff, phone) = of_staff(&server).await;
    let code = site.code(&Browser::desktop(&server), &phone, &OFFLINE).await;
    leaves(&server, staff, "alice").await;
    let refused = site.exchanges(&code).await;
    assert_eq!((refused.status, refused.error()), (StatusCode::BAD_REQUEST, "invalid_grant".to_owned()), "{refused:?}");
    assert!(refused.text("error_description").contains("may not use this app"), "{refused:?}");
    joins(&server, staff, "alice").await;
    assert_eq!(site.exchanges(&code).await.error(), "invalid_grant", "it was used");
    let lines = refusals(&server, "alice").await;
    assert_eq!((lines.len(), &lines[0].line.actor, lines[0].line.address), (1, &ActivityActor::App, None));
}

#[tokio::test]
async fn sec_71_a_refresh_ends_with_the_membership_and_does_not_come_back_with_it() {
    let server = Server::start().await;
    let (site, staff, phone) = of_staff(&server).await;
    let tokens = site.exchanges(&site.code(&Browser::desktop(&server), &phone, &OFFLINE).await).await;
    let tokens = site.refreshes(&tokens.text("refresh_token")).await;
    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    assert_eq!(site.userinfo(&access).await.text("name"), "Alice");
    leaves(&server, staff, "alice").await;
    let told = site.userinfo(&access).await;
    assert_eq!((told.status, told.error()), (StatusCode::UNAUTHORIZED, "invalid_token".to_owned()), "{told:?}");
    for token in [&access, &refresh] {
        assert_eq!(introspect(&site, token).await.json, json!({"active": false}));
    }
    // Whoever is back before the app asked has lost nothing.
    joins(&server, staff, "alice").await;
    assert_eq!(site.userinfo(&access).await.status, StatusCode::OK);
    assert_eq!(introspect(&site, &refresh).await.json["active"], true);

    leaves(&server, staff, "alice").await;
    assert_eq!(site.refreshes(&refresh).await.error(), "invalid_grant");
    joins(&server, staff, "alice").await;
    assert_eq!(site.refreshes(&refresh).await.error(), "invalid_grant", "the grant is over");
    assert_eq!(site.userinfo(&access).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refusals(&server, "alice").await.len(), 1);
    // A narrower audience and a deleted group count as well as a membership.
    let tokens = site.exchanges(&site.code(&Browser::desktop(&server), &phone, &OFFLINE).await).await;
    assert!(server.app.records.delete_group(staff).await.expect("answers"));
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.refreshes(&tokens.text("refresh_token")).await.error(), "invalid_grant");
}

#[tokio::test]
async fn sec_71_a_device_is_refused_in_the_words_of_its_own_grant() {
    const GRANT: (&str, &str) = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
    let server = Server::start().await;
    let (site, staff, phone) = of_staff(&server).await;
    server.revise_app(&site.id, |app| app.options.switches.set(Switch::DeviceGrant, true)).await;
    let begun = site.calls("/oauth/device", &[("scope", "openid profile offline_access")]).await;
    let shown = Shown { ticket: String::new(), typed: begun.text("user_code") };
    phone.approve(&shown).await;
    leaves(&server, staff, "alice").await;
    let ask = async || site.calls("/oauth/token", &[GRANT, ("device_code", &begun.text("device_code"))]).await;
    let refused = ask().await;
    assert_eq!((refused.status, refused.error()), (StatusCode::BAD_REQUEST, "access_denied".to_owned()), "{refused:?}");
    joins(&server, staff, "alice").await;
    assert_ne!(ask().await.status, StatusCode::OK, "what was refused is over");
}

#[tokio::test]
async fn an_app_that_acts_for_itself_has_no_person_who_may_use_it() {
    let server = Server::start().await;
    let site = Site::register_with(&server, |app| app.options.switches.set(Switch::ClientCredentials, true)).await;
    open_to(&server, &site, &[]).await;
    let own = site.calls("/oauth/token", &[("grant_type", "client_credentials")]).await;
    assert_eq!(own.status, StatusCode::OK, "{own:?}");
    assert_eq!(introspect(&site, &own.text("access_token")).await.json["active"], true);
}
