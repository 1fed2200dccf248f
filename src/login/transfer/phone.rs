//! The handlers of the phone that is to be signed in. Opening its page changes nothing.

use axum::extract::{Path, Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use futures_util::TryFutureExt as _;

use super::phone_pages::{Shows, shown};
use super::{key_hash, own_key};
use crate::account::activity::Whence;
use crate::account::session::{Sessions, SignedIn};
use crate::crypto::hash::sha256_half;
use crate::crypto::random::random;
use crate::login::Login;
use crate::login::browser::page::claim_cookie;
use crate::login::flow::{StepError, is_same_browser};
use crate::login::keys::{ClaimKey, ScanCode};
use crate::login::watch::carriers::{Resume, Waiter, carry};
use crate::text::Texts;
use crate::ticket::event::Seen;
use crate::ticket::ids::{Attempt, ClaimKeyHash, TicketId};
use crate::ticket::machine::Refused;
use crate::web::client::{Agent, ClientAddress};
use crate::web::cookie;
use crate::web::language::Language;
use crate::web::problem::Problem;
use crate::websocket::handshake::Upgrade;

/// `GET /t/{code}`: shows a phone who offers which account, the digits to type, or how it ended.
pub async fn page(
    State(login): State<Login>,
    Path(code): Path<String>,
    texts: &'static Texts,
    who: Option<SignedIn>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    login.check_transfer()?;
    let code = login.flow.parse_scan_code(&code)?;
    let ticket = login.flow.look_at_offer(code).map_err(not_given).await?;
    let offer = ticket.offer.as_deref().ok_or_else(|| not_given(Refused::OtherDirection.into()))?;
    let key = own_key(&headers).as_ref().map(key_hash);
    let is_mine = key.as_ref().is_some_and(|key| offer.is_taken_by(key));
    let event = login.flow.event(&ticket).await;
    let shows = match event.seen {
        _ if is_same_browser(&ticket, key.as_ref(), who.as_ref()) => return Err(same_browser()),
        Seen::Waiting { .. } => match who.map(|who| who.account) {
            Some(account) if account.id == offer.account.account => Shows::HereAlready,
            // Who chose to add an account keeps the one in use.
            other => {
                let replaced = other.filter(|_| !Sessions::is_adding(&headers));
                Shows::Question { replaces: replaced.map(|account| account.display_name) }
            }
        },
        Seen::Scanned { .. } if is_mine => match login.flow.digits(&ticket) {
            Some(digits) => Shows::Digits(digits),
            None => return Err(not_given(StepError::Unknown)),
        },
        Seen::Approved { .. } if is_mine => Shows::Claim,
        Seen::Scanned { .. } | Seen::Approved { .. } => return Err(not_given(Refused::Taken.into())),
        // The phone is signed in: its page was opened again, perhaps while another account of the phone is in use.
        Seen::Claimed
            if is_mine
                && (who.as_ref().is_some_and(|who| who.account.id == offer.account.account)
                    || login.sessions.has_claimed(&headers, &ticket)) =>
        {
            return Ok(Redirect::to("/").into_response());
        }
        // The answer to the claim was lost: it is repeated.
        Seen::Claimed if is_mine => Shows::Claim,
        Seen::Denied if is_mine && ticket.ended_by_wrong_digits() => Shows::Ended(texts.transfer.too_wrong),
        Seen::Denied if is_mine => Shows::Ended(texts.transfer.ended_lead),
        Seen::Claimed | Seen::Denied | Seen::Cancelled | Seen::Expired => {
            return Err(not_given(Refused::Expired.into()));
        }
    };
    let path = format!("/t/{}", login.flow.link_text(code));
    let response = shown(&login, texts, &ticket.asker, offer, shows, &path, event.seq);
    // The press that follows shows whether this browser keeps cookies.
    let probe = cookie::probe(&headers).map(|probe| AppendHeaders([(SET_COOKIE, probe)]));
    Ok((probe, response).into_response())
}

/// `POST /t/{code}/take`: gives the code to this phone, with a cookie that has its claim key, and redirects to its page,
/// which shows the digits.
pub async fn take(
    State(login): State<Login>,
    Path(code): Path<String>,
    who: Option<SignedIn>,
    from: ClientAddress,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    login.check_transfer()?;
    let code = login.flow.parse_scan_code(&code)?;
    login.limits.new_sign_in(from)?;
    if !cookie::are_kept(&headers) {
        return Err(not_given(StepError::NoCookie));
    }
    let back = Redirect::to(&format!("/t/{}", login.flow.link_text(code)));
    let key = own_key(&headers).unwrap_or_else(|| ClaimKey::from_random(random()));
    let phone = Agent::of(&headers).at(from);
    login.flow.take(code, key_hash(&key), phone, who.as_ref()).map_err(not_given).await?;
    let cookie = AppendHeaders([(SET_COOKIE, claim_cookie(&login, &key, false))]);
    Ok((cookie, back).into_response())
}

/// `GET /t/{code}/watch`: sends the events of the ticket to the phone that took it.
pub async fn watch(
    State(login): State<Login>,
    Path(code): Path<String>,
    Query(resume): Query<Resume>,
    waiter: Waiter,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Result<Response, Problem> {
    login.check_transfer()?;
    let begin = async {
        let (code, key) = code_and_key(&login, &code, &headers)?;
        login.flow.watch_as_taker(code.ticket, key).await
    };
    carry(upgrade, &headers, resume, &login.site, login.stopping.clone().into(), waiter, begin).await
}

/// `POST /t/{code}/claim`: opens the session of the phone, and redirects to the home page. A repeated claim opens the same
/// session. The session that the phone had before ends.
pub async fn claim(
    State(login): State<Login>,
    Path(code): Path<String>,
    language: Language,
    from: ClientAddress,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    login.check_transfer()?;
    let (code, key) = code_and_key(&login, &code, &headers).map_err(not_given)?;
    // An ordinary ticket is claimed with its own request.
    login.flow.look_at_offer(code).map_err(not_given).await?;
    let (id, attempt) = (code.ticket, attempt(code.ticket, key));
    let (next, cookies) = login.claim_and_sign_in(&language, id, key, attempt, (&headers, from)).await?;
    Ok((AppendHeaders(cookies), login.site.after_form(language.texts(), &next)).into_response())
}

/// `POST /t/{code}/decline`: ends the code, and redirects to the phone's page, which says so. The owner of the account reads in
/// its activity that a phone declined.
pub async fn decline(
    State(login): State<Login>,
    Path(code): Path<String>,
    from: Whence,
    headers: HeaderMap,
) -> Result<Redirect, Problem> {
    login.check_transfer()?;
    let (code, key) = code_and_key(&login, &code, &headers).map_err(not_given)?;
    let decided = login.flow.decline(code.ticket, key).map_err(not_given).await?;
    let offered = decided.ticket.offer.as_deref().map(|offer| offer.account.account);
    if let Some(offered) = offered
        && let Some(account) = login.records.account(offered).await?
    {
        login.note_decision(&account, &from, &decided).await;
    }
    Ok(Redirect::to(&format!("/t/{}", login.flow.link_text(code))))
}

/// Returns the attempt with which a phone claims this ticket: always the same, because the phone has no other memory of it
/// than its cookie.
fn attempt(ticket: TicketId, key: ClaimKeyHash) -> Attempt {
    Attempt::from_random(sha256_half(&[b"transfer", ticket.as_bytes(), &key.0]))
}

fn code_and_key(login: &Login, code: &str, headers: &HeaderMap) -> Result<(ScanCode, ClaimKeyHash), StepError> {
    let code = login.flow.parse_scan_code(code)?;
    let key = own_key(headers).ok_or(StepError::NoCookie)?;
    Ok((code, key_hash(&key)))
}

fn same_browser() -> Problem {
    not_given(StepError::SameBrowser)
}

/// Returns the answer of a refused step for a phone that is to be signed in, with the code of the refusal.
fn not_given(error: StepError) -> Problem {
    let code = error.code();
    let problem = match error {
        StepError::Refused(Refused::OtherDirection) => Problem::saying(StatusCode::CONFLICT, code, |texts| {
            (texts.transfer.for_screens_title, texts.transfer.for_screens_advice)
        }),
        StepError::Refused(Refused::Taken | Refused::NotYours | Refused::WrongKey) => {
            Problem::saying(StatusCode::CONFLICT, code, |texts| {
                (texts.transfer.taken_title, texts.transfer.taken_advice)
            })
        }
        StepError::SameBrowser => {
            Problem::saying(StatusCode::CONFLICT, code, |texts| (texts.transfer.same_title, texts.transfer.same_advice))
        }
        StepError::Unknown | StepError::Refused(_) => {
            Problem::saying(StatusCode::GONE, code, |texts| (texts.transfer.ended_title, texts.transfer.ended_advice))
        }
        other => return other.into(),
    };
    problem.leading(|texts| texts.common.to_start, "/")
}
