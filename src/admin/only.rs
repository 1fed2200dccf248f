//! Who may come in. Everybody else is told what they would be told if nothing were here, before a byte of a body is read.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::account::session::SignedIn;
use crate::oauth::OAuth;
use crate::store::records::OpenedBy;
use crate::ticket::ids::AccountId;
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

/// The administrator who asks.
#[derive(Clone, Copy, Debug)]
pub struct Administrator(pub AccountId);

/// Lets administrators through who gave their password: what a relayed scan opens is no key to everybody's apps (BCP 247
/// §6.1.9, ASVS 7.5.1).
pub async fn administrators(State(oauth): State<OAuth>, mut request: Request, next: Next) -> Response {
    match oauth.login.sessions.find(request.headers()).await {
        Ok(Some(who)) if who.account.is_admin && !has_given_password(&who) => {
            let next = NextPath::parse(request.uri().path()).unwrap_or_else(NextPath::home);
            Redirect::to(&format!("{}&anew=1", next.behind("/signin"))).into_response()
        }
        Ok(Some(who)) if who.account.is_admin => {
            request.extensions_mut().insert(Administrator(who.account.id));
            next.run(request).await
        }
        Ok(_) => Problem::not_found().into_response(),
        Err(fault) => Problem::from(fault).into_response(),
    }
}

fn has_given_password(who: &SignedIn) -> bool {
    who.session.is_some_and(|session| session.opened_by == OpenedBy::Password)
}
