//! A line of activity that a request caused.

use axum::http::HeaderMap;

use crate::store::records::Account;
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::ticket::time::Timestamp;
use crate::web::client::{Agent, ClientAddress};

/// Makes a line about an account that its owner caused by a request with these headers, with the address, the browser and
/// the system of the client.
pub fn line(
    kind: ActivityKind,
    account: &Account,
    from: ClientAddress,
    headers: &HeaderMap,
    now: Timestamp,
) -> NewActivity {
    let Agent { browser, system, .. } = Agent::of(headers);
    NewActivity {
        address: Some(from.0),
        browser: browser.map(String::from),
        system: system.map(String::from),
        ..NewActivity::of(kind, account.id, &account.display_name, now)
    }
}
