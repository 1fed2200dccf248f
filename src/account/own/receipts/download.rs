//! `POST /account/activity/receipts`: the receipts of the signed-in person as a file; and `POST …/accept`, by which they go on
//! after a warning.

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, SET_COOKIE};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use futures_util::StreamExt as _;

use crate::account::activity::Whence;
use crate::account::own::download::one_is_running;
use crate::account::own::paths::ACTIVITY;
use crate::account::proof::proof_first;
use crate::account::receipt_heads;
use crate::account::session::SignedIn;
use crate::account::state::Accounts;
use crate::store::records::activity::ActivityKind;
use crate::web::problem::Problem;

/// `POST /account/activity/receipts`: sends the receipts of the signed-in person. As with all their data, it leaves a line of
/// activity, needs a fresh proof because it tells where the person was, and there is one download at a time.
pub async fn send(
    State(accounts): State<Accounts>,
    from: Whence,
    who: SignedIn,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(asked) = proof_first(&who, &headers, accounts.clock.now(), ACTIVITY) {
        return Ok(asked);
    }
    accounts.limits.decision(who.account.id)?;
    let running = accounts.limits.download(who.account.id).ok_or_else(one_is_running)?;
    tracing::info!("a person downloaded their receipts");
    accounts.activity.tell(ActivityKind::DataDownloaded, &who.account, &from, "receipts").await;
    let lines = accounts.receipts.export(who.account.id).map(move |piece| {
        // The download runs until its last piece was sent.
        let _ = &running;
        piece
    });
    let headers = [
        (CONTENT_TYPE, "text/plain; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"receipts.txt\""),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// `POST /account/activity/accept`: makes this device remember the receipts as they are now.
pub async fn accept(State(accounts): State<Accounts>, who: SignedIn, headers: HeaderMap) -> Result<Response, Problem> {
    accounts.limits.decision(who.account.id)?;
    let cookie = receipt_heads::accepted(&accounts.receipts, &headers, who.account.id).await?;
    tracing::info!("a person accepted the receipts as they are");
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), Redirect::to(ACTIVITY)).into_response())
}
