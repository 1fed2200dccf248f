//! Requests that name an app, or an address of one, that is not registered. Nobody is led anywhere: the operator reads in the
//! log what was asked for, and the visitor on the page whom to tell.

use axum::http::StatusCode;

use crate::measure;
use crate::oauth::state::OAuth;
use crate::store::Fault;
use crate::store::records::apps::{App, Dialect};
use crate::text::Lang;
use crate::web::problem::Problem;

/// Characters of what a request named that are written in the log: it is a stranger's text, and may be of any length.
const LOGGED: usize = 256;

fn logged(named: &str) -> String {
    named.chars().take(LOGGED).collect()
}

impl OAuth {
    /// The app of this id, where it signs people in by this dialect.
    pub async fn app_or_why(&self, named: &str, dialect: Dialect) -> Result<Result<App, Problem>, Fault> {
        if let Some(app) = self.app(named, dialect).await? {
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

/// The app wants its visitor back where it is not registered; RFC 9700 §4.11.2: so nobody is sent there.
pub fn unknown_redirect(app: &App, named: &str) -> Problem {
    let problem = Problem::unknown_redirect(&app.name);
    tracing::info!(code = problem.code, redirect_uri = ?logged(named), "an authorization request was refused");
    measure::refused("authorize", problem.code);
    problem
}

/// A page that is not registered with the app as one that may frame it.
pub fn unknown_origin(app: &App, named: &str) -> Problem {
    let lang = Lang::En;
    let (title, advice) = (lang.unknown_redirect_title(), lang.unknown_origin_advice(&app.name, &logged(named)));
    let problem = Problem::new(StatusCode::BAD_REQUEST, "unknown_embed_origin", title, advice);
    tracing::info!(code = problem.code, origin = ?logged(named), "a frame was refused");
    measure::refused("authorize", problem.code);
    problem
}
