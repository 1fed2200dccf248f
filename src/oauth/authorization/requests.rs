//! Authorization requests that are under way: kept while the person signs in, so that nothing can be changed between one
//! page and the next.

use super::request::AuthorizationRequest;
use crate::clock::Clock;
use crate::oauth::client::clients::{Clients, is_redirect_of};
use crate::oauth::client::unknown::unknown_redirect;
use crate::oauth::pending::{Pending, REQUEST_LIFE};
use crate::oauth::token::tokens::Tokens;
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::apps::App;
use crate::store::single_use::{Holder, Kind};
use crate::web::client::ClientAddress;
use crate::web::problem::Problem;

/// Reads, keeps and finds authorization requests; cheap to clone.
#[derive(Clone, Debug)]
pub struct Requests {
    /// Finds the app that asks.
    pub clients: Clients,
    /// Reads the ID token that the app has already, and names accounts as the app does.
    pub tokens: Tokens,
    /// Where requests are kept.
    pub pending: Pending,
    /// What people have allowed apps.
    pub records: Records,
    /// The time.
    pub clock: Clock,
}

/// An authorization request that is under way.
#[derive(Debug)]
pub struct OpenRequest {
    /// The identifier under which it is kept.
    pub id: String,
    /// The app that asks.
    pub app: App,
    /// What it asks.
    pub request: AuthorizationRequest,
}

impl Requests {
    /// Keeps a request while its person, who came from this address, signs in. Returns its identifier.
    pub async fn keep(&self, from: ClientAddress, request: &AuthorizationRequest) -> Result<String, Fault> {
        self.pending.keep(Kind::Request, Holder::at(from.0, Some(request.app)), request, REQUEST_LIFE).await
    }

    /// Finds a request that is under way, and its app. A request gets nothing any more where its address was taken from the
    /// app since.
    pub async fn find(&self, id: &str) -> Result<OpenRequest, Problem> {
        let request: AuthorizationRequest = self.pending.find(Kind::Request, id).await?;
        let app = self.app_of(&request).await?;
        let is_registered = request.trial.is_some() || is_redirect_of(&app, &request.back.uri, request.back.dialect);
        let is_framed = request.embed.as_ref().is_none_or(|embed| embed.framed_by(&app).is_some());
        if is_registered && is_framed {
            Ok(OpenRequest { id: id.to_owned(), app, request })
        } else {
            Err(unknown_redirect(&app, &request.back.uri))
        }
    }

    /// Finds the app that asks, for as long as it may.
    pub async fn app_of(&self, request: &AuthorizationRequest) -> Result<App, Problem> {
        let app = self.clients.find(&request.app.to_string(), request.back.dialect).await?;
        app.ok_or_else(Problem::unknown_app)
    }
}

/// Returns the path at which a request goes on.
pub fn path_of(id: &str) -> String {
    format!("/oauth/authorize/{id}")
}
