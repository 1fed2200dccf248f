//! What holds at every route, whichever it is: the list of them comes from the router itself, so that a route that is
//! added tomorrow is tested tomorrow.

use std::collections::BTreeSet;

use leptos::server_fn::axum::server_fn_paths;
use reqwest::{Method, StatusCode};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _};
use tessera::web::routes::{Route, Writers};

use crate::admin::pages::administrator;
use crate::admin::people::{group, page_of};
use crate::harness::browser::{Browser, DESKTOP, Reply, Shown};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{BACK, Site, query};

const FORM: &str = "application/x-www-form-urlencoded";

/// A server with something at every route: an administrator who is signed in, an app, requests of that app that wait,
/// and a ticket that the administrator has scanned.
struct House {
    server: Server,
    admin: Browser,
    desktop: Browser,
    site: Site,
    /// The ids of somebody and of a group, as paths of the administration have them.
    person: String,
    group: String,
    shown: Shown,
    code: String,
    /// A request of the app for a sign-in, and one for a sign-out, as their paths end.
    request: String,
    logout: String,
}

impl House {
    async fn start() -> Self {
        let server = Server::start_with(|settings| {
            settings.public_url = "https://login.example.com".into();
            settings.oauth.requests = true;
            let limits = &mut settings.limits;
            for limit in [
                &mut limits.requests_per_minute,
                &mut limits.attempts_per_minute,
                &mut limits.logins_per_minute,
                &mut limits.decisions_per_minute,
            ] {
                *limit = 1_000_000;
            }
        })
        .await;
        let (site, admin) = (Site::register(&server).await, administrator(&server).await);
        server.person("Bob").await;
        let (person, group) = (page_of(&server, "bob").await, group(&server, "staff", false).await.to_string());
        let person = person.trim_start_matches("/admin/people/").to_owned();
        let desktop = Browser::new(&server, DESKTOP, "198.51.100.7");
        let shown = desktop.show_code().await;
        let code = admin.scan(&shown).await;
        let last = |reply: &Reply| reply.location().rsplit('/').next().unwrap_or_default().to_owned();
        let request = last(&admin.get(&site.sends_to(&[])).await);
        let logout = last(&admin.get("/oauth/logout").await);
        // Signing keys are made when they are asked for first.
        assert_eq!(admin.get("/oauth/jwks").await.status, StatusCode::OK);
        Self { server, admin, desktop, site, person, group, shown, code, request, logout }
    }

    /// A route's path with something that is there in the place of each name; one path for each server function.
    fn paths(&self, route: &Route) -> Vec<String> {
        if route.path == "/api/{name}" {
            return server_fn_paths().map(|(path, _)| path.to_owned()).collect();
        }
        let id = match route.path.split('/').nth(1) {
            Some("admin") if route.path.starts_with("/admin/people") => self.person.as_str(),
            Some("admin") if route.path.starts_with("/admin/groups") => self.group.as_str(),
            Some("admin") => self.site.id.as_str(),
            Some("oauth") if route.path.contains("logout") => self.logout.as_str(),
            Some("oauth" | "embed") => self.request.as_str(),
            _ => "00000000000000000000000000000000",
        };
        let mut parts = Vec::new();
        for part in route.path.split('/') {
            parts.push(match part {
                "{ticket}" => self.shown.ticket.as_str(),
                "{code}" => self.code.as_str(),
                "{app}" => self.site.id.as_str(),
                "{id}" => id,
                "{request}" => "00000000-0000-0000-0000-000000000000",
                "{trial}" | "{uuid}" | "{token}" => "x",
                "{size}" => "96",
                // The name of a session that nobody has.
                "{name}" => "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "{*path}" => "tessera.js",
                part => {
                    assert!(!part.starts_with('{'), "{}: say here what {part} is to be", route.path);
                    part
                }
            });
        }
        vec![parts.join("/")]
    }

    /// Everything that any form here asks for, rightly filled in.
    fn filled_in(&self) -> String {
        query(&[
            ("code", &self.code),
            ("fields", "name"),
            ("username", "grace"),
            ("password", PASSWORD),
            ("new_password", "a password that nobody had before"),
            ("display_name", "Mallory"),
            ("next", "/"),
            ("attempt", "AAAAAAAAAAAAAAAAAAAAAA"),
            ("withdraw", &self.site.id),
            ("decision", "allow"),
            ("name", "Mallory"),
            ("redirect_uri", BACK),
            ("done", "saved"),
            ("dialect", "oidc"),
            ("gender", "female"),
            ("act", "rename"),
            ("end", "others"),
        ])
    }

    fn writers(&self) -> Vec<Route> {
        let mut all = self.server.app.routes();
        all.retain(|route| !matches!(route.method, Method::GET | Method::HEAD));
        all
    }

    /// Every row of every table.
    async fn rows(&self) -> Vec<String> {
        let file = self.server.folder.path().join("tessera.db");
        let mut records = SqliteConnectOptions::new().filename(file).connect().await.expect("opens");
        let tables = sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
        let tables: Vec<String> = tables.fetch_all(&mut records).await.expect("answers");
        let mut rows = Vec::new();
        for table in tables {
            let columns = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)").bind(&table);
            let columns: Vec<String> = columns.fetch_all(&mut records).await.expect("answers");
            let all = columns.iter().map(|column| format!("quote({column})")).collect::<Vec<_>>().join("||', '||");
            let all = AssertSqlSafe(format!("SELECT '{table}: '||{all} AS line FROM {table} ORDER BY line"));
            rows.extend(sqlx::query_scalar::<_, String>(all).fetch_all(&mut records).await.expect("answers"));
        }
        rows
    }
}

async fn sends(browser: &Browser, method: Method, path: &str, headers: &[(&str, &str)], form: Option<&str>) -> Reply {
    let body = form.map(|form| (FORM, form.as_bytes().to_vec()));
    browser.try_send_body(method, path, headers, body).await.expect("an answer")
}

#[tokio::test]
async fn sec_30_what_another_site_sends_is_refused_at_everything_that_writes() {
    let house = House::start().await;
    let House { server, admin, .. } = &house;
    let (origin, near_miss) = (server.origin.as_str(), format!("{}.evil.example", server.origin));
    let (elsewhere, other_page) = ("https://evil.example/login.example.com/", format!("{near_miss}/"));
    let hostile: [&[(&str, &str)]; 11] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", origin)],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", &near_miss)],
        &[("origin", "http://login.example.com")],
        &[("origin", "null"), ("referer", origin)],
        &[("referer", elsewhere)],
        &[("referer", &other_page)],
        &[], // a browser's cookies, and no word of where it comes from
    ];
    let writers = house.writers();
    let of_pages = writers.iter().filter(|route| route.writers == Writers::OwnPages);
    let paths: Vec<String> = of_pages.flat_map(|route| house.paths(route)).collect();
    assert!(paths.len() > 25 && paths.iter().filter(|path| path.starts_with("/api/")).count() == 3, "{paths:?}");
    assert!(writers.iter().all(|route| route.writers != Writers::Unguarded), "{writers:?}");
    let before = house.rows().await;
    for path in &paths {
        for headers in hostile {
            let headers = [headers, &[("accept", "application/json")]].concat();
            let reply = sends(admin, Method::POST, path, &headers, Some(&house.filled_in())).await;
            assert_eq!((reply.status, &*reply.error()), (StatusCode::FORBIDDEN, "cross_site"), "{path} {headers:?}");
        }
    }
    assert_eq!(house.rows().await, before, "and nothing of it was done");
    for path in paths {
        let own = [("origin", origin), ("accept", "application/json")];
        let reply = sends(&Browser::desktop(server), Method::POST, &path, &own, Some("")).await;
        assert_ne!(reply.error(), "cross_site", "{path}");
    }
}

#[tokio::test]
async fn sec_30_where_any_site_may_write_no_cookie_counts() {
    let house = House::start().await;
    let bare = Browser::desktop(&house.server);
    let before = house.rows().await;
    let open: Vec<_> = house.writers().into_iter().filter(|route| route.writers == Writers::AnySite).collect();
    assert!(open.iter().any(|route| route.path == "/oauth/token") && open.len() > 8, "{open:?}");
    for path in open.iter().flat_map(|route| house.paths(route)) {
        let evil = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"), ("accept", "*/*")];
        let with = sends(&house.admin, Method::POST, &path, &evil, Some(&house.filled_in())).await;
        let without = sends(&bare, Method::POST, &path, &evil, Some(&house.filled_in())).await;
        assert_eq!((with.status, with.error()), (without.status, without.error()), "{path}");
        assert_eq!((with.header("set-cookie"), without.header("set-cookie")), ("", ""), "{path}");
    }
    assert_eq!(house.rows().await, before);
    assert!(house.admin.is_signed_in().await);
}

#[tokio::test]
async fn sec_16_every_change_on_the_pages_of_administrators_needs_a_fresh_proof() {
    let house = House::start().await;
    house.server.pass(300);
    // The first request after a while is noted in the session.
    assert_eq!(house.admin.get("/admin/people").await.status, StatusCode::OK);
    let mut of_admins = house.writers();
    of_admins.retain(|route| route.path.starts_with("/admin/"));
    assert!(of_admins.len() >= 25, "{of_admins:?}");
    let before = house.rows().await;
    for path in of_admins.iter().flat_map(|route| house.paths(route)) {
        let page = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
        let asked = sends(&house.admin, Method::POST, &path, &page, Some(&house.filled_in())).await;
        assert!(
            asked.status == StatusCode::FORBIDDEN && asked.body.contains("action=\"/account/proof\""),
            "{path}: {asked:?}"
        );
        assert!(asked.body.contains(&format!("name=\"form\" value=\"{path}\"")), "{path}: {asked:?}");
        let file = house.admin.upload(&path, "picture", b"a picture").await;
        assert!(file.location().starts_with("/account/proof?next=/admin/"), "{path}: {file:?}");
        let program = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let told = sends(&house.admin, method, &path, &program, Some(&house.filled_in())).await;
            assert_eq!((told.status, &*told.error()), (StatusCode::FORBIDDEN, "proof_needed"), "{path}");
        }
    }
    assert_eq!(house.rows().await, before);
    // With a proof none of them asks.
    assert_eq!(house.admin.post("/account/proof", &[("password", PASSWORD)]).await.status, StatusCode::SEE_OTHER);
    for path in of_admins.iter().flat_map(|route| house.paths(route)) {
        let page = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
        let reply = sends(&house.admin, Method::POST, &path, &page, Some("")).await;
        assert!(
            !reply.body.contains("action=\"/account/proof\"") && !reply.location().contains("proof"),
            "{path}: {reply:?}"
        );
    }
}

#[tokio::test]
async fn sec_31_no_server_function_takes_get_and_a_get_writes_nothing() {
    let house = House::start().await;
    for (path, method) in server_fn_paths() {
        assert_eq!(method, Method::POST, "{path}");
    }
    let watch = format!("/login/{}/watch", house.shown.ticket);
    let (before, seen) = (house.rows().await, house.desktop.fetch(Method::GET, &watch).await.body);
    assert!(before.iter().any(|row| row.starts_with("sessions: ")), "{before:?}");
    assert!(seen.contains("scanned"), "{seen}");
    for path in house.server.app.routes().iter().flat_map(|route| house.paths(route)) {
        for query in ["", &format!("?{}", house.filled_in())] {
            for browser in [&house.admin, &house.desktop] {
                for method in [Method::GET, Method::HEAD] {
                    for headers in [[("accept", "text/html")], [("accept", "application/json")]] {
                        sends(browser, method.clone(), &format!("{path}{query}"), &headers, None).await;
                    }
                }
            }
        }
        assert_eq!(house.rows().await, before, "{path}");
    }
    assert_eq!(house.desktop.fetch(Method::GET, &watch).await.body, seen, "nor is the ticket any further");
}

#[tokio::test]
async fn sec_29_every_answer_of_every_route_carries_the_headers_that_protect_it() {
    let house = House::start().await;
    let nobody = Browser::desktop(&house.server);
    let mut statuses = BTreeSet::new();
    let mut hold = |what: &str, writers: Writers, reply: &Reply| {
        statuses.insert(reply.status.as_u16() / 100);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("strict-transport-security", "max-age=63072000"),
        ] {
            assert_eq!(reply.header(name), value, "{what}: {name}: {reply:?}");
        }
        // The scanner alone uses the camera.
        let camera = reply.header("permissions-policy");
        let is_scanner = what.ends_with(" /scan") && reply.status.is_success();
        let uses = if is_scanner { "camera=(self)" } else { "camera=()" };
        assert_eq!(camera, format!("{uses}, microphone=(), geolocation=()"), "{what}");
        // Only what a site leads its visitors to stays together with a site that opened it in a window of its own.
        let opener = reply.header("cross-origin-opener-policy");
        let path = what.split(' ').nth(1).unwrap_or_default();
        let is_led_to = ["/oauth/authorize", "/oauth/logout", "/connect/qrconnect", "/signin", "/login/"]
            .map(|begin| path.starts_with(begin));
        assert!(opener == "same-origin" || is_led_to.contains(&true) && opener == "unsafe-none", "{what}: {opener}");
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors "), "{what}: {policy}");
        assert!(!reply.header("cache-control").is_empty(), "{what}");
        // Scripts of other sites read what apps are told, and the document that describes it; no script of theirs reads a
        // page.
        let read_by = reply.header("access-control-allow-origin");
        let may_say_why = reply.status.as_u16() >= 400 && what.contains(" /embed/");
        let is_for_programs = writers == Writers::AnySite || may_say_why || what.ends_with("/openapi.json");
        assert!(read_by.is_empty() || is_for_programs, "{what}: {read_by}");
    };
    let methods = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS];
    let routes = house.server.app.routes();
    let ask = async |hold: &mut dyn FnMut(&str, Writers, &Reply)| {
        for route in &routes {
            // The first is done whole; it ends nobody's session but that of whoever has none.
            for (path, browser) in
                house.paths(route).into_iter().flat_map(|path| [(path.clone(), &nobody), (path, &house.admin)])
            {
                for method in &methods {
                    let is_end = path == "/signout" || path.starts_with("/oauth/logout/");
                    if is_end && *method == Method::POST {
                        continue; // asked last
                    }
                    let headers = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
                    let form = (*method == Method::POST).then_some("a=b");
                    let reply = sends(browser, method.clone(), &path, &headers, form).await;
                    hold(&format!("{method} {path}"), route.writers, &reply);
                }
            }
        }
    };
    ask(&mut hold).await;
    let html = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
    for (what, method, path, form) in [
        ("nothing there", Method::GET, "/nothing", None),
        ("too large", Method::POST, "/link", Some("x".repeat(20_000))),
        ("another site", Method::POST, "/signout", Some(String::new())),
        ("signed out", Method::POST, "/signout", Some(String::new())),
    ] {
        let headers =
            if what == "another site" { [("accept", "text/html"), ("sec-fetch-site", "cross-site")] } else { html };
        hold(what, Writers::OwnPages, &sends(&house.admin, method, path, &headers, form.as_deref()).await);
    }
    // With its records gone the server is broken, and its answers are no less protected.
    house.server.app.accounts.records.close().await;
    house.server.announced.cancel();
    ask(&mut hold).await;
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [2, 3, 4, 5]);
}
