//! What happened to an account is stored, shown to its owner and nobody else, and exported.

use std::process::Stdio;

use reqwest::{Method, StatusCode};
use tessera::store::records::activity::{ActivityActor, ActivityFilter, ActivityKind, NewActivity};
use tessera::ticket::time::Timestamp;

use super::{happened, id_of, kinds, waits_for};
use crate::account::users::user;
use crate::harness::binary::tessera;
use crate::harness::browser::{Browser, DESKTOP, PHONE, Reply};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::{Site, said};

const PATH: &str = "/account/activity";

async fn exported(browser: &Browser, query: &str) -> Reply {
    let headers = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
    browser.try_send_body(Method::GET, &format!("{PATH}/export?{query}"), &headers, None).await.expect("an answer")
}

#[tokio::test]
async fn each_step_of_a_person_has_its_line_once_with_address_browser_system_and_app() {
    let server = Server::start().await;
    let (site, desktop, phone) =
        (Site::register(&server).await, Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
    let alice = id_of(&server, "alice").await;
    let (path, shown) = site.shows(&desktop, &[]).await;
    let code = phone.scan(&shown).await;
    for _ in 0..2 {
        phone.post("/api/approve", &[("code", &code)]).await;
    }
    for _ in 0..2 {
        let form = [("attempt", "AAAAAAAAAAAAAAAAAAAAAA")];
        let headers = [("accept", "*/*"), ("sec-fetch-site", "same-origin")];
        desktop.send(Method::POST, &format!("/login/{}/claim", shown.ticket), &headers, Some(&form)).await;
    }
    let back = desktop.get(&path).await;
    site.exchanges(&said(back.location(), "code")).await;
    for _ in 0..2 {
        phone.post("/account/apps", &[("withdraw", &site.id)]).await;
    }
    let shown = Browser::new(&server, DESKTOP, "198.51.100.9").show_code().await;
    let code = phone.scan(&shown).await;
    for _ in 0..2 {
        phone.post("/api/deny", &[("code", &code)]).await;
    }
    for _ in 0..2 {
        desktop.post("/signout", &[]).await;
    }
    let expected = [
        ActivityKind::SignedIn,
        ActivityKind::Approved,
        ActivityKind::DeviceNew,
        ActivityKind::SignedIn,
        ActivityKind::AppSignedIn,
        ActivityKind::AppWithdrawn,
        ActivityKind::Denied,
        ActivityKind::SignedOut,
    ];
    assert_eq!(kinds(&server, alice).await, expected);
    let lines = happened(&server, alice).await;
    let line = |at: usize| lines[at].line.clone();
    let from = |line: &NewActivity| {
        (line.address.map(|at| at.to_string()).unwrap_or_default(), line.browser.clone(), line.system.clone())
    };
    let on = |address: &str, system: &str| (address.to_owned(), Some("Chrome".to_owned()), Some(system.to_owned()));
    assert_eq!((from(&line(0)), &*line(0).detail), (on("203.0.113.1", "Android"), "password"));
    assert_eq!((from(&line(1)), &*line(1).detail), (on("203.0.113.1", "Android"), "Chrome, Windows, 198.51.100.1"));
    assert_eq!((from(&line(3)), &*line(3).detail), (on("198.51.100.1", "Windows"), "scan"));
    for at in [1, 4, 5] {
        assert_eq!(line(at).app.map(|(id, name)| (id.to_string(), name)), Some((site.id.clone(), "Shop".to_owned())));
    }
    assert!(lines.iter().all(|activity| activity.line.actor == ActivityActor::Owner));
    let page = phone.get(PATH).await;
    for part in ["Approved a sign-in", "Signed in to an app", "Chrome, Windows, 198.51.100.1", "203.0.113.1"] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
}

#[tokio::test]
async fn a_change_of_the_own_account_has_its_line_once() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let alice = id_of(&server, "alice").await;
    let other = Browser::new(&server, PHONE, "203.0.113.9");
    other.sign_in("alice", PASSWORD, "/").await;
    let seen = crate::account::profile::seen(&phone.get("/account/profile").await.body);
    for _ in 0..2 {
        phone.post("/account/profile", &[("display_name", "Alice A"), ("seen", &seen)]).await;
    }
    phone.post("/account/profile/picture/remove", &[]).await;
    for _ in 0..2 {
        phone.post("/account/devices", &[("end", "others")]).await;
    }
    server.pass(60);
    let new = "a sentence that nobody has guessed";
    for _ in 0..2 {
        let form = [("password", PASSWORD), ("new_password", new), ("end_others", "on")];
        phone.post("/account/password", &form).await;
    }
    assert_eq!(
        kinds(&server, alice).await[3..],
        [
            ActivityKind::Changed,
            ActivityKind::DeviceEnded,
            ActivityKind::PasswordChanged,
            ActivityKind::SignedOutEverywhere
        ],
        "there was no picture to remove"
    );
}

#[tokio::test]
async fn sec_14_whoever_guesses_fills_no_table_and_how_many_more_there_were_is_told() {
    let server = Server::start_with(|settings| settings.limits.attempts_per_minute = 1_000).await;
    server.person("Alice").await;
    let alice = id_of(&server, "alice").await;
    let guesser = Browser::new(&server, DESKTOP, "192.0.2.66");
    for _ in 0..12 {
        guesser.sign_in("alice", "a guess", "/").await;
        guesser.sign_in("nobody", "a guess", "/").await;
    }
    waits_for(&server, alice, ActivityKind::SignInRefused, 5).await;
    server.app.accounts.activity.close_hours().await;
    assert_eq!(kinds(&server, alice).await, [ActivityKind::SignInRefused; 5], "the hour is not over");
    server.pass(3600);
    for _ in 0..2 {
        server.app.accounts.activity.close_hours().await;
    }
    let lines = happened(&server, alice).await;
    assert_eq!(lines.len(), 6);
    assert_eq!((&*lines[5].line.detail, &lines[5].line.actor), ("7 more", &ActivityActor::Server));
    assert!(lines[..5].iter().all(|activity| activity.line.address == Some([192, 0, 2, 66].into())));
    let phone = Browser::phone(&server);
    phone.sign_in("alice", PASSWORD, "/").await;
    assert!(phone.get(PATH).await.body.contains("7 more within an hour"));
    // Nothing is stored about a name that nobody has: it is whatever somebody typed.
    let all = server.app.records.activity(ActivityFilter::default(), 100).await.expect("answers");
    assert!(all.iter().all(|activity| activity.line.account == Some(alice)), "{all:?}");
}

#[tokio::test]
async fn sec_14_whoever_changes_their_profile_without_end_gets_sixty_lines_an_hour_and_a_count() {
    let server = Server::start_with(|settings| settings.limits.requests_per_minute = 10_000).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let alice = id_of(&server, "alice").await;
    let seen = async || crate::account::profile::seen(&phone.get("/account/profile").await.body);
    for at in 0..67 {
        let form = [("display_name", &*format!("Alice {at}")), ("seen", &*seen().await)];
        assert_eq!(phone.post("/account/profile", &form).await.location(), "/account/profile?done=saved");
    }
    server.app.accounts.activity.close_hours().await;
    let changes = async || -> Vec<NewActivity> {
        let lines = happened(&server, alice).await.into_iter().map(|activity| activity.line);
        lines.filter(|line| line.kind == ActivityKind::Changed).collect()
    };
    assert_eq!(changes().await.len(), 60);
    // What matters is told in full meanwhile.
    assert_eq!(phone.post("/signout", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(kinds(&server, alice).await.last(), Some(&ActivityKind::SignedOut));
    server.pass(3600);
    for _ in 0..2 {
        server.app.accounts.activity.close_hours().await;
    }
    let lines = changes().await;
    assert_eq!((lines.len(), &*lines[60].detail, &lines[60].actor), (61, "7 more", &ActivityActor::Server));
    phone.sign_in("alice", PASSWORD, "/").await;
    assert!(phone.get(PATH).await.body.contains("7 more within an hour"));
}

#[tokio::test]
async fn a_person_reads_their_own_lines_alone_and_not_from_where_an_administrator_acted() {
    let server = Server::start().await;
    let (alice, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    let (of_alice, of_bob) = (id_of(&server, "alice").await, id_of(&server, "bob").await);
    let grace = ActivityActor::Person { account: of_bob, name: "Grace <b>".to_owned() };
    let line = NewActivity::of(ActivityKind::GroupsChanged, of_alice, "Alice", server.clock.now());
    let line = NewActivity { actor: grace, address: Some([192, 0, 2, 7].into()), detail: "staff".to_owned(), ..line };
    server.app.records.add_activity(line).await.expect("stored");
    let narrow = format!("{PATH}?person={of_alice}&account={of_alice}");
    for path in [PATH, &narrow] {
        let page = bob.get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(
            !page.body.contains("The groups were changed</strong>") && !page.body.contains("Grace"),
            "{}",
            page.body
        );
    }
    let sent = exported(&bob, &format!("format=jsonl&person={of_alice}")).await;
    assert_eq!(sent.body.lines().count(), 1, "{}", sent.body);
    assert!(sent.body.contains(&of_bob.to_string()) && !sent.body.contains(&of_alice.to_string()), "{}", sent.body);
    let own = alice.get(PATH).await.body;
    assert!(own.contains("The groups were changed</strong>") && own.contains("Grace &lt;b&gt;"), "{own}");
    assert!(!own.contains("192.0.2.7") && !exported(&alice, "format=csv").await.body.contains("192.0.2.7"));
    let nobody = Browser::desktop(&server);
    for path in [PATH, "/account/activity/export?format=csv", "/account", "/account/security"] {
        let asked = nobody.get(path).await;
        assert!(
            asked.status == StatusCode::SEE_OTHER && asked.location().starts_with("/signin?next=/account"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn activity_is_chosen_by_kind_and_day_and_read_page_by_page() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let alice = id_of(&server, "alice").await;
    // 2027-01-15, 08:00 UTC, is the time of the tests.
    let day = 86_400_000;
    for at in 0..120_u64 {
        let moment = Timestamp::from_millis(1_800_000_000_000 - 3 * day + at);
        let line = NewActivity::of(ActivityKind::Denied, alice, "Alice", moment);
        server.app.records.add_activity(NewActivity { detail: format!("n{at:03}"), ..line }).await.expect("stored");
    }
    let mut path = format!("{PATH}?kind=denied&from=2027-01-12&until=2027-01-12");
    let mut seen = Vec::new();
    for count in [50, 50, 20] {
        let page = phone.get(&path).await;
        let found: Vec<String> =
            page.body.split(">n").skip(1).map(|rest| rest.chars().take(3).collect::<String>()).collect();
        assert_eq!(found.len(), count, "{path}");
        seen.extend(found);
        let next = page.body.split("<a href=\"").find(|part| part.contains("rel=\"next\"") && part.starts_with(PATH));
        path = next.and_then(|part| part.split('"').next()).unwrap_or_default().replace("&amp;", "&");
    }
    assert_eq!(path, "", "there is no older page");
    let expected: Vec<String> = (0..120).rev().map(|at| format!("{at:03}")).collect();
    assert_eq!(seen, expected);
    let count = async |query: &str| {
        let page = phone.get(&format!("{PATH}?{query}")).await;
        (page.status, page.body.matches("<li>").count())
    };
    assert_eq!(count("until=2027-01-11").await, (StatusCode::OK, 0));
    assert_eq!(count("from=2027-01-13").await, (StatusCode::OK, 1), "the sign-in");
    assert_eq!(count("kind=signed_in&from=&until=").await, (StatusCode::OK, 1));
    for wrong in ["kind=danced", "from=soon", "from=2027-01-16&until=2027-01-15"] {
        let (status, lines) = count(wrong).await;
        assert_eq!((status, lines), (StatusCode::UNPROCESSABLE_ENTITY, 0), "{wrong}");
        assert_eq!(exported(&phone, &format!("format=csv&{wrong}")).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    assert_eq!(count("before=x").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(exported(&phone, "format=xml").await.status, StatusCode::BAD_REQUEST);

    let sent = exported(&phone, "format=csv&kind=denied").await;
    assert_eq!(sent.header("content-disposition"), "attachment; filename=\"activity.csv\"");
    assert_eq!((sent.header("cache-control"), sent.body.lines().count()), ("no-store", 121));
    assert!(sent.body.starts_with("\"seq\",\"at\",\"kind\",\"account_id\","), "{}", sent.body);
    let sent = exported(&phone, "format=jsonl&from=2027-01-12&until=2027-01-12").await;
    let first: serde_json::Value = serde_json::from_str(sent.body.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&first["kind"], &first["detail"]), (&"denied".into(), &"n119".into()));
}

#[tokio::test]
async fn a_name_is_no_formula_in_an_export_wherever_a_spreadsheet_splits_it() {
    let server = Server::start().await;
    for (name, display_name, cell) in [
        ("mallory", "=HYPERLINK(\"https://evil.example\")", ",\"'=HYPERLINK(\"\"https://evil.example\"\")\","),
        ("trudy", "x;=cmd|' /C calc'!A0;y", ",\"x;'=cmd|' /C calc'!A0;y\","),
    ] {
        server.person_named(name, display_name).await;
        let phone = Browser::phone(&server);
        phone.sign_in(name, PASSWORD, "/").await;
        let sent = exported(&phone, "format=csv").await.body;
        assert!(sent.contains(cell), "{sent}");
    }
}

#[tokio::test]
async fn the_command_line_shows_what_happened_as_lines_and_as_json() {
    let server = Server::start().await;
    server.person("Alice").await;
    server.person("Bob").await;
    for name in ["alice", "bob"] {
        Browser::phone(&server).sign_in(name, PASSWORD, "/").await;
    }
    let run = |arguments: &[&str]| {
        let mut command = tessera(&server.folder);
        command.arg("activity").args(arguments).args(["--data-dir", "."]);
        let ended = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("runs");
        let said = if ended.status.success() { ended.stdout } else { ended.stderr };
        (ended.status.success(), String::from_utf8(said).expect("text"))
    };
    let (done, all) = run(&[]);
    assert!(done && all.lines().count() == 2 && all.contains("Alice  signed_in"), "{all}");
    let (done, json) = run(&["--account", "alice", "--kind", "signed_in", "--since", "2027-01-15", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap_or_else(|_| panic!("{json}"));
    assert!(done && json.as_array().is_some_and(|lines| lines.len() == 1), "{json}");
    assert_eq!((&json[0]["account_name"], &json[0]["address"]), (&"Alice".into(), &"203.0.113.1".into()));
    assert_eq!(run(&["--until", "2027-01-14"]), (true, "Nothing has happened.\n".to_owned()));
    for (wrong, said) in [
        (["--account", "carol"], "there is no account named carol"),
        (["--kind", "danced"], "--kind is one of signed_in, signed_out"),
        (["--since", "soon"], "--since and --until are days"),
        (["--app", "x"], "x is not the id of an app"),
    ] {
        let (done, told) = run(&wrong);
        assert!(!done && told.contains(said), "{told}");
    }
    let (done, listed) = user(&server.folder, &["list", "--json", "--data-dir", "."], "");
    assert!(done, "{listed}");
}

#[tokio::test]
async fn old_lines_are_forgotten_in_time() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let alice = id_of(&server, "alice").await;
    server.pass(400 * 24 * 3600 + 1);
    phone.sign_in("alice", PASSWORD, "/").await;
    let kept = std::time::Duration::from_secs(400 * 24 * 3600);
    assert_eq!(server.app.records.sweep_activity(server.clock.now().before(kept)).await.expect("answers"), 1);
    assert_eq!(kinds(&server, alice).await, [ActivityKind::SignedIn]);
}
