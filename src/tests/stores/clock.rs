//! The machine's clock is set, both ways, and the machine is suspended: what is over is over, and nothing else is.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;
use tessera::ticket::time::Timestamp;

use crate::harness::browser::{Browser, DESKTOP, Shown};
use crate::harness::hang::until;
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::Site;
use crate::login::api;
use crate::login::api::{claims, token};

const MINUTES: Duration = Duration::from_secs(5 * 60);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// What happens to the clock of a server.
type ClockChange<'a> = &'a dyn Fn(&Server);

/// Sets the wall clock ahead by so long.
fn ahead(server: &Server, by: Duration) {
    server.clock.set(server.clock.now() + by);
}

/// Sets it back.
fn back(server: &Server, by: Duration) {
    let millis = u64::try_from(by.as_millis()).expect("fits");
    server.clock.set(Timestamp::from_millis(server.clock.now().as_millis() - millis));
}

async fn calls(server: &Server, token: &str) -> String {
    let app = Browser::phone(server);
    let bearer = format!("Bearer {token}");
    // What it asks about is nothing, and that comes second.
    app.send(Method::POST, "/v1/tickets/ABC/scan", &[("authorization", &bearer)], None).await.error()
}

#[tokio::test]
async fn sec_68_a_token_counts_by_the_clock_as_it_is_set_now() {
    let server = api::server().await;
    let now = server.clock.now().as_millis() / 1000;
    let lives = |from: u64, to: u64| {
        let mut claims = claims();
        (claims["nbf"], claims["exp"]) = (json!(from), json!(to));
        token(&claims)
    };
    let today = lives(now - 600, now + 600);
    let (yesterday, tomorrow) =
        (lives(now - 86_400 - 600, now - 86_400 + 600), lives(now + 86_400 - 600, now + 86_400 + 600));
    let taken = async || {
        let mut taken = Vec::new();
        for token in [&yesterday, &today, &tomorrow] {
            taken.push(calls(&server, token).await == "malformed_code");
        }
        taken
    };
    assert_eq!(taken().await, [false, true, false]);
    // The server was started a day slow, or a day fast, and then its clock was set right.
    ahead(&server, DAY);
    assert_eq!(taken().await, [false, false, true]);
    back(&server, DAY * 2);
    assert_eq!(taken().await, [true, false, false]);
    ahead(&server, DAY);
    for (by, today_counts) in [(MINUTES, true), (MINUTES * 3, false)] {
        ahead(&server, by);
        assert_eq!(taken().await[1], today_counts, "ahead by {by:?}");
        back(&server, by);
        assert!(taken().await[1], "set right");
        back(&server, by);
        assert_eq!(taken().await[1], today_counts, "back by {by:?}");
        ahead(&server, by);
    }
    server.clock.suspend(DAY);
    assert_eq!(taken().await, [false, false, true], "after a day of sleep");
}

#[tokio::test]
async fn sec_68_a_code_a_question_and_an_approval_end_on_time_however_the_clock_is_set() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    for by in [MINUTES, DAY] {
        for stage in ["shown", "scanned", "approved"] {
            let lives = match stage {
                "shown" => 60,
                "scanned" => 120,
                _ => 30,
            };
            let begin = async || {
                // Typed codes are few a minute.
                server.pass(60);
                let screen = Browser::desktop(&server);
                let shown = screen.show_code().await;
                let path = server.path_of(&shown).await;
                let code = path.trim_start_matches("/s/").to_owned();
                if stage != "shown" {
                    phone.post("/api/scan", &[("code", &code)]).await;
                }
                if stage == "approved" {
                    phone.post("/api/approve", &[("code", &code)]).await;
                }
                (screen, shown)
            };
            let is_over = async |(screen, shown): &(Browser, Shown)| screen.hears(shown).await["seen"] == "expired";

            let ticket = begin().await;
            back(&server, by);
            assert!(!is_over(&ticket).await, "{stage}, back by {by:?}");
            let left = ticket.0.hears(&ticket.1).await["remaining_ms"].as_u64().expect("a number");
            assert_eq!(left, lives * 1000, "{stage}, back by {by:?}");
            server.pass(lives - 1);
            assert!(!is_over(&ticket).await, "{stage}, back by {by:?}, a second before its end");
            server.pass(1);
            assert!(is_over(&ticket).await, "{stage}, back by {by:?}");
            let claim = ticket.0.fetch(Method::POST, &format!("/login/{}/claim", ticket.1.ticket)).await;
            assert_eq!(claim.status, StatusCode::GONE, "{stage}, back by {by:?}");
            ahead(&server, by);

            let ticket = begin().await;
            ahead(&server, by);
            assert!(is_over(&ticket).await, "{stage}, ahead by {by:?}");
            back(&server, by);

            let ticket = begin().await;
            server.clock.suspend(by);
            assert!(is_over(&ticket).await, "{stage}, suspended for {by:?}");
            back(&server, by);
            assert!(is_over(&ticket).await, "{stage}, suspended for {by:?} and set back after it");
            phone.sign_in("alice", PASSWORD, "/").await;
        }
    }
}

#[tokio::test]
async fn sec_38_a_code_of_an_app_lives_a_minute_however_the_clock_is_set() {
    let server = Server::start().await;
    let (site, phone) = (Site::register(&server).await, Browser::signed_in(&server, "Alice").await);
    let browser = Browser::desktop(&server);
    let exchanged = async |turn: ClockChange<'_>| {
        server.pass(60);
        let code = site.code(&browser, &phone, &[("prompt", "login")]).await;
        turn(&server);
        site.exchanges(&code).await.status
    };
    assert_eq!(exchanged(&|_| {}).await, StatusCode::OK);
    for by in [MINUTES, DAY / 48] {
        let turns: [(&str, ClockChange<'_>); 3] = [
            ("back", &|server| {
                back(server, by);
                server.pass(61);
            }),
            ("ahead", &|server| ahead(server, by)),
            ("asleep", &|server| server.clock.suspend(by)),
        ];
        for (name, turn) in turns {
            assert_eq!(exchanged(turn).await, StatusCode::BAD_REQUEST, "{name} {by:?}");
        }
    }
}

#[tokio::test]
async fn sec_68_who_waits_hears_of_the_end_when_a_clock_is_set_and_after_a_sleep() {
    let server = Server::start().await;
    let turns: [(&str, ClockChange<'_>); 4] = [
        ("ahead", &|server| ahead(server, MINUTES)),
        ("asleep", &|server| server.clock.suspend(MINUTES)),
        ("back", &|server| {
            back(server, DAY);
            server.pass(60);
        }),
        ("as it goes", &|server| server.pass(60)),
    ];
    for (name, turn) in turns {
        let screen = Browser::new(&server, DESKTOP, "198.51.100.7");
        let shown = screen.show_code().await;
        let poll = format!("/login/{}/watch?after=1&wait=25", shown.ticket);
        let (heard, ()) = tokio::join!(screen.fetch(Method::GET, &poll), async {
            until("a page that watches", async || server.app.tickets.watchers() > 0).await;
            turn(&server);
        });
        assert!(heard.body.contains("\"seen\":\"expired\""), "{name}: {}", heard.body);
        until("nobody watches any more", async || server.app.tickets.watchers() == 0).await;
    }
}

#[tokio::test]
async fn sec_14_what_was_begun_before_the_clock_was_set_back_takes_no_room_after_its_time() {
    let server = Server::start_with(|settings| settings.limits.tickets = 3).await;
    let full = async || {
        for at in 0..3 {
            Browser::new(&server, DESKTOP, &format!("198.51.100.{at}")).show_code().await;
        }
        assert_eq!(server.app.tickets.count(), 3, "full");
    };
    full().await;
    back(&server, DAY);
    server.pass(3600);
    server.app.tickets.sweep(server.clock.now());
    assert_eq!(server.app.tickets.count(), 0);
    full().await;
}

#[tokio::test]
async fn sec_14_a_rate_is_measured_by_a_clock_that_nobody_sets() {
    let server = Server::start_with(|settings| settings.limits.logins_per_minute = 3).await;
    let browser = Browser::desktop(&server);
    for _ in 0..3 {
        browser.show_code().await;
    }
    let status = async || browser.get("/login").await.status;
    assert_eq!(status().await, StatusCode::TOO_MANY_REQUESTS);
    for by in [MINUTES, DAY] {
        ahead(&server, by);
        assert_eq!(status().await, StatusCode::TOO_MANY_REQUESTS, "ahead by {by:?}");
        back(&server, by * 2);
        assert_eq!(status().await, StatusCode::TOO_MANY_REQUESTS, "back by {by:?}");
        server.clock.suspend(by);
        assert_eq!(status().await, StatusCode::TOO_MANY_REQUESTS, "suspended for {by:?}");
    }
    server.pass(20);
    browser.show_code().await;
}

#[tokio::test]
async fn sec_68_a_session_ends_by_the_clock_as_it_is_set_now() {
    let server = Server::start().await;
    let phone = Browser::signed_in(&server, "Alice").await;
    back(&server, DAY);
    assert!(phone.is_signed_in().await);
    ahead(&server, DAY + MINUTES);
    assert!(phone.is_signed_in().await);
    ahead(&server, DAY * 400);
    assert!(!phone.is_signed_in().await);
    let phone = Browser::phone(&server);
    phone.sign_in("alice", PASSWORD, "/").await;
    server.clock.suspend(DAY * 400);
    assert!(!phone.is_signed_in().await);
}
