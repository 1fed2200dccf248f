//! The receipts that approvals leave: one for each, in a chain, on the activity page and as a file that is checked.

mod chain;
mod files;
mod kinds;
mod pages;

use reqwest::{Method, StatusCode};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tessera::receipt::file::verify;
use tessera::receipt::line::Receipt;
use tessera::receipt::verifier::Verdict;
use tessera::ticket::ids::AccountId;

use crate::harness::browser::{Browser, Reply, Shown};
use crate::harness::server::Server;

pub const DOWNLOAD: &str = "/account/activity/receipts";
pub const ACTIVITY: &str = "/account/activity";
pub const COOKIE: &str = "__Host-tessera-receipts";

/// The id of the account with this user name.
pub async fn id_of(server: &Server, name: &str) -> AccountId {
    server.app.records.account_by_username(name).await.expect("answers").expect("there").0.id
}

/// What the receipts of an account say, the first one first.
pub async fn receipts_of(server: &Server, account: AccountId) -> Vec<Receipt> {
    let rows = server.app.records.receipts_after(account, 0, 1_000).await.expect("answers");
    rows.iter().map(|row| Receipt::read(&row.line).expect("a receipt")).collect()
}

pub async fn receipts(server: &Server, name: &str) -> Vec<Receipt> {
    receipts_of(server, id_of(server, name).await).await
}

/// Presses the button, and returns the file.
pub async fn downloads(browser: &Browser) -> Reply {
    let headers = [("accept", "text/html"), ("sec-fetch-site", "same-origin")];
    browser.try_send_body(Method::POST, DOWNLOAD, &headers, None).await.expect("an answer")
}

/// What the verifier says of a file, by the keys of the server.
pub async fn checked(server: &Server, file: &str, head: Option<&str>) -> Verdict {
    let published = server.app.accounts.receipts.public_keys().await.expect("answers");
    let keys = tessera::receipt::public_keys::PublicKeys::of(&published);
    verify(file.as_bytes(), Some(keys), head).expect("it is in memory")
}

/// Approves sign-ins to this site itself, one after the other.
pub async fn approves(server: &Server, phone: &Browser, count: usize) {
    for _ in 0..count {
        phone.approve(&Browser::desktop(server).show_code().await).await;
        server.pass(60);
    }
}

pub async fn claims(browser: &Browser, shown: &Shown) -> StatusCode {
    // The same attempt each time, as a page that got no answer.
    let form = [("attempt", "AAAAAAAAAAAAAAAAAAAAAA")];
    browser.post(&format!("/login/{}/claim", shown.ticket), &form).await.status
}

/// The database of a server, beside the server.
pub async fn database(server: &Server) -> SqliteConnection {
    let file = SqliteConnectOptions::new().filename(server.folder.path().join("tessera.db"));
    file.connect().await.expect("opens")
}

pub async fn executes(database: &mut SqliteConnection, statement: &'static str) {
    sqlx::query(statement).execute(database).await.expect("done");
}
