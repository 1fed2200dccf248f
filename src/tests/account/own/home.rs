//! The start page of a person, and the overview of their account.

use reqwest::StatusCode;
use tessera::crypto::random::random;
use tessera::store::records::people::{Audience, Group, GroupId};

use super::id_of;
use crate::admin::pages::{administrator, saves};
use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::harness::site::Site;

async fn group(server: &Server) -> GroupId {
    let group = Group {
        id: GroupId::from_random(random()),
        name: "staff".parse().expect("a name"),
        description: String::new(),
        grants_rights: false,
        created_at: server.clock.now(),
    };
    let id = group.id;
    assert!(server.app.records.add_group(group).await.expect("answers"));
    id
}

#[tokio::test]
async fn a_person_sees_the_codes_first_and_a_tile_for_each_app_that_they_may_use() {
    let server = Server::start().await;
    let (alice, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    let empty = alice.get("/").await.body;
    assert!(empty.contains("There are no apps for you yet."), "{empty}");
    let at = |part: &str| empty.find(part).unwrap_or_else(|| panic!("no {part} in {empty}"));
    assert!(at("href=\"/scan\"") < at("href=\"/link\"") && at("href=\"/link\"") < at("Your apps"));
    assert!(at("Your apps") < at("href=\"/account\"") && !empty.contains("/admin"));
    let scan = alice.get("/scan").await;
    assert!(scan.status == StatusCode::OK && scan.body.contains("Open the camera"), "{scan:?}");

    let staff = group(&server).await;
    server.app.records.add_member(staff, id_of(&server, "alice").await, server.clock.now()).await.expect("answers");
    let home = |uri: &str| Some(uri.to_owned());
    Site::register_with(&server, |app| app.options.client_uri = home("https://shop.example/start?a=1&b=2")).await;
    Site::register_with(&server, |app| {
        app.name = "Wiki <b>".to_owned();
        app.audience = Audience::groups([staff]);
    })
    .await;
    Site::register_with(&server, |app| {
        app.name = "Nobody's".to_owned();
        app.audience = Audience::NOBODY;
    })
    .await;
    Site::register_with(&server, |app| {
        app.name = "Program".to_owned();
        app.redirect_uris = vec!["http://127.0.0.1/back".to_owned()];
    })
    .await;
    let off = Site::register_with(&server, |app| app.name = "Off".to_owned()).await;
    server.app.records.disable_app(off.id.parse().expect("an id"), server.operator()).await.expect("answers");

    let page = alice.get("/").await.body;
    assert!(page.contains("<a href=\"https://shop.example/start?a=1&amp;b=2\">"), "{page}");
    assert!(page.contains("<a href=\"https://shop.example/\">") && page.contains("Wiki &lt;b&gt;"), "{page}");
    for not in ["Nobody's", "Program", "Off", "There are no apps"] {
        assert!(!page.contains(not), "{not}: {page}");
    }
    let page = bob.get("/").await.body;
    assert!(page.contains("https://shop.example/start") && !page.contains("Wiki"), "{page}");
}

#[tokio::test]
async fn the_home_page_of_an_app_is_set_on_its_form_and_is_no_script() {
    let server = Server::start().await;
    let (site, grace) = (Site::register(&server).await, administrator(&server).await);
    let path = format!("/admin/apps/{}", site.id);
    let form = |uri| [("name", "Shop"), ("redirect_uri", "https://shop.example/signed-in"), ("client_uri", uri)];
    for wrong in
        ["javascript:alert(1)", "http://shop.example/", "com.example.app:/home", "shop.example", "https://a/#b"]
    {
        let refused = saves(&grace, &path, &form(wrong)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(refused.body.contains("id=\"client_uri-wrong\""), "{wrong}: {}", refused.body);
    }
    for right in ["https://shop.example/home", "http://localhost:8080/"] {
        assert_eq!(saves(&grace, &path, &form(right)).await.status, StatusCode::SEE_OTHER, "{right}");
        assert!(grace.get("/").await.body.contains(&format!("<a href=\"{right}\">")), "{right}");
    }
    assert!(grace.get("/admin/log").await.words().contains("client_uri"), "the change log names it");
}

#[tokio::test]
async fn the_overview_leads_to_every_section_and_no_page_removes_the_only_way_in() {
    let server = Server::start().await;
    let (alice, grace) = (Browser::signed_in(&server, "Alice").await, administrator(&server).await);
    let page = alice.get("/account").await.body;
    for section in ["profile", "security", "devices", "activity", "apps", "data"] {
        let path = format!("/account/{section}");
        assert!(page.contains(&format!("<a href=\"{path}\">")), "{path}: {page}");
        let there = alice.get(&path).await;
        assert_eq!(there.status, StatusCode::OK, "{path}");
        assert!(there.body.contains("href=\"/account\""), "{path} leads back");
    }
    let security = alice.get("/account/security").await.body;
    assert!(security.contains("This is the only way into your account") && security.contains("Passkeys"), "{security}");
    // Its one form switches the sign-in by scan, which leaves the way in.
    assert_eq!(security.matches("<form").count(), 1, "{security}");
    assert!(security.contains("<form method=\"post\" action=\"/account/security/scan\">"), "{security}");
    let home = grace.get("/").await.body;
    assert!(home.contains("href=\"/admin/apps\"") && home.contains("href=\"/admin/activity\""), "{home}");
}
