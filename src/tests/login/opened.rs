//! Pages that a signed-in browser was sent to by another site. Being opened decides nothing, and no screen is told whose
//! browser it was: that takes a press.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::admin::logo::png;
use crate::harness::browser::{Browser, Reply, Shown};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::Site;

/// The mark of a page that sends the scan by itself once its script is there.
const BY_ITSELF: &str = "id=\"decision\"";

/// A navigation, with what browsers say of where it came from.
async fn opened(browser: &Browser, path: &str, said: &[(&str, &str)]) -> Reply {
    browser.send(Method::GET, path, &[&[("accept", "text/html")][..], said].concat(), None).await
}

/// The form of the page as its script submits it: without a button.
async fn scans_by_itself(phone: &Browser, path: &str) {
    let code = path.strip_prefix("/s/").expect("a code");
    let sent = phone.post("/api/scan", &[("code", code)]).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, path));
}

/// The form of the page as its button submits it.
async fn presses(phone: &Browser, path: &str) {
    let code = path.strip_prefix("/s/").expect("a code");
    let sent = phone.post("/api/scan", &[("code", code), ("pressed", "true")]).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, path));
}

/// Whether anything that the other screen is told names the person.
async fn is_told_of(screen: &Browser, shown: &Shown, name: &str) -> bool {
    let hears = screen.hears(shown).await.to_string();
    let page = screen.get(&format!("/login/{}", shown.ticket)).await.body;
    hears.contains(name) || hears.contains("/picture/") || page.contains(name) || page.contains("src=\"/picture/")
}

#[tokio::test]
async fn sec_03_a_page_that_another_site_opened_shows_a_button_and_the_button_works() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for said in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none"), ("sec-purpose", "prefetch;prerender")],
        &[("sec-fetch-site", "something new")],
        &[],
    ] {
        server.pass(60);
        let screen = Browser::desktop(&server);
        let shown = screen.show_code().await;
        let path = server.path_of(&shown).await;
        let page = opened(&phone, &path, said).await;
        assert!(page.body.contains("You scanned a code") && !page.body.contains(BY_ITSELF), "{said:?}: {}", page.body);
        assert!(!page.body.contains("hydrate"), "and no script that could: {said:?}");
        assert!(
            page.body.contains("name=\"pressed\" value=\"true\" class=\"primary\">Continue</button>"),
            "{said:?}: {}",
            page.body
        );
        assert_eq!(screen.hears(&shown).await["seq"], 1, "{said:?}");

        presses(&phone, &path).await;
        assert!(opened(&phone, &path, said).await.body.contains(">Approve</button>"), "{said:?}");
        assert_eq!(screen.hears(&shown).await["seen"], json!({"scanned": {"by": "Alice"}}), "{said:?}");
    }
}

#[tokio::test]
async fn sec_03_a_page_that_a_person_opened_scans_by_itself_and_the_screen_is_not_told_who_it_was() {
    let server = Server::start().await;
    let (screen, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let uploaded = phone.upload("/account/profile/picture", "picture", &png(300)).await;
    assert_eq!(uploaded.status, StatusCode::SEE_OTHER, "{uploaded:?}");
    let shown = screen.show_code().await;
    let path = server.path_of(&shown).await;
    // An address that a person typed or tapped in a message, at a site that redirects here: `none` survives that.
    let page = opened(&phone, &path, &[("sec-fetch-site", "none")]).await;
    assert!(page.body.contains(BY_ITSELF), "{}", page.body);
    scans_by_itself(&phone, &path).await;
    assert_eq!(screen.hears(&shown).await["seen"], json!({"scanned": {}}));
    assert!(!is_told_of(&screen, &shown, "Alice").await);
    let waits = screen.get(&format!("/login/{}", shown.ticket)).await.body;
    assert!(waits.contains("data-state=\"scanned\"") && waits.contains("Scanned. Confirm on your phone."), "{waits}");
    assert!(waits.contains("Not you? Start over"), "{waits}");
    // Coming back is no press either.
    for site in ["none", "cross-site", "same-origin"] {
        assert!(opened(&phone, &path, &[("sec-fetch-site", site)]).await.body.contains(">Approve</button>"));
    }
    scans_by_itself(&phone, &path).await;
    assert!(!is_told_of(&screen, &shown, "Alice").await);

    presses(&phone, &path).await;
    let told = screen.hears(&shown).await["seen"]["scanned"].clone();
    assert_eq!(told["by"], "Alice");
    assert!(told["picture"].as_str().is_some_and(|picture| picture.starts_with("/picture/")), "{told}");
    phone.post("/api/approve", &[("code", path.trim_start_matches("/s/"))]).await;
    assert_eq!(screen.hears(&shown).await["seen"]["approved"]["by"], "Alice");
}

#[tokio::test]
async fn sec_03_an_approval_names_who_approved_and_a_denial_nobody() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let decided = async |verb: &str| {
        let screen = Browser::desktop(&server);
        let shown = screen.show_code().await;
        let path = server.path_of(&shown).await;
        scans_by_itself(&phone, &path).await;
        phone.post(&format!("/api/{verb}"), &[("code", path.trim_start_matches("/s/"))]).await;
        (screen.hears(&shown).await["seen"].clone(), is_told_of(&screen, &shown, "Alice").await)
    };
    let (seen, is_named) = decided("approve").await;
    assert!(seen["approved"]["by"] == "Alice" && is_named, "{seen}");
    assert_eq!(decided("deny").await, (json!("denied"), false));
}

#[tokio::test]
async fn after_a_sign_in_for_this_very_code_the_page_scans_by_itself() {
    let server = Server::start().await;
    server.person("Alice").await;
    let screen = Browser::desktop(&server);
    let (shown, other) = (screen.show_code().await, screen.show_code().await);
    let (path, elsewhere) = (server.path_of(&shown).await, server.path_of(&other).await);
    let phone = Browser::phone(&server);
    phone.sign_in("alice", PASSWORD, &path).await;
    let by_itself = async |path: &str, said: &[(&str, &str)]| opened(&phone, path, said).await.body.contains(BY_ITSELF);
    assert!(by_itself(&path, &[("sec-fetch-site", "same-origin")]).await);
    assert!(by_itself(&path, &[]).await, "a browser from before 2023 says nothing");
    assert!(!by_itself(&path, &[("sec-fetch-site", "cross-site")]).await, "another site knows no better");
    for said in [&[("sec-fetch-site", "same-origin")][..], &[]] {
        assert!(!by_itself(&elsewhere, said).await, "nobody signed in for that one: {said:?}");
    }
    scans_by_itself(&phone, &path).await;
    assert_eq!(screen.hears(&shown).await["seen"], json!({"scanned": {}}));
}

#[tokio::test]
async fn whoever_types_a_code_has_scanned_it_by_a_press() {
    let server = Server::start().await;
    let (screen, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let shown = screen.show_code().await;
    let foreign = [("accept", "text/html"), ("sec-fetch-site", "cross-site")];
    let sent = phone.send(Method::POST, "/link", &foreign, Some(&[("code", &shown.typed)])).await;
    assert_eq!((sent.status, screen.hears(&shown).await["seq"].clone()), (StatusCode::FORBIDDEN, json!(1)));
    let path = phone.type_code(&shown).await;
    assert_eq!(screen.hears(&shown).await["seen"], json!({"scanned": {"by": "Alice"}}));
    assert!(phone.get(&path).await.body.contains(">Approve</button>"));
    // Why it is refused, the page behind says, to each who types it.
    let bob = Browser::signed_in(&server, "Bob").await;
    let path = bob.type_code(&shown).await;
    assert!(bob.get(&path).await.body.contains("Someone else scanned this first"));
    assert_eq!(screen.hears(&shown).await["notice"], "second_account");
}

#[tokio::test]
async fn an_apps_frame_tells_no_more_than_this_sites_own_page() {
    let server = Server::start().await;
    let origin = "https://shop.example".to_owned();
    let site = Site::register_with(&server, |app| app.options.embed_origins = vec![origin.clone()]).await;
    let (frame, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let asks: Vec<_> =
        site.asks(&[("origin", origin.as_str())]).into_iter().filter(|(name, _)| *name != "client_id").collect();
    let begun = frame.get(&format!("/embed/{}?{}", site.id, crate::harness::site::query(&asks))).await;
    let page = frame.get(begun.location()).await;
    let ticket = page.body.split("action=\"/framed/").nth(1).and_then(|rest| rest.split('/').next()).expect("a ticket");
    let typed = page.body.split("<code").nth(1).and_then(|rest| rest.split(['>', '<']).nth(1)).expect("a typed code");
    let shown = Shown { ticket: ticket.to_owned(), typed: typed.to_owned() };
    let path = server.path_of(&shown).await;
    let hears = async || {
        let reply = frame.fetch(Method::GET, &format!("/framed/{ticket}/watch")).await;
        serde_json::from_str::<Value>(&reply.body).expect("an event")["seen"].clone()
    };
    scans_by_itself(&phone, &path).await;
    assert_eq!(hears().await, json!({"scanned": {}}));
    presses(&phone, &path).await;
    assert_eq!(hears().await, json!({"scanned": {"by": "Alice"}}));
}

#[tokio::test]
async fn sec_31_no_page_that_another_site_opens_changes_a_ticket_a_session_or_a_consent() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let (screen, victim) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let (shown, own) = (screen.show_code().await, victim.get("/login?code=1").await.location().to_owned());
    assert_eq!(own, "/", "whoever is signed in is sent on");
    let path = server.path_of(&shown).await;
    let code = path.trim_start_matches("/s/");
    let request = victim.get(&site.sends_to(&[])).await.location().to_owned();
    let logout = victim.get("/oauth/logout").await.location().to_owned();
    for page in [
        path.clone(),
        path.replace("/s/", "/S/"),
        format!("{path}/watch"),
        format!("/login?next={path}"),
        format!("/login?code=1&next={path}"),
        format!("/signin?next={path}"),
        format!("/signin?anew=1&next={path}"),
        format!("/api/scan?code={code}&pressed=true"),
        format!("/api/approve?code={code}"),
        format!("/v1/tickets/{code}/scan"),
        format!("/link?code={}", shown.typed),
        format!("/login/{}", shown.ticket),
        format!("/login/{}/cancel", shown.ticket),
        format!("{request}?decision=allow"),
        request.clone(),
        format!("{request}?leave=1"),
        logout,
        "/signout".to_owned(),
        "/account/apps".to_owned(),
        "/account/profile".to_owned(),
    ] {
        for site in ["cross-site", "none"] {
            opened(&victim, &page, &[("sec-fetch-site", site)]).await;
            assert_eq!(screen.hears(&shown).await["seq"], 1, "{page} from {site}");
            assert!(victim.is_signed_in().await, "{page} from {site}");
        }
    }
    let allowed = victim.get("/account/apps").await.body;
    assert!(!allowed.contains("Shop"), "{allowed}");
}
