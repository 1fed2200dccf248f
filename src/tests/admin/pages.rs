//! Pages about apps: those of whoever looks after them, and what a person sees of them.

use reqwest::{Method, StatusCode};
use tessera::store::records::app_options::{AppOptions, SubjectType, Switch};
use tessera::store::records::apps::{App, Dialects};
use tessera::store::records::people::Audience;

use crate::harness::browser::{Browser, DESKTOP, Reply};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{BACK, Site, said};

const MARKUP: &str = "<script>alert(1)</script>\"'&";

pub async fn administrator(server: &Server) -> Browser {
    server.administrator("Grace").await;
    let browser = Browser::desktop(server);
    browser.sign_in("grace", PASSWORD, "/").await;
    browser
}

async fn apps(server: &Server) -> Vec<App> {
    server.app.records.apps().await.expect("answers")
}

/// Registers an app by the form; the page that follows.
pub async fn register(server: &Server, by: &Browser, name: &str) -> (Site, Reply) {
    let added = by.post("/admin/apps/new", &[("name", name), ("redirect_uri", BACK), ("redirect_uri", "")]).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{added:?}");
    let page = by.get(added.location()).await;
    let id = added.location().trim_start_matches("/admin/apps/").split('?').next().unwrap_or_default().to_owned();
    let secret = secret_of(&page).expect("a secret is shown");
    (Site { id, secret, backend: Browser::new(server, "shop/1.0", "192.0.2.80") }, page)
}

/// Which settings the form on a page of an app is beside.
pub fn seen_on(page: &Reply) -> String {
    let after = page.body.split("name=\"seen\" value=\"").nth(1).unwrap_or_else(|| panic!("no form: {page:?}"));
    after.split('"').next().unwrap_or_default().to_owned()
}

/// Opens the page of an app, and sends its form with these fields.
pub async fn saves(by: &Browser, path: &str, form: &[(&str, &str)]) -> Reply {
    let seen = seen_on(&by.get(path).await);
    by.post(path, &[form, &[("seen", &seen)]].concat()).await
}

fn secret_of(page: &Reply) -> Option<String> {
    let after = page.body.split("id=\"fresh-secret\"").nth(1)?;
    Some(after.split(['>', '<']).nth(1)?.to_owned())
}

#[tokio::test]
async fn to_whoever_is_no_administrator_there_is_nothing_at_all() {
    let server = Server::start().await;
    let site = Site::register(&server).await;
    let (alice, nobody) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    let path = format!("/admin/apps/{}", site.id);
    for browser in [&alice, &nobody] {
        let nothing = browser.get("/admin/nothing").await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND);
        for path in ["/admin/apps", "/admin/apps/new", &path] {
            let reply = browser.get(path).await;
            assert_eq!((reply.status, &reply.body), (StatusCode::NOT_FOUND, &nothing.body), "{path}");
        }
        let form = [("name", "Evil"), ("redirect_uri", "https://evil.example/")];
        let large = "x".repeat(16 * 1024);
        for (path, form) in [
            ("/admin/apps/new", &form[..]),
            ("/admin/apps/new", &[("name", &large)]),
            (&path, &form),
            (&format!("{path}/secret"), &[]),
            (&format!("{path}/disable"), &[]),
            (&format!("{path}/try"), &[]),
        ] {
            let reply = browser.post(path, form).await;
            assert_eq!((reply.status, &reply.body), (StatusCode::NOT_FOUND, &nothing.body), "{path}");
        }
        let odd = browser.send(Method::DELETE, "/admin/apps", &[("accept", "text/html")], None).await;
        assert_ne!(odd.status, StatusCode::METHOD_NOT_ALLOWED, "that would tell that something is there");
        assert!(!browser.get("/").await.body.contains("/admin"));
    }
    let all = apps(&server).await;
    assert_eq!((all.len(), all[0].secrets.len(), all[0].disabled_at), (1, 1, None));
    let admin = administrator(&server).await;
    assert!(admin.get("/").await.body.contains("href=\"/admin/apps\""));
    let from = [("accept", "text/html"), ("sec-fetch-site", "cross-site")];
    let forged = admin.send(Method::POST, &format!("{path}/disable"), &from, Some(&[])).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_app_is_registered_and_its_secret_is_shown_once_and_works() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    assert!(admin.get("/admin/apps").await.body.contains("No app is registered yet"));
    let added = admin.post("/admin/apps/new", &[("name", "Shop"), ("redirect_uri", BACK)]).await;
    let first = admin.get(added.location()).await;
    assert_eq!((first.status, first.header("cache-control")), (StatusCode::OK, "no-store"));
    let secret = secret_of(&first).expect("a secret is shown");
    assert_eq!(secret.len(), 43);
    server.pass(10);
    for path in [added.location(), added.location().split('?').next().unwrap_or_default()] {
        let again = admin.get(path).await;
        assert!(again.status == StatusCode::OK && !again.body.contains(&secret), "{path} shows it again");
        assert!(!again.body.contains("fresh-secret"));
    }
    let [app] = &apps(&server).await[..] else { panic!("one app") };
    assert_eq!((app.name.as_str(), &app.redirect_uris[..]), ("Shop", &[BACK.to_owned()][..]));
    assert_eq!((app.dialects, &app.options), (Dialects::Oidc, &AppOptions::default()));
    let site = Site { id: app.id.to_string(), secret, backend: Browser::new(&server, "shop/1.0", "192.0.2.80") };
    server.revise_app(&site.id, |app| app.audience = Audience::Everyone).await;
    let (phone, browser) = (Browser::signed_in(&server, "Alice").await, Browser::new(&server, DESKTOP, "198.51.100.9"));
    let code = site.code(&browser, &phone, &[]).await;
    assert_eq!(site.exchanges(&code).await.status, StatusCode::OK);
    for part in ["openid-client", "Spring Boot", "Authlib", "Auth.js", &site.id, "/.well-known/openid-configuration"] {
        assert!(first.body.contains(part), "{part}");
    }
    let public = admin.post("/admin/apps/new", &[("name", "Notes"), ("redirect_uri", BACK), ("public", "on")]).await;
    let public = admin.get(public.location()).await;
    assert!(!public.body.contains("fresh-secret") && !public.body.contains("Make a new secret"), "{}", public.body);
}

#[tokio::test]
async fn sec_16_an_administrator_who_signed_in_by_a_scan_gives_the_password_first() {
    const WHY: &str = "This device was signed in without your password. Enter it to continue.";
    let server = Server::start().await;
    let phone = administrator(&server).await;
    let desktop = Browser::new(&server, DESKTOP, "198.51.100.9");
    phone.signs_in(&desktop).await;
    let asked = desktop.get("/admin/apps").await;
    assert_eq!((asked.status, asked.location()), (StatusCode::SEE_OTHER, "/signin?next=/admin/apps&anew=password"));
    // Why a password is asked for is said, and said again beside what is wrong with it.
    assert!(desktop.get(asked.location()).await.body.contains(WHY));
    let beside = [("username", "grace"), ("password", "a guess"), ("next", "/admin/apps"), ("anew", "password")];
    let wrong = desktop.post("/signin", &beside).await;
    assert!(wrong.status == StatusCode::UNAUTHORIZED && wrong.body.contains(WHY), "{wrong:?}");
    assert!(wrong.body.contains("name=\"anew\" value=\"password\""), "{wrong:?}");
    assert!(!desktop.get("/signin?next=/admin/apps&anew=1").await.body.contains(WHY), "another reason is another");
    let form = [("name", "Shop"), ("redirect_uri", BACK)];
    let asked = desktop.post("/admin/apps/new", &form).await;
    assert!(asked.status == StatusCode::FORBIDDEN && asked.body.contains("action=\"/account/proof\""), "{asked:?}");
    let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    for path in ["/admin/apps", "/admin/apps/new", "/admin/log"] {
        let told = desktop.send(Method::GET, path, &headers, None).await;
        assert_eq!((told.status, &*told.error()), (StatusCode::FORBIDDEN, "password_needed"), "{path}");
    }
    assert!(server.app.records.apps().await.expect("answers").is_empty());
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_with_what_was_typed() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let uri = ("redirect_uri", BACK);
    let typed = "http://\"><script>alert(1)</script>";
    for (form, field, text, kept) in [
        (&[("name", ""), uri][..], "name", "1 to 64 characters", BACK),
        (&[("name", "Shop")], "redirect_uri", "Give 1 to 16", "Shop"),
        (
            &[("name", "Shop"), uri, ("redirect_uri", "http://b.example/")],
            "redirect_uri",
            "has to start with",
            "http://b.example/",
        ),
        (&[("name", "Shop"), ("redirect_uri", typed)], "redirect_uri", "not a complete address", "&lt;script"),
        (&[("name", "Shop"), uri, ("public", "on"), ("dialect", "both")], "dialect", "needs a secret", "Shop"),
        (&[("name", "Shop"), uri, ("public", "on"), ("without_pkce", "on")], "public", "has to use PKCE", "Shop"),
        (
            &[("name", "Shop"), uri, ("post_logout_redirect_uri", "https://a.example/#")],
            "post_logout_redirect_uri",
            "fragment",
            "https://a.example/#",
        ),
        (
            &[("name", "Shop"), uri, ("backchannel_logout_uri", "ftp://a")],
            "backchannel_logout_uri",
            "not a complete address",
            "ftp://a",
        ),
        (
            &[("name", "Shop"), uri, ("embed_origin", "https://a.example/x")],
            "embed_origin",
            "An origin is",
            "https://a.example/x",
        ),
        (&[("name", "Shop"), uri, ("access_token_minutes", "soon")], "access_token_minutes", "1 to 60", "soon"),
        (&[("name", "Shop"), uri, ("refresh_idle_hours", "0")], "refresh_idle_hours", "1 to 2160", "Shop"),
        (&[("name", "Shop"), uri, ("refresh_max_hours", "8761")], "refresh_max_hours", "up to 8760", "8761"),
        (&[("name", "Shop"), uri, ("jwks", "{\"keys\":")], "jwks", "This is not a JWK set", "{&quot;keys&quot;:"),
        (
            &[("name", "Shop"), uri, ("redirect_uri", "https://b.example/"), ("pairwise", "on")],
            "pairwise",
            "on one host",
            "https://b.example/",
        ),
    ] {
        let reply = admin.post("/admin/apps/new", form).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{form:?}");
        let wrong = reply.body.split(&format!("id=\"{field}-wrong\"")).nth(1).unwrap_or_else(|| panic!("{form:?}"));
        assert!(wrong.split('<').next().unwrap_or_default().contains(text), "{form:?}: {wrong}");
        assert!(reply.body.contains(&format!("aria-describedby=\"{field}-wrong ")), "{form:?}");
        assert!(reply.body.contains(kept), "{form:?}: {}", reply.body);
        assert!(!reply.body.contains("<script>alert"), "{}", reply.body);
    }
    assert!(apps(&server).await.is_empty());
    let (site, _) = register(&server, &admin, "Shop").await;
    let path = format!("/admin/apps/{}", site.id);
    let reply = admin.post(&path, &[("name", "Store"), ("redirect_uri", "https://b.example/..")]).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.body.contains("value=\"Store\"") && reply.body.contains("https://b.example/.."), "{}", reply.body);
    assert_eq!(apps(&server).await[0].name, "Shop");
}

#[tokio::test]
async fn an_app_is_changed_gets_a_new_secret_and_is_disabled_and_enabled() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (site, _) = register(&server, &admin, "Shop").await;
    let path = format!("/admin/apps/{}", site.id);
    let long: Vec<String> = (10..26).map(|at| format!("https://shop.example/{at}{}", "%".repeat(489))).collect();
    let mut form = vec![
        ("name", "Store"),
        ("dialect", "both"),
        ("id_token_signed_response_alg", "ES256"),
        ("device_grant", "on"),
        ("public", "on"),
        ("backchannel_logout_uri", "https://shop.example/ended"),
        ("embed_origin", "https://shop.example"),
    ];
    form.extend(long.iter().map(|uri| ("redirect_uri", uri.as_str())));
    let saved = saves(&admin, &path, &form).await;
    assert_eq!((saved.status, saved.location()), (StatusCode::SEE_OTHER, &*format!("{path}?done=saved")), "{saved:?}");
    let page = admin.get(saved.location()).await;
    assert!(page.body.contains(">Saved.</p>") && page.body.contains("WeChat"), "{}", page.body);
    let app = apps(&server).await.remove(0);
    assert_eq!((app.name.as_str(), app.dialects, app.redirect_uris.len()), ("Store", Dialects::Both, 16));
    assert_eq!(app.secrets.len(), 1, "it stays what it was registered as");
    assert_eq!(
        (
            app.options.id_token_signed_response_alg.name(),
            app.options.has(Switch::DeviceGrant),
            app.options.subject_type == SubjectType::Pairwise
        ),
        ("ES256", true, false)
    );

    let rotated = admin.post(&format!("{path}/secret"), &[]).await;
    let fresh = secret_of(&admin.get(rotated.location()).await).expect("shown");
    server.pass(10);
    assert_eq!(secret_of(&admin.get(rotated.location()).await), None, "once");
    let fresh = Site { id: site.id.clone(), secret: fresh, backend: Browser::new(&server, "shop/1.0", "192.0.2.80") };
    for site in [&site, &fresh] {
        assert_eq!(site.exchanges("x").await.error(), "invalid_grant", "both secrets count");
    }
    let disabled = admin.post(&format!("{path}/disable"), &[]).await;
    assert!(admin.get(disabled.location()).await.body.contains("Disabled since 15 January 2027"));
    assert_eq!(fresh.exchanges("x").await.error(), "invalid_client");
    assert!(admin.get("/admin/apps").await.body.contains(">disabled</span>"));
    admin.post(&format!("{path}/enable"), &[]).await;
    assert_eq!(fresh.exchanges("x").await.error(), "invalid_grant");
    let too_much = "x".repeat(200 * 1024);
    assert_eq!(admin.post(&path, &[("name", &too_much)]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(admin.get("/admin/apps/ts0000000000000000").await.status, StatusCode::NOT_FOUND);
    assert_eq!(admin.get("/admin/apps/evil").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn sec_35_an_apps_name_is_text_on_every_page_that_shows_it() {
    let server = Server::start().await;
    let admin = administrator(&server).await;
    let (site, page) = register(&server, &admin, MARKUP).await;
    server.revise_app(&site.id, |app| app.audience = Audience::Everyone).await;
    let (phone, browser) = (Browser::signed_in(&server, "Alice").await, Browser::new(&server, DESKTOP, "198.51.100.9"));
    let (path, shown) = site.shows(&browser, &[]).await;
    let code = phone.scan(&shown).await;
    let asked = phone.get(phone.get(&site.sends_to(&[])).await.location()).await;
    assert!(asked.body.contains("name=\"decision\""), "the consent page: {}", asked.body);
    site.signs_in(&Browser::new(&server, DESKTOP, "198.51.100.10"), &phone, &[]).await;
    for (name, page) in [
        ("the app", page),
        ("the list", admin.get("/admin/apps").await),
        ("the login page", browser.get(&path).await),
        ("the confirm page", phone.get(&format!("/s/{code}")).await),
        ("the consent page", asked),
        ("the apps that were allowed", phone.get("/account/apps").await),
    ] {
        assert!(page.body.contains("&lt;script&gt;alert(1)"), "{name}: {}", page.body);
        assert!(!page.body.contains("<script>alert"), "{name}: {}", page.body);
    }
}

#[tokio::test]
async fn whoever_withdraws_a_consent_ends_all_that_came_of_it_at_once() {
    let server = Server::start().await;
    let (site, other) = (Site::register(&server).await, Site::register(&server).await);
    let phone = Browser::signed_in(&server, "Alice").await;
    assert!(phone.get("/account/apps").await.body.contains("You have not signed in to any site"));
    let offline = [("scope", "openid profile offline_access"), ("prompt", "consent")];
    let code = site.code(&Browser::desktop(&server), &phone, &offline).await;
    let tokens = site.exchanges(&code).await;
    let pending = site.code(&Browser::new(&server, DESKTOP, "198.51.100.9"), &phone, &[]).await;
    let kept = other.code(&Browser::new(&server, DESKTOP, "198.51.100.10"), &phone, &[]).await;
    let kept = other.exchanges(&kept).await;
    let page = phone.get("/account/apps").await;
    assert!(page.body.contains("Withdraw from Shop") && page.body.contains("Since 15 January 2027"), "{}", page.body);

    let stranger = Browser::new(&server, DESKTOP, "198.51.100.11");
    let away = stranger.get("/account/apps").await;
    assert_eq!((away.status, away.location()), (StatusCode::SEE_OTHER, "/signin?next=/account/apps"));
    stranger.post("/account/apps", &[("withdraw", &site.id)]).await;
    assert_eq!(
        site.userinfo(&tokens.text("access_token")).await.status,
        StatusCode::OK,
        "a stranger withdraws nothing"
    );

    let done = phone.post("/account/apps", &[("withdraw", &site.id)]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/account/apps"));
    assert_eq!(site.userinfo(&tokens.text("access_token")).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.refreshes(&tokens.text("refresh_token")).await.error(), "invalid_grant");
    assert_eq!(site.exchanges(&pending).await.error(), "invalid_grant", "nor does a code begin anything any more");
    assert_eq!(other.userinfo(&kept.text("access_token")).await.status, StatusCode::OK, "another app's are left alone");
    let page = phone.get("/account/apps").await;
    assert!(!page.body.contains(&site.id) && page.body.contains(&other.id), "{}", page.body);
    // A signed-in person is asked again before the app learns anything.
    let quiet = phone.get(phone.get(&site.sends_to(&[("prompt", "none")])).await.location()).await;
    assert_eq!(said(quiet.location(), "error"), "consent_required");
    assert_eq!(phone.post("/account/apps", &[("withdraw", "evil")]).await.status, StatusCode::BAD_REQUEST);
}
