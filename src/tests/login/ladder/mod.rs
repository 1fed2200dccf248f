//! How much an approval asks of the phone, with the default settings: each rung climbed, and each failed.

mod apps;
mod known;
mod numbers;
pub mod passkeys;
mod raised;
mod typed;

use reqwest::{Method, StatusCode};
use serde_json::Value;
use tessera::settings::{Settings, Verification};
use tessera::store::records::activity::{ActivityFilter, ActivityKind};

use crate::account::profile::account;
use crate::harness::browser::{Browser, Reply, Shown};
use crate::harness::server::Server;

/// A server with the defaults of the ladder.
pub async fn server() -> Server {
    server_with(|_| {}).await
}

pub async fn server_with(change: impl FnOnce(&mut Settings)) -> Server {
    Server::start_with(|settings| {
        settings.login.verification = Verification::default();
        change(settings);
    })
    .await
}

/// A phone opens the link of a code with its camera, and its person presses Continue.
pub async fn scans(server: &Server, phone: &Browser, shown: &Shown) -> String {
    let path = server.path_of(shown).await;
    let code = path.strip_prefix("/s/").expect("a scan code").to_owned();
    let scanned = phone.post("/api/scan", &[("code", &code), ("pressed", "true")]).await;
    assert_eq!(scanned.status, StatusCode::SEE_OTHER, "{scanned:?}");
    code
}

/// The page of a code.
pub async fn asks(phone: &Browser, code: &str) -> Reply {
    phone.get(&format!("/s/{code}")).await
}

/// The numbers that a page offers.
pub fn choices(page: &Reply) -> Vec<String> {
    let buttons = page.body.split("name=\"answer\" value=\"").skip(1);
    let values = buttons.map(|rest| rest.split('"').next().unwrap_or_default().to_owned());
    values.filter(|value| value != "shown").collect()
}

/// The number that a login page shows.
pub async fn number(browser: &Browser, shown: &Shown) -> String {
    let heard = browser.hears(shown).await;
    heard["seen"]["scanned"]["number"].as_str().unwrap_or_else(|| panic!("no number: {heard}")).to_owned()
}

/// A phone approves with these fields.
pub async fn approves(phone: &Browser, code: &str, form: &[(&str, &str)]) -> Reply {
    let form = [&[("code", code)], form].concat();
    let reply = phone.post("/api/approve", &form).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{reply:?}");
    reply
}

pub async fn claims(browser: &Browser, shown: &Shown) -> Reply {
    browser.fetch(Method::POST, &format!("/login/{}/claim", shown.ticket)).await
}

/// A phone scans a code and chooses the right number, with these fields beside it.
pub async fn signs_in_by_number(server: &Server, phone: &Browser, browser: &Browser, form: &[(&str, &str)]) -> Shown {
    let shown = browser.show_code().await;
    let code = scans(server, phone, &shown).await;
    let number = number(browser, &shown).await;
    approves(phone, &code, &[&[("answer", number.as_str())], form].concat()).await;
    assert_eq!(claims(browser, &shown).await.status, StatusCode::OK);
    shown
}

/// What the lines of this kind about an account say.
pub async fn details(server: &Server, name: &str, kind: ActivityKind) -> Vec<String> {
    let account = Some(account(server, name).await.id);
    let filter = ActivityFilter { account, kind: Some(kind), ..ActivityFilter::default() };
    let lines = server.app.records.activity(filter, 100).await.expect("answers");
    lines.into_iter().map(|line| line.line.detail).collect()
}

/// What a browser hears of a ticket.
pub async fn seen(browser: &Browser, shown: &Shown) -> Value {
    browser.hears(shown).await["seen"].clone()
}
