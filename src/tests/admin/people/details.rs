//! People are added, and their details are changed.

use reqwest::StatusCode;
use tessera::store::records::activity::{ActivityActor, ActivityKind};
use tessera::store::records::people::{Email, Role};

use super::{account, activity, group, groups_of, hidden, page_of, wrong_at};
use crate::admin::pages::administrator;
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::{PASSWORD, Server};

const NEW: &str = "/admin/people/new";

#[tokio::test]
async fn a_form_that_is_sent_twice_adds_one_person_who_has_no_password_yet() {
    let server = Server::start().await;
    let (admin, staff) = (administrator(&server).await, group(&server, "staff", true).await);
    let attempt = hidden(&admin.get(NEW).await, "attempt");
    let staff = staff.to_string();
    let form = [
        ("attempt", &*attempt),
        ("username", "Bob"),
        ("display_name", "Bob 👩\u{200d}🚀"),
        ("given_name", "Bob"),
        ("family_name", "Ångström"),
        ("email", "Bob@Example.org"),
        ("email_verified", "on"),
        ("role", "people"),
        ("group", &staff),
    ];
    let twin = admin.twin();
    let (one, other) = tokio::join!(admin.post(NEW, &form), twin.post(NEW, &form));
    assert_eq!((one.status, one.location()), (StatusCode::SEE_OTHER, other.location()), "{one:?}");
    let page = admin.get(one.location()).await;
    for part in [
        "Added. Now make a one-time link with which they choose how to sign in.",
        "no way to sign in",
        "Bob@example.org",
        "staff",
        "Manages people",
    ] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    let bob = account(&server, "bob").await;
    assert_eq!(
        (&*bob.display_name, bob.role, bob.email_verified_at),
        ("Bob 👩\u{200d}🚀", Role::People, Some(server.clock.now()))
    );
    assert_eq!(groups_of(&server, bob.id).await, ["staff"]);
    let [added] = &activity(&server, bob.id).await[..] else { panic!("one line") };
    assert_eq!((added.line.kind, &*added.line.account_name), (ActivityKind::Added, &*bob.display_name));
    assert!(matches!(&added.line.actor, ActivityActor::Person { name, .. } if name == "Grace"), "{added:?}");
    assert_eq!((added.line.browser.as_deref(), added.line.system.as_deref()), (Some("Chrome"), Some("Windows")));
    assert_eq!(added.line.address, Some([198, 51, 100, 1].into()));
    // Nobody signs in to an account without a password.
    let browser = Browser::new(&server, DESKTOP, "198.51.100.9");
    assert_eq!(browser.sign_in("bob", PASSWORD, "/").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_is_wrong_with_a_person_is_said_at_its_field_and_nobody_is_added() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let bob = [("username", "bob"), ("display_name", "Bob"), ("email", "bob@example.org")];
    assert_eq!(admin.post(NEW, &bob).await.status, StatusCode::SEE_OTHER);
    let (name, shown) = (("username", "carol"), ("display_name", "Carol"));
    for (form, field, text) in [
        (&[("username", ""), shown][..], "username", "1 to 64 letters"),
        (&[("username", "a b"), shown], "username", "1 to 64 letters"),
        (&[("username", "🚀"), shown], "username", "1 to 64 letters"),
        (&[("username", "ca\u{200b}rol"), shown], "username", "cannot be seen"),
        (&[("username", "BOB"), shown], "username", "has this username already"),
        (&[("username", "b0b"), shown], "username", "looks the same"),
        (&[name, ("display_name", "")], "display_name", "1 to 64 characters"),
        (&[name, ("display_name", "\u{202e}Carol")], "display_name", "cannot be seen"),
        (&[name, ("display_name", "Ca\u{200f}rol")], "display_name", "cannot be seen"),
        (&[name, shown, ("given_name", "\u{200b}")], "given_name", "cannot be seen"),
        (&[name, shown, ("family_name", &"x".repeat(65))], "family_name", "up to 64"),
        (&[name, shown, ("email", "carol")], "email", "name@example.org"),
        (&[name, shown, ("email", "ca\u{200b}rol@example.org")], "email", "name@example.org"),
        (&[name, shown, ("email", "BOB@EXAMPLE.ORG")], "email", "other letter case"),
        (&[name, shown, ("role", "boss")], "role", "one of the options"),
    ] {
        let refused = admin.post(NEW, form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form:?}");
        assert!(wrong_at(&refused, field).contains(text), "{form:?}: {}", wrong_at(&refused, field));
        assert!(refused.body.contains("Not saved. Check the marked field."), "{form:?}");
    }
    let nowhere = ("group", "00000000-0000-4000-8000-000000000000");
    for (form, status) in [
        (&[name, shown, nowhere][..], StatusCode::UNPROCESSABLE_ENTITY),
        (&[name, shown, ("group", "x")], StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(admin.post(NEW, form).await.status, status, "{form:?}");
    }
    assert!(server.app.records.account_by_username("carol").await.expect("answers").is_none());
}

#[tokio::test]
async fn details_are_changed_and_a_form_that_is_older_than_anothers_change_changes_nothing() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    server.person("Bob").await;
    server.person("Carol").await;
    let path = page_of(&server, "bob").await;
    let seen = hidden(&admin.get(&path).await, "seen");
    let form = [("display_name", "Robert"), ("email", "Bob@example.org"), ("email_verified", "on"), ("seen", &*seen)];
    for _ in 0..2 {
        let saved = admin.post(&path, &form).await;
        assert_eq!(saved.location(), format!("{path}?done=saved"), "sent twice it is one change");
    }
    let late = [("display_name", "Bobby"), ("email", "Bob@example.org"), ("seen", &*seen)];
    let refused = admin.post(&path, &late).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("Someone else changed this person") && refused.body.contains("value=\"Bobby\""));
    let bob = account(&server, "bob").await;
    assert_eq!((&*bob.display_name, bob.email.as_ref().map(Email::as_str)), ("Robert", Some("Bob@example.org")));
    let told = [("display_name", "Bobby"), ("email", "Bob@example.org"), ("seen", &*hidden(&refused, "seen"))];
    assert_eq!(admin.post(&path, &told).await.status, StatusCode::SEE_OTHER, "whoever was told may");
    assert_eq!(account(&server, "bob").await.email_verified_at, None, "the tick was taken away");
    assert_eq!(activity(&server, bob.id).await.len(), 2, "one line a change");

    let other = page_of(&server, "carol").await;
    let seen = hidden(&admin.get(&other).await, "seen");
    let same = [("display_name", "Carol"), ("email", "BOB@EXAMPLE.ORG"), ("seen", &*seen)];
    let taken = admin.post(&other, &same).await;
    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong_at(&taken, "email").contains("other letter case"));
    assert!(taken.body.contains("value=\"BOB@EXAMPLE.ORG\""), "what was typed stays");
    let hidden_name = [("display_name", "Ca\u{202e}rol"), ("seen", &*seen)];
    assert!(wrong_at(&admin.post(&other, &hidden_name).await, "display_name").contains("cannot be seen"));
}

#[tokio::test]
async fn a_page_of_a_person_shows_what_they_have_and_markup_in_names_is_text() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    server.person_named("Eve", "<script>alert(1)</script>\"'&").await;
    let browser = Browser::new(&server, DESKTOP, "198.51.100.9");
    browser.sign_in("eve", PASSWORD, "/").await;
    let page = admin.get(&page_of(&server, "eve").await).await;
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
    let of_eve = format!("/admin/activity?person={}", account(&server, "eve").await.id);
    let there =
        ["Signed in on 1 device", "There are no groups yet.", "href=\"/admin/groups/new\"", "None yet.", &*of_eve];
    for part in there.into_iter().chain(["Delete this account"]) {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    for nowhere in ["/admin/people/x", "/admin/people/00000000-0000-4000-8000-000000000000"] {
        assert_eq!(admin.get(nowhere).await.status, StatusCode::NOT_FOUND);
        assert_eq!(admin.post(&format!("{nowhere}/disable"), &[]).await.status, StatusCode::NOT_FOUND);
    }
}
