//! The handlers of the browser that is signed in, and signs a phone in.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::browser_pages::{shown, start};
use super::{CODE_LIFE, PATH, key_hash, own_key};
use crate::account::activity::Whence;
use crate::account::proof::proof_first;
use crate::account::receipt_heads;
use crate::account::session::SignedIn;
use crate::crypto::random::random;
use crate::login::Login;
use crate::login::browser::page::claim_cookie;
use crate::login::flow::StepError;
use crate::login::keys::ClaimKey;
use crate::login::refusal::refused;
use crate::login::watch::carriers::{Resume, Waiter, carry};
use crate::text::Texts;
use crate::ticket::ids::{ClaimKeyHash, TicketId};
use crate::ticket::ladder::Digits;
use crate::ticket::machine::{Goal, Refused, Stage, Ticket};
use crate::web::client::{Agent, ClientAddress};
use crate::web::problem::Problem;
use crate::websocket::handshake::Upgrade;

/// `GET /transfer`: says what the code does, with a button that shows it. Asks for a fresh proof first.
pub async fn page(
    State(login): State<Login>,
    texts: &'static Texts,
    who: SignedIn,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    login.check_transfer()?;
    login.flow.check_scanner(&who).await?;
    if let Some(asks) = proof_first(&who, &headers, login.flow.now(), PATH) {
        return Ok(asks);
    }
    Ok(start(&login.site, texts, None))
}

/// `POST /transfer`: makes a ticket that offers the account of this browser, and redirects to its page. Asks for a fresh
/// proof first. Fails with 429 if a rate limit is reached.
pub async fn issue(
    State(login): State<Login>,
    texts: &'static Texts,
    who: SignedIn,
    from: ClientAddress,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    login.check_transfer()?;
    if let Some(asks) = proof_first(&who, &headers, login.flow.now(), PATH) {
        return Ok(asks);
    }
    let again = |why: String| start(&login.site, texts, Some(why));
    if let Err(too_many) = login.limits.decision(who.account.id) {
        return Ok(too_many.beside_form(&headers, texts, again));
    }
    let offer = login.flow.offer_of(&who).ok_or_else(Problem::not_signed_in)?;
    let key = own_key(&headers).unwrap_or_else(|| ClaimKey::from_random(random()));
    let asker = Agent::of(&headers).at(from);
    let goal = Goal { code_life: Some(CODE_LIFE), offer: Some(Box::new(offer)), ..Goal::default() };
    let ticket = login.flow.issue(&key, asker, goal).await?;
    tracing::info!(ticket.id = %ticket.id, "a browser offers its account to a phone");
    let cookie = AppendHeaders([(SET_COOKIE, claim_cookie(&login, &key, false))]);
    Ok((cookie, Redirect::to(&format!("{PATH}/{}", ticket.id))).into_response())
}

/// The query of `GET /transfer/{ticket}`.
#[derive(Deserialize)]
pub struct Shown {
    /// Present if the form was sent without four digits.
    #[serde(default)]
    malformed: Option<String>,
}

/// `GET /transfer/{ticket}`: shows the present state: the code, the field for the digits, or how it ended. A ticket that is
/// unknown or another browser's redirects to the beginning.
pub async fn ticket(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    Query(query): Query<Shown>,
    texts: &'static Texts,
    who: SignedIn,
    from: ClientAddress,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    login.check_transfer()?;
    let (id, key) = ticket_and_key(&ticket, &headers)?;
    let ticket = match login.flow.offer_to_show(id, key).await {
        Ok(ticket) => ticket,
        Err(StepError::Unknown | StepError::Refused(Refused::WrongKey)) => {
            return Ok(Redirect::to(PATH).into_response());
        }
        Err(error) => return Err(error.into()),
    };
    if !is_offered_by(&ticket, &who) {
        return Ok(Redirect::to(PATH).into_response());
    }
    Ok(shown(&login, texts, &ticket, &who, from, query.malformed.is_some()).await?)
}

/// `GET /transfer/{ticket}/watch`: sends the events of the ticket for as long as the person is signed in.
pub async fn watch(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    Query(resume): Query<Resume>,
    waiter: Waiter,
    who: SignedIn,
    headers: HeaderMap,
    upgrade: Upgrade,
) -> Result<Response, Problem> {
    login.check_transfer()?;
    let open = login.sessions.while_signed_in(&who, &login.stopping).await?.ok_or_else(Problem::not_signed_in)?;
    let begin = async {
        let (id, key) = ticket_and_key(&ticket, &headers)?;
        login.flow.watch_as_offerer(id, key, &who).await
    };
    carry(upgrade, &headers, resume, &login.site, open, waiter, begin).await
}

/// The form of `POST /transfer/{ticket}/digits`.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    digits: String,
    /// The `seq` of the state that the page showed.
    #[serde(default)]
    seq: u32,
}

/// `POST /transfer/{ticket}/digits`: gives the phone its session if the digits are those that it shows, and redirects to the
/// page of the ticket, which shows the outcome. Asks for a fresh proof if the last one is too old.
pub async fn type_digits(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    who: SignedIn,
    from: Whence,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    login.check_transfer()?;
    let (id, key) = ticket_and_key(&ticket, &headers)?;
    let page = format!("{PATH}/{id}");
    if let Some(asks) = proof_first(&who, &headers, login.flow.now(), &page) {
        return Ok(asks);
    }
    let Ok(digits) = typed.digits.parse::<Digits>() else {
        return Ok(Redirect::to(&format!("{page}?malformed=1")).into_response());
    };
    login.limits.decision(who.account.id)?;
    let decided = login.flow.type_digits(id, key, &who, &digits, typed.seq).await?;
    match decided.ticket.stage {
        Stage::Approved(..) => {
            login.note_decision(&who.account, &from, &decided).await;
            let cookie = receipt_heads::after_approval(login.flow.receipts(), &headers, who.account.id).await;
            let cookie = cookie.map(|cookie| (SET_COOKIE, cookie));
            return Ok((AppendHeaders(cookie), Redirect::to(&page)).into_response());
        }
        _ if decided.ticket.ended_by_wrong_digits() && decided.is_first => {
            login.activity.refused(&who.account, &from, "digits of a phone");
        }
        _ => {}
    }
    Ok(Redirect::to(&page).into_response())
}

/// `POST /transfer/{ticket}/cancel`: ends the code, and redirects to the page of the ticket. A ticket that cannot be
/// cancelled any more stays as it is.
pub async fn cancel(
    State(login): State<Login>,
    Path(ticket): Path<String>,
    _: SignedIn,
    headers: HeaderMap,
) -> Result<Redirect, Problem> {
    login.check_transfer()?;
    let (id, key) = ticket_and_key(&ticket, &headers)?;
    match login.flow.cancel(id, key).await {
        Err(StepError::Fault(fault)) => Err(fault.into()),
        // The page says what became of the ticket.
        _ => Ok(Redirect::to(&format!("{PATH}/{id}"))),
    }
}

/// Returns the id of the ticket in the path, and the hash of this browser's claim key.
fn ticket_and_key(ticket: &str, headers: &HeaderMap) -> Result<(TicketId, ClaimKeyHash), StepError> {
    let id = ticket.parse().map_err(|_| StepError::Unknown)?;
    let key = own_key(headers).ok_or_else(|| refused("find", id, StepError::NoCookie))?;
    Ok((id, key_hash(&key)))
}

/// Returns whether this person offers the account, in this session.
fn is_offered_by(ticket: &Ticket, who: &SignedIn) -> bool {
    ticket.offer.as_deref().is_some_and(|offer| Some(offer.session) == who.session_hash())
}
