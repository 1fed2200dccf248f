//! The pages about people and groups in the mirrored test language.

use super::{holds, look, mirrored, server};
use crate::admin::pages::administrator;
use crate::admin::people::{group, page_of};
use crate::harness::browser::{Browser, DESKTOP};
use crate::harness::server::PASSWORD;

#[tokio::test]
async fn the_pages_about_people_and_groups_are_mirrored() {
    let server = server().await;
    let admin = mirrored(administrator(&server).await);
    for path in ["/admin/groups", "/admin/people", "/admin/people/new", "/admin/groups/new"] {
        look(&admin, path).await;
    }
    server.person("Bob").await;
    let (bob, grace) = (page_of(&server, "bob").await, page_of(&server, "grace").await);
    look(&admin, &bob).await;
    let (staff, admins) = (group(&server, "staff", false).await, group(&server, "admins", true).await);
    let staff = format!("/admin/groups/{staff}");
    admin.post(&format!("{bob}/groups"), &[("add", &admins.to_string())]).await;
    let queries = ["?q=nobody", "?role=people", "?q=b&done=deleted"].map(|query| format!("/admin/people{query}"));
    let pages = [&bob, &grace, &staff, "/admin/groups", "/admin/people"];
    for path in pages.into_iter().chain(queries.iter().map(String::as_str)) {
        look(&admin, path).await;
    }
    for path in [format!("{bob}/delete"), format!("{staff}/delete"), format!("/admin/groups/{admins}?q=x")] {
        look(&admin, &path).await;
    }
    for done in ["added", "saved", "groups", "role", "signed-out", "disabled", "enabled"] {
        look(&admin, &format!("{bob}?done={done}")).await;
    }
    for done in ["added", "saved", "joined", "left"] {
        look(&admin, &format!("{staff}?done={done}")).await;
    }
    let wrong = [("username", ""), ("display_name", ""), ("given_name", "\u{200b}"), ("email", "x"), ("role", "x")];
    holds("a wrong person", &admin.post("/admin/people/new", &wrong).await);
    holds("a taken name", &admin.post("/admin/people/new", &[("username", "bob"), ("display_name", "B")]).await);
    holds("a stale form", &admin.post(&bob, &[("display_name", "B")]).await);
    holds("a stale role", &admin.post(&format!("{bob}/role"), &[("role", "admin"), ("seen", "x")]).await);
    holds("an own account", &admin.post(&format!("{grace}/disable"), &[]).await);
    holds("a wrong group", &admin.post("/admin/groups/new", &[("name", "a,b")]).await);
    holds("a stale group", &admin.post(&staff, &[("name", "b")]).await);
    holds("a choice of members", &admin.post(&format!("{staff}/members"), &[("member", "o")]).await);
    holds("no member", &admin.post(&format!("{staff}/members"), &[("member", "nobody at all")]).await);
    admin.post(&format!("{staff}/members"), &[("member", "bob")]).await;
    admin.post(&format!("{bob}/disable"), &[]).await;
    for path in [&bob, &staff, "/admin/people", &format!("{staff}?q=nobody")] {
        look(&admin, path).await;
    }
    server.manager("Mia").await;
    let mia = mirrored(Browser::new(&server, DESKTOP, "198.51.100.30"));
    mia.sign_in("mia", PASSWORD, "/").await;
    for path in ["/admin/people", "/admin/people/new", &bob, &grace, &staff, &format!("/admin/groups/{admins}")] {
        look(&mia, path).await;
    }
    holds("for administrators", &mia.post(&format!("{bob}/role"), &[("role", "none")]).await);
    holds("of an administrator", &mia.post(&format!("{grace}/disable"), &[]).await);
}
