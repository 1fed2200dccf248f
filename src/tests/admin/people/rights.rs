//! Who may do what to whom.

use reqwest::{Method, StatusCode};
use tessera::store::records::people::Role;

use super::{account, group, groups_of, manager, page_of};
use crate::admin::pages::administrator;
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::Server;
use crate::harness::site::Site;

#[tokio::test]
async fn to_whoever_manages_nobody_the_pages_about_people_and_groups_are_not_there() {
    let server = Server::start().await;
    let (alice, nobody) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    let group = format!("/admin/groups/{}", group(&server, "staff", false).await);
    let path = page_of(&server, "alice").await;
    for browser in [&alice, &nobody] {
        let nothing = browser.get("/admin/nothing").await;
        for path in ["/admin/people", "/admin/people/new", &path, "/admin/groups", "/admin/groups/new", &group] {
            let reply = browser.get(path).await;
            assert_eq!((reply.status, &reply.body), (StatusCode::NOT_FOUND, &nothing.body), "{path}");
        }
        for act in ["role", "groups", "sign-out", "disable", "enable", "delete"] {
            let reply = browser.post(&format!("{path}/{act}"), &[("role", "admin"), ("seen", "none")]).await;
            assert_eq!((reply.status, &reply.body), (StatusCode::NOT_FOUND, &nothing.body), "{act}");
        }
        for path in ["/admin/people/new", "/admin/groups/new", &format!("{group}/members"), &format!("{group}/delete")]
        {
            let form = [("username", "eve"), ("display_name", "Eve"), ("name", "eve"), ("member", "alice")];
            assert_eq!(browser.post(path, &form).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    assert!(!account(&server, "alice").await.is_admin() && alice.is_signed_in().await);
}

#[tokio::test]
async fn whoever_manages_people_touches_no_apps_administrators_roles_or_groups_with_rights() {
    let server = Server::start().await;
    let (site, admin, mia) = (Site::register(&server).await, administrator(&server).await, manager(&server).await);
    server.person("Bob").await;
    let (plain, marked) = (group(&server, "team", false).await, group(&server, "admins", true).await);
    let [bob, grace, own] =
        [page_of(&server, "bob").await, page_of(&server, "grace").await, page_of(&server, "mia").await];
    let home = mia.get("/").await;
    assert!(home.body.contains("href=\"/admin/people\"") && !home.body.contains("/admin/apps"), "{}", home.body);
    for path in ["/admin/apps", "/admin/log", "/admin/apps/new", &format!("/admin/apps/{}", site.id)] {
        assert_eq!(mia.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/admin/people", "/admin/groups", &bob, &grace, &own] {
        let page = mia.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for other in ["\"/admin/apps", "\"/admin/log", "\"/admin/activity"] {
            assert!(!page.body.contains(other), "{other} on {path}: {}", page.body);
        }
    }
    // What she may do to others.
    let seen = super::hidden(&mia.get(&bob).await, "seen");
    let team = plain.to_string();
    for (path, form) in [
        (bob.clone(), &[("display_name", "Robert"), ("seen", &*seen)][..]),
        (format!("{bob}/groups"), &[("add", &*team)]),
        (format!("{bob}/sign-out"), &[]),
        (format!("{bob}/disable"), &[]),
        (format!("{bob}/enable"), &[]),
        ("/admin/people/new".to_owned(), &[("username", "carol"), ("display_name", "Carol"), ("group", &*team)]),
        (format!("/admin/groups/{plain}/members"), &[("member", "carol")]),
    ] {
        let reply = mia.post(&path, form).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{path}: {reply:?}");
    }
    // And what not, each with a reason.
    let rights = marked.to_string();
    let (of_group, of_admin) = ("This group grants rights.", "This person is an administrator.");
    let (of_yours, for_admins) = ("This is your own account.", "Only an administrator can do this.");
    let carla = [("username", "carla"), ("display_name", "Carla")];
    for (path, form, why) in [
        (format!("{bob}/groups"), &[("add", &*rights)][..], of_group),
        (format!("/admin/groups/{marked}/members"), &[("member", "bob")], of_group),
        ("/admin/people/new".to_owned(), &[carla[0], carla[1], ("group", &*rights)], of_group),
        ("/admin/people/new".to_owned(), &[carla[0], carla[1], ("role", "people")], for_admins),
        ("/admin/people/new".to_owned(), &[carla[0], carla[1], ("role", "admin")], for_admins),
        (format!("{bob}/role"), &[("role", "people"), ("seen", "none")], for_admins),
        (format!("{bob}/delete"), &[], for_admins),
        (format!("{own}/role"), &[("role", "admin"), ("seen", "people")], for_admins),
        (format!("{grace}/role"), &[("role", "none"), ("seen", "admin")], for_admins),
        (grace.clone(), &[("display_name", "Mallory")], of_admin),
        (format!("{grace}/groups"), &[("add", &*team)], of_admin),
        (format!("{grace}/sign-out"), &[], of_admin),
        (format!("{grace}/disable"), &[], of_admin),
        (format!("{own}/groups"), &[("add", &*team)], of_yours),
        (own.clone(), &[("display_name", "Boss"), ("email", "boss@example.org"), ("email_verified", "on")], of_yours),
        (format!("{own}/disable"), &[], of_yours),
        ("/admin/groups/new".to_owned(), &[("name", "bosses")], for_admins),
        (format!("/admin/groups/{plain}"), &[("name", "admins-of-shop")], for_admins),
        (format!("/admin/groups/{plain}/delete"), &[], for_admins),
    ] {
        let reply = mia.post(&path, form).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path} {form:?}: {}", reply.words());
        assert!(reply.body.contains(why), "{path} {form:?}: {}", reply.words());
    }
    let bob = account(&server, "bob").await;
    assert_eq!((bob.role, groups_of(&server, bob.id).await), (Role::None, vec!["team".to_owned()]));
    assert_eq!(account(&server, "mia").await.role, Role::People);
    assert!(server.app.records.account_by_username("carla").await.expect("answers").is_none());
    assert_eq!(server.app.records.all_groups().await.expect("answers").len(), 2);
    // An administrator may.
    let page = page_of(&server, "bob").await;
    assert_eq!(admin.post(&format!("{page}/groups"), &[("add", &*rights)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(mia.post(&format!("{page}/groups"), &[("remove", &*rights)]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(groups_of(&server, bob.id).await, ["admins", "team"]);
    // Whoever could sign in as a member of such a group would have its rights.
    assert!(mia.get(&page).await.body.contains("can change how they sign in"));
    let seen = super::hidden(&admin.get(&page).await, "seen");
    let email = [("display_name", "Robert"), ("email", "mia@example.org"), ("seen", &*seen)];
    for (path, form) in [(page.clone(), &email[..]), (format!("{page}/recover"), &[]), (format!("{page}/invite"), &[])]
    {
        assert_eq!(mia.post(&path, form).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let page = mia.get(&format!("/admin/groups/{marked}")).await;
    assert!(page.body.contains("only an administrator changes its members") && !page.body.contains("/members\""));
}

#[tokio::test]
async fn sec_16_who_manages_people_lets_nobody_with_rights_back_in_and_vouches_for_no_address() {
    let server = Server::start().await;
    let (admin, mia) = (administrator(&server).await, manager(&server).await);
    server.person("Frank").await;
    let marked = group(&server, "superusers", true).await;
    let frank = page_of(&server, "frank").await;
    for (act, form) in [("groups", &[("add", &*marked.to_string())][..]), ("disable", &[])] {
        assert_eq!(admin.post(&format!("{frank}/{act}"), form).await.status, StatusCode::SEE_OTHER, "{act}");
    }
    assert_eq!(mia.post(&format!("{frank}/enable"), &[]).await.status, StatusCode::FORBIDDEN);
    assert!(account(&server, "frank").await.is_disabled);

    // What she says of an address is no proof.
    let ceo = [("username", "ceo"), ("display_name", "C"), ("email", "ceo@corp.example"), ("email_verified", "on")];
    assert!(!mia.get("/admin/people/new").await.body.contains("name=\"email_verified\""));
    assert_eq!(mia.post("/admin/people/new", &ceo).await.status, StatusCode::SEE_OTHER);
    assert_eq!(account(&server, "ceo").await.email_verified_at, None);
    let page = page_of(&server, "ceo").await;
    let details = async |browser: &Browser, email: &'static str| {
        let seen = super::hidden(&browser.get(&page).await, "seen");
        let form = [("display_name", "C"), ("email", email), ("email_verified", "on"), ("seen", &seen)];
        assert_eq!(browser.post(&page, &form).await.status, StatusCode::SEE_OTHER);
        account(&server, "ceo").await.email_verified_at.is_some()
    };
    assert!(!details(&mia, "ceo@corp.example").await);
    assert!(details(&admin, "ceo@corp.example").await, "an administrator knows");
    assert!(details(&mia, "CEO@corp.example").await, "it is the same address");
    assert!(!details(&mia, "me@corp.example").await, "and this is another");
}

#[tokio::test]
async fn a_text_that_is_the_name_of_one_and_the_address_of_another_asks_who_is_meant() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    for name in ["Carl", "Pia"] {
        server.person(name).await;
    }
    let marked = group(&server, "superusers", true).await;
    // Accounts of an earlier version may have this.
    let twin = tessera::store::records::NewAccount {
        id: tessera::ticket::ids::AccountId::from_random([7; 16]),
        username: "carl@corp.example".to_owned(),
        display_name: "Twin".to_owned(),
        email: None,
        email_verified_at: None,
        password_hash: None,
        role: Role::None,
        created_at: server.clock.now(),
    };
    assert!(server.app.records.add_account(twin).await.expect("answers"));
    let carl = account(&server, "carl").await.id;
    let page = page_of(&server, "carl").await;
    let seen = super::hidden(&admin.get(&page).await, "seen");
    let form = [("display_name", "Carl"), ("email", "carl@corp.example"), ("seen", &seen)];
    assert_eq!(admin.post(&page, &form).await.status, StatusCode::UNPROCESSABLE_ENTITY, "it is somebody's name");
    let members = format!("/admin/groups/{marked}/members");
    let joined = admin.post(&members, &[("member", "carl")]).await;
    assert_eq!(joined.status, StatusCode::SEE_OTHER, "{joined:?}");
    assert_eq!(groups_of(&server, carl).await, ["superusers"]);
}

#[tokio::test]
async fn sec_16_who_manages_people_and_signed_in_by_a_scan_gives_the_password_first() {
    let server = Server::start().await;
    let phone = manager(&server).await;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    phone.signs_in(&desktop).await;
    let asked = desktop.get("/admin/people?q=a").await;
    assert_eq!(
        (asked.status, asked.location().starts_with("/signin?next=/admin/people")),
        (StatusCode::SEE_OTHER, true)
    );
    let form = [("username", "eve"), ("display_name", "Eve")];
    let asked = desktop.post("/admin/people/new", &form).await;
    assert!(asked.status == StatusCode::FORBIDDEN && asked.body.contains("action=\"/account/proof\""), "{asked:?}");
    let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    for path in ["/admin/people", "/admin/groups"] {
        let told = desktop.send(Method::GET, path, &headers, None).await;
        assert_eq!((told.status, &*told.error()), (StatusCode::FORBIDDEN, "password_needed"), "{path}");
    }
    assert!(server.app.records.account_by_username("eve").await.expect("answers").is_none());
}

#[tokio::test]
async fn a_role_that_is_taken_away_counts_at_once() {
    let server = Server::start().await;
    let (admin, mia) = (administrator(&server).await, manager(&server).await);
    let path = page_of(&server, "mia").await;
    assert_eq!(mia.get("/admin/people").await.status, StatusCode::OK);
    let form = [("role", "none"), ("seen", "people")];
    assert_eq!(admin.post(&format!("{path}/role"), &form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(mia.get("/admin/people").await.status, StatusCode::NOT_FOUND);
    assert!(mia.is_signed_in().await && !mia.get("/").await.body.contains("/admin"));
}
