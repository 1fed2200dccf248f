//! Middleware for the pages about people and groups. Administrators and those whose role is to manage people may open them;
//! to everyone else these pages do not exist: the answer is 404. It decides when the whole request has arrived.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::account::Accounts;
use crate::account::proof;
use crate::account::session::{SignedIn, leading_back, page_of};
use crate::store::records::activity::ActivityActor;
use crate::store::records::directory::act::ActedBy;
use crate::store::records::people::Role;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use crate::web::client::{Agent, ClientAddress};
use crate::web::form::owner::MadeFor;
use crate::web::problem::Problem;

/// The person who sent the request and may manage people, as an extension of the request.
#[derive(Clone, Debug)]
pub struct Manager {
    /// Their account.
    pub account: AccountId,
    /// Their role, which is not [`Role::None`].
    pub role: Role,
    /// The session in which they signed in.
    pub signed_in: SignedIn,
    address: IpAddr,
    agent: Agent,
}

impl Manager {
    /// Returns this person as the author of a change at this time, for the lines of activity.
    pub fn by(&self, now: Timestamp) -> ActedBy {
        let Self { account, signed_in, address, agent, .. } = self.clone();
        let name = signed_in.account.display_name;
        ActedBy {
            actor: ActivityActor::Person { account, name },
            address: Some(address),
            browser: agent.browser.map(Into::into),
            system: agent.system.map(Into::into),
            at: now,
        }
    }
}

/// Admits those who may manage people, with [`Manager`] as an extension of the request. They must have given their password
/// in this session, and within the last five minutes for a request that changes something ([`proof::demand`]). Anyone else
/// gets 404.
pub async fn managers(State(accounts): State<Accounts>, from: ClientAddress, request: Request, next: Next) -> Response {
    let made_for = MadeFor::sent(request.extensions(), request.uri());
    let who = match accounts.sessions.find_for(request.headers(), made_for).await {
        Ok(who) => who.filter(|who| who.account.manages_people()),
        Err(problem) => {
            let page = page_of(request.method(), request.uri());
            return leading_back(problem, &page).into_response();
        }
    };
    let Some(who) = who else { return Problem::not_found().into_response() };
    let mut request = match proof::demand(&accounts, &who, request).await {
        Ok(request) => request,
        Err(asks) => return asks,
    };
    let manager = Manager {
        account: who.account.id,
        role: who.account.role,
        signed_in: who,
        address: from.0,
        agent: Agent::of(request.headers()),
    };
    request.extensions_mut().insert(manager);
    next.run(request).await
}
