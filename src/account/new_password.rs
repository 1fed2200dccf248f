//! `/account/password`: changes the password. A person who signed in by scan must first sign in with the
//! password, the current password is asked for again, and all other sessions may end with the change (ASVS
//! 7.4.3, 7.5.1).

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::activity::Whence;
use super::password::{BUSY_FOR, Password, Requester, VerifyError};
use crate::account::Accounts;
use crate::account::session::{Sent, SignedIn, SignedInCookies, sign_in_first};
use crate::account::signin::password_first;
use crate::crypto::random::random;
use crate::store::records::activity::ActivityKind;
use crate::store::records::mails::MailKind;
use crate::text::Texts;
use crate::ticket::ids::Attempt;
use crate::web::document::{Page, Site};
use crate::web::form::DoneQuery;
use crate::web::problem::Problem;

/// URL path of the page on which a person changes their password.
pub const PATH: &str = "/account/password";

/// Returns the signed-in person and their user name, if they proved themselves in their session. If they did
/// not, or if there is no session, the inner error is the answer that makes them sign in first. The outer error is
/// 404, for an account without a password, and where nobody signs in with one.
async fn owner(
    accounts: &Accounts,
    who: Option<SignedIn>,
    headers: &HeaderMap,
) -> Result<Result<(SignedIn, String), Response>, Problem> {
    let Some(who) = who else { return Ok(Err(sign_in_first(PATH))) };
    // An account that only a phone token or a passkey signs in has no password.
    let has_password = accounts.takes_password_of(who.account.id).await?;
    let username = who.account.username.clone().filter(|_| has_password).ok_or_else(Problem::not_found)?;
    if !who.has_proof() {
        return Ok(Err(password_first(headers, PATH)));
    }
    Ok(Ok((who, username)))
}

/// `GET /account/password`: shows the form for a new password. A person who is not signed in, or not with their
/// password, is asked to sign in first.
pub async fn page(
    State(accounts): State<Accounts>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
    who: Option<SignedIn>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    match owner(&accounts, who, &headers).await? {
        Ok((_, username)) => Ok(form_page(
            &accounts.site,
            texts,
            &username,
            true,
            Said { is_done: after.done == "changed", wrong: None },
        )),
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// The form of `POST /account/password`: the present password, the new one, and whether all other sessions are to
/// end.
#[derive(Deserialize)]
pub struct Change {
    /// Identity of the form on the page that was shown; without it, a change whose answer was lost cannot be
    /// repeated.
    #[serde(default)]
    attempt: String,
    password: String,
    new_password: String,
    /// Present if all other sessions are to end.
    #[serde(default)]
    end_others: Option<String>,
}

/// `POST /account/password`: changes the password if the present one is right and the new one is allowed, and opens
/// a new session for the person. Otherwise the form is shown again with the reason. The same form sent twice within
/// seconds changes the password once.
pub async fn change(
    State(accounts): State<Accounts>,
    from: Whence,
    texts: &'static Texts,
    who: Option<SignedIn>,
    headers: HeaderMap,
    Form(form): Form<Change>,
) -> Result<Response, Problem> {
    let attempt = form.attempt.parse().unwrap_or_else(|_| Attempt::from_random(random()));
    let sent = Sent::of(attempt, &[&form.password, &form.new_password, form.end_others.as_deref().unwrap_or_default()]);
    // If the button was pressed twice, the first request changed the password and ended the session that the
    // second one names.
    let gone_on = || accounts.sessions.gone_on(&headers, &sent);
    let (who, username) = match owner(&accounts, who, &headers).await? {
        Ok(owner) => owner,
        Err(elsewhere) => return Ok(gone_on().await?.map_or(elsewhere, changed)),
    };
    let ends_all = form.end_others.is_some();
    let again =
        |why: String| form_page(&accounts.site, texts, &username, ends_all, Said { is_done: false, wrong: Some(why) });
    if let Err(too_many) = accounts.limits.own_password(who.account.id) {
        return Ok(too_many.beside_form(&headers, texts, again));
    }
    let refuse = |code: &'static str, text: &'static str| {
        tracing::info!(code, "a change of a password was refused");
        let page = again(text.to_owned());
        Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
    };
    let busy = || {
        tracing::info!(code = "busy", "a change of a password was refused");
        Ok(Problem::queue_full(BUSY_FOR).beside_form(&headers, texts, again))
    };
    let new = match Password::typed(form.new_password.clone()).chosen() {
        Ok(new) => new,
        Err(why) => {
            let (code, text) = why.said(texts);
            return refuse(code, text);
        }
    };
    let known = Requester::Known(who.account.id);
    let verify = |password| accounts.passwords.verify(&accounts.records, &username, Password::typed(password), known);
    // This tries another password, so it counts as another attempt.
    let may_look_again = || accounts.limits.own_password(who.account.id).is_ok();
    let verified = match verify(form.password).await {
        Ok(verified) => verified,
        Err(VerifyError::Wrong) => {
            if let Some(cookies) = gone_on().await? {
                return Ok(changed(cookies));
            }
            // If the first request was answered, the second one has the new session of this device.
            if may_look_again() && verify(form.new_password).await.is_ok() {
                return Ok(done());
            }
            accounts.activity.refused(&who.account, &from, "own password");
            return refuse("wrong_credentials", texts.new_password.wrong);
        }
        Err(VerifyError::Busy) => return busy(),
        Err(VerifyError::Fault(fault)) => return Err(fault.into()),
    };
    // A hash asks no store and compares nothing, so it fails only if too many requests wait.
    let Ok(hash) = accounts.passwords.hash(new).await else { return busy() };
    // Replaces only the password that was given: one that an operator set meanwhile is kept.
    let Some((cookies, ended)) = accounts.sessions.change_password(verified, hash, ends_all, &headers, &sent).await?
    else {
        let cookies = gone_on().await?;
        return cookies
            .map_or_else(|| refuse("wrong_credentials", texts.new_password.wrong), |cookies| Ok(changed(cookies)));
    };
    tracing::info!(sessions = ended, "a password was changed by its owner");
    accounts.activity.tell(ActivityKind::PasswordChanged, &who.account, &from, "").await;
    accounts.mailer.notify(&who.account, MailKind::PasswordChanged, from.mail_facts()).await;
    if ends_all {
        accounts.activity.tell(ActivityKind::SignedOutEverywhere, &who.account, &from, "").await;
    }
    Ok(changed(cookies))
}

/// Returns the answer after a change of the password: a redirect to the page, with the cookies of the new
/// session in which the person continues.
fn changed(cookies: SignedInCookies) -> Response {
    (AppendHeaders(cookies), done()).into_response()
}

fn done() -> Response {
    Redirect::to(&format!("{PATH}?done=changed")).into_response()
}

/// What the form says of the one that was sent.
struct Said {
    /// Whether the password was changed.
    is_done: bool,
    /// Why it was not changed.
    wrong: Option<String>,
}

/// Renders the form for a new password. The user name is included for password managers. `ends_all` tells whether the box is
/// ticked by which all other sessions end.
fn form_page(site: &Site, texts: &'static Texts, username: &str, ends_all: bool, said: Said) -> Response {
    let Said { is_done, wrong } = said;
    let username = username.to_owned();
    let attempt = Attempt::from_random(random()).to_string();
    site.page(Page { class: "wide", ..Page::new(texts, texts.new_password.title) }, move || {
        view! {
            <p class="way"><a href="/account">{texts.common.to_account}</a></p>
            <h1>{texts.new_password.title}</h1>
            {is_done.then(|| view! { <p class="notice" role="status">{texts.new_password.done}</p> })}
            <p class="lead">{texts.new_password.lead}</p>
            {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            <form method="post" action=PATH>
                <input type="hidden" name="attempt" value=attempt/>
                <input type="hidden" name="username" value=username autocomplete="username"/>
                <div class="field">
                    <label for="password">{texts.new_password.old}</label>
                    <input id="password" name="password" type="password" autocomplete="current-password" required=true/>
                </div>
                <div class="field">
                    <label for="new_password">{texts.new_password.new}</label>
                    <input id="new_password" name="new_password" type="password" autocomplete="new-password" minlength="8"
                        required=true aria-describedby="password-hint"/>
                    <p id="password-hint" class="hint">{texts.setup.password_hint}</p>
                </div>
                <div class="tick">
                    <input type="checkbox" id="end_others" name="end_others" checked=ends_all/>
                    <label for="end_others">{texts.new_password.others}</label>
                </div>
                <button type="submit" class="primary">{texts.new_password.save}</button>
            </form>
        }
    })
}
