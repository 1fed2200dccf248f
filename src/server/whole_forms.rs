//! Reads the body of a request completely before anything looks for the person who sent it. Whoever loses their session
//! or their rights while their request arrives slowly is therefore judged by what they are when all of it has arrived.
//! What may change something is then done to its end, with the mail and the line of activity that tell of it, also if its
//! client hangs up or the time for the answer is over.
//! Uploaded pictures are read by [`picture`](crate::picture) instead, and their handlers look for the person again.

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{FromRequest as _, Request, State};
use axum::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::account::Accounts;
use crate::account::proof;
use crate::account::session::{page_of, sign_in_first};
use crate::run_to_end::run_to_end;
use crate::web::bounds::BODY_BYTES;
use crate::web::form::owner::{self, MadeFor};
use crate::web::guard::is_write;
use crate::web::problem::Problem;

/// The layer that reads the body of a request that may change something, and passes it on with the body in memory, in a task
/// that runs to its end. A body above the limit of the routes
/// is answered with 413, and one that breaks off with 400. A form that names the account it was made for gets it as an
/// extension ([`MadeFor`]). The layers around it limit the size and the time.
pub async fn arrive(request: Request, next: Next) -> Response {
    if !is_write(request.method()) {
        return next.run(request).await;
    }
    if request.body().is_end_stream() {
        return run_to_end(owner::around(next.run(request))).await;
    }
    let (mut head, body) = request.into_parts();
    match Bytes::from_request(Request::new(body), &()).await {
        Ok(body) => {
            if let Some(made_for) = MadeFor::of_body(&body) {
                head.extensions.insert(made_for);
            }
            run_to_end(owner::around(next.run(Request::from_parts(head, Body::from(body))))).await
        }
        Err(refused) => refused.into_response(),
    }
}

/// The layer around [`arrive`] of routes that take forms above [`BODY_BYTES`]. It lets such a form be read only if its
/// sender is signed in and could send one: a person with a role, or under `/apps/` anyone while people may ask for apps.
/// So a stranger cannot make a connection hold more memory than for any other form. Others get the answer that they would
/// get for a small form. Whether this person may do what the form asks for is decided when the form has arrived.
pub async fn from_whom(State(accounts): State<Accounts>, request: Request, next: Next) -> Response {
    if !is_large(request.headers()) {
        return next.run(request).await;
    }
    let who = match accounts.sessions.peek(request.headers()).await {
        Ok(who) => who,
        Err(fault) => return Problem::from(fault).into_response(),
    };
    let path = request.uri().path();
    let is_for_owners = path.starts_with("/apps/") && accounts.takes_app_requests;
    let is_for_everyone = is_for_owners || path == proof::PATH;
    match who {
        Some(who) if is_for_owners || who.account.manages_people() => next.run(request).await,
        Some(_) if is_for_everyone => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        None if is_for_everyone => sign_in_first(&page_of(request.method(), request.uri())),
        _ => Problem::not_found().into_response(),
    }
}

/// Returns whether the body has more than [`BODY_BYTES`], or may have because its length is not stated.
fn is_large(headers: &HeaderMap) -> bool {
    let Some(length) = headers.get(CONTENT_LENGTH) else { return headers.contains_key(TRANSFER_ENCODING) };
    let length = length.to_str().ok().and_then(|length| length.parse::<usize>().ok());
    length.is_none_or(|length| length > BODY_BYTES)
}
