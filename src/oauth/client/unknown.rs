//! Refusals of requests that name an unknown app, or a redirect URI or an origin that the app is not
//! registered with. They are not redirected: the operator reads in the log what was requested, and the
//! visitor reads on the page whom to inform.

use axum::http::StatusCode;

use super::clients::Clients;
use crate::measure;
use crate::store::Fault;
use crate::store::records::apps::{App, Dialect};
use crate::web::problem::Problem;

/// The largest number of characters of a requested value that are logged; the rest is cut off.
const LOGGED: usize = 256;

fn logged(named: &str) -> String {
    named.chars().take(LOGGED).collect()
}

impl Clients {
    /// Returns the app with this client id, if it speaks this dialect and is not disabled. Otherwise logs
    /// and counts a refusal, and returns the error page for the visitor as the inner error. The outer error
    /// is a fault of the store.
    pub async fn find_or_refuse(&self, named: &str, dialect: Dialect) -> Result<Result<App, Problem>, Fault> {
        if let Some(app) = self.find(named, dialect).await? {
            return Ok(Ok(app));
        }
        let known = match named.parse() {
            Ok(id) => self.records.cached_app(id).await?,
            Err(_) => None,
        };
        // A visitor is not told that an app is disabled; its operator is.
        let is_disabled = known.as_ref().is_some_and(|app| app.disabled_at.is_some());
        let problem = known.filter(|_| !is_disabled).map_or_else(Problem::unknown_app, |app| other_dialect(&app));
        let code = if is_disabled { "disabled_app" } else { problem.code };
        tracing::info!(code, client_id = ?logged(named), "an authorization request was refused");
        measure::refused("authorize", problem.code);
        Ok(Err(problem))
    }
}

fn other_dialect(app: &App) -> Problem {
    let app = app.name.clone();
    Problem::saying(StatusCode::BAD_REQUEST, "other_dialect", move |texts| {
        (texts.problems.unknown_app_title, texts.problems.other_dialect_advice(&app))
    })
}

/// Logs and counts a refused request that named a redirect URI with which the app is not registered, and returns
/// the error page for the visitor, who is not sent to that URI (RFC 9700 §4.11.2).
pub fn unknown_redirect(app: &App, named: &str) -> Problem {
    let problem = Problem::unknown_redirect(&app.name);
    tracing::info!(code = problem.code, redirect_uri = ?logged(named), "an authorization request was refused");
    measure::refused("authorize", problem.code);
    problem
}

/// Logs and counts a refused logout request that named an address that is not one of the app's
/// `post_logout_redirect_uris`, and returns the error page for the visitor, who is not sent there (RP-Initiated
/// Logout §3).
pub fn unknown_logout_redirect(app: &App, named: &str) -> Problem {
    let problem = Problem::unknown_redirect(&app.name);
    tracing::info!(code = problem.code, post_logout_redirect_uri = ?logged(named), "a logout request was refused");
    measure::refused("logout", problem.code);
    problem
}

/// Logs and counts that a page of an origin with which the app is not registered was refused the sign-in code in a
/// frame, and returns the error page for the frame.
pub fn unknown_origin(app: &App, named: &str) -> Problem {
    let (app, origin) = (app.name.clone(), logged(named));
    tracing::info!(code = "unknown_embed_origin", ?origin, "a frame was refused");
    let problem = Problem::saying(StatusCode::BAD_REQUEST, "unknown_embed_origin", move |texts| {
        (texts.problems.unknown_redirect_title, texts.problems.unknown_origin_advice(&app, &origin))
    });
    measure::refused("authorize", problem.code);
    problem
}
