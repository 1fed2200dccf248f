//! What the screen with a code is shown of the person who scanned it, as they chose.

use reqwest::Method;
use serde_json::{Value, json};

use crate::admin::logo::png;
use crate::harness::browser::{Browser, Shown};
use crate::harness::server::Server;

async fn chooses(phone: &Browser, word: &str) {
    let page = phone.get("/account/profile").await;
    let seen =
        page.body.split("name=\"seen\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a field");
    let form = [("display_name", "alice Adams"), ("shown_to_screens", word), ("seen", seen)];
    let saved = phone.post("/account/profile", &form).await;
    assert_eq!(saved.location(), "/account/profile?done=saved", "{saved:?}");
    let page = phone.get("/account/profile").await;
    assert!(page.body.contains(&format!("<option value=\"{word}\" selected")), "{}", page.body);
}

/// What a waiting page is told now by its other transport.
async fn events(screen: &Browser, shown: &Shown) -> String {
    screen.fetch(Method::GET, &format!("/login/{}/watch?after=0", shown.ticket)).await.body
}

#[tokio::test]
async fn sec_80_a_screen_is_shown_the_name_a_letter_or_nothing_of_who_scans() {
    let server = Server::start().await;
    server.person_named("alice", "alice Adams").await;
    let phone = Browser::phone(&server);
    phone.sign_in("alice", crate::harness::server::PASSWORD, "/").await;
    phone.upload("/account/profile/picture", "picture", &png(64)).await;
    for (word, by, lead) in [
        ("name", json!("alice Adams"), "shows your name."),
        ("letter", json!("A"), "shows the first letter of your name."),
        ("nothing", Value::Null, "shows that its code was scanned."),
        ("name", json!("alice Adams"), "shows your name."),
    ] {
        chooses(&phone, word).await;
        let screen = Browser::desktop(&server);
        let shown = screen.show_code().await;
        let path = server.path_of(&shown).await;
        let opening = phone.send(Method::GET, &path, &[("accept", "text/html")], None).await;
        assert!(opening.words().contains(lead), "{word}: {}", opening.words());
        let code = phone.scan(&shown).await;
        let scanned = screen.hears(&shown).await["seen"]["scanned"].clone();
        assert_eq!(scanned["by"], by, "{word}");
        assert_eq!(scanned["picture"].is_string(), word == "name", "{word}");
        let confirm = phone.get(&path).await;
        assert!(confirm.body.contains("alice Adams"), "its own phone shows who they are");
        phone.post("/api/approve", &[("code", &code)]).await;
        let approved = screen.hears(&shown).await["seen"]["approved"].clone();
        assert_eq!(approved["by"], by.as_str().unwrap_or_default(), "{word}");
        let page = screen.get(&format!("/login/{}", shown.ticket)).await.body;
        assert!(page.contains("stays signed in for up to 24 hours."), "where it leads and for how long: {page}");
        let all = [page, events(&screen, &shown).await].concat();
        assert_eq!(all.contains("alice") || all.contains("/picture/"), word == "name", "{word}: {all}");
        assert!(word != "nothing" || all.contains("Approved. \u{2068}") || all.contains("Approved."), "{all}");
        screen.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await;
        assert!(screen.get("/").await.body.contains("alice Adams"), "who signed in knows who they are");
        server.pass(60);
    }
    let refused = phone.post("/account/profile", &[("display_name", "alice Adams"), ("shown_to_screens", "all")]).await;
    assert_eq!(refused.status, 422, "{refused:?}");
}
