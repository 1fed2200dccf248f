//! Apps that people ask for: who asks, who decides, and who looks after them then.

mod asks;
mod audience;
mod changes;
mod decisions;
mod languages;
mod owners;

use reqwest::StatusCode;
use tessera::store::records::activity::{ActivityFilter, ActivityKind};
use tessera::store::records::apps::App;
use tessera::store::records::requests::request::AppRequestId;

use crate::harness::browser::{Browser, Reply};
use crate::harness::server::{PASSWORD, Server};
use crate::harness::site::BACK;

/// What a person asks for, and what an administrator approves, who opens it to everyone.
pub const ASKED: [(&str, &str); 7] = [
    ("name", "Shop"),
    ("client_uri", "https://shop.example"),
    ("redirect_uri", BACK),
    ("dialect", "oidc"),
    ("why", "For our customers"),
    ("users", "All our customers"),
    ("allow", "everyone"),
];

async fn server() -> Server {
    Server::start_with(|settings| settings.oauth.requests = true).await
}

/// A person who signed in with the password.
async fn person(server: &Server, name: &str) -> Browser {
    server.person(name).await;
    let browser = Browser::desktop(server);
    browser.sign_in(&name.to_lowercase(), PASSWORD, "/").await;
    browser
}

/// What was asked for, with this field instead.
fn asked_with<'a>(name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut form = ASKED.to_vec();
    form.retain(|(known, _)| *known != name);
    form.push((name, value));
    form
}

/// Asks, and says under which id that request is.
pub async fn asks(by: &Browser, form: &[(&str, &str)]) -> String {
    let before = requests(by).await;
    let sent = by.post("/apps/request", form).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/apps/mine?done=asked"), "{sent:?}");
    let new = requests(by).await.into_iter().find(|id| !before.contains(id));
    new.expect("a new request")
}

/// The requests of a person, the newest first.
async fn requests(by: &Browser) -> Vec<String> {
    let page = by.get("/apps/mine").await;
    let parts = page.body.split("/apps/requests/").skip(1);
    parts.map(|part| part.split('"').next().unwrap_or_default().to_owned()).collect()
}

async fn newest(by: &Browser) -> String {
    requests(by).await.into_iter().next().expect("a request")
}

/// Approves a request as it is; the app that there is then, or that was changed.
pub async fn approved(server: &Server, admin: &Browser, request: &str, form: &[(&str, &str)]) -> App {
    let path = format!("/admin/requests/{request}");
    let done = admin.post(&format!("{path}/approve"), form).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, &*format!("{path}?done=approved")), "{done:?}");
    let id = AppRequestId::parse(request).expect("an id");
    let app = server.app.records.app_request(id).await.expect("answers").expect("there").app.expect("an app");
    server.app.records.app(app).await.expect("answers").expect("there")
}

fn secret_of(page: &Reply) -> Option<String> {
    let after = page.body.split("id=\"fresh-secret\"").nth(1)?;
    Some(after.split(['>', '<']).nth(1)?.to_owned())
}

/// What was noted of this kind, the newest first: whose it is, the app, and the words.
async fn noted(server: &Server, kind: ActivityKind) -> Vec<(String, Option<String>, String)> {
    let filter = ActivityFilter { kind: Some(kind), ..ActivityFilter::default() };
    let lines = server.app.records.activity(filter, 100).await.expect("answers");
    let line = |activity: tessera::store::records::activity::Activity| {
        (activity.line.account_name, activity.line.app.map(|(_, name)| name), activity.line.detail)
    };
    lines.into_iter().map(line).collect()
}
