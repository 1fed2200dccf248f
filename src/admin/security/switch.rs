//! Turns the switch of the sign-in by scan.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;

use super::PATH;
use crate::account::activity::Whence;
use crate::admin::Administration;
use crate::admin::require_admin::Administrator;
use crate::settings::Scanning;
use crate::store::records::activity::{ActivityActor, ActivityKind, NewActivity};
use crate::store::records::scan_switch::{ScanSwitch, activity_detail};
use crate::text::Texts;
use crate::web::bounds::SCAN_REASON_CHARS;
use crate::web::problem::Problem;

/// The form of `POST /admin/security/scan`.
#[derive(Deserialize)]
pub struct Turn {
    /// The state that the switch gets.
    state: String,
    /// Why; may be empty.
    #[serde(default)]
    reason: String,
}

/// `POST /admin/security/scan`: turns the switch and redirects to the page. A switch that is in this state already stays as it
/// is. A reason that is too long is 422.
pub async fn turn(
    State(admin): State<Administration>,
    Extension(who): Extension<Administrator>,
    from: Whence,
    Form(asked): Form<Turn>,
) -> Result<Response, Problem> {
    let state: Scanning = asked.state.parse().map_err(|_| Problem::malformed())?;
    let reason = asked.reason.trim().to_owned();
    if reason.chars().count() > SCAN_REASON_CHARS || reason.chars().any(char::is_control) {
        return Err(Problem::malformed_because(|texts: &'static Texts| texts.security.reason_hint));
    }
    let now = admin.now();
    let line = NewActivity {
        at: now,
        kind: ActivityKind::Changed,
        account: None,
        account_name: String::new(),
        actor: ActivityActor::Person { account: who.account, name: who.name().to_owned() },
        app: None,
        address: Some(who.address()),
        browser: from.browser,
        system: from.system,
        detail: activity_detail(state, &reason),
        receipt: None,
    };
    let switch = ScanSwitch { state, changed_at: Some(now), changed_by: who.name().to_owned(), reason: reason.clone() };
    if admin.records.turn_scan_switch(switch, line).await? {
        tracing::warn!(state = state.word(), by = %who.account, reason, "the sign-in by scan was switched");
    }
    Ok(Redirect::to(&format!("{PATH}?done={}", state.word())).into_response())
}
