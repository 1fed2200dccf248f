//! Lets administrators through. Everyone else is answered as if there were no such page, before a byte of a body is read.

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

/// The administrator who asks.
#[derive(Clone, Debug)]
pub struct Administrator {
    /// Their account.
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

    /// Who does what is written down now.
    pub fn by(&self, now: Timestamp) -> By {
        let Self { account, name, address } = self.clone();
        By { actor: Actor::Administrator { account, name, address }, now }
    }
}

/// Lets administrators through who gave their password. A session that a scan opened is not enough, because a scan may have
/// been relayed (BCP 247 §6.1.9, ASVS 7.5.1).
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

/// Lets administrators through however they signed in: back from a sign-in that they began on these pages, which may
/// have been a scan. What is here shows them themselves, and changes nothing.
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

/// The page that is asked for; of what is done to an app, the app's page, for nothing is done by coming back.
fn page_of(request: &Request) -> String {
    let path = request.uri().path();
    if *request.method() == Method::GET {
        return path.to_owned();
    }
    path.split('/').take(4).collect::<Vec<_>>().join("/")
}
