//! Administrators who decide on requests.

use reqwest::StatusCode;
use tessera::crypto::random::random;
use tessera::store::records::NewAccount;
use tessera::store::records::activity::{ActivityKind, NewActivity};
use tessera::store::records::app_log::{Act, Actor};
use tessera::store::records::apps::Dialects;
use tessera::store::records::people::{Audience, Role};
use tessera::store::records::requests::asked::{Asked, RequestKind};
use tessera::store::records::requests::request::{AppRequestId, NewRequest, RequestAdded};
use tessera::ticket::ids::AccountId;

use super::{ASKED, approved, asked_with, asks, noted, person, server};
use crate::admin::pages::administrator;
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{BACK, Site};

#[tokio::test]
async fn an_approved_app_belongs_to_who_asked_and_its_approval_says_who_may_use_it() {
    let server = server().await;
    let (alice, admin) = (person(&server, "Alice").await, administrator(&server).await);
    assert!(admin.get("/admin/requests").await.body.contains("No one has requested an app yet"));
    let id = asks(&alice, &ASKED).await;
    let list = admin.get("/admin/requests").await;
    assert!(list.body.contains(&id) && list.body.contains("New app"), "{}", list.body);
    let page = admin.get(&format!("/admin/requests/{id}")).await;
    for part in [
        "Alice",
        "15 January 2027",
        "For our customers",
        "All our customers",
        "value=\"Shop\"",
        "https://shop.example",
        "Decline",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let app = approved(&server, &admin, &id, &ASKED).await;
    let (account, _) = server.app.records.account_by_username("alice").await.expect("answers").expect("there");
    assert_eq!((&*app.name, app.owner, &app.audience), ("Shop", Some(account.id), &Audience::Everyone));
    assert_eq!((app.redirect_uris.clone(), app.secrets.len()), (vec![BACK.to_owned()], 1));
    assert!(server.app.records.may_use(account.id, &app).await.expect("answers"));
    let done = admin.get(&format!("/admin/requests/{id}?done=approved")).await;
    assert!(done.body.contains(">Approved.</p>") && done.body.contains(&format!("/admin/apps/{}", app.id)));
    assert!(!done.body.contains("action=\"/admin/requests/"), "there is nothing left to decide");
    let line = server.app.records.app_log(Some(app.id), None, 1).await.expect("answers").pop().expect("a line");
    assert!(line.act == Act::Added && matches!(line.actor, Actor::Administrator { .. }), "{line:?}");
    let decided = noted(&server, ActivityKind::AppRequestDecided).await;
    assert_eq!(decided, [("Alice".to_owned(), Some("Shop".to_owned()), "Shop, approved".to_owned())]);
    let mine = alice.get("/apps/mine").await;
    assert!(mine.body.contains(&format!("/apps/mine/{}", app.id)) && mine.body.contains(">approved</span>"));
}

#[tokio::test]
async fn an_administrator_changes_a_request_before_approving_it_and_wrong_settings_approve_nothing() {
    let server = server().await;
    let (alice, admin) = (person(&server, "Alice").await, administrator(&server).await);
    let id = asks(&alice, &ASKED).await;
    let approve = format!("/admin/requests/{id}/approve");
    let wrong = admin.post(&approve, &asked_with("redirect_uri", "http://shop.example/")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("id=\"redirect_uri-wrong\"") && wrong.body.contains("http://shop.example/"));
    // Another app got the name since it was asked for.
    Site::register(&server).await;
    let taken = admin.post(&approve, &ASKED).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.body.contains("Another app has this name"), "{}", taken.body);
    assert_eq!(server.app.records.open_app_requests().await.expect("answers"), 1);
    let form =
        [("name", "Market"), ("redirect_uri", BACK), ("public", "on"), ("device_grant", "on"), ("allow", "everyone")];
    let app = approved(&server, &admin, &id, &form).await;
    assert_eq!((&*app.name, app.secrets.len()), ("Market", 0));
    let page = alice.get(&format!("/apps/mine/{}", app.id)).await;
    assert!(page.status == StatusCode::OK && !page.body.contains("Show the secret"), "{}", page.body);
    assert!(!page.body.contains("Make a new secret"), "a public client has none");
}

#[tokio::test]
async fn a_request_is_declined_with_a_reason_that_the_person_reads() {
    let server = server().await;
    let (alice, admin) = (person(&server, "Alice").await, administrator(&server).await);
    let markup = "<b>why</b>";
    let id = asks(&alice, &asked_with("why", markup)).await;
    let page = admin.get(&format!("/admin/requests/{id}")).await;
    assert!(page.body.contains("&lt;b&gt;why") && !page.body.contains(markup), "{}", page.body);
    let decline = format!("/admin/requests/{id}/decline");
    for reason in ["", " ", "a\nb", &"x".repeat(501)] {
        let refused = admin.post(&decline, &[("reason", reason)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{reason:?}");
        assert!(refused.body.contains("id=\"reason-wrong\""), "{}", refused.body);
    }
    for _ in 0..2 {
        let done = admin.post(&decline, &[("reason", "Use the <old> shop")]).await;
        assert_eq!(done.location(), format!("/admin/requests/{id}?done=declined"), "{done:?}");
    }
    assert!(server.app.records.apps().await.expect("answers").is_empty());
    for path in ["/apps/mine".to_owned(), format!("/apps/requests/{id}")] {
        let page = alice.get(&path).await;
        assert!(page.body.contains("Use the &lt;old&gt; shop") && page.body.contains(">declined</span>"), "{path}");
    }
    let decided = noted(&server, ActivityKind::AppRequestDecided).await;
    assert_eq!(decided, [("Alice".to_owned(), None, "Shop, declined: Use the <old> shop".to_owned())]);
    let late = alice.post(&format!("/apps/requests/{id}/withdraw"), &[]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{late:?}");
}

#[tokio::test]
async fn of_two_administrators_the_first_decides_and_the_second_is_told() {
    let server = server().await;
    let (alice, grace) = (person(&server, "Alice").await, administrator(&server).await);
    server.administrator("Ada").await;
    let ada = Browser::new(&server, DESKTOP, "198.51.100.20");
    ada.sign_in("ada", PASSWORD, "/").await;
    let id = asks(&alice, &ASKED).await;
    let app = approved(&server, &grace, &id, &ASKED).await;
    let again = grace.post(&format!("/admin/requests/{id}/approve"), &ASKED).await;
    assert_eq!(again.location(), format!("/admin/requests/{id}?done=approved"), "pressed twice it is done once");
    for (path, form) in [("approve", &ASKED[..]), ("decline", &[("reason", "No")])] {
        let late = ada.post(&format!("/admin/requests/{id}/{path}"), form).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{path}");
        assert!(late.body.contains("decided or withdrawn in the meantime"), "{}", late.body);
        assert!(late.body.contains("Grace") && late.body.contains(">approved</span>"), "{}", late.body);
    }
    let all = server.app.records.apps().await.expect("answers");
    assert_eq!(all.iter().map(|app| app.id).collect::<Vec<_>>(), [app.id]);

    let id = asks(&alice, &asked_with("name", "Market")).await;
    let path = format!("/admin/requests/{id}/approve");
    let form = asked_with("name", "Market");
    let (one, other) = tokio::join!(grace.post(&path, &form), ada.post(&path, &form));
    let mut answers = [one.status, other.status];
    answers.sort();
    assert_eq!(answers, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    assert_eq!(server.app.records.apps().await.expect("answers").len(), 2);
}

/// Stores requests of many people, as their pages would.
async fn many_requests(server: &Server, people: u8, each: u8) {
    for person in 0..people {
        let account = NewAccount {
            id: AccountId::from_random(random()),
            username: format!("person{person}"),
            display_name: format!("Person {person}"),
            email: None,
            email_verified_at: None,
            password_hash: None,
            role: Role::None,
            created_at: server.clock.now(),
        };
        assert!(server.app.records.add_account(account.clone()).await.expect("answers"));
        for at in 0..each {
            let asked = Asked {
                kind: RequestKind::New,
                name: format!("App {person} {at}"),
                site: "https://shop.example".to_owned(),
                redirect_uris: vec![BACK.to_owned()],
                dialects: Dialects::Oidc,
                claims: None,
                users: "Everyone".to_owned(),
                why: "Why".to_owned(),
            };
            let id = AppRequestId::from_random(random());
            let request = NewRequest { id, by: account.id, app: None, asked, at: server.clock.now() };
            let kind = ActivityKind::AppRequested;
            let line = NewActivity::of(kind, account.id, "Person", server.clock.now());
            let mut app = server.app.records.apps().await.expect("answers").pop().expect("one to copy");
            (app.id, app.name) = (tessera::ticket::ids::AppId::from_random(random()), request.asked.name.clone());
            let added = server.app.records.add_app_request(request, app, line).await.expect("answers");
            assert_eq!(added, RequestAdded::Done);
        }
    }
}

#[tokio::test]
async fn the_list_has_a_hundred_requests_a_page_and_the_open_ones_first() {
    let server = server().await;
    let (alice, admin) = (person(&server, "Alice").await, administrator(&server).await);
    Site::register(&server).await;
    let declined = asks(&alice, &asked_with("name", "Market")).await;
    admin.post(&format!("/admin/requests/{declined}/decline"), &[("reason", "No")]).await;
    many_requests(&server, 21, 5).await;
    let ids = |page: &str| {
        let parts = page.split("<a href=\"/admin/requests/").skip(1);
        parts.map(|part| part.split('"').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let first = admin.get("/admin/requests").await;
    let next = first.body.split("href=\"/admin/requests?after=").nth(1).and_then(|rest| rest.split('"').next());
    let second = admin.get(&format!("/admin/requests?after={}", next.expect("a second page"))).await;
    let (first, second) = (ids(&first.body), ids(&second.body));
    assert_eq!((first.len(), second.len()), (100, 6));
    assert_eq!(second.last(), Some(&declined), "what was decided comes last");
    assert!(second.iter().all(|id| !first.contains(id)));
    assert!(admin.get("/admin/apps").await.body.contains("Requests (105 waiting)"));
    for wrong in ["x", "open.1.x", "done..", "open.99999999999999999999.x"] {
        let reply = admin.get(&format!("/admin/requests?after={wrong}")).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    assert_eq!(admin.get("/admin/requests/x").await.status, StatusCode::NOT_FOUND);
}
