//! Requests that name an app, or an address of an app, that is not registered. Such a request leads to no address: the
//! operator reads in the log what was asked for, and the visitor reads on the page whom to tell.

use axum::http::StatusCode;

use super::clients::Clients;
use crate::measure;
use crate::store::Fault;
use crate::store::records::apps::{App, Dialect};
use crate::text::Lang;
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
    let lang = Lang::En;
    let (title, advice) = (lang.unknown_app_title(), lang.other_dialect_advice(&app.name));
    Problem::new(StatusCode::BAD_REQUEST, "other_dialect", title, advice)
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
    let lang = Lang::En;
    let (title, advice) = (lang.unknown_redirect_title(), lang.unknown_origin_advice(&app.name, &logged(named)));
    let problem = Problem::new(StatusCode::BAD_REQUEST, "unknown_embed_origin", title, advice);
    tracing::info!(code = problem.code, origin = ?logged(named), "a frame was refused");
    measure::refused("authorize", problem.code);
    problem
}
