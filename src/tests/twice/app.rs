//! The same for what an administrator does with an app.

use super::{hidden, leads_to, pressed, uploaded};
use crate::admin::logo::png;
use crate::admin::pages::{administrator, register};
use crate::harness::server::Server;
use crate::harness::site::BACK;

#[tokio::test]
async fn whoever_saves_or_disables_an_app_or_sets_its_logo_twice_has_done_it_once() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (site, _) = register(&server, &admin, "Shop").await;
    let path = format!("/admin/apps/{}", site.id);
    let lines = async || admin.get("/admin/log").await.body.matches(" · ").count();
    let app = async || {
        let app = server.app.records.app(site.id.parse().expect("an id")).await.expect("answers");
        app.expect("it is there")
    };

    let seen = hidden(&admin.get(&path).await, &format!("action=\"{path}\""), "seen");
    let form = [("name", "Market"), ("redirect_uri", BACK), ("seen", seen.as_str())];
    assert_eq!(leads_to(&pressed(&admin, &path, &form).await), format!("{path}?done=saved"));
    assert_eq!(app().await.name, "Market");

    assert_eq!(leads_to(&uploaded(&admin, &format!("{path}/logo"), &png(64)).await), format!("{path}?done=logo"));
    assert!(app().await.options.logo.is_some());
    let removed = pressed(&admin, &format!("{path}/logo/remove"), &[]).await;
    assert_eq!(leads_to(&removed), format!("{path}?done=no-logo"));
    assert!(app().await.options.logo.is_none());

    let before = lines().await;
    for (verb, done) in [("disable", "disabled"), ("enable", "enabled")] {
        let answers = pressed(&admin, &format!("{path}/{verb}"), &[]).await;
        assert_eq!(leads_to(&answers), format!("{path}?done={done}"));
        assert_eq!(app().await.disabled_at.is_some(), verb == "disable");
    }
    assert_eq!(lines().await - before, 2, "what was done once is told once");
}
