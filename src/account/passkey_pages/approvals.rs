//! The switch with which a person has every approval on their phone ask for a passkey.

use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use crate::account::activity::Whence;
use crate::account::own::paths::PASSKEYS;
use crate::account::proof::proof_first;
use crate::account::session::SignedIn;
use crate::account::state::Accounts;
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::text::Texts;
use crate::web::problem::Problem;

/// URL path of the switch.
pub const PATH: &str = "/account/passkeys/approvals";

/// The form of `POST /account/passkeys/approvals`.
#[derive(Deserialize)]
pub struct Asked {
    /// Whether every approval is to ask for a passkey.
    #[serde(default)]
    always: bool,
}

/// `POST /account/passkeys/approvals`: turns the switch, for a person with a fresh proof.
pub async fn change(
    State(accounts): State<Accounts>,
    from: Whence,
    who: SignedIn,
    headers: HeaderMap,
    Form(asked): Form<Asked>,
) -> Result<Response, Problem> {
    if let Some(asks) = proof_first(&who, &headers, accounts.clock.now(), PASSKEYS) {
        return Ok(asks);
    }
    accounts.limits.decision(who.account.id)?;
    let line = accounts.activity.line(ActivityKind::Changed, &who.account, &from);
    let line = NewActivity { detail: "approvals".to_owned(), ..line };
    if accounts.records.ask_passkey(who.account.id, asked.always, line).await? {
        tracing::info!(always = asked.always, "a person chose whether their approvals ask for a passkey");
    }
    Ok(Redirect::to(&format!("{PASSKEYS}?done=approvals")).into_response())
}

/// Renders the switch. It is not offered to a person without a passkey, who could approve nothing any more.
pub fn switch(texts: &'static Texts, asks: bool, has_passkey: bool) -> Option<impl IntoView + use<>> {
    let words = &texts.passkeys;
    let (state, label) =
        if asks { (words.approvals_on, words.approvals_stop) } else { (words.approvals_off, words.approvals_ask) };
    (asks || has_passkey).then(|| {
        view! {
            <section>
                <h2>{words.approvals}</h2>
                <p class="hint">{state}</p>
                <form method="post" action=PATH>
                    <input type="hidden" name="always" value=if asks { "false" } else { "true" }/>
                    <button type="submit">{label}</button>
                </form>
            </section>
        }
    })
}
