//! The download of all data: one JSON document in pieces, one at a time for each account, after a fresh proof.

use axum::body::Body;
use axum::http::Request;
use futures_util::StreamExt as _;
use peakmem_alloc::PeakMemAllocTrait as _;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use tessera::store::records::activity::ActivityKind;
use tessera::web::client::Peer;
use tower::ServiceExt as _;

use super::{id_of, kinds};
use crate::ALLOCATOR;
use crate::harness::browser::{Browser, Reply};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::Site;

const PATH: &str = "/account/data/download";
const EXPORT: &str = "/account/activity/export";
const MIB: usize = 1024 * 1024;

/// Doubles this often what is stored as activity and as sign-ins to apps.
async fn doubles(server: &Server, times: usize) {
    let file = SqliteConnectOptions::new().filename(server.folder.path().join("tessera.db"));
    let mut records = file.connect().await.expect("opens");
    for _ in 0..times {
        for (table, other) in [
            ("activity", "seq = seq + (SELECT MAX(seq) FROM activity)"),
            ("grants", "id = randomblob(16), signed_in_at = signed_in_at - 1"),
        ] {
            for statement in [
                format!("CREATE TEMP TABLE copies AS SELECT * FROM {table}"),
                format!("UPDATE copies SET {other}"),
                format!("INSERT INTO {table} SELECT * FROM copies"),
                "DROP TABLE copies".to_owned(),
            ] {
                sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut records).await.expect("copied");
            }
        }
    }
}

/// Presses the button.
async fn downloads(browser: &Browser) -> Reply {
    let headers = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
    browser.try_send_body(Method::POST, PATH, &headers, None).await.expect("an answer")
}

/// Asks for the download, without a connection that would hold some of the answer.
async fn asks(server: &Server, browser: &Browser) -> Body {
    let mut request = Request::post(PATH)
        .header("host", browser.host())
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .extension(Peer(([127, 0, 0, 1], 4000).into()));
    request.headers_mut().expect("right so far").extend(browser.cookies());
    let answer = server.app.router().oneshot(request.body(Body::empty()).expect("a request")).await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    answer.into_body()
}

/// Reads a download to its end, and returns how many bytes it has and how many were held at once meanwhile.
async fn read(server: &Server, browser: &Browser) -> (usize, usize) {
    ALLOCATOR.reset_peak_memory();
    let (mut pieces, mut bytes) = (asks(server, browser).await.into_data_stream(), 0);
    while let Some(piece) = pieces.next().await {
        bytes += piece.expect("no failure").len();
    }
    (bytes, ALLOCATOR.get_peak_memory())
}

async fn with_a_sign_in(server: &Server) -> Browser {
    let (site, desktop, phone) =
        (Site::register(server).await, Browser::desktop(server), Browser::signed_in(server, "Alice").await);
    site.exchanges(&site.code(&desktop, &phone, &[]).await).await;
    phone
}

#[tokio::test]
async fn sec_67_a_download_holds_no_more_however_much_is_stored() {
    let server = Server::start().await;
    let phone = with_a_sign_in(&server).await;
    doubles(&server, 10).await;
    // What is made once is made before.
    read(&server, &phone).await;
    let (small, held) = read(&server, &phone).await;
    doubles(&server, 4).await;
    let (large, held_of_large) = read(&server, &phone).await;
    assert!(large > 10 * small && large > 10 * MIB, "{small} {large}");
    assert!(held_of_large < held + MIB, "{held} bytes for {small}, and {held_of_large} for {large}");
}

#[tokio::test]
async fn a_long_download_is_one_document_with_everything_in_it_once() {
    let server = Server::start().await;
    let phone = with_a_sign_in(&server).await;
    let alice = id_of(&server, "alice").await;
    let lines = kinds(&server, alice).await.len();
    doubles(&server, 10).await;
    let sent = downloads(&phone).await;
    let data: Value = serde_json::from_str(&sent.body).expect("JSON");
    let mut members: Vec<&str> = data.as_object().expect("an object").keys().map(String::as_str).collect();
    members.sort_unstable();
    let expected = [
        "account",
        "activity",
        "approvals_ask_passkey",
        "apps_allowed",
        "devices",
        "groups",
        "known_browsers",
        "made_at",
        "one_time_links",
        "passkeys",
        "phones_asked",
        "picture_jpeg_base64",
        "receipts",
        "reports",
        "scan_off_by_administrator",
        "scan_off_by_owner",
        "sign_ins_to_apps",
        "site",
    ];
    assert_eq!(members, expected);
    let count = |name: &str| data[name].as_array().map_or(0, Vec::len);
    // The download is in it.
    assert_eq!((count("activity"), count("sign_ins_to_apps")), (lines * 1024 + 1, 1024));
    assert_eq!(data["activity"][0]["kind"], "data_downloaded");
    let seqs = data["activity"].as_array().expect("lines").iter().map(|line| line["seq"].as_u64());
    assert!(seqs.is_sorted_by(|later, earlier| later > earlier), "the newest first, and none twice");
}

#[tokio::test]
async fn sec_14_an_account_has_one_download_at_a_time_and_is_told_so() {
    let server = Server::start().await;
    let (alice, bob) = (Browser::signed_in(&server, "Alice").await, Browser::signed_in(&server, "Bob").await);
    let of_alice = id_of(&server, "alice").await;
    let running = asks(&server, &alice).await;
    let refused = downloads(&alice).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    for part in ["A download is running already", "Wait until it is finished", "href=\"/account/data\""] {
        assert!(refused.body.contains(part), "{part}: {}", refused.body);
    }
    let told = alice.fetch(Method::POST, PATH).await;
    assert_eq!((told.status, &*told.error()), (StatusCode::TOO_MANY_REQUESTS, "download_running"));
    assert_eq!(downloads(&bob).await.status, StatusCode::OK, "nobody else waits for that");
    let whole = axum::body::to_bytes(running, usize::MAX).await.expect("no failure");
    assert!(serde_json::from_slice::<Value>(&whole).is_ok());
    // One that is broken off is over too.
    drop(asks(&server, &alice).await);
    assert_eq!(downloads(&alice).await.status, StatusCode::OK);
    let downloads = kinds(&server, of_alice).await.into_iter().filter(|kind| *kind == ActivityKind::DataDownloaded);
    assert_eq!(downloads.count(), 3, "what was refused gave nothing away");
}

#[tokio::test]
async fn sec_16_a_session_that_a_scan_opened_takes_no_data_away_before_the_password_is_given() {
    let server = Server::start().await;
    let (phone, desktop) = (Browser::signed_in(&server, "Alice").await, Browser::desktop(&server));
    phone.signs_in(&desktop).await;
    let alice = id_of(&server, "alice").await;
    let export = format!("{EXPORT}?format=csv&kind=denied");
    let asked = [
        (downloads(&desktop).await, "/account/proof?next=/account/data"),
        (desktop.get(&export).await, "/account/proof?next=/account/activity%3Fkind%3Ddenied"),
    ];
    for (reply, location) in &asked {
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, *location));
    }
    for (method, path) in [(Method::POST, PATH), (Method::GET, &*export)] {
        let told = desktop.fetch(method, path).await;
        assert_eq!((told.status, &*told.error()), (StatusCode::FORBIDDEN, "proof_needed"), "{path}");
    }
    assert!(!kinds(&server, alice).await.contains(&ActivityKind::DataDownloaded));
    let proven = desktop.post("/account/proof", &[("password", PASSWORD), ("next", "/account/activity?kind=denied")]);
    assert_eq!(proven.await.location(), "/account/activity?kind=denied");
    assert_eq!(downloads(&desktop).await.status, StatusCode::OK);
    assert_eq!(desktop.get(&export).await.header("content-type"), "text/csv; charset=utf-8");
    // A sign-in with the password is a proof for five minutes.
    assert_eq!(downloads(&phone).await.status, StatusCode::OK);
    server.pass(300);
    assert_eq!(downloads(&phone).await.location(), "/account/proof?next=/account/data");
    assert_eq!(phone.get(&export).await.status, StatusCode::SEE_OTHER);
}
