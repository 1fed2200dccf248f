//! Middleware for the pages of administrators. To everyone else these pages do not exist: the answer is 404,
//! before any of the body is read.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::account::password_first;
use crate::account::session::{Sessions, SignedIn, page_of};
use crate::store::records::Account;
use crate::store::records::app_log::{Actor, By};
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use crate::web::client::ClientAddress;
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

/// Admits administrators who signed in with their password. Other administrators are asked for the password
/// first, and anyone else gets 404. A session that was opened by a scan is not enough, because the scan may
/// have been relayed (BCP 247 §6.1.9, ASVS 7.5.1).
pub async fn administrators(
    State(sessions): State<Sessions>,
    from: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    match sessions.find(request.headers()).await {
        Ok(Some(who)) if who.account.is_admin() && !who.gave_password() => {
            password_first(request.headers(), &page_of(request.method(), request.uri()))
        }
        Ok(who) => admit(who, from, request, next).await,
        Err(fault) => Problem::from(fault).into_response(),
    }
}

/// Admits administrators however they signed in, for the page that shows the result of a trial: the trial may
/// have signed them in by a scan. Anyone else gets 404. The page shows only their own data and changes nothing.
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

/// Passes the request of an administrator on, with [`Administrator`] as its extension; the answer to anyone else
/// is 404.
async fn admit(who: Option<SignedIn>, from: ClientAddress, mut request: Request, next: Next) -> Response {
    let Some(who) = who.filter(|who| who.account.is_admin()) else { return Problem::not_found().into_response() };
    request.extensions_mut().insert(Administrator::of(who, from));
    next.run(request).await
}
