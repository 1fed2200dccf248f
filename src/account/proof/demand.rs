//! Demands a fresh proof of the person who sent a request.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use crate::account::session::{Sessions, SignedIn, page_of};
use crate::ticket::time::Timestamp;
use crate::web::next_path::NextPath;
use crate::web::problem::{Problem, wants_html};

/// URL path of the page on which a person gives their password once more.
pub const PATH: &str = "/account/proof";

/// Returns `None` if the person has a fresh proof. Otherwise returns the answer that asks for it: a browser is redirected
/// to the page that asks for the password, which leads back to the path `page`; a program gets the error 403.
pub fn proof_first(who: &SignedIn, headers: &HeaderMap, now: Timestamp, page: &str) -> Option<Response> {
    if who.has_fresh_proof(now) {
        return None;
    }
    if wants_html(headers) {
        let back = NextPath::parse(page).unwrap_or_else(NextPath::home);
        return Some(Redirect::to(&back.link_via(PATH, &[])).into_response());
    }
    let problem = Problem::saying(StatusCode::FORBIDDEN, "proof_needed", |texts| {
        (texts.proof.needed_title, texts.proof.needed_advice)
    });
    Some(problem.into_response())
}

/// The person who is signed in and has a fresh proof. As an extractor it answers everyone else: who is not signed in is
/// led to the sign-in form, and who has no fresh proof to the page that asks for it.
#[derive(Clone, Debug)]
pub struct Proven(pub SignedIn);

impl<S> FromRequestParts<S> for Proven
where
    S: Send + Sync,
    Sessions: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let who = <SignedIn as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        let page = page_of(&parts.method, &parts.uri);
        match proof_first(&who, &parts.headers, Sessions::from_ref(state).now(), &page) {
            Some(asked) => Err(asked),
            None => Ok(Self(who)),
        }
    }
}
