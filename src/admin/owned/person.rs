//! Middleware for the pages of people who ask for apps: it lets in who is signed in and has a user name.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::account::password_first;
use crate::account::session::{Sessions, leading_back, page_of, sign_in_first};
use crate::admin::requests::state::AppRequests;
use crate::store::records::Account;
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::store::records::app_log::{Actor, By};
use crate::store::records::apps::App;
use crate::ticket::ids::AccountId;
use crate::ticket::time::Timestamp;
use crate::web::client::{Agent, ClientAddress};
use crate::web::form::owner::MadeFor;
use crate::web::problem::Problem;

/// The person who sent the request, as an extension of the request.
#[derive(Clone, Debug)]
pub struct Person {
    /// The account of the person.
    pub account: AccountId,
    /// The user name of the person.
    pub username: String,
    display_name: String,
    address: IpAddr,
    agent: Agent,
}

impl Person {
    /// Returns this person as the author of a change of an app that they look after, for the log of changes.
    pub fn by(&self, now: Timestamp) -> By {
        let (account, name, address) = (self.account, self.username.clone(), self.address);
        By { actor: Actor::Owner { account, name, address }, now }
    }

    /// Returns a line of activity about what this person did.
    pub fn line(&self, kind: ActivityKind, app: Option<&App>, detail: &str, now: Timestamp) -> NewActivity {
        NewActivity {
            app: app.map(|app| (app.id, app.name.clone())),
            address: Some(self.address),
            browser: self.agent.browser.clone().map(String::from),
            system: self.agent.system.clone().map(String::from),
            detail: detail.to_owned(),
            ..NewActivity::of(kind, self.account, &self.display_name, now)
        }
    }

    /// Finds the app whose id is in the path, if this person looks after it; the error is 404 otherwise.
    pub async fn app(&self, requests: &AppRequests, id: &str) -> Result<App, Problem> {
        let app = requests.admin.find(id).await?;
        if app.owner == Some(self.account) { Ok(app) } else { Err(Problem::not_found()) }
    }
}

/// Admits everyone who is signed in, in whatever way. Others are asked to sign in first.
pub async fn signed_in(
    State(sessions): State<Sessions>,
    from: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    admit(&sessions, from, request, next, false).await
}

/// Admits everyone who signed in with their password; others give it first. A session that was opened by a scan is not
/// enough to change an app and see its secret, because the scan may have been relayed (BCP 247 §6.1.9).
pub async fn with_password(
    State(sessions): State<Sessions>,
    from: ClientAddress,
    request: Request,
    next: Next,
) -> Response {
    admit(&sessions, from, request, next, true).await
}

async fn admit(
    sessions: &Sessions,
    from: ClientAddress,
    mut request: Request,
    next: Next,
    needs_password: bool,
) -> Response {
    let page = page_of(request.method(), request.uri());
    let made_for = MadeFor::sent(request.extensions(), request.uri());
    let who = match sessions.find_for(request.headers(), made_for).await {
        Ok(Some(who)) => who,
        Ok(None) => return sign_in_first(&page),
        Err(problem) => return leading_back(problem, &page).into_response(),
    };
    let has_proof = who.has_proof();
    let Account { id, username: Some(username), display_name, .. } = who.account else {
        return Problem::not_found().into_response();
    };
    if needs_password && !has_proof {
        return password_first(request.headers(), &page);
    }
    let agent = Agent::of(request.headers());
    let person = Person { account: id, username, display_name, address: from.0, agent };
    request.extensions_mut().insert(person);
    next.run(request).await
}
