//! Sign-in for a program that draws its own page, as with WeChat's: it fetches the picture of the QR code,
//! then polls with requests that are held until there is news. The `uuid` contains the ticket's id and its
//! claim key, so only the program that started the sign-in may know it.

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

use crate::clock::Clock;
use crate::crypto::random::random;
use crate::listen::{ConnectionPermit, Waits};
use crate::login::Login;
use crate::login::flow::{Flow, ScanOff, StepError};
use crate::login::keys::{ClaimKey, TicketSecret};
use crate::oauth::{Grants, Requests};
use crate::ticket::event::Seen;
use crate::ticket::ids::Purpose;
use crate::ticket::machine::{Goal, Refused, TicketApp};
use crate::web::bounds::POLL_HELD;
use crate::web::client::{Agent, ClientAddress};
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

/// The lifetime of a sign-in code that a program shows. The code is not renewed, so it is valid as long as
/// a whole sign-in may take (ASVS 6.5.5).
const LIFE: Duration = Duration::from_secs(300);

/// The progress of a sign-in, with the number that WeChat's platform has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Waiting = 408,
    Scanned = 404,
    Confirmed = 405,
    Refused = 403,
    Expired = 402,
    Failed = 500,
}

impl Status {
    /// Returns the status that a program gets for a refusal. `Failed` is for a faulty or busy server, and the
    /// program then asks again. `Refused` is for a sign-in that the person denied, approved with a wrong account,
    /// approved without being allowed to use the app, or for which scanning was switched off. All others are `Expired`, also an unknown ticket, because it cannot be told from one that
    /// expired.
    fn of(problem: &Problem) -> Self {
        match problem.status {
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => Self::Failed,
            _ if [StepError::AnotherAccount, StepError::MayNotUse, ScanOff::Switch.into(), Refused::Denied.into()]
                .iter()
                .any(|one| one.code() == problem.code) =>
            {
                Self::Refused
            }
            _ => Self::Expired,
        }
    }
}

/// Starts a sign-in for a program that draws its own page, by issuing a ticket. The answer is a minimal
/// page with the address of the QR code, which is all that such programs read.
pub(super) async fn page(
    flow: &Flow,
    next: NextPath,
    from: ClientAddress,
    agent: Agent,
    app: TicketApp,
) -> Result<Response, Problem> {
    let key = ClaimKey::from_random(random());
    let asker = agent.at(from);
    let goal = Goal { next: next.into_boxed(), app: Some(Box::new(app)), code_life: Some(LIFE), ..Goal::default() };
    let ticket = flow.issue(&key, asker, goal).await?;
    let uuid = TicketSecret { ticket: ticket.id, key }.expose();
    let page = format!("<!DOCTYPE html><img class=\"qrcode\" src=\"/connect/qrcode/{uuid}\">");
    Ok(([(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response())
}

/// `GET /connect/qrcode/{uuid}`: returns the QR code of the ticket in the `uuid` as a PNG.
pub async fn qrcode(State(flow): State<Flow>, Path(uuid): Path<String>) -> Result<Response, Problem> {
    let secret: TicketSecret = uuid.parse().map_err(StepError::from)?;
    let ticket = flow.ticket_of(secret.ticket, secret.key.hash(Purpose::Program), "show").await?;
    Ok(([(CONTENT_TYPE, "image/png")], flow.qr_png(&ticket)).into_response())
}

/// The query `?uuid=&last=&f=`; with `f=json` the answer is JSON, otherwise a script.
#[derive(Deserialize)]
pub struct PollQuery {
    #[serde(default)]
    uuid: String,
    /// The number of the last status that the program has received.
    #[serde(default)]
    last: String,
    #[serde(default)]
    f: String,
}

/// `GET /connect/l/qrconnect?uuid&last`: returns the status of the sign-in, and the authorization code once it is
/// approved. The answer is delayed until the status changes, at most for [`POLL_HELD`]: that the code was scanned
/// is no change if `last` is the number of that status.
pub async fn poll(
    State(login): State<Login>,
    State(requests): State<Requests>,
    State(grants): State<Grants>,
    State(clock): State<Clock>,
    permit: ConnectionPermit,
    from: ClientAddress,
    Query(asked): Query<PollQuery>,
) -> Response {
    let waits = match permit.wait(from, &login.stopping) {
        Ok(waits) => waits,
        Err(problem) => return status_response(&asked, Status::of(&problem), ""),
    };
    let answer = async {
        let secret: TicketSecret = asked.uuid.parse().map_err(StepError::from)?;
        let status = next_status(&login.flow, &clock, &secret, &asked.last, &waits).await?;
        let code = match status {
            Status::Confirmed => code_of(&login, &requests, &grants, &secret, from).await?,
            _ => String::new(),
        };
        Ok::<_, Problem>((status, code))
    };
    let (status, code) = answer.await.unwrap_or_else(|problem| (Status::of(&problem), String::new()));
    waits.last(status_response(&asked, status, &code))
}

fn status_response(asked: &PollQuery, status: Status, code: &str) -> Response {
    let number = status as u16;
    if asked.f == "json" {
        return axum::Json(json!({ "wx_errcode": number, "wx_code": code })).into_response();
    }
    // The code is base64url, so it cannot end the string.
    let script = format!("window.wx_errcode={number};window.wx_code='{code}';");
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], script).into_response()
}

/// Waits until the code is scanned, the sign-in is approved or refused, or the ticket has expired, and returns that
/// status. If `last` is the number of `Scanned`, a scan is not returned again. Returns `Waiting` if nothing happens
/// in [`POLL_HELD`], or if the server has to end the connection before.
async fn next_status(
    flow: &Flow,
    clock: &Clock,
    secret: &TicketSecret,
    last: &str,
    waits: &Waits,
) -> Result<Status, Problem> {
    let until = clock.now() + POLL_HELD;
    let mut watch = flow.watch_as_browser(secret.ticket, secret.key.hash(Purpose::Program)).await?.begin().await?;
    loop {
        let event = tokio::select! {
            event = watch.next() => event?,
            () = clock.sleep_until(until) => return Ok(Status::Waiting),
            () = waits.ended() => return Ok(Status::Waiting),
        };
        return Ok(match event.seen {
            Seen::Waiting { .. } => continue,
            // The page knows that the code was scanned, so that is no news.
            Seen::Scanned { .. } if last == "404" => continue,
            Seen::Scanned { .. } => Status::Scanned,
            Seen::Approved { .. } | Seen::Claimed => Status::Confirmed,
            Seen::Denied | Seen::Cancelled => Status::Refused,
            Seen::Expired => Status::Expired,
        });
    }
}

/// Claims an approved ticket, and returns the authorization code that results. A program that repeats the request,
/// because the answer was lost, gets the same code.
async fn code_of(
    login: &Login,
    requests: &Requests,
    grants: &Grants,
    secret: &TicketSecret,
    from: ClientAddress,
) -> Result<String, Problem> {
    let (id, key) = (secret.ticket, secret.key.hash(Purpose::Program));
    let (ticket, claimed) = login.flow.claim(id, key, secret.attempt()).await?;
    let id = ticket.app.and_then(|app| app.request).ok_or(StepError::Unknown)?;
    let open = requests.find(id).await?;
    Ok(requests.code_of_claim(grants, &login.consents, &open, &claimed, from).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Fault;

    #[test]
    fn a_fault_is_no_end_and_another_account_is_refused() {
        let status = |error: StepError| Status::of(&error.into());
        assert_eq!(status(StepError::Fault(Fault::Unreadable("requests"))), Status::Failed);
        assert_eq!(status(StepError::Full), Status::Failed);
        assert_eq!(status(StepError::AnotherAccount), Status::Refused);
        assert_eq!(status(StepError::MayNotUse), Status::Refused);
        assert_eq!(status(ScanOff::Account.into()), Status::Refused);
        assert_eq!(status(Fault::Closed.into()), Status::Failed);
        assert_eq!(status(Refused::Denied.into()), Status::Refused);
        assert_eq!(status(StepError::Unknown), Status::Expired);
        assert_eq!(Status::of(&Problem::request_over()), Status::Expired);
    }
}
