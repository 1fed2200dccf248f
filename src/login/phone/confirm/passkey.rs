//! The options with which a phone uses a passkey for one approval.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};

use crate::account::passkey::{BrowserKey, PasskeyRefusal, Refused, Step};
use crate::account::session::SignedIn;
use crate::login::Login;
use crate::login::phone::who::not_signed_in;
use crate::web::client::ClientAddress;
use crate::web::problem::Problem;

/// `POST /s/{code}/passkey`: the options with which a signed-in person approves this ticket with one of their passkeys, as
/// WebAuthn's JSON. The challenge is for this ticket alone.
pub async fn options(
    State(login): State<Login>,
    Path(code): Path<String>,
    from: ClientAddress,
    who: Option<SignedIn>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let code = login.flow.parse_scan_code(&code)?;
    let who = who.ok_or_else(not_signed_in)?;
    let account = who.account.id;
    login.limits.decision(account)?;
    let key = BrowserKey::of_or_fresh(&headers);
    let own = login.passkeys.offered_of(account).await?;
    if own.is_empty() {
        return Err(no_options(PasskeyRefusal::Unknown));
    }
    match login.passkeys.ask(&key, Step::Approve(account, code.ticket), &own, from).await {
        Ok(options) => Ok((AppendHeaders([(SET_COOKIE, key.cookie())]), Json(options)).into_response()),
        Err(Refused::Fault(fault)) => Err(fault.into()),
        Err(Refused::Because(why, _)) => Err(no_options(why)),
    }
}

fn no_options(why: PasskeyRefusal) -> Problem {
    why.note("passkey");
    Problem::saying(StatusCode::UNPROCESSABLE_ENTITY, why.code(), move |texts| {
        (texts.passkeys.none_possible_title, why.text(texts))
    })
}
