//! The forms that turn it on for this phone, and off for one of the phones. Both leave a line of activity.

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::page::Said;
use crate::account::Accounts;
use crate::account::activity::Whence;
use crate::account::own::paths::ASK;
use crate::account::session::{SignedIn, sign_in_first};
use crate::measure;
use crate::push::{NotAPush, TypedPush};
use crate::store::records::activity::ActivityKind;
use crate::store::records::push::{PHONE_ADDED, PHONE_REMOVED, PushAdded, PushId};
use crate::text::Texts;
use crate::web::problem::Problem;

/// The form of `POST /account/ask`: a subscription as the Push API gives it.
#[derive(Deserialize)]
pub struct Subscription {
    #[serde(default)]
    endpoint: String,
    #[serde(default)]
    p256dh: String,
    #[serde(default)]
    auth: String,
    /// The address that this one replaces, where the service worker of the phone sends it by itself.
    #[serde(default)]
    renews: Option<String>,
}

/// `POST /account/ask`: stores the subscription for the session of the request. One that is none, or that is of a push service
/// which this server does not call, is refused with 422, and more phones than an account may have with 409.
pub async fn turn_on(
    State(accounts): State<Accounts>,
    from: Whence,
    texts: &'static Texts,
    who: SignedIn,
    Form(form): Form<Subscription>,
) -> Result<Response, Problem> {
    let pushes = accounts.pushes.as_ref().ok_or_else(Problem::not_found)?;
    let session = who.session_hash().ok_or_else(Problem::not_found)?;
    accounts.limits.decision(who.account.id)?;
    if let Some(before) = &form.renews
        && !pushes.has(who.account.id, session, before).await?
    {
        tracing::info!(step = "subscribe", "a phone renewed a subscription that is not there any more");
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    // Phones whose sessions are over do not count any more.
    accounts.sessions.phones_asked(who.account.id).await?;
    let Subscription { endpoint, p256dh, auth, .. } = &form;
    let typed = TypedPush { endpoint, p256dh, auth, language: texts.tag };
    let (code, status, alert) = match pushes.subscribe(who.account.id, session, typed).await? {
        Ok(PushAdded::Done(is_new)) => {
            if is_new {
                tracing::info!("a person lets browsers ask their phone");
                accounts.activity.tell(ActivityKind::Changed, &who.account, &from, PHONE_ADDED).await;
            }
            return Ok(Redirect::to(&format!("{ASK}?done=on")).into_response());
        }
        Ok(PushAdded::SessionOver) => return Ok(sign_in_first(ASK)),
        Ok(PushAdded::Full) => ("too_many_phones", StatusCode::CONFLICT, texts.ask.full),
        Err(NotAPush::Endpoint) => ("push_service", StatusCode::UNPROCESSABLE_ENTITY, texts.ask.service_wrong),
        Err(NotAPush::Keys) => ("push_keys", StatusCode::UNPROCESSABLE_ENTITY, texts.ask.failed),
    };
    tracing::info!(step = "subscribe", code, "a step was refused");
    measure::refused("subscribe", code);
    Said { notice: None, alert: Some(alert) }.refused(&accounts, pushes, texts, &who, status).await
}

/// The form of `POST /account/ask/off`.
#[derive(Deserialize)]
pub struct Phone {
    /// The subscription of the phone.
    #[serde(default)]
    phone: String,
}

/// `POST /account/ask/off`: deletes the subscription of one phone of the signed-in person. One that is not there any more is as
/// good.
pub async fn turn_off(
    State(accounts): State<Accounts>,
    from: Whence,
    who: SignedIn,
    Form(form): Form<Phone>,
) -> Result<Response, Problem> {
    accounts.limits.decision(who.account.id)?;
    let id = PushId::parse(&form.phone).ok_or_else(Problem::malformed)?;
    if accounts.records.drop_push(who.account.id, id).await? {
        tracing::info!("a person lets browsers ask one of their phones no more");
        accounts.activity.tell(ActivityKind::Changed, &who.account, &from, PHONE_REMOVED).await;
    }
    Ok(Redirect::to(&format!("{ASK}?done=off")).into_response())
}
