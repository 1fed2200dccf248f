//! Groups and their members.

use reqwest::StatusCode;
use tessera::store::records::activity::{ActivityFilter, ActivityKind};
use tessera::store::records::people::{Audience, Group};

use super::{account, activity, group, groups_of, hidden, wrong_at};
use crate::admin::pages::administrator;
use crate::harness::server::Server;
use crate::harness::site::Site;

const NEW: &str = "/admin/groups/new";

async fn groups(server: &Server) -> Vec<Group> {
    server.app.records.all_groups().await.expect("answers")
}

#[tokio::test]
async fn a_group_is_added_once_changed_by_whoever_saw_it_and_deleted() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    assert!(admin.get("/admin/groups").await.body.contains("There are no groups yet. Add one"));
    let attempt = hidden(&admin.get(NEW).await, "attempt");
    let form = [("attempt", &*attempt), ("name", "Vertrieb Ö"), ("description", "Sells <b>"), ("grants_rights", "on")];
    let twin = admin.twin();
    let (one, other) = tokio::join!(admin.post(NEW, &form), twin.post(NEW, &form));
    assert_eq!((one.status, one.location()), (StatusCode::SEE_OTHER, other.location()), "{one:?}");
    let [sales] = &groups(&server).await[..] else { panic!("one group") };
    assert_eq!((sales.name.as_str(), &*sales.description, sales.grants_rights), ("Vertrieb Ö", "Sells <b>", true));
    let path = format!("/admin/groups/{}", sales.id);
    let page = admin.get(one.location()).await;
    for part in ["The group is added.", "Sells &lt;b&gt;", "grants rights", "No one is in this group yet."] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    for (form, field, text) in [
        (&[("name", "")][..], "name", "1 to 64 characters"),
        (&[("name", "a,b")], "name", "without a comma"),
        (&[("name", "st\u{200b}aff")], "name", "cannot be seen"),
        (&[("name", "\u{202e}staff")], "name", "cannot be seen"),
        (&[("name", "vertrieb Ö")], "name", "looks the same"),
        (&[("name", "x"), ("description", &"y".repeat(201))], "description", "up to 200"),
    ] {
        let refused = admin.post(NEW, form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form:?}");
        assert!(wrong_at(&refused, field).contains(text), "{form:?}: {}", wrong_at(&refused, field));
    }
    let seen = hidden(&admin.get(&path).await, "seen");
    let renamed = [("name", "sales"), ("seen", &*seen)];
    for _ in 0..2 {
        assert_eq!(
            admin.post(&path, &renamed).await.location(),
            format!("{path}?done=saved"),
            "sent twice it is one change"
        );
    }
    let late = admin.post(&path, &[("name", "trade"), ("seen", &*seen)]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("Someone else changed this group") && late.body.contains("value=\"trade\""));
    let told = admin.post(&path, &[("name", "trade"), ("seen", &*hidden(&late, "seen"))]).await;
    assert_eq!(told.status, StatusCode::SEE_OTHER, "whoever was told may");
    group(&server, "board", false).await;
    let seen = hidden(&admin.get(&path).await, "seen");
    let taken = admin.post(&path, &[("name", "Board"), ("seen", &*seen)]).await;
    assert!(wrong_at(&taken, "name").contains("Another group has this name"));
    let lines = server.app.records.activity(ActivityFilter::default(), 100).await.expect("answers");
    let details = lines.iter().filter(|activity| activity.line.kind == ActivityKind::GroupsChanged);
    let details: Vec<_> = details.map(|activity| activity.line.detail.clone()).collect();
    assert_eq!(details, ["sales → trade", "Vertrieb Ö → sales, description, grants_rights: true → false", "+"]);
}

#[tokio::test]
async fn whoever_deletes_a_group_is_told_which_apps_it_loses() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (site, other) = (Site::register(&server).await, Site::register(&server).await);
    let (staff, board) = (group(&server, "staff", false).await, group(&server, "board", false).await);
    server.person("Bob").await;
    let bob = account(&server, "bob").await.id;
    server.app.records.add_member(staff, bob, server.clock.now()).await.expect("answers");
    let path = format!("/admin/groups/{staff}");
    let ask = admin.get(&format!("{path}/delete")).await;
    assert!(
        ask.body.contains("No app is open to this group") && ask.body.contains("It has 1 member now."),
        "{}",
        ask.body
    );
    server.revise_app(&site.id, |app| app.audience = Audience::groups([staff])).await;
    server.revise_app(&other.id, |app| app.audience = Audience::groups([staff, board])).await;
    let ask = admin.get(&format!("{path}/delete")).await.body;
    for part in [
        &*format!("/admin/apps/{}", site.id),
        &*format!("/admin/apps/{}", other.id),
        "Shop 2",
        "This cannot be undone.",
    ] {
        assert!(ask.contains(part), "{part}: {ask}");
    }
    assert_eq!(ask.matches("afterwards open to no one").count(), 1, "{ask}");
    for _ in 0..2 {
        let deleted = admin.post(&format!("{path}/delete"), &[]).await;
        assert_eq!(deleted.location(), "/admin/groups?done=deleted", "twice is once");
    }
    assert!(admin.get("/admin/groups?done=deleted").await.body.contains("The group is deleted."));
    assert_eq!(admin.get(&path).await.status, StatusCode::NOT_FOUND);
    assert!(groups_of(&server, bob).await.is_empty());
    let lines = server.app.records.activity(ActivityFilter::default(), 100).await.expect("answers");
    assert_eq!(lines.iter().filter(|activity| activity.line.detail == "−").count(), 1);
}

#[tokio::test]
async fn members_are_added_by_name_or_chosen_and_removed() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let staff = group(&server, "staff", false).await;
    server.person_named("bob", "Robert Roe").await;
    server.person_named("bonnie", "Bonnie Roe").await;
    let (bob, path) = (account(&server, "bob").await.id, format!("/admin/groups/{staff}"));
    let members = format!("{path}/members");
    for _ in 0..2 {
        let added = admin.post(&members, &[("member", " BOB ")]).await;
        assert_eq!(added.location(), format!("{path}?done=joined"), "twice is once");
    }
    assert!(admin.get(&format!("{path}?done=joined")).await.body.contains("Robert Roe"));
    // A part of a name lets one choose.
    let choice = admin.post(&members, &[("member", "roe")]).await;
    assert_eq!(choice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let bonnie = account(&server, "bonnie").await.id.to_string();
    for part in ["Choose who to add:", &*bonnie, "value=\"roe\""] {
        assert!(choice.body.contains(part), "{part}: {}", choice.body);
    }
    assert_eq!(admin.post(&members, &[("add", &*bonnie)]).await.status, StatusCode::SEE_OTHER);
    let nobody = admin.post(&members, &[("member", "nobody at all")]).await;
    assert!(
        nobody.status == StatusCode::UNPROCESSABLE_ENTITY
            && nobody.body.contains("No one matches. Check the spelling.")
    );
    for _ in 0..2 {
        let removed = admin.post(&members, &[("remove", &bob.to_string())]).await;
        assert_eq!(removed.location(), format!("{path}?done=left"));
    }
    assert!(groups_of(&server, bob).await.is_empty());
    let lines = activity(&server, bob).await;
    let details: Vec<_> = lines.iter().map(|activity| (activity.line.kind, &*activity.line.detail)).collect();
    assert_eq!(details, [(ActivityKind::GroupsChanged, "− staff"), (ActivityKind::GroupsChanged, "+ staff")]);
    // A group or a person that is not there.
    let nowhere = "/admin/groups/00000000-0000-4000-8000-000000000000";
    assert_eq!(admin.get(nowhere).await.status, StatusCode::NOT_FOUND);
    assert_eq!(admin.post(&format!("{nowhere}/members"), &[("member", "bob")]).await.status, StatusCode::NOT_FOUND);
    let page = format!("/admin/people/{bob}/groups");
    let unknown = admin.post(&page, &[("add", "00000000-0000-4000-8000-000000000000")]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(admin.post(&page, &[("add", "staff")]).await.status, StatusCode::BAD_REQUEST);
    let gone = admin.post(&members, &[("add", "00000000-0000-4000-8000-000000000000")]).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert_eq!(admin.post(&members, &[]).await.status, StatusCode::BAD_REQUEST);
}
