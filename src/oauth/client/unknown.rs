//! Requests that name an app, or an address of an app, that is not registered. Such a request leads to no address: the
//! operator reads in the log what was asked for, and the visitor reads on the page whom to tell.

use axum::http::StatusCode;

use super::clients::Clients;
use crate::measure;
use crate::store::Fault;
use crate::store::records::apps::{App, Dialect};
use crate::web::problem::Problem;

/// So many characters of what a request named are written in the log: the text may be of any length.
const LOGGED: usize = 256;

fn logged(named: &str) -> String {
    named.chars().take(LOGGED).collect()
}

impl Clients {
    /// Finds an app that signs people in by this dialect, or says what its visitor is told instead.
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

/// Refuses an address that the app is not registered with: its visitor is not sent there (RFC 9700 §4.11.2).
pub fn unknown_redirect(app: &App, named: &str) -> Problem {
    let problem = Problem::unknown_redirect(&app.name);
    tracing::info!(code = problem.code, redirect_uri = ?logged(named), "an authorization request was refused");
    measure::refused("authorize", problem.code);
    problem
}

/// Refuses a page that is not registered with the app as one that may frame it.
pub fn unknown_origin(app: &App, named: &str) -> Problem {
    let (app, origin) = (app.name.clone(), logged(named));
    tracing::info!(code = "unknown_embed_origin", ?origin, "a frame was refused");
    let problem = Problem::saying(StatusCode::BAD_REQUEST, "unknown_embed_origin", move |texts| {
        (texts.problems.unknown_redirect_title, texts.problems.unknown_origin_advice(&app, &origin))
    });
    measure::refused("authorize", problem.code);
    problem
}
