//! The guards of the administrators' pages. All other clients get the same answer as for an unknown page,
//! before their request's body is read.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::account::password_first;
use crate::account::session::{Sessions, SignedIn};
use crate::store::records::Account;
use crate::store::records::acts::{Actor, By};
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use crate::web::client::ClientAddress;
use crate::web::problem::Problem;

/// The administrator who sends a request.
#[derive(Clone, Debug)]
pub struct Administrator {
    /// The account of the administrator.
    pub account: AccountId,
    name: String,
    address: IpAddr,
}

impl Administrator {
    fn of(who: SignedIn, from: ClientAddress) -> Self {
        let Account { id, username, display_name, .. } = who.account;
        // User names are unique, so the log names exactly one account.
        Self { account: id, name: username.unwrap_or(display_name), address: from.0 }
    }

    /// Returns the author of a change for the log, with this time.
    pub fn by(&self, now: Timestamp) -> By {
        let Self { account, name, address } = self.clone();
        By { actor: Actor::Administrator { account, name, address }, now }
    }
}

/// Middleware that admits administrators who gave their password. A session that was opened by a scan is not
/// enough, because a scan may have been relayed (BCP 247 §6.1.9, ASVS 7.5.1).
pub async fn administrators(
    State(sessions): State<Sessions>,
    from: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    match sessions.find(request.headers()).await {
        Ok(Some(who)) if who.account.is_admin && !who.gave_password() => {
            password_first(request.headers(), &page_of(&request))
        }
        Ok(who) => admit(who, from, request, next).await,
        Err(fault) => Problem::from(fault).into_response(),
    }
}

/// Middleware that admits administrators however they signed in, for the return from a trial, which may have
/// signed them in by a scan. The page shows only their own data and changes nothing.
pub async fn returning(
    State(sessions): State<Sessions>,
    from: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    match sessions.find(request.headers()).await {
        Ok(who) => admit(who, from, request, next).await,
        Err(fault) => Problem::from(fault).into_response(),
    }
}

async fn admit(who: Option<SignedIn>, from: ClientAddress, mut request: Request, next: Next) -> Response {
    let Some(who) = who.filter(|who| who.account.is_admin) else { return Problem::not_found().into_response() };
    request.extensions_mut().insert(Administrator::of(who, from));
    next.run(request).await
}

/// Returns the page to show after a sign-in: the requested page, or for a form the page of its app, because
/// the form is not sent again.
fn page_of(request: &Request) -> String {
    let path = request.uri().path();
    if *request.method() == Method::GET {
        return path.to_owned();
    }
    path.split('/').take(4).collect::<Vec<_>>().join("/")
}
