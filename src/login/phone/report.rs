//! The report of a sign-in that a person denied and did not start.

use axum::extract::{Path, State};
use axum::response::Redirect;

use super::who::not_signed_in;
use crate::account::activity::Whence;
use crate::account::session::SignedIn;
use crate::crypto::hash::sha256_half;
use crate::login::Login;
use crate::measure;
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::store::records::browsers::{NewReport, ReportId};
use crate::ticket::ids::TicketId;
use crate::web::client::ClientAddress;
use crate::web::problem::Problem;

/// The detail of the line of activity about a report.
pub const REPORTED: &str = "reported";

/// `POST /s/{code}/report`: stores that the person did not start the sign-in that they denied. For an hour, nothing from its
/// browser or network is approved by this account; for a day, its approvals ask for more. Redirects to the page of the code.
/// A second report of the same sign-in changes nothing.
pub async fn report(
    State(login): State<Login>,
    Path(code): Path<String>,
    from: Whence,
    who: Option<SignedIn>,
) -> Result<Redirect, Problem> {
    let code = login.flow.parse_scan_code(&code)?;
    let who = who.ok_or_else(not_signed_in)?;
    login.limits.decision(who.account.id)?;
    let ticket = login.flow.ticket_to_report(code.ticket, who.account.id).await?;
    let asker = &ticket.asker;
    let owned = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    let report = NewReport {
        id: id_of(ticket.id),
        account: who.account.id,
        at: login.flow.now(),
        address: asker.address,
        network: ClientAddress(asker.address).network(),
        browser: owned(&asker.browser),
        system: owned(&asker.system),
        browser_id: ticket.browser_id,
        app: ticket.app.as_ref().map(|app| (app.id, app.name.to_string())),
    };
    if login.records.add_report(report).await? {
        tracing::warn!(ticket.id = %ticket.id, asked_from = %asker.address, "a sign-in was reported by whoever denied it");
        measure::sign_in("reported");
        let line = login.activity.line(ActivityKind::Denied, &who.account, &from);
        login.activity.note(NewActivity { detail: REPORTED.to_owned(), ..line }).await;
    }
    Ok(Redirect::to(&format!("/s/{}?reported=1", login.flow.link_text(code))))
}

/// Returns the id of the report of a ticket: each ticket has one.
fn id_of(ticket: TicketId) -> ReportId {
    ReportId::from_random(sha256_half(&[b"report", ticket.as_bytes()]))
}
