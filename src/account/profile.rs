//! `/account/profile`: what the owner of an account tells about themselves. Only the name is required, and an
//! app gets none of it without a consent (`login::consent_boxes`).

mod email;
mod form;
mod page;
mod language;
mod zone;

use axum::Form;
use axum::extract::{Query, Request, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};

pub use self::email::change as change_email;
use self::form::Typed;
use self::page::{PATH, Says};
use super::Accounts;
use super::activity::Whence;
use super::mail::last_proof_mail;
use super::session::{SignedIn, sign_in_first};
use crate::picture::FIELD;
use crate::run_to_end::run_to_end;
use crate::store::Fault;
use crate::store::records::Account;
use crate::store::records::activity::ActivityKind;
use crate::store::records::fingerprint::Settled;
use crate::store::records::pictures::NewPicture;
use crate::text::Texts;
use crate::web::form::{DoneQuery, Wrong};
use crate::web::language::Language;
use crate::web::problem::Problem;

/// `GET /account/profile`: shows the profile of the signed-in person in a form.
pub async fn show(
    State(accounts): State<Accounts>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
    SignedIn { account, .. }: SignedIn,
) -> Result<Response, Problem> {
    let last_mail = last_proof_mail(&accounts, texts, &account).await?;
    let says = Says { done: after.done, last_mail, ..Says::default() };
    Ok(page::page(&accounts, texts, &account, &Typed::of(&account), says))
}

/// `POST /account/profile`: stores the profile and redirects to its page. If another request changed the profile
/// since the form was shown, or if a field is wrong, nothing is stored and the form is shown again with a message.
pub async fn save(
    State(accounts): State<Accounts>,
    from: Whence,
    language: Language,
    SignedIn { account, .. }: SignedIn,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let texts = language.texts();
    match typed.read(texts, account.clone()) {
        Ok(changed) => {
            let chosen = (changed.profile.language != account.profile.language)
                .then(|| language.languages().cookie_for(changed.profile.language.as_deref()?))
                .flatten();
            let is_other = changed.fingerprint() != account.fingerprint();
            match accounts.records.settle_profile(changed, typed.seen(), accounts.clock.now()).await? {
                Settled::Done => {
                    tracing::info!("a profile was changed");
                    // A form that is sent twice changes something once.
                    if is_other {
                        accounts.activity.tell(ActivityKind::Changed, &account, &from, "profile").await;
                    }
                    // Whoever names another language wants to read it from now on.
                    Ok((AppendHeaders(chosen.map(|cookie| (SET_COOKIE, cookie))), back("saved")).into_response())
                }
                Settled::Meanwhile => {
                    tracing::info!("a profile was changed since its form was shown");
                    // The form is shown with the present fingerprint: it says that the profile was changed, so
                    // sending it again stores it.
                    let says = Says { is_outdated: true, ..Says::default() };
                    let page = page::page(&accounts, texts, &account, &typed.beside(&account), says);
                    Ok((StatusCode::CONFLICT, page).into_response())
                }
                Settled::Unknown => Ok(sign_in_first(PATH)),
            }
        }
        Err(wrongs) => {
            let page = page::page(&accounts, texts, &account, &typed, Says { wrongs, ..Says::default() });
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

/// `POST /account/profile/picture`: replaces the picture by an uploaded file and redirects to the profile. If the
/// file is not accepted, nothing changes, and the form is shown again with a message.
pub async fn upload(
    State(accounts): State<Accounts>,
    from: Whence,
    texts: &'static Texts,
    SignedIn { account, .. }: SignedIn,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    accounts.limits.decision(account.id)?;
    let taken = accounts.pictures.take(request, account.id, accounts.clock.now()).await;
    // The picture may have come slowly, and the session may have ended meanwhile.
    let Some(SignedIn { account, .. }) = accounts.sessions.find(&headers).await? else {
        return Ok(sign_in_first(PATH));
    };
    let not_taken = match taken {
        Ok(picture) => {
            replace(&accounts, &account, &from, Some(picture)).await?;
            return Ok(back("picture"));
        }
        Err(not_taken) => not_taken,
    };
    let (status, text) = not_taken.status_and_text(texts)?;
    let wrongs = vec![Wrong { name: FIELD, text }];
    let typed = Typed::of(&account);
    let page = page::page(&accounts, texts, &account, &typed, Says { wrongs, ..Says::default() });
    Ok((status, page).into_response())
}

/// `POST /account/profile/picture/remove`: removes the picture, if there is one, and redirects to the profile.
/// Pages then show the person's initials instead.
pub async fn remove(
    State(accounts): State<Accounts>,
    from: Whence,
    SignedIn { account, .. }: SignedIn,
) -> Result<Response, Problem> {
    replace(&accounts, &account, &from, None).await?;
    Ok(back("removed"))
}

/// Largest number of attempts to replace the picture. An attempt fails if another request changes the picture
/// between the read and the write of this one.
const TRIES: u8 = 8;

/// Replaces the picture of an account by `with`, or removes it if that is `None`, and deletes the previous one. Of
/// two concurrent requests the later one wins. Fails with [`Fault::Contended`] after [`TRIES`] attempts, and does
/// nothing if the account does not exist any more.
async fn replace(accounts: &Accounts, account: &Account, from: &Whence, with: Option<NewPicture>) -> Result<(), Fault> {
    let (records, id, is_removed) = (accounts.records.clone(), account.id, with.is_none());
    let replaced = run_to_end(async move {
        for _ in 0..TRIES {
            let Some(account) = records.account(id).await? else { return Ok(false) };
            if records.swap_picture(id, account.profile.picture, with.clone()).await? {
                tracing::info!("a picture was changed");
                return Ok(account.profile.picture.is_some() || !is_removed);
            }
        }
        Err(Fault::Contended)
    });
    if replaced.await? {
        accounts.activity.tell(ActivityKind::Changed, account, from, "picture").await;
    }
    Ok(())
}

fn back(done: &str) -> Response {
    Redirect::to(&format!("{PATH}?done={done}")).into_response()
}
