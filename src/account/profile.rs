//! The endpoint `/account/profile`: the profile that the owner of an account fills in. All of it but the name
//! is optional, and an app learns a field only if the person's consent names it (`login::allow`).

mod form;
mod page;
mod language;

use axum::Form;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use self::form::{Typed, Wrong};
use self::page::{PATH, Says};
use super::Accounts;
use super::session::SignedIn;
use crate::picture::FIELD;
use crate::store::Fault;
use crate::store::records::pictures::NewPicture;
use crate::store::records::seen::Settled;
use crate::text::Texts;
use crate::ticket::ids::AccountId;
use crate::web::problem::Problem;
use crate::whole::whole;

/// The query `?done=` of the page, which names the result of the last request.
#[derive(Deserialize)]
pub struct After {
    #[serde(default)]
    done: String,
}

/// `GET /account/profile`: shows the form.
pub async fn show(
    State(accounts): State<Accounts>,
    Query(after): Query<After>,
    texts: &'static Texts,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(SignedIn { account, .. }) = accounts.sessions.find(&headers).await? else { return Ok(sign_in_first()) };
    let says = Says { done: after.done, ..Says::default() };
    Ok(page::page(&accounts.site, texts, &account, &Typed::of(&account), says))
}

/// `POST /account/profile`: saves the profile.
pub async fn save(
    State(accounts): State<Accounts>,
    texts: &'static Texts,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let Some(SignedIn { account, .. }) = accounts.sessions.find(&headers).await? else { return Ok(sign_in_first()) };
    match typed.read(texts, account.clone()) {
        Ok(changed) => match accounts.records.settle_profile(changed, typed.seen()).await? {
            Settled::Done => {
                tracing::info!("a profile was changed");
                Ok(back("saved"))
            }
            Settled::Meanwhile => {
                tracing::info!("a profile was changed since its form was shown");
                // The form that this answer shows says that the profile has changed, so sending it again
                // overwrites the change.
                let says = Says { is_outdated: true, ..Says::default() };
                let page = page::page(&accounts.site, texts, &account, &typed.beside(&account), says);
                Ok((StatusCode::CONFLICT, page).into_response())
            }
            Settled::Unknown => Ok(sign_in_first()),
        },
        Err(wrongs) => {
            let page = page::page(&accounts.site, texts, &account, &typed, Says { wrongs, ..Says::default() });
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// `POST /account/profile/picture`: replaces the picture by an uploaded file.
pub async fn upload(
    State(accounts): State<Accounts>,
    texts: &'static Texts,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    // The session is checked before the body is read: only a person who is signed in may upload a file.
    let Some(SignedIn { account, .. }) = accounts.sessions.find(&headers).await? else { return Ok(sign_in_first()) };
    accounts.limits.decision(account.id)?;
    let not_taken = match accounts.pictures.take(request, account.id, accounts.clock.now()).await {
        Ok(picture) => {
            replace(&accounts, account.id, Some(picture)).await?;
            return Ok(back("picture"));
        }
        Err(not_taken) => not_taken,
    };
    let (status, text) = not_taken.told(texts)?;
    let wrongs = vec![Wrong { name: FIELD, text }];
    let typed = Typed::of(&account);
    let page = page::page(&accounts.site, texts, &account, &typed, Says { wrongs, ..Says::default() });
    Ok((status, page).into_response())
}

/// `POST /account/profile/picture/remove`: removes the picture; initials are shown instead.
pub async fn remove(State(accounts): State<Accounts>, headers: HeaderMap) -> Result<Response, Problem> {
    let Some(SignedIn { account, .. }) = accounts.sessions.find(&headers).await? else { return Ok(sign_in_first()) };
    replace(&accounts, account.id, None).await?;
    Ok(back("removed"))
}

/// The number of tries to change the picture. If a person changes it in several windows at once, one of them
/// succeeds each time.
const TRIES: u8 = 8;

/// Replaces the picture of an account and deletes the previous one. If two windows do so at once, the later
/// one wins.
async fn replace(accounts: &Accounts, id: AccountId, with: Option<NewPicture>) -> Result<(), Fault> {
    let records = accounts.records.clone();
    whole(async move {
        for _ in 0..TRIES {
            let Some(account) = records.account(id).await? else { return Ok(()) };
            if records.swap_picture(id, account.profile.picture, with.clone()).await? {
                tracing::info!("a picture was changed");
                return Ok(());
            }
        }
        Err(Fault::Contended)
    })
    .await
}

fn back(done: &str) -> Response {
    Redirect::to(&format!("{PATH}?done={done}")).into_response()
}

fn sign_in_first() -> Response {
    Redirect::to("/signin?next=/account/profile").into_response()
}
