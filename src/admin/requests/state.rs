//! The state of the pages about requests for apps, and the switch that turns these pages on.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::admin::state::Administration;
use crate::crypto::derive::derive;
use crate::crypto::seal::Seal;
use crate::oauth::AppSecret;
use crate::store::records::requests::request::{AppRequest, AppRequestId};
use crate::web::limits::Limits;
use crate::web::problem::Problem;

/// The state of the pages about requests for apps; cheap to clone.
#[derive(Clone, Debug)]
pub struct AppRequests {
    /// What the pages of administrators have: records, site, single-use objects and clock.
    pub admin: Administration,
    /// The rate limits.
    pub limits: Limits,
    /// Whether people may ask for apps (`[oauth] requests`).
    is_on: bool,
    /// Encrypts the secret of a new app until its owner sees it.
    seal: Arc<Seal>,
}

impl AppRequests {
    /// Makes the state. `secret` is the server's secret, from which the key for the secrets of new apps is derived.
    pub fn new(admin: Administration, limits: Limits, is_on: bool, secret: &[u8; 32]) -> Self {
        let seal = Arc::new(Seal::new(&derive(secret, "secrets of apps that were asked for")));
        Self { admin, limits, is_on, seal }
    }

    /// Returns whether people may ask for apps.
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// Encrypts the secret of the app that a request led to.
    pub fn seal(&self, request: AppRequestId, secret: &AppSecret) -> Vec<u8> {
        self.seal.close(request.as_bytes(), secret.expose().into_bytes())
    }

    /// Decrypts what [`Self::seal`] returned for this request; `None` if it was encrypted with the key of another server.
    pub fn open(&self, request: AppRequestId, sealed: &[u8]) -> Option<AppSecret> {
        let text = String::from_utf8(self.seal.open(request.as_bytes(), sealed)?).ok()?;
        AppSecret::parse(&text)
    }

    /// Finds the request whose id is in the path; the error is 404 if there is none.
    pub async fn find(&self, id: &str) -> Result<AppRequest, Problem> {
        let id = AppRequestId::parse(id).ok_or_else(Problem::not_found)?;
        self.admin.records.app_request(id).await?.ok_or_else(Problem::not_found)
    }
}

/// Answers every request with 404, unless people may ask for apps.
pub async fn only_if_on(State(requests): State<AppRequests>, request: Request, next: Next) -> Response {
    if requests.is_on { next.run(request).await } else { Problem::not_found().into_response() }
}
