//! The switches of the sign-in by scan: of the configuration, of the records, of an app and of an account.

mod accounts;
mod admin;
mod dialects;
mod instances;
mod own_pages;
mod report;

use reqwest::Method;
use tessera::settings::Scanning;
use tessera::store::records::Records;
use tessera::store::records::activity::ActivityKind;
use tessera::store::records::directory::act::ActedBy;
use tessera::store::records::scan_switch::{ScanSwitch, activity_detail};

use crate::harness::browser::{Browser, Reply};
use crate::harness::server::Server;

/// What a page says that shows no code.
pub const OFF: &str = "Signing in by scanning is switched off at the moment.";

/// Turns the switch of the records, as the command line does.
pub async fn turn(records: &Records, server: &Server, state: Scanning) {
    let now = server.clock.now();
    let line = ActedBy::command_line(now).line(ActivityKind::Changed, None, "", activity_detail(state, ""));
    let changed_by = "command line".to_owned();
    let switch = ScanSwitch { state, changed_at: Some(now), changed_by, reason: String::new() };
    assert!(records.turn_scan_switch(switch, line).await.expect("answers"), "it was in this state");
}

/// Turns the switch of the server under test.
pub async fn turned(server: &Server, state: Scanning) {
    turn(&server.app.records, server, state).await;
}

/// Sends a request as a program does. Returns the status and the code of the refusal.
pub async fn refusal(browser: &Browser, method: Method, path: &str, form: &[(&str, &str)]) -> (u16, String) {
    let headers = [("accept", "application/json"), ("sec-fetch-site", "same-origin")];
    let form = (method == Method::POST).then_some(form);
    let reply = browser.send(method, path, &headers, form).await;
    (reply.status.as_u16(), reply.error())
}

/// The answer to every program while it is off.
pub fn scan_off() -> (u16, String) {
    (403, "scan_off".to_owned())
}

/// Whether a page shows no code, says why, and offers another way.
pub fn shows_no_code(page: &Reply) -> bool {
    !page.body.contains("id=\"qr\"") && page.words().contains(OFF) && page.body.contains("id=\"here\"")
}
