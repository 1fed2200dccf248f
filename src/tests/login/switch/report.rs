//! The report about security: what it says of a measure that a setting turns off, and that the server does the same.

use std::time::Duration;

use reqwest::StatusCode;
use tessera::login::bcp247::{Status, measures};
use tessera::settings::{Settings, Verification};
use tessera::ticket::ladder::Rung;

use crate::admin::pages::administrator;
use crate::harness::binary::tessera;
use crate::harness::browser::Browser;
use crate::harness::server::Server;
use crate::login::ladder::{approves, asks, scans, server_with};

/// What the report says of a section, with the default settings and with these.
fn status(section: &str, change: impl FnOnce(&mut Settings)) -> (Status, Status) {
    let of = |settings: &Settings| {
        let measures = measures(settings);
        measures.iter().find(|measure| measure.section == section).expect("a measure").status
    };
    let usual = Settings::defaults();
    let mut changed = usual.clone();
    change(&mut changed);
    (of(&usual), of(&changed))
}

/// Whether a phone is asked for a tap alone by the code of a browser that it does not know.
async fn is_a_tap(server: &Server) -> bool {
    let (browser, phone) = (Browser::desktop(server), Browser::signed_in(server, "Alice").await);
    let shown = browser.show_code().await;
    let code = scans(server, &phone, &shown).await;
    let page = asks(&phone, &code).await;
    approves(&phone, &code, &[]).await;
    let seen = browser.hears(&shown).await["seen"].clone();
    assert_eq!(seen.get("approved").is_some(), !page.body.contains("name=\"answer\""), "{page:?}");
    seen.get("approved").is_some()
}

#[tokio::test]
async fn sec_74_proximity_without_passkeys_is_partly_there() {
    let change = |settings: &mut Settings| settings.public_url = "http://192.0.2.1".into();
    assert_eq!(status("6.1.1", change), (Status::On, Status::Partly));
    let offers =
        async |server: &Server| Browser::desktop(server).get("/login").await.body.contains("data-passkey=\"get\"");
    assert!(offers(&Server::start().await).await);
    assert!(!offers(&Server::start_with(change).await).await);
}

#[tokio::test]
async fn sec_74_new_browsers_that_need_a_tap_are_neither_told_apart_nor_verified() {
    let change = |settings: &mut Settings| settings.login.verification = Verification::taps();
    assert_eq!(status("6.1.7", change), (Status::On, Status::Off));
    assert_eq!(status("6.1.16", change), (Status::On, Status::Off));
    assert!(!is_a_tap(&server_with(|_| {}).await).await);
    assert!(is_a_tap(&server_with(change).await).await);
}

#[tokio::test]
async fn sec_74_a_tap_in_the_network_of_the_phone_is_partly_there() {
    let change = |settings: &mut Settings| settings.login.verification.same_network = Some(Rung::Tap);
    assert_eq!(status("6.1.7", change), (Status::On, Status::Partly));
    assert_eq!(status("6.1.16", change), (Status::On, Status::Partly));
    let server = server_with(change).await;
    let phone = Browser::signed_in(&server, "Alice").await;
    let near = Browser::desktop(&server).with_address(phone.address().to_owned());
    let shown = near.show_code().await;
    let code = scans(&server, &phone, &shown).await;
    approves(&phone, &code, &[]).await;
    assert!(near.hears(&shown).await["seen"].get("approved").is_some());
}

#[tokio::test]
async fn sec_74_networks_are_told_apart_where_some_are_blocked() {
    let change = |settings: &mut Settings| {
        settings.login.verification.blocked_networks = vec!["198.51.100.0/24".parse().expect("a network")];
    };
    assert_eq!(status("6.1.8", change), (Status::Off, Status::On));
    let marks = |settings: &mut Settings| {
        settings.login.verification.marked_networks = vec!["198.51.100.0/24".parse().expect("a network")];
    };
    assert_eq!(status("6.1.8", marks), (Status::Off, Status::Partly));
    let refuses = async |server: &Server| {
        let (browser, phone) = (Browser::desktop(server), Browser::signed_in(server, "Alice").await);
        let shown = browser.show_code().await;
        let code = scans(server, &phone, &shown).await;
        let page = asks(&phone, &code).await;
        !page.body.contains("action=\"/api/approve\"")
    };
    assert!(!refuses(&server_with(|_| {}).await).await);
    assert!(refuses(&server_with(change).await).await);
}

#[tokio::test]
async fn sec_74_a_session_of_a_scan_may_last_longer_than_a_day_where_the_setting_says_so() {
    let change = |settings: &mut Settings| {
        settings.account.scan_idle_hours = 100;
        settings.account.scan_max_hours = 100;
    };
    assert_eq!(status("6.1.10", change), (Status::On, Status::Partly));
    let lasts = async |change: &dyn Fn(&mut Settings)| {
        let server = Server::start_with(change).await;
        let (browser, phone) = (Browser::desktop(&server), Browser::signed_in(&server, "Alice").await);
        phone.signs_in(&browser).await;
        assert!(browser.is_signed_in().await);
        for _ in 0..25 {
            server.clock.advance(Duration::from_secs(3600));
            browser.is_signed_in().await;
        }
        browser.is_signed_in().await
    };
    assert!(!lasts(&|_| {}).await);
    assert!(lasts(&change).await);
}

#[tokio::test]
async fn sec_74_limits_that_are_set_too_high_are_partly_there() {
    let change = |settings: &mut Settings| settings.limits.logins_per_minute = 60_000;
    assert_eq!(status("6.1.11", change), (Status::On, Status::Partly));
    let limits = async |change: &dyn Fn(&mut Settings)| {
        let server = Server::start_with(change).await;
        let browser = Browser::desktop(&server);
        let mut last = StatusCode::OK;
        for _ in 0..=120 {
            last = browser.get("/login").await.status;
        }
        last == StatusCode::TOO_MANY_REQUESTS
    };
    assert!(limits(&|_| {}).await);
    assert!(!limits(&change).await);
}

#[tokio::test]
async fn sec_74_a_user_name_first_binds_every_code() {
    let change = |settings: &mut Settings| settings.login.name_first = true;
    assert_eq!(status("6.1.17", change), (Status::Partly, Status::On));
    let asks_name = async |server: &Server| {
        let page = Browser::desktop(server).get("/login").await;
        page.body.contains("id=\"user\"") && !page.body.contains("id=\"qr\"")
    };
    assert!(!asks_name(&Server::start().await).await);
    assert!(asks_name(&Server::start_with(change).await).await);
}

#[tokio::test]
async fn sec_74_page_and_command_say_what_the_settings_of_this_server_make_of_each_measure() {
    let server = Server::start().await;
    let page = administrator(&server).await.get("/admin/security").await;
    assert_eq!(page.status, StatusCode::OK, "{page:?}");
    // The tests of the whole server have taps alone, which the page of their server says.
    assert!(page.words().contains("12 of 17 are on."), "{page:?}");
    for section in 1..=17 {
        assert!(page.body.contains(&format!("id=\"measure-6-1-{section}\"")), "{section}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let output = |words: &[&str]| {
        let mut command = tessera(&folder);
        command.args(words).env("TESSERA_LOGIN__NAME_FIRST", "true").stdout(std::process::Stdio::piped());
        let output = command.output().expect("runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("text")
    };
    let json: serde_json::Value =
        serde_json::from_str(&output(&["report", "bcp247", "--json", "--create"])).expect("JSON alone");
    assert_eq!((&json["scan"], &json["measures"][16]["status"]), (&"on".into(), &"on".into()), "{json}");
    assert_eq!(json["measures"][6]["status"], "off", "the environment of this test has taps: {json}");
    let markdown = output(&["report", "bcp247"]);
    assert!(markdown.starts_with("# Measures of BCP 247") && markdown.contains("| 6.1.17 | "), "{markdown}");
}
