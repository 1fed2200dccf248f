//! Refuses requests that name an app, or an address of an app, that is not registered. The visitor is not
//! sent anywhere. The log tells the operator what was asked for, and the page tells the visitor whom to
//! inform.

use axum::http::StatusCode;

use super::clients::Clients;
use crate::measure;
use crate::store::Fault;
use crate::store::records::apps::{App, Dialect};
use crate::web::problem::Problem;

/// The number of characters of a request's value that are written to the log, because the value may be of any
/// length.
const LOGGED: usize = 256;

fn logged(named: &str) -> String {
    named.chars().take(LOGGED).collect()
}

impl Clients {
    /// Finds an enabled app that speaks this dialect, or returns the problem that its visitor is shown.
    pub async fn find_or_refuse(&self, named: &str, dialect: Dialect) -> Result<Result<App, Problem>, Fault> {
        if let Some(app) = self.find(named, dialect).await? {
            return Ok(Ok(app));
        }
        let known = match named.parse() {
            Ok(id) => self.records.known_app(id).await?.filter(|app| app.disabled_at.is_none()),
            Err(_) => None,
        };
        let problem = known.map_or_else(Problem::unknown_app, |app| other_dialect(&app));
        tracing::info!(code = problem.code, client_id = ?logged(named), "an authorization request was refused");
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

/// Refuses an address that the app is not registered with; the visitor is not sent there (RFC 9700 §4.11.2).
pub fn unknown_redirect(app: &App, named: &str) -> Problem {
    let problem = Problem::unknown_redirect(&app.name);
    tracing::info!(code = problem.code, redirect_uri = ?logged(named), "an authorization request was refused");
    measure::refused("authorize", problem.code);
    problem
}

/// Refuses a page whose origin is not registered with the app for frames.
pub fn unknown_origin(app: &App, named: &str) -> Problem {
    let (app, origin) = (app.name.clone(), logged(named));
    tracing::info!(code = "unknown_embed_origin", ?origin, "a frame was refused");
    let problem = Problem::saying(StatusCode::BAD_REQUEST, "unknown_embed_origin", move |texts| {
        (texts.problems.unknown_redirect_title, texts.problems.unknown_origin_advice(&app, &origin))
    });
    measure::refused("authorize", problem.code);
    problem
}
