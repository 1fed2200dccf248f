//! Keeps authorization requests while the person signs in, so that nothing can be changed between one page
//! and the next, and finds them again.

use super::request::AuthorizationRequest;
use crate::account::activity::ActivityLog;
use crate::clock::Clock;
use crate::crypto::random::random;
use crate::oauth::client::clients::{Clients, is_redirect_of};
use crate::oauth::client::unknown::unknown_redirect;
use crate::oauth::pending::{Pending, REQUEST_LIFE};
use crate::oauth::token::tokens::Tokens;
use crate::store::Fault;
use crate::store::records::Records;
use crate::store::records::apps::App;
use crate::store::single_use::{Holder, Kind};
use crate::ticket::request_id::RequestId;
use crate::web::client::ClientAddress;
use crate::web::next_path::NextPath;
use crate::web::problem::Problem;

/// Reads, keeps and finds the authorization requests of apps; cheap to clone.
#[derive(Clone, Debug)]
pub struct Requests {
    /// The registered apps.
    pub clients: Clients,
    /// Reads an `id_token_hint`, and derives subject identifiers.
    pub tokens: Tokens,
    /// The store in which requests are kept.
    pub pending: Pending,
    /// The records, with the consents of accounts.
    pub records: Records,
    /// Stores that somebody may not use an app.
    pub activity: ActivityLog,
    /// The clock.
    pub clock: Clock,
}

/// An authorization request that was kept and then found again by its identifier, with the app that made
/// it.
#[derive(Debug)]
pub struct OpenRequest {
    /// The identifier under which it is kept.
    pub id: RequestId,
    /// The app that made it.
    pub app: App,
    /// The request itself.
    pub request: AuthorizationRequest,
}

impl Requests {
    /// Stores a checked authorization request for ten minutes, within which the person has to sign in, and returns its
    /// new identifier. The request counts for the network of `from` (an IPv4 address or an IPv6 /48), whose oldest
    /// requests for this app are evicted if they fill the store.
    pub async fn keep(&self, from: ClientAddress, request: &AuthorizationRequest) -> Result<RequestId, Fault> {
        self.keep_for(Holder::at(from.0, Some(request.app)), request).await
    }

    /// Stores a checked authorization request for ten minutes, and returns its new identifier. The request counts for
    /// `holder`, whose oldest requests are evicted if they fill the store.
    pub(super) async fn keep_for(&self, holder: Holder, request: &AuthorizationRequest) -> Result<RequestId, Fault> {
        let id = RequestId::from_random(random());
        self.pending.keep_under(Kind::Request, &id.to_string(), holder, request, REQUEST_LIFE).await?;
        Ok(id)
    }

    /// Returns a stored request and its app, and does not use the request up. Fails if the request is over, if the app
    /// was disabled or does not speak the dialect of the request any more, or if the app is no longer registered with
    /// the redirect URI (except in a trial) or with an origin that may embed the request's frame.
    pub async fn find(&self, id: RequestId) -> Result<OpenRequest, Problem> {
        let request: AuthorizationRequest = self.pending.find(Kind::Request, &id.to_string()).await?;
        let app = self.app_of(&request).await?;
        let is_registered = request.trial.is_some() || is_redirect_of(&app, &request.back.uri, request.back.dialect);
        if !is_registered {
            return Err(unknown_redirect(&app, &request.back.uri));
        }
        if let Some(embed) = &request.embed {
            embed.framed_by_or_refuse(&app)?;
        }
        Ok(OpenRequest { id, app, request })
    }

    /// Returns the app that made a request; fails if it was disabled or does not speak the dialect of the
    /// request any more.
    pub async fn app_of(&self, request: &AuthorizationRequest) -> Result<App, Problem> {
        let app = self.clients.find(&request.app.to_string(), request.back.dialect).await?;
        app.ok_or_else(Problem::unknown_app)
    }
}

/// Parses the identifier of an authorization request from a path. For any other text it fails as for a
/// request that is over.
pub fn read_id(text: &str) -> Result<RequestId, Problem> {
    text.parse().map_err(|_| Problem::request_over())
}

/// Returns the path at which the browser goes on with an authorization request, `/oauth/authorize/{id}`.
pub fn path_of(id: RequestId) -> String {
    NextPath::of_request(id).as_str().to_owned()
}
