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
use crate::account::proof::proof_for_form;
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
    /// Present if the person ticked that they mean it.
    #[serde(default)]
    sure: Option<String>,
}

/// `POST /account/data/delete`: after a fresh proof, stores that the account is to be deleted in a day, and ends everything
/// that it has open elsewhere; the device goes on in a new session. The same form sent again within seconds has the same
/// effect once. A form that is sent while the deletion is due already ends what is open elsewhere. The last administrator is
/// refused.
pub async fn delete(
    State(accounts): State<Accounts>,
    from: Whence,
    texts: &'static Texts,
    who: Option<SignedIn>,
    headers: HeaderMap,
    Form(form): Form<Deletion>,
) -> Result<Response, Problem> {
    let attempt = form.attempt.parse().unwrap_or_else(|_| Attempt::from_random(random()));
    let sent = Sent::of(attempt, &["delete"]);
    // If the button was pressed twice, the first request ended the session that the second one names.
    let Some(who) = who else {
        let gone_on = accounts.sessions.gone_on(&headers, &sent).await?;
        return Ok(gone_on.map_or_else(|| sign_in_first(DATA), asked));
    };
    // An account that only a phone token signs in would be made again with the next token.
    if who.account.username.is_none() {
        return Err(Problem::not_found());
    }
    let refuse = |code: &'static str, status: StatusCode, text: &str| {
        tracing::info!(code, "the deletion of an account was refused");
        (status, shown(&accounts, texts, &who, None, Some(text.to_owned()))).into_response()
    };
    if form.sure.is_none() {
        return Ok(refuse("not_ticked", StatusCode::UNPROCESSABLE_ENTITY, texts.own.delete_untick));
    }
    let fields = [("attempt", form.attempt.as_str()), ("sure", "on")];
    if let Some(asks) = proof_for_form(&accounts, texts, &who, &headers, DATA, (DELETE, &fields)).await? {
        return Ok(asks);
    }
    let due_at = accounts.clock.now() + CHANGE_OF_MIND;
    match accounts.records.ask_deletion(who.account.id, due_at).await? {
        DeletionAsked::Due { is_new, .. } if is_new => {
            tracing::info!("an account is to be deleted, as its owner asked");
            accounts.activity.tell(ActivityKind::DeletionAsked, &who.account, &from, "").await;
        }
        DeletionAsked::Due { .. } => {}
        DeletionAsked::IsTheLast => {
            return Ok(refuse("last_administrator", StatusCode::CONFLICT, texts.own.delete_last));
        }
        DeletionAsked::Unknown => return Ok(sign_in_first(DATA)),
    }
    // Ends everything that the account has open, and begins the session in which the owner goes on.
    let Some(cookies) = accounts.sessions.begin_anew(&who, &headers, &sent).await? else {
        // Another request ended everything since: the same form, pressed twice at one moment, or another device.
        let gone_on = accounts.sessions.gone_on(&headers, &sent).await?;
        return Ok(gone_on.map_or_else(|| sign_in_first(DATA), asked));
    };
    accounts.activity.tell(ActivityKind::SignedOutEverywhere, &who.account, &from, "").await;
    Ok(asked(cookies))
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
            {wrong.map(|text| view! { <p class="alert" role="alert">{text}</p> })}
            {account.deletion_due_at.is_none().then(|| {
                let body = if account.username.is_some() {
                    deletion_form(texts).into_any()
                } else {
                    view! { <p class="hint">{own.delete_no_password}</p> }.into_any()
                };
                view! { <section id="delete"><h2>{own.delete}</h2>{body}</section> }
            })}
        }
        .into_any()
    })
}

fn deletion_form(texts: &'static Texts) -> impl IntoView {
    let own = &texts.own;
    let attempt = Attempt::from_random(random()).to_string();
    view! {
        <p class="hint">{own.delete_what}</p>
        <p class="hint">{own.delete_when}</p>
        <form method="post" action=DELETE>
            <input type="hidden" name="attempt" value=attempt/>
            <div class="tick">
                <input type="checkbox" id="sure" name="sure" required=true/>
                <label for="sure">{own.delete_tick}</label>
            </div>
            <button type="submit" class="danger">{own.delete_button}</button>
        </form>
    }
}
