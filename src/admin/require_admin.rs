//! Middleware for the pages of administrators. To everyone else these pages do not exist: the answer is 404. It decides
//! when the whole form has arrived, and before any of an uploaded picture is read.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::account::Accounts;
use crate::account::proof;
use crate::account::session::{Sessions, SignedIn, leading_back, page_of};
use crate::store::records::Account;
use crate::store::records::app_log::{Actor, By};
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use crate::web::client::ClientAddress;
use crate::web::form::owner::MadeFor;
use crate::web::problem::Problem;

/// The administrator who sent the request, as an extension of the request.
#[derive(Clone, Debug)]
pub struct Administrator {
    /// The administrator's account.
    pub account: AccountId,
    name: String,
    address: IpAddr,
}

impl Administrator {
    fn of(who: SignedIn, from: ClientAddress) -> Self {
        let Account { id, username, display_name, .. } = who.account;
        // The user name is unique, unlike the display name.
        Self { account: id, name: username.unwrap_or(display_name), address: from.0 }
    }

    /// Returns the user name of the administrator, or the display name if there is none.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the IP address from which the administrator sent the request.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// Returns this administrator as the author of a change at this time, for the change log.
    pub fn by(&self, now: Timestamp) -> By {
        let Self { account, name, address } = self.clone();
        By { actor: Actor::Administrator { account, name, address }, now }
    }
}

/// Admits administrators, with [`Administrator`] as an extension of the request. They must have given their password in this
/// session, and within the last five minutes for a request that changes something ([`proof::demand`]). A session that was
/// opened by a scan is not enough, because the scan may have been relayed (BCP 247 §6.1.9, ASVS 7.5.1). Anyone else gets 404.
pub async fn administrators(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    let made_for = MadeFor::sent(request.extensions(), request.uri());
    let who = match accounts.sessions.find_for(request.headers(), made_for).await.and_then(only_administrators) {
        Ok(who) => who,
        Err(problem) => {
            let page = page_of(request.method(), request.uri());
            return leading_back(problem, &page).into_response();
        }
    };
    match proof::demand(&accounts, &who, request).await {
        Ok(request) => admit(who, from, request, next).await,
        Err(asks) => asks,
    }
}

/// Admits administrators however they signed in, for the page that shows the result of a trial: the trial may
/// have signed them in by a scan. Anyone else gets 404. The page shows only their own data and changes nothing.
pub async fn returning(
    State(accounts): State<Accounts>,
    from: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    match administrator(&accounts.sessions, request.headers()).await {
        Ok(who) => admit(who, from, request, next).await,
        Err(problem) => problem.into_response(),
    }
}

/// Finds the administrator who is signed in on the device that sent these headers; the error is 404 if there is none. What
/// takes long, such as an upload, asks once more before it changes something.
pub async fn administrator(sessions: &Sessions, headers: &HeaderMap) -> Result<SignedIn, Problem> {
    only_administrators(sessions.find(headers).await?)
}

fn only_administrators(who: Option<SignedIn>) -> Result<SignedIn, Problem> {
    who.filter(|who| who.account.is_admin()).ok_or_else(Problem::not_found)
}

/// Passes the request of an administrator on, with [`Administrator`] as its extension.
async fn admit(who: SignedIn, from: ClientAddress, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Administrator::of(who, from));
    next.run(request).await
}
