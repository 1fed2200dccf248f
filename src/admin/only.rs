//! Who may come in. Everybody else is told what they would be told if nothing were here, before a byte of a body is read.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::oauth::OAuth;
use crate::ticket::ids::AccountId;
use crate::web::problem::Problem;

/// The administrator who asks.
#[derive(Clone, Copy, Debug)]
pub struct Administrator(pub AccountId);

/// Lets administrators through, however their session was opened.
pub async fn administrators(State(oauth): State<OAuth>, mut request: Request, next: Next) -> Response {
    match oauth.login.sessions.find(request.headers()).await {
        Ok(Some(who)) if who.account.is_admin => {
            request.extensions_mut().insert(Administrator(who.account.id));
            next.run(request).await
        }
        Ok(_) => Problem::not_found().into_response(),
        Err(fault) => Problem::from(fault).into_response(),
    }
}
