//! What ends the sign-ins of a person, or their account, and who always stays.

use reqwest::StatusCode;
use tessera::store::records::activity::{ActivityActor, ActivityFilter, ActivityKind};
use tessera::store::records::people::Role;

use super::{account, activity, page_of};
use crate::admin::pages::administrator;
use crate::harness::browser::{Browser, DESKTOP, Reply};
use crate::harness::server::{PASSWORD, Server};

/// Presses a button twice at the same moment.
async fn twice(browser: &Browser, path: &str, form: &[(&str, &str)]) -> [Reply; 2] {
    let twin = browser.twin();
    let (one, other) = tokio::join!(browser.post(path, form), twin.post(path, form));
    [one, other]
}

#[tokio::test]
async fn each_button_that_is_pressed_twice_has_one_effect_and_one_line() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1000).await;
    let admin = administrator(&server).await;
    server.person("Bob").await;
    let (bob, path) = (account(&server, "bob").await.id, page_of(&server, "bob").await);
    let browser = Browser::new(&server, DESKTOP, "198.51.100.9");
    browser.sign_in("bob", PASSWORD, "/").await;
    for (button, form, done, kind) in [
        ("role", &[("role", "people"), ("seen", "none")][..], "role", ActivityKind::RoleChanged),
        ("sign-out", &[], "signed-out", ActivityKind::SignedOutEverywhere),
        ("disable", &[], "disabled", ActivityKind::Disabled),
        ("enable", &[], "enabled", ActivityKind::Enabled),
    ] {
        for reply in twice(&admin, &format!("{path}/{button}"), form).await {
            assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, &*format!("{path}?done={done}")));
        }
        let lines = activity(&server, bob).await;
        assert_eq!(lines.iter().filter(|activity| activity.line.kind == kind).count(), 1, "{button}: {lines:?}");
        assert!(matches!(&lines[0].line.actor, ActivityActor::Person { name, .. } if name == "Grace"), "{lines:?}");
        assert!(!browser.is_signed_in().await || button == "role", "{button}");
        let signs_in = browser.sign_in("bob", PASSWORD, "/").await.status == StatusCode::SEE_OTHER;
        assert_eq!(signs_in, button != "disable", "{button}");
    }
    assert_eq!(account(&server, "bob").await.role, Role::People);
    let asked = admin.get(&format!("{path}/delete")).await;
    for part in ["This cannot be undone.", "Deleted: the profile", "Kept: the account", "Keep the account"] {
        assert!(asked.body.contains(part), "{part}: {}", asked.body);
    }
    for reply in twice(&admin, &format!("{path}/delete"), &[]).await {
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/admin/people?done=deleted"));
    }
    assert!(!browser.is_signed_in().await);
    assert!(admin.get("/admin/people?done=deleted").await.body.contains("The account is deleted."));
    assert_eq!(admin.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(admin.post(&format!("{path}/disable"), &[]).await.status, StatusCode::NOT_FOUND);
    let lines = activity(&server, bob).await;
    assert_eq!((lines[0].line.kind, &*lines[0].line.account_name), (ActivityKind::Deleted, "Bob"), "they outlive it");
    assert_eq!(lines.iter().filter(|activity| activity.line.kind == ActivityKind::Deleted).count(), 1);
}

#[tokio::test]
async fn of_administrators_who_demote_each_other_in_two_tabs_at_once_one_stays() {
    for round in 0..4 {
        let server = Server::start().await;
        let grace = administrator(&server).await;
        server.administrator("Ada").await;
        let ada = Browser::new(&server, DESKTOP, "198.51.100.20");
        ada.sign_in("ada", PASSWORD, "/").await;
        let (of_grace, of_ada) = (page_of(&server, "grace").await, page_of(&server, "ada").await);
        let (act, form) = match round {
            0 | 1 => ("role", &[("role", "none"), ("seen", "admin")][..]),
            2 => ("disable", &[][..]),
            _ => ("delete", &[][..]),
        };
        let (to_grace, to_ada) = (format!("{of_grace}/{act}"), format!("{of_ada}/{act}"));
        let (one, other) = tokio::join!(ada.post(&to_grace, form), grace.post(&to_ada, form));
        let done =
            [&one, &other].map(|reply| reply.status == StatusCode::SEE_OTHER && !reply.location().contains("signin"));
        assert_eq!(done.iter().filter(|is_done| **is_done).count(), 1, "{one:?} {other:?}");
        // Whoever came second is told so, or is not let in any more.
        let refused = if done[0] { &other } else { &one };
        assert!([StatusCode::CONFLICT, StatusCode::NOT_FOUND].contains(&refused.status), "{refused:?}");
        let people = server.app.records.accounts().await.expect("answers");
        let left = people.iter().filter(|one| one.account.is_admin() && !one.account.is_disabled).count();
        assert_eq!(left, 1, "{act}");
    }
}

#[tokio::test]
async fn nobody_changes_their_own_role_or_groups_or_ends_their_own_account_here() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    server.administrator("Ada").await;
    let staff = super::group(&server, "staff", false).await.to_string();
    let path = page_of(&server, "grace").await;
    let page = admin.get(&path).await;
    for part in ["/role", "/groups", "/disable", "/sign-out", "/delete"] {
        assert!(!page.body.contains(&format!("{path}{part}")), "{part}");
    }
    let told =
        ["You cannot change your own groups.", "You cannot change your own role.", "You cannot disable your own"];
    for part in told.into_iter().chain(["href=\"/account/data\""]) {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    for (act, form) in [
        ("role", &[("role", "none"), ("seen", "admin")][..]),
        ("groups", &[("add", &*staff)]),
        ("groups", &[("remove", &*staff)]),
        ("disable", &[]),
        ("enable", &[]),
        ("sign-out", &[]),
        ("delete", &[]),
    ] {
        let twin = admin.twin();
        let [one, other] =
            [admin.post(&format!("{path}/{act}"), form).await, twin.post(&format!("{path}/{act}"), form).await];
        assert_eq!([one.status, other.status], [StatusCode::FORBIDDEN; 2], "{act}");
        assert!(one.body.contains("This is your own account."), "{act}: {}", one.body);
    }
    let members = format!("/admin/groups/{staff}/members");
    assert_eq!(admin.post(&members, &[("member", "grace")]).await.status, StatusCode::FORBIDDEN);
    let grace = account(&server, "grace").await;
    assert!(grace.is_admin() && !grace.is_disabled && admin.is_signed_in().await);
    let all = server.app.records.activity(ActivityFilter::default(), 100).await.expect("answers");
    assert!(
        all.iter()
            .all(|activity| activity.line.account != Some(grace.id) || activity.line.kind == ActivityKind::SignedIn)
    );
}

#[tokio::test]
async fn a_role_that_somebody_else_changed_is_not_changed_unseen() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    server.manager("Bob").await;
    let path = page_of(&server, "bob").await;
    let stale = admin.post(&format!("{path}/role"), &[("role", "admin"), ("seen", "none")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.body.contains("Someone else changed this person"), "{}", stale.body);
    assert_eq!(account(&server, "bob").await.role, Role::People);
    let unknown = admin.post(&format!("{path}/role"), &[("role", "boss"), ("seen", "people")]).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    // The last administrator keeps the role, also if another one was only invited.
    server.app.records.set_role(account(&server, "bob").await.id, Role::Admin).await.expect("answers");
    assert!(admin.get("/admin/people?role=admin").await.body.contains("2 people"));
}
