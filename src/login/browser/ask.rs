//! The button of a login page that asks the phones of an account which made this browser known.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Redirect;
use serde::Deserialize;

use super::page::{path_of, ticket_and_key};
use crate::login::Login;
use crate::login::ask::whom::Askable;
use crate::login::flow::StepError;
use crate::measure;
use crate::push::{Asked, Pushes};
use crate::store::Fault;
use crate::ticket::event::Seen;
use crate::ticket::machine::Ticket;
use crate::ticket::time::Timestamp;
use crate::web::client::ClientAddress;
use crate::web::problem::Problem;

/// The form of `POST /login/{ticket}/ask`.
#[derive(Deserialize)]
pub struct Whom {
    /// What names the account, as the page has it.
    #[serde(default)]
    account: String,
}

/// `POST /login/{ticket}/ask`: has the ticket wait for the phones of an account and sends them a message, and redirects to the
/// page of the ticket, which goes on as it was. Only the browser of the ticket may, only for an account that made it known and
/// turned this on, and three times an hour.
pub async fn ask(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    uri: Uri,
    from: ClientAddress,
    headers: HeaderMap,
    Form(form): Form<Whom>,
) -> Result<Redirect, Problem> {
    let (id, key) = ticket_and_key(&uri, &ticket, &headers)?;
    login.limits.new_sign_in(from)?;
    let ticket = login.flow.ticket_of(id, key, "ask").await?;
    let path = path_of(&uri, id);
    // The page says what became of a ticket that does not wait any more, or why no code is shown.
    let waits = matches!(login.flow.event_with(&ticket, false).seen, Seen::Waiting { .. });
    if !waits {
        return Ok(Redirect::to(&path));
    }
    match login.flow.check_scan_of(&ticket).await {
        Ok(()) => {}
        Err(StepError::ScanOff(_)) => return Ok(Redirect::to(&path)),
        Err(error) => return Err(error.into()),
    }
    let Some(pushes) = &login.pushes else { return Err(Problem::not_found()) };
    let allowed = login.whom_to_ask(&ticket, &headers).await?;
    let Some(whom) = allowed.into_iter().find(|one| one.handle == form.account) else {
        return Err(refused("not_askable", StatusCode::FORBIDDEN).leading(|texts| texts.ask.to_code, path));
    };
    let (code, status) = match login.ask_phones(pushes, &ticket, &whom).await? {
        Outcome::Asked(Asked::Now | Asked::Before) => return Ok(Redirect::to(&path)),
        Outcome::Asked(Asked::TooOften) => ("asked_too_often", StatusCode::TOO_MANY_REQUESTS),
        Outcome::NoPhone => ("not_askable", StatusCode::FORBIDDEN),
        Outcome::Busy => ("asking_busy", StatusCode::SERVICE_UNAVAILABLE),
    };
    Err(refused(code, status).leading(|texts| texts.ask.to_code, path))
}

/// What became of an ask.
enum Outcome {
    /// The answer of what counts asks.
    Asked(Asked),
    /// No phone of the account can be asked any more. The ask does not count.
    NoPhone,
    /// Messages to the phones of the account are being sent, or too many wait. The ask does not count.
    Busy,
}

impl Login {
    /// Has a ticket wait for the phones of an account, and a message sent to each of them that is still signed in. An ask
    /// counts only if its messages can be sent.
    async fn ask_phones(&self, pushes: &Pushes, ticket: &Ticket, whom: &Askable) -> Result<Outcome, Fault> {
        let (account, now, until) = (whom.account.id, self.flow.now(), self.longest_wait(ticket));
        let Some(browser) = ticket.browser_id else { return Ok(Outcome::NoPhone) };
        if whom.is_asked {
            return Ok(Outcome::Asked(Asked::Before));
        }
        let phones = self.sessions.phones_asked(account).await?;
        if phones.is_empty() {
            return Ok(Outcome::NoPhone);
        }
        let Some(place) = pushes.reserve(account) else { return Ok(Outcome::Busy) };
        let asked = pushes.asks().ask(account, browser, ticket.id, now, until).await?;
        if asked == Asked::Now {
            let (asked_from, count) = (ticket.asker.address, phones.len());
            tracing::info!(ticket.id = %ticket.id, account.id = %account, %asked_from, phones = count, "phones were asked");
            place.send(phones.into_iter().map(|(phone, _)| phone).collect(), until);
        }
        Ok(Outcome::Asked(asked))
    }

    /// Returns the time until which a ticket may wait: as long as its page may renew its code, and for the last code.
    fn longest_wait(&self, ticket: &Ticket) -> Timestamp {
        let lifetimes = self.flow.lifetimes();
        ticket.issued_at + lifetimes.renewal + lifetimes.code
    }
}

/// Logs and counts a refusal, and returns it.
fn refused(code: &'static str, status: StatusCode) -> Problem {
    tracing::info!(step = "ask", code, "a step was refused");
    measure::refused("ask", code);
    Problem::saying(status, code, move |texts| match status {
        StatusCode::TOO_MANY_REQUESTS => (texts.ask.too_often_title, texts.ask.too_often_advice),
        _ => (texts.ask.cannot_title, texts.ask.cannot_advice),
    })
}
