//! The pages about requests for apps in the mirrored test language.

use crate::admin::pages::administrator;
use crate::harness::server::Server;
use crate::harness::site::BACK;
use crate::web::mirrored::{address, holds, look, mirrored};

#[tokio::test]
async fn the_pages_about_requests_for_apps_are_mirrored() {
    let server = Server::start_with(|settings| {
        settings.server.test_language = true;
        settings.oauth.requests = true;
    })
    .await;
    let admin = mirrored(administrator(&server).await);
    for path in ["/", "/apps/mine", "/apps/request", "/admin/requests", "/admin/apps"] {
        look(&admin, path).await;
    }
    let words = [("why", "Why"), ("users", "Everyone"), ("allow", "everyone")];
    let form = [&[("name", "Shop"), ("client_uri", BACK), ("redirect_uri", BACK)][..], &words].concat();
    let id = async || {
        server.pass(1);
        admin.post("/apps/request", &form).await;
        let list = look(&admin, "/apps/mine?done=asked").await;
        address(&list, "<ul", "href").replace("/apps/requests/", "")
    };
    let first = id().await;
    let [own, theirs] = [format!("/apps/requests/{first}"), format!("/admin/requests/{first}")];
    for path in [&own, &theirs, "/admin/requests", "/admin/requests?after=open.0.00000000-0000-0000-0000-000000000000"]
    {
        look(&admin, path).await;
    }
    holds("no reason", &admin.post(&format!("{theirs}/decline"), &[]).await);
    admin.post(&format!("{theirs}/decline"), &[("reason", "No")]).await;
    holds("late", &admin.post(&format!("{theirs}/approve"), &form).await);
    holds("late", &admin.post(&format!("{own}/withdraw"), &[]).await);
    for path in [own, format!("{theirs}?done=declined")] {
        look(&admin, &path).await;
    }
    let second = id().await;
    let path = format!("/admin/requests/{second}");
    holds("no app", &admin.post(&format!("{path}/approve"), &[]).await);
    holds("no name", &admin.post(&format!("{path}/approve"), &words).await);
    admin.post(&format!("{path}/approve"), &form).await;
    look(&admin, &format!("{path}?done=approved")).await;
    let app = server.app.records.apps().await.expect("answers").pop().expect("an app");
    let path = format!("/apps/mine/{}", app.id);
    for path in [&*path, "/apps/mine?done=handed", &format!("{path}?secret=x"), &format!("{path}/propose")] {
        look(&admin, path).await;
    }
    let shown = admin.post(&format!("{path}/secret"), &[]).await;
    look(&admin, shown.location()).await;
    server.person("Bob").await;
    for name in ["grace", "nobody", "bob"] {
        holds(name, &admin.post(&format!("{path}/hand-over"), &[("username", name)]).await);
    }
    holds("no logo", &admin.upload(&format!("{path}/logo"), "picture", b"x").await);
    let same = &form[..form.len() - 2];
    holds("no change", &admin.post(&format!("{path}/propose"), same).await);
    let change = [&form[..], &[("dialect", "both"), ("pairwise", "on")]].concat();
    server.pass(1);
    for _ in 0..2 {
        admin.post(&format!("{path}/propose"), &change).await;
    }
    holds("a change that waits", &admin.post(&format!("{path}/propose"), &change).await);
    look(&admin, &path).await;
    let list = look(&admin, "/apps/mine").await;
    let third = list.body.split("/apps/requests/").nth(1).and_then(|rest| rest.split('"').next()).expect("a request");
    look(&admin, &format!("/admin/requests/{third}")).await;
    admin.post(&format!("{path}/rotate"), &[]).await;
    look(&admin, "/admin/log").await;
}
