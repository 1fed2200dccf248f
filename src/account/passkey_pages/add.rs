//! `POST /account/passkeys`: adds a passkey.

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::page::{PATH, shown};
use crate::account::activity::Whence;
use crate::account::passkey::{PasskeyRefusal, Step};
use crate::account::proof::proof_for_form;
use crate::account::session::SignedIn;
use crate::account::state::Accounts;
use crate::names;
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::store::records::mails::{MailFacts, MailKind};
use crate::text::Texts;
use crate::web::bounds::PASSKEY_NAME_CHARS;
use crate::web::problem::Problem;

/// The form of `POST /account/passkeys`.
#[derive(Deserialize)]
pub struct New {
    /// The name for the passkey; may be empty.
    #[serde(default)]
    name: String,
    /// The JSON of the browser's `PublicKeyCredential`.
    #[serde(default)]
    credential: String,
}

/// Returns the name of a passkey as it is stored: one line of visible characters, or nothing. The error is a name that is
/// too long or has invisible characters.
pub fn name_of(typed: &str) -> Result<String, names::NotAName> {
    let typed = typed.trim();
    if typed.is_empty() { Ok(String::new()) } else { names::shown(typed, PASSKEY_NAME_CHARS) }
}

/// `POST /account/passkeys`: verifies the new passkey and stores it, if the person has a fresh proof. Otherwise the page is
/// shown again with the reason. The same form sent twice adds one passkey.
pub async fn add(
    State(accounts): State<Accounts>,
    from: Whence,
    texts: &'static Texts,
    who: SignedIn,
    headers: HeaderMap,
    Form(form): Form<New>,
) -> Result<Response, Problem> {
    let fields = [("name", form.name.as_str()), ("credential", form.credential.as_str())];
    if let Some(asks) = proof_for_form(&accounts, texts, &who, &headers, PATH, (PATH, &fields)).await? {
        return Ok(asks);
    }
    accounts.limits.decision(who.account.id)?;
    let refused = async |why: String| -> Result<Response, Problem> {
        let page = shown(&accounts, texts, &who, None, Some(why)).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let Ok(name) = name_of(&form.name) else {
        tracing::info!(code = "name_not_taken", "a passkey was refused");
        return refused(texts.own.name_wrong.to_owned()).await;
    };
    let step = Step::Add(who.account.id);
    let registered = match accounts.passkeys.register(&headers, step, &form.credential, &name).await {
        Ok(registered) => registered,
        Err(why) => {
            let why = why.noted("passkey", &accounts.activity, &from, None)?;
            return refused(why.text(texts).to_owned()).await;
        }
    };
    let name = registered.new.name.clone();
    let line = accounts.activity.line(ActivityKind::PasskeyAdded, &who.account, &from);
    let line = NewActivity { detail: name.clone(), ..line };
    let added = accounts.records.add_passkey(registered.new, who.account.epoch, line).await?;
    if let Some(why) = PasskeyRefusal::of_added(added) {
        why.note("passkey");
        return refused(why.text(texts).to_owned()).await;
    }
    tracing::info!("a passkey was added by its owner");
    let facts = MailFacts { passkey: Some(name), ..from.mail_facts() };
    accounts.mailer.notify(&who.account, MailKind::PasskeyAdded, facts).await;
    Ok(Redirect::to(&format!("{PATH}?done=added")).into_response())
}
