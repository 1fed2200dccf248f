//! `POST /account/profile/email`: changes or removes the e-mail address, after a fresh proof.

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::form::{EMAIL, Typed};
use super::page::{self, PATH, Says};
use crate::account::activity::{EMAIL_CHANGED, Whence};
use crate::account::proof::proof_for_form;
use crate::account::session::{SignedIn, sign_in_first};
use crate::account::state::Accounts;
use crate::store::records::accounts::EmailChange;
use crate::store::records::activity::ActivityKind;
use crate::store::records::people::Email;
use crate::text::Texts;
use crate::web::form::Wrong;
use crate::web::problem::Problem;

/// The form of `POST /account/profile/email`.
#[derive(Deserialize)]
pub struct Change {
    /// The new address; empty to remove the address.
    #[serde(default)]
    email: String,
}

/// `POST /account/profile/email`: replaces or removes the e-mail address of the signed-in person, who needs a fresh proof. A new
/// address is not proven. The former one is told, if it was. What is wrong is said at its field. An address of another account,
/// which has proven it if mail is sent, gets the same message as one that the site does not want, and the attempts are limited,
/// so that the form is of little use to find out who has an account.
pub async fn change(
    State(accounts): State<Accounts>,
    from: Whence,
    texts: &'static Texts,
    who: SignedIn,
    headers: HeaderMap,
    Form(typed): Form<Change>,
) -> Result<Response, Problem> {
    let account = who.account.clone();
    // The address of an account without a user name is changed where its owner signs in.
    if account.username.is_none() {
        return Err(Problem::not_found());
    }
    let refuse = |code: &'static str, name: &'static str, text: &'static str| {
        tracing::info!(code, "a change of an e-mail address was refused");
        let says = Says { wrongs: vec![Wrong { name, text }], email: Some(typed.email.clone()), ..Says::default() };
        let page = page::page(&accounts, texts, &account, &Typed::of(&account), says);
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let text = Some(typed.email.trim()).filter(|text| !text.is_empty());
    let Ok(to) = text.map(str::parse::<Email>).transpose() else {
        return refuse("not_an_email", EMAIL, texts.own.email_wrong);
    };
    // A form that is sent twice, or that changes nothing, needs no proof.
    if to == account.email {
        return Ok(done());
    }
    let action = format!("{PATH}/email");
    let form = (action.as_str(), &[(EMAIL, typed.email.as_str())][..]);
    if let Some(asks) = proof_for_form(&accounts, texts, &who, &headers, PATH, form).await? {
        return Ok(asks);
    }
    if let Err(too_many) = accounts.limits.own_address(account.id) {
        return Ok(too_many.beside_form(&headers, texts, |text| {
            let says = Says { alert: Some(text), email: Some(typed.email.clone()), ..Says::default() };
            page::page(&accounts, texts, &account, &Typed::of(&account), says)
        }));
    }
    match accounts.records.change_email(account.id, to.clone(), None, accounts.clock.now()).await? {
        EmailChange::Done => {
            tracing::info!("an e-mail address was changed by its owner");
            accounts.mailer.notify_former_address(&account, to.as_ref(), from.mail_facts()).await;
            accounts.activity.tell(ActivityKind::Changed, &account, &from, EMAIL_CHANGED).await;
            Ok(done())
        }
        EmailChange::Same => Ok(done()),
        EmailChange::Taken => refuse("email_taken", EMAIL, texts.own.email_taken),
        EmailChange::Unknown => Ok(sign_in_first(PATH)),
    }
}

fn done() -> Response {
    Redirect::to(&format!("{PATH}?done=email")).into_response()
}
