//! `POST /account/passkeys/approvals`: has every approval on the phone of the person ask for a passkey, or not.

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::page::{PATH, shown};
use crate::account::activity::Whence;
use crate::account::proof::proof_first;
use crate::account::session::SignedIn;
use crate::account::state::Accounts;
use crate::measure;
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::text::Texts;
use crate::web::problem::Problem;

/// The form of `POST /account/passkeys/approvals`.
#[derive(Deserialize)]
pub struct Asked {
    /// Whether every approval is to ask for a passkey.
    #[serde(default)]
    always: bool,
}

/// `POST /account/passkeys/approvals`: turns the switch, for a person with a fresh proof. If they have no passkey with which
/// they could approve here, it is not turned on, and the page is shown again with the reason.
pub async fn change(
    State(accounts): State<Accounts>,
    from: Whence,
    texts: &'static Texts,
    who: SignedIn,
    headers: HeaderMap,
    Form(asked): Form<Asked>,
) -> Result<Response, Problem> {
    if let Some(asks) = proof_first(&who, &headers, accounts.clock.now(), PATH) {
        return Ok(asks);
    }
    accounts.limits.decision(who.account.id)?;
    // A passkey of a former domain approves nothing: with the switch on, every scan would be refused.
    if asked.always && accounts.passkeys.offered_of(who.account.id).await?.is_empty() {
        tracing::info!(code = "no_passkey", "a change of what approvals ask for was refused");
        measure::refused("passkey", "no_passkey");
        let page = shown(&accounts, texts, &who, None, Some(texts.ladder.no_passkey.to_owned())).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let line = accounts.activity.line(ActivityKind::Changed, &who.account, &from);
    let line = NewActivity { detail: "approvals".to_owned(), ..line };
    if accounts.records.ask_passkey(who.account.id, asked.always, line).await? {
        tracing::info!(always = asked.always, "a person chose whether their approvals ask for a passkey");
    }
    Ok(Redirect::to(&format!("{PATH}?done=approvals")).into_response())
}
