//! The offer of a passkey on the start page, to a person who signed in with a password and has no passkey. It is made until
//! its owner answers it.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;

use crate::account::session::SignedIn;
use crate::account::state::Accounts;
use crate::store::Fault;
use crate::store::records::OpenedBy;
use crate::text::Texts;
use crate::web::problem::Problem;

/// URL path of the answer to the offer.
pub const PATH: &str = "/account/passkeys/offer";

/// Returns whether the person is offered a passkey: they signed in with a password, have no passkey, and did not answer the
/// offer yet. The caller has checked that there can be passkeys here.
pub async fn is_due(accounts: &Accounts, who: &SignedIn) -> Result<bool, Fault> {
    let by_password = who.session.as_ref().is_some_and(|session| session.opened_by == OpenedBy::Password);
    Ok(by_password && accounts.records.is_passkey_offered(who.account.id).await?)
}

/// Renders the offer.
pub fn card(texts: &'static Texts) -> impl IntoView {
    view! {
        <section class="card">
            <h2>{texts.passkeys.offer_title}</h2>
            <p>{texts.passkeys.offer_lead}</p>
            <p><a class="button primary" href=super::PATH>{texts.passkeys.add}</a></p>
            <form method="post" action=PATH>
                <button type="submit" class="quiet">{texts.passkeys.offer_later}</button>
            </form>
        </section>
    }
}

/// `POST /account/passkeys/offer`: the person wants no passkey now, and is not asked again. A link stays on the page of the
/// ways to sign in.
pub async fn answer(State(accounts): State<Accounts>, who: SignedIn) -> Result<Response, Problem> {
    accounts.records.answer_passkey_offer(who.account.id, accounts.clock.now()).await?;
    Ok(Redirect::to("/").into_response())
}
