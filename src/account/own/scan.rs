//! The switch with which a person lets nobody sign in as them by scanning.

use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::paths::{SCAN_SWITCH, SECURITY};
use crate::account::activity::Whence;
use crate::account::proof::proof_first;
use crate::account::session::SignedIn;
use crate::account::state::Accounts;
use crate::settings::Scanning;
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::store::records::scan_switch::{AccountScan, AccountSwitch, activity_detail};
use crate::text::Texts;
use crate::web::problem::Problem;

/// The form of `POST /account/security/scan`.
#[derive(Deserialize)]
pub struct Turn {
    /// The state that the switch gets.
    state: String,
}

/// `POST /account/security/scan`: turns the switch of the own account, for a person with a fresh proof.
pub async fn turn(
    State(accounts): State<Accounts>,
    from: Whence,
    who: SignedIn,
    headers: HeaderMap,
    Form(asked): Form<Turn>,
) -> Result<Response, Problem> {
    let state: Scanning = asked.state.parse().map_err(|_| Problem::malformed())?;
    if let Some(asks) = proof_first(&who, &headers, accounts.clock.now(), SECURITY) {
        return Ok(asks);
    }
    accounts.limits.decision(who.account.id)?;
    let line = accounts.activity.line(ActivityKind::Changed, &who.account, &from);
    let line = NewActivity { detail: activity_detail(state, ""), ..line };
    if accounts.records.turn_account_scan(who.account.id, AccountSwitch::OfOwner, state, line).await? {
        tracing::info!(state = state.word(), "a person switched the sign-in by scan of their account");
    }
    Ok(Redirect::to(&format!("{SECURITY}?done=scan")).into_response())
}

/// Renders the way to sign in by scanning, with the switch. What an administrator switched off has none.
pub fn scan_way(texts: &'static Texts, scan: AccountScan) -> AnyView {
    let words = &texts.security;
    let (state, label) = match scan {
        AccountScan { is_off_by_administrator: true, .. } => {
            return view! { <span class="hint">{words.own_off_by_admin}</span> }.into_any();
        }
        AccountScan { is_off_by_owner: true, .. } => (words.own_off, (Scanning::On, words.own_turn_on)),
        AccountScan { .. } => (texts.own.scan_way_hint, (Scanning::Off, words.own_turn_off)),
    };
    let (turned, label) = label;
    view! {
        <span class="hint">{state}</span>
        <form method="post" action=SCAN_SWITCH>
            <input type="hidden" name="state" value=turned.word()/>
            <button type="submit">{label}</button>
        </form>
    }
    .into_any()
}
