//! `POST /account/passkeys/{name}`: renames or removes a passkey.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::add::name_of;
use super::page::{PATH, path_name, shown};
use crate::account::activity::Whence;
use crate::account::proof::proof_for_form;
use crate::account::session::SignedIn;
use crate::account::state::Accounts;
use crate::measure;
use crate::store::records::activity::{ActivityKind, NewActivity};
use crate::store::records::mails::{MailFacts, MailKind};
use crate::store::records::passkeys::PasskeyRemoved;
use crate::text::Texts;
use crate::web::problem::Problem;

/// What is done with the passkey.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Rename,
    Remove,
}

impl What {
    fn word(self) -> &'static str {
        match self {
            Self::Rename => "rename",
            Self::Remove => "remove",
        }
    }
}

/// The form of `POST /account/passkeys/{name}`.
#[derive(Deserialize)]
pub struct Act {
    act: What,
    /// The new name.
    #[serde(default)]
    name: String,
}

/// `POST /account/passkeys/{name}`: renames the passkey, or removes it if the person has a fresh proof and another way to
/// sign in. A passkey that is not there any more is no fault.
pub async fn act(
    State(accounts): State<Accounts>,
    Path(named): Path<String>,
    from: Whence,
    texts: &'static Texts,
    who: SignedIn,
    headers: HeaderMap,
    Form(form): Form<Act>,
) -> Result<Response, Problem> {
    // Who may only look does not change how the account is signed in to.
    let action = format!("{PATH}/{named}");
    let fields = [("act", form.act.word()), ("name", form.name.as_str())];
    if let Some(asks) = proof_for_form(&accounts, texts, &who, &headers, PATH, (&action, &fields)).await? {
        return Ok(asks);
    }
    accounts.limits.decision(who.account.id)?;
    let done = |word: &str| Ok(Redirect::to(&format!("{PATH}?done={word}")).into_response());
    let refused = async |code: &'static str, why: &'static str| -> Result<Response, Problem> {
        tracing::info!(code, "a change of a passkey was refused");
        measure::refused("passkey", code);
        let page = shown(&accounts, texts, &who, None, Some(why.to_owned())).await?;
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let own = accounts.records.passkeys_of(who.account.id).await?;
    let Some(passkey) = own.into_iter().find(|passkey| path_name(&passkey.id) == named) else { return done("gone") };
    let line = |kind, detail: &str| {
        let line = accounts.activity.line(kind, &who.account, &from);
        NewActivity { detail: detail.to_owned(), ..line }
    };
    match form.act {
        What::Rename => {
            let Ok(name) = name_of(&form.name) else { return refused("name_not_taken", texts.own.name_wrong).await };
            if name == passkey.name {
                return done("renamed");
            }
            let line = line(ActivityKind::PasskeyRenamed, &name);
            if !accounts.records.rename_passkey(who.account.id, passkey.id, name).await? {
                return done("gone");
            }
            accounts.activity.note(line).await;
            done("renamed")
        }
        What::Remove => {
            let line = line(ActivityKind::PasskeyRemoved, &passkey.name);
            match accounts.records.remove_passkey(who.account.id, passkey.id, line).await? {
                PasskeyRemoved::Done => {
                    tracing::info!("a passkey was removed by its owner");
                    let facts = MailFacts { passkey: Some(passkey.name), ..from.mail_facts() };
                    accounts.mailer.notify(&who.account, MailKind::PasskeyRemoved, facts).await;
                    done("removed")
                }
                PasskeyRemoved::Unknown => done("gone"),
                PasskeyRemoved::IsTheLast => refused("last_way_in", texts.passkeys.remove_last).await,
            }
        }
    }
}
