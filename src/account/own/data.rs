//! `/account/data`: offers a person all that is stored about them, and the deletion of their account. The account is
//! deleted a day later, so that they can change their mind.

use std::time::Duration;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;

use super::banner::deletion_banner;
use super::paths::{DATA, DELETE, DOWNLOAD, OVERVIEW};
use crate::account::activity::Whence;
use crate::account::password::{BUSY_FOR, Password, Requester, VerifyError};
use crate::account::session::{Sent, SignedIn, SignedInCookies, sign_in_first};
use crate::account::state::Accounts;
use crate::crypto::random::random;
use crate::store::records::accounts::DeletionAsked;
use crate::store::records::activity::ActivityKind;
use crate::text::Texts;
use crate::ticket::ids::Attempt;
use crate::web::document::Page;
use crate::web::form::DoneQuery;
use crate::web::problem::Problem;

/// Time between the request for the deletion of an account and the deletion.
pub const CHANGE_OF_MIND: Duration = Duration::from_secs(24 * 3600);

/// `GET /account/data`: shows the buttons that download all data and delete the account.
pub async fn page(
    State(accounts): State<Accounts>,
    Query(after): Query<DoneQuery>,
    texts: &'static Texts,
    who: SignedIn,
) -> Response {
    let notice = match &*after.done {
        "asked" if who.account.deletion_due_at.is_some() => Some(texts.own.asked),
        "kept" if who.account.deletion_due_at.is_none() => Some(texts.own.kept),
        _ => None,
    };
    shown(&accounts, texts, &who, notice, None)
}

/// The form of `POST /account/data/delete`.
#[derive(Deserialize)]
pub struct Deletion {
    /// Identity of the form on the page that was shown.
    #[serde(default)]
    attempt: String,
    #[serde(default)]
    password: String,
    /// Present if the person ticked that they mean it.
    #[serde(default)]
    sure: Option<String>,
}

/// `POST /account/data/delete`: after the right password, stores that the account is to be deleted in a day, and ends
/// everything that it has open elsewhere; the device goes on in a new session. The same form sent again within seconds
/// has the same effect once. The last administrator is refused.
pub async fn delete(
    State(accounts): State<Accounts>,
    from: Whence,
    texts: &'static Texts,
    who: Option<SignedIn>,
    headers: HeaderMap,
    Form(form): Form<Deletion>,
) -> Result<Response, Problem> {
    let attempt = form.attempt.parse().unwrap_or_else(|_| Attempt::from_random(random()));
    let sent = Sent::of(attempt, &["delete", &form.password]);
    // If the button was pressed twice, the first request ended the session that the second one names.
    let Some(who) = who else {
        let gone_on = accounts.sessions.gone_on(&headers, &sent).await?;
        return Ok(gone_on.map_or_else(|| sign_in_first(DATA), asked));
    };
    // An account that only a phone token signs in would be made again with the next token.
    let Some(username) = who.account.username.clone() else { return Err(Problem::not_found()) };
    let refuse = |code: &'static str, status: StatusCode, text: String| {
        tracing::info!(code, "the deletion of an account was refused");
        (status, shown(&accounts, texts, &who, None, Some(text))).into_response()
    };
    if who.account.deletion_due_at.is_some() {
        return Ok(Redirect::to(&format!("{DATA}?done=asked")).into_response());
    }
    if form.sure.is_none() {
        let text = texts.own.delete_untick.to_owned();
        return Ok(refuse("not_ticked", StatusCode::UNPROCESSABLE_ENTITY, text));
    }
    if !accounts.passkeys.takes_passwords() {
        let text = texts.passkeys.no_passwords.to_owned();
        return Ok(refuse("no_passwords", StatusCode::UNPROCESSABLE_ENTITY, text));
    }
    if let Err(too_many) = accounts.limits.own_password(who.account.id) {
        return Ok(too_many.beside_form(&headers, texts, |text| shown(&accounts, texts, &who, None, Some(text))));
    }
    let known = Requester::Known(who.account.id);
    let typed = Password::typed(form.password);
    let verified = match accounts.passwords.verify(&accounts.records, &username, typed, known).await {
        Ok(verified) => verified,
        Err(VerifyError::Wrong) => {
            accounts.activity.refused(&who.account, &from, "own password");
            let text = texts.own.password_wrong.to_owned();
            return Ok(refuse("wrong_credentials", StatusCode::UNPROCESSABLE_ENTITY, text));
        }
        Err(VerifyError::Busy) => {
            let busy = Problem::queue_full(BUSY_FOR);
            return Ok(busy.beside_form(&headers, texts, |text| shown(&accounts, texts, &who, None, Some(text))));
        }
        Err(VerifyError::Fault(fault)) => return Err(fault.into()),
    };
    let due_at = accounts.clock.now() + CHANGE_OF_MIND;
    match accounts.records.ask_deletion(who.account.id, due_at).await? {
        DeletionAsked::Due { is_new, .. } if is_new => {
            tracing::info!("an account is to be deleted, as its owner asked");
            accounts.activity.tell(ActivityKind::DeletionAsked, &who.account, &from, "").await;
        }
        DeletionAsked::Due { .. } => {}
        DeletionAsked::IsTheLast => {
            let text = texts.own.delete_last.to_owned();
            return Ok(refuse("last_administrator", StatusCode::CONFLICT, text));
        }
        DeletionAsked::Unknown => return Ok(sign_in_first(DATA)),
    }
    // The password stays as it is: this ends everything that the account has open, and begins the session in which the
    // owner goes on.
    let hash = verified.present_hash();
    match accounts.sessions.change_password(verified, hash, true, &headers, &sent).await? {
        Some((cookies, _)) => {
            accounts.activity.tell(ActivityKind::SignedOutEverywhere, &who.account, &from, "").await;
            Ok(asked(cookies))
        }
        // Another request ended everything since the password was checked.
        None => Ok(Redirect::to(&format!("{DATA}?done=asked")).into_response()),
    }
}

/// `POST /account/data/keep`: takes the request for the deletion of the account back.
pub async fn keep(State(accounts): State<Accounts>, from: Whence, who: SignedIn) -> Result<Response, Problem> {
    if accounts.records.keep_account(who.account.id).await? {
        tracing::info!("an account is kept, as its owner asked");
        accounts.activity.tell(ActivityKind::DeletionCancelled, &who.account, &from, "").await;
    }
    Ok(Redirect::to(&format!("{DATA}?done=kept")).into_response())
}

fn asked(cookies: SignedInCookies) -> Response {
    (AppendHeaders(cookies), Redirect::to(&format!("{DATA}?done=asked"))).into_response()
}

/// Renders the page with a message about what was done, or about why the account is not deleted.
fn shown(
    accounts: &Accounts,
    texts: &'static Texts,
    who: &SignedIn,
    notice: Option<&'static str>,
    wrong: Option<String>,
) -> Response {
    let own = &texts.own;
    let page = Page { class: "wide", ..Page::new(texts, own.data) };
    accounts.site.page(page, || {
        let account = &who.account;
        view! {
            <p class="way"><a href=OVERVIEW>{texts.common.to_account}</a></p>
            <h1>{own.data}</h1>
            {notice.map(|text| view! { <p class="notice" role="status">{text}</p> })}
            {deletion_banner(texts, account)}
            <p class="lead">{own.data_lead}</p>
            <section>
                <h2>{own.download}</h2>
                <p class="hint">{own.download_hint}</p>
                {if account.username.is_some() {
                    view! {
                        <form method="post" action=DOWNLOAD>
                            <button type="submit">{own.download_button}</button>
                        </form>
                    }
                    .into_any()
                } else {
                    view! { <p class="hint">{own.download_no_password}</p> }.into_any()
                }}
            </section>
            {account.deletion_due_at.is_none().then(|| {
                let takes_passwords = accounts.passkeys.takes_passwords();
                let body = match &account.username {
                    Some(username) if takes_passwords => deletion_form(texts, username.clone(), wrong).into_any(),
                    Some(_) => view! {
                        {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
                        <p class="hint">{texts.passkeys.no_passwords}</p>
                    }
                    .into_any(),
                    None => view! { <p class="hint">{own.delete_no_password}</p> }.into_any(),
                };
                view! { <section id="delete"><h2>{own.delete}</h2>{body}</section> }
            })}
        }
        .into_any()
    })
}

fn deletion_form(texts: &'static Texts, username: String, wrong: Option<String>) -> impl IntoView {
    let own = &texts.own;
    let attempt = Attempt::from_random(random()).to_string();
    view! {
        <p class="hint">{own.delete_what}</p>
        <p class="hint">{own.delete_when}</p>
        {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
        <form method="post" action=DELETE>
            <input type="hidden" name="attempt" value=attempt/>
            <input type="hidden" name="username" value=username autocomplete="username"/>
            <div class="field">
                <label for="password">{own.password_now}</label>
                <input id="password" name="password" type="password" autocomplete="current-password" required=true/>
            </div>
            <div class="tick">
                <input type="checkbox" id="sure" name="sure" required=true/>
                <label for="sure">{own.delete_tick}</label>
            </div>
            <button type="submit" class="danger">{own.delete_button}</button>
        </form>
    }
}
