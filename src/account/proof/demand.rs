//! Demands the password of the person who sent a request.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::StreamExt as _;

use super::carried::CarriedForm;
use super::page::{PATH, asked};
use crate::account::Accounts;
use crate::account::session::{SignedIn, page_of};
use crate::account::signin::password_first;
use crate::text::Texts;
use crate::ticket::time::Timestamp;
use crate::web::language::Language;
use crate::web::next_path::NextPath;
use crate::web::problem::{Problem, wants_html};

/// Returns the request if the person gave their password for it: at any time in this session if the request only reads,
/// and within the last five minutes if it may change something. Otherwise returns the answer that asks for the password.
/// A browser that sent a form gets the page that asks and carries the form along; one that uploads a file is redirected to
/// that page, which leads back; a program gets the error 403. The caller must have checked what the person may do.
pub async fn demand(accounts: &Accounts, who: &SignedIn, request: Request) -> Result<Request, Response> {
    let page = page_of(request.method(), request.uri());
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return if who.has_proof() { Ok(request) } else { Err(password_first(request.headers(), &page)) };
    }
    let Some(asks) = proof_first(who, request.headers(), accounts.clock.now(), &page) else { return Ok(request) };
    tracing::info!("a change waits for a fresh proof");
    if !wants_html(request.headers()) {
        return Err(asks);
    }
    let back = NextPath::parse(&page).unwrap_or_else(NextPath::home);
    let texts = Language::of(request.extensions()).texts();
    let form = if is_form(request.headers()) {
        CarriedForm::of(request).await
    } else {
        read_off(request.into_body()).await;
        None
    };
    Err(match form {
        Some(form) => asked(accounts, who, texts, &back, form).await.unwrap_or_else(IntoResponse::into_response),
        None => asks,
    })
}

/// Returns `None` if the person has a fresh proof. Otherwise returns the answer that asks for it: a browser is redirected to
/// the page that asks for the password, which leads back to the path `page`; a program gets the error 403.
pub fn proof_first(who: &SignedIn, headers: &HeaderMap, now: Timestamp, page: &str) -> Option<Response> {
    if who.has_fresh_proof(now) {
        return None;
    }
    if wants_html(headers) {
        let back = NextPath::parse(page).unwrap_or_else(NextPath::home);
        return Some(Redirect::to(&back.link_via(PATH, &[])).into_response());
    }
    let needed = Problem::saying(StatusCode::FORBIDDEN, "proof_needed", |texts| {
        (texts.proof.needed_title, texts.proof.needed_advice)
    });
    Some(needed.into_response())
}

/// Returns `None` if the person has a fresh proof. Otherwise returns the answer that asks for it: a browser gets the page that
/// asks, which carries the form with these fields along to the path `to`, and leads back to `page`; a program gets the error
/// 403. The fields must have no password.
pub async fn proof_for_form(
    accounts: &Accounts,
    texts: &'static Texts,
    who: &SignedIn,
    headers: &HeaderMap,
    page: &str,
    (to, fields): (&str, &[(&str, &str)]),
) -> Result<Option<Response>, Problem> {
    let Some(asks) = proof_first(who, headers, accounts.clock.now(), page) else { return Ok(None) };
    tracing::info!("a change waits for a fresh proof");
    match CarriedForm::to(to, fields).filter(|_| wants_html(headers)) {
        Some(form) => {
            let back = NextPath::parse(page).unwrap_or_else(NextPath::home);
            asked(accounts, who, texts, &back, form).await.map(Some)
        }
        None => Ok(Some(asks)),
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    kind.starts_with(b"application/x-www-form-urlencoded")
}

/// Reads a body to its end and drops it, because a browser that is answered while it still sends shows no answer.
async fn read_off(body: Body) {
    let mut parts = body.into_data_stream();
    while let Some(Ok(_)) = parts.next().await {}
}
